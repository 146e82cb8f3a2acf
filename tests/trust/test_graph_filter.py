"""A part of the graph keeps what is needed to understand it, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.show.real_sets import NOW, corporate_set
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, trust_graph
from zowe_certs_kernel.trust.graph_filter import filtered


def ids(graph: TrustGraph) -> str:
    return " ".join(sorted(node.id for node in graph.nodes))


def small() -> TrustGraph:
    """Root r signs i, which signs a (in order, in store s) and b (broken, in stores s and t); x is by a lost issuer."""
    nodes = [
        Node("r", NodeKind.CA, "Root"),
        Node("i", NodeKind.CA, "Issuing"),
        Node("a", NodeKind.CERTIFICATE, "A"),
        Node("b", NodeKind.CERTIFICATE, "B", verdict="broken"),
        Node("x", NodeKind.CERTIFICATE, "X", verdict="soon"),
        Node("m", NodeKind.MISSING, "Lost", verdict="unknown"),
        Node("s", NodeKind.STORE, "S"),
        Node("t", NodeKind.STORE, "T"),
    ]
    signed = [("r", "i"), ("i", "a"), ("i", "b"), ("m", "x")]
    held = [("r", "t"), ("a", "s"), ("b", "s"), ("b", "t"), ("x", "t")]
    edges = [Edge(*pair, EdgeKind.SIGNED) for pair in signed] + [Edge(*pair, EdgeKind.KEY_IN) for pair in held]
    return TrustGraph.of(nodes, edges)


def test_nothing_asked_for_keeps_all() -> None:
    assert filtered(small()) == small()


@pytest.mark.parametrize(
    ("stores", "authorities", "verdicts", "kept"),
    [
        (["s"], [], [], "a b i r s"),
        (["t"], [], [], "b i m r t x"),
        ([], ["i"], [], "a b i r s t"),
        ([], ["m"], [], "m t x"),
        ([], [], ["broken"], "b i r s t"),
        ([], [], ["soon"], "m t x"),
        (["s"], [], ["broken"], "b i r s"),
        (["s"], ["m"], [], ""),
        ([], ["nobody"], [], ""),
    ],
)
def test_what_fits_stays_with_all_above_it_and_where_it_is_kept(
    stores: list[str], authorities: list[str], verdicts: list[str], kept: str
) -> None:
    assert ids(filtered(small(), stores=stores, authorities=authorities, verdicts=verdicts)) == kept


def test_edges_lead_only_to_what_is_kept() -> None:
    part = filtered(small(), stores=["s"])
    kept = {node.id for node in part.nodes}
    assert all(edge.source in kept and edge.target in kept for edge in part.edges)
    assert Edge("b", "t", EdgeKind.KEY_IN) not in part.edges


def test_authorities_that_sign_each_other_end() -> None:
    nodes = [Node("a", NodeKind.CA, "A"), Node("b", NodeKind.CA, "B")]
    edges = [Edge("a", "b", EdgeKind.SIGNED), Edge("b", "a", EdgeKind.SIGNED)]
    assert ids(filtered(TrustGraph.of(nodes, edges), authorities=["a"])) == "a b"


def test_of_real_stores_one_keeps_its_own_chains() -> None:
    stores = corporate_set(12)
    graph = trust_graph(stores, at=NOW + dt.timedelta(days=1))
    part = filtered(graph, stores=[f"store:{stores[0].source}"])
    held = {facts.identity for entry in stores[0].entries for facts in entry.chain}
    assert held <= {node.id for node in part.nodes}
    assert [node.label for node in part.nodes if node.kind is NodeKind.STORE] == ["zos00.example.com.p12"]
