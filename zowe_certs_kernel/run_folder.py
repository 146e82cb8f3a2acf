"""The folder of a run: hidden until it is whole, then ``out/<UTC time>_<notebook>/``."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NotebookFailed, WriteError
from .processes import claimed, is_abandoned
from .show.report import cleaned, scrubber, visible_lines

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Staging", "refuse_private_keys", "settle", "write_text"]

_PRIVATE_KEY = b"PRIVATE KEY-----"
_SEARCHED = ("executed.ipynb", "report.html", "result.json", "run.log")
_LEFT_BEHIND = re.compile(r"\.\d{8}T\d{6}Z_.+\.(\d+)-\w+")


class Staging:
    """A folder under a hidden name until it is whole."""

    def __init__(self, out: Path, name: str) -> None:
        self._out, self._name = out, name
        self._made: list[Path] = []
        try:
            self._made = [folder for folder in (out, *out.parents) if not folder.exists()]
            out.mkdir(parents=True, exist_ok=True)
            _sweep(out)
            made = tempfile.mkdtemp(prefix=f".{name}.{os.getpid()}-", dir=out)
        except OSError as error:
            self._unmake()
            msg = f"no run folder can be made in {out}: {error.strerror}; name another one with --out"
            raise WriteError(msg) from None
        self._claim = contextlib.ExitStack()
        self._claim.enter_context(claimed(Path(made)))
        self.folder = out / Path(made).name  # as it was typed, not absolute: people read this path

    def publish(self, suffix: str, fill: Callable[[str, Path], None]) -> Path:
        """Give the folder its final name, the first that is free, after ``fill`` has written it in."""
        standing = self.folder.name
        for number in itertools.count(1):
            final = self._out / (self._name + suffix + (f"-{number}" if number > 1 else ""))
            if final.exists():
                continue
            fill(standing, final)
            try:
                self.folder.rename(final)
            except OSError:
                if not final.exists():
                    raise
                standing = final.name  # another run of the same second was faster
                continue
            self._made.clear()
            return final
        raise AssertionError  # itertools.count() does not end

    def discard(self) -> None:
        """Leave no trace of a run that came to nothing; a published folder stays."""
        self._claim.close()
        if self.folder.exists():
            _remove(self.folder)
        self._unmake()

    def _unmake(self) -> None:
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _sweep(out: Path) -> None:
    """Remove what killed runs have left; a keystore may be in it."""
    for folder in out.iterdir():
        found = _LEFT_BEHIND.fullmatch(folder.name)
        if found and folder.is_dir() and not folder.is_symlink() and is_abandoned(folder, int(found[1])):
            _remove(folder)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        _make_removable(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _make_removable(folder: Path) -> None:
    """A notebook may have made read-only folders (or, on Windows, files): they have to go too."""
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o700)


def settle(folder: Path, standing: str, final: Path, book: NotebookNode) -> NotebookNode:
    """Write what names the folder as if it had its final name already."""
    import nbformat

    scrubbed = scrubber(folder, final, hide_home=True)
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink() and standing.encode() in (data := path.read_bytes()):
            path.write_bytes(data.replace(standing.encode(), final.name.encode()))
    log = folder / "run.log"
    write_text(log, visible_lines(scrubbed(log.read_text(encoding="utf-8", errors="replace"))))
    clean = cleaned(book, scrubbed, scrubber(folder, final, hide_home=False))
    untyped: Any = nbformat
    write_text(folder / "executed.ipynb", untyped.writes(clean))
    return clean


def write_text(path: Path, text: str) -> None:
    """UTF-8 with plain newlines everywhere; a lone surrogate of a hostile name becomes ``\\udXXX``."""
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def refuse_private_keys(name: str, folder: Path) -> None:
    """Fail where an output of the notebook ``name`` holds a private key.

    Raises:
        NotebookFailed: it does; the caller keeps nothing.
    """
    for path in (folder / name for name in _SEARCHED):
        if path.exists() and _PRIVATE_KEY in path.read_bytes():
            msg = f"{name} shows a private key in {path.name}; nothing was kept: mend the cell that did it"
            raise NotebookFailed(msg)
