"""The trust graph: certificates, keys and stores, and what joins them.

Edges point the way trust flows: from an issuer to what it signed, from a
certificate to the entry that holds or trusts it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model import CertificateFacts, EntryKind, Store
from ..names import common_name
from .proofs import Proofs

__all__ = ["Edge", "EdgeKind", "Node", "NodeKind", "TrustGraph", "View", "trust_graph"]


class NodeKind(StrEnum):
    """What a node stands for; each kind has a shape of its own in the picture."""

    CA = "CA"
    CERTIFICATE = "certificate"
    STORE = "store"
    RING = "key ring"
    MISSING = "missing issuer"
    GROUP = "group of certificates"  # several, folded into one
    CLIENT = "client"
    GATEWAY = "gateway"
    SERVICE = "service"
    SETTINGS = "settings file"
    JOB = "job"
    KEYSTORE_DIRECTORY = "keystore directory"
    INSTANCE = "instance directory"
    RUNTIME = "runtime directory"


class EdgeKind(StrEnum):
    """What joins two nodes, said as a verb: the first node … the second."""

    SIGNED = "signed"
    KEY_IN = "with its key in"
    TRUSTED_IN = "trusted in"
    COPIED_IN = "copied in"
    PRESENTS = "presented by"
    CONNECTS = "connects to"
    MAKES = "makes"
    USED_BY = "used by"


class View(StrEnum):
    """Which picture of the graph: ``graph --view``."""

    CERTIFICATES = "certificates"
    CONNECTIONS = "connections"
    LAUNCH = "launch"


@dataclass(frozen=True)
class Node:
    """``id`` is stable for the same certificate or store; ``label`` may be hostile text.

    ``details`` are short lines for the label ("ends 2036-11-20"); ``tooltip`` says all
    in a sentence; ``verdict`` is ``ok``, ``soon``, ``broken`` or ``unknown``. ``owner`` says whose certificate
    a client, gateway or service shows: ``zowe``, ``external``, or nothing where it shows none. ``count`` is
    how many it stands for, where several are folded into one.
    """

    id: str
    kind: NodeKind
    label: str
    details: tuple[str, ...] = ()
    tooltip: str = ""
    verdict: str = "ok"
    owner: str = ""
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": str(self.kind),
            "label": self.label,
            "details": list(self.details),
            "verdict": self.verdict,
            **({"owner": self.owner} if self.owner else {}),
            **({"count": self.count} if self.count > 1 else {}),
        }


@dataclass(frozen=True)
class Edge:
    """One arrow from ``source`` to ``target`` (node ids).

    ``label`` is the alias, if any, or what else stands on the arrow. Of a connection, ``verdict`` is ``ok``,
    ``broken`` or ``unknown``, ``owner`` says whose certificate encrypts it (``zowe`` or ``external``), ``details``
    for which names and why, and ``tooltip`` all in a sentence; elsewhere they are empty. ``count`` is how many it
    stands for, where several are folded into one.
    """

    source: str
    target: str
    kind: EdgeKind
    label: str = ""
    verdict: str = ""
    owner: str = ""
    tooltip: str = ""
    count: int = 1
    details: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        known = {"label": self.label, "verdict": self.verdict, "owner": self.owner, "tooltip": self.tooltip}
        return {
            "source": self.source,
            "target": self.target,
            "kind": str(self.kind),
            **{name: value for name, value in known.items() if value},
            **({"count": self.count} if self.count > 1 else {}),
        }


@dataclass(frozen=True)
class TrustGraph:
    """All nodes and edges, sorted so that the same input gives the same picture."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @staticmethod
    def of(nodes: Iterable[Node], edges: Iterable[Edge]) -> TrustGraph:
        """Sorted."""
        return TrustGraph(
            tuple(sorted(nodes, key=lambda node: (node.kind, node.label, node.id))),
            tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind, edge.label))),
        )

    def as_dict(self) -> dict[str, Any]:
        return {"nodes": [node.as_dict() for node in self.nodes], "edges": [edge.as_dict() for edge in self.edges]}


