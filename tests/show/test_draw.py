"""The picture: accessible, the same bytes each time, and no certificate can say anything that leaves its box."""

from __future__ import annotations

import html
import re
import struct
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.show.real_sets import component_set, graph_of
from tests.show.test_layout import GRAPHS, HOSTILE, texts, three, twelve
from tests.show.views import connections, launch
from zowe_certs_kernel.errors import UsageError, WriteError
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.folding import folded
from zowe_certs_kernel.show.layout import TextBox
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
TITLE = "Trust in keystore/localhost"


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {name: draw_graph(graph, title=TITLE) for name, graph in GRAPHS.items()}


@pytest.fixture(params=GRAPHS)
def picture(request: pytest.FixtureRequest, pictures: dict[str, Picture]) -> Picture:
    return pictures[str(request.param)]


def tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  # drawn here


def node_groups(picture: Picture) -> list[ET.Element]:
    """The groups of the nodes, in the order of the layout's boxes."""
    return [group for group in tree(picture.svg) if re.search(r"-n\d+$", group.get("id", ""))]


def linked(picture: Picture) -> str:
    """The picture's ``<svg>`` as a page with tables has it."""
    page = picture.linked()
    return page[page.index("<svg") : page.index("</svg>") + len("</svg>")]


def styles(element: ET.Element) -> dict[str, str]:
    pairs = (part.split(": ", 1) for part in element.get("style", "").split("; ") if part)
    return dict(pairs)


def contrast(one: str, other: str) -> float:
    """Contrast of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2)."""

    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# Letters, measured by matplotlib


def letters(canvas: FigureCanvasAgg, text: TextBox) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the drawn letters, in the layout's points."""
    from matplotlib.text import Text

    weight = "bold" if text.bold else "normal"
    drawn = Text(0, 0, text.text, family="DejaVu Sans", fontsize=text.size, fontweight=weight, parse_math=False)
    drawn.set(figure=canvas.figure, horizontalalignment=text.align)
    found = drawn.get_window_extent()
    x = text.x + text.width / 2 if text.align == "center" else text.x
    left, top, right, bottom = (edge * 72 / canvas.figure.dpi for edge in (found.x0, found.y1, found.x1, found.y0))
    return x + left, text.baseline - top, x + right, text.baseline - bottom


