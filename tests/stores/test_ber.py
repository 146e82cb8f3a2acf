"""BER becomes definite and whole, whatever its author made of it; what contradicts itself is damaged."""

from __future__ import annotations

import pytest

from zowe_certs_kernel.errors import Damaged, TooCostly
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.ber import MAX_DEPTH, MAX_ELEMENTS, definite, whole


@pytest.mark.parametrize(
    ("ber", "expected"),
    [
        ("3003020101", "3003020101"),
        ("30800201010000", "3003020101"),
        ("3080308002010100000000", "30053003020101"),
        ("308400000003020101", "3003020101"),
        ("30850000000003020101", "3003020101"),
        ("240704026162040163", "0403616263"),
        ("248004026162040163 0000", "0403616263"),
        ("2480 2480 0401 61 0000 2403 0401 62 0401 63 0000", "0403616263"),
        ("2480 0000", "0400"),
        ("3e80 1e020061 1e020062 0000", "1e0400610062"),
        ("a080 0401 61 0000", "a003040161"),
        ("0500", "0500"),
    ],
)
def test_indefinite_lengths_and_strings_in_pieces_become_definite_and_whole(ber: str, expected: str) -> None:
    data = bytes.fromhex(ber)
    assert definite(data) == (bytes.fromhex(expected), len(data))


@pytest.mark.parametrize("after", [b"\0", b"\0\0", b"anything"])
def test_bytes_after_the_element_are_counted_and_left_alone(after: bytes) -> None:
    data = bytes.fromhex("30800201010000")
    assert definite(data + after) == (bytes.fromhex("3003020101"), len(data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "the bytes end inside the element at offset 0"),
        ("3080", "the bytes end inside the element at offset 2"),
        ("30800201", "the element at offset 2 ends 1 bytes beyond"),
        ("3003 0202 0101", "the element at offset 2 ends 1 bytes beyond"),
        ("3003 3080 05 00", "the bytes end inside the element at offset 4"),
        ("30ff", "the element at offset 0 ends"),
        ("3088ffffffffffffffff", "the element at offset 0 ends"),
        ("0480 0000", "offset 0 has an indefinite length where nothing may be inside"),
        ("1f8101050000", "offset 0 has a tag that no keystore uses"),
        ("2403020101", "offset 0 holds a string in pieces, and one of them is no string"),
    ],
)
def test_bytes_that_contradict_themselves_are_damaged_at_an_offset(data: str, told: str) -> None:
    with pytest.raises(Damaged) as caught:
        definite(bytes.fromhex(data))
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("levels", [MAX_DEPTH, 4_000, 100_000])
@pytest.mark.parametrize("opening", [b"\x30\x80", b"\x24\x80"])
def test_nesting_beyond_the_limit_is_refused_without_recursion(levels: int, opening: bytes) -> None:
    with pytest.raises(TooCostly, match=f"more than {MAX_DEPTH} one in another"):
        definite(opening * levels + b"\0\0" * levels)


def test_nesting_up_to_the_limit_is_read() -> None:
    levels = MAX_DEPTH - 1
    found, _ = definite(b"\x24\x80" * levels + b"\0\0" * levels)
    assert found == b"\x04\x00"


def test_more_elements_than_the_limit_are_refused() -> None:
    with pytest.raises(TooCostly, match="over 120,000 elements"):
        definite(b"\x30\x80" + der.null() * (MAX_ELEMENTS + 1))


def test_an_implicit_string_is_whole_or_in_pieces() -> None:
    assert whole(der.read(der.context(0, b"ab", constructed=False))) == b"ab"
    assert whole(der.read(der.context(0, der.octet_string(b"a") + der.octet_string(b"b")))) == b"ab"
    with pytest.raises(Damaged):
        whole(der.read(der.context(0, der.null())))
