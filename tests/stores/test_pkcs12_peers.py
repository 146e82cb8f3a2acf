"""Stores that other programs refuse or misread are read, with a word on what Java makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.stores import bags
from tests.stores.certificate_shapes import EC_KEY, with_null_parameters
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import Entry, EntryKind, KeyFacts, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.limits import DEFAULT_LIMITS
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, read_pkcs12, write_pkcs12

PASSWORD = Secret("unguessed")
UNMARKED = "it is without Java's mark of trust; Java does not show it"
IN_CLEAR = "its key is not encrypted; Java does not see such a key"


OnDisk = Callable[..., Store]


@pytest.fixture
def on_disk(tmp_path: Path) -> OnDisk:
    def read(data: bytes, password: Secret = PASSWORD) -> Store:
        path = tmp_path / "store.p12"
        path.write_bytes(data)
        return open_store(path, password)

    return read


def read(data: bytes, password: Secret = PASSWORD) -> Store:
    return read_pkcs12(data, password, "store")


def of_kind(store: Store, kind: EntryKind) -> list[Entry]:
    return [entry for entry in store.entries if entry.kind is kind]


def raw_certificate_bag(data: bytes, *attributes: bytes) -> bytes:
    value = bags.algorithm(bags.X509_CERTIFICATE, der.context(0, der.octet_string(data)))
    return bags.bag(bags.CERT_BAG, value, *attributes)


def sealed_key(content: KeyContent, *attributes: bytes, password: Secret = PASSWORD) -> bytes:
    """A key bag as it is written here, with attributes of the test's own."""
    written = write_pkcs12([content], Protection(password, Profile.MODERN, 2))
    for part in bags._contents(written):
        kind, wrapped = part.children()
        if kind.as_oid() == bags.DATA:
            _, value, *_ = wrapped.first().inner().first().children()
            return bags.bag(bags.SHROUDED_KEY_BAG, value.first().encoded, *attributes)
    raise AssertionError


def test_one_certificate_that_is_no_certificate_hides_no_other(authority: Issued) -> None:
    data = bags.store(
        bags.in_clear(
            raw_certificate_bag(b"no DER", bags.named("bad"), bags.trusted()),
            raw_certificate_bag(b"", bags.named("empty")),
            bags.bag(bags.CERT_BAG, der.sequence(), bags.named("torn")),
            bags.bag(bags.CERT_BAG, bags.algorithm("1.2.840.113549.1.9.22.2", der.context(0, der.null()))),
            bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted()),
        )
    )
    found = {entry.alias: entry for entry in read(data).entries}
    assert found["ca"].chain[0].common_name == "Authority"
    assert [(found[alias].kind, found[alias].chain) for alias in ("bad", "empty")] == [
        (EntryKind.TRUSTED_CERTIFICATE, ()),
        (EntryKind.CERTIFICATE, ()),
    ]
    assert found["bad"].notes[0].startswith("a certificate in it cannot be read: ")
    assert found["torn"].notes[0].startswith("the certificate bag at offset ")
    assert found["1"].notes == ("a certificate of kind 1.2.840.113549.1.9.22.2 is not read here",)
    assert found["bad"].as_dict()["notes"] == list(found["bad"].notes)


def test_an_ecdsa_certificate_of_older_java_hides_nothing_and_is_paired_with_its_key(authority: Issued) -> None:
    data = bags.store(
        bags.in_clear(
            bags.key_bag(EC_KEY, bags.named("old")),
            raw_certificate_bag(with_null_parameters()),
            bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted()),
        )
    )
    key, trusted = read(data).entries
    assert (key.alias, key.key, key.chain[0].subject) == ("old", KeyFacts("EC", 256), "CN=Old,O=Java")
    assert trusted.alias == "ca"


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_key_of_an_unknown_algorithm_is_listed_with_its_certificate_and_refused_when_asked_for(
    encrypted: bool, service: Issued
) -> None:
    clear = der.sequence(der.integer(0), bags.algorithm("1.2.3.4"), der.octet_string(b"key"))
    key_id = bags.key_id(b"1")
    key = bags.bag(bags.KEY_BAG, clear, bags.named("key"), key_id)
    if encrypted:
        seal = Protection(PASSWORD, Profile.MODERN, 1).key_seal()
        value = der.sequence(seal.algorithm, der.octet_string(seal.encrypt(clear)))
        key = bags.bag(bags.SHROUDED_KEY_BAG, value, bags.named("key"), key_id)
    (entry,) = read(bags.store(bags.in_clear(key, bags.certificate_bag(service.certificate, key_id)))).entries
    assert (entry.alias, entry.chain[0].common_name) == ("key", "Service")
    assert (
        any("1.2.3.4" in note for note in entry.notes) is not encrypted
    )  # an encrypted one is not opened to be listed
    assert entry.open_key is not None
    with pytest.raises(UnknownFormat, match=r"of a kind that is not read here: .*1\.2\.3\.4"):
        entry.open_key()


