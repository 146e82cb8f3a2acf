"""Sets with external certificates: Java's TLS takes them, keytool reads them, and the plan's commands make the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.java.conftest import JAVAS
from tests.java.keytool import OPTIONS, TIMEOUT_SECONDS, Keytool, java_environment
from tests.java.test_plan_commands import listed_facts, paths_in, run_commands, store_facts, variables
from tests.setup.external_files import SERVER, External, external, jks, key_file, p12, pem
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Plan, make, plan_setup
from zowe_certs_kernel.stores.pem import certificate_pem
from zowe_certs_kernel.zowe.settings import read_settings

OFF = "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\n"
GATEWAY = "gateway.example.com"
CHAIN = ["Ext Intermediate CA", "Ext Root CA"]
# Set, alias in its keystore, name that a client asks for: those that shake hands.
SHOWN = [
    ("PKCS12", "localhost", SERVER),
    ("PKCS12", "gateway", GATEWAY),
    ("JKS", "localhost", SERVER),
    ("PEM", "localhost", SERVER),
    ("component", "localhost", "zos1.example.com"),
    ("component", "gateway", GATEWAY),
]


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Plan]:
    """The plan of each set, after it was made."""
    folder = tmp_path_factory.mktemp("external sets")
    listed_in = tmp_path_factory.mktemp("authorities")  # blanks part the files of the list
    ext = external(now=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    made = {}
    for name, (settings, release) in _settings(ext, folder, listed_in).items():
        env, as_zowe = folder / f"{name}.env", name == "as Zowe"
        password = "password" if as_zowe else "of the keystore"
        env.write_text(f"HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD='{password}'\n{OFF}{settings}", encoding="utf-8")
        made[name] = plan_setup(
            read_settings([env], release=release, as_zowe=as_zowe),
            directory=folder / name,
            as_zowe=as_zowe,
            external_passwords=[Secret("password"), Secret("of the key")],
        )
        make(made[name])
    return made


def _settings(ext: External, folder: Path, listed_in: Path) -> dict[str, tuple[str, str]]:
    listed = ext.authorities(listed_in)

    def main(certificate: str, authorities: str = listed) -> str:
        return (
            f"EXTERNAL_CERTIFICATE='{certificate}'\nEXTERNAL_CERTIFICATE_ALIAS=extsrv\n"
            f"EXTERNAL_CERTIFICATE_AUTHORITIES='{authorities}'\n"
        )

    gateway = p12(folder / "gateway.p12", ext.component, alias="gw")
    whole = folder / "gateway.pem"
    key_file(whole, ext.component.key)
    whole.write_bytes(whole.read_bytes() + certificate_pem(*ext.component.chain))
    key = key_file(folder / "own.key", ext.server.key, password="of the key")
    both = pem(folder / "both.pem", ext.inter, ext.root)
    return {
        "PKCS12": (
            main(p12(folder / "ext.p12", ext.server, chain=1))
            + f"EXTERNAL_COMPONENT_CERTIFICATES=gateway:'{gateway}'\n",
            "1.28",
        ),
        "JKS": (main(jks(folder / "ext.jks", ext.server, chain=1)) + "ZOWE_CERTS_STORE_TYPE=JKS\n", "1.22"),
        "PEM": (main(pem(folder / "leaf.pem", ext.server), both) + f"ZOWE_CERTS_EXTERNAL_KEY='{key}'\n", "1.28"),
        "component": (f"EXTERNAL_COMPONENT_CERTIFICATES=gateway:'{whole}'\n", "1.28"),
        "as Zowe": (main(p12(folder / "zowe.p12", ext.server)), "1.28"),
    }


@pytest.fixture(scope="module")
def by_hand(
    sets: Mapping[str, Plan],
    javas: Callable[[str, str], str],
    program: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Plan]:
    """The plan of every set for a folder of its own, after bash has run its commands."""
    folder = tmp_path_factory.mktemp("by hand")
    bash, keytool = program("openssl", "bash"), javas(JAVAS[0], "keytool")
    program("openssl", "openssl")
    program("openssl", "iconv")
    plans = {name: dataclasses.replace(plan, directory=folder / name) for name, plan in sets.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run_commands, [bash] * len(plans), plans.values(), [keytool] * len(plans)))
    return plans


@pytest.mark.parametrize(("name", "alias", "host"), SHOWN)
def test_java_shakes_hands_with_itself_at_both_ends(
    sets: Mapping[str, Plan], javas: Callable[[str, str], str], classes: Path, name: str, alias: str, host: str
) -> None:
    plan = sets[name]
    truststore = str(plan.directory / plan.truststore.path)
    password = plan.keystore.password.reveal()
    done = subprocess.run(
        [
            *(javas(JAVAS[0], "java"), "-cp", str(classes), "MutualTls"),
            *(str(plan.directory / plan.keystore.path), alias, truststore, truststore),
        ],
        input=f"shake\tTLSv1.3\t{host}\town\tidentity\nshake\tTLSv1.3\twrong.example.com\town\tidentity\n",
        env=java_environment(_JAVA_OPTIONS=OPTIONS, KEYSTORE_PASSWORD=password, OTHER_PASSWORD=password),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    right, wrong = (line.split("\t") for line in done.stdout.splitlines())
    assert [verdict.split(" CN=")[0] for verdict in right] == ["accepted TLSv1.3"] * 2
    assert wrong[0].startswith("refused CertificateException: No subject alternative DNS name")


def test_keytool_sees_whole_chains_and_no_anchor_too_many(
    sets: Mapping[str, Plan], javas: Callable[[str, str], str]
) -> None:
    keytool = Keytool(javas(JAVAS[0], "keytool"))
    for name, extcas in (("PKCS12", 2), ("JKS", 2), ("PEM", 2), ("component", 2)):
        plan = sets[name]
        keystore, truststore = (
            keytool.listing(plan.directory / store.path, plan.keystore.password.reveal())
            for store in (plan.keystore, plan.truststore)
        )
        for key in plan.externals:
            owners = [found.owner.split(",")[0] for found in keystore[key.id].chain]
            assert owners == [f"CN={facts.common_name}" for facts in key.chain]
            assert owners[1:] == [f"CN={found}" for found in CHAIN]
        local = ["localca"] if name == "component" else []
        assert sorted(truststore) == sorted([*local, *(f"extca{number}" for number in range(1, extcas + 1))])


@pytest.mark.skipif(os.name == "nt", reason="the commands are for bash")
def test_the_commands_of_the_plan_make_the_same(
    by_hand: Mapping[str, Plan],
    sets: Mapping[str, Plan],
    javas: Callable[[str, str], str],
    program: Callable[..., str],
) -> None:
    keytool, bash = Keytool(javas(JAVAS[0], "keytool")), program("openssl", "bash")
    for name, ours in sets.items():
        theirs = by_hand[name]
        assert paths_in(theirs.directory) == paths_in(ours.directory), name
        for store in ours.stores:
            assert store_facts(theirs, store) == store_facts(ours, store), f"{name}: {store.path}"
        assert listed_facts(keytool, theirs, ours.keystore) == listed_facts(keytool, ours, ours.keystore), name
        assert variables(bash, theirs) == variables(bash, ours), name
        for file in ours.files:
            if file.certificate in {one.id for one in ours.certificates if one.external} | {
                one.alias for one in ours.authorities
            }:
                made = [(plan.directory / file.path).read_bytes() for plan in (theirs, ours)]
                if "ebcdic" not in file.path.suffix:
                    assert made[0].split() == made[1].split(), f"{name}: {file.path}"
