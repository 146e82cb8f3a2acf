"""Logon with client certificates: those that were given, as the gateway would take them."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import CertificateFacts, Finding
from ...trust.java_path import java_verdict
from ...trust.verdict import Cause, Purpose
from ..registry import of_all
from ..subjects import Audited, called
from .purposes import lacks_purpose

__all__: list[str] = []


def _clients(audit: Audited) -> Iterator[tuple[str, tuple[CertificateFacts, ...]]]:
    """Source and chain of each certificate that was given as a client's."""
    for row in audit.clients:
        entries = row.store.entries if row.store else ()
        above = tuple(facts for entry in entries for facts in entry.chain if facts.is_ca)
        for entry in entries:
            if entry.chain and not entry.chain[0].is_ca:
                known = {facts.identity for facts in entry.chain}
                yield row.source, (*entry.chain, *(facts for facts in above if facts.identity not in known))


@of_all("ZC-X5-01")
def not_for_clients(audit: Audited) -> Iterator[Finding]:
    for source, (facts, *_) in _clients(audit):
        if lacks_purpose(facts, "clientAuth"):
            purposes = ", ".join(facts.extended_key_usage or ())
            yield audit.finding("ZC-X5-01", source, name=called(facts), purposes=purposes)


@of_all("ZC-X5-02")
def not_trusted(audit: Audited) -> Iterator[Finding]:
    for source, chain in _clients(audit):
        for use in audit.sets:
            if use.of.truststore is None or not use.keys:
                continue
            verdict = java_verdict(chain, use.of.anchors, Purpose.CLIENT, at=audit.at, proofs=audit.proofs)
            if not verdict.accepted and verdict.cause is not Cause.NOT_FOR_CLIENTS and not _has_ended(audit, chain[0]):
                store = use.of.truststore.source
                yield use.finding("ZC-X5-02", store, name=f"{called(chain[0])} ({source})", reason=verdict.reason)


def _has_ended(audit: Audited, facts: CertificateFacts) -> bool:
    return bool(facts.not_after and facts.not_after < audit.at)


@of_all("ZC-DATE-01")
def ended(audit: Audited) -> Iterator[Finding]:
    for source, (facts, *_) in _clients(audit):
        if _has_ended(audit, facts):
            yield audit.finding("ZC-DATE-01", source, name=called(facts), day=facts.end_day)


@of_all("ZC-X5-03")
def to_be_mapped(audit: Audited) -> Iterator[Finding]:
    for source, (facts, *_) in _clients(audit):
        if not _is_own(audit, facts):
            yield audit.finding("ZC-X5-03", source, name=called(facts), sdn=facts.subject.replace("'", "''"))


@of_all("ZC-X5-04")
def own_certificate(audit: Audited) -> Iterator[Finding]:
    for source, (facts, *_) in _clients(audit):
        if _is_own(audit, facts):
            yield audit.finding("ZC-X5-04", source, name=called(facts))


def _is_own(audit: Audited, facts: CertificateFacts) -> bool:
    """The same certificate, or the same key in another one."""
    key = audit.proofs.public_key(facts)
    own = {audit.proofs.public_key(one.leaf) for one in audit.served}
    return any(one.leaf.identity == facts.identity for one in audit.served) or (key is not None and key in own)
