"""Stores that OpenSSL makes, in every protection it has: what is in them, and that Java shows the same."""

from __future__ import annotations

import pytest

from tests.corpus.java_view import Lister, not_as_said
from tests.corpus.stores import (
    BEYOND_ASCII,
    NO_MAC,
    NOT_ASCII,
    Case,
    Facts,
    Held,
    found_in,
    private,
    unmarked,
)
from tests.corpus.workshop import Workshop

EXPORT = "pkcs12 -export -inkey leaf.key -in leaf.pem -certfile root.pem -passout env:PASSWORD"
ALL_OLD = "-provider default -provider legacy"
IN_CLEAR = "its key is not encrypted; Java does not see such a key"
FEW = "its integrity is kept with fewer than 1,000 rounds of key derivation"

ROUNDS = "2,048 rounds"
MAC = f"HMAC-SHA256, {ROUNDS}"
OF_AES_256 = f"PBES2 with AES-256 and SHA256, {ROUNDS}"
OF_3DES = f"3DES and SHA-1, {ROUNDS}"
OF_RC2_40 = f"RC2-40 and SHA-1, {ROUNDS}"
AES_256 = f"{MAC}; {OF_AES_256}"


def leaf(under: str = OF_AES_256, alias: str = "1", notes: tuple[str, ...] = ()) -> Held:
    return private(alias, "EC 256", "Leaf", "Root", under=under, notes=notes)


def p12(protection: str, *entries: Held, notes: tuple[str, ...] = ()) -> Facts:
    return Facts("PKCS12", entries or (leaf(),), protection, notes)


def refused_key(words: str) -> Held:
    return leaf(f"{words}, {ROUNDS}", notes=(f"Java does not open what {words} encrypts",))


def both(algorithm: str, words: str, *, java: bool = True) -> Case:
    """The key and the certificates under one algorithm, which Java opens or not."""
    recipe = (f"{EXPORT} {ALL_OLD} -keypbe {algorithm} -certpbe {algorithm}",)
    entry = leaf(f"{words}, {ROUNDS}") if java else refused_key(words)
    notes = () if java else (f"Java does not open it: a part of it is encrypted by {words}",)
    return Case(recipe, p12(f"{MAC}; {words}, {ROUNDS}", entry, notes=notes))


def key_alone(algorithm: str, words: str) -> Case:
    """The key under an algorithm that Java does not open, so that it shows the entry and refuses its key."""
    return Case((f"{EXPORT} {ALL_OLD} -keypbe {algorithm}",), p12(AES_256, refused_key(words)))


def unread(algorithm: str, number: str, *, scheme: str = "algorithm") -> Case:
    """What neither Java nor we read: the sentence names the algorithm."""
    recipe = (f"{EXPORT} {ALL_OLD} -keypbe {algorithm} -certpbe {algorithm}",)
    return Case(recipe, f"it is encrypted by {scheme} {number}, which is not read here")


