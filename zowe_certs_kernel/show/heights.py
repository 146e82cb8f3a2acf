"""How high everything stands in the picture of a trust graph: ports of arrows, then boxes and way-points.

Each column is as near to its neighbours as its order allows (least squares), and the cost is linear
in nodes and arrows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from statistics import fmean

from .cells import CAP, Cell, Segment
from .columns import Columns

__all__ = ["settle"]

# Between the arrows that leave a box, between those that arrive without and with words.
_LEAVING, _BARE, _LABELLED = 8.0, 7.0, 11.5
_SWEEPS = 24
# Boxes this near to each other are rows, not cards.
_CLOSE = 30.0
# How much higher than the highest column another may grow, so that the arrows into its boxes run level.
_GROWTH = 160.0


def settle(columns: Columns) -> None:
    """Give each arrow its ports and each cell its height and its ``y``; the top of the picture is 0."""
    steps = _steps(columns)
    for column, step in zip(columns, steps, strict=True):
        for cell in column:
            if cell.node:
                _fix_ports(cell, step)
    for column in columns:
        _spread(column, [(0.0, 1.0)] * len(column))
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _spread(column, [_wanted(cell) for cell in column])
    # Least squares bends a long arrow a little in every column; one bend before its end is calmer.
    for column in columns:
        _spread(column, [(cell.y, 1e6) if cell.node else _straight(cell) for cell in column])
    for column, step in zip(columns, steps, strict=True):
        for cell in column if step > _LABELLED else ():
            if len(cell.left) > 2:
                _level_ports(cell)
    top = min((cell.y - cell.height / 2 for column in columns for cell in column), default=0.0)
    for cell in (cell for column in columns for cell in column):
        cell.y = round(cell.y - top, 2)


def _steps(columns: Columns) -> list[float]:
    """For each column, how far apart labelled arrows arrive.

    Dozens of arrows into one box come from as many rows of one column; where they arrive as far
    apart as they leave, they run level and can be followed.
    """
    tallest = max(map(_height, columns), default=0.0)
    steps = []
    for column in columns:
        arriving = [segment for cell in column for segment in cell.left if segment.label]
        pitches = (segment.left.height + segment.left.gap for segment in arriving if segment.left.node)
        pitch = min((pitch for pitch in pitches if pitch <= _CLOSE), default=0.0)
        room = tallest + _GROWTH - sum(cell.gap + CAP + cell.cap for cell in column)
        steps.append(max(_LABELLED, min(pitch, room / max(len(arriving), 1))))
    return steps


def _height(column: Sequence[Cell]) -> float:
    return sum(cell.height + cell.gap for cell in column)


def _fix_ports(cell: Cell, labelled: float) -> None:
    """Where arrows leave (one port a kind) and arrive (one port an arrow), in the order of their other ends."""
    leaving: dict[object, list[Segment]] = defaultdict(list)
    for segment in cell.right:
        leaving[segment.group].append(segment)
    fans = sorted(leaving.values(), key=lambda fan: (fmean(s.right.index for s in fan), fan[0].group))
    arriving = sorted(cell.left, key=lambda segment: (segment.left.index, segment.group, segment.label))
    steps = [labelled if segment.label else _BARE for segment in arriving]
    below = 0.0
    for segment, step in zip(arriving, steps, strict=True):
        segment.right_port = below + step / 2 - sum(steps) / 2
        below += step
    for number, fan in enumerate(fans):
        for segment in fan:
            segment.left_port = (number - (len(fans) - 1) / 2) * _LEAVING
    cell.height = max(cell.height, sum(steps) + cell.cap + CAP, len(fans) * _LEAVING + cell.cap + CAP)


def _straight(way_point: Cell) -> tuple[float, float]:
    """The height at which the arrow goes on as it comes, and the weight of that wish."""
    return fmean(segment.left.y + segment.left_port for segment in way_point.left), 1.0


def _wanted(cell: Cell) -> tuple[float, float]:
    """The height at which the cell's arrows would be level, and the weight of that wish."""
    wishes = [(s.weight, s.left.y + s.left_port - s.right_port) for s in cell.left]
    wishes += [(s.weight, s.right.y + s.right_port - s.left_port) for s in cell.right]
    weight = sum(w for w, _ in wishes)
    return (sum(w * y for w, y in wishes) / weight, weight) if wishes else (cell.y, 0.01)


def _level_ports(cell: Cell) -> None:
    """Move the ports where arrows arrive to the heights from which they come, as far as the box reaches."""
    arriving = sorted(cell.left, key=lambda segment: segment.right_port)
    room = [_LABELLED if segment.label else _BARE for segment in arriving]
    offsets = _offsets([sum(both) / 2 for both in pairwise(room)])
    wishes = [(segment.left.y + segment.left_port - cell.y, 1.0) for segment in arriving]
    reach = (cell.height - cell.cap - CAP - _LABELLED) / 2
    for segment, level, offset in zip(arriving, _levels(wishes, offsets), offsets, strict=False):
        segment.right_port = max(-reach, min(level, reach - offsets[-1])) + offset


def _spread(column: Sequence[Cell], wishes: Iterable[tuple[float, float]]) -> None:
    """Give each cell of a column its ``y``: as near to its wish as the room between cells allows."""
    offsets = _offsets([(above.height + below.height) / 2 + _gap(above, below) for above, below in pairwise(column)])
    for cell, level, offset in zip(column, _levels(wishes, offsets), offsets, strict=False):
        cell.y = level + offset


def _gap(above: Cell, below: Cell) -> float:
    if above.node and below.node:
        return max(above.gap, below.gap)
    return 7.0 if above.node or below.node else 4.0


def _offsets(steps: Iterable[float]) -> list[float]:
    """How far each place is below the first."""
    return list(accumulate(steps, initial=0.0))


def _levels(wishes: Iterable[tuple[float, float]], offsets: Sequence[float]) -> list[float]:
    """Heights, less their offsets, nearest to the weighted wishes: isotonic regression by pooling neighbours."""
    blocks: list[tuple[float, float, int]] = []
    for (wish, weight), offset in zip(wishes, offsets, strict=False):
        block = (wish - offset, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            mean, mass, count = blocks.pop()
            whole = mass + block[1]
            block = ((mean * mass + block[0] * block[1]) / whole, whole, count + block[2])
        blocks.append(block)
    return [mean for mean, _, count in blocks for _ in range(count)]
