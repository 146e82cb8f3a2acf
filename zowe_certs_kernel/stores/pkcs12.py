"""PKCS #12 stores as Java writes and reads them (RFC 7292), with any number of keys and trusted certificates.

``cryptography`` writes one key a store and no trusted certificate beside it, and reads
the first key only; Zowe's stores hold several. So the structure is ours, the
cryptography is that library's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from . import der
from .certificate import certificate_facts, key_facts, key_fits
from .pbe import MAX_ROUNDS, Protection, checked_mac, opened

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["KeyContent", "TrustedContent", "read_pkcs12", "write_pkcs12"]

_DATA = "1.2.840.113549.1.7.1"
_ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
_KEY_BAG = "1.2.840.113549.1.12.10.1.1"
_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
_CERT_BAG = "1.2.840.113549.1.12.10.1.3"
_X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
_FRIENDLY_NAME = "1.2.840.113549.1.9.20"
_LOCAL_KEY_ID = "1.2.840.113549.1.9.21"
# Oracle's mark: without it Java does not see a trusted certificate (JDK, sun.security.pkcs12.PKCS12KeyStore).
_TRUSTED_KEY_USAGE = "2.16.840.1.113894.746875.1.1"
_ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0"
_VERSION = 3


@dataclass(frozen=True)
class KeyContent:
    """A private key to write, with its chain, the key's own certificate first."""

    alias: str
    key: PrivateKeyTypes
    chain: tuple[x509.Certificate, ...]

    def __repr__(self) -> str:
        return f"KeyContent({self.alias!r}, {len(self.chain)} certificates)"


@dataclass(frozen=True)
class TrustedContent:
    """A certificate to write as trusted."""

    alias: str
    certificate: x509.Certificate


def write_pkcs12(contents: Sequence[KeyContent | TrustedContent], protection: Protection) -> bytes:
    """A store in DER: key bags first, then each key's chain, then the trusted certificates, as keytool orders them.

    Aliases are lower-cased, as Java does.
    """
    keys = [content for content in contents if isinstance(content, KeyContent)]
    key_bags = [_shrouded_key_bag(content, protection) for content in keys]
    certificate_bags = list(_certificate_bags(contents))
    safes = []
    if key_bags:
        safes.append(_content(_DATA, der.octet_string(der.sequence(*key_bags))))
    if certificate_bags:
        seal = protection.seal()
        sealed = der.context(0, seal.encrypt(der.sequence(*certificate_bags)), constructed=False)
        info = der.sequence(der.object_identifier(_DATA), seal.algorithm, sealed)
        safes.append(_content(_ENCRYPTED_DATA, der.sequence(der.integer(0), info)))
    authenticated = der.sequence(*safes)
    return der.sequence(
        der.integer(_VERSION),
        _content(_DATA, der.octet_string(authenticated)),
        protection.mac_key().mac_data(authenticated),
    )


def _content(kind: str, element: bytes) -> bytes:
    return der.sequence(der.object_identifier(kind), der.context(0, element))


def _bag(kind: str, value: bytes, *attributes: bytes) -> bytes:
    tail = (der.set_of(*attributes),) if attributes else ()
    return der.sequence(der.object_identifier(kind), der.context(0, value), *tail)


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(kind), der.set_of(value))


def _named(alias: str) -> bytes:
    return _attribute(_FRIENDLY_NAME, der.tlv(der.BMP_STRING, alias.encode("utf-16-be")))


def _paired(content: KeyContent) -> bytes:
    """The localKeyId that a key and its certificate share: the certificate's SHA-1, as OpenSSL has it."""
    from cryptography.hazmat.primitives.hashes import SHA1

    return _attribute(_LOCAL_KEY_ID, der.octet_string(content.chain[0].fingerprint(SHA1())))  # noqa: S303


def _shrouded_key_bag(content: KeyContent, protection: Protection) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    clear = content.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    seal = protection.seal()
    value = der.sequence(seal.algorithm, der.octet_string(seal.encrypt(clear)))
    return _bag(_SHROUDED_KEY_BAG, value, _named(content.alias.lower()), _paired(content))


