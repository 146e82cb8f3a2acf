"""Changes to bytes, the same ones each time for the same chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

__all__ = ["chance_of", "mutated"]

# Where formats turn: zero, signs, the ends of 7 and 8 bits, the tags of ASN.1, the marks of Java's streams.
_TURNING = bytes.fromhex("00010203040506070a0c0d1314171e1f202d30313c3e7071727374757677787a7c7e7f80818283848aa0a1a3ffbf")
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_TAGS = frozenset(b"\x02\x03\x04\x05\x06\x0c\x13\x1e\x24\x30\x31\x80\xa0\xa1\xa3")
_LENGTHS = (
    b"\x80",
    b"\x81\x00",
    b"\x82\xff\xff",
    b"\x84\xff\xff\xff\xff",
    b"\x84\x00\x00\x00\x01",
    b"\x88" + b"\xff" * 8,
)
_MOST_CHANGES = 12
_LONGEST = 64


def chance_of(*parts: object) -> random.Random:
    """A source of chance that is the same in every process for the same parts."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311  # no secret: it has to come again


def mutated(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """The bytes with one to twelve changes, few of them most often; ``others`` lend their pieces."""
    found = bytearray(data)
    for _ in range(min(_MOST_CHANGES, 1 + int(chance.expovariate(0.8)))):
        if chance.random() < 0.08:
            found = _spliced(found, chance.choice(others) if others else data, chance)
        else:
            chance.choice(_CHANGES)(found, chance)
    return bytes(found)


def _place(found: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(found)) if found else 0


def _piece(found: bytearray, chance: random.Random) -> slice:
    at = _place(found, chance)
    return slice(at, at + chance.choice((1, 1, 2, 4, chance.randint(1, _LONGEST))))


def _flip(found: bytearray, chance: random.Random) -> None:
    if found:
        found[_place(found, chance)] ^= 1 << chance.randrange(8)


def _set(found: bytearray, chance: random.Random) -> None:
    if found:
        found[_place(found, chance)] = chance.choice((chance.choice(_TURNING), chance.randrange(256)))


def _insert(found: bytearray, chance: random.Random) -> None:
    at = _place(found, chance)
    size = chance.choice((1, 1, 2, 4, chance.randint(1, _LONGEST)))
    found[at:at] = chance.choice((chance.randbytes(size), bytes((chance.choice(_TURNING),)) * size))


def _delete(found: bytearray, chance: random.Random) -> None:
    del found[_piece(found, chance)]


def _double(found: bytearray, chance: random.Random) -> None:
    piece = _piece(found, chance)
    found[piece.stop : piece.stop] = found[piece] * chance.choice((1, 1, 1, 2, 30))


def _swap(found: bytearray, chance: random.Random) -> None:
    one, other = sorted((_piece(found, chance), _piece(found, chance)), key=lambda piece: piece.start)
    if one.stop <= other.start:
        first, second = found[one], found[other]
        found[other], found[one] = first, second


def _truncate(found: bytearray, chance: random.Random) -> None:
    if chance.random() < 0.3:  # little is left to be read of such a one
        del found[_place(found, chance) :]


def _length_of_asn1(found: bytearray, chance: random.Random) -> None:
    """A length behind a byte that looks like a tag: off by a little, indefinite, huge."""
    for _ in range(16):
        at = _place(found, chance)
        if at + 1 < len(found) and found[at] in _TAGS:
            if chance.random() < 0.5:
                found[at + 1] = (found[at + 1] + chance.choice((-2, -1, 1, 2, 16))) % 256
            else:
                found[at + 1 : at + 2] = chance.choice(_LENGTHS)
            return


def _length_of_java(found: bytearray, chance: random.Random) -> None:
    """A number of two or four bytes that may be a length: off by a little, or where its sign turns."""
    size = chance.choice((2, 4))
    for _ in range(16):
        at = _place(found, chance)
        value = int.from_bytes(found[at : at + size], "big")
        if at + size <= len(found) and 0 < value <= len(found) - at:
            value = chance.choice((value - 1, value + 1, value * 2, chance.choice(_NUMBERS)))
            found[at : at + size] = (value % (1 << 8 * size)).to_bytes(size, "big")
            return


def _spliced(found: bytearray, other: bytes, chance: random.Random) -> bytearray:
    """The beginning of one and the end of another, or a piece of the other in it."""
    at, start = _place(found, chance), chance.randrange(len(other)) if other else 0
    if chance.random() < 0.3:
        return found[:at] + other[start:]
    piece = other[start : start + chance.randint(1, 400)]
    return found[:at] + piece + found[at + len(piece) * chance.randint(0, 1) :]


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _set, _set, _set, _insert, _delete, _double, _swap, _truncate, _length_of_asn1, _length_of_java,
)  # fmt: skip
