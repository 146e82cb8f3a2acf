"""``zowe-certs inspect``: one row a source, readable or not, in the order given."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.stores import racf_samples
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.parameters import InspectParameters
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.show.inspect_steps import read_source
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, write_pkcs12

PASSWORD = "unguessed"


@pytest.fixture
def inspect(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The exit code and the JSON of ``zowe-certs inspect``; ``env:STORE_PASSWORD`` is that of the made sets."""
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)

    def run(*arguments: object) -> tuple[int, dict[str, Any]]:
        code = main(["inspect", *map(str, arguments), "--format", "json"])
        said = capsys.readouterr()
        assert PASSWORD not in said.out + said.err
        return code, json.loads(said.out)

    return run


def keystore(made: Made) -> Path:
    return made.plan.directory / made.plan.keystore.path


def test_every_source_has_its_row_in_the_order_given(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    made = made_sets["1.15"]
    (tmp_path / "text.p12").write_text("no store")
    sources = [
        tmp_path / "nowhere.p12",
        keystore(made),
        tmp_path / "text.p12",
        made.plan.directory / "local_ca/localca.cer",
    ]
    code, found = inspect(*sources, "--password-from", "env:STORE_PASSWORD")
    assert code == 3
    assert found["schema"] == "zowe-certs/inspect/1"
    assert [row["source"] for row in found["stores"]] == [str(source) for source in sources]
    errors = [row["error"]["code"] if row["error"] else None for row in found["stores"]]
    assert errors == ["SourceMissing", None, "UnknownFormat", None]
    assert [row["format"] for row in found["stores"]] == [None, "PKCS12", None, "PEM"]
    assert [entry["alias"] for entry in found["stores"][1]["entries"]] == ["localhost", "jwtsecret", "localca"]


def test_an_entry_tells_what_the_contract_promises(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made]
) -> None:
    made = made_sets["1.15"]
    _, found = inspect(keystore(made), "--password-from", "env:STORE_PASSWORD")
    entry = found["stores"][0]["entries"][0]
    leaf, authority = entry["chain"]
    assert (entry["kind"], entry["key"]) == ("private_key", {"type": "RSA", "bits": 2048})
    assert leaf["sha256"] == made.sha256["localhost"]
    assert authority["sha256"] == made.sha256["localca"]
    assert (leaf["self_signed"], authority["self_signed"]) == (False, True)
    assert leaf["san"][0] == "dns:zos1.example.com"
    assert leaf["extended_key_usage"] == ["clientAuth", "serverAuth"]
    assert leaf["not_after"].endswith("Z")


@pytest.mark.parametrize(
    ("references", "code", "error"),
    [
        (["env:STORE_PASSWORD"], 0, None),
        (["*.jks=env:NOT_ASKED_FOR", "*keystore.p12=env:STORE_PASSWORD"], 0, None),
        (["*.jks=env:STORE_PASSWORD"], 3, "WrongPassword"),
        ([], 3, "WrongPassword"),
    ],
)
def test_a_password_is_for_the_stores_that_its_glob_names(
    inspect: Callable[..., tuple[int, dict[str, Any]]],
    made_sets: Mapping[str, Made],
    references: list[str],
    code: int,
    error: str | None,
) -> None:
    words = [word for reference in references for word in ("--password-from", reference)]
    answered, found = inspect(keystore(made_sets["1.15"]), *words)
    assert answered == code
    assert (found["stores"][0]["error"] or {}).get("code") == error


def test_a_published_password_is_tried_and_told(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made]
) -> None:
    plan = made_sets["1.28 as Zowe"].plan
    code, found = inspect(plan.directory / plan.stores[0].path)
    assert code == 0
    assert [(one["rule"], one["where"]["source"]) for one in found["findings"]] == [
        ("ZC-KS-08", str(plan.directory / plan.stores[0].path))
    ]