def _certificate_bags(contents: Iterable[KeyContent | TrustedContent]) -> Iterable[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding

    def bag(certificate: x509.Certificate, *attributes: bytes) -> bytes:
        encoded = der.octet_string(certificate.public_bytes(Encoding.DER))
        value = der.sequence(der.object_identifier(_X509_CERTIFICATE), der.context(0, encoded))
        return _bag(_CERT_BAG, value, *attributes)

    copied: set[x509.Certificate] = set()
    for content in contents:
        if isinstance(content, TrustedContent):
            usage = _attribute(_TRUSTED_KEY_USAGE, der.object_identifier(_ANY_EXTENDED_KEY_USAGE))
            yield bag(content.certificate, _named(content.alias.lower()), usage)
            continue
        yield bag(content.chain[0], _named(content.alias.lower()), _paired(content))
        for certificate in content.chain[1:]:
            if certificate not in copied:
                copied.add(certificate)
                yield bag(certificate, _named(certificate.subject.rfc4514_string()))


@dataclass(frozen=True)
class _Bag:
    kind: str
    value: der.Element
    alias: str | None
    key_id: bytes | None
    trusted: bool


def read_pkcs12(data: bytes, password: Secret, source: str, *, limit: int = MAX_ROUNDS) -> Store:
    """Read every key and certificate of a store.

    Entries are paired as Java pairs them: a key with the certificate of the same
    localKeyId, else of the same public key; chains by issuer name within the store.

    Raises:
        WrongPassword: the integrity check failed under this password.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: more than ``limit`` rounds of key derivation are asked for.
        UnknownFormat: an algorithm or structure that is not read here.
    """
    try:
        _, outer, *mac = der.read(data).children()
        authenticated = _inside(outer, _DATA).inner()
        safe = _inside(outer, _DATA).content
    except ValueError:
        msg = "its outer structure is not that of a PKCS12 store"
        raise Damaged(msg) from None
    protections = []
    if mac:
        protections.append(checked_mac(mac[0], safe, password, limit=limit))
    bags: list[_Bag] = []
    for content in authenticated.children():
        inner, how = _safe_contents(content, password, limit)
        protections += [how] if how else []
        bags += [_read_bag(bag) for bag in inner.children()]
    notes = () if mac else ("it has no integrity check",)
    return Store(source, "PKCS12", tuple(_entries(bags, password, limit)), "; ".join(protections), notes)


def _inside(content: der.Element, kind: str) -> der.Element:
    """The element in a ContentInfo of that kind."""
    oid, wrapped = content.children()
    if oid.as_oid() != kind:
        msg = f"the content at offset {content.offset} is of a kind that is not read here"
        raise UnknownFormat(msg)
    return next(wrapped.children())


def _safe_contents(content: der.Element, password: Secret, limit: int) -> tuple[der.Element, str]:
    try:
        oid, wrapped = content.children()
        element = next(wrapped.children())
        if oid.as_oid() == _DATA:
            return element.inner(), ""
        if oid.as_oid() != _ENCRYPTED_DATA:
            msg = f"the content at offset {content.offset} is of a kind that is not read here"
            raise UnknownFormat(msg)
        _, info = element.children()
        _, algorithm, sealed = info.children()
    except (ValueError, StopIteration):
        msg = f"the content at offset {content.offset} contradicts itself"
        raise Damaged(msg) from None
    clear, how = opened(algorithm, sealed.content, password, limit=limit)
    try:
        return der.read(clear), how
    except Damaged:
        msg = "the password does not open it"
        raise WrongPassword(msg) from None


def _read_bag(bag: der.Element) -> _Bag:
    try:
        oid, wrapped, *attribute_sets = bag.children()
        value = next(wrapped.children())
        attributes = {}
        for attribute in attribute_sets[0].children() if attribute_sets else ():
            kind, values = attribute.children()
            attributes[kind.as_oid()] = next(values.children(), None)
    except (ValueError, StopIteration):
        msg = f"the bag at offset {bag.offset} contradicts itself"
        raise Damaged(msg) from None
    name, key_id = attributes.get(_FRIENDLY_NAME), attributes.get(_LOCAL_KEY_ID)
    alias = name.content.decode("utf-16-be", "replace") if name else None
    return _Bag(oid.as_oid(), value, alias, key_id.content if key_id else None, _TRUSTED_KEY_USAGE in attributes)


def _entries(bags: Sequence[_Bag], password: Secret, limit: int) -> Iterable[Entry]:
    certificates = [(bag, _certificate_of(bag)) for bag in bags if bag.kind == _CERT_BAG]
    known = [facts for _, facts in certificates]
    unnamed = 0
    for bag in bags:
        if bag.kind not in {_KEY_BAG, _SHROUDED_KEY_BAG}:
            continue
        open_key = _key_opener(bag, password, limit)
        leaf = _leaf_of(bag, certificates, open_key)
        unnamed += bag.alias is None
        chain = tuple(_chain(leaf, known)) if leaf else ()
        key = leaf.key if leaf else key_facts(open_key())
        yield Entry(bag.alias or str(unnamed), EntryKind.PRIVATE_KEY, chain, key, open_key)
    for bag, facts in certificates:
        if bag.trusted:
            unnamed += bag.alias is None
            yield Entry(bag.alias or str(unnamed), EntryKind.TRUSTED_CERTIFICATE, (facts,))


def _certificate_of(bag: _Bag) -> CertificateFacts:
    try:
        _, wrapped = bag.value.children()
        return certificate_facts(next(wrapped.children()).content)
    except (ValueError, StopIteration):
        msg = f"the certificate bag at offset {bag.value.offset} contradicts itself"
        raise Damaged(msg) from None


def _leaf_of(
    bag: _Bag, certificates: Sequence[tuple[_Bag, CertificateFacts]], open_key: Callable[[], PrivateKeyTypes]
) -> CertificateFacts | None:
    if bag.key_id is not None:
        for other, facts in certificates:
            if other.key_id == bag.key_id:
                return facts
    key = open_key()
    return next((facts for _, facts in certificates if key_fits(key, facts)), None)


def _chain(leaf: CertificateFacts, known: Sequence[CertificateFacts]) -> Iterable[CertificateFacts]:
    """The leaf and its issuers by name as far as the store has them, as Java's PKCS12KeyStore does."""
    by_subject = {facts.subject: facts for facts in reversed(known)}
    seen: set[str] = set()
    here: CertificateFacts | None = leaf
    while here and here.sha256 not in seen:
        yield here
        seen.add(here.sha256)
        here = by_subject.get(here.issuer) if here.subject != here.issuer else None


def _key_opener(bag: _Bag, password: Secret, limit: int) -> Callable[[], PrivateKeyTypes]:
    def open_key() -> PrivateKeyTypes:
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        clear = bag.value.encoded
        if bag.kind == _SHROUDED_KEY_BAG:
            algorithm, sealed = bag.value.children()
            clear, _ = opened(algorithm, sealed.content, password, limit=limit)
        try:
            return load_der_private_key(clear, None)
        except ValueError:
            msg = f"the private key {bag.alias or ''} cannot be read after it was decrypted"
            raise Damaged(msg) from None

    return open_key
