"""What a set-up will make: data that preview, dry run, execution and the keytool commands all come from."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import SettingsError
from ..issue import DEFAULT_DAYS, CertificateKind, Subject
from ..model import EntryKind, Finding, Severity
from ..names import LOCAL_ADDRESS, LOCAL_HOST_NAMES
from ..secret import Secret
from ..stores import DEFAULT_ROUNDS, Profile, open_store
from ..zowe.settings import CertificateSettings
from ..zowe.variables import Release
from .findings import settings_findings

__all__ = [
    "FileKind",
    "GivenCertificate",
    "Plan",
    "PlannedCertificate",
    "PlannedEntry",
    "PlannedFile",
    "PlannedStore",
    "plan_setup",
]

CA_ALIAS = "localca"
CA_CERTIFICATE = PurePosixPath("local_ca/localca.cer")
CA_STORE = PurePosixPath("local_ca/localca.keystore.p12")
ENVIRONMENT_FILE = PurePosixPath("zowe-certificates.env")
_PUBLISHED_CA_PASSWORD = "local_ca_password"  # noqa: S105  # Zowe's own constant
_REST_OF_NAME: Subject = (
    ("C", "CZ"),
    ("ST", "Prague"),
    ("L", "Prague"),
    ("O", "Zowe Sample"),
    ("OU", "API Mediation Layer"),
)
_JWT_HAS_OWN_NAME = Release(1, 21)


class FileKind(StrEnum):
    """What a file of the directory holds."""

    STORE = "PKCS12 store"
    CERTIFICATE = "certificate, PEM in ASCII"
    CERTIFICATE_EBCDIC = "certificate, PEM in EBCDIC"
    KEY = "private key, PEM, not encrypted"
    REQUEST = "certificate request, PEM"
    ENVIRONMENT = "variables for Zowe's start"


@dataclass(frozen=True)
class PlannedCertificate:
    """A key and its certificate; ``issuer`` is the id of another one, or None where it signs itself."""

    id: str
    kind: CertificateKind
    subject: Subject
    issuer: str | None = None
    san: tuple[str, ...] = ()
    days: int = DEFAULT_DAYS

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
    """A PKCS12 store, its entries in the order in which they are written."""

    path: PurePosixPath
    entries: tuple[PlannedEntry, ...]
    password: Secret
    profile: Profile
    rounds: int = DEFAULT_ROUNDS
    password_variable: str = "ZOWE_KEYSTORE_PASSWORD"  # noqa: S105  # the name of a variable


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
    where Zowe will find it on z/OS. ``given`` are the certificates that come from files.
    """

    settings: CertificateSettings
    directory: Path
    as_zowe: bool
    replace: bool
    certificates: tuple[PlannedCertificate, ...]
    stores: tuple[PlannedStore, ...]
    files: tuple[PlannedFile, ...]
    findings: tuple[Finding, ...]
    given: tuple[GivenCertificate, ...] = ()

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

    @property
    def keystore(self) -> PlannedStore:
        return self.stores[1]

    @property
    def truststore(self) -> PlannedStore:
        return self.stores[2]

    def certificate(self, id_: str) -> PlannedCertificate:
        return next(certificate for certificate in self.certificates if certificate.id == id_)

    def as_dict(self) -> dict[str, Any]:
        """The plan for a program, without any password."""
        from .delivery import delivery
        from .steps import steps

        return {
            "schema": "zowe-certs/plan/1",
            "counts": {str(kind): sum(found.severity is kind for found in self.findings) for kind in Severity},
            "findings": [found.as_dict() for found in self.findings],
            "directory": str(self.directory),
            "keystore_directory": str(self.settings.keystore_directory),
            "release": str(self.settings.release),
            "release_reason": self.settings.release_reason,
            "as_zowe": self.as_zowe,
            "steps": [step.as_dict() for step in steps(self)],
            "delivery": [row.as_dict() for row in delivery(self)],
        }


def plan_setup(
    settings: CertificateSettings, *, directory: Path | None = None, as_zowe: bool = False, replace: bool = False
) -> Plan:
    """Plan the KEYSTORE_DIRECTORY that Zowe's ``zowe-setup-certificates.sh`` makes of these settings.

    Args:
        directory: the folder to make here; None: the settings' own KEYSTORE_DIRECTORY.
        as_zowe: reproduce the script's facts, its published CA password and duplicate names included.
        replace: an existing folder gives way and stays as a dated copy.

    Raises:
        SettingsError: the settings ask for something that is not made here.
        StoreError: a z/OSMF certificate file cannot be read.
    """
    _refuse_what_is_not_made(settings)
    alias = settings.keystore_alias
    jwt_alias = settings.pkcs11_token_label if settings.release >= _JWT_HAS_OWN_NAME else ""
    jwt_alias = jwt_alias or "jwtsecret"
    certificates = [
        PlannedCertificate(CA_ALIAS, CertificateKind.CA, _named("Zowe Development Instances Certificate Authority")),
        PlannedCertificate(
            alias, CertificateKind.SERVICE, _named("Zowe Service"), CA_ALIAS, _san(settings, keep_duplicates=as_zowe)
        ),
    ]
    if settings.has_jwt_secret:
        own = " - JWT" if settings.release >= _JWT_HAS_OWN_NAME else ""
        certificates.append(PlannedCertificate(jwt_alias, CertificateKind.JWT, _named(f"Zowe Service{own}")))
    given = _zosmf(settings, first_only=as_zowe) if settings.verifies_services else ()
    return Plan(
        settings=settings,
        directory=directory or Path(settings.keystore_directory),
        as_zowe=as_zowe,
        replace=replace,
        certificates=tuple(certificates),
        stores=_stores(settings, [certificate.id for certificate in certificates[2:]], given, as_zowe=as_zowe),
        files=_files(settings, jwt_alias),
        findings=settings_findings(
            settings, [(found.file, found.ends) for found in given], published_ca_password=as_zowe
        ),
        given=given,
    )


