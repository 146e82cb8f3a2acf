"""``setup --zosmf``: the authority of what a live z/OSMF shows; ``--as-zowe`` what Zowe's own scripts were seen to do.

The names of the scenarios are those of the measurements with the unchanged scripts of 1.15.0 and 1.28.8. What the
script of 1.15 does with z/OSMF's public key (``jwtsecret.pem``) is not done here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.java.keytool import Keytool
from tests.services import parties
from tests.services.servers import facts, pem, serving
from tests.trust.scenarios.builder import NOW, Party
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.errors import SettingsError, SourceMissing, StoreError, UsageError
from zowe_certs_kernel.model import Severity
from zowe_certs_kernel.parameters import SetupParameters
from zowe_certs_kernel.services import Zosmf
from zowe_certs_kernel.services.confirmation import fingerprint
from zowe_certs_kernel.services.fetch import zosmf_for_setup
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.setup.zosmf import zosmf_certificates
from zowe_certs_kernel.show.setup_pages import plan_page
from zowe_certs_kernel.show.setup_steps import make_directory, plan_directory, read_setup_settings
from zowe_certs_kernel.zowe.settings import CertificateSettings, read_settings

Reader = Callable[..., CertificateSettings]
KNOWN = Zosmf("zosmf.example.com:443")
ROOT_SHA256, OTHER_SHA256 = (facts(one).sha256 or "" for one in (parties.ROOT, parties.OTHER_ROOT))
BOTH, STRICT = ("1.15", "1.28"), ("1.28",)


@pytest.fixture
def settings(tmp_path: Path) -> Reader:
    def read(release: str = "1.28", *, as_zowe: bool = False, **values: str) -> CertificateSettings:
        assigned = {
            "HOSTNAME": "zos1.example.com",
            "KEYSTORE_DIRECTORY": "/KS",
            "VERIFY_CERTIFICATES": "true",
            **values,
        }
        if release == "1.28":
            assigned = {"NONSTRICT_VERIFY_CERTIFICATES": "true", **assigned}
        path = tmp_path / "zowe.env"
        path.write_text("".join(f"{name}='{value}'\n" for name, value in assigned.items()))
        return read_settings([path], release=release, as_zowe=as_zowe)

    return read


def aliases(given: Sequence[object]) -> list[str]:
    return [getattr(one, "alias") for one in given]  # noqa: B009  # anchors and given certificates alike


SHOWN = {
    "f-match": (BOTH, (parties.MATCH, parties.ROOT)),
    "f-mismatch": (("1.15",), (parties.MISMATCH, parties.ROOT)),
    "f-cnonly": (BOTH, (parties.CN_ONLY, parties.ROOT)),
    "f-glob": (BOTH, (parties.GLOB, parties.ROOT)),
    "f-iponly": (("1.15",), (parties.IP_ONLY, parties.ROOT)),
    "f-nocn": (("1.15",), (parties.NO_CN, parties.ROOT)),
    "f-self": (BOTH, (parties.SELF,)),
    "f-expired": (BOTH, (parties.EXPIRED,)),
}


@pytest.mark.parametrize(
    ("name", "release"), [(name, release) for name, (releases, _) in SHOWN.items() for release in releases]
)
def test_as_zowe_all_that_is_shown_is_an_anchor(settings: Reader, name: str, release: str) -> None:
    chain = SHOWN[name][1]
    wanted = settings(release, as_zowe=True)
    with serving(*chain) as port:
        zosmf = zosmf_for_setup(wanted, f"localhost:{port}", [], True)
    given = zosmf_certificates(wanted, zosmf, as_zowe=True)
    assert [(one.alias, one.der) for one in given] == [
        (f"zosmf{number:02}", party.der) for number, party in enumerate(chain)
    ]
    assert [one.file for one in given] == [f"localhost:{port}"] * len(chain)
    left = ["ZC-KS-13"] if release == "1.15" else []  # its public key, which 1.15 fetches, is not fetched here
    assert [found.rule for found in zosmf.findings] == ["ZC-TS-04", *left]


@pytest.mark.parametrize(
    ("chain", "host", "names"),
    [
        ((parties.MISMATCH, parties.ROOT), "localhost", "wrong.example.com, other.example.com"),
        ((parties.IP_ONLY, parties.ROOT), "localhost", "zosmf-host"),
        ((parties.MATCH, parties.ROOT), "127.0.0.1", "zosmf-host"),
        ((parties.NO_CN, parties.ROOT), "localhost", "has no CN"),
    ],
    ids=["f-mismatch", "f-iponly", "f-match-ip", "f-nocn"],
)
def test_as_zowe_1_28_refuses_strictly_what_has_not_the_name(
    settings: Reader, chain: tuple[Party, ...], host: str, names: str
) -> None:
    with serving(*chain) as port, pytest.raises(SettingsError) as caught:
        zosmf_for_setup(settings(as_zowe=True), f"{host}:{port}", [], True)
    assert f"{host}:{port}" in str(caught.value)
    assert names in str(caught.value)
    assert caught.value.exit_code == 2


def test_as_zowe_the_other_flag_alone_looks_at_no_name(settings: Reader) -> None:
    """f-nonstrict: 1.15 does not know the flag and asks nobody."""
    with serving(parties.MISMATCH, parties.ROOT) as port:
        address = f"localhost:{port}"
        later = settings(as_zowe=True, VERIFY_CERTIFICATES="false", NONSTRICT_VERIFY_CERTIFICATES="true")
        assert aliases(zosmf_for_setup(later, address, [], True).certificates) == ["zosmf00", "zosmf01"]
    early = settings("1.15", as_zowe=True, VERIFY_CERTIFICATES="false", NONSTRICT_VERIFY_CERTIFICATES="true")
    assert zosmf_for_setup(early, address, [], True) == Zosmf(address)


@pytest.mark.parametrize("as_zowe", [True, False])
@pytest.mark.parametrize("release", BOTH)
def test_a_zosmf_that_does_not_answer_is_exit_3(settings: Reader, release: str, as_zowe: bool) -> None:
    """f-down."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceMissing, match=f"127.0.0.1:{port} cannot be read") as caught:
        zosmf_for_setup(settings(release, as_zowe=as_zowe), f"127.0.0.1:{port}", [], as_zowe)
    assert caught.value.exit_code == 3


