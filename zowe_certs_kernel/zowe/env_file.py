"""Zowe v1's ``.env`` files, read as the shell would read their assignments, without running anything.

Understood (POSIX XCU 2.2, 2.6.2, 2.10): ``NAME=value`` with or without ``export``, several
on a line or parted by ``;``, single and double quotes, backslashes, comments, values over
several lines, ``$NAME`` and ``${NAME}`` of a name that the same file has set before. What
only a shell could evaluate is refused with the number of its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SettingsError
from ..ibm1047 import from_ibm1047

__all__ = ["Assignment", "EnvFile", "read_assignments", "read_env_file", "read_env_files"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A name may run on over an escaped line end, which only a shell puts together.
_VALUE_OF = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_]|\\\n)|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_NO_LONE_DOLLAR = re.compile(r"\$(?:[A-Za-z0-9_{\[('\"@*#?$!-]|\\\n)")
_BLANK = " \t"
_IN_DOUBLE_QUOTES = '$`"\\'
_SECRET = "PASS"  # noqa: S105  # in the names of passwords, of which no message shows a character
_ONLY_A_SHELL = "|&<>()"
_EBCDIC_EQUALS = b"\x7e"
_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Assignment:
    """One ``NAME=value``; the value may be a password, so no repr shows it.

    ``span`` is where the value with its quotes begins and ends in the text, line ends counted as one character.
    """

    name: str
    value: str = field(repr=False)
    line: int
    source: str
    span: tuple[int, int] = field(default=(0, 0), compare=False)


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
    """A position in the text of one file, what it has assigned so far, and what the command being read will."""

    text: str
    source: str
    assigned: dict[str, Assignment] = field(default_factory=dict)
    pending: dict[str, Assignment] = field(default_factory=dict)
    exporting: bool = False
    variable: str = ""
    at: int = 0
    counted: int = 0
    counted_lines: int = 1

    @property
    def line(self) -> int:
        """The number of this line, counted on from where it was last asked for: a long file is counted once."""
        between = self.text.count("\n", min(self.at, self.counted), max(self.at, self.counted))
        self.counted_lines += between if self.at >= self.counted else -between
        self.counted = self.at
        return self.counted_lines

    def value_of(self, name: str) -> str | None:
        """What ``$name`` stands for here: a shell expands all words of ``export`` before it assigns any."""
        found = (None if self.exporting else self.pending.get(name)) or self.assigned.get(name)
        return None if found is None else found.value

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
    assigned, problems = read_assignments(_text_of(path), source)
    if problems and not lenient:
        raise SettingsError(source, problems)
    return EnvFile(source, assigned, tuple(problems))


def read_assignments(text: str, source: str) -> tuple[dict[str, Assignment], list[str]]:
    """What a text with lines ending in LF assigns, and a sentence for each line that only a shell could evaluate."""
    reader = _Reader(text, source)
    problems: list[str] = []
    while reader.at < len(reader.text):
        try:
            _line(reader)
        except _Refused as refused:
            problems.append(str(refused))
            reader.assigned.pop(reader.variable, None)  # its older value counts no longer
            reader.skip_line()
    return reader.assigned, problems


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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"=" in data or _EBCDIC_EQUALS not in data:
            raise SettingsError(str(path), [f"the file is not text in UTF-8: byte {error.start}"]) from None
        text = from_ibm1047(data)
    if "\0" in text:
        raise SettingsError(str(path), ["the file is not text"])
    return text.replace("\r\n", "\n")


def _line(reader: _Reader) -> None:
    """Read a line: commands that only assign, parted by ``;``, and a comment."""
    while True:
        is_command = _command(reader)
        line = reader.line
        if reader.take() != ";":
            return
        if not is_command:
            msg = f"line {line}: there is no assignment before this ';'"
            raise _Refused(msg)


def _command(reader: _Reader) -> bool:
    """Read up to ``;`` or the line's end, whether anything is there; its assignments count once all of it is read."""
    reader.pending, reader.exporting, reader.variable = {}, False, ""
    is_command = False
    while (here := reader.peek()) and here not in "\n;":
        if here in _BLANK:
            reader.take()
        elif reader.text.startswith("\\\n", reader.at):
            reader.at += 2
        elif here == "#":
            reader.skip_line()
        else:
            if _SECRET in next(reversed(reader.pending), ""):
                msg = f"line {reader.line}: more stands after a password; put one with blanks into single quotes"
                raise _Refused(msg)
            _argument(reader, may_be_export=not is_command)
            is_command = True
    reader.assigned.update(reader.pending)
    return is_command


def _argument(reader: _Reader, *, may_be_export: bool) -> None:
    """Read an assignment, the word ``export``, or a name that it exports."""
    line = reader.line
    name = _NAME.match(reader.text, reader.at)
    if not name:
        msg = f"line {line}: {reader.peek()!r} does not begin an assignment"
        raise _Refused(msg)
    reader.at = name.end()
    after = reader.peek()
    if after == "=":
        reader.take()
        reader.variable = name[0]
        begins = reader.at
        value = _word(reader)
        reader.variable = ""
        reader.pending[name[0]] = Assignment(name[0], value, line, reader.source, (begins, reader.at))
    elif name[0] == "export" and may_be_export and after in {*_BLANK}:
        reader.exporting = True
    elif not (
        reader.exporting
        and after in {*_BLANK, "\n", ";", ""}
        and (name[0] in reader.assigned or name[0] in reader.pending)
    ):
        msg = f"line {line}: only a shell could run this; a settings file holds NAME=value lines, blanks in quotes"
        raise _Refused(msg)


def _word(reader: _Reader) -> str:
    """The value after ``=``: quoted and unquoted pieces up to a blank, ``;`` or the line's end."""
    pieces: list[str] = []
    begun = False  # a home folder's ~ counts where the value or a part of it after a colon begins
    while (here := reader.peek()) and here not in {*_BLANK, "\n", ";"}:
        if reader.text.startswith("\\\n", reader.at):
            reader.at += 2
            continue
        if here == "'":
            pieces.append(_single_quoted(reader))
        elif here == '"':
            pieces.append(_double_quoted(reader))
        elif here == "\\":
            reader.take()
            pieces.append(reader.take() or "\\")
        elif here in "$`":
            pieces.append(_expansion(reader))
        elif here in _ONLY_A_SHELL or (here == "{" and reader.exporting):  # some shells take {a,b} apart there
            shown = "character here" if _SECRET in reader.variable.upper() else repr(here)
            msg = f"line {reader.line}: an unquoted {shown} is for a shell; put the value into single quotes"
            raise _Refused(msg)
        elif here == "~" and not begun:
            msg = f"line {reader.line}: only a shell knows what ~ stands for; write the whole path"
            raise _Refused(msg)
        else:
            pieces.append(reader.take())
        begun = here != ":"
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
    if found := _VALUE_OF.match(reader.text, reader.at):
        name = found[1] or found[2]
        value = reader.value_of(name)
        if value is None:
            raise _Refused(_unknown_name(line, name, reader.variable))
        reader.at = found.end()
        return value
    special = _NO_LONE_DOLLAR.match(reader.text, reader.at)
    if reader.take() == "$" and (not special or reader.peek() in {*literal_before}):
        return "$"
    msg = f"line {line}: only a shell could evaluate this value; write what it stands for, or put it into single quotes"
    raise _Refused(msg)


def _unknown_name(line: int, name: str, variable: str) -> str:
    if "PASS" in variable.upper():  # the name may be a piece of the password
        return f"line {line}: a '$' in {variable} is for a shell; put the value into single quotes"
    return f"line {line}: {name} is used before this file has set it"
