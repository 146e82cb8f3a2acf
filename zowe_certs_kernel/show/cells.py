"""What stands in the columns of a picture: boxes with their lines of text, and the words on arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..trust.graph import Edge, EdgeKind, Node, NodeKind
from .kinds import ARROWS, CONNECTED, OWNERS, connection_verdict
from .text import cut_middle, visible, wrap

__all__ = ["CAP", "LINE", "SMALL", "Cell", "Line", "Segment", "arrow_words", "box_cell"]

Line = tuple[str, float, bool]  # text, size and whether it is bold

LINE = 1.3
SMALL = 8.0
CAP = 6.0
_WIDEST = 176.0
_WIDEST_NAME, _WIDEST_DETAIL = 210.0, 110.0
# Into a column of more arrows than this, an arrow says its alias only: the legend says the rest.
_CROWD = 12
_ALIAS, _SHORT_ALIAS, _SCRIPT = 136.0, 84.0, 190.0
# What a shape has above its text: a rim, a bar, a tab.
_RIMS = {
    NodeKind.STORE: CAP,
    NodeKind.GROUP: CAP,
    NodeKind.CLIENT: 7.0,
    NodeKind.SERVICE: 7.0,
    NodeKind.RING: 9.0,
    NodeKind.KEYSTORE_DIRECTORY: 9.0,
    NodeKind.INSTANCE: 9.0,
    NodeKind.RUNTIME: 9.0,
}


@dataclass(eq=False)
class Cell:
    """A box, or the way-point of a long arrow, in a column; ``y`` is its middle.

    ``lines`` stand one below the other under a rim of height ``cap``, ``aside`` to the right of them;
    ``gap`` is the room to the next box.
    """

    column: int
    key: tuple[str, ...]
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
    """An arrow's part from one cell to a cell further right; ports are offsets from their middles.

    Arrows of one ``group`` leave a box together: they look alike.
    """

    left: Cell
    right: Cell
    group: tuple[str, ...]
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


def box_cell(node: Node, column: int, key: tuple[str, ...], *, row: bool) -> Cell:
    """A card with the name above what is known of it; or a row with the first detail beside the name."""
    cell = Cell(column, key, node, gap=5.0 if row else 16.0, cap=_RIMS.get(node.kind, 0.0))
    name, owner = visible(node.label).strip() or "(no name)", [OWNERS[node.owner]] if node.owner in OWNERS else []
    if row:
        cell.lines = [(cut_middle(name, _WIDEST_NAME, 8.5), 8.5, False)]
        cell.aside = _small([*owner, *node.details][:1], _WIDEST_DETAIL)
    else:
        bold = [(line, 9.0, True) for line in wrap(name, _WIDEST, 9.0, bold=True)]
        cell.lines = [*bold, *_small([*owner, *node.details[:4]], _WIDEST)]
    cell.height = sum(size * LINE for _, size, _ in cell.lines) + (5.5 if row else 14.0) + cell.cap
    return cell


def _small(details: Sequence[str], room: float) -> list[Line]:
    return [(cut_middle(visible(line), room, SMALL), SMALL, False) for line in details]


def arrow_words(edge: Edge, arriving: int) -> str:
    """What stands on the arrow: verb and alias, the alias alone among many; a verdict or a script alone."""
    alias = visible(edge.label).strip()
    if edge.kind is EdgeKind.CONNECTS:
        return cut_middle(alias or CONNECTED[connection_verdict(edge)], _ALIAS, SMALL)
    verb = ARROWS[edge.kind].verb
    if edge.kind in (EdgeKind.MAKES, EdgeKind.USED_BY):
        return cut_middle(alias or verb, _SCRIPT, SMALL)
    if arriving > _CROWD:
        return cut_middle(alias, _SHORT_ALIAS, SMALL)
    return cut_middle(" · ".join(filter(None, (verb, alias))), _ALIAS, SMALL)
