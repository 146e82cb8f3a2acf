"""What an audit shows: the summary, the verdicts, the findings, the inventory, what was read and what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..audit.comparison import AuditChange
from ..audit.result import NOT_CHECKED, AuditResult
from ..model import CertificateFacts, Finding, Severity, iso
from ..names import common_name
from ..trust.verdict import Role, RoleVerdict
from .page import Block, Details, FindingGroups, Page, Table, Text, titled
from .role_tables import role_blocks
from .text import ELLIPSIS, visible

__all__ = [
    "audit_page",
    "findings_page",
    "inventory_page",
    "roles_page",
    "sources_page",
    "summary_page",
    "unchecked_page",
]

# Who meets a certificate in which role, in the words of who depends on it.
_AUDIENCES = (
    ("Browsers, curl and Python, by the names asked for", Role.OPENSSL_SERVER_WITH_HOST),
    ("Java clients, by the names asked for", Role.JAVA_SERVER_WITH_HOST),
    ("Zowe's services in Java with each other", Role.JAVA_MUTUAL_TLS),
    ("Zowe's servers in Node and the Zowe CLI", Role.NODE_SERVER),
    ("Servers in Java to which Zowe is the client", Role.JAVA_CLIENT),
)
_OF_SERVICES = ("ZC-TS-03", "ZC-ZOS-01", "ZC-SAN-11", "ZC-CFG-03")
_LONGEST = 120
_MOST_ROWS = 2_000


def _cut(text: str) -> str:
    """Of a very long name its ends; the fingerprint tells which it is."""
    shown = visible(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:70]}{ELLIPSIS}{shown[-20:]}"


def audit_page(audited: AuditResult, hosts: Sequence[str] = (), change: AuditChange | None = None) -> Page[AuditResult]:
    """All of it for a terminal: the verdict, a table for each private key, then the findings."""
    blocks: list[Block] = [
        *(Text(str(row.error), good=False) for row in audited.rows if row.error and row.named),
        *summary_page(audited, change).blocks,
        *roles_page(audited, hosts).blocks,
        FindingGroups(audited.findings),
    ]
    return Page(audited, blocks)


def summary_page(audited: AuditResult, change: AuditChange | None = None) -> Page[AuditResult]:
    """What a manager reads in ten seconds: does it work, for whom not, and what to mend first."""
    good = {"accepted": True, "refused": False}.get(audited.verdict)
    blocks: list[Block] = [Text(f"{audited.sentence}{_modes(audited)}. Judged as of {iso(audited.at)}.", good=good)]
    rows = list(_audiences(audited))
    if rows:
        blocks.append(Table("For whom it works", ("For whom", "Works", "What does not"), rows, frozenset()))
    first = [one for one in audited.counted if one.severity is not Severity.INFO]
    if first:
        rules = dict.fromkeys(one.rule for one in first)
        shown = [(rule, titled(next(one for one in first if one.rule == rule)), _times(first, rule)) for rule in rules]
        blocks.append(Table("To mend, the worst first", ("Rule", "What", "Severity"), shown))
    waived = len(audited.findings) - len(audited.counted)
    if waived:
        blocks.append(Text(f"{waived} {'finding is' if waived == 1 else 'findings are'} set aside by a waiver."))
    blocks += _changed(change) if change else []
    blocks += [Text(f"Note: {note}.") for note in audited.notes]
    return Page(audited, blocks)


def _times(findings: Sequence[Finding], rule: str) -> str:
    among = [one for one in findings if one.rule == rule]
    return f"{among[0].severity}" + (f", {len(among)} times" if len(among) > 1 else "")


def _audiences(audited: AuditResult) -> Iterator[tuple[str, str, str]]:
    for words, role in _AUDIENCES:
        among = [one for one in audited.in_force() if one.role is role]
        refused = [one for one in among if not one.verdict.accepted or one.verdict.refused_by]
        if among:
            works = "yes" if not refused else "no" if len(refused) == len(among) else "not all"
            why = "\n".join(dict.fromkeys(_cut_long(_why(one)) for one in refused))
            yield words, f"{works} ({len(among) - len(refused)} of {len(among)} keys)", why
    services = [one for one in audited.counted if one.rule in _OF_SERVICES]
    if services:
        works = "no" if any(one.severity is Severity.ERROR for one in services) else "not sure"
        yield "z/OSMF and other services that Zowe calls", works, "\n".join(_cut_long(one.message) for one in services)


def _why(one: RoleVerdict) -> str:
    by_host = next((each.verdict.reason for each in one.hosts if not each.verdict.accepted), "")
    by_whom = f" ({', '.join(one.verdict.refused_by)})" if one.verdict.refused_by else ""
    return f"{one.alias}: {by_host or one.verdict.reason}{by_whom}"


def _changed(change: AuditChange) -> list[Block]:
    new = [(one.rule, _cut(one.message)) for one in change.new]
    gone = [(str(row.get("rule", "")), _cut(str(row.get("message", "")))) for row in change.gone]
    blocks: list[Block] = [Text(f"Since the audit of {change.at}: {len(new)} new, {len(gone)} gone.")]
    blocks += [
        Table(caption, ("Rule", "What was seen"), rows)
        for caption, rows in (("New since then", new), ("Gone since then", gone))
        if rows
    ]
    return blocks


def _modes(audited: AuditResult) -> str:
    """Which mode that is, where the settings say it."""
    found = sorted({str(mode) for mode in audited.modes.values()})
    return f" ({', '.join(found)})" if found and audited.roles else ""


def roles_page(audited: AuditResult, hosts: Sequence[str] = ()) -> Page[Sequence[RoleVerdict]]:
    """A table for each private key: who accepts it, under which mode, and why not.

    Args:
        hosts: the names that were asked for; without any a line says so.
    """
    asked = [one.host for role in audited.roles for one in role.hosts] or hosts
    blocks = role_blocks(audited.roles, audited.names, hosts=asked)
    return Page(audited.roles, blocks or [Text("There is no private key to judge.")])


def findings_page(audited: AuditResult) -> Page[Sequence[Finding]]:
    """Every finding, the worst first, those that are set aside last."""
    blocks: list[Block] = [FindingGroups(audited.findings)] if audited.findings else []
    return Page(audited.findings, blocks or [Text("No rule found anything.", good=True)])


def inventory_page(audited: AuditResult) -> Page[int]:
    """Every certificate once, with its fingerprint and everywhere it lies."""
    places: dict[str, list[str]] = {}
    known: dict[str, CertificateFacts] = {}
    for row in audited.rows:
        for entry in row.store.entries if row.store else ():
            for number, facts in enumerate(entry.chain):
                known.setdefault(facts.identity, facts)
                above = f" (number {number + 1} of its chain)" if number else ""
                places.setdefault(facts.identity, []).append(f"{_end_of(row.source)}: {_cut(entry.alias)}{above}")
    rows = [_inventory_row(facts, places[identity]) for identity, facts in list(known.items())[:_MOST_ROWS]]
    columns = ("Certificate, issuer", "SHA-256", "Valid", "Key, signature", "Where")
    blocks: list[Block] = [Table(f"Certificates: {len(known):,}", columns, rows, frozenset({1}))]
    if len(known) > _MOST_ROWS:
        blocks.append(Text(f"The first {_MOST_ROWS:,} are shown; result.json has all."))
    return Page(len(known), blocks)


def _end_of(source: str) -> str:
    """A path's last two parts; the whole of it stands among what was read."""
    parts = source.replace("\\", "/").split("/")
    return _cut("/".join(parts[-2:]))


