"""How Java lays out its own two types of store, JKS and JCEKS; every length is held against the bytes there are.

Source: ``sun.security.provider.JavaKeyStore`` and ``com.sun.crypto.provider.JceKeyStore`` of the JDK.
Numbers are big-endian::

    FEEDFEED or CECECECE, version, number of entries, entries, SHA-1 of (password, "Mighty Aphrodite", all before)
    entry: kind (1 key, 2 trusted certificate, 3 secret key), alias, date,
           then the key and its chain, the certificate, or a sealed Java object
    certificate: from version 2 on its type, then its bytes with their length
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from ..errors import Damaged, TooCostly, UnknownFormat
from ..secret import Secret
from .java_marks import JCEKS, JKS
from .java_object import Boundless, walked_object
from .limits import DEFAULT_LIMITS, Limits, raised_by
from .octets import Octets

__all__ = ["SHOWN", "Layout", "Stored", "read_layout"]

SHOWN = 40  # characters of an alias that a sentence repeats
_NAMES = {JKS: "JKS", JCEKS: "JCEKS"}
_KEY, _TRUSTED, _SECRET = 1, 2, 3
_KINDS = {JKS: {_KEY, _TRUSTED}, JCEKS: {_KEY, _TRUSTED, _SECRET}}
_CERTIFICATE_TYPES = {"X.509", "X509"}
_WHITENING = b"Mighty Aphrodite"
_DIGEST_SIZE = 20
_MAX_CHAIN = 1_000
_CHAINS = 10  # certificates in all chains together, for each entry that is allowed
# What the smallest entry and the smallest certificate of a chain take, to tell at once a count that cannot be.
_SMALLEST_ENTRY = 4 + 2 + 8 + 4
_SMALLEST_CERTIFICATE = 4


@dataclass(frozen=True)
class Stored:
    """An entry as it is stored: the key's EncryptedPrivateKeyInfo and its offset, and certificates in DER.

    ``sealed_class`` is set for a secret key: the class of the Java object that holds it.
    ``foreign`` is the type of the first certificate that is not X.509; its chain ends before it.
    """

    alias: str
    sealed: bytes | None = field(repr=False)
    offset: int
    certificates: tuple[bytes, ...] = field(repr=False)
    sealed_class: str | None = None
    foreign: str | None = None

    @property
    def shown(self) -> str:
        """The alias for a sentence: Java allows 65,535 bytes of anything."""
        return repr(self.alias[:SHOWN])


@dataclass(frozen=True)
class Layout:
    """A whole store; ``notes`` say what was passed over."""

    name: str
    version: int
    entries: tuple[Stored, ...]
    notes: tuple[str, ...]
    body: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def proves(self, password: Secret) -> bool:
        """Whether the store is whole, and was made under this password."""
        digest = hashlib.sha1(password.reveal().encode("utf-16-be") + _WHITENING, usedforsecurity=False)
        digest.update(self.body)
        return hmac.compare_digest(digest.digest(), self.digest)


def read_layout(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """Take a store apart, without any password and without a look into keys and certificates.

    Raises:
        Damaged: the bytes end early or contradict themselves; says at which offset.
        UnknownFormat: a version that Java does not have.
        TooCostly: more entries than a store can sensibly have.
    """
    octets = Octets(data[:-_DIGEST_SIZE])
    mark = octets.take(len(JKS), "mark of a JKS store")
    if mark not in _NAMES:
        msg = "offset 0 holds something else than the mark of a JKS store"
        raise Damaged(msg)
    version = octets.number("version")
    if version not in {1, 2}:
        msg = f"it is a {_NAMES[mark]} store of version {version}, which is not read here"
        raise UnknownFormat(msg)
    count = octets.count("entries", _SMALLEST_ENTRY)
    if count > limits.entries:
        msg = f"it has {count:,} entries, over the limit of {limits.entries:,}"
        raise TooCostly(msg + raised_by("entries"))
    found: list[Stored] = []
    end, notes, held = None, [], 0
    try:
        for _ in range(count):
            found.append(_stored_entry(octets, mark, version))  # one by one: those before a fault are kept
            held += len(found[-1].certificates)
            if held > _CHAINS * limits.entries:
                msg = f"it has over {_CHAINS * limits.entries:,} certificates in its chains, which is the limit"
                raise TooCostly(msg + raised_by("entries"))
        end = octets.offset
    except Boundless as error:  # where it ends is not known, so neither is where the next entry begins
        notes.append(f"{count - len(found)} of its {count} entries are not read: {error}")
    if end is None:
        return Layout(_NAMES[mark], version, tuple(found), tuple(notes), data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:])
    if octets.left:
        notes.append(f"{octets.left:,} bytes follow its end at offset {end + _DIGEST_SIZE}, and Java passes over them")
    return Layout(_NAMES[mark], version, tuple(found), tuple(notes), data[:end], data[end : end + _DIGEST_SIZE])


def _stored_entry(octets: Octets, mark: bytes, version: int) -> Stored:
    start, kind = octets.offset, octets.number("kind of an entry")
    if kind not in _KINDS[mark]:
        msg = f"offset {start} holds an entry of kind {kind}, which no {_NAMES[mark]} store has"
        raise Damaged(msg)
    alias = octets.text("alias")
    octets.take(8, "date of an entry")
    if kind == _SECRET:
        return Stored(alias, None, start, (), sealed_class=walked_object(octets))
    if kind == _TRUSTED:
        certificates, foreign = _chain(octets, version, 1)
        return Stored(alias, None, start, certificates, foreign=foreign)
    sealed = octets.sized("private key")
    offset = octets.offset - len(sealed)
    length = octets.count("certificates of a chain", _SMALLEST_CERTIFICATE)
    if length > _MAX_CHAIN:
        msg = f"the chain of {alias[:SHOWN]!r} has {length:,} certificates, over the limit of {_MAX_CHAIN:,}"
        raise TooCostly(msg)
    certificates, foreign = _chain(octets, version, length)
    return Stored(alias, sealed, offset, certificates, foreign=foreign)


def _chain(octets: Octets, version: int, length: int) -> tuple[tuple[bytes, ...], str | None]:
    """The certificates up to the first one that is not X.509, and the type of that one."""
    certificates: list[bytes] = []
    foreign: str | None = None
    for _ in range(length):
        kind = octets.text("type of a certificate") if version > 1 else "X.509"
        encoded = octets.sized("certificate")
        if kind not in _CERTIFICATE_TYPES and foreign is None:
            foreign = kind
        if foreign is None:
            certificates.append(encoded)
    return tuple(certificates), foreign
