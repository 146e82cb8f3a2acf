"""What ends when, and in which order the work is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import CertificateFacts, EntryKind, Store, iso
from ..trust.proofs import Proofs
from .rotation_state import NEXT, PREVIOUS
from .working_set import WorkingSet

__all__ = ["ExpiryRow", "Outlook", "WorkStep", "outlook", "outlook_of"]

Place = tuple[str, str]


@dataclass(frozen=True)
class ExpiryRow:
    """One certificate, wherever it is: ``places`` are pairs of store and alias.

    ``role`` is ``key`` where the private key is there too, ``authority`` where it has signed one of those, else
    ``trusted`` or ``chain``; ``token key`` signs no connection.
    """

    begins: dt.datetime
    ends: dt.datetime
    what: str
    places: tuple[Place, ...]
    days_left: int
    consequence: str
    sha256: str | None
    role: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "begins": iso(self.begins),
            "ends": iso(self.ends),
            "what": self.what,
            "role": self.role,
            "places": [{"source": store, "alias": alias} for store, alias in self.places],
            "days_left": self.days_left,
            "consequence": self.consequence,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class WorkStep:
    """What has to be done by when; a day that has gone means at once."""

    by: dt.datetime
    title: str
    why: str
    places: tuple[Place, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "by": iso(self.by),
            "title": self.title,
            "why": self.why,
            "places": [{"source": store, "alias": alias} for store, alias in self.places],
        }


@dataclass(frozen=True)
class Outlook:
    """Rows by the day of their end, and steps in the order in which they are taken."""

    at: dt.datetime
    rows: tuple[ExpiryRow, ...]
    steps: tuple[WorkStep, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "at": iso(self.at),
            "rows": [row.as_dict() for row in self.rows],
            "steps": [step.as_dict() for step in self.steps],
        }


@dataclass
class _Seen:
    """One certificate with all its places; ``keys`` are those of them that hold its private key."""

    facts: CertificateFacts
    places: list[Place]
    keys: list[Place]
    trusted: bool = False


def outlook_of(
    working: WorkingSet, *, at: dt.datetime | None = None, lead_days: int = 30, overlap_days: int = 30
) -> Outlook:
    """The outlook of a KEYSTORE_DIRECTORY; see :func:`outlook`."""
    return outlook((working.keystore, working.truststore), at=at, lead_days=lead_days, overlap_days=overlap_days)


def outlook(
    stores: Sequence[Store], *, at: dt.datetime | None = None, lead_days: int = 30, overlap_days: int = 30
) -> Outlook:
    """Every certificate of the stores with its end, and what to do by when.

    Args:
        at: the day that is today; None: now.
        lead_days: days before an end by which its successor is asked for, as authorities take their time.
        overlap_days: days for which an old and a new authority are trusted beside each other.
    """
    at = at or dt.datetime.now(dt.UTC)
    seen = _seen(stores)
    proofs = Proofs()
    signed = {key: _signed(one, seen.values(), proofs) for key, one in seen.items()}
    rows = [row for key, one in seen.items() for row in _rows(one, signed[key], at)]
    switched = {
        other.facts.identity
        for key, one in seen.items()
        for other in signed[key]
        if _is_local(one) and not _is_called(one, PREVIOUS) and _ends_with(other.facts, one.facts, lead_days)
    }
    work = [(key, one) for key, one in seen.items() if key not in switched]
    begun = any(_is_local(one) and _is_called(one, NEXT) for one in seen.values())
    steps = [step for key, one in work for step in _steps(one, signed[key], lead_days, overlap_days, begun=begun)]
    return Outlook(
        at,
        tuple(sorted(rows, key=lambda row: (row.ends, row.what))),
        tuple(sorted(steps, key=lambda step: step.by)),
    )


def _seen(stores: Iterable[Store]) -> dict[str, _Seen]:
    found: dict[str, _Seen] = {}
    for store in stores:
        for entry in store.entries:
            for number, facts in enumerate(entry.chain):
                one = found.setdefault(facts.identity, _Seen(facts, [], []))
                one.places.append((store.source, entry.alias))
                is_key = entry.kind is EntryKind.PRIVATE_KEY
                if is_key and number == 0:
                    one.keys.append((store.source, entry.alias))
                one.trusted = one.trusted or not is_key
    return found


def _signed(one: _Seen, others: Iterable[_Seen], proofs: Proofs) -> list[_Seen]:
    """The keys' certificates that this authority has signed."""
    if not one.facts.is_ca:
        return []
    return [other for other in others if other is not one and other.keys and proofs.signed(one.facts, other.facts)]


