"""What is known of certificates, keys and stores: frozen facts, no input or output."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = [
    "CertificateFacts",
    "Entry",
    "EntryKind",
    "Finding",
    "KeyFacts",
    "KeyType",
    "RingPlace",
    "Severity",
    "Store",
    "iso",
]


def iso(moment: dt.datetime) -> str:
    """``2036-11-20T09:30:00Z``: ISO 8601 in UTC, to the second."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


class EntryKind(StrEnum):
    """What a store's entry is, in the words of Java's KeyStore."""

    PRIVATE_KEY = "private_key"
    TRUSTED_CERTIFICATE = "trusted_certificate"
    CERTIFICATE = "certificate"
    SECRET_KEY = "secret_key"  # noqa: S105  # the name of a kind


class Severity(StrEnum):
    """How bad a finding is; ``error`` is the worst."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class KeyType(StrEnum):
    """A kind of key that is made here."""

    RSA_2048 = "RSA-2048"
    RSA_3072 = "RSA-3072"
    RSA_4096 = "RSA-4096"
    EC_P256 = "EC-P256"
    EC_P384 = "EC-P384"

    @property
    def is_rsa(self) -> bool:
        return self.value.startswith("RSA")

    @property
    def bits(self) -> int:
        return int(self.value[-4:] if self.is_rsa else self.value[-3:])


@dataclass(frozen=True)
class KeyFacts:
    """Type (``RSA``, ``EC``, ``Ed25519`` …) and size in bits of a key."""

    type: str
    bits: int

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.type, "bits": self.bits}

    def __str__(self) -> str:
        return f"{self.type} {self.bits}"


@dataclass(frozen=True)
class CertificateFacts:
    """One certificate, read. Names are RFC 4514 strings, moments are UTC.

    ``der`` is the certificate itself; ``self_signed`` is proved by the signature.
    A fact that could not be read is None, and ``notes`` says why: a listing of RACF tells
    of a certificate and holds none, so that ``der`` is empty there. ``critical`` names the
    extensions that are marked so, ``name_constraints`` hold ``permitted dns:example.com``.
    """

    subject: str
    issuer: str
    serial: str
    not_before: dt.datetime | None
    not_after: dt.datetime | None
    sha256: str | None
    signature_algorithm: str
    key: KeyFacts | None
    san: tuple[str, ...]
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...] | None
    is_ca: bool | None
    path_length: int | None
    self_signed: bool | None
    subject_key_identifier: str | None
    authority_key_identifier: str | None
    notes: tuple[str, ...] = ()
    der: bytes = field(default=b"", repr=False)
    sha1: str = ""
    critical: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    name_constraints: tuple[str, ...] = ()

    @property
    def common_name(self) -> str:
        """The CN of the subject, or the whole subject where it has none."""
        from .names import common_name

        return common_name(self.subject)

    @property
    def identity(self) -> str:
        """What tells it from all others: its fingerprint, else its number, issuer (RFC 5280, 4.1.2.2) and subject."""
        return self.sha256 or f"{self.serial} of {self.issuer} for {self.subject}"

    @property
    def end_day(self) -> str:
        """``2036-11-20``, or ``unknown``."""
        return self.not_after.date().isoformat() if self.not_after else "unknown"

    def _or_null(self, text: str) -> str | None:
        """A name may be empty in a certificate; in a listing, which is without its bytes, it was not printed then."""
        return text if text or self.der else None

    def _list(self, values: tuple[str, ...]) -> list[str] | None:
        """What no listing shows, of which nobody knows whether there is any."""
        return list(values) if values or self.der else None

    def as_dict(self) -> dict[str, Any]:
        """The ``CERT`` of the JSON contract."""
        return {
            "subject": self._or_null(self.subject),
            "issuer": self._or_null(self.issuer),
            "serial": self._or_null(self.serial),
            "not_before": iso(self.not_before) if self.not_before else None,
            "not_after": iso(self.not_after) if self.not_after else None,
            "sha256": self.sha256,
            "sha1": self.sha1 or None,
            "signature_algorithm": self._or_null(self.signature_algorithm),
            "key": self.key.as_dict() if self.key else None,
            "san": list(self.san),
            "key_usage": list(self.key_usage),
            "extended_key_usage": None if self.extended_key_usage is None else list(self.extended_key_usage),
            "critical": self._list(self.critical),
            "is_ca": self.is_ca,
            "path_length": self.path_length,
            "self_signed": self.self_signed,
            "subject_key_identifier": self.subject_key_identifier,
            "authority_key_identifier": self.authority_key_identifier,
            "policies": self._list(self.policies),
            "name_constraints": self._list(self.name_constraints),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class RingPlace:
    """Where a certificate stands in RACF, by a RACDCERT listing; the alias of its entry is the label.

    ``owner`` is a user ID, ``CERTAUTH`` or ``SITE``; ``status`` is TRUST, NOTRUST or HIGHTRUST. ``rings`` are
    ``OWNER/RING``; ``usage`` (CERTAUTH, PERSONAL or SITE) and ``default`` are known from LISTRING only, and
    there is one ring then. What was not listed is empty or None.
    """

    owner: str
    status: str = ""
    rings: tuple[str, ...] = ()
    usage: str = ""
    default: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "status": self.status,
            "rings": list(self.rings),
            "usage": self.usage,
            "default": self.default,
        }


@dataclass(frozen=True)
class Entry:
    """One entry of a store: an alias with a key, a chain (leaf first), or both.

    ``open_key`` decrypts the private key when it is asked for and not before; the
    key appears in no repr and no dictionary. ``notes`` say what of the entry could not
    be read, and what Java makes of it where that is something else. ``protection`` is how
    its key is encrypted, as far as it is. ``java_alias`` is the name under which Java shows
    it, None where it shows nothing. ``key_fits`` says whether the key was opened and is that
    of the certificate, None where nobody asked. ``place`` is set where it comes from a
    listing of RACF.
    """

    alias: str
    kind: EntryKind
    chain: tuple[CertificateFacts, ...]
    key: KeyFacts | None = None
    open_key: Callable[[], PrivateKeyTypes] | None = field(default=None, repr=False, compare=False)
    notes: tuple[str, ...] = ()
    protection: str = ""
    java_alias: str | None = None
    key_fits: bool | None = None
    place: RingPlace | None = None

    @property
    def certificate(self) -> CertificateFacts | None:
        """The entry's own certificate, the first of its chain."""
        return self.chain[0] if self.chain else None

    def as_dict(self) -> dict[str, Any]:
        """One of the ``entries`` of the JSON contract; the last four keys only where there is something to say."""
        more: dict[str, Any] = {"notes": list(self.notes)} if self.notes else {}
        more |= {"protection": self.protection} if self.protection else {}
        more |= {} if self.key_fits is None else {"key_fits": self.key_fits}
        more |= {"place": self.place.as_dict()} if self.place else {}
        return {
            "alias": self.alias,
            "java_alias": self.java_alias,
            "kind": str(self.kind),
            "key": self.key.as_dict() if self.key else None,
            "chain": [certificate.as_dict() for certificate in self.chain],
            **more,
        }