@pytest.mark.filterwarnings("ignore:Glyph .* missing from", "ignore:Matplotlib currently does not support")
@pytest.mark.parametrize("name", GRAPHS)
def test_the_letters_matplotlib_draws_stay_in_their_boxes(name: str, pictures: dict[str, Picture]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    canvas = FigureCanvasAgg(Figure(figsize=(1, 1), dpi=720))
    for text in texts(pictures[name].layout):
        left, top, right, bottom = letters(canvas, text)
        assert left >= text.x - 0.6, text.text
        assert right <= text.x + text.width + 0.1, text.text
        assert top >= text.y - 0.1, text.text
        assert bottom <= text.y + text.height + 0.1, text.text


# Accessible


def test_the_svg_is_an_image_with_a_title_and_a_description(picture: Picture) -> None:
    root = tree(picture.svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", TITLE)
    assert (description.tag, description.text) == (f"{SVG}desc", picture.description)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_the_description_counts_what_is_drawn() -> None:
    assert draw_graph(three(), title=TITLE).description == (
        "Trust graph of 1 certificate authority, 1 certificate and 1 store, "
        "joined by 1 signature, 1 private key in a store and 1 trusted entry. All are in order."
    )
    assert draw_graph(twelve(), title=TITLE).description == (
        "Trust graph of 3 certificate authorities, 4 certificates, 4 stores and 1 missing issuer, joined by "
        "6 signatures, 3 private keys in stores, 2 trusted entries and 1 copied entry. "
        "3 are broken, 3 end soon and 2 were not checked."
    )


def test_the_description_of_connections_tells_their_verdicts_and_whose_certificate_encrypts_them() -> None:
    assert draw_graph(connections(), title=TITLE).description == (
        "Connections of 3 clients, 1 gateway and 9 services. "
        "9 connections accepted, 2 connections refused and 1 connection unknown. "
        "Encrypted: 9 by the Zowe certificate and 3 by external certificates."
    )


def test_the_description_of_a_launch_counts_what_makes_and_what_uses() -> None:
    assert draw_graph(launch(), title=TITLE).description == (
        "Launch of Zowe: 1 key ring, 2 settings files, 1 job, 2 keystore directories, 1 runtime directory and "
        "2 instance directories, joined by 3 ways to make one and 5 uses."
    )


def test_the_description_counts_what_is_folded() -> None:
    assert draw_graph(folded(graph_of(component_set(75))), title=TITLE).description == (
        "Trust graph of 1 certificate authority, 1 group of 75 certificates and 3 stores, "
        "joined by 75 signatures, 76 private keys in stores and 2 trusted entries. All are in order."
    )


def test_a_link_tells_owner_and_connections_of_a_box_in_words() -> None:
    names = [link.get("aria-label") for link in tree(linked(draw_graph(connections(), title=TITLE))).iter(f"{SVG}a")]
    assert names[:4] == [
        "Zowe CLI, client, 1 connection refused",
        "Browsers, client, 1 connection accepted",
        "REST clients, client, 1 connection accepted",
        "API Gateway, gateway, Zowe certificate, in order, 9 connections accepted, 2 connections refused and "
        "1 connection unknown, zos.example.com:7554, ends 2036-11-20",
    ]
    service = "API Catalog, service, Zowe certificate, in order, 1 connection accepted, zos0.example.com:7550"
    assert names[4] == f"{service}, ends 2030-03-01"
    kinds = [link.get("aria-label") for link in tree(linked(draw_graph(launch(), title=TITLE))).iter(f"{SVG}a")]
    assert "/usr/lpp/zowe, runtime directory, Zowe 1.28" in kinds


def test_nothing_to_draw_is_said_and_drawn() -> None:
    nothing = draw_graph(TrustGraph((), ()), title=TITLE)
    assert nothing.description == "There are no certificates and no stores to draw."
    assert nothing.description in nothing.svg
    assert nothing.png().startswith(b"\x89PNG")


def test_a_missing_issuer_is_not_counted_as_in_order() -> None:
    graph = TrustGraph(
        (Node("x", NodeKind.MISSING, "Root", verdict="unknown"), Node("c", NodeKind.CERTIFICATE, "C")), ()
    )
    assert draw_graph(graph, title=TITLE).description == (
        "Trust graph of 1 certificate and 1 missing issuer. All else is in order."
    )


def test_each_node_is_one_group_with_its_tooltip_first(picture: Picture) -> None:
    groups = node_groups(picture)
    assert [group[0].text for group in groups] == [box.tooltip for box in picture.layout.boxes]
    for group, box in zip(groups, picture.layout.boxes, strict=True):
        assert group[0].tag == f"{SVG}title"
        assert [text.text for text in group.iter(f"{SVG}text")] == [line.text for line in box.lines if line.text]


def test_a_saved_picture_has_no_links_and_one_in_a_page_has_one_for_each_node(picture: Picture) -> None:
    assert "href" not in picture.svg + picture._repr_html_()
    links = list(tree(linked(picture)).iter(f"{SVG}a"))
    assert [link.get(f"{XLINK}href") for link in links] == [f"#{row}" for row in picture.rows.values()]
    assert [[part.tag for part in link] for link in links] == [[f"{SVG}rect", f"{SVG}g"]] * len(links)
    assert [link[1][0].text for link in links] == [box.tooltip for box in picture.layout.boxes]


def test_jupyterlab_leaves_the_links_alone(picture: Picture) -> None:
    """JupyterLab 4 sets the ``href`` of every link in an output, fails on SVG's, and shows the output as an error."""
    assert not [link for link in tree(linked(picture)).iter(f"{SVG}a") if "href" in link.attrib]


def test_a_link_is_named_in_words() -> None:
    names = [link.get("aria-label") for link in tree(linked(draw_graph(twelve(), title=TITLE))).iter(f"{SVG}a")]
    said = "<script>alert(1)</script>&amp;\"', certificate authority, ends soon, ends 2030-01-01, "
    assert [str(name).startswith(said) for name in names].count(True) == 1
    assert not [name for name in names if not name or re.search("[\x00-\x1f\u202e]", name)]


def test_a_linked_picture_is_a_document_of_links_whose_other_parts_are_hidden_from_screen_readers(
    picture: Picture,
) -> None:
    root = tree(linked(picture))
    title, description, *parts = root
    assert root.get("role") == "graphics-document document"
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), description.get("id"))
    for part in parts:
        assert part.tag == f"{SVG}a" or (part.tag, part.get("aria-hidden")) == (f"{SVG}g", "true")
    assert all(link[1].get("aria-hidden") == "true" for link in parts if link.tag == f"{SVG}a")


