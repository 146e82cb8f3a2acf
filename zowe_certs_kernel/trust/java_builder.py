"""The search for a path from a certificate to an anchor, where the order sent is not that of the signatures.

sun.security.provider.certpath: SunCertPathBuilder and ForwardBuilder, which look among what was sent and what is
trusted. Java may search for very long; here a signature is proved before it is followed, and steps are counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .java_certificate import JavaCertificate, JavaName, called, issuer_of
from .java_rules import (
    Problem,
    about,
    anchor_problem,
    authority_problem,
    date_problem,
    extension_problem,
    path_problem,
)
from .proofs import Proofs
from .verdict import Cause

__all__ = ["MOST_STEPS", "Found", "Search"]

MOST_STEPS = 2_000
_MOST_INTERMEDIATES = 5  # PKIXBuilderParameters.getMaxPathLength
_ALTERNATIVE_NAMES = "2.5.29.17"


@dataclass(frozen=True)
class Found:
    """A path, the leaf first, and its anchor; or as far as it led, no anchor and the problem."""

    path: tuple[JavaCertificate, ...]
    anchor: JavaCertificate | None = None
    problem: Problem | None = None


@dataclass
class Search:
    """One search; ``steps`` counts the certificates that were looked at."""

    sent: Sequence[JavaCertificate]
    trusted: Mapping[JavaName, Sequence[JavaCertificate]]
    at: dt.datetime
    proofs: Proofs
    steps: int = 0
    _nearest: Found | None = None
    _at_anchor: bool = False
    _anchors: frozenset[bytes] = frozenset()

    def __post_init__(self) -> None:
        self._anchors = frozenset(anchor.der for group in self.trusted.values() for anchor in group)

    def run(self) -> Found:
        """The first path that holds, else the problem of the one that came nearest."""
        leaf = self.sent[0]
        if problem := about(leaf, date_problem(leaf, self.at) or extension_problem(leaf)):
            return Found((leaf,), None, problem)
        found = self._upwards((leaf,), 0)
        if found:
            return found
        if self.steps == MOST_STEPS:
            many = Problem(f"the authorities above {called(leaf.facts)} have more paths than are tried here", leaf)
            return Found((leaf,), None, many)
        return self._nearest or Found((leaf,), None, self._missing(leaf))

    def _upwards(self, path: tuple[JavaCertificate, ...], authorities: int) -> Found | None:
        """Depth first; ``authorities`` are those in the path so far that somebody else signed."""
        below = path[-1]
        known = False
        for issuer in self._issuers(path):
            if self.steps == MOST_STEPS:
                return None
            self.steps += 1
            signed = self.proofs.signed(issuer.facts, below.facts)
            known = known or bool(signed)
            if issuer.der in self._anchors:
                problem = path_problem(path, issuer, self.at, self.proofs)
                if problem is None:
                    return Found(path, issuer)
                if signed:
                    self._note(Found((*path, issuer), None, problem), at_anchor=True)
                continue
            if problem := self._refused(issuer, authorities):
                if signed:
                    self._note(Found((*path, issuer), None, problem))
                continue
            if below.is_self_issued and issuer.is_self_issued:
                return None  # as Java does, whatever else there is
            if not signed:
                continue
            further = authorities + (not issuer.is_self_issued)
            if found := self._upwards((*path, issuer), further):
                return found
        if not known:
            self._note(Found(path, None, self._missing(below)))
        return None

    def _issuers(self, path: tuple[JavaCertificate, ...]) -> list[JavaCertificate]:
        """What may have signed the last of the path, in Java's order (ForwardBuilder.PKIXCertComparator).

        That is by key identifier, then what an anchor's name signed, and what was sent before what is trusted.
        """
        below = path[-1]
        sent = [one for one in self.sent if one.subject == below.issuer and one.der not in self._anchors]
        trusted = [one for one in self.trusted.get(below.issuer, ()) if _spans(one, below)]
        if len(path) > 1:  # Java's selector keeps the date that it was given for what was sent
            trusted = [one for one in trusted if not date_problem(one, self.at)]
        trusted.sort(key=lambda one: anchor_problem(one) is None)  # chance in Java: one that it refuses counts
        unique = {one.der: one for one in (*sent, *trusted)}
        fresh = [one for one in unique.values() if not any(_repeats(one, other) for other in path)]
        named = {one.der for one in fresh if _is_named(one, below)}
        return sorted(fresh, key=lambda one: 0 if one.der in named else 1 + (one.issuer not in self.trusted))

    def _refused(self, issuer: JavaCertificate, authorities: int) -> Problem | None:
        """Why Java does not follow an authority that was sent (ForwardBuilder.getMatchingCACerts and verifyCert)."""
        most, length = _MOST_INTERMEDIATES, issuer.facts.path_length
        short = length is not None and length < authorities
        told = f"allows only {length} authorities below it, and there are {authorities}" if short else ""
        problem = (
            about(issuer, date_problem(issuer, self.at))
            or about(issuer, authority_problem(issuer), Cause.NO_AUTHORITY)
            or about(issuer, extension_problem(issuer))
            or about(issuer, told, Cause.NO_AUTHORITY)
        )
        if problem or authorities < most:
            return problem
        told = f"Java searches for a path through at most {most} intermediate authorities, where they are not sent in "
        return Problem(f"{told}order; {called(issuer.facts)} is one more", issuer)

    def _missing(self, below: JavaCertificate) -> Problem:
        """Why nothing that is there can be followed above a certificate."""
        who, authority = called(below.facts), issuer_of(below)
        if below.facts.self_signed:
            return Problem(f"{who}, which signed itself, is not in the trust store", below, Cause.NOT_TRUSTED)
        named = [*self.trusted.get(below.issuer, ()), *(one for one in self.sent if one.subject == below.issuer)]
        if any(self.proofs.signed(one.facts, below.facts) for one in named):
            return Problem(f"Java finds no path from {who} to the trust store, though {authority} is there", below)
        if [one for one in named if one is not below]:
            return Problem(f"{authority} is there by name, but not with the key that signed {who}", below)
        told = f"the authority {authority} that signed {who} is neither sent nor in the trust store"
        return Problem(told, below, Cause.NOT_TRUSTED)

    def _note(self, found: Found, *, at_anchor: bool = False) -> None:
        """Keeps the first path that came to an anchor, else the longest."""
        if self._at_anchor or (self._nearest and not at_anchor and len(found.path) <= len(self._nearest.path)):
            return
        self._nearest, self._at_anchor = found, at_anchor


def _is_named(issuer: JavaCertificate, below: JavaCertificate) -> bool:
    wanted = below.facts.authority_key_identifier
    return wanted is not None and wanted == issuer.facts.subject_key_identifier


def _spans(anchor: JavaCertificate, below: JavaCertificate) -> bool:
    """An anchor of version 1 has to be valid as long as what it signed (AdaptableX509CertSelector)."""
    return anchor.version > 2 or not any(
        moment and date_problem(anchor, moment) for moment in (below.facts.not_before, below.facts.not_after)
    )


def _repeats(one: JavaCertificate, other: JavaCertificate) -> bool:
    """Whether a path may not hold both (SunCertPathBuilder.repeated)."""
    return one.der == other.der or (
        one.subject == other.subject
        and one.key == other.key
        and one.extensions.get(_ALTERNATIVE_NAMES) == other.extensions.get(_ALTERNATIVE_NAMES)
    )
