"""z/OSMF and other servers that Zowe calls: what they show, which authority to trust, and what that changes."""

from __future__ import annotations

from .presented import Presented, ServiceAnchor, Zosmf

__all__ = ["Presented", "ServiceAnchor", "Zosmf"]
