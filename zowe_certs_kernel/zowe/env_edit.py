"""Values of an ``.env`` file put in place of others, all else in it left as it is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from ..ibm1047 import from_ibm1047, to_ibm1047
from .env_file import Assignment, read_assignments

__all__ = ["edited", "set_variables"]

_BOM = b"\xef\xbb\xbf"
_UNQUOTED = re.compile(r"[\w/.:,@%+-]*", re.ASCII)
_BREAKS_DOUBLE_QUOTES = re.compile(r'[$`"\\]')


def edited(data: bytes, values: Mapping[str, str]) -> bytes:
    """The bytes of a file, in UTF-8 or in EBCDIC (IBM-1047), with these values."""
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        return to_ibm1047(set_variables(from_ibm1047(data), values))
    return data[: len(data) - len(data.removeprefix(_BOM))] + set_variables(text, values).encode()


def set_variables(text: str, values: Mapping[str, str]) -> str:
    """The text with each of ``values`` where its name is last assigned, or in a line of its own at the end.

    Kept are comments, order, indents, line ends, and the kind of quotes unless the new value needs others.
    """
    places = [at for at, character in enumerate(text) if not text.startswith("\r\n", at)]
    assigned, _ = read_assignments("".join(text[at] for at in places), "")
    found = {name: assigned[name] for name in values if name in assigned}
    for name, one in sorted(found.items(), key=lambda each: each[1].span, reverse=True):
        begins, ends = (places[at - 1] + 1 for at in one.span)  # before a CR that belongs to the line's end
        text = f"{text[:begins]}{_quoted_as(text[begins:ends], values[name])}{text[ends:]}"
    missing = {name: value for name, value in values.items() if name not in found}
    return text + _lines(text, missing, assigned)


def _quoted_as(old: str, value: str) -> str:
    if old.startswith('"') and not _BREAKS_DOUBLE_QUOTES.search(value):
        return f'"{value}"'
    if old.startswith("'") and "'" not in value:
        return f"'{value}'"
    return value if _UNQUOTED.fullmatch(value) else shlex.quote(value)


def _lines(text: str, values: Mapping[str, str], assigned: Mapping[str, Assignment]) -> str:
    """New lines at the end, indented and quoted as the last one there."""
    if not values:
        return ""
    end = "\r\n" if "\r\n" in text else "\n"
    indent, quote = "", ""
    if assigned:
        last = max(assigned.values(), key=lambda one: one.span)
        shown = re.findall(rf"^([ \t]*)(?:export[ \t]+)?{last.name}=([\"']?)", text, re.MULTILINE)
        indent, quote = shown[-1] if shown else ("", "")
    begins = "" if not text or text.endswith("\n") else end
    if text.rstrip("\r\n").endswith("\\"):  # a backslash there goes on into the next line, which has to be an empty one
        begins += end
    return begins + "".join(f"{indent}{name}={_quoted_as(quote, value)}{end}" for name, value in values.items())
