"""``zowe-certificates.env`` as the script of each release writes it.

Source: zowe-install-packaging, ``bin/zowe-setup-certificates.sh``, tags v1.8.0 to v1.28.8.
"""

from __future__ import annotations

import re
import shlex

from ..zowe.variables import FIRST_RELEASE, LAST_RELEASE, LAST_WITH_JWT_SECRET, Release
from .plan import Plan

__all__ = ["environment_lines"]

_QUOTED_SINCE = Release(1, 19)
_NEVER_QUOTED = {
    "KEYSTORE_PASSWORD",
    "ZOWE_APIM_VERIFY_CERTIFICATES",
    "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES",
    "SSO_FALLBACK_TO_NATIVE_AUTH",
    "PKCS11_TOKEN_NAME",
    "PKCS11_TOKEN_LABEL",
}
_BREAKS_DOUBLE_QUOTES = re.compile(r'[$`"\\]')


def environment_lines(plan: Plan, *, hide_password: bool = False) -> list[str]:
    """The lines for the plan's release; a value that a shell would break is put into single quotes.

    The paths are those of z/OS. With ``hide_password`` the password's place holds ``***``.
    """
    release = plan.settings.release
    lines = []
    for name, value, since, until in _values(plan):
        if since <= release <= until:
            shown = "***" if hide_password and name == "KEYSTORE_PASSWORD" else _quoted(name, value, release)
            lines.append(f"{'' if release >= _QUOTED_SINCE else '    '}{name}={shown}")
    return lines


def _quoted(name: str, value: str, release: Release) -> str:
    if name == "KEYSTORE_TYPE":
        return f'"{value}"'
    if release >= _QUOTED_SINCE and name not in _NEVER_QUOTED:
        return shlex.quote(value) if _BREAKS_DOUBLE_QUOTES.search(value) else f'"{value}"'
    return shlex.quote(value) if value else ""


def _values(plan: Plan) -> list[tuple[str, str, Release, Release]]:
    """Name, value, first and last release, in the order in which they are written."""
    settings = plan.settings
    there = settings.keystore_directory
    own = there / settings.keystore_alias
    stem = f"{settings.keystore_alias}.keystore"
    token = (settings.pkcs11_token_name, settings.pkcs11_token_label)
    flags = {
        "VERIFY_CERTIFICATES": settings.verify_certificates,
        "NONSTRICT_VERIFY_CERTIFICATES": settings.nonstrict_verify_certificates,
    }

    def flag(name: str) -> str:
        return settings.as_written[name] if plan.as_zowe else str(flags[name]).lower()

    since_sso, before_17 = Release(1, 12), Release(1, 16)
    return [
        ("KEY_ALIAS", settings.keystore_alias, FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_PASSWORD", settings.keystore_password.reveal(), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE", str(own / f"{stem}.p12"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_TYPE", "PKCS12", Release(1, 10), LAST_RELEASE),
        ("TRUSTSTORE", str(own / f"{settings.keystore_alias}.truststore.p12"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_KEY", str(own / f"{stem}.key"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_CERTIFICATE", str(own / f"{stem}.cer-ebcdic"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_CERTIFICATE_AUTHORITY", str(there / "local_ca/localca.cer-ebcdic"), FIRST_RELEASE, LAST_RELEASE),
        ("EXTERNAL_ROOT_CA", "", since_sso, LAST_RELEASE),
        ("EXTERNAL_CERTIFICATE_AUTHORITIES", "", Release(1, 17), LAST_RELEASE),
        ("ZOSMF_USERID", settings.zosmf_user, FIRST_RELEASE, FIRST_RELEASE),
        ("ZOSMF_KEYRING", settings.zosmf_keyring, FIRST_RELEASE, FIRST_RELEASE),
        ("ZOWE_APIM_VERIFY_CERTIFICATES", flag("VERIFY_CERTIFICATES"), FIRST_RELEASE, LAST_RELEASE),
        (
            "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES",
            flag("NONSTRICT_VERIFY_CERTIFICATES"),
            Release(1, 21),
            LAST_RELEASE,
        ),
        ("SETUP_APIML_SSO", "", since_sso, before_17),
        ("SSO_FALLBACK_TO_NATIVE_AUTH", settings.sso_fallback_to_native_auth, since_sso, LAST_RELEASE),
        ("PKCS11_TOKEN_NAME", token[0], since_sso, LAST_WITH_JWT_SECRET),
        ("PKCS11_TOKEN_LABEL", token[1].upper() if all(token) else "", since_sso, LAST_WITH_JWT_SECRET),
    ]
