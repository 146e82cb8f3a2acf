"""Every error this package raises on purpose, with the exit code each one means.

::

    ZoweCertsError                 2
    ├─ UsageError                  2   an option or parameter that cannot be used
    ├─ SettingsError               2   a settings file, every problem of it at once
    ├─ WriteError                  2   the disk, a permission, a file in the way
    ├─ StoreError                  3   a source that was named could not be read
    │  ├─ SourceMissing
    │  ├─ WrongPassword
    │  ├─ UnknownFormat
    │  ├─ Damaged
    │  └─ TooCostly
    ├─ NotebookFailed              4   (138 when the kernel died)
    └─ WouldOverwrite              5

The text of an error is one sentence: what was read, where, what to do next. It
never holds a password or a key.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "Damaged",
    "NotebookFailed",
    "Refused",
    "SettingsError",
    "SourceMissing",
    "StoreError",
    "TooCostly",
    "UnknownFormat",
    "UsageError",
    "WouldOverwrite",
    "WriteError",
    "WrongPassword",
    "ZoweCertsError",
]


class ZoweCertsError(Exception):
    """The base of all of them; ``exit_code`` is what the command line answers."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this: a notebook shows the sentence, not a stack."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(ZoweCertsError):
    """An option or a parameter that cannot be used."""


class NothingToRenew(UsageError):
    """The local authority can renew nothing of a directory; what ends when can still be told."""


class SettingsError(ZoweCertsError):
    """A settings file that cannot be used; ``problems`` holds each reason."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(source, self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.source}: {self.problems[0]}"
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"{self.source} has {len(self.problems)} problems:\n{listed}"


class WriteError(ZoweCertsError):
    """Something could not be written; nothing was changed."""


class StoreError(ZoweCertsError):
    """A keystore, trust store or certificate file could not be read."""

    exit_code = 3


class SourceMissing(StoreError):
    """There is no such file, or it may not be read."""


class WrongPassword(StoreError):
    """The integrity check failed under the password given."""


class UnknownFormat(StoreError):
    """The bytes are of no format that is known here."""


class Damaged(StoreError):
    """The bytes end early or contradict themselves."""


class TooCostly(StoreError):
    """Reading would take more work than the limits allow."""


class Refused(ZoweCertsError):
    """What would be made has findings of severity error, so nothing was made."""

    exit_code = 1


class NotebookFailed(ZoweCertsError):
    """A notebook raised, or its kernel died."""

    exit_code = 4


class WouldOverwrite(ZoweCertsError):
    """Something is there already, and nobody asked to replace it."""

    exit_code = 5
