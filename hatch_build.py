"""Compiles a checkout's own modules when it is installed for editing, as an installer does with all others.

Python does it at the first import, but not where PYTHONDONTWRITEBYTECODE is set, as in many images: there each
run of ``zowe-certs`` would compile the package again.
"""

from __future__ import annotations

import compileall
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCheckout(BuildHookInterface[Any]):
    """Called by hatchling before it builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        if version == "editable":
            compileall.compile_dir(Path(self.root, "zowe_certs_kernel"), quiet=1)
