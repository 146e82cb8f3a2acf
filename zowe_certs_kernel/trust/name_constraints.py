"""What an authority's name constraints say of a certificate below it (RFC 5280, section 4.2.1.10)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["constraint_problem", "shown_names"]

_MOST_COMPARISONS = 1 << 15  # OpenSSL gives up at 2^20, Java does not; real ones stay below some thousand
_MOST_SHOWN = 3
_LONGEST_SHOWN = 60
_DNS_LABEL = re.compile(r"[A-Za-z0-9_-]+")

_Kind = tuple[str, str]


@dataclass(frozen=True)
class _Name:
    """A name, or a subtree of names, of a kind such as ``dns``; ``compared`` is made once, as each meets many."""

    kind: _Kind
    value: Any
    compared: Any

    def __str__(self) -> str:
        text = self.value.rfc4514_string() if self.kind[0] == "directory" else str(self.value)
        return f"of kind {self.kind[0]}" if self.kind[0] not in _KINDS.values() else f"{self.kind[0]}:{_cut(text)}"


_KINDS = {
    "DNSName": "dns",
    "IPAddress": "ip",
    "DirectoryName": "directory",
    "RFC822Name": "email",
    "UniformResourceIdentifier": "uri",
}


def constraint_problem(
    constraints: x509.NameConstraints,
    certificate: x509.Certificate,
    *,
    common_name: bool = False,
    every_email: bool = False,
) -> str:
    """Why ``constraints`` of an authority forbid ``certificate``, or nothing where they do not.

    A name must not be within an excluded subtree, and must be within a permitted one if there are any of its kind.
    The subject counts as a directory name, and its emailAddress as a mailbox where the certificate has no
    alternative names. Who calls leaves out the self-issued ones that are not the last of a path (section 6.1.3).

    Args:
        constraints: those of one authority above it.
        certificate: the one that is judged.
        common_name: its CN, if it looks like a host name of two labels or more, counts as a DNS name where the
            certificate has none. OpenSSL does so for the last certificate (NAME_CONSTRAINTS_check_CN), Java by rules
            of its own (``java_rules``).
        every_email: emailAddress counts even if there are alternative names: OpenSSL.
    """
    try:
        names = _names(certificate, common_name=common_name, every_email=every_email)
        permitted = _by_kind(constraints.permitted_subtrees or ())
        excluded = _by_kind(constraints.excluded_subtrees or ())
    except (ValueError, TypeError) as error:
        return f"its names, which are constrained, cannot be read: {_cut(str(error))}"
    most = len(constraints.permitted_subtrees or ()) + len(constraints.excluded_subtrees or ())
    if len(names) * most > _MOST_COMPARISONS:
        return f"{len(names):,} names under {most:,} name constraints are too many to be checked"
    for name in names:
        try:
            problem = _problem(name, permitted.get(name.kind), excluded.get(name.kind, []))
        except (ValueError, TypeError) as error:
            problem = f"its name {name} is constrained and cannot be checked: {_cut(str(error))}"
        if problem:
            return problem
    return ""


def shown_names(names: Iterable[str], most: int = _MOST_SHOWN, longest: int = _LONGEST_SHOWN) -> str:
    """``a, b, c and 4 more``: names for a sentence, each cut where it is too long for one, and on one line."""
    listed = list(names)
    told = ", ".join(_cut(name, longest) for name in listed[:most])
    return told if len(listed) <= most else f"{told} and {len(listed) - most:,} more"


def _problem(name: _Name, permitted: list[_Name] | None, excluded: list[_Name]) -> str:
    if permitted is not None and not any(_is_within(name, base) for base in permitted):
        return f"its name {name} is outside of what is permitted ({shown_names(str(base) for base in permitted)})"
    within = next((base for base in excluded if _is_within(name, base)), None)
    return "" if within is None else f"its name {name} is within the excluded {within}"


def _names(certificate: x509.Certificate, *, common_name: bool, every_email: bool) -> list[_Name]:
    from cryptography import x509

    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        alternative = None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise ValueError(str(error)) from None
    names = [_name(name) for name in alternative or ()]
    subject = certificate.subject
    if every_email or alternative is None:
        emails = subject.get_attributes_for_oid(x509.NameOID.EMAIL_ADDRESS)
        names += [_of("email", str(email.value)) for email in emails]
    if common_name and not any(name.kind[0] == "dns" for name in names):
        found = [str(name.value) for name in subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
        names += [_of("dns", name) for name in found if _looks_like_host(name)]
    return [*([_of("directory", subject)] if list(subject) else []), *names]


def _looks_like_host(name: str) -> bool:
    """As OpenSSL's cn2dnsid takes it: a name of one label is none, underscores are fine."""
    labels = name.split(".")
    return len(labels) > 1 and all(
        _DNS_LABEL.fullmatch(label) and not label.startswith("-") and not label.endswith("-") for label in labels
    )