def _rows(one: _Seen, signed: Sequence[_Seen], at: dt.datetime) -> Iterator[ExpiryRow]:
    facts = one.facts
    if facts.not_before is None or facts.not_after is None:
        return
    days = (facts.not_after - at).days
    places = tuple(dict.fromkeys(one.places))
    told, role = _consequence(one, signed), _role(one, signed)
    yield ExpiryRow(facts.not_before, facts.not_after, facts.common_name, places, days, told, facts.sha256, role)


def _role(one: _Seen, signed: Sequence[_Seen]) -> str:
    if signed:
        return "authority"
    if one.keys:
        return "token key" if one.facts.self_signed and not one.facts.san else "key"
    return "trusted" if one.trusted else "chain"


def _consequence(one: _Seen, signed: Sequence[_Seen]) -> str:
    if signed:
        names = ", ".join(f"“{other.facts.common_name}”" for other in signed)
        return f"clients refuse all that it signed: {names}"
    if one.keys and one.facts.is_ca:
        return "nothing more can be signed with it"
    if one.keys and one.facts.self_signed and not one.facts.san:
        return "it signs tokens by its key; clients do not look at its end"
    if one.keys:
        return "every handshake with Zowe fails"
    if one.trusted:
        return "services that it signed are refused, by OpenSSL and Node in any case"
    return "the chain above a certificate breaks"


def _steps(one: _Seen, signed: Sequence[_Seen], lead: int, overlap: int, *, begun: bool) -> Iterator[WorkStep]:
    facts, end = one.facts, one.facts.not_after
    if end is None:
        return
    day, places = dt.timedelta(days=1), tuple(dict.fromkeys(one.places))
    name = f"“{facts.common_name}”"
    local = _is_local(one)
    if local and _is_called(one, PREVIOUS):
        yield _finish(facts, end, places)
    elif signed and local:
        yield from list(_rotation(facts, end, lead * day, overlap * day, places))[1 if begun else 0 :]
    elif one.keys and not facts.is_ca and not (facts.self_signed and not facts.san):
        yield WorkStep(
            end - lead * day,
            f"Renew {name} ({', '.join(alias for _, alias in one.keys)})",
            f"it ends on {facts.end_day}: zowe-certs renew where the local authority signed it, else zowe-certs csr, "
            f"for which an authority may take {lead} days",
            tuple(one.keys),
        )
    elif one.trusted and not signed and not local:
        yield WorkStep(
            end - lead * day,
            f"Trust the successor of {name}",
            f"it ends on {facts.end_day}; ask its owner for the next certificate (zowe-certs trust)",
            places,
        )


def _is_local(one: _Seen) -> bool:
    return one.facts.self_signed is True and any(alias.lower().startswith("localca") for _, alias in one.places)


def _is_called(one: _Seen, alias: str) -> bool:
    return any(held.lower() == alias for _, held in one.places)


def _ends_with(facts: CertificateFacts, authority: CertificateFacts, lead: int) -> bool:
    """Whether it ends so late that the switch to the next authority renews it in time."""
    if facts.not_after is None or authority.not_after is None:
        return False
    return facts.not_after >= authority.not_after - dt.timedelta(days=lead)


def _rotation(
    facts: CertificateFacts, end: dt.datetime, lead: dt.timedelta, overlap: dt.timedelta, places: tuple[Place, ...]
) -> Iterator[WorkStep]:
    """An authority first, then what it signs: a certificate cannot outlive it."""
    name = f"“{facts.common_name}”"
    begin = f"zowe-certs rotate-ca DIR begin: it ends on {facts.end_day}, and clients need {overlap.days} days to "
    yield WorkStep(end - lead - overlap, f"Begin the authority after {name}", f"{begin}trust the next one", places)
    why = "zowe-certs rotate-ca DIR switch: certificates cannot outlive the authority that signed them"
    yield WorkStep(end - lead, f"Let the next authority sign what {name} signed", why, places)
    yield _finish(facts, end, places)


def _finish(facts: CertificateFacts, end: dt.datetime, places: tuple[Place, ...]) -> WorkStep:
    why = "zowe-certs rotate-ca DIR finish, when nobody shows a certificate that it signed"
    return WorkStep(end, f"Trust “{facts.common_name}” no longer", why, places)
