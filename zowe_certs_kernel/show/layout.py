"""Where everything in the picture of a trust graph stands: numbers only, nothing is drawn.

All lengths are points (1/72 inch); x grows to the right, y grows downwards, (0, 0) is
the upper left corner. Trust flows from the root at the left to the stores at the right:

1. columns: the longest path within each band (who signs, certificates, stores); an
   arrow that closes a loop runs backwards;
2. order: barycentre sweeps, with a way-point in every column that a long arrow crosses;
3. heights: each column as near to its neighbours as its order allows;
4. widths, arrows and labels follow.

Boxes are as wide as a generous estimate of their text, arrows pass a column only at
their way-points, and each label lies in a lane of its own arrow: nothing overlaps by
construction. The cost is near-linear in nodes and arrows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import itemgetter
from statistics import fmean

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .text import cut_middle, text_width, visible, wrap

__all__ = [
    "ARROW",
    "LINE",
    "VERDICTS",
    "Box",
    "Layout",
    "LegendKey",
    "Point",
    "Route",
    "TextBox",
    "place",
    "verdict_of",
]

Point = tuple[float, float]

VERDICTS = {"ok": "in order", "soon": "ends soon", "broken": "broken", "unknown": "not checked"}
_KINDS = {
    NodeKind.CA: "certificate authority",
    NodeKind.CERTIFICATE: "certificate",
    NodeKind.STORE: "store",
    NodeKind.MISSING: "missing issuer",
}
_ARROWS = {
    EdgeKind.SIGNED: ("signed", "signed"),
    EdgeKind.KEY_IN: ("key", "has its key in"),
    EdgeKind.TRUSTED_IN: ("trusted", "is trusted in"),
    EdgeKind.COPIED_IN: ("copy", "is copied in"),
}
_BANDS = {NodeKind.CA: 0, NodeKind.MISSING: 0, NodeKind.CERTIFICATE: 1, NodeKind.STORE: 2}
_HEADINGS = ("Who signs", "Certificate", "Where it is kept")

LINE = 1.3
ARROW = 9.0
_MARGIN = 22.0
_LEAST_WIDTH = 500.0
_PAD = 10.0
_CAP = 6.0
_SMALL = 8.0
# A chain of hundreds of CAs, each kept in a store, would need a way-point for every
# pair; past this many, long arrows run straight on beneath the boxes instead.
_MOST_WAY_POINTS = 8_000


@dataclass(frozen=True)
class TextBox:
    """One line of text and the room it has; ``align`` is ``left`` or ``center``."""

    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    bold: bool = False
    align: str = "left"

    @property
    def baseline(self) -> float:
        """The y on which the letters stand."""
        return self.y + (self.height - self.size * LINE) / 2 + self.size


@dataclass(frozen=True)
class Box:
    """A node's shape with its lines of text, all of them inside it."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[TextBox, ...]
    tooltip: str


@dataclass(frozen=True)
class Route:
    """An arrow's way from source to target.

    Two points of one height are joined by a straight line, others by an S-shaped curve
    that leaves and arrives horizontally. The last piece is straight and long enough for
    an arrowhead of length ``ARROW``.
    """

    edge: Edge
    points: tuple[Point, ...]
    label: TextBox | None
    tooltip: str


@dataclass(frozen=True)
class LegendKey:
    """A sample (x, y, width, height) and its words; ``group`` is ``Shape``, ``Border`` or ``Arrow``."""

    group: str
    sample: str
    x: float
    y: float
    width: float
    height: float
    text: TextBox


@dataclass(frozen=True)
class Layout:
    """A whole picture of ``width`` by ``height`` points; a heading's width is its columns' width."""

    width: float
    height: float
    title: TextBox
    headings: tuple[TextBox, ...]
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    legend: tuple[LegendKey, ...]
    legend_titles: tuple[TextBox, ...]


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
class _Cell:
    """A box, or the way-point of a long arrow, in a column; ``y`` is its middle."""

    column: int
    key: tuple[str, str]
    node: Node | None = None
    lines: tuple[tuple[str, float, bool], ...] = ()
    height: float = 4.0
    index: int = 0
    y: float = 0.0
    left: list[_Segment] = field(default_factory=list)
    right: list[_Segment] = field(default_factory=list)


