"""Outlines of shapes and arrows: points, and matplotlib's codes for them; matplotlib itself is not needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..trust.graph import NodeKind
from .layout import ARROW, Point

__all__ = ["Outline", "heads", "merged", "rule", "shape", "ways"]

Outline = tuple[list[Point], list[int]]

_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 4, 79  # matplotlib.path.Path's codes
_ROUND = 0.4477  # 1 - 0.5523: a cubic curve with its handles there is a quarter of a circle


def shape(kind: str, x: float, y: float, width: float, height: float) -> Outline:
    """The shape that says the kind, inside the given rectangle."""
    right, bottom = x + width, y + height
    if kind == NodeKind.STORE:
        return _cylinder(x, y, right, bottom, min(5.0, height / 6))
    if kind == NodeKind.CERTIFICATE:
        return _rounded(x, y, right, bottom, min(9.0, height / 2))
    if kind == NodeKind.MISSING:
        cut = min(7.0, height / 3)
        return _polygon([
            (x + cut, y), (right - cut, y), (right, y + cut), (right, bottom - cut),
            (right - cut, bottom), (x + cut, bottom), (x, bottom - cut), (x, y + cut),
        ])  # fmt: skip
    return _polygon([(x, y), (right, y), (right, bottom), (x, bottom)])


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
                    codes.append(_MOVE)
                steps = _steps(*piece)
                points += steps
                codes += [_CURVE if len(steps) == 3 else _LINE] * len(steps)
                pen = piece[1]
    return points, codes


def heads(routes: Iterable[tuple[Point, ...]]) -> Outline:
    """The arrowheads at the ends of arrows."""
    return merged([_head(*route[-2:]) for route in routes])


def rule(x: float, y: float, width: float) -> Outline:
    """A level line."""
    return [(x, y), (x + width, y)], [_MOVE, _LINE]


def merged(outlines: Sequence[Outline]) -> Outline:
    """Several outlines as one, which is drawn at once."""
    return [point for points, _ in outlines for point in points], [code for _, codes in outlines for code in codes]


def _polygon(points: list[Point]) -> Outline:
    return [*points, points[0]], [_MOVE, *[_LINE] * (len(points) - 1), _CLOSE]


def _rounded(x: float, y: float, right: float, bottom: float, radius: float) -> Outline:
    near = radius * _ROUND
    points = [
        (x + radius, y), (right - radius, y), (right - near, y), (right, y + near), (right, y + radius),
        (right, bottom - radius), (right, bottom - near), (right - near, bottom), (right - radius, bottom),
        (x + radius, bottom), (x + near, bottom), (x, bottom - near), (x, bottom - radius),
        (x, y + radius), (x, y + near), (x + near, y), (x + radius, y), (x + radius, y),
    ]  # fmt: skip
    return points, [_MOVE, *[_LINE, _CURVE, _CURVE, _CURVE] * 4, _CLOSE]


def _cylinder(x: float, y: float, right: float, bottom: float, rim: float) -> Outline:
    """A drum: flat ellipses above and below, the front of the upper rim as a line of its own."""
    inset = (right - x) / 2 * _ROUND
    middle, near, top, foot = (x + right) / 2, rim * _ROUND, y + rim, bottom - rim

    def arc(left: float, end: float, level: float, peak: float) -> list[Point]:
        shoulder = peak + near if peak < level else peak - near
        step = inset if left < end else -inset
        return [
            (left, shoulder),
            (left + step, peak),
            (middle, peak),
            (end - step, peak),
            (end, shoulder),
            (end, level),
        ]

    points = [(x, top), *arc(x, right, top, y), (right, foot), *arc(right, x, foot, bottom), (x, top)]
    # The other way round it would be a hole in the fill.
    front = [(right, top), *arc(right, x, top, top + rim)]
    return [*points, *front], [_MOVE, *[_CURVE] * 6, _LINE, *[_CURVE] * 6, _CLOSE, _MOVE, *[_CURVE] * 6]


def _steps(start: Point, end: Point) -> list[Point]:
    """The end of a level line, or the handles and the end of a curve that is level at both ends."""
    middle = (start[0] + end[0]) / 2
    return [end] if start[1] == end[1] else [(middle, start[1]), (middle, end[1]), end]


def _head(before: Point, tip: Point) -> Outline:
    x, y = tip
    back = x - ARROW + 1.5 if before[0] < x else x + ARROW - 1.5
    return _polygon([(x, y), (back, y - 3.2), (back, y + 3.2)])
