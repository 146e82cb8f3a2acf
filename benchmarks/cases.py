"""What is compared with what, and the budget of each."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.keytool_script import run_keytool_script
from benchmarks.measure import Case, Side
from benchmarks.mixed_stores import KINDS, derive, make_stores
from benchmarks.picture import draw_bare, labels, stores_of
from zowe_certs_kernel.folders import notebooks_folder
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.setup.plan import Plan
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.folding import folded
from zowe_certs_kernel.show.layout import place
from zowe_certs_kernel.stores import Profile, Protection
from zowe_certs_kernel.trust.graph import trust_graph
from zowe_certs_kernel.zowe.settings import read_settings

try:  # CPython's own is faster on 20 bytes than OpenSSL's: the harder measure
    from _sha1 import sha1  # type: ignore[import-not-found]  # typeshed leaves it out
except ImportError:
    from hashlib import sha1

__all__ = ["CASES"]

_ROOT = Path(__file__).resolve().parents[1]
_EXAMPLE = notebooks_folder() / "examples" / "zowe-setup-certificates-1.28.env"
_KIT = (sys.executable, "-m", "zowe_certs_kernel")
_PASSWORD = secrets.token_urlsafe()
_NO_KEYTOOL = "keytool is not on this machine"
_MANY = 1_000  # stores
_LUCK = _SHORT = 10  # runs a turn; an RSA key is found after a random number of tries


def _environment() -> dict[str, str]:
    environment = {**os.environ, "ZOWE_KEYSTORE_PASSWORD": _PASSWORD}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # it would have every process compile its modules again
    return environment


def _process(*command: str | Path) -> None:
    subprocess.run(command, cwd=_ROOT, env=_environment(), capture_output=True, text=True, check=True)


def _peak(*command: str | Path) -> float:
    """The most memory that a process had, in megabytes (``getrusage``: Linux counts in KiB, macOS in bytes)."""
    started = subprocess.Popen(command, cwd=_ROOT, env=_environment(), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def _plan(folder: Path) -> Plan:
    return plan_setup(read_settings([_EXAMPLE], password=lambda: Secret(_PASSWORD)), directory=folder / "keystore")


def _set(scratch: Path) -> Case:
    plan = _plan(scratch)

    def bare(_: Path) -> None:
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        for _certificate in plan.certificates:
            generate_private_key(public_exponent=65537, key_size=2048)
        _derive(plan)

    words = f"read, plan and make the 1.28 example, in process, imports warm, {os.cpu_count()} cores"
    ours = Side(words, lambda folder: make(_plan(folder)), often=_LUCK)
    words = f"its {len(plan.certificates)} RSA-2048 keys and its key derivations alone, one after another"
    return Case("set", ours, Side(words, bare, often=_LUCK), at_most=1.3)


def _derive(plan: Plan) -> None:
    """The bare rounds: RFC 7292, appendix B (three chains for a bag, one for integrity), or PBKDF2."""
    for store in plan.stores:
        rounds = Protection(store.password, store.profile, store.rounds).rounds
        bags = 1 + sum(entry.kind is EntryKind.PRIVATE_KEY for entry in store.entries)
        modern = store.profile is Profile.MODERN
        for _ in range(bags if modern else 0):
            hashlib.pbkdf2_hmac("sha256", b"password", bytes(20), rounds, 32)
        digest = hashlib.sha256 if modern else sha1
        for _ in range(1 if modern else 3 * bags + 1):
            link = bytes(20)
            for _ in range(rounds):
                link = digest(link).digest()


def _setup(scratch: Path) -> Case | str:
    keytool = shutil.which("keytool")
    if not keytool:
        return _NO_KEYTOOL
    plan, command = _plan(scratch), (*_KIT, "setup", "-p", _EXAMPLE, "--keystore-directory")
    words = "zowe-certs setup of the 1.28 example, a process"
    ours = Side(words, lambda folder: _process(*command, folder / "keystore"), often=_LUCK)
    words = "the ten keytool runs of Zowe 1.28's script for the same, without its javac and java runs"
    return Case("setup", ours, Side(words, lambda folder: run_keytool_script(keytool, plan, folder)), at_least=15)


def _help(_: Path) -> Case:
    ours = Side("zowe-certs --help, a process", lambda _: _process(*_KIT, "--help"), often=_SHORT)
    theirs = Side("python -c pass, a process", lambda _: _process(sys.executable, "-c", "pass"), often=_SHORT)
    return Case("help", ours, theirs, at_most=4)


def _notebook(scratch: Path) -> Case:
    empty = scratch / "empty.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    empty.write_text(json.dumps({"cells": [], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    run = (*_KIT, "run", "10_setup_certificates", "--out")
    papermill = (sys.executable, "-m", "papermill", empty)
    ours = Side(
        "zowe-certs run 10_setup_certificates with its report, a process", lambda folder: _process(*run, folder)
    )
    words = "papermill with a notebook that has no cell, a process"
    return Case("notebook", ours, Side(words, lambda folder: _process(*papermill, folder / "x.ipynb")), at_most=2)


def _picture(_: Path) -> Case:
    now = dt.datetime.now(dt.UTC)
    stores = tuple(stores_of(500, now))

    def draw(_: Path) -> Picture:
        return draw_graph(trust_graph(stores, at=now), title="500 certificates")

    layout = draw(_).layout
    marks = f"{len(layout.boxes)} boxes and {len(layout.routes)} lines, a collection each"
    ours = Side("trust graph and picture of 500 certificates as SVG, in process", draw)
    theirs = Side(f"matplotlib alone with {marks}, and {len(labels(layout))} texts", lambda _: draw_bare(layout))
    return Case("picture", ours, theirs, at_most=1.5)


def _graph(many: int, _: Path) -> Case:
    """Does ten times as much take ten times as long, up to drawing?"""

    def side(certificates: int) -> Side:
        now = dt.datetime.now(dt.UTC)
        stores, times = tuple(stores_of(certificates, now)), many // certificates
        words = f"trust graph and layout of {certificates} certificates{f', {times} times' if times > 1 else ''}"
        return Side(words, lambda _: place(trust_graph(stores, at=now), title=words), often=_SHORT, times=times)

    return Case(f"graph{many}", side(many), side(many // 10), at_most=1.5)


def _drawing(many: int, _: Path) -> Case:
    """Does ten times as much take ten times as long to draw, nothing folded?"""

    def side(certificates: int, often: int) -> Side:
        now = dt.datetime.now(dt.UTC)
        graph, times = trust_graph(stores_of(certificates, now), at=now), many // certificates
        words = f"a picture of {certificates} certificates{f', {times} times' if times > 1 else ''}, nothing folded"
        return Side(words, lambda _: draw_graph(graph, title=words), often, times)

    return Case(f"drawing{many}", side(many, 2), side(many // 10, _SHORT), at_most=1.5)


def _folded(_: Path) -> Case:
    now = dt.datetime.now(dt.UTC)
    many, few = (trust_graph(stores_of(certificates, now), at=now) for certificates in (500, 50))
    ours = Side("500 certificates folded and drawn", lambda _: draw_graph(folded(many), title="500"), often=2)
    return Case("folded", ours, Side("50 certificates drawn", lambda _: draw_graph(few, title="50"), 2), at_most=2)


def _inspect_command(*paths: Path) -> tuple[str | Path, ...]:
    return (*_KIT, "inspect", *paths, "--password-from", "env:ZOWE_KEYSTORE_PASSWORD")


def _keytool_list(keytool: str, path: Path) -> None:
    if path.suffix in {".pem", ".der"}:
        _process(keytool, "-printcert", "-v", "-file", path)
    else:
        _process(keytool, "-list", "-v", "-keystore", path, "-storepass:env", "ZOWE_KEYSTORE_PASSWORD")


def _inspect(scratch: Path) -> Case | str:
    keytool = shutil.which("keytool")
    if not keytool:
        return _NO_KEYTOOL
    store = make_stores(scratch / "stores", _MANY, _PASSWORD)[0]
    ours = Side("zowe-certs inspect of a PKCS12 store, a process", lambda _: _process(*_inspect_command(store)), _SHORT)
    theirs = Side("keytool -list -v of the same, a process", lambda _: _keytool_list(keytool, store), _SHORT)
    return Case("inspect", ours, theirs, at_least=2)


def _stores(scratch: Path) -> Case | str:
    keytool = shutil.which("keytool")
    if not keytool:
        return _NO_KEYTOOL
    paths = make_stores(scratch / "stores", _MANY, _PASSWORD)
    sample = paths[: 3 * len(KINDS)]

    def one_by_one(_: Path) -> None:
        for path in sample:
            _keytool_list(keytool, path)

    words = f"zowe-certs inspect of {len(paths):,} stores ({', '.join(KINDS)}), a process"
    ours = Side(words, lambda _: _process(*_inspect_command(*paths)))
    words = f"keytool -list -v or -printcert of each, reckoned from the first {len(sample)}"
    return Case("stores", ours, Side(words, one_by_one, times=len(paths) / len(sample)), at_least=50)


def _rounds(scratch: Path) -> Case:
    paths = make_stores(scratch / "stores", _MANY, _PASSWORD)
    words = f"zowe-certs inspect of {len(paths):,} stores, a process"
    ours = Side(words, lambda _: _process(*_inspect_command(*paths)))
    words = f"their key derivations alone, in process, {os.cpu_count()} at a time"
    return Case("rounds", ours, Side(words, lambda _: derive(paths, _PASSWORD)), at_most=2)


def _memory(scratch: Path) -> Case | str:
    if os.name == "nt":
        return "Windows does not say how much memory a process took at most"
    paths = make_stores(scratch / "stores", _MANY, _PASSWORD)
    few = paths[: _MANY // 10]
    ours = Side(f"zowe-certs inspect of {len(paths):,} stores", lambda _: _peak(*_inspect_command(*paths)))
    theirs = Side(f"zowe-certs inspect of {len(few)} stores", lambda _: _peak(*_inspect_command(*few)))
    return Case("memory", ours, theirs, at_most=1.5, unit="MB")


CASES: dict[str, Callable[[Path], Case | str]] = {
    "set": _set,
    "setup": _setup,
    "help": _help,
    "notebook": _notebook,
    "picture": _picture,
    "graph50": partial(_graph, 50),
    "graph500": partial(_graph, 500),
    "drawing50": partial(_drawing, 50),
    "drawing500": partial(_drawing, 500),
    "folded": _folded,
    "inspect": _inspect,
    "stores": _stores,
    "rounds": _rounds,
    "memory": _memory,
}
