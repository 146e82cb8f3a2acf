"""Stores of the type JKS put together by hand, also such as no program would write."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.stores import bags
from zowe_certs_kernel.stores import der

MAGIC = b"\xfe\xed\xfe\xed"
SUN_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1"
DATE = bytes(8)
DIGEST_SIZE = 20


def number(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "big")


def text(octets: bytes) -> bytes:
    return number(len(octets), 2) + octets


def modified_utf8(alias: str) -> bytes:
    """As Java's ``writeUTF`` has it: each half of a pair by itself, and zero in two bytes."""
    units = alias.encode("utf-16-be", "surrogatepass")
    halves = "".join(chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))
    return halves.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


def sized(octets: bytes) -> bytes:
    return number(len(octets)) + octets


def certificate(encoded: bytes, kind: bytes = b"X.509") -> bytes:
    return text(kind) + sized(encoded)


def encoded(found: x509.Certificate) -> bytes:
    return found.public_bytes(Encoding.DER)


def trusted(alias: bytes, stored: bytes) -> bytes:
    return number(2) + text(alias) + DATE + stored


def key(alias: bytes, sealed: bytes, *chain: bytes) -> bytes:
    return number(1) + text(alias) + DATE + sized(sealed) + number(len(chain)) + b"".join(chain)


def body(*entries: bytes, count: int | None = None, version: int = 2) -> bytes:
    return MAGIC + number(version) + number(len(entries) if count is None else count) + b"".join(entries)


def proved(contents: bytes, password: str = "unguessed") -> bytes:
    """The store, with the digest of its body and its password."""
    whole = password.encode("utf-16-be") + b"Mighty Aphrodite" + contents
    return contents + hashlib.sha1(whole).digest()


def store(*entries: bytes, password: str = "unguessed", count: int | None = None, version: int = 2) -> bytes:
    return proved(body(*entries, count=count, version=version), password)


def clear(found: PrivateKeyTypes) -> bytes:
    return found.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def octets_sealed(octets: bytes, password: str = "unguessed") -> bytes:
    """Sun's protection: a salt, the bytes under a stream of chained SHA-1, and a SHA-1 of the clear bytes."""
    secret, salt = password.encode("utf-16-be"), os.urandom(20)
    stream, link = b"", salt
    while len(stream) < len(octets):
        link = hashlib.sha1(secret + link).digest()
        stream += link
    hidden = bytes(one ^ other for one, other in zip(octets, stream, strict=False))
    return salt + hidden + hashlib.sha1(secret + octets).digest()


def sealed(
    octets: bytes,
    password: str = "unguessed",
    parameters: Sequence[bytes] = (der.null(),),
    oid: str = SUN_KEY_PROTECTOR,
) -> bytes:
    """The EncryptedPrivateKeyInfo; Java 25 writes it without any parameters."""
    return der.sequence(bags.algorithm(oid, *parameters), der.octet_string(octets_sealed(octets, password)))


def field_offsets(data: bytes) -> dict[str, list[int]]:
    """Where the counts and the lengths of a store are, by how many bytes they have and what they are of."""
    found: dict[str, list[int]] = {"4 count": [8], "2 alias": [], "4 key": [], "4 chain": [], "2 type": [], "4 DER": []}
    at = 12

    def skip(kind: str) -> None:
        nonlocal at
        size = int(kind[0])
        found[kind].append(at)
        at += size + int.from_bytes(data[at : at + size], "big")

    for _ in range(struct.unpack_from(">L", data, 8)[0]):
        (tag,) = struct.unpack_from(">L", data, at)
        at += 4
        skip("2 alias")
        at += 8
        chain = 1
        if tag == 1:
            skip("4 key")
            found["4 chain"].append(at)
            (chain,) = struct.unpack_from(">L", data, at)
            at += 4
        for _ in range(chain):
            skip("2 type")
            skip("4 DER")
    assert at == len(data) - DIGEST_SIZE
    return found
