"""An audit held against an older one: what is new, and what is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import UsageError
from ..model import Finding

__all__ = ["AuditChange", "audit_change", "read_older"]

_SCHEMA = "zowe-certs/audit/1"
_MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class AuditChange:
    """What became of the findings since the audit ``at`` an older moment; ``gone`` are rows of its JSON."""

    at: str
    new: tuple[Finding, ...]
    gone: tuple[Mapping[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "new": [found.as_dict() for found in self.new],
            "gone": [dict(row) for row in self.gone],
        }


def read_older(path: Path) -> Mapping[str, Any]:
    """The result of an older audit.

    Raises:
        UsageError: the file cannot be read, or is no result of an audit.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            msg = f"{path} is too large for the result of an audit"
            raise UsageError(msg)
        read = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"the older result {path} cannot be read: {error.strerror}"
        raise UsageError(msg) from None
    except (ValueError, RecursionError):
        read = None
    rows = read.get("findings") if isinstance(read, dict) and read.get("schema") == _SCHEMA else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        msg = f"{path} is no result of an audit: it is the result.json of notebook 50, or audit --format json"
        raise UsageError(msg)
    return dict(read or {})


def audit_change(older: Mapping[str, Any], findings: Sequence[Finding]) -> AuditChange:
    """Findings are the same where rule, alias and the name of the file are; a folder may have been moved."""
    before = [row for row in older["findings"] if not row.get("waived")]
    now = [found for found in findings if not found.waived]
    known = {_key(str(row.get("rule")), row.get("where")) for row in before}
    there = {_key(found.rule, found.where) for found in now}
    return AuditChange(
        str(older.get("at", "")),
        tuple(found for found in now if _key(found.rule, found.where) not in known),
        tuple(row for row in before if _key(str(row.get("rule")), row.get("where")) not in there),
    )


def _key(rule: str, where: object) -> tuple[str, str, str]:
    known = where if isinstance(where, Mapping) else {}
    source = str(known.get("source", "")).replace("\\", "/")
    return rule, PurePosixPath(source).name, str(known.get("alias", "")).lower()
