"""The way back from a rotation that has begun and not switched: the next authority is taken out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..errors import UsageError
from .rotation_plan import NEXT_STORE, RotationPlan
from .rotation_state import NEXT_CERTIFICATE, Phase, rotation_state
from .working_set import WorkingSet

__all__ = ["plan_cancel"]


def plan_cancel(working: WorkingSet, *, at: dt.datetime | None = None) -> RotationPlan:
    """Plan to take the next authority out of trust store and PEM list, its files in the directory with it.

    Raises:
        UsageError: no rotation has begun, or it has switched already; says how to go back then.
    """
    at = (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    state = rotation_state(working)
    if state.phase is Phase.NOT_BEGUN:
        msg = f"the rotation of {working.directory} has not begun: there is nothing to cancel"
        raise UsageError(msg)
    if state.next is None:
        msg = f"the rotation of {working.directory} has switched already: “{state.current.common_name}” has signed its "
        msg += "certificates. To go back, give the dated copy from before the switch its name again; or finish, and "
        raise UsageError(msg + "rotate to another authority")
    title = f"Cancel: “{state.next.common_name}” is trusted no longer"
    return RotationPlan(
        working, "cancel", title, at, state, authority=state.next, notes=tuple(_notes(working, state.next.common_name))
    )


def _notes(working: WorkingSet, name: str) -> Iterator[str]:
    if (working.directory / NEXT_STORE).is_file():
        yield f"The private key of “{name}” leaves the directory; it is in the dated copy"
    else:
        yield (
            f"The store of “{name}” is not in the directory and stays where it is. The next rotate-ca begin with the "
            "same --ca-store (ca_store) takes it again; where no other set uses it, it can be deleted"
        )
    yield f"Whoever has imported {NEXT_CERTIFICATE.name} can delete it"
    yield "Keys and certificates of Zowe's servers stay as they are"