@pytest.fixture
def files(tmp_path: Path) -> str:
    for name, party in (("zosmf-ca.cer", parties.ROOT), ("zosmf-srv.cer", parties.MATCH)):
        (tmp_path / name).write_bytes(pem(party))
    return f"{tmp_path / 'zosmf-ca.cer'} {tmp_path / 'zosmf-srv.cer'}"


@pytest.mark.parametrize(
    ("release", "count", "zosmf", "found"),
    [
        ("1.15", 1, KNOWN, ["zosmf-ca"]),
        ("1.28", 1, KNOWN, ["zosmf-ca"]),
        ("1.15", 2, KNOWN, ["zosmf-ca", "zosmf-srv"]),
        ("1.15", 1, None, ["zosmf-ca"]),
        ("1.28", 1, None, []),
    ],
    ids=["e1 1.15", "e1 1.28", "e2 1.15", "e4 1.15", "e4 1.28"],
)
def test_as_zowe_files_are_taken_as_the_script_takes_them(
    settings: Reader, files: str, release: str, count: int, zosmf: Zosmf | None, found: list[str]
) -> None:
    wanted = settings(release, as_zowe=True, ZOSMF_CERTIFICATE=" ".join(files.split()[:count]))
    assert aliases(zosmf_certificates(wanted, zosmf, as_zowe=True)) == found


