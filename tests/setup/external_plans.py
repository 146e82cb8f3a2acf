"""What the tests of external certificates share: plans, and what their stores hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.external_files import NOW, SERVER, External, external, p12
from zowe_certs_kernel.model import Severity
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Plan, plan_setup
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of the stores that are made; the files have another
Planned = Callable[..., Plan]
Env = Callable[..., Path]
CHAIN = [SERVER, "Ext Intermediate CA", "Ext Root CA"]


@pytest.fixture(scope="module")
def ext() -> External:
    return external()


@pytest.fixture
def planned(env: Env, tmp_path: Path) -> Planned:
    """A plan for ``tmp_path/keystore``; values go into the settings file."""

    def make_plan(*, release: str = "1.28", replace: bool = False, as_zowe: bool = False, **values: str) -> Plan:
        passwords = [Secret(values.pop("external_password", "password"))]
        settings = read_settings(
            [env(**{"HOSTNAME": SERVER, "IPADDRESS": "", "NONSTRICT_VERIFY_CERTIFICATES": "false", **values})],
            release=release,
            as_zowe=as_zowe,
        )
        return plan_setup(
            settings,
            directory=tmp_path / "keystore",
            replace=replace,
            as_zowe=as_zowe,
            external_passwords=passwords,
            at=NOW + dt.timedelta(hours=1),
        )

    return make_plan


@pytest.fixture
def main(ext: External, tmp_path: Path) -> dict[str, str]:
    """The block of an external certificate in PKCS12."""
    return {
        "EXTERNAL_CERTIFICATE": p12(tmp_path / "ext.p12", ext.server),
        "EXTERNAL_CERTIFICATE_ALIAS": "ExtSrv",
        "EXTERNAL_CERTIFICATE_AUTHORITIES": ext.authorities(tmp_path),
    }


def chains(plan: Plan, store: int = -2) -> dict[str, list[str]]:
    planned_store = plan.stores[store]
    opened = open_store(plan.directory / planned_store.path, planned_store.password)
    return {entry.alias: [facts.common_name for facts in entry.chain] for entry in opened.entries}


def rules(plan: Plan) -> list[tuple[str, Severity]]:
    return [(found.rule, found.severity) for found in plan.findings if found.rule != "ZC-KEY-02"]
