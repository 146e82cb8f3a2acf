"""A KEYSTORE_DIRECTORY with which Zowe works, opened so that it can be changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import SettingsError, StoreError, UsageError
from ..model import Entry, EntryKind, Store
from ..secret import Secret
from ..stores import open_store
from ..stores.java_marks import UNPROVED
from ..trust.zowe_files import below
from ..zowe.instance import KeystoreEnvironment, read_keystore_environment

__all__ = ["WorkingSet", "read_working_set"]

_ENVIRONMENT = "zowe-certificates.env"


@dataclass(frozen=True)
class WorkingSet:
    """Keystore and trust store of a KEYSTORE_DIRECTORY; their paths are within ``directory``.

    ``password`` opens the keystore, and in most sets the trust store too, for Zowe's variables name one for the two;
    where somebody gave the trust store another one, that is ``truststore_password`` and stays. ``digests`` tell whether
    somebody has changed them since.
    """

    directory: Path
    environment: KeystoreEnvironment
    password: Secret
    keystore: Store
    keystore_path: PurePosixPath
    truststore: Store
    truststore_path: PurePosixPath
    truststore_password: Secret
    digests: Mapping[PurePosixPath, str] = field(default_factory=dict)

    @property
    def passwords(self) -> tuple[Secret, ...]:
        """What opens it again."""
        return self.password, self.truststore_password

    @property
    def is_as_read(self) -> bool:
        """Whether stores and settings are still those that were read."""
        return _digests(self.directory, tuple(self.digests)) == self.digests

    @property
    def alias(self) -> str:
        """KEY_ALIAS as it is written."""
        return self.environment.key_alias

    @property
    def entry(self) -> Entry:
        """The private key that Zowe's servers show.

        Raises:
            UsageError: the keystore has none of that alias.
        """
        return self.entry_of(self.alias)

    def entry_of(self, alias: str) -> Entry:
        """The private key of ``alias``, upper and lower case alike.

        Raises:
            UsageError: the keystore has no key with a certificate under it; names those that it has.
        """
        found = self.keystore.entry(alias)
        if found is None or found.kind is not EntryKind.PRIVATE_KEY or not found.chain:
            keys = [one.alias for one in self.keystore.entries if one.kind is EntryKind.PRIVATE_KEY and one.chain]
            told = f"its keys are {', '.join(keys)}" if keys else "it has none at all"
            msg = f"{self.keystore.source} has no private key with a certificate under the alias {alias!r}; {told}"
            raise UsageError(msg)
        return found

    def file(self, suffix: str) -> PurePosixPath:
        """A file beside the keystore: of ``keystore.cer`` it is ``localhost/localhost.keystore.cer``."""
        stem = self.keystore_path.name.partition(".keystore.")[0]
        return self.keystore_path.with_name(f"{stem}.{suffix}")

    @property
    def has_ebcdic(self) -> bool:
        """Whether it has copies in EBCDIC, which the servers on z/OS read."""
        return any(self.directory.glob("*/*.cer-ebcdic"))


def read_working_set(directory: Path, passwords: Sequence[Secret] = ()) -> WorkingSet:
    """Open a KEYSTORE_DIRECTORY by its own ``zowe-certificates.env``.

    Args:
        passwords: tried where the one in that file opens nothing.

    Raises:
        UsageError: there is no such folder or no such file in it.
        SettingsError: the file cannot be read, or it names a key ring.
        StoreError: keystore or trust store is not there, or cannot be read.
    """
    if not directory.is_dir():
        msg = f"{directory} is no KEYSTORE_DIRECTORY: there is no such folder"
        raise UsageError(msg)
    if not (directory / _ENVIRONMENT).exists():
        msg = f"{directory} is no KEYSTORE_DIRECTORY: there is no {_ENVIRONMENT} in it, which zowe-certs setup writes"
        raise UsageError(msg)
    environment = read_keystore_environment(directory / _ENVIRONMENT)
    if environment.in_keyring:
        ring = f"{environment.keyring_owner}/{environment.keyring_name}"
        raise SettingsError(environment.source, [f"its certificates are in the key ring {ring}, not in files"])
    keystore_path = _here(environment.keystore, directory, "KEYSTORE", environment)
    truststore_path = _here(environment.truststore, directory, "TRUSTSTORE", environment)
    if keystore_path == truststore_path:
        why = f"KEYSTORE and TRUSTSTORE are one file, {keystore_path}, which is not changed here: part the two"
        raise SettingsError(environment.source, [why])
    tried = [environment.keystore_password, *passwords]
    before = _digests(directory, (keystore_path, truststore_path))
    keystore, password = _opened(directory / keystore_path, tried)
    truststore, its_own = _opened(directory / truststore_path, tried)
    return WorkingSet(
        directory.absolute(),
        environment,
        password,
        keystore,
        keystore_path,
        truststore,
        truststore_path,
        its_own,
        before,
    )


def _digests(directory: Path, stores: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    """SHA-256 of the files that a change starts from; empty for one that cannot be read."""
    found = {}
    for path in dict.fromkeys((*stores, PurePosixPath(_ENVIRONMENT))):
        try:
            found[path] = hashlib.sha256((directory / path).read_bytes()).hexdigest()
        except OSError:
            found[path] = ""
    return found


def _here(written: str, directory: Path, name: str, environment: KeystoreEnvironment) -> PurePosixPath:
    """Where a file of z/OS is in the directory."""
    found = next((path for path in below(written, directory) if path.is_file()), None) if written else None
    if found is None:
        why = f"{name} is {written}, and there is no such file in {directory}" if written else f"{name} is not set"
        raise SettingsError(environment.source, [why])
    return PurePosixPath(found.relative_to(directory).as_posix())


def _opened(path: Path, passwords: Sequence[Secret]) -> tuple[Store, Secret]:
    wrong: StoreError | None = None
    for password in passwords:
        try:
            store = open_store(path, password)
        except StoreError as error:
            wrong = wrong or error
            continue
        if UNPROVED not in store.notes:
            others = [other for other in passwords if other != password]  # a key may have one of its own
            return (open_store(path, [password, *others]) if others else store), password
    if wrong:
        raise wrong
    msg = f"{path} cannot be changed: its password is not known, and nothing proves what is in it"
    raise UsageError(msg)
