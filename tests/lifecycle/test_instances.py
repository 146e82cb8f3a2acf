"""Instances and the KEYSTORE_DIRECTORY that they name: Zowe's own launch checks, and what these do not notice."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import SettingsError, UsageError
from zowe_certs_kernel.ibm1047 import from_ibm1047, to_ibm1047
from zowe_certs_kernel.lifecycle.instances import InstanceReport, check_instance, set_keystore_directory
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

INSTANCE = """\
# made by zowe-configure-instance.sh
ROOT_DIR=/usr/lpp/zowe
  KEYSTORE_DIRECTORY="/global/zowe/keystore"   # the certificates
ZOWE_PREFIX=ZWE1
GATEWAY_PORT=7554
"""
RING = """\
KEY_ALIAS="localhost"
KEYSTORE_PASSWORD="password"
KEYRING_OWNER="ZWESVUSR"
KEYRING_NAME="ZoweKeyring"
KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
KEYSTORE_TYPE="JCERACFKS"
TRUSTSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
"""


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    env = folder / "zowe.env"
    env.write_text(
        "HOSTNAME=zos1.example.com\nKEYSTORE_DIRECTORY=/global/zowe/keystore\nKEYSTORE_PASSWORD=Secret12345\n"
        "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\nZOWE_CERTS_KEY_TYPE=EC-P256\n"
    )
    make(plan_setup(read_settings([env], release="1.28"), directory=folder / "my keystore"))
    return folder / "my keystore"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "my instance"
    folder.mkdir()
    (folder / "instance.env").write_text(INSTANCE)
    return folder


def answers(report: InstanceReport) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in report.checks:
        found.setdefault(check.by, []).append(check.answer)
    return found


def rewritten(keystore: Path, tmp_path: Path, old: str, new: str) -> Path:
    copy = Path(shutil.copytree(keystore, tmp_path / "changed"))
    file = copy / "zowe-certificates.env"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return copy


class TestLaunchChecks:
    def test_a_good_directory_passes_them_all(self, instance: Path, keystore: Path) -> None:
        report = check_instance(instance, keystore)
        assert {check.answer for check in report.checks} == {"passes"}
        assert report.starts == "passes Zowe's checks"
        assert not report.findings

    def test_several_instances_share_one_directory(self, instance: Path, keystore: Path, tmp_path: Path) -> None:
        second = Path(shutil.copytree(instance, tmp_path / "second"))
        reports = [check_instance(one, keystore) for one in (instance, second)]
        assert {report.here for report in reports} == {keystore}
        assert all(report.starts == "passes Zowe's checks" for report in reports)

    def test_no_directory_named(self, instance: Path) -> None:
        (instance / "instance.env").write_text("ROOT_DIR=/usr/lpp/zowe\n")
        report = check_instance(instance)
        assert answers(report) == {"read-keystore.sh": ["fails"]}
        assert "--set-keystore-directory" in report.findings[0].fix
        assert report.starts == "Zowe stops at its checks"

    def test_a_directory_that_is_not_on_this_system_is_not_judged(self, instance: Path) -> None:
        report = check_instance(instance)
        assert answers(report)["validate-keystore-directory.sh"] == ["not seen"]
        assert report.starts == "not all of it is here to be seen"
        assert not report.findings

    def test_a_directory_that_was_said_to_be_here_and_is_not(self, instance: Path, tmp_path: Path) -> None:
        assert answers(check_instance(instance, tmp_path / "none"))["validate-keystore-directory.sh"] == ["fails"]

    def test_a_directory_without_its_file(self, instance: Path, tmp_path: Path) -> None:
        report = check_instance(instance, tmp_path)
        assert answers(report)["read-keystore.sh"] == ["passes", "fails"]

    @pytest.mark.parametrize("name", ["KEY_ALIAS", "KEYSTORE_PASSWORD"])
    def test_a_variable_that_is_empty(self, instance: Path, keystore: Path, tmp_path: Path, name: str) -> None:
        file = Path(shutil.copytree(keystore, tmp_path / "changed")) / "zowe-certificates.env"
        lines = [f"{name}=" if line.startswith(name) else line for line in file.read_text().splitlines()]
        file.write_text("\n".join(lines))
        report = check_instance(instance, file.parent)
        assert answers(report)["validate-apiml-variables.sh"] == ["fails"]
        assert report.findings[0].message.startswith(f"{name} is empty")

    def test_an_alias_that_is_not_there_is_what_zowe_does_not_notice(
        self, instance: Path, keystore: Path, tmp_path: Path
    ) -> None:
        changed = rewritten(keystore, tmp_path, 'KEY_ALIAS="localhost"', 'KEY_ALIAS="other"')
        report = check_instance(instance, changed)
        assert report.starts == "passes Zowe's checks"
        assert (
            report.checks[-1].told
            == "KEY_ALIAS is other, and the keys in localhost/localhost.keystore.p12 are localhost"
        )
        assert len(report.findings) == 1

    def test_a_password_that_opens_nothing_is_told_but_not_shown(
        self, instance: Path, keystore: Path, tmp_path: Path
    ) -> None:
        changed = rewritten(keystore, tmp_path, "Secret12345", "Canary12345")
        report = check_instance(instance, changed)
        assert len(report.findings) == 1
        assert "12345" not in str(report.as_dict())

    def test_a_relative_path_is_what_zowe_does_not_notice(self, instance: Path) -> None:
        (instance / "instance.env").write_text("KEYSTORE_DIRECTORY=keystore\n")
        assert [found.message.split(",")[0] for found in check_instance(instance).findings] == [
            "keystore is no whole path"
        ]

    def test_a_ring_is_known_by_its_address_and_password(self, instance: Path, tmp_path: Path) -> None:
        (tmp_path / "zowe-certificates.env").write_text(RING)
        report = check_instance(instance, tmp_path)
        assert not report.findings
        assert report.checks[-1].answer == "not seen"
        assert "ZWESVUSR/ZoweKeyring, label localhost" in report.checks[-1].told

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("safkeyring:////", "safkeyring://", "not safkeyring:////ZWESVUSR/ZoweKeyring"),
            ('PASSWORD="password"', 'PASSWORD="other"', "Java takes password"),
        ],
    )
    def test_a_ring_that_zowe_1_would_not_find(
        self, instance: Path, tmp_path: Path, old: str, new: str, told: str
    ) -> None:
        (tmp_path / "zowe-certificates.env").write_text(RING.replace(old, new))
        (found,) = check_instance(instance, tmp_path).findings
        assert told in found.message

    def test_an_instance_that_is_not_there_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"instance\.env"):
            check_instance(tmp_path)


class TestSettingTheDirectory:
    def test_changes_that_value_and_nothing_else(self, instance: Path) -> None:
        done = set_keystore_directory(instance, "/global/zowe 2/keystore")
        assert (done.before, done.after, done.written) == ("/global/zowe/keystore", "/global/zowe 2/keystore", True)
        assert (instance / "instance.env").read_text() == INSTANCE.replace(
            '"/global/zowe/keystore"', '"/global/zowe 2/keystore"'
        )

    def test_keeps_ebcdic_and_windows_line_ends(self, instance: Path) -> None:
        file = instance / "instance.env"
        file.write_bytes(to_ibm1047(INSTANCE))
        set_keystore_directory(instance, "/KS")
        assert from_ibm1047(file.read_bytes()) == INSTANCE.replace('"/global/zowe/keystore"', '"/KS"')
        file.write_bytes(INSTANCE.replace("\n", "\r\n").encode())
        set_keystore_directory(instance, "/KS")
        assert file.read_bytes() == INSTANCE.replace("\n", "\r\n").replace("/global/zowe/keystore", "/KS").encode()

    def test_adds_it_where_none_is_named(self, instance: Path) -> None:
        (instance / "instance.env").write_text("ROOT_DIR=/usr/lpp/zowe\n")
        assert set_keystore_directory(instance, "/KS").before is None
        assert (instance / "instance.env").read_text() == "ROOT_DIR=/usr/lpp/zowe\nKEYSTORE_DIRECTORY=/KS\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
    def test_keeps_its_mode(self, instance: Path) -> None:
        (instance / "instance.env").chmod(0o640)
        set_keystore_directory(instance, "/KS")
        assert stat.S_IMODE((instance / "instance.env").stat().st_mode) == 0o640

    def test_writes_nothing_where_it_is_so_already_or_only_tried(self, instance: Path) -> None:
        before = (instance / "instance.env").stat().st_mtime_ns
        assert not set_keystore_directory(instance, "/global/zowe/keystore").written
        assert not set_keystore_directory(instance, "/KS", dry_run=True).written
        assert (instance / "instance.env").stat().st_mtime_ns == before
        assert sorted(path.name for path in instance.iterdir()) == ["instance.env"]

    @pytest.mark.parametrize("directory", ["keystore", "/", "/a/../b", "", "/a\nB=1"])
    def test_what_is_no_whole_path_is_refused(self, instance: Path, directory: str) -> None:
        with pytest.raises(UsageError, match="not the whole path"):
            set_keystore_directory(instance, directory)
        assert (instance / "instance.env").read_text() == INSTANCE
