"""A report is one page that needs no network, runs nothing, and can be read by everybody."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zowe_certs_kernel.show.report import cleaned, heading, render

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TABLE = (
    "<table><caption>Names</caption><thead><tr><th scope='col'>Name</th><th scope='col'>SHA-256</th></tr></thead>"
    f"<tbody><tr><th scope='row'>zos.example.com</th><td>{'0123456789abcdef' * 4}</td></tr></tbody></table>"
)
PICTURE = (
    "<figure><svg xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 40 20' aria-labelledby='t'>"
    "<title id='t'>Who trusts whom</title><rect width='40' height='20'/></svg>"
    "<figcaption>Two boxes</figcaption></figure>"
)
EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
RESULT = {
    "schema": "zowe-certs/audit/1",
    "at": "2026-11-23T09:30:00Z",
    "verdict": f"One certificate ends soon {EVIL}\u202e",
    "counts": {"error": 1, "warning": 3, "info": 0},
    "findings": [
        {"rule": "ZC-9", "severity": "info", "message": "a note", "fix": ""},
        {"rule": "ZC-2", "severity": "warning", "message": "a warning", "fix": "mend it"},
        {"rule": "ZC-1", "severity": "error", "message": f"an error {EVIL}", "fix": f"do {EVIL}"},
        {"rule": "ZC-3", "severity": "warning", "message": "another"},
        {"rule": "ZC-4", "severity": "warning", "message": "the last"},
        "no finding",
    ],
}


def notebook(*cells: dict[str, Any]) -> Any:
    import nbformat

    untyped: Any = nbformat
    return untyped.from_dict({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def words(text: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": text}


def step(*outputs: dict[str, Any], source: str = "secret_code()", tags: tuple[str, ...] = ()) -> dict[str, Any]:
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": list(outputs), "execution_count": 7}


def shown(**data: str) -> dict[str, Any]:
    """An output in several forms: ``html="…"`` stands for text/html, and so on."""
    types = {"html": "text/html", "plain": "text/plain", "markdown": "text/markdown", "js": "application/javascript"}
    types |= {"widget": "application/vnd.jupyter.widget-view+json", "svg": "image/svg+xml"}
    return {"output_type": "display_data", "metadata": {}, "data": {types[name]: text for name, text in data.items()}}


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def page(*cells: dict[str, Any], result: dict[str, Any] | None = None) -> str:
    return render(notebook(*cells), result or {}, made=NOW, name="10_try")


class Elements(html.parser.HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]


SAMPLE = [
    words("# Try the report\n\nWhat it does."),
    words("Press Shift+Enter.", "live-only"),
    step(source="name = 1", tags=("parameters",)),
    words("## What was made\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    step(stream("stdout", "wrote <9> files\n"), stream("stderr", "\x1b[33mits chain is incomplete\x1b[0m\x07\u202e\n")),
    step(shown(html=TABLE, plain="a table")),
    words("### Names"),
    step(shown(html=PICTURE, plain="a picture")),
    words("## What was made\n\n```sh\n# no heading\n```"),
    step(shown(plain="plain <text>")),
    step(shown(html="<p>live</p>"), tags=("live-only",)),
]


@pytest.fixture(scope="module")
def sample() -> str:
    return page(*SAMPLE, result=RESULT)


@pytest.fixture(scope="module")
def elements(sample: str) -> Elements:
    return Elements(sample)


# What is in it


def test_nothing_comes_from_the_network_and_nothing_runs(sample: str, elements: Elements) -> None:
    assert set(re.findall(r"https?://[^\s\"'<>)]+", sample)) <= {"http://www.w3.org/2000/svg"}
    assert elements.all("script", "link", "iframe", "object", "embed", "base") == []
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)
    policy = next(meta["content"] for meta in elements.all("meta") if "content-security-policy" in str(meta).lower())
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert "url(" not in sample
    assert "@import" not in sample


def test_code_prompts_and_cells_for_the_live_notebook_are_left_out(sample: str) -> None:
    for absent in ("secret_code", "name = 1", "In&nbsp;[", "Out[", "[7]", "Shift+Enter", "<p>live</p>", "prompt"):
        assert absent not in sample


def test_the_page_has_a_language_a_title_a_heading_and_the_landmarks(sample: str, elements: Elements) -> None:
    assert sample.startswith("<!DOCTYPE html>")
    assert elements.all("html") == [{"lang": "en"}]
    assert "<title>Try the report, 23 November 2026, 09:30 UTC</title>" in sample
    assert len(elements.all("h1")) == 1
    for landmark in ("header", "nav", "main", "footer"):
        assert len(elements.all(landmark)) == 1
    assert {"class": "skip", "href": "#report"} in elements.all("a")
    assert elements.all("main")[0]["id"] == "report"


def test_ids_are_unique_and_every_link_of_the_contents_leads_somewhere(elements: Elements) -> None:
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for attributes in elements.all("a")]
    assert links == ["#report", "#what-was-made", "#names", "#what-was-made-2"]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    named = {attributes["aria-labelledby"] for _, attributes in elements.found if "aria-labelledby" in attributes}
    assert named <= set(ids)


def test_tables_keep_their_caption_and_scope_and_can_be_scrolled_by_keyboard(sample: str, elements: Elements) -> None:
    assert "<caption>Names</caption>" in sample
    assert [cell.get("scope") for cell in elements.all("th")][-3:] == ["col", "col", "row"]
    regions = [region for region in elements.all("div") if region.get("role") == "region"]
    assert [region["aria-labelledby"] for region in regions] == ["what-was-made", "names"]
    assert all(region["tabindex"] == "0" for region in regions)


def test_a_picture_stays_in_the_page(sample: str) -> None:
    assert "<figure><svg" in sample
    assert '<title id="t">Who trusts whom</title>' in sample
    assert "data:image" not in sample


def test_streams_stay_readable_without_colour_codes_and_hidden_characters(sample: str) -> None:
    assert "wrote &lt;9&gt; files" in sample
    assert "its chain is incomplete\\u0007\\u202e" in sample
    assert "\x1b" not in sample
    assert "plain &lt;text&gt;" in sample


def test_the_header_says_verdict_counts_and_what_to_mend_first(sample: str) -> None:
    header = sample.partition("<header>")[2].partition("</header>")[0]
    assert 'class="verdict error"' in header
    assert [part for part in ("1 error", "3 warnings", "0 notes") if f">{part}<" in header] == [
        "1 error",
        "3 warnings",
        "0 notes",
    ]
    assert header.index("an error") < header.index("a warning") < header.index("another")
    assert "the last" not in header
    assert "and 1 more below" in header


@pytest.mark.parametrize(
    ("result", "status", "sentence"),
    [
        ({}, "done", "The notebook ran to its end."),
        ({"verdict": "All is well.", "counts": {"error": 0}}, "good", "All is well."),
        ({"verdict": 7, "counts": {"warning": 1}, "findings": None}, "warning", "The notebook ran to its end."),
        ({"counts": "many", "findings": {"a": 1}}, "done", "The notebook ran to its end."),
    ],
)
def test_every_field_of_the_result_may_be_missing_or_odd(result: dict[str, Any], status: str, sentence: str) -> None:
    text = page(words("# Try"), result=result)
    assert f'class="verdict {status}"' in text
    assert sentence in text


def test_without_a_heading_the_notebooks_name_is_the_title_and_there_are_no_contents() -> None:
    text = page(words("Only words."), step(shown(html=TABLE)))
    assert '<h1 id="title">10_try</h1>' in text
    assert "<nav" not in text
    assert 'aria-labelledby="title"' in text


# Hostile text


def test_text_of_a_result_is_escaped_and_shows_what_it_hides(sample: str) -> None:
    header = sample.partition("<header>")[2].partition("</header>")[0]
    assert "<script" not in header
    assert "&lt;script&gt;" in header
    assert "soon" in header
    assert "\u202e" not in header
    assert "\\u202e" in header


@pytest.mark.parametrize(
    "output",
    [
        shown(plain=EVIL),
        shown(plain="x", markdown=EVIL),
        shown(plain="x", js="document.title='owned'"),
        shown(plain="x", widget=EVIL),
        stream("stdout", EVIL),
        stream("stderr", EVIL),
        {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL]},
    ],
)
def test_no_output_but_html_puts_elements_into_the_page(output: dict[str, Any]) -> None:
    elements = Elements(page(words("# Try"), step(output)))
    assert elements.all("script", "img") == []
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)


def test_a_heading_is_text_in_the_contents() -> None:
    text = page(words("# Try"), words("## The `<b>` of *it* & more"), words("## Next"))
    assert '<a href="#the-b-of-it-more">The &lt;b&gt; of it &amp; more</a>' in text


def test_the_heading_nearest_to_a_step_names_it() -> None:
    assert heading("# A\n\n## The `plan` #\n\n```sh\n# no\n```\nwords") == "The plan"
    assert heading("words\n```\n# no\n") == ""


def test_a_cleaned_notebook_has_no_notes_of_papermill_and_no_widgets() -> None:
    book = notebook(step(shown(plain="Text('typed')", widget="{}"), stream("stdout", "/home/al/x")))
    book.metadata.update(papermill={"parameters": {}}, widgets={"state": {}})
    book.cells[0].metadata["papermill"] = {"duration": 1}
    clean = cleaned(book, lambda text: text.replace("/home/al", "~"))
    assert clean.metadata == {}
    assert clean.cells[0].metadata == {"tags": []}
    assert [output.text for output in clean.cells[0].outputs] == ["~/x"]
    assert len(book.cells[0].outputs) == 2  # the original is as it was


# In a browser


@pytest.fixture(scope="module")
def browser_page(
    sample: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, list[str]]]:
    """The sample in Chromium, and everything it asked for or complained of."""
    file = tmp_path_factory.mktemp("report") / "report ü.html"
    file.write_text(sample.replace("</main>", f"{EVIL}</main>"), encoding="utf-8")
    (file.parent / "x").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    seen: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("requestfinished", lambda request: seen.append(request.url))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(file.as_uri())
    yield page, seen
    page.close()


def test_a_browser_asks_for_nothing_else_and_runs_nothing(browser_page: tuple[Page, list[str]]) -> None:
    """A script and an image were put into the page by hand: the policy stops both."""
    page, seen = browser_page
    assert [Path(url).name for url in seen] == ["report%20%C3%BC.html"]
    assert page.title() == "Try the report, 23 November 2026, 09:30 UTC"


@pytest.mark.parametrize("width", [1200, 480, 320])
def test_the_page_is_never_wider_than_the_window_and_a_wide_table_scrolls(
    browser_page: tuple[Page, list[str]], width: int
) -> None:
    page, _ = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    table = page.locator(".result:has(table)")
    assert table.evaluate("result => result.scrollWidth > result.clientWidth") == (width <= 480)


def test_a_keyboard_reaches_the_report_by_the_first_link(browser_page: tuple[Page, list[str]]) -> None:
    page, _ = browser_page
    page.keyboard.press("Tab")
    link = page.locator(".skip")
    assert link.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_a_screen_reader_finds_the_landmarks_the_table_and_the_picture(browser_page: tuple[Page, list[str]]) -> None:
    page, _ = browser_page
    for role, name in (
        ("banner", None),
        ("navigation", "Contents"),
        ("main", None),
        ("contentinfo", None),
        ("region", "Verdict"),
        ("table", "Names"),
        ("img", "Who trusts whom"),
        ("heading", "Try the report"),
    ):
        found: Any = page.get_by_role
        assert found(role, **({"name": name, "exact": True} if name else {})).count() == 1, (role, name)


def test_print_leaves_out_the_navigation_and_keeps_the_tables_whole(browser_page: tuple[Page, list[str]]) -> None:
    page, _ = browser_page
    page.emulate_media(media="print")
    try:
        assert not page.locator("nav").is_visible()
        overflow = page.locator(".result:has(table)").evaluate("result => getComputedStyle(result).overflowX")
        assert overflow == "visible"
    finally:
        page.emulate_media(media="screen")


def test_text_has_the_contrast_that_the_guidelines_ask_for(browser_page: tuple[Page, list[str]]) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for every piece of text against the ground it stands on."""
    page, _ = browser_page
    ratios: dict[str, float] = page.evaluate(CONTRAST)
    assert ratios
    assert {text: ratio for text, ratio in ratios.items() if ratio < 4.5} == {}


CONTRAST = """() => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratios = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (!text || element.closest("svg, script")) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    ratios[text.slice(0, 40)] = (a + 0.05) / (b + 0.05);
  }
  return ratios;
}"""
