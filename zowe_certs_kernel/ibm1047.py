"""IBM-1047, the EBCDIC of z/OS UNIX.

The standard library has cp037, which differs from it in three swapped pairs of characters
(IBM, character data representation architecture: CCSID 37 and CCSID 1047).
"""

from __future__ import annotations

__all__ = ["from_ibm1047", "to_ibm1047"]

_SWAP = bytes.maketrans(b"\x5f\xad\xba\xb0\xbd\xbb", b"\xb0\xba\xad\x5f\xbb\xbd")


def to_ibm1047(text: str) -> bytes:
    """Text in IBM-1047 with z/OS's line end, 0x15 (new line)."""
    return text.replace("\n", "\x85").encode("cp037").translate(_SWAP)


def from_ibm1047(data: bytes) -> str:
    """Text from IBM-1047; both line ends are taken, z/OS's 0x15 and the 0x25 of other converters."""
    return data.translate(_SWAP).decode("cp037").replace("\x85", "\n")
