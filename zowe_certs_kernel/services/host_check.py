"""Whether a server may be called by a name: by RFC 6125 and 9525, as Java has it, and as Zowe's own script has it."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import Any

from ..model import CertificateFacts
from ..trust.host_names import rfc_host_problem
from ..trust.java_host import java_host_problem
from ..trust.name_constraints import shown_names

__all__ = ["HostCheck", "host_checks", "script_host_problem"]

_COMMON_NAME = re.compile(r"(?:^|[,+])CN=([^,=:]*)")
_LONGEST = 253  # a host name (RFC 1035, section 3.1); a longer pattern matches none, and costs


@dataclass(frozen=True)
class HostCheck:
    """What ``judge`` says of a name; ``problem`` is empty where it takes it."""

    judge: str
    host: str
    problem: str

    @property
    def word(self) -> str:
        return "refused" if self.problem else "accepted"

    def as_dict(self) -> dict[str, Any]:
        return {"judge": self.judge, "host": self.host, "verdict": self.word, "reason": self.problem}


def host_checks(leaf: CertificateFacts, host: str) -> tuple[HostCheck, ...]:
    """The verdict of each judge on a server's certificate under the name by which it is called."""
    return (
        HostCheck("RFC 6125 and 9525, as browsers", host, rfc_host_problem(leaf, host)),
        HostCheck("Java, as Zowe's gateway", host, java_host_problem(leaf, host)),
        HostCheck("Zowe's set-up script since 1.21", host, script_host_problem(leaf, host)),
    )


def script_host_problem(facts: CertificateFacts, host: str) -> str:
    """Why Zowe's script refuses the name, or nothing (bin/apiml_cm.sh since 1.21, strict mode).

    The CN comes first, then each DNS name, each as a pattern of the shell in which ``*`` spans dots, upper and lower
    case alike. Addresses are not looked at, and without a CN or a DNS name it gives up.
    """
    found = _COMMON_NAME.search(facts.subject)
    if found is None or not found[1]:
        return "the certificate has no CN, and Zowe's script gives up there"
    if _matches(found[1], host):
        return ""
    names = [name.partition(":")[2] for name in facts.san if name.startswith("dns:")]
    if not names:
        return f"{shown_names([host])} is not the certificate's CN {shown_names([found[1]])}, and it has no DNS names"
    if any(_matches(name, host) for name in names):
        return ""
    return f"{shown_names([host])} is neither the CN {shown_names([found[1]])} nor a DNS name ({shown_names(names)})"


def _matches(pattern: str, host: str) -> bool:
    return len(pattern) <= _LONGEST and fnmatch.fnmatchcase(host.lower(), pattern.strip().lower())
