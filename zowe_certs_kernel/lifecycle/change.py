"""A change to a KEYSTORE_DIRECTORY: the whole directory anew, or as it was; the old one stays as a dated copy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import StoreError, UsageError, WriteError
from ..model import Entry, EntryKind, Finding, Store
from ..secret import Secret
from ..setup.keystore_directory import Placed, place
from ..stores import KeyContent, Profile, Protection, TrustedContent, write_pkcs12
from ..stores.certificate import load_certificate
from ..stores.pkcs12 import read_pkcs12
from ..trust.comparison import Change as StoreChange
from ..trust.comparison import ChangeKind, compare_stores
from .working_set import WorkingSet

__all__ = ["Change", "Changed", "apply_change", "compared", "contents_of", "store_bytes", "stores_after"]

Content = KeyContent | TrustedContent

_FORMATS = ("PKCS12", "JKS")
_NEW_FILE, _NEW_FOLDER = 0o600, 0o700
_READABLE = (".cer", ".cer-ebcdic", ".csr", ".pem")
_SETTINGS = "zowe-certificates.env"


@dataclass(frozen=True)
class Change:
    """What becomes of a directory: bytes by path within it, and files that go.

    ``findings`` are what is worth knowing of the set that comes of it, ``notes`` what was done and what is left to do.
    """

    working: WorkingSet
    title: str
    writes: Mapping[PurePosixPath, bytes] = field(repr=False)
    removes: tuple[PurePosixPath, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The paths, without any content."""
        return {
            "title": self.title,
            "directory": str(self.working.directory),
            "writes": [str(path) for path in sorted(self.writes)],
            "removes": [str(path) for path in self.removes],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Changed:
    """A change that was made; ``placed.kept`` is the directory as it was before."""

    change: Change
    placed: Placed

    @property
    def way_back(self) -> str:
        """How the directory gets back to what it was, in words."""
        directory, kept = self.change.working.directory, self.placed.kept
        return f"To go back, move {directory} away and give {kept} its name; on z/OS upload its files again."

    def as_dict(self) -> dict[str, Any]:
        return {**self.change.as_dict(), "kept": str(self.placed.kept), "earlier_runs": list(self.placed.notes)}


def contents_of(store: Store) -> list[Content]:
    """Every entry of a store in its order, the keys opened, ready to be written again.

    Raises:
        UsageError: it holds something that could not be written again; says what.
        StoreError: a key cannot be opened.
    """
    if store.format not in _FORMATS:
        msg = f"{store.source} is {store.format}, and only {' and '.join(_FORMATS)} stores are changed here"
        raise UsageError(msg)
    return [_content(entry, store) for entry in store.entries]


def _content(entry: Entry, store: Store) -> Content:
    if entry.kind is EntryKind.PRIVATE_KEY and entry.chain and entry.open_key:
        try:
            key = entry.open_key()
        except StoreError as error:
            msg = f"{store.source}: the key {entry.alias} stays closed: {error}"
            raise type(error)(msg) from None
        return KeyContent(entry.alias, key, tuple(load_certificate(facts.der) for facts in entry.chain))
    if entry.kind is EntryKind.TRUSTED_CERTIFICATE and entry.chain:
        return TrustedContent(entry.alias, load_certificate(entry.chain[0].der))
    what = str(entry.kind).replace("_", " ")
    named = f" {entry.alias!r}" if entry.alias else ""
    msg = f"{store.source} holds a {what}{named} that would be lost if it were written again; take it out first"
    raise UsageError(msg)


def store_bytes(store: Store, contents: Sequence[Content], password: Secret) -> bytes:
    """The store with these ``contents``, in the format and with the protection that it had.

    RC2 of 40 bits, which hides nothing, becomes 3DES; both are read by the same programs.

    Raises:
        UsageError: two entries would have the same alias.
        WriteError: the format cannot hold an entry.
    """
    try:
        if store.format == "JKS":
            from ..stores.jks import write_jks

            return write_jks(contents, password)
        profile = Profile.MODERN if "PBES2" in store.protection else Profile.COMPATIBLE
        return write_pkcs12(contents, Protection(password, profile, _rounds(store, profile)))
    except ValueError:
        msg = f"{store.source}: two entries would have the same alias"
        raise UsageError(msg) from None


def _rounds(store: Store, profile: Profile) -> int:
    """As many as it had, and not fewer than the profile's own."""
    told = [int(number.replace(",", "")) for number in re.findall(r"([0-9,]+) rounds", store.protection)]
    return max([profile.rounds, *told])


def apply_change(
    change: Change, *, now: dt.datetime | None = None, progress: Callable[[str], None] = lambda _line: None
) -> Changed:
    """Make the directory anew beside the old one, all other files copied, and let the two change places.

    Raises:
        WriteError: it cannot be written; nothing was changed.
    """
    directory = change.working.directory
    files = _files(directory)
    with place(directory, replace=True, now=now or dt.datetime.now(dt.UTC)) as placing:
        if not change.working.is_as_read:
            msg = f"{directory} was changed by somebody else meanwhile; nothing was written. Run again"
            raise UsageError(msg)
        modes: dict[PurePosixPath, int] = {}
        for path in sorted({*files, *change.writes} - {*change.removes}):
            progress(f"writing {path}")
            source = directory / path
            placing.write(path, change.writes[path] if path in change.writes else source.read_bytes())
            modes[path] = _mode(source, _new_mode(path, directory))
        stat = directory.stat()
        placing.lock(_mode(directory, _NEW_FOLDER), modes, stat.st_uid, stat.st_gid)
        _copy_folders(directory, placing.staging)
        placed = placing.finish()
    return Changed(change, placed)


def _files(directory: Path) -> list[PurePosixPath]:
    found = []
    for path in directory.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            msg = f"{directory} is not changed: {path} is no plain file, and could not be copied as it is"
            raise WriteError(msg)
        if path.is_file():
            found.append(PurePosixPath(path.relative_to(directory).as_posix()))
    return found


def _new_mode(path: PurePosixPath, directory: Path) -> int:
    """A new certificate may be read by whom the settings are for; anything else is its owner's alone."""
    is_open = path.suffix in _READABLE
    return _mode(directory / _SETTINGS, _NEW_FILE) if is_open else _NEW_FILE


def _copy_folders(directory: Path, staging: Path) -> None:
    """Empty folders stay, and each folder keeps its own mode."""
    for folder in sorted(path for path in directory.rglob("*") if path.is_dir()):
        there = staging / folder.relative_to(directory)
        there.mkdir(mode=_NEW_FOLDER, parents=True, exist_ok=True)
        there.chmod(_mode(folder, _NEW_FOLDER))


def _mode(path: Path, otherwise: int) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return otherwise


def compared(change: Change) -> tuple[tuple[PurePosixPath, tuple[StoreChange, ...]], ...]:
    """Before and after of each store that is written, by its path; what stays as it is is left out."""
    return tuple(_compared(change))


def _compared(change: Change) -> Iterator[tuple[PurePosixPath, tuple[StoreChange, ...]]]:
    working = change.working
    before = (working.keystore, working.truststore)
    paths = (working.keystore_path, working.truststore_path)
    for path, old, new in zip(paths, before, stores_after(change), strict=True):
        if path in change.writes:
            changes = compare_stores(old, new)
            yield path, tuple(one for one in changes if one.kind is not ChangeKind.SAME)


def stores_after(change: Change) -> tuple[Store, Store]:
    """Keystore and trust store as the change leaves them, read from the bytes that it writes."""
    working = change.working
    keystore, truststore = (
        _read_back(path, change.writes[path], store, password) if path in change.writes else store
        for path, store, password in (
            (working.keystore_path, working.keystore, working.password),
            (working.truststore_path, working.truststore, working.truststore_password),
        )
    )
    return keystore, truststore


def _read_back(path: PurePosixPath, data: bytes, like: Store, password: Secret) -> Store:
    if like.format == "JKS":
        from ..stores.java_store import read_java_store

        return read_java_store(data, [password], str(path))
    return read_pkcs12(data, password, str(path))
