"""Who stands left of whom and above whom in the picture of a trust graph; ``heights`` and ``layout`` do the rest.

1. columns: the longest path within each band (who signs, certificates, stores; clients,
   gateway, services; …); an arrow that closes a loop runs backwards;
2. order: barycentre sweeps, with a way-point in every column that a long arrow crosses.

The cost is near-linear in nodes and arrows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from statistics import fmean

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .cells import Cell, Segment, arrow_words, box_cell
from .kinds import KINDS

__all__ = ["Chains", "Columns", "arrange"]

# In a column of more boxes than this, a box has one row, with its first detail beside the name.
_MOST_CARDS = 10
# Beside each other, right before the instances that use them, whatever else stands before some of them.
_LATE = frozenset({NodeKind.KEYSTORE_DIRECTORY, NodeKind.RUNTIME})
# A chain of hundreds of CAs, each kept in a store, would need a way-point for every
# pair; past this many, long arrows run straight on beneath the boxes instead.
_MOST_WAY_POINTS = 8_000

Columns = list[list[Cell]]
Chains = list[tuple[Edge, list[Segment]]]


def arrange(graph: TrustGraph) -> tuple[Columns, Chains]:
    """The nodes as columns of cells in their order, and each arrow as its segments from left to right.

    An arrow that joins a node to itself, or to a node that is not there, is left out.
    """
    nodes = sorted({node.id: node for node in reversed(graph.nodes)}.values(), key=attrgetter("label", "id"))
    known = {node.id for node in nodes}
    joins = (edge for edge in graph.edges if edge.source != edge.target and {edge.source, edge.target} <= known)
    edges = sorted(joins, key=attrgetter("source", "target", "kind", "label", "owner", "verdict", "tooltip"))
    column_of = _column_numbers(nodes, edges)
    boxes = Counter(column_of.values())
    # Three rows are as high as a card: beside a tall column cards cost nothing.
    most = max(_MOST_CARDS, max(boxes.values(), default=0) // 3)
    keys = _keys(nodes, edges)
    cells = {
        node.id: box_cell(node, (column := column_of[node.id]), keys[node.id], row=boxes[column] > most)
        for node in nodes
    }
    columns: Columns = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for cell in cells.values():
        columns[cell.column].append(cell)
    chains = _chains(edges, cells, columns)
    _order(columns)
    return columns, chains


def _keys(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[str, tuple[str, ...]]:
    """By what boxes of a column are sorted: whose certificate they show, how they are met, then their name."""
    owners = {"zowe": "1", "external": "2"}
    met = {edge.target: edge.verdict for edge in edges if edge.kind is EdgeKind.CONNECTS}
    met |= {edge.source: edge.verdict for edge in edges if edge.kind is EdgeKind.CONNECTS and edge.source not in met}
    return {node.id: (owners.get(node.owner, ""), met.get(node.id, ""), node.label, node.id) for node in nodes}


# 1. columns


def _column_numbers(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """Node id → column, 0 at the left; the stores share the last columns, the CAs the first."""
    band = {node.id: KINDS[node.kind].band for node in nodes}
    signing = {edge.source for edge in edges if edge.kind is EdgeKind.SIGNED}
    band |= {node.id: 0 for node in nodes if node.kind is NodeKind.GROUP and node.id in signing}
    inside: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if band[edge.source] == band[edge.target]:
            inside[edge.source].append(edge.target)
    depth = _depths([node.id for node in nodes], inside)
    deepest = {number: max(depth[i] for i in band if band[i] == number) for number in set(band.values())}
    pointed_at = {target for targets in inside.values() for target in targets}
    for node in nodes:
        if node.kind is NodeKind.MISSING and node.id not in pointed_at:
            depth[node.id] = min((depth[t] - 1 for t in inside.get(node.id, ())), default=deepest[0])
        elif node.kind in _LATE and node.id not in inside:
            depth[node.id] = deepest[band[node.id]]
    first = {number: sum(deepest[left] + 1 for left in deepest if left < number) for number in deepest}
    return {node.id: first[band[node.id]] + depth[node.id] for node in nodes}


def _depths(ids: Sequence[str], after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Length of the longest path that ends at each id; what closes a loop is passed over.

    Within a loop, whoever signs more than it is signed stands first.
    """
    arriving = Counter(target for targets in after.values() for target in targets)
    excess = {here: arriving[here] - len(after.get(here, ())) for here in ids}
    seen: set[str] = set()
    finished: list[str] = []
    for start in sorted(ids, key=lambda here: (arriving[here] > 0, excess[here])):
        stack = [] if start in seen else [(start, iter(after.get(start, ())))]
        seen.add(start)
        while stack:
            here, ahead = stack[-1]
            following = next((target for target in ahead if target not in seen), None)
            if following is None:
                finished.append(here)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(after.get(following, ()))))
    rank = {node: number for number, node in enumerate(reversed(finished))}
    depth = dict.fromkeys(ids, 0)
    for here, own_rank in rank.items():
        for target in after.get(here, ()):
            if rank[target] > own_rank:
                depth[target] = max(depth[target], depth[here] + 1)
    return depth


