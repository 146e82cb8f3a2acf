"""Certificates that come in PKCS #7, as authorities and Windows hand out chains (RFC 5652, section 5)."""

from __future__ import annotations

from itertools import islice

from ..errors import Damaged, TooCostly, UnknownFormat
from . import der

__all__ = ["certificates_of"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CERTIFICATES = 0xA0
_MAX_CERTIFICATES = 5_000


def certificates_of(data: bytes) -> tuple[bytes, ...]:
    """The certificates of a SignedData in their order; what it may sign is not looked at.

    Attribute certificates and revocation lists are passed over.

    Raises:
        UnknownFormat: it is PKCS #7 of another kind, an encrypted message for example.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: it has more certificates than a chain can sensibly have.
    """
    from .ber import definite

    outer = der.read(definite(data)[0])
    try:
        kind, wrapped = outer.children()
        if kind.as_oid() != _SIGNED_DATA:
            msg = f"it is PKCS7 of the kind {kind.as_oid()}, and only signed data hold certificates"
            raise UnknownFormat(msg)
        parts = tuple(wrapped.first().children())
    except ValueError:
        msg = f"the PKCS7 content at offset {outer.offset} contradicts itself"
        raise Damaged(msg) from None
    held = next((part for part in parts if part.tag == _CERTIFICATES), None)
    found = list(islice(held.children(), _MAX_CERTIFICATES + 1)) if held else []
    if len(found) > _MAX_CERTIFICATES:
        msg = f"it has over {_MAX_CERTIFICATES:,} certificates, which is the limit"
        raise TooCostly(msg)
    return tuple(each.encoded for each in found if each.tag == der.SEQUENCE)
