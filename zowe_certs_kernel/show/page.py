"""What a cell shows: one object that a notebook renders as HTML and a terminal prints as text.

Every text in it is escaped on the way out: names in certificates are hostile input.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ..model import Finding, Severity
from .text import shortened, visible

if TYPE_CHECKING:
    from .draw import Picture
    from .lifetimes import Lifetimes

__all__ = ["Block", "Code", "Details", "Figure", "FindingGroups", "Findings", "Page", "Table", "Text", "titled"]

T = TypeVar("T")
_TERMINAL = 120
_SHORT = 18
_SENTENCE = 40
# JupyterLab sets tables to the right and stripes them; the report brings its own style over this.
_STYLE = (
    "<style>.zowe-certs table{margin-left:0}.zowe-certs caption{text-align:left;font-weight:bold}"
    ".zowe-certs th,.zowe-certs td{text-align:left!important;vertical-align:top}"
    ".zowe-certs tbody th{font-weight:normal}.zowe-certs .short{white-space:nowrap}"
    ".zowe-certs td code{overflow-wrap:anywhere}"
    ".zowe-certs .past{position:absolute;left:-200vw}.zowe-certs .past:focus{position:static}"
    ".zowe-certs svg a{outline:none}.zowe-certs svg a:hover .ring{stroke:#005a8c}"
    ".zowe-certs svg a:focus-visible .ring{stroke:#005a8c;stroke-width:2.5}"
    ".zowe-certs tr[id]{scroll-margin-top:5rem}.zowe-certs tr:target{outline:2px solid #005a8c}</style>"
)
_MARKS = {Severity.ERROR: "ERROR", Severity.WARNING: "Warning", Severity.INFO: "Note"}


def _escaped(text: object) -> str:
    return html.escape(shortened(str(text)))


@dataclass(frozen=True)
class Text:
    """A paragraph; with ``good`` set, a verdict that begins with its mark."""

    text: str
    good: bool | None = None

    @property
    def _marked(self) -> str:
        mark = {True: "✓ ", False: "✗ ", None: ""}[self.good]
        return mark + shortened(self.text)

    def to_html(self) -> str:
        kind = {True: ' class="good"', False: ' class="bad"', None: ""}[self.good]
        return f"<p{kind}>{html.escape(self._marked)}</p>"

    def to_text(self) -> str:
        return self._marked


@dataclass(frozen=True)
class Table:
    """Rows under a caption; the first column names its row. ``code`` columns hold names of files and the like.

    ``ids`` are the rows' own, for links; empty for a row, or for all, where there is none.
    """

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    code: frozenset[int] = frozenset({0})
    ids: Sequence[str] = ()

    def to_html(self) -> str:
        head = "".join(f'<th scope="col">{_escaped(column)}</th>' for column in self.columns)
        named = self.ids or [""] * len(self.rows)
        starts = [f'<tr id="{_escaped(name)}">' if name else "<tr>" for name in named]
        body = "".join(
            f"{start}{''.join(self._cell(at, cell) for at, cell in enumerate(row))}</tr>"
            for start, row in zip(starts, self.rows, strict=True)
        )
        caption = f"<caption>{_escaped(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _cell(self, at: int, cell: object) -> str:
        text = str(cell).split("\n")
        lines = "<br>".join(map(_escaped, text))
        inner = f"<code>{lines}</code>" if at in self.code and lines else lines
        short = ' class="short"' if max(map(len, text)) <= _SHORT else ""
        return f'<th scope="row"{short}>{inner}</th>' if at == 0 else f"<td{short}>{inner}</td>"

    def to_text(self) -> str:
        rows = [[shortened(str(cell).replace("\n", ", ")) for cell in row] for row in (self.columns, *self.rows)]
        widths = [max(len(row[at]) for row in rows) for at in range(len(self.columns))]
        if sum(widths) + 2 * len(widths) > _TERMINAL:
            return "\n".join([f"{visible(self.caption)}:", *self._stacked()])
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([f"{visible(self.caption)}:", *(f"  {line}" for line in lines)])

    def _stacked(self) -> Iterator[str]:
        """Each row over several lines, where side by side it would be too wide to read."""
        for row in self.rows:
            first, *others = (str(cell).split("\n") for cell in row)
            if len(others) == 1:
                yield from _hanging(f"  {_on_one_line(first)}: ", others[0], between="; ")
                continue
            yield f"  {_on_one_line(first)}"
            for column, lines in zip(self.columns[1:], others, strict=True):
                if any(lines):
                    yield from _hanging(f"      {column}: ", lines)


def _on_one_line(lines: Sequence[str]) -> str:
    return shortened(", ".join(lines))


def _hanging(start: str, lines: Sequence[str], between: str = ", ") -> Iterator[str]:
    """Short lines in one, long ones below each other."""
    if max(map(len, lines)) <= _SENTENCE:
        lines = [between.join(lines)]
    yield start + shortened(lines[0])
    yield from (" " * len(start) + shortened(line) for line in lines[1:])


@dataclass(frozen=True)
class Code:
    """Commands or lines of a file, to be copied."""

    lines: Sequence[str]

    def to_html(self) -> str:
        return "<pre><code>" + "\n".join(html.escape(visible(line)) for line in self.lines) + "</code></pre>"

    def to_text(self) -> str:
        return "\n".join(f"    {visible(line)}" for line in self.lines)


@dataclass(frozen=True)
class Details:
    """Blocks under a heading; folded in a notebook if ``folded``."""

    summary: str
    blocks: Sequence[Block]
    folded: bool = True

    def to_html(self) -> str:
        inner = "".join(block.to_html() for block in self.blocks)
        opened = "" if self.folded else " open"
        return f"<details{opened}><summary>{_escaped(self.summary)}</summary>{inner}</details>"

    def to_text(self) -> str:
        return "\n".join([visible(self.summary), *(_indented(block.to_text()) for block in self.blocks)])


@dataclass(frozen=True)
class Findings:
    """Findings, each with its reason and its cure."""

    findings: Sequence[Finding]

    def to_html(self) -> str:
        items = "".join(
            f'<li class="{found.severity}"><strong>{_MARKS[found.severity]}: {_escaped(found.message)}.</strong> '
            f"{_escaped(found.why)} <em>{_escaped(found.fix)}</em> <code>{_escaped(found.rule)}</code></li>"
            for found in self.findings
        )
        return f'<ul class="findings">{items}</ul>' if items else ""

    def to_text(self) -> str:
        return "\n".join(
            "\n    ".join((f"{_MARKS[found.severity]} {found.rule}: {shortened(found.message)}.", found.why, found.fix))
            for found in self.findings
        )


@dataclass(frozen=True)
class FindingGroups:
    """Findings for a report: those of one rule together, with what was seen, why it matters and how to mend it.

    Each group has a heading, of level 3 in the page.
    """

    findings: Sequence[Finding]

    def _groups(self) -> list[list[Finding]]:
        groups: dict[object, list[Finding]] = {}
        for found in sorted(self.findings, key=lambda one: bool(one.waived)):
            groups.setdefault((found.waived, found.rule, found.severity, found.why, found.fix), []).append(found)
        return list(groups.values())

    def to_html(self) -> str:
        return "".join(map(self._group_html, self._groups()))

    def _group_html(self, group: Sequence[Finding]) -> str:
        first = group[0]
        mark = f"{'Set aside: ' if first.waived else ''}{_MARKS[first.severity]}"
        seen = "".join(f"<li>{_escaped(_seen(found))}.{_places_html(found)}</li>" for found in group)
        commands = "\n".join(dict.fromkeys(html.escape(visible(one)) for found in group for one in found.commands))
        parts = [
            ("Set aside", first.waived),
            ("Why it matters", first.why),
            ("How to mend it", first.fix),
            ("Source of the rule", first.source_of_rule),
        ]
        told = "".join(f"<dt>{name}</dt><dd>{_escaped(text)}</dd>" for name, text in parts if text)
        shown = f"<dt>Commands</dt><dd><pre><code>{commands}</code></pre></dd>" if commands else ""
        return (
            f'<article class="finding {first.severity}"><h3>{mark}: {_escaped(titled(first))} '
            f"<code>{_escaped(first.rule)}</code></h3><ul>{seen}</ul><dl>{told}{shown}</dl></article>"
        )

    def to_text(self) -> str:
        return "\n\n".join(map(self._group_text, self._groups()))

    def _group_text(self, group: Sequence[Finding]) -> str:
        first = group[0]
        mark = f"{'Set aside: ' if first.waived else ''}{_MARKS[first.severity]}"
        seen = [f"  - {shortened(_seen(found))}" for found in group]
        commands = [f"      {visible(one)}" for one in dict.fromkeys(one for found in group for one in found.commands)]
        return "\n".join(
            [
                f"{mark} {first.rule}: {visible(titled(first))}",
                *seen,
                *([f"  Set aside: {visible(first.waived)}"] if first.waived else ()),
                f"  Why: {visible(first.why)}",
                f"  Mend: {visible(first.fix)}",
                *commands,
            ]
        )


def titled(found: Finding) -> str:
    """What its rule is called."""
    from ..audit.catalogue import catalogue

    return catalogue()[found.rule].title if found.rule in catalogue() else found.message


def _seen(found: Finding) -> str:
    """The message, with the file where it does not name it."""
    source = found.where.get("source", "")
    return found.message if source in found.message else f"{found.message} ({source})"


def _places_html(found: Finding) -> str:
    """Where it was seen, as far as the message does not say it."""
    sha256 = found.where.get("sha256", "")
    return f" <small>SHA-256 <code>{_escaped(sha256)}</code></small>" if sha256 else ""


@dataclass(frozen=True)
class Figure:
    """A picture; as text its description stands in for it. ``linked``: tables with its ``rows`` follow."""

    picture: Picture | Lifetimes
    linked: bool = False

    def to_html(self) -> str:
        return self.picture.linked() if self.linked else self.picture._repr_html_()

    def to_text(self) -> str:
        return self.picture.description


Block = Text | Table | Code | Details | Findings | FindingGroups | Figure


@dataclass(frozen=True, repr=False)
class Page(Generic[T]):
    """The value that a step gave, with the blocks that show it."""

    value: T
    blocks: Sequence[Block]

    def _repr_html_(self) -> str:
        return f'<div class="zowe-certs">{_STYLE}{"".join(block.to_html() for block in self.blocks)}</div>'

    def __str__(self) -> str:
        return "\n\n".join(text for block in self.blocks if (text := block.to_text()))

    __repr__ = __str__


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.splitlines())
