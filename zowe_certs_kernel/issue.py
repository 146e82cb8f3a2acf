"""Keys and certificates as Zowe's own script makes them.

Profiles: zowe-install-packaging, ``bin/apiml_cm.sh``, tags v1.8.0 to v1.28.8, measured with keytool 17.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from .names import distinguished_name, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["DEFAULT_DAYS", "CertificateKind", "Issued", "Subject", "certificate_request", "generate_key", "issue"]

DEFAULT_DAYS = 3650
_RSA_BITS = 2048

Subject = tuple[tuple[str, str], ...]


class CertificateKind(StrEnum):
    """What a certificate is for, which decides its extensions."""

    CA = "certificate authority"
    SERVICE = "server and client"
    JWT = "JWT secret"


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key and the certificates above it, the nearest issuer first."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    issuers: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return (self.certificate, *self.issuers)

    def __repr__(self) -> str:
        return f"Issued({self.certificate.subject.rfc4514_string()!r})"


def generate_key() -> RSAPrivateKey:
    """A new RSA key of 2048 bits, the only kind that Zowe v1's script makes."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)


def issue(
    kind: CertificateKind,
    subject: Subject,
    key: RSAPrivateKey,
    *,
    now: dt.datetime,
    days: int = DEFAULT_DAYS,
    issuer: Issued | None = None,
    san: Sequence[str] = (),
) -> Issued:
    """Make and sign a certificate; self-signed where no issuer is given.

    It never outlives its issuer: a longer ``days`` is cut to the issuer's end.

    Args:
        now: the start of its life, in UTC; kept to the second.
        san: subject alternative names such as ``dns:zos1.example.com`` and ``ip:192.0.2.10``.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    start = now.astimezone(dt.UTC).replace(microsecond=0)
    end = start + dt.timedelta(days=days)
    name = distinguished_name(subject)
    if issuer:
        end = min(end, issuer.certificate.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(secrets.randbelow(2**64 - 1) + 1)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    for extension, critical in _extensions(kind, key, issuer, san):
        builder = builder.add_extension(extension, critical)
    signed = builder.sign(issuer.key if issuer else key, SHA256())
    return Issued(signed, key, issuer.chain if issuer else ())


def _extensions(
    kind: CertificateKind, key: RSAPrivateKey, issuer: Issued | None, san: Sequence[str]
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions of a kind with their criticality, in keytool's order."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    if kind is CertificateKind.JWT:
        return [(key_id, False)]
    if kind is CertificateKind.CA:
        return [
            (key_id, False),
            (_key_usage(key_cert_sign=True), False),
            (x509.BasicConstraints(ca=True, path_length=None), True),
        ]
    usage = _key_usage(digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
    extensions: list[tuple[x509.ExtensionType, bool]] = [(key_id, False), (usage, True), (_names(san), False)]
    if issuer:
        issuer_id = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        extensions.append((x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id), False))
    return [*extensions, (purposes, False)]


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_encipherment: bool = False,
    data_encipherment: bool = False,
    key_cert_sign: bool = False,
) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=key_encipherment,
        data_encipherment=data_encipherment,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _names(san: Sequence[str]) -> x509.SubjectAlternativeName:
    from cryptography import x509

    names: list[x509.GeneralName] = []
    for item in san:
        kind, _, value = item.partition(":")
        address = parse_address(value) if kind == "ip" else None
        names.append(x509.IPAddress(address) if address else x509.DNSName(value))
    return x509.SubjectAlternativeName(names)


def certificate_request(subject: Subject, key: RSAPrivateKey) -> x509.CertificateSigningRequest:
    """A request as keytool writes it: the subject, and the key's identifier as the one requested extension."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = x509.CertificateSigningRequestBuilder().subject_name(distinguished_name(subject))
    return builder.add_extension(key_id, critical=False).sign(key, SHA256())
