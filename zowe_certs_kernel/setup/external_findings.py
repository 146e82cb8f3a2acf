"""What Java and other clients would say of external certificates, before anything is written. Ids are the audit's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity, Store
from ..stores.certificate import certificate_facts
from ..trust.proofs import Proofs
from ..trust.roles import roles_of
from ..trust.verdict import Mode, Role, RoleVerdict
from .external import ExternalKey
from .external_rules import RULES, rule_of
from .plan import Plan

__all__ = ["external_findings"]

_JAVA = {
    Role.JAVA_SERVER: "as a server",
    Role.JAVA_CLIENT: "as a client",
    Role.JAVA_MUTUAL_TLS: "at both ends of a connection",
}
_VERY_SOON, _SOON = 30, 90
_LEAST_RSA_BITS = 2048
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
    addresses = tuple(map(str, plan.settings.addresses))
    roles = roles_of(keystore, truststore, hosts=(*hosts, *addresses), at=at, proofs=Proofs())
    found: list[Finding] = []
    for key in keys:
        case = _Case(key, at, {"source": str(key.file), "alias": key.id})
        own = {one.role: one for one in roles if one.alias == key.id and one.mode is Mode.STRICT}
        found += _once(
            [*_refusals(case, own), *_own(case, plan), *_of_names(case, own, addresses), *_of_others(case, own)]
        )
    return (*found, *_no_authorities(plan))


def _no_authorities(plan: Plan) -> Iterator[Finding]:
    """What is to be trusted and cannot sign."""
    for one in plan.authorities:
        if one.facts.is_ca is False and not one.facts.self_signed:
            message = f"“{one.facts.common_name}”, to be trusted as {one.alias}, is no authority"
            where = {"source": str(one.file or one.of), "alias": one.alias}
            why, fix, source = RULES["ZC-TS-04"]
            yield Finding("ZC-TS-04", Severity.WARNING, message, why, fix, source, where)


def _once(found: Sequence[Finding]) -> Iterator[Finding]:
    """What Java says counts; that others say the same is not told again."""
    seen: set[str] = set()
    for one in found:
        if one.severity is Severity.ERROR or one.rule not in seen:
            yield one
        seen.add(one.rule)


def _key_entry(key: ExternalKey) -> Entry:
    return Entry(key.id, EntryKind.PRIVATE_KEY, key.chain, key.leaf.key, key.open_key, java_alias=key.id.lower())


def _trusted_entries(plan: Plan) -> Iterator[Entry]:
    given = [(one.alias, certificate_facts(one.der)) for one in plan.given]
    for alias, facts in (*((one.alias, one.facts) for one in plan.authorities), *given):
        yield Entry(alias, EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=alias.lower())


def _refusals(case: _Case, roles: dict[Role, RoleVerdict]) -> Iterator[Finding]:
    """What Java refuses, each reason once with the roles that it is for."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for role, words in _JAVA.items():
        verdict = roles[role].verdict
        if not verdict.accepted:
            rule = rule_of(case.key.chain, verdict, role, case.at)
            reasons.setdefault((rule, verdict.reason), []).append(words)
    for (rule, reason), refused in reasons.items():
        yield case.finding(rule, Severity.ERROR, f"Java refuses {case.name} {', '.join(refused)}: {reason}")


def _of_names(case: _Case, roles: dict[Role, RoleVerdict], addresses: tuple[str, ...]) -> Iterator[Finding]:
    """Names by which clients reach Zowe, and which the certificate does not hold."""
    if not roles[Role.JAVA_SERVER].verdict.accepted or Role.JAVA_SERVER_WITH_HOST not in roles:
        return
    refused = [one.host for one in roles[Role.JAVA_SERVER_WITH_HOST].hosts if not one.verdict.accepted]
    rule = "ZC-SAN-01" if case.key.leaf.san else "ZC-SAN-04"
    names = [host for host in refused if host not in addresses]
    if names:
        message = f"{case.name} is not for {', '.join(names)} of HOSTNAME; it is for {_held(case.key.leaf)}"
        yield case.finding(rule, Severity.WARNING, message)
    numbers = [host for host in refused if host in addresses]
    if numbers:
        message = f"{case.name} is not for {', '.join(numbers)} of IPADDRESS"
        yield case.finding(rule, Severity.INFO, message)


def _held(leaf: CertificateFacts) -> str:
    names = [name.partition(":")[2] for name in leaf.san]
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more if names else "no name at all, for the CN does not count"


def _of_others(case: _Case, roles: dict[Role, RoleVerdict]) -> Iterator[Finding]:
    """What Java accepts and clients with OpenSSL, curl, Node or a browser refuse, for another reason than a name."""
    if not roles[Role.JAVA_SERVER].verdict.accepted:
        return
    node = roles[Role.NODE_SERVER].verdict
    if not node.accepted:
        rule = rule_of(case.key.chain, node, Role.NODE_SERVER, case.at)
        yield case.finding(rule, Severity.WARNING, f"OpenSSL and Node refuse {case.name} as a server: {node.reason}")


def _own(case: _Case, plan: Plan) -> Iterator[Finding]:
    """What stands in the certificate itself."""
    leaf = case.key.leaf
    days = (leaf.not_after - case.at).days if leaf.not_after else -1
    if 0 <= days <= _SOON:
        severity = Severity.WARNING if days <= _VERY_SOON else Severity.INFO
        yield case.finding("ZC-DATE-03", severity, f"{case.name} ends on {leaf.end_day}, in {days} days")
    if leaf.key and leaf.key.type == "RSA" and leaf.key.bits < _LEAST_RSA_BITS:
        yield case.finding("ZC-KEY-01", Severity.ERROR, f"the key of {case.name} has only {leaf.key.bits} bits")
    signs_tokens = case.key.id == plan.settings.keystore_alias and not plan.settings.has_jwt_secret
    if leaf.key and leaf.key.type != "RSA" and signs_tokens:
        message = f"the key of {case.name} is {leaf.key}, and the gateway signs login tokens with RSA only"
        yield case.finding("ZC-KEY-02", Severity.WARNING, message)
    if leaf.self_signed:
        yield case.finding("ZC-CHN-03", Severity.WARNING, f"{case.name} is signed by itself")
