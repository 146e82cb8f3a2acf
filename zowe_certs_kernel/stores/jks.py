"""Java KeyStores of the type JKS, which Java 8 and older make unless told otherwise.

pyjks writes them and knows how Java protects their keys. It never gets bytes from outside to
parse: it cuts a length that points beyond the end without a word, and raises errors of four libraries.

Source of the layout: ``sun.security.provider.JavaKeyStore`` of the JDK. Numbers are big-endian::

    FEEDFEED, version 2, number of entries, entries, SHA-1 of (password, "Mighty Aphrodite", all before)
    entry:  kind (1 key, 2 trusted certificate), alias, date, then the key and its chain or the certificate
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..errors import Damaged, TooCostly, UnknownFormat, WriteError, WrongPassword
from ..model import Entry, EntryKind, Store
from ..secret import Secret
from . import der
from .certificate import certificate_facts, load_key
from .pkcs12 import KeyContent, TrustedContent, refuse_equal_aliases

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["read_jks", "write_jks"]

_MAGIC = b"\xfe\xed\xfe\xed"
_VERSION = 2
_KEY, _TRUSTED = 1, 2
_CERTIFICATE_TYPES = {"X.509", "X509"}
_WHITENING = b"Mighty Aphrodite"
_DIGEST_SIZE = 20
_MAX_ALIAS = 0xFFFF
_SHOWN = 40  # characters of an alias that a sentence repeats
_LAST_OF_16_BITS = "\uffff"
_SUN_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1"
_SMALLEST_SEALED = 20 + 20  # its salt and its check, around nothing
_MAX_SEALED = 1 << 16  # a key of RSA-16384 takes 9.3 kB; pyjks opens about 1 MB a second
# What the smallest entry and the smallest certificate of a chain take, to tell at once a count that cannot be.
_SMALLEST_ENTRY = 4 + 2 + 8 + 2 + 4
_SMALLEST_CERTIFICATE = 2 + 4


def write_jks(contents: Sequence[KeyContent | TrustedContent], password: Secret) -> bytes:
    """A store of the type JKS, the entries in their order; its password is that of each key as well.

    Aliases are lower-cased, as Java does. The protection is weak: an older Java is the one reason to choose it.

    Raises:
        ValueError: two entries have the same alias, of which Java would lose one.
        WriteError: an alias has a character that Java could not read back, or is too long; or pyjks refuses a key.
    """
    import jks

    refuse_equal_aliases(contents)
    for content in contents:
        _check_alias(content.alias)
    entries: list[Any] = []
    try:
        entries += map(_pyjks_entry, contents)
        # Its entries are made here and saved once: at a second time pyjks would leave keys under the first password.
        data: bytes = jks.KeyStore.new("jks", entries).saves(password.reveal())
    except Exception:  # noqa: BLE001  # besides its own errors pyjks passes on those of pyasn1 and of struct
        msg = "a key of it cannot be written into a JKS store"
        raise WriteError(msg) from None
    finally:
        for entry in entries:  # pyjks keeps the clear key also after it encrypted it
            entry.pkey = entry.pkey_pkcs8 = None
    return data


def _check_alias(alias: str) -> None:
    """Refuse what pyjks writes in UTF-8 and Java does not read so: its own form differs beyond 16 bits."""
    if any(character > _LAST_OF_16_BITS or "\ud800" <= character <= "\udfff" for character in alias):
        why = "it has a character beyond U+FFFF, such as an emoji"
    elif len(alias.lower().encode()) > _MAX_ALIAS:
        why = f"it takes more than {_MAX_ALIAS:,} bytes"
    else:
        return
    msg = f"the alias {alias[:_SHOWN]!r} cannot be written into a JKS store, for {why}: choose another one, or PKCS12"
    raise WriteError(msg)


def _pyjks_entry(content: KeyContent | TrustedContent) -> Any:
    import jks
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    alias = content.alias.lower()
    if isinstance(content, TrustedContent):
        return jks.TrustedCertEntry.new(alias, content.certificate.public_bytes(Encoding.DER))
    clear = content.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [certificate.public_bytes(Encoding.DER) for certificate in content.chain]
    return jks.PrivateKeyEntry.new(alias, chain, clear, key_format="pkcs8")


def read_jks(data: bytes, password: Secret, source: str) -> Store:
    """Read every key and certificate of a store; keys are decrypted when they are asked for.

    Of a key without any certificate, which Java allows, type and size stay unknown: it may have a
    password of its own.

    Raises:
        WrongPassword: the integrity check failed under this password.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        UnknownFormat: a version or a certificate of a kind that is not read here.
    """
    body, kept = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
    proved = hmac.compare_digest(_digest(body, password), kept)
    stored = _stored_entries(_Reader(body))  # without proof too, to tell a file that was cut from a wrong password
    if not proved:
        msg = "the password does not open it, or its bytes were changed"
        raise WrongPassword(msg)
    facts = cache(certificate_facts)  # all chains of a store end in the same few authorities
    entries = []
    for found in stored:
        chain = tuple(map(facts, found.certificates))
        if found.sealed is None:
            entries.append(Entry(found.alias, EntryKind.TRUSTED_CERTIFICATE, chain))
            continue
        key, open_key = chain[0].key if chain else None, partial(_opened_key, found, password)
        entries.append(Entry(found.alias, EntryKind.PRIVATE_KEY, chain, key, open_key))
    has_keys = any(found.sealed is not None for found in stored)
    protection = "SHA-1 integrity, Sun's own key protection" if has_keys else "SHA-1 integrity"
    return Store(source, "JKS", tuple(entries), protection)


def _digest(body: bytes, password: Secret) -> bytes:
    digest = hashlib.sha1(password.reveal().encode("utf-16-be") + _WHITENING, usedforsecurity=False)
    digest.update(body)
    return digest.digest()


@dataclass(frozen=True)
class _Stored:
    """An entry as it is stored: the key's EncryptedPrivateKeyInfo and its offset, and certificates in DER."""

    alias: str
    sealed: bytes | None = field(repr=False)
    offset: int
    certificates: tuple[bytes, ...] = field(repr=False)

    @property
    def shown(self) -> str:
        """The alias for a sentence: Java allows 65,535 bytes of anything."""
        return repr(self.alias[:_SHOWN])


