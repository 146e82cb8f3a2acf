"""What is wrong with one path of certificates by RFC 5280, section 6: all of it, not the first only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import CertificateFacts
from .name_constraints import constraint_problem, shown_names
from .openssl_certificate import OpensslCertificate
from .proofs import Proofs

__all__ = ["PathChecks", "PathProblem"]

_MOST_COMPARED = 1 << 20  # names with name constraints, in all paths together: less than a second
_KEY_USAGE, _NAME_CONSTRAINTS = "2.5.29.15", "2.5.29.30"
_ANY_PURPOSE = {"anyExtendedKeyUsage", "2.5.29.37.0"}
_TLS_PURPOSES = ("serverAuth", "clientAuth")


@dataclass(frozen=True)
class PathProblem:
    """``reason`` is a sentence without a full stop, ``at_fault`` the SHA-256 of the certificate to blame, if known."""

    reason: str
    at_fault: str | None


class PathChecks:
    """Checks of many paths over the same certificates at one moment; name constraints are compared once a pair.

    The anchor is checked like the others, as OpenSSL does; Java passes over its dates and constraints. A fact that is
    not known is a problem that says "cannot be checked".
    """

    def __init__(self, at: dt.datetime, proofs: Proofs) -> None:
        self._at, self._proofs = at, proofs
        self._known: dict[tuple[str, str], str] = {}
        self._compared = 0

    def problems(self, path: Sequence[CertificateFacts]) -> Iterator[PathProblem]:
        """Those of a path, the certificate in question first."""
        below = 0
        for depth, facts in enumerate(path):
            reasons = [*self._own(facts)]
            if depth:
                reasons += [*self._as_issuer(facts, below), *self._of_signature(facts, path[depth - 1])]
                reasons += [*_purposes(facts, path[0])]
                below += facts.subject != facts.issuer
            yield from (PathProblem(reason, facts.sha256) for reason in reasons)
        for depth, facts in enumerate(path):
            if depth == 0 or facts.subject != facts.issuer:
                for above in path[depth + 1 :]:
                    if problem := self._constrained(above, facts):
                        yield PathProblem(problem, facts.sha256)

    def _own(self, facts: CertificateFacts) -> Iterator[str]:
        name, start, end = _name(facts), facts.not_before, facts.not_after
        if start is None or end is None:
            yield f"when {name} is valid cannot be checked"
        elif self._at < start:
            yield f"{name} is not valid before {start.date().isoformat()}"
        elif self._at > end:
            yield f"{name} ended on {end.date().isoformat()}"
        if odd := OpensslCertificate(facts, None).odd_critical:
            yield f"{name} has a critical extension that is not known: {shown_names([odd])}"

    def _as_issuer(self, facts: CertificateFacts, below: int) -> Iterator[str]:
        name = _name(facts)
        if facts.is_ca is None:
            yield f"whether {name} may issue certificates cannot be checked"
        elif not facts.is_ca:
            yield f"{name} is no authority by its basic constraints"
        elif facts.path_length is not None and below > facts.path_length:
            yield f"{name} allows {facts.path_length} authorities below it, and there are {below}"
        if facts.key_usage and "keyCertSign" not in facts.key_usage:
            yield f"the key usage of {name} has no keyCertSign"
        elif any(_KEY_USAGE in note for note in facts.notes):
            yield f"the key usage of {name} cannot be checked"

    def _of_signature(self, issuer: CertificateFacts, subject: CertificateFacts) -> Iterator[str]:
        if self._proofs.signed(issuer, subject) is None:
            yield f"the signature cannot be proved: that of {_name(issuer)} under {_name(subject)}"

    def _constrained(self, above: CertificateFacts, facts: CertificateFacts) -> str:
        if not above.name_constraints and not any(_NAME_CONSTRAINTS in note for note in above.notes):
            return ""
        pair = above.identity, facts.identity
        if pair not in self._known:
            self._compared += len(above.name_constraints) * len(facts.san)
            self._known[pair] = self._forbidden(above, facts)
        why = self._known[pair]
        return f"the name constraints of {_name(above)} forbid {_name(facts)}: {why}" if why else ""

    def _forbidden(self, above: CertificateFacts, facts: CertificateFacts) -> str:
        from cryptography import x509

        authority, certificate = self._proofs.loaded(above), self._proofs.loaded(facts)
        if not authority or not certificate or self._compared > _MOST_COMPARED:
            return "they cannot be checked"
        try:
            found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
        except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            return "they cannot be read"
        return constraint_problem(found, certificate)


def _purposes(issuer: CertificateFacts, leaf: CertificateFacts) -> Iterator[str]:
    """Extended key usages of an authority bound those of what is below it: no rule of the RFC, but all follow it."""
    if issuer.extended_key_usage is None or leaf.extended_key_usage is None:
        yield f"whether {_name(issuer)} bounds the purposes of {_name(leaf)} cannot be checked"
        return
    allowed, wanted = set(issuer.extended_key_usage), set(leaf.extended_key_usage)
    if not allowed or allowed & _ANY_PURPOSE:
        return
    lost = [each for each in _TLS_PURPOSES if each not in allowed and (each in wanted or not wanted)]
    if lost:
        yield f"{_name(issuer)} is not for {' and '.join(lost)}, as {_name(leaf)} is"


def _name(facts: CertificateFacts) -> str:
    return shown_names([facts.common_name]) or "the certificate without a name"
