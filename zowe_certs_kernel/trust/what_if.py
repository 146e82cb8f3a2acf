"""What would change: an authority no longer trusted or newly trusted, another day; and what breaks when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..model import CertificateFacts, Entry, EntryKind, Store, iso
from .connection import Connection
from .connections import connections_of
from .proofs import Proofs
from .verdict import Mode
from .zowe_set import Scene, ZoweSet, certificate_named

__all__ = ["ConnectionChange", "Moment", "changed_scene", "moments_after", "timeline", "what_if"]

_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class ConnectionChange:
    """One connection, before and after; None where there is none."""

    before: Connection | None
    after: Connection | None

    @property
    def connection(self) -> Connection:
        """The later of the two."""
        found = self.after or self.before
        assert found  # noqa: S101  # a change is one of something
        return found

    @property
    def sentence(self) -> str:
        """``API Gateway calls z/OSMF as zosmf.example.com: accepted before, then refused: …``."""
        found = self.connection
        was, then = (side.word if side else "not there" for side in (self.before, self.after))
        why = f": {self.after.verdict.reason}" if self.after and self.after.verdict.reason else ""
        return f"{found.client} calls {found.server} as {found.host}: {was} before, then {then}{why}"

    def as_dict(self) -> dict[str, Any]:
        """One of the ``changes`` of the JSON: what the connection is, and its verdict on both sides."""
        found = self.connection
        return {
            "set": found.scene_set,
            "client": found.client,
            "server": found.server,
            "host": found.host,
            "before": {"verdict": self.before.word, "reason": self.before.verdict.reason} if self.before else None,
            "after": {"verdict": self.after.word, "reason": self.after.verdict.reason} if self.after else None,
        }


@dataclass(frozen=True)
class Moment:
    """A moment from which certificates count or no longer count, and the connections that change with it."""

    at: dt.datetime
    begins: tuple[CertificateFacts, ...] = ()
    ends: tuple[CertificateFacts, ...] = ()
    changes: tuple[ConnectionChange, ...] = ()

    @property
    def breaks(self) -> tuple[ConnectionChange, ...]:
        """Those that are accepted until then."""
        return tuple(change for change in self.changes if change.before and change.before.word == "accepted")

    def as_dict(self) -> dict[str, Any]:
        """One of the ``timeline`` of the JSON."""
        return {
            "at": iso(self.at),
            "begins": [facts.sha256 for facts in self.begins],
            "ends": [facts.sha256 for facts in self.ends],
            "changes": [change.as_dict() for change in self.changes],
        }


def what_if(
    scene: Scene,
    *,
    at: dt.datetime,
    proofs: Proofs,
    without: Collection[str] = (),
    trusting: Sequence[CertificateFacts] = (),
    later: dt.datetime | None = None,
    mode: Mode | None = None,
    hosts: Sequence[str] = (),
) -> tuple[ConnectionChange, ...]:
    """Which connections change their verdict.

    To remove an authority is to trust it no longer: it goes out of the trust stores, out of the lists in PEM and
    out of what clients have imported. It stays in the chains that servers send, which are in keystores; so to
    remove an intermediate authority whose root stays trusted changes nothing.

    Args:
        without: the authorities to remove, each by its SHA-256 or the beginning of it.
        trusting: authorities that everybody trusts besides.
        later: the moment after the change; None: the same.
        mode, hosts: as for :func:`connections_of`.

    Raises:
        UsageError: no certificate of the scene has such a SHA-256, or several have.
    """
    changed = changed_scene(scene, without=without, trusting=trusting)
    before = connections_of(scene, at=at, proofs=proofs, mode=mode, hosts=hosts)
    after = connections_of(changed, at=later or at, proofs=proofs, mode=mode, hosts=hosts)
    return tuple(_changes(before, after))


def changed_scene(scene: Scene, *, without: Collection[str] = (), trusting: Sequence[CertificateFacts] = ()) -> Scene:
    """The scene after the change, as :func:`what_if` describes it; its rows have the trust stores as they are then.

    Raises:
        UsageError: as for :func:`what_if`.
    """
    gone = {certificate_named(scene, text).identity for text in without}
    changed = {one.truststore.source for one in scene.sets if one.truststore} if gone else set()
    rows = (
        replace(row, store=_without(row.store, gone)) if row.store and row.source in changed else row
        for row in scene.rows
    )
    sets = tuple(_changed_set(one, gone, tuple(trusting)) for one in scene.sets)
    return replace(scene, rows=tuple(rows), sets=sets)


def timeline(
    scene: Scene,
    *,
    at: dt.datetime,
    proofs: Proofs,
    mode: Mode | None = None,
    hosts: Sequence[str] = (),
    most: int = 60,
) -> tuple[Moment, ...]:
    """What will break when: each moment after ``at`` from which a certificate that takes part counts or no longer does.

    Args:
        most: how many moments, the next ones; each asks the judges of the sets in which its certificates take part.
    """
    before = {one.key: one for one in connections_of(scene, at=at, proofs=proofs, mode=mode, hosts=hosts)}
    found = []
    for moment in islice(moments_after(scene, at), most):
        touched = _touched(scene, {facts.identity for facts in (*moment.begins, *moment.ends)})
        after = connections_of(touched, at=moment.at, proofs=proofs, mode=mode, hosts=hosts)
        found.append(replace(moment, changes=tuple(_changes([before[one.key] for one in after], after))))
        before |= {one.key: one for one in after}
    return tuple(found)


def moments_after(scene: Scene, at: dt.datetime) -> tuple[Moment, ...]:
    """Every moment after ``at`` from which a certificate counts or no longer does, in order; nothing is judged."""
    moments: dict[dt.datetime, Moment] = {}
    for facts in _taking_part(scene):
        for moment, is_end in _moments_of(facts):
            known = moments.get(moment, Moment(moment))
            ends = (*known.ends, facts) if is_end else known.ends
            begins = known.begins if is_end else (*known.begins, facts)
            moments[moment] = replace(known, begins=begins, ends=ends)
    return tuple(moments[moment] for moment in sorted(moments) if moment > at)


def _touched(scene: Scene, identities: set[str]) -> Scene:
    """The sets in which one of these certificates takes part; all of them where a service shows one."""
    if any(facts.identity in identities for service in scene.services for facts in service.chain):
        return scene
    return replace(scene, sets=tuple(one for one in scene.sets if identities & _parts(one).keys()))


def _moments_of(facts: CertificateFacts) -> Iterator[tuple[dt.datetime, bool]]:
    """The first moment at which it counts, and the first at which it no longer does (RFC 5280, 4.1.2.5: inclusive)."""
    if facts.not_before:
        yield facts.not_before, False
    if facts.not_after and facts.not_after <= dt.datetime.max.replace(tzinfo=dt.UTC) - _SECOND:
        yield facts.not_after + _SECOND, True


def _taking_part(scene: Scene) -> Iterable[CertificateFacts]:
    """Each certificate that a server shows or somebody trusts, once."""
    found: dict[str, CertificateFacts] = {}
    for one in scene.sets:
        found |= _parts(one)
    found.update((facts.identity, facts) for service in scene.services for facts in service.chain)
    return found.values()


def _parts(one: ZoweSet) -> dict[str, CertificateFacts]:
    shown = [facts for entry in (one.entry, *one.others) if entry for facts in entry.chain]
    return {facts.identity: facts for facts in (*shown, *one.anchors, *one.node_anchors)}


def _changes(before: Sequence[Connection], after: Sequence[Connection]) -> Iterator[ConnectionChange]:
    """Those of another word; of equal ones the reason may be another."""
    earlier = {connection.key: connection for connection in before}
    for connection in after:
        old = earlier.get(connection.key)
        if old is None or old.word != connection.word:
            yield ConnectionChange(old, connection)


def _changed_set(one: ZoweSet, gone: Collection[str], trusting: tuple[CertificateFacts, ...]) -> ZoweSet:
    def left(certificates: Iterable[CertificateFacts]) -> tuple[CertificateFacts, ...]:
        return tuple(facts for facts in certificates if facts.identity not in gone)

    trusts_nothing = Store("", "none", ()) if one.added else None  # to trust nothing is not the same as not to know
    return replace(
        one,
        truststore=_without(one.truststore, gone) if one.truststore else trusts_nothing,
        authorities=left(one.authorities),
        added=(*left(one.added), *trusting),
    )


def _without(store: Store, gone: Collection[str]) -> Store:
    """Without what trusts them; a key keeps its chain, and Java goes on trusting its own certificate."""
    entries = []
    for entry in store.entries:
        if entry.kind is EntryKind.PRIVATE_KEY:
            entries.append(entry)
        else:
            entries += _rest(entry, gone)
    return replace(store, entries=tuple(entries))


def _rest(entry: Entry, gone: Collection[str]) -> Iterator[Entry]:
    chain = tuple(facts for facts in entry.chain if facts.identity not in gone)
    if chain or not entry.chain:
        yield replace(entry, chain=chain)
