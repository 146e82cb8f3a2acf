"""What in a certificate is allowed nowhere or no more, and what programs do not agree on (RFC 5280, section 4.1.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import CertificateFacts

__all__ = ["with_oddities"]

_LONGEST_SERIAL = 20  # bytes
_NO_END = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
_OLD_STRINGS = {"T61String", "UniversalString", "BMPString"}


def with_oddities(facts: CertificateFacts, string_types: Iterable[str]) -> CertificateFacts:
    """The facts with a note on each oddity; ``string_types`` are those of the texts in its names."""
    odd = (*_serial(facts.serial), *_names(facts, string_types), *_moments(facts.not_before, facts.not_after))
    return replace(facts, notes=facts.notes + odd) if odd else facts


def _serial(digits: str) -> Iterator[str]:
    number = int(digits, 16)
    if number < 1:
        yield "its serial number is not positive, against RFC 5280, section 4.1.2.2"
    size = number.bit_length() // 8 + 1
    if size > _LONGEST_SERIAL:
        yield f"its serial number has {size:,} bytes, over the {_LONGEST_SERIAL} of RFC 5280, section 4.1.2.2"


def _names(facts: CertificateFacts, string_types: Iterable[str]) -> Iterator[str]:
    for old in sorted(_OLD_STRINGS.intersection(string_types)):
        yield f"a name in it is a {old}, which RFC 5280, section 4.1.2.4 leaves to older names"
    if not facts.subject and "subjectAltName" not in facts.critical:
        yield "it has neither a name nor critical alternative names, and Java refuses the store that holds it"
    if not facts.subject and facts.is_ca:
        yield "it is an authority without a name, against RFC 5280, section 4.1.2.6"


def _moments(begin: dt.datetime | None, end: dt.datetime | None) -> Iterator[str]:
    if begin and end and end < begin:
        yield "it ends before it begins"
    if end == _NO_END:
        yield "it never ends: its last day is the one that stands for none (RFC 5280, section 4.1.2.5)"