@pytest.mark.parametrize("release", BOTH)
def test_as_zowe_nothing_is_imported_where_nothing_is_verified(settings: Reader, files: str, release: str) -> None:
    """e5."""
    off = {"VERIFY_CERTIFICATES": "false", "NONSTRICT_VERIFY_CERTIFICATES": "false"}
    assert (
        zosmf_certificates(settings(release, as_zowe=True, ZOSMF_CERTIFICATE=files, **off), KNOWN, as_zowe=True) == ()
    )


def test_as_zowe_1_28_fails_on_two_files(settings: Reader, files: str) -> None:
    """e2."""
    with pytest.raises(SettingsError, match="ZOSMF_CERTIFICATE names 2 files"):
        zosmf_certificates(settings(as_zowe=True, ZOSMF_CERTIFICATE=files), KNOWN, as_zowe=True)


@pytest.mark.parametrize("release", BOTH)
def test_a_file_that_is_not_there_is_exit_3(settings: Reader, tmp_path: Path, release: str) -> None:
    """e3."""
    wanted = settings(release, as_zowe=True, ZOSMF_CERTIFICATE=str(tmp_path / "nope.cer"))
    with pytest.raises(StoreError, match=r"nope\.cer cannot be read") as caught:
        zosmf_certificates(wanted, KNOWN, as_zowe=True)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("zosmf", [KNOWN, None])
@pytest.mark.parametrize("release", BOTH)
def test_both_files_are_taken(settings: Reader, files: str, release: str, zosmf: Zosmf | None) -> None:
    wanted = settings(release, ZOSMF_CERTIFICATE=files)
    assert aliases(zosmf_certificates(wanted, zosmf)) == ["zosmf-ca", "zosmf-srv"]


def test_nobody_is_asked_where_files_are_named_or_nothing_is_verified(settings: Reader, files: str) -> None:
    off = {"VERIFY_CERTIFICATES": "false", "NONSTRICT_VERIFY_CERTIFICATES": "false"}
    for wanted in (settings(ZOSMF_CERTIFICATE=files), settings(**off)):
        assert zosmf_for_setup(wanted, "nobody.invalid:1", [], False) == Zosmf("nobody.invalid:1")


def test_the_authority_is_trusted_once_it_is_confirmed(settings: Reader) -> None:
    with serving(parties.MATCH, parties.ROOT) as port:
        zosmf = zosmf_for_setup(settings(), f"localhost:{port}", [ROOT_SHA256], False, at=NOW)
        with pytest.raises(UsageError, match="is not what would be trusted"):
            zosmf_for_setup(settings(), f"localhost:{port}", [OTHER_SHA256], False, at=NOW)
    assert [(one.alias, one.facts) for one in zosmf.certificates] == [("zosmf-certauth", facts(parties.ROOT))]
    assert (zosmf.findings, zosmf.unconfirmed) == ((), ())


def test_unconfirmed_it_is_planned_and_shown_but_nothing_is_made(settings: Reader, tmp_path: Path) -> None:
    with serving(parties.MATCH, parties.ROOT) as port:
        zosmf = zosmf_for_setup(settings(), f"localhost:{port}", [], False, at=NOW)
    plan = plan_setup(settings(), directory=tmp_path / "KS", zosmf=zosmf)
    page = str(plan_page(plan))
    assert "Certificate: CN=zOSMF CertAuth,O=Example" in page
    assert f"SHA-256: {fingerprint(ROOT_SHA256)}" in page
    assert f"then add --confirm {ROOT_SHA256} (in a notebook confirm)" in page
    assert [one["certificate"]["sha256"] for one in plan.as_dict()["to_confirm"]] == [ROOT_SHA256]
    with pytest.raises(UsageError, match=f"nobody has confirmed .* add --confirm {ROOT_SHA256}"):
        make(plan)
    assert not (tmp_path / "KS").exists()


