"""PEM text is read as other programs write it: any line end, text around it, EBCDIC copies, a key beside."""

from __future__ import annotations

import base64
from pathlib import Path

import ebcdic  # noqa: F401  # registers cp1047
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from zowe_certs_kernel.errors import Damaged, UnknownFormat
from zowe_certs_kernel.issue import Issued, certificate_request
from zowe_certs_kernel.model import EntryKind, KeyFacts, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.pem import certificate_pem, is_pem, key_pem, read_pem, request_pem, to_ebcdic


def read(text: bytes) -> Store:
    assert is_pem(text)
    return read_pem(text, "file")


def names(store: Store) -> list[str]:
    return [facts.common_name for entry in store.entries for facts in entry.chain]


@pytest.fixture(scope="module")
def chain(service: Issued) -> bytes:
    return certificate_pem(*service.chain)


def test_certificates_are_written_and_read_in_order(chain: bytes, service: Issued) -> None:
    found = read(chain)
    assert (found.source, found.format, names(found)) == ("file", "PEM", ["Service", "Authority"])
    assert [(entry.alias, entry.kind) for entry in found.entries] == [
        ("1", EntryKind.CERTIFICATE),
        ("2", EntryKind.CERTIFICATE),
    ]
    assert found.entries[0].chain[0].der == service.certificate.public_bytes(Encoding.DER)
    assert x509.load_pem_x509_certificates(chain) == list(service.chain)


def mixed_line_ends(text: bytes) -> bytes:
    """As keytool writes on Linux: CRLF between the lines of the body, LF elsewhere."""
    lines = text.split(b"\n")
    return b"".join(line + (b"\r\n" if len(line) == 64 else b"\n") for line in lines)


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        mixed_line_ends,
        lambda text: text.rstrip(),
        lambda text: text.replace(b"\n", b"  \n"),
        lambda text: text.replace(b"\n", b"\n\n"),
        lambda text: b"subject=CN = Service\n" + text + b"\nwords after it",
        lambda text: b"Bag Attributes\r\n    friendlyName: localhost\r\n" + text,
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"CERTIFICATE-", b"X509 CERTIFICATE-"),
        lambda text: b"-----END CERTIFICATE-----\n" + text,
        lambda text: b"----- BEGIN nothing -----\n" + text,
    ],
    ids=[
        "CRLF",
        "CR",
        "mixed",
        "no last line end",
        "blanks at the ends",
        "empty lines",
        "text around",
        "bag attributes",
        "byte order mark",
        "older label",
        "an end without beginning",
        "something like a beginning",
    ],
)
def test_what_other_programs_write_is_read(changed: object, chain: bytes) -> None:
    assert callable(changed)
    assert names(read(changed(chain))) == ["Service", "Authority"]


def test_lines_of_any_length_are_read(service: Issued) -> None:
    body = base64.b64encode(service.certificate.public_bytes(Encoding.DER))
    assert names(read(b"-----BEGIN CERTIFICATE-----" + body + b"-----END CERTIFICATE-----")) == ["Service"]


@pytest.mark.parametrize("line_end", [b"\x15", b"\x25", b"\x0d\x25", b"\x0d\x15"])
def test_copies_in_ebcdic_are_read(line_end: bytes, chain: bytes, service: Issued) -> None:
    text = chain + key_pem(service.key)
    lines = [line.encode("cp1047") for line in text.decode("ascii").splitlines()]
    found = read(line_end.join([*lines, b""]))
    assert (found.format, names(found)) == ("PEM in EBCDIC", ["Service", "Authority", "Service"])


def test_a_copy_in_ebcdic_has_the_line_ends_of_z_os(chain: bytes) -> None:
    copy = to_ebcdic(chain)
    assert copy == b"".join(line.encode("cp1047") + b"\x15" for line in chain.decode("ascii").splitlines())
    assert (copy.count(b"\x15"), copy.count(b"\x25")) == (chain.count(b"\n"), 0)
    assert names(read(copy)) == ["Service", "Authority"]


