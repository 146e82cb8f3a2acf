"""``zowe-certs renew`` and ``rotate-ca``: what a person types, and what it answers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from zowe_certs_kernel.cli import main
from zowe_certs_kernel.issue import CertificateKind, generate_key, issue
from zowe_certs_kernel.lifecycle.change import contents_of, store_bytes
from zowe_certs_kernel.lifecycle.working_set import read_working_set
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores
LATER = (dt.datetime.now(dt.UTC) + dt.timedelta(days=120)).date().isoformat()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    env = tmp_path / "zowe.env"
    env.write_text(
        f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD={PASSWORD}\nKEYSTORE_DIRECTORY=/global/zowe/keystore\n"
        "ZOWE_CERTS_KEY_TYPE=EC-P256\nZOWE_CERTS_DAYS=100\nCOMPONENT_LEVEL_CERTIFICATES=zss\n",
        encoding="utf-8",
    )
    return make(plan_setup(read_settings([env], release="1.28"), directory=tmp_path / "key store")).plan.directory


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_shows_what_ends_when_and_writes_nothing(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bytes_of(directory)
    assert main(["renew", str(directory), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "What ends when" in told
    assert "To be renewed: 2 certificates" in told
    assert bytes_of(directory) == before
    assert not list(directory.parent.glob("key store.*"))


def test_all_that_the_authority_has_signed_is_renewed_with_new_keys(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_working_set(directory)
    assert main(["renew", str(directory), "--days", "200"]) == 0
    assert "To go back, move" in capsys.readouterr().out
    after = read_working_set(directory)
    for alias in ("localhost", "zss"):
        old, new = before.entry_of(alias).chain[0], after.entry_of(alias).chain[0]
        assert new.san == old.san
        assert new.subject == old.subject
        assert new.subject_key_identifier != old.subject_key_identifier
        assert old.not_after
        assert new.not_after
        assert new.not_after - old.not_after > dt.timedelta(days=99)


def test_one_alias_and_its_key_can_be_chosen(directory: Path) -> None:
    before = read_working_set(directory)
    assert main(["renew", str(directory), "--alias", "zss", "--same-key", "--host", "zss.example.com"]) == 0
    after = read_working_set(directory)
    assert after.entry.chain == before.entry.chain
    old, new = before.entry_of("zss").chain[0], after.entry_of("zss").chain[0]
    assert new.sha256 != old.sha256
    assert new.subject_key_identifier == old.subject_key_identifier
    assert set(new.san) - set(old.san) == {"dns:zss.example.com"}


def test_renewal_as_json_tells_the_way_back_and_no_password(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["renew", str(directory), "--json"]) == 0
    told = capsys.readouterr().out
    result = json.loads(told)
    assert result["schema"] == "zowe-certs/renewal/1"
    assert Path(result["changed"]["kept"]).is_dir()
    assert PASSWORD not in told


def test_the_authority_is_replaced_in_three_steps(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def authorities() -> set[str]:
        return {entry.alias for entry in read_working_set(directory).truststore.entries}

    old = read_working_set(directory).entry.chain[-1].sha256
    assert main(["rotate-ca", str(directory)]) == 0
    assert "No rotation has begun." in capsys.readouterr().out
    assert main(["rotate-ca", str(directory), "begin"]) == 0
    assert authorities() == {"localca", "localca-next"}
    assert read_working_set(directory).entry.chain[-1].sha256 == old
    capsys.readouterr()
    assert main(["rotate-ca", str(directory), "switch"]) == 0
    assert "signs 2 certificates" in capsys.readouterr().out
    assert authorities() == {"localca", "localca-previous"}
    assert read_working_set(directory).entry.chain[-1].sha256 != old
    assert main(["rotate-ca", str(directory), "finish"]) == 0
    told = capsys.readouterr().out
    assert "The rotation is finished: the authority is" in told
    assert "No rotation has begun" not in told
    assert authorities() == {"localca"}
    assert old not in {entry.chain[0].sha256 for entry in read_working_set(directory).truststore.entries}


def test_begin_can_be_taken_back_until_the_switch(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rotate-ca", str(directory), "begin"]) == 0
    assert main(["rotate-ca", str(directory), "cancel", "--dry-run"]) == 0
    assert "nothing was written yet" in capsys.readouterr().out
    assert main(["rotate-ca", str(directory), "cancel"]) == 0
    assert "The rotation was taken back: the authority is" in capsys.readouterr().out
    assert {entry.alias for entry in read_working_set(directory).truststore.entries} == {"localca"}


def test_a_trust_store_with_another_password_is_opened_by_it_and_keeps_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, own = read_working_set(directory), Secret("of the trust store")
    data = store_bytes(one.truststore, contents_of(one.truststore), own)
    (directory / one.truststore_path).write_bytes(data)
    monkeypatch.setenv("OWN", own.reveal())
    root = issue(CertificateKind.CA, (("CN", "Other"),), generate_key(KeyType.EC_P256), now=dt.datetime.now(dt.UTC))
    other = directory.parent / "other.cer"
    other.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    trust = ["trust", str(directory), str(other), "--confirm", root.certificate.fingerprint(SHA256()).hex()]
    for words in (["rotate-ca", str(directory), "begin"], ["renew", str(directory)], trust):
        assert main([*words, "--password-from", "env:OWN"]) == 0
    assert read_working_set(directory, [own]).truststore_password == own


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["renew", "{directory}", "--alias", "other"], "other"),
        (["renew", "{directory}", "--days", "0"], "days"),
        (["renew", "{directory}", "--key-type", "DSA"], "--key-type is none of RSA-2048"),
        (["renew", "{directory}", "--host", "not a name"], "not a name"),
        (["renew", "{directory}", "--at", "someday", "--dry-run"], "someday"),
        (["renew", "{directory}", "--at", "2027-01-01"], "what is signed is signed now"),
        (["rotate-ca", "{directory}", "begin", "--at", "2027-01-01"], "what is signed is signed now"),
        (["renew", "nowhere"], "there is no such folder"),
        (["rotate-ca", "{directory}", "switch"], "begin"),
        (["rotate-ca", "{directory}", "finish"], "has not begun"),
        (["rotate-ca", "{directory}", "cancel"], "there is nothing to cancel"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_changes_nothing(
    directory: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_of(directory)
    assert main([word.format(directory=directory) for word in words]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) == 1
    assert bytes_of(directory) == before
    assert not list(directory.parent.glob("key store.*"))


def test_where_nothing_can_be_renewed_a_dry_run_tells_what_ends_when(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["renew", str(directory), "--at", "2099-01-01", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "What ends when" in told
    assert "it ends on" in told
    assert "The local authority renews nothing here" in told


@pytest.mark.parametrize(
    "words",
    [["--days", "0"], ["--days", "9999"], ["--host", "not a name"], ["--same-key", "--key-type", "RSA-2048"]],
    ids=["no day", "too many days", "no name", "two choices"],
)
def test_a_dry_run_takes_no_choice_that_the_run_would_not_take(directory: Path, words: list[str]) -> None:
    assert main(["renew", str(directory), *words, "--dry-run"]) == main(["renew", str(directory), *words]) == 2


def test_a_store_that_was_named_and_is_missing_is_told(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = directory.parent / "no such.p12"
    assert main(["renew", str(directory), "--ca-store", str(missing), "--dry-run"]) == 3
    assert f"there is no {missing}" in capsys.readouterr().err


def test_several_sets_of_one_authority_go_over_to_the_same_next_one(tmp_path: Path) -> None:
    env, store = tmp_path / "zowe.env", tmp_path / "shared.p12"
    env.write_text(
        f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD={PASSWORD}\nKEYSTORE_DIRECTORY=/global/zowe/keystore\n"
        "ZOWE_CERTS_KEY_TYPE=EC-P256\n",
        encoding="utf-8",
    )
    settings = read_settings([env], release="1.28")
    sets = [make(plan_setup(settings, directory=tmp_path / name, ca_store=store)).plan.directory for name in ("a", "b")]
    for step in ("begin", "switch", "finish"):
        for one in sets:
            words = [] if step == "finish" else ["--ca-store", str(store)]
            assert main(["rotate-ca", str(one), step, *words]) == 0
    first, second = (read_working_set(one).entry.chain[-1] for one in sets)
    assert first == second
    assert {path.name for path in tmp_path.iterdir() if path.suffix == ".p12"} == {"shared.p12", "shared-next.p12"}


def test_a_certificate_that_has_ended_can_still_be_renewed(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["renew", str(directory), "--at", LATER, "--dry-run"]) == 0
    assert "days ago" in capsys.readouterr().out


def test_what_a_site_has_added_to_the_list_for_node_stays(directory: Path) -> None:
    listed = directory / "local_ca" / "localca.cer"
    own = (directory / "localhost" / "localhost.keystore.cer").read_bytes()
    listed.write_bytes(listed.read_bytes() + own)
    for step, count in (("begin", 3), ("switch", 3), ("finish", 2)):
        assert main(["rotate-ca", str(directory), step]) == 0
        assert listed.read_bytes().count(b"BEGIN CERTIFICATE") == count
        assert own in listed.read_bytes()


def test_another_set_that_trusts_the_next_authority_has_not_begun_a_rotation(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotate-ca", str(directory), "begin"]) == 0
    (kept,) = directory.parent.glob("key store.*")
    coming = directory / "local_ca" / "localca-next.cer"
    facts = {entry.alias: entry.chain[0] for entry in read_working_set(directory).truststore.entries}["localca-next"]
    assert main(["trust", str(kept), str(coming), "--confirm", facts.sha256 or ""]) == 0
    assert "localca-next" not in {entry.alias for entry in read_working_set(kept).truststore.entries}
    capsys.readouterr()
    assert main(["rotate-ca", str(kept)]) == 0
    assert "No rotation has begun." in capsys.readouterr().out


def test_files_of_a_component_are_those_that_were_there_in_upper_or_lower_case(tmp_path: Path) -> None:
    env = tmp_path / "zowe.env"
    env.write_text(
        f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD={PASSWORD}\nKEYSTORE_DIRECTORY=/global/zowe/keystore\n"
        "ZOWE_CERTS_KEY_TYPE=EC-P256\nCOMPONENT_LEVEL_CERTIFICATES=Gateway\n",
        encoding="utf-8",
    )
    made = make(plan_setup(read_settings([env], release="1.28"), directory=tmp_path / "keystore")).plan.directory
    before = bytes_of(made)
    assert main(["renew", str(made), "--alias", "gateway"]) == 0
    after = bytes_of(made)
    assert set(after) == set(before)
    assert {Path(name).name for name in after if after[name] != before[name]} == {
        "localhost.keystore.p12",
        *(f"localhost.keystore.Gateway{end}" for end in (".cer", ".cer-ebcdic", ".csr", ".key", "_signed.cer")),
    }
