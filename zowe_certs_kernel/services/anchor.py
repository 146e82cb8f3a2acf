"""Which certificates a trust store needs so that Zowe accepts a service, and why: the authority before the server."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import UsageError
from ..model import CertificateFacts
from ..names import common_name
from ..trust.java_certificate import called
from ..trust.java_path import java_handshake_verdict
from ..trust.name_constraints import shown_names
from ..trust.proofs import Proofs
from .presented import Presented, ServiceAnchor

__all__ = ["RESERVED", "Choice", "anchors_of", "choices_of", "free_alias"]

_MOST_PROOFS = 4_096  # signatures to check beyond one for each certificate, which is all that honest sources ask for
_LONGEST_ALIAS = 40


@dataclass(frozen=True)
class Choice:
    """What is to be done for one service.

    Attributes:
        service: the service with its own certificate first; of a file that holds authorities alone these.
        anchor: the certificate to add; None where there is none, or it is trusted already.
        why: the reason in a sentence.
        trusted: whether Zowe trusts it without a change.
        source: the file that the anchor comes from; empty where the server showed it.
    """

    service: Presented
    anchor: CertificateFacts | None
    why: str
    trusted: bool = False
    source: str = ""

    @property
    def leaf(self) -> CertificateFacts | None:
        """The service's own certificate; None where a file holds authorities alone."""
        first = self.service.chain[0]
        return None if self.service.is_file and _is_authority(first) and not _is_leaf(first) else first


_Key = tuple[str, bytes | None]  # an authority's name and its public key
_Authorities = Mapping[str, Mapping[bytes | None, Sequence[CertificateFacts]]]  # by these two


@dataclass(frozen=True)
class _Pool:
    """All that was shown or is in files, by identity with its file."""

    source: Mapping[str, str]
    certificates: Sequence[CertificateFacts]
    authorities: _Authorities
    proofs: Proofs
    at: dt.datetime
    tried: set[tuple[str, bytes | None, str]] = field(default_factory=set)

    def issuers(self, subject: CertificateFacts, passed: Collection[_Key] = ()) -> Iterator[_Key]:
        """The keys that signed it, by signature; cross-signed authorities have several certificates for one key.

        Raises:
            UsageError: too many claim its issuer's name, each with a key of its own.
        """
        name = subject.issuer
        for key, same in self.authorities.get(name, {}).items():
            if (name, key) in passed:
                continue
            self.tried.add((name, key, subject.identity))
            if len(self.tried) > _MOST_PROOFS + len(self.certificates):
                msg = (
                    f"too many certificates have the name {shown_names([name], longest=200)}, each with a key of its "
                    "own: name a file with the right one instead"
                )
                raise UsageError(msg)
            if self.proofs.signed(same[0], subject):
                yield name, key

    def above(self, leaf: CertificateFacts, sent: Collection[str]) -> list[list[CertificateFacts]]:
        """Every way up from a certificate; only over what the server sends does a client find one."""
        found: list[list[CertificateFacts]] = []
        ways = deque([[leaf]])
        passed: set[_Key] = set()
        while ways:
            way = ways.popleft()
            if way[-1] is not leaf and way[-1].identity not in sent:
                continue
            for name, key in self.issuers(way[-1], passed):
                passed.add((name, key))
                higher = [[*way, one] for one in self.authorities[name][key] if one.identity != leaf.identity]
                ways += higher
                found += higher
        return found

    def best(self, ways: Sequence[list[CertificateFacts]]) -> list[CertificateFacts]:
        """In force before ended, root before intermediate, and of two roots the one nearer to the server."""
        return min(ways, key=lambda way: (_ended(way[-1], self.at), not way[-1].self_signed, _order(way)))


def _order(way: list[CertificateFacts]) -> int:
    return len(way) if way[-1].self_signed else -len(way)


def _ended(facts: CertificateFacts, at: dt.datetime) -> bool:
    return facts.not_after is not None and facts.not_after < at


