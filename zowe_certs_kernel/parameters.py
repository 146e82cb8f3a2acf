"""The parameters of every notebook: name, type, default, help and choices in one place.

The cell tagged ``parameters``, the form, the command line, ``zowe-certs list`` and the
README's table all come from the dataclasses here. Types are str, int, bool and list[str],
an empty string means "not given", and neither a default nor a help text holds ``=`` or
``#``: papermill reads the cell with a regular expression that stumbles over both
(papermill issue 864).
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import shlex
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar

from .errors import UsageError
from .secret import DEFAULT_REFERENCE

__all__ = [
    "NOTEBOOKS",
    "InspectParameters",
    "Parameter",
    "Parameters",
    "SetupParameters",
    "StartParameters",
    "checked",
    "declared",
    "more_references",
    "parameter",
    "read_values",
]

T = TypeVar("T")
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


def parameter(default: T, help: str, *, choices: Sequence[T] = ()) -> T:
    """A dataclass field that knows its help text and, where there are some, its choices."""
    metadata = {"help": help, "choices": tuple(choices)}
    return field(default_factory=lambda: copy(default), metadata=metadata)


@dataclass(kw_only=True)
class Parameters:
    """What every notebook takes; a notebook's own parameters stand in its subclass."""

    notebook: ClassVar[str]
    title: ClassVar[str]
    purpose: ClassVar[str]
    reads: ClassVar[str]
    writes: ClassVar[str]

    password_from: str = parameter(DEFAULT_REFERENCE, "Where the password is, never the password")
    out_dir: str = parameter("out", "Folder for the results")
    interactive: bool = parameter(True, "Show the form; headless runs set this to False")

    @classmethod
    def take(cls, namespace: Mapping[str, object]) -> Self:
        """Read a notebook's ``globals()``; what is missing there keeps its default.

        Raises:
            UsageError: names every value that cannot be used.
        """
        listing = cls.listing()
        found = {known.name: namespace[known.name] for known in listing if known.name in namespace}
        return cls(**read_values(listing, found, cls.notebook))

    def check(self) -> None:
        """Look at the values again, as after the form was filled in.

        Raises:
            UsageError: names every value that cannot be used.
        """
        read_values(self.listing(), self.as_dict(), self.notebook)

    @classmethod
    def listing(cls) -> tuple[Parameter, ...]:
        """Every parameter, the notebook's own ones first."""
        common = {known.name for known in fields(Parameters)}
        return tuple(sorted((_described(known) for known in fields(cls)), key=lambda known: known.name in common))

    @classmethod
    def help(cls) -> str:
        """Name, type, default, help and choices of every parameter, as text."""
        return "\n".join(line for known in cls.listing() for line in _explained(known))

    @classmethod
    def cell(cls) -> str:
        """The parameters cell of the notebook, to the letter."""
        return "\n".join(f"{known.name}: {known.type} = {known.literal()}  # {known.help}" for known in cls.listing())

    def as_dict(self) -> dict[str, Any]:
        """Name and value of every parameter, in the order of the cell."""
        return {known.name: getattr(self, known.name) for known in self.listing()}

    def form(self) -> object:
        """Controls that write into this object; where nobody can use them, a table of the values."""
        from .show.forms import form

        return form(self)

    def command(self) -> str:
        """The same run without a notebook; only what differs from the defaults is named."""
        words = ["zowe-certs", "run", self.notebook]
        for known in self.listing():
            value = getattr(self, known.name)
            if value == known.default or known.name == "interactive":
                continue
            words += ["--out", value] if known.name == "out_dir" else ["--set", f"{known.name}={known.text(value)}"]
        return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


@dataclass(kw_only=True)
class StartParameters(Parameters):
    """Parameters of ``00_start_here``."""

    notebook = "00_start_here"
    title = "Start here"
    purpose = "What Zowe's certificates are for, which notebook does what, and a check of the installation"
    reads = "nothing"
    writes = "nothing"


@dataclass(kw_only=True)
class SetupParameters(Parameters):
    """Parameters of ``10_setup_certificates``."""

    notebook = "10_setup_certificates"
    title = "Set up certificates"
    purpose = "Plan, preview, write and inspect the KEYSTORE_DIRECTORY, then say what comes next"
    reads = "Zowe's .env file, certificate files of z/OSMF"
    writes = "the keystore directory with zowe-certificates.env"

    settings: str = parameter("", "Zowe's .env file; empty: an example made here")
    keystore_directory: str = parameter("", "Folder made here; empty: the settings' own KEYSTORE_DIRECTORY")
    release: str = parameter("", "Zowe release that the files are for; empty: what the settings prove")
    as_zowe: bool = parameter(False, "Make exactly what Zowe's own script makes, defects included")
    replace: bool = parameter(False, "Replace what is there; the old directory stays as a dated copy")
    ca_store: str = parameter("", "The authority's own PKCS12 file, used again or made; empty: in the directory")
    ca_password_from: str = parameter("", "Where the password of the authority's store is; empty: the keystore's")


@dataclass(kw_only=True)
class InspectParameters(Parameters):
    """Parameters of ``20_inspect_keystore``."""

    notebook = "20_inspect_keystore"
    title = "Inspect a keystore"
    purpose = "What is in a keystore, trust store, PEM file, folder or TLS server, and what changed since another one"
    reads = "any store, PEM file, RACDCERT listing, folder or host:port"
    writes = "result.json"

    source: str = parameter(
        "", "Keystore, PEM file, key ring listing, folder or host:port; empty: an example made here"
    )
    compare_with: str = parameter("", "An older store to compare with, such as the one before a renewal")
    prove_keys: bool = parameter(False, "Open each private key, and say whether it fits its certificate")
    more_password_from: str = parameter("", "More such places, each after a pattern of the stores that it is for")


_IN_ORDER: tuple[type[Parameters], ...] = (StartParameters, SetupParameters, InspectParameters)
NOTEBOOKS: Mapping[str, type[Parameters]] = MappingProxyType({known.notebook: known for known in _IN_ORDER})


def checked(notebook: str, values: Mapping[str, object]) -> dict[str, Any]:
    """The given values in their types, before anything starts.

    Raises:
        UsageError: no such notebook, a name it does not know, or a value it cannot use.
    """
    if notebook not in NOTEBOOKS:
        msg = f"there is no notebook {notebook!r}{_nearest(notebook, NOTEBOOKS)}: there are {', '.join(NOTEBOOKS)}"
        raise UsageError(msg)
    return read_values(NOTEBOOKS[notebook].listing(), values, notebook)


def read_values(listing: Sequence[Parameter], values: Mapping[str, object], notebook: str) -> dict[str, Any]:
    """Convert values to the types of a listing.

    papermill only warns of a name it does not know, and passes ``false`` on as text;
    both would run with something else than what was asked for.

    Raises:
        UsageError: one sentence that names everything that cannot be used.
    """
    known = {one.name: one for one in listing}
    problems = [f"it has no parameter {name!r}{_nearest(name, known)}" for name in values if name not in known]
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


def _described(known: Any) -> Parameter:
    return Parameter(known.name, known.type, known.default_factory(), known.metadata["help"], known.metadata["choices"])


def _explained(known: Parameter) -> Iterable[str]:
    yield f"{known.name}: {known.type}, default {known.literal()}"
    yield f"    {known.help}"
    if known.choices:
        yield f"    one of {', '.join(known.text(choice) or 'empty' for choice in known.choices)}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _shown(value: object) -> str:
    """A value in a sentence: short, and with control characters made visible."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _as_it_is(value: object) -> object:
    return value


def _text(value: object) -> str | None:
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
