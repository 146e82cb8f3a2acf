"""Password-based protection of PKCS #12 stores as they are written; :mod:`.opening` and :mod:`.integrity` read it.

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

from ..secret import Secret
from . import der
from .ciphers import Purpose, cbc, pkcs12_kdf, pkcs12_key
from .limits import Allowance
from .pkcs12_names import PBES2, PBKDF2

__all__ = [
    "DEFAULT_ROUNDS",
    "MacKey",
    "Profile",
    "Protection",
    "Seal",
    "opened",
]

DEFAULT_ROUNDS = 10_000
_PBE_3DES_SHA1 = "1.2.840.113549.1.12.1.3"
_PBE_RC2_40_SHA1 = "1.2.840.113549.1.12.1.6"
# PKCS #12's own schemes that are written: the cipher and how many bytes its key has (RFC 7292, appendix C).
_PKCS12_CIPHERS = {_PBE_3DES_SHA1: ("3DES", 24), _PBE_RC2_40_SHA1: ("RC2-40", 5)}
_HMAC_SHA256 = "1.2.840.113549.2.9"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_DIGEST_OIDS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1"}
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
        der.sequence(der.object_identifier(PBKDF2), derivation),
        der.sequence(der.object_identifier(_AES_256_CBC), der.octet_string(initial)),
    )
    return Seal(
        der.sequence(der.object_identifier(PBES2), parameters),
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


def opened(algorithm: der.Element, data: bytes, password: Secret, allowance: Allowance) -> tuple[bytes, str]:
    """Decrypt one bag, as :func:`zowe_certs_kernel.stores.opening.opened`; what only reads is loaded when it reads."""
    from . import opening

    return opening.opened(algorithm, data, password, allowance)