@dataclass(eq=False)
class _Segment:
    """An arrow's part from one cell to a cell further right; ports are offsets from their middles."""

    left: _Cell
    right: _Cell
    group: tuple[EdgeKind, bool]
    label: str = ""
    left_port: float = 0.0
    right_port: float = 0.0

    @property
    def weight(self) -> float:
        """Long arrows are kept straight before short ones (as dot weighs them)."""
        return {2: 1.0, 1: 3.0, 0: 8.0}[sum(cell.node is not None for cell in (self.left, self.right))]


_Columns = list[list[_Cell]]
_Chains = list[tuple[Edge, list[_Segment]]]


def place(graph: TrustGraph, *, title: str) -> Layout:
    """The layout of a graph: the same graph gives the same numbers, whatever the order of its parts."""
    nodes = sorted({node.id: node for node in reversed(graph.nodes)}.values(), key=lambda node: (node.label, node.id))
    column_of = _column_numbers(nodes, graph.edges)
    tallest = max(Counter(column_of.values()).values(), default=0)
    look = _DENSE if len(nodes) > 16 or tallest > 10 else _ROOMY
    cells = {node.id: _cell(node, column_of[node.id], look) for node in nodes}
    columns: _Columns = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for cell in cells.values():
        columns[cell.column].append(cell)
    chains = _chains(graph.edges, cells, columns, look)
    _order(columns)
    for cell in (cell for column in columns for cell in column):
        _fix_ports(cell, look)
    _settle(columns, look)
    return _Page(columns, chains, look).layout(title)


def verdict_of(node: Node) -> str:
    """One of the four verdicts; a word that is none of them means that nobody checked."""
    return node.verdict if node.verdict in VERDICTS else "unknown"


# 1. columns


def _column_numbers(nodes: Sequence[Node], edges: Iterable[Edge]) -> dict[str, int]:
    """Node id → column, 0 at the left; the stores share the last columns, the CAs the first."""
    band = {node.id: _BANDS[node.kind] for node in nodes}
    after: dict[str, list[str]] = defaultdict(list)
    for edge in sorted(edges, key=_edge_key):
        if edge.source != edge.target and edge.source in band and edge.target in band:
            after[edge.source].append(edge.target)
    inside = {source: [t for t in targets if band[t] == band[source]] for source, targets in after.items()}
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


def _edge_key(edge: Edge) -> tuple[str, str, str, str]:
    return (edge.source, edge.target, edge.kind, edge.label)


# 2. cells, way-points and their order


def _cell(node: Node, column: int, look: _Look) -> _Cell:
    """The node's cell with its lines of text (text, size, bold), high enough for them."""
    label = visible(node.label).strip() or "(no name)"
    details = [visible(line) for line in node.details[: 1 if look.dense else 4]]
    if look.dense:
        names: tuple[str, ...] = (cut_middle(label, look.widest, look.label),)
    else:
        names = wrap(label, look.widest, look.label, bold=True)
    lines = [(name, look.label, not look.dense) for name in names]
    lines += [(cut_middle(line, look.widest, _SMALL), _SMALL, False) for line in details]
    rows = lines[:1] if look.dense else lines
    height = sum(size * LINE for _, size, _ in rows) + (8.0 if look.dense else 14.0)
    cap = _CAP if node.kind is NodeKind.STORE else 0.0
    return _Cell(column, (node.label, node.id), node, tuple(lines), height + cap)


