"""The controls of notebook 30: what is chosen is drawn, as of the day that is chosen; headless, all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zowe_certs_kernel.parameters import TrustParameters
from zowe_certs_kernel.show import forms
from zowe_certs_kernel.show.judged_scene import Trust
from zowe_certs_kernel.show.page import Page
from zowe_certs_kernel.show.trust_example import make_trust_example
from zowe_certs_kernel.show.trust_steps import explore_trust, read_trust
from zowe_certs_kernel.trust.graph import View


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Page[Trust]:
    folder = tmp_path_factory.mktemp("explored")
    sources = make_trust_example(folder / "example")
    return read_trust(TrustParameters(source=list(map(str, sources)), out_dir=str(folder / "out"), interactive=False))


class Controls:
    """The controls by name, and the page below them."""

    def __init__(self, form: Any) -> None:
        self.page = form.children[-1]
        self.by_name = {one.description: one for row in form.children[:-1] for one in row.children[:1]}

    def choose(self, name: str, *labels: str) -> str:
        """Choose options by their labels; answers the page that is shown then."""
        control = self.by_name[name]
        wanted = [value for label, value in control.options if label in labels]
        assert len(wanted) == len(labels), [label for label, _ in control.options]
        control.value = tuple(wanted) if isinstance(control.value, tuple) else wanted[0]
        return str(self.page.value)


@pytest.fixture
def controls(trust: Page[Trust], monkeypatch: pytest.MonkeyPatch) -> Controls:
    monkeypatch.setattr(forms, "_in_kernel", lambda: True)
    return Controls(explore_trust(trust))


def test_headless_it_is_the_whole_picture(trust: Page[Trust]) -> None:
    page = explore_trust(trust)
    assert isinstance(page, Page)
    assert {node.id for node in page.value.nodes} == {node.id for node in trust.value.graph.nodes}


def test_at_first_everything_is_shown(controls: Controls) -> None:
    assert "Zowe Service" in controls.page.value
    assert "zosmf.example.com" in controls.page.value


def test_a_store_leaves_what_it_holds(controls: Controls) -> None:
    shown = controls.choose("stores", "localhost.truststore.p12")
    assert "Zowe Development Instances" in shown
    assert "zosmf.example.com" not in shown


def test_an_authority_leaves_what_is_below_it(controls: Controls) -> None:
    shown = controls.choose("authority", "z/OSMF CertAuth")
    assert "zosmf.example.com" in shown
    assert "Zowe Service" not in shown


def test_a_verdict_leaves_what_has_it(controls: Controls) -> None:
    assert "no certificates" in controls.choose("verdicts", "broken")


def test_another_view_is_another_picture(controls: Controls) -> None:
    assert "API Gateway" in controls.choose("view", str(View.CONNECTIONS))
    assert "runtime" in controls.choose("view", str(View.LAUNCH))


def test_the_last_day_shows_what_has_ended_by_then(controls: Controls) -> None:
    assert "ended" not in controls.page.value
    last = controls.by_name["day"].options[-1][0]
    assert "ended" in controls.choose("day", last)
    assert "refused" in controls.choose("view", str(View.CONNECTIONS))


def test_the_day_is_a_slider_from_the_day_asked_for_over_those_on_which_something_ends(
    controls: Controls, trust: Page[Trust]
) -> None:
    slider = controls.by_name["day"]
    assert type(slider).__name__ == "SelectionSlider"
    assert [value for _, value in slider.options] == [trust.value.at, *(one.at for one in trust.value.moments)]


def test_nothing_of_it_is_a_password_box(controls: Controls, tmp_path: Path) -> None:
    assert {type(one).__name__ for one in controls.by_name.values()} == {
        "Dropdown",
        "SelectMultiple",
        "SelectionSlider",
    }
