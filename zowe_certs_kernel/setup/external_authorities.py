"""The authorities of external certificates: which files they come from, and the copies that the directory gets."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from ..errors import SettingsError, SourceMissing, StoreError
from ..local_path import local_path
from ..model import CertificateFacts
from ..secret import Secret
from ..stores import open_store
from ..stores.java_marks import UNPROVED
from ..zowe.settings import CertificateSettings
from .external import ExternalKey, read_key, wanted_keys

__all__ = ["NO_EXTERNALS", "ExternalAuthority", "Externals", "authority_files", "read_externals"]

_VARIABLE = "EXTERNAL_CERTIFICATE_AUTHORITIES"


@dataclass(frozen=True)
class ExternalAuthority:
    """An authority that signed an external certificate, under ``alias`` in keystore and trust store.

    ``place`` counts from 1 within ``file``, or within the chain of the key ``of`` where that brought it along;
    ``copy`` are the bytes of the file where it is copied as it is.
    """

    alias: str
    path: PurePosixPath
    facts: CertificateFacts
    file: Path | None = None
    place: int = 1
    of: str = ""
    format: str = ""
    copy: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Externals:
    """All that comes from files instead of being made: keys by alias, and the authorities above them."""

    keys: tuple[ExternalKey, ...] = ()
    authorities: tuple[ExternalAuthority, ...] = ()

    def key(self, id_: str) -> ExternalKey | None:
        return next((key for key in self.keys if key.id.lower() == id_.lower()), None)


NO_EXTERNALS = Externals()


def read_externals(settings: CertificateSettings, passwords: Sequence[Secret], *, as_zowe: bool) -> Externals:
    """Read every file that the settings name for external certificates.

    Args:
        passwords: those of the files; the keystore's own is tried after them.

    Raises:
        SettingsError: a file holds not what it should.
        StoreError: a file cannot be read, or none of the passwords opens it.
    """
    wanted = wanted_keys(settings, as_zowe=as_zowe)
    if not wanted:
        return NO_EXTERNALS
    every = [*passwords, settings.keystore_password]
    listed = list(_listed(settings, every, as_zowe=as_zowe)) if settings.external_certificate else []
    facts = [one.facts for one in listed]
    keys = tuple(read_key(one, every, facts, settings.source) for one in wanted)
    if as_zowe:
        return Externals(keys, tuple(_numbered_as_zowe(listed)))
    leaves = {key.leaf.identity for key in keys if key.leaf.self_signed is not True}
    kept = [one for one in listed if one.facts.identity not in leaves]
    if listed and not kept:
        raise SettingsError(settings.source, [f"{_VARIABLE} names the certificate itself, but none of its authorities"])
    return Externals(keys, tuple(_numbered([*kept, *_brought(keys)])))


def authority_files(settings: CertificateSettings) -> list[str]:
    """The files of EXTERNAL_CERTIFICATE_AUTHORITIES; one path may hold blanks where it is all of the value."""
    whole = settings.as_written.get(_VARIABLE, "")
    return [whole] if whole and os.path.isfile(whole) else list(settings.external_certificate_authorities)  # noqa: PTH113  # Path.is_file raises where a name is too long


def _listed(
    settings: CertificateSettings, passwords: Sequence[Secret], *, as_zowe: bool
) -> Iterator[ExternalAuthority]:
    """The certificates of each file, each once; Zowe's script takes the first of a file, and copies the file."""
    seen: set[str] = set()
    for name in authority_files(settings):
        file = local_path(name, _VARIABLE)
        kind, facts = _certificates_in(file, passwords, settings.source)
        if as_zowe:
            yield ExternalAuthority("", PurePosixPath(), facts[0], file, copy=file.read_bytes())
            continue
        for place, one in enumerate(facts, 1):
            if one.identity not in seen:
                yield ExternalAuthority("", PurePosixPath(), one, file, place, format=kind)
            seen.add(one.identity)


def _certificates_in(file: Path, passwords: Sequence[Secret], source: str) -> tuple[str, list[CertificateFacts]]:
    """The format of a file, and the certificates in it."""
    try:
        store = open_store(file, passwords)
    except StoreError as error:
        missing = isinstance(error, SourceMissing)
        how = "; name each file that signed the certificate, parted by blanks, for Zowe to trust it" if missing else ""
        msg = f"{_VARIABLE}: {error}{how}"
        raise type(error)(msg) from None
    if UNPROVED in store.notes:
        what = f"{file}, a {store.format} store, which nothing proves without its password: export the certificates"
        raise SettingsError(source, [f"{_VARIABLE} names {what}"])
    facts = [one for entry in store.entries for one in entry.chain if one.der]
    if not facts:
        raise SettingsError(source, [f"{_VARIABLE} names {file}, in which there is no certificate"])
    return store.format, facts


def _brought(keys: Iterable[ExternalKey]) -> Iterator[ExternalAuthority]:
    """What stands above the certificates of components, which have no list of authorities of their own."""
    for key in keys:
        if key.variable == "EXTERNAL_COMPONENT_CERTIFICATES":
            above = key.chain[1:] or (key.chain if key.leaf.self_signed else ())
            for one in above:
                place = key.chain.index(one) + 1
                yield ExternalAuthority("", PurePosixPath(), one, place=place, of=key.id)


def _numbered(authorities: Iterable[ExternalAuthority]) -> Iterator[ExternalAuthority]:
    once: dict[str, ExternalAuthority] = {}
    for one in authorities:
        once.setdefault(one.facts.identity, one)
    for number, one in enumerate(once.values(), 1):
        yield replace(one, alias=f"extca{number}", path=PurePosixPath(f"local_ca/extca.{number}.cer"))


def _numbered_as_zowe(authorities: Sequence[ExternalAuthority]) -> Iterator[ExternalAuthority]:
    """The files are numbered as they are named, the aliases in the order in which a shell sorts the files."""
    paths = [PurePosixPath(f"local_ca/extca.{number}.cer") for number in range(1, len(authorities) + 1)]
    together = sorted(zip(map(str, paths), paths, authorities, strict=True), key=lambda one: one[0])
    for number, (_, path, one) in enumerate(together, 1):
        yield replace(one, alias=f"extca{number}", path=path)
