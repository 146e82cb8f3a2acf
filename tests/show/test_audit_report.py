"""The report of notebook 50 in a real browser: accessible, one file, unharmed by names; and equal to the command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from tests.audit.conftest import SCHEMA
from tests.audit.sets import PASSWORD, write_set
from tests.audit.test_engine import ATTACKS, attacked
from tests.show.doc_report import NAME, SITE, WAIVERS, make_sample
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.run import RunResult, run_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Request

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOT_EQUAL = {"at", "fail_on"}  # the moment of the run, and what the notebook alone has


def run(folder: Path, **values: object) -> RunResult:
    return run_notebook("50_audit_report", values, out=folder / "out")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_set(folder, SITE)
    (folder / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def of_site(site: Path) -> RunResult:
    sources = ", ".join(str(site / name) for name in ("keystore", "instance", "zosmf.pem"))
    return run(site, source=sources, hosts="zos1.example.com,zowe.example.com", waivers=str(site / "waivers.yaml"))


@pytest.fixture(scope="module")
def of_attacks(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("attacks")
    stores = attacked(folder / "stores")
    password = folder / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    return run(folder, source=str(stores), password_from=f"file:{password}", hosts="zos1.example.com")


@pytest.fixture(scope="module")
def pages(browser: Browser, of_site: RunResult, of_attacks: RunResult) -> Iterator[dict[str, Page]]:
    """Both reports, opened; what they ask the network for, and what they say to whoever looks, is noted."""
    opened = {}
    for name, result in (("site", of_site), ("attacks", of_attacks)):
        page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        said: list[str] = []
        page.on("request", partial(_note, said))
        page.on("dialog", partial(_note, said))
        page.goto(result.report.as_uri())
        page.evaluate("said => { window.said = said }", said)
        opened[name] = page
    yield opened
    for page in opened.values():
        page.close()


def _note(said: list[str], event: Request | Dialog) -> None:
    said.append(getattr(event, "url", "dialog"))


def _violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    response: dict[str, Any] = found.response
    assert len(response["passes"]) > 20
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in response["violations"]]


@pytest.mark.filterwarnings("ignore:Attribute's length")
@pytest.mark.parametrize("name", ["site", "attacks"])
def test_axe_finds_nothing_to_say_against_the_report(name: str, pages: dict[str, Page]) -> None:
    assert _violations(pages[name]) == []


def test_the_reports_heading_order_landmarks_and_tables_are_there_to_be_judged(pages: dict[str, Page]) -> None:
    page = pages["site"]
    assert page.locator("main").count() == page.locator("header").count() == page.locator("nav").count() == 1
    assert page.locator("article.finding h3").count() >= 6
    assert page.locator("th[scope=col]").count() > 20
    headings = page.locator("h2").all_inner_texts()
    assert headings == ["Contents", "Summary", "Who accepts whom", "What ends when", "Trust", "Findings", "Inventory",
                        "What was read", "What was not checked", "Verdict"]  # fmt: skip


@pytest.mark.parametrize("name", ["site", "attacks"])
def test_the_report_asks_the_network_for_nothing_and_runs_nothing(name: str, pages: dict[str, Page]) -> None:
    page = pages[name]
    said = page.evaluate("window.said")
    assert [one for one in said if not one.startswith("file:")] == []
    assert page.locator("script, iframe, object, link[href], img:not([src^='data:'])").count() == 0
    references = page.evaluate(
        "[...document.querySelectorAll('[href],[src]')].map(e => e.getAttribute('href') ?? e.src)"
    )
    assert [one for one in references if not str(one).startswith("#")] == []


def test_names_that_attack_stand_in_the_report_as_text_that_hides_nothing(
    pages: dict[str, Page], of_attacks: RunResult
) -> None:
    text = pages["attacks"].locator("body").inner_text()
    assert "<script>alert(1)</script>" in text
    assert r"\u202e" in text
    page = of_attacks.report.read_text(encoding="utf-8")
    for hidden in ("\u202e", "\u2066", "\x1b", "\x00", "\x07", "<script", "<img src=x"):
        assert hidden not in page
    visible = re.sub(r"<title>.*?</title>|aria-label=\"[^\"]*\"", "", page)  # who points at a box sees its whole name
    assert "x" * 2_000 not in visible
    assert all(len(attack) for attack in ATTACKS)


def test_the_summary_says_for_whom_it_works_and_what_is_to_be_mended_first(pages: dict[str, Page]) -> None:
    page = pages["site"]
    assert "do not work for everybody" in page.locator(".sentence").inner_text()
    rows = dict(
        page.locator("table", has=page.locator("caption", has_text="For whom it works"))
        .locator("tbody tr")
        .evaluate_all("rows => rows.map(row => [row.cells[0].innerText, row.cells[1].innerText])")
    )
    assert rows["Zowe's services in Java with each other"].startswith("no")
    assert rows["Zowe's servers in Node and the Zowe CLI"].startswith("yes")
    assert rows["z/OSMF and other services that Zowe calls"] == "no"


def test_the_notebook_and_the_command_find_the_same_and_both_fit_the_schema(
    of_site: RunResult, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(site / name) for name in ("keystore", "instance", "zosmf.pem")]
    words += ["--host", "zos1.example.com", "--host", "zowe.example.com", "--waivers", str(site / "waivers.yaml")]
    assert main(["audit", *words, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    left = json.loads((of_site.folder / "result.json").read_text(encoding="utf-8"))
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for result in (told, left):
        assert [error.message for error in schema.iter_errors(result)] == []
    assert {name: left[name] for name in left if name not in NOT_EQUAL} == {
        name: told[name] for name in told if name not in NOT_EQUAL
    }
    assert {one["rule"] for one in left["findings"]} >= {"ZC-EKU-02", "ZC-DATE-03", "ZC-KS-08", "ZC-TS-03"}


def test_what_is_waived_is_in_the_report_and_marked(pages: dict[str, Page]) -> None:
    waived = pages["site"].locator("article.finding", has_text="Set aside")
    assert waived.count() == 1
    assert "ZC-KS-11" in waived.inner_text()
    assert "(until 2999-12-31)" in waived.inner_text()


def test_the_parameter_fail_on_decides_the_exit_code_where_the_command_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_set(tmp_path, {"party": {"leaf": {"days": [-30, 20]}}}).folder
    run_50 = ["run", "50_audit_report", "--set", f"source={folder}", "--out", str(tmp_path / "out")]
    assert main([*run_50, "--set", "fail_on=warning"]) == 1
    assert main([*run_50, "--set", "fail_on=warning", "--fail-on", "error"]) == 0
    assert "ZC-DATE-03" in capsys.readouterr().out


def test_the_sample_in_docs_is_made_by_the_command_and_free_of_secrets(tmp_path: Path) -> None:
    kept = (DOCS / NAME).read_text(encoding="utf-8")
    made = make_sample(tmp_path).read_text(encoding="utf-8")
    for pattern in (r"<h[123][^>]*>(.*?)</h[123]>", r"<article class=\"finding (\w+)\"", r"<caption>(.*?)</caption>"):
        assert re.findall(pattern, kept) == re.findall(pattern, made), "python -m tests.show.doc_report docs"
    for page in (kept, made):
        assert "PRIVATE KEY" not in page
        assert not re.search(rf"/tmp/|/home/|{re.escape(str(Path.home()))}/", page)
    assert (DOCS / NAME).stat().st_size < 200_000
