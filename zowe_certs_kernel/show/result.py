"""``result.json``: what a notebook leaves for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..local_path import local_path
from ..model import Finding, Severity
from ..parameters import Parameters

__all__ = ["counted", "out_folder", "write_result"]


def counted(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings and how many there are of each severity."""
    return {
        "findings": [found.as_dict() for found in findings],
        "counts": {str(kind): sum(found.severity is kind for found in findings) for kind in Severity},
    }


def out_folder(parameters: Parameters) -> Path:
    """The folder for results, made if need be.

    Raises:
        UsageError: it cannot be made.
    """
    folder = local_path(parameters.out_dir, "out_dir")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the folder {folder} cannot be made: {error.strerror}; name another one with out_dir"
        raise UsageError(msg) from None
    return folder


def write_result(folder: Path, result: Mapping[str, Any]) -> None:
    """Write ``result.json``, whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    target = folder / "result.json"
    staged = folder / f".result.json.{os.getpid()}"
    try:
        staged.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        staged.replace(target)
    except OSError as error:
        msg = f"{target} cannot be written: {error.strerror}; name another folder with out_dir"
        raise UsageError(msg) from None
