"""Java's own TLS, and keytool, take what comes after the first day: renewed, imported and rotated sets."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.java.keytool import OPTIONS, TIMEOUT_SECONDS, Keytool, java_environment
from tests.lifecycle.sets import HOST, PASSWORD, made_set, others, pem, secret
from zowe_certs_kernel.lifecycle.change import Changed
from zowe_certs_kernel.lifecycle.renewal import make_renewal, plan_renewal
from zowe_certs_kernel.lifecycle.reply import make_reply, plan_reply, read_reply
from zowe_certs_kernel.lifecycle.request import make_request, read_request, request_of_entry
from zowe_certs_kernel.lifecycle.rotation import make_rotation, plan_begin, plan_finish, plan_switch
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set

STRANGER = ("refused SunCertPathBuilderException: unable to find valid certification path to requested target",)
ALONE = ("first", "same key", "new key", "imported", "jks renewed", "jks imported", "begun", "switched", "finished")
# Client and server of two sets that stand for two Zowe instances, of which one is a step further.
TOGETHER = [
    ("first", "same key"),
    ("first", "new key"),
    ("first", "begun"),
    ("begun", "switched"),
    ("switched", "finished"),
]
APART = [("first", "finished"), ("begun", "finished"), ("first", "switched"), ("first", "imported")]


@pytest.fixture(scope="session")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, WorkingSet]:
    """One set after each kind of change, all from the same first one; two in JKS."""
    folder = tmp_path_factory.mktemp("lifecycle")
    first = made_set(folder)
    jks = made_set(_new(folder / "jks"), "1.15", ca_store=None, ZOWE_CERTS_STORE_TYPE="JKS", **_NO_COMPONENTS)

    def after(name: str, one: WorkingSet, act: Callable[[WorkingSet], object]) -> WorkingSet:
        copy = read_working_set(shutil.copytree(one.directory, _new(folder / name) / "keystore"))
        act(copy)
        return read_working_set(copy.directory)

    begun = after("begun", first, lambda one: make_rotation(plan_begin(one)))
    switched = after("switched", begun, lambda one: make_rotation(plan_switch(one)))
    return {
        "first": first,
        "same key": after("same key", first, lambda one: make_renewal(plan_renewal(one, same_key=True))),
        "new key": after("new key", first, lambda one: make_renewal(plan_renewal(one, hosts=["new.example.com"]))),
        "imported": after("imported", first, _imported),
        "jks renewed": after("jks renewed", jks, lambda one: make_renewal(plan_renewal(one))),
        "jks imported": after("jks imported", jks, _imported),
        "begun": begun,
        "switched": switched,
        "finished": after("finished", switched, lambda one: make_rotation(plan_finish(one))),
    }


_NO_COMPONENTS = {"COMPONENT_LEVEL_CERTIFICATES": ""}


def _new(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _imported(one: WorkingSet) -> Changed | None:
    """A new key with the certificate of an authority of others."""
    folder = one.directory.parent / "asked"
    asked = make_request(request_of_entry(one, new_key=True), folder, secret())
    authority = others()
    file = folder.parent / "reply.pem"
    file.write_bytes(pem(*authority.certificates, authority.sign(asked.request_pem.encode())))
    plan = plan_reply(read_reply([file]), request=read_request(folder, [secret()]), working=one)
    return make_reply(plan).changed


Pair = tuple[str, str]


@pytest.fixture(scope="session")
def met(classes: Path, sets: Mapping[str, WorkingSet]) -> Callable[[str], Mapping[Pair, tuple[str, str]]]:
    """``met(java)``: what client and server of each pair saw; one JVM answers for all pairs."""
    pairs = [*((name, name) for name in ALONE), *(pair for two in (*TOGETHER, *APART) for pair in (two, two[::-1]))]
    kept: dict[str, Mapping[Pair, tuple[str, str]]] = {}

    def run(java: str) -> Mapping[Pair, tuple[str, str]]:
        if java not in kept:
            asked = [["pair", HOST, *_stores(sets[client]), *_stores(sets[server])] for client, server in pairs]
            answers = _answers(java, classes, asked)
            kept[java] = {pair: (answer[0], answer[1]) for pair, answer in zip(pairs, answers, strict=True)}
        return kept[java]

    return run


def _stores(one: WorkingSet) -> list[str]:
    return [str(one.directory / one.keystore_path), one.alias, str(one.directory / one.truststore_path)]


def _answers(java: str, classes: Path, asked: Sequence[Sequence[str]]) -> list[list[str]]:
    done = subprocess.run(
        [java, "-cp", str(classes), "MutualTls"],
        input="".join("\t".join(words) + "\n" for words in asked),
        env=java_environment(_JAVA_OPTIONS=OPTIONS, KEYSTORE_PASSWORD=PASSWORD, OTHER_PASSWORD=PASSWORD),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ALONE)
def test_mutual_tls_completes_with_each_set(
    java: str, met: Callable[[str], Mapping[Pair, tuple[str, str]]], name: str
) -> None:
    client, server = met(java)[name, name]
    assert client.startswith("accepted TLSv1.3 CN=Zowe Service,")
    assert server == client


@pytest.mark.parametrize("two", TOGETHER)
def test_a_set_and_the_one_before_it_accept_each_other_in_both_directions(
    java: str, met: Callable[[str], Mapping[Pair, tuple[str, str]]], two: Pair
) -> None:
    for pair in (two, two[::-1]):
        client, server = met(java)[pair]
        assert client.startswith("accepted TLSv1.3 "), pair
        assert server.startswith("accepted TLSv1.3 "), pair


@pytest.mark.parametrize("two", APART)
def test_after_the_overlap_the_old_one_is_refused_in_both_directions(
    java: str, met: Callable[[str], Mapping[Pair, tuple[str, str]]], two: Pair
) -> None:
    for pair in (two, two[::-1]):
        client, server = met(java)[pair]
        assert client.startswith("refused ") or server.startswith("refused "), pair


def test_each_side_refuses_what_the_old_authority_signed(
    java: str, met: Callable[[str], Mapping[Pair, tuple[str, str]]]
) -> None:
    client, _ = met(java)["finished", "begun"]
    assert (client,) == STRANGER
    _, server = met(java)["begun", "finished"]  # that client trusts both, and the server its successor alone
    assert (server,) == STRANGER


@pytest.mark.parametrize("name", ["new key", "imported", "jks imported", "switched"])
def test_keytool_lists_every_entry_of_a_changed_keystore(
    keytool: Keytool, sets: Mapping[str, WorkingSet], name: str
) -> None:
    one = sets[name]
    listed = keytool.listing(one.directory / one.keystore_path, PASSWORD)
    assert {alias: [facts.sha256 for facts in entry.chain] for alias, entry in listed.items()} == {
        entry.alias: [facts.sha256 for facts in entry.chain] for entry in one.keystore.entries
    }


def test_keytool_reads_a_request_and_its_waiting_key(
    keytool: Keytool, sets: Mapping[str, WorkingSet], tmp_path: Path
) -> None:
    made = make_request(request_of_entry(sets["first"]), tmp_path / "asked", secret())
    told = keytool.done("-printcertreq", "-v", "-file", str(made.files[1]))
    for said in ("CN=Zowe Service", f"DNSName: {HOST}", "IPAddress: 192.0.2.10", "serverAuth", "clientAuth"):
        assert said in told
    (entry,) = keytool.listing(made.files[0], PASSWORD).values()
    assert entry.kind == "PrivateKeyEntry"
