"""Whatever the file holds: a store, or one sentence of a known kind that names the file; and soon."""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged, SourceMissing, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import (
    KeyContent,
    Profile,
    Protection,
    TrustedContent,
    der,
    open_store,
    write_pkcs12,
)
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.limits import Limits
from zowe_certs_kernel.stores.pem import certificate_pem, key_pem, to_ebcdic

PASSWORD = Secret("unguessed")
MUTATIONS = 2_000
ROUNDS = 1  # of key derivation in the stores that are changed
LIMIT = 1_000

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return to_file


def sealed(service: Issued, authority: Issued, profile: Profile = Profile.COMPATIBLE) -> bytes:
    contents = (KeyContent("key", service.key, service.chain), TrustedContent("ca", authority.certificate))
    return write_pkcs12(contents, Protection(PASSWORD, profile, ROUNDS))


def in_clear(service: Issued, authority: Issued) -> bytes:
    return bags.store(
        bags.in_clear(
            bags.key_bag(service.key, bags.named("key"), bags.key_id(b"1")),
            bags.certificate_bag(service.certificate, bags.named("key"), bags.key_id(b"1")),
            bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted()),
        )
    )


def in_jks(service: Issued, authority: Issued) -> bytes:
    contents = (KeyContent("key", service.key, service.chain), TrustedContent("ca", authority.certificate))
    return write_jks(contents, PASSWORD)


SAMPLES: dict[str, Callable[[Issued, Issued], bytes]] = {
    "PKCS12, 3DES": sealed,
    "PKCS12, PBES2": lambda service, authority: sealed(service, authority, Profile.MODERN),
    "PKCS12, RC2-40": lambda service, authority: sealed(service, authority, Profile.LEGACY),
    "PKCS12 without integrity check": lambda service, authority: bags.without_integrity(sealed(service, authority)),
    "PKCS12 in clear": in_clear,
    "JKS": in_jks,
    "PEM": lambda service, _: certificate_pem(*service.chain) + key_pem(service.key),
    "PEM in EBCDIC": lambda service, _: to_ebcdic(certificate_pem(*service.chain)),
    "DER": lambda service, _: service.certificate.public_bytes(Encoding.DER),
}


