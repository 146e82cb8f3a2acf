"""Bytes as Java's ``DataOutput`` writes them, read from front to back and never beyond their end."""

from __future__ import annotations

from ..errors import Damaged

__all__ = ["Octets"]

_LAST_OF_16_BITS = "\uffff"


class Octets:
    """Bytes read from front to back, which say at which offset they end early.

    Every method raises ``Damaged`` where fewer bytes are left than it needs.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self.offset = data, 0

    @property
    def left(self) -> int:
        """How many bytes are still to be read."""
        return len(self._data) - self.offset

    def take(self, size: int, what: str) -> bytes:
        """The next ``size`` bytes."""
        if size > self.left:
            msg = f"the {what} at offset {self.offset} ends {size - self.left:,} bytes beyond the bytes there are"
            raise Damaged(msg)
        self.offset += size
        return self._data[self.offset - size : self.offset]

    def number(self, what: str, size: int = 4) -> int:
        """The next ``size`` bytes as a big-endian number."""
        return int.from_bytes(self.take(size, what), "big")

    def count(self, what: str, smallest: int) -> int:
        """How many follow, if as many of at least that size can."""
        start, count = self.offset, self.number(f"number of {what}")
        if count * smallest > self.left:
            msg = f"offset {start} counts {count:,} {what}, more than the {self.left:,} bytes that follow can hold"
            raise Damaged(msg)
        return count

    def sized(self, what: str) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.number(f"length of the {what}"), what)

    def text(self, what: str) -> str:
        """Text in Java's modified UTF-8 (``java.io.DataInput``): zero in two bytes, and characters in 16 bits."""
        start = self.offset
        octets = self.take(self.number(f"length of the {what}", 2), what)
        try:
            halves = octets.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            halves = None
        if halves is None or max(halves, default="") > _LAST_OF_16_BITS:  # 21 bits in four bytes are not Java's
            msg = (
                f"the {what} at offset {start} is no text in Java's modified UTF-8, so that Java cannot read it either"
            )
            raise Damaged(msg)
        return halves.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
