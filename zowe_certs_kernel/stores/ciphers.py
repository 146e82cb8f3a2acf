"""PKCS #12's own key derivation (RFC 7292, appendix B), its limits, and the ciphers of stores."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

try:  # CPython's own is half as fast again on 20 bytes as OpenSSL's, and there are 100,000 of them in a set
    from _sha1 import sha1 as _sha1  # type: ignore[import-not-found]  # typeshed leaves it out
except ImportError:
    from hashlib import sha1 as _sha1

from ..secret import Secret
from .limits import Allowance, pkcs12_work
from .native_kdf import native_pkcs12_kdf

__all__ = [
    "Purpose",
    "Scheme",
    "cbc",
    "gcm_opened",
    "pbkdf2",
    "pkcs12_kdf",
    "pkcs12_key",
    "pkcs12_key_work",
    "rc4",
]

_WORTH_A_THREAD = 200_000  # rounds; from here on a thread costs nothing beside what it saves


@dataclass(frozen=True)
class Scheme:
    """How something is encrypted under a password: in words, which Java refuses it in a PKCS12 store, its undoing.

    ``decrypt`` takes the bytes, the password and what is left of the limits. It raises WrongPassword where what comes
    out is not what was encrypted, TooCostly where the limits are passed, Damaged and ValueError where there is no
    such derivation.
    """

    words: str
    refused_by: str
    decrypt: Callable[[bytes, Secret, Allowance], bytes]


class Purpose(IntEnum):
    """What bytes are derived for (RFC 7292, appendix B.3)."""

    KEY = 1
    INITIAL_VECTOR = 2
    INTEGRITY = 3


def pkcs12_kdf(digest: str, password: Secret | None, salt: bytes, purpose: Purpose, rounds: int, size: int) -> bytes:
    """``size`` bytes derived by RFC 7292, appendix B.2; no password at all differs from an empty one (B.1)."""
    make: Callable[[bytes], hashlib._Hash] = _sha1 if digest == "sha1" else _maker(digest)
    block = hashlib.new(digest).block_size
    text = password.reveal().encode("utf-16-be", "surrogatepass") + b"\0\0" if password is not None else b""
    if found := native_pkcs12_kdf(digest, text, salt, purpose, rounds, size):
        return found
    blended = bytearray(_filled(salt, block) + _filled(text, block))
    derived = b""
    while True:
        link = make(bytes((purpose,)) * block + blended).digest()
        for _ in range(rounds - 1):
            link = make(link).digest()
        derived += link
        if len(derived) >= size:
            return derived[:size]
        addend = int.from_bytes(_filled(link, block)[:block], "big") + 1
        for at in range(0, len(blended), block):
            total = (int.from_bytes(blended[at : at + block], "big") + addend) % (1 << 8 * block)
            blended[at : at + block] = total.to_bytes(block, "big")


def _maker(digest: str) -> Callable[[bytes], hashlib._Hash]:
    named: Callable[[bytes], hashlib._Hash] | None = getattr(hashlib, digest, None)
    return named or partial(hashlib.new, digest)  # SHA-512/256 has no function of its own


def _filled(piece: bytes, block: int) -> bytes:
    """Copies of ``piece`` to the next whole number of blocks."""
    size = -(-len(piece) // block) * block
    return (piece * (size // max(len(piece), 1) + 1))[:size]


def pkcs12_key(size: int, password: Secret | None, salt: bytes, rounds: int) -> tuple[bytes, bytes]:
    """The key of that size and the initial vector; all block ciphers of PKCS #12's own have blocks of 8."""
    initial = partial(pkcs12_kdf, "sha1", password, salt, Purpose.INITIAL_VECTOR, rounds, 8)
    if rounds < _WORTH_A_THREAD:
        return pkcs12_kdf("sha1", password, salt, Purpose.KEY, rounds, size), initial()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:  # OpenSSL's derivation lets others run
        beside = pool.submit(initial)
        return pkcs12_kdf("sha1", password, salt, Purpose.KEY, rounds, size), beside.result()


def pkcs12_key_work(size: int, rounds: int) -> float:
    """What a round of :func:`pkcs12_key` costs; an initial vector that is derived beside the key costs nothing."""
    return pkcs12_work("sha1", size) + (pkcs12_work("sha1", 8) if rounds < _WORTH_A_THREAD else 0)


def pbkdf2(digest: str, password: bytes, salt: bytes, rounds: int, size: int) -> bytes:
    """``size`` bytes derived by PBKDF2; cryptography's OpenSSL takes half as long for it as that of Python 3.11."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    try:
        return PBKDF2HMAC(getattr(hashes, digest.upper())(), size, salt, rounds).derive(password)
    except UnsupportedAlgorithm:
        return hashlib.pbkdf2_hmac(digest, password, salt, rounds, size)


def cbc(cipher: str, key: bytes, initial: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """Encrypt or decrypt by ``AES``, ``3DES`` or ``RC2-`` and its bits, with the padding of PKCS #7.

    Raises:
        ValueError: the padding is not what was encrypted.
    """
    from cryptography.hazmat.primitives.padding import PKCS7

    padding = PKCS7(8 * len(initial))
    if encrypt:
        padder = padding.padder()
        return _blocks(cipher, key, initial, padder.update(data) + padder.finalize(), encrypt=True)
    unpadder = padding.unpadder()
    return unpadder.update(_blocks(cipher, key, initial, data, encrypt=False)) + unpadder.finalize()


def _blocks(cipher: str, key: bytes, initial: bytes, data: bytes, *, encrypt: bool) -> bytes:
    if cipher.startswith("RC2-"):
        from Cryptodome.Cipher import ARC2  # the RC2 of cryptography has 128 bits and no other

        bits = int(cipher.removeprefix("RC2-"))
        engine = ARC2.new(key, ARC2.MODE_CBC, initial, effective_keylen=bits)  # type: ignore[call-arg]  # noqa: S304  # its types lack it; old stores have it
        return engine.encrypt(data) if encrypt else engine.decrypt(data)
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    either = Cipher(algorithms.AES(key) if cipher == "AES" else TripleDES(key), modes.CBC(initial))
    worker = either.encryptor() if encrypt else either.decryptor()
    return worker.update(data) + worker.finalize()


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt by RC4, which is the same."""
    from Cryptodome.Cipher import ARC4

    return ARC4.new(key).decrypt(data)  # it is read here and never written


def gcm_opened(key: bytes, nonce: bytes, tag_size: int, data: bytes) -> bytes:
    """Decrypt by AES in Galois/Counter Mode, the tag at the end (RFC 5084, section 3.2).

    Raises:
        ValueError: the tag does not fit, or its or the nonce's size is not allowed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    mode = modes.GCM(nonce, data[-tag_size:], min_tag_length=12)
    worker = Cipher(algorithms.AES(key), mode).decryptor()
    try:
        return worker.update(data[:-tag_size]) + worker.finalize()
    except InvalidTag:
        msg = "the tag does not fit"
        raise ValueError(msg) from None
