"""The steps of notebook 60, each one call."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import UsageError
from ..lifecycle.change import Changed
from ..lifecycle.trust_services import TrustPlan, make_trust, plan_trust
from ..lifecycle.working_set import WorkingSet, read_working_set
from ..local_path import local_path
from ..model import Entry, EntryKind, Finding, Severity, Store
from ..parameter_values import moment_of
from ..parameters import ServicesParameters
from ..secret import DEFAULT_REFERENCE, Secret, from_reference
from ..services.fetch import presented_by
from ..services.presented import Presented
from ..trust.graph import TrustGraph, View, trust_graph
from ..trust.zowe_files import mode_of
from .page import Findings, Page, Text
from .result import counted, out_folder, write_result
from .services_example import example_server, make_services_example
from .services_pages import added_blocks, chain_blocks, host_blocks, mode_blocks, trusted_blocks
from .trust_pages import picture_page

__all__ = [
    "Services",
    "check_services",
    "compare_modes",
    "draw_trust_after",
    "draw_trust_before",
    "finish_services",
    "plan_services",
    "read_services",
    "trust_services",
]


@dataclass(frozen=True)
class Services:
    """A KEYSTORE_DIRECTORY, what services show, and what the trust store would get."""

    working: WorkingSet
    presented: tuple[Presented, ...]
    plan: TrustPlan
    example: bool = False


def read_services(parameters: ServicesParameters) -> Page[Services]:
    """Open the KEYSTORE_DIRECTORY and ask the services; without any, an example that is made here answers.

    Raises:
        StoreError: a store or a file cannot be read, or a server does not answer.
        SettingsError: ``zowe-certificates.env`` cannot be read.
        UsageError: a parameter cannot be used.
    """
    parameters.check()
    folder = out_folder(parameters)
    folder.joinpath("result.json").unlink(missing_ok=True)  # an older run's must not pass for this one's
    if bool(parameters.source) != bool(parameters.services):
        missing = "services" if parameters.source else "source"
        msg = f"{missing} is empty: name both the KEYSTORE_DIRECTORY (source) and services, or neither for an example"
        raise UsageError(msg)
    at, example = moment_of(parameters.at, "at"), not parameters.source
    if example:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        directory = make_services_example(folder / f"example-{stamp}")
        with example_server() as address:
            presented = presented_by([address], option="services")
    else:
        directory = local_path(parameters.source, "source")
        presented = presented_by(parameters.services, option="services")
    working = read_working_set(directory, _passwords(parameters))
    services = Services(working, presented, plan_trust(working, presented, at=at), example)
    told = Text(
        "No source was given, so this is an example made here: a Zowe, and a z/OSMF that it does not trust yet."
    )
    mode = Text(f"{directory}: the gateway verifies in mode {mode_of(working.environment)}.")
    return Page(services, [*([told] if example else []), mode, *chain_blocks(presented)])


def _passwords(parameters: ServicesParameters) -> Sequence[Secret]:
    """The default reference may point to nothing: the directory has its own password."""
    unset = parameters.password_from == DEFAULT_REFERENCE and DEFAULT_REFERENCE.removeprefix("env:") not in os.environ
    return [] if unset else [from_reference(parameters.password_from)]


def check_services(services: Page[Services]) -> Page[TrustPlan]:
    """Whether the servers may be called by the names by which they are called."""
    return Page(services.value.plan, host_blocks(services.value.plan))


def plan_services(services: Page[Services]) -> Page[TrustPlan]:
    """What the trust store would get, under which alias, and why."""
    plan = services.value.plan
    return Page(plan, [*added_blocks(plan), Findings(plan.findings)])


def draw_trust_before(parameters: ServicesParameters, services: Page[Services]) -> Page[TrustGraph]:
    """The trust store and the services as they are, ``trust-before.svg`` in ``out_dir`` too."""
    return _drawn(parameters, services.value, (), "before")


def draw_trust_after(parameters: ServicesParameters, services: Page[Services]) -> Page[TrustGraph]:
    """The same with what is added, ``trust-after.svg`` in ``out_dir`` too."""
    added = tuple(
        Entry(one.alias, EntryKind.TRUSTED_CERTIFICATE, (one.facts,), java_alias=one.alias)
        for one in services.value.plan.anchors
    )
    return _drawn(parameters, services.value, added, "after")


def _drawn(parameters: ServicesParameters, services: Services, added: tuple[Entry, ...], when: str) -> Page[TrustGraph]:
    truststore = services.working.truststore
    name = Path(truststore.source).name
    stores = [replace(truststore, source=name, entries=(*truststore.entries, *added))]
    for one in services.presented:
        kind = "PEM" if one.is_file else "TLS server"
        stores.append(Store(one.name, kind, (Entry("server", EntryKind.CERTIFICATE, one.chain),)))
    graph = trust_graph(stores, at=services.plan.at)
    return picture_page(graph, View.CERTIFICATES, out_folder(parameters) / f"trust-{when}.svg", change=when)


def compare_modes(services: Page[Services]) -> Page[TrustPlan]:
    """What the gateway decides of each service in each verify mode, before and after."""
    return Page(services.value.plan, mode_blocks(services.value.plan))


def trust_services(parameters: ServicesParameters, services: Page[Services]) -> Page[Changed | None]:
    """Write the trust store where ``apply`` is set and ``confirm`` names what is added; else say what that takes.

    Raises:
        UsageError: nobody has confirmed what is to be added.
        Refused: a service cannot be trusted by what it shows.
        WriteError: it cannot be written; nothing was changed.
    """
    plan = services.value.plan
    if not parameters.apply:
        wanted = ", ".join(one.facts.sha256 or "" for one in plan.anchors)
        how = f" To add it, set apply, and confirm to {wanted} once you have compared it." if wanted else ""
        return Page(None, [Text(f"This is only shown; nothing was changed.{how}")])
    changed = make_trust(plan, parameters.confirm)
    return Page(changed, trusted_blocks(changed))


def finish_services(
    parameters: ServicesParameters, services: Page[Services], changed: Page[Changed | None]
) -> Page[tuple[Finding, ...]]:
    """The findings, a verdict in a sentence, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    plan = services.value.plan
    count = len(plan.anchors)
    verdict = f"{count} certificate{'s' if count != 1 else ''} would be added" if count else "nothing is to be added"
    if changed.value:
        verdict = f"{count} certificate{'s were' if count != 1 else ' was'} added"
    made = {"changed": changed.value.as_dict() if changed.value else None}
    good = not any(one.severity is Severity.ERROR for one in plan.findings)
    result = plan.as_dict() | made | counted(plan.findings) | {"verdict": verdict, "good": good}
    write_result(out_folder(parameters), result)
    return Page(plan.findings, [Text(f"{verdict}.", good=good), Findings(plan.findings)])
