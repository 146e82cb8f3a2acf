"""Rows about Java's own types of store, JKS and JCEKS, and about what is no store at all."""

from __future__ import annotations

import tracemalloc
from types import ModuleType

import pytest

from tests.stores import jceks_bytes, jks_bytes
from tests.stores.certificate_shapes import EC_KEY, certificate, issued, with_null_parameters
from tests.stores.rows.conftest import Read
from zowe_certs_kernel.errors import Damaged, UnknownFormat, WrongPassword
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.stores.certificate import public_key_of

GOOD = certificate("CN=Good")
STORED = jks_bytes.certificate(jks_bytes.encoded(GOOD))
TRUSTED = jks_bytes.trusted(b"ca", STORED)
KEY = jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY)), STORED)
HIGHEST = b"\x7f\xff\xff\xff"  # 2^31 - 1, the highest that Java counts to

STORE = jks_bytes.store(KEY, TRUSTED)
EITHER = pytest.mark.parametrize("module", [jks_bytes, jceks_bytes], ids=["JKS", "JCEKS"])


@EITHER
def test_2_to_the_31_entries_in_32_bytes_are_refused_at_once_with_the_offset(module: ModuleType, read: Read) -> None:
    data = module.store(count=(1 << 31) - 1)
    assert len(data) == 32
    with pytest.raises(Damaged, match="offset 8 counts 2,147,483,647 entries"):
        read(data)


@EITHER
@pytest.mark.parametrize("field", ["4 key", "4 DER", "4 chain"], ids=["key", "certificate", "chain"])
def test_a_length_of_2_to_the_31_is_refused_with_its_offset_and_in_little_memory(
    field: str, module: ModuleType, read: Read
) -> None:
    data = bytearray(module.store(KEY, TRUSTED)[: -jks_bytes.DIGEST_SIZE])
    at = jks_bytes.field_offsets(STORE)[field][0]
    data[at : at + 4] = HIGHEST
    tracemalloc.start()
    try:
        with pytest.raises(Damaged, match=rf"offset ({at}|{at + 4}) "):
            read(jks_bytes.proved(bytes(data)))
        assert tracemalloc.get_traced_memory()[1] < 65 << 20  # 64 of them are the buffer into which any file is read
    finally:
        tracemalloc.stop()


@EITHER
def test_a_count_that_is_negative_to_java_is_refused_with_its_offset(module: ModuleType, read: Read) -> None:
    with pytest.raises(Damaged, match="offset 8 counts 4,294,967,295 entries, more than the 0 bytes that follow"):
        read(module.store(count=0xFFFFFFFF))


@EITHER
def test_too_small_a_count_is_an_integrity_failure_and_too_large_a_one_a_truncation(
    module: ModuleType, read: Read
) -> None:
    with pytest.raises(WrongPassword, match="the password does not open it, or its bytes were changed"):
        read(module.store(TRUSTED, TRUSTED, count=1))
    with pytest.raises(Damaged, match=r"beyond the bytes there are|more than the .* bytes that follow can hold"):
        read(module.store(TRUSTED, TRUSTED, count=3))


def test_bytes_after_the_digest_are_noted(read: Read) -> None:
    found = read(STORE + b"\0more")
    assert found.entries == read(STORE).entries
    assert found.notes == (f"5 bytes follow its end at offset {len(STORE)}, and Java passes over them",)


@EITHER
def test_version_1_is_read(module: ModuleType, read: Read) -> None:
    encoded = jks_bytes.sized(jks_bytes.encoded(GOOD))
    key = jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY)), encoded)
    found = read(module.store(key, jks_bytes.trusted(b"ca", encoded), version=1))
    assert [(entry.alias, entry.chain[0].subject) for entry in found.entries] == [("key", "CN=Good"), ("ca", "CN=Good")]
    assert found.entries[0].open_key is not None
    assert public_key_of(found.entries[0].open_key()) == public_key_of(EC_KEY)


@EITHER
def test_an_unknown_tag_is_damage_and_an_unknown_version_of_no_known_format(module: ModuleType, read: Read) -> None:
    with pytest.raises(Damaged, match="offset 12 holds an entry of kind 9"):
        read(module.store(jks_bytes.number(9) + TRUSTED[4:]))
    for version in (0, 3):
        with pytest.raises(UnknownFormat, match=f"of version {version}"):
            read(module.store(TRUSTED, version=version))


