"""Where everything in the picture of a trust graph stands: numbers only, nothing is drawn.

All lengths are points (1/72 inch); x grows to the right, y grows downwards, (0, 0) is
the upper left corner. Trust flows from the root at the left to the stores at the right:
``columns`` says who stands where in which column; widths, arrows, labels and the legend
follow here.

Boxes are as wide as a generous estimate of their text, arrows pass a column only at
their way-points, and each label lies in a lane of its own arrow: nothing overlaps by
construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, View
from .cells import LINE, SMALL, Cell, Line, Segment
from .columns import Chains, Columns, arrange
from .heights import settle
from .kinds import ARROWS, CONNECTED, KINDS, OWNERS, connection_verdict, heading, view_of
from .legend import samples
from .text import cut_middle, text_width, visible

__all__ = ["ARROW", "Box", "Layout", "LegendKey", "Point", "Route", "TextBox", "place"]

Point = tuple[float, float]

ARROW = 9.0
_MARGIN = 9.0
_TOP = 78.0
_TALL = 700.0  # the height of a window
_LEAST_WIDTH = 500.0
_PAD = 10.0
# The name of a box higher than a window stands near its top, where one begins to read.
_DEEPEST = 72.0


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
    """A sample (x, y, width, height) and its words; ``group`` and ``sample`` are those of ``legend``."""

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


def place(graph: TrustGraph, *, title: str) -> Layout:
    """The layout of a graph: the same graph gives the same numbers, whatever the order of its parts."""
    columns, chains = arrange(graph)
    settle(columns)
    return _Page(columns, chains).layout(title)


class _Page:
    """The settled columns get their place on the paper."""

    def __init__(self, columns: Columns, chains: Chains) -> None:
        self.columns, self.chains, self.top = columns, chains, _TOP
        names = [_widest(cell.lines for cell in column) for column in columns]
        asides = [_widest(cell.aside for cell in column) for column in columns]
        self.asides = [width + 12.0 if width else 0.0 for width in asides]
        view = view_of(cell.node for column in columns for cell in column if cell.node)
        self.words = [_heading(column, view) for column in columns]
        least = [max(80.0, text_width(words, 9.0, bold=True) - 2 * _PAD) for words in self.words]
        self.widths = [
            max(room, name + aside) + 2 * _PAD for room, name, aside in zip(least, names, self.asides, strict=True)
        ]
        # Room before a column in which every arrow runs level: its label and its head.
        arriving = [[segment for cell in column for segment in cell.left] for column in columns]
        labels = [max((_label_width(segment.label) for segment in among), default=0.0) for among in arriving]
        self.lanes = [label + ARROW + 3.0 for label in labels]
        bends = [max((abs(segment.rise) for segment in among), default=0.0) for among in arriving]
        gaps = [min(32.0 + 0.2 * bend, 76.0) for bend in bends]
        spare = _LEAST_WIDTH - 2 * _MARGIN - sum(self.widths) - sum(gaps[1:]) - sum(self.lanes)
        stretch = max(0.0, spare) / (len(columns) - 1) if len(columns) > 1 else 0.0
        self.x: list[float] = []
        for number, (gap, lane) in enumerate(zip(gaps, self.lanes, strict=True)):
            self.x.append(self.right(number - 1) + gap + lane + stretch if number else _MARGIN)
        self.width = max(self.right(-1) + _MARGIN if columns else 0.0, _LEAST_WIDTH)

    def right(self, column: int) -> float:
        """The x of a column's right edge."""
        return self.x[column] + self.widths[column]

    def layout(self, title: str) -> Layout:
        """Everything; the legend stands below, but above a picture so tall that nobody would find it there."""
        cells = [cell for column in self.columns for cell in column]
        tall = max((cell.y + cell.height / 2 for cell in cells), default=0.0)
        nodes, edges = [cell.node for cell in cells if cell.node], [edge for edge, _ in self.chains]
        above = tall > _TALL
        legend, titles, below = _legend(nodes, edges, _TOP - 28.0 if above else _TOP + tall + 24.0, self.width)
        self.top = below + 34.0 if above else _TOP
        room = self.width - 2 * _MARGIN
        return Layout(
            width=self.width,
            height=self.top + tall + 20.0 if above else below,
            title=_line(cut_middle(visible(title), room, 13.0, bold=True), _MARGIN, 18.0, room, 13.0, bold=True),
            headings=self._headings(),
            boxes=tuple(self._box(cell, cell.node) for cell in cells if cell.node),
            routes=tuple(self._route(edge, chain) for edge, chain in self.chains),
            legend=legend,
            legend_titles=titles,
        )

    def _headings(self) -> tuple[TextBox, ...]:
        """One heading over the columns of each band; one sentence where there is nothing else."""
        if not self.columns:
            empty = "There are no certificates and no stores to draw."
            return (_line(empty, _MARGIN, self.top - 32.0, self.width - 2 * _MARGIN, 9.0),)
        spans = []
        for words, among in groupby(range(len(self.columns)), lambda number: self.words[number]):
            first, *others = among
            spans.append((words, self.x[first], self.right([first, *others][-1])))
        return tuple(_line(words, left, self.top - 32.0, right - left, 9.0, bold=True) for words, left, right in spans)

    def _box(self, cell: Cell, node: Node) -> Box:
        x, y, width = self.x[cell.column], self.top + cell.y - cell.height / 2, self.widths[cell.column]
        inner, aside = width - 2 * _PAD, self.asides[cell.column]
        text_y = y + cell.cap / 2 + (cell.height - sum(size * LINE for _, size, _ in cell.lines)) / 2
        text_y = min(text_y, y + _DEEPEST)
        lines = []
        for text, size, bold in cell.lines:
            lines.append(_line(text, x + _PAD, text_y, inner - aside, size, bold=bold))
            text_y += size * LINE
        lines += [
            _line(text, x + _PAD + inner - aside + 12.0, lines[0].baseline - size, aside - 12.0, size)
            for text, size, _ in cell.aside
        ]
        return Box(node, x, y, width, cell.height, tuple(lines), _tooltip(node))

    def _route(self, edge: Edge, chain: Sequence[Segment]) -> Route:
        """The arrow's points and its label, which lies just before the box at its right end."""
        points: list[Point] = []
        for segment in chain:
            start = self.top + segment.left.y + segment.left_port
            end = self.top + segment.right.y + segment.right_port
            here, there = segment.left.column, segment.right.column
            points += [(self.right(here), start), (self.right(there - 1) + ARROW + 1.0, start)]
            points += [(self.x[there] - self.lanes[there], end), (self.x[there], end)]
        x, y = points[-1]
        words, label = chain[-1].label, None
        if words:
            width = _label_width(words)
            left = x - ARROW + 1.0 - width
            label = replace(_line(words, left, y - SMALL * LINE / 2, width, SMALL), align="center")
        source, target = chain[0].left.node, chain[-1].right.node
        if source and target and source.id != edge.source:
            source, target = target, source
            points.reverse()
        return Route(edge, tuple(points), label, _sentence(source, edge, target))


