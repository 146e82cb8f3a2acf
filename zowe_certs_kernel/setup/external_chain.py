"""The chain of an external certificate, completed by signature out of what was given beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import CertificateFacts
from ..trust.proofs import Proofs

__all__ = ["completed"]

_MOST = 20  # certificates in one chain, far more than anybody has
_MOST_OF_ONE_NAME = 50  # tried for one signature; a file may hold thousands


def completed(
    leaf: CertificateFacts, beside: Iterable[CertificateFacts], authorities: Sequence[CertificateFacts]
) -> tuple[CertificateFacts, ...]:
    """The leaf and the certificates above it, each the one that signed the one before (RFC 5280, section 6.1).

    It ends with one that signed itself, or where the next is neither ``beside`` the leaf nor among ``authorities``.
    """
    proofs = Proofs()
    candidates = [facts for facts in dict.fromkeys((*beside, *authorities)) if facts.der]
    chain = [leaf]
    while len(chain) < _MOST and chain[-1].self_signed is not True:
        below = chain[-1]
        named = [one for one in candidates if one.subject == below.issuer and one not in chain]
        issuer = next((one for one in named[:_MOST_OF_ONE_NAME] if proofs.signed(one, below)), None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain)
