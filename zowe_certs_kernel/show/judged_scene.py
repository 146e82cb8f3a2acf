"""A scene that was read, judged as of a moment: what notebook 30, ``zowe-certs graph`` and ``audit`` share."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..audit.catalogue import Profile
from ..audit.engine import audit, profile_of
from ..audit.result import AuditResult
from ..audit.subjects import Audited, Thresholds
from ..audit.waivers import Waiver
from ..errors import UsageError
from ..model import CertificateFacts, Store, iso
from ..names import asked_hosts
from ..parameter_values import moment_of
from ..stores.passwords import Passwords
from ..stores.sources import SourceRow
from ..trust.connection import Connection
from ..trust.connections import connections_of
from ..trust.connections_graph import connections_graph, full_graph
from ..trust.graph import TrustGraph, View, trust_graph
from ..trust.launch import launch_graph
from ..trust.proofs import Proofs
from ..trust.token_signer import token_signer
from ..trust.what_if import ConnectionChange, Moment, changed_scene, moments_after, timeline, what_if
from ..trust.zowe_scene import read_scene
from ..trust.zowe_set import Scene, certificate_named

__all__ = ["Question", "Trust", "audit_of", "graph_of", "read_trust_of", "trust_result"]

_LONG = 30
_MOST_MOMENTS = 60


@dataclass(frozen=True)
class Trust:
    """What was read, judged as of ``at``, with what is taken from the trust stores and what is added to them.

    ``hosts`` are the names asked for, empty where those of the files count; ``now`` is the moment to compare with.
    """

    read: Scene
    at: dt.datetime
    now: dt.datetime
    hosts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    trusting: tuple[CertificateFacts, ...] = ()
    proofs: Proofs = field(default_factory=Proofs, repr=False)

    @cached_property
    def scene(self) -> Scene:
        """After the change.

        Raises:
            UsageError: ``without`` names no certificate, or several.
        """
        return changed_scene(self.read, without=self.without, trusting=self.trusting)

    @cached_property
    def below(self) -> str:
        """The folder in which all files are, where its name is so long that tables are better without it."""
        files = [row.source for row in self.read.rows if row.store and row.store.format != "TLS server"]
        files += [one.source for one in self.read.instances]
        files += [one.source for one in self.read.setup_files]
        try:
            common = os.path.commonpath([str(Path(name).parent) for name in files])
        except ValueError:  # none at all, or on several drives
            return ""
        return common if len(common) > _LONG else ""

    def short(self, source: str) -> str:
        """A file's path below that folder."""
        return source.removeprefix(self.below).lstrip("/\\") or source if self.below else source

    @cached_property
    def connections(self) -> tuple[Connection, ...]:
        return connections_of(self.scene, at=self.at, proofs=self.proofs, hosts=self.hosts)

    @cached_property
    def graph(self) -> TrustGraph:
        """The certificates and where they are kept."""
        copies = {store.source for store in self.pem_copies}
        stores = [store for store in self.scene.stores if store.source not in copies]
        return trust_graph(stores, at=self.at, proofs=self.proofs, token_signers=self._token_signers)

    @property
    def _token_signers(self) -> set[str]:
        """The keys that sign login tokens, of each set whose zowe-certificates.env tells its release."""
        written = {one.folder: one.environment for one in self.scene.directories}
        found = set()
        for one in self.scene.sets:
            if one.directory in written and one.keystore:
                told = written[one.directory]
                entry = token_signer(
                    one.keystore.entries, told.key_alias, told.oldest, told.newest, told.pkcs11_token_label
                )
                found |= {entry.certificate.identity} if entry and entry.certificate else set()
        return found

    @cached_property
    def pem_copies(self) -> tuple[Store, ...]:
        """PEM files of a KEYSTORE_DIRECTORY that hold nothing but what its keystores hold; not drawn."""
        return tuple(
            store
            for directory in self.scene.directories
            for inside in (_inside(directory.folder, self.scene.stores),)
            for held in (_held(store for store in inside if not store.format.startswith("PEM")),)
            for store in inside
            if store.format.startswith("PEM") and _held([store]) <= held
        )

    @cached_property
    def changes(self) -> tuple[ConnectionChange, ...]:
        """The connections that are another way than today, with the trust stores as they are."""
        return what_if(
            self.read,
            at=self.now,
            later=self.at,
            proofs=self.proofs,
            without=self.without,
            trusting=self.trusting,
            hosts=self.hosts,
        )

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """What will break when."""
        return timeline(self.scene, at=self.at, proofs=self.proofs, hosts=self.hosts, most=_MOST_MOMENTS)

    @cached_property
    def later(self) -> int:
        """How many more moments there are."""
        return len(moments_after(self.scene, self.at)) - len(self.moments)

    @property
    def change(self) -> str:
        """What was asked for that is not so today, in words; nothing where all is as it is."""
        asked = [
            *(f"without {certificate_named(self.read, text).common_name}" for text in self.without),
            *(f"trusting {facts.common_name}" for facts in self.trusting),
            *([f"on {self.at:%Y-%m-%d}"] if self.at != self.now else []),
        ]
        return " and ".join(asked)

    @cached_property
    def days(self) -> tuple[str, ...]:
        """A label for each of ``moments``: its day, with the time where the day has several."""
        count = Counter(one.at.date() for one in self.moments)
        return tuple(f"{one.at:%Y-%m-%d %H:%M:%S}"[: None if count[one.at.date()] > 1 else 10] for one in self.moments)

    def of_day(self, at: dt.datetime) -> Trust:
        """The same as of another moment."""
        return replace(self, at=at)


