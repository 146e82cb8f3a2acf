"""A scenario as the two files that Zowe has, written by the project's own writer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.trust.scenarios.scenario import PASSWORD, Scenario
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, write_pkcs12

__all__ = ["can_be_written", "write_stores"]

_ROUNDS = 1_000


def can_be_written(scenario: Scenario) -> bool:
    """PKCS12 has no order of certificates: only what Java sends as it is read can be kept, with a key that loads."""
    if scenario.key is None or not scenario.sent:
        return False
    facts = scenario.chain_facts
    joined = all(below.issuer == above.subject for below, above in pairwise(facts))
    readable = all("read field by field" not in note for one in (*facts, *scenario.anchor_facts) for note in one.notes)
    return joined and readable and len({*scenario.sent}) == len(scenario.sent)


def write_stores(scenario: Scenario, folder: Path) -> tuple[Path, Path]:
    """``keystore.p12`` with alias ``service`` and ``truststore.p12``, both under :data:`PASSWORD`."""
    keystore, truststore = folder / "keystore.p12", folder / "truststore.p12"
    assert scenario.key
    protection = Protection(Secret(PASSWORD), Profile.MODERN, _ROUNDS)
    keystore.write_bytes(write_pkcs12([KeyContent("service", scenario.key, scenario.chain)], protection))
    trusted = [TrustedContent(f"ca{number}", anchor) for number, anchor in enumerate(scenario.anchors)]
    truststore.write_bytes(scenario.truststore or write_pkcs12(trusted, protection))
    return keystore, truststore