def _line(text: str, x: float, y: float, width: float, size: float, *, bold: bool = False) -> TextBox:
    return TextBox(text, x, y, width, size * LINE, size, bold)


def _widest(cells: Iterable[Iterable[Line]]) -> float:
    return max((text_width(text, size, bold=bold) for lines in cells for text, size, bold in lines), default=0.0)


def _label_width(label: str) -> float:
    return text_width(label, SMALL) + 6.0 if label else 0.0


def _heading(column: Sequence[Cell], view: View) -> str:
    """What heads a column; a group of certificates that signed something stands among authorities."""
    signing = any(segment.group[0] == EdgeKind.SIGNED for cell in column for segment in cell.right)
    nodes = [cell.node for cell in column if cell.node]
    if signing and any(node.kind is NodeKind.GROUP for node in nodes):
        return heading(NodeKind.CA, view)
    return heading(nodes[0].kind, view)


def _tooltip(node: Node) -> str:
    """The whole name, whatever had to be cut, and what else is known."""
    label, said = visible(node.label), visible(node.tooltip)
    parts = [] if label and label in said else [label or "(no name)"]
    owner = [OWNERS[node.owner]] if node.owner in OWNERS else []
    return "\n".join([*parts, said or ", ".join([KINDS[node.kind].one, *owner, *map(visible, node.details)])])


def _sentence(source: Node | None, edge: Edge, target: Node | None) -> str:
    """What an arrow says, the alias in full."""
    first, second = (visible(node.label) if node else "" for node in (source, target))
    told, label = f"{first} {ARROWS[edge.kind].phrase} {second}", visible(edge.label)
    if edge.kind is EdgeKind.CONNECTS:
        return visible(edge.tooltip) or f"{told}: {label or CONNECTED[connection_verdict(edge)]}"
    if edge.kind in (EdgeKind.MAKES, EdgeKind.USED_BY):
        return f"{told}: {label}" if label else told
    return f"{told} as {label}" if label else told


def _legend(
    nodes: Sequence[Node], edges: Sequence[Edge], top: float, width: float
) -> tuple[tuple[LegendKey, ...], tuple[TextBox, ...], float]:
    """Samples of what is present, a row for each group; also the height of the whole picture."""
    groups = [(group, found) for group, found in samples(nodes, edges) if found]
    start = _MARGIN + 8.0 + max((text_width(group, SMALL, bold=True) for group, _ in groups), default=0.0)
    keys: list[LegendKey] = []
    titles: list[TextBox] = []
    y = top
    for group, found in groups:
        titles.append(_line(group, _MARGIN, y + 1.5, start - 8.0 - _MARGIN, SMALL, bold=True))
        x = start
        for sample, words in found:
            room = text_width(words, SMALL)
            if x > start and x + 32.0 + room > width - _MARGIN:
                x, y = start, y + 19.0
            text = _line(words, x + 32.0, y + 1.5, room, SMALL)
            keys.append(LegendKey(group, sample, x, y, 26.0, 13.0, text))
            x += 32.0 + room + 16.0
        y += 19.0
    return tuple(keys), tuple(titles), y + 12.0
