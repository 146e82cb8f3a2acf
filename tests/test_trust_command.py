"""``zowe-certs trust``: a service's authority gets into the trust store of a KEYSTORE_DIRECTORY, once confirmed."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.services import parties
from tests.services.servers import facts, pem, serving
from tests.trust.scenarios.builder import Party
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores
ROOT_SHA256 = facts(parties.ROOT).sha256 or ""
TRUSTSTORE = "localhost/localhost.truststore.p12"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    env = folder / "zowe.env"
    env.write_text(
        "HOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\nKEYSTORE_DIRECTORY=/KS\nVERIFY_CERTIFICATES=true\n"
        f"NONSTRICT_VERIFY_CERTIFICATES=true\nKEYSTORE_PASSWORD={PASSWORD}\nZOWE_CERTS_KEY_TYPE=EC-P256\n"
    )
    make(plan_setup(read_settings([env], release="1.28"), directory=folder / "my keystore"))
    return folder / "my keystore"


@pytest.fixture
def directory(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "my keystore"))


@pytest.fixture
def trust(directory: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["trust", str(directory), *arguments])
        printed = capsys.readouterr()
        assert PASSWORD not in printed.out + printed.err
        return code, printed.out, printed.err

    return run


def contents(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def held(directory: Path) -> list[tuple[str, EntryKind, str | None]]:
    store = open_store(directory / TRUSTSTORE, Secret(PASSWORD))
    return [(entry.alias, entry.kind, entry.chain[0].sha256) for entry in store.entries]


def in_json(printed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed)
    return found


def test_the_authority_is_added_and_all_else_stays(trust: Command, directory: Path) -> None:
    before, entries = contents(directory), held(directory)
    with serving(parties.MATCH, parties.ROOT) as port:
        code, out, _ = trust("--from", f"localhost:{port}", "--confirm", ROOT_SHA256)
    assert code == 0
    assert "was written anew with all that it held" in out
    assert "To go back" in out
    assert held(directory) == [*entries, ("zosmf-certauth", EntryKind.TRUSTED_CERTIFICATE, ROOT_SHA256)]
    after = contents(directory)
    assert {name for name in before if before[name] != after[name]} == {TRUSTSTORE}
    (kept,) = directory.parent.glob("my keystore.*")
    assert contents(kept) == before


def test_json_tells_the_verdicts_and_what_was_added(trust: Command, directory: Path) -> None:
    with serving(parties.MISMATCH, parties.ROOT) as port:
        code, out, _ = trust("--from", f"localhost:{port}", "--confirm", ROOT_SHA256, "--json", "--alias", "Mine")
    told = in_json(out)
    assert code == 0
    assert (told["schema"], told["mode"]) == ("zowe-certs/trust/1", "STRICT")
    assert [(one["alias"], one["certificate"]["sha256"]) for one in told["added"]] == [("Mine", ROOT_SHA256)]
    assert [(one["before"], one["after"]) for one in told["services"][0]["modes"]] == [
        ("refused", "refused"),
        ("refused", "accepted"),
        ("accepted", "accepted"),
    ]
    assert [(one["rule"], one["severity"]) for one in told["findings"]] == [("ZC-SAN-11", "warning")]
    assert told["changed"]["writes"] == [TRUSTSTORE]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ((), 2, f"--confirm {ROOT_SHA256}"),
        (("--confirm", facts(parties.OTHER_ROOT).sha256 or ""), 2, "is not what would be trusted"),
        (("--confirm", "3F:9A"), 2, "64 hexadecimal digits"),
        (("--alias", "LOCALCA", "--confirm", ROOT_SHA256), 2, "'LOCALCA' is a name that Zowe's own certificates have"),
        (("--dry-run",), 0, ""),
        (("--at", "soon"), 2, "--at must be a day"),
    ],
    ids=["unconfirmed", "another", "short", "alias taken", "dry run", "no day"],
)
def test_nothing_is_changed_where_it_is_not_confirmed_or_not_asked_for(
    trust: Command, directory: Path, options: tuple[str, ...], code: int, message: str
) -> None:
    before = contents(directory)
    with serving(parties.MATCH, parties.ROOT) as port:
        found, _, err = trust("--from", f"localhost:{port}", *options)
    assert (found, message in err) == (code, True)
    assert contents(directory) == before
    assert not list(directory.parent.glob("my keystore.*"))


def test_what_cannot_be_trusted_is_exit_1_and_says_whom_to_ask_for(trust: Command, directory: Path) -> None:
    before = contents(directory)
    with serving(parties.MATCH) as port:
        code, _, err = trust("--from", f"localhost:{port}")
    assert code == 1
    assert "its issuer CN=zOSMF CertAuth,O=Example is not shown" in err
    assert contents(directory) == before


def test_the_missing_authority_comes_from_a_file(trust: Command, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "z OSMF.cer").write_bytes(pem(parties.OTHER_ROOT, parties.ROOT))
    with serving(parties.MATCH) as port:
        code, out, _ = trust("--from", f"localhost:{port}", str(tmp_path / "z OSMF.cer"), "--confirm", ROOT_SHA256)
    assert code == 0
    assert "Not needed, and not added, is this authority of the files: Other Root" in out
    assert "z OSMF.cer: 1 certificate of it plays no part here." in out
    assert held(directory)[-1] == ("z osmf", EntryKind.TRUSTED_CERTIFICATE, ROOT_SHA256)


def test_a_second_time_nothing_needs_to_be_added(trust: Command, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.cer").write_bytes(pem(parties.ROOT))
    assert trust(str(tmp_path / "ca.cer"), "--confirm", ROOT_SHA256)[0] == 0
    before = contents(directory)
    with serving(parties.MATCH, parties.ROOT) as port:
        code, out, _ = trust("--from", f"localhost:{port}")
    assert code == 0
    assert "it is trusted already" in out
    assert contents(directory) == before


def test_confirmed_again_it_stays_done_and_more_can_be_added(trust: Command, directory: Path, tmp_path: Path) -> None:
    """The same command every night, of which a server did not answer at first."""
    more = ("--confirm", facts(parties.OTHER_ROOT).sha256 or "")
    for party in (parties.ROOT, parties.OTHER_ROOT):
        (tmp_path / f"{party.subject.rfc4514_string()}.cer").write_bytes(pem(party))
    files = sorted(map(str, tmp_path.glob("*.cer")))
    assert trust(files[1], "--confirm", ROOT_SHA256)[0] == 0
    assert trust(*files, "--confirm", ROOT_SHA256, *more)[0] == 0
    before = contents(directory)
    assert trust(*files, "--confirm", ROOT_SHA256, *more)[0] == 0
    code, _, err = trust(*files, "--confirm", "3F:9A")
    assert (code, "64 hexadecimal digits" in err) == (2, True)
    assert contents(directory) == before


def test_a_dry_run_says_what_is_to_be_confirmed_and_takes_no_wrong_one(trust: Command, directory: Path) -> None:
    before = contents(directory)
    with serving(parties.MATCH, parties.ROOT) as port:
        named = ("--from", f"localhost:{port}", "--dry-run")
        code, out, _ = trust(*named)
        assert (code, f"then add --confirm {ROOT_SHA256} (in a notebook confirm)" in out) == (0, True)
        assert trust(*named, "--confirm", ROOT_SHA256)[0] == 0
        code, _, err = trust(*named, "--confirm", facts(parties.OTHER_ROOT).sha256 or "")
    assert (code, "is not what would be trusted" in err) == (2, True)
    assert contents(directory) == before


def test_the_page_says_each_thing_once_and_of_each_service_of_a_file(trust: Command, tmp_path: Path) -> None:
    with serving(parties.MATCH, parties.ROOT) as port:
        _, out, _ = trust("--from", f"localhost:{port}", "--dry-run")
    assert out.lower().count("it does not ask for a client certificate") == 1
    assert f"To be added to {TRUSTSTORE}" in out
    (tmp_path / "two.pem").write_bytes(pem(parties.MATCH, parties.ROOT, parties.SELF))
    _, out, _ = trust(str(tmp_path / "two.pem"), "--dry-run")
    assert ["1. CN=zosmf-host" in out, "3. CN=localhost" in out] == [True, True]


@pytest.mark.parametrize(("chain", "code"), [((parties.MATCH, parties.ROOT), 0), ((parties.IP_ONLY, parties.ROOT), 2)])
def test_as_zowe_all_that_is_shown_is_added_unasked(
    trust: Command, directory: Path, chain: tuple[Party, ...], code: int
) -> None:
    entries = held(directory)
    with serving(*chain) as port:
        found, _, err = trust("--from", f"localhost:{port}", "--as-zowe")
    assert found == code
    shown = [
        (f"zosmf{number:02}", EntryKind.TRUSTED_CERTIFICATE, facts(one).sha256) for number, one in enumerate(chain)
    ]
    assert held(directory) == (entries if code else [*entries, *shown])
    assert ("Zowe's own script refuses" in err) == bool(code)


def test_as_zowe_nothing_is_confirmed(trust: Command, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "ca.cer").write_bytes(pem(parties.ROOT))
    before = contents(directory)
    code, _, err = trust(str(tmp_path / "ca.cer"), "--as-zowe", "--confirm", ROOT_SHA256)
    assert (code, "--confirm (confirm) has no use: --as-zowe asks nobody" in err) == (2, True)
    assert contents(directory) == before


def test_as_zowe_a_files_first_certificate_has_its_name(trust: Command, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "zOSMF.v2.cer").write_bytes(pem(parties.MATCH, parties.ROOT))
    assert trust(str(tmp_path / "zOSMF.v2.cer"), "--as-zowe")[0] == 0
    assert held(directory)[-1] == ("zosmf.v2", EntryKind.TRUSTED_CERTIFICATE, facts(parties.MATCH).sha256)
    code, _, err = trust(str(tmp_path / "zOSMF.v2.cer"), "--as-zowe")
    assert (code, "holds the alias 'zosmf.v2' already" in err) == (2, True)


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("no\n", 2), ("", 2)])
def test_at_a_terminal_somebody_is_asked(
    trust: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    (tmp_path / "ca.cer").write_bytes(pem(parties.ROOT))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdin, "readline", lambda: answer, raising=False)
    found, out, err = trust(str(tmp_path / "ca.cer"))
    assert found == code
    assert "Type yes" in err
    assert "SHA-256" in out


def test_without_a_service_it_says_what_to_name(trust: Command) -> None:
    code, _, err = trust()
    assert (code, "--from HOST:PORT" in err) == (2, True)


def test_a_file_that_is_not_there_is_exit_3(trust: Command, directory: Path) -> None:
    before = contents(directory)
    code, _, err = trust("nope.cer")
    assert (code, "nope.cer cannot be read" in err) == (3, True)
    assert contents(directory) == before