def changed(data: bytes, chance: random.Random) -> bytes:
    """One to three changes: a byte set, some taken out, some put in, the rest cut off."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(found)) if found else 0
        some = chance.randint(1, 8)
        kind = chance.random()
        if kind < 0.7:
            found[at : at + 1] = bytes(
                [chance.choice([0x00, 0x02, 0x04, 0x30, 0x7F, 0x80, 0xFF, chance.randrange(256)])]
            )
        elif kind < 0.8:
            del found[at : at + some]
        elif kind < 0.95:
            found[at:at] = chance.randbytes(some)
        else:
            del found[at:]
    return bytes(found)


@pytest.mark.parametrize("kind", SAMPLES)
def test_changed_bytes_give_a_store_or_a_store_error(
    kind: str, service: Issued, authority: Issued, write: Write, tmp_path: Path
) -> None:
    data = SAMPLES[kind](service, authority)
    chance = random.Random(kind)  # noqa: S311  # the same changes each time
    outcomes: Counter[str] = Counter()
    told: set[str] = set()
    for _ in range(MUTATIONS // 4 if kind not in {"PKCS12, 3DES", "PEM"} else MUTATIONS):
        path = write(changed(data, chance))
        try:
            entries = open_store(path, PASSWORD, limits=Limits(rounds=LIMIT)).entries
            outcomes["read"] += bool(entries)
        except StoreError as error:
            outcomes[type(error).__name__] += 1
            told.add(str(error))
    assert [each for each in told if not each.startswith(f"{tmp_path / 'file'} cannot be read: ")] == []
    assert outcomes["Damaged"] > 0
    assert len(outcomes) > 1


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_sample_is_read_while_nothing_is_changed(
    kind: str, service: Issued, authority: Issued, write: Write
) -> None:
    found = open_store(write(SAMPLES[kind](service, authority)), PASSWORD, limits=Limits(rounds=LIMIT))
    assert found.entries[0].chain[0].common_name == "Service"
    assert all(entry.open_key() for entry in found.entries if entry.open_key)


@pytest.mark.parametrize("kind", ["PKCS12, PBES2", "PKCS12 in clear", "JKS", "DER"])
def test_a_file_that_is_cut_anywhere_is_told_of(kind: str, service: Issued, authority: Issued, write: Write) -> None:
    data = SAMPLES[kind](service, authority)
    for size in range(0, len(data), 7):
        with pytest.raises((Damaged, UnknownFormat), match="cannot be read"):
            open_store(write(data[:size]), PASSWORD)


@pytest.mark.parametrize(
    "data",
    [b"\x30" * 100_000, b"\x30\x80" * 100_000, b"\x30\x84\x7f\xff\xff\xff" * 10_000],
    ids=["30", "30 80", "30 84"],
)
def test_nesting_that_has_no_bottom_is_refused_in_time(data: bytes, write: Write) -> None:
    with pytest.raises((Damaged, TooCostly)):
        open_store(write(data), PASSWORD)


def test_true_nesting_thousands_deep_is_damaged_in_time(write: Write) -> None:
    length, pieces = 0, []
    for _ in range(20_000):
        pieces.append(der.tlv(der.SEQUENCE, b"")[:1] + der.tlv(0, bytes(length))[1 : -length or None])
        length += len(pieces[-1])
    with pytest.raises(Damaged):
        open_store(write(b"".join(reversed(pieces))), PASSWORD)


def test_a_certificate_in_a_binary_store_that_looks_like_pem_text_does_not_make_it_pem(
    authority: Issued, write: Write
) -> None:
    contents = [TrustedContent("-----BEGIN CERTIFICATE-----", authority.certificate)]
    for data, kind in (
        (write_jks(contents, PASSWORD), "JKS"),
        (certificate_pem(authority.certificate) + write_jks(contents, PASSWORD), "PEM"),
        (b"0 s:CN=Authority\n" + certificate_pem(authority.certificate), "PEM"),
    ):
        assert open_store(write(data), PASSWORD).format == kind


def test_the_format_is_recognised_by_content_and_not_by_name(
    service: Issued, authority: Issued, tmp_path: Path
) -> None:
    kinds = (("PKCS12, 3DES", "PKCS12"), ("JKS", "JKS"), ("PEM", "PEM"), ("DER", "X.509 certificate"))
    for kind, expected in kinds:
        path = tmp_path / "misnamed.jceks"
        path.write_bytes(SAMPLES[kind](service, authority))
        assert open_store(path, PASSWORD).format == expected


def test_a_store_is_called_by_its_path_or_by_the_name_given(service: Issued, authority: Issued, write: Write) -> None:
    path = write(sealed(service, authority))
    assert open_store(path, PASSWORD).source == str(path)
    assert open_store(path, PASSWORD, name="keystore").source == "keystore"


@pytest.mark.parametrize("kind", ["PKCS12, PBES2", "JKS"])
def test_several_passwords_are_tried_in_turn(kind: str, service: Issued, authority: Issued, write: Write) -> None:
    path = write(SAMPLES[kind](service, authority))
    for passwords in ([Secret(""), PASSWORD], [PASSWORD, Secret("x")], [Secret("x"), Secret("y"), PASSWORD]):
        assert len(open_store(path, passwords).entries) == 2


@pytest.mark.parametrize(
    ("kind", "passwords"),
    [
        *(
            (kind, passwords)
            for kind in ("PKCS12, 3DES", "JKS")
            for passwords in ([Secret("x")], [Secret("x"), Secret("y")], Secret("x"), [Secret(""), Secret("x")])
        ),
        ("PKCS12, 3DES", []),
        ("PKCS12, 3DES", Secret("")),
    ],
)
def test_where_no_password_opens_it_the_error_names_the_file_and_no_password(
    kind: str, passwords: list[Secret] | Secret, service: Issued, authority: Issued, write: Write
) -> None:
    path = write(SAMPLES[kind](service, authority))
    with pytest.raises(WrongPassword) as caught:
        open_store(path, passwords)
    assert str(caught.value) == (f"{path} cannot be read: the password does not open it, or its bytes were changed")


@pytest.mark.parametrize("passwords", [[], Secret(""), [Secret("")]])
def test_without_a_password_the_certificates_of_a_jks_store_are_listed_unproved(
    passwords: list[Secret] | Secret, service: Issued, authority: Issued, write: Write
) -> None:
    found = open_store(write(in_jks(service, authority)), passwords)
    assert [entry.chain[0].common_name for entry in found.entries] == ["Service", "Authority"]
    assert found.notes == ("its integrity was not checked",)


@pytest.mark.parametrize("data", [der.sequence(der.integer(3)), b"\xfe\xed\xfe\xed\0\0\0\2"])
def test_a_damaged_store_is_not_tried_with_the_next_password(data: bytes, write: Write) -> None:
    with pytest.raises(Damaged):
        open_store(write(data), [Secret("x"), Secret("y")])


def test_the_limit_is_the_callers(service: Issued, authority: Issued, write: Write) -> None:
    path = write(sealed(service, authority))
    with pytest.raises(TooCostly, match=r"limit of 1 for each \(--max-rounds raises it\)$"):
        open_store(path, PASSWORD, limits=Limits(rounds=1))
    assert open_store(path, PASSWORD, limits=Limits(rounds=2)).entries


def test_an_algorithm_that_is_not_read_is_named_with_the_file(write: Write) -> None:
    path = write(bags.store(bags.encrypted(bags.algorithm("1.2.3.4", der.null()))))
    with pytest.raises(UnknownFormat) as caught:
        open_store(path, PASSWORD)
    assert str(caught.value) == (f"{path} cannot be read: it is encrypted by algorithm 1.2.3.4, which is not read here")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.p12"
    with pytest.raises(SourceMissing) as caught:
        open_store(path)
    assert str(caught.value) == f"{path} cannot be read: No such file or directory"


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing) as caught:
        open_store(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path} cannot be read: ")


def test_a_file_that_may_not_be_read_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(b"x")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceMissing) as caught:
        open_store(path)
    assert str(caught.value) == f"{path} cannot be read: Permission denied"


def test_a_file_over_16_mib_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(TooCostly, match=r"over 16,777,216 bytes, which is the limit \(--max-bytes raises it"):
        open_store(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnknownFormat, match="it is a pipe"):
        open_store(tmp_path / "pipe")


def test_threads_that_read_leave_the_filters_of_warnings_as_they_were(tmp_path: Path, authority: Issued) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificate_pem(authority.certificate) * 20)
    before, pause = list(warnings.filters), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(len(store.entries) == 20 for store in pool.map(open_store, [path] * 40))
    finally:
        sys.setswitchinterval(pause)
    assert warnings.filters == before
