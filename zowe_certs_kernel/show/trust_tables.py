"""A picture of a trust graph with the same facts beside it as tables: each box of the picture leads to its row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..trust.graph import TrustGraph
from .folding import folded, too_many
from .graph_tables import graph_tables
from .page import Block, Figure, Table, Text

if TYPE_CHECKING:
    from .draw import Picture

__all__ = ["graph_blocks", "trust_blocks"]


def graph_blocks(graph: TrustGraph, *, title: str) -> tuple[Picture | None, list[Block]]:
    """The picture of a graph, folded if need be, and what shows it; of too large a graph the tables alone."""
    from .draw import draw_graph

    if reason := too_many(graph):
        return None, [Text(f"{reason}."), *graph_tables(graph, {})]
    picture = draw_graph(folded(graph), title=title)
    return picture, trust_blocks(picture, graph)


def trust_blocks(picture: Picture, graph: TrustGraph | None = None) -> list[Block]:
    """The picture, then a row for each of its boxes, from its left to its right; every arrow is told in a row.

    Args:
        graph: the whole, of which the picture may show a part folded; then folded boxes have tables of their own.
    """
    nodes, edges = (box.node for box in picture.layout.boxes), (route.edge for route in picture.layout.routes)
    drawn = TrustGraph(tuple(nodes), tuple(edges))
    groups = {node.id for node in drawn.nodes} - {node.id for node in (graph or drawn).nodes}
    figure = Figure(picture, linked=bool(drawn.nodes))
    if graph is None or not groups:
        return [figure, *graph_tables(drawn, picture.rows)]
    order = {node.id: number for number, node in enumerate(drawn.nodes)}
    whole = sorted(graph.nodes, key=lambda node: order.get(node.id, len(order)))
    count = sum(node.count for node in drawn.nodes if node.id in groups)
    return [
        figure,
        Text(f"{count:,} are drawn folded into {len(groups):,}; the tables have each of them."),
        *(_of_groups(table) for table in graph_tables(drawn, picture.rows, only=groups)),
        *graph_tables(replace(graph, nodes=tuple(whole)), picture.rows),
    ]


def _of_groups(table: Table) -> Table:
    return replace(table, caption=f"Folded {table.caption[0].lower()}{table.caption[1:]}")
