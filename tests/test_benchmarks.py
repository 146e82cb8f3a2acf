"""The benchmarks run and say what they found; how long anything takes is no matter of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Case, Row, Side

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


def test_without_keytool_its_row_says_so_and_nothing_failed() -> None:
    ended = benchmarks("--only", "setup", PATH="")
    assert (ended.returncode, ended.stdout) == (0, "setup: skipped, keytool is not on this machine\n")


@pytest.mark.parametrize("arguments", [["--only", "nothing"], ["--only", ""], ["--runs", "0"], ["--runs", "many"]])
def test_what_cannot_be_measured_is_bad_usage(arguments: list[str]) -> None:
    assert benchmarks(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("measured", "ratio", "within"),
    [
        (row(1.3, 1.0, at_most=1.3), 1.3, True),
        (row(1.4, 1.0, at_most=1.3), 1.4, False),
        (row(0.5, 7.5, at_least=15), 15.0, True),
        (row(0.5, 7.0, at_least=15), 14.0, False),
    ],
)
def test_a_budget_says_how_much_longer_or_how_much_faster(measured: Row, ratio: float, within: bool) -> None:
    assert (measured.ratio, measured.within) == (ratio, within)
    assert ("within" in str(measured)) is within
