"""Bytes to stores and back: the format is recognised by content, never by the file's name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import SourceMissing, StoreError, UnknownFormat
from ..model import Store
from ..secret import Secret
from . import der
from .pbe import DEFAULT_ROUNDS, MAX_ROUNDS, Profile, Protection
from .pkcs12 import KeyContent, TrustedContent, write_pkcs12

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
_FIRST_BYTES = 4
_NO_PASSWORD = Secret("")


def open_store(
    source: Path, password: Secret | Sequence[Secret] = _NO_PASSWORD, *, limit: int = MAX_ROUNDS, name: str = ""
) -> Store:
    """Read a keystore, a trust store, PEM text, or a certificate, chain or key in DER.

    A JKS or JCEKS store is listed without a password too, with a note that nothing was proved.

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
        UnknownFormat: it is none of these; says what it is as far as that can be told, and how to convert it.
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
    from .java_marks import JCEKS, JKS
    from .pem_file import is_pem, read_pem

    if data.startswith((JKS, JCEKS)):
        from .java_store import read_java_store

        return read_java_store(data, passwords, name, limit=limit)
    if is_pem(data) and not _is_binary(data):
        return read_pem(data, name, passwords, limit=limit)
    if data[:1] == bytes((der.SEQUENCE,)):
        from .asn1_file import read_asn1

        return read_asn1(data, passwords, name, limit)
    from .other_formats import named

    raise UnknownFormat(named(data))


def _is_binary(data: bytes) -> bool:
    """Whether it begins as DER does, whatever stands in it later; "0" of a text has the same number."""
    return data[:1] == bytes((der.SEQUENCE,)) and not data[:_FIRST_BYTES].isascii()
