"""Stores that pyjks writes: what is in them, and that Java shows the same.

It writes neither JCEKS stores nor secret keys (pyjks 20.0.0).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jks
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from tests.corpus.java_view import Lister, not_as_said
from tests.corpus.stores import PASSWORD, Case, Facts, found_in, private, trusted
from tests.corpus.workshop import Workshop

OF_KEYS = "Sun's own key protection"
SUN = f"SHA-1 integrity, {OF_KEYS}"
# What is handed to pyjks: alias, file of the key or none, files of the chain; then what is found.
CONTENTS: dict[str, tuple[tuple[tuple[str, str, tuple[str, ...]], ...], Facts]] = {
    "several entries": (
        (
            ("leaf", "leaf", ("leaf", "root")),
            ("rivest", "rivest", ("rivest",)),
            ("edwards", "edwards", ("edwards",)),
            ("žofín", "", ("root",)),
            ("root", "", ("root",)),
        ),
        Facts(
            "JKS",
            (
                private("leaf", "EC 256", "Leaf", "Root", under=OF_KEYS),
                private("rivest", "RSA 2048", "Rivest", under=OF_KEYS),
                private("edwards", "Ed25519 256", "Edwards", under=OF_KEYS),
                trusted("žofín", "Root"),
                trusted("root", "Root"),
            ),
            SUN,
        ),
    ),
    "upper case": ((("LocalCA", "", ("root",)),), Facts("JKS", (trusted("localca", "Root"),), "SHA-1 integrity")),
    "nothing": ((), Facts("JKS", (), "SHA-1 integrity")),
}


@pytest.fixture(scope="session")
def of_pyjks(of_openssl: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("pyjks")

    def made(name: str) -> Path:
        path = folder / name
        entries = [pyjks_entry(of_openssl.folder, *content) for content in CONTENTS[name][0]]
        jks.KeyStore.new("jks", entries).save(path, PASSWORD)
        return path

    return made


def pyjks_entry(folder: Path, alias: str, key: str, chain: tuple[str, ...]) -> Any:
    texts = [(folder / f"{each}.pem").read_bytes() for each in chain]
    encoded = [x509.load_pem_x509_certificate(text).public_bytes(Encoding.DER) for text in texts]
    if not key:
        return jks.TrustedCertEntry.new(alias, encoded[0])
    loaded = load_pem_private_key((folder / f"{key}.key").read_bytes(), None)
    clear = loaded.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return jks.PrivateKeyEntry.new(alias, encoded, clear, key_format="pkcs8")


@pytest.mark.parametrize("name", CONTENTS)
def test_a_store_of_pyjks_holds_what_was_put_in(name: str, of_pyjks: Callable[[str], Path]) -> None:
    assert found_in(of_pyjks(name), PASSWORD) == CONTENTS[name][1]


def test_java_shows_the_stores_of_pyjks_as_it_is_said_of_them(of_pyjks: Callable[[str], Path], lister: Lister) -> None:
    stores = {name: (of_pyjks(name), Case((), expected)) for name, (_, expected) in CONTENTS.items()}
    assert not_as_said(lister, stores) == {}