def test_links_change_nothing_that_is_drawn(picture: Picture) -> None:
    paths, drawn = (
        [(part.tag, part.attrib, part.text) for part in tree(svg).iter() if part.tag in (f"{SVG}path", f"{SVG}text")]
        for svg in (picture.svg, linked(picture))
    )
    assert paths == drawn


def test_a_linked_picture_shrinks_to_three_quarters_and_no_further(picture: Picture) -> None:
    style = tree(linked(picture)).get("style", "")
    least = re.search(r"max-width: max\(100%, ([\d.]+)pt\); height: auto", style)
    assert least
    assert float(least[1]) == pytest.approx(picture.layout.width * 0.75, rel=1e-4)


def test_text_stays_text(picture: Picture) -> None:
    drawn = [element.text for element in tree(picture.svg).iter(f"{SVG}text")]
    assert sorted(filter(None, drawn)) == sorted(text.text for text in texts(picture.layout) if text.text)


def test_text_stands_out_from_its_ground_and_outlines_from_fill_and_paper(picture: Picture) -> None:
    for group in node_groups(picture):
        shape = styles(next(group.iter(f"{SVG}path")))
        assert contrast(shape["stroke"], "#ffffff") >= 3
        assert contrast(shape["stroke"], shape["fill"]) >= 3
        assert all(contrast(styles(text)["fill"], shape["fill"]) >= 4.5 for text in group.iter(f"{SVG}text"))
    for text in tree(picture.svg).iter(f"{SVG}text"):
        assert contrast(styles(text)["fill"], "#ffffff") >= 4.5


def test_text_is_never_coloured(picture: Picture) -> None:
    for text in tree(picture.svg).iter(f"{SVG}text"):
        color = styles(text)["fill"]
        parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(parts) - min(parts) < 0x20


def drawn_shape(kind: NodeKind, verdict: str = "ok") -> list[tuple[str, dict[str, str]]]:
    """Outline commands and style of each path of one node, its colours left out."""
    picture = draw_graph(TrustGraph((Node("a", kind, "Name", verdict=verdict),), ()), title=TITLE)
    paths = node_groups(picture)[0].iter(f"{SVG}path")
    return [
        (
            re.sub(r"[-\d. ]+", " ", path.get("d", "")),
            {name: value for name, value in styles(path).items() if name not in ("fill", "stroke")},
        )
        for path in paths
    ]


def test_the_shape_alone_says_the_kind() -> None:
    shapes = [[commands for commands, _ in drawn_shape(kind)] for kind in NodeKind]
    assert all(one != other for one, other in combinations(shapes, 2))


@pytest.mark.parametrize("kind", [kind for kind in NodeKind if kind is not NodeKind.MISSING])
def test_the_border_alone_says_the_verdict(kind: NodeKind) -> None:
    borders = [drawn_shape(kind, verdict) for verdict in ("ok", "soon", "broken", "unknown")]
    assert all(one != other for one, other in combinations(borders, 2))
    assert len({border[0][0] for border in borders}) == 1


def test_the_line_alone_says_what_an_arrow_means() -> None:
    def lines(kind: EdgeKind) -> list[dict[str, str]]:
        graph = TrustGraph(three().nodes[1:], (Edge("service", "store", kind),))
        paths = tree(draw_graph(graph, title=TITLE).svg).findall(f"{SVG}path")
        return [{k: v for k, v in styles(path).items() if k != "stroke"} for path in paths]

    assert all(lines(one) != lines(other) for one, other in combinations(EdgeKind, 2))


