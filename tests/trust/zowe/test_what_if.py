"""What changes when an authority is no longer trusted or another is, and what breaks when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.stores.racf_samples import LIST_CERTAUTH, LIST_USER
from tests.trust.zowe.conftest import NOW, MakeDirectory, p12, pem, scene_of
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.stores import KeyContent, TrustedContent
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.what_if import ConnectionChange, changed_scene, timeline, what_if
from zowe_certs_kernel.trust.zowe_set import Scene, certificate_named

ALL = 11  # connections of a set without services


def named(scene: Scene, name: str) -> str:
    return next(facts.sha256 for facts in scene.certificates() if facts.common_name == name and facts.sha256)


def told(changes: tuple[ConnectionChange, ...]) -> set[tuple[str, str]]:
    assert all(change.before and change.after for change in changes)
    return {(change.before.word, change.after.word) for change in changes if change.before and change.after}


def test_without_the_local_authority_nothing_works(directory: MakeDirectory) -> None:
    scene = scene_of(directory())
    authority = named(scene, "Zowe Development Instances Certificate Authority")
    changes = what_if(scene, at=NOW, proofs=Proofs(), without=[authority])
    assert len(changes) == ALL
    assert told(changes) == {("accepted", "refused")}
    assert changes[0].sentence.startswith(
        "Web browser calls API Gateway as zos1.example.com: accepted before, then refused"
    )


def test_a_fingerprint_may_be_short_and_have_colons(directory: MakeDirectory) -> None:
    scene = scene_of(directory())
    whole = named(scene, "Zowe Development Instances Certificate Authority")
    for text in (whole, whole[:16], whole.upper(), ":".join(whole[at : at + 2] for at in range(0, 64, 2)).upper()):
        assert certificate_named(scene, text).sha256 == whole


@pytest.mark.parametrize("text", ["", "abc", "not hexadecimal", "0" * 64])
def test_a_fingerprint_that_no_certificate_has_is_refused(directory: MakeDirectory, text: str) -> None:
    with pytest.raises(UsageError, match="no certificate here has a SHA-256 that begins with"):
        what_if(scene_of(directory()), at=NOW, proofs=Proofs(), without=[text])


def test_an_intermediate_that_servers_send_can_go_and_its_root_cannot(tmp_path: Path) -> None:
    root = issue(CertificateKind.CA, (("CN", "Root"),), generate_key(KeyType.EC_P256), now=NOW)
    middle = issue(CertificateKind.CA, (("CN", "Middle"),), generate_key(KeyType.EC_P256), now=NOW, issuer=root)
    key = generate_key(KeyType.EC_P256)
    leaf = issue(CertificateKind.SERVICE, (("CN", "Leaf"),), key, now=NOW, issuer=middle, san=("dns:zos1.example.com",))
    trusted = TrustedContent("root", root.certificate), TrustedContent("middle", middle.certificate)
    scene = scene_of(
        p12(tmp_path / "keys.p12", KeyContent("zowe", leaf.key, leaf.chain)), p12(tmp_path / "trust.p12", *trusted)
    )
    assert what_if(scene, at=NOW, proofs=Proofs(), without=[named(scene, "Middle")]) == ()
    both = [named(scene, "Middle"), named(scene, "Root")]
    assert told(what_if(scene, at=NOW, proofs=Proofs(), without=both)) == {("accepted", "refused")}


def test_to_trust_the_authority_of_zosmf_mends_its_connection_alone(
    directory: MakeDirectory, tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    scene = scene_of(directory(), pem(tmp_path / "zosmf.pem", zosmf, zosmf_ca))
    authority = certificate_named(scene, named(scene, "z/OSMF CA"))
    (change,) = what_if(scene, at=NOW, proofs=Proofs(), trusting=[authority])
    assert (change.connection.server, told((change,))) == ("zosmf.pem", {("refused", "accepted")})


def test_an_authority_that_was_named_can_be_removed_again(tmp_path: Path, zosmf: Issued, zosmf_ca: Issued) -> None:
    authority = pem(tmp_path / "ca.pem", zosmf_ca)
    keys = p12(tmp_path / "keys.p12", KeyContent("zowe", zosmf.key, zosmf.chain))
    scene = scene_of(keys, authorities=(str(authority),))
    assert told(what_if(scene, at=NOW, proofs=Proofs(), without=[named(scene, "z/OSMF CA")])) == {
        ("accepted", "refused")
    }


def test_in_the_changed_scene_the_trust_store_lacks_the_authority_and_chains_have_it(directory: MakeDirectory) -> None:
    scene = scene_of(directory())
    authority = named(scene, "Zowe Development Instances Certificate Authority")
    after = {store.source.rpartition("/")[2]: store for store in changed_scene(scene, without=[authority]).stores}
    assert after["localhost.truststore.p12"].entries == ()
    assert [facts.sha256 for facts in after["localhost.keystore.p12"].entries[0].chain][1:] == [authority]
    assert changed_scene(scene).rows == scene.rows


def test_a_listing_keeps_all_its_rings_and_what_has_a_private_key(tmp_path: Path) -> None:
    (tmp_path / "ring.txt").write_text(LIST_USER + LIST_CERTAUTH, encoding="utf-8")
    scene = scene_of(tmp_path / "ring.txt")
    (own,) = {facts.sha256 for facts in scene.certificates() if facts.common_name == "zowe.alder.example"}
    assert changed_scene(scene, without=[str(own)]).stores == scene.stores


def test_after_the_end_of_its_certificates_a_set_is_refused(directory: MakeDirectory) -> None:
    changes = what_if(scene_of(directory()), at=NOW, later=NOW + dt.timedelta(days=3651), proofs=Proofs())
    assert len(changes) == ALL
    assert told(changes) == {("accepted", "refused")}


def test_the_timeline_has_each_moment_at_which_a_certificate_ends_or_begins(
    directory: MakeDirectory, tmp_path: Path, zosmf: Issued, zosmf_ca: Issued
) -> None:
    folder = directory(ZOSMF_CERTIFICATE=str(pem(tmp_path / "ca.pem", zosmf_ca)), ZOWE_CERTS_DAYS="400")
    scene = scene_of(folder, pem(tmp_path / "zosmf.pem", zosmf))
    moments = timeline(scene, at=NOW + dt.timedelta(hours=1), proofs=Proofs())
    assert [{facts.common_name for facts in moment.ends} for moment in moments] in (
        [{"z/OSMF server"}, {"Zowe Service"}, {"z/OSMF CA"}, {"Zowe Development Instances Certificate Authority"}],
        [{"z/OSMF server"}, {"Zowe Service"}, {"z/OSMF CA", "Zowe Development Instances Certificate Authority"}],
    )
    assert [len(moment.breaks) for moment in moments][:2] == [1, ALL]
    ends = zosmf.certificate.not_valid_after_utc
    assert moments[0].at == ends + dt.timedelta(seconds=1)  # the end itself still counts
    early = timeline(scene, at=NOW - dt.timedelta(days=1), proofs=Proofs())
    assert early[0].begins
    assert sum(len(moment.changes) for moment in early if moment.begins) == ALL + 1
    assert len(timeline(scene, at=NOW - dt.timedelta(days=1), proofs=Proofs(), most=1)) == 1


def test_the_last_moment_of_the_calendar_is_no_end(tmp_path: Path, zosmf_ca: Issued) -> None:
    assert timeline(scene_of(pem(tmp_path / "ca.pem", zosmf_ca)), at=NOW, proofs=Proofs()) == ()


def test_what_changed_is_told_as_json(directory: MakeDirectory) -> None:
    scene = scene_of(directory())
    moment = timeline(scene, at=NOW + dt.timedelta(hours=1), proofs=Proofs())[0].as_dict()
    assert moment["changes"][0]["before"] == {
        "verdict": "accepted",
        "reason": moment["changes"][0]["before"]["reason"],
    }
    assert moment["changes"][0]["after"]["verdict"] == "refused"
