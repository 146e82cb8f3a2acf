"""What an authority has to be: basic constraints, key usage, path length, key identifiers, same names."""

from __future__ import annotations

from cryptography import x509

from tests.trust.scenarios.builder import HOST, LEAF_USAGE, Party, ec_key, make, named, remade
from tests.trust.scenarios.paths import NAMES, intermediate, leaf, low_leaf, root
from tests.trust.scenarios.scenario import Scenario, offer, scenario


def version_1(party: Party, by: Party | None = None) -> Party:
    """Without version and extensions."""
    return remade(party, by, lambda fields: fields[1:7])


@scenario
def same_name_other_key_as_anchor() -> Scenario:
    return offer(leaf(), trust=[make("Root", ca=True, key=ec_key("other root"))])


@scenario
def same_name_other_key_as_anchor_without_key_ids() -> Scenario:
    other = make("Root", ca=True, key=ec_key("other root"), ski=False)
    return offer(make("Leaf", root(), aki=False), trust=[other])


@scenario
def same_name_other_key_as_anchor_and_leaf_without_aki() -> Scenario:
    return offer(make("Leaf", root(), aki=False), trust=[make("Root", ca=True, key=ec_key("other root"))])


@scenario
def same_name_other_key_sent_and_the_right_one_trusted() -> Scenario:
    return offer(leaf(), make("Root", ca=True, key=ec_key("other root")), trust=[root()])


@scenario
def two_roots_of_same_name_both_trusted_the_right_one_first() -> Scenario:
    return offer(leaf(), trust=[root(), make("Root", ca=True, key=ec_key("other root"))])


@scenario
def two_roots_of_same_name_both_trusted_the_right_one_last() -> Scenario:
    return offer(leaf(), trust=[make("Root", ca=True, key=ec_key("other root")), root()])


@scenario
def two_roots_of_same_name_without_key_ids() -> Scenario:
    first = make("Twin", ca=True, key=ec_key("first twin"), ski=False)
    second = make("Twin", ca=True, key=ec_key("second twin"), ski=False)
    return offer(make("Leaf of Twin", second, aki=False), trust=[first, second])


@scenario
def two_roots_of_same_name_without_key_ids_and_intermediate() -> Scenario:
    first = make("Twin", ca=True, key=ec_key("first twin"), ski=False)
    second = make("Twin", ca=True, key=ec_key("second twin"), ski=False)
    middle = make("Middle of Twin", second, ca=True, aki=False)
    return offer(make("Leaf below Twin", middle), middle, trust=[first, second])


@scenario
def two_intermediates_of_same_name_sent() -> Scenario:
    other = make("Intermediate", root(), ca=True, key=ec_key("other intermediate"))
    return offer(low_leaf(), other, intermediate(), trust=[root()])


@scenario
def two_intermediates_of_same_name_sent_without_key_ids() -> Scenario:
    right = make("Same", root(), ca=True, key=ec_key("right"), ski=False, aki=False)
    wrong = make("Same", root(), ca=True, key=ec_key("wrong"), ski=False, aki=False)
    return offer(make("Leaf of Same", right, aki=False), wrong, right, trust=[root()])


@scenario
def wrong_intermediate_of_same_name_trusted() -> Scenario:
    other = make("Intermediate", root(), ca=True, key=ec_key("other intermediate"))
    return offer(low_leaf(), intermediate(), trust=[other])


@scenario
def wrong_intermediate_of_same_name_trusted_beside_the_root() -> Scenario:
    other = make("Intermediate", root(), ca=True, key=ec_key("other intermediate"))
    return offer(low_leaf(), intermediate(), trust=[root(), other])


@scenario
def intermediate_is_no_authority() -> Scenario:
    middle = make("No CA", root(), usage="key_cert_sign digital_signature", purposes=None)
    return offer(make("Leaf of No CA", middle), middle, trust=[root()])


@scenario
def intermediate_without_basic_constraints() -> Scenario:
    middle = make("Bare", root(), ca=None, usage="key_cert_sign", purposes=None, names=None)
    return offer(make("Leaf of Bare", middle), middle, trust=[root()])


@scenario
def root_is_no_authority() -> Scenario:
    base = make("No CA Root", usage="key_cert_sign digital_signature", purposes=None)
    return offer(make("Leaf of No CA Root", base), trust=[base])


@scenario
def root_is_no_authority_and_sent() -> Scenario:
    base = make("No CA Root", usage="key_cert_sign digital_signature", purposes=None)
    return offer(make("Leaf of No CA Root", base), base, trust=[base])


