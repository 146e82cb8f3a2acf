"""The graph has a node for each certificate and store, and an edge where a signature or a store proves one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from tests.trust.conftest import NOW, key_entry, store, trusted_entry
from tests.trust.scenarios import SCENARIOS
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.model import Entry, EntryKind, Store
from zowe_certs_kernel.stores.certificate import certificate_facts
from zowe_certs_kernel.trust.graph import EdgeKind, Node, NodeKind, TrustGraph, trust_graph


def sha256(issued: Issued) -> str:
    return certificate_facts(issued.certificate.public_bytes(Encoding.DER)).identity


def edges_of(graph: TrustGraph) -> set[tuple[str, str, str, str]]:
    """Every edge by the labels of its nodes."""
    labels = {node.id: node.label for node in graph.nodes}
    assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= set(labels)
    return {(labels[edge.source], str(edge.kind), labels[edge.target], edge.label) for edge in graph.edges}


def node(graph: TrustGraph, label: str) -> Node:
    (found,) = (node for node in graph.nodes if node.label == label)
    return found


@pytest.fixture
def zowe_set(service: Issued, authority: Issued) -> tuple[Store, Store, Store]:
    """As Zowe's script leaves it: the authority's store, the keystore and the trust store."""
    return (
        store(key_entry(authority, "localca"), source="keys/local_ca/localca.keystore.p12"),
        store(key_entry(service), trusted_entry(authority.certificate), source="keys/localhost/localhost.keystore.p12"),
        store(trusted_entry(authority.certificate), source="keys/localhost/localhost.truststore.p12"),
    )


def test_a_set_has_a_node_for_each_certificate_and_store_and_the_edges_between(
    zowe_set: tuple[Store, ...], service: Issued, authority: Issued
) -> None:
    graph = trust_graph(zowe_set, at=NOW)
    assert {(node.kind, node.label, node.id) for node in graph.nodes} == {
        (NodeKind.CA, "Authority", sha256(authority)),
        (NodeKind.CERTIFICATE, "Service", sha256(service)),
        *((NodeKind.STORE, each.source.rpartition("/")[2], f"store:{each.source}") for each in zowe_set),
    }
    assert edges_of(graph) == {
        ("Authority", "signed", "Service", ""),
        ("Authority", "with its key in", "localca.keystore.p12", "localca"),
        ("Service", "with its key in", "localhost.keystore.p12", "localhost"),
        ("Authority", "trusted in", "localhost.keystore.p12", "localca"),
        ("Authority", "trusted in", "localhost.truststore.p12", "localca"),
    }
    assert {node.verdict for node in graph.nodes} == {"ok"}


def test_a_store_tells_its_folder_its_format_and_how_it_is_protected() -> None:
    sealed = Store("keys/localhost/localhost.keystore.p12", "PKCS12", (), protection="3DES")
    graph = trust_graph([sealed, store(source="plain.p12")], at=NOW)
    first, second = (node(graph, label) for label in ("localhost.keystore.p12", "plain.p12"))
    assert first.details == ("keys/localhost/", "PKCS12")
    assert first.tooltip == "keys/localhost/localhost.keystore.p12: PKCS12, 3DES"
    assert (second.details, second.tooltip) == (("PKCS12",), "plain.p12: PKCS12, not protected")


def test_a_certificate_without_key_and_trust_is_copied(service: Issued) -> None:
    facts = certificate_facts(service.certificate.public_bytes(Encoding.DER))
    graph = trust_graph([store(Entry("1", EntryKind.CERTIFICATE, (facts,)), source="server.cer")], at=NOW)
    assert ("Service", "copied in", "server.cer", "1") in edges_of(graph)


def test_an_issuer_that_no_store_has_is_a_node_of_its_own(service: Issued) -> None:
    facts = certificate_facts(service.certificate.public_bytes(Encoding.DER))
    graph = trust_graph([store(Entry("a", EntryKind.PRIVATE_KEY, (facts,)))], at=NOW)
    missing = node(graph, "Authority")
    assert (missing.kind, missing.id, missing.verdict) == (NodeKind.MISSING, "missing:CN=Authority", "unknown")
    assert missing.tooltip == "CN=Authority is in none of the stores"
    assert ("Authority", "signed", "Service", "") in edges_of(graph)


def test_an_issuer_that_is_missing_for_several_is_one_node(
    authority: Issued, rsa_keys: tuple[RSAPrivateKey, ...]
) -> None:
    leaves = [
        issue(CertificateKind.SERVICE, (("CN", name),), rsa_keys[1], now=NOW, issuer=authority, san=("dns:a",))
        for name in ("one", "two")
    ]
    graph = trust_graph([store(*(trusted_entry(leaf.certificate, "x") for leaf in leaves))], at=NOW)
    assert [found.id for found in graph.nodes if found.kind is NodeKind.MISSING] == ["missing:CN=Authority"]
    assert {edge for edge in edges_of(graph) if edge[1] == "signed"} == {
        ("Authority", "signed", "one", ""),
        ("Authority", "signed", "two", ""),
    }


def test_an_authority_of_the_same_name_with_another_key_is_no_issuer(
    service: Issued, authority: Issued, renewed: Issued
) -> None:
    leaf = trusted_entry(service.certificate, "leaf")
    only_new = trust_graph([store(leaf, trusted_entry(renewed.certificate))], at=NOW)
    assert [edge.source for edge in only_new.edges if edge.kind is EdgeKind.SIGNED] == ["missing:CN=Authority"]
    both = trust_graph([store(leaf, trusted_entry(renewed.certificate), trusted_entry(authority.certificate))], at=NOW)
    assert [edge.source for edge in both.edges if edge.kind is EdgeKind.SIGNED] == [sha256(authority)]
    assert [found.kind for found in both.nodes if found.label == "Authority"] == [NodeKind.CA, NodeKind.CA]


def test_an_authority_renewed_with_its_key_is_an_issuer_too(
    service: Issued, authority: Issued, rsa_keys: tuple[RSAPrivateKey, ...]
) -> None:
    again = issue(CertificateKind.CA, (("CN", "Authority"),), rsa_keys[0], now=NOW + dt.timedelta(days=1))
    entries = (trusted_entry(each.certificate, "x") for each in (service, authority, again))
    graph = trust_graph([store(*entries)], at=NOW)
    signed = {edge.source for edge in graph.edges if edge.kind is EdgeKind.SIGNED}
    assert signed == {sha256(authority), sha256(again)}


def test_a_certificate_that_signed_itself_has_no_issuer(authority: Issued) -> None:
    graph = trust_graph([store(trusted_entry(authority.certificate))], at=NOW)
    assert [edge.kind for edge in graph.edges] == [EdgeKind.TRUSTED_IN]


def test_the_certificates_of_a_chain_are_nodes_without_being_entries(service: Issued) -> None:
    graph = trust_graph([store(key_entry(service))], at=NOW)
    assert edges_of(graph) == {
        ("Authority", "signed", "Service", ""),
        ("Service", "with its key in", "truststore.p12", "localhost"),
    }


@pytest.mark.parametrize(
    ("days", "verdict", "word"),
    [
        (0, "ok", "ends"),
        (3650 - 61, "ok", "ends"),
        (3650 - 60, "soon", "ends"),
        (3650, "soon", "ends"),
        (3651, "broken", "ended"),
        (-1, "broken", "starts"),
    ],
)
def test_a_certificate_is_judged_at_the_moment_asked_for(days: int, verdict: str, word: str, authority: Issued) -> None:
    graph = trust_graph([store(trusted_entry(authority.certificate))], at=NOW + dt.timedelta(days=days))
    found = node(graph, "Authority")
    begin, end = authority.certificate.not_valid_before_utc, authority.certificate.not_valid_after_utc
    life = [f"starts {begin:%Y-%m-%d}", f"ends {end:%Y-%m-%d}"] if word == "starts" else [f"{word} {end:%Y-%m-%d}"]
    assert found.verdict == verdict
    assert found.details == (*life, "RSA 2048")
    assert found.tooltip == ", ".join(["CN=Authority", *life, f"SHA-256 {sha256(authority)}"])


def test_an_alias_is_told_where_the_name_alone_is_not_enough(
    service: Issued, authority: Issued, renewed: Issued
) -> None:
    """Zowe's JWT secret has the name of its server certificate."""
    stores = [store(key_entry(authority, "old"), key_entry(renewed, "new"), key_entry(service, "localhost"))]
    details = {found.id: found.details for found in trust_graph(stores, at=NOW).nodes}
    assert "alias old" in details[sha256(authority)]
    assert "alias new" in details[sha256(renewed)]
    assert not [line for line in details[sha256(service)] if line.startswith("alias")]


