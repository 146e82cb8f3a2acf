"""The launch diagram from real files: what is there is drawn, and what is only named is drawn as named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.stores.racf_samples import LIST_CERTAUTH, LIST_USER
from tests.trust.zowe.conftest import DIRECTORY, NOW, PASSWORD, MakeDirectory, scene_of
from zowe_certs_kernel.trust.graph import NodeKind, TrustGraph
from zowe_certs_kernel.trust.launch import launch_graph


def edges(graph: TrustGraph) -> set[tuple[str, str, str, str]]:
    labels = {node.id: node.label for node in graph.nodes}
    return {(labels[edge.source], str(edge.kind), labels[edge.target], edge.label) for edge in graph.edges}


def test_several_instances_share_a_directory_that_was_made_from_settings(
    directory: MakeDirectory, instance: Callable[..., Path], tmp_path: Path
) -> None:
    folder = directory()
    scene = scene_of(folder, instance("prod"), instance("test"), settings=(tmp_path / "setup of keystore.env",))
    graph = launch_graph(scene, at=NOW)
    assert edges(graph) == {
        ("setup of keystore.env (2)", "makes", "keystore", "zowe-setup-certificates.sh (1)"),
        ("keystore", "used by", "prod", "KEYSTORE_DIRECTORY= (5)"),
        ("keystore", "used by", "test", "KEYSTORE_DIRECTORY= (5)"),
        ("zowe", "used by", "prod", "ROOT_DIR="),
        ("zowe", "used by", "test", "ROOT_DIR="),
    }
    (kept,) = (node for node in graph.nodes if node.kind is NodeKind.KEYSTORE_DIRECTORY)
    assert kept.verdict == "ok"
    assert kept.details[:2] == (DIRECTORY, "Zowe Service, localhost")
    assert PASSWORD not in repr(graph)


def test_what_is_named_and_not_here_is_drawn_as_named(instance: Callable[..., Path], tmp_path: Path) -> None:
    graph = launch_graph(scene_of(instance("prod")))
    named = {node.kind: node for node in graph.nodes}
    for kind in (NodeKind.KEYSTORE_DIRECTORY, NodeKind.RUNTIME):
        assert "not found here" in named[kind].details
        assert named[kind].verdict == "unknown"
    assert named[NodeKind.KEYSTORE_DIRECTORY].label == "keystore"


def test_an_instance_that_names_no_directory_is_broken(instance: Callable[..., Path]) -> None:
    graph = launch_graph(scene_of(instance("prod", KEYSTORE_DIRECTORY="", ROOT_DIR="")))
    (node,) = graph.nodes
    assert (node.verdict, node.details[0]) == ("broken", "names no KEYSTORE_DIRECTORY")


def test_a_key_ring_comes_from_its_job_and_is_used_through_the_directory(tmp_path: Path) -> None:
    settings = tmp_path / "ring.env"
    settings.write_text(f"KEYSTORE_DIRECTORY={DIRECTORY}\nZOWE_KEYRING=ZoweKeyring\n", encoding="utf-8")
    for sources, verdict in (((), "unknown"), ((tmp_path / "ring.txt",), "ok")):
        (tmp_path / "ring.txt").write_text(LIST_USER + LIST_CERTAUTH, encoding="utf-8")
        graph = launch_graph(scene_of(*sources, settings=(settings,)))
        assert edges(graph) == {
            ("ring.env (3)", "makes", "keystore", "zowe-setup-certificates.sh (1)"),
            ("ZWEKRING (4)", "makes", "ZoweKeyring", ""),
            ("ZoweKeyring", "used by", "keystore", ""),
        }
        assert [node.verdict for node in graph.nodes if node.kind is NodeKind.RING] == [verdict]


def test_a_directory_without_its_stores_is_broken(directory: MakeDirectory) -> None:
    folder = directory()
    (folder / "localhost/localhost.keystore.p12").unlink()
    (node,) = launch_graph(scene_of(folder)).nodes
    assert (node.verdict, node.details[-1]) == ("broken", "its certificates are not here")


def test_without_any_of_zowes_files_there_is_nothing_to_draw(tmp_path: Path) -> None:
    graph = launch_graph(scene_of(tmp_path))
    assert not graph.nodes
    assert not graph.edges
