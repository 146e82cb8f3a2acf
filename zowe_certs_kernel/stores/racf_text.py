"""The text of a RACDCERT listing, however it was saved: EBCDIC, print columns, records without line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import TooCostly
from ..ibm1047 import from_ibm1047, to_ibm1047

__all__ = ["MAX_BYTES", "is_ascii", "is_racf_listing", "lines_of"]

MAX_BYTES = 8 << 20
_MAX_LINES = 250_000
_MAX_LINE = 1000  # RACF's own lines stay under 133
# What a PC's copy of a data set without line ends is cut by: the usual record lengths of SYSTSPRT and SYSOUT
_RECORD_LENGTHS = (80, 133, 132, 121, 120, 137)

_MARKS = ("Digital certificate information for ", "Digital ring information for ", "IRRD1")
_MARGIN = r"^[ 0-9+\-]{0,16}"  # line numbers and the carriage control of printers
_ANY_HEADING = re.compile(
    _MARGIN + r"Digital (?:certificate|ring) information for (?:user )?[^\s:]{1,8} *:?[ \t0-9]*$", re.MULTILINE
)
_ANY_DETAIL = re.compile(
    _MARGIN + r"(?:Label:|Ring:|Start Date:|Certificate Label Name|IRRD\d{3}I|\*\*\*|No )", re.MULTILINE
)
_ANY_MESSAGE = re.compile(_MARGIN + r"IRRD1(?:05|07|14|15)I ", re.MULTILINE)


def is_racf_listing(data: bytes) -> bool:
    """Whether a heading of RACDCERT stands on a line of its own and details in the file, or one of its messages.

    A PEM file with such a listing as its comment is a PEM file: ask ``is_pem`` first.
    """
    data = data[:MAX_BYTES]
    if not (_has_mark(data, ebcdic=False) or _has_mark(data, ebcdic=True)):
        return False
    text = _text(data)
    return bool((_ANY_HEADING.search(text) and _ANY_DETAIL.search(text)) or _ANY_MESSAGE.search(text))


def _has_mark(data: bytes, *, ebcdic: bool) -> bool:
    return any((to_ibm1047(mark) if ebcdic else mark.encode()) in data for mark in _MARKS)


def _text(data: bytes) -> str:
    """The text of the listing; fixed-length records without line ends are cut into lines."""
    if _has_mark(data, ebcdic=False):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    else:
        text = from_ibm1047(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" in text:
        return text
    at = [found.start() for mark in _MARKS for found in re.finditer(re.escape(mark), text)]
    for length in _RECORD_LENGTHS:
        if len(text) % length == 0 and all(start % length <= 12 for start in at):
            return "\n".join(text[start : start + length] for start in range(0, len(text), length))
    return text


def lines_of(data: bytes) -> Iterator[str]:
    """The lines that hold something, without line numbers and carriage control.

    Whether a file has such columns is told by its headings: a label may begin or end in digits too.

    Raises:
        TooCostly: there are too many of them.
    """
    text = _text(data)
    headings = [found[0] for found in _ANY_HEADING.finditer(text)]
    numbered = bool(headings) and all(re.match(r"[0-9]{5,8} ", heading) for heading in headings)
    sequenced = bool(headings) and all(re.fullmatch(r".{72}[0-9]{8}", heading) for heading in headings)
    unnumbered = [re.sub(r"^[0-9]{5,8} ", "", heading) if numbered else heading for heading in headings]
    controlled = bool(headings) and all(heading[0] in " 10-+" for heading in unnumbered)
    for count, found in enumerate(re.finditer(r"[^\n\f]+", text), 1):
        if count > _MAX_LINES:
            msg = f"it has over {_MAX_LINES:,} lines: save the listings of fewer users in one file"
            raise TooCostly(msg)
        line = found[0]
        if len(line) > _MAX_LINE:
            continue
        if sequenced and line[72:].isdigit():
            line = line[:72]
        if numbered:
            line = re.sub(r"^[0-9]{5,8} ", "", line)
        yield line[1:] if controlled and line[:1] in " 10-+" else line


def is_ascii(data: bytes) -> bool:
    """Whether it was saved in ASCII, and not in EBCDIC."""
    return _has_mark(data, ebcdic=False)
