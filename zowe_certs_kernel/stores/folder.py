"""The stores of a folder, found by their first bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..errors import SourceMissing
from . import der
from .java_marks import JCEKS, JKS
from .other_formats import named
from .pem_file import is_pem, without_certificates
from .racf_text import is_racf_listing

__all__ = ["candidates"]

_MAX_FILES = 10_000
_MAX_DEPTH = 8
_LOOKED_AT = 64 << 10  # text may stand before the first PEM block
_LONGEST_HEADER = 10
_INNER = {der.INTEGER, der.OBJECT_IDENTIFIER, der.SEQUENCE}
_INDEFINITE = 0x80

_Passed = tuple[Path, str]


def candidates(folder: Path) -> tuple[tuple[Path, ...], tuple[_Passed, ...]]:
    """The files that look like stores by their first bytes, and the others with why they were passed over.

    Folders inside are looked into, eight deep at most; links that lead out of the folder are not followed.
    At most 10,000 files are looked at. Both lists are sorted by path. A file that may not be read, and a store
    however large, are among the first, so that whoever opens them tells why they cannot be read.

    Raises:
        SourceMissing: the folder is not there, or may not be read.
    """
    try:
        root = folder.resolve(strict=True)
        with os.scandir(root):
            pass
    except OSError as error:
        msg = f"{folder} cannot be read: {error.strerror}"
        raise SourceMissing(msg) from None
    stores: list[Path] = []
    passed: list[_Passed] = []
    found = list(islice(_found(folder, root, 0), _MAX_FILES + 1))
    for path, why in found[:_MAX_FILES]:
        why_not = why or _why_not(path)
        if why_not:
            passed.append((path, why_not))
        else:
            stores.append(path)
    if len(found) > _MAX_FILES:
        passed.append((folder, f"only its first {_MAX_FILES:,} files were looked at"))
    return tuple(sorted(stores)), tuple(sorted(passed))


def _found(folder: Path, root: Path, depth: int) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, with a reason where it is not to be opened."""
    if depth > _MAX_DEPTH:
        yield folder, f"it is more than {_MAX_DEPTH} folders deep"
        return
    try:
        with os.scandir(folder) as listing:
            found = sorted(islice(listing, _MAX_FILES + 1), key=lambda each: each.name)
    except OSError as error:
        yield folder, f"it cannot be read: {error.strerror}"
        return
    for each in found:
        path = folder / each.name
        if each.is_dir(follow_symlinks=False):
            yield from _found(path, root, depth + 1)
        elif each.is_symlink():
            yield path, _why_not_followed(path, root)
        elif each.is_file(follow_symlinks=False):
            yield path, ""
        else:
            yield path, "it is no file"  # a pipe would keep its reader waiting


def _why_not_followed(path: Path, root: Path) -> str:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link to nothing"
    if not target.is_file():
        return "it is a link to a folder"
    return "" if target.is_relative_to(root) else "it is a link that leads out of the folder"


def _why_not(path: Path) -> str:
    """Why a file is no store; empty where it looks like one, and where only opening it tells."""
    try:
        with path.open("rb") as file:
            size, beginning = os.fstat(file.fileno()).st_size, file.read(_LOOKED_AT)
    except OSError:
        return ""
    if is_pem(beginning) and size == len(beginning) and (others := without_certificates(beginning)):
        return f"it holds {others}"
    if beginning.startswith((JKS, JCEKS)) or is_pem(beginning) or _is_asn1(beginning, size):
        return ""
    return "" if is_racf_listing(beginning) else named(beginning)


def _is_asn1(beginning: bytes, size: int) -> bool:
    """Whether it begins with a SEQUENCE that ends within the file and begins as all that are read here."""
    if beginning[:1] != bytes((der.SEQUENCE,)) or len(beginning) < _LONGEST_HEADER:
        return False
    length, at = beginning[1], 2
    if length > _INDEFINITE:
        at += length & 0x7F
        length = int.from_bytes(beginning[2:at], "big")
    elif length == _INDEFINITE:
        length = 0
    cut_short = beginning[1] > _INDEFINITE  # no text begins so: a store that lost its end is told, not passed over
    return (cut_short or at + length <= size) and beginning[at : at + 1] != b"" and beginning[at] in _INNER
