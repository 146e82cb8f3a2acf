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
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .run import RunResult

__all__ = ["main"]

_NEXT = "Next: bring it to z/OS. The same command with --dry-run shows the commands, file by file."
_SEVERITIES = ("error", "warning", "info")
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
    if options.act is _lab:
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
    from .errors import ZoweCertsError

    try:
        act: Callable[[argparse.Namespace], int] = options.act
        return act(options)
    except ZoweCertsError as error:
        from .show.text import visible

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
        "3 a source cannot be read, 4 a notebook failed, 5 refused to overwrite, 138 the kernel died.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.set_defaults(act=act)
        return added

    lab = command("lab", _lab, "Open JupyterLab on the start notebook.")
    lab.add_argument("more", nargs=argparse.REMAINDER, help="options for jupyter lab, such as --no-browser")
    demo = command("demo", _demo, "Run the main job on built-in example settings, without asking anything.")
    demo.add_argument("--out", default="out", metavar="DIR", help="where the run folder goes (default: out)")
    command("list", _list, "List the notebooks and their parameters.")
    _add_run(command("run", _run_notebook, "Run a notebook headlessly: report.html, result.json and an exit code."))
    _add_setup(command("setup", _setup, "Make a KEYSTORE_DIRECTORY from Zowe's .env file, without a notebook."))
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"zowe-certs {version('zowe-certs-kernel')}")
        parser.exit()


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NOTEBOOK", help="its name, such as 10_setup_certificates")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter; zowe-certs list names them"
    )
    parser.add_argument("--parameters", metavar="FILE.yaml", help="parameters from a file; --set wins over it")
    parser.add_argument("--out", default="out", metavar="DIR", help="where the run folder goes (default: out)")
    parser.add_argument(
        "--fail-on",
        choices=(*_SEVERITIES, "never"),
        default="error",
        help="exit with 1 on findings this bad or worse (default: error)",
    )


def _add_setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-p",
        dest="settings",
        action="append",
        required=True,
        metavar="FILE",
        help="zowe-setup-certificates.env; given again, a later file overrides the earlier ones",
    )
    parser.add_argument(
        "--keystore-directory", metavar="DIR", help="the folder made here (default: the file's KEYSTORE_DIRECTORY)"
    )
    parser.add_argument(
        "--release", default="", metavar="1.15", help="the Zowe they are for (default: what the file proves)"
    )
    parser.add_argument(
        "--password-from",
        metavar="REF",
        help="env:NAME, file:PATH or prompt:, for a file without a password (default: env:ZOWE_KEYSTORE_PASSWORD)",
    )
    parser.add_argument("--as-zowe", action="store_true", help="exactly what Zowe's own script makes, defects included")
    parser.add_argument(
        "--dry-run", action="store_true", help="show the plan and the commands that do the same; write nothing"
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace an existing directory; it stays as a dated copy"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _lab(options: argparse.Namespace) -> int:
    import subprocess

    from .folders import notebooks_folder

    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebooks_folder()}"),
        *("--LabApp.default_url=/lab/tree/00_start_here.ipynb", "--KernelManager.transport_encryption=required"),
        *[word for word in options.more if word != "--"],
    ]
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:  # the usual way to end it, and JupyterLab has said so
        return 0


