"""Zowe's own ``.env`` files among the sources, told apart by the names in them, and where their paths are here."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import SettingsError
from ..local_path import local_path
from ..names import split_list
from ..secret import Secret
from ..stores.passwords import Passwords, published_passwords
from ..zowe.env_file import EnvFile, read_env_file
from ..zowe.instance import Instance, KeystoreEnvironment, read_instance, read_keystore_environment
from ..zowe.variables import OWN_PREFIX, VARIABLES_BY_NAME
from .verdict import Mode
from .zowe_set import KeystoreDirectory, SetupFile, ring_name

__all__ = ["DirectoryPasswords", "EnvFiles", "below", "directory_named", "find_env_files", "is_env_file", "mode_of"]

_CERTIFICATES_ENV, _INSTANCE_ENV, _SETUP_ENV = "zowe-certificates.env", "instance.env", "zowe-setup-certificates.env"
_MOST_FILES = 10_000
_DEEPEST = 8
_MOST_HOSTS = 50  # of a list that may have as many as a file has room for
# What only one of the files sets; KEYSTORE_DIRECTORY stands in two of them.
_OF_DIRECTORY = {"KEY_ALIAS", "KEYSTORE", "TRUSTSTORE", "ZOWE_APIM_VERIFY_CERTIFICATES"}
_OF_INSTANCE = {"GATEWAY_PORT", "LAUNCH_COMPONENT_GROUPS", "ROOT_DIR", "ZOWE_EXPLORER_HOST", "ZOWE_INSTANCE"}
_TRUE = {"true", "on", "yes", "1"}  # as Spring reads them, with which Zowe's Java servers are made


class DirectoryPasswords(Passwords):
    """The passwords that the caller gave, after those that stand in Zowe's own files, each for its folder."""

    def __init__(self, given: Passwords, own: Iterable[tuple[Path, Secret]]) -> None:
        super().__init__()
        self._others = given
        self._own: dict[Path, list[Secret]] = {}
        for folder, secret in own:
            self._own.setdefault(folder, []).append(secret)

    def of(self, path: Path) -> tuple[tuple[Secret, bool], ...]:
        """As of any :class:`Passwords`."""
        published = published_passwords()
        folders = path.absolute().parents
        own = [(secret, secret in published) for folder in folders for secret in self._own.get(folder, ())]
        others = [each for each in self._others.of(path) if all(each[0] != secret for secret, _ in own)]
        return (*own, *others)


@dataclass
class EnvFiles:
    """What was found; ``more`` are sources that the files name and that are here.

    ``places`` are the folders of the sources, whose stores the password of a settings file may open.
    """

    places: tuple[Path, ...] = ()
    directories: list[KeystoreDirectory] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    setup_files: list[SetupFile] = field(default_factory=list)
    secrets: list[tuple[Path, Secret]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, path: Path) -> None:
        """One file, by the names in it.

        Raises:
            SettingsError: it cannot be read, or is none of Zowe's.
        """
        env = read_env_file(path, lenient=True)
        kind = _kind(env, path)
        if kind == _CERTIFICATES_ENV:
            environment = read_keystore_environment(path)
            self.directories.append(KeystoreDirectory(path.parent, environment, _written(environment)))
            self.secrets.append((path.parent, environment.keystore_password))
            return
        if kind == _INSTANCE_ENV:
            instance = read_instance(path)
            self.instances.append(instance)
            self._follow(instance.keystore_directory)
            return
        setup = _setup_file(env)
        self.setup_files.append(setup)
        self.more += [str(path) for name in setup.zosmf if _is_file(path := Path(name).absolute())]
        folder = self._follow(setup.keystore_directory)
        secret = Secret(env.get("KEYSTORE_PASSWORD"))
        if secret:
            self.secrets += [(place, secret) for place in (*self.places, *((folder,) if folder else ()))]

    def _follow(self, directory: PurePosixPath | None) -> Path | None:
        """A KEYSTORE_DIRECTORY that is on this machine becomes a source."""
        folder = Path(directory) if directory else None
        if folder is None or not _is_file(folder / _CERTIFICATES_ENV):
            return None
        self.more.append(str(folder))
        return folder


