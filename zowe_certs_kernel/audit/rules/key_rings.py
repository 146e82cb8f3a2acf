"""Key rings: the address and the label that Zowe is told, and what the listing shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ...errors import SettingsError
from ...keyring.comparison import ToldOfRing, compare_ring
from ...keyring.ring_view import ring_of
from ...model import Finding
from ...names import parse_address
from ...secret import PUBLISHED_PASSWORD, Secret
from ...zowe.settings import read_settings
from ..catalogue import Profile
from ..registry import of_all
from ..subjects import Audited

__all__: list[str] = []

_ADDRESS = re.compile(r"(safkeyring(?:jce|jcecca|jcehybrid)?):(/+)([^/,&;]+)/([^/,&;]+)")
_TYPES = {
    "safkeyringjce": "JCERACFKS",
    "safkeyringjcecca": "JCECCARACFKS",
    "safkeyringjcehybrid": "JCEHYBRIDRACFKS",
}
_ROOM_FOR_AUTHORITIES = 2  # the symbols ITRMZWCA and ROOTZWCA
_NATIONAL = re.compile(r"[#@$]")


def _told(audit: Audited) -> Iterator[tuple[str, str, str, str]]:
    """Source, variable, address and type of each key ring that a zowe-certificates.env names."""
    for directory in audit.scene.directories:
        told = directory.environment
        for variable, address in (("KEYSTORE", told.keystore), ("TRUSTSTORE", told.truststore)):
            if directory.ring and address:
                yield told.source, variable, address, told.keystore_type.upper()


def _right(audit: Audited, source: str) -> str:
    told = next(one.environment for one in audit.scene.directories if one.environment.source == source)
    slashes = "//" if audit.profile is Profile.V3 else "////"
    return f"safkeyring:{slashes}{told.keyring_owner or 'OWNER'}/{told.keyring_name or 'RING'}"


@of_all("ZC-KR-01", "ZC-KR-02", "ZC-KR-05")
def address(audit: Audited) -> Iterator[Finding]:
    wanted = 2 if audit.profile is Profile.V3 else 4
    for source, variable, url, kind in _told(audit):
        found, right = _ADDRESS.fullmatch(url), _right(audit, source)
        if found is None or len(found[2]) not in {2, 4}:
            yield audit.finding("ZC-KR-01", source, variable=variable, url=url, right=right)
        elif _disagree(found[1], kind, audit.profile):
            yield audit.finding("ZC-KR-05", source, variable=variable, url=url, type=kind)
        elif found[1] == "safkeyring" and len(found[2]) != wanted:
            yield audit.finding("ZC-KR-02", source, variable=variable, url=url, count=str(len(found[2])), right=right)


def _disagree(scheme: str, kind: str, profile: Profile) -> bool:
    """Whether Java finds no provider: before Zowe 3 only the plain scheme is taken."""
    if scheme in _TYPES:
        return profile is not Profile.V3 or kind != _TYPES[scheme]
    return not kind.startswith("JCE")


@of_all("ZC-KR-03")
def password(audit: Audited) -> Iterator[Finding]:
    for directory in audit.scene.directories:
        told = directory.environment
        if directory.ring and told.keystore_password != Secret(PUBLISHED_PASSWORD):
            yield audit.finding("ZC-KR-03", told.source, told="another word" if told.keystore_password else "empty")


@of_all("ZC-KR-04")
def label(audit: Audited) -> Iterator[Finding]:
    for directory in audit.scene.directories:
        told = directory.environment
        if directory.ring and ("&" in told.key_alias or "/" in told.key_alias):
            yield audit.finding("ZC-KR-04", told.source, alias=told.key_alias)


@of_all("ZC-KR-10")
def national_characters(audit: Audited) -> Iterator[Finding]:
    for directory in audit.scene.directories:
        if _NATIONAL.search(directory.ring):
            yield audit.finding("ZC-KR-10", directory.environment.source, ring=directory.ring)


@of_all("ZC-SAN-10", "ZC-KR-09")
def more_than_a_job_takes(audit: Audited) -> Iterator[Finding]:
    """What settings ask of a job of ZWEKRING; of a ring that is listed, the listing tells what came of it."""
    for file in audit.scene.setup_files:
        if not file.ring or file.ring in audit.rows.rings:
            continue
        addresses = [host for host in file.hosts if parse_address(host) is not None]
        names = [host for host in file.hosts if host not in addresses]
        if len(names) > 1 or len(addresses) > 1:
            told = ", ".join(names) or "no name"
            yield audit.finding("ZC-SAN-10", file.source, names=told, addresses=", ".join(addresses) or "no address")
        with suppress(SettingsError):  # what cannot be used of it is told where it is used
            listed = read_settings([Path(file.source)]).external_certificate_authorities
            if len(listed) > _ROOM_FOR_AUTHORITIES:
                yield audit.finding("ZC-KR-09", file.source, count=str(len(listed)))


@of_all("ZC-KR-04", "ZC-KR-06", "ZC-KR-07", "ZC-KR-08", "ZC-KR-13", "ZC-KR-14", "ZC-JWT-01")
def listed(audit: Audited) -> Iterator[Finding]:
    """Each ring that is named by settings or a directory, as its listing shows it; without any listing none."""
    scene = audit.scene
    stores = [store for store in scene.stores if any(entry.place for entry in store.entries)]
    told: dict[tuple[str, str], ToldOfRing] = {}
    for file in scene.setup_files if stores else ():
        if file.ring:
            with suppress(SettingsError):  # what cannot be used of it is told where it is used
                one = ToldOfRing.by_settings(read_settings([Path(file.source)]))
                told.setdefault((file.ring, one.label), one)
    for directory in scene.directories if stores else ():
        if directory.ring and "&" not in directory.environment.key_alias:
            one = ToldOfRing.by_environment(directory.environment, tuple(audit.hosts))
            told.setdefault((directory.ring, one.label), one)
    for (ring, _), one in told.items():
        owner, _, name = ring.partition("/")
        yield from compare_ring(one, ring_of(stores, owner, name), at=audit.at)
