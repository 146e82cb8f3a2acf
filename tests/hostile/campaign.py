"""Many inputs one after another, and what came of them."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile.grammar import input_of, is_large
from tests.hostile.reading import Reading

__all__ = ["MOST_MIB", "MOST_SECONDS", "Tally", "campaign"]

MOST_SECONDS, MOST_MIB = 3.0, 300


@dataclass
class Tally:
    """What came of some inputs; the worst ones with their numbers."""

    inputs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    peak: tuple[float, int] = (0.0, -1)  # of the process, in MiB, and the input that raised it last
    dear: list[tuple[int, str]] = field(default_factory=list)
    failures: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.inputs += other.inputs
        self.outcomes += other.outcomes
        self.slowest, self.peak = max(self.slowest, other.slowest), max(self.peak, other.peak)
        self.dear += other.dear
        self.failures += other.failures

    def line(self, kind: str) -> str:
        """All of it in a line."""
        outcomes = self.outcomes.copy()
        opened = outcomes.pop("opened", 0)
        refused = ", ".join(f"{name} {count:,}" for name, count in sorted(outcomes.items()))
        share = 100 * opened / max(self.inputs, 1)
        return (
            f"{kind}: {self.inputs:,} inputs, {opened:,} opened ({share:.0f} %), refused: {refused or 'none'}; slowest "
            f"{self.slowest[0]:.2f} s (number {self.slowest[1]}), peak {self.peak[0]:.0f} MiB (number {self.peak[1]}), "
            f"{len(self.dear)} over the limits, {len(self.failures)} failures"
        )


def campaign(kind: str, seed: int, numbers: Iterable[int], folder: Path, keep: Path | None = None) -> Tally:
    """Make and read the inputs of these numbers.

    Args:
        folder: where the file of an input stands while it is read; it stays there if the process dies of it.
        keep: where the files of failures go.
    """
    tally, reading, peak = Tally(), Reading(folder / "input"), _peak_mib()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in numbers:
            reading.path.write_bytes(input_of(kind, seed, number))
            outcome = reading.read(kind, number, at_limits=is_large(number))
            tally.inputs += 1
            tally.outcomes[outcome.kind] += 1
            tally.slowest = max(tally.slowest, (outcome.seconds, number))
            before, peak = peak, _peak_mib()
            if peak > before:
                tally.peak = (peak, number)
            if outcome.seconds > MOST_SECONDS or peak > max(before, MOST_MIB):
                tally.dear.append((number, f"{outcome.seconds:.1f} s, {peak:.0f} MiB"))
            if outcome.failure:
                tally.failures.append((number, outcome.failure))
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{kind}-{seed}-{number}").write_bytes(reading.path.read_bytes())
    return tally


def _peak_mib() -> float:
    """The most memory that this process has had; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / (1 << 20)
