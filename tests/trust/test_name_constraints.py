"""Name constraints of RFC 5280, section 4.2.1.10; what OpenSSL and Java add to them is in their own tests."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.trust.scenarios.builder import make
from zowe_certs_kernel.trust.name_constraints import constraint_problem, shown_names

Names = Sequence[str]


def general_name(name: str, *, subtree: bool = False) -> x509.GeneralName:
    kind, _, value = name.partition(":")
    if kind == "ip":
        return x509.IPAddress(ipaddress.ip_network(value) if subtree else ipaddress.ip_address(value))
    if kind == "dir":
        return x509.DirectoryName(x509.Name.from_rfc4514_string(value))
    if kind == "other":
        return x509.OtherName(x509.ObjectIdentifier("1.2.3.4"), b"\x04\x01a")
    kinds: dict[str, Callable[[str], x509.GeneralName]] = {
        "dns": x509.DNSName,
        "email": x509.RFC822Name,
        "uri": x509.UniformResourceIdentifier,
    }
    return kinds[kind](value)


def constraints(*, permitted: Names = (), excluded: Names = ()) -> x509.NameConstraints:
    return x509.NameConstraints(
        [general_name(name, subtree=True) for name in permitted] or None,
        [general_name(name, subtree=True) for name in excluded] or None,
    )


def certificate(subject: str = "CN=Leaf,O=Example", *names: str) -> x509.Certificate:
    found = x509.SubjectAlternativeName([general_name(name) for name in names])
    more = [(found, False)] if names else []
    return x509.load_der_x509_certificate(make(x509.Name.from_rfc4514_string(subject), names=None, more=more).der)


@pytest.mark.parametrize(
    ("subtree", "name", "within"),
    [
        ("dns:example.com", "dns:example.com", True),
        ("dns:example.com", "dns:ZOS1.example.COM", True),
        ("dns:example.com", "dns:myexample.com", False),
        ("dns:.example.com", "dns:zos1.example.com", True),
        ("dns:.example.com", "dns:example.com", False),
        ("dns:", "dns:anything.example.org", True),
        ("dns:zos1.example.com", "dns:example.com", False),
        ("ip:192.0.2.0/24", "ip:192.0.2.10", True),
        ("ip:192.0.2.0/24", "ip:198.51.100.1", False),
        ("ip:2001:db8::/32", "ip:2001:db8::1", True),
        ("ip:0.0.0.0/0", "ip:2001:db8::1", False),
        ("email:example.com", "email:alice@EXAMPLE.com", True),
        ("email:example.com", "email:alice@mail.example.com", False),
        ("email:.example.com", "email:alice@mail.example.com", True),
        ("email:.example.com", "email:alice@example.com", False),
        ("email:alice@example.com", "email:alice@example.com", True),
        ("email:alice@example.com", "email:Alice@example.com", False),
        ("uri:example.com", "uri:https://example.com:7554/ui", True),
        ("uri:example.com", "uri:https://zos1.example.com/", False),
        ("uri:.example.com", "uri:https://zos1.example.com/", True),
        ("dir:O=Example", "dir:CN=a,O=Example", True),
        ("dir:O=big example", "dir:CN=a,O=BIG  Example", True),
        ("dir:CN=b,O=Example", "dir:CN=a,O=Example", False),
        ("dir:O=Elsewhere", "dir:O=Example", False),
    ],
)
class TestASubtree:
    def test_permits_only_the_names_within(self, subtree: str, name: str, within: bool) -> None:
        subject = "" if subtree.startswith("dir:") else "CN=Leaf"
        problem = constraint_problem(constraints(permitted=[subtree]), certificate(subject, name))
        assert ("outside of what is permitted" not in problem) is within, problem
        assert (problem == "") is within

    def test_excludes_the_names_within(self, subtree: str, name: str, within: bool) -> None:
        subject = "" if subtree.startswith("dir:") else "CN=Leaf"
        problem = constraint_problem(constraints(excluded=[subtree]), certificate(subject, name))
        assert ("is within the excluded" in problem) is within
        assert (problem != "") is within


class TestNames:
    def test_of_a_kind_that_is_not_constrained_are_free(self) -> None:
        assert constraint_problem(constraints(permitted=["dns:a.example"]), certificate("CN=b", "ip:192.0.2.1")) == ""

    def test_need_one_permitted_subtree_of_several(self) -> None:
        allowed = constraints(permitted=["dns:a.example", "dns:b.example"])
        assert constraint_problem(allowed, certificate("CN=x", "dns:b.example")) == ""
        assert "dns:c.example" in constraint_problem(allowed, certificate("CN=x", "dns:b.example", "dns:c.example"))

    def test_are_forbidden_by_what_is_excluded_even_if_permitted(self) -> None:
        both = constraints(permitted=["dns:example.com"], excluded=["dns:zos1.example.com"])
        assert constraint_problem(both, certificate("CN=x", "dns:zos2.example.com")) == ""
        assert "excluded dns:zos1" in constraint_problem(both, certificate("CN=x", "dns:zos1.example.com"))

    def test_of_the_subject_count_as_a_directory_name(self) -> None:
        problem = constraint_problem(constraints(permitted=["dir:O=Elsewhere"]), certificate("CN=x,O=Example"))
        assert problem == "its name directory:CN=x,O=Example is outside of what is permitted (directory:O=Elsewhere)"

    def test_that_cannot_be_compared_are_refused(self) -> None:
        for subtree, name in (("other:", "other:"), ("uri:example.com", "uri:urn:x"), ("email:a.example", "email:a")):
            problem = constraint_problem(constraints(excluded=[subtree]), certificate("CN=x", name))
            assert "cannot be checked" in problem, name

    def test_too_many_of_them_are_refused_before_they_are_compared(self) -> None:
        many = constraints(excluded=[f"dns:n{number}.example" for number in range(300)])
        leaf = certificate("CN=x", *[f"dns:m{number}.example" for number in range(300)])
        assert "too many" in constraint_problem(many, leaf)


class TestTheSubject:
    MAILBOX = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "x"), x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@b.example")]
    )

    def mailed(self, *names: str) -> x509.Certificate:
        return x509.load_der_x509_certificate(make(self.MAILBOX, names=names or None).der)

    def test_is_a_mailbox_where_there_are_no_alternative_names(self) -> None:
        allowed = constraints(permitted=["email:other.example"])
        assert "email:a@b.example" in constraint_problem(allowed, self.mailed())
        assert constraint_problem(allowed, self.mailed("dns:b.example")) == ""

    def test_is_a_mailbox_always_if_asked_for(self) -> None:
        allowed = constraints(permitted=["email:other.example"])
        assert "email:a@b.example" in constraint_problem(allowed, self.mailed("dns:b.example"), every_email=True)

    @pytest.mark.parametrize(
        ("name", "names", "counts"),
        [
            ("zos1.example.com", (), True),
            ("under_score.example.com", ("ip:192.0.2.1",), True),
            ("zos1.example.com", ("dns:a.example.org",), False),
            ("Zowe Service", (), False),
            ("localhost", (), False),
            ("-a.example.com", (), False),
            ("a..example.com", (), False),
        ],
    )
    def test_is_a_host_name_if_asked_for_and_it_looks_like_one(self, name: str, names: Names, counts: bool) -> None:
        leaf, allowed = certificate(f"CN={name}", *names), constraints(permitted=["dns:example.org"])
        assert constraint_problem(allowed, leaf) == ""
        assert (constraint_problem(allowed, leaf, common_name=True) != "") is counts


class TestShownNames:
    def test_tell_three_and_how_many_more(self) -> None:
        assert shown_names("abc") == "a, b, c"
        assert shown_names("abcde") == "a, b, c and 2 more"

    def test_are_cut_in_the_middle(self) -> None:
        shown = shown_names([f"{'a' * 100}{'b' * 100}"])
        assert len(shown) == 60
        assert (shown[0], shown[-1]) == ("a", "b")

    def test_stand_on_one_line(self) -> None:
        assert shown_names(["a\nb\u202ec\0"]) == "a\ufffdb\ufffdc\ufffd"
