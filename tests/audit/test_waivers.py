"""Waivers: what they set aside, until when, and what is refused in their file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.audit.conftest import Audit, told
from tests.audit.sets import write_set
from zowe_certs_kernel.audit.waivers import Waiver, read_waivers
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.errors import SettingsError
from zowe_certs_kernel.model import Finding, Severity

ONLY_CLIENTS = {"party": {"leaf": {"purposes": "client"}}}
FOUND = Finding("ZC-EKU-01", Severity.ERROR, "m", "w", "f", where={"source": "/a/b/k.p12", "alias": "Zowe",
                                                                "sha256": "ab" * 32})  # fmt: skip


def write(folder: Path, text: str) -> Path:
    path = folder / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_waived_error_stays_in_the_report_marked_and_does_not_fail_the_run(audit: Audit, tmp_path: Path) -> None:
    written = write_set(tmp_path, ONLY_CLIENTS)
    waivers = write(tmp_path, "waivers:\n- {rule: zc-eku-01, reason: replaced on Monday, until: 2999-01-31}\n")
    found = audit(written.folder, "--waivers", waivers)
    assert told(found) == ["waived ZC-EKU-01 localhost.keystore.p12 localhost"]
    assert found["findings"][0]["waived"] == "replaced on Monday (until 2999-01-31)"
    assert (found["counts"]["error"], found["waived"]) == (0, 1)


def test_the_last_day_of_a_waiver_counts_and_the_day_after_does_not(audit: Audit, tmp_path: Path) -> None:
    written = write_set(tmp_path, ONLY_CLIENTS)
    last = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3)
    waivers = write(tmp_path, f"waivers:\n- {{rule: ZC-EKU-01, reason: r, until: {last}}}\n")
    day_after = last + dt.timedelta(days=1)
    assert "waived" in audit(written.folder, "--waivers", waivers, "--at", last)["findings"][0]
    found = audit(written.folder, "--waivers", waivers, "--at", day_after)
    assert told(found) == ["error ZC-EKU-01 localhost.keystore.p12 localhost", "warning ZC-AUD-02 waivers.yaml"]


@pytest.mark.parametrize(
    ("more", "matches"),
    [
        ({}, True),
        ({"source": "*/k.p12"}, True),
        ({"source": "/a/?/k.p12"}, True),
        ({"source": "k.p12"}, False),
        ({"alias": "zowe"}, True),
        ({"alias": "zow"}, False),
        ({"sha256": "abab"}, True),
        ({"sha256": "ba"}, False),
    ],
)
def test_a_waiver_is_for_what_it_names_and_for_nothing_else(more: dict[str, Any], matches: bool) -> None:
    waiver = replace(Waiver("ZC-EKU-01", "r", dt.date.max), **more)
    assert waiver.matches(FOUND) is matches
    assert not replace(waiver, rule="ZC-EKU-02").matches(FOUND)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a list under waivers"),
        ("- a\n", "a list under waivers"),
        ("waivers: 3\n", "a list under waivers"),
        ("waivers: []\nmore: 1\n", "a list under waivers"),
        ("waivers:\n- text\n", "line 2: it is not NAME: VALUE lines"),
        ("waivers:\n- {rule: ZC-EKU-01, until: 2999-01-01}\n", "line 2: reason is missing"),
        ("waivers:\n- {rule: ZC-EKU-01, reason: ' ', until: 2999-01-01}\n", "line 2: reason is missing"),
        ("waivers:\n- {reason: r}\n", "line 2: rule and until is missing"),
        ("waivers:\n- {rule: ZC-NO-01, reason: r, until: 2999-01-01}\n", "line 2: there is no rule 'ZC-NO-01'"),
        ("waivers:\n- {rule: ZC-EKU-01, reason: r, until: soon}\n", "line 2: until is no day"),
        ("waivers:\n- {rule: ZC-EKU-01, reason: r, until: 2999-01-01, file: x}\n", "line 2: file is none of alias"),
        ("waivers:\n- [\n", "it is not YAML (line 3)"),
        ("waivers: !!python/object:os.system x\n", "it is not YAML"),
        ("a: &a [1]\nb: *c\n", "it is not YAML"),
    ],
)
def test_a_file_that_is_no_list_of_waivers_is_refused_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read_waivers(write(tmp_path, text))
    assert problem in str(refused.value)


def test_a_file_that_is_missing_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    for content in (None, b"\xff\xfe\x00\xd8", b"x" * (2 << 20)):
        path = tmp_path / "w.yaml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SettingsError):
            read_waivers(path)


def test_the_command_refuses_such_a_file_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = write_set(tmp_path, {})
    code = main(["audit", str(written.folder), "--waivers", str(write(tmp_path, "waivers: x\n"))])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.count("\n") == 1
