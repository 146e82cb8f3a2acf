"""A listing of RACF is a store like any other: entries by label, with their place in the rings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.stores import racf_samples as samples
from zowe_certs_kernel.errors import Damaged, TooCostly
from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.model import Entry, EntryKind, KeyFacts, RingPlace, Store
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.folder import candidates
from zowe_certs_kernel.trust.graph import NodeKind, trust_graph

RING = ("ZWESVUSR/ZoweKeyring",)
PROVES_NOTHING = "it is told by a listing, without its bytes, so that no signature proves anything of it"


def read(folder: Path, text: str | bytes) -> Store:
    path = folder / "keystore.p12"  # the name says nothing
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_store(path)


def by_label(store: Store) -> dict[str, Entry]:
    return {entry.alias: entry for entry in store.entries}


@pytest.fixture
def ring(tmp_path: Path) -> Store:
    return read(tmp_path, samples.LIST_USER + samples.LIST_CERTAUTH + samples.LISTRING)


def test_a_ring_is_listed_in_racfs_order_and_then_what_is_in_no_ring_listed(ring: Store) -> None:
    assert ring.format == "RACDCERT listing"
    labels = ["apiml node 1", "Alder Root", "2048 bit z/OSMF 2026", "READY or not", "2048 bit spare"]
    assert [entry.alias for entry in ring.entries] == labels


def test_a_certificate_has_owner_status_ring_usage_and_default(ring: Store) -> None:
    entry = by_label(ring)["apiml node 1"]
    assert entry.place == RingPlace("ZWESVUSR", "TRUST", RING, "PERSONAL", True)
    assert by_label(ring)["Alder Root"].place == RingPlace("CERTAUTH", "HIGHTRUST", RING, "CERTAUTH", False)
    assert by_label(ring)["2048 bit spare"].place == RingPlace("ZWESVUSR", "NOTRUST", (), "", None)


def test_the_kind_of_an_entry_is_what_a_program_makes_of_it(ring: Store) -> None:
    assert {entry.alias: entry.kind for entry in ring.entries} == {
        "apiml node 1": EntryKind.PRIVATE_KEY,
        "Alder Root": EntryKind.TRUSTED_CERTIFICATE,
        "2048 bit z/OSMF 2026": EntryKind.CERTIFICATE,
        "READY or not": EntryKind.TRUSTED_CERTIFICATE,
        "2048 bit spare": EntryKind.CERTIFICATE,
    }


def test_a_certificate_tells_what_was_listed_and_no_more(ring: Store) -> None:
    facts = by_label(ring)["apiml node 1"].chain[0]
    assert (facts.subject.partition(",")[0], facts.serial) == ("CN=zowe.alder.example", "a3f")
    assert facts.not_after == dt.datetime(2027, 1, 15, 23, 59, 59, tzinfo=dt.UTC)
    assert facts.sha256 == "1dc725900b6faa1052843e9c7701f3d8405e62bb190cc438e1967a2d85f0136e"
    assert facts.key == KeyFacts("RSA", 2048)
    assert facts.signature_algorithm == "sha256WithRSAEncryption"
    assert facts.key_usage == ("digitalSignature", "keyEncipherment", "dataEncipherment")
    assert "dns:zowe.alder.example" in facts.san
    assert (facts.is_ca, facts.self_signed, facts.extended_key_usage, facts.der) == (None, None, None, b"")
    assert facts.notes == (PROVES_NOTHING,)
    spare = by_label(ring)["2048 bit spare"].chain[0]
    assert (spare.sha256, spare.signature_algorithm) == (None, "ecdsa-with-SHA384")
    assert "RACF printed no SHA-256 fingerprint" in spare.notes


def test_what_only_the_ring_shows_says_which_command_shows_the_rest(ring: Store) -> None:
    entry = by_label(ring)["2048 bit z/OSMF 2026"]
    assert (entry.chain, entry.place) == ((), RingPlace("IZUSVR", "", RING, "PERSONAL", False))
    assert entry.notes == (
        "the listing shows no more of it than its label; add what RACDCERT LIST says of it to the file",
    )


def test_a_certificate_that_racf_does_not_trust_is_told(ring: Store) -> None:
    assert any("NOTRUST" in note for note in by_label(ring)["2048 bit spare"].notes)


def test_a_key_in_icsf_is_told_with_its_label(ring: Store) -> None:
    assert any("ALDER.ZOWE.NODE1" in note for note in by_label(ring)["apiml node 1"].notes)


def test_a_personal_certificate_without_a_key_is_told(tmp_path: Path) -> None:
    text = samples.LIST_USER.replace("Private Key: YES", "Private Key: NO") + samples.LISTRING
    entry = by_label(read(tmp_path, text))["apiml node 1"]
    assert entry.kind is EntryKind.CERTIFICATE
    assert "it is connected as PERSONAL, and RACF has no private key of it" in entry.notes


def test_an_empty_ring_is_told(ring: Store) -> None:
    assert "nothing is connected to ring ZWESVUSR/EmptyRing" in ring.notes


def test_a_chain_is_built_by_the_names_of_issuers_and_racfs_verdict_is_told(tmp_path: Path) -> None:
    leaf, issuer = read(tmp_path, samples.LISTCHAIN).entries
    assert [facts.common_name for facts in leaf.chain] == ["leaf", "Alder Issuing CA"]
    assert "RACF says that its chain is incomplete" in leaf.notes
    assert any("expired" in note for note in leaf.notes)
    assert leaf.place == RingPlace("ZWESVUSR", "TRUST", RING)
    assert not any("RACF says" in note for note in issuer.notes)


def test_issuers_that_name_each_other_end_a_chain(tmp_path: Path) -> None:
    text = "".join(
        f"Digital certificate information for CERTAUTH:\n\n  Label: {own}\n  Serial Number:\n       >0{number}<\n"
        f"  Issuer's Name:\n       >CN={other}<\n  Subject's Name:\n       >CN={own}<\n"
        for number, (own, other) in enumerate((("A", "B"), ("B", "A")), 1)
    )
    assert [len(entry.chain) for entry in read(tmp_path, text).entries] == [2, 2]


def test_a_label_counts_in_upper_and_lower_case_and_with_its_owner(tmp_path: Path) -> None:
    text = samples.LIST_USER.replace("apiml node 1", "APIML node 1") + samples.LISTRING
    entries = read(tmp_path, text).entries
    assert [(entry.alias, bool(entry.chain)) for entry in entries if "node" in entry.alias] == [
        ("apiml node 1", False),
        ("APIML node 1", True),
    ]


def test_a_listing_in_ebcdic_is_the_same_store(tmp_path: Path, ring: Store) -> None:
    store = read(tmp_path, to_ibm1047(samples.LIST_USER + samples.LIST_CERTAUTH + samples.LISTRING))
    assert store.format == "RACDCERT listing in EBCDIC"
    assert store.entries == ring.entries


def test_a_listing_whose_first_byte_is_that_of_der_too_is_a_listing(tmp_path: Path, ring: Store) -> None:
    text = samples.with_line_numbers(samples.LIST_USER + samples.LIST_CERTAUTH + samples.LISTRING)
    assert text.startswith("0000")
    assert read(tmp_path, text).entries == ring.entries


def test_headings_alone_name_the_file_and_the_reason(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match=r"keystore\.p12 cannot be read: it has the headings"):
        read(tmp_path, "Digital ring information for user ZWESVUSR:\n\n  Ring:\n")


def test_a_note_repeats_no_more_of_a_name_than_racf_allows(tmp_path: Path) -> None:
    ring = "       >" + "R" * 900 + "<\n"
    text = f"Digital ring information for user A:\n\n  Ring:\n{ring * 60}  *** No certificates connected ***\n"
    (note,) = read(tmp_path, text).notes
    assert note == f"nothing is connected to ring A/{'R' * 240}"


def test_a_folder_holds_listings_as_stores(tmp_path: Path) -> None:
    (tmp_path / "job.txt").write_text(samples.JOB)
    (tmp_path / "ebcdic").write_bytes(to_ibm1047(samples.LISTRING))
    (tmp_path / "words.txt").write_text("RACDCERT LISTRING is a command")
    stores, passed = candidates(tmp_path)
    assert [path.name for path in stores] == ["ebcdic", "job.txt"]
    assert passed == ((tmp_path / "words.txt", "it is text without a PEM block"),)


def listed(number: int, subject: str, issuer: str) -> str:
    return (
        f"Digital certificate information for CERTAUTH:\n\n  Label: {number}\n"
        + (f"  Issuer's Name:\n       >{issuer}<\n" if issuer else "")
        + (f"  Subject's Name:\n       >{subject}<\n" if subject else "")
        + f"  Serial Number:\n       >{number:X}<\n"
    )


def test_chains_that_grow_with_their_number_are_too_costly(tmp_path: Path) -> None:
    text = "".join(listed(number, f"CN={number}", f"CN={number + 1}") for number in range(1, 600))
    with pytest.raises(TooCostly, match=r"--max-entries raises it"):
        read(tmp_path, text)


def test_names_that_were_not_printed_join_no_chain_and_are_null(tmp_path: Path) -> None:
    leaf, other = read(tmp_path, listed(1, "CN=leaf", "") + listed(2, "", "CN=root")).entries
    assert [len(entry.chain) for entry in (leaf, other)] == [1, 1]
    assert (leaf.chain[0].as_dict()["issuer"], other.chain[0].as_dict()["subject"]) == (None, None)
    assert leaf.chain[0].as_dict()["policies"] is None
    assert leaf.chain[0].identity != other.chain[0].identity


def test_an_authority_that_racf_does_not_trust_is_no_trusted_certificate(tmp_path: Path) -> None:
    text = samples.LIST_CERTAUTH.replace("Status: HIGHTRUST", "Status: NOTRUST") + samples.LISTRING
    assert by_label(read(tmp_path, text))["Alder Root"].kind is EntryKind.CERTIFICATE


def test_a_picture_does_not_miss_an_issuer_that_is_listed(tmp_path: Path) -> None:
    store = read(tmp_path, listed(1, "CN=leaf", "CN=root") + listed(2, "CN=root", "CN=root"))
    graph = trust_graph([store], at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert NodeKind.MISSING not in {node.kind for node in graph.nodes}
    assert {node.verdict for node in graph.nodes if node.kind is NodeKind.CERTIFICATE} == {"unknown"}
