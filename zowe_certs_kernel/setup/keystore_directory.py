"""A directory that appears whole or not at all.

Everything is written into ``.NAME.<pid>-<random>`` beside the target and renamed at the end. To
replace an older directory the two change places in one call on Linux; elsewhere two renames do
it, and the next start mends what a kill between them left. A staging folder about to take the
target's place is named ``.NAME.<pid>-swap-<inode>-<time>``: its own inode tells the next start
whether the folder of that name still is the new set or already the old one.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import WouldOverwrite, WriteError
from ..processes import claimed, is_abandoned

__all__ = ["Placed", "Placing", "place"]

_RENAME_EXCHANGE = 2
_ELSEWHERE = "name another folder (--keystore-directory, in a notebook keystore_directory)"
_AT_CWD = -100
_OWN_RANDOM = r"[0-9a-f]{8}"


@dataclass(frozen=True)
class Placed:
    """``kept`` is the dated copy of what stood there before; ``owned`` is whether user and group were set.

    ``notes`` say what of an earlier run was mended.
    """

    kept: Path | None
    owned: bool
    notes: tuple[str, ...]


@dataclass
class Placing:
    """A directory in the making; ``besides`` is what was written elsewhere already and stays."""

    target: Path
    staging: Path
    replace: bool
    stamp: str
    inode: int
    notes: list[str] = field(default_factory=list)
    owned: bool = False
    besides: str = ""

    def write(self, path: PurePosixPath, data: bytes) -> None:
        """Write a file, its owner's alone from the first byte."""
        place_of = self.staging / path
        place_of.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(place_of, flags, 0o600), "wb") as file:
            file.write(data)

    def folder(self, path: PurePosixPath) -> None:
        """Make an empty folder."""
        (self.staging / path).mkdir(mode=0o700, parents=True, exist_ok=True)

    def lock(self, folder_mode: int, modes: Mapping[PurePosixPath, int], user: str | int, group: str | int) -> None:
        """Set the modes and, where the system allows it, the owner and the group, by name or number."""
        everything = [self.staging / path for path in modes]
        folders = [self.staging, *sorted(path for path in self.staging.rglob("*") if path.is_dir())]
        for path, mode in modes.items():
            (self.staging / path).chmod(mode)
        for folder in folders:
            folder.chmod(folder_mode)
        grouped = _each([*everything, *folders], lambda path: shutil.chown(path, group=group))
        self.owned = _each([*everything, *folders], lambda path: shutil.chown(path, user=user)) and grouped

    def finish(self) -> Placed:
        """Give the directory its name."""
        if os.path.lexists(self.target):
            if not self.replace:
                raise _there_already(self.target, [self.besides] if self.besides else ())
            return Placed(self._swap(), self.owned, tuple(self.notes))
        try:
            self.staging.rename(self.target)
        except OSError:
            if os.path.lexists(self.target):
                raise _there_already(self.target, [self.besides] if self.besides else ()) from None
            raise
        return Placed(None, self.owned, tuple(self.notes))

    def _swap(self) -> Path:
        kept = self.target.with_name(f"{self.target.name}.{self.stamp}")
        if os.path.lexists(kept):
            kept = kept.with_name(f"{kept.name}-{secrets.token_hex(2)}")
        stamp = kept.name.removeprefix(f"{self.target.name}.")
        ready = self.target.with_name(f".{self.target.name}.{os.getpid()}-swap-{self.inode}-{stamp}")
        self.staging = self.staging.rename(ready)
        if _exchanged(ready, self.target):
            ready.rename(kept)
            return kept
        self.target.rename(kept)
        try:
            ready.rename(self.target)
        except OSError:
            kept.rename(self.target)
            raise
        return kept

    def give_up(self) -> None:
        """Remove what was staged, unless it has changed places and is the older directory now."""
        try:
            still_ours = self.inode and self.staging.stat().st_ino == self.inode
        except OSError:
            return
        if still_ours:
            _remove(self.staging)


def _each(paths: Sequence[Path], give_away: Callable[[Path], None]) -> bool:
    """Whether the system knows the name and let each path be given away."""
    try:
        for path in paths:
            give_away(path)
    except (LookupError, OSError, AttributeError):
        return False
    return True


