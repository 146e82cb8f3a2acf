"""A path as a person types it."""

from __future__ import annotations

from pathlib import Path

from .errors import UsageError

__all__ = ["local_path"]


def local_path(text: str, what: str) -> Path:
    """The path with ``~`` expanded; ``what`` names it in errors.

    Raises:
        UsageError: it is empty, holds a NUL, or names a home folder that nobody knows.
    """
    if not text or "\0" in text:
        msg = f"{what} is {'empty' if not text else 'no path'}; name a file or folder"
        raise UsageError(msg)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        msg = f"{what}: nobody knows the home folder in {text!r}"
        raise UsageError(msg) from None
