"""Notebooks stay thin: words, one parameters cell, one call a step; what they work with is in the package."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zowe_certs_kernel.parameters import NOTEBOOKS

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PACKAGE = "zowe_certs_kernel"
MOST_LINES = 12
MOST_CODE_CELLS = 25
WORK: dict[type[ast.AST], str] = {
    ast.AsyncFor: "for",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.For: "for",
    ast.FunctionDef: "def",
    ast.Lambda: "lambda",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.While: "while",
}

Notebook = dict[str, Any]
Cell = dict[str, Any]


def problems(notebook: Notebook, parameters_cell: str) -> list[str]:
    """What is wrong with a notebook, a sentence each; cells are counted from 1."""
    cells = notebook["cells"]
    code = [(number, cell) for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
    return [
        *_metadata_problems(notebook["metadata"]),
        *_opening_problems(cells),
        *_parameters_problems(cells, parameters_cell),
        *([f"{len(code)} code cells are more than {MOST_CODE_CELLS}"] if len(code) > MOST_CODE_CELLS else []),
        *(f"cell {number}: {problem}" for number, cell in code for problem in _cell_problems(cells, number, cell)),
    ]


def _metadata_problems(metadata: dict[str, Any]) -> Iterator[str]:
    if metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3"
    if "widgets" in metadata:
        yield "widget state is stored"
    if "papermill" in metadata:
        yield "papermill's record of a run is stored"


def _opening_problems(cells: list[Cell]) -> Iterator[str]:
    if not cells or cells[0]["cell_type"] != "markdown" or not _text(cells[0]).startswith("# "):
        yield "the first cell is not a heading of level 1"


def _parameters_problems(cells: list[Cell], expected: str) -> Iterator[str]:
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged parameters, not one"
        return
    if tagged[0] is not next((cell for cell in cells if cell["cell_type"] == "code"), None):
        yield "the parameters cell is not the first code cell"
    if _text(tagged[0]) != expected:
        yield "the parameters cell differs from its dataclass"


def _cell_problems(cells: list[Cell], number: int, cell: Cell) -> Iterator[str]:
    if number == 1 or cells[number - 2]["cell_type"] != "markdown":
        yield "no words before it"
    if cell["outputs"]:
        yield "outputs are stored"
    if cell["execution_count"] is not None:
        yield "an execution count is stored"
    text = _text(cell)
    if len(text.splitlines()) > MOST_LINES and "parameters" not in cell["metadata"].get("tags", ()):
        yield f"more than {MOST_LINES} lines"
    if any(line.lstrip().startswith(("!", "%")) for line in text.splitlines()):
        yield "a shell command or magic"
        return
    try:
        tree = ast.parse(text)
    except SyntaxError:
        yield "not Python"
        return
    yield from _work_problems(tree)


def _work_problems(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if type(node) in WORK:
            yield f"{WORK[type(node)]} belongs into the package"
        if isinstance(node, ast.Import):
            yield from (f"imports {alias.name}" for alias in node.names if alias.name != PACKAGE)
        if isinstance(node, ast.ImportFrom):
            if node.module != PACKAGE:
                yield f"imports {node.module}"
            if any(alias.name == "*" for alias in node.names):
                yield "imports *"


def _text(cell: Cell) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def notebook_files() -> list[Path]:
    return sorted(FOLDER.glob("*.ipynb"))


def test_every_notebook_has_its_parameters_and_every_parameters_its_notebook() -> None:
    assert [path.stem for path in notebook_files()] == list(NOTEBOOKS)


@pytest.mark.parametrize("path", notebook_files(), ids=lambda path: path.stem)
def test_the_notebook_is_thin_and_clean(path: Path) -> None:
    expected = NOTEBOOKS[path.stem].cell() if path.stem in NOTEBOOKS else ""
    assert problems(json.loads(path.read_text("utf-8")), expected) == []


PARAMETERS = 'source: str = ""  # Folder'


def markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def code(text: str, **metadata: Any) -> Cell:
    source = text.splitlines(keepends=True)
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


GOOD: Notebook = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        markdown("# Inspect\n\nWhat it does."),
        markdown("## Parameters"),
        code(PARAMETERS, tags=["parameters"]),
        markdown("## Result"),
        code("from zowe_certs_kernel import inspect\n\nresult = [inspect(name) for name in (source,)]\nresult"),
    ],
}


def with_step(text: str) -> Callable[[Notebook], None]:
    """A step more, whose code is ``text``: cells 6 and 7."""
    return lambda notebook: notebook["cells"].extend([markdown("## More"), code(text)])


def many_steps(notebook: Notebook) -> None:
    notebook["cells"] += [markdown("## More"), code("source")] * 24


def parameters_second(notebook: Notebook) -> None:
    notebook["cells"].insert(1, code("source"))


def test_a_thin_notebook_has_no_problems() -> None:
    assert problems(GOOD, PARAMETERS) == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda it: it["metadata"]["kernelspec"].update(name="papermill"), "the kernel is not python3"),
        (lambda it: it["metadata"].pop("kernelspec"), "the kernel is not python3"),
        (lambda it: it["metadata"].update(widgets={}), "widget state is stored"),
        (lambda it: it["metadata"].update(papermill={}), "papermill's record of a run is stored"),
        (lambda it: it["cells"].pop(0), "the first cell is not a heading of level 1"),
        (lambda it: it["cells"][0].update(source="## Inspect"), "the first cell is not a heading of level 1"),
        (lambda it: it["cells"][2]["metadata"].clear(), "0 cells are tagged parameters, not one"),
        (lambda it: it["cells"][4]["metadata"].update(tags=["parameters"]), "2 cells are tagged parameters, not one"),
        (parameters_second, "the parameters cell is not the first code cell"),
        (
            lambda it: it["cells"][2].update(source='source: str = "x"'),
            "the parameters cell differs from its dataclass",
        ),
        (many_steps, "26 code cells are more than 25"),
        (lambda it: it["cells"].pop(3), "cell 4: no words before it"),
        (lambda it: it["cells"][4].update(outputs=[{"output_type": "stream"}]), "cell 5: outputs are stored"),
        (lambda it: it["cells"][4].update(execution_count=3), "cell 5: an execution count is stored"),
        (with_step("source\n" * 13), "cell 7: more than 12 lines"),
        (with_step("!keytool -list"), "cell 7: a shell command or magic"),
        (with_step("%pip install jks"), "cell 7: a shell command or magic"),
        (with_step("%%bash\nls"), "cell 7: a shell command or magic"),
        (with_step("source?"), "cell 7: not Python"),
        (with_step("def f():\n    pass"), "cell 7: def belongs into the package"),
        (with_step("async def f():\n    pass"), "cell 7: def belongs into the package"),
        (with_step("f = lambda: 1"), "cell 7: lambda belongs into the package"),
        (with_step("class A:\n    pass"), "cell 7: class belongs into the package"),
        (with_step("for name in source:\n    name"), "cell 7: for belongs into the package"),
        (with_step("while source:\n    pass"), "cell 7: while belongs into the package"),
        (with_step("try:\n    source\nfinally:\n    pass"), "cell 7: try belongs into the package"),
        (with_step("import pathlib"), "cell 7: imports pathlib"),
        (with_step("if source:\n    from os import path"), "cell 7: imports os"),
        (with_step("from zowe_certs_kernel.stores import pem"), "cell 7: imports zowe_certs_kernel.stores"),
        (with_step("from zowe_certs_kernel import *"), "cell 7: imports *"),
    ],
)
def test_a_notebook_that_breaks_one_rule_is_told_of_that_one(spoil: Callable[[Notebook], object], problem: str) -> None:
    spoiled = copy.deepcopy(GOOD)
    spoil(spoiled)
    assert problems(spoiled, PARAMETERS) == [problem]
