"""Where things stand in the picture: columns, order, room for every text, and no hostile name gets out of its box."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import pytest

from tests.show.doc_pictures import doc_graphs
from tests.show.real_sets import SIZES, component_set, corporate_set, graph_of
from tests.show.views import connections, launch
from zowe_certs_kernel.show.folding import folded
from zowe_certs_kernel.show.layout import ARROW, Box, Layout, LegendKey, Point, Route, TextBox, place
from zowe_certs_kernel.show.text import cut_middle, text_width, visible, wrap
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph

CA, CERTIFICATE, STORE, MISSING = NodeKind.CA, NodeKind.CERTIFICATE, NodeKind.STORE, NodeKind.MISSING
SIGNED, KEY_IN, TRUSTED_IN, COPIED_IN = EdgeKind.SIGNED, EdgeKind.KEY_IN, EdgeKind.TRUSTED_IN, EdgeKind.COPIED_IN

HOSTILE = (
    "$\\frac{$",
    "<script>alert(1)</script>&amp;\"'",
    "invoice\u202etxt.exe\u202c",
    "x" * 65_000,
    "日本語の証明書、とても長い名前を持つもの、さらに長くなる名前",
    "Z" + "\u0301\u0323" * 40 + "algo",
    "line\nbreak\ttab\x00nul\x1b[31m",
    "\ud800 lone \ufffe",
    "صلى الله عليه وسلم \ufdfa\ufdfa\ufdfa",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW@@@@@@@@@@@@",
    "]]><!-- & -->",
    "",
)


def three() -> TrustGraph:
    """A CA, what it signed, and the store that holds both."""
    return TrustGraph(
        (
            Node("ca", CA, "Zowe Development Instances Certificate Authority", ("ends 2036-11-20", "RSA 2048")),
            Node("service", CERTIFICATE, "Zowe Service", ("ends 2036-11-20", "RSA 2048")),
            Node("store", STORE, "localhost.keystore.p12", ("PKCS12",)),
        ),
        (
            Edge("ca", "service", SIGNED),
            Edge("service", "store", KEY_IN, "localhost"),
            Edge("ca", "store", TRUSTED_IN, "localca"),
        ),
    )


def twelve() -> TrustGraph:
    """One of everything: a loop, a missing issuer, every verdict, every kind of arrow, a hostile name for each node."""
    kinds = (CA, CA, CA, MISSING, CERTIFICATE, CERTIFICATE, CERTIFICATE, CERTIFICATE, STORE, STORE, STORE, STORE)
    verdicts = ("ok", "soon", "broken", "unknown")
    nodes = [
        Node(f"n{at}", kind, HOSTILE[at], ("ends 2030-01-01", HOSTILE[at]), HOSTILE[-at], verdicts[at % 4])
        for at, kind in enumerate(kinds)
    ]
    signed = ((0, 1), (1, 0), (1, 2), (2, 2), (1, 4), (2, 5), (3, 6), (4, 4))
    held = ((4, 8, KEY_IN), (5, 8, KEY_IN), (6, 9, COPIED_IN), (7, 10, KEY_IN), (0, 9, TRUSTED_IN), (1, 11, TRUSTED_IN))
    edges = [Edge(f"n{issuer}", f"n{subject}", SIGNED) for issuer, subject in signed]
    edges += [Edge(f"n{what}", f"n{where}", kind, HOSTILE[what]) for what, where, kind in held]
    return TrustGraph(tuple(nodes), tuple(edges))


def many(certificates: int = 40, stores: int = 14) -> TrustGraph:
    """A root, five CAs and what they signed, kept in several stores: 60 nodes, or as many as asked for."""
    verdicts = ("ok", "ok", "ok", "ok", "soon", "broken", "unknown")
    nodes = [Node("root", CA, "Example Corp Root CA G2", ("ends 2041-01-01",))]
    edges: list[Edge] = []
    for at in range(5):
        nodes.append(Node(f"ca{at}", CA, f"Example Corp Mainframe Issuing CA {at:02d}", ("ends 2031-06-30",)))
        edges.append(Edge("root", f"ca{at}", SIGNED))
    for at in range(stores):
        nodes.append(Node(f"store{at}", STORE, f"/var/zowe/lpar{at:02d}/localhost/localhost.keystore.p12", ("PKCS12",)))
        edges.append(Edge(f"ca{at % 5}", f"store{at}", TRUSTED_IN, f"issuing{at % 5}"))
        edges += [Edge("root", f"store{at}", TRUSTED_IN, "rootca")] if at % 3 == 0 else []
    for at in range(certificates):
        name = HOSTILE[at % 20] if at % 20 < len(HOSTILE) else f"zowe-component-{at:02d}.mainframe.example.com"
        nodes.append(Node(f"c{at}", CERTIFICATE, name, ("ends 2030-03-01", "EC 256"), "", verdicts[at % 7]))
        edges.append(Edge(f"ca{at * 7 % 5}", f"c{at}", SIGNED))
        edges.append(Edge(f"c{at}", f"store{at % stores}", KEY_IN, name))
    return TrustGraph(tuple(nodes), tuple(edges))


GRAPHS = {"3": three(), "12": twelve(), "60": many()}
GRAPHS |= {f"{keys} components": graph_of(component_set(keys)) for keys in SIZES}
GRAPHS |= {f"{number} of a corporation": graph_of(corporate_set(number)) for number in SIZES}
GRAPHS |= {
    "connections": connections(),
    "connections, hostile": connections(5, 6, HOSTILE),
    "launch": launch(3),
    "launch, hostile": launch(3, 1, 1, HOSTILE),
    "folded": folded(graph_of(component_set(75))),
}
# Of these only the places are looked at: drawing each takes long.
PLACED = (
    GRAPHS
    | {
        "5 certificates": many(0, 3),
        "5 connections": connections(1, 4),
        "42 connections, hostile": connections(30, 12, HOSTILE),
        "60 connections": connections(30, 60),
        "connections, folded": folded(connections(200, 400, HOSTILE)),
        "60 instances": launch(60, 3, 2),
        "250 folded": folded(many(200, 50)),
        "launch, folded": folded(launch(200, 61, 30, HOSTILE)),
        "500 folded": folded(many(440, 54)),
        "500 of a corporation, folded": folded(graph_of(corporate_set(500))),
        "500 components, folded": folded(graph_of(component_set(499))),
    }
    | {f"{name} in docs": folded(graph) for name, _, graph in doc_graphs()}
)


@pytest.fixture(params=PLACED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def graph(name: str) -> TrustGraph:
    return PLACED[name]


@pytest.fixture
def layout(name: str) -> Layout:
    return placed(name)


@cache
def placed(name: str) -> Layout:
    return place(PLACED[name], title="Trust in keystore/localhost")


def texts(layout: Layout) -> list[TextBox]:
    """Every line of text in the picture."""
    return [
        layout.title,
        *layout.headings,
        *(line for box in layout.boxes for line in box.lines),
        *(route.label for route in layout.routes if route.label),
        *layout.legend_titles,
        *(key.text for key in layout.legend),
    ]


def apart(one: Box | TextBox | LegendKey, other: Box | TextBox | LegendKey) -> bool:
    """Do the two rectangles have no point in common? (A thousandth of a point is rounding.)"""
    return (
        one.x + one.width <= other.x + 0.001
        or other.x + other.width <= one.x + 0.001
        or one.y + one.height <= other.y + 0.001
        or other.y + other.height <= one.y + 0.001
    )


def along(route: Route) -> Iterator[Point]:
    """Points on an arrow, its curves included, each a small step from the last."""
    for (x, y), (to_x, to_y) in pairwise(route.points):
        for step in range(41):
            t = step / 40
            level = 3 * t**2 - 2 * t**3
            across = 1.5 * t - 1.5 * t**2 + t**3
            yield x + (to_x - x) * across, y + (to_y - y) * level


def box_of(layout: Layout, node: str) -> Box:
    return next(box for box in layout.boxes if box.node.id == node)


# Room


def test_no_two_texts_overlap(layout: Layout) -> None:
    assert [(one.text, other.text) for one, other in combinations(texts(layout), 2) if not apart(one, other)] == []


def test_no_two_shapes_overlap(layout: Layout) -> None:
    assert all(apart(one, other) for one, other in combinations(layout.boxes, 2))


def test_nothing_leaves_the_canvas(layout: Layout) -> None:
    items: list[TextBox | Box | LegendKey] = [*texts(layout), *layout.boxes, *layout.legend]
    for item in items:
        assert item.x >= 0
        assert item.y >= 0
        assert item.x + item.width <= layout.width
        assert item.y + item.height <= layout.height
    for point in (point for route in layout.routes for point in route.points):
        assert 0 <= point[0] <= layout.width
        assert 0 <= point[1] <= layout.height


def test_a_nodes_text_lies_inside_its_shape(layout: Layout) -> None:
    for box in layout.boxes:
        for line in box.lines:
            assert box.x < line.x
            assert box.y < line.y
            assert line.x + line.width < box.x + box.width
            assert line.y + line.height < box.y + box.height


def test_every_text_fits_its_box_by_the_estimate(layout: Layout) -> None:
    for text in texts(layout):
        assert text_width(text.text, text.size, bold=text.bold) <= text.width + 0.001, text.text


def test_labels_of_arrows_and_the_legend_keep_off_the_shapes(layout: Layout) -> None:
    outside = [route.label for route in layout.routes if route.label] + [key.text for key in layout.legend]
    assert all(apart(text, box) for text in outside for box in layout.boxes)
    assert all(apart(key, box) for key in layout.legend for box in layout.boxes)


def trodden(layout: Layout) -> list[tuple[float, float, int]]:
    """Points on all arrows, from left to right, with the number of the arrow."""
    return sorted((x, y, number) for number, route in enumerate(layout.routes) for x, y in along(route))


def inside(points: list[tuple[float, float, int]], box: Box | TextBox, rim: float) -> list[int]:
    """The arrows that have a point in a rectangle, a rim along its upper and lower side left out."""
    first, last = bisect_right(points, (box.x + 0.01,)), bisect_left(points, (box.x + box.width - 0.01,))
    return [number for _, y, number in points[first:last] if box.y + rim < y < box.y + box.height - rim]


def test_no_arrow_passes_through_a_shape(layout: Layout) -> None:
    points = trodden(layout)
    assert [box.node.label for box in layout.boxes if inside(points, box, 0)] == []


def test_no_arrow_passes_through_the_label_of_another(layout: Layout) -> None:
    points = trodden(layout)
    for number, label in ((number, route.label) for number, route in enumerate(layout.routes) if route.label):
        assert set(inside(points, label, 1)) <= {number}, label.text


def test_text_is_at_least_eight_points_high(layout: Layout) -> None:
    assert min(text.size for text in texts(layout)) >= 8


# Columns and order


def test_trust_flows_from_who_signs_through_certificates_to_stores() -> None:
    found = place(three(), title="x")
    assert box_of(found, "ca").x < box_of(found, "service").x < box_of(found, "store").x
    assert [heading.text for heading in found.headings] == ["Who signs", "Certificate", "Where it is kept"]


def test_connections_flow_from_clients_through_the_gateway_to_services() -> None:
    found = place(connections(), title="x")
    assert box_of(found, "client0").x < box_of(found, "gateway").x < box_of(found, "service0").x
    assert [heading.text for heading in found.headings] == ["Northbound: clients", "Gateway", "Southbound: services"]


def test_services_stand_by_whose_certificate_they_show_and_how_they_are_met() -> None:
    found = place(connections(), title="x")
    services = sorted((box for box in found.boxes if box.node.kind is NodeKind.SERVICE), key=lambda box: box.y)
    assert [box.node.owner for box in services] == ["zowe"] * 6 + ["external"] * 3
    met = {route.edge.target: route.edge.verdict for route in found.routes}
    assert [met[box.node.id] for box in services[6:]] == ["broken", "ok", "unknown"]


def test_a_service_says_in_its_box_whose_certificate_it_shows() -> None:
    found = place(connections(), title="x")
    assert "Zowe certificate" in [line.text for line in box_of(found, "service0").lines]
    assert "external certificate" in [line.text for line in box_of(found, "service1").lines]


def test_a_launch_flows_from_settings_and_jobs_through_what_instances_use_to_instances() -> None:
    found = place(launch(), title="x")
    first, *_, last = sorted({box.x for box in found.boxes})
    assert {box.node.kind for box in found.boxes if box.x == first} == {NodeKind.SETTINGS, NodeKind.JOB}
    assert {box.node.kind for box in found.boxes if box.x == last} == {NodeKind.INSTANCE}
    assert [heading.text for heading in found.headings] == ["What makes it", "What instances use", "Instance"]
    assert all(route.points[0][0] < route.points[-1][0] for route in found.routes)


def test_what_several_instances_share_has_one_box_with_an_arrow_to_each() -> None:
    found = place(launch(3, 1, 0), title="x")
    uses = [route for route in found.routes if route.edge.source == "directory0"]
    assert [route.label.text for route in uses if route.label] == ["5 KEYSTORE_DIRECTORY="] * 3


def test_an_issuer_stands_left_of_what_it_signed_unless_that_closes_a_loop(graph: TrustGraph) -> None:
    found = place(graph, title="x")
    for edge in graph.edges:
        if edge.kind is SIGNED and edge.source != edge.target and {edge.source, edge.target} != {"n0", "n1"}:
            assert box_of(found, edge.source).x < box_of(found, edge.target).x


def test_a_missing_issuer_stands_in_the_column_before_what_it_signed() -> None:
    found = place(twelve(), title="x")
    issuers = sorted({box.x for box in found.boxes if box.node.kind in (CA, MISSING)})
    assert box_of(found, "n3").x == issuers[-1]


def test_the_shapes_of_a_column_are_aligned_and_of_one_width(layout: Layout) -> None:
    widths: dict[float, set[float]] = {}
    for box in layout.boxes:
        widths.setdefault(box.x, set()).add(box.width)
    assert all(len(found) == 1 for found in widths.values())
    assert len({box.x for box in layout.boxes if box.node.kind is STORE}) <= 1


def test_cross_signed_authorities_do_not_hang_it_and_the_loop_runs_backwards() -> None:
    graph = TrustGraph(
        (Node("a", CA, "A"), Node("b", CA, "B"), Node("c", CA, "C")),
        tuple(Edge(issuer, subject, SIGNED) for issuer, subject in ("ab", "bc", "ca", "aa")),
    )
    found = place(graph, title="x")
    assert len({box.x for box in found.boxes}) == 3
    assert len(found.routes) == 3
    backwards = [route for route in found.routes if route.points[-1][0] < route.points[0][0]]
    assert len(backwards) == 1


def test_who_signs_more_than_it_is_signed_begins_a_loop() -> None:
    nodes = tuple(Node(name, CA, name) for name in ("issuing one", "issuing two", "root"))
    edges = (
        Edge("root", "issuing one", SIGNED),
        Edge("root", "issuing two", SIGNED),
        Edge("issuing one", "root", SIGNED),
    )
    found = place(TrustGraph(nodes, edges), title="x")
    assert box_of(found, "root").x < box_of(found, "issuing one").x == box_of(found, "issuing two").x


def test_arrows_begin_and_end_at_their_shapes_and_end_level(layout: Layout) -> None:
    for route in layout.routes:
        for node, (x, y) in ((route.edge.source, route.points[0]), (route.edge.target, route.points[-1])):
            box = box_of(layout, node)
            assert x in (pytest.approx(box.x), pytest.approx(box.x + box.width))
            assert box.y < y < box.y + box.height
        (before, level), (tip, end) = route.points[-2:]
        assert level == end
        assert abs(tip - before) >= ARROW


def test_arrows_that_need_not_cross_do_not() -> None:
    """Stores in another order than their certificates are put in order."""
    nodes = [Node(f"c{at}", CERTIFICATE, f"c{at}") for at in range(6)]
    nodes += [Node(f"s{at}", STORE, f"s{5 - at}") for at in range(6)]
    found = place(TrustGraph(tuple(nodes), tuple(Edge(f"c{at}", f"s{at}", KEY_IN) for at in range(6))), title="x")
    assert [box_of(found, f"c{at}").y for at in range(6)] == sorted(box_of(found, f"c{at}").y for at in range(6))
    assert [box_of(found, f"s{at}").y for at in range(6)] == sorted(box_of(found, f"s{at}").y for at in range(6))
    assert all(route.points[0][1] == pytest.approx(route.points[-1][1]) for route in found.routes)


def test_the_order_of_nodes_and_edges_makes_no_difference(graph: TrustGraph) -> None:
    mixed = TrustGraph(graph.nodes[::-2] + graph.nodes[-2::-2], graph.edges[1::2] + graph.edges[::2])
    assert len(mixed.nodes) == len(graph.nodes)
    assert place(mixed, title="x") == place(graph, title="x")


def test_an_arrow_to_a_node_that_is_not_there_is_left_out() -> None:
    graph = three()
    astray = replace(graph, edges=(*graph.edges, Edge("ca", "nowhere", SIGNED), Edge("nowhere", "ca", SIGNED)))
    assert place(astray, title="x") == place(graph, title="x")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_graph_of_nothing_says_so_under_any_title(title: str) -> None:
    found = place(TrustGraph((), ()), title=title)
    assert (found.boxes, found.routes, found.legend) == ((), (), ())
    assert [heading.text for heading in found.headings] == ["There are no certificates and no stores to draw."]
    assert all(text.x + text.width <= found.width for text in texts(found))


def test_the_legend_names_what_is_present_and_nothing_else() -> None:
    found = {key.text.text for key in place(three(), title="x").legend}
    assert found == {
        "certificate authority", "certificate", "store", "in order", "signed", "has its key in", "is trusted in",
    }  # fmt: skip
    assert {key.sample for key in place(twelve(), title="x").legend} == {
        "CA", "certificate", "store", "missing issuer", "signed", "with its key in", "trusted in", "copied in",
        "ok", "soon", "broken", "unknown",
    }  # fmt: skip


def test_the_legend_of_connections_tells_their_verdicts_and_whose_certificate_encrypts_them() -> None:
    legend = [(key.group, key.text.text) for key in place(connections(), title="x").legend]
    assert legend == [
        ("Shape", "client"), ("Shape", "gateway"), ("Shape", "service"),
        ("Connection", "accepted"), ("Connection", "refused"), ("Connection", "unknown"),
        ("Encrypted by", "Zowe certificate"), ("Encrypted by", "external certificate"),
    ]  # fmt: skip
    accepted = place(connections(1, 1), title="x").legend
    assert [key.text.text for key in accepted if key.group != "Shape"] == ["accepted", "Zowe certificate"]


def test_the_legend_of_a_launch_tells_shapes_and_arrows_and_no_border_while_all_is_well() -> None:
    graph = launch()
    assert {key.group for key in place(graph, title="x").legend} == {"Shape", "Arrow"}
    broken = replace(graph, nodes=(replace(graph.nodes[0], verdict="broken"), *graph.nodes[1:]))
    borders = [key.text.text for key in place(broken, title="x").legend if key.group == "Border"]
    assert borders == ["in order", "broken"]


def test_every_kind_of_node_and_arrow_has_its_words_in_the_legend() -> None:
    nodes = tuple(Node(kind.name, kind, "x") for kind in NodeKind)
    edges = tuple(Edge("CA", "STORE", kind) for kind in EdgeKind)
    found = {key.sample for key in place(TrustGraph(nodes, edges), title="x").legend}
    assert found >= {*NodeKind, *EdgeKind} - {EdgeKind.CONNECTS}


def test_a_verdict_that_is_no_word_of_ours_counts_as_not_checked() -> None:
    found = place(TrustGraph((Node("a", CA, "A", verdict="<b>"),), ()), title="x")
    assert [key.sample for key in found.legend if key.group == "Border"] == ["unknown"]


# Size


def calls(graph: TrustGraph) -> int:
    """How many functions, Python's own included, are called to place the graph: its cost without a clock."""
    made = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        place(graph, title="x")
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("set_of", [many, lambda nodes: graph_of(component_set(nodes))], ids=["many", "components"])
def test_twice_as_much_costs_about_twice(set_of: Callable[[int], TrustGraph]) -> None:
    place(set_of(50), title="x")  # measuring letters is remembered
    assert calls(set_of(200)) < 2.4 * calls(set_of(100))


