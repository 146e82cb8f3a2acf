"""``zowe-certs audit``: each private key in each role and mode, as JSON and in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.audit.conftest import SCHEMA
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.setup import Made

PASSWORD = "unguessed"
HOST = "zos1.example.com"
ROLES = [
    "java_server",
    "java_server_with_host",
    "java_client",
    "java_mutual_tls",
    "openssl_server_with_host",
    "node_server",
]

Audit = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Audit:
    """Exit code, JSON and errors of ``zowe-certs audit``; ``env:STORE_PASSWORD`` is that of the made sets."""
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    def run(*arguments: object) -> tuple[int, dict[str, Any], str]:
        words = [*map(str, arguments), "--format", "json", "--password-from", "env:STORE_PASSWORD"]
        code = main(["audit", *words])
        said = capsys.readouterr()
        assert PASSWORD not in said.out + said.err
        found = json.loads(said.out or "{}")
        assert not found or [error.message for error in schema.iter_errors(found)] == []
        return code, found, said.err

    return run


def pair(made: Made) -> list[object]:
    folder, plan = made.plan.directory, made.plan
    return ["--keystore", folder / plan.keystore.path, "--truststore", folder / plan.truststore.path]


def verdicts(found: dict[str, Any], alias: str = "localhost") -> dict[tuple[str, str], str]:
    return {(one["role"], one["mode"]): one["verdict"] for one in found["roles"] if one["alias"] == alias}


def test_a_set_that_zowe_can_use_is_accepted_in_every_role_and_mode(
    audit: Audit, made_sets: Mapping[str, Made]
) -> None:
    code, found, _ = audit(*pair(made_sets["1.15"]), "--host", HOST)
    assert code == 0
    assert (found["schema"], found["verdict"], found["findings"]) == ("zowe-certs/audit/1", "accepted", [])
    expected = {(role, mode): "accepted" for role in ROLES for mode in ("STRICT", "NONSTRICT", "DISABLED")}
    assert verdicts(found) == expected


def test_a_role_has_what_the_contract_says(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    _, found, _ = audit(*pair(made_sets["1.15"]), "--host", "stranger.example.net", "--alias", "LOCALHOST")
    refused = next(one for one in found["roles"] if one["role"] == "java_server_with_host")
    keystore = next(one for one in found["inventory"] if one["alias"] == "localhost" and one["position"] == 0)
    assert refused.keys() >= {"source", "alias", "role", "mode", "verdict", "reason", "at_fault"}
    assert (refused["mode"], refused["verdict"]) == ("STRICT", "refused")
    assert refused["at_fault"] == keystore["sha256"]
    assert "stranger.example.net" in refused["reason"]
    assert refused["hosts"] == [{"host": "stranger.example.net", "verdict": "refused", "reason": refused["reason"]}]


def test_modes_drop_what_zowe_no_longer_checks_and_clients_outside_judge_for_themselves(
    audit: Audit, made_sets: Mapping[str, Made]
) -> None:
    _, found, _ = audit(*pair(made_sets["1.15"]), "--host", "stranger.example.net")
    said = verdicts(found)
    assert [said["java_server_with_host", mode] for mode in ("STRICT", "NONSTRICT", "DISABLED")] == [
        "refused",
        "accepted",
        "accepted",
    ]
    assert {said["openssl_server_with_host", mode] for mode in ("STRICT", "NONSTRICT", "DISABLED")} == {"refused"}


def test_one_name_that_fails_refuses_the_role_and_each_is_told(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    _, found, _ = audit(*pair(made_sets["1.15"]), "--host", HOST, "--host", "192.0.2.77")
    role = next(one for one in found["roles"] if one["role"] == "java_server_with_host" and one["alias"] == "localhost")
    assert role["verdict"] == "refused"
    assert [(one["host"], one["verdict"]) for one in role["hosts"]] == [(HOST, "accepted"), ("192.0.2.77", "refused")]


def test_without_a_host_the_roles_that_need_one_are_left_out(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    _, found, _ = audit(*pair(made_sets["1.15"]))
    assert {one["role"] for one in found["roles"]} == set(ROLES) - {"java_server_with_host", "openssl_server_with_host"}


def test_the_trust_store_of_somebody_else_refuses_all_that_is_verified(
    audit: Audit, made_sets: Mapping[str, Made]
) -> None:
    made, other = made_sets["1.15"], made_sets["1.28 as Zowe"]
    words = [*pair(made)[:2], "--truststore", other.plan.directory / other.plan.truststore.path]
    _, found, _ = audit(*words, "--host", HOST)
    said = verdicts(found)
    assert {verdict for (_, mode), verdict in said.items() if mode != "DISABLED"} == {"refused"}
    assert said["java_server", "DISABLED"] == said["java_mutual_tls", "DISABLED"] == "accepted"
    assert found["verdict"] == "refused"


def test_another_day_is_judged_as_of_that_day(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    _, found, _ = audit(*pair(made_sets["1.15"]), "--alias", "localhost", "--at", "2099-01-01")
    assert found["at"] == "2099-01-01T00:00:00Z"
    assert verdicts(found)["java_server", "STRICT"] == "refused"
    reasons = {one["reason"] for one in found["roles"] if one["role"] == "java_server" and one["mode"] == "STRICT"}
    assert all("ended" in reason for reason in reasons), reasons


def test_a_keystore_directory_is_judged_by_what_its_own_file_says(
    audit: Audit, made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["audit", str(made_sets["1.15"].plan.directory)])
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    assert "localhost in " in said.out
    assert PASSWORD not in said.out


def test_an_alias_that_is_not_there_is_refused_with_those_that_are(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    code, found, errors = audit(*pair(made_sets["1.15"]), "--alias", "zowe")
    assert (code, found) == (2, {})
    assert "no private key with alias 'zowe'; it has 'localhost', 'jwtsecret'" in errors


def test_an_unreadable_store_is_told_in_its_row_and_by_the_exit_code(
    audit: Audit, made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    keystore = made_sets["1.15"].plan.directory / made_sets["1.15"].plan.keystore.path
    code, found, errors = audit("--keystore", keystore, "--truststore", tmp_path / "nowhere.p12")
    assert code == 3
    assert (found["roles"], found["verdict"]) == ([], "not judged")
    assert [one["error"] and one["error"]["code"] for one in found["sources"]] == [None, "SourceMissing"]
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name what is to be audited"),
        (["--keystore", "k.p12"], "--truststore is missing"),
        (["--truststore", "t.p12"], "--keystore is missing"),
        (["x.p12", "--keystore", "k.p12", "--truststore", "t.p12"], "sources or settings are named too"),
        (["--keystore", ".", "--truststore", "t.p12"], "--keystore is a store, and . is a folder"),
        (["x.p12", "--at", "someday"], "--at must be a day such as"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(audit: Audit, words: list[str], said: str) -> None:
    code, found, errors = audit(*words)
    assert (code, found, errors.count("\n")) == (2, {}, 1)
    assert said in errors


def test_in_words_each_role_has_a_line_with_its_verdicts_and_the_reason(
    made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)
    main(["audit", *map(str, pair(made_sets["1.15"])), "--password-from", "env:STORE_PASSWORD"])
    said = capsys.readouterr().out
    assert "at both ends of mutual TLS, in Java" in said
    assert "No host name was asked for, so none was checked" in said


def changed(made: Made, folder: Path, *, old: str = "", new: str = "", lost: str = "") -> Path:
    """A copy of a KEYSTORE_DIRECTORY with a line of its file changed, or without one of its files."""
    shutil.copytree(made.plan.directory, folder)
    env = folder / "zowe-certificates.env"
    env.write_text(env.read_text("utf-8").replace(old, new) if old else env.read_text("utf-8"), encoding="utf-8")
    if lost:
        (folder / lost).unlink()
    return folder


def test_an_alias_of_the_settings_that_the_keystore_lacks_is_an_error(
    audit: Audit, made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    folder = changed(made_sets["1.15"], tmp_path / "k", old='KEY_ALIAS="localhost"', new='KEY_ALIAS="wrong"')
    if 'KEY_ALIAS="wrong"' not in (folder / "zowe-certificates.env").read_text("utf-8"):
        folder = changed(made_sets["1.15"], tmp_path / "l", old="KEY_ALIAS=localhost", new="KEY_ALIAS=wrong")
    code, found, _ = audit(folder)
    assert (code, found["verdict"]) == (1, "refused")
    assert [one["rule"] for one in found["findings"] if one["severity"] == "error"] == ["ZC-KS-02"]
    assert audit(folder, "--fail-on", "never")[0] == 0


def test_a_trust_store_that_is_not_there_is_an_error(
    audit: Audit, made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    made = made_sets["1.15"]
    code, found, _ = audit(changed(made, tmp_path / "k", lost=str(made.plan.truststore.path)))
    assert (code, found["verdict"]) == (1, "refused")
    assert "trust store" in found["findings"][0]["message"]


def test_the_mode_in_force_is_named(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    _, found, _ = audit(made_sets["1.15"].plan.directory)
    assert set(found["modes"].values()) <= {"STRICT", "NONSTRICT", "DISABLED"}
    assert len(found["modes"]) == 1


@pytest.mark.parametrize("host", ["https://zowe.example.com", "zowe.example.com:7554", "", " "])
def test_a_host_is_a_name_or_an_address_and_nothing_more(
    audit: Audit, made_sets: Mapping[str, Made], host: str
) -> None:
    code, found, errors = audit(*pair(made_sets["1.15"]), "--host", host)
    assert (code, found) == (2, {})
    assert "--host takes a host name or an address without scheme and port" in errors


def test_sources_without_a_key_are_told_apart_from_good_ones(audit: Audit, made_sets: Mapping[str, Made]) -> None:
    made = made_sets["1.15"]
    code, found, _ = audit(made.plan.directory / made.plan.truststore.path)
    assert (code, found["verdict"]) == (0, "not judged")
    assert "no keystore with a private key" in found["notes"][0]
