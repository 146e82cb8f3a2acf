"""Whether a process still runs, on every system."""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["is_running"]


def is_running(process: int) -> bool:
    """Whether a process of that number runs; our own number means a run of an earlier boot or container."""
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        still_active, query = 259, 0x1000
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query, False, process)
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
