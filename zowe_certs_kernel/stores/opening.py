"""What others encrypted with a password is opened: PBES2 (RFC 8018) and PKCS #12's own schemes (RFC 7292, appendix C).

Counts are read and refused before anything is derived from them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ciphers import Allowance, cbc, gcm_opened, pkcs12_key, rc4
from .pkcs12_names import HMACS, PBES2, PBKDF2

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Pbkdf2", "forms_of", "opened"]

_TWO_KEYS = "3DES with two keys"  # of which the first is the third as well
# PKCS #12's own schemes: the cipher and how many bytes its key has.
_PKCS12_CIPHERS = {
    "1.2.840.113549.1.12.1.1": ("RC4-128", 16),
    "1.2.840.113549.1.12.1.2": ("RC4-40", 5),
    "1.2.840.113549.1.12.1.3": ("3DES", 24),
    "1.2.840.113549.1.12.1.4": (_TWO_KEYS, 16),
    "1.2.840.113549.1.12.1.5": ("RC2-128", 16),
    "1.2.840.113549.1.12.1.6": ("RC2-40", 5),
}
_DEFAULT_PRF = "1.2.840.113549.2.7"
_AES = "2.16.840.1.101.3.4.1."
_AES_CBC = {f"{_AES}2": 16, f"{_AES}22": 24, f"{_AES}42": 32}
_AES_GCM = {f"{_AES}6": 16, f"{_AES}26": 24, f"{_AES}46": 32}
_3DES_CBC = "1.2.840.113549.3.7"
_RC2_CBC = "1.2.840.113549.3.2"
# How RFC 8018, appendix B.2.3 encodes 40, 64 and 128 bits; from 256 on the number is the bits.
_RC2_VERSIONS = {160: 40, 120: 64, 58: 128}
_RC2_WITHOUT_VERSION = 32
_RC2_BITS = range(40, 1025)
_GCM_TAG_SIZE = 12
_GCM_TAG_SIZES = range(12, 17)


def opened(algorithm: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    """Decrypt one bag; returns its bytes and, in words, how they were protected.

    Raises:
        WrongPassword: what comes out is not what was encrypted.
        TooCostly: more rounds are asked for than ``allowance`` has left.
        UnknownFormat: the algorithm is none of those that are read here; says which.
        Damaged: the parameters contradict themselves.
    """
    oid = algorithm.first().as_oid()
    if oid != PBES2 and oid not in _PKCS12_CIPHERS:
        msg = f"it is encrypted by algorithm {oid}, which is not read here"
        raise UnknownFormat(msg)
    try:
        _, parameters = algorithm.children()
        if oid == PBES2:
            return _opened_pbes2(parameters, data, password, allowance)
        return _opened_pkcs12(oid, parameters, data, password, allowance)
    except ValueError:
        msg = f"the encryption parameters at offset {algorithm.offset} contradict themselves"
        raise Damaged(msg) from None


def forms_of(password: Secret) -> tuple[Secret | None, ...]:
    """The password, and where it is empty also none at all, which differs in RFC 7292, appendix B.1.

    Programs do not agree on which of the two an empty password is; Java tries both as well.
    """
    return (password,) if password else (password, None)


def _opened_pkcs12(
    oid: str, parameters: der.Element, data: bytes, password: Secret, allowance: Allowance
) -> tuple[bytes, str]:
    cipher, size = _PKCS12_CIPHERS[oid]
    salted, count = parameters.children()
    salt, rounds = salted.expect(der.OCTET_STRING, "salt").content, allowance.take(count.as_int())
    forms = forms_of(password)
    for form in forms:
        key, initial = pkcs12_key(size, form, salt, rounds)
        key += key[:8] if cipher == _TWO_KEYS else b""
        stream = cipher.startswith("RC4-")
        try:
            clear = rc4(key, data) if stream else cbc(cipher.partition(" ")[0], key, initial, data, encrypt=False)
        except ValueError:
            continue
        # RC4 has no padding to tell by, and of two forms one may fit the padding by chance
        if clear[:1] == bytes((der.SEQUENCE,)) or not (stream or len(forms) > 1):
            return clear, f"{cipher} and SHA-1, {rounds:,} rounds"
    msg = "the password does not open it"
    raise WrongPassword(msg)


@dataclass(frozen=True)
class Pbkdf2:
    """The parameters of PBKDF2 (RFC 8018, appendix A.2)."""

    salt: bytes
    rounds: int
    size: int | None
    digest: str

    @classmethod
    def of(cls, algorithm: der.Element) -> Pbkdf2:
        """Read an AlgorithmIdentifier.

        Raises:
            ValueError: it has parts too many or too few.
            UnknownFormat, Damaged: as :func:`opened`.
        """
        named = algorithm.first().as_oid()
        if named != PBKDF2:
            msg = f"its key is derived by algorithm {named}, which is not read here"
            raise UnknownFormat(msg)
        _, parameters = algorithm.children()
        salt, count, *rest = parameters.children()
        size = rest.pop(0).as_int() if rest and rest[0].tag == der.INTEGER else None
        prf = rest[0].expect(der.SEQUENCE, "digest").first().as_oid() if rest else _DEFAULT_PRF
        if prf not in HMACS:
            msg = f"its key is derived by PBKDF2 with {prf}, which is not read here"
            raise UnknownFormat(msg)
        return cls(salt.expect(der.OCTET_STRING, "salt").content, count.as_int(), size, HMACS[prf])

    def key(self, password: Secret, size: int, allowance: Allowance) -> bytes:
        """The derived key.

        Raises:
            TooCostly, Damaged: as :meth:`Allowance.take`.
        """
        text = password.reveal().encode("utf-8", "surrogatepass")
        return hashlib.pbkdf2_hmac(self.digest, text, self.salt, allowance.take(self.rounds), size)


@dataclass(frozen=True)
class _Cipher:
    """A cipher of PBES2: its name in words, the bytes of its key, and how it decrypts under one."""

    name: str
    key_size: int
    decrypt: Callable[[bytes, bytes], bytes]
    any_size: bool = False


def _opened_pbes2(parameters: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    derivation, scheme = parameters.children()
    derived = Pbkdf2.of(derivation)
    cipher = _pbes2_cipher(scheme)
    if derived.size not in {None, cipher.key_size} and not cipher.any_size:
        msg = f"offset {derivation.offset} asks for a key of {derived.size} bytes, and {cipher.name} has another"
        raise Damaged(msg)
    size = derived.size if derived.size in range(1, 129) else cipher.key_size
    key = derived.key(password, size or cipher.key_size, allowance)
    words = f"PBES2 with {cipher.name} and {derived.digest.upper().replace('_', '/')}, {derived.rounds:,} rounds"
    try:
        return cipher.decrypt(key, data), words
    except ValueError:
        msg = "the password does not open it"
        raise WrongPassword(msg) from None


def _pbes2_cipher(scheme: der.Element) -> _Cipher:
    named = scheme.first().as_oid()
    if named not in {*_AES_CBC, *_AES_GCM, _3DES_CBC, _RC2_CBC}:
        msg = f"it is encrypted by PBES2 with {named}, which is not read here"
        raise UnknownFormat(msg)
    _, parameters = scheme.children()
    if named in _AES_CBC:
        return _block_cipher(f"AES-{8 * _AES_CBC[named]}", "AES", _AES_CBC[named], parameters, 16)
    if named == _3DES_CBC:
        return _block_cipher("3DES", "3DES", 24, parameters, 8)
    if named == _RC2_CBC:
        return _rc2(parameters)
    nonce, *tags = parameters.children()
    tag_size = tags[0].as_int() if tags else _GCM_TAG_SIZE
    if tag_size not in _GCM_TAG_SIZES or not nonce.content:
        msg = f"offset {parameters.offset} holds a tag or a nonce of a size that AES-GCM does not have"
        raise Damaged(msg)
    size = _AES_GCM[named]
    nonce_octets = nonce.expect(der.OCTET_STRING, "nonce").content
    return _Cipher(f"AES-{8 * size}-GCM", size, lambda key, data: gcm_opened(key, nonce_octets, tag_size, data))


def _block_cipher(name: str, cipher: str, size: int, initial: der.Element, block: int) -> _Cipher:
    found = len(initial.expect(der.OCTET_STRING, "initial vector").content)
    if found != block:
        msg = f"offset {initial.offset} holds {found} bytes where {cipher} begins with {block}"
        raise Damaged(msg)
    return _Cipher(name, size, partial(_decrypted, cipher, initial.content), any_size=cipher.startswith("RC2"))


def _decrypted(cipher: str, initial: bytes, key: bytes, data: bytes) -> bytes:
    return cbc(cipher, key, initial, data, encrypt=False)


def _rc2(parameters: der.Element) -> _Cipher:
    """RC2-CBC-Parameter of RFC 8018, appendix B.2.3."""
    *versions, initial = parameters.children() if parameters.tag == der.SEQUENCE else (parameters,)
    version = versions[0].as_int() if versions else None
    bits = _RC2_WITHOUT_VERSION if version is None else _RC2_VERSIONS.get(version, version)
    if bits not in _RC2_BITS:
        msg = f"it is encrypted by RC2 of {min(bits, 1 << 32)} bits, which is not read here"
        raise UnknownFormat(msg)
    return _block_cipher(f"RC2-{bits}", f"RC2-{bits}", -(-bits // 8), initial, 8)
