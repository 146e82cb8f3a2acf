"""Who talks to whom with which certificate, and whether they accept each other.

Northbound are the clients of the gateway, southbound are the servers that Zowe itself calls: its own, which show
the Zowe certificate or one of a component, and those of others, such as z/OSMF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..model import CertificateFacts, Entry, EntryKind
from .connection import Connection, Owner
from .host_names import node_host_problem, rfc_host_problem
from .java_certificate import called
from .java_host import java_host_problem
from .java_path import java_handshake_verdict
from .openssl_path import NODE, PYTHON, TlsClient, openssl_verdict
from .proofs import Proofs
from .roles import is_closed, key_problem
from .verdict import Mode, Role, Verdict
from .zowe_set import Scene, Service, ZoweSet

__all__ = ["connections_of"]


_BROWSER, _CLI, _REST = "Web browser", "Zowe CLI", "REST client in Java"
_GATEWAY = ("API Gateway", "gateway")
_APP_SERVER, _ZSS = ("Zowe Desktop", "app-server"), ("ZSS", "zss")
# Zowe's servers in Java, each with the name that a certificate of its own has in the keystore.
_JAVA_SERVERS = (
    ("API Catalog", "api-catalog"),
    ("Discovery Service", "discovery"),
    ("Caching Service", "caching-service"),
    ("Files API", "files-api"),
    ("Jobs API", "jobs-api"),
)
_NOT_VERIFIED = "not verified in this mode"


def connections_of(
    scene: Scene, *, at: dt.datetime, proofs: Proofs, mode: Mode | None = None, hosts: Sequence[str] = ()
) -> tuple[Connection, ...]:
    """Every connection of every set, with what its two ends say of each other.

    Clients outside are taken to have imported the set's own authorities, those of its trust store and of its list
    in PEM, and nothing else. Where a key cannot be used, nobody connects, whatever the mode.

    Args:
        at: the moment of the judgement, in UTC.
        proofs: what is proved already.
        mode: as if Zowe verified so; None: as each set does.
        hosts: names by which clients call Zowe; none: those of each set.
    """
    found: list[Connection] = []
    for number, one in enumerate(scene.sets):
        judge = _Judge(replace(one, mode=mode or one.mode, hosts=tuple(hosts) or one.hosts), at, proofs)
        found += judge.northbound()
        found += judge.inside()
        found += [judge.outside(service) for service in scene.services if number < scene.callers]
    return tuple(found)


_Seen = tuple[Verdict, str]  # what is said of the chain, and what is wrong with the name


class _KeyProblem(NamedTuple):
    """Why a key cannot be used, and whether that is sure: it may only be closed to us."""

    reason: str
    known: bool


class _Judge:
    """One set, with what its servers and clients trust; each question is asked once."""

    def __init__(self, scene_set: ZoweSet, at: dt.datetime, proofs: Proofs) -> None:
        self.set, self.at, self.proofs = scene_set, at, proofs
        self.java, self.node, self.clients = scene_set.anchors, scene_set.node_anchors, scene_set.client_anchors
        self.gateway = scene_set.own("gateway")
        # By the id of an entry, which is kept with the answer: another one must not get its id.
        self._answers: dict[tuple[int, int, Role, bool], tuple[Entry, Verdict]] = {}
        self._keys: dict[int, tuple[Entry, _KeyProblem | None]] = {}

    def northbound(self) -> Iterator[Connection]:
        """Clients that judge for themselves, for each host by which they call."""
        for host in self.set.hosts or ("",):
            for client in (_BROWSER, _CLI, _REST):
                role = Role.JAVA_SERVER_WITH_HOST if client == _REST else Role.OPENSSL_SERVER_WITH_HOST
                base = self._base((client, ""), _GATEWAY, host, role)
                yield self._judged(base, self.gateway, self.clients, client)

    def inside(self) -> Iterator[Connection]:
        """Zowe's own servers among themselves: those in Java show each other certificates, those in Node do not."""
        for host in self.set.instance_hosts or self.set.hosts[:1] or ("",):
            for server in (*_JAVA_SERVERS, _APP_SERVER):
                role = Role.JAVA_SERVER_WITH_HOST if server is _APP_SERVER else Role.JAVA_MUTUAL_TLS
                yield self._judged(self._base(_GATEWAY, server, host, role), self.set.own(server[1]), self.java, "")
            for server in (_GATEWAY, _ZSS):
                base = self._base(_APP_SERVER, server, host, Role.NODE_SERVER)
                yield self._judged(base, self.set.own(server[1]), self.node, "")

    def outside(self, service: Service) -> Connection:
        """The gateway calls a server that is not Zowe's."""
        base = self._base(_GATEWAY, (service.name, ""), service.host, Role.JAVA_SERVER_WITH_HOST)
        base = replace(base, owner=Owner.EXTERNAL, server_id=service.id)
        if not service.chain:
            return _unknown(base, f"of {service.name} no certificate of its own is here")
        # Only what it shows counts of it: the key is elsewhere.
        shown = Entry(service.name, EntryKind.CERTIFICATE, service.chain)
        found = self._judged(base, shown, self.java, "")
        if found.word == "refused" and service.is_file and len(service.chain) == 1:
            reason = f"{found.verdict.reason} (its file holds one certificate; the server may send more)"
            return replace(found, verdict=replace(found.verdict, reason=reason))
        return found

    def _base(self, client: tuple[str, str], server: tuple[str, str], host: str, role: Role) -> Connection:
        return Connection(
            scene_set=self.set.name,
            client=client[0],
            server=server[0],
            host=host,
            owner=Owner.ZOWE,
            mode=self.set.mode,
            verdict=Verdict(accepted=False),
            role=role,
            client_id=self._id(client),
            server_id=self._id(server),
        )

    def _id(self, program: tuple[str, str]) -> str:
        name, component = program
        return f"{component}:{self.set.name}" if component else f"client:{name}"

    def _judged(
        self, base: Connection, entry: Entry | None, anchors: Sequence[CertificateFacts], client: str
    ) -> Connection:
        """The verdict of a client outside, or without one of Zowe itself in its mode."""
        base = replace(base, shown=entry.certificate if entry else None)
        if entry is None:
            return _unknown(base, self.set.problem or "the sources hold no private key for it")
        used = [entry, self.gateway] if base.role is Role.JAVA_MUTUAL_TLS and self.gateway else [entry]
        if problem := next(filter(None, map(self._key_problem, used)), None):
            refused = replace(base, verdict=Verdict(accepted=False, reason=problem.reason, at_fault=_sha256(entry)))
            return refused if problem.known else _unknown(base, problem.reason)
        lax = not client and base.mode is Mode.DISABLED
        if why := self._cannot_tell(entry, anchors):
            return replace(base, verdict=Verdict(accepted=True, reason=_NOT_VERIFIED)) if lax else _unknown(base, why)
        chain, host = self._seen(base, entry, anchors, client)
        if client or base.mode is not Mode.NONSTRICT:
            chain = chain.under_a_name(host, entry.chain[0].sha256)
        if client:
            chain = _imported(chain, anchors)
        return replace(base, verdict=_unverified(chain) if lax else chain)

    def _seen(self, base: Connection, entry: Entry, anchors: Sequence[CertificateFacts], client: str) -> _Seen:
        """Strictly, the chain and the name each for itself."""
        leaf, node = entry.chain[0], client == _CLI or base.role is Role.NODE_SERVER
        key = (id(entry), id(anchors), base.role, node)
        if key not in self._answers:
            self._answers[key] = entry, self._chain(base.role, entry, anchors, NODE if node else PYTHON)
        chain = self._answers[key][1]
        if node:
            return chain, node_host_problem(leaf, base.host)
        problem = rfc_host_problem if client == _BROWSER else java_host_problem
        return chain, problem(leaf, base.host)

    def _chain(self, role: Role, entry: Entry, anchors: Sequence[CertificateFacts], program: TlsClient) -> Verdict:
        at, proofs = self.at, self.proofs
        if role in {Role.NODE_SERVER, Role.OPENSSL_SERVER_WITH_HOST}:
            return openssl_verdict(entry.chain, anchors, at=at, proofs=proofs, client=program)
        verdict = java_handshake_verdict(entry.chain, anchors, at=at, proofs=proofs)
        if role is not Role.JAVA_MUTUAL_TLS or not verdict.accepted or not self.gateway:
            return verdict
        shown = java_handshake_verdict(entry.chain, anchors, client=self.gateway.chain, at=at, proofs=proofs)
        return shown if shown.accepted else replace(shown, reason=f"as the client, {shown.reason}")

    def _key_problem(self, entry: Entry) -> _KeyProblem | None:
        """Why nobody can connect with its key; of a certificate alone and of a key ring the key is elsewhere."""
        if entry.place or entry.kind is not EntryKind.PRIVATE_KEY:
            return None
        if id(entry) not in self._keys:
            reason = key_problem(entry)
            # In a directory Zowe has no other password than the one that was tried.
            known = self.set.directory is not None or not is_closed(entry)
            self._keys[id(entry)] = entry, _KeyProblem(reason, known) if reason else None
        return self._keys[id(entry)][1]

    def _cannot_tell(self, entry: Entry, anchors: Sequence[CertificateFacts]) -> str:
        if not entry.chain:
            return f"the listing shows no more of {entry.alias} than its label"
        if not entry.chain[0].der:
            return _by_names(entry, anchors, self.at)
        if not anchors and self.set.truststore is None:
            return self.set.problem or "no trust store is among the sources"
        return ""


