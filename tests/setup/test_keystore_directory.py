"""The directory appears whole or not at all, and what stood before is never lost."""

from __future__ import annotations

import datetime as dt
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from zowe_certs_kernel.errors import WouldOverwrite, WriteError
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.processes import claimed
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import keystore_directory, make
from zowe_certs_kernel.setup.keystore_directory import Placed, place
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import key_fits

from .conftest import PASSWORD, Planner

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
POSIX = sys.platform != "win32"


def put(target: Path, text: str = "new", *, replace: bool = False) -> Placed:
    """Make a directory of one file."""
    with place(target, replace=replace, now=NOW) as placing:
        placing.write(PurePosixPath("in/file"), text.encode())
        placing.write(PurePosixPath("zowe-certificates.env"), b"")
        return placing.finish()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def gone_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_set_is_made_whole_and_every_key_fits(plan: Planner) -> None:
    made = make(plan(release="1.15"))
    folder = made.plan.directory
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        str(file.path) for file in made.plan.files
    }
    store = open_store(folder / "localhost/localhost.keystore.p12", Secret(PASSWORD))
    assert [(entry.alias, entry.kind, len(entry.chain)) for entry in store.entries] == [
        ("localhost", EntryKind.PRIVATE_KEY, 2),
        ("jwtsecret", EntryKind.PRIVATE_KEY, 1),
        ("localca", EntryKind.TRUSTED_CERTIFICATE, 1),
    ]
    for entry in store.entries[:2]:
        assert entry.open_key
        assert key_fits(entry.open_key(), entry.chain[0])


def test_the_pem_files_are_those_of_the_store(plan: Planner) -> None:
    folder = make(plan()).plan.directory
    leaf = open_store(folder / "localhost/localhost.keystore.p12", Secret(PASSWORD)).entries[0].chain[0]
    for name in ("keystore.cer", "keystore.cer-ebcdic", "keystore_signed.cer"):
        assert open_store(folder / f"localhost/localhost.{name}").entries[0].chain == (leaf,)
    key = open_store(folder / "localhost/localhost.keystore.key").entries[0]
    assert key.open_key
    assert key_fits(key.open_key(), leaf)


@pytest.mark.skipif(not POSIX, reason="Windows has no such modes")
@pytest.mark.parametrize(("lock", "folder_mode", "file_mode"), [("true", 0o700, 0o600), ("false", 0o750, 0o640)])
def test_modes_are_those_of_the_lock_and_no_file_can_be_executed(
    plan: Planner, lock: str, folder_mode: int, file_mode: int
) -> None:
    folder = make(plan(ZOWE_LOCK_KEYSTORE=lock)).plan.directory
    modes = {path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert stat.S_IMODE(folder.stat().st_mode) == folder_mode
    assert modes.pop("local_ca/localca.keystore.p12") == 0o600
    assert (modes.pop("local_ca"), modes.pop("localhost")) == (folder_mode, folder_mode)
    assert set(modes.values()) == {file_mode}


def test_an_owner_that_cannot_be_set_leaves_the_exact_command(plan: Planner) -> None:
    made = make(plan(ZOWE_USER_ID="NOSUCH1", ZOWE_GROUP_ID="NOSUCH2"))
    assert made.owner_commands == ("chown -R NOSUCH1:NOSUCH2 /global/zowe/keystore",)


def test_an_existing_directory_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    put(tmp_path / "ks", "old")
    with pytest.raises(WouldOverwrite, match="--replace"):
        put(tmp_path / "ks")
    assert (tmp_path / "ks/in/file").read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["ks"]


def test_even_an_empty_directory_or_a_dangling_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ks").mkdir()
    with pytest.raises(WouldOverwrite):
        put(tmp_path / "ks")
    if POSIX:
        (tmp_path / "link").symlink_to(tmp_path / "nowhere")
        with pytest.raises(WouldOverwrite):
            put(tmp_path / "link")


def test_a_directory_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    def meanwhile() -> None:
        with place(tmp_path / "ks", replace=False, now=NOW) as placing:
            placing.write(PurePosixPath("file"), b"")
            (tmp_path / "ks").mkdir()
            (tmp_path / "ks/other").touch()
            placing.finish()

    with pytest.raises(WouldOverwrite):
        meanwhile()
    assert names(tmp_path / "ks") == ["other"]
    assert names(tmp_path) == ["ks"]


@pytest.mark.parametrize("exchange", [True, False])
def test_replace_keeps_the_old_one_as_a_dated_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(keystore_directory, "_exchanged", lambda *_: False)
    put(tmp_path / "ks", "old")
    placed = put(tmp_path / "ks", replace=True)
    assert placed.kept == tmp_path / "ks.20261123T100000Z"
    assert (placed.kept / "in/file").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "ks/in/file").read_text(encoding="utf-8") == "new"
    again = put(tmp_path / "ks", "newer", replace=True)
    assert again.kept not in {None, placed.kept}
    assert len(names(tmp_path)) == 3


def test_replace_does_not_take_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "ks").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="is a file"):
        put(tmp_path / "ks", replace=True)
    assert (tmp_path / "ks").read_text(encoding="utf-8") == "mine"


def test_replace_takes_the_place_of_nothing_but_a_keystore_directory_or_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    put(tmp_path / "mine", replace=True)
    (tmp_path / "project").mkdir()
    (tmp_path / "project/source").touch()
    with pytest.raises(WriteError, match="other things than a KEYSTORE_DIRECTORY"):
        put(tmp_path / "project", replace=True)
    assert names(tmp_path / "project") == ["source"]


