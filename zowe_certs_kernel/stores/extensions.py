"""The extensions of a certificate to facts; one that cannot be read hides no other (RFC 5280, section 4.2).

What it would forbid is unknown then, which is not the same as allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ..errors import Damaged
from . import der
from .certificate_bytes import certificate_with, walked

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["ExtensionFacts", "extension_facts", "named"]

_Extension = TypeVar("_Extension", bound="x509.ExtensionType")

_BOOLEAN = 0x01
_MAX_EXTENSIONS = 100  # each one is read as a certificate of its own; the most in use has about 15
_KEY_USAGES = (
    ("digital_signature", "digitalSignature"),
    ("content_commitment", "nonRepudiation"),
    ("key_encipherment", "keyEncipherment"),
    ("data_encipherment", "dataEncipherment"),
    ("key_agreement", "keyAgreement"),
    ("key_cert_sign", "keyCertSign"),
    ("crl_sign", "cRLSign"),
)


@dataclass(frozen=True)
class ExtensionFacts:
    """What :class:`~zowe_certs_kernel.model.CertificateFacts` says of extensions, under the same names."""

    san: tuple[str, ...]
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...] | None
    is_ca: bool | None
    path_length: int | None
    subject_key_identifier: str | None
    authority_key_identifier: str | None
    critical: tuple[str, ...]
    policies: tuple[str, ...]
    name_constraints: tuple[str, ...]


def extension_facts(certificate: x509.Certificate | None, data: bytes, notes: list[str]) -> ExtensionFacts:
    """The facts of the extensions in ``data``; ``certificate`` is the same, read, where it could be."""
    from cryptography import x509

    read = _read(certificate, data, notes)
    found = list(read.found.values())
    constraints = _one(found, x509.BasicConstraints)
    key_id = _one(found, x509.SubjectKeyIdentifier)
    issuer_key_id = _one(found, x509.AuthorityKeyIdentifier)
    usage = _one(found, x509.KeyUsage)
    return ExtensionFacts(
        san=tuple(_general_name(name) for name in _one(found, x509.SubjectAlternativeName) or ()),
        key_usage=tuple(name for attribute, name in _KEY_USAGES if usage and getattr(usage, attribute)),
        extended_key_usage=None
        if read.lacks(x509.ExtendedKeyUsage)
        else tuple(named(purpose) for purpose in _one(found, x509.ExtendedKeyUsage) or ()),
        is_ca=None if read.lacks(x509.BasicConstraints) else bool(constraints and constraints.ca),
        path_length=constraints.path_length if constraints else None,
        subject_key_identifier=key_id.digest.hex() if key_id else None,
        authority_key_identifier=(issuer_key_id.key_identifier or b"").hex() or None if issuer_key_id else None,
        critical=tuple(read.critical),
        policies=tuple(
            policy.policy_identifier.dotted_string for policy in _one(found, x509.CertificatePolicies) or ()
        ),
        name_constraints=tuple(_subtrees(_one(found, x509.NameConstraints))),
    )


def named(oid: x509.ObjectIdentifier) -> str:
    """The name of an object identifier as OpenSSL writes it, else its number."""
    return oid.dotted_string if oid._name == "Unknown OID" else oid._name


@dataclass
class _Extensions:
    """What was read, by object identifier; ``unread`` are those that are there and were not, None is all of them."""

    found: dict[str, x509.Extension[x509.ExtensionType]] = field(default_factory=dict)
    unread: set[str] | None = field(default_factory=set)
    critical: list[str] = field(default_factory=list)

    def lacks(self, kind: type[x509.ExtensionType]) -> bool:
        """Whether an extension of this kind is there, or may be, and could not be read."""
        return self.unread is None or kind.oid.dotted_string in self.unread


def _read(certificate: x509.Certificate | None, data: bytes, notes: list[str]) -> _Extensions:
    why = ""
    if certificate:
        try:
            whole = list(certificate.extensions)
        except _refused() as error:
            why = str(error)
        else:
            found = {extension.oid.dotted_string: extension for extension in whole}
            return _Extensions(found, critical=[named(extension.oid) for extension in whole if extension.critical])
    told = len(notes)
    read = _one_by_one(data, notes)
    if why and len(notes) == told:
        notes.append(f"its extensions cannot be read: {why}")
    return read


def _refused() -> tuple[type[Exception], ...]:
    from cryptography import x509

    return (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


def _one_by_one(data: bytes, notes: list[str]) -> _Extensions:
    from cryptography import x509

    try:
        fields = walked(data)
        encoded = list(zip(fields.extension_oids, fields.extensions, strict=True))
    except Damaged as error:
        notes.append(f"its extensions cannot be read: {error}")
        return _Extensions(unread=None)
    read = _Extensions()
    unread = read.unread = {oid for oid, _ in encoded[_MAX_EXTENSIONS:]}
    if len(encoded) > _MAX_EXTENSIONS:
        notes.append(f"it has {len(encoded):,} extensions, of which the first {_MAX_EXTENSIONS} are read")
    seen: set[str] = set()
    for oid, extension in encoded[:_MAX_EXTENSIONS]:
        if oid in seen:
            first = "cannot be read" if oid in unread else "is shown"
            notes.append(f"its extension {oid} stands there more than once, and the first {first}")
            continue
        seen.add(oid)
        if _is_critical(extension):
            read.critical.append(_name_of(oid))
        try:
            (read.found[oid],) = x509.load_der_x509_certificate(certificate_with(extension)).extensions
        except _refused() as error:
            unread.add(oid)
            notes.append(f"its extension {oid} cannot be read: {error}")
    return read


def _is_critical(extension: bytes) -> bool:
    """By the extension's BOOLEAN, which is readable where its value is not."""
    _, *rest = der.read(extension).children()
    return any(part.tag == _BOOLEAN and any(part.content) for part in rest)


def _name_of(oid: str) -> str:
    from cryptography import x509

    try:
        return named(x509.ObjectIdentifier(oid))
    except ValueError:
        return oid


def _one(extensions: Iterable[x509.Extension[x509.ExtensionType]], kind: type[_Extension]) -> _Extension | None:
    return next((found.value for found in extensions if isinstance(found.value, kind)), None)


def _general_name(name: x509.GeneralName) -> str:
    from cryptography import x509

    kinds: dict[type, str] = {
        x509.DNSName: "dns",
        x509.IPAddress: "ip",
        x509.RFC822Name: "email",
        x509.UniformResourceIdentifier: "uri",
    }
    return f"{kinds[type(name)]}:{name.value}" if type(name) in kinds else f"other:{type(name).__name__}"


def _subtrees(constraints: x509.NameConstraints | None) -> Iterable[str]:
    from cryptography import x509

    if not constraints:
        return
    for word, names in (("permitted", constraints.permitted_subtrees), ("excluded", constraints.excluded_subtrees)):
        for name in names or ():
            is_directory = isinstance(name, x509.DirectoryName)
            yield f"{word} directory:{name.value.rfc4514_string()}" if is_directory else f"{word} {_general_name(name)}"