def _chains(edges: Iterable[Edge], cells: Mapping[str, _Cell], columns: _Columns, look: _Look) -> _Chains:
    """Each arrow as its segments from left to right; arrows of one source and kind share their way-points."""
    ends = [
        (edge, cells[edge.source], cells[edge.target])
        for edge in sorted(edges, key=_edge_key)
        if edge.source != edge.target and edge.source in cells and edge.target in cells
    ]
    bundles = {(e.source, e.kind, a.column < b.column): abs(a.column - b.column) for e, a, b in ends}
    straight = sum(bundles.values()) > _MOST_WAY_POINTS
    shared: dict[tuple[_Cell, EdgeKind, bool, int], _Segment] = {}
    chains: _Chains = []
    for edge, source, target in ends:
        forward = source.column < target.column
        here, last = (source, target) if forward else (target, source)
        first, chain = here, []
        for column in () if straight else range(here.column + 1, last.column):
            key = (first, edge.kind, forward, column)
            if key not in shared:
                columns[column].append(way_point := _Cell(column, first.key))
                shared[key] = _joined(here, way_point, (edge.kind, forward))
            chain.append(shared[key])
            here = shared[key].right
        chain.append(_joined(here, last, (edge.kind, forward), _words(edge, look)))
        chains.append((edge, chain))
    return chains


def _joined(left: _Cell, right: _Cell, group: tuple[EdgeKind, bool], label: str = "") -> _Segment:
    segment = _Segment(left, right, group, label)
    left.right.append(segment)
    right.left.append(segment)
    return segment


def _words(edge: Edge, look: _Look) -> str:
    """What stands on the arrow: verb and alias, the alias alone where there is little room."""
    alias = visible(edge.label).strip()
    parts = [alias] if look.dense else [_ARROWS[edge.kind][0], alias]
    return cut_middle(" · ".join(part for part in parts if part), look.alias, _SMALL)


