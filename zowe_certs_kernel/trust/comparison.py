"""Two stores, before and after: what was added, removed, renewed or given another key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model import CertificateFacts, Entry, EntryKind, KeyFacts, RingPlace, Store
from ..stores.certificate import public_key_of

__all__ = ["Change", "ChangeKind", "compare_stores"]

_Key = tuple[str, ...]


class ChangeKind(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "the same certificate under another alias"
    RENEWED = "renewed with the same key"
    REPLACED = "another certificate and key"
    OTHER = "another certificate or none; whether its key is the same cannot be told"
    CHAIN = "another chain above the same certificate"
    PLACE = "another place or trust in RACF"
    KIND = "another kind of entry"
    SAME = "unchanged"


@dataclass(frozen=True)
class Change:
    """An entry of the older store, of the newer one, or of both, by its alias."""

    alias: str
    kind: ChangeKind
    before: Entry | None
    after: Entry | None

    def as_dict(self) -> dict[str, Any]:
        """One of the ``changes`` of the JSON contract; ``places`` only where one of them is in RACF."""

        def sha256(entry: Entry | None) -> str | None:
            return entry.chain[0].sha256 if entry and entry.chain else None

        places = [entry.place.as_dict() if entry and entry.place else None for entry in (self.before, self.after)]
        return {
            "alias": self.alias,
            "change": self.kind.name.lower(),
            "before": sha256(self.before),
            "after": sha256(self.after),
            **({"places": places} if any(places) else {}),
        }


def compare_stores(before: Store, after: Store) -> tuple[Change, ...]:
    """A change for each entry; in the order of the newer store, then what was removed in that of the older one.

    Entries belong together by their alias, upper and lower case alike. Those of two listings of RACF do so by
    owner, ring and label, where case counts; what is in no such ring of the other listing by owner and label.
    Where only one is a listing, or none, what is left over belongs together by its certificate.
    """
    listings = all(any(entry.place for entry in store.entries) or not store.entries for store in (before, after))
    older, newer = _by_key(before, listings=listings), _by_key(after, listings=listings)
    moved = _moved(older, newer) if listings else {}
    still_there = {*newer, *moved.values()}
    kept = [_change(older.get(moved.get(key, key)), entry) for key, entry in newer.items()]
    gone = [_change(entry, None) for key, entry in older.items() if key not in still_there]
    return (*kept, *gone) if listings else _with_renamed(kept, gone)


def _with_renamed(kept: Sequence[Change], gone: Sequence[Change]) -> tuple[Change, ...]:
    """A server has no aliases, and a listing has labels: there the certificate tells what belongs together."""
    left: dict[object, Change] = {}
    for change in gone:
        if change.before and (facts := change.before.certificate):
            left.update(dict.fromkeys(_marks(facts), change))
    found, renamed = [], set()
    for change in kept:
        facts = change.after.certificate if change.after and change.kind is ChangeKind.ADDED else None
        old = next((left[mark] for mark in _marks(facts) if mark in left), None) if facts else None
        if old and id(old) not in renamed:
            renamed.add(id(old))
            found.append(Change(change.alias, ChangeKind.RENAMED, old.before, change.after))
        else:
            found.append(change)
    return (*found, *(change for change in gone if id(change) not in renamed))


def _marks(facts: CertificateFacts) -> Iterator[object]:
    """By what a certificate is known again; a listing may lack the fingerprint."""
    if facts.sha256:
        yield facts.sha256
    if facts.issuer and facts.serial:
        yield facts.issuer, facts.serial


def _by_key(store: Store, *, listings: bool) -> dict[_Key, Entry]:
    """Of equal keys the entry that Java shows counts, else the last."""
    found: dict[_Key, Entry] = {}
    for entry in store.entries:
        place = entry.place if listings else None
        key = (place.owner, entry.alias, *place.rings[:1]) if place else (entry.alias.lower(),)
        if key not in found or entry.java_alias is not None or found[key].java_alias is None:
            found[key] = entry
    return found


def _moved(older: dict[_Key, Entry], newer: dict[_Key, Entry]) -> dict[_Key, _Key]:
    """For what came to a ring the key of what left another one, of the same owner and label."""
    gone: dict[_Key, list[_Key]] = defaultdict(list)
    for key in reversed(older):
        if key not in newer:
            gone[key[:2]].append(key)
    return {key: gone[key[:2]].pop() for key in newer if key not in older and gone[key[:2]]}


def _change(before: Entry | None, after: Entry | None) -> Change:
    entry = after or before
    assert entry  # noqa: S101  # an alias comes from one of the two
    if before is None or after is None:
        return Change(entry.alias, ChangeKind.REMOVED if before else ChangeKind.ADDED, before, after)
    return Change(entry.alias, _difference(before, after), before, after)


def _difference(before: Entry, after: Entry) -> ChangeKind:
    old, new = before.certificate, after.certificate
    alike = len(before.chain) == len(after.chain) and all(map(_same, before.chain, after.chain))
    alike = alike and (old is not None or not (before.key or after.key))
    elsewhere = _is_elsewhere(before.place, after.place)
    if before.kind is not after.kind:
        return ChangeKind.PLACE if alike and elsewhere and not _key_came_or_went(before, after) else ChangeKind.KIND
    if alike:
        return ChangeKind.PLACE if elsewhere else ChangeKind.SAME
    if old and new and _same(old, new):
        return ChangeKind.CHAIN
    keys = public_key_of(old) if old else None, public_key_of(new) if new else None
    if None not in keys:
        return ChangeKind.RENEWED if keys[0] == keys[1] else ChangeKind.REPLACED
    return ChangeKind.REPLACED if _differ(_key_of(before), _key_of(after)) else ChangeKind.OTHER


def _key_came_or_went(before: Entry, after: Entry) -> bool:
    """Whether one of the two has the private key in the same usage; another usage or trust alone changes kinds too."""
    same_usage = before.place is not None and after.place is not None and before.place.usage == after.place.usage
    return same_usage and EntryKind.PRIVATE_KEY in {before.kind, after.kind}


def _same(before: CertificateFacts, after: CertificateFacts) -> bool:
    """A listing of RACF may lack fingerprints; issuer and serial number, where it has both, tell them apart too."""
    if before.sha256 and after.sha256:
        return before.sha256 == after.sha256
    known = before.issuer and before.serial
    return bool(known) and (before.issuer, before.serial) == (after.issuer, after.serial)


def _key_of(entry: Entry) -> KeyFacts | None:
    return entry.key or (entry.certificate.key if entry.certificate else None)


def _differ(before: KeyFacts | None, after: KeyFacts | None) -> bool:
    """Whether type and size, where both are known, prove that the keys are two."""
    return bool(before and after and before.bits and after.bits and before != after)


def _is_elsewhere(before: RingPlace | None, after: RingPlace | None) -> bool:
    """Whether RACF has it elsewhere or trusts it otherwise; what one listing does not tell is no change.

    A listing of a ring (LISTRING) tells of this ring alone, one of certificates (LIST) of all.
    """
    if not before or not after:
        return False
    if before.usage or after.usage:
        other_rings = not set(before.rings) & set(after.rings)
    else:
        other_rings = set(before.rings) != set(after.rings)
    return (
        other_rings
        or before.owner != after.owner
        or bool(before.status and after.status and before.status != after.status)
        or bool(before.usage and after.usage and before.usage != after.usage)
        or (None not in {before.default, after.default} and before.default != after.default)
    )
