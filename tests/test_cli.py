"""The command line: what it prints, what it answers, and what it never says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.cli import main
from zowe_certs_kernel.folders import notebooks_folder

LITERAL = "Geheim4711"
EXAMPLES = sorted((notebooks_folder() / "examples").glob("*.env"))

Settings = Callable[[str], str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A settings file with these lines after good ones."""

    def write(lines: str = "") -> str:
        path = tmp_path / "my zowe.env"
        good = f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD={LITERAL}\nVERIFY_CERTIFICATES=false\n"
        path.write_text(good + lines, encoding="utf-8")
        return str(path)

    return write


def test_setup_makes_the_directory_and_says_so(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "key store"
    assert main(["setup", "-p", settings(""), "--keystore-directory", str(target)]) == 0
    said = capsys.readouterr()
    assert "12 files" in said.out
    assert str(target) in said.out
    assert LITERAL not in said.out + said.err
    assert (target / "zowe-certificates.env").is_file()


def test_setup_tells_the_same_as_json(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "ks"
    arguments = ["setup", "-p", settings(""), "--keystore-directory", str(target), "--json"]
    assert main([*arguments, "--dry-run"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert not target.exists()
    assert main(arguments) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["schema"] == "zowe-certs/setup/1"
    assert made["delivery"] == planned["delivery"]
    assert set(made["certificates"]) == {"localca", "localhost", "jwtsecret"}
    assert made["counts"] == {"error": 0, "warning": 0, "info": 0}


def test_a_dry_run_shows_the_commands_and_writes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert main(["setup", "-p", settings(""), "--keystore-directory", str(tmp_path / "ks"), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "keytool -genkeypair" in said
    assert "zowe zos-files upload" in said
    assert LITERAL not in said
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != "my zowe.env"] == before


@pytest.mark.parametrize(
    ("lines", "culprit"),
    [
        ("IPADDRESS=zos1\n", "IPADDRESS"),
        ("HOSTNAME='zos 1'\n", "HOSTNAME"),
        ("HOSTNAME=\n", "HOSTNAME"),
        ("EXTERNAL_CERTIFICATE=my.p12\n", "EXTERNAL_CERTIFICATE"),
        ("KEYSTORE_PASSWORD=abc\n", "KEYSTORE_PASSWORD"),
        ("KEYSTORE_PASSWORD=\n", "KEYSTORE_PASSWORD"),
        ("VERIFY_CERTIFICATES=$(date)\n", "line 4"),
        ("date\n", "line 4"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it_and_exit_code_2(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, culprit: str
) -> None:
    assert main(["setup", "-p", settings(lines), "--keystore-directory", str(tmp_path / "ks")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert culprit in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert LITERAL not in said.err
    assert not (tmp_path / "ks").exists()


def test_several_bad_settings_are_told_at_once(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "-p", settings("IPADDRESS=x\nKEYSTORE_ALIAS=a/b\n")]) == 2
    said = capsys.readouterr().err
    assert "line 4: IPADDRESS" in said
    assert "line 5: KEYSTORE_ALIAS" in said


def test_a_missing_settings_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "-p", str(tmp_path / "nope.env")]) == 2
    assert "nope.env" in capsys.readouterr().err


def test_an_existing_directory_is_exit_code_5(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ks").mkdir()
    arguments = ["setup", "-p", settings(""), "--keystore-directory", str(tmp_path / "ks")]
    assert main(arguments) == 5
    assert "--replace" in capsys.readouterr().err
    assert main([*arguments, "--replace"]) == 0
    assert "is kept in" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_says_which_option_to_give(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["setup", "-p", settings(""), "--keystore-directory", str(tmp_path / "file/ks")]) == 2
    assert "--keystore-directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["setup", "-p", "x", "--password-from", LITERAL],
        ["setup", "-p", "x", f"--password={LITERAL}"],
        ["setup", "-p", "x", "--password", LITERAL],
        ["run", "10_setup_certificates", "--set", f"password_from={LITERAL}"],
        ["run", "10_setup_certificates", "--set", f"password={LITERAL}"],
    ],
)
def test_a_literal_password_is_refused_and_not_repeated(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(str(ended.code))
    said = capsys.readouterr()
    assert code == 2
    assert said.err
    assert LITERAL not in said.out + said.err
    assert list(tmp_path.iterdir()) == []


def test_the_password_comes_from_its_reference_where_the_file_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from zowe_certs_kernel import Secret, open_store

    monkeypatch.setenv("MY_PASSWORD", LITERAL)
    (tmp_path / "z.env").write_text("HOSTNAME=h.example.com\n", encoding="utf-8")
    arguments = ["setup", "-p", str(tmp_path / "z.env"), "--keystore-directory", str(tmp_path / "ks")]
    assert main([*arguments, "--password-from", "env:NOT_SET_AT_ALL"]) == 2
    assert "NOT_SET_AT_ALL" in capsys.readouterr().err
    assert main([*arguments, "--password-from", "env:MY_PASSWORD"]) == 0
    assert open_store(tmp_path / "ks/localhost/localhost.keystore.p12", Secret(LITERAL)).entries


def test_a_later_settings_file_overrides_an_earlier_one(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "later.env").write_text("KEYSTORE_ALIAS=later\n", encoding="utf-8")
    arguments = ["setup", "-p", settings("KEYSTORE_ALIAS=first\n"), "-p", str(tmp_path / "later.env")]
    assert main([*arguments, "--dry-run", "--json"]) == 0
    assert "later/later.keystore.p12" in capsys.readouterr().out


@pytest.mark.parametrize("release", ["2.0", "1.7", "1.29", "latest"])
def test_a_release_that_is_not_for_env_files_is_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str], release: str
) -> None:
    assert main(["setup", "-p", settings(""), "--release", release]) == 2
    assert release in capsys.readouterr().err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_work_and_prove_their_release(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOWE_KEYSTORE_PASSWORD", LITERAL)
    assert main(["setup", "-p", str(example), "--keystore-directory", str(tmp_path / "ks"), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert example.stem.endswith(made["release"])
    wanted = ["ZC-KR-13", "ZC-TS-03"] if "keyring" in example.stem else ["ZC-TS-03"]
    assert [finding["rule"] for finding in made["findings"]] == wanted


def test_list_names_every_notebook_with_its_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    for path in notebooks_folder().glob("*.ipynb"):
        assert path.stem in said
    assert "keystore_directory: str" in said


def test_help_and_version_answer_without_the_heavy_libraries() -> None:
    watch = "import sys; from zowe_certs_kernel.cli import main\ntry: main(sys.argv[1:])\nfinally: print(*sys.modules)"
    for argument in ("--help", "--version"):
        run = subprocess.run(
            [sys.executable, "-c", watch, argument], capture_output=True, text=True, check=True, timeout=60
        )
        loaded = set(run.stdout.split())
        assert not loaded & {"cryptography", "matplotlib", "papermill", "jks", "dataclasses"}


def test_an_empty_folder_name_is_refused_rather_than_taken_for_none(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", "-p", settings(""), "--keystore-directory", ""]) == 2
    assert "--keystore-directory is empty" in capsys.readouterr().err


def test_a_password_shows_no_character_of_itself_in_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in ("KEYSTORE_PASSWORD=ab(cd", "KEYSTORE_PASSWORD=correct1 horse=battery"):
        (tmp_path / "z.env").write_text(f"HOSTNAME=h.example.com\n{line}\n", encoding="utf-8")
        assert main(["setup", "-p", str(tmp_path / "z.env"), "--dry-run"]) == 2
        said = capsys.readouterr().err
        assert "line 2" in said
        assert not any(crumb in said for crumb in ("(", "horse", "battery"))


def test_a_reader_who_has_read_enough_is_no_error(settings: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "zowe_certs_kernel", "setup", "-p", settings(""), "--dry-run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_hostile_text_reaches_the_terminal_only_made_visible(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "z.env").write_text("HOSTNAME='\x1b[2Jz\u202e'\n", encoding="utf-8")
    assert main(["setup", "-p", str(tmp_path / "z.env")]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_two_sets_are_signed_by_one_authority_that_is_kept_apart(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CA_PASSWORD", "of the authority")
    certificates = []
    for name in ("one", "two"):
        arguments = ["setup", "-p", settings("COMPONENT_LEVEL_CERTIFICATES=zss\n"), "--release", "1.28", "--json"]
        arguments += ["--keystore-directory", str(tmp_path / name), "--ca-store", str(tmp_path / "the ca.p12")]
        assert main([*arguments, "--ca-password-from", "env:CA_PASSWORD"]) == 0
        said = capsys.readouterr()
        made = json.loads(said.out)
        assert made["authority"] == {"file": str(tmp_path / "the ca.p12"), "found": name == "two"}
        assert "of the authority" not in said.out + said.err
        certificates.append(made["certificates"])
    one, two = certificates
    assert one["localca"] == two["localca"]
    assert one["localhost"] != two["localhost"]
    assert set(two) == {"localca", "localhost", "zss"}


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--ca-password-from", LITERAL], 2, "only the place where it is"),
        (["--ca-password-from", ""], 2, "only the place where it is"),
        (["--ca-store", ""], 2, "--ca-store is empty"),
        (["--ca-store", "{tmp}/no/ca.p12"], 2, "there is no folder"),
        (["--ca-store", "{tmp}/ks/ca.p12"], 2, "lies in the directory"),
        (["--ca-store", "{tmp}/ca.p12", "--as-zowe"], 2, "leave out --as-zowe"),
        (["--ca-store", "{tmp}/text.p12"], 3, "cannot be read"),
        (["--ca-store", "{tmp}"], 3, "cannot be read"),
    ],
)
def test_an_authority_that_cannot_be_used_is_one_sentence_and_nothing_is_made(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: int, said: str
) -> None:
    (tmp_path / "text.p12").write_text("no store")
    more = [word.format(tmp=tmp_path) for word in more]
    assert main(["setup", "-p", settings(""), "--keystore-directory", str(tmp_path / "ks"), *more]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert LITERAL not in told.out + told.err
    assert not (tmp_path / "ks").exists()


def test_a_set_made_as_zowe_makes_it_names_its_defects(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup", "-p", settings(""), "--keystore-directory", str(tmp_path / "ks"), "--as-zowe"]) == 0
    assert "its defects included: the authority's keystore has the password" in capsys.readouterr().out
