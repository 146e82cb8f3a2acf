"""Sets of certificates that are made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lifecycle.sets import Others, made_set, others
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set


@pytest.fixture(scope="session")
def shared_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_set(tmp_path_factory.mktemp("set")).directory


@pytest.fixture
def keystore(shared_set: Path, tmp_path: Path) -> WorkingSet:
    """A set of 1.28 with a certificate for the gateway, which a test may change."""
    return read_working_set(shutil.copytree(shared_set, tmp_path / "keystore"))


@pytest.fixture(scope="session")
def authority() -> Others:
    return others()


@pytest.fixture
def again() -> Callable[[WorkingSet], WorkingSet]:
    """The same directory read once more."""
    return lambda one: read_working_set(one.directory)
