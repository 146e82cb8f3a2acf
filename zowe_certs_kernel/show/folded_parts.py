"""One box for several nodes and one arrow for several edges, with words that say how many and what they share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from ..trust.graph import Edge, EdgeKind, Node, NodeKind
from .kinds import KINDS, verdict_of

__all__ = ["folded_edge", "folded_node"]

_ENDS = re.compile(r"end(s|ed) (\d{4}-\d\d-\d\d)")
_NAMED = 12
_FOLDED = {
    "ok": "{} in order",
    "soon": "{} that end soon",
    "broken": "{}, broken",
    "unknown": "{}, not checked",
}


def folded_node(among: Sequence[Node]) -> Node:
    """The node itself, or one that stands for several of one kind and verdict."""
    if len(among) == 1:
        return among[0]
    first, count = among[0], sum(node.count for node in among)
    names = sorted({node.label for node in among})
    digest = hashlib.sha256("\n".join(sorted(node.id for node in among)).encode("utf-8", "replace")).hexdigest()
    label = _label(first, count)
    details = [*_first_end(among), *names[:2], *([f"and {len(names) - 2} more"] if len(names) > 2 else ())]
    return Node(
        f"group:{digest[:24]}",
        NodeKind.GROUP if first.kind in (NodeKind.CA, NodeKind.CERTIFICATE) else first.kind,
        label,
        tuple(details),
        f"{label}: {_told(names)}",
        verdict_of(first),
        first.owner,
        count,
    )


def _label(first: Node, count: int) -> str:
    if first.kind in (NodeKind.CA, NodeKind.CERTIFICATE):
        what = "authorities" if first.kind is NodeKind.CA else "certificates"
        return _FOLDED[verdict_of(first)].format(f"{count} {what}")
    return f"{count} {KINDS[first.kind].many}"


def _first_end(among: Iterable[Node]) -> Sequence[str]:
    """When the first of them ends, as far as their details say it."""
    found = [end for node in among for detail in node.details for end in _ENDS.findall(detail)]
    if not found:
        return ()
    how, day = min(found, key=lambda end: end[1])
    return (f"first end{how} {day}",)


def folded_edge(source: str, target: str, among: Sequence[Edge]) -> Edge:
    """The edge itself, or one that stands for several that look alike, between the boxes of their ends."""
    first, count = among[0], sum(edge.count for edge in among)
    labels = sorted({edge.label for edge in among})
    if len(labels) == 1 and (len(among) == 1 or first.kind is EdgeKind.CONNECTS):
        label = labels[0] if count == 1 else f"{count} {labels[0]}".strip()
    else:
        label = labels[0] if len(labels) == 1 else f"{count} entries" if first.kind in _ENTRIES else ""
    return Edge(source, target, first.kind, label, first.verdict, first.owner, _told(_tooltips(among)), count)


_ENTRIES = frozenset({EdgeKind.KEY_IN, EdgeKind.TRUSTED_IN, EdgeKind.COPIED_IN})


def _tooltips(among: Iterable[Edge]) -> list[str]:
    return sorted({edge.tooltip for edge in among if edge.tooltip})


def _told(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
