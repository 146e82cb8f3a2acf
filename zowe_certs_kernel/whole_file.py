"""A file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from .errors import WriteError

__all__ = ["write_whole"]


def write_whole(target: Path, content: bytes, what: str, mode: int | None = None) -> None:
    """Write beside the target and take its name in one step; what was there gives way.

    Args:
        what: what is written, for the sentence of an error, such as ``the picture``.
        mode: its permission bits, from the first byte on; None: those that the system gives a new file.

    Raises:
        WriteError: the disk says no; what was there is as it was.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(beside, flags, 0o666 if mode is None else 0o600), "wb") as file:
            file.write(content)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    except OSError as error:
        msg = f"{what} could not be written to {target}: {error.strerror or error}"
        raise WriteError(msg[0].upper() + msg[1:]) from error
    finally:
        beside.unlink(missing_ok=True)