def test_in_a_folder_what_cannot_be_read_is_a_finding(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    made = made_sets["1.15"]
    whole = keystore(made).read_bytes()
    (tmp_path / "a.p12").write_bytes(whole)
    (tmp_path / "b.p12").write_bytes(whole[:-40])
    (tmp_path / "notes.txt").write_text("nothing of interest")
    code, found = inspect(tmp_path, "--password-from", "env:STORE_PASSWORD")
    assert code == 1
    assert [row["source"] for row in found["stores"]] == [str(tmp_path / "a.p12"), str(tmp_path / "b.p12")]
    assert [one["rule"] for one in found["findings"]] == ["ZC-KS-01"]


def test_what_is_no_store_in_a_folder_is_passed_over_with_the_reason(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "ring.txt").write_text(racf_samples.LISTRING)
    (tmp_path / "notes.txt").write_text("nothing of interest")
    csr = next(made_sets["1.15"].plan.directory.rglob("*.csr"))
    (tmp_path / "z.pem").write_bytes(csr.read_bytes())
    code, found = inspect(tmp_path)
    assert code == 0
    assert [row["format"] for row in found["stores"]] == ["RACDCERT listing"]
    assert found["findings"] == []
    assert found["passed_over"] == [
        {"source": str(tmp_path / "notes.txt"), "reason": "it is text without a PEM block"},
        {
            "source": str(tmp_path / "z.pem"),
            "reason": "it holds a certificate request, which holds no certificate yet",
        },
    ]
    assert main(["inspect", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Passed over as no store: 2" in said
    assert "apiml node 1          ZWESVUSR          ZWESVUSR/ZoweKeyring  PERSONAL  yes" in said


def test_a_store_is_compared_with_a_listing_of_the_ring_it_went_to(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    made = made_sets["1.15"]
    _, found = inspect(keystore(made), "--password-from", "env:STORE_PASSWORD")
    leaf = found["stores"][0]["entries"][0]["chain"][0]
    listing = tmp_path / "ring.txt"
    text = racf_samples.LIST_USER.replace("apiml node 1", "localhost").replace("2048 bit spare", "jwtsecret")
    old = "1D:C7:25:90:0B:6F:AA:10:52:84:3E:9C:77:01:F3:D8:\n       40:5E:62:BB:19:0C:C4:38:E1:96:7A:2D:85:F0:13:6E"
    assert old in text
    listing.write_text(text.replace(old, leaf["sha256"].upper()))
    _, found = inspect(keystore(made), "--password-from", "env:STORE_PASSWORD", "--compare-with", listing)
    told = {one["alias"]: one["change"] for one in found["changes"]}
    assert told == {"localhost": "chain", "jwtsecret": "kind", "localca": "added"}
    listing.write_text(text)
    _, found = inspect(keystore(made), "--password-from", "env:STORE_PASSWORD", "--compare-with", listing)
    assert {one["alias"]: one["change"] for one in found["changes"]}["localhost"] == "other"


@pytest.mark.parametrize(
    ("option", "code", "error"),
    [
        (("--max-rounds", 9_999), 3, "TooCostly"),
        (("--max-rounds", 25_000), 0, None),
        (("--max-entries", 4), 3, "TooCostly"),
        (("--max-bytes", 1_000), 3, "TooCostly"),
    ],
)
def test_what_a_source_may_cost_is_an_option_that_the_refusal_names(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], option: tuple[object, ...],
    code: int, error: str | None,
) -> None:  # fmt: skip
    answered, found = inspect(keystore(made_sets["1.15"]), "--password-from", "env:STORE_PASSWORD", *option)
    told = found["stores"][0]["error"] or {}
    assert (answered, told.get("code")) == (code, error)
    assert error is None or f"{option[0]} raises it" in told["message"]


def test_a_limit_that_is_not_positive_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["inspect", str(tmp_path), "--max-rounds", "0"]) == 2
    assert "--max-rounds must be a positive number, not 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "most"), [("bytes", "1,073,741,824"), ("rounds", "1,000,000,000"), ("entries", "1,000,000")]
)
def test_a_limit_is_bounded_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, most: str) -> None:
    highest = int(most.replace(",", ""))
    assert main(["inspect", str(tmp_path), f"--max-{option}", str(highest)]) == 0
    for number in (str(highest + 1), "9" * 400):
        capsys.readouterr()
        assert main(["inspect", str(tmp_path), f"--max-{option}", number]) == 2
        assert capsys.readouterr().err == f"zowe-certs: --max-{option} can be {most} at most\n"


