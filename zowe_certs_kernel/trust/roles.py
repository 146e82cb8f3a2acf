"""One verdict for each role that a private-key entry plays, under each way in which Zowe verifies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from ..errors import StoreError, UsageError, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from .anchors import java_anchors, pem_anchors
from .host_names import curl_host_problem, node_host_problem, openssl_host_problem, rfc_host_problem
from .java_host import java_host_problem
from .java_path import java_mutual_verdict, java_verdict, speech_problem
from .openssl_path import CURL, NODE, PYTHON, TlsClient, openssl_verdict
from .proofs import Proofs
from .verdict import HostVerdict, Mode, Purpose, Role, RoleVerdict, Verdict

__all__ = ["is_closed", "key_entries", "key_problem", "roles_of"]

_BY_HOST = (Role.JAVA_SERVER_WITH_HOST, Role.OPENSSL_SERVER_WITH_HOST)
_MOST_TOLD = 20
_NO_CERTIFICATE = "the entry has no certificate"
_NOT_VERIFIED = "nothing is verified in this mode"


def key_entries(keystore: Store, alias: str = "") -> tuple[Entry, ...]:
    """The private-key entries of a store; with ``alias`` that one alone, upper and lower case alike as in Java.

    Raises:
        UsageError: no private key has that alias; says which there are.
    """
    keys = tuple(entry for entry in keystore.entries if entry.kind is EntryKind.PRIVATE_KEY)
    wanted = tuple(entry for entry in keys if not alias or alias.lower() in (entry.alias.lower(), entry.java_alias))
    if alias and not wanted:
        there = ", ".join(repr(entry.alias[:80]) for entry in keys[:_MOST_TOLD]) or "none"
        there += f" and {len(keys) - _MOST_TOLD} more" if len(keys) > _MOST_TOLD else ""
        msg = f"{keystore.source} has no private key with alias {alias!r}; it has {there}"
        raise UsageError(msg)
    return wanted


def roles_of(
    keystore: Store,
    truststore: Store,
    *,
    alias: str = "",
    hosts: Sequence[str] = (),
    at: dt.datetime,
    proofs: Proofs | None = None,
    authorities: Sequence[CertificateFacts] = (),
) -> tuple[RoleVerdict, ...]:
    """What Java, OpenSSL and Node say of each private key of ``keystore`` where ``truststore`` is what they trust.

    STRICT is what TLS itself says. NONSTRICT drops Zowe's check of host names and DISABLED every check
    that Zowe's own programs make; clients outside (``openssl_server_with_host``) judge for themselves in
    every mode. The roles with a host are left out where ``hosts`` are none.

    Args:
        alias: one entry alone.
        hosts: names or addresses by which clients reach the server.
        at: the moment of the judgement, in UTC.
        proofs: what is proved already.
        authorities: the list in PEM that Zowe's servers in Node have; without any, what the trust store holds.

    Raises:
        UsageError: there is no such alias.
    """
    judge = _Judge(truststore, tuple(hosts), at, proofs or Proofs(), tuple(authorities))
    return tuple(
        RoleVerdict(keystore.source, entry.alias, role, mode, *_in_mode(role, mode, strict, opens))
        for entry in key_entries(keystore, alias)
        for strict, opens in (judge.verdicts(_opened_once(entry)),)
        for role in strict
        for mode in Mode
    )


_Judged = tuple[Verdict, tuple[HostVerdict, ...]]


class _Judge:
    """A trust store that certificates are held against."""

    def __init__(
        self,
        truststore: Store,
        hosts: tuple[str, ...],
        at: dt.datetime,
        proofs: Proofs,
        authorities: tuple[CertificateFacts, ...],
    ) -> None:
        self.java, self.pem = java_anchors(truststore), pem_anchors(truststore)
        self.node = authorities or self.pem
        self.hosts, self.at, self.proofs = hosts, at, proofs
        self._asked: dict[tuple[tuple[str, ...], str], Verdict] = {}

    def verdicts(self, entry: Entry) -> tuple[dict[Role, _Judged], bool]:
        """The strict verdict in each role, in the order of :class:`Role`; and whether TLS can be spoken at all."""
        found = dict(self._verdicts(entry))
        ordered = {role: found[role] for role in Role if role in found}
        speaks = bool(entry.chain) and not speech_problem(entry.chain, self.proofs)
        return ordered, speaks and key_problem(entry) == ""

    def _verdicts(self, entry: Entry) -> Iterator[tuple[Role, _Judged]]:
        chain, at, proofs = entry.chain, self.at, self.proofs
        if not chain:
            none = Verdict(accepted=False, reason=_NO_CERTIFICATE)
            yield from ((role, (none, ())) for role in Role if self.hosts or role not in _BY_HOST)
            return
        server = java_verdict(chain, self.java, Purpose.SERVER, at=at, proofs=proofs)
        yield Role.JAVA_SERVER, (server, ())
        yield Role.JAVA_CLIENT, (java_verdict(chain, self.java, Purpose.CLIENT, at=at, proofs=proofs), ())
        yield Role.JAVA_MUTUAL_TLS, (java_mutual_verdict(entry, self.java, at=at, proofs=proofs), ())
        yield Role.NODE_SERVER, (openssl_verdict(chain, self.node, at=at, proofs=proofs, client=NODE), ())
        if self.hosts:
            java = [HostVerdict(host, _java_named(server, chain[0], host)) for host in self.hosts]
            rest = [HostVerdict(host, self._openssl(chain, host)) for host in self.hosts]
            yield Role.JAVA_SERVER_WITH_HOST, (_of_all(java), tuple(java))
            yield Role.OPENSSL_SERVER_WITH_HOST, (_of_all(rest), tuple(rest))

    def _openssl(self, chain: Sequence[CertificateFacts], host: str) -> Verdict:
        """What Python says, which most say; where curl, Node or browsers differ, the reason tells."""
        said = {client.name: self._client(chain, client) for client in (PYTHON, CURL, NODE)}
        leaf = chain[0]
        verdict = said[PYTHON.name].under_a_name(openssl_host_problem(leaf, host), leaf.sha256)
        others = {
            "curl": said[CURL.name].under_a_name(curl_host_problem(leaf, host), leaf.sha256),
            "Node": said[NODE.name].under_a_name(node_host_problem(leaf, host), leaf.sha256),
            "browsers": said[PYTHON.name].under_a_name(rfc_host_problem(leaf, host), leaf.sha256),
        }
        differing = {name: one for name, one in others.items() if one.accepted != verdict.accepted}
        told = [_differs(name, one) for name, one in differing.items()]
        refused_by = tuple(name for name, one in differing.items() if not one.accepted)
        return replace(verdict, reason="; ".join(filter(None, [verdict.reason, *told])), refused_by=refused_by)

    def _client(self, chain: Sequence[CertificateFacts], client: TlsClient) -> Verdict:
        """Each client is asked once for all hosts of a chain."""
        key = (tuple(facts.identity for facts in chain), client.name)
        if key not in self._asked:
            self._asked[key] = openssl_verdict(chain, self.pem, at=self.at, proofs=self.proofs, client=client)
        return self._asked[key]


def _java_named(verdict: Verdict, leaf: CertificateFacts, host: str) -> Verdict:
    """As Java 17 takes names; what newer ones refuse is told."""
    judged = verdict.under_a_name(java_host_problem(leaf, host), leaf.sha256)
    newer = java_host_problem(leaf, host, newer=True) if judged.accepted else ""
    told = [judged.reason, f"newer Java refuses it: {newer}"]
    return replace(judged, reason="; ".join(filter(None, told)), refused_by=("newer Java",)) if newer else judged


def _differs(name: str, verdict: Verdict) -> str:
    ending = "" if name.endswith("s") else "s"
    return f"{name} accept{ending} it" if verdict.accepted else f"{name} refuse{ending} it: {verdict.reason}"


def key_problem(entry: Entry) -> str:
    """Why no TLS connection can be made with the key of an entry, or nothing; the key is opened for it."""
    from ..stores.certificate import key_fits

    if entry.open_key is None or entry.certificate is None:
        return "its private key is not there to be used"
    try:
        key = entry.open_key()
    except (StoreError, ValueError, TypeError) as error:
        return str(error)
    return "" if key_fits(key, entry.certificate) else "its private key is not that of its certificate"


def is_closed(entry: Entry) -> bool:
    """Whether it is only the password of its key that lacks."""
    try:
        if entry.open_key:
            entry.open_key()
    except WrongPassword:
        return True
    except (StoreError, ValueError, TypeError):
        return False
    return False


def _of_all(hosts: Sequence[HostVerdict]) -> Verdict:
    """Refused where one host is; of those accepted, by whom not."""
    refused = next((one.verdict for one in hosts if not one.verdict.accepted), None)
    partly = next((one.verdict for one in hosts if one.verdict.refused_by), hosts[0].verdict)
    return refused or partly


def _in_mode(role: Role, mode: Mode, strict: dict[Role, _Judged], opens: bool) -> _Judged:
    verdict, hosts = strict[role]
    if mode is Mode.STRICT or role is Role.OPENSSL_SERVER_WITH_HOST:
        return verdict, hosts
    if mode is Mode.NONSTRICT:
        chain_only = role is Role.JAVA_SERVER_WITH_HOST
        verdict = strict[Role.JAVA_SERVER][0] if chain_only else verdict
        return verdict, tuple(HostVerdict(one.host, verdict) for one in hosts) if chain_only else hosts
    if verdict.reason == _NO_CERTIFICATE or (role is Role.JAVA_MUTUAL_TLS and not opens):
        return verdict, hosts
    reason = _NOT_VERIFIED if verdict.accepted else f"{_NOT_VERIFIED}; strictly: {verdict.reason}"
    lax = Verdict(accepted=True, reason=reason)
    return lax, tuple(HostVerdict(one.host, lax) for one in hosts)


def _opened_once(entry: Entry) -> Entry:
    """Opening a key costs a derivation, and two questions need it."""
    return replace(entry, open_key=cache(entry.open_key)) if entry.open_key else entry