def test_how_soon_is_soon_is_the_callers(authority: Issued) -> None:
    stores, at = [store(trusted_entry(authority.certificate))], NOW + dt.timedelta(days=3650 - 90)
    assert node(trust_graph(stores, at=at), "Authority").verdict == "ok"
    assert node(trust_graph(stores, at=at, warn_days=90), "Authority").verdict == "soon"


def test_a_key_that_could_not_be_read_is_said(authority: Issued) -> None:
    entry = trusted_entry(authority.certificate)
    facts = dataclasses.replace(entry.chain[0], key=None)
    graph = trust_graph([store(dataclasses.replace(entry, chain=(facts,)))], at=NOW)
    assert node(graph, "Authority").details[1] == "unknown key"


def test_the_same_stores_give_the_same_graph_in_any_order(zowe_set: tuple[Store, ...], renewed: Issued) -> None:
    stores = [*zowe_set, store(trusted_entry(renewed.certificate), source="other.p12")]
    graph = trust_graph(stores, at=NOW)
    chance = random.Random(1)  # noqa: S311  # the same orders each time
    for _ in range(10):
        chance.shuffle(stores)
        shuffled = [dataclasses.replace(each, entries=tuple(reversed(each.entries))) for each in stores]
        assert trust_graph(shuffled, at=NOW) == graph


