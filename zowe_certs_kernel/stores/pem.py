"""PEM text (RFC 7468), and its copies in EBCDIC that Zowe's servers on z/OS read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ibm1047 import to_ibm1047

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["certificate_pem", "key_pem", "request_pem", "to_ebcdic"]


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