def test_keys_are_proved_where_that_is_asked_for(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made]
) -> None:
    words = (keystore(made_sets["1.15"]), "--password-from", "env:STORE_PASSWORD")
    entries = [inspect(*words, *more)[1]["stores"][0]["entries"] for more in ((), ("--prove-keys",))]
    fits = [{entry["alias"]: entry.get("key_fits") for entry in found} for found in entries]
    assert fits == [
        {"localhost": None, "jwtsecret": None, "localca": None},
        {"localhost": True, "jwtsecret": True, "localca": None},
    ]


def test_a_comparison_tells_what_became_of_each_entry(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made]
) -> None:
    new, old = made_sets["1.22 same authority"].plan, made_sets["1.15"].plan
    words = ("--password-from", "env:STORE_PASSWORD", "--compare-with", old.directory / old.truststore.path)
    code, found = inspect(new.directory / new.truststore.path, *words)
    assert code == 0
    assert [(one["alias"], one["change"]) for one in found["changes"]] == [("localca", "replaced")]


@pytest.mark.parametrize("arguments", [["{store}", "{store}"], ["{folder}"]])
def test_a_comparison_is_of_one_store_with_one(
    made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)
    made = made_sets["1.15"]
    words = [word.format(store=keystore(made), folder=made.plan.directory) for word in arguments]
    command = ["inspect", *words, "--compare-with", str(keystore(made)), "--password-from", "env:STORE_PASSWORD"]
    assert main(command) == 2
    assert "needs one store to compare" in capsys.readouterr().err


@pytest.mark.parametrize("older", ["{folder}/none.p12", "{folder}/text.p12", "a" * 5_000])
def test_an_older_store_that_cannot_be_read_is_told_after_the_rows(
    made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str], tmp_path: Path, older: str
) -> None:
    (tmp_path / "text.p12").write_text("no store")
    source = str(made_sets["1.15"].plan.directory / "local_ca/localca.cer")
    words = ["inspect", source, "--compare-with", older.format(folder=tmp_path)]
    assert main([*words, "--format", "json"]) == 3
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert [row["source"] for row in found["stores"]] == [source]
    assert "changes" not in found
    assert "cannot be read" in said.err
    assert main(words) == 3
    assert "localca.cer" in capsys.readouterr().out


