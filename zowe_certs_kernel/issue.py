"""Keys and certificates as Zowe's own script makes them, and with keys that it does not know.

Profiles: zowe-install-packaging, ``bin/apiml_cm.sh``, tags v1.8.0 to v1.28.8, measured with keytool 17.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, overload

from .model import KeyType
from .names import distinguished_name, parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384

    PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
    PublicKey = RSAPublicKey | EllipticCurvePublicKey

__all__ = [
    "DEFAULT_DAYS",
    "LEAST_RSA_BITS",
    "USABLE_KEYS",
    "CertificateKind",
    "Issued",
    "Subject",
    "certificate_request",
    "general_names",
    "generate_key",
    "is_usable_key",
    "issue",
    "name_text",
    "service_request",
]

DEFAULT_DAYS = 3650
LEAST_RSA_BITS = 2048
USABLE_KEYS = f"RSA from {LEAST_RSA_BITS} bits on and the curves P-256 to P-521"
_CURVES = ("secp256r1", "secp384r1", "secp521r1")

Subject = tuple[tuple[str, str], ...]


class CertificateKind(StrEnum):
    """What a certificate is for, which decides its extensions."""

    CA = "certificate authority"
    SERVICE = "server and client"
    REQUESTED = "server and client, as an authority is asked for it"
    JWT = "JWT secret"
    JWT_PUBLIC_KEY = "public key that proves tokens, wrapped by the authority"


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key and the certificates above it, the nearest issuer first."""

    certificate: x509.Certificate
    key: PrivateKey
    issuers: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return (self.certificate, *self.issuers)

    def __repr__(self) -> str:
        return f"Issued({self.certificate.subject.rfc4514_string()!r})"


@overload
def generate_key() -> RSAPrivateKey: ...
@overload
def generate_key(key_type: KeyType) -> PrivateKey: ...
def generate_key(key_type: KeyType = KeyType.RSA_2048) -> PrivateKey:
    """A new private key; RSA of 2048 bits is the only kind that Zowe v1's script makes."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if key_type.is_rsa:
        return rsa.generate_private_key(public_exponent=65537, key_size=key_type.bits)
    return ec.generate_private_key(ec.SECP256R1() if key_type is KeyType.EC_P256 else ec.SECP384R1())


def _digest(key: PrivateKey) -> SHA256 | SHA384:
    """The hash that a key signs with: as keytool has it, SHA-384 for the larger curves, else SHA-256."""
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384

    return SHA256() if _is_rsa(key) or key.key_size <= 256 else SHA384()


def is_usable_key(key: PublicKeyTypes) -> bool:
    """Whether Java and the browsers take certificates of such a key: those of :data:`USABLE_KEYS`."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES


def _is_rsa(key: PrivateKey) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    return isinstance(key, RSAPrivateKey)


def issue(  # noqa: PLR0913  # each is a part of a certificate, given by name
    kind: CertificateKind,
    subject: Subject | x509.Name,
    key: PrivateKey,
    *,
    now: dt.datetime,
    days: int = DEFAULT_DAYS,
    issuer: Issued | None = None,
    san: Sequence[str | x509.GeneralName] = (),
    may_outlive_issuer: bool = False,
    public_key: bytes = b"",
) -> Issued:
    """Make and sign a certificate; self-signed where no issuer is given.

    It does not outlive its issuer: a longer ``days`` is cut to the issuer's end, unless ``may_outlive_issuer``.

    Args:
        subject: its parts, or a name as it stands in another certificate.
        now: the start of its life, in UTC; kept to the second.
        san: subject alternative names, as for :func:`general_names`.
        public_key: SubjectPublicKeyInfo in DER, of which it is in place of ``key``.
    """
    from cryptography import x509

    of = _loaded(public_key) if public_key else key.public_key()
    start = now.astimezone(dt.UTC).replace(microsecond=0)
    end = start + dt.timedelta(days=days)
    name = _x509_name(subject)
    if issuer and not may_outlive_issuer:
        end = min(end, issuer.certificate.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(of)
        .serial_number(_serial_number(kind, now))
        .not_valid_before(start)
        .not_valid_after(end)
    )
    for extension, critical in _extensions(kind, key, issuer, san, of):
        builder = builder.add_extension(extension, critical)
    signer = issuer.key if issuer else key
    signed = builder.sign(signer, _digest(signer))
    return Issued(signed, key, issuer.chain if issuer else ())


def _loaded(public_key: bytes) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    loaded = load_der_public_key(public_key)
    assert isinstance(loaded, RSAPublicKey | EllipticCurvePublicKey)  # noqa: S101  # who reads them takes no other
    return loaded


