"""What Java and other clients would say of external certificates, before anything is written. Ids are the audit's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ..issue import LEAST_RSA_BITS
from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity, Store
from ..stores.certificate import certificate_facts
from ..trust.proofs import Proofs
from ..trust.roles import roles_of
from ..trust.verdict import Mode, Role, RoleVerdict
from .external import ExternalKey
from .external_rules import RULES, refusals
from .plan import Plan

__all__ = ["external_findings"]

_VERY_SOON, _SOON = 30, 90
_FEW = 5


@dataclass(frozen=True)
class _Case:
    """One external key, and how it is judged."""

    key: ExternalKey
    at: dt.datetime
    where: dict[str, str]

    @property
    def name(self) -> str:
        return f"“{self.key.leaf.common_name}” ({self.key.variable}: {self.key.file})"

    def finding(self, rule: str, severity: Severity, message: str) -> Finding:
        why, fix, source = RULES[rule]
        return Finding(rule, severity, message, why, fix, source, self.where)


def external_findings(plan: Plan, at: dt.datetime) -> tuple[Finding, ...]:
    """Findings about each external key of ``plan``, of severity ``error`` where Zowe would not work with it.

    Args:
        at: the moment at which certificates have to be valid.
    """
    keys = plan.externals
    if not keys:
        return ()
    keystore = Store("the planned keystore", "PKCS12", tuple(map(_key_entry, keys)))
    truststore = Store("the planned trust store", "PKCS12", tuple(_trusted_entries(plan)))
    hosts = tuple(name.replace("*", "zowe", 1) for name in plan.settings.host_names)
    hosts += tuple(map(str, plan.settings.addresses))
    roles = roles_of(keystore, truststore, hosts=hosts, at=at, proofs=Proofs())
    found: list[Finding] = []
    for key in keys:
        case = _Case(key, at, {"source": str(key.file), "alias": key.id})
        own = {one.role: one for one in roles if one.alias == key.id and one.mode is Mode.STRICT}
        found += [*_refusals(case, own), *_own(case, plan), *_of_names(case, own, plan)]
    return (*found, *_no_authorities(plan))


def _no_authorities(plan: Plan) -> Iterator[Finding]:
    """What is to be trusted and cannot sign."""
    for one in plan.authorities:
        if one.facts.is_ca is False and not one.facts.self_signed:
            message = f"“{one.facts.common_name}”, to be trusted as {one.alias}, is no authority"
            where = {"source": str(one.file or one.of), "alias": one.alias}
            why, fix, source = RULES["ZC-TS-04"]
            yield Finding("ZC-TS-04", Severity.WARNING, message, why, fix, source, where)


def _key_entry(key: ExternalKey) -> Entry:
    return Entry(key.id, EntryKind.PRIVATE_KEY, key.chain, key.leaf.key, key.open_key, java_alias=key.id.lower())


def _trusted_entries(plan: Plan) -> Iterator[Entry]:
    given = [(one.alias, certificate_facts(one.der)) for one in plan.given]
    for alias, facts in (*((one.alias, one.facts) for one in plan.authorities), *given):
        yield Entry(alias, EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=alias.lower())


def _refusals(case: _Case, roles: dict[Role, RoleVerdict]) -> Iterator[Finding]:
    for rule, severity, message in refusals(case.key.chain, roles, case.at, case.name):
        yield case.finding(rule, severity, message)


def _of_names(case: _Case, roles: dict[Role, RoleVerdict], plan: Plan) -> Iterator[Finding]:
    """Names by which clients reach Zowe, and which the certificate does not hold.

    The first is ZOWE_EXPLORER_HOST, under which Zowe's services register: with VERIFY_CERTIFICATES they refuse each
    other where it is missing.
    """
    if not roles[Role.JAVA_SERVER].verdict.accepted or Role.JAVA_SERVER_WITH_HOST not in roles:
        return
    refused = [one.host for one in roles[Role.JAVA_SERVER_WITH_HOST].hosts if not one.verdict.accepted]
    rule = "ZC-SAN-01" if case.key.leaf.san else "ZC-SAN-04"
    first, held = plan.settings.host_names[0], _held(case.key.leaf)
    if plan.settings.verify_certificates and first in refused:
        refused = [host for host in refused if host != first]
        why = "by which Zowe's services call each other, and VERIFY_CERTIFICATES is true"
        message = f"{case.name} is not for {first}, the first of HOSTNAME, {why}; it is for {held}"
        yield case.finding(rule, Severity.ERROR, message)
    numbers = [host for host in refused if host in map(str, plan.settings.addresses)]
    names = [host for host in refused if host not in numbers]
    if names:
        message = f"{case.name} is not for {', '.join(names)} of HOSTNAME; it is for {held}"
        yield case.finding(rule, Severity.WARNING, message)
    if numbers:
        message = f"{case.name} is not for {', '.join(numbers)} of IPADDRESS"
        yield case.finding(rule, Severity.INFO, message)


def _held(leaf: CertificateFacts) -> str:
    names = [name.partition(":")[2] for name in leaf.san]
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more if names else "no name at all, for the CN does not count"


def _own(case: _Case, plan: Plan) -> Iterator[Finding]:
    """What stands in the certificate itself."""
    leaf = case.key.leaf
    days = (leaf.not_after - case.at).days if leaf.not_after else -1
    if 0 <= days <= _SOON:
        severity = Severity.WARNING if days <= _VERY_SOON else Severity.INFO
        yield case.finding("ZC-DATE-03", severity, f"{case.name} ends on {leaf.end_day}, in {days} days")
    if leaf.key and leaf.key.type == "RSA" and leaf.key.bits < LEAST_RSA_BITS:
        yield case.finding("ZC-KEY-01", Severity.ERROR, f"the key of {case.name} has only {leaf.key.bits} bits")
    signs_tokens = case.key.id == plan.settings.keystore_alias and not plan.settings.has_jwt_secret
    if leaf.key and leaf.key.type != "RSA" and signs_tokens:
        message = f"the key of {case.name} is {leaf.key}, and the gateway signs login tokens with RSA only"
        yield case.finding("ZC-KEY-02", Severity.WARNING, message)
    if leaf.self_signed:
        yield case.finding("ZC-CHN-03", Severity.WARNING, f"{case.name} is signed by itself")
