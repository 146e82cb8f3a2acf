"""Stores and keys that GnuTLS's certtool makes: what is in them.

They are few, because certtool asks for 600,000 rounds of key derivation in each part.
"""

from __future__ import annotations

import pytest

from tests.corpus.stores import PASSWORD, Case, Facts, Held, found_in, loose, private, unmarked
from tests.corpus.workshop import Workshop

CERTIFIED = "--load-privkey leaf.key --load-certificate leaf.pem"
TO_P12 = "--to-p12 --outder"
ALONE = f"{CERTIFIED} --p12-name Leaf"
WITH_AUTHORITY = f"{ALONE} --load-ca-certificate root.pem"
PASSWORDED = f"--password {PASSWORD}"
KEY = f"--to-p8 --load-privkey leaf.key {PASSWORDED}"
ROUNDS = "600,000 rounds"
MAC = f"HMAC-SHA256, {ROUNDS}"
AES_128 = f"PBES2 with AES-128 and SHA256, {ROUNDS}"
OF_AES_256 = f"PBES2 with AES-256 and SHA256, {ROUNDS}"
OF_3DES = "PBES2 with 3DES and SHA256"
TRIES = 40  # of which each has one chance in two
IN_PEM = "it stands in PEM, in which Java does not read it: certtool --outder writes it without"


def leaf(under: str, *issuers: str, notes: tuple[str, ...] = ()) -> Held:
    return private("Leaf", "Ed25519 256", "Leaf", *issuers, under=under, notes=notes)


def store(words: str, entry: Held, *, mac: str = MAC, notes: tuple[str, ...] = ()) -> Facts:
    return Facts("PKCS12", (entry,), f"{mac}; {words}", notes)


def loose_key(under: str = "", kind: str = "Ed25519 256") -> Facts:
    return Facts("PEM", (private("key", kind, under=under),))


STORES = {
    "default": Case((f"{TO_P12} {WITH_AUTHORITY} {PASSWORDED}",), store(AES_128, leaf(AES_128, "Root"))),
    "3DES of PKCS12, RSA": Case(
        (f"{TO_P12} {ALONE.replace('leaf', 'rivest')} {PASSWORDED} --pkcs-cipher 3des-pkcs12",),
        store(
            f"3DES and SHA-1, {ROUNDS}",
            private("Leaf", "RSA 2048", "Rivest", under=f"3DES and SHA-1, {ROUNDS}"),
        ),
    ),
    "3DES": Case(
        (f"{TO_P12} {ALONE} {PASSWORDED} --pkcs-cipher 3des",),
        store(
            f"{OF_3DES}, {ROUNDS}",
            leaf(f"{OF_3DES}, {ROUNDS}", notes=(f"Java does not open what {OF_3DES} encrypts",)),
            notes=(f"Java does not open it: a part of it is encrypted by {OF_3DES}",),
        ),
    ),
    "AES-256, SHA-512": Case(
        (f"{TO_P12} {ALONE} {PASSWORDED} --pkcs-cipher aes-256 --hash SHA512",),
        store(OF_AES_256, leaf(OF_AES_256), mac=f"HMAC-SHA512, {ROUNDS}"),
    ),
    "RC4, in PEM": Case(
        (f"--to-p12 {ALONE} {PASSWORDED} --pkcs-cipher arcfour",),
        store(f"RC4-128 and SHA-1, {ROUNDS}", leaf(f"RC4-128 and SHA-1, {ROUNDS}"), notes=(IN_PEM,)),
    ),
    "no password": Case((f"{TO_P12} {ALONE} --null-password",), store(AES_128, leaf(AES_128)), ""),
    "empty password, certificate alone": Case(
        (f"{TO_P12} --load-certificate root.pem --p12-name Root --empty-password --pkcs-cipher rc2-40",),
        store(f"RC2-40 and SHA-1, {ROUNDS}", unmarked("Root", "Root")),
        "",
    ),
}
TEXTS = {
    "key": Case((KEY,), loose_key(AES_128)),
    "key in DER, AES-256": Case(
        (f"{KEY} --outder --pkcs-cipher aes-256",),
        Facts("private key in DER", (private("key", "Ed25519 256", under=OF_AES_256),)),
    ),
    "key, 3DES of PKCS12": Case((f"{KEY} --pkcs-cipher 3des-pkcs12",), loose_key(f"3DES and SHA-1, {ROUNDS}")),
    "key, RC4, empty password": Case(
        ("--to-p8 --load-privkey leaf.key --empty-password --pkcs-cipher arcfour",),
        loose_key(f"RC4-128 and SHA-1, {ROUNDS}"),
        "",
    ),
    "key with its description": Case(("--key-info --infile rivest.key",), loose_key(kind="RSA 2048")),
    "certificates with their description": Case(
        ("--certificate-info --infile leaf.pem", "--certificate-info --infile root.pem"),
        Facts("PEM", (loose("1", "Leaf"), loose("2", "Root"))),
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_of_gnutls_holds_what_was_put_in(name: str, of_gnutls: Workshop) -> None:
    case = STORES[name]
    assert found_in(of_gnutls.store(case.recipe), case.password) == case.expected


@pytest.mark.parametrize("name", TEXTS)
def test_what_gnutls_writes_beside_stores_holds_what_was_put_in(name: str, of_gnutls: Workshop) -> None:
    case = TEXTS[name]
    assert found_in(of_gnutls.store(case.recipe), case.password) == case.expected


def test_an_ec_key_of_gnutls_is_read_with_a_zero_before_its_number(of_gnutls: Workshop) -> None:
    key = "--generate-privkey --key-type ecdsa --curve secp256r1 --outfile zero.key"
    for _ in range(TRIES):
        of_gnutls.printed(key)
        if has_a_zero_before_its_number(of_gnutls):
            break
    else:
        pytest.skip("this GnuTLS writes no zero before the number")
    assert found_in(of_gnutls.folder / "zero.key") == Facts("PEM", (private("key", "EC 256"),))


def has_a_zero_before_its_number(shop: Workshop) -> bool:
    """GnuTLS writes the number as an INTEGER would be, with 33 bytes where RFC 5915, section 3 asks for 32."""
    return "\nMHgCAQEEIQ" in (shop.folder / "zero.key").read_text("ascii")
