"""The executed notebook as a report: one HTML page that needs no network and runs no script.

The notebook is the report; this module only frames it. Header, verdict and table of
contents come from the notebook's headings and ``result.json``; the page itself is the
template folder ``templates/report``. The one module that imports nbconvert.
"""

from __future__ import annotations

import html
import itertools
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model import Severity, iso
from .text import visible

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["cleaned", "heading", "render", "scrubber", "visible_lines"]

_TEMPLATES = Path(__file__).parent / "templates"
_LIVE_ONLY = "live-only"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN_FINDINGS = 3
# What runs in a browser (scripts, widgets) or needs one's help (TeX) is not shown.
_SHOWN_TYPES = ["text/html", "image/svg+xml", "image/png", "text/plain"]
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_ONE_AND_MANY = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("note", "notes"),
}


@dataclass(frozen=True)
class _Entry:
    """A line of the table of contents."""

    level: int
    id: str
    text: str


def render(notebook: NotebookNode, result: Mapping[str, Any], *, made: datetime, name: str) -> str:
    """The page. Markdown cells are our own and may hold HTML; of outputs, only HTML stays as it is.

    Cells tagged ``live-only`` are left out, and so is all code. ``result`` is what the
    notebook wrote into ``result.json``; it may be empty.
    """
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    book = cleaned(notebook, str)
    book.cells = [cell for cell in book.cells if _LIVE_ONLY not in cell.metadata.get("tags", [])]
    contents = _numbered(book.cells)
    title = next((entry.text for entry in contents if entry.level == 1), name)
    untyped: Any = HTMLExporter
    exporter = untyped(
        config=Config({"NbConvertBase": {"display_data_priority": _SHOWN_TYPES}}),
        exclude_input=True,
        extra_template_basedirs=[str(_TEMPLATES)],
        filters={"plain": _plain},
        template_name="report",
    )
    page = {
        "title": title,
        "name": name,
        "made": iso(made),
        "made_for_people": f"{made.astimezone(UTC):%d %B %Y, %H:%M} UTC",
        "version": _version(),
        "python": platform.python_version(),
        "contents": _nested([entry for entry in contents if entry.level in (2, 3)]),
        **_summary(result),
    }
    return str(exporter.from_notebook_node(book, resources={"page": page})[0])


def heading(markdown: str) -> str:
    """The last heading of a markdown cell without its marks, or nothing. In a code block, ``#`` is none."""
    words = re.sub(r"^```.*?(^```|\Z)", "", markdown, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", words, re.MULTILINE)
    return re.sub(r"[`*]", "", found[-1]) if found else ""


def cleaned(
    notebook: NotebookNode, replaced: Callable[[str], str], in_pages: Callable[[str], str] | None = None
) -> NotebookNode:
    """A copy without papermill's notes (paths, every parameter twice), each text passed through ``replaced``.

    What a cell displays goes through ``in_pages`` instead, where it is given: a command
    with ``~`` for a folder would not be the same command any more. Widgets go too: they are
    dead without their kernel, and their text says what was typed into them.
    """
    import nbformat

    def mapped(value: Any, change: Callable[[str], str]) -> Any:
        if isinstance(value, dict):
            changes = {"data": in_pages or change}
            return {key: mapped(part, changes.get(key, change)) for key, part in value.items() if key != "papermill"}
        if isinstance(value, list):
            return [mapped(part, change) for part in value]
        return change(value) if isinstance(value, str) else value

    untyped: Any = nbformat
    book: NotebookNode = untyped.from_dict(mapped(notebook, replaced))
    book.metadata.pop("widgets", None)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _WIDGET not in output.get("data", {})]
    return book


def scrubber(folder: Path, final: Path, *, hide_home: bool) -> Callable[[str], str]:
    """A function that puts the final folder for the temporary one and, if asked, ``~`` for the home directory."""
    home = Path("~").expanduser()
    wanted = [
        (_spellings(folder.resolve()), str(final)),
        ({folder.name}, final.name),
        (_spellings(home) if hide_home and len(home.parts) > 1 else set(), "~"),
    ]
    # Whole names only: /home/al is neither the beginning of /home/alice nor the end of /mnt/home/al.
    rules = [
        (re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, spellings))})(?![\w-])"), new)
        for spellings, new in wanted
        if spellings
    ]

    def scrubbed(text: str) -> str:
        for found, new in rules:
            text = found.sub(new.replace("\\", r"\\"), text)
        return text

    return scrubbed


