"""An authority outside the directory is made once, signs again later, and is never written over."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from zowe_certs_kernel.errors import (
    SettingsError,
    SourceMissing,
    UnknownFormat,
    UsageError,
    WouldOverwrite,
    WriteError,
    WrongPassword,
)
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made, Plan, make, plan_setup
from zowe_certs_kernel.setup.authority import authority_password, find_authority, keep_authority
from zowe_certs_kernel.setup.keystore_directory import Placed, Placing
from zowe_certs_kernel.show.setup_pages import made_page, plan_page
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, open_store, write_pkcs12
from zowe_certs_kernel.stores.pem import certificate_pem, key_pem
from zowe_certs_kernel.zowe.settings import read_settings

from .conftest import PASSWORD

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
OWN = Secret("of the authority")
NAME = (("O", "Example"), ("CN", "Our authority"))

Planner = Callable[..., Plan]


@pytest.fixture
def plan(env: Callable[..., Path], tmp_path: Path) -> Planner:
    """A plan for ``tmp_path/NAME`` with the authority in ``tmp_path/authority.p12``."""

    def make_plan(
        name: str = "keystore",
        *,
        ca_store: Path | None = tmp_path / "authority.p12",
        ca_password: Secret | None = None,
        as_zowe: bool = False,
        replace: bool = False,
        **values: str,
    ) -> Plan:
        return plan_setup(
            read_settings([env(**values)], release="1.28", as_zowe=as_zowe),
            directory=tmp_path / name,
            as_zowe=as_zowe,
            replace=replace,
            ca_store=ca_store,
            ca_password=ca_password,
        )

    return make_plan


def authority(*, days: int = 3650, begins: dt.datetime = NOW, key_type: KeyType = KeyType.EC_P256) -> Issued:
    return issue(CertificateKind.CA, NAME, generate_key(key_type), now=begins, days=days)


def keep(path: Path, *contents: KeyContent | TrustedContent, password: Secret = OWN) -> Path:
    path.write_bytes(write_pkcs12(contents, Protection(password, Profile.MODERN, 1000)))
    return path


def content(issued: Issued, alias: str = "localca") -> KeyContent:
    return KeyContent(alias, issued.key, issued.chain)


def leaf_of(made: Made) -> x509.Certificate:
    return x509.load_pem_x509_certificate((made.plan.directory / "localhost/localhost.keystore.cer").read_bytes())


def authority_of(made: Made) -> x509.Certificate:
    return x509.load_pem_x509_certificate((made.plan.directory / "local_ca/localca.cer").read_bytes())


def test_a_second_set_is_signed_by_the_authority_of_the_first(plan: Planner, tmp_path: Path) -> None:
    first = make(plan("first", ca_password=OWN))
    second_plan = plan("second", ca_password=OWN, KEYSTORE_PASSWORD="another one")
    assert second_plan.found
    second = make(second_plan)
    assert authority_of(first) == authority_of(second)
    leaf_of(second).verify_directly_issued_by(authority_of(first))
    assert leaf_of(first).public_key() != leaf_of(second).public_key()
    assert first.sha256["localca"] == second.sha256["localca"]
    assert [str(file.path) for file in first.plan.files] == [str(file.path) for file in second.plan.files]


def test_the_authoritys_key_is_in_its_own_file_only(plan: Planner, tmp_path: Path) -> None:
    made = make(plan(ca_password=OWN))
    file = tmp_path / "authority.p12"
    (entry,) = open_store(file, OWN).entries
    assert entry.alias == "localca"
    assert entry.chain[0].sha256 == made.sha256["localca"]
    assert not (made.plan.directory / "local_ca/localca.keystore.p12").exists()
    assert (made.plan.directory / "local_ca/localca.cer").is_file()
    with pytest.raises(WrongPassword):
        open_store(file, Secret(PASSWORD))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_new_authority_is_its_owners_alone(plan: Planner, tmp_path: Path) -> None:
    make(plan(ZOWE_LOCK_KEYSTORE="false"))
    assert stat.S_IMODE((tmp_path / "authority.p12").stat().st_mode) == 0o600


def test_without_a_password_of_its_own_the_authority_has_the_keystores(plan: Planner, tmp_path: Path) -> None:
    make(plan())
    assert open_store(tmp_path / "authority.p12", Secret(PASSWORD)).entries
    assert plan("again").found


def test_a_rerun_with_replace_keeps_the_authority(plan: Planner) -> None:
    first = make(plan())
    second = make(plan(replace=True))
    assert second.placed.kept
    assert authority_of(first) == authority_of(second)


def test_the_password_of_an_authority_in_the_directory_can_be_its_own(plan: Planner) -> None:
    made = make(plan(ca_store=None, ca_password=OWN))
    path = made.plan.directory / "local_ca/localca.keystore.p12"
    assert open_store(path, OWN).entries
    assert made.plan.stores[0].password_variable == "ZOWE_CA_PASSWORD"


def test_an_authority_that_zowes_script_made_is_found_with_its_published_password(
    plan: Planner, tmp_path: Path
) -> None:
    theirs = make(plan("theirs", ca_store=None, as_zowe=True))
    store = tmp_path / "copied.p12"
    store.write_bytes((theirs.plan.directory / "local_ca/localca.keystore.p12").read_bytes())
    ours = plan("ours", ca_store=store)
    assert "ZC-KS-08" in [finding.rule for finding in ours.findings]
    assert "ZC-KS-08" not in [finding.rule for finding in plan("new").findings]
    assert authority_of(make(ours)) == authority_of(theirs)


def test_no_certificate_outlives_an_authority_that_is_found(plan: Planner, tmp_path: Path) -> None:
    issued = authority(days=400)
    keep(tmp_path / "authority.p12", content(issued, "our ca"))
    made = make(plan(ca_password=OWN))
    assert leaf_of(made).not_valid_after_utc <= issued.certificate.not_valid_after_utc
    assert made.plan.certificates[1].days == 399
    assert made.plan.found
    assert made.plan.found.alias == "our ca"
    assert [entry.alias for entry in made.plan.truststore.entries] == ["localca"]


@pytest.mark.parametrize(("days", "severity"), [(20, ["warning"]), (200, ["info"]), (800, [])])
def test_an_authority_that_ends_soon_is_told(plan: Planner, tmp_path: Path, days: int, severity: list[str]) -> None:
    keep(tmp_path / "authority.p12", content(authority(days=days)))
    found = [str(one.severity) for one in plan(ca_password=OWN).findings if one.rule == "ZC-DATE-03"]
    assert found == severity


def test_of_several_authorities_zowes_alias_is_taken(plan: Planner, tmp_path: Path) -> None:
    one, other = authority(), authority()
    keep(tmp_path / "authority.p12", content(one, "first"), content(other, "localca"))
    found = plan(ca_password=OWN).found
    assert found
    assert found.certificate.serial == f"{other.certificate.serial_number:x}"


def signed_by_another() -> KeyContent:
    top = authority()
    below = issue(CertificateKind.CA, (("CN", "Below"),), generate_key(KeyType.EC_P256), now=NOW, issuer=top)
    return content(below)


def with_a_strange_key() -> KeyContent:
    return KeyContent("localca", generate_key(KeyType.EC_P256), authority().chain)


def service() -> KeyContent:
    made = issue(
        CertificateKind.SERVICE, (("CN", "Service"),), generate_key(KeyType.EC_P256), now=NOW, san=("dns:localhost",)
    )
    return content(made)


def weak() -> KeyContent:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # which is the point
    return content(issue(CertificateKind.CA, NAME, key, now=NOW))


def on_a_curve_of_bitcoin() -> KeyContent:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256K1())
    return content(issue(CertificateKind.CA, NAME, key, now=NOW))


def for_some_names_only() -> KeyContent:
    key = generate_key(KeyType.EC_P256)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Constrained")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW, NOW + dt.timedelta(days=900))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    constraints = x509.NameConstraints([x509.DNSName("example.com")], None)
    made = builder.add_extension(constraints, critical=True).sign(key, SHA256())
    return KeyContent("localca", key, (made,))


def zowe_service_itself() -> KeyContent:
    rest = (("C", "CZ"), ("ST", "Prague"), ("L", "Prague"), ("O", "Zowe Sample"), ("OU", "API Mediation Layer"))
    name = (*rest, ("CN", "Zowe Service"))
    return content(issue(CertificateKind.CA, name, generate_key(KeyType.EC_P256), now=NOW))


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (lambda: [content(authority(begins=NOW - dt.timedelta(days=900), days=899))], "it ends on"),
        (lambda: [content(authority(begins=NOW + dt.timedelta(days=2)))], "it begins on"),
        (lambda: [signed_by_another()], "it is signed by another one, "),
        (lambda: [with_a_strange_key()], "is not that of its certificate"),
        (lambda: [service()], "holds no authority's key"),
        (lambda: [weak()], "its key is RSA 1024"),
        (lambda: [on_a_curve_of_bitcoin()], "its key is secp256k1"),
        (lambda: [for_some_names_only()], "it may sign for some names only"),
        (lambda: [content(authority(), "one"), content(authority(), "two")], "several authorities (one, two)"),
        (lambda: [TrustedContent("localca", authority().certificate)], "holds no authority's key"),
    ],
)
def test_what_cannot_sign_for_zowe_is_refused_with_the_reason(
    plan: Planner, tmp_path: Path, contents: Callable[[], list[KeyContent | TrustedContent]], why: str
) -> None:
    file = keep(tmp_path / "authority.p12", *contents())
    before = file.read_bytes()
    with pytest.raises(UsageError) as refused:
        plan(ca_password=OWN)
    assert why in str(refused.value)
    assert str(file) in str(refused.value)
    assert file.read_bytes() == before


def test_an_authority_with_the_name_of_the_zowe_certificate_is_refused(plan: Planner, tmp_path: Path) -> None:
    keep(tmp_path / "authority.p12", zowe_service_itself())
    with pytest.raises(SettingsError, match="would have the name of its authority"):
        plan(ca_password=OWN)


def test_a_wrong_password_of_the_authority_is_told_and_not_tried_with_others(plan: Planner, tmp_path: Path) -> None:
    keep(tmp_path / "authority.p12", content(authority()), password=Secret(PASSWORD))
    with pytest.raises(WrongPassword, match=r"authority\.p12"):
        plan(ca_password=OWN)
    assert plan().found


def test_an_authority_in_pem_is_refused(plan: Planner, tmp_path: Path) -> None:
    issued = authority()
    (tmp_path / "authority.p12").write_bytes(certificate_pem(issued.certificate) + key_pem(issued.key))
    with pytest.raises(UsageError, match="PKCS12 store only"):
        plan()


def test_a_link_to_nowhere_is_no_new_authority(plan: Planner, tmp_path: Path) -> None:
    try:
        (tmp_path / "authority.p12").symlink_to(tmp_path / "nowhere.p12")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(SourceMissing):
        plan()


@pytest.mark.parametrize("inside", ["keystore/ca.p12", "keystore/local_ca/localca.keystore.p12"])
def test_an_authority_inside_the_directory_is_refused(plan: Planner, tmp_path: Path, inside: str) -> None:
    with pytest.raises(UsageError, match="lies in the directory that is made"):
        plan(ca_store=tmp_path / inside)


def test_a_folder_that_is_not_there_is_named(plan: Planner, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        plan(ca_store=tmp_path / "nowhere" / "ca.p12")


@pytest.mark.parametrize("password", ["", "zq7zq", "päßwörter"])
def test_a_password_that_java_does_not_take_is_refused_unseen(plan: Planner, password: str) -> None:
    with pytest.raises(UsageError, match="the password of the authority's store") as refused:
        plan(ca_password=Secret(password))
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("apart", [True, False])
def test_zowes_own_script_keeps_no_authority_apart(plan: Planner, tmp_path: Path, apart: bool) -> None:
    with pytest.raises(UsageError, match="leave out --as-zowe"):
        plan(as_zowe=True, ca_store=tmp_path / "ca.p12" if apart else None, ca_password=OWN)


def test_an_authority_that_appeared_meanwhile_is_left_as_it_is(plan: Planner, tmp_path: Path) -> None:
    planned = plan()
    (tmp_path / "authority.p12").write_text("somebody else's")
    with pytest.raises(WouldOverwrite, match="appeared while"):
        make(planned)
    assert (tmp_path / "authority.p12").read_text() == "somebody else's"
    assert not planned.directory.exists()


def test_where_the_directory_is_there_already_no_authority_is_made(plan: Planner, tmp_path: Path) -> None:
    planned = plan()
    planned.directory.mkdir()
    with pytest.raises(WouldOverwrite):
        make(planned)
    assert not (tmp_path / "authority.p12").exists()


def test_an_authority_that_was_kept_stays_whatever_becomes_of_the_directory(
    plan: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(placing: Placing) -> Placed:
        raise PermissionError(13, "no")

    planned = plan()
    with monkeypatch.context() as patch:
        patch.setattr(Placing, "finish", fail)
        with pytest.raises(WriteError) as told:
            make(planned)
    assert f"the new authority is kept in {tmp_path / 'authority.p12'} and signs the next set" in str(told.value)
    assert not planned.directory.exists()
    again = plan()
    assert again.found
    assert authority_of(make(again)).serial_number == int(again.found.certificate.serial, 16)


def test_an_interruption_after_the_directory_got_its_place_loses_nothing(
    plan: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Placing.finish

    def interrupted(placing: Placing) -> Placed:
        finish(placing)
        raise KeyboardInterrupt

    monkeypatch.setattr(Placing, "finish", interrupted)
    planned = plan()
    with pytest.raises(KeyboardInterrupt):
        make(planned)
    ours = x509.load_pem_x509_certificate((planned.directory / "local_ca/localca.cer").read_bytes())
    (entry,) = open_store(tmp_path / "authority.p12", Secret(PASSWORD)).entries
    assert entry.chain[0].serial == f"{ours.serial_number:x}"


def test_who_interrupts_a_long_run_does_not_wait_for_the_keys_that_are_left(plan: Planner, tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(60))
    started: list[KeyType] = []
    enough = threading.Event()

    def interrupt(line: str) -> None:
        if line.startswith("finding "):
            raise KeyboardInterrupt

    def find(key_type: KeyType) -> object:
        started.append(key_type)
        enough.wait(60)
        return generate_key(key_type)

    planned = plan(COMPONENT_LEVEL_CERTIFICATES=names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("zowe_certs_kernel.setup.make"), "generate_key", find)
        with pytest.raises(KeyboardInterrupt):
            make(planned, progress=interrupt)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["zowe.env"]
    enough.set()
    assert len(started) <= (os.cpu_count() or 1) < len(planned.certificates)


def test_a_disk_without_links_does_it_by_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    keep_authority(tmp_path / "authority.p12", b"whole")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("authority.p12", b"whole")]
    with pytest.raises(WouldOverwrite):
        keep_authority(tmp_path / "authority.p12", b"other")
    assert (tmp_path / "authority.p12").read_bytes() == b"whole"


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "a.p12", tmp_path / ("x" * 300)):
        with pytest.raises(WriteError, match="nothing was changed"):
            keep_authority(path, b"")


def test_what_a_killed_run_left_half_way_is_removed_and_a_running_ones_is_not(tmp_path: Path) -> None:
    gone, running, strange = (
        tmp_path / name
        for name in (f".a.p12.{os.getpid()}-0123abcd", f".a.p12.{os.getppid()}-0123abcd", ".a.p12.backup")
    )
    for path in (gone, running, strange):
        path.write_bytes(b"half a store")
    keep_authority(tmp_path / "a.p12", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.p12", running.name, strange.name])


def test_the_authoritys_place_is_told_and_its_password_is_not(plan: Planner, tmp_path: Path) -> None:
    new = plan(ca_password=OWN)
    made = make(new)
    again = plan("again", ca_password=OWN)
    file = str(tmp_path / "authority.p12")
    assert new.as_dict()["authority"] == {"file": file, "found": False}
    assert again.as_dict()["authority"] == {"file": file, "found": True}
    shown = [
        repr(new),
        repr(again),
        repr(again.found),
        str(plan_page(new)),
        str(made_page(made)),
        str(plan_page(again)),
    ]
    assert not any(OWN.reveal() in text for text in (*shown, json.dumps(again.as_dict())))
    assert all(file in text for text in shown[3:])


def test_a_circle_of_links_is_one_sentence(plan: Planner, tmp_path: Path) -> None:
    try:
        (tmp_path / "authority.p12").symlink_to(tmp_path / "authority.p12")
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(SourceMissing, match=r"authority\.p12 cannot be read"):
        plan()


@pytest.mark.parametrize("inside", ["ca.p12", "below/ca.p12"])
def test_a_folder_that_is_closed_to_us_is_one_sentence(
    plan: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    def closed(look: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
        def refuse(path: str | Path, *more: object, **options: object) -> os.stat_result:
            if "closed" in str(path):
                raise PermissionError(13, "Permission denied", str(path))
            return look(path, *more, **options)

        return refuse

    monkeypatch.setattr(os, "stat", closed(os.stat))
    monkeypatch.setattr(os, "lstat", closed(os.lstat))
    file = tmp_path / "closed" / inside
    with pytest.raises(UsageError, match="there is no folder"):
        plan(ca_store=file, ca_password=authority_password("env:PATH", file))


def test_a_name_that_is_too_long_is_one_sentence(plan: Planner, tmp_path: Path) -> None:
    file = tmp_path / ("x" * 300)
    assert authority_password("env:PATH", file)
    with pytest.raises(WriteError, match="the authority cannot be kept"):
        make(plan(ca_store=file))


def test_a_password_or_a_file_that_does_not_fit_is_told_with_what_to_do(plan: Planner, tmp_path: Path) -> None:
    keep(tmp_path / "authority.p12", content(authority()))
    with pytest.raises(WrongPassword, match=r"say where .* \(--ca-password-from, ca_password_from\)"):
        plan()
    (tmp_path / "authority.p12").write_bytes(b"")
    with pytest.raises(UnknownFormat, match="or a file that is not there yet to make a new one"):
        plan()


def test_what_an_authority_decides_instead_of_the_settings_is_told(plan: Planner, tmp_path: Path) -> None:
    keep(tmp_path / "authority.p12", content(authority(days=900)))
    values = {"ZOWE_CERTS_DAYS": "1000", "ZOWE_CERTS_CA_DAYS": "2000", "ZOWE_CERTS_CA_COMMON_NAME": "Another"}
    found = {one.rule: one.message for one in plan(ca_password=OWN, **values).findings}
    assert "and the certificates that it signs with it" in found["ZC-DATE-03"]
    assert found["ZC-CFG-08"] == (
        "ZOWE_CERTS_CA_DAYS and ZOWE_CERTS_CA_COMMON_NAME have no effect: the authority is there already"
    )
    assert not {"ZC-DATE-03", "ZC-CFG-08"} & {one.rule for one in plan(ca_password=OWN).findings}


def test_there_is_no_authority_where_there_is_no_file(tmp_path: Path) -> None:
    assert find_authority(tmp_path / "ca.p12", [OWN], at=NOW) is None
