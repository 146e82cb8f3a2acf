"""What pyjks does for us: stores of the type JKS are written, and keys of JKS and JCEKS stores decrypted.

It never gets bytes from outside to parse, which ``java_layout`` does: it cuts a length that points beyond
the end without a word, and raises errors of four libraries.

Source of the two protections: ``sun.security.provider.KeyProtector`` and ``com.sun.crypto.provider.KeyProtector``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import Damaged, TooCostly, UnknownFormat, WriteError, WrongPassword
from ..secret import Secret
from . import der
from .java_layout import SHOWN, Stored
from .limits import MD5_WORK, Allowance, Limits
from .pkcs12 import KeyContent, TrustedContent, refuse_equal_aliases
from .private_key import load_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["opened_key", "write_jks"]

_MAX_ALIAS = 0xFFFF
_LAST_OF_16_BITS = "\uffff"
_SUN_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1"
_PBE_MD5_3DES = "1.3.6.1.4.1.42.2.19.1"
_SMALLEST_SEALED = 20 + 20  # its salt and its check, around nothing
_PBE_SALT_SIZE = _DES_BLOCK_SIZE = 8
_MAX_SEALED = 1 << 16  # a key of RSA-16384 takes 9.3 kB; pyjks opens about 1 MB a second


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
    msg = f"the alias {alias[:SHOWN]!r} cannot be written into a JKS store, for {why}: choose another one, or PKCS12"
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


def opened_key(
    found: Stored, passwords: Sequence[Secret], limits: Limits, *, of_jceks: bool = False
) -> PrivateKeyTypes:
    """The key, decrypted by the first of the passwords that opens it; the store's own comes first.

    Raises:
        WrongPassword: the key has another password than the store, and none of the others given opens it.
        UnknownFormat: it is protected in another way than Java's for this type of store.
        TooCostly: it is much larger than a key can be, or asks for more key derivation than ``limits`` allow.
        Damaged: its bytes contradict themselves.
    """
    if not passwords:
        msg = f"the private key {found.shown} stays closed without the password of its store"
        raise WrongPassword(msg)
    algorithm, octets = _sealed(found)
    named = algorithm.first().as_oid()
    if named != _SUN_KEY_PROTECTOR and not (of_jceks and named == _PBE_MD5_3DES):
        msg = f"the private key {found.shown} is encrypted by algorithm {named}, which is not read here"
        raise UnknownFormat(msg)
    allowance = Allowance(limits)
    for password in passwords:
        if named == _SUN_KEY_PROTECTOR:
            clear = _opened_by_sun(found, octets, password)
        else:
            clear = _opened_by_pbe(found, algorithm, octets, password, allowance)
        if clear is not None:
            return load_key(clear, f"the private key {found.shown} cannot be read after it was decrypted")
    msg = f"the private key {found.shown} has another password than the store"
    raise WrongPassword(msg)


def _sealed(found: Stored) -> tuple[der.Element, bytes]:
    """Algorithm and bytes of the EncryptedPrivateKeyInfo: Java 25 leaves out parameters on which pyjks insists."""
    try:
        algorithm, sealed = der.read(found.sealed or b"", found.offset).children()
        octets = sealed.expect(der.OCTET_STRING, "encrypted key").content
    except ValueError:
        raise _contradicts(found) from None
    if len(octets) > _MAX_SEALED:
        msg = f"the private key {found.shown} takes {len(octets):,} bytes, over the limit of {_MAX_SEALED:,}"
        raise TooCostly(msg)
    return algorithm, octets


def _contradicts(found: Stored) -> Damaged:
    return Damaged(f"the private key at offset {found.offset} contradicts itself")


def _opened_by_sun(found: Stored, octets: bytes, password: Secret) -> bytes | None:
    """The clear bytes, or None under a wrong password."""
    import jks
    from jks.sun_crypto import jks_pkey_decrypt

    if len(octets) < _SMALLEST_SEALED:
        msg = f"the private key at offset {found.offset} is shorter than its own protection"
        raise Damaged(msg)
    try:
        clear: bytes = jks_pkey_decrypt(octets, password.reveal())
    except jks.KeystoreException:
        return None
    return clear


def _opened_by_pbe(
    found: Stored, algorithm: der.Element, octets: bytes, password: Secret, allowance: Allowance
) -> bytes | None:
    """The clear bytes, or None under a wrong password: PBEWithMD5AndTripleDES, which keeps no check of them."""
    import jks
    from jks.sun_crypto import jce_pbe_decrypt

    try:
        _, parameters = algorithm.children()
        salt_element, count = parameters.children()
        salt = salt_element.expect(der.OCTET_STRING, "salt").content
    except ValueError:
        raise _contradicts(found) from None
    if len(salt) != _PBE_SALT_SIZE or not octets or len(octets) % _DES_BLOCK_SIZE:
        raise _contradicts(found)
    rounds = allowance.take(count.as_int(), MD5_WORK)
    if not password.reveal().isascii():  # Java's PBEKey takes no other, so that none made this key
        return None
    try:
        clear: bytes = jce_pbe_decrypt(octets, password.reveal(), salt, rounds)
        der.read(clear)  # one wrong password in 256 leaves padding that is right by chance
    except (jks.KeystoreException, Damaged):
        return None
    return clear
