"""Roles of a keystore: each entry by its own chain, each mode by what it still checks, each client by name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.trust.scenarios import SCENARIOS, Scenario
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.model import CertificateFacts, Entry, EntryKind, Store
from zowe_certs_kernel.trust.roles import roles_of
from zowe_certs_kernel.trust.verdict import Mode, Role, RoleVerdict

NOW = dt.datetime.now(dt.UTC)


def truststore(*anchors: CertificateFacts) -> Store:
    entries = [
        Entry(f"ca{number}", EntryKind.TRUSTED_CERTIFICATE, (facts,), java_alias=f"ca{number}")
        for number, facts in enumerate(anchors)
    ]
    return Store("t.p12", "PKCS12", tuple(entries))


def judged(case: Scenario, *entries: Entry, host: str = "") -> dict[tuple[str, Role, Mode], RoleVerdict]:
    keystore = Store("k.p12", "PKCS12", entries or (case.entry,))
    roles = roles_of(keystore, truststore(*case.anchor_facts), hosts=[host or case.hosts[0]], at=NOW)
    return {(one.alias, one.role, one.mode): one for one in roles}


def test_entries_of_one_certificate_are_judged_by_the_chain_that_each_sends() -> None:
    case = SCENARIOS["good with intermediate"]()
    bare = replace(case.entry, alias="bare", chain=case.entry.chain[:1])
    found = judged(case, case.entry, bare)
    strict = {alias: found[alias, Role.OPENSSL_SERVER_WITH_HOST, Mode.STRICT].verdict for alias in ("service", "bare")}
    assert (strict["service"].accepted, strict["bare"].accepted) == (True, False)


@pytest.mark.parametrize("mode", Mode)
def test_an_entry_without_a_certificate_is_refused_in_every_role_and_mode(mode: Mode) -> None:
    case = SCENARIOS["good"]()
    found = judged(case, replace(case.entry, chain=()))
    assert {one.verdict.accepted for (_, _, of), one in found.items() if of is mode} == {False}


@pytest.mark.parametrize("name", ["chain of 11", "ec secp256k1 leaf", "key of another certificate"])
def test_what_cannot_be_spoken_in_tls_is_refused_though_nothing_is_verified(name: str) -> None:
    found = judged(SCENARIOS[name]())
    assert not found["service", Role.JAVA_MUTUAL_TLS, Mode.DISABLED].verdict.accepted


@pytest.mark.parametrize(
    ("name", "accepted", "told"),
    [
        ("no san and cn is the host", True, "browsers refuse it"),
        ("san with address only and cn is the host", True, "curl refuses it"),
        ("rsa 1024 leaf", False, "Node accepts it"),
        ("leaf as anchor", False, "curl accepts it"),
    ],
)
def test_where_curl_node_or_browsers_differ_from_python_the_reason_says_so(
    name: str, accepted: bool, told: str
) -> None:
    verdict = judged(SCENARIOS[name]())["service", Role.OPENSSL_SERVER_WITH_HOST, Mode.STRICT].verdict
    assert verdict.accepted == accepted
    assert told in verdict.reason
    assert bool(verdict.refused_by) == (accepted and "refuse" in told)


def test_a_name_that_newer_java_refuses_is_told() -> None:
    case = SCENARIOS["wildcard in the second label"]()
    verdict = judged(case)["service", Role.JAVA_SERVER_WITH_HOST, Mode.STRICT].verdict
    assert verdict.accepted
    assert "newer Java refuses it" in verdict.reason


def test_node_has_a_list_of_its_own_where_one_is_given() -> None:
    case, other = SCENARIOS["good"](), SCENARIOS["missing root"]()
    keystore = Store("k.p12", "PKCS12", (case.entry,))
    roles = roles_of(keystore, truststore(*other.anchor_facts), at=NOW, authorities=case.anchor_facts)
    strict = {one.role: one.verdict.accepted for one in roles if one.mode is Mode.STRICT}
    assert (strict[Role.JAVA_SERVER], strict[Role.NODE_SERVER]) == (False, True)


def test_of_many_aliases_some_are_named_where_one_is_not_there() -> None:
    case = SCENARIOS["good"]()
    entries = tuple(replace(case.entry, alias=f"server{number}") for number in range(50))
    with pytest.raises(UsageError, match=r"it has 'server0', .* and 30 more"):
        roles_of(Store("k.p12", "PKCS12", entries), truststore(), alias="nobody", at=NOW)
