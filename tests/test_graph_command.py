"""``zowe-certs graph``: the three views in words, as JSON and as pictures; what would change and what breaks when."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zowe_certs_kernel.cli import main
from zowe_certs_kernel.show.trust_example import make_trust_example

Graph = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """KEYSTORE_DIRECTORY, instance directory, certificate of z/OSMF and that of its authority."""
    return make_trust_example(tmp_path_factory.mktemp("example") / "with a blank")


@pytest.fixture
def graph(capsys: pytest.CaptureFixture[str]) -> Graph:
    """Exit code, output and errors of ``zowe-certs graph``."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["graph", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def as_json(graph: Graph, *arguments: object) -> dict[str, Any]:
    code, out, errors = graph(*arguments, "--format", "json")
    assert (code, errors) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def words(found: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(one["client"], one["server"]): one["verdict"] for one in found["connections"]}


def fingerprint(found: dict[str, Any], label: str) -> str:
    (sha256,) = (node["id"] for node in found["graph"]["nodes"] if node["label"] == label and node["kind"] == "CA")
    return str(sha256)


def test_the_graph_holds_certificates_stores_services_and_clients_and_what_joins_them(
    graph: Graph, example: tuple[Path, ...]
) -> None:
    found = as_json(graph, *example)
    kinds = {node["kind"] for node in found["graph"]["nodes"]}
    joins = {edge["kind"] for edge in found["graph"]["edges"]}
    assert found["schema"] == "zowe-certs/graph/1"
    assert kinds >= {"CA", "certificate", "store", "client", "gateway", "service"}
    assert joins >= {"signed", "with its key in", "trusted in", "presented by", "connects to"}


def test_zosmf_is_refused_until_its_authority_is_trusted(graph: Graph, example: tuple[Path, ...]) -> None:
    *sources, authority = example
    before = as_json(graph, *sources)
    assert {verdict for (client, _), verdict in words(before).items() if client != "API Gateway"} == {"accepted"}
    refused = [server for (_, server), verdict in words(before).items() if verdict == "refused"]
    after = as_json(graph, *sources, "--trusting", authority)
    assert len(refused) == 1
    assert "refused" not in words(after).values()
    assert [(one["server"], one["before"]["verdict"], one["after"]["verdict"]) for one in after["changes"]] == [
        (refused[0], "refused", "accepted")
    ]


def test_without_the_local_authority_everything_of_zowe_is_refused(graph: Graph, example: tuple[Path, ...]) -> None:
    sha256 = fingerprint(as_json(graph, *example), "Zowe Development Instances Certificate Authority")
    found = as_json(graph, *example, "--without", sha256[:12])
    assert set(words(found).values()) == {"refused"}
    assert {one["after"]["verdict"] for one in found["changes"]} == {"refused"}


def test_another_day_shows_what_has_broken_by_then(graph: Graph, example: tuple[Path, ...]) -> None:
    code, out, _ = graph(*example, "--view", "connections", "--at", "2099-01-01")
    assert code == 0
    assert "What changes on 2099-01-01" in out


def test_the_timeline_names_days_certificates_and_connections(graph: Graph, example: tuple[Path, ...]) -> None:
    found = as_json(graph, *example, "--timeline")
    ends = [moment for moment in found["timeline"] if moment["ends"]]
    assert [moment["at"] for moment in ends] == sorted(moment["at"] for moment in ends)
    assert any(moment["changes"] for moment in ends)
    assert "What will break when" in graph(*example, "--timeline")[1]


@pytest.mark.parametrize("view", ["certificates", "connections", "launch"])
def test_each_view_is_text_and_a_picture(graph: Graph, example: tuple[Path, ...], view: str, tmp_path: Path) -> None:
    picture = tmp_path / "my pictures.svg"
    code, out, errors = graph(*example, "--view", view, "--output", picture)
    assert (code, errors) == (0, "")
    assert out.strip()
    assert 'role="img"' in picture.read_text("utf-8")


def test_a_picture_can_be_png(graph: Graph, example: tuple[Path, ...], tmp_path: Path) -> None:
    assert graph(*example, "--view", "connections", "--output", tmp_path / "c.png")[0] == 0
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_a_source_that_cannot_be_read_is_told_and_the_rest_is_shown(
    graph: Graph, example: tuple[Path, ...], tmp_path: Path
) -> None:
    code, out, errors = graph(*example, tmp_path / "nowhere.p12")
    assert code == 3
    assert "nowhere.p12 cannot be read" in errors
    assert "Zowe Service" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name what the graph is of"),
        (["x.p12", "--output", "x.pdf"], "--output is a picture, .svg or .png, not x.pdf"),
        (["{keystore}", "--without", "00"], "no certificate here has a SHA-256 that begins with '00'"),
        (["{keystore}", "--at", "never"], "--at must be a day"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    graph: Graph, example: tuple[Path, ...], arguments: list[str], said: str
) -> None:
    code, out, errors = graph(*(word.format(keystore=example[0]) for word in arguments))
    assert (code, out, errors.count("\n")) == (2, "", 1)
    assert said in errors


def test_what_is_to_be_trusted_has_to_hold_an_authority(graph: Graph, example: tuple[Path, ...]) -> None:
    code, out, errors = graph(*example, "--trusting", example[0] / "localhost" / "localhost.keystore.key")
    assert (code, out) == (2, "")
    assert "holds no authority that could be trusted" in errors


def test_a_picture_of_what_is_not_so_today_says_so(graph: Graph, example: tuple[Path, ...], tmp_path: Path) -> None:
    graph(*example, "--view", "connections", "--at", "2099-01-01", "--output", tmp_path / "later.svg")
    assert "on 2099-01-01" in (tmp_path / "later.svg").read_text("utf-8")


def test_without_a_keystore_there_is_no_connection_and_the_sentence_says_why(
    graph: Graph, example: tuple[Path, ...]
) -> None:
    assert "no keystore with a private key is among the sources" in graph(example[3], "--view", "connections")[1]
