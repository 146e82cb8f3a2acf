"""What is in a store, as tables and as a tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ..model import CertificateFacts, Entry, EntryKind, RingPlace, Store, iso
from ..names import common_name
from .page import Table
from .text import visible

__all__ = [
    "certificate_tables",
    "chain_lines",
    "entry_rows",
    "entry_table",
    "more_tables",
    "protection",
    "shared_notes",
]

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


def more_tables(store: Store) -> Iterator[Table]:
    """Where the entries of a listing stand in RACF, and what there is to remark on entries of any store."""
    places = [(entry.alias, *_place(entry.place)) for entry in store.entries if entry.place]
    if places:
        yield Table("In RACF", ("Label", "Owner", "Status", "Ring", "Usage", "Default"), places)
    shared = shared_notes(store)
    remarks = [(entry.alias, "\n".join(told)) for entry in store.entries if (told := list(_remarks(entry, shared)))]
    if remarks:
        yield Table("Remarks", ("Alias", "Remark"), remarks)


def protection(store: Store) -> str:
    """How the file and, where that is another way, its keys are encrypted."""
    keys = dict.fromkeys(entry.protection for entry in store.entries if entry.protection)
    others = [f"keys by {told}" for told in keys if told not in store.protection]
    return "; ".join(filter(None, (store.protection, *others))) or "none"


def shared_notes(store: Store) -> tuple[str, ...]:
    """What is noted of every certificate of a store that has several: said once, it reads better."""
    known = {facts.identity: facts.notes for entry in store.entries for facts in entry.chain}
    first, *others = known.values() or ((),)
    return tuple(note for note in first if others and all(note in notes for notes in others))


def _row(entry: Entry, at: dt.datetime) -> tuple[str, ...]:
    facts, alias = entry.certificate, visible(entry.alias)
    if facts is None:
        told = "not listed" if entry.place else "no certificate"
        return (alias, _KINDS[entry.kind], told, "", str(entry.key or ""), "")
    issuer = "itself" if facts.self_signed else common_name(facts.issuer)
    return (
        alias,
        _KINDS[entry.kind],
        f"{visible(facts.common_name)}\nby {visible(issuer)}",
        _ends(facts, at),
        "\n".join(filter(None, (str(entry.key or facts.key or "unknown"), _purpose(facts)))),
        "\n".join(visible(name.partition(":")[2]) for name in facts.san),
    )


def _remarks(entry: Entry, shared: Sequence[str]) -> Iterator[str]:
    """What Java calls it, and what was noted of it and of its certificates."""
    if entry.java_alias not in (None, entry.alias):
        yield f"Java's alias: {entry.java_alias}"
    yield from entry.notes
    told = set(shared)
    for number, facts in enumerate(entry.chain, 1):
        where = f"certificate {number} of the chain: " if number > 1 else ""
        yield from (f"{where}{note}" for note in facts.notes if note not in told)
        told.update(facts.notes)


def _place(place: RingPlace) -> tuple[str, ...]:
    default = {True: "yes", False: "no", None: ""}[place.default]
    return (place.owner, place.status, "\n".join(map(visible, place.rings)), place.usage, default)


def _ends(facts: CertificateFacts, at: dt.datetime) -> str:
    if facts.not_before is None or facts.not_after is None:
        return facts.end_day
    ended = facts.not_after < at
    told = f"ended {_days(at - facts.not_after)} ago" if ended else f"in {_days(facts.not_after - at)}"
    if at < facts.not_before:
        told = f"begins {facts.not_before.date().isoformat()}"
    return f"{facts.end_day}\n{told}"


def _days(span: dt.timedelta) -> str:
    return f"{span.days} day" if span.days == 1 else f"{span.days} days"


def _purpose(facts: CertificateFacts) -> str:
    """In a word what its usages allow: server and client, or to sign certificates."""
    if facts.is_ca or (facts.is_ca is None and "keyCertSign" in facts.key_usage):
        return "authority"
    if facts.extended_key_usage is None:
        return ""
    purposes = [word for name, word in (("serverAuth", "server"), ("clientAuth", "client"))
                if name in facts.extended_key_usage]  # fmt: skip
    if facts.extended_key_usage:
        return " and ".join(purposes) or ", ".join(facts.extended_key_usage)
    return "any purpose"


def chain_lines(stores: Sequence[Store]) -> Iterator[str]:
    """Each entry's chain as a tree, the last certificate first; a link that the names do not bear out is marked."""
    there = {facts.subject for store in stores for entry in store.entries for facts in entry.chain}
    for store in stores:
        here = {facts.subject for entry in store.entries for facts in entry.chain}
        yield store.source
        for entry in store.entries:
            yield f"  {entry.alias} ({_KINDS[entry.kind]})"
            above: CertificateFacts | None = None
            for depth, facts in enumerate(reversed(entry.chain), 2):
                mark = _odd_link(facts, above, here, there)
                yield f"{'   ' * depth}└ {facts.common_name}, ends {facts.end_day}{mark}"
                above = facts


