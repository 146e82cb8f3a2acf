"""Bytes to stores and back: the format is recognised by content, never by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import SourceMissing, StoreError, UnknownFormat, WrongPassword
from ..model import Entry, EntryKind, Store
from ..secret import Secret
from . import der
from .certificate import certificate_facts
from .pbe import DEFAULT_ROUNDS, MAX_ROUNDS, Profile, Protection
from .pkcs12 import KeyContent, TrustedContent, read_pkcs12, write_pkcs12

__all__ = [
    "DEFAULT_ROUNDS",
    "KeyContent",
    "Profile",
    "Protection",
    "TrustedContent",
    "open_store",
    "write_pkcs12",
]

_MAX_BYTES = 64 << 20
# How Java's own two types begin: sun.security.provider.JavaKeyStore and com.sun.crypto.provider.JceKeyStore.
_JKS = b"\xfe\xed\xfe\xed"
_JCEKS = b"\xce\xce\xce\xce"
_NO_PASSWORD = Secret("")


def open_store(
    source: Path, password: Secret | Sequence[Secret] = _NO_PASSWORD, *, limit: int = MAX_ROUNDS, name: str = ""
) -> Store:
    """Read a keystore, trust store or PEM file.

    Args:
        source: the file.
        password: the password, or several to be tried in turn.
        limit: the most rounds of key derivation that a store may ask for.
        name: what to call the store in results; its path where empty.

    Raises:
        SourceMissing: there is no such file, or it may not be read.
        WrongPassword: none of the passwords opens it.
        TooCostly: it asks for more key derivation than ``limit`` (RFC 8018, section 4.2).
        Damaged: the bytes end early or contradict themselves; says at which offset.
        UnknownFormat: it is none of PKCS12, JKS, PEM and a certificate in DER.
    """
    passwords = [password] if isinstance(password, Secret) else list(password)
    try:
        data = _bytes_of(source)
        return _read(data, passwords, name or str(source), limit)
    except StoreError as error:
        msg = f"{source} cannot be read: {error}"
        raise type(error)(msg) from None


def _bytes_of(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SourceMissing(str(error.strerror)) from None
    if len(data) > _MAX_BYTES:
        msg = "over 64 MiB is no keystore"
        raise UnknownFormat(msg)
    return data


def _read(data: bytes, passwords: Sequence[Secret], name: str, limit: int) -> Store:
    from .pem import is_pem, read_pem

    if is_pem(data):
        return read_pem(data, name)
    if data.startswith(_JKS):
        from .jks import read_jks

        return _first_opened(passwords, lambda password: read_jks(data, password, name))
    if data.startswith(_JCEKS):
        msg = "it is a JCEKS store, which is not read here: copy it by keytool -importkeystore -deststoretype PKCS12"
        raise UnknownFormat(msg)
    if data[:1] != bytes((der.SEQUENCE,)):
        msg = "it is none of a PKCS12 store, a JKS store, PEM text and a certificate in DER"
        raise UnknownFormat(msg)
    first = next(der.read(data).children(), None)
    if first and first.tag == der.SEQUENCE:  # a PKCS12 store begins with its version
        facts = certificate_facts(data)
        return Store(name, "X.509 certificate", (Entry("1", EntryKind.CERTIFICATE, (facts,)),))
    return _first_opened(passwords, lambda password: read_pkcs12(data, password, name, limit=limit))


def _first_opened(passwords: Sequence[Secret], read: Callable[[Secret], Store]) -> Store:
    """The store by the first password that opens it; without any by the empty one."""
    for password in passwords[:-1]:
        try:
            return read(password)
        except WrongPassword:
            continue
    return read(passwords[-1] if passwords else _NO_PASSWORD)
