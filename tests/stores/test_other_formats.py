"""What is no store that is read here is named in one sentence, with advice; other DER than stores is read or named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)

from tests.stores import bags, jks_bytes
from tests.stores.conftest import NOW
from zowe_certs_kernel.errors import Damaged, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued, certificate_request
from zowe_certs_kernel.model import EntryKind, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.pem import to_ebcdic

Write = Callable[[bytes], Path]

SALT_AND_ROUNDS = jks_bytes.number(20) + bytes(range(20)) + jks_bytes.number(1_500)
BKS_ENTRY = b"\x01" + jks_bytes.text(b"ca") + bytes(8) + bytes(4) + jks_bytes.text(b"X.509") + jks_bytes.sized(b"x")


def stash(password: bytes) -> bytes:
    clear = (password + b"\0").ljust(129, b"\x07")
    return bytes(octet ^ 0xF5 for octet in clear)


def new_stash() -> bytes:
    return bytes(32) + hashlib.sha256(b"\x01" + bytes(32)).digest() + bytes(129)


NAMED = {
    "empty": (b"", "it is empty"),
    "a letter": (b"x", "it is text without a PEM block"),
    "HTML": (b"<html>\n", "it is text without a PEM block"),
    "settings": ("# žofín\r\nname: value\n".encode(), "it is text without a PEM block"),
    "text in UTF-16": ("text".encode("utf-16"), "it is UTF-16 text without a PEM block"),
    "text in EBCDIC": (to_ebcdic(b"//STEP1 EXEC PGM=IKJEFT01\n"), "it is EBCDIC text without a PEM block"),
    "ZIP": (b"PK\x03\x04" + bytes(30), "it is a ZIP or JAR file: take the store out of it"),
    "gzip": (b"\x1f\x8b\x08" + bytes(30), "it is compressed by gzip: unpack it"),
    "a Java object": (b"\xac\xed\x00\x05sr", "it is a serialized Java object, which is never loaded here"),
    "PuTTY": (b"PuTTY-User-Key-File-3: ssh-ed25519\n", "it is a key of PuTTY, for SSH and not for TLS"),
    "an SSH key": (b"ssh-ed25519 AAAA me\n", "it is a public key for SSH"),
    "BKS": (jks_bytes.number(2) + SALT_AND_ROUNDS + BKS_ENTRY + bytes(21), "it is a BKS store of Bouncy Castle"),
    "BKS of nothing": (jks_bytes.number(1) + SALT_AND_ROUNDS + bytes(21), "it is a BKS store of Bouncy Castle"),
    "UBER": (jks_bytes.number(1) + SALT_AND_ROUNDS + b"\x9c" * 64, "it is a UBER store of Bouncy Castle"),
    "KDB": (b"7H\x06\x02" + bytes(4) + b"X509KEY\0" + bytes(128), "it is an IBM key database"),
    "KDB, older": (b"7H\x04\x02" + bytes(4) + b"X509KEY\0" + bytes(72), "it is an IBM key database"),
    "stash": (stash(b"unguessed"), "it is a stash file, which holds the password of an IBM key database"),
    "stash, newer": (new_stash(), "it is a stash file, which holds the password of an IBM key database"),
    "BCFKS": (
        der.sequence(
            der.sequence(bags.pbes2(der.integer(51_200)), der.octet_string(bytes(64))),
            der.sequence(bags.algorithm("1.2.3"), bags.algorithm("1.2.4"), der.octet_string(bytes(64))),
        ),
        "it is a BCFKS store of Bouncy Castle",
    ),
    "zeros": (bytes(100), "it is none of a PKCS12, JKS or JCEKS store"),
    "ones": (b"\xff" * 1000, "it is none of a PKCS12, JKS or JCEKS store"),
    "three bytes of JKS": (b"\xfe\xed\xfe", "it is none of a PKCS12, JKS or JCEKS store"),
    "the size of a stash": (bytes(range(129)), "it is none of a PKCS12, JKS or JCEKS store"),
    "the size of a newer stash": (bytes(range(193)), "it is none of a PKCS12, JKS or JCEKS store"),
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return to_file


@pytest.mark.parametrize("kind", NAMED)
def test_what_is_not_read_is_named(kind: str, write: Write) -> None:
    data, sentence = NAMED[kind]
    path = write(data)
    with pytest.raises(UnknownFormat) as caught:
        open_store(path)
    assert str(caught.value).startswith(f"{path} cannot be read: {sentence}")


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("BKS", "keytool -importkeystore -deststoretype PKCS12 -srcstoretype BKS"),
        ("UBER", "keytool -importkeystore -deststoretype PKCS12 -srcstoretype UBER"),
        ("BCFKS", "keytool -importkeystore -deststoretype PKCS12 -srcstoretype BCFKS"),
        ("KDB", "gskcapicmd -cert -export -target_type pkcs12"),
        ("PuTTY", "puttygen exports it as PEM"),
    ],
)
def test_a_store_that_is_not_read_comes_with_how_to_convert_it(kind: str, advice: str, write: Write) -> None:
    with pytest.raises(UnknownFormat) as caught:
        open_store(write(NAMED[kind][0]))
    assert advice in str(caught.value)


def test_no_password_of_a_stash_file_is_shown(write: Write) -> None:
    with pytest.raises(UnknownFormat) as caught:
        open_store(write(stash(b"unguessed")))
    assert "unguessed" not in str(caught.value)


# DER that is no store.


def test_a_request_in_der_is_named(service: Issued, write: Write) -> None:
    request = certificate_request((("CN", "x"),), service.key)
    bare = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(service.key, SHA256())
    for each in (request, bare):
        with pytest.raises(UnknownFormat, match="it is a certificate request, which holds no certificate yet"):
            open_store(write(each.public_bytes(Encoding.DER)))


def test_a_revocation_list_in_der_is_named(authority: Issued, write: Write) -> None:
    builder = x509.CertificateRevocationListBuilder(authority.certificate.subject, NOW, NOW)
    with pytest.raises(UnknownFormat, match="it is a certificate revocation list"):
        open_store(write(builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)))


def test_a_public_key_in_der_is_named(service: Issued, write: Write) -> None:
    encoded = service.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(UnknownFormat, match="it is a public key without a certificate"):
        open_store(write(encoded))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_a_key_in_der_is_read(form: PrivateFormat, kind: str, service: Issued, write: Write) -> None:
    key = service.key if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
    found = open_store(write(key.private_bytes(Encoding.DER, form, NoEncryption())))
    (entry,) = found.entries
    assert (found.format, entry.kind) == ("private key in DER", EntryKind.PRIVATE_KEY)
    assert entry.key == (KeyFacts("RSA", 2048) if kind == "RSA" else KeyFacts("EC", 256))
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(key)


def test_an_encrypted_key_in_der_opens_under_one_of_the_passwords(service: Issued, write: Write) -> None:
    path = write(service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"unguessed")))
    (entry,) = open_store(path, [Secret("another"), Secret("unguessed")]).entries
    assert entry.key == KeyFacts("RSA", 2048)
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(service.key)
    (entry,) = open_store(path, Secret("another")).entries
    assert entry.notes == ("the private key is encrypted, and none of the passwords given opens it",)
    assert entry.open_key is not None
    with pytest.raises(WrongPassword):
        entry.open_key()


def test_a_chain_in_pkcs7_is_read(service: Issued, write: Write) -> None:
    data = pkcs7.serialize_certificates(list(service.chain), Encoding.DER)
    found = open_store(write(data))
    assert found.format == "PKCS7"
    expected = {each.fingerprint(SHA256()).hex() for each in service.chain}
    assert {entry.chain[0].sha256 for entry in found.entries} == expected
    assert open_store(write(data + b"\0\0")).notes == (f"2 bytes follow its end at offset {len(data)}",)


def signed(*certificates: bytes) -> bytes:
    held = der.context(0, b"".join(certificates))
    content = der.sequence(
        der.integer(1), der.set_of(), der.sequence(der.object_identifier(bags.DATA)), held, der.set_of()
    )
    return der.sequence(der.object_identifier("1.2.840.113549.1.7.2"), der.context(0, content))


def test_a_bad_certificate_of_a_chain_hides_no_other(service: Issued, write: Write) -> None:
    good = service.certificate.public_bytes(Encoding.DER)
    found = open_store(write(signed(der.sequence(), good, der.tlv(0xA1, b""))))
    assert [entry.chain[0].common_name for entry in found.entries] == ["Service"]
    assert found.notes[0].startswith("certificate 1 is left out: a certificate in it cannot be read")
    with pytest.raises(Damaged):
        open_store(write(signed(der.sequence())))
    with pytest.raises(UnknownFormat, match="it is PKCS7 without a certificate that can be read"):
        open_store(write(signed()))


def test_pkcs7_of_another_kind_is_named(write: Write) -> None:
    data = der.sequence(der.object_identifier(bags.ENCRYPTED_DATA), der.context(0, der.sequence()))
    with pytest.raises(
        UnknownFormat, match=r"it is PKCS7 of the kind 1\.2\.840\.113549\.1\.7\.6, and only signed data"
    ):
        open_store(write(data))


def test_bytes_after_a_certificate_in_der_are_noted(service: Issued, write: Write) -> None:
    data = service.certificate.public_bytes(Encoding.DER)
    assert open_store(write(data + b"\n")).notes == (f"1 bytes follow its end at offset {len(data)}",)
