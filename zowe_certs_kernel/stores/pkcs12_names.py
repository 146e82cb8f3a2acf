"""The object identifiers of PKCS #12 stores (RFC 7292; RFC 8018, appendix C), for readers and writers."""

from __future__ import annotations

__all__ = [
    "CERT_BAG",
    "CRL_BAG",
    "DATA",
    "ENCRYPTED_DATA",
    "FRIENDLY_NAME",
    "HMACS",
    "KEY_BAG",
    "LOCAL_KEY_ID",
    "PBES2",
    "PBKDF2",
    "SAFE_BAG",
    "SECRET_BAG",
    "SHROUDED_KEY_BAG",
    "TRUSTED_KEY_USAGE",
    "X509_CERTIFICATE",
]

DATA = "1.2.840.113549.1.7.1"
ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
KEY_BAG, SHROUDED_KEY_BAG, CERT_BAG, CRL_BAG, SECRET_BAG, SAFE_BAG = (
    f"1.2.840.113549.1.12.10.1.{number}" for number in range(1, 7)
)
X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
FRIENDLY_NAME = "1.2.840.113549.1.9.20"
LOCAL_KEY_ID = "1.2.840.113549.1.9.21"
# Oracle's mark: without it Java does not see a trusted certificate (JDK, sun.security.pkcs12.PKCS12KeyStore).
TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1"
PBES2 = "1.2.840.113549.1.5.13"
PBKDF2 = "1.2.840.113549.1.5.12"
# The digest of each HMAC, as hashlib calls it.
HMACS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
    "1.2.840.113549.2.12": "sha512_224",
    "1.2.840.113549.2.13": "sha512_256",
}
