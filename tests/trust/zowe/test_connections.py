"""Who accepts whom: clients and the gateway, Zowe's servers among themselves, the gateway and servers of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stores.racf_samples import LIST_CERTAUTH, LIST_USER
from tests.trust.conftest import trusted_entry
from tests.trust.zowe.conftest import NOW, MakeDirectory, connections, p12, pem, scene_of, words
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, TrustedContent
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.trust.connections import connections_of
from zowe_certs_kernel.trust.connections_graph import connections_graph, full_graph
from zowe_certs_kernel.trust.graph import EdgeKind, NodeKind
from zowe_certs_kernel.trust.handshake import mutual_handshake
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Mode, Role
from zowe_certs_kernel.trust.zowe_set import Scene, Service

OUTSIDE = ("Web browser", "Zowe CLI", "REST client in Java")
INSIDE_JAVA = ("API Catalog", "Discovery Service", "Caching Service", "Files API", "Jobs API")
LATER = dt.timedelta(days=4000)
GATEWAY, DESKTOP = "API Gateway", "Zowe Desktop"


@pytest.fixture
def zosmf_file(tmp_path: Path, zosmf: Issued) -> Path:
    return pem(tmp_path / "zosmf.pem", zosmf)


@pytest.fixture
def zosmf_ca_file(tmp_path: Path, zosmf_ca: Issued) -> Path:
    return pem(tmp_path / "zosmf-ca.cer", zosmf_ca)


def test_everybody_accepts_a_set_as_it_is_made(directory: MakeDirectory) -> None:
    found = connections(scene_of(directory()))
    assert set(found) == {
        *((client, GATEWAY) for client in OUTSIDE),
        *((GATEWAY, server) for server in (*INSIDE_JAVA, DESKTOP)),
        (DESKTOP, GATEWAY),
        (DESKTOP, "ZSS"),
    }
    assert {one.word for one in found.values()} == {"accepted"}
    assert {str(one.owner) for one in found.values()} == {"zowe"}
    assert {one.host for one in found.values()} == {"zos1.example.com"}
    roles = {both: one.role for both, one in found.items()}
    assert roles[GATEWAY, "Discovery Service"] is Role.JAVA_MUTUAL_TLS
    assert roles[GATEWAY, DESKTOP] is roles["REST client in Java", GATEWAY] is Role.JAVA_SERVER_WITH_HOST
    assert roles[DESKTOP, "ZSS"] is Role.NODE_SERVER
    assert roles["Web browser", GATEWAY] is roles["Zowe CLI", GATEWAY] is Role.OPENSSL_SERVER_WITH_HOST


def test_a_client_outside_accepts_once_it_has_imported_the_authority(directory: MakeDirectory) -> None:
    found = connections(scene_of(directory()))
    for client in OUTSIDE:
        assert "once CN=Zowe Development Instances Certificate Authority is imported" in found[client, GATEWAY].sentence


@pytest.mark.parametrize("mode", Mode)
def test_a_name_that_the_certificate_lacks_matters_to_zowe_in_strict_mode_and_to_clients_in_all(
    directory: MakeDirectory, instance: Callable[..., Path], mode: Mode
) -> None:
    scene = scene_of(directory(), instance("prod", ZOWE_EXPLORER_HOST="other.example.com"))
    found = connections_of(scene, at=NOW, proofs=Proofs(), mode=mode, hosts=["other.example.com"])
    inside = {one.word for one in found if one.client not in OUTSIDE}
    assert {one.word for one in found if one.client in OUTSIDE} == {"refused"}
    assert inside == {"refused" if mode is Mode.STRICT else "accepted"}
    assert {one.mode for one in found} == {mode}


@pytest.mark.parametrize("mode", Mode)
def test_after_its_end_a_certificate_is_accepted_only_where_nothing_is_verified(
    directory: MakeDirectory, mode: Mode
) -> None:
    found = connections(scene_of(directory()), NOW + LATER, mode)
    lax = mode is Mode.DISABLED
    for (client, _), one in found.items():
        assert one.word == ("accepted" if lax and client not in OUTSIDE else "refused"), one.sentence
        assert one.verdict.reason.startswith("not verified in this mode") == (lax and client not in OUTSIDE)


@pytest.mark.parametrize(
    ("mode", "word"), [(Mode.STRICT, "refused"), (Mode.NONSTRICT, "refused"), (Mode.DISABLED, "accepted")]
)
def test_zosmf_that_the_trust_store_does_not_know_is_refused_unless_nothing_is_verified(
    directory: MakeDirectory, zosmf_file: Path, mode: Mode, word: str
) -> None:
    found = connections(scene_of(directory(), zosmf_file), mode=mode)[GATEWAY, "zosmf.pem"]
    assert (found.word, str(found.owner), found.host) == (word, "external", "zosmf.example.com")
    assert ("its file holds one certificate; the server may send more" in found.sentence) == (word == "refused")


def test_zosmf_whose_authority_is_trusted_is_accepted(
    directory: MakeDirectory, zosmf_file: Path, zosmf_ca_file: Path
) -> None:
    folder = directory(ZOSMF_CERTIFICATE=str(zosmf_ca_file))
    assert words(scene_of(folder, zosmf_file))[GATEWAY, "zosmf.pem"] == "accepted"


def test_zosmf_is_accepted_once_its_authority_is_named_as_trusted(
    directory: MakeDirectory, zosmf_file: Path, zosmf_ca_file: Path
) -> None:
    scene = scene_of(directory(), zosmf_file, authorities=(str(zosmf_ca_file),))
    assert words(scene)[GATEWAY, "zosmf.pem"] == "accepted"
    assert words(scene_of(directory("other"), zosmf_file, zosmf_ca_file))[GATEWAY, "zosmf.pem"] == "refused"


@pytest.mark.parametrize(
    ("mode", "word"), [(Mode.STRICT, "refused"), (Mode.NONSTRICT, "accepted"), (Mode.DISABLED, "accepted")]
)
def test_a_service_under_a_name_that_it_does_not_have_is_refused_in_strict_mode_alone(
    directory: MakeDirectory, zosmf_ca_file: Path, zosmf_ca: Issued, tmp_path: Path, mode: Mode, word: str
) -> None:
    key = generate_key(KeyType.EC_P256)
    nameless = issue(
        CertificateKind.SERVICE, (("CN", "z/OSMF"),), key, now=NOW, issuer=zosmf_ca, san=("dns:a.example",)
    )
    scene = scene_of(directory(ZOSMF_CERTIFICATE=str(zosmf_ca_file)), pem(tmp_path / "it.pem", nameless))
    service = scene.services[0]
    elsewhere = replace(scene, services=(replace(service, host="zosmf.example.com"),))
    found = connections(elsewhere, mode=mode)[GATEWAY, "it.pem"]
    assert (found.host, found.word) == ("zosmf.example.com", word)


def test_components_show_certificates_of_their_own(directory: MakeDirectory) -> None:
    scene = scene_of(directory(COMPONENT_LEVEL_CERTIFICATES="gateway,app-server,zss"))
    shown = {both: one.shown and one.shown.common_name for both, one in connections(scene).items()}
    assert shown["Web browser", GATEWAY] == shown[DESKTOP, GATEWAY] == "Zowe Service - gateway"
    assert shown[GATEWAY, DESKTOP] == "Zowe Service - app-server"
    assert shown[DESKTOP, "ZSS"] == "Zowe Service - zss"
    assert shown[GATEWAY, "API Catalog"] == "Zowe Service"
    assert set(words(scene).values()) == {"accepted"}


def test_a_gateway_whose_own_certificate_is_no_clients_is_refused_as_a_client(
    tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    stranger = issue(CertificateKind.SERVICE, (("CN", "Gateway"),), generate_key(KeyType.EC_P256), now=NOW)
    keys = KeyContent("zowe", zosmf.key, zosmf.chain), KeyContent("gateway", stranger.key, stranger.chain)
    scene = scene_of(
        p12(tmp_path / "keys.p12", *keys), p12(tmp_path / "trust.p12", TrustedContent("ca", zosmf_ca.certificate))
    )
    found = connections(scene, mode=Mode.NONSTRICT)[GATEWAY, "API Catalog"]
    assert found.shown
    assert (found.shown.common_name, found.word) == ("z/OSMF server", "refused")
    assert found.verdict.reason.startswith("as the client, ")


def test_with_a_key_that_is_not_the_certificates_nobody_connects_in_any_mode(
    tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    other = KeyContent("zowe", generate_key(KeyType.EC_P256), zosmf.chain)
    scene = scene_of(p12(tmp_path / "both.p12", other, TrustedContent("ca", zosmf_ca.certificate)))
    for mode in Mode:
        assert set(words(scene, mode=mode).values()) == {"refused"}


def test_a_key_that_stays_closed_for_want_of_a_password_is_not_known(
    tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    both = KeyContent("zowe", zosmf.key, zosmf.chain), TrustedContent("ca", zosmf_ca.certificate)
    (tmp_path / "both.jks").write_bytes(write_jks(list(both), Secret("unknown to the caller")))
    found = connections(scene_of(tmp_path / "both.jks"))
    assert {one.word for one in found.values()} == {"unknown"}
    assert all("stays closed" in one.verdict.reason for one in found.values())


def test_each_service_has_its_own_verdict(
    directory: MakeDirectory, zosmf_ca_file: Path, zosmf_ca: Issued, tmp_path: Path
) -> None:
    paths = []
    for number in range(12):
        trusted = zosmf_ca if number % 3 else None
        key, name = generate_key(KeyType.EC_P256), f"s{number}.example.com"
        service = issue(CertificateKind.SERVICE, (("CN", name),), key, now=NOW, issuer=trusted, san=(f"dns:{name}",))
        paths.append(pem(tmp_path / f"{number}.pem", service))
    found = words(scene_of(directory(ZOSMF_CERTIFICATE=str(zosmf_ca_file)), *paths))
    for number in range(12):
        assert found[GATEWAY, f"{number}.pem"] == ("accepted" if number % 3 else "refused")


def test_of_many_sets_and_services_not_all_call_each_other(directory: MakeDirectory, zosmf: Issued) -> None:
    scene = scene_of(directory())
    leaf = scene.sets[0].anchors
    many = replace(
        scene,
        sets=tuple(replace(scene.sets[0], name=f"set {number}") for number in range(5)),
        services=tuple(Service(f"s{number}", f"s{number}", "a.example", leaf) for number in range(900)),
    )
    found = connections_of(many, at=NOW, proofs=Proofs())
    assert many.callers == 2
    assert sum(str(one.owner) == "external" for one in found) == 2 * 900


@pytest.mark.parametrize("right", [True, False])
def test_the_verdict_of_servers_in_java_is_that_of_a_handshake(
    directory: MakeDirectory, zosmf_ca: Issued, *, right: bool
) -> None:
    (found,) = scene_of(directory()).sets
    assert found.entry
    assert found.truststore
    other = replace(found.truststore, entries=(trusted_entry(zosmf_ca.certificate),))
    tried = found if right else replace(found, truststore=other, authorities=())
    assert tried.truststore
    (shaken,) = mutual_handshake(found.entry, tried.truststore, ["zos1.example.com"])
    assert shaken.accepted is right
    assert words(Scene(sets=(tried,)))[GATEWAY, "API Catalog"] == ("accepted" if right else "refused")


def test_an_external_certificate_is_judged_by_the_root_that_the_directory_names(
    tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    folder = tmp_path / "keystore"
    (folder / "local_ca").mkdir(parents=True)
    (folder / "zowe").mkdir()
    p12(folder / "zowe/zowe.keystore.p12", KeyContent("zowe", zosmf.key, zosmf.chain))
    p12(folder / "zowe/zowe.truststore.p12", TrustedContent("extca1", zosmf_ca.certificate))
    pem(folder / "local_ca/extca.1.cer", zosmf_ca)
    local = issue(CertificateKind.CA, (("CN", "Local"),), generate_key(KeyType.EC_P256), now=NOW)
    pem(folder / "local_ca/localca.cer", local)  # there in this case too, and of no use
    there = "/global/zowe/keystore"
    text = (
        f"KEY_ALIAS=zowe\nKEYSTORE_PASSWORD=password\nKEYSTORE={there}/zowe/zowe.keystore.p12\n"
        f"TRUSTSTORE={there}/zowe/zowe.truststore.p12\nZOWE_APIM_VERIFY_CERTIFICATES=true\n"
        f"KEYSTORE_CERTIFICATE_AUTHORITY={there}/local_ca/localca.cer-ebcdic\n"
    )
    root = f"EXTERNAL_ROOT_CA={there}/local_ca/extca.1.cer-ebcdic\n"
    since_17 = "EXTERNAL_CERTIFICATE_AUTHORITIES='/u/alice/extca.1.cer /u/alice/other.cer'\n"
    for more, word in (("", "refused"), (root, "accepted"), (since_17, "accepted")):
        (folder / "zowe-certificates.env").write_text(text + more, encoding="utf-8")
        found = words(scene_of(folder))
        assert found[DESKTOP, GATEWAY] == word  # Node has the list in PEM alone
        assert found[GATEWAY, "API Catalog"] == found["Web browser", GATEWAY] == "accepted"


def test_without_a_trust_store_nobody_can_tell(tmp_path: Path, zosmf: Issued) -> None:
    found = connections(scene_of(p12(tmp_path / "keys.p12", KeyContent("zowe", zosmf.key, zosmf.chain))))
    assert {one.word for one in found.values()} == {"unknown"}
    assert {one.verdict.reason for one in found.values()} == {"no trust store is among the sources"}


def test_of_a_listing_nothing_is_proved_and_its_names_are_told(tmp_path: Path) -> None:
    (tmp_path / "ring.txt").write_text(LIST_USER + LIST_CERTAUTH, encoding="utf-8")
    found = connections(scene_of(tmp_path / "ring.txt"))
    assert {one.word for one in found.values()} == {"unknown"}
    assert found["Web browser", GATEWAY].sentence == (
        "Web browser calls API Gateway as zowe.alder.example, which shows zowe.alder.example (until 2027-01-15): "
        "unknown: a listing proves nothing; by the names in it, nobody who signed it is trusted"
    )
    issued_by_root = LIST_USER.replace("CN=Alder Issuing CA.OU=Platform", "CN=Alder Root")
    issued_by_root = issued_by_root.replace(
        "CN=Alder Root.O=Alder Mutual, Inc..SP=Hesse.", "CN=Alder Root.O=Alder Mutual, Inc.."
    )
    (tmp_path / "ring.txt").write_text(issued_by_root + LIST_CERTAUTH, encoding="utf-8")
    later = connections_of(scene_of(tmp_path / "ring.txt"), at=NOW + LATER, proofs=Proofs())
    by_root = "by the names in it, its issuer CN=Alder Root is trusted, and it ended 2027-01-15"
    assert {one.verdict.reason for one in later if "ZoweKeyring" in one.scene_set} == {
        f"a listing proves nothing; {by_root}"
    }


def test_services_without_zowe_make_no_connections(zosmf_file: Path) -> None:
    scene = scene_of(zosmf_file)
    assert len(scene.services) == 1
    assert connections(scene) == {}
    graph = connections_graph(scene, (), at=NOW)
    assert not graph.nodes
    assert not graph.edges


def test_the_picture_joins_the_names_of_one_arrow_and_shows_the_worst(
    directory: MakeDirectory, zosmf_file: Path
) -> None:
    scene = scene_of(directory(), zosmf_file)
    hosts = ["zos1.example.com", "other.example.com"]
    found = connections_of(scene, at=NOW, proofs=Proofs(), hosts=hosts)
    graph = connections_graph(scene, found, at=NOW)
    labels = {node.id: node.label for node in graph.nodes}
    arrows = {(labels[edge.source], labels[edge.target]): edge for edge in graph.edges}
    assert len(arrows) == len(graph.edges) == 12
    browser, zosmf_arrow = arrows["Web browser", GATEWAY], arrows[GATEWAY, "zosmf.pem"]
    assert (browser.label, browser.verdict, browser.owner) == ("refused 1/2", "broken", "zowe")
    assert browser.tooltip.startswith("Web browser calls API Gateway as other.example.com")
    assert (zosmf_arrow.label, zosmf_arrow.verdict, zosmf_arrow.owner) == ("refused", "broken", "external")
    kinds = {node.label: (node.kind, node.owner, node.verdict) for node in graph.nodes}
    assert kinds["Web browser"] == (NodeKind.CLIENT, "", "ok")
    assert kinds[GATEWAY] == (NodeKind.GATEWAY, "zowe", "broken")
    assert kinds["API Catalog"] == (NodeKind.SERVICE, "zowe", "ok")
    assert kinds["zosmf.pem"] == (NodeKind.SERVICE, "external", "broken")


def test_a_program_whose_certificate_ends_soon_is_marked(
    directory: MakeDirectory, zosmf_ca_file: Path, zosmf_file: Path
) -> None:
    scene = scene_of(directory(ZOSMF_CERTIFICATE=str(zosmf_ca_file)), zosmf_file)
    found = connections_of(scene, at=NOW, proofs=Proofs())
    for days, verdict in {60: "ok", 100: "soon"}.items():
        nodes = {node.label: node for node in connections_graph(scene, found, at=NOW, warn_days=days).nodes}
        assert nodes["zosmf.pem"].verdict == verdict


def test_the_whole_graph_joins_certificates_to_the_servers_that_present_them(
    directory: MakeDirectory, zosmf_file: Path
) -> None:
    scene = scene_of(directory(), zosmf_file)
    proofs = Proofs()
    graph = full_graph(scene, connections_of(scene, at=NOW, proofs=proofs), at=NOW, proofs=proofs)
    labels = {node.id: node.label for node in graph.nodes}
    assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= set(labels)
    assert len(labels) == len(graph.nodes)
    presents = {(labels[edge.source], labels[edge.target]) for edge in graph.edges if edge.kind is EdgeKind.PRESENTS}
    assert presents == {
        *(("Zowe Service", server) for server in (GATEWAY, DESKTOP, "ZSS", *INSIDE_JAVA)),
        ("z/OSMF server", "zosmf.pem"),
    }


def test_several_sets_have_programs_of_their_own_and_share_the_clients(directory: MakeDirectory) -> None:
    scene = scene_of(directory("one"), directory("two", KEYSTORE_DIRECTORY="/global/zowe/two"))
    found = connections_of(scene, at=NOW, proofs=Proofs())
    graph = connections_graph(scene, found, at=NOW)
    assert sum(node.kind is NodeKind.GATEWAY for node in graph.nodes) == 2
    assert sum(node.kind is NodeKind.CLIENT for node in graph.nodes) == 3
    assert {node.details[-1] for node in graph.nodes if node.label == GATEWAY} == {
        "localhost in one",
        "localhost in two",
    }
    assert {one.word for one in found} == {"accepted"}


def test_the_json_says_what_the_sentence_says_and_no_password(directory: MakeDirectory) -> None:
    one = connections(scene_of(directory()))["Web browser", GATEWAY].as_dict()
    assert one["verdict"] == "accepted"
    assert one["certificate"] in one["path"]
    assert {"client", "server", "host", "owner", "mode", "role", "reason", "at_fault", "set", "ends"} <= set(one)
