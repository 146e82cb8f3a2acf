"""What has ended, has not begun, or ends soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ...model import CertificateFacts, EntryKind, Finding, Severity
from ..registry import of_key, of_store
from ..subjects import KeyUse, StoreUse, called, issuer_called
from .public_authorities import is_public

__all__: list[str] = []

_A_DAY = dt.timedelta(days=1)  # Zowe's own script signs certificates that outlive their authority by seconds
_SAMPLE_END = "2030-05-01"
_MOST_PUBLIC_DAYS = 398


@of_key("ZC-DATE-01")
def ended(key: KeyUse) -> Iterator[Finding]:
    if key.leaf.not_after and key.leaf.not_after < key.use.audit.at:
        yield key.finding("ZC-DATE-01", day=key.leaf.end_day)


@of_key("ZC-DATE-02")
def not_begun(key: KeyUse) -> Iterator[Finding]:
    if key.leaf.not_before and key.leaf.not_before > key.use.audit.at:
        yield key.finding("ZC-DATE-02", day=f"{key.leaf.not_before:%Y-%m-%d}")


@of_key("ZC-DATE-03")
def ends_soon(key: KeyUse) -> Iterator[Finding]:
    audit, end = key.use.audit, key.leaf.not_after
    days = (end - audit.at).days if end and end >= audit.at else None
    limits = audit.thresholds
    if days is not None and days < max(limits.warn_days, limits.note_days):
        severity = Severity.WARNING if days < limits.warn_days else Severity.INFO
        yield key.finding("ZC-DATE-03", severity, day=key.leaf.end_day, days=str(days))


@of_key("ZC-DATE-04")
def authority_ends_first(key: KeyUse) -> Iterator[Finding]:
    at, end = key.use.audit.at, key.leaf.not_after
    for facts in key.above:
        ends = facts.not_after
        if ends and ends < at:
            yield key.finding("ZC-DATE-04", authority=called(facts), told=f"ended on {facts.end_day}")
        elif facts.not_before and facts.not_before > at:
            told = f"begins on {facts.not_before:%Y-%m-%d} only"
            yield key.finding("ZC-DATE-04", authority=called(facts), told=told)
        elif ends and end and ends < end - _A_DAY:
            told = f"ends on {facts.end_day}, before it ({key.leaf.end_day})"
            yield key.finding("ZC-DATE-04", authority=called(facts), told=told)


@of_store("ZC-DATE-05")
def ended_and_idle(store: StoreUse) -> Iterator[Finding]:
    audit = store.audit
    for entry in store.store.entries:
        for facts in entry.chain if entry.kind is not EntryKind.PRIVATE_KEY and _is_kept(store) else ():
            if facts.not_after and facts.not_after < audit.at and facts.identity not in audit.needed:
                yield store.finding("ZC-DATE-05", entry, name=called(facts), day=facts.end_day, store=_java(store))


def _is_kept(store: StoreUse) -> bool:
    """A file that trusts others: what a running server sends, or a service's own file shows, is told elsewhere."""
    services = {service.source for service in store.audit.scene.services}
    return store.row.source not in services and not any(entry.place for entry in store.store.entries)


def _java(store: StoreUse) -> str:
    return store.row.source if store.store.format.startswith(("PKCS12", "J")) else ""


@of_key("ZC-DATE-06")
def lasts_too_long(key: KeyUse) -> Iterator[Finding]:
    days = _days(key.leaf)
    if key.serves and days > _MOST_PUBLIC_DAYS and is_public(key.leaf.issuer):
        yield key.finding("ZC-DATE-06", authority=issuer_called(key.leaf), days=str(days))


def _days(facts: CertificateFacts) -> int:
    return (facts.not_after - facts.not_before).days if facts.not_after and facts.not_before else 0


@of_key("ZC-DATE-07")
def ends_with_the_sample(key: KeyUse) -> Iterator[Finding]:
    if key.leaf.end_day == _SAMPLE_END:
        yield key.finding("ZC-DATE-07", day=_SAMPLE_END)
