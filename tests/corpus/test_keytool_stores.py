"""Stores that keytool makes, each type with the same entries: what is in them, and what both Javas show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from tests.corpus.java_view import Lister, not_as_said
from tests.corpus.keytool_recipes import FIRST_STORE, OWN_PASSWORD, WHERE
from tests.corpus.stores import PASSWORD, Case, Facts, Held, found_in, loose, private, secret, trusted
from tests.corpus.workshop import KeytoolWorkshop, Workshop
from tests.java.conftest import JAVAS
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store

Shops = Callable[[str], Workshop]

COPY = (
    "-importkeystore -srckeystore store-1 -srcstorepass:env PASSWORD -noprompt "
    "-destkeystore {out} -deststorepass:env PASSWORD"
)
COPY_WITH_ITS_OWN = f"{COPY} -srcalias root -srckeypass:env PASSWORD -destalias Own -destkeypass:env OWN"
AS_TRUSTED = f"-importcert {WHERE} -storetype CaseExactJKS -noprompt -file root.pem"
THE_FIRST = "-keystore store-1 -storepass:env PASSWORD"

ROOT = private("root", "EC 256", "Root")
MIDDLE = private("middle", "EC 256", "Middle", "Root")
LEAF = private("můj klíč ä", "RSA 1024", "Leaf", "Middle", "Root")
PAST = private("past", "Ed25519 256", "Past")
AUTHORITY = trusted("localca", "Root")
OWN = private("own", "EC 256", "Root")
AES_256 = "PBES2 with AES-256 and SHA256, 10,000 rounds"
SEALED = secret("aes", "it is listed and not opened")
CASES_KEPT = "JKS, cases kept"
NOT_FOUND = "Java lists its alias and finds nothing under it, because it looks for lower case (CaseExactJKS does not)"
OF_KEYS = {"JKS": "Sun's own key protection", "JCEKS": "PBEWithMD5AndTripleDES for keys"}


def store(kind: str, protection: str, under: str, *entries: Held) -> Facts:
    """``under`` is what encrypts each private key."""
    keys = [replace(each, protection=under if each.opened else "") for each in entries]
    return Facts(kind, tuple(sorted(keys, key=lambda entry: entry.alias)), protection)


STORES = {
    "PKCS12": Case(
        FIRST_STORE,
        store(
            "PKCS12",
            f"HMAC-SHA256, 10,000 rounds; {AES_256}",
            AES_256,
            *(ROOT, MIDDLE, LEAF, PAST, SEALED, trusted("LocalCA", "Root")),
        ),
    ),
    "PKCS12 as in Java 8": Case(
        (f"-J-Dkeystore.pkcs12.legacy {COPY} -deststoretype PKCS12",),
        store(
            "PKCS12",
            "HMAC-SHA1, 100,000 rounds; RC2-40 and SHA-1, 50,000 rounds",
            "3DES and SHA-1, 50,000 rounds",
            *(ROOT, MIDDLE, LEAF, PAST, SEALED, AUTHORITY),
        ),
    ),
    "JKS": Case(
        (f"{COPY} -deststoretype JKS", COPY_WITH_ITS_OWN),
        store("JKS", f"SHA-1 integrity, {OF_KEYS['JKS']}", OF_KEYS["JKS"], ROOT, MIDDLE, LEAF, PAST, AUTHORITY, OWN),
    ),
    "JCEKS": Case(  # fewer entries: each key costs 200,000 rounds
        (
            *(f"{COPY} -deststoretype JCEKS -srcalias {alias}" for alias in ("middle", "aes", "localca")),
            f"{COPY_WITH_ITS_OWN} -deststoretype JCEKS",
        ),
        store(
            "JCEKS",
            f"SHA-1 integrity, {OF_KEYS['JCEKS']}",
            OF_KEYS["JCEKS"],
            *(MIDDLE, secret("aes"), AUTHORITY, OWN),
        ),
    ),
    CASES_KEPT: Case(
        (f"{AS_TRUSTED} -alias LocalCA", f"{AS_TRUSTED} -alias other"),
        store(
            "JKS",
            "SHA-1 integrity",
            "",
            replace(trusted("LocalCA", "Root"), notes=(NOT_FOUND,)),
            trusted("other", "Root"),
        ),
    ),
}
# The newer Java makes the type that it makes by default; it writes the others as the older one does.
MADE = [(JAVAS[0], name) for name in STORES] + [(JAVAS[1], "PKCS12")]
TEXTS = {
    "text with a chain": Case(
        (f"-list -rfc {THE_FIRST} -alias 'můj klíč ä'",),
        Facts("PEM", (loose("1", "Leaf"), loose("2", "Middle"), loose("3", "Root"))),
    ),
    "certificate in DER": Case(
        (f"-exportcert {THE_FIRST} -alias middle",), Facts("X.509 certificate", (loose("1", "Middle"),))
    ),
    "request": Case(
        (f"-certreq {THE_FIRST} -alias root",),
        "its PEM text holds neither a certificate nor a key, but a certificate request, which holds no certificate yet",
    ),
}


@pytest.fixture(scope="session")
def of_keytool(keytool_workshop: Callable[..., KeytoolWorkshop]) -> Shops:
    """keytool of one of the Javas, with its first store, of which the others are copies."""

    @cache
    def work(which: str) -> Workshop:
        shop = keytool_workshop(which, "keytool", OWN=OWN_PASSWORD)
        recipes = [STORES[name].recipe for made_by, name in MADE if made_by == which]
        shop.together(*(recipe for recipe in recipes if "-J-" not in recipe[0]))
        return shop

    return work


@pytest.mark.parametrize(("which", "name"), MADE)
def test_a_store_of_keytool_holds_what_was_put_in(which: str, name: str, of_keytool: Shops) -> None:
    case = STORES[name]
    found = found_in(of_keytool(which).store(case.recipe), PASSWORD, OWN_PASSWORD)
    if isinstance(found, Facts):  # Java's own order is that of a hash table
        found = replace(found, entries=tuple(sorted(found.entries, key=lambda entry: entry.alias)))
    assert found == case.expected


@pytest.mark.parametrize("name", TEXTS)
def test_what_keytool_writes_beside_stores_holds_what_was_put_in(name: str, of_keytool: Shops) -> None:
    case = TEXTS[name]
    assert found_in(of_keytool(JAVAS[0]).store(case.recipe)) == case.expected


def test_java_shows_the_stores_of_keytool_as_it_is_said_of_them(of_keytool: Shops, lister: Lister) -> None:
    stores = {f"{which}: {name}": (of_keytool(which).store(STORES[name].recipe), STORES[name]) for which, name in MADE}
    assert not_as_said(lister, stores) == {}


@pytest.mark.parametrize("name", ["JKS", "JCEKS"])
def test_a_key_with_a_password_of_its_own_stays_closed_without_it(name: str, of_keytool: Shops) -> None:
    found = found_in(of_keytool(JAVAS[0]).store(STORES[name].recipe), PASSWORD)
    assert isinstance(found, Facts)
    closed = [entry for entry in found.entries if entry.opened not in {"fits", ""}]
    why = "the private key 'own' has another password than the store"
    assert closed == [replace(OWN, opened=why, protection=OF_KEYS[name])]


@pytest.mark.parametrize("name", ["JKS", "JCEKS", CASES_KEPT])
def test_without_a_password_everything_is_listed_and_nothing_proved(name: str, of_keytool: Shops) -> None:
    expected = STORES[name].expected
    found = found_in(of_keytool(JAVAS[0]).store(STORES[name].recipe))
    assert isinstance(expected, Facts)
    assert isinstance(found, Facts)
    assert "its integrity was not checked" in found.notes
    listed = {(entry.alias, entry.kind, entry.chain) for entry in found.entries}
    assert listed == {(entry.alias, entry.kind, entry.chain) for entry in expected.entries}


@pytest.mark.parametrize(("which", "name"), [made for made in MADE if made[1] != CASES_KEPT])
def test_a_store_of_keytool_does_not_open_under_another_password(which: str, name: str, of_keytool: Shops) -> None:
    found = found_in(of_keytool(which).store(STORES[name].recipe), "another")
    assert found == "the password does not open it, or its bytes were changed"


@pytest.mark.parametrize("which", JAVAS)
def test_an_expired_certificate_of_keytool_is_read_with_its_day(which: str, of_keytool: Shops) -> None:
    entry = open_store(of_keytool(which).store(FIRST_STORE), Secret(PASSWORD)).entry("PAST")
    assert entry is not None
    assert entry.certificate is not None
    assert entry.certificate.not_after == dt.datetime(2020, 1, 3, 3, 4, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("which", JAVAS)
def test_a_certificate_that_keytool_exports_is_read(which: str, of_keytool: Shops) -> None:
    path = of_keytool(which).store(FIRST_STORE).with_name("root.pem")
    assert found_in(path) == Facts("PEM", (loose("1", "Root"),))
