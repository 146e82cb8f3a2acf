"""The integrity check of a PKCS #12 store: its own (RFC 7292, section 4) and PBMAC1 (RFC 9579)."""

from __future__ import annotations

import hashlib
import hmac

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ciphers import Purpose, pkcs12_kdf
from .limits import Allowance, pkcs12_work
from .opening import forms_of
from .pbes2 import Pbkdf2
from .pkcs12_names import HMACS

__all__ = ["checked_mac", "mac_rounds"]

_PBMAC1 = "1.2.840.113549.1.5.14"
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
}
# RFC 9579, section 5 asks for the lower bound: a key of one byte fits every 256th password. The upper one is ours.
_KEY_SIZES = range(20, 129)


def checked_mac(mac_data: der.Element, content: bytes, password: Secret, allowance: Allowance) -> str:
    """Check a store's MacData; returns in words how its integrity is kept.

    Raises:
        WrongPassword: the integrity check failed under this password.
        TooCostly: more rounds are asked for than ``allowance`` has left.
        UnknownFormat: the algorithm is none of those that are read here; says which.
        Damaged: the data contradict themselves, or PBMAC1 has a key under 20 bytes.
    """
    try:
        info, salt, *count = mac_data.children()
        algorithm, value = info.children()
        named = algorithm.first().as_oid()
        if named == _PBMAC1:
            return _checked_pbmac1(algorithm, value.content, content, password, allowance)
    except ValueError:
        msg = f"the integrity data at offset {mac_data.offset} contradict themselves"
        raise Damaged(msg) from None
    digest = _DIGESTS.get(named)
    if digest is None:
        msg = f"its integrity is kept by algorithm {named}, which is not read here"
        raise UnknownFormat(msg)
    rounds = count[0].as_int() if count else 1
    size = hashlib.new(digest).digest_size
    for form in forms_of(password, salt.content):
        allowance.take(rounds, pkcs12_work(digest, size))
        key = pkcs12_kdf(digest, form, salt.content, Purpose.INTEGRITY, rounds, size)
        if hmac.compare_digest(hmac.digest(key, content, digest), value.content):
            return f"HMAC-{_name(digest)}, {rounds:,} rounds"
    raise _wrong()


def mac_rounds(mac_data: der.Element) -> int:
    """The rounds of key derivation that MacData asks for, which :func:`checked_mac` found right."""
    info, _, *count = mac_data.children()
    algorithm = info.first()
    if algorithm.first().as_oid() == _PBMAC1:
        _, parameters = algorithm.children()
        return Pbkdf2.of(parameters.first()).rounds
    return count[0].as_int() if count else 1


def _checked_pbmac1(
    algorithm: der.Element, value: bytes, content: bytes, password: Secret, allowance: Allowance
) -> str:
    """Salt and count are those of PBKDF2; those of MacData say nothing here (RFC 9579, section 5)."""
    _, parameters = algorithm.children()
    derivation, scheme = parameters.children()
    derived = Pbkdf2.of(derivation)
    named = scheme.first().as_oid()
    digest = HMACS.get(named)
    if digest is None:
        msg = f"its integrity is kept by PBMAC1 with {named}, which is not read here"
        raise UnknownFormat(msg)
    if derived.size not in _KEY_SIZES:
        msg = f"offset {derivation.offset} asks for no integrity key of {_KEY_SIZES[0]} to {_KEY_SIZES[-1]} bytes"
        raise Damaged(msg)
    key = derived.key(password, derived.size or 0, allowance)
    if not hmac.compare_digest(hmac.digest(key, content, digest), value):
        raise _wrong()
    return f"PBMAC1 with HMAC-{_name(digest)} and {_name(derived.digest)}, {derived.rounds:,} rounds"


def _name(digest: str) -> str:
    return digest.upper().replace("_", "/")


def _wrong() -> WrongPassword:
    return WrongPassword("the password does not open it, or its bytes were changed")
