"""ASN.1 that is nearly right: elements with odd tags, lengths and forms, and certificates made of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cached_property

from cryptography.hazmat.primitives.serialization import Encoding

from tests.hostile.mutation import mutated
from tests.hostile.seeds import CERTIFICATES
from tests.stores import certificate_shapes
from zowe_certs_kernel.stores import der

__all__ = ["Asn1"]

_RATES = (0.0, 0.0, 0.003, 0.01, 0.05)  # how often an element is odd: in two of five inputs none is
_TAGS = bytes.fromhex("010203040506090c131617181e1f2430313f80818284a0a1a2a3bfff")
_TEXTS = ("", "a", "CN=x", "\u00e9\u4e2d", "\x1b[31m\u202e", '=+,;<>"\\#', " x ", "\0", "x" * 300)
_STRINGS = (0x0C, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E, 0x03, 0x04)
_TIMES = (b"260102030405Z", b"20260102030405Z", b"500101000000Z", b"99991231235959Z", b"00000101000000Z", b"",
          b"2601020304Z", b"260102030405+0530", b"20260102030405.5Z", b"260230000000Z", b"-60102030405Z",
          b"\xff" * 13)  # fmt: skip
_ARCS = ("2.5.4.3", "2.5.4.10", "2.5.4.6", "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1", "2.999.1", "0.0")
_EXTENSIONS = ("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32",
               "2.5.29.35", "2.5.29.37", "2.5.29.36", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.24", "2.5.29.54",
               "1.3.6.1.4.1.11129.2.4.2", "2.999.7")  # fmt: skip
_SIGNATURES = ("1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.10", "1.3.101.112",
               "1.2.840.113549.1.1.4", "2.999.3")  # fmt: skip
_KEYS = ("1.2.840.10045.2.1", "1.2.840.113549.1.1.1", "1.3.101.112", "1.3.101.110", "1.2.840.10040.4.1", "2.999.5")
_CURVES = ("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.10", "1.3.36.3.3.2.8.1.1.7", "2.999.6")


class Asn1:
    """Writes ASN.1 as :mod:`zowe_certs_kernel.stores.der` does, and now and then an element that is odd."""

    def __init__(self, chance: random.Random, rate: float | None = None) -> None:
        self.chance = chance
        self.rate = chance.choice(_RATES) if rate is None else rate

    @property
    def odd(self) -> bool:
        """Whether something odd is due."""
        return self.chance.random() < self.rate

    def tlv(self, tag: int, content: bytes) -> bytes:
        return self.chance.choice(self._odd_ones)(tag, content) if self.odd else der.tlv(tag, content)

    @cached_property
    def _odd_ones(self) -> tuple[Callable[[int, bytes], bytes], ...]:
        return (
            lambda tag, content: der.tlv(self.chance.choice(_TAGS), content),
            lambda tag, content: bytes((tag, max(0, len(content) + self.chance.choice((-1, 1, 9))) & 0x7F)) + content,
            lambda tag, content: bytes((tag | 0x20, 0x80)) + content + b"\0\0",
            lambda tag, content: bytes((tag | 0x20, 0x80)) + content,
            lambda tag, content: bytes((tag, 0x84)) + len(content).to_bytes(4, "big") + content,
            lambda tag, content: bytes((tag, 0x90)) + len(content).to_bytes(16, "big") + content,
            self._in_pieces,
            lambda tag, content: b"",
            lambda tag, content: der.tlv(tag, content) * 2,
            lambda tag, content: der.tlv(tag, b""),
            lambda tag, content: self.tree(3),
            lambda tag, content: der.tlv(tag, content) + self.tree(1),
            lambda tag, content: mutated(der.tlv(tag, content), (), self.chance),
        )

    def _in_pieces(self, tag: int, content: bytes) -> bytes:
        at = self.chance.randrange(len(content) + 1)
        pieces = der.tlv(tag & ~0x20, content[:at]) + der.tlv(tag & ~0x20, content[at:])
        return bytes((tag | 0x20, 0x80)) + pieces + b"\0\0"

    def sequence(self, *parts: bytes) -> bytes:
        return self.tlv(der.SEQUENCE, b"".join(parts))

    def set_of(self, *parts: bytes) -> bytes:
        return self.tlv(der.SET, b"".join(parts))

    def octets(self, content: bytes) -> bytes:
        return self.tlv(der.OCTET_STRING, content)

    def context(self, number: int, content: bytes, *, constructed: bool = True) -> bytes:
        return self.tlv((0xA0 if constructed else 0x80) | number, content)

    def number(self, value: int) -> bytes:
        if self.odd:
            value = self.chance.choice((0, -1, 127, 128, 1 << 31, 1 << 32, 1 << 63, 1 << 64, 1 << 4096, -1 << 20_000))
        return self.tlv(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))

    def oid(self, dotted: str) -> bytes:
        if self.odd:
            return self.tlv(
                der.OBJECT_IDENTIFIER, self.chance.choice((b"", b"\x80", b"\x2a\x86", b"\xff" * 40, b"\x2a" * 200))
            )
        return self.tlv(der.OBJECT_IDENTIFIER, der.read(der.object_identifier(dotted)).content)

    def algorithm(self, oid: str, *parameters: bytes) -> bytes:
        return self.sequence(self.oid(oid), *parameters)

    def tree(self, depth: int) -> bytes:
        """Any element, with others in it."""
        tag = self.chance.choice(_TAGS)
        if tag & 0x20 and depth:
            return der.tlv(tag, b"".join(self.tree(depth - 1) for _ in range(self.chance.randint(0, 3))))
        return der.tlv(tag, self.chance.randbytes(self.chance.choice((0, 1, 2, 8, 33))))

    def certificate(self) -> bytes:
        """A whole one, one that cryptography refuses, one made by this grammar, or another thing."""
        kind = self.chance.random()
        if kind < 0.45 or not self.rate:
            return self.chance.choice(CERTIFICATES).public_bytes(Encoding.DER)
        if kind < 0.55:
            parts = self.chance.choice((certificate_shapes.NULL_ALGORITHM, self.name(), self.moment(), self.number(5)))
            whole = self.chance.choice(CERTIFICATES).public_bytes(Encoding.DER)
            return _with_field(whole, self.chance.randrange(6), parts)
        if kind < 0.7:
            return mutated(self.chance.choice(CERTIFICATES).public_bytes(Encoding.DER), (), self.chance)
        if kind < 0.97:
            return self._made_certificate()
        return self.tree(4)

    def _made_certificate(self) -> bytes:
        signature = self.algorithm(
            self.chance.choice(_SIGNATURES), *self.chance.choice(((), (der.null(),), (self.tree(1),)))
        )
        name = self.name()
        extensions = [self._extension() for _ in range(self.chance.choice((0, 1, 2, 5, 5, 40 if self.odd else 3)))]
        body = self.sequence(
            self.context(0, self.number(self.chance.choice((2, 2, 2, 0, 1, 7)))),
            self.number(self.chance.choice((1, 0x1234, 0, -5))),
            signature,
            name,
            self.sequence(self.moment(), self.moment()),
            self.chance.choice((name, self.name())),
            self._public_key(),
            *([self.context(3, self.sequence(*extensions))] if extensions else ()),
        )
        return self.sequence(body, signature, self.tlv(der.BIT_STRING, b"\0" + self.chance.randbytes(70)))

    def name(self) -> bytes:
        """A Name, with parts of several attributes and texts of any type."""
        return self.sequence(
            *(
                self.set_of(*(self._attribute() for _ in range(self.chance.choice((1, 1, 1, 2, 0 if self.odd else 1)))))
                for _ in range(self.chance.choice((0, 1, 2, 4)))
            )
        )

    def _attribute(self) -> bytes:
        tag, text = self.chance.choice(_STRINGS), self.chance.choice(_TEXTS)
        codec = {0x1C: "utf-32-be", 0x1E: "utf-16-be"}.get(tag, "utf-8")
        octets = self.chance.randbytes(5) if self.odd else text.encode(codec)
        return self.sequence(self.oid(self.chance.choice(_ARCS)), self.tlv(tag, octets))

    def moment(self) -> bytes:
        time = self.chance.choice(_TIMES[: 4 if self.chance.random() < 0.7 else None])
        return self.tlv(0x17 if len(time) < 15 else 0x18, time)

    def _public_key(self) -> bytes:
        kind = self.chance.choice(_KEYS)
        parameters = self.chance.choice((der.null(), self.oid(self.chance.choice(_CURVES)), b""))
        point = self.chance.choice((b"\x04" + self.chance.randbytes(64), self.chance.randbytes(32), self.tree(2), b""))
        return self.sequence(self.algorithm(kind, parameters), self.tlv(der.BIT_STRING, b"\0" + point))

    def _extension(self) -> bytes:
        critical = self.chance.choice((b"", b"", b"\x01\x01\xff", b"\x01\x01\x00", b"\x01\x01\x07"))
        names = [der.tlv(self.chance.choice((0x81, 0x82, 0x86, 0x87, 0x88, 0xA0, 0xA4)),
                         self.chance.choice((b"a.example", b"\xc0\0\2\1", b"", b"\xff", b"http://[::1", self.tree(1))))
                 for _ in range(self.chance.choice((0, 1, 3)))]  # fmt: skip
        value = self.chance.choice(
            (
                self.sequence(*names),
                self.sequence(self.tlv(0x01, b"\xff"), self.number(self.chance.choice((0, 3, -1, 1 << 70)))),
                self.tlv(der.BIT_STRING, self.chance.choice((b"\x05\xa0", b"\x07\x80\x80", b"", b"\x00", b"\x09\x01"))),
                self.sequence(self.oid(self.chance.choice(_EXTENSIONS)), self.oid("1.3.6.1.5.5.7.3.1")),
                self.sequence(self.context(0, self.chance.randbytes(20), constructed=False)),
                self.sequence(self.context(0, self.sequence(*names)), self.context(1, self.sequence(*names))),
                self.octets(self.chance.randbytes(20)),
                self.tree(4),
            )
        )
        return self.sequence(self.oid(self.chance.choice(_EXTENSIONS)), critical, self.octets(value))


def _with_field(whole: bytes, index: int, field: bytes) -> bytes:
    signed, algorithm, signature = der.read(whole).children()
    parts = [part.encoded for part in signed.children()]
    parts[index] = field
    return der.sequence(der.sequence(*parts), algorithm.encoded, signature.encoded)
