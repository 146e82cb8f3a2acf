"""The pictures in ``docs/`` are those that the command makes, and show what README and documentation say of them."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.show.doc_pictures import doc_graphs, doc_pictures, main
from zowe_certs_kernel.show.draw import Picture
from zowe_certs_kernel.show.folding import folded
from zowe_certs_kernel.trust.graph import EdgeKind, NodeKind, TrustGraph

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SVG = "{http://www.w3.org/2000/svg}"
GRAPHS: dict[str, TrustGraph] = {name: graph for name, _, graph in doc_graphs()}


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return dict(doc_pictures())


def words(svg: str) -> list[tuple[str, ...]]:
    """Every text of a picture with its place, and what it says of itself."""
    found: list[tuple[str, ...]] = []
    for element in ET.fromstring(svg.partition("?>")[2]).iter():  # noqa: S314  # our own file
        if element.tag in (f"{SVG}text", f"{SVG}title", f"{SVG}desc"):
            found.append((element.text or "", element.get("x", ""), element.get("y", "")))
    return found


def test_each_picture_in_docs_is_what_the_command_makes(pictures: dict[str, Picture], tmp_path: Path) -> None:
    assert sorted(path.name for path in DOCS.glob("*.svg")) == sorted(pictures)
    constraints = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]
    tested = f"matplotlib=={metadata.version('matplotlib')}" in constraints["constraint-dependencies"]
    for name, picture in pictures.items():
        made, kept = picture.save(tmp_path / name), DOCS / name
        remade = f"docs/{name}: remake it with python -m tests.show.doc_pictures docs"
        assert words(kept.read_text(encoding="utf-8")) == words(made.read_text(encoding="utf-8")), remade
        assert not tested or kept.read_bytes() == made.read_bytes(), remade  # lines are drawn by matplotlib


def test_the_command_writes_every_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = dict(list(doc_pictures())[:1])
    monkeypatch.setattr("tests.show.doc_pictures.doc_pictures", one.items)
    main(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == list(one)


def test_no_picture_in_docs_is_large() -> None:
    assert {path.name: path.stat().st_size for path in DOCS.glob("*.svg") if path.stat().st_size > 120_000} == {}


def test_sixty_certificates_are_all_drawn_and_of_five_hundred_every_problem() -> None:
    held = (NodeKind.CA, NodeKind.CERTIFICATE)
    assert sum(node.kind in held for node in GRAPHS["certificates-60"].nodes) == 60
    assert folded(GRAPHS["certificates-60"]) is GRAPHS["certificates-60"]
    graph = GRAPHS["certificates-500"]
    assert sum(node.kind in held for node in graph.nodes) == 500
    drawn = folded(graph)
    assert {node.id for node in graph.nodes if node.verdict != "ok"} <= {node.id for node in drawn.nodes}
    assert len(drawn.nodes) < 70


def test_the_gateway_of_the_external_set_accepts_zosmf_and_refuses_the_product_that_nobody_trusts() -> None:
    graph = GRAPHS["connections-external"]
    labels = {node.id: node.label for node in graph.nodes}
    verdicts = {labels[edge.target]: edge.verdict for edge in graph.edges if edge.owner == "external"}
    assert verdicts == {"z/OSMF": "ok", "A product's REST API": "broken"}
    assert {edge.verdict for edge in graph.edges if edge.owner == "zowe"} == {"ok"}


def test_two_instances_of_the_launch_share_a_keystore_directory() -> None:
    graph = GRAPHS["launch"]
    directories = {node.id for node in graph.nodes if node.kind is NodeKind.KEYSTORE_DIRECTORY}
    used = Counter(edge.source for edge in graph.edges if edge.kind is EdgeKind.USED_BY and edge.source in directories)
    assert sorted(used.values()) == [1, 2]
    assert {node.verdict for node in graph.nodes} == {"ok"}
