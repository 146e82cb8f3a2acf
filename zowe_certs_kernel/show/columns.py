"""Who stands left of whom and above whom in the picture of a trust graph; ``heights`` and ``layout`` do the rest.

1. columns: the longest path within each band (who signs, certificates, stores); an
   arrow that closes a loop runs backwards;
2. order: barycentre sweeps, with a way-point in every column that a long arrow crosses.

The cost is near-linear in nodes and arrows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import fmean

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .text import cut_middle, visible, wrap

__all__ = ["CAP", "LINE", "SMALL", "Cell", "Chains", "Columns", "Line", "Segment", "arrange"]

Line = tuple[str, float, bool]  # text, size and whether it is bold

LINE = 1.3
SMALL = 8.0
CAP = 6.0
_WIDEST = 176.0
_WIDEST_NAME, _WIDEST_DETAIL = 210.0, 110.0
# In a column of more boxes than this, a box has one row, with its first detail beside the name.
_MOST_CARDS = 10
# Into a column of more arrows than this, an arrow says its alias only: the legend says the rest.
_CROWD = 12
_ALIAS, _SHORT_ALIAS = 136.0, 84.0
_BANDS = {NodeKind.CA: 0, NodeKind.MISSING: 0, NodeKind.CERTIFICATE: 1, NodeKind.STORE: 2}
_VERBS = {
    EdgeKind.SIGNED: "signed",
    EdgeKind.KEY_IN: "key",
    EdgeKind.TRUSTED_IN: "trusted",
    EdgeKind.COPIED_IN: "copy",
}
# A chain of hundreds of CAs, each kept in a store, would need a way-point for every
# pair; past this many, long arrows run straight on beneath the boxes instead.
_MOST_WAY_POINTS = 8_000


@dataclass(eq=False)
class Cell:
    """A box, or the way-point of a long arrow, in a column; ``y`` is its middle.

    ``lines`` stand one below the other under a rim of height ``cap``, ``aside`` to the right of them;
    ``gap`` is the room to the next box.
    """

    column: int
    key: tuple[str, str]
    node: Node | None = None
    lines: Sequence[Line] = ()
    aside: Sequence[Line] = ()
    cap: float = 0.0
    gap: float = 0.0
    height: float = 4.0
    index: int = 0
    y: float = 0.0
    left: list[Segment] = field(default_factory=list)
    right: list[Segment] = field(default_factory=list)


@dataclass(eq=False)
class Segment:
    """An arrow's part from one cell to a cell further right; ports are offsets from their middles."""

    left: Cell
    right: Cell
    group: tuple[EdgeKind, bool]
    label: str = ""
    left_port: float = 0.0
    right_port: float = 0.0

    def __post_init__(self) -> None:
        self.left.right.append(self)
        self.right.left.append(self)

    @property
    def rise(self) -> float:
        """How much lower it arrives than it leaves."""
        return self.right.y + self.right_port - self.left.y - self.left_port

    @property
    def weight(self) -> float:
        """Long arrows are kept straight before short ones (as dot weighs them)."""
        return {2: 1.0, 1: 3.0, 0: 8.0}[sum(cell.node is not None for cell in (self.left, self.right))]


Columns = list[list[Cell]]
Chains = list[tuple[Edge, list[Segment]]]


def arrange(graph: TrustGraph) -> tuple[Columns, Chains]:
    """The nodes as columns of cells in their order, and each arrow as its segments from left to right.

    An arrow that joins a node to itself, or to a node that is not there, is left out.
    """
    nodes = sorted({node.id: node for node in reversed(graph.nodes)}.values(), key=attrgetter("label", "id"))
    known = {node.id for node in nodes}
    joins = (edge for edge in graph.edges if edge.source != edge.target and {edge.source, edge.target} <= known)
    edges = sorted(joins, key=attrgetter("source", "target", "kind", "label"))
    column_of = _column_numbers(nodes, edges)
    boxes = Counter(column_of.values())
    # Three rows are as high as a card: beside a tall column cards cost nothing.
    most = max(_MOST_CARDS, max(boxes.values(), default=0) // 3)
    cells = {node.id: (_row if boxes[column_of[node.id]] > most else _card)(node, column_of[node.id]) for node in nodes}
    columns: Columns = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for cell in cells.values():
        columns[cell.column].append(cell)
    chains = _chains(edges, cells, columns)
    _order(columns)
    return columns, chains


# 1. columns


def _column_numbers(nodes: Sequence[Node], edges: Iterable[Edge]) -> dict[str, int]:
    """Node id → column, 0 at the left; the stores share the last columns, the CAs the first."""
    band = {node.id: _BANDS[node.kind] for node in nodes}
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


# 2. cells, way-points and their order


def _card(node: Node, column: int) -> Cell:
    """A box with the name above what is known of it."""
    names = [(line, 9.0, True) for line in wrap(_name(node), _WIDEST, 9.0, bold=True)]
    details = [(cut_middle(visible(line), _WIDEST, SMALL), SMALL, False) for line in node.details[:4]]
    return _high_enough(Cell(column, (node.label, node.id), node, [*names, *details], gap=16.0), 14.0)


def _row(node: Node, column: int) -> Cell:
    """A box of one row, with the first detail beside the name."""
    name = [(cut_middle(_name(node), _WIDEST_NAME, 8.5), 8.5, False)]
    detail = [(cut_middle(visible(line), _WIDEST_DETAIL, SMALL), SMALL, False) for line in node.details[:1]]
    return _high_enough(Cell(column, (node.label, node.id), node, name, detail, gap=5.0), 5.5)


def _name(node: Node) -> str:
    return visible(node.label).strip() or "(no name)"


def _high_enough(cell: Cell, room: float) -> Cell:
    cell.cap = CAP if cell.node and cell.node.kind is NodeKind.STORE else 0.0
    cell.height = sum(size * LINE for _, size, _ in cell.lines) + room + cell.cap
    return cell


def _chains(edges: Sequence[Edge], cells: Mapping[str, Cell], columns: Columns) -> Chains:
    """Each arrow as its segments from left to right; arrows of one source and kind share their way-points."""
    ends = [(edge, cells[edge.source], cells[edge.target]) for edge in edges]
    bundles = {(e.source, e.kind, a.column < b.column): abs(a.column - b.column) for e, a, b in ends}
    straight = sum(bundles.values()) > _MOST_WAY_POINTS
    arriving = Counter(max(source.column, target.column) for _, source, target in ends)
    shared: dict[tuple[Cell, EdgeKind, bool, int], Segment] = {}
    chains: Chains = []
    for edge, source, target in ends:
        forward = source.column < target.column
        here, last = (source, target) if forward else (target, source)
        first, chain = here, []
        for column in () if straight else range(here.column + 1, last.column):
            key = (first, edge.kind, forward, column)
            if key not in shared:
                columns[column].append(way_point := Cell(column, first.key))
                shared[key] = Segment(here, way_point, (edge.kind, forward))
            chain.append(shared[key])
            here = shared[key].right
        chain.append(Segment(here, last, (edge.kind, forward), _words(edge, arriving[last.column])))
        chains.append((edge, chain))
    return chains


def _words(edge: Edge, arriving: int) -> str:
    """What stands on the arrow: verb and alias, the alias alone among many."""
    alias = visible(edge.label).strip()
    if arriving > _CROWD:
        return cut_middle(alias, _SHORT_ALIAS, SMALL)
    return cut_middle(" · ".join(filter(None, (_VERBS[edge.kind], alias))), _ALIAS, SMALL)


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
