"""The steps of the notebook ``70_renew``, one function for each of its cells."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import NothingToRenew, StoreError, UsageError
from ..folders import example_settings
from ..lifecycle.change import Changed
from ..lifecycle.outlook import Outlook, outlook_of
from ..lifecycle.renewal import RenewalPlan, make_renewal, plan_renewal, renewal_change
from ..lifecycle.reply import ReplyPlan, make_reply, plan_reply, read_reply
from ..lifecycle.reply_trust import root_to_confirm
from ..lifecycle.request import RequestPlan, make_request, read_request, request_of_entry
from ..lifecycle.rotation import (
    RotationPlan,
    RotationState,
    make_rotation,
    plan_begin,
    plan_cancel,
    plan_finish,
    plan_switch,
    rotation_state,
)
from ..lifecycle.working_set import WorkingSet, read_working_set
from ..local_path import local_path
from ..model import Finding
from ..parameter_values import moment_of
from ..parameters import RenewParameters
from ..secret import Secret, password_outside
from ..services.confirmation import confirmed
from ..setup import make, plan_setup
from ..setup.authority import authority_password
from ..trust.graph import TrustGraph, trust_graph
from ..zowe.settings import read_settings
from .change_pages import preview_blocks
from .expiry_findings import expiry_findings
from .page import Block, Findings, Page, Text
from .renew_pages import outlook_page, renewal_page, rotation_page, state_page
from .request_pages import reply_page, request_page
from .result import counted, out_folder, write_result
from .trust_tables import graph_blocks

__all__ = [
    "finish_renewal",
    "make_change",
    "plan_change",
    "read_directory",
    "show_lifetimes",
    "show_rotation",
    "trust_after",
]

_EXAMPLE_DAYS = 397
_SIGNING = ("csr", "renew", "rotate-begin", "rotate-switch", "rotate-finish", "rotate-cancel")

AnyPlan = RequestPlan | ReplyPlan | RenewalPlan | RotationPlan


@dataclass(frozen=True)
class Work:
    """What an action is going to do; ``plan`` is None where there is nothing to be done."""

    working: WorkingSet
    action: str
    plan: AnyPlan | None
    at: dt.datetime


@dataclass(frozen=True)
class Done:
    """What an action did: ``result`` as JSON has it, empty where nothing was written."""

    working: WorkingSet
    changed: Changed | None = None
    result: dict[str, Any] = field(default_factory=dict)


def read_directory(parameters: RenewParameters) -> Page[WorkingSet]:
    """Open the directory; without one, that of an example which is made here with a random password.

    Raises:
        SettingsError: its ``zowe-certificates.env`` is missing, or names what is not here.
        StoreError: a store cannot be read.
        UsageError: a parameter cannot be used.
    """
    parameters.check()
    folder = out_folder(parameters)
    folder.joinpath("result.json").unlink(missing_ok=True)  # an older run's must not pass for this one's
    blocks: list[Block] = []
    directory = local_path(parameters.source, "source") if parameters.source else _example(folder)
    if not parameters.source:
        blocks.append(Text("No directory was given, so this is an example made here."))
    given = password_outside(parameters.password_from)()
    working = read_working_set(directory, [given] if given else [])
    facts = working.entry.chain[0]
    told = f"{working.directory} shows “{facts.common_name}” under the alias {working.alias}, until {facts.end_day}"
    return Page(working, [*blocks, Text(f"{told}; it was signed by {facts.issuer}.")])


def _example(folder: Path) -> Path:
    """A set whose certificate ends long before its authority does.

    Raises:
        WriteError: the folder cannot be written.
    """
    place = folder / f"example-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    settings = read_settings([example_settings()], password=lambda: Secret(secrets.token_urlsafe(16)))
    profile = replace(settings.profile, days=_EXAMPLE_DAYS)
    return make(plan_setup(replace(settings, profile=profile), directory=place / "keystore")).plan.directory


def show_lifetimes(parameters: RenewParameters, directory: Page[WorkingSet]) -> Page[Outlook]:
    """What ends when, as a picture and a table, and the order of work; ``lifetimes.svg`` in ``out_dir`` too.

    Raises:
        UsageError: ``out_dir`` cannot be written, or ``at`` is no day.
    """
    at = moment_of(parameters.at, "at")
    outlook = outlook_of(directory.value, at=at, lead_days=parameters.lead_days)
    return outlook_page(outlook, saved=out_folder(parameters) / "lifetimes.svg")


def show_rotation(directory: Page[WorkingSet]) -> Page[RotationState | None]:
    """Where a rotation of the authority stands, and who has to do what."""
    try:
        state = rotation_state(directory.value)
    except UsageError as why:
        return Page(None, [Text(f"{why}.")])
    return Page(state, state_page(state).blocks)


def plan_change(parameters: RenewParameters, directory: Page[WorkingSet]) -> Page[Work]:
    """What the action is going to do; ``show`` plans a renewal that is not carried out.

    Raises:
        UsageError: the action cannot be done with this directory; says what can.
        StoreError: the authority's store, the request or the reply cannot be read.
    """
    at, working = moment_of(parameters.at, "at"), directory.value
    if parameters.at and parameters.action in _SIGNING:
        msg = f"at looks ahead, and {parameters.action} signs now: leave at empty, or set action to show"
        raise UsageError(msg)
    planner = _PLANNERS[parameters.action]
    if parameters.action != "show":
        page = planner(parameters, working, at)
        return Page(Work(working, parameters.action, page.value, at), page.blocks)
    try:
        page = planner(parameters, working, at)
    except (NothingToRenew, StoreError) as why:
        if parameters.ca_store and isinstance(why, StoreError):
            raise
        return Page(Work(working, "show", None, at), [Text(f"The local authority has nothing to renew: {why}.")])
    return Page(Work(working, "show", page.value, at), page.blocks)


def _renewal(parameters: RenewParameters, working: WorkingSet, at: dt.datetime) -> Page[AnyPlan]:
    plan = plan_renewal(
        working, aliases=parameters.alias, same_key=parameters.same_key, hosts=parameters.hosts,
        days=parameters.days or None, at=at, **_authority(parameters),
    )  # fmt: skip
    preview = preview_blocks(renewal_change(plan)) if parameters.action == "show" else []
    return Page(plan, [*renewal_page(plan).blocks, *preview])


def _authority(parameters: RenewParameters) -> dict[str, Any]:
    file = local_path(parameters.ca_store, "ca_store") if parameters.ca_store else None
    return {"ca_store": file, "ca_password": authority_password(parameters.ca_password_from or None, file)}


def _request(parameters: RenewParameters, working: WorkingSet, at: dt.datetime) -> Page[AnyPlan]:
    del at
    if len(parameters.alias) > 1:
        msg = "a request is for one key: name one alias"
        raise UsageError(msg)
    alias = parameters.alias[0] if parameters.alias else ""
    plan = request_of_entry(working, alias=alias, new_key=not parameters.same_key, add=parameters.hosts)
    return Page(plan, request_page(plan).blocks)


def _reply(parameters: RenewParameters, working: WorkingSet, at: dt.datetime) -> Page[AnyPlan]:
    if not parameters.reply:
        msg = "name the files that the CA team sent, in reply"
        raise UsageError(msg)
    request = None
    if parameters.request:
        request = read_request(local_path(parameters.request, "request"), [working.password])
    certificates = read_reply([local_path(path, "reply") for path in parameters.reply])
    plan = plan_reply(
        certificates, request=request, working=working, alias="".join(parameters.alias[:1]), accept_names=False, at=at
    )
    return Page(plan, reply_page(plan).blocks)


def _rotation(
    plan_step: Callable[..., RotationPlan], *names: str
) -> Callable[[RenewParameters, WorkingSet, dt.datetime], Page[AnyPlan]]:
    """The planner of a step, which is given those of the parameters that it knows."""

    def planned(parameters: RenewParameters, working: WorkingSet, at: dt.datetime) -> Page[AnyPlan]:
        known = {"same_key": parameters.same_key, "days": parameters.days or None, **_authority(parameters)}
        plan = plan_step(working, at=at, **{name: known[name] for name in names})
        return Page(plan, rotation_page(plan).blocks)

    return planned


_PLANNERS: dict[str, Callable[[RenewParameters, WorkingSet, dt.datetime], Page[AnyPlan]]] = {
    "show": _renewal,
    "csr": _request,
    "import-reply": _reply,
    "renew": _renewal,
    "rotate-begin": _rotation(plan_begin, "days", "ca_store", "ca_password"),
    "rotate-switch": _rotation(plan_switch, "same_key", "days", "ca_store", "ca_password"),
    "rotate-finish": _rotation(plan_finish),
    "rotate-cancel": _rotation(plan_cancel),
}


def make_change(parameters: RenewParameters, plan: Page[Work]) -> Page[Done]:
    """Do what was planned; with ``show`` nothing.

    Raises:
        Refused: Zowe would not work with the reply, or Java would refuse a key that it accepts now.
        WouldOverwrite: the folder for the request is there already.
        WriteError: the disk says no; nothing was changed.
    """
    work = plan.value
    if work.action == "show" or work.plan is None:
        told = Text("Nothing was written: set action to do something.")
        return Page(Done(work.working), [told])
    if isinstance(work.plan, RequestPlan):
        return _made_request(parameters, work, work.plan)
    if isinstance(work.plan, ReplyPlan):
        confirmed(root_to_confirm(work.plan), parameters.confirm)
        imported = make_reply(work.plan)
        return _changed(work, imported.changed, imported.as_dict(), reply_page(work.plan, imported))
    if isinstance(work.plan, RenewalPlan):
        changed = make_renewal(work.plan)
        return _changed(work, changed, changed.as_dict(), renewal_page(work.plan, changed))
    changed = make_rotation(work.plan)
    state = rotation_state(read_working_set(work.working.directory, work.working.passwords))
    return _changed(work, changed, changed.as_dict(), rotation_page(work.plan, changed, state))


def _made_request(parameters: RenewParameters, work: Work, plan: RequestPlan) -> Page[Done]:
    folder = local_path(parameters.request or f"{work.working.directory}-request-{plan.alias}", "request")
    made = make_request(plan, folder, work.working.password)
    return Page(Done(work.working, None, made.as_dict()), request_page(plan, made).blocks)


def _changed(work: Work, changed: Changed | None, result: dict[str, Any], page: Page[Any]) -> Page[Done]:
    return Page(Done(work.working, changed, result), page.blocks)


def trust_after(parameters: RenewParameters, change: Page[Done]) -> Page[TrustGraph]:
    """Who signed whom and where it is kept, as it is on the disk now; ``trust.svg`` in ``out_dir`` too."""
    before = change.value.working
    working = read_working_set(before.directory, before.passwords)
    graph = trust_graph((working.keystore, working.truststore), at=moment_of(parameters.at, "at"))
    picture, blocks = graph_blocks(graph, title="Who signed what, and where it is kept")
    if picture:
        picture.save(out_folder(parameters) / "trust.svg")
    return Page(graph, blocks)


def finish_renewal(
    parameters: RenewParameters, lifetimes: Page[Outlook], plan: Page[Work], change: Page[Done]
) -> Page[tuple[Finding, ...]]:
    """What has ended or ends soon in the directory as it is now, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    before, done = lifetimes.value, change.value
    working = read_working_set(done.working.directory, done.working.passwords)
    at = moment_of(parameters.at, "at")  # not that of the look ahead: what was signed since begins after it
    outlook = outlook_of(working, at=at, lead_days=parameters.lead_days)
    findings = expiry_findings(outlook, warn_days=parameters.warn_days)
    first = min((row for row in outlook.rows if row.days_left >= 0), key=lambda row: row.ends, default=None)
    verdict = f"{first.what} ends first, on {first.ends:%Y-%m-%d}" if first else "everything has ended"
    if ended := [row.what for row in outlook.rows if row.days_left < 0 and row.role in ("key", "authority")]:
        verdict = f"{', '.join(dict.fromkeys(ended))} has ended; {verdict}"
    verdict = f"{plan.value.action} is done; {verdict}" if done.result else verdict
    result = {
        "schema": "zowe-certs/renewal/1",
        "action": plan.value.action,
        "verdict": verdict,
        "good": not findings,
        "before": before.as_dict(),
        "outlook": outlook.as_dict(),
        "changed": done.result or None,
        **counted(findings),
    }
    write_result(out_folder(parameters), result)
    return Page(findings, [Text(f"{verdict[0].upper()}{verdict[1:]}.", good=not findings), Findings(findings)])
