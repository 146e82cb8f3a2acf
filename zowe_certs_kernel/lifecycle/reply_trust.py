"""Whom a reply asks Zowe to trust that it does not trust yet: somebody has to say that it is the right one.

A request is no secret, so that anybody can sign it; only the fingerprint of the root, compared by another way,
tells the CA team's reply from another one.
"""

from __future__ import annotations

from ..services.presented import ServiceAnchor
from .reply import ReplyPlan

__all__ = ["root_to_confirm"]


def root_to_confirm(plan: ReplyPlan) -> tuple[ServiceAnchor, ...]:
    """The end of the reply's chain, unless the directory trusts it already or there is none to bring it into."""
    if plan.working is None:
        return ()
    root = plan.chain[-1]
    known = {entry.chain[0].sha256 for entry in plan.working.truststore.entries if entry.chain}
    return () if root.sha256 in known else (ServiceAnchor("", root, "the root of the reply"),)
