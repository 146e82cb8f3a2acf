"""What Java says of chains, without Java: facts alone, damaged bytes, other days, and searches that could not end.

That it is what Java says, ``tests/java/test_trust_scenarios.py`` proves.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.trust.scenarios import PASSWORD, SCENARIOS, Scenario, facts_of
from tests.trust.scenarios.builder import NOW, Party, ec_key, make
from tests.trust.scenarios.store_files import can_be_written, write_stores
from zowe_certs_kernel.errors import Damaged, StoreError
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import certificate_facts
from zowe_certs_kernel.trust.anchors import java_anchors
from zowe_certs_kernel.trust.java_builder import MOST_STEPS, Search
from zowe_certs_kernel.trust.java_certificate import JavaCertificate, java_certificate
from zowe_certs_kernel.trust.java_path import java_mutual_verdict, java_verdict
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Purpose, Verdict

GOOD = "good with intermediate"
POLICIES, POLICY_LIMITS = x509.ObjectIdentifier("2.5.29.32"), x509.ObjectIdentifier("2.5.29.36")


def said(
    chain: Sequence[CertificateFacts], anchors: Sequence[CertificateFacts], at: dt.datetime = NOW, **more: Any
) -> Verdict:
    return java_verdict(chain, anchors, more.get("purpose", Purpose.SERVER), at=at, proofs=Proofs())


def of(name: str, days: int = 0) -> Verdict:
    scenario = SCENARIOS[name]()
    return said(scenario.chain_facts, scenario.anchor_facts, NOW + dt.timedelta(days=days))


def mutual(scenario: Scenario, **entry: Any) -> Verdict:
    whole = replace(scenario.entry, **entry)
    return java_mutual_verdict(whole, scenario.anchor_facts, at=NOW, proofs=Proofs())


def listed(facts: CertificateFacts) -> CertificateFacts:
    """As a listing of RACF tells it."""
    return replace(facts, der=b"", sha256=None)


def fault(name: str) -> str:
    """The CN of the certificate at fault."""
    scenario, sha256 = SCENARIOS[name](), of(name).at_fault
    known = (*scenario.chain_facts, *scenario.anchor_facts)
    return next(facts.common_name for facts in known if facts.sha256 == sha256)


def test_accepted_path_leads_from_the_leaf_to_the_anchor() -> None:
    scenario = SCENARIOS[GOOD]()
    expected = (*(facts.sha256 for facts in scenario.chain_facts), scenario.anchor_facts[0].sha256)
    assert of(GOOD) == Verdict(True, "", None, tuple(filter(None, expected)))


@pytest.mark.parametrize(
    ("name", "reason", "at_fault"),
    [
        (
            "missing intermediate",
            "the authority CN=Intermediate that signed CN=Low Leaf is neither sent nor in the trust store",
            "Low Leaf",
        ),
        ("missing root sent by the server", "CN=Root, which signed itself, is not in the trust store", "Root"),
        (
            "same name other key as anchor",
            "CN=Root in the trust store has the name, but not the key, of the one that signed CN=Leaf",
            "Leaf",
        ),
        (
            "forged leaf with its forged root sent",
            "CN=Root has another key than the authority of the same name in the trust store",
            "Root",
        ),
        (
            "aki of the leaf names another key",
            "Java does not try CN=Leaf: its authority key identifier is not that of CN=Root in the trust store, "
            "though that signed it",
            "Leaf",
        ),
        (
            "root is no authority",
            "CN=No CA Root, which the trust store has, is not an authority (basic constraints)",
            "No CA Root",
        ),
        (
            "eku client only",
            "CN=Leaf may not be used as a server (extended key usage clientAuth)",
            "Leaf",
        ),
    ],
)
def test_refusal_says_what_is_wrong_and_with_which_certificate(name: str, reason: str, at_fault: str) -> None:
    assert of(name).reason == reason
    assert fault(name) == at_fault


def test_date_at_fault_is_told() -> None:
    ended = NOW + dt.timedelta(days=-3)
    assert of("expired intermediate").reason == f"CN=Intermediate ended on {ended:%Y-%m-%d}"
    assert fault("expired intermediate") == "Intermediate"


def test_anchors_are_not_dated_and_the_reason_tells_of_it() -> None:
    ended = NOW + dt.timedelta(days=-3)
    verdict = of("expired root")
    assert verdict.accepted
    assert verdict.reason == f"CN=Root ended on {ended:%Y-%m-%d}, which Java does not mind in its trust store"


def test_java_dates_an_anchor_where_it_searches_above_an_intermediate() -> None:
    assert not of("expired root above an intermediate and wrong order").accepted


@pytest.mark.parametrize(("days", "accepted"), [(-31, False), (-29, True), (299, True), (301, False)])
def test_another_day_may_have_another_verdict(days: int, accepted: bool) -> None:
    assert of(GOOD, days).accepted == accepted


def test_more_than_ten_certificates_are_trusted_and_not_taken_in_tls() -> None:
    verdict = of("chain of 11")
    assert verdict.accepted
    assert verdict.reason == "Java takes at most 10 certificates in a TLS handshake, and 11 are sent"
    assert not mutual(SCENARIOS["chain of 11"]()).accepted


def test_newer_java_takes_fewer_certificates_from_a_client_and_the_reason_says_so() -> None:
    verdict = mutual(SCENARIOS["chain of 9"]())
    assert verdict.accepted
    assert verdict.reason == "newer Java takes at most 8 certificates from a client, and 9 are sent"


def test_facts_of_a_listing_cannot_be_proved() -> None:
    scenario = SCENARIOS[GOOD]()
    verdict = said([listed(facts) for facts in scenario.chain_facts], scenario.anchor_facts)
    assert not verdict.accepted
    assert "cannot be proved" in verdict.reason


def test_an_anchor_of_a_listing_cannot_be_proved() -> None:
    scenario = SCENARIOS[GOOD]()
    verdict = said(scenario.chain_facts, [listed(facts) for facts in scenario.anchor_facts])
    assert not verdict.accepted
    assert verdict.reason.startswith("whether CN=Root in the trust store signed it cannot be proved")


def test_an_anchor_of_a_listing_does_no_harm_beside_the_right_one() -> None:
    scenario = SCENARIOS[GOOD]()
    other = listed(SCENARIOS["expired root"]().anchor_facts[0])
    assert said(scenario.chain_facts, [other, *scenario.anchor_facts]).accepted


@pytest.mark.parametrize("field", ["not_before", "not_after"])
def test_a_certificate_without_a_date_is_refused(field: str) -> None:
    scenario = SCENARIOS[GOOD]()
    undated: dict[str, Any] = {field: None}
    for place in range(2):
        chain = list(scenario.chain_facts)
        chain[place] = replace(chain[place], **undated)
        verdict = said(chain, scenario.anchor_facts)
        assert not verdict.accepted
        assert "cannot be read" in verdict.reason


def test_unknown_facts_are_no_permission() -> None:
    scenario = SCENARIOS[GOOD]()
    leaf, middle = scenario.chain_facts
    for chain in (
        [replace(leaf, extended_key_usage=None), middle],
        [leaf, replace(middle, is_ca=None)],
        [leaf, replace(middle, key_usage=())],
    ):
        assert not said(chain, scenario.anchor_facts).accepted


def test_nothing_sent_and_nothing_trusted_are_told() -> None:
    scenario = SCENARIOS[GOOD]()
    assert said([], scenario.anchor_facts).reason == "no certificate is sent"
    assert said(scenario.chain_facts, []).reason == "the trust store holds no certificate that Java trusts"


def test_order_of_the_trust_store_does_not_matter() -> None:
    for name in ("two roots of same name without key ids", "cross signed good via either", "wrong order"):
        scenario = SCENARIOS[name]()
        assert said(scenario.chain_facts, scenario.anchor_facts[::-1]).accepted == of(name).accepted


@pytest.mark.parametrize("in_order", [True, False])
def test_an_anchor_that_java_refuses_counts_where_another_has_its_name_and_key(in_order: bool) -> None:
    """Java takes whichever it meets first, and that is chance."""
    fit, unfit = make("Twice", ca=True), make("Twice", usage="key_cert_sign", names=None)
    leaf = make("Leaf", fit)
    chain = [facts_of(each.der) for each in ([leaf] if in_order else [leaf, make("Stranger", ca=True)])]
    for anchors in ([fit, unfit], [unfit, fit]):
        verdict = said(chain, [facts_of(each.der) for each in anchors])
        assert verdict.reason == "CN=Twice, which the trust store has, is not an authority (basic constraints)"


def test_name_in_a_certificate_cannot_break_the_sentence() -> None:
    leaf = make("evil\nname\x1b[2J\u202e" + "x" * 40, make("Unknown", ca=True))
    verdict = said([facts_of(leaf.der)], SCENARIOS[GOOD]().anchor_facts)
    assert verdict.reason.isprintable()
    assert "evil?name?[2J?" in verdict.reason


def ways(layers: int, width: int) -> tuple[list[Party], Party]:
    """A leaf below so many layers of authorities, each of which is there ``width`` times: width ** layers paths."""
    above = make("Nobody", ca=True)
    layer: list[Party] = []
    for number in range(layers):
        name, key = f"Layer {number}", ec_key(f"layer {number}")
        same = [make(name, above, ca=True, key=key, days=(-30, 300 + each)) for each in range(width)]
        layer, above = [*same, *layer], same[0]
    return [make("Leaf of all", above), *reversed(layer)], make("Stranger", ca=True)


def searched(chain: Sequence[Party], anchor: Party, proofs: Proofs) -> Search:
    def java(party: Party) -> JavaCertificate:
        return java_certificate(facts_of(party.der), proofs)

    trusted = java(anchor)
    return Search([java(party) for party in chain], {trusted.subject: [trusted]}, NOW, proofs)


def test_search_stops_after_its_steps_where_there_are_too_many_paths() -> None:
    chain, anchor = ways(layers=5, width=8)
    search = searched(chain, anchor, Proofs())
    found = search.run()
    assert search.steps == MOST_STEPS
    assert found.anchor is None
    assert found.problem
    assert found.problem.reason == "the authorities above CN=Leaf of all have more paths than are tried here"


def test_search_of_authorities_that_sign_each_other_ends_by_itself() -> None:
    scenario, proofs = SCENARIOS["many authorities of the same name"](), Proofs()
    sent = [java_certificate(facts, proofs) for facts in scenario.chain_facts]
    anchor = java_certificate(scenario.anchor_facts[0], proofs)
    search = Search(sent, {anchor.subject: [anchor]}, NOW, proofs)
    assert search.run().anchor is None
    assert search.steps < 20


def test_each_signature_is_proved_once_however_many_paths_lead_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chain, anchor = ways(layers=4, width=4)
    proved: list[bytes] = []
    real = Proofs.signed

    def signed(self: Proofs, issuer: CertificateFacts, subject: CertificateFacts) -> bool | None:
        before = len(self._signed)
        found = real(self, issuer, subject)
        proved.extend([subject.der] * (len(self._signed) - before))
        return found

    monkeypatch.setattr(Proofs, "signed", signed)
    searched(chain, anchor, Proofs()).run()
    assert len(proved) == len({*proved}) <= len(chain)


def test_more_certificates_than_any_chain_has_are_not_followed() -> None:
    chain, anchor = ways(layers=5, width=21)
    verdict = said([facts_of(party.der) for party in chain], [facts_of(anchor.der)])
    assert verdict.reason == "106 certificates are sent, more than the 100 that are followed here"


@pytest.mark.parametrize(
    "extension",
    [
        x509.UnrecognizedExtension(POLICIES, b"\x30\x03\x30\x01\x06"),
        x509.UnrecognizedExtension(POLICIES, b""),
        x509.UnrecognizedExtension(POLICY_LIMITS, b"\x30\x05\x80"),
    ],
)
def test_policies_that_cannot_be_read_are_refused(extension: x509.ExtensionType) -> None:
    base = make("Root", ca=True)
    middle = make("Middle", base, ca=True, more=[(extension, False)])
    chain = [facts_of(make("Leaf", middle).der), facts_of(middle.der)]
    assert not said(chain, [facts_of(base.der)]).accepted


def changed(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def test_no_damage_to_a_certificate_raises_an_error() -> None:
    chance = random.Random(7)  # noqa: S311  # always the same
    names = (
        "policy mapped",
        "constraint permits the dns name",
        "wrong order",
        "issuer with accents composed otherwise",
    )
    read = 0
    for number in range(400):
        scenario = SCENARIOS[names[number % len(names)]]()
        certificates = [*scenario.chain_facts, *scenario.anchor_facts]
        place = chance.randrange(len(certificates))
        try:
            certificates[place] = certificate_facts(changed(certificates[place].der, chance))
        except Damaged:
            continue
        read += 1
        chain, anchors = certificates[: len(scenario.sent)], certificates[len(scenario.sent) :]
        assert isinstance(said(chain, anchors), Verdict)
    assert read > 200


def test_key_that_is_not_there_to_be_used_ends_a_mutual_handshake() -> None:
    verdict = mutual(SCENARIOS["good"](), open_key=None)
    assert verdict.reason == "the private key of CN=Leaf is not there to be used"


def failing(error: Exception) -> Callable[[], Any]:
    def open_key() -> Any:
        raise error

    return open_key


@pytest.mark.parametrize("error", [StoreError("the password is wrong"), ValueError("no key")])
def test_key_that_cannot_be_opened_ends_a_mutual_handshake(error: Exception) -> None:
    verdict = mutual(SCENARIOS["good"](), open_key=failing(error))
    assert verdict.reason == f"the private key of CN=Leaf cannot be used: {error}"


def test_key_that_was_proved_before_is_not_opened_again() -> None:
    good = SCENARIOS["good"]()
    assert mutual(good, key_fits=True, open_key=failing(AssertionError())).accepted
    verdict = mutual(good, key_fits=False, open_key=failing(AssertionError()))
    assert verdict.reason == "the private key of the entry is not that of CN=Leaf"


def test_a_certificate_that_is_only_trusted_itself_is_not_shown_by_a_client() -> None:
    scenario = SCENARIOS["leaf as anchor"]()
    assert said(scenario.chain_facts, scenario.anchor_facts, purpose=Purpose.CLIENT).accepted
    assert mutual(scenario).reason == (
        "a Java client does not show CN=Leaf: the server asks for certificates of the authorities in its trust store, "
        "and none of them signed it"
    )


def test_verdict_is_the_same_where_chain_and_anchors_come_from_files(tmp_path: Path) -> None:
    compared = 0
    for name in list(SCENARIOS)[::4]:  # writing and opening costs the derivation of keys
        scenario = SCENARIOS[name]()
        if not can_be_written(scenario):
            continue
        keystore, truststore = (open_store(path, Secret(PASSWORD)) for path in write_stores(scenario, tmp_path))
        entry = next(entry for entry in keystore.entries if entry.open_key)
        if [one.der for one in entry.chain] != list(scenario.sent):
            continue  # of several with the issuer's name a reader has to choose one
        compared += 1
        anchors, proofs = java_anchors(truststore), Proofs()
        assert java_mutual_verdict(entry, anchors, at=NOW, proofs=proofs).accepted == mutual(scenario).accepted, name
        assert java_verdict(entry.chain, anchors, Purpose.SERVER, at=NOW, proofs=proofs) == of(name), name
    assert compared > 40
