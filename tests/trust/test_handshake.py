"""A handshake in memory is accepted for the names of the certificate, and refused for what TLS would refuse."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.trust.conftest import HOSTS, NAMES, NOW, key_entry, store, trusted_entry
from zowe_certs_kernel.errors import Damaged
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.model import Entry, EntryKind, Store
from zowe_certs_kernel.trust.handshake import Handshake, mutual_handshake

HOST = "zos1.example.com"


@pytest.fixture(scope="module")
def truststore(authority: Issued) -> Store:
    return store(trusted_entry(authority.certificate))


def refused(entry: Entry, truststore: Store, host: str = HOST) -> str:
    """The reason of a refusal."""
    (shake,) = mutual_handshake(entry, truststore, [host])
    assert (shake.host, shake.accepted, shake.version) == (host, False, "")
    return shake.reason


def leaf(
    key: RSAPrivateKey,
    authority: Issued,
    *extensions: x509.ExtensionType,
    common_name: str = "Service",
) -> Issued:
    """A certificate with these extensions and no other."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(f"CN={common_name}"))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign(authority.key, SHA256()), key, authority.chain)


def names(*hosts: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])


def test_every_name_of_the_certificate_is_accepted_in_the_order_asked(service: Issued, truststore: Store) -> None:
    shakes = mutual_handshake(key_entry(service), truststore, list(HOSTS))
    assert shakes == tuple(Handshake(host, accepted=True, version="TLSv1.3", alias="localhost") for host in HOSTS)


@pytest.mark.parametrize(
    "host",
    ["other.example.com", "example.org", "a.b.example.org", "192.0.2.11", "2001:db8::11", "localhost.localdomain"],
)
def test_another_name_is_refused(host: str, service: Issued, truststore: Store) -> None:
    assert "mismatch" in refused(key_entry(service), truststore, host)


def test_a_name_in_the_subject_alone_is_no_name(
    rsa_keys: Sequence[RSAPrivateKey], authority: Issued, truststore: Store
) -> None:
    entry = key_entry(leaf(rsa_keys[1], authority, common_name=HOST))
    assert "mismatch" in refused(entry, truststore)


@pytest.mark.parametrize("host", ["", ".example.com", f"{'a' * 64}.example.com"])
def test_a_name_that_nobody_can_ask_for_is_refused_and_the_others_are_tried(
    host: str, service: Issued, truststore: Store
) -> None:
    shakes = mutual_handshake(key_entry(service), truststore, [host, HOST])
    assert [(shake.accepted, shake.reason) for shake in shakes] == [
        (False, "no client can ask for this name"),
        (True, ""),
    ]


def test_an_authority_that_is_not_trusted_is_refused(service: Issued, renewed: Issued) -> None:
    assert "certificate" in refused(key_entry(service), store(trusted_entry(renewed.certificate)))


def test_an_empty_trust_store_trusts_nobody(service: Issued) -> None:
    assert "certificate" in refused(key_entry(service), store())


def test_only_trusted_entries_are_trusted(service: Issued, authority: Issued) -> None:
    facts = trusted_entry(authority.certificate).chain
    others = (Entry("key", EntryKind.PRIVATE_KEY, facts), Entry("copy", EntryKind.CERTIFICATE, facts))
    assert "certificate" in refused(key_entry(service), store(*others))


def test_an_authority_between_must_come_with_the_chain(rsa_keys: Sequence[RSAPrivateKey], authority: Issued) -> None:
    middle = issue(CertificateKind.CA, (("CN", "Middle"),), rsa_keys[2], now=NOW, issuer=authority)
    made = issue(CertificateKind.SERVICE, (("CN", "x"),), rsa_keys[1], now=NOW, issuer=middle, san=NAMES)
    root = store(trusted_entry(authority.certificate))
    assert mutual_handshake(key_entry(made), root, [HOST])[0].accepted
    assert "issuer" in refused(key_entry(Issued(made.certificate, made.key)), root)


