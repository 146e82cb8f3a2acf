"""What is in a store, as tables and as a tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ..model import CertificateFacts, Entry, EntryKind, Store
from ..names import common_name
from .page import Table

__all__ = ["certificate_tables", "chain_lines", "entry_rows", "entry_table"]

_KINDS = {
    EntryKind.PRIVATE_KEY: "private key",
    EntryKind.TRUSTED_CERTIFICATE: "trusted certificate",
    EntryKind.CERTIFICATE: "certificate",
    EntryKind.SECRET_KEY: "secret key",
}


def entry_table(store: Store, at: dt.datetime) -> Table:
    """A row for each entry, with all that a person looks for first."""
    columns = ("Alias", "Entry", "Subject, issuer", "Ends", "Key, use", "Names")
    return Table(f"{store.source}: {store.format}", columns, [_row(entry, at) for entry in store.entries])


def _row(entry: Entry, at: dt.datetime) -> tuple[str, ...]:
    facts = entry.certificate
    if facts is None:
        return (entry.alias, _KINDS[entry.kind], "no certificate", "", str(entry.key or ""), "")
    issuer = "itself" if facts.self_signed else common_name(facts.issuer)
    return (
        entry.alias,
        _KINDS[entry.kind],
        f"{facts.common_name}\nby {issuer}",
        _ends(facts, at),
        f"{entry.key or facts.key or 'unknown'}\n{_purpose(facts)}",
        "\n".join(name.partition(":")[2] for name in facts.san),
    )


def _ends(facts: CertificateFacts, at: dt.datetime) -> str:
    days = (facts.not_after - at).days
    told = f"ended {-days} days ago" if facts.not_after < at else f"in {days} days"
    if at < facts.not_before:
        told = f"begins {facts.not_before:%Y-%m-%d}"
    return f"{facts.not_after:%Y-%m-%d}\n{told}"


def _purpose(facts: CertificateFacts) -> str:
    """In a word what its usages allow: server and client, or to sign certificates."""
    if facts.is_ca:
        return "authority"
    purposes = [word for name, word in (("serverAuth", "server"), ("clientAuth", "client"))
                if name in facts.extended_key_usage]  # fmt: skip
    if facts.extended_key_usage:
        return " and ".join(purposes) or ", ".join(facts.extended_key_usage)
    return "any purpose"


def chain_lines(stores: Iterable[Store]) -> Iterator[str]:
    """Each entry's chain as a tree, the root first."""
    for store in stores:
        yield store.source
        for entry in store.entries:
            yield f"  {entry.alias} ({_KINDS[entry.kind]})"
            for depth, facts in enumerate(reversed(entry.chain), 2):
                mark = (
                    "" if facts.self_signed or depth > 2 else f"  (its issuer {common_name(facts.issuer)} is not here)"
                )
                yield f"{'   ' * depth}└ {facts.common_name}, ends {facts.not_after:%Y-%m-%d}{mark}"


def entry_rows(stores: Sequence[Store]) -> list[tuple[str, ...]]:
    """Store, alias, kind, chain, key and end of every entry of some stores."""
    return [
        (
            store.source,
            entry.alias,
            _KINDS[entry.kind],
            " ← ".join(facts.common_name for facts in entry.chain),
            str(entry.key or entry.chain[0].key or "") if entry.chain else str(entry.key or ""),
            f"{entry.chain[0].not_after:%Y-%m-%d}" if entry.chain else "",
        )
        for store in stores
        for entry in store.entries
    ]


def certificate_tables(stores: Iterable[Store]) -> list[Table]:
    """Every certificate in full, each once."""
    known = {facts.sha256: facts for store in stores for entry in store.entries for facts in entry.chain}
    return [
        Table(
            facts.common_name,
            ("Field", "Value"),
            [
                ("Subject", facts.subject),
                ("Issuer", facts.issuer),
                ("Valid", f"{facts.not_before:%Y-%m-%d %H:%M} to {facts.not_after:%Y-%m-%d %H:%M} UTC"),
                ("Usage", ", ".join((*facts.key_usage, *facts.extended_key_usage)) or "any"),
                ("Names and addresses", "\n".join(facts.san) or "none"),
                ("Key and signature", f"{facts.key}, {facts.signature_algorithm}"),
                ("Serial number", facts.serial),
                ("SHA-256", facts.sha256),
            ],
            frozenset(),
        )
        for facts in known.values()
    ]
