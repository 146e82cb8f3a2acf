"""Keystores: whether they are read, what is under the alias, passwords, protection, and who may read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ...errors import WrongPassword
from ...model import Entry, EntryKind, Finding, Severity
from ...secret import Secret
from ...stores.java_marks import UNPROVED
from ...trust.roles import is_closed
from ..registry import of_all, of_set, of_store
from ..subjects import Audited, SetUse, StoreUse, called

__all__ = ["open_mode"]

_PEM_NAMES = (".pem", ".cer", ".crt", ".key", ".cer-ebcdic", ".der")
_SHELL = {
    "$": "a dollar sign",
    "`": "a backquote",
    '"': "double quotes",
    "'": "single quotes",
    "\\": "a backslash",
    " ": "blanks",
    "\t": "blanks",
}
_KINDS = {EntryKind.TRUSTED_CERTIFICATE: "trusted certificate", EntryKind.CERTIFICATE: "certificate"}
_SHOWN = 10


@of_all("ZC-KS-01", "ZC-CFG-04", "ZC-PEM-02")
def not_read(audit: Audited) -> Iterator[Finding]:
    """What lies in a folder and cannot be read; what was named itself is an error of the command."""
    folders = {one.folder: one for one in audit.scene.directories}
    for row in audit.scene.rows:
        if row.error is None or row.named:
            continue
        directory = next((folders[one] for one in Path(row.source).absolute().parents if one in folders), None)
        if directory and isinstance(row.error, WrongPassword):
            told = directory.environment
            used = {PurePosixPath(one).name for one in (told.keystore, told.truststore)}
            if Path(row.source).name in used:
                yield audit.finding("ZC-CFG-04", row.source, settings=told.source)
            else:  # an authority's own store may well have a password that Zowe is not told
                yield audit.finding("ZC-KS-01", row.source, Severity.INFO, told=str(row.error))
        elif not (directory and row.source.lower().endswith(_PEM_NAMES)):  # those that Zowe is told of: PEM-02
            yield audit.finding("ZC-KS-01", row.source, told=str(row.error))


@of_store("ZC-KS-01")
def read_without_password(store: StoreUse) -> Iterator[Finding]:
    """JKS shows its certificates to anybody; whether they were changed only the password tells."""
    if UNPROVED in store.store.notes:
        told = f"{store.row.source} was read without its password, and so nobody knows whether it was changed"
        yield store.finding("ZC-KS-01", None, Severity.WARNING, told=told)


@of_set("ZC-KS-01", "ZC-KS-02", "ZC-KS-03")
def no_key(use: SetUse) -> Iterator[Finding]:
    one = use.of
    if use.directory is None or one.ring or one.entry is not None:
        return
    alias, keystore = use.directory.environment.key_alias, one.keystore
    if keystore is None:
        if not _is_told(use, use.directory.environment.keystore):
            told = f"the keystore {use.directory.environment.keystore} is not here"
            yield use.finding("ZC-KS-01", told=told)
        return
    held = keystore.entry(alias)
    if held is not None and held.kind in _KINDS:
        yield use.finding("ZC-KS-03", keystore.source, alias=alias, kind=_KINDS[held.kind])
    else:
        told = f"{keystore.source} has no private key with alias {alias}; it has {_aliases(keystore.entries)}"
        yield use.finding("ZC-KS-02", keystore.source, told=told)


def _is_told(use: SetUse, written: str) -> bool:
    """Whether the file is there and could not be read, which its own finding tells."""
    name = Path(written).name
    return any(row.error and Path(row.source).name == name for row in use.audit.scene.rows)


def _aliases(entries: tuple[Entry, ...]) -> str:
    names = [entry.alias for entry in entries]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more or "nothing"


@of_store("ZC-KS-01")
def other_type(store: StoreUse) -> Iterator[Finding]:
    for use in store.keystore_of:
        asked = use.directory.environment.keystore_type.upper() if use.directory and not use.directory.ring else ""
        if asked and not store.store.format.upper().startswith(asked):
            told = f"{store.row.source} is {store.store.format}, and KEYSTORE_TYPE says {asked}"
            yield store.finding("ZC-KS-01", told=told)


@of_store("ZC-KS-04")
def upper_case(store: StoreUse) -> Iterator[Finding]:
    for use in store.keystore_of:
        entry = use.of.entry
        if entry and entry.place is None and entry.alias != entry.alias.lower():
            yield store.finding("ZC-KS-04", entry, lower=entry.alias.lower())


@of_set("ZC-KS-05")
def several_keys(use: SetUse) -> Iterator[Finding]:
    keys = [key.entry.alias for key in use.keys if not key.component]
    if len(keys) > 1 and use.of.keystore:
        yield use.finding(
            "ZC-KS-05", use.of.keystore.source, count=str(len(keys)), aliases=", ".join(keys[:_SHOWN]), alias=keys[-1]
        )


@of_set("ZC-KS-06")
def other_password(use: SetUse) -> Iterator[Finding]:
    for key in use.keys:
        if use.of.keystore and use.of.keystore.format.startswith(("PKCS12", "J")) and is_closed(key.entry):
            yield key.finding("ZC-KS-06")


@of_store("ZC-KS-07")
def too_new_for_gskit(store: StoreUse) -> Iterator[Finding]:
    used = store.keystore_of or store.truststore_of
    told = (store.store.protection, *(entry.protection for entry in store.store.entries))
    newer = next((one for one in told if "PBES2" in one or "SHA-256" in one or "SHA256" in one), "")
    if used and newer and store.store.format == "PKCS12":
        yield store.finding("ZC-KS-07", protection=newer)


@of_store("ZC-KS-08")
def published_password(store: StoreUse) -> Iterator[Finding]:
    if store.row.published:
        yield store.finding("ZC-KS-08")


@of_all("ZC-KS-09")
def awkward_password(audit: Audited) -> Iterator[Finding]:
    for directory in audit.scene.directories:
        told = directory.environment
        found = [_SHELL[sign] for sign in _SHELL if sign in _text(told.keystore_password)]
        if found and not directory.ring:
            characters = ", ".join(dict.fromkeys(found))
            yield audit.finding("ZC-KS-09", told.source, characters=characters)


def _text(secret: Secret) -> str:
    return secret.reveal()  # only which signs it has is told


@of_store("ZC-KS-10")
def open_to_others(store: StoreUse) -> Iterator[Finding]:
    mode = open_mode(store.row.source) if store.keys and not any(key.place for key in store.keys) else 0
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        what = "read and change" if mode & stat.S_IWOTH else "read"
        yield store.finding("ZC-KS-10", what=what, mode=f"{mode:o}")


def open_mode(source: str) -> int:
    """The permissions of a file, which travel with it; 0 where this system has none."""
    try:
        return 0 if os.name == "nt" else stat.S_IMODE(Path(source).stat().st_mode)
    except OSError:
        return 0


@of_store("ZC-KS-11")
def authority_beside(store: StoreUse) -> Iterator[Finding]:
    folder, places = Path(store.row.source).absolute().parent, store.audit.places_of_servers
    beside = folder in places or not places.isdisjoint(folder.parents)
    for entry in store.keys:
        if entry.chain and entry.chain[0].is_ca and not entry.place and beside:
            yield store.finding("ZC-KS-11", entry, name=called(entry.chain[0]))


@of_store("ZC-KS-12")
def weak_format(store: StoreUse) -> Iterator[Finding]:
    if store.keys and store.store.format in {"JKS", "JCEKS"}:
        yield store.finding("ZC-KS-12", format=store.store.format)
