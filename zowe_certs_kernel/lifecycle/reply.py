"""An authority's reply to a request: read in any form, held against the waiting key, its chain put in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Refused, UsageError
from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity, Store
from ..secret import Secret
from ..setup.external_chain import completed
from ..stores import open_store
from ..stores.certificate import public_key_of
from .change import Change, Changed, apply_change, compared
from .judged import judged
from .reply_files import KeyAndChain, change_of_reply, finish_request, lines_for_settings
from .reply_names import differing_names, name_findings
from .request import WaitingRequest
from .request_names import is_local
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["Imported", "ReplyPlan", "make_reply", "plan_reply", "read_reply"]

_MOST_TOLD = 8


@dataclass(frozen=True)
class ReplyPlan:
    """A reply that fits: the ``chain`` is the certificate first and the root last.

    ``missing_names`` were asked for and are not in it, ``extra_names`` the other way round. ``unused`` are
    certificates of the reply that no chain needs. ``change`` is what becomes of a KEYSTORE_DIRECTORY; where there is
    none, the request's folder gets the finished store and ``environment`` says what to write into the settings.
    ``in_place`` says that the directory holds and trusts it all already.
    """

    alias: str
    chain: tuple[CertificateFacts, ...]
    unused: tuple[CertificateFacts, ...]
    missing_names: tuple[str, ...]
    extra_names: tuple[str, ...]
    findings: tuple[Finding, ...]
    at: dt.datetime
    request: WaitingRequest | None = None
    working: WorkingSet | None = None
    change: Change | None = None
    environment: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    in_place: bool = False
    open_key: Callable[[], PrivateKeyTypes] | None = field(default=None, repr=False, compare=False)

    @property
    def certificate(self) -> CertificateFacts:
        return self.chain[0]

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": "zowe-certs/reply/1",
            "alias": self.alias,
            "chain": [facts.as_dict() for facts in self.chain],
            "unused": [facts.sha256 for facts in self.unused],
            "missing_names": list(self.missing_names),
            "extra_names": list(self.extra_names),
            "findings": [found.as_dict() for found in self.findings],
            "change": self.change.as_dict() if self.change else None,
            "environment": list(self.environment),
            "notes": list(self.notes),
            "in_place": self.in_place,
        }


@dataclass(frozen=True)
class Imported:
    """A reply that was imported: into a directory (``changed``), or into the folder of its request (``files``).

    Neither where it was in place already.
    """

    plan: ReplyPlan
    changed: Changed | None
    files: tuple[Path, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.plan.as_dict(),
            "changed": self.changed.as_dict() if self.changed else None,
            "files": [str(path) for path in self.files],
        }


def read_reply(files: Sequence[Path], passwords: Sequence[Secret] = ()) -> list[CertificateFacts]:
    """Every certificate of the files, each once: PEM, DER, PKCS #7, bundles, or stores without a key.

    Raises:
        StoreError: a file cannot be read.
        UsageError: a file holds a private key, which no reply does, or no certificate.
    """
    found: dict[str, CertificateFacts] = {}
    for file in files:
        store = open_store(file, [*passwords, Secret("")])
        if any(entry.kind is EntryKind.PRIVATE_KEY for entry in store.entries):
            msg = (
                f"{file} holds a private key, which no reply of an authority does; to take another key along with its "
            )
            raise UsageError(msg + "certificate, name it in EXTERNAL_CERTIFICATE and run zowe-certs setup")
        facts = [one for entry in store.entries for one in entry.chain if one.der]
        if not facts:
            msg = f"{file} holds no certificate"
            raise UsageError(msg)
        found.update((one.identity, one) for one in facts)
    return list(found.values())


def plan_reply(
    certificates: Sequence[CertificateFacts],
    *,
    request: WaitingRequest | None = None,
    working: WorkingSet | None = None,
    alias: str = "",
    accept_names: bool = False,
    at: dt.datetime | None = None,
) -> ReplyPlan:
    """Hold a reply against the key that waits for it, and plan its import.

    Args:
        request: the folder with the waiting key; None: the reply is for a key of ``working``.
        working: the KEYSTORE_DIRECTORY to import into; None: the folder of the request.
        alias: the entry of the keystore to replace; where empty that of the key, else the one that Zowe shows.
        accept_names: take a certificate that lacks names which were asked for.
        at: the moment of the verdicts; None: now.

    Raises:
        UsageError: no certificate is for the key, names are missing, or an authority of the chain is; says which.
        StoreError: the key cannot be opened.
    """
    at = at or dt.datetime.now(dt.UTC)
    entry = _waiting_entry(certificates, request, working, alias)
    leaf = _leaf_for(entry, certificates)
    missing, extra = differing_names(entry.chain[0], leaf)
    if request is None:  # nobody asked; the present certificate's names of the machine itself are signed by none
        missing = tuple(name for name in missing if not is_local(name))
    if missing and not accept_names:
        told = ", ".join(missing[:_MOST_TOLD]) + (
            f" and {len(missing) - _MOST_TOLD} more" * (len(missing) > _MOST_TOLD)
        )
        msg = f"the certificate lacks names that were asked for: {told}; ask the authority for a new one with all names"
        msg += ", or take it as it is (--accept-names, in a notebook accept_names)"
        raise UsageError(msg)
    known = [one for store in _stores(working) for held in store.entries for one in held.chain]
    chain = completed(leaf, [one for one in certificates if one != leaf], known, at=at)
    if leaf.self_signed:
        msg = f"“{leaf.common_name}” signed itself, so it is no reply of an authority; ask for one that it has signed"
        raise UsageError(msg)
    _refuse_open_end(chain)
    unused = tuple(one for one in certificates if one not in chain)
    open_key = cache(entry.open_key) if entry.open_key else None
    assert open_key  # noqa: S101  # read_request and entry_of give entries with keys, and _leaf_for opened it
    key = KeyAndChain(_target(working, entry, request, alias), open_key, chain, request)
    change = change_of_reply(working, key) if working else None
    findings = (*judged(change, key, at), *name_findings(key.alias, missing, extra))
    if change:
        change = Change(change.working, change.title, change.writes, change.removes, change.notes, findings)
    return ReplyPlan(
        key.alias,
        chain,
        unused,
        missing,
        extra,
        findings,
        at,
        request,
        working,
        change,
        () if working or not request else tuple(lines_for_settings(request, chain)),
        tuple(_unused_notes(unused)),
        change is not None and not any(changes for _, changes in compared(change)),
        open_key,
    )


def _stores(working: WorkingSet | None) -> tuple[Store, ...]:
    return (working.keystore, working.truststore) if working else ()


def _waiting_entry(
    certificates: Sequence[CertificateFacts],
    request: WaitingRequest | None,
    working: WorkingSet | None,
    alias: str,
) -> Entry:
    """The entry whose key waits; of a keystore that which the reply fits."""
    if request:
        return request.entry
    if working is None:
        msg = "a reply needs the folder of its request or a KEYSTORE_DIRECTORY: say where the key waits"
        raise UsageError(msg)
    if alias:
        return working.entry_of(alias)
    public = {public_key_of(one) for one in certificates}
    keys = [one for one in working.keystore.entries if one.kind is EntryKind.PRIVATE_KEY and one.chain]
    return next((one for one in keys if public_key_of(one.chain[0]) in public), working.entry)


def _leaf_for(entry: Entry, certificates: Sequence[CertificateFacts]) -> CertificateFacts:
    """The certificate of the waiting key; the newest where there are several."""
    assert entry.open_key  # noqa: S101  # only entries with a key wait
    public = public_key_of(entry.open_key())
    fitting = [one for one in certificates if public_key_of(one) == public]
    if fitting:
        return max(fitting, key=lambda one: one.not_before or dt.datetime.min.replace(tzinfo=dt.UTC))
    servers = [one for one in certificates if not one.is_ca] or list(certificates)
    told = "; ".join(f"“{one.common_name}” with key {_key_mark(one)}" for one in servers[:_MOST_TOLD]) or "nothing"
    msg = f"the reply is for another key: {entry.alias} waits with key {_key_mark(entry.chain[0])}, and it holds {told}"
    msg += "; ask the authority which request it signed (each mark begins the SHA-256 of a public key)"
    raise UsageError(msg)


def _key_mark(facts: CertificateFacts) -> str:
    import hashlib

    return hashlib.sha256(public_key_of(facts) or b"").hexdigest()[:16]


def _refuse_open_end(chain: Sequence[CertificateFacts]) -> None:
    last = chain[-1]
    if last.self_signed is not True:
        msg = f"the chain of “{chain[0].common_name}” ends with “{last.common_name}”: ask the authority for the "
        msg += f"certificate of {last.issuer}, which signed it, and import all of them together"
        raise UsageError(msg)


def _target(working: WorkingSet | None, entry: Entry, request: WaitingRequest | None, alias: str) -> str:
    """Under which alias the key goes into the keystore."""
    if working is None or request is None:
        return entry.alias
    if alias:
        return working.entry_of(alias).alias
    held = working.keystore.entry(entry.alias)
    return entry.alias if held and held.kind is EntryKind.PRIVATE_KEY else working.entry.alias


def _unused_notes(unused: Sequence[CertificateFacts]) -> Iterable[str]:
    for one in unused:
        yield f"“{one.common_name}” of the reply is in no chain and was left out"


def make_reply(
    plan: ReplyPlan,
    *,
    in_spite_of_findings: bool = False,
    now: dt.datetime | None = None,
    progress: Callable[[str], None] = lambda _line: None,
) -> Imported:
    """Import the reply; where it is in place already nothing is written, so that a pipeline may repeat it.

    Raises:
        Refused: Zowe would not work with it, and nobody asked for it in spite of that; nothing was changed.
        WouldOverwrite: the finished store is in the request's folder already.
        WriteError: it cannot be written; nothing was changed.
    """
    if plan.in_place:
        return Imported(plan, None)
    errors = [found for found in plan.findings if found.severity is Severity.ERROR]
    if errors and not in_spite_of_findings:
        told = "; ".join(f"{found.rule}: {found.message}" for found in errors)
        msg = f"nothing was imported, for Zowe would not work with it: {told}. {errors[0].fix} To import it "
        msg += "nevertheless, ask for it in spite of that (--in-spite-of-findings, in a notebook in_spite_of_findings)"
        raise Refused(msg)
    if plan.change:
        return Imported(plan, apply_change(plan.change, now=now, progress=progress))
    assert plan.request and plan.open_key  # noqa: S101, PT018  # without a directory there is a request
    return Imported(plan, None, finish_request(plan.request, plan.open_key(), plan.chain, progress))
