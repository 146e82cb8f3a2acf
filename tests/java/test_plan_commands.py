"""The commands that a plan shows, run as they stand, make the set that the plan makes."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.java.conftest import JAVAS
from tests.java.keytool import TIMEOUT_SECONDS, Keytool, ListedCertificate, java_environment
from zowe_certs_kernel.setup import Made, Plan, plan_setup
from zowe_certs_kernel.setup.external_steps import external_passwords
from zowe_certs_kernel.setup.plan import CA_CERTIFICATE, ENVIRONMENT_FILE, FileKind, PlannedStore
from zowe_certs_kernel.setup.steps import steps
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

# Which Java's keytool makes which set.
MADE_BY = {
    "1.15": JAVAS[0],
    "1.15 as Zowe": JAVAS[1],
    "1.22": JAVAS[0],
    "1.28": JAVAS[1],
    "1.28 as Zowe": JAVAS[0],
    "1.28 components": JAVAS[1],
    "1.15 JKS": JAVAS[0],
    "1.22 same authority": JAVAS[1],
    "1.15 legacy as Zowe": JAVAS[0],
}
# The line end of the copies in EBCDIC: ours is z/OS's, NEW LINE; glibc's iconv makes it a LINE FEED.
NEW_LINE, LINE_FEED = b"\x15", b"\x25"


@pytest.fixture(scope="session")
def by_hand(
    made_sets: Mapping[str, Made],
    javas: Callable[[str, str], str],
    program: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Plan]:
    """The plan of every set for a folder of its own, after bash has run its commands."""
    folder = tmp_path_factory.mktemp("by hand")
    bash = program("openssl", "bash")
    program("openssl", "openssl")
    program("openssl", "iconv")
    plans = {name: elsewhere(made.plan, folder, name) for name, made in made_sets.items()}
    keytools = [javas(MADE_BY[name], "keytool") for name in plans]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run_commands, [bash] * len(plans), plans.values(), keytools))
    return plans


def elsewhere(plan: Plan, folder: Path, name: str) -> Plan:
    """The same plan for another directory, and another place for an authority that is made."""
    moved = dataclasses.replace(plan, directory=folder / f"the {name} set")
    if plan.found or not plan.ca_file:
        return moved
    ca_file = folder / f"the authority of {name}.p12"
    ca_store = dataclasses.replace(plan.stores[0], path=PurePosixPath(ca_file.as_posix()))
    return dataclasses.replace(moved, ca_file=ca_file, ca_store=ca_store)


def run_commands(bash: str, plan: Plan, keytool: str) -> None:
    """Type the passwords that the commands ask for; ``chown`` is left out, for its user is unknown here."""
    lines = [line for step in steps(plan) for line in step.commands if not line.startswith("chown ")]
    passwords = {store.password_variable: store.password.reveal() for store in plan.stores}
    passwords |= {name: password.reveal() for name, password in external_passwords(plan).items()}
    typed = "".join(f"{password}\n" for password in passwords.values())
    path = f"{Path(keytool).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-e", "-u", "-o", "pipefail", "-c", "\n".join(lines)],
        input=typed,
        env=java_environment(PATH=path),
        cwd=plan.directory.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=5 * TIMEOUT_SECONDS,  # some thirty JVMs
    )
    assert done.returncode == 0, done.stdout + done.stderr


def paths_in(folder: Path) -> dict[str, int]:
    """Every file and folder below, with its permission bits."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}


def certificate_facts(certificate: x509.Certificate, key_ids: Mapping[bytes, str]) -> dict[str, Any]:
    """All that two certificates of the same kind share: everything but keys, serial, dates and signature."""
    return {
        "version": certificate.version,
        "subject": certificate.subject.public_bytes().hex(),
        "issuer": certificate.issuer.public_bytes().hex(),
        "signature": certificate.signature_algorithm_oid,
        "parameters": type(certificate.signature_algorithm_parameters).__name__,
        "key": (type(certificate.public_key()).__name__, getattr(certificate.public_key(), "key_size", None)),
        "days": (certificate.not_valid_after_utc - certificate.not_valid_before_utc).total_seconds() / 86_400,
        "serial in 64 bits": 0 < certificate.serial_number < 2**64,
        "extensions": [
            (extension.oid.dotted_string, extension.critical, without_octets(extension.value, key_ids))
            for extension in certificate.extensions
        ],
    }


