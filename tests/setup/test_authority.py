"""An authority outside the directory is made once, signs again later, and is never written over."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from zowe_certs_kernel.errors import SourceMissing, UsageError, WouldOverwrite, WriteError, WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made, Plan, make, plan_setup
from zowe_certs_kernel.setup.authority import appearing, find_authority
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
    assert made.plan.ca_store.password_variable == "ZOWE_CA_PASSWORD"


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


@pytest.mark.parametrize(("days", "severity"), [(20, ["warning"]), (80, ["info"]), (200, [])])
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
        (lambda: [zowe_service_itself()], "has the name of the Zowe certificate"),
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


def test_a_new_authority_goes_again_where_the_directory_fails(plan: Planner, tmp_path: Path) -> None:
    planned = plan()
    planned.directory.mkdir()
    with pytest.raises(WouldOverwrite):
        make(planned)
    assert not (tmp_path / "authority.p12").exists()


def test_a_file_that_appears_goes_again_where_the_body_fails(tmp_path: Path) -> None:
    file = tmp_path / "authority.p12"

    def fail() -> None:
        with appearing(file, b"whole"):
            assert file.read_bytes() == b"whole"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_the_authority_for_the_next_run(tmp_path: Path) -> None:
    def interrupt() -> None:
        with appearing(tmp_path / "authority.p12", b"whole"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("authority.p12", b"whole")]


def test_a_disk_without_links_does_it_by_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    with appearing(tmp_path / "authority.p12", b"whole"):
        pass
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("authority.p12", b"whole")]
    with pytest.raises(WouldOverwrite), appearing(tmp_path / "authority.p12", b"other"):
        pass
    assert (tmp_path / "authority.p12").read_bytes() == b"whole"


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="nothing was changed"), appearing(tmp_path / "nowhere" / "a.p12", b""):
        pass


def test_what_a_killed_run_left_half_way_is_removed_and_a_running_ones_is_not(tmp_path: Path) -> None:
    gone, running, strange = (
        tmp_path / name
        for name in (f".a.p12.{os.getpid()}-0123abcd", f".a.p12.{os.getppid()}-0123abcd", ".a.p12.backup")
    )
    for path in (gone, running, strange):
        path.write_bytes(b"half a store")
    with appearing(tmp_path / "a.p12", b"whole"):
        pass
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


def test_there_is_no_authority_where_there_is_no_file(tmp_path: Path) -> None:
    assert find_authority(tmp_path / "ca.p12", [OWN], at=NOW) is None
