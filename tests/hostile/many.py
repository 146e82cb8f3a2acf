"""The inputs of a format in processes of their own, so that one which dies or hangs of an input is told of too."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tests.hostile.campaign import Tally, campaign

__all__ = ["in_processes"]

_CHUNK = 500
_TOLD_EVERY = 20 * _CHUNK
_HANGS_AFTER = 600.0  # seconds for a chunk, which takes one or two


def in_processes(
    kind: str,
    seed: int,
    numbers: Sequence[int],
    processes: int,
    folder: Path,
    keep: Path,
    tell: Callable[[Tally], None],
) -> Tally:
    """Make and read the inputs of one format; what it needs most of memory is then its own.

    Args:
        folder: where the files stand that are being read.
        keep: where the files of failures go.
        tell: is told how far it is.
    """
    total = Tally()
    chunks = [numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK)]
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        works = [pool.submit(_chunk, kind, seed, chunk, folder, keep) for chunk in chunks]
        for work in as_completed(works):
            try:
                total.add(work.result())
            except BrokenProcessPool:
                return _died(kind, seed, folder, keep, total)
            if total.inputs % _TOLD_EVERY == 0:
                tell(total)
    return total


def _chunk(kind: str, seed: int, numbers: Sequence[int], folder: Path, keep: Path) -> Tally:
    """Some inputs; one that hangs ends the process, with a trace of where."""
    faulthandler.dump_traceback_later(_HANGS_AFTER, exit=True)
    own = folder / str(os.getpid())
    own.mkdir(exist_ok=True)
    try:
        return campaign(kind, seed, numbers, own, keep)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _died(kind: str, seed: int, folder: Path, keep: Path, total: Tally) -> Tally:
    """A process ended by itself: what it was reading is kept."""
    keep.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*/input"):
        shutil.copyfile(path, keep / f"{kind}-{seed}-died-{path.parent.name}")
    total.failures.append((-1, f"a process died or hung; what it was reading is in {keep}"))
    return total
