"""Rows about what is in certificates and keys: odd fields, circles of issuers, and algorithms that are not read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, x448, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.stores import bags, jks_bytes
from tests.stores.certificate_shapes import END, START, certificate, issued, with_field
from tests.stores.rows.conftest import Read
from zowe_certs_kernel.errors import Damaged, UnknownFormat
from zowe_certs_kernel.model import CertificateFacts, EntryKind, KeyFacts
from zowe_certs_kernel.show.inspect_steps import entries_page
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.stores.sources import read_sources
from zowe_certs_kernel.trust.graph import EdgeKind, trust_graph

SERIAL, VALIDITY, SUBJECT, KEY = 1, 4, 5, 6
GOOD = certificate("CN=Good").public_bytes(Encoding.DER)
AN_END = der.tlv(0x17, b"270102030405Z")
A_BEGIN = der.tlv(0x17, b"260102030405Z")
NO_END = der.tlv(0x18, b"99991231235959Z")


def in_jks(*certificates: bytes) -> bytes:
    made = (jks_bytes.trusted(b"%d" % at, jks_bytes.certificate(each)) for at, each in enumerate(certificates))
    return jks_bytes.store(*made)


def in_pkcs12(*certificates: bytes) -> bytes:
    """Without any password, so that a page shows it as well."""
    made = (bags.certificate_bag(each, bags.named(str(at)), bags.trusted()) for at, each in enumerate(certificates))
    return bags.store(bags.in_clear(*made))


EITHER = pytest.mark.parametrize("made", [in_jks, in_pkcs12], ids=["JKS", "PKCS12"])
Make = Callable[..., bytes]


def common_name(tag: int, text: bytes) -> bytes:
    return der.sequence(der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.tlv(tag, text))))


NOT_POSITIVE = "its serial number is not positive, against RFC 5280, section 4.1.2.2"
# The field that is odd, the fact that is read of it, and the note.
ODD: dict[str, tuple[int, bytes, Callable[[CertificateFacts], object], object, str]] = {
    "negative serial": (SERIAL, der.tlv(2, b"\x80\x01"), lambda facts: facts.serial, "-7fff", NOT_POSITIVE),
    "serial of zero": (SERIAL, der.integer(0), lambda facts: facts.serial, "0", NOT_POSITIVE),
    "serial of 40 bytes": (
        SERIAL, der.tlv(2, b"\x7f" * 40), lambda facts: facts.serial, "7f" * 40,
        "its serial number has 40 bytes, over the 20 of RFC 5280, section 4.1.2.2",
    ),
    "T61String": (
        SUBJECT, common_name(0x14, "Žofín".encode("cp1250")), lambda facts: facts.subject, "CN=\x8eofín",
        "a name in it is a T61String, which RFC 5280, section 4.1.2.4 leaves to older names",
    ),
    "T61String in ASCII": (
        SUBJECT, common_name(0x14, b"Old"), lambda facts: facts.subject, "CN=Old",
        "a name in it is a T61String, which RFC 5280, section 4.1.2.4 leaves to older names",
    ),
    "BMPString": (
        SUBJECT, common_name(0x1E, "Žofín".encode("utf-16-be")), lambda facts: facts.subject, "CN=Žofín",
        "a name in it is a BMPString, which RFC 5280, section 4.1.2.4 leaves to older names",
    ),
    "year 9999": (
        VALIDITY, der.sequence(A_BEGIN, NO_END), lambda facts: facts.not_after,
        dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
        "it never ends: its last day is the one that stands for none (RFC 5280, section 4.1.2.5)",
    ),
    "reversed validity": (
        VALIDITY, der.sequence(AN_END, A_BEGIN), lambda facts: (facts.not_before, facts.not_after), (END, START),
        "it ends before it begins",
    ),
}  # fmt: skip


@EITHER
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_field_is_read_and_noted(kind: str, made: Make, read: Read) -> None:
    field, octets, fact, expected, note = ODD[kind]
    odd, good = (entry.chain[0] for entry in read(made(with_field(field, octets), GOOD)).entries)
    assert fact(odd) == expected
    assert note in odd.notes
    assert (good.subject, good.notes) == ("CN=Good", ())


@EITHER
@pytest.mark.parametrize(
    "at", [START, dt.datetime(1950, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, tzinfo=dt.UTC)]
)
def test_no_moment_is_beyond_what_a_page_can_count_to(at: dt.datetime, made: Make, tmp_path: Path) -> None:
    first = der.sequence(der.tlv(0x18, b"00010101000000Z"), der.tlv(0x18, b"00010101000001Z"))
    fields = (der.sequence(A_BEGIN, NO_END), der.sequence(NO_END, A_BEGIN), first)
    path = tmp_path / "file"
    path.write_bytes(made(*(with_field(VALIDITY, field) for field in fields)))
    page = entries_page(tuple(read_sources([str(path)], Passwords())), at)
    assert "9999-12-31" in str(page)
    assert str(page)
    assert page._repr_html_()


def signing(names: Mapping[str, str]) -> list[bytes]:
    """A certificate for each name, signed by that of the name beside it, each with a key of its own."""
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in names}
    return [issued(f"CN={name}", f"CN={by}", keys[name], keys[by]) for name, by in names.items()]


CIRCLES = {"of two": {"A": "B", "B": "A"}, "of three below a leaf": {"leaf": "A", "A": "B", "B": "C", "C": "A"}}


@EITHER
@pytest.mark.parametrize("kind", CIRCLES)
def test_a_circle_of_issuers_ends_and_the_graph_shows_it(kind: str, made: Make, read: Read) -> None:
    found = read(made(*signing(CIRCLES[kind])))
    graph = trust_graph([found], at=START)
    labels = {node.id: node.label for node in graph.nodes}
    signed = {(labels[edge.target], labels[edge.source]) for edge in graph.edges if edge.kind is EdgeKind.SIGNED}
    assert signed == set(CIRCLES[kind].items())


def test_a_keys_chain_goes_round_a_circle_once(read: Read) -> None:
    chain = signing(CIRCLES["of three below a leaf"])
    key = bags.sealed(jks_bytes.clear(ec.generate_private_key(ec.SECP256R1())), bags.named("key"), bags.key_id(b"1"))
    leaf = bags.certificate_bag(chain[0], bags.key_id(b"1"))
    found = read(bags.proved(bags.in_clear(key, leaf, *map(bags.certificate_bag, chain[1:]))))
    assert [facts.common_name for facts in found.entries[0].chain] == ["leaf", "A", "B", "C"]
    stored = [jks_bytes.certificate(each) for each in chain]
    (entry,) = read(jks_bytes.store(jks_bytes.key(b"key", b"", *stored))).entries
    assert [facts.common_name for facts in entry.chain] == ["leaf", "A", "B", "C"]


def test_a_chain_of_61_with_repeats_ends(read: Read) -> None:
    names = [str(at) for at in range(60)]
    chain = [issued(f"CN={name}", f"CN={by}") for name, by in zip(names, [*names[1:], "59"], strict=True)]
    chain.append(chain[30])
    stored = [jks_bytes.certificate(each) for each in chain]
    (entry,) = read(jks_bytes.store(jks_bytes.key(b"key", b"", *stored))).entries
    assert [facts.common_name for facts in entry.chain] == [*names, "30"]
    both = (bags.named("key"), bags.key_id(b"1"))
    others = [bags.certificate_bag(each) for each in (*chain[1:], *chain[1:])]
    key = bags.key_bag(ec.generate_private_key(ec.SECP256R1()), *both)
    found = read(bags.proved(bags.in_clear(key, bags.certificate_bag(chain[0], *both), *others)))
    assert [facts.common_name for facts in found.entries[0].chain] == names
    assert len(trust_graph([found], at=START).nodes) == 61  # and the store


EC = "1.2.840.10045.2.1"
GOST_PARAMETERS = der.sequence(der.object_identifier("1.2.643.2.2.35.1"))
# What cryptography does not read, in any of the versions that are allowed here.
UNREAD: dict[str, tuple[str, bytes, str]] = {
    "GOST 2001": ("1.2.643.2.2.19", GOST_PARAMETERS, "1.2.643.2.2.19"),
    "GOST 2012, 256": ("1.2.643.7.1.1.1.1", GOST_PARAMETERS, "1.2.643.7.1.1.1.1"),
    "GOST 2012, 512": ("1.2.643.7.1.1.1.2", GOST_PARAMETERS, "1.2.643.7.1.1.1.2"),
    "SM2": (EC, der.object_identifier("1.2.156.10197.1.301"), "1.2.156.10197.1.301"),
    "FRP256": (EC, der.object_identifier("1.2.250.1.223.101.256.1"), "1.2.250.1.223.101.256.1"),
    "brainpool 160": (EC, der.object_identifier("1.3.36.3.3.2.8.1.1.1"), "1.3.36.3.3.2.8.1.1.1"),
    "SLH-DSA": ("2.16.840.1.101.3.4.3.20", b"", "2.16.840.1.101.3.4.3.20"),
    "composite of ML-DSA-44 and RSA": ("1.3.6.1.5.5.7.6.37", b"", "1.3.6.1.5.5.7.6.37"),
    "composite of ML-KEM-768 and X25519": ("1.3.6.1.5.5.7.6.59", b"", "1.3.6.1.5.5.7.6.59"),
}  # fmt: skip


def public(oid: str, parameters: bytes = b"", octets: bytes = b"\4" + bytes(64)) -> bytes:
    return der.sequence(bags.algorithm(oid, parameters), der.tlv(der.BIT_STRING, b"\0" + octets))


def private(oid: str, parameters: bytes = b"", octets: bytes = der.octet_string(bytes(32))) -> bytes:
    """A PrivateKeyInfo; that of an elliptic curve has its number in a structure of its own."""
    inner = der.sequence(der.integer(1), der.octet_string(b"\1" * 32)) if oid == EC else octets
    return der.sequence(der.integer(0), bags.algorithm(oid, parameters), der.octet_string(inner))


def keystores(clear: bytes, encoded: bytes) -> dict[str, bytes]:
    """A key and its certificate, and a trusted one beside it."""
    key_id = bags.key_id(b"1")
    made = (bags.sealed(clear, bags.named("key"), key_id), bags.certificate_bag(encoded, key_id))
    trusted = bags.certificate_bag(GOOD, bags.named("ca"), bags.trusted())
    key = jks_bytes.key(b"key", jks_bytes.sealed(clear), jks_bytes.certificate(encoded))
    return {
        "PKCS12": bags.proved(bags.in_clear(*made, trusted)),
        "JKS": jks_bytes.store(key, jks_bytes.trusted(b"ca", jks_bytes.certificate(GOOD))),
    }


@pytest.mark.parametrize("form", ["PKCS12", "JKS"])
@pytest.mark.parametrize("kind", UNREAD)
def test_a_key_of_an_algorithm_that_is_not_read_is_listed_and_its_number_named(
    kind: str, form: str, read: Read
) -> None:
    oid, parameters, named = UNREAD[kind]
    data = keystores(private(oid, parameters), with_field(KEY, public(oid, parameters)))[form]
    key, trusted = read(data).entries
    assert [(key.alias, key.kind), (trusted.alias, trusted.kind)] == [
        ("key", EntryKind.PRIVATE_KEY),
        ("ca", EntryKind.TRUSTED_CERTIFICATE),
    ]
    assert (key.chain[0].subject, key.chain[0].key, trusted.chain[0].notes) == ("CN=Old,O=Java", None, ())
    assert any(note.startswith("its public key cannot be read: ") and named in note for note in key.chain[0].notes)
    assert key.open_key is not None
    with pytest.raises(UnknownFormat, match=f"a private key in it is of a kind that is not read here: .*{named}"):
        key.open_key()


# Versions of cryptography differ on these: they are read, or named by their numbers.
LATTICE = {
    "ML-DSA-44": ("2.16.840.1.101.3.4.3.17", 1_312, 2_560),
    "ML-DSA-65": ("2.16.840.1.101.3.4.3.18", 1_952, 4_032),
    "ML-DSA-87": ("2.16.840.1.101.3.4.3.19", 2_592, 4_896),
    "ML-KEM-512": ("2.16.840.1.101.3.4.4.1", 800, 1_632),
    "ML-KEM-768": ("2.16.840.1.101.3.4.4.2", 1_184, 2_400),
    "ML-KEM-1024": ("2.16.840.1.101.3.4.4.3", 1_568, 3_168),
}


@pytest.mark.parametrize("form", ["PKCS12", "JKS"])
@pytest.mark.parametrize("kind", LATTICE)
def test_a_lattice_key_is_listed_and_read_or_its_number_named(kind: str, form: str, read: Read) -> None:
    oid, size, private_size = LATTICE[kind]
    certified = with_field(KEY, public(oid, octets=bytes(size)))
    expanded = private(oid, octets=der.octet_string(bytes(private_size)))
    key, trusted = read(keystores(expanded, certified)[form]).entries
    assert trusted.chain[0].subject == "CN=Good"
    facts = key.chain[0]
    assert facts.key == KeyFacts(kind, 8 * size) or any(oid in note for note in facts.notes)
    assert key.open_key is not None
    with pytest.raises((UnknownFormat, Damaged), match=oid):  # its expanded form, of which only the seed is read
        key.open_key()


CURVES: dict[str, PrivateKeyTypes] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
    "X25519": x25519.X25519PrivateKey.generate(),
    "X448": x448.X448PrivateKey.generate(),
    "EC": ec.generate_private_key(ec.BrainpoolP256R1()),
}


@pytest.mark.parametrize("form", ["PKCS12", "JKS"])
@pytest.mark.parametrize("kind", CURVES)
def test_a_key_of_a_curve_that_is_read_opens(kind: str, form: str, read: Read) -> None:
    key = CURVES[kind]
    encoded = public_key_of(key)
    assert encoded
    entry, _ = read(keystores(jks_bytes.clear(key), with_field(KEY, encoded))[form]).entries
    assert (entry.chain[0].subject, entry.key) == ("CN=Old,O=Java", entry.chain[0].key)
    assert entry.key
    assert entry.key.type == kind
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == encoded


@pytest.mark.parametrize("form", ["PKCS12", "JKS"])
@pytest.mark.parametrize("arc", [110, 111, 112, 113])
@pytest.mark.parametrize("size", [0, 31, 58])
def test_a_key_of_a_curve_in_another_size_is_damage_with_the_number_named(
    size: int, arc: int, form: str, read: Read
) -> None:
    clear = private(f"1.3.101.{arc}", octets=der.octet_string(bytes(size)))
    entry, _ = read(keystores(clear, GOOD)[form]).entries
    assert entry.open_key is not None
    with pytest.raises(Damaged, match=rf"cannot be read after it was decrypted: it is of algorithm 1\.3\.101\.{arc}"):
        entry.open_key()


def test_a_key_of_an_unread_kind_that_is_in_doubt_is_listed_with_its_number_in_its_own_notes(read: Read) -> None:
    leaf = bags.certificate_bag(x509.load_der_x509_certificate(GOOD), bags.named("leaf"))
    key = bags.sealed(private("1.2.643.7.1.1.1.1"), bags.named("key"))
    entry, _ = read(bags.proved(bags.in_clear(key, leaf))).entries
    assert entry.notes == ("a private key in it is of a kind that is not read here: 1.2.643.7.1.1.1.1",)
