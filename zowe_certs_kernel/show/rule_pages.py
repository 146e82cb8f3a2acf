"""A rule of the audit for people, and all of them as docs/rules.md: both made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..audit.catalogue import Profile, Rule, catalogue
from ..trust.verdict import Mode
from .page import Block, Code, Page, Table, Text

__all__ = ["rule_page", "rules_markdown", "rules_page"]

_INTRODUCTION = """# Rules of the audit

What `zowe-certs audit` and the notebook `50_audit_report` look for: {count} rules, each with its reason, its cure
and its source. Ids stay the same for ever. `zowe-certs explain ID` shows one of them.

This page is made from the table of rules: `python -m tests.show.doc_rules docs`. Names in braces stand for what was
seen. Where a rule has several severities, they are for the way in which Zowe verifies (STRICT, NONSTRICT, DISABLED).
"""


def severity_words(rule: Rule) -> str:
    """``error``, or ``error; with DISABLED warning``."""
    strict = rule.severities[Mode.STRICT]
    others = [f"with {mode} {severity}" for mode, severity in rule.severities.items() if severity is not strict]
    return "; ".join([str(strict), *others])


def profile_words(rule: Rule) -> str:
    """Where it is not for all versions of Zowe, for which."""
    return "" if len(rule.profiles) == len(Profile) else ", ".join(map(str, rule.profiles))


def rule_page(rule: Rule) -> Page[Rule]:
    """One rule in full."""
    rows = [
        ("Severity", severity_words(rule)),
        ("What it says", rule.message),
        ("Why it matters", rule.why),
        ("How to mend it", rule.fix),
        ("Source", rule.source),
        ("Only for", profile_words(rule)),
    ]
    shown = [row for row in rows if row[1]]
    blocks: list[Block] = [Text(f"{rule.id}: {rule.title}."), Table(rule.family, ("", ""), shown, frozenset())]
    if rule.commands:
        blocks += [Text("Commands; names in braces are filled in by the audit:"), Code(rule.commands)]
    return Page(rule, blocks)


def rules_page(rules: Sequence[Rule]) -> Page[Sequence[Rule]]:
    """Id, severity and title of each."""
    rows = [(rule.id, severity_words(rule), rule.title) for rule in rules]
    return Page(rules, [Table(f"Rules: {len(rules)}", ("Rule", "Severity", "What it is about"), rows)])


def rules_markdown() -> str:
    """docs/rules.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    rules = catalogue().values()
    yield _INTRODUCTION.format(count=len(rules))
    for family in dict.fromkeys(rule.family for rule in rules):
        yield f"## {family}\n"
        for rule in rules:
            if rule.family == family:
                yield from _rule_lines(rule)


def _rule_lines(rule: Rule) -> Iterator[str]:
    only = profile_words(rule)
    yield f"### {rule.id}: {_plain(rule.title)}\n"
    yield f"**Severity:** {severity_words(rule)}" + (f". **Only for** {only}" if only else "") + "\n"
    yield f"**It says:** {_plain(rule.message)}\n"
    yield f"**Why:** {_plain(rule.why)}\n"
    yield f"**Mend:** {_plain(rule.fix)}\n"
    if rule.commands:
        yield "\n".join(["```text", *rule.commands, "```\n"])
    yield f"**Source:** {_plain(rule.source)}\n"


def _plain(text: str) -> str:
    """As it is in Markdown."""
    return text.replace("*", r"\*").replace("_", r"\_").replace("<", "&lt;")
