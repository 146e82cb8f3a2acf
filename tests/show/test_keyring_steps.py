"""Notebook 40, step by step: settings, job, ring, pictures, directory, instances, result."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from tests.keyring import ring_listings as listings
from tests.keyring.jcl_reader import read_job
from zowe_certs_kernel import (
    KeyringParameters,
    check_instances,
    draw_ring,
    draw_ring_launch,
    finish_keyring,
    make_ring_folder,
    plan_ring_folder,
    plan_ring_job,
    read_ring,
    read_ring_settings,
    show_ring_job,
    write_ring_jobs,
)
from zowe_certs_kernel.errors import Refused, SourceMissing, UsageError
from zowe_certs_kernel.parameters import checked

CANARY = "Cnry7f3a91c2e4"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "my zowe.env"
    file.write_text(
        "ZOWE_KEYRING=ZoweKeyring\nHOSTNAME=zos1.alder.example\nKEYSTORE_ALIAS='Zowe #1 @prod'\n"
        "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\n"
    )
    return file


def with_settings(settings: Path, **more: object) -> KeyringParameters:
    values = {"settings": str(settings), "out_dir": str(settings.parent / "out"), "at": "2026-06-01", **more}
    return KeyringParameters(**values)  # type: ignore[arg-type]


def test_with_its_defaults_everything_is_an_example(tmp_path: Path) -> None:
    parameters = KeyringParameters(out_dir=str(tmp_path))
    read = read_ring_settings(parameters)
    job = plan_ring_job(parameters, read)
    assert "security administrator" in repr(job)
    assert "RACDCERT ADDRING" in repr(show_ring_job(job))
    write_ring_jobs(parameters, job)
    assert read_job((tmp_path / "ZWEKRING.jcl").read_text().splitlines()).name == "ZWEKRING"
    ring = read_ring(parameters, read)
    assert [entry.alias for entry in ring.value.entries] == ["localhost", "localca"]
    draw_ring(parameters)
    plan = plan_ring_folder(parameters, read)
    made = make_ring_folder(parameters, plan)
    assert made.value
    assert (made.value.plan.directory / "zowe-certificates.env").is_file()
    instances = check_instances(parameters, made)
    assert [report.starts for report in instances.value] == ["passes Zowe's checks"] * 2
    launch = draw_ring_launch(parameters, made).value
    kinds = [str(node.kind) for node in launch.nodes]
    assert kinds.count("instance directory") == 2
    assert {"job", "key ring"} <= set(kinds)
    finish_keyring(parameters, job, ring, plan, instances)
    told = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (told["schema"], told["counts"]["error"]) == ("zowe-certs/keyring/1", 0)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "ZWEKRING.jcl",
        "ZWENOKYR.jcl",
        "launch.svg",
        "plan.txt",
        "result.json",
        "ring.svg",
    }


def test_symbols_come_with_a_colon_or_an_equals_sign(settings: Path) -> None:
    parameters = with_settings(settings, product="ACF2", option=3, symbols=["STCGRP:ROLE", "DSNAME=A.B"])
    job = plan_ring_job(parameters, read_ring_settings(parameters)).value
    assert (job.values["STCGRP"], job.values["DSNAME"]) == ("ROLE", "A.B")


def test_a_password_is_no_symbol_and_is_refused_before_anything_runs() -> None:
    for value in ([f"PKCSPASS={CANARY}"], f"pkcspass:{CANARY}"):
        with pytest.raises(UsageError, match="takes no password") as refused:
            checked("40_keyring_jcl", {"symbols": value})
        assert CANARY not in str(refused.value)


def test_a_password_asked_for_is_in_the_job_file_alone(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P12", CANARY)
    parameters = with_settings(
        settings, option=3, symbols=["DSNAME:A.B"], password_in_jcl=True, password_from="env:P12"
    )
    job = plan_ring_job(parameters, read_ring_settings(parameters))
    written = write_ring_jobs(parameters, job)
    out = settings.parent / "out"
    assert CANARY in (out / "ZWEKRING.jcl").read_text()
    assert sys.platform == "win32" or stat.S_IMODE((out / "ZWEKRING.jcl").stat().st_mode) == 0o600
    shown = "".join(
        [repr(page) + page._repr_html_() for page in (job, show_ring_job(job), written)]
        + [(out / "plan.txt").read_text()]
    )
    assert CANARY not in shown
    assert "ZC-JCL-01" in shown


def test_a_listing_is_read_from_a_file_or_pasted(settings: Path) -> None:
    text = listings.listing(listings.healthy())
    (settings.parent / "ring.txt").write_text(text)
    for more in ({"ring_listing": [str(settings.parent / "ring.txt")]}, {"pasted": text}):
        parameters = with_settings(settings, **more)
        assert "goes with the settings" in repr(read_ring(parameters, read_ring_settings(parameters)))


def test_without_a_listing_it_is_said_how_to_get_one(settings: Path) -> None:
    parameters = with_settings(settings)
    assert "RACDCERT LISTRING(ZoweKeyring) ID(ZWESVUSR)" in repr(read_ring(parameters, read_ring_settings(parameters)))


def test_a_listing_that_is_not_there_stops_the_run(settings: Path) -> None:
    parameters = with_settings(settings, ring_listing=["none.txt"])
    with pytest.raises(SourceMissing):
        read_ring(parameters, read_ring_settings(parameters))


def test_nothing_is_made_without_a_folder_or_with_a_ring_that_would_stop_zowe(settings: Path) -> None:
    parameters = with_settings(settings)
    read = read_ring_settings(parameters)
    assert make_ring_folder(parameters, plan_ring_folder(parameters, read)).value is None
    certificates = listings.healthy()
    certificates["own"].key = "NO"
    parameters = with_settings(
        settings, pasted=listings.listing(certificates), keystore_directory=str(settings.parent / "ks")
    )
    plan = plan_ring_folder(parameters, read)
    with pytest.raises(Refused, match="ZC-KR-06"):
        make_ring_folder(parameters, plan)
    assert not (settings.parent / "ks").exists()
    parameters.in_spite_of_findings = True
    assert make_ring_folder(parameters, plan_ring_folder(parameters, read)).value


def test_instances_of_ones_own_are_checked_against_the_directory_made(settings: Path) -> None:
    folder = settings.parent / "my instance"
    folder.mkdir()
    (folder / "instance.env").write_text("KEYSTORE_DIRECTORY=/global/zowe/keystore\n")
    parameters = with_settings(settings, keystore_directory=str(settings.parent / "ks"), instances=[str(folder)])
    made = make_ring_folder(parameters, plan_ring_folder(parameters, read_ring_settings(parameters)))
    (report,) = check_instances(parameters, made).value
    assert report.starts == "passes Zowe's checks"
