"""What is folded in the picture of many certificates, and what never is while there is room."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.show.real_sets import component_set, corporate_set, graph_of
from tests.show.test_layout import HOSTILE, many, three, twelve
from tests.show.views import connections, launch
from zowe_certs_kernel.show.folding import folded, too_many
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph

CA, CERTIFICATE, STORE, MISSING = NodeKind.CA, NodeKind.CERTIFICATE, NodeKind.STORE, NodeKind.MISSING
SIGNED, KEY_IN, TRUSTED_IN = EdgeKind.SIGNED, EdgeKind.KEY_IN, EdgeKind.TRUSTED_IN


def issued(leaves: Sequence[str], authorities: int = 1, stores: int = 1) -> TrustGraph:
    """A certificate for each verdict in ``leaves``, issued in turn by some authorities and kept in some stores."""
    nodes = [Node(f"ca{at}", CA, f"Authority {at}", ("ends 2036-01-01",)) for at in range(authorities)]
    nodes += [Node(f"store{at}", STORE, f"store{at}.p12") for at in range(stores)]
    edges = []
    for at, verdict in enumerate(leaves):
        details = (f"{'ended' if verdict == 'broken' else 'ends'} {2030 + at % 5}-01-01", "RSA 2048")
        nodes.append(Node(f"leaf{at}", CERTIFICATE, f"service{at:03}", details, verdict=verdict))
        edges.append(Edge(f"ca{at % authorities}", f"leaf{at}", SIGNED))
        edges.append(Edge(f"leaf{at}", f"store{at % stores}", KEY_IN, f"alias{at}"))
    return TrustGraph.of(nodes, edges)


def trusted(authorities: int) -> TrustGraph:
    """Java's own trust store: authorities that signed nothing here."""
    nodes = [Node(f"ca{at}", CA, f"Public Root {at}") for at in range(authorities)]
    edges = [Edge(node.id, "cacerts", TRUSTED_IN, node.label) for node in nodes]
    return TrustGraph.of([*nodes, Node("cacerts", STORE, "cacerts")], edges)


def chain(length: int) -> TrustGraph:
    """Each signed the next, the last one the first too."""
    nodes = [Node(f"ca{at}", CA, f"CA {at}") for at in range(length)]
    return TrustGraph.of(nodes, [Edge(f"ca{at}", f"ca{(at + 1) % length}", SIGNED) for at in range(length)])


def orphans(number: int) -> TrustGraph:
    """Certificates whose issuers are missing, each its own."""
    nodes = [Node(f"c{at}", CERTIFICATE, f"c{at}") for at in range(number)]
    nodes += [Node(f"m{at}", MISSING, f"m{at}", verdict="unknown") for at in range(number)]
    return TrustGraph.of(nodes, [Edge(f"m{at}", f"c{at}", SIGNED) for at in range(number)])


def scattered() -> TrustGraph:
    """Each certificate in three of many stores, no two of which hold the same."""
    graph, numbers = issued(["ok"] * 460, 30, 60), random.Random(3)  # noqa: S311  # the same each time
    more = {Edge(f"leaf{at}", f"store{numbers.randrange(60)}", TRUSTED_IN) for at in [*range(460)] * 2}
    return TrustGraph.of(graph.nodes, {*graph.edges, *more})


GRAPHS = {
    "scattered": scattered(),
    "many": many(440, 54),
    "components": graph_of(component_set(200)),
    "a corporation": graph_of(corporate_set(100)),
    "all in order": issued(["ok"] * 400, 12, 30),
    "all broken": issued(["broken"] * 400, 12, 30),
    "mixed": issued(["ok", "soon", "broken", "unknown"] * 100, 100, 400),
    "a trust store": trusted(140),
    "a chain": chain(300),
    "orphans": orphans(200),
    "connections": connections(200, 400, HOSTILE),
    "a launch": launch(200, 80, 70, HOSTILE),
}


def ids(graph: TrustGraph, *kinds: NodeKind) -> set[str]:
    return {node.id for node in graph.nodes if node.kind in kinds}


