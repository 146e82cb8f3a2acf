"""The steps of notebook 30, each one call."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..audit.result import AuditResult
from ..local_path import local_path
from ..model import Finding
from ..parameters import TrustParameters
from ..trust.all_paths import TrustPath
from ..trust.graph import NodeKind, TrustGraph, View
from ..trust.graph_filter import filtered
from ..trust.what_if import ConnectionChange, Moment
from .audit_pages import audit_page
from .folding import too_many
from .forms import Choice, chooser
from .inspect_steps import source_findings
from .judged_scene import Question, Trust, audit_of, graph_of, read_trust_of, trust_result
from .page import Findings, Page, Text
from .result import counted, out_folder, write_result
from .store_passwords import store_passwords
from .text import visible
from .trust_example import make_trust_example
from .trust_pages import changes_blocks, copies_blocks, moments_blocks, overview_blocks, paths_page, picture_page

__all__ = [
    "all_paths",
    "draw_certificates",
    "draw_connections",
    "draw_launch",
    "explore_trust",
    "finish_trust",
    "judge_roles",
    "read_trust",
    "what_breaks_when",
    "what_would_change",
]

_VERDICTS = (("in order", "ok"), ("ends soon", "soon"), ("broken", "broken"), ("not checked", "unknown"))


def read_trust(parameters: TrustParameters) -> Page[Trust]:
    """Read the sources; without any, those of an example that is made here with a random password.

    Raises:
        StoreError: a source that was named cannot be read; in a folder it is a finding.
        SettingsError: a ``.env`` file that was named cannot be read.
        UsageError: a parameter cannot be used.
    """
    parameters.check()
    out_folder(parameters).joinpath("result.json").unlink(
        missing_ok=True
    )  # an older run's must not pass for this one's
    sources, settings = list(parameters.source), [local_path(one, "settings") for one in [parameters.settings] if one]
    example = not (sources or settings)
    if example:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        sources = [str(path) for path in make_trust_example(out_folder(parameters) / f"example-{stamp}")]
    question = Question(parameters.at, parameters.alias, parameters.hosts, parameters.without, parameters.trusting)
    trust = read_trust_of(
        sources, store_passwords(parameters, parameters.more_password_from), question, settings=settings, option="at"
    )
    for row in trust.scene.rows:
        if row.error and row.named:
            raise row.error
    told = [Text("No source was given, so this is an example made here: a Zowe, its instance, and a z/OSMF.")]
    return Page(trust, [*(told if example else ()), *overview_blocks(trust)])


def judge_roles(trust: Page[Trust]) -> Page[AuditResult]:
    """Who accepts each private key, in each role and mode."""
    return audit_page(audit_of(trust.value), trust.value.hosts)


def all_paths(trust: Page[Trust]) -> Page[tuple[TrustPath, ...]]:
    """Every path of every certificate that somebody shows."""
    return paths_page(trust.value)


def draw_certificates(parameters: TrustParameters, trust: Page[Trust]) -> Page[TrustGraph]:
    """Who signed what and where it is kept, ``certificates.svg`` in ``out_dir`` too."""
    page = _drawn(parameters, trust, View.CERTIFICATES)
    return Page(page.value, [*page.blocks, *copies_blocks(trust.value)])


def draw_connections(parameters: TrustParameters, trust: Page[Trust]) -> Page[TrustGraph]:
    """Who talks to whom under which certificate, ``connections.svg`` in ``out_dir`` too."""
    return _drawn(parameters, trust, View.CONNECTIONS)


def draw_launch(parameters: TrustParameters, trust: Page[Trust]) -> Page[TrustGraph]:
    """What a Zowe is launched from, ``launch.svg`` in ``out_dir`` too."""
    return _drawn(parameters, trust, View.LAUNCH)


def _drawn(parameters: TrustParameters, trust: Page[Trust], view: View) -> Page[TrustGraph]:
    graph = graph_of(trust.value, view)
    saved = None if too_many(graph) else out_folder(parameters) / f"{view}.svg"
    return picture_page(graph, view, saved, change=trust.value.change)


def what_breaks_when(trust: Page[Trust]) -> Page[tuple[Moment, ...]]:
    """Every day on which a certificate begins or ends, and what that does to connections."""
    return Page(trust.value.moments, moments_blocks(trust.value))


def what_would_change(trust: Page[Trust]) -> Page[tuple[ConnectionChange, ...]]:
    """The connections whose verdict is another than today, for another day, without or with some authorities."""
    nothing = [Text("Nothing is changed: no day, no certificate to go without, no authority to trust was named.")]
    return Page(trust.value.changes, changes_blocks(trust.value) or nothing)


def explore_trust(trust: Page[Trust]) -> object:
    """Controls for stores, authorities, verdicts and the day, with the picture that they leave; headless: all of it."""
    known = trust.value
    nodes = known.graph.nodes
    days = [(f"{known.at:%Y-%m-%d}", known.at), *zip(known.days, (one.at for one in known.moments), strict=True)]
    stores = [(visible(node.label), node.id) for node in nodes if node.kind in (NodeKind.STORE, NodeKind.RING)]
    above = [(visible(node.label), node.id) for node in nodes if node.kind in (NodeKind.CA, NodeKind.MISSING)]
    choices = [
        Choice("view", "Which picture", [(str(view), view) for view in View]),
        Choice("stores", "Only what these hold; none chosen: all", stores, "several"),
        Choice("authority", "Only what is below it", [("all", ""), *above]),
        Choice("verdicts", "Only certificates of these verdicts; none chosen: all", _VERDICTS, "several"),
        Choice("day", "What will break when: everything is judged as of this day", days, "slider"),
    ]
    return chooser(choices, lambda values: _chosen(known, values))


def _chosen(trust: Trust, values: Mapping[str, Any]) -> Page[TrustGraph]:
    later = trust.of_day(values["day"])
    graph = graph_of(later, values["view"])
    if values["view"] is View.CERTIFICATES:
        authorities = [values["authority"]] if values["authority"] else []
        graph = filtered(graph, stores=values["stores"], authorities=authorities, verdicts=values["verdicts"])
    return picture_page(graph, values["view"], change=later.change)


def finish_trust(
    parameters: TrustParameters, trust: Page[Trust], roles: Page[AuditResult]
) -> Page[tuple[Finding, ...]]:
    """The findings of reading, a verdict in a sentence, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    known = trust.value
    findings = source_findings(known.scene.rows)
    words = Counter(one.word for one in known.connections)
    verdict = f"{words['accepted']} of {len(known.connections)} connections are accepted"
    verdict += f", of {words['unknown']} nobody can tell" if words["unknown"] else ""
    verdict += f" {known.change}" if known.change else ""
    result = trust_result(known) | {"roles": [one.as_dict() for one in roles.value.roles], **counted(findings)}
    write_result(
        out_folder(parameters), {**result, "verdict": verdict, "good": words["accepted"] == len(known.connections)}
    )
    refused = [Text(one.sentence, good=False) for one in known.connections if one.word == "refused"]
    return Page(findings, [Text(f"{verdict}.", good=not refused), *refused, Findings(findings)])
