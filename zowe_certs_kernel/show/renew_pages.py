"""What people see of lifetimes, renewals and the rotation of an authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..lifecycle.change import Changed
from ..lifecycle.outlook import ExpiryRow, Outlook
from ..lifecycle.renewal import RenewalPlan
from ..lifecycle.rotation_plan import RotationPlan
from ..lifecycle.rotation_state import Phase, RotationState
from ..lifecycle.signing import RenewalRow
from .change_pages import changed_blocks
from .lifetimes import Lifetime, draw_lifetimes
from .page import Block, Figure, Page, Table, Text

__all__ = [
    "outlook_page",
    "renewal_page",
    "rotation_page",
    "state_page",
]

_SOON = dt.timedelta(days=60)
_STATES = {True: "done", False: "to do", None: "not known here"}


def outlook_page(outlook: Outlook, saved: Path | None = None) -> Page[Outlook]:
    """The picture of lifetimes, saved too where a file is named, the same as a table, and the order of work."""
    picture = draw_lifetimes([_lifetime(row, outlook.at) for row in outlook.rows], at=outlook.at)
    if saved:
        picture.save(saved)
    rows = [(row.what, f"{row.ends:%Y-%m-%d}\n{_left(row)}", _places(row), row.consequence) for row in outlook.rows]
    blocks: list[Block] = [Figure(picture)]
    blocks.append(Table("What ends when", ("Certificate", "Ends", "Where", "What then"), rows, frozenset({2})))
    work = [(f"{step.by:%Y-%m-%d}", step.title, step.why) for step in outlook.steps]
    if work:
        blocks.append(Table("Order of work", ("By", "What to do", "Why"), work, frozenset()))
    else:
        blocks.append(Text("Nothing is to be done for now.", good=True))
    return Page(outlook, blocks)


def _left(row: ExpiryRow) -> str:
    days = abs(row.days_left)
    return f"ended {days} days ago" if row.days_left < 0 else f"in {days} days"


def _places(row: ExpiryRow) -> str:
    return "\n".join(f"{PurePosixPath(store.replace(chr(92), '/')).name}: {alias}" for store, alias in row.places)


def _lifetime(row: ExpiryRow, at: dt.datetime) -> Lifetime:
    ended = not row.begins <= at <= row.ends
    state = "ended" if ended else "soon" if row.ends - at < _SOON else "ok"
    return Lifetime(row.what, _places(row).replace("\n", ", "), row.begins, row.ends, _left(row), state)


def renewal_page(plan: RenewalPlan, changed: Changed | None = None) -> Page[RenewalPlan]:
    """Each certificate's old and new end."""
    authority = plan.authority.certificate
    told = f"by “{authority.common_name}”, which ends on {authority.end_day}"
    count = f"{len(plan.rows)} certificate{'' if len(plan.rows) == 1 else 's'}"
    verdict = (
        Text(f"Renewed: {count}, {told}.", good=True)
        if changed
        else Text(f"To be renewed: {count}, {told}; nothing was written.")
    )
    notes = [] if changed else [Text(f"{note}.") for note in plan.notes]
    return Page(plan, [verdict, _renewals(plan.rows), *notes, *(changed_blocks(changed) if changed else ())])


def _renewals(rows: Sequence[RenewalRow]) -> Table:
    shown = [
        (row.alias, row.facts.common_name, f"{row.old_end:%Y-%m-%d}", f"{row.new_end:%Y-%m-%d}", _key(row), row.why)
        for row in rows
    ]
    return Table("Renewal", ("Alias", "Certificate", "Until now", "New end", "Key", "Why"), shown)


def _key(row: RenewalRow) -> str:
    return "the same" if row.same_key else f"new, {row.key_type}"


def state_page(state: RotationState) -> Page[RotationState]:
    """Where a rotation stands and who has to do what."""
    rows = [(step.title, step.who, step.what, _STATES[step.done]) for step in state.steps]
    blocks: list[Block] = [
        Text(f"The authority is “{state.current.common_name}”, until {state.current.end_day}. {_phase(state)}"),
        Table("Order of work", ("Step", "Who", "What", "State"), rows, frozenset()),
    ]
    return Page(state, blocks)


def _phase(state: RotationState) -> str:
    if state.next:
        return f"“{state.next.common_name}” is trusted besides, and signs nothing yet."
    if state.previous:
        left = ", ".join(state.signed_by_previous)
        return f"“{state.previous.common_name}” is still trusted" + (f" and has signed {left}." if left else ".")
    return "No rotation has begun."


def rotation_page(
    plan: RotationPlan, changed: Changed | None = None, state: RotationState | None = None
) -> Page[RotationPlan]:
    """A step of the rotation, done or to come."""
    verdict = Text(f"{plan.title}.", good=True) if changed else Text(f"{plan.title}; nothing was written yet.")
    rows: list[Block] = [_renewals(plan.rows)] if plan.rows else []
    notes = [] if changed else [Text(f"{note}.") for note in plan.notes]
    after = [*(changed_blocks(changed) if changed else ()), *(_state_after(plan, state) if state else ())]
    return Page(plan, [verdict, *rows, *notes, *after])


def _state_after(plan: RotationPlan, state: RotationState) -> Sequence[Block]:
    """What is to be done next; after the last step nothing."""
    if state.phase is not Phase.NOT_BEGUN:
        return state_page(state).blocks
    told = "The rotation was taken back" if plan.step == "cancel" else "The rotation is finished"
    return [Text(f"{told}: the authority is “{state.current.common_name}”, until {state.current.end_day}.")]
