"""The picture of a trust graph: accessible SVG and PNG, by matplotlib, which is imported when it is needed.

Shape says kind, border says verdict, line style says what an arrow means; colour only
repeats it (Okabe and Ito's blue, yellow and vermillion as tints under dark text). The
text in the picture is hostile input: mathtext is off, controls are visible, and all of
it reaches the SVG through an XML writer.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
import secrets
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ..errors import UsageError, WriteError
from ..trust.graph import EdgeKind, NodeKind, TrustGraph
from .layout import ARROW, Box, Layout, LegendKey, Point, TextBox, place, verdict_of
from .text import visible

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

__all__ = ["Picture", "draw_graph"]

_INK, _QUIET, _RULE = "#1f2933", "#4a5560", "#c5ccd3"
_FILLS = {"ok": "#dcebf6", "soon": "#fbf6c3", "broken": "#fadfd0", "unknown": "#ececec"}
_OUTLINES = {"ok": "#0b4f7d", "soon": "#6b5d00", "broken": "#983c00", "unknown": "#555555"}
_DASHES: dict[str, Any] = {"ok": "solid", "soon": (0, (5.0, 2.5)), "unknown": (0, (1.2, 2.2))}
_GHOST = (0, (4.5, 3.0))
_LINES: dict[str, tuple[float, Any]] = {
    EdgeKind.SIGNED: (1.1, "solid"),
    EdgeKind.KEY_IN: (2.2, "solid"),
    EdgeKind.TRUSTED_IN: (1.1, (0, (5.0, 2.5))),
    EdgeKind.COPIED_IN: (1.2, (0, (1.2, 2.2))),
}
# Fonts with Chinese, Japanese and Korean letters that systems bring; those present are used.
_FALLBACKS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK KR", "Hiragino Sans", "PingFang SC", "Apple SD Gothic Neo",
    "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
_WEB_FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"
_MOST_PIXELS = 24_000_000
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 4, 79  # matplotlib.path.Path's codes
_ROUND = 0.4477  # 1 - 0.5523: a cubic curve with its handles there is a quarter of a circle


@dataclass(frozen=True)
class Picture:
    """A picture of a trust graph that a notebook shows and ``save`` writes.

    ``svg`` is one ``<svg>`` element for a page or a file; its ids are its own, so that
    several pictures can stand in one page. ``description`` says in a sentence what is
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
        return _png(self.layout, min(dpi, (_MOST_PIXELS / size) ** 0.5, 65_000 / longest))

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
        _write_whole(target, content)
        return target

    def _repr_html_(self) -> str:
        caption = f"<figcaption>{html.escape(self.description)}</figcaption>"
        return f'<figure class="zowe-certs-graph" style="margin: 0">{self.svg}{caption}</figure>'