@pytest.mark.parametrize(
    ("address", "as_zowe", "values", "why"),
    [
        (None, False, {}, "name it with --zosmf HOST:PORT"),
        ("nobody.invalid:1", True, {}, "--as-zowe (as_zowe) asks nobody"),
        ("nobody.invalid:1", False, {"ZOSMF_CERTIFICATE": "a.cer"}, "from the files of ZOSMF_CERTIFICATE"),
        (None, False, {"ZOSMF_CERTIFICATE": "a.cer"}, "from the files of ZOSMF_CERTIFICATE"),
        (
            "nobody.invalid:1",
            False,
            {"VERIFY_CERTIFICATES": "false", "NONSTRICT_VERIFY_CERTIFICATES": "false"},
            "these settings verify no service",
        ),
    ],
    ids=["nobody asked", "as Zowe", "files", "files alone", "not verified"],
)
def test_a_fingerprint_that_is_held_against_nothing_is_refused(
    setup: Callable[..., tuple[int, str]], address: str | None, as_zowe: bool, values: dict[str, str], why: str
) -> None:
    named = ("--zosmf", address) if address else ()
    code, said = setup(*named, *(("--as-zowe",) if as_zowe else ()), "--confirm", ROOT_SHA256, **values)
    assert (code, "--confirm (confirm) has no use: " in said, why in said) == (2, True, True), said