@pytest.mark.parametrize(
    "key",
    [
        bags.bag(bags.KEY_BAG, der.sequence(), bags.named("key")),
        bags.bag(bags.SHROUDED_KEY_BAG, der.sequence(), bags.named("key")),
        bags.bag(bags.SHROUDED_KEY_BAG, der.sequence(der.sequence(), der.null()), bags.named("key")),
        bags.shrouded_key_bag(bags.pbes2(der.integer((1 << 31) - 1)), bags.named("key")),
        bags.shrouded_key_bag(bags.pbes2(der.integer(0)), bags.named("key")),
    ],
)
def test_a_key_that_cannot_be_read_is_listed_with_the_reason_and_hides_nothing(key: bytes, authority: Issued) -> None:
    ca = bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted())
    entry, trusted = read(bags.store(bags.in_clear(key, ca))).entries
    assert (entry.alias, entry.chain, trusted.alias) == ("key", (), "ca")
    assert entry.notes
    assert entry.open_key is not None
    with pytest.raises(StoreError):
        entry.open_key()


def test_a_key_with_a_password_of_its_own_is_listed_and_says_so_when_asked_for(service: Issued) -> None:
    content = KeyContent("key", service.key, service.chain)
    for attributes in ((bags.named("key"),), (bags.named("key"), bags.key_id(b"1"))):
        key = sealed_key(content, *attributes, password=Secret("another"))
        leaf = bags.certificate_bag(service.certificate, *attributes)
        entry = read(bags.store(bags.in_clear(key, leaf))).entries[0]
        assert (entry.alias, entry.kind) == ("key", EntryKind.PRIVATE_KEY)
        assert entry.open_key is not None
        with pytest.raises(
            WrongPassword, match=r"the private key key does not open .* it has one of its own"
        ) as caught:
            entry.open_key()
        assert "another" not in str(caught.value)


def test_an_unencrypted_key_is_read_and_java_does_not_see_it(on_disk: OnDisk, service: Issued) -> None:
    data = bags.store(bags.in_clear(bags.key_bag(service.key, bags.named("key"))))
    (entry,) = on_disk(data).entries
    assert entry.notes == ("it has no certificate, so that no connection can be made with it", IN_CLEAR)
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(service.key)


def test_a_certificate_of_no_key_and_without_javas_mark_is_listed_and_java_does_not_show_it(
    on_disk: OnDisk,
    service: Issued,
    authority: Issued,
) -> None:
    key = sealed_key(KeyContent("key", service.key, service.chain), bags.named("key"), bags.key_id(b"1"))
    leaf = bags.certificate_bag(service.certificate, bags.named("key"), bags.key_id(b"1"))
    alone = bags.certificate_bag(authority.certificate, bags.named("openssl's"))
    other = raw_certificate_bag(with_null_parameters(), bags.named("other"))
    found = on_disk(bags.store(bags.in_clear(key, leaf, alone, other)))
    assert [(entry.alias, entry.kind, entry.notes) for entry in found.entries] == [
        ("key", EntryKind.PRIVATE_KEY, ()),
        ("other", EntryKind.CERTIFICATE, (UNMARKED,)),
    ]
    (entry,) = on_disk(bags.store(bags.in_clear(alone))).entries
    assert (entry.alias, entry.kind, entry.notes) == ("openssl's", EntryKind.CERTIFICATE, (UNMARKED,))


def test_a_keys_certificate_with_javas_mark_of_trust_leaves_the_key_without_a_chain_in_java(service: Issued) -> None:
    key_id = bags.key_id(b"1")
    key = sealed_key(KeyContent("key", service.key, service.chain), bags.named("key"), key_id)
    leaf = bags.certificate_bag(service.certificate, bags.named("key"), key_id, bags.trusted())
    found = read(bags.store(bags.in_clear(key, leaf)))
    entry, trusted = found.entries
    assert (entry.kind, trusted.kind) == (EntryKind.PRIVATE_KEY, EntryKind.TRUSTED_CERTIFICATE)
    assert any("so that Java has no chain for the key" in note for note in entry.notes)
    assert any("the same alias to Java" in note for note in found.notes)
    unmarked = bags.certificate_bag(service.certificate, bags.named("key"), key_id)
    assert read(bags.store(bags.in_clear(key, leaf, unmarked))).entries[0].notes == ()


