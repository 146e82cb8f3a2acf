"""What the given sources are for Zowe: facts that were read, and what is named in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import UsageError
from ..model import CertificateFacts, Entry, Store
from ..stores.sources import SourceRow
from ..zowe.instance import Instance, KeystoreEnvironment
from .anchors import java_anchors
from .verdict import Mode

__all__ = [
    "KeystoreDirectory",
    "Scene",
    "Service",
    "SetupFile",
    "ZoweSet",
    "certificate_named",
    "first_name",
    "host_names",
    "ring_name",
]

_MOST_CALLS = 2_000  # of services: each of many by each of many sets would be too many
_SHORTEST = 4  # of the digits that may stand for a fingerprint


@dataclass(frozen=True)
class KeystoreDirectory:
    """A folder with ``zowe-certificates.env``; ``written`` is the folder's path on z/OS, empty where nothing tells."""

    folder: Path
    environment: KeystoreEnvironment
    written: str = ""

    @property
    def ring(self) -> str:
        """``OWNER/RING`` where the certificates are in a key ring."""
        environment = self.environment
        return ring_name(environment.keyring_owner, environment.keyring_name) if environment.in_keyring else ""


@dataclass(frozen=True)
class SetupFile:
    """``zowe-setup-certificates.env`` or its sister for key rings, as far as the scene goes.

    ``keystore_directory`` is the path on z/OS, ``ring`` is ``OWNER/RING`` or empty, ``zosmf`` are the files of
    ZOSMF_CERTIFICATE, ``mode`` is that of the sets that are made with it; of a
    wildcard ``hosts`` have one that it stands for.
    """

    source: str
    keystore_directory: PurePosixPath
    ring: str = ""
    hosts: tuple[str, ...] = ()
    zosmf: tuple[str, ...] = ()
    mode: Mode = Mode.STRICT


@dataclass(frozen=True)
class ZoweSet:
    """The certificates with which one Zowe runs.

    Attributes:
        name: the alias of its server certificate, with the folder or store where that is in.
        entry: the private-key entry that the servers show; None where ``problem`` says why there is none.
        others: the other private-key entries of the keystore, those of components among them.
        truststore: what Zowe's Java servers trust; None where none was given or it could not be read.
        hosts: names and addresses by which clients reach Zowe.
        instance_hosts: those of the instances, by which Zowe's own services call each other; else the first of
            ``hosts`` counts.
        ring: ``OWNER/RING`` where the certificates are in a key ring.
        authorities: the list in PEM that Zowe's servers in Node are given.
        added: authorities that are trusted besides.
    """

    name: str
    keystore: Store | None
    entry: Entry | None
    truststore: Store | None
    mode: Mode = Mode.STRICT
    others: tuple[Entry, ...] = ()
    hosts: tuple[str, ...] = ()
    instance_hosts: tuple[str, ...] = ()
    directory: Path | None = None
    ring: str = ""
    authorities: tuple[CertificateFacts, ...] = ()
    added: tuple[CertificateFacts, ...] = ()
    problem: str = ""

    @property
    def anchors(self) -> tuple[CertificateFacts, ...]:
        """What its Java servers trust."""
        return _once((*(java_anchors(self.truststore) if self.truststore else ()), *self.added))

    @property
    def node_anchors(self) -> tuple[CertificateFacts, ...]:
        """What its servers in Node trust."""
        return _once((*self.authorities, *self.added))

    @property
    def client_anchors(self) -> tuple[CertificateFacts, ...]:
        """What clients outside trust once they have imported its authorities: no certificates of single servers."""
        known = _once((*self.authorities, *self.anchors))
        return tuple(facts for facts in known if facts.is_ca or facts.subject == facts.issuer)

    def as_dict(self) -> dict[str, Any]:
        """One of the ``sets`` of the JSON."""
        return {
            "name": self.name,
            "keystore": self.keystore.source if self.keystore else None,
            "alias": self.entry.alias if self.entry else None,
            "truststore": self.truststore.source if self.truststore else None,
            "mode": str(self.mode),
            "hosts": list(self.hosts),
            "directory": str(self.directory) if self.directory else None,
            "ring": self.ring or None,
            "problem": self.problem or None,
        }

    def own(self, component: str) -> Entry | None:
        """The entry that a component shows: the one of its name, else the server's."""
        named = (entry for entry in self.others if entry.alias.lower() == component)
        return next(named, self.entry)


