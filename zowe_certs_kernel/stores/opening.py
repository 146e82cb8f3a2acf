"""What others encrypted with a password is opened: PBES1 and PBES2 (RFC 8018), PKCS #12's own (RFC 7292, appendix C).

Counts are read and refused before anything is derived from them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ciphers import Purpose, Scheme, cbc, pkcs12_kdf, pkcs12_key, pkcs12_key_work, rc4
from .limits import MD5_WORK, Allowance, pkcs12_work, rounds_told
from .pbes2 import pbes2_scheme
from .pkcs12_names import PBES2

__all__ = ["forms_of", "opened", "scheme_of"]

_TWO_KEYS = "3DES with two keys"  # of which the first is the third as well; Java takes it for a wrong password
# PKCS #12's own schemes: the cipher and how many bytes its key has.
_PKCS12_CIPHERS = {
    "1.2.840.113549.1.12.1.1": ("RC4-128", 16),
    "1.2.840.113549.1.12.1.2": ("RC4-40", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": (_TWO_KEYS, 16),
    "1.2.840.113549.1.12.1.5": ("RC2-128", 16),
    "1.2.840.113549.1.12.1.6": ("RC2-40", 5),
}
# Those of PBES1: cipher and digest. DES is 3DES under the same key three times.
_PBES1 = {
    "1.2.840.113549.1.5.3": ("DES", "md5"),
    "1.2.840.113549.1.5.6": ("RC2-64", "md5"),
    "1.2.840.113549.1.5.10": ("DES", "sha1"),
    "1.2.840.113549.1.5.11": ("RC2-64", "sha1"),
}
_PBES1_OF_JAVA = "1.2.840.113549.1.5.3"
_PBES1_SALT_SIZE = 8


def scheme_of(algorithm: der.Element) -> Scheme:
    """How a bag or a key is encrypted; nothing is derived yet.

    Raises:
        UnknownFormat: the algorithm is none of those that are read here; says which.
        Damaged: the parameters contradict themselves.
    """
    oid = algorithm.first().as_oid()
    if oid != PBES2 and oid not in _PKCS12_CIPHERS and oid not in _PBES1:
        msg = f"it is encrypted by algorithm {oid}, which is not read here"
        raise UnknownFormat(msg)
    try:
        _, parameters = algorithm.children()
        if oid == PBES2:
            return pbes2_scheme(parameters)
        salted, count = parameters.children()
        salt, rounds = salted.expect(der.OCTET_STRING, "salt").content, count.as_int()
    except ValueError:
        raise _contradicts(algorithm) from None
    if oid in _PKCS12_CIPHERS:
        cipher, size = _PKCS12_CIPHERS[oid]
        words = f"{cipher} and SHA-1, {rounds_told(rounds)} rounds"
        return Scheme(words, "Java" if cipher == _TWO_KEYS else "", _Pkcs12(cipher, size, salt, rounds).decrypt)
    if len(salt) != _PBES1_SALT_SIZE:
        msg = f"offset {salted.offset} holds a salt of {len(salt)} bytes where PBES1 has {_PBES1_SALT_SIZE}"
        raise Damaged(msg)
    cipher, digest = _PBES1[oid]
    words = f"{cipher} and {digest.upper().replace('SHA', 'SHA-')}, {rounds_told(rounds)} rounds"
    return Scheme(words, "" if oid == _PBES1_OF_JAVA else "Java", _Pbes1(cipher, digest, salt, rounds).decrypt)


def _contradicts(algorithm: der.Element) -> Damaged:
    return Damaged(f"the encryption parameters at offset {algorithm.offset} contradict themselves")


def opened(algorithm: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    """Decrypt one bag; returns its bytes and, in words, how they were protected.

    Raises:
        WrongPassword: what comes out is not what was encrypted.
        TooCostly: more rounds are asked for than ``allowance`` has left.
        UnknownFormat, Damaged: as :func:`scheme_of`.
    """
    scheme = scheme_of(algorithm)
    try:
        return scheme.decrypt(data, password, allowance), scheme.words
    except ValueError:
        raise _contradicts(algorithm) from None


def forms_of(password: Secret, salt: bytes) -> tuple[Secret | None, ...]:
    """The password, and where it is empty also none at all, which differs in RFC 7292, appendix B.1.

    Programs do not agree on which of the two an empty password is; Java tries both as well. With an empty salt too
    there would be nothing to derive from.
    """
    return (password,) if password or not salt else (password, None)


@dataclass(frozen=True)
class _Pkcs12:
    """A scheme of PKCS #12's own."""

    cipher: str
    size: int
    salt: bytes
    rounds: int

    def decrypt(self, data: bytes, password: Secret, allowance: Allowance) -> bytes:
        forms, stream = forms_of(password, self.salt), self.cipher.startswith("RC4-")
        allowance.decryption(self.cipher, data)
        for form in forms:
            key, initial = self._key(form, allowance)
            try:
                clear = rc4(key, data) if stream else cbc(self.cipher.split()[0], key, initial, data, encrypt=False)
            except ValueError:
                continue
            # RC4 has no padding to tell by, and of two forms one may fit the padding by chance
            if clear[:1] == bytes((der.SEQUENCE,)) or not (stream or len(forms) > 1):
                return clear
        raise _wrong()

    def _key(self, password: Secret | None, allowance: Allowance) -> tuple[bytes, bytes]:
        """Key and initial vector; RC4 has no vector."""
        if self.cipher.startswith("RC4-"):
            allowance.take(self.rounds, pkcs12_work("sha1", self.size))
            return pkcs12_kdf("sha1", password, self.salt, Purpose.KEY, self.rounds, self.size), b""
        allowance.take(self.rounds, pkcs12_key_work(self.size, self.rounds))
        key, initial = pkcs12_key(self.size, password, self.salt, self.rounds)
        return (key + key[:8] if self.cipher == _TWO_KEYS else key), initial


@dataclass(frozen=True)
class _Pbes1:
    """A scheme of PBES1: PBKDF1 (RFC 8018, section 5.1) gives eight bytes of key and eight of the initial vector."""

    cipher: str
    digest: str
    salt: bytes
    rounds: int

    def decrypt(self, data: bytes, password: Secret, allowance: Allowance) -> bytes:
        allowance.decryption(self.cipher, data)
        make = partial(getattr(hashlib, self.digest), usedforsecurity=False)
        derived = password.reveal().encode("utf-8", "surrogatepass") + self.salt
        for _ in range(allowance.take(self.rounds, MD5_WORK)):
            derived = make(derived).digest()
        key, initial = derived[:8], derived[8:16]
        cipher, key = ("3DES", 3 * key) if self.cipher == "DES" else (self.cipher, key)
        try:
            return cbc(cipher, key, initial, data, encrypt=False)
        except ValueError:
            raise _wrong() from None


def _wrong() -> WrongPassword:
    return WrongPassword("the password does not open it")
