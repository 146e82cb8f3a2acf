"""What Java checks of a path that begins at an anchor, and of the certificate at its end.

sun.security.provider.certpath: AlgorithmChecker, KeyChecker, ConstraintsChecker, PolicyChecker, BasicChecker; and
sun.security.validator: PKIXValidator.verifyTrustAnchor, EndEntityChecker.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..names import parse_address
from ..stores import der
from ..stores.certificate_bytes import certificate_with
from .java_certificate import JavaCertificate, called
from .java_policies import policy_problem
from .name_constraints import constraint_problem
from .proofs import Proofs
from .verdict import Cause, Purpose

if TYPE_CHECKING:
    from cryptography import x509

__all__ = [
    "CURVES",
    "Problem",
    "about",
    "anchor_problem",
    "authority_problem",
    "date_problem",
    "extension_problem",
    "fits_key_id",
    "leaf_problem",
    "path_problem",
]

_ALTERNATIVE_NAMES, _NAME_CONSTRAINTS = "2.5.29.17", "2.5.29.30"
_DNS_NAME, _IP_NAME = 0x82, 0x87
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*")  # sun.security.x509.DNSName
# Key usage, alternative names, basic and name constraints, policies and their mappings and constraints, EKU, any policy
_KNOWN = frozenset({f"2.5.29.{number}" for number in (15, 17, 19, 30, 32, 33, 36, 37, 54)})
_BROKEN_DIGEST = re.compile(r"(?i)md[25](?!\d)")  # jdk.certpath.disabledAlgorithms of Java 17 to 25
_LEAST_BITS = {"RSA": 1024, "DSA": 1024, "EC": 224}  # the same
CURVES = frozenset({"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"})  # P-256, P-384, P-521: SunEC of Java 16 on
_UNLIMITED = 1 << 31
_ANY_PURPOSE = "2.5.29.37.0"  # anyExtendedKeyUsage
# For servers also Server-Gated Cryptography of Microsoft and Netscape
_PURPOSES = {
    Purpose.SERVER: {"serverAuth", _ANY_PURPOSE, "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"},
    Purpose.CLIENT: {"clientAuth", _ANY_PURPOSE},
}
_NETSCAPE_BITS = {Purpose.CLIENT: 0, Purpose.SERVER: 1}


class Problem(NamedTuple):
    """Why Java refuses, in a sentence without a full stop, which certificate is at fault, and what it is about."""

    reason: str
    at_fault: JavaCertificate | None = None
    cause: Cause = Cause.OTHER


def about(certificate: JavaCertificate, why: str, cause: Cause = Cause.OTHER) -> Problem | None:
    """The problem ``why`` of a certificate as a sentence with its name, or nothing where there is none."""
    return Problem(f"{called(certificate.facts)} {why}", certificate, cause) if why else None


def date_problem(certificate: JavaCertificate, at: dt.datetime) -> str:
    """Why a certificate is not valid at that moment, or nothing."""
    begin, end = certificate.facts.not_before, certificate.facts.not_after
    if begin is None or end is None:
        return "has dates that cannot be read"
    if at < begin:
        return f"is not valid before {begin:%Y-%m-%d}"
    return f"ended on {end:%Y-%m-%d}" if at > end else ""


def extension_problem(certificate: JavaCertificate) -> str:
    """Whether it has a critical extension that Java does not know (PKIXMasterCertPathValidator)."""
    unknown = sorted(certificate.critical - _KNOWN)
    return f"has the critical extension {unknown[0]}, which Java does not know" if unknown else ""


def authority_problem(certificate: JavaCertificate) -> str:
    """Why an intermediate authority, or an anchor of version 3, may not sign certificates."""
    if not certificate.is_ca:
        return "is not an authority (basic constraints)"
    return "" if certificate.allows("keyCertSign") else "may not sign certificates (key usage without keyCertSign)"


def anchor_problem(anchor: JavaCertificate) -> Problem | None:
    """What Java checks of an anchor that signed something (PKIXValidator.verifyTrustAnchor): not its dates."""
    problem = authority_problem(anchor) if anchor.version > 2 else ""
    told = f"{called(anchor.facts)}, which the trust store has, {problem}"
    return Problem(told, anchor, Cause.NO_AUTHORITY) if problem else None


def fits_key_id(anchor: JavaCertificate, below: JavaCertificate) -> bool:
    """AdaptableX509CertSelector: whether key identifier and serial number fit; what an anchor has not fits always."""
    wanted, own = below.facts.authority_key_identifier, anchor.facts.subject_key_identifier
    serial = below.issuer_serial
    if serial is not None and anchor.version > 2 and serial != anchor.facts.serial:
        return False
    return wanted is None or own is None or wanted == own


def weakness(certificate: JavaCertificate) -> Problem | None:
    """Why its key is too short for Java, or nothing."""
    key = certificate.facts.key
    least = _LEAST_BITS.get(key.type, 0) if key else 0
    why = f"has a key of only {key.bits} bits; Java wants {least}" if key and key.bits < least else ""
    return about(certificate, why, Cause.WEAK_KEY)


def path_problem(
    path: Sequence[JavaCertificate], anchor: JavaCertificate, at: dt.datetime, proofs: Proofs
) -> Problem | None:
    """Why Java refuses a path (PKIXMasterCertPathValidator), in the order in which it looks.

    Args:
        path: from the leaf up to the one that the anchor signed; names follow each other already.
    """
    downwards = path[::-1]
    if problem := weakness(anchor):
        return problem
    length, limits, above = _UNLIMITED, _Limits(proofs), anchor
    for depth, certificate in enumerate(downwards, start=1):
        last = depth == len(downwards)
        problem = _algorithm_problem(certificate)
        if not last:
            length, too_long = _length_left(length, certificate)
            problem = problem or about(certificate, authority_problem(certificate) or too_long, Cause.NO_AUTHORITY)
        problem = problem or about(
            certificate,
            limits.problem(certificate, last=last)
            or date_problem(certificate, at)
            or _signature_problem(above, certificate, proofs)
            or extension_problem(certificate),
        )
        if problem:
            return problem
        above = certificate
    policy = policy_problem(downwards)
    return about(policy[1], policy[0]) if policy else None


def _algorithm_problem(certificate: JavaCertificate) -> Problem | None:
    """jdk.certpath.disabledAlgorithms (AlgorithmChecker)."""
    algorithm = certificate.facts.signature_algorithm
    if _BROKEN_DIGEST.search(algorithm):
        return about(certificate, f"is signed by {algorithm}, which Java has disabled", Cause.WEAK_SIGNATURE)
    return weakness(certificate)


def _length_left(length: int, certificate: JavaCertificate) -> tuple[int, str]:
    """How many authorities may follow below; one that signed itself does not count (ConstraintsChecker)."""
    problem = ""
    if not certificate.is_self_issued:
        problem = "is one authority more than the path length of one above it allows" if length <= 0 else ""
        length -= 1
    own = certificate.facts.path_length
    return (length if own is None else min(length, own)), problem


def _signature_problem(issuer: JavaCertificate, certificate: JavaCertificate, proofs: Proofs) -> str:
    if issuer.facts.key and issuer.facts.key.type == "EC" and issuer.curve not in CURVES:
        return f"is signed by {called(issuer.facts)}, whose key is on a curve that Java does not know"
    signed = proofs.signed(issuer.facts, certificate.facts)
    if signed:
        return ""
    if signed is None:
        algorithm = certificate.facts.signature_algorithm
        return f"has a signature that cannot be proved ({algorithm})"
    if issuer.subject == certificate.subject:
        return "has another key than the authority of the same name in the trust store"
    return f"is not signed by the key of {called(issuer.facts)}, though it names that authority"


class _Limits:
    """The name constraints that were met on the way down; those of the anchor count for nothing in Java."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._met: list[tuple[x509.NameConstraints, JavaCertificate]] = []

    def problem(self, certificate: JavaCertificate, *, last: bool) -> str:
        """What they say of a certificate, whose own are then added."""
        problem = ""
        if self._met and (last or not certificate.is_self_issued):
            problem = self._violation(certificate)
        value = certificate.extensions.get(_NAME_CONSTRAINTS)
        if value is None or problem:
            return problem
        constraints = _constraints(value)
        if constraints is None:
            return "has name constraints that cannot be read"
        self._met.append((constraints, certificate))
        return ""

    def _violation(self, certificate: JavaCertificate) -> str:
        loaded = self._proofs.loaded(certificate.facts)
        if loaded is None:
            return "stands below name constraints and cannot be read as a whole"
        judged = [loaded, *_common_name_as_san(certificate)]
        for constraints, authority in self._met:
            both = (authority.facts.der, certificate.facts.der)
            if both not in self._proofs.constrained:
                problems = (constraint_problem(constraints, each) for each in judged)
                found = _empty_problem(constraints, certificate) or next(filter(None, problems), "")
                self._proofs.constrained[both] = found
            if problem := self._proofs.constrained[both]:
                return f"breaks the name constraints of {called(authority.facts)}: {problem}"
        return ""