def test_with_nothing_to_compare_the_source_that_cannot_be_read_has_its_row(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    code, found = inspect(tmp_path / "none.p12", "--compare-with", keystore(made_sets["1.15"]))
    assert code == 3
    assert [row["error"]["code"] for row in found["stores"]] == ["SourceMissing"]


def test_a_wrong_number_of_stores_to_compare_is_told_after_the_rows(
    made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made_sets["1.15"].plan.directory
    source = folder / "local_ca/localca.cer"
    for words in ([source, source, "--compare-with", source], [source, "--compare-with", folder]):
        assert main(["inspect", *map(str, words), "--format", "json"]) == 2
        said = capsys.readouterr()
        assert json.loads(said.out)["stores"][0]["source"] == str(source)
        assert "needs one store to compare" in said.err or "is a folder; a comparison is with one store" in said.err


def test_an_empty_older_store_is_refused_as_an_empty_source(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["inspect", str(tmp_path), "--compare-with", ""]) == 2
    assert capsys.readouterr().err == "zowe-certs: --compare-with is empty; name a file or folder\n"


def test_a_source_whose_name_is_too_long_has_its_row(
    inspect: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    code, found = inspect("a" * 5_000)
    assert code == 3
    assert [row["error"]["code"] for row in found["stores"]] == ["SourceMissing"]


def test_a_folder_that_may_not_be_read_has_its_row(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    code, found = inspect(tmp_path, made_sets["1.15"].plan.directory / "local_ca/localca.cer")
    assert code == 3
    assert [(row["error"] or {}).get("code") for row in found["stores"]] == ["SourceMissing", None]


def test_a_store_over_the_limit_in_a_folder_is_a_finding(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    (tmp_path / "a.p12").write_bytes(keystore(made_sets["1.15"]).read_bytes())
    code, found = inspect(tmp_path, "--max-bytes", "1000")
    assert code == 1
    assert [row["error"]["code"] for row in found["stores"]] == ["TooCostly"]
    assert [one["rule"] for one in found["findings"]] == ["ZC-KS-01"]


def test_as_text_it_reads_like_a_table_and_tells_the_chain_as_a_tree(
    made_sets: Mapping[str, Made], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)
    assert main(["inspect", str(keystore(made_sets["1.15"])), "--password-from", "env:STORE_PASSWORD"]) == 0
    said = capsys.readouterr().out
    assert "└ Zowe Development Instances Certificate Authority, ends " in said
    assert "server and client" in said
    assert "3DES and SHA-1, 10,000 rounds" in said
    assert "SHA-256" not in said
    full = ["inspect", str(keystore(made_sets["1.15"])), "--password-from", "env:STORE_PASSWORD", "--full"]
    assert main(full) == 0
    assert made_sets["1.15"].sha256["localhost"] in capsys.readouterr().out


@pytest.mark.parametrize("literal", ["Geheim4711", "*.p12=Geheim4711", "=env:STORE_PASSWORD"])
def test_a_literal_password_or_an_empty_glob_is_refused_unseen(
    capsys: pytest.CaptureFixture[str], literal: str
) -> None:
    assert main(["inspect", "a.p12", "--password-from", literal]) == 2
    said = capsys.readouterr()
    assert "Geheim" not in said.out + said.err
    assert len(said.err.splitlines()) == 1


def test_a_key_that_is_not_that_of_its_certificate_is_an_error(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made], tmp_path: Path
) -> None:
    wrong, own = tmp_path / "wrong.p12", made_sets["1.15"].plan.directory / "localhost"
    key = serialization.load_pem_private_key((own / "localhost.keystore.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((own / "localhost.keystore.jwtsecret.pem").read_bytes())
    assert isinstance(key, rsa.RSAPrivateKey)
    content = KeyContent("localhost", key, (certificate,))
    wrong.write_bytes(write_pkcs12([content], Protection(Secret(PASSWORD), Profile.MODERN, 1_000)))
    assert inspect(wrong, "--password-from", "env:STORE_PASSWORD")[0] == 0
    code, found = inspect(wrong, "--password-from", "env:STORE_PASSWORD", "--prove-keys")
    assert code == 1
    assert [(one["rule"], one["where"]["alias"]) for one in found["findings"]] == [("ZC-KEY-05", "localhost")]


def test_a_folder_without_a_store_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["inspect", str(tmp_path)]) == 0
    assert "There is no store in it" in capsys.readouterr().out


def test_an_address_of_the_web_is_refused_with_how_to_name_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "https://localhost:443/"]) == 2
    assert "name the server as host:port" in capsys.readouterr().err


def test_the_same_certificate_under_another_alias_is_told_as_that(
    inspect: Callable[..., tuple[int, dict[str, Any]]], made_sets: Mapping[str, Made]
) -> None:
    made = made_sets["1.15"]
    pem = made.plan.directory / "local_ca/localca.cer"
    store = made.plan.directory / made.plan.truststore.path
    _, found = inspect(store, "--password-from", "env:STORE_PASSWORD", "--compare-with", pem)
    assert [(one["alias"], one["change"]) for one in found["changes"]] == [("localca", "renamed")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_why_a_named_source_cannot_be_read_goes_to_stderr_too_where_stdout_is_no_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    assert main(["inspect", str(tmp_path / "nowhere.p12"), "--format", form]) == 3
    said = capsys.readouterr()
    assert said.err == f"zowe-certs: {tmp_path / 'nowhere.p12'} cannot be read: No such file or directory\n"
    assert "nowhere.p12" in said.out


def test_the_notebook_proves_the_keys_of_its_example_too(tmp_path: Path) -> None:
    rows = read_source(InspectParameters(out_dir=str(tmp_path), prove_keys=True, interactive=False)).value
    fits = {entry.alias: entry.key_fits for row in rows if row.store for entry in row.store.entries}
    assert (fits["localhost"], fits["jwtsecret"]) == (True, True)
