"""PKCS #12 stores as Java writes and reads them (RFC 7292), with any number of keys and trusted certificates.

``cryptography`` writes one key a store and no trusted certificate beside it, and reads
the first key only; Zowe's stores hold several. So the structure is ours, the
cryptography is that library's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from . import der
from .certificate import certificate_facts, key_facts, load_key, public_key_of
from .pbe import MAX_ROUNDS, Allowance, Protection, checked_mac, opened

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["KeyContent", "TrustedContent", "read_pkcs12", "refuse_equal_aliases", "write_pkcs12"]

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


def refuse_equal_aliases(contents: Sequence[KeyContent | TrustedContent]) -> None:
    """Refuse two aliases that are the same to Java, upper and lower case alike.

    Raises:
        ValueError: there are two.
    """
    if len({content.alias.lower() for content in contents}) < len(contents):
        msg = "two entries of a store have the same alias"
        raise ValueError(msg)


def write_pkcs12(contents: Sequence[KeyContent | TrustedContent], protection: Protection) -> bytes:
    """A store in DER: all key bags first, then each entry's certificates, as keytool orders them.

    The issuers of a chain are copied for each key, as keytool does. Aliases are lower-cased, as Java does.

    Raises:
        ValueError: two entries have the same alias, of which Java would lose one.
    """
    refuse_equal_aliases(contents)
    keys = [content for content in contents if isinstance(content, KeyContent)]
    key_bags = [_shrouded_key_bag(content, protection) for content in keys]
    certificate_bags = list(_certificate_bags(contents))
    safes = []
    if key_bags:
        safes.append(_content(_DATA, der.octet_string(der.sequence(*key_bags))))
    if certificate_bags:
        seal = protection.certificate_seal()
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
    seal = protection.key_seal()
    value = der.sequence(seal.algorithm, der.octet_string(seal.encrypt(clear)))
    return _bag(_SHROUDED_KEY_BAG, value, _named(content.alias.lower()), _paired(content))


def _certificate_bags(contents: Iterable[KeyContent | TrustedContent]) -> Iterable[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding

    def bag(certificate: x509.Certificate, *attributes: bytes) -> bytes:
        encoded = der.octet_string(certificate.public_bytes(Encoding.DER))
        value = der.sequence(der.object_identifier(_X509_CERTIFICATE), der.context(0, encoded))
        return _bag(_CERT_BAG, value, *attributes)

    for content in contents:
        if isinstance(content, TrustedContent):
            usage = _attribute(_TRUSTED_KEY_USAGE, der.object_identifier(_ANY_EXTENDED_KEY_USAGE))
            yield bag(content.certificate, _named(content.alias.lower()), usage)
            continue
        yield bag(content.chain[0], _named(content.alias.lower()), _paired(content))
        for certificate in content.chain[1:]:
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
        safe = _inside(outer, _DATA)
    except ValueError:
        msg = "its outer structure is not that of a PKCS12 store"
        raise Damaged(msg) from None
    allowance = Allowance(limit)
    protections = []
    if mac:
        protections.append(checked_mac(mac[0], safe.content, password, allowance))
    bags: list[_Bag] = []
    for content in safe.inner().children():
        inner, how = _safe_contents(content, password, allowance)
        protections += [how] if how else []
        bags += [_read_bag(bag) for bag in inner.children()]
    notes = () if mac else ("it has no integrity check",)
    return Store(source, "PKCS12", tuple(_entries(bags, password, allowance)), "; ".join(protections), notes)


def _inside(content: der.Element, kind: str) -> der.Element:
    """The element in a ContentInfo of that kind."""
    oid, wrapped = content.children()
    if oid.as_oid() != kind:
        msg = f"the content at offset {content.offset} is of a kind that is not read here"
        raise UnknownFormat(msg)
    return wrapped.first()


def _safe_contents(content: der.Element, password: Secret, allowance: Allowance) -> tuple[der.Element, str]:
    try:
        oid, wrapped = content.children()
        element = wrapped.first()
        if oid.as_oid() == _DATA:
            return element.inner(), ""
        if oid.as_oid() != _ENCRYPTED_DATA:
            msg = f"the content at offset {content.offset} is of a kind that is not read here"
            raise UnknownFormat(msg)
        _, info = element.children()
        _, algorithm, sealed = info.children()
    except ValueError:
        msg = f"the content at offset {content.offset} contradicts itself"
        raise Damaged(msg) from None
    clear, how = opened(algorithm, sealed.content, password, allowance)
    try:
        return der.read(clear), how
    except Damaged:
        msg = "the password does not open it"
        raise WrongPassword(msg) from None


def _read_bag(bag: der.Element) -> _Bag:
    try:
        oid, wrapped, *attribute_sets = bag.children()
        value = wrapped.first()
        attributes = {}
        for attribute in attribute_sets[0].children() if attribute_sets else ():
            kind, values = attribute.children()
            attributes[kind.as_oid()] = next(values.children(), None)
    except ValueError:
        msg = f"the bag at offset {bag.offset} contradicts itself"
        raise Damaged(msg) from None
    name, key_id = attributes.get(_FRIENDLY_NAME), attributes.get(_LOCAL_KEY_ID)
    alias = name.content.decode("utf-16-be", "replace") if name else None
    return _Bag(oid.as_oid(), value, alias, key_id.content if key_id else None, _TRUSTED_KEY_USAGE in attributes)


class _Certificates:
    """The certificates of a store, found by what joins them to keys and to each other; of several the first counts."""

    def __init__(self, bags: Iterable[tuple[_Bag, CertificateFacts]]) -> None:
        self.bags = tuple(bags)
        self.by_key_id = {bag.key_id: facts for bag, facts in reversed(self.bags) if bag.key_id is not None}
        self.by_subject = {facts.subject: facts for _, facts in reversed(self.bags)}

    @cached_property
    def by_public_key(self) -> dict[bytes | None, CertificateFacts]:
        return {public_key_of(facts): facts for _, facts in reversed(self.bags)}

    def chain(self, leaf: CertificateFacts | None) -> Iterable[CertificateFacts]:
        """The leaf and its issuers by name as far as the store has them, as Java's PKCS12KeyStore does."""
        seen: set[str] = set()
        while leaf and leaf.sha256 not in seen:
            yield leaf
            seen.add(leaf.sha256)
            leaf = self.by_subject.get(leaf.issuer) if leaf.subject != leaf.issuer else None