def test_keys_that_share_a_local_key_id_are_paired_by_their_public_keys(service: Issued, component: Issued) -> None:
    key_id = bags.key_id(b"1")
    made = [sealed_key(KeyContent("k", each.key, each.chain), key_id) for each in (service, component)]
    leaves = [bags.certificate_bag(each.certificate, key_id) for each in (component, service)]
    found = of_kind(read(bags.store(bags.in_clear(*made, *leaves))), EntryKind.PRIVATE_KEY)
    assert [entry.chain[0].common_name for entry in found] == ["Service", "Component"]


def test_a_key_with_the_certificate_of_another_under_its_id_keeps_it_and_says_so(
    service: Issued, component: Issued
) -> None:
    key_id = bags.key_id(b"1")
    data = bags.store(
        bags.in_clear(bags.key_bag(service.key, key_id), bags.certificate_bag(component.certificate, key_id))
    )
    (entry,) = read(data).entries
    assert entry.chain[0].common_name == "Component"
    assert "the certificate of its localKeyId is that of another key" in entry.notes


def test_name_and_id_together_outweigh_the_public_key_so_that_a_wrong_key_is_seen(
    service: Issued, component: Issued
) -> None:
    both = (bags.named("key"), bags.key_id(b"1"))
    own = bags.certificate_bag(service.certificate)
    wrong = bags.certificate_bag(component.certificate, *both)
    entry = read(bags.store(bags.in_clear(bags.key_bag(service.key, *both), own, wrong))).entries[0]
    assert entry.chain[0].common_name == "Component"
    assert "the certificate of its localKeyId is that of another key" in entry.notes


@pytest.mark.parametrize("aliases", [("ca", "ca"), ("ca", "CA", "Ca")])
def test_aliases_that_java_takes_for_one_are_all_listed_and_noted(
    on_disk: OnDisk,
    aliases: tuple[str, ...],
    authority: Issued,
) -> None:
    made = (bags.certificate_bag(authority.certificate, bags.named(alias), bags.trusted()) for alias in aliases)
    found = on_disk(bags.store(bags.in_clear(*made)))
    assert tuple(entry.alias for entry in found.entries) == aliases
    assert "several entries have the same alias to Java, which shows only the last one in the file: 'ca'" in found.notes
    assert [entry.java_alias for entry in found.entries] == [None] * (len(aliases) - 1) + ["ca"]


def test_an_alias_of_odd_length_is_read_with_a_replacement_and_noted(authority: Issued) -> None:
    odd = bags.attribute(bags.FRIENDLY_NAME, der.tlv(der.BMP_STRING, "ca".encode("utf-16-be") + b"\0"))
    (entry,) = read(bags.store(bags.in_clear(bags.certificate_bag(authority.certificate, odd, bags.trusted())))).entries
    assert entry.alias == "ca\ufffd"
    assert entry.notes == ("its alias has an odd number of bytes, of which the last is no letter",)


@pytest.mark.parametrize("alias", ["a\0b", "\x1b[31m\r\n", "<b>", "=cmd", "\u202ea", "\U0001f511", "a" * 65_000])
def test_any_alias_is_read_as_it_was_written(alias: str, authority: Issued) -> None:
    data = bags.store(bags.in_clear(bags.certificate_bag(authority.certificate, bags.named(alias), bags.trusted())))
    assert read(data).entries[0].alias == alias


def test_secret_keys_are_listed_and_revocation_lists_and_other_bags_noted() -> None:
    secret = bags.bag("1.2.840.113549.1.12.10.1.5", der.sequence(), bags.named("aes"))
    revoked = bags.bag("1.2.840.113549.1.12.10.1.4", der.sequence())
    found = read(bags.store(bags.in_clear(secret, revoked, revoked, bags.bag("1.2.3.4", der.null()))))
    assert [(entry.alias, entry.kind, entry.open_key) for entry in found.entries] == [
        ("aes", EntryKind.SECRET_KEY, None)
    ]
    assert found.notes == (
        "it has no integrity check",
        "it holds a revocation list, which is not read here",
        "it holds a bag of kind 1.2.3.4, which is not read here",
    )


def nested(depth: int, inside: bytes) -> bytes:
    for _ in range(depth):
        inside = bags.bag("1.2.840.113549.1.12.10.1.6", der.sequence(inside))
    return inside


def test_safes_in_safes_are_read_up_to_a_limit(authority: Issued) -> None:
    ca = bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted())
    assert read(bags.store(bags.in_clear(nested(8, ca)))).entries[0].alias == "ca"
    with pytest.raises(TooCostly, match="safes in safes more than 8 deep"):
        read(bags.store(bags.in_clear(nested(9, ca))))


