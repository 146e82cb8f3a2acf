"""PKCS #12 stores that are nearly right (RFC 7292, section 4), with an integrity check that fits odd content."""

from __future__ import annotations

import hashlib
import hmac
import random

from tests.hostile.grammar_asn1 import Asn1
from tests.hostile.mutation import mutated
from tests.hostile.seeds import KEYS_IN_CLEAR, PASSWORD
from tests.stores import bags
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.ciphers import Purpose, cbc, pkcs12_kdf, pkcs12_key, rc4

__all__ = ["pkcs12", "resealed", "sealed_key"]

_SECRET = Secret(PASSWORD)
_CRL_BAG, _SECRET_BAG, _SAFE_BAG = (f"1.2.840.113549.1.12.10.1.{number}" for number in (4, 5, 6))
_KINDS = (bags.KEY_BAG, bags.SHROUDED_KEY_BAG, bags.SHROUDED_KEY_BAG, bags.CERT_BAG, bags.CERT_BAG, bags.CERT_BAG,
          bags.CERT_BAG, _CRL_BAG, _SECRET_BAG, _SAFE_BAG, "2.999.1")  # fmt: skip
_SCHEMES = {
    "1": ("RC4", 16),
    "2": ("RC4", 5),
    "3": ("3DES", 24),
    "4": ("3DES", 16),
    "5": ("RC2-128", 16),
    "6": ("RC2-40", 5),
}
_PBE = "1.2.840.113549.1.12.1."
_DIGESTS = {
    "sha1": bags.SHA1,
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sha512_256": "2.16.840.1.101.3.4.2.6",
}
_HMACS = {"sha1": "1.2.840.113549.2.7", "sha256": "1.2.840.113549.2.9", "sha512": "1.2.840.113549.2.11"}
_ALIASES = ("localhost", "LOCALHOST", "ca", "", "\u00e9\u4e2d", "\x1b[2J", "a\nb", "x" * 5000, "\ud800", "1")
_MOST_SAFES = 10
# AES in CBC and GCM, RC2, 3DES, and one that nobody has
_CIPHERS = (*(f"2.16.840.1.101.3.4.1.{number}" for number in (2, 22, 6, 26, 46)), "1.2.840.113549.3.2",
            "1.2.840.113549.3.7", "2.999")  # fmt: skip


def pkcs12(chance: random.Random) -> bytes:
    """A store with all kinds of bags, in safes in clear and encrypted, with and without an integrity check."""
    return _Pkcs12(chance).store()


def resealed(bags_in_clear: bytes, chance: random.Random) -> bytes:
    """A store of this SafeContents, changed, then encrypted and proved as if its owner had done it."""
    make = _Pkcs12(chance, 0.0)
    contents = mutated(bags_in_clear, KEYS_IN_CLEAR, chance)
    safe = make.encrypted(contents) if chance.random() < 0.6 else make.in_clear(contents)
    authenticated = der.sequence(safe)
    if chance.random() < 0.3:
        authenticated = mutated(authenticated, (bags_in_clear,), chance)
    return make.proved(authenticated)


def sealed_key(make: Asn1, clear: bytes, password: Secret = _SECRET) -> bytes:
    """An EncryptedPrivateKeyInfo, by any scheme."""
    algorithm, hidden = _sealed(make, clear, password)
    return make.sequence(algorithm, make.octets(hidden))


def _sealed(make: Asn1, clear: bytes, password: Secret) -> tuple[bytes, bytes]:
    salt, rounds = make.chance.randbytes(make.chance.choice((8, 20, 0 if make.odd else 8))), make.chance.randint(1, 4)
    if make.chance.random() < 0.5:
        return _sealed_by_pbes2(make, clear, salt, rounds, password)
    number, (cipher, size) = make.chance.choice(tuple(_SCHEMES.items()))
    key, initial = pkcs12_key(size, password, salt, rounds)
    key += key[:8] if number == "4" else b""
    hidden = rc4(key, clear) if cipher == "RC4" else cbc(cipher, key, initial, clear, encrypt=True)
    return make.algorithm(_PBE + number, make.sequence(make.octets(salt), make.number(rounds))), hidden


def _sealed_by_pbes2(make: Asn1, clear: bytes, salt: bytes, rounds: int, password: Secret) -> tuple[bytes, bytes]:
    digest, initial = make.chance.choice(tuple(_HMACS)), make.chance.randbytes(16)
    key = hashlib.pbkdf2_hmac(digest, password.reveal().encode(), salt, rounds, 32)
    size = (make.number(32),) if make.chance.random() < 0.5 else ()
    parameters = make.sequence(
        make.octets(salt), make.number(rounds), *size, make.algorithm(_HMACS[digest], der.null())
    )
    scheme = make.algorithm(bags.AES_256_CBC, make.octets(initial))
    if make.odd:
        vector = make.octets(make.chance.randbytes(make.chance.choice((0, 8, 12, 16))))
        numbered = make.sequence(make.number(make.chance.choice((58, 120, 160, 12, 300, 4096))), vector)
        turned = make.sequence(vector, make.number(make.chance.choice((4, 12, 16))))
        scheme = make.algorithm(make.chance.choice(_CIPHERS), make.chance.choice((vector, numbered, turned)))
    algorithm = make.algorithm(bags.PBES2, make.sequence(make.algorithm(bags.PBKDF2, parameters), scheme))
    return algorithm, cbc("AES", key, initial, clear, encrypt=True)


