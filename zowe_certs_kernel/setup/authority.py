"""A certificate authority outside the directory: found, and used again; or made, and kept for the next set."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, WouldOverwrite, WriteError, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..processes import is_running
from ..secret import Secret, from_reference
from ..stores import open_store
from ..stores.certificate import key_fits

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["CA_ALIAS", "FoundAuthority", "appearing", "authority_password", "find_authority"]

CA_ALIAS = "localca"
_LEAST_RSA_BITS = 2048


@dataclass(frozen=True)
class FoundAuthority:
    """An authority that is there already; its key is opened on demand."""

    alias: str
    certificate: CertificateFacts
    password: Secret
    open_key: Callable[[], PrivateKeyTypes] = field(repr=False, compare=False)

    def days_left(self, at: dt.datetime) -> int:
        """Whole days until it ends."""
        return (self.certificate.not_after - at).days


def authority_password(reference: str | None, file: Path | None) -> Secret | None:
    """The password that ``reference`` points to, if there is one; for a store that is not there yet asked twice.

    Raises:
        UsageError: it is no reference, or points to nothing.
    """
    if reference is None:
        return None
    new = file is None or not file.exists()
    return from_reference(reference, asked="Password of the authority's store", twice=new)


def find_authority(file: Path, passwords: Sequence[Secret], *, at: dt.datetime) -> FoundAuthority | None:
    """The authority in a PKCS12 store, or None where there is no such file.

    Args:
        passwords: tried in turn.
        at: the moment at which it has to be valid.

    Raises:
        StoreError: the store cannot be read, or none of the passwords opens it.
        UsageError: it holds no authority that can sign for Zowe; says why.
    """
    if not os.path.lexists(file):
        if not file.parent.is_dir():
            msg = f"the authority cannot be kept in {file}: there is no folder {file.parent}; make it first"
            raise UsageError(msg)
        return None
    store, password = _opened(file, passwords)
    entry = _authority_entry(store)
    if not entry.open_key or not key_fits(entry.open_key(), entry.chain[0]):
        msg = f"the private key {entry.alias} in {file} is not that of its certificate"
        raise UsageError(msg)
    if why := _why_not(entry.chain[0], at):
        msg = f"the authority {entry.alias} in {file} cannot be used again: {why}; name another file to make a new one"
        raise UsageError(msg)
    return FoundAuthority(entry.alias, entry.chain[0], password, entry.open_key)


def _opened(file: Path, passwords: Sequence[Secret]) -> tuple[Store, Secret]:
    for password in passwords[:-1]:
        with suppress(WrongPassword):
            return open_store(file, password), password
    return open_store(file, passwords[-1]), passwords[-1]


def _authority_entry(store: Store) -> Entry:
    """The one private key of an authority; of several, that which Zowe's alias names."""
    if store.format != "PKCS12":
        msg = f"{store.source} is {store.format}; an authority is used again from a PKCS12 store only"
        raise UsageError(msg)
    keys = [entry for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY and entry.chain]
    authorities = [entry for entry in keys if entry.chain[0].is_ca]
    found = next((entry for entry in authorities if entry.alias.lower() == CA_ALIAS), None)
    if found is None and len(authorities) == 1:
        found = authorities[0]
    if found is None:
        aliases = ", ".join(entry.alias for entry in authorities)
        held = f"several authorities ({aliases}), and none of them is {CA_ALIAS}" if aliases else "no authority's key"
        msg = f"{store.source} holds {held}; name a store with one, or one that is not there yet"
        raise UsageError(msg)
    return found


def _why_not(authority: CertificateFacts, at: dt.datetime) -> str | None:
    """Why it cannot sign for Zowe (RFC 5280, sections 4.2.1.3 and 6.1.4), or None where it can."""
    if not authority.self_signed:
        return f"it is signed by another one, {authority.issuer}"
    if authority.key_usage and "keyCertSign" not in authority.key_usage:
        return "its key usage is not to sign certificates"
    if authority.extended_key_usage and not {"serverAuth", "clientAuth"} <= set(authority.extended_key_usage):
        return "its purposes leave out serverAuth or clientAuth, and Zowe needs both"
    key = authority.key
    if not key or key.type not in {"RSA", "EC"} or (key.type == "RSA" and key.bits < _LEAST_RSA_BITS):
        return f"its key is {key or 'unknown'}, and clients ask for RSA of {_LEAST_RSA_BITS} bits or EC"
    if at < authority.not_before:
        return f"it begins on {authority.not_before:%Y-%m-%d}"
    if authority.not_after - at < dt.timedelta(days=1):
        return f"it ends on {authority.not_after:%Y-%m-%d}"
    return None


@contextmanager
def appearing(file: Path, data: bytes) -> Iterator[None]:
    """Let a new file appear whole, its owner's alone; it goes again where the body fails.

    After an interruption it stays: the set that it signed may have got its place already, and if not,
    the next run uses it.

    Raises:
        WouldOverwrite: a file of that name has appeared meanwhile.
        WriteError: it cannot be written.
    """
    _remove_abandoned(file)
    staged = file.with_name(f".{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(staged, flags, 0o600), "wb") as new:
            new.write(data)
        _take_name(staged, file)
    except FileExistsError:
        msg = f"{file} appeared while this set was made; run again, and its authority is used"
        raise WouldOverwrite(msg) from None
    except OSError as error:
        msg = f"the authority cannot be kept in {file}: {error.strerror}; nothing was changed. Name another file"
        raise WriteError(msg) from None
    finally:
        staged.unlink(missing_ok=True)
    try:
        yield
    except Exception:
        file.unlink(missing_ok=True)
        raise


def _take_name(staged: Path, file: Path) -> None:
    """Give the file its name unless it is taken; a link does both in one step, where the disk has links."""
    try:
        os.link(staged, file)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(file):
            raise FileExistsError from None
        staged.rename(file)


def _remove_abandoned(file: Path) -> None:
    """What a killed run left half-way holds a private key."""
    mark = re.compile(rf"\.{re.escape(file.name)}\.(\d+)-[0-9a-f]{{8}}")
    with suppress(OSError):
        for path in file.parent.iterdir():
            found = mark.fullmatch(path.name)
            if found and path.is_file() and not is_running(int(found[1])):
                path.unlink()
