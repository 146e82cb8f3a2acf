"""The outside programs that the sets are shown to, and where a set's files are."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import NoReturn

import pytest

TIMEOUT_SECONDS = 60


@pytest.fixture(scope="session")
def openssl(program: Callable[..., str], missing: Callable[[str, str], NoReturn]) -> str:
    path = program("openssl", "openssl")
    done = subprocess.run([path, "version"], capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS)
    version = re.match(r"OpenSSL (\d+)\.", done.stdout)
    return path if version and int(version[1]) >= 3 else missing("openssl", "OpenSSL 3")


@pytest.fixture(scope="session")
def node(program: Callable[..., str]) -> str:
    return program("node", "node")