def _order(columns: _Columns) -> None:
    """Sort each column so that few arrows cross: eight sweeps, the best arrangement kept."""
    for column in columns:
        column.sort(key=lambda cell: cell.key)
    _number(columns)
    best, fewest = [list(column) for column in columns], _crossings(columns)
    for sweep in range(8):
        if not fewest:
            break
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = [(_barycentre(cell, columns, leftward=sweep % 2 == 0), cell.index, cell) for cell in column]
            column[:] = [cell for _, _, cell in sorted(wanted, key=itemgetter(0, 1))]
            _number([column])
        crossings = _crossings(columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best
    _number(columns)


def _number(columns: Iterable[Iterable[_Cell]]) -> None:
    for column in columns:
        for index, cell in enumerate(column):
            cell.index = index


def _barycentre(cell: _Cell, columns: _Columns, *, leftward: bool) -> float:
    """Mean place, from 0 (top) to 1, of the neighbours on one side; its own place where it has none."""
    around = [segment.left for segment in cell.left] if leftward else [segment.right for segment in cell.right]
    return fmean((other.index + 0.5) / len(columns[other.column]) for other in around or [cell])


def _crossings(columns: _Columns) -> int:
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


def _fix_ports(cell: _Cell, look: _Look) -> None:
    """Where arrows leave (one port a kind) and arrive (one port an arrow), in the order of their other ends."""
    if cell.node is None:
        return
    leaving: dict[tuple[EdgeKind, bool], list[_Segment]] = defaultdict(list)
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
    corners = 2 * _CAP if cell.node.kind is NodeKind.STORE else _CAP
    cell.height = max(cell.height, sum(steps) + corners, len(fans) * 8.0 + corners)


def _settle(columns: _Columns, look: _Look) -> None:
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


def _straight(way_point: _Cell) -> tuple[float, float]:
    """The height at which the arrow goes on as it comes, and the weight of that wish."""
    return fmean(segment.left.y + segment.left_port for segment in way_point.left), 1.0


def _wanted(cell: _Cell) -> tuple[float, float]:
    """The height at which the cell's arrows would be level, and the weight of that wish."""
    wishes = [(s.weight, s.left.y + s.left_port - s.right_port) for s in cell.left]
    wishes += [(s.weight, s.right.y + s.right_port - s.left_port) for s in cell.right]
    weight = sum(w for w, _ in wishes)
    return (sum(w * y for w, y in wishes) / weight, weight) if wishes else (cell.y, 0.01)


def _spread(column: Sequence[_Cell], wishes: Iterable[tuple[float, float]], look: _Look) -> None:
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


# 4. widths, arrows, labels and the legend


class _Page:
    """The settled columns get their place on the paper."""

    def __init__(self, columns: _Columns, chains: _Chains, look: _Look) -> None:
        self.columns, self.chains, self.look = columns, chains, look
        # Dense boxes hold the name and one detail side by side, each in a column of its own.
        self.names = [_widest(cell.lines[:1] if look.dense else cell.lines for cell in column) for column in columns]
        details = [_widest(cell.lines[1:] for cell in column) if look.dense else 0.0 for column in columns]
        self.details = [width + 12.0 if width else 0.0 for width in details]
        self.widths = [max(80.0, sum(both)) + 2 * _PAD for both in zip(self.names, self.details, strict=True)]
        self.lanes = [self._lane(column) for column in columns]
        gaps = [min(max(34.0 + 2.0 * sum(len(cell.left) for cell in column), 44.0), 90.0) for column in columns]
        spare = _LEAST_WIDTH - 2 * _MARGIN - sum(self.widths) - sum(gaps[1:]) - sum(self.lanes)
        stretch = max(0.0, spare) / (len(columns) - 1) if len(columns) > 1 else 0.0
        self.x: list[float] = []
        for number, (gap, lane) in enumerate(zip(gaps, self.lanes, strict=True)):
            self.x.append(self.right(number - 1) + gap + lane + stretch if number else _MARGIN)
        self.width = max(self.right(-1) + _MARGIN if columns else 0.0, _LEAST_WIDTH)
        self.top = 78.0

    def right(self, column: int) -> float:
        """The x of a column's right edge."""
        return self.x[column] + self.widths[column]

    def _lane(self, column: Iterable[_Cell]) -> float:
        """Room before a column in which every arrow runs level: its label and its head."""
        labels = [_label_width(segment.label) for cell in column for segment in cell.left]
        return max(labels, default=0.0) + ARROW + 3.0

    def layout(self, title: str) -> Layout:
        """Everything, from the title down to the legend."""
        cells = [cell for column in self.columns for cell in column]
        bottom = self.top + max((cell.y + cell.height / 2 for cell in cells), default=0.0)
        nodes = [cell.node for cell in cells if cell.node]
        legend, titles, height = _legend(nodes, [edge for edge, _ in self.chains], bottom + 24.0, self.width)
        room = self.width - 2 * _MARGIN
        return Layout(
            width=self.width,
            height=height,
            title=_line(cut_middle(visible(title), room, 13.0, bold=True), _MARGIN, 18.0, room, 13.0, bold=True),
            headings=self._headings(),
            boxes=tuple(self._box(cell, cell.node) for cell in cells if cell.node),
            routes=tuple(self._route(edge, chain) for edge, chain in self.chains),
            legend=legend,
            legend_titles=titles,
        )

    def _headings(self) -> tuple[TextBox, ...]:
        """One heading over the columns of each band; one sentence where there is nothing else."""
        bands: dict[int, list[int]] = defaultdict(list)
        for number, column in enumerate(self.columns):
            bands[next(_BANDS[cell.node.kind] for cell in column if cell.node)].append(number)
        if not bands:
            empty = "There are no certificates and no stores to draw."
            return (_line(empty, _MARGIN, self.top - 32.0, self.width - 2 * _MARGIN, 9.0),)
        spans = [(_HEADINGS[band], self.x[among[0]], self.right(among[-1])) for band, among in sorted(bands.items())]
        return tuple(_line(words, left, self.top - 32.0, right - left, 9.0, bold=True) for words, left, right in spans)

    def _box(self, cell: _Cell, node: Node) -> Box:
        x, y = self.x[cell.column], self.top + cell.y - cell.height / 2
        cap = _CAP if node.kind is NodeKind.STORE else 0.0
        inner = self.widths[cell.column] - 2 * _PAD
        rows = cell.lines[:1] if self.look.dense else cell.lines
        text_y = y + (cell.height + cap - sum(size * LINE for _, size, _ in rows)) / 2
        lines = []
        for text, size, bold in rows:
            lines.append(_line(text, x + _PAD, text_y, inner, size, bold=bold))
            text_y += size * LINE
        if self.look.dense:
            detail = self.details[cell.column]
            lines[0] = replace(lines[0], width=inner - detail)
            lines += [
                _line(text, x + _PAD + inner - detail + 12.0, lines[0].baseline - size, detail - 12.0, size)
                for text, size, _ in cell.lines[1:]
            ]
        return Box(node, x, y, self.widths[cell.column], cell.height, tuple(lines), _tooltip(node))

    def _route(self, edge: Edge, chain: Sequence[_Segment]) -> Route:
        """The arrow's points and its label, which lies just before the box at its right end."""
        points: list[Point] = []
        for segment in chain:
            start = self.top + segment.left.y + segment.left_port
            end = self.top + segment.right.y + segment.right_port
            here, there = segment.left.column, segment.right.column
            points += [(self.right(here), start), (self.right(there - 1) + ARROW + 1.0, start)]
            points += [(self.x[there] - self.lanes[there], end), (self.x[there], end)]
        x, y = points[-1]
        width = _label_width(chain[-1].label)
        label = None
        if chain[-1].label:
            left = x - ARROW + 1.0 - width
            label = replace(_line(chain[-1].label, left, y - _SMALL * LINE / 2, width, _SMALL), align="center")
        source, target = chain[0].left.node, chain[-1].right.node
        if source and target and source.id != edge.source:
            source, target = target, source
            points.reverse()
        return Route(edge, tuple(points), label, _sentence(source, edge, target))


def _line(text: str, x: float, y: float, width: float, size: float, *, bold: bool = False) -> TextBox:
    return TextBox(text, x, y, width, size * LINE, size, bold)


def _widest(cells: Iterable[Iterable[tuple[str, float, bool]]]) -> float:
    return max((text_width(text, size, bold=bold) for lines in cells for text, size, bold in lines), default=0.0)


def _label_width(label: str) -> float:
    return text_width(label, _SMALL) + 4.0 if label else 0.0


def _tooltip(node: Node) -> str:
    """The whole name, whatever had to be cut, and what else is known."""
    label, said = visible(node.label), visible(node.tooltip)
    parts = [] if label and label in said else [label or "(no name)"]
    return "\n".join([*parts, said or ", ".join([_KINDS[node.kind], *map(visible, node.details)])])


def _sentence(source: Node | None, edge: Edge, target: Node | None) -> str:
    """What an arrow says, the alias in full."""
    names = [visible(node.label) if node else "" for node in (source, target)]
    verb = _ARROWS[edge.kind][1]
    return f"{names[0]} {verb} {names[1]}" + (f" as {visible(edge.label)}" if edge.label else "")


def _legend(
    nodes: Sequence[Node], edges: Sequence[Edge], top: float, width: float
) -> tuple[tuple[LegendKey, ...], tuple[TextBox, ...], float]:
    """Samples of what is present, a row for each group; also the height of the whole picture."""
    shapes = {node.kind for node in nodes}
    borders = {verdict_of(node) for node in nodes if node.kind is not NodeKind.MISSING}
    arrows = {edge.kind for edge in edges}
    groups = (
        ("Shape", [(kind.value, words) for kind, words in _KINDS.items() if kind in shapes]),
        ("Border", [(verdict, words) for verdict, words in VERDICTS.items() if verdict in borders]),
        ("Arrow", [(kind.value, words) for kind, (_, words) in _ARROWS.items() if kind in arrows]),
    )
    keys: list[LegendKey] = []
    titles: list[TextBox] = []
    y = top
    for group, samples in groups:
        if samples:
            titles.append(_line(group, _MARGIN, y + 1.5, 44.0, _SMALL, bold=True))
        x = _MARGIN + 52.0
        for sample, words in samples:
            room = text_width(words, _SMALL)
            if x + 32.0 + room > width - _MARGIN:
                x, y = _MARGIN + 52.0, y + 19.0
            text = _line(words, x + 32.0, y + 1.5, room, _SMALL)
            keys.append(LegendKey(group, sample, x, y, 26.0, 13.0, text))
            x += 32.0 + room + 16.0
        y += 19.0 if samples else 0.0
    return tuple(keys), tuple(titles), y + 12.0