@scenario
def root_without_basic_constraints() -> Scenario:
    base = make("Bare Root", ca=None, usage="key_cert_sign", purposes=None, names=None)
    return offer(make("Leaf of Bare Root", base), trust=[base])


@scenario
def root_without_any_extension_but_version_3() -> Scenario:
    base = make("Empty Root", ca=None, usage=None, purposes=None, names=None, ski=False)
    return offer(make("Leaf of Empty Root", base), trust=[base])


@scenario
def version_1_root() -> Scenario:
    base = version_1(make("Old Root", ca=True))
    return offer(make("Leaf of Old Root", base), trust=[base])


@scenario
def version_1_root_and_intermediate() -> Scenario:
    base = version_1(make("Old Root", ca=True))
    middle = make("Middle of Old", base, ca=True)
    return offer(make("Leaf below Old", middle), middle, base, trust=[base])


@scenario
def version_1_intermediate() -> Scenario:
    middle = version_1(make("Old Middle", root(), ca=True), root())
    return offer(make("Leaf of Old Middle", middle), middle, trust=[root()])


@scenario
def version_1_intermediate_as_anchor() -> Scenario:
    middle = version_1(make("Old Middle", root(), ca=True), root())
    return offer(make("Leaf of Old Middle", middle), middle, trust=[middle])


@scenario
def version_1_leaf() -> Scenario:
    return offer(version_1(make(HOST, root()), root()), trust=[root()], hosts=[HOST, "other.example.com"])


@scenario
def version_1_leaf_as_anchor() -> Scenario:
    alone = version_1(make(HOST))
    return offer(alone, trust=[alone], hosts=[HOST, "other.example.com"])


@scenario
def root_without_key_cert_sign() -> Scenario:
    base = make("Unsigning Root", ca=True, usage="crl_sign digital_signature")
    return offer(make("Leaf of Unsigning", base), trust=[base])


@scenario
def root_without_key_usage() -> Scenario:
    base = make("Usageless Root", ca=True, usage=None)
    return offer(make("Leaf of Usageless", base), trust=[base])


@scenario
def root_without_key_cert_sign_above_an_intermediate() -> Scenario:
    base = make("Unsigning Root", ca=True, usage="crl_sign digital_signature")
    middle = make("Middle of Unsigning", base, ca=True)
    return offer(make("Leaf below Unsigning", middle), middle, trust=[base])


@scenario
def intermediate_without_key_cert_sign() -> Scenario:
    middle = make("Unsigning", root(), ca=True, usage="crl_sign digital_signature")
    return offer(make("Leaf of Unsigning", middle), middle, trust=[root()])


@scenario
def intermediate_without_key_cert_sign_as_anchor() -> Scenario:
    middle = make("Unsigning", root(), ca=True, usage="crl_sign digital_signature")
    return offer(make("Leaf of Unsigning", middle), middle, trust=[middle])


@scenario
def intermediate_without_key_usage() -> Scenario:
    middle = make("Usageless", root(), ca=True, usage=None)
    return offer(make("Leaf of Usageless", middle), middle, trust=[root()])


@scenario
def path_length_0_root_above_an_intermediate() -> Scenario:
    base = make("Short Root", ca=True, path_length=0)
    middle = make("Too Deep", base, ca=True)
    return offer(make("Leaf of Too Deep", middle), middle, trust=[base])


@scenario
def path_length_0_root_above_an_intermediate_and_sent() -> Scenario:
    base = make("Short Root", ca=True, path_length=0)
    middle = make("Too Deep", base, ca=True)
    return offer(make("Leaf of Too Deep", middle), middle, base, trust=[base])


@scenario
def path_length_0_intermediate_above_an_intermediate() -> Scenario:
    upper = make("Short", root(), ca=True, path_length=0)
    lower = make("Below Short", upper, ca=True)
    return offer(make("Leaf below Short", lower), lower, upper, trust=[root()])


@scenario
def path_length_exactly_enough() -> Scenario:
    upper = make("One More", root(), ca=True, path_length=1)
    lower = make("The Last", upper, ca=True, path_length=0)
    return offer(make("Leaf of the Last", lower), lower, upper, trust=[root()])


@scenario
def path_length_not_counting_a_self_issued_intermediate() -> Scenario:
    upper = make("Rolling", root(), ca=True, path_length=0, key=ec_key("rolling old"))
    rolled = make("Rolling", upper, ca=True, key=ec_key("rolling new"))
    return offer(make("Leaf of Rolling", rolled), rolled, upper, trust=[root()])


