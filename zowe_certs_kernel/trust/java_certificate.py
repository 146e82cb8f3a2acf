"""A certificate as Java sees it: names in the form in which it compares them, and the extensions that it knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..errors import Damaged, TooCostly
from ..model import CertificateFacts
from ..names import common_name
from ..stores import der
from .proofs import Proofs

__all__ = ["JavaCertificate", "JavaName", "Unreadable", "called", "issuer_of", "java_certificate"]

JavaName = tuple[tuple[tuple[str, str], ...], ...]

_VERSION_TAG, _EXTENSIONS_TAG, _BOOLEAN = 0xA0, 0xA3, 0x01
_KEY_USAGE = "2.5.29.15"
_ISSUER_KEY_ID, _SERIAL_TAG = "2.5.29.35", 0x82
_ALTERNATIVE_NAMES, _NETSCAPE_TYPE = "2.5.29.17", "2.16.840.1.113730.1.1"
# The attributes that RFC 2253 names; Java compares values of others byte by byte (sun.security.x509.AVA).
_COMPARED_AS_TEXT = frozenset(
    {
        *(f"2.5.4.{number}" for number in (3, 6, 7, 8, 9, 10, 11)),
        "0.9.2342.19200300.100.1.1",
        "0.9.2342.19200300.100.1.25",
    }
)
_UTF8, _PRINTABLE = 0x0C, 0x13
_LONGEST_NAME = 80


class Unreadable(ValueError):
    """Why Java, or we, cannot read a certificate; ``sha256`` is that one's."""

    def __init__(self, reason: str, facts: CertificateFacts) -> None:
        super().__init__(reason)
        self.sha256 = facts.sha256


@dataclass(frozen=True, eq=False)
class JavaCertificate:
    """The facts of a certificate, and what else Java looks at.

    ``extensions`` are the values by object identifier, ``key`` is the public key as SubjectPublicKeyInfo.
    """

    facts: CertificateFacts
    subject: JavaName
    issuer: JavaName
    version: int
    key: bytes
    extensions: Mapping[str, bytes]
    critical: frozenset[str]

    @property
    def der(self) -> bytes:
        return self.facts.der

    @property
    def is_self_issued(self) -> bool:
        return self.subject == self.issuer

    @property
    def is_ca(self) -> bool:
        """Whether its basic constraints say so; before version 3 there are none."""
        return self.version > 2 and self.facts.is_ca is True

    def allows(self, usage: str) -> bool:
        """Whether the key usage, if there is one, names ``usage``."""
        return _KEY_USAGE not in self.extensions or usage in self.facts.key_usage

    @property
    def curve(self) -> str:
        """The object identifier of the curve of an EC key; empty where there is none."""
        try:
            _, *parameters = der.read(self.key).first().children()
            return parameters[0].as_oid() if parameters else ""
        except (Damaged, TooCostly):
            return ""

    @property
    def issuer_serial(self) -> str | None:
        """The serial number by which its authority key identifier names the issuer, in hex."""
        try:
            fields = der.read(self.extensions.get(_ISSUER_KEY_ID, b"")).children()
            found = next((field for field in fields if field.tag == _SERIAL_TAG), None)
        except (Damaged, TooCostly):
            return None
        return f"{int.from_bytes(found.content, 'big', signed=True):x}" if found else None

    def netscape_allows(self, bit: int) -> bool:
        """Whether the old Netscape certificate type, if there is one, has ``bit``: 0 client, 1 server."""
        value = self.extensions.get(_NETSCAPE_TYPE)
        if value is None:
            return True
        try:
            bits = der.read(value).expect(der.BIT_STRING, "type").content[1:]
        except Damaged:
            return False
        return bool(bits) and bool(bits[0] & 0x80 >> bit)


def called(facts: CertificateFacts) -> str:
    """``CN=…`` for a sentence, in one line and not too long; the whole subject where it has no CN."""
    return _shown(facts.subject)


def issuer_of(certificate: JavaCertificate) -> str:
    """The same for the authority that signed a certificate."""
    return _shown(certificate.facts.issuer)


