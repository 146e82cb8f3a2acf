"""What of a large trust graph is drawn: likes folded into one box, every problem by itself as long as there is room.

Certificates are grouped by who issued them, their verdict and the store that they are in. Where that leaves too many
boxes, more is folded, one step after the other: stores that hold the same, certificates of different stores,
problems, authorities. The tables beside the picture hold everything, whatever is folded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, View
from .folded_parts import folded_edge, folded_node
from .kinds import connection_verdict, verdict_of, view_of

__all__ = ["folded", "too_many"]

_T = TypeVar("_T")

_DRAWN, _FOLDED = 60, 500
_ARROWS = 4  # for a box, in a folded picture: with more of them none can be followed
_HELD = frozenset({NodeKind.CA, NodeKind.CERTIFICATE, NodeKind.GROUP})
_CERTIFICATES = _HELD | {NodeKind.MISSING}

Parts = Mapping[str, Hashable]  # node id → what it has in common with those of its box


def folded(graph: TrustGraph, most: int = _DRAWN) -> TrustGraph:
    """The graph to be drawn: itself, or with likes folded, so that of no sort there are more than ``most`` boxes.

    Certificates, places, clients, services and the like are sorts. The same graph is folded in the same way,
    whatever the order of its parts. What is folded has few arrows too.
    """
    if _size(graph) <= most:
        return graph
    graph = TrustGraph.of(graph.nodes, graph.edges)
    steps = _certificate_steps(graph) if view_of(graph.nodes) is View.CERTIFICATES else _other_steps(graph, most)
    smaller = graph
    for parts in steps:
        smaller = _merged(graph, parts)
        if _size(smaller) <= most and len(smaller.edges) <= _ARROWS * most:
            break
    return smaller


def too_many(graph: TrustGraph) -> str:
    """Why a graph is not drawn, not even folded; nothing if it can be drawn."""
    size = _size(graph)
    if size <= _FOLDED:
        return ""
    what = "certificates" if view_of(graph.nodes) is View.CERTIFICATES else "boxes"
    return f"No picture: {size:,} {what} are more than the {_FOLDED} that one can show. The tables hold them all"


def _size(graph: TrustGraph) -> int:
    return max(_sorts(graph).values(), default=0)


def _sorts(graph: TrustGraph) -> Counter[NodeKind]:
    """How many there are of each kind; all that are certificates count as one."""
    return Counter(NodeKind.CERTIFICATE if node.kind in _HELD else node.kind for node in graph.nodes)


def _merged(graph: TrustGraph, parts: Parts) -> TrustGraph:
    """One node for each part, one edge for those that join the same parts and look alike."""
    members: dict[Hashable, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        members[parts[node.id]].append(node)
    nodes = {part: folded_node(among) for part, among in members.items()}
    alike: dict[tuple[str, ...], list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if edge.source in parts and edge.target in parts and parts[edge.source] != parts[edge.target]:
            ends = nodes[parts[edge.source]].id, nodes[parts[edge.target]].id
            # Two aliases of one certificate in one store stay two arrows.
            own = edge.label if ends == (edge.source, edge.target) else ""
            alike[*ends, edge.kind, edge.owner, edge.verdict, own].append(edge)
    edges = (folded_edge(source, target, among) for (source, target, *_), among in alike.items())
    return TrustGraph.of(nodes.values(), edges)


class _Stage(IntEnum):
    """How much of the certificates is folded; each stage folds what those before it do."""

    LEAVES = 0
    UNUSED = 1  # authorities that signed nothing
    SAME_STORES = 2  # stores that hold the same
    ANY_STORE = 3  # certificates whatever store they are in
    PROBLEMS = 4
    AUTHORITIES = 5
    ALL = 6


def _certificate_steps(graph: TrustGraph) -> Iterator[Parts]:
    joined = _Joined.of(graph)
    # Of authorities first: what they signed is told apart by them. Places last: by what they hold.
    certificates = [node for node in graph.nodes if node.kind in _CERTIFICATES]
    certificates.sort(key=lambda node: (node.kind not in (NodeKind.CA, NodeKind.MISSING), node.id))
    places = [node for node in graph.nodes if node.kind not in _CERTIFICATES]
    for stage in _Stage:
        parts: dict[str, Hashable] = {}
        for node in certificates:
            parts[node.id] = _certificate_part(node, joined, parts, stage)
        for place in places:
            parts[place.id] = _place_part(place, joined, parts, stage)
        yield parts
        if stage >= _Stage.ANY_STORE:
            yield parts | {place.id: _any_place(place, joined) for place in places}


@dataclass(frozen=True)
class _Joined:
    """Who signed a certificate, whether it signed one itself, where it is kept; what a place holds."""

    issuers: Mapping[str, frozenset[str]]
    signing: frozenset[str]
    missing: frozenset[str]
    places: Mapping[str, frozenset[tuple[str, EdgeKind]]]
    held: Mapping[str, frozenset[tuple[str, EdgeKind]]]

    @classmethod
    def of(cls, graph: TrustGraph) -> _Joined:
        issuers: dict[str, set[str]] = defaultdict(set)
        places: dict[str, set[tuple[str, EdgeKind]]] = defaultdict(set)
        held: dict[str, set[tuple[str, EdgeKind]]] = defaultdict(set)
        known = {node.id for node in graph.nodes}
        for edge in (edge for edge in graph.edges if {edge.source, edge.target} <= known):
            if edge.kind is EdgeKind.SIGNED:
                issuers[edge.target].add(edge.source)
            else:
                places[edge.source].add((edge.target, edge.kind))
                held[edge.target].add((edge.source, edge.kind))
        signing = frozenset(source for sources in issuers.values() for source in sources)
        missing = frozenset(node.id for node in graph.nodes if node.kind is NodeKind.MISSING)
        return cls(_frozen(issuers), signing, missing, _frozen(places), _frozen(held))


def _frozen(found: Mapping[str, set[_T]]) -> Mapping[str, frozenset[_T]]:
    return defaultdict(frozenset, {key: frozenset(values) for key, values in found.items()})


def _certificate_part(node: Node, joined: _Joined, parts: Parts, stage: _Stage) -> Hashable:
    verdict, issuers = verdict_of(node), joined.issuers[node.id]
    if node.kind is NodeKind.MISSING:
        return "missing" if stage >= _Stage.PROBLEMS else node.id
    above = verdict if stage is _Stage.ALL else frozenset(parts.get(issuer, issuer) for issuer in issuers)
    problem = verdict != "ok" or not issuers.isdisjoint(joined.missing)
    if problem and stage < _Stage.PROBLEMS:
        return node.id
    if node.kind is NodeKind.CA and node.id in joined.signing:
        if stage < _Stage.AUTHORITIES or (stage is _Stage.AUTHORITIES and not issuers):
            return node.id
        return "authority", verdict, issuers if stage is _Stage.AUTHORITIES else bool(issuers)
    if node.kind is NodeKind.CA and stage < _Stage.UNUSED:
        return node.id
    places = joined.places[node.id] if stage < _Stage.ANY_STORE else frozenset()
    return node.kind, verdict, above, places


def _place_part(node: Node, joined: _Joined, parts: Parts, stage: _Stage) -> Hashable:
    if stage < _Stage.SAME_STORES:
        return node.id
    held = frozenset((parts.get(source, source), kind) for source, kind in joined.held[node.id])
    return node.kind, verdict_of(node), held


def _any_place(node: Node, joined: _Joined) -> Hashable:
    """Stores that hold keys, stores that only trust: whatever it is that they hold."""
    return node.kind, verdict_of(node), frozenset(kind for _, kind in joined.held[node.id])


def _other_steps(graph: TrustGraph, most: int) -> Iterator[Parts]:
    """Of connections and launches: what has the same neighbours, without problems, with them, then all of a kind.

    Only kinds of which there are too many are folded, and no gateway.
    """
    crowded = {kind for kind, count in _sorts(graph).items() if count > most} - {NodeKind.GATEWAY}
    around: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    refused: set[str] = set()
    for edge in graph.edges:
        look = (edge.kind, edge.owner, edge.verdict)
        around[edge.source].add(("to", edge.target, *look))
        around[edge.target].add(("from", edge.source, *look))
        if edge.kind is EdgeKind.CONNECTS and connection_verdict(edge) != "ok":
            refused |= {edge.source, edge.target}
    for problems, neighbours in ((False, True), (True, True), (True, False)):
        parts: dict[str, Hashable] = {}
        for node in graph.nodes:
            wrong = verdict_of(node) != "ok" or node.id in refused
            alone = node.kind not in crowded or (wrong and not problems)
            what = frozenset(around[node.id]) if neighbours else node.id in refused
            parts[node.id] = node.id if alone else (node.kind, node.owner, verdict_of(node), what)
        yield parts