def _entries(bags: Sequence[_Bag], password: Secret, allowance: Allowance) -> Iterable[Entry]:
    certificates = _Certificates((bag, _certificate_of(bag)) for bag in bags if bag.kind == _CERT_BAG)
    unnamed = 0
    for bag in bags:
        if bag.kind not in {_KEY_BAG, _SHROUDED_KEY_BAG}:
            continue
        leaf = None if bag.key_id is None else certificates.by_key_id.get(bag.key_id)
        key = leaf.key if leaf else None
        if not leaf:
            clear = _key_of(bag, password, allowance, to_pair=True)
            leaf, key = certificates.by_public_key.get(public_key_of(clear)), key_facts(clear)
        unnamed += not bag.alias
        open_key = partial(_opened_key, bag, password, allowance.limit)
        yield Entry(bag.alias or str(unnamed), EntryKind.PRIVATE_KEY, tuple(certificates.chain(leaf)), key, open_key)
    for bag, facts in certificates.bags:
        if bag.trusted:
            unnamed += not bag.alias
            yield Entry(bag.alias or str(unnamed), EntryKind.TRUSTED_CERTIFICATE, (facts,))


def _certificate_of(bag: _Bag) -> CertificateFacts:
    try:
        _, wrapped = bag.value.children()
    except ValueError:
        msg = f"the certificate bag at offset {bag.value.offset} contradicts itself"
        raise Damaged(msg) from None
    return certificate_facts(wrapped.first().content)


def _opened_key(bag: _Bag, password: Secret, limit: int) -> PrivateKeyTypes:
    return _key_of(bag, password, Allowance(limit))


def _key_of(bag: _Bag, password: Secret, allowance: Allowance, *, to_pair: bool = False) -> PrivateKeyTypes:
    clear = bag.value.encoded
    if bag.kind == _SHROUDED_KEY_BAG:
        try:
            algorithm, sealed = bag.value.children()
        except ValueError:
            msg = f"the key bag at offset {bag.value.offset} contradicts itself"
            raise Damaged(msg) from None
        clear, _ = opened(algorithm, sealed.content, password, allowance)
    why_not = f"the private key {bag.alias or ''} cannot be read after it was decrypted"
    return load_key(clear, why_not, to_pair=to_pair)
