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
    pkcs7,
)

from zowe_certs_kernel.errors import Damaged, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued, certificate_request
from zowe_certs_kernel.model import EntryKind, KeyFacts, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.limits import Limits
from zowe_certs_kernel.stores.pem import certificate_pem, key_pem, request_pem, to_ebcdic
from zowe_certs_kernel.stores.pem_file import is_pem, read_pem


def read(text: bytes, *passwords: str) -> Store:
    assert is_pem(text)
    return read_pem(text, "file", [Secret(password) for password in passwords])


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


@pytest.mark.parametrize("size", [0, 1, 7, 8, 15])
@pytest.mark.parametrize(
    "header", [b"DEK-Info: %b", b"DEK-Info:%b ", b" DEK-Info : %b", b"DEK-Info: AES-256-CBC,\nDEK-Info: %b"]
)
def test_an_initial_vector_that_is_too_short_is_damaged_and_reaches_no_library(
    header: bytes, size: int, chain: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, **__: object) -> None:
        pytest.fail("cryptography 50 panics on it, which no except of Exception catches")

    monkeypatch.setattr("cryptography.hazmat.primitives.serialization.load_pem_private_key", load)
    info = header % (b"AES-256-CBC," + b"0A" * size)
    lines = b"Proc-Type: 4,ENCRYPTED\n%b\n\n%b" % (info, base64.encodebytes(bytes(48)))
    text = b"-----BEGIN EC PRIVATE KEY-----\n%b-----END EC PRIVATE KEY-----\n" % lines
    found = read_pem(chain + text, "store", [Secret("unguessed")])
    assert found.notes == ("the private key in block 3 has an initial vector that is too short for its cipher",)


def test_the_key_of_a_set_is_written_as_pkcs_8(service: Issued) -> None:
    assert key_pem(service.key) == key_text(service.key, PrivateFormat.PKCS8)
    assert key_pem(service.key).startswith(b"-----BEGIN PRIVATE KEY-----\n")


def sealed_text(
    key: RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat, password: bytes = b"password"
) -> bytes:
    return key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(password))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_an_encrypted_key_opens_under_one_of_the_passwords(
    form: PrivateFormat, line_end: bytes, chain: bytes, service: Issued
) -> None:
    text = (chain + sealed_text(service.key, form)).replace(b"\n", line_end)
    entry = read(text, "another", "password").entries[-1]
    assert (entry.kind, entry.key, entry.notes) == (EntryKind.PRIVATE_KEY, KeyFacts("RSA", 2048), ())
    assert [facts.common_name for facts in entry.chain] == ["Service"]
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(service.key)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("passwords", [(), ("",), ("another", "žofín")])
def test_an_encrypted_key_that_no_password_opens_is_listed_with_a_note(
    form: PrivateFormat, passwords: tuple[str, ...], chain: bytes, service: Issued
) -> None:
    for text in (chain + sealed_text(service.key, form), sealed_text(service.key, form)):
        entry = read(text, *passwords).entries[-1]
        assert (entry.kind, entry.chain, entry.key) == (EntryKind.PRIVATE_KEY, (), None)
        (note,) = entry.notes
        assert note.endswith(" is encrypted, and none of the passwords given opens it")
        assert entry.open_key is not None
        with pytest.raises(WrongPassword):
            entry.open_key()


def test_an_encrypted_key_of_too_many_rounds_is_listed_with_a_note(chain: bytes, service: Issued) -> None:
    found = read_pem(
        chain + sealed_text(service.key, PrivateFormat.PKCS8), "file", [Secret("password")], limits=Limits(rounds=100)
    )
    assert len(found.entries) == 3
    assert "2,048 rounds of key derivation, over the limit of 100" in found.entries[-1].notes[0]


@pytest.mark.parametrize("octets", [b"", b"0", der.sequence(), der.sequence(der.null(), der.null())])
def test_an_encrypted_key_that_contradicts_itself_is_damaged(octets: bytes, chain: bytes) -> None:
    block = boxed(b"ENCRYPTED PRIVATE KEY", octets)
    with pytest.raises(Damaged):
        read(block, "password")
    assert len(read(chain + block, "password").notes) == 1


def boxed(label: bytes, octets: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label, base64.encodebytes(octets), label)


def test_several_keys_have_names_of_their_own(service: Issued, component: Issued) -> None:
    keys = (service.key, component.key, ec.generate_private_key(ec.SECP256R1()))
    found = read(b"".join(map(key_pem, keys)) + certificate_pem(component.certificate))
    assert [entry.alias for entry in found.entries] == ["1", "key", "key 2", "key 3"]
    assert [bool(entry.chain) for entry in found.entries] == [True, False, True, False]


