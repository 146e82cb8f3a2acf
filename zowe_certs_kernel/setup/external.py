"""Keys and certificates that come from files of one's own: read, proved, and each chain completed by signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..errors import SettingsError, StoreError, WrongPassword
from ..local_path import local_path
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret, from_reference
from ..stores import open_store
from ..stores.certificate import key_fits
from ..zowe.settings import CertificateSettings
from .external_chain import completed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["JAVA_FORMATS", "ExternalKey", "WantedKey", "external_passwords", "read_key", "wanted_keys"]

JAVA_FORMATS = ("PKCS12", "JKS", "JCEKS")
_MOST_TOLD = 20
_WHERE_ELSE = "say where its password is (--external-password-from, in a notebook external_password_from)"


@dataclass(frozen=True)
class WantedKey:
    """What the settings name: ``id`` is the alias that the key gets, ``variables`` are those that name it."""

    id: str
    variable: str
    alias_variable: str
    file: str
    alias: str
    key_file: str = ""


@dataclass(frozen=True)
class ExternalKey:
    """A private key with its certificate and those above it, the leaf first.

    ``alias`` is that in ``file``, empty where the format has none; ``own`` says how many of the ``chain`` stand
    with the key there. ``password`` is None where nothing is encrypted, ``key_password`` where the key has no other.
    """

    id: str
    variable: str
    file: Path
    format: str
    alias: str
    chain: tuple[CertificateFacts, ...]
    own: int
    password: Secret | None
    key_password: Secret | None
    key_file: Path | None
    open_key: Callable[[], PrivateKeyTypes] = field(repr=False, compare=False)

    @property
    def leaf(self) -> CertificateFacts:
        return self.chain[0]

    @property
    def is_java_store(self) -> bool:
        """Whether keytool opens it; else it is PEM."""
        return self.format in JAVA_FORMATS


def external_passwords(references: Sequence[str]) -> list[Secret]:
    """The passwords to which the references point; empty ones are passed over.

    Raises:
        UsageError: one is no reference, or points to nothing.
    """
    return [from_reference(one, asked="Password of the external certificate") for one in references if one]


def wanted_keys(settings: CertificateSettings, *, as_zowe: bool) -> list[WantedKey]:
    """The keys that the settings name; Zowe's own script never used those of components."""
    wanted = []
    if settings.external_certificate:
        main, alias = settings.external_certificate, settings.external_certificate_alias
        names = ("EXTERNAL_CERTIFICATE", "EXTERNAL_CERTIFICATE_ALIAS")
        wanted.append(WantedKey(settings.keystore_alias, *names, main, alias, settings.external_key))
    if not as_zowe:
        names = ("EXTERNAL_COMPONENT_CERTIFICATES", "EXTERNAL_COMPONENT_CERTIFICATE_ALIASES")
        aliases = settings.external_component_aliases
        wanted += [
            WantedKey(component, *names, file, aliases.get(component, ""))
            for component, file in settings.external_components.items()
        ]
    return wanted


def read_key(
    wanted: WantedKey, passwords: Sequence[Secret], authorities: Sequence[CertificateFacts], source: str
) -> ExternalKey:
    """Read the key and its certificate, and complete the chain out of the file and ``authorities``.

    Args:
        passwords: tried in turn for the file, and then for a key that has another.
        source: what the settings are called in errors.

    Raises:
        SettingsError: there is no such key, it is not that of its certificate, or Zowe could not use its kind.
        StoreError: a file cannot be read, or none of the passwords opens it.
    """
    reading = _Reading(wanted, passwords, source)
    file = local_path(wanted.file, wanted.variable)
    key_file = local_path(wanted.key_file, "ZOWE_CERTS_EXTERNAL_KEY") if wanted.key_file else None
    password: Secret | None
    store, password = reading.opened(file)
    if key_file:
        store_of_key, password = reading.opened(key_file)
        entry, key, key_password = reading.key(store_of_key, password, key_file, loose=True)
        chain = reading.chain_of(store, key)
    else:
        entry, key, key_password = reading.key(store, password, file)
        chain = entry.chain
    reading.refuse_odd_key(key, file)
    if store.format not in JAVA_FORMATS:  # the one password there is that of the key, if any
        needed = reading.is_sealed(key_file or file)
        password, key_password = (key_password or password) if needed else None, None
    others = [facts for one in store.entries for facts in one.chain]
    return ExternalKey(
        wanted.id,
        wanted.variable,
        file,
        store.format,
        (entry.java_alias or entry.alias) if store.format in JAVA_FORMATS else "",
        completed(chain[0], [*chain[1:], *others], authorities),
        len(chain),
        password,
        key_password,
        key_file,
        lambda: key,
    )


