"""What JCEKS stores have beside JKS ones: sealed Java objects, and keys under PBEWithMD5AndTripleDES."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

try:  # where cryptography moved it
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # pragma: no cover
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

from tests.stores import bags, jks_bytes
from zowe_certs_kernel.stores import der

MAGIC = b"\xce\xce\xce\xce"
PBE_MD5_3DES = "1.3.6.1.4.1.42.2.19.1"
STREAM = b"\xac\xed\x00\x05"
OBJECT, CLASS, REFERENCE, ARRAY, STRING, NULL, END = b"\x73", b"\x72", b"\x71", b"\x75", b"\x74", b"\x70", b"\x78"


def store(*entries: bytes, password: str = "unguessed", version: int = 2, count: int | None = None) -> bytes:
    return jks_bytes.proved(MAGIC + jks_bytes.body(*entries, version=version, count=count)[4:], password)


def secret(alias: bytes, sealed_object: bytes) -> bytes:
    return jks_bytes.number(3) + jks_bytes.text(alias) + jks_bytes.DATE + sealed_object


def field(kind: bytes, name: bytes, of_class: bytes = b"") -> bytes:
    return kind + jks_bytes.text(name) + of_class


def java_class(name: bytes, *fields: bytes, flags: int = 2, parent: bytes = NULL, annotation: bytes = b"") -> bytes:
    head = CLASS + jks_bytes.text(name) + bytes(8) + bytes((flags,)) + jks_bytes.number(len(fields), 2)
    return head + b"".join(fields) + annotation + END + parent


def handle(number: int) -> bytes:
    return REFERENCE + jks_bytes.number(0x7E0000 + number)


def string(octets: bytes) -> bytes:
    return STRING + jks_bytes.text(octets)


def sealed_key(
    content: bytes = b"sealed", name: bytes = b"com.sun.crypto.provider.SealedObjectForKeyProtector"
) -> bytes:
    """As Java writes it: the sealed bytes and their parameters, two arrays, and the names of two algorithms."""
    bytes_class = string(b"[B")
    parent = java_class(
        b"javax.crypto.SealedObject",
        field(b"[", b"encodedParams", bytes_class),
        field(b"[", b"encryptedContent", handle(2)),
        field(b"L", b"paramsAlg", string(b"Ljava/lang/String;")),
        field(b"L", b"sealAlg", handle(3)),
    )
    array = ARRAY + java_class(b"[B") + jks_bytes.sized(b"parameters")
    again = ARRAY + handle(5) + jks_bytes.sized(content)
    values = array + again + string(b"PBEWithMD5AndTripleDES") + string(b"PBEWithMD5AndTripleDES")
    return STREAM + OBJECT + java_class(name, parent=parent) + values


def sealed(octets: bytes, password: str = "unguessed", rounds: int = 3, salt: bytes = b"saltSALT") -> bytes:
    """The EncryptedPrivateKeyInfo of a key in a JCEKS store; of a salt of two equal halves Java turns one."""
    derived = b""
    first, second = salt[:4], salt[4:]
    if first == second:
        first = bytes((first[3], first[0], first[1], first[3]))
    for half in (first, second):
        link = half
        for _ in range(rounds):
            link = hashlib.md5(link + password.encode("ascii")).digest()
        derived += link
    padder = PKCS7(64).padder()
    encryptor = Cipher(TripleDES(derived[:24]), CBC(derived[24:])).encryptor()
    hidden = encryptor.update(padder.update(octets) + padder.finalize()) + encryptor.finalize()
    scheme = bags.algorithm(PBE_MD5_3DES, der.sequence(der.octet_string(salt), der.integer(rounds)))
    return der.sequence(scheme, der.octet_string(hidden))
