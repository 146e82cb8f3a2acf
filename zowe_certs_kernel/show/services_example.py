"""What notebook 60 shows where it is given no source: a Zowe, and a z/OSMF that answers on this machine meanwhile."""

from __future__ import annotations

import datetime as dt
import secrets
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..folders import example_settings
from ..issue import CertificateKind, Issued, generate_key, issue
from ..model import KeyType
from ..secret import Secret
from ..setup import make, plan_setup
from ..stores.pem import certificate_pem
from ..zowe.settings import read_settings

__all__ = ["example_server", "make_services_example"]

_LOOPBACK = "127.0.0.1"
_SECONDS = 20


def make_services_example(folder: Path) -> Path:
    """Make the KEYSTORE_DIRECTORY of the example settings, under a random password that stays in the process.

    Raises:
        WriteError: the folder cannot be written.
    """
    settings = read_settings([example_settings()], password=lambda: Secret(secrets.token_urlsafe(16)))
    return make(plan_setup(settings, directory=folder / "keystore")).plan.directory


@contextmanager
def example_server() -> Iterator[str]:
    """A TLS server with a certificate of a made-up authority; its ``host:port``. It answers once, on this machine."""
    now = dt.datetime.now(dt.UTC)
    authority = issue(
        CertificateKind.CA, (("CN", "z/OSMF CertAuth"),), generate_key(KeyType.EC_P256), now=now, days=3650
    )
    server = issue(
        CertificateKind.SERVICE,
        (("CN", "zosmf.example.com"), ("OU", "z/OSMF")),
        generate_key(KeyType.EC_P256),
        now=now,
        days=730,
        issuer=authority,
        san=("dns:zosmf.example.com", f"ip:{_LOOPBACK}"),
    )
    context = _context(server)
    with socket.create_server((_LOOPBACK, 0)) as listening:
        listening.settimeout(_SECONDS)
        thread = threading.Thread(target=_answer, args=(listening, context), daemon=True)
        thread.start()
        yield f"{_LOOPBACK}:{listening.getsockname()[1]}"
        thread.join(_SECONDS)


def _context(server: Issued) -> ssl.SSLContext:
    """Python's ssl insists on a file: the key in it is encrypted under a throw-away password, and gone at once."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    password = secrets.token_urlsafe()
    key = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="zowe-certs-") as folder:
        path = Path(folder, "server.pem")
        path.write_bytes(key + certificate_pem(*server.chain))
        context.load_cert_chain(path, password=password)
    return context


def _answer(listening: socket.socket, context: ssl.SSLContext) -> None:
    try:
        connection, _ = listening.accept()
        connection.settimeout(_SECONDS)
        with connection, context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)
    except OSError:  # who looks at a certificate need not stay
        return