def _odd_link(facts: CertificateFacts, above: CertificateFacts | None, here: set[str], there: set[str]) -> str:
    """Where the issuer of a certificate is, if it is not the one above it."""
    if _is_root(facts) if above is None else facts.issuer == above.subject:
        return ""
    if above:
        return "  (not signed by the one above: the chain is out of order)"
    name = common_name(facts.issuer)
    if facts.issuer in here:
        return f"  (its issuer {name} is another entry)"
    return (
        f"  (its issuer {name} is in another source)" if facts.issuer in there else f"  (its issuer {name} is not here)"
    )


def _is_root(facts: CertificateFacts) -> bool:
    return facts.subject == facts.issuer if facts.self_signed is None else facts.self_signed


def entry_rows(stores: Sequence[Store]) -> list[tuple[str, ...]]:
    """Store, alias, kind, chain, key and end of every entry of some stores."""
    return [
        (
            store.source,
            entry.alias,
            _KINDS[entry.kind],
            " ← ".join(facts.common_name for facts in entry.chain),
            str(entry.key or entry.chain[0].key or "") if entry.chain else str(entry.key or ""),
            entry.chain[0].end_day if entry.chain else "",
        )
        for store in stores
        for entry in store.entries
    ]


def certificate_tables(stores: Iterable[Store]) -> list[Table]:
    """Every certificate in full, each once; what it has not is left out."""
    known = {facts.identity: facts for store in stores for entry in store.entries for facts in entry.chain}
    return [
        Table(
            facts.common_name,
            ("Field", "Value"),
            [(name, value) for name, value in _fields(facts) if value],
            frozenset(),
        )
        for facts in known.values()
    ]


def _fields(facts: CertificateFacts) -> Iterator[tuple[str, str]]:
    begins, ends = (iso(moment) if moment else "unknown" for moment in (facts.not_before, facts.not_after))
    signed = {True: f"{facts.issuer} (itself, proved by its signature)", False: facts.issuer, None: facts.issuer}
    yield "Subject", facts.subject
    yield "Issuer", signed[facts.self_signed]
    yield "Valid", f"{begins} to {ends}"
    yield "Authority", _authority(facts)
    yield "Key usage", _marked(facts, "keyUsage", facts.key_usage) or "any"
    yield "Purposes", _marked(facts, "extendedKeyUsage", facts.extended_key_usage or ()) or _unsaid(facts)
    yield "Names and addresses", _marked(facts, "subjectAltName", facts.san, "\n") or "none"
    yield "Name constraints", _marked(facts, "nameConstraints", facts.name_constraints, "\n")
    yield "Policies", _marked(facts, "certificatePolicies", facts.policies)
    yield "Key", str(facts.key or "unknown")
    yield "Signature", facts.signature_algorithm
    yield "Serial number", facts.serial
    yield "Subject key identifier", facts.subject_key_identifier or ""
    yield "Authority key identifier", facts.authority_key_identifier or ""
    yield "SHA-256", facts.sha256 or "unknown"
    yield "SHA-1", facts.sha1
    yield "Remarks", "\n".join(facts.notes)


def _unsaid(facts: CertificateFacts) -> str:
    return "unknown" if facts.extended_key_usage is None else "any"


def _authority(facts: CertificateFacts) -> str:
    if facts.is_ca is None:
        return "unknown"
    if not facts.is_ca:
        return "no"
    below = "" if facts.path_length is None else f", with at most {facts.path_length} authorities below it"
    return f"yes{below}{_critical(facts, 'basicConstraints')}"


def _marked(facts: CertificateFacts, extension: str, values: Sequence[str], between: str = ", ") -> str:
    """The values of an extension, and whether it is critical (RFC 5280, section 4.2)."""
    return between.join(values) + _critical(facts, extension) if values else ""


def _critical(facts: CertificateFacts, extension: str) -> str:
    return " (critical)" if extension in facts.critical else ""