def test_five_hundred_nodes_are_placed_without_touching_each_other() -> None:
    found = place(many(440, 54), title="x")
    assert len(found.boxes) == 500
    assert all(apart(one, other) for one, other in combinations(found.boxes, 2))


def test_a_long_chain_of_authorities_each_kept_in_a_store_does_not_fall_over() -> None:
    chain = range(2_000)
    nodes = [Node(f"ca{at}", CA, f"CA {at}") for at in chain] + [Node("store", STORE, "many.p12")]
    edges = [Edge(f"ca{at}", f"ca{at + 1}", SIGNED) for at in chain[:-1]]
    edges += [Edge(f"ca{at}", "store", TRUSTED_IN, f"alias{at}") for at in chain]
    found = place(TrustGraph(tuple(nodes), tuple(edges)), title="x")
    assert len({box.x for box in found.boxes}) == 2_001


@pytest.mark.parametrize("keys", SIZES)
def test_the_arrows_of_many_components_into_one_keystore_can_be_followed(keys: int) -> None:
    """Beyond a few they run level, each beside the row from which it comes."""
    found = place(graph_of(component_set(keys)), title="x")
    routes = [route for route in found.routes if "localhost.keystore.p12" in route.edge.target]
    assert len(routes) == keys + 1
    ends = [route.points[-1][1] for route in routes if route.edge.kind is KEY_IN]
    assert min(below - above for above, below in pairwise(sorted(ends))) >= 11
    level = sum(abs(route.points[0][1] - route.points[-1][1]) < 0.5 for route in routes)
    assert level >= (keys - 5 if keys > 10 else 0)


