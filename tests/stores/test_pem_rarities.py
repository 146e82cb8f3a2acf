"""What few programs write as PEM is read or named: a whole store, a key for RSA-PSS, an old cipher."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.stores.test_pem import boxed
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import EntryKind, KeyFacts, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pem import certificate_pem
from zowe_certs_kernel.stores.pem_file import read_pem
from zowe_certs_kernel.stores.pkcs12 import KeyContent, write_pkcs12

PASSWORD = Secret("unguessed")
IN_PEM = "it stands in PEM, in which Java does not read it: certtool --outder writes it without"


def read(text: bytes) -> Store:
    return read_pem(text, "file", [Secret("another"), PASSWORD])


def test_a_store_in_pem_is_read_as_gnutls_writes_it(service: Issued) -> None:
    stored = write_pkcs12([KeyContent("leaf", service.key, service.chain)], Protection(PASSWORD, Profile.MODERN, 1_000))
    found = read(boxed(b"PKCS12", stored))
    assert (found.format, found.notes) == ("PKCS12", (IN_PEM,))
    assert [(entry.alias, entry.kind, len(entry.chain)) for entry in found.entries] == [
        ("leaf", EntryKind.PRIVATE_KEY, 2)
    ]
    with pytest.raises(WrongPassword):
        read_pem(boxed(b"PKCS12", stored), "file", [Secret("another")])


def test_a_key_under_the_label_of_rsa_pss_is_read(service: Issued) -> None:
    clear = service.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (entry,) = read(boxed(b"RSA-PSS PRIVATE KEY", clear)).entries
    assert entry.key == KeyFacts("RSA", 2048)


@pytest.mark.parametrize("cipher", ["DES-CBC", "AES-192-CBC", "CAMELLIA-256-CBC", "IDEA-CBC"])
def test_a_key_under_another_old_cipher_is_listed_with_the_ciphers_name(cipher: str, service: Issued) -> None:
    head = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: %b,0011223344556677\n\n" % cipher.encode()
    body = base64.encodebytes(bytes(64))
    text = b"-----BEGIN EC PRIVATE KEY-----\n%b%b-----END EC PRIVATE KEY-----\n" % (head, body)
    found = read(certificate_pem(service.certificate) + text)
    assert found.entries[1].notes == (
        f"the private key in block 2 is encrypted by {cipher}, which is not read here: openssl pkey writes it as PKCS8",
    )