def _is_authority(facts: CertificateFacts) -> bool:
    """A root of version 1 says nothing of itself."""
    return bool(facts.is_ca) or (bool(facts.self_signed) and facts.is_ca is None)


def _is_leaf(facts: CertificateFacts) -> bool:
    return not _is_authority(facts)


def _authorities_of(certificates: Iterable[CertificateFacts], proofs: Proofs) -> _Authorities:
    found: dict[str, dict[bytes | None, list[CertificateFacts]]] = {}
    for facts in filter(_is_authority, certificates):
        found.setdefault(facts.subject, {}).setdefault(proofs.public_key(facts), []).append(facts)
    return found


def choices_of(
    presented: Sequence[Presented],
    trusted: Sequence[CertificateFacts] = (),
    *,
    at: dt.datetime,
    proofs: Proofs | None = None,
) -> tuple[Choice, ...]:
    """What each service needs: of servers, and of each server certificate in the files.

    Authorities in files are for the servers that are named with them; without any server certificate they are what
    somebody wants to trust. What signed nothing of it is left alone.

    Args:
        presented: what servers showed and what is in files.
        trusted: what the trust store holds.
        at: the day on which they are judged, in UTC.
    """
    proofs = proofs or Proofs()
    shown = {facts.identity for one in presented if not one.is_file for facts in one.chain}
    in_files = {facts.identity: one.name for one in presented if one.is_file for facts in one.chain}
    source = {identity: name for identity, name in in_files.items() if identity not in shown}
    certificates = tuple({facts.identity: facts for one in presented for facts in one.chain}.values())
    pool = _Pool(source, certificates, _authorities_of(certificates, proofs), proofs, at)
    services = tuple(_services(presented, shown))
    if not services:
        return tuple(_to_trust(pool, presented, trusted))
    return tuple(_choice(pool, service, trusted) for service in services)


def _services(presented: Sequence[Presented], shown: Collection[str]) -> Iterator[Presented]:
    """Servers, then each server certificate in a file that no server shows, with what may be above it in its file."""
    yield from (one for one in presented if not one.is_file)
    for file in (one for one in presented if one.is_file):
        authorities: dict[str, list[CertificateFacts]] = {}
        for facts in filter(_is_authority, file.chain):
            authorities.setdefault(facts.subject, []).append(facts)
        for leaf in filter(_is_leaf, file.chain):
            if leaf.identity not in shown:
                yield replace(file, chain=(leaf, *_by_name(leaf, authorities)))


def _by_name(
    leaf: CertificateFacts, authorities: Mapping[str, Sequence[CertificateFacts]]
) -> Iterator[CertificateFacts]:
    """Nearest first: a file with a whole bundle of authorities is no chain, and would be judged as one."""
    passed: set[str] = set()
    wanted = deque([leaf.issuer])
    while wanted:
        name = wanted.popleft()
        if name in passed:
            continue
        passed.add(name)
        yield from authorities.get(name, ())
        wanted += (facts.issuer for facts in authorities.get(name, ()))


def _choice(pool: _Pool, service: Presented, trusted: Sequence[CertificateFacts]) -> Choice:
    leaf = service.chain[0]
    held = {facts.identity for facts in trusted}
    ways = pool.above(leaf, {facts.identity for facts in service.chain})
    there = next((way[-1] for way in [[leaf], *ways] if way[-1].identity in held), None)
    if there is None:
        verdict = java_handshake_verdict(service.chain, trusted, at=pool.at, proofs=pool.proofs)
        there = next((one for one in trusted if verdict.accepted and one.sha256 == verdict.path[-1]), None)
    if there is not None:
        which = "itself" if there is leaf else f"through {called(there)}"
        return Choice(service, None, f"it is trusted already, {which}; nothing needs to be added", trusted=True)
    if ways:
        best = pool.best(ways)
        return Choice(service, best[-1], _why(pool, best), source=pool.source.get(best[-1].identity, ""))
    if leaf.self_signed:
        why = "it signed itself, so that there is no authority to trust: its next certificate has to be added again"
        return Choice(service, leaf, why, source=pool.source.get(leaf.identity, ""))
    return Choice(service, None, _missing(leaf, pool))