def test_a_picture_of_many_components_is_as_wide_as_that_of_a_few() -> None:
    few, some, sixty = (place(graph_of(component_set(keys)), title="x") for keys in SIZES)
    assert max(few.width, some.width, sixty.width) < 870
    assert sixty.height < 30 * 60


def test_the_legend_of_a_picture_higher_than_a_window_stands_above_it(layout: Layout) -> None:
    top, bottom = min(box.y for box in layout.boxes), max(box.y + box.height for box in layout.boxes)
    above = max(key.y + key.height for key in layout.legend) < top
    assert above == (bottom - top > 700)
    assert above or min(key.y for key in layout.legend) > bottom


def test_the_name_of_a_store_higher_than_a_window_stands_near_its_top() -> None:
    found = place(graph_of(component_set(60)), title="x")
    store = max(found.boxes, key=lambda box: box.height)
    assert store.height > 1000
    assert store.lines[0].text == "localhost.keystore.p12"
    assert store.lines[0].y - store.y < 100


# Text


def test_what_hides_or_reorders_text_becomes_visible() -> None:
    assert visible("a\u202eb") == "a\\u202eb"
    assert visible("\x00\x1b\x7f\x85\xad\n") == "\\u0000\\u001b\\u007f\\u0085\\u00ad\\u000a"
    assert visible("\u200b\u2028\u2066\ufeff\ufe0f") == "\\u200b\\u2028\\u2066\\ufeff\\ufe0f"
    assert visible("\ud800\ufffe\U000e0041") == "\\ud800\\ufffe\\U000e0041"
    assert visible("e\u0301\u0323\u0301\u0301") == "e\u0301\u0323\\u0301\\u0301"