@pytest.mark.parametrize("label", [b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"])
def test_a_chain_in_pkcs7_is_read_as_openssl_reads_it(label: bytes, chain: bytes, service: Issued) -> None:
    written = pkcs7.serialize_certificates(list(service.chain), Encoding.PEM)
    text = written.replace(b" PKCS7-", b" %b-" % label)
    assert text.count(label) >= 2
    expected = [each.subject.rfc4514_string() for each in pkcs7.load_pem_pkcs7_certificates(written)]
    assert [facts.subject for entry in read(text).entries for facts in entry.chain] == expected
    assert len(read(text + chain).entries) == 4


@pytest.mark.parametrize("octets", [b"", b"AAAA", der.sequence(der.object_identifier("1.2.3"), der.null())])
def test_a_chain_in_pkcs7_that_cannot_be_read_is_told_of(octets: bytes, chain: bytes) -> None:
    block = boxed(b"PKCS7", octets)
    with pytest.raises(Damaged):
        read(block)
    assert len(read(chain + block).notes) == 1


def test_a_trusted_certificate_of_openssl_is_read_without_its_trust(service: Issued) -> None:
    trust = der.sequence(der.sequence(der.object_identifier("1.3.6.1.5.5.7.3.1")))
    found = read(boxed(b"TRUSTED CERTIFICATE", service.certificate.public_bytes(Encoding.DER) + trust))
    assert names(found) == ["Service"]
    assert found.entries[0].notes == ("OpenSSL's trust settings behind it are not read",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf_16_is_read(encoding: str, chain: bytes) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    found = read(mark + chain.decode().encode(encoding))
    assert (found.format, names(found)) == ("PEM in UTF-16", ["Service", "Authority"])


def test_a_key_for_ssh_is_named_with_advice() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with pytest.raises(UnknownFormat, match="neither a certificate nor a key, but a key for SSH: ssh-keygen -p -m PEM"):
        read(key)


def test_a_request_has_keytools_label_and_is_no_entry(service: Issued, chain: bytes) -> None:
    text = request_pem(certificate_request((("CN", "Service"),), service.key))
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == (
        b"-----BEGIN NEW CERTIFICATE REQUEST-----",
        b"-----END NEW CERTIFICATE REQUEST-----",
    )
    assert x509.load_pem_x509_csr(text).is_signature_valid
    assert names(read(text + chain)) == ["Service", "Authority"]
    with pytest.raises(UnknownFormat, match="neither a certificate nor a key, but a certificate request"):
        read(text)


@pytest.mark.parametrize("junk", [b"!", b"\xff", b"====", b"-"])
def test_a_block_that_is_not_base64_is_noted_and_hides_no_other(junk: bytes, chain: bytes) -> None:
    head, separator, tail = chain.rpartition(b"-----BEGIN CERTIFICATE-----\n")
    found = read(head + separator + junk + tail)
    assert names(found) == ["Service"]
    assert found.notes == ("block 2 of its PEM text is not Base64",)
    with pytest.raises(Damaged, match=r"^block 1 of its PEM text is not Base64$"):
        read(separator + junk + tail)


@pytest.mark.parametrize("body", [b"", b"AAAA"])
def test_a_block_that_holds_no_certificate_is_damaged(body: bytes, chain: bytes) -> None:
    block = b"-----BEGIN CERTIFICATE-----\n%b\n-----END CERTIFICATE-----\n" % body
    with pytest.raises(Damaged, match="a certificate in it cannot be read"):
        read(block)
    assert names(read(block + chain)) == ["Service", "Authority"]


@pytest.mark.parametrize("label", [b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY"])
def test_a_block_that_holds_no_key_is_noted_with_its_number(label: bytes, chain: bytes) -> None:
    found = read(chain + b"-----BEGIN %b-----\nAAAA\n-----END %b-----\n" % (label, label))
    assert names(found) == ["Service", "Authority"]
    assert found.notes == ("the private key in block 3 cannot be read",)


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERT",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n",
    ],
)
def test_a_block_without_end_is_told_by_its_number_and_hides_no_other(text: bytes, chain: bytes) -> None:
    with pytest.raises(Damaged, match=r"^block 1 of its PEM text has no end$"):
        read(text)
    found = read(chain + text)
    assert (names(found), found.notes[0]) == (["Service", "Authority"], "block 3 of its PEM text has no end")
    found = read(text + b"\n" + chain)
    assert (names(found), found.notes[0]) == (["Service", "Authority"], "block 1 of its PEM text has no end")


def test_thousands_of_bad_blocks_are_counted_and_not_shown(chain: bytes) -> None:
    found = read(chain + b"-----BEGIN CERTIFICATE-----\n" * 1_000)
    assert len(found.notes) == 21
    assert found.notes[-1] == "980 more blocks cannot be read"


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
        b"-----BEGIN CERTIFICATE-----\n" + b"A \n" * 2_000_000 + b"-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" * 10_000,
        b"-----BEGIN CERTIFICATE-----\n" + b"words " * (3 << 20),
    ],
    ids=["beginnings", "ends", "one label", "dashes", "wrong ends", "a long block", "many blocks", "over 16 MiB"],
)
def test_hostile_text_is_refused_in_time(text: bytes) -> None:
    with pytest.raises((Damaged, TooCostly, UnknownFormat)):
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
