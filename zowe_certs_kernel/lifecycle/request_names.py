"""Which names a request asks for, and which are no use in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..issue import Subject, name_text
from ..model import Entry
from ..names import (
    LOCAL_ADDRESS,
    LOCAL_HOST_NAMES,
    MOST_IN_COMMON_NAME,
    distinguished_name,
    host_name_problem,
    parse_address,
)
from ..stores.certificate import load_certificate

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["LOCAL_NAMES", "asked_names", "file_name_of", "is_local", "names_of", "subject_of", "usable_names"]

LOCAL_NAMES = (*(f"dns:{name}" for name in LOCAL_HOST_NAMES), f"ip:{LOCAL_ADDRESS}")
_FILE_NAME = re.compile(r"[\w@$#][\w.@$# -]*(?<![ .])")


def file_name_of(alias: str) -> str:
    """The alias as Java keeps it, where files can be called so.

    Raises:
        UsageError: they cannot.
    """
    name = alias.strip().lower()
    if len(name) > 100 or not _FILE_NAME.fullmatch(name):
        msg = f"the alias {alias[:80]!r} cannot be the name of a file; use letters, digits, blank and . @ $ # _ -"
        raise UsageError(msg)
    return name


_TYPE = re.compile(r"(\\.)|(^|\s*[,+])\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*", re.DOTALL)


def _as_rfc4514(subject: str) -> str:
    return _TYPE.sub(lambda found: found[1] or f"{found[2].strip()}{found[3].upper()}=", subject.strip())


def subject_of(subject: Subject | x509.Name | str) -> x509.Name:
    """A subject as X.509 has it.

    In a text the types may be in small letters and blanks may stand around them, as keytool takes ``-dname`` too.

    Raises:
        UsageError: a text is no name of RFC 4514, or what it asks for cannot stand in a certificate.
    """
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        if isinstance(subject, str):
            others = {
                "E": NameOID.EMAIL_ADDRESS,
                "EMAILADDRESS": NameOID.EMAIL_ADDRESS,
                "S": NameOID.STATE_OR_PROVINCE_NAME,
            }
            name = x509.Name.from_rfc4514_string(_as_rfc4514(subject), others)
        else:
            name = distinguished_name(subject) if isinstance(subject, tuple) else subject
        name.public_bytes()  # which finds what cannot be encoded
    except ValueError as error:
        why = f" ({error})" if str(error) else ""
        msg = f"the subject {str(subject)[:120]!r} is no name like CN=zowe.example.com,O=Example,C=CZ{why}"
        raise UsageError(msg) from None
    countries = [str(part.value) for part in name.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
    if odd := [country for country in countries if not (country.isascii() and country.isalpha())]:
        msg = f"the subject is no name like CN=zowe.example.com,O=Example,C=CZ: {odd[0][:20]!r} is no country"
        raise UsageError(msg)
    common = [str(part.value) for part in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not common or not common[0].strip():
        msg = "the subject has no common name: begin it with CN="
        raise UsageError(msg)
    if (length := len(common[0])) > MOST_IN_COMMON_NAME:
        msg = f"the common name {common[0][:80]!r} has {length} characters, and {MOST_IN_COMMON_NAME} are allowed"
        raise UsageError(msg)
    return name


def asked_names(hosts: Iterable[str]) -> tuple[str, ...]:
    """Host names and addresses as people write them, as subject alternative names."""
    return tuple(f"ip:{host}" if parse_address(host) else f"dns:{host}" for host in map(str.strip, hosts))


def usable_names(san: Sequence[str | x509.GeneralName]) -> list[str | x509.GeneralName]:
    """The names, each once.

    Raises:
        UsageError: there are none, or one is no host name and no address.
    """
    found: dict[str, str | x509.GeneralName] = {}
    for name in san:
        text = name if isinstance(name, str) else name_text(name)
        kind, _, value = text.partition(":")
        if isinstance(name, str) and (why := _problem(kind, value)):
            msg = f"the name {why}"
            raise UsageError(msg)
        found.setdefault(text.lower() if not text.startswith("other:") else repr(name), name)
    if not found:
        msg = "nobody reaches a server without a name: say which host names and addresses clients use"
        raise UsageError(msg)
    return list(found.values())


def _problem(kind: str, value: str) -> str | None:
    if kind == "ip":
        return None if parse_address(value) else f"{value[:80]!r} is no address"
    if kind == "dns":
        return host_name_problem(value)
    return None if kind in {"email", "uri"} and value.isascii() else f"{f'{kind}:{value}'[:80]!r} is not understood"


def is_local(name: str) -> bool:
    """Whether it is the machine's own name or address, for which public authorities sign nothing.

    Source: CA/Browser Forum, Baseline Requirements, sections 4.2.2 and 7.1.2.7.12.
    """
    kind, _, value = name.partition(":")
    address = parse_address(value) if kind == "ip" else None
    host = value.lower().rstrip(".")
    return bool(address and address.is_loopback) or (
        kind == "dns" and (host in LOCAL_HOST_NAMES or host.endswith(".localhost"))
    )


def names_of(entry: Entry) -> tuple[list[x509.GeneralName], list[str]]:
    """The subject alternative names of an entry's certificate; and in words those that cannot be written again."""
    from cryptography import x509

    facts = entry.chain[0]
    try:
        extensions = load_certificate(facts.der).extensions
        return list(extensions.get_extension_for_class(x509.SubjectAlternativeName).value), []
    except x509.ExtensionNotFound:
        return [], []
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType, x509.DuplicateExtension):
        return [], list(facts.san) or ["all names, for they cannot be read"]
