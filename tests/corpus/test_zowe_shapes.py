"""The shapes of Zowe's own files, made by the tools that Zowe and its users make them with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus.java_view import Lister, allowed_of, not_as_said
from tests.corpus.keytool_recipes import CURVE, WHERE
from tests.corpus.stores import PASSWORD, Case, Facts, Held, found_in, loose, private, trusted, unmarked
from tests.corpus.workshop import KeytoolWorkshop, Workshop
from tests.java.conftest import JAVAS

OF_AUTHORITY = "-keystore localca.keystore.p12 -storepass:env PASSWORD -alias localca"
MAKE_AUTHORITY = (
    f"-genkeypair {OF_AUTHORITY} -dname CN=Authority {CURVE} -ext bc:c",
    f"-exportcert {OF_AUTHORITY} -rfc -file localca.cer",
)
AES_256 = "PBES2 with AES-256 and SHA256, 10,000 rounds"
OF_KEYTOOL = f"HMAC-SHA256, 10,000 rounds; {AES_256}"
OF_OPENSSL = OF_KEYTOOL.replace("10,000", "2,048")
AUTHORITY = trusted("localca", "Authority")
JWT = private("jwtsecret", "RSA 2048", "JWT", under=AES_256)


def signed(alias: str) -> tuple[str, ...]:
    """A key with a certificate of the authority, in the four steps of Zowe's script."""
    return (
        f"-genkeypair {WHERE} -alias {alias} -dname 'CN={alias}' {CURVE}",
        f"-certreq {WHERE} -alias {alias} -file {alias}.csr",
        f"-gencert {OF_AUTHORITY} -infile {alias}.csr -outfile {alias}.cer -rfc",
        f"-importcert {WHERE} -alias {alias} -file {alias}.cer -noprompt",
    )


TRUSTED = f"-importcert {WHERE} -noprompt -alias localca -file localca.cer"
JWT_SECRET = f"-genkeypair {WHERE} -alias jwtsecret -dname CN=JWT -keyalg RSA -keysize 2048"
SERVICE = (TRUSTED, *signed("localhost"), JWT_SECRET)
# A component's key is added to the same keystore.
COMPONENTS = (*SERVICE, *signed("gateway"))


def service(alias: str) -> Held:
    return private(alias, "EC 256", alias, "Authority", under=AES_256)


STORES = {
    "keystore of components, JWT secret beside the service key": Case(
        COMPONENTS,
        Facts(
            "PKCS12",
            (
                service("gateway"),
                JWT,
                service("localhost"),
                AUTHORITY,
            ),
            OF_KEYTOOL,
        ),
    ),
    "trust store with Java's mark": Case((TRUSTED,), Facts("PKCS12", (AUTHORITY,), OF_KEYTOOL)),
}
UNMARKED = Case(
    ("pkcs12 -export -nokeys -in {authority} -caname localca -passout env:PASSWORD",),
    Facts("PKCS12", (unmarked("localca", "Authority"),), OF_OPENSSL),
)


@pytest.fixture(scope="session")
def of_zowe(keytool_workshop: Callable[..., KeytoolWorkshop]) -> Workshop:
    """keytool of one Java beside the store of a local authority."""
    shop = keytool_workshop(JAVAS[0], "zowe")
    shop.together(MAKE_AUTHORITY, *(case.recipe for case in STORES.values()))
    return shop


@pytest.fixture(scope="session")
def unmarked_store(of_zowe: Workshop, of_openssl: Workshop) -> Path:
    return of_openssl.store(
        [line.replace("{authority}", str(of_zowe.folder / "localca.cer")) for line in UNMARKED.recipe]
    )


def in_order(found: Facts | str, names: Sequence[str]) -> Facts | str:
    """The same with its entries in that order: keytool writes them in one of its own."""
    if isinstance(found, str):
        return found
    return replace(found, entries=tuple(sorted(found.entries, key=lambda entry: names.index(entry.alias))))


@pytest.mark.parametrize("name", STORES)
def test_a_store_of_zowes_shape_holds_what_was_put_in(name: str, of_zowe: Workshop) -> None:
    case = STORES[name]
    assert isinstance(case.expected, Facts)
    found = found_in(of_zowe.store(case.recipe), PASSWORD)
    assert in_order(found, [entry.alias for entry in case.expected.entries]) == case.expected


def test_a_trust_store_without_javas_mark_is_told_apart(unmarked_store: Path) -> None:
    assert found_in(unmarked_store, PASSWORD) == UNMARKED.expected


def test_java_shows_zowes_shapes_as_it_is_said_of_them(of_zowe: Workshop, unmarked_store: Path, lister: Lister) -> None:
    stores = {name: (of_zowe.store(case.recipe), case) for name, case in STORES.items()}
    assert not_as_said(lister, {**stores, "trust store without Java's mark": (unmarked_store, UNMARKED)}) == {}
    assert allowed_of(unmarked_store, PASSWORD) == [{}]


@pytest.mark.parametrize("line_end", [0x15, 0x25])
def test_a_copy_in_ebcdic_is_read_with_either_line_end(
    line_end: int, of_openssl: Workshop, program: Callable[..., str], tmp_path: Path
) -> None:
    """0x15 is the line end of z/OS, 0x25 what iconv makes of it elsewhere."""
    chain = b"".join((of_openssl.folder / name).read_bytes() for name in ("leaf.pem", "root.pem"))
    (tmp_path / "chain.pem").write_bytes(chain)
    written = Workshop(program("openssl", "iconv"), tmp_path).printed("-f UTF-8 -t IBM-1047 chain.pem")
    assert 0x25 in written
    path = tmp_path / "chain.cer-ebcdic"
    path.write_bytes(written.replace(b"\x25", bytes((line_end,))))
    assert found_in(path) == Facts("PEM in EBCDIC", (loose("1", "Leaf"), loose("2", "Root")))