def _list(_: argparse.Namespace) -> int:
    from .parameters import NOTEBOOKS

    for name, kind in NOTEBOOKS.items():
        print(f"{name}: {kind.purpose}\n    reads {kind.reads}; writes {kind.writes}")
        print("\n".join(f"    {line}" for line in kind.help().splitlines()), end="\n\n")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from .model import Severity

    result = _notebook("10_setup_certificates", {"keystore_directory": "{run}/keystore"}, options.out)
    made = result.result
    print(f"\nMade for Zowe {made['release']}, and read back:")
    for store in made["stores"]:
        entries = ", ".join(f"{entry['alias']} ({entry['kind'].replace('_', ' ')})" for entry in store["entries"])
        print(f"  {store['source']}: {entries}")
    shakes = made["handshakes"]
    print(
        f"{sum(shake['accepted'] for shake in shakes)} of {len(shakes)} mutual TLS handshakes in memory were accepted."
    )
    for finding in made["findings"]:
        print(f"{Severity(finding['severity']).capitalize()}: {finding['message']}.")
    print(f"\nThe directory is {result.folder / 'keystore'}, its random password is in its zowe-certificates.env")
    print(f"The report is    {result.report}")
    print("Next (with .uv/bin/uv run before it, as in README): zowe-certs lab, or zowe-certs setup -p YOUR.env")
    return 0


def _run_notebook(options: argparse.Namespace) -> int:
    result = _notebook(options.notebook, _values(options), options.out)
    counts: Mapping[str, int] = result.result.get("counts", {})
    for finding in result.result.get("findings", ()):
        print(f"{finding['severity']} {finding['rule']}: {finding['message']}")
    print(f"{result.report}")
    failing = _SEVERITIES[: _SEVERITIES.index(options.fail_on) + 1] if options.fail_on != "never" else ()
    return int(any(counts.get(severity, 0) for severity in failing))


def _values(options: argparse.Namespace) -> dict[str, Any]:
    from .errors import UsageError

    values = _parameters_file(options.parameters) if options.parameters else {}
    for number, assignment in enumerate(options.set, 1):
        name, equals, value = assignment.partition("=")
        if not equals or not name.isidentifier():
            msg = f"--set number {number} is not NAME=VALUE"
            raise UsageError(msg)
        values[name] = value
    return values


def _parameters_file(path: str) -> dict[str, Any]:
    from pathlib import Path

    import yaml

    from .errors import UsageError

    try:
        read = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"the parameters file {path} cannot be read: {error.strerror}"
        raise UsageError(msg) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        msg = f"the parameters file {path} is not YAML"
        raise UsageError(msg) from None
    if not isinstance(read or {}, dict) or not all(isinstance(name, str) for name in read or {}):
        msg = f"the parameters file {path} does not hold NAME: VALUE lines"
        raise UsageError(msg)
    return dict(read or {})


def _notebook(name: str, values: Mapping[str, object], out: str) -> RunResult:
    from .local_path import local_path
    from .run import run_notebook

    live = sys.stderr.isatty()

    def progress(line: str) -> None:
        print(f"\r\033[K{line}" if live else line, end="" if live else "\n", file=sys.stderr, flush=True)

    try:
        return run_notebook(name, values, out=local_path(out, "--out"), progress=progress)
    finally:
        if live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _setup(options: argparse.Namespace) -> int:
    from .local_path import local_path
    from .secret import DEFAULT_REFERENCE, password_outside
    from .setup import make, plan_setup
    from .show.page import Findings, Page, Text
    from .show.setup_pages import made_page, plan_page
    from .zowe.settings import read_settings

    settings = read_settings(
        [local_path(path, "-p") for path in options.settings],
        release=options.release,
        password=password_outside(options.password_from or DEFAULT_REFERENCE, strict=bool(options.password_from)),
        as_zowe=options.as_zowe,
    )
    given = options.keystore_directory
    folder = None if given is None else local_path(given, "--keystore-directory")
    plan = plan_setup(settings, directory=folder, as_zowe=options.as_zowe, replace=options.replace)
    if options.dry_run:
        _print(plan.as_dict() if options.json else plan_page(plan))
        return 0
    made = make(plan)
    _print(
        made.as_dict() if options.json else Page(made, [*made_page(made).blocks, Findings(made.findings), Text(_NEXT)])
    )
    return 0


def _print(shown: object) -> None:
    import json

    print(json.dumps(shown, indent=1, ensure_ascii=False) if isinstance(shown, dict) else shown)
