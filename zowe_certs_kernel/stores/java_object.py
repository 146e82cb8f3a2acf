"""Where a serialized Java object ends, found without making it.

A JCEKS store has its secret keys as serialized objects whose length stands nowhere. Deserializing what a
stranger wrote runs the stranger's program, so the stream is only walked: no class is looked up, nothing is made.

Source: Java Object Serialization Specification, section 6.4 (grammar of the stream format).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Damaged
from .octets import Octets

__all__ = ["Boundless", "walked_object"]

_HEADER = b"\xac\xed\x00\x05"  # the magic number and version 5
_NULL, _REFERENCE, _CLASS, _OBJECT, _STRING, _ARRAY = 0x70, 0x71, 0x72, 0x73, 0x74, 0x75
_CLASS_OBJECT, _BLOCK, _END, _LONG_BLOCK, _LONG_STRING, _ENUM = 0x76, 0x77, 0x78, 0x7A, 0x7C, 0x7E
_FIRST_HANDLE = 0x7E0000
_SIZES = {"B": 1, "Z": 1, "C": 2, "S": 2, "I": 4, "F": 4, "J": 8, "D": 8}
_OBJECT_TYPES = "L["
_WRITES_MORE, _SERIALIZABLE, _EXTERNALIZABLE, _IN_BLOCKS = 0x01, 0x02, 0x04, 0x08
# A sealed key has a handful of parts, three deep.
_MAX_DEPTH = 16
_MAX_PARTS = 64
_MAX_FIELDS = 64


class Boundless(Damaged):
    """Where the object ends cannot be told."""


@dataclass
class _Class:
    name: str
    flags: int = 0
    fields: str = ""  # the first letter of each field's type
    parent: _Class | None = None


def walked_object(octets: Octets) -> str:
    """Pass over one stream with one object in it; returns the name of its class.

    Raises:
        Boundless: it has something whose end cannot be told, or more parts than a sealed key.
        Damaged: the bytes end early.
    """
    start = octets.offset
    if octets.take(len(_HEADER), "sealed key") != _HEADER:
        msg = f"the sealed key at offset {start} is no serialized Java object"
        raise Boundless(msg)
    found = _Walk(octets, start).content(0)
    if found is None:
        msg = f"the sealed key at offset {start} is no object"
        raise Boundless(msg)
    return found.name


class _Walk:
    def __init__(self, octets: Octets, start: int) -> None:
        self._octets, self._start, self._parts = octets, start, 0
        self._handles: list[_Class | None] = []  # what a reference names, as far as it is a class

    def _boundless(self) -> Boundless:
        return Boundless(f"where the sealed key at offset {self._start} ends cannot be told")

    def content(self, depth: int) -> _Class | None:
        """One element of the stream; returns the class of an object."""
        kind = self._octets.number("part of a sealed key", 1)
        self._parts += 1
        if depth > _MAX_DEPTH or self._parts > _MAX_PARTS:
            raise self._boundless()
        if kind == _OBJECT:
            return self._object(depth)
        if kind == _ARRAY:
            self._array(depth)
        elif kind == _CLASS:
            self._class(depth)
        elif kind == _CLASS_OBJECT:
            self._described(depth)
            self._handles.append(None)
        elif kind == _ENUM:
            self._described(depth)
            self._handles.append(None)
            self.content(depth + 1)
        else:
            self._plain(kind)
        return None

    def _plain(self, kind: int) -> None:
        """An element that holds no other."""
        if kind == _REFERENCE:
            self._octets.number("reference of a sealed key")
        elif kind in {_STRING, _LONG_STRING}:
            self._handles.append(None)
            self._skip(self._octets.number("length of a text", 2 if kind == _STRING else 8))
        elif kind in {_BLOCK, _LONG_BLOCK}:
            self._skip(self._octets.number("length of a block", 1 if kind == _BLOCK else 4))
        elif kind != _NULL:  # a reset, an exception, a proxy: no sealed key has one
            raise self._boundless()

    def _skip(self, size: int) -> None:
        self._octets.take(size, "part of a sealed key")

    def _described(self, depth: int) -> _Class | None:
        """A class where one belongs: written out, named again, or none."""
        kind = self._octets.number("class of a sealed key", 1)
        if kind == _CLASS:
            return self._class(depth + 1)
        if kind == _REFERENCE:
            handle = self._octets.number("reference of a sealed key") - _FIRST_HANDLE
            if 0 <= handle < len(self._handles) and (found := self._handles[handle]):
                return found
        elif kind == _NULL:
            return None
        raise self._boundless()

    def _class(self, depth: int) -> _Class:
        self._parts += 1
        if depth > _MAX_DEPTH or self._parts > _MAX_PARTS:
            raise self._boundless()
        found = _Class(self._octets.text("name of a class"))
        self._skip(8)  # its serialVersionUID
        self._handles.append(found)
        found.flags = self._octets.number("flags of a class", 1)
        count = self._octets.number("number of fields", 2)
        if count > _MAX_FIELDS:
            raise self._boundless()
        for _ in range(count):
            kind = chr(self._octets.number("type of a field", 1))
            self._octets.text("name of a field")
            if kind in _OBJECT_TYPES:
                self.content(depth + 1)  # the name of the field's class
            elif kind not in _SIZES:
                raise self._boundless()
            found.fields += kind
        self._annotation(depth)
        found.parent = self._described(depth)
        return found

    def _annotation(self, depth: int) -> None:
        """Whatever a class wrote beside its fields, up to the mark that ends it."""
        while self._octets.take(1, "part of a sealed key") != bytes((_END,)):
            self._octets.offset -= 1
            self.content(depth + 1)

    def _object(self, depth: int) -> _Class:
        described = self._described(depth)
        self._handles.append(None)
        if described is None:
            raise self._boundless()
        for each in self._lineage(described):
            if each.flags & _SERIALIZABLE:
                for kind in each.fields:
                    self._value(kind, depth)
                if each.flags & _WRITES_MORE:
                    self._annotation(depth)
            elif each.flags & _EXTERNALIZABLE and each.flags & _IN_BLOCKS:
                self._annotation(depth)
            else:  # only the class itself knows what it wrote
                raise self._boundless()
        return described

    def _lineage(self, described: _Class) -> list[_Class]:
        """The class and what it extends, the first ancestor first."""
        found: list[_Class] = []
        each: _Class | None = described
        while each:
            if len(found) > _MAX_DEPTH:  # by references a class can be made its own ancestor
                raise self._boundless()
            found.append(each)
            each = each.parent
        return found[::-1]

    def _value(self, kind: str, depth: int) -> None:
        if kind in _OBJECT_TYPES:
            self.content(depth + 1)
        else:
            self._skip(_SIZES[kind])

    def _array(self, depth: int) -> None:
        described = self._described(depth)
        self._handles.append(None)
        if described is None or described.name[:1] != "[" or len(described.name) < 2:
            raise self._boundless()
        kind, count = described.name[1], self._octets.number("size of an array")
        if kind in _OBJECT_TYPES:
            for _ in range(count):  # each takes a byte at least, and the number of parts has its limit
                self.content(depth + 1)
        elif kind in _SIZES:
            self._skip(count * _SIZES[kind])
        else:
            raise self._boundless()
