"""One parameter of a notebook, and the values that people, papermill and files give for it."""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import UsageError

__all__ = ["Parameter", "declared", "moment_of", "more_references", "nearest", "read_values", "symbol_values"]

_NOT_SHOWN = "(not shown)"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook; ``type`` is the annotation as the cell writes it."""

    name: str
    type: str
    default: Any
    help: str = ""
    choices: tuple[Any, ...] = ()

    @property
    def is_reference(self) -> bool:
        """Whether it says where a password is."""
        return self.name.endswith("password_from")

    @property
    def is_pasted(self) -> bool:
        """Whether it is text of many lines."""
        return self.name == "pasted"

    def convert(self, value: object) -> Any:
        """The value in this parameter's type; text is read as a command line writes it.

        Raises:
            UsageError: why it cannot be used. What may be a password is not echoed.
        """
        if self.is_reference and not (value == self.default == ""):
            return _reference(self.name, value)
        wanted, read = _READERS.get(self.type, ("", _as_it_is))
        converted = read(value)
        if converted is None and wanted:
            msg = f"{self.name} must be {wanted}, not {_shown(value)}{_typed_by_papermill(self, value)}"
            raise UsageError(msg)
        if self.name == "symbols" and isinstance(converted, list):
            symbol_values(converted, self.name)
        if self.choices and converted not in self.choices:
            offered = ", ".join(self.text(choice) or "empty" for choice in self.choices)
            msg = f"{self.name} must be one of {offered}, not {_shown(value)}"
            raise UsageError(msg)
        return converted

    def text(self, value: object) -> str:
        """The value as ``--set`` takes it. What may be a password becomes a placeholder."""
        if self.is_reference and value != self.default and not _is_reference(self.name, value):
            return _NOT_SHOWN
        if isinstance(value, bool):
            return str(value).lower()
        return ",".join(value) if isinstance(value, list) else str(value)

    def literal(self) -> str:
        """The default as Python, in the double quotes that formatters want."""
        return json.dumps(self.default, ensure_ascii=False) if self.type in ("str", "list[str]") else str(self.default)


def read_values(listing: Sequence[Parameter], values: Mapping[str, object], notebook: str) -> dict[str, Any]:
    """Convert values to the types of a listing.

    papermill only warns of a name it does not know, and passes ``false`` on as text;
    both would run with something else than what was asked for.

    Raises:
        UsageError: one sentence that names everything that cannot be used.
    """
    known = {one.name: one for one in listing}
    problems = [f"it has no parameter {name!r}{nearest(name, known)}" for name in values if name not in known]
    if problems:
        problems.append(f"its parameters are {', '.join(known) or 'none at all'}")
    converted: dict[str, Any] = {}
    for name, one in known.items():
        try:
            if name in values:
                converted[name] = one.convert(values[name])
        except UsageError as problem:
            problems.append(str(problem))
    if converted.get("interactive") is False:
        asked = [name for name, one in known.items() if one.is_reference and "prompt:" in converted.get(name, "")]
        problems += [
            f"{name} cannot be prompt: where interactive is false, because nobody can answer" for name in asked
        ]
    if problems:
        msg = f"{notebook}: {'; '.join(problems)}"
        raise UsageError(msg)
    return converted


def declared(cell: str) -> tuple[Parameter, ...]:
    """The parameters that a cell of somebody's own notebook declares by literals."""
    try:
        statements = ast.parse(cell).body
    except SyntaxError:
        return ()
    return tuple(known for statement in statements if (known := _declared(statement)) is not None)


def _declared(statement: ast.stmt) -> Parameter | None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            written = ast.unparse(annotation)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            written = ""
        case _:
            return None
    try:
        default = ast.literal_eval(value)
    except ValueError:
        return None
    return Parameter(name, written or type(default).__name__, default)


def moment_of(text: str, what: str) -> dt.datetime:
    """The moment in UTC of a day (its beginning) or a time in ISO 8601; now where the text is empty.

    Args:
        what: the option or parameter it comes from.

    Raises:
        UsageError: it is neither.
    """
    if not text:
        return dt.datetime.now(dt.UTC)
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        msg = f"{what} must be a day such as 2027-06-30 or a time such as 2027-06-30T12:00:00Z, not {_shown(text)}"
        raise UsageError(msg) from None


def nearest(name: str, known: Iterable[str]) -> str:
    """``(did you mean …?)`` where one of the known names is like it, else nothing."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _shown(value: object) -> str:
    """A value in a sentence: short, and with control characters made visible."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _as_it_is(value: object) -> object:
    return value


def _text(value: object) -> str | None:
    """YAML reads a day as a date."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str) else None


def _truth(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _number(value: object) -> int | None:
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: object) -> list[str] | None:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return list(value)
    return None


_READERS: Mapping[str, tuple[str, Callable[[object], object | None]]] = {
    "str": ("text", _text),
    "int": ("a whole number", _number),
    "bool": ("true or false", _truth),
    "list[str]": ("a list of texts (a,b,c on the command line)", _texts),
}


def _typed_by_papermill(known: Parameter, value: object) -> str:
    """1.20 read as a number has lost its zero: better refused than taken for 1.2."""
    if known.type == "str" and isinstance(value, int | float):
        return ": quote it in YAML, and give it to papermill by -r instead of -p"
    return ""


def _is_reference(name: str, value: object) -> bool:
    """Whether it is a reference; of those that may be several, each with the glob of its stores."""
    if not isinstance(value, str):
        return False
    if name.startswith("more_"):
        return all(
            _is_one_reference(each) or _is_one_reference(each.partition("=")[2]) for each in more_references(value)
        )
    return _is_one_reference(value)


def symbol_values(texts: Sequence[str], what: str) -> dict[str, str]:
    """Names and values of ``NAME=VALUE``, or ``NAME:VALUE`` as a notebook's cell takes it.

    Raises:
        UsageError: one is neither, stands twice, or is a password.
    """
    found: dict[str, str] = {}
    for text in texts:
        parts = re.fullmatch(r"\s*([A-Za-z]\w{0,7})\s*[=:](.*)", text, re.DOTALL)
        if not parts:
            msg = f"{what} takes NAME=VALUE, not {text.partition('=')[0][:20]!r}"
            raise UsageError(msg)
        name = parts[1].upper()
        if name == "PKCSPASS":
            msg = f"{what} takes no password: give its place with password_from (--password-from), and ask for it in "
            raise UsageError(msg + "the job with password_in_jcl (--password-in-jcl)")
        if name in found:
            msg = f"{what} names {name} twice"
            raise UsageError(msg)
        found[name] = parts[2].strip()
    return found


def more_references(text: str) -> list[str]:
    """The parts of ``more_password_from``, which commas separate."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_one_reference(value: str) -> bool:
    kind, _, place = value.partition(":")
    return value == "prompt:" or (kind in ("env", "file") and bool(place))


def _reference(name: str, value: object) -> str:
    if isinstance(value, str) and _is_reference(name, value):
        return value
    msg = f"{name} takes the place where the password is, never the password: env:NAME, file:PATH or prompt:"
    raise UsageError(msg)