def labels(graph: TrustGraph, kind: NodeKind = NodeKind.GROUP) -> list[str]:
    return sorted(node.label for node in graph.nodes if node.kind is kind)


@pytest.mark.parametrize("name", GRAPHS)
def test_of_no_sort_more_than_sixty_boxes_are_left(name: str) -> None:
    found = folded(GRAPHS[name])
    sorts = Counter(
        "certificate" if node.kind in (CA, CERTIFICATE, NodeKind.GROUP) else node.kind for node in found.nodes
    )
    assert max(sorts.values()) <= 60


@pytest.mark.parametrize("name", GRAPHS)
def test_a_folded_picture_has_few_arrows(name: str) -> None:
    assert len(folded(GRAPHS[name]).edges) <= 240


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_is_lost_in_folding(name: str) -> None:
    graph = GRAPHS[name]
    found = folded(graph)
    assert sum(node.count for node in found.nodes) == len(graph.nodes)
    assert sum(edge.count for edge in found.edges) <= len(graph.edges)
    known = {node.id for node in found.nodes}
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= known
    assert len(known) == len(found.nodes)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_order_of_nodes_and_edges_makes_no_difference(name: str) -> None:
    graph = GRAPHS[name]
    assert folded(TrustGraph(graph.nodes[::-1], graph.edges[::-1])) == folded(graph)


@pytest.mark.parametrize(
    "graph", [three(), twelve(), many(40, 14), trusted(60), connections(30, 60), launch(60, 60, 0)]
)
def test_up_to_sixty_of_a_sort_are_drawn_as_they_are(graph: TrustGraph) -> None:
    assert folded(graph) is graph


def test_certificates_in_order_are_grouped_by_issuer_and_store() -> None:
    found = folded(issued(["ok"] * 90, 3, 3))
    assert labels(found) == ["30 certificates in order"] * 3
    group = next(node for node in found.nodes if node.kind is NodeKind.GROUP)
    assert group.count == 30
    assert group.details == ("first ends 2030-01-01", "service000", "service003", "and 28 more")
    assert group.tooltip.startswith("30 certificates in order: service000, service003, service006")
    assert group.tooltip.endswith("and 18 more")
    assert [(edge.kind, edge.label, edge.count) for edge in found.edges if edge.source == group.id] == [
        (KEY_IN, "30 entries", 30)
    ]


def test_every_authority_every_problem_and_its_path_stay_boxes_of_their_own() -> None:
    graph = issued(["ok"] * 100 + ["soon", "broken", "unknown"], 7, 2)
    found = folded(graph)
    assert ids(graph, CA, STORE) <= ids(found, CA, STORE)
    assert ids(found, CERTIFICATE) == {"leaf100", "leaf101", "leaf102"}
    assert {edge for edge in graph.edges if edge.target == "leaf101"} <= set(found.edges)
    assert Edge("leaf101", "store1", KEY_IN, "alias101") in found.edges


def test_a_missing_issuer_and_what_it_signed_stay_boxes_of_their_own() -> None:
    graph = issued(["ok"] * 100)
    edges = [edge for edge in graph.edges if edge.target != "leaf7"]
    ghost = Node("missing", MISSING, "Root", verdict="unknown")
    found = folded(TrustGraph.of([*graph.nodes, ghost], [*edges, Edge("missing", "leaf7", SIGNED)]))
    assert ids(found, CERTIFICATE, MISSING) == {"leaf7", "missing"}
    assert labels(found) == ["99 certificates in order"]


def test_more_problems_than_there_is_room_for_are_grouped_by_issuer_and_verdict_and_say_so() -> None:
    found = folded(issued(["broken", "soon"] * 100, 2))
    assert labels(found) == ["100 certificates that end soon", "100 certificates, broken"]
    assert sorted(node.verdict for node in found.nodes if node.kind is NodeKind.GROUP) == ["broken", "soon"]
    broken = next(node for node in found.nodes if node.label.endswith("broken"))
    assert broken.details[0] == "first ended 2030-01-01"


