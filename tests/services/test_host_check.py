"""Which names a server may be called by: ours by the RFCs, and Zowe's own script as it was seen to decide."""

from __future__ import annotations

import pytest

from tests.services import parties
from tests.services.servers import facts
from tests.trust.scenarios.builder import Party, make
from zowe_certs_kernel.services.host_check import host_checks, script_host_problem


@pytest.mark.parametrize(
    ("party", "host", "problem"),
    [
        (parties.MATCH, "localhost", ""),
        (parties.MATCH, "LOCALHOST", ""),
        (parties.MISMATCH, "localhost", "neither the CN wrong.example.com nor a DNS name"),
        (parties.CN_ONLY, "localhost", ""),
        (parties.GLOB, "localhost", ""),
        (parties.IP_ONLY, "localhost", "it has no DNS names"),
        (parties.MATCH, "127.0.0.1", "neither the CN"),
        (parties.NO_CN, "localhost", "has no CN"),
        (parties.SELF, "localhost", ""),
        (parties.EXPIRED, "localhost", ""),
        (make("*.example.com", names=None), "a.b.example.com", ""),
        (make("a:b", names=["dns:x.example.com"]), "a", ""),
        (make("[lm]ocalhost", names=["dns:x.example.com"]), "localhost", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_script_looks_at_the_cn_first_and_takes_patterns_of_the_shell(
    party: Party, host: str, problem: str
) -> None:
    """f-match, f-mismatch, f-cnonly, f-glob, f-iponly, f-match-ip, f-nocn, f-self and f-expired of 1.28.8."""
    found = script_host_problem(facts(party), host)
    assert problem in found
    assert bool(problem) == bool(found)


@pytest.mark.parametrize(
    ("party", "host", "words"),
    [
        (parties.MATCH, "localhost", ["accepted"] * 3),
        (parties.CN_ONLY, "localhost", ["refused", "accepted", "accepted"]),
        (parties.GLOB, "localhost", ["refused", "refused", "accepted"]),
        (parties.MATCH, "127.0.0.1", ["accepted", "accepted", "refused"]),
        (parties.MISMATCH, "localhost", ["refused"] * 3),
    ],
    ids=["match", "CN only", "glob", "address", "mismatch"],
)
def test_the_judges_differ(party: Party, host: str, words: list[str]) -> None:
    checks = host_checks(facts(party), host)
    assert [one.word for one in checks] == words
    assert all(bool(one.problem) == (one.word == "refused") for one in checks)


def test_a_pattern_that_would_take_long_is_no_host() -> None:
    assert script_host_problem(facts(make("x", names=[f"dns:{'*a' * 5000}"])), "a" * 200)
