"""When a certificate is valid, and for what."""

from __future__ import annotations

from tests.trust.scenarios.builder import make, rsa_key
from tests.trust.scenarios.paths import intermediate, root
from tests.trust.scenarios.scenario import Scenario, offer, scenario

OVER, COMING = (-300, -3), (3, 300)


@scenario
def expired_leaf() -> Scenario:
    return offer(make("Leaf", root(), days=OVER), trust=[root()])


@scenario
def expired_leaf_as_anchor() -> Scenario:
    leaf = make("Leaf", root(), days=OVER)
    return offer(leaf, trust=[leaf])


@scenario
def expired_intermediate() -> Scenario:
    middle = make("Intermediate", root(), ca=True, days=OVER)
    return offer(make("Low Leaf", middle), middle, trust=[root()])


@scenario
def expired_intermediate_as_anchor() -> Scenario:
    middle = make("Intermediate", root(), ca=True, days=OVER)
    return offer(make("Low Leaf", middle), middle, trust=[middle])


@scenario
def expired_intermediate_and_a_renewed_one_sent_too() -> Scenario:
    middle = make("Intermediate", root(), ca=True, days=OVER)
    return offer(make("Low Leaf", middle), middle, intermediate(), trust=[root()])


@scenario
def expired_root() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    return offer(make("Leaf", base), trust=[base])


@scenario
def expired_root_sent() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    return offer(make("Leaf", base), base, trust=[base])


@scenario
def expired_root_above_an_intermediate() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    middle = make("Intermediate", base, ca=True)
    return offer(make("Low Leaf", middle), middle, trust=[base])


@scenario
def leaf_not_yet_valid() -> Scenario:
    return offer(make("Leaf", root(), days=COMING), trust=[root()])


@scenario
def intermediate_not_yet_valid() -> Scenario:
    middle = make("Intermediate", root(), ca=True, days=COMING)
    return offer(make("Low Leaf", middle), middle, trust=[root()])


@scenario
def root_not_yet_valid() -> Scenario:
    base = make("Root", ca=True, days=COMING)
    return offer(make("Leaf", base), trust=[base])


@scenario
def all_expired() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    middle = make("Intermediate", base, ca=True, days=OVER)
    return offer(make("Low Leaf", middle, days=OVER), middle, trust=[base])


@scenario
def eku_server_only() -> Scenario:
    return offer(make("Leaf", root(), purposes="server"), trust=[root()])


@scenario
def eku_client_only() -> Scenario:
    return offer(make("Leaf", root(), purposes="client"), trust=[root()])


@scenario
def eku_code_signing_only() -> Scenario:
    return offer(make("Leaf", root(), purposes="code"), trust=[root()])


@scenario
def eku_none() -> Scenario:
    return offer(make("Leaf", root(), purposes=None), trust=[root()])


@scenario
def eku_any() -> Scenario:
    return offer(make("Leaf", root(), purposes="any"), trust=[root()])


@scenario
def eku_client_only_as_anchor() -> Scenario:
    leaf = make("Leaf", root(), purposes="client")
    return offer(leaf, trust=[leaf])


@scenario
def eku_server_only_as_anchor() -> Scenario:
    leaf = make("Alone", purposes="server")
    return offer(leaf, trust=[leaf])


@scenario
def eku_of_the_intermediate_is_client_only() -> Scenario:
    middle = make("Client CA", root(), ca=True, purposes="client")
    return offer(make("Leaf of Client CA", middle), middle, trust=[root()])


@scenario
def eku_of_the_intermediate_is_server_only() -> Scenario:
    middle = make("Server CA", root(), ca=True, purposes="server")
    return offer(make("Leaf of Server CA", middle), middle, trust=[root()])


@scenario
def eku_of_the_intermediate_is_code_signing_only() -> Scenario:
    middle = make("Code CA", root(), ca=True, purposes="code")
    return offer(make("Leaf of Code CA", middle), middle, trust=[root()])


@scenario
def eku_of_the_root_is_client_only() -> Scenario:
    base = make("Client Root", ca=True, purposes="client")
    return offer(make("Leaf of Client Root", base), trust=[base])


@scenario
def usage_without_digital_signature() -> Scenario:
    return offer(make("Leaf", root(), usage="key_agreement"), trust=[root()])


@scenario
def usage_key_encipherment_only() -> Scenario:
    return offer(make("Leaf", root(), usage="key_encipherment", key=rsa_key("service")), trust=[root()])


@scenario
def usage_digital_signature_only() -> Scenario:
    return offer(make("Leaf", root(), usage="digital_signature"), trust=[root()])


@scenario
def usage_key_encipherment_only_as_anchor() -> Scenario:
    leaf = make("Alone", usage="key_encipherment", key=rsa_key("service"))
    return offer(leaf, trust=[leaf])


@scenario
def no_key_usage() -> Scenario:
    return offer(make("Leaf", root(), usage=None), trust=[root()])


@scenario
def usage_key_cert_sign_in_a_leaf() -> Scenario:
    return offer(make("Leaf", root(), usage="digital_signature key_cert_sign"), trust=[root()])


@scenario
def expired_root_above_an_intermediate_and_wrong_order() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    middle = make("Intermediate", base, ca=True)
    return offer(make("Low Leaf", middle), base, middle, trust=[base])


@scenario
def expired_root_above_a_leaf_and_wrong_order() -> Scenario:
    base = make("Root", ca=True, days=OVER)
    return offer(make("Leaf", base), make("Stranger", ca=True), trust=[base])