def test_the_line_alone_says_the_verdict_of_a_connection_and_the_head_whose_certificate_it_is() -> None:
    def lines(verdict: str, owner: str) -> list[dict[str, str]]:
        nodes = (Node("a", NodeKind.GATEWAY, "a"), Node("b", NodeKind.SERVICE, "b"))
        graph = TrustGraph(nodes, (Edge("a", "b", EdgeKind.CONNECTS, "label", verdict, owner),))
        paths = tree(draw_graph(graph, title=TITLE).svg).findall(f"{SVG}path")[:-3]  # without the legend's
        colorless = [{k: v for k, v in styles(path).items() if k != "stroke"} for path in paths]
        return [{**style, "fill": "white" if style.get("fill") == "#ffffff" else "full"} for style in colorless]

    looks = [lines(verdict, owner) for verdict in ("ok", "broken", "unknown") for owner in ("zowe", "external")]
    assert all(one != other for one, other in combinations(looks, 2))
    assert lines("<b>", "zowe") == lines("unknown", "zowe")


# The same each time


def test_two_drawings_of_a_graph_are_equal_to_the_byte(picture: Picture, pictures: dict[str, Picture]) -> None:
    graph = next(graph for name, graph in GRAPHS.items() if pictures[name] is picture)
    again = draw_graph(graph, title=TITLE)
    assert again.svg == picture.svg
    assert again.linked() == picture.linked()
    assert again.png() == picture.png()


def test_the_style_of_the_notebook_makes_no_difference(pictures: dict[str, Picture]) -> None:
    import matplotlib as mpl

    style = {
        "text.usetex": True, "text.color": "red", "font.size": 30, "lines.linewidth": 9, "path.sketch": (1, 100, 2),
        "figure.autolayout": True, "figure.facecolor": "black", "savefig.bbox": "tight", "savefig.transparent": True,
        "savefig.dpi": 30, "patch.linewidth": 8, "patch.edgecolor": "red", "svg.fonttype": "path", "hatch.linewidth": 5,
        "lines.antialiased": False, "patch.antialiased": False, "text.antialiased": False, "font.weight": "bold",
        "font.style": "italic", "font.stretch": "condensed", "font.variant": "small-caps",
        "patch.force_edgecolor": True,
    }  # fmt: skip
    expected = pictures["12"]
    with mpl.rc_context():
        mpl.rcParams.update(style)  # type: ignore[arg-type]
        before = dict(mpl.rcParams)
        drawn = draw_graph(twelve(), title=TITLE)
        assert drawn.svg == expected.svg
        assert drawn.png() == expected.png()
        assert dict(mpl.rcParams) == before


def test_drawing_opens_no_window_and_needs_no_pyplot(pictures: dict[str, Picture]) -> None:
    from matplotlib import _pylab_helpers

    assert _pylab_helpers.Gcf.get_all_fig_managers() == []


# Several in one page


def ids(svg: str) -> list[str]:
    return [found for element in tree(svg).iter() if (found := element.get("id"))]


def test_ids_are_unique_within_a_picture_and_between_pictures(pictures: dict[str, Picture]) -> None:
    found = [name for picture in pictures.values() for name in (*ids(picture.svg), *picture.rows.values())]
    retitled = draw_graph(three(), title="another")
    reworded = draw_graph(TrustGraph(three().nodes[:2], three().edges), title=TITLE)
    found += [*ids(retitled.svg), *ids(reworded.svg)]
    assert len(found) == len(set(found))
    assert [name for name in found if not name.startswith("zc-")] == []


def test_every_reference_inside_the_picture_has_its_target(picture: Picture) -> None:
    wanted = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', picture.svg)
    assert {first or second for first, second in wanted} <= set(ids(picture.svg))


def test_the_picture_brings_no_style_that_would_hold_for_the_page(picture: Picture) -> None:
    assert {element.tag for element in tree(picture.svg).iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "g", "path", "text")
    }


def test_it_shrinks_with_the_page(picture: Picture) -> None:
    root = tree(picture.svg)
    assert "max-width: 100%; height: auto" in root.get("style", "")
    assert root.get("height") is None
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert (left, top) == (0, 0)
    assert (width, height) == pytest.approx((picture.layout.width, picture.layout.height), rel=1e-4)


# Hostile text


