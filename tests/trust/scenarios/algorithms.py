"""Keys and signatures, old, new and weak."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA3_256, SHA224, SHA384, SHA512

from tests.trust.scenarios.builder import Party, ec_key, edwards_key, make, remade, rsa_key, tiny_rsa
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario


def rsa_root() -> Party:
    return make("RSA Root", ca=True, key=rsa_key("authority"))


@scenario
def rsa_1024_leaf() -> Scenario:
    return offer(make("Leaf", root(), key=rsa_key("short", 1024)), trust=[root()])


@scenario
def rsa_1024_root() -> Scenario:
    base = make("Short RSA Root", ca=True, key=rsa_key("short", 1024))
    return offer(make("Leaf of Short", base), trust=[base])


@scenario
def rsa_1024_intermediate() -> Scenario:
    middle = make("Short RSA", root(), ca=True, key=rsa_key("short", 1024))
    return offer(make("Leaf of Short", middle), middle, trust=[root()])


@scenario
def ec_p384() -> Scenario:
    base = make("P-384 Root", ca=True, key=ec_key("root", ec.SECP384R1), digest=SHA384())
    return offer(make("P-384 Leaf", base, key=ec_key("leaf", ec.SECP384R1), digest=SHA384()), trust=[base])


@scenario
def ec_p521_root() -> Scenario:
    base = make("P-521 Root", ca=True, key=ec_key("root", ec.SECP521R1), digest=SHA512())
    return offer(make("P-521 Leaf", base, digest=SHA512()), trust=[base])


@scenario
def ec_p224_leaf() -> Scenario:
    return offer(make("P-224 Leaf", root(), key=ec_key("leaf", ec.SECP224R1)), trust=[root()])


@scenario
def ec_p192_leaf() -> Scenario:
    return offer(make("P-192 Leaf", root(), key=ec_key("k", ec.SECP192R1)), trust=[root()])


@scenario
def ec_secp256k1_leaf() -> Scenario:
    return offer(make("K1 Leaf", root(), key=ec_key("leaf", ec.SECP256K1)), trust=[root()])


@scenario
def ec_brainpool_leaf() -> Scenario:
    return offer(make("Brainpool Leaf", root(), key=ec_key("leaf", ec.BrainpoolP256R1)), trust=[root()])


@scenario
def ed25519_leaf() -> Scenario:
    return offer(make("Edwards Leaf", root(), key=edwards_key("leaf")), trust=[root()])


@scenario
def ed25519_all() -> Scenario:
    base = make("Edwards Root", ca=True, key=edwards_key("root"))
    return offer(make("Edwards Leaf", base, key=edwards_key("leaf")), trust=[base])


@scenario
def rsa_pss_signature() -> Scenario:
    return offer(make("PSS Leaf", rsa_root(), key=rsa_key("service"), pss=True), trust=[rsa_root()])


@scenario
def rsa_pss_signature_of_the_intermediate() -> Scenario:
    middle = make("PSS Middle", rsa_root(), ca=True, pss=True)
    return offer(make("Leaf of PSS", middle), middle, trust=[rsa_root()])


@scenario
def sha1_signature_of_the_leaf() -> Scenario:
    leaf = remade(make("SHA-1 Leaf", rsa_root()), rsa_root(), digest="sha1")
    return offer(leaf, trust=[rsa_root()])


@scenario
def sha1_signature_of_the_leaf_with_ec() -> Scenario:
    return offer(remade(make("SHA-1 Leaf", root()), root(), digest="sha1"), trust=[root()])


@scenario
def sha1_signature_of_the_intermediate() -> Scenario:
    middle = remade(make("SHA-1 Middle", rsa_root(), ca=True), rsa_root(), digest="sha1")
    return offer(make("Leaf of SHA-1", middle), middle, trust=[rsa_root()])


@scenario
def sha1_signature_of_the_root() -> Scenario:
    base = remade(make("SHA-1 Root", ca=True, key=rsa_key("authority")), None, digest="sha1")
    return offer(make("Leaf below SHA-1", base), base, trust=[base])


@scenario
def md5_signature_of_the_leaf() -> Scenario:
    return offer(remade(make("MD5 Leaf", rsa_root()), rsa_root(), digest="md5"), trust=[rsa_root()])


@scenario
def md5_signature_of_the_intermediate() -> Scenario:
    middle = remade(make("MD5 Middle", rsa_root(), ca=True), rsa_root(), digest="md5")
    return offer(make("Leaf of MD5", middle), middle, trust=[rsa_root()])


@scenario
def md5_signature_of_the_root() -> Scenario:
    base = remade(make("MD5 Root", ca=True, key=rsa_key("authority")), None, digest="md5")
    return offer(make("Leaf below MD5", base), base, trust=[base])


@scenario
def md5_signature_of_the_trusted_leaf() -> Scenario:
    leaf = remade(make("MD5 Alone", key=rsa_key("service")), None, digest="md5")
    return offer(leaf, trust=[leaf])


def tiny_signed(leaf: Party) -> Party:
    """Signed by the RSA key of 512 bits, by hand."""
    return remade(leaf, None, tiny=512)


def tiny_leaf(bits: int, *trust: Party) -> Scenario:
    public, private = tiny_rsa(bits)
    leaf = remade(make(f"RSA {bits}", root()), root(), lambda fields: [*fields[:6], public, *fields[7:]])
    return replace(offer(leaf, trust=trust or (root(),)), key=None, private=private)


@scenario
def rsa_512_leaf() -> Scenario:
    return tiny_leaf(512)


@scenario
def rsa_768_leaf() -> Scenario:
    return tiny_leaf(768)


@scenario
def rsa_512_leaf_as_anchor() -> Scenario:
    found = tiny_leaf(512)
    return replace(found, trusted=found.sent)


@scenario
def rsa_768_leaf_as_anchor() -> Scenario:
    found = tiny_leaf(768)
    return replace(found, trusted=found.sent)


@scenario
def rsa_512_root() -> Scenario:
    base = remade(make("Tiny Root", ca=True), None, lambda fields: [*fields[:6], tiny_rsa(512)[0], *fields[7:]])
    return offer(tiny_signed(make("Leaf of Tiny", base)), trust=[base])


@scenario
def rsa_512_root_sent() -> Scenario:
    base = remade(make("Tiny Root", ca=True), None, lambda fields: [*fields[:6], tiny_rsa(512)[0], *fields[7:]])
    return offer(tiny_signed(make("Leaf of Tiny", base)), base, trust=[base])


@scenario
def ec_p192_root() -> Scenario:
    base = make("P-192 Root", ca=True, key=ec_key("k", ec.SECP192R1))
    return offer(make("Leaf of P-192", base), trust=[base])


@scenario
def ec_p192_intermediate() -> Scenario:
    middle = make("P-192", root(), ca=True, key=ec_key("k", ec.SECP192R1))
    return offer(make("Leaf of P-192", middle), middle, trust=[root()])


@scenario
def ec_brainpool_root() -> Scenario:
    base = make("Brainpool Root", ca=True, key=ec_key("k", ec.BrainpoolP256R1))
    return offer(make("Leaf of Brainpool", base), trust=[base])


@scenario
def sha224_signature_of_the_leaf() -> Scenario:
    return offer(make("SHA-224 Leaf", rsa_root(), digest=SHA224()), trust=[rsa_root()])


@scenario
def sha512_signature_of_the_leaf() -> Scenario:
    return offer(make("SHA-512 Leaf", rsa_root(), digest=SHA512()), trust=[rsa_root()])


@scenario
def sha384_signature_of_a_p256_key() -> Scenario:
    return offer(make("SHA-384 Leaf", root(), digest=SHA384()), trust=[root()])


@scenario
def sha3_signature_of_the_leaf() -> Scenario:
    return offer(make("SHA-3 Leaf", rsa_root(), digest=SHA3_256()), trust=[rsa_root()])


@scenario
def sha3_signature_of_the_trusted_leaf() -> Scenario:
    leaf = make("SHA-3 Leaf", rsa_root(), digest=SHA3_256())
    return offer(leaf, trust=[leaf, rsa_root()])


@scenario
def ec_signature_with_null_parameters() -> Scenario:
    """As Java up to 15 wrote them, which cryptography refuses as a whole."""
    base = remade(make("Old Java CA", ca=True), None, null_parameters=True)
    return offer(remade(make("Old Java", base), base, null_parameters=True), base, trust=[base])


@scenario
def ec_p224_root() -> Scenario:
    base = make("P-224 Root", ca=True, key=ec_key("k", ec.SECP224R1))
    return offer(make("Leaf of P-224", base), trust=[base])


@scenario
def ec_signed_by_rsa_and_rsa_signed_by_ec() -> Scenario:
    middle = make("EC Middle", rsa_root(), ca=True)
    return offer(make("RSA Leaf", middle, key=rsa_key("service")), middle, trust=[rsa_root()])
