"""What notebook 30 and ``zowe-certs graph`` show of a scene: sets, paths, pictures, what changes and breaks when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import UsageError
from ..model import CertificateFacts, iso
from ..trust.all_paths import TrustPath, trust_paths
from ..trust.graph import TrustGraph, View
from ..trust.token_signer import JWT_SECRET
from ..trust.what_if import ConnectionChange
from ..trust.zowe_set import ZoweSet
from .folding import too_many
from .judged_scene import Trust, graph_of
from .page import Block, Details, Page, Table, Text
from .trust_tables import graph_blocks

__all__ = [
    "changes_blocks",
    "copies_blocks",
    "graph_page",
    "moments_blocks",
    "overview_blocks",
    "paths_page",
    "picture_page",
]

_TITLES = {
    View.CERTIFICATES: "Who signed what, and where it is kept",
    View.CONNECTIONS: "Who talks to whom, and under which certificate",
    View.LAUNCH: "What a Zowe is launched from",
}
_EMPTY = {
    View.CERTIFICATES: "There are no certificates and no stores to draw.",
    View.CONNECTIONS: "There is no connection to draw: no keystore with a private key is among the sources.",
    View.LAUNCH: "There is nothing to draw: no settings, KEYSTORE_DIRECTORY or instance is among the sources.",
}
_SHOWN = 4  # the rest is counted; result.json has all
_NO_PATH = "there is no path to an authority in the trust store"


def overview_blocks(trust: Trust) -> list[Block]:
    """What was read, and what it is for Zowe."""
    scene = trust.scene
    sources = [
        (
            trust.short(row.source),
            row.store.format if row.store else "not read",
            str(len(row.store.entries)) if row.store else "",
        )
        for row in scene.rows
        if not row.passed_over
    ]
    sets = [_set_row(one, trust) for one in scene.sets]
    services = [
        (one.name, one.chain[0].common_name if one.chain else "not known", one.host, trust.short(one.source))
        for one in scene.services
    ]
    instances = [
        (
            trust.short(one.source),
            str(one.keystore_directory or "not set"),
            trust.short(str(found.folder)) if found else "not found here",
        )
        for one in scene.instances
        for found in (scene.of_instance.get(one.source),)
    ]
    tables = (
        Table("What Zowe uses", ("Set", "Keystore", "Alias", "Trust store", "Verifies", "Names asked for"), sets),
        Table("Services outside Zowe", ("Service", "Certificate", "Name asked for", "From"), services),
        Table("Instances", ("instance.env", "KEYSTORE_DIRECTORY", "Here"), instances),
    )
    unread = [Text(str(row.error), good=False) for row in scene.rows if row.error]
    return [
        *unread,
        Details(f"Sources: {len(sources)}", [Table("Sources", ("Source", "Format", "Entries"), sources)]),
        *(table for table in tables if table.rows),
        *(Text(f"Note: {note}.") for note in scene.notes),
        *([Text(f"Files are below {trust.below}.")] if trust.below else []),
        Text(f"Everything is judged as of {iso(trust.at)}."),
    ]


def _set_row(one: ZoweSet, trust: Trust) -> tuple[str, ...]:
    alias = one.entry.alias if one.entry else one.problem
    return (
        one.name,
        trust.short(one.keystore.source) if one.keystore else "not read",
        alias,
        trust.short(one.truststore.source) if one.truststore else "not read",
        str(one.mode),
        "\n".join(one.hosts),
    )


def paths_page(trust: Trust) -> Page[tuple[TrustPath, ...]]:
    """Every path of every certificate that somebody shows, and what is wrong with it."""
    blocks: list[Block] = []
    everything: list[TrustPath] = []
    for one in trust.scene.sets:
        stores = [store for store in (one.keystore, one.truststore) if store]
        pool = [facts for store in stores for entry in store.entries for facts in entry.chain]
        rows: list[tuple[str, str, str, str]] = []
        for name, chain in _shown(one, trust):
            found = trust_paths(chain[0], (*chain, *pool), one.anchors, at=trust.at, proofs=trust.proofs)
            everything += found
            rows += [(name, *_path_row(path)) for path in found] or [(name, chain[0].common_name, "none", _NO_PATH)]
        where = trust.short(one.truststore.source) if one.truststore else "no trust store"
        blocks.append(Table(f"Paths to what {where} trusts", ("Who shows it", "Path", "Verdict", "Why"), rows))
    return Page(tuple(everything), blocks or [Text("There is no certificate with a key, and no service, to follow.")])


def _shown(one: ZoweSet, trust: Trust) -> Iterator[tuple[str, tuple[CertificateFacts, ...]]]:
    """The chains that clients meet; the JWT secret is for tokens only."""
    for entry in (one.entry, *one.others):
        if entry and entry.chain and entry.alias.lower() != JWT_SECRET:
            yield entry.alias, entry.chain
    yield from ((service.name, service.chain) for service in trust.scene.services if service.chain)


def _path_row(path: TrustPath) -> tuple[str, str, str]:
    names = " ← ".join(facts.common_name for facts in path.certificates)
    verdict = "not complete" if not path.complete else "not valid" if path.problems else "good"
    return names, verdict, "\n".join(problem.reason for problem in path.problems)


def copies_blocks(trust: Trust) -> list[Block]:
    """What is left out of the picture of certificates."""
    names = [store.source for store in trust.pem_copies]
    told = f"PEM copies of what the keystores hold, not drawn: {len(names)}"
    return (
        [
            Details(
                told,
                [Table("PEM copies", ("File", "Format"), [(store.source, store.format) for store in trust.pem_copies])],
            )
        ]
        if names
        else []
    )


def picture_page(graph: TrustGraph, view: View, saved: Path | None = None, *, change: str = "") -> Page[TrustGraph]:
    """The picture with the same facts as tables, saved as a file too where ``saved`` names one.

    Args:
        change: what of it is not so today, for the title.

    Of too large a graph there is no picture; then the tables say so.

    Raises:
        UsageError: a file is asked for, and there is no picture.
        WriteError: the file cannot be written.
    """
    picture, blocks = graph_blocks(graph, title=_TITLES[view] + (f", {change}" if change else ""))
    if not graph.nodes:
        blocks = [Text(_EMPTY[view])]
    if saved and picture is None:
        msg = f"{saved} is not written: {too_many(graph)}; leave sources out, or --output"
        raise UsageError(msg)
    if saved and picture:
        picture.save(saved)
    return Page(graph, blocks)


def moments_blocks(trust: Trust) -> list[Block]:
    """A row for each day on which something begins or ends."""
    rows = [
        (
            day,
            "\n".join(
                [
                    *(f"{facts.common_name} begins" for facts in one.begins),
                    *(f"{facts.common_name} ends" for facts in one.ends),
                ]
            ),
            "\n".join(_told(one.changes)) or "nothing changes",
        )
        for one, day in zip(trust.moments, trust.days, strict=True)
    ]
    if not rows:
        return [Text("No certificate begins or ends after the day that was asked for.")]
    columns = ("Day", "Certificates", "Connections that change")
    more = f"{trust.later:,} later moments are not judged: ask again with a later day (--at, in a notebook at)."
    return [Table("What will break when", columns, rows, frozenset()), *([Text(more)] if trust.later else [])]


def changes_blocks(trust: Trust) -> list[Block]:
    """What becomes of connections with the change that was asked for."""
    change = trust.change
    if not change:
        return []
    if not trust.changes:
        return [Text(f"No connection changes its verdict {change}.")]
    rows = [
        (
            _joined(one),
            one.before.word if one.before else "not there",
            one.after.word if one.after else "not there",
            _why(one),
        )
        for one in trust.changes
    ]
    columns = ("Connection", "Today", "Then", "Why")
    return [Table(f"What changes {change}", columns, rows, frozenset())]


def _joined(change: ConnectionChange) -> str:
    found = change.connection
    return f"{found.client} → {found.server}" + (f" as {found.host}" if found.host else "")


def _why(change: ConnectionChange) -> str:
    sides = [side.verdict.reason for side in (change.after, change.before) if side and not side.verdict.accepted]
    return next(iter(sides), "")


def _told(changes: Sequence[ConnectionChange]) -> Iterator[str]:
    """A line for each verdict, with the connections that have it from then on."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_word[change.after.word if change.after else "not there"].append(_joined(change))
    for word, joined in by_word.items():
        more = f" and {len(joined) - _SHOWN} more" if len(joined) > _SHOWN else ""
        yield f"{word}: {', '.join(joined[:_SHOWN])}{more}"


def graph_page(trust: Trust, view: View, *, saved: Path | None = None, with_timeline: bool = False) -> Page[TrustGraph]:
    """What ``zowe-certs graph`` prints: what could not be read, the view, what changes and what breaks when.

    Raises:
        WriteError: the picture cannot be saved.
    """
    page = picture_page(graph_of(trust, view), view, saved, change=trust.change)
    unread = [Text(str(row.error), good=False) for row in trust.scene.rows if row.error]
    later = moments_blocks(trust) if with_timeline else []
    notes = [Text(f"Note: {note}.") for note in trust.scene.notes]
    copies = copies_blocks(trust) if view is View.CERTIFICATES else []
    return Page(page.value, [*unread, *page.blocks, *copies, *notes, *changes_blocks(trust), *later])
