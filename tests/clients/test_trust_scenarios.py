"""Our verdicts about chains and host names are those of the real clients: Python, OpenSSL, Node.

What they say depends on the OpenSSL that they are built on; the rules here are those of 3.0.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import TIMEOUT_SECONDS
from tests.clients.tls_in_memory import ACCEPTED, client, identity, pem, server, shaken
from tests.trust.host_cases import CASES, UNICODE_CASES
from tests.trust.scenarios import Scenario, all_scenarios
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.trust.host_names import node_host_problem, openssl_host_problem
from zowe_certs_kernel.trust.openssl_path import CURL, NODE, PYTHON, STRICT_PYTHON, TlsClient, openssl_verdict
from zowe_certs_kernel.trust.proofs import Proofs

SCRIPT = Path(__file__).with_name("trust_scenarios.mjs")
SCENARIOS = {found.name: found for found in all_scenarios()}
PURPOSE = ("-verify_name", "ssl_server", "-no-CApath", "-no-CAstore")
HANDSHAKE_ONLY = ("ec p192 leaf", "ec p224 leaf", "ec secp256k1 leaf", "ec brainpool leaf")

# What OpenSSL says of its first problem, and how our reason says it; what only strict clients refuse is not listed.
WORDS = {
    "unable to get local issuer certificate": ("neither sent nor trusted", "is no root", "names its issuer"),
    "unable to get issuer certificate": ("is no root",),
    "self-signed certificate in certificate chain": ("the root",),
    "self-signed certificate": ("signed itself and is not trusted",),
    "certificate has expired": ("ended on",),
    "certificate is not yet valid": ("is not valid before",),
    "invalid CA certificate": ("may not issue certificates", "an authority without basic constraints"),
    "EE certificate key too weak": ("is too weak",),
    "CA certificate key too weak": ("is too weak",),
    "CA signature digest algorithm too weak": ("the signature of",),
    "certificate signature failure": ("was not signed by",),
    "path length constraint exceeded": ("authorities below it",),
    "permitted subtree violation": ("outside of what is permitted",),
    "excluded subtree violation": ("is within the excluded",),
    "certificate chain too long": ("is longer than",),
    "unsuitable certificate purpose": ("is not for",),
    "unhandled critical extension": ("critical extension",),
}

built_on_3_0 = pytest.mark.skipif(ssl.OPENSSL_VERSION_INFO[:2] != (3, 0), reason="Python has another OpenSSL than 3.0")


def key_pem(scenario: Scenario) -> str:
    text = base64.encodebytes(scenario.pkcs8).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n"


def trusted(scenario: Scenario) -> list[bytes]:
    return [facts.der for facts in scenario.anchor_facts]


def ours(scenario: Scenario, client: TlsClient, proofs: Mapping[str, Proofs]) -> tuple[bool, str]:
    now = dt.datetime.now(dt.UTC)
    verdict = openssl_verdict(
        scenario.chain_facts, scenario.anchor_facts, at=now, proofs=proofs[scenario.name], client=client
    )
    return verdict.accepted, verdict.reason


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proofs]:
    return {name: Proofs() for name in SCENARIOS}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ssl.SSLContext | None]:
    path = tmp_path_factory.mktemp("servers") / "identity.pem"
    return {name: server(path, key_pem(found) + pem(found.sent)) for name, found in SCENARIOS.items()}


@built_on_3_0
class TestPython:
    @pytest.mark.parametrize("strict", [False, True])
    def test_says_of_every_chain_what_we_say_and_why(
        self, servers: Mapping[str, ssl.SSLContext | None], proofs: Mapping[str, Proofs], strict: bool
    ) -> None:
        wrong, asked = {}, 0
        for name, context in servers.items():
            if context:
                asked += 1
                real = shaken(context, client(trusted(SCENARIOS[name]), strict=strict))
                said = ours(SCENARIOS[name], STRICT_PYTHON if strict else PYTHON, proofs)
                if said[0] != (real == ACCEPTED) or not any(word in said[1] for word in WORDS.get(real, [""])):
                    wrong[name] = real, said
        assert not wrong
        assert asked > len(SCENARIOS) * 0.9

    def test_takes_the_host_names_that_we_say(
        self, servers: Mapping[str, ssl.SSLContext | None], proofs: Mapping[str, Proofs]
    ) -> None:
        wrong = {}
        for name, context in servers.items():
            found = SCENARIOS[name]
            if context and ours(found, PYTHON, proofs)[0]:
                for host in found.hosts:
                    real = shaken(context, client(trusted(found)), host)
                    said = openssl_host_problem(found.chain_facts[0], host)
                    if (said == "") != (real == ACCEPTED):
                        wrong[name, host] = real, said
        assert not wrong

    def test_compares_names_as_we_do(self, tmp_path: Path) -> None:
        wrong = {}
        for case in (*CASES, *UNICODE_CASES):
            answering = server(tmp_path / "identity.pem", identity(case))
            assert answering
            for host in case.hosts:
                real = shaken(answering, client([case.facts.der]), host)
                said = openssl_host_problem(case.facts, host)
                if (said == "") != (real == ACCEPTED):
                    wrong[case, host] = real, said
        assert not wrong


class TestOpenssl:
    """The verification alone: of chains whose server has not the key, and with partial chains, as curl has it."""

    def test_says_as_python_what_we_say_where_the_key_does_not_fit(
        self,
        openssl: str,
        tmp_path: Path,
        proofs: Mapping[str, Proofs],
        servers: Mapping[str, ssl.SSLContext | None],
    ) -> None:
        unshaken = [SCENARIOS[name] for name, context in servers.items() if not context]
        assert unshaken
        assert not self.differences(openssl, tmp_path, proofs, unshaken, PYTHON)

    def test_says_as_curl_of_every_chain_what_we_say(
        self, openssl: str, tmp_path: Path, proofs: Mapping[str, Proofs]
    ) -> None:
        verified = [found for name, found in SCENARIOS.items() if name not in HANDSHAKE_ONLY]
        assert not self.differences(openssl, tmp_path, proofs, verified, CURL, "-partial_chain")

    def differences(
        self,
        openssl: str,
        folder: Path,
        proofs: Mapping[str, Proofs],
        asked: Iterable[Scenario],
        tls_client: TlsClient,
        *options: str,
    ) -> dict[str, Any]:
        wrong = {}
        for found in asked:
            real = self.verified(openssl, folder, found, "-auth_level", str(tls_client.security_level), *options)
            said = ours(found, tls_client, proofs)
            if said[0] != (real == ACCEPTED):
                wrong[found.name] = real, said
        return wrong

    def verified(self, openssl: str, folder: Path, found: Scenario, *options: str) -> str:
        sent, anchors = folder / "sent.pem", folder / "trusted.pem"
        sent.write_text(pem(found.sent), encoding="ascii")
        anchors.write_text(pem(trusted(found)), encoding="ascii")
        trust = ("-CAfile", str(anchors)) if trusted(found) else ("-no-CAfile",)
        # The certificate in question is the first of the file.
        command = [openssl, "verify", *PURPOSE, *options, *trust, "-untrusted", str(sent), str(sent)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
        return ACCEPTED if done.returncode == 0 else done.stderr


@pytest.fixture(scope="module")
def answers(node: str) -> dict[str, dict[str, Any]]:
    asked = {
        name: {
            "cert": pem(found.sent),
            "key": key_pem(found),
            "ca": [pem([each]) for each in trusted(found)],
            "hosts": found.hosts,
        }
        for name, found in SCENARIOS.items()
    }
    named = {
        f"names {number}": {"cert": pem([case.facts.der]), "key": "", "ca": [], "hosts": case.hosts}
        for number, case in enumerate((*CASES, *UNICODE_CASES))
    }
    done = subprocess.run(
        [node, str(SCRIPT)],
        input=json.dumps([*asked.values(), *named.values()]),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    version, found = json.loads(done.stdout)
    if not version.startswith("3.0."):
        pytest.skip(f"node: it has OpenSSL {version}, not 3.0")
    return dict(zip((*asked, *named), found, strict=True))


class TestNode:
    def test_says_of_every_chain_what_we_say(
        self, answers: Mapping[str, Mapping[str, Any]], proofs: Mapping[str, Proofs]
    ) -> None:
        wrong, asked = {}, 0
        for name, found in SCENARIOS.items():
            real = answers[name]["path"]
            if real is not None and public_key_of(found.chain_facts[0]) == self.own_key(found):
                asked += 1
                said = ours(found, NODE, proofs)
                if said[0] != (real == ACCEPTED):
                    wrong[name] = real, said
        assert not wrong
        assert asked > len(SCENARIOS) * 0.9

    @staticmethod
    def own_key(found: Scenario) -> bytes | None:
        """Where cryptography does not take the key, that of the certificate: the scenario has the fitting one then."""
        return public_key_of(found.key) if found.key else public_key_of(found.chain_facts[0])

    def test_takes_the_host_names_that_we_say(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        asked = [(answers[name], found.chain_facts[0], found.hosts) for name, found in SCENARIOS.items()]
        for number, case in enumerate((*CASES, *UNICODE_CASES)):
            asked.append((answers[f"names {number}"], case.facts, case.hosts))
        wrong = {}
        for answer, facts, hosts in asked:
            for host, real in zip(hosts, answer["hosts"], strict=True):
                said = node_host_problem(facts, host)
                if (said == "") != (real == ACCEPTED):
                    wrong[facts.subject, facts.san, host] = real, said
        assert not wrong
