"""Certificates that cryptography refuses as a whole, as real programs wrote them."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from zowe_certs_kernel.stores import der

EC_KEY = ec.generate_private_key(ec.SECP256R1())
START = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
END = dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
ECDSA_WITH_SHA256 = der.object_identifier("1.2.840.10045.4.3.2")
NULL_ALGORITHM = der.sequence(ECDSA_WITH_SHA256, der.null())


def certificate(name: str = "CN=Old,O=Java", key: ec.EllipticCurvePrivateKey = EC_KEY) -> x509.Certificate:
    subject = x509.Name.from_rfc4514_string(name)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 0x1234, START, END)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("old.example.com")]), critical=False)
    return builder.sign(key, SHA256())


def issued(
    name: str, by: str, key: ec.EllipticCurvePrivateKey = EC_KEY, signer: ec.EllipticCurvePrivateKey = EC_KEY
) -> bytes:
    """An authority's certificate, signed by that of another name."""
    subject, issuer = (x509.Name.from_rfc4514_string(each) for each in (name, by))
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), 0x1234, START, END)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    return builder.sign(signer, SHA256()).public_bytes(Encoding.DER)


def with_null_parameters(name: str = "CN=Old,O=Java", key: ec.EllipticCurvePrivateKey = EC_KEY) -> bytes:
    """An ECDSA certificate whose algorithm has NULL parameters, signed so (Java up to 15, JDK-8252377)."""
    signed, _, _ = der.read(certificate(name, key).public_bytes(Encoding.DER)).children()
    parts = [part.encoded for part in signed.children()]
    parts[2] = NULL_ALGORITHM
    body = der.sequence(*parts)
    signature = b"\0" + key.sign(body, ec.ECDSA(SHA256()))
    return der.sequence(body, NULL_ALGORITHM, der.tlv(der.BIT_STRING, signature))


def with_field(index: int, field: bytes) -> bytes:
    """A certificate with one field of its body replaced; its signature fits no more."""
    signed, algorithm, signature = der.read(certificate().public_bytes(Encoding.DER)).children()
    parts = [part.encoded for part in signed.children()]
    parts[index] = field
    return der.sequence(der.sequence(*parts), algorithm.encoded, signature.encoded)
