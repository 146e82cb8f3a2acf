"""What OpenSSL 3.0 checks of a path that it has built; the functions of OpenSSL are named where a rule comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .name_constraints import constraint_problem
from .openssl_certificate import OpensslCertificate, key_strength
from .proofs import Proofs
from .verdict import Cause

__all__ = [
    "CURL",
    "NODE",
    "PYTHON",
    "STRICT_PYTHON",
    "FoundPath",
    "Problem",
    "TlsClient",
    "date_problem",
    "path_problems",
    "weak_key",
]

_NAME_CONSTRAINTS = "2.5.29.30"
_MOST_COMPARED = 1 << 18  # of a path, so that a verdict takes no longer than a blink
_STRENGTHS = (0, 80, 112, 128, 192, 256)  # of OpenSSL's security levels 0 to 5


class Problem(NamedTuple):
    """Why OpenSSL refuses, in a sentence without a full stop, which certificate is at fault, and what it is about."""

    reason: str
    certificate: OpensslCertificate
    cause: Cause = Cause.OTHER


@dataclass(frozen=True)
class TlsClient:
    """How a program has OpenSSL verify.

    ``partial_chain``: a path may end at any trusted certificate, not at a self-signed one only. ``strict``: the rules
    of RFC 5280 that OpenSSL leaves out otherwise (VERIFY_X509_STRICT).

    Python sets its security level itself, Node 20 has 1, and curl takes that of the system's OpenSSL: 2 in Debian and
    from OpenSSL 3.2 on, 1 elsewhere. At 1, RSA keys of 1024 bits are taken; SHA-1 and MD5 signatures are at neither.
    """

    name: str
    security_level: int
    partial_chain: bool = False
    strict: bool = False


PYTHON = TlsClient("Python", 2)
NODE = TlsClient("Node", 1)
CURL = TlsClient("curl", 2, partial_chain=True)
STRICT_PYTHON = TlsClient("Python 3.13", 2, partial_chain=True, strict=True)  # its ssl.create_default_context()


@dataclass(frozen=True)
class FoundPath:
    """From the server's own certificate to an anchor, as ``client`` has it checked at a moment."""

    certificates: tuple[OpensslCertificate, ...]
    client: TlsClient
    at: dt.datetime


def weak_key(certificate: OpensslCertificate, client: TlsClient, *, leaf: bool = False) -> Problem | None:
    """check_cert_key_level; of the server's own key also whether its curve can be used in a handshake."""
    least = _STRENGTHS[client.security_level]
    key = certificate.facts.key
    if key is None:
        return Problem(f"the key of {certificate.cn} cannot be read", certificate)
    if leaf and certificate.odd_curve:
        told = f"is on the curve {certificate.odd_curve}, which {client.name} does not offer"
        return Problem(f"the key of {certificate.cn} {told}", certificate, Cause.WEAK_KEY)
    if key_strength(key) >= least or not client.security_level:
        return None
    return Problem(f"the key of {certificate.cn}, {key}, is too weak for {_level(client)}", certificate, Cause.WEAK_KEY)


def _level(client: TlsClient) -> str:
    return f"{client.name}, which has OpenSSL's security level {client.security_level}"


def path_problems(path: FoundPath, proofs: Proofs) -> Iterator[Problem]:
    """In the order in which OpenSSL finds them."""
    yield from _extension_problems(path)
    yield from _strength_problems(path)
    yield from _signature_problems(path, proofs)
    yield from _constraint_problems(path)


