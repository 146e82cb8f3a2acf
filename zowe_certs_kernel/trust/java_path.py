"""What Java says of a certificate chain: its PKIX trust manager, and a handshake with both sides authenticated.

sun.security.validator.PKIXValidator and sun.security.ssl, as of Java 17; where newer ones differ, the reason says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import StoreError
from ..model import CertificateFacts, Entry
from .java_builder import Search
from .java_certificate import JavaCertificate, JavaName, Unreadable, called, issuer_of, java_certificate
from .java_rules import CURVES, Problem, anchor_problem, date_problem, fits_key_id, leaf_problem, path_problem
from .proofs import Proofs
from .verdict import Cause, Purpose, Verdict

__all__ = ["java_handshake_verdict", "java_mutual_verdict", "java_verdict", "speech_problem"]

_MOST_IN_PATH = 100  # Java's trust manager has no limit, its TLS takes ten
_MOST_IN_TLS = 10  # jdk.tls.maxCertificateChainLength
_MOST_FROM_CLIENT = 8  # jdk.tls.server.maxInboundCertificateChainLength of newer Java
# What sun.security.ssl.SignatureScheme supports for certificates in TLS 1.3, SHA-1 included
_SIGNED_IN_TLS = re.compile(
    r"(?i)sha(1|256|384|512)WithRSAEncryption|rsassaPss|ecdsa-with-sha(1|256|384|512)|ed(25519|448)"
)
_LEAST_RSA_BITS = 528  # RSASSA-PSS with SHA-256 needs so many


class _Anchors:
    """What is trusted, as Java finds it: by its bytes, and by name."""

    def __init__(self, anchors: Sequence[CertificateFacts], proofs: Proofs) -> None:
        """Raises Unreadable: Java reads a trust store as a whole or not at all."""
        unique = {facts.der: java_certificate(facts, proofs) for facts in anchors if facts.der}
        by_name: dict[JavaName, list[JavaCertificate]] = {}
        for anchor in unique.values():
            by_name.setdefault(anchor.subject, []).append(anchor)
        self.encoded = frozenset(unique)
        self.by_name: Mapping[JavaName, Sequence[JavaCertificate]] = by_name

    def holds(self, certificate: JavaCertificate) -> bool:
        """Whether it, or another of the same name with the same key, is trusted."""
        same = self.by_name.get(certificate.subject, ())
        return certificate.der in self.encoded or any(anchor.key == certificate.key for anchor in same)


def java_verdict(
    chain: Sequence[CertificateFacts],
    anchors: Sequence[CertificateFacts],
    purpose: Purpose,
    *,
    at: dt.datetime,
    proofs: Proofs,
) -> Verdict:
    """What X509TrustManager.checkServerTrusted or checkClientTrusted says of a chain as sent, the leaf first.

    A certificate that is trusted itself is taken as it is; names of hosts are not looked at. The key usage is judged
    as in TLS 1.3 and with all key exchanges of TLS 1.2 but that by RSA.

    Args:
        anchors: what is trusted; each is, even an expired one.
        purpose: whether the chain is that of a server or of a client.
        at: the moment of the judgement, in UTC.
        proofs: what is proved already.
    """
    if problem := _early_problem(chain, anchors):
        return _refused(problem, chain[:1])
    trusted: _Anchors | None = None
    try:
        trusted = _Anchors(anchors, proofs)
        sent = [java_certificate(facts, proofs) for facts in chain]
    except Unreadable as error:
        where = "" if trusted else " (it is in the trust store)"
        return Verdict(accepted=False, reason=f"{error}{where}", at_fault=error.sha256)
    verdict = _Judge(sent, trusted, at, proofs).verdict()
    if not verdict.accepted:
        return _only_listed(chain, anchors, verdict.path) or verdict
    if len(verdict.path) == 1:
        return verdict
    problem = leaf_problem(sent[0], purpose)
    return _refused(problem, chain[:1]) if problem else verdict


def _only_listed(
    chain: Sequence[CertificateFacts], anchors: Sequence[CertificateFacts], path: tuple[str, ...]
) -> Verdict | None:
    """The verdict where an anchor that may have signed the chain is known from a listing alone."""
    named = {facts.issuer for facts in chain}
    listed = next((facts for facts in anchors if not facts.der and facts.subject in named), None)
    if listed is None:
        return None
    told = "cannot be proved, because there are only facts of it and not the certificate"
    return Verdict(accepted=False, reason=f"whether {called(listed)} in the trust store signed it {told}", path=path)


def _early_problem(chain: Sequence[CertificateFacts], anchors: Sequence[CertificateFacts]) -> Problem | None:
    if not chain:
        return Problem("no certificate is sent")
    if not anchors:
        return Problem("the trust store holds no certificate that Java trusts", cause=Cause.NOT_TRUSTED)
    if len(chain) > _MOST_IN_PATH:
        return Problem(f"{len(chain)} certificates are sent, more than the {_MOST_IN_PATH} that are followed here")
    return None


@dataclass(frozen=True)
class _Judge:
    """PKIXValidator with one trust store, as of one day, for one chain as it was sent."""

    sent: Sequence[JavaCertificate]
    trusted: _Anchors
    at: dt.datetime
    proofs: Proofs

    def verdict(self) -> Verdict:
        """PKIXValidator.engineValidate: in the order sent if that is right, and then without a second try."""
        sent, trusted = self.sent, self.trusted
        if sent[0].der in trusted.encoded:
            return self._accepted(sent[:1])
        for length, (below, above) in enumerate(pairwise(sent), start=1):
            if above.subject != below.issuer:
                return self._searched()
            if trusted.holds(above):
                return self._in_order(sent[:length])
        return self._in_order(sent) if sent[-1].issuer in trusted.by_name else self._searched()

    def _in_order(self, path: Sequence[JavaCertificate]) -> Verdict:
        """PKIXCertPathValidator: each anchor that has the name, and the key identifier if both tell one.

        Among several that fit, Java takes whichever it meets first, which is chance; one that it refuses counts.
        """
        last = path[-1]
        named = self.trusted.by_name.get(last.issuer, ())
        fitting = [anchor for anchor in named if fits_key_id(anchor, last)]
        problem: Problem | None = None
        for anchor in sorted(fitting, key=lambda one: anchor_problem(one) is None):
            found = path_problem(path, anchor, self.at, self.proofs)
            if found is None:
                return self._anchored(path, anchor)
            problem = problem or found
        return _refused(problem or _unfitting(named, last, self.proofs), [one.facts for one in path])

    def _searched(self) -> Verdict:
        found = Search(self.sent, self.trusted.by_name, self.at, self.proofs).run()
        if found.anchor is None:
            return _refused(found.problem, [one.facts for one in found.path])
        return self._anchored(found.path, found.anchor)

    def _anchored(self, path: Sequence[JavaCertificate], anchor: JavaCertificate) -> Verdict:
        whole = (*path, anchor)
        problem = anchor_problem(anchor)
        return _refused(problem, [one.facts for one in whole]) if problem else self._accepted(whole)

    def _accepted(self, path: Sequence[JavaCertificate]) -> Verdict:
        dated = date_problem(path[-1], self.at)
        passed_over = f"{called(path[-1].facts)} {dated}, which Java does not mind in its trust store" if dated else ""
        reason = _too_many_for_tls(len(self.sent)) or passed_over
        return Verdict(accepted=True, reason=reason, path=_path([one.facts for one in path]))


def _unfitting(named: Sequence[JavaCertificate], last: JavaCertificate, proofs: Proofs) -> Problem:
    """Why none of the anchors of that name is tried."""
    who, authority = called(last.facts), issuer_of(last)
    if any(proofs.signed(anchor.facts, last.facts) for anchor in named):
        told = f"its authority key identifier is not that of {authority} in the trust store, though that signed it"
        return Problem(f"Java does not try {who}: {told}", last)
    return Problem(f"{authority} in the trust store has the name, but not the key, of the one that signed {who}", last)


def _too_many_for_tls(count: int) -> str:
    most = f"Java takes at most {_MOST_IN_TLS} certificates in a TLS handshake, and {count} are sent"
    return most if count > _MOST_IN_TLS else ""


def _refused(problem: Problem | None, path: Sequence[CertificateFacts]) -> Verdict:
    problem = problem or Problem("no path leads to the trust store")
    at_fault = problem.at_fault.facts.sha256 if problem.at_fault else None
    return Verdict(accepted=False, reason=problem.reason, at_fault=at_fault, path=_path(path), cause=problem.cause)


def _path(path: Sequence[CertificateFacts]) -> tuple[str, ...]:
    return tuple(facts.sha256 for facts in path if facts.sha256)


def java_mutual_verdict(
    entry: Entry, anchors: Sequence[CertificateFacts], *, at: dt.datetime, proofs: Proofs
) -> Verdict:
    """Whether a TLS 1.3 handshake of Java with itself completes: this entry and these anchors at both ends.

    The server asks for a certificate of the client; no host name is checked. The key is opened for it.
    """
    verdict = java_handshake_verdict(entry.chain, anchors, client=entry.chain, at=at, proofs=proofs)
    problem = _own_key_problem(entry) if verdict.accepted else ""
    if problem:
        return Verdict(False, problem, entry.chain[0].sha256, verdict.path, cause=Cause.FOREIGN_KEY)
    return verdict


def java_handshake_verdict(
    server: Sequence[CertificateFacts],
    anchors: Sequence[CertificateFacts],
    *,
    client: Sequence[CertificateFacts] = (),
    at: dt.datetime,
    proofs: Proofs,
) -> Verdict:
    """Whether a TLS 1.3 handshake between two programs in Java completes, both of which trust ``anchors``.

    Keys are taken to be those of the certificates, and no host name is checked.

    Args:
        server: the chain that the server shows, its own certificate first.
        client: the chain that the client has to show; empty where the server asks for none.
    """
    verdict = java_verdict(server, anchors, Purpose.SERVER, at=at, proofs=proofs)
    refused = _not_in_tls(server, verdict, proofs) if verdict.accepted else verdict
    if refused or not client:
        return refused or verdict
    if problem := _unasked_problem(client, anchors, proofs):
        return Verdict(accepted=False, reason=problem, at_fault=client[0].sha256, path=verdict.path)
    shown = java_verdict(client, anchors, Purpose.CLIENT, at=at, proofs=proofs)
    refused = _not_in_tls(client, shown, proofs) if shown.accepted else shown
    if not refused and len(client) > _MOST_FROM_CLIENT:
        newer = f"newer Java takes at most {_MOST_FROM_CLIENT} certificates from a client, and {len(client)} are sent"
        return Verdict(accepted=True, reason=newer, path=shown.path)
    return refused or shown


def speech_problem(chain: Sequence[CertificateFacts], proofs: Proofs) -> Problem | None:
    """Why a program in Java cannot show a chain in TLS 1.3 at all, whoever trusts it; nothing where it can."""
    leaf = chain[0]
    try:
        curve = java_certificate(leaf, proofs).curve
    except Unreadable as error:
        return Problem(str(error))
    if many := _too_many_for_tls(len(chain)):
        return Problem(many)
    odd = _key_kind_problem(leaf, curve)
    return Problem(odd, cause=Cause.WEAK_KEY) if odd else None


def _not_in_tls(chain: Sequence[CertificateFacts], verdict: Verdict, proofs: Proofs) -> Verdict | None:
    """What goes wrong in TLS though the chain is trusted."""
    if problem := speech_problem(chain, proofs):
        return Verdict(False, problem.reason, chain[0].sha256, verdict.path, cause=problem.cause)
    followed = [facts for facts in chain if facts.sha256 in verdict.path[:-1]]
    odd = next((facts for facts in followed if not _SIGNED_IN_TLS.fullmatch(facts.signature_algorithm)), None)
    if odd is None:
        return None
    reason = f"{called(odd)} is signed by {odd.signature_algorithm}, which Java's TLS 1.3 does not take"
    return Verdict(False, reason, odd.sha256, verdict.path, cause=Cause.WEAK_SIGNATURE)


def _key_kind_problem(leaf: CertificateFacts, curve: str) -> str:
    """Whether its key can sign a TLS 1.3 handshake (RFC 8446, section 4.2.3; sun.security.ssl.SignatureScheme)."""
    key = leaf.key
    if key is None:
        return f"{called(leaf)} has a key that cannot be read"
    if key.type == "EC":
        return "" if curve in CURVES else f"Java's TLS does not use the curve of the key of {called(leaf)}"
    if key.type == "RSA":
        return "" if key.bits >= _LEAST_RSA_BITS else f"the key of {called(leaf)} is too short to sign in TLS"
    return "" if key.type in ("Ed25519", "Ed448") else f"TLS 1.3 knows no {key.type} keys, as {called(leaf)} has one"


def _unasked_problem(chain: Sequence[CertificateFacts], anchors: Sequence[CertificateFacts], proofs: Proofs) -> str:
    """A client keeps back a certificate that no authority of the server's list signed (SunX509KeyManagerImpl).

    The list are the subjects of the server's anchors, what is compared are the issuers of the client's chain.
    """
    asked = {java_certificate(facts, proofs).subject for facts in anchors if facts.der}
    if any(java_certificate(facts, proofs).issuer in asked for facts in chain):
        return ""
    return (
        f"a Java client does not show {called(chain[0])}: the server asks for certificates of the authorities in its "
        "trust store, and none of them signed it"
    )


def _own_key_problem(entry: Entry) -> str:
    from ..stores.certificate import key_fits

    name = called(entry.chain[0])
    fits = entry.key_fits
    if fits is None and entry.open_key is None:
        return f"the private key of {name} is not there to be used"
    try:
        if fits is None and entry.open_key:
            fits = key_fits(entry.open_key(), entry.chain[0])
    except (StoreError, ValueError, TypeError) as error:
        return f"the private key of {name} cannot be used: {error}"
    return "" if fits else f"the private key of the entry is not that of {name}"
