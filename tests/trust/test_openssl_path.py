"""What clients over OpenSSL say of chains, at any moment; the real ones are asked in tests/clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509

from tests.trust.scenarios.builder import HOST, NOW, Party, ec_key, make, named, rsa_key
from tests.trust.scenarios.scenario import facts_of
from zowe_certs_kernel.model import CertificateFacts, KeyFacts
from zowe_certs_kernel.trust.openssl_certificate import compared_name, key_strength
from zowe_certs_kernel.trust.openssl_path import CURL, NODE, PYTHON, TlsClient, openssl_verdict
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.strict_path import strict_problem
from zowe_certs_kernel.trust.verdict import Purpose, Verdict

ROOT = make("Root", ca=True)
MIDDLE = make("Middle", ROOT, ca=True)
LEAF = make("Leaf", MIDDLE)


def facts(*parties: Party) -> list[CertificateFacts]:
    return [facts_of(party.der) for party in parties]


def verdict(
    sent: Sequence[Party], trusted: Sequence[Party], client: TlsClient = PYTHON, at: dt.datetime = NOW
) -> Verdict:
    return openssl_verdict(facts(*sent), facts(*trusted), at=at, proofs=Proofs(), client=client)


class TestTheVerdict:
    def test_names_the_path_from_the_leaf_to_the_anchor(self) -> None:
        found = verdict([LEAF, MIDDLE], [ROOT])
        assert found == Verdict(True, path=tuple(one.sha256 or "" for one in facts(LEAF, MIDDLE, ROOT)))

    def test_names_the_certificate_at_fault_and_how_far_the_path_led(self) -> None:
        found = verdict([LEAF, MIDDLE], [])
        assert found.reason == "the issuer of Middle, Root, is neither sent nor trusted"
        assert found.at_fault == facts(MIDDLE)[0].sha256
        assert found.path == tuple(one.sha256 for one in facts(LEAF, MIDDLE))

    def test_is_for_the_moment_that_is_asked_for(self) -> None:
        for days, accepted, reason in (
            (0, True, ""),
            (-31, False, f"Root is not valid before {(NOW - dt.timedelta(days=30)).date()}"),
            (301, False, f"Root ended on {(NOW + dt.timedelta(days=300)).date()}"),
        ):
            found = verdict([LEAF, MIDDLE], [ROOT], at=NOW + dt.timedelta(days=days))
            assert (found.accepted, found.reason) == (accepted, reason)

    def test_counts_the_last_second_as_valid(self) -> None:
        end = facts(LEAF)[0].not_after
        assert end
        assert verdict([LEAF, MIDDLE], [ROOT], at=end).accepted
        assert not verdict([LEAF, MIDDLE], [ROOT], at=end + dt.timedelta(seconds=1)).accepted

    def test_says_who_else_refuses_what_is_accepted(self) -> None:
        unnamed = make("Leaf", ROOT, names=None)
        without_key_id = make("Leaf", ROOT, aki=False)
        assert (
            verdict([without_key_id], [ROOT]).reason == "Python 3.13 refuses it: Leaf has no Authority Key Identifier"
        )
        assert verdict([unnamed], [ROOT]).reason.endswith("refuse it: Leaf has no alternative names")
        assert verdict([unnamed], [ROOT]).accepted

    def test_takes_the_first_issuer_that_fits_by_name_and_comes_back_to_no_other(self) -> None:
        wrong = make("Root", ca=True, key=ec_key("another"), ski=False)
        plain = make("Leaf", ROOT, aki=False)
        assert verdict([plain], [ROOT, wrong]).accepted
        found = verdict([plain], [wrong, ROOT])
        assert found.reason == "Leaf was not signed by the key of Root, the issuer that OpenSSL takes"
        assert verdict([LEAF, MIDDLE], [wrong, ROOT]).accepted is False

    def test_prefers_an_issuer_that_is_valid_now(self) -> None:
        old = make("Root", ca=True, key=ROOT.key, days=(-30, -1))
        assert verdict([make("Leaf", ROOT)], [old, ROOT]).accepted


class TestClients:
    def test_differ_in_where_a_path_may_end(self) -> None:
        for trusted in ([MIDDLE], [LEAF]):
            assert [verdict([LEAF, MIDDLE], trusted, one).accepted for one in (PYTHON, NODE, CURL)] == [
                False,
                False,
                True,
            ]
        assert "is trusted but is no root, and Node wants its issuer" in verdict([LEAF], [MIDDLE], NODE).reason

    def test_differ_in_the_keys_that_are_too_weak(self) -> None:
        weak = make("Leaf", ROOT, key=rsa_key("weak", 1024))
        assert [verdict([weak], [ROOT], one).accepted for one in (PYTHON, NODE, CURL)] == [False, True, False]


class TestNothing:
    def test_is_accepted_without_a_certificate(self) -> None:
        assert verdict([], [ROOT]) == Verdict(False, "no certificate is sent")

    def test_is_accepted_of_a_listing(self) -> None:
        listed = replace(facts(LEAF)[0], der=b"", sha256=None)
        found = openssl_verdict([listed], facts(ROOT), at=NOW, proofs=Proofs())
        assert found.reason == "nothing can be proved of Leaf, of which only a listing is known"
        kept = openssl_verdict(facts(LEAF, MIDDLE), [replace(facts(ROOT)[0], der=b"")], at=NOW, proofs=Proofs())
        assert kept.reason == "the issuer of Middle, Root, is neither sent nor trusted"

    @pytest.mark.parametrize("field", ["not_before", "not_after", "is_ca", "key", "extended_key_usage", "sha256"])
    def test_breaks_the_verdict_if_it_is_unknown(self, field: str) -> None:
        for place in range(3):
            chain = facts(LEAF, MIDDLE, ROOT)
            unknown: dict[str, Any] = {field: None}
            chain[place] = replace(chain[place], **unknown)
            found = openssl_verdict(chain[:2], chain[2:], at=NOW, proofs=Proofs())
            assert found.accepted in (True, False)

    def test_of_a_damaged_certificate_is_proved(self) -> None:
        cut = replace(facts(MIDDLE)[0], der=facts(MIDDLE)[0].der[:-20])
        found = openssl_verdict([facts(LEAF)[0], cut], facts(ROOT), at=NOW, proofs=Proofs())
        assert not found.accepted

    def test_over_100_kb_is_read(self) -> None:
        found = verdict([LEAF] * 300, [ROOT])
        assert "OpenSSL reads up to 102,400" in found.reason


class Counting(Proofs):
    """Counts the signatures that are checked."""

    checked = 0

    def signed(self, issuer: CertificateFacts, subject: CertificateFacts) -> bool | None:
        self.checked += 1
        return super().signed(issuer, subject)


class TestWork:
    def test_is_one_signature_a_certificate_of_the_path(self) -> None:
        proofs = Counting()
        assert openssl_verdict(facts(LEAF, MIDDLE), facts(ROOT), at=NOW, proofs=proofs).accepted
        assert proofs.checked == 2 * 2  # the second time for those that are stricter

    def test_is_bounded_by_the_depth_where_authorities_sign_each_other(self) -> None:
        key = ec_key("shared")
        mesh = [
            make(f"M{one}", Party(named(f"M{two}"), key, ROOT.der), ca=True, key=key, aki=False)
            for one in range(8)
            for two in range(8)
            if one != two
        ]
        leaf, proofs = make("Leaf", Party(named("M0"), key, ROOT.der), aki=False), Counting()
        for sent, trusted in (([leaf, *mesh], []), ([leaf], mesh)):
            found = openssl_verdict(facts(*sent), facts(*trusted), at=NOW, proofs=proofs)
            assert not found.accepted
            assert len(found.path) <= 101
        assert proofs.checked == 0  # without an anchor nothing needs to be proved

    def test_over_name_constraints_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        narrow = x509.NameConstraints([x509.DNSName("example.com")], None)
        middle = make("Narrow", ROOT, ca=True, more=[(narrow, True)])
        sent = [make("Leaf", middle), middle]
        assert verdict(sent, [ROOT]).accepted
        monkeypatch.setattr("zowe_certs_kernel.trust.openssl_checks._MOST_COMPARED", 1)
        assert verdict(sent, [ROOT]).reason == "the name constraints of Narrow forbid Leaf: they are too many"


@pytest.mark.parametrize(
    ("key", "strength"),
    [
        (KeyFacts("RSA", 512), 56),
        (KeyFacts("RSA", 1024), 80),
        (KeyFacts("RSA", 1900), 104),
        (KeyFacts("RSA", 2000), 112),
        (KeyFacts("RSA", 3072), 128),
        (KeyFacts("RSA", 0), 0),
        (KeyFacts("EC", 192), 80),
        (KeyFacts("EC", 256), 128),
        (KeyFacts("EC", 521), 256),
        (KeyFacts("Ed25519", 256), 128),
        (KeyFacts("ML-DSA-65", 15616), 0),
        (None, 0),
    ],
)
def test_a_key_is_as_strong_as_openssl_takes_it(key: KeyFacts | None, strength: int) -> None:
    assert key_strength(key) == strength


def test_names_are_compared_without_case_and_runs_of_blanks() -> None:
    same = {"CN=Root,O=Big  Example", "CN=root,O=big example", "CN= ROOT ,O=Big Example", "CN=\\ Root\\ ,O=Big Example"}
    assert len({compared_name(name) for name in same}) == 1
    assert compared_name("CN=a\\, b") != compared_name("CN=a,b")
    assert compared_name("CN=É") != compared_name("CN=é")


class TestStrictProblem:
    def told(self, chain: list[Party], anchors: list[Party], host: str = "", at: dt.datetime = NOW) -> str:
        return strict_problem(facts(*chain), facts(*anchors), Purpose.SERVER, at=at, host=host)

    def test_is_none_where_all_is_as_on_the_public_web(self) -> None:
        assert self.told([LEAF, MIDDLE], [ROOT]) == ""
        assert self.told([LEAF, MIDDLE], [ROOT], HOST) == ""
        assert strict_problem(facts(LEAF, MIDDLE), facts(ROOT), Purpose.CLIENT, at=NOW) == ""

    def test_tells_what_is_wrong(self) -> None:
        assert self.told([LEAF, MIDDLE], []) == "nothing is trusted"
        assert (
            self.told([LEAF, MIDDLE], [ROOT], "other.example.com") == "leaf certificate has no matching subjectAltName"
        )
        assert self.told([make("Leaf", ROOT, aki=False)], [ROOT]) == "a certificate has no Authority Key Identifier"
        assert (
            self.told([LEAF, MIDDLE], [ROOT], at=NOW + dt.timedelta(days=999)) == "cert is not valid at validation time"
        )
        assert self.told([LEAF], [make("Other", ca=True)]) == "no trusted authority stands above it"

    def test_is_told_of_a_listing_and_of_a_name_that_nobody_asks_for(self) -> None:
        listed = replace(facts(LEAF)[0], der=b"")
        assert "only a listing" in strict_problem([listed], facts(ROOT), Purpose.SERVER, at=NOW)
        assert strict_problem([], facts(ROOT), Purpose.SERVER, at=NOW).startswith("it cannot be checked")
        assert self.told([LEAF, MIDDLE], [ROOT], "a b").startswith("it cannot be checked")
