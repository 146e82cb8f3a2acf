"""Bytes to stores and back: the format is recognised by content, never by the file's name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import SourceMissing, StoreError, TooCostly, UnknownFormat
from ..model import Store
from ..secret import Secret
from . import der
from .limits import DEFAULT_LIMITS, Allowance, Limits, raised_by
from .pbe import DEFAULT_ROUNDS, Profile, Protection
from .pkcs12 import KeyContent, TrustedContent, write_pkcs12

__all__ = [
    "DEFAULT_ROUNDS",
    "KeyContent",
    "Limits",
    "Profile",
    "Protection",
    "TrustedContent",
    "open_store",
    "write_pkcs12",
]

_FIRST_BYTES = 4
_NO_PASSWORD = Secret("")


def open_store(
    source: Path,
    password: Secret | Sequence[Secret] = _NO_PASSWORD,
    *,
    limits: Limits | Allowance = DEFAULT_LIMITS,
    name: str = "",
) -> Store:
    """Read a keystore, a trust store, PEM text, a certificate, chain or key in DER, or a listing of RACF.

    A JKS or JCEKS store is listed without a password too, with a note that nothing was proved.

    Args:
        source: the file.
        password: the password, or several to be tried in turn, for the store and then for keys with another.
        limits: what reading it may cost, or what is left of that after other passwords were tried.
        name: what to call the store in results; its path where empty.

    Raises:
        SourceMissing: there is no such file, or it may not be read.
        WrongPassword: none of the passwords opens it.
        TooCostly: it asks for more key derivation than ``limits`` allow (RFC 8018, section 4.2), or is too large.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        UnknownFormat: it is none of these; says what it is as far as that can be told, and how to convert it.
    """
    passwords = [password] if isinstance(password, Secret) else list(password)
    try:
        allowance = Allowance.of(limits)
        return _read(_bytes_of(source, allowance.limits.bytes), passwords, name or str(source), allowance)
    except StoreError as error:
        msg = f"{source} cannot be read: {error}"
        raise type(error)(msg) from None


def _bytes_of(source: Path, most: int) -> bytes:
    try:
        if source.is_fifo():
            msg = "it is a pipe, whose end nobody knows: save what comes through it to a file"
            raise UnknownFormat(msg)
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # as many bytes are set aside as are asked for
            data = file.read(min(size, most) + 1)
    except OSError as error:
        raise SourceMissing(str(error.strerror)) from None
    if len(data) > most:
        msg = f"it has over {most:,} bytes, which is the limit"
        raise TooCostly(msg + raised_by("bytes"))
    return data


def _read(data: bytes, passwords: Sequence[Secret], name: str, allowance: Allowance) -> Store:
    from .java_marks import JCEKS, JKS
    from .pem_file import is_pem, read_pem

    if data.startswith((JKS, JCEKS)):
        from .java_store import read_java_store

        return read_java_store(data, passwords, name, limits=allowance)
    if is_pem(data) and not _is_binary(data):
        return read_pem(data, name, passwords, limits=allowance)
    from .racf_text import is_racf_listing

    if not _is_binary(data) and is_racf_listing(data):
        from .racf import read_racf_listing
        from .racf_store import racf_store

        return racf_store(read_racf_listing(data, name), allowance)
    if data[:1] == bytes((der.SEQUENCE,)):
        from .asn1_file import read_asn1

        return read_asn1(data, passwords, name, allowance)
    from .other_formats import named

    raise UnknownFormat(named(data))


def _is_binary(data: bytes) -> bool:
    """Whether it begins as DER does, whatever stands in it later; "0" of a text has the same number."""
    return data[:1] == bytes((der.SEQUENCE,)) and not data[:_FIRST_BYTES].isascii()
