"""Stores of Bouncy Castle, which keytool makes with its provider, are named, and the advice given converts them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.corpus.keytool_recipes import CURVE, WHERE
from tests.corpus.stores import PASSWORD, Facts, found_in, private, trusted
from tests.corpus.workshop import KeytoolWorkshop, Workshop
from tests.java.conftest import JAVAS

LIBRARY = Path("/usr/share/java/bcprov.jar")  # where Debian's libbcprov-java has it
AES_256 = "PBES2 with AES-256 and SHA256, 10,000 rounds"
KINDS = ("BKS", "UBER", "BCFKS")


def made(kind: str, *lines: str) -> tuple[str, ...]:
    provider = f"-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath {LIBRARY}"
    return tuple(f"{line} {WHERE} -storetype {kind} {provider}" for line in lines)


def key_and_more(kind: str) -> tuple[str, ...]:
    return made(
        kind,
        f"-genkeypair -alias leaf -dname CN=Leaf {CURVE} -keypass:env PASSWORD",
        "-importcert -alias root -file root.pem -noprompt",
    )


A_SECRET = "-genseckey -alias aes -keyalg AES -keysize 256 -keypass:env PASSWORD"
LITTLE = {"a secret key": made("BKS", A_SECRET), "nothing": made("BKS", A_SECRET, "-delete -alias aes")}


@pytest.fixture(scope="session")
def of_bouncy_castle(
    keytool_workshop: Callable[..., KeytoolWorkshop], missing: Callable[[str, str], NoReturn], of_openssl: Workshop
) -> Workshop:
    if not LIBRARY.exists():
        missing("bouncycastle", str(LIBRARY))
    shop = keytool_workshop(JAVAS[0], "bouncy castle")
    shutil.copy(of_openssl.folder / "root.pem", shop.folder)
    shop.together(*map(key_and_more, KINDS), *LITTLE.values())
    return shop


def converted_as(sentence: str, source: str) -> str:
    """The command of the advice, with the files and the passwords in it."""
    command = re.search(r"copy it by keytool (-importkeystore .*)$", sentence)
    assert command, sentence
    options = (
        command[1]
        .replace(" with ", " ")
        .replace(" and ", " ")
        .replace("-providerpath of bcprov", f"-providerpath {LIBRARY}")
    )
    return (
        f"{options} -noprompt -srckeystore {source} -srcstorepass:env PASSWORD "
        "-destkeystore {out} -deststorepass:env PASSWORD"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_of_bouncy_castle_is_named_and_converts_by_the_advice(kind: str, of_bouncy_castle: Workshop) -> None:
    path = of_bouncy_castle.store(key_and_more(kind))
    sentence = found_in(path, PASSWORD)
    assert isinstance(sentence, str)
    assert sentence.startswith(f"it is a {kind} store of Bouncy Castle, which is not read here: copy it by keytool ")
    converted = found_in(of_bouncy_castle.store([converted_as(sentence, path.name)]), PASSWORD)
    assert isinstance(converted, Facts)
    assert {*converted.entries} == {private("leaf", "EC 256", "Leaf", under=AES_256), trusted("root", "Root")}


@pytest.mark.parametrize("name", LITTLE)
def test_a_store_of_bouncy_castle_that_holds_little_is_named(name: str, of_bouncy_castle: Workshop) -> None:
    found = found_in(of_bouncy_castle.store(LITTLE[name]), PASSWORD)
    assert isinstance(found, str)
    assert found.startswith("it is a BKS store of Bouncy Castle")
