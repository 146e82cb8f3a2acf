"""JKS and JCEKS stores that are nearly right, with the digest of odd content, and serialized Java objects."""

from __future__ import annotations

import random
from functools import partial

from tests.hostile.grammar_asn1 import Asn1
from tests.hostile.mutation import mutated
from tests.hostile.seeds import KEYS_IN_CLEAR, PASSWORD, still
from tests.stores import jceks_bytes, jks_bytes
from tests.stores.jks_bytes import number, sized

__all__ = ["java_store"]

_ALIASES = (b"localhost", b"localca", b"LocalCA", b"", b"\xc0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\x1b[2J\n", b"\xff",
            b"\xf0\x9f\x98\x80", b"x" * 60_000, "\u0130".encode())  # fmt: skip
_TYPES = (b"X.509", b"X509", b"PGP", b"", b"\xff", b"x" * 3000)
_COUNTS = (0, 1, 2, 64, 65, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_CLASS_NAMES = (b"[B", b"[I", b"[Ljava.lang.Object;", b"[", b"", b"javax.crypto.SealedObject", b"[[J", b"\xff")
_FIELD_KINDS = (b"B", b"C", b"D", b"F", b"I", b"J", b"S", b"Z", b"[", b"L", b"Q")
_FLAGS = (2, 2, 2, 3, 3, 12, 4, 0, 0x12, 0xFF)
_DEEPEST = 24


def java_store(of_jceks: bool, chance: random.Random) -> bytes:
    """A store of some entries; the digest fits in nine of ten."""
    with still(chance):
        return _Java(chance, of_jceks).store()


class _Java:
    def __init__(self, chance: random.Random, of_jceks: bool) -> None:
        self._chance, self._of_jceks = chance, of_jceks
        self._asn1 = Asn1(chance)

    @property
    def _odd(self) -> bool:
        return self._asn1.odd

    def store(self) -> bytes:
        chance = self._chance
        count = chance.choice((0, 1, 2, 3, 5))
        version = chance.choice((0, 3, 0xFFFFFFFF)) if self._odd else chance.choice((1, 2, 2, 2))
        entries = [self._entry(version) for _ in range(count)]
        told = chance.choice((count - 1, count + 1, *_COUNTS)) % (1 << 32) if self._odd else count
        mark = jceks_bytes.MAGIC if self._of_jceks else jks_bytes.MAGIC
        body = mark + jks_bytes.body(*entries, count=told, version=version)[4:]
        if self._odd:
            body = body[:4] + mutated(body[4:], KEYS_IN_CLEAR, chance)
        whole = jks_bytes.proved(body, "other" if chance.random() < 0.1 else PASSWORD)
        return whole + (chance.randbytes(7) if self._odd else b"")

    def _text(self, octets: bytes) -> bytes:
        size = self._chance.choice((0, len(octets) + 1, 0x8000, 0xFFFF)) if self._odd else len(octets)
        return number(size, 2) + octets

    def _sized(self, octets: bytes) -> bytes:
        size = self._chance.choice((0, len(octets) + 1, *_COUNTS)) if self._odd else len(octets)
        return number(size) + octets

    def _alias(self) -> bytes:
        return self._text(self._chance.choice(_ALIASES[: None if self._asn1.rate else 3]))

    def _entry(self, version: int) -> bytes:
        kind = self._chance.choice((1, 1, 2, 2, 3, 3) if self._of_jceks else (1, 2))
        if self._odd:
            kind = self._chance.choice((0, 3, 4, 0x80000001))
        head = number(kind) + self._alias() + (self._chance.randbytes(8) if self._odd else jks_bytes.DATE)
        if kind == 3:
            return head + self._object()
        if kind == 2:
            return head + self._certificate(version)
        length = self._chance.choice((0, 1, 1, 2, 5))
        told = self._chance.choice((length + 1, *_COUNTS)) if self._odd else length
        chain = b"".join(self._certificate(version) for _ in range(length))
        return head + self._sized(self._key()) + number(told) + chain

    def _certificate(self, version: int) -> bytes:
        of_type = self._chance.choice(_TYPES) if self._odd else b"X.509"
        return (b"" if version == 1 else self._text(of_type)) + self._sized(self._asn1.certificate())

    def _key(self) -> bytes:
        chance, make = self._chance, self._asn1
        clear = chance.choice(KEYS_IN_CLEAR)
        if make.odd:
            clear = chance.choice((mutated(clear, (), chance), make.tree(3), b"", bytes(70_000)))
        password = "of the key" if make.odd else PASSWORD
        salt = chance.choice((b"saltsalt", chance.randbytes(8)))
        if self._of_jceks and chance.random() < 0.7:
            sealed = jceks_bytes.sealed(clear, password, chance.randint(1, 3), salt)
        else:
            oid = "2.999.4" if make.odd else jks_bytes.SUN_KEY_PROTECTOR
            parameters = chance.choice(((), (b"\x05\x00",), (make.tree(2),)))
            sealed = jks_bytes.sealed(clear, password, parameters, oid)
        return mutated(sealed, (), chance) if make.odd else sealed

    def _object(self) -> bytes:
        """A sealed key as Java writes it, the same changed, or any stream."""
        kind = self._chance.random()
        if kind < 0.4 or not self._asn1.rate:
            return jceks_bytes.sealed_key(self._chance.randbytes(self._chance.choice((0, 6, 300))))
        if kind < 0.6:
            return mutated(jceks_bytes.sealed_key(), (), self._chance)
        return _Stream(self._chance).whole()


class _Stream:
    """Serialized objects by the grammar of Java's specification, section 6.4, each part as odd as it allows."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._left = chance, chance.choice((4, 12, 40, 200))

    def whole(self) -> bytes:
        start = jceks_bytes.STREAM if self._chance.random() < 0.97 else b"\xac\xed\x00\x04"
        return start + (self._object(0) if self._chance.random() < 0.8 else self._content(0))

    def _content(self, depth: int) -> bytes:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return jceks_bytes.NULL
        chance = self._chance
        return chance.choice(
            (
                partial(self._object, depth),
                partial(self._array, depth),
                partial(self._class, depth),
                lambda: b"\x76" + self._described(depth),
                lambda: b"\x7e" + self._described(depth) + jceks_bytes.string(b"ENUM"),
                lambda: jceks_bytes.string(chance.randbytes(chance.choice((0, 3, 200)))),
                lambda: b"\x7c" + number(chance.choice((3, 3, 1 << 40, (1 << 64) - 1)), 8) + b"abc",
                lambda: jceks_bytes.handle(chance.randint(-1, 9)),
                lambda: jceks_bytes.NULL,
                lambda: b"\x77\x03abc",
                lambda: b"\x7a" + number(chance.choice((3, *_COUNTS))) + b"abc",
                lambda: chance.choice((b"\x79", b"\x7b", b"\x7d", b"\x00", b"\x78")),
            )
        )()

    def _described(self, depth: int) -> bytes:
        kind = self._chance.random()
        if kind < 0.5 and depth < _DEEPEST and self._left > 0:
            return self._class(depth)
        return jceks_bytes.handle(self._chance.randint(0, 6)) if kind < 0.9 else jceks_bytes.NULL

    def _class(self, depth: int) -> bytes:
        self._left -= 1
        chance = self._chance
        kinds = [chance.choice(_FIELD_KINDS) for _ in range(chance.choice((0, 0, 1, 2, 4)))]
        fields = [
            jceks_bytes.field(kind, b"f", jceks_bytes.string(b"[B") if kind in {b"[", b"L"} else b"") for kind in kinds
        ]
        parent = self._described(depth + 1) if chance.random() < 0.4 else jceks_bytes.NULL
        annotation = self._content(depth + 1) if chance.random() < 0.1 else b""
        name = chance.choice(_CLASS_NAMES)
        return jceks_bytes.java_class(name, *fields, flags=chance.choice(_FLAGS), parent=parent, annotation=annotation)

    def _object(self, depth: int) -> bytes:
        chance = self._chance
        values = b"".join(self._content(depth + 1) for _ in range(chance.choice((0, 1, 2, 4))))
        plain = chance.randbytes(chance.choice((0, 0, 1, 4, 8)))
        return jceks_bytes.OBJECT + self._described(depth + 1) + plain + values + chance.choice((b"", jceks_bytes.END))

    def _array(self, depth: int) -> bytes:
        chance = self._chance
        count = chance.choice((0, 1, 3, 3, *_COUNTS))
        values = b"".join(self._content(depth + 1) for _ in range(min(count, 3)))
        if chance.random() < 0.5:
            described = jceks_bytes.java_class(b"[B")
            return jceks_bytes.ARRAY + described + sized(chance.randbytes(3))
        return jceks_bytes.ARRAY + self._described(depth + 1) + number(count) + values
