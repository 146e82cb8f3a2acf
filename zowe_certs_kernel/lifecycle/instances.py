"""Zowe instances and the KEYSTORE_DIRECTORY that they name: what Zowe's launch checks would say, and naming another.

Source of the checks: zowe-install-packaging, ``bin/internal/read-keystore.sh``, ``bin/utils/
validate-keystore-directory.sh`` and ``validate-apiml-variables.sh``, tags v1.15.0 and v1.28.8. They look whether the
directory and three variables are there, and no further; that is done here.
"""

from __future__ import annotations

import datetime as dt
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import SettingsError, StoreError, UsageError, WriteError
from ..model import EntryKind, Finding, Severity
from ..whole_file import write_whole
from ..zowe.env_edit import edited
from ..zowe.env_file import EnvFile, read_env_file
from ..zowe.instance import Instance, KeystoreEnvironment, read_instance, read_keystore_environment
from .working_set import WorkingSet, read_working_set

__all__ = ["InstanceCheck", "InstanceReport", "SetDirectory", "check_instance", "set_keystore_directory"]

_ENVIRONMENT = "zowe-certificates.env"
_NEEDED = ("KEYSTORE", "KEYSTORE_PASSWORD", "KEY_ALIAS")
_OURS = "looked at here, not by Zowe"
_VARIABLE = "KEYSTORE_DIRECTORY"


@dataclass(frozen=True)
class InstanceCheck:
    """One check: who makes it, what it asks, its answer (``passes``, ``fails`` or ``not seen``), and what to do."""

    by: str
    asks: str
    answer: str
    told: str
    fix: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"by": self.by, "asks": self.asks, "answer": self.answer, "told": self.told, "fix": self.fix}