def draw_graph(graph: TrustGraph, *, title: str) -> Picture:
    """Draw who signs, holds and trusts what; equal graphs give equal bytes."""
    layout = place(graph, title=title)
    description = _description(layout)
    shown = visible(title)
    return Picture(shown, description, _svg(layout, shown, description), layout)


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target and take its name in one step."""
    beside = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(target)
    except OSError as error:
        msg = f"The picture could not be written to {target}: {error.strerror or error}"
        raise WriteError(msg) from error
    finally:
        beside.unlink(missing_ok=True)


# The sentence that stands in for the picture


def _description(layout: Layout) -> str:
    """A plain sentence with the counts of what is drawn, then one of what is wrong."""
    if not layout.boxes:
        return "There are no certificates and no stores to draw."
    kinds = Counter(box.node.kind for box in layout.boxes)
    verdicts = Counter(verdict_of(box.node) for box in layout.boxes if box.node.kind is not NodeKind.MISSING)
    arrows = Counter(route.edge.kind for route in layout.routes)
    things = [
        _counted(kinds[NodeKind.CA], "certificate authority", "certificate authorities"),
        _counted(kinds[NodeKind.CERTIFICATE], "certificate", "certificates"),
        _counted(kinds[NodeKind.STORE], "store", "stores"),
        _counted(kinds[NodeKind.MISSING], "missing issuer", "missing issuers"),
    ]
    links = [
        _counted(arrows[EdgeKind.SIGNED], "signature", "signatures"),
        _counted(arrows[EdgeKind.KEY_IN], "private key in a store", "private keys in stores"),
        _counted(arrows[EdgeKind.TRUSTED_IN], "trusted entry", "trusted entries"),
        _counted(arrows[EdgeKind.COPIED_IN], "copied entry", "copied entries"),
    ]
    wrong = [
        _counted(verdicts["broken"], "is broken", "are broken"),
        _counted(verdicts["soon"], "ends soon", "end soon"),
        _counted(verdicts["unknown"], "was not checked", "were not checked"),
    ]
    joined = f", joined by {_listed(links)}" if any(links) else ""
    rest = "All else is in order" if kinds[NodeKind.MISSING] else "All are in order"
    return f"Trust graph of {_listed(things)}{joined}. {_listed(wrong) or rest}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _listed(parts: list[str]) -> str:
    """``a, b and c`` of the parts that are not empty."""
    told = [part for part in parts if part]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


# Outlines: points and matplotlib's codes for them

_Path = tuple[list[Point], list[int]]


def _polygon(points: list[Point]) -> _Path:
    return [*points, points[0]], [_MOVE, *[_LINE] * (len(points) - 1), _CLOSE]


def _outline(kind: NodeKind | str, x: float, y: float, width: float, height: float) -> _Path:
    """The shape that says the kind, inside the given rectangle."""
    right, bottom = x + width, y + height
    if kind == NodeKind.STORE:
        return _cylinder(x, y, right, bottom, min(5.0, height / 6))
    if kind == NodeKind.CERTIFICATE:
        return _rounded(x, y, right, bottom, min(9.0, height / 2))
    if kind == NodeKind.MISSING:
        cut = min(7.0, height / 3)
        return _polygon([
            (x + cut, y), (right - cut, y), (right, y + cut), (right, bottom - cut),
            (right - cut, bottom), (x + cut, bottom), (x, bottom - cut), (x, y + cut),
        ])  # fmt: skip
    return _polygon([(x, y), (right, y), (right, bottom), (x, bottom)])


def _rounded(x: float, y: float, right: float, bottom: float, radius: float) -> _Path:
    near = radius * _ROUND
    points = [
        (x + radius, y), (right - radius, y), (right - near, y), (right, y + near), (right, y + radius),
        (right, bottom - radius), (right, bottom - near), (right - near, bottom), (right - radius, bottom),
        (x + radius, bottom), (x + near, bottom), (x, bottom - near), (x, bottom - radius),
        (x, y + radius), (x, y + near), (x + near, y), (x + radius, y), (x + radius, y),
    ]  # fmt: skip
    return points, [_MOVE, *[_LINE, _CURVE, _CURVE, _CURVE] * 4, _CLOSE]


def _cylinder(x: float, y: float, right: float, bottom: float, rim: float) -> _Path:
    """A drum: flat ellipses above and below, the front of the upper rim as a line of its own."""
    inset = (right - x) / 2 * _ROUND
    middle, near, top, foot = (x + right) / 2, rim * _ROUND, y + rim, bottom - rim

    def arc(left: float, end: float, level: float, peak: float) -> list[Point]:
        shoulder = peak + near if peak < level else peak - near
        step = inset if left < end else -inset
        return [
            (left, shoulder),
            (left + step, peak),
            (middle, peak),
            (end - step, peak),
            (end, shoulder),
            (end, level),
        ]

    points = [(x, top), *arc(x, right, top, y), (right, foot), *arc(right, x, foot, bottom), (x, top)]
    # The other way round it would be a hole in the fill.
    front = [(right, top), *arc(right, x, top, top + rim)]
    return [*points, *front], [_MOVE, *[_CURVE] * 6, _LINE, *[_CURVE] * 6, _CLOSE, _MOVE, *[_CURVE] * 6]


def _ways(routes: list[tuple[Point, ...]]) -> _Path:
    """The lines of arrows, each ending inside its head; a piece that several share is drawn once."""
    drawn: set[tuple[Point, Point]] = set()
    points: list[Point] = []
    codes: list[int] = []
    for route in routes:
        (before, _), (tip, level) = route[-2:]
        end = (tip - ARROW / 2 if before < tip else tip + ARROW / 2, level)
        pen: Point | None = None
        for piece in pairwise((*route[:-1], end)):
            if piece not in drawn:
                drawn.add(piece)
                if pen != piece[0]:
                    points.append(piece[0])
                    codes.append(_MOVE)
                steps = _steps(*piece)
                points += steps
                codes += [_CURVE if len(steps) == 3 else _LINE] * len(steps)
                pen = piece[1]
    return points, codes


def _steps(start: Point, end: Point) -> list[Point]:
    """The end of a level line, or the handles and the end of a curve that is level at both ends."""
    middle = (start[0] + end[0]) / 2
    return [end] if start[1] == end[1] else [(middle, start[1]), (middle, end[1]), end]


def _head(points: tuple[Point, ...]) -> _Path:
    (before, _), (x, y) = points[-2:]
    back = x - ARROW + 1.5 if before < x else x + ARROW - 1.5
    return _polygon([(x, y), (back, y - 3.2), (back, y + 3.2)])


def _merged(paths: list[_Path]) -> _Path:
    return [point for points, _ in paths for point in points], [code for _, codes in paths for code in codes]


# The figure


@contextmanager
def _settings() -> Iterator[None]:
    """Our own matplotlib settings, whatever style the notebook has; no mathtext, no warning of missing glyphs."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update({
            "lines.scale_dashes": False, "path.snap": False, "svg.fonttype": "none", "svg.hashsalt": "zowe-certs",
            "text.parse_math": False,
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
        self.figure: Figure = Figure(figsize=size, dpi=dpi, facecolor="white", edgecolor="none")
        self.transform = Affine2D().scale(1 / 72, -1 / 72).translate(0, size[1]) + self.figure.dpi_scale_trans
        present = set(fontManager.get_font_names())
        self.families = ["DejaVu Sans", *(name for name in _FALLBACKS if name in present)]
        self.fonts: dict[tuple[float, bool], FontProperties] = {}
        self.level = 0

    def _add(self, artist: Artist, group: str | None) -> None:
        self.level += 1
        artist.set(transform=self.transform, zorder=self.level, gid=group)
        self.figure.add_artist(artist)

    def draw(self, path: _Path, group: str | None = None, **style: Any) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path as Outline

        if path[0]:
            self._add(PathPatch(Outline(path[0], path[1]), **style), group)

    def write(self, text: TextBox, group: str | None = None, *, color: str = _INK) -> None:
        from matplotlib.font_manager import FontProperties
        from matplotlib.text import Text

        font = self.fonts.get((text.size, text.bold))
        if font is None:
            font = FontProperties(family=self.families, size=text.size, weight="bold" if text.bold else "normal")
            self.fonts[text.size, text.bold] = font
        x = text.x + text.width / 2 if text.align == "center" else text.x
        self._add(Text(x, text.baseline, text.text, color=color, fontproperties=font, ha=text.align), group)


