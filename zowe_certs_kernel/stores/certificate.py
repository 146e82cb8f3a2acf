"""A certificate's bytes to its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..errors import Damaged, UnknownFormat
from ..model import CertificateFacts, KeyFacts

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

__all__ = ["certificate_facts", "key_facts", "key_fits", "load_certificate", "load_key", "public_key_of"]

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
    """Read one certificate in DER. What of it cannot be read is left out, and a note says why.

    Raises:
        Damaged: the bytes are no X.509 certificate.
    """
    import warnings

    certificate = load_certificate(data)
    with warnings.catch_warnings(action="ignore"):  # what cryptography warns of, the notes say
        return _facts(certificate, data)


def _facts(certificate: x509.Certificate, data: bytes) -> CertificateFacts:
    import hashlib

    from cryptography import x509

    notes: list[str] = []
    try:
        subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
        not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (ValueError, TypeError) as error:
        raise _damaged(error) from None
    if certificate.serial_number < 1:
        notes.append("its serial number is not positive, against RFC 5280, section 4.1.2.2")
    extensions = _extensions(certificate, notes)
    constraints = _extension(extensions, x509.BasicConstraints)
    key_id = _extension(extensions, x509.SubjectKeyIdentifier)
    issuer_key_id = _extension(extensions, x509.AuthorityKeyIdentifier)
    return CertificateFacts(
        subject=subject,
        issuer=issuer,
        serial=f"{certificate.serial_number:x}",
        not_before=not_before,
        not_after=not_after,
        sha256=hashlib.sha256(data).hexdigest(),
        signature_algorithm=_named(certificate.signature_algorithm_oid),
        key=_public_key_facts(certificate, notes),
        san=_alternative_names(extensions),
        key_usage=_key_usage(extensions),
        extended_key_usage=_extended_key_usage(extensions),
        is_ca=bool(constraints and constraints.ca),
        path_length=constraints.path_length if constraints else None,
        self_signed=_is_self_signed(certificate, notes),
        subject_key_identifier=key_id.digest.hex() if key_id else None,
        authority_key_identifier=(issuer_key_id.key_identifier or b"").hex() or None if issuer_key_id else None,
        notes=tuple(notes),
        der=data,
    )


def load_certificate(data: bytes) -> x509.Certificate:
    """The certificate in DER, without the warnings that the library prints of old ones.

    Raises:
        Damaged: the bytes are no X.509 certificate.
    """
    import warnings

    from cryptography import x509

    with warnings.catch_warnings(action="ignore"):
        try:
            return x509.load_der_x509_certificate(data)
        except (ValueError, TypeError, x509.InvalidVersion) as error:
            raise _damaged(error) from None


def _damaged(error: Exception) -> Damaged:
    return Damaged(f"a certificate in it cannot be read: {error}")


def load_key(data: bytes, why_not: str, *, to_pair: bool = False) -> PrivateKeyTypes:
    """The private key in DER, PKCS #8 or older.

    With ``to_pair`` the numbers of an RSA key are not proved, which takes a hundred times as long as
    reading them: such a key may be asked for its public half, and used for nothing else.

    Raises:
        Damaged: with ``why_not``, where the bytes are no key.
        UnknownFormat: it is a key of a kind that is not read here.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        return load_der_private_key(data, None, unsafe_skip_rsa_key_validation=to_pair)
    except (ValueError, TypeError):
        raise Damaged(why_not) from None
    except UnsupportedAlgorithm as error:
        msg = f"a private key in it is of a kind that is not read here: {error}"
        raise UnknownFormat(msg) from None


def key_facts(key: PublicKeyTypes | PrivateKeyTypes) -> KeyFacts:
    """Type and size of a key; Edwards keys count the bits of their curve."""
    kind = type(key).__name__.removesuffix("PublicKey").removesuffix("PrivateKey")
    sizes = {"Ed25519": 256, "Ed448": 456, "X25519": 256, "X448": 448}
    return KeyFacts(kind, getattr(key, "key_size", sizes.get(kind, 0)))


def key_fits(key: PrivateKeyTypes, certificate: CertificateFacts) -> bool:
    """Whether the certificate's public key is that of the private key."""
    return public_key_of(key) == public_key_of(certificate)


def public_key_of(holder: PrivateKeyTypes | CertificateFacts) -> bytes | None:
    """The public key in DER; None where that of a certificate cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    owner = load_certificate(holder.der) if isinstance(holder, CertificateFacts) else holder
    try:
        return owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (UnsupportedAlgorithm, ValueError):
        return None


def _extensions(certificate: x509.Certificate, notes: list[str]) -> x509.Extensions:
    from cryptography import x509

    try:
        return certificate.extensions
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        notes.append(f"its extensions cannot be read: {error}")
        return x509.Extensions([])


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    from cryptography import x509

    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _public_key_facts(certificate: x509.Certificate, notes: list[str]) -> KeyFacts | None:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return key_facts(certificate.public_key())
    except (UnsupportedAlgorithm, ValueError) as error:
        notes.append(f"its public key cannot be read: {error}")
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
    return tuple(_named(purpose) for purpose in purposes or ())


def _named(oid: x509.ObjectIdentifier) -> str:
    return oid.dotted_string if oid._name == "Unknown OID" else oid._name


def _is_self_signed(certificate: x509.Certificate, notes: list[str]) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        notes.append(f"whether it signed itself cannot be proved: {error}")
        return False
    return True
