"""PKCS #12 stores as Java writes and reads them (RFC 7292), with any number of keys and trusted certificates.

``cryptography`` writes one key a store and no trusted certificate beside it, and reads
the first key only; Zowe's stores hold several. So the structure is ours, the
cryptography is that library's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..secret import Secret
from . import der
from .limits import DEFAULT_LIMITS, Allowance, Limits
from .pbe import Protection
from .pkcs12_names import (
    CERT_BAG,
    DATA,
    ENCRYPTED_DATA,
    FRIENDLY_NAME,
    LOCAL_KEY_ID,
    SHROUDED_KEY_BAG,
    TRUSTED_KEY_USAGE,
    X509_CERTIFICATE,
)

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from ..model import Store

__all__ = ["KeyContent", "TrustedContent", "read_pkcs12", "refuse_equal_aliases", "write_pkcs12"]

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
        safes.append(_content(DATA, der.octet_string(der.sequence(*key_bags))))
    if certificate_bags:
        seal = protection.certificate_seal()
        sealed = der.context(0, seal.encrypt(der.sequence(*certificate_bags)), constructed=False)
        info = der.sequence(der.object_identifier(DATA), seal.algorithm, sealed)
        safes.append(_content(ENCRYPTED_DATA, der.sequence(der.integer(0), info)))
    authenticated = der.sequence(*safes)
    return der.sequence(
        der.integer(_VERSION),
        _content(DATA, der.octet_string(authenticated)),
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
    return _attribute(FRIENDLY_NAME, der.tlv(der.BMP_STRING, alias.encode("utf-16-be")))


def _paired(content: KeyContent) -> bytes:
    """The localKeyId that a key and its certificate share: the certificate's SHA-1, as OpenSSL has it."""
    from cryptography.hazmat.primitives.hashes import SHA1

    return _attribute(LOCAL_KEY_ID, der.octet_string(content.chain[0].fingerprint(SHA1())))  # noqa: S303  # a name, no proof


def _shrouded_key_bag(content: KeyContent, protection: Protection) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    clear = content.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    seal = protection.key_seal()
    value = der.sequence(seal.algorithm, der.octet_string(seal.encrypt(clear)))
    return _bag(SHROUDED_KEY_BAG, value, _named(content.alias.lower()), _paired(content))


def _certificate_bags(contents: Iterable[KeyContent | TrustedContent]) -> Iterable[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding

    def bag(certificate: x509.Certificate, *attributes: bytes) -> bytes:
        encoded = der.octet_string(certificate.public_bytes(Encoding.DER))
        value = der.sequence(der.object_identifier(X509_CERTIFICATE), der.context(0, encoded))
        return _bag(CERT_BAG, value, *attributes)

    for content in contents:
        if isinstance(content, TrustedContent):
            usage = _attribute(TRUSTED_KEY_USAGE, der.object_identifier(_ANY_EXTENDED_KEY_USAGE))
            yield bag(content.certificate, _named(content.alias.lower()), usage)
            continue
        yield bag(content.chain[0], _named(content.alias.lower()), _paired(content))
        for certificate in content.chain[1:]:
            yield bag(certificate, _named(certificate.subject.rfc4514_string()))


def read_pkcs12(
    data: bytes,
    password: Secret,
    source: str,
    *,
    limits: Limits | Allowance = DEFAULT_LIMITS,
    for_keys: Sequence[Secret] = (),
) -> Store:
    """Read every key and certificate of a store; what of it cannot be read hides nothing else, and a note says why.

    Entries are paired as Java pairs them: a key with the certificate of the same
    localKeyId, else of the same public key; chains by issuer name within the store.
    A key that does not open with the store's password is tried with those ``for_keys``.

    Raises:
        WrongPassword: the integrity check failed under this password.
        Damaged: the bytes end early or contradict themselves; says at which offset.
        TooCostly: it asks for more than the limits allow.
        UnknownFormat: an algorithm or structure that is not read here.
    """
    from .pkcs12_entries import store_of  # what only reads is loaded when it reads

    return store_of(data, password, source, limits=limits, for_keys=for_keys)
