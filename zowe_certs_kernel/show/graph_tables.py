"""The facts of a trust graph as tables, in each of its views: every node has a row, every arrow is told in one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, View
from .kinds import ARROWS, CONNECTED, JUDGED, KINDS, OWNERS, connection_verdict, verdict_of, verdict_words, view_of
from .page import Table
from .text import cut_middle, visible

__all__ = ["graph_tables"]

_PLACES = frozenset({NodeKind.STORE, NodeKind.RING})
_KEPT = {EdgeKind.KEY_IN: "key in", EdgeKind.TRUSTED_IN: "trusted in", EdgeKind.COPIED_IN: "copied in"}
_HELD = {
    EdgeKind.KEY_IN: ("private key", "private keys"),
    EdgeKind.TRUSTED_IN: ("trusted certificate", "trusted certificates"),
    EdgeKind.COPIED_IN: ("certificate without its key", "certificates without their keys"),
}
_Row = tuple[str, ...]


@dataclass(frozen=True)
class _Facts:
    """The nodes that get rows, the whole graph's edges and names, and the ids of rows."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    names: Mapping[str, str]
    ids: Mapping[str, str]

    def table(self, caption: str, columns: tuple[str, ...], rows: Iterable[tuple[Node, _Row]]) -> Table:
        """A row for each node, with its id where one is known."""
        found = list(rows)
        ids = [self.ids.get(node.id, "") for node, _ in found]
        return Table(caption, columns, [row for _, row in found], frozenset(), ids if any(ids) else ())


def graph_tables(graph: TrustGraph, ids: Mapping[str, str], *, only: Collection[str] = ()) -> list[Table]:
    """The tables that have rows, in the order of the graph's nodes.

    Args:
        ids: node id → the id of its row.
        only: the nodes that get a row; empty for all.
    """
    known = {node.id for node in graph.nodes}
    edges = [edge for edge in graph.edges if edge.source != edge.target and {edge.source, edge.target} <= known]
    aliases = {edge.source: edge.label for edge in edges if edge.kind is EdgeKind.KEY_IN}
    nodes = [node for node in graph.nodes if not only or node.id in only]
    facts = _Facts(nodes, edges, _names(graph.nodes, aliases), ids)
    view = view_of(graph.nodes)
    if view is View.CONNECTIONS:
        tables = [_parties(facts)] if only else [_connections(facts, graph.nodes), _parties(facts)]
    elif view is View.LAUNCH:
        tables = [_launch(facts)]
    else:
        tables = [_certificates(facts), _stores(facts)]
    return [table for table in tables if table.rows]


def _names(nodes: Sequence[Node], aliases: Mapping[str, str]) -> dict[str, str]:
    """A name for each node that no other has: its label, if need be with its alias or a detail, or with its id."""
    ways: tuple[Callable[[Node], str], ...] = (
        lambda node: node.label,
        lambda node: f"{node.label} ({aliases.get(node.id) or ''.join(node.details[:1])})",
        lambda node: f"{node.label} ({''.join(node.details[1:][-1:])})",
        lambda node: f"{node.label} ({node.id[:16]})",
    )
    taken = Counter(way(node) for way in ways for node in nodes)
    return {node.id: next((way(node) for way in ways if taken[way(node)] == 1), node.id) for node in nodes}


_LONGEST = 200.0  # in widths of letters: the rest is in the JSON


def _lines(details: Iterable[str]) -> str:
    """A line for each, whatever is in it."""
    return "\n".join(cut_middle(visible(line), _LONGEST, 1.0) for line in details)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(sorted(lines))


# Certificates


