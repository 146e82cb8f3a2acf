"""The house has floors: an import points down, and the large libraries are imported where they are used."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "zowe_certs_kernel"
ROOT = Path(__file__).resolve().parents[1] / PACKAGE

# Floor and modules, a step a line: a module imports from the steps above its own in this list, and of its own
# step only from itself. Floor 1 is the exception: its words see each other, but in no circle.
STEPS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("errors", "ibm1047", "local_path", "model", "names", "processes", "secret", "whole_file")),
    (2, ("stores", "zowe")),
    (3, ("issue",)),
    (3, ("trust",)),
    (3, ("services",)),
    (3, ("setup",)),
    (3, ("lifecycle",)),
    (3, ("keyring",)),
    (3, ("audit",)),
    (4, ("folders",)),
    (4, ("own_copy",)),
    (4, ("parameter_values",)),
    (4, ("parameters",)),
    (4, ("show",)),
    (5, ("run_folder",)),
    (5, ("run",)),
    (5, ("cli",)),
    (5, ("__main__",)),
    (6, ("__init__",)),
)
STEP = {name: step for step, (_, names) in enumerate(STEPS) for name in names}
FLOOR = {name: floor for floor, names in STEPS for name in names}
WORDS = STEPS[0][1]

# The one arrow against that order: the parameters open their form, and only when asked for it.
LAZY_ARROWS = {("parameters", "show.forms")}

LAZY_LIBRARIES = frozenset(
    {"ipywidgets", "jks", "jupyter_client", "matplotlib", "nbclient", "nbconvert", "nbformat", "papermill"}
)
SHARED_LIBRARIES = {"nbformat": {"run", "run_folder", "show.report"}}

# Floors 1 to 3 also run where JupyterLab does not: pipeline images, z/OS.
BELOW_JUPYTER = frozenset({"Cryptodome", "cryptography", "jks", "pyasn1", "pyasn1_modules", "service_identity", "yaml"})


@dataclass(frozen=True)
class Import:
    """An import that ``source`` makes of ``target``; inside the package both are names like ``show.forms``."""

    source: str
    target: str
    line: int
    inside: bool
    lazy: bool
    typing_only: bool

    def __str__(self) -> str:
        return f"{self.source} imports {self.target} (line {self.line})"


def imports(sources: Mapping[str, str]) -> list[Import]:
    """Every import in the package's files, given as path below the package and text."""
    modules = {_module(path) for path in sources}
    return [found for path, text in sources.items() for found in _imports_of(path, ast.parse(text), modules)]


def problems(sources: Mapping[str, str]) -> list[str]:
    """What is wrong with the imports, a sentence each."""
    found = imports(sources)
    return [
        *(f"{path} has no floor" for path in sources if _unit(_module(path)) not in FLOOR),
        *(f"{arrow}, which is not below it" for arrow in found if arrow.inside and not _points_down(arrow)),
        *(f"{' -> '.join(circle)} is a circle" for circle in _circles(found)),
        *_library_problems([arrow for arrow in found if not arrow.inside]),
    ]


