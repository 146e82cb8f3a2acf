"""The commands around the notebooks: ``new``, ``lab``, ``demo``, ``list`` and ``run``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .command import Command, add_fail_on, failing, progress_line

if TYPE_CHECKING:
    from ..run import RunResult

__all__ = ["add"]


def add(command: Command) -> None:
    """Add the commands and their options."""
    new = command("new", _new, "Copy the notebooks and the example settings to a folder of your own.")
    new.add_argument("folder", metavar="DIR", help="a folder that is new or empty")
    lab = command("lab", _lab, "Open JupyterLab on the start notebook, of your own copy if you stand in it.")
    lab.add_argument("more", nargs=argparse.REMAINDER, help="options for jupyter lab, such as --no-browser")
    demo = command("demo", _demo, "Run the main job on built-in example settings, without asking anything.")
    demo.add_argument("--out", default="out", metavar="DIR", help="where the run folder goes (default: out)")
    command("list", _list, "List the notebooks and their parameters.")
    _add_run(command("run", _run_notebook, "Run a notebook headlessly: report.html, result.json and an exit code."))


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NOTEBOOK", help="its name, such as 10_setup_certificates")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter; zowe-certs list names them"
    )
    parser.add_argument("--parameters", metavar="FILE.yaml", help="parameters from a file; --set wins over it")
    parser.add_argument("--out", default="out", metavar="DIR", help="where the run folder goes (default: out)")
    add_fail_on(parser, default="")


def _new(options: argparse.Namespace) -> int:
    import shlex
    import subprocess

    from ..local_path import local_path
    from ..own_copy import copy_notebooks

    folder = local_path(options.folder, "the name of the folder")
    print("Copied:", *copy_notebooks(folder), sep="\n  ")
    quoted = (subprocess.list2cmdline if os.name == "nt" else shlex.join)([str(folder)])
    go_there = "" if folder.samefile(".") else f"cd {quoted}, then "
    print(f"They are yours to change. Next: {go_there}zowe-certs lab")
    return 0


def _lab(options: argparse.Namespace) -> int:
    import subprocess

    from ..folders import lab_folder

    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={lab_folder()}"),
        *("--LabApp.default_url=/lab/tree/00_start_here.ipynb", "--KernelManager.transport_encryption=required"),
        *[word for word in options.more if word != "--"],
    ]
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:  # the usual way to end it, and JupyterLab has said so
        return 0


def _list(_: argparse.Namespace) -> int:
    from ..parameters import NOTEBOOKS

    for name, kind in NOTEBOOKS.items():
        print(f"{name}: {kind.purpose}\n    reads {kind.reads}; writes {kind.writes}")
        print("\n".join(f"    {line}" for line in kind.help().splitlines()), end="\n\n")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from ..model import Severity

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
    print("Next: zowe-certs lab, or zowe-certs setup -p YOUR.env (in a clone after .uv/bin/uv run, as in README)")
    return 0


def _run_notebook(options: argparse.Namespace) -> int:
    from ..show.text import visible

    _tell_of_own_copy(options.notebook)
    result = _notebook(options.notebook, _values(options), options.out)
    counts: Mapping[str, int] = result.result.get("counts", {})
    told = result.result.get("fail_on")
    options.fail_on = options.fail_on or (told if told in ("error", "warning", "info", "never") else "error")
    for finding in result.result.get("findings", ()):
        if not finding.get("waived"):
            print(f"{finding['severity']} {finding['rule']}: {visible(finding['message'])}")
    print(f"{result.report}")
    return int(any(counts.get(severity, 0) for severity in failing(options)))


def _tell_of_own_copy(name: str) -> None:
    """A notebook's name means the kit's own; whoever stands in a copy of it may have meant that."""
    from pathlib import Path

    from ..folders import notebooks_folder

    copy = Path(f"{name}.ipynb")
    if copy.name == str(copy) and copy.is_file() and not copy.absolute().is_relative_to(notebooks_folder()):
        own = f"{os.curdir}{os.sep}{copy}"
        print(f"zowe-certs: this runs the kit's own {name}; to run your copy, name its path: {own}", file=sys.stderr)


def _values(options: argparse.Namespace) -> dict[str, Any]:
    from ..errors import UsageError

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

    from ..errors import UsageError

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
    from ..local_path import local_path
    from ..run import run_notebook

    with progress_line() as progress:
        return run_notebook(name, values, out=local_path(out, "--out"), progress=progress)