def test_a_store_and_a_certificate_named_twice_are_one_node_each(zowe_set: tuple[Store, ...]) -> None:
    assert trust_graph([*zowe_set, *zowe_set], at=NOW) == trust_graph(zowe_set, at=NOW)


def test_nothing_gives_an_empty_graph_and_an_empty_store_a_node() -> None:
    assert trust_graph([], at=NOW) == TrustGraph((), ())
    graph = trust_graph([store(Entry("key", EntryKind.PRIVATE_KEY, ()))], at=NOW)
    assert ([found.kind for found in graph.nodes], graph.edges) == ([NodeKind.STORE], ())


def test_a_key_whose_intermediate_authority_is_not_sent_says_so() -> None:
    case = SCENARIOS["good with intermediate"]()
    whole = case.entry
    stores = (
        store(whole, source="whole.p12"),
        store(dataclasses.replace(whole, chain=whole.chain[:1]), source="bare.p12"),
        store(*(trusted_entry(anchor) for anchor in case.anchors)),
    )
    kept = {edge.target: edge.details for edge in trust_graph(stores, at=NOW).edges if edge.kind is EdgeKind.KEY_IN}
    assert kept == {
        "store:whole.p12": (),
        "store:bare.p12": (f"sent without {whole.chain[1].common_name}",),
    }


def test_a_key_identifier_finds_the_signer_among_thousands_of_authorities_of_one_name() -> None:
    case = SCENARIOS["good"]()
    (root,), leaf = case.anchor_facts, case.chain_facts[0]
    others = [
        dataclasses.replace(root, sha256=f"{number:064x}", subject_key_identifier="00", self_signed=True)
        for number in range(3_000)
    ]
    entries = [Entry(str(number), EntryKind.TRUSTED_CERTIFICATE, (one,)) for number, one in enumerate((*others, root))]
    graph = trust_graph((store(*entries), store(case.entry, source="k.p12")), at=NOW)
    assert [edge.source for edge in graph.edges if edge.target == leaf.identity] == [root.identity]
