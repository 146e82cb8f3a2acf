"""Who signed whom, proved: certificates are read once and each signature is checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Damaged
from ..model import CertificateFacts
from ..stores.certificate import load_certificate, public_key_of
from ..stores.signatures import Unprovable, signature_holds

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["Proofs"]


class Proofs:
    """What was proved of certificates so far; one object serves all questions about the same stores.

    ``constrained`` keeps what the name constraints of one certificate, in DER, say of another.
    """

    def __init__(self) -> None:
        self._loaded: dict[bytes, x509.Certificate | None] = {}
        self._keys: dict[bytes, bytes | None] = {}
        self.constrained: dict[tuple[bytes, bytes], str] = {}
        self._signed: dict[tuple[bytes, bytes], bool | None] = {}

    def loaded(self, facts: CertificateFacts) -> x509.Certificate | None:
        """The certificate itself; None where there are only facts of it, or cryptography refuses it."""
        if facts.der not in self._loaded:
            try:
                self._loaded[facts.der] = load_certificate(facts.der) if facts.der else None
            except Damaged:
                self._loaded[facts.der] = None
        return self._loaded[facts.der]

    def public_key(self, facts: CertificateFacts) -> bytes | None:
        """Its public key in DER (SubjectPublicKeyInfo); None where there is none to be read."""
        if facts.der not in self._keys:
            self._keys[facts.der] = public_key_of(facts) if facts.der else None
        return self._keys[facts.der]

    def signed(self, issuer: CertificateFacts, subject: CertificateFacts) -> bool | None:
        """Whether the key of ``issuer`` made the signature of ``subject``, whatever their names say.

        None where that cannot be proved: a listing holds no bytes, or the algorithm is not known.
        """
        key = self.public_key(issuer)
        if key is None or not subject.der:
            return None
        if (key, subject.der) not in self._signed:
            try:
                holds: bool | None = signature_holds(key, self.loaded(subject), subject.der)
            except Unprovable:
                holds = None
            self._signed[key, subject.der] = holds
        return self._signed[key, subject.der]