@dataclass(frozen=True)
class Service:
    """A server outside Zowe that Zowe calls: z/OSMF or an extension; ``chain`` as it sends it, empty if not known."""

    name: str
    source: str
    host: str = ""
    chain: tuple[CertificateFacts, ...] = ()
    is_file: bool = False

    @property
    def id(self) -> str:
        """What tells it from all others."""
        return f"service:{self.chain[0].identity if self.chain else self.source}"

    def as_dict(self) -> dict[str, Any]:
        """One of the ``services`` of the JSON."""
        chain = [facts.sha256 for facts in self.chain]
        return {"name": self.name, "source": self.source, "host": self.host or None, "chain": chain}


@dataclass(frozen=True)
class Scene:
    """All that the sources told: ``rows`` of what was read, and what it means for Zowe.

    ``notes`` are sentences about what was named and not found, or could not be used. ``of_instance`` are the
    directories found here by the source of each instance.
    """

    rows: tuple[SourceRow, ...] = ()
    sets: tuple[ZoweSet, ...] = ()
    services: tuple[Service, ...] = ()
    setup_files: tuple[SetupFile, ...] = ()
    directories: tuple[KeystoreDirectory, ...] = ()
    instances: tuple[Instance, ...] = ()
    notes: tuple[str, ...] = ()
    of_instance: Mapping[str, KeystoreDirectory] = field(default_factory=dict)

    @property
    def callers(self) -> int:
        """How many of the sets, the first ones, are taken to call each service; which do, no file tells."""
        return max(1, _MOST_CALLS // len(self.services)) if self.services else 0

    @property
    def stores(self) -> tuple[Store, ...]:
        return tuple(row.store for row in self.rows if row.store)

    def as_dict(self) -> dict[str, Any]:
        """What the sources are for Zowe, for a program; the sources themselves are another matter."""
        return {
            "sets": [one.as_dict() for one in self.sets],
            "services": [one.as_dict() for one in self.services],
            "instances": [
                {
                    "source": one.source,
                    "keystore_directory": str(one.keystore_directory) if one.keystore_directory else None,
                    "found": str(self.of_instance[one.source].folder) if one.source in self.of_instance else None,
                }
                for one in self.instances
            ],
            "notes": list(self.notes),
        }

    def certificates(self) -> Iterator[CertificateFacts]:
        """Every certificate of every source, as often as it is there."""
        for store in self.stores:
            for entry in store.entries:
                yield from entry.chain


def certificate_named(scene: Scene, text: str) -> CertificateFacts:
    """The certificate whose SHA-256 is ``text`` or begins with it, colons and upper case allowed.

    Raises:
        UsageError: none begins so, or more than one does.
    """
    wanted = text.replace(":", "").strip().lower()
    found = {facts.sha256: facts for facts in scene.certificates() if facts.sha256 and facts.sha256.startswith(wanted)}
    if len(wanted) < _SHORTEST or not found:
        msg = (
            f"no certificate here has a SHA-256 that begins with {text[:80]!r}; give {_SHORTEST} or more of its digits"
        )
        raise UsageError(msg)
    if len(found) > 1:
        msg = f"{len(found)} certificates have a SHA-256 that begins with {text[:80]!r}; give more of its digits"
        raise UsageError(msg)
    return next(iter(found.values()))


def ring_name(owner: str, name: str) -> str:
    """``OWNER/RING``; user IDs are upper case in RACF, names of rings are as they are."""
    return f"{owner.upper()}/{name}"


def first_name(facts: CertificateFacts) -> str:
    """A host that a client may ask for where a certificate is shown: its first name, or the common name."""
    return next(host_names(facts), facts.common_name)


def host_names(facts: CertificateFacts) -> Iterator[str]:
    """Every name and address of a certificate; of a wildcard one that it stands for."""
    for name in facts.san:
        kind, _, host = name.partition(":")
        if kind in {"dns", "ip"} and host:
            yield host.replace("*", "zowe", 1)


def _once(certificates: tuple[CertificateFacts, ...]) -> tuple[CertificateFacts, ...]:
    return tuple({facts.identity: facts for facts in certificates}.values())
