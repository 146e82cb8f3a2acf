"""After ``trust`` a Java client with the new trust store takes the server that it refused before."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.java.keytool import TIMEOUT_SECONDS, java_environment
from tests.services import parties
from tests.services.servers import facts, pem, serving
from tests.trust.scenarios.builder import Party
from zowe_certs_kernel.lifecycle.trust_services import make_trust, plan_trust
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.services.fetch import presented_by
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores
NO_PATH = "refused unable to find valid certification path to requested target"


def made(folder: Path, store_type: str) -> WorkingSet:
    env = folder / "zowe.env"
    env.write_text(
        "HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/KS\nZOWE_CERTS_KEY_TYPE=EC-P256\n"
        f"ZOWE_CERTS_STORE_TYPE={store_type}\n"
    )
    settings = read_settings([env], release="1.28", password=lambda: Secret(PASSWORD))
    return read_working_set(make(plan_setup(settings, directory=folder / store_type)).plan.directory)


CASES: tuple[tuple[str, tuple[Party, ...], tuple[Party, ...]], ...] = (
    ("PKCS12", (parties.BELOW, parties.MIDDLE, parties.ROOT), ()),
    ("JKS", (parties.BELOW,), (parties.MIDDLE, parties.ROOT)),  # nobody sends the intermediate
    ("PKCS12", (parties.SELF,), ()),
)


def test_java_takes_the_server_that_it_refused_before(program: Callable[..., str], tmp_path: Path) -> None:
    calls: list[str] = []
    expected: list[str] = []
    with ExitStack() as servers:
        for number, (store_type, sent, in_file) in enumerate(CASES):
            folder = tmp_path / str(number)
            folder.mkdir()
            working = made(folder, store_type)
            port = servers.enter_context(serving(*sent))
            (folder / "ca.pem").write_bytes(pem(*in_file))
            presented = presented_by([f"localhost:{port}", *([str(folder / "ca.pem")] if in_file else [])])
            plan = plan_trust(working, presented)
            changed = make_trust(plan, [one.facts.sha256 or "" for one in plan.anchors])
            assert changed
            assert changed.placed.kept
            strict = {str(one.mode): one for one in plan.services[0].outcomes}["STRICT"]
            assert (strict.before.accepted, strict.after.accepted) == (False, True)
            for kept in (changed.placed.kept, working.directory):
                calls += ["localhost", str(port), str(kept / working.truststore_path)]
            expected += [NO_PATH, f"accepted {facts(sent[0]).subject}"]
        assert answers(program("java", "java"), calls) == expected


def answers(java: str, calls: list[str]) -> list[str]:
    command = [java, str(Path(__file__).with_name("TrustClient.java")), *calls]
    environment = java_environment(TRUSTSTORE_PASSWORD=PASSWORD)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()