# What OpenSSL writes and no Java opens.
REFUSED = {
    "aes-192-cbc": "PBES2 with AES-192 and SHA256",
    "des-ede3-cbc": "PBES2 with 3DES and SHA256",
    "rc2-cbc": "PBES2 with RC2-128 and SHA256",
    "PBE-SHA1-2DES": "3DES with two keys and SHA-1",
    "PBE-SHA1-DES": "DES and SHA-1",
    "PBE-MD5-RC2-64": "RC2-64 and MD5",
    "PBE-SHA1-RC2-64": "RC2-64 and SHA-1",
}
STORES = {
    "default": Case((EXPORT,), p12(AES_256)),
    "legacy": Case((f"{EXPORT} -legacy",), p12(f"HMAC-SHA1, {ROUNDS}; {OF_RC2_40}", leaf(OF_3DES))),
    "named": Case(
        (f"{EXPORT} -name 'Můj Klíč €' -caname Authority -LMK -keyex -CSP Provider",),
        p12(AES_256, leaf(alias="Můj Klíč €")),
    ),
    "no MAC": Case(
        (f"{EXPORT} -nomac -certpbe AES-128-CBC",), p12(f"PBES2 with AES-128 and SHA256, {ROUNDS}", notes=(NO_MAC,))
    ),
    "no MAC, certificates in clear": Case((f"{EXPORT} -nomac",), p12("", notes=(NO_MAC,))),
    "in clear": Case((f"{EXPORT} -keypbe NONE -certpbe NONE",), p12(MAC, leaf("", notes=(IN_CLEAR,)))),
    "certificates in clear": Case((f"{EXPORT} -certpbe NONE",), p12(MAC)),
    "SHA-512": Case((f"{EXPORT} -macalg sha512",), p12(f"HMAC-SHA512, {ROUNDS}; {OF_AES_256}")),
    "AES-128, 3DES": Case(
        (f"{EXPORT} -keypbe aes-128-cbc -descert",),
        p12(f"{MAC}; {OF_3DES}", leaf(f"PBES2 with AES-128 and SHA256, {ROUNDS}")),
    ),
    "one round": Case(
        (f"{EXPORT} -noiter -nomaciter",),
        p12(AES_256.replace("2,048", "1"), leaf(OF_AES_256.replace("2,048", "1")), notes=(FEW,)),
    ),
    "many rounds": Case(
        (f"{EXPORT} -iter 100000",),
        p12(AES_256.replace("2,048", "100,000"), leaf(OF_AES_256.replace("2,048", "100,000"))),
    ),
    "AES-128": both("aes-128-cbc", "PBES2 with AES-128 and SHA256"),
    "3DES": both("PBE-SHA1-3DES", "3DES and SHA-1"),
    "RC2-40": both("PBE-SHA1-RC2-40", "RC2-40 and SHA-1"),
    "RC2-128": both("PBE-SHA1-RC2-128", "RC2-128 and SHA-1"),
    "RC4-128": both("PBE-SHA1-RC4-128", "RC4-128 and SHA-1"),
    "RC4-40": both("PBE-SHA1-RC4-40", "RC4-40 and SHA-1"),
    "DES and MD5": both("PBE-MD5-DES", "DES and MD5"),
    **{words: both(algorithm, words, java=False) for algorithm, words in REFUSED.items()},
    **{f"key under {words}": key_alone(algorithm, words) for algorithm, words in REFUSED.items()},
    "PBES2 of DES": unread("des-cbc", "1.3.14.3.2.7", scheme="PBES2 with"),
    "Camellia": unread("camellia-256-cbc", "1.2.392.200011.61.1.1.1.4", scheme="PBES2 with"),
    "ARIA": unread("aria-256-cbc", "1.2.410.200046.1.1.12", scheme="PBES2 with"),
    "no keys": Case((f"{EXPORT} -nokeys",), p12(AES_256, unmarked("1", "Leaf"), unmarked("2", "Root"))),
    "empty password": Case((EXPORT.replace("env:PASSWORD", "pass:"),), p12(AES_256), password=""),
    "empty password, legacy": Case(
        (EXPORT.replace("env:PASSWORD", "pass:") + " -legacy",),
        p12(f"HMAC-SHA1, {ROUNDS}; {OF_RC2_40}", leaf(OF_3DES)),
        password="",
    ),
    "password beyond ASCII": Case(
        (EXPORT.replace("env:PASSWORD", f"pass:{BEYOND_ASCII}"),),
        p12(AES_256, notes=(NOT_ASCII,)),
        password=BEYOND_ASCII,
    ),
    "several certificates": Case(
        (EXPORT.replace("root.pem", "others.pem") + " -caname First -caname Second",),
        p12(AES_256, leaf(), unmarked("Second", "Edwards")),
    ),
    "Ed25519": Case(
        ("pkcs12 -export -inkey edwards.key -in edwards.pem -passout env:PASSWORD",),
        p12(AES_256, private("1", "Ed25519 256", "Edwards", under=OF_AES_256)),
    ),
    "RSA": Case(
        ("pkcs12 -export -inkey rivest.key -in rivest.pem -passout env:PASSWORD",),
        p12(AES_256, private("1", "RSA 2048", "Rivest", under=OF_AES_256)),
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_of_openssl_holds_what_was_put_in(name: str, of_openssl: Workshop) -> None:
    case = STORES[name]
    assert found_in(of_openssl.store(case.recipe), case.password) == case.expected


def test_java_shows_the_stores_of_openssl_as_it_is_said_of_them(of_openssl: Workshop, lister: Lister) -> None:
    stores = {name: (of_openssl.store(case.recipe), case) for name, case in STORES.items()}
    assert not_as_said(lister, stores) == {}
