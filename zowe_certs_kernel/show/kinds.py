"""The words for every kind of node and arrow: headings, legend, sentences, links and tables all take them from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..trust.graph import Edge, EdgeKind, Node, NodeKind, View

__all__ = [
    "ARROWS",
    "CONNECTED",
    "JUDGED",
    "KINDS",
    "OWNERS",
    "ArrowWords",
    "KindWords",
    "connection_verdict",
    "counted",
    "heading",
    "verdict_of",
    "verdict_words",
    "view_of",
]


@dataclass(frozen=True)
class KindWords:
    """For one node and for several; what its column is headed with; its band, the first at the left."""

    one: str
    many: str
    heading: str
    band: int


@dataclass(frozen=True)
class ArrowWords:
    """What stands on the arrow, what it says between two names, and what one and several of them are."""

    verb: str
    phrase: str
    one: str
    many: str


KINDS: Mapping[NodeKind, KindWords] = {
    NodeKind.CA: KindWords("certificate authority", "certificate authorities", "Who signs", 0),
    NodeKind.CERTIFICATE: KindWords("certificate", "certificates", "Certificate", 1),
    NodeKind.GROUP: KindWords("group of certificates", "groups of certificates", "Certificate", 1),
    NodeKind.STORE: KindWords("store", "stores", "Where it is kept", 2),
    NodeKind.RING: KindWords("key ring", "key rings", "Where it is kept", 2),
    NodeKind.MISSING: KindWords("missing issuer", "missing issuers", "Who signs", 0),
    NodeKind.CLIENT: KindWords("client", "clients", "Northbound: clients", 0),
    NodeKind.GATEWAY: KindWords("gateway", "gateways", "Gateway", 1),
    NodeKind.SERVICE: KindWords("service", "services", "Southbound: services", 2),
    NodeKind.SETTINGS: KindWords("settings file", "settings files", "What makes it", 0),
    NodeKind.JOB: KindWords("job", "jobs", "What makes it", 0),
    NodeKind.KEYSTORE_DIRECTORY: KindWords("keystore directory", "keystore directories", "What instances use", 2),
    NodeKind.RUNTIME: KindWords("runtime directory", "runtime directories", "What instances use", 2),
    NodeKind.INSTANCE: KindWords("instance directory", "instance directories", "Instance", 3),
}
ARROWS: Mapping[EdgeKind, ArrowWords] = {
    EdgeKind.SIGNED: ArrowWords("signed", "signed", "signature", "signatures"),
    EdgeKind.KEY_IN: ArrowWords("key", "has its key in", "private key in a store", "private keys in stores"),
    EdgeKind.TRUSTED_IN: ArrowWords("trusted", "is trusted in", "trusted entry", "trusted entries"),
    EdgeKind.COPIED_IN: ArrowWords("copy", "is copied in", "copied entry", "copied entries"),
    EdgeKind.PRESENTS: ArrowWords("shown", "is presented by", "presented certificate", "presented certificates"),
    EdgeKind.CONNECTS: ArrowWords("", "connects to", "connection", "connections"),
    EdgeKind.MAKES: ArrowWords("makes", "makes", "way to make one", "ways to make one"),
    EdgeKind.USED_BY: ArrowWords("used by", "is used by", "use", "uses"),
}
_VERDICTS: Mapping[str, str] = {"ok": "in order", "soon": "ends soon", "broken": "broken", "unknown": "not checked"}
_SAID: Mapping[View, Mapping[str, str]] = {
    View.CERTIFICATES: _VERDICTS,
    View.CONNECTIONS: {**_VERDICTS, "broken": "refused or not valid", "unknown": "unknown"},
    View.LAUNCH: {**_VERDICTS, "unknown": "not found here"},
}
CONNECTED: Mapping[str, str] = {"ok": "accepted", "broken": "refused", "unknown": "unknown"}
OWNERS: Mapping[str, str] = {"zowe": "Zowe certificate", "external": "external certificate"}
# Of the others no certificate is judged.
JUDGED = frozenset({NodeKind.CA, NodeKind.CERTIFICATE, NodeKind.GROUP, NodeKind.GATEWAY, NodeKind.SERVICE})
_VIEWS: Mapping[View, frozenset[NodeKind]] = {
    View.CONNECTIONS: frozenset({NodeKind.CLIENT, NodeKind.GATEWAY, NodeKind.SERVICE}),
    View.LAUNCH: frozenset({
        NodeKind.SETTINGS, NodeKind.JOB, NodeKind.KEYSTORE_DIRECTORY, NodeKind.INSTANCE, NodeKind.RUNTIME,
    }),
}  # fmt: skip


def view_of(nodes: Iterable[Node]) -> View:
    """Which of the three pictures these nodes belong to; a store or a key ring alone stands among certificates."""
    kinds = {node.kind for node in nodes}
    return next((view for view, own in _VIEWS.items() if kinds & own), View.CERTIFICATES)


def heading(kind: NodeKind, view: View) -> str:
    """What the column of a kind is headed with."""
    if kind is NodeKind.RING and view is View.LAUNCH:
        return KINDS[NodeKind.KEYSTORE_DIRECTORY].heading
    return KINDS[kind].heading


def verdict_of(node: Node) -> str:
    """One of the four verdicts; a word that is none of them means that nobody checked."""
    return node.verdict if node.verdict in _VERDICTS else "unknown"


def verdict_words(view: View) -> Mapping[str, str]:
    """What the four verdicts mean for the nodes of a view."""
    return _SAID[view]


def connection_verdict(edge: Edge) -> str:
    """``ok``, ``broken`` or ``unknown``; any other word means that nobody checked."""
    return edge.verdict if edge.verdict in CONNECTED else "unknown"


def counted(found: Iterable[tuple[int, str, str]]) -> str:
    """``2 of these, 1 of those and 3 of others`` of (how many, word for one, for several); none is left out."""
    told = [f"{count} {one if count == 1 else many}" for count, one, many in found if count]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
