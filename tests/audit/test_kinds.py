"""The directories that the kit makes, of each kind and in each way in which Zowe verifies, as the audit finds them."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.conftest import Audit, told
from tests.keyring.ring_listings import healthy, listing
from tests.lifecycle.sets import HOST, made_set
from tests.setup.external_files import SERVER, external, p12, pem
from zowe_certs_kernel.issue import CertificateKind, generate_key, issue
from zowe_certs_kernel.keyring.directory import make_ring_directory, plan_ring_directory
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import PUBLISHED_PASSWORD, Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

EXAMPLE = Path(__file__).resolve().parents[2] / "notebooks" / "examples" / "zowe-setup-certificates-1.15.env"
KINDS = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
FLAGS = {
    "STRICT": {"VERIFY_CERTIFICATES": "true", "NONSTRICT_VERIFY_CERTIFICATES": "true"},
    "NONSTRICT": {"VERIFY_CERTIFICATES": "false", "NONSTRICT_VERIFY_CERTIFICATES": "true"},
    "DISABLED": {"VERIFY_CERTIFICATES": "false", "NONSTRICT_VERIFY_CERTIFICATES": "false"},
}


def _generated(folder: Path, **values: str) -> list[str]:
    made_set(folder, "1.28", ca_store=None, ZOWE_CERTS_KEY_TYPE="RSA-2048", COMPONENT_LEVEL_CERTIFICATES="", **values)
    return [str(folder / "keystore")]


def _components(folder: Path, **values: str) -> list[str]:
    own = {"ZOWE_CERTS_KEY_TYPE": "RSA-2048", "COMPONENT_LEVEL_CERTIFICATES": "gateway,zss"}
    made_set(folder, "1.28", ca_store=folder / "authority.p12", **own, **values)
    return [str(folder / "keystore")]


def _external(folder: Path, purposes: tuple[str, ...] = (), **values: str) -> list[str]:
    found = external(KeyType.RSA_2048, dt.datetime.now(dt.UTC) - dt.timedelta(days=2))
    server = found.signed(SERVER, purposes=purposes) if purposes else found.server
    env = folder / "zowe.env"
    values |= {
        "HOSTNAME": SERVER,
        "IPADDRESS": "",
        "KEYSTORE_PASSWORD": "Secret12345",
        "EXTERNAL_CERTIFICATE": p12(folder / "ext.p12", server),
        "EXTERNAL_CERTIFICATE_ALIAS": "ExtSrv",
        "EXTERNAL_CERTIFICATE_AUTHORITIES": found.authorities(folder),
        "KEYSTORE_DIRECTORY": "/global/zowe/keystore",
    }
    env.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()), encoding="utf-8")
    settings = read_settings([env], release="1.28")
    make(plan_setup(settings, directory=folder / "keystore", external_passwords=[Secret("password")]))
    return [str(folder / "keystore")]


def _ring(folder: Path, **values: str) -> list[str]:
    (folder / "ring.txt").write_text(listing(healthy()), encoding="utf-8")
    env = folder / "zowe.env"
    told_to_zowe = {
        "KEYSTORE_DIRECTORY": "/KS",
        "ZOWE_KEYRING": "ZoweKeyring",
        "HOSTNAME": "zos1.alder.example",
        "ZOWE_CERTIFICATE_LABEL": "Zowe #1 @prod",
        **values,
    }
    env.write_text("".join(f"{name}='{value}'\n" for name, value in told_to_zowe.items()), encoding="utf-8")
    settings = read_settings([env], release="1.28")
    listed = [open_store(folder / "ring.txt")]
    at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    make_ring_directory(plan_ring_directory(settings, directory=folder / "keystore", listings=listed, at=at))
    return [str(folder / "keystore"), str(folder / "ring.txt"), "--at", "2026-06-01"]


def _as_zowe(folder: Path, **values: str) -> list[str]:
    values.pop("NONSTRICT_VERIFY_CERTIFICATES")
    env = folder / "zowe.env"
    written = {**values, "HOSTNAME": HOST, "IPADDRESS": "192.0.2.10", "KEYSTORE_DIRECTORY": "/global/zowe/keystore"}
    env.write_text("".join(f"{name}={value}\n" for name, value in written.items()), encoding="utf-8")
    settings = read_settings([env], release="1.15", as_zowe=True)
    make(plan_setup(settings, directory=folder / "keystore", as_zowe=True))
    return [str(folder / "keystore")]


MAKERS: dict[str, Callable[..., list[str]]] = {
    "generated": _generated,
    "components": _components,
    "external": _external,
    "key ring": _ring,
    "as Zowe 1.15": _as_zowe,
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, by_mode in KINDS.items() for mode in by_mode])
def test_each_kind_of_directory_has_the_findings_that_stand_beside_it(
    kind: str, mode: str, audit: Audit, tmp_path: Path
) -> None:
    found = audit(*MAKERS[kind](tmp_path, **FLAGS[mode]))
    assert told(found) == KINDS[kind][mode], [one["message"] for one in found["findings"]]
    assert set(found["modes"].values()) <= {mode}


def test_the_default_set_has_its_findings_and_after_mending_none(audit: Audit, tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    make(plan_setup(read_settings([EXAMPLE], password=lambda: Secret(PUBLISHED_PASSWORD)), directory=folder))
    assert told(audit(folder)) == [
        "warning ZC-KS-08 localca.keystore.p12",
        "warning ZC-KS-08 localhost.keystore.p12",
        "warning ZC-KS-08 localhost.truststore.p12",
        "warning ZC-KS-11 localca.keystore.p12 localca",
        "warning ZC-TS-03 localhost.truststore.p12",
    ]
    zosmf = issue(CertificateKind.CA, (("CN", "z/OSMF CA"),), generate_key(), now=dt.datetime.now(dt.UTC))
    more = tmp_path / "more.env"
    more.write_text(f"ZOSMF_CERTIFICATE={pem(tmp_path / 'zosmf-ca.cer', zosmf)}\n", encoding="utf-8")
    settings = read_settings([EXAMPLE, more], password=lambda: Secret("a password of our own"))
    elsewhere = tmp_path / "vault" / "authority.p12"
    elsewhere.parent.mkdir()
    make(plan_setup(settings, directory=folder, ca_store=elsewhere, ca_password=Secret("another one"), replace=True))
    found = audit(folder)
    assert told(found) == ["warning ZC-KS-09 zowe-certificates.env"]  # it has blanks
    settings = read_settings([EXAMPLE, more], password=lambda: Secret("Mended-1"))
    make(plan_setup(settings, directory=folder, ca_store=elsewhere, ca_password=Secret("another one"), replace=True))
    found = audit(folder)
    assert (told(found), found["verdict"], found["notes"]) == ([], "accepted", [])
