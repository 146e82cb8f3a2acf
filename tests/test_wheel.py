"""The wheel: what is in it, and that it works without the checkout, without a compiler, in a folder with blanks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "zowe_certs_kernel"
CARRIED = tuple(sorted(path for kind in ("*.ipynb", "examples/*.env") for path in (ROOT / "notebooks").glob(kind)))
BUILD = ("--build-constraints", "build-constraint-dependencies.txt")
OVERRIDE = "twofish ; sys_platform == 'never'\n"
# What a process needs on any system; nothing in it leads to the checkout.
KEPT_VARIABLES = ("LANG", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


@dataclass(frozen=True)
class Uv:
    """uv, run outside the checkout, whose settings it would find otherwise."""

    program: str
    folder: Path
    missing: Callable[[str, str], NoReturn]

    def __call__(self, *arguments: str) -> str:
        """What it prints; from its cache if that has all, else from the network."""
        command = [self.program, *arguments]
        environment = {**os.environ, "CC": "no-compiler-here", "CXX": "no-compiler-here"}
        environment.pop("VIRTUAL_ENV", None)
        for more in (["--offline"], []):
            ended = subprocess.run(
                [*command, *more], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
            )
            if ended.returncode == 0:
                return ended.stdout
        if "Failed to fetch" in ended.stderr:
            self.missing("uv", "what the wheel needs, in uv's cache or from the network,")
        pytest.fail(f"{' '.join(command)}\n{ended.stderr}", pytrace=False)


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and nothing of this one."""

    environment: Path
    home: Path

    def program(self, name: str) -> Path:
        return self.environment / ("Scripts" if os.name == "nt" else "bin") / name

    def run(self, name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        inherited = os.environ.get("PATH", "").split(os.pathsep)
        variables = {variable: os.environ[variable] for variable in KEPT_VARIABLES if variable in os.environ}
        for variable in ("HOME", "USERPROFILE", "APPDATA"):
            variables[variable] = str(self.home)
        variables["PATH"] = os.pathsep.join(path for path in inherited if not Path(path).is_relative_to(sys.prefix))
        command = [str(self.program(name)), *arguments]
        return subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def uv(missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory) -> Uv:
    program = os.environ.get("UV") or shutil.which("uv") or missing("uv", "uv")  # uv run sets UV
    return Uv(program, tmp_path_factory.mktemp("somewhere else"), missing)


@pytest.fixture(scope="module")
def built(uv: Uv) -> Path:
    """The folder of the source archive and of the wheel that was built from it."""
    tested = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]
    for kind in ("constraint-dependencies", "build-constraint-dependencies"):
        (uv.folder / f"{kind}.txt").write_text("\n".join(tested[kind]), encoding="utf-8")
    uv("build", *BUILD, "--out-dir", "built", str(ROOT))
    return uv.folder / "built"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def installed(uv: Uv, wheel: Path) -> Installed:
    """The wheel, installed as README says, with the versions that were tested."""
    environment, home = uv.folder / "new environment", uv.folder / "home"
    home.mkdir()
    (uv.folder / "overrides.txt").write_text(OVERRIDE, encoding="utf-8")
    uv("venv", "--python", sys.executable, str(environment))
    made = Installed(environment, home)
    versions = ("--overrides", "overrides.txt", "--constraints", "constraint-dependencies.txt")
    uv("pip", "install", "--python", str(made.program("python")), *versions, str(wheel))
    return made


@pytest.fixture(scope="module")
def demo(
    installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("demo of a newcomer")
    return installed.run("zowe-certs", "demo", cwd=folder), folder


def test_the_wheel_holds_the_package_and_its_notebooks_as_they_are(contents: dict[str, bytes]) -> None:
    for name, data in contents.items():
        path = ROOT / (name.removeprefix(f"{PACKAGE}/") if name.startswith(f"{PACKAGE}/notebooks/") else name)
        assert data == path.read_bytes(), name
    carried = {f"{PACKAGE}/{path.relative_to(ROOT).as_posix()}" for path in CARRIED}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / PACKAGE).rglob("*.py")}
    assert carried | modules <= set(contents)
    assert {name for name in contents if name.startswith(f"{PACKAGE}/notebooks/")} == carried


