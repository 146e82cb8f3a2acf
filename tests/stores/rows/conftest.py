"""Every row is made as bytes on disk and read as a user reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.model import Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store

PASSWORD = Secret("unguessed")
Read = Callable[..., Store]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """``read(data, *passwords)`` writes a file of no telling name and opens it."""

    def on_disk(data: bytes, *passwords: Secret) -> Store:
        path = tmp_path / "file"
        path.write_bytes(data)
        return open_store(path, passwords or (PASSWORD,))

    return on_disk
