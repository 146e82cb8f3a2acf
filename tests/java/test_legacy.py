"""The protection of Java 8: keytool's ``keystore.pkcs12.legacy`` and our profile of that name read each other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509

from tests.java.keytool import Keytool
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, open_store, write_pkcs12
from zowe_certs_kernel.stores.certificate import key_fits
from zowe_certs_kernel.stores.pem import certificate_pem

PASSWORD = "unguessed"
# What keytool 17 does under that option, as scenario p1 of Zowe's own script shows.
PROTECTION = "HMAC-SHA1, 100,000 rounds; RC2-40 and SHA-1, 50,000 rounds"


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue(CertificateKind.CA, (("CN", "Authority"),), generate_key(), now=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def written(authority: Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    subject, moment = (("CN", "Service"),), dt.datetime.now(dt.UTC)
    service = issue(CertificateKind.SERVICE, subject, generate_key(), now=moment, issuer=authority, san=("dns:a",))
    contents = (
        KeyContent("localhost", service.key, service.chain),
        TrustedContent("localca", authority.certificate),
        KeyContent("zss", service.key, service.chain),
    )
    path = tmp_path_factory.mktemp("legacy") / "store.p12"
    path.write_bytes(write_pkcs12(contents, Protection(Secret(PASSWORD), Profile.LEGACY)))
    return path


@pytest.fixture(scope="module")
def theirs(keytool: Keytool, authority: Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("theirs")
    path, trusted = folder / "store.p12", folder / "ca.pem"
    trusted.write_bytes(certificate_pem(authority.certificate))
    store = ("-J-Dkeystore.pkcs12.legacy", "-keystore", str(path), "-storetype", "PKCS12", "-storepass:env", "PASSWORD")
    key = ("-alias", "localhost", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=Service")
    keytool.done("-genkeypair", *store, *key, PASSWORD=PASSWORD)
    keytool.done("-importcert", *store, "-noprompt", "-alias", "ca", "-file", str(trusted), PASSWORD=PASSWORD)
    return path


def test_keytool_lists_what_we_write(keytool: Keytool, written: Path) -> None:
    listed = keytool.listing(written, PASSWORD)
    assert {alias: (entry.kind, len(entry.chain)) for alias, entry in listed.items()} == {
        "localhost": ("PrivateKeyEntry", 2),
        "zss": ("PrivateKeyEntry", 2),
        "localca": ("trustedCertEntry", 1),
    }


@pytest.mark.parametrize("alias", ["localhost", "zss"])
def test_keytool_signs_a_request_with_a_key_that_we_write(keytool: Keytool, written: Path, alias: str) -> None:
    where = ("-keystore", str(written), "-storepass:env", "PASSWORD", "-alias", alias)
    request = x509.load_pem_x509_csr(keytool.done("-certreq", *where, PASSWORD=PASSWORD).encode())
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=Service"


def test_we_protect_a_store_as_keytool_does(theirs: Path, written: Path) -> None:
    assert open_store(theirs, Secret(PASSWORD)).protection == PROTECTION
    assert open_store(written, Secret(PASSWORD)).protection == PROTECTION


def test_we_read_what_keytool_writes(theirs: Path) -> None:
    key, trusted = open_store(theirs, Secret(PASSWORD)).entries
    assert (key.alias, key.kind, trusted.alias) == ("localhost", EntryKind.PRIVATE_KEY, "ca")
    assert trusted.chain[0].common_name == "Authority"
    assert key.open_key is not None
    assert key_fits(key.open_key(), key.chain[0])


def test_we_open_no_store_of_keytool_with_another_password(theirs: Path) -> None:
    with pytest.raises(WrongPassword):
        open_store(theirs, Secret("another"))
