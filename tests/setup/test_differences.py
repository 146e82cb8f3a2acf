"""docs/differences-from-zowe.md is true: its tests are there, its numbers are whole, and what no other test shows."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography import x509

from zowe_certs_kernel.setup import Plan, make

from .conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "differences-from-zowe.md").read_text(encoding="utf-8")

# Runs the program and then tells which other programs it started and which files it opened to write.
WATCHED = """
import json, os, sys
seen = []
def watch(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"):
        seen.append(event)
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and "__pycache__" not in str(path):
            seen.append(os.path.abspath(path))
sys.addaudithook(watch)
from zowe_certs_kernel.cli import main
code = main(sys.argv[1:])
print(json.dumps(seen), file=sys.stderr)
sys.exit(code)
"""


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)((?:::\w+)*)`", PAGE)
    assert len(named) > 25
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert set(name.split("::")[1:]) <= found, f"{path}{name}"


def test_each_of_the_forty_numbers_stands_in_one_place() -> None:
    rows = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)]
    assert sorted(rows) == list(range(1, 41))


def test_every_row_of_what_is_better_names_its_test() -> None:
    better = PAGE.partition("## Made better")[2].partition("\nThree more")[0]
    rows = re.findall(r"^\| \d+ \|.*$", better, re.MULTILINE)
    assert len(rows) > 20
    assert all("`tests/" in row.split("|")[-2] for row in rows)


def test_no_other_program_is_started_and_nothing_is_written_elsewhere(env: Callable[..., Path], tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c", WATCHED, "setup", "-p", str(env()), "--release", "1.15"),
            *("--keystore-directory", str(tmp_path / "ks"), "--ca-store", str(tmp_path / "ca.p12")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stderr.splitlines()[-1])
    assert len(seen) >= 12
    assert [what for what in seen if not Path(what).is_relative_to(tmp_path)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.p12", "ks", "zowe.env"]


def test_the_password_is_in_the_one_file_in_which_zowe_needs_it(plan: Callable[..., Plan]) -> None:
    made = make(plan(release="1.15"))
    holding = [
        path.name
        for path in made.plan.directory.rglob("*")
        if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]
    assert holding == ["zowe-certificates.env"]


def test_no_certificate_outlives_its_authority(plan: Callable[..., Plan]) -> None:
    made = make(plan(COMPONENT_LEVEL_CERTIFICATES="zss"))
    ends = {
        path.name: x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        for path in made.plan.directory.rglob("*.cer")
    }
    assert len(ends) == 5
    assert max(ends.values()) == ends["localca.cer"]
