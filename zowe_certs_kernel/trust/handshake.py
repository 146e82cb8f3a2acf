"""A TLS handshake in memory: does this keystore, with this trust store, work at both ends?"""

from __future__ import annotations

import secrets
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..model import Entry, EntryKind, Store

__all__ = ["Handshake", "mutual_handshake"]

_STEPS = 20


@dataclass(frozen=True)
class Handshake:
    """Whether both sides accepted each other when the client asked for ``host``; ``reason`` where not.

    ``alias`` is the entry that both showed.
    """

    host: str
    accepted: bool
    version: str
    reason: str = ""
    alias: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "alias": self.alias,
            "host": self.host,
            "accepted": self.accepted,
            "version": self.version,
            "reason": self.reason,
        }


def mutual_handshake(entry: Entry, truststore: Store, hosts: list[str]) -> tuple[Handshake, ...]:
    """Let ``entry`` be server and client at once, each trusting what ``truststore`` trusts.

    Nothing leaves the process. For each of ``hosts`` the client checks that name in the
    server's certificate, as browsers and Zowe's strict mode do.

    Raises:
        StoreError: the entry's key cannot be decrypted.
    """
    trusted = "".join(
        ssl.DER_cert_to_PEM_cert(found.certificate.der)
        for found in truststore.entries
        if found.kind is EntryKind.TRUSTED_CERTIFICATE and found.certificate
    )
    with _identity(entry) as (path, password):
        try:
            server = _context(ssl.PROTOCOL_TLS_SERVER, path, password, trusted)
            client = _context(ssl.PROTOCOL_TLS_CLIENT, path, password, trusted)
        except ssl.SSLError as error:  # the key is not the certificate's, or OpenSSL finds it too weak
            return tuple(Handshake(host, False, "", _reason(error), entry.alias) for host in hosts)
        return tuple(replace(_shake(server, client, host), alias=entry.alias) for host in hosts)


@contextmanager
def _identity(entry: Entry) -> Iterator[tuple[Path, str]]:
    """Chain and key as the file that Python's ssl insists on: private, encrypted under a throw-away password."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    assert entry.open_key  # noqa: S101  # callers pass private-key entries
    password = secrets.token_urlsafe()
    sealed = BestAvailableEncryption(password.encode())
    text = entry.open_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed).decode()
    text += "".join(ssl.DER_cert_to_PEM_cert(facts.der) for facts in entry.chain)
    with tempfile.TemporaryDirectory(prefix="zowe-certs-") as folder:
        path = Path(folder, "identity.pem")
        path.write_text(text, encoding="ascii")
        yield path, password


def _context(protocol: int, path: Path, password: str, trusted: str) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # as browsers: the alternative names alone count
    context.load_cert_chain(path, password=password)
    if trusted:
        context.load_verify_locations(cadata=trusted)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _shake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> Handshake:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        asking = client.wrap_bio(to_client, to_server, server_hostname=host)
    except ValueError:  # a label of 64 letters, say: a certificate may hold any text as a name
        return Handshake(host, accepted=False, version="", reason="no client can ask for this name")
    sides = [asking, server.wrap_bio(to_server, to_client, server_side=True)]
    waiting = list(sides)
    for _ in range(_STEPS):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return Handshake(host, accepted=False, version="", reason=_reason(error))
        if not waiting:
            return Handshake(host, accepted=True, version=sides[0].version() or "")
    return Handshake(host, accepted=False, version="", reason="the handshake did not end")


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or "TLS error"
