"""Private keys that stand alone in a file, in clear or encrypted under one of several passwords."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..errors import Damaged, StoreError, UnknownFormat, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind
from ..secret import Secret
from . import der
from .certificate import key_facts, public_key_of
from .limits import Allowance
from .opening import opened, scheme_of
from .private_key import load_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["CLOSED", "encrypted_entry", "key_entry", "key_in_old_pem", "key_in_pkcs8"]

# What cryptography decrypts; OpenSSL writes others too.
_CIPHERS_OF_OLD_PEM = {"AES-128-CBC", "AES-256-CBC", "DES-EDE3-CBC"}
_AES_BLOCK_SIZE = 16
CLOSED = "is encrypted, and none of the passwords given opens it"
_CIPHER_OF_OLD_PEM = re.compile(rb"^DEK-Info: *([A-Z0-9-]{1,40}),", re.MULTILINE)

Owners = Callable[[], Mapping[bytes | None, CertificateFacts]]


def encrypted_entry(
    alias: str, data: bytes, passwords: Sequence[Secret], allowance: Allowance, what: str, owners: Owners
) -> Entry:
    """The entry of an EncryptedPrivateKeyInfo, opened now as far as ``allowance`` goes and later when asked for.

    Raises:
        Damaged: its bytes contradict themselves.
    """

    def open_key() -> PrivateKeyTypes:
        return key_in_pkcs8(data, passwords, Allowance(allowance.limits), what)

    entry = key_entry(alias, open_key, partial(key_in_pkcs8, data, passwords, allowance, what, to_pair=True), owners)
    try:
        return replace(entry, protection=scheme_of(der.read(data).first()).words)
    except UnknownFormat:  # a note says so already
        return entry


def key_entry(
    alias: str,
    open_key: Callable[[], PrivateKeyTypes],
    open_to_pair: Callable[[], PrivateKeyTypes],
    owners: Owners,
) -> Entry:
    """A key with the certificate it fits, of ``owners`` by public key.

    A key that no password opens, that costs too much or is of an unknown kind is listed with a note that says so.

    Raises:
        Damaged: there is no key.
    """
    try:
        key = open_to_pair()
    except Damaged:
        raise
    except StoreError as error:
        return Entry(alias, EntryKind.PRIVATE_KEY, (), None, open_key, (str(error),))
    owner = owners().get(public_key_of(key))
    return Entry(alias, EntryKind.PRIVATE_KEY, (owner,) if owner else (), key_facts(key), open_key)


def key_in_pkcs8(
    data: bytes, passwords: Sequence[Secret], allowance: Allowance, what: str, *, to_pair: bool = False
) -> PrivateKeyTypes:
    """The key of an EncryptedPrivateKeyInfo (RFC 5958, section 3); ``what`` names it in errors.

    Raises:
        WrongPassword: none of the passwords opens it.
        TooCostly: more rounds of key derivation are asked for than ``allowance`` has left.
        UnknownFormat: it is encrypted in a way, or is of a kind, that is not read here.
        Damaged: its bytes contradict themselves.
    """
    try:
        algorithm, sealed = der.read(data).children()
        octets = sealed.expect(der.OCTET_STRING, "encrypted key").content
    except ValueError:
        msg = f"{what} cannot be read"
        raise Damaged(msg) from None
    for password in passwords:
        try:
            clear, _ = opened(algorithm, octets, password, allowance)
        except WrongPassword:
            continue
        if _is_whole(clear):
            return load_key(clear, f"{what} cannot be read after it was decrypted", to_pair=to_pair)
    raise _closed(what)


def key_in_old_pem(text: bytes, passwords: Sequence[Secret], what: str, *, to_pair: bool = False) -> PrivateKeyTypes:
    """The key of a PEM block with Proc-Type and DEK-Info (RFC 1421), OpenSSL's older form: one round of MD5.

    Raises:
        WrongPassword: none of the passwords opens it.
        UnknownFormat: it is encrypted by a cipher that is not read here; says which.
        Damaged: its initial vector is too short.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    named = _CIPHER_OF_OLD_PEM.search(text)
    cipher = named[1].decode() if named else ""
    if cipher and cipher not in _CIPHERS_OF_OLD_PEM:
        msg = f"{what} is encrypted by {cipher}, which is not read here: openssl pkey writes it as PKCS8"
        raise UnknownFormat(msg)
    if _has_short_vector(text):
        msg = f"{what} has an initial vector that is too short for its cipher"
        raise Damaged(msg)
    for password in passwords:
        try:
            return load_pem_private_key(text, password.reveal().encode(), unsafe_skip_rsa_key_validation=to_pair)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # it has no error of its own for a wrong password
            continue
    raise _closed(what)


def _has_short_vector(text: bytes) -> bool:
    """Whether a DEK-Info of AES has fewer than the 16 bytes in hexadecimal, on which cryptography 50 panics."""
    lines = (line.strip() for line in text.split(b"\n") if b"DEK-Info" in line and b"AES-" in line)
    return any(len(line.rpartition(b",")[2]) < 2 * _AES_BLOCK_SIZE for line in lines)


def _is_whole(clear: bytes) -> bool:
    """Whether it is one element: a wrong password in 256 leaves padding that is right by chance, and this is not."""
    try:
        return der.read(clear).tag == der.SEQUENCE
    except Damaged:
        return False


def _closed(what: str) -> WrongPassword:
    return WrongPassword(f"{what} {CLOSED}")