def key_text(key: RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("key_first", [False, True])
def test_a_key_is_joined_to_the_certificate_it_fits(
    form: PrivateFormat, key_first: bool, chain: bytes, service: Issued
) -> None:
    pieces = [chain, key_text(service.key, form)]
    found = read(b"".join(reversed(pieces) if key_first else pieces))
    *certificates, entry = found.entries
    assert [each.kind for each in certificates] == [EntryKind.CERTIFICATE] * 2
    assert (entry.alias, entry.kind, entry.key) == ("key", EntryKind.PRIVATE_KEY, KeyFacts("RSA", 2048))
    assert [facts.common_name for facts in entry.chain] == ["Service"]
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(service.key)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_that_fits_no_certificate_stands_alone(form: PrivateFormat, chain: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for text in (key_text(key, form), chain + key_text(key, form)):
        entry = read(text).entries[-1]
        assert (entry.kind, entry.chain, entry.key) == (EntryKind.PRIVATE_KEY, (), KeyFacts("EC", 256))


def test_an_rsa_key_whose_numbers_contradict_each_other_is_listed_and_damaged_when_asked_for(
    chain: bytes, service: Issued
) -> None:
    clear = bytearray(service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    clear[-1] ^= 1
    text = b"-----BEGIN PRIVATE KEY-----\n%b-----END PRIVATE KEY-----\n" % base64.encodebytes(clear)
    entry = read(chain + text).entries[-1]
    assert [facts.common_name for facts in entry.chain] == ["Service"]
    assert entry.open_key is not None
    with pytest.raises(Damaged, match="the private key in block 3 cannot be read"):
        entry.open_key()


def test_the_key_of_a_set_is_written_as_pkcs_8(service: Issued) -> None:
    assert key_pem(service.key) == key_text(service.key, PrivateFormat.PKCS8)
    assert key_pem(service.key).startswith(b"-----BEGIN PRIVATE KEY-----\n")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_is_passed_over_and_alone_is_refused(
    form: PrivateFormat, chain: bytes, service: Issued
) -> None:
    text = service.key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"password"))
    assert names(read(chain + text)) == ["Service", "Authority"]
    with pytest.raises(UnknownFormat, match="neither a certificate nor a key that is not encrypted"):
        read(text)


def test_a_request_has_keytools_label_and_is_no_entry(service: Issued, chain: bytes) -> None:
    text = request_pem(certificate_request((("CN", "Service"),), service.key))
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == (
        b"-----BEGIN NEW CERTIFICATE REQUEST-----",
        b"-----END NEW CERTIFICATE REQUEST-----",
    )
    assert x509.load_pem_x509_csr(text).is_signature_valid
    assert names(read(text + chain)) == ["Service", "Authority"]
    with pytest.raises(UnknownFormat, match="neither a certificate nor a key"):
        read(text)


@pytest.mark.parametrize("junk", [b"!", b"\xff", b"====", b"-"])
def test_a_block_that_is_not_base64_is_damaged_and_numbered(junk: bytes, chain: bytes) -> None:
    head, separator, tail = chain.rpartition(b"-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(Damaged, match="block 2 of its PEM text is not Base64"):
        read(head + separator + junk + tail)


@pytest.mark.parametrize("body", [b"", b"AAAA"])
def test_a_block_that_holds_no_certificate_is_damaged(body: bytes) -> None:
    with pytest.raises(Damaged, match="a certificate in it cannot be read"):
        read(b"-----BEGIN CERTIFICATE-----\n%b\n-----END CERTIFICATE-----\n" % body)


@pytest.mark.parametrize("label", [b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY"])
def test_a_block_that_holds_no_key_is_damaged_and_numbered(label: bytes, chain: bytes) -> None:
    with pytest.raises(Damaged, match="the private key in block 3 cannot be read"):
        read(chain + b"-----BEGIN %b-----\nAAAA\n-----END %b-----\n" % (label, label))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", 1),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERT", 1),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n", 1),
        (b"-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 1),
    ],
)
def test_a_block_without_end_is_damaged_and_numbered(text: bytes, number: int, chain: bytes) -> None:
    with pytest.raises(Damaged, match=f"block {number} of its PEM text has no end"):
        read(text)
    with pytest.raises(Damaged, match=f"block {number + 2} of its PEM text has no end"):
        read(chain + text)


@pytest.mark.parametrize("text", [b"-----BEGIN ", b"-----BEGIN X-----\n-----END X-----\n", b"-----BEGIN x-----"])
def test_text_without_certificate_and_key_is_of_no_format(text: bytes) -> None:
    with pytest.raises(UnknownFormat, match="neither a certificate nor a key"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN A-----\n" * 200_000,
        b"-----END A-----\n" * 200_000,
        b"-----BEGIN " + b"A" * 4_000_000,
        b"-" * 4_000_000 + b"-----BEGIN ",
        b"-----BEGIN A-----" + b"-----END B----" * 200_000,
    ],
    ids=["beginnings", "ends", "one label", "dashes", "wrong ends"],
)
def test_hostile_text_is_refused_in_time(text: bytes) -> None:
    with pytest.raises((Damaged, UnknownFormat)):
        read_pem(text, "file")


def test_other_bytes_are_no_pem(service: Issued) -> None:
    assert not is_pem(b"")
    assert not is_pem(b"-----END CERTIFICATE-----")
    assert not is_pem(service.certificate.public_bytes(Encoding.DER))


def test_a_certificate_in_der_is_a_store_of_one(service: Issued, tmp_path: Path) -> None:
    path = tmp_path / "service.der"
    path.write_bytes(service.certificate.public_bytes(Encoding.DER))
    found = open_store(path, Secret("unused"))
    assert (found.format, names(found), found.entries[0].alias) == ("X.509 certificate", ["Service"], "1")
    assert found.entries[0].kind is EntryKind.CERTIFICATE
