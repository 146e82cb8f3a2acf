"""``--as-zowe`` makes of an external certificate what Zowe's own scripts of 1.15.0 and 1.28.8 were seen to make.

The names of the scenarios are those of the measurements; what they share with local certificates stands in
``test_as_zowe``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.setup.external_files import NOW, SERVER, External, external, p12
from tests.setup.test_as_zowe import AUTHORITY, CA_PASSWORD, OFF, PUBLISHED, bags, entries, facts
from zowe_certs_kernel.ibm1047 import from_ibm1047
from zowe_certs_kernel.model import EntryKind, KeyType
from zowe_certs_kernel.setup import Made, make, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

INTER, ROOT = "Ext Intermediate CA", "Ext Root CA"
COMPONENTS = ("gateway", "app-server", "zss")


@dataclass(frozen=True)
class Scenario:
    """A measured run: which of the certificates the file holds, and which authorities are listed."""

    chain: int = 3
    authorities: tuple[str, ...] = (INTER, ROOT)
    settings: str = OFF
    ebcdic: bool = True
    components: tuple[str, ...] = ()
    releases: tuple[str, ...] = ("1.15", "1.28")


SCENARIOS = {
    "c1": Scenario(),
    "c2": Scenario(settings=f"{OFF}ZOWE_CERTS_EBCDIC=false\n", ebcdic=False),
    "c3": Scenario(chain=1),
    "c4": Scenario(authorities=(ROOT,)),
    "h3": Scenario(
        settings=f"{OFF}COMPONENT_LEVEL_CERTIFICATES={','.join(COMPONENTS)}\n"
        "EXTERNAL_COMPONENT_CERTIFICATES=gateway:nobody-reads-it.p12\n",
        components=COMPONENTS,
        releases=("1.28",),
    ),
}
RUNS = [(name, release) for name, scenario in SCENARIOS.items() for release in scenario.releases]


@dataclass(frozen=True)
class Run:
    name: str
    release: str
    folder: Path
    files: dict[str, Path]
    made: Made

    @property
    def scenario(self) -> Scenario:
        return SCENARIOS[self.name]

    @property
    def extcas(self) -> dict[str, str]:
        return {f"extca{number}": name for number, name in enumerate(self.scenario.authorities, 1)}


@pytest.fixture(scope="module")
def ext() -> External:
    return external(KeyType.RSA_2048)


@pytest.fixture(scope="module", params=RUNS, ids=" ".join)
def run(request: pytest.FixtureRequest, ext: External, tmp_path_factory: pytest.TempPathFactory) -> Run:
    name, release = request.param
    folder, scenario = tmp_path_factory.mktemp(name), SCENARIOS[name]
    files = dict(zip((INTER, ROOT), map(Path, ext.authorities(folder).split()), strict=True))
    listed = " ".join(str(files[one]) for one in scenario.authorities)
    env = folder / "zowe-setup-certificates.env"
    env.write_text(
        f"HOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\nKEYSTORE_DIRECTORY=/KS\n"
        f"EXTERNAL_CERTIFICATE={p12(folder / 'ext.p12', ext.server, chain=scenario.chain)}\n"
        f'EXTERNAL_CERTIFICATE_ALIAS=extsrv\nEXTERNAL_CERTIFICATE_AUTHORITIES="{listed}"\n{scenario.settings}',
        encoding="utf-8",
    )
    settings = read_settings([env], release=release, as_zowe=True)
    made = make(plan_setup(settings, directory=folder / "KS", as_zowe=True, at=NOW), now=NOW)
    return Run(name, release, folder / "KS", files, made)


def expected_files(run: Run) -> Iterator[str]:
    ends = ("cer", "cer-ebcdic") if run.scenario.ebcdic else ("cer",)
    yield from ("local_ca", "localhost", "zowe-certificates.env", "local_ca/localca.keystore.p12")
    for end in ends:
        yield from (f"local_ca/localca.{end}", f"localhost/localhost.keystore.{end}")
        yield from (f"local_ca/extca.{number}.{end}" for number in range(1, len(run.extcas) + 1))
    yield from (f"localhost/localhost.{end}" for end in ("keystore.p12", "truststore.p12", "keystore.key"))
    yield from ("localhost/localhost.keystore.jwtsecret.pem",) if run.release == "1.15" else ()


def test_the_same_files_without_a_request_or_reply(run: Run) -> None:
    found = {path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*")}
    assert found == set(expected_files(run))


def test_the_same_entries_kinds_and_chains(run: Run) -> None:
    key, trusted = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE
    authority = "Zowe Development Instances Certificate Authority"
    extcas = {alias: (trusted, [name]) for alias, name in run.extcas.items()}
    old = run.release == "1.15"
    secret = {"jwtsecret": (key, ["Zowe Service"])} if old else {}
    own = {} if old else {"extca0": (trusted, [SERVER])}
    keystore, truststore = (run.folder / f"localhost/localhost.{kind}.p12" for kind in ("keystore", "truststore"))
    assert entries(keystore, PUBLISHED) == {"localhost": (key, [SERVER, INTER, ROOT]), **extcas, **secret}
    assert entries(truststore, PUBLISHED) == {"localca": (trusted, [authority]), **extcas, **own}
    assert entries(run.folder / "local_ca/localca.keystore.p12", CA_PASSWORD) == {"localca": (key, [authority])}


def test_the_same_bags_in_the_same_order(run: Run) -> None:
    # In c3 the script of 1.28 left out the copies of the chain, which Java completes as it reads; here they stand.
    old = run.release == "1.15"
    extcas = [f"cert:{alias}*" for alias in run.extcas]
    own = ["cert:localhost", *(f"cert:{subject(name)}" for name in (INTER, ROOT))]
    secret = ["jwtsecret"] if old else []
    assert list(bags(run.folder / "localhost/localhost.keystore.p12", PUBLISHED)) == [
        *(f"key:{alias}" for alias in ("localhost", *secret)),
        *([*own, *extcas] if old else [*extcas, *own]),
        *(f"cert:{alias}" for alias in secret),
    ]
    trusted = list(bags(run.folder / "localhost/localhost.truststore.p12", PUBLISHED))
    assert trusted == ["cert:localca*", *extcas, *([] if old else ["cert:extca0*"])]


def subject(common_name: str) -> str:
    """RFC 4514 writes the last part first."""
    return f"CN={common_name},O=Example Corp,C=US"


def test_the_copies_are_those_files_byte_for_byte(run: Run) -> None:
    for number, name in enumerate(run.scenario.authorities, 1):
        given = run.files[name].read_bytes()
        copy = run.folder / f"local_ca/extca.{number}.cer"
        assert copy.read_bytes() == given
        if run.scenario.ebcdic:
            assert from_ibm1047(copy.with_suffix(".cer-ebcdic").read_bytes()).encode() == given


def test_key_and_certificate_are_those_of_the_file(run: Run, ext: External) -> None:
    stem = run.folder / "localhost/localhost.keystore"
    key = load_pem_private_key(stem.with_suffix(".keystore.key").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(stem.with_suffix(".keystore.cer").read_bytes())
    assert certificate == ext.server.certificate
    assert key.public_key() == certificate.public_key()


def test_the_same_local_authority_that_signs_nothing(run: Run) -> None:
    made = facts(run.folder / "local_ca/localca.cer")
    assert (made["subject"], made["issuer"], made["days"]) == (AUTHORITY, AUTHORITY, 3650.0)
    assert any("signs no server's certificate" in defect for defect in run.made.plan.defects)


def test_the_same_lines_for_zowes_start(run: Run) -> None:
    lines = (run.folder / "zowe-certificates.env").read_text("utf-8").splitlines()
    there = "/KS/local_ca"
    root = f"{there}/extca.{len(run.extcas)}.cer-ebcdic" if run.scenario.ebcdic else ""
    listed = " ".join(str(run.files[name]) for name in run.scenario.authorities)
    if run.release == "1.15":
        assert f"    KEYSTORE_CERTIFICATE_AUTHORITY={there}/localca.cer-ebcdic" in lines
        assert f"    EXTERNAL_ROOT_CA={root}" in lines
        assert not any("EXTERNAL_CERTIFICATE_AUTHORITIES" in line for line in lines)
        return
    assert f'KEYSTORE_CERTIFICATE_AUTHORITY="{there}/localca.cer-ebcdic"' in lines
    assert f'EXTERNAL_ROOT_CA="{root}"' in lines
    assert f'EXTERNAL_CERTIFICATE_AUTHORITIES="{listed}"' in lines
    told = [line.removeprefix("#     alias: ") for line in lines if line.startswith("#     alias: ")]
    assert told == list(run.scenario.components)
