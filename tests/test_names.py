"""Names are read as their standards say: RFC 4514 strings, host names, addresses."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from zowe_certs_kernel.names import (
    LOCAL_ADDRESS,
    LOCAL_HOST_NAMES,
    common_name,
    distinguished_name,
    host_name_problem,
    parse_address,
    split_list,
)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("CN=Zowe Service", "Zowe Service"),
        ("CN=Zowe Service,OU=API Mediation Layer,O=Zowe Sample", "Zowe Service"),
        ("O=Zowe Sample,CN=Zowe Service", "Zowe Service"),
        ("OU=x+CN=Zowe Service,O=y", "Zowe Service"),
        ("CN=first,CN=second", "first"),
        ("CN=a=b", "a=b"),
        (r"CN=a\,b\+c\;d\<e\>f,O=x", "a,b+c;d<e>f"),
        (r"CN=\"quoted\"", '"quoted"'),
        (r"CN=\ blank\ ", " blank "),
        (r"CN=\#hash", "#hash"),
        (r"CN=back\\slash", "back\\slash"),
        (r"CN=\\41", r"\41"),
        (r"CN=\41\42c", "ABc"),
        (r"CN=\C5\BEof\C3\ADn", "žofín"),
        (r"CN=\00", "\0"),
        (r"CN=\FF", "�"),
        ("CN=Žofín", "Žofín"),
        ("CN=two\nlines,O=x", "two\nlines"),
        (r"O=a\,CN=fake,CN=real", "real"),
        (r"O=a\+CN=fake,CN=real", "real"),
        (r"O=a\\,CN=real", "real"),
        ("O=x CN=fake,CN=real", "real"),
        ("XCN=fake,CN=real", "real"),
        ("2.5.4.5=1,CN=real", "real"),
    ],
)
def test_the_common_name_is_found_with_its_escapes_undone(subject: str, expected: str) -> None:
    assert common_name(subject) == expected


@pytest.mark.parametrize("subject", ["", "O=Zowe Sample,C=CZ", r"O=a\,CN=fake", "CN=,O=x", "no name at all", "=,+"])
def test_without_a_common_name_it_is_the_whole_name(subject: str) -> None:
    assert common_name(subject) == subject


@pytest.mark.parametrize(
    "value",
    ["plain", 'a,b+c"d\\e<f>g;h', " blank ", "#hash", "=", "\\41", "\\", "a\\,CN=fake", "\0nul", "ž\U0001f511", "a\nb"],
)
def test_whatever_stands_in_a_common_name_comes_back(value: str) -> None:
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "a,CN=fake"), x509.NameAttribute(NameOID.COMMON_NAME, value)]
    )
    assert common_name(name.rfc4514_string()) == value


def test_a_long_hostile_name_is_read_in_time() -> None:
    assert common_name("CN=" + "\\," * 500_000) == "," * 500_000
    assert common_name("O=" + "\\," * 500_000 + ",CN=x") == "x"


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "zos1.example.com",
        "ZOS1.Example.COM",
        "zos-1.example.com",
        "my_host.example.com",
        "xn--ofn-ska.example.com",
        "*.example.com",
        "1.example.com",
        "9to5",
        "a" * 63,
        ".".join(["a" * 63] * 3 + ["b" * 61]),
    ],
)
def test_a_host_name_can_be_used(name: str) -> None:
    assert host_name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is not a host name"),
        ("zos1 example.com", "holds a blank; separate host names by commas"),
        ("zos1\texample.com", "holds a blank"),
        ("zos1\u00a0example.com", "holds a blank"),
        ("žofín.example.com", "is not ASCII; write the name in its xn-- form"),
        ("192.0.2.10", "is an address; it belongs into IPADDRESS"),
        ("2001:db8::1", "is an address; it belongs into IPADDRESS"),
        ("::1", "is an address"),
        ("fe80::1%eth0", "is not a host name"),
        ("192.0.2.256", "is neither a host name nor an address: its last part is a number"),
        ("1.2.3", "is neither a host name nor an address"),
        ("12345", "is neither a host name nor an address"),
        ("zos1..example.com", "is not a host name"),
        (".example.com", "is not a host name"),
        ("example.com.", "is not a host name"),
        ("-zos1.example.com", "is not a host name"),
        ("zos1-.example.com", "is not a host name"),
        ("https://zos1.example.com", "is not a host name"),
        ("zos1.example.com:7554", "is not a host name"),
        ("zos1;id", "is not a host name"),
        ("zos1\0", "is not a host name"),
        ("a" * 64, "is not a host name"),
        (".".join(["a" * 63] * 3 + ["b" * 62]), "is not a host name"),
        ("*", "is not a host name"),
        ("*.", "is not a host name"),
        ("*.com", "would stand for a whole top-level domain"),
        ("*.*.example.com", "is not a host name"),
        ("zos*.example.com", "is not a host name"),
        ("zos1.*.com", "is not a host name"),
    ],
)
def test_what_is_no_host_name_is_told_with_the_reason(name: str, why: str) -> None:
    problem = host_name_problem(name)
    assert problem is not None
    assert problem.startswith(repr(name))
    assert why in problem


def test_the_machines_own_names_can_be_used() -> None:
    assert [host_name_problem(name) for name in LOCAL_HOST_NAMES] == [None, None]
    assert str(LOCAL_ADDRESS) == "127.0.0.1"


@pytest.mark.parametrize("text", ["192.0.2.10", "1.0.0.0", "255.255.255.255", "::1", "2001:DB8::1", "::ffff:192.0.2.1"])
def test_an_address_is_read(text: str) -> None:
    assert parse_address(text) == ip_address(text)


@pytest.mark.parametrize(
    "text", ["", "localhost", "192.0.2", "192.0.2.256", "192.0.2.010", "192.0.2.1/24", "fe80::1%eth0", "[::1]", " ::1"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" , ,", ()),
        ("a", ("a",)),
        ("a,b", ("a", "b")),
        (" a , b ,", ("a", "b")),
        ("a b,c", ("a b", "c")),
        ("a,a", ("a", "a")),
    ],
)
def test_a_comma_list_is_read_with_blanks_around_the_commas(text: str, expected: tuple[str, ...]) -> None:
    assert split_list(text) == expected


def test_a_name_keeps_the_order_of_its_parts_and_leaves_out_what_is_empty() -> None:
    name = distinguished_name((("C", "CZ"), ("ST", ""), ("O", "Zowe Sample"), ("CN", "Zowe Service")))
    assert [(part.oid, part.value) for part in name] == [
        (NameOID.COUNTRY_NAME, "CZ"),
        (NameOID.ORGANIZATION_NAME, "Zowe Sample"),
        (NameOID.COMMON_NAME, "Zowe Service"),
    ]


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("Zowe Service", 0x13),
        ("it's (a) +,-./:=? 9", 0x13),
        ("a*b", 0x0C),
        ("a@b", 0x0C),
        ("a_b", 0x0C),
        ("a&b", 0x0C),
        ("Žofín", 0x0C),
    ],
)
def test_a_value_is_a_printable_string_where_its_characters_allow_it(value: str, tag: int) -> None:
    encoded = distinguished_name((("CN", value),)).public_bytes()
    content = value.encode()
    assert encoded.endswith(bytes((tag, len(content))) + content)


def test_an_attribute_that_zowe_does_not_use_is_refused() -> None:
    with pytest.raises(KeyError):
        distinguished_name((("DC", "example"),))


def test_every_attribute_of_a_zowe_name_has_its_own_number() -> None:
    parts = (("C", "CZ"), ("ST", "1"), ("L", "2"), ("O", "3"), ("OU", "4"), ("CN", "5"))
    name = distinguished_name(parts)
    assert name.rfc4514_string() == "CN=5,OU=4,O=3,L=2,ST=1,C=CZ"