@scenario
def path_length_over_by_a_self_issued_intermediate_that_limits_itself() -> Scenario:
    upper = make("Rolling", root(), ca=True, path_length=0, key=ec_key("rolling old"))
    rolled = make("Rolling", upper, ca=True, path_length=0, key=ec_key("rolling new"))
    lower = make("Below Rolling", rolled, ca=True)
    return offer(make("Leaf below Rolling", lower), lower, rolled, upper, trust=[root()])


@scenario
def aki_of_the_leaf_names_another_key() -> Scenario:
    return offer(make("Leaf", root(), aki=b"somebody else's key."), trust=[root()])


@scenario
def aki_of_the_leaf_names_another_key_with_the_root_sent() -> Scenario:
    return offer(make("Leaf", root(), aki=b"somebody else's key."), root(), trust=[root()])


@scenario
def aki_of_the_leaf_names_another_key_below_an_intermediate() -> Scenario:
    return offer(make("Low Leaf", intermediate(), aki=b"somebody else's key."), intermediate(), trust=[root()])


@scenario
def aki_of_the_leaf_names_another_key_and_the_order_is_wrong() -> Scenario:
    low = make("Low Leaf", intermediate(), aki=b"somebody else's key.")
    return offer(low, root(), intermediate(), trust=[root()])


@scenario
def aki_of_the_intermediate_names_another_key() -> Scenario:
    middle = make("Intermediate", root(), ca=True, aki=b"somebody else's key.")
    return offer(make("Low Leaf", middle), middle, trust=[root()])


@scenario
def aki_of_the_intermediate_names_another_key_and_the_order_is_wrong() -> Scenario:
    middle = make("Intermediate", root(), ca=True, aki=b"somebody else's key.")
    return offer(make("Low Leaf", middle), root(), middle, trust=[root()])


@scenario
def no_key_ids() -> Scenario:
    base = make("Anonymous Root", ca=True, ski=False)
    middle = make("Anonymous Middle", base, ca=True, ski=False, aki=False)
    return offer(make("Anonymous Leaf", middle, ski=False, aki=False), middle, trust=[base])


@scenario
def no_key_ids_and_wrong_order() -> Scenario:
    base = make("Anonymous Root", ca=True, ski=False)
    middle = make("Anonymous Middle", base, ca=True, ski=False, aki=False)
    return offer(make("Anonymous Leaf", middle, ski=False, aki=False), base, middle, trust=[base])


@scenario
def leaf_that_is_an_authority_too() -> Scenario:
    low = make("Proud Leaf", root(), ca=True, usage=f"{LEAF_USAGE} key_cert_sign", names=NAMES)
    return offer(low, trust=[root()])


@scenario
def aki_of_the_leaf_names_another_serial_number() -> Scenario:
    other = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(root().subject)], 4711)
    return offer(make("Leaf", root(), aki=False, more=[(other, False)]), trust=[root()])


@scenario
def aki_of_the_leaf_names_the_serial_number() -> Scenario:
    number = x509.load_der_x509_certificate(root().der).serial_number
    same = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(root().subject)], number)
    return offer(make("Leaf", root(), aki=False, more=[(same, False)]), trust=[root()])


@scenario
def version_1_root_that_ends_before_what_it_signed_and_wrong_order() -> Scenario:
    base = version_1(make("Old Root", ca=True, days=(-300, 100)))
    middle = make("Middle of Old", base, ca=True)
    return offer(make("Leaf below Old", middle), base, middle, trust=[base])


@scenario
def leaf_that_names_itself_as_issuer() -> Scenario:
    return offer(make("Leaf", root(), issuer=named("Leaf")), trust=[root()])


@scenario
def leaf_of_the_same_name_as_its_root() -> Scenario:
    return offer(make("Root", root(), key=ec_key("same name")), trust=[root()])


@scenario
def leaf_of_the_same_name_as_its_root_and_wrong_order() -> Scenario:
    return offer(make("Root", root(), key=ec_key("same name")), leaf(), trust=[root()])


@scenario
def intermediate_of_the_same_name_and_key_as_an_anchor() -> Scenario:
    base = make("Anchor", ca=True, days=(-31, 200))
    crossed = make("Anchor", root(), ca=True, key=base.key)
    return offer(make("Leaf of Anchor", crossed), crossed, trust=[base])
