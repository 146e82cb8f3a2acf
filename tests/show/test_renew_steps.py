"""The steps of the notebook 70: ``show`` writes nothing, every other action does what it says and leaves its result."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from zowe_certs_kernel import (
    RenewParameters,
    finish_renewal,
    make_change,
    plan_change,
    read_directory,
    show_lifetimes,
    show_rotation,
    trust_after,
)
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.lifecycle.change import contents_of, store_bytes
from zowe_certs_kernel.lifecycle.working_set import read_working_set
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.show.page import Page
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores


@pytest.fixture
def source(tmp_path: Path) -> Path:
    env = tmp_path / "zowe.env"
    env.write_text(
        f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD={PASSWORD}\nKEYSTORE_DIRECTORY=/global/zowe/keystore\n"
        "ZOWE_CERTS_KEY_TYPE=EC-P256\nZOWE_CERTS_DAYS=100\n",
        encoding="utf-8",
    )
    return make(plan_setup(read_settings([env], release="1.28"), directory=tmp_path / "key store")).plan.directory


def run(source: Path, **values: Any) -> tuple[str, dict[str, Any]]:
    """What all cells show, and ``result.json``."""
    parameters = RenewParameters(source=str(source), out_dir=str(source.parent / "out"), interactive=False, **values)
    directory = read_directory(parameters)
    lifetimes = show_lifetimes(parameters, directory)
    shown: list[Page[Any]] = [directory, lifetimes, show_rotation(directory)]
    plan = plan_change(parameters, directory)
    change = make_change(parameters, plan)
    shown += [plan, change, trust_after(parameters, change), finish_renewal(parameters, lifetimes, plan, change)]
    result = json.loads((source.parent / "out" / "result.json").read_text("utf-8"))
    text = "\n".join(map(str, shown)) + "".join(page._repr_html_() for page in shown)
    assert PASSWORD not in text + json.dumps(result)
    return text, result


def test_the_verdict_is_of_the_moment_after_the_change(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=more) for more in range(600, 9000, 600))
    monkeypatch.setattr("zowe_certs_kernel.show.renew_steps.moment_of", lambda _text, _what: next(moments))
    _, result = run(source, action="renew")
    assert result["outlook"]["at"] > result["before"]["at"]


def copies(source: Path) -> list[Path]:
    return list(source.parent.glob(f"{source.name}.*"))


def test_show_looks_ahead_and_writes_nothing_but_its_results(source: Path) -> None:
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    text, result = run(source)
    assert "nothing was written" in text
    assert result["changed"] is None
    assert result["verdict"].startswith("Zowe Service ends first, on ")
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    assert not copies(source)
    assert {path.name for path in (source.parent / "out").iterdir()} == {"lifetimes.svg", "trust.svg", "result.json"}


@pytest.mark.parametrize(("days", "counts"), [(1, {}), (50, {"warning": 1}), (101, {"error": 1}), (3660, {"error": 2})])
def test_what_ends_soon_is_a_warning_and_what_has_ended_an_error(
    source: Path, days: int, counts: dict[str, int]
) -> None:
    at = (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).date().isoformat()
    _, result = run(source, at=at)
    assert result["counts"] == {"error": 0, "warning": 0, "info": 0, **counts}
    assert result["good"] is (not counts)


def test_renew_makes_a_new_set_and_keeps_the_old_one(source: Path) -> None:
    before = read_working_set(source).entry.chain[0]
    text, result = run(source, action="renew", days=200)
    after = read_working_set(source).entry.chain[0]
    assert "To go back, move" in text
    assert after.sha256 != before.sha256
    assert result["changed"]["kept"] == str(copies(source)[0])


def test_a_rotation_goes_step_by_step(source: Path) -> None:
    for action, aliases in (
        ("rotate-begin", {"localca", "localca-next"}),
        ("rotate-cancel", {"localca"}),
        ("rotate-begin", {"localca", "localca-next"}),
        ("rotate-switch", {"localca", "localca-previous"}),
        ("rotate-finish", {"localca"}),
    ):
        text, result = run(source, action=action)
        assert ("not known here" in text) is (action in ("rotate-switch", "rotate-finish"))
        assert result["action"] == action
        assert {entry.alias for entry in read_working_set(source).truststore.entries} == aliases


def test_a_trust_store_with_another_password_is_read_again_with_it(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, own = read_working_set(source), Secret("of the trust store")
    (source / one.truststore_path).write_bytes(store_bytes(one.truststore, contents_of(one.truststore), own))
    monkeypatch.setenv("OWN", own.reveal())
    _, result = run(source, action="rotate-begin", password_from="env:OWN")
    assert result["changed"]["kept"]


def test_a_request_waits_beside_the_directory(source: Path) -> None:
    text, result = run(source, action="csr", hosts=["zowe.example.com"], request=str(source.parent / "request"))
    assert "dns:zowe.example.com" in text
    assert result["changed"]["san"] == ["dns:zos1.example.com", "dns:zowe.example.com"]
    assert (source.parent / "request" / "request-sheet.txt").is_file()
    assert not copies(source)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"action": "import-reply"}, "name the files that the CA team sent, in reply"),
        ({"action": "csr", "alias": ["a", "b"]}, "a request is for one key"),
        ({"action": "renew", "at": "2030-01-01"}, "leave at empty"),
        ({"action": "rotate-finish"}, "has not begun"),
        ({"action": "renew", "alias": ["other"]}, "other"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(source: Path, values: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        run(source, **values)
    assert not copies(source)


def test_an_action_that_there_is_not_is_refused_with_those_that_there_are(source: Path) -> None:
    with pytest.raises(UsageError, match="rotate-begin"):
        run(source, action="rotate")
