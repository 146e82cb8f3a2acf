"""``python -m tests.show.doc_pictures docs``: the pictures of README and documentation, the same bytes each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.show.doc_sets import corporate_graph, default_stores, external_scene, external_stores, launch_scene
from tests.show.real_sets import NOW
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.folding import folded
from zowe_certs_kernel.trust.connections import connections_of
from zowe_certs_kernel.trust.connections_graph import connections_graph
from zowe_certs_kernel.trust.graph import NodeKind, TrustGraph, trust_graph
from zowe_certs_kernel.trust.launch import launch_graph
from zowe_certs_kernel.trust.proofs import Proofs

_SIGNED = "Who signed what, and where it is kept"


@cache
def doc_graphs() -> tuple[tuple[str, str, TrustGraph], ...]:
    """The name of each picture, its title and what it shows, nothing folded."""
    return tuple(_graphs())


def _graphs() -> Iterator[tuple[str, str, TrustGraph]]:
    scene = external_scene()
    connections = connections_of(scene, at=NOW, proofs=Proofs())
    yield "trust", _SIGNED, trust_graph(default_stores(), at=NOW)
    yield "certificates-external", _SIGNED, trust_graph(external_stores(), at=NOW)
    yield (
        "connections-external",
        "Who talks to whom, and under which certificate",
        connections_graph(scene, connections, at=NOW),
    )
    yield "launch", "What each Zowe is launched from", _launch()
    yield "certificates-60", _SIGNED, corporate_graph(60, 3, 8)
    yield "certificates-500", _SIGNED, corporate_graph(500, 6, 20)


def _launch() -> TrustGraph:
    """As where Zowe is: on this machine its runtime is or is not."""
    graph = launch_graph(launch_scene(), at=NOW)
    nodes = [
        replace(node, verdict="ok", details=node.details[:1]) if node.kind is NodeKind.RUNTIME else node
        for node in graph.nodes
    ]
    return TrustGraph.of(nodes, graph.edges)


def doc_pictures() -> Iterator[tuple[str, Picture]]:
    """The name of each file, and its picture."""
    for name, title, graph in doc_graphs():
        yield f"{name}.svg", draw_graph(folded(graph), title=title)


def main(folder: str) -> None:
    """Write them all."""
    for name, picture in doc_pictures():
        picture.save(Path(folder, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