def _module(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _unit(module: str) -> str:
    return module.partition(".")[0]


def _points_down(arrow: Import) -> bool:
    source, target = _unit(arrow.source), _unit(arrow.target)
    if source not in STEP or target not in STEP:
        return source not in STEP  # a source without a floor is told of once
    if (arrow.source, arrow.target) in LAZY_ARROWS:
        return arrow.lazy
    words = source in WORDS and target in WORDS
    return source == target or words or STEP[target] < STEP[source]


def _circles(found: list[Import]) -> Iterator[tuple[str, ...]]:
    """Circles among the words of floor 1, each told once, from its first name on."""
    reached = {word: {arrow.target for arrow in found if arrow.inside and arrow.source == word} for word in WORDS}

    def walk(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for target in sorted(reached[path[-1]] & set(WORDS)):
            if target == path[0]:
                yield (*path, target)
            elif target > path[0] and target not in path:
                yield from walk((*path, target))

    for word in WORDS:
        yield from walk((word,))


def _library_problems(found: list[Import]) -> Iterator[str]:
    for library in sorted(LAZY_LIBRARIES):
        uses = [arrow for arrow in found if arrow.target == library]
        users = {arrow.source for arrow in uses}
        if len(users) > 1 and not users <= SHARED_LIBRARIES.get(library, set()):
            yield f"{library} is imported by {', '.join(sorted(users))}, more than one module"
        yield from (f"{arrow} outside a function" for arrow in uses if not arrow.lazy and not arrow.typing_only)
    for arrow in found:
        if FLOOR.get(_unit(arrow.source), 9) <= 3 and arrow.target not in sys.stdlib_module_names | BELOW_JUPYTER:
            yield f"{arrow}, which floors 1 to 3 do without"


def _imports_of(path: str, tree: ast.Module, modules: set[str]) -> Iterator[Import]:
    source, is_package = _module(path), path.endswith("__init__.py")
    for node, lazy, typing_only in _walk(tree):
        for name in _targets(node, source, is_package, modules):
            inside = name == PACKAGE or name.startswith(f"{PACKAGE}.")
            target = (name.partition(".")[2] or "__init__") if inside else _unit(name)
            yield Import(source, target, node.lineno, inside, lazy, typing_only)


def _walk(
    node: ast.AST, lazy: bool = False, typing_only: bool = False
) -> Iterator[tuple[ast.stmt | ast.expr, bool, bool]]:
    """Every statement and expression: is it in a function, is it for the type checker only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.expr):
            yield child, lazy, typing_only
        in_function = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for statement in child.body:
                yield from _walk(ast.Module([statement], []), lazy, typing_only=True)
            for statement in child.orelse:
                yield from _walk(ast.Module([statement], []), lazy, typing_only)
        else:
            yield from _walk(child, in_function, typing_only)


def _targets(node: ast.AST, source: str, is_package: bool, modules: set[str]) -> Iterator[str]:
    """The full names of the modules that a statement or an ``import_module("…")`` imports."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = _resolve(module or "", level, source, is_package)
            for alias in names:
                whole = f"{base}.{alias.name}"
                yield whole if whole.removeprefix(f"{PACKAGE}.") in modules else base
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
            if ast.unparse(function).split(".")[-1] in ("import_module", "__import__"):
                dots = len(name) - len(name.lstrip("."))
                yield _resolve(name[dots:], dots, source, is_package)


def _resolve(module: str, level: int, source: str, is_package: bool) -> str:
    if not level:
        return module
    here = [PACKAGE] if source == "__init__" else [PACKAGE, *source.split(".")]
    up = level - 1 if is_package else level
    return ".".join([*here[: len(here) - up], *module.split(".")] if module else here[: len(here) - up])


def real_sources() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(ROOT.rglob("*.py"))}


def test_the_package_keeps_its_floors() -> None:
    assert problems(real_sources()) == []


def test_the_checker_sees_the_imports_of_the_package() -> None:
    found = {(arrow.source, arrow.target, arrow.lazy) for arrow in imports(real_sources())}
    assert ("secret", "errors", False) in found
    assert ("model", "names", True) in found


CLEAN = {
    "__init__.py": "from .errors import Bad\nfrom .setup import make",
    "__main__.py": "from .cli import main",
    "cli.py": "from . import run\nfrom zowe_certs_kernel.audit import engine",
    "run.py": "def go():\n    import papermill, nbformat\n    from .show.report import frame",
    "folders.py": "from pathlib import Path",
    "parameters.py": "from .folders import home\ndef form():\n    from .show.forms import form",
    "show/__init__.py": "from . import forms, layout",
    "show/report.py": "def frame():\n    import nbconvert, nbformat",
    "show/forms.py": "from ..parameters import Parameters\ndef form():\n    import ipywidgets",
    "show/layout.py": (
        "from typing import TYPE_CHECKING\nfrom ..trust.graph import Node\n"
        "if TYPE_CHECKING:\n    import matplotlib.figure"
    ),
    "audit/engine.py": "from ..setup.plan import Plan\nfrom .rules import all_rules",
    "audit/rules/__init__.py": "from ...trust import graph",
    "setup/__init__.py": "from .plan import Plan",
    "setup/plan.py": "from ..issue import issue\nfrom ..trust import graph\nfrom .. import model, zowe",
    "trust/__init__.py": "",
    "trust/graph.py": "from ..issue import issue",
    "issue.py": "from cryptography import x509\nfrom .stores import write",
    "stores/__init__.py": "from .jks import read",
    "stores/jks.py": "from ..errors import Bad\ndef read():\n    import jks",
    "zowe/__init__.py": "",
    "zowe/settings.py": "import yaml\nfrom .env_file import read\nfrom ..secret import Secret",
    "zowe/env_file.py": "import pathlib",
    "model.py": "import datetime\ndef name():\n    from .names import common_name",
    "names.py": "from .errors import Bad",
    "secret.py": "from . import errors",
    "errors.py": "from __future__ import annotations",
}


def test_a_house_in_order_has_no_problems() -> None:
    assert problems(CLEAN) == []


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("model.py", "from .stores import read", "model imports stores (line 1), which is not below it"),
        ("model.py", "def f():\n    from .stores import read", "model imports stores (line 2), which is not below it"),
        ("stores/jks.py", "from .. import issue", "stores.jks imports issue (line 1), which is not below it"),
        (
            "stores/jks.py",
            "from ..zowe import settings",
            "stores.jks imports zowe.settings (line 1), which is not below it",
        ),
        (
            "audit/rules/__init__.py",
            "from ...show import x",
            "audit.rules imports show (line 1), which is not below it",
        ),
        ("issue.py", "import zowe_certs_kernel.setup.plan", "issue imports setup.plan (line 1), which is not below it"),
        ("issue.py", "class A:\n    from .trust import x", "issue imports trust (line 2), which is not below it"),
        ("trust/graph.py", "from ..setup import x", "trust.graph imports setup (line 1), which is not below it"),
        ("setup/plan.py", "from ..audit import x", "setup.plan imports audit (line 1), which is not below it"),
        ("names.py", "from . import Fact", "names imports __init__ (line 1), which is not below it"),
        ("run.py", "from zowe_certs_kernel import Fact", "run imports __init__ (line 1), which is not below it"),
        ("run.py", "from .cli import main", "run imports cli (line 1), which is not below it"),
        (
            "parameters.py",
            "from .show.forms import form",
            "parameters imports show.forms (line 1), which is not below it",
        ),
        ("parameters.py", "from .show import x", "parameters imports show (line 1), which is not below it"),
        (
            "show/forms.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..run import R",
            "show.forms imports run (line 3), which is not below it",
        ),
        (
            "folders.py",
            "def f():\n    from .parameters import P",
            "folders imports parameters (line 2), which is not below it",
        ),
        (
            "issue.py",
            "import importlib\nimportlib.import_module('.audit', __package__)",
            "issue imports audit (line 2), which is not below it",
        ),
        ("helpers.py", "from .errors import Bad", "helpers.py has no floor"),
        ("issue.py", "from .helpers import x", "issue imports helpers (line 1), which is not below it"),
        ("errors.py", "def f():\n    from .names import x", "errors -> names -> errors is a circle"),
        ("errors.py", "from .model import x", "errors -> model -> names -> errors is a circle"),
        ("stores/jks.py", "import jks", "stores.jks imports jks (line 1) outside a function"),
        ("run.py", "class Run:\n    import papermill.engines", "run imports papermill (line 2) outside a function"),
        (
            "run.py",
            "if TYPE_CHECKING:\n    import nbconvert\nelse:\n    import nbformat",
            "run imports nbformat (line 4) outside a function",
        ),
        ("cli.py", "def f():\n    import papermill", "papermill is imported by cli, run, more than one module"),
        (
            "cli.py",
            "def f():\n    import nbformat",
            "nbformat is imported by cli, run, show.report, more than one module",
        ),
        (
            "cli.py",
            "if TYPE_CHECKING:\n    import matplotlib",
            "matplotlib is imported by cli, show.layout, more than one module",
        ),
        (
            "stores/__init__.py",
            "def f():\n    import jks",
            "jks is imported by stores, stores.jks, more than one module",
        ),
        ("issue.py", "def f():\n    import IPython", "issue imports IPython (line 2), which floors 1 to 3 do without"),
    ],
)
def test_an_import_that_breaks_a_rule_is_told(path: str, text: str, problem: str) -> None:
    sources = {**CLEAN, path: text}
    if path == "issue.py" and "helpers" in text:
        sources["helpers.py"] = ""
    assert problem in problems(sources)


@pytest.mark.parametrize(
    ("path", "text", "target"),
    [
        ("stores/jks.py", "from ..errors import Bad", "errors"),
        ("stores/jks.py", "from . import pem", "stores.pem"),
        ("stores/jks.py", "from . import Limits", "stores"),
        ("stores/__init__.py", "from . import pem", "stores.pem"),
        ("stores/__init__.py", "from .. import errors", "errors"),
        ("audit/rules/names.py", "from ...trust.graph import Node", "trust.graph"),
        ("__init__.py", "from .stores import pem", "stores.pem"),
        ("cli.py", "from zowe_certs_kernel.stores.pem import read", "stores.pem"),
    ],
)
def test_a_relative_import_is_followed_from_where_it_stands(path: str, text: str, target: str) -> None:
    sources = {"errors.py": "", "stores/__init__.py": "", "stores/pem.py": "", "trust/graph.py": "", path: text}
    assert [arrow.target for arrow in imports(sources)] == [target]
