"""The real notebooks, run by plain papermill and by ``zowe-certs run``, do the same and keep their secrets."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zowe_certs_kernel import Secret, open_store
from zowe_certs_kernel.folders import notebooks_folder
from zowe_certs_kernel.parameters import NOTEBOOKS

CANARY = "Cnry-7f3a91c2e4"
EXAMPLE = notebooks_folder() / "examples" / "zowe-setup-certificates-1.15.env"

Facts = dict[str, Any]


def facts(folder: Path) -> Facts:
    """What a directory holds, without what differs from run to run."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    stores = {
        name: [
            (entry.alias, entry.kind, [(c.subject, c.san, c.key_usage, c.extended_key_usage) for c in entry.chain])
            for entry in open_store(folder / name, Secret(CANARY)).entries
        ]
        for name in files
        if name.endswith(".p12")
    }
    return {"files": files, "stores": stores, "env": (folder / "zowe-certificates.env").read_text(encoding="utf-8")}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A process of its own in ``folder``, with the canary as the password."""
    environment = {**os.environ, "ZOWE_KEYSTORE_PASSWORD": CANARY}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture(scope="module")
def by_papermill(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Notebook 10 by plain papermill in a folder with a blank in its name; the folder, and what was printed."""
    folder = tmp_path_factory.mktemp("plain papermill")
    source = str(notebooks_folder() / "10_setup_certificates.ipynb")
    given = ["-p", "settings", str(EXAMPLE), "-p", "keystore_directory", "my keystore", "-p", "interactive", "false"]
    done = run(folder, "papermill", source, "done.ipynb", *given, "--no-progress-bar")
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


@pytest.fixture(scope="module")
def by_ourselves(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same by ``zowe-certs run``; the folder, and what was printed."""
    folder = tmp_path_factory.mktemp("zowe-certs run")
    given = ["--set", f"settings={EXAMPLE}", "--set", "keystore_directory=my keystore"]
    done = run(folder, "zowe_certs_kernel", "run", "10_setup_certificates", *given)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


def run_folder(folder: Path) -> Path:
    (found,) = (folder / "out").iterdir()
    return found


def test_papermill_and_zowe_certs_run_make_the_same_directory(
    by_papermill: tuple[Path, str], by_ourselves: tuple[Path, str]
) -> None:
    assert facts(by_papermill[0] / "my keystore") == facts(by_ourselves[0] / "my keystore")
    assert len(facts(by_ourselves[0] / "my keystore")["files"]) == 12


def test_the_run_folder_holds_report_result_and_picture(by_ourselves: tuple[Path, str]) -> None:
    folder = run_folder(by_ourselves[0])
    assert {path.name for path in folder.iterdir()} == {
        "executed.ipynb",
        "parameters.yaml",
        "report.html",
        "result.json",
        "run.log",
        "trust.svg",
    }
    assert str(Path("out", folder.name, "report.html")) in by_ourselves[1].splitlines()


def test_the_result_proves_keys_and_handshakes(by_ourselves: tuple[Path, str]) -> None:
    result = json.loads((run_folder(by_ourselves[0]) / "result.json").read_text(encoding="utf-8"))
    assert [key["fits"] for key in result["keys"]] == [True, True, True]
    assert {shake["host"]: shake["accepted"] for shake in result["handshakes"]} == dict.fromkeys(
        ("zos1.example.com", "zowe.example.com", "192.0.2.10", "localhost.localdomain", "localhost", "127.0.0.1"), True
    )
    assert result["counts"] == {"error": 0, "warning": 1, "info": 0}
    assert [finding["rule"] for finding in result["findings"]] == ["ZC-TS-03"]


def test_password_and_keys_are_nowhere_but_in_the_directory(
    by_papermill: tuple[Path, str], by_ourselves: tuple[Path, str]
) -> None:
    forms = [CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"="), b"PRIVATE KEY-----"]
    for folder, printed in (by_papermill, by_ourselves):
        searched = [path for path in folder.rglob("*") if path.is_file() and "my keystore" not in path.parts]
        assert searched
        assert not [path.name for path in searched if any(form in path.read_bytes() for form in forms)]
        assert not any(form.decode() in printed for form in forms)
        inside = [path for path in (folder / "my keystore").rglob("*") if path.is_file()]
        assert [path.name for path in inside if forms[0] in path.read_bytes()] == ["zowe-certificates.env"]


def test_no_warning_reaches_the_terminal_and_no_widget_state_the_notebook(by_ourselves: tuple[Path, str]) -> None:
    assert "warning" not in by_ourselves[1].lower().replace("warning zc-ts-03", "")
    executed = json.loads((run_folder(by_ourselves[0]) / "executed.ipynb").read_text(encoding="utf-8"))
    assert "widgets" not in executed["metadata"]


@pytest.mark.parametrize("notebook", list(NOTEBOOKS))
def test_every_notebook_runs_with_its_defaults(notebook: str, tmp_path: Path) -> None:
    done = run(tmp_path, "zowe_certs_kernel", "run", notebook)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (run_folder(tmp_path) / "report.html").is_file()


def test_the_demo_leaves_directory_and_report_and_says_where(tmp_path: Path) -> None:
    done = run(tmp_path, "zowe_certs_kernel", "demo", "--out", "my out")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "my out").iterdir()
    assert (folder / "keystore/zowe-certificates.env").is_file()
    assert f"my out{os.sep}{folder.name}{os.sep}report.html" in done.stdout
    assert CANARY not in (folder / "keystore/zowe-certificates.env").read_text(encoding="utf-8")


@pytest.mark.parametrize(("fail_on", "code"), [("warning", 1), ("error", 0)])  # the example's one finding is a warning
def test_findings_at_fail_on_decide_the_exit_code(fail_on: str, code: int, tmp_path: Path) -> None:
    done = run(tmp_path, "zowe_certs_kernel", "run", "setup_certificates", "--fail-on", fail_on)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize(
    ("lines", "folder", "code", "culprit"),
    [("HOSTNAME=\n", "new", 2, "HOSTNAME"), ("HOSTNAME=a.example.com\n", "there", 5, "is there already")],
)
def test_what_the_notebook_refuses_is_one_sentence_and_leaves_nothing(
    lines: str, folder: str, code: int, culprit: str, tmp_path: Path
) -> None:
    (tmp_path / "z.env").write_text(lines, encoding="utf-8")
    (tmp_path / "there").mkdir()
    given = ["--set", "settings=z.env", "--set", f"keystore_directory={folder}"]
    done = run(tmp_path, "zowe_certs_kernel", "run", "10_setup_certificates", *given)
    assert done.returncode == code
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("zowe-certs:")]
    assert culprit in sentence
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) in (["there", "z.env"], ["out", "there", "z.env"])
