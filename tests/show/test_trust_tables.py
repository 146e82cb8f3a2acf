"""The tables beside the picture tell what it shows, a row for each box."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest

from tests.show.real_sets import SIZES, component_set, corporate_set, graph_of
from tests.show.test_layout import GRAPHS, HOSTILE, three, twelve
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.page import Figure, Page, Table
from zowe_certs_kernel.show.trust_tables import trust_blocks
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph


def drawn(graph: TrustGraph) -> Picture:
    return draw_graph(graph, title="Trust")


def tables(graph: TrustGraph) -> list[Table]:
    return [block for block in trust_blocks(drawn(graph)) if isinstance(block, Table)]


def test_a_row_tells_verdict_facts_who_signed_and_where_a_certificate_is_kept() -> None:
    certificates, stores = tables(three())
    assert certificates.columns == ("Certificate", "Verdict", "Facts", "Signed by", "Kept")
    authority = "Zowe Development Instances Certificate Authority"
    assert list(certificates.rows) == [
        (
            authority,
            "in order",
            "ends 2036-11-20\nRSA 2048",
            "itself",
            "trusted in localhost.keystore.p12 as localca",
        ),
        (
            "Zowe Service",
            "in order",
            "ends 2036-11-20\nRSA 2048",
            authority,
            "key in localhost.keystore.p12 as localhost",
        ),
    ]
    assert stores.columns == ("Store", "Facts", "Holds")
    assert list(stores.rows) == [("localhost.keystore.p12", "PKCS12", "1 private key, 1 trusted certificate")]


def test_all_keys_of_one_keystore_are_counted_in_its_row() -> None:
    _, stores = tables(graph_of(component_set(60)))
    assert [row[2] for row in stores.rows] == [
        "1 private key",
        "1 trusted certificate",
        "60 private keys, 1 trusted certificate",
    ]


def test_a_missing_issuer_has_a_row_that_says_so() -> None:
    certificates, _ = tables(graph_of(corporate_set(3)))
    missing = "Root CA of a company that was bought long ago and left no files"
    rows = {row[0]: row[1:] for row in certificates.rows}
    assert rows[missing] == ("missing", "in none of the stores", "", "")
    assert [row[0] for row in certificates.rows if row[3] == missing] == [str(certificates.rows[1][0])]
    assert Counter(row[1] for row in certificates.rows) == {"missing": 1, "in order": 1, "broken": 1, "ends soon": 1}


@pytest.mark.parametrize("name", GRAPHS)
def test_each_box_has_one_row_with_its_id_in_the_order_of_the_picture(name: str) -> None:
    picture = drawn(GRAPHS[name])
    found = [block for block in trust_blocks(picture) if isinstance(block, Table)]
    assert all(len(table.ids) == len(table.rows) for table in found)
    ids = [row for table in found for row in table.ids]
    assert sorted(ids) == sorted(picture.rows.values())
    assert len(set(ids)) == len(picture.layout.boxes)
    for table in found:
        assert list(table.ids) == [row for row in picture.rows.values() if row in table.ids]


@pytest.mark.parametrize("name", GRAPHS)
def test_each_arrow_is_told_in_a_row(name: str) -> None:
    picture = drawn(GRAPHS[name])
    certificates = tables(GRAPHS[name])[0]
    signed = sum(len(str(row[3]).split("\n")) for row in certificates.rows if row[3] not in ("", "itself"))
    kept = [line for row in certificates.rows for line in re.split(r"\n(?=key in|trusted in|copied in)", str(row[4]))]
    kinds = Counter(route.edge.kind for route in picture.layout.routes)
    assert signed == kinds[EdgeKind.SIGNED]
    assert len([line for line in kept if line]) == sum(kinds.values()) - signed


def test_certificates_of_one_name_are_told_apart() -> None:
    nodes = (
        Node("aaaa", NodeKind.CERTIFICATE, "Zowe Service", ("ends 2036-11-20",)),
        Node("bbbb", NodeKind.CERTIFICATE, "Zowe Service", ("ends 2036-11-20",)),
        Node("cccc", NodeKind.CA, "CA", ("ends 2036-11-20",)),
        Node("dddd", NodeKind.CA, "CA", ("ends 2030-01-01",)),
        Node("eeee", NodeKind.CA, "Twin"),
        Node("ffff", NodeKind.CA, "Twin"),
        Node("s", NodeKind.STORE, "keystore.p12"),
    )
    edges = (Edge("aaaa", "s", EdgeKind.KEY_IN, "localhost"), Edge("bbbb", "s", EdgeKind.KEY_IN, "jwtsecret"))
    certificates, _ = tables(TrustGraph(nodes, edges))
    assert {row[0] for row in certificates.rows} == {
        "Zowe Service (localhost)",
        "Zowe Service (jwtsecret)",
        "CA (ends 2036-11-20)",
        "CA (ends 2030-01-01)",
        "Twin (eeee)",
        "Twin (ffff)",
    }


def test_a_graph_of_nothing_is_a_picture_without_tables_and_links() -> None:
    blocks = trust_blocks(drawn(TrustGraph((), ())))
    assert blocks == [Figure(drawn(TrustGraph((), ())), linked=False)]


def test_without_stores_there_is_no_table_of_stores() -> None:
    assert [table.caption for table in tables(TrustGraph((Node("a", NodeKind.CA, "A"),), ()))] == ["Certificates"]
    assert [table.caption for table in tables(TrustGraph((Node("s", NodeKind.STORE, "s"),), ()))] == ["Stores"]


def test_in_a_page_each_link_leads_to_a_row_and_every_id_is_there_once() -> None:
    sets = [component_set(keys) for keys in SIZES] + [corporate_set(number) for number in SIZES]
    page = "".join(Page(None, trust_blocks(drawn(graph_of(stores))))._repr_html_() for stores in sets)
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r' xlink:href="#([^"]*)"', page)
    assert links == re.findall(r'<tr id="([^"]*)"', page)
    assert set(re.findall(r' href="#([^"]*)"', page)) <= set(ids)


def test_hostile_names_stay_text_in_table_and_links() -> None:
    page = Page(None, trust_blocks(drawn(twelve())))
    shown = page._repr_html_()
    tags = set(re.findall(r"<([a-z]+)", re.sub(r"<style>.*?</style>", "", shown)))
    assert tags == {
        "a", "br", "caption", "desc", "div", "figcaption", "figure", "g", "path", "rect", "svg", "table", "tbody",
        "td", "text", "th", "thead", "title", "tr",
    }  # fmt: skip
    assert html.escape(HOSTILE[1]) in shown
    assert "\u202e" not in shown + str(page)
    assert "\x1b" not in str(page)
