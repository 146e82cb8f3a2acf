"""All paths from a certificate to trusted ones over everything that is at hand, and what is wrong with each."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..model import CertificateFacts
from .name_constraints import shown_names
from .openssl_certificate import compared_name
from .path_checks import PathChecks, PathProblem
from .proofs import Proofs

__all__ = ["PathProblem", "TrustPath", "trust_paths"]

_MOST_EDGES = 1_024  # who may have signed whom: each costs a signature check
_MOST_STEPS = 10_000  # beginnings of paths
_DEEPEST = 100  # certificates in a path, as many as OpenSSL takes
_LONGEST_NAME = 200

_Path = tuple[CertificateFacts, ...]


@dataclass(frozen=True)
class TrustPath:
    """``certificates`` begin with the one in question; they end with an anchor where the path is ``complete``.

    The problem of one that is not complete is the first of its ``problems``.
    """

    certificates: tuple[CertificateFacts, ...]
    complete: bool
    problems: tuple[PathProblem, ...] = ()


def trust_paths(
    leaf: CertificateFacts,
    pool: Iterable[CertificateFacts],
    anchors: Iterable[CertificateFacts],
    *,
    at: dt.datetime,
    proofs: Proofs,
    most: int = 64,
) -> tuple[TrustPath, ...]:
    """Every path from ``leaf`` to an anchor, and those that end before one; the good ones first, then the short ones.

    An issuer is who has the name and whose key made the signature. Where that cannot be proved, as of a listing that
    holds no certificate, the names and key identifiers decide, and the path has a problem. A path goes on beyond an
    anchor that somebody else signed. Time is bounded for any input: where the search stopped, the last path is one
    that says so.

    Args:
        pool: what is sent and what is in the stores; the anchors need not be in it.
        anchors: who is trusted.
        at: the moment for which dates are checked, in UTC.
        proofs: what is proved already.
        most: how many paths are told.
    """
    trusted = {facts.identity: facts for facts in anchors}
    search = _Search({**{facts.identity: facts for facts in pool}, **trusted}, set(trusted), proofs)
    checks = PathChecks(at, proofs)
    found = []
    for path, ending in search.paths(leaf, most):
        problems = ([PathProblem(ending, path[-1].sha256)] if ending else []) + list(checks.problems(path))
        found.append(TrustPath(path, not ending, tuple(problems)))
    return tuple(sorted(found, key=_rank))


def _rank(path: TrustPath) -> tuple[bool, bool, int, list[str]]:
    return not path.complete, bool(path.problems), len(path.certificates), [one.identity for one in path.certificates]


@dataclass
class _Search:
    known: dict[str, CertificateFacts]
    anchors: set[str]
    proofs: Proofs
    named: dict[str, list[CertificateFacts]] = field(default_factory=dict)
    edges: dict[str, list[CertificateFacts]] = field(default_factory=dict)
    tried: int = 0
    steps: int = 0

    def __post_init__(self) -> None:
        for facts in self.known.values():
            self.named.setdefault(compared_name(facts.subject), []).append(facts)

    def paths(self, leaf: CertificateFacts, most: int) -> Iterator[tuple[_Path, str]]:
        """Paths, each with why it is not complete; first those that lead to an anchor, the shortest of them first."""
        away = self._distances(leaf)
        waiting: list[tuple[bool, int, int, _Path]] = [(False, 0, 0, (leaf,))]
        told = 0
        while waiting:
            _, _, _, path = heapq.heappop(waiting)
            if (told >= most - 1 and waiting) or self.steps > _MOST_STEPS:
                yield path, f"the search was cut at {_cn(path[-1])}: there are more than {told} paths, or too many ways"
                return
            ending = self._ending(path)
            if ending is not None:
                told += 1
                yield path, ending
            if len(path) >= _DEEPEST:
                continue
            for issuer in self._next(path):
                self.steps += 1
                left = away.get(issuer.identity)
                rank = left is None, len(path) + (left or 0), self.steps, (*path, issuer)
                heapq.heappush(waiting, rank)

    def _distances(self, leaf: CertificateFacts) -> dict[str, int]:
        """How far each certificate above ``leaf`` is from the nearest anchor."""
        below: dict[str, list[str]] = {}
        waiting, seen = deque([leaf]), {leaf.identity}
        while waiting:
            current = waiting.popleft()
            for issuer in self._issuers(current):
                below.setdefault(issuer.identity, []).append(current.identity)
                if issuer.identity not in seen:
                    seen.add(issuer.identity)
                    waiting.append(issuer)
        near = deque(sorted(seen & self.anchors))
        away = dict.fromkeys(near, 0)
        while near:
            identity = near.popleft()
            for lower in below.get(identity, []):
                if lower not in away:
                    away[lower] = away[identity] + 1
                    near.append(lower)
        return away

    def _issuers(self, facts: CertificateFacts) -> list[CertificateFacts]:
        if facts.identity not in self.edges:
            self.edges[facts.identity] = [] if facts.self_signed else list(self._found(facts))
        return self.edges[facts.identity]

    def _found(self, facts: CertificateFacts) -> Iterator[CertificateFacts]:
        for other in self.named.get(compared_name(facts.issuer), []):
            if other.identity == facts.identity:
                continue
            self.tried += 1
            if self.tried > _MOST_EDGES:
                return
            holds = self.proofs.signed(other, facts)
            if holds or (holds is None and _may_fit(other, facts)):
                yield other

    def _next(self, path: _Path) -> list[CertificateFacts]:
        """Issuers that are not in the path yet, nor one of the same name and key (RFC 4158, section 2.4.2)."""
        used = {self._who(facts) for facts in path[1:]} | {path[0].identity}
        return [
            issuer
            for issuer in self._issuers(path[-1])
            if self._who(issuer) not in used and issuer.identity != path[0].identity
        ]

    def _who(self, facts: CertificateFacts) -> object:
        key = self.proofs.public_key(facts)
        return facts.identity if key is None else (facts.subject, key)

    def _ending(self, path: _Path) -> str | None:
        """Nothing where the path is complete, None where it only goes on, else why it ends."""
        last = path[-1]
        if last.identity in self.anchors:
            return ""
        if len(path) >= _DEEPEST:
            return f"the path was cut at {_cn(last)}, after {_DEEPEST} certificates"
        if self._next(path):
            return None
        if self._issuers(last):
            return f"the issuers of {_cn(last)} stand below it already: they signed each other"
        if last.self_signed or (last.self_signed is None and last.subject == last.issuer):
            return f"{_cn(last)} signed itself and is not trusted"
        return self._missing(last)

    def _missing(self, last: CertificateFacts) -> str:
        issuer = shown_names([last.issuer], longest=_LONGEST_NAME) or "without a name"
        others: Sequence[CertificateFacts] = self.named.get(compared_name(last.issuer), [])
        if self.tried > _MOST_EDGES:
            return f"the search was cut at {_cn(last)}, as too many certificates have the names of issuers"
        if any(other.identity != last.identity for other in others):
            return f"the issuer of {_cn(last)}, {issuer}, is there by name only: its key did not sign"
        return f"the issuer of {_cn(last)} is missing: {issuer}"


def _may_fit(issuer: CertificateFacts, subject: CertificateFacts) -> bool:
    wanted, own = subject.authority_key_identifier, issuer.subject_key_identifier
    return not wanted or not own or wanted == own


def _cn(facts: CertificateFacts) -> str:
    return shown_names([facts.common_name]) or "the certificate without a name"
