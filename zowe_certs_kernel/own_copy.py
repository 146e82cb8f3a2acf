"""A person's own copy of the notebooks: it appears whole or not at all, and an update never touches it."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from .errors import WouldOverwrite, WriteError
from .folders import notebooks_folder
from .processes import claimed, is_abandoned

__all__ = ["copy_notebooks"]

_COPIED = ("*.ipynb", "examples/*.env")  # what a checkout's folder also holds, such as results, is nobody else's


def copy_notebooks(target: Path) -> tuple[Path, ...]:
    """Copy the notebooks and their examples into ``target``, a folder that is new or empty.

    Returns the paths of the copies. They can be written whatever the installed files allow.

    Raises:
        WouldOverwrite: something is there already.
        WriteError: the system does not let it be made; nothing was changed.
    """
    source = notebooks_folder()
    names = [path.relative_to(source) for kind in _COPIED for path in sorted(source.glob(kind))]
    if not names:
        msg = f"there are no notebooks in {source}; install zowe-certs again"
        raise WriteError(msg)
    place = Path(os.path.realpath(target))
    try:
        home = place if place.is_dir() else place.parent
        _sweep(home, place.name)
        _refuse_what_is_there(place, target)
        with _folder(home), _staged(home, place.name) as staging:
            for name in names:
                (staging / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(source / name, staging / name)
            if home == place:
                _refuse_what_is_there(place, target, besides=staging)
                _fill(place, staging)
            else:
                _become(place, staging, target)
    except OSError as error:
        msg = f"{target} cannot be made: {error.strerror or error}; nothing was changed, name another folder"
        raise WriteError(msg) from None
    return tuple(target / name for name in names)


def _refuse_what_is_there(place: Path, target: Path, *, besides: Path | None = None) -> None:
    if not os.path.lexists(place):
        return
    if not place.is_dir():
        msg = f"{target} is a file and was left as it is; name a folder that is new or empty"
        raise WouldOverwrite(msg)
    if any(path != besides for path in place.iterdir()):
        msg = f"{target} is not empty and was left as it is; name a folder that is new or empty"
        raise WouldOverwrite(msg)


@contextlib.contextmanager
def _folder(home: Path) -> Iterator[None]:
    """Make ``home`` and what is missing above it; all of that goes again if what follows fails."""
    missing = list(itertools.takewhile(lambda folder: not folder.exists(), (home, *home.parents)))
    above = missing[-1].parent if missing else home
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{above} is a file")
    try:
        home.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in missing:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


@contextlib.contextmanager
def _staged(home: Path, name: str) -> Iterator[Path]:
    staging = home / f".{name}.{os.getpid()}-{secrets.token_hex(4)}"
    staging.mkdir()
    try:
        with claimed(staging):
            yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _sweep(home: Path, name: str) -> None:
    """Remove what killed runs have left."""
    mark = re.compile(rf"\.{re.escape(name)}\.(\d+)-[0-9a-f]{{8}}")
    for folder in home.iterdir() if home.is_dir() else ():
        found = mark.fullmatch(folder.name)
        if found and folder.is_dir() and not folder.is_symlink() and is_abandoned(folder, int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _become(place: Path, staging: Path, target: Path) -> None:
    try:
        staging.rename(place)
    except OSError:
        _refuse_what_is_there(place, target)  # somebody else was faster
        raise


def _fill(place: Path, staging: Path) -> None:
    """Fill a folder that exists: it may be the current one or a mount point, which nothing can replace."""
    moved: list[Path] = []
    try:
        # The start notebook, whose name sorts first, comes last: by it a folder is known to hold a copy.
        for path in sorted(staging.iterdir(), reverse=True):
            moved.append(path.rename(place / path.name))
    except BaseException:
        for path in moved:
            path.rename(staging / path.name)
        raise
