"""A certificate's fields read from its DER alone (RFC 5280, section 4.1).

cryptography refuses a certificate as a whole for one field that it does not like. Its other
fields are worth showing all the same, so they are read here one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from ..errors import Damaged
from . import der

__all__ = ["CertificateBytes", "certificate_with", "name_text", "walked"]

_Field = TypeVar("_Field")

_VERSION_TAG, _EXTENSIONS_TAG = 0xA0, 0xA3
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_FIRST_YEAR_OF_1900 = 50
# The names that RFC 4514, section 3 gives to attributes; others are told by their number.
_ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
# String types of X.690 and how their bytes become text; T61String is Latin-1 in practice.
_STRINGS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
_OLD_STRINGS = {0x14: "T61String", 0x1C: "UniversalString", 0x1E: "BMPString"}
_SHA256_WITH_RSA = der.sequence(der.object_identifier("1.2.840.113549.1.1.11"), der.null())


@dataclass(frozen=True)
class CertificateBytes:
    """The fields of a certificate; names are RFC 4514 strings. ``unread`` names those that could not be read."""

    serial: int
    subject: str
    issuer: str
    same_names: bool
    not_before: dt.datetime | None
    not_after: dt.datetime | None
    signature_oid: str
    key_oid: str
    public_key: bytes
    extensions: tuple[bytes, ...]
    string_types: frozenset[str]
    signed: bytes
    signature: bytes
    unread: tuple[str, ...]

    @property
    def extension_oids(self) -> list[str]:
        return [der.read(extension).first().as_oid() for extension in self.extensions]


@lru_cache(maxsize=1)  # several facts of one certificate are asked for in turn
def walked(data: bytes) -> CertificateBytes:
    """The fields of the one certificate that ``data`` holds.

    Raises:
        Damaged: its structure is not that of a certificate; says at which offset.
    """
    try:
        signed, algorithm, signature = der.read(data).children()
        fields = list(signed.expect(der.SEQUENCE, "certificate's body").children())
        if fields and fields[0].tag == _VERSION_TAG:
            del fields[0]
        serial, _, issuer, validity, subject, public_key, *rest = fields
        not_before, not_after = validity.children()
        unread: list[str] = []
        return CertificateBytes(
            serial.as_int(),
            _or_none(name_text, subject, "subject", unread) or "",
            _or_none(name_text, issuer, "issuer", unread) or "",
            subject.content == issuer.content,
            _or_none(_moment, not_before, "beginning", unread),
            _or_none(_moment, not_after, "end", unread),
            algorithm.first().as_oid(),
            public_key.expect(der.SEQUENCE, "public key").first().first().as_oid(),
            public_key.encoded,
            tuple(_extensions(rest)),
            frozenset(_string_types(subject, issuer)),
            signed.encoded,
            signature.expect(der.BIT_STRING, "signature").content[1:],
            tuple(unread),
        )
    except ValueError:
        msg = "its structure is not that of a certificate"
        raise Damaged(msg) from None


def _or_none(
    read: Callable[[der.Element], _Field], element: der.Element, what: str, unread: list[str]
) -> _Field | None:
    try:
        return read(element)
    except (Damaged, ValueError):
        unread.append(f"its {what} cannot be read")
        return None


def _extensions(rest: list[der.Element]) -> Iterator[bytes]:
    for field in rest:
        if field.tag == _EXTENSIONS_TAG:
            for extension in field.first().children():
                extension.expect(der.SEQUENCE, "extension").first().as_oid()
                yield extension.encoded


def certificate_with(extensions: bytes) -> bytes:
    """A certificate that has these extensions and else nothing that a parser could refuse.

    cryptography reads extensions from whole certificates only. It is signed by nobody and used for nothing else.
    """
    moment = der.tlv(_GENERALIZED_TIME, b"20500101000000Z")
    key = der.sequence(der.sequence(der.object_identifier("1.3.101.112")), der.tlv(der.BIT_STRING, bytes(33)))
    signed = der.sequence(
        der.context(0, der.integer(2)),
        der.integer(1),
        _SHA256_WITH_RSA,
        der.sequence(),
        der.sequence(moment, moment),
        der.sequence(),
        key,
        der.context(3, der.sequence(extensions)),
    )
    return der.sequence(signed, _SHA256_WITH_RSA, der.tlv(der.BIT_STRING, bytes(2)))


def _moment(element: der.Element) -> dt.datetime:
    """A UTCTime or GeneralizedTime; two digits of a year stand for 1950 to 2049 (RFC 5280, section 4.1.2.5.1)."""
    text = element.content.decode("ascii", "replace")
    try:
        if element.tag == _UTC_TIME:
            text = ("19" if int(text[:2]) >= _FIRST_YEAR_OF_1900 else "20") + text
        else:
            element.expect(_GENERALIZED_TIME, "moment")
        if not text.endswith("Z"):  # DER knows UTC only; older programs wrote a zone
            return dt.datetime.strptime(text, "%Y%m%d%H%M%S%z").astimezone(dt.UTC)
        form = "%Y%m%d%H%MZ" if len(text) == len("YYYYmmddHHMMZ") else "%Y%m%d%H%M%SZ"
        return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        msg = f"offset {element.offset} holds no moment that can be read"
        raise Damaged(msg) from None


def name_text(name: der.Element) -> str:
    """A Name as RFC 4514 writes it: the last part first, several attributes of a part joined by plus signs.

    Raises:
        Damaged: its structure is not that of a name.
    """
    parts = []
    for part in name.expect(der.SEQUENCE, "name").children():
        attributes = []
        for attribute in part.expect(der.SET, "part of a name").children():
            kind, value = attribute.children()
            oid = kind.as_oid()
            attributes.append(f"{_ATTRIBUTES.get(oid, oid)}={_value_text(value)}")
        parts.append("+".join(attributes))
    return ",".join(reversed(parts))


def _string_types(*names: der.Element) -> Iterator[str]:
    """The types of the strings in names, as far as they are older ones."""
    for name in names:
        try:
            for part in name.children():
                for attribute in part.children():
                    _, value = attribute.children()
                    yield _OLD_STRINGS.get(value.tag, "")
        except (Damaged, ValueError):  # a name that cannot be read
            continue


def _value_text(value: der.Element) -> str:
    """The text of a value, else ``#`` and its bytes (RFC 4514, section 2.4)."""
    try:
        text = value.content.decode(_STRINGS[value.tag])
    except (KeyError, UnicodeDecodeError):
        return "#" + value.encoded.hex()
    escaped = "".join(f"\\{char}" if char in '\\"+,;<>' else char for char in text).replace("\0", "\\00")
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    return escaped[:-1] + "\\ " if escaped.endswith(" ") and len(text) > 1 else escaped