def _sheet(layout: Layout, dpi: float = 72.0) -> _Sheet:
    """The whole figure; what belongs to one node has one group name and follows each other."""
    sheet = _Sheet(layout, dpi)
    sheet.write(layout.title)
    rules = [[(x, y + 5.0), (x + width, y + 5.0)] for x, y, width in _underlines(layout)]
    sheet.draw(_merged([(rule, [_MOVE, _LINE]) for rule in rules]), edgecolor=_RULE, fill=False, linewidth=0.8)
    for heading in layout.headings:
        sheet.write(heading, color=_QUIET)
    _draw_arrows(sheet, layout)
    for number, box in enumerate(layout.boxes):
        _draw_box(sheet, box, f"n{number}")
    for title in layout.legend_titles:
        sheet.write(title, color=_QUIET)
    for key in layout.legend:
        _draw_key(sheet, key)
    return sheet


def _underlines(layout: Layout) -> Iterator[tuple[float, float, float]]:
    """Lines (x, y, width) under the headings and above the legend."""
    yield from ((text.x, text.y + text.height, text.width) for text in layout.headings if layout.boxes)
    if layout.legend_titles:
        first = layout.legend_titles[0]
        yield first.x, first.y - 15.0, layout.width - 2 * first.x


def _draw_arrows(sheet: _Sheet, layout: Layout) -> None:
    """All arrows of a kind as one path, then their labels on patches of paper."""
    ghosts = {box.node.id for box in layout.boxes if box.node.kind is NodeKind.MISSING}
    ways: dict[tuple[str, bool], list[tuple[Point, ...]]] = defaultdict(list)
    for route in layout.routes:
        ways[route.edge.kind, route.edge.source in ghosts].append(route.points)
    for (kind, ghost), routes in sorted(ways.items()):
        _draw_ways(sheet, kind, routes, _QUIET if ghost else _INK)
    labelled = [(number, route.label) for number, route in enumerate(layout.routes) if route.label]
    paper = [_outline("", label.x, label.y, label.width, label.height) for _, label in labelled]
    sheet.draw(_merged(paper), facecolor="white", linewidth=0)
    for number, label in labelled:
        sheet.write(label, f"e{number}")


