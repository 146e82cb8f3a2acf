"""All paths to an anchor, with all that is wrong with each, in bounded work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509

from tests.trust.scenarios.builder import NOW, Party, ec_key, make, named
from tests.trust.scenarios.scenario import facts_of
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.trust.all_paths import TrustPath, trust_paths
from zowe_certs_kernel.trust.proofs import Proofs

ROOT = make("Root", ca=True)
MIDDLE = make("Middle", ROOT, ca=True)
LEAF = make("Leaf", MIDDLE)
OTHER_ROOT = make("Other Root", ca=True)
CROSSED = make("Middle", OTHER_ROOT, ca=True, key=MIDDLE.key)


class Counting(Proofs):
    """Counts the signatures that are asked for."""

    asked = 0

    def signed(self, issuer: CertificateFacts, subject: CertificateFacts) -> bool | None:
        self.asked += 1
        return super().signed(issuer, subject)


def facts(*parties: Party) -> list[CertificateFacts]:
    return [facts_of(party.der) for party in parties]


def found(
    leaf: Party,
    pool: Sequence[Party],
    anchors: Sequence[Party],
    *,
    at: dt.datetime = NOW,
    proofs: Proofs | None = None,
    most: int = 64,
) -> tuple[TrustPath, ...]:
    return trust_paths(facts_of(leaf.der), facts(*pool), facts(*anchors), at=at, proofs=proofs or Proofs(), most=most)


def names(paths: Sequence[TrustPath]) -> list[tuple[bool, str]]:
    return [(path.complete, " < ".join(one.common_name for one in path.certificates)) for path in paths]


def reasons(path: TrustPath) -> list[str]:
    return [problem.reason for problem in path.problems]


class TestPaths:
    def test_lead_to_every_anchor_the_shortest_first(self) -> None:
        paths = found(LEAF, [MIDDLE, CROSSED], [ROOT, OTHER_ROOT, MIDDLE])
        assert names(paths) == [
            (True, "Leaf < Middle"),
            (True, "Leaf < Middle < Other Root"),
            (True, "Leaf < Middle < Root"),
        ] or names(paths) == [
            (True, "Leaf < Middle"),
            (True, "Leaf < Middle < Root"),
            (True, "Leaf < Middle < Other Root"),
        ]
        assert not any(path.problems for path in paths)

    def test_may_be_the_certificate_alone(self) -> None:
        assert names(found(ROOT, [], [ROOT])) == [(True, "Root")]
        assert (True, "Leaf") in names(found(LEAF, [], [LEAF]))

    def test_follow_signatures_where_names_are_the_same(self) -> None:
        twin = make("Root", ca=True, key=ec_key("twin"))
        assert names(found(LEAF, [MIDDLE], [ROOT, twin])) == [(True, "Leaf < Middle < Root")]
        only = found(LEAF, [MIDDLE], [twin])
        assert reasons(only[0])[0] == (
            "the issuer of Middle, CN=Root,O=Example, is there by name only: its key did not sign"
        )

    def test_without_an_issuer_name_who_is_missing_and_who_asks(self) -> None:
        (path,) = found(LEAF, [MIDDLE], [])
        assert (path.complete, reasons(path)) == (False, ["the issuer of Middle is missing: CN=Root,O=Example"])
        assert path.problems[0].at_fault == facts(MIDDLE)[0].sha256

    def test_end_at_a_root_that_is_not_trusted(self) -> None:
        (path,) = found(LEAF, [MIDDLE, ROOT], [])
        assert (path.complete, reasons(path)) == (False, ["Root signed itself and is not trusted"])

    def test_that_are_good_stand_before_those_with_problems_and_incomplete_ones(self) -> None:
        ended = make("Root", ca=True, key=ROOT.key, days=(-30, -1))
        paths = found(LEAF, [MIDDLE, CROSSED], [ended, ROOT])
        assert [(path.complete, bool(path.problems)) for path in paths] == [(True, False), (True, True), (False, True)]

    def test_are_the_same_in_whatever_order_the_certificates_come(self) -> None:
        pool = [MIDDLE, CROSSED, ROOT]
        assert found(LEAF, pool, [ROOT, OTHER_ROOT]) == found(LEAF, pool[::-1], [OTHER_ROOT, ROOT])


class TestProblems:
    def only(self, leaf: Party, pool: Sequence[Party], at: dt.datetime = NOW) -> list[str]:
        (path,) = found(leaf, pool, [ROOT], at=at)
        assert path.complete
        return reasons(path)

    def test_are_the_dates_of_each_at_the_moment(self) -> None:
        assert self.only(LEAF, [MIDDLE], NOW + dt.timedelta(days=301)) == [
            f"{name} ended on {(NOW + dt.timedelta(days=300)).date()}" for name in ("Leaf", "Middle", "Root")
        ]
        assert len(self.only(LEAF, [MIDDLE], NOW - dt.timedelta(days=31))) == 3

    def test_are_issuers_that_are_none(self) -> None:
        plain = make("Middle", ROOT, usage="digital_signature")
        assert self.only(make("Leaf", plain), [plain]) == [
            "Middle is no authority by its basic constraints",
            "the key usage of Middle has no keyCertSign",
        ]

    def test_are_path_lengths_for_which_self_issued_ones_do_not_count(self) -> None:
        short = make("Short", ROOT, ca=True, path_length=0)
        below = make("Below", short, ca=True)
        assert self.only(make("Leaf", below), [short, below]) == [
            "Short allows 0 authorities below it, and there are 1"
        ]
        again = make("Short", short, ca=True, key=ec_key("again"))
        assert self.only(make("Leaf", again), [short, again]) == []

    def test_are_name_constraints(self) -> None:
        narrow = x509.NameConstraints([x509.DNSName("example.org")], None)
        middle = make("Narrow", ROOT, ca=True, more=[(narrow, True)])
        assert self.only(make("Leaf", middle), [middle])[0].startswith(
            "the name constraints of Narrow forbid Leaf: its"
        )

    def test_are_purposes_that_an_authority_has_not(self) -> None:
        server = make("Server CA", ROOT, ca=True, purposes="server")
        assert self.only(make("Leaf", server), [server]) == ["Server CA is not for clientAuth, as Leaf is"]
        assert self.only(make("Leaf", server, purposes="server"), [server]) == []
        anything = make("Any CA", ROOT, ca=True, purposes="any")
        assert self.only(make("Leaf", anything), [anything]) == []

    def test_are_critical_extensions_that_nobody_knows(self) -> None:
        odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
        assert self.only(make("Leaf", ROOT, more=[(odd, True)]), []) == [
            "Leaf has a critical extension that is not known: 1.2.3.4.5"
        ]


class TestAListing:
    """Facts without the certificate, as RACF lists them."""

    def test_is_followed_by_names_and_says_that_nothing_is_proved(self) -> None:
        leaf, middle, root = (replace(one, der=b"", sha256=None) for one in facts(LEAF, MIDDLE, ROOT))
        (path,) = trust_paths(leaf, [middle], [root], at=NOW, proofs=Proofs())
        assert path.complete
        assert reasons(path) == [
            "the signature cannot be proved: that of Middle under Leaf",
            "the signature cannot be proved: that of Root under Middle",
        ]

    def test_is_not_followed_against_its_key_identifiers(self) -> None:
        leaf, middle = (replace(one, der=b"", sha256=None) for one in facts(LEAF, MIDDLE))
        other = replace(middle, subject_key_identifier="00")
        (path,) = trust_paths(leaf, [other], [], at=NOW, proofs=Proofs())
        assert not path.complete

    @pytest.mark.parametrize("field", ["not_before", "not_after", "is_ca", "extended_key_usage", "key", "self_signed"])
    def test_with_an_unknown_fact_has_a_problem_and_no_exception(self, field: str) -> None:
        unknown: dict[str, Any] = {field: None}
        chain = [replace(one, **unknown, der=b"", sha256=None) for one in facts(LEAF, MIDDLE, ROOT)]
        (path,) = trust_paths(chain[0], chain[1:2], chain[2:], at=NOW, proofs=Proofs())
        assert path.complete
        told = [reason for reason in reasons(path) if "cannot be checked" in reason]
        assert bool(told) is (field not in ("key", "self_signed"))


class TestWork:
    KEY = ec_key("shared")

    def mesh(self, size: int) -> list[Party]:
        """Authorities of one key that all sign each other."""
        return [
            make(f"M{one}", Party(named(f"M{two}"), self.KEY, ROOT.der), ca=True, key=self.KEY, aki=False)
            for one in range(size)
            for two in range(size)
            if one != two
        ]

    def test_is_bounded_where_all_sign_each_other_and_a_path_says_where_it_was_cut(self) -> None:
        leaf, proofs = make("Leaf", Party(named("M0"), self.KEY, ROOT.der), aki=False), Counting()
        paths = found(leaf, self.mesh(12), [], proofs=proofs)
        assert len(paths) <= 64
        assert any("cut" in reason for path in paths for reason in reasons(path))
        assert proofs.asked < 3_000

    def test_finds_an_anchor_in_such_a_mesh_first(self) -> None:
        leaf = make("Leaf", Party(named("M0"), self.KEY, ROOT.der), aki=False)
        anchor = make("M5", ca=True, key=self.KEY)
        best = found(leaf, self.mesh(7), [anchor])[0]
        assert (best.complete, len(best.certificates), best.problems) == (True, 3, ())

    def test_ends_in_a_loop(self) -> None:
        a, b = named("A"), named("B")
        first = make(a, Party(b, ec_key("b"), ROOT.der), ca=True, key=ec_key("a"), aki=False)
        second = make(b, Party(a, ec_key("a"), ROOT.der), ca=True, key=ec_key("b"), aki=False)
        (path,) = found(make("Leaf", first), [first, second], [])
        assert names([path]) == [(False, "Leaf < A < B")]
        assert reasons(path) == ["the issuers of B stand below it already: they signed each other"]

    def test_of_a_long_chain_grows_with_its_length(self) -> None:
        rungs = [ROOT]
        for number in range(30):
            rungs.append(make(f"Rung {number}", rungs[-1], ca=True))
        proofs = Counting()
        (path,) = found(make("Leaf", rungs[-1]), rungs, [ROOT], proofs=proofs)
        assert (path.complete, len(path.certificates), path.problems) == (True, 32, ())
        assert proofs.asked == 2 * 31  # once to find it, once to check it

    def test_of_a_chain_that_is_too_long_is_cut(self) -> None:
        key = ec_key("long")
        rungs = [
            make(f"R{number}", Party(named(f"R{number + 1}"), key, ROOT.der), ca=True, key=key) for number in range(120)
        ]
        (path,) = found(make("Leaf", Party(named("R0"), key, ROOT.der)), rungs, [])
        assert len(path.certificates) == 100
        assert reasons(path)[0] == "the path was cut at R98, after 100 certificates"

    def test_over_name_constraints_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        narrow = x509.NameConstraints([x509.DNSName("example.com")], None)
        middle = make("Narrow", ROOT, ca=True, more=[(narrow, True)])
        leaf = make("Leaf", middle)
        assert found(leaf, [middle], [ROOT])[0].problems == ()
        monkeypatch.setattr("zowe_certs_kernel.trust.path_checks._MOST_COMPARED", 0)
        told = "the name constraints of Narrow forbid Leaf: they cannot be checked"
        assert reasons(found(leaf, [middle], [ROOT])[0]) == [told]

    def test_tells_no_more_paths_than_asked_for(self) -> None:
        many = [make("Middle", ROOT, ca=True, key=MIDDLE.key, days=(-30 - day, 300)) for day in range(20)]
        paths = found(LEAF, many, [ROOT], most=5)
        assert len(paths) == 5
        assert [path.complete for path in paths] == [True, True, True, True, False]
        assert "there are more than 4 paths" in reasons(paths[-1])[0]
        assert len(found(LEAF, many, [ROOT])) == 20
