"""Where the notebooks and the example settings are."""

from __future__ import annotations

from pathlib import Path

from .errors import UsageError

__all__ = ["example_ring_listing", "example_ring_settings", "example_settings", "lab_folder", "notebooks_folder"]

_START = "00_start_here.ipynb"
_EXAMPLE = "zowe-setup-certificates-1.15.env"
_RING_EXAMPLE = "zowe-setup-keyring-certificates-1.28.env"
_RING_LISTING = "ring-listing.txt"
_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "notebooks"


def notebooks_folder() -> Path:
    """The folder of the notebooks: inside an installed package, beside it in a checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "notebooks"


def lab_folder() -> Path:
    """The folder to work in: the current one if it holds a copy of the notebooks, else a checkout's own.

    Raises:
        UsageError: the notebooks belong to an installed package, which an update would replace.
    """
    current = Path.cwd()
    if (current / _START).is_file():
        return current
    if notebooks_folder() == _INSTALLED:
        msg = (
            "the current folder holds no notebooks, and those of the installed package are not to be changed; "
            "copy them with zowe-certs new my-notebooks, then cd my-notebooks and zowe-certs lab"
        )
        raise UsageError(msg)
    return notebooks_folder()


def example_settings() -> Path:
    """The settings file that a notebook takes where it is given none: the seed page's release, 1.15."""
    return notebooks_folder() / "examples" / _EXAMPLE


def example_ring_settings() -> Path:
    """The same for a key ring."""
    return notebooks_folder() / "examples" / _RING_EXAMPLE


def example_ring_listing() -> Path:
    """What RACDCERT shows of the ring that those settings name."""
    return notebooks_folder() / "examples" / _RING_LISTING
