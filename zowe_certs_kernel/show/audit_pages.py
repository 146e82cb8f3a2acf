"""What ``zowe-certs audit`` prints for people."""

from __future__ import annotations

from collections.abc import Sequence

from ..audit.result import AuditResult
from ..model import iso
from .page import Block, Findings, Page, Text
from .role_tables import role_blocks

__all__ = ["audit_page"]

_SENTENCES = {
    "accepted": "Every role is accepted in the mode that is in force",
    "refused": "Not every role is accepted in the mode that is in force",
    "not judged": "No role could be judged",
}


def audit_page(audited: AuditResult, hosts: Sequence[str] = ()) -> Page[AuditResult]:
    """The verdict, then a table for each private key, then the findings.

    Args:
        hosts: the names that were asked for; without any a line says so.
    """
    good = {"accepted": True, "refused": False}.get(audited.verdict)
    asked = [one.host for role in audited.roles for one in role.hosts] or hosts
    blocks: list[Block] = [
        *(Text(str(row.error), good=False) for row in audited.rows if row.error and row.named),
        Text(f"{_SENTENCES[audited.verdict]}{_modes(audited)}. Judged as of {iso(audited.at)}.", good=good),
        *(Text(f"Note: {note}.") for note in audited.notes),
        *role_blocks(audited.roles, audited.names, hosts=asked),
        Findings(audited.findings),
    ]
    return Page(audited, blocks)


def _modes(audited: AuditResult) -> str:
    """Which mode that is, where the settings say it."""
    found = sorted({str(mode) for mode in audited.modes.values()})
    return f" ({', '.join(found)})" if found and audited.roles else ""
