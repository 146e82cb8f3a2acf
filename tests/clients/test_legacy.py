"""A store in the protection of Java 8: OpenSSL 3 needs its legacy provider for it, and Node refuses it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.clients.conftest import TIMEOUT_SECONDS
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, write_pkcs12
from zowe_certs_kernel.stores.certificate import public_key_of

PASSWORD = "unguessed"
TRIPLE_DES = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 50000"
RC2_40 = "pbeWithSHA1And40BitRC2-CBC, Iteration 50000"
OPEN_IN_NODE = (
    "require('tls').createSecureContext({pfx: require('fs').readFileSync(process.argv[1]),"
    " passphrase: process.env.PASSWORD})"
)


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue(CertificateKind.CA, (("CN", "Authority"),), generate_key(), now=dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def written(authority: Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    contents = (
        KeyContent("localca", authority.key, authority.chain),
        TrustedContent("trusted", authority.certificate),
    )
    path = tmp_path_factory.mktemp("legacy") / "store.p12"
    path.write_bytes(write_pkcs12(contents, Protection(Secret(PASSWORD), Profile.LEGACY)))
    return path


@pytest.fixture(scope="module")
def legacy(openssl: str, missing: Callable[[str, str], NoReturn]) -> str:
    listed = run(openssl, "list", "-providers", "-provider", "legacy")
    return openssl if "legacy" in listed.stdout else missing("openssl", "the legacy provider of OpenSSL")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PASSWORD": PASSWORD}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )


def test_openssl_finds_the_protection_that_java_8_writes(legacy: str, written: Path) -> None:
    done = run(legacy, "pkcs12", "-legacy", "-info", "-noout", "-in", str(written), "-passin", "env:PASSWORD")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        *("MAC: sha1, Iteration 100000", "MAC length: 20, salt length: 20"),
        *("PKCS7 Data", f"Shrouded Keybag: {TRIPLE_DES}"),
        *(f"PKCS7 Encrypted data: {RC2_40}", "Certificate bag", "Certificate bag"),
    ]


def test_openssl_opens_the_key(legacy: str, written: Path, authority: Issued) -> None:
    command = ("pkcs12", "-legacy", "-nocerts", "-nodes", "-in", str(written), "-passin", "env:PASSWORD")
    key = run(legacy, *command).stdout
    found = load_pem_private_key(key[key.index("-----BEGIN") :].encode(), None)
    assert public_key_of(found) == public_key_of(authority.key)


def test_openssl_without_its_legacy_provider_does_not_read_it(openssl: str, written: Path) -> None:
    done = run(openssl, "pkcs12", "-noout", "-in", str(written), "-passin", "env:PASSWORD")
    assert done.returncode == 1
    assert "RC2-40-CBC" in done.stderr


def test_node_does_not_read_it(node: str, written: Path) -> None:
    done = run(node, "-e", OPEN_IN_NODE, str(written))
    assert done.returncode == 1
    assert "Unsupported PKCS12 PFX data" in done.stderr