def test_nothing_is_fetched_from_anywhere(picture: Picture) -> None:
    assert re.findall(r"https?://[^\"\s]*", picture.svg) == ["http://www.w3.org/2000/svg"]
    addresses = re.findall(r"https?://[^\"\s]*", picture.linked())
    assert addresses == ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]
    for svg in (picture.svg, picture.linked()):
        assert not re.search(r"(?i)@import|javascript:|src=|<!DOCTYPE|<\?xml", svg.replace("&lt;", ""))


class _Tags(HTMLParser):
    """Collects the tags and the attributes that a page's reader sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_page_reads_hostile_names_as_text(picture: Picture) -> None:
    plain, with_links = _Tags(picture._repr_html_()), _Tags(picture.linked())
    assert plain.tags == {"figure", "svg", "title", "desc", "g", "path", "text", "figcaption"}
    assert with_links.tags == plain.tags | {"a", "rect"}
    assert not [name for name in plain.attributes | with_links.attributes if name.startswith("on")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_draws_in_every_place_without_a_warning(text: str) -> None:
    nodes = (
        Node("a" + text, NodeKind.CA, text, (text,) * 6, text),
        Node("b" + text, NodeKind.MISSING, text, (text,), text),
        Node("c" + text, NodeKind.STORE, text, (text,), text, text),
    )
    edges = tuple(Edge(nodes[0].id, nodes[2].id, kind, text) for kind in EdgeKind)
    picture = draw_graph(TrustGraph(nodes, edges), title=text)
    assert tree(picture.svg)[0].text in (picture.title, None)
    assert picture.png(dpi=30).startswith(b"\x89PNG")
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]", picture.svg)
    assert html.unescape(re.sub("<[^>]*>", "", picture.svg.replace("<!--", ""))).count("<script>") == picture.svg.count(
        "&lt;script&gt;"
    )


# Files


def test_the_notebook_gets_a_figure_with_the_picture_and_its_caption(picture: Picture) -> None:
    page = picture._repr_html_()
    assert page.startswith("<figure")
    assert picture.svg in page
    assert f"<figcaption>{html.escape(picture.description)}</figcaption>" in page


def test_a_saved_svg_is_a_whole_xml_file(picture: Picture, tmp_path: Path) -> None:
    saved = picture.save(tmp_path / "trust.SVG")
    content = saved.read_bytes()
    assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns=')
    assert ET.parse(saved).getroot().tag == f"{SVG}svg"  # noqa: S314  # drawn here
    assert picture.save(tmp_path / "again.svg").read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.svg", "trust.SVG"]


def test_a_saved_png_has_two_pixels_to_the_point(tmp_path: Path, pictures: dict[str, Picture]) -> None:
    picture = pictures["3"]
    content = picture.save(str(tmp_path / "trust.png")).read_bytes()
    assert content == picture.png()
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == pytest.approx((picture.layout.width * 2, picture.layout.height * 2), abs=2)


def test_a_huge_picture_gets_fewer_pixels_to_the_inch(pictures: dict[str, Picture]) -> None:
    content = pictures["3"].png(dpi=100_000)
    width, height = struct.unpack(">II", content[16:24])
    assert 20_000_000 < width * height < 25_000_000


def test_a_picture_replaces_an_older_one(tmp_path: Path, pictures: dict[str, Picture]) -> None:
    (tmp_path / "trust.svg").write_text("old")
    pictures["3"].save(tmp_path / "trust.svg")
    assert (tmp_path / "trust.svg").read_text(encoding="utf-8").endswith("</svg>\n")


def test_another_ending_is_refused_with_the_two_that_are_meant(tmp_path: Path, pictures: dict[str, Picture]) -> None:
    with pytest.raises(UsageError, match=r"trust\.pdf: give a name that ends in \.svg or \.png"):
        pictures["3"].save(tmp_path / "trust.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_says_no_leaves_nothing_behind(tmp_path: Path, pictures: dict[str, Picture]) -> None:
    with pytest.raises(WriteError, match=r"could not be written to .*nowhere"):
        pictures["3"].save(tmp_path / "nowhere" / "trust.svg")
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(WriteError, match="could not be written"):
        pictures["3"].save(tmp_path / "taken.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.svg"]


def test_the_short_form_of_a_picture_is_short(picture: Picture) -> None:
    assert len(repr(picture)) < 500
    assert picture.description in repr(picture)