@dataclass(frozen=True)
class Store:
    """A keystore, trust store or PEM file, read."""

    source: str
    format: str
    entries: tuple[Entry, ...]
    protection: str = ""
    notes: tuple[str, ...] = ()

    def entry(self, alias: str) -> Entry | None:
        """The entry of that alias, upper and lower case alike as Java takes it."""
        wanted = alias.lower()
        return next((entry for entry in self.entries if entry.alias.lower() == wanted), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "format": self.format,
            "error": None,
            "entries": [entry.as_dict() for entry in self.entries],
        }


@dataclass(frozen=True)
class Finding:
    """Something worth saying of a store, a certificate or the settings.

    ``message`` is what was seen, ``why`` the reason it matters, ``fix`` how to mend it; ``commands`` do that, or
    show more. ``waived`` is the reason for which it was set aside, until a day; empty where it counts.
    """

    rule: str
    severity: Severity
    message: str
    why: str
    fix: str
    source_of_rule: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    waived: str = ""

    def as_dict(self) -> dict[str, Any]:
        """One of the ``findings`` of the JSON contract; the last two keys only where there is something to say."""
        more: dict[str, Any] = {"commands": list(self.commands)} if self.commands else {}
        more |= {"waived": self.waived} if self.waived else {}
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "where": dict(self.where),
            "message": self.message,
            "why": self.why,
            "fix": self.fix,
            "source_of_rule": self.source_of_rule,
            **more,
        }
