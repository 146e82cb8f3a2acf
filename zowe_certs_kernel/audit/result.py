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

__all__ = ["NOT_CHECKED", "AuditResult"]

NOT_CHECKED = (
    "whether a certificate was revoked: no list is fetched and no authority is asked (CRL, OCSP)",
    "zowe.yaml, and the rules that need it",
    "rights in RACF, ACF2 or Top Secret, user mappings, PassTickets; of a key ring only what its listing shows",
    "AT-TLS policies, which may speak TLS in place of Zowe",
    "file modes on z/OS: those of the files here were looked at, and on Windows none",
    "TLS servers that were not named, and ciphers and protocols of those that were",
    "whether a password is a good one, beyond those that Zowe has published",
    "GSKit and IBM's Java, which are not here: verdicts are those of Java 17, OpenSSL 3 and Node 20",
)


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
    def counts(self) -> dict[str, int]:
        """How many findings of each severity count."""
        return {str(kind): sum(found.severity is kind for found in self.counted) for kind in Severity}

    @property
    def sentence(self) -> str:
        """The verdict in a sentence for people."""
        told = [f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in self.counts.items() if number]
        found = (" and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0]) if told else ""
        found = found.replace("infos", "notes").replace("info", "note")
        if self.verdict == "refused":
            return (
                f"These certificates do not work for everybody: {found}"
                if found
                else ("These certificates do not work for everybody")
            )
        told_of = f", with {found}" if found else ", and nothing is to be mended"
        if self.verdict == "accepted":
            return f"These certificates work for everybody who was judged{told_of}"
        return f"No private key could be judged{f'; {found}' if found else ''}"

    def in_force(self) -> tuple[RoleVerdict, ...]:
        """The verdicts that count: in the mode in which Zowe runs, without the key that signs tokens."""
        return tuple(one for one in self.roles if self._counts(one))

    @property
    def verdict(self) -> str:
        """``accepted`` where every role is, in the mode in force; ``refused`` where one is not; else ``not judged``.

        An error among the findings refuses all: something that Zowe needs does not work.
        """
        counted = [one.verdict for one in self.in_force()]
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
            "sentence": self.sentence,
            "profile": str(self.profile),
            "modes": {source: str(mode) for source, mode in self.modes.items()},
            "counts": self.counts,
            "waived": len(self.findings) - len(self.counted),
            "roles": [one.as_dict() for one in self.roles],
            "findings": [found.as_dict() for found in self.findings],
            "notes": list(self.notes),
            "not_checked": list(NOT_CHECKED),
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