class _Reading:
    """Files of one wanted key; every error names the variable that named the file."""

    def __init__(self, wanted: WantedKey, passwords: Sequence[Secret], source: str) -> None:
        self.wanted, self.passwords, self.source = wanted, passwords, source

    def refuse(self, why: str, variable: str = "") -> NoReturn:
        raise SettingsError(self.source, [f"{variable or self.wanted.variable}: {why}"])

    def opened(self, file: Path) -> tuple[Store, Secret]:
        """The store, and which of the passwords opened it."""
        wrong = ""
        for password in self.passwords:
            try:
                return open_store(file, password), password
            except WrongPassword as error:
                wrong = str(error)
            except StoreError as error:
                msg = f"{self.wanted.variable}: {error}"
                raise type(error)(msg) from None
        msg = f"{self.wanted.variable}: {wrong}; {_WHERE_ELSE}"
        raise WrongPassword(msg)

    def key(
        self, store: Store, password: Secret, file: Path, *, loose: bool = False
    ) -> tuple[Entry, PrivateKeyTypes, Secret | None]:
        """The entry that is meant, its key, and the password of the key where it is another than the file's."""
        entry = self._meant(store, file)
        others = [other for other in self.passwords if other != password]
        for other in (None, *others):
            if other is not None:
                entry = self._meant(open_store(file, [password, other]), file)
            try:
                assert entry.open_key  # noqa: S101  # every private key of a file has a way to open it
                key = entry.open_key()
            except WrongPassword as error:
                wrong = str(error)
                continue
            except StoreError as error:
                msg = f"{self.wanted.variable}: {file}: {error}"
                raise type(error)(msg) from None
            if not loose:
                self._refuse_stranger(entry, key, file)
            return entry, key, other
        msg = f"{self.wanted.variable}: {file}: {wrong}; {_WHERE_ELSE}"
        raise WrongPassword(msg)

    def is_sealed(self, file: Path) -> bool:
        """Whether the key of a PEM file is encrypted."""
        return self._meant(open_store(file), file).key is None

    def _meant(self, store: Store, file: Path) -> Entry:
        keys = [entry for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY]
        if not keys:
            how = "" if store.format in JAVA_FORMATS else "; name the key's file in ZOWE_CERTS_EXTERNAL_KEY"
            self.refuse(f"{file} holds no private key{how}")
        asked = self.wanted.alias.lower()
        found = [entry for entry in keys if asked in (entry.alias.lower(), entry.java_alias)]
        if len(keys) == 1 and (not asked or store.format not in JAVA_FORMATS):
            return keys[0]
        if len(found) != 1:
            self._refuse_to_choose(file, keys)
        return found[0]

    def _refuse_to_choose(self, file: Path, keys: Sequence[Entry]) -> NoReturn:
        there = ", ".join(repr(entry.alias[:80]) for entry in keys[:_MOST_TOLD])
        there += f" and {len(keys) - _MOST_TOLD} more" if len(keys) > _MOST_TOLD else ""
        what = f"no private key with alias {self.wanted.alias[:80]!r}" if self.wanted.alias else "several private keys"
        self.refuse(f"{file} holds {what}; there is {there}", self.wanted.alias_variable)

    def _refuse_stranger(self, entry: Entry, key: PrivateKeyTypes, file: Path) -> None:
        if not (entry.chain and entry.chain[0].der and key_fits(key, entry.chain[0])):
            who = f"its certificate, “{entry.chain[0].common_name}”" if entry.chain else "any certificate in it"
            self.refuse(f"the private key in {file} is not that of {who}; ask for both files again")

    def chain_of(self, store: Store, key: PrivateKeyTypes) -> tuple[CertificateFacts, ...]:
        """The certificates of a file with that of ``key`` first."""
        found = [facts for entry in store.entries for facts in entry.chain if facts.der]
        leaf = next((facts for facts in found if key_fits(key, facts)), None)
        if leaf is None:
            why = f"the private key in {self.wanted.key_file} is not that of a certificate in {self.wanted.file}"
            self.refuse(why, "ZOWE_CERTS_EXTERNAL_KEY")
        return (leaf,)

    def refuse_odd_key(self, key: PrivateKeyTypes, file: Path) -> None:
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
            kind = type(key).__name__.lstrip("_").removesuffix("PrivateKey")
            self.refuse(f"the private key in {file} is of the kind {kind}; Zowe uses RSA and elliptic curves")