def test_the_wheel_holds_nothing_that_a_tool_or_a_run_has_left(contents: dict[str, bytes]) -> None:
    parts = {part for name in contents for part in PurePosixPath(name).parts}
    assert {part for part in parts if part.startswith(".")} == set()
    assert parts.isdisjoint({"__pycache__", "benchmarks", "out", "tests"})
    assert {PurePosixPath(name).parts[0] for name in contents} == {PACKAGE}


def test_the_notebooks_in_the_wheel_have_no_outputs(contents: dict[str, bytes]) -> None:
    books = [json.loads(data) for name, data in contents.items() if name.endswith(".ipynb")]
    cells = [cell for book in books for cell in book["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


def test_the_source_archive_holds_what_the_project_keeps_and_no_more(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        paths = [PurePosixPath(name).parts[1:] for name in archive.getnames()]
    known = {".ci", ".gitignore", "LICENSE", "PKG-INFO", "benchmarks", "docs", "environment.yml", "notebooks"}
    known |= {"hatch_build.py", "pyproject.toml", "tests", PACKAGE} | {path.name for path in ROOT.glob("*.md")}
    assert {path[0] for path in paths} == known
    inner = {part for path in paths for part in path[1:]}
    assert inner.isdisjoint({".ipynb_checkpoints", "__pycache__", "out"})


def test_a_clone_and_the_source_archive_build_the_same_wheel(uv: Uv, wheel: Path) -> None:
    uv("build", *BUILD, "--wheel", "--out-dir", "from the clone", str(ROOT))
    assert (uv.folder / "from the clone" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_installation_compiled_nothing(uv: Uv, installed: Installed) -> None:
    listed = json.loads(uv("pip", "list", "--format", "json", "--python", str(installed.program("python"))))
    names = {package["name"] for package in listed}
    assert {"zowe-certs-kernel", "pyjks", "jupyterlab"} <= names
    assert "twofish" not in names


def test_the_demo_of_an_installed_wheel_leaves_report_and_keystore(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    ended, folder = demo
    assert ended.returncode == 0, ended.stderr
    (run,) = (folder / "out").iterdir()
    assert "<html" in (run / "report.html").read_text("utf-8")
    assert (run / "keystore" / "localhost" / "localhost.keystore.p12").is_file()
    assert (run / "keystore" / "zowe-certificates.env").is_file()
    assert str(run.relative_to(folder)) in ended.stdout


def test_what_ran_was_the_installed_package(installed: Installed, tmp_path: Path) -> None:
    ended = installed.run("python", "-c", f"import {PACKAGE}; print({PACKAGE}.__file__)", cwd=tmp_path)
    assert Path(ended.stdout.strip()).is_relative_to(installed.environment)


def test_a_copy_made_by_the_wheel_runs_and_finds_the_installation_complete(
    installed: Installed, tmp_path: Path
) -> None:
    made = installed.run("zowe-certs", "new", "my notebooks", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    copied = sorted(path for path in (tmp_path / "my notebooks").rglob("*") if path.is_file())
    assert [path.read_bytes() for path in copied] == [path.read_bytes() for path in CARRIED]
    ended = installed.run("zowe-certs", "run", "./00_start_here.ipynb", cwd=tmp_path / "my notebooks")
    assert ended.returncode == 0, ended.stderr
    (report,) = (tmp_path / "my notebooks").glob("out/*/report.html")
    assert "Everything that is needed is installed" in report.read_text("utf-8")


def test_an_installed_wheel_has_the_rules_of_the_audit(installed: Installed, tmp_path: Path) -> None:
    ended = installed.run("zowe-certs", "explain", "ZC-EKU-02", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "clientAuth" in ended.stdout


def test_list_of_an_installed_wheel_names_every_notebook(installed: Installed, tmp_path: Path) -> None:
    ended = installed.run("zowe-certs", "list", cwd=tmp_path)
    assert ended.returncode == 0
    assert all(path.stem in ended.stdout for path in CARRIED if path.suffix == ".ipynb")


def test_lab_of_an_installed_wheel_asks_for_a_copy_first(installed: Installed, tmp_path: Path) -> None:
    ended = installed.run("zowe-certs", "lab", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "zowe-certs new my-notebooks" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
