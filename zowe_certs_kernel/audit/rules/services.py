"""z/OSMF and other servers that Zowe calls: whether it trusts them, and under the name by which it calls."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from ...model import Finding, Severity
from ...trust.java_host import java_host_problem
from ...trust.java_path import java_verdict
from ...trust.verdict import Mode, Purpose
from ...trust.zowe_set import Service
from ..catalogue import Profile
from ..registry import of_all, of_set
from ..subjects import Audited, SetUse, held_names, is_root
from .settings import made_without_verification, trusts_only_its_own

__all__: list[str] = []

_ZOSMF = re.compile(r"z/?osmf|\bizu(?:svr|dflt)", re.IGNORECASE)  # as IBM names it, its server and its profile


def _is_zosmf(service: Service) -> bool:
    subject = service.chain[0].subject if service.chain else ""
    return bool(_ZOSMF.search(f"{service.name} {service.host} {subject}"))


def _calls(audit: Audited) -> Iterator[tuple[SetUse, Service]]:
    """Each set with each service whose certificate is known, as far as sets are taken to call."""
    for use in audit.sets[: audit.scene.callers]:
        for service in audit.scene.services:
            if service.chain and use.of.truststore and not use.of.ring and use.keys:
                yield use, service


@of_all("ZC-TS-03")
def service_not_trusted(audit: Audited) -> Iterator[Finding]:
    for use, service in _calls(audit):
        verdict = java_verdict(service.chain, use.of.anchors, Purpose.SERVER, at=audit.at, proofs=audit.proofs)
        if not verdict.accepted and not _has_ended(service, audit.at):
            told = f"{use.of.name} refuses {service.name}: {verdict.reason}"
            yield use.finding("ZC-TS-03", service.source, told=told, server=service.source)


def _has_ended(service: Service, at: dt.datetime) -> bool:
    return bool(service.chain[0].not_after and service.chain[0].not_after < at)


@of_set("ZC-TS-03")
def nothing_of_zosmf(use: SetUse) -> Iterator[Finding]:
    """Zowe 1 always calls z/OSMF, and a directory that verifies is to trust it."""
    silent = use.directory is None or use.of.ring or use.of.mode is Mode.DISABLED or made_without_verification(use)
    known = any(service.chain for service in use.audit.scene.services)
    if not silent and not known and use.audit.profile is Profile.V1 and trusts_only_its_own(use):
        store = use.of.truststore.source if use.of.truststore else ""
        told = f"{store} trusts Zowe's own authority alone, and nothing of z/OSMF"
        yield use.finding("ZC-TS-03", store, Severity.WARNING, told=told, server="ZOSMF-HOST:PORT")


@of_all("ZC-DATE-01")
def service_ended(audit: Audited) -> Iterator[Finding]:
    for service in audit.scene.services:
        if service.chain and _has_ended(service, audit.at):
            facts = service.chain[0]
            yield audit.finding(
                "ZC-DATE-01", service.source, name=f"the certificate of {service.name}", day=facts.end_day
            )


@of_all("ZC-ZOS-01", "ZC-SAN-11")
def other_name(audit: Audited) -> Iterator[Finding]:
    for use, service in _calls(audit):
        problem = java_host_problem(service.chain[0], service.host) if service.host else ""
        if problem:
            rule = "ZC-ZOS-01" if _is_zosmf(service) else "ZC-SAN-11"
            held = held_names(service.chain[0])
            yield use.finding(rule, service.source, service=service.name, host=service.host, held=held)


@of_all("ZC-ZOS-02")
def zosmf_will_stop(audit: Audited) -> Iterator[Finding]:
    for use, service in _calls(audit):
        facts, days = service.chain[0], audit.thresholds.warn_days
        if not _is_zosmf(service):
            continue
        trusted = {one.identity for one in use.of.anchors}
        above = audit.path_of(facts)[1:]
        told = ""
        if facts.not_after and audit.at <= facts.not_after < audit.at + dt.timedelta(days=days):
            told = f"the certificate of {service.name} ends on {facts.end_day}"
        elif facts.identity in trusted and not is_root(facts) and not any(one.identity in trusted for one in above):
            told = f"the trust store holds the certificate of {service.name} itself, not its authority"
        if told:
            yield use.finding("ZC-ZOS-02", service.source, told=told, server=service.source)
