"""The shape of each kind of box: points, and matplotlib's codes for them; matplotlib itself is not needed.

The left and right sides of a shape are straight where arrows meet them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..trust.graph import NodeKind
from .layout import Point

__all__ = ["CURVE", "LINE", "MOVE", "Outline", "marks", "merged", "polygon", "shape"]

Outline = tuple[list[Point], list[int]]
_Draw = Callable[[float, float, float, float], Outline]  # left, top, right, bottom

MOVE, LINE, CURVE, _CLOSE = 1, 2, 4, 79  # matplotlib.path.Path's codes
_ROUND = 0.4477  # 1 - 0.5523: a cubic curve with its handles there is a quarter of a circle
# A sample of the legend is lower than this and has no text: what marks it may take its middle.
_SAMPLE = 16.0


def shape(kind: str, x: float, y: float, width: float, height: float) -> Outline:
    """The outline that says the kind, inside the given rectangle."""
    return _SHAPES.get(kind, _rectangle)(x, y, x + width, y + height)


def marks(kind: str, x: float, y: float, width: float, height: float) -> Outline:
    """The thin lines within a shape, for the kinds that have any."""
    return _MARKS[kind](x, y, x + width, y + height) if kind in _MARKS else ([], [])


def merged(outlines: Sequence[Outline]) -> Outline:
    """Several outlines as one, which is drawn at once."""
    return [point for points, _ in outlines for point in points], [code for _, codes in outlines for code in codes]


def polygon(points: list[Point]) -> Outline:
    """Straight lines back to where they begin."""
    return [*points, points[0]], [MOVE, *[LINE] * (len(points) - 1), _CLOSE]


def _rounded(x: float, y: float, right: float, bottom: float, radius: float) -> Outline:
    near = radius * _ROUND
    points = [
        (x + radius, y), (right - radius, y), (right - near, y), (right, y + near), (right, y + radius),
        (right, bottom - radius), (right, bottom - near), (right - near, bottom), (right - radius, bottom),
        (x + radius, bottom), (x + near, bottom), (x, bottom - near), (x, bottom - radius),
        (x, y + radius), (x, y + near), (x + near, y), (x + radius, y), (x + radius, y),
    ]  # fmt: skip
    return points, [MOVE, *[LINE, CURVE, CURVE, CURVE] * 4, _CLOSE]


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
    return [*points, *front], [MOVE, *[CURVE] * 6, LINE, *[CURVE] * 6, _CLOSE, MOVE, *[CURVE] * 6]


def _line(*points: Point) -> Outline:
    return list(points), [MOVE, *[LINE] * (len(points) - 1)]


def _circle(x: float, y: float, radius: float) -> Outline:
    return _rounded(x - radius, y - radius, x + radius, y + radius, radius)


# Certificates


def _rectangle(x: float, y: float, right: float, bottom: float) -> Outline:
    return polygon([(x, y), (right, y), (right, bottom), (x, bottom)])


def _certificate(x: float, y: float, right: float, bottom: float) -> Outline:
    return _rounded(x, y, right, bottom, min(9.0, (bottom - y) / 2))


def _store(x: float, y: float, right: float, bottom: float) -> Outline:
    return _cylinder(x, y, right, bottom, min(5.0, (bottom - y) / 6))


def _missing(x: float, y: float, right: float, bottom: float) -> Outline:
    cut = min(7.0, (bottom - y) / 3)
    return polygon([
        (x + cut, y), (right - cut, y), (right, y + cut), (right, bottom - cut),
        (right - cut, bottom), (x + cut, bottom), (x, bottom - cut), (x, y + cut),
    ])  # fmt: skip


def _ring(x: float, y: float, right: float, bottom: float) -> Outline:
    """A tag that hangs on a ring."""
    top = y + min(8.0, (bottom - y) * 0.4)
    radius = (top - y) * 0.75
    return merged([_rectangle(x, top, right, bottom), _circle(x + 12.0, y + radius, radius)])


def _group(x: float, y: float, right: float, bottom: float) -> Outline:
    """A certificate before two others."""
    step, inset = min(3.0, (bottom - y) / 4), min(4.0, (right - x) / 12)
    behind = [
        _line((x + by, level + step), (x + by, level), (right - by, level), (right - by, level + step))
        for by, level in ((2 * inset, y), (inset, y + step))
    ]
    return merged([_certificate(x, y + 2 * step, right, bottom), *behind])


# Connections


def _bar(y: float, bottom: float) -> float:
    """Where the bar of a window ends."""
    return y + min(7.0, (bottom - y) * 0.4)


def _window(x: float, y: float, right: float, bottom: float) -> Outline:
    return _rounded(x, y, right, bottom, min(5.0, (bottom - y) / 3))


def _window_bar(x: float, y: float, right: float, bottom: float) -> Outline:
    return _line((x, _bar(y, bottom)), (right, _bar(y, bottom)))


def _two_walls(x: float, y: float, right: float, bottom: float) -> Outline:
    return merged([_line((x + 4.5, y), (x + 4.5, bottom)), _line((right - 4.5, y), (right - 4.5, bottom))])


def _lamps(x: float, y: float, right: float, bottom: float) -> Outline:
    """The front of a server: a bar with two lamps."""
    bar = _bar(y, bottom)
    lamps = [_circle(right - inset, (y + bar) / 2, (bar - y) / 4.5) for inset in (6.0, 12.0)]
    return merged([_line((x, bar), (right, bar)), *lamps])


# Launch


def _page(x: float, y: float, right: float, bottom: float) -> Outline:
    return polygon([(x, y), (right - 8.0, y), (right, y + 8.0), (right, bottom), (x, bottom)])


def _dog_ear(_x: float, y: float, right: float, _bottom: float) -> Outline:
    return _line((right - 8.0, y), (right - 8.0, y + 8.0), (right, y + 8.0))


def _card(x: float, y: float, right: float, bottom: float) -> Outline:
    """A punched card has one corner cut."""
    return polygon([(x + 8.0, y), (right, y), (right, bottom), (x, bottom), (x, y + 8.0)])


def _punches(_x: float, y: float, right: float, bottom: float) -> Outline:
    middle, step = (y + bottom) / 2, min(8.0, (bottom - y) / 3)
    levels = (middle - step, middle, middle + step)
    return merged([_rectangle(right - 6.0, level - 1.6, right - 3.5, level + 1.6) for level in levels])


def _tab(y: float, bottom: float) -> float:
    return y + min(9.0, (bottom - y) * 0.3)


def _folder(x: float, y: float, right: float, bottom: float) -> Outline:
    tab = _tab(y, bottom)
    end = min(x + 30.0, (x + right) / 2)
    return polygon([(x, y), (end, y), (end + tab - y, tab), (right, tab), (right, bottom), (x, bottom)])


def _sign(x: float, y: float, right: float, bottom: float) -> tuple[float, float, float]:
    """Middle and half height of the sign on a folder: in its tab, in a sample in its middle."""
    tab = _tab(y, bottom)
    if bottom - y < _SAMPLE:
        return (x + right) / 2, (tab + bottom) / 2, (bottom - tab) * 0.3
    return min(x + 30.0, (x + right) / 2) - 14.0, (y + tab) / 2 + 0.5, (tab - y) * 0.28


def _key(x: float, y: float, right: float, bottom: float) -> Outline:
    across, level, size = _sign(x, y, right, bottom)
    shaft = _line((across - size, level), (across + 3 * size, level), (across + 3 * size, level + size))
    return merged([_circle(across - 2 * size, level, size), shaft])


def _start(x: float, y: float, right: float, bottom: float) -> Outline:
    across, level, size = _sign(x, y, right, bottom)
    return polygon([(across - size, level - size), (across + 1.2 * size, level), (across - size, level + size)])


def _books(x: float, y: float, right: float, bottom: float) -> Outline:
    across, level, size = _sign(x, y, right, bottom)
    places = (across - 1.6 * size, across, across + 1.6 * size)
    return merged([_line((place, level - size), (place, level + size)) for place in places])


_SHAPES: Mapping[str, _Draw] = {
    NodeKind.CERTIFICATE: _certificate,
    NodeKind.STORE: _store,
    NodeKind.MISSING: _missing,
    NodeKind.RING: _ring,
    NodeKind.GROUP: _group,
    NodeKind.CLIENT: _window,
    NodeKind.SETTINGS: _page,
    NodeKind.JOB: _card,
    NodeKind.KEYSTORE_DIRECTORY: _folder,
    NodeKind.INSTANCE: _folder,
    NodeKind.RUNTIME: _folder,
}
_MARKS: Mapping[str, _Draw] = {
    NodeKind.CLIENT: _window_bar,
    NodeKind.GATEWAY: _two_walls,
    NodeKind.SERVICE: _lamps,
    NodeKind.SETTINGS: _dog_ear,
    NodeKind.JOB: _punches,
    NodeKind.KEYSTORE_DIRECTORY: _key,
    NodeKind.INSTANCE: _start,
    NodeKind.RUNTIME: _books,
}
