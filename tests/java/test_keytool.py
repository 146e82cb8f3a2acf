"""keytool, of Java 17 or whatever PATH has and of Java 25, finds in our stores what Zowe's own script puts there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.java.keytool import Keytool, ListedEntry
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.stores import open_store

SETS = ("1.15", "1.15 as Zowe", "1.28")

WRONG_PASSWORD = "keytool error: java.io.IOException: keystore password was incorrect"
KEY, TRUSTED = "PrivateKeyEntry", "trustedCertEntry"
REST = "OU=API Mediation Layer, O=Zowe Sample, L=Prague, ST=Prague, C=CZ"
AUTHORITY = f"CN=Zowe Development Instances Certificate Authority, {REST}"
SERVICE = f"CN=Zowe Service, {REST}"
LOCAL_NAMES = ("DNSName: localhost.localdomain", "DNSName: localhost", "IPAddress: 127.0.0.1")
EXAMPLE_NAMES = ("DNSName: zos1.example.com", "DNSName: zowe.example.com", "IPAddress: 192.0.2.10", *LOCAL_NAMES)

SUBJECT_KEY_ID, KEY_USAGE, NAMES, CONSTRAINTS, AUTHORITY_KEY_ID, PURPOSES = (
    f"2.5.29.{arc}" for arc in (14, 15, 17, 19, 35, 37)
)


def kinds(listed: Mapping[str, ListedEntry]) -> dict[str, tuple[str, int]]:
    return {alias: (entry.kind, len(entry.chain)) for alias, entry in listed.items()}


def file_of(made: Made, ending: str) -> Path:
    """The one file of a set whose name ends so."""
    (found,) = (made.plan.directory / file.path for file in made.plan.files if file.path.name.endswith(ending))
    return found


def certificate_in(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def key_id(path: Path) -> str:
    """The identifier of a certificate's key, worked out from the key itself."""
    return x509.SubjectKeyIdentifier.from_public_key(certificate_in(path).public_key()).digest.hex()


def certificates_with_key(path: Path, password: Secret) -> dict[str, x509.Certificate]:
    entries = open_store(path, password).entries
    return {
        entry.alias: x509.load_der_x509_certificate(entry.chain[0].der)
        for entry in entries
        if entry.kind is EntryKind.PRIVATE_KEY
    }


def encoded_order(path: Path) -> list[str]:
    return [extension.oid.dotted_string for extension in certificate_in(path).extensions]


