"""Our verdicts are those of real Java: its trust manager, and its handshakes, are asked about every scenario."""

from __future__ import annotations

import base64
import datetime as dt
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.java.conftest import JAVAS
from tests.java.keytool import TIMEOUT_SECONDS, java_environment
from tests.trust.scenarios import PASSWORD, SCENARIOS, Scenario
from tests.trust.scenarios.builder import NOW
from zowe_certs_kernel.trust.java_host import java_host_problem
from zowe_certs_kernel.trust.java_path import java_mutual_verdict, java_verdict
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.verdict import Purpose, Verdict

QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # half the time of the defaults for so short a run
JAVA_OF_OUR_VERDICTS = 17
# Trusted, and yet no TLS 1.3 handshake: the key, the signature or the number of certificates does not do.
NOT_IN_TLS = {
    "key of another certificate",
    "rsa key of another certificate",
    "rsa key for a certificate with an ec key",
    "ec p224 leaf",
    "ec secp256k1 leaf",
    "ec brainpool leaf",
    "rsa 512 leaf as anchor",
    "sha224 signature of the leaf",
    "sha3 signature of the leaf",
    "chain of 11",
    "chain of 11 with the root of it",
    "chain of 31",
}
ONLY_IN_TLS_1_2 = {"sha224 signature of the leaf"}
# Newer Java reads the alternative names for the host, and fails on them.
UNREAD_BY_NEWER = {"san is an empty list"}
OTHER_DAYS = [
    (name, days)
    for name in (
        "good",
        "good with intermediate",
        "expired leaf",
        "expired intermediate",
        "expired root",
        "leaf as anchor",
        "leaf not yet valid",
        "wrong order",
        "cross signed and the first expired",
        "expired leaf whose renewal is trusted",
    )
    for days in (-400, -100, -31, -29, 2, 4, 299, 301)
]


@dataclass(frozen=True)
class Answers:
    """What one Java said: ``refused`` and why, or ``accepted``, by scenario and question."""

    version: int
    verdicts: Mapping[tuple[str, str], str]

    @property
    def is_newer(self) -> bool:
        return self.version > JAVA_OF_OUR_VERDICTS

    def of(self, name: str, question: str) -> tuple[bool, str]:
        """Whether it is accepted, and in which words."""
        whole = self.verdicts.get((name, "all"))  # a certificate that Java cannot read
        told = whole or self.verdicts[name, question]
        return told == "accepted", told


Everyone = Mapping[str, Answers]


def asked(scenario: Scenario, days: int | None = None) -> str:
    def listed(certificates: tuple[bytes, ...]) -> str:
        return ",".join(base64.b64encode(each).decode() for each in certificates)

    other_day = days is not None
    words = (
        f"{scenario.name} @ {days}" if other_day else scenario.name,
        listed(scenario.sent),
        "" if other_day else listed((scenario.pkcs8,)),
        listed(scenario.trusted),
        listed((scenario.truststore,)),
        PASSWORD,
        ",".join(scenario.hosts),
        str(int((NOW + dt.timedelta(days=days)).timestamp())) if days is not None else "",
    )
    return "\t".join(words) + "\n"


