"""Which rule a refusal falls under: by what is wrong, whatever the certificates are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA224

from tests.trust.scenarios import Scenario
from tests.trust.scenarios.builder import NOW, Party, ec_key, make, remade
from tests.trust.scenarios.scenario import offer
from zowe_certs_kernel.model import Entry, EntryKind, Severity, Store
from zowe_certs_kernel.setup.external_rules import refusals
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.roles import roles_of
from zowe_certs_kernel.trust.verdict import Mode

# What reasons say of others, as a name that anybody may choose.
NAMES = (
    "Zowe",
    "the private key is not there",
    "is signed by MD5, which Java has disabled",
    "the signature of it is too weak, TLS 1.3 does not take it",
    "a key of only 1 bits is too short and too weak",
    "is no authority, is not an authority (basic constraints)",
    "may not sign, allows 0 authorities below it",
    "is neither sent nor in the trust store",
    "the extended key usage has no purpose",
    "the key usage is none for TLS",
)
E, W = Severity.ERROR, Severity.WARNING


def _root(name: str, **more: Any) -> Party:
    return make(f"R {name}", ca=True, **more)


def _middle(name: str, **more: Any) -> Party:
    return make(f"M {name}", _root(name), ca=more.pop("ca", True), **more)


def _leaf(name: str, by: Party, **more: Any) -> Party:
    return make(f"L {name}", by, **more)


def _below_root(name: str, **more: Any) -> Scenario:
    return offer(_leaf(name, _root(name), **more), trust=[_root(name)])


def _below_middle(name: str, **more: Any) -> Scenario:
    middle = _middle(name, **more)
    return offer(_leaf(name, middle), middle, trust=[_root(name)])


def _of_another_key(name: str) -> Scenario:
    return offer(_leaf(name, _root(name)), trust=[_root(name)], key=ec_key("another"))


def _signed_by_sha1(name: str) -> Scenario:
    return offer(remade(_leaf(name, _root(name)), _root(name), digest="sha1"), trust=[_root(name)])


def _too_deep(name: str) -> Scenario:
    root = _root(name, path_length=0)
    middle = make(f"M {name}", root, ca=True)
    return offer(_leaf(name, middle), middle, trust=[root])


def _too_deep_below_an_intermediate(name: str) -> Scenario:
    high = _middle(name, path_length=0)
    low = make(f"N {name}", high, ca=True)
    return offer(_leaf(name, low), low, high, trust=[_root(name)])


def _of_a_root_of_the_same_name(name: str) -> Scenario:
    return offer(_leaf(name, _root(name)), trust=[_root(name, key=ec_key("other root"))])


@pytest.mark.parametrize(
    ("made", "severity", "rule"),
    [
        (_of_another_key, E, "ZC-KEY-05"),
        (lambda name: _below_root(name, digest=SHA224()), E, "ZC-KEY-03"),
        (_signed_by_sha1, W, "ZC-KEY-03"),
        (lambda name: _below_root(name, key=ec_key(name, ec.SECP224R1)), E, "ZC-KEY-01"),
        (lambda name: _below_middle(name, ca=False), E, "ZC-CHN-05"),
        (lambda name: _below_middle(name, usage="digital_signature"), E, "ZC-CHN-05"),
        (_too_deep_below_an_intermediate, E, "ZC-CHN-05"),
        (_too_deep, W, "ZC-CHN-05"),
        (lambda name: offer(_leaf(name, _root(name)), trust=[make("Stranger", ca=True)]), E, "ZC-TS-01"),
        (_of_a_root_of_the_same_name, E, "ZC-CHN-01"),
        (lambda name: _below_root(name, purposes="client"), E, "ZC-EKU-01"),
        (lambda name: _below_root(name, purposes="server"), E, "ZC-EKU-02"),
        (lambda name: _below_middle(name, purposes="client"), W, "ZC-EKU-06"),
        (lambda name: _below_root(name, usage="key_encipherment"), E, "ZC-KU-01"),
        (lambda name: _below_root(name, days=(-30, -1)), E, "ZC-DATE-01"),
        (lambda name: _below_root(name, days=(1, 30)), E, "ZC-DATE-02"),
        (lambda name: _below_middle(name, days=(-30, -1)), E, "ZC-DATE-04"),
    ],
)
def test_a_name_that_holds_the_words_of_other_rules_does_not_choose_the_rule(
    made: Callable[[str], Scenario], severity: Severity, rule: str
) -> None:
    found = {name: told(made(name)) for name in NAMES}
    assert found == {name: {(severity, rule)} for name in NAMES}


def told(scenario: Scenario) -> set[tuple[Severity, str]]:
    trusted = [
        Entry(f"ca{number}", EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=f"ca{number}")
        for number, facts in enumerate(scenario.anchor_facts)
    ]
    keystore, truststore = Store("k", "PKCS12", (scenario.entry,)), Store("t", "PKCS12", tuple(trusted))
    roles = roles_of(keystore, truststore, at=NOW, proofs=Proofs())
    strict = {one.role: one for one in roles if one.mode is Mode.STRICT}
    found = refusals(scenario.chain_facts, strict, NOW, "it")
    return {(severity, rule) for rule, severity, _ in found}
