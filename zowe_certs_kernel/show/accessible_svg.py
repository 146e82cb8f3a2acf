"""What makes a drawn picture accessible: words in its place, tooltips, links, an ``<svg>`` that any page can hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from xml.etree import ElementTree as ET

from .description import describe_boxes
from .layout import Box, Layout

__all__ = ["accessible_svg", "linked_svg", "own_name"]

_FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"
_LEAST_SCALE = 0.75
_RING = 2.0
_SVG = "{http://www.w3.org/2000/svg}"


def own_name(layout: Layout, description: str) -> str:
    """What the ids of a picture begin with, so that several pictures can stand in one page."""
    return "zc-" + hashlib.sha256(repr((layout, description)).encode()).hexdigest()[:12]


def accessible_svg(drawn: bytes, layout: Layout, *, title: str, description: str) -> str:
    """The SVG that matplotlib wrote as one ``<svg>`` with a role, a title, a description and tooltips.

    In ``drawn`` the groups of the n-th box are named ``n0``, ``n1``, …, those of the n-th
    arrow ``e0``, ``e1``, …
    """
    tooltips = {f"n{number}": box.tooltip for number, box in enumerate(layout.boxes)}
    tooltips |= {f"e{number}": route.tooltip for number, route in enumerate(layout.routes) if route.label}
    own = own_name(layout, description)
    root = _element("svg", **{
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": f"{own}-title {own}-desc",
        "viewBox": f"0 0 {layout.width:.6g} {layout.height:.6g}", "width": f"{layout.width:.6g}pt",
        "style": "max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt; "
        f"font-family: {_FONTS}",
    })  # fmt: skip
    root.append(_element("title", title, id=f"{own}-title"))
    root.append(_element("desc", description, id=f"{own}-desc"))
    root.extend(_groups(ET.fromstring(drawn), tooltips, own))  # noqa: S314  # drawn here
    return ET.tostring(root, encoding="unicode")


def linked_svg(svg: str, layout: Layout, rows: Mapping[str, str]) -> str:
    """The same ``<svg>`` for a page in which each node has a row: its box is a link to that row.

    Screen readers do not see what is inside an image, and links must be seen (WAI-ARIA 1.2,
    "Children Presentational"), so it becomes a document with links, each named in words.
    Everything else in it is in the tables too and stays hidden from them. It shrinks with
    the page until its letters are 8 CSS pixels high, then it scrolls.
    """
    root = ET.fromstring(svg)  # noqa: S314  # drawn here
    own = root[0].get("id", "").removesuffix("title")
    boxes, said = {f"{own}n{number}": box for number, box in enumerate(layout.boxes)}, describe_boxes(layout)
    for element in root.iter():
        _tidy(element)
    root.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "role": "graphics-document document", "aria-labelledby": f"{own}title", "aria-describedby": f"{own}desc",
        "style": root.get("style", "").replace("100%", f"max(100%, {layout.width * _LEAST_SCALE:.6g}pt)", 1),
    }  # fmt: skip
    parts, root[2:] = root[2:], []
    for is_box, among in groupby(parts, lambda part: part.get("id") in boxes):
        if is_box:
            drawn = [(part, boxes[part.get("id", "")]) for part in among]
            root.extend(_link(part, box, said[box.node.id], rows[box.node.id]) for part, box in drawn)
        else:
            aside = _element("g", **{"aria-hidden": "true"})
            aside.extend(among)
            root.append(aside)
    return ET.tostring(root, encoding="unicode")


def _link(drawn: ET.Element, box: Box, said: str, row: str) -> ET.Element:
    """What was drawn for a node as a link, with a ring that a page's style shows on focus."""
    # A plain href on an SVG link makes JupyterLab 4 show the whole output as an error: it
    # sets the link's href anew, which only HTML's links allow. This one it leaves alone.
    link = _element("a", **{"xlink:href": f"#{row}", "aria-label": said})
    x, y, width, height = (
        f"{edge:.6g}" for edge in (box.x - _RING, box.y - _RING, box.width + 2 * _RING, box.height + 2 * _RING)
    )
    link.append(_element("rect", **{"class": "ring", "x": x, "y": y, "width": width, "height": height, "fill": "none"}))
    drawn.set("aria-hidden", "true")
    link.append(drawn)
    return link


def _element(tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.text = text
    return element


def _groups(drawn: ET.Element, tooltips: Mapping[str, str], own: str) -> Iterator[ET.Element]:
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
            _tidy(element)
        if name not in tooltips:
            yield from part
            continue
        if name not in groups:
            groups[name] = _element("g", id=f"{own}-{name}")
            groups[name].append(_element("title", tooltips[name]))
            yield groups[name]
        groups[name].extend(part)


def _tidy(element: ET.Element) -> None:
    """Plain tag names, and no attribute that says only what holds anyway."""
    element.tag = element.tag.removeprefix(_SVG)
    element.tail = None
    if element.tag == "text":
        style = re.sub(r"(font-family|text-anchor: start)[^;]*(; )?", "", element.get("style", ""))
        element.set("style", style.removesuffix("; "))
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]
    elif not (element.text or "").strip():
        element.text = None
