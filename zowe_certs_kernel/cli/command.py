"""What the commands share: how one is added, and where its work is, on the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..model import KeyType
    from ..secret import Secret

__all__ = [
    "Command",
    "add_directory_password",
    "add_fail_on",
    "add_passwords",
    "asked_key_type",
    "directory_password",
    "failing",
    "printed",
    "progress_line",
]

# Adds a command: its name, what carries it out and answers the exit code, and its help.
Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


_SEVERITIES = ("error", "warning", "info")


def add_fail_on(parser: argparse.ArgumentParser, *, default: str = "error") -> None:
    """Add ``--fail-on``, for commands that have findings; an empty default leaves it to the caller."""
    told = default or "what the notebook's fail_on says, else error"
    parser.add_argument(
        "--fail-on",
        choices=(*_SEVERITIES, "never"),
        default=default,
        help=f"exit with 1 on findings this bad or worse (default: {told})",
    )


def failing(options: argparse.Namespace) -> tuple[str, ...]:
    """The severities at which the exit code is 1."""
    return _SEVERITIES[: _SEVERITIES.index(options.fail_on) + 1] if options.fail_on != "never" else ()


def add_passwords(parser: argparse.ArgumentParser) -> None:
    """Add ``--password-from``, for commands that read stores."""
    parser.add_argument(
        "--password-from",
        action="append",
        default=[],
        metavar="[GLOB=]REF",
        help="env:NAME, file:PATH or prompt:, for the stores that GLOB names; may be given several times, also for "
        "keys that have another than their store (default: no password, then the two that Zowe has published)",
    )


def add_directory_password(parser: argparse.ArgumentParser) -> None:
    """Add ``--password-from``, for commands that change a KEYSTORE_DIRECTORY, whose own file holds its password."""
    parser.add_argument(
        "--password-from",
        metavar="REF",
        help="env:NAME, file:PATH or prompt:, where the one in zowe-certificates.env does not do "
        "(default: env:ZOWE_KEYSTORE_PASSWORD)",
    )


def directory_password(options: argparse.Namespace) -> Secret | None:
    """What that option points to, or None where it is not given and the default points to nothing.

    Raises:
        UsageError: it is no reference, or points to nothing.
    """
    from ..secret import DEFAULT_REFERENCE, password_outside

    return password_outside(options.password_from or DEFAULT_REFERENCE, strict=bool(options.password_from))()


def asked_key_type(options: argparse.Namespace) -> KeyType | None:
    """What ``--key-type`` names, upper and lower case alike; None where it is not given.

    Raises:
        UsageError: it is none of those that are made, or the key is to stay.
    """
    from ..errors import UsageError
    from ..model import KeyType

    if not options.key_type:
        return None
    found = next((kind for kind in KeyType if kind.upper() == options.key_type.upper()), None)
    if found is None:
        msg = f"--key-type is none of {', '.join(KeyType)}"
        raise UsageError(msg)
    if options.same_key:
        msg = "--key-type is for a new key, and --same-key keeps the one that is there: leave out one of them"
        raise UsageError(msg)
    return found


def printed(options: argparse.Namespace, result: dict[str, Any], page: Callable[[], object]) -> None:
    """Print the result as ``--json`` asks, else the page for people."""
    import json

    print(json.dumps(result, indent=1) if options.json else page())


@contextmanager
def progress_line(*, to_a_log: bool = True) -> Iterator[Callable[[str], None]]:
    """Shows where the work is: on a terminal in one line that goes again, else in lines, if they are for a log."""
    from ..show.text import visible

    live = sys.stderr.isatty()
    width = 0

    def progress(line: str) -> None:
        nonlocal width
        shown = visible(line)
        if live:
            print(f"\r{shown:{width}}", end="", file=sys.stderr, flush=True)
            width = len(shown)
        elif to_a_log:
            print(shown, file=sys.stderr, flush=True)

    try:
        yield progress
    finally:
        if live:
            print(f"\r{'':{width}}\r", end="", file=sys.stderr, flush=True)
