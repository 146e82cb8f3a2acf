"""Stores of Java's own types, JKS and JCEKS, to entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

from ..errors import Damaged, TooCostly, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from .certificate import certificate_facts
from .ciphers import MAX_ROUNDS
from .java_layout import SHOWN, Layout, Stored, read_layout
from .java_marks import UNPROVED
from .jks import opened_key

__all__ = ["read_java_store"]

_KEY_PROTECTION = {"JKS": "Sun's own key protection", "JCEKS": "PBEWithMD5AndTripleDES for keys"}
_MAX_CERTIFICATES = 5_000  # that differ; each is parsed and its signature looked at
_MAX_NOTES = 20


def read_java_store(data: bytes, passwords: Sequence[Secret], source: str, *, limit: int = MAX_ROUNDS) -> Store:
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
    layout = read_layout(data)
    own = next((password for password in passwords or [Secret("")] if layout.proves(password)), None)
    if own is None and any(password.reveal() for password in passwords):
        msg = "the password does not open it, or its bytes were changed"
        raise WrongPassword(msg)
    tried = (own, *(password for password in passwords if password is not own)) if own is not None else ()
    notes = [] if own is not None else [UNPROVED]
    notes += [*layout.notes, *_alias_notes(layout)]
    facts = _limited(certificate_facts)  # all chains of a store end in the same few authorities
    entries = [_entry(found, layout, tried, facts, limit) for found in layout.entries]
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"there are {len(notes) - _MAX_NOTES:,} more notes of this kind"]
    return Store(source, layout.name, tuple(entries), _protection(layout), tuple(notes))


def _protection(layout: Layout) -> str:
    has_keys = any(found.sealed is not None for found in layout.entries)
    return ", ".join(("SHA-1 integrity", *([_KEY_PROTECTION[layout.name]] if has_keys else ())))


def _limited(read: Callable[[bytes], CertificateFacts]) -> Callable[[bytes], CertificateFacts]:
    """The same, each certificate read once, and no more than there may be."""
    count = 0

    @cache
    def limited(encoded: bytes) -> CertificateFacts:
        nonlocal count
        count += 1
        if count > _MAX_CERTIFICATES:
            msg = f"it has over {_MAX_CERTIFICATES:,} certificates, which is the limit"
            raise TooCostly(msg)
        return read(encoded)

    return limited


def _entry(
    found: Stored, layout: Layout, tried: Sequence[Secret], facts: Callable[[bytes], CertificateFacts], limit: int
) -> Entry:
    if found.is_secret_key:
        return Entry(found.alias, EntryKind.SECRET_KEY, ())
    chain, notes = _chain(found, facts)
    if found.sealed is None:
        return Entry(found.alias, EntryKind.TRUSTED_CERTIFICATE, chain, notes=notes)
    if not found.certificates and not notes:
        notes = ("it has no certificate, so that Java does not show it as a key",)
    open_key = partial(opened_key, found, tried, limit, of_jceks=layout.name == "JCEKS")
    return Entry(found.alias, EntryKind.PRIVATE_KEY, chain, chain[0].key if chain else None, open_key, notes)


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


def _alias_notes(layout: Layout) -> Iterator[str]:
    """Aliases that Java cannot tell apart: it keeps entries under their names in lower case."""
    times = Counter(found.alias for found in layout.entries)
    for alias, count in times.items():
        if count > 1:
            yield f"{count} entries have the alias {alias[:SHOWN]!r}, of which Java keeps the last one"
    in_lower_case = Counter(alias.lower() for alias in times)
    for alias, count in in_lower_case.items():
        if count > 1:
            yield f"{count} aliases differ from {alias[:SHOWN]!r} in case only, which Java takes for one"
