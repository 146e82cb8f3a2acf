"""What clients built on OpenSSL say of the chain that a server sends: Python, Node and curl (X509_verify_cert, 3.0).

OpenSSL looks for each issuer among the trusted certificates first, then among those that were sent, by names, key
identifiers and kinds of key alone; it takes the first that is valid at the time and never comes back to try another
whose signature would hold. What it found is judged afterwards: authorities and purposes, strength, signatures and
dates (the anchor's too), name constraints (the anchor's too), in this order. The first problem is the verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..model import CertificateFacts
from .openssl_certificate import OpensslCertificate, compared_name
from .openssl_checks import (
    CURL,
    NODE,
    PYTHON,
    STRICT_PYTHON,
    FoundPath,
    Problem,
    TlsClient,
    date_problem,
    path_problems,
    weak_key,
)
from .proofs import Proofs
from .strict_path import strict_problem
from .verdict import Cause, Purpose, Verdict

__all__ = ["CURL", "NODE", "PYTHON", "STRICT_PYTHON", "TlsClient", "openssl_verdict"]

_DEPTH = 100
_LONGEST_CHAIN = 100 << 10  # SSL_MAX_CERT_LIST_DEFAULT


@dataclass
class _Search:
    """The path so far: the first ``sent`` of its certificates come from the server, the others are trusted."""

    path: list[OpensslCertificate]
    trusted: _Pool
    untrusted: list[OpensslCertificate]
    at: dt.datetime
    client: TlsClient
    sent: int = 1


@dataclass
class _Pool:
    """The trusted certificates, by what they are called."""

    look: Callable[[CertificateFacts], OpensslCertificate]
    named: dict[str, list[CertificateFacts]] = field(default_factory=dict)

    def issuers_of(self, subject: OpensslCertificate) -> Iterator[OpensslCertificate]:
        yield from map(self.look, self.named.get(subject.issuer, []))

    def holds(self, certificate: OpensslCertificate) -> bool:
        return any(one.der == certificate.facts.der for one in self.named.get(certificate.subject, []))


def openssl_verdict(
    chain: Sequence[CertificateFacts],
    anchors: Sequence[CertificateFacts],
    *,
    at: dt.datetime,
    proofs: Proofs,
    client: TlsClient = PYTHON,
) -> Verdict:
    """Whether ``client`` takes the chain of a server; host names are not looked at.

    What is accepted may still have a reason: that stricter programs refuse it.

    Args:
        chain: as it is sent, the server's own certificate first.
        anchors: the authorities that the client is given, in the order of their file.
        at: the moment, in UTC.
        proofs: what is proved already.
    """
    verdict = _verdict(chain, anchors, at, proofs, client)
    if not verdict.accepted or client.strict:
        return verdict
    told = _stricter(verdict, chain, anchors, at, proofs)
    return replace(verdict, reason=told) if told else verdict


def _stricter(
    verdict: Verdict,
    chain: Sequence[CertificateFacts],
    anchors: Sequence[CertificateFacts],
    at: dt.datetime,
    proofs: Proofs,
) -> str:
    """Who refuses what was accepted, and why."""
    strict = _verdict(chain, anchors, at, proofs, STRICT_PYTHON)
    if strict.reason:
        return f"{STRICT_PYTHON.name} refuses it: {strict.reason}"
    known = {facts.sha256 or "": facts for facts in (*chain, *anchors)}
    *sent, anchor = [known[sha256] for sha256 in verdict.path]
    problem = strict_problem(sent or [anchor], [anchor], Purpose.SERVER, at=at)
    return f"programs by the rules of the public web refuse it: {problem}" if problem else ""


def _verdict(
    chain: Sequence[CertificateFacts],
    anchors: Sequence[CertificateFacts],
    at: dt.datetime,
    proofs: Proofs,
    client: TlsClient,
) -> Verdict:
    refusal = _unfit(chain, at)
    if refusal:
        return Verdict(False, refusal, chain[0].sha256 if chain else None)
    seen: dict[bytes, OpensslCertificate] = {}

    def look(facts: CertificateFacts) -> OpensslCertificate:
        if facts.der not in seen:
            seen[facts.der] = OpensslCertificate(facts, proofs.loaded(facts))
        return seen[facts.der]

    pool = _Pool(look)
    for anchor in anchors:
        if anchor.der:
            pool.named.setdefault(compared_name(anchor.subject), []).append(anchor)
    sent = [look(facts) for facts in chain]
    search = _Search([sent[0]], pool, sent, at, client)
    problem = (
        weak_key(sent[0], client, leaf=True)
        or _built(search)
        or next(path_problems(FoundPath(tuple(search.path), client, at), proofs), None)
    )
    path = tuple(one.facts.sha256 or "" for one in search.path)
    if problem:
        return Verdict(False, problem.reason, problem.certificate.facts.sha256, path, cause=problem.cause)
    return Verdict(True, path=path)


def _unfit(chain: Sequence[CertificateFacts], at: dt.datetime) -> str:
    """Why there is nothing to be judged."""
    if not chain:
        return "no certificate is sent"
    unproved = next((facts for facts in chain if not facts.der), None)
    if unproved:
        return f"nothing can be proved of {unproved.common_name}, of which only a listing is known"
    size = sum(len(facts.der) for facts in chain)
    if size > _LONGEST_CHAIN:
        return f"the {len(chain)} certificates sent take {size:,} bytes, and OpenSSL reads up to {_LONGEST_CHAIN:,}"
    return "" if at.tzinfo else "the moment has no time zone"


def _built(search: _Search) -> Problem | None:
    """Extend the path to an anchor (build_chain); why it leads to none."""
    among_sent = True
    while len(search.path) <= _DEPTH:
        current = search.path[-1]
        issuer = _best(search.trusted.issuers_of(current), current, search.at)
        if issuer and current.self_signed:
            if issuer.facts.der != current.facts.der:  # one of the same name is no proof for it
                issuer = None
            else:
                search.sent = len(search.path) - 1
        elif issuer:
            search.path.append(issuer)
        if issuer:
            among_sent = False
            if search.client.partial_chain or search.path[-1].self_signed:
                return None
            if not current.self_signed:
                continue
        if not among_sent or current.self_signed:
            break
        issuer = _best(_unused(search, current), current, search.at)
        if not issuer:
            break
        search.untrusted.remove(issuer)
        search.path.append(issuer)
        search.sent = len(search.path)
    if search.client.partial_chain and len(search.path) == search.sent and search.trusted.holds(search.path[0]):
        search.sent = 0
        return None
    cause = Cause.OTHER if len(search.path) > _DEPTH else Cause.NOT_TRUSTED
    return Problem(_no_anchor(search), search.path[-1], cause)


def _best(
    found: Iterable[OpensslCertificate], subject: OpensslCertificate, at: dt.datetime
) -> OpensslCertificate | None:
    """The first that is valid now, else the one that ends last."""
    best: OpensslCertificate | None = None
    for one in found:
        if not one.may_have_issued(subject):
            continue
        if not date_problem(one, at):
            return one
        if best is None or _end(one) > _end(best):
            best = one
    return best


def _unused(search: _Search, current: OpensslCertificate) -> Iterator[OpensslCertificate]:
    used = {one.facts.der for one in search.path}
    alone = len(search.path) == 1 and current.self_issued
    return (one for one in search.untrusted if alone or one.facts.der not in used)


def _end(certificate: OpensslCertificate) -> dt.datetime:
    return certificate.facts.not_after or dt.datetime.min.replace(tzinfo=dt.UTC)


def _no_anchor(search: _Search) -> str:
    """Why the path as far as it led, to its last certificate, ends at nothing that is trusted."""
    last, first = search.path[-1], search.path[0]
    if len(search.path) > _DEPTH:
        return f"the path from {first.cn} is longer than {_DEPTH} certificates"
    if last.self_signed:
        alone = len(search.path) == 1
        return f"{last.cn} signed itself and is not trusted" if alone else f"the root {last.cn} is not trusted"
    missing = OpensslCertificate(replace(last.facts, subject=last.facts.issuer), None).cn
    if last.odd_extension:
        return f"{last.cn} has an extension that OpenSSL does not take: {last.odd_extension}"
    if len(search.path) > search.sent or search.trusted.holds(last):
        return f"{last.cn} is trusted but is no root, and {search.client.name} wants its issuer {missing} trusted"
    others = [*search.trusted.issuers_of(last), *(one for one in search.untrusted if one.subject == last.issuer)]
    if any(not one.odd_extension for one in others):
        return f"no {missing} that is trusted or sent has the key or number by which {last.cn} names its issuer"
    return f"the issuer of {last.cn}, {missing}, is neither sent nor trusted"
