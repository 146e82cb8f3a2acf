"""Findings that were set aside, with a reason and until a day, in a small YAML file."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from ..model import Finding, Severity
from .catalogue import catalogue

__all__ = ["Waiver", "read_waivers", "waived"]

_FIELDS = {"rule", "source", "alias", "sha256", "reason", "until"}
_NEEDED = ("rule", "reason", "until")
_MOST_BYTES = 1 << 20
_HOW = "a list under waivers, each with rule, reason, until and, if need be, source, alias or sha256"


@dataclass(frozen=True)
class Waiver:
    """One entry of the file: what it sets aside, why, and the last day on which it does.

    ``source`` is a pattern such as ``*/local_ca/*`` (``*`` and ``?``); ``sha256`` may be how a fingerprint begins.
    Empty means any.
    """

    rule: str
    reason: str
    until: dt.date
    source: str = ""
    alias: str = ""
    sha256: str = ""
    file: str = ""
    line: int = 0

    def matches(self, found: Finding) -> bool:
        where = found.where
        path = where.get("source", "").replace("\\", "/")
        return (
            found.rule == self.rule
            and (not self.source or fnmatch.fnmatchcase(path, self.source.replace("\\", "/")))
            and (not self.alias or where.get("alias", "").lower() == self.alias.lower())
            and where.get("sha256", "").startswith(self.sha256)
        )


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read the file.

    Raises:
        SettingsError: it cannot be read, is not such a list, names no rule that there is, or lacks a reason or a day.
    """
    import yaml

    source = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise SettingsError(source, [f"it has over {_MOST_BYTES:,} bytes, too many for a list of waivers"])
        node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        read = yaml.safe_load(data.decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(source, [f"it cannot be read: {error.strerror}"]) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise SettingsError(source, [f"it is not YAML{where}; it is {_HOW}"]) from None
    rows = read.get("waivers") if isinstance(read, dict) and set(read) == {"waivers"} else None
    if not isinstance(rows, list):
        raise SettingsError(source, [f"it is not {_HOW}"])
    lines = [one.start_mark.line + 1 for one in node.value[0][1].value] if node else []
    problems: list[str] = []
    found = [_waiver(row, source, line, problems) for row, line in zip(rows, lines, strict=True)]
    if problems:
        raise SettingsError(source, problems)
    return tuple(one for one in found if one)


def _waiver(row: object, source: str, line: int, problems: list[str]) -> Waiver | None:
    """One entry, or what is wrong with it."""
    before = len(problems)
    if not isinstance(row, dict):
        problems.append(f"line {line}: it is not NAME: VALUE lines")
        return None
    unknown = [str(name)[:20] for name in row if name not in _FIELDS]
    missing = [name for name in _NEEDED if not str(row.get(name) or "").strip()]
    if unknown:
        problems.append(f"line {line}: {', '.join(unknown)} is none of {', '.join(sorted(_FIELDS))}")
    if missing:
        problems.append(f"line {line}: {' and '.join(missing)} is missing")
    rule = str(row.get("rule", "")).strip().upper()
    if "rule" not in missing and rule not in catalogue():
        problems.append(f"line {line}: there is no rule {rule[:20]!r}; zowe-certs explain --rules lists them")
    until = _day(row.get("until"))
    if "until" not in missing and until is None:
        problems.append(f"line {line}: until is no day such as 2027-06-30")
    if len(problems) > before or until is None:
        return None
    text = {name: str(row.get(name) or "").strip() for name in ("reason", "source", "alias", "sha256")}
    text["sha256"] = text["sha256"].replace(":", "").lower()
    return Waiver(rule, text["reason"], until, text["source"], text["alias"], text["sha256"], source, line)


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def waived(findings: Sequence[Finding], waivers: Sequence[Waiver], *, at: dt.datetime) -> tuple[Finding, ...]:
    """The findings, those that are set aside marked; and one for each waiver that has ended or matches nothing."""
    marked = tuple(_marked(found, waivers, at.date()) for found in findings)
    about = tuple(_about(waivers, findings, at.date()))
    return tuple(sorted((*marked, *about), key=lambda one: list(Severity).index(one.severity))) if about else marked


def _marked(found: Finding, waivers: Sequence[Waiver], today: dt.date) -> Finding:
    for one in waivers:
        if today <= one.until and one.matches(found):
            return replace(found, waived=f"{one.reason} (until {one.until})")
    return found


def _about(waivers: Sequence[Waiver], findings: Sequence[Finding], today: dt.date) -> Iterator[Finding]:
    for one in waivers:
        matches = any(one.matches(found) for found in findings)
        values = {"rule": one.rule, "source": one.file, "line": str(one.line), "day": str(one.until)}
        rule = "ZC-AUD-03" if not matches else "ZC-AUD-02" if one.until < today else ""
        if rule:
            yield catalogue()[rule].finding({"source": one.file}, values)
