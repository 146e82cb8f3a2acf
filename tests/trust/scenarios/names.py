"""For which names: alternative names, wildcards, addresses, and what an authority may sign for."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from tests.trust.scenarios.builder import HOST, Party, make, named
from tests.trust.scenarios.paths import root
from tests.trust.scenarios.scenario import Scenario, offer, scenario

OTHER = "other.example.com"


def named_leaf(*names: str, common_name: str = "Leaf", by: Party | None = None) -> Party:
    return make(common_name, by or root(), names=names or None)


@scenario
def no_san_and_cn_is_the_host() -> Scenario:
    return offer(named_leaf(common_name=HOST), trust=[root()], hosts=[HOST, HOST.upper(), OTHER])


@scenario
def no_san_and_cn_is_something_else() -> Scenario:
    return offer(named_leaf(), trust=[root()], hosts=[HOST, "Leaf"])


@scenario
def no_san_and_cn_is_an_address() -> Scenario:
    return offer(named_leaf(common_name="192.0.2.10"), trust=[root()], hosts=["192.0.2.10"])


@scenario
def no_san_and_cn_is_a_wildcard() -> Scenario:
    return offer(named_leaf(common_name="*.example.com"), trust=[root()], hosts=[HOST, "a.b.example.com"])


@scenario
def no_san_and_two_common_names() -> Scenario:
    name = x509.Name([*named("first.example.com"), *named("second.example.com")])
    leaf = make(name, root(), names=None)
    return offer(leaf, trust=[root()], hosts=["first.example.com", "second.example.com"])


@scenario
def no_san_and_no_common_name() -> Scenario:
    return offer(make(named(""), root(), names=None), trust=[root()], hosts=[HOST, "Example"])


@scenario
def san_is_another_name_and_cn_is_the_host() -> Scenario:
    return offer(named_leaf(f"dns:{OTHER}", common_name=HOST), trust=[root()], hosts=[HOST, OTHER])


@scenario
def san_without_dns_names_and_cn_is_the_host() -> Scenario:
    leaf = named_leaf("email:a@example.com", "uri:https://zos1.example.com", common_name=HOST)
    return offer(leaf, trust=[root()], hosts=[HOST])


@scenario
def san_with_address_only_and_cn_is_the_host() -> Scenario:
    return offer(named_leaf("ip:192.0.2.10", common_name=HOST), trust=[root()], hosts=[HOST, "192.0.2.10"])


@scenario
def wildcard() -> Scenario:
    hosts = [HOST, "ZOS1.EXAMPLE.COM", "example.com", "a.b.example.com", "zos1.example.org", "192.0.2.10"]
    return offer(named_leaf("dns:*.example.com"), trust=[root()], hosts=hosts)


@scenario
def wildcard_two_labels_deep() -> Scenario:
    return offer(named_leaf("dns:*.*.example.com"), trust=[root()], hosts=["a.b.example.com", HOST])


@scenario
def wildcard_in_the_second_label() -> Scenario:
    return offer(named_leaf("dns:zos1.*.com"), trust=[root()], hosts=[HOST])


@scenario
def wildcard_of_a_top_level_domain() -> Scenario:
    return offer(named_leaf("dns:*.com"), trust=[root()], hosts=["example.com", HOST])


@scenario
def wildcard_alone() -> Scenario:
    return offer(named_leaf("dns:*"), trust=[root()], hosts=["localhost", HOST])


@scenario
def wildcard_of_a_country_domain() -> Scenario:
    return offer(named_leaf("dns:*.co.uk"), trust=[root()], hosts=["example.co.uk"])


@scenario
def wildcard_in_part_of_a_label() -> Scenario:
    hosts = [HOST, "zos12.example.com", "zos.example.com", "azos1.example.com"]
    return offer(named_leaf("dns:zos*.example.com"), trust=[root()], hosts=hosts)


@scenario
def wildcard_in_the_middle_of_a_label() -> Scenario:
    return offer(named_leaf("dns:z*1.example.com"), trust=[root()], hosts=[HOST, "z1.example.com", "zos2.example.com"])


@scenario
def wildcard_before_a_local_domain() -> Scenario:
    return offer(named_leaf("dns:*.local"), trust=[root()], hosts=["zos1.local"])


@scenario
def upper_case_name() -> Scenario:
    return offer(named_leaf("dns:ZOS1.Example.COM"), trust=[root()], hosts=[HOST, "Zos1.EXAMPLE.com"])


@scenario
def name_with_a_dot_at_its_end() -> Scenario:
    return offer(named_leaf("dns:zos1.example.com."), trust=[root()], hosts=[HOST])


@scenario
def host_with_a_dot_at_its_end() -> Scenario:
    return offer(named_leaf(f"dns:{HOST}"), trust=[root()], hosts=[f"{HOST}."])


@scenario
def host_with_an_underscore() -> Scenario:
    return offer(named_leaf("dns:zos_1.example.com"), trust=[root()], hosts=["zos_1.example.com"])


@scenario
def host_of_one_label() -> Scenario:
    return offer(named_leaf("dns:localhost"), trust=[root()], hosts=["localhost", "localhost.localdomain"])


@scenario
def address_as_dns_name() -> Scenario:
    return offer(named_leaf("dns:192.0.2.10"), trust=[root()], hosts=["192.0.2.10"])


@scenario
def address_as_dns_name_and_other_address() -> Scenario:
    return offer(named_leaf("dns:192.0.2.10", "ip:192.0.2.11"), trust=[root()], hosts=["192.0.2.10", "192.0.2.11"])


@scenario
def address() -> Scenario:
    return offer(named_leaf("ip:192.0.2.10"), trust=[root()], hosts=["192.0.2.10", "192.0.2.11", HOST])


@scenario
def address_of_version_6() -> Scenario:
    hosts = ["2001:db8::10", "2001:0db8:0:0:0:0:0:10", "2001:DB8::10", "2001:db8::11"]
    return offer(named_leaf("ip:2001:db8::10"), trust=[root()], hosts=hosts)


@scenario
def idna_name() -> Scenario:
    hosts = ["xn--bcher-kva.example", "b\u00fccher.example", "XN--BCHER-KVA.example"]
    return offer(named_leaf("dns:xn--bcher-kva.example"), trust=[root()], hosts=hosts)


@scenario
def wildcard_above_an_idna_name() -> Scenario:
    return offer(named_leaf("dns:*.example"), trust=[root()], hosts=["xn--bcher-kva.example", "b\u00fccher.example"])


@scenario
def idna_wildcard() -> Scenario:
    return offer(named_leaf("dns:xn--*.example"), trust=[root()], hosts=["xn--bcher-kva.example"])


@scenario
def san_is_an_empty_list() -> Scenario:
    empty = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x00")
    leaf = make(HOST, root(), names=None, more=[(empty, False)])
    return offer(leaf, trust=[root()], hosts=[HOST])


@scenario
def san_critical() -> Scenario:
    san = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    return offer(make("Leaf", root(), names=None, more=[(san, True)]), trust=[root()])


@scenario
def san_critical_and_subject_empty() -> Scenario:
    san = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    return offer(make(x509.Name([]), root(), names=None, more=[(san, True)]), trust=[root()])


@scenario
def san_not_critical_and_subject_empty() -> Scenario:
    return offer(make(x509.Name([]), root()), trust=[root()])


@scenario
def many_names() -> Scenario:
    return offer(named_leaf(*(f"dns:host{n}.example.com" for n in range(200)), f"dns:{HOST}"), trust=[root()])


@scenario
def address_asked_for_as_one_of_version_6() -> Scenario:
    return offer(named_leaf("ip:192.0.2.10"), trust=[root()], hosts=["::ffff:192.0.2.10", "192.0.2.10"])


@scenario
def names_in_which_the_wildcard_is_of_unicode() -> Scenario:
    hosts = ["xn--bcher-kva.example", "b\u00fccher.example", "beh\u00f6rde.example"]
    return offer(named_leaf("dns:b*.example"), trust=[root()], hosts=hosts)


@scenario
def host_that_is_no_name() -> Scenario:
    return offer(named_leaf("dns:*.example.com"), trust=[root()], hosts=["-zos1.example.com", "zos1..example.com"])


@scenario
def cn_that_is_not_normalized() -> Scenario:
    return offer(named_leaf(common_name="\uff5aos1.example.com"), trust=[root()], hosts=[HOST])


@scenario
def san_of_the_cn_with_blanks() -> Scenario:
    return offer(named_leaf(common_name="Zowe Service"), trust=[root()], hosts=["Zowe Service", "zowe"])


@scenario
def two_wildcards_in_a_label() -> Scenario:
    hosts = [HOST, "zxsx1.example.com", "zs.example.com", "szos.example.com"]
    return offer(named_leaf("dns:z*s*.example.com"), trust=[root()], hosts=hosts)


@scenario
def address_asked_for_in_its_short_form() -> Scenario:
    hosts = ["127.1", "127.0.1", "2130706433", "127.0.0.1", "256", "127.256"]
    return offer(named_leaf("ip:127.0.0.1", "dns:256"), trust=[root()], hosts=hosts)
