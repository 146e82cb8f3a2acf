"""``zowe-certs new`` and ``lab``: a copy of one's own, whole or not at all, and nobody edits an installed package."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import zowe_certs_kernel
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.folders import notebooks_folder

FOLDER = notebooks_folder()
NAMES = sorted(
    path.relative_to(FOLDER).as_posix() for kind in ("*.ipynb", "examples/*.env") for path in FOLDER.glob(kind)
)
START = "00_start_here.ipynb"

needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these modes nor a limit on file sizes")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with a blank in its name."""
    folder = tmp_path / "my work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Path]:
    """A folder with the package as a wheel installs it: the notebooks inside, and nothing may be written."""
    site = tmp_path / "site"
    package = site / "zowe_certs_kernel"
    there = Path(zowe_certs_kernel.__file__).parent
    shutil.copytree(there, package, ignore=shutil.ignore_patterns("__pycache__", "notebooks"))
    for name in (*NAMES, ".ipynb_checkpoints/00_start_here-checkpoint.ipynb", "out/report.html", "examples/.hidden"):
        path = package / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((FOLDER / name).read_bytes() if name in NAMES else b"not for others")
    everything = [package, *package.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield site
    for path in everything:
        path.chmod(0o700)


def run_installed(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zowe_certs_kernel", *arguments],
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("name", ["notebooks", "my notebooks", "not/yet there/notebooks", "notebooks/", "./notebooks"])
def test_new_copies_notebooks_and_examples_byte_by_byte(name: str, here: Path) -> None:
    assert main(["new", name]) == 0
    assert files_in(here / name) == NAMES
    for path in NAMES:
        assert (here / name / path).read_bytes() == (FOLDER / path).read_bytes()


def test_new_takes_an_absolute_path_too(tmp_path: Path, here: Path) -> None:
    assert main(["new", str(tmp_path / "elsewhere")]) == 0
    assert files_in(tmp_path / "elsewhere") == NAMES
    assert files_in(here) == []


def test_new_says_what_it_made_and_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my notebooks"]) == 0
    said = capsys.readouterr()
    assert all(str(Path("my notebooks", name)) in said.out for name in NAMES)
    quoted = '"my notebooks"' if os.name == "nt" else "'my notebooks'"
    assert said.out.splitlines()[-1].endswith(f"Next: cd {quoted}, then zowe-certs lab")
    assert said.err == ""


def test_new_fills_the_current_folder_if_it_is_empty(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = here.stat().st_ino
    assert main(["new", "."]) == 0
    assert files_in(here) == NAMES
    assert here.stat().st_ino == before
    assert "cd " not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["my.txt", ".hidden", START, "folder/x"])
def test_new_leaves_a_folder_that_is_not_empty_as_it_is(
    name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "there" / name
    path.parent.mkdir(parents=True)
    path.write_text("mine", encoding="utf-8")
    before = (here / "there").stat().st_mtime_ns
    assert main(["new", "there"]) == 5
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert files_in(here / "there") == [name]
    assert (here / "there").stat().st_mtime_ns == before
    assert path.read_text(encoding="utf-8") == "mine"


def test_new_twice_keeps_what_was_changed(here: Path) -> None:
    assert main(["new", "mine"]) == 0
    (here / "mine" / START).write_text("changed", encoding="utf-8")
    assert main(["new", "mine"]) == 5
    assert (here / "mine" / START).read_text(encoding="utf-8") == "changed"


def test_new_does_not_replace_a_file(here: Path) -> None:
    (here / "file").write_text("mine", encoding="utf-8")
    assert main(["new", "file"]) == 5
    assert (here / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["file/notebooks", "file/far/notebooks", ""])
def test_new_refuses_what_cannot_be_a_folder_in_one_sentence(
    name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").touch()
    assert main(["new", name]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert files_in(here) == ["file"]


@needs_posix
@pytest.mark.parametrize("exists", [True, False])
def test_new_that_fails_half_way_leaves_nothing(exists: bool, here: Path) -> None:
    target = here / "far" / "away"
    if exists:
        target.mkdir(parents=True)
    too_small = max((FOLDER / name).stat().st_size for name in NAMES) - 1
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({too_small}, {too_small}))\n"
        "from zowe_certs_kernel.cli import main; sys.exit(main(['new', 'far/away']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "nothing was changed" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert [path.name for path in here.rglob("*")] == (["far", "away"] if exists else [])


@pytest.mark.parametrize("exists", [True, False])
def test_new_removes_what_a_killed_run_has_left(exists: bool, here: Path) -> None:
    target = here / "mine"
    if exists:
        target.mkdir()
    left = (target if exists else here) / f".mine.{ended_process()}-0123abcd"
    left.mkdir()
    (left / START).touch()
    assert main(["new", "mine"]) == 0
    assert files_in(here) == [f"mine/{name}" for name in NAMES]


def test_new_leaves_the_folder_to_a_run_that_is_still_at_work(here: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        working = here / "mine" / f".mine.{living.pid}-0123abcd"
        working.mkdir(parents=True)
        assert main(["new", "mine"]) == 5
        assert list((here / "mine").iterdir()) == [working]
        living.communicate()


@needs_posix
def test_a_copy_of_read_only_notebooks_can_be_written(installed: Path, here: Path) -> None:
    ended = run_installed(installed, "new", "mine")
    assert (ended.returncode, ended.stderr) == (0, "")
    for path in (here / "mine", *(here / "mine").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & stat.S_IWUSR, path


def test_nothing_but_notebooks_and_examples_is_copied(installed: Path, here: Path) -> None:
    assert run_installed(installed, "new", "mine").returncode == 0
    assert files_in(here / "mine") == NAMES


def test_lab_does_not_open_an_installed_package_but_says_what_to_do(installed: Path) -> None:
    ended = run_installed(installed, "lab")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "zowe-certs new my-notebooks, then cd my-notebooks and zowe-certs lab" in ended.stderr


@pytest.mark.parametrize("copied", [True, False])
def test_lab_opens_the_copy_in_the_current_folder_else_the_checkout(
    copied: bool, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if copied:
        assert main(["new", "."]) == 0
        capfd.readouterr()
    assert main(["lab", "--show-config-json"]) == 0
    chosen = json.loads(capfd.readouterr().out)
    assert Path(chosen["ServerApp"]["root_dir"]) == (here if copied else FOLDER)
    assert chosen["LabApp"]["default_url"] == f"/lab/tree/{START}"
    assert chosen["KernelManager"]["transport_encryption"] == "required"


def test_a_name_runs_the_kits_own_notebook_and_says_so_where_there_is_a_copy(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "00_start_here", "--out", "../out"]) == 0
    assert "your copy" not in capsys.readouterr().err
    assert main(["new", "."]) == 0
    assert main(["run", "00_start_here", "--out", "out"]) == 0
    own = f"{os.curdir}{os.sep}00_start_here.ipynb"
    assert f"to run your copy, name its path: {own}" in capsys.readouterr().err
