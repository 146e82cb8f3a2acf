"""A change that would have Java refuse what it accepts today is not made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ..errors import Refused
from ..model import Store
from ..trust.roles import roles_of
from ..trust.verdict import Mode, Role, Verdict
from .change import Change, Changed, apply_change, stores_after
from .signing import Progress, quiet

__all__ = ["apply_unless_refused", "new_refusals"]

_JAVA = {
    Role.JAVA_SERVER: "as a server",
    Role.JAVA_CLIENT: "as a client",
    Role.JAVA_MUTUAL_TLS: "at both ends of a connection",
}


def apply_unless_refused(change: Change, *, at: dt.datetime, progress: Progress = quiet) -> Changed:
    """Make a change after which Java accepts every key that it accepts now.

    Raises:
        Refused: it would refuse one; says which and why, and nothing was changed.
        WriteError: it cannot be written; nothing was changed.
    """
    progress("asking what Java will say")
    if refused := "; ".join(new_refusals(change, at)):
        msg = f"nothing was changed in {change.working.directory}, for Java accepts now what it would refuse then: "
        msg += f"{refused}. Mend that first, and run again"
        raise Refused(msg)
    return apply_change(change, now=at, progress=progress)


def new_refusals(change: Change, at: dt.datetime) -> Iterator[str]:
    """A sentence for each key that Java accepts in the stores as they are, and not as the change leaves them."""
    after = {key: one for key, one in _verdicts(*stores_after(change), at).items() if not one.accepted}
    before = _verdicts(change.working.keystore, change.working.truststore, at) if after else {}
    reasons: dict[tuple[str, str], list[str]] = {}
    for (alias, role), verdict in after.items():
        if (alias, role) in before and before[alias, role].accepted:
            reasons.setdefault((alias, verdict.reason), []).append(_JAVA[role])
    for (alias, reason), words in reasons.items():
        yield f"{alias} {', '.join(words)}: {reason}"


def _verdicts(keystore: Store, truststore: Store, at: dt.datetime) -> dict[tuple[str, Role], Verdict]:
    strict = [one for one in roles_of(keystore, truststore, at=at) if one.mode is Mode.STRICT and one.role in _JAVA]
    return {(one.alias.lower(), one.role): one.verdict for one in strict}
