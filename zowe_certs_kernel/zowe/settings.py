"""What Zowe is told about its certificates: the one set of settings that all the work goes by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import SettingsError
from ..names import IPAddress
from ..secret import Secret
from .check import Check
from .env_file import EnvFile, read_env_files
from .profile import CertificateProfile, read_profile
from .variables import (
    FIRST_RELEASE,
    LAST_RELEASE,
    LAST_WITH_JWT_SECRET,
    SEED_RELEASE,
    VARIABLES_BY_NAME,
    Release,
)

__all__ = [
    "CertificateSettings",
    "read_settings",
    "settings_of",
]


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class CertificateSettings:
    """Zowe's certificate settings, checked; the only thing that the work needs to know of its configuration.

    ``keystore_directory`` is the folder on z/OS. ``as_written`` keeps the text of every variable
    but the password; Zowe copies its verify flags as typed. ``assigned`` are the names that the files
    set, ``unknown`` those of them that no release knows.
    """

    source: str
    release: Release
    release_reason: str
    host_names: tuple[str, ...]
    addresses: tuple[IPAddress, ...]
    verify_certificates: bool
    nonstrict_verify_certificates: bool
    keystore_password: Secret
    keystore_directory: PurePosixPath
    keystore_alias: str
    user_id: str
    group_id: str
    lock_keystore: bool
    profile: CertificateProfile
    external_certificate: str = ""
    external_certificate_alias: str = ""
    external_key: str = ""
    external_certificate_authorities: tuple[str, ...] = ()
    zosmf_certificates: tuple[str, ...] = ()
    sso_fallback_to_native_auth: str = "true"
    pkcs11_token_name: str = ""
    pkcs11_token_label: str = ""
    keyring: str = ""
    generate_for_keyring: bool = False
    certificate_label: str = "localhost"
    localca_label: str = "localca"
    components: tuple[str, ...] = ()
    external_components: Mapping[str, str] = field(default_factory=dict)
    external_component_aliases: Mapping[str, str] = field(default_factory=dict)
    zosmf_keyring: str = ""
    zosmf_user: str = ""
    as_written: Mapping[str, str] = field(default_factory=dict)
    assigned: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def has_jwt_secret(self) -> bool:
        """Up to 1.26 the gateway signs its tokens with a key of its own and does not start without it."""
        return self.release <= LAST_WITH_JWT_SECRET

    @property
    def verifies_services(self) -> bool:
        return self.verify_certificates or (
            self.release >= VARIABLES_BY_NAME["NONSTRICT_VERIFY_CERTIFICATES"].since
            and self.nonstrict_verify_certificates
        )


def read_settings(
    paths: Sequence[Path],
    *,
    release: str = "",
    password: Callable[[], Secret | None] = _nothing,
    as_zowe: bool = False,
) -> CertificateSettings:
    """Read ``zowe-setup-certificates.env``, one file or several of which a later one overrides.

    Args:
        paths: the files, in the order in which a shell would source them.
        release: the Zowe they are for, such as ``1.15``; empty: what their names prove.
        password: called for the password where no file sets KEYSTORE_PASSWORD; None: the published default.
        as_zowe: take flags as Zowe's script does: ``true`` is true, all else is false, and of
            GENERATE_CERTS_FOR_KEYRING only ``false`` is.

    Raises:
        SettingsError: every bad value of the files at once, each with its line.
        UsageError: the release is not one that these files are for.
    """
    return settings_of(read_env_files(paths), release=release, password=password, as_zowe=as_zowe)


def settings_of(
    env: EnvFile, *, release: str = "", password: Callable[[], Secret | None] = _nothing, as_zowe: bool = False
) -> CertificateSettings:
    """The settings that the assignments of ``env`` make; see :func:`read_settings`."""
    chosen, reason = (Release.parse(release), "as asked") if release else _proven_release(env)
    check = Check(_of_release(env, chosen), as_zowe=as_zowe)
    profile = read_profile(check, chosen)
    certificate, alias, authorities = check.external_certificate()
    components = check.components(profile.common_name)
    external_components, component_aliases = check.external_components(components)
    alias_variable = "ZOWE_CERTIFICATE_LABEL" if check.env.get("ZOWE_CERTIFICATE_LABEL") else "KEYSTORE_ALIAS"
    settings = CertificateSettings(
        source=env.source,
        release=chosen,
        release_reason=reason,
        host_names=check.host_names(),
        addresses=check.addresses(),
        verify_certificates=check.flag("VERIFY_CERTIFICATES"),
        nonstrict_verify_certificates=check.flag("NONSTRICT_VERIFY_CERTIFICATES"),
        keystore_password=check.password(password),
        keystore_directory=check.directory(),
        keystore_alias=check.file_name(alias_variable),
        user_id=check.matching("ZOWE_USER_ID", _is_id, "is no user id of z/OS (1 to 8 letters, digits, #, $, @)"),
        group_id=check.matching("ZOWE_GROUP_ID", _is_id, "is no group of z/OS (1 to 8 letters, digits, #, $, @)"),
        lock_keystore=check.flag("ZOWE_LOCK_KEYSTORE"),
        profile=profile,
        external_certificate=certificate,
        external_certificate_alias=alias,
        external_key=check.text("ZOWE_CERTS_EXTERNAL_KEY"),
        external_certificate_authorities=authorities,
        zosmf_certificates=tuple(check.text("ZOSMF_CERTIFICATE").split()),
        sso_fallback_to_native_auth=check.text("SSO_FALLBACK_TO_NATIVE_AUTH"),
        pkcs11_token_name=check.text("PKCS11_TOKEN_NAME"),
        pkcs11_token_label=check.token_label(alias_variable),
        keyring=check.text("ZOWE_KEYRING"),
        generate_for_keyring=check.flag("GENERATE_CERTS_FOR_KEYRING", unless="false"),
        certificate_label=check.text("ZOWE_CERTIFICATE_LABEL"),
        localca_label=check.text("ZOWE_LOCALCA_LABEL"),
        components=components,
        external_components=external_components,
        external_component_aliases=component_aliases,
        zosmf_keyring=check.text("ZOSMF_KEYRING"),
        zosmf_user=check.text("ZOSMF_USER"),
        as_written={name: check.text(name) for name, known in VARIABLES_BY_NAME.items() if not known.secret},
        assigned=frozenset(env.assignments),
        unknown=tuple(sorted(name for name in env.assignments if name not in VARIABLES_BY_NAME)),
    )
    if check.problems:
        raise SettingsError(env.source, check.problems)
    return settings


def _proven_release(env: EnvFile) -> tuple[Release, str]:
    """The release that the names in a file prove; the seed page's 1.15 where they prove none."""
    known = [VARIABLES_BY_NAME[name] for name in env.assignments if name in VARIABLES_BY_NAME]
    newest = max(known, key=lambda variable: variable.since, default=None)
    gone = next((variable for variable in known if variable.until < LAST_RELEASE), None)
    if gone and gone.until == FIRST_RELEASE:
        return FIRST_RELEASE, f"{gone.name} was in release {FIRST_RELEASE} only"
    if newest is None or newest.since <= SEED_RELEASE:
        return SEED_RELEASE, "its names fit every early release; release names another one"
    if newest.since >= Release(1, 21) and gone is None:
        return LAST_RELEASE, f"{newest.name} came with {newest.since} and the PKCS11 names, gone since 1.27, are absent"
    return newest.since, f"{newest.name} came with release {newest.since}"


def _of_release(env: EnvFile, release: Release) -> EnvFile:
    """Without the variables that this release does not read; what is unknown to all stays."""
    kept = {
        name: found
        for name, found in env.assignments.items()
        if name not in VARIABLES_BY_NAME or VARIABLES_BY_NAME[name].since <= release <= VARIABLES_BY_NAME[name].until
    }
    return EnvFile(env.source, kept, env.not_evaluated)


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9#$@]{1,8}", text) is not None
