"""Two stores, before and after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.trust.conftest import NAMES, NOW, key_entry, store, trusted_entry
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.model import CertificateFacts, Entry, EntryKind, KeyFacts, RingPlace, Store
from zowe_certs_kernel.trust.comparison import ChangeKind, compare_stores

RING = RingPlace("ZWESVUSR", "TRUST", ("ZWESVUSR/Zowe",), "PERSONAL", default=False)


def bare_key(bits: int = 2048) -> Entry:
    return Entry("localhost", EntryKind.PRIVATE_KEY, (), KeyFacts("RSA", bits))


def listed(entry: Entry, place: RingPlace, **facts: str) -> Entry:
    """As a listing tells of it: without its bytes and without a fingerprint."""
    chain: tuple[CertificateFacts, ...] = tuple(replace(each, der=b"", sha256=None) for each in entry.chain)
    if facts:
        chain = tuple(replace(each, **facts) for each in chain)  # type: ignore[arg-type]  # all of these are text
    return replace(entry, chain=chain, place=place, open_key=None)


def kinds(before: Store, after: Store) -> list[tuple[str, ChangeKind]]:
    return [(change.alias, change.kind) for change in compare_stores(before, after)]


def test_each_entry_is_told_with_what_became_of_it(
    rsa_keys: tuple[RSAPrivateKey, ...], authority: Issued, renewed: Issued, service: Issued
) -> None:
    again = issue(CertificateKind.SERVICE, (("CN", "S"),), rsa_keys[1], now=NOW, issuer=authority, san=NAMES)
    other = issue(CertificateKind.SERVICE, (("CN", "S"),), rsa_keys[2], now=NOW, issuer=authority, san=NAMES)
    shorter = Issued(service.certificate, service.key)
    before = store(
        key_entry(service, "same"),
        key_entry(service, "Renewed"),
        key_entry(service, "replaced"),
        key_entry(service, "chain"),
        trusted_entry(authority.certificate, "kind"),
        trusted_entry(authority.certificate, "removed"),
    )
    after = store(
        key_entry(service, "SAME"),
        key_entry(again, "renewed"),
        key_entry(other, "replaced"),
        key_entry(shorter, "chain"),
        key_entry(authority, "kind"),
        trusted_entry(renewed.certificate, "added"),
    )
    changes = {change.alias: change.kind for change in compare_stores(before, after)}
    assert changes == {
        "SAME": ChangeKind.SAME,
        "renewed": ChangeKind.RENEWED,
        "replaced": ChangeKind.REPLACED,
        "chain": ChangeKind.CHAIN,
        "kind": ChangeKind.KIND,
        "added": ChangeKind.ADDED,
        "removed": ChangeKind.REMOVED,
    }


def test_a_change_is_told_as_a_dictionary(authority: Issued, service: Issued) -> None:
    (change,) = compare_stores(store(), store(key_entry(service)))
    assert change.as_dict() == {
        "alias": "localhost",
        "change": "added",
        "before": None,
        "after": key_entry(service).chain[0].sha256,
    }


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (bare_key(), bare_key(), ChangeKind.OTHER),
        (bare_key(), bare_key(3072), ChangeKind.REPLACED),
        (replace(bare_key(), key=None), replace(bare_key(), key=None), ChangeKind.SAME),
    ],
)
def test_keys_without_certificates_are_the_same_only_where_nothing_is_known_of_either(
    before: Entry, after: Entry, kind: ChangeKind
) -> None:
    assert kinds(store(before), store(after)) == [("localhost", kind)]


def test_a_key_that_lost_its_certificate_cannot_be_told_from_another(service: Issued) -> None:
    entry = key_entry(service)
    assert kinds(store(entry), store(replace(entry, chain=()))) == [("localhost", ChangeKind.OTHER)]


@pytest.mark.parametrize("missing", ["serial", "issuer"])
def test_listed_certificates_without_serial_number_or_issuer_are_not_the_same(service: Issued, missing: str) -> None:
    known = listed(key_entry(service), RING)
    assert kinds(store(known), store(known)) == [("localhost", ChangeKind.SAME)]
    unknown = listed(key_entry(service), RING, **{missing: ""})
    assert kinds(store(unknown), store(unknown)) == [("localhost", ChangeKind.OTHER)]


@pytest.mark.parametrize(
    "place",
    [
        replace(RING, status="NOTRUST"),
        replace(RING, rings=("ZWESVUSR/Other",)),
        replace(RING, usage="SITE"),
        replace(RING, default=True),
    ],
)
def test_another_place_or_trust_in_racf_is_told(service: Issued, place: RingPlace) -> None:
    before, after = listed(key_entry(service), RING), listed(key_entry(service), place)
    (change,) = compare_stores(store(before), store(after))
    assert change.kind is ChangeKind.PLACE
    assert change.as_dict()["change"] == "place"
    assert change.as_dict()["places"] == [RING.as_dict(), place.as_dict()]


def test_an_authority_that_is_no_longer_trusted_has_another_trust_and_one_without_its_key_is_of_another_kind(
    service: Issued,
) -> None:
    before = replace(listed(key_entry(service), RING), kind=EntryKind.TRUSTED_CERTIFICATE)
    after = replace(before, kind=EntryKind.CERTIFICATE, place=replace(RING, status="NOTRUST"))
    assert kinds(store(before), store(after)) == [("localhost", ChangeKind.PLACE)]
    before = replace(before, kind=EntryKind.PRIVATE_KEY)
    assert kinds(store(before), store(after)) == [("localhost", ChangeKind.KIND)]


def test_another_owner_has_another_certificate(service: Issued) -> None:
    before, after = (listed(key_entry(service), replace(RING, owner=owner)) for owner in ("ZWESVUSR", "IZUSVR"))
    assert kinds(store(before), store(after)) == [
        ("localhost", ChangeKind.ADDED),
        ("localhost", ChangeKind.REMOVED),
    ]


@pytest.mark.parametrize(
    ("rings", "kind"),
    [
        (("ZWESVUSR/Zowe", "IZUSVR/Other"), ChangeKind.SAME),
        (("IZUSVR/Other", "ZWESVUSR/Zowe"), ChangeKind.SAME),
        ((), ChangeKind.PLACE),
    ],
)
def test_what_one_of_two_listings_does_not_tell_is_no_change(
    service: Issued, rings: tuple[str, ...], kind: ChangeKind
) -> None:
    before, after = listed(key_entry(service), RING), listed(key_entry(service), RingPlace("ZWESVUSR", "", rings))
    assert kinds(store(before), store(after)) == [("localhost", kind)]


def test_the_rings_of_two_listings_of_certificates_are_compared_whole(service: Issued) -> None:
    one, two = RingPlace("ZWESVUSR", "TRUST", ("A/A",)), RingPlace("ZWESVUSR", "TRUST", ("A/A", "B/B"))
    before, after = listed(key_entry(service), one), listed(key_entry(service), two)
    assert kinds(store(before), store(after)) == [("localhost", ChangeKind.PLACE)]


def test_labels_of_racf_are_told_apart_by_case_and_ring(service: Issued, authority: Issued) -> None:
    other = replace(RING, rings=("ZWESVUSR/Other",))
    before = store(
        listed(key_entry(service, "Zowe"), RING),
        listed(key_entry(authority, "zowe"), RING),
        listed(key_entry(service, "Zowe"), other),
    )
    after = store(*before.entries[:2])
    assert kinds(before, after) == [
        ("Zowe", ChangeKind.SAME),
        ("zowe", ChangeKind.SAME),
        ("Zowe", ChangeKind.REMOVED),
    ]


def test_a_label_of_racf_is_the_alias_of_a_keystore_in_any_case(service: Issued) -> None:
    before, after = store(key_entry(service, "zowe")), store(listed(key_entry(service, "Zowe"), RING))
    assert kinds(before, after) == [("Zowe", ChangeKind.SAME)]


def test_what_was_removed_comes_in_the_order_of_the_older_store(service: Issued) -> None:
    names = [f"entry {number}" for number in range(20, 0, -1)]
    changes = compare_stores(store(*(key_entry(service, name) for name in names)), store())
    assert [change.alias for change in changes] == names


@pytest.mark.parametrize(("shown", "kind"), [(0, ChangeKind.SAME), (1, ChangeKind.KIND), (None, ChangeKind.KIND)])
def test_of_equal_aliases_the_one_that_java_shows_counts_else_the_last(
    service: Issued, authority: Issued, shown: int | None, kind: ChangeKind
) -> None:
    entries = [key_entry(service, "a"), trusted_entry(authority.certificate, "A")]
    if shown is not None:
        entries[shown] = replace(entries[shown], java_alias="a")
    (change,) = compare_stores(store(key_entry(service, "a")), store(*entries))
    assert change.kind is kind
