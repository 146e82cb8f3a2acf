"""Colours, widths and dashes of the pictures, and what each of them says.

Colour only repeats what shape, border, line and arrowhead say: Okabe and Ito's blue, yellow, vermillion and orange,
as tints under dark text and darkened where they are lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..trust.graph import Edge, EdgeKind, Node, NodeKind
from .kinds import connection_verdict, verdict_of

__all__ = ["INK", "QUIET", "RULE", "Border", "Stroke", "border_of", "sample_border", "sample_stroke", "stroke_of"]

Dashes = tuple[float, tuple[float, ...]] | str  # as matplotlib takes them

INK, QUIET, RULE = "#1f2933", "#4a5560", "#c5ccd3"
_SOLID, _DASHED, _DOTTED = "solid", (0.0, (5.0, 2.5)), (0.0, (1.2, 2.2))


@dataclass(frozen=True)
class Border:
    """How a box is drawn; a ``double`` border has a bright line on its broad one."""

    fill: str
    color: str
    width: float = 1.4
    dashes: Dashes = _SOLID
    double: bool = False


@dataclass(frozen=True)
class Stroke:
    """How an arrow is drawn: ``full`` or hollow is its head, ``double`` its line."""

    width: float
    dashes: Dashes
    full: bool
    color: str = INK
    double: bool = False


_VERDICTS: Mapping[str, Border] = {
    "ok": Border("#dcebf6", "#0b4f7d"),
    "soon": Border("#fbf6c3", "#6b5d00", dashes=_DASHED),
    "broken": Border("#fadfd0", "#983c00", 4.2, double=True),
    "unknown": Border("#ececec", "#555555", dashes=_DOTTED),
}
# What is not there; what has no verdict.
_GHOST, _PLAIN = Border("white", QUIET, 1.0, (0.0, (4.5, 3.0))), Border("white", INK, 1.0)
_BARE = frozenset({NodeKind.CLIENT, NodeKind.SETTINGS, NodeKind.JOB})
_FILLS: Mapping[str, str] = {"zowe": "#d3e6f5", "external": "#fce3bd", "": "white"}
_OWNERS: Mapping[str, str] = {"zowe": "#0b4f7d", "external": "#a35f00", "": INK}
_STROKES: Mapping[str, Stroke] = {
    EdgeKind.SIGNED: Stroke(1.1, _SOLID, full=True),
    EdgeKind.KEY_IN: Stroke(2.2, _SOLID, full=True),
    EdgeKind.TRUSTED_IN: Stroke(1.1, _DASHED, full=False),
    EdgeKind.COPIED_IN: Stroke(1.2, _DOTTED, full=False),
    EdgeKind.PRESENTS: Stroke(1.1, (0.0, (7.0, 2.0, 1.5, 2.0)), full=True),
    EdgeKind.MAKES: Stroke(1.6, _SOLID, full=True),
    EdgeKind.USED_BY: Stroke(1.3, (0.0, (7.0, 3.0)), full=False),
}
_CONNECTIONS: Mapping[str, Stroke] = {
    "ok": Stroke(1.9, _SOLID, full=True),
    "unknown": Stroke(1.9, _DASHED, full=True),
    "broken": Stroke(4.4, _SOLID, full=True, double=True),
}


def border_of(node: Node) -> Border:
    """Its border says the verdict; where whose certificate it shows is known, its fill says that."""
    if node.kind is NodeKind.MISSING:
        return _GHOST
    verdict = verdict_of(node)
    if verdict == "ok" and not node.owner and node.kind in _BARE:
        return _PLAIN
    border = _VERDICTS[verdict]
    if node.kind in (NodeKind.CLIENT, NodeKind.GATEWAY, NodeKind.SERVICE):
        color = _OWNERS.get(node.owner, INK) if verdict == "ok" else border.color
        return replace(border, fill=_FILLS.get(node.owner, "white"), color=color)
    return border


def sample_border(name: str) -> Border:
    """Of a verdict, an owner or a kind, as the legend shows it."""
    if name in _VERDICTS:
        return _VERDICTS[name]
    if name in ("zowe", "external"):
        return Border(_FILLS[name], _OWNERS[name])
    return _GHOST if name == NodeKind.MISSING else _PLAIN


def stroke_of(edge: Edge, *, ghost: bool) -> Stroke:
    """A line says what joins two nodes, that of a connection its verdict; its head whose certificate encrypts it."""
    if edge.kind is EdgeKind.CONNECTS:
        stroke = _CONNECTIONS[connection_verdict(edge)]
        return replace(stroke, color=_OWNERS.get(edge.owner, INK), full=edge.owner != "external")
    stroke = _STROKES[edge.kind]
    return replace(stroke, color=QUIET) if ghost else stroke


def sample_stroke(name: str) -> Stroke:
    """Of an arrow's kind, a connection's verdict or an owner, as the legend shows it."""
    if name in ("zowe", "external"):
        return replace(_CONNECTIONS["ok"], color=_OWNERS[name], full=name == "zowe")
    return _CONNECTIONS[name] if name in _CONNECTIONS else _STROKES[name]
