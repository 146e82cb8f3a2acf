"""A change makes the whole directory anew or leaves it as it was, and loses no entry, file or mode."""

from __future__ import annotations

import errno
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from zowe_certs_kernel.errors import SettingsError, UsageError, WriteError, WrongPassword
from zowe_certs_kernel.lifecycle.change import Change, apply_change, compared, contents_of, store_bytes
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.setup.keystore_directory import Placing
from zowe_certs_kernel.stores import TrustedContent, open_store
from zowe_certs_kernel.stores.certificate import key_fits, load_certificate
from zowe_certs_kernel.stores.key_proof import with_proved_keys
from zowe_certs_kernel.trust.comparison import ChangeKind
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores
VALUES = {
    "HOSTNAME": "zos1.example.com",
    "KEYSTORE_PASSWORD": PASSWORD,
    "KEYSTORE_DIRECTORY": "/global/zowe/keystore",
    "ZOWE_CERTS_KEY_TYPE": "EC-P256",
}
MakeSet = Callable[..., WorkingSet]


@pytest.fixture
def working(tmp_path: Path) -> MakeSet:
    """A directory that was set up, opened for change; values go into its settings."""

    def make_set(release: str = "1.28", **values: str) -> WorkingSet:
        env = tmp_path / "zowe.env"
        env.write_text("".join(f"{name}='{value}'\n" for name, value in {**VALUES, **values}.items()), encoding="utf-8")
        settings = read_settings([env], release=release)
        make(plan_setup(settings, directory=tmp_path / "key store"))
        return read_working_set(tmp_path / "key store")

    return make_set


def bytes_of(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewritten(one: WorkingSet) -> Change:
    """Both stores written again as they are."""
    writes = {
        path: store_bytes(store, contents_of(store), one.password)
        for path, store in ((one.keystore_path, one.keystore), (one.truststore_path, one.truststore))
    }
    return Change(one, "written again", writes)


@pytest.mark.parametrize("values", [{}, {"ZOWE_CERTS_STORE_TYPE": "JKS"}, {"ZOWE_CERTS_PROTECTION": "modern"}])
def test_a_store_that_is_written_again_has_the_same_entries_keys_format_and_protection(
    working: MakeSet, values: dict[str, str]
) -> None:
    one = working(COMPONENT_LEVEL_CERTIFICATES="gateway,zss", **values)
    apply_change(rewritten(one))
    again = read_working_set(one.directory)
    for before, after in ((one.keystore, again.keystore), (one.truststore, again.truststore)):
        assert after.format == before.format
        assert after.protection == before.protection
        assert [(entry.alias, entry.kind, entry.chain) for entry in after.entries] == [
            (entry.alias, entry.kind, entry.chain) for entry in before.entries
        ]
    keys = [entry for entry in with_proved_keys(again.keystore).entries if entry.kind is EntryKind.PRIVATE_KEY]
    assert [(entry.alias, entry.key_fits) for entry in keys] == [("localhost", True), ("gateway", True), ("zss", True)]


def test_the_jwt_secret_stays_when_a_keystore_of_an_early_release_is_written_again(working: MakeSet) -> None:
    one = working("1.15")
    apply_change(rewritten(one))
    again = read_working_set(one.directory).keystore.entry("jwtsecret")
    assert again is not None
    assert again.open_key is not None
    assert key_fits(again.open_key(), again.chain[0])


def test_the_directory_before_stays_whole_as_a_dated_copy_and_all_else_is_copied(working: MakeSet) -> None:
    one = working()
    before = bytes_of(one.directory)
    changed = apply_change(Change(one, "a new file", {PurePosixPath("a/b/new.cer"): b"new"}))
    assert changed.placed.kept is not None
    assert bytes_of(changed.placed.kept) == before
    assert bytes_of(one.directory) == {**before, str(Path("a/b/new.cer")): b"new"}
    assert str(changed.placed.kept) in changed.way_back


def test_a_file_that_goes_is_in_the_dated_copy_only(working: MakeSet) -> None:
    one = working()
    gone = PurePosixPath("local_ca/localca.keystore.p12")
    changed = apply_change(Change(one, "without the authority's key", {}, (gone,)))
    assert not (one.directory / gone).exists()
    assert changed.placed.kept
    assert (changed.placed.kept / gone).is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_modes_stay_as_they_were_and_a_new_file_is_its_owners_alone(working: MakeSet) -> None:
    one = working(ZOWE_LOCK_KEYSTORE="false")
    apply_change(Change(one, "a new file", {PurePosixPath("localhost/new.key"): b"new"}))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in one.directory.rglob("*")}
    assert modes["localhost.keystore.p12"] == 0o640
    assert modes["localca.keystore.p12"] == 0o600
    assert modes["new.key"] == 0o600
    assert stat.S_IMODE(one.directory.stat().st_mode) == 0o750


def test_a_disk_that_is_full_leaves_all_as_it_was(working: MakeSet, monkeypatch: pytest.MonkeyPatch) -> None:
    one = working()
    before = bytes_of(one.directory)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Placing, "write", full)
    with pytest.raises(WriteError, match="No space left on device; nothing was changed"):
        apply_change(Change(one, "", {PurePosixPath("new"): b""}))
    assert bytes_of(one.directory) == before
    assert [path.name for path in one.directory.parent.iterdir() if path.is_dir()] == [one.directory.name]


def test_a_directory_with_a_link_in_it_is_not_changed(working: MakeSet, tmp_path: Path) -> None:
    one = working()
    try:
        (one.directory / "link").symlink_to(tmp_path)
    except OSError:
        pytest.skip("links are not for everybody on Windows")
    with pytest.raises(WriteError, match="link is no plain file"):
        apply_change(Change(one, "", {}))
    assert not list(tmp_path.glob("key store.*"))


