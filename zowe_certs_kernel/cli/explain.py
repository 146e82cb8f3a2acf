"""``zowe-certs explain``: what a rule of the audit or a return code of a key ring means, and what to run."""

from __future__ import annotations

import argparse

from .command import Command, printed

__all__ = ["add"]

_MOST_OF_A_LOG = 64 << 20


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("explain", _explain, "Explain a rule of the audit, or a return code of a key ring such as 8/8/44.")
    parser.add_argument("code", nargs="?", metavar="ID|CODE", help="the id of a rule, such as ZC-EKU-02; or 8/8/44")
    parser.add_argument("--rules", action="store_true", help="list all rules of the audit instead")
    parser.add_argument("--log", metavar="FILE", help="look for return codes in a log of Zowe instead")
    parser.add_argument("--ring", default="", metavar="OWNER/RING", help="the ring, for the commands of a return code")
    parser.add_argument("--label", default="LABEL", metavar="L", help="the label, for those commands")
    parser.add_argument("--user", default="", metavar="ID", help="the started task's user id (default: the owner)")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def _explain(options: argparse.Namespace) -> int:
    from ..errors import UsageError

    if [options.code is not None, options.log is not None, options.rules].count(True) != 1:
        msg = "name a rule, such as ZC-EKU-02, or a return code, such as 8/8/44; or a log with --log FILE; or --rules"
        raise UsageError(msg)
    if options.rules or (options.code and "/" not in options.code and not options.code[0].isdigit()):
        return _rules(options)
    return _return_codes(options)


def _rules(options: argparse.Namespace) -> int:
    from ..audit.catalogue import catalogue, rule_named
    from ..show.rule_pages import rule_page, rules_page

    rules = list(catalogue().values()) if options.rules else [rule_named(options.code)]
    result = {"schema": "zowe-certs/explain/1", "rules": [rule.as_dict() for rule in rules]}
    printed(options, result, lambda: rules_page(rules) if options.rules else rule_page(rules[0]))
    return 0


def _return_codes(options: argparse.Namespace) -> int:
    from ..errors import SourceMissing, UsageError
    from ..keyring.return_codes import explain_return_code, return_codes_in
    from ..local_path import local_path
    from ..show.keyring_pages import meanings_page

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
