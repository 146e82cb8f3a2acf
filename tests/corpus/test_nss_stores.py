"""Stores that NSS's pk12util makes: what is in them.

They are few, because pk12util asks for 600,000 rounds of key derivation in each part.
"""

from __future__ import annotations

import pytest

from tests.corpus.stores import BEYOND_ASCII, NOT_ASCII, Case, Facts, Held, found_in, private
from tests.corpus.workshop import Workshop

EXPORT = "-d sql:. -o {out} -n 'Leaf key' -w password.txt"
OF_PKCS12 = "PKCS #12 V2 PBE With SHA-1 And"
ROUNDS = "600,000 rounds"
MAC = f"HMAC-SHA256, {ROUNDS}"
AES_128, OF_AES_256 = (f"PBES2 with AES-{bits} and SHA256, {ROUNDS}" for bits in (128, 256))
DEFAULT = f"{MAC}; {AES_128}"
IN_CLEAR = "-C none"  # the certificates, which saves a key derivation


def leaf(under: str) -> Held:
    return private("Leaf key", "EC 256", "Leaf", "Root", under=under)


def store(protection: str, entry: Held | None = None, notes: tuple[str, ...] = ()) -> Facts:
    return Facts("PKCS12", (entry or leaf(OF_AES_256),), protection, notes)


def closed(cipher: str, why: str) -> Case:
    """A key that neither Java nor we open; the certificates are read all the same."""
    entry = private("Leaf key", "EC 256", "Leaf", "Root", opened=why, notes=(why,))
    return Case((f"{EXPORT} -c '{cipher}'",), store(DEFAULT, entry))


STORES = {
    "default": Case((EXPORT,), store(DEFAULT)),
    "AES-128, certificates in clear": Case((f"{EXPORT} -c AES-128-CBC {IN_CLEAR}",), store(MAC, leaf(AES_128))),
    "RSA, certificates under AES-256, password beyond ASCII": Case(
        (EXPORT.replace("Leaf key", "Rivest").replace("password.txt", "beyond.txt") + " -C AES-256-CBC",),
        store(
            f"{MAC}; {OF_AES_256}",
            private("Rivest", "RSA 2048", "Rivest", "Root", under=OF_AES_256),
            notes=(NOT_ASCII,),
        ),
        BEYOND_ASCII,
    ),
    "3DES, RC2-40": Case(
        (f"{EXPORT} -c '{OF_PKCS12} 3KEY Triple DES-CBC' -C '{OF_PKCS12} 40 Bit RC2 CBC'",),
        store(f"{MAC}; RC2-40 and SHA-1, {ROUNDS}", leaf(f"3DES and SHA-1, {ROUNDS}")),
    ),
    "RC4": Case(
        (f"{EXPORT} -c '{OF_PKCS12} 128 Bit RC4' -C '{OF_PKCS12} 40 Bit RC4'",),
        store(f"{MAC}; RC4-40 and SHA-1, {ROUNDS}", leaf(f"RC4-128 and SHA-1, {ROUNDS}")),
    ),
    "Camellia": closed(
        "CAMELLIA-256-CBC", "it is encrypted by PBES2 with 1.2.392.200011.61.1.1.1.4, which is not read here"
    ),
    # NSS derives it in a way of its own from a salt of 16 bytes; OpenSSL does not open it either.
    "DES": closed("DES-CBC", "offset 99 holds a salt of 16 bytes where PBES1 has 8"),
    "empty password": Case((EXPORT.replace("-w password.txt", "-W ''"),), store(DEFAULT), ""),
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_of_nss_holds_what_was_put_in(name: str, of_nss: Workshop) -> None:
    case = STORES[name]
    assert found_in(of_nss.store(case.recipe), case.password) == case.expected