class _Reader:
    """Bytes read from front to back, which say at which offset they end early."""

    def __init__(self, data: bytes) -> None:
        self._data, self.offset = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self.offset

    def take(self, size: int, what: str) -> bytes:
        if size > self.left:
            msg = f"the {what} at offset {self.offset} ends {size - self.left:,} bytes beyond the bytes there are"
            raise Damaged(msg)
        self.offset += size
        return self._data[self.offset - size : self.offset]

    def number(self, what: str, size: int = 4) -> int:
        return int.from_bytes(self.take(size, what), "big")

    def count(self, what: str, smallest: int) -> int:
        """How many follow, if as many of at least that size can."""
        start, count = self.offset, self.number(f"number of {what}")
        if count * smallest > self.left:
            msg = f"offset {start} counts {count:,} {what}, more than the {self.left:,} bytes that follow can hold"
            raise Damaged(msg)
        return count

    def sized(self, what: str) -> bytes:
        return self.take(self.number(f"length of the {what}"), what)

    def text(self, what: str) -> str:
        """Text in Java's modified UTF-8 (``java.io.DataInput``): zero in two bytes, and characters in 16 bits."""
        start = self.offset
        octets = self.take(self.number(f"length of the {what}", 2), what)
        try:
            halves = octets.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            halves = None
        if halves is None or max(halves, default="") > _LAST_OF_16_BITS:  # 21 bits in four bytes are not Java's
            msg = (
                f"the {what} at offset {start} is no text in Java's modified UTF-8, so that Java cannot read it either"
            )
            raise Damaged(msg)
        return halves.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


def _stored_entries(reader: _Reader) -> list[_Stored]:
    if reader.take(len(_MAGIC), "mark of a JKS store") != _MAGIC:
        msg = "offset 0 holds something else than the mark of a JKS store"
        raise Damaged(msg)
    version = reader.number("version")
    if version != _VERSION:
        msg = f"it is a JKS store of version {version}, which is not read here"
        raise UnknownFormat(msg)
    found = [_stored_entry(reader) for _ in range(reader.count("entries", _SMALLEST_ENTRY))]
    if reader.left:
        msg = f"{reader.left} bytes too many follow offset {reader.offset}"
        raise Damaged(msg)
    return found


def _stored_entry(reader: _Reader) -> _Stored:
    start, kind = reader.offset, reader.number("kind of an entry")
    if kind not in {_KEY, _TRUSTED}:
        msg = f"offset {start} holds an entry of kind {kind}, which no JKS store has"
        raise Damaged(msg)
    alias = reader.text("alias")
    reader.take(8, "date of an entry")
    if kind == _TRUSTED:
        return _Stored(alias, None, start, (_certificate(reader),))
    sealed = reader.sized("private key")
    offset = reader.offset - len(sealed)
    length = reader.count("certificates of a chain", _SMALLEST_CERTIFICATE)
    return _Stored(alias, sealed, offset, tuple(_certificate(reader) for _ in range(length)))


def _certificate(reader: _Reader) -> bytes:
    start, kind = reader.offset, reader.text("type of a certificate")
    if kind not in _CERTIFICATE_TYPES:
        msg = f"the certificate at offset {start} is of the type {kind[:_SHOWN]!r}, which is not read here"
        raise UnknownFormat(msg)
    return reader.sized("certificate")


def _opened_key(found: _Stored, password: Secret) -> PrivateKeyTypes:
    """The key, decrypted.

    Raises:
        WrongPassword: the key has another password than the store.
        UnknownFormat: it is protected in another way than Java's for this type of store.
        TooCostly: it is much larger than a key can be.
        Damaged: its bytes contradict themselves.
    """
    import jks
    from jks.sun_crypto import jks_pkey_decrypt

    sealed = _sealed_octets(found)
    try:
        clear = jks_pkey_decrypt(sealed, password.reveal())
    except jks.KeystoreException:
        msg = f"the private key {found.shown} has another password than the store"
        raise WrongPassword(msg) from None
    return load_key(clear, f"the private key {found.shown} cannot be read after it was decrypted")


def _sealed_octets(found: _Stored) -> bytes:
    """What the EncryptedPrivateKeyInfo holds: Java 25 leaves out the parameters, on which pyjks insists."""
    try:
        algorithm, sealed = der.read(found.sealed or b"", found.offset).children()
        octets = sealed.expect(der.OCTET_STRING, "encrypted key").content
    except ValueError:
        msg = f"the private key at offset {found.offset} contradicts itself"
        raise Damaged(msg) from None
    named = algorithm.first().as_oid()
    if named != _SUN_KEY_PROTECTOR:
        msg = f"the private key {found.shown} is encrypted by algorithm {named}, which is not read here"
        raise UnknownFormat(msg)
    if len(octets) > _MAX_SEALED:
        msg = f"the private key {found.shown} takes {len(octets):,} bytes, over the limit of {_MAX_SEALED:,}"
        raise TooCostly(msg)
    if len(octets) < _SMALLEST_SEALED:
        msg = f"the private key at offset {found.offset} is shorter than its own protection"
        raise Damaged(msg)
    return octets
