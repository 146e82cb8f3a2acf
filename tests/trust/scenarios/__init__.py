"""Certificate chains with ground truth from elsewhere: Java, OpenSSL and Node are asked what they say of each.

``SCENARIOS`` holds a function for each name, ``all_scenarios()`` makes them all, in about a second.
"""

from __future__ import annotations

from tests.trust.scenarios import (
    algorithms,
    authorities,
    constraints,
    crossings,
    dates_and_uses,
    limits,
    names,
    odd,
    paths,
    trust_stores,
)
from tests.trust.scenarios.scenario import PASSWORD, SCENARIOS, Scenario, all_scenarios, facts_of

MODULES = (paths, crossings, authorities, dates_and_uses, names, constraints, limits, algorithms, odd, trust_stores)

__all__ = ["MODULES", "PASSWORD", "SCENARIOS", "Scenario", "all_scenarios", "facts_of"]
