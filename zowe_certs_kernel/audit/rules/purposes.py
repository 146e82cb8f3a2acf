"""What certificates are for: extended key usage and key usage."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import CertificateFacts, Finding, Severity
from ..registry import of_key
from ..subjects import KeyUse, called, issuer_called
from .public_authorities import is_public

__all__ = ["lacks_purpose"]

_ANY = "2.5.29.37.0"  # anyExtendedKeyUsage, which is shown as its number
_SERVER, _CLIENT = "serverAuth", "clientAuth"


def lacks_purpose(facts: CertificateFacts, purpose: str) -> bool:
    """Whether it names purposes, and not this one (RFC 5280, section 4.2.1.12)."""
    named = facts.extended_key_usage
    return bool(named) and purpose not in (named or ()) and _ANY not in (named or ())


def _purposes(facts: CertificateFacts) -> str:
    return ", ".join(facts.extended_key_usage or ())


@of_key("ZC-EKU-01")
def not_for_servers(key: KeyUse) -> Iterator[Finding]:
    if key.serves and lacks_purpose(key.leaf, _SERVER):
        yield key.finding("ZC-EKU-01", purposes=_purposes(key.leaf))


@of_key("ZC-EKU-02")
def not_for_clients(key: KeyUse) -> Iterator[Finding]:
    if key.serves and lacks_purpose(key.leaf, _CLIENT):
        yield key.finding("ZC-EKU-02", purposes=_purposes(key.leaf))


@of_key("ZC-EKU-03")
def no_purpose(key: KeyUse) -> Iterator[Finding]:
    if key.serves and key.leaf.extended_key_usage == ():
        yield key.finding("ZC-EKU-03")


@of_key("ZC-EKU-05")
def next_one_not_for_clients(key: KeyUse) -> Iterator[Finding]:
    both = {_SERVER, _CLIENT} <= set(key.leaf.extended_key_usage or ())
    if key.serves and both and is_public(key.leaf.issuer):
        yield key.finding("ZC-EKU-05", authority=issuer_called(key.leaf))


@of_key("ZC-EKU-06")
def limited_authority(key: KeyUse) -> Iterator[Finding]:
    for facts in key.above if key.serves else ():
        if lacks_purpose(facts, _SERVER) or lacks_purpose(facts, _CLIENT):
            worst = Severity.ERROR if key.refused_by("ZC-EKU-06") else None
            yield key.finding("ZC-EKU-06", worst, authority=called(facts), purposes=_purposes(facts))


@of_key("ZC-KU-01")
def unfit_key_usage(key: KeyUse) -> Iterator[Finding]:
    usage, rsa = key.leaf.key_usage, bool(key.leaf.key and key.leaf.key.type == "RSA")
    needed = ("digitalSignature", *(["keyEncipherment"] if rsa else []))
    lacks = [one for one in needed if one not in usage]
    if key.serves and usage and lacks:
        worst = Severity.ERROR if key.refused_by("ZC-KU-01") else None
        yield key.finding("ZC-KU-01", worst, lacks=" and ".join(lacks))
