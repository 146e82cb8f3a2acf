"""From what a person names to the scene of Zowe's certificates: sets, services, directories and instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..local_path import local_path
from ..model import CertificateFacts, Store
from ..stores.limits import DEFAULT_LIMITS, Limits
from ..stores.passwords import Passwords
from ..stores.sources import SourceRow, read_sources
from ..zowe.instance import Instance
from .anchors import pem_anchors
from .zowe_files import DirectoryPasswords, EnvFiles, directory_named, find_env_files, is_env_file
from .zowe_services import is_listing, is_server, services_in
from .zowe_set import KeystoreDirectory, Scene, ZoweSet
from .zowe_sets import Rows, is_own, set_of_directory, sets_by_content, sets_of_rings

__all__ = ["read_scene"]


def read_scene(
    sources: Sequence[str],
    passwords: Passwords,
    *,
    settings: Sequence[Path] = (),
    alias: str = "",
    authorities: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    seconds: float = 10.0,
) -> Scene:
    """Read the sources and say what they are for Zowe.

    A folder with ``zowe-certificates.env`` is a KEYSTORE_DIRECTORY, whose stores open with the password in that
    file; one with ``instance.env`` is an instance. Stores that belong to no directory make a set by what is in
    them: a keystore with the trust store beside it. TLS servers, and files with a certificate that is no
    authority's and no key beside it, are services that Zowe calls.

    Args:
        sources: files, folders and ``host:port``, those ``.env`` files among them.
        settings: files whose names tell which they are: ``zowe-setup-certificates.env``, that for key rings,
            ``zowe-certificates.env`` or ``instance.env``; what they lead to is read where it is on this machine.
        alias: the entry that the servers show where no file says it; empty: the first private key.
        authorities: sources whose certificates Zowe and its clients trust besides, as if they were imported.
        limits: what the reading of each file may cost.
        seconds: how long a TLS server may take to answer.

    Raises:
        SettingsError: a ``.env`` file that was named cannot be read, or is none of Zowe's.
        UsageError: a source is empty, or a password is not where its reference says.
    """
    files = find_env_files(sources, settings)
    stores = [source for source in sources if not is_env_file(local_path(source, "a source"))]
    own = DirectoryPasswords(passwords, files.secrets)
    rows = tuple(read_sources(list(dict.fromkeys((*stores, *files.more))), own, limits=limits, seconds=seconds))
    besides = tuple(read_sources(list(authorities), own, limits=limits, seconds=seconds))
    there = {row.source for row in rows}
    trusted = {facts.identity: facts for row in besides if row.store for facts in pem_anchors(row.store)}
    rows += tuple(row for row in besides if row.source not in there)
    of_instance = {one.source: here for one in files.instances if (here := _directory_of(one, files.directories))}
    outside = _outside(rows, files.directories)
    sets = tuple(_sets(Rows(rows), outside, files, of_instance, alias))
    held = {entry.chain[0].identity for one in sets for entry in (one.entry, *one.others) if entry and entry.chain}
    held |= {entry.chain[0].identity for row in rows if row.store for entry in row.store.entries if is_own(entry)}
    services = services_in(outside, files.setup_files, own=held, trusted={row.source for row in besides})
    scene = Scene(
        rows=rows,
        sets=tuple(_distinct(sets, tuple(trusted.values()))),
        services=services,
        setup_files=tuple(files.setup_files),
        directories=tuple(files.directories),
        instances=tuple(files.instances),
        of_instance=of_instance,
    )
    return replace(scene, notes=(*files.notes, *_notes(outside, held), *_left_out(scene)))


def _left_out(scene: Scene) -> Iterator[str]:
    if scene.services and scene.callers < len(scene.sets):
        many = f"{len(scene.sets):,} sets and {len(scene.services):,} services"
        yield f"of {many} only the first {scene.callers:,} sets are taken to call the services"


def _distinct(sets: Iterable[ZoweSet], trusted: tuple[CertificateFacts, ...]) -> Iterator[ZoweSet]:
    """Each with a name of its own, and with what is trusted besides."""
    named: Counter[str] = Counter()
    for one in sets:
        named[one.name] += 1
        again = f" ({named[one.name]})" if named[one.name] > 1 else ""
        yield replace(one, name=f"{one.name}{again}", added=trusted)


def _outside(rows: Iterable[SourceRow], directories: Sequence[KeystoreDirectory]) -> list[Store]:
    """The stores that are in no KEYSTORE_DIRECTORY."""
    folders = {directory.folder for directory in directories}
    return [row.store for row in rows if row.store and folders.isdisjoint(Path(row.source).absolute().parents)]


def _sets(
    rows: Rows, outside: Sequence[Store], files: EnvFiles, of_instance: Mapping[str, KeystoreDirectory], alias: str
) -> Iterator[ZoweSet]:
    for directory in files.directories:
        instances = [one for one in files.instances if of_instance.get(one.source) is directory]
        own = dict.fromkeys(filter(None, (one.values.get("ZOWE_EXPLORER_HOST") for one in instances)))
        yield set_of_directory(directory, rows, {**own, **_hosts_of(directory, files)}, own)
    loose = [store for store in outside if not is_listing(store) and not is_server(store)]
    yield from (_with_settings(one, files) for one in sets_by_content(loose, alias))
    yield from sets_of_rings(rows, {directory.ring for directory in files.directories}, alias)


def _with_settings(one: ZoweSet, files: EnvFiles) -> ZoweSet:
    """The one settings file that is of no directory here is that of the stores which nothing else speaks for."""
    of_none = [file for file in files.setup_files if not directory_named(file.keystore_directory, files.directories)]
    if len(of_none) != 1:
        return one
    return replace(one, mode=of_none[0].mode, hosts=of_none[0].hosts or one.hosts)


def _hosts_of(directory: KeystoreDirectory, files: EnvFiles) -> dict[str, None]:
    """The names that the settings of a directory give, each once."""
    ours = (
        file for file in files.setup_files if directory_named(file.keystore_directory, files.directories) is directory
    )
    return dict.fromkeys(host for file in ours for host in file.hosts)


def _directory_of(instance: Instance, directories: Sequence[KeystoreDirectory]) -> KeystoreDirectory | None:
    return directory_named(instance.keystore_directory, directories) if instance.keystore_directory else None


def _notes(outside: Iterable[Store], own: Collection[str]) -> Iterator[str]:
    for store in outside:
        if is_server(store) and store.entries and store.entries[0].chain[0].identity in own:
            yield f"{store.source} shows the certificate of a key that is here: it is Zowe itself, and no other server"
