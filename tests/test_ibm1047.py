"""Our IBM-1047 against another one."""

from __future__ import annotations

import ebcdic

from zowe_certs_kernel.ibm1047 import from_ibm1047, to_ibm1047

EVERY_BYTE = bytes(range(256))


def test_every_byte_reads_as_the_other_codec_reads_it_but_both_line_ends_are_one() -> None:
    assert "cp1047" in ebcdic.codec_names
    assert from_ibm1047(EVERY_BYTE) == EVERY_BYTE.decode("cp1047").replace("\x85", "\n")


def test_every_character_is_written_as_the_other_codec_writes_it_and_a_line_ends_in_new_line() -> None:
    characters = "".join(chr(point) for point in range(256) if chr(point) not in "\n\x85")
    assert to_ibm1047(characters) == characters.encode("cp1047")
    assert to_ibm1047("a\nb") == b"\x81\x15\x82"
