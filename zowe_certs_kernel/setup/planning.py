"""Settings to a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..errors import SettingsError, UsageError
from ..issue import CertificateKind, Subject
from ..model import EntryKind, KeyType
from ..names import LOCAL_ADDRESS, LOCAL_HOST_NAMES, distinguished_name
from ..secret import PUBLISHED_CA_PASSWORD, Secret
from ..stores import Profile
from ..zowe.check import password_problem
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, Release
from .authority import CA_ALIAS, FoundAuthority, find_authority
from .findings import defects, settings_findings
from .plan import (
    CA_CERTIFICATE,
    CA_STORE,
    ENVIRONMENT_FILE,
    FileKind,
    GivenCertificate,
    Plan,
    PlannedCertificate,
    PlannedEntry,
    PlannedFile,
    PlannedStore,
)
from .zosmf import zosmf_certificates

__all__ = ["plan_setup"]

_STORE_TYPE_SINCE = Release(1, 10)


def plan_setup(
    settings: CertificateSettings,
    *,
    directory: Path | None = None,
    as_zowe: bool = False,
    replace: bool = False,
    ca_store: Path | None = None,
    ca_password: Secret | None = None,
    at: dt.datetime | None = None,
) -> Plan:
    """Plan the KEYSTORE_DIRECTORY that Zowe's ``zowe-setup-certificates.sh`` makes of these settings.

    Args:
        directory: the folder to make here; None: the settings' own KEYSTORE_DIRECTORY.
        as_zowe: reproduce the script's facts, its published CA password and duplicate names included.
        replace: an existing folder gives way and stays as a dated copy.
        ca_store: a PKCS12 file outside the directory: the authority in it signs, and a new one is kept there.
        ca_password: the password of the authority's store; None: the keystore's.
        at: the moment of the set-up; None: now.

    Raises:
        SettingsError: the settings ask for something that is not made here.
        UsageError: the authority's store or its password cannot be used.
        StoreError: a z/OSMF certificate file or the authority's store cannot be read.
    """
    _refuse_what_is_not_made(settings)
    at = at or dt.datetime.now(dt.UTC)
    directory = directory or Path(settings.keystore_directory)
    ca_file = ca_store.absolute() if ca_store else None
    found = _authority(settings, directory, ca_file, ca_password, as_zowe=as_zowe, at=at)
    certificates = tuple(_certificates(settings, found, as_zowe=as_zowe, at=at))
    _refuse_the_authoritys_name(settings, certificates, found)
    given = zosmf_certificates(settings, first_only=as_zowe) if settings.verifies_services else ()
    stores = _stores(settings, certificates, given)
    authority_store = _ca_store(settings, ca_file, found, ca_password, as_zowe=as_zowe)
    return Plan(
        settings,
        directory,
        as_zowe,
        replace,
        certificates,
        authority_store,
        *stores,
        files=tuple(_files(settings, certificates, stores, apart=ca_file is not None)),
        findings=settings_findings(
            settings,
            [(one.file, one.ends) for one in given],
            published_ca_password=authority_store.password == Secret(PUBLISHED_CA_PASSWORD),
            found=found,
            at=at,
        ),
        given=given,
        ca_file=ca_file,
        found=found,
        defects=defects(settings, certificates[1].san) if as_zowe else (),
    )


def _refuse_what_is_not_made(settings: CertificateSettings) -> None:
    asked = {
        "EXTERNAL_CERTIFICATE": settings.external_certificate,
        "EXTERNAL_COMPONENT_CERTIFICATES": settings.external_components,
        "ZOWE_KEYRING": settings.keyring,
    }
    problems = [
        f"{name} is set, but only a generated certificate in files is made here; empty it, or use Zowe's own script"
        for name, value in asked.items()
        if value
    ]
    if settings.profile.store_type != "PKCS12" and settings.release < _STORE_TYPE_SINCE:
        problems.append(
            f"ZOWE_CERTS_STORE_TYPE is {settings.profile.store_type}, but Zowe {settings.release} "
            f"reads PKCS12 only; other stores came with {_STORE_TYPE_SINCE}"
        )
    if problems:
        raise SettingsError(settings.source, problems)


def _authority(
    settings: CertificateSettings,
    directory: Path,
    file: Path | None,
    password: Secret | None,
    *,
    as_zowe: bool,
    at: dt.datetime,
) -> FoundAuthority | None:
    """The authority in the store outside, if it is there already."""
    if as_zowe and (file or password is not None):
        msg = "Zowe's own script keeps no authority apart; leave out --as-zowe (as_zowe), or its store and password"
        raise UsageError(msg)
    if file is None:
        return None
    if _real(file).is_relative_to(_real(directory)):
        msg = f"the authority's store {file} lies in the directory that is made, and goes with it; copy it elsewhere"
        raise UsageError(msg)
    passwords = [password] if password is not None else [settings.keystore_password, Secret(PUBLISHED_CA_PASSWORD)]
    return find_authority(file, passwords, at=at)


def _real(path: Path) -> Path:
    """Where a path leads; links that lead nowhere are told when the file is opened."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return path.absolute()