def _spellings(path: Path) -> set[str]:
    """A path as it may stand in an output: as it is, in a Python string, in HTML, with slashes."""
    plain = str(path)
    return {plain, plain.replace("\\", "\\\\"), html.escape(plain), path.as_posix()}


def visible_lines(text: str) -> str:
    r"""The text with what hides or reorders characters as ``\u202e``: pages and logs quote hostile names."""
    return "\n".join(visible(line) for line in text.expandtabs().split("\n"))


# The cells


def _numbered(cells: Iterable[NotebookNode]) -> list[_Entry]:
    """Turn markdown into HTML where it stands, give every heading an id of its own, and list the headings.

    A result that scrolls is named after the heading above it, so each cell notes that one's id.
    """
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    contents: list[_Entry] = []
    taken = {"contents", "report", "title"}

    def identified(found: re.Match[str]) -> str:
        level, inner = int(found[1]), found[2]
        text = html.unescape(re.sub(r"<[^>]*>", "", inner)).strip()
        contents.append(_Entry(level, _free_id(text, taken), text))
        if len(contents) == 1 and level == 1:
            return ""  # the page's header says it
        return f'<h{level} id="{contents[-1].id}">{inner}</h{level}>'

    for cell in cells:
        if cell.cell_type == "markdown":
            renderer = IPythonRenderer(escape=False, allow_harmful_protocols=False, exclude_anchor_links=True)
            page = MarkdownWithMath(renderer=renderer).render(cell.source)
            page = page.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
                "</table>", "</table></div>"
            )
            cell.metadata["html"] = _HEADING.sub(identified, page)
        cell.metadata["below"] = contents[-1].id if contents and contents[-1].level > 1 else "title"
    return contents


def _free_id(text: str, taken: set[str]) -> str:
    wanted = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "part"
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    chosen = next(one for one in itertools.chain([wanted], numbered) if one not in taken)
    taken.add(chosen)
    return chosen


def _nested(entries: Sequence[_Entry]) -> list[dict[str, Any]]:
    """Headings of the second level, each with those of the third that stand under it."""
    tree: list[dict[str, Any]] = []
    for entry in entries:
        line = {"id": entry.id, "text": entry.text, "below": []}
        if entry.level == 2 or not tree:
            tree.append(line)
        else:
            tree[-1]["below"].append(line)
    return tree


def _plain(text: str) -> str:
    """Terminal output as HTML text: without colour codes, and nothing hidden in it."""
    return html.escape(visible_lines(_ANSI.sub("", text)))


# The header


def _summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the header says of ``result.json``, whose every field may be missing."""
    given = result.get("counts")
    counts = {severity: _count(given, severity) for severity in Severity} if isinstance(given, Mapping) else {}
    worst = next((str(severity) for severity in Severity if counts.get(severity) and severity != Severity.INFO), "")
    findings = list(_worst_first(result.get("findings")))
    return {
        "verdict": _text(result.get("sentence")) or _text(result.get("verdict")),
        "status": worst or ("warning" if result.get("good") is False else "good" if counts else "done"),
        "counts": [
            {"severity": str(severity), "text": f"{number} {_ONE_AND_MANY[severity][number != 1]}"}
            for severity, number in counts.items()
        ],
        "findings": findings[:_SHOWN_FINDINGS],
        "more": max(0, len(findings) - _SHOWN_FINDINGS),
    }


def _count(counts: Mapping[str, Any], severity: Severity) -> int:
    number = counts.get(str(severity), 0)
    return number if isinstance(number, int) else 0


def _worst_first(findings: object) -> Iterator[dict[str, str]]:
    """Errors, then warnings: what somebody has to mend."""
    rows = [row for row in findings if isinstance(row, Mapping)] if isinstance(findings, list) else []
    for severity in (Severity.ERROR, Severity.WARNING):
        for row in rows:
            if row.get("severity") == severity and not row.get("waived"):
                yield {
                    "severity": str(severity),
                    "message": _text(row.get("message")),
                    "fix": _text(row.get("fix")),
                    "rule": _text(row.get("rule")),
                }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("zowe-certs-kernel")
    except PackageNotFoundError:
        return "from a checkout"