def _why(pool: _Pool, way: Sequence[CertificateFacts]) -> str:
    anchor = way[-1]
    told = (
        "the root that signed it"
        if anchor.self_signed
        else "the highest authority that is shown of those that signed it"
    )
    if not anchor.self_signed and any(True for _ in pool.issuers(anchor)):
        told = "it does not come with the server's certificate, so that the one above it would not be enough"
    if between := way[1:-1]:
        told += f", through {shown_names(called(facts) for facts in between)}"
    told += ": the server's own certificate may be renewed without a change here"
    if _ended(anchor, pool.at):
        told += f". It ended {anchor.end_day}: Java goes on taking what it signed, OpenSSL and Node do not"
    return told


def _missing(leaf: CertificateFacts, pool: _Pool) -> str:
    """What to ask for, where the issuer is not shown."""
    issuer = shown_names([leaf.issuer], longest=200) or "an issuer without a name"
    named = (one for same in pool.authorities.get(leaf.issuer, {}).values() for one in same)
    others = any(one.identity != leaf.identity for one in named)
    namesake = "; an authority of that name is there, but it did not sign this" if others else ""
    return f"its issuer {issuer} is not shown{namesake}; ask its owner for the certificate of that authority"


def _to_trust(pool: _Pool, presented: Sequence[Presented], trusted: Sequence[CertificateFacts]) -> Iterator[Choice]:
    """Files with authorities alone: the highest of each are trusted, the others hang on them."""
    held = {facts.identity for facts in trusted}
    by_identity = {facts.identity: file for file in presented for facts in file.chain}
    for facts in pool.certificates:
        if not facts.self_signed and any(True for _ in pool.issuers(facts)):
            continue
        file = replace(by_identity[facts.identity], chain=(facts,))
        if facts.identity in held:
            yield Choice(file, None, "it is trusted already; nothing needs to be added", trusted=True)
        else:
            why = "the file names it as an authority, and what it signs will be trusted"
            yield Choice(file, facts, why, source=file.name)


# What Zowe's own entries are called, and those of an authority that is being replaced.
RESERVED = frozenset({"jwtsecret", "localca", "localca-next", "localca-previous"})


def anchors_of(choices: Sequence[Choice], *, taken: Collection[str] = (), alias: str = "") -> tuple[ServiceAnchor, ...]:
    """The certificates to add, each once, under aliases that are free.

    Args:
        taken: the aliases in the trust store, in any case.
        alias: the one to use; of several certificates the others get a number.
    """
    used = {*(one.lower() for one in taken), *RESERVED}
    found: dict[str, ServiceAnchor] = {}
    for choice in choices:
        if choice.anchor is None or choice.anchor.identity in found:
            continue
        chosen = free_alias(alias or _derived(choice), used)
        used.add(chosen)
        found[choice.anchor.identity] = ServiceAnchor(chosen, choice.anchor, choice.why)
    return tuple(found.values())


def _derived(choice: Choice) -> str:
    """A file's name as Zowe's script takes it, else what the certificate calls itself."""
    if choice.source:
        return Path(choice.source).stem.lower()
    words = re.sub(r"[^a-z0-9]+", "-", common_name(choice.anchor.subject).lower()) if choice.anchor else ""
    return words[:_LONGEST_ALIAS].strip("-") or "service-ca"


def free_alias(wanted: str, taken: Collection[str]) -> str:
    """The alias itself, or with the first number that makes it free; ``taken`` are in lower case."""
    aliases = itertools.chain([wanted], (f"{wanted}-{more}" for more in itertools.count(2)))
    return next(one for one in aliases if one.lower() not in taken)
