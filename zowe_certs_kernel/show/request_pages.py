"""What people see of a certificate request and of the reply to it."""

from __future__ import annotations

import shlex

from ..lifecycle.reply import Imported, ReplyPlan
from ..lifecycle.request import Requested, RequestPlan
from .change_pages import changed_blocks, preview_blocks
from .page import Block, Code, Details, Findings, Page, Table, Text

__all__ = ["reply_page", "request_page"]

_FILES = (
    "the private key, waiting for its certificate: keep it",
    "the request, for the CA team",
    "what to ask them for",
)


def request_page(plan: RequestPlan, made: Requested | None = None) -> Page[RequestPlan]:
    """What is asked for; of one that was made also the files, and the sheet for the CA team."""
    rows = [
        ("Subject", plan.subject_text),
        ("Names", "\n".join(plan.san)),
        ("Key", f"{plan.key_facts}, {'the one that is there' if plan.key else 'a new one'}"),
        ("From", plan.source),
    ]
    blocks: list[Block] = [
        Table("The request", ("What", "Asked for"), rows, frozenset({1})),
        *(Text(f"{note}.") for note in plan.notes),
    ]
    if made is None:
        return Page(plan, [Text("This is what would be asked for; nothing was written."), *blocks])
    files = [(name, what) for name, what in zip(plan.files, _FILES, strict=True)]
    blocks += [
        Table(f"In {made.folder}", ("File", "What it is"), files),
        Details("The request sheet", [Code(made.sheet.splitlines())]),
        Text(
            f"Next: give the request and the sheet to the CA team. When their reply is there: zowe-certs import-reply "
            f"FILE --request {shlex.quote(str(made.folder))}, with --into KEYSTORE_DIRECTORY where there is "
            "one. Until then nothing changes for Zowe."
        ),
    ]
    return Page(plan, [Text(f"The request for “{plan.subject_text}” is in {made.folder}.", good=True), *blocks])


def reply_page(plan: ReplyPlan, made: Imported | None = None) -> Page[ReplyPlan]:
    """The chain that came, what is odd in it, and where it goes or went."""
    chain = [(facts.common_name, facts.issuer, facts.end_day, facts.sha256 or "") for facts in plan.chain]
    blocks: list[Block] = [
        Table("The chain", ("Certificate", "Signed by", "Ends", "SHA-256"), chain, frozenset({3})),
        *(Text(f"Not used: {facts.common_name}, which is not in this chain.") for facts in plan.unused),
    ]
    if plan.extra_names:
        blocks.append(Text(f"It also has names that nobody asked for: {', '.join(plan.extra_names)}."))
    if plan.missing_names:
        blocks.append(Text(f"It lacks names that were asked for: {', '.join(plan.missing_names)}.", good=False))
    blocks += [*(Text(f"{note}.") for note in plan.notes), Findings(plan.findings)]
    if plan.in_place:
        told = f"The reply is already in place in {plan.alias}; nothing {'was' if made else 'would be'} changed."
        return Page(plan, [Text(told, good=True), *blocks])
    if made is None:
        blocks += preview_blocks(plan.change)
        return Page(plan, [Text("The reply fits the waiting key; nothing was written yet.", good=True), *blocks])
    if made.changed:
        root = plan.chain[-1]
        blocks.append(
            Text(f"Clients trust Zowe now where they trust “{root.common_name}”: browsers, Zowe CLI, services.")
        )
        return Page(plan, [Text(f"The reply is in {plan.alias}.", good=True), *blocks, *changed_blocks(made.changed)])
    blocks.append(Table("Files", ("File",), [(path,) for path in made.files]))
    blocks += [Text("For the .env file of the set-up:"), Code(list(plan.environment))]
    return Page(plan, [Text("The reply is joined with its key.", good=True), *blocks])
