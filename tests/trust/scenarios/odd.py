"""Odd certificates: unknown extensions, names written otherwise, policies, strange numbers."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from tests.trust.scenarios.builder import Party, ec_key, make, named, remade
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario
from zowe_certs_kernel.stores import der

UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
GOLD, SILVER = x509.ObjectIdentifier("1.3.6.1.4.1.99999.2"), x509.ObjectIdentifier("1.3.6.1.4.1.99999.3")
ANY = x509.ObjectIdentifier("2.5.29.32.0")


def policies(*oids: x509.ObjectIdentifier) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificatePolicies([x509.PolicyInformation(oid, None) for oid in oids]), False


def with_serial(party: Party, by: Party, serial: bytes) -> Party:
    return remade(party, by, lambda fields: [fields[0], der.tlv(der.INTEGER, serial), *fields[2:]])


@scenario
def unknown_critical_extension_of_the_leaf() -> Scenario:
    return offer(make("Leaf", root(), more=[(UNKNOWN, True)]), trust=[root()])


@scenario
def unknown_critical_extension_of_the_intermediate() -> Scenario:
    middle = make("Strange", root(), ca=True, more=[(UNKNOWN, True)])
    return offer(make("Leaf of Strange", middle), middle, trust=[root()])


@scenario
def unknown_critical_extension_of_the_root() -> Scenario:
    base = make("Strange Root", ca=True, more=[(UNKNOWN, True)])
    return offer(make("Leaf of Strange Root", base), trust=[base])


@scenario
def unknown_critical_extension_of_the_trusted_leaf() -> Scenario:
    leaf = make("Strange Alone", more=[(UNKNOWN, True)])
    return offer(leaf, trust=[leaf])


@scenario
def unknown_extension_of_the_leaf() -> Scenario:
    return offer(make("Leaf", root(), more=[(UNKNOWN, False)]), trust=[root()])


@scenario
def serial_number_zero() -> Scenario:
    return offer(with_serial(make("Leaf", root()), root(), b"\0"), trust=[root()])


@scenario
def serial_number_negative() -> Scenario:
    return offer(with_serial(make("Leaf", root()), root(), b"\xf0"), trust=[root()])


@scenario
def serial_number_of_40_octets() -> Scenario:
    return offer(with_serial(make("Leaf", root()), root(), b"\x01" * 40), trust=[root()])


def spelt(common_name: str, kind: _ASN1Type = _ASN1Type.UTF8String, organization: str = "Example") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization, _type=kind),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name, _type=kind),
        ]
    )


@scenario
def issuer_in_other_case() -> Scenario:
    return offer(make("Leaf", root(), issuer=spelt("ROOT", organization="EXAMPLE")), trust=[root()])


@scenario
def issuer_in_other_case_with_the_root_sent() -> Scenario:
    return offer(make("Leaf", root(), issuer=spelt("ROOT", organization="EXAMPLE")), root(), trust=[root()])


@scenario
def issuer_with_more_blanks() -> Scenario:
    base = make("Root of Blanks", ca=True)
    return offer(make("Leaf", base, issuer=spelt("  Root   of Blanks ")), trust=[base])


@scenario
def issuer_as_another_type_of_string() -> Scenario:
    return offer(make("Leaf", root(), issuer=spelt("Root", _ASN1Type.PrintableString)), trust=[root()])


@scenario
def issuer_as_bmp_string() -> Scenario:
    return offer(make("Leaf", root(), issuer=spelt("Root", _ASN1Type.BMPString)), trust=[root()])


@scenario
def issuer_in_other_case_below_an_intermediate() -> Scenario:
    middle = make("Intermediate", root(), ca=True, issuer=spelt("root"))
    return offer(make("Low Leaf", middle, issuer=spelt("INTERMEDIATE")), middle, trust=[root()])


@scenario
def issuer_with_accents_in_other_case() -> Scenario:
    base = make("R\u00e4cine \u00c9", ca=True)
    return offer(make("Leaf", base, issuer=spelt("r\u00c4cine \u00e9")), trust=[base])


@scenario
def issuer_with_accents_composed_otherwise() -> Scenario:
    base = make("R\u00e4cine", ca=True)
    return offer(make("Leaf", base, issuer=spelt("Ra\u0308cine")), trust=[base])


@scenario
def issuer_with_its_parts_in_another_order() -> Scenario:
    return offer(make("Leaf", root(), issuer=x509.Name(list(named("Root"))[::-1])), trust=[root()])


@scenario
def issuer_with_two_attributes_in_one_part() -> Scenario:
    base = make(x509.Name([x509.RelativeDistinguishedName(list(named("Joined")))]), ca=True)
    return offer(make("Leaf", base), trust=[base])


@scenario
def intermediate_with_empty_subject() -> Scenario:
    middle = make(x509.Name([]), root(), ca=True, key=ec_key("empty"))
    return offer(make("Leaf", middle), middle, trust=[root()])


@scenario
def root_with_empty_subject() -> Scenario:
    base = make(x509.Name([]), ca=True, key=ec_key("empty"))
    return offer(make("Leaf", base), trust=[base])


@scenario
def policy_demanded_and_there() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    middle = make("Demanding", root(), ca=True, more=[policies(GOLD), (demand, True)])
    return offer(make("Leaf of Demanding", middle, more=[policies(GOLD)]), middle, trust=[root()])


@scenario
def policy_demanded_and_none_there() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    middle = make("Demanding", root(), ca=True, more=[policies(GOLD), (demand, True)])
    return offer(make("Leaf of Demanding", middle), middle, trust=[root()])


@scenario
def policy_demanded_and_another_there() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    middle = make("Demanding", root(), ca=True, more=[policies(GOLD), (demand, True)])
    return offer(make("Leaf of Demanding", middle, more=[policies(SILVER)]), middle, trust=[root()])


@scenario
def policy_demanded_and_another_there_of_an_authority_for_any() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    middle = make("Demanding", root(), ca=True, more=[policies(ANY), (demand, True)])
    return offer(make("Leaf of Demanding", middle, more=[policies(SILVER)]), middle, trust=[root()])


@scenario
def policy_demanded_after_one_more() -> Scenario:
    demand = x509.PolicyConstraints(1, None)
    middle = make("Patient", root(), ca=True, more=[policies(GOLD), (demand, True)])
    return offer(make("Leaf of Patient", middle), middle, trust=[root()])


@scenario
def policy_demanded_after_two_more() -> Scenario:
    demand = x509.PolicyConstraints(2, None)
    middle = make("Patient", root(), ca=True, more=[policies(GOLD), (demand, True)])
    return offer(make("Leaf of Patient", middle), middle, trust=[root()])


@scenario
def policy_demanded_by_the_leaf_itself() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    return offer(make("Leaf", root(), more=[(demand, True)]), trust=[root()])


@scenario
def policy_demanded_by_the_root() -> Scenario:
    base = make("Demanding Root", ca=True, more=[policies(GOLD), (x509.PolicyConstraints(0, None), True)])
    return offer(make("Leaf of Demanding Root", base), trust=[base])


@scenario
def policy_any_inhibited() -> Scenario:
    demand = x509.PolicyConstraints(0, None)
    more = [policies(GOLD), (demand, True), (x509.InhibitAnyPolicy(0), True)]
    middle = make("Strict", root(), ca=True, more=more)
    return offer(make("Leaf of Strict", middle, more=[policies(ANY)]), middle, trust=[root()])


@scenario
def policy_any_allowed() -> Scenario:
    more = [policies(GOLD), (x509.PolicyConstraints(0, None), True)]
    middle = make("Lax", root(), ca=True, more=more)
    return offer(make("Leaf of Lax", middle, more=[policies(ANY)]), middle, trust=[root()])


@scenario
def policy_inhibited_without_demand() -> Scenario:
    middle = make("Inhibiting", root(), ca=True, more=[policies(GOLD), (x509.InhibitAnyPolicy(0), True)])
    return offer(make("Leaf of Inhibiting", middle, more=[policies(ANY)]), middle, trust=[root()])


@scenario
def policy_mapped() -> Scenario:
    # PolicyMappings: gold of the upper authority is silver of the lower one
    mapping = der.sequence(der.sequence(*(der.object_identifier(oid.dotted_string) for oid in (GOLD, SILVER))))
    mapped = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), mapping)
    more = [policies(GOLD), (x509.PolicyConstraints(0, None), True), (mapped, True)]
    middle = make("Mapping", root(), ca=True, more=more)
    return offer(make("Leaf of Mapping", middle, more=[policies(SILVER)]), middle, trust=[root()])


@scenario
def policy_mapped_and_the_leaf_has_the_old_one() -> Scenario:
    mapping = der.sequence(der.sequence(*(der.object_identifier(oid.dotted_string) for oid in (GOLD, SILVER))))
    mapped = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), mapping)
    more = [policies(GOLD), (x509.PolicyConstraints(0, None), True), (mapped, True)]
    middle = make("Mapping", root(), ca=True, more=more)
    return offer(make("Leaf of Mapping", middle, more=[policies(GOLD)]), middle, trust=[root()])


@scenario
def netscape_type_of_the_leaf_is_client_only() -> Scenario:
    client = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.16.840.1.113730.1.1"), bytes.fromhex("03020780"))
    return offer(make("Leaf", root(), more=[(client, False)]), trust=[root()])


@scenario
def netscape_type_of_the_intermediate_is_no_authority() -> Scenario:
    client = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.16.840.1.113730.1.1"), bytes.fromhex("03020780"))
    middle = make("Netscape", root(), ca=True, more=[(client, False)])
    return offer(make("Leaf of Netscape", middle), middle, trust=[root()])


@scenario
def netscape_type_of_the_root_is_no_authority() -> Scenario:
    client = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.16.840.1.113730.1.1"), bytes.fromhex("03020780"))
    base = make("Netscape Root", ca=True, more=[(client, False)])
    return offer(make("Leaf of Netscape Root", base), trust=[base])


@scenario
def revocation_list_that_nobody_can_reach() -> Scenario:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://127.0.0.1:9/crl")], None, None, None)
    return offer(make("Leaf", root(), more=[(x509.CRLDistributionPoints([point]), False)]), trust=[root()])


@scenario
def must_staple() -> Scenario:
    staple = x509.TLSFeature([x509.TLSFeatureType.status_request])
    return offer(make("Leaf", root(), more=[(staple, False)]), trust=[root()])


@scenario
def must_staple_critical() -> Scenario:
    staple = x509.TLSFeature([x509.TLSFeatureType.status_request])
    return offer(make("Leaf", root(), more=[(staple, True)]), trust=[root()])
