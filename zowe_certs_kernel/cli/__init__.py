"""The command line, ``zowe-certs``.

Exit codes: 0 clean; 1 findings at or over ``--fail-on``; 2 bad usage, parameter or settings; 3 a
source could not be read; 4 a notebook raised; 5 refused to overwrite; 130 interrupted; 138 the
kernel died. An error of the program itself is 4 too. Errors go to stderr as one sentence.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from . import audit, explain, graph, inspect, instance, keyring, notebooks, renew, request, setup, trust

__all__ = ["main"]

_INTERRUPTED = 130
_UNEXPECTED = 4


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors never repeat a value, which may be a password."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments"):
            names = [word.partition("=")[0] for word in message.split() if word.startswith("-")]
            message = f"there is no option {', '.join(names)}" if names else "there are words too many"
            if any("pass" in name.lower() for name in names):
                message += (
                    "; a password is never an argument: pass it by --password-from env:NAME, file:PATH or prompt:"
                )
        self.exit(2, f"{self.prog}: {message}; {self.prog} --help tells what there is\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``zowe-certs`` with these arguments (None: those of the process); returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if arguments is None:  # a process of its own: let SIGTERM clean up as Ctrl-C does
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = _parser()
    options, more = parser.parse_known_args(arguments)
    if hasattr(options, "more"):  # lab passes on what JupyterLab knows
        options.more += more
    elif more:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    try:
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # who read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("zowe-certs: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return code


def _run(options: argparse.Namespace) -> int:
    from ..errors import ZoweCertsError

    try:
        act: Callable[[argparse.Namespace], int] = options.act
        return act(options)
    except ZoweCertsError as error:
        from ..show.text import visible

        lines = [visible(line) for line in str(error).splitlines()]
        print("zowe-certs: " + "\n".join(lines), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  # nothing that a person did may end in a traceback
        print(f"zowe-certs: unexpected {type(error).__name__}: {error}; please report it", file=sys.stderr)
        return _UNEXPECTED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="zowe-certs",
        description="Make, inspect, draw and explain Zowe's TLS certificates.",
        epilog="Exit codes: 0 clean, 1 findings at or over --fail-on, 2 bad usage or settings, "
        "3 a source cannot be read, 4 a notebook failed, 5 refused to overwrite, 130 interrupted, 138 the kernel died.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(act=act)
        return added

    notebooks.add(command)
    setup.add(command)
    inspect.add(command)
    audit.add(command)
    graph.add(command)
    trust.add(command)
    request.add(command)
    renew.add(command)
    keyring.add(command)
    instance.add(command)
    explain.add(command)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"zowe-certs {version('zowe-certs-kernel')}")
        parser.exit()
