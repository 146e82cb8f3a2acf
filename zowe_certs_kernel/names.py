"""Distinguished names, host names and addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    from cryptography import x509

__all__ = [
    "LOCAL_ADDRESS",
    "LOCAL_HOST_NAMES",
    "MOST_IN_COMMON_NAME",
    "IPAddress",
    "asked_hosts",
    "common_name",
    "distinguished_name",
    "host_name_problem",
    "parse_address",
    "split_list",
]

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LOCAL_HOST_NAMES = ("localhost.localdomain", "localhost")
LOCAL_ADDRESS: IPAddress = ipaddress.IPv4Address("127.0.0.1")
MOST_IN_COMMON_NAME = 64  # X.520's ub-common-name, which RFC 5280, appendix A.1, repeats

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_PRINTABLE_STRING = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")
_MAX_HOST_NAME = 253
_RFC4514_PART = re.compile(r"([^=,+]+)=((?:\\.|[^,+\\])*)(?:[,+]|$)", re.DOTALL)
_RFC4514_ESCAPE = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def split_list(text: str) -> tuple[str, ...]:
    """A comma list as Zowe's files hold it, blanks around the commas allowed."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def host_name_problem(name: str) -> str | None:
    """Why ``name`` cannot be a dNSName, or None where it can (RFC 5280, 4.2.1.6; RFC 6125, 6.4.3)."""
    if re.search(r"\s", name):
        return f"{name!r} holds a blank; separate host names by commas"
    if not name.isascii():
        return f"{name!r} is not ASCII; write the name in its xn-- form"
    if parse_address(name) is not None:
        return f"{name!r} is an address; it belongs into IPADDRESS"
    labels = name.removeprefix("*.").split(".")
    if len(name) > _MAX_HOST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        return f"{name!r} is not a host name"
    if labels[-1].isdigit():
        return f"{name!r} is neither a host name nor an address: its last part is a number"
    if name.startswith("*.") and len(labels) == 1:
        return f"{name!r} would stand for a whole top-level domain"
    return None


def asked_hosts(hosts: Iterable[str], option: str) -> tuple[str, ...]:
    """Names or addresses to ask for, as they were given.

    Raises:
        UsageError: one is empty or an address of the web; ``option`` names where it was given.
    """
    asked = tuple(hosts)
    for host in asked:
        if not host.strip() or "/" in host or (":" in host and parse_address(host) is None):
            msg = f"{option} takes a host name or an address without scheme and port, not {host[:80]!r}"
            raise UsageError(msg)
    return asked


def parse_address(text: str) -> IPAddress | None:
    """An IPv4 or IPv6 address, or None where the text is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if getattr(address, "scope_id", None) else address


def distinguished_name(parts: Iterable[tuple[str, str]]) -> x509.Name:
    """An X.501 name of ``(attribute, value)`` pairs such as ``("CN", "Zowe Service")``, in encoded order.

    Values are PrintableString where their characters allow it, as keytool writes them,
    else UTF8String; an empty value leaves its attribute out.
    """
    from cryptography import x509
    from cryptography.x509.name import _ASN1Type
    from cryptography.x509.oid import NameOID

    oids = {
        "C": NameOID.COUNTRY_NAME,
        "ST": NameOID.STATE_OR_PROVINCE_NAME,
        "L": NameOID.LOCALITY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "CN": NameOID.COMMON_NAME,
    }
    return x509.Name(
        [
            x509.NameAttribute(
                oids[attribute],
                value,
                _type=_ASN1Type.PrintableString if _PRINTABLE_STRING.fullmatch(value) else _ASN1Type.UTF8String,
            )
            for attribute, value in parts
            if value
        ]
    )


def common_name(subject: str) -> str:
    r"""The CN of an RFC 4514 name with its escapes undone, or the whole name where there is none."""
    names = (value for attribute, value in _RFC4514_PART.findall(subject) if attribute == "CN" and value)
    found = next(names, None)
    return subject if found is None else _RFC4514_ESCAPE.sub(_unescaped, found)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[2]:
        return escape[2]
    return bytes.fromhex(escape[1].replace("\\", "")).decode("utf-8", "replace")