def without_octets(value: x509.ExtensionType, key_ids: Mapping[bytes, str]) -> str:
    """The extension in DER; where it is the identifier of a key, whose."""
    if isinstance(value, x509.SubjectKeyIdentifier):
        return f"key of {key_ids[value.digest]}"
    if isinstance(value, x509.AuthorityKeyIdentifier):
        others = (value.authority_cert_issuer, value.authority_cert_serial_number)
        return f"key of {key_ids[value.key_identifier or b'']}, {others}"
    return value.public_bytes().hex()


def key_ids_of(certificates: list[x509.Certificate]) -> dict[bytes, str]:
    return {
        x509.SubjectKeyIdentifier.from_public_key(found.public_key()).digest: found.subject.rfc4514_string()
        for found in certificates
    }


def store_facts(plan: Plan, store: PlannedStore) -> dict[str, Any]:
    """What our own reader sees: aliases in the file's order, kinds, chains and protection."""
    opened = open_store(plan.directory / store.path, store.password)
    loaded = [
        (entry.alias, entry.kind, entry.key, [x509.load_der_x509_certificate(facts.der) for facts in entry.chain])
        for entry in opened.entries
    ]
    key_ids = key_ids_of([certificate for *_, chain in loaded for certificate in chain])
    entries = [
        (alias, kind, key, [certificate_facts(certificate, key_ids) for certificate in chain])
        for alias, kind, key, chain in loaded
    ]
    if store.format == "JKS":  # Java writes it in the order of a hash table
        entries.sort(key=lambda entry: entry[0])
    return {
        "format": opened.format,
        "protection": opened.protection,
        "notes": opened.notes,
        "entries": entries,
    }


def listed_facts(keytool: Keytool, plan: Plan, store: PlannedStore) -> dict[str, Any]:
    """What keytool sees, without serial numbers and key identifiers."""
    listed = keytool.listing(plan.directory / store.path, store.password.reveal())
    return {alias: (entry.kind, [shown(found) for found in entry.chain]) for alias, entry in listed.items()}


def shown(found: ListedCertificate) -> ListedCertificate:
    extensions = {
        oid: (critical, re.sub(r"\b[0-9a-f]{40}\b", "(key)", text))
        for oid, (critical, text) in found.extensions.items()
    }
    return dataclasses.replace(found, serial="", sha256="", extensions=extensions)