def _refuse_the_authoritys_name(
    settings: CertificateSettings, certificates: tuple[PlannedCertificate, ...], found: FoundAuthority | None
) -> None:
    """A certificate with its issuer's name would pass for its own issuer (RFC 5280, section 3.2)."""
    theirs = found.certificate.subject if found else _shown(certificates[0].subject)
    for one in certificates[1:]:
        own = distinguished_name(one.subject).rfc4514_string() if found else _shown(one.subject)
        if own.casefold() == theirs.casefold():
            problem = f"the certificate “{one.common_name}” would have the name of its authority; choose another one"
            raise SettingsError(settings.source, [f"ZOWE_CERTS_COMMON_NAME: {problem}"])


def _shown(subject: Subject) -> str:
    return repr([part for part in subject if part[1]])


def _certificates(
    settings: CertificateSettings, found: FoundAuthority | None, *, as_zowe: bool, at: dt.datetime
) -> Iterator[PlannedCertificate]:
    """The authority, the Zowe certificate, those of components, the JWT secret."""
    profile, san = settings.profile, _san(settings, keep_duplicates=as_zowe)
    days = min(profile.days, found.days_left(at)) if found else profile.days

    def named(common_name: str) -> Subject:
        return (*profile.rest_of_name, ("CN", common_name))

    authority = (("CN", found.certificate.common_name),) if found else named(profile.ca_common_name)
    yield PlannedCertificate(CA_ALIAS, CertificateKind.CA, authority, None, (), profile.ca_days, profile.key_type)
    for id_, name in (
        (settings.keystore_alias, profile.common_name),
        *((component, f"{profile.common_name} - {component}") for component in settings.components),
    ):
        yield PlannedCertificate(id_, CertificateKind.SERVICE, named(name), CA_ALIAS, san, days, profile.key_type)
    if settings.has_jwt_secret:
        has_own_name = settings.release >= FIRST_WITH_JWT_NAME
        alias = (settings.pkcs11_token_label if has_own_name else "") or "jwtsecret"
        subject = named(f"{profile.common_name}{' - JWT' if has_own_name else ''}")
        signs = profile.key_type if profile.key_type.is_rsa else KeyType.RSA_2048
        yield PlannedCertificate(alias, CertificateKind.JWT, subject, days=profile.days, key_type=signs)


def _san(settings: CertificateSettings, *, keep_duplicates: bool) -> tuple[str, ...]:
    """The names as the script orders them: hosts, addresses, then those of the machine itself."""
    names = [
        *(f"dns:{name}" for name in settings.host_names),
        *(f"ip:{address}" for address in settings.addresses),
        *(f"dns:{name}" for name in LOCAL_HOST_NAMES),
        f"ip:{LOCAL_ADDRESS}",
    ]
    return tuple(names if keep_duplicates else dict.fromkeys(names))


def _ca_store(
    settings: CertificateSettings,
    file: Path | None,
    found: FoundAuthority | None,
    password: Secret | None,
    *,
    as_zowe: bool,
) -> PlannedStore:
    own_password = as_zowe or file is not None or password is not None
    if found:
        password = found.password
    elif as_zowe:
        password = Secret(PUBLISHED_CA_PASSWORD)
    elif password is not None and (why := password_problem(password)):
        msg = f"the password of the authority's store {why}"
        raise UsageError(msg)
    return PlannedStore(
        PurePosixPath(file.as_posix()) if file else CA_STORE,
        (PlannedEntry(found.alias if found else CA_ALIAS, CA_ALIAS, EntryKind.PRIVATE_KEY),),
        settings.keystore_password if password is None else password,
        Profile(settings.profile.protection) if as_zowe else Profile.MODERN,
        settings.profile.rounds,
        password_variable="ZOWE_CA_PASSWORD" if own_password else "ZOWE_KEYSTORE_PASSWORD",
    )


