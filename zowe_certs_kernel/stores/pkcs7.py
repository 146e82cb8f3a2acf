"""Certificates that come in PKCS #7, as authorities and Windows hand out chains (RFC 5652, section 5)."""

from __future__ import annotations

from itertools import islice

from ..errors import Damaged, TooCostly, UnknownFormat
from . import der
from .limits import Limits, raised_by

__all__ = ["certificates_of"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CERTIFICATES = 0xA0
_MAX_PARTS = 6  # version, digests, content, certificates, revocation lists, signatures


def certificates_of(data: bytes, limits: Limits) -> tuple[bytes, ...]:
    """The certificates of a SignedData in their order; what it may sign is not looked at.

    Attribute certificates and revocation lists are passed over.

    Raises:
        UnknownFormat: it is PKCS #7 of another kind, an encrypted message for example.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: it has more certificates than ``limits`` allow.
    """
    try:
        found = _elements(der.read(data), limits.entries)
    except Damaged:  # in BER, or not whole
        from .ber import definite

        found = _elements(der.read(definite(data)[0]), limits.entries)
    if len(found) > limits.entries:
        msg = f"it has over {limits.entries:,} certificates, which is the limit"
        raise TooCostly(msg + raised_by("entries"))
    return tuple(each.encoded for each in found if each.tag == der.SEQUENCE)


def _elements(outer: der.Element, most: int) -> list[der.Element]:
    try:
        kind, wrapped = outer.children()
        if kind.as_oid() != _SIGNED_DATA:
            msg = f"it is PKCS7 of the kind {kind.as_oid()}, and only signed data hold certificates"
            raise UnknownFormat(msg)
        parts = tuple(islice(wrapped.first().children(), _MAX_PARTS))
    except ValueError:
        msg = f"the PKCS7 content at offset {outer.offset} contradicts itself"
        raise Damaged(msg) from None
    held = next((part for part in parts if part.tag == _CERTIFICATES), None)
    return list(islice(held.children(), most + 1)) if held else []
