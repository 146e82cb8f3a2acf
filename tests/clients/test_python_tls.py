"""Python takes the PEM files at both ends of a TLS connection over loopback, and only for the right names."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients.names import REACHED_BY, SOMEBODY_ELSE, STRANGERS, is_address
from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.setup.plan import CA_CERTIFICATE, FileKind

TIMEOUT_SECONDS = 20
GREETING = b"Zowe"
VERSIONS = {"TLSv1.3": ssl.TLSVersion.TLSv1_3, "TLSv1.2": ssl.TLSVersion.TLSv1_2}


@dataclass(frozen=True)
class Seen:
    """What one side saw: the other's certificate in DER, or why it gave up."""

    version: str | None = None
    peer: bytes | None = None
    refused: str = ""


def key_file(made: Made) -> Path:
    return next(made.plan.directory / file.path for file in made.plan.files if file.kind is FileKind.KEY)


def authority(made: Made) -> Path:
    return made.plan.directory / CA_CERTIFICATE


def server_context(made: Made) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key_file(made).with_suffix(".cer"), key_file(made))
    context.load_verify_locations(authority(made))
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(made: Made, *trusted: Path, identity: bool = True) -> ssl.SSLContext:
    """A client as ``ssl`` makes it: it checks the chain and the host's name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for path in trusted:
        context.load_verify_locations(path)
    if identity:
        context.load_cert_chain(key_file(made).with_suffix(".cer"), key_file(made))
    return context


def serve(listening: socket.socket, context: ssl.SSLContext) -> Seen:
    plain, _ = listening.accept()
    plain.settimeout(TIMEOUT_SECONDS)
    try:
        with context.wrap_socket(plain, server_side=True) as side:
            side.sendall(GREETING)
            return Seen(side.version(), side.getpeercert(binary_form=True))
    except ssl.SSLError as error:
        return Seen(refused=error.reason or str(error))


def connect(address: tuple[str, int], context: ssl.SSLContext, host: str) -> Seen:
    """The host is never looked up: a plain connection to loopback carries the TLS that asks for it."""
    plain = socket.create_connection(address, TIMEOUT_SECONDS)
    try:
        with context.wrap_socket(plain, server_hostname=host) as side:
            # In TLS 1.3 a client learns only now whether the server took its certificate.
            assert side.recv(len(GREETING)) == GREETING
            return Seen(side.version(), side.getpeercert(binary_form=True))
    except ssl.SSLCertVerificationError as error:
        return Seen(refused=error.verify_message)
    except OSError as error:
        return Seen(refused=str(error))


def shake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> tuple[Seen, Seen]:
    """What the client and the server saw of each other."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as beside:
        listening.settimeout(TIMEOUT_SECONDS)
        other_side = beside.submit(serve, listening, server)
        seen = connect(listening.getsockname(), client, host)
        return seen, other_side.result(TIMEOUT_SECONDS)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", REACHED_BY)
def test_both_sides_accept_each_other_under_every_name_of_the_certificate(
    made_sets: Mapping[str, Made], name: str, version: str
) -> None:
    made = made_sets[name]
    client = client_context(made, authority(made))
    client.minimum_version = client.maximum_version = VERSIONS[version]
    leaf = ssl.PEM_cert_to_DER_cert(key_file(made).with_suffix(".cer").read_text("ascii"))
    for host in REACHED_BY[name]:
        assert shake(server_context(made), client, host) == (Seen(version, leaf), Seen(version, leaf)), host


@pytest.mark.parametrize("name", STRANGERS)
def test_a_name_that_the_certificate_does_not_hold_is_refused(made_sets: Mapping[str, Made], name: str) -> None:
    made = made_sets[name]
    for host in STRANGERS[name]:
        seen, _ = shake(server_context(made), client_context(made, authority(made)), host)
        kind = "IP address" if is_address(host) else "Hostname"
        assert seen == Seen(refused=f"{kind} mismatch, certificate is not valid for '{host}'.")


@pytest.mark.parametrize("name", REACHED_BY)
def test_without_our_authority_the_server_is_refused(made_sets: Mapping[str, Made], name: str) -> None:
    made, other = made_sets[name], made_sets[SOMEBODY_ELSE]
    for trusted in ((), (authority(other),)):
        seen, _ = shake(server_context(made), client_context(made, *trusted), REACHED_BY[name][0])
        assert seen == Seen(refused="self-signed certificate in certificate chain")


@pytest.mark.parametrize("name", REACHED_BY)
def test_a_client_without_a_certificate_is_refused(made_sets: Mapping[str, Made], name: str) -> None:
    made = made_sets[name]
    client = client_context(made, authority(made), identity=False)
    seen, seen_by_server = shake(server_context(made), client, REACHED_BY[name][0])
    assert seen_by_server == Seen(refused="PEER_DID_NOT_RETURN_A_CERTIFICATE")
    assert seen.refused


@pytest.mark.parametrize("name", REACHED_BY)
def test_a_client_with_the_certificate_of_another_set_is_refused(made_sets: Mapping[str, Made], name: str) -> None:
    made, other = made_sets[name], made_sets[SOMEBODY_ELSE]
    seen, seen_by_server = shake(server_context(made), client_context(other, authority(made)), REACHED_BY[name][0])
    assert seen_by_server == Seen(refused="CERTIFICATE_VERIFY_FAILED")
    assert seen.refused
