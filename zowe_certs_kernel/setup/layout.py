"""Which stores and files a directory gets, in the order in which Zowe's script writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from ..issue import CertificateKind
from ..model import EntryKind
from ..stores import Profile
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, Release
from .authority import CA_ALIAS
from .external_authorities import ExternalAuthority
from .plan import (
    CA_CERTIFICATE,
    CA_STORE,
    ENVIRONMENT_FILE,
    FileKind,
    GivenCertificate,
    PlannedCertificate,
    PlannedEntry,
    PlannedFile,
    PlannedStore,
)

__all__ = ["OWN_AS_ANCHOR_SINCE", "planned_files", "planned_stores"]

# From here on the script imports the authorities before the key, and the server's own certificate as extca0.
OWN_AS_ANCHOR_SINCE = Release(1, 17)
_OWN_AS_ANCHOR = "extca0"
_KEY, _TRUSTED = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE


def planned_stores(
    settings: CertificateSettings,
    certificates: Sequence[PlannedCertificate],
    authorities: Sequence[ExternalAuthority],
    given: Sequence[GivenCertificate],
    *,
    as_zowe: bool,
) -> tuple[PlannedStore, PlannedStore]:
    """Keystore and trust store. keytool's order: keys with certificates above them, the authorities, the JWT secret."""
    keys = [(one, PlannedEntry(one.id, one.id, _KEY)) for one in certificates if one.id != CA_ALIAS and not one.key_of]
    servers = [entry for one, entry in keys if one.kind is CertificateKind.SERVICE]
    others = [entry for one, entry in keys if one.kind is not CertificateKind.SERVICE]
    signs = any(one.issuer == CA_ALIAS for one, _ in keys)
    local = [PlannedEntry(CA_ALIAS, CA_ALIAS, _TRUSTED)] if certificates[0].id == CA_ALIAS else []
    external = [PlannedEntry(one.alias, one.alias, _TRUSTED) for one in authorities]
    held = [*(local if signs else []), *external]
    trust = [*local, *external]
    if as_zowe and external and settings.release >= OWN_AS_ANCHOR_SINCE:
        keys_first = [*held, *servers, *others]
        trust.append(PlannedEntry(_OWN_AS_ANCHOR, settings.keystore_alias, _TRUSTED))
    else:
        keys_first = [*servers, *held, *others]
    trust += [PlannedEntry(one.alias, one.alias, _TRUSTED) for one in given]
    return _store(settings, "keystore", keys_first), _store(settings, "truststore", trust)


def _store(settings: CertificateSettings, kind: str, entries: Sequence[PlannedEntry]) -> PlannedStore:
    alias, profile = settings.keystore_alias, settings.profile
    ending = "p12" if profile.store_type == "PKCS12" else profile.store_type.lower()
    return PlannedStore(
        PurePosixPath(alias, f"{alias}.{kind}.{ending}"),
        tuple(entries),
        settings.keystore_password,
        Profile(profile.protection),
        profile.rounds,
        profile.store_type,
    )


def planned_files(
    settings: CertificateSettings,
    certificates: Sequence[PlannedCertificate],
    authorities: Sequence[ExternalAuthority],
    stores: tuple[PlannedStore, PlannedStore],
    token: PlannedStore | None,
    *,
    apart: bool,
) -> Iterator[PlannedFile]:
    """Every file of the directory; ``apart`` is whether the local authority's store lies outside."""
    alias, keystore, truststore = settings.keystore_alias, *stores
    ebcdic = settings.profile.ebcdic
    if certificates[0].id == CA_ALIAS:
        if not apart:
            yield PlannedFile(CA_STORE, FileKind.STORE, "the local certificate authority with its private key")
        yield from _copies(CA_CERTIFICATE, "the authority, for clients to trust", CA_ALIAS, ebcdic=ebcdic)
    for one in authorities:
        what = f"the external authority “{one.facts.common_name}”"
        yield from _copies(one.path, what, one.alias, ebcdic=ebcdic)
    yield PlannedFile(keystore.path, FileKind.STORE, "the Zowe certificate with its private key")
    yield PlannedFile(truststore.path, FileKind.STORE, "what Zowe trusts")
    for each in certificates:
        if each.kind is CertificateKind.SERVICE:
            stem = f"{alias}/{alias}.keystore{'' if each.id == alias else f'.{each.id}'}"
            yield from _pem_files(stem, each, ebcdic=ebcdic)
        elif each.kind is CertificateKind.JWT:
            in_ebcdic = ebcdic and settings.release >= FIRST_WITH_JWT_NAME
            kind = FileKind.CERTIFICATE_EBCDIC if in_ebcdic else FileKind.CERTIFICATE
            what = "the public half of the JWT secret"
            wrapped = next((one.id for one in certificates if one.key_of == each.id), each.id)
            yield PlannedFile(PurePosixPath(alias, f"{alias}.keystore.jwtsecret.pem"), kind, what, wrapped)
    if token:
        yield PlannedFile(token.path, FileKind.STORE, "the public key for the PKCS11 token, to be deleted after that")
    yield PlannedFile(ENVIRONMENT_FILE, FileKind.ENVIRONMENT, "where Zowe finds all this, and the password")


def _copies(path: PurePosixPath, what: str, id_: str, *, ebcdic: bool) -> Iterator[PlannedFile]:
    yield PlannedFile(path, FileKind.CERTIFICATE, what, id_)
    if ebcdic:
        copy = path.with_suffix(".cer-ebcdic")
        yield PlannedFile(copy, FileKind.CERTIFICATE_EBCDIC, "the same in EBCDIC", id_)


def _pem_files(stem: str, one: PlannedCertificate, *, ebcdic: bool) -> Iterator[PlannedFile]:
    whose = f"of “{one.common_name}”"
    yield from _copies(PurePosixPath(f"{stem}.cer"), f"the certificate {whose}", one.id, ebcdic=ebcdic)
    yield PlannedFile(PurePosixPath(f"{stem}.key"), FileKind.KEY, f"the private key {whose}", one.id)
    if one.external is None:
        request, reply = PurePosixPath(f"{stem}.csr"), PurePosixPath(f"{stem}_signed.cer")
        yield PlannedFile(request, FileKind.REQUEST, "the request that the authority signed", one.id)
        yield PlannedFile(reply, FileKind.CERTIFICATE, "the authority's reply to it", one.id)
