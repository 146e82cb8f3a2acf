"""A certificate's bytes to its facts."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import Damaged
from ..model import CertificateFacts, KeyFacts
from .oddities import with_oddities
from .signatures import Unprovable, check_exponent, named_algorithm, signature_holds

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

    from .certificate_bytes import CertificateBytes
    from .limits import Allowance

__all__ = [
    "certificate_facts",
    "counted_facts",
    "key_facts",
    "key_fits",
    "load_certificate",
    "public_key_of",
]

_FILTERS = threading.RLock()
_UNREADABLE = "a certificate in it cannot be read: "
_MAX_CERTIFICATE = 128 << 10  # SLH-DSA (FIPS 205) has the largest signatures, of up to 50 kB


def certificate_facts(data: bytes) -> CertificateFacts:
    """Read one certificate in DER. What of it cannot be read is left out, and a note says why.

    Where cryptography refuses the whole, as it does NULL parameters of ECDSA (written by Java up to 15,
    JDK-8252377), each field is read alone.

    Raises:
        Damaged: the bytes have not the structure of a certificate, or are too many for one.
    """
    if len(data) > _MAX_CERTIFICATE:
        msg = f"{_UNREADABLE}it takes {len(data):,} bytes, over the limit of {_MAX_CERTIFICATE:,} for one"
        raise Damaged(msg)
    with _without_warnings():  # what cryptography warns of, the notes say
        try:
            certificate = load_certificate(data)
            return _facts(certificate, data)
        except (Damaged, ValueError, TypeError) as error:
            return _facts_of_fields(data, str(error).removeprefix(_UNREADABLE))


@contextmanager
def _without_warnings() -> Iterator[None]:
    """The filters of warnings are those of the process, and stores are read by several threads."""
    import warnings

    with _FILTERS, warnings.catch_warnings(action="ignore"):
        yield


def counted_facts(data: bytes, allowance: Allowance) -> CertificateFacts:
    """The same, counted among the entries that a file may have, and weighed.

    Raises:
        Damaged: as :func:`certificate_facts`.
        TooCostly: more than ``allowance`` has left.
    """
    allowance.entry("certificates")
    try:
        return allowance.certificate(certificate_facts(data))
    except Damaged:
        allowance.damaged(min(len(data), _MAX_CERTIFICATE))
        raise


def _facts(certificate: x509.Certificate, data: bytes) -> CertificateFacts:
    from .extensions import named

    notes: list[str] = []
    facts = CertificateFacts(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        signature_algorithm=named(certificate.signature_algorithm_oid),
        **_shared_facts(certificate, data, notes),
        key=_public_key_facts(certificate, data, notes),
        self_signed=_is_self_signed(certificate, notes),
        notes=tuple(notes),
    )
    names = (certificate.subject, certificate.issuer)
    return with_oddities(facts, {attribute._type.name for name in names for attribute in name})


def _facts_of_fields(data: bytes, why: str) -> CertificateFacts:
    from .certificate_bytes import walked

    try:
        fields = walked(data)
    except Damaged as error:
        msg = f"{_UNREADABLE}{error} (the SHA-256 of its bytes is {hashlib.sha256(data).hexdigest()})"
        raise Damaged(msg) from None
    notes = [f"it is read field by field, because as a whole it is refused: {why}", *fields.unread]
    facts = CertificateFacts(
        subject=fields.subject,
        issuer=fields.issuer,
        serial=f"{fields.serial:x}",
        not_before=fields.not_before,
        not_after=fields.not_after,
        signature_algorithm=named_algorithm(fields.signature_oid),
        **_shared_facts(None, data, notes),
        key=_public_key_facts(None, data, notes),
        self_signed=fields.same_names and _signed_itself(fields, data, notes),
        notes=tuple(notes),
    )
    return with_oddities(facts, fields.string_types)


def _shared_facts(certificate: x509.Certificate | None, data: bytes, notes: list[str]) -> dict[str, Any]:
    from .extensions import extension_facts

    return {
        **vars(extension_facts(certificate, data, notes)),
        "sha256": hashlib.sha256(data).hexdigest(),
        "sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        "der": data,
    }


def load_certificate(data: bytes) -> x509.Certificate:
    """The certificate in DER, without the warnings that the library prints of old ones.

    Raises:
        Damaged: the bytes are no X.509 certificate.
    """
    from cryptography import x509

    with _without_warnings():
        try:
            return x509.load_der_x509_certificate(data)
        except (ValueError, TypeError, x509.InvalidVersion) as error:
            msg = f"{_UNREADABLE}{error}"
            raise Damaged(msg) from None


def key_facts(key: PublicKeyTypes | PrivateKeyTypes) -> KeyFacts:
    """Type and size of a key; Edwards keys count the bits of their curve, lattice keys those of their public half."""
    kind = type(key).__name__.removesuffix("PublicKey").removesuffix("PrivateKey")
    sizes = {"Ed25519": 256, "Ed448": 456, "X25519": 256, "X448": 448}
    sizes |= {"MLDSA44": 10_496, "MLDSA65": 15_616, "MLDSA87": 20_736}  # FIPS 204, table 2
    sizes |= {"MLKEM512": 6_400, "MLKEM768": 9_472, "MLKEM1024": 12_544}  # FIPS 203, table 3
    name = re.sub(r"^ML(DSA|KEM)", r"ML-\1-", kind)
    return KeyFacts(name, getattr(key, "key_size", sizes.get(kind, 0)))


def key_fits(key: PrivateKeyTypes, certificate: CertificateFacts) -> bool:
    """Whether the certificate's public key is that of the private key."""
    public = public_key_of(key)
    return public is not None and public == public_key_of(certificate)


def public_key_of(holder: PrivateKeyTypes | CertificateFacts) -> bytes | None:
    """The public key in DER, that of a certificate also where its algorithm is not known; None where it has none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from .certificate_bytes import walked

    try:
        owner = load_certificate(holder.der) if isinstance(holder, CertificateFacts) else holder
        return owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (UnsupportedAlgorithm, ValueError, TypeError, Damaged):
        if not isinstance(holder, CertificateFacts):
            return None
    try:
        return walked(holder.der).public_key
    except Damaged:
        return None


def _public_key_facts(certificate: x509.Certificate | None, data: bytes, notes: list[str]) -> KeyFacts | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    from .certificate_bytes import walked

    try:
        return key_facts(certificate.public_key() if certificate else load_der_public_key(walked(data).public_key))
    except (UnsupportedAlgorithm, ValueError, TypeError) as error:
        notes.append(f"its public key cannot be read: {_key_algorithm(data)}{error}")
        return None


def _key_algorithm(data: bytes) -> str:
    from .certificate_bytes import walked

    try:
        return f"it is of algorithm {walked(data).key_oid}, and "
    except Damaged:
        return ""


def _is_self_signed(certificate: x509.Certificate, notes: list[str]) -> bool | None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if certificate.subject != certificate.issuer:
        return False
    try:
        check_exponent(certificate.public_key())
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        notes.append(f"whether it signed itself cannot be proved: {error}")
        return None
    return True


def _signed_itself(fields: CertificateBytes, data: bytes, notes: list[str]) -> bool | None:
    """The proof for a certificate that cryptography refuses: ECDSA and RSA with the usual padding."""
    try:
        return signature_holds(fields.public_key, None, data)
    except Unprovable as error:
        notes.append(f"whether it signed itself cannot be proved: {error}")
        return None