def _by_names(entry: Entry, anchors: Sequence[CertificateFacts], at: dt.datetime) -> str:
    """What a listing of RACF tells, which has no certificates, only facts of them."""
    leaf = entry.chain[0]
    issuers = {facts.issuer for facts in entry.chain if facts.issuer}
    anchor = next((facts for facts in anchors if facts.subject in issuers), None)
    told = f"its issuer {called(anchor)} is trusted" if anchor else "nobody who signed it is trusted"
    if leaf.not_after is not None and leaf.not_after < at:
        told += f", and it ended {leaf.end_day}"
    return f"a listing proves nothing; by the names in it, {told}"


def _unknown(base: Connection, why: str) -> Connection:
    return replace(base, known=False, verdict=Verdict(accepted=False, reason=why))


def _imported(verdict: Verdict, anchors: Sequence[CertificateFacts]) -> Verdict:
    """What a client outside must have done before."""
    last = verdict.path[-1] if verdict.accepted and verdict.path else None
    anchor = next((facts for facts in anchors if last and facts.sha256 == last), None)
    if anchor is None:
        return verdict
    once = f"once {called(anchor)} is imported as trusted at the client"
    return replace(verdict, reason=f"{once}; {verdict.reason}" if verdict.reason else once)


def _unverified(strict: Verdict) -> Verdict:
    reason = _NOT_VERIFIED if strict.accepted else f"{_NOT_VERIFIED}; strictly: {strict.reason}"
    return Verdict(accepted=True, reason=reason, path=strict.path)


def _sha256(entry: Entry) -> str | None:
    return entry.chain[0].sha256 if entry.chain else None