def _certificates(facts: _Facts) -> Table:
    signers: dict[str, list[str]] = defaultdict(list)
    places: dict[str, list[str]] = defaultdict(list)
    for edge in facts.edges:
        if edge.kind is EdgeKind.SIGNED:
            signers[edge.target].append(facts.names[edge.source])
        elif edge.kind in _KEPT:
            alias = f" as {edge.label}" if edge.label else ""
            alias = f" ({edge.label})" if edge.label and edge.count > 1 else alias
            unsent = "".join(f", {detail}" for detail in map(visible, edge.details))
            places[edge.source].append(f"{_KEPT[edge.kind]} {facts.names[edge.target]}{alias}{unsent}")

    def row(node: Node) -> _Row:
        missing = node.kind is NodeKind.MISSING
        verdict = "missing" if missing else verdict_words(View.CERTIFICATES)[verdict_of(node)]
        signed = _joined(signers[node.id]) or ("" if missing else "itself")
        return facts.names[node.id], verdict, _lines(node.details), signed, _joined(places[node.id])

    columns = ("Certificate", "Verdict", "Facts", "Signed by", "Kept")
    return facts.table("Certificates", columns, ((node, row(node)) for node in facts.nodes if node.kind not in _PLACES))


def _stores(facts: _Facts) -> Table:
    held = Counter[tuple[str, EdgeKind]]()
    for edge in facts.edges:
        held[edge.target, edge.kind] += edge.count

    def row(node: Node) -> _Row:
        counts = [(held[node.id, kind], words) for kind, words in _HELD.items()]
        told = ", ".join(f"{count} {one if count == 1 else many}" for count, (one, many) in counts if count)
        return facts.names[node.id], _lines(node.details), told or "no certificates"

    places = [node for node in facts.nodes if node.kind in _PLACES]
    rings = sum(node.kind is NodeKind.RING for node in places)
    caption = "Key rings" if rings == len(places) else "Stores and key rings" if rings else "Stores"
    return facts.table(caption, ("Store", "Facts", "Holds"), ((node, row(node)) for node in places))


# Connections


def _connections(facts: _Facts, nodes: Sequence[Node]) -> Table:
    """A row for each connection, from the left to the right; the facts are of the side that is asked."""
    order = {node.id: number for number, node in enumerate(nodes)}
    connections = [edge for edge in facts.edges if edge.kind is EdgeKind.CONNECTS]
    rows = [
        (
            facts.names[edge.source],
            facts.names[edge.target],
            _lines(nodes[order[edge.target]].details),
            OWNERS.get(edge.owner, "not known"),
            CONNECTED[connection_verdict(edge)],
            _lines(edge.details) or edge.tooltip,
        )
        for edge in sorted(connections, key=lambda edge: (order[edge.source], order[edge.target]))
    ]
    return Table(
        "Connections", ("From", "To", "Facts", "Certificate", "Verdict", "Asked for, and why"), rows, frozenset()
    )


def _parties(facts: _Facts) -> Table:
    def row(node: Node) -> _Row:
        judged = node.kind in JUDGED or verdict_of(node) != "ok"
        verdict = verdict_words(View.CONNECTIONS)[verdict_of(node)] if judged else ""
        owner = OWNERS.get(node.owner, "")
        return facts.names[node.id], KINDS[node.kind].one, owner, verdict, _lines(node.details)

    columns = ("Who", "What it is", "Shows", "Verdict", "Facts")
    return facts.table("Clients, gateway and services", columns, ((node, row(node)) for node in facts.nodes))


# Launch


def _launch(facts: _Facts) -> Table:
    made: dict[str, list[str]] = defaultdict(list)
    used: dict[str, list[str]] = defaultdict(list)
    for edge in facts.edges:
        label = f" ({edge.label})" if edge.label else ""
        if edge.kind is EdgeKind.MAKES:
            made[edge.target].append(facts.names[edge.source] + label)
        else:
            other = "" if edge.kind is EdgeKind.USED_BY else f"{ARROWS[edge.kind].phrase} "
            used[edge.source].append(other + facts.names[edge.target] + label)

    def row(node: Node) -> _Row:
        facts_of = [
            *({verdict_words(View.LAUNCH)[verdict_of(node)]} - {*node.details} if verdict_of(node) != "ok" else ()),
            *node.details,
        ]
        return (
            facts.names[node.id],
            KINDS[node.kind].one,
            "\n".join(facts_of),
            _joined(made[node.id]),
            _joined(used[node.id]),
        )

    columns = ("Name", "What it is", "Facts", "Made by", "Used by")
    return facts.table("Files and directories", columns, ((node, row(node)) for node in facts.nodes))