def public_bytes(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def check_that_it_signs(keytool: Keytool, path: Path, password: str, alias: str, certificate: x509.Certificate) -> None:
    """A request of that entry must be signed by the certificate's own key."""
    where = ("-keystore", str(path), "-storepass:env", "PASSWORD", "-alias", alias)
    request = x509.load_pem_x509_csr(keytool.done("-certreq", *where, PASSWORD=password).encode())
    assert request.is_signature_valid
    assert public_bytes(request) == public_bytes(certificate)
    assert request.subject == certificate.subject


@pytest.mark.parametrize(
    ("name", "entries", "zosmf"),
    [
        ("1.15", {"jwtsecret": (KEY, 1), "localca": (TRUSTED, 1), "localhost": (KEY, 2)}, {}),
        ("1.15 as Zowe", {"jwtsecret": (KEY, 1), "localca": (TRUSTED, 1), "localhost": (KEY, 2)}, {}),
        (
            "1.22",  # z/OSMF's files are named as our own entries are
            {"localca": (TRUSTED, 1), "localhost": (KEY, 2), "zowejwt": (KEY, 1)},
            {"localca-2": "localca.cer", "localhost": "localhost.cer", "localhost-2": "elsewhere/localhost.cer"},
        ),
        ("1.28", {"localca": (TRUSTED, 1), "zowecert": (KEY, 2)}, {"zosmf-ca": "zOSMF-CA.cer"}),
    ],
)
def test_keytool_finds_the_entries_that_the_release_makes(
    keytool: Keytool,
    made_sets: Mapping[str, Made],
    name: str,
    entries: dict[str, tuple[str, int]],
    zosmf: dict[str, str],
) -> None:
    made = made_sets[name]
    ca_store, keystore, truststore = (keytool.listing_of(made, store) for store in made.plan.stores)
    assert kinds(ca_store) == {"localca": (KEY, 1)}
    assert kinds(keystore) == entries
    assert kinds(truststore) == {"localca": (TRUSTED, 1), **dict.fromkeys(zosmf, (TRUSTED, 1))}
    owners = {alias: truststore[alias].chain[0].owner.removeprefix("CN=z/OSMF CA in ") for alias in zosmf}
    assert owners == zosmf


@pytest.mark.parametrize("name", SETS)
def test_keytool_finds_one_authority_in_all_three_stores_and_above_the_service(
    keytool: Keytool, made_sets: Mapping[str, Made], name: str
) -> None:
    made = made_sets[name]
    ca_store, keystore, truststore = (keytool.listing_of(made, store) for store in made.plan.stores)
    (authority,) = ca_store["localca"].chain
    assert keystore["localca"].chain == truststore["localca"].chain == (authority,)
    service = keystore[made.plan.settings.keystore_alias.lower()].chain
    assert service[1] == authority
    assert authority.sha256 == made.sha256["localca"]
    assert service[0].sha256 == made.sha256[made.plan.settings.keystore_alias]


@pytest.mark.parametrize("name", SETS)
def test_keytool_reads_the_authority_as_zowe_makes_it(
    keytool: Keytool, made_sets: Mapping[str, Made], name: str
) -> None:
    made = made_sets[name]
    (authority,) = keytool.listing_of(made, made.plan.truststore)["localca"].chain
    path = file_of(made, "localca.cer")
    assert (authority.owner, authority.issuer) == (AUTHORITY, AUTHORITY)
    assert (authority.signature_algorithm, authority.key, authority.version) == (
        "SHA256withRSA",
        "2048-bit RSA key",
        "3",
    )
    assert authority.life == dt.timedelta(days=3650)
    assert authority.extensions == {
        SUBJECT_KEY_ID: (False, f"SubjectKeyIdentifier [ KeyIdentifier [ {key_id(path)} ] ]"),
        KEY_USAGE: (False, "KeyUsage [ Key_CertSign ]"),
        CONSTRAINTS: (True, "BasicConstraints:[ CA:true PathLen: no limit ]"),
    }
    assert encoded_order(path) == [SUBJECT_KEY_ID, KEY_USAGE, CONSTRAINTS]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("1.15", EXAMPLE_NAMES),
        (
            "1.15 as Zowe",
            (
                *("DNSName: zos1.example.com", "DNSName: localhost", "IPAddress: 192.0.2.10", "IPAddress: 127.0.0.1"),
                *LOCAL_NAMES,
            ),
        ),
        (
            "1.28",
            (
                *("DNSName: *.example.com", "DNSName: zos1.example.org"),
                *("IPAddress: 192.0.2.10", "IPAddress: 2001:db8:0:0:0:0:0:10"),
                *LOCAL_NAMES,
            ),
        ),
    ],
)
def test_keytool_reads_the_service_certificate_as_zowe_makes_it(
    keytool: Keytool, made_sets: Mapping[str, Made], name: str, names: tuple[str, ...]
) -> None:
    made = made_sets[name]
    keystore = keytool.listing_of(made, made.plan.keystore)
    service, _ = keystore[made.plan.settings.keystore_alias.lower()].chain
    path = file_of(made, ".keystore.cer")
    above = key_id(file_of(made, "localca.cer"))
    assert (service.owner, service.issuer) == (SERVICE, AUTHORITY)
    assert (service.signature_algorithm, service.key, service.version) == ("SHA256withRSA", "2048-bit RSA key", "3")
    assert service.life == dt.timedelta(days=3650)
    assert service.extensions == {
        SUBJECT_KEY_ID: (False, f"SubjectKeyIdentifier [ KeyIdentifier [ {key_id(path)} ] ]"),
        KEY_USAGE: (True, "KeyUsage [ DigitalSignature Non_repudiation Key_Encipherment Data_Encipherment ]"),
        NAMES: (False, f"SubjectAlternativeName [ {' '.join(names)} ]"),
        AUTHORITY_KEY_ID: (False, f"AuthorityKeyIdentifier [ KeyIdentifier [ {above} ] ]"),
        PURPOSES: (False, "ExtendedKeyUsages [ clientAuth serverAuth ]"),
    }
    assert encoded_order(path) == [SUBJECT_KEY_ID, KEY_USAGE, NAMES, AUTHORITY_KEY_ID, PURPOSES]


