"""TLS servers that were asked, and members of one Zowe among themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ...stores.endpoint import endpoint_of
from ...trust.java_path import java_verdict
from ...trust.verdict import Purpose
from ...trust.zowe_services import is_server
from ...zowe.instance import Instance
from ..registry import of_all, of_store
from ..subjects import Audited, KeyUse, StoreUse, called, is_root

__all__: list[str] = []

_PORTS = set(range(7552, 7559))  # catalog to ZAAS, as Zowe sets them where nobody does
_PORT_VARIABLES = (
    "GATEWAY_PORT",
    "DISCOVERY_PORT",
    "CATALOG_PORT",
    "ZOWE_ZLUX_SERVER_HTTPS_PORT",
    "ZOWE_ZSS_SERVER_PORT",
)
_MEMBERS = "ZWE_DISCOVERY_SERVICES_LIST"


@of_store("ZC-NET-01")
def shows_another(store: StoreUse) -> Iterator[Finding]:
    """Of a server on a port and under a name of Zowe's."""
    endpoint = endpoint_of(store.row.source) if is_server(store.store) else None
    chain = store.store.entries[0].chain if store.store.entries else ()
    if endpoint is None or not chain or endpoint[1] not in _ports(store.audit):
        return
    own = [key for key in store.audit.served if endpoint[0].lower() in _names(key)]
    if own and all(key.leaf.identity != chain[0].identity for key in own):
        yield store.finding("ZC-NET-01", endpoint=store.row.source, shown=called(chain[0]), name=own[0].name)


def _ports(audit: Audited) -> set[int]:
    told = (one.values.get(name).strip() for one in audit.scene.instances for name in _PORT_VARIABLES)
    return _PORTS | {int(port) for port in told if port.isdigit() and port.isascii()}


def _names(key: KeyUse) -> set[str]:
    held = (name.partition(":")[2] for name in key.leaf.san)
    return {name.lower() for name in (*key.use.of.hosts, *key.use.of.instance_hosts, *key.use.audit.hosts, *held)}


@of_store("ZC-NET-02")
def sends_no_intermediates(store: StoreUse) -> Iterator[Finding]:
    chain = store.store.entries[0].chain if is_server(store.store) and store.store.entries else ()
    if not chain:
        return
    sent = {facts.identity for facts in chain}
    between = [facts for facts in store.audit.path_of(chain[0])[1:] if not is_root(facts)]
    missing = [called(facts) for facts in between if facts.identity not in sent]
    if missing:
        yield store.finding("ZC-NET-02", endpoint=store.row.source, name=called(chain[0]), missing=", ".join(missing))


@of_all("ZC-HA-01")
def members_refuse_each_other(audit: Audited) -> Iterator[Finding]:
    """Instances of different directories that name each other's discovery service."""
    keys = {key.use.of.directory: key for key in audit.served if key.entry is key.use.of.entry}
    found = [
        (instance, keys[place.folder])
        for instance in audit.scene.instances
        if (place := audit.scene.of_instance.get(instance.source)) and place.folder in keys
    ]
    for instance, key in found:
        for other, shown in found:
            if key is shown or not _names_member(instance, other):
                continue
            anchors, at = key.use.of.anchors, audit.at
            verdict = java_verdict(shown.entry.chain, anchors, Purpose.SERVER, at=at, proofs=audit.proofs)
            if not verdict.accepted:
                one = f"{instance.source} ({key.use.of.name})"
                yield audit.finding("ZC-HA-01", instance.source, one=one, other=other.source, reason=verdict.reason)


def _names_member(one: Instance, other: Instance) -> bool:
    host = other.values.get("ZOWE_EXPLORER_HOST").strip().lower()
    return bool(host) and f"//{host}:" in one.values.get(_MEMBERS).lower()
