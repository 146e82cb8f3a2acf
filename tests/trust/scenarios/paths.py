"""Who signed whom, what is sent and what is trusted."""

from __future__ import annotations

from functools import cache

from tests.trust.scenarios.builder import HOST, Party, ec_key, make, rsa_key
from tests.trust.scenarios.scenario import Scenario, offer, scenario

NAMES = (f"dns:{HOST}",)


@cache
def root() -> Party:
    return make("Root", ca=True)


@cache
def intermediate() -> Party:
    return make("Intermediate", root(), ca=True)


@cache
def leaf() -> Party:
    return make("Leaf", root())


@cache
def low_leaf() -> Party:
    return make("Low Leaf", intermediate())


def stranger() -> Party:
    return make("Stranger", ca=True)


@scenario
def good() -> Scenario:
    return offer(leaf(), trust=[root()], hosts=["zos1.example.com", "other.example.com"])


@scenario
def good_with_rsa_keys_as_zowe_makes_them() -> Scenario:
    authority = make("Zowe CA", ca=True, key=rsa_key("authority"))
    service = make("Zowe Service", authority, key=rsa_key("service"))
    return offer(service, authority, trust=[authority], hosts=["zos1.example.com", "127.0.0.1"])


@scenario
def good_with_intermediate() -> Scenario:
    return offer(low_leaf(), intermediate(), trust=[root()])


@scenario
def missing_intermediate() -> Scenario:
    return offer(low_leaf(), trust=[root()])


@scenario
def intermediate_only_in_trust_store() -> Scenario:
    return offer(low_leaf(), trust=[root(), intermediate()])


@scenario
def missing_root() -> Scenario:
    return offer(leaf(), trust=[stranger()])


@scenario
def missing_root_sent_by_the_server() -> Scenario:
    return offer(leaf(), root(), trust=[stranger()])


@scenario
def intermediate_as_anchor() -> Scenario:
    return offer(low_leaf(), intermediate(), trust=[intermediate()])


@scenario
def intermediate_as_anchor_and_root_sent() -> Scenario:
    return offer(low_leaf(), intermediate(), root(), trust=[intermediate()])


@scenario
def intermediate_as_anchor_and_not_sent() -> Scenario:
    return offer(low_leaf(), trust=[intermediate()])


@scenario
def leaf_as_anchor() -> Scenario:
    return offer(leaf(), trust=[leaf()])


@scenario
def leaf_as_anchor_with_its_chain_sent() -> Scenario:
    return offer(low_leaf(), intermediate(), root(), trust=[low_leaf()])


@scenario
def root_and_leaf_as_anchors() -> Scenario:
    return offer(leaf(), root(), trust=[root(), leaf()])


@scenario
def root_sent() -> Scenario:
    return offer(low_leaf(), intermediate(), root(), trust=[root()])


@scenario
def root_sent_twice() -> Scenario:
    return offer(low_leaf(), intermediate(), root(), root(), trust=[root()])


@scenario
def leaf_sent_twice() -> Scenario:
    return offer(low_leaf(), low_leaf(), intermediate(), trust=[root()])


@scenario
def leaf_sent_again_at_the_end() -> Scenario:
    return offer(low_leaf(), intermediate(), low_leaf(), trust=[root()])


@scenario
def wrong_order() -> Scenario:
    return offer(low_leaf(), root(), intermediate(), trust=[root()])


@scenario
def wrong_order_of_two_intermediates() -> Scenario:
    lower = make("Lower", intermediate(), ca=True)
    return offer(make("Lowest Leaf", lower), intermediate(), lower, trust=[root()])


@scenario
def intermediate_first() -> Scenario:
    return offer(intermediate(), low_leaf(), trust=[root()], key=low_leaf().key)


@scenario
def unrelated_certificate_at_the_end() -> Scenario:
    return offer(low_leaf(), intermediate(), stranger(), trust=[root()])


@scenario
def unrelated_certificate_in_between() -> Scenario:
    return offer(low_leaf(), stranger(), intermediate(), trust=[root()])


@scenario
def unrelated_certificate_in_between_and_its_issuer_trusted() -> Scenario:
    return offer(low_leaf(), stranger(), intermediate(), trust=[root(), stranger()])


@scenario
def empty_trust_store() -> Scenario:
    return offer(leaf(), root(), trust=[])


@scenario
def self_signed_leaf_trusted() -> Scenario:
    alone = make("Alone")
    return offer(alone, trust=[alone], hosts=["zos1.example.com", "other.example.com"])


@scenario
def self_signed_leaf_not_trusted() -> Scenario:
    return offer(make("Alone"), trust=[root()])


@scenario
def self_signed_authority_as_server_trusted() -> Scenario:
    alone = make("Alone CA", ca=True, usage="key_cert_sign digital_signature", names=NAMES)
    return offer(alone, trust=[alone])


@scenario
def self_signed_expired_and_trusted() -> Scenario:
    alone = make("Old Alone", days=(-300, -3))
    return offer(alone, trust=[alone])


@scenario
def self_signed_of_which_another_with_the_same_key_is_trusted() -> Scenario:
    alone, again = make("Alone"), make("Alone", days=(-31, 301))
    return offer(alone, trust=[again])


@scenario
def key_of_another_certificate() -> Scenario:
    return offer(leaf(), root(), trust=[root()], key=ec_key("another"))


@scenario
def rsa_key_of_another_certificate() -> Scenario:
    service = make("Zowe Service", root(), key=rsa_key("service"))
    return offer(service, trust=[root()], key=rsa_key("authority"))


@scenario
def rsa_key_for_a_certificate_with_an_ec_key() -> Scenario:
    return offer(leaf(), trust=[root()], key=rsa_key("service"))


@scenario
def leaf_signed_by_a_leaf() -> Scenario:
    return offer(make("Below Leaf", leaf()), leaf(), trust=[root()])


@scenario
def leaf_signed_by_a_leaf_that_is_trusted() -> Scenario:
    return offer(make("Below Leaf", leaf()), leaf(), trust=[leaf()])


@scenario
def forged_leaf() -> Scenario:
    forger = make("Root", ca=True, key=ec_key("forger"))
    return offer(make("Forged", forger), trust=[root()])


@scenario
def forged_leaf_with_its_forged_root_sent() -> Scenario:
    forger = make("Root", ca=True, key=ec_key("forger"))
    return offer(make("Forged", forger), forger, trust=[root()])


@scenario
def forged_intermediate() -> Scenario:
    forger = make("Root", ca=True, key=ec_key("forger"))
    middle = make("Intermediate", forger, ca=True)
    return offer(make("Low Leaf", middle), middle, trust=[root()])
