"""Certificates signed anew by the local authority: the same names and lifetime, the same key or a new one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import NothingToRenew, SourceMissing, UsageError
from ..model import CertificateFacts, Entry, EntryKind, KeyType, iso
from ..secret import PUBLISHED_CA_PASSWORD, Secret
from ..setup.authority import FoundAuthority, find_authority
from ..setup.plan import CA_STORE
from ..trust.proofs import Proofs
from .change import Change, Changed, contents_of, store_bytes
from .key_files import replaced
from .refusals import apply_unless_refused
from .signing import Progress, RenewalRow, issued_by, quiet, refuse_unusable, renewal_rows, sign_anew
from .working_set import WorkingSet

__all__ = [
    "RenewalPlan",
    "RenewalRow",
    "local_authority",
    "make_renewal",
    "next_store",
    "plan_renewal",
    "renewal_change",
    "signed_by",
]


@dataclass(frozen=True)
class RenewalPlan:
    """What will be signed anew, and by which authority; ``ca_file`` is its store."""

    working: WorkingSet
    authority: FoundAuthority
    ca_file: Path
    rows: tuple[RenewalRow, ...]
    at: dt.datetime
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": "zowe-certs/renewal/1",
            "directory": str(self.working.directory),
            "authority": self.authority.certificate.as_dict(),
            "ca_file": str(self.ca_file),
            "at": iso(self.at),
            "rows": [row.as_dict() for row in self.rows],
            "notes": list(self.notes),
        }


def plan_renewal(  # noqa: PLR0913  # what a person may choose of a renewal
    working: WorkingSet,
    *,
    aliases: Sequence[str] = (),
    same_key: bool = False,
    hosts: Sequence[str] = (),
    days: int | None = None,
    key_type: KeyType | None = None,
    ca_store: Path | None = None,
    ca_password: Secret | None = None,
    at: dt.datetime | None = None,
) -> RenewalPlan:
    """Plan to sign certificates anew with the local authority's key.

    Args:
        aliases: which keys; none: all that this authority has signed.
        same_key: keep the keys, for clients that know them by heart.
        hosts: names and addresses besides.
        days: how long the new ones are valid; None: as long as the old ones. They never outlive the authority.
        key_type: of new keys; None: like the old ones.
        ca_store: the authority's store where that is outside the directory.
        ca_password: its password; None: the keystore's, then Zowe's published one.
        at: the moment of the renewal; None: now.

    Raises:
        NothingToRenew: its key is not here, it cannot sign any more, or it signed nothing of the keystore.
        UsageError: there is no key of an alias, the authority did not sign it, or a choice cannot be used.
        StoreError: the authority's store is not there or cannot be read.
    """
    if same_key and key_type:
        msg = "a key stays the same or is a new one of a type: choose one of the two (--same-key, --key-type)"
        raise UsageError(msg)
    refuse_unusable(hosts, days)
    at = (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    authority, file = local_authority(working, ca_store, ca_password, at)
    try:
        entries = _entries(working, aliases, authority.certificate)
    except UsageError as why:
        after = next_store(file)
        if ca_store is None or not os.path.lexists(after):
            raise
        msg = f"{why}. After a rotation it is {after} that signs"
        raise type(why)(msg) from None
    rows = renewal_rows(
        entries, authority.certificate, same_key=same_key, hosts=hosts, days=days, key_type=key_type, at=at
    )
    return RenewalPlan(working, authority, file, rows, at, tuple(_notes(rows, authority.certificate)))


def local_authority(
    working: WorkingSet, ca_store: Path | None, ca_password: Secret | None, at: dt.datetime
) -> tuple[FoundAuthority, Path]:
    """The authority with its key, and the file in which that is.

    Raises:
        NothingToRenew: there is none in the directory, or it cannot sign at this moment.
        StoreError: the store that was named is not there, it cannot be read, or no password opens it.
    """
    if ca_store and not os.path.lexists(ca_store):
        msg = f"there is no {ca_store.absolute()}: name the authority's store (--ca-store, ca_store)"
        raise SourceMissing(msg)
    file = ca_store.absolute() if ca_store else working.directory / CA_STORE
    passwords = [ca_password] if ca_password is not None else [working.password, Secret(PUBLISHED_CA_PASSWORD)]
    instead = "begin a new authority (zowe-certs rotate-ca, notebook 70_renew), or ask another one (zowe-certs csr)"
    try:
        found = find_authority(file, passwords, at=at, instead=instead)
    except UsageError as why:
        raise NothingToRenew(str(why)) from None
    if found is None:
        msg = f"the key of the local authority is not here: there is no {file}; name its store (--ca-store, ca_store)"
        raise NothingToRenew(msg)
    return found, file


def next_store(ca_store: Path) -> Path:
    """``authority-next.p12`` for ``authority.p12``: where a rotation keeps the next authority."""
    file = ca_store.absolute()
    return file.with_name(f"{file.stem}-next{file.suffix}")


def signed_by(working: WorkingSet, authority: CertificateFacts) -> list[Entry]:
    """The keys of the keystore whose certificate this authority has signed, proved; its own key is none of them."""
    proofs = Proofs()
    keys = [entry for entry in working.keystore.entries if entry.kind is EntryKind.PRIVATE_KEY and entry.chain]
    return [
        entry
        for entry in keys
        if entry.chain[0].identity != authority.identity and proofs.signed(authority, entry.chain[0])
    ]


def _entries(working: WorkingSet, aliases: Sequence[str], authority: CertificateFacts) -> list[Entry]:
    signed = signed_by(working, authority)
    if not aliases:
        if not signed:
            msg = f"nothing in {working.keystore_path} is signed by “{authority.common_name}”: renew it with "
            msg += "zowe-certs csr and import-reply"
            raise NothingToRenew(msg)
        return signed
    asked = {entry.alias.lower(): entry for entry in map(working.entry_of, aliases)}
    ours = {entry.alias.lower() for entry in signed}
    for alias, entry in asked.items():
        if alias not in ours:
            by = "itself" if entry.chain[0].self_signed else entry.chain[0].issuer
            msg = f"{entry.alias} is signed by {by}, not by the local authority “{authority.common_name}”: renew it "
            msg += "with zowe-certs csr and import-reply"
            raise UsageError(msg)
    return list(asked.values())


def _notes(rows: Sequence[RenewalRow], authority: CertificateFacts) -> list[str]:
    notes = [f"Clients that trust “{authority.common_name}” need nothing new"]
    notes += [f"{row.alias}: these names cannot be kept: {', '.join(row.lost_names)}" for row in rows if row.lost_names]
    notes += [row.other_kind or f"{row.alias} has a new key" for row in rows if not row.same_key]
    earlier = [row for row in rows if row.new_end <= row.old_end]
    if cut := [row.alias for row in earlier if row.new_end == authority.not_after]:
        notes.append(f"{', '.join(cut)} will not end later than now: the authority itself has to be renewed")
    if asked := [row.alias for row in earlier if row.alias not in cut]:
        notes.append(f"{', '.join(asked)} will end earlier than now: so few days were asked for")
    return [*notes, "Restart Zowe to have the new certificates shown"]


def make_renewal(plan: RenewalPlan, *, progress: Progress = quiet) -> Changed:
    """Sign anew and change the directory; the old one stays as a dated copy.

    Raises:
        Refused: Java would refuse a key that it accepts now; nothing was changed.
        WriteError: it cannot be written; nothing was changed.
    """
    return apply_unless_refused(renewal_change(plan, progress=progress), at=plan.at, progress=progress)


def renewal_change(plan: RenewalPlan, *, progress: Progress = quiet) -> Change:
    """The renewed keys and certificates as a change of the directory; nothing is written."""
    working = plan.working
    signed = sign_anew(working, plan.rows, issued_by(plan.authority), plan.at, progress)
    contents = replaced(contents_of(working.keystore), signed.keys)
    writes = {working.keystore_path: store_bytes(working.keystore, contents, working.password), **signed.files}
    aliases = ", ".join(row.alias for row in plan.rows)
    return Change(working, f"Renew {aliases}", writes, (), plan.notes)
