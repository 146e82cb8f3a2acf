"""What each rule of the audit says: severity, reason, cure and source, all of it from the one table.

The table is ``catalogue.toml`` beside this file; docs/rules.md and ``zowe-certs explain`` are made from it.
"""

from __future__ import annotations

import os
import shlex
import string
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import UsageError
from ..model import Finding, Severity
from ..trust.verdict import Mode

__all__ = ["FAMILIES", "Profile", "Rule", "catalogue", "rule_named"]

_LONGEST, _CUT_AT = 400, 60
_FOR_RACF = "sdn"  # its quotes stand in the table
_TABLE = Path(__file__).with_name("catalogue.toml")
# What the letters of an id stand for, in the order of the table.
FAMILIES = MappingProxyType(
    {
        "EKU": "Purposes",
        "KU": "Purposes",
        "SAN": "Names",
        "DATE": "Dates",
        "KEY": "Keys and signatures",
        "CHN": "Chain",
        "KS": "Keystore",
        "TS": "Trust store",
        "PEM": "PEM files",
        "KR": "Key ring",
        "JWT": "Key ring",
        "JCL": "Key ring",
        "CFG": "Settings",
        "INS": "Settings",
        "ZOS": "z/OSMF",
        "X5": "Client certificates",
        "NET": "Running servers",
        "HA": "High availability",
        "AUD": "The audit itself",
    }
)


class Profile(StrEnum):
    """The version of Zowe that certificates are judged for."""

    V1 = "zowe-v1"
    V2 = "zowe-v2"
    V3 = "zowe-v3"


@dataclass(frozen=True)
class Rule:
    """One row of the table; ``message`` and ``commands`` have the names of values in braces."""

    id: str
    title: str
    severities: Mapping[Mode, Severity]
    message: str
    why: str
    fix: str
    commands: tuple[str, ...]
    source: str
    profiles: tuple[Profile, ...]

    @property
    def family(self) -> str:
        return FAMILIES[self.id.split("-")[1]]

    def finding(
        self,
        where: Mapping[str, str],
        values: Mapping[str, str],
        *,
        mode: Mode = Mode.STRICT,
        severity: Severity | None = None,
    ) -> Finding:
        """What was seen, in the words of the table.

        Args:
            where: source, alias and SHA-256, as far as they are known.
            values: for the names in braces; a command of which one lacks is left out.
            mode: how Zowe verifies there.
            severity: in place of the table's, where the predicate knows more.
        """
        whole = {name: value for name, value in values.items() if value and len(value) <= _LONGEST}
        quoted = {name: value if name == _FOR_RACF else _quoted(value) for name, value in whole.items()}
        values = {name: _cut(value) for name, value in values.items()}
        return Finding(
            self.id,
            severity or self.severities[mode],
            self.message.format_map(values),
            self.why,
            self.fix.format_map(values),
            self.source,
            where,
            tuple(one.format_map(quoted) for one in self.commands if _names(one) <= quoted.keys()),
        )

    def as_dict(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "rule": self.id,
            "family": self.family,
            "title": self.title,
            "severity": {str(mode): str(severity) for mode, severity in self.severities.items()},
            "message": self.message,
            "why": self.why,
            "fix": self.fix,
            "commands": list(self.commands),
            "source_of_rule": self.source,
            "profiles": [str(one) for one in self.profiles],
        }


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the table."""
    import tomllib

    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _rule(name, row) for name, row in table.items()})


def rule_named(text: str) -> Rule:
    """The rule of an id, upper and lower case alike.

    Raises:
        UsageError: there is none; says which come near.
    """
    wanted = text.strip().upper()
    wanted = wanted if wanted.startswith("ZC-") else f"ZC-{wanted}"
    if wanted not in catalogue():
        family = [name for name in catalogue() if name.rpartition("-")[0] == wanted.rpartition("-")[0]]
        near = f"; there are {', '.join(family)}" if family else "; zowe-certs explain --rules lists them all"
        msg = f"there is no rule {text[:40]!r}{near}"
        raise UsageError(msg)
    return catalogue()[wanted]


def _rule(name: str, row: Mapping[str, Any]) -> Rule:
    told = row["severity"]
    return Rule(
        id=name,
        title=row["title"],
        severities={mode: Severity(told if isinstance(told, str) else told[mode]) for mode in Mode},
        message=row["message"],
        why=row["why"],
        fix=row["fix"],
        commands=tuple(row.get("commands", ())),
        source=row["source"],
        profiles=tuple(Profile(one) for one in row.get("profiles", list(Profile))),
    )


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _cut(value: str) -> str:
    """Names in certificates may be of any length; who needs all of one finds it by its fingerprint."""
    return value if len(value) <= _LONGEST else f"{value[:_CUT_AT]}…{value[-_CUT_AT:]}"


def _quoted(value: str) -> str:
    """For the shell of this system."""
    return subprocess.list2cmdline([value]) if os.name == "nt" else shlex.quote(value)
