"""The steps of notebook 50, each one call: what they show is the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..audit.comparison import AuditChange, audit_change, read_older
from ..audit.result import AuditResult
from ..audit.subjects import Thresholds
from ..lifecycle.outlook import Outlook, outlook
from ..local_path import local_path
from ..model import Finding, Severity, Store
from ..parameters import AuditParameters
from ..trust.graph import View
from ..trust.verdict import RoleVerdict
from .audit_pages import (
    findings_page,
    inventory_page,
    roles_page,
    sources_page,
    summary_page,
    unchecked_page,
)
from .audited import AuditQuestion, audit_trust
from .folding import too_many
from .judged_scene import Question, Trust, graph_of, read_trust_of
from .page import Page, Text
from .renew_pages import outlook_page
from .result import out_folder, write_result
from .store_passwords import store_passwords
from .trust_example import make_trust_example
from .trust_pages import copies_blocks, picture_page

__all__ = [
    "Audit",
    "audit_expiry",
    "audit_findings",
    "audit_inventory",
    "audit_limits",
    "audit_pictures",
    "audit_roles",
    "audit_sources",
    "finish_audit",
    "make_audit",
]

_MOST_LIFETIMES = 60


@dataclass(frozen=True)
class Audit:
    """What was read, what was judged of it, and what changed since an older audit, where one was named."""

    trust: Trust
    result: AuditResult
    change: AuditChange | None = None


def make_audit(parameters: AuditParameters) -> Page[Audit]:
    """Read and judge everything; shows the summary.

    Raises:
        StoreError: a source that was named cannot be read; in a folder it is a finding.
        SettingsError: a ``.env`` file or the file of waivers cannot be used.
        UsageError: a parameter cannot be used.
    """
    parameters.check()
    # An older run's must not pass for this one's.
    out_folder(parameters).joinpath("result.json").unlink(missing_ok=True)
    older = read_older(local_path(parameters.compare_with, "compare_with")) if parameters.compare_with else None
    sources, settings = list(parameters.source), [local_path(one, "settings") for one in [parameters.settings] if one]
    example = not (sources or settings)
    if example:
        folder = out_folder(parameters) / f"example-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
        sources = [str(path) for path in make_trust_example(folder, trusted=True)]
    passwords = store_passwords(parameters, parameters.more_password_from)
    question = Question(parameters.at, parameters.alias, parameters.hosts)
    trust = read_trust_of(sources, passwords, question, settings=settings, option="at")
    for row in trust.scene.rows:
        if row.error and row.named:
            raise row.error
    asked = AuditQuestion(
        parameters.profile,
        Thresholds(parameters.warn_days, parameters.note_days, parameters.least_rsa_bits),
        parameters.client_certificates,
        parameters.waivers,
    )
    result = audit_trust(trust, asked, passwords, parameters.alias)
    change = audit_change(older, result.findings) if older else None
    told = [Text("No source was given, so this is an example made here: a Zowe, its instance, and a z/OSMF.")]
    page = summary_page(result, change)
    return Page(Audit(trust, result, change), [*(told if example else ()), *page.blocks])


def audit_roles(audit: Page[Audit]) -> Page[Sequence[RoleVerdict]]:
    """Who accepts each private key, in each role and mode."""
    return roles_page(audit.value.result, audit.value.trust.hosts)


def audit_expiry(parameters: AuditParameters, audit: Page[Audit]) -> Page[Outlook]:
    """A bar for each certificate's life, ``lifetimes.svg`` in ``out_dir`` too, and the order of work."""
    trust = audit.value.trust
    found = outlook(_kept(trust), at=trust.at)
    return outlook_page(found, out_folder(parameters) / "lifetimes.svg")


def _kept(trust: Trust) -> list[Store]:
    """The stores without their copies in PEM."""
    copies = {store.source for store in trust.pem_copies}
    return [store for store in trust.scene.stores if store.source not in copies]


def audit_pictures(parameters: AuditParameters, audit: Page[Audit]) -> Page[Trust]:
    """Who signed what, and who talks to whom; ``certificates.svg`` and ``connections.svg`` in ``out_dir`` too."""
    trust = audit.value.trust
    blocks = []
    for view in (View.CERTIFICATES, View.CONNECTIONS):
        graph = graph_of(trust, view)
        saved = None if too_many(graph) or not graph.nodes else out_folder(parameters) / f"{view}.svg"
        blocks += list(picture_page(graph, view, saved).blocks)
        blocks += copies_blocks(trust) if view is View.CERTIFICATES else []
    return Page(trust, blocks)


def audit_findings(audit: Page[Audit]) -> Page[Sequence[Finding]]:
    """Every finding: what was seen, why it matters, how to mend it."""
    return findings_page(audit.value.result)


def audit_inventory(audit: Page[Audit]) -> Page[int]:
    """Every certificate with its fingerprint, and everywhere it lies."""
    return inventory_page(audit.value.result)


def audit_sources(audit: Page[Audit]) -> Page[int]:
    """What was read, and how."""
    return sources_page(audit.value.result)


def audit_limits(parameters: AuditParameters, audit: Page[Audit]) -> Page[Sequence[str]]:
    """What was not checked, and the settings of this run."""
    return unchecked_page(audit.value.result, parameters.as_dict())


def finish_audit(parameters: AuditParameters, audit: Page[Audit]) -> Page[str]:
    """The exit code of the run, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    result, change = audit.value.result, audit.value.change
    severities = list(map(str, Severity))
    failing = severities[: severities.index(parameters.fail_on) + 1] if parameters.fail_on != "never" else []
    found = sum(result.counts[severity] for severity in failing)
    more = {"changes": change.as_dict()} if change else {}
    write_result(out_folder(parameters), {**result.as_dict(), "fail_on": parameters.fail_on, **more})
    told = f"{found} {'finding fails' if found == 1 else 'findings fail'} this run" if found else "This run is clean"
    return Page(result.verdict, [Text(f"{told}, with fail_on {parameters.fail_on}.", good=not found)])
