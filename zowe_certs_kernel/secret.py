"""Passwords that cannot be shown by accident, and the references they come from."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from .errors import UsageError

__all__ = [
    "DEFAULT_REFERENCE",
    "PUBLISHED_CA_PASSWORD",
    "PUBLISHED_PASSWORD",
    "Secret",
    "check_reference",
    "from_reference",
    "password_outside",
]

DEFAULT_REFERENCE = "env:ZOWE_KEYSTORE_PASSWORD"
# Zowe's own, known to everybody: bin/zowe-setup-certificates.env and bin/apiml_cm.sh.
PUBLISHED_PASSWORD = "password"  # noqa: S105  # no secret: it is published
PUBLISHED_CA_PASSWORD = "local_ca_password"  # noqa: S105  # no secret: it is published
_HOW = "pass it as env:NAME, file:PATH or prompt:"


class Secret:
    """A password in memory: equal to another by value, shown as ``Secret(***)``.

    It cannot be pickled, hashed or formatted, so that it reaches neither a log
    nor an executed notebook. :meth:`reveal` is the one way to its text.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would be a way to guess it

    def __reduce__(self) -> NoReturn:
        msg = "a Secret is never written anywhere"
        raise TypeError(msg)


def from_reference(reference: str, *, asked: str = "Keystore password", twice: bool = False) -> Secret:
    """Read the password that ``env:NAME``, ``file:PATH`` or ``prompt:`` points to.

    Of a file the first line counts. ``prompt:`` asks on the terminal without echo, for what is
    ``asked``, and ``twice`` where a slip would lock something for ever.

    Raises:
        UsageError: the reference is none of the three (a literal password is
            refused unseen), or what it points to is not there.
    """
    check_reference(reference)
    kind, _, place = reference.partition(":")
    if kind == "env":
        value = os.environ.get(place)
        if value is None:
            msg = f"the password was to come from env:{place}, but no environment variable {place} is set"
            raise UsageError(msg)
        if not _is_text(value):
            msg = f"the environment variable {place} is not text in UTF-8"
            raise UsageError(msg)
        return Secret(value)
    if kind == "file":
        return Secret(_first_line(place))
    password = _ask(asked)
    if twice and _ask(f"{asked} again") != password:
        msg = "the two passwords that were typed differ"
        raise UsageError(msg)
    return password


def check_reference(reference: str) -> None:
    """Refuse what is no reference, and may be a password, without repeating it.

    Raises:
        UsageError: it is none of ``env:NAME``, ``file:PATH`` and ``prompt:``.
    """
    kind, _, place = reference.partition(":")
    if reference != "prompt:" and not (kind in {"env", "file"} and place):
        msg = f"a password is never given itself, only the place where it is: {_HOW}"
        raise UsageError(msg)


def password_outside(reference: str, *, strict: bool = False) -> Callable[[], Secret | None]:
    """The password for a settings file that holds none.

    Unless ``strict``, the default reference may point to nothing.

    Raises:
        UsageError: at once, where ``reference`` is no reference.
    """
    check_reference(reference)

    def read() -> Secret | None:
        if not strict and reference == DEFAULT_REFERENCE and reference.removeprefix("env:") not in os.environ:
            return None
        return from_reference(reference)

    return read


def _is_text(value: str) -> bool:
    """Whether it can be encoded: Python keeps bytes that were no UTF-8 as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _first_line(place: str) -> str:
    try:
        with Path(place).expanduser().open(encoding="utf-8-sig") as lines:
            return lines.readline().rstrip("\r\n")
    except OSError as error:
        msg = f"the password file {place} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        msg = f"the password file {place} is not text in UTF-8"
    except RuntimeError:
        msg = f"the password file {place} cannot be found: nobody knows that home folder"
    raise UsageError(msg)


def _ask(what: str) -> Secret:
    import getpass
    import warnings

    try:
        with warnings.catch_warnings(action="error"):  # getpass would read with echo where it cannot hide it
            return Secret(getpass.getpass(f"{what}: "))
    except (EOFError, KeyboardInterrupt):
        msg = "no password was typed"
    except Exception:  # noqa: BLE001  # ipykernel raises its own type where nobody can answer
        msg = "prompt: needs somebody to answer it; where nobody can, pass env:NAME or file:PATH"
    raise UsageError(msg) from None