@dataclass(frozen=True)
class Question:
    """What is asked of sources, as people give it: the fields of :class:`Trust` in text, ``trusting`` as files."""

    at: str = ""
    alias: str = ""
    hosts: Sequence[str] = ()
    without: Sequence[str] = ()
    trusting: Sequence[str] = ()


def read_trust_of(
    sources: Sequence[str],
    passwords: Passwords,
    question: Question,
    *,
    settings: Sequence[Path] = (),
    option: str = "--at",
) -> Trust:
    """Read the sources and what is added to the trust stores.

    Args:
        settings: Zowe's ``.env`` files that go with the sources.
        option: how the caller names ``at``.

    Raises:
        SettingsError: a ``.env`` file that was named cannot be read.
        UsageError: a source is empty, ``at`` is no moment, ``without`` is no certificate, or a password is not where
            its reference says.
    """
    now = dt.datetime.now(dt.UTC)
    at = moment_of(question.at, option) if question.at else now
    read = read_scene(sources, passwords, settings=settings, alias=question.alias, authorities=question.trusting)
    added = {facts.identity: facts for one in read.sets for facts in one.added}
    read = replace(read, sets=tuple(replace(one, added=()) for one in read.sets))
    for text in question.without:
        certificate_named(read, text)
    if question.trusting and not any(facts.is_ca or facts.self_signed for facts in added.values()):
        msg = f"{', '.join(question.trusting)} holds no authority that could be trusted"
        raise UsageError(msg)
    hosts = asked_hosts(question.hosts, "--host" if option == "--at" else "hosts")
    return Trust(read, at, now, hosts, tuple(question.without), tuple(added.values()))


def _inside(folder: Path, stores: Iterable[Store]) -> list[Store]:
    return [store for store in stores if folder.absolute() in Path(store.source).absolute().parents]


def _held(stores: Iterable[Store]) -> set[str]:
    return {facts.identity for store in stores for entry in store.entries for facts in entry.chain}


def graph_of(trust: Trust, view: View) -> TrustGraph:
    """The graph of a picture."""
    if view is View.CONNECTIONS:
        return connections_graph(trust.scene, trust.connections, at=trust.at)
    return launch_graph(trust.scene, at=trust.at) if view is View.LAUNCH else trust.graph


def audit_of(
    trust: Trust,
    alias: str = "",
    *,
    profile: Profile | None = None,
    thresholds: Thresholds | None = None,
    clients: Sequence[SourceRow] = (),
    waivers: Sequence[Waiver] = (),
) -> AuditResult:
    """Every rule, and the roles of every private key of every set, held against the trust store of its set.

    Args:
        profile: the version of Zowe; None: by the sources.
        clients: what was read of client certificates.

    Raises:
        UsageError: no keystore has a private key with that alias.
    """
    return audit(
        Audited(
            trust.scene,
            trust.at,
            profile or profile_of(trust.scene),
            thresholds or Thresholds(),
            trust.hosts,
            alias,
            tuple(clients),
            trust.proofs,
        ),
        waivers,
    )


def trust_result(trust: Trust, *, with_timeline: bool = True) -> dict[str, Any]:
    """``zowe-certs/graph/1``: every node and edge, every connection, what breaks when and what would change."""
    return {
        "schema": "zowe-certs/graph/1",
        "at": iso(trust.at),
        "graph": full_graph(trust.scene, trust.connections, at=trust.at, proofs=trust.proofs).as_dict(),
        "launch": launch_graph(trust.scene, at=trust.at).as_dict(),
        "connections": [one.as_dict() for one in trust.connections],
        "changes": [one.as_dict() for one in trust.changes],
        **(_timeline(trust) if with_timeline else {}),
    }


def _timeline(trust: Trust) -> dict[str, Any]:
    """``timeline_left_out`` counts the moments after the last that was judged."""
    return {"timeline": [one.as_dict() for one in trust.moments], "timeline_left_out": trust.later}
