"""One key ring out of what was read: its listing, or a store that stands for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..model import CertificateFacts, Entry, EntryKind, RingPlace, Store

__all__ = ["AUTHORITY", "RingView", "is_authority", "place_of", "ring_of", "subject_of"]

AUTHORITY = "CERTAUTH"
_LONGEST_CHAIN = 20


@dataclass(frozen=True)
class RingView:
    """One ring: ``entries`` in the order of its listing, ``others`` what the same sources say of other certificates.

    ``found`` is whether the ring itself is among the sources; ``rings`` are all that are, as ``OWNER/RING``.
    """

    owner: str
    name: str
    entries: tuple[Entry, ...]
    others: tuple[Entry, ...]
    found: bool
    rings: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.owner}/{self.name}"

    def labelled(self, label: str) -> Entry | None:
        """The entry with this label; as PERSONAL rather than as anything else, for users share labels with CERTAUTH."""
        found = [entry for entry in self.entries if entry.alias == label]
        return next((entry for entry in found if place_of(entry).usage == "PERSONAL"), found[0] if found else None)

    def issuers(self, facts: CertificateFacts) -> tuple[Entry, ...]:
        """What signed a certificate by its name, upwards, as far as the ring has it."""
        chain: list[Entry] = []
        while facts.issuer != facts.subject and len(chain) < _LONGEST_CHAIN:
            above = next((one for one in self.entries if is_authority(one) and subject_of(one) == facts.issuer), None)
            if above is None or above in chain or above.certificate is None:
                break
            chain.append(above)
            facts = above.certificate
        return tuple(chain)

    def as_dict(self) -> dict[str, Any]:
        return {"ring": self.id, "found": self.found, "entries": [entry.as_dict() for entry in self.entries]}


def ring_of(stores: Sequence[Store], owner: str, name: str) -> RingView:
    """The ring among what was read: a RACDCERT listing, or any store that stands for the ring.

    Of a store that is no listing, keys count as connected PERSONAL, and trusted certificates as CERTAUTH. User ids are
    in upper case, as RACF has them.
    """
    owner = owner.upper()
    wanted = f"{owner}/{name}"
    entries = [entry if entry.place else _as_connected(entry, wanted) for store in stores for entry in store.entries]
    rings = dict.fromkeys(ring for entry in entries for ring in place_of(entry).rings if place_of(entry).usage)
    empty = [note for store in stores for note in store.notes if note.startswith("nothing is connected to ring ")]
    rings |= dict.fromkeys(note.removeprefix("nothing is connected to ring ") for note in empty)
    inside = tuple(one for one in entries if place_of(one).usage and wanted in place_of(one).rings)
    known = {(place_of(one).owner, one.alias) for one in inside}
    others = tuple(one for one in entries if (place_of(one).owner, one.alias) not in known)
    return RingView(owner, name, inside, others, wanted in rings, tuple(rings))


def _as_connected(entry: Entry, ring: str) -> Entry:
    key = entry.kind is EntryKind.PRIVATE_KEY
    place = RingPlace("" if key else AUTHORITY, "TRUST", (ring,), "PERSONAL" if key else AUTHORITY, None)
    return dataclasses.replace(entry, place=place)


def place_of(entry: Entry) -> RingPlace:
    """Where it stands; empty where nothing is known."""
    return entry.place or RingPlace("")


def subject_of(entry: Entry) -> str:
    """The subject of its certificate; empty where the listing shows no more than a label."""
    return entry.certificate.subject if entry.certificate else ""


def is_authority(entry: Entry) -> bool:
    """Whether it is connected as an authority."""
    return place_of(entry).usage == AUTHORITY
