"""The benchmarks run and say what they found; how long anything takes is no matter of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Case, Row, Side, measured
from benchmarks.mixed_stores import KINDS, derive, make_stores
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import ciphers
from zowe_certs_kernel.stores.native_kdf import native_pkcs12_kdf
from zowe_certs_kernel.stores.passwords import open_with

ROOT = Path(__file__).resolve().parents[1]


def benchmarks(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def row(ours: float, theirs: float, *, at_most: float = 0.0, at_least: float = 0.0) -> Row:
    side = Side("work", lambda _: None)
    return Row(Case("case", side, side, at_most, at_least), [ours], [theirs])


def test_a_row_shows_both_sides_the_ratio_and_the_budget() -> None:
    ended = benchmarks("--only", "help", "--runs", "1")
    assert ended.returncode in (0, 1), ended.stderr
    head, ours, theirs = ended.stdout.splitlines()
    assert head.startswith("help: ")
    assert "budget at most 4 x: " in head
    assert ours.endswith("10 runs)  zowe-certs --help, a process")
    assert theirs.endswith("10 runs)  python -c pass, a process")


def test_json_holds_the_same() -> None:
    ended = benchmarks("--only", "help", "--runs", "1", "--json")
    (found,) = json.loads(ended.stdout)["rows"]
    assert (found["name"], found["budget"]) == ("help", {"at_most": 4})
    assert found["ratio"] == found["ours"]["median"] / found["theirs"]["median"]
    assert found["within"] is (ended.returncode == 0)
    assert found["ours"]["low"] <= found["ours"]["median"] <= found["ours"]["high"]


@pytest.mark.parametrize("name", ["setup", "inspect", "stores"])
def test_without_keytool_its_row_says_so_and_nothing_failed(name: str) -> None:
    ended = benchmarks("--only", name, PATH="")
    assert (ended.returncode, ended.stdout) == (0, f"{name}: skipped, keytool is not on this machine\n")


@pytest.mark.parametrize("arguments", [["--only", "nothing"], ["--only", ""], ["--runs", "0"], ["--runs", "many"]])
def test_what_cannot_be_measured_is_bad_usage(arguments: list[str]) -> None:
    assert benchmarks(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("found", "ratio", "within"),
    [
        (row(1.3, 1.0, at_most=1.3), 1.3, True),
        (row(1.4, 1.0, at_most=1.3), 1.4, False),
        (row(0.5, 7.5, at_least=15), 15.0, True),
        (row(0.5, 7.0, at_least=15), 14.0, False),
    ],
)
def test_a_budget_says_how_much_longer_or_how_much_faster(found: Row, ratio: float, within: bool) -> None:
    assert (found.ratio, found.within) == (ratio, within)
    assert ("within" in str(found)) is within


def test_what_is_no_time_is_what_the_work_returns(tmp_path: Path) -> None:
    case = Case("memory", Side("more", lambda _: 60.0), Side("less", lambda _: 40.0), at_most=1.5, unit="MB")
    found = measured(case, 2, tmp_path)
    assert (found.ours, found.theirs, found.within) == ([60.0, 60.0], [40.0, 40.0], True)
    assert "60.000 MB (60.000 to 60.000, 2 runs)  more" in str(found)
    assert found.as_dict()["unit"] == "MB"


def test_a_sample_counts_as_the_whole_that_it_stands_for(tmp_path: Path) -> None:
    def side(times: float) -> Side:
        return Side("work", lambda _: None, times=times)

    found = measured(Case("sample", side(1e9), side(0.0), at_most=1), 1, tmp_path)
    assert found.ours[0] > found.theirs[0] == 0.0


def test_the_mixed_stores_are_of_every_kind_and_made_once(tmp_path: Path) -> None:
    paths = make_stores(tmp_path / "stores", len(KINDS), "made up")
    formats = [open_with(path, [(Secret("made up"), False)]).store.format for path in paths]
    assert formats == ["PKCS12", "PKCS12", "PKCS12", "JKS", "PEM", "X.509 certificate"]
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in make_stores(tmp_path / "stores", len(KINDS), "another")] == before


def test_the_bare_derivations_are_those_that_a_reading_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    real = native_pkcs12_kdf

    def counted(digest: str, text: bytes, salt: bytes, purpose: int, rounds: int, size: int) -> bytes | None:
        asked.append((digest, purpose, rounds, size))
        return real(digest, text, salt, purpose, rounds, size)

    monkeypatch.setattr(ciphers, "native_pkcs12_kdf", counted)
    paths = make_stores(tmp_path / "stores", len(KINDS), "made up")
    asked.clear()
    for path in paths:
        open_with(path, [(Secret("made up"), False)])
    read = sorted(map(str, asked))
    asked.clear()
    derive(paths, "made up")
    assert sorted(map(str, asked)) == read
