"""What the reading of one file may cost. A refusal names its limit and how to raise it.

Work is counted in rounds of SHA-256, and what it is worth was measured: 12,000,000 of them took 2 seconds on a
processor with instructions for SHA-256.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import Damaged, TooCostly
from ..model import CertificateFacts, KeyFacts

__all__ = [
    "DEFAULT_LIMITS",
    "MAX_ROUNDS",
    "MD5_WORK",
    "Allowance",
    "Limits",
    "pbkdf2_work",
    "pkcs12_work",
    "raised_by",
    "rounds_told",
]

MAX_ROUNDS = 5_000_000  # MAX_ITERATION_COUNT of sun.security.pkcs12.PKCS12KeyStore in the JDK, for each count
_WORK_PER_ROUND = 2.4  # so that a store with MAX_ROUNDS in its integrity check and in one safe is still read
_WORK_PER_ENTRY = 2_400
_TOLD = 1 << 64
# What one round costs for each block of output, by how long its digest is.
_DIGEST_SIZES = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64, "sha512_224": 28, "sha512_256": 32}
_SLOW = {"sha384", "sha512", "sha512_224", "sha512_256"}  # on 64 bits, for which most processors have no instructions
_PKCS12_WORK, _PKCS12_WORK_SLOW = 1.0, 3.2
_PBKDF2_WORK, _PBKDF2_WORK_SLOW = 1.4, 4.8
# What a certificate costs: itself, each structure in it (told by the number of SEQUENCE, which other bytes may be
# too), each part of its names, each name, purpose and policy.
_CERTIFICATE, _STRUCTURE, _NAME_PART, _ITEM = 700, 18, 60, 20
_SEQUENCE = b"\x30"
# One that is read field by field, or its extensions one by one, as these words of its notes say.
_SLOWLY_READ, _SLOW_CERTIFICATE, _SLOW_BYTE = ("it is read field by field", "extension"), 10_000, 8
# A private key, or the signature of a certificate that names itself as issuer: of so many bits, and how it grows.
_SIGNATURES = {"RSA": (400, 2048, 2), "DSA": (1_500, 1024, 2), "EC": (1_300, 256, 3)}
_OTHER_SIGNATURE = 3_000
_LINK, _LINKED = 150, 16  # a certificate in a chain, and how many bytes of it cost as much as a round
_LETTER = 3
_DECRYPTION = 1  # of each byte
MD5_WORK = 10  # of a round of two digests in Python


@dataclass(frozen=True)
class Limits:
    """What one file may ask for.

    Args:
        rounds: the most rounds that one key derivation may ask for. All derivations of a reading, those under
            passwords that turn out wrong included, may do 2.4 times the work of as many rounds with SHA-256.
        bytes: of a file.
        entries: certificates, bags of a PKCS12 store, blocks of PEM text. They too are weighed: one that takes
            much longer to read than others counts for several.
    """

    rounds: int = MAX_ROUNDS
    bytes: int = 16 << 20
    entries: int = 5_000


DEFAULT_LIMITS = Limits()


class Allowance:
    """What is left of the limits for one reading of a file, all its parts and all passwords tried together."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.derived = self.read = 0
        self._entries = 0

    def for_another_try(self) -> Allowance:
        """The same after a password did not open the file: it is read again, and what was derived stays spent."""
        again = Allowance(self.limits)
        again.derived = self.derived
        return again

    @classmethod
    def of(cls, limits: Allowance | Limits) -> Allowance:
        """The allowance itself, or a new one."""
        return limits if isinstance(limits, Allowance) else cls(limits)

    def take(self, rounds: int, work: float = 1.0) -> int:
        """Take a derivation of ``rounds``, each of which costs ``work`` rounds of SHA-256; returns ``rounds``.

        Raises:
            TooCostly: that is over the limit, or more than is left.
            Damaged: there is no derivation with so few rounds.
        """
        if rounds < 1:
            msg = "it asks for fewer than one round of key derivation"
            raise Damaged(msg)
        if rounds > self.limits.rounds:
            msg = (
                f"it asks for {rounds_told(rounds)} rounds of key derivation, over the limit of {self.limits.rounds:,}"
            )
            raise TooCostly(msg + raised_by("rounds"))
        self.work(math.ceil(rounds * work), derivation=True)
        return rounds

    def work(self, work: int, *, derivation: bool = False) -> None:
        """Take work that was weighed.

        Raises:
            TooCostly: it is more than is left.
        """
        derived = self.derived + (work if derivation else 0)
        most = math.ceil(_WORK_PER_ROUND * self.limits.rounds)
        if derivation and derived > most:
            msg = (
                f"its key derivations, under every password that is tried, ask for the work of {derived:,} rounds "
                f"with SHA-256, over the limit of {most:,}; give its own password alone, or raise the limit of "
                f"{self.limits.rounds:,} for each"
            )
            raise TooCostly(msg + raised_by("rounds"))
        together, most = self.derived + self.read + work, max(most, _WORK_PER_ENTRY * self.limits.entries)
        if together > most:
            msg = (
                f"its certificates, keys and derivations ask for the work of {together:,} rounds with SHA-256, over "
                f"the limit of {most:,}, 2,400 for each of {self.limits.entries:,} entries"
            )
            raise TooCostly(msg + raised_by("entries"))
        self.derived = derived
        self.read += 0 if derivation else work

    def decryption(self, cipher: str, data: bytes) -> None:
        """Take what is to be decrypted: 3DES and RC2 take 0.1 second for a megabyte, and nobody needs as much.

        Raises:
            TooCostly: it is more than is left.
        """
        if not cipher.startswith("AES"):
            self.work(len(data) * _DECRYPTION)

    def entry(self, what: str = "entries") -> None:
        """Take one of the entries.

        Raises:
            TooCostly: there are more than the limit.
        """
        self._entries += 1
        if self._entries > self.limits.entries:
            msg = f"it has over {self.limits.entries:,} {what}, which is the limit"
            raise TooCostly(msg + raised_by("entries"))

    def alias(self, alias: str) -> None:
        """Take the name of an entry, which may be of any length and is shown to people.

        Raises:
            TooCostly: it is more than is left.
        """
        self.work(_LETTER * len(alias))

    def link(self, size: int) -> None:
        """Take one certificate of a chain, of ``size`` bytes, which is shown and compared wherever it stands.

        Raises:
            TooCostly: it is more than is left.
        """
        self.work(_LINK + size // _LINKED)

    def damaged(self, size: int) -> None:
        """Take the look at ``size`` bytes that were no certificate.

        Raises:
            TooCostly: it is more than is left.
        """
        self.work(_CERTIFICATE + _SLOW_BYTE * size)

    def certificate(self, facts: CertificateFacts) -> CertificateFacts:
        """Take what it cost to read this certificate; what that is can be told afterwards only. Returns it.

        Raises:
            TooCostly: it is more than is left.
        """
        parts = sum(name.count(",") + name.count("+") + 1 for name in (facts.subject, facts.issuer))
        held = (facts.san, facts.extended_key_usage, facts.policies, facts.name_constraints)
        work = (
            _CERTIFICATE
            + _STRUCTURE * facts.der.count(_SEQUENCE)
            + _NAME_PART * parts
            + _ITEM * sum(len(each or ()) for each in held)
        )
        if any(words in note for note in facts.notes for words in _SLOWLY_READ):
            work += _SLOW_CERTIFICATE + _SLOW_BYTE * len(facts.der)
        if facts.subject == facts.issuer:
            self.key(facts.key)
        self.work(math.ceil(work))
        return facts

    def key(self, key: KeyFacts | None) -> None:
        """Take what it cost to read a private key, or to check a signature, of this type and size.

        Raises:
            TooCostly: it is more than is left.
        """
        base, bits, power = _SIGNATURES.get(key.type if key else "", (_OTHER_SIGNATURE, 1, 0))
        self.work(math.ceil(base * max((key.bits if key else 1) / bits, 1.0) ** power))


def rounds_told(rounds: int) -> str:
    """A count in digits, as far as it is one that makes sense."""
    return f"{rounds:,}" if abs(rounds) < _TOLD else "over 2^64" if rounds > 0 else "under -2^64"


def raised_by(field: str) -> str:
    """How a person raises a limit; a program does by the field of that name."""
    return f" (--max-{field} raises it)"


def pkcs12_work(digest: str, size: int) -> float:
    """What a round of PKCS #12's own derivation (RFC 7292, appendix B) of ``size`` bytes costs."""
    return (_PKCS12_WORK_SLOW if digest in _SLOW else _PKCS12_WORK) * _blocks(digest, size)


def pbkdf2_work(digest: str, size: int) -> float:
    """What a round of PBKDF2 (RFC 8018, section 5.2) for ``size`` bytes costs."""
    return (_PBKDF2_WORK_SLOW if digest in _SLOW else _PBKDF2_WORK) * _blocks(digest, size)


def _blocks(digest: str, size: int) -> int:
    return max(1, -(-size // _DIGEST_SIZES[digest]))
