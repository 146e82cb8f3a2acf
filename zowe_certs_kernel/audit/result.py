"""``zowe-certs/audit/1``: the verdicts, the findings and the inventory of an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model import Finding, Severity, iso
from ..stores.sources import SourceRow
from ..trust.token_signer import JWT_SECRET
from ..trust.verdict import Mode, RoleVerdict
from .catalogue import Profile

__all__ = ["AuditResult"]


@dataclass(frozen=True)
class AuditResult:
    """What came of an audit ``at`` a moment.

    ``modes`` says for the source of each keystore how Zowe verifies (STRICT where nothing says so), ``asked`` is the
    alias that alone was asked for, and ``notes`` are sentences on what was not judged. ``profile`` is the version of
    Zowe that it was judged for. Findings that were waived count nowhere.
    """

    at: dt.datetime
    rows: Sequence[SourceRow]
    roles: Sequence[RoleVerdict]
    findings: Sequence[Finding] = ()
    modes: Mapping[str, Mode] = field(default_factory=dict)
    asked: str = ""
    notes: Sequence[str] = ()
    profile: Profile = Profile.V3

    @property
    def counted(self) -> tuple[Finding, ...]:
        """Those that were not waived."""
        return tuple(found for found in self.findings if not found.waived)

    @property
    def verdict(self) -> str:
        """``accepted`` where every role is, in the mode in force; ``refused`` where one is not; else ``not judged``.

        An error among the findings refuses all: something that Zowe needs does not work.
        """
        counted = [one.verdict for one in self.roles if self._counts(one)]
        broken = any(found.severity is Severity.ERROR for found in self.counted)
        if broken or any(not one.accepted or one.refused_by for one in counted):
            return "refused"
        return "accepted" if counted else "not judged"

    def _counts(self, one: RoleVerdict) -> bool:
        in_force = one.mode is self.modes.get(one.source, Mode.STRICT)
        return in_force and (one.alias.lower() != JWT_SECRET or self.asked.lower() == JWT_SECRET)

    @property
    def names(self) -> dict[str, str]:
        """The common name of each certificate by its SHA-256."""
        return {facts["sha256"]: facts["common_name"] for facts in self._inventory() if facts["sha256"]}

    def as_dict(self) -> dict[str, Any]:
        inventory = [{key: value for key, value in one.items() if key != "common_name"} for one in self._inventory()]
        return {
            "schema": "zowe-certs/audit/1",
            "at": iso(self.at),
            "verdict": self.verdict,
            "profile": str(self.profile),
            "modes": {source: str(mode) for source, mode in self.modes.items()},
            "counts": {str(kind): sum(found.severity is kind for found in self.counted) for kind in Severity},
            "waived": len(self.findings) - len(self.counted),
            "roles": [one.as_dict() for one in self.roles],
            "findings": [found.as_dict() for found in self.findings],
            "notes": list(self.notes),
            "sources": [_source(row) for row in self.rows if not row.passed_over],
            "inventory": inventory,
        }

    def _inventory(self) -> Iterator[dict[str, Any]]:
        """Every certificate of every entry, with its place in the chain (0 is the entry's own)."""
        for row in self.rows:
            for entry in row.store.entries if row.store else ():
                for position, facts in enumerate(entry.chain):
                    place = {"source": row.source, "alias": entry.alias, "kind": str(entry.kind), "position": position}
                    yield place | {"common_name": facts.common_name} | facts.as_dict()


def _source(row: SourceRow) -> dict[str, Any]:
    known = row.as_dict()
    return {key: known[key] for key in ("source", "format", "error")}
