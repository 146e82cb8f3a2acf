"""Who stands left of whom and above whom in the picture of a trust graph; ``layout.place`` does the rest.

1. columns: the longest path within each band (who signs, certificates, stores); an
   arrow that closes a loop runs backwards;
2. order: barycentre sweeps, with a way-point in every column that a long arrow crosses;
3. heights: each column as near to its neighbours as its order allows.

The cost is near-linear in nodes and arrows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import fmean

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .text import cut_middle, visible, wrap

__all__ = ["LINE", "SMALL", "Cell", "Chains", "Columns", "Line", "Segment", "arrange"]

Line = tuple[str, float, bool]  # text, size and whether it is bold

LINE = 1.3
SMALL = 8.0
_CAP = 6.0
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


@dataclass(frozen=True)
class _Look:
    """Sizes that depend on how much there is to show."""

    dense: bool
    label: float
    widest: float
    gap: float
    port: float
    alias: float


_ROOMY = _Look(dense=False, label=9.0, widest=176.0, gap=16.0, port=12.0, alias=136.0)
_DENSE = _Look(dense=True, label=8.5, widest=232.0, gap=6.0, port=11.0, alias=84.0)


@dataclass(eq=False)
class Cell:
    """A box, or the way-point of a long arrow, in a column; ``y`` is its middle.

    ``lines`` stand one below the other under a rim of height ``cap``, ``aside`` to the right of them.
    """

    column: int
    key: tuple[str, str]
    node: Node | None = None
    lines: Sequence[Line] = ()
    aside: Sequence[Line] = ()
    cap: float = 0.0
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
    def weight(self) -> float:
        """Long arrows are kept straight before short ones (as dot weighs them)."""
        return {2: 1.0, 1: 3.0, 0: 8.0}[sum(cell.node is not None for cell in (self.left, self.right))]


Columns = list[list[Cell]]
Chains = list[tuple[Edge, list[Segment]]]


def arrange(graph: TrustGraph) -> tuple[Columns, Chains]:
    """The nodes as columns of cells at their heights, and each arrow as its segments from left to right.

    An arrow that joins a node to itself, or to a node that is not there, is left out.
    """
    nodes = sorted({node.id: node for node in reversed(graph.nodes)}.values(), key=attrgetter("label", "id"))
    known = {node.id for node in nodes}
    joins = (edge for edge in graph.edges if edge.source != edge.target and {edge.source, edge.target} <= known)
    edges = sorted(joins, key=attrgetter("source", "target", "kind", "label"))
    column_of = _column_numbers(nodes, edges)
    tallest = max(Counter(column_of.values()).values(), default=0)
    look = _DENSE if len(nodes) > 16 or tallest > 10 else _ROOMY
    cells = {node.id: _cell(node, column_of[node.id], look) for node in nodes}
    columns: Columns = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for cell in cells.values():
        columns[cell.column].append(cell)
    chains = _chains(edges, cells, columns, look)
    _order(columns)
    for cell in cells.values():
        _fix_ports(cell, look)
    _settle(columns, look)
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


def _cell(node: Node, column: int, look: _Look) -> Cell:
    """The node's cell with its lines of text, high enough for them."""
    label = visible(node.label).strip() or "(no name)"
    details = [visible(line) for line in node.details[: 1 if look.dense else 4]]
    small = [(cut_middle(line, look.widest, SMALL), SMALL, False) for line in details]
    cap = _CAP if node.kind is NodeKind.STORE else 0.0
    cell = Cell(column, (node.label, node.id), node, cap=cap)
    if look.dense:
        cell.lines, cell.aside = [(cut_middle(label, look.widest, look.label), look.label, False)], small
    else:
        names = wrap(label, look.widest, look.label, bold=True)
        cell.lines = [*((name, look.label, True) for name in names), *small]
    cell.height = sum(size * LINE for _, size, _ in cell.lines) + (8.0 if look.dense else 14.0) + cap
    return cell


