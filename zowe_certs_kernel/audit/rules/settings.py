"""What Zowe is told: how it verifies, names that no release reads, passwords that lie open, instances."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ...errors import SettingsError
from ...lifecycle.instances import check_instance
from ...model import Finding
from ...secret import PUBLISHED_PASSWORD, Secret
from ...trust.verdict import Mode
from ...zowe.env_file import read_env_file
from ...zowe.settings import read_settings
from ..catalogue import Profile
from ..registry import of_all, of_key, of_set
from ..subjects import Audited, KeyUse, SetUse
from .keystores import open_mode

__all__ = ["made_without_verification", "trusts_only_its_own"]

_BY_ZOWE = ("read-keystore.sh", "validate-keystore-directory.sh")


@of_set("ZC-CFG-02")
def not_verified(use: SetUse) -> Iterator[Finding]:
    if use.directory and use.of.mode is not Mode.STRICT:
        yield use.finding("ZC-CFG-02", use.directory.environment.source, mode=str(use.of.mode))


def trusts_only_its_own(use: SetUse) -> bool:
    """Whether nobody but its own authority is in the trust store, and so nothing of z/OSMF."""
    own = {facts.identity for key in use.keys for facts in use.audit.path_of(key.leaf)}
    anchors = use.of.anchors
    return bool(use.keys and use.of.truststore and anchors) and all(facts.identity in own for facts in anchors)


def made_without_verification(use: SetUse) -> str:
    """The settings file of a directory that verifies, where that was written to verify nothing."""
    if use.directory is None or use.of.ring or use.of.mode is Mode.DISABLED:
        return ""
    places = {use.directory.written, str(use.directory.folder)}
    files = use.audit.scene.setup_files
    return next(
        (one.source for one in files if one.mode is Mode.DISABLED and str(one.keystore_directory) in places), ""
    )


@of_set("ZC-CFG-03")
def verified_since(use: SetUse) -> Iterator[Finding]:
    settings = made_without_verification(use)
    if settings and use.directory and trusts_only_its_own(use):
        yield use.finding(
            "ZC-CFG-03",
            use.directory.environment.source,
            settings=settings,
            before=str(Mode.DISABLED),
            now=str(use.of.mode),
        )


@of_key("ZC-CFG-06")
def component_of_its_own(key: KeyUse) -> Iterator[Finding]:
    if key.component and key.use.of.entry and key.leaf.identity != key.use.of.entry.chain[0].identity:
        yield key.finding("ZC-CFG-06", component=key.component)


@of_all("ZC-CFG-07")
def password_lies_open(audit: Audited) -> Iterator[Finding]:
    files = [one.environment.source for one in audit.scene.directories if not one.ring]
    files += [one.source for one in audit.scene.setup_files if not one.ring and _has_password(one.source)]
    for source in dict.fromkeys(files):
        mode = open_mode(source)
        if mode & stat.S_IROTH:
            yield audit.finding("ZC-CFG-07", source, mode=f"{mode:o}")


def _has_password(source: str) -> bool:
    """Whether a settings file has a password that is not in every example."""
    with suppress(SettingsError):
        written = Secret(read_env_file(Path(source), lenient=True).get("KEYSTORE_PASSWORD"))
        return bool(written) and written != Secret(PUBLISHED_PASSWORD)
    return False


@of_all("ZC-CFG-08")
def not_read(audit: Audited) -> Iterator[Finding]:
    for file in audit.scene.setup_files if audit.profile is Profile.V1 else ():
        with suppress(SettingsError):  # what cannot be used of it is told where it is used
            unknown = read_settings([Path(file.source)]).unknown
            if unknown:
                yield audit.finding("ZC-CFG-08", file.source, names=", ".join(unknown))


@of_all("ZC-INS-01")
def instance_would_not_start(audit: Audited) -> Iterator[Finding]:
    for instance in audit.scene.instances:
        found = audit.scene.of_instance.get(instance.source)
        with suppress(SettingsError):
            for one in check_instance(Path(instance.source), found.folder if found else None).checks:
                # What its directory lacks is told of the directory.
                if one.answer == "fails" and (one.by in _BY_ZOWE or "whole path" in one.asks):
                    folder = str(Path(instance.source).parent)
                    yield audit.finding(
                        "ZC-INS-01", instance.source, told=f"{instance.source}: {one.told}", folder=folder
                    )
