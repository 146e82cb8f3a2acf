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
from pathlib import Path

from benchmarks.keytool_script import run_keytool_script
from benchmarks.measure import Case, Side
from benchmarks.picture import draw_bare, labels, stores_of_500
from zowe_certs_kernel.folders import notebooks_folder
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.setup.plan import Plan
from zowe_certs_kernel.show.draw import Picture, draw_graph
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
_LUCK = _SHORT = 10  # runs a turn; an RSA key is found after a random number of tries


def _process(*command: str | Path) -> None:
    environment = {**os.environ, "ZOWE_KEYSTORE_PASSWORD": _PASSWORD}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # it would have every process compile its modules again
    subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=True)


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
        return "keytool is not on this machine"
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
    stores = tuple(stores_of_500(now))

    def draw(_: Path) -> Picture:
        return draw_graph(trust_graph(stores, at=now), title="500 certificates")

    layout = draw(_).layout
    marks = f"{len(layout.boxes)} boxes and {len(layout.routes)} lines, a collection each"
    ours = Side("trust graph and picture of 500 certificates as SVG, in process", draw)
    theirs = Side(f"matplotlib alone with {marks}, and {len(labels(layout))} texts", lambda _: draw_bare(layout))
    return Case("picture", ours, theirs, at_most=1.5)


CASES: dict[str, Callable[[Path], Case | str]] = {
    "set": _set,
    "setup": _setup,
    "help": _help,
    "notebook": _notebook,
    "picture": _picture,
}
