"""KEYSTORE_DIRECTORYs made for real, instances that use them, and z/OSMF's certificates; small keys, few rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, write_pkcs12
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.stores.pem import certificate_pem
from zowe_certs_kernel.trust.connection import Connection
from zowe_certs_kernel.trust.connections import connections_of
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Mode
from zowe_certs_kernel.trust.zowe_scene import read_scene
from zowe_certs_kernel.trust.zowe_set import Scene
from zowe_certs_kernel.zowe.settings import read_settings

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
PASSWORD = "Secret12345"
DIRECTORY = "/global/zowe/keystore"

MakeDirectory = Callable[..., Path]


@pytest.fixture
def directory(tmp_path: Path) -> MakeDirectory:
    """``directory(name, **settings)`` makes a KEYSTORE_DIRECTORY in ``tmp_path``."""

    def made(name: str = "keystore", *, release: str = "1.28", **values: str) -> Path:
        settings = {
            "HOSTNAME": "zos1.example.com",
            "KEYSTORE_PASSWORD": PASSWORD,
            "KEYSTORE_DIRECTORY": DIRECTORY,
            "ZOWE_CERTS_KEY_TYPE": "EC-P256",
            "ZOWE_CERTS_KDF_ROUNDS": "1000",
            **values,
        }
        file = tmp_path / f"setup of {name}.env"
        file.write_text("".join(f"{key}='{value}'\n" for key, value in settings.items()), encoding="utf-8")
        plan = plan_setup(read_settings([file], release=release), directory=tmp_path / name, at=NOW)
        return make(plan, now=NOW).plan.directory

    return made


@pytest.fixture
def instance(tmp_path: Path) -> Callable[..., Path]:
    """``instance(name, **values)`` is an instance directory in ``tmp_path``."""

    def made(name: str, **values: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        assigned = {"ROOT_DIR": "/usr/lpp/zowe", "KEYSTORE_DIRECTORY": DIRECTORY, **values}
        text = "".join(f"{key}={value}\n" for key, value in assigned.items())
        (folder / "instance.env").write_text(text, encoding="utf-8")
        return folder

    return made


@pytest.fixture(scope="session")
def zosmf_ca() -> Issued:
    return issue(CertificateKind.CA, (("CN", "z/OSMF CA"),), generate_key(KeyType.EC_P256), now=NOW)


@pytest.fixture(scope="session")
def zosmf(zosmf_ca: Issued) -> Issued:
    names = ("dns:zosmf.example.com", "ip:127.0.0.1")
    key = generate_key(KeyType.EC_P256)
    return issue(CertificateKind.SERVICE, (("CN", "z/OSMF server"),), key, now=NOW, issuer=zosmf_ca, san=names, days=90)


def pem(path: Path, *issued: Issued) -> Path:
    path.write_bytes(b"".join(certificate_pem(one.certificate) for one in issued))
    return path


def p12(path: Path, *contents: KeyContent | TrustedContent) -> Path:
    path.write_bytes(write_pkcs12(list(contents), Protection(Secret("password"), Profile.MODERN, rounds=1)))
    return path


def scene_of(*sources: Path | str, settings: tuple[Path, ...] = (), **more: str | tuple[str, ...]) -> Scene:
    """Read without any password of the caller's."""
    alias, authorities = more.get("alias", ""), more.get("authorities", ())
    assert isinstance(alias, str)
    return read_scene(
        [str(source) for source in sources], Passwords(), settings=settings, alias=alias, authorities=tuple(authorities)
    )


def connections(scene: Scene, at: dt.datetime = NOW, mode: Mode | None = None) -> dict[tuple[str, str], Connection]:
    """By client and server."""
    found = connections_of(scene, at=at, proofs=Proofs(), mode=mode)
    return {(one.client, one.server): one for one in found}


def words(scene: Scene, at: dt.datetime = NOW, mode: Mode | None = None) -> dict[tuple[str, str], str]:
    return {both: one.word for both, one in connections(scene, at, mode).items()}