class _Pkcs12(Asn1):
    def store(self) -> bytes:
        count = self.chance.choice((0, 1, 1, 1, 2, 2, 3, _MOST_SAFES))
        safes = [self._safe() for _ in range(count)]
        return self.proved(self.sequence(*safes))

    def proved(self, authenticated: bytes) -> bytes:
        """The whole, with a check over whatever is in it, or without."""
        kind = bags.ENCRYPTED_DATA if self.odd else bags.DATA
        safe = self.sequence(self.oid(kind), self.context(0, self.octets(authenticated)))
        mac = self.chance.random()
        check = b"" if mac < 0.35 else self._mac(authenticated) if mac < 0.85 else self._pbmac1(authenticated)
        tail = self.chance.randbytes(5) if self.odd else b""
        return self.sequence(self.number(3), safe, check) + tail

    def _mac(self, authenticated: bytes) -> bytes:
        digest, salt, rounds = self.chance.choice(tuple(_DIGESTS)), self.chance.randbytes(8), self.chance.randint(1, 3)
        key = pkcs12_kdf(digest, _SECRET, salt, Purpose.INTEGRITY, rounds, hashlib.new(digest).digest_size)
        value = hmac.digest(key, authenticated, digest)
        info = self.sequence(self.algorithm(_DIGESTS[digest], der.null()), self.octets(value))
        count = () if rounds == 1 else (self.number(rounds),)
        return self.sequence(info, self.octets(salt), *count)

    def _pbmac1(self, authenticated: bytes) -> bytes:
        digest, salt = self.chance.choice(tuple(_HMACS)), self.chance.randbytes(8)
        key = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), salt, 2, 32)
        prf = self.algorithm(_HMACS[digest], der.null())
        derivation = self.algorithm(bags.PBKDF2, self.sequence(self.octets(salt), self.number(2), self.number(32), prf))
        scheme = self.algorithm(_HMACS["sha256"], der.null())
        algorithm = self.algorithm(bags.PBMAC1, self.sequence(derivation, scheme))
        info = self.sequence(algorithm, self.octets(hmac.digest(key, authenticated, "sha256")))
        return self.sequence(info, self.octets(b"not used"), self.number(1))

    def _safe(self) -> bytes:
        contents = self.sequence(*(self._bag(0) for _ in range(self.chance.choice((0, 1, 2, 3, 6)))))
        return self.encrypted(contents) if self.chance.random() < 0.4 else self.in_clear(contents)

    def in_clear(self, contents: bytes) -> bytes:
        return self.sequence(self.oid(bags.DATA), self.context(0, self.octets(contents)))

    def encrypted(self, contents: bytes) -> bytes:
        algorithm, hidden = _sealed(self, contents, _SECRET)
        info = self.sequence(self.oid(bags.DATA), algorithm, self.context(0, hidden, constructed=False))
        return self.sequence(self.oid(bags.ENCRYPTED_DATA), self.context(0, self.sequence(self.number(0), info)))

    def _bag(self, depth: int) -> bytes:
        kind = self.chance.choice(_KINDS)
        attributes = [self._attribute_of_bag() for _ in range(self.chance.choice((0, 1, 2, 2, 3)))]
        tail = (self.set_of(*attributes),) if attributes else ()
        return self.sequence(self.oid(kind), self.context(0, self._value(kind, depth)), *tail)

    def _value(self, kind: str, depth: int) -> bytes:
        if kind == bags.KEY_BAG:
            return self._key()
        if kind == bags.SHROUDED_KEY_BAG:
            return sealed_key(self, self._key(), Secret("of the key") if self.odd else _SECRET)
        if kind == bags.CERT_BAG:
            of_type = "1.2.840.113549.1.9.22.2" if self.odd else bags.X509_CERTIFICATE
            return self.sequence(self.oid(of_type), self.context(0, self.octets(self.certificate())))
        if kind == _SAFE_BAG and depth < 9:
            return self.sequence(*(self._bag(depth + 1) for _ in range(self.chance.choice((0, 1, 1, 2)))))
        return self.tree(3)

    def _key(self) -> bytes:
        clear = self.chance.choice(KEYS_IN_CLEAR)
        if self.odd:
            return self.chance.choice((mutated(clear, (), self.chance), self.tree(3), b"", self._foreign_key()))
        return clear

    def _foreign_key(self) -> bytes:
        kind = self.chance.choice(
            ("1.3.101.112", "1.2.840.113549.1.1.1", "1.2.840.10040.4.1", "1.2.840.113549.1.3.1", "2.999")
        )
        inner = self.chance.choice((der.octet_string(bytes(32)), self.tree(2), self.sequence(*[self.number(5)] * 9)))
        return self.sequence(self.number(0), self.algorithm(kind, der.null()), self.octets(inner))

    def _attribute_of_bag(self) -> bytes:
        kind = self.chance.random()
        if kind < 0.5:
            alias = self.chance.choice(_ALIASES[: None if self.rate else 3]).encode("utf-16-be", "surrogatepass")
            tag = self.chance.choice((0x0C, 0x16, 0x04)) if self.odd else der.BMP_STRING
            return self.sequence(
                self.oid(bags.FRIENDLY_NAME), self.set_of(self.tlv(tag, alias[: -1 if self.odd else None]))
            )
        if kind < 0.8:
            key_id = self.chance.choice((b"1", b"2", b"", b"Time 1"))
            return self.sequence(self.oid(bags.LOCAL_KEY_ID), self.set_of(self.octets(key_id)))
        if kind < 0.95:
            return self.sequence(self.oid(bags.TRUSTED_KEY_USAGE), self.set_of(self.oid(bags.ANY_PURPOSE)))
        return self.sequence(self.oid("2.999.2"), self.set_of(self.tree(2)))