@pytest.mark.parametrize("name", ["1.15", "1.15 as Zowe"])
def test_keytool_reads_the_jwt_secret_as_zowe_makes_it(
    keytool: Keytool, made_sets: Mapping[str, Made], name: str
) -> None:
    made = made_sets[name]
    (secret,) = keytool.listing_of(made, made.plan.keystore)["jwtsecret"].chain
    assert (secret.owner, secret.issuer) == (SERVICE, SERVICE)
    assert (secret.signature_algorithm, secret.key, secret.version) == ("SHA256withRSA", "2048-bit RSA key", "3")
    assert secret.life == dt.timedelta(days=3650)
    own = key_id(file_of(made, ".keystore.jwtsecret.pem"))
    assert secret.extensions == {SUBJECT_KEY_ID: (False, f"SubjectKeyIdentifier [ KeyIdentifier [ {own} ] ]")}


@pytest.mark.parametrize("name", SETS)
def test_keytool_signs_a_request_with_every_key(keytool: Keytool, made_sets: Mapping[str, Made], name: str) -> None:
    made = made_sets[name]
    for store in made.plan.stores:
        path = made.plan.directory / store.path
        for alias, certificate in certificates_with_key(path, store.password).items():
            check_that_it_signs(keytool, path, store.password.reveal(), alias, certificate)


@pytest.mark.parametrize("kind", ["PKCS12", "JKS"])
@pytest.mark.parametrize("name", ["1.15 as Zowe", "1.28"])
def test_keytool_copies_every_entry_into_a_new_store(
    keytool: Keytool, made_sets: Mapping[str, Made], tmp_path: Path, name: str, kind: str
) -> None:
    made = made_sets[name]
    store, copy = made.plan.keystore, tmp_path / "copy"
    original, password = made.plan.directory / store.path, store.password.reveal()
    keytool.done(
        *("-importkeystore", "-noprompt", "-srckeystore", str(original), "-srcstorepass:env", "PASSWORD"),
        *("-destkeystore", str(copy), "-deststoretype", kind, "-deststorepass:env", "PASSWORD"),
        PASSWORD=password,
    )
    assert keytool.listing(copy, password) == keytool.listing_of(made, store)
    for alias, certificate in certificates_with_key(original, store.password).items():
        check_that_it_signs(keytool, copy, password, alias, certificate)


@pytest.mark.parametrize(("number", "password"), [(0, "not this one"), (1, "not this one"), (1, ""), (2, "unguesseD")])
def test_keytool_opens_no_store_with_a_wrong_password(
    keytool: Keytool, made_sets: Mapping[str, Made], number: int, password: str
) -> None:
    plan = made_sets["1.15"].plan
    path = plan.directory / plan.stores[number].path
    done = keytool.run("-list", "-keystore", str(path), "-storepass:env", "PASSWORD", PASSWORD=password)
    assert (done.returncode, done.stdout.strip()) == (1, WRONG_PASSWORD)
