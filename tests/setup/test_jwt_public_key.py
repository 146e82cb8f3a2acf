"""``--as-zowe`` from 1.12 to 1.20: jwtsecret.pem as the unchanged script of 1.15.0 was seen to make it.

There it wraps z/OSMF's public key, here that of the JWT secret. The names of the scenarios are those of the
measurements: the file of z/OSMF's authority is named, and its port is known (e1) or not (e4).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from tests.setup.conftest import Planner
from tests.setup.external_files import NOW, external, p12, pem
from tests.setup.test_as_zowe import AUTHORITY, COMMON, PUBLISHED, REST, entries, facts
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.services import Zosmf
from zowe_certs_kernel.setup import Made, Plan, make, plan_setup
from zowe_certs_kernel.setup.steps import steps
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

PEM = "localhost/localhost.keystore.jwtsecret.pem"
SHOWN = {"e1": Zosmf("localhost:443", ()), "e4": None}


@pytest.fixture(scope="module", params=SHOWN)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("jwt")
    env = folder / "zowe.env"
    env.write_text(
        "HOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\nKEYSTORE_DIRECTORY=/KS\n"
        f"ZOSMF_CERTIFICATE={pem(folder / 'zosmf-ca.cer', external().root)}\n",
        encoding="utf-8",
    )
    settings = read_settings([env], release="1.15", as_zowe=True)
    plan = plan_setup(settings, directory=folder / "KS", as_zowe=True, zosmf=SHOWN[request.param], at=NOW)
    return make(plan, now=NOW)


def certificate(made: Made, path: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((made.plan.directory / path).read_bytes())


def test_the_same_certificate_in_jwtsecret_pem(made: Made) -> None:
    assert facts(made.plan.directory / PEM) == {
        "subject": "CN=Zowe JWT Public Key",
        "issuer": AUTHORITY,
        **COMMON,
        "days": 3652.0,
        "extensions": [
            ("subjectKeyIdentifier", False, ""),
            ("extendedKeyUsage", False, ["clientAuth", "serverAuth"]),
            ("authorityKeyIdentifier", False, (None, None)),
        ],
    }
    assert certificate(made, PEM).serial_number == NOW.timestamp() * 1000
    certificate(made, PEM).verify_directly_issued_by(certificate(made, "local_ca/localca.cer"))


def test_the_same_entries_and_files_as_without_it(made: Made) -> None:
    key, trusted = EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE
    authority, folder = "Zowe Development Instances Certificate Authority", made.plan.directory
    assert entries(folder / "localhost/localhost.keystore.p12", PUBLISHED) == {
        "localhost": (key, ["Zowe Service", authority]),
        "jwtsecret": (key, ["Zowe Service"]),
        "localca": (trusted, [authority]),
    }
    assert entries(folder / "localhost/localhost.truststore.p12", PUBLISHED) == {
        "localca": (trusted, [authority]),
        "zosmf-ca": (trusted, ["Ext Root CA"]),
    }
    assert [path.name for path in folder.rglob("*jwtsecret*")] == [Path(PEM).name]


def test_the_key_in_it_is_that_of_the_jwt_secret_and_that_is_told(made: Made) -> None:
    store = open_store(made.plan.directory / made.plan.keystore.path, Secret(PUBLISHED))
    secret = next(x509.load_der_x509_certificate(one.chain[0].der) for one in store.entries if one.alias == "jwtsecret")
    assert secret.subject == secret.issuer
    assert secret.subject.rfc4514_string() == f"CN=Zowe Service,{REST}"
    assert certificate(made, PEM).public_key() == secret.public_key()
    (told,) = (defect for defect in made.plan.defects if "jwtsecret.pem" in defect)
    assert "the key in it is that of the JWT secret, for z/OSMF is not asked" in told


def wrapped(plan: Plan) -> list[str]:
    return [one.common_name for one in plan.certificates if one.key_of]


@pytest.mark.parametrize("release", ["1.12", "1.20"])
def test_it_is_made_from_1_12_to_1_20(plan: Planner, release: str) -> None:
    made = plan(release=release, as_zowe=True, VERIFY_CERTIFICATES="true")
    assert wrapped(made) == ["Zowe JWT Public Key"]
    (step,) = (one for one in steps(made) if one.title.startswith("Wrap "))
    assert [str(path) for path in step.makes] == [PEM]
    assert "z/OSMF is not asked for it here" in step.why


@pytest.mark.parametrize(
    ("release", "as_zowe", "verify"),
    [
        ("1.11", True, "true"),
        ("1.15", False, "true"),
        ("1.15", True, "false"),
        ("1.15", True, "TRUE"),
        ("1.21", True, "true"),
        ("1.28", True, "true"),
    ],
)
def test_else_jwtsecret_pem_stays_the_secrets_own_certificate(
    plan: Planner, release: str, as_zowe: bool, verify: str
) -> None:
    made = plan(release=release, as_zowe=as_zowe, VERIFY_CERTIFICATES=verify)
    assert wrapped(made) == []
    assert not any("jwtsecret.pem" in defect for defect in made.defects)


def test_beside_an_external_certificate_the_authority_signs_it_and_no_server(plan: Planner, tmp_path: Path) -> None:
    ext = external()
    made = plan(
        release="1.15",
        as_zowe=True,
        VERIFY_CERTIFICATES="true",
        KEYSTORE_PASSWORD=PUBLISHED,
        EXTERNAL_CERTIFICATE=p12(tmp_path / "ext.p12", ext.server),
        EXTERNAL_CERTIFICATE_ALIAS="extsrv",
        EXTERNAL_CERTIFICATE_AUTHORITIES=ext.authorities(tmp_path),
    )
    assert wrapped(made) == ["Zowe JWT Public Key"]
    assert not made.signs_servers
    assert [entry.alias for entry in made.keystore.entries] == ["localhost", "extca1", "extca2", "jwtsecret"]
    told = next(one.why for one in steps(made) if "authority" in one.title)
    assert told == "Zowe's script makes it also where it signs no server's certificate."
    assert not any("by seconds" in defect for defect in made.defects)
