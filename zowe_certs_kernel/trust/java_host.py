"""Which host names Java takes a certificate for (sun.security.util.HostnameChecker, endpoint identification HTTPS)."""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable

from ..model import CertificateFacts
from ..names import IPAddress, parse_address
from .java_certificate import called
from .name_constraints import shown_names

__all__ = ["java_host_problem"]

_DNS, _ADDRESS = "dns:", "ip:"
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST_LABEL = 63
_LONGEST_ADDRESS = 15
_LONGEST_NAME = 1_000  # no host has over 253; the work grows with the length


def java_host_problem(leaf: CertificateFacts, host: str, *, newer: bool = False) -> str:
    """Why a Java client refuses the certificate for a host name or address; empty where it takes it.

    DNS names of the certificate count, else the CN; addresses only as addresses. An asterisk may stand anywhere in a
    label, and in Java 17 in every label.

    Args:
        newer: what Java 25 says, where only the first label may have an asterisk.
    """
    if not leaf.der and not leaf.san:
        return f"whether {called(leaf)} is for {shown_names([host])} cannot be told from a listing"
    asked = host.removesuffix(".")
    address = parse_address(asked.removeprefix("[").removesuffix("]")) or _short_address(asked)
    if address:
        held = [found for found in map(parse_address, _named(leaf, _ADDRESS)) if found]
        return "" if _plain(address) in map(_plain, held) else _refusal(leaf, host, _named(leaf, _ADDRESS), "addresses")
    if not _is_host(asked):
        return f"{shown_names([host]) or 'an empty name'} is not a name that a Java client can ask for"
    names = _named(leaf, _DNS)
    if names:
        found = any(_matches(asked, name, newer=newer) for name in names)
        return "" if found else _refusal(leaf, host, names, "DNS names")
    name = leaf.common_name
    if name == leaf.subject:
        return _refusal(leaf, host, [], "names")
    formal = unicodedata.is_normalized("NFKC", name)
    return "" if formal and _matches(asked, name, newer=newer) else _refusal(leaf, host, [name], "names")


def _named(leaf: CertificateFacts, kind: str) -> list[str]:
    return [name.removeprefix(kind) for name in leaf.san if name.startswith(kind)]


def _short_address(text: str) -> IPAddress | None:
    """An IPv4 address of fewer numbers, the last of which fills the rest (sun.net.util.IPAddressUtil)."""
    parts = text.split(".")
    if len(text) > _LONGEST_ADDRESS or len(parts) > 4 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    *first, last = map(int, parts)
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    whole = sum(number << 8 * (3 - place) for place, number in enumerate(first))
    return ipaddress.IPv4Address(whole + last)


def _plain(address: IPAddress) -> IPAddress:
    """Java takes an IPv4 address that is written as one of IPv6 for the same (java.net.InetAddress)."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _refusal(leaf: CertificateFacts, host: str, names: list[str], kind: str) -> str:
    has = f"it has {shown_names(names)}" if names else "it has none"
    return f"{called(leaf)} is not for {shown_names([host])}: of {kind} {has}"


def _matches(host: str, pattern: str, *, newer: bool) -> bool:
    """HostnameChecker.isMatched: both in Unicode, label by label."""
    asked, offered = _in_unicode(host), _in_unicode(pattern)
    if asked is None or offered is None or _is_illegal(offered):
        return False
    labels, patterns = asked.lower().split("."), offered.lower().split(".")
    if len(labels) != len(patterns) or not _is_host(offered.replace("*", "z")):
        return False
    wild = 1 if newer else len(patterns)
    return all(map(_label_matches, labels[:wild], patterns[:wild])) and labels[wild:] == patterns[wild:]


def _is_illegal(pattern: str) -> bool:
    """An asterisk alone, or one in the last label."""
    last = pattern.rfind("*")
    return last >= 0 and ("." not in pattern[last:] or pattern == "*.")


def _label_matches(label: str, pattern: str) -> bool:
    """Each asterisk stands for any characters, none too (HostnameChecker.matchWildCards)."""
    first, *others = pattern.split("*")
    if not others:
        return label == pattern
    if not label.startswith(first):
        return False
    rest = label[len(first) :]
    for part in others[:-1]:
        at = rest.find(part)
        if at < 0:
            return False
        rest = rest[at + len(part) :]
    return rest.endswith(others[-1])


def _is_host(name: str) -> bool:
    """javax.net.ssl.SNIHostName: letters, digits and inner hyphens in each label, after IDNA."""
    from encodings.idna import ToASCII

    converted = _by_label(name, lambda label: ToASCII(label).decode("ascii"))
    return converted is not None and all(
        len(label) <= _LONGEST_LABEL and label.strip("-") == label and _HOST_CHARACTERS.issuperset(label.lower())
        for label in converted.split(".")
    )


def _in_unicode(name: str) -> str | None:
    """java.net.IDN.toUnicode, which leaves a label as it is where it is no IDNA; None where Java takes no such name."""
    from encodings.idna import ToASCII, ToUnicode

    def convert(label: str) -> str:
        plain = ToASCII(label).decode("ascii").lower()
        try:
            return ToUnicode(plain)
        except UnicodeError:
            return plain

    return _by_label(name, convert)


def _by_label(name: str, convert: Callable[[str], str]) -> str | None:
    if not name or len(name) > _LONGEST_NAME:
        return None
    try:
        return ".".join(map(convert, name.split(".")))
    except UnicodeError:
        return None