def _refuse_what_is_not_made(settings: CertificateSettings) -> None:
    asked = {
        "EXTERNAL_CERTIFICATE": settings.external_certificate,
        "COMPONENT_LEVEL_CERTIFICATES": settings.components,
        "EXTERNAL_COMPONENT_CERTIFICATES": settings.external_components,
        "ZOWE_KEYRING": settings.keyring,
    }
    problems = [
        f"{name} is set, but only a generated certificate in files is made here; empty it, or use Zowe's own script"
        for name, value in asked.items()
        if value
    ]
    if problems:
        raise SettingsError(settings.source, problems)


def _named(common_name: str) -> Subject:
    return (*_REST_OF_NAME, ("CN", common_name))


def _san(settings: CertificateSettings, *, keep_duplicates: bool) -> tuple[str, ...]:
    """The names as the script orders them: hosts, addresses, then those of the machine itself."""
    names = [
        *(f"dns:{name}" for name in settings.host_names),
        *(f"ip:{address}" for address in settings.addresses),
        *(f"dns:{name}" for name in LOCAL_HOST_NAMES),
        f"ip:{LOCAL_ADDRESS}",
    ]
    return tuple(names if keep_duplicates else dict.fromkeys(names))


def _zosmf(settings: CertificateSettings, *, first_only: bool) -> tuple[GivenCertificate, ...]:
    """z/OSMF's certificates by alias: the file's name without its last suffix, as the script has it, and free still."""
    found: dict[str, GivenCertificate] = {}
    for name in settings.zosmf_certificates:
        facts = list(dict.fromkeys(entry.chain[0] for entry in open_store(Path(name)).entries if entry.chain))
        if not facts:
            raise SettingsError(settings.source, [f"ZOSMF_CERTIFICATE names {name}, in which there is no certificate"])
        for number, certificate in enumerate(facts[:1] if first_only else facts, 1):
            stem = Path(name).stem.lower()
            aliases = itertools.chain([stem], (f"{stem}-{more}" for more in itertools.count(2)))
            alias = next(free for free in aliases if free not in found and free != CA_ALIAS)
            found[alias] = GivenCertificate(alias, certificate.der, name, number, certificate.not_after)
    return tuple(found.values())


def _stores(
    settings: CertificateSettings, more_keys: list[str], given: tuple[GivenCertificate, ...], *, as_zowe: bool
) -> tuple[PlannedStore, ...]:
    alias, password = settings.keystore_alias, settings.keystore_password
    key, trusted = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE
    profile = Profile.MODERN if as_zowe else Profile.COMPATIBLE
    authority = PlannedEntry(CA_ALIAS, CA_ALIAS, trusted)
    return (
        PlannedStore(
            CA_STORE,
            (PlannedEntry(CA_ALIAS, CA_ALIAS, key),),
            Secret(_PUBLISHED_CA_PASSWORD) if as_zowe else password,
            Profile.MODERN,
            password_variable="ZOWE_CA_PASSWORD" if as_zowe else "ZOWE_KEYSTORE_PASSWORD",
        ),
        PlannedStore(
            PurePosixPath(alias, f"{alias}.keystore.p12"),
            (PlannedEntry(alias, alias, key), authority, *(PlannedEntry(id_, id_, key) for id_ in more_keys)),
            password,
            profile,
        ),
        PlannedStore(
            PurePosixPath(alias, f"{alias}.truststore.p12"),
            (authority, *(PlannedEntry(found.alias, found.alias, trusted) for found in given)),
            password,
            profile,
        ),
    )


def _files(settings: CertificateSettings, jwt_alias: str) -> tuple[PlannedFile, ...]:
    alias = settings.keystore_alias
    ca, own = PurePosixPath("local_ca"), PurePosixPath(alias)
    files = [
        PlannedFile(CA_STORE, FileKind.STORE, "the local certificate authority with its private key"),
        PlannedFile(CA_CERTIFICATE, FileKind.CERTIFICATE, "the authority, for clients to trust", CA_ALIAS),
        PlannedFile(ca / "localca.cer-ebcdic", FileKind.CERTIFICATE_EBCDIC, "the same in EBCDIC", CA_ALIAS),
        PlannedFile(own / f"{alias}.keystore.p12", FileKind.STORE, "the Zowe certificate with its private key"),
        PlannedFile(own / f"{alias}.truststore.p12", FileKind.STORE, "what Zowe trusts"),
        PlannedFile(own / f"{alias}.keystore.cer", FileKind.CERTIFICATE, "the Zowe certificate", alias),
        PlannedFile(own / f"{alias}.keystore.cer-ebcdic", FileKind.CERTIFICATE_EBCDIC, "the same in EBCDIC", alias),
        PlannedFile(own / f"{alias}.keystore.key", FileKind.KEY, "the Zowe certificate's private key", alias),
        PlannedFile(own / f"{alias}.keystore.csr", FileKind.REQUEST, "the request that the authority signed", alias),
        PlannedFile(own / f"{alias}.keystore_signed.cer", FileKind.CERTIFICATE, "the authority's reply to it", alias),
    ]
    if settings.has_jwt_secret:
        kind = FileKind.CERTIFICATE_EBCDIC if settings.release >= _JWT_HAS_OWN_NAME else FileKind.CERTIFICATE
        what = "the public half of the JWT secret"
        files.append(PlannedFile(own / f"{alias}.keystore.jwtsecret.pem", kind, what, jwt_alias))
    return (*files, PlannedFile(ENVIRONMENT_FILE, FileKind.ENVIRONMENT, "where Zowe finds all this, and the password"))
