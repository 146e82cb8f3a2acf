"""JKS stores are written as Java does and read without trust in a single byte of them."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jks
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from tests.stores import bags, jks_bytes
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WriteError, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import Entry, EntryKind, KeyFacts, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, TrustedContent, der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.java_store import read_java_store
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.limits import Limits

PASSWORD = Secret("unguessed")
MUTATIONS = 1_500
NOT_OPENED = "the password does not open it, or its bytes were changed"
ALIASES = ("zowe cert", "žofín", "日本", "", " ", "￿", "a" * 65_535, "é" * 32_767, "<b>&")


def read_store(data: bytes, *passwords: Secret, source: str = "store") -> Store:
    return read_java_store(data, passwords or [PASSWORD], source)


def read(data: bytes, password: Secret = PASSWORD) -> tuple[Entry, ...]:
    return read_store(data, password).entries


def described(entry: Entry) -> tuple[str, EntryKind, list[str]]:
    return entry.alias, entry.kind, [facts.common_name for facts in entry.chain]


def opened(entry: Entry) -> PrivateKeyTypes:
    assert entry.open_key is not None
    return entry.open_key()


def same_key(one: PrivateKeyTypes, other: PrivateKeyTypes) -> bool:
    return public_key_of(one) == public_key_of(other)


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@pytest.fixture(scope="module")
def store(service: Issued, component: Issued, authority: Issued) -> bytes:
    contents = (
        KeyContent("Localhost", service.key, service.chain),
        TrustedContent("LocalCA", authority.certificate),
        KeyContent("JwtSecret", component.key, component.chain[:1]),
    )
    return write_jks(contents, PASSWORD)


def test_keys_and_trusted_certificates_are_written_and_read_back_in_their_order(
    store: bytes, service: Issued, component: Issued
) -> None:
    found = read_store(store, source="here")
    assert (found.source, found.format, found.notes) == ("here", "JKS", ())
    assert found.protection == "SHA-1 integrity, Sun's own key protection"
    assert [described(entry) for entry in found.entries] == [
        ("localhost", EntryKind.PRIVATE_KEY, ["Service", "Authority"]),
        ("localca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
        ("jwtsecret", EntryKind.PRIVATE_KEY, ["Component"]),
    ]
    assert [entry.key for entry in found.entries] == [KeyFacts("RSA", 2048), None, KeyFacts("RSA", 2048)]
    assert same_key(opened(found.entries[0]), service.key)
    assert found.entries[1].open_key is None
    assert same_key(opened(found.entries[2]), component.key)


def test_a_trust_store_has_no_key_protection_and_a_store_of_nothing_is_one_too(authority: Issued) -> None:
    data = write_jks([TrustedContent("ca", authority.certificate)], PASSWORD)
    assert read_store(data).protection == "SHA-1 integrity"
    assert read(write_jks([], PASSWORD)) == ()


def test_a_store_is_marked_as_java_marks_it(store: bytes) -> None:
    assert store[:12] == b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\3"
    with pytest.raises(Damaged, match="offset 0 holds something else than the mark"):
        read(jks_bytes.proved(b"\xce\xce\xce\xcf" + store[4 : -jks_bytes.DIGEST_SIZE]))


def test_pyjks_reads_what_is_written(store: bytes, service: Issued, authority: Issued) -> None:
    found = jks.KeyStore.loads(store, "unguessed")
    assert list(found.entries) == ["localhost", "localca", "jwtsecret"]
    assert found.certs["localca"].cert == jks_bytes.encoded(authority.certificate)
    entry = found.private_keys["localhost"]
    assert [kind for kind, _ in entry.cert_chain] == ["X.509", "X.509"]
    assert same_key(load_der_private_key(entry.pkey_pkcs8, None), service.key)


@pytest.mark.parametrize("kind", ["EC", "Ed25519"])
def test_keys_of_other_kinds_are_written_and_read(
    kind: str, ec_key: ec.EllipticCurvePrivateKey, authority: Issued
) -> None:
    key = ec_key if kind == "EC" else ed25519.Ed25519PrivateKey.generate()
    (entry,) = read(write_jks([KeyContent("key", key, (authority.certificate,))], PASSWORD))
    assert same_key(opened(entry), key)


def test_sixty_keys_are_written_and_read(ec_key: ec.EllipticCurvePrivateKey, service: Issued) -> None:
    contents = [KeyContent(f"component-{number:02}", ec_key, service.chain) for number in range(60)]
    entries = read(write_jks(contents, PASSWORD))
    assert [entry.alias for entry in entries] == [content.alias for content in contents]
    assert all(same_key(opened(entry), ec_key) for entry in entries)


def test_certificates_that_several_chains_share_are_read_once(
    service: Issued, ec_key: ec.EllipticCurvePrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_jks([KeyContent(str(number), ec_key, service.chain) for number in range(60)], PASSWORD)
    expected = [described(entry)[2] for entry in read(data)]
    asked: list[bytes] = []
    (facts,) = {entry.chain for entry in read(data)}

    def counted(encoded: bytes) -> Any:
        asked.append(encoded)
        return next(each for each in facts if each.der == encoded)

    monkeypatch.setattr("zowe_certs_kernel.stores.certificate.certificate_facts", counted)
    assert [described(entry)[2] for entry in read(data)] == expected
    assert len(asked) == 2


# What is written.


@pytest.mark.parametrize("pair", [("localca", "LocalCA"), ("ŽOFÍN", "žofín"), ("a", "a")])
def test_two_entries_of_one_alias_are_refused_because_java_would_lose_one(
    pair: tuple[str, str], authority: Issued
) -> None:
    with pytest.raises(ValueError, match="same alias"):
        write_jks([TrustedContent(alias, authority.certificate) for alias in pair], PASSWORD)


@pytest.mark.parametrize("alias", ALIASES)
def test_any_alias_that_java_can_read_back_is_kept(alias: str, authority: Issued) -> None:
    (entry,) = read(write_jks([TrustedContent(alias, authority.certificate)], PASSWORD))
    assert entry.alias == alias


@pytest.mark.parametrize("alias", ["\U0001f511", "key \U00010000 key", "\ud83d"])
def test_an_alias_that_java_could_not_read_back_is_refused_with_a_sentence(alias: str, authority: Issued) -> None:
    with pytest.raises(WriteError) as caught:
        write_jks([TrustedContent(alias, authority.certificate)], PASSWORD)
    assert str(caught.value) == (
        f"the alias {alias!r} cannot be written into a JKS store, for it has a character beyond U+FFFF, "
        "such as an emoji: choose another one, or PKCS12"
    )


@pytest.mark.parametrize("alias", ["a" * 65_536, "é" * 32_768, "日" * 21_846])
def test_an_alias_that_is_too_long_is_refused_and_shown_in_part(alias: str, authority: Issued) -> None:
    with pytest.raises(WriteError) as caught:
        write_jks([TrustedContent(alias, authority.certificate)], PASSWORD)
    assert str(caught.value) == (
        f"the alias {alias[:40]!r} cannot be written into a JKS store, for it takes more than 65,535 bytes: "
        "choose another one, or PKCS12"
    )


def test_the_same_contents_can_be_written_under_another_password(service: Issued) -> None:
    contents = [KeyContent("key", service.key, service.chain)]
    for password in (Secret("the first"), Secret("the second")):
        (entry,) = read(write_jks(contents, password), password)
        assert same_key(opened(entry), service.key)


@pytest.mark.parametrize("password", ["unguessed", "it's 5 $HOME", "žluťoučký kůň", "\U0001f511 key", "x" * 200, ""])
def test_any_password_is_that_of_the_store_and_of_its_keys(password: str, service: Issued) -> None:
    data = write_jks([KeyContent("key", service.key, service.chain)], Secret(password))
    (entry,) = read(data, Secret(password))
    assert same_key(opened(entry), service.key)
    with pytest.raises(WrongPassword):
        read(data, Secret(f"{password}x"))


def test_no_clear_key_is_left_in_what_pyjks_holds(service: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []
    original = jks.KeyStore.new

    def kept(kind: str, entries: list[Any]) -> Any:
        held.extend(entries)
        return original(kind, entries)

    monkeypatch.setattr(jks.KeyStore, "new", kept)
    write_jks([KeyContent("key", service.key, service.chain)], PASSWORD)
    (entry,) = held
    secret = service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())[-64:]
    assert [name for name, value in vars(entry).items() if isinstance(value, bytes) and secret in value] == []
    assert entry.pkey is None


@pytest.mark.parametrize("error", [jks.KeystoreException("why"), struct.error("why"), ValueError("unguessed")])
def test_what_pyjks_refuses_is_one_sentence_without_a_secret(
    error: Exception, service: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(jks.PrivateKeyEntry, "new", refuse)
    with pytest.raises(WriteError) as caught:
        write_jks([KeyContent("key", service.key, service.chain)], PASSWORD)
    assert str(caught.value) == "a key of it cannot be written into a JKS store"
    assert caught.value.__cause__ is None


# What is read: first the integrity.


@pytest.mark.parametrize("password", ["Unguessed", "unguessed ", "password"])
def test_another_password_does_not_open_it(password: str, store: bytes) -> None:
    with pytest.raises(WrongPassword, match=f"^{NOT_OPENED}$"):
        read(store, Secret(password))


def test_no_certificate_is_looked_at_before_the_integrity_check() -> None:
    contents = jks_bytes.body(jks_bytes.trusted(b"ca", jks_bytes.certificate(b"no certificate")))
    with pytest.raises(WrongPassword, match=f"^{NOT_OPENED}$"):
        read(contents + bytes(jks_bytes.DIGEST_SIZE))
    (entry,) = read(jks_bytes.proved(contents))
    assert entry.notes[0].startswith("its certificate 1 is left out: a certificate in it cannot be read")


def test_any_changed_byte_of_a_certificate_or_key_fails_the_integrity_check(store: bytes) -> None:
    where = jks_bytes.field_offsets(store)
    for start in (*where["4 DER"], *where["4 key"]):
        changed = bytearray(store)
        changed[start + 40] ^= 0x10
        with pytest.raises(WrongPassword, match="its bytes were changed"):
            read(bytes(changed))


def test_a_store_that_is_cut_anywhere_is_damaged_and_not_a_wrong_password(store: bytes) -> None:
    for size in range(len(store)):
        with pytest.raises(Damaged, match="offset"):
            read(store[:size])


@pytest.mark.parametrize("size", [1, 20, 4_000])
def test_bytes_after_a_store_are_passed_over_as_java_does_and_noted(size: int, store: bytes) -> None:
    found = read_store(store + bytes(size))
    assert len(found.entries) == 3
    assert found.notes == (f"{size:,} bytes follow its end at offset {len(store)}, and Java passes over them",)


def test_fewer_entries_than_there_are_fail_the_integrity_check(authority: Issued) -> None:
    one = jks_bytes.trusted(b"ca", jks_bytes.certificate(jks_bytes.encoded(authority.certificate)))
    data = jks_bytes.store(one, one, count=1)
    with pytest.raises(WrongPassword, match="its bytes were changed"):
        read(data)
    with pytest.raises(Damaged, match=r"^offset 8 counts|ends .* beyond"):
        read(jks_bytes.store(one, one, count=3))


# Then lengths and counts, under an integrity check that holds: who knows the password may be hostile too.


@pytest.mark.parametrize("kind", ["4 count", "2 alias", "4 key", "4 chain", "2 type", "4 DER"])
@pytest.mark.parametrize("highest", [0x7F, 0x80, 0xFF])
def test_a_length_or_count_beyond_the_end_is_damaged_at_once_with_its_offset(
    kind: str, highest: int, store: bytes
) -> None:
    size = int(kind[0])
    for at in jks_bytes.field_offsets(store)[kind]:
        changed = bytearray(store[: -jks_bytes.DIGEST_SIZE])
        changed[at : at + size] = bytes((highest, *b"\xff\xff\xff"))[:size]
        with pytest.raises(Damaged, match=f"offset {at}|offset {at + size}"):
            read(jks_bytes.proved(bytes(changed)))


def test_a_count_says_how_many_it_claims_and_what_is_there() -> None:
    with pytest.raises(Damaged) as caught:
        read(jks_bytes.store(count=0xFFFFFFFF))
    assert str(caught.value) == "offset 8 counts 4,294,967,295 entries, more than the 0 bytes that follow can hold"
    entry = jks_bytes.number(1) + jks_bytes.text(b"a") + jks_bytes.DATE + jks_bytes.sized(b"") + b"\xff" * 4
    with pytest.raises(
        Damaged, match=r"^offset 31 counts 4,294,967,295 certificates of a chain, more than the 0 bytes"
    ):
        read(jks_bytes.store(entry))


def test_a_length_says_how_far_it_reaches_beyond_the_end() -> None:
    stored = jks_bytes.text(b"X.509") + b"\xff" * 4
    with pytest.raises(Damaged) as caught:
        read(jks_bytes.store(jks_bytes.trusted(b"ca", stored)))
    assert str(caught.value) == "the certificate at offset 39 ends 4,294,967,295 bytes beyond the bytes there are"


@pytest.mark.parametrize("proved", [True, False])
def test_changed_bytes_give_a_store_or_a_store_error(
    proved: bool, ec_key: ec.EllipticCurvePrivateKey, service: Issued, authority: Issued
) -> None:
    contents = (KeyContent("key", ec_key, service.chain), TrustedContent("ca", authority.certificate))
    store = write_jks(contents, PASSWORD)
    structure = [offset for offsets in jks_bytes.field_offsets(store).values() for offset in offsets]
    chance = random.Random(f"JKS {proved}")  # noqa: S311  # the same changes each time
    outcomes: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        changed = bytearray(store[: -jks_bytes.DIGEST_SIZE])
        for _ in range(chance.randint(1, 3)):
            # Most bytes are those of certificates and keys; half of the changes are for the structure around them.
            at = chance.choice(structure) + chance.randrange(8) if chance.random() < 0.5 else chance.randrange(1 << 16)
            changed[at % len(changed)] = chance.choice([0x00, 0x01, 0x02, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        if chance.random() < 0.1:
            del changed[chance.randrange(len(changed)) :]
        try:
            data = jks_bytes.proved(bytes(changed)) if proved else bytes(changed) + store[-jks_bytes.DIGEST_SIZE :]
            entries = read(data)
            outcomes["read"] += 1
            for entry in entries:
                if entry.open_key:
                    entry.open_key()
        except StoreError as error:
            outcomes[type(error).__name__] += 1
    assert outcomes["Damaged"] > 100
    assert outcomes["WrongPassword"] > 50  # of the store where nothing is proved, else of a key
    assert (outcomes["read"] > 100) == proved


@pytest.mark.parametrize("data", [b"", b"\xfe", jks_bytes.MAGIC, jks_bytes.MAGIC + bytes(4), bytes(19), bytes(20)])
def test_a_few_bytes_are_damaged(data: bytes) -> None:
    with pytest.raises(Damaged):
        read(data)


@pytest.mark.parametrize("version", [0, 3, 0xFFFFFFFF])
def test_another_version_is_named(version: int) -> None:
    with pytest.raises(UnknownFormat, match=f"^it is a JKS store of version {version}, which is not read here$"):
        read(jks_bytes.store(version=version))


@pytest.mark.parametrize("kind", [0, 3, 0xFFFFFFFF])
def test_an_entry_of_another_kind_is_damage_with_its_offset(kind: int) -> None:
    entry = jks_bytes.number(kind) + jks_bytes.trusted(b"ca", jks_bytes.certificate(b""))[4:]
    with pytest.raises(Damaged, match=f"^offset 12 holds an entry of kind {kind}, which no JKS store has$"):
        read(jks_bytes.store(entry))


def test_a_certificate_of_another_type_is_named_and_hides_no_other_entry(authority: Issued) -> None:
    encoded = jks_bytes.encoded(authority.certificate)
    stored = jks_bytes.certificate(encoded)
    found = read(
        jks_bytes.store(
            jks_bytes.trusted(b"pgp", jks_bytes.certificate(encoded, b"PGP")),
            jks_bytes.trusted(b"older", jks_bytes.certificate(encoded, b"X509")),
            jks_bytes.key(b"key", b"", stored, jks_bytes.certificate(encoded, b"PGP"), stored),
        )
    )
    assert [described(entry)[2] for entry in found] == [[], ["Authority"], ["Authority"]]
    assert [entry.notes for entry in found] == [
        ("its certificate 1 is left out: its type 'PGP' is not read here",),
        (),
        ("its certificate 2 is left out: its type 'PGP' is not read here",),
    ]


def test_a_chain_ends_before_a_certificate_that_cannot_be_read(service: Issued, authority: Issued) -> None:
    good, bad = jks_bytes.certificate(jks_bytes.encoded(authority.certificate)), jks_bytes.certificate(b"bad")
    found = read(
        jks_bytes.store(
            jks_bytes.key(b"key", b"", bad, good), jks_bytes.trusted(b"ca", good), jks_bytes.trusted(b"", bad)
        )
    )
    assert [described(entry)[2] for entry in found] == [[], ["Authority"], []]
    assert [note.partition(":")[0] for entry in found for note in entry.notes] == ["its certificate 1 is left out"] * 2


def test_a_store_of_version_1_has_no_types_of_certificates(
    ec_key: ec.EllipticCurvePrivateKey, service: Issued, authority: Issued
) -> None:
    chain = [jks_bytes.sized(jks_bytes.encoded(each)) for each in service.chain]
    entries = read(
        jks_bytes.store(
            jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(service.key)), *chain),
            jks_bytes.trusted(b"ca", jks_bytes.sized(jks_bytes.encoded(authority.certificate))),
            version=1,
        )
    )
    assert [described(entry) for entry in entries] == [
        ("key", EntryKind.PRIVATE_KEY, ["Service", "Authority"]),
        ("ca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
    ]
    assert same_key(opened(entries[0]), service.key)


def test_aliases_that_java_takes_for_one_are_all_listed_and_noted(authority: Issued) -> None:
    stored = jks_bytes.certificate(jks_bytes.encoded(authority.certificate))
    aliases = (b"ca", b"ca", b"Ca", b"other")
    found = read_store(jks_bytes.store(*(jks_bytes.trusted(alias, stored) for alias in aliases)))
    assert [entry.alias for entry in found.entries] == ["ca", "ca", "Ca", "other"]
    assert found.notes == (
        "2 entries have the alias 'ca', of which Java keeps the last one",
        "2 aliases differ from 'ca' in case only, of which Java finds the one in lower case",
    )


def test_thousands_of_notes_are_counted_and_not_shown(authority: Issued) -> None:
    stored = jks_bytes.certificate(jks_bytes.encoded(authority.certificate))
    aliases = [str(number // 2).encode() for number in range(2_000)]
    notes = read_store(jks_bytes.store(*(jks_bytes.trusted(alias, stored) for alias in aliases))).notes
    assert len(notes) == 21
    assert notes[-1] == "there are 980 more notes of this kind"


def test_more_entries_or_certificates_than_a_store_can_sensibly_have_are_refused_at_once(authority: Issued) -> None:
    one = jks_bytes.trusted(b"", jks_bytes.sized(b""))
    with pytest.raises(TooCostly, match=r"^it has 5,001 entries, over the limit of 5,000 \(--max-entries raises it"):
        read(jks_bytes.store(*[one] * 5_001, version=1))
    empty = jks_bytes.sized(b"")
    with pytest.raises(TooCostly, match=r"^the chain of 'k' has 1,001 certificates, over the limit of 1,000$"):
        read(jks_bytes.store(jks_bytes.key(b"k", b"", *[empty] * 1_001), version=1))
    with pytest.raises(
        TooCostly, match=r"^it has over 50,000 certificates in its chains, which is the limit \(--max-entries"
    ):
        read(jks_bytes.store(*[jks_bytes.key(b"k", b"", *[empty] * 1_000)] * 51, version=1))
    each = [jks_bytes.sized(jks_bytes.encoded(authority.certificate) + jks_bytes.number(n)) for n in range(4)]
    whole = jks_bytes.sized(jks_bytes.encoded(authority.certificate))
    others = (jks_bytes.trusted(b"", one) for one in each[:2])
    data = jks_bytes.store(jks_bytes.key(b"k", b"", whole, each[3]), *others, version=1)
    with pytest.raises(TooCostly, match=r"^it has over 3 certificates, which is the limit \(--max-entries raises it"):
        read_java_store(data, [], "store", limits=Limits(entries=3))


@pytest.mark.parametrize("passwords", [[], [Secret("")], [Secret(""), Secret("")]])
def test_without_a_password_certificates_are_listed_and_keys_stay_closed(passwords: list[Secret], store: bytes) -> None:
    found = read_java_store(store, passwords, "store")
    assert found.notes == ("its integrity was not checked",)
    assert [described(entry)[2] for entry in found.entries] == [["Service", "Authority"], ["Authority"], ["Component"]]
    with pytest.raises(WrongPassword, match=r"^the private key 'localhost' stays closed without the password of its"):
        opened(found.entries[0])


def test_with_an_empty_password_that_is_the_stores_all_is_proved(service: Issued) -> None:
    data = write_jks([KeyContent("key", service.key, service.chain)], Secret(""))
    found = read_java_store(data, [], "store")
    assert found.notes == ()
    assert same_key(opened(found.entries[0]), service.key)
    with pytest.raises(WrongPassword):
        read(data, Secret("another"))


def test_a_key_with_a_password_of_its_own_opens_under_another_of_the_passwords(service: Issued) -> None:
    chain = [jks_bytes.certificate(jks_bytes.encoded(each)) for each in service.chain]
    data = jks_bytes.store(jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(service.key), "its own"), *chain))
    for passwords in ([PASSWORD, Secret("its own")], [Secret("x"), Secret("its own"), PASSWORD]):
        (entry,) = read_store(data, *passwords).entries
        assert same_key(opened(entry), service.key)


@pytest.mark.parametrize(
    ("octets", "alias"),
    [
        (b"", ""),
        (b" ", " "),
        (b"LocalCA", "LocalCA"),
        ("žofín 日本".encode(), "žofín 日本"),
        (b"a\xc0\x80b", "a\0b"),
        (b"\xed\xa0\xbd\xed\xb4\x91", "\U0001f511"),
        (b"half \xed\xa0\xbd", "half �"),
    ],
    ids=["empty", "blank", "upper case", "accents", "zero in two bytes", "a pair of halves", "one half"],
)
def test_aliases_are_read_as_java_wrote_them(octets: bytes, alias: str, authority: Issued) -> None:
    stored = jks_bytes.certificate(jks_bytes.encoded(authority.certificate))
    assert [entry.alias for entry in read(jks_bytes.store(jks_bytes.trusted(octets, stored)))] == [alias]


@pytest.mark.parametrize("octets", ["\U0001f511".encode(), b"\xff", b"\xc3", b"\x80", b"\xc1\xbf", b"a\xe6\x97"])
def test_an_alias_that_java_cannot_read_is_damage_with_its_offset(octets: bytes, authority: Issued) -> None:
    stored = jks_bytes.certificate(jks_bytes.encoded(authority.certificate))
    with pytest.raises(Damaged, match=r"^the alias at offset 16 is no text in Java's modified UTF-8"):
        read(jks_bytes.store(jks_bytes.trusted(octets, stored)))


# Last the keys, each when it is asked for.


def test_a_store_is_read_without_pyjks(store: bytes, tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.write_bytes(store)
    code = (
        "import sys; from pathlib import Path; from zowe_certs_kernel.secret import Secret\n"
        "from zowe_certs_kernel.stores import open_store\n"
        f"found = open_store(Path({str(path)!r}), Secret('unguessed'))\n"
        "print(len(found.entries), *('jks' in sys.modules, bool(found.entries[0].open_key()), 'jks' in sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["3", "False", "True", "True"]


@pytest.mark.parametrize("parameters", [(der.null(),), ()], ids=["with NULL", "without, as Java 25 has it"])
def test_a_key_opens_with_and_without_parameters_of_its_algorithm(
    parameters: tuple[bytes, ...], ec_key: ec.EllipticCurvePrivateKey
) -> None:
    sealed = jks_bytes.sealed(jks_bytes.clear(ec_key), parameters=parameters)
    (entry,) = read(jks_bytes.store(jks_bytes.key(b"key", sealed)))
    assert same_key(opened(entry), ec_key)


def test_a_key_without_any_certificate_is_listed_without_facts(ec_key: ec.EllipticCurvePrivateKey) -> None:
    (entry,) = read(jks_bytes.store(jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(ec_key)))))
    assert described(entry) == ("key", EntryKind.PRIVATE_KEY, [])
    assert (entry.key, entry.certificate) == (None, None)
    assert same_key(opened(entry), ec_key)
    assert entry.notes == ("it has no certificate, so that Java does not show it as a key",)


def test_a_key_with_a_password_of_its_own_is_listed_and_told_of_when_asked_for(service: Issued) -> None:
    chain = [jks_bytes.certificate(jks_bytes.encoded(each)) for each in service.chain]
    sealed = jks_bytes.sealed(jks_bytes.clear(service.key), "its own")
    (entry,) = read(jks_bytes.store(jks_bytes.key(b"key", sealed, *chain)))
    assert described(entry) == ("key", EntryKind.PRIVATE_KEY, ["Service", "Authority"])
    with pytest.raises(WrongPassword, match=r"^the private key 'key' has another password than the store$"):
        opened(entry)


def opening_of(sealed: bytes, alias: bytes = b"key") -> PrivateKeyTypes:
    (entry,) = read(jks_bytes.store(jks_bytes.key(alias, sealed)))
    return opened(entry)


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"\x30",
        b"\x30\x84\xff\xff\xff\xff",
        der.null(),
        der.sequence(),
        der.sequence(der.null()),
        der.sequence(der.null(), der.null()),
        der.sequence(der.sequence(), der.octet_string(bytes(40))),
        der.sequence(der.sequence(der.null()), der.octet_string(bytes(40))),
        der.sequence(bags.algorithm(jks_bytes.SUN_KEY_PROTECTOR), der.null()),
        der.sequence(bags.algorithm(jks_bytes.SUN_KEY_PROTECTOR), der.octet_string(bytes(40)), der.null()),
        der.sequence(bags.algorithm(jks_bytes.SUN_KEY_PROTECTOR), der.octet_string(bytes(39))),
        der.sequence(bags.algorithm(jks_bytes.SUN_KEY_PROTECTOR), der.octet_string(bytes(40))) + b"\0",
    ],
)
def test_a_key_whose_protection_contradicts_itself_is_damage_with_its_offset(sealed: bytes) -> None:
    with pytest.raises(Damaged, match=r"offset \d\d"):
        opening_of(sealed)


def test_a_key_that_is_protected_in_another_way_is_told_by_its_algorithm(ec_key: ec.EllipticCurvePrivateKey) -> None:
    of_jceks = "1.3.6.1.4.1.42.2.19.1"
    with pytest.raises(UnknownFormat) as caught:
        opening_of(jks_bytes.sealed(jks_bytes.clear(ec_key), oid=of_jceks))
    assert str(caught.value) == f"the private key 'key' is encrypted by algorithm {of_jceks}, which is not read here"


def test_a_key_much_larger_than_any_is_not_opened() -> None:
    scheme = bags.algorithm(jks_bytes.SUN_KEY_PROTECTOR)
    with pytest.raises(TooCostly, match=r"^the private key 'key' takes 65,537 bytes, over the limit of 65,536$"):
        opening_of(der.sequence(scheme, der.octet_string(bytes(65_537))))
    with pytest.raises(WrongPassword):
        opening_of(der.sequence(scheme, der.octet_string(bytes(65_536))))


def test_an_error_shows_of_a_hostile_alias_a_short_part_that_steers_no_terminal() -> None:
    with pytest.raises(WrongPassword) as caught:
        opening_of(jks_bytes.sealed(b"", "its own"), b"\x1b[2J" + b"a" * 60_000)
    assert str(caught.value) == f"the private key '\\x1b[2J{'a' * 36}' has another password than the store"


@pytest.mark.parametrize("clear", [b"", b"no key", der.sequence(), bytes(1_000)])
def test_what_was_decrypted_and_is_no_key_is_damaged(clear: bytes) -> None:
    with pytest.raises(Damaged, match=r"^the private key 'key' cannot be read after it was decrypted$"):
        opening_of(jks_bytes.sealed(clear))


def test_a_private_key_of_a_kind_that_is_not_read_is_refused() -> None:
    clear = der.sequence(der.integer(0), bags.algorithm("1.2.3.4"), der.octet_string(b"key"))
    with pytest.raises(UnknownFormat, match=r"a private key in it is of a kind that is not read here: .*1\.2\.3\.4"):
        opening_of(jks_bytes.sealed(clear))


def test_no_repr_shows_a_key_or_a_password(store: bytes) -> None:
    found = read_store(store)
    shown = repr(found) + repr(found.as_dict())
    assert "unguessed" not in shown
    assert "PrivateKey object" not in shown
    assert "open_key" not in shown
