"""Trust stores as files, in which Java sees more or less than one would think."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    serialize_java_truststore,
    serialize_key_and_certificates,
)

from tests.trust.scenarios.builder import Party, make, rsa_key
from tests.trust.scenarios.paths import intermediate, leaf, low_leaf, root
from tests.trust.scenarios.scenario import PASSWORD, Scenario, offer, scenario

SEALED = BestAvailableEncryption(PASSWORD.encode())


def loaded(party: Party) -> x509.Certificate:
    return x509.load_der_x509_certificate(party.der)


def java_store(*parties: Party) -> bytes:
    entries = [PKCS12Certificate(loaded(each), f"ca{n}".encode()) for n, each in enumerate(parties)]
    return serialize_java_truststore(entries, SEALED)


def unmarked_store(*parties: Party) -> bytes:
    """Without Java's attribute, as ``openssl pkcs12 -export -nokeys`` writes it."""
    return serialize_key_and_certificates(None, None, None, [loaded(each) for each in parties], SEALED)


def key_store(owner: Party, *above: Party) -> bytes:
    certificates = [loaded(each) for each in above]
    return serialize_key_and_certificates(b"service", owner.key, loaded(owner), certificates, SEALED)


@scenario
def trust_store_as_java_writes_it() -> Scenario:
    return offer(leaf(), trust=[], truststore=java_store(root()))


@scenario
def trust_store_in_which_java_sees_nothing() -> Scenario:
    return offer(leaf(), trust=[], truststore=unmarked_store(root()))


@scenario
def keystore_as_trust_store() -> Scenario:
    return offer(leaf(), trust=[], truststore=key_store(leaf(), root()))


@scenario
def keystore_as_trust_store_for_another_leaf() -> Scenario:
    other = make("Other Leaf", root(), key=rsa_key("service"))
    return offer(other, trust=[], truststore=key_store(leaf(), root()))


@scenario
def keystore_of_an_authority_as_trust_store() -> Scenario:
    return offer(leaf(), trust=[], truststore=key_store(root()))


@scenario
def keystore_of_an_intermediate_as_trust_store() -> Scenario:
    return offer(low_leaf(), intermediate(), trust=[], truststore=key_store(intermediate(), root()))


@scenario
def trust_store_with_the_same_certificate_twice() -> Scenario:
    return offer(leaf(), trust=[], truststore=java_store(root(), root()))
