"""A private key's bytes to the key."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ..errors import Damaged, UnknownFormat
from . import der

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["load_key"]

_PARTS = 8  # more than any private key has


def load_key(data: bytes, why_not: str, *, to_pair: bool = False) -> PrivateKeyTypes:
    """The private key in DER, PKCS #8 or older.

    With ``to_pair`` the numbers of an RSA key are not proved, which takes a hundred times as long as
    reading them: such a key may be asked for its public half, and used for nothing else.

    Raises:
        Damaged: with ``why_not``, where the bytes are no key.
        UnknownFormat: it is a key of a kind that is not read here; says of which algorithm.
    """
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        try:
            return load_der_private_key(data, None, unsafe_skip_rsa_key_validation=to_pair)
        except ValueError:
            if (shorter := _without_zero(data)) is None:
                raise
            return load_der_private_key(shorter, None)
    except (ValueError, TypeError, InternalError):  # the last one of a key of Curve25519 or Curve448 in another size
        algorithm = _private_key_algorithm(data)
        msg = f"{why_not}: it is of algorithm {algorithm}" if algorithm else why_not
        raise Damaged(msg) from None
    except UnsupportedAlgorithm as error:
        algorithm = _private_key_algorithm(data)
        msg = f"a private key in it is of a kind that is not read here: {algorithm or error}"
        raise UnknownFormat(msg) from None


def _private_key_algorithm(data: bytes) -> str:
    """The algorithm of a PrivateKeyInfo (RFC 5208, section 5), and its curve where it has one."""
    try:
        _, algorithm = islice(der.read(data).expect(der.SEQUENCE, "private key").children(), 2)
        kind, *parameters = islice(algorithm.expect(der.SEQUENCE, "algorithm").children(), 2)
        curves = (each.as_oid() for each in parameters if each.tag == der.OBJECT_IDENTIFIER)
        return " of curve ".join((kind.as_oid(), *curves))
    except (ValueError, Damaged):
        return ""


def _without_zero(data: bytes) -> bytes | None:
    """The same EC key without a zero before its number, or None where there is none.

    GnuTLS 3.7 writes the number as an INTEGER is written, in half of its keys a byte longer than
    RFC 5915, section 3 has it.
    """
    try:
        version, *rest = islice(der.read(data).expect(der.SEQUENCE, "private key").children(), _PARTS)
        if rest[0].tag == der.SEQUENCE:  # PKCS #8, the key in its third part
            inner = _without_zero(rest[1].expect(der.OCTET_STRING, "private key").content)
            parts = [rest[0].encoded, der.octet_string(inner), *(each.encoded for each in rest[2:])] if inner else []
        else:
            number = rest[0].expect(der.OCTET_STRING, "number").content
            parts = [der.octet_string(number[1:]), *(each.encoded for each in rest[1:])] if number[:1] == b"\0" else []
        return der.sequence(version.encoded, *parts) if parts else None
    except (Damaged, ValueError, IndexError):
        return None
