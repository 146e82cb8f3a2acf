"""A certificate's bytes to its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..errors import Damaged
from ..model import CertificateFacts, KeyFacts

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

__all__ = ["certificate_facts", "key_facts", "key_fits"]

_Extension = TypeVar("_Extension", bound="x509.ExtensionType")

_KEY_USAGES = (
    ("digital_signature", "digitalSignature"),
    ("content_commitment", "nonRepudiation"),
    ("key_encipherment", "keyEncipherment"),
    ("data_encipherment", "dataEncipherment"),
    ("key_agreement", "keyAgreement"),
    ("key_cert_sign", "keyCertSign"),
    ("crl_sign", "cRLSign"),
)


def certificate_facts(data: bytes) -> CertificateFacts:
    """Read one certificate in DER.

    Raises:
        Damaged: the bytes are no X.509 certificate.
    """
    import hashlib

    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(data)
        extensions = certificate.extensions
        subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    except ValueError as error:
        msg = f"a certificate in it cannot be read: {error}"
        raise Damaged(msg) from None
    constraints = _extension(extensions, x509.BasicConstraints)
    key_id = _extension(extensions, x509.SubjectKeyIdentifier)
    issuer_key_id = _extension(extensions, x509.AuthorityKeyIdentifier)
    return CertificateFacts(
        subject=subject,
        issuer=issuer,
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        sha256=hashlib.sha256(data).hexdigest(),
        signature_algorithm=certificate.signature_algorithm_oid._name,
        key=_public_key_facts(certificate),
        san=_alternative_names(extensions),
        key_usage=_key_usage(extensions),
        extended_key_usage=_extended_key_usage(extensions),
        is_ca=bool(constraints and constraints.ca),
        path_length=constraints.path_length if constraints else None,
        self_signed=_is_self_signed(certificate),
        subject_key_identifier=key_id.digest.hex() if key_id else None,
        authority_key_identifier=(issuer_key_id.key_identifier or b"").hex() or None if issuer_key_id else None,
        der=data,
    )


def key_facts(key: PublicKeyTypes | PrivateKeyTypes) -> KeyFacts:
    """Type and size of a key; Edwards keys count the bits of their curve."""
    kind = type(key).__name__.removesuffix("PublicKey").removesuffix("PrivateKey")
    sizes = {"Ed25519": 256, "Ed448": 456, "X25519": 256, "X448": 448}
    return KeyFacts(kind, getattr(key, "key_size", sizes.get(kind, 0)))


def key_fits(key: PrivateKeyTypes, certificate: CertificateFacts) -> bool:
    """Whether the certificate's public key is that of the private key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    theirs = x509.load_der_x509_certificate(certificate.der).public_key()
    return key.public_key().public_bytes(*form) == theirs.public_bytes(*form)


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    from cryptography import x509

    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _public_key_facts(certificate: x509.Certificate) -> KeyFacts | None:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return key_facts(certificate.public_key())
    except (UnsupportedAlgorithm, ValueError):
        return None


def _alternative_names(extensions: x509.Extensions) -> tuple[str, ...]:
    from cryptography import x509

    kinds: dict[type, str] = {
        x509.DNSName: "dns",
        x509.IPAddress: "ip",
        x509.RFC822Name: "email",
        x509.UniformResourceIdentifier: "uri",
    }
    names = _extension(extensions, x509.SubjectAlternativeName)
    return tuple(
        f"{kinds[type(name)]}:{name.value}" if type(name) in kinds else f"other:{type(name).__name__}"
        for name in names or ()
    )


def _key_usage(extensions: x509.Extensions) -> tuple[str, ...]:
    from cryptography import x509

    usage = _extension(extensions, x509.KeyUsage)
    return tuple(name for attribute, name in _KEY_USAGES if usage and getattr(usage, attribute))


def _extended_key_usage(extensions: x509.Extensions) -> tuple[str, ...]:
    from cryptography import x509

    purposes = _extension(extensions, x509.ExtendedKeyUsage)
    return tuple(
        purpose.dotted_string if purpose._name == "Unknown OID" else purpose._name for purpose in purposes or ()
    )


def _is_self_signed(certificate: x509.Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True
