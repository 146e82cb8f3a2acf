"""The local authority signs anew: same names, same kind of key, no more than was asked for."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.lifecycle.sets import DAY, HOST, NOW, Others, bytes_of, made_set, pem, secret, with_key
from zowe_certs_kernel.errors import UsageError, WrongPassword
from zowe_certs_kernel.issue import CertificateKind, generate_key, issue
from zowe_certs_kernel.lifecycle.change import compared
from zowe_certs_kernel.lifecycle.renewal import make_renewal, plan_renewal, renewal_change
from zowe_certs_kernel.lifecycle.request import request_of_entry
from zowe_certs_kernel.lifecycle.signing import issued_by
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent
from zowe_certs_kernel.stores.certificate import load_certificate, public_key_of
from zowe_certs_kernel.trust.comparison import ChangeKind

Again = Callable[[WorkingSet], WorkingSet]
LATER = NOW + 100 * DAY


def test_by_default_all_that_the_authority_signed_gets_a_new_key_and_as_long_a_life(
    keystore: WorkingSet, again: Again
) -> None:
    plan = plan_renewal(keystore, days=365, at=LATER)
    assert [(row.alias, row.same_key, row.key_type) for row in plan.rows] == [
        ("localhost", False, KeyType.EC_P256),
        ("gateway", False, KeyType.EC_P256),
    ]
    before = bytes_of(keystore.directory)
    made = make_renewal(plan)
    now = again(keystore)
    for row in plan.rows:
        old, new = row.facts, now.entry_of(row.alias).chain[0]
        assert (new.subject, new.san, new.key, new.issuer) == (old.subject, old.san, old.key, old.issuer)
        assert (new.extended_key_usage, new.key_usage) == (old.extended_key_usage, old.key_usage)
        assert public_key_of(new) != public_key_of(old)
        assert (new.not_before, new.not_after) == (LATER, row.new_end)
        assert row.new_end == LATER + 365 * DAY
    assert now.truststore == keystore.truststore
    assert now.keystore.protection == keystore.keystore.protection
    assert made.placed.kept
    assert bytes_of(made.placed.kept) == before
    assert made.placed.kept.name == f"keystore.{LATER:%Y%m%dT%H%M%SZ}"


def test_the_files_of_a_renewed_key_are_those_of_a_set_up(keystore: WorkingSet, again: Again) -> None:
    before = bytes_of(keystore.directory)
    make_renewal(plan_renewal(keystore, aliases=["GATEWAY"]))
    after = bytes_of(again(keystore).directory)
    stem = "localhost/localhost.keystore"
    changed = {name for name in before if before[name] != after[name]}
    endings = (".cer", ".cer-ebcdic", ".key", ".csr", "_signed.cer")
    assert changed == {f"{stem}.p12", *(f"{stem}.gateway{ending}" for ending in endings)}
    assert after.keys() == before.keys()
    leaf = load_certificate(again(keystore).entry_of("gateway").chain[0].der)
    assert after[f"{stem}.gateway.cer"] == pem(leaf)
    assert x509.load_pem_x509_csr(after[f"{stem}.gateway.csr"]).public_key() == leaf.public_key()


def test_a_key_of_a_kind_that_is_not_made_here_is_told_before_another_one_takes_its_place(
    keystore: WorkingSet, again: Again
) -> None:
    key = ec.generate_private_key(ec.SECP521R1())
    signer = issued_by(plan_renewal(keystore).authority)
    made = issue(CertificateKind.SERVICE, (("CN", "Long"),), key, now=NOW, issuer=signer, san=["dns:a.b"])
    with_key(keystore, KeyContent("gateway", key, made.chain))
    one = again(keystore)
    said = "gateway: the key was EC 521 and the new one is EC-P384, for RSA-2048, "
    assert [note for note in plan_renewal(one).notes if note.startswith(said) and "P-521" in note]
    assert any(note.startswith(said) for note in request_of_entry(one, alias="gateway", new_key=True).notes)
    same = [*plan_renewal(one, same_key=True).notes, *request_of_entry(one, alias="gateway").notes]
    assert not [note for note in [*same, *plan_renewal(keystore).notes] if "the key was" in note]


def test_the_same_key_can_stay(keystore: WorkingSet) -> None:
    plan = plan_renewal(keystore, aliases=["localhost"], same_key=True, hosts=["new.example.com", HOST])
    ((_, changes),) = compared(renewal_change(plan))
    assert [(one.alias, one.kind) for one in changes] == [("localhost", ChangeKind.RENEWED)]
    (change,) = changes
    assert change.after
    assert change.after.chain[0].san == (*keystore.entry.chain[0].san, "dns:new.example.com")


def test_no_certificate_outlives_its_authority(keystore: WorkingSet) -> None:
    (row, _) = plan_renewal(keystore, at=LATER).rows
    (authority,) = {entry.chain[-1] for entry in keystore.keystore.entries}
    assert row.new_end == authority.not_after
    assert f"cut to the end of its authority, {authority.end_day}" in row.why
    assert any("not end later" in note for note in plan_renewal(keystore, at=LATER).notes)


def test_names_of_any_kind_are_kept(keystore: WorkingSet, again: Again) -> None:
    key = generate_key(KeyType.EC_P256)
    odd = x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x0c\x01x")
    names: list[str | x509.GeneralName] = [
        "dns:zos1.example.com",
        "email:zowe@example.com",
        "uri:spiffe://zowe/gateway",
        odd,
    ]
    authority = plan_renewal(keystore).authority
    signer = issued_by(authority)
    made = issue(CertificateKind.SERVICE, (("CN", "Odd"),), key, now=NOW, issuer=signer, san=names, days=9)
    with_key(keystore, KeyContent("gateway", key, made.chain))
    one = again(keystore)
    plan = plan_renewal(one, aliases=["gateway"])
    assert plan.authority.certificate == authority.certificate
    assert plan.rows[0].lost_names == ()
    make_renewal(plan)
    new = load_certificate(again(one).entry_of("gateway").chain[0].der)
    held = new.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(held) == list(made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    assert odd in list(held)


def test_what_others_signed_is_not_renewed_here(keystore: WorkingSet, again: Again, authority: Others) -> None:
    key = generate_key(KeyType.EC_P256)
    made = issue(CertificateKind.SERVICE, (("CN", "Theirs"),), key, now=NOW, issuer=authority.below, san=["dns:a.b"])
    with_key(keystore, KeyContent("gateway", key, made.chain))
    one = again(keystore)
    assert [row.alias for row in plan_renewal(one).rows] == ["localhost"]
    with pytest.raises(UsageError, match=r"gateway is signed by CN=Example Below,O=Example, not by .* import-reply"):
        plan_renewal(one, aliases=["localhost", "gateway"])


def test_an_authority_that_ends_cannot_renew(keystore: WorkingSet) -> None:
    end = plan_renewal(keystore).authority.certificate.not_after
    assert end
    with pytest.raises(UsageError, match=r"cannot be used again: it ends on .* rotate-ca"):
        plan_renewal(keystore, at=end - dt.timedelta(hours=23))


def test_an_authority_apart_signs_with_its_own_password(tmp_path: Path, again: Again) -> None:
    keystore = made_set(tmp_path, ca_store=tmp_path / "authority.p12")
    with pytest.raises(UsageError, match="the key of the local authority is not here"):
        plan_renewal(keystore)
    with pytest.raises(WrongPassword):
        plan_renewal(keystore, ca_store=tmp_path / "authority.p12", ca_password=Secret("another9"))
    plan = plan_renewal(keystore, ca_store=tmp_path / "authority.p12", aliases=["localhost"])
    make_renewal(plan)
    assert again(keystore).entry.chain[1] == keystore.entry.chain[1]


def test_the_jwt_secret_is_no_certificate_of_the_authority(tmp_path: Path, again: Again) -> None:
    keystore = made_set(tmp_path, "1.15", ca_store=None, ZOWE_CERTS_STORE_TYPE="JKS", COMPONENT_LEVEL_CERTIFICATES="")
    with pytest.raises(UsageError, match="jwtsecret is signed by itself"):
        plan_renewal(keystore, aliases=["jwtsecret"])
    make_renewal(plan_renewal(keystore))
    now = again(keystore)
    assert now.keystore.format == "JKS"
    assert now.keystore.entry("jwtsecret") == keystore.keystore.entry("jwtsecret")
    assert now.entry != keystore.entry


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"same_key": True, "key_type": KeyType.RSA_2048}, "choose one of the two"),
        ({"days": 0}, "valid for 1 to 7300 days, not 0"),
        ({"days": 99_999_999}, "valid for 1 to 7300 days"),
        ({"aliases": ["nobody"]}, "under the alias 'nobody'; its keys are localhost, gateway"),
        ({"hosts": ["a b"]}, "holds a blank"),
    ],
)
def test_what_cannot_be_renewed_is_told(options: dict[str, object], said: str, keystore: WorkingSet) -> None:
    with pytest.raises(UsageError, match=said):
        plan_renewal(keystore, **options)  # type: ignore[arg-type]  # one option each


def test_a_plan_tells_all_of_itself_but_no_secret(keystore: WorkingSet) -> None:
    told = str(plan_renewal(keystore).as_dict())
    assert "localhost" in told
    assert secret().reveal() not in told + repr(plan_renewal(keystore))


def test_a_copy_elsewhere_renews_as_well(keystore: WorkingSet, tmp_path: Path) -> None:
    other = read_working_set(shutil.copytree(keystore.directory, tmp_path / "a copy"))
    make_renewal(plan_renewal(other, same_key=True))
    assert read_working_set(other.directory).entry != keystore.entry
