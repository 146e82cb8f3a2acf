"""A private key is opened when that is asked for, whichever password it has, and compared with its certificate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.stores import bags
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import Entry, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, open_store
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.key_proof import with_proved_keys

STORE, OWN, OTHER = Secret("unguessed"), Secret("its own"), Secret("neither")
FITS, FITS_NOT = "its key opens and fits its certificate", "its key opens and is not that of its certificate"
OWN_PASSWORD = "does not open with the password of the store: it has one of its own, to be given too"


def in_pkcs12(key: Issued, certificate: Issued) -> bytes:
    """A store whose one key has a password of its own."""
    clear = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    named = bags.named("Key"), bags.key_id(b"1")
    sealed = bags.sealed(clear, *named, password=OWN.reveal())
    return bags.proved(bags.in_clear(sealed, bags.certificate_bag(certificate.certificate, *named)))


def proved(path: Path, data: bytes, passwords: Sequence[Secret]) -> Entry:
    path.write_bytes(data)
    return with_proved_keys(open_store(path, passwords)).entries[0]


@pytest.mark.parametrize("passwords", [(STORE, OWN), (OWN, STORE), (STORE, OTHER, OWN)])
def test_a_key_with_a_password_of_its_own_opens_with_any_that_is_given(
    tmp_path: Path, service: Issued, passwords: Sequence[Secret]
) -> None:
    entry = proved(tmp_path / "s.p12", in_pkcs12(service, service), passwords)
    assert (entry.key_fits, entry.notes, entry.key) == (True, (FITS,), KeyFacts("RSA", 2048))


def test_a_key_that_is_not_that_of_its_certificate_is_told(tmp_path: Path, service: Issued, authority: Issued) -> None:
    entry = proved(tmp_path / "s.p12", in_pkcs12(service, authority), (STORE, OWN))
    assert (entry.key_fits, FITS_NOT in entry.notes) == (False, True)


def test_a_key_that_no_password_opens_is_told_and_nobody_knows_whether_it_fits(tmp_path: Path, service: Issued) -> None:
    entry = proved(tmp_path / "s.p12", in_pkcs12(service, service), (STORE, OTHER))
    assert entry.key_fits is None
    assert any(note.endswith(OWN_PASSWORD) for note in entry.notes)
    assert "neither" not in str(entry)


def test_a_key_of_a_jks_store_is_proved_too(tmp_path: Path, service: Issued) -> None:
    content = KeyContent("key", service.key, service.chain)
    assert proved(tmp_path / "s.jks", write_jks([content], STORE), (STORE,)).key_fits is True


def test_a_key_without_a_certificate_opens_and_fits_nothing(tmp_path: Path, service: Issued) -> None:
    text = service.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    entry = proved(tmp_path / "key.pem", text, (STORE,))
    assert (entry.key_fits, entry.notes) == (None, ("its key opens",))


def test_keys_stay_closed_where_nobody_asks(tmp_path: Path, service: Issued) -> None:
    path = tmp_path / "s.p12"
    path.write_bytes(in_pkcs12(service, service))
    (entry,) = open_store(path, STORE).entries
    assert (entry.key_fits, entry.notes) == (None, ())
