"""What a RACDCERT listing tells: certificates, rings and chains, without a certificate's bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ..model import KeyFacts, iso

__all__ = ["ListedCertificate", "ListedChain", "ListedRing", "Listing", "RingEntry"]


@dataclass(frozen=True)
class ListedCertificate:
    """One certificate as RACF shows it; what was not printed is None or empty.

    ``owner`` is a user ID, ``CERTAUTH`` or ``SITE``, and empty for a certificate that CHECKCERT found in a data
    set only. ``start`` and ``end`` are as printed, which is local time, and taken as UTC. Names are RFC 4514
    strings; RACF joins their parts by dots, so a value that itself holds ``.OU=`` cannot be told from two parts.
    ``pkds_label`` names the key in ICSF's key data set. ``rings`` are pairs of ring owner and ring.
    """

    owner: str
    label: str
    certificate_id: str
    status: str
    start: dt.datetime | None
    end: dt.datetime | None
    serial: str
    issuer: str
    subject: str
    san: tuple[str, ...]
    signing_algorithm: str
    key_usage: tuple[str, ...]
    key_type: str
    key_size: int | None
    private_key: bool | None
    pkds_label: str
    sha256: str | None
    rings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> KeyFacts | None:
        """Type and size in the words of the model: ``RSA Mod-Exp`` is RSA, both kinds of ECC are EC."""
        kinds = {"RSA Mod-Exp": "RSA", "NIST ECC": "EC", "Brainpool ECC": "EC"}
        if not self.key_type or self.key_size is None:
            return None
        return KeyFacts(kinds.get(self.key_type, self.key_type), self.key_size)

    def as_dict(self) -> dict[str, Any]:
        """Under the keys of the JSON contract's ``CERT`` where they mean the same."""
        return {
            "owner": self.owner,
            "label": self.label,
            "certificate_id": self.certificate_id,
            "status": self.status,
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": self.serial,
            "not_before": iso(self.start) if self.start else None,
            "not_after": iso(self.end) if self.end else None,
            "sha256": self.sha256,
            "signature_algorithm": self.signing_algorithm,
            "key": self.key.as_dict() if self.key else None,
            "key_type": self.key_type,
            "san": list(self.san),
            "key_usage": list(self.key_usage),
            "private_key": self.private_key,
            "pkds_label": self.pkds_label,
            "rings": _rings_as_dicts(self.rings),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class RingEntry:
    """A certificate in a ring: ``usage`` is CERTAUTH, PERSONAL or SITE; upper and lower case of a label count."""

    label: str
    owner: str
    usage: str
    default: bool

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "owner": self.owner, "usage": self.usage, "default": self.default}


@dataclass(frozen=True)
class ListedRing:
    """A key ring and what is connected to it, in RACF's order."""

    owner: str
    name: str
    entries: tuple[RingEntry, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"owner": self.owner, "name": self.name, "entries": [entry.as_dict() for entry in self.entries]}


@dataclass(frozen=True)
class ListedChain:
    """A certificate and its issuers, leaf first; ``complete`` is None where the listing ends before it says so."""

    certificates: tuple[ListedCertificate, ...]
    complete: bool | None
    rings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "certificates": [certificate.as_dict() for certificate in self.certificates],
            "complete": self.complete,
            "rings": _rings_as_dicts(self.rings),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Listing:
    """Everything that a file of listings says; ``certificates`` holds those of the chains too, each once."""

    source: str
    certificates: tuple[ListedCertificate, ...]
    rings: tuple[ListedRing, ...]
    chains: tuple[ListedChain, ...]
    notes: tuple[str, ...] = ()
    ebcdic: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "certificates": [certificate.as_dict() for certificate in self.certificates],
            "rings": [ring.as_dict() for ring in self.rings],
            "chains": [chain.as_dict() for chain in self.chains],
            "notes": list(self.notes),
        }


def _rings_as_dicts(rings: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"owner": owner, "ring": ring} for owner, ring in rings]
