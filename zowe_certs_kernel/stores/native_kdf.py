"""PKCS #12's key derivation by the OpenSSL that Python itself has loaded, where its functions can be reached.

It takes a quarter of the time and lets other threads run. Where OpenSSL is linked so that its functions are
hidden (Windows, some builds of Python), or refuses the digest, there is none, and the caller does without.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

__all__ = ["native_pkcs12_kdf"]


def native_pkcs12_kdf(digest: str, text: bytes, salt: bytes, purpose: int, rounds: int, size: int) -> bytes | None:
    """``size`` bytes derived by RFC 7292, appendix B.2, or None where OpenSSL is not to be had.

    Args:
        text: the password as appendix B.1 has it, UTF-16 with two zero octets at its end.
    """
    library = _openssl()
    algorithm = library.EVP_get_digestbyname(digest.replace("_", "-").encode()) if library else None
    if not library or not algorithm or not (salt or text) or rounds >= 1 << 31:
        return None
    derived = ctypes.create_string_buffer(size)
    done = library.PKCS12_key_gen_uni(
        text, len(text), salt, len(salt), purpose, rounds, size, derived, ctypes.c_void_p(algorithm)
    )
    return derived.raw if done == 1 else None


@cache
def _openssl() -> Any:
    """The two functions, as OpenSSL has had them since 0.9 (its manual, EVP_DigestInit; ``openssl/pkcs12.h``)."""
    try:
        import _ssl

        library = ctypes.CDLL(_ssl.__file__)
        library.EVP_get_digestbyname.restype = ctypes.c_void_p
        library.EVP_get_digestbyname.argtypes = [ctypes.c_char_p]
        number, text = ctypes.c_int, ctypes.c_char_p
        library.PKCS12_key_gen_uni.restype = number
        library.PKCS12_key_gen_uni.argtypes = [
            *(text, number, text, number, number, number, number),
            *(text, ctypes.c_void_p),
        ]
    except (ImportError, AttributeError, OSError):
        return None
    return library
