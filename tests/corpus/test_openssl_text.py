"""PEM and DER that OpenSSL writes: keys in all their forms, chains, text around them; and what is no store."""

from __future__ import annotations

import pytest

from tests.corpus.stores import PASSWORD, Case, Facts, Held, found_in, loose, private
from tests.corpus.workshop import Workshop

PASSOUT = "-passout env:PASSWORD"
PKCS8 = f"pkcs8 -topk8 -in leaf.key {PASSOUT}"
OLD = f"ec -in leaf.key {PASSOUT} -provider default -provider legacy"
TO_PKCS7 = "crl2pkcs7 -nocrl -certfile leaf.pem -certfile root.pem"
LEAF, ROOT = loose("1", "Leaf"), loose("2", "Root")
REQUEST = "req -new -key leaf.key -subj /CN=Request"
REVOCATIONS = "ca -gencrl -config ca.cnf -cert root.pem -keyfile root.key"
NEITHER = "its PEM text holds neither a certificate nor a key, but"
A_REQUEST = "a certificate request, which holds no certificate yet"


def pem(*entries: Held, notes: tuple[str, ...] = ()) -> Facts:
    return Facts("PEM", entries, notes=notes)


def key(kind: str = "EC 256", under: str = "") -> Facts:
    return pem(private("key", kind, under=under))


def closed(why: str) -> Facts:
    """A key that is listed and not opened."""
    return pem(private("key", "", opened=why, notes=(why,)))


def unread(scheme: str) -> Facts:
    return closed(f"{scheme}, which is not read here")


def old_unread(cipher: str) -> Facts:
    why = (
        f"the private key in block 1 is encrypted by {cipher}, which is not read here: openssl pkey writes it as PKCS8"
    )
    return closed(why)


def der_key(under: str = "") -> Facts:
    return Facts("private key in DER", (private("key", "EC 256", under=under),))


def of(cipher: str) -> str:
    return f"PBES2 with {cipher} and SHA256, 2,048 rounds"