def _constraints(value: bytes) -> x509.NameConstraints | None:
    from cryptography import x509

    try:
        (found,) = _with_extension(_NAME_CONSTRAINTS, value).extensions
    except (ValueError, TypeError):
        return None
    return found.value if isinstance(found.value, x509.NameConstraints) else None


def _with_extension(oid: str, value: bytes) -> x509.Certificate:
    from cryptography import x509

    return x509.load_der_x509_certificate(
        certificate_with(der.sequence(der.object_identifier(oid), der.octet_string(value)))
    )


def _empty_problem(constraints: x509.NameConstraints, certificate: JavaCertificate) -> str:
    """sun.security.x509.DNSName.constrains stumbles over an empty constraint."""
    from cryptography import x509

    subtrees = [*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ())]
    empty = any(isinstance(name, x509.DNSName) and not name.value for name in subtrees)
    names = any(name.startswith("dns:") for name in certificate.facts.san) or _host_in_name(certificate)
    return "one of them is an empty DNS name, on which Java fails" if empty and names else ""


def _host_in_name(certificate: JavaCertificate) -> str:
    """The CN that counts as a DNS name under constraints, as the certificate has none (NameConstraintsExtension)."""
    facts = certificate.facts
    name = facts.common_name
    there = name != facts.subject and not any(one.startswith("dns:") for one in facts.san)
    return name if there and _HOST.fullmatch(name) and parse_address(name) is None else ""


