"""JCEKS stores that keytool of both Javas makes are read: keys, certificates, secret keys."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.java.keytool import Keytool
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import EntryKind, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import key_fits
from zowe_certs_kernel.stores.pem import certificate_pem

PASSWORD = """it's 5 $HOME "quotes" #1!"""
OWN = "a password of its own"


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue(CertificateKind.CA, (("CN", "Authority"),), generate_key(), now=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def theirs(keytool: Keytool, tmp_path_factory: pytest.TempPathFactory, authority: Issued) -> Path:
    """A key, a secret key, a trusted certificate, another secret key, and a key with a password of its own."""
    folder = tmp_path_factory.mktemp("theirs")
    path, trusted = folder / "store.jceks", folder / "ca.pem"
    trusted.write_bytes(certificate_pem(authority.certificate))
    where = ("-keystore", str(path), "-storetype", "JCEKS", "-storepass:env", "PASSWORD")
    passwords = {"PASSWORD": PASSWORD, "OWN": OWN}
    pair = ("-genkeypair", *where, "-keyalg", "EC", "-groupname", "secp256r1")
    secret = ("-genseckey", *where, "-keypass:env", "PASSWORD")
    keytool.done(*pair, "-alias", "Curve", "-dname", "CN=Curve", "-keypass:env", "PASSWORD", **passwords)
    keytool.done(*secret, "-alias", "Aes", "-keyalg", "AES", "-keysize", "256", **passwords)
    keytool.done("-importcert", *where, "-noprompt", "-alias", "LocalCA", "-file", str(trusted), **passwords)
    keytool.done(*secret, "-alias", "Hmac", "-keyalg", "HmacSHA512", "-keysize", "512", **passwords)
    keytool.done(*pair, "-alias", "Own", "-dname", "CN=Own", "-keypass:env", "OWN", **passwords)
    return path


def test_every_entry_of_keytool_is_listed(theirs: Path, authority: Issued) -> None:
    found = open_store(theirs, Secret(PASSWORD))
    assert (found.format, found.notes) == ("JCEKS", ())
    assert {entry.alias: (entry.kind, [facts.common_name for facts in entry.chain]) for entry in found.entries} == {
        "curve": (EntryKind.PRIVATE_KEY, ["Curve"]),
        "own": (EntryKind.PRIVATE_KEY, ["Own"]),
        "localca": (EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
        "aes": (EntryKind.SECRET_KEY, []),
        "hmac": (EntryKind.SECRET_KEY, []),
    }


def test_a_key_of_keytool_opens_and_one_with_its_own_password_under_that_one(theirs: Path) -> None:
    for passwords, alias in (([Secret(PASSWORD)], "curve"), ([Secret(PASSWORD), Secret(OWN)], "own")):
        entry = open_store(theirs, passwords).entry(alias)
        assert entry is not None
        assert entry.key == KeyFacts("EC", 256)
        assert entry.open_key is not None
        assert key_fits(entry.open_key(), entry.chain[0])
    own = open_store(theirs, Secret(PASSWORD)).entry("own")
    assert own is not None
    assert own.open_key is not None
    with pytest.raises(WrongPassword, match="the private key 'own' has another password than the store"):
        own.open_key()


def test_without_a_password_the_certificates_of_keytool_are_listed_unproved(theirs: Path) -> None:
    found = open_store(theirs)
    assert found.notes == ("its integrity was not checked",)
    assert len(found.entries) == 5
    with pytest.raises(WrongPassword):
        open_store(theirs, Secret("another"))