def test_a_dry_run_needs_no_confirmation_but_takes_no_wrong_one(
    setup: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    with serving(parties.MATCH, parties.ROOT) as port:
        named = ("--zosmf", f"localhost:{port}", "--dry-run")
        assert setup(*named) == (0, "")
        assert setup(*named, "--confirm", ROOT_SHA256) == (0, "")
        code, said = setup(*named, "--confirm", OTHER_SHA256)
    assert (code, "is not what would be trusted" in said) == (2, True)
    assert not (tmp_path / "KS").exists()


def test_a_notebook_shows_the_plan_before_it_refuses_what_nobody_has_confirmed(tmp_path: Path) -> None:
    (tmp_path / "zowe.env").write_text(
        "HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/KS\nVERIFY_CERTIFICATES=true\nKEYSTORE_PASSWORD=Secret12345\n"
    )
    named: dict[str, Any] = {
        "settings": str(tmp_path / "zowe.env"),
        "keystore_directory": str(tmp_path / "KS"),
        "out_dir": str(tmp_path),
    }
    with serving(parties.MATCH, parties.ROOT) as port:
        parameters = SetupParameters(**named, zosmf=f"localhost:{port}")
        plan = plan_directory(parameters, read_setup_settings(parameters))
    assert fingerprint(ROOT_SHA256) in str(plan)
    with pytest.raises(UsageError, match=r"nobody has confirmed .* \(in a notebook confirm\)"):
        make_directory(parameters, plan)
    alone = SetupParameters(**named, confirm=[ROOT_SHA256])
    with pytest.raises(UsageError, match=r"name it with --zosmf HOST:PORT \(zosmf\)"):
        plan_directory(alone, read_setup_settings(alone))
    assert not (tmp_path / "KS").exists()


@pytest.mark.parametrize(("strict", "severity"), [("true", Severity.WARNING), ("false", Severity.INFO)])
def test_a_name_that_strict_mode_refuses_is_a_finding(settings: Reader, strict: str, severity: Severity) -> None:
    with serving(parties.MISMATCH, parties.ROOT) as port:
        wanted = settings(VERIFY_CERTIFICATES=strict)
        zosmf = zosmf_for_setup(wanted, f"localhost:{port}", [ROOT_SHA256], False, at=NOW)
    (found,) = zosmf.findings
    assert (found.rule, found.severity) == ("ZC-SAN-11", severity)
    assert "wrong.example.com" in found.why


def test_an_authority_that_is_not_shown_is_asked_for(settings: Reader) -> None:
    with serving(parties.MATCH) as port, pytest.raises(SettingsError, match="issuer CN=zOSMF CertAuth,O=Example"):
        zosmf_for_setup(settings(), f"localhost:{port}", [], False)


def test_what_is_no_address_is_named(settings: Reader) -> None:
    with pytest.raises(UsageError, match="--zosmf"):
        zosmf_for_setup(settings(), "zosmf.example.com", [], False)


@pytest.fixture
def setup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The command with a settings file; its exit code and what it says on stderr."""

    def run(*options: str, release: str = "1.28", **values: str) -> tuple[int, str]:
        flags = "VERIFY_CERTIFICATES=true\n" + ("NONSTRICT_VERIFY_CERTIFICATES=true\n" if release == "1.28" else "")
        more = "".join(f"{name}='{value}'\n" for name, value in values.items())
        path = tmp_path / "command.env"
        path.write_text(f"HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/KS\n{flags}{more}")
        code = main(["setup", "-p", str(path), "--keystore-directory", str(tmp_path / "KS"), *options])
        return code, capsys.readouterr().err

    return run


@pytest.mark.parametrize("release", BOTH)
def test_where_it_fails_nothing_is_made(
    setup: Callable[..., tuple[int, str]], files: str, tmp_path: Path, release: str
) -> None:
    """e2 of 1.28, e3, f-mismatch of 1.28 and f-down; without --as-zowe also what nobody has confirmed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"127.0.0.1:{server.getsockname()[1]}"
    given = ("--as-zowe", "--release", release)
    nope = str(tmp_path / "nope.cer")
    seen = [
        (setup(*given, "--zosmf", closed, release=release), 3, closed),
        (setup(*given, "--zosmf", closed, release=release, ZOSMF_CERTIFICATE=nope), 3, "nope.cer"),
    ]
    with serving(parties.MISMATCH, parties.ROOT) as port:
        address = f"localhost:{port}"
        seen.append((setup("--release", release, "--zosmf", address, release=release), 2, f"--confirm {ROOT_SHA256}"))
        if release == "1.28":
            seen.append((setup(*given, "--zosmf", address), 2, "wrong.example.com"))
            seen.append((setup(*given, "--zosmf", address, ZOSMF_CERTIFICATE=files), 2, "ZOSMF_CERTIFICATE names 2"))
    for (code, said), expected, culprit in seen:
        assert (code, culprit in said) == (expected, True), said
    assert not (tmp_path / "KS").exists()


def test_a_name_that_zowe_would_refuse_is_in_the_plan(settings: Reader, tmp_path: Path) -> None:
    with serving(parties.MISMATCH, parties.ROOT) as port:
        zosmf = zosmf_for_setup(settings(), f"localhost:{port}", [ROOT_SHA256], False, at=NOW)
    plan = plan_setup(settings(), directory=tmp_path / "KS", zosmf=zosmf)
    assert "ZC-SAN-11" in {found.rule for found in plan.findings}
    assert "ZC-TS-03" not in {found.rule for found in plan.findings}
    assert aliases(plan.given) == ["zosmf-certauth"]


@pytest.mark.parametrize("release", BOTH)
def test_the_same_trust_store_as_the_script_makes(
    settings: Reader, tmp_path: Path, program: Callable[..., str], release: str
) -> None:
    """f-match, read back with keytool."""
    wanted = settings(release, as_zowe=True)
    with serving(parties.MATCH, parties.ROOT) as port:
        zosmf = zosmf_for_setup(wanted, f"localhost:{port}", [], True)
    made = make(plan_setup(wanted, directory=tmp_path / "KS", as_zowe=True, zosmf=zosmf))
    found = Keytool(program("java", "keytool")).listing_of(made, made.plan.truststore)
    assert {alias: (entry.kind, entry.chain[0].sha256) for alias, entry in found.items() if alias != "localca"} == {
        "zosmf00": ("trustedCertEntry", facts(parties.MATCH).sha256),
        "zosmf01": ("trustedCertEntry", ROOT_SHA256),
    }
    assert list(found) == ["localca", "zosmf00", "zosmf01"]
