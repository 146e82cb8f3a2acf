"""What a set-up will make: data that preview, dry run, execution and the keytool commands all come from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from ..issue import DEFAULT_DAYS, CertificateKind, Subject
from ..model import EntryKind, Finding, KeyType, Severity
from ..secret import Secret
from ..services import ServiceAnchor
from ..stores import Profile
from ..zowe.settings import CertificateSettings
from .authority import CA_ALIAS, FoundAuthority
from .external import ExternalKey
from .external_authorities import ExternalAuthority

__all__ = [
    "FileKind",
    "GivenCertificate",
    "Plan",
    "PlannedCertificate",
    "PlannedEntry",
    "PlannedFile",
    "PlannedStore",
]

CA_CERTIFICATE = PurePosixPath("local_ca/localca.cer")
CA_STORE = PurePosixPath("local_ca/localca.keystore.p12")
ENVIRONMENT_FILE = PurePosixPath("zowe-certificates.env")


class FileKind(StrEnum):
    """What a file of the directory holds."""

    STORE = "store"
    CERTIFICATE = "certificate, PEM in ASCII"
    CERTIFICATE_EBCDIC = "certificate, PEM in EBCDIC"
    KEY = "private key, PEM, not encrypted"
    REQUEST = "certificate request, PEM"
    ENVIRONMENT = "variables for Zowe's start"


@dataclass(frozen=True)
class PlannedCertificate:
    """A key and its certificate; ``issuer`` is the id of another one, or None where none of these signs it.

    ``external`` is set where both come from a file, instead of being made; ``key_of`` is the id of the certificate
    whose key this one wraps, where it has none of its own; ``public_key`` is what it wraps instead, if set.
    """

    id: str
    kind: CertificateKind
    subject: Subject
    issuer: str | None = None
    san: tuple[str, ...] = ()
    days: int = DEFAULT_DAYS
    key_type: KeyType = KeyType.RSA_2048
    external: ExternalKey | None = None
    key_of: str | None = None
    public_key: bytes = field(default=b"", repr=False)

    @property
    def common_name(self) -> str:
        return dict(self.subject)["CN"]


@dataclass(frozen=True)
class GivenCertificate:
    """A certificate to trust that comes from a file; ``number`` counts from 1 within it."""

    alias: str
    der: bytes = field(repr=False)
    file: str
    number: int
    ends: dt.datetime


@dataclass(frozen=True)
class PlannedEntry:
    """An entry of a store: the certificate with that id, with its key or as trusted."""

    alias: str
    certificate: str
    kind: EntryKind


@dataclass(frozen=True)
class PlannedStore:
    """A store, its entries in the order in which they are written.

    ``path`` is in the directory, or whole where the store lies outside. ``profile`` and ``rounds`` (None:
    the profile's own) protect a PKCS12 store; a JKS store has a protection of its own.
    """

    path: PurePosixPath
    entries: tuple[PlannedEntry, ...]
    password: Secret
    profile: Profile
    rounds: int | None = None
    format: str = "PKCS12"
    password_variable: str = "ZOWE_KEYSTORE_PASSWORD"  # noqa: S105  # the name of a variable

    @property
    def protection(self) -> str:
        """How it is protected, in words."""
        return self.profile.words if self.format == "PKCS12" else "JKS's own method, which is weak"


@dataclass(frozen=True)
class PlannedFile:
    """One file, with its path in the directory and whose certificate or key it holds."""

    path: PurePosixPath
    kind: FileKind
    what: str
    certificate: str = ""


@dataclass(frozen=True)
class Plan:
    """All that a set-up will make.

    ``directory`` is the folder made here; the settings' own ``keystore_directory`` is
    where Zowe will find it on z/OS. ``certificates`` are the local authority, where there is one, and the Zowe
    certificate first. ``given`` are the certificates of services that are trusted, ``authorities`` those of external
    certificates. ``ca_store`` is None where nothing is signed here.
    ``ca_file`` is the authority's store where that lies outside the directory, ``found`` the
    authority in it where it is there already. ``defects`` are what the set has in common with Zowe's own.
    ``token_store`` is what a PKCS11 token is filled from.
    ``unconfirmed`` are certificates of z/OSMF that nobody has confirmed yet; with one the plan is not carried out.
    """

    settings: CertificateSettings
    directory: Path
    as_zowe: bool
    replace: bool
    certificates: tuple[PlannedCertificate, ...]
    ca_store: PlannedStore | None
    keystore: PlannedStore
    truststore: PlannedStore
    files: tuple[PlannedFile, ...]
    findings: tuple[Finding, ...]
    given: tuple[GivenCertificate, ...] = ()
    ca_file: Path | None = None
    found: FoundAuthority | None = None
    defects: tuple[str, ...] = ()
    authorities: tuple[ExternalAuthority, ...] = ()
    in_spite_of_findings: bool = False
    unconfirmed: tuple[ServiceAnchor, ...] = ()
    token_store: PlannedStore | None = None

    @property
    def stores(self) -> tuple[PlannedStore, ...]:
        ca, token = ([store] if store else [] for store in (self.ca_store, self.token_store))
        return (*ca, self.keystore, self.truststore, *token)

    @property
    def authority(self) -> PlannedCertificate | None:
        """The local authority, if there is one."""
        return next((one for one in self.certificates if one.id == CA_ALIAS), None)

    @property
    def service(self) -> PlannedCertificate:
        """The Zowe certificate."""
        return self.certificate(self.settings.keystore_alias)

    @property
    def components(self) -> tuple[PlannedCertificate, ...]:
        """Those of components, in the order of the settings."""
        servers = (one for one in self.certificates if one.kind is CertificateKind.SERVICE)
        return tuple(one for one in servers if one.id != self.settings.keystore_alias)

    @property
    def externals(self) -> tuple[ExternalKey, ...]:
        """The keys that come from files."""
        return tuple(one.external for one in self.certificates if one.external)

    @property
    def external_root(self) -> ExternalAuthority | None:
        """The root above the external certificates: it signed itself. Zowe's script compares its two names."""
        if self.as_zowe:
            found = (one for one in self.authorities if one.facts.subject == one.facts.issuer)
            return next(found, None) if self.settings.profile.ebcdic else None
        above = {facts.identity for key in self.externals for facts in key.chain}
        roots = [one for one in self.authorities if one.facts.self_signed]
        return next((one for one in roots if one.facts.identity in above), roots[0] if roots else None)

    @property
    def signs_servers(self) -> bool:
        """Whether the local authority signs a certificate that Zowe shows."""
        return any(one.issuer and not one.key_of for one in self.certificates)

    @property
    def folders(self) -> tuple[PurePosixPath, ...]:
        """The folders inside the directory."""
        return tuple(sorted({file.path.parent for file in self.files} - {PurePosixPath(".")}))

    @property
    def folder_mode(self) -> int:
        return 0o700 if self.settings.lock_keystore else 0o750

    def mode(self, file: PlannedFile) -> int:
        """A file's permission bits: no execute bit, and the CA's key is always its owner's alone."""
        return 0o600 if self.settings.lock_keystore or file.path == CA_STORE else 0o640

    def certificate(self, id_: str) -> PlannedCertificate:
        return next(certificate for certificate in self.certificates if certificate.id == id_)

    def as_dict(self) -> dict[str, Any]:
        """The plan for a program, without any password."""
        from .delivery import delivery
        from .steps import steps
        from .token import token_commands

        return {
            "schema": "zowe-certs/plan/1",
            "counts": {str(kind): sum(found.severity is kind for found in self.findings) for kind in Severity},
            "findings": [found.as_dict() for found in self.findings],
            "directory": str(self.directory),
            "keystore_directory": str(self.settings.keystore_directory),
            "release": str(self.settings.release),
            "release_reason": self.settings.release_reason,
            "as_zowe": self.as_zowe,
            "defects": list(self.defects),
            "authority": self._authority_as_dict(),
            "external": [self._external_as_dict(key) for key in self.externals],
            "to_confirm": [one.as_dict() for one in self.unconfirmed],
            "steps": [step.as_dict() for step in steps(self)],
            "token_commands": list(token_commands(self.settings)),
            "delivery": [row.as_dict() for row in delivery(self)],
        }

    def _authority_as_dict(self) -> dict[str, Any] | None:
        """None where no local authority is needed."""
        if self.ca_store is None:
            return None
        return {"file": str(self.ca_file) if self.ca_file else None, "found": self.found is not None}

    def _external_as_dict(self, key: ExternalKey) -> dict[str, Any]:
        """A key from a file, and which certificates stand above it."""
        return {
            "alias": key.id,
            "file": str(key.file),
            "format": key.format,
            "chain": [facts.sha256 for facts in key.chain],
        }
