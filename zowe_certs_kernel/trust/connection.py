"""A connection between two programs: whose certificate encrypts it, and what its ends say of each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..model import CertificateFacts, iso
from .verdict import Mode, Role, Verdict

__all__ = ["Connection", "Owner"]


class Owner(StrEnum):
    """Whose certificate encrypts a connection."""

    ZOWE = "zowe"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Connection:
    """One client that calls one server by one name.

    Attributes:
        scene_set: the name of the ZoweSet to which it belongs.
        client, server: programs, such as ``Web browser`` and ``API Gateway``; ``client_id`` and ``server_id`` tell
            those of several sets apart.
        host: the name or address that the client asks for.
        mode: how Zowe verifies; clients outside judge for themselves.
        verdict: what they say of each other; not to be believed where ``known`` is false.
        known: whether there was enough to judge by. Of a listing of RACF nothing can be proved.
        shown: the server's own certificate, None where it is not known.
        role: the judge.
    """

    scene_set: str
    client: str
    server: str
    host: str
    owner: Owner
    mode: Mode
    verdict: Verdict
    role: Role
    shown: CertificateFacts | None = None
    known: bool = True
    client_id: str = ""
    server_id: str = ""

    @property
    def word(self) -> str:
        """``accepted``, ``refused`` or ``unknown``."""
        return self.verdict.word if self.known else "unknown"

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by in two scenes."""
        return self.client_id, self.server_id, self.host

    @property
    def sentence(self) -> str:
        """All of it."""
        shown = f", which shows {self.shown.common_name} (until {self.shown.end_day})" if self.shown else ""
        why = f": {self.verdict.reason}" if self.verdict.reason else ""
        return f"{self.client} calls {self.server} as {self.host or 'a name not known'}{shown}: {self.word}{why}"

    def as_dict(self) -> dict[str, Any]:
        """One of the ``connections`` of the JSON."""
        return {
            "set": self.scene_set,
            "client": self.client,
            "server": self.server,
            "host": self.host,
            "owner": str(self.owner),
            "mode": str(self.mode),
            "role": str(self.role),
            "verdict": self.word,
            "reason": self.verdict.reason,
            "at_fault": self.verdict.at_fault,
            "path": list(self.verdict.path),
            "certificate": self.shown.sha256 if self.shown else None,
            "ends": iso(self.shown.not_after) if self.shown and self.shown.not_after else None,
        }
