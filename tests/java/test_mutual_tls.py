"""Java's own TLS takes our keystore and trust store at both ends of a connection, and only for the right names."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.clients.names import REACHED_BY, SOMEBODY_ELSE, STRANGERS, is_address
from tests.java.keytool import OPTIONS, TIMEOUT_SECONDS, java_environment
from zowe_certs_kernel.setup import Made

KEYS = {"1.15": ("localhost", "jwtsecret"), "1.15 as Zowe": ("localhost", "jwtsecret"), "1.28": ("zowecert",)}
PEER = "CN=Zowe Service,OU=API Mediation Layer,O=Zowe Sample,L=Prague,ST=Prague,C=CZ"
PEERS = {
    "1.28 components": r"CN=Zowe Service,OU=API Mediation Layer,O=Example\, \"East\" \+ Sons,L=Prague,C=CZ",
}
NOT_SIGNED_BY_IT = "refused SignatureException: Signature does not match."
NO_PATH = "refused SunCertPathBuilderException: unable to find valid certification path to requested target"
LONGER_KEY = "refused SignatureException: Bad signature length: got 384 but was expecting 256"
STRANGE = {"1.28 components": NO_PATH, "1.15 JKS": LONGER_KEY, "1.22 same authority": LONGER_KEY}

Answers = Mapping[tuple[str, ...], tuple[str, ...]]


def questions(name: str) -> list[tuple[str, ...]]:
    first = REACHED_BY[name][0]
    hosts = [("shake", "TLSv1.3", host, "own", "identity") for host in (*REACHED_BY[name], *STRANGERS[name])]
    versions = [
        ("shake", version, first, trust, identity)
        for version in ("TLSv1.3", "TLSv1.2")
        for trust, identity in (("own", "identity"), ("other", "identity"), ("own", "anonymous"))
    ]
    return [*hosts, *versions, *(("sign", alias) for alias in KEYS.get(name, ()))]


@pytest.fixture(scope="session")
def ask(classes: Path, made_sets: Mapping[str, Made]) -> Callable[[str, str], Answers]:
    """``ask(java, name)`` lets one JVM answer all questions about a set; each pair is run once a session."""
    kept: dict[tuple[str, str], Answers] = {}

    def run(java: str, name: str) -> Answers:
        if (java, name) not in kept:
            asked = questions(name)
            kept[java, name] = dict(zip(asked, answers(java, classes, made_sets, name, asked), strict=True))
        return kept[java, name]

    return run


def answers(
    java: str, classes: Path, made_sets: Mapping[str, Made], name: str, asked: Sequence[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    plan, other = made_sets[name].plan, made_sets[SOMEBODY_ELSE].plan
    done = subprocess.run(
        [
            *(java, "-cp", str(classes), "MutualTls"),
            *(str(plan.directory / plan.keystore.path), plan.settings.keystore_alias.lower()),
            *(str(plan.directory / plan.truststore.path), str(other.directory / other.truststore.path)),
        ],
        input="".join("\t".join(words) + "\n" for words in asked),
        env=java_environment(
            _JAVA_OPTIONS=OPTIONS,
            KEYSTORE_PASSWORD=plan.keystore.password.reveal(),
            OTHER_PASSWORD=other.truststore.password.reveal(),
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", REACHED_BY)
def test_both_sides_accept_each_other_under_every_name_of_the_certificate(
    java: str, ask: Callable[[str, str], Answers], name: str
) -> None:
    seen = f"accepted TLSv1.3 {PEERS.get(name, PEER)}"
    for host in REACHED_BY[name]:
        assert ask(java, name)["shake", "TLSv1.3", host, "own", "identity"] == (seen, seen), host


@pytest.mark.parametrize("name", REACHED_BY)
def test_both_sides_accept_each_other_in_tls_1_2_too(java: str, ask: Callable[[str, str], Answers], name: str) -> None:
    seen = f"accepted TLSv1.2 {PEERS.get(name, PEER)}"
    assert ask(java, name)["shake", "TLSv1.2", REACHED_BY[name][0], "own", "identity"] == (seen, seen)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_name_that_the_certificate_does_not_hold_is_refused(
    java: str, ask: Callable[[str, str], Answers], name: str
) -> None:
    for host in STRANGERS[name]:
        client, server = ask(java, name)["shake", "TLSv1.3", host, "own", "identity"]
        assert client == "refused CertificateException: No subject alternative " + (
            f"names matching IP address {host} found" if is_address(host) else f"DNS name matching {host} found."
        )
        assert server.startswith("refused ")


@pytest.mark.parametrize("version", ["TLSv1.3", "TLSv1.2"])
@pytest.mark.parametrize("name", REACHED_BY)
def test_an_authority_of_the_same_name_with_another_key_is_not_trusted(
    java: str, ask: Callable[[str, str], Answers], name: str, version: str
) -> None:
    client, server = ask(java, name)["shake", version, REACHED_BY[name][0], "other", "identity"]
    assert client == STRANGE.get(name, NOT_SIGNED_BY_IT)
    assert server.startswith("refused ")


@pytest.mark.parametrize("version", ["TLSv1.3", "TLSv1.2"])
@pytest.mark.parametrize("name", REACHED_BY)
def test_a_client_without_a_certificate_is_refused(
    java: str, ask: Callable[[str, str], Answers], name: str, version: str
) -> None:
    client, server = ask(java, name)["shake", version, REACHED_BY[name][0], "own", "anonymous"]
    assert client.startswith("refused ")
    assert server.startswith("refused SSLHandshakeException: ")
    assert server.endswith("Empty client certificate chain")


@pytest.mark.parametrize("name", KEYS)
def test_every_key_of_the_keystore_signs_as_the_gateway_signs_its_tokens(
    java: str, ask: Callable[[str, str], Answers], name: str
) -> None:
    assert [ask(java, name)["sign", alias] for alias in KEYS[name]] == [("verified",)] * len(KEYS[name])
