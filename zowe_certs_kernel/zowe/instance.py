"""The files of a running Zowe v1: ``zowe-certificates.env`` in the KEYSTORE_DIRECTORY and ``instance.env``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import SettingsError
from ..secret import Secret
from .env_file import EnvFile, read_env_file
from .variables import FIRST_RELEASE, LAST_RELEASE, Release

__all__ = ["Instance", "KeystoreEnvironment", "read_instance", "read_keystore_environment"]


@dataclass(frozen=True)
class KeystoreEnvironment:
    """``zowe-certificates.env``: what the launch scripts export to Zowe's servers.

    Paths are as written, for z/OS; for a key ring they are ``safkeyring:`` addresses.
    ``oldest`` and ``newest`` are the releases between which the names in it place its writer.
    """

    source: str
    key_alias: str
    keystore: str
    keystore_type: str
    truststore: str
    keystore_password: Secret
    keystore_key: str
    keystore_certificate: str
    keystore_certificate_authority: str
    external_root_ca: str
    external_certificate_authorities: str
    verify_certificates: str
    nonstrict_verify_certificates: str
    keyring_owner: str
    keyring_name: str
    pkcs11_token_label: str
    oldest: Release
    newest: Release

    @property
    def in_keyring(self) -> bool:
        return self.keystore.startswith("safkeyring")  # typed ones for newer Java too


@dataclass(frozen=True)
class Instance:
    """``instance.env`` as far as certificates go. ``not_evaluated`` lists lines that only a shell could read."""

    source: str
    keystore_directory: PurePosixPath | None
    root_directory: PurePosixPath | None
    values: EnvFile
    not_evaluated: tuple[str, ...]


def read_keystore_environment(path: Path) -> KeystoreEnvironment:
    """Read ``zowe-certificates.env`` or the KEYSTORE_DIRECTORY that holds it.

    Raises:
        SettingsError: it is missing, cannot be read, or lacks KEY_ALIAS or KEYSTORE, which
            Zowe's launch check asks for (bin/utils/validate-apiml-variables.sh).
    """
    env = read_env_file(path / "zowe-certificates.env" if path.is_dir() else path)
    missing = [name for name in ("KEY_ALIAS", "KEYSTORE", "KEYSTORE_PASSWORD") if not env.get(name)]
    if missing:
        raise SettingsError(
            env.source, [f"Zowe does not start without {' and '.join(missing)}, and here nothing sets it"]
        )
    oldest, newest = _written_by(env)
    return KeystoreEnvironment(
        source=env.source,
        key_alias=env.get("KEY_ALIAS"),
        keystore=env.get("KEYSTORE"),
        keystore_type=env.get("KEYSTORE_TYPE", "PKCS12"),
        truststore=env.get("TRUSTSTORE"),
        keystore_password=Secret(env.get("KEYSTORE_PASSWORD")),
        keystore_key=env.get("KEYSTORE_KEY"),
        keystore_certificate=env.get("KEYSTORE_CERTIFICATE"),
        keystore_certificate_authority=env.get("KEYSTORE_CERTIFICATE_AUTHORITY"),
        external_root_ca=env.get("EXTERNAL_ROOT_CA"),
        external_certificate_authorities=env.get("EXTERNAL_CERTIFICATE_AUTHORITIES"),
        verify_certificates=env.get("ZOWE_APIM_VERIFY_CERTIFICATES", "false"),  # the default of the servers' start.sh
        nonstrict_verify_certificates=env.get("ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES", "false"),
        keyring_owner=env.get("KEYRING_OWNER"),
        keyring_name=env.get("KEYRING_NAME"),
        pkcs11_token_label=env.get("PKCS11_TOKEN_LABEL"),
        oldest=oldest,
        newest=newest,
    )


def read_instance(path: Path) -> Instance:
    """Read ``instance.env`` or the instance directory that holds it.

    Raises:
        SettingsError: it is missing or cannot be read.
    """
    env = read_env_file(path / "instance.env" if path.is_dir() else path, lenient=True)
    directory = re.sub(r"/+$", "", env.get("KEYSTORE_DIRECTORY"))
    root = env.get("ROOT_DIR")
    return Instance(
        source=env.source,
        keystore_directory=PurePosixPath(directory) if directory else None,
        root_directory=PurePosixPath(root) if root else None,
        values=env,
        not_evaluated=env.not_evaluated,
    )


def _written_by(env: EnvFile) -> tuple[Release, Release]:
    """The releases whose script writes just these names (they came and went one by one)."""
    oldest, newest = FIRST_RELEASE, LAST_RELEASE
    came = {
        "KEYSTORE_TYPE": Release(1, 10),
        "EXTERNAL_ROOT_CA": Release(1, 12),
        "EXTERNAL_CERTIFICATE_AUTHORITIES": Release(1, 17),
        "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES": Release(1, 21),
    }
    for name, release in came.items():
        if name in env:  # which proves more than the lack of an older name
            oldest, newest = max(oldest, release), LAST_RELEASE
        else:
            newest = min(newest, Release(1, release.minor - 1))
    if "SETUP_APIML_SSO" in env:
        newest = min(newest, Release(1, 16))
    if "PKCS11_TOKEN_NAME" in env:
        newest = min(newest, Release(1, 26))
    elif "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES" in env:
        oldest = max(oldest, Release(1, 27))
    if "ZOSMF_KEYRING" in env:
        newest = FIRST_RELEASE
    return oldest, newest
