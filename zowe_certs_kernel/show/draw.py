"""The picture of a trust graph: accessible SVG and PNG, by matplotlib, which is imported when it is needed.

Shape says kind, border says verdict, line style says what an arrow means; colour only
repeats it. The text in the picture is hostile input: mathtext is off, controls are
visible, and all of it reaches the SVG through an XML writer.
"""

from __future__ import annotations

import html
import io
import os
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..trust.graph import NodeKind, TrustGraph
from ..whole_file import write_whole
from .accessible_svg import accessible_svg, linked_svg, own_name
from .description import describe
from .layout import Box, Layout, LegendKey, Point, TextBox, place
from .outlines import heads, rule, ways
from .shapes import Outline, marks, merged, shape
from .styles import INK, QUIET, RULE, Border, Stroke, border_of, sample_border, sample_stroke, stroke_of
from .text import visible

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

__all__ = ["Picture", "draw_graph"]

# Fonts with Chinese, Japanese and Korean letters that systems bring; those present are used.
_FALLBACKS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK KR", "Hiragino Sans", "PingFang SC", "Apple SD Gothic Neo",
    "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
_MOST_PIXELS = 24_000_000


@dataclass(frozen=True)
class Picture:
    """A picture of a trust graph that a notebook shows and ``save`` writes.

    ``svg`` is one ``<svg>`` element for a page or a file; its ids are its own, so that
    several pictures can stand in one page. It has no links: a file has no table beside it,
    and in an ``<img>`` they would be dead. ``description`` says in a sentence what is
    drawn. ``layout`` holds where everything stands, in points.
    """

    title: str
    description: str
    svg: str = field(repr=False)
    layout: Layout = field(repr=False)

    def png(self, *, dpi: float = 144.0) -> bytes:
        """The same picture in pixels; a very large one gets fewer of them to the inch than ``dpi``."""
        size = self.layout.width * self.layout.height / 72**2
        longest = max(self.layout.width, self.layout.height) / 72
        return _drawn(self.layout, "png", min(dpi, (_MOST_PIXELS / size) ** 0.5, 65_000 / longest))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to ``path``, whole or not at all; ``.svg`` or ``.png`` decides which.

        Raises:
            UsageError: the name ends in neither.
            WriteError: the disk says no.
        """
        target = Path(path)
        kind = target.suffix.lower()
        if kind not in (".svg", ".png"):
            msg = f"A picture cannot be saved as {target.name}: give a name that ends in .svg or .png"
            raise UsageError(msg)
        head = '<?xml version="1.0" encoding="utf-8"?>\n'
        content = self.png() if kind == ".png" else f"{head}{self.svg}\n".encode()
        write_whole(target, content, "the picture")
        return target

    @cached_property
    def rows(self) -> Mapping[str, str]:
        """Node id → the id that its row of a table in the same page has to have."""
        own = own_name(self.layout, self.description)
        return {box.node.id: f"{own}-r{number}" for number, box in enumerate(self.layout.boxes)}

    def linked(self) -> str:
        """The picture for a page in which tables with the ids of ``rows`` follow: its boxes lead there."""
        caption = f"{own_name(self.layout, self.description)}-caption"
        past = f'<a class="past" href="#{caption}">Skip the picture: the same follows as tables</a>'
        return self._figure(past + linked_svg(self.svg, self.layout, self.rows), f' id="{caption}"')

    def _repr_html_(self) -> str:
        return self._figure(self.svg, "")

    def _figure(self, shown: str, caption_id: str) -> str:
        caption = f"<figcaption{caption_id}>{html.escape(self.description)}</figcaption>"
        return f'<figure class="zowe-certs-graph" style="margin: 0 0 1em">{shown}{caption}</figure>'


def draw_graph(graph: TrustGraph, *, title: str) -> Picture:
    """Draw any of the three pictures of a graph; equal graphs give equal bytes."""
    layout = place(graph, title=title)
    shown, description = visible(title), describe(layout)
    svg = accessible_svg(_drawn(layout, "svg", 72), layout, title=shown, description=description)
    return Picture(shown, description, svg, layout)


def _drawn(layout: Layout, kind: str, dpi: float) -> bytes:
    """The whole picture as matplotlib writes it."""
    buffer = io.BytesIO()
    with _settings():
        metadata = {"Software": None} if kind == "png" else None
        _sheet(layout, dpi).figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    """Our own matplotlib settings, whatever style the notebook has; no mathtext, no warning of missing glyphs."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update({
            "lines.scale_dashes": False, "path.snap": False, "svg.fonttype": "none", "text.parse_math": False,
        })  # fmt: skip
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from (font|current font)")
        warnings.filterwarnings("ignore", r"Matplotlib currently does not support .* natively")
        yield


class _Sheet:
    """A matplotlib figure of the layout's size on which (x, y) are points from the upper left corner."""

    def __init__(self, layout: Layout, dpi: float) -> None:
        from matplotlib.figure import Figure
        from matplotlib.font_manager import fontManager
        from matplotlib.transforms import Affine2D

        size = (layout.width / 72, layout.height / 72)
        self.figure: Figure = Figure(figsize=size, dpi=dpi)
        self.transform = Affine2D().scale(1 / 72, -1 / 72).translate(0, size[1]) + self.figure.dpi_scale_trans
        present = set(fontManager.get_font_names())
        self.families = ["DejaVu Sans", *(name for name in _FALLBACKS if name in present)]

    def _add(self, artist: Artist, group: str | None) -> None:
        # Of one zorder: what is added later lies above.
        artist.set(transform=self.transform, zorder=1, gid=group)
        self.figure.add_artist(artist)

    def draw(self, outline: Outline, group: str | None = None, **style: Any) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path as DrawnPath

        if outline[0]:
            self._add(PathPatch(DrawnPath(*outline), **style), group)

    def write(self, text: TextBox, group: str | None = None, *, color: str = INK) -> None:
        from matplotlib.text import Text

        x = text.x + text.width / 2 if text.align == "center" else text.x
        weight = "bold" if text.bold else "normal"
        artist = Text(
            x, text.baseline, text.text, color=color, ha=text.align, family=self.families, size=text.size, weight=weight
        )
        self._add(artist, group)


