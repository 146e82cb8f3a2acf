"""``zowe-certs inspect``: what is in any store, folder or TLS server, without a notebook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, add_passwords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..stores.limits import Limits
    from ..stores.passwords import Passwords
    from ..stores.sources import SourceRow
    from ..trust.comparison import Change

__all__ = ["add"]

_FOUND, _NOT_READ = 1, 3
_HIGHEST = {"rounds": 1_000_000_000, "entries": 1_000_000, "bytes": 1 << 30}


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command(
        "inspect", _inspect, "Show what is in keystores, PEM files, key ring listings, folders or a TLS server."
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or host:port")
    add_passwords(parser)
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
    import sys

    from ..errors import ZoweCertsError
    from ..local_path import local_path
    from ..model import Severity
    from ..show.inspect_steps import changes_page, entries_page, inspection_result, source_findings
    from ..show.page import Findings, Page
    from ..show.text import visible
    from ..stores.passwords import Passwords
    from ..stores.sources import read_sources

    passwords, limits = Passwords(options.password_from), _limits(options)
    if options.compare_with is not None:
        local_path(options.compare_with, "--compare-with")
    rows = tuple(read_sources(options.sources, passwords, prove_keys=options.prove_keys, limits=limits))
    findings = source_findings(rows)
    changes: tuple[Change, ...] = ()
    not_compared: ZoweCertsError | None = None
    try:
        changes = _changes(options.compare_with, rows, passwords, limits)
    except ZoweCertsError as error:  # the rows are printed nevertheless
        not_compared = error
    if options.format == "json":
        print(json.dumps(inspection_result(rows, changes), indent=1))
    else:
        page = entries_page(rows, full=options.full)
        more = changes_page(changes).blocks if changes else ()
        print(Page(None, [*page.blocks, *more, Findings(findings)]))
    unread = [row.error for row in rows if row.error and row.named]
    if not sys.stdout.isatty():  # on a terminal the row has said it
        for why in unread:
            print(f"zowe-certs: {visible(str(why))}", file=sys.stderr)
    if not_compared:
        raise not_compared
    if unread:
        return _NOT_READ
    return _FOUND if any(found.severity is Severity.ERROR for found in findings) else 0


def _changes(older: str | None, rows: Sequence[SourceRow], passwords: Passwords, limits: Limits) -> tuple[Change, ...]:
    """What became of the entries of the older store; nothing where the one to compare cannot be read.

    Raises:
        StoreError: the older store cannot be read.
        UsageError: there is not one store to compare, or not one to compare it with.
    """
    from ..errors import UsageError
    from ..show.inspect_steps import changes_since

    stores = [row.store for row in rows if row.store]
    if older is None or (not stores and any(row.error and row.named for row in rows)):
        return ()
    if len(stores) != 1:
        msg = f"--compare-with needs one store to compare, and {len(stores)} were read"
        raise UsageError(msg)
    return changes_since(older, stores[0], passwords, limits)


def _limits(options: argparse.Namespace) -> Limits:
    """The limits that options set, and the default ones.

    Raises:
        UsageError: one is not positive, or higher than any file needs.
    """
    from ..errors import UsageError
    from ..stores.limits import Limits

    given = {name: getattr(options, f"max_{name}") for name in ("rounds", "entries", "bytes")}
    for name, most in given.items():
        if most is not None and most < 1:
            msg = f"--max-{name} must be a positive number" + (f", not {most}" if most > -_HIGHEST[name] else "")
            raise UsageError(msg)
        if most is not None and most > _HIGHEST[name]:
            msg = f"--max-{name} can be {_HIGHEST[name]:,} at most"
            raise UsageError(msg)
    return Limits(**{name: most for name, most in given.items() if most is not None})
