"""The files around the package: they agree with each other and tell nothing of the machine they were written on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import PARTS, REQUIRE

ROOT = Path(__file__).resolve().parents[1]
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

# An address of a package registry belongs in nobody's clone: mirrors differ from company to company.
REGISTRY = re.compile(
    rb"pypi\.org|pypi\.io|pythonhosted\.org|anaconda\.(?:org|com)|npmjs\.(?:org|com)|yarnpkg\.com"
    rb"|crates\.io|repo1?\.maven|deb\.debian\.org|archive\.ubuntu\.com|proxy\.golang\.org",
    re.IGNORECASE,
)
# Examples of a home folder are Alice's (or Al's, whose name begins hers): nobody works on that machine.
HOME_FOLDER = re.compile(rb"(?<![\w.])(?:/roo[t]/|/(?:hom[e]|User[s])/(?!al(?:ice)?\b)\w+)")


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def direct_dependencies() -> list[str]:
    """What the project and its groups ask for by name."""
    groups = pyproject()["dependency-groups"].values()
    return [
        *pyproject()["project"]["dependencies"],
        *(line for group in groups for line in group if isinstance(line, str)),
    ]


def lower_bounds(lines: Iterable[str]) -> dict[str, str]:
    """Name and lower bound of every requirement; an empty bound where there is none."""
    bounds: dict[str, str] = {}
    for line in lines:
        requirement = Requirement(line)
        lowest = [part.version for part in requirement.specifier if part.operator == ">="]
        bounds[canonicalize_name(requirement.name)] = lowest[0] if lowest else ""
    return bounds


def conda_lines() -> tuple[list[str], list[str]]:
    """The lines of environment.yml for conda and those for pip."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    by_pip = [line for entry in listed if isinstance(entry, dict) for line in entry["pip"]]
    return [line for line in listed if isinstance(line, str)], by_pip


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-c", "safe.directory=*", *arguments], cwd=ROOT, capture_output=True, check=False)


def project_files() -> list[Path]:
    """What git holds and what it would take in: ignored files are left out."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode:
        pytest.skip("this is not a git clone")
    paths = (ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name)
    return sorted(path for path in paths if path.is_file())


def told(pattern: re.Pattern[bytes], data: bytes) -> list[str]:
    return sorted({found.group().decode("ascii", "replace") for found in pattern.finditer(data)})


def first_code_block(markdown: str) -> list[str]:
    block = re.search(r"^```[^\n]*\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)
    return block.group(1).splitlines() if block else []


def test_environment_yml_has_the_names_and_lower_bounds_of_pyproject() -> None:
    by_conda, by_pip = conda_lines()
    needs_of_pyjks = lower_bounds(importlib.metadata.requires("pyjks") or [])
    del needs_of_pyjks["twofish"]
    listed = lower_bounds([*by_conda, *by_pip])
    assert listed.pop("python") == pyproject()["project"]["requires-python"].removeprefix(">=")
    assert listed.pop("pip") == ""
    assert listed == needs_of_pyjks | lower_bounds(pyproject()["project"]["dependencies"])


def test_environment_yml_leaves_only_pyjks_to_pip() -> None:
    assert [Requirement(line).name for line in conda_lines()[1]] == ["pyjks"]


def test_every_dependency_has_a_lower_bound_and_no_other() -> None:
    for line in direct_dependencies():
        assert [part.operator for part in Requirement(line).specifier] == [">="], line


@pytest.mark.parametrize("kind", ["constraint-dependencies", "build-constraint-dependencies"])
def test_the_tested_versions_are_exact_and_sorted(kind: str) -> None:
    requirements = [Requirement(line) for line in pyproject()["tool"]["uv"][kind]]
    assert requirements
    assert all([part.operator for part in each.specifier] == ["=="] for each in requirements)
    names = [each.name for each in requirements]
    assert names == sorted(names)


def test_the_tested_versions_name_every_dependency_but_not_twofish() -> None:
    pinned = {Requirement(line).name for line in pyproject()["tool"]["uv"]["constraint-dependencies"]}
    assert set(lower_bounds(direct_dependencies())) - pinned == set()
    assert "twofish" not in pinned


def test_readme_starts_with_two_commands() -> None:
    lines = first_code_block((ROOT / "README.md").read_text("utf-8"))
    assert len(lines) == 2
    assert all(line.strip() and not line.startswith("#") for line in lines)


def test_readme_is_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_no_file_names_a_package_registry() -> None:
    found = {str(path.relative_to(ROOT)): told(REGISTRY, path.read_bytes()) for path in project_files()}
    assert {path: hosts for path, hosts in found.items() if hosts} == {}


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = {str(path.relative_to(ROOT)): told(HOME_FOLDER, path.read_bytes()) for path in project_files()}
    assert {path: folders for path, folders in found.items() if folders} == {}


@pytest.mark.parametrize("host", [b"pypi" + b".org", b"files.python" + b"hosted.org", b"registry.npmjs" + b".org"])
def test_a_package_registry_would_be_noticed(host: bytes) -> None:
    assert told(REGISTRY, b'url = "https://' + host + b'/simple"')


@pytest.mark.parametrize("folder", [b"/ro" + b"ot/.venv", b"/ho" + b"me/jane", b"file:///Us" + b"ers/jane/x"])
def test_a_home_folder_would_be_noticed(folder: bytes) -> None:
    assert told(HOME_FOLDER, b'"' + folder + b'"')


@pytest.mark.parametrize("text", [b"https://docs.zowe.org/home/x", b"the /root CA", b"/u/zowe/keys", b"/home/alice/x"])
def test_other_paths_are_no_home_folders(text: bytes) -> None:
    assert told(HOME_FOLDER, text) == []


def test_git_ignores_the_lock_file_because_it_records_addresses() -> None:
    if git("rev-parse", "--git-dir").returncode:
        pytest.skip("this is not a git clone")
    assert git("check-ignore", "--quiet", "uv.lock").returncode == 0
    assert git("ls-files", "uv.lock").stdout == b""


def test_the_licence_is_apache_2_0_to_the_letter() -> None:
    text = (ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == APACHE_2_0
    assert pyproject()["project"]["license"] == "Apache-2.0"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no execute bit")
def test_what_ci_runs_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_ci_runs_the_test_command_of_readme_and_demands_every_tool() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "README.md" in script
    assert f"\nexport {REQUIRE}={','.join(PARTS)}\n" in script
