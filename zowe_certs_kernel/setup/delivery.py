"""How the directory gets from here to z/OS, file by file: transfer, tag, mode and owner.

On z/OS the script's text files are EBCDIC (IBM_JAVA_OPTIONS sets file.encoding to IBM-1047),
keytool's PEM files are ASCII, and the copies named ``-ebcdic`` are IBM-1047 already.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from .plan import FileKind, Plan

__all__ = ["Delivery", "delivery", "delivery_commands", "owner_commands"]

_TEXT = {FileKind.KEY, FileKind.ENVIRONMENT}
_TAGS = {
    FileKind.STORE: "binary",
    FileKind.CERTIFICATE: "ISO8859-1",
    FileKind.CERTIFICATE_EBCDIC: "IBM-1047",
    FileKind.KEY: "IBM-1047",
    FileKind.REQUEST: "ISO8859-1",
    FileKind.ENVIRONMENT: "IBM-1047",
}


@dataclass(frozen=True)
class Delivery:
    """One file's way to z/OS; ``transfer`` is ``binary`` or ``text`` (ASCII here, EBCDIC there)."""

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


def delivery(plan: Plan) -> tuple[Delivery, ...]:
    """A row for each file of the plan."""
    owner = f"{plan.settings.user_id}:{plan.settings.group_id}"
    return tuple(
        Delivery(file.path, "text" if file.kind in _TEXT else "binary", _TAGS[file.kind], plan.mode(file), owner)
        for file in plan.files
    )


def delivery_commands(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The commands of the delivery: shell on z/OS, then Zowe CLI here, then shell on z/OS again.

    Modes, tags and owners do not survive an upload, so the last part sets them.
    """
    there = plan.settings.keystore_directory
    rows = delivery(plan)
    folders = shlex.join([str(there), *(str(there / folder) for folder in plan.folders)])
    before = ("umask 077", f"mkdir -p {folders}")
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


def owner_commands(plan: Plan, folder: str) -> tuple[str, ...]:
    """The command that gives ``folder`` to Zowe's user and group."""
    owner = shlex.quote(f"{plan.settings.user_id}:{plan.settings.group_id}")
    return (f"chown -R {owner} {shlex.quote(folder)}",)
