"""ASN.1 in BER brought to definite lengths and whole strings (ITU-T X.690, sections 8.1.3 and 8.7).

Windows, Netscape's programs and Bouncy Castle wrote PKCS #12 so, and Java reads it. It is done without
recursion: an attacker chooses the depth.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import Damaged, TooCostly
from . import der

__all__ = ["MAX_DEPTH", "MAX_ELEMENTS", "definite", "whole"]

MAX_DEPTH = 64
MAX_ELEMENTS = 120_000  # 5,000 bags with a certificate each have 90,000
_CONSTRUCTED = 0x20
_LONG_FORM = 0x80
_MULTI_BYTE_TAG = 0x1F
_END = b"\0\0"
_LONGEST_LENGTH = 8
# Strings in pieces, and what a piece of each is.
_IN_PIECES = {tag | _CONSTRUCTED: tag for tag in (der.OCTET_STRING, der.BMP_STRING)}


@dataclass
class _Open:
    """A constructed element whose end is not reached; ``end`` is None where its length is indefinite."""

    tag: int
    start: int
    end: int | None
    bound: int
    parts: list[bytes] = field(default_factory=list)

    def add(self, tag: int, content: bytes) -> None:
        piece = _IN_PIECES.get(self.tag)
        if piece is None:
            self.parts.append(der.tlv(tag, content))
        elif tag == piece:
            self.parts.append(content)
        else:
            msg = f"offset {self.start} holds a string in pieces, and one of them is no string"
            raise Damaged(msg)


def definite(data: bytes, base: int = 0) -> tuple[bytes, int]:
    """The first element of ``data`` with definite lengths and whole strings, and how many bytes it took.

    ``base`` is added to offsets in messages.

    Raises:
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: it is nested deeper, or has more elements, than is read here.
    """
    outer = _Open(0, 0, len(data), len(data))
    stack, at, count = [outer], 0, 0
    while not outer.parts:
        top = stack[-1]
        if top.end == at and top is not outer:
            _close(stack)
            continue
        if top.end is None and data[at : at + 2] == _END:
            at += 2
            _close(stack)
            continue
        count += 1
        tag, content, end = _header(data, at, top.bound, base)
        if not tag & _CONSTRUCTED:
            top.add(tag, data[content:end])
            at = end or 0
        else:
            stack.append(_Open(tag, base + at, end, top.bound if end is None else end))
            at = content
        if count > MAX_ELEMENTS or len(stack) > MAX_DEPTH:
            msg = f"it has over {MAX_ELEMENTS:,} elements, or more than {MAX_DEPTH} one in another, which is not read"
            raise TooCostly(msg)
    return outer.parts[0], at


def _close(stack: list[_Open]) -> None:
    done = stack.pop()
    stack[-1].add(_IN_PIECES.get(done.tag, done.tag), b"".join(done.parts))


def _header(data: bytes, at: int, bound: int, base: int) -> tuple[int, int, int | None]:
    """Tag, where the content begins, and where it ends; None for an indefinite length."""
    if at + 2 > bound:
        msg = f"the bytes end inside the element at offset {base + at}"
        raise Damaged(msg)
    tag, length, content = data[at], data[at + 1], at + 2
    if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        msg = f"offset {base + at} has a tag that no keystore uses"
        raise Damaged(msg)
    if length == _LONG_FORM:
        if tag & _CONSTRUCTED:
            return tag, content, None
        msg = f"offset {base + at} has an indefinite length where nothing may be inside"
        raise Damaged(msg)
    if length > _LONG_FORM:
        octets = data[content : content + (length & 0x7F)].lstrip(b"\0")
        content += length & 0x7F
        length = int.from_bytes(octets[: _LONGEST_LENGTH + 1], "big")
    if content + length > bound:
        msg = f"the element at offset {base + at} ends {content + length - bound} bytes beyond the bytes there are"
        raise Damaged(msg)
    return tag, content, content + length


def whole(element: der.Element) -> bytes:
    """The bytes of an implicitly tagged OCTET STRING, which BER allows in pieces too (X.690, section 8.14.4).

    Raises:
        Damaged: a piece is no OCTET STRING.
    """
    if not element.tag & _CONSTRUCTED:
        return element.content
    pieces = element.children()
    return b"".join(piece.expect(der.OCTET_STRING, "piece of a string").content for piece in pieces)