def test_authorities_that_signed_nothing_are_folded_before_any_other() -> None:
    graph = trusted(140)
    found = folded(TrustGraph.of([*graph.nodes, *three().nodes], [*graph.edges, *three().edges]))
    assert labels(found) == ["140 authorities in order"]
    assert ids(found, CA, CERTIFICATE) == {"ca", "service"}


def test_stores_that_hold_the_same_are_folded_if_need_be() -> None:
    graph = issued(["ok"] * 100)
    copies = [Node(f"copy{at}", STORE, f"copy{at}.p12") for at in range(70)]
    edges = [Edge("ca0", copy.id, TRUSTED_IN, "ca") for copy in copies]
    found = folded(TrustGraph.of([*graph.nodes, *copies], [*graph.edges, *edges]))
    assert labels(found, STORE) == ["70 stores", "store0.p12"]
    assert next(edge.label for edge in found.edges if edge.count == 70) == "ca"


def test_stores_are_folded_whatever_they_hold_where_arrows_would_be_too_many() -> None:
    found = folded(scattered())
    assert labels(found, STORE) == ["60 stores"]
    assert len(ids(found, CA)) == len(ids(found, NodeKind.GROUP)) == 30


def test_authorities_are_folded_last_and_those_of_different_roots_apart() -> None:
    nodes = [Node("r0", CA, "Root 0"), Node("r1", CA, "Root 1")]
    edges = []
    for at in range(100):
        nodes += [Node(f"ca{at}", CA, f"CA {at}"), Node(f"leaf{at}", CERTIFICATE, f"leaf {at}")]
        edges += [Edge(f"r{at % 2}", f"ca{at}", SIGNED), Edge(f"ca{at}", f"leaf{at}", SIGNED)]
    found = folded(TrustGraph.of(nodes, edges))
    assert labels(found) == ["50 authorities in order"] * 2 + ["50 certificates in order"] * 2
    assert ids(found, CA) == {"r0", "r1"}


def test_accepted_services_are_folded_by_whose_certificate_they_show_and_others_are_not() -> None:
    found = folded(connections(3, 90))
    services = [node for node in found.nodes if node.kind is NodeKind.SERVICE and node.count > 1]
    assert sorted((node.label, node.owner) for node in services) == [
        ("18 services", "external"),
        ("60 services", "zowe"),
    ]
    assert len(ids(found, NodeKind.SERVICE)) == 2 + 12
    assert len(ids(found, NodeKind.CLIENT)) == 3
    assert sorted(edge.label for edge in found.edges if edge.count > 1) == ["18 accepted", "60 accepted"]
    assert {edge.label for edge in found.edges if edge.count == 1} == {"accepted", "refused", "unknown"}


def test_more_than_five_hundred_are_not_drawn_and_a_sentence_says_why() -> None:
    assert too_many(trusted(500)) == ""
    assert too_many(trusted(501)) == (
        "No picture: 501 certificates are more than the 500 that one can show. The tables hold them all"
    )
    assert too_many(connections(1, 2000)).startswith("No picture: 2,000 boxes are more than")
    assert too_many(TrustGraph((), ())) == ""


def test_edges_that_lead_nowhere_and_names_that_cannot_be_written_do_no_harm() -> None:
    nodes = [Node(f"\ud800{at}", CERTIFICATE, HOSTILE[at % len(HOSTILE)]) for at in range(100)]
    edges = [Edge("nowhere", node.id, SIGNED) for node in nodes] + [Edge(nodes[0].id, "nowhere", KEY_IN)]
    assert sum(node.count for node in folded(TrustGraph.of(nodes, edges)).nodes) == 100


def test_json_says_how_many_a_box_and_an_arrow_stand_for() -> None:
    found = folded(issued(["ok"] * 90)).as_dict()
    assert [node["count"] for node in found["nodes"] if "count" in node] == [90]
    assert [edge["count"] for edge in found["edges"] if "count" in edge] == [90, 90]
