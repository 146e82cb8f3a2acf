"""A part of a trust graph: what is in some stores, below some authority, or of some verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from .graph import Edge, EdgeKind, NodeKind, TrustGraph

__all__ = ["filtered"]

_CERTIFICATES = frozenset({NodeKind.CA, NodeKind.CERTIFICATE})
_PLACES = frozenset({NodeKind.STORE, NodeKind.RING})


def filtered(
    graph: TrustGraph,
    *,
    stores: Collection[str] = (),
    authorities: Collection[str] = (),
    verdicts: Collection[str] = (),
) -> TrustGraph:
    """The certificates that fit all that is asked for, with everything above them and where they are kept.

    Nothing asked for of a kind takes all of it.

    Args:
        stores: ids of stores and key rings; others are left out, and with them what only they hold.
        authorities: ids of certificates, or of missing issuers, below which a certificate has to stand.
        verdicts: ``ok``, ``soon``, ``broken``, ``unknown``.
    """
    nodes = {node.id: node for node in graph.nodes}
    above, below = _neighbours(graph.edges), _neighbours(graph.edges, downwards=True)
    places = {node.id for node in graph.nodes if node.kind in _PLACES and (not stores or node.id in stores)}
    wanted = {node.id for node in graph.nodes if node.kind in _CERTIFICATES}
    if stores:
        wanted &= {edge.source for edge in graph.edges if edge.target in places}
    if authorities:
        wanted &= _reached(authorities, below)
    if verdicts:
        wanted = {one for one in wanted if nodes[one].verdict in verdicts}
    kept = _reached(wanted, above)
    kept |= {edge.target for edge in graph.edges if edge.source in kept and edge.target in places}
    edges = [edge for edge in graph.edges if edge.source in kept and edge.target in kept]
    return TrustGraph.of((nodes[one] for one in kept if one in nodes), edges)


def _neighbours(edges: Iterable[Edge], *, downwards: bool = False) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if edge.kind is EdgeKind.SIGNED:
            start, end = (edge.source, edge.target) if downwards else (edge.target, edge.source)
            found[start].append(end)
    return found


def _reached(starts: Iterable[str], neighbours: Mapping[str, list[str]]) -> set[str]:
    """The starts, and all that can be reached from them; circles end."""
    waiting, seen = list(starts), set(starts)
    while waiting:
        for following in neighbours.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen
