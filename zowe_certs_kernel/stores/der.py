"""ASN.1 in DER (ITU-T X.690), as much of it as keystores need.

pyasn1-modules knows PKCS #12 too, but its import alone costs as much time as making a
whole certificate set, and it cannot say at which offset bytes are damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Damaged, TooCostly

__all__ = [
    "BIT_STRING",
    "BMP_STRING",
    "INTEGER",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "SEQUENCE",
    "SET",
    "Element",
    "context",
    "integer",
    "null",
    "object_identifier",
    "octet_string",
    "read",
    "sequence",
    "set_of",
    "tlv",
]

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31
_LONG_FORM = 0x80
_MAX_CHILDREN = 20_000
_MAX_IDENTIFIER = 128  # the longest in use, an arc that is a UUID, has 20 bytes
_MULTI_BYTE_TAG = 0x1F


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, length and content."""
    size = len(content)
    if size < _LONG_FORM:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of whole elements."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF, its elements in the order that DER asks for."""
    return tlv(SET, b"".join(sorted(parts)))


def context(number: int, content: bytes, *, constructed: bool = True) -> bytes:
    """``[number]``: explicit around a whole element, or implicit in place of its tag."""
    return tlv((0xA0 if constructed else 0x80) | number, content)


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octet_string(content: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(OCTET_STRING, content)


def null() -> bytes:
    """NULL, as algorithms without parameters have it."""
    return b"\x05\x00"


def object_identifier(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(septets))
    return tlv(OBJECT_IDENTIFIER, bytes(content))


@dataclass(frozen=True)
class Element:
    """One element; ``offset`` counts bytes from the start of what was first read."""

    tag: int
    content: bytes
    offset: int
    header: int

    @property
    def encoded(self) -> bytes:
        return tlv(self.tag, self.content)

    def children(self) -> Iterator[Element]:
        """The elements inside a constructed one.

        Raises:
            Damaged: an element ends beyond its parent; says at which offset.
            TooCostly: there are more of them than anything that is read here has.
        """
        at, count, base = 0, 0, self.offset + self.header
        while at < len(self.content):
            if count == _MAX_CHILDREN:
                msg = f"offset {self.offset} holds over {_MAX_CHILDREN:,} elements, which is the limit"
                raise TooCostly(msg)
            child = _element(self.content, at, base)
            yield child
            at += child.header + len(child.content)
            count += 1

    def first(self) -> Element:
        """The first element inside.

        Raises:
            Damaged: there is none.
        """
        found = next(self.children(), None)
        if found is None:
            msg = f"offset {self.offset} holds nothing where an element belongs"
            raise Damaged(msg)
        return found

    def expect(self, tag: int, what: str) -> Element:
        """This element, if it has that tag.

        Raises:
            Damaged: it has another one.
        """
        if self.tag != tag:
            msg = f"offset {self.offset} holds something else than the {what} that belongs there"
            raise Damaged(msg)
        return self

    def inner(self) -> Element:
        """The DER that an OCTET STRING holds."""
        return read(self.content, self.offset + self.header)

    def as_int(self) -> int:
        content = self.expect(INTEGER, "number").content
        if not content:
            msg = f"offset {self.offset} holds a number without a digit"
            raise Damaged(msg)
        return int.from_bytes(content, "big", signed=True)

    def as_oid(self) -> str:
        """The object identifier in dotted form."""
        arcs, value = [], 0
        content = self.expect(OBJECT_IDENTIFIER, "object identifier").content
        if not content or content[-1] & 0x80 or len(content) > _MAX_IDENTIFIER:
            msg = f"offset {self.offset} holds an object identifier that is empty, cut or over {_MAX_IDENTIFIER} bytes"
            raise Damaged(msg)
        for octet in content:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read(data: bytes, base: int = 0) -> Element:
    """The one element that ``data`` holds; ``base`` is added to offsets in messages.

    Raises:
        Damaged: the bytes end early, or others follow.
    """
    element = _element(data, 0, base)
    end = element.header + len(element.content)
    if end != len(data):
        msg = f"{len(data) - end} bytes too many follow offset {base + end}"
        raise Damaged(msg)
    return element


def _element(data: bytes, at: int, base: int) -> Element:
    start = at
    try:
        tag, length = data[at], data[at + 1]
        at += 2
        if length >= _LONG_FORM:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
            if not count:
                msg = f"offset {base + start} has an indefinite length, which DER does not allow"
                raise Damaged(msg)
    except IndexError:
        msg = f"the bytes end inside the element at offset {base + start}"
        raise Damaged(msg) from None
    if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        msg = f"offset {base + start} has a tag that no keystore uses"
        raise Damaged(msg)
    if at + length > len(data):
        msg = f"the element at offset {base + start} ends {at + length - len(data)} bytes beyond the bytes there are"
        raise Damaged(msg)
    return Element(tag, data[at : at + length], base + start, at - start)
