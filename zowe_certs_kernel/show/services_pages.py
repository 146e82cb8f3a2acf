"""What people see of services: what each shows, under which names, what is trusted and why, and what that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..lifecycle.change import Changed
from ..lifecycle.trust_services import ServiceView, TrustPlan
from ..model import CertificateFacts
from ..services.confirmation import fingerprint
from ..services.presented import Presented, ServiceAnchor
from ..trust.verdict import Verdict
from .change_pages import changed_blocks
from .page import Block, Findings, Page, Table, Text

__all__ = [
    "added_blocks",
    "anchor_table",
    "chain_blocks",
    "host_blocks",
    "mode_blocks",
    "trust_plan_page",
    "trusted_blocks",
]


def chain_blocks(presented: tuple[Presented, ...]) -> list[Block]:
    """A table of certificates for each service or file, with whole fingerprints, and what is odd about it."""
    blocks: list[Block] = []
    for one in presented:
        rows = [_certificate_row(number, facts) for number, facts in enumerate(one.chain, 1)]
        told = "is in" if one.is_file else "is shown by"
        columns = ("Certificate", "Issuer", "Names", "Ends", "SHA-256")
        if rows:
            blocks.append(Table(f"What {told} {one.name}", columns, rows, frozenset({4})))
        blocks += [Text(f"{one.name}: {note}.") for note in one.notes]
    return blocks


def _certificate_row(number: int, facts: CertificateFacts) -> tuple[str, ...]:
    issuer = "itself" if facts.self_signed else facts.issuer
    return f"{number}. {facts.subject}", issuer, "\n".join(facts.san), facts.end_day, fingerprint(facts.sha256 or "")


def host_blocks(plan: TrustPlan) -> list[Block]:
    """Who takes each server's certificate under the name by which it is called, and why not."""
    rows = [
        (f"{view.choice.service.name}\n{check.judge}", f"{check.word} as {check.host}", check.problem)
        for view in plan.services
        for check in view.checks
    ]
    if not rows:
        return [Text("Files do not tell by which name Zowe calls their servers, so no name is checked.")]
    return [Table("Host check", ("Service and judge", "Verdict", "Reason"), rows, frozenset())]


def added_blocks(plan: TrustPlan) -> list[Block]:
    """What the trust store gets, and why; what is asked of each service's owner."""
    blocks: list[Block] = []
    if plan.anchors:
        blocks.append(anchor_table(f"To be added to {plan.working.truststore_path}", plan.anchors))
    for view in plan.services:
        choice = view.choice
        if choice.trusted or (choice.anchor is None and not plan.as_zowe):
            blocks.append(Text(f"{choice.service.name}: {choice.why}.", good=choice.trusted))
        if view.client:
            blocks.append(Text(f"{choice.service.name}: {view.client}"))
    if plan.as_zowe:
        blocks.append(Text("As Zowe's own script does: nobody is asked, and a server's own certificate is trusted."))
    return [*blocks, *(Text(f"{note}.") for note in plan.notes)]


def anchor_table(caption: str, anchors: Sequence[ServiceAnchor]) -> Table:
    """What would be trusted, under which alias and why, with whole fingerprints."""
    rows = [(one.alias, one.facts.subject, one.why, fingerprint(one.facts.sha256 or "")) for one in anchors]
    return Table(caption, ("Alias", "Certificate", "Why", "SHA-256"), rows, frozenset({0, 3}))


def mode_blocks(plan: TrustPlan) -> list[Block]:
    """What the gateway says of each service in each mode, before and after."""
    rows = [row for view in plan.services for row in _mode_rows(view)]
    if not rows:
        return [Text("Of the services nothing is known but their authority, so no mode can be judged.")]
    return [Table("What Zowe's gateway decides", ("Service and mode", "Before", "After"), rows, frozenset())]


def _mode_rows(view: ServiceView) -> Iterator[tuple[str, str, str]]:
    for one in view.outcomes:
        now = ", in force" if one.now else ""
        yield f"{one.service}\n{one.mode}{now}", _said(one.before), _said(one.after)


def _said(verdict: Verdict) -> str:
    return f"{verdict.word}\n{verdict.reason}" if verdict.reason else verdict.word


def trust_plan_page(plan: TrustPlan) -> Page[TrustPlan]:
    """All of it, for the terminal."""
    return Page(
        plan,
        [
            *chain_blocks(tuple(_of_concern(plan))),
            *host_blocks(plan),
            *added_blocks(plan),
            *mode_blocks(plan),
            Findings(plan.findings),
        ],
    )


def _of_concern(plan: TrustPlan) -> Iterator[Presented]:
    """Files without the certificates that play no part, which are counted: one may hold a whole bundle."""
    judged = {facts.identity for view in plan.services for facts in view.choice.service.chain}
    judged |= {one.facts.identity for one in plan.anchors}
    for one in plan.presented:
        chain = tuple(facts for facts in one.chain if facts.identity in judged)
        left = len(one.chain) - len(chain)
        told = f"{left} certificate{' of it plays' if left == 1 else 's of it play'} no part here"
        yield replace(one, chain=chain, notes=(*one.notes, told) if left else one.notes)


def trusted_blocks(changed: Changed | None) -> list[Block]:
    """What was written, and the way back."""
    if changed is None:
        return [Text("Nothing needed to be added; nothing was changed.", good=True)]
    working = changed.change.working
    return [
        Text(f"{working.directory / working.truststore_path} was written anew with all that it held.", good=True),
        *changed_blocks(changed),
    ]
