"""What Java and other clients will say of a key once a change is made, as findings. Ids are those of the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity, Store
from ..setup.external_rules import RULES, refusals
from ..trust.roles import roles_of
from ..trust.verdict import Mode, Role, RoleVerdict
from .change import Change, stores_after
from .reply_files import KeyAndChain

__all__ = ["judged"]

_SOON = 30


def judged(change: Change | None, key: KeyAndChain, at: dt.datetime) -> tuple[Finding, ...]:
    """The verdicts about a key in the stores as they will be; without a change in stores of its chain alone."""
    own = Entry(
        key.alias, EntryKind.PRIVATE_KEY, key.chain, key.chain[0].key, key.open_key, java_alias=key.alias.lower()
    )
    if change:
        keystore, truststore = stores_after(change)
        kept = [
            own if one.alias.lower() == own.alias.lower() and one.chain[:1] == own.chain[:1] else one
            for one in keystore.entries
        ]
        keystore = replace(keystore, entries=tuple(kept))
    else:
        keystore = Store("the finished store", "PKCS12", (own,))
        truststore = Store("what the settings will trust", "PKCS12", tuple(map(_trusted, key.chain[1:] or key.chain)))
    roles = roles_of(keystore, truststore, alias=own.alias, at=at)
    strict = {one.role: one for one in roles if one.mode is Mode.STRICT}
    return tuple(_findings(key, strict, at))


def _trusted(facts: CertificateFacts) -> Entry:
    alias = facts.identity[:20]
    return Entry(alias, EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=alias)


def _findings(key: KeyAndChain, roles: dict[Role, RoleVerdict], at: dt.datetime) -> Iterator[Finding]:
    name, leaf = f"“{key.chain[0].common_name}”", key.chain[0]
    for rule, severity, message in refusals(key.chain, roles, at, name):
        yield _finding(key, rule, severity, message)
    days = (leaf.not_after - at).days if leaf.not_after else -1
    if 0 <= days <= _SOON:
        yield _finding(key, "ZC-DATE-03", Severity.WARNING, f"{name} ends on {leaf.end_day}, in {days} days")


def _finding(key: KeyAndChain, rule: str, severity: Severity, message: str) -> Finding:
    why, fix, source = RULES[rule]
    return Finding(rule, severity, message, why, fix, source, {"alias": key.alias})