# 2. way-points and the order of cells


def _chains(edges: Sequence[Edge], cells: Mapping[str, Cell], columns: Columns) -> Chains:
    """Each arrow as its segments from left to right; arrows of one source that look alike share their way-points."""
    ends = [(edge, cells[edge.source], cells[edge.target]) for edge in edges]
    bundles = {(e.source, _look(e), a.column < b.column): abs(a.column - b.column) for e, a, b in ends}
    straight = sum(bundles.values()) > _MOST_WAY_POINTS
    arriving = Counter(max(source.column, target.column) for _, source, target in ends)
    shared: dict[tuple[Cell, tuple[str, ...], int], Segment] = {}
    chains: Chains = []
    for edge, source, target in ends:
        forward = source.column < target.column
        here, last = (source, target) if forward else (target, source)
        first, group, chain = here, (*_look(edge), "forward" if forward else "back"), []
        for column in () if straight else range(here.column + 1, last.column):
            key = (first, group, column)
            if key not in shared:
                columns[column].append(way_point := Cell(column, first.key))
                shared[key] = Segment(here, way_point, group)
            chain.append(shared[key])
            here = shared[key].right
        chain.append(Segment(here, last, group, arrow_words(edge, arriving[last.column])))
        chains.append((edge, chain))
    return chains


def _look(edge: Edge) -> tuple[str, str, str]:
    """What decides how an arrow is drawn."""
    return edge.kind, edge.owner, edge.verdict


def _order(columns: Columns) -> None:
    """Sort each column so that few arrows cross: eight sweeps, the best arrangement kept."""
    for column in columns:
        column.sort(key=lambda cell: cell.key)
    _number(columns)
    best, fewest = [list(column) for column in columns], _crossings(columns)
    for sweep in range(8):
        if not fewest:
            break
        leftward = sweep % 2 == 0
        for column in columns if leftward else reversed(columns):
            column[:] = sorted(column, key=lambda cell: _barycentre(cell, columns, leftward=leftward))
            _number([column])
        crossings = _crossings(columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best
    _number(columns)


def _number(columns: Iterable[Iterable[Cell]]) -> None:
    for column in columns:
        for index, cell in enumerate(column):
            cell.index = index


def _barycentre(cell: Cell, columns: Columns, *, leftward: bool) -> float:
    """Mean place, from 0 (top) to 1, of the neighbours on one side; its own place where it has none."""
    around = [segment.left for segment in cell.left] if leftward else [segment.right for segment in cell.right]
    return fmean((other.index + 0.5) / len(columns[other.column]) for other in around or [cell])


def _crossings(columns: Columns) -> int:
    """How many pairs of arrow segments cross."""
    total = 0
    for column in columns:
        passed: list[int] = []
        segments = (segment for cell in column for segment in cell.left)
        for _, right in sorted((segment.left.index, segment.right.index) for segment in segments):
            total += len(passed) - bisect_right(passed, right)
            insort(passed, right)
    return total
