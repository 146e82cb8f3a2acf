"""The authority is trusted rather than the server: the highest that signed it, by signature, in any order."""

from __future__ import annotations

import pytest

from tests.services import parties
from tests.services.servers import facts
from tests.trust.scenarios.builder import NOW, Party, make
from zowe_certs_kernel.services.anchor import Choice, anchors_of, choices_of
from zowe_certs_kernel.services.presented import Presented


def server(*chain: Party) -> Presented:
    return Presented("zosmf.example.com:443", "localhost", tuple(map(facts, chain)))


def file(name: str, *chain: Party) -> Presented:
    return Presented(name, "", tuple(map(facts, chain)), is_file=True)


def chosen(*presented: Presented, trusted: tuple[Party, ...] = ()) -> Choice:
    (choice,) = choices_of(presented, tuple(map(facts, trusted)), at=NOW)
    return choice


@pytest.mark.parametrize(
    ("chain", "anchor"),
    [
        ((parties.MATCH, parties.ROOT), parties.ROOT),
        ((parties.BELOW, parties.MIDDLE, parties.ROOT), parties.ROOT),
        ((parties.BELOW, parties.ROOT, parties.MIDDLE), parties.ROOT),
        ((parties.BELOW, parties.MIDDLE), parties.MIDDLE),
        ((parties.MATCH, parties.OTHER_ROOT, parties.NAMESAKE, parties.ROOT), parties.ROOT),
        ((parties.BELOW, parties.CROSSED, parties.OTHER_ROOT), parties.OTHER_ROOT),
        ((parties.OF_ENDED, parties.ENDED_ROOT), parties.ENDED_ROOT),
        ((parties.EXPIRED_LEAF, parties.ROOT), parties.ROOT),
        ((parties.SELF,), parties.SELF),
    ],
    ids=["root", "over an intermediate", "any order", "no root", "foreign", "crossed", "ended", "leaf ended", "self"],
)
def test_the_highest_authority_that_signed_it_is_added(chain: tuple[Party, ...], anchor: Party) -> None:
    choice = chosen(server(*chain))
    assert choice.anchor == facts(anchor)
    assert choice.why


def test_of_a_server_that_sends_no_chain_the_reason_is_what_it_does_not_send() -> None:
    choice = chosen(server(parties.BELOW), file("chain.pem", parties.MIDDLE, parties.ROOT))
    assert choice.anchor == facts(parties.MIDDLE)
    assert "does not come with the server's certificate" in choice.why


def test_why_is_told() -> None:
    assert "the root that signed it" in chosen(server(parties.MATCH, parties.ROOT)).why
    assert "through CN=zOSMF Intermediate" in chosen(server(parties.BELOW, parties.MIDDLE, parties.ROOT)).why
    assert "signed itself" in chosen(server(parties.SELF)).why
    assert "It ended " in chosen(server(parties.OF_ENDED, parties.ENDED_ROOT)).why


def test_where_the_issuer_is_not_shown_nothing_is_added_and_its_name_is_told() -> None:
    choice = chosen(server(parties.MATCH))
    assert choice.anchor is None
    assert "its issuer CN=zOSMF CertAuth,O=Example is not shown" in choice.why


def test_an_authority_of_the_same_name_that_did_not_sign_it_is_not_taken() -> None:
    choice = chosen(server(parties.MATCH, parties.NAMESAKE))
    assert choice.anchor is None
    assert "an authority of that name is there, but it did not sign this" in choice.why


def test_a_file_brings_the_authority_that_the_server_does_not_send() -> None:
    choice = chosen(server(parties.MATCH), file("/tmp/zOSMF CA.cer", parties.OTHER_ROOT, parties.ROOT))
    assert choice.anchor == facts(parties.ROOT)
    assert [one.alias for one in anchors_of([choice])] == ["zosmf ca"]


def test_only_what_the_server_sends_is_stepped_over() -> None:
    """Java would not find the way from the server to the root, as nobody sends the intermediate."""
    choice = chosen(server(parties.BELOW), file("ca.pem", parties.MIDDLE, parties.ROOT))
    assert choice.anchor == facts(parties.MIDDLE)


@pytest.mark.parametrize(
    ("trusted", "which"),
    [
        (parties.ROOT, "through CN=zOSMF CertAuth"),
        (parties.MIDDLE, "through CN=zOSMF Intermediate"),
        (parties.BELOW, "itself"),
    ],
)
def test_what_is_trusted_already_needs_nothing(trusted: Party, which: str) -> None:
    choice = chosen(server(parties.BELOW, parties.MIDDLE), trusted=(trusted,))
    assert choice.trusted
    assert choice.anchor is None
    assert f"it is trusted already, {which};" in choice.why


BUNDLE = tuple(make(f"CA {number}", ca=True, key=parties.OTHER_ROOT.key) for number in range(150))


def test_a_whole_bundle_is_looked_through() -> None:
    assert chosen(server(parties.MATCH), file("bundle.pem", *BUNDLE, parties.ROOT)).anchor == facts(parties.ROOT)
    assert len(choices_of([file("bundle.pem", *BUNDLE)], at=NOW)) == len(BUNDLE)


def test_a_servers_certificate_in_a_bundle_is_judged_with_what_may_be_above_it_alone() -> None:
    choice = chosen(file("bundle.pem", *BUNDLE, parties.ROOT, parties.BELOW, parties.MIDDLE, parties.NAMESAKE))
    assert choice.anchor == facts(parties.ROOT)
    above = (parties.MIDDLE, parties.ROOT, parties.NAMESAKE)
    assert choice.service.chain == tuple(map(facts, (parties.BELOW, *above)))


def test_of_two_roots_the_one_in_force_is_taken() -> None:
    ended = make(parties.ROOT.subject, ca=True, key=parties.ROOT.key, days=(-60, -30))
    assert chosen(server(parties.MATCH, ended, parties.ROOT)).anchor == facts(parties.ROOT)


def test_each_server_certificate_of_a_file_is_a_service() -> None:
    choices = choices_of([file("a.pem", parties.ROOT, parties.MATCH, parties.SELF)], at=NOW)
    assert [one.anchor for one in choices] == [facts(parties.ROOT), facts(parties.SELF)]


def test_authorities_alone_are_what_somebody_wants_to_trust() -> None:
    choices = choices_of([file("ca.pem", parties.MIDDLE, parties.ROOT), file("b.pem", parties.OTHER_ROOT)], at=NOW)
    assert [one.anchor for one in choices] == [facts(parties.ROOT), facts(parties.OTHER_ROOT)]
    assert [one.leaf for one in choices] == [None, None]


@pytest.mark.parametrize(
    ("taken", "alias", "found"),
    [
        ((), "", "zosmf-certauth"),
        (("ZOSMF-CertAuth", "localca"), "", "zosmf-certauth-2"),
        ((), "mine", "mine"),
    ],
)
def test_the_alias_is_of_the_authoritys_name_and_free(taken: tuple[str, ...], alias: str, found: str) -> None:
    (anchor,) = anchors_of([chosen(server(parties.MATCH, parties.ROOT))], taken=taken, alias=alias)
    assert anchor.alias == found


def test_an_authority_of_two_services_is_added_once() -> None:
    choices = choices_of([server(parties.MATCH, parties.ROOT), server(parties.CN_ONLY, parties.ROOT)], at=NOW)
    assert len(anchors_of(choices)) == 1