def _inventory_row(facts: CertificateFacts, places: Sequence[str]) -> tuple[str, ...]:
    begins = f"{facts.not_before:%Y-%m-%d}" if facts.not_before else "unknown"
    issuer = "itself" if facts.self_signed else common_name(facts.issuer)
    digits = facts.sha256 or ""
    more = [f"and {len(places) - 6} more places"] if len(places) > 6 else []
    return (
        f"{_cut(facts.common_name)}\nby {_cut(issuer)}",
        "\n".join(digits[at : at + 16] for at in range(0, 64, 16)) if digits else f"serial {_cut(facts.serial)}",
        f"{begins} to\n{facts.end_day}",
        f"{facts.key or 'unknown'}\n{facts.signature_algorithm.replace('With', ' with ')}",
        "\n".join([*places[:6], *more]),
    )


def sources_page(audited: AuditResult) -> Page[int]:
    """What was read, as which format, protected how; and what could not be."""
    rows = [
        (
            _cut(row.source),
            row.store.format if row.store else "not read",
            str(len(row.store.entries)) if row.store else "",
            (row.store.protection or "none") if row.store else str(row.error),
        )
        for row in audited.rows
        if not row.passed_over
    ]
    others = [(_cut(row.source), row.passed_over) for row in audited.rows if row.passed_over]
    blocks: list[Block] = [Table("What was read", ("Source", "Format", "Entries", "Protection, or why not"), rows)]
    if others:
        blocks.append(
            Details(f"Passed over as no store: {len(others)}", [Table("Passed over", ("File", "Why"), others)])
        )
    return Page(len(rows), blocks)


def unchecked_page(audited: AuditResult, used: Mapping[str, Any]) -> Page[Sequence[str]]:
    """What nobody looked at, then the settings of the run and the version of the tool."""
    from importlib.metadata import version

    closed = [f"{row.source}: {row.error}" for row in audited.rows if row.error]
    told = [*(f"{one}" for one in NOT_CHECKED), *closed]
    rows = [(name, str(value) if value not in ("", []) else "not given") for name, value in used.items()]
    rows += [("profile in force", str(audited.profile)), ("judged as of", iso(audited.at))]
    rows.append(("zowe-certs", version("zowe-certs-kernel")))
    blocks: list[Block] = [
        Table("Not checked", ("What", "Number"), [(_cut_long(one), str(number)) for number, one in enumerate(told, 1)],
              frozenset()),
        Table("Settings of this run", ("Setting", "Value"), rows, frozenset({0, 1})),
    ]  # fmt: skip
    return Page(tuple(told), blocks)


def _cut_long(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= 3 * _LONGEST else f"{shown[: 2 * _LONGEST]}{ELLIPSIS}"