def _serial_number(kind: CertificateKind, now: dt.datetime) -> int:
    """Random; Zowe's wrapping of a public key takes the milliseconds of its clock."""
    if kind is CertificateKind.JWT_PUBLIC_KEY:
        return int(now.timestamp() * 1000)
    return secrets.randbelow(2**64 - 1) + 1


def _x509_name(subject: Subject | x509.Name) -> x509.Name:
    return distinguished_name(subject) if isinstance(subject, tuple) else subject


def _extensions(
    kind: CertificateKind,
    key: PrivateKey,
    issuer: Issued | None,
    san: Sequence[str | x509.GeneralName],
    of: PublicKey,
) -> list[tuple[x509.ExtensionType, bool]]:
    """The extensions of a kind with their criticality, in keytool's order."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key_id = x509.SubjectKeyIdentifier.from_public_key(of)
    if kind is CertificateKind.JWT:
        return [(key_id, False)]
    if kind is CertificateKind.CA:
        return [
            (key_id, False),
            (_key_usage(key_cert_sign=True), False),
            (x509.BasicConstraints(ca=True, path_length=None), True),
        ]
    if kind is CertificateKind.REQUESTED:
        return _requested_extensions(key, san)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
    above: list[tuple[x509.ExtensionType, bool]] = [(_issuer_key_id(issuer), False)] if issuer else []
    if kind is CertificateKind.JWT_PUBLIC_KEY:  # not keytool, but the gateway's own program made it, in this order
        return [(key_id, False), (purposes, False), *above]
    rsa = _is_rsa(key)  # RFC 8813, section 3: no encipherment with keys of elliptic curves
    usage = _key_usage(digital_signature=True, content_commitment=True, key_encipherment=rsa, data_encipherment=rsa)
    return [(key_id, False), (usage, True), (_names(san), False), *above, (purposes, False)]


def _requested_extensions(
    key: PrivateKey, san: Sequence[str | x509.GeneralName]
) -> list[tuple[x509.ExtensionType, bool]]:
    """What Zowe needs and no more, for an authority of others may refuse a request that asks for odd things."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    return [
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(digital_signature=True, key_encipherment=_is_rsa(key)), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.SubjectAlternativeName(general_names(san)), False),
    ]


def _issuer_key_id(issuer: Issued) -> x509.AuthorityKeyIdentifier:
    """The issuer's own identifier; made of its key where an authority from elsewhere has none."""
    from cryptography import x509

    try:
        own = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


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


def _names(san: Sequence[str | x509.GeneralName]) -> x509.SubjectAlternativeName:
    from cryptography import x509

    return x509.SubjectAlternativeName(general_names(san))


def general_names(san: Sequence[str | x509.GeneralName]) -> list[x509.GeneralName]:
    """Names such as ``dns:zos1.example.com``, ``ip:192.0.2.10``, ``email:…`` and ``uri:…``; others as they are."""
    from cryptography import x509

    kinds = {"email": x509.RFC822Name, "uri": x509.UniformResourceIdentifier}
    names: list[x509.GeneralName] = []
    for item in san:
        if not isinstance(item, str):
            names.append(item)
            continue
        kind, _, value = item.partition(":")
        address = parse_address(value) if kind == "ip" else None
        names.append(x509.IPAddress(address) if address else kinds.get(kind, x509.DNSName)(value))
    return names


def name_text(name: x509.GeneralName) -> str:
    """A subject alternative name as :class:`~zowe_certs_kernel.model.CertificateFacts` tells it."""
    from cryptography import x509

    kinds: dict[type, str] = {
        x509.DNSName: "dns",
        x509.IPAddress: "ip",
        x509.RFC822Name: "email",
        x509.UniformResourceIdentifier: "uri",
    }
    return f"{kinds[type(name)]}:{name.value}" if type(name) in kinds else f"other:{type(name).__name__}"


def certificate_request(subject: Subject | x509.Name, key: PrivateKey) -> x509.CertificateSigningRequest:
    """A request as keytool writes it: the subject, and the key's identifier as the one requested extension."""
    from cryptography import x509

    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = x509.CertificateSigningRequestBuilder().subject_name(_x509_name(subject))
    return builder.add_extension(key_id, critical=False).sign(key, _digest(key))


def service_request(
    subject: Subject | x509.Name, key: PrivateKey, san: Sequence[str | x509.GeneralName]
) -> x509.CertificateSigningRequest:
    """A request that asks another authority for all that Zowe needs: names, key usage, both purposes, no authority."""
    from cryptography import x509

    builder = x509.CertificateSigningRequestBuilder().subject_name(_x509_name(subject))
    for extension, critical in _requested_extensions(key, san):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, _digest(key))
