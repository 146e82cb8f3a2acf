"""The variables of Zowe v1's set-up files: when each came and went, and what it is where nobody sets it."""

from __future__ import annotations

import pytest

from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.zowe.variables import VARIABLES, VARIABLES_BY_NAME, Release, variables_of

# zowe-install-packaging, bin/zowe-setup-certificates.env and bin/zowe-setup-keyring-certificates.env,
# tags v1.8.0 to v1.28.8: first and last minor release, default.
HISTORY = {
    "HOSTNAME": (8, 28, ""),
    "IPADDRESS": (8, 28, ""),
    "VERIFY_CERTIFICATES": (8, 28, "true"),
    "NONSTRICT_VERIFY_CERTIFICATES": (21, 28, "true"),
    "EXTERNAL_CERTIFICATE": (8, 28, ""),
    "EXTERNAL_CERTIFICATE_ALIAS": (8, 28, ""),
    "EXTERNAL_CERTIFICATE_AUTHORITIES": (8, 28, ""),
    "KEYSTORE_PASSWORD": (8, 28, "password"),
    "ZOSMF_CERTIFICATE": (9, 28, ""),
    "SSO_FALLBACK_TO_NATIVE_AUTH": (12, 28, "true"),
    "PKCS11_TOKEN_NAME": (12, 26, ""),
    "PKCS11_TOKEN_LABEL": (12, 26, ""),
    "KEYSTORE_DIRECTORY": (8, 28, "/global/zowe/keystore"),
    "KEYSTORE_ALIAS": (8, 28, "localhost"),
    "ZOWE_CERTIFICATE_LABEL": (16, 28, "localhost"),
    "ZOWE_LOCALCA_LABEL": (17, 28, "localca"),
    "ZOWE_USER_ID": (8, 28, "ZWESVUSR"),
    "ZOWE_GROUP_ID": (8, 28, "ZWEADMIN"),
    "ZOWE_KEYRING": (14, 28, ""),
    "GENERATE_CERTS_FOR_KEYRING": (14, 28, "false"),
    "ZOWE_LOCK_KEYSTORE": (17, 28, "true"),
    "COMPONENT_LEVEL_CERTIFICATES": (21, 28, ""),
    "EXTERNAL_COMPONENT_CERTIFICATES": (21, 28, ""),
    "EXTERNAL_COMPONENT_CERTIFICATE_ALIASES": (21, 28, ""),
    "ZOSMF_KEYRING": (8, 8, "IZUKeyring.IZUDFLT"),
    "ZOSMF_USER": (8, 8, "IZUSVR"),
}


@pytest.mark.parametrize("name", HISTORY)
def test_a_variable_came_went_and_defaults_as_the_tags_have_it(name: str) -> None:
    found = VARIABLES_BY_NAME[name]
    since, until, default = HISTORY[name]
    assert (found.since, found.until, found.default) == (Release(1, since), Release(1, until), default)


def test_there_are_no_other_variables_and_none_twice() -> None:
    assert sorted(variable.name for variable in VARIABLES) == sorted(HISTORY)


def test_only_the_password_is_secret() -> None:
    assert [variable.name for variable in VARIABLES if variable.secret] == ["KEYSTORE_PASSWORD"]


def test_every_variable_says_what_it_means() -> None:
    assert [variable.name for variable in VARIABLES if not variable.meaning.strip()] == []


@pytest.mark.parametrize("minor", range(8, 29))
def test_a_release_knows_the_variables_of_its_time(minor: int) -> None:
    expected = {name for name, (since, until, _) in HISTORY.items() if since <= minor <= until}
    assert {variable.name for variable in variables_of(Release(1, minor))} == expected


@pytest.mark.parametrize(
    ("text", "release"),
    [("1.8", (1, 8)), ("1.15", (1, 15)), ("v1.15", (1, 15)), ("1.28.8", (1, 28)), (" 1.9 ", (1, 9))],
)
def test_a_release_is_read(text: str, release: tuple[int, int]) -> None:
    assert Release.parse(text) == release
    assert str(Release.parse(text)) == f"{release[0]}.{release[1]}"


def test_releases_compare_by_number() -> None:
    assert Release.parse("1.9") < Release.parse("1.10")


@pytest.mark.parametrize(
    "text", ["", "1", "1.7", "1.29", "2.0", "3.2", "1.x", "1.15-rc", "1.15.0.1", "1." + "9" * 5000]
)
def test_what_is_no_release_of_zowe_1_is_refused_and_told_which_there_are(text: str) -> None:
    with pytest.raises(UsageError, match=r"1\.8 to 1\.28"):
        Release.parse(text)
