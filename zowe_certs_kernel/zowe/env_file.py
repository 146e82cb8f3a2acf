"""Zowe v1's ``.env`` files, read as the shell would read their assignments, without running anything.

Understood (POSIX XCU 2.2, 2.6.2, 2.10): ``NAME=value`` with or without ``export``, several
on a line or parted by ``;``, single and double quotes, backslashes, comments, values over
several lines, ``$NAME`` and ``${NAME}`` of a name that the same file has set before. What
only a shell could evaluate is refused with the number of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SettingsError
from ..ibm1047 import from_ibm1047

__all__ = ["Assignment", "EnvFile", "read_env_file", "read_env_files"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLANK = " \t"
_IN_DOUBLE_QUOTES = '$`"\\'
_ONLY_A_SHELL = "|&<>()"
_EBCDIC_EQUALS = b"\x7e"
_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Assignment:
    """One ``NAME=value``; the value may be a password, so no repr shows it."""

    name: str
    value: str = field(repr=False)
    line: int
    source: str


@dataclass(frozen=True)
class EnvFile:
    """What one or several files assign; of a name set twice the last one counts.

    ``not_evaluated`` holds what was passed over when reading leniently.
    """

    source: str
    assignments: Mapping[str, Assignment]
    not_evaluated: tuple[str, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of ``name`` as text, or ``default`` where it is not assigned."""
        found = self.assignments.get(name)
        return default if found is None else found.value

    def __contains__(self, name: str) -> bool:
        return name in self.assignments


class _Refused(Exception):
    """A line that only a shell could evaluate."""


@dataclass
class _Reader:
    """A position in the text of one file."""

    text: str
    source: str
    known: dict[str, str] = field(default_factory=dict)
    at: int = 0

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        found = self.peek()
        self.at += 1
        return found

    def skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end


def read_env_file(path: Path, *, lenient: bool = False) -> EnvFile:
    """Read one ``.env`` file in UTF-8, or in EBCDIC (IBM-1047) as a binary download leaves it.

    With ``lenient`` a line that only a shell could evaluate is passed over and listed
    in ``not_evaluated``; without it the file is refused.

    Raises:
        SettingsError: the file is missing or no text, or holds such lines; names each.
    """
    source = str(path)
    reader = _Reader(_text_of(path), source)
    found: dict[str, Assignment] = {}
    problems: list[str] = []
    while reader.at < len(reader.text):
        try:
            for assignment in _statement(reader):
                found[assignment.name] = assignment
        except _Refused as refused:
            problems.append(str(refused))
            reader.skip_line()
    if problems and not lenient:
        raise SettingsError(source, problems)
    return EnvFile(source, found, tuple(problems))


def read_env_files(paths: Sequence[Path]) -> EnvFile:
    """Read several files, a later one over the earlier ones; problems of all are told at once."""
    merged: dict[str, Assignment] = {}
    problems: list[str] = []
    for path in paths:
        try:
            merged.update(read_env_file(path).assignments)
        except SettingsError as error:
            problems += error.problems if len(paths) == 1 else [f"{path}: {said}" for said in error.problems]
    source = ", ".join(str(path) for path in paths)
    if problems:
        raise SettingsError(source, problems)
    return EnvFile(source, merged)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except IsADirectoryError:
        raise SettingsError(str(path), ["this is a folder, not a settings file"]) from None
    except OSError as error:
        raise SettingsError(str(path), [f"the file cannot be read: {error.strerror}"]) from None
    if len(data) > _MAX_BYTES:
        raise SettingsError(str(path), ["over 1 MiB is no settings file"])
    if b"=" not in data and _EBCDIC_EQUALS in data:
        return from_ibm1047(data).replace("\r\n", "\n")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [f"the file is not text in UTF-8: byte {error.start}"]) from None
    if "\0" in text:
        raise SettingsError(str(path), ["the file is not text"])
    return text.replace("\r\n", "\n")


