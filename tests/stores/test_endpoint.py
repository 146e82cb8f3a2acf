"""A TLS server is looked at: its chain as it sends it, the version, and whether it asks for a client certificate."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import SourceMissing
from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.show.store_tables import chain_lines
from zowe_certs_kernel.stores.endpoint import endpoint_of, read_endpoint


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on loopback that answers one connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            connection, _ = server.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(20)


def tls(
    folder: Path, version: ssl.TLSVersion, verify: ssl.VerifyMode, between: bytes = b""
) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    own = folder / "localhost"
    chain = folder / "chain.pem"
    chain.write_bytes(
        (own / "localhost.keystore.cer").read_bytes() + between + (folder / "local_ca/localca.cer").read_bytes()
    )
    context.load_cert_chain(chain, own / "localhost.keystore.key")
    context.load_verify_locations(folder / "local_ca/localca.cer")
    context.verify_mode = verify

    def answer(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            return

    return answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("verify", [ssl.CERT_NONE, ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED])
def test_the_whole_chain_is_read_even_where_the_server_wants_a_client_certificate(
    made_sets: Mapping[str, Made], version: ssl.TLSVersion, verify: ssl.VerifyMode
) -> None:
    made = made_sets["1.15"]
    with serving(tls(made.plan.directory, version, verify)) as port:
        store = read_endpoint("127.0.0.1", port)
    (entry,) = store.entries
    assert [facts.sha256 for facts in entry.chain] == [made.sha256["localhost"], made.sha256["localca"]]
    asks = "does not ask" if verify is ssl.CERT_NONE else "asks"
    assert store.notes[0] == f"it {asks} for a client certificate"
    assert (store.source, store.format) == (f"127.0.0.1:{port}", "TLS server")
    ended = version is ssl.TLSVersion.TLSv1_2 and verify is ssl.CERT_REQUIRED
    assert any("was not finished" in note for note in store.notes) == ended
    assert ended or store.protection.startswith(version.name.replace("_", "."))


def test_a_chain_that_is_sent_out_of_order_is_noted(made_sets: Mapping[str, Made]) -> None:
    folder = made_sets["1.15"].plan.directory
    another = (folder / "localhost/localhost.keystore.jwtsecret.pem").read_bytes()
    with serving(tls(folder, ssl.TLSVersion.TLSv1_2, ssl.CERT_NONE, between=another)) as port:
        store = read_endpoint("127.0.0.1", port)
    assert "the certificates are not sent in order, each before its issuer, which older clients refuse" in store.notes
    assert sum("not signed by the one above" in line for line in chain_lines([store])) == 2


def test_a_server_without_tls_is_one_sentence() -> None:
    with (
        serving(lambda connection: connection.sendall(b"220 welcome\r\n" * 40)) as port,
        pytest.raises(SourceMissing, match=rf"127\.0\.0\.1:{port} cannot be read: .* does not speak TLS"),
    ):
        read_endpoint("127.0.0.1", port)


def test_a_server_that_says_nothing_is_waited_for_only_so_long() -> None:
    released = threading.Event()

    def say_nothing(_: socket.socket) -> None:
        released.wait(30)

    with serving(say_nothing) as port:
        with pytest.raises(SourceMissing, match="cannot be read"):
            read_endpoint("127.0.0.1", port, seconds=0.2)
        released.set()


def test_a_port_where_nobody_listens_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceMissing, match="cannot be read: "):
        read_endpoint("127.0.0.1", port)


def test_a_host_that_is_no_name_is_one_sentence() -> None:
    with pytest.raises(SourceMissing, match="cannot be read: "):
        read_endpoint("a" * 70 + ".example", 443)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("zos1.example.com:443", ("zos1.example.com", 443)),
        ("[2001:db8::10]:7554", ("2001:db8::10", 7554)),
        ("localhost:1", ("localhost", 1)),
        ("C:\\keystore.p12", None),
        ("zos1:0", None),
        ("zos1:65536", None),
        ("zos1", None),
        ("a/b:443", None),
        ("2001:db8::10:443", None),
    ],
)
def test_host_and_port_are_told_from_files(text: str, endpoint: tuple[str, int] | None) -> None:
    assert endpoint_of(text) == endpoint
