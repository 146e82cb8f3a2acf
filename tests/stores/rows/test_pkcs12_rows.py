"""Rows about the structure, the integrity and the protection of PKCS12 stores."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest
from Cryptodome.Cipher import AES
from cryptography.hazmat.primitives.asymmetric import ec

from tests.stores import bags, jks_bytes
from tests.stores.certificate_shapes import EC_KEY, certificate, issued, with_null_parameters
from tests.stores.rows.conftest import PASSWORD, Read
from tests.stores.test_opening import NAMES, padded, pkcs12_scheme, pkcs12_sealed
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.ciphers import Purpose, pkcs12_kdf

ROOT = Path(__file__).resolve().parents[3]
GOOD = certificate("CN=Good")
CA = bags.certificate_bag(GOOD, bags.named("ca"), bags.trusted())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
CLEAR_KEY = jks_bytes.clear(EC_KEY)
KEY_ID = bags.key_id(b"1")
LEAF = bags.certificate_bag(GOOD, bags.named("key"), KEY_ID)
SALT = bytes(8)
AES_128_CBC = "2.16.840.1.101.3.4.1.2"
HMAC_SHA256 = "1.2.840.113549.2.9"


def test_a_store_cut_anywhere_is_damaged_or_of_no_known_format(read: Read) -> None:
    data = bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, KEY_ID), LEAF, CA), rounds=1)
    for size in range(3, len(data)):
        with pytest.raises((Damaged, UnknownFormat)):
            read(data[:size])


def test_a_key_of_no_certificate_is_listed_and_noted(read: Read) -> None:
    other = bags.certificate_bag(issued("CN=Other", "CN=Other", key=OTHER_KEY), bags.named("ca"), bags.trusted())
    key, trusted = read(bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, bags.named("key")), other))).entries
    assert (key.alias, key.kind, key.chain) == ("key", EntryKind.PRIVATE_KEY, ())
    assert key.notes == ("it has no certificate, so that no connection can be made with it",)
    assert trusted.chain


BAD_CERTIFICATES = {
    "no certificate": (b"\x30\x03\x02\x01\x05", "a certificate in it cannot be read: "),
    "an authority without a name": (
        issued("", "CN=Issuer"),
        "it has neither a name nor critical alternative names, and Java refuses the store that holds it",
    ),
    "null parameters": (with_null_parameters(), "it is read field by field, because as a whole it is refused: "),
}


@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_a_bad_certificate_is_named_and_the_others_are_shown(kind: str, read: Read) -> None:
    octets, told = BAD_CERTIFICATES[kind]
    bad = bags.certificate_bag(octets, bags.named("bad"), bags.trusted())
    found = read(bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, bags.named("key"), KEY_ID), bad, LEAF, CA)))
    entries = {entry.alias: entry for entry in found.entries}
    assert list(entries) == ["key", "bad", "ca"]
    assert told in " ".join((*entries["bad"].notes, *(note for facts in entries["bad"].chain for note in facts.notes)))
    for alias in ("key", "ca"):
        assert (entries[alias].chain[0].subject, entries[alias].notes) == ("CN=Good", ())
        assert entries[alias].chain[0].notes == ()


def test_a_store_without_integrity_and_encryption_opens_with_any_password_and_says_so(read: Read) -> None:
    data = bags.store(bags.in_clear(CA))
    for password in (PASSWORD, Secret("another"), Secret("")):
        found = read(data, password)
        assert [entry.alias for entry in found.entries] == ["ca"]
        assert (found.protection, found.notes) == ("", ("it has no integrity check",))


def test_a_store_without_integrity_whose_contents_are_encrypted_opens_with_its_own_password(read: Read) -> None:
    data = bags.store(bags.encrypted(pkcs12_scheme(3), pkcs12_sealed(3, PASSWORD, der.sequence(CA))))
    assert read(data).notes == ("it has no integrity check",)
    with pytest.raises(WrongPassword):
        read(data, Secret("another"))


@pytest.mark.parametrize("rounds", [b"\x00", b"\xff"], ids=["0", "-1"])
def test_integrity_of_no_or_of_negative_rounds_is_damage(rounds: bytes, read: Read) -> None:
    with pytest.raises(Damaged, match="fewer than one round of key derivation"):
        read(bags.store(bags.in_clear(CA), mac=bags.mac_data(bags.SHA1, der.tlv(der.INTEGER, rounds))))


@pytest.mark.parametrize("rounds", [5_000_001, 6_000_000, (1 << 31) - 1])
def test_integrity_of_over_five_million_rounds_is_refused_before_any_is_done(
    rounds: int, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def derive(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr("zowe_certs_kernel.stores.integrity.pkcs12_kdf", derive)
    with pytest.raises(TooCostly, match=f"asks for {rounds:,} rounds of key derivation, over the limit of 5,000,000"):
        read(bags.store(bags.in_clear(CA), mac=bags.mac_data(bags.SHA1, der.integer(rounds))))


@pytest.mark.parametrize(("rounds", "noted"), [(1, True), (999, True), (1_000, False)])
def test_integrity_of_one_round_is_read_and_fewer_than_a_thousand_are_noted(
    rounds: int, noted: bool, read: Read
) -> None:
    found = read(bags.proved(bags.in_clear(CA), rounds=rounds))
    assert found.protection == f"HMAC-SHA256, {rounds:,} rounds"
    assert found.notes == (("its integrity is kept with fewer than 1,000 rounds of key derivation",) if noted else ())


@pytest.mark.parametrize("attributes", [(bags.named("key"), KEY_ID), (bags.named("key"),)], ids=["by id", "by name"])
def test_a_key_of_2_to_the_31_rounds_is_listed_and_refused_when_asked_for(
    attributes: tuple[bytes, ...], read: Read
) -> None:
    key = bags.shrouded_key_bag(bags.pbes2(der.integer((1 << 31) - 1)), *attributes)
    entries = read(bags.proved(bags.in_clear(key, LEAF, CA))).entries
    assert [(entry.alias, entry.kind) for entry in entries][:1] == [("key", EntryKind.PRIVATE_KEY)]
    assert "ca" in [entry.alias for entry in entries]
    assert entries[0].open_key is not None
    with pytest.raises(TooCostly, match="2,147,483,647 rounds"):
        entries[0].open_key()


def test_with_another_password_for_the_key_certificates_are_listed_and_the_key_asks_for_its_own(read: Read) -> None:
    key = bags.sealed(CLEAR_KEY, bags.named("key"), KEY_ID, password="its own")
    data = bags.proved(bags.in_clear(key, LEAF, CA))
    entry, trusted = read(data).entries
    assert (entry.chain[0].subject, trusted.chain[0].subject) == ("CN=Good", "CN=Good")
    assert entry.open_key is not None
    with pytest.raises(WrongPassword, match=r"the private key key does not open .*: it has one of its own"):
        entry.open_key()


def keys_and_leaves(service: Issued, component: Issued, first: bytes, second: bytes) -> bytes:
    """Two keys, then two certificates in the other order, under these ids."""
    made = ((service, first), (component, second))
    keys = [bags.sealed(jks_bytes.clear(each.key), key_id) for each, key_id in made]
    leaves = [bags.certificate_bag(each.certificate, key_id) for each, key_id in reversed(made)]
    return bags.proved(bags.in_clear(*keys, *leaves))


@pytest.mark.parametrize("second", [b"2", b"1"], ids=["ids that differ", "the same id twice"])
def test_several_keys_are_each_paired_with_the_certificate_of_their_public_key(
    second: bytes, read: Read, service: Issued, component: Issued
) -> None:
    found = read(keys_and_leaves(service, component, KEY_ID, bags.key_id(second)))
    assert [entry.chain[0].common_name for entry in found.entries] == ["Service", "Component"]
    assert all(entry.open_key and entry.open_key() for entry in found.entries)


def test_a_key_whose_id_no_certificate_has_is_paired_by_its_public_key(
    read: Read, service: Issued, component: Issued
) -> None:
    leaves = [
        bags.certificate_bag(each.certificate, bags.key_id(number))
        for each, number in ((component, b"3"), (service, b"2"))
    ]
    found = read(bags.proved(bags.in_clear(bags.sealed(jks_bytes.clear(service.key), KEY_ID), *leaves)))
    assert [(entry.kind, entry.chain[0].common_name) for entry in found.entries] == [
        (EntryKind.PRIVATE_KEY, "Service"),
        (EntryKind.CERTIFICATE, "Component"),
    ]


def test_a_keys_certificate_with_the_mark_of_trust_is_noted_as_leaving_the_key_without_a_chain_in_java(
    read: Read,
) -> None:
    leaf = bags.certificate_bag(GOOD, bags.named("key"), KEY_ID, bags.trusted())
    found = read(bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, bags.named("key"), KEY_ID), leaf)))
    assert [entry.kind for entry in found.entries] == [EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE]
    assert found.entries[0].notes == (
        "its certificate carries Java's mark of trust, so that Java has no chain for the key",
    )
    assert [entry.java_alias for entry in found.entries] == [None, "key"]


SEALED = bags.sealed(CLEAR_KEY, KEY_ID)
MARKED = bags.trusted()
# The bags of a store, the alias of each entry and what Java calls it; tests/java asks keytool for the same.
JAVA_NAMES: dict[str, tuple[tuple[bytes, ...], list[tuple[str, str | None]]]] = {
    "an unnamed certificate before an unnamed key": (
        (bags.certificate_bag(GOOD, MARKED), SEALED),
        [("2", "2"), ("1", "1")],
    ),
    "an unnamed key in clear before an unnamed sealed one": (
        (bags.key_bag(OTHER_KEY), SEALED),
        [("2", None), ("1", "1")],
    ),
    "a key whose certificate has the mark of trust": (
        (
            bags.sealed(CLEAR_KEY, bags.named("k"), KEY_ID),
            bags.certificate_bag(GOOD, bags.named("c"), KEY_ID, MARKED),
        ),
        [("k", "k"), ("c", "c")],
    ),
    "a key after a certificate of its alias": (
        (bags.certificate_bag(GOOD, bags.named("X"), MARKED), bags.sealed(CLEAR_KEY, bags.named("x"), KEY_ID)),
        [("x", "x"), ("X", None)],
    ),
    "a key before a certificate of its alias": (
        (bags.sealed(CLEAR_KEY, bags.named("x"), KEY_ID), bags.certificate_bag(GOOD, bags.named("X"), MARKED)),
        [("x", None), ("X", "x")],
    ),
    "a key in clear of a certificate's alias": (
        (bags.certificate_bag(GOOD, bags.named("x"), MARKED), bags.key_bag(OTHER_KEY, bags.named("x"))),
        [("x", None), ("x", "x")],
    ),
    "an empty alias and none": (
        (bags.certificate_bag(GOOD, bags.named(""), MARKED), bags.certificate_bag(GOOD, MARKED)),
        [("", ""), ("1", "1")],
    ),
    "a number as alias and none": (
        (bags.certificate_bag(GOOD, MARKED), bags.certificate_bag(GOOD, bags.named("1"), MARKED)),
        [("1", None), ("1", "1")],
    ),
    "a number as alias and an unnamed entry that Java does not have": (
        (bags.key_bag(OTHER_KEY), bags.certificate_bag(GOOD, bags.named("1"), MARKED)),
        [("2", None), ("1", "1")],
    ),
    "a second key without a localKeyId": (
        (
            bags.sealed(CLEAR_KEY, bags.named("first")),
            bags.sealed(CLEAR_KEY, bags.named("second")),
            bags.sealed(CLEAR_KEY, bags.named("third"), KEY_ID),
        ),
        [("first", "first"), ("second", None), ("third", "third")],
    ),
}

SAME_TO_JAVA = {
    "a key after a certificate of its alias",
    "a key before a certificate of its alias",
    "a number as alias and none",
}


@pytest.mark.parametrize("kind", JAVA_NAMES)
def test_an_entry_has_the_alias_that_java_gives_it_in_the_order_of_the_file(kind: str, read: Read) -> None:
    contents, names = JAVA_NAMES[kind]
    found = read(bags.proved(bags.in_clear(*contents)))
    assert [(entry.alias, entry.java_alias) for entry in found.entries] == names
    assert any("the same alias to Java" in note for note in found.notes) is (kind in SAME_TO_JAVA)


def test_a_second_key_without_a_local_key_id_is_noted_as_not_seen_by_java(read: Read) -> None:
    contents, _ = JAVA_NAMES["a second key without a localKeyId"]
    noted = [
        entry.alias
        for entry in read(bags.proved(bags.in_clear(*contents))).entries
        if "it has no localKeyId and is not the first key of the store; Java does not see such a key" in entry.notes
    ]
    assert noted == ["second"]


@pytest.mark.parametrize("mark", [(), (MARKED,)], ids=["unmarked", "marked"])
def test_a_key_whose_certificate_is_damaged_is_not_said_to_have_none(mark: tuple[bytes, ...], read: Read) -> None:
    damaged = bags.certificate_bag(b"\x30\x03\x02\x01\x05", KEY_ID, *mark)
    key, bad = read(bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, bags.named("key"), KEY_ID), damaged))).entries
    assert (key.alias, key.chain) == ("key", ())
    assert key.notes == ("the certificate of its localKeyId cannot be read",)
    assert bad.notes[0].startswith("a certificate in it cannot be read: ")


def in_pieces_of_pieces(octets: bytes, depth: int) -> bytes:
    """A constructed OCTET STRING whose parts are constructed ones."""
    if depth == 0:
        return der.octet_string(octets)
    half = len(octets) // 2
    parts = in_pieces_of_pieces(octets[:half], depth - 1) + in_pieces_of_pieces(octets[half:], depth - 1)
    return b"\x24\x80" + parts + b"\0\0"


@pytest.mark.parametrize("depth", [1, 5])
def test_strings_in_pieces_of_pieces_are_read_as_the_same_whole(depth: int, read: Read) -> None:
    data = bags.proved(bags.in_clear(bags.sealed(CLEAR_KEY, bags.named("key"), KEY_ID), LEAF, CA))
    version, safe, mac = der.read(data).children()
    kind, wrapped = safe.children()
    pieces = in_pieces_of_pieces(wrapped.first().content, depth)
    nested = der.sequence(version.encoded, der.sequence(kind.encoded, der.context(0, pieces)), mac.encoded)
    assert read(nested) == read(data)


@pytest.mark.parametrize("closed", [False, True])
def test_four_thousand_indefinite_lengths_in_each_other_are_an_error_and_no_crash(closed: bool, read: Read) -> None:
    nested = b"\x30\x80" * 4_000 + b"\0\0" * 4_000 * closed
    for data in (nested, der.sequence(der.integer(3), bags.content(bags.DATA, der.octet_string(nested)))):
        with pytest.raises(StoreError):
            read(data)


def sha1_mac(*contents: bytes) -> bytes:
    """SHA-1 integrity as programs wrote it up to 2018."""
    key = pkcs12_kdf("sha1", PASSWORD, SALT, Purpose.INTEGRITY, 2_048, 20)
    value = hmac.digest(key, der.sequence(*contents), "sha1")
    info = der.sequence(bags.algorithm(bags.SHA1, der.null()), der.octet_string(value))
    return der.sequence(info, der.octet_string(SALT), der.integer(2_048))


def legacy(number: int) -> bytes:
    """A key and a certificate under one of PKCS #12's own schemes, and SHA-1 integrity."""
    sealed_key = der.sequence(pkcs12_scheme(number), der.octet_string(pkcs12_sealed(number, PASSWORD, CLEAR_KEY)))
    key = bags.in_clear(bags.bag(bags.SHROUDED_KEY_BAG, sealed_key, bags.named("key"), KEY_ID))
    leaf = bags.encrypted(pkcs12_scheme(number), pkcs12_sealed(number, PASSWORD, der.sequence(LEAF)))
    return bags.store(key, leaf, mac=sha1_mac(key, leaf))


