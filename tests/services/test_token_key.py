"""z/OSMF's public key for its tokens: fetched over TLS that is proved, and wrapped as Zowe's script wraps it."""

from __future__ import annotations

import base64
import json
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.services import parties
from tests.services.servers import facts, pem
from tests.setup.external_files import NOW
from tests.trust.scenarios.builder import Party
from zowe_certs_kernel.errors import Damaged, SourceMissing
from zowe_certs_kernel.issue import generate_key
from zowe_certs_kernel.services.fetch import zosmf_for_setup
from zowe_certs_kernel.services.token_key import PATH, fetched_token_key
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.setup.steps import steps
from zowe_certs_kernel.zowe.settings import read_settings

KEY = generate_key()
SPKI = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SERVER = (parties.MATCH, parties.ROOT)


def jwk(key: RSAPrivateKey = KEY) -> dict[str, object]:
    numbers = key.public_key().public_numbers()

    def text(number: int) -> str:
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return {"kty": "RSA", "e": text(numbers.e), "use": "sig", "kid": "1", "alg": "RS256", "n": text(numbers.n)}


@contextmanager
def zosmf(status: int, body: bytes, *chain: Party) -> Iterator[int]:
    """A z/OSMF that answers so at the path of its key, and with 403 elsewhere; its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == PATH else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the tests say what is wrong."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = chain[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "server.pem").write_bytes(key + pem(*chain))
        context.load_cert_chain(Path(folder, "server.pem"))
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def fetched(status: int, body: bytes, *, trusted: Party = parties.ROOT) -> bytes | None:
    with zosmf(status, body, *SERVER) as port:
        return fetched_token_key("localhost", port, [facts(trusted)], seconds=10)


def test_the_first_key_of_the_set_is_taken() -> None:
    assert fetched(200, json.dumps({"keys": [jwk(), jwk(generate_key())]}).encode()) == SPKI


def test_a_zosmf_without_tokens_has_none() -> None:
    assert fetched(404, b"not found") is None


@pytest.mark.parametrize("trusted", [parties.MATCH, parties.ROOT])
def test_its_own_certificate_or_its_authority_proves_the_answer(trusted: Party) -> None:
    assert fetched(200, json.dumps({"keys": [jwk()]}).encode(), trusted=trusted) == SPKI


def test_another_zosmf_is_refused() -> None:
    with pytest.raises(SourceMissing, match="cannot be read"):
        fetched(200, json.dumps({"keys": [jwk()]}).encode(), trusted=parties.OTHER_ROOT)


@pytest.mark.parametrize("status", [403, 500])
def test_any_other_answer_is_told(status: int) -> None:
    with pytest.raises(SourceMissing, match=f"answers {status}"):
        fetched(status, b"no")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": []}',
        b'{"keys": [{"kty": "EC"}]}',
        b'{"keys": [{"kty": "RSA", "e": "AQAB", "n": "!"}]}',
        b'{"keys": [{"kty": "RSA", "e": 1, "n": 2}]}',
        b"[" * 50_000,
    ],
)
def test_what_is_no_key_is_told(body: bytes) -> None:
    with pytest.raises(Damaged, match="no key that could be read"):
        fetched(200, body)


def test_an_answer_without_end_is_not_read_whole() -> None:
    with pytest.raises(SourceMissing, match="65,537 bytes"):
        fetched(200, b" " * 200_000)


def test_nobody_there_is_told() -> None:
    with pytest.raises(SourceMissing):
        fetched_token_key("localhost", 1, [facts(parties.ROOT)], seconds=5)


@pytest.mark.parametrize("release", ["1.12", "1.15", "1.20"])
def test_as_zowe_jwtsecret_pem_wraps_it(tmp_path: Path, release: str) -> None:
    env = tmp_path / "zowe.env"
    env.write_text("HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/KS\nVERIFY_CERTIFICATES=true\n")
    settings = read_settings([env], release=release, as_zowe=True)
    with zosmf(200, json.dumps({"keys": [jwk()]}).encode(), *SERVER) as port:
        shown = zosmf_for_setup(settings, f"localhost:{port}", [], as_zowe=True)
    assert shown.token_key == SPKI
    assert "ZC-KS-13" not in [found.rule for found in shown.findings]
    plan = plan_setup(settings, directory=tmp_path / "KS", as_zowe=True, zosmf=shown, at=NOW)
    assert not any("jwtsecret.pem" in defect for defect in plan.defects)
    (step,) = (one for one in steps(plan) if one.title.startswith("Wrap "))
    assert "z/OSMF" in step.title
    make(plan, now=NOW)
    wrapped = x509.load_pem_x509_certificate(
        (tmp_path / "KS" / "localhost" / "localhost.keystore.jwtsecret.pem").read_bytes()
    )
    authority = x509.load_pem_x509_certificate((tmp_path / "KS" / "local_ca" / "localca.cer").read_bytes())
    assert wrapped.public_key() == KEY.public_key()
    assert wrapped.subject.rfc4514_string() == "CN=Zowe JWT Public Key"
    assert wrapped.serial_number == NOW.timestamp() * 1000
    wrapped.verify_directly_issued_by(authority)


def test_as_zowe_without_tokens_the_secrets_own_key_is_wrapped_and_that_is_told(tmp_path: Path) -> None:
    env = tmp_path / "zowe.env"
    env.write_text("HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/KS\nVERIFY_CERTIFICATES=true\n")
    settings = read_settings([env], release="1.15", as_zowe=True)
    with zosmf(404, b"", *SERVER) as port:
        shown = zosmf_for_setup(settings, f"localhost:{port}", [], as_zowe=True)
    assert shown.token_key == b""
    assert "ZC-KS-13" in [found.rule for found in shown.findings]
