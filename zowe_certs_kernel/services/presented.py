"""What a service shows, and what of it is to be trusted: facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import CertificateFacts, Finding

__all__ = ["Presented", "ServiceAnchor", "Zosmf"]


@dataclass(frozen=True)
class Presented:
    """The certificates of a server, its own first, or those of a file in its order.

    ``name`` is ``HOST:PORT`` or a path, ``host`` the name by which Zowe calls the server, empty for a file. ``asks``
    says whether the server asks its clients for a certificate, None where that is not known.
    """

    name: str
    host: str
    chain: tuple[CertificateFacts, ...]
    notes: tuple[str, ...] = ()
    is_file: bool = False
    asks: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "host": self.host,
            "is_file": self.is_file,
            "asks_for_client_certificate": self.asks,
            "chain": [facts.as_dict() for facts in self.chain],
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class ServiceAnchor:
    """A certificate that the trust store gets, under which alias, and why just that one."""

    alias: str
    facts: CertificateFacts
    why: str

    def as_dict(self) -> dict[str, Any]:
        return {"alias": self.alias, "why": self.why, "certificate": self.facts.as_dict()}


@dataclass(frozen=True)
class Zosmf:
    """The z/OSMF of a set-up, ``HOST:PORT``, and what of it is trusted.

    No ``certificates``: it is only known to exist, as where ZOSMF_CERTIFICATE names its files or nothing is verified.
    ``findings`` are what is worth knowing of it; ``unconfirmed`` are those of the certificates whose fingerprint
    somebody still has to confirm: a plan may show them, and nothing is made of it. ``token_key`` is the public key of
    its tokens, as SubjectPublicKeyInfo in DER; empty where it was not asked for, or there is none.
    """

    name: str
    certificates: tuple[ServiceAnchor, ...] = ()
    findings: tuple[Finding, ...] = ()
    unconfirmed: tuple[ServiceAnchor, ...] = ()
    token_key: bytes = field(default=b"", repr=False)
