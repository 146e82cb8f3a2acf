"""Whether the owner of a folder in the making still works on it, on every system."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["claimed", "is_abandoned", "is_running"]


def is_running(process: int) -> bool:
    """Whether a process of that number runs; our own number means a run of an earlier boot or container."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        still_active, query, access_denied = 259, 0x1000, 5
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query, False, process)
        if not handle:
            return bool(kernel.GetLastError() == access_denied)
        code = ctypes.c_ulong()
        alive = bool(handle) and kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == still_active
        kernel.CloseHandle(handle)
        return bool(alive)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a lock on ``folder``, so that others see its owner at work, in other containers too."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks: the process number has to do
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_abandoned(folder: Path, process: int) -> bool:
    """Whether ``folder`` is ours, its process is gone, and nobody holds a lock on it."""
    if is_running(process):
        return False
    if sys.platform == "win32":
        return True
    import fcntl

    if folder.stat().st_uid != os.getuid():
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        os.close(handle)
    return True
