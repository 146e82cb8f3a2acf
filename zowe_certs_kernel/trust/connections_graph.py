"""The connections as a graph: clients, gateways and services, and which of them accept each other."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..model import CertificateFacts
from .connection import Connection
from .graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, trust_graph
from .proofs import Proofs
from .zowe_set import Scene

__all__ = ["connections_graph", "full_graph", "presented"]

_GATEWAY, _CLIENT = "gateway:", "client:"
_WORST = ("refused", "unknown", "accepted")
_VERDICTS = {"refused": "broken", "unknown": "unknown", "accepted": "ok"}
_MOST_TOLD = 8  # sentences of one arrow


def connections_graph(
    scene: Scene, connections: Sequence[Connection], *, at: dt.datetime, warn_days: int = 60
) -> TrustGraph:
    """The picture of the connections: a node for each program, an arrow for all that one says to another.

    An arrow is ``accepted``, ``refused`` or ``unknown``, the worst of its hosts; ``refused 1/2`` is one of two hosts.
    A program is ``broken`` where
    somebody refuses it or its certificate is not valid, ``soon`` where that ends within ``warn_days``.
    """
    joined: dict[tuple[str, str], list[Connection]] = defaultdict(list)
    for connection in connections:
        joined[connection.client_id, connection.server_id].append(connection)
    return TrustGraph.of(
        _nodes(connections, at=at, warn_days=warn_days, several=len(scene.sets) > 1),
        [_edge(both, between) for both, between in joined.items()],
    )


def presented(connections: Iterable[Connection]) -> Iterator[Edge]:
    """Which certificate is presented by which server."""
    known = {(connection.shown.identity, connection.server_id) for connection in connections if connection.shown}
    yield from (Edge(certificate, server, EdgeKind.PRESENTS) for certificate, server in sorted(known))


def full_graph(
    scene: Scene, connections: Sequence[Connection], *, at: dt.datetime, proofs: Proofs, warn_days: int = 60
) -> TrustGraph:
    """All of it: certificates and stores, who signs, holds and trusts, and the programs that show them and connect."""
    stores = trust_graph(scene.stores, at=at, warn_days=warn_days, proofs=proofs)
    programs = connections_graph(scene, connections, at=at, warn_days=warn_days)
    there = {node.id for node in stores.nodes}
    shown = [edge for edge in presented(connections) if edge.source in there]
    return TrustGraph.of((*stores.nodes, *programs.nodes), (*stores.edges, *programs.edges, *shown))


def _nodes(connections: Iterable[Connection], *, at: dt.datetime, warn_days: int, several: bool) -> Iterator[Node]:
    names: dict[str, str] = {}
    called: dict[str, list[Connection]] = defaultdict(list)
    sets: dict[str, str] = {}
    for connection in connections:
        names[connection.client_id], names[connection.server_id] = connection.client, connection.server
        called[connection.server_id].append(connection)
        for end in (connection.client_id, connection.server_id):
            sets.setdefault(end, connection.scene_set)
    for id_, name in names.items():
        if id_.startswith(_CLIENT):
            yield Node(id_, NodeKind.CLIENT, name, ("trusts what it imported",), f"{name}, a client of Zowe")
            continue
        kind = NodeKind.GATEWAY if id_.startswith(_GATEWAY) else NodeKind.SERVICE
        where = (sets[id_],) if several and not id_.startswith("service:") else ()
        yield _server(Node(id_, kind, name, where), called[id_], at=at, warn_days=warn_days)


def _server(bare: Node, calls: Sequence[Connection], *, at: dt.datetime, warn_days: int) -> Node:
    shown = next((call.shown for call in calls if call.shown), None)
    told = _life(shown, at) if shown else ("certificate not known",)
    hosts = ", ".join(dict.fromkeys(call.host for call in calls if call.host))
    return replace(
        bare,
        details=(*told, *bare.details),
        tooltip=f"{bare.label}{', called as ' + hosts if hosts else ''}: {', '.join(told)}",
        verdict=_state(shown, calls, at, warn_days),
        owner=str(calls[0].owner) if calls else "",
    )


def _life(shown: CertificateFacts, at: dt.datetime) -> tuple[str, str]:
    ended = shown.not_after is not None and shown.not_after < at
    return shown.common_name, f"{'ended' if ended else 'ends'} {shown.end_day}"


def _state(shown: CertificateFacts | None, calls: Iterable[Connection], at: dt.datetime, warn_days: int) -> str:
    worst = _worst(calls)
    if worst != "accepted":
        return _VERDICTS[worst]
    ends = shown.not_after if shown else None
    if ends is not None and ends < at:
        return "broken"
    return "soon" if ends is not None and ends - at <= dt.timedelta(days=warn_days) else "ok"


def _worst(calls: Iterable[Connection]) -> str:
    words = {call.word for call in calls}
    return next((word for word in _WORST if word in words), "accepted")


def _edge(both: tuple[str, str], calls: Sequence[Connection]) -> Edge:
    worst = _worst(calls)
    number = sum(call.word == worst for call in calls)
    label = worst if number == len(calls) else f"{worst} {number}/{len(calls)}"
    ordered = sorted(calls, key=lambda call: _WORST.index(call.word))
    told = "; ".join(call.sentence for call in ordered[:_MOST_TOLD])
    first = str(calls[0].owner)
    return Edge(*both, EdgeKind.CONNECTS, label, _VERDICTS[worst], first, told, details=tuple(_details(ordered)))


def _details(calls: Iterable[Connection]) -> Iterator[str]:
    """The names asked for, those of one verdict in one line, with its reason."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for call in calls:
        alike[call.word, call.verdict.reason].append(call.host or "a name not known")
    for (_, reason), hosts in list(alike.items())[:_MOST_TOLD]:
        more = f" and {len(hosts) - _MOST_TOLD} more" if len(hosts) > _MOST_TOLD else ""
        yield f"as {', '.join(hosts[:_MOST_TOLD])}{more}" + (f": {reason}" if reason else "")