def _by_kind(subtrees: Iterable[x509.GeneralName]) -> dict[_Kind, list[_Name]]:
    found: dict[_Kind, list[_Name]] = {}
    for subtree in map(_name, subtrees):
        found.setdefault(subtree.kind, []).append(subtree)
    return found


def _name(name: x509.GeneralName) -> _Name:
    """Names of one kind constrain each other; of OtherName each type is a kind of its own."""
    from cryptography import x509

    kind = type(name).__name__
    of_other = name.type_id.dotted_string if isinstance(name, x509.OtherName) else ""
    return _of(_KINDS.get(kind, kind), name.value, of_other)


def _of(kind: str, value: Any, of_other: str = "") -> _Name:
    if kind == "directory":
        return _Name((kind, of_other), value, _parts(value))
    return _Name((kind, of_other), value, value.lower() if kind in ("dns", "uri") else value)


def _is_within(name: _Name, base: _Name) -> bool:
    """Raises ``ValueError`` where that cannot be told."""
    match name.kind[0]:
        case "dns":
            return _host_within(name.compared, base.compared, itself=True)
        case "ip":
            return name.value.version == base.value.version and name.value in base.value
        case "directory":
            return bool(name.compared[: len(base.compared)] == base.compared)
        case "email":
            return _mailbox_within(name.value, base.value)
        case "uri":
            return _host_within(_host(name.compared), base.compared, itself=False)
    msg = "names of that kind are not compared"
    raise ValueError(msg)


def _host(uri: str) -> str:
    host = urlsplit(uri).hostname
    if not host:
        msg = "it has no host"
        raise ValueError(msg)
    return host


def _host_within(host: str, base: str, *, itself: bool) -> bool:
    """``.example.com`` are the names below it; ``example.com`` is itself, of DNS names also those below it."""
    if itself and (not base or host == base):
        return True
    if base.startswith("."):
        return len(host) > len(base) and host.endswith(base)
    return host.endswith(f".{base}") if itself else host == base


def _mailbox_within(mailbox: str, base: str) -> bool:
    """A mailbox with its local part as it is written, a host, or with a dot all hosts below a domain."""
    local, at, host = mailbox.rpartition("@")
    if not at:
        msg = "it has no @"
        raise ValueError(msg)
    base_local, base_at, base_host = base.rpartition("@")
    if base_at:
        return base_local in ("", local) and host.lower() == base_host.lower()
    return _host_within(host.lower(), base.lower(), itself=False)


def _parts(name: x509.Name) -> list[frozenset[tuple[str, str | bytes]]]:
    """The parts of a name as they are compared: case and runs of blanks count for nothing (section 7.1)."""
    return [frozenset((one.oid.dotted_string, _plain(one.value)) for one in part) for part in name.rdns]


def _plain(value: str | bytes) -> str | bytes:
    return " ".join(value.lower().split()) if isinstance(value, str) else value


def _cut(text: str, longest: int = _LONGEST_SHOWN) -> str:
    """Names come from anybody: what is no letter, such as the end of a line, is shown as one that cannot be."""
    half = longest // 2
    short = text if len(text) <= longest else f"{text[:half]}…{text[1 - half :]}"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in short)
