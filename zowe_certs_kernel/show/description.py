"""A picture in words, for those who do not see it: one sentence or two for the whole, one for each box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, View
from .kinds import (
    ARROWS,
    CONNECTED,
    JUDGED,
    KINDS,
    OWNERS,
    connection_verdict,
    counted,
    verdict_of,
    verdict_words,
    view_of,
)
from .layout import Layout
from .text import visible

__all__ = ["describe", "describe_boxes"]

_SOON = {"soon": ("ends soon", "end soon")}
_BROKEN = {"broken": ("is broken", "are broken")}
_WRONG: Mapping[View, Mapping[str, tuple[str, str]]] = {
    View.CERTIFICATES: _BROKEN | _SOON | {"unknown": ("was not checked", "were not checked")},
    View.CONNECTIONS: _SOON,  # the rest is told of the connections
    View.LAUNCH: _BROKEN | _SOON | {"unknown": ("is not found here", "are not found here")},
}
_ENCRYPTED = {
    "zowe": ("by the Zowe certificate",) * 2,
    "external": ("by an external certificate", "by external certificates"),
}


def describe(layout: Layout) -> str:
    """A plain sentence with the counts of what is drawn, then what is wrong, or who is refused."""
    nodes, edges = [box.node for box in layout.boxes], [route.edge for route in layout.routes]
    if not nodes:
        return "There are no certificates and no stores to draw."
    things, joined = _things(nodes), _joined(edges)
    view = view_of(nodes)
    if view is View.CONNECTIONS:
        return " ".join([f"Connections of {things}.", *_connections(edges)]) + _wrong(nodes, view)
    whole = f"{things}, joined by {joined}" if joined else things
    if view is View.LAUNCH:
        return f"Launch of Zowe: {whole}.{_wrong(nodes, view)}"
    rest = "All else is in order" if any(node.kind is NodeKind.MISSING for node in nodes) else "All are in order"
    return f"Trust graph of {whole}.{_wrong(nodes, view, rest)}"


def describe_boxes(layout: Layout) -> Mapping[str, str]:
    """Node id → name, kind, whose certificate it shows, its verdict and those of its connections, details."""
    connections: dict[str, Counter[str]] = {box.node.id: Counter() for box in layout.boxes}
    for edge in (route.edge for route in layout.routes if route.edge.kind is EdgeKind.CONNECTS):
        for node in (edge.source, edge.target):
            connections[node][connection_verdict(edge)] += edge.count
    words = verdict_words(view_of(box.node for box in layout.boxes))
    return {box.node.id: _said(box.node, words, connections[box.node.id]) for box in layout.boxes}


def _said(node: Node, verdicts: Mapping[str, str], connections: Mapping[str, int]) -> str:
    wrong = verdict_of(node) != "ok" and node.kind is not NodeKind.MISSING
    verdict = verdicts[verdict_of(node)] if node.kind in JUDGED or wrong else ""
    words = [node.label, KINDS[node.kind].one, OWNERS.get(node.owner, ""), verdict, _verdicts(connections)]
    return ", ".join(filter(None, map(visible, [*words, *node.details])))


def _things(nodes: Sequence[Node]) -> str:
    """How many there are of each kind; what is folded counts as what it stands for."""
    boxes, stood_for = Counter(node.kind for node in nodes), Counter[NodeKind]()
    for node in nodes:
        stood_for[node.kind] += node.count
    folded, stood_for[NodeKind.GROUP] = stood_for[NodeKind.GROUP], boxes[NodeKind.GROUP]
    words = {kind: (words.one, words.many) for kind, words in KINDS.items()}
    words[NodeKind.GROUP] = f"group of {folded} certificates", f"groups of {folded} certificates in all"
    return counted((stood_for[kind], *both) for kind, both in words.items())


def _joined(edges: Iterable[Edge]) -> str:
    links = Counter[EdgeKind]()
    for edge in edges:
        links[edge.kind] += edge.count
    return counted((links[kind], words.one, words.many) for kind, words in ARROWS.items())


def _connections(edges: Iterable[Edge]) -> Iterator[str]:
    """Sentences: how many connections are accepted, and whose certificate encrypts them."""
    verdicts, owners = Counter[str](), Counter[str]()
    for edge in edges:
        if edge.kind is EdgeKind.CONNECTS:
            verdicts[connection_verdict(edge)] += edge.count
            owners[edge.owner] += edge.count
    if told := _verdicts(verdicts):
        yield f"{told}."
    if told := counted((owners[owner], one, many) for owner, (one, many) in _ENCRYPTED.items()):
        yield f"Encrypted: {told}."


def _verdicts(found: Mapping[str, int]) -> str:
    words = ARROWS[EdgeKind.CONNECTS]
    return counted(
        (found.get(name, 0), f"{words.one} {said}", f"{words.many} {said}") for name, said in CONNECTED.items()
    )


def _wrong(nodes: Iterable[Node], view: View, otherwise: str = "") -> str:
    verdicts = Counter[str]()
    for node in nodes:
        if node.kind is not NodeKind.MISSING:
            verdicts[verdict_of(node)] += node.count
    told = counted((verdicts[verdict], one, many) for verdict, (one, many) in _WRONG[view].items()) or otherwise
    return f" {told}." if told else ""
