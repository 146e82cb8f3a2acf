"""Two stores, before and after: what was added, removed, renewed or given another key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model import CertificateFacts, Entry, Store
from ..stores.certificate import public_key_of

__all__ = ["Change", "ChangeKind", "compare_stores"]


class ChangeKind(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    REMOVED = "removed"
    RENEWED = "renewed with the same key"
    REPLACED = "another certificate and key"
    OTHER = "another certificate; whether its key is the same cannot be told"
    CHAIN = "another chain above the same certificate"
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
        def sha256(entry: Entry | None) -> str | None:
            return entry.chain[0].sha256 if entry and entry.chain else None

        return {
            "alias": self.alias,
            "change": self.kind.name.lower(),
            "before": sha256(self.before),
            "after": sha256(self.after),
        }


def compare_stores(before: Store, after: Store) -> tuple[Change, ...]:
    """A change for each alias, upper and lower case alike; in the order of the newer store, what was removed last."""
    older, newer = _by_alias(before), _by_alias(after)
    return tuple(_change(older.get(alias), newer.get(alias)) for alias in (*newer, *(older.keys() - newer.keys())))


def _by_alias(store: Store) -> dict[str, Entry]:
    """Of equal aliases the last counts, as for Java."""
    return {entry.alias.lower(): entry for entry in store.entries}


def _change(before: Entry | None, after: Entry | None) -> Change:
    entry = after or before
    assert entry  # noqa: S101  # an alias comes from one of the two
    if before is None or after is None:
        return Change(entry.alias, ChangeKind.REMOVED if before else ChangeKind.ADDED, before, after)
    return Change(entry.alias, _difference(before, after), before, after)


def _difference(before: Entry, after: Entry) -> ChangeKind:
    if before.kind is not after.kind:
        return ChangeKind.KIND
    if len(before.chain) == len(after.chain) and all(map(_same, before.chain, after.chain)):
        return ChangeKind.SAME
    if before.certificate is None or after.certificate is None:
        return ChangeKind.REPLACED
    if _same(before.certificate, after.certificate):
        return ChangeKind.CHAIN
    keys = public_key_of(before.certificate), public_key_of(after.certificate)
    if None in keys:
        return ChangeKind.OTHER
    return ChangeKind.RENEWED if keys[0] == keys[1] else ChangeKind.REPLACED


def _same(before: CertificateFacts, after: CertificateFacts) -> bool:
    """A listing of RACF may lack fingerprints; issuer and serial number tell certificates apart too."""
    if before.sha256 and after.sha256:
        return before.sha256 == after.sha256
    return (before.issuer, before.serial) == (after.issuer, after.serial)