def _stores(
    settings: CertificateSettings,
    certificates: tuple[PlannedCertificate, ...],
    given: tuple[GivenCertificate, ...],
) -> tuple[PlannedStore, PlannedStore]:
    """Keystore and trust store. keytool's order: the keys that the authority signed, the authority, the JWT secret."""
    alias, profile = settings.keystore_alias, settings.profile
    key, trusted = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE
    authority = PlannedEntry(CA_ALIAS, CA_ALIAS, trusted)
    keys = [(one.kind, PlannedEntry(one.id, one.id, key)) for one in certificates[1:]]
    signed = [entry for kind, entry in keys if kind is CertificateKind.SERVICE]
    others = [entry for kind, entry in keys if kind is not CertificateKind.SERVICE]
    ending = "p12" if profile.store_type == "PKCS12" else profile.store_type.lower()

    def store(kind: str, entries: list[PlannedEntry]) -> PlannedStore:
        return PlannedStore(
            PurePosixPath(alias, f"{alias}.{kind}.{ending}"),
            tuple(entries),
            settings.keystore_password,
            Profile(profile.protection),
            profile.rounds,
            profile.store_type,
        )

    trust = [authority, *(PlannedEntry(one.alias, one.alias, trusted) for one in given)]
    return store("keystore", [*signed, authority, *others]), store("truststore", trust)


def _files(
    settings: CertificateSettings,
    certificates: tuple[PlannedCertificate, ...],
    stores: tuple[PlannedStore, PlannedStore],
    *,
    apart: bool,
) -> Iterator[PlannedFile]:
    alias, keystore, truststore = settings.keystore_alias, *stores
    ebcdic = settings.profile.ebcdic
    if not apart:
        yield PlannedFile(CA_STORE, FileKind.STORE, "the local certificate authority with its private key")
    yield PlannedFile(CA_CERTIFICATE, FileKind.CERTIFICATE, "the authority, for clients to trust", CA_ALIAS)
    if ebcdic:
        copy = CA_CERTIFICATE.with_suffix(".cer-ebcdic")
        yield PlannedFile(copy, FileKind.CERTIFICATE_EBCDIC, "the same in EBCDIC", CA_ALIAS)
    yield PlannedFile(keystore.path, FileKind.STORE, "the Zowe certificate with its private key")
    yield PlannedFile(truststore.path, FileKind.STORE, "what Zowe trusts")
    for one in certificates[1:]:
        if one.kind is CertificateKind.SERVICE:
            stem = f"{alias}/{alias}.keystore{'' if one.id == alias else f'.{one.id}'}"
            yield from _pem_files(stem, one, ebcdic=ebcdic)
        else:
            in_ebcdic = ebcdic and settings.release >= FIRST_WITH_JWT_NAME
            kind = FileKind.CERTIFICATE_EBCDIC if in_ebcdic else FileKind.CERTIFICATE
            what = "the public half of the JWT secret"
            yield PlannedFile(PurePosixPath(alias, f"{alias}.keystore.jwtsecret.pem"), kind, what, one.id)
    yield PlannedFile(ENVIRONMENT_FILE, FileKind.ENVIRONMENT, "where Zowe finds all this, and the password")


def _pem_files(stem: str, one: PlannedCertificate, *, ebcdic: bool) -> Iterator[PlannedFile]:
    whose = f"of “{one.common_name}”"
    yield PlannedFile(PurePosixPath(f"{stem}.cer"), FileKind.CERTIFICATE, f"the certificate {whose}", one.id)
    if ebcdic:
        yield PlannedFile(
            PurePosixPath(f"{stem}.cer-ebcdic"), FileKind.CERTIFICATE_EBCDIC, "the same in EBCDIC", one.id
        )
    yield PlannedFile(PurePosixPath(f"{stem}.key"), FileKind.KEY, f"the private key {whose}", one.id)
    yield PlannedFile(PurePosixPath(f"{stem}.csr"), FileKind.REQUEST, "the request that the authority signed", one.id)
    yield PlannedFile(PurePosixPath(f"{stem}_signed.cer"), FileKind.CERTIFICATE, "the authority's reply to it", one.id)
