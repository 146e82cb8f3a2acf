"""Node, in which Zowe's desktop runs, takes keystore and PEM files at both ends of HTTPS, for the right names only."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import TIMEOUT_SECONDS
from tests.clients.names import REACHED_BY, SOMEBODY_ELSE, STRANGERS
from zowe_certs_kernel.setup import Made, Plan
from zowe_certs_kernel.setup.plan import CA_CERTIFICATE, FileKind

SCRIPT = Path(__file__).with_name("mutual_https.mjs")
ACCEPTED = {
    "client": {"protocol": "TLSv1.3", "peer": "Zowe Service"},
    "server": {"authorized": True, "peer": "Zowe Service"},
}

Attempt = dict[str, Any]


def authority(plan: Plan) -> str:
    return str(plan.directory / CA_CERTIFICATE)


def in_keystore(plan: Plan) -> dict[str, str]:
    return {"pfx": str(plan.directory / plan.keystore.path), "passphrase": plan.keystore.password.reveal()}


def in_pem_files(plan: Plan) -> dict[str, str]:
    key = next(file.path for file in plan.files if file.kind is FileKind.KEY)
    return {"cert": str(plan.directory / key.with_suffix(".cer")), "key": str(plan.directory / key)}


IDENTITIES: dict[str, Callable[[Plan], dict[str, str]]] = {"keystore": in_keystore, "PEM files": in_pem_files}


def attempts(plan: Plan, name: str, other: Plan) -> dict[str, Attempt]:
    """What one run of Node tries; a client that shall not know our authority has PEM files, for a keystore holds it."""
    first, ca = REACHED_BY[name][0], authority(plan)
    return {
        **{
            f"{host} by {what}": {"host": host, "identity": identity(plan), "ca": ca}
            for host in (*REACHED_BY[name], *STRANGERS[name])
            for what, identity in IDENTITIES.items()
        },
        "no authority": {"host": first, "identity": in_pem_files(plan), "ca": None},
        "another authority": {"host": first, "identity": in_pem_files(plan), "ca": authority(other)},
        "no certificate": {"host": first, "identity": None, "ca": ca},
    }


@pytest.fixture(scope="session")
def outcomes(node: str, made_sets: Mapping[str, Made]) -> Callable[[str, str], dict[str, Any]]:
    """``outcomes(name, identity)``: the server shows that identity of that set; each pair is run once a session."""
    kept: dict[tuple[str, str], dict[str, Any]] = {}

    def run(name: str, identity: str) -> dict[str, Any]:
        if (name, identity) not in kept:
            plan = made_sets[name].plan
            tried = attempts(plan, name, made_sets[SOMEBODY_ELSE].plan)
            server = {**IDENTITIES[identity](plan), "ca": authority(plan)}
            lines = run_node(node, {"server": server, "attempts": list(tried.values())})
            kept[name, identity] = dict(zip(tried, lines, strict=True))
        return kept[name, identity]

    return run


def run_node(node: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [node, str(SCRIPT)],
        input=json.dumps(asked),
        env={name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "SSL_"))},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("name", [name for name in REACHED_BY if name != "1.15 JKS"])  # Node reads no JKS
class TestAServerInNode:
    def test_is_accepted_under_every_name_of_the_certificate_and_accepts_the_client(
        self, outcomes: Callable[[str, str], dict[str, Any]], name: str, identity: str
    ) -> None:
        for host in REACHED_BY[name]:
            for what in IDENTITIES:
                assert outcomes(name, identity)[f"{host} by {what}"] == ACCEPTED, (host, what)

    def test_is_refused_under_another_name(
        self, outcomes: Callable[[str, str], dict[str, Any]], name: str, identity: str
    ) -> None:
        for host in STRANGERS[name]:
            for what in IDENTITIES:
                seen = outcomes(name, identity)[f"{host} by {what}"]["client"]
                assert seen == {"refused": "ERR_TLS_CERT_ALTNAME_INVALID"}, (host, what)

    def test_is_refused_where_its_authority_is_not_trusted(
        self, outcomes: Callable[[str, str], dict[str, Any]], name: str, identity: str
    ) -> None:
        for trust in ("no authority", "another authority"):
            seen = outcomes(name, identity)[trust]["client"]
            assert seen == {"refused": "SELF_SIGNED_CERT_IN_CHAIN"}, trust

    def test_refuses_a_client_without_a_certificate(
        self, outcomes: Callable[[str, str], dict[str, Any]], name: str, identity: str
    ) -> None:
        seen = outcomes(name, identity)["no certificate"]
        assert seen["server"] == {"refused": "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"}
        assert seen["client"]["refused"]
