"""``zowe-certificates.env`` as the script of each release writes it.

Source: zowe-install-packaging, ``bin/zowe-setup-certificates.sh``, tags v1.8.0 to v1.28.8.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_RELEASE, LAST_RELEASE, LAST_WITH_JWT_SECRET, Release
from .plan import CA_CERTIFICATE, Plan

__all__ = ["SINCE_SSO", "Value", "component_lines", "environment_lines", "service_values", "written_lines"]

# Name, value, first and last release.
Value = tuple[str, str, Release, Release]


SINCE_SSO = Release(1, 12)
_LAST_WITH_SETUP_SSO = Release(1, 16)
_QUOTED_SINCE = Release(1, 19)
_COMPONENTS_SINCE = Release(1, 21)
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
    settings = plan.settings
    hidden = "***" if hide_password else ""
    lines = written_lines(_values(plan), settings.release, {"KEYSTORE_PASSWORD": hidden} if hidden else {})
    # Zowe's script tells of certificates of components also where it has made none.
    components = settings.components if plan.as_zowe else tuple(one.id for one in plan.components)
    if settings.release >= _COMPONENTS_SINCE and components:
        lines += ["", *(line for component in components for line in _component_lines(plan, component))]
    return lines


def written_lines(
    values: Iterable[Value], release: Release, literal: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """The lines of those values that this release has.

    Args:
        literal: what stands behind the equals sign as it is, by name.
    """
    indent = "" if release >= _QUOTED_SINCE else "    "
    return [
        f"{indent}{name}={literal[name] if name in literal else _quoted(name, value, release)}"
        for name, value, since, until in values
        if since <= release <= until
    ]


def component_lines(component: str) -> list[str]:
    """What to put into zowe.yaml so that a component uses its own certificate of a key ring, as 1.28 tells it."""
    told = f'# To configure certificate for {component}, you can add these entries to "components.{component}"'
    return [f"{told} of your YAML configuration:", "# certificate:", "#   keystore:", f"#     alias: {component}"]


def _component_lines(plan: Plan, component: str) -> list[str]:
    """The same for certificates in files."""
    stem = f"{_own_folder(plan)}/{plan.settings.keystore_alias}.keystore.{component}"
    return [
        *component_lines(component),
        "#   pem:",
        f"#     key: {_as_yaml(f'{stem}.key')}",
        f"#     certificate: {_as_yaml(f'{stem}.{_ending(plan)}')}",
    ]


def _copy(plan: Plan, path: PurePosixPath) -> PurePosixPath:
    return path.with_suffix(f".{_ending(plan)}")


def _authority(plan: Plan) -> PurePosixPath:
    """The authority above the Zowe certificate; the script names the local one, whoever signed."""
    key = plan.service.external
    if plan.as_zowe or not key:
        return _copy(plan, CA_CERTIFICATE)
    own = [one for one in plan.authorities if one.facts in key.chain] or plan.authorities
    return _copy(plan, next((one for one in own if one.facts.self_signed), own[0]).path)


def _root(plan: Plan) -> str:
    root = plan.external_root
    return str(plan.settings.keystore_directory / _copy(plan, root.path)) if root else ""


def _authorities(plan: Plan) -> str:
    """The copies, parted by blanks; the script names the files from which it made them.

    Beside an external Zowe certificate the local authority, if it signs for components, is named here too: servers
    in Node trust only what is named.
    """
    if plan.as_zowe:
        return plan.settings.as_written["EXTERNAL_CERTIFICATE_AUTHORITIES"]
    local = [CA_CERTIFICATE] if plan.authority and plan.service.external else []
    paths = [*(one.path for one in plan.authorities), *local]
    return " ".join(str(plan.settings.keystore_directory / _copy(plan, path)) for path in paths)


def _as_yaml(text: str) -> str:
    """A value as YAML takes it; only what would mean something else is quoted."""
    return text if re.fullmatch(r"/[\w/.@$-]*", text, re.ASCII) else json.dumps(text, ensure_ascii=False)


def _own_folder(plan: Plan) -> PurePosixPath:
    """Where the Zowe certificate is on z/OS."""
    return plan.settings.keystore_directory / plan.settings.keystore_alias


def _ending(plan: Plan) -> str:
    """The script names the copies in EBCDIC even where it has made none."""
    return "cer-ebcdic" if plan.as_zowe or plan.settings.profile.ebcdic else "cer"


def _quoted(name: str, value: str, release: Release) -> str:
    if name == "KEYSTORE_TYPE":
        return f'"{value}"'
    if release >= _QUOTED_SINCE and name not in _NEVER_QUOTED:
        return shlex.quote(value) if _BREAKS_DOUBLE_QUOTES.search(value) else f'"{value}"'
    return shlex.quote(value) if value else ""


def _values(plan: Plan) -> list[Value]:
    """In the order in which they are written."""
    settings = plan.settings
    there = settings.keystore_directory
    own, ending = _own_folder(plan), _ending(plan)
    stem = f"{settings.keystore_alias}.keystore"
    return [
        ("KEY_ALIAS", settings.keystore_alias, FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_PASSWORD", settings.keystore_password.reveal(), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE", str(there / plan.keystore.path), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_TYPE", plan.keystore.format, Release(1, 10), LAST_RELEASE),
        ("TRUSTSTORE", str(there / plan.truststore.path), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_KEY", str(own / f"{stem}.key"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_CERTIFICATE", str(own / f"{stem}.{ending}"), FIRST_RELEASE, LAST_RELEASE),
        ("KEYSTORE_CERTIFICATE_AUTHORITY", str(there / _authority(plan)), FIRST_RELEASE, LAST_RELEASE),
        ("EXTERNAL_ROOT_CA", _root(plan), SINCE_SSO, LAST_RELEASE),
        ("EXTERNAL_CERTIFICATE_AUTHORITIES", _authorities(plan), Release(1, 17), LAST_RELEASE),
        ("ZOSMF_USERID", settings.zosmf_user, FIRST_RELEASE, FIRST_RELEASE),
        ("ZOSMF_KEYRING", settings.zosmf_keyring, FIRST_RELEASE, FIRST_RELEASE),
        *service_values(settings, as_zowe=plan.as_zowe),
    ]


def service_values(settings: CertificateSettings, *, as_zowe: bool) -> list[Value]:
    """What does not depend on where the certificates are: verification, single sign-on, the token."""
    token = (settings.pkcs11_token_name, settings.pkcs11_token_label)
    flags = {
        "VERIFY_CERTIFICATES": settings.verify_certificates,
        "NONSTRICT_VERIFY_CERTIFICATES": settings.nonstrict_verify_certificates,
    }

    def flag(name: str) -> str:
        return settings.as_written[name] if as_zowe else str(flags[name]).lower()

    return [
        ("ZOWE_APIM_VERIFY_CERTIFICATES", flag("VERIFY_CERTIFICATES"), FIRST_RELEASE, LAST_RELEASE),
        (
            "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES",
            flag("NONSTRICT_VERIFY_CERTIFICATES"),
            Release(1, 21),
            LAST_RELEASE,
        ),
        ("SETUP_APIML_SSO", "", SINCE_SSO, _LAST_WITH_SETUP_SSO),
        ("SSO_FALLBACK_TO_NATIVE_AUTH", settings.sso_fallback_to_native_auth, SINCE_SSO, LAST_RELEASE),
        ("PKCS11_TOKEN_NAME", token[0], SINCE_SSO, LAST_WITH_JWT_SECRET),
        ("PKCS11_TOKEN_LABEL", token[1].upper() if all(token) else "", SINCE_SSO, LAST_WITH_JWT_SECRET),
    ]
