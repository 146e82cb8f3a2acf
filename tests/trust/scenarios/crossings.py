"""Several ways from a leaf: cross-signed and renewed authorities, and loops."""

from __future__ import annotations

from tests.trust.scenarios.builder import ec_key, make
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario


@scenario
def cross_signed_good_via_either() -> Scenario:
    other = make("Other Root", ca=True)
    first = make("Crossed", root(), ca=True, key=ec_key("crossed"))
    second = make("Crossed", other, ca=True, key=ec_key("crossed"))
    return offer(make("Crossed Leaf", first), first, second, trust=[root(), other])


@scenario
def cross_signed_and_only_the_second_root_trusted() -> Scenario:
    other = make("Other Root", ca=True)
    first = make("Crossed", root(), ca=True, key=ec_key("crossed"))
    second = make("Crossed", other, ca=True, key=ec_key("crossed"))
    return offer(make("Crossed Leaf", first), first, second, trust=[other])


@scenario
def cross_signed_and_the_first_expired() -> Scenario:
    other = make("Other Root", ca=True)
    first = make("Crossed", root(), ca=True, key=ec_key("crossed"), days=(-300, -3))
    second = make("Crossed", other, ca=True, key=ec_key("crossed"))
    return offer(make("Crossed Leaf", first), first, second, trust=[root(), other])


@scenario
def cross_signed_and_the_second_expired() -> Scenario:
    other = make("Other Root", ca=True)
    first = make("Crossed", root(), ca=True, key=ec_key("crossed"))
    second = make("Crossed", other, ca=True, key=ec_key("crossed"), days=(-300, -3))
    return offer(make("Crossed Leaf", first), second, first, trust=[root(), other])


@scenario
def cross_signed_root_of_which_the_self_signed_one_is_trusted() -> Scenario:
    new = make("New Root", ca=True, key=ec_key("new"))
    crossed = make("New Root", root(), ca=True, key=ec_key("new"))
    return offer(make("New Leaf", new), crossed, trust=[new])


@scenario
def cross_signed_root_of_which_the_old_one_is_trusted() -> Scenario:
    new = make("New Root", ca=True, key=ec_key("new"))
    crossed = make("New Root", root(), ca=True, key=ec_key("new"))
    return offer(make("New Leaf", new), crossed, root(), trust=[root()])


@scenario
def cross_signed_root_not_sent() -> Scenario:
    new = make("New Root", ca=True, key=ec_key("new"))
    return offer(make("New Leaf", new), new, trust=[root()])


@scenario
def renewed_root_with_the_same_key_trusted_instead_of_the_sent_one() -> Scenario:
    old = make("Renewed", ca=True, key=ec_key("renewed"), days=(-300, -1))
    new = make("Renewed", ca=True, key=ec_key("renewed"))
    return offer(make("Leaf of Renewed", old), old, trust=[new])


@scenario
def renewed_intermediate_with_the_same_key_trusted() -> Scenario:
    old = make("Renewed Middle", root(), ca=True, key=ec_key("renewed middle"), days=(-300, -1))
    new = make("Renewed Middle", root(), ca=True, key=ec_key("renewed middle"))
    return offer(make("Leaf of Middle", old), old, trust=[new])


@scenario
def renewed_leaf_with_the_same_key_as_anchor() -> Scenario:
    old = make("Renewed Leaf", root(), key=ec_key("renewed leaf"), days=(-300, -1))
    new = make("Renewed Leaf", root(), key=ec_key("renewed leaf"))
    return offer(new, trust=[old])


@scenario
def expired_leaf_whose_renewal_is_trusted() -> Scenario:
    old = make("Renewed Leaf", root(), key=ec_key("renewed leaf"), days=(-300, -1))
    new = make("Renewed Leaf", root(), key=ec_key("renewed leaf"))
    return offer(old, trust=[new])


@scenario
def two_that_sign_each_other() -> Scenario:
    a, b = make("A", ca=True), make("B", ca=True)
    a_by_b, b_by_a = make("A", b, ca=True), make("B", a, ca=True)
    return offer(make("Leaf of A", a), a_by_b, b_by_a, a_by_b, trust=[root()])


@scenario
def two_that_sign_each_other_in_trust_store() -> Scenario:
    a, b = make("A", ca=True), make("B", ca=True)
    return offer(make("Leaf of A", a), trust=[make("A", b, ca=True), make("B", a, ca=True)])


@scenario
def two_that_sign_each_other_and_a_way_out() -> Scenario:
    a, b = make("A", ca=True), make("B", ca=True)
    parts = [make("A", b, ca=True), make("B", a, ca=True), make("B", root(), ca=True, key=ec_key("CN=B,O=Example"))]
    return offer(make("Leaf of A", a), *parts, trust=[root()])
