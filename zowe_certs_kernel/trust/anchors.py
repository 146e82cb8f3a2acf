"""Which certificates of a trust store are trusted, and by whom."""

from __future__ import annotations

from ..model import CertificateFacts, Entry, EntryKind, Store

__all__ = ["java_anchors", "pem_anchors"]

_JAVA_FORMATS = ("PKCS12", "JKS", "JCEKS")


def java_anchors(store: Store) -> tuple[CertificateFacts, ...]:
    """What a Java trust manager trusts of a store, each certificate once.

    That are its trusted entries, and of each key its own certificate too
    (JDK: sun.security.validator.TrustStoreUtil); what Java does not show it does not trust. A PEM file, which Java
    cannot take as trust store, counts as if all its certificates were imported. Of a key ring, a certificate that
    RACF marks NOTRUST is none.
    """
    shown = [
        entry
        for entry in store.entries
        if _is_trusted(entry) and (entry.java_alias is not None or not store.format.startswith(_JAVA_FORMATS))
    ]
    found: dict[str, CertificateFacts] = {}
    for entry in shown:
        chain = entry.chain[:1] if store.format.startswith(_JAVA_FORMATS) or entry.place else entry.chain
        found.update((facts.identity, facts) for facts in chain)
    return tuple(found.values())


def pem_anchors(store: Store) -> tuple[CertificateFacts, ...]:
    """What a client that takes a list of authorities in PEM (Node, curl, Python) is given of a store.

    That is every certificate in it but those that belong to a private key.
    """
    found = {
        facts.identity: facts
        for entry in store.entries
        if entry.kind is not EntryKind.PRIVATE_KEY and _is_trusted(entry)
        for facts in entry.chain
    }
    return tuple(found.values())


def _is_trusted(entry: Entry) -> bool:
    return entry.kind is not EntryKind.SECRET_KEY and (entry.place is None or entry.place.status != "NOTRUST")