def _shown(subject: str) -> str:
    name = common_name(subject)
    text = name if name == subject else f"CN={name}"
    shown = "".join(char if char.isprintable() else "?" for char in text[:_LONGEST_NAME])
    return (shown + "…" if len(text) > _LONGEST_NAME else shown) or "somebody without a name"


def java_certificate(facts: CertificateFacts, proofs: Proofs) -> JavaCertificate:
    """The certificate as Java reads it (sun.security.x509.X509CertInfo).

    Raises:
        Unreadable: there are no bytes, they cannot be read, or Java refuses them; says why.
    """
    if not facts.der:
        msg = f"{called(facts)} cannot be proved, because there are only facts of it and not the certificate"
        raise Unreadable(msg, facts)
    try:
        read = _read(facts.der)
    except (Damaged, TooCostly, ValueError) as error:
        msg = f"{called(facts)} cannot be read: {error}"
        raise Unreadable(msg, facts) from None
    key = proofs.public_key(facts)
    if key is None or facts.not_before is None or facts.not_after is None:
        msg = f"{called(facts)} cannot be read: its key or its dates are damaged"
        raise Unreadable(msg, facts)
    if refused := _refused(read):
        msg = f"Java cannot read {called(facts)}: {refused}"
        raise Unreadable(msg, facts)
    return JavaCertificate(facts, read.subject, read.issuer, read.version, key, read.extensions, read.critical)


@dataclass(frozen=True)
class _Read:
    subject: JavaName
    issuer: JavaName
    version: int
    extensions: Mapping[str, bytes]
    critical: frozenset[str]
    twice: str


@lru_cache(maxsize=1024)
def _read(data: bytes) -> _Read:
    body = der.read(data).expect(der.SEQUENCE, "certificate").first().expect(der.SEQUENCE, "certificate's body")
    fields = list(body.children())
    version = 1
    if fields and fields[0].tag == _VERSION_TAG:
        version = fields.pop(0).first().as_int() + 1
    _, _, issuer, _, subject, _, *rest = fields
    found: dict[str, bytes] = {}
    critical, twice = set(), ""
    for extension in (one for field in rest if field.tag == _EXTENSIONS_TAG for one in field.first().children()):
        name, *flag, value = extension.children()
        oid = name.as_oid()
        twice = oid if oid in found else twice
        found[oid] = value.expect(der.OCTET_STRING, "extension's value").content
        if flag and flag[0].tag == _BOOLEAN and any(flag[0].content):
            critical.add(oid)
    return _Read(_name(subject), _name(issuer), version, found, frozenset(critical), twice)


def _refused(read: _Read) -> str:
    """What X509CertInfo and CertificateExtensions do not take of a certificate whose structure is sound."""
    if not read.issuer:
        return "it does not say who signed it"
    if not read.subject and _ALTERNATIVE_NAMES not in read.critical:
        return "it has neither a subject nor alternative names that are marked critical"
    return f"it has the extension {read.twice} twice" if read.twice else ""


def _name(name: der.Element) -> JavaName:
    """What X500Principal compares: X500Name.getRFC2253CanonicalName, part by part."""
    return tuple(
        tuple(sorted(_attribute(attribute) for attribute in part.expect(der.SET, "part of a name").children()))
        for part in name.expect(der.SEQUENCE, "name").children()
    )


def _attribute(attribute: der.Element) -> tuple[str, str]:
    """Of PrintableString and UTF8String case, runs of blanks and composition of accents do not count (AVA)."""
    kind, value = attribute.children()
    oid = kind.as_oid()
    if oid not in _COMPARED_AS_TEXT or value.tag not in (_UTF8, _PRINTABLE):
        return oid, "#" + value.encoded.hex()
    text = value.content.decode("utf-8" if value.tag == _UTF8 else "ascii", "replace")
    plain = re.sub(" +", " ", text).strip("".join(map(chr, range(33))))
    return oid, "=" + unicodedata.normalize("NFKD", plain).upper().lower()