def _statement(reader: _Reader) -> Iterator[Assignment]:
    """Read to the end of the line: assignments, blanks, a comment."""
    exported = False
    while (here := reader.peek()) and here != "\n":
        if here in _BLANK or here == ";":
            reader.take()
        elif here == "#":
            reader.skip_line()
        elif name := _NAME.match(reader.text, reader.at):
            line = reader.line
            reader.at = name.end()
            if reader.peek() == "=":
                reader.take()
                value = _word(reader)
                reader.known[name[0]] = value
                yield Assignment(name[0], value, line, reader.source)
            elif name[0] == "export" and not exported and reader.peek() in {*_BLANK}:
                exported = True
            elif not exported or name[0] not in reader.known:
                msg = f"line {line}: only a shell could run this command; a settings file holds NAME=value lines"
                raise _Refused(msg)
        else:
            msg = f"line {reader.line}: {here!r} does not begin an assignment"
            raise _Refused(msg)
    reader.take()


def _word(reader: _Reader) -> str:
    """The value after ``=``: quoted and unquoted pieces up to a blank, ``;`` or the line's end."""
    pieces: list[str] = []
    start = reader.at
    while (here := reader.peek()) and here not in {*_BLANK, "\n", ";"}:
        if here == "'":
            pieces.append(_single_quoted(reader))
        elif here == '"':
            pieces.append(_double_quoted(reader))
        elif here == "\\":
            reader.take()
            escaped = reader.take()
            pieces.append("" if escaped == "\n" else escaped)
        elif here in "$`":
            pieces.append(_expansion(reader))
        elif here in _ONLY_A_SHELL:
            msg = f"line {reader.line}: an unquoted {here!r} is for a shell; put the value into single quotes"
            raise _Refused(msg)
        elif here == "~" and reader.at == start:
            msg = f"line {reader.line}: only a shell knows what ~ stands for; write the whole path"
            raise _Refused(msg)
        else:
            pieces.append(reader.take())
    return "".join(pieces)


def _single_quoted(reader: _Reader) -> str:
    end = reader.text.find("'", reader.at + 1)
    if end < 0:
        _unclosed(reader, "'")
    text = reader.text[reader.at + 1 : end]
    reader.at = end + 1
    return text


def _double_quoted(reader: _Reader) -> str:
    line_of_quote = reader.at
    reader.take()
    pieces: list[str] = []
    while (here := reader.peek()) != '"':
        if not here:
            reader.at = line_of_quote
            _unclosed(reader, '"')
        if here == "\\" and reader.text[reader.at + 1 : reader.at + 2] in {*_IN_DOUBLE_QUOTES, "\n"}:
            reader.take()
            escaped = reader.take()
            pieces.append("" if escaped == "\n" else escaped)
        elif here in "$`":
            pieces.append(_expansion(reader, literal_before="\"'"))
        else:
            pieces.append(reader.take())
    reader.take()
    return "".join(pieces)


def _unclosed(reader: _Reader, quote: str) -> None:
    msg = f"line {reader.line}: the quote {quote} is never closed"
    raise _Refused(msg)


def _expansion(reader: _Reader, literal_before: str = "") -> str:
    """``$NAME`` or ``${NAME}`` set before in this file; a lone ``$`` is itself, so is one in quotes before a quote."""
    line = reader.line
    if reader.take() == "$":
        braced = reader.peek() == "{"
        name = _NAME.match(reader.text, reader.at + braced)
        if name and (not braced or reader.text[name.end() : name.end() + 1] == "}"):
            if name[0] not in reader.known:
                msg = f"line {line}: {name[0]} is used before this file has set it"
                raise _Refused(msg)
            reader.at = name.end() + braced
            return reader.known[name[0]]
        after = reader.peek()
        if not name and (after in literal_before or after not in {*"{('\"@*#?-$!0123456789"}):
            return "$"
    msg = f"line {line}: only a shell could evaluate this value; write what it stands for, or put it into single quotes"
    raise _Refused(msg)
