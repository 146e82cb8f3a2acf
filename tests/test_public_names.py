"""What a module offers stands in its ``__all__``, in order; importing the package costs none of the large libraries."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = "zowe_certs_kernel"
ROOT = Path(__file__).resolve().parents[1] / PACKAGE
LARGE = (
    "IPython",
    "ipywidgets",
    "jks",
    "jupyter_client",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "papermill",
)


def module_names() -> list[str]:
    """Every module but ``__main__``, which runs the command line when it is imported."""
    paths = (path.relative_to(ROOT.parent).with_suffix("") for path in sorted(ROOT.rglob("*.py")))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return [name for name in names if not name.endswith(".__main__")]


def in_order(names: list[str]) -> list[str]:
    """Constants, classes, then the rest, numbers by their value: as ruff's RUF022 sorts."""

    def key(name: str) -> tuple[int, list[str | int]]:
        kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
        return kind, [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]

    return sorted(names, key=key)


def loaded_after(statements: str) -> set[str]:
    """The large libraries that a fresh process holds after these statements."""
    code = f"{statements}\nimport sys\nprint(*(name for name in {LARGE!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", module_names())
def test_every_module_lists_its_names_in_order_and_has_them(name: str) -> None:
    module = importlib.import_module(name)
    listed = list(getattr(module, "__all__", []))
    assert listed == in_order(listed)
    assert len(listed) == len(set(listed))
    assert [missing for missing in listed if not hasattr(module, missing)] == []


@pytest.mark.parametrize("name", module_names())
def test_a_module_that_defines_something_public_says_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    own = [known for known, thing in vars(module).items() if getattr(thing, "__module__", None) == name]
    assert hasattr(module, "__all__") or all(known.startswith("_") for known in own)


def test_the_package_offers_what_its_import_lines_name_and_nothing_else() -> None:
    package = ast.parse((ROOT / "__init__.py").read_text("utf-8"))
    lines = [line for line in ast.walk(package) if isinstance(line, ast.ImportFrom) and line.level]
    named = [alias.asname or alias.name for line in lines for alias in line.names]
    assert named
    assert in_order(named) == list(importlib.import_module(PACKAGE).__all__)


def test_the_order_is_constants_then_classes_then_the_rest() -> None:
    given = ["p10", "p2", "Case", "DEFAULT", "alpha", "CA", "IPv6"]
    assert in_order(given) == ["CA", "DEFAULT", "Case", "IPv6", "alpha", "p2", "p10"]


def test_importing_the_package_loads_no_large_library() -> None:
    assert loaded_after(f"import {PACKAGE}") == set()


def test_importing_every_module_loads_no_large_library() -> None:
    assert loaded_after(f"import {', '.join(module_names())}") == set()


def test_a_large_library_would_be_noticed() -> None:
    assert "nbformat" in loaded_after("import nbformat")
