"""Stores of Java's own types, JKS and JCEKS, to entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from ..errors import Damaged, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from .certificate import counted_facts
from .java_layout import SHOWN, Layout, Stored, read_layout
from .java_marks import UNPROVED
from .jks import opened_key
from .limits import DEFAULT_LIMITS, Allowance, Limits

__all__ = ["read_java_store"]

_KEY_PROTECTION = {"JKS": "Sun's own key protection", "JCEKS": "PBEWithMD5AndTripleDES for keys"}
_MAX_NOTES = 20
_NOT_FOUND = "Java lists its alias and finds nothing under it, because it looks for lower case (CaseExactJKS does not)"
_SEALED_KEY = "com.sun.crypto.provider.SealedObjectForKeyProtector"


def read_java_store(
    data: bytes, passwords: Sequence[Secret], source: str, *, limits: Limits | Allowance = DEFAULT_LIMITS
) -> Store:
    """Read every key and certificate of a store; keys are decrypted when they are asked for.

    The passwords are tried in turn, first for the store, then for a key that has one of its own. Where there
    is none, or none but the empty one, and that does not open it, the certificates are listed all the same, as
    Java does without a password; a note says that nothing was proved.

    Of a key without any certificate, which Java allows, type and size stay unknown.

    Raises:
        WrongPassword: the integrity check failed under each of the passwords.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        UnknownFormat: a version that is not read here.
        TooCostly: more entries or certificates than a store can sensibly have.
    """
    allowance = Allowance.of(limits)
    layout = read_layout(data, allowance.limits)
    own = next((password for password in passwords or [Secret("")] if layout.proves(password)), None)
    if own is None and any(password.reveal() for password in passwords):
        msg = "the password does not open it, or its bytes were changed"
        raise WrongPassword(msg)
    tried = (own, *(password for password in passwords if password is not own)) if own is not None else ()
    notes = [] if own is not None else [UNPROVED]
    notes += [*layout.notes, *_alias_notes(layout)]
    facts = _limited(allowance)  # all chains of a store end in the same few authorities
    for found in layout.entries:
        allowance.alias(found.alias)
    entries = [_as_java_finds_it(_entry(found, layout, tried, facts, allowance.limits)) for found in layout.entries]
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"there are {len(notes) - _MAX_NOTES:,} more notes of this kind"]
    return Store(source, layout.name, tuple(entries), _protection(layout), tuple(notes))


def _protection(layout: Layout) -> str:
    has_keys = any(found.sealed is not None for found in layout.entries)
    return ", ".join(("SHA-1 integrity", *([_KEY_PROTECTION[layout.name]] if has_keys else ())))


def _limited(allowance: Allowance) -> Callable[[bytes], CertificateFacts]:
    """The same, each certificate read once, and no more than there may be."""

    @cache
    def limited(encoded: bytes) -> CertificateFacts:
        return counted_facts(encoded, allowance)

    def linked(encoded: bytes) -> CertificateFacts:
        allowance.link(len(encoded))
        return limited(encoded)

    return linked


def _entry(
    found: Stored, layout: Layout, tried: Sequence[Secret], facts: Callable[[bytes], CertificateFacts], limits: Limits
) -> Entry:
    if found.sealed_class is not None:
        return Entry(found.alias, EntryKind.SECRET_KEY, (), notes=tuple(_odd_class(found.sealed_class)))
    chain, notes = _chain(found, facts)
    if found.sealed is None:
        return Entry(found.alias, EntryKind.TRUSTED_CERTIFICATE, chain, notes=notes)
    if not found.certificates and not notes:
        notes = ("it has no certificate, so that Java does not show it as a key",)
    protection = _KEY_PROTECTION[layout.name]
    open_key = partial(opened_key, found, tried, limits, of_jceks=layout.name == "JCEKS")
    return Entry(
        found.alias, EntryKind.PRIVATE_KEY, chain, chain[0].key if chain else None, open_key, notes, protection
    )


def _odd_class(name: str) -> Iterator[str]:
    if name != _SEALED_KEY:
        yield f"it is an object of class {name[:SHOWN]!r}, which is passed over; Java refuses the whole store for it"


def _chain(
    found: Stored, facts: Callable[[bytes], CertificateFacts]
) -> tuple[tuple[CertificateFacts, ...], tuple[str, ...]]:
    """The chain up to the first certificate that cannot be read: what follows belongs to that one, not to the key."""
    chain: list[CertificateFacts] = []
    for encoded in found.certificates:
        try:
            chain.append(facts(encoded))
        except Damaged as error:
            return tuple(chain), (f"its certificate {len(chain) + 1} is left out: {error}",)
    if found.foreign is None:
        return tuple(chain), ()
    kind = repr(found.foreign[:SHOWN])
    return tuple(chain), (f"its certificate {len(chain) + 1} is left out: its type {kind} is not read here",)


def _as_java_finds_it(entry: Entry) -> Entry:
    """Java looks for aliases in lower case, and takes those of the file as they are."""
    if entry.alias == entry.alias.lower():
        return replace(entry, java_alias=entry.alias)
    return replace(entry, notes=(*entry.notes, _NOT_FOUND))


def _alias_notes(layout: Layout) -> Iterator[str]:
    """Aliases that Java or a person cannot tell apart."""
    times = Counter(found.alias for found in layout.entries)
    for alias, count in times.items():
        if count > 1:
            yield f"{count} entries have the alias {alias[:SHOWN]!r}, of which Java keeps the last one"
    in_lower_case = Counter(alias.lower() for alias in times)
    for alias, count in in_lower_case.items():
        if count > 1:
            told = f"{count} aliases differ from {alias[:SHOWN]!r} in case only"
            yield f"{told}, of which Java finds the one in lower case"
