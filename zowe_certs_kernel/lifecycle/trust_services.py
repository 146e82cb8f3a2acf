"""A trust store that is to trust a service: what it gets and why, and what that changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Refused, SettingsError, UsageError
from ..model import CertificateFacts, Finding, Severity, iso
from ..services.anchor import RESERVED, Choice, anchors_of, choices_of
from ..services.confirmation import confirmed
from ..services.host_check import HostCheck, host_checks, script_host_problem
from ..services.modes import ModeOutcome, mode_outcomes, own_certificate_told
from ..services.presented import Presented, ServiceAnchor
from ..services.zosmf import FIRST_WITH_NAME_CHECK, as_shown, name_finding
from ..stores import TrustedContent
from ..stores.certificate import load_certificate
from ..trust.anchors import java_anchors
from ..trust.name_constraints import shown_names
from ..trust.proofs import Proofs
from ..trust.verdict import Mode
from ..trust.zowe_files import mode_of
from .change import Change, Changed, apply_change, contents_of, store_bytes
from .working_set import WorkingSet

__all__ = ["ServiceView", "TrustPlan", "make_trust", "plan_trust", "refuse_unconfirmed"]

_ONE_ANCHOR = 1


@dataclass(frozen=True)
class ServiceView:
    """One service: what is to be done for it, under which names it may be called, and what each mode says."""

    choice: Choice
    checks: tuple[HostCheck, ...]
    outcomes: tuple[ModeOutcome, ...]
    client: str

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.choice.service.as_dict(),
            "trusted_already": self.choice.trusted,
            "anchor": self.choice.anchor.sha256 if self.choice.anchor else None,
            "why": self.choice.why,
            "host_check": [one.as_dict() for one in self.checks],
            "modes": [one.as_dict() for one in self.outcomes],
            "client_certificate": self.client,
        }


@dataclass(frozen=True)
class TrustPlan:
    """What the trust store of a directory gets; nothing where ``anchors`` are none."""

    working: WorkingSet
    presented: tuple[Presented, ...]
    services: tuple[ServiceView, ...]
    anchors: tuple[ServiceAnchor, ...]
    as_zowe: bool
    at: dt.datetime
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The schema ``zowe-certs/trust/1``."""
        return {
            "schema": "zowe-certs/trust/1",
            "at": iso(self.at),
            "directory": str(self.working.directory),
            "truststore": str(self.working.truststore_path),
            "mode": str(mode_of(self.working.environment)),
            "as_zowe": self.as_zowe,
            "services": [one.as_dict() for one in self.services],
            "added": [one.as_dict() for one in self.anchors],
            "notes": list(self.notes),
            "findings": [one.as_dict() for one in self.findings],
            "counts": {str(kind): sum(one.severity is kind for one in self.findings) for kind in Severity},
        }


def plan_trust(
    working: WorkingSet,
    presented: Sequence[Presented],
    *,
    alias: str = "",
    as_zowe: bool = False,
    at: dt.datetime | None = None,
) -> TrustPlan:
    """Say what the trust store needs so that Zowe accepts these services.

    Args:
        working: the KEYSTORE_DIRECTORY.
        presented: what servers show, and files.
        alias: for the one certificate that is added; empty: one that fits it.
        as_zowe: add what Zowe's own ``apiml_cm.sh --action trust-zosmf`` adds.
        at: the day on which they are judged; None: now.

    Raises:
        UsageError: the alias cannot be used, or ``as_zowe`` Zowe's own would fail on one.
        SettingsError: ``as_zowe`` a server's names are not those asked for, and Zowe verifies strictly.
    """
    at, proofs = at or dt.datetime.now(dt.UTC), Proofs()
    trusted = java_anchors(working.truststore)
    choices = choices_of(presented, trusted, at=at, proofs=proofs)
    taken = [entry.alias for entry in working.truststore.entries]
    anchors = _as_zowe(working, presented) if as_zowe else anchors_of(choices, taken=taken, alias=alias)
    if alias or as_zowe:
        _refuse_taken(working, anchors, [one.lower() for one in taken], alias)
    views = tuple(_view(choice, working, trusted, anchors, at, proofs) for choice in choices)
    findings = tuple(_findings(views, working, at, as_zowe=as_zowe))
    notes = tuple(_notes(presented, anchors))
    return TrustPlan(working, tuple(presented), views, anchors, as_zowe, at, findings, notes)


def _as_zowe(working: WorkingSet, presented: Sequence[Presented]) -> tuple[ServiceAnchor, ...]:
    """All that the one server shows, or the first certificate of each file."""
    servers = [one for one in presented if not one.is_file]
    if len(servers) > 1 or (servers and len(presented) > 1):
        msg = "Zowe's own script trusts one z/OSMF at a time, by its address or by files: name one, or leave --as-zowe"
        raise UsageError(msg)
    environment = working.environment
    if servers and environment.oldest >= FIRST_WITH_NAME_CHECK and mode_of(environment) is Mode.STRICT:
        problem = script_host_problem(servers[0].chain[0], servers[0].host)
        if problem:
            why = f"ZOWE_APIM_VERIFY_CERTIFICATES is true, and Zowe's own script refuses {servers[0].name}: {problem}"
            raise SettingsError(environment.source, [why])
    why = "as Zowe's script does, which takes a file's first certificate"
    files = (ServiceAnchor(Path(one.name).stem.lower(), one.chain[0], why) for one in presented)
    return as_shown(servers[0].chain) if servers else tuple(files)


