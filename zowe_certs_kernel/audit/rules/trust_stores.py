"""Trust stores: what is missing in them, what does not belong there, and what Java does not see."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import EntryKind, Finding, Severity
from ...trust.verdict import Cause, Role
from ..registry import of_key, of_set, of_store
from ..subjects import KeyUse, SetUse, StoreUse, called, is_root, issuer_called

__all__: list[str] = []

_SHOWN = 5
_TRUE = {"true", "on", "yes", "1"}


@of_key("ZC-TS-02")
def one_end_of_a_chain(key: KeyUse) -> Iterator[Finding]:
    verdict, store = key.verdict(Role.JAVA_SERVER), key.use.of.truststore
    if not (key.serves and verdict and verdict.accepted and store):
        return
    path = key.use.audit.path_of(key.leaf)
    trusted = {facts.identity for facts in key.use.of.anchors}
    there = [called(facts) for facts in path[1:] if facts.identity in trusted]
    missing = [called(facts) for facts in path[1:] if facts.identity not in trusted]
    missing += [] if is_root(path[-1]) else [issuer_called(path[-1])]
    if there and missing:
        yield key.finding("ZC-TS-02", source=store.source, there=", ".join(there), missing=", ".join(missing))


@of_store("ZC-TS-04")
def server_as_anchor(store: StoreUse) -> Iterator[Finding]:
    for entry in store.store.entries if store.truststore_of else ():
        facts = entry.certificate
        if entry.kind is EntryKind.TRUSTED_CERTIFICATE and facts and facts.is_ca is False and not is_root(facts):
            # Zowe's own script makes zosmf00 so.
            severity = Severity.INFO if entry.alias.lower().startswith("zosmf") else None
            yield store.finding("ZC-TS-04", entry, severity, name=called(facts))


@of_store("ZC-TS-05")
def nothing_for_java(store: StoreUse) -> Iterator[Finding]:
    hidden = [
        entry
        for entry in store.store.entries
        if entry.kind is EntryKind.CERTIFICATE and entry.java_alias is None and not entry.place
    ]
    if hidden and store.store.format == "PKCS12" and not store.keys:
        names = ", ".join(called(entry.chain[0]) for entry in hidden[:_SHOWN] if entry.chain)
        count = f"{len(hidden)} certificate{'s' if len(hidden) > 1 else ''}"
        yield store.finding("ZC-TS-05", hidden[0], count=count, names=names)


@of_set("ZC-TS-06")
def not_there(use: SetUse) -> Iterator[Finding]:
    directory = use.directory
    if directory is None or use.of.ring or use.of.truststore is not None or use.of.keystore is None:
        return
    named = directory.environment.truststore
    name = named.rpartition("/")[2]
    if not any(row.error and row.source.endswith(name) for row in use.audit.scene.rows):
        yield use.finding("ZC-TS-06", told=f"the trust store {named} is not in {directory.folder}")


@of_store("ZC-TS-07")
def key_in_truststore(store: StoreUse) -> Iterator[Finding]:
    for entry in store.keys if store.is_truststore and not any(key.place for key in store.keys) else ():
        yield store.finding("ZC-TS-07", entry)


@of_key("ZC-TS-08")
def node_trusts_others(key: KeyUse) -> Iterator[Finding]:
    """By the list in PEM; where Zowe is given none, another rule says so."""
    java, node, directory = key.verdict(Role.JAVA_SERVER), key.verdict(Role.NODE_SERVER), key.use.directory
    listed = directory and not directory.ring and has_list(key.use)
    differs = java and java.accepted and node and not node.accepted and node.cause is Cause.NOT_TRUSTED
    if key.serves and listed and node and differs:
        yield key.finding("ZC-TS-08", reason=node.reason)


def has_list(use: SetUse) -> bool:
    """Whether Zowe's servers in Node are given a list of authorities."""
    told = use.directory.environment if use.directory else None
    return bool(
        told and (told.keystore_certificate_authority or told.external_root_ca or told.external_certificate_authorities)
    )


@of_set("ZC-TS-09")
def nobody_may_log_on(use: SetUse) -> Iterator[Finding]:
    scene, one = use.audit.scene, use.of
    own = {facts.identity for key in use.keys for facts in use.audit.path_of(key.leaf)}
    own |= {facts.identity for service in scene.services for facts in service.chain}
    others = [facts for facts in one.anchors if facts.identity not in own]
    for instance in scene.instances:
        found = scene.of_instance.get(instance.source)
        is_on = instance.values.get("APIML_SECURITY_X509_ENABLED").strip().lower() in _TRUE
        if is_on and found and found.folder == one.directory and one.truststore and not one.ring and not others:
            yield use.finding("ZC-TS-09", one.truststore.source, instance=instance.source)
