"""What is no store that is read here, by its name, and how to make one of it.

Sources: ``org.bouncycastle.jce.provider.keystore.bc.BcKeyStoreSpi`` (BKS, UBER); the description of IBM's key
databases and stash files that KeyStore Explorer 5.7 has in ``KdbKeyDatabase`` and ``StashFile``.
"""

from __future__ import annotations

import hashlib

from ..ibm1047 import from_ibm1047

__all__ = ["bouncy_castle_store", "named"]

_LOOKED_AT = 4096
_KEYTOOL = "copy it by keytool -importkeystore -deststoretype PKCS12"
_MARKS = (
    (b"\xac\xed\x00\x05", "it is a serialized Java object, which is never loaded here"),
    (b"PK\x03\x04", "it is a ZIP or JAR file: take the store out of it"),
    (b"\x1f\x8b", "it is compressed by gzip: unpack it"),
    (b"PuTTY-User-Key-File-", "it is a key of PuTTY, for SSH and not for TLS: puttygen exports it as PEM"),
    (b"ssh-", "it is a public key for SSH, which no TLS server uses"),
    (b"ecdsa-sha2-", "it is a public key for SSH, which no TLS server uses"),
)
_GSKIT = (b"X509KEY", b"X509KYP", b"X509CRL")
_STASH_MASK = 0xF5
_STASH_SIZE, _NEW_STASH_SIZE = 129, 193
_BKS_VERSIONS = {0, 1, 2}
_BKS_SALT_SIZES = range(8, 65)
_BKS_KINDS = range(5)
_BKS_DIGEST_SIZE = 20
_BEFORE_YEAR_10889 = b"\0\0"  # how 64 bits of milliseconds since 1970 begin
_CONTROLS = {*range(32), 127} - {9, 10, 12, 13, 27}


def named(data: bytes) -> str:
    """What the bytes are, with advice, as far as their beginning tells."""
    if not data:
        return "it is empty"
    for mark, sentence in _MARKS:
        if data.startswith(mark):
            return sentence
    return (
        _of_gskit(data)
        or _of_bouncy_castle(data)
        or _text(data[:_LOOKED_AT])
        or "it is none of a PKCS12, JKS or JCEKS store, PEM text, and a certificate, chain or key in DER"
    )


def _of_gskit(data: bytes) -> str | None:
    """IBM's key databases, and the stash files with their passwords, which are hidden and not encrypted."""
    if data[:2] == b"7H" and data[8:15] in _GSKIT:
        return (
            "it is an IBM key database (KDB), which is not read here: export it by gskkyman or "
            "gskcapicmd -cert -export -target_type pkcs12"
        )
    if _is_stash(data):
        return "it is a stash file, which holds the password of an IBM key database: protect it as that password"
    return None


def _is_stash(data: bytes) -> bool:
    if len(data) == _NEW_STASH_SIZE:
        return data[32:64] == hashlib.sha256(b"\x01" + data[:32]).digest()
    if len(data) != _STASH_SIZE:
        return False
    password, zero, rest = bytes(octet ^ _STASH_MASK for octet in data).partition(b"\0")
    return bool(password and zero) and password.isascii() and b"\0" not in rest and not _CONTROLS & set(password)


def _of_bouncy_castle(data: bytes) -> str | None:
    """BKS and UBER begin alike: version, salt with its length, rounds. Then BKS has entries in clear."""
    version, salt_size = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    body = data[12 + salt_size :]
    rounds = int.from_bytes(data[8 + salt_size : 12 + salt_size], "big")
    if version not in _BKS_VERSIONS or salt_size not in _BKS_SALT_SIZES or not body or not 0 < rounds < 1 << 24:
        return None
    is_empty = body[0] == 0 and len(body) == 1 + _BKS_DIGEST_SIZE
    return bouncy_castle_store("BKS" if is_empty or _is_bks_entry(body) else "UBER")


def _is_bks_entry(body: bytes) -> bool:
    """Kind, alias with its length, date in milliseconds; encrypted bytes look so by chance once in millions."""
    date = 3 + int.from_bytes(body[1:3], "big")
    return body[0] in _BKS_KINDS[1:] and body[date : date + 2] == _BEFORE_YEAR_10889


def bouncy_castle_store(kind: str) -> str:
    """The sentence on a store of that type."""
    return (
        f"it is a {kind} store of Bouncy Castle, which is not read here: {_KEYTOOL} -srcstoretype {kind} with "
        "-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider and -providerpath of bcprov"
    )


def _text(beginning: bytes) -> str | None:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16 text without a PEM block"
    if not _CONTROLS & set(beginning) and _is_utf8(beginning):
        return "it is text without a PEM block"
    letters = from_ibm1047(beginning)
    if all(character.isascii() and (character.isprintable() or character in "\n\r\t") for character in letters):
        return "it is EBCDIC text without a PEM block"
    return None


def _is_utf8(beginning: bytes) -> bool:
    """Whether it is UTF-8; the last character may be cut."""
    try:
        beginning.decode()
    except UnicodeDecodeError as error:
        return error.start > len(beginning) - 4 and error.reason == "unexpected end of data"
    return True
