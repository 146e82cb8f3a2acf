"""Under which names clients take a server's certificate; each function gives the reason why not, or nothing.

What they do differs most where there is no DNS name among the alternative names. RFC 6125 is here what
service-identity makes of it; measured were Python 3.11 and curl 7.88 over OpenSSL 3.0, and Node 20:

=================================== ======== ======= ======== =======
the certificate has                 RFC 6125 Python  curl     Node
=================================== ======== ======= ======== =======
no DNS name, the host in its CN     refuse   take it take (1) take it
no IP address, the address in CN    refuse   refuse  take (1) refuse
``f*.example.com`` for ``foo.…``    refuse   refuse  refuse   take it
``*.example.com`` for ``a_b.…``     take it  refuse  take it  take it
``*.example.com`` for ``xn--….…``   refuse   take it take it  take it
``localhost`` for ``localhost.``    take it  refuse  take it  take it
=================================== ======== ======= ======== =======

(1) only where it has neither a DNS name nor an IP address, and of several CNs the last. Python stops looking at the
CN where a program sets ``hostname_checks_common_name`` to False, as urllib3 does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import Damaged
from ..model import CertificateFacts
from ..names import IPAddress, parse_address
from ..stores.certificate import load_certificate
from .name_constraints import shown_names

if TYPE_CHECKING:
    from service_identity.hazmat import CertificatePattern, DNSPattern, IPAddressPattern

__all__ = ["curl_host_problem", "node_host_problem", "openssl_host_problem", "rfc_host_problem"]

_LONGEST_HOST = 255  # OpenSSL's TLSEXT_MAXLEN_host_name
_OPENSSL_WILDCARD = re.compile(r"\*(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}")
_OPENSSL_LABEL = re.compile(r"\*|[a-z0-9-]+")
_NOT_NODE = re.compile(r"[^\x21-\x7f]")
_SAN = "2.5.29.17"


def rfc_host_problem(leaf: CertificateFacts, host: str) -> str:
    """By service-identity's rules (RFC 6125 and 9525). Only alternative names count, as in browsers.

    A wildcard is the whole first label and stands for one label that is not ``xn--``; an address is matched by an
    IP address only. A host name in Unicode is compared in its ``xn--`` form (IDNA 2008).
    """
    from service_identity.exceptions import VerificationError
    from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity

    address = parse_address(host)
    try:
        asked = IPAddress_ID(str(address)) if address else DNS_ID(_ascii(host).removesuffix("."))
    except ValueError:
        return _no_host(host)
    patterns: list[CertificatePattern] = [*_dns_patterns(leaf), *_address_patterns(leaf)]
    try:
        if patterns:
            verify_service_identity(patterns, [asked], [])
    except VerificationError:
        patterns = []
    return "" if patterns else _refusal(leaf, host, common_name=False)


def openssl_host_problem(leaf: CertificateFacts, host: str) -> str:
    """As Python's ssl has OpenSSL check it (X509_check_host without partial wildcards, X509_check_ip).

    Any CN counts where the alternative names hold no DNS name, an IP address or mailbox beside it or not. Python turns
    a host name in Unicode into ``xn--`` by IDNA 2003 and leaves a dot at its end in place.
    """
    try:
        asked = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return _no_host(host)
    if not asked or asked.startswith(".") or len(asked) > _LONGEST_HOST:
        return _no_host(host)
    address = parse_address(asked)
    names = _named(leaf, "dns")
    by_name = address is None and any(_openssl_match(name.lower(), asked) for name in names or _common_names(leaf))
    return "" if by_name or address in _addresses(leaf) else _refusal(leaf, host, common_name=address is None)


def node_host_problem(leaf: CertificateFacts, host: str) -> str:
    """As Node's ``tls.checkServerIdentity`` has it.

    Any CN counts where the alternative names hold no DNS name; the first label may hold a wildcard anywhere. A host
    name in Unicode is not turned into ``xn--`` there: that is done by Node's URL, from which most programs have it.
    """
    asked = host.removesuffix(".").lower()
    address = parse_address(asked)
    names = _named(leaf, "dns")
    by_name = address is None and any(_node_match(name, asked) for name in names or _common_names(leaf))
    return "" if by_name or address in _addresses(leaf) else _refusal(leaf, host, common_name=address is None)


def curl_host_problem(leaf: CertificateFacts, host: str) -> str:
    """As curl has it over OpenSSL (its own Curl_cert_hostcheck), where it differs from :func:`openssl_host_problem`.

    The last CN counts, for an address too, where the alternative names hold neither a DNS name nor an IP address.
    """
    address = parse_address(host)
    try:
        asked = str(address) if address else _ascii(host).removesuffix(".").lower()
    except ValueError:
        return _no_host(host)
    if not asked:
        return _no_host(host)
    if names := [] if address else _named(leaf, "dns"):
        found = any(_curl_match(name, asked) for name in names)
    elif _addresses(leaf) or _named(leaf, "dns"):
        found = address in _addresses(leaf)
    else:
        found = any(_curl_match(name, asked) for name in _common_names(leaf)[-1:])
    return "" if found else _refusal(leaf, host, common_name=not _addresses(leaf))


def _ascii(host: str) -> str:
    """In its ``xn--`` form where it is not ASCII. Raises ``ValueError`` where it has none."""
    from service_identity.hazmat import DNS_ID

    if host.isascii():
        return host
    lower = unicodedata.normalize("NFC", host.lower())
    try:
        return DNS_ID(lower).hostname.decode("ascii")
    except ImportError:  # the library idna is there wherever Jupyter is
        return lower.encode("idna").decode("ascii")


def _dns_patterns(leaf: CertificateFacts) -> Iterator[DNSPattern]:
    """Each name alone, so that an odd one hides no other."""
    from service_identity.exceptions import CertificateError
    from service_identity.hazmat import DNSPattern

    for name in _named(leaf, "dns"):
        try:
            yield DNSPattern.from_bytes(name.encode("ascii"))
        except (CertificateError, UnicodeError):
            continue


def _address_patterns(leaf: CertificateFacts) -> Iterator[IPAddressPattern]:
    from service_identity.hazmat import IPAddressPattern

    for address in _addresses(leaf):
        yield IPAddressPattern(pattern=address)


def _named(leaf: CertificateFacts, kind: str) -> list[str]:
    return [name.partition(":")[2] for name in leaf.san if name.startswith(f"{kind}:")]


def _addresses(leaf: CertificateFacts) -> set[IPAddress]:
    return {address for name in _named(leaf, "ip") if (address := parse_address(name))}


def _common_names(leaf: CertificateFacts) -> list[str]:
    """All of them, as they are encoded; none where there may be alternative names that could not be read."""
    from cryptography import x509

    if _unread(leaf):
        return []
    try:
        subject = load_certificate(leaf.der).subject
    except (Damaged, ValueError):
        return [leaf.common_name] if leaf.common_name != leaf.subject else []
    return [str(name.value) for name in subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]


def _unread(leaf: CertificateFacts) -> bool:
    return any(_SAN in note or note.startswith("its extensions cannot be read") for note in leaf.notes)


def _openssl_match(pattern: str, host: str) -> bool:
    if not _OPENSSL_WILDCARD.fullmatch(pattern):
        return pattern == host
    first, dot, rest = host.partition(".")
    return f"{dot}{rest}" == pattern[1:] and bool(_OPENSSL_LABEL.fullmatch(first))


def _curl_match(pattern: str, host: str) -> bool:
    pattern = pattern.removesuffix(".").lower()
    if pattern == host:
        return True
    _, dot, rest = host.partition(".")
    if parse_address(host) or not pattern.startswith("*.") or pattern.count(".") < 2:
        return False
    return bool(dot) and rest == pattern[2:]


def _node_match(pattern: str, host: str) -> bool:
    own, asked = pattern.removesuffix(".").lower().split("."), host.split(".")
    if len(own) != len(asked) or "" in own or any(map(_NOT_NODE.search, own)) or own[1:] != asked[1:]:
        return False
    before, star, after = own[0].partition("*")
    if not star or "xn--" in own[0]:
        return own[0] == asked[0]
    fits = asked[0].startswith(before) and asked[0].endswith(after) and len(asked[0]) >= len(before) + len(after)
    return fits and "*" not in after and len(own) > 2


def _no_host(host: str) -> str:
    return f"{shown_names([host]) or 'an empty name'} is not a name that a client can ask for"


def _refusal(leaf: CertificateFacts, host: str, *, common_name: bool) -> str:
    """``common_name``: whether this client looks at the CN where there is no DNS name."""
    asked = shown_names([host]) or "an empty name"
    if _unread(leaf):
        return f"{asked} cannot be found, as the certificate's alternative names cannot be read"
    if leaf.san:
        return f"{asked} is none of the certificate's names ({shown_names(leaf.san)})"
    has = shown_names(_common_names(leaf))
    if not has:
        return f"{asked} cannot be found, as the certificate has no names at all"
    if common_name:
        return f"{asked} is not the certificate's CN {has}, and it has no alternative names"
    return f"the certificate has no alternative names, which alone count for {asked}; its CN is {has}"
