"""The audit as a whole: a rule that fails, versions of Zowe, older audits, its output in a file, names that attack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.audit.conftest import Audit, told
from tests.audit.sets import PASSWORD, write_set
from tests.trust.scenarios.builder import make, rsa_key
from zowe_certs_kernel.audit import registry
from zowe_certs_kernel.audit.registry import Judgement
from zowe_certs_kernel.audit.subjects import Audited, KeyUse
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.model import Finding
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, write_pkcs12

ATTACKS = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    r"A$\frac{$ & \begin{x}",
    "\u202egro.elpmaxe\u2066 bidi",
    "\x1b[2J\x1b]0;owned\x07\r\nZC-OK all good\x00",
    "=cmd|'/c calc'!A1",
    "x" * 65_000,
)


def test_a_rule_that_fails_is_a_finding_and_all_others_are_judged(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(key: KeyUse) -> Iterator[Finding]:
        yield key.finding("ZC-EKU-03")
        msg = f"{key.name} is odd, and this text must not be shown"
        raise ZeroDivisionError(msg)

    from zowe_certs_kernel.audit import rules

    assert rules.__all__
    monkeypatch.setattr(registry, "RULES", registry.RULES)
    registry.RULES.insert(0, Judgement(("ZC-EKU-01",), KeyUse, fails))
    try:
        found = audit(write_set(tmp_path, {"party": {"leaf": {"purposes": "client"}}}).folder)
    finally:
        del registry.RULES[0]
    assert told(found) == [
        "error ZC-AUD-01 localhost.keystore.p12",
        "error ZC-EKU-01 localhost.keystore.p12 localhost",
    ]
    (one,) = (each for each in found["findings"] if each["rule"] == "ZC-AUD-01")
    assert one["message"] == "judging ZC-EKU-01 stopped with ZeroDivisionError"


def test_every_rule_asks_about_one_of_the_four_kinds_of_thing() -> None:
    from zowe_certs_kernel.audit import rules

    assert rules.__all__
    assert {rule.of.__name__ for rule in registry.RULES} == {"KeyUse", "SetUse", "StoreUse", Audited.__name__}


def test_without_zowes_files_certificates_are_judged_for_the_newest_version(audit: Audit, tmp_path: Path) -> None:
    written = write_set(tmp_path, {"party": {"leaf": {"digest": "sha384"}}})
    assert audit(written.folder)["profile"] == "zowe-v1"
    (written.folder / "zowe-certificates.env").unlink()
    (written.folder / "localhost" / "localhost.keystore.key").unlink()
    for path in (written.folder / "localhost").glob("*.p12"):
        path.rename(tmp_path / path.name)
    password = tmp_path / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    stores = [tmp_path / "localhost.keystore.p12", tmp_path / "localhost.truststore.p12"]
    found = audit(*stores, "--password-from", f"file:{password}")
    assert found["profile"] == "zowe-v3"
    assert told(found) == ["warning ZC-KEY-04 localhost.keystore.p12 localhost"]
    pair = audit("--keystore", stores[0], "--truststore", stores[1], "--password-from", f"file:{password}")
    assert told(pair) == told(found)


def test_jks_that_is_read_without_its_password_is_told_as_not_proved(audit: Audit, tmp_path: Path) -> None:
    root = x509.load_der_x509_certificate(make("Root", ca=True).der)
    (tmp_path / "trust.jks").write_bytes(write_jks([TrustedContent("root", root)], Secret(PASSWORD)))
    assert told(audit(tmp_path / "trust.jks")) == ["warning ZC-KS-01 trust.jks"]


def test_an_older_audit_shows_what_is_new_and_what_is_gone(
    audit: Audit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "before.json"
    first = write_set(tmp_path / "one", {"party": {"leaf": {"purposes": "client"}}})
    assert main(["audit", str(first.folder), "--format", "json", "--output", str(before)]) == 1
    assert capsys.readouterr().out == ""
    second = write_set(tmp_path / "two", {"party": {"leaf": {"purposes": "server"}}})
    found = audit(second.folder, "--compare-with", before)
    assert [one["rule"] for one in found["changes"]["new"]] == ["ZC-EKU-02"]
    assert [one["rule"] for one in found["changes"]["gone"]] == ["ZC-EKU-01"]
    assert main(["audit", str(second.folder), "--compare-with", str(before)]) == 1
    assert "1 new, 1 gone" in capsys.readouterr().out


def test_with_new_only_what_was_known_before_neither_shows_nor_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "before.json"
    folder = str(write_set(tmp_path, {"party": {"leaf": {"purposes": "client"}}}).folder)
    assert main(["audit", folder, "--format", "json", "--output", str(before)]) == 1
    assert main(["audit", folder, "--compare-with", str(before), "--new-only"]) == 0
    assert "ZC-EKU-01" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "no json", "[]", '{"schema": "zowe-certs/inspect/1", "findings": []}'])
def test_an_older_result_that_is_none_is_refused(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = tmp_path / "older.json"
    if content is not None:
        older.write_text(content, encoding="utf-8")
    folder = write_set(tmp_path, {}).folder
    assert main(["audit", str(folder), "--compare-with", str(older)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def attacked(folder: Path) -> Path:
    """A keystore and its trust store of which each name attacks who looks at it."""
    key = rsa_key("audit attack")
    parts = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, text, _validate=False) for text in ATTACKS]
    authority = make(x509.Name(parts), key=rsa_key("audit attacking root"), ca=True)
    above = x509.load_der_x509_certificate(authority.der)
    contents: list[KeyContent | TrustedContent] = []
    for number, text in enumerate(ATTACKS):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _validate=False)])
        leaf = make(name, authority, key=key, purposes="client", names=["dns:*.example.com", "uri:javascript:alert(1)"])
        alias = f"{text[:60_000].lower()} {number}"
        contents.append(KeyContent(alias, key, (x509.load_der_x509_certificate(leaf.der), above)))
    protection = Protection(Secret(PASSWORD), Profile.COMPATIBLE, 1_000)
    folder.mkdir(parents=True)
    (folder / "attack.keystore.p12").write_bytes(write_pkcs12(contents, protection))
    (folder / "attack.truststore.p12").write_bytes(write_pkcs12([TrustedContent(ATTACKS[3], above)], protection))
    return folder


@pytest.mark.filterwarnings("ignore:Attribute's length")  # of the name that is too long, as it is meant to be
def test_names_that_attack_do_no_harm_in_text_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = attacked(tmp_path / "stores")
    monkeypatch.setenv("STORES", PASSWORD)
    words = ["audit", str(folder), "--password-from", "env:STORES", "--host", "zos1.example.com"]
    assert main(words) == 1
    said = capsys.readouterr().out
    hidden = {character for character in said if not character.isprintable()} - {"\n"}
    assert hidden == set()
    assert not any(line.startswith("ZC-OK") for line in said.splitlines())
    assert max(map(len, said.splitlines())) < 70_000
    assert main([*words, "--format", "json"]) == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {one["rule"] for one in found["findings"]} >= {"ZC-EKU-01", "ZC-KS-05", "ZC-CHN-06"} - {"ZC-CHN-06"}
    assert all(len(one["message"]) < 4_000 for one in found["findings"])
