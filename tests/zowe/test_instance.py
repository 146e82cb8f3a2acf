"""The files of a running Zowe v1 are read as each release wrote them, and tell which release that was."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from zowe_certs_kernel.errors import SettingsError
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.zowe.instance import KeystoreEnvironment, read_instance, read_keystore_environment

KD = "/global/zowe/keystore"

V1_8 = f"""\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD=password
    KEYSTORE={KD}/localhost/localhost.keystore.p12
    TRUSTSTORE={KD}/localhost/localhost.truststore.p12
    KEYSTORE_KEY={KD}/localhost/localhost.keystore.key
    KEYSTORE_CERTIFICATE={KD}/localhost/localhost.keystore.cer-ebcdic
    KEYSTORE_CERTIFICATE_AUTHORITY={KD}/local_ca/localca.cer-ebcdic
    ZOWE_APIM_VERIFY_CERTIFICATES=true
    ZOSMF_USERID=IZUSVR
    ZOSMF_KEYRING=IZUKeyring.IZUDFLT
"""

V1_10 = f"""\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD=password
    KEYSTORE={KD}/localhost/localhost.keystore.p12
    KEYSTORE_TYPE="PKCS12"
    TRUSTSTORE={KD}/localhost/localhost.truststore.p12
    KEYSTORE_KEY={KD}/localhost/localhost.keystore.key
    KEYSTORE_CERTIFICATE={KD}/localhost/localhost.keystore.cer-ebcdic
    KEYSTORE_CERTIFICATE_AUTHORITY={KD}/local_ca/localca.cer-ebcdic
    ZOWE_APIM_VERIFY_CERTIFICATES=true
"""

V1_15 = f"""\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD=password
    KEYSTORE={KD}/localhost/localhost.keystore.p12
    KEYSTORE_TYPE="PKCS12"
    TRUSTSTORE={KD}/localhost/localhost.truststore.p12
    KEYSTORE_KEY={KD}/localhost/localhost.keystore.key
    KEYSTORE_CERTIFICATE={KD}/localhost/localhost.keystore.cer-ebcdic
    KEYSTORE_CERTIFICATE_AUTHORITY={KD}/local_ca/localca.cer-ebcdic
    EXTERNAL_ROOT_CA=
    ZOWE_APIM_VERIFY_CERTIFICATES=false
    SETUP_APIML_SSO=
    SSO_FALLBACK_TO_NATIVE_AUTH=true
    PKCS11_TOKEN_NAME=
    PKCS11_TOKEN_LABEL=
"""

V1_15_RING = """\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD="password"
    KEYRING_OWNER="ZWESVUSR"
    KEYRING_NAME="ZoweKeyring"
    KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
    KEYSTORE_TYPE="JCERACFKS"
    TRUSTSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
    EXTERNAL_ROOT_CA=
    ZOWE_APIM_VERIFY_CERTIFICATES=false
    SETUP_APIML_SSO=
    SSO_FALLBACK_TO_NATIVE_AUTH=true
    PKCS11_TOKEN_NAME=
    PKCS11_TOKEN_LABEL=
"""

V1_18 = f"""\
KEY_ALIAS=localhost
KEYSTORE_PASSWORD=password
KEYSTORE="{KD}/localhost/localhost.keystore.p12"
KEYSTORE_TYPE="PKCS12"
EXTERNAL_ROOT_CA=""
EXTERNAL_CERTIFICATE_AUTHORITIES="/ca/one.cer /ca/two.cer"
ZOWE_APIM_VERIFY_CERTIFICATES=true
SSO_FALLBACK_TO_NATIVE_AUTH=true
PKCS11_TOKEN_NAME=""
"""

V1_22 = V1_18 + "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=true\n"

V1_28 = f"""\
KEY_ALIAS="localhost"
KEYSTORE_PASSWORD=password
KEYSTORE="{KD}/localhost/localhost.keystore.p12"
KEYSTORE_TYPE="PKCS12"
TRUSTSTORE="{KD}/localhost/localhost.truststore.p12"
KEYSTORE_KEY="{KD}/localhost/localhost.keystore.key"
KEYSTORE_CERTIFICATE="{KD}/localhost/localhost.keystore.cer-ebcdic"
KEYSTORE_CERTIFICATE_AUTHORITY="{KD}/local_ca/localca.cer-ebcdic"
EXTERNAL_ROOT_CA="{KD}/local_ca/extca.1.cer-ebcdic"
EXTERNAL_CERTIFICATE_AUTHORITIES="/ca/one.cer /ca/two.cer"
ZOWE_APIM_VERIFY_CERTIFICATES=false
ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=true
SSO_FALLBACK_TO_NATIVE_AUTH=true
"""

YAML_COMMENTS = """\

