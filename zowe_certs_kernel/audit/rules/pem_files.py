"""The files in PEM that zowe-certificates.env names, for Zowe's servers in Node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...model import EntryKind, Finding
from ..registry import of_set
from ..subjects import SetUse
from .trust_stores import has_list

__all__: list[str] = []

_EBCDIC = "-ebcdic"


def _named(use: SetUse) -> Iterator[tuple[str, str]]:
    """Variable and path of each PEM file; what is in a key ring has an address instead."""
    if use.directory is None:
        return
    told = use.directory.environment
    listed = told.external_certificate_authorities.replace(",", " ").split()
    for variable, path in (
        ("KEYSTORE_KEY", told.keystore_key),
        ("KEYSTORE_CERTIFICATE", told.keystore_certificate),
        ("KEYSTORE_CERTIFICATE_AUTHORITY", told.keystore_certificate_authority),
        ("EXTERNAL_ROOT_CA", told.external_root_ca),
        *(("EXTERNAL_CERTIFICATE_AUTHORITIES", path) for path in listed),
    ):
        if path.startswith("/"):
            yield variable, path


@of_set("ZC-PEM-01", "ZC-PEM-02")
def missing_or_none(use: SetUse) -> Iterator[Finding]:
    for variable, path in _named(use):
        assert use.directory  # noqa: S101  # else nothing is named
        store = use.audit.rows.located(path, use.directory.folder)
        if store is None:
            yield _unread(use, variable, path)
        elif not store.format.startswith("PEM"):
            problem = f"which is {store.format} and no PEM"
            yield use.finding("ZC-PEM-02", store.source, variable=variable, file=store.source, problem=problem)
        elif (store.format == "PEM in EBCDIC") != path.endswith(_EBCDIC) and not _is_copy(store.source, path):
            problem = f"which is {store.format}"
            yield use.finding("ZC-PEM-02", store.source, variable=variable, file=store.source, problem=problem)


def _is_copy(source: str, path: str) -> bool:
    """A copy in ASCII stands for the one in EBCDIC that was not brought here."""
    return path.endswith(_EBCDIC) and not source.endswith(_EBCDIC)


def _unread(use: SetUse, variable: str, path: str) -> Finding:
    name = PurePosixPath(path).name
    for row in use.audit.scene.rows:
        if row.source.endswith(name) and (row.error or row.passed_over):
            problem = f"which cannot be read: {row.error or row.passed_over}"
            return use.finding("ZC-PEM-02", row.source, variable=variable, file=row.source, problem=problem)
    return use.finding("ZC-PEM-01", variable=variable, file=path)


@of_set("ZC-PEM-03")
def no_list(use: SetUse) -> Iterator[Finding]:
    if use.directory and not use.directory.ring and use.of.entry and not has_list(use):
        yield use.finding("ZC-PEM-03", use.directory.environment.source)


@of_set("ZC-PEM-04")
def odd_list(use: SetUse) -> Iterator[Finding]:
    in_files = use.directory and not use.directory.ring  # those of a ring have addresses, parted by commas
    text = use.directory.environment.external_certificate_authorities if use.directory and in_files else ""
    if "," in text or ";" in text:
        sign = "a comma" if "," in text else "a semicolon"
        yield use.finding("ZC-PEM-04", use.directory.environment.source if use.directory else "", problem=sign)
    elif text and any(not part.startswith("/") for part in text.split()):
        problem = "a part that is no whole path"
        yield use.finding("ZC-PEM-04", use.directory.environment.source if use.directory else "", problem=problem)


@of_set("ZC-PEM-06")
def encrypted_key(use: SetUse) -> Iterator[Finding]:
    path = use.directory.environment.keystore_key if use.directory else ""
    store = use.audit.rows.located(path, use.directory.folder) if use.directory and path.startswith("/") else None
    for entry in store.entries if store else ():
        if entry.kind is EntryKind.PRIVATE_KEY and entry.protection:
            yield use.finding("ZC-PEM-06", store.source if store else "", file=store.source if store else "")
