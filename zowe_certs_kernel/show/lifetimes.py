"""The picture of lifetimes: a bar for each certificate from its first day to its last, and a line for today.

It needs no drawing library: rectangles and text in SVG. Border and words say the verdict, colour only repeats it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from ..errors import UsageError, WriteError
from .styles import INK, QUIET, RULE
from .text import cut_middle, shortened, visible, wrap

__all__ = ["Lifetime", "Lifetimes", "draw_lifetimes"]

_LABELS, _BARS, _ENDS = 250.0, 420.0, 150.0
_ROW, _LINE, _HEAD, _FOOT, _EDGE = 34.0, 13.0, 44.0, 30.0, 12.0
_BAR, _SIZE, _SMALL = 16.0, 11.0, 9.0
_MOST_ROWS = 60
_MOST_LINES = 5  # of a name
_FEWEST_TICKS = 3
_YEAR = 365.25
# A state's fill, border and dashes; ``ended`` has a thick border.
_STATES = {
    "ok": ("#dcebf6", "#0b4f7d", 1.4, ""),
    "soon": ("#fbf6c3", "#6b5d00", 1.4, "5 2.5"),
    "ended": ("#fadfd0", "#983c00", 3.2, ""),
}
_SAID = {"ok": "in order", "soon": "ends soon", "ended": "ended or not begun"}


@dataclass(frozen=True)
class Lifetime:
    """A certificate's row: its name, where it is kept, its first and last moment in UTC, and how it ends in words.

    ``state`` is ``ok``, ``soon`` or ``ended``.
    """

    name: str
    where: str
    begins: dt.datetime
    ends: dt.datetime
    told: str
    state: str


@dataclass(frozen=True)
class Lifetimes:
    """The picture, one ``<svg>``; ``description`` says the same in a sentence."""

    title: str
    description: str
    svg: str = field(repr=False)

    def _repr_html_(self) -> str:
        caption = f'<figcaption style="overflow-wrap: anywhere">{html.escape(self.description)}</figcaption>'
        return f'<figure class="zowe-certs-graph" style="margin: 0 0 1em">{self.svg}{caption}</figure>'

    linked = _repr_html_  # its boxes lead nowhere

    def save(self, path: Path) -> Path:
        """Write it as an ``.svg`` file.

        Raises:
            UsageError: the name does not end so.
            WriteError: the disk says no.
        """
        if path.suffix.lower() != ".svg":
            msg = f"the picture of lifetimes is .svg, not {path.name}"
            raise UsageError(msg)
        try:
            path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{self.svg}\n', encoding="utf-8")
        except OSError as error:
            msg = f"{path} cannot be written: {error.strerror}"
            raise WriteError(msg) from None
        return path


def draw_lifetimes(rows: Sequence[Lifetime], *, at: dt.datetime, title: str = "Lifetimes") -> Lifetimes:
    """Draw the rows in their order, at most 60 of them; the rest is counted in the description."""
    shown = rows[:_MOST_ROWS]
    description = _described(rows, len(rows) - len(shown), at)
    own = "zl-" + hashlib.sha256(repr((shown, at, title)).encode()).hexdigest()[:12]
    width = _EDGE + _LABELS + _BARS + _ENDS + _EDGE
    names = [
        wrap(cut_middle(visible(row.name), _MOST_LINES * (_LABELS - 12), _SIZE), _LABELS - 12, _SIZE) for row in shown
    ]
    height = _HEAD + sum(map(_height, names)) + _FOOT
    root = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": f"{own}-title {own}-desc",
        "viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}pt",
        "style": "max-width: 100%; height: auto; font-family: 'DejaVu Sans', Verdana, Geneva, sans-serif",
    })  # fmt: skip
    for tag, text in (("title", visible(title)), ("desc", description)):
        ET.SubElement(root, tag, {"id": f"{own}-{tag}"}).text = text
    scale = _Scale.of(shown, at)
    _axis(root, scale, height)
    top = _HEAD
    for row, name in zip(shown, names, strict=True):
        _bar(root, row, name, scale, top)
        top += _height(name)
    _today(root, scale, at, height)
    return Lifetimes(visible(title), description, ET.tostring(root, encoding="unicode"))


@dataclass(frozen=True)
class _Scale:
    """Days to points."""

    first: dt.datetime
    last: dt.datetime

    @classmethod
    def of(cls, rows: Sequence[Lifetime], at: dt.datetime) -> _Scale:
        """From a little before today, or the first end before it, to the last end; what began long ago is cut."""
        ends = [row.ends for row in rows]
        last = max([*ends, at + dt.timedelta(days=30)])
        begun = max([min([row.begins for row in rows] or [at]), at - (last - at) / 4])
        first = min([begun, *(end - dt.timedelta(days=30) for end in ends), at])
        return cls(first, last)

    def x(self, moment: dt.datetime) -> float:
        part = (moment - self.first) / (self.last - self.first)
        return _EDGE + _LABELS + _BARS * min(max(part, 0.0), 1.0)

    def ticks(self) -> list[dt.datetime]:
        """The beginnings of years, months or days, about six of them."""
        days = (self.last - self.first).days
        if days > _FEWEST_TICKS * _YEAR:
            step = max(1, round(days / _YEAR / 6))
            years = range(self.first.year + 1, self.last.year + 1)
            return [dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in years if year % step == 0]
        months = [(self.first.year + month // 12, month % 12 + 1) for month in range(self.first.month, 12 * 5)]
        found = [dt.datetime(year, month, 1, tzinfo=dt.UTC) for year, month in months]
        found = [moment for moment in found if self.first < moment <= self.last]
        return found[:: max(1, len(found) // 6)]


def _axis(root: ET.Element, scale: _Scale, height: float) -> None:
    by_year = scale.last - scale.first > dt.timedelta(days=_FEWEST_TICKS * _YEAR)
    for moment in scale.ticks():
        x = scale.x(moment)
        _upright(root, x, _HEAD - 4, height - _FOOT + 4, RULE)
        _text(root, x, height - _FOOT + 18, f"{moment:%Y}" if by_year else f"{moment:%Y-%m}", anchor="middle")


def _height(name: Sequence[str]) -> float:
    """Of a row whose name has these lines."""
    return _ROW + _LINE * (len(name) - 1)


def _bar(root: ET.Element, row: Lifetime, name: Sequence[str], scale: _Scale, top: float) -> None:
    fill, color, border, dashes = _STATES[row.state]
    group = ET.SubElement(root, "g")
    ET.SubElement(group, "title").text = shortened(f"{row.name}, {row.where}: {row.told}, {_SAID[row.state]}")
    for number, line in enumerate(name):
        _text(group, _EDGE, top + 14 + _LINE * number, line, size=_SIZE, color=INK)
    where = cut_middle(visible(row.where), _LABELS - 12, _SMALL)
    _text(group, _EDGE, top + _height(name) - 8, where)
    left, right = scale.x(row.begins), scale.x(row.ends)
    attributes = {
        "x": f"{left:.2f}", "y": f"{top + 6:.2f}", "width": f"{max(right - left, 2.0):.2f}", "height": f"{_BAR:g}",
        "fill": fill, "stroke": color, "stroke-width": f"{border:g}",
    }  # fmt: skip
    ET.SubElement(group, "rect", attributes | ({"stroke-dasharray": dashes} if dashes else {}))
    after = _EDGE + _LABELS + _BARS + 8
    _text(group, after, top + 14, f"{row.ends:%Y-%m-%d}", size=_SIZE, color=INK)
    _text(group, after, top + 26, cut_middle(visible(row.told), _ENDS - 8, _SMALL))


def _today(root: ET.Element, scale: _Scale, at: dt.datetime, height: float) -> None:
    x = scale.x(at)
    _upright(root, x, 26, height - _FOOT + 4, INK, 2)
    _text(root, x, 20, f"{at:%Y-%m-%d}", size=_SIZE, color=INK, anchor="middle")


def _upright(parent: ET.Element, x: float, top: float, below: float, color: str, width: float = 1) -> None:
    points = {"x1": f"{x:.2f}", "y1": f"{top:.2f}", "x2": f"{x:.2f}", "y2": f"{below:.2f}"}
    ET.SubElement(parent, "line", {**points, "stroke": color, "stroke-width": f"{width:g}"})


def _text(
    parent: ET.Element,
    x: float,
    y: float,
    text: str,
    *,
    size: float = _SMALL,
    color: str = QUIET,
    anchor: str = "start",
) -> None:
    found = {"x": f"{x:.2f}", "y": f"{y:.2f}", "font-size": f"{size:g}", "fill": color, "text-anchor": anchor}
    ET.SubElement(parent, "text", found).text = text


def _described(rows: Sequence[Lifetime], left: int, at: dt.datetime) -> str:
    return visible(" ".join(_sentences(rows, left, at)))


def _sentences(rows: Sequence[Lifetime], left: int, at: dt.datetime) -> Iterator[str]:
    yield f"Lifetimes of {len(rows)} certificates as of {at:%Y-%m-%d}."
    for state in ("ended", "soon"):
        found = [f"{row.name} ({row.ends:%Y-%m-%d})" for row in rows if row.state == state]
        if found:
            yield f"{_SAID[state].capitalize()}: {', '.join(found[:5])}{' and others' if len(found) > 5 else ''}."
    first = min((row for row in rows if row.state != "ended"), key=lambda row: row.ends, default=None)
    if first:
        yield f"The first to end is {first.name}, on {first.ends:%Y-%m-%d}."
    if left:
        yield f"{left} more are in the table only."
