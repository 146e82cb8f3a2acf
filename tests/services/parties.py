"""The z/OSMF of the measurements: its authority, and the certificates that its stand-ins showed."""

from __future__ import annotations

from tests.trust.scenarios.builder import Party, ec_key, make, named

ROOT = make("zOSMF CertAuth", ca=True)
MATCH = make("zosmf-host", ROOT, names=["dns:localhost", "ip:127.0.0.1"])
MISMATCH = make("wrong.example.com", ROOT, names=["dns:wrong.example.com", "dns:other.example.com"])
CN_ONLY = make("localhost", ROOT, names=None)
IP_ONLY = make("zosmf-host", ROOT, names=["ip:127.0.0.1"])
GLOB = make("zosmf-host", ROOT, names=["dns:*ocal*"])
NO_CN = make(named(""), ROOT, names=["dns:localhost"])
SELF = make("localhost", names=["dns:localhost"], key=ec_key("self"))
EXPIRED = make("localhost", names=["dns:localhost"], key=ec_key("self"), days=(-60, -30))
EXPIRED_LEAF = make("expired", ROOT, names=["dns:localhost"], days=(-60, -30))
MIDDLE = make("zOSMF Intermediate", ROOT, ca=True)
BELOW = make("below", MIDDLE, names=["dns:localhost"])
OTHER_ROOT = make("Other Root", ca=True)
CROSSED = make(MIDDLE.subject, OTHER_ROOT, ca=True, key=MIDDLE.key)
ENDED_ROOT = make("Ended Root", ca=True, days=(-60, -30))
OF_ENDED = make("of ended", ENDED_ROOT, names=["dns:localhost"])
NAMESAKE = make("zOSMF CertAuth", ca=True, key=ec_key("somebody else"))


def make_odd() -> Party:
    """An authority whose name is markup."""
    return make("<script>alert(1)</script>\x1b[2J", ca=True)
