"""One notebook headlessly: papermill runs it, and a run folder appears when it is whole.

The one module that imports papermill. What it adds to papermill is what facts made
necessary: names and values are refused before anything starts, no secret and no private
path stays in the executed notebook, the kernel's traffic is encrypted, and a failure has
an exit code that says what failed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from . import errors
from .errors import NotebookFailed, SettingsError, UsageError, WriteError, ZoweCertsError
from .folders import notebooks_folder
from .parameter_values import Parameter, declared, read_values
from .parameters import NOTEBOOKS
from .run_folder import Staging, refuse_private_keys, settle, write_text
from .show.report import heading, render, visible_lines

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["RunResult", "find_notebook", "run_notebook"]

_RUN = "{run}"
_NOT_STEPS = {"parameters", "injected-parameters"}


@dataclass(frozen=True)
class RunResult:
    """A finished run: its folder, the report in it, what ``result.json`` says, how long it took."""

    folder: Path
    report: Path
    result: Mapping[str, Any]
    seconds: float


def find_notebook(notebook: str | Path) -> Path:
    """A notebook by its path, its name, or its name without the number.

    Raises:
        UsageError: there is none of that name.
    """
    asked = Path(notebook)
    if asked.is_file():
        return asked
    there = sorted(notebooks_folder().glob("*.ipynb")) if asked.name == str(asked) else []
    for path in there:
        if asked.name.removesuffix(".ipynb") in (path.stem, path.stem.partition("_")[2]):
            return path
    msg = f"there is no notebook {str(asked)!r}; those of the kit are {', '.join(NOTEBOOKS)}"
    raise UsageError(msg)


def run_notebook(
    notebook: str | Path,
    values: Mapping[str, object],
    *,
    out: Path,
    progress: Callable[[str], None] | None = None,
    now: datetime | None = None,
) -> RunResult:
    """Run a notebook and leave ``out/<UTC time>_<notebook>/`` with the report and the results.

    ``{run}`` in a value stands for the run folder. The folder has a hidden name and mode
    0700 until it is whole. The kernel starts in the current directory, so that relative
    paths mean what the caller typed.

    Raises:
        UsageError: no such notebook, or a parameter that cannot be used; nothing was started.
        ZoweCertsError: what a cell raised, of the same class; nothing is left behind.
        NotebookFailed: a cell raised something else, or the kernel died (exit code 138);
            ``<folder>_failed`` says more. Or an output holds a private key: nothing is left.
        WriteError: the run folder cannot be made or filled.
    """
    source = find_notebook(notebook)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    begun = time.monotonic()
    try:
        job = _Job.read(source, values)
    except (OSError, UnicodeDecodeError) as error:
        raise _not_a_notebook(source, error) from None
    staging = Staging(out, f"{moment:%Y%m%dT%H%M%SZ}_{source.stem}")
    try:
        folder, result = _run(job, staging, moment, progress)
    except OSError as error:
        msg = f"the run folder {staging.folder.parent} cannot be filled: {error.strerror or error}"
        raise WriteError(msg) from error
    finally:
        staging.discard()
    return RunResult(folder, folder / "report.html", result, time.monotonic() - begun)


def _run(
    job: _Job, staging: Staging, moment: datetime, progress: Callable[[str], None] | None
) -> tuple[Path, Mapping[str, Any]]:
    write_text(staging.folder / "parameters.yaml", job.as_yaml())
    with (staging.folder / "run.log").open("a", encoding="utf-8", errors="backslashreplace", buffering=1) as log:
        print(f"{job.source.stem}, {moment:%Y-%m-%dT%H:%M:%SZ}, Python {sys.version.split()[0]}", file=log)
        steps = _Steps(log, progress)
        failure = _execute(job, staging.folder, steps, log)
        print(failure.story if failure else "finished", file=log)
    if failure:
        raise _same_error(failure) or _kept(job, staging, steps, failure)

    def fill(standing: str, final: Path) -> None:
        executed = settle(staging.folder, standing, final, steps.book or job.book())
        page = render(executed, _result(job, staging.folder), made=moment, name=job.source.stem)
        write_text(staging.folder / "report.html", page)
        refuse_private_keys(job.source.stem, staging.folder)

    folder = staging.publish("", fill)
    return folder, _result(job, folder)


# The job: what is asked for


@dataclass(frozen=True)
class _Job:
    """A notebook with the values that it is to run with, all of them looked at."""

    source: Path
    text: str
    listing: tuple[Parameter, ...]
    values: Mapping[str, Any]

    @classmethod
    def read(cls, source: Path, values: Mapping[str, object]) -> _Job:
        text = source.read_text(encoding="utf-8")
        listing = _listing(source, text)
        if "out_dir" in values:
            msg = f"{source.stem}: out_dir is the run folder itself here; say with --out where that is made"
            raise UsageError(msg)
        quiet = {"interactive": False} if any(known.name == "interactive" for known in listing) else {}
        return cls(source, text, listing, read_values(listing, {**values, **quiet}, source.stem))

    def book(self) -> NotebookNode:
        """The notebook that papermill is to run: not a path, which it would take for a format string."""
        import nbformat

        untyped: Any = nbformat
        with _no_warnings():  # of cells without ids, which nbformat adds
            book: NotebookNode = untyped.reads(self.text, as_version=4)
            try:
                nbformat.validate(book)
            except nbformat.ValidationError as error:
                raise _not_a_notebook(self.source, error) from None
        return book

    def within(self, folder: Path) -> dict[str, Any]:
        """The values as the notebook gets them: ``{run}`` and out_dir are the folder."""

        def placed(value: Any) -> Any:
            if isinstance(value, list):
                return [placed(part) for part in value]
            return value.replace(_RUN, str(folder)) if isinstance(value, str) else value

        own = {"out_dir": str(folder)} if any(known.name == "out_dir" for known in self.listing) else {}
        return {name: placed(value) for name, value in self.values.items()} | own

    def as_yaml(self) -> str:
        """Every value, defaults too, in the form that ``run --parameters`` reads again."""
        import yaml

        every = {known.name: self.values.get(known.name, known.default) for known in self.listing}
        kept = {name: value for name, value in every.items() if name not in ("out_dir", "interactive")}
        return f"# zowe-certs run {self.source.stem} --parameters parameters.yaml\n" + (
            yaml.safe_dump(kept, allow_unicode=True, sort_keys=False) if kept else ""
        )


def _listing(source: Path, text: str) -> tuple[Parameter, ...]:
    """What a notebook takes: ours from its dataclass, anybody else's from its own cell."""
    if source.stem in NOTEBOOKS and source.resolve().parent == notebooks_folder().resolve():
        return NOTEBOOKS[source.stem].listing()
    try:
        cells = [cell for cell in json.loads(text)["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        return declared("".join(cells[0]["source"])) if cells else ()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _not_a_notebook(source, error) from None


def _not_a_notebook(source: Path, error: Exception) -> UsageError:
    return UsageError(f"{source} is no notebook of format 4: {type(error).__name__}: {_line(str(error))}")


# The run: papermill, quietly


@dataclass(frozen=True)
class _Failure:
    """What a cell raised, by name, as its kernel told it; or how the kernel ended."""

    name: str
    message: str
    story: str
    died: bool = False


class _Steps:
    """Counts the cells as they run, and holds on to the notebook that papermill fills."""

    def __init__(self, log: TextIO, progress: Callable[[str], None] | None) -> None:
        self.book: NotebookNode | None = None
        self.heading = "the start of the kernel"
        self._log, self._progress = log, progress
        self._number = self._total = 0

    def started(self, notebook: NotebookNode) -> None:
        self.book = notebook
        self._total = sum(_is_step(cell) for cell in notebook.cells)

    def step(self, cell: NotebookNode, cell_index: int) -> None:
        if self.book is None or not _is_step(cell):
            return
        before = (
            heading(other.source) for other in reversed(self.book.cells[:cell_index]) if other.cell_type == "markdown"
        )
        self._number += 1
        self.heading = next(filter(None, before), f"cell {cell_index + 1}")
        line = f"step {self._number}/{self._total} {self.heading}"
        print(line, file=self._log)
        if self._progress:
            self._progress(line)


def _is_step(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip()) and _NOT_STEPS.isdisjoint(cell.metadata.tags)


def _execute(job: _Job, folder: Path, steps: _Steps, log: TextIO) -> _Failure | None:
    papermill = _papermill()
    from papermill.exceptions import PapermillExecutionError

    book = job.book()
    with _logged(log), _no_warnings():
        try:
            papermill.execute_notebook(
                book,
                None,  # it would write the file unscrubbed, after every cell
                parameters=job.within(folder),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=120,
                iopub_timeout=60,
                store_widget_state=False,  # a text box would be saved with what was typed
                record_timing=False,
                kernel_manager_class=_kernel(log),
                on_notebook_start=steps.started,
                on_cell_execute=steps.step,
            )
        except PapermillExecutionError as error:
            return _Failure(error.ename, error.evalue, str(error))
        except Exception as error:  # noqa: BLE001  # no start, no answer, a dead kernel: nbclient has no one type
            return _Failure(type(error).__name__, str(error), repr(error), died="Kernel died" in str(error))
    return None


def _papermill() -> Any:
    """papermill, imported without the second or two that one module costs.

    jsonschema takes ``rfc3987_syntax`` to check IRIs, of which a notebook has none, and
    does without it where it is missing. Its import builds a Lark grammar each time.
    """
    absent = "rfc3987_syntax" not in sys.modules
    if absent:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # "do not look for it"
    try:
        with _no_warnings():
            import papermill
    finally:
        if absent:
            del sys.modules["rfc3987_syntax"]
    return papermill


def _kernel(log: TextIO) -> type:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OwnKernel(AsyncKernelManager):
        """This interpreter's own kernel: encrypted, its noise in the log.

        A ``python3`` kernel in somebody's home directory may belong to another
        environment. What lies in the current directory is data and is never imported.
        """

        def __init__(self, **traits: Any) -> None:
            super().__init__(**traits, kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
            self.transport_encryption = "required"

        def start_kernel(self, **arguments: Any) -> Any:
            environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
            return super().start_kernel(**arguments, env=environment, stdout=log, stderr=log)

    return OwnKernel


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """What libraries warn each other of: nobody at the terminal can act on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _logged(log: TextIO) -> Iterator[None]:
    """papermill's log messages go to our file, not to the terminal."""
    logger, handler = logging.getLogger("papermill"), logging.StreamHandler(log)
    handler.setLevel(logging.WARNING)
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


# The end: a report, an error of ours, or a folder to look into


def _same_error(failure: _Failure) -> ZoweCertsError | None:
    """Our own error again, with the same sentence; the kernel sent its name and its text."""
    if failure.name not in errors.__all__:
        return None
    kind: type[ZoweCertsError] = getattr(errors, failure.name)
    if not issubclass(kind, SettingsError):
        return kind(failure.message)
    source, *problems = failure.message.split("\n  - ")
    if problems:
        return kind(source.removesuffix(f" has {len(problems)} problems:"), problems)
    source, _, problem = source.partition(": ")
    return kind(source, [problem])


def _kept(job: _Job, staging: Staging, steps: _Steps, failure: _Failure) -> NotebookFailed:
    def fill(standing: str, final: Path) -> None:
        settle(staging.folder, standing, final, steps.book or job.book())
        refuse_private_keys(job.source.stem, staging.folder)

    log = staging.publish("_failed", fill) / "run.log"
    what = "its kernel died" if failure.died else f"{failure.name}: {_line(failure.message)}"
    error = NotebookFailed(f"{job.source.stem} failed in the step {steps.heading!r}: {what}; read {log}")
    if failure.died:
        error.exit_code = 138
    return error


def _result(job: _Job, folder: Path) -> Mapping[str, Any]:
    """What the notebook wrote into ``result.json``, if it did. Half a result is a failure, not a clean run."""
    try:
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        result = None
    if not isinstance(result, dict):
        msg = f"{job.source.stem} wrote a result.json that is not a JSON object; nothing was kept"
        raise NotebookFailed(msg)
    return result


def _line(text: str) -> str:
    """The first line of somebody else's message, and not too much of it."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "no message")
    shown = visible_lines(first)
    return shown if len(shown) <= 200 else f"{shown[:197]}..."