TEXTS = {
    "certificate": Case(("x509 -in leaf.pem",), pem(LEAF)),
    "chain": Case(("x509 -in leaf.pem", "x509 -in root.pem"), pem(LEAF, ROOT)),
    "certificate in DER": Case(("x509 -in leaf.pem -outform DER",), Facts("X.509 certificate", (LEAF,))),
    "text around it": Case(("x509 -in leaf.pem -text", "x509 -in root.pem -text -fingerprint"), pem(LEAF, ROOT)),
    "bag attributes": Case(("storeutl -text -certs leaf.pem",), pem(LEAF)),
    "trusted certificate": Case(
        ("x509 -in leaf.pem -addtrust serverAuth -setalias Friend",),
        pem(loose("1", "Leaf", "OpenSSL's trust settings behind it are not read")),
    ),
    "PKCS7": Case((TO_PKCS7,), pem(LEAF, ROOT)),
    "PKCS7 in DER": Case((f"{TO_PKCS7} -outform DER",), Facts("PKCS7", (LEAF, ROOT))),
    "PKCS7 with text": Case((f"{TO_PKCS7} -out p7.pem", "pkcs7 -in p7.pem -print_certs -text"), pem(LEAF, ROOT)),
    "CMS": Case(
        ("cms -sign -in root.pem -signer leaf.pem -inkey leaf.key -nodetach -outform PEM -md sha256",), pem(LEAF)
    ),
    "key and certificate": Case(
        ("pkey -in leaf.key", "x509 -in leaf.pem"), pem(LEAF, private("key", "EC 256", "Leaf"))
    ),
    "two keys": Case(
        ("pkey -in leaf.key", "pkey -in edwards.key", "x509 -in edwards.pem"),
        pem(loose("1", "Edwards"), private("key", "EC 256"), private("key 2", "Ed25519 256", "Edwards")),
    ),
    "PKCS12 as PEM": Case(
        (
            f"pkcs12 -export -inkey leaf.key -in leaf.pem {PASSOUT} -out as-pem.p12",
            f"pkcs12 -in as-pem.p12 -passin env:PASSWORD {PASSOUT}",
        ),
        pem(LEAF, private("key", "EC 256", "Leaf", under=of("AES-256"))),
    ),
    "curve before the key": Case(
        ("ecparam -name prime256v1", "ec -in leaf.key", "x509 -in leaf.pem"),
        pem(LEAF, private("key", "EC 256", "Leaf")),
    ),
    "curve in the key": Case(("ecparam -name prime256v1 -genkey -noout -param_enc explicit",), key()),
    "key of the older form": Case(("ec -in leaf.key",), key()),
    "key of the older form in DER": Case(("ec -in leaf.key -outform DER",), der_key()),
    "RSA": Case(("rsa -in rivest.key -traditional",), key("RSA 2048")),
    "RSA-PSS of the older form": Case(
        (
            "genpkey -quiet -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out pss.key",
            "rsa -in pss.key -traditional",
        ),
        key("RSA 2048"),
    ),
    "Ed25519": Case(("genpkey -algorithm ed25519",), key("Ed25519 256")),
    "Ed448": Case(("genpkey -algorithm ed448",), key("Ed448 456")),
    "X25519": Case(("genpkey -algorithm x25519",), key("X25519 256")),
    "PKCS8": Case(("pkcs8 -topk8 -nocrypt -in leaf.key",), key()),
    "PKCS8 in DER": Case(("pkcs8 -topk8 -nocrypt -in leaf.key -outform DER",), der_key()),
    "PKCS8, encrypted, in DER": Case((f"{PKCS8} -outform DER",), der_key(of("AES-256"))),
    "PKCS8, AES-256": Case((PKCS8,), key(under=of("AES-256"))),
    "PKCS8, AES-128": Case((f"{PKCS8} -v2 aes-128-cbc",), key(under=of("AES-128"))),
    "PKCS8, 3DES": Case((f"{PKCS8} -v2 des3",), key(under=of("3DES"))),
    "PKCS8, SHA-512": Case(
        (f"{PKCS8} -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 5000",),
        key(under="PBES2 with AES-256 and SHA512, 5,000 rounds"),
    ),
    "PKCS8, PKCS12's 3DES": Case((f"{PKCS8} -v1 PBE-SHA1-3DES",), key(under="3DES and SHA-1, 2,048 rounds")),
    "PKCS8, PKCS12's RC4": Case(
        (f"{PKCS8} -v1 PBE-SHA1-RC4-128 -provider default -provider legacy",),
        key(under="RC4-128 and SHA-1, 2,048 rounds"),
    ),
    "PKCS8, scrypt": Case((f"{PKCS8} -scrypt",), unread("its key is derived by algorithm 1.3.6.1.4.1.11591.4.11")),
    "PKCS8, DES and MD5": Case(
        (f"{PKCS8} -v1 PBE-MD5-DES -provider default -provider legacy",),
        key(under="DES and MD5, 2,048 rounds"),
    ),
    "PKCS8, Camellia": Case(
        (f"{PKCS8} -v2 camellia-128-cbc",), unread("it is encrypted by PBES2 with 1.2.392.200011.61.1.1.1.2")
    ),
    "Proc-Type, AES-256": Case((f"{OLD} -aes256",), key()),
    "Proc-Type, AES-128": Case((f"{OLD} -aes128",), key()),
    "Proc-Type, 3DES": Case((f"{OLD} -des3",), key()),
    "Proc-Type, 3DES, with its certificate": Case(
        ("x509 -in leaf.pem", f"{OLD} -des3"), pem(LEAF, private("key", "EC 256", "Leaf"))
    ),
    "Proc-Type, RSA": Case((f"rsa -in rivest.key -traditional -aes256 {PASSOUT}",), key("RSA 2048")),
    "Proc-Type, AES-192": Case((f"{OLD} -aes192",), old_unread("AES-192-CBC")),
    "Proc-Type, DES": Case((f"{OLD} -des",), old_unread("DES-CBC")),
    "Proc-Type, Camellia": Case((f"{OLD} -camellia256",), old_unread("CAMELLIA-256-CBC")),
    "request": Case((REQUEST,), f"{NEITHER} {A_REQUEST}"),
    "request in DER": Case((f"{REQUEST} -outform DER",), f"it is {A_REQUEST}: send it to an authority"),
    "request beside a certificate": Case((REQUEST, "x509 -in leaf.pem"), pem(LEAF)),
    "revocations": Case((REVOCATIONS,), f"{NEITHER} a certificate revocation list"),
    "revocations in DER": Case(
        (f"{REVOCATIONS} -out crl.pem", "crl -in crl.pem -outform DER"),
        "it is a certificate revocation list, which is not read here",
    ),
    "revocations beside a certificate": Case((REVOCATIONS, "x509 -in leaf.pem"), pem(LEAF)),
    "revocations in PKCS7": Case(
        (f"{REVOCATIONS} -out in-p7.pem", "crl2pkcs7 -in in-p7.pem -certfile leaf.pem"), pem(LEAF)
    ),
    "public key": Case(("pkey -in leaf.key -pubout",), f"{NEITHER} a public key without a certificate"),
    "public key in DER": Case(("pkey -in leaf.key -pubout -outform DER",), "it is a public key without a certificate"),
    "text alone": Case(("x509 -in leaf.pem -noout -text",), "it is text without a PEM block"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_openssl_writes_holds_what_was_put_in(name: str, of_openssl: Workshop) -> None:
    case = TEXTS[name]
    assert found_in(of_openssl.store(case.recipe), PASSWORD) == case.expected


@pytest.mark.parametrize("name", ["PKCS8, AES-256", "PKCS8, encrypted, in DER", "Proc-Type, 3DES"])
def test_an_encrypted_key_of_openssl_is_listed_under_a_wrong_password(name: str, of_openssl: Workshop) -> None:
    found = found_in(of_openssl.store(TEXTS[name].recipe), "another")
    what = "the private key" if "DER" in name else "the private key in block 1"
    why = f"{what} is encrypted, and none of the passwords given opens it"
    assert isinstance(found, Facts)
    under = "" if "Proc-Type" in name else of("AES-256")
    assert found.entries == (private("key", "", opened=why, notes=(why,), under=under),)
