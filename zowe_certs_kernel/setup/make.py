"""The plan, carried out: keys and certificates to the bytes of every file."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..issue import Issued, certificate_request, generate_key, issue
from ..model import EntryKind, Finding, iso
from ..stores import KeyContent, Protection, TrustedContent, write_pkcs12
from .certificates_env import environment_lines
from .delivery import owner_commands
from .keystore_directory import Placed, place
from .plan import FileKind, Plan, PlannedFile, PlannedStore

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["Made", "make"]

Progress = Callable[[str], None]

_SIGNING_AND_WRITING = ("cryptography.x509", "cryptography.hazmat.primitives.ciphers.algorithms")


@dataclass(frozen=True)
class Made:
    """What a set-up made. ``placed`` says what became of an older directory, and who owns the new one."""

    plan: Plan
    placed: Placed
    at: dt.datetime
    sha256: Mapping[str, str]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.plan.findings

    @property
    def owner_commands(self) -> tuple[str, ...]:
        """What is left to run on z/OS where user and group could not be set here."""
        return () if self.placed.owned else owner_commands(self.plan, str(self.plan.settings.keystore_directory))

    def as_dict(self) -> dict[str, Any]:
        """``zowe-certs/setup/1``, without any password or key."""
        return {
            **self.plan.as_dict(),
            "schema": "zowe-certs/setup/1",
            "at": iso(self.at),
            "verdict": f"{len(self.plan.files)} files for Zowe {self.plan.settings.release} in {self.plan.directory}",
            "files": [str(file.path) for file in self.plan.files],
            "certificates": dict(self.sha256),
            "kept": str(self.placed.kept) if self.placed.kept else None,
            "notes": list(self.placed.notes),
            "owner_commands": list(self.owner_commands),
        }


def make(plan: Plan, *, now: dt.datetime | None = None, progress: Progress = lambda _line: None) -> Made:
    """Make the directory of ``plan``: whole, or not at all.

    Args:
        now: the start of the certificates' life; None: this moment.
        progress: gets a line for each step.

    Raises:
        WouldOverwrite: the directory is there already and ``plan.replace`` is false.
        WriteError: it cannot be written; nothing was changed.
    """
    now = now or dt.datetime.now(dt.UTC)
    with place(plan.directory, replace=plan.replace, now=now) as placing:
        progress(f"finding {len(plan.certificates)} RSA keys")
        keys, protections = _keys_and_protections(plan)
        progress("signing")
        issued = _issued(plan, keys, now)
        for file in plan.files:
            progress(f"writing {file.path}")
            placing.write(file.path, _bytes_of(file, plan, issued, protections))
        modes = {file.path: plan.mode(file) for file in plan.files}
        placing.lock(plan.folder_mode, modes, plan.settings.user_id, plan.settings.group_id)
        placed = placing.finish()
    return Made(plan, placed, now, {id_: _fingerprint(found) for id_, found in issued.items()})


def _fingerprint(issued: Issued) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    return issued.certificate.fingerprint(SHA256()).hex()


def _keys_and_protections(plan: Plan) -> tuple[dict[str, RSAPrivateKey], dict[PurePosixPath, Protection]]:
    """Find the keys on the other cores, while this one imports what signs and writes and derives the stores' keys."""
    protections = {store.path: Protection(store.password, store.profile, store.rounds) for store in plan.stores}
    with ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 1) - 1)) as pool:
        searches = {certificate.id: pool.submit(generate_key) for certificate in plan.certificates}
        for module in _SIGNING_AND_WRITING:
            import_module(module)
        for store in plan.stores:
            keys = sum(entry.kind is EntryKind.PRIVATE_KEY for entry in store.entries)
            protections[store.path].derive_ahead(keys + 1)
        return {id_: search.result() for id_, search in searches.items()}, protections


def _issued(plan: Plan, keys: Mapping[str, RSAPrivateKey], now: dt.datetime) -> dict[str, Issued]:
    made: dict[str, Issued] = {}
    for certificate in plan.certificates:
        made[certificate.id] = issue(
            certificate.kind,
            certificate.subject,
            keys[certificate.id],
            now=now,
            days=certificate.days,
            issuer=made[certificate.issuer] if certificate.issuer else None,
            san=certificate.san,
        )
    return made


def _bytes_of(
    file: PlannedFile, plan: Plan, issued: Mapping[str, Issued], protections: Mapping[PurePosixPath, Protection]
) -> bytes:
    from ..stores.pem import certificate_pem, key_pem, request_pem, to_ebcdic

    if file.kind is FileKind.STORE:
        store = next(store for store in plan.stores if store.path == file.path)
        return _store_bytes(store, plan, issued, protections[store.path])
    if file.kind is FileKind.ENVIRONMENT:
        return "".join(f"{line}\n" for line in environment_lines(plan)).encode()
    found = issued[file.certificate]
    if file.kind is FileKind.KEY:
        return key_pem(found.key)
    if file.kind is FileKind.REQUEST:
        return request_pem(certificate_request(plan.certificate(file.certificate).subject, found.key))
    pem = certificate_pem(found.certificate)
    return to_ebcdic(pem) if file.kind is FileKind.CERTIFICATE_EBCDIC else pem


def _store_bytes(store: PlannedStore, plan: Plan, issued: Mapping[str, Issued], protection: Protection) -> bytes:
    from cryptography import x509

    given = {found.alias: found.der for found in plan.given}
    contents: list[KeyContent | TrustedContent] = []
    for entry in store.entries:
        if entry.kind is EntryKind.PRIVATE_KEY:  # first, for a given certificate may have the alias of a key
            found = issued[entry.certificate]
            contents.append(KeyContent(entry.alias, found.key, found.chain))
        elif entry.certificate in given:
            trusted = x509.load_der_x509_certificate(given[entry.certificate])
            contents.append(TrustedContent(entry.alias, trusted))
        else:
            contents.append(TrustedContent(entry.alias, issued[entry.certificate].certificate))
    return write_pkcs12(contents, protection)