def find_env_files(sources: Sequence[str], settings: Sequence[Path]) -> EnvFiles:
    """Those in and among the sources, those of ``settings``, and the directories to which these lead.

    Raises:
        SettingsError: one that was named cannot be read or is none of Zowe's; one that lies in a folder, or is
            led to, becomes a note instead.
        UsageError: a source is empty or no path.
    """
    given = dict.fromkeys(local_path(source, "a source").absolute() for source in sources)
    found = EnvFiles(tuple(dict.fromkeys(path.parent if _is_file(path) else path for path in given)))
    named = [*(path for path in given if is_env_file(path)), *(_in_folder(path.absolute()) for path in settings)]
    for path in dict.fromkeys(named):
        found.read(path)
    read = set(named)
    for path in sorted({inner for root in given for inner in _inside(root)} - read):
        read.add(path)
        _read_if_possible(found, path)
    led_to = [Path(each) / _CERTIFICATES_ENV for each in found.more]
    for path in dict.fromkeys(led_to):
        if path not in read and _is_file(path):
            _read_if_possible(found, path)
    roots = {*given, *(Path(each) for each in found.more)}
    for directory in found.directories:
        if roots.isdisjoint((directory.folder, *directory.folder.parents)):
            found.more += [str(path) for path in _named_here(directory)]
    is_new = {each: Path(each) not in given and roots.isdisjoint(Path(each).absolute().parents) for each in found.more}
    found.more = [each for each, new in is_new.items() if new]
    return found


def is_env_file(path: Path) -> bool:
    """Whether a source is one of these files; it is no store then."""
    return path.suffix == ".env" and _is_file(path)


def _in_folder(path: Path) -> Path:
    """A folder stands for the file in it."""
    if _is_file(path / _CERTIFICATES_ENV):
        return path / _CERTIFICATES_ENV
    return path / _INSTANCE_ENV if _is_file(path / _INSTANCE_ENV) else path


def _read_if_possible(found: EnvFiles, path: Path) -> None:
    try:
        found.read(path)
    except SettingsError as error:
        found.notes.append("; ".join(f"{error.source}: {problem}" for problem in error.problems))


def _inside(root: Path) -> Iterator[Path]:
    """The files of the two names in a folder and those inside it; of too many files the first."""
    looked_at = 0
    for folder, inner, files in os.walk(root):
        looked_at += len(files) + len(inner)
        if looked_at > _MOST_FILES:
            return
        if len(Path(folder).parts) - len(root.parts) >= _DEEPEST:
            inner.clear()
        inner.sort()
        for name in (_CERTIFICATES_ENV, _INSTANCE_ENV):
            if name in files and _is_file(path := Path(folder, name)):
                yield path


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _kind(env: EnvFile, path: Path) -> str:
    """Which of the three it is; where no name tells, by the name of the file.

    Raises:
        SettingsError: neither tells.
    """
    names = set(env.assignments)
    if names & _OF_DIRECTORY:
        return _CERTIFICATES_ENV
    if names & _OF_INSTANCE:
        return _INSTANCE_ENV
    if path.name in {_CERTIFICATES_ENV, _INSTANCE_ENV}:
        return path.name
    if names & VARIABLES_BY_NAME.keys() or any(name.startswith(OWN_PREFIX) for name in names):
        return _SETUP_ENV
    names_of_files = f"{_SETUP_ENV}, {_CERTIFICATES_ENV}, {_INSTANCE_ENV}"
    raise SettingsError(env.source, [f"it sets nothing that one of Zowe's files sets: {names_of_files}"])


