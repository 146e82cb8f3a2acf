"""``zowe-certs inspect``: what is in any store, folder or TLS server, without a notebook."""

from __future__ import annotations

import argparse

from .command import Command

__all__ = ["add"]

_NOT_READ = 3


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("inspect", _inspect, "Show what is in keystores, PEM files, folders or a TLS server.")
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or host:port")
    parser.add_argument(
        "--password-from",
        action="append",
        default=[],
        metavar="[GLOB=]REF",
        help="env:NAME, file:PATH or prompt:, for the stores that GLOB names; may be given several times "
        "(default: no password, then the two that Zowe has published)",
    )
    parser.add_argument("--compare-with", metavar="SOURCE", help="an older store: what was added, removed, renewed")
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
    rows = tuple(read_sources(options.sources, passwords))
    stores = [row.store for row in rows if row.store]
    if options.compare_with is not None and len(stores) != 1:
        msg = f"--compare-with needs one store to compare, and {len(stores)} were read"
        raise UsageError(msg)
    changes = changes_since(options.compare_with, stores[0], passwords) if options.compare_with is not None else ()
    if options.format == "json":
        print(json.dumps(inspection_result(rows, changes), indent=1, ensure_ascii=False))
    else:
        page = entries_page(rows, full=options.full)
        more = changes_page(changes).blocks if changes else ()
        print(Page(None, [*page.blocks, *more, Findings(source_findings(rows))]))
    return _NOT_READ if any(row.error and row.named for row in rows) else 0