def _common_name_as_san(certificate: JavaCertificate) -> list[x509.Certificate]:
    """A certificate that has the CN as its only alternative name, where Java takes the CN for one."""
    facts = certificate.facts
    address = parse_address(facts.common_name)
    if address and not any(one.startswith("ip:") for one in facts.san):
        return [_with_extension(_ALTERNATIVE_NAMES, der.sequence(der.tlv(_IP_NAME, address.packed)))]
    host = _host_in_name(certificate)
    return [_with_extension(_ALTERNATIVE_NAMES, der.sequence(der.tlv(_DNS_NAME, host.encode())))] if host else []


def leaf_problem(leaf: JavaCertificate, purpose: Purpose) -> Problem | None:
    """What Java checks of the certificate that is shown, unless it is an anchor itself (EndEntityChecker)."""
    problem, cause = "", Cause.NOT_FOR_SERVERS if purpose is Purpose.SERVER else Cause.NOT_FOR_CLIENTS
    purposes = leaf.facts.extended_key_usage
    if not leaf.allows("digitalSignature"):
        problem, cause = "may not be used for TLS (key usage without digitalSignature)", Cause.KEY_USAGE
    elif purposes is None:
        problem = "has an extended key usage that cannot be read"
    elif purposes and not _PURPOSES[purpose] & {*purposes}:
        problem = f"may not be used as a {purpose} (extended key usage {', '.join(purposes[:5])})"
    elif not leaf.netscape_allows(_NETSCAPE_BITS[purpose]):
        problem = f"may not be used as a {purpose} (Netscape certificate type)"
    return about(leaf, problem, cause)
