"""PKCS #12's own key derivation (RFC 7292, appendix B), and the ciphers of stores."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import IntEnum

try:  # CPython's own is half as fast again on 20 bytes as OpenSSL's, and there are 100,000 of them in a set
    from _sha1 import sha1 as _sha1  # type: ignore[import-not-found]  # typeshed leaves it out
except ImportError:
    from hashlib import sha1 as _sha1

from ..secret import Secret

__all__ = ["Purpose", "cbc", "pkcs12_kdf", "pkcs12_key"]


class Purpose(IntEnum):
    """What bytes are derived for (RFC 7292, appendix B.3)."""

    KEY = 1
    INITIAL_VECTOR = 2
    INTEGRITY = 3


def pkcs12_kdf(digest: str, password: Secret, salt: bytes, purpose: Purpose, rounds: int, size: int) -> bytes:
    """``size`` bytes derived by RFC 7292, appendix B.2."""
    make: Callable[[bytes], hashlib._Hash] = _sha1 if digest == "sha1" else getattr(hashlib, digest)
    block = hashlib.new(digest).block_size
    text = password.reveal().encode("utf-16-be") + b"\0\0"
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


def _filled(piece: bytes, block: int) -> bytes:
    """Copies of ``piece`` to the next whole number of blocks."""
    size = -(-len(piece) // block) * block
    return (piece * (size // max(len(piece), 1) + 1))[:size]


def pkcs12_key(size: int, password: Secret, salt: bytes, rounds: int) -> tuple[bytes, bytes]:
    """The key of that size and the initial vector; both ciphers of PKCS #12 that are known here have blocks of 8."""
    key = pkcs12_kdf("sha1", password, salt, Purpose.KEY, rounds, size)
    return key, pkcs12_kdf("sha1", password, salt, Purpose.INITIAL_VECTOR, rounds, 8)


def cbc(cipher: str, key: bytes, initial: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """Encrypt or decrypt by ``AES``, ``3DES`` or ``RC2-40``, with the padding of PKCS #7.

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
    if cipher == "RC2-40":
        from Cryptodome.Cipher import ARC2  # the RC2 of cryptography has 128 bits and no other

        engine = ARC2.new(key, ARC2.MODE_CBC, initial, effective_keylen=40)  # type: ignore[call-arg]  # noqa: S304
        return engine.encrypt(data) if encrypt else engine.decrypt(data)
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    either = Cipher(algorithms.AES(key) if cipher == "AES" else TripleDES(key), modes.CBC(initial))
    worker = either.encryptor() if encrypt else either.decryptor()
    return worker.update(data) + worker.finalize()