@dataclass(frozen=True)
class InstanceReport:
    """An instance, the directory that it names, where that is here, and the checks in the order of a launch."""

    instance: Instance
    here: Path | None
    checks: tuple[InstanceCheck, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each check that fails, as an error: Zowe would not start, or not serve."""
        return tuple(
            Finding("ZC-INS-01", Severity.ERROR, one.told, one.asks, one.fix, one.by, {"source": self.instance.source})
            for one in self.checks
            if one.answer == "fails"
        )

    @property
    def starts(self) -> str:
        """What Zowe's own checks come to."""
        answers = [one.answer for one in self.checks if one.by != _OURS]
        if "fails" in answers:
            return "Zowe stops at its checks"
        return "not all of it is here to be seen" if "not seen" in answers else "passes Zowe's checks"

    def as_dict(self) -> dict[str, Any]:
        named = self.instance.keystore_directory
        return {
            "instance": self.instance.source,
            "keystore_directory": str(named) if named else None,
            "here": str(self.here) if self.here else None,
            "starts": self.starts,
            "checks": [one.as_dict() for one in self.checks],
        }


def check_instance(path: Path, here: Path | None = None) -> InstanceReport:
    """What Zowe's launch would say of the certificates of an instance, and what it would not notice.

    Args:
        path: the instance directory, or its ``instance.env``.
        here: where its KEYSTORE_DIRECTORY lies on this system; None: under its own path.

    Raises:
        SettingsError: ``instance.env`` is missing or cannot be read.
    """
    instance = read_instance(path)
    named = instance.keystore_directory
    if named and here is None and Path(named).is_dir():
        here = Path(named)
    return InstanceReport(instance, here, tuple(_checks(instance, named, here)))


def _checks(instance: Instance, named: PurePosixPath | None, here: Path | None) -> Iterator[InstanceCheck]:
    asks = "does instance.env name a KEYSTORE_DIRECTORY?"
    if named is None:
        fix = "name it: zowe-certs instance " + shlex.quote(str(Path(instance.source).parent))
        fix += " --set-keystore-directory DIR"
        yield InstanceCheck("read-keystore.sh", asks, "fails", f"{_VARIABLE} is not set", fix)
        return
    yield InstanceCheck("read-keystore.sh", asks, "passes", f"{_VARIABLE}={named}")
    if not named.is_absolute():
        told = f"{named} is no whole path, and would be looked for where Zowe happens to be started"
        yield InstanceCheck(_OURS, "is it a whole path?", "fails", told, "begin it with /")
    asks = "is the directory there?"
    if here is None or not here.is_dir():
        told = f"{here or named} is not on this system"
        fix = "name the folder that becomes it on z/OS: --keystore-directory DIR"
        yield InstanceCheck("validate-keystore-directory.sh", asks, "not seen" if here is None else "fails", told, fix)
        return
    yield InstanceCheck("validate-keystore-directory.sh", asks, "passes", str(here))
    yield from _environment_checks(here)


def _environment_checks(here: Path) -> Iterator[InstanceCheck]:
    asks, file = f"can {_ENVIRONMENT} be read in it?", here / _ENVIRONMENT
    try:
        env = read_env_file(file)
    except SettingsError as error:
        fix = "make the directory with zowe-certs setup, or name another one"
        yield InstanceCheck("read-keystore.sh", asks, "fails", str(error).splitlines()[0], fix)
        return
    yield InstanceCheck("read-keystore.sh", asks, "passes", str(file))
    missing = [name for name in _NEEDED if not env.get(name)]
    asks = f"are {', '.join(_NEEDED)} set in it?"
    if missing:
        told = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty in {file}"
        yield InstanceCheck("validate-apiml-variables.sh", asks, "fails", told, "make the directory again")
        return
    yield InstanceCheck("validate-apiml-variables.sh", asks, "passes", "all three are")
    told_to_zowe = read_keystore_environment(file)
    yield from _ring_checks(told_to_zowe, env) if told_to_zowe.in_keyring else _store_checks(here)


def _ring_checks(environment: KeystoreEnvironment, env: EnvFile) -> Iterator[InstanceCheck]:
    """What can be seen of a key ring without its listing: its address, and the word that Java asks for."""
    owner, ring = environment.keyring_owner, environment.keyring_name
    wanted = f"safkeyring:////{owner}/{ring}"
    asks = "does the address of the key ring fit Zowe 1?"
    if environment.keystore == wanted and owner and ring:
        yield InstanceCheck(_OURS, asks, "passes", wanted)
    else:
        fix = "make the directory again: Zowe 1 takes four slashes, owner and ring"
        yield InstanceCheck(_OURS, asks, "fails", f"KEYSTORE is {environment.keystore}, not {wanted}", fix)
    asks = "is the password the word that key rings take?"
    good = env.get("KEYSTORE_PASSWORD") == "password"
    told = "Java takes password for a key ring, and nothing else" if not good else "it is"
    yield InstanceCheck(
        _OURS, asks, "passes" if good else "fails", told, "" if good else 'KEYSTORE_PASSWORD="password"'
    )
    told = f"key ring {owner}/{ring}, label {environment.key_alias}"
    yield InstanceCheck(_OURS, "does the ring hold it?", "not seen", told, "zowe-certs ring LISTING -p SETTINGS")


def _store_checks(here: Path) -> Iterator[InstanceCheck]:
    """Whether the stores open, and hold the key; Zowe finds that out when its servers start."""
    asks = "do the stores open with the password, and is the key there?"
    try:
        working = read_working_set(here)
        problem = _problem(working)
    except (SettingsError, StoreError, UsageError) as error:
        problem = str(error)
    fix = "mend it as told, or make the directory again" if problem else ""
    told = problem.splitlines()[0] if problem else "they do"
    yield InstanceCheck(_OURS, asks, "fails" if problem else "passes", told, fix)


def _problem(working: WorkingSet) -> str:
    found = working.keystore.entry(working.alias)
    if found is None or found.kind is not EntryKind.PRIVATE_KEY:
        keys = ", ".join(one.alias for one in working.keystore.entries if one.kind is EntryKind.PRIVATE_KEY) or "none"
        return f"KEY_ALIAS is {working.alias}, and the keys in {working.keystore_path} are {keys}"
    ends = found.certificate.not_after if found.certificate else None
    if ends and ends < dt.datetime.now(dt.UTC):
        return f"the Zowe certificate has ended on {ends:%Y-%m-%d}"
    return ""


@dataclass(frozen=True)
class SetDirectory:
    """What became of an ``instance.env``; ``before`` is None where no directory was named in it."""

    file: Path
    before: str | None
    after: str
    written: bool

    def as_dict(self) -> dict[str, Any]:
        return {"file": str(self.file), "before": self.before, "after": self.after, "written": self.written}


def set_keystore_directory(path: Path, directory: str, *, dry_run: bool = False) -> SetDirectory:
    """Let an ``instance.env`` name another KEYSTORE_DIRECTORY; all else in it stays byte for byte.

    Args:
        path: the instance directory, or its ``instance.env``.
        directory: the whole path on z/OS.

    Raises:
        UsageError: ``directory`` is no whole path.
        SettingsError: the file cannot be read.
        WriteError: it cannot be written; it is as it was.
    """
    asked = PurePosixPath(directory)
    if not asked.is_absolute() or ".." in asked.parts or len(asked.parts) == 1 or not directory.isprintable():
        msg = f"{directory!r} is not the whole path of a folder on z/OS; begin it with /"
        raise UsageError(msg)
    instance = read_instance(path)
    file = Path(instance.source)
    before = instance.values.get(_VARIABLE) if _VARIABLE in instance.values else None
    if before == str(asked):
        return SetDirectory(file, before, str(asked), written=False)
    if not dry_run:
        try:
            data, mode = file.read_bytes(), stat.S_IMODE(file.stat().st_mode)
        except OSError as error:
            msg = f"{file} cannot be read: {error.strerror}"
            raise WriteError(msg) from None
        # of a link the file gives way, not the link
        write_whole(file.resolve(), edited(data, {_VARIABLE: str(asked)}), "KEYSTORE_DIRECTORY", mode)
    return SetDirectory(file, before, str(asked), written=not dry_run)
