"""What a store is expected to hold, as plain data, and what ``open_store`` finds in one, in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zowe_certs_kernel.errors import StoreError
from zowe_certs_kernel.model import Entry, EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import key_fits

PASSWORD = "unguessed"
BEYOND_ASCII = "žluťoučký€"

UNMARKED = "it is without Java's mark of trust; Java does not show it"
NOT_ASCII = "its password has characters beyond ASCII, which some releases of Java refuse"
NO_MAC = "it has no integrity check"


@dataclass(frozen=True)
class Held:
    """An entry: the common names of its chain; of a private key its type and size, if it opens and what encrypts it."""

    alias: str
    kind: EntryKind
    chain: tuple[str, ...] = ()
    key: str = ""
    opened: str = ""
    notes: tuple[str, ...] = ()
    protection: str = ""


@dataclass(frozen=True)
class Facts:
    """All that is expected of a store."""

    format: str
    entries: tuple[Held, ...]
    protection: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """How a program makes a store, and what is in it, or the sentence that refuses it.

    ``recipe`` are command lines without the program's name; the store is what they print, one after the other,
    where the program prints it.
    """

    recipe: tuple[str, ...]
    expected: Facts | str
    password: str = PASSWORD


def private(alias: str, key: str, *chain: str, opened: str = "", notes: tuple[str, ...] = (), under: str = "") -> Held:
    """A key that opens and, where there is a chain, is that of the first certificate; ``under`` is its encryption."""
    return Held(alias, EntryKind.PRIVATE_KEY, chain, key, opened or ("fits" if chain else "opens"), notes, under)


def trusted(alias: str, name: str) -> Held:
    return Held(alias, EntryKind.TRUSTED_CERTIFICATE, (name,))


def loose(alias: str, name: str, *notes: str) -> Held:
    """A certificate that nothing marks as trusted."""
    return Held(alias, EntryKind.CERTIFICATE, (name,), notes=notes)


def unmarked(alias: str, name: str) -> Held:
    return loose(alias, name, UNMARKED)


def secret(alias: str, *notes: str) -> Held:
    return Held(alias, EntryKind.SECRET_KEY, notes=notes)


def found_in(path: Path, *passwords: str) -> Facts | str:
    """The facts of a file, or the sentence that refuses it, the path left out."""
    try:
        store = open_store(path, [Secret(password) for password in passwords])
    except StoreError as error:
        return str(error).removeprefix(f"{path} cannot be read: ")
    return Facts(store.format, tuple(map(_held, store.entries)), store.protection, store.notes)


def _held(entry: Entry) -> Held:
    chain = tuple(facts.common_name for facts in entry.chain)
    key = str(entry.key) if entry.key else ""
    return Held(entry.alias, entry.kind, chain, key, opened(entry), entry.notes, entry.protection)


def opened(entry: Entry) -> str:
    """``fits`` or ``opens``, else why not; empty where there is no private key."""
    if not entry.open_key:
        return ""
    try:
        key = entry.open_key()
    except StoreError as error:
        return str(error)
    if not entry.chain:
        return "opens"
    return "fits" if key_fits(key, entry.chain[0]) else "fits not"
