"""TLS servers on loopback, each with a chain of made-up certificates, and what is said of them as facts."""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.trust.scenarios.builder import Party
from zowe_certs_kernel.model import CertificateFacts
from zowe_certs_kernel.stores.certificate import certificate_facts

__all__ = ["facts", "pem", "serving"]

_SECONDS = 20


def facts(party: Party) -> CertificateFacts:
    return certificate_facts(party.der)


def pem(*parties: Party) -> bytes:
    return "".join(ssl.DER_cert_to_PEM_cert(party.der) for party in parties).encode()


@contextmanager
def serving(*chain: Party, demand: Party | None = None) -> Iterator[int]:
    """A server that shows this chain to whoever calls, as often as they call; its port.

    Args:
        demand: the authority of which clients must show a certificate.
    """
    context = _context(chain, demand)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listening, context, over), daemon=True)
        thread.start()
        try:
            yield port
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port), _SECONDS).close()  # wakes who waits for a call
            thread.join(_SECONDS)
            assert not thread.is_alive()


def _context(chain: tuple[Party, ...], demand: Party | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = chain[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.pem")
        path.write_bytes(key + pem(*chain))
        context.load_cert_chain(path)
    if demand:
        context.load_verify_locations(cadata=demand.der)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _serve(listening: socket.socket, context: ssl.SSLContext, over: threading.Event) -> None:
    while True:
        connection, _ = listening.accept()
        with connection:
            if over.is_set():
                return
            connection.settimeout(_SECONDS)
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(1)
            except OSError:  # the client has seen enough, or was refused
                continue