def _chains(edges: Sequence[Edge], cells: Mapping[str, Cell], columns: Columns, look: _Look) -> Chains:
    """Each arrow as its segments from left to right; arrows of one source and kind share their way-points."""
    ends = [(edge, cells[edge.source], cells[edge.target]) for edge in edges]
    bundles = {(e.source, e.kind, a.column < b.column): abs(a.column - b.column) for e, a, b in ends}
    straight = sum(bundles.values()) > _MOST_WAY_POINTS
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
        chain.append(Segment(here, last, (edge.kind, forward), _words(edge, look)))
        chains.append((edge, chain))
    return chains


def _words(edge: Edge, look: _Look) -> str:
    """What stands on the arrow: verb and alias, the alias alone where there is little room."""
    alias = visible(edge.label).strip()
    parts = [alias] if look.dense else [_VERBS[edge.kind], alias]
    return cut_middle(" · ".join(filter(None, parts)), look.alias, SMALL)


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


# 3. heights


def _fix_ports(cell: Cell, look: _Look) -> None:
    """Where arrows leave (one port a kind) and arrive (one port an arrow), in the order of their other ends."""
    leaving: dict[tuple[EdgeKind, bool], list[Segment]] = defaultdict(list)
    for segment in cell.right:
        leaving[segment.group].append(segment)
    fans = sorted(leaving.values(), key=lambda fan: (fmean(s.right.index for s in fan), fan[0].group))
    arriving = sorted(cell.left, key=lambda segment: (segment.left.index, segment.group, segment.label))
    steps = [look.port if segment.label else 7.0 for segment in arriving]
    below = 0.0
    for segment, step in zip(arriving, steps, strict=True):
        segment.right_port = below + step / 2 - sum(steps) / 2
        below += step
    for number, fan in enumerate(fans):
        for segment in fan:
            segment.left_port = (number - (len(fans) - 1) / 2) * 8.0
    cell.height = max(cell.height, sum(steps) + cell.cap + _CAP, len(fans) * 8.0 + cell.cap + _CAP)


def _settle(columns: Columns, look: _Look) -> None:
    """Give each cell its ``y``: near its neighbours, in the order of its column, the top at 0."""
    for column in columns:
        _spread(column, [(0.0, 1.0)] * len(column), look)
    for sweep in range(24):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _spread(column, [_wanted(cell) for cell in column], look)
    # Least squares bends a long arrow a little in every column; one bend before its end is calmer.
    for column in columns:
        _spread(column, [(cell.y, 1e6) if cell.node else _straight(cell) for cell in column], look)
    top = min((cell.y - cell.height / 2 for column in columns for cell in column), default=0.0)
    for cell in (cell for column in columns for cell in column):
        cell.y = round(cell.y - top, 2)


def _straight(way_point: Cell) -> tuple[float, float]:
    """The height at which the arrow goes on as it comes, and the weight of that wish."""
    return fmean(segment.left.y + segment.left_port for segment in way_point.left), 1.0


def _wanted(cell: Cell) -> tuple[float, float]:
    """The height at which the cell's arrows would be level, and the weight of that wish."""
    wishes = [(s.weight, s.left.y + s.left_port - s.right_port) for s in cell.left]
    wishes += [(s.weight, s.right.y + s.right_port - s.left_port) for s in cell.right]
    weight = sum(w for w, _ in wishes)
    return (sum(w * y for w, y in wishes) / weight, weight) if wishes else (cell.y, 0.01)


def _spread(column: Sequence[Cell], wishes: Iterable[tuple[float, float]], look: _Look) -> None:
    """Least squares to the wishes, with room between cells: isotonic regression by pooling neighbours."""
    offsets = [0.0]
    for above, below in pairwise(column):
        gap = look.gap if above.node and below.node else 4.0 if not above.node and not below.node else 7.0
        offsets.append(offsets[-1] + (above.height + below.height) / 2 + gap)
    blocks: list[tuple[float, float, int]] = []
    for (wish, weight), offset in zip(wishes, offsets, strict=False):
        block = (wish - offset, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            mean, mass, count = blocks.pop()
            whole = mass + block[1]
            block = ((mean * mass + block[0] * block[1]) / whole, whole, count + block[2])
        blocks.append(block)
    levels = [mean for mean, _, count in blocks for _ in range(count)]
    for cell, level, offset in zip(column, levels, offsets, strict=False):
        cell.y = level + offset
