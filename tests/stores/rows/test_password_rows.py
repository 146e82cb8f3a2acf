"""Rows about PBMAC1 (RFC 9579) and about passwords that are empty, none, or beyond ASCII."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.stores import bags, jks_bytes
from tests.stores.certificate_shapes import EC_KEY, certificate
from tests.stores.rows.conftest import Read
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.ciphers import Purpose, pkcs12_kdf

SALT, ROUNDS = bytes(8), 2_048
GOOD = certificate("CN=Good")
CONTENT = bags.in_clear(bags.certificate_bag(GOOD, bags.named("ca"), bags.trusted()))
HMACS = {"sha256": "1.2.840.113549.2.9", "sha512": "1.2.840.113549.2.11"}
SCRYPT = "1.3.6.1.4.1.11591.4.11"


NOT_IN_JAVA = "Java up to 25 does not open it: its integrity is kept by PBMAC1"


def value(size: int = 32, digest: str = "sha256", mac: str = "sha256") -> bytes:
    key = hashlib.pbkdf2_hmac(digest, b"unguessed", SALT, ROUNDS, size)
    return hmac.digest(key, der.sequence(CONTENT), mac)


def derivation(
    *, salt: bytes = der.octet_string(SALT), rounds: int = ROUNDS, size: bytes = der.integer(32), prf: str = "sha256"
) -> bytes:
    digest = bags.algorithm(HMACS.get(prf, prf), der.null())
    return bags.algorithm(bags.PBKDF2, der.sequence(salt, der.integer(rounds), size, digest))


def store(derived: bytes, proof: bytes, mac: str = "sha256") -> bytes:
    scheme = bags.algorithm(bags.PBMAC1, der.sequence(derived, bags.algorithm(HMACS.get(mac, mac), der.null())))
    info = der.sequence(scheme, der.octet_string(proof))
    return bags.store(CONTENT, mac=der.sequence(info, der.octet_string(b"not used"), der.integer(1)))


@pytest.mark.parametrize(("prf", "mac"), [("sha256", "sha256"), ("sha256", "sha512"), ("sha512", "sha512")])
def test_pbmac1_is_verified_and_named(prf: str, mac: str, read: Read) -> None:
    data = store(derivation(prf=prf), value(digest=prf, mac=mac), mac)
    found = read(data)
    assert [entry.alias for entry in found.entries] == ["ca"]
    assert found.protection == f"PBMAC1 with HMAC-{mac.upper()} and {prf.upper()}, 2,048 rounds"
    assert found.notes == (NOT_IN_JAVA,)
    with pytest.raises(WrongPassword):
        read(data, Secret("another"))


def test_pbmac1_of_few_rounds_is_noted(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROUNDS", 999)
    assert read(store(derivation(rounds=999), value())).notes == (
        NOT_IN_JAVA,
        "its integrity is kept with fewer than 1,000 rounds of key derivation",
    )


BAD: dict[str, tuple[bytes, type[StoreError]]] = {
    "another count": (store(derivation(rounds=ROUNDS + 1), value()), WrongPassword),
    "another salt": (store(derivation(salt=der.octet_string(b"saltsalt")), value()), WrongPassword),
    "another length": (store(derivation(size=der.integer(20)), value()), WrongPassword),
    "another digest": (store(derivation(prf="sha512"), value()), WrongPassword),
    "another HMAC": (store(derivation(), value(), "sha512"), WrongPassword),
    "a proof of one byte": (store(derivation(), value()[:1]), WrongPassword),
    "no proof": (store(derivation(), b""), WrongPassword),
    "no length": (store(derivation(size=b""), value()), Damaged),
    "a key of one byte": (store(derivation(size=der.integer(1)), value(1)), Damaged),
    "a key of 19 bytes": (store(derivation(size=der.integer(19)), value(19)), Damaged),
    "a key of 2^31 bytes": (store(derivation(size=der.integer(1 << 31)), value()), Damaged),
    "no round": (store(derivation(rounds=0), value()), Damaged),
    "a salt of another source": (store(derivation(salt=bags.algorithm("1.2.3.4")), value()), Damaged),
    "2^31 rounds": (store(derivation(rounds=1 << 31), value()), TooCostly),
    "an unknown digest": (store(derivation(prf="1.2.3.4"), value()), UnknownFormat),
    "an unknown HMAC": (store(derivation(), value(), "1.2.3.4"), UnknownFormat),
    "an unknown derivation": (store(bags.algorithm(SCRYPT, der.null()), value()), UnknownFormat),
}


@pytest.mark.parametrize("kind", BAD)
def test_pbmac1_that_is_not_right_is_refused(kind: str, read: Read) -> None:
    data, expected = BAD[kind]
    with pytest.raises(expected):
        read(data)


def test_pbmac1_with_a_key_of_one_byte_opens_under_no_password_of_256(read: Read) -> None:
    """CVE-2026-34181: one byte is right for one password of 256, whatever they are."""
    data, _ = BAD["a key of one byte"]
    with pytest.raises(Damaged, match="no integrity key of 20 to 128 bytes"):
        read(data, *(Secret(str(number)) for number in range(256)))


@pytest.mark.parametrize("made_with", [Secret(""), None], ids=["an empty one", "none"])
@pytest.mark.parametrize("given", [(Secret(""),), (Secret("another"), Secret(""))], ids=["empty", "after another"])
def test_an_empty_password_opens_a_store_made_with_an_empty_one_or_with_none(
    made_with: Secret | None, given: tuple[Secret, ...], read: Read
) -> None:
    key = pkcs12_kdf("sha1", made_with, SALT, Purpose.INTEGRITY, ROUNDS, 20)
    proof = hmac.digest(key, der.sequence(CONTENT), "sha1")
    info = der.sequence(bags.algorithm(bags.SHA1, der.null()), der.octet_string(proof))
    data = bags.store(CONTENT, mac=der.sequence(info, der.octet_string(SALT), der.integer(ROUNDS)))
    found = read(data, *given)
    assert [entry.alias for entry in found.entries] == ["ca"]
    assert found.notes == ()


@pytest.mark.parametrize("password", ["žluťoučký", "\u00e9", "日本", "\U0001f511"])
def test_a_password_beyond_ascii_opens_a_store_and_its_key_and_is_noted_and_not_shown(
    password: str, read: Read
) -> None:
    key = bags.sealed(jks_bytes.clear(EC_KEY), bags.named("key"), password=password)
    data = bags.proved(bags.in_clear(key, bags.certificate_bag(GOOD, bags.named("key"))), password=password)
    found = read(data, Secret(password))
    assert found.notes == ("its password has characters beyond ASCII, which some releases of Java refuse",)
    assert found.entries[0].open_key is not None
    assert public_key_of(found.entries[0].open_key()) == public_key_of(EC_KEY)
    assert password not in repr(found)
