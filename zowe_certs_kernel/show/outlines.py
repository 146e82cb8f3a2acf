"""Outlines of arrows: points, and matplotlib's codes for them; matplotlib itself is not needed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from .layout import ARROW, Point
from .shapes import CURVE, LINE, MOVE, Outline, merged, polygon

__all__ = ["heads", "rule", "ways"]


def ways(routes: Iterable[tuple[Point, ...]]) -> Outline:
    """The lines of arrows, each ending inside its head; a piece that several share is drawn once."""
    drawn: set[tuple[Point, Point]] = set()
    points: list[Point] = []
    codes: list[int] = []
    for route in routes:
        (before, _), (tip, level) = route[-2:]
        end = (tip - ARROW / 2 if before < tip else tip + ARROW / 2, level)
        pen: Point | None = None
        for piece in pairwise((*route[:-1], end)):
            if piece not in drawn:
                drawn.add(piece)
                if pen != piece[0]:
                    points.append(piece[0])
                    codes.append(MOVE)
                steps = _steps(*piece)
                points += steps
                codes += [CURVE if len(steps) == 3 else LINE] * len(steps)
                pen = piece[1]
    return points, codes


def heads(routes: Iterable[tuple[Point, ...]]) -> Outline:
    """The arrowheads at the ends of arrows."""
    return merged([_head(*route[-2:]) for route in routes])


def rule(x: float, y: float, width: float) -> Outline:
    """A level line."""
    return [(x, y), (x + width, y)], [MOVE, LINE]


def _steps(start: Point, end: Point) -> list[Point]:
    """The end of a level line, or the handles and the end of a curve that is level at both ends."""
    middle = (start[0] + end[0]) / 2
    return [end] if start[1] == end[1] else [(middle, start[1]), (middle, end[1]), end]


def _head(before: Point, tip: Point) -> Outline:
    x, y = tip
    back = x - ARROW + 1.5 if before[0] < x else x + ARROW - 1.5
    return polygon([(x, y), (back, y - 3.2), (back, y + 3.2)])
