"""Reads a job as z/OS would: statements, symbols, in-stream data, and the commands that TSO joins from its lines.

Written from z/OS MVS JCL Reference and TSO/E User's Guide, without a look at what makes the jobs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SET = re.compile(r"// +SET ([A-Z][A-Z0-9]{0,7})='((?:[^'&]|''|&&)*)'")
_STATEMENT = re.compile(r"//([A-Z$#@][A-Z0-9$#@]{0,7}) +(JOB|EXEC|DD)(?: +(\S+))?")
_REFERENCE = re.compile(r"&([A-Z][A-Z0-9]{0,7})\.")


@dataclass
class Step:
    """An EXEC statement, its DD statements in order, and the commands of SYSTSIN."""

    name: str
    parameters: list[str]
    dds: dict[str, list[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


@dataclass
class Job:
    name: str = ""
    symbols: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        return [command for step in self.steps for command in step.commands]


def read_job(lines: list[str]) -> Job:
    """The job; an assertion fails where z/OS would not take it, or not as it is meant."""
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        assert line.isascii(), line
        assert len(line) <= 71, line
        assert line == line.rstrip(), line
        assert line != "//" or number == len(lines), "what follows a null statement is no part of the job"
        reader.take(line)
    assert reader.data is None, "in-stream data without an end"
    assert lines[-1] == "//"
    return reader.job


class _Reader:
    """Takes line after line; ``data`` are those of the stream that is open."""

    def __init__(self) -> None:
        self.job = Job()
        self.data: list[str] | None = None
        self._delimiter, self._exported = "", False

    def take(self, line: str) -> None:
        job = self.job
        if self.data is not None:
            self._take_data(line, self.data)
            return
        assert line.startswith("//"), line
        if line.startswith("//*"):
            job.comments.append(line[3:].strip())
        elif line.split()[1:2] == ["EXPORT"]:
            assert not job.symbols, "only symbols that are set afterwards are exported"
            assert line.split()[2] == "SYMLIST=*"
            self._exported = True
        elif found := _SET.fullmatch(line):
            assert found[1] not in job.symbols, found[1]
            assert not job.steps
            job.symbols[found[1]] = found[2].replace("''", "'").replace("&&", "&")
        elif line != "//":
            statement = _STATEMENT.fullmatch(line)
            assert statement, line
            self._take_statement(statement[1], statement[2], (statement[3] or "").split(","))

    def _take_data(self, line: str, data: list[str]) -> None:
        if line != self._delimiter:
            data.append(line)
            return
        self.job.steps[-1].commands = _joined([_substituted(text, self.job) for text in data])
        self.data = None

    def _take_statement(self, name: str, operation: str, operands: list[str]) -> None:
        job = self.job
        if operation == "JOB":
            assert not job.name
            job.name = name
        elif operation == "EXEC":
            assert name not in {step.name for step in job.steps}, name
            job.steps.append(Step(name, operands))
        else:
            job.steps[-1].dds[name] = operands
            if operands[0] in {"DATA", "*"}:
                assert self._exported
                assert "SYMBOLS=JCLONLY" in operands
                self._delimiter = next(one.removeprefix("DLM=") for one in operands if one.startswith("DLM="))
                self.data = []


def _substituted(line: str, job: Job) -> str:
    """The line as the program gets it, in a record of 80 bytes of which TSO reads 72 at most."""
    names = _REFERENCE.findall(line)
    assert line.count("&") == len(names), f"a symbol without its period in {line}"
    missing = [name for name in names if name not in job.symbols]
    assert not missing, f"{missing} not set"
    job.used |= set(names)
    result = _REFERENCE.sub(lambda found: job.symbols[found[1]], line)
    assert len(result) <= 71, result
    return result


def _joined(lines: list[str]) -> list[str]:
    """Commands, each in one line: a + drops the blanks in front of the next line, a - keeps them."""
    commands, current, drops = [], "", False
    for line in lines:
        current += line.lstrip() if drops else line
        drops = False
        if line.endswith(("+", "-")):
            drops = line.endswith("+")
            current = current[:-1]
            continue
        commands.append(current)
        current = ""
    assert not current, f"a continuation at the end of {lines[-1]}"
    return [squeezed(command) for command in commands]


def squeezed(command: str) -> str:
    """One blank between words, and none where parentheses make it mean nothing; what is in quotes stays as it is."""
    parts = re.split(r"('(?:[^']|'')*')", command)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r" *\) *(?=\))", ")", re.sub(r"\( +", "(", re.sub(r" +", " ", parts[at])))
    return "".join(parts).strip()
