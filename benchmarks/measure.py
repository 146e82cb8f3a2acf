"""Two ways to do the same work, run in turns; what is compared is the median of each."""

from __future__ import annotations

import gc
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Case", "Row", "Side", "measured"]


@dataclass(frozen=True)
class Side:
    """One way to do the work, in an empty folder each time; ``words`` say what is timed.

    ``often`` is the number of runs in a turn: what is short or depends on luck needs more of them. ``times`` is
    how often the whole work holds what is run, where that is only a sample.
    """

    words: str
    work: Callable[[Path], object]
    often: int = 1
    times: float = 1.0


@dataclass(frozen=True)
class Case:
    """``ours`` may take ``at_most`` so many times as long as ``theirs``, or is ``at_least`` so many times as fast.

    Where ``unit`` is not ``s``, the work returns what counts, and no time is taken.
    """

    name: str
    ours: Side
    theirs: Side
    at_most: float = 0.0
    at_least: float = 0.0
    unit: str = "s"


@dataclass(frozen=True)
class Row:
    """What was measured: seconds of each run, or what it returned."""

    case: Case
    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return theirs / ours if self.case.at_least else ours / theirs

    @property
    def within(self) -> bool:
        return self.ratio >= self.case.at_least if self.case.at_least else self.ratio <= self.case.at_most

    def as_dict(self) -> dict[str, Any]:
        """For JSON; of each side the median and the quartiles between which half of the runs lie."""
        limit = {"at_least": self.case.at_least} if self.case.at_least else {"at_most": self.case.at_most}
        sides = {"ours": _summary(self.case.ours, self.ours), "theirs": _summary(self.case.theirs, self.theirs)}
        unit = self.case.unit
        return {
            "name": self.case.name,
            "unit": unit,
            **sides,
            "ratio": self.ratio,
            "budget": limit,
            "within": self.within,
        }

    def __str__(self) -> str:
        found = self.as_dict()
        budget = f"at least {self.case.at_least:g}" if self.case.at_least else f"at most {self.case.at_most:g}"
        lines = [f"{self.case.name}: {self.ratio:.2f} x, budget {budget} x: {'within' if self.within else 'OVER'}"]
        lines += [
            "  {median:7.3f} {unit} ({low:.3f} to {high:.3f}, {runs} runs)  {what}".format_map(
                {**found[side], "unit": self.case.unit}
            )
            for side in ("ours", "theirs")
        ]
        return "\n".join(lines)


def _summary(side: Side, times: list[float]) -> dict[str, Any]:
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive") if len(times) > 1 else [times[0]] * 3
    return {"what": side.words, "runs": len(times), "median": middle, "low": low, "high": high}


def measured(case: Case, turns: int, scratch: Path) -> Row:
    """Run both sides in turns, after each has run once untimed; who goes first changes."""
    figures: dict[str, list[float]] = {"ours": [], "theirs": []}
    sides = [("ours", case.ours), ("theirs", case.theirs)]
    for _, side in sides:
        _run(side, scratch / "work", case.unit)
    rounds = max(side.often for _, side in sides)
    for number in range(turns * rounds):
        for name, side in sides if number % 2 else reversed(sides):
            if number % rounds < side.often:
                figures[name].append(_run(side, scratch / "work", case.unit))
    return Row(case, **figures)


def _run(side: Side, folder: Path, unit: str) -> float:
    folder.mkdir()
    gc.collect()
    begun = time.perf_counter()
    found = side.work(folder)
    seconds = (time.perf_counter() - begun) * side.times
    shutil.rmtree(folder)
    if unit == "s":
        return seconds
    assert isinstance(found, float)  # noqa: S101  # what is not a time is what the work returns
    return found