def _refuse_taken(working: WorkingSet, anchors: Sequence[ServiceAnchor], taken: list[str], alias: str) -> None:
    """An alias that was asked for, or that Zowe's script would use, is not changed in silence."""
    if alias.lower() in RESERVED:
        msg = f"--alias (alias) {alias!r} is a name that Zowe's own certificates have; choose another one"
        raise UsageError(msg)
    if alias and len(anchors) > _ONE_ANCHOR:
        msg = f"--alias (alias) is for one certificate, and {len(anchors)} would be added; leave it out"
        raise UsageError(msg)
    for one in anchors:
        wanted = alias or one.alias
        if wanted.lower() in taken:
            how = "choose another --alias (alias)" if alias else "Zowe's own script fails there; leave out --as-zowe"
            msg = f"{working.truststore.source} holds the alias {wanted!r} already; {how}"
            raise UsageError(msg)
        taken.append(wanted.lower())


def _view(
    choice: Choice,
    working: WorkingSet,
    trusted: Sequence[CertificateFacts],
    anchors: Sequence[ServiceAnchor],
    at: dt.datetime,
    proofs: Proofs,
) -> ServiceView:
    service, leaf = choice.service, choice.leaf
    if leaf is None:
        return ServiceView(choice, (), (), "")
    added = [one.facts for one in anchors]
    current = mode_of(working.environment)
    outcomes = mode_outcomes(service, trusted, added, at=at, current=current, proofs=proofs)
    own = working.keystore.entry(working.alias)
    return ServiceView(
        choice,
        host_checks(leaf, service.host) if service.host else (),
        outcomes,
        own_certificate_told(service, own.certificate if own else None),
    )


def _findings(
    views: Sequence[ServiceView], working: WorkingSet, at: dt.datetime, *, as_zowe: bool
) -> Iterator[Finding]:
    mode = mode_of(working.environment)
    for view in views:
        service, choice = view.choice.service, view.choice
        where = {"source": service.name, "sha256": service.chain[0].sha256 or ""}
        if choice.anchor is None and not choice.trusted and not as_zowe:
            yield Finding(
                "ZC-TS-03", Severity.ERROR, f"{service.name} cannot be trusted: {choice.why}",
                "In STRICT and NONSTRICT mode Zowe refuses a service if it trusts nobody who signed its certificate.",
                f"Name the file with that certificate too, beside {service.name}.",
                "RFC 5280, section 6.1", where,
            )  # fmt: skip
        ended = choice.leaf if choice.leaf and choice.leaf.not_after and choice.leaf.not_after < at else None
        if ended:
            yield Finding(
                "ZC-DATE-01", Severity.WARNING, f"the certificate of {service.name} ended {ended.end_day}",
                "Zowe refuses it in STRICT and NONSTRICT mode, whatever the trust store holds.",
                "Have it renewed.", "RFC 5280, section 6.1.3", where,
            )  # fmt: skip
        if found := name_finding(service, strict=mode is Mode.STRICT):
            yield found


def _notes(presented: Sequence[Presented], anchors: Sequence[ServiceAnchor]) -> Iterator[str]:
    if not anchors:
        return
    yield (
        "Zowe's servers in Node.js are given authorities as PEM files and read no trust store; those files stay as "
        "they are. A service that the desktop calls itself, and not through the gateway, needs its authority there "
        "too: EXTERNAL_CERTIFICATE_AUTHORITIES in zowe-certificates.env names such files"
    )
    added = {one.facts.identity for one in anchors}
    others = {facts.identity: facts for one in presented if one.is_file for facts in one.chain if facts.is_ca}
    left = [facts.common_name for identity, facts in others.items() if identity not in added]
    if left:
        are = "is this authority" if len(left) == 1 else "are these authorities"
        yield f"Not needed, and not added, {are} of the files: {shown_names(left)}"


def make_trust(
    plan: TrustPlan,
    confirm: Sequence[str],
    *,
    now: dt.datetime | None = None,
    progress: Callable[[str], None] = lambda _line: None,
) -> Changed | None:
    """Write the trust store anew with all that it held; the directory as it was stays as a dated copy.

    None where there is nothing to add.

    Raises:
        UsageError: :func:`refuse_unconfirmed`, or the trust store cannot be written again.
        Refused: a service cannot be trusted by what is shown; nothing was changed.
        WriteError: it cannot be written; nothing was changed.
    """
    problems = [one.message for one in plan.findings if one.severity is Severity.ERROR]
    if problems:
        msg = f"nothing was changed: {'; '.join(problems)}"
        raise Refused(msg)
    refuse_unconfirmed(plan, confirm)
    if not plan.anchors:
        return None
    working = plan.working
    added = [TrustedContent(one.alias, load_certificate(one.facts.der)) for one in plan.anchors]
    data = store_bytes(working.truststore, [*contents_of(working.truststore), *added], working.truststore_password)
    title = f"trust {', '.join(one.facts.common_name for one in plan.anchors)}"
    change = Change(working, title, {working.truststore_path: data}, notes=plan.notes, findings=plan.findings)
    return apply_change(change, now=now, progress=progress)


def refuse_unconfirmed(plan: TrustPlan, confirm: Sequence[str]) -> None:
    """Refuse what would be added where ``confirm`` does not name it; ``as_zowe`` asks nobody, as Zowe's script does.

    What is trusted already may be named too: the same command is run again, with more services or every night.

    Raises:
        UsageError: one is not named, one that is named is another, or there is nothing to be held against.
    """
    if not plan.as_zowe:
        confirmed(plan.anchors, confirm, known={one.sha256 or "" for one in java_anchors(plan.working.truststore)})
    elif confirm:
        msg = "--confirm (confirm) has no use: --as-zowe asks nobody, as Zowe's own script does; leave one of them out"
        raise UsageError(msg)