def test_a_store_cut_anywhere_is_damaged_or_of_no_known_format_and_never_a_wrong_password(read: Read) -> None:
    for size in range(len(STORE)):
        with pytest.raises(Damaged if size >= len(jks_bytes.MAGIC) else UnknownFormat, match=r"offset|it is"):
            read(STORE[:size])


@pytest.mark.parametrize("data", [b"", b"\xfe", b"no keystore at all\n", "no keystore\n".encode("cp500")])
def test_an_empty_file_and_a_text_are_no_keystore(data: bytes, read: Read) -> None:
    with pytest.raises(UnknownFormat, match="cannot be read: "):
        read(data)


@EITHER
def test_a_private_key_with_an_empty_chain_is_listed_and_noted(module: ModuleType, read: Read) -> None:
    found = read(module.store(jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY))), TRUSTED))
    assert [(entry.kind, len(entry.chain)) for entry in found.entries] == [
        (EntryKind.PRIVATE_KEY, 0),
        (EntryKind.TRUSTED_CERTIFICATE, 1),
    ]
    assert found.entries[0].notes == ("it has no certificate, so that Java does not show it as a key",)


@EITHER
def test_equal_aliases_and_aliases_that_differ_in_case_are_all_shown_and_noted(module: ModuleType, read: Read) -> None:
    found = read(module.store(*(jks_bytes.trusted(alias, STORED) for alias in (b"ca", b"ca", b"CA"))))
    assert [entry.alias for entry in found.entries] == ["ca", "ca", "CA"]
    assert found.notes == (
        "2 entries have the alias 'ca', of which Java keeps the last one",
        "2 aliases differ from 'ca' in case only, of which Java finds the one in lower case",
    )


BAD_CERTIFICATES = {
    "no certificate": b"\x30\x03\x02\x01\x05",
    "an authority without a name": issued("", "CN=Issuer"),
    "null parameters": with_null_parameters(),
}
NAMED_BAD = {
    "no certificate": "a certificate in it cannot be read: ",
    "an authority without a name": "it has neither a name nor critical alternative names, and Java refuses the store",
    "null parameters": "it is read field by field, because as a whole it is refused: ",
}


@EITHER
@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_a_bad_certificate_is_named_and_the_others_are_shown(kind: str, module: ModuleType, read: Read) -> None:
    bad = jks_bytes.certificate(BAD_CERTIFICATES[kind])
    key = jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY)), STORED, bad)
    found = read(module.store(jks_bytes.trusted(b"bad", bad), key, TRUSTED))
    assert [entry.alias for entry in found.entries] == ["bad", "key", "ca"]
    first, key_entry, last = found.entries
    told = (*first.notes, *(note for facts in first.chain for note in facts.notes))
    assert NAMED_BAD[kind] in " ".join(told)
    assert (key_entry.chain[0].subject, last.chain[0].subject) == ("CN=Good", "CN=Good")
    assert (last.notes, last.chain[0].notes) == ((), ())


@EITHER
def test_a_sealed_object_of_an_unknown_class_is_passed_over_with_a_note(module: ModuleType, read: Read) -> None:
    odd = jceks_bytes.secret(b"odd", jceks_bytes.sealed_key(name=b"org.example.Exploit"))
    own = jceks_bytes.secret(b"own", jceks_bytes.sealed_key())
    if module is jks_bytes:
        with pytest.raises(Damaged, match="holds an entry of kind 3, which no JKS store has"):
            read(module.store(odd, TRUSTED))
        return
    found = read(module.store(odd, own, TRUSTED))
    assert [(entry.alias, entry.kind, entry.notes) for entry in found.entries] == [
        ("odd", EntryKind.SECRET_KEY, (
            "it is an object of class 'org.example.Exploit', which is passed over; Java refuses the whole store for it",
        )),
        ("own", EntryKind.SECRET_KEY, ()),
        ("ca", EntryKind.TRUSTED_CERTIFICATE, ()),
    ]  # fmt: skip


def test_a_key_under_a_protection_of_no_known_kind_is_listed_and_its_algorithm_named(read: Read) -> None:
    key = jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY), oid="1.2.3.4"), STORED)
    (entry,) = read(jks_bytes.store(key)).entries
    assert entry.chain[0].subject == "CN=Good"
    assert entry.open_key is not None
    with pytest.raises(UnknownFormat, match=r"is encrypted by algorithm 1\.2\.3\.4, which is not read here"):
        entry.open_key()
