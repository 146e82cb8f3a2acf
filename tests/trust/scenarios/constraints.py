"""What names an authority may sign for (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

import ipaddress

from cryptography import x509

from tests.trust.scenarios.builder import HOST, Party, ec_key, make, named
from tests.trust.scenarios.names import named_leaf
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario


def constrained(
    permitted: list[x509.GeneralName] | None = None,
    excluded: list[x509.GeneralName] | None = None,
    *,
    critical: bool = True,
    base: bool = False,
) -> Party:
    """A root or an intermediate that may not sign for every name."""
    limits = x509.NameConstraints(permitted or None, excluded or None)
    name = "Narrow Root" if base else "Narrow"
    return make(name, None if base else root(), ca=True, more=[(limits, critical)])


def below(authority: Party, leaf: Party, hosts: tuple[str, ...] = (HOST,)) -> Scenario:
    is_root = authority.subject == named("Narrow Root")
    return offer(leaf, *([] if is_root else [authority]), trust=[authority if is_root else root()], hosts=hosts)


def dns(name: str) -> list[x509.GeneralName]:
    return [x509.DNSName(name)]


def network(text: str) -> list[x509.GeneralName]:
    return [x509.IPAddress(ipaddress.ip_network(text))]


def directory(organization: str) -> list[x509.GeneralName]:
    return [x509.DirectoryName(named("", organization))]


@scenario
def constraint_permits_the_dns_name() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_another_dns_name() -> Scenario:
    authority = constrained(dns("example.org"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_another_dns_name_and_is_not_critical() -> Scenario:
    authority = constrained(dns("example.org"), critical=False)
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_excludes_the_dns_name() -> Scenario:
    authority = constrained(None, dns("example.com"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_excludes_another_dns_name() -> Scenario:
    authority = constrained(None, dns("example.org"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_and_excludes() -> Scenario:
    authority = constrained(dns("example.com"), dns(HOST))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_one_of_two_dns_names() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf(f"dns:{HOST}", "dns:zos1.example.org", by=authority))


@scenario
def constraint_permits_a_name_that_only_ends_alike() -> Scenario:
    authority = constrained(dns("ample.com"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_begins_with_a_dot() -> Scenario:
    authority = constrained(dns(".example.com"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_begins_with_a_dot_and_the_name_is_the_domain() -> Scenario:
    authority = constrained(dns(".example.com"))
    return below(authority, named_leaf("dns:example.com", by=authority), ("example.com",))


@scenario
def constraint_in_upper_case() -> Scenario:
    authority = constrained(dns("EXAMPLE.com"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_is_empty_and_excludes_all() -> Scenario:
    authority = constrained(None, dns(""))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_dns_and_cn_is_elsewhere_without_san() -> Scenario:
    authority = constrained(dns("example.org"))
    return below(authority, named_leaf(common_name=HOST, by=authority))


@scenario
def constraint_permits_dns_and_cn_is_within_without_san() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf(common_name=HOST, by=authority))


@scenario
def constraint_excludes_the_cn_without_san() -> Scenario:
    authority = constrained(None, dns("example.com"))
    return below(authority, named_leaf(common_name=HOST, by=authority))


@scenario
def constraint_on_a_wildcard_name() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf("dns:*.example.com", by=authority))


@scenario
def constraint_permits_one_host_and_the_name_is_a_wildcard() -> Scenario:
    authority = constrained(dns(HOST))
    return below(authority, named_leaf("dns:*.example.com", by=authority))


@scenario
def constraint_excludes_one_host_and_the_name_is_a_wildcard() -> Scenario:
    authority = constrained(None, dns(HOST))
    return below(authority, named_leaf("dns:*.example.com", by=authority))


@scenario
def constraint_permits_the_address() -> Scenario:
    authority = constrained(network("192.0.2.0/24"))
    return below(authority, named_leaf("ip:192.0.2.10", by=authority), ("192.0.2.10",))


@scenario
def constraint_permits_another_network() -> Scenario:
    authority = constrained(network("198.51.100.0/24"))
    return below(authority, named_leaf("ip:192.0.2.10", by=authority), ("192.0.2.10",))


@scenario
def constraint_permits_version_4_and_the_address_is_of_version_6() -> Scenario:
    authority = constrained(network("192.0.2.0/24"))
    return below(authority, named_leaf("ip:2001:db8::10", by=authority), ("2001:db8::10",))


@scenario
def constraint_excludes_the_network() -> Scenario:
    authority = constrained(None, network("192.0.2.0/24"))
    return below(authority, named_leaf("ip:192.0.2.10", by=authority), ("192.0.2.10",))


@scenario
def constraint_permits_addresses_and_there_is_none() -> Scenario:
    authority = constrained(network("198.51.100.0/24"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_the_directory_name() -> Scenario:
    authority = constrained(directory("Example"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_the_directory_name_in_other_case() -> Scenario:
    authority = constrained(directory("EXAMPLE"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_permits_another_directory_name() -> Scenario:
    authority = constrained(directory("Elsewhere"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_excludes_the_directory_name() -> Scenario:
    authority = constrained(None, directory("Example"))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_of_the_root_permits_another_dns_name() -> Scenario:
    authority = constrained(dns("example.org"), base=True)
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_of_the_root_excludes_the_dns_name() -> Scenario:
    authority = constrained(None, dns("example.com"), base=True, critical=False)
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_of_the_root_above_an_intermediate() -> Scenario:
    authority = constrained(dns("example.org"), base=True)
    middle = make("Below Narrow", authority, ca=True)
    return offer(named_leaf(f"dns:{HOST}", by=middle), middle, trust=[authority])


@scenario
def constraint_of_an_upper_intermediate() -> Scenario:
    upper = constrained(dns("example.org"))
    lower = make("Below Narrow", upper, ca=True)
    return offer(named_leaf(f"dns:{HOST}", by=lower), lower, upper, trust=[root()])


@scenario
def constraints_of_two_that_leave_nothing() -> Scenario:
    upper = constrained(dns("example.org"))
    lower = make("Below", upper, ca=True, more=[(x509.NameConstraints(dns("example.com"), None), True)])
    return offer(named_leaf(f"dns:{HOST}", by=lower), lower, upper, trust=[root()])


@scenario
def constraints_of_two_that_both_permit() -> Scenario:
    upper = constrained(dns("example.com"))
    lower = make("Below", upper, ca=True, more=[(x509.NameConstraints(dns(HOST), None), True)])
    return offer(named_leaf(f"dns:{HOST}", by=lower), lower, upper, trust=[root()])


@scenario
def constraint_of_the_lower_is_wider() -> Scenario:
    upper = constrained(dns(HOST))
    lower = make("Below", upper, ca=True, more=[(x509.NameConstraints(dns("example.com"), None), True)])
    return offer(named_leaf("dns:zos2.example.com", by=lower), lower, upper, trust=[root()], hosts=["zos2.example.com"])


@scenario
def constraint_on_email_addresses() -> Scenario:
    authority = constrained([x509.RFC822Name("example.org")])
    return below(authority, named_leaf(f"dns:{HOST}", "email:a@example.com", by=authority))


@scenario
def constraint_on_addresses_of_the_web() -> Scenario:
    authority = constrained([x509.UniformResourceIdentifier("example.org")])
    return below(authority, named_leaf(f"dns:{HOST}", "uri:https://example.com/x", by=authority))


@scenario
def constraint_in_a_leaf() -> Scenario:
    limits = x509.NameConstraints(dns("example.org"), None)
    return offer(make("Leaf", root(), more=[(limits, True)]), trust=[root()])


@scenario
def constraint_is_empty_and_permits_all() -> Scenario:
    authority = constrained(dns(""))
    return below(authority, named_leaf(f"dns:{HOST}", by=authority))


@scenario
def constraint_on_dns_and_the_leaf_has_an_address_and_a_cn_of_one_label() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf("ip:192.0.2.10", by=authority), ("192.0.2.10",))


@scenario
def constraint_on_dns_and_the_leaf_has_an_address_and_a_cn_with_a_blank() -> Scenario:
    authority = constrained(dns("example.com"))
    leaf = named_leaf("ip:192.0.2.10", common_name="Our Leaf", by=authority)
    return below(authority, leaf, ("192.0.2.10",))


@scenario
def constraint_on_addresses_and_the_cn_is_another_address() -> Scenario:
    authority = constrained(network("192.0.2.0/24"))
    return below(authority, named_leaf(f"dns:{HOST}", common_name="198.51.100.1", by=authority))


@scenario
def constraint_on_dns_and_the_cn_has_an_underscore() -> Scenario:
    authority = constrained(dns("example.com"))
    return below(authority, named_leaf("ip:192.0.2.10", common_name="our_leaf", by=authority), ("192.0.2.10",))


@scenario
def constraints_of_two_whose_names_are_no_hosts_both_permit() -> Scenario:
    upper = constrained(dns("example.com"))
    lower = make("Below It", upper, ca=True, more=[(x509.NameConstraints(dns(HOST), None), True)])
    return offer(named_leaf(f"dns:{HOST}", by=lower), lower, upper, trust=[root()])


@scenario
def constraint_on_email_and_the_subject_has_another() -> Scenario:
    authority = constrained([x509.RFC822Name("example.org")])
    email = x509.NameAttribute(x509.NameOID.EMAIL_ADDRESS, "a@example.com")
    return below(authority, make(x509.Name([*named("Leaf"), email]), authority, names=None))


@scenario
def constraint_not_for_a_self_issued_intermediate() -> Scenario:
    upper = constrained(dns("example.com"))
    rolled = make(named("Narrow"), upper, ca=True, key=ec_key("narrow new"))
    return offer(named_leaf(f"dns:{HOST}", by=rolled), rolled, upper, trust=[root()])
