"""The trust picture with the same facts beside it as tables: each box of the picture leads to its row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..trust.graph import Edge, EdgeKind, Node, NodeKind
from .layout import VERDICTS, verdict_of
from .page import Block, Figure, Table

if TYPE_CHECKING:
    from .draw import Picture

__all__ = ["trust_blocks"]

_KEPT = {EdgeKind.KEY_IN: "key in", EdgeKind.TRUSTED_IN: "trusted in", EdgeKind.COPIED_IN: "copied in"}
_HELD = {
    EdgeKind.KEY_IN: ("private key", "private keys"),
    EdgeKind.TRUSTED_IN: ("trusted certificate", "trusted certificates"),
    EdgeKind.COPIED_IN: ("certificate without its key", "certificates without their keys"),
}


def trust_blocks(picture: Picture) -> list[Block]:
    """The picture, then a row for each certificate and one for each store, from the picture's left to its right.

    An arrow is told in the row of its certificate: who signed it, where it is kept, under which alias.
    """
    nodes = [box.node for box in picture.layout.boxes]
    edges = [route.edge for route in picture.layout.routes]
    stores = [node for node in nodes if node.kind is NodeKind.STORE]
    certificates = [node for node in nodes if node.kind is not NodeKind.STORE]
    names = _names(nodes, {edge.source: edge.label for edge in edges if edge.kind is EdgeKind.KEY_IN})

    def ids(among: Iterable[Node]) -> list[str]:
        return [picture.rows[node.id] for node in among]

    first = ("Certificate", "Verdict", "Facts", "Signed by", "Kept")
    tables = (
        Table("Certificates", first, _certificate_rows(certificates, edges, names), frozenset(), ids(certificates)),
        Table("Stores", ("Store", "Facts", "Holds"), _store_rows(stores, edges, names), frozenset(), ids(stores)),
    )
    return [Figure(picture, linked=bool(nodes)), *(table for table in tables if table.rows)]


def _names(nodes: Sequence[Node], aliases: Mapping[str, str]) -> dict[str, str]:
    """A name for each node that no other has: its label, if need be with its alias or a detail, or with its id."""
    ways: tuple[Callable[[Node], str], ...] = (
        lambda node: node.label,
        lambda node: f"{node.label} ({aliases.get(node.id) or ''.join(node.details[:1])})",
        lambda node: f"{node.label} ({node.id[:16]})",
    )
    taken = Counter(way(node) for way in ways for node in nodes)
    return {node.id: next((way(node) for way in ways if taken[way(node)] == 1), node.id) for node in nodes}


def _certificate_rows(
    certificates: Iterable[Node], edges: Iterable[Edge], names: Mapping[str, str]
) -> Sequence[Sequence[str]]:
    signers: dict[str, list[str]] = defaultdict(list)
    places: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if edge.kind is EdgeKind.SIGNED:
            signers[edge.target].append(names[edge.source])
        else:
            alias = f" as {edge.label}" if edge.label else ""
            places[edge.source].append(f"{_KEPT[edge.kind]} {names[edge.target]}{alias}")
    rows = []
    for node in certificates:
        missing = node.kind is NodeKind.MISSING
        verdict = "missing" if missing else VERDICTS[verdict_of(node)]
        signed = "\n".join(sorted(signers[node.id])) or ("" if missing else "itself")
        rows.append((names[node.id], verdict, "\n".join(node.details), signed, "\n".join(sorted(places[node.id]))))
    return rows


def _store_rows(stores: Iterable[Node], edges: Iterable[Edge], names: Mapping[str, str]) -> Sequence[Sequence[str]]:
    held = Counter((edge.target, edge.kind) for edge in edges)
    rows = []
    for node in stores:
        counts = [(held[node.id, kind], words) for kind, words in _HELD.items()]
        told = [f"{count} {one if count == 1 else many}" for count, (one, many) in counts if count]
        rows.append((names[node.id], "\n".join(node.details), ", ".join(told) or "no certificates"))
    return rows
