"""What a killed run left behind, perhaps with a keystore in it, goes with the next run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from zowe_certs_kernel.run_folder import Staging


def test_hidden_folders_of_runs_that_are_gone_are_removed_and_nothing_else(tmp_path: Path) -> None:
    with (
        subprocess.Popen([sys.executable, "-c", ""]) as gone,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living,
    ):
        gone.wait()
        left = tmp_path / f".20261123T100000Z_10_setup_certificates.{gone.pid}-abc123_x"
        alive = tmp_path / f".20261123T100000Z_10_setup_certificates.{living.pid}-abc123_x"
        finished, mine = tmp_path / "20261123T100000Z_10_setup_certificates", tmp_path / ".mine"
        for folder in (left, alive, finished, mine):
            (folder / "keystore").mkdir(parents=True)
        (left / "keystore").chmod(0o500)
        staging = Staging(tmp_path, "20261123T110000Z_x")
        assert {path.name for path in tmp_path.iterdir()} == {
            alive.name,
            finished.name,
            mine.name,
            staging.folder.name,
        }
        living.communicate()
