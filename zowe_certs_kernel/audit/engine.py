"""From what was read to the audit: the roles, every rule asked, waivers applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..model import Finding, Severity
from ..stores.sources import SourceRow
from ..trust.connections import connections_of
from ..trust.verdict import Mode, RoleVerdict
from ..trust.zowe_set import Scene, ZoweSet
from .catalogue import Profile, catalogue
from .registry import RULES, Judgement
from .result import AuditResult
from .subjects import Audited, KeyUse, SetUse, StoreUse
from .waivers import Waiver, waived

__all__ = ["audit", "judge", "profile_of"]


def profile_of(scene: Scene) -> Profile:
    """The version that the sources are for: Zowe 1 where one of its own files is among them, else the newest."""
    is_v1 = scene.directories or scene.instances or scene.setup_files
    return Profile.V1 if is_v1 else Profile.V3


def audit(audited: Audited, waivers: Sequence[Waiver] = ()) -> AuditResult:
    """Ask every rule about everything that was read.

    Raises:
        UsageError: no keystore has a private key with the alias that is asked for.
    """
    findings = waived(judge(audited), waivers, at=audited.at)
    roles: dict[tuple[str, str, str, str], RoleVerdict] = {}
    modes: dict[str, Mode] = {}
    for use in audited.sets:
        if use.roles and use.of.keystore and use.of.truststore:
            for one in use.roles:
                roles.setdefault((use.of.truststore.source, one.source, one.alias, f"{one.role} {one.mode}"), one)
            modes.setdefault(use.of.keystore.source, use.of.mode)
    rows = (*audited.scene.rows, *_others(audited.clients, audited.scene.rows))
    return AuditResult(
        audited.at,
        rows,
        tuple(roles.values()),
        findings,
        modes,
        audited.alias,
        tuple(_not_judged(audited)),
        audited.profile,
    )


def _others(rows: Iterable[SourceRow], known: Iterable[SourceRow]) -> Iterator[SourceRow]:
    there = {row.source for row in known}
    return (row for row in rows if row.source not in there)


def judge(audited: Audited) -> tuple[Finding, ...]:
    """Every finding, worst first; of one severity in the order of the catalogue."""
    from . import rules  # noqa: F401  # which registers them

    found: list[Finding] = []
    for rule in RULES:
        for subject in _subjects(audited, rule.of):
            found += _asked(rule, subject, audited)
    found += _refused_otherwise(audited, found)
    kept: dict[object, Finding] = {}
    for one in found:
        if audited.profile in catalogue()[one.rule].profiles:
            kept.setdefault(_key(one), one)
    order = {name: place for place, name in enumerate(catalogue())}
    severities = list(Severity)
    return tuple(sorted(kept.values(), key=lambda one: (severities.index(one.severity), order[one.rule])))


def _subjects(audited: Audited, kind: type) -> Sequence[Any]:
    return {KeyUse: audited.keys, StoreUse: audited.stores, SetUse: audited.sets, Audited: (audited,)}[kind]


def _asked(rule: Judgement, subject: object, audited: Audited) -> list[Finding]:
    """What a rule finds; where it fails itself, that is a finding, and all others are asked nevertheless."""
    try:
        return list(rule.judge(subject))
    except Exception as error:  # noqa: BLE001  # a rule meets what anybody may have written
        source = audited.scene.rows[0].source if audited.scene.rows else ""
        if isinstance(subject, StoreUse):
            source = subject.row.source
        elif isinstance(subject, KeyUse):
            source = subject.source
        names = ", ".join(rule.ids)
        return [audited.finding("ZC-AUD-01", source, rules=names, error=type(error).__name__)]


def _refused_otherwise(audited: Audited, found: Sequence[Finding]) -> Iterator[Finding]:
    """A refusal that no rule has told of in words of its own."""
    told: dict[tuple[str, str], set[str]] = {}
    for one in found:
        told.setdefault((one.where.get("source", ""), one.where.get("alias", "")), set()).add(one.rule)
    unmarked = any(one.rule == "ZC-TS-05" for one in found)
    for key in audited.served:
        rules = told.get((key.source, key.entry.alias), set())
        others = {rule: reason for rule, reason in key.refusals() if rule not in rules}
        explained = rules & {"ZC-CHN-01", "ZC-KS-06"} or (unmarked and "ZC-TS-01" in others)
        for reason in dict.fromkeys(others.values()) if not explained else ():
            yield key.finding("ZC-CHN-01", told=f"Java refuses {key.name}: {reason}")


def _key(one: Finding) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return one.rule, one.message, tuple(sorted(one.where.items()))


def _not_judged(audited: Audited) -> Iterator[str]:
    """What was named and not found, and why a set has no roles."""
    scene = audited.scene
    yield from scene.notes
    if not scene.sets:
        yield "there is no keystore with a private key among the sources, nor a KEYSTORE_DIRECTORY that names one"
    for one in scene.sets:
        if one.entry is not None and one.entry.place:
            yield f"{one.name}: {_by_listing(audited, one) or 'a listing proves nothing'}"
        elif one.entry is not None and one.truststore is None and one.directory is None:
            yield f"{one.name}: no trust store is among the sources to hold it against"
        elif one.ring and one.entry is None:
            yield f"{one.name}: {one.problem or 'its certificates are in a key ring'}; add its RACDCERT listing"


def _by_listing(audited: Audited, one: ZoweSet) -> str:
    alone = replace(audited.scene, sets=(one,), services=())
    calls = connections_of(alone, at=audited.at, proofs=audited.proofs, hosts=audited.hosts)
    return next((call.verdict.reason for call in calls), "")
