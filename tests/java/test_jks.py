"""JKS stores, there and back: keytool of both Javas reads ours with their keys, and we read theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256

from tests.java.keytool import Keytool
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import Entry, EntryKind, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, TrustedContent, open_store
from zowe_certs_kernel.stores.certificate import key_fits, public_key_of
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pem import certificate_pem

PASSWORD = """it's 5 $HOME "quotes" #1!"""
KEY, TRUSTED = "PrivateKeyEntry", "trustedCertEntry"
# Aliases that Java keeps as they are; the listing cannot show all of them in every locale, a copy of the store can.
ALIASES = ("localhost", "žofín 日本", "zowe cert")


def opened(entry: Entry) -> PrivateKeyTypes:
    assert entry.open_key is not None
    return entry.open_key()


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue(CertificateKind.CA, (("CN", "Authority"),), generate_key(), now=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def service(authority: Issued) -> Issued:
    moment = dt.datetime.now(dt.UTC)
    subject = (("C", "CZ"), ("CN", "Service"))
    return issue(CertificateKind.SERVICE, subject, generate_key(), now=moment, issuer=authority, san=("dns:localhost",))


@pytest.fixture(scope="module")
def ec_content() -> KeyContent:
    """A key on a curve, with a certificate that it signed itself."""
    key, moment = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Curve")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, moment, moment + dt.timedelta(days=9))
    return KeyContent("Curve", key, (builder.sign(key, SHA256()),))


@pytest.fixture(scope="module")
def written(
    service: Issued, authority: Issued, ec_content: KeyContent, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("JKS") / "store.jks"
    contents: list[KeyContent | TrustedContent] = [
        *(KeyContent(alias, service.key, service.chain) for alias in ALIASES),
        TrustedContent("LocalCA", authority.certificate),
        ec_content,
    ]
    path.write_bytes(write_jks(contents, Secret(PASSWORD)))
    return path


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex()


def test_keytool_lists_what_we_write(
    keytool: Keytool, written: Path, service: Issued, authority: Issued, ec_content: KeyContent
) -> None:
    listed = keytool.listing(written, PASSWORD)
    assert len(listed) == len(ALIASES) + 2
    assert [found.sha256 for found in listed["localhost"].chain] == [fingerprint(each) for each in service.chain]
    assert listed["localhost"].kind == KEY
    assert (listed["localca"].kind, listed["localca"].chain[0].sha256) == (TRUSTED, fingerprint(authority.certificate))
    assert (listed["curve"].kind, listed["curve"].chain[0].sha256) == (KEY, fingerprint(ec_content.chain[0]))


def test_keytool_copies_every_key_that_we_write_into_a_pkcs12_store(
    keytool: Keytool, written: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.p12"
    keytool.done(
        *("-importkeystore", "-noprompt", "-srckeystore", str(written), "-srcstorepass:env", "PASSWORD"),
        *("-destkeystore", str(copy), "-deststoretype", "PKCS12", "-deststorepass:env", "PASSWORD"),
        PASSWORD=PASSWORD,
    )
    ours = {entry.alias: entry for entry in open_store(written, Secret(PASSWORD)).entries}
    theirs = {entry.alias: entry for entry in open_store(copy, Secret(PASSWORD)).entries}
    assert sorted(ours) == sorted((*ALIASES, "curve", "localca"))
    assert ours == {alias: replace(entry, protection="Sun's own key protection") if entry.protection else entry
                    for alias, entry in theirs.items()}  # fmt: skip
    for alias in (*ALIASES, "curve"):
        assert public_key_of(opened(theirs[alias])) == public_key_of(opened(ours[alias]))


@pytest.mark.parametrize("alias", ["localhost", "curve"])
def test_keytool_signs_a_request_with_a_key_that_we_write(keytool: Keytool, written: Path, alias: str) -> None:
    where = ("-keystore", str(written), "-storetype", "JKS", "-storepass:env", "PASSWORD", "-alias", alias)
    request = x509.load_pem_x509_csr(keytool.done("-certreq", *where, PASSWORD=PASSWORD).encode())
    assert request.is_signature_valid
    entry = open_store(written, Secret(PASSWORD)).entry(alias)
    assert entry is not None
    assert key_fits(opened(entry), entry.chain[0])
    assert request.subject.rfc4514_string() == entry.chain[0].subject


def test_keytool_opens_no_store_of_ours_with_another_password(keytool: Keytool, written: Path) -> None:
    done = keytool.run("-list", "-keystore", str(written), "-storepass:env", "PASSWORD", PASSWORD="another")
    assert done.returncode == 1
    assert "password was incorrect" in done.stdout


def test_keytool_lists_sixty_keys_that_we_write(keytool: Keytool, ec_content: KeyContent, tmp_path: Path) -> None:
    path = tmp_path / "many.jks"
    contents = [KeyContent(f"key-{number:02}", ec_content.key, ec_content.chain) for number in range(60)]
    path.write_bytes(write_jks(contents, Secret(PASSWORD)))
    assert sorted(keytool.listing(path, PASSWORD)) == [content.alias for content in contents]


@pytest.fixture(scope="module")
def theirs(keytool: Keytool, tmp_path_factory: pytest.TempPathFactory, authority: Issued) -> Path:
    """A store that keytool makes: a key of each kind, one with a password of its own, and a trusted certificate."""
    folder = tmp_path_factory.mktemp("theirs")
    path, trusted = folder / "store.jks", folder / "ca.pem"
    trusted.write_bytes(certificate_pem(authority.certificate))
    where = ("-keystore", str(path), "-storetype", "JKS", "-storepass:env", "PASSWORD")
    passwords = {"PASSWORD": PASSWORD, "OWN": "a password of its own"}
    for alias, kind, bits, of_key in (
        ("Rsa", "RSA", "2048", "PASSWORD"),
        ("Curve", "EC", "384", "PASSWORD"),
        ("Own", "EC", "256", "OWN"),
    ):
        key = ("-alias", alias, "-keyalg", kind, "-keysize", bits, "-dname", f"CN={alias}", "-keypass:env", of_key)
        keytool.done("-genkeypair", *where, *key, **passwords)
    keytool.done("-importcert", *where, "-noprompt", "-alias", "LocalCA", "-file", str(trusted), **passwords)
    return path


def test_we_read_what_keytool_writes(keytool: Keytool, theirs: Path) -> None:
    found = open_store(theirs, Secret(PASSWORD))
    assert (found.format, found.protection) == ("JKS", "SHA-1 integrity, Sun's own key protection")
    listed = keytool.listing(theirs, PASSWORD)
    kinds = {KEY: EntryKind.PRIVATE_KEY, TRUSTED: EntryKind.TRUSTED_CERTIFICATE}
    assert {entry.alias: (entry.kind, [facts.sha256 for facts in entry.chain]) for entry in found.entries} == {
        alias: (kinds[entry.kind], [certificate.sha256 for certificate in entry.chain])
        for alias, entry in listed.items()
    }
    assert {entry.alias: entry.key for entry in found.entries} == {
        "rsa": KeyFacts("RSA", 2048),
        "curve": KeyFacts("EC", 384),
        "own": KeyFacts("EC", 256),
        "localca": None,
    }


@pytest.mark.parametrize("alias", ["rsa", "curve"])
def test_we_open_the_keys_that_keytool_writes(theirs: Path, alias: str) -> None:
    entry = open_store(theirs, Secret(PASSWORD)).entry(alias)
    assert entry is not None
    assert key_fits(opened(entry), entry.chain[0])


def test_we_tell_of_a_key_that_keytool_gave_a_password_of_its_own(theirs: Path) -> None:
    entry = open_store(theirs, Secret(PASSWORD)).entry("own")
    assert entry is not None
    with pytest.raises(WrongPassword, match="the private key 'own' has another password than the store"):
        opened(entry)


def test_we_open_no_store_of_keytool_with_another_password(theirs: Path) -> None:
    with pytest.raises(WrongPassword):
        open_store(theirs, Secret("another"))
