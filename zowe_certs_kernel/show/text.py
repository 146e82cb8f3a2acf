"""Text from certificates, made safe to look at and measured: no fonts, no drawing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["cut_middle", "shortened", "text_width", "visible", "wrap"]

ELLIPSIS = "…"
_MOST_READ = 2_000  # characters of one line: names in certificates may have 65,000

# Characters that draw nothing, or that change how their neighbours are drawn: controls,
# bidi controls, zero-width and line separators, fillers, variation selectors and tags
# (Unicode 16, Default_Ignorable_Code_Point and Bidi_Control), and what XML 1.0 forbids.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)

# Two marks on one letter are a language; a tower of them is an attempt to draw elsewhere.
_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOWER = re.compile(f"(?<=[{_MARKS}]{{2}})[{_MARKS}]+")

# Where a line may end: at blanks, which go, else after a stroke or dot, else anywhere.
_BREAKS = tuple(map(re.compile, (" +", r"(?<=[-./_,])(?=[^-./_, ])", r"(?<=\S)(?=\S)")))

# Advance widths in em, the larger of DejaVu Sans and Verdana, bold ones divided by _BOLD: a
# browser that lacks the first falls back to the second.
_EM = {
    **dict.fromkeys("il'", 0.3),
    **dict.fromkeys("j .,", 0.38),
    **dict.fromkeys("frt!", 0.44),
    **dict.fromkeys('IJ()[]-/\\:;|"·', 0.51),
    **dict.fromkeys("csz", 0.57),
    **dict.fromkeys("aekovxy?", 0.625),
    **dict.fromkeys("ABCKRSVXZ", 0.71),
    **dict.fromkeys("DGHNOQU&", 0.79),
    **dict.fromkeys("wM#+<>=~^", 0.87),
    **dict.fromkeys("mW@", 1.01),
    **dict.fromkeys("%…–—“”‘’•→", 1.1),
    **dict.fromkeys("⸺⸻", 3.2),
}
_EM_ASCII = 0.64
_EM_ACCENT = 0.13
_EM_WIDE = 2 * _EM_ASCII
_BOLD = 1.16


def visible(text: str) -> str:
    r"""The text with every character that hides or reorders others written as ``\u202e``.

    Covers C0 and C1 controls, bidi controls, zero-width characters, line and paragraph
    separators, lone surrogates and towers of combining marks; beyond the 16-bit range
    the escape is ``\U000e0041``. The result holds no line break and is valid XML text
    once ``&``, ``<`` and ``>`` are escaped, which is the writer's own task.
    """
    return _TOWER.sub(_escape, _UNSEEN.sub(_escape, text))


def shortened(text: str) -> str:
    """As :func:`visible`; of a text that nobody would read to its end, its two ends and how much is between them."""
    shown = visible(text)
    if len(shown) <= _MOST_READ:
        return shown
    ends = _MOST_READ // 4
    return f"{shown[:ends]}{ELLIPSIS} ({len(shown) - 2 * ends:,} characters) {ELLIPSIS}{shown[-ends:]}"


def _escape(found: re.Match[str]) -> str:
    return "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in found[0])


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    """Width of one character in em, on the generous side."""
    if character in _EM:
        return _EM[character]
    if character.isascii():
        return _EM_ASCII
    if unicodedata.east_asian_width(character) in "WF":
        return _EM_WIDE
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii():
        return _EM.get(base, _EM_ASCII) + _EM_ACCENT
    # A single Arabic ligature can stand for a whole sentence, U+FDFA for example.
    letters = len(unicodedata.normalize("NFKD", character))
    other = 1.25 if ord(character) < 0x1000 else 1.75 if ord(character) < 0x10000 else 2.4
    return max(other, 0.8 * letters)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the width of one line, in the unit of ``size`` (points)."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def cut_middle(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or its two ends round an ellipsis so that it is at most ``width`` wide.

    Names differ at their ends (``CN=node-0001 … .example.com``), so both are kept.
    """
    # No character is narrower than 0.3 em: what lies further in can never be seen.
    reach = int(width / (0.3 * size)) + 2
    if len(text) <= 2 * reach and text_width(text, size, bold=bold) <= width:
        return text
    room = width - text_width(ELLIPSIS, size, bold=bold)
    head, tail = 0, 0
    while head + tail < len(text):
        left = head <= tail
        character = text[head] if left else text[-1 - tail]
        room -= text_width(character, size, bold=bold)
        if room < 0:
            break
        head, tail = (head + 1, tail) if left else (head, tail + 1)
    return f"{text[:head].rstrip()}{ELLIPSIS}{_ending(text, tail)}"


def _ending(text: str, length: int) -> str:
    """The last characters of a text, without a mark that belongs to the letter before them."""
    ending = text[len(text) - length :].lstrip()
    while ending and unicodedata.combining(ending[0]):
        ending = ending[1:]
    return ending


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """One line, or two, each at most ``width`` wide; what is too long for two is cut in the middle, at their break.

    Of several places to break, the one with the most even lines is taken.
    """
    if cut_middle(text, width, size, bold=bold) == text:
        return (text,)

    def widest(lines: tuple[str, str]) -> float:
        return max(text_width(line, size, bold=bold) for line in lines)

    if text_width(text[:400], size, bold=bold) <= 2 * width:
        for place in _BREAKS:
            pairs = ((text[: found.start()], text[found.end() :]) for found in place.finditer(text))
            whole = (pair for pair in pairs if all(pair) and not unicodedata.combining(pair[1][0]))
            fitting = [pair for pair in whole if widest(pair) <= width]
            if fitting:
                return min(fitting, key=widest)
    head = _fitting(text, width - text_width(ELLIPSIS, size, bold=bold), size, bold=bold)
    tail = _fitting(reversed(text), width, size, bold=bold)
    return f"{text[:head].rstrip()}{ELLIPSIS}", _ending(text, min(tail, len(text) - head))


def _fitting(characters: Iterable[str], room: float, size: float, *, bold: bool) -> int:
    """How many of the characters have room side by side."""
    fitting = 0
    for character in characters:
        room -= text_width(character, size, bold=bold)
        if room < 0:
            break
        fitting += 1
    return fitting