def variables(bash: str, plan: Plan) -> dict[str, str]:
    """What zowe-certificates.env sets in a shell that reads it, as Zowe's start scripts do."""
    done = subprocess.run(
        [bash, "-e", "-u", "-c", 'set -a; . "$1"; exec env -0', "bash", str(plan.directory / ENVIRONMENT_FILE)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.stderr == ""
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if line)


def pem_files(plan: Plan, *kinds: FileKind) -> Iterator[tuple[str, bytes]]:
    for file in plan.files:
        if file.kind in kinds:
            yield str(file.path), (plan.directory / file.path).read_bytes()


def in_ascii(data: bytes) -> bytes:
    """The bytes of a PEM file, from EBCDIC where need be; keytool ends its lines in CR LF, so ends do not count."""
    if not data.startswith(b"-----BEGIN "):
        # The standard library's cp037 has all characters of PEM where IBM-1047 has them.
        data = data.replace(NEW_LINE, LINE_FEED).decode("cp037").encode()
    return b"\n".join(data.splitlines())


def request_facts(request_data: bytes, key_data: bytes) -> dict[str, Any]:
    """What two requests of the same kind share; the key has to be the request's own."""
    request, key = x509.load_pem_x509_csr(request_data), load_pem_private_key(key_data, None)
    assert request.is_signature_valid
    assert request.public_key() == key.public_key()
    key_id = x509.SubjectKeyIdentifier.from_public_key(request.public_key()).digest
    return {
        "labels": re.findall(rb"-----.*-----", request_data + key_data),
        "subject": request.subject.public_bytes(),
        "extensions": [
            (found.oid, found.critical, without_octets(found.value, {key_id: "its own"}))
            for found in request.extensions
        ],
        "signature": request.signature_algorithm_oid,
    }


@pytest.mark.skipif(os.name == "nt", reason="the commands are for bash")
@pytest.mark.parametrize("name", MADE_BY)
class TestTheCommandsOfThePlan:
    def test_make_the_same_files_and_folders_with_the_same_modes(
        self, by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], name: str
    ) -> None:
        assert paths_in(by_hand[name].directory) == paths_in(made_sets[name].plan.directory)

    def test_make_stores_in_which_we_read_the_same(
        self, by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], name: str
    ) -> None:
        for store in by_hand[name].stores:
            assert store_facts(by_hand[name], store) == store_facts(made_sets[name].plan, store), store.path

    def test_make_pem_files_with_the_same_certificates(
        self, by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], name: str
    ) -> None:
        facts = []
        for plan in (by_hand[name], made_sets[name].plan):
            files = pem_files(plan, FileKind.CERTIFICATE, FileKind.CERTIFICATE_EBCDIC)
            loaded = {path: x509.load_pem_x509_certificate(in_ascii(data)) for path, data in files}
            key_ids = key_ids_of(list(loaded.values()))
            facts.append({path: certificate_facts(found, key_ids) for path, found in loaded.items()})
            for wrapped in (facts[-1][file] for file in loaded if file.endswith(".jwtsecret.pem")):
                wrapped["extensions"].sort()  # Zowe's has not keytool's order
        assert facts[0] == facts[1]

    def test_make_a_file_with_the_public_key_of_the_jwt_secret(self, by_hand: Mapping[str, Plan], name: str) -> None:
        files = pem_files(by_hand[name], FileKind.CERTIFICATE, FileKind.CERTIFICATE_EBCDIC)
        shown = [data for path, data in files if path.endswith(".jwtsecret.pem")]
        store = by_hand[name].keystore
        entries = open_store(by_hand[name].directory / store.path, store.password).entries
        secrets = [one.chain[0].der for one in entries if one.alias in {"jwtsecret", "zowejwt"}]
        assert [x509.load_pem_x509_certificate(in_ascii(data)).public_key() for data in shown] == [
            x509.load_der_x509_certificate(secret).public_key() for secret in secrets
        ]

    def test_make_a_request_for_the_same_and_a_key_that_fits(
        self, by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], name: str
    ) -> None:
        facts = []
        for plan in (by_hand[name], made_sets[name].plan):
            files = zip(pem_files(plan, FileKind.REQUEST), pem_files(plan, FileKind.KEY), strict=True)
            facts.append([request_facts(request, key) for (_, request), (_, key) in files])
        assert facts[0] == facts[1] != []

    def test_write_the_same_variables_for_zowe(
        self, by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], program: Callable[..., str], name: str
    ) -> None:
        bash = program("openssl", "bash")
        theirs, ours = (variables(bash, plan) for plan in (by_hand[name], made_sets[name].plan))
        assert theirs == ours
        assert theirs["KEYSTORE_PASSWORD"] == made_sets[name].plan.keystore.password.reveal()


@pytest.mark.skipif(os.name == "nt", reason="the commands are for bash")
@pytest.mark.parametrize("name", ["1.15", "1.28", "1.28 components", "1.22 same authority"])
def test_keytool_reads_the_same_in_both_sets(
    by_hand: Mapping[str, Plan], made_sets: Mapping[str, Made], javas: Callable[[str, str], str], name: str
) -> None:
    keytool = Keytool(javas(MADE_BY[name], "keytool"))
    theirs, ours = by_hand[name], made_sets[name].plan
    for store in ours.stores:
        assert listed_facts(keytool, theirs, store) == listed_facts(keytool, ours, store), store.path


def test_the_commands_find_a_file_wherever_they_are_run(
    made_sets: Mapping[str, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    authority = made_sets["1.15"].plan.directory / CA_CERTIFICATE
    (tmp_path / "zosmf.cer").write_bytes(authority.read_bytes())
    (tmp_path / "my.env").write_text("HOSTNAME=zos1.example.com\nZOSMF_CERTIFICATE=zosmf.cer\n")
    commands = [line for step in steps(plan_setup(read_settings([Path("my.env")]))) for line in step.commands]
    (trusting,) = (shlex.split(line) for line in commands if "-alias zosmf " in line)
    assert trusting[-2:] == ["-file", str(tmp_path / "zosmf.cer")]