def _setup_file(env: EnvFile) -> SetupFile:
    def text(name: str) -> str:
        return env.get(name).strip() or VARIABLES_BY_NAME[name].default

    ring = env.get("ZOWE_KEYRING").strip()
    hosts = (*split_list(env.get("HOSTNAME")), *split_list(env.get("IPADDRESS")))[:_MOST_HOSTS]
    since = VARIABLES_BY_NAME["NONSTRICT_VERIFY_CERTIFICATES"].since
    is_newer = any(VARIABLES_BY_NAME[name].since >= since for name in env.assignments if name in VARIABLES_BY_NAME)
    return SetupFile(
        source=env.source,
        keystore_directory=PurePosixPath(posixpath.normpath(text("KEYSTORE_DIRECTORY"))),
        ring=ring_name(text("ZOWE_USER_ID"), ring) if ring else "",
        hosts=tuple(host.replace("*", "zowe", 1) for host in hosts),
        zosmf=tuple(env.get("ZOSMF_CERTIFICATE").split()),
        mode=_mode(env.get("VERIFY_CERTIFICATES", "true"), env.get("NONSTRICT_VERIFY_CERTIFICATES", str(is_newer))),
    )


def directory_named(path: PurePosixPath, directories: Sequence[KeystoreDirectory]) -> KeystoreDirectory | None:
    """The directory that a path of z/OS means: written or lying so, or called so where nothing tells its path."""
    wanted = posixpath.normpath(path)
    for is_it in (
        lambda one: one.written == wanted,
        lambda one: str(one.folder) == wanted,
        lambda one: not one.written and one.folder.name == PurePosixPath(wanted).name,
    ):
        found = next(filter(is_it, directories), None)
        if found:
            return found
    return None


def mode_of(environment: KeystoreEnvironment) -> Mode:
    """How the Zowe verifies that runs with this file.

    VERIFY_CERTIFICATES true is STRICT whatever the other flag is; else the other one is NONSTRICT
    (docs.zowe.org, "Configuring Zowe certificates"; so does Zowe's own converter to ``zowe.verifyCertificates``).
    """
    return _mode(environment.verify_certificates, environment.nonstrict_verify_certificates)


def _mode(verify: str, nonstrict: str) -> Mode:
    if verify.strip().lower() in _TRUE:
        return Mode.STRICT
    return Mode.NONSTRICT if nonstrict.strip().lower() in _TRUE else Mode.DISABLED


def _paths_in(environment: KeystoreEnvironment) -> tuple[str, ...]:
    """The paths of files on z/OS; what is in a key ring has an address instead."""
    listed = (
        environment.keystore,
        environment.truststore,
        environment.keystore_certificate_authority,
        environment.external_root_ca,
    )
    return tuple(path for path in listed if path.startswith("/"))


def _written(environment: KeystoreEnvironment) -> str:
    """The KEYSTORE_DIRECTORY as the file was written for: the trunk of the paths in it."""
    paths = [posixpath.normpath(path) for path in _paths_in(environment)]
    trunk = posixpath.commonpath(paths) if len(paths) > 1 else ""
    if trunk in {"", "/", *paths} or trunk == posixpath.dirname(paths[0]):
        trunk = posixpath.dirname(posixpath.dirname(paths[0])) if paths else ""
    return "" if trunk == "/" else trunk


def below(written: str, folder: Path) -> Iterator[Path]:
    """Where a file of z/OS may be here: below the folder by more and more of the end of its path."""
    parts = [part for part in PurePosixPath(written).parts if part != "/"]
    if ".." not in parts:
        yield from (folder.joinpath(*parts[at:]) for at in range(len(parts)))


def _named_here(directory: KeystoreDirectory) -> Iterator[Path]:
    for written in _paths_in(directory.environment):
        ascii_copy = written.removesuffix("-ebcdic")
        places = [path for name in (written, ascii_copy) for path in below(name, directory.folder)]
        yield from (path for path in places if _is_file(path))
