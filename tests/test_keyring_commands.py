"""``zowe-certs jcl``, ``ring``, ``instance``, ``explain``, and ``setup`` for a key ring, as people type them."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.keyring import ring_listings as listings
from tests.keyring.jcl_reader import read_job
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.folders import example_ring_listing, example_ring_settings, notebooks_folder

CANARY = "Cnry7f3a91c2e4"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(word) for word in arguments])
        printed = capsys.readouterr()
        assert CANARY not in printed.out + printed.err
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    return call


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "my zowe.env"
    file.write_text(
        "ZOWE_KEYRING=ZoweKeyring\nHOSTNAME=zos1.alder.example\nKEYSTORE_ALIAS='Zowe #1 @prod'\n"
        "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\n"
    )
    return file


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    file = tmp_path / "my ring.txt"
    file.write_text(listings.listing(listings.healthy()))
    return file


class TestJcl:
    def test_prints_a_job_that_can_be_submitted_and_nothing_else(self, run: Command, settings: Path) -> None:
        code, out, err = run("jcl", "-p", settings)
        assert (code, err) == (0, "")
        assert read_job(out.splitlines()).symbols["LABEL"] == "Zowe #1 @prod"

    @pytest.mark.parametrize("product", ["RACF", "ACF2", "TSS", "tss"])
    def test_knows_every_product(self, run: Command, settings: Path, product: str) -> None:
        code, out, _ = run("jcl", "-p", settings, "--product", product, *_role(product))
        assert code == 0
        assert read_job(out.splitlines()).name == "ZWEKRING"

    def test_prints_the_job_that_takes_it_back(self, run: Command, settings: Path) -> None:
        code, out, _ = run("jcl", "-p", settings, "--removal")
        assert code == 0
        assert read_job(out.splitlines()).name == "ZWENOKYR"

    def test_prints_who_does_what(self, run: Command, settings: Path) -> None:
        code, out, _ = run("jcl", "-p", settings, "--plan")
        assert code == 0
        assert "security administrator" in out
        assert "zowe-certs ring ring.txt -p" in out

    def test_writes_both_jobs_and_the_plan_and_overwrites_nothing_unasked(
        self, run: Command, settings: Path, tmp_path: Path
    ) -> None:
        jobs = tmp_path / "new" / "my jobs"
        code, out, _ = run("jcl", "-p", settings, "--output", jobs)
        assert code == 0
        assert sorted(path.name for path in jobs.iterdir()) == ["ZWEKRING.jcl", "ZWENOKYR.jcl", "plan.txt"]
        assert "ZWEKRING.jcl" in out
        before = (jobs / "ZWEKRING.jcl").read_bytes()
        assert read_job(before.decode().splitlines()).name == "ZWEKRING"
        code, _, err = run("jcl", "-p", settings, "--output", jobs, "--symbol", "LABEL=other")
        assert code == 5
        assert "is there already" in err
        assert (jobs / "ZWEKRING.jcl").read_bytes() == before
        assert run("jcl", "-p", settings, "--output", jobs, "--symbol", "LABEL=other", "--replace")[0] == 0
        assert (jobs / "ZWEKRING.jcl").read_bytes() != before

    def test_tells_all_of_it_as_json(self, run: Command, settings: Path) -> None:
        code, out, _ = run("jcl", "-p", settings, "--json")
        told = json.loads(out)
        assert (code, told["schema"], told["ring"]) == (0, "zowe-certs/jcl/1", "ZWESVUSR/ZoweKeyring")
        assert read_job(told["members"]["ZWEKRING"]).name == "ZWEKRING"

    def test_puts_a_password_into_a_file_of_its_owners_only_and_says_so(
        self, run: Command, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("P12", CANARY)
        jobs, words = tmp_path / "jobs", ["--option", "3", "--symbol", "DSNAME=A.B", "--password-from", "env:P12"]
        code, _, err = run("jcl", "-p", settings, *words, "--password-in-jcl", "--output", jobs, "--json")
        assert code == 0
        assert "ZC-JCL-01" in err
        job = jobs / "ZWEKRING.jcl"
        assert CANARY in job.read_text()
        assert sys.platform == "win32" or stat.S_IMODE(job.stat().st_mode) == 0o600
        assert not any(CANARY in (jobs / name).read_text() for name in ("ZWENOKYR.jcl", "plan.txt"))

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--password-in-jcl",), "needs --output"),
            (("--password-from", "env:P12"), "is for --password-in-jcl"),
            (("--symbol", f"PKCSPASS={CANARY}"), "takes no password"),
            (("--symbol", "LABEL"), "NAME=VALUE"),
            (("--symbol", "LABEL=a", "--symbol", "label=b"), "names LABEL twice"),
            (("--option", "x"), "it is 1, 2 or 3"),
            (("--option", "4"), "none of the three"),
            (("--product", "MVS"), "none of RACF, ACF2, TSS"),
            (("--symbol", "ZOWEUSER=MUCHTOOLONG"), "no user id of z/OS"),
            (("--at", "soon"), "--at"),
        ],
    )
    def test_says_in_a_sentence_what_cannot_be_used(
        self, run: Command, settings: Path, words: tuple[str, ...], told: str
    ) -> None:
        code, out, err = run("jcl", "-p", settings, *words)
        assert (code, out) == (2, "")
        assert told in err


def _role(product: str) -> tuple[str, ...]:
    return ("--symbol", "STCGRP=STCROLE") if product == "ACF2" else ()


class TestRing:
    def test_a_ring_that_goes_with_the_settings_ends_with_0(self, run: Command, settings: Path, listing: Path) -> None:
        code, out, _ = run("ring", listing, "-p", settings, "--at", "2026-06-01")
        assert code == 0
        assert "goes with the settings" in out
        assert "ZWESVUSR/Another.Ring too" in out

    def test_one_that_would_stop_zowe_ends_with_1_and_the_command_that_mends_it(
        self, run: Command, settings: Path, listing: Path
    ) -> None:
        certificates = listings.healthy()
        certificates["own"].status = "NOTRUST"
        listing.write_text(listings.listing(certificates))
        code, out, _ = run("ring", listing, "-p", settings, "--at", "2026-06-01")
        assert code == 1
        assert "RACDCERT ALTER(LABEL('Zowe #1 @prod')) ID(ZWESVUSR) TRUST" in out

    def test_json_has_entries_and_findings(self, run: Command, settings: Path, listing: Path) -> None:
        code, out, _ = run("ring", listing, "-p", settings, "--at", "2026-12-15", "--json", "--fail-on", "info")
        told = json.loads(out)
        assert (code, told["schema"], told["found"]) == (0, "zowe-certs/ring/1", True)
        assert [entry["alias"] for entry in told["entries"]][:2] == ["Zowe #1 @prod", "jwtsecret"]

    def test_a_listing_can_be_pasted(
        self, run: Command, settings: Path, listing: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(listing.read_text()))
        assert run("ring", "-", "-p", settings, "--at", "2026-06-01")[0] == 0

    def test_what_is_no_listing_ends_with_3(
        self, run: Command, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "none.txt").write_text("nothing\n")
        assert run("ring", tmp_path / "none.txt", "-p", settings)[0] == 3
        assert run("ring", tmp_path / "missing.txt", "-p", settings)[0] == 3
        monkeypatch.setattr(sys, "stdin", io.StringIO("nothing"))
        assert run("ring", "-", "-p", settings)[0] == 3

    def test_settings_without_a_ring_are_refused(self, run: Command, listing: Path, tmp_path: Path) -> None:
        (tmp_path / "files.env").write_text("HOSTNAME=zos1.example.com\n")
        code, _, err = run("ring", listing, "-p", tmp_path / "files.env")
        assert code == 2
        assert "ZOWE_KEYRING is empty" in err

    def test_the_examples_go_together(self, run: Command) -> None:
        assert run("ring", example_ring_listing(), "-p", example_ring_settings(), "--at", "2026-06-01")[0] == 0
        older = notebooks_folder() / "examples" / "zowe-setup-certificates-keyring-1.15.env"
        code, out, _ = run("ring", example_ring_listing(), "-p", older, "--at", "2026-06-01")
        assert code == 1  # of 1.15 the ring lacks the JWT secret
        assert "ZC-JWT-01" in out


class TestSetup:
    def test_makes_the_directory_beside_the_ring(
        self, run: Command, settings: Path, listing: Path, tmp_path: Path
    ) -> None:
        words = ("-p", settings, "--keystore-directory", tmp_path / "keystore", "--ring-listing", listing)
        code, out, _ = run("setup", *words, "--dry-run")
        assert code == 0
        assert 'EXTERNAL_ROOT_CA="Alder Root"' in out.replace(
            "EXTERNAL_ROOT_CA='Alder Root'", 'EXTERNAL_ROOT_CA="Alder Root"'
        )
        assert not (tmp_path / "keystore").exists()
        code, out, _ = run("setup", *words)
        assert code == 0
        assert [path.name for path in (tmp_path / "keystore").iterdir()] == ["zowe-certificates.env"]
        assert run("setup", *words)[0] == 5
        code, out, _ = run("setup", *words, "--replace", "--json")
        assert (code, json.loads(out)["schema"]) == (0, "zowe-certs/ring-directory/1")

    def test_a_ring_that_would_stop_zowe_makes_nothing(
        self, run: Command, settings: Path, listing: Path, tmp_path: Path
    ) -> None:
        words = ("-p", settings, "--keystore-directory", tmp_path / "keystore", "--ring-listing", listing)
        settings.write_text(settings.read_text().replace("Zowe #1", "zowe #1"))
        for more in ((), ("--dry-run",)):
            code, _, err = run("setup", *words, *more)
            assert code == 1
            assert "ZC-KR-04" in err
        assert not (tmp_path / "keystore").exists()
        assert run("setup", *words, "--in-spite-of-findings")[0] == 0

    @pytest.mark.parametrize("words", [("--ca-store", "ca.p12"), ("--external-password-from", "env:X")])
    def test_options_for_certificates_in_files_are_refused(
        self, run: Command, settings: Path, words: tuple[str, str]
    ) -> None:
        code, _, err = run("setup", "-p", settings, *words)
        assert code == 2
        assert "certificates in files" in err

    def test_a_listing_is_refused_for_certificates_in_files(self, run: Command, listing: Path, tmp_path: Path) -> None:
        (tmp_path / "files.env").write_text("HOSTNAME=zos1.example.com\n")
        code, _, err = run("setup", "-p", tmp_path / "files.env", "--ring-listing", listing)
        assert code == 2
        assert "ZOWE_KEYRING is empty" in err


class TestInstance:
    @pytest.fixture
    def instances(self, tmp_path: Path) -> list[Path]:
        folders = [tmp_path / "instance 1", tmp_path / "instance 2"]
        for folder in folders:
            folder.mkdir()
            (folder / "instance.env").write_text("ROOT_DIR=/usr/lpp/zowe\nKEYSTORE_DIRECTORY=/old\n")
        return folders

    def test_sets_the_directory_of_all_and_says_what_launch_will_say(
        self, run: Command, settings: Path, listing: Path, instances: list[Path], tmp_path: Path
    ) -> None:
        run("setup", "-p", settings, "--keystore-directory", tmp_path / "ks", "--ring-listing", listing)
        words = ("instance", *instances, "--keystore-directory", tmp_path / "ks")
        code, out, _ = run(*words, "--set-keystore-directory", "/global/zowe/keystore", "--dry-run")
        assert (code, "would name" in out) == (0, True)
        assert "KEYSTORE_DIRECTORY=/old" in (instances[0] / "instance.env").read_text()
        code, out, _ = run(*words, "--set-keystore-directory", "/global/zowe/keystore")
        assert code == 0
        assert "All 2 instances share /global/zowe/keystore" in out
        assert [(one / "instance.env").read_text() for one in instances] == [
            "ROOT_DIR=/usr/lpp/zowe\nKEYSTORE_DIRECTORY=/global/zowe/keystore\n"
        ] * 2
        told = json.loads(run(*words, "--json")[1])
        assert [one["starts"] for one in told["instances"]] == ["passes Zowe's checks"] * 2

    def test_a_failing_check_ends_with_1(self, run: Command, instances: list[Path], tmp_path: Path) -> None:
        code, out, _ = run("instance", instances[0], "--keystore-directory", tmp_path)
        assert code == 1
        assert "ZC-INS-01" in out

    def test_one_that_is_not_there_leaves_the_others_as_they_are(
        self, run: Command, instances: list[Path], tmp_path: Path
    ) -> None:
        code, _, err = run("instance", instances[0], tmp_path / "none", "--set-keystore-directory", "/KS")
        assert code == 2
        assert "cannot be read" in err
        assert "KEYSTORE_DIRECTORY=/old" in (instances[0] / "instance.env").read_text()

    def test_a_dry_run_of_nothing_is_refused(self, run: Command, instances: list[Path]) -> None:
        assert run("instance", instances[0], "--dry-run")[0] == 2


class TestExplain:
    def test_a_return_code_with_the_sites_own_words(self, run: Command) -> None:
        code, out, _ = run("explain", "8/8/44", "--ring", "ZWESVUSR/ZoweKeyring", "--label", "localhost")
        assert code == 0
        assert "RACDCERT LIST(LABEL('localhost')) ID(ZWESVUSR)" in out

    def test_a_log(self, run: Command, tmp_path: Path) -> None:
        (tmp_path / "zowe.log").write_bytes(b"x\nR_datalib call failed: SAF rc: 8, RACF rc: 8, RACF rsn: 84\n\xff\n")
        told = json.loads(run("explain", "--log", tmp_path / "zowe.log", "--json")[1])
        assert [one["code"] for one in told["return_codes"]] == ["8/8/84"]

    @pytest.mark.parametrize(
        ("words", "code"),
        [((), 2), (("9/9/9",), 2), (("8/8/8", "--log", "x"), 2), (("8/8/8", "--ring", "x"), 2), (("--log", "none"), 3)],
    )
    def test_what_cannot_be_explained_is_said_so(self, run: Command, words: tuple[str, ...], code: int) -> None:
        assert run("explain", *words)[0] == code


class TestAuditOfAListing:
    def test_holds_the_ring_against_the_settings(self, run: Command, settings: Path, listing: Path) -> None:
        words = ("audit", listing, "--settings", settings, "--at", "2026-06-01", "--format", "json")
        code, out, _ = run(*words)
        assert (code, json.loads(out)["findings"]) == (0, [])
        certificates = listings.healthy()
        certificates["root"].usage = ""
        listing.write_text(listings.listing(certificates))
        code, out, _ = run(*words)
        (found,) = json.loads(out)["findings"]
        assert (code, found["rule"], found["where"]["source"]) == (1, "ZC-KR-07", "ZWESVUSR/ZoweKeyring")

    def test_holds_it_against_the_directory_that_names_it(
        self, run: Command, settings: Path, listing: Path, tmp_path: Path
    ) -> None:
        run("setup", "-p", settings, "--keystore-directory", tmp_path / "ks", "--ring-listing", listing)
        listing.write_text(listings.listing(listings.healthy()).replace("Zowe #1 @prod", "Zowe #2 @prod"))
        code, out, _ = run("audit", tmp_path / "ks", listing, "--at", "2026-06-01", "--format", "json")
        assert code == 1
        assert "ZC-KR-04" in [found["rule"] for found in json.loads(out)["findings"]]

    def test_a_ring_and_a_keystore_are_one_graph(self, run: Command, listing: Path, tmp_path: Path) -> None:
        (tmp_path / "files.env").write_text("HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD=Secret12345\n")
        run("setup", "-p", tmp_path / "files.env", "--keystore-directory", tmp_path / "ks")
        code, out, _ = run("graph", listing, tmp_path / "ks", "--format", "json")
        stores = {node["label"] for node in json.loads(out)["graph"]["nodes"] if node["kind"] == "store"}
        assert code == 0
        assert {"my ring.txt", "localhost.keystore.p12", "localhost.truststore.p12"} <= stores
