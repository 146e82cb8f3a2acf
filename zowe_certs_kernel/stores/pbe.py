"""Password-based protection of PKCS #12 stores: what is written, and what is read.

Three profiles are written, the first two with 10,000 rounds, the count of keytool 17:

- ``modern``: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, integrity by HMAC-SHA-256, as Java 17 writes;
- ``compatible``: PKCS #12's own 3DES with SHA-1, which Java 8, GSKit and OpenSSL 3 read as well;
- ``legacy``: the same for keys, but RC2 of 40 bits for certificates, 50,000 rounds and 100,000 for integrity,
  as Java 8 writes, and newer ones with ``-Dkeystore.pkcs12.legacy``. Forty bits hide nothing, and OpenSSL 3
  does not read them.

Sources: RFC 7292 (PKCS #12, appendices B and C), RFC 8018 (PBES2), RFC 2268 (RC2).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Damaged, TooCostly, UnknownFormat, WrongPassword
from ..secret import Secret
from . import der
from .ciphers import Purpose, cbc, pkcs12_kdf, pkcs12_key

__all__ = [
    "DEFAULT_ROUNDS",
    "MAX_ROUNDS",
    "Allowance",
    "MacKey",
    "Profile",
    "Protection",
    "Seal",
    "checked_mac",
    "opened",
]

DEFAULT_ROUNDS = 10_000
MAX_ROUNDS = 5_000_000

_PBES2 = "1.2.840.113549.1.5.13"
_PBKDF2 = "1.2.840.113549.1.5.12"
_PBE_3DES_SHA1 = "1.2.840.113549.1.12.1.3"
_PBE_RC2_40_SHA1 = "1.2.840.113549.1.12.1.6"
# PKCS #12's own schemes that are read: the cipher and how many bytes its key has (RFC 7292, appendix C).
_PKCS12_CIPHERS = {_PBE_3DES_SHA1: ("3DES", 24), _PBE_RC2_40_SHA1: ("RC2-40", 5)}
_PRFS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
}
_DEFAULT_PRF = "1.2.840.113549.2.7"
_HMAC_SHA256 = "1.2.840.113549.2.9"
_AES_KEY_SIZES = {"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_DIGEST_OIDS = {name: oid for oid, name in _DIGESTS.items()}
_AES_BLOCK_SIZE = 16
_SALT_SIZE = 20
_LEGACY_ROUNDS = 50_000


class Profile(StrEnum):
    """How a store that is written here is protected."""

    MODERN = "modern"
    COMPATIBLE = "compatible"
    LEGACY = "legacy"

    @property
    def words(self) -> str:
        if self is Profile.MODERN:
            return "PBES2 with AES-256 and HMAC-SHA-256"
        if self is Profile.LEGACY:
            return "RC2 of 40 bits and 3DES with SHA-1, as Java 8 makes it; OpenSSL 3 and Node do not read it"
        return "3DES with SHA-1, which Java 8 and GSKit read too"

    @property
    def rounds(self) -> int:
        """The rounds of key derivation where nobody asks for others."""
        return _LEGACY_ROUNDS if self is Profile.LEGACY else DEFAULT_ROUNDS


@dataclass(frozen=True)
class Seal:
    """A derived key, ready to encrypt one bag: its AlgorithmIdentifier in DER, and the cipher."""

    algorithm: bytes
    encrypt: Callable[[bytes], bytes]


@dataclass(frozen=True)
class MacKey:
    """A derived integrity key, ready to sign one store."""

    digest: str
    salt: bytes
    rounds: int
    key: bytes

    def mac_data(self, content: bytes) -> bytes:
        """The MacData of RFC 7292, section 4, over the authenticated safe."""
        value = hmac.digest(self.key, content, self.digest)
        algorithm = der.sequence(der.object_identifier(_DIGEST_OIDS[self.digest]), der.null())
        info = der.sequence(algorithm, der.octet_string(value))
        return der.sequence(info, der.octet_string(self.salt), der.integer(self.rounds))


class Protection:
    """The password and profile of one store; derives a fresh key for each bag.

    ``rounds`` are the profile's own where they are None. Derivation is most of the work of writing
    a store. :meth:`derive_ahead` does it while private keys are still being found on another core.
    """

    def __init__(self, password: Secret, profile: Profile, rounds: int | None = None) -> None:
        self.password, self.profile = password, profile
        self.rounds = profile.rounds if rounds is None else rounds
        self._key_seals: deque[Seal] = deque()
        self._certificate_seals: deque[Seal] = deque()
        self._mac_key: MacKey | None = None

    def derive_ahead(self, seals: int) -> None:
        """Derive all that a store with ``seals`` seals needs: one for its certificates, the others for its keys."""
        self._key_seals.extend(self._derived_seal(of_keys=True) for _ in range(seals - 1))
        self._certificate_seals.append(self._derived_seal(of_keys=False))
        self._mac_key = self._derived_mac_key()

    def key_seal(self) -> Seal:
        """A seal for one private key."""
        return self._key_seals.popleft() if self._key_seals else self._derived_seal(of_keys=True)

    def certificate_seal(self) -> Seal:
        """A seal for all certificates of a store together."""
        return self._certificate_seals.popleft() if self._certificate_seals else self._derived_seal(of_keys=False)

    def mac_key(self) -> MacKey:
        key, self._mac_key = self._mac_key or self._derived_mac_key(), None
        return key

    def _derived_seal(self, *, of_keys: bool) -> Seal:
        if self.profile is Profile.MODERN:
            return _pbes2_seal(self.password, self.rounds)
        weak = self.profile is Profile.LEGACY and not of_keys
        return _pkcs12_seal(_PBE_RC2_40_SHA1 if weak else _PBE_3DES_SHA1, self.password, self.rounds)

    def _derived_mac_key(self) -> MacKey:
        digest = "sha256" if self.profile is Profile.MODERN else "sha1"
        rounds = 2 * self.rounds if self.profile is Profile.LEGACY else self.rounds
        salt = os.urandom(_SALT_SIZE)
        size = hashlib.new(digest).digest_size
        return MacKey(digest, salt, rounds, pkcs12_kdf(digest, self.password, salt, Purpose.INTEGRITY, rounds, size))


def _pbes2_seal(password: Secret, rounds: int) -> Seal:
    salt, initial = os.urandom(_SALT_SIZE), os.urandom(_AES_BLOCK_SIZE)
    key = hashlib.pbkdf2_hmac("sha256", password.reveal().encode(), salt, rounds, 32)
    derivation = der.sequence(
        der.octet_string(salt),
        der.integer(rounds),
        der.integer(32),
        der.sequence(der.object_identifier(_HMAC_SHA256), der.null()),
    )
    parameters = der.sequence(
        der.sequence(der.object_identifier(_PBKDF2), derivation),
        der.sequence(der.object_identifier(_AES_256_CBC), der.octet_string(initial)),
    )
    return Seal(
        der.sequence(der.object_identifier(_PBES2), parameters),
        lambda clear: cbc("AES", key, initial, clear, encrypt=True),
    )


def _pkcs12_seal(scheme: str, password: Secret, rounds: int) -> Seal:
    salt = os.urandom(_SALT_SIZE)
    cipher, size = _PKCS12_CIPHERS[scheme]
    key, initial = pkcs12_key(size, password, salt, rounds)
    parameters = der.sequence(der.octet_string(salt), der.integer(rounds))
    return Seal(
        der.sequence(der.object_identifier(scheme), parameters),
        lambda clear: cbc(cipher, key, initial, clear, encrypt=True),
    )


class Allowance:
    """The rounds of key derivation that one reading of a store may take, all its parts together."""

    def __init__(self, limit: int = MAX_ROUNDS) -> None:
        self.limit, self.taken = limit, 0

    def take(self, rounds: int) -> int:
        """Take ``rounds`` of it, and return them.

        Raises:
            TooCostly: that is more than is left of it.
            Damaged: there is no derivation with so few rounds.
        """
        if rounds < 1:
            msg = "it asks for fewer than one round of key derivation"
            raise Damaged(msg)
        self.taken += rounds
        if self.taken > self.limit:
            asked = f"{self.taken:,}" if self.taken < 1 << 64 else "over 2^64"
            msg = f"it asks for {asked} rounds of key derivation, over the limit of {self.limit:,}"
            raise TooCostly(msg)
        return rounds


def opened(algorithm: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    """Decrypt one bag; returns its bytes and, in words, how they were protected.

    Raises:
        WrongPassword: the padding is not what was encrypted.
        TooCostly: more rounds are asked for than ``allowance`` has left.
        UnknownFormat: the algorithm is none of PBES2 with AES-CBC and PKCS #12's 3DES and RC2 of 40 bits.
        Damaged: the parameters contradict themselves.
    """
    oid = algorithm.first().as_oid()
    if oid != _PBES2 and oid not in _PKCS12_CIPHERS:
        msg = f"it is encrypted by algorithm {oid}, which is not read here"
        raise UnknownFormat(msg)
    try:
        _, parameters = algorithm.children()
        if oid == _PBES2:
            return _opened_pbes2(parameters, data, password, allowance)
        cipher, size = _PKCS12_CIPHERS[oid]
        salt, count = parameters.children()
        rounds = allowance.take(count.as_int())
        key, initial = pkcs12_key(size, password, salt.content, rounds)
        return _decrypted(cipher, key, initial, data), f"{cipher} and SHA-1, {rounds:,} rounds"
    except ValueError:
        msg = f"the encryption parameters at offset {algorithm.offset} contradict themselves"
        raise Damaged(msg) from None


def _opened_pbes2(parameters: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    derivation, scheme = parameters.children()
    named_kdf, cipher = derivation.first().as_oid(), scheme.first().as_oid()
    size = _AES_KEY_SIZES.get(cipher)
    if named_kdf != _PBKDF2 or size is None:
        msg = f"it is encrypted by PBES2 with {named_kdf} and {cipher}, which is not read here"
        raise UnknownFormat(msg)
    _, derivation_parameters = derivation.children()
    _, initial = scheme.children()
    salt, count, *rest = derivation_parameters.children()
    named_prf = next((part.first().as_oid() for part in rest if part.tag == der.SEQUENCE), _DEFAULT_PRF)
    if named_prf not in _PRFS:
        msg = f"it is encrypted by PBES2 with {named_prf}, which is not read here"
        raise UnknownFormat(msg)
    if len(initial.content) != _AES_BLOCK_SIZE:
        msg = f"offset {initial.offset} holds {len(initial.content)} bytes where AES begins with {_AES_BLOCK_SIZE}"
        raise Damaged(msg)
    rounds = allowance.take(count.as_int())
    key = hashlib.pbkdf2_hmac(_PRFS[named_prf], password.reveal().encode(), salt.content, rounds, size)
    words = f"PBES2 with AES-{8 * size} and {_PRFS[named_prf].upper()}, {rounds:,} rounds"
    return _decrypted("AES", key, initial.content, data), words


def _decrypted(cipher: str, key: bytes, initial: bytes, data: bytes) -> bytes:
    try:
        return cbc(cipher, key, initial, data, encrypt=False)
    except ValueError:
        msg = "the password does not open it"
        raise WrongPassword(msg) from None


def checked_mac(mac_data: der.Element, content: bytes, password: Secret, allowance: Allowance) -> str:
    """Check a store's MacData; returns in words how its integrity is kept.

    Raises:
        WrongPassword: the integrity check failed under this password.
        TooCostly, UnknownFormat, Damaged: as :func:`opened`.
    """
    try:
        info, salt, *count = mac_data.children()
        algorithm, value = info.children()
        named_digest = algorithm.first().as_oid()
    except ValueError:
        msg = f"the integrity data at offset {mac_data.offset} contradict themselves"
        raise Damaged(msg) from None
    digest = _DIGESTS.get(named_digest)
    if digest is None:
        msg = f"its integrity is kept by algorithm {named_digest}, which is not read here"
        raise UnknownFormat(msg)
    rounds = allowance.take(count[0].as_int() if count else 1)
    key = pkcs12_kdf(digest, password, salt.content, Purpose.INTEGRITY, rounds, hashlib.new(digest).digest_size)
    if not hmac.compare_digest(hmac.digest(key, content, digest), value.content):
        msg = "the password does not open it, or its bytes were changed"
        raise WrongPassword(msg)
    return f"HMAC-{digest.upper()}, {rounds:,} rounds"