def trust_graph(
    stores: Iterable[Store],
    *,
    at: dt.datetime,
    warn_days: int = 60,
    proofs: Proofs | None = None,
    token_signers: Collection[str] = (),
) -> TrustGraph:
    """The certificates and stores of ``stores``, and who signed, holds and trusts what.

    A signature counts only where it proves right; an issuer that no store has becomes a
    node of kind ``missing issuer``.

    Args:
        at: the moment at which certificates are judged, in UTC.
        warn_days: a certificate that ends within so many days is ``soon``.
        proofs: what is proved already.
        token_signers: the identities of certificates whose keys sign the gateway's login tokens.
    """
    stores, proofs = tuple(stores), proofs or Proofs()
    certificates: dict[str, CertificateFacts] = {}
    aliases: dict[str, str] = {}
    edges: set[Edge] = set()
    for store in stores:
        for entry in store.entries:
            certificates.update((facts.identity, facts) for facts in entry.chain)
            if entry.kind is EntryKind.PRIVATE_KEY and entry.chain:
                aliases.setdefault(entry.chain[0].identity, entry.alias)
    by_subject: dict[str, list[CertificateFacts]] = defaultdict(list)
    for facts in certificates.values():
        by_subject[facts.subject].append(facts)
    missing: dict[str, Node] = {}
    above: dict[str, CertificateFacts] = {}
    for facts in certificates.values():
        if facts.self_signed or (facts.self_signed is None and facts.subject == facts.issuer):
            continue
        issuers = [other for other in _candidates(facts, by_subject[facts.issuer]) if _signed(other, facts, proofs)]
        if not issuers:
            missing[facts.issuer] = _ghost(facts.issuer)
        else:
            above[facts.identity] = issuers[0]
        for source in [other.identity for other in issuers] or [f"missing:{facts.issuer}"]:
            edges.add(Edge(source, facts.identity, EdgeKind.SIGNED))
    edges.update(_entries(stores, above))
    named = Counter(facts.common_name for facts in certificates.values())
    # Zowe gives its JWT secret the same name as its server: there only the alias tells which is which.
    shared = {key: alias for key, alias in aliases.items() if named[certificates[key].common_name] > 1}
    told = {key: (f"alias {alias}",) for key, alias in shared.items()}
    told |= {key: (*told.get(key, ()), "signs login tokens") for key in token_signers}
    nodes = [
        *(_certificate_node(facts, told.get(facts.identity, ()), at, warn_days) for facts in certificates.values()),
        *{store.source: _store_node(store) for store in stores}.values(),
        *missing.values(),
    ]
    return TrustGraph.of(nodes, edges)


# Each try is a proof, and a hostile store may hold thousands of authorities of one name.
_MOST_TRIES = 64

_HOLDS = {
    EntryKind.PRIVATE_KEY: EdgeKind.KEY_IN,
    EntryKind.TRUSTED_CERTIFICATE: EdgeKind.TRUSTED_IN,
    EntryKind.CERTIFICATE: EdgeKind.COPIED_IN,
}


def _entries(stores: Iterable[Store], above: Mapping[str, CertificateFacts]) -> Iterator[Edge]:
    """Each entry from its certificate to its store; with a key it tells which intermediate authority is not sent."""
    for store in stores:
        for entry in store.entries:
            if not entry.certificate:
                continue
            issuer = above.get(entry.chain[-1].identity) if entry.kind is EntryKind.PRIVATE_KEY else None
            unsent = (f"sent without {issuer.common_name}",) if issuer and issuer.self_signed is False else ()
            where = f"store:{store.source}"
            yield Edge(entry.certificate.identity, where, _HOLDS[entry.kind], entry.alias, details=unsent)


def _store_node(store: Store) -> Node:
    folder, slash, name = store.source.replace("\\", "/").rpartition("/")
    tooltip = f"{store.source}: {store.format}, {store.protection or 'not protected'}"
    details = (*((folder + slash,) if folder else ()), store.format)
    return Node(f"store:{store.source}", NodeKind.STORE, name, details, tooltip)


def _ghost(issuer: str) -> Node:
    told = f"{issuer} is in none of the stores"
    return Node(f"missing:{issuer}", NodeKind.MISSING, common_name(issuer), ("in none of the stores",), told, "unknown")


def _candidates(facts: CertificateFacts, named: Sequence[CertificateFacts]) -> Sequence[CertificateFacts]:
    """Who may have signed, of all that have the issuer's name; a key that is named leaves few of many."""
    wanted = facts.authority_key_identifier
    of_key = [other for other in named if wanted and other.subject_key_identifier == wanted]
    return (of_key if len(named) > _MOST_TRIES and of_key else named)[:_MOST_TRIES]


def _signed(issuer: CertificateFacts, subject: CertificateFacts, proofs: Proofs) -> bool:
    if issuer.identity == subject.identity:
        return False
    if not (issuer.der and subject.der):  # a listing has no signature to prove
        return True
    return proofs.signed(issuer, subject) is True


def _is_authority(facts: CertificateFacts) -> bool:
    """A listing does not show basic constraints; there its key usage, or that it names itself as issuer, tells."""
    if facts.is_ca is None and not facts.der:
        return "keyCertSign" in facts.key_usage or facts.subject == facts.issuer
    return bool(facts.is_ca)


def _certificate_node(facts: CertificateFacts, more: Sequence[str], at: dt.datetime, warn_days: int) -> Node:
    ended = facts.not_after is not None and facts.not_after < at
    life = [f"{'ended' if ended else 'ends'} {facts.end_day}"]
    verdict = "broken" if ended else "ok"
    if facts.not_before is None or facts.not_after is None:
        verdict = "unknown"
    elif at < facts.not_before:
        verdict = "broken"
        life.insert(0, f"starts {facts.not_before:%Y-%m-%d}")
    elif not ended and facts.not_after - at <= dt.timedelta(days=warn_days):
        verdict = "soon"
    return Node(
        facts.identity,
        NodeKind.CA if _is_authority(facts) else NodeKind.CERTIFICATE,
        facts.common_name,
        (*life, *more, str(facts.key or "unknown key")),
        ", ".join([facts.subject, *life, f"SHA-256 {facts.sha256 or 'unknown'}"]),
        verdict,
    )
