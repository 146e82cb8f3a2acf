"""The local authority of a plan: found in a store outside, or to be made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path, PurePosixPath

from ..errors import UsageError
from ..model import EntryKind
from ..secret import PUBLISHED_CA_PASSWORD, Secret
from ..stores import Profile
from ..zowe.check import password_problem
from ..zowe.settings import CertificateSettings
from .authority import CA_ALIAS, FoundAuthority, find_authority
from .plan import CA_STORE, PlannedEntry, PlannedStore

__all__ = ["authority_outside", "authority_store", "refuse_idle_authority"]


def refuse_idle_authority(file: Path | None, password: Secret | None) -> None:
    """Refuse a store or password for an authority that would sign nothing.

    Raises:
        UsageError: there is one.
    """
    if file is not None or password is not None:
        msg = (
            "no local authority is needed, for every certificate comes from a file: leave out its store and password "
            "(--ca-store and --ca-password-from, in a notebook ca_store and ca_password_from)"
        )
        raise UsageError(msg)


def authority_outside(
    settings: CertificateSettings,
    directory: Path,
    file: Path | None,
    password: Secret | None,
    *,
    as_zowe: bool,
    at: dt.datetime,
) -> FoundAuthority | None:
    """The authority in the store outside, if it is there already."""
    if as_zowe and (file or password is not None):
        msg = "Zowe's own script keeps no authority apart; leave out --as-zowe (as_zowe), or its store and password"
        raise UsageError(msg)
    if file is None:
        return None
    if _real(file).is_relative_to(_real(directory)):
        msg = f"the authority's store {file} lies in the directory that is made, and goes with it; copy it elsewhere"
        raise UsageError(msg)
    passwords = [password] if password is not None else [settings.keystore_password, Secret(PUBLISHED_CA_PASSWORD)]
    return find_authority(file, passwords, at=at)


def _real(path: Path) -> Path:
    """Where a path leads; links that lead nowhere are told when the file is opened."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return path.absolute()


def authority_store(
    settings: CertificateSettings,
    file: Path | None,
    found: FoundAuthority | None,
    password: Secret | None,
    *,
    as_zowe: bool,
) -> PlannedStore:
    """The store in which the authority's key is kept."""
    own_password = as_zowe or file is not None or password is not None
    if found:
        password = found.password
    elif as_zowe:
        password = Secret(PUBLISHED_CA_PASSWORD)
    elif password is not None and (why := password_problem(password)):
        msg = f"the password of the authority's store {why}"
        raise UsageError(msg)
    return PlannedStore(
        PurePosixPath(file.as_posix()) if file else CA_STORE,
        (PlannedEntry(found.alias if found else CA_ALIAS, CA_ALIAS, EntryKind.PRIVATE_KEY),),
        settings.keystore_password if password is None else password,
        Profile(settings.profile.protection) if as_zowe else Profile.MODERN,
        settings.profile.rounds,
        password_variable="ZOWE_CA_PASSWORD" if own_password else "ZOWE_KEYSTORE_PASSWORD",
    )
