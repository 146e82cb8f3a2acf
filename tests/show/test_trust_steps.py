"""The steps of notebook 30: what they read, what they save, and what they leave for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import SourceMissing, UsageError
from zowe_certs_kernel.parameters import TrustParameters
from zowe_certs_kernel.show.judged_scene import Trust
from zowe_certs_kernel.show.page import Page
from zowe_certs_kernel.show.trust_example import make_trust_example
from zowe_certs_kernel.show.trust_steps import (
    all_paths,
    draw_certificates,
    draw_connections,
    draw_launch,
    finish_trust,
    judge_roles,
    read_trust,
    what_breaks_when,
    what_would_change,
)

Example = tuple[Path, ...]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return make_trust_example(tmp_path_factory.mktemp("steps") / "a folder whose name is long enough to be left out")


def asked(example: Example, out: Path, **more: object) -> TrustParameters:
    sources = [str(path) for path in example[:3]]
    return TrustParameters.take({"source": sources, "out_dir": str(out), "interactive": False, **more})


def test_every_step_shows_something_and_the_last_leaves_it_for_programs(example: Example, tmp_path: Path) -> None:
    parameters = asked(example, tmp_path)
    trust = read_trust(parameters)
    roles = judge_roles(trust)
    pages = (
        trust,
        roles,
        all_paths(trust),
        draw_certificates(parameters, trust),
        draw_connections(parameters, trust),
        draw_launch(parameters, trust),
        what_breaks_when(trust),
        what_would_change(trust),
        finish_trust(parameters, trust, roles),
    )
    assert all(str(page) and page._repr_html_() for page in pages)
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert result.keys() >= {
        "schema",
        "at",
        "graph",
        "launch",
        "connections",
        "roles",
        "timeline",
        "changes",
        "findings",
    }
    assert (result["schema"], result["good"]) == ("zowe-certs/graph/1", False)
    refused = [one["server"] for one in result["connections"] if one["verdict"] == "refused"]
    assert (
        result["verdict"]
        == f"{len(result['connections']) - 1} of {len(result['connections'])} connections are accepted"
    )
    assert len(refused) == 1
    assert {path.name for path in tmp_path.glob("*.svg")} == {"certificates.svg", "connections.svg", "launch.svg"}


def test_pem_copies_of_a_keystore_directory_are_named_and_not_drawn(example: Example, tmp_path: Path) -> None:
    trust = read_trust(asked(example, tmp_path)).value
    drawn = {node.label for node in trust.graph.nodes}
    copies = {Path(store.source).name for store in trust.pem_copies}
    assert copies >= {"localca.cer", "localhost.keystore.cer", "localhost.keystore.key"}
    assert not copies & drawn
    assert drawn >= {"localhost.keystore.p12", "localhost.truststore.p12", "zosmf.pem"}


def test_pem_copies_are_known_by_relative_paths_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trust = read_trust(TrustParameters.take({"out_dir": "out", "interactive": False})).value
    assert {Path(store.source).name for store in trust.pem_copies} >= {"localca.cer", "localhost.keystore.cer"}


def test_a_long_folder_above_all_files_is_said_once(example: Example, tmp_path: Path) -> None:
    page = read_trust(asked(example, tmp_path))
    assert page.value.short(str(example[2])) == "zosmf.pem"
    assert str(page).count(str(example[0].parent)) == 1


def test_what_is_named_and_cannot_be_read_stops_the_notebook(example: Example, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match=r"nowhere\.p12 cannot be read"):
        read_trust(asked(example, tmp_path, source=[str(tmp_path / "nowhere.p12")]))


def test_the_settings_alone_lead_to_the_directory(example: Example, tmp_path: Path) -> None:
    settings = str(example[0] / "zowe-certificates.env")
    (one,) = read_trust(asked(example, tmp_path, source=[], settings=settings)).value.scene.sets
    assert one.entry is not None
    assert one.entry.alias == "localhost"


def test_a_day_a_loss_and_a_gain_of_trust_are_compared_with_today(example: Example, tmp_path: Path) -> None:
    trusting = what_would_change(read_trust(asked(example, tmp_path, trusting=[str(example[3])])))
    assert [(one.before.word, one.after.word) for one in trusting.value if one.before and one.after] == [
        ("refused", "accepted")
    ]
    later = what_would_change(read_trust(asked(example, tmp_path, at="2099-01-01")))
    assert {one.after.word for one in later.value if one.after} == {"refused"}
    nothing = what_would_change(read_trust(asked(example, tmp_path)))
    assert "Nothing is changed" in str(nothing)


def test_a_fingerprint_of_nothing_is_refused_before_anything_is_judged(example: Example, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no certificate here has a SHA-256"):
        read_trust(asked(example, tmp_path, without=["ffffffffffff"]))


def test_the_example_is_made_where_no_source_is_named(tmp_path: Path) -> None:
    page: Page[Trust] = read_trust(TrustParameters.take({"out_dir": str(tmp_path), "interactive": False}))
    assert "this is an example made here" in str(page)
    assert len(page.value.scene.instances) == len(page.value.scene.sets) == len(page.value.scene.services) == 1
