"""Where the notebooks and the example settings are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["example_settings", "notebooks_folder"]

_EXAMPLE = "zowe-setup-certificates-1.15.env"


def notebooks_folder() -> Path:
    """The folder of the notebooks: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def example_settings() -> Path:
    """The settings file that a notebook takes where it is given none: the seed page's release, 1.15."""
    return notebooks_folder() / "examples" / _EXAMPLE