def _draw_ways(sheet: _Sheet, kind: str, routes: list[tuple[Point, ...]], color: str) -> None:
    """Lines and heads of one kind; a hollow head for what is only held, a full one for what is signed or owned."""
    width, dashes = _LINES[kind]
    sheet.draw(
        _ways(routes),
        edgecolor=color, fill=False, linewidth=width, linestyle=dashes, capstyle="butt",
    )  # fmt: skip
    full = kind in (EdgeKind.SIGNED, EdgeKind.KEY_IN)
    heads = _merged([_head(points) for points in routes])
    sheet.draw(heads, edgecolor=color, facecolor=color if full else "white", linewidth=1.0)


def _draw_box(sheet: _Sheet, box: Box, group: str) -> None:
    ghost = box.node.kind is NodeKind.MISSING
    verdict = "ghost" if ghost else verdict_of(box.node)
    _draw_shape(sheet, box.node.kind, verdict, (box.x, box.y, box.width, box.height), group)
    for number, line in enumerate(box.lines):
        sheet.write(line, group, color=_INK if (line.bold or not number) and not ghost else _QUIET)


def _draw_shape(
    sheet: _Sheet, kind: str, verdict: str, where: tuple[float, float, float, float], group: str | None = None
) -> None:
    """Shape of a kind, fill and border of a verdict; ``ghost`` for what is not there, ``plain`` for none."""
    x, y, width, height = where
    outline = _outline(kind, x, y, width, height)
    if verdict in ("ghost", "plain"):
        dashes = _GHOST if verdict == "ghost" else "solid"
        color = _QUIET if verdict == "ghost" else _INK
        sheet.draw(outline, group, facecolor="white", edgecolor=color, linewidth=1.0, linestyle=dashes)
        return
    fill, edge = _FILLS[verdict], _OUTLINES[verdict]
    if verdict == "broken":
        # A double line: a broad one, a bright one on it, both inside the outline where arrows end.
        outline = _outline(kind, x + 1.4, y + 1.4, width - 2.8, height - 2.8)
        sheet.draw(outline, group, facecolor=fill, edgecolor=edge, linewidth=4.2, joinstyle="miter")
        sheet.draw(outline, group, fill=False, edgecolor="white", linewidth=1.6, joinstyle="miter")
    else:
        dashes = _DASHES[verdict]
        sheet.draw(outline, group, facecolor=fill, edgecolor=edge, linewidth=1.4, linestyle=dashes, joinstyle="miter")


