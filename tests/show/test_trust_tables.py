"""The tables beside the picture tell what it shows, a row for each box."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest

from tests.show.real_sets import SIZES, component_set, corporate_set, graph_of
from tests.show.test_layout import GRAPHS, HOSTILE, three, twelve
from tests.show.views import connections, launch
from zowe_certs_kernel.show.draw import Picture, draw_graph
from zowe_certs_kernel.show.kinds import view_of
from zowe_certs_kernel.show.page import Figure, Page, Table, Text
from zowe_certs_kernel.show.trust_tables import graph_blocks, trust_blocks
from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph, View


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
    found = [block for block in trust_blocks(picture) if isinstance(block, Table) and block.caption != "Connections"]
    assert all(len(table.ids) == len(table.rows) for table in found)
    ids = [row for table in found for row in table.ids]
    assert sorted(ids) == sorted(picture.rows.values())
    assert len(set(ids)) == len(picture.layout.boxes)
    for table in found:
        assert list(table.ids) == [row for row in picture.rows.values() if row in table.ids]


CERTIFICATES = [name for name, graph in GRAPHS.items() if view_of(graph.nodes) is View.CERTIFICATES]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_each_arrow_is_told_in_a_row(name: str) -> None:
    picture = drawn(GRAPHS[name])
    certificates = tables(GRAPHS[name])[0]
    signed = sum(len(str(row[3]).split("\n")) for row in certificates.rows if row[3] not in ("", "itself"))
    kept = [line for row in certificates.rows for line in re.split(r"\n(?=key in|trusted in|copied in)", str(row[4]))]
    kinds = Counter(route.edge.kind for route in picture.layout.routes)
    assert signed == kinds[EdgeKind.SIGNED]
    assert len([line for line in kept if line]) == sum(kinds.values()) - signed


def test_each_connection_has_a_row_with_its_certificate_verdict_and_reason() -> None:
    found, parties = tables(connections())
    assert (found.caption, found.columns) == (
        "Connections",
        ("From", "To", "Facts", "Certificate", "Verdict", "Asked for, and why"),
    )
    assert len(found.rows) == 12
    assert found.rows[0] == (
        "Zowe CLI",
        "API Gateway",
        "zos.example.com:7554\nends 2036-11-20",
        "Zowe certificate",
        "refused",
        "Zowe CLI does not know Zowe Development Instances Certificate Authority",
    )
    assert found.rows[-1][3:] == (
        "external certificate",
        "unknown",
        "no certificate in the trust store signed CN=z/OSMF CA",
    )
    assert parties.columns == ("Who", "What it is", "Shows", "Verdict", "Facts")
    assert parties.rows[:2] == [("Zowe CLI", "client", "", "", ""), ("Browsers", "client", "", "", "")]
    assert parties.rows[3] == (
        "API Gateway", "gateway", "Zowe certificate", "in order", "zos.example.com:7554\nends 2036-11-20",
    )  # fmt: skip


def test_services_of_one_name_are_told_apart() -> None:
    found, _ = tables(connections())
    twins = [str(row[1]) for row in found.rows if str(row[1]).startswith("Discovery")]
    assert twins == ["Discovery service (zos2.example.com:7552)", "Discovery service (zos3.example.com:7553)"]


def test_a_launch_is_told_by_what_made_and_what_uses_each_file_and_directory() -> None:
    (found,) = tables(launch())
    assert found.columns == ("Name", "What it is", "Facts", "Made by", "Used by")
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["/var/zowe/keystore1"] == (
        "keystore directory",
        "keystore, trust store",
        "zowe-setup-certificates.env (2 zowe-setup-certificates.env)",
        "/var/zowe/instance1 (5 KEYSTORE_DIRECTORY=)",
    )
    assert rows["ZWESVUSR/ZoweKeyring"] == ("key ring", "RACF", "ZWEKRING (4 ZWEKRING)", "/var/zowe/ring2")
    arrows = sum(len(cell.split("\n")) for row in found.rows for cell in map(str, row[3:]) if cell)
    assert arrows == len(launch().edges)


def test_in_a_terminal_a_picture_is_its_description_and_its_tables() -> None:
    text = str(Page(None, trust_blocks(drawn(connections()))))
    assert text.startswith("Connections of 3 clients, 1 gateway and 9 services. 9 connections accepted")
    assert "Db2 REST" in text
    assert "refused" in text
    assert "/var/zowe/instance1 (5 KEYSTORE_DIRECTORY=)" in str(Page(None, trust_blocks(drawn(launch()))))


# Folded


def test_a_small_graph_is_shown_as_it_is() -> None:
    picture, blocks = graph_blocks(three(), title="Trust")
    assert picture == drawn(three())
    assert blocks == trust_blocks(drawn(three()))


def test_the_tables_hold_every_certificate_that_is_drawn_folded() -> None:
    graph = graph_of(component_set(75))
    picture, blocks = graph_blocks(graph, title="Trust")
    assert picture
    assert len(picture.layout.boxes) == 5
    said, groups, certificates, stores = blocks[1:]
    assert isinstance(said, Text)
    assert said.text == "75 are drawn folded into 1; the tables have each of them."
    assert isinstance(groups, Table)
    assert (groups.caption, groups.rows[0][0]) == ("Folded certificates", "75 certificates in order")
    assert groups.rows[0][3:] == (
        "Zowe Development Instances Certificate Authority", "key in localhost.keystore.p12 (75 entries)",
    )  # fmt: skip
    assert isinstance(certificates, Table)
    assert isinstance(stores, Table)
    assert len(certificates.rows) == 76
    assert "75 private keys, 1 trusted certificate" in [row[2] for row in stores.rows]
    ids = [row for table in (groups, certificates, stores) for row in table.ids if row]
    assert sorted(ids) == sorted(picture.rows.values())


def test_in_a_page_with_a_folded_picture_each_link_leads_to_a_row() -> None:
    page = Page(None, graph_blocks(graph_of(component_set(75)), title="Trust")[1])._repr_html_()
    assert sorted(re.findall(r' xlink:href="#([^"]*)"', page)) == sorted(re.findall(r'<tr id="([^"]*)"', page))


def test_folded_services_are_told_once_and_every_connection_too() -> None:
    picture, blocks = graph_blocks(connections(3, 100), title="Trust")
    assert picture
    captions = [block.caption for block in blocks if isinstance(block, Table)]
    assert captions == ["Folded clients, gateway and services", "Connections", "Clients, gateway and services"]
    assert [len(block.rows) for block in blocks if isinstance(block, Table)] == [2, 103, 104]


def test_of_what_is_too_large_for_a_picture_there_are_a_reason_and_the_tables() -> None:
    nodes = tuple(Node(f"{at}", NodeKind.CERTIFICATE, f"c{at}") for at in range(501))
    picture, blocks = graph_blocks(TrustGraph(nodes, ()), title="Trust")
    assert picture is None
    reason, table = blocks
    assert isinstance(reason, Text)
    assert reason.text == (
        "No picture: 501 certificates are more than the 500 that one can show. The tables hold them all."
    )
    assert isinstance(table, Table)
    assert len(table.rows) == 501


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