@pytest.mark.parametrize("number", range(1, 7), ids=NAMES)
def test_a_store_under_a_legacy_scheme_is_read_and_its_scheme_named(number: int, read: Read) -> None:
    found = read(legacy(number))
    assert found.protection == f"HMAC-SHA1, 2,048 rounds; {NAMES[number - 1]} and SHA-1, 1 rounds"
    assert found.entries[0].open_key is not None
    assert public_key_of(found.entries[0].open_key()) == public_key_of(EC_KEY)


def test_legacy_schemes_are_read_without_openssls_legacy_provider(tmp_path: Path) -> None:
    for number in range(1, 7):
        (tmp_path / f"{number}.p12").write_bytes(legacy(number))
    code = (
        "import sys; from pathlib import Path; from zowe_certs_kernel.secret import Secret\n"
        "from zowe_certs_kernel.stores import open_store\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    print(open_store(path, Secret('unguessed')).entries[0].open_key() is not None)"
    )
    without = {"CRYPTOGRAPHY_OPENSSL_NO_LEGACY": "1", "OPENSSL_MODULES": str(tmp_path), "OPENSSL_CONF": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **without},
    )  # fmt: skip
    assert done.stdout.split() == ["True"] * 6, done.stderr


@pytest.mark.parametrize("length", [b"", der.integer(16)], ids=["implicit", "explicit"])
@pytest.mark.parametrize("prf", [b"", bags.algorithm(HMAC_SHA256, der.null())], ids=["default digest", "SHA-256"])
def test_pbes2_is_read_with_its_length_and_its_digest_written_or_left_out(
    length: bytes, prf: bytes, read: Read
) -> None:
    digest = "sha256" if prf else "sha1"
    derivation = bags.algorithm(bags.PBKDF2, der.sequence(der.octet_string(SALT), der.integer(2), length, prf))
    scheme = bags.algorithm(
        bags.PBES2, der.sequence(derivation, bags.algorithm(AES_128_CBC, der.octet_string(bytes(16))))
    )
    key = hashlib.pbkdf2_hmac(digest, b"unguessed", SALT, 2, 16)
    sealed = AES.new(key, AES.MODE_CBC, bytes(16)).encrypt(padded(der.sequence(CA), 16))
    found = read(bags.proved(bags.encrypted(scheme, sealed)))
    assert [entry.alias for entry in found.entries] == ["ca"]
    assert found.protection.endswith(f"PBES2 with AES-128 and {digest.upper()}, 2 rounds")


def test_a_cipher_that_is_named_without_pbes2_around_it_is_told_by_its_number(read: Read) -> None:
    with pytest.raises(UnknownFormat, match=rf"it is encrypted by algorithm {AES_128_CBC}, which is not read here"):
        read(bags.proved(bags.encrypted(bags.algorithm(AES_128_CBC, der.octet_string(bytes(16))))))
