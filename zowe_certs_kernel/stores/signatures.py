"""Whether a key made the signature of a certificate (RFC 5280, section 4.1.1.3); names play no part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import Damaged
from .certificate_bytes import walked
from .extensions import named

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

__all__ = ["Unprovable", "check_exponent", "named_algorithm", "signature_holds"]

_ECDSA_WITH_SHA1 = "1.2.840.10045.4.1"
_MAX_EXPONENT_BITS = 33  # all that are in use have 2 to 33; OpenSSL takes those of a short key as long as itself


class Unprovable(ValueError):
    """Why nobody can tell whether a signature holds."""


def signature_holds(issuer_key: bytes, certificate: x509.Certificate | None, data: bytes) -> bool:
    """Whether the private half of ``issuer_key`` signed the certificate.

    Args:
        issuer_key: the public key in DER, a SubjectPublicKeyInfo.
        certificate: what ``data`` holds, read; None where cryptography refuses it as a whole.
        data: the certificate in DER.

    Raises:
        Unprovable: the key or the algorithm is not known here, or the structure is not that of a certificate.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(issuer_key)
        check_exponent(key)
        _verify(key, certificate, data)
    except InvalidSignature:
        return False
    except (TypeError, ValueError, UnsupportedAlgorithm, Damaged) as error:
        raise Unprovable(str(error)) from None
    return True


def check_exponent(key: PublicKeyTypes) -> None:
    """Raise ``ValueError`` for an RSA key whose signatures take as long to check as to make."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, RSAPublicKey) and key.public_numbers().e.bit_length() > _MAX_EXPONENT_BITS:
        msg = f"the exponent of its key has over {_MAX_EXPONENT_BITS} bits"
        raise ValueError(msg)


def _verify(key: PublicKeyTypes, certificate: x509.Certificate | None, data: bytes) -> None:
    """Raise ``InvalidSignature`` also where the algorithm is for another kind of key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

    parameters: Any
    if certificate:
        signed, signature = certificate.tbs_certificate_bytes, certificate.signature
        parameters, digest = certificate.signature_algorithm_parameters, certificate.signature_hash_algorithm
        if parameters is None and digest and certificate.signature_algorithm_oid.dotted_string == _ECDSA_WITH_SHA1:
            parameters = ec.ECDSA(digest)  # cryptography tells those of all ECDSA signatures but this
    else:
        fields = walked(data)
        signed, signature = fields.signed, fields.signature
        digest = _digest(named_algorithm(fields.signature_oid))
        parameters = ec.ECDSA(digest) if isinstance(key, ec.EllipticCurvePublicKey) else padding.PKCS1v15()
    if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS) and digest:
        key.verify(signature, signed, parameters, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
        key.verify(signature, signed, parameters)
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signature, signed)
    elif isinstance(key, dsa.DSAPublicKey) and digest:
        key.verify(signature, signed, digest)
    elif isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        raise InvalidSignature
    else:
        msg = f"signatures of a {type(key).__name__} are not checked here"
        raise TypeError(msg)


def _digest(algorithm: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    digest = re.search(r"(?i)sha(1|224|256|384|512)(?!\d)", algorithm)
    if not digest:
        msg = f"{algorithm} is not checked here"
        raise ValueError(msg)
    return getattr(hashes, f"SHA{digest[1]}")()


def named_algorithm(oid: str) -> str:
    """The name of a signature algorithm, or its number."""
    from cryptography import x509

    try:
        return named(x509.ObjectIdentifier(oid))
    except ValueError:
        return oid
