"""What a RACDCERT listing tells: certificates, rings and chains, without a certificate's bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..model import KeyFacts

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


@dataclass(frozen=True)
class RingEntry:
    """A certificate in a ring: ``usage`` is CERTAUTH, PERSONAL or SITE; upper and lower case of a label count."""

    label: str
    owner: str
    usage: str
    default: bool


@dataclass(frozen=True)
class ListedRing:
    """A key ring and what is connected to it, in RACF's order."""

    owner: str
    name: str
    entries: tuple[RingEntry, ...]


@dataclass(frozen=True)
class ListedChain:
    """A certificate and its issuers, leaf first; ``complete`` is None where the listing ends before it says so."""

    certificates: tuple[ListedCertificate, ...]
    complete: bool | None
    rings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """Everything that a file of listings says; ``certificates`` holds those of the chains too, each once."""

    source: str
    certificates: tuple[ListedCertificate, ...]
    rings: tuple[ListedRing, ...]
    chains: tuple[ListedChain, ...]
    notes: tuple[str, ...] = ()
    ebcdic: bool = False