def _sheet(layout: Layout, dpi: float) -> _Sheet:
    """The whole figure; what belongs to one node has one group name and follows each other."""
    sheet = _Sheet(layout, dpi)
    sheet.write(layout.title)
    sheet.draw(merged([*_rules(layout)]), edgecolor=RULE, fill=False, linewidth=0.8)
    for heading in layout.headings:
        sheet.write(heading, color=QUIET)
    _draw_arrows(sheet, layout)
    for number, box in enumerate(layout.boxes):
        _draw_box(sheet, box, f"n{number}")
    for title in layout.legend_titles:
        sheet.write(title, color=QUIET)
    for key in layout.legend:
        _draw_key(sheet, key)
    return sheet


def _rules(layout: Layout) -> Iterator[Outline]:
    """Lines under the headings and above the legend."""
    if layout.boxes:
        yield from (rule(text.x, text.y + text.height + 5.0, text.width) for text in layout.headings)
    if layout.legend_titles:
        first = layout.legend_titles[0]
        yield rule(first.x, first.y - 10.0, layout.width - 2 * first.x)


def _draw_arrows(sheet: _Sheet, layout: Layout) -> None:
    """All arrows that look alike as one path, then their labels on patches of paper."""
    ghosts = {box.node.id for box in layout.boxes if box.node.kind is NodeKind.MISSING}
    alike: dict[Stroke, list[tuple[Point, ...]]] = defaultdict(list)
    for route in layout.routes:
        alike[stroke_of(route.edge, ghost=route.edge.source in ghosts)].append(route.points)
    for stroke in sorted(alike, key=repr):
        _draw_ways(sheet, stroke, alike[stroke])
    labelled = [(number, route.label) for number, route in enumerate(layout.routes) if route.label]
    paper = [shape("", label.x, label.y, label.width, label.height) for _, label in labelled]
    sheet.draw(merged(paper), facecolor="white", linewidth=0)
    for number, label in labelled:
        sheet.write(label, f"e{number}")


def _draw_ways(sheet: _Sheet, stroke: Stroke, routes: Sequence[tuple[Point, ...]]) -> None:
    """Lines and heads that look alike; a hollow head for what is only held, or shows a foreign certificate."""
    lines, color = ways(routes), stroke.color
    sheet.draw(lines, edgecolor=color, fill=False, linewidth=stroke.width, linestyle=stroke.dashes)
    if stroke.double:
        sheet.draw(lines, edgecolor="white", fill=False, linewidth=stroke.width - 2.4)
    sheet.draw(heads(routes), edgecolor=color, facecolor=color if stroke.full else "white", linewidth=1.0)


def _draw_box(sheet: _Sheet, box: Box, group: str) -> None:
    ghost = box.node.kind is NodeKind.MISSING
    _draw_shape(sheet, box.node.kind, border_of(box.node), (box.x, box.y, box.width, box.height), group)
    for number, line in enumerate(box.lines):
        sheet.write(line, group, color=INK if (line.bold or not number) and not ghost else QUIET)


def _draw_shape(
    sheet: _Sheet, kind: str, border: Border, where: tuple[float, float, float, float], group: str | None = None
) -> None:
    """Shape of a kind with its thin marks, fill and border of a verdict."""
    x, y, width, height = where
    if border.double:  # a broad line, a bright one on it, both inside the outline where arrows end
        x, y, width, height = x + 1.4, y + 1.4, width - 2.8, height - 2.8
    outline, color = shape(kind, x, y, width, height), border.color
    style = {"facecolor": border.fill, "edgecolor": color, "linewidth": border.width, "linestyle": border.dashes}
    sheet.draw(outline, group, **style)
    if border.double:
        sheet.draw(outline, group, fill=False, edgecolor="white", linewidth=1.6)
    sheet.draw(marks(kind, x, y, width, height), group, fill=False, edgecolor=color, linewidth=1.0)


def _draw_key(sheet: _Sheet, key: LegendKey) -> None:
    x, y, width, height = key.x, key.y + 0.5, key.width, key.height - 1.0
    middle = key.y + key.height / 2
    if key.group == "Encrypted by":
        _draw_ways(sheet, sample_stroke(key.sample), [((x, middle), (x + 16.0, middle))])
        _draw_shape(sheet, NodeKind.CA, sample_border(key.sample), (x + 16.0, y, width - 16.0, height))
    elif key.group in ("Arrow", "Connection"):
        _draw_ways(sheet, sample_stroke(key.sample), [((x, middle), (x + width, middle))])
    elif key.group in ("Border", "Server"):
        border = sample_border(key.sample)
        if key.group == "Server":  # of servers, fill and colour say whose certificate they show
            border = replace(border, fill="white", color=INK)
        _draw_shape(sheet, NodeKind.CA, border, (x, y, width, height))
    else:
        _draw_shape(sheet, key.sample, sample_border(key.sample), (x, y, width, height))
    sheet.write(key.text)
