"""OpenSSL's key derivation gives what ours in Python gives, and where it is hidden nothing is missing."""

from __future__ import annotations

import pytest

from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import ciphers, native_kdf

SALT = bytes(range(20))


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_kdf, "_openssl", lambda: None)


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"])
@pytest.mark.parametrize("size", [1, 8, 20, 24, 33, 130])
@pytest.mark.parametrize("password", [None, "", "password", "x" * 90, "päßwort"])
def test_both_ways_derive_the_same(
    digest: str, size: int, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = None if password is None else Secret(password)
    given = (digest, secret, SALT, ciphers.Purpose.KEY, 3, size)
    with_openssl = ciphers.pkcs12_kdf(*given)
    monkeypatch.setattr(native_kdf, "_openssl", lambda: None)
    assert with_openssl == ciphers.pkcs12_kdf(*given)


def test_where_openssl_is_hidden_there_is_none(hidden: None) -> None:
    assert native_kdf.native_pkcs12_kdf("sha1", b"\0\0", SALT, 1, 1, 20) is None


@pytest.mark.parametrize(("digest", "text", "salt"), [("no-such", b"\0\0", SALT), ("sha1", b"", b"")])
def test_what_openssl_does_not_take_is_left_to_python(digest: str, text: bytes, salt: bytes) -> None:
    assert native_kdf.native_pkcs12_kdf(digest, text, salt, 1, 1, 20) is None
