"""A certificate authority outside the directory: found, and used again; or made, and kept for the next set."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StoreError, UsageError, WouldOverwrite, WriteError, WrongPassword
from ..issue import USABLE_KEYS, is_usable_key
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..processes import claimed, is_abandoned
from ..secret import Secret, from_reference
from ..stores import open_store
from ..stores.certificate import key_fits, load_certificate

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["CA_ALIAS", "FoundAuthority", "authority_password", "find_authority", "keep_authority"]

CA_ALIAS = "localca"


@dataclass(frozen=True)
class FoundAuthority:
    """An authority that is there already; its key is opened on demand."""

    alias: str
    certificate: CertificateFacts
    password: Secret
    open_key: Callable[[], PrivateKeyTypes] = field(repr=False, compare=False)

    def days_left(self, at: dt.datetime) -> int:
        """Whole days until it ends."""
        return (self.certificate.not_after - at).days if self.certificate.not_after else 0


def authority_password(reference: str | None, file: Path | None) -> Secret | None:
    """The password that ``reference`` points to, if there is one; for a store that is not there yet asked twice.

    Raises:
        UsageError: it is no reference, or points to nothing.
    """
    if reference is None:
        return None
    new = file is None or not os.path.lexists(file)
    return from_reference(reference, asked="Password of the authority's store", twice=new)


def find_authority(
    file: Path, passwords: Sequence[Secret], *, at: dt.datetime, instead: str = "name another file to make a new one"
) -> FoundAuthority | None:
    """The authority in a PKCS12 store, or None where there is no such file.

    Args:
        passwords: tried in turn.
        at: the moment at which it has to be valid.
        instead: what to do where it cannot sign any more.

    Raises:
        StoreError: the store cannot be read, or none of the passwords opens it.
        UsageError: it holds no authority that can sign for Zowe; says why.
    """
    if not os.path.lexists(file):
        if not os.path.isdir(file.parent):  # noqa: PTH112  # Path.is_dir raises where a folder above is closed
            msg = f"no authority can be kept in {file}: there is no folder {file.parent}, or not for you; make it first"
            raise UsageError(msg)
        return None
    store, password = _opened(file, passwords)
    entry = _authority_entry(store)
    if not entry.open_key or not key_fits(entry.open_key(), entry.chain[0]):
        msg = f"the private key {entry.alias} in {file} is not that of its certificate"
        raise UsageError(msg)
    if why := _why_not(entry.chain[0], at):
        msg = f"the authority {entry.alias} in {file} cannot be used again: {why}; {instead}"
        raise UsageError(msg)
    return FoundAuthority(entry.alias, entry.chain[0], password, entry.open_key)


def _opened(file: Path, passwords: Sequence[Secret]) -> tuple[Store, Secret]:
    wrong = ""
    for password in passwords:
        try:
            return open_store(file, password), password
        except WrongPassword as error:
            wrong = str(error)
        except StoreError as error:
            msg = f"{error}; name the store of an authority, or a file that is not there yet to make a new one"
            raise type(error)(msg) from None
    msg = f"{wrong}; say where the password of the authority's store is (--ca-password-from, ca_password_from)"
    raise WrongPassword(msg)


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
    purposes = authority.extended_key_usage
    if purposes is None or (purposes and not {"serverAuth", "clientAuth"} <= set(purposes)):
        return "its purposes leave out serverAuth or clientAuth, or cannot be read, and Zowe needs both"
    if why := _why_no_key(authority):
        return why
    if "nameConstraints" in _extension_names(authority):
        return "it may sign for some names only, and a Zowe certificate also holds localhost"
    return _why_not_now(authority, at)


def _why_not_now(authority: CertificateFacts, at: dt.datetime) -> str | None:
    if authority.not_before is None or authority.not_after is None:
        return "its dates cannot be read"
    if at < authority.not_before:
        return f"it begins on {authority.not_before:%Y-%m-%d}"
    if authority.not_after - at < dt.timedelta(days=1):
        return f"it ends on {authority.not_after:%Y-%m-%d}"
    return None


def _why_no_key(authority: CertificateFacts) -> str | None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    key = load_certificate(authority.der).public_key()
    kind = key.curve.name if isinstance(key, EllipticCurvePublicKey) else authority.key
    return None if is_usable_key(key) else f"its key is {kind}; Zowe's clients verify {USABLE_KEYS}"


def _extension_names(authority: CertificateFacts) -> set[str]:
    try:
        return {extension.oid._name for extension in load_certificate(authority.der).extensions}
    except ValueError:  # whatever it is that cannot be read may limit what it signs
        return {"nameConstraints"}


def keep_authority(file: Path, data: bytes) -> None:
    """Let the store of a new authority appear whole, its owner's alone, where nothing is yet.

    Raises:
        WouldOverwrite: a file of that name has appeared meanwhile.
        WriteError: it cannot be written.
    """
    _remove_abandoned(file)
    staged = file.with_name(f".{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(staged, flags, 0o600), "wb") as new, claimed(staged):
            new.write(data)
        _take_name(staged, file)
    except FileExistsError:
        msg = f"{file} appeared while this set was made; run again, and its authority is used"
        raise WouldOverwrite(msg) from None
    except OSError as error:
        msg = f"the authority cannot be kept in {file}: {error.strerror}; nothing was changed. Name another file"
        raise WriteError(msg) from None
    finally:
        with suppress(OSError):
            staged.unlink(missing_ok=True)


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
            if found and path.is_file() and is_abandoned(path, int(found[1])):
                path.unlink()