def test_a_store_with_an_entry_that_would_be_lost_is_not_written_again(working: MakeSet, tmp_path: Path) -> None:
    one = working()
    data = serialize_key_and_certificates(
        None, None, None, [load_certificate(one.entry.chain[1].der)], BestAvailableEncryption(PASSWORD.encode())
    )
    (tmp_path / "unmarked.p12").write_bytes(data)
    store = open_store(tmp_path / "unmarked.p12", Secret(PASSWORD))
    with pytest.raises(UsageError, match=r"unmarked\.p12 holds a certificate.* would be lost"):
        contents_of(store)


def test_only_the_stores_that_zowe_reads_are_written_again(working: MakeSet) -> None:
    one = working()
    with pytest.raises(UsageError, match="is PEM, and only PKCS12 and JKS"):
        contents_of(open_store(one.directory / one.file("keystore.cer")))


def test_two_entries_of_one_alias_are_refused(working: MakeSet) -> None:
    one = working()
    twice = 2 * contents_of(one.truststore)
    with pytest.raises(UsageError, match="two entries would have the same alias"):
        store_bytes(one.truststore, twice, one.password)


def test_before_and_after_tell_what_a_change_does_to_each_store(working: MakeSet) -> None:
    one = working()
    contents = contents_of(one.truststore)
    more = TrustedContent("other", load_certificate(one.entry.chain[0].der))
    data = store_bytes(one.truststore, [*contents, more], one.password)
    ((path, changes),) = compared(Change(one, "", {one.truststore_path: data}))
    assert path == one.truststore_path
    assert [(change.alias, change.kind) for change in changes] == [("other", ChangeKind.ADDED)]


def test_a_directory_is_opened_by_a_password_from_outside_where_its_own_is_wrong(working: MakeSet) -> None:
    one = working()
    env = one.directory / "zowe-certificates.env"
    env.write_text(env.read_text(encoding="utf-8").replace(PASSWORD, "another9"), encoding="utf-8")
    with pytest.raises(WrongPassword, match=r"localhost\.keystore\.p12"):
        read_working_set(one.directory)
    assert read_working_set(one.directory, [Secret(PASSWORD)]).password == Secret(PASSWORD)


def test_a_directory_of_a_key_ring_has_no_store_to_change(working: MakeSet) -> None:
    one = working()
    env = one.directory / "zowe-certificates.env"
    env.write_text(
        "KEY_ALIAS=localhost\nKEYSTORE_PASSWORD=password\nKEYRING_OWNER=ZWESVUSR\nKEYRING_NAME=ZoweKeyring\n"
        "KEYSTORE=safkeyring:////ZWESVUSR/ZoweKeyring\nTRUSTSTORE=safkeyring:////ZWESVUSR/ZoweKeyring\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match="in the key ring ZWESVUSR/ZoweKeyring, not in files"):
        read_working_set(one.directory)


def test_a_lost_store_is_named_with_the_variable_that_names_it(working: MakeSet) -> None:
    one = working()
    (one.directory / one.truststore_path).unlink()
    with pytest.raises(SettingsError, match=r"TRUSTSTORE is /global/zowe/keystore/localhost/localhost.truststore.p12"):
        read_working_set(one.directory)


def test_a_folder_that_is_not_there_is_no_keystore_directory(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        read_working_set(tmp_path / "nowhere")


def test_an_alias_without_a_key_is_told_with_those_that_have_one(working: MakeSet) -> None:
    with pytest.raises(UsageError, match="under the alias 'other'; its keys are localhost"):
        working().entry_of("other")


def test_one_file_for_both_stores_is_not_changed(working: MakeSet) -> None:
    one = working()
    env = one.directory / "zowe-certificates.env"
    env.write_text(env.read_text(encoding="utf-8").replace("truststore.p12", "keystore.p12"), encoding="utf-8")
    with pytest.raises(SettingsError, match="KEYSTORE and TRUSTSTORE are one file"):
        read_working_set(one.directory)


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(working: MakeSet) -> None:
    one = working()
    planned = rewritten(one)
    other = [*contents_of(one.truststore), TrustedContent("other", load_certificate(one.entry.chain[0].der))]
    apply_change(Change(one, "", {one.truststore_path: store_bytes(one.truststore, other, one.password)}))
    before = bytes_of(one.directory)
    with pytest.raises(UsageError, match="changed by somebody else meanwhile; nothing was written"):
        apply_change(planned)
    assert bytes_of(one.directory) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_a_new_certificate_may_be_read_by_whom_the_settings_are_for(working: MakeSet) -> None:
    one = working(ZOWE_LOCK_KEYSTORE="false")
    new = {PurePosixPath(f"local_ca/extca.1.{end}"): b"" for end in ("cer", "cer-ebcdic", "key", "p12")}
    apply_change(Change(one, "", new))
    modes = {path.name: stat.S_IMODE((one.directory / path).stat().st_mode) for path in new}
    assert modes == {"extca.1.cer": 0o640, "extca.1.cer-ebcdic": 0o640, "extca.1.key": 0o600, "extca.1.p12": 0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_empty_folders_and_their_modes_stay(working: MakeSet) -> None:
    one = working()
    (one.directory / "spare").mkdir(mode=0o755)
    (one.directory / "spare").chmod(0o755)
    apply_change(Change(one, "", {}))
    assert stat.S_IMODE((one.directory / "spare").stat().st_mode) == 0o755
    assert stat.S_IMODE((one.directory / "local_ca").stat().st_mode) == 0o700
