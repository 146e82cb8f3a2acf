"""Which names a certificate is for: the rules of RFC 6125 here; Python, Node and curl are asked in tests/clients."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.trust.host_cases import Names, of_dns
from zowe_certs_kernel.trust.host_names import (
    curl_host_problem,
    node_host_problem,
    openssl_host_problem,
    rfc_host_problem,
)

HOST = "zos1.example.com"
ALL = (rfc_host_problem, openssl_host_problem, node_host_problem, curl_host_problem)


def certificate(*names: str, common_name: str = HOST) -> Names:
    return Names((common_name,), names or None, ())


@pytest.mark.parametrize(
    ("name", "host", "taken"),
    [
        ("dns:zos1.example.com", HOST, True),
        ("dns:zos1.example.com", "ZOS1.Example.COM", True),
        ("dns:zos1.example.com", "zos1.example.com.", True),
        ("dns:zos1.example.com", "zos2.example.com", False),
        ("dns:*.example.com", HOST, True),
        ("dns:*.example.com", "a.zos1.example.com", False),
        ("dns:*.example.com", "example.com", False),
        ("dns:z*.example.com", HOST, False),
        ("dns:zos1.*.com", HOST, False),
        ("dns:*.*.com", HOST, False),
        ("dns:*.com", "example.com", False),
        ("dns:*", "localhost", False),
        ("dns:localhost", "localhost", True),
        ("dns:*.example.com", "xn--bcher-kva.example.com", False),
        ("dns:xn--bcher-kva.example.com", "bücher.example.com", True),
        ("dns:xn--bcher-kva.example.com", "Bücher.example.com", True),
        ("dns:xn--strae-oqa.example.com", "straße.example.com", True),
        ("ip:192.0.2.10", "192.0.2.10", True),
        ("ip:192.0.2.10", "192.0.2.11", False),
        ("ip:2001:db8::1", "2001:0db8:0::1", True),
        ("dns:192.0.2.10", "192.0.2.10", False),
        ("email:a@zos1.example.com", HOST, False),
    ],
)
def test_the_rfc_takes_what_is_among_the_alternative_names(name: str, host: str, taken: bool) -> None:
    assert (rfc_host_problem(certificate(name).facts, host) == "") is taken


def test_the_rfc_passes_over_the_common_name_and_says_so() -> None:
    problem = rfc_host_problem(certificate().facts, HOST)
    assert problem == f"the certificate has no alternative names, which alone count for {HOST}; its CN is {HOST}"


@pytest.mark.parametrize("odd", ["dns:*.com", "uri:https://host:1:2/", "dns:1", "dns: ", "email:nobody", "dns:a\0b"])
def test_an_odd_name_hides_no_other(odd: str) -> None:
    for problem in ALL:
        assert problem(certificate(odd, "dns:localhost", "ip:127.0.0.1").facts, "localhost") == ""
        assert problem(certificate(odd, "dns:localhost", "ip:127.0.0.1").facts, "127.0.0.1") == ""


@pytest.mark.parametrize(
    "host", ["", ".", "..", " ", "a b", "*", f"{'a' * 64}.example", f"{'a.' * 200}b", "\0", "ü\ud800"]
)
def test_no_host_name_is_taken_or_breaks_anything(host: str) -> None:
    for problem in ALL:
        assert problem(certificate("dns:localhost").facts, host)
        assert problem(certificate(common_name="x").facts, host)


def test_a_refusal_lists_some_of_the_names_that_there_are() -> None:
    many = certificate(*(f"dns:n{number}.example.com" for number in range(9)))
    shown = "dns:n0.example.com, dns:n1.example.com, dns:n2.example.com and 6 more"
    assert {problem(many.facts, HOST) for problem in ALL} == {f"{HOST} is none of the certificate's names ({shown})"}


def test_names_that_could_not_be_read_are_not_taken_for_none() -> None:
    damaged = replace(certificate().facts, notes=("its extension 2.5.29.17 cannot be read: it is cut",))
    for problem in ALL:
        assert "cannot be read" in problem(damaged, HOST)


def test_a_listing_without_the_certificate_is_judged_by_what_it_shows() -> None:
    listed = replace(certificate("dns:zos2.example.com").facts, der=b"")
    unnamed = replace(listed, san=())
    for problem in ALL:
        assert problem(listed, "zos2.example.com") == ""
        assert problem(listed, HOST)
    assert [problem(unnamed, HOST) == "" for problem in ALL] == [False, True, True, True]


def test_clients_differ_where_no_dns_name_is_there() -> None:
    cases = (
        (certificate(), HOST, (False, True, True, True)),
        (certificate("ip:192.0.2.1"), HOST, (False, True, True, False)),
        (certificate(common_name="192.0.2.1"), "192.0.2.1", (False, False, False, True)),
        (of_dns("f*.example.com"), "foo.example.com", (False, False, True, False)),
        (of_dns("*.example.com"), "a_b.example.com", (True, False, True, True)),
        (of_dns("*.example.com"), "xn--bcher-kva.example.com", (False, True, True, True)),
        (of_dns("localhost"), "localhost.", (True, False, True, True)),
    )
    for names, host, taken in cases:
        assert tuple(problem(names.facts, host) == "" for problem in ALL) == taken, (names, host)