def test_more_bags_than_the_limit_are_refused() -> None:
    secret = bags.bag("1.2.840.113549.1.12.10.1.5", der.sequence())
    with pytest.raises(TooCostly, match="over 5,000 bags"):
        read(bags.store(bags.in_clear(*[secret] * (DEFAULT_LIMITS.entries + 1))))


@pytest.mark.parametrize("after", [b"\0", b"\0" * 4_000])
def test_bytes_after_a_store_are_passed_over_as_java_does_and_noted(
    after: bytes, on_disk: OnDisk, authority: Issued
) -> None:
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], Protection(PASSWORD, Profile.MODERN, 1_000))
    found = on_disk(data + after)
    assert found.entries[0].alias == "ca"
    assert found.notes == (f"{len(after):,} bytes follow the store; Java passes over them",)


def indefinite(data: bytes, pieces: int = 100) -> bytes:
    """BER as Windows and Bouncy Castle write it: indefinite lengths, strings in pieces."""
    element = der.read(data)
    if element.tag == der.OCTET_STRING and len(element.content) > pieces:
        octets = element.content
        parts = (der.octet_string(octets[at : at + pieces]) for at in range(0, len(octets), pieces))
        return b"\x24\x80" + b"".join(parts) + b"\0\0"
    if element.tag == 0x80:
        return b"\xa0\x80\x24\x80" + der.octet_string(element.content) + b"\0\0\0\0"
    if element.tag & 0x20:
        return bytes((element.tag, 0x80)) + b"".join(indefinite(each.encoded) for each in element.children()) + b"\0\0"
    return data


@pytest.mark.parametrize("profile", Profile)
def test_a_store_in_ber_is_read_as_the_same_in_der(profile: Profile, on_disk: OnDisk, service: Issued) -> None:
    contents = (KeyContent("key", service.key, service.chain), TrustedContent("ca", service.issuers[0]))
    data = write_pkcs12(contents, Protection(PASSWORD, profile, 2))
    assert indefinite(data) != data
    found = on_disk(indefinite(data))
    assert found == on_disk(data)
    assert found.entries[0].open_key is not None
    assert public_key_of(found.entries[0].open_key()) == public_key_of(service.key)


def test_four_thousand_levels_are_refused_and_nothing_worse() -> None:
    for data in (b"\x30\x80" * 4_000, b"\x30\x80" * 4_000 + b"\0\0" * 4_000):
        with pytest.raises(StoreError):
            read(data)
    inside = bags.content(bags.DATA, der.octet_string(b"\x30\x80" * 4_000))
    with pytest.raises(TooCostly):
        read(der.sequence(der.integer(3), inside))


@pytest.mark.parametrize(
    "data",
    [
        der.sequence(der.integer(3), der.sequence(der.object_identifier(bags.DATA))),
        der.sequence(der.integer(3), der.sequence(der.object_identifier(bags.DATA), der.context(0, b""))),
        der.sequence(der.integer(3), bags.content(bags.DATA, der.null())),
        bags.store(der.sequence(der.object_identifier(bags.DATA))),
        bags.store(bags.content(bags.DATA, der.null())),
    ],
)
def test_an_absent_content_is_damaged(on_disk: OnDisk, data: bytes) -> None:
    with pytest.raises(Damaged):  # CVE-2024-0727, CVE-2025-69421: others read from nowhere
        on_disk(data)


@pytest.mark.parametrize("rounds", [0, 5_000_001, (1 << 31) - 1])
def test_integrity_of_no_or_too_many_rounds_is_refused_before_any_work(on_disk: OnDisk, rounds: int) -> None:
    with pytest.raises((Damaged, TooCostly)):
        on_disk(bags.store(mac=bags.mac_data(bags.SHA1, der.integer(rounds))))


def test_of_authorities_of_one_name_the_one_with_the_right_key_is_in_the_chain() -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    name = x509.Name.from_rfc4514_string("CN=CA")

    def made(subject: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey) -> bytes:
        builder = x509.CertificateBuilder(name, subject, key.public_key(), 1, start, start)
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        for extension in (own, of_issuer):
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(signer, SHA256()).public_bytes(Encoding.DER)

    old, new = made(name, keys[0], keys[0]), made(name, keys[1], keys[1])
    leaf = made(x509.Name.from_rfc4514_string("CN=leaf"), keys[2], keys[1])
    data = bags.store(bags.in_clear(bags.key_bag(keys[2]), *map(raw_certificate_bag, (leaf, old, new))))
    assert [facts.der for facts in read(data).entries[0].chain] == [leaf, new]
