"""JCEKS stores: certificates and keys as in JKS, secret keys listed without ever making the sealed Java object."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from tests.stores import jceks_bytes, jks_bytes
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import Entry, EntryKind, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.limits import Limits

PASSWORD = Secret("unguessed")
MUTATIONS = 1_500

Read = Callable[..., Store]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_file(data: bytes, *passwords: Secret, limit: int = 1_000) -> Store:
        path = tmp_path / "store"
        path.write_bytes(data)
        return open_store(path, passwords or PASSWORD, limits=Limits(rounds=limit))

    return from_file


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def entries(service: Issued, authority: Issued) -> list[bytes]:
    chain = [jks_bytes.certificate(jks_bytes.encoded(each)) for each in service.chain]
    return [
        jceks_bytes.secret(b"secret", jceks_bytes.sealed_key()),
        jks_bytes.key(b"key", jceks_bytes.sealed(jks_bytes.clear(service.key)), *chain),
        jks_bytes.trusted(b"ca", jks_bytes.certificate(jks_bytes.encoded(authority.certificate))),
        jceks_bytes.secret(b"last", jceks_bytes.sealed_key(b"x" * 300)),
    ]


def opened(entry: Entry) -> PrivateKeyTypes:
    assert entry.open_key is not None
    return entry.open_key()


def described(store: Store) -> list[tuple[str, EntryKind, list[str]]]:
    return [(entry.alias, entry.kind, [facts.common_name for facts in entry.chain]) for entry in store.entries]


def of_key(sealed: bytes) -> bytes:
    return jceks_bytes.store(jks_bytes.key(b"key", sealed))


def test_secret_keys_are_listed_beside_keys_and_certificates(read: Read, entries: list[bytes], service: Issued) -> None:
    found = read(jceks_bytes.store(*entries))
    assert (found.format, found.notes) == ("JCEKS", ())
    assert found.protection == "SHA-1 integrity, PBEWithMD5AndTripleDES for keys"
    assert described(found) == [
        ("secret", EntryKind.SECRET_KEY, []),
        ("key", EntryKind.PRIVATE_KEY, ["Service", "Authority"]),
        ("ca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
        ("last", EntryKind.SECRET_KEY, []),
    ]
    assert public_key_of(opened(found.entries[1])) == public_key_of(service.key)
    assert found.entries[0].open_key is None


def test_without_a_password_certificates_and_names_are_listed_unproved(read: Read, entries: list[bytes]) -> None:
    found = read(jceks_bytes.store(*entries), Secret(""))
    assert [alias for alias, *_ in described(found)] == ["secret", "key", "ca", "last"]
    assert found.notes == ("its integrity was not checked",)
    with pytest.raises(WrongPassword, match="stays closed without the password of its store"):
        opened(found.entries[1])


def test_another_password_does_not_open_it(read: Read, entries: list[bytes]) -> None:
    with pytest.raises(WrongPassword, match="the password does not open it, or its bytes were changed"):
        read(jceks_bytes.store(*entries), Secret("another"))


def test_a_store_that_is_cut_anywhere_is_damaged_and_not_a_wrong_password(read: Read, entries: list[bytes]) -> None:
    data = jceks_bytes.store(*entries)
    for size in range(4, len(data), 3):
        with pytest.raises(Damaged, match="offset"):
            read(data[:size])


def test_bytes_after_a_store_are_noted(read: Read, entries: list[bytes]) -> None:
    data = jceks_bytes.store(*entries)
    assert read(data + b"\0\0").notes == (f"2 bytes follow its end at offset {len(data)}, and Java passes over them",)


@pytest.mark.parametrize("salt", [b"saltSALT", b"same" * 2, bytes(8)])
def test_a_key_opens_with_any_salt(salt: bytes, read: Read, ec_key: ec.EllipticCurvePrivateKey) -> None:
    (entry,) = read(of_key(jceks_bytes.sealed(jks_bytes.clear(ec_key), salt=salt))).entries
    assert public_key_of(opened(entry)) == public_key_of(ec_key)


def test_a_key_under_the_older_protection_opens_too(read: Read, ec_key: ec.EllipticCurvePrivateKey) -> None:
    (entry,) = read(of_key(jks_bytes.sealed(jks_bytes.clear(ec_key)))).entries
    assert public_key_of(opened(entry)) == public_key_of(ec_key)


def test_a_key_with_a_password_of_its_own_opens_under_another_of_the_passwords(
    read: Read, ec_key: ec.EllipticCurvePrivateKey
) -> None:
    data = of_key(jceks_bytes.sealed(jks_bytes.clear(ec_key), "its own"))
    assert public_key_of(opened(read(data, PASSWORD, Secret("its own")).entries[0])) == public_key_of(ec_key)
    for others in ([], [Secret("x"), Secret("žofín")]):
        with pytest.raises(WrongPassword, match=r"^the private key 'key' has another password than the store$"):
            opened(read(data, PASSWORD, *others).entries[0])


def test_a_wrong_password_is_told_also_where_the_padding_is_right_by_chance(read: Read) -> None:
    """One wrong password in 256 leaves such padding, and this protection keeps no other check."""
    for number in range(600):
        (entry,) = read(of_key(jceks_bytes.sealed(b"\x30\x02\x05\x00", f"own{number}", 1))).entries
        with pytest.raises(WrongPassword):
            opened(entry)


def test_a_key_of_too_many_rounds_is_listed_and_refused_when_asked_for(read: Read) -> None:
    scheme = der.sequence(der.octet_string(bytes(8)), der.integer(2**31 - 1))
    sealed = der.sequence(
        der.sequence(der.object_identifier(jceks_bytes.PBE_MD5_3DES), scheme), der.octet_string(bytes(8))
    )
    (entry,) = read(of_key(sealed), limit=5_000_000).entries
    with pytest.raises(TooCostly, match=r"2,147,483,647 rounds of key derivation, over the limit of 5,000,000"):
        opened(entry)


@pytest.mark.parametrize(
    ("parameters", "octets"),
    [
        (der.null(), bytes(8)),
        (der.sequence(), bytes(8)),
        (der.sequence(der.octet_string(bytes(7)), der.integer(1)), bytes(8)),
        (der.sequence(der.octet_string(bytes(8)), der.integer(0)), bytes(8)),
        (der.sequence(der.octet_string(bytes(8)), der.null()), bytes(8)),
        (der.sequence(der.integer(1), der.integer(1)), bytes(8)),
        (der.sequence(der.octet_string(bytes(8)), der.integer(1)), bytes(7)),
        (der.sequence(der.octet_string(bytes(8)), der.integer(1)), b""),
    ],
)
def test_a_key_whose_protection_contradicts_itself_is_damaged(parameters: bytes, octets: bytes, read: Read) -> None:
    scheme = der.sequence(der.object_identifier(jceks_bytes.PBE_MD5_3DES), parameters)
    (entry,) = read(of_key(der.sequence(scheme, der.octet_string(octets)))).entries
    with pytest.raises(Damaged):
        opened(entry)


def test_an_unknown_protection_is_named(read: Read) -> None:
    (entry,) = read(of_key(jks_bytes.sealed(b"", oid="1.2.3.4"))).entries
    with pytest.raises(UnknownFormat, match=r"^the private key 'key' is encrypted by algorithm 1\.2\.3\.4, which"):
        opened(entry)


# Sealed objects.


OF = jceks_bytes.STREAM + jceks_bytes.OBJECT


def odd_array(of_class: bytes) -> bytes:
    return jceks_bytes.java_class(b"a", annotation=jceks_bytes.ARRAY + jceks_bytes.java_class(of_class) + bytes(4))


def nested(depth: int) -> bytes:
    each = jceks_bytes.java_class(b"a", jceks_bytes.field(b"L", b"f", jceks_bytes.string(b"La;")))
    return jceks_bytes.STREAM + (jceks_bytes.OBJECT + each) * depth + jceks_bytes.NULL


UNBOUNDED = {
    "no stream": b"\xac\xed\x00\x06" + bytes(40),
    "zeros": bytes(60),
    "no object": jceks_bytes.STREAM + jceks_bytes.string(b"text"),
    "an array": jceks_bytes.STREAM + jceks_bytes.ARRAY + jceks_bytes.java_class(b"[B") + bytes(4),
    "a proxy": OF + b"\x7d" + bytes(20),
    "a reset": jceks_bytes.STREAM + b"\x79" + bytes(20),
    "no class": OF + jceks_bytes.NULL,
    "a class named before it is there": OF + jceks_bytes.handle(0),
    "a handle below the first": OF + b"\x71" + bytes(4),
    "externalized without blocks": OF + jceks_bytes.java_class(b"a", flags=4),
    "not serializable": OF + jceks_bytes.java_class(b"a", flags=0),
    "its own ancestor": OF + jceks_bytes.java_class(b"a", parent=jceks_bytes.handle(0)),
    "a field of no type": OF + jceks_bytes.java_class(b"a", jceks_bytes.field(b"?", b"")),
    "many fields": OF + jceks_bytes.java_class(b"a", *[jceks_bytes.field(b"I", b"")] * 65_535),
    "deep nesting": nested(5_000),
    "many classes": OF + jceks_bytes.java_class(b"a")[:-1] * 5_000 + jceks_bytes.NULL,
    "many parts": OF + jceks_bytes.java_class(b"a", annotation=jceks_bytes.NULL * 100_000),
    "an array of no type": OF + odd_array(b"[?"),
    "an array of a class that is none": OF + odd_array(b"B"),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNBOUNDED)
def test_where_a_sealed_object_has_no_end_that_can_be_told_what_came_before_is_listed(
    kind: str, read: Read, entries: list[bytes]
) -> None:
    found = read(jceks_bytes.store(entries[0], entries[2], jceks_bytes.secret(b"odd", UNBOUNDED[kind]), *entries))
    assert [entry.alias for entry in found.entries] == ["secret", "ca"]
    (note,) = found.notes
    assert note.startswith("5 of its 7 entries are not read: ")


@pytest.mark.parametrize("kind", UNBOUNDED)
def test_its_integrity_is_proved_all_the_same(kind: str, read: Read) -> None:
    with pytest.raises(WrongPassword):
        read(jceks_bytes.store(jceks_bytes.secret(b"odd", UNBOUNDED[kind])), Secret("another"))


BOUNDED = {
    "an unknown class": jceks_bytes.sealed_key(name=b"org.example.Exploit"),
    "each kind of field": OF
    + jceks_bytes.java_class(b"a", *(jceks_bytes.field(bytes((kind,)), b"") for kind in b"BZCSIFJD"))
    + bytes(30),
    "what a class wrote beside": OF
    + jceks_bytes.java_class(b"a", flags=3)
    + b"\x77\x03xxx\x7a\0\0\0\2xx"
    + b"\x7c"
    + bytes(7)
    + b"\1x"
    + jceks_bytes.END,
    "externalized in blocks": OF + jceks_bytes.java_class(b"a", flags=12) + b"\x77\x01x" + jceks_bytes.END,
    "an enumeration": OF
    + jceks_bytes.java_class(b"a", jceks_bytes.field(b"L", b"f", jceks_bytes.string(b"Le;")))
    + b"\x7e"
    + jceks_bytes.java_class(b"e", flags=18)
    + jceks_bytes.string(b"ONE"),
    "an array of arrays": OF
    + jceks_bytes.java_class(b"a", jceks_bytes.field(b"[", b"f", jceks_bytes.string(b"[[B")))
    + jceks_bytes.ARRAY
    + jceks_bytes.java_class(b"[[B")
    + jks_bytes.number(1)
    + jceks_bytes.ARRAY
    + jceks_bytes.java_class(b"[B")
    + jks_bytes.sized(b"xyz"),
    "a class as a value": OF
    + jceks_bytes.java_class(b"a", jceks_bytes.field(b"L", b"f", jceks_bytes.string(b"Lc;")))
    + b"\x76"
    + jceks_bytes.handle(0),
}


@pytest.mark.parametrize("kind", BOUNDED)
def test_an_object_whose_end_the_grammar_tells_is_passed_over(kind: str, read: Read, entries: list[bytes]) -> None:
    found = read(jceks_bytes.store(jceks_bytes.secret(b"odd", BOUNDED[kind]), entries[2]))
    assert [(entry.alias, entry.kind) for entry in found.entries] == [
        ("odd", EntryKind.SECRET_KEY),
        ("ca", EntryKind.TRUSTED_CERTIFICATE),
    ]
    assert found.notes == ()


def test_an_array_that_claims_more_than_there_is_is_damaged_at_once(read: Read) -> None:
    array = jceks_bytes.ARRAY + jceks_bytes.java_class(b"[J") + b"\xff" * 4
    sealed = OF + jceks_bytes.java_class(b"a", annotation=array)
    with pytest.raises(Damaged, match=r"ends 34,359,\d+,\d+ bytes beyond the bytes there are"):
        read(jceks_bytes.store(jceks_bytes.secret(b"odd", sealed)))


def test_secret_keys_are_listed_without_any_library_that_loads_java_objects(
    tmp_path: Path, entries: list[bytes]
) -> None:
    path = tmp_path / "store"
    path.write_bytes(jceks_bytes.store(*entries))
    code = (
        "import sys; from pathlib import Path; from zowe_certs_kernel.secret import Secret\n"
        "from zowe_certs_kernel.stores import open_store\n"
        f"found = open_store(Path({str(path)!r}), Secret('unguessed'))\n"
        "print(len(found.entries), any(name.startswith(('javaobj', 'jks')) for name in sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["4", "False"]


@pytest.mark.parametrize("proved", [True, False])
def test_changed_bytes_give_a_store_or_a_store_error(
    proved: bool, read: Read, entries: list[bytes], ec_key: ec.EllipticCurvePrivateKey
) -> None:
    key = jks_bytes.key(b"key", jceks_bytes.sealed(jks_bytes.clear(ec_key)))
    data = jceks_bytes.store(entries[0], key, entries[2], entries[3])
    chance = random.Random(f"JCEKS {proved}")  # noqa: S311  # the same changes each time
    outcomes: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        changed = bytearray(data[: -jks_bytes.DIGEST_SIZE])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(4, len(changed))
            changed[at] = chance.choice([0x00, 0x70, 0x71, 0x72, 0x73, 0x75, 0x78, 0xFF, chance.randrange(256)])
        try:
            found = read(jks_bytes.proved(bytes(changed)) if proved else bytes(changed) + data[-20:])
            outcomes["read"] += 1
            for entry in found.entries:
                if entry.open_key:
                    entry.open_key()
        except StoreError as error:
            outcomes[type(error).__name__] += 1
    assert outcomes["Damaged"] > 100
    assert (outcomes["read"] > 100) == proved
