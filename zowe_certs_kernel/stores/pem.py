"""PEM text (RFC 7468), and its copies in EBCDIC that Zowe's servers on z/OS read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..errors import Damaged, UnknownFormat
from ..ibm1047 import from_ibm1047, to_ibm1047
from ..model import CertificateFacts, Entry, EntryKind, Store
from .certificate import certificate_facts, key_facts, load_key, public_key_of

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["certificate_pem", "is_pem", "key_pem", "read_pem", "request_pem", "to_ebcdic"]

_BEGIN = b"-----BEGIN "
_BOUNDARY = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]+)-----")
# "-----BEGIN " in IBM-1047
_BEGIN_EBCDIC = b"\x60" * 5 + b"\xc2\xc5\xc7\xc9\xd5\x40"
_CERTIFICATE_LABELS = {b"CERTIFICATE", b"X509 CERTIFICATE"}
_KEY_LABELS = {b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY"}
_ENCRYPTED = b"4,ENCRYPTED"  # the Proc-Type of RFC 1421, section 4.6.1.1, which OpenSSL's older key files have


def certificate_pem(*certificates: x509.Certificate) -> bytes:
    """The certificates one after another, lines ending in LF."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def key_pem(key: PrivateKeyTypes) -> bytes:
    """The private key as PKCS #8, not encrypted, as Zowe's servers need it."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def request_pem(request: x509.CertificateSigningRequest) -> bytes:
    """The request under keytool's label, NEW CERTIFICATE REQUEST, which RFC 7468 (section 7) asks readers to take."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return request.public_bytes(Encoding.PEM).replace(b" CERTIFICATE REQUEST-", b" NEW CERTIFICATE REQUEST-")


def to_ebcdic(text: bytes) -> bytes:
    """ASCII text in IBM-1047 with z/OS's line end, 0x15 (new line)."""
    return to_ibm1047(text.decode("ascii"))


def is_pem(data: bytes) -> bool:
    """Whether a PEM block begins somewhere, in ASCII or in EBCDIC."""
    return _BEGIN in data or _BEGIN_EBCDIC in data


def read_pem(data: bytes, source: str) -> Store:
    """Read the certificates of a PEM file and, where it holds one, the key that fits one of them.

    Raises:
        Damaged: a block cannot be read; says the how-manieth.
        UnknownFormat: there is no certificate and no key in it.
    """
    ebcdic_copy = _BEGIN not in data and _BEGIN_EBCDIC in data
    blocks = list(_blocks(from_ibm1047(data).encode("ascii", "replace") if ebcdic_copy else data))
    certificates = [
        certificate_facts(_bytes_of(body, number))
        for number, (label, body) in enumerate(blocks, 1)
        if label in _CERTIFICATE_LABELS
    ]
    entries = [Entry(str(number), EntryKind.CERTIFICATE, (facts,)) for number, facts in enumerate(certificates, 1)]
    owners: dict[bytes | None, CertificateFacts] = {}
    for number, (label, body) in enumerate(blocks, 1):
        if label in _KEY_LABELS and _ENCRYPTED not in body:
            open_key = partial(load_key, _bytes_of(body, number), f"the private key in block {number} cannot be read")
            key = open_key(to_pair=True)
            owners = owners or {public_key_of(facts): facts for facts in reversed(certificates)}
            owner = owners.get(public_key_of(key))
            chain = (owner,) if owner else ()
            entries.append(Entry("key", EntryKind.PRIVATE_KEY, chain, key_facts(key), open_key))
    if not entries:
        msg = "its PEM text holds neither a certificate nor a key that is not encrypted"
        raise UnknownFormat(msg)
    return Store(source, "PEM in EBCDIC" if ebcdic_copy else "PEM", tuple(entries))


def _blocks(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Label and body of each block; what stands around the blocks is passed over.

    Raises:
        Damaged: a block has no end.
    """
    begin: re.Match[bytes] | None = None
    number = 0
    for boundary in _BOUNDARY.finditer(text):
        if begin and (boundary[1], boundary[2]) != (b"END", begin[2]):
            break
        if begin:
            yield begin[2], text[begin.end() : boundary.start()]
            begin = None
        elif boundary[1] == b"BEGIN":
            begin, number = boundary, number + 1
    if begin:
        msg = f"block {number} of its PEM text has no end"
        raise Damaged(msg)


def _bytes_of(body: bytes, number: int) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        msg = f"block {number} of its PEM text is not Base64"
        raise Damaged(msg) from None
