"""TLS in memory between a server that takes any key and a client as Python makes it."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.trust.host_cases import KEY, Names

ACCEPTED = "ok"


def pem(certificates: Iterable[bytes]) -> str:
    return "".join(map(ssl.DER_cert_to_PEM_cert, certificates))


def server(path: Path, identity: str) -> ssl.SSLContext | None:
    """It takes keys and signatures that are too weak for most clients: these are to refuse them."""
    path.write_text(identity, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    try:
        context.load_cert_chain(path)
    except ssl.SSLError:  # the key is not that of the certificate
        return None
    return context


def client(anchors: Iterable[bytes], *, strict: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    text = pem(anchors)
    if text:
        context.load_verify_locations(cadata=text)
    if strict:  # as ssl.create_default_context() does since Python 3.13
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def shaken(answering: ssl.SSLContext, asking: ssl.SSLContext, host: str = "") -> str:
    """What became of a handshake in memory; without ``host`` no name is checked."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking.check_hostname = bool(host)
    try:
        sides = [asking.wrap_bio(to_client, to_server, server_hostname=host or None)]
    except ValueError as error:
        return str(error)
    sides.append(answering.wrap_bio(to_server, to_client, server_side=True))
    for _ in range(8):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return getattr(error, "verify_message", "") or str(error)
    return ACCEPTED


def identity(case: Names) -> str:
    key = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return key + case.certificate.public_bytes(Encoding.PEM).decode()
