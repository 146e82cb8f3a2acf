"""An audit as it is asked for, of sources or of a pair of stores: shared by notebook 50 and ``zowe-certs audit``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..audit.catalogue import Profile
from ..audit.result import AuditResult
from ..audit.subjects import Thresholds
from ..audit.waivers import read_waivers
from ..errors import UsageError
from ..local_path import local_path
from ..names import asked_hosts
from ..parameter_values import moment_of
from ..stores.passwords import Passwords
from ..stores.sources import read_sources
from ..trust.roles import key_entries
from ..trust.zowe_set import Scene
from ..trust.zowe_sets import set_of_pair
from .judged_scene import Question, Trust, audit_of

__all__ = ["AuditQuestion", "audit_pair", "audit_trust"]


@dataclass(frozen=True)
class AuditQuestion:
    """What is asked of an audit besides its sources, as people give it.

    ``profile`` is one of :class:`~zowe_certs_kernel.audit.catalogue.Profile` or empty; ``clients`` are files with
    client certificates, ``waivers`` is a file or empty.
    """

    profile: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)
    clients: Sequence[str] = ()
    waivers: str = ""

    @property
    def asked_profile(self) -> Profile | None:
        return Profile(self.profile) if self.profile else None


def audit_trust(trust: Trust, asked: AuditQuestion, passwords: Passwords, alias: str = "") -> AuditResult:
    """Every rule over a scene that was read.

    Raises:
        SettingsError: the file of waivers cannot be used.
        StoreError: a client certificate cannot be read.
        UsageError: no keystore has a private key with that alias.
    """
    waivers = read_waivers(local_path(asked.waivers, "waivers")) if asked.waivers else ()
    clients = tuple(read_sources(list(asked.clients), passwords)) if asked.clients else ()
    for row in clients:
        if row.error and row.named:
            raise row.error
    return audit_of(
        trust,
        alias,
        profile=asked.asked_profile,
        thresholds=asked.thresholds,
        clients=clients,
        waivers=waivers,
    )


def audit_pair(
    keystore: str, truststore: str, question: Question, asked: AuditQuestion, passwords: Passwords
) -> AuditResult:
    """One keystore held against one trust store, as Zowe would use them.

    Raises:
        UsageError: one of them is a folder, or the keystore has no private key with the alias that is asked for.
    """
    for name, path in (("--keystore", keystore), ("--truststore", truststore)):
        if local_path(path, name).is_dir():
            msg = f"{name} is a store, and {path} is a folder: name the folder alone, without {name}"
            raise UsageError(msg)
    at, hosts = moment_of(question.at, "--at"), asked_hosts(question.hosts, "--host")
    rows = tuple(read_sources([keystore, truststore], passwords))
    stores = [row.store for row in rows]
    pair = None
    if stores[0] and stores[1]:
        key_entries(stores[0], question.alias)  # refuses an alias that is not there
        pair = set_of_pair(stores[0], stores[1], question.alias)
    scene = Scene(rows=rows, sets=(replace(pair, hosts=hosts),) if pair else ())
    return audit_trust(Trust(scene, at, at, hosts), asked, passwords, question.alias)