def test_every_control_format_and_separator_character_becomes_visible() -> None:
    prepended = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    for point in range(0x110000):
        character = chr(point)
        hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in prepended
        hieroglyphs_and_shorthand = 0x13430 <= point < 0x13460
        if hidden and not hieroglyphs_and_shorthand:
            assert visible(character) != character, hex(point)


@pytest.mark.parametrize(
    "name", ["Zowe Service", "Gültig für Straße 5", "証明書", "Удостоверение", "a\\u202eb", "e\u0301"]
)
def test_ordinary_text_stays_as_it_is(name: str) -> None:
    assert visible(name) == name


def test_long_text_is_cut_in_the_middle_and_whole_in_the_tooltip() -> None:
    name = "node-0001." + "department." * 20 + "example.com"
    found = place(TrustGraph((Node("a", CERTIFICATE, name, tooltip="ends soon"),), ()), title="x")
    (box,) = found.boxes
    first, second = (line.text for line in box.lines)
    assert first.startswith("node-0001.")
    assert first.endswith("…")
    assert second.endswith("example.com")
    assert box.tooltip == f"{name}\nends soon"


def test_a_row_has_its_name_cut_in_the_middle_and_its_first_detail_beside_it() -> None:
    name = "node-0001." + "department." * 20 + "example.com"
    nodes = [Node(f"{at}", CERTIFICATE, name, ("ends 2030-01-01", "EC 256")) for at in range(11)]
    found = place(TrustGraph(tuple(nodes), ()), title="x")
    for box in found.boxes:
        first, second = box.lines
        assert first.text.startswith("node-0001")
        assert "…" in first.text
        assert first.text.endswith("ple.com")
        assert second.text == "ends 2030-01-01"
        assert first.baseline == pytest.approx(second.baseline)


