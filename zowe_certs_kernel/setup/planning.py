"""Settings to a plan."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..model import Finding
from ..secret import PUBLISHED_CA_PASSWORD, Secret
from ..zowe.settings import CertificateSettings
from ..zowe.variables import Release
from .external_authorities import ExternalAuthority, read_externals
from .findings import defects, settings_findings, worst_first
from .layout import planned_files, planned_stores
from .local_authority import authority_outside, authority_store, refuse_idle_authority
from .plan import GivenCertificate, Plan, PlannedCertificate
from .planned_certificates import is_signed_here, planned_certificates, refuse_the_authoritys_name
from .token import token_store

if TYPE_CHECKING:
    from ..services import Zosmf

__all__ = ["plan_setup"]

_STORE_TYPE_SINCE = Release(1, 10)
_AUTHORITYS_ALIAS = re.compile(r"(?i)extca\d+")


def plan_setup(  # noqa: PLR0913  # each is a choice of its own, made by name
    settings: CertificateSettings,
    *,
    directory: Path | None = None,
    as_zowe: bool = False,
    replace: bool = False,
    ca_store: Path | None = None,
    ca_password: Secret | None = None,
    zosmf: Zosmf | None = None,
    external_passwords: Sequence[Secret] = (),
    in_spite_of_findings: bool = False,
    keep_token_store: bool = False,
    at: dt.datetime | None = None,
) -> Plan:
    """Plan the KEYSTORE_DIRECTORY that Zowe's ``zowe-setup-certificates.sh`` makes of these settings.

    Args:
        directory: the folder to make here; None: the settings' own KEYSTORE_DIRECTORY.
        as_zowe: reproduce the script's facts, its published CA password and duplicate names included.
        replace: an existing folder gives way and stays as a dated copy.
        ca_store: a PKCS12 file outside the directory: the authority in it signs, and a new one is kept there.
        ca_password: the password of the authority's store; None: the keystore's.
        zosmf: what of z/OSMF is trusted; None: the files of ZOSMF_CERTIFICATE, if any.
        external_passwords: those of the files of external certificates; the keystore's is tried too.
        in_spite_of_findings: carry the plan out also where an external certificate would not work.
        keep_token_store: as_zowe: keep the file that fills the PKCS11 token, as the script does where gskkyman fails.
        at: the moment of the set-up; None: now.

    Raises:
        SettingsError: the settings ask for something that is not made here.
        UsageError: the authority's store or its password cannot be used.
        StoreError: a file of an external certificate, of z/OSMF or the authority's store cannot be read.
    """
    _refuse_what_is_not_made(settings)
    at = at or dt.datetime.now(dt.UTC)
    directory = directory or Path(settings.keystore_directory)
    ca_file = ca_store.absolute() if ca_store else None
    externals = read_externals(settings, external_passwords, as_zowe=as_zowe)
    signed_here = is_signed_here(settings, externals, as_zowe=as_zowe)
    if not signed_here:
        refuse_idle_authority(ca_file, ca_password)
    found = authority_outside(settings, directory, ca_file, ca_password, as_zowe=as_zowe, at=at)
    certificates = tuple(
        planned_certificates(
            settings, externals, found, as_zowe=as_zowe, at=at, token_key=zosmf.token_key if zosmf else b""
        )
    )
    refuse_the_authoritys_name(settings, certificates, found)
    authorities = externals.authorities
    _refuse_taken_aliases(settings, certificates, authorities)
    given = tuple(_with_free_aliases(_given(settings, zosmf, as_zowe=as_zowe), authorities))
    stores = planned_stores(settings, certificates, authorities, given, as_zowe=as_zowe)
    token = token_store(settings, certificates, wanted=keep_token_store or not as_zowe)
    ca = authority_store(settings, ca_file, found, ca_password, as_zowe=as_zowe) if signed_here else None
    plan = Plan(
        settings,
        directory,
        as_zowe,
        replace,
        certificates,
        ca,
        *stores,
        files=tuple(planned_files(settings, certificates, authorities, stores, token, apart=ca_file is not None)),
        findings=(),
        given=given,
        ca_file=ca_file,
        found=found,
        defects=defects(settings, certificates) if as_zowe else (),
        authorities=authorities,
        in_spite_of_findings=in_spite_of_findings,
        unconfirmed=zosmf.unconfirmed if zosmf else (),
        token_store=token,
    )
    findings = (*_external_findings(plan, at), *_settings_findings(plan, at), *(zosmf.findings if zosmf else ()))
    return dataclasses.replace(plan, findings=worst_first(findings))


def _given(settings: CertificateSettings, zosmf: Zosmf | None, *, as_zowe: bool) -> tuple[GivenCertificate, ...]:
    """Services take many modules too."""
    if not (zosmf or settings.zosmf_certificates):
        return ()
    from .zosmf import zosmf_certificates

    return zosmf_certificates(settings, zosmf, as_zowe=as_zowe)


def _settings_findings(plan: Plan, at: dt.datetime) -> tuple[Finding, ...]:
    return settings_findings(
        plan.settings,
        [(one.file, one.ends) for one in plan.given],
        published_ca_password=plan.ca_store is not None and plan.ca_store.password == Secret(PUBLISHED_CA_PASSWORD),
        found=plan.found,
        at=at,
    )


def _external_findings(plan: Plan, at: dt.datetime) -> tuple[Finding, ...]:
    """Clients' verdicts take many modules, which most plans do not need."""
    if not plan.externals:
        return ()
    from .external_findings import external_findings

    return external_findings(plan, at)


def _refuse_taken_aliases(
    settings: CertificateSettings,
    certificates: Sequence[PlannedCertificate],
    authorities: Sequence[ExternalAuthority],
) -> None:
    """Keys and external authorities stand side by side in the keystore."""
    taken = [one.id for one in certificates if authorities and _AUTHORITYS_ALIAS.fullmatch(one.id)]
    if taken:
        what = f"{taken[0]!r} is the alias of an external authority; choose another alias or component name"
        raise SettingsError(settings.source, [what])


def _with_free_aliases(
    given: Sequence[GivenCertificate], authorities: Sequence[ExternalAuthority]
) -> Iterator[GivenCertificate]:
    """External authorities keep the aliases that Zowe's script gives them."""
    taken = {one.alias for one in given}
    for one in given:
        if not (authorities and _AUTHORITYS_ALIAS.fullmatch(one.alias)):
            yield one
            continue
        alias = next(free for free in (f"{one.alias}-{more}" for more in itertools.count(2)) if free not in taken)
        taken.add(alias)
        yield dataclasses.replace(one, alias=alias)


def _refuse_what_is_not_made(settings: CertificateSettings) -> None:
    problems = []
    if settings.keyring:
        problems.append(
            "ZOWE_KEYRING is set, so the certificates are in a key ring, not in files: notebook 40_keyring_jcl makes "
            "the job for it and this directory; empty it to have certificates in files"
        )
    if settings.profile.store_type != "PKCS12" and settings.release < _STORE_TYPE_SINCE:
        problems.append(
            f"ZOWE_CERTS_STORE_TYPE is {settings.profile.store_type}, but Zowe {settings.release} "
            f"reads PKCS12 only; other stores came with {_STORE_TYPE_SINCE}"
        )
    if problems:
        raise SettingsError(settings.source, problems)
