"""Sources as a person names them, files, folders and ``host:port``, each to its rows; one never hides another."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import StoreError, UsageError
from ..local_path import local_path
from ..model import Store
from ..secret import Secret
from .endpoint import endpoint_of, read_endpoint
from .limits import DEFAULT_LIMITS, Limits
from .passwords import Passwords, open_with

__all__ = ["SourceRow", "read_sources"]


@dataclass(frozen=True)
class SourceRow:
    """What became of one source: a store, or the error that says why there is none.

    ``named`` is false for what was found in a folder, where ``passed_over`` says why a file is no store;
    ``published`` as in :class:`~zowe_certs_kernel.stores.passwords.Opened`.
    """

    source: str
    store: Store | None = None
    error: StoreError | None = None
    named: bool = True
    published: bool = False
    passed_over: str = ""

    def as_dict(self) -> dict[str, Any]:
        """A row of ``zowe-certs/inspect/1``, one of ``stores`` or of ``passed_over``."""
        if self.passed_over:
            return {"source": self.source, "reason": self.passed_over}
        if self.store:
            return {**self.store.as_dict(), "protection": self.store.protection, "notes": list(self.store.notes)}
        code = type(self.error).__name__
        return {
            "source": self.source,
            "format": None,
            "error": {"code": code, "message": str(self.error)},
            "entries": [],
            "protection": "",
            "notes": [],
        }


def read_sources(
    sources: Sequence[str],
    passwords: Passwords,
    *,
    prove_keys: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    seconds: float = 10.0,
) -> Iterator[SourceRow]:
    """A row for each source, in the order given; a folder's stores follow each other by name, then what is no store.

    Args:
        prove_keys: open each private key too, and say whether it is that of its certificate.
        limits: what the reading of each file may cost.
        seconds: how long a TLS server may take to answer.

    Raises:
        UsageError: a source is empty, or a password is not where its reference says.
    """
    tasks = [task for source in sources for task in _tasks(source, passwords, limits, seconds)]
    if prove_keys:
        tasks = [partial(_with_keys, task) for task in tasks]
    if len(tasks) == 1:
        yield tasks[0]()
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the derivation of keys, most of the work, lets others run
        yield from pool.map(lambda task: task(), tasks)


def _tasks(source: str, passwords: Passwords, limits: Limits, seconds: float) -> Iterator[Callable[[], SourceRow]]:
    """What there is to read; passwords are read and asked for here, one after another."""
    if "://" in source:
        msg = f"{source} is an address of the web: name the server as host:port"
        raise UsageError(msg)
    path = local_path(source, "a source")
    mode = _mode(path)
    endpoint = endpoint_of(source) if mode is None else None
    if endpoint:
        yield partial(_endpoint_row, source, endpoint, seconds)
    elif mode is not None and stat.S_ISDIR(mode):
        yield from _folder_tasks(path, passwords, limits)
    else:
        yield partial(_row, path, passwords.of(path), limits, named=True)


def _mode(path: Path) -> int | None:
    """None where nothing is found; a name may be too long, and a folder on the way may be closed."""
    try:
        return path.stat().st_mode
    except OSError:
        return None


def _folder_tasks(folder: Path, passwords: Passwords, limits: Limits) -> Iterator[Callable[[], SourceRow]]:
    from .folder import candidates

    try:
        stores, others = candidates(folder)
    except StoreError as error:
        yield partial(SourceRow, str(folder), error=error)
        return
    for inner in stores:
        yield partial(_row, inner, passwords.of(inner), limits, named=False)
    for inner, why in others:
        yield partial(SourceRow, str(inner), named=False, passed_over=why)


def _with_keys(read: Callable[[], SourceRow]) -> SourceRow:
    row = read()
    if row.store is None:
        return row
    from .key_proof import with_proved_keys

    return replace(row, store=with_proved_keys(row.store))


def _row(path: Path, passwords: Sequence[tuple[Secret, bool]], limits: Limits, *, named: bool) -> SourceRow:
    try:
        opened = open_with(path, passwords, limits)
    except StoreError as error:
        return SourceRow(str(path), error=error, named=named)
    return SourceRow(str(path), opened.store, None, named, opened.published)


def _endpoint_row(source: str, endpoint: tuple[str, int], seconds: float) -> SourceRow:
    try:
        return SourceRow(source, read_endpoint(*endpoint, seconds=seconds))
    except StoreError as error:
        return SourceRow(source, error=error)
