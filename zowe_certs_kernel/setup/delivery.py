"""How the directory gets from here to z/OS, file by file: transfer, tag, mode and owner.

On z/OS the script's text files are EBCDIC (IBM_JAVA_OPTIONS sets file.encoding to IBM-1047),
keytool's PEM files are ASCII, and the copies named ``-ebcdic`` are IBM-1047 already.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from ..zowe.settings import CertificateSettings
from .plan import CA_STORE, FileKind, PlannedFile

__all__ = ["STAYS", "Deliverable", "Delivery", "delivery", "delivery_commands", "owner_commands"]

STAYS = "stays here"
_TEXT = {FileKind.KEY, FileKind.ENVIRONMENT}
_TAGS = {
    FileKind.STORE: "binary",
    FileKind.CERTIFICATE: "ISO8859-1",
    FileKind.CERTIFICATE_EBCDIC: "IBM-1047",
    FileKind.KEY: "IBM-1047",
    FileKind.REQUEST: "ISO8859-1",
    FileKind.ENVIRONMENT: "IBM-1047",
}


class Deliverable(Protocol):
    """A planned KEYSTORE_DIRECTORY, with certificates in files or beside a key ring."""

    @property
    def settings(self) -> CertificateSettings: ...
    @property
    def directory(self) -> Path: ...
    @property
    def as_zowe(self) -> bool: ...
    @property
    def files(self) -> tuple[PlannedFile, ...]: ...
    @property
    def folder_mode(self) -> int: ...
    def mode(self, file: PlannedFile) -> int: ...


@dataclass(frozen=True)
class Delivery:
    """One file's way to z/OS; ``transfer`` is ``binary``, ``text`` (ASCII here, EBCDIC there) or ``stays here``."""

    path: PurePosixPath
    transfer: str
    tag: str
    mode: int
    owner: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "transfer": self.transfer,
            "tag": self.tag,
            "mode": f"{self.mode:04o}",
            "owner": self.owner,
        }


def delivery(plan: Deliverable) -> tuple[Delivery, ...]:
    """A row for each file of the plan."""
    owner = f"{plan.settings.user_id}:{plan.settings.group_id}"
    return tuple(
        Delivery(file.path, _transfer(plan, file), _TAGS[file.kind], plan.mode(file), owner) for file in plan.files
    )


def _transfer(plan: Deliverable, file: PlannedFile) -> str:
    """Zowe never reads the authority's key; with it, Zowe's user id could issue certificates."""
    if file.path == CA_STORE and not plan.as_zowe:
        return STAYS
    return "text" if file.kind in _TEXT else "binary"


def delivery_commands(plan: Deliverable) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The commands of the delivery: shell on z/OS, then Zowe CLI here, then shell on z/OS again.

    Modes, tags and owners do not survive an upload, so the last part sets them.
    """
    there = plan.settings.keystore_directory
    rows = delivery(plan)
    rows = tuple(row for row in rows if row.transfer != STAYS)
    inner = sorted({row.path.parent for row in rows} - {PurePosixPath(".")})
    folders = shlex.join([str(there), *(str(there / folder) for folder in inner)])
    before = (f"mkdir -p {shlex.quote(str(there.parent))}", "umask 077", f"mkdir -p {folders}")
    uploads = tuple(
        "zowe zos-files upload file-to-uss "
        + shlex.join([(plan.directory / row.path).as_posix(), str(there / row.path)])
        + (" --binary" if row.transfer == "binary" else "")
        for row in rows
    )
    after = []
    for tag in dict.fromkeys(row.tag for row in rows):
        flag = "-b" if tag == "binary" else f"-tc {tag}"
        after.append(f"chtag {flag} " + shlex.join(str(there / row.path) for row in rows if row.tag == tag))
    after.append(f"chmod {plan.folder_mode:o} {folders}")
    for mode in dict.fromkeys(row.mode for row in rows):
        after.append(f"chmod {mode:o} " + shlex.join(str(there / row.path) for row in rows if row.mode == mode))
    return before, uploads, (*after, *owner_commands(plan, str(there)))


def owner_commands(plan: Deliverable, folder: str) -> tuple[str, ...]:
    """The command that gives ``folder`` to Zowe's user and group."""
    owner = shlex.quote(f"{plan.settings.user_id}:{plan.settings.group_id}")
    return (f"chown -R {owner} {shlex.quote(folder)}",)
