"""The chain of a certificate: whether it is whole, sent, and made of authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...model import CertificateFacts, EntryKind, Finding, Severity
from ...setup.external_rules import rule_of
from ...trust.token_signer import JWT_SECRET
from ...trust.verdict import Role
from ..registry import of_all, of_key
from ..subjects import Audited, KeyUse, called, is_root, issuer_called

__all__ = ["unmarked_issuer"]

_UNTRUSTED = "ZC-TS-01"
_SHOWN = 6


@of_key("ZC-CHN-01", "ZC-TS-01")
def not_trusted(key: KeyUse) -> Iterator[Finding]:
    """The chain ends before a root, or at one that is not trusted."""
    if not key.serves or not key.refused_by(_UNTRUSTED) or unmarked_issuer(key):
        return
    path = key.use.audit.path_of(key.leaf)
    top = path[-1]
    store = key.use.of.truststore.source if key.use.of.truststore else ""
    if not is_root(top):
        below = key.name if top is key.leaf else f"{called(top)} above {key.name}"
        told = f"{issuer_called(top)}, which signed {below}, is in none of the stores"
        yield key.finding("ZC-CHN-01", told=told)
    elif top is key.leaf:
        yield key.finding("ZC-TS-01", told=f"{key.name} is signed by itself, and {store} does not hold it")
    else:
        names = ", ".join(map(called, path[1:]))
        yield key.finding("ZC-TS-01", told=f"{store} trusts nobody who signed {key.name}: {names}")


def unmarked_issuer(key: KeyUse) -> bool:
    """Whether who signed it lies in the trust store without Java's mark, which another rule tells."""
    above = {facts.identity for facts in key.use.audit.path_of(key.leaf)[1:]}
    store = key.use.of.truststore
    entries = store.entries if store else ()
    hidden = (entry for entry in entries if entry.kind is EntryKind.CERTIFICATE and entry.java_alias is None)
    return any(facts.identity in above for entry in hidden for facts in entry.chain)


@of_key("ZC-CHN-02")
def intermediates_not_sent(key: KeyUse) -> Iterator[Finding]:
    sent = {facts.identity for facts in key.entry.chain}
    between = [facts for facts in key.use.audit.path_of(key.leaf)[1:] if not is_root(facts)]
    missing = [facts for facts in between if facts.identity not in sent]
    if key.serves and missing:
        yield key.finding("ZC-CHN-02", missing=", ".join(map(called, missing)))


@of_key("ZC-CHN-03")
def signed_by_itself(key: KeyUse) -> Iterator[Finding]:
    if key.serves and is_root(key.leaf):
        yield key.finding("ZC-CHN-03")


@of_key("ZC-CHN-04")
def name_of_its_authority(key: KeyUse) -> Iterator[Finding]:
    if key.leaf.subject == key.leaf.issuer and key.leaf.self_signed is False:
        yield key.finding("ZC-CHN-04")


@of_key("ZC-CHN-05")
def no_authority_above(key: KeyUse) -> Iterator[Finding]:
    reason = key.refused_by("ZC-CHN-05")
    if key.serves and reason:
        yield key.finding("ZC-CHN-05", told=f"Java refuses {key.name}: {reason}")


@of_all("ZC-CHN-06")
def authorities_of_one_name(audit: Audited) -> Iterator[Finding]:
    places = _places(audit)
    for subject, known in audit.by_subject.items():
        by_key: dict[bytes, CertificateFacts] = {}
        for facts in known:
            key = audit.proofs.public_key(facts) if facts.is_ca else None
            if key:
                by_key.setdefault(key, facts)
        if len(by_key) > 1:
            first = next(iter(by_key.values()))
            where = [place for facts in by_key.values() for place in places[facts.identity][:2]]
            yield audit.finding(
                "ZC-CHN-06",
                places[first.identity][0],
                count=str(len(by_key)),
                name=called(first) if first.common_name else subject,
                places=", ".join(dict.fromkeys(where[:_SHOWN])),
            )


def _places(audit: Audited) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in audit.scene.rows:
        for entry in row.store.entries if row.store else ():
            for facts in entry.chain:
                found[facts.identity].append(row.source)
    return found


@of_all("ZC-CHN-07")
def same_key_twice(audit: Audited) -> Iterator[Finding]:
    """Of certificates with keys here, those that have another certificate's key: older ones, by their first day."""
    by_key: dict[bytes, dict[str, CertificateFacts]] = defaultdict(dict)
    for facts in audit.scene.certificates():
        key = audit.proofs.public_key(facts) if not facts.is_ca else None
        if key and facts.not_before:
            by_key[key][facts.identity] = facts
    for use in audit.keys:
        same = by_key.get(audit.proofs.public_key(use.leaf) or b"", {}).values()
        older = [one for one in same if _is_older(one, use.leaf)]
        if older and use.entry.alias.lower() != JWT_SECRET:
            other = f"{called(older[0])}, valid from {older[0].not_before:%Y-%m-%d}"
            yield use.finding("ZC-CHN-07", other=other)


def _is_older(one: CertificateFacts, other: CertificateFacts) -> bool:
    """A wrapped public key, which Zowe 1 makes of the token's key, is no certificate of a server."""
    if one.identity == other.identity or not (one.not_before and other.not_before):
        return False
    return (one.not_before, one.identity) < (other.not_before, other.identity)


@of_key("ZC-CHN-01")
def refused_by_openssl(key: KeyUse) -> Iterator[Finding]:
    """What Java accepts and OpenSSL and Node refuse, where it is not that they trust others."""
    java, node = key.verdict(Role.JAVA_SERVER), key.verdict(Role.NODE_SERVER)
    if not (key.serves and java and java.accepted and node and not node.accepted):
        return
    if rule_of(key.entry.chain, node, key.use.audit.at) == "ZC-CHN-01":
        told = f"OpenSSL and Node refuse {key.name}, which Java accepts: {node.reason}"
        yield key.finding("ZC-CHN-01", Severity.WARNING, told=told)