def test_replace_does_not_move_the_folder_we_stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "ks")
    monkeypatch.chdir(tmp_path / "ks/in")
    with pytest.raises(WriteError, match="current folder"):
        put(tmp_path / "ks", replace=True)
    assert names(tmp_path) == ["ks"]


@pytest.mark.skipif(not POSIX, reason="links need rights on Windows")
def test_replace_through_a_link_replaces_the_folder_and_keeps_the_link(tmp_path: Path) -> None:
    put(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert put(tmp_path / "link", replace=True).kept == tmp_path / "real.20261123T100000Z"
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "link/in/file").read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(not POSIX, reason="Windows has no such locks")
def test_staging_that_somebody_holds_is_left_alone_whatever_its_process_number(tmp_path: Path) -> None:
    held = tmp_path / f".ks.{gone_process()}-0123abcd"
    held.mkdir()
    with claimed(held):
        put(tmp_path / "ks")
        assert held.is_dir()
    put(tmp_path / "ks", replace=True)
    assert not held.exists()


def test_a_name_that_is_too_long_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot be made here"):
        put(tmp_path / ("k" * 250))
    assert names(tmp_path) == []


def test_a_file_where_a_folder_above_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="file"):
        put(tmp_path / "file/deep/ks")
    assert names(tmp_path) == ["file"]


def test_folders_made_above_go_again_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), place(tmp_path / "a/b/ks", replace=False, now=NOW):
        raise RuntimeError
    assert names(tmp_path) == []


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def full() -> None:
        with place(tmp_path / "ks", replace=False, now=NOW) as placing:
            placing.write(PurePosixPath("file"), b"")
            raise OSError(28, "No space left on device")

    with pytest.raises(WriteError, match="nothing was changed"):
        full()
    assert names(tmp_path) == []


@pytest.mark.skipif(not POSIX, reason="needs RLIMIT_FSIZE")
def test_a_disk_that_fills_up_is_told_and_changes_nothing(env: Callable[[], Path], tmp_path: Path) -> None:
    path = env()
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500));"
        "from zowe_certs_kernel.cli import main; sys.exit(main())"
    )
    arguments = ["setup", "-p", str(path), "--keystore-directory", str(tmp_path / "ks")]
    run = subprocess.run(
        [sys.executable, "-c", limited, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 2
    assert len(run.stderr.strip().splitlines()) == 1
    assert "File too large" in run.stderr
    assert names(tmp_path) == ["zowe.env"]


def test_staging_of_a_process_that_is_gone_is_removed_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    left = tmp_path / f".ks.{gone_process()}-0123abcd"
    living = tmp_path / f".ks.{os.getppid()}-0123abcd"
    other = tmp_path / ".ks.backup"
    for folder in (left, living, other):
        (folder / "in").mkdir(parents=True)
    put(tmp_path / "ks")
    assert names(tmp_path) == sorted([living.name, other.name, "ks"])


def test_a_swap_cut_short_before_it_began_leaves_the_old_set(tmp_path: Path) -> None:
    put(tmp_path / "ks", "old")
    new = tmp_path / "new"
    new.mkdir()
    new.rename(tmp_path / f".ks.{gone_process()}-swap-{new.stat().st_ino}-20261123T100000Z")
    with pytest.raises(WouldOverwrite):
        put(tmp_path / "ks")
    assert names(tmp_path) == ["ks"]


def test_a_swap_cut_short_after_the_exchange_keeps_the_old_set_under_its_date(tmp_path: Path) -> None:
    put(tmp_path / "ks", "new")
    old = tmp_path / f".ks.{gone_process()}-swap-1-20261123T100000Z"
    put(old, "old")
    with pytest.raises(WouldOverwrite):
        put(tmp_path / "ks")
    assert names(tmp_path) == ["ks", "ks.20261123T100000Z"]
    assert (tmp_path / "ks.20261123T100000Z/in/file").read_text(encoding="utf-8") == "old"


def test_a_swap_cut_short_between_two_renames_puts_the_old_set_back(tmp_path: Path) -> None:
    put(tmp_path / "ks.20261123T100000Z", "old")
    new = tmp_path / "new"
    put(new, "new")
    new.rename(tmp_path / f".ks.{gone_process()}-swap-{new.stat().st_ino}-20261123T100000Z")
    with pytest.raises(WouldOverwrite):
        put(tmp_path / "ks")
    assert names(tmp_path) == ["ks"]
    assert (tmp_path / "ks/in/file").read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(not POSIX, reason="needs SIGKILL")
def test_killed_while_writing_leaves_no_half_directory_and_the_next_run_cleans_up(
    env: Callable[[], Path], tmp_path: Path
) -> None:
    path = env()
    command = [sys.executable, "-m", "zowe_certs_kernel", "setup", "-p", str(path)]
    command += ["--keystore-directory", str(tmp_path / "ks")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 30
    while names(tmp_path) == ["zowe.env"] and process.poll() is None and time.monotonic() < ends:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = [name for name in names(tmp_path) if name.startswith(".ks.")]
    assert left or (tmp_path / "ks/zowe-certificates.env").exists()
    subprocess.run([*command, "--replace"], check=True, capture_output=True, timeout=60)
    assert not [name for name in names(tmp_path) if name.startswith(".")]
    assert len([path for path in (tmp_path / "ks").rglob("*") if path.is_file()]) in {11, 12}
