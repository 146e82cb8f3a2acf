"""Which certificates a set has: those that are made, and those that come from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..errors import SettingsError
from ..issue import CertificateKind, Subject
from ..model import KeyType
from ..names import LOCAL_ADDRESS, LOCAL_HOST_NAMES, distinguished_name
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, FIRST_WITH_WRAPPED_KEY, LAST_WITH_WRAPPED_KEY
from .authority import CA_ALIAS, FoundAuthority
from .external_authorities import Externals
from .plan import PlannedCertificate

_WRAPPED = "jwtsecret:public-key"  # no alias holds a colon
_WRAPPED_DAYS = 3652  # as measured: ten years of the calendar, two of them leap years

__all__ = ["is_signed_here", "planned_certificates", "refuse_the_authoritys_name"]


def is_signed_here(settings: CertificateSettings, externals: Externals, *, as_zowe: bool) -> bool:
    """Whether the set has a local authority; Zowe's own script makes one that signs nothing too."""
    return as_zowe or any(externals.key(id_) is None for id_, _ in _servers(settings, externals, as_zowe=as_zowe))


def _servers(settings: CertificateSettings, externals: Externals, *, as_zowe: bool) -> list[tuple[str, str]]:
    """Alias and common name of the Zowe certificate and of components.

    Beside an external certificate Zowe's own script makes none for components, without a word.
    """
    common_name = settings.profile.common_name
    ids = [] if as_zowe and externals.keys else [*settings.components, *(key.id for key in externals.keys)]
    components = [id_ for id_ in dict.fromkeys(ids) if id_ != settings.keystore_alias]
    return [(settings.keystore_alias, common_name), *((id_, f"{common_name} - {id_}") for id_ in components)]


def planned_certificates(
    settings: CertificateSettings,
    externals: Externals,
    found: FoundAuthority | None,
    *,
    as_zowe: bool,
    at: dt.datetime,
    token_key: bytes = b"",
) -> Iterator[PlannedCertificate]:
    """The local authority where there is one, the Zowe certificate, those of components, the JWT secret.

    In place of the JWT secret's own certificate the script's later releases write one that the authority signed, for
    the public key of z/OSMF's tokens, ``token_key``. Where z/OSMF was not asked for it, the same is made for the key
    that signs the gateway's tokens.
    """
    profile, san = settings.profile, _san(settings, keep_duplicates=as_zowe)
    days = min(profile.days, found.days_left(at)) if found else profile.days

    def named(common_name: str) -> Subject:
        return (*profile.rest_of_name, ("CN", common_name))

    if is_signed_here(settings, externals, as_zowe=as_zowe):
        authority = (("CN", found.certificate.common_name),) if found else named(profile.ca_common_name)
        yield PlannedCertificate(CA_ALIAS, CertificateKind.CA, authority, None, (), profile.ca_days, profile.key_type)
    for id_, name in _servers(settings, externals, as_zowe=as_zowe):
        key = externals.key(id_)
        if key:
            own = (("CN", key.leaf.common_name),)
            yield PlannedCertificate(id_, CertificateKind.SERVICE, own, None, key.leaf.san, external=key)
        else:
            yield PlannedCertificate(id_, CertificateKind.SERVICE, named(name), CA_ALIAS, san, days, profile.key_type)
    if settings.has_jwt_secret:
        has_own_name = settings.release >= FIRST_WITH_JWT_NAME
        alias = (settings.pkcs11_token_label if has_own_name else "") or "jwtsecret"
        subject = named(f"{profile.common_name}{' - JWT' if has_own_name else ''}")
        signs = profile.key_type if profile.key_type.is_rsa else KeyType.RSA_2048
        yield PlannedCertificate(alias, CertificateKind.JWT, subject, days=profile.days, key_type=signs)
        if (
            as_zowe
            and settings.verify_certificates
            and FIRST_WITH_WRAPPED_KEY <= settings.release <= LAST_WITH_WRAPPED_KEY
        ):
            kind, wrapped = CertificateKind.JWT_PUBLIC_KEY, (("CN", "Zowe JWT Public Key"),)
            yield PlannedCertificate(
                _WRAPPED, kind, wrapped, CA_ALIAS, (), _WRAPPED_DAYS, signs, key_of=alias, public_key=token_key
            )


def refuse_the_authoritys_name(
    settings: CertificateSettings, certificates: tuple[PlannedCertificate, ...], found: FoundAuthority | None
) -> None:
    """A certificate with its issuer's name would pass for its own issuer (RFC 5280, section 3.2).

    Raises:
        SettingsError: there is one.
    """
    if certificates[0].id != CA_ALIAS:
        return
    theirs = found.certificate.subject if found else _shown(certificates[0].subject)
    for one in certificates[1:]:
        own = distinguished_name(one.subject).rfc4514_string() if found else _shown(one.subject)
        if one.external is None and own.casefold() == theirs.casefold():
            problem = f"the certificate “{one.common_name}” would have the name of its authority; choose another one"
            raise SettingsError(settings.source, [f"ZOWE_CERTS_COMMON_NAME: {problem}"])


def _shown(subject: Subject) -> str:
    return repr([part for part in subject if part[1]])


def _san(settings: CertificateSettings, *, keep_duplicates: bool) -> tuple[str, ...]:
    """The names as the script orders them: hosts, addresses, then those of the machine itself."""
    names = [
        *(f"dns:{name}" for name in settings.host_names),
        *(f"ip:{address}" for address in settings.addresses),
        *(f"dns:{name}" for name in LOCAL_HOST_NAMES),
        f"ip:{LOCAL_ADDRESS}",
    ]
    return tuple(names if keep_duplicates else dict.fromkeys(names))
