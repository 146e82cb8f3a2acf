"""Host names as Java takes them; ``tests/java/test_trust_scenarios.py`` holds the same against Java itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.trust.scenarios import SCENARIOS, facts_of
from tests.trust.scenarios.builder import HOST, make
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.trust.java_host import java_host_problem


def leaf(*names: str, common_name: str = "Leaf") -> CertificateFacts:
    """With these alternative names, whatever they are."""
    return replace(facts_of(make(common_name, names=None).der), san=names)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("*.example.com", HOST),
        ("zos*.example.com", HOST),
        ("*1.example.com", HOST),
        ("z*s*.example.com", HOST),
        ("*.com", "example.com"),
        ("ZOS1.EXAMPLE.COM", HOST),
        (HOST, f"{HOST}."),
        ("xn--bcher-kva.example", "b\u00fccher.example"),
        ("b*.example", "xn--bcher-kva.example"),
    ],
)
def test_name_is_taken(pattern: str, host: str) -> None:
    assert java_host_problem(leaf(f"dns:{pattern}"), host) == ""


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("*.example.com", "example.com"),
        ("*.example.com", "a.b.example.com"),
        ("*", "localhost"),
        ("*.", "localhost."),
        ("zos1.example.*", HOST),
        ("zos1.*", HOST),
        (f"{HOST}.", HOST),
        ("zos1.example.com\0.example.org", HOST),
        ("192.0.2.10", "192.0.2.10"),
        ("", HOST),
        ("." * 300, HOST),
        ("*" * 5_000, HOST),
        (f"{'a*' * 400}.example.com", f"{'a' * 60}.example.com"),
    ],
)
def test_name_is_refused(pattern: str, host: str) -> None:
    assert java_host_problem(leaf(f"dns:{pattern}"), host)


@pytest.mark.parametrize("host", ["", ".", "a..b", "-a.example.com", "a_b.example.com", "x" * 64, "x." * 2_000, "a b"])
def test_what_is_no_host_name_is_told(host: str) -> None:
    assert "is not a name that a Java client can ask for" in java_host_problem(leaf("dns:*.example.com"), host)


def test_asterisk_in_a_later_label_is_for_java_17_alone() -> None:
    for name in ("wildcard two labels deep", "wildcard in the second label"):
        scenario = SCENARIOS[name]()
        host = scenario.hosts[0]
        assert java_host_problem(scenario.chain_facts[0], host) == ""
        assert java_host_problem(scenario.chain_facts[0], host, newer=True)


def test_cn_counts_only_without_dns_names() -> None:
    assert java_host_problem(leaf(common_name=HOST), HOST) == ""
    assert java_host_problem(leaf("ip:192.0.2.10", common_name=HOST), HOST) == ""
    assert java_host_problem(leaf("dns:other.example.com", common_name=HOST), HOST)


@pytest.mark.parametrize("address", ["192.0.2.10", "1", "1.1"])
def test_cn_is_never_an_address(address: str) -> None:
    assert java_host_problem(leaf(common_name=address), address)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("192.0.2.10", "192.0.2.10"),
        ("2001:db8::10", "2001:0DB8:0::10"),
        ("2001:db8::10", "[2001:db8::10]"),
        ("192.0.2.10", "::ffff:192.0.2.10"),
        ("127.0.0.1", "127.1"),
        ("127.0.0.1", "127.0.01"),
        ("0.0.0.1", "1"),
    ],
)
def test_address_is_taken_however_it_is_written(address: str, host: str) -> None:
    assert java_host_problem(leaf(f"ip:{address}"), host) == ""


@pytest.mark.parametrize("name", ["ip:192.0.2.11", "ip:not an address", "ip:192.0.2.0/24", "dns:192.0.2.10"])
def test_other_addresses_are_refused(name: str) -> None:
    assert java_host_problem(leaf(name), "192.0.2.10")


def test_listing_that_shows_no_names_tells_nothing() -> None:
    listed = replace(leaf(common_name=HOST), der=b"")
    assert java_host_problem(listed, HOST) == f"whether CN={HOST} is for {HOST} cannot be told from a listing"


def test_refusal_names_the_certificate_the_host_and_what_there_is() -> None:
    told = java_host_problem(leaf("dns:a.example.com", "dns:b.example.com"), HOST)
    assert told == f"CN=Leaf is not for {HOST}: of DNS names it has a.example.com, b.example.com"
    assert java_host_problem(leaf("email:a@example.com"), HOST) == f"CN=Leaf is not for {HOST}: of names it has Leaf"