# Component level certificate for gateway, in zowe.yaml:
#   certificate:
#     keystore:
#       alias: gateway
#     pem:
#       key: /global/zowe/keystore/localhost/localhost.keystore.gateway.key
#       certificate: "$(it is not run)"
"""

V1_28_RING = """\
KEY_ALIAS="localhost"
KEYSTORE_PASSWORD="password"
KEYRING_OWNER="ZWESVUSR"
KEYRING_NAME="ZoweKeyring"
KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
KEYSTORE_TYPE="JCERACFKS"
TRUSTSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
EXTERNAL_ROOT_CA="ext root"
EXTERNAL_CERTIFICATE_AUTHORITIES="ext root,ext sub,"
LOCAL_CA="localca"
ZOWE_APIM_VERIFY_CERTIFICATES=false
ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=false
SSO_FALLBACK_TO_NATIVE_AUTH=true
"""


def read(folder: Path, text: str) -> KeystoreEnvironment:
    path = folder / "zowe-certificates.env"
    path.write_text(text, encoding="utf-8")
    return read_keystore_environment(path)


@pytest.mark.parametrize("text", [V1_8, V1_10, V1_15, V1_28], ids=["1.8", "1.10", "1.15", "1.28"])
def test_the_files_of_every_style_name_the_same_stores(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, text)
    assert found.key_alias == "localhost"
    assert found.keystore_password == Secret("password")
    assert found.keystore == f"{KD}/localhost/localhost.keystore.p12"
    assert found.truststore == f"{KD}/localhost/localhost.truststore.p12"
    assert found.keystore_type == "PKCS12"
    assert found.keystore_key == f"{KD}/localhost/localhost.keystore.key"
    assert found.keystore_certificate == f"{KD}/localhost/localhost.keystore.cer-ebcdic"
    assert found.keystore_certificate_authority == f"{KD}/local_ca/localca.cer-ebcdic"
    assert not found.in_keyring


@pytest.mark.parametrize("text", [V1_15_RING, V1_28_RING], ids=["1.15", "1.28"])
def test_the_address_of_a_key_ring_has_owner_and_name_put_in(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, text)
    assert found.in_keyring
    assert found.keystore == found.truststore == "safkeyring:////ZWESVUSR/ZoweKeyring"
    assert (found.keyring_owner, found.keyring_name, found.keystore_type) == ("ZWESVUSR", "ZoweKeyring", "JCERACFKS")
    assert (found.keystore_key, found.keystore_certificate) == ("", "")


def test_external_authorities_and_verify_flags_are_as_written(tmp_path: Path) -> None:
    found = read(tmp_path, V1_28)
    assert found.external_root_ca == f"{KD}/local_ca/extca.1.cer-ebcdic"
    assert found.external_certificate_authorities == "/ca/one.cer /ca/two.cer"
    assert (found.verify_certificates, found.nonstrict_verify_certificates) == ("false", "true")
    assert read(tmp_path, V1_28_RING).external_certificate_authorities == "ext root,ext sub,"


def test_verify_flags_that_are_missing_are_false_as_the_servers_take_them(tmp_path: Path) -> None:
    found = read(tmp_path, "KEY_ALIAS=a\nKEYSTORE=/k.p12\nKEYSTORE_PASSWORD=password\n")
    assert (found.verify_certificates, found.nonstrict_verify_certificates) == ("false", "false")


def test_yaml_comments_at_the_end_change_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, V1_28 + YAML_COMMENTS) == read(tmp_path, V1_28)


@pytest.mark.parametrize(
    ("text", "oldest", "newest"),
    [
        (V1_8, "1.8", "1.8"),
        (V1_10, "1.10", "1.11"),
        (V1_15, "1.12", "1.16"),
        (V1_15_RING, "1.12", "1.16"),
        (V1_15.replace("    SETUP_APIML_SSO=\n", ""), "1.12", "1.16"),
        (V1_18, "1.17", "1.20"),
        (V1_22, "1.21", "1.26"),
        (V1_28, "1.27", "1.28"),
        (V1_28_RING, "1.27", "1.28"),
        (V1_28 + YAML_COMMENTS, "1.27", "1.28"),
        ("KEY_ALIAS=a\nKEYSTORE=/k.p12\nKEYSTORE_PASSWORD=password\n", "1.8", "1.9"),
    ],
)
def test_the_names_in_it_tell_the_releases_that_may_have_written_it(
    text: str, oldest: str, newest: str, tmp_path: Path
) -> None:
    found = read(tmp_path, text)
    assert (str(found.oldest), str(found.newest)) == (oldest, newest)


def test_a_newer_name_proves_more_than_the_lack_of_an_older_one(tmp_path: Path) -> None:
    found = read(tmp_path, V1_28.replace('KEYSTORE_TYPE="PKCS12"\n', ""))
    assert (str(found.oldest), str(found.newest)) == ("1.27", "1.28")


def test_the_folder_that_holds_it_can_be_named_too(tmp_path: Path) -> None:
    read(tmp_path, V1_28)
    found = read_keystore_environment(tmp_path)
    assert found.source == str(tmp_path / "zowe-certificates.env")


@pytest.mark.parametrize("name", ["KEY_ALIAS", "KEYSTORE", "KEYSTORE_PASSWORD"])
def test_a_name_that_zowe_needs_and_that_is_missing_or_empty_is_told(name: str, tmp_path: Path) -> None:
    lines = V1_28.splitlines()
    rest = "\n".join(line for line in lines if not line.startswith(f"{name}="))
    for text in (rest, f"{rest}\n{name}=\n"):
        with pytest.raises(SettingsError, match=rf"zowe-certificates\.env: Zowe does not start without {name}, "):
            read(tmp_path, text)


def test_all_missing_names_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KEY_ALIAS and KEYSTORE and KEYSTORE_PASSWORD"):
        read(tmp_path, "# empty\n")


def test_a_password_that_breaks_the_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 2: ") as caught:
        read(tmp_path, V1_28.replace("=password", "=p@zq7w&rd;1"))
    assert "zq7" not in str(caught.value)


def test_the_password_shows_in_no_repr(tmp_path: Path) -> None:
    found = read(tmp_path, V1_28.replace("=password", "=zq7zq7zq7"))
    assert found.keystore_password == Secret("zq7zq7zq7")
    assert "zq7" not in repr(found)


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"zowe-certificates\.env: the file cannot be read"):
        read_keystore_environment(tmp_path)


INSTANCE = """\
#!/bin/sh
# instance.env
ROOT_DIR=/usr/lpp/zowe
JAVA_HOME=/usr/lpp/java/J8.0_64
ZOWE_IP_ADDRESS=$(hostname -i)
if [ -z "${ZWE_DEBUG}" ]; then
  ZWE_DEBUG=no
fi
KEYSTORE_DIRECTORY=/global/zowe/keystore//
export STATIC_DEF_CONFIG_DIR=${ROOT_DIR}/static
. ${ROOT_DIR}/bin/more.sh
"""


def test_an_instance_file_is_read_around_the_lines_for_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "instance.env"
    path.write_text(INSTANCE)
    found = read_instance(path)
    assert found.keystore_directory == PurePosixPath("/global/zowe/keystore")
    assert found.root_directory == PurePosixPath("/usr/lpp/zowe")
    assert found.values.get("STATIC_DEF_CONFIG_DIR") == "/usr/lpp/zowe/static"
    assert "ZOWE_IP_ADDRESS" not in found.values
    assert [told.partition(":")[0] for told in found.not_evaluated] == ["line 5", "line 6", "line 8", "line 11"]
    assert read_instance(tmp_path) == found


@pytest.mark.parametrize("text", ["", "KEYSTORE_DIRECTORY=\n", "KEYSTORE_DIRECTORY=$HOME/keystore\n"])
def test_without_a_keystore_directory_there_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "instance.env").write_text(text)
    assert read_instance(tmp_path).keystore_directory is None


def test_an_instance_without_its_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"instance\.env: the file cannot be read"):
        read_instance(tmp_path)
