"""What a TLS server shows: its chain as it sends it, the version, and whether it asks for a client certificate.

Nothing is trusted by looking: the chain is read, not judged.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..errors import Damaged, SourceMissing
from ..model import CertificateFacts, Entry, EntryKind, Store
from .certificate import certificate_facts

if TYPE_CHECKING:
    import ssl

__all__ = ["endpoint_of", "read_endpoint"]

_ENDPOINT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s/\\:\[\]]+)):([0-9]{1,5})")
# What OpenSSL calls the most usual failures, in words.
_FAILURES = {
    "WRONG_VERSION_NUMBER": "what answers there does not speak TLS",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks older TLS than this Python does",
    "UNSUPPORTED_PROTOCOL": "it speaks older TLS than this Python does",
}
_HANDSHAKE, _CERTIFICATE, _CERTIFICATE_REQUEST = 22, 11, 13  # RFC 8446, section B.3


def endpoint_of(text: str) -> tuple[str, int] | None:
    """Host and port of ``host:port`` or ``[IPv6]:port``; None where the text is neither."""
    found = _ENDPOINT.fullmatch(text)
    if not found or not 0 < int(found[3]) < 65536:
        return None
    return found[1] or found[2], int(found[3])


def read_endpoint(host: str, port: int, *, seconds: float = 10.0) -> Store:
    """The chain that a TLS server sends, its own certificate first.

    Args:
        seconds: how long the connection, and then the handshake, may take.

    Raises:
        SourceMissing: nobody answers there in time, or what answers does not speak TLS.
    """
    import socket
    import ssl

    name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    seen = _Seen()
    failed = version = ""
    try:
        with socket.create_connection((host, port), timeout=seconds) as plain:
            try:
                with _context(seen).wrap_socket(plain, server_hostname=_asked_for(host)) as secure:
                    version = f"{secure.version()}, {(secure.cipher() or ('unknown cipher',))[0]}"
                    seen.fallback(secure.getpeercert(binary_form=True))
            except ssl.SSLError as error:  # a server may end it for want of a client certificate, and has shown its own
                failed = _FAILURES.get(error.reason or "", error.reason or "TLS error")
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error) or "it does not answer in time"
        msg = f"{name} cannot be read: {why}"
        raise SourceMissing(msg) from None
    if not seen.chain:
        msg = f"{name} cannot be read: it showed no certificate: {failed or 'no TLS'}"
        raise SourceMissing(msg)
    entries = tuple(_entries(seen))
    notes = (*_notes(seen, failed), *_order(entries))
    return Store(name, "TLS server", entries, version or "unknown, the handshake was not finished", notes)


class _Seen:
    """What went over the wire."""

    def __init__(self) -> None:
        self.chain: list[bytes] = []
        self.asked = False
        self.whole = False

    def message(self, _: Any, direction: str, __: Any, content: int, kind: Any, data: bytes) -> None:
        """Called by ``ssl`` for each message; a wrong guess about its shape must not end the handshake."""
        if direction != "read" or content != _HANDSHAKE:
            return
        if kind == _CERTIFICATE_REQUEST:
            self.asked = True
        if kind == _CERTIFICATE and not self.chain:
            self.chain = list(_certificates_in(data))
            self.whole = True

    def fallback(self, leaf: bytes | None) -> None:
        """The server's own certificate, where this Python does not show messages."""
        if leaf and not self.chain:
            self.chain = [leaf]


def _certificates_in(message: bytes) -> Iterator[bytes]:
    """The certificates of a Certificate message (RFC 5246, section 7.4.2; RFC 8446, section 4.4.2)."""
    at = 4
    has_context = int.from_bytes(message[4:7], "big") != len(message) - 7
    if has_context:
        at += 1 + message[at]
    at += 3
    while at + 3 <= len(message):
        size = int.from_bytes(message[at : at + 3], "big")
        yield message[at + 3 : at + 3 + size]
        at += 3 + size
        if has_context:
            at += 2 + int.from_bytes(message[at : at + 2], "big")


def _context(seen: _Seen) -> ssl.SSLContext:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is looked at, nothing is sent
    if hasattr(context, "_msg_callback"):  # not documented, but in every CPython from 3.8 on
        context._msg_callback = seen.message
    return context


def _asked_for(host: str) -> str | None:
    """Server name indication is for names only (RFC 6066, section 3)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return None


def _entries(seen: _Seen) -> Iterator[Entry]:
    chain: list[CertificateFacts] = []
    for data in seen.chain:
        try:
            chain.append(certificate_facts(data))
        except Damaged:
            break
    if chain:
        yield Entry("server", EntryKind.CERTIFICATE, tuple(chain))


def _order(entries: Iterable[Entry]) -> Iterator[str]:
    """Each certificate must be signed by the next (RFC 5246, section 7.4.2); TLS 1.3 asks clients to bear others."""
    for entry in entries:
        if any(one.issuer != following.subject for one, following in pairwise(entry.chain)):
            yield "the certificates are not sent in order, each before its issuer, which older clients refuse"


def _notes(seen: _Seen, failed: str) -> Iterator[str]:
    if seen.whole:
        yield f"it {'asks' if seen.asked else 'does not ask'} for a client certificate"
    else:
        yield "this Python shows the server's own certificate only, not the chain that it sent"
    if failed:
        yield f"the handshake was not finished: {failed}"