@pytest.fixture(scope="session")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "questions"
    lines = [asked(made()) for made in SCENARIOS.values()]
    lines += [asked(SCENARIOS[name](), days) for name, days in OTHER_DAYS]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def everyone(javas: Callable[[str, str], str], program: Callable[..., str], questions: Path) -> Iterator[Everyone]:
    """What each Java that is there says; they run at the same time, each once a session."""
    folder = questions.parent
    source = Path(__file__).with_name("TrustVerdicts.java")
    command = [program("java", "javac"), "-Xlint:all", "-Werror", "--release", "17", "-d", str(folder), str(source)]
    subprocess.run(command, env=java_environment(), check=True, timeout=TIMEOUT_SECONDS)
    running = {which: begun(java, folder) for which in JAVAS if (java := there(javas, which))}
    try:
        yield {which: ended(process, folder) for which, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def there(javas: Callable[[str, str], str], which: str) -> str:
    """Empty where this Java is not there and need not be; ``test_each_java_is_asked`` tells of it."""
    try:
        return javas(which, "java")
    except pytest.skip.Exception:
        return ""


def begun(java: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [java, *QUICKLY, "-cp", str(folder), "TrustVerdicts"]
    out = folder / f"answers-{abs(hash(java))}"
    with (folder / "questions").open("rb") as questions, out.open("wb") as answers:
        return subprocess.Popen(command, stdin=questions, stdout=answers, env=java_environment())


def ended(process: subprocess.Popen[bytes], folder: Path) -> Answers:
    assert process.wait(TIMEOUT_SECONDS) == 0
    assert isinstance(process.args, list)
    text = (folder / f"answers-{abs(hash(process.args[0]))}").read_text(encoding="utf-8")
    (_, _, version), *lines = (line.split("\t") for line in text.splitlines())
    return Answers(int(version), {(name, question): told for name, question, told in lines})


@cache
def ours(name: str, purpose: Purpose, days: int = 0) -> Verdict:
    scenario, at = SCENARIOS[name](), NOW + dt.timedelta(days=days)
    return java_verdict(scenario.chain_facts, scenario.anchor_facts, purpose, at=at, proofs=Proofs())


@cache
def our_mutual(name: str) -> Verdict:
    scenario = SCENARIOS[name]()
    return java_mutual_verdict(scenario.entry, scenario.anchor_facts, at=NOW, proofs=Proofs())


@pytest.mark.parametrize("which", JAVAS)
def test_each_java_is_asked(which: str, javas: Callable[[str, str], str], everyone: Everyone) -> None:
    javas(which, "java")
    assert everyone[which].version >= JAVA_OF_OUR_VERDICTS


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("name", SCENARIOS)
def test_trust_manager_says_the_same(name: str, purpose: Purpose, everyone: Everyone) -> None:
    verdict = ours(name, purpose)
    for answers in everyone.values():
        accepted, told = answers.of(name, str(purpose))
        assert verdict.accepted == accepted, (verdict, answers.version, told)


@pytest.mark.parametrize("name", SCENARIOS)
def test_handshake_ends_as_the_trust_manager_says(name: str, everyone: Everyone) -> None:
    verdict = ours(name, Purpose.SERVER)
    for answers in everyone.values():
        accepted, told = answers.of(name, "handshake")
        assert (verdict.accepted and name not in NOT_IN_TLS) == accepted, (verdict, answers.version, told)


@pytest.mark.parametrize("name", SCENARIOS)
def test_mutual_handshake_ends_the_same(name: str, everyone: Everyone) -> None:
    verdict = our_mutual(name)
    for answers in everyone.values():
        expected = verdict.accepted and not (answers.is_newer and verdict.reason.startswith("newer Java"))
        accepted, told = answers.of(name, "mutual")
        assert expected == accepted, (verdict, answers.version, told)
        accepted, told = answers.of(name, "mutual 1.2")
        assert (expected or name in ONLY_IN_TLS_1_2) == accepted, (verdict, answers.version, told)


@pytest.mark.parametrize("name", SCENARIOS)
def test_host_names_are_taken_and_refused_the_same(name: str, everyone: Everyone) -> None:
    scenario = SCENARIOS[name]()
    for answers in everyone.values():
        shakes, _ = answers.of(name, "handshake")
        for host in scenario.hosts:
            problem = java_host_problem(scenario.chain_facts[0], host, newer=answers.is_newer)
            expected = shakes and not problem and not (answers.is_newer and name in UNREAD_BY_NEWER)
            accepted, told = answers.of(name, f"host {host}")
            assert expected == accepted, (host, problem, answers.version, told)


@pytest.mark.parametrize(("name", "days"), OTHER_DAYS)
def test_other_days_are_judged_the_same(name: str, days: int, everyone: Everyone) -> None:
    for answers in everyone.values():
        for purpose in Purpose:
            verdict = ours(name, purpose, days)
            accepted, told = answers.of(f"{name} @ {days}", str(purpose))
            assert verdict.accepted == accepted, (verdict, answers.version, told)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_refusal_says_why_in_one_line_and_an_accepted_path_ends_at_an_anchor(name: str) -> None:
    scenario = SCENARIOS[name]()
    known = {facts.sha256 for facts in (*scenario.chain_facts, *scenario.anchor_facts)}
    for verdict in (*(ours(name, purpose) for purpose in Purpose), our_mutual(name)):
        assert verdict.accepted or verdict.reason
        assert len(verdict.reason) < 400
        assert verdict.reason.isprintable()
        assert not verdict.reason.endswith(".")
        assert {*verdict.path} <= known
        assert verdict.at_fault in {None, *known}
        assert not verdict.accepted or verdict.path[-1] in {facts.sha256 for facts in scenario.anchor_facts}
        assert not verdict.path or verdict.path[0] == scenario.chain_facts[0].sha256
