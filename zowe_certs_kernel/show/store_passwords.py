"""The passwords that a notebook's stores are opened with."""

from __future__ import annotations

import os

from ..parameter_values import more_references
from ..parameters import Parameters
from ..secret import DEFAULT_REFERENCE
from ..stores.passwords import Passwords

__all__ = ["store_passwords"]


def store_passwords(parameters: Parameters, more: str = "") -> Passwords:
    """Those of ``password_from`` and of ``more`` references.

    The default reference may point to nothing; then Zowe's published passwords are tried.
    """
    unset = parameters.password_from == DEFAULT_REFERENCE and DEFAULT_REFERENCE.removeprefix("env:") not in os.environ
    others = more_references(more)
    return Passwords(others if unset else [*others, parameters.password_from])
