"""The steps of notebook 20, each one call, and the pages that ``zowe-certs inspect`` prints."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..errors import StoreError, UsageError
from ..folders import example_settings
from ..local_path import local_path
from ..model import CertificateFacts, Entry, Finding, Severity, Store
from ..parameters import InspectParameters
from ..secret import Secret
from ..stores import open_store
from ..stores.limits import DEFAULT_LIMITS, Limits
from ..stores.passwords import Passwords
from ..stores.sources import SourceRow, read_sources
from ..trust.comparison import Change, ChangeKind, compare_stores
from .page import Block, Code, Details, Findings, Page, Table, Text
from .result import counted, out_folder, write_result
from .store_passwords import store_passwords
from .store_tables import certificate_tables, chain_lines, entry_table, more_tables, protection, shared_notes

__all__ = [
    "changes_page",
    "changes_since",
    "changes_table",
    "compare_sources",
    "entries_page",
    "finish_inspection",
    "inspection_result",
    "read_source",
    "source_findings",
    "unread_findings",
]

Rows = tuple[SourceRow, ...]


def read_source(parameters: InspectParameters) -> Page[Rows]:
    """Read the source; without one, the keystore of an example that is made here with a random password.

    Raises:
        StoreError: the source itself cannot be read; in a folder that is a finding.
        UsageError: a parameter cannot be used.
    """
    parameters.check()
    out_folder(parameters).joinpath("result.json").unlink(
        missing_ok=True
    )  # an older run's must not pass for this one's
    if not parameters.source:
        return _example(parameters)
    rows = tuple(
        read_sources(
            [parameters.source],
            store_passwords(parameters, parameters.more_password_from),
            prove_keys=parameters.prove_keys,
        )
    )
    for row in rows:
        if row.error and row.named:
            raise row.error
    return Page(rows, [_overview(rows)])


def _example(parameters: InspectParameters) -> Page[Rows]:
    from ..setup import make, plan_setup
    from ..zowe.settings import read_settings

    throw_away = Secret(secrets.token_urlsafe(16))
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = out_folder(parameters) / f"example-{stamp}" / "keystore"
    plan = make(plan_setup(read_settings([example_settings()], password=lambda: throw_away), directory=folder)).plan
    rows = tuple(
        SourceRow(str(store.path), open_store(folder / store.path, store.password, name=str(store.path)), named=False)
        for store in plan.stores
    )
    if parameters.prove_keys:
        from ..stores.key_proof import with_proved_keys

        rows = tuple(replace(row, store=with_proved_keys(row.store)) if row.store else row for row in rows)
    return Page(rows, [Text("No source was given, so these are the stores of an example made here."), _overview(rows)])


def _overview(rows: Sequence[SourceRow]) -> Table:
    read = [row for row in rows if not row.passed_over]
    shown = [
        (row.source, row.store.format, str(len(row.store.entries)), protection(row.store))
        if row.store
        else (row.source, "not read", "", str(row.error).removeprefix(f"{row.source} cannot be read: "))
        for row in read
    ]
    return Table("Sources", ("Source", "Format", "Entries", "Protection"), shown)


def _passed_over(rows: Sequence[SourceRow]) -> Iterator[Block]:
    """What of a folder is no store, and why; folded, because there may be much of it."""
    others = [(row.source, row.passed_over) for row in rows if row.passed_over]
    if others:
        yield Details(f"Passed over as no store: {len(others)}", [Table("Passed over", ("File", "Why"), others)])


def entries_page(
    rows: Sequence[SourceRow], at: dt.datetime | None = None, *, full: bool = True
) -> Page[tuple[Store, ...]]:
    """The entries of every store, its notes, the chains as a tree and, if ``full``, each certificate in full."""
    at = at or dt.datetime.now(dt.UTC)
    stores = tuple(row.store for row in rows if row.store)
    blocks: list[Block] = []
    if all(row.passed_over for row in rows):
        blocks.append(Text("There is no store in it: is it the right folder?", good=False))
    for row in rows:
        if row.passed_over:
            continue
        if row.store is None:
            blocks.append(Text(str(row.error), good=False))
            continue
        blocks += [entry_table(row.store, at), *more_tables(row.store)]
        if not any(entry.place for entry in row.store.entries):  # a listing is no file that protects anything
            blocks.append(Text(f"Protection: {protection(row.store)}."))
        blocks += [Text(f"Note: {note}.") for note in row.store.notes]
        blocks += [Text(f"Note on each certificate: {note}.") for note in shared_notes(row.store)]
    if stores:
        blocks.append(Details("The chains as a tree", [Code(tuple(chain_lines(stores)))]))
    if stores and full:
        blocks.append(Details("The certificates in full", certificate_tables(stores)))
    blocks += _passed_over(rows)
    return Page(stores, blocks)


def compare_sources(parameters: InspectParameters, rows: Page[Rows]) -> Page[tuple[Change, ...]]:
    """What is different from ``compare_with``, the older store.

    Raises:
        StoreError: the older store cannot be read.
        UsageError: it is a folder.
    """
    if not parameters.compare_with:
        return Page((), [Text("Nothing to compare with: compare_with names no older store.")])
    newer = [row.store for row in rows.value if row.store]
    if len(newer) != 1:
        return Page((), [Text("A comparison needs one store on each side; name one as source.")])
    return changes_page(
        changes_since(parameters.compare_with, newer[0], store_passwords(parameters, parameters.more_password_from))
    )


def changes_since(
    older: str, newer: Store, passwords: Passwords, limits: Limits = DEFAULT_LIMITS
) -> tuple[Change, ...]:
    """The changes from the older store, a file or ``host:port``, to the newer one.

    Raises:
        StoreError: it cannot be read.
        UsageError: it is a folder, or empty.
    """
    with suppress(OSError):  # what may not be looked at, or has too long a name, is refused as it is read
        if local_path(older, "the older store").is_dir():
            msg = f"{older} is a folder; a comparison is with one store"
            raise UsageError(msg)
    (row,) = read_sources([older], passwords, limits=limits)
    if row.store is None:
        raise row.error or StoreError(older)
    return compare_stores(row.store, newer)


def changes_page(changes: tuple[Change, ...]) -> Page[tuple[Change, ...]]:
    """A row for each entry, what is unchanged last."""
    return Page(changes, [changes_table(changes, "Changes")])


def changes_table(changes: Sequence[Change], caption: str) -> Table:
    """A row for each entry, what is unchanged last."""
    ordered = sorted(changes, key=lambda change: change.kind is ChangeKind.SAME)
    rows = [(change.alias, str(change.kind), _told(change.before), _told(change.after)) for change in ordered]
    return Table(caption, ("Alias", "What became of it", "Before", "Now"), rows)


def _told(entry: Entry | None) -> str:
    if entry is None:
        return ""
    facts, place = entry.certificate, entry.place
    told = [facts.common_name, f"ends {facts.end_day}", _fingerprint(facts)] if facts else []
    if place:
        default = "default" if place.default else ""
        told.append(", ".join(word for word in (place.owner, place.status, *place.rings, place.usage, default) if word))
    return "\n".join(told)


def _fingerprint(facts: CertificateFacts) -> str:
    return f"SHA-256 {facts.sha256[:16]}…" if facts.sha256 else f"serial number {facts.serial}"


def source_findings(rows: Sequence[SourceRow]) -> tuple[Finding, ...]:
    """What reading itself found: what could not be read in a folder, keys that do not fit, passwords that all know."""
    known = [
        Finding(
            "ZC-KS-08", Severity.WARNING, f"{row.source} opens with a password that Zowe has published",
            "Everybody who has read Zowe's documents can open it once they can read the file.",
            "Change it with keytool -storepasswd, or make the set again with a password of your own.",
            "Zowe: bin/zowe-setup-certificates.env, bin/apiml_cm.sh", {"source": row.source},
        )
        for row in rows
        if row.published
    ]  # fmt: skip
    foreign = [
        Finding(
            "ZC-KEY-05", Severity.ERROR,
            f"the private key of {entry.alias!r} in {row.source} is not that of its certificate",
            "A server that shows this certificate cannot prove that it is its own, and no handshake succeeds.",
            "Export key and certificate again, together, from where they were made.",
            where={"source": row.source, "alias": entry.alias},
        )
        for row in rows
        for entry in (row.store.entries if row.store else ())
        if entry.key_fits is False
    ]  # fmt: skip
    return (*unread_findings(rows), *foreign, *known)


def unread_findings(rows: Sequence[SourceRow]) -> tuple[Finding, ...]:
    """What could not be read in a folder; what was named itself is the caller's to tell."""
    return tuple(
        Finding(
            "ZC-KS-01", Severity.ERROR, str(row.error),
            "Either its password is missing, or whatever uses the file fails as well.",
            "Give its password, or take the file out of the folder.", where={"source": row.source},
        )
        for row in rows
        if row.error and not row.named
    )  # fmt: skip


def inspection_result(rows: Sequence[SourceRow], changes: Sequence[Change]) -> dict[str, Any]:
    """``zowe-certs/inspect/1``."""
    result: dict[str, Any] = {
        "schema": "zowe-certs/inspect/1",
        "stores": [row.as_dict() for row in rows if not row.passed_over],
        "passed_over": [row.as_dict() for row in rows if row.passed_over],
    }
    result |= counted(source_findings(rows))
    return result | ({"changes": [change.as_dict() for change in changes]} if changes else {})


def finish_inspection(
    parameters: InspectParameters, rows: Page[Rows], changes: Page[tuple[Change, ...]]
) -> Page[tuple[Finding, ...]]:
    """The findings, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    findings = source_findings(rows.value)
    read = [row.store for row in rows.value if row.store]
    entries = sum(len(store.entries) for store in read)
    there = sum(not row.passed_over for row in rows.value)
    verdict = f"{entries} entries in {len(read)} of {there} stores"
    write_result(out_folder(parameters), {**inspection_result(rows.value, changes.value), "verdict": verdict})
    return Page(findings, [Text(f"{verdict}."), Findings(findings)])
