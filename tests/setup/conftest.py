"""Plans to make directories of, and settings files to plan from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.external_plans import ext, main, planned  # noqa: F401  # fixtures
from zowe_certs_kernel.setup import Plan, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores

Planner = Callable[..., Plan]


@pytest.fixture
def env(tmp_path: Path) -> Callable[..., Path]:
    """A settings file with good values, and those given over them."""

    def write(**values: str) -> Path:
        assigned = {
            "HOSTNAME": "zos1.example.com",
            "IPADDRESS": "192.0.2.10",
            "VERIFY_CERTIFICATES": "false",
            "KEYSTORE_PASSWORD": PASSWORD,
            "KEYSTORE_DIRECTORY": "/global/zowe/keystore",
            **values,
        }
        path = tmp_path / "zowe.env"
        path.write_text("".join(f"{name}='{value}'\n" for name, value in assigned.items()), encoding="utf-8")
        return path

    return write


@pytest.fixture
def plan(env: Callable[..., Path], tmp_path: Path) -> Planner:
    """A plan for ``tmp_path/keystore``; values go into the settings file."""

    def make(*, release: str = "1.28", as_zowe: bool = False, replace: bool = False, **values: str) -> Plan:
        settings = read_settings([env(**values)], release=release, as_zowe=as_zowe)
        return plan_setup(settings, directory=tmp_path / "keystore", as_zowe=as_zowe, replace=replace)

    return make