def test_an_expired_certificate_is_refused(rsa_keys: Sequence[RSAPrivateKey]) -> None:
    then = NOW - dt.timedelta(days=400)
    authority = issue(CertificateKind.CA, (("CN", "Old"),), rsa_keys[0], now=then)
    made = issue(CertificateKind.SERVICE, (("CN", "x"),), rsa_keys[1], now=then, days=399, issuer=authority, san=NAMES)
    assert refused(key_entry(made), store(trusted_entry(authority.certificate))) == "certificate has expired"


def test_a_certificate_of_tomorrow_is_refused(
    rsa_keys: Sequence[RSAPrivateKey], authority: Issued, truststore: Store
) -> None:
    tomorrow = NOW + dt.timedelta(days=1)
    made = issue(CertificateKind.SERVICE, (("CN", "x"),), rsa_keys[1], now=tomorrow, issuer=authority, san=NAMES)
    assert refused(key_entry(made), truststore) == "certificate is not yet valid"


def test_an_expired_authority_is_refused(rsa_keys: Sequence[RSAPrivateKey]) -> None:
    then = NOW - dt.timedelta(days=400)
    authority = issue(CertificateKind.CA, (("CN", "Old"),), rsa_keys[0], now=then, days=399)
    made = leaf(rsa_keys[1], authority, names(HOST))
    assert refused(key_entry(made), store(trusted_entry(authority.certificate))) == "certificate has expired"


@pytest.mark.parametrize(
    ("purposes", "accepted"),
    [
        ([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH], True),
        ([ExtendedKeyUsageOID.SERVER_AUTH], False),
        ([ExtendedKeyUsageOID.CLIENT_AUTH], False),
        ([ExtendedKeyUsageOID.CODE_SIGNING], False),
    ],
    ids=["both", "server only", "client only", "neither"],
)
def test_a_certificate_must_be_for_servers_and_clients(
    purposes: list[x509.ObjectIdentifier],
    accepted: bool,
    rsa_keys: Sequence[RSAPrivateKey],
    authority: Issued,
    truststore: Store,
) -> None:
    entry = key_entry(leaf(rsa_keys[1], authority, names(HOST), x509.ExtendedKeyUsage(purposes)))
    (shake,) = mutual_handshake(entry, truststore, [HOST])
    assert shake.accepted is accepted
    assert ("purpose" in shake.reason) is not accepted


def test_a_certificate_without_purposes_is_for_any(
    rsa_keys: Sequence[RSAPrivateKey], authority: Issued, truststore: Store
) -> None:
    entry = key_entry(leaf(rsa_keys[1], authority, names(HOST)))
    assert mutual_handshake(entry, truststore, [HOST])[0].accepted


def test_a_key_that_is_not_the_certificates_is_refused(
    rsa_keys: Sequence[RSAPrivateKey], service: Issued, truststore: Store
) -> None:
    entry = key_entry(service, key=rsa_keys[2])
    assert "MISMATCH" in refused(entry, truststore).upper()


def test_a_key_that_openssl_finds_too_weak_is_refused(authority: Issued, truststore: Store) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # the point of it
    assert "too small" in refused(key_entry(leaf(weak, authority, names(HOST))), truststore).lower().replace("_", " ")


def test_an_entry_without_certificate_is_refused(service: Issued, truststore: Store) -> None:
    entry = Entry("key", EntryKind.PRIVATE_KEY, (), None, lambda: service.key)
    assert refused(entry, truststore)


def test_a_key_that_cannot_be_decrypted_is_the_stores_error(service: Issued, truststore: Store) -> None:
    def damaged() -> RSAPrivateKey:
        msg = "no key"
        raise Damaged(msg)

    entry = Entry("key", EntryKind.PRIVATE_KEY, key_entry(service).chain, None, damaged)
    with pytest.raises(Damaged, match="no key"):
        mutual_handshake(entry, truststore, [HOST])


def test_no_file_is_left_behind(
    service: Issued, truststore: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert mutual_handshake(key_entry(service), truststore, [HOST])[0].accepted
    assert list(tmp_path.iterdir()) == []


def test_a_handshake_is_told_as_a_dictionary() -> None:
    assert Handshake("a", accepted=False, version="", reason="why", alias="zss").as_dict() == {
        "alias": "zss",
        "host": "a",
        "accepted": False,
        "version": "",
        "reason": "why",
    }