def _extension_problems(path: FoundPath) -> Iterator[Problem]:
    """check_extensions: each certificate from the server's own to the anchor."""
    above = 0
    for depth, one in enumerate(path.certificates):
        last = depth == len(path.certificates) - 1
        if one.odd_critical:
            yield Problem(f"{one.cn} has a critical extension that is not known: {one.odd_critical}", one)
        if depth and (why := one.no_authority(last=last and not path.client.strict)):
            yield Problem(f"{one.cn} may not issue certificates: {why}", one, Cause.NO_AUTHORITY)
        if path.client.strict and not depth and one.loose_authority:
            yield Problem(f"{one.cn} is an authority without basic constraints", one)
        if path.client.strict and len(path.certificates) > 1 and (why := one.strict_problem(last=last)):
            yield Problem(why, one)
        if why := one.not_for_servers(leaf=not depth):
            told = f"{one.cn} is not for {'a server' if not depth else 'issuers of servers'}: {why}"
            yield Problem(told, one, Cause.NOT_FOR_SERVERS)
        if not depth and (why := one.no_tls_usage):
            yield Problem(f"{one.cn} is not for a server: {why}", one, Cause.KEY_USAGE)
        length = one.facts.path_length
        if depth > 1 and length is not None and above > length:
            told = f"{one.cn} allows {length} authorities below it, and there are {above}"
            yield Problem(told, one, Cause.NO_AUTHORITY)
        above += bool(depth and not one.self_issued)


def _strength_problems(path: FoundPath) -> Iterator[Problem]:
    """check_auth_level: keys of issuers, and the signatures of all but the anchor."""
    for depth, one in enumerate(path.certificates):
        if depth and (problem := weak_key(one, path.client)):
            yield problem
        weak = one.signature_strength < _STRENGTHS[path.client.security_level]
        if depth < len(path.certificates) - 1 and weak and path.client.security_level:
            told = f"the signature of {one.cn}, {one.facts.signature_algorithm}, is too weak for {_level(path.client)}"
            yield Problem(told, one, Cause.WEAK_SIGNATURE)


def _signature_problems(path: FoundPath, proofs: Proofs) -> Iterator[Problem]:
    """internal_verify: from the anchor down, signature and dates of each."""
    for depth in range(len(path.certificates) - 1, -1, -1):
        one = path.certificates[depth]
        if depth < len(path.certificates) - 1:
            issuer = path.certificates[depth + 1]
            if issuer.no_signing:
                told = f"{issuer.cn} may not issue certificates: {issuer.no_signing}"
                yield Problem(told, issuer, Cause.NO_AUTHORITY)
            holds = proofs.signed(issuer.facts, one.facts)
            if holds is None:
                yield Problem(f"the signature of {one.cn} cannot be proved", one)
            if not holds:
                yield Problem(f"{one.cn} was not signed by the key of {issuer.cn}, the issuer that OpenSSL takes", one)
        if why := date_problem(one, path.at):
            yield Problem(why, one)


def date_problem(certificate: OpensslCertificate, at: dt.datetime) -> str:
    """Why it is not valid ``at`` a moment; its last second is (RFC 5280, section 4.1.2.5)."""
    start, end = certificate.facts.not_before, certificate.facts.not_after
    if start is None or end is None:
        return f"it cannot be read when {certificate.cn} is valid"
    if at < start:
        return f"{certificate.cn} is not valid before {start.date().isoformat()}"
    return f"{certificate.cn} ended on {end.date().isoformat()}" if at > end else ""


def _constraint_problems(path: FoundPath) -> Iterator[Problem]:
    """check_name_constraints: those of every certificate above, the anchor's included."""
    compared = 0
    for depth in range(len(path.certificates) - 1, -1, -1):
        one = path.certificates[depth]
        if depth and one.self_issued:
            continue
        for above in path.certificates[:depth:-1]:
            compared += len(above.facts.name_constraints) * len(one.facts.san)
            why = _forbidden(above, one, leaf=not depth) if compared < _MOST_COMPARED else "they are too many"
            if why:
                yield Problem(f"the name constraints of {above.cn} forbid {one.cn}: {why}", one)


def _forbidden(above: OpensslCertificate, one: OpensslCertificate, *, leaf: bool) -> str:
    from cryptography import x509

    if _NAME_CONSTRAINTS not in above.extensions:
        return ""
    if not above.loaded or not one.loaded:
        return "they cannot be checked"
    try:
        found = above.loaded.extensions.get_extension_for_class(x509.NameConstraints).value
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return "they cannot be read"
    return constraint_problem(found, one.loaded, common_name=leaf, every_email=True)
