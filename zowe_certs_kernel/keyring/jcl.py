"""The text of a job: JCL statements, commands in the stream, and how long values go on in the next line.

Columns and continuation: z/OS MVS JCL Reference (SA23-1385) for statements, which end at column 71; z/OS TSO/E User's
Guide (SA32-0971) for commands, where a sign at the end of a line joins the next one to it. RACF and Top Secret get
``+``, which drops the blanks at the front of that line, ACF2 ``-``, which keeps them, as Zowe's own member has it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import UsageError
from .steps import JobStep
from .symbols import SYMBOLS_BY_NAME, Product, end_date

__all__ = ["LAST_COLUMN", "REFERENCE", "Variable", "as_written", "job_lines", "used_symbols"]

LAST_COLUMN = 71
_DELIMITER = "$$"
_MOST_IN_PIECE = 44  # the longest that has room beside what stands around it, and as long as a data set name
REFERENCE = re.compile(r"&([A-Z]+)\.")
_RULE = "//*" + "-" * (LAST_COLUMN - 3)


@dataclass(frozen=True)
class Variable:
    """A SET statement: ``text`` is what the commands get in place of ``&name.``; a long value takes several."""

    name: str
    text: str
    meaning: str


def used_symbols(steps: Iterable[JobStep]) -> tuple[str, ...]:
    """The symbols that the commands refer to, in the order of :data:`SYMBOLS`."""
    texts = (operand for step in steps for command in step.commands for operand in command)
    found = {name for text in texts for name in REFERENCE.findall(text)}
    return tuple(name for name in SYMBOLS_BY_NAME if name in found)


def job_lines(  # each is a part of the job, given by name
    name: str,
    about: Sequence[str],
    steps: Sequence[JobStep],
    values: Mapping[str, str],
    product: Product,
    *,
    stops_at_errors: bool,
) -> list[str]:
    """The lines of a job that carries out ``steps`` one after the other.

    Args:
        name: of the job and its member.
        about: paragraphs at its beginning.
        stops_at_errors: whether a step is left out once one before it has ended with more than 4.

    Raises:
        UsageError: a value is so long that a command has no room for it.
    """
    variables = [one for name in used_symbols(steps) for one in _variables(name, values[name], product)]
    lines = [f"//{name:8} JOB NOTIFY=&SYSUID", _RULE]
    for paragraph in about:
        lines += [*_comment(paragraph), "//*"]
    lines[-1] = _RULE
    lines.append("//         EXPORT SYMLIST=*")
    told = ""
    for one in variables:
        lines += _comment(one.meaning) if one.meaning != told else []
        told = one.meaning
        lines.append(_fitting(f"//         SET {one.name}={_quoted(one.text)}", one.name))
    pieces = _pieces(variables)
    for number, step in enumerate(steps, 1):
        condition = ",COND=(4,LT)" if stops_at_errors and number > 1 else ""
        lines += [
            _RULE,
            *_comment(f"{number}. {step.title}"),
            *_comment(step.why),
            _RULE,
            f"//{step.name:8} EXEC PGM=IKJEFT01,REGION=0M{condition}",
            "//SYSTSPRT DD SYSOUT=*",
            f"//SYSTSIN  DD DATA,DLM={_DELIMITER},SYMBOLS=JCLONLY",
        ]
        for command in step.commands:
            lines += _command_lines(command, pieces, product)
        lines.append(_DELIMITER)
    return [*lines, "//"]


def _comment(text: str) -> Iterator[str]:
    yield from (f"//* {line}" for line in textwrap.wrap(text, LAST_COLUMN - 4, break_on_hyphens=False))


def _quoted(text: str) -> str:
    """A value of a SET statement, with the signs doubled that mean something to it."""
    return "'" + text.replace("'", "''").replace("&", "&&") + "'"


def _fitting(line: str, what: str) -> str:
    if len(line) > LAST_COLUMN:
        msg = f"{what} is so long that line {line[:30].strip()}… would end after column {LAST_COLUMN}; shorten it"
        raise UsageError(msg)
    return line


def _variables(name: str, value: str, product: Product) -> Iterator[Variable]:
    text = as_written(name, value, product)
    if name in {"CAEXPIRE", "EXPIRES"} and product is not Product.RACF:
        yield Variable(name, text, f"{SYMBOLS_BY_NAME[name].meaning}, as MM/DD/YY")
        return
    for number, piece in enumerate(_cut(text), 1):
        numbered = name if number == 1 else f"{name[:7]}{number}"
        yield Variable(numbered, piece, SYMBOLS_BY_NAME[name].meaning)


def as_written(name: str, value: str, product: Product) -> str:
    """A value as the product's commands take it: apostrophes inside theirs are doubled, days are in its order."""
    day = end_date(value) if name in {"CAEXPIRE", "EXPIRES"} else None
    if day:
        return value if product is Product.RACF else f"{day:%m/%d/%y}"
    return value.replace("'", "''")


def _cut(text: str) -> Iterator[str]:
    """The text in pieces that have room in a line; none begins or ends where a line's end would change it."""
    while len(text) > _MOST_IN_PIECE:
        safe = (
            at
            for at in range(_MOST_IN_PIECE, 0, -1)
            if not re.search(r"[ '+-]", text[at - 1]) and text[at] not in " '$"
        )
        at = next(safe, _MOST_IN_PIECE)
        yield text[:at]
        text = text[at:]
    yield text


def _pieces(variables: Sequence[Variable]) -> dict[str, list[Variable]]:
    """The variables of each symbol."""
    found: dict[str, list[Variable]] = {}
    for one in variables:
        name = one.name if one.name in SYMBOLS_BY_NAME else next(known for known in found if one.name[:-1] == known[:7])
        found.setdefault(name, []).append(one)
    return found


def _command_lines(
    operands: Sequence[str], pieces: Mapping[str, Sequence[Variable]], product: Product
) -> Iterator[str]:
    """A command in as few lines as its operands allow: in one, or one for each operand after the first."""
    sign = "-" if product is Product.ACF2 else "+"
    long = any(len(pieces[name]) > 1 for text in operands for name in REFERENCE.findall(text))
    whole = "  " + " ".join(operands)
    if not long and _width(whole, pieces) <= LAST_COLUMN:
        yield whole
        return
    for number, operand in enumerate(operands, 1):
        text = ("  " if number == 1 else "      ") + operand
        *lines, last = _broken(text, pieces)
        for line in lines:  # the next one goes on at column 1, so that either sign joins it without a blank
            yield _checked(f"{line}{sign}", pieces)
        yield _checked(last if number == len(operands) else f"{last} {sign}", pieces)


def _checked(line: str, pieces: Mapping[str, Sequence[Variable]]) -> str:
    if _width(line, pieces) > LAST_COLUMN:
        msg = f"a value is so long that the line {line.strip()} would end after column {LAST_COLUMN}; shorten it"
        raise UsageError(msg)
    return line


def _broken(text: str, pieces: Mapping[str, Sequence[Variable]]) -> list[str]:
    """The text in lines: where the value of a symbol takes several variables, a line ends after each but the last."""

    def references(found: re.Match[str]) -> str:
        return "\n".join(f"&{one.name}." for one in pieces[found[1]])

    return REFERENCE.sub(references, text).split("\n")


def _width(line: str, pieces: Mapping[str, Sequence[Variable]]) -> int:
    """How wide a line is, at most, as it is written and as the commands get it."""
    texts = {one.name: one.text for several in pieces.values() for one in several}
    substituted = re.sub(r"&([A-Z]+[0-9]?)\.", lambda found: texts[found[1]], line)
    return max(len(line), len(substituted))