def _draw_key(sheet: _Sheet, key: LegendKey) -> None:
    where = (key.x, key.y + 0.5, key.width, key.height - 1.0)
    if key.group == "Arrow":
        middle = key.y + key.height / 2
        _draw_ways(sheet, key.sample, [((key.x, middle), (key.x + key.width, middle))], _INK)
    elif key.group == "Border":
        _draw_shape(sheet, NodeKind.CA, key.sample, where)
    else:
        _draw_shape(sheet, key.sample, "ghost" if key.sample == NodeKind.MISSING else "plain", where)
    sheet.write(key.text)


# Bytes


def _png(layout: Layout, dpi: float) -> bytes:
    buffer = io.BytesIO()
    with _settings():
        figure = _sheet(layout, dpi).figure
        figure.savefig(buffer, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def _svg(layout: Layout, title: str, description: str) -> str:
    buffer = io.BytesIO()
    with _settings():
        figure = _sheet(layout).figure
        figure.savefig(buffer, format="svg", dpi=72, facecolor="white", metadata={"Date": None})
    tooltips = {f"n{number}": box.tooltip for number, box in enumerate(layout.boxes)}
    tooltips |= {f"e{number}": route.tooltip for number, route in enumerate(layout.routes) if route.label}
    own = "zc-" + hashlib.sha256(repr((layout, description)).encode()).hexdigest()[:12]
    root = _element("svg", **{
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": f"{own}-title {own}-desc",
        "viewBox": f"0 0 {layout.width:.6g} {layout.height:.6g}", "width": f"{layout.width:.6g}pt",
        "style": "max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt; "
        f"font-family: {_WEB_FONTS}",
    })  # fmt: skip
    root.append(_element("title", title, id=f"{own}-title"))
    root.append(_element("desc", description, id=f"{own}-desc"))
    root.extend(_groups(ET.fromstring(buffer.getvalue()), tooltips, own))  # noqa: S314
    return ET.tostring(root, encoding="unicode")


def _element(tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.text = text
    return element


def _groups(drawn: ET.Element, tooltips: dict[str, str], own: str) -> Iterator[ET.Element]:
    """What matplotlib drew, without what only a whole page of its own needs.

    Its metadata (a page's licence), its style element (which would hold for the whole
    page that the picture stands in) and its ids go; what belongs to one node becomes one
    group with a tooltip.
    """
    figure = next(group for group in drawn if group.tag == f"{_SVG}g")
    groups: dict[str, ET.Element] = {}
    for part in figure:
        name = part.get("id", "")
        for element in part.iter():
            _tidy(element, own)
        if name not in tooltips:
            yield from part
        elif name in groups:
            groups[name].extend(part)
        else:
            groups[name] = _element("g", id=f"{own}-{name}")
            groups[name].append(_element("title", tooltips[name]))
            groups[name].extend(part)
            yield groups[name]


def _tidy(element: ET.Element, own: str) -> None:
    """Plain tag names, ids of our own, and no attribute that says only what holds anyway."""
    element.tag = element.tag.removeprefix(_SVG)
    element.tail = None
    if element.tag == "text":
        style = re.sub(r"(font-family|text-anchor: start)[^;]*(; )?", "", element.get("style", ""))
        element.set("style", style.removesuffix("; "))
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
    elif not (element.text or "").strip():
        element.text = None
    if "id" in element.attrib:
        element.set("id", f"{own}-{element.get('id')}")
    if _XLINK in element.attrib:
        element.set("href", element.attrib.pop(_XLINK).replace("#", f"#{own}-"))
    for name, value in element.attrib.items():
        if "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{own}-"))
