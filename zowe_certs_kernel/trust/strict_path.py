"""A second, stricter opinion about a chain: that of cryptography.x509.verification."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import Damaged
from ..model import CertificateFacts
from ..names import parse_address
from ..stores.certificate import load_certificate
from .name_constraints import shown_names
from .verdict import Purpose

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["strict_problem"]

_WORDS = {
    "2.5.29.14": "Subject Key Identifier",
    "2.5.29.15": "key usage",
    "2.5.29.17": "alternative names",
    "2.5.29.19": "basic constraints",
    "2.5.29.30": "name constraints",
    "2.5.29.35": "Authority Key Identifier",
    "2.5.29.37": "extended key usage",
}
_LONGEST = 120
_OID = re.compile(r"\b2\.5\.29\.\d+\b")
_MISSING = re.compile(r"invalid extension: ([0-9.]+): Certificate is missing required extension")
_NOISE = re.compile(
    r"validation failed: |candidates exhausted: |fatal error: |\s*\(encountered processing .*\)$", re.DOTALL
)


def strict_problem(
    chain: Sequence[CertificateFacts],
    anchors: Iterable[CertificateFacts],
    purpose: Purpose,
    *,
    at: dt.datetime,
    host: str = "",
) -> str:
    """Why ``cryptography.x509.verification`` refuses the chain, or nothing; the words are mostly its own.

    Its profile is that of the public web (CA/Browser Forum), stricter than RFC 5280: alternative names have to be
    there, and not be critical beside a subject; each certificate but a root needs an Authority Key Identifier, each
    authority a key usage and critical basic constraints; keys of authorities are RSA of 2048 bits or more, or on
    P-256, P-384 or P-521; SHA-1 and Ed25519 are refused, and so are serial numbers over 20 bytes. At most eight
    authorities stand between, and any trusted certificate that is an authority ends a path. It takes a leaf without
    key usage or extended key usage. The search is bounded by the library.

    Args:
        chain: as it is sent, the certificate in question first.
        anchors: who is trusted.
        purpose: server or client.
        at: the moment, in UTC.
        host: the name that a client asks for; without it the certificate's own first name.
    """
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

    listed = next((facts.common_name for facts in chain if not facts.der), None)
    if listed is not None:
        return f"nothing can be proved of {shown_names([listed])}, of which only a listing is known"
    try:
        leaf, *others = [load_certificate(facts.der) for facts in chain]
        trusted = list(_loaded(anchors))
        if not trusted:
            return "nothing is trusted"
        builder = PolicyBuilder().store(Store(trusted)).time(at)
        if purpose is Purpose.CLIENT:
            builder.build_client_verifier().verify(leaf, others)
        else:
            subject = _asked(host) if host else _own_name(chain[0])
            if subject is None:
                return f"{shown_names([chain[0].common_name])} has no alternative names"
            builder.build_server_verifier(subject).verify(leaf, others)
    except VerificationError as error:
        return _told(str(error))
    except (ValueError, TypeError, Damaged, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        return f"it cannot be checked: {shown_names([str(error)])}"
    return ""


def _loaded(anchors: Iterable[CertificateFacts]) -> Iterable[x509.Certificate]:
    for facts in anchors:
        try:
            yield load_certificate(facts.der)
        except Damaged:
            continue


def _own_name(leaf: CertificateFacts) -> x509.DNSName | x509.IPAddress | None:
    """A name that it has, so that a chain can be judged for which no name is asked."""
    from cryptography import x509

    for name in leaf.san:
        kind, _, value = name.partition(":")
        try:
            if kind == "dns" and not parse_address(value):
                return x509.DNSName(value.replace("*", "any", 1))
            if kind == "ip" and (address := parse_address(value)):
                return x509.IPAddress(address)
        except ValueError:
            continue
    return None


def _asked(host: str) -> x509.DNSName | x509.IPAddress:
    from cryptography import x509

    address = parse_address(host)
    return x509.IPAddress(address) if address else x509.DNSName(host)


def _told(message: str) -> str:
    told = _NOISE.sub("", message)
    missing = _MISSING.search(told)
    if missing:
        return f"a certificate has no {_WORDS.get(missing[1], missing[1])}"
    if "exhausted" in told:
        return "no trusted authority stands above it"
    return _OID.sub(lambda oid: _WORDS.get(oid[0], oid[0]), told)[:_LONGEST]
