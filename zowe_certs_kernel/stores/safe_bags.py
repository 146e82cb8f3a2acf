"""The structure of a PKCS #12 store (RFC 7292, section 4): from its bytes to its bags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import Damaged, TooCostly, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ber import definite, whole
from .ciphers import Scheme
from .integrity import checked_mac, mac_rounds
from .limits import Allowance, raised_by
from .opening import opened, scheme_of
from .pkcs12_names import (
    CERT_BAG,
    CRL_BAG,
    DATA,
    ENCRYPTED_DATA,
    FRIENDLY_NAME,
    KEY_BAG,
    LOCAL_KEY_ID,
    SAFE_BAG,
    SECRET_BAG,
    SHROUDED_KEY_BAG,
    TRUSTED_KEY_USAGE,
    X509_CERTIFICATE,
)

__all__ = ["Bag", "Unpacked", "certificate_in", "unpacked"]

_MAX_SAFES_IN_SAFES = 8
_MAX_NOTES = 20
_FEW_ROUNDS = 1_000  # fewer are too few for a password (RFC 8018, section 4.2)


@dataclass(frozen=True)
class Bag:
    """One bag with the attributes that matter; ``trusted`` is Java's mark, and ``value`` may hold a key in clear."""

    kind: str
    value: der.Element = field(repr=False)
    alias: str | None
    key_id: bytes | None
    trusted: bool
    notes: tuple[str, ...] = ()


