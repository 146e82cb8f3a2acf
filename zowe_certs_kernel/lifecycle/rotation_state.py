"""How far the rotation of the local authority has come, read from the directory; and who has what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from ..errors import UsageError
from ..model import CertificateFacts, EntryKind
from ..setup.authority import CA_ALIAS
from .renewal import signed_by
from .working_set import WorkingSet

__all__ = ["NEXT", "NEXT_CERTIFICATE", "PREVIOUS", "Phase", "RotationState", "RotationStep", "rotation_state"]

NEXT, PREVIOUS = f"{CA_ALIAS}-next", f"{CA_ALIAS}-previous"
NEXT_CERTIFICATE = PurePosixPath(f"local_ca/{NEXT}.cer")


class Phase(StrEnum):
    """How far a rotation has come."""

    NOT_BEGUN = "not begun"
    BEGUN = "begun"
    SWITCHED = "switched"


@dataclass(frozen=True)
class RotationStep:
    """One step of the order of work; ``done`` is None where nothing here tells."""

    title: str
    who: str
    what: str
    done: bool | None

    def as_dict(self) -> dict[str, Any]:
        return {"title": self.title, "who": self.who, "what": self.what, "done": self.done}


@dataclass(frozen=True)
class RotationState:
    """The authorities that take part; ``signed_by_previous`` are the keys that keep the old one from leaving."""

    phase: Phase
    current: CertificateFacts
    next: CertificateFacts | None
    previous: CertificateFacts | None
    signed_by_previous: tuple[str, ...]

    @property
    def steps(self) -> tuple[RotationStep, ...]:
        """The order of work from the first step to the last."""
        return tuple(_steps(self))

    def as_dict(self) -> dict[str, Any]:
        def sha256(facts: CertificateFacts | None) -> str | None:
            return facts.sha256 if facts else None

        return {
            "phase": self.phase.name.lower(),
            "current": sha256(self.current),
            "next": sha256(self.next),
            "previous": sha256(self.previous),
            "signed_by_previous": list(self.signed_by_previous),
            "steps": [step.as_dict() for step in self.steps],
        }


def rotation_state(working: WorkingSet) -> RotationState:
    """Read from the trust store alone; no other file keeps it.

    Raises:
        UsageError: the directory has no local authority.
    """
    trusted = {
        entry.alias.lower(): entry.chain[0]
        for entry in working.truststore.entries
        if entry.kind is EntryKind.TRUSTED_CERTIFICATE and entry.chain
    }
    if CA_ALIAS not in trusted:
        msg = f"{working.truststore_path} has no local authority (alias {CA_ALIAS}) that could be rotated"
        raise UsageError(msg)
    current, coming, previous = (trusted.get(alias) for alias in (CA_ALIAS, NEXT, PREVIOUS))
    assert current  # noqa: S101  # it is there
    phase = Phase.SWITCHED if previous else Phase.BEGUN if coming else Phase.NOT_BEGUN
    held = tuple(entry.alias for entry in signed_by(working, previous)) if previous else ()
    return RotationState(phase, current, coming, previous, held)


def _steps(state: RotationState) -> Iterator[RotationStep]:
    begun, switched = state.phase is not Phase.NOT_BEGUN, state.phase is Phase.SWITCHED
    new = f"{NEXT}.cer" if not switched else f"{CA_ALIAS}.cer"
    yield RotationStep(
        "Begin: make the next authority and trust it",
        "you",
        "zowe-certs rotate-ca DIRECTORY begin; upload it, not its authority's keystores, restart Zowe; until the "
        "switch, zowe-certs rotate-ca DIRECTORY cancel takes it back",
        begun,
    )
    yield RotationStep(
        "Let everybody trust both authorities",
        "those who run clients, other Zowe sets, z/OSMF and services behind Zowe",
        f"import {new} beside the old authority: browsers and desktops, Zowe CLI, trust stores of other Zowe sets and "
        "of programs, and the key ring of z/OSMF where it checks Zowe's client certificate; ask each for a yes",
        None if switched else False,
    )
    yield RotationStep(
        "Switch: let the next authority sign all certificates",
        "you",
        "zowe-certs rotate-ca DIRECTORY switch; upload it, not its authority's keystores, restart Zowe; "
        "certificates by the old and by the new authority work beside each other",
        switched,
    )
    yield RotationStep(
        "Look who still uses the old authority",
        "you, with those who run the other sets",
        "renew what the old authority signed elsewhere; no server may show such a certificate any more",
        False,
    )
    yield RotationStep(
        "Finish: trust the old authority no longer",
        "you, and then everybody who imported it",
        "zowe-certs rotate-ca DIRECTORY finish; upload it, not its authority's keystores, restart Zowe; "
        "clients delete the old one",
        False,
    )
