"""``zowe-certs inspect``: what is in any store, folder or TLS server, without a notebook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command

if TYPE_CHECKING:
    from ..stores.limits import Limits

__all__ = ["add"]

_NOT_READ = 3


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command(
        "inspect", _inspect, "Show what is in keystores, PEM files, key ring listings, folders or a TLS server."
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or host:port")
    parser.add_argument(
        "--password-from",
        action="append",
        default=[],
        metavar="[GLOB=]REF",
        help="env:NAME, file:PATH or prompt:, for the stores that GLOB names; may be given several times, also for "
        "keys that have another than their store (default: no password, then the two that Zowe has published)",
    )
    parser.add_argument("--compare-with", metavar="SOURCE", help="an older store: what was added, removed, renewed")
    parser.add_argument(
        "--prove-keys", action="store_true", help="open each private key and say whether it fits its certificate"
    )
    for name, what in (("rounds", "of one key derivation"), ("entries", "in a store"), ("bytes", "of a file")):
        parser.add_argument(f"--max-{name}", type=int, metavar="N", help=f"the most {name} {what} that is read")
    parser.add_argument("--full", action="store_true", help="also print every certificate in full")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it (default: text)")


def _inspect(options: argparse.Namespace) -> int:
    import json

    from ..errors import UsageError
    from ..show.inspect_steps import changes_page, changes_since, entries_page, inspection_result, source_findings
    from ..show.page import Findings, Page
    from ..stores.passwords import Passwords
    from ..stores.sources import read_sources

    passwords = Passwords(options.password_from)
    rows = tuple(read_sources(options.sources, passwords, prove_keys=options.prove_keys, limits=_limits(options)))
    stores = [row.store for row in rows if row.store]
    if options.compare_with is not None and len(stores) != 1:
        msg = f"--compare-with needs one store to compare, and {len(stores)} were read"
        raise UsageError(msg)
    changes = changes_since(options.compare_with, stores[0], passwords) if options.compare_with is not None else ()
    if options.format == "json":
        print(json.dumps(inspection_result(rows, changes), indent=1))
    else:
        page = entries_page(rows, full=options.full)
        more = changes_page(changes).blocks if changes else ()
        print(Page(None, [*page.blocks, *more, Findings(source_findings(rows))]))
    return _NOT_READ if any(row.error and row.named for row in rows) else 0


def _limits(options: argparse.Namespace) -> Limits:
    """The limits that options set, and the default ones.

    Raises:
        UsageError: one is not positive.
    """
    from ..errors import UsageError
    from ..stores.limits import Limits

    given = {name: getattr(options, f"max_{name}") for name in ("rounds", "entries", "bytes")}
    for name, most in given.items():
        if most is not None and most < 1:
            msg = f"--max-{name} must be a positive number, not {most}"
            raise UsageError(msg)
    return Limits(**{name: most for name, most in given.items() if most is not None})
