"""DER is written as X.690 says and read back; what contradicts itself is damaged, at an offset, and nothing worse."""

from __future__ import annotations

import pytest

from zowe_certs_kernel.errors import Damaged
from zowe_certs_kernel.stores import der


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (der.integer(0), "020100"),
        (der.integer(127), "02017f"),
        (der.integer(128), "02020080"),
        (der.integer(10_000), "02022710"),
        (der.integer(1 << 64), "0209010000000000000000"),
        (der.octet_string(b"ab"), "04026162"),
        (der.null(), "0500"),
        (der.sequence(), "3000"),
        (der.sequence(der.integer(1), der.null()), "30050201010500"),
        (der.set_of(der.integer(2), der.integer(1)), "3106020101020102"),
        (der.context(0, der.null()), "a0020500"),
        (der.context(1, b"x", constructed=False), "810178"),
        (der.object_identifier("1.2.840.113549.1.7.1"), "06092a864886f70d010701"),
        (der.object_identifier("0.9.2342"), "0603099226"),
        (der.object_identifier("2.5.29.37.0"), "0604551d2500"),
        (der.object_identifier("2.999"), "06028837"),
    ],
)
def test_elements_are_encoded_as_x_690_says(encoded: bytes, expected: str) -> None:
    assert encoded.hex() == expected


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (0, "0400"),
        (127, "047f"),
        (128, "048180"),
        (255, "0481ff"),
        (256, "04820100"),
        (65_535, "0482ffff"),
        (65_536, "0483010000"),
        (1 << 24, "048401000000"),
    ],
)
def test_a_length_takes_as_many_bytes_as_it_needs_and_is_read_back(size: int, header: str) -> None:
    encoded = der.octet_string(b"x" * size)
    found = der.read(encoded)
    assert encoded[: len(header) // 2].hex() == header
    assert (found.tag, len(found.content), found.header) == (der.OCTET_STRING, size, len(header) // 2)
    assert found.encoded == encoded


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 5_000_000, (1 << 64) - 1, 1 << 64, 1 << 4096])
def test_a_number_is_read_back(value: int) -> None:
    assert der.read(der.integer(value)).as_int() == value


def test_a_negative_number_is_read() -> None:
    assert der.read(bytes.fromhex("0201ff")).as_int() == -1


@pytest.mark.parametrize(
    "dotted",
    [
        "0.0",
        "0.39",
        "1.0",
        "1.39.5",
        "2.0",
        "2.39.1",
        "2.40",
        "2.999.3",
        "2.16.840.1.113894.746875.1.1",
        "2.25.329800735698586629295641978511506172918",
        "1.2.127.128.16383.16384.2097151.2097152",
    ],
)
def test_an_object_identifier_is_read_back(dotted: str) -> None:
    assert der.read(der.object_identifier(dotted)).as_oid() == dotted


def test_children_know_their_offset_in_the_whole() -> None:
    outer = der.read(der.sequence(der.integer(1), der.octet_string(der.sequence(der.null(), der.null()))), base=100)
    number, wrapped = outer.children()
    assert (outer.offset, number.offset, wrapped.offset) == (100, 102, 105)
    assert [child.offset for child in wrapped.inner().children()] == [109, 111]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "the bytes end inside the element at offset 0"),
        ("30", "the bytes end inside the element at offset 0"),
        ("3001", "the element at offset 0 ends 1 bytes beyond the bytes there are"),
        ("300580", "the element at offset 0 ends 4 bytes beyond the bytes there are"),
        ("3082", "the element at offset 0 ends"),
        ("308201", "the element at offset 0 ends"),
        ("30ff", "the element at offset 0 ends"),
        ("3084ffffffff00", "the element at offset 0 ends 4294967294 bytes beyond"),
        ("30800000", "offset 0 has an indefinite length, which DER does not allow"),
        ("1f8101050000", "offset 0 has a tag that no keystore uses"),
        ("05000000", "2 bytes too many follow offset 2"),
    ],
)
def test_bytes_that_contradict_themselves_are_damaged_at_an_offset(data: str, told: str) -> None:
    with pytest.raises(Damaged) as caught:
        der.read(bytes.fromhex(data))
    assert str(caught.value).startswith(told)


def test_a_child_that_ends_beyond_its_parent_is_damaged_at_its_offset() -> None:
    outer = der.read(bytes.fromhex("3006 0500 04057878".replace(" ", "")))
    with pytest.raises(Damaged, match="offset 4 ends 3 bytes beyond"):
        list(outer.children())


@pytest.mark.parametrize(
    ("child", "told"),
    [
        ("05", "the bytes end inside the element at offset 109"),
        ("3080", "offset 109 has an indefinite length"),
        ("1f00", "offset 109 has a tag that no keystore uses"),
        ("0401", "the element at offset 109 ends 1 bytes beyond"),
    ],
)
def test_the_offset_of_damage_is_that_in_the_whole(child: str, told: str) -> None:
    inside = der.tlv(der.SEQUENCE, der.integer(1) + bytes.fromhex(child))
    wrapped = der.read(der.sequence(der.octet_string(inside)), base=100).first().inner()
    with pytest.raises(Damaged) as caught:
        list(wrapped.children())
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    "content",
    ["", "80", "2a86", "2a8648ce3dff", "2a" * 129, "ff" * 200 + "7f"],
    ids=["empty", "cut at once", "cut", "cut later", "too long", "one endless arc"],
)
def test_a_broken_object_identifier_is_damaged(content: str) -> None:
    element = der.read(der.tlv(der.OBJECT_IDENTIFIER, bytes.fromhex(content)))
    with pytest.raises(Damaged, match="offset 0 holds an object identifier that is empty, cut or over 128 bytes"):
        element.as_oid()


def test_the_longest_object_identifier_is_still_text() -> None:
    encoded = der.tlv(der.OBJECT_IDENTIFIER, b"\x88" + b"\xff" * 126 + b"\x7f")
    dotted = der.read(encoded).as_oid()
    assert dotted.startswith("2.")
    assert der.object_identifier(dotted) == encoded


def test_a_number_without_a_digit_is_damaged() -> None:
    with pytest.raises(Damaged, match="offset 7 holds a number without a digit"):
        der.read(b"\x02\x00", base=7).as_int()


def test_another_element_than_expected_is_damaged_and_named() -> None:
    element = der.read(der.null(), base=9)
    with pytest.raises(Damaged, match="offset 9 holds something else than the number that belongs there"):
        element.as_int()
    with pytest.raises(Damaged, match="object identifier"):
        element.as_oid()
    assert element.expect(0x05, "NULL") is element


def test_the_first_element_of_nothing_is_damaged() -> None:
    assert der.read(der.sequence(der.integer(1), der.null())).first().as_int() == 1
    with pytest.raises(Damaged, match="offset 3 holds nothing"):
        der.read(der.sequence(), base=3).first()


def test_deep_nesting_is_read_without_recursion_and_in_time() -> None:
    depth = 2_000
    data = der.null()
    for _ in range(depth):
        data = der.sequence(data)
    element = der.read(data)
    for _ in range(depth):
        element = element.first()
    assert element.tag == 0x05
