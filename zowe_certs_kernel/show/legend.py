"""What the legend of a picture explains: a sample of everything that is in it, and of nothing else.

The group of a sample is ``Shape`` (its name is a ``NodeKind``), ``Border`` or ``Server`` (a verdict), ``Arrow``
(an ``EdgeKind``), ``Connection`` (a verdict) or ``Encrypted by`` (an owner).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, View
from .kinds import ARROWS, CONNECTED, KINDS, OWNERS, connection_verdict, verdict_of, verdict_words, view_of

__all__ = ["Samples", "samples"]

Samples = Sequence[tuple[str, str]]  # the name of a sample and its words


def samples(nodes: Sequence[Node], edges: Sequence[Edge]) -> Sequence[tuple[str, Samples]]:
    """The groups of samples, each in the order of its words."""
    connections = [edge for edge in edges if edge.kind is EdgeKind.CONNECTS]
    view = view_of(nodes)
    shapes = {node.kind for node in nodes}
    arrows = {edge.kind for edge in edges} - {EdgeKind.CONNECTS}
    owners = {node.owner for node in nodes} | {edge.owner for edge in connections}
    return (
        ("Shape", [(kind.value, words.one) for kind, words in KINDS.items() if kind in shapes]),
        ("Server" if view is View.CONNECTIONS else "Border", _present(verdict_words(view), _borders(nodes, view))),
        ("Arrow", [(kind.value, words.phrase) for kind, words in ARROWS.items() if kind in arrows]),
        ("Connection", _present(CONNECTED, {connection_verdict(edge) for edge in connections})),
        ("Encrypted by", _present(OWNERS, owners)),
    )


def _borders(nodes: Sequence[Node], view: View) -> set[str]:
    """The verdicts that borders show; where all is well, only certificates need to have it said."""
    found = {verdict_of(node) for node in nodes if node.kind is not NodeKind.MISSING}
    return found if view is View.CERTIFICATES or found - {"ok"} else set()


def _present(words: Mapping[str, str], found: set[str]) -> Samples:
    return [(name, said) for name, said in words.items() if name in found]
