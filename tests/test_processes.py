"""A process that runs is told from one that is gone, on every system."""

from __future__ import annotations

import os
import subprocess
import sys

from zowe_certs_kernel.processes import is_running


def test_a_process_runs_until_it_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_running(process.pid)
        process.communicate()
    assert not is_running(process.pid)


def test_our_own_number_belongs_to_an_earlier_boot_or_container() -> None:
    assert not is_running(os.getpid())
