"""``zowe-certs explain``: what a return code of a key ring means, and what to run."""

from __future__ import annotations

import argparse

from .command import Command, printed

__all__ = ["add"]

_MOST_OF_A_LOG = 64 << 20


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("explain", _explain, "Explain a return code of a key ring, such as 8/8/44, with what to run.")
    parser.add_argument("code", nargs="?", metavar="CODE", help="8/8/44, 8/8/8 or 8/8/84")
    parser.add_argument("--log", metavar="FILE", help="look for return codes in a log of Zowe instead")
    parser.add_argument("--ring", default="", metavar="OWNER/RING", help="the ring, for the commands")
    parser.add_argument("--label", default="LABEL", metavar="L", help="the label, for the commands")
    parser.add_argument("--user", default="", metavar="ID", help="the started task's user id (default: the owner)")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def _explain(options: argparse.Namespace) -> int:
    from ..errors import SourceMissing, UsageError
    from ..keyring.return_codes import explain_return_code, return_codes_in
    from ..local_path import local_path
    from ..show.keyring_pages import meanings_page

    if (options.code is None) == (options.log is None):
        msg = "name a return code, such as 8/8/44, or a log with --log FILE"
        raise UsageError(msg)
    owner, slash, ring = options.ring.partition("/")
    if options.ring and not (owner and slash and ring):
        msg = f"--ring is {options.ring!r}; it is OWNER/RING, such as ZWESVUSR/ZoweKeyring"
        raise UsageError(msg)
    if options.log:
        path = local_path(options.log, "--log")
        try:
            with path.open("rb") as file:
                text = file.read(_MOST_OF_A_LOG).decode("utf-8", "replace")
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}"
            raise SourceMissing(msg) from None
        found = return_codes_in(text)
    else:
        found = (explain_return_code(options.code),)
    found = tuple(
        one.for_ring(owner or "OWNER", ring or "RING", options.label, options.user or owner or "USER") for one in found
    )
    result = {"schema": "zowe-certs/explain/1", "return_codes": [one.as_dict() for one in found]}
    printed(options, result, lambda: meanings_page(found))
    return 0