def test_the_tooltip_of_an_arrow_is_a_sentence_with_the_whole_alias() -> None:
    found = place(three(), title="x")
    assert [route.tooltip for route in found.routes if route.edge.kind is KEY_IN] == [
        "Zowe Service has its key in localhost.keystore.p12 as localhost"
    ]


def test_a_name_without_text_is_said_to_be_one() -> None:
    found = place(TrustGraph((Node("a", CERTIFICATE, " "),), ()), title="x")
    assert found.boxes[0].lines[0].text == "(no name)"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "Zowe Development Instances Certificate Authority",
            ("Zowe Development Instances", "Certificate Authority"),
        ),
        ("zowe-component-01.mainframe.example.com", ("zowe-component-01.", "mainframe.example.com")),
        ("abcdefghijklmnopqrstuvwxyz0123456789", ("abcdefghijklmnopqrs", "tuvwxyz0123456789")),
        ("東京データセンター運用環境第二号機", ("東京データセンタ", "ー運用環境第二号機")),
        ("short", ("short",)),
    ],
)
def test_two_even_lines_are_better_than_a_cut(name: str, lines: tuple[str, ...]) -> None:
    assert wrap(name, 176, 9, bold=True) == lines


def test_what_is_too_long_for_two_lines_is_cut_at_their_break() -> None:
    first, second = wrap(
        "Zowe Service - caching service of the second production instance in Prague", 176, 9, bold=True
    )
    assert first == "Zowe Service - caching servi…"
    assert second == "d production instance in Prague"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [20.0, 90.0, 300.0])
def test_a_cut_text_is_never_wider_than_its_room(text: str, width: float) -> None:
    assert text_width(cut_middle(visible(text), width, 9.0), 9.0) <= width
    assert all(text_width(line, 9.0) <= width for line in wrap(visible(text), width, 9.0))


def test_a_wide_character_counts_double() -> None:
    assert text_width("証明書", 10) == 2 * text_width("123", 10)