@dataclass
class Unpacked:
    """What a store holds, how it is protected, and what is odd about it."""

    bags: list[Bag] = field(default_factory=list)
    protections: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a note, once; beyond a number that nobody reads only that there are more."""
        if len(self.notes) <= _MAX_NOTES and text not in self.notes:
            self.notes.append(text if len(self.notes) < _MAX_NOTES else "there are more notes of this kind")


def unpacked(data: bytes, password: Secret, allowance: Allowance) -> Unpacked:
    """The bags of a store.

    Raises:
        WrongPassword: the integrity check failed under this password.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: it asks for more rounds than ``allowance`` has, or holds more bags than its entries.
        UnknownFormat: an algorithm or structure that is not read here.
    """
    found = Unpacked()
    encoded, used = definite(data)
    try:
        _, outer, *mac = der.read(encoded).children()
        kind, wrapped = outer.children()
    except ValueError:
        msg = "its outer structure is not that of a PKCS12 store"
        raise Damaged(msg) from None
    if kind.as_oid() != DATA:
        raise _unread(outer)
    safe = wrapped.first().expect(der.OCTET_STRING, "authenticated safe")
    if mac:
        found.protections.append(checked_mac(mac[0], safe.content, password, allowance))
        if found.protections[0].startswith("PBMAC1"):
            found.note("Java up to 25 does not open it: its integrity is kept by PBMAC1")
        if mac_rounds(mac[0]) < _FEW_ROUNDS:
            found.note(f"its integrity is kept with fewer than {_FEW_ROUNDS:,} rounds of key derivation")
    else:
        found.note("it has no integrity check")
    if used < len(data):
        found.note(f"{len(data) - used:,} bytes follow the store; Java passes over them")
    for content in _inner(safe).children():
        inner, how = _safe_contents(content, password, allowance)
        if how:
            found.protections += [] if how.words in found.protections else [how.words]
            if how.refused_by:
                part = how.words.partition(",")[0]
                found.note(f"{how.refused_by} does not open it: a part of it is encrypted by {part}")
        for bag in _flat(inner, 0):
            _add(bag, found, allowance.limits.entries)
    if found.protections and not password.reveal().isascii():
        found.note("its password has characters beyond ASCII, which some releases of Java refuse")
    return found


def _inner(element: der.Element) -> der.Element:
    """The one element that an OCTET STRING holds, in DER whatever it was in."""
    return _alone(element.content, element.offset + element.header)


def _alone(content: bytes, base: int = 0) -> der.Element:
    encoded, used = definite(content, base)
    if used < len(content):
        msg = f"{len(content) - used} bytes too many follow offset {base + used}"
        raise Damaged(msg)
    return der.read(encoded, base)


def _unread(content: der.Element) -> UnknownFormat:
    return UnknownFormat(f"the content at offset {content.offset} is of a kind that is not read here")


def _safe_contents(content: der.Element, password: Secret, allowance: Allowance) -> tuple[der.Element, Scheme | None]:
    try:
        oid, wrapped = content.children()
        element = wrapped.first()
        if oid.as_oid() == DATA:
            return _inner(element.expect(der.OCTET_STRING, "safe")), None
        if oid.as_oid() != ENCRYPTED_DATA:
            raise _unread(content)
        _, info = element.children()
        _, algorithm, sealed = info.children()
    except ValueError:
        msg = f"the content at offset {content.offset} contradicts itself"
        raise Damaged(msg) from None
    clear, _ = opened(algorithm, whole(sealed), password, allowance)
    try:
        return _alone(clear), scheme_of(algorithm)
    except Damaged:
        msg = "the password does not open it"
        raise WrongPassword(msg) from None


def _flat(safe: der.Element, depth: int) -> Iterator[Bag]:
    """The bags of a safe and of the safes in it (RFC 7292, section 4.2.6)."""
    if depth > _MAX_SAFES_IN_SAFES:
        msg = f"it has safes in safes more than {_MAX_SAFES_IN_SAFES} deep, which is not read"
        raise TooCostly(msg)
    for element in safe.children():
        bag = _read_bag(element)
        if bag.kind == SAFE_BAG:
            yield from _flat(bag.value, depth + 1)
        else:
            yield bag


def _add(bag: Bag, found: Unpacked, most: int) -> None:
    if bag.kind == CRL_BAG:
        found.note("it holds a revocation list, which is not read here")
    elif bag.kind not in {KEY_BAG, SHROUDED_KEY_BAG, CERT_BAG, SECRET_BAG}:
        found.note(f"it holds a bag of kind {bag.kind}, which is not read here")
    elif len(found.bags) >= most:
        msg = f"it holds over {most:,} bags, which is the limit"
        raise TooCostly(msg + raised_by("entries"))
    else:
        found.bags.append(bag)


def _read_bag(bag: der.Element) -> Bag:
    try:
        oid, wrapped, *attribute_sets = bag.children()
        value = wrapped.first()
        attributes = {}
        for attribute in attribute_sets[0].children() if attribute_sets else ():
            kind, values = attribute.children()
            attributes[kind.as_oid()] = next(values.children(), None)
    except ValueError:
        msg = f"the bag at offset {bag.offset} contradicts itself"
        raise Damaged(msg) from None
    alias, notes = _alias(attributes.get(FRIENDLY_NAME))
    key_id = attributes.get(LOCAL_KEY_ID)
    trusted = TRUSTED_KEY_USAGE in attributes
    return Bag(oid.as_oid(), value, alias, key_id.content if key_id else None, trusted, notes)


def _alias(name: der.Element | None) -> tuple[str | None, tuple[str, ...]]:
    """A friendlyName is a BMPString (RFC 2985, section 5.5.1); some programs wrote UTF-8."""
    if name is None:
        return None, ()
    if name.tag != der.BMP_STRING:
        return name.content.decode("utf-8", "replace"), ("its alias is of another type of text than BMPString",)
    odd = ("its alias has an odd number of bytes, of which the last is no letter",) if len(name.content) % 2 else ()
    return name.content.decode("utf-16-be", "replace"), odd


def certificate_in(bag: Bag) -> bytes:
    """The certificate of a certificate bag.

    Raises:
        Damaged: there is none.
        UnknownFormat: it is of another kind than X.509.
    """
    try:
        kind, wrapped = bag.value.children()
    except ValueError:
        msg = f"the certificate bag at offset {bag.value.offset} contradicts itself"
        raise Damaged(msg) from None
    if kind.as_oid() != X509_CERTIFICATE:
        msg = f"a certificate of kind {kind.as_oid()} is not read here"
        raise UnknownFormat(msg)
    return wrapped.first().content
