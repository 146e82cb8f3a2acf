"""The picture as a browser shows it: its letters measured with a real font, its links followed by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.show.real_sets import SIZES, component_set, corporate_set, graph_of
from tests.show.test_report import notebook, shown, step, words
from tests.show.views import connections, launch
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.page import Page as Shown
from zowe_certs_kernel.show.report import render
from zowe_certs_kernel.show.trust_tables import trust_blocks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PICTURES: dict[str, Picture] = {
    f"{name} {size}": draw_graph(graph_of(make(size)), title="Who signed what, and where it is kept")
    for name, make in (("components", component_set), ("corporation", corporate_set))
    for size in SIZES
}
PICTURES |= {
    "connections": draw_graph(connections(), title="Who talks to whom"),
    "launch": draw_graph(launch(), title="What a Zowe is launched from"),
}

# Every text of a picture: its letters' rectangle in the picture's own points, and the group in which it stands.
TEXTS = """svg => [...svg.querySelectorAll("text")].map(text => {
  const {x, y, width, height} = text.getBBox();
  return {text: text.textContent, group: text.closest("g[id]")?.id ?? "", x, y, width, height};
})"""


@pytest.fixture(scope="module")
def report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """All sets in one report, in a window of 1200 by 900 pixels."""
    cells = [words("# Pictures")]
    for name, picture in PICTURES.items():
        output = Shown(None, trust_blocks(picture))
        cells += [words(f"## {name}"), step(shown(html=output._repr_html_(), plain=str(output)))]
    file = tmp_path_factory.mktemp("pictures") / "report.html"
    made = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    file.write_text(render(notebook(*cells), {}, made=made, name="pictures"), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    page.goto(file.as_uri())
    yield page
    page.close()


def svg_of(report: Page, name: str) -> Locator:
    return report.locator("figure svg").nth(list(PICTURES).index(name))


def apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


@pytest.mark.parametrize("name", PICTURES)
def test_no_two_rendered_texts_overlap_and_none_leaves_canvas_or_box(name: str, report: Page) -> None:
    layout = PICTURES[name].layout
    texts: list[dict[str, Any]] = svg_of(report, name).evaluate(TEXTS)
    boxes = {f"n{number}": box for number, box in enumerate(layout.boxes)}
    assert len(texts) > 3 * len(boxes) / 2
    assert [(one["text"], other["text"]) for one, other in combinations(texts, 2) if not apart(one, other)] == []
    for text in texts:
        left, top, right, bottom = 0.0, 0.0, layout.width, layout.height
        if box := boxes.get(text["group"].rpartition("-")[2]):
            left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        assert left < text["x"], text
        assert text["x"] + text["width"] < right, text
        assert top < text["y"], text
        assert text["y"] + text["height"] < bottom, text


@pytest.mark.parametrize("name", PICTURES)
def test_the_letters_are_as_wide_as_estimated_or_a_little_less(name: str, report: Page) -> None:
    layout = PICTURES[name].layout
    lines = [line for box in layout.boxes for line in box.lines]
    rendered: list[dict[str, Any]] = svg_of(report, name).evaluate(TEXTS)
    widths = [text["width"] for text in rendered if "-n" in text["group"]]
    for line, width in zip(lines, widths, strict=True):
        assert width <= line.width + 0.01, line.text


@pytest.mark.parametrize("width", [1200, 480, 320])
def test_letters_are_at_least_eight_pixels_high_and_a_wide_picture_scrolls(report: Page, width: int) -> None:
    report.set_viewport_size({"width": width, "height": 900})
    try:
        assert report.evaluate("document.documentElement.scrollWidth") == width
        for name in PICTURES:
            svg = svg_of(report, name)
            scale = svg.evaluate("svg => svg.getScreenCTM().a")
            size = svg.evaluate("svg => Math.min(...[...svg.querySelectorAll('text')]"
                                ".map(text => parseFloat(getComputedStyle(text).fontSize)))")  # fmt: skip
            assert scale * size >= 7.99, name
            region = svg.locator("xpath=ancestor::div[@role='region']")
            assert region.evaluate("region => getComputedStyle(region).overflowX") == "auto"
            assert region.get_attribute("tabindex") == "0"
    finally:
        report.set_viewport_size({"width": 1200, "height": 900})


@pytest.mark.parametrize("keys", SIZES)
def test_a_set_with_components_fits_a_window_of_1200_pixels_without_scrolling(report: Page, keys: int) -> None:
    svg = svg_of(report, f"components {keys}")
    room, width = svg.evaluate("svg => [svg.closest('.result').clientWidth, svg.getBoundingClientRect().width]")
    assert width <= room


def test_the_keyboard_shows_where_it_is_and_leads_from_a_box_to_its_row(report: Page) -> None:
    svg = svg_of(report, "components 60")
    links = svg.locator("a")
    links.nth(7).focus()
    report.keyboard.press("Tab")
    focused = links.nth(8)
    assert focused.evaluate("link => link === document.activeElement")
    strokes = [
        link.locator(".ring").evaluate("ring => getComputedStyle(ring).stroke") for link in (focused, links.nth(9))
    ]
    assert strokes == ["rgb(0, 90, 140)", "none"]
    report.keyboard.press("Enter")
    row = report.locator("tr:target")
    assert row.locator("th").inner_text() == "Zowe Service - caching-service-7"
    top, bottom = row.evaluate("row => [row.getBoundingClientRect().top, row.getBoundingClientRect().bottom]")
    assert 0 <= top < bottom <= 900
    assert row.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    assert row.evaluate("row => getComputedStyle(row).backgroundColor") == "rgb(255, 244, 207)"


@pytest.mark.parametrize("name", PICTURES)
def test_a_click_on_a_box_leads_to_the_row_of_that_box(name: str, report: Page) -> None:
    picture = PICTURES[name]
    for number in (0, len(picture.layout.boxes) - 1):
        svg_of(report, name).locator("a").nth(number).locator("text").first.click()
        node = picture.layout.boxes[number].node
        assert report.url.partition("#")[2] == picture.rows[node.id]
        assert report.locator("tr:target th").inner_text().startswith(node.label[:20])


def test_the_first_link_skips_the_picture(report: Page) -> None:
    figure = report.locator("figure").nth(2)
    past = figure.locator(".past")
    assert past.bounding_box() is not None
    hidden = past.evaluate("link => link.getBoundingClientRect().right")
    past.focus()
    assert hidden < 0 <= past.evaluate("link => link.getBoundingClientRect().left")
    report.keyboard.press("Enter")
    report.keyboard.press("Tab")
    assert not figure.evaluate("figure => figure.contains(document.activeElement)")


def test_a_screen_reader_finds_a_named_document_with_a_link_for_each_box_and_nothing_else(report: Page) -> None:
    session = report.context.new_cdp_session(report)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    found = [node for node in nodes if node["role"]["value"] == "graphics-document"]
    assert len(found) == len(PICTURES)
    for node, picture in zip(found, PICTURES.values(), strict=True):
        assert (node["name"]["value"], node["description"]["value"]) == (picture.title, picture.description)
        inside = [by_id[child] for child in node["childIds"]]
        told = [(child["role"]["value"], child["name"]["value"]) for child in inside if not child["ignored"]]
        assert len(told) == len(picture.layout.boxes)
        for (role, name), box in zip(told, picture.layout.boxes, strict=True):
            assert role == "link"
            assert name.startswith(f"{box.node.label}, ")
        assert not any(by_id[leaf]["role"]["value"] == "StaticText" for child in inside for leaf in child["childIds"])


def test_on_paper_each_picture_is_whole_on_one_sheet_and_no_row_is_marked(report: Page) -> None:
    svg_of(report, "components 3").locator("a").first.click()
    report.emulate_media(media="print")
    try:
        for name in PICTURES:
            box = svg_of(report, name).bounding_box()
            assert box
            assert box["height"] <= 225 / 25.4 * 96 + 1
            assert box["width"] <= svg_of(report, name).evaluate("svg => svg.closest('.result').clientWidth")
        assert report.locator("tr:target").evaluate("row => getComputedStyle(row).outlineStyle") == "none"
        assert not report.locator(".past").first.is_visible()
    finally:
        report.emulate_media(media="screen")


def test_a_saved_picture_shows_as_an_image(browser: Browser, tmp_path: Path) -> None:
    picture = PICTURES["components 3"]
    picture.save(tmp_path / "trust.svg")
    (tmp_path / "page.html").write_text('<img src="trust.svg" alt="" style="max-width: 100%">', encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((tmp_path / "page.html").as_uri())
    width, height = page.evaluate(
        "(() => { const i = document.images[0]; return [i.naturalWidth, i.naturalHeight]; })()"
    )
    page.close()
    assert width == pytest.approx(picture.layout.width * 96 / 72, abs=1)
    assert height == pytest.approx(picture.layout.height * 96 / 72, abs=1)
