"""The stores of a folder are found by their first bytes, and everything else is passed over with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from zowe_certs_kernel.errors import SourceMissing, TooCostly
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import Profile, Protection, TrustedContent, folder, open_store, write_pkcs12
from zowe_certs_kernel.stores.folder import candidates
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pem import certificate_pem, to_ebcdic

PASSWORD = Secret("unguessed")


@pytest.fixture
def site(tmp_path: Path, authority: Issued) -> Path:
    """Four stores, misnamed, one in a folder; and what is none."""
    contents = [TrustedContent("ca", authority.certificate)]
    text = certificate_pem(authority.certificate)
    found = tmp_path / "site"
    (found / "inner").mkdir(parents=True)
    (found / "a.txt").write_bytes(write_pkcs12(contents, Protection(PASSWORD, Profile.MODERN, 1)))
    (found / "b.p12").write_bytes(write_jks(contents, PASSWORD))
    (found / "c").write_bytes(b"words before it\n" * 1_000 + text)
    (found / "inner" / "d.cer-ebcdic").write_bytes(to_ebcdic(text))
    (found / "inner" / "e.der").write_bytes(authority.certificate.public_bytes(Encoding.DER))
    (found / "notes.pem").write_bytes(b"nothing in it\n")
    (found / "empty.p12").write_bytes(b"")
    (found / "0.txt").write_bytes(b"0.1.2 is a version\n")
    return found


def test_stores_are_found_by_content_in_every_folder_and_sorted(site: Path) -> None:
    stores, _ = candidates(site)
    assert [path.relative_to(site).as_posix() for path in stores] == [
        "a.txt",
        "b.p12",
        "c",
        "inner/d.cer-ebcdic",
        "inner/e.der",
    ]
    assert all(open_store(path, PASSWORD).entries for path in stores)


def test_everything_else_is_passed_over_with_a_reason(site: Path) -> None:
    _, passed = candidates(site)
    assert passed == (
        (site / "0.txt", "it is text without a PEM block"),
        (site / "empty.p12", "it is empty"),
        (site / "notes.pem", "it is text without a PEM block"),
    )


def test_links_are_followed_inside_the_folder_only(site: Path) -> None:
    outside = site.parent / "outside.jks"
    outside.write_bytes((site / "b.p12").read_bytes())
    (site / "x.link").symlink_to(site / "b.p12")
    (site / "y.link").symlink_to(outside)
    (site / "z.link").symlink_to(site / "inner")
    (site / "loop").symlink_to(site / "loop")
    stores, passed = candidates(site)
    assert site / "x.link" in stores
    told = dict(passed)
    assert told[site / "y.link"] == "it is a link that leads out of the folder"
    assert told[site / "z.link"] == "it is a link to a folder"
    assert told[site / "loop"] == "it is a link to nothing"


def test_a_pipe_keeps_nobody_waiting(site: Path) -> None:
    os.mkfifo(site / "pipe")
    assert (site / "pipe", "it is no file") in candidates(site)[1]


def test_folders_are_looked_into_eight_deep(tmp_path: Path) -> None:
    deep = tmp_path
    for number in range(12):
        deep = deep / str(number)
    deep.mkdir(parents=True)
    ((_, reason),) = candidates(tmp_path)[1]
    assert reason == "it is more than 8 folders deep"


def test_the_number_of_files_has_a_limit(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_MAX_FILES", 3)
    stores, passed = candidates(site)
    assert len(stores) + len(passed) == 3 + 1
    assert (site, "only its first 3 files were looked at") in passed


@pytest.mark.parametrize("store", ["a.txt", "b.p12", "c", "inner/d.cer-ebcdic", "inner/e.der"])
def test_a_store_over_the_limit_is_handed_on_and_refused_as_it_is_opened(site: Path, store: str) -> None:
    large = site / store
    with large.open("r+b") as file:
        file.truncate((16 << 20) + 1)
    assert large in candidates(site)[0]
    with pytest.raises(TooCostly, match="it has over 16,777,216 bytes, which is the limit"):
        open_store(large, PASSWORD)


def test_a_large_file_that_is_no_store_is_passed_over_as_what_it_is(tmp_path: Path) -> None:
    for name, beginning in (("archive", b"PK\x03\x04"), ("log", b"words\n" * 11_000)):
        with (tmp_path / name).open("wb") as file:
            file.write(beginning)
            file.truncate((16 << 20) + 1)
    assert candidates(tmp_path) == (
        (),
        (
            (tmp_path / "archive", "it is a ZIP or JAR file: take the store out of it"),
            (tmp_path / "log", "it is text without a PEM block"),
        ),
    )


def test_a_file_that_may_not_be_read_is_handed_on_to_be_refused(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    stores, passed = candidates(site)
    assert site / "b.p12" in stores
    assert passed == ()
    with pytest.raises(SourceMissing, match=r"b\.p12 cannot be read: Permission denied"):
        open_store(site / "b.p12", PASSWORD)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="cannot be read: No such file or directory"):
        candidates(tmp_path / "none")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceMissing, match="cannot be read: Not a directory"):
        candidates(tmp_path / "file")
