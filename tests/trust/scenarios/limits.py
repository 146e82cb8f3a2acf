"""How many certificates a path may have."""

from __future__ import annotations

from functools import cache

from tests.trust.scenarios.builder import Party, ec_key, make
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario


@cache
def ladder(rungs: int) -> tuple[Party, ...]:
    """So many certificates below the root, the leaf first."""
    chain: list[Party] = []
    above = root()
    for rung in range(rungs - 1):
        above = make(f"Rung {rung}", above, ca=True, key=ec_key(f"rung {rung % 3}"))
        chain.insert(0, above)
    return (make("Leaf of the Ladder", above), *chain)


def jumbled(rungs: int) -> tuple[Party, ...]:
    """The leaf first, then its issuers in the wrong order."""
    leaf, *others = ladder(rungs)
    return (leaf, *reversed(others))


@scenario
def chain_of_8() -> Scenario:
    return offer(*ladder(8), trust=[root()])


@scenario
def chain_of_9() -> Scenario:
    return offer(*ladder(9), trust=[root()])


@scenario
def chain_of_10() -> Scenario:
    return offer(*ladder(10), trust=[root()])


@scenario
def chain_of_11() -> Scenario:
    return offer(*ladder(11), trust=[root()])


@scenario
def chain_of_11_with_the_root_of_it() -> Scenario:
    return offer(*ladder(10), root(), trust=[root()])


@scenario
def chain_of_31() -> Scenario:
    return offer(*ladder(31), trust=[root()])


@scenario
def chain_of_8_and_more_that_nobody_needs() -> Scenario:
    extra = [make(f"Extra {n}", ca=True) for n in range(3)]
    return offer(*ladder(6), *extra, trust=[root()])


@scenario
def five_intermediates_in_wrong_order() -> Scenario:
    return offer(*jumbled(6), trust=[root()])


@scenario
def six_intermediates_in_wrong_order() -> Scenario:
    return offer(*jumbled(7), trust=[root()])


@scenario
def seven_intermediates_in_wrong_order() -> Scenario:
    return offer(*jumbled(8), trust=[root()])


@scenario
def four_intermediates_in_wrong_order() -> Scenario:
    return offer(*jumbled(5), trust=[root()])


@scenario
def six_intermediates_in_right_order_below_an_untrusted_root() -> Scenario:
    return offer(*ladder(7), root(), trust=[make("Stranger", ca=True)])


@scenario
def six_intermediates_of_which_the_first_is_an_anchor() -> Scenario:
    chain = jumbled(7)
    return offer(*chain, trust=[ladder(7)[1]])


@scenario
def many_authorities_of_the_same_name() -> Scenario:
    """Each may have signed each other: nine names of the same kind, and no way to the root."""
    keys = [ec_key(f"same {n}") for n in range(3)]
    parents = [make("Same", ca=True, key=key, ski=False) for key in keys]
    crossed = [
        make("Same", parent, ca=True, key=key, ski=False, aki=False)
        for parent in parents
        for key in keys
        if key is not parent.key
    ]
    leaf = make("Leaf of many", parents[0], aki=False)
    return offer(leaf, *crossed, trust=[root()])


@scenario
def chain_of_31_in_wrong_order() -> Scenario:
    return offer(*jumbled(31), trust=[root()])


@scenario
def path_through_self_issued_authorities_in_wrong_order() -> Scenario:
    first = make("Rolling", root(), ca=True, key=ec_key("first"))
    second = make("Rolling", first, ca=True, key=ec_key("second"))
    return offer(make("Leaf of Rolling", second), first, second, trust=[root()])


@scenario
def path_through_three_self_issued_authorities_in_wrong_order() -> Scenario:
    first = make("Rolling", root(), ca=True, key=ec_key("first"))
    second = make("Rolling", first, ca=True, key=ec_key("second"))
    third = make("Rolling", second, ca=True, key=ec_key("third"))
    return offer(make("Leaf of Rolling", third), first, second, third, trust=[root()])
