"""``--as-zowe`` makes what Zowe's own scripts of 1.15.0 and 1.28.8 were seen to make.

The names of the scenarios are those of the measurements: the unchanged scripts ran with keytool 17 and these
settings. What is not held here: serial numbers, keys, dates, salts, and the modes of files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made, make, plan_setup
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.limits import Allowance
from zowe_certs_kernel.stores.pbe import opened
from zowe_certs_kernel.zowe.settings import read_settings

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
PUBLISHED, CA_PASSWORD = "password", "local_ca_password"
REST = "OU=API Mediation Layer,O=Zowe Sample,L=Prague,ST=Prague,C=CZ"
AUTHORITY = f"CN=Zowe Development Instances Certificate Authority,{REST}"
OFF = "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\n"
LOCAL = ("dns:localhost.localdomain", "dns:localhost", "ip:127.0.0.1")
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign"),
)
COMPONENTS = ("gateway", "app-server", "zss")
MODERN = (
    "HMAC-SHA256, 10,000 rounds",
    "PBES2 with AES-256 and SHA256, 10,000 rounds",
)
LEGACY = ("HMAC-SHA1, 100,000 rounds", "RC2-40 and SHA-1, 50,000 rounds")


@dataclass(frozen=True)
class Scenario:
    """A measured run: its settings, and what of the result differs from that of scenario g."""

    settings: str
    releases: tuple[str, ...] = ("1.15", "1.28")
    alias: str = "localhost"
    san: tuple[str, ...] = ("dns:zos1.example.com", "ip:192.0.2.10", *LOCAL)
    components: tuple[str, ...] = ()
    ebcdic: bool = True
    protection: tuple[str, str] = MODERN
    variables: dict[str, str] = field(default_factory=dict)


SCENARIOS = {
    "a0": Scenario(
        "",
        ("1.28",),
        variables={"ZOWE_APIM_VERIFY_CERTIFICATES": "true", "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES": "true"},
    ),
    "a2": Scenario(OFF + "ZOWE_CERTS_EBCDIC=false\n", ebcdic=False),
    "g": Scenario(OFF),
    "g2": Scenario(
        "VERIFY_CERTIFICATES=TRUE\nNONSTRICT_VERIFY_CERTIFICATES=yes\n",
        variables={"ZOWE_APIM_VERIFY_CERTIFICATES": "TRUE", "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES": "yes"},
    ),
    "b1": Scenario(
        OFF + "HOSTNAME=ZOS1.Example.com,zos2.example.com\nIPADDRESS=192.0.2.10,192.0.2.11\n",
        san=("dns:zos1.example.com", "dns:zos2.example.com", "ip:192.0.2.10", "ip:192.0.2.11", *LOCAL),
    ),
    "b2": Scenario(
        OFF + 'HOSTNAME="zos1.example.com, zos2.example.com"\nIPADDRESS="192.0.2.10, 192.0.2.11"\n',
        san=("dns:zos1.example.com", "dns:zos2.example.com", "ip:192.0.2.10", "ip:192.0.2.11", *LOCAL),
    ),
    "b3": Scenario(
        OFF + "HOSTNAME=*.example.com\nIPADDRESS=2001:db8::10\n", san=("dns:*.example.com", "ip:2001:db8::10", *LOCAL)
    ),
    "b5": Scenario(OFF + "HOSTNAME=localhost\nIPADDRESS=127.0.0.1\n", san=("dns:localhost", "ip:127.0.0.1", *LOCAL)),
    "h1": Scenario(f"{OFF}COMPONENT_LEVEL_CERTIFICATES={','.join(COMPONENTS)}\n", ("1.28",), components=COMPONENTS),
    "o1": Scenario(OFF + "KEYSTORE_ALIAS=ZoweCert\n", alias="ZoweCert"),
    "p1": Scenario(OFF + "ZOWE_CERTS_PROTECTION=legacy\n", protection=LEGACY),
    "q0": Scenario(OFF + "ZOWE_LOCK_KEYSTORE=true\n"),
}
RUNS = [(name, release) for name, scenario in SCENARIOS.items() for release in scenario.releases]


@dataclass(frozen=True)
class Run:
    scenario: Scenario
    release: str
    folder: Path
    made: Made

    @property
    def has_jwt_secret(self) -> bool:
        return self.release == "1.15"

    @property
    def stem(self) -> str:
        return f"{self.scenario.alias}/{self.scenario.alias}"


@pytest.fixture(scope="module", params=RUNS, ids=" ".join)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    name, release = request.param
    scenario = SCENARIOS[name]
    folder = tmp_path_factory.mktemp(name)
    env = folder / "zowe-setup-certificates.env"
    env.write_text(
        "HOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\nKEYSTORE_DIRECTORY=/KS\n" + scenario.settings,
        encoding="utf-8",
    )
    settings = read_settings([env], release=release, as_zowe=True)
    made = make(plan_setup(settings, directory=folder / "KS", as_zowe=True, at=NOW), now=NOW)
    return Run(scenario, release, folder / "KS", made)


def expected_files(run: Run) -> Iterator[str]:
    yield from ("local_ca", "local_ca/localca.keystore.p12", "local_ca/localca.cer", "zowe-certificates.env")
    yield from (run.scenario.alias, f"{run.stem}.keystore.p12", f"{run.stem}.truststore.p12")
    for stem in (f"{run.stem}.keystore", *(f"{run.stem}.keystore.{name}" for name in run.scenario.components)):
        yield from (f"{stem}.cer", f"{stem}.key", f"{stem}.csr", f"{stem}_signed.cer")
        yield from (f"{stem}.cer-ebcdic",) if run.scenario.ebcdic else ()
    yield from ("local_ca/localca.cer-ebcdic",) if run.scenario.ebcdic else ()
    yield from (f"{run.stem}.keystore.jwtsecret.pem",) if run.has_jwt_secret else ()


def test_the_same_files_and_folders(run: Run) -> None:
    found = {path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*")}
    assert found == set(expected_files(run))


def entries(path: Path, password: str) -> dict[str, tuple[EntryKind, list[str]]]:
    return {
        entry.alias: (entry.kind, [facts.common_name for facts in entry.chain])
        for entry in open_store(path, Secret(password)).entries
    }


def test_the_same_entries_kinds_and_chains(run: Run) -> None:
    key, trusted = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE
    authority = "Zowe Development Instances Certificate Authority"
    keys = {run.scenario.alias.lower(): (key, ["Zowe Service", authority])}
    keys |= {name: (key, [f"Zowe Service - {name}", authority]) for name in run.scenario.components}
    keys |= {"jwtsecret": (key, ["Zowe Service"])} if run.has_jwt_secret else {}
    localca = {"localca": (trusted, [authority])}
    assert entries(run.folder / "local_ca/localca.keystore.p12", CA_PASSWORD) == {"localca": (key, [authority])}
    assert entries(run.folder / f"{run.stem}.keystore.p12", PUBLISHED) == keys | localca
    assert entries(run.folder / f"{run.stem}.truststore.p12", PUBLISHED) == localca


def bags(path: Path, password: str) -> Iterator[str]:
    """Friendly names in the file's order, ``*`` where Java's mark of a trusted certificate stands."""
    _, safe, _ = der.read(path.read_bytes()).children()
    for content in list(safe.children())[1].first().inner().children():
        kind, wrapped = content.children()
        inner, prefix = wrapped.first(), "cert"
        if kind.as_oid() == "1.2.840.113549.1.7.1":
            inner, prefix = inner.inner(), "key"
        else:
            _, algorithm, sealed = list(inner.children())[1].children()
            inner = der.read(opened(algorithm, sealed.content, Secret(password), Allowance())[0])
        for bag in inner.children():
            *_, attributes = bag.children()
            values = {one.first().as_oid(): list(one.children())[1].first().content for one in attributes.children()}
            mark = "*" if "2.16.840.1.113894.746875.1.1" in values else ""
            yield f"{prefix}:{values['1.2.840.113549.1.9.20'].decode('utf-16-be')}{mark}"


def test_the_same_bags_in_the_same_order(run: Run) -> None:
    signed = [run.scenario.alias.lower(), *run.scenario.components]
    secret = ["jwtsecret"] if run.has_jwt_secret else []
    chains = [name for alias in signed for name in (f"cert:{alias}", f"cert:{AUTHORITY}")]
    assert list(bags(run.folder / f"{run.stem}.keystore.p12", PUBLISHED)) == [
        *(f"key:{alias}" for alias in (*signed, *secret)),
        *chains,
        "cert:localca*",
        *(f"cert:{alias}" for alias in secret),
    ]
    assert list(bags(run.folder / f"{run.stem}.truststore.p12", PUBLISHED)) == ["cert:localca*"]
    assert list(bags(run.folder / "local_ca/localca.keystore.p12", CA_PASSWORD)) == ["key:localca", "cert:localca"]


def test_the_same_protection(run: Run) -> None:
    for path, password in (
        ("local_ca/localca.keystore.p12", CA_PASSWORD),
        (f"{run.stem}.keystore.p12", PUBLISHED),
        (f"{run.stem}.truststore.p12", PUBLISHED),
    ):
        store = open_store(run.folder / path, Secret(password))
        assert store.protection == "; ".join(run.scenario.protection)


def facts(path: Path) -> dict[str, object]:
    """What keytool made the same each time: all but serial number, key, dates and signature."""
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "key": (key.key_size, key.public_numbers().e),
        "signature": certificate.signature_algorithm_oid._name,
        "days": (certificate.not_valid_after_utc - certificate.not_valid_before_utc).total_seconds() / 86_400,
        "extensions": [
            (extension.oid._name, extension.critical, _value(extension.value)) for extension in certificate.extensions
        ],
    }


def _value(value: x509.ExtensionType) -> object:
    match value:
        case x509.KeyUsage():
            return [name for name in USAGES if getattr(value, name)]
        case x509.BasicConstraints():
            return (value.ca, value.path_length)
        case x509.ExtendedKeyUsage():
            return [purpose._name for purpose in value]
        case x509.SubjectAlternativeName():
            return tuple(f"{'ip' if isinstance(name, x509.IPAddress) else 'dns'}:{name.value}" for name in value)
        case x509.AuthorityKeyIdentifier():
            return (value.authority_cert_issuer, value.authority_cert_serial_number)
    return ""


COMMON = {"key": (2048, 65537), "signature": "sha256WithRSAEncryption", "days": 3650.0}


def test_the_same_authority(run: Run) -> None:
    assert facts(run.folder / "local_ca/localca.cer") == {
        "subject": AUTHORITY,
        "issuer": AUTHORITY,
        **COMMON,
        "extensions": [
            ("subjectKeyIdentifier", False, ""),
            ("keyUsage", False, ["key_cert_sign"]),
            ("basicConstraints", True, (True, None)),
        ],
    }


def test_the_same_certificates_of_the_service_and_of_components(run: Run) -> None:
    usage = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    for name in ("", *run.scenario.components):
        stem = f"{run.stem}.keystore{f'.{name}' if name else ''}"
        expected = {
            "subject": f"CN=Zowe Service{f' - {name}' if name else ''},{REST}",
            "issuer": AUTHORITY,
            **COMMON,
            "extensions": [
                ("subjectKeyIdentifier", False, ""),
                ("keyUsage", True, usage),
                ("subjectAltName", False, run.scenario.san),
                ("authorityKeyIdentifier", False, (None, None)),
                ("extendedKeyUsage", False, ["clientAuth", "serverAuth"]),
            ],
        }
        assert facts(run.folder / f"{stem}.cer") == facts(run.folder / f"{stem}_signed.cer") == expected


def test_the_certificates_outlive_their_authority_as_they_did(run: Run) -> None:
    authority, leaf = (
        x509.load_pem_x509_certificate((run.folder / path).read_bytes()).not_valid_after_utc
        for path in ("local_ca/localca.cer", f"{run.stem}.keystore.cer")
    )
    assert leaf - authority == dt.timedelta(seconds=21)
    assert "the certificates outlive their authority, by seconds" in run.made.plan.defects


def test_the_same_jwt_secret(run: Run) -> None:
    if not run.has_jwt_secret:
        assert not (run.folder / f"{run.stem}.keystore.jwtsecret.pem").exists()
        return
    assert facts(run.folder / f"{run.stem}.keystore.jwtsecret.pem") == {
        "subject": f"CN=Zowe Service,{REST}",
        "issuer": f"CN=Zowe Service,{REST}",
        **COMMON,
        "extensions": [("subjectKeyIdentifier", False, "")],
    }


def expected_lines(run: Run) -> Iterator[str]:
    alias, stem = run.scenario.alias, f"/KS/{run.stem}"
    old = run.release == "1.15"
    values = [
        ("KEY_ALIAS", alias, True),
        ("KEYSTORE_PASSWORD", "password", False),
        ("KEYSTORE", f"{stem}.keystore.p12", True),
        ("KEYSTORE_TYPE", '"PKCS12"' if old else "PKCS12", True),
        ("TRUSTSTORE", f"{stem}.truststore.p12", True),
        ("KEYSTORE_KEY", f"{stem}.keystore.key", True),
        ("KEYSTORE_CERTIFICATE", f"{stem}.keystore.cer-ebcdic", True),
        ("KEYSTORE_CERTIFICATE_AUTHORITY", "/KS/local_ca/localca.cer-ebcdic", True),
        ("EXTERNAL_ROOT_CA", "", True),
        *([] if old else [("EXTERNAL_CERTIFICATE_AUTHORITIES", "", True)]),
        ("ZOWE_APIM_VERIFY_CERTIFICATES", "false", False),
        *([("SETUP_APIML_SSO", "", False)] if old else [("ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES", "false", False)]),
        ("SSO_FALLBACK_TO_NATIVE_AUTH", "true", False),
        *([("PKCS11_TOKEN_NAME", "", False), ("PKCS11_TOKEN_LABEL", "", False)] if old else []),
    ]
    for name, value, quoted in values:
        shown = run.scenario.variables.get(name, value)
        yield f"    {name}={shown}" if old else f'{name}="{shown}"' if quoted else f"{name}={shown}"
    for number, component in enumerate(run.scenario.components):
        own = f"{stem}.keystore.{component}"
        yield from () if number else ("",)
        yield f'# To configure certificate for {component}, you can add these entries to "components.{component}"'
        yield from ("# certificate:", "#   keystore:", f"#     alias: {component}", "#   pem:")
        yield from (f"#     key: {own}.key", f"#     certificate: {own}.cer-ebcdic")


def test_the_same_lines_for_zowes_start(run: Run) -> None:
    text = (run.folder / "zowe-certificates.env").read_text(encoding="utf-8")
    lines = [re.sub(r" of your YAML configuration:$", "", line) for line in text.splitlines()]
    assert lines == list(expected_lines(run))


def test_what_is_known_to_be_wrong_is_named(run: Run) -> None:
    told = " ".join(run.made.plan.defects)
    assert ("twice" in told) == (len(set(run.scenario.san)) < len(run.scenario.san))
    assert ("EBCDIC" in told) == (not run.scenario.ebcdic)
    assert ("RC2" in told) == (run.scenario.protection is LEGACY)
    assert ("neither true nor false" in told) == ("yes" in run.scenario.variables.values())


def test_without_as_zowe_only_the_meant_differences_remain(tmp_path: Path) -> None:
    env = tmp_path / "zowe.env"
    env.write_text(f"HOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\nKEYSTORE_DIRECTORY=/KS\n{OFF}", "utf-8")
    found: list[dict[str, object]] = []
    for as_zowe in (True, False):
        plan = plan_setup(read_settings([env], as_zowe=as_zowe), directory=tmp_path / str(as_zowe), as_zowe=as_zowe)
        make(plan, now=NOW)
        paths = sorted(path.relative_to(plan.directory).as_posix() for path in plan.directory.rglob("*"))
        found.append(
            {
                "files": paths,
                "environment": (plan.directory / "zowe-certificates.env").read_text("utf-8"),
                "certificates": [facts(plan.directory / path) for path in paths if path.endswith(".cer")],
                "entries": [(store.path, store.entries) for store in plan.stores],
                "protection": [store.profile for store in plan.stores],
                "authority's password": plan.stores[0].password.reveal(),
            }
        )
    theirs, ours = found
    assert {name for name in theirs if theirs[name] != ours[name]} == {"protection", "authority's password"}
