"""What Zowe's gateway says of a service in each verify mode, before and after its authority is trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..model import CertificateFacts
from ..trust.java_certificate import called
from ..trust.java_host import java_host_problem
from ..trust.java_path import java_handshake_verdict
from ..trust.proofs import Proofs
from ..trust.verdict import Mode, Verdict
from .presented import Presented

__all__ = ["ModeOutcome", "mode_outcomes", "own_certificate_told"]

_NOT_VERIFIED = "not verified in this mode"


@dataclass(frozen=True)
class ModeOutcome:
    """The gateway's verdict on a service in one mode. ``now`` says whether it is the mode in which Zowe runs."""

    service: str
    mode: Mode
    before: Verdict
    after: Verdict
    now: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "mode": str(self.mode),
            "in_force": self.now,
            "before": self.before.word,
            "before_reason": self.before.reason,
            "after": self.after.word,
            "after_reason": self.after.reason,
        }


def mode_outcomes(
    service: Presented,
    before: Sequence[CertificateFacts],
    added: Sequence[CertificateFacts],
    *,
    at: dt.datetime,
    current: Mode | None = None,
    proofs: Proofs | None = None,
) -> tuple[ModeOutcome, ...]:
    """One row for each mode.

    Args:
        before: what the trust store holds.
        added: what it gets.
        at: the moment of the judgement, in UTC.
        current: the mode in which Zowe runs, None where that is not known.
    """
    proofs = proofs or Proofs()
    then = java_handshake_verdict(service.chain, before, at=at, proofs=proofs)
    later = java_handshake_verdict(service.chain, (*before, *added), at=at, proofs=proofs)
    return tuple(
        ModeOutcome(
            service.name, mode, _in_mode(then, service, mode), _in_mode(later, service, mode), now=mode is current
        )
        for mode in Mode
    )


def _in_mode(chain: Verdict, service: Presented, mode: Mode) -> Verdict:
    if mode is Mode.DISABLED:
        reason = _NOT_VERIFIED if chain.accepted else f"{_NOT_VERIFIED}; strictly: {chain.reason}"
        return Verdict(accepted=True, reason=reason, path=chain.path)
    if mode is Mode.NONSTRICT or not chain.accepted:
        return chain
    if not service.host:
        return replace(chain, reason="if Zowe calls it by a name of its certificate")
    leaf = service.chain[0]
    return chain.under_a_name(java_host_problem(leaf, service.host), leaf.sha256)


def own_certificate_told(service: Presented, own: CertificateFacts | None) -> str:
    """What can be said of the other direction: whether the server would take Zowe's certificate; nothing for a file."""
    if service.is_file:
        return ""
    if service.asks is None:
        return "Whether it asks for a client certificate could not be seen."
    if not service.asks:
        return "It does not ask for a client certificate."
    shown = f"{called(own)}, signed by {called(replace(own, subject=own.issuer))}" if own else "one"
    return (
        f"It asks for a client certificate, and Zowe would show {shown}. Whether it takes that is unknown here: its "
        "own trust decides. Ask its owner to trust that authority."
    )
