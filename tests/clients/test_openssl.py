"""OpenSSL reads the stores without its legacy provider, verifies the PEM files strictly and shakes hands with them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Timer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from tests.clients.conftest import TIMEOUT_SECONDS
from tests.clients.names import REACHED_BY, SOMEBODY_ELSE, STRANGERS, is_address
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.setup import Made, Plan
from zowe_certs_kernel.setup.plan import CA_CERTIFICATE, FileKind
from zowe_certs_kernel.stores import open_store

SETS = ("1.15", "1.15 as Zowe", "1.28")
SERVICE = "CN=Zowe Service,OU=API Mediation Layer,O=Zowe Sample,L=Prague,ST=Prague,C=CZ"
NAMES = ("-nameopt", "RFC2253")
PEM_KEY = re.compile(r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n", re.DOTALL)

TRIPLE_DES = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000"
AES = "PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256"
MAC_SHA1 = ("MAC: sha1, Iteration 10000", "MAC length: 20, salt length: 20")
MAC_SHA256 = ("MAC: sha256, Iteration 10000", "MAC length: 32, salt length: 20")


def structure(mac: Sequence[str], algorithm: str, keys: int, certificates: int) -> list[str]:
    """What ``openssl pkcs12 -info`` says of a store."""
    clear = ["PKCS7 Data", *[f"Shrouded Keybag: {algorithm}"] * keys] if keys else []
    return [*mac, *clear, f"PKCS7 Encrypted data: {algorithm}", *["Certificate bag"] * certificates]


def file_of(plan: Plan, kind: FileKind) -> Path:
    return next(plan.directory / file.path for file in plan.files if file.kind is kind)


def leaf_of(plan: Plan) -> Path:
    return file_of(plan, FileKind.KEY).with_suffix(".cer")


def run(*command: str, **passwords: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **passwords}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )


@pytest.mark.parametrize(
    ("name", "stores"),
    [
        (
            "1.15",
            [
                structure(MAC_SHA256, AES, keys=1, certificates=1),
                structure(MAC_SHA1, TRIPLE_DES, keys=2, certificates=4),
                structure(MAC_SHA1, TRIPLE_DES, keys=0, certificates=1),
            ],
        ),
        (
            "1.15 as Zowe",
            [
                structure(MAC_SHA256, AES, keys=1, certificates=1),
                structure(MAC_SHA256, AES, keys=2, certificates=4),
                structure(MAC_SHA256, AES, keys=0, certificates=1),
            ],
        ),
        (
            "1.28",
            [
                structure(MAC_SHA256, AES, keys=1, certificates=1),
                structure(MAC_SHA1, TRIPLE_DES, keys=1, certificates=3),
                structure(MAC_SHA1, TRIPLE_DES, keys=0, certificates=2),
            ],
        ),
    ],
)
def test_openssl_opens_every_store_and_finds_its_protection(
    openssl: str, made_sets: Mapping[str, Made], name: str, stores: list[list[str]]
) -> None:
    plan = made_sets[name].plan
    for store, expected in zip(plan.stores, stores, strict=True):
        command = ("pkcs12", "-info", "-noout", "-in", str(plan.directory / store.path), "-passin", "env:PASSWORD")
        done = run(openssl, *command, PASSWORD=store.password.reveal())
        assert done.returncode == 0, done.stderr
        assert done.stderr.splitlines() == expected


@pytest.mark.parametrize("name", SETS)
def test_openssl_decrypts_every_key_and_certificate(openssl: str, made_sets: Mapping[str, Made], name: str) -> None:
    plan = made_sets[name].plan
    for store in plan.stores:
        command = ("pkcs12", "-noenc", "-in", str(plan.directory / store.path), "-passin", "env:PASSWORD")
        done = run(openssl, *command, PASSWORD=store.password.reveal())
        assert done.returncode == 0, done.stderr
        entries = open_store(plan.directory / store.path, store.password).entries
        held = {facts.der for entry in entries for facts in entry.chain}
        shown = x509.load_pem_x509_certificates(done.stdout.encode())
        assert {certificate.public_bytes(Encoding.DER) for certificate in shown} == held
        keys = [load_pem_private_key(text.encode(), None).public_key() for text in PEM_KEY.findall(done.stdout)]
        of_keys = [entry.chain[0].der for entry in entries if entry.kind is EntryKind.PRIVATE_KEY]
        assert keys == [x509.load_der_x509_certificate(certificate).public_key() for certificate in of_keys]


def verify(openssl: str, plan: Plan, authority: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run(openssl, "verify", "-x509_strict", "-CAfile", str(authority), *more, str(leaf_of(plan)))


def named(host: str) -> tuple[str, str]:
    return ("-verify_ip" if is_address(host) else "-verify_hostname", host)


@pytest.mark.parametrize("name", SETS)
def test_openssl_verifies_the_certificate_strictly_for_both_purposes(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    plan = made_sets[name].plan
    for purpose in ("sslserver", "sslclient"):
        done = verify(openssl, plan, plan.directory / CA_CERTIFICATE, "-purpose", purpose)
        assert (done.returncode, done.stdout) == (0, f"{leaf_of(plan)}: OK\n"), done.stderr


@pytest.mark.parametrize("name", SETS)
def test_openssl_verifies_every_name_of_the_certificate_and_no_other(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    plan = made_sets[name].plan
    for host in REACHED_BY[name]:
        assert verify(openssl, plan, plan.directory / CA_CERTIFICATE, *named(host)).returncode == 0, host
    for host in STRANGERS[name]:
        done = verify(openssl, plan, plan.directory / CA_CERTIFICATE, *named(host))
        assert done.returncode == 2
        problem = "64 at 0 depth lookup: IP address" if is_address(host) else "62 at 0 depth lookup: hostname"
        assert f"error {problem} mismatch" in done.stderr


@pytest.mark.parametrize("name", SETS)
def test_openssl_does_not_take_another_authority_of_the_same_name(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    other = made_sets[SOMEBODY_ELSE].plan
    done = verify(openssl, made_sets[name].plan, other.directory / CA_CERTIFICATE)
    assert done.returncode == 2
    assert "unable to get local issuer certificate" in done.stderr


@pytest.mark.parametrize("name", SETS)
def test_openssl_reads_the_request_and_verifies_its_signature(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    request = file_of(made_sets[name].plan, FileKind.REQUEST)
    done = run(openssl, "req", "-in", str(request), "-verify", "-noout", "-subject", *NAMES)
    assert done.returncode == 0, done.stderr
    assert "verify OK" in done.stderr
    assert done.stdout == f"subject={SERVICE}\n"


@pytest.mark.parametrize("name", ["1.15", "1.22", "1.28"])
def test_iconv_reads_the_copies_in_ebcdic_with_the_line_ends_of_z_os(
    program: Callable[..., str], made_sets: Mapping[str, Made], name: str
) -> None:
    iconv, plan = program("openssl", "iconv"), made_sets[name].plan
    copies = [file for file in plan.files if file.kind is FileKind.CERTIFICATE_EBCDIC]
    assert len(copies) >= 2
    for file in copies:
        copy = plan.directory / file.path
        assert b"\x25" not in copy.read_bytes()
        read = run(iconv, "-f", "IBM-1047", "-t", "UTF-8", str(copy)).stdout.replace("\x85", "\n")
        found = x509.load_pem_x509_certificate(read.encode())
        assert found.fingerprint(SHA256()).hex() == made_sets[name].sha256[file.certificate]
        if copy.name.endswith("-ebcdic"):
            assert read == copy.with_suffix(".cer").read_text("ascii")


class Server:
    """``openssl s_server`` for one connection; it answers each line reversed until it reads CLOSE."""

    def __init__(self, openssl: str, plan: Plan) -> None:
        self._server = subprocess.Popen(
            [
                *(openssl, "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-rev", *NAMES),
                *("-Verify", "1", "-verify_return_error", "-CAfile", str(plan.directory / CA_CERTIFICATE)),
                *("-cert", str(leaf_of(plan)), "-key", str(file_of(plan, FileKind.KEY))),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Server:
        self._watch = Timer(TIMEOUT_SECONDS, self._server.kill)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        self._server.kill()
        self._server.communicate()

    def port(self) -> str:
        """The port that it was given; it says so once it listens."""
        assert self._server.stdout
        for line in self._server.stdout:
            if found := re.match(r"ACCEPT .*:(\d+)$", line):
                return found[1]
        raise AssertionError(self.seen())

    def seen(self) -> str:
        """What it says once it has ended."""
        return self._server.communicate(timeout=TIMEOUT_SECONDS)[1]


def connect(openssl: str, plan: Plan, authority: Path, host: str, *, identity: bool = True) -> tuple[str, str]:
    """What client and server say of one connection."""
    with Server(openssl, plan) as server:
        command = [
            *(openssl, "s_client", "-connect", f"127.0.0.1:{server.port()}", "-brief", "-ign_eof", *NAMES),
            *("-verify_return_error", "-CAfile", str(authority), *named(host)),
            *(("-cert", str(leaf_of(plan)), "-key", str(file_of(plan, FileKind.KEY))) if identity else ()),
        ]
        done = subprocess.run(
            command,
            input="Zowe\nCLOSE\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        return done.stdout + done.stderr, server.seen()


@pytest.mark.parametrize("name", SETS)
def test_two_processes_of_openssl_accept_each_other(openssl: str, made_sets: Mapping[str, Made], name: str) -> None:
    plan, host = made_sets[name].plan, REACHED_BY[name][0]
    client, server = connect(openssl, plan, plan.directory / CA_CERTIFICATE, host)
    for seen in (client, server):
        assert "CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\n" in seen
        assert "Verification: OK\n" in seen
        assert f"Peer certificate: {SERVICE}\n" in seen
    assert f"Verified peername: {'*.example.com' if name == '1.28' else host}\n" in client
    assert "ewoZ\n" in client


@pytest.mark.parametrize("name", SETS)
def test_a_client_in_openssl_refuses_another_name_and_another_authority(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    plan, host = made_sets[name].plan, REACHED_BY[name][0]
    client, _ = connect(openssl, plan, plan.directory / CA_CERTIFICATE, STRANGERS[name][0])
    assert "hostname mismatch" in client
    assert "CONNECTION ESTABLISHED" not in client
    other = made_sets[SOMEBODY_ELSE].plan
    client, _ = connect(openssl, plan, other.directory / CA_CERTIFICATE, host)
    assert "self-signed certificate in certificate chain" in client
    assert "CONNECTION ESTABLISHED" not in client


@pytest.mark.parametrize("name", SETS)
def test_a_server_in_openssl_refuses_a_client_without_a_certificate(
    openssl: str, made_sets: Mapping[str, Made], name: str
) -> None:
    plan = made_sets[name].plan
    client, server = connect(openssl, plan, plan.directory / CA_CERTIFICATE, REACHED_BY[name][0], identity=False)
    assert "peer did not return a certificate" in server
    assert "CONNECTION ESTABLISHED" not in server
    assert "ewoZ" not in client
