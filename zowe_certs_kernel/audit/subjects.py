"""What rules look at: keys in use, stores, sets, and all of it together, with what is asked often of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity, Store
from ..names import common_name
from ..setup.external_rules import rule_of
from ..stores.sources import SourceRow
from ..trust.proofs import Proofs
from ..trust.roles import roles_of
from ..trust.token_signer import JWT_SECRET
from ..trust.verdict import Mode, Role, RoleVerdict, Verdict
from ..trust.zowe_set import KeystoreDirectory, Scene, ZoweSet
from ..trust.zowe_sets import Rows
from .catalogue import Profile, catalogue

__all__ = ["Audited", "KeyUse", "SetUse", "StoreUse", "Thresholds", "called", "held_names", "is_root", "issuer_called"]

_SHOWN = 5
# Zowe's programs that may have a certificate of their own, under their own name (COMPONENT_LEVEL_CERTIFICATES).
_COMPONENTS = {
    "api-catalog",
    "app-server",
    "caching-service",
    "discovery",
    "explorer-jes",
    "explorer-mvs",
    "explorer-uss",
    "files-api",
    "gateway",
    "jobs-api",
    "zss",
}


@dataclass(frozen=True)
class Thresholds:
    """From when on something is worth saying.

    ``warn_days`` and ``note_days`` before an end it is a warning or a note; an RSA key has ``least_rsa_bits``.
    """

    warn_days: int = 30
    note_days: int = 90
    least_rsa_bits: int = 2048


@dataclass(frozen=True)
class KeyUse:
    """A private key of a set with its certificate; ``serves`` where Zowe's servers show it.

    ``verdicts`` are the strict ones, by role; ``component`` is the one whose own certificate it is.
    """

    use: SetUse
    entry: Entry
    serves: bool
    component: str = ""
    verdicts: Mapping[Role, RoleVerdict] = field(default_factory=dict)

    @property
    def leaf(self) -> CertificateFacts:
        return self.entry.chain[0]

    @property
    def name(self) -> str:
        return f"“{self.leaf.common_name}” ({self.entry.alias})"

    @property
    def source(self) -> str:
        return self.use.of.keystore.source if self.use.of.keystore else ""

    @property
    def above(self) -> tuple[CertificateFacts, ...]:
        """The certificates above it: as Java found them, else as they stand with it."""
        verdict = self.verdict(Role.JAVA_SERVER)
        known = self.use.audit.by_sha256
        found = [known[one] for one in (verdict.path if verdict else ())[1:] if one in known]
        return tuple({facts.identity: facts for facts in (*found, *self.entry.chain[1:])}.values())

    def verdict(self, role: Role) -> Verdict | None:
        return self.verdicts[role].verdict if role in self.verdicts else None

    def refusals(self) -> Iterator[tuple[str, str]]:
        """Rule and reason of each role in which Java refuses the certificate, whatever its name."""
        for role in (Role.JAVA_SERVER, Role.JAVA_CLIENT, Role.JAVA_MUTUAL_TLS):
            verdict = self.verdict(role)
            if verdict and not verdict.accepted:
                yield rule_of(self.entry.chain, verdict, self.use.audit.at), verdict.reason

    def refused_by(self, rule: str) -> str:
        """The first reason that is of this rule, or nothing."""
        return next((reason for found, reason in self.refusals() if found == rule), "")

    def finding(self, rule: str, severity: Severity | None = None, **values: str) -> Finding:
        """What the rule says of this key."""
        where = {"source": self.source, "alias": self.entry.alias, "sha256": self.leaf.sha256 or ""}
        common = {
            "name": self.name,
            "alias": self.entry.alias,
            "source": self.source,
            "truststore": self.use.of.truststore.source if self.use.of.truststore else "",
            "directory": self.use.folder,
            # Only what the authority here has signed is renewed here; of others a certificate is asked for.
            "local" if self._is_signed_here else "others": self.use.folder,
        }
        return catalogue()[rule].finding(where, common | values, mode=self.use.of.mode, severity=severity)

    @property
    def _is_signed_here(self) -> bool:
        """Whether the private key of the authority that signed it is among the sources."""
        above = self.use.audit.issuer_of(self.leaf)
        return above is not None and above.identity in self.use.audit.with_keys


@dataclass(frozen=True)
class SetUse:
    """The certificates with which one Zowe runs; ``directory`` has its zowe-certificates.env, where there is one."""

    audit: Audited
    of: ZoweSet
    directory: KeystoreDirectory | None
    roles: Sequence[RoleVerdict] = ()

    @property
    def folder(self) -> str:
        return str(self.of.directory or "")

    @property
    def is_judged(self) -> bool:
        """Whether its certificates themselves are here; of a listing of RACF there are only names."""
        return self.of.entry is not None and self.of.entry.place is None

    @cached_property
    def keys(self) -> tuple[KeyUse, ...]:
        """Every key of the keystore, Zowe's own first; what signs tokens is none, and no authority's."""
        return tuple(self._keys()) if self.is_judged else ()

    def _keys(self) -> Iterator[KeyUse]:
        for entry in (self.of.entry, *self.of.others):
            if entry and entry.chain and entry.alias.lower() != JWT_SECRET and not entry.chain[0].is_ca:
                own = entry is self.of.entry
                component = entry.alias.lower() if not own and entry.alias.lower() in _COMPONENTS else ""
                strict = {one.role: one for one in self.roles if one.alias == entry.alias and one.mode is Mode.STRICT}
                yield KeyUse(self, entry, own or bool(component), component, strict)

    def finding(self, rule: str, source: str = "", severity: Severity | None = None, **values: str) -> Finding:
        """What the rule says of the set, or of one of its files."""
        source = source or self.folder or (self.of.keystore.source if self.of.keystore else self.of.name)
        common = {"source": source, "directory": self.folder}
        return catalogue()[rule].finding({"source": source}, common | values, mode=self.of.mode, severity=severity)


@dataclass(frozen=True)
class StoreUse:
    """A source that was read, with the sets whose keystore or trust store it is."""

    audit: Audited
    row: SourceRow
    store: Store
    keystore_of: tuple[SetUse, ...]
    truststore_of: tuple[SetUse, ...]

    @property
    def is_truststore(self) -> bool:
        return bool(self.truststore_of) and not self.keystore_of

    @property
    def keys(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.store.entries if entry.kind is EntryKind.PRIVATE_KEY)

    def finding(
        self, rule: str, entry: Entry | None = None, severity: Severity | None = None, **values: str
    ) -> Finding:
        """What the rule says of the store, or of one of its entries."""
        where = {"source": self.row.source}
        if entry:
            where["alias"] = entry.alias
            if entry.certificate and entry.certificate.sha256:
                where["sha256"] = entry.certificate.sha256
        used = (*self.keystore_of, *self.truststore_of)
        mode = used[0].of.mode if used else Mode.STRICT
        common = {"source": self.row.source, "alias": entry.alias if entry else ""}
        return catalogue()[rule].finding(where, common | values, mode=mode, severity=severity)


@dataclass(frozen=True)
class Audited:
    """All that an audit looks at.

    Attributes:
        hosts: the names asked for by which clients reach Zowe; empty: those of the settings.
        clients: what was read of client certificates.
        alias: the one private key that is asked for, empty for all.
    """

    scene: Scene
    at: dt.datetime
    profile: Profile
    thresholds: Thresholds = field(default_factory=Thresholds)
    hosts: tuple[str, ...] = ()
    alias: str = ""
    clients: tuple[SourceRow, ...] = ()
    proofs: Proofs = field(default_factory=Proofs, repr=False)

    @cached_property
    def rows(self) -> Rows:
        """What was read, to be found by the paths in Zowe's files."""
        return Rows(self.scene.rows)

    @cached_property
    def sets(self) -> tuple[SetUse, ...]:
        """Each set with its roles; a pair of stores that several sets have is judged once.

        Raises:
            UsageError: no keystore has a private key with the alias.
        """
        directories = {one.folder: one for one in self.scene.directories}
        judged: dict[tuple[str, str], Sequence[RoleVerdict]] = {}
        return tuple(
            SetUse(self, one, directories.get(one.directory) if one.directory else None, self._roles(one, judged))
            for one in self.scene.sets
        )

    def _roles(self, one: ZoweSet, judged: dict[tuple[str, str], Sequence[RoleVerdict]]) -> Sequence[RoleVerdict]:
        if one.entry is None or one.entry.place or not (one.keystore and one.truststore):
            return ()
        pair = (one.keystore.source, one.truststore.source)
        if pair not in judged:
            judged[pair] = roles_of(
                one.keystore,
                _with(one.truststore, one.added),
                alias=self.alias,
                hosts=self.hosts or one.hosts,
                at=self.at,
                proofs=self.proofs,
                authorities=one.node_anchors,
            )
        return judged[pair]

    @cached_property
    def stores(self) -> tuple[StoreUse, ...]:
        keystores: dict[str, list[SetUse]] = defaultdict(list)
        truststores: dict[str, list[SetUse]] = defaultdict(list)
        for one in self.sets:
            for store, found in ((one.of.keystore, keystores), (one.of.truststore, truststores)):
                if store:
                    found[store.source].append(one)
        return tuple(
            StoreUse(self, row, row.store, tuple(keystores[row.source]), tuple(truststores[row.source]))
            for row in self.scene.rows
            if row.store
        )

    @cached_property
    def needed(self) -> frozenset[str]:
        """The identities of the certificates on which a key here relies."""
        return frozenset(facts.identity for key in self.keys for facts in (key.leaf, *key.above))

    @cached_property
    def places_of_servers(self) -> frozenset[Path]:
        """The folders in which the keystores of servers lie, and their KEYSTORE_DIRECTORYs."""
        keystores = (one.of.keystore.source for one in self.sets if one.of.keystore and one.keys)
        directories = (one.of.directory.absolute() for one in self.sets if one.of.directory)
        return frozenset((*(Path(source).absolute().parent for source in keystores), *directories))

    @cached_property
    def keys(self) -> tuple[KeyUse, ...]:
        """Every private key of every set, each certificate of a store once."""
        found = {(one.source, one.entry.alias): one for use in self.sets for one in use.keys}
        return tuple(one for one in found.values() if not self.alias or one.entry.alias.lower() == self.alias.lower())

    @cached_property
    def served(self) -> tuple[KeyUse, ...]:
        """Those that servers show."""
        return tuple(one for one in self.keys if one.serves)

    @cached_property
    def by_sha256(self) -> Mapping[str, CertificateFacts]:
        """Every certificate of every source."""
        return {facts.sha256: facts for facts in self.scene.certificates() if facts.sha256}

    @cached_property
    def with_keys(self) -> frozenset[str]:
        """The identities of the authorities whose private keys are here."""
        keys = (entry for store in self.scene.stores for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY)
        return frozenset(entry.chain[0].identity for entry in keys if entry.chain and entry.chain[0].is_ca)

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[CertificateFacts, ...]]:
        """The same by subject, each once."""
        found: dict[str, dict[str, CertificateFacts]] = {}
        for facts in self.scene.certificates():
            found.setdefault(facts.subject, {})[facts.identity] = facts
        return {subject: tuple(known.values()) for subject, known in found.items()}

    def issuer_of(self, facts: CertificateFacts) -> CertificateFacts | None:
        """The certificate among all sources that signed this one, proved by its signature where that can be."""
        among = [one for one in self.by_subject.get(facts.issuer, ()) if one.identity != facts.identity]
        proved = next((one for one in among if self.proofs.signed(one, facts)), None)
        return proved or next((one for one in among if self.proofs.signed(one, facts) is None), None)

    def path_of(self, facts: CertificateFacts) -> tuple[CertificateFacts, ...]:
        """The certificate and those above it as far as the sources have them."""
        path, seen = [facts], {facts.identity}
        while not is_root(path[-1]):
            above = self.issuer_of(path[-1])
            if above is None or above.identity in seen:
                break
            path.append(above)
            seen.add(above.identity)
        return tuple(path)

    def finding(self, rule: str, source: str, severity: Severity | None = None, **values: str) -> Finding:
        """What the rule says of a source that is no store of a set."""
        return catalogue()[rule].finding({"source": source}, {"source": source} | values, severity=severity)


def is_root(facts: CertificateFacts) -> bool:
    """Whether it signed itself; of an algorithm that is not proved any more, such as SHA-1, by its names."""
    return facts.subject == facts.issuer if facts.self_signed is None else facts.self_signed


def called(facts: CertificateFacts) -> str:
    """A certificate in a sentence."""
    return f"“{facts.common_name}”"


def issuer_called(facts: CertificateFacts) -> str:
    """Its issuer in a sentence."""
    return f"“{common_name(facts.issuer)}”"


def held_names(facts: CertificateFacts) -> str:
    """The first names of a certificate in a sentence."""
    names = [name.partition(":")[2] for name in facts.san if name.startswith(("dns:", "ip:"))]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more if names else "no name at all"


def _with(truststore: Store, added: Sequence[CertificateFacts]) -> Store:
    """A trust store with authorities as if they were imported."""
    more = [
        Entry(f"added{number}", EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=f"added{number}")
        for number, facts in enumerate(added)
    ]
    return replace(truststore, entries=(*truststore.entries, *more)) if more else truststore
