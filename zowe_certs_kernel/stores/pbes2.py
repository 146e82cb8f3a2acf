"""PBES2, by which newer stores and keys are encrypted, and its key derivation PBKDF2 (RFC 8018).

Java opens stores with AES of 128 and 256 bits only (JDK 17, com.sun.crypto.provider.PBES2Parameters).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ciphers import Scheme, cbc, gcm_opened, pbkdf2
from .limits import Allowance, pbkdf2_work, rounds_told
from .pkcs12_names import HMACS, PBKDF2

__all__ = ["Pbkdf2", "pbes2_scheme"]

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
_CIPHERS_OF_JAVA = {"AES-128", "AES-256"}
_NEW_DIGESTS = {"sha512_224", "sha512_256"}  # Java 25 knows them, Java 17 does not


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
            UnknownFormat, Damaged: as :func:`pbes2_scheme`.
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
        rounds = allowance.take(self.rounds, pbkdf2_work(self.digest, size))
        return pbkdf2(self.digest, text, self.salt, rounds, size)


@dataclass(frozen=True)
class _Cipher:
    """A cipher of PBES2: its name in words, the bytes of its key, and how it decrypts under one."""

    name: str
    key_size: int
    decrypt: Callable[[bytes, bytes], bytes]
    any_size: bool = False


def pbes2_scheme(parameters: der.Element) -> Scheme:
    """The scheme that the parameters of PBES2 (RFC 8018, appendix A.4) tell.

    Raises:
        ValueError: they have parts too many or too few.
        UnknownFormat: an algorithm in them is none of those that are read here; says which.
        Damaged: they contradict themselves.
    """
    derivation, encryption = parameters.children()
    derived = Pbkdf2.of(derivation)
    cipher = _pbes2_cipher(encryption)
    if derived.size not in {None, cipher.key_size} and not cipher.any_size:
        msg = f"offset {derivation.offset} asks for a key that has not the {cipher.key_size} bytes of {cipher.name}"
        raise Damaged(msg)
    size = derived.size if derived.size in range(1, 129) else cipher.key_size

    def decrypt(data: bytes, password: Secret, allowance: Allowance) -> bytes:
        allowance.decryption(cipher.name, data)
        key = derived.key(password, size or cipher.key_size, allowance)
        try:
            return cipher.decrypt(key, data)
        except ValueError:
            msg = "the password does not open it"
            raise WrongPassword(msg) from None

    digest = derived.digest.upper().replace("_", "/")
    words = f"PBES2 with {cipher.name} and {digest}, {rounds_told(derived.rounds)} rounds"
    refused_by = "" if cipher.name in _CIPHERS_OF_JAVA else "Java"
    if derived.digest in _NEW_DIGESTS:
        refused_by = refused_by or "Java 17"
    return Scheme(words, refused_by, decrypt)


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
        msg = f"it is encrypted by RC2 of {max(0, min(bits, 1 << 32))} bits, which is not read here"
        raise UnknownFormat(msg)
    return _block_cipher(f"RC2-{bits}", f"RC2-{bits}", -(-bits // 8), initial, 8)