def _there_already(target: Path, notes: Sequence[str] = ()) -> WouldOverwrite:
    told = "".join(f"{note}. " for note in notes)
    how = "ask for its replacement (--replace, in a notebook replace), and it stays as a dated copy"
    return WouldOverwrite(f"{told}{target} is there already and was left as it is; {how}")


def _refuse_to_replace(target: Path, notes: Sequence[str], *, replace: bool) -> None:
    """Only a KEYSTORE_DIRECTORY or an empty folder gives way, and not the one that we stand in."""
    if not replace:
        raise _there_already(target, notes)
    if not target.is_dir():
        msg = f"{target} is a file, not a directory; move it away, or {_ELSEWHERE}"
    elif any(target.iterdir()) and not (target / "zowe-certificates.env").is_file():
        msg = f"{target} is not replaced: it holds other things than a KEYSTORE_DIRECTORY; {_ELSEWHERE}"
    elif Path.cwd().is_relative_to(target.resolve()):
        msg = f"{target} is not replaced: it is the current folder; go elsewhere first"
    else:
        return
    raise WriteError(msg)


@contextmanager
def place(target: Path, *, replace: bool, now: dt.datetime) -> Iterator[Placing]:
    """Make ``target`` in a staging folder; whatever goes wrong, nothing of it stays.

    First mends and removes what killed runs have left.

    Raises:
        WouldOverwrite: the target is there already and ``replace`` is false.
        WriteError: the system does not let the folder be made or written.
    """
    target = target.absolute()
    if not target.name:
        msg = f"{target} cannot be the KEYSTORE_DIRECTORY; name a folder in it"
        raise WriteError(msg)
    try:
        notes = _mended(target)
        if os.path.lexists(target):
            _refuse_to_replace(target, notes, replace=replace)
            target = target.resolve()  # of a link the folder gives way, not the link
        created = _parents(target)
    except OSError as error:
        raise _cannot_write(target, error) from None
    staging = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}")
    placing = Placing(target, staging, replace, now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ"), 0, notes)
    try:
        staging.mkdir(mode=0o700)
        placing.inode = staging.stat().st_ino
        with claimed(staging):
            yield placing
    except BaseException as error:
        placing.give_up()
        for folder in reversed(created):
            _remove_empty(folder)
        if isinstance(error, OSError):
            raise _cannot_write(target, error, placing.besides) from None
        raise


def _cannot_write(target: Path, error: OSError, besides: str = "") -> WriteError:
    where = f" ({error.filename})" if error.filename else ""
    changed = f"{besides}, nothing else was changed" if besides else "nothing was changed"
    return WriteError(f"{target} cannot be made here: {error.strerror}{where}; {changed}. To go on, {_ELSEWHERE}")


def _parents(target: Path) -> list[Path]:
    """Make the missing folders above the target; the ones made, outermost first."""
    missing = []
    folder = target.parent
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
    if not target.parent.is_dir():
        raise NotADirectoryError(20, "there is a file where the folder above it should be", str(folder))
    return list(reversed(missing))


def _mended(target: Path) -> list[str]:
    """Remove the staging folders of runs that are gone, and finish or undo a swap that a kill cut short."""
    notes: list[str] = []
    if not target.parent.is_dir():
        return notes
    mark = re.compile(rf"\.{re.escape(target.name)}\.(\d+)-(?:{_OWN_RANDOM}|swap-(\d+)-(\w+(?:-\w+)?))")
    for folder in sorted(target.parent.iterdir()):
        found = mark.fullmatch(folder.name)
        if not found or folder.is_symlink() or not folder.is_dir() or not is_abandoned(folder, int(found[1])):
            continue
        kept = target.with_name(f"{target.name}.{found[3]}")
        if found[2] and folder.stat().st_ino != int(found[2]):
            folder.rename(kept)
            notes.append(f"an earlier run was stopped after it replaced {target}; the older set is {kept}")
            continue
        if found[2] and not os.path.lexists(target) and kept.is_dir():
            kept.rename(target)
            notes.append(f"an earlier run was stopped while it replaced {target}; the older set was put back")
        _remove(folder)
    return notes


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one call (renameat2, Linux 3.15); False where that is not to be had."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        call = ctypes.CDLL(None).renameat2
    except AttributeError:
        return False
    return bool(call(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def _remove(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
