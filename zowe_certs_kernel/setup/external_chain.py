"""The chain of an external certificate, completed by signature out of what was given beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ..model import CertificateFacts
from ..trust.proofs import Proofs

__all__ = ["completed"]

_MOST = 20  # certificates in one chain, far more than anybody has
_MOST_OF_ONE_NAME = 50  # tried for one signature; a file may hold thousands
_MOST_CHAINS = 64  # cross-signed authorities have several


def completed(
    leaf: CertificateFacts,
    beside: Iterable[CertificateFacts],
    authorities: Sequence[CertificateFacts],
    *,
    at: dt.datetime | None = None,
) -> tuple[CertificateFacts, ...]:
    """The leaf and the certificates above it, each the one that signed the one before (RFC 5280, section 6.1).

    Where authorities are cross-signed or renewed there are several ways: one of authorities that ends with one that
    signed itself is taken first, then one in which all are in force ``at`` that moment (None: now), then the first
    in the order given. It may end where the next is neither ``beside`` the leaf nor among ``authorities``.
    """
    at = at or dt.datetime.now(dt.UTC)
    candidates = [facts for facts in dict.fromkeys((*beside, *authorities)) if facts.der]
    found: list[tuple[CertificateFacts, ...]] = []
    for way in _ways((leaf,), candidates, Proofs()):
        found.append(way)
        if len(found) == _MOST_CHAINS:
            break
    return min(found, key=lambda way: _rank(way, at))


def _ways(
    way: tuple[CertificateFacts, ...], candidates: Sequence[CertificateFacts], proofs: Proofs
) -> Iterator[tuple[CertificateFacts, ...]]:
    below = way[-1]
    issuers = [] if below.self_signed else list(_issuers(below, way, candidates, proofs))
    if not issuers or len(way) == _MOST:
        yield way
        return
    for issuer in issuers:
        yield from _ways((*way, issuer), candidates, proofs)


def _issuers(
    below: CertificateFacts, way: Sequence[CertificateFacts], candidates: Sequence[CertificateFacts], proofs: Proofs
) -> Iterator[CertificateFacts]:
    """Names differ in case only for some authorities, and Java and OpenSSL compare them so; the signature decides."""
    name = below.issuer.casefold()
    named = [one for one in candidates if one.subject.casefold() == name and one not in way]
    yield from (one for one in named[:_MOST_OF_ONE_NAME] if proofs.signed(one, below))


def _rank(way: Sequence[CertificateFacts], at: dt.datetime) -> tuple[bool, bool, bool]:
    """The lower the better."""
    no_authority = any(one.is_ca is False and not one.self_signed for one in way[1:])
    return way[-1].self_signed is not True, not all(_in_force(one, at) for one in way[1:]), no_authority


def _in_force(one: CertificateFacts, at: dt.datetime) -> bool:
    return bool(one.not_before and one.not_after and one.not_before <= at <= one.not_after)
