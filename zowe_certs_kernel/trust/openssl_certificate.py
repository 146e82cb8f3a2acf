"""A certificate as OpenSSL looks at it: who may have issued it, whether it is an authority, how strong it is.

The functions of OpenSSL 3.0 are named where each rule comes from.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ..errors import Damaged
from ..model import CertificateFacts, KeyFacts
from ..stores import der
from ..stores.certificate_bytes import walked
from .name_constraints import shown_names

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["OpensslCertificate", "compared_name", "key_strength"]

_BASIC_CONSTRAINTS, _KEY_USAGE, _EXTENDED_KEY_USAGE = "2.5.29.19", "2.5.29.15", "2.5.29.37"
_ALTERNATIVE_NAMES, _NETSCAPE_TYPE = "2.5.29.17", "2.16.840.1.113730.1.1"
_NETSCAPE_SERVER, _NETSCAPE_AUTHORITY = 0x40, 0x04
_CURVES = ("secp256r1", "secp384r1", "secp521r1")  # of OpenSSL's default groups those that sign
_SERVER_PURPOSES = {"serverAuth", "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"}  # the two old ones: step-up (SGC)
_TLS_USAGES = {"digitalSignature", "keyEncipherment", "keyAgreement"}
# What OpenSSL knows well enough to let it be critical (X509_supported_extension); key identifiers are not among them.
_KNOWN = {
    "keyUsage",
    "subjectAltName",
    "basicConstraints",
    "certificatePolicies",
    "cRLDistributionPoints",
    "extendedKeyUsage",
    "OCSPNoCheck",
    "policyConstraints",
    "nameConstraints",
    "policyMappings",
    "inhibitAnyPolicy",
    _NETSCAPE_TYPE,
    "2.5.29.33",
    "1.3.6.1.5.5.7.1.7",  # address blocks and autonomous systems (RFC 3779)
    "1.3.6.1.5.5.7.1.8",
}
_SIGNATURES = "2.16.840.1.101.3.4.3."
_SHA3 = {
    f"{_SIGNATURES}{first + place}": f"{kind} with SHA3-{bits}"
    for kind, first in (("dsa", 5), ("ecdsa", 9), ("rsa", 13))
    for place, bits in enumerate((224, 256, 384, 512))
}
_DIGEST_STRENGTH = {
    "MD5": 39,
    "SHA1": 63,
    "SHA224": 112,
    "SHA256": 128,
    "SHA384": 192,
    "SHA512": 256,
}  # the same for SHA-3
_BLANKS = re.compile(r"(?:\\? )+")


@lru_cache(maxsize=512)  # the names of a trust store are compared again for each chain
def compared_name(name: str) -> str:
    """An RFC 4514 name as X509_NAME_cmp compares it: case, kind of string and runs of blanks count for nothing."""
    plain = _BLANKS.sub(" ", name).translate(_LOWER)
    return re.sub(r" ?([,=+]|$)(?<!\\.) ?", r"\1", plain)


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class OpensslCertificate:
    """``loaded`` is None where cryptography refuses what OpenSSL may well read; the facts count then."""

    facts: CertificateFacts
    loaded: x509.Certificate | None

    @cached_property
    def cn(self) -> str:
        return shown_names([self.facts.common_name]) or "the certificate without a name"

    @cached_property
    def subject(self) -> str:
        return compared_name(self.facts.subject)

    @cached_property
    def issuer(self) -> str:
        return compared_name(self.facts.issuer)

    @cached_property
    def extensions(self) -> frozenset[str]:
        """Their object identifiers."""
        try:
            return frozenset(walked(self.facts.der).extension_oids)
        except (Damaged, ValueError):
            return frozenset()

    @property
    def version_1(self) -> bool:
        return not self.extensions and self.loaded is not None and self.loaded.version.value == 0

    @property
    def self_issued(self) -> bool:
        return self.subject == self.issuer

    @cached_property
    def self_signed(self) -> bool:
        """By names, key identifiers and algorithms alone: the flag EXFLAG_SS, which is not proved by the signature."""
        return self.self_issued and self.may_have_issued(self)

    @cached_property
    def odd_extension(self) -> str:
        """Why its extensions count as invalid (EXFLAG_INVALID): then it is nobody's issuer, and nobody its."""
        unread = next((note for note in self.facts.notes if note.startswith("its extension")), "")
        if _KEY_USAGE in self.extensions and not self.facts.key_usage and not self._rare_usage():
            return "its key usage is empty"
        return unread

    def _rare_usage(self) -> bool:
        """encipherOnly alone; cryptography wants keyAgreement with it, so that it cannot be read here."""
        return any(_KEY_USAGE in note for note in self.facts.notes)

    def may_have_issued(self, subject: OpensslCertificate) -> bool:
        """By the name, the key identifiers and the kind of key (ossl_x509_likely_issued); no signature is looked at."""
        return (
            self.subject == subject.issuer
            and not self.odd_extension
            and not subject.odd_extension
            and self._is_named_by(subject)
            and self._can_sign(subject.facts.signature_algorithm)
        )

    def _is_named_by(self, subject: OpensslCertificate) -> bool:
        """Whether the Authority Key Identifier fits; what is missing on either side fits (X509_check_akid)."""
        wanted, own = subject.facts.authority_key_identifier, self.facts.subject_key_identifier
        if wanted and own and wanted != own:
            return False
        named = subject.authority_key
        if not named:
            return True
        serial, issuer = named
        return (serial is None or f"{serial:x}" == self.facts.serial) and issuer in ("", self.issuer)

    @cached_property
    def authority_key(self) -> tuple[int | None, str] | None:
        """The issuer's number and its issuer's name, where the Authority Key Identifier holds them."""
        from cryptography import x509

        try:
            extensions = self.loaded.extensions if self.loaded else ()
            found = next((one.value for one in extensions if isinstance(one.value, x509.AuthorityKeyIdentifier)), None)
        except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            return None
        if not found:
            return None
        names = [name for name in found.authority_cert_issuer or () if isinstance(name, x509.DirectoryName)]
        issuer = compared_name(names[0].value.rfc4514_string()) if names else ""
        return found.authority_cert_serial_number, issuer

    def _can_sign(self, algorithm: str) -> bool:
        """Whether signatures by this algorithm are made by its kind of key (check_sig_alg_match)."""
        kinds = ("ecdsa", "EC"), ("rsa", "RSA"), ("dsa", "DSA"), ("ed25519", "Ed25519"), ("ed448", "Ed448")
        wanted = next((kind for word, kind in kinds if word in _SHA3.get(algorithm, algorithm).lower()), "")
        return self.facts.key is not None and self.facts.key.type == wanted

    @property
    def odd_critical(self) -> str:
        """A critical extension that OpenSSL does not know."""
        return next((name for name in self.facts.critical if name not in _KNOWN), "")

    def no_authority(self, *, last: bool) -> str:
        """Why it cannot stand above another (check_ca); the ``last`` of a path is judged more mildly."""
        if self.no_signing:
            return self.no_signing
        if _BASIC_CONSTRAINTS in self.extensions:
            return "" if self.facts.is_ca else "its basic constraints say that it is none"
        if last and (self.loose_authority or self.netscape_type & _NETSCAPE_AUTHORITY):
            return ""
        return "it has no basic constraints"

    @property
    def loose_authority(self) -> bool:
        """Whether it counts as an authority for its age or its key usage, without basic constraints."""
        if self.no_signing or _BASIC_CONSTRAINTS in self.extensions:
            return False
        return _KEY_USAGE in self.extensions or (self.version_1 and self.self_signed)

    @cached_property
    def netscape_type(self) -> int:
        """The bits of Netscape's certificate type; 0 where it has none."""
        from cryptography import x509

        try:
            found = self.loaded.extensions if self.loaded and _NETSCAPE_TYPE in self.extensions else ()
            value = next((one.value for one in found if one.oid.dotted_string == _NETSCAPE_TYPE), None)
            content = der.read(value.value).content if isinstance(value, x509.UnrecognizedExtension) else b""
        except (ValueError, TypeError, Damaged, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            return 0
        return content[1] if len(content) > 1 else 0

    @cached_property
    def odd_curve(self) -> str:
        """The curve of its key, where no client offers it for TLS."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

        try:
            key = self.loaded.public_key() if self.loaded else None
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return ""
        return key.curve.name if isinstance(key, EllipticCurvePublicKey) and key.curve.name not in _CURVES else ""

    @property
    def no_signing(self) -> str:
        barred = _KEY_USAGE in self.extensions and "keyCertSign" not in self.facts.key_usage
        return "its key usage has no keyCertSign" if barred else ""

    def not_for_servers(self, *, leaf: bool) -> str:
        """Why its purposes forbid a server (check_purpose_ssl_server); anyExtendedKeyUsage is not enough."""
        purposes = self.facts.extended_key_usage or ()
        if _EXTENDED_KEY_USAGE in self.extensions and not _SERVER_PURPOSES & set(purposes):
            return f"its extended key usage is {shown_names(purposes) or 'empty'}, without serverAuth"
        if leaf and _NETSCAPE_TYPE in self.extensions and not self.netscape_type & _NETSCAPE_SERVER:
            return "its Netscape certificate type has no server"
        return ""

    @property
    def no_tls_usage(self) -> str:
        """Why its key usage forbids a server (the same)."""
        barred = _KEY_USAGE in self.extensions and not _TLS_USAGES & set(self.facts.key_usage)
        return f"its key usage is {shown_names(self.facts.key_usage)}, which is none for TLS" if barred else ""

    @property
    def signature_strength(self) -> int:
        """In bits, of its digest (X509_get_signature_info); 0 where it is not known."""
        from cryptography.exceptions import UnsupportedAlgorithm

        word = _SHA3.get(self.facts.signature_algorithm, self.facts.signature_algorithm).lower()
        if word in ("ed25519", "ed448"):
            return 128 if word == "ed25519" else 224
        try:
            digest = self.loaded.signature_hash_algorithm if self.loaded else None
        except (UnsupportedAlgorithm, ValueError):
            digest = None
        found = re.search(r"(md5|sha)-?(?:3-)?(1|224|256|384|512)?(?!\d)", digest.name if digest else word)
        return _DIGEST_STRENGTH.get(f"{found[1]}{found[2] or ''}".upper(), 0) if found else 0

    def strict_problem(self, *, last: bool) -> str:
        """What VERIFY_X509_STRICT, by which Python 3.13 checks, refuses of it besides (check_extensions)."""
        facts, critical = self.facts, set(self.facts.critical)
        empty = not facts.subject
        rules = (
            (facts.path_length is not None and not facts.is_ca, "a path length, though it is no authority"),
            (
                facts.path_length is not None and "keyCertSign" not in facts.key_usage,
                "a path length without keyCertSign in the key usage",
            ),
            (bool(facts.is_ca) and "basicConstraints" not in critical, "basic constraints that are not critical"),
            (bool(facts.is_ca) and _KEY_USAGE not in self.extensions, "no key usage, though it is an authority"),
            (not facts.is_ca and "keyCertSign" in facts.key_usage, "keyCertSign, though it is no authority"),
            (not facts.issuer, "an empty issuer"),
            (empty and (bool(facts.is_ca) or not facts.san), "an empty subject"),
            (empty and "subjectAltName" not in critical, "an empty subject with names that are not critical"),
            (_ALTERNATIVE_NAMES in self.extensions and not facts.san, "an empty list of alternative names"),
            (bool(self.extensions) and self.loaded is not None and self.loaded.version.value < 2, "an old version"),
            (not last and not self.version_1 and not facts.authority_key_identifier, "no Authority Key Identifier"),
            (
                bool(facts.is_ca) and not self.version_1 and not facts.subject_key_identifier,
                "no Subject Key Identifier, though it is an authority",
            ),
        )
        return next((f"{self.cn} has {problem}" for broken, problem in rules if broken), "")


def key_strength(key: KeyFacts | None) -> int:
    """The security bits that OpenSSL gives to a key (EVP_PKEY_get_security_bits); 0 for one it does not know."""
    if key is None:
        return 0
    if key.type in ("RSA", "DSA"):
        return _of_modulus(key.bits)
    if key.type == "EC":
        sizes = ((512, 256), (384, 192), (256, 128), (224, 112), (160, 80))
        return next((strength for least, strength in sizes if key.bits >= least), key.bits // 2)
    return {"Ed25519": 128, "Ed448": 224}.get(key.type, 0)


def _of_modulus(bits: int) -> int:
    """By the formula of NIST SP 800-56B rev. 2, appendix D, rounded to a multiple of 8."""
    if bits < 8:
        return 0
    size = bits * math.log(2)
    strength = (1.923 * size ** (1 / 3) * math.log(size) ** (2 / 3) - 4.69) / math.log(2)
    return (int(strength) + 4) & ~7
