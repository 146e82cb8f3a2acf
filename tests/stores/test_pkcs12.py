"""PKCS #12 stores hold any number of keys and trusted certificates, in the order and with the marks of Java's."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.model import Entry, EntryKind, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.limits import Allowance, Limits
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, read_pkcs12, write_pkcs12
from zowe_certs_kernel.stores.safe_bags import unpacked

PASSWORD = Secret("unguessed")
NO_PASSWORD = Secret("")


def protection(profile: Profile = Profile.COMPATIBLE, rounds: int = 2) -> Protection:
    return Protection(PASSWORD, profile, rounds)


def read(data: bytes, password: Secret = PASSWORD) -> tuple[Entry, ...]:
    return read_pkcs12(data, password, "store").entries


def keys_of(data: bytes) -> list[Entry]:
    return [entry for entry in read(data) if entry.kind is EntryKind.PRIVATE_KEY]


def described(entry: Entry) -> tuple[str, EntryKind, list[str]]:
    return entry.alias, entry.kind, [facts.common_name for facts in entry.chain]


def opens_with(entry: Entry, key: PrivateKeyTypes) -> bool:
    return entry.open_key is not None and public_key_of(entry.open_key()) == public_key_of(key)


@pytest.fixture(scope="module")
def store(service: Issued, component: Issued, authority: Issued) -> bytes:
    contents = (
        KeyContent("Localhost", service.key, service.chain),
        TrustedContent("LocalCA", authority.certificate),
        KeyContent("JwtSecret", component.key, component.chain),
    )
    return write_pkcs12(contents, protection())


@pytest.mark.parametrize("profile", Profile)
def test_several_keys_and_trusted_certificates_are_written_and_read_back(
    profile: Profile, service: Issued, component: Issued, authority: Issued
) -> None:
    contents = (
        KeyContent("one", service.key, service.chain),
        TrustedContent("ca", authority.certificate),
        KeyContent("two", component.key, component.chain),
        TrustedContent("leaf", service.certificate),
    )
    entries = read(write_pkcs12(contents, protection(profile)))
    assert [described(entry) for entry in entries] == [
        ("one", EntryKind.PRIVATE_KEY, ["Service", "Authority"]),
        ("two", EntryKind.PRIVATE_KEY, ["Component", "Authority"]),
        ("ca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
        ("leaf", EntryKind.TRUSTED_CERTIFICATE, ["Service"]),
    ]
    assert opens_with(entries[0], service.key)
    assert opens_with(entries[1], component.key)
    assert [entry.key for entry in entries] == [KeyFacts("RSA", 2048)] * 2 + [None] * 2
    assert [entry.open_key is None for entry in entries] == [False, False, True, True]


def test_two_entries_of_one_alias_are_refused_because_java_would_lose_one(authority: Issued) -> None:
    contents = [TrustedContent(alias, authority.certificate) for alias in ("localca", "LocalCA")]
    with pytest.raises(ValueError, match="same alias"):
        write_pkcs12(contents, Protection(Secret("made-up"), Profile.MODERN, 1))


def test_aliases_are_lower_cased_as_java_does(store: bytes) -> None:
    assert [entry.alias for entry in read(store)] == ["localhost", "jwtsecret", "localca"]


def test_key_bags_come_first_and_each_key_has_its_own_copy_of_the_chain(store: bytes) -> None:
    found = bags.bags_of(store, PASSWORD)
    names = [
        attributes[bags.FRIENDLY_NAME].content.decode("utf-16-be") if bags.FRIENDLY_NAME in attributes else ""
        for _, attributes in found
    ]
    assert [(kind, name) for (kind, _), name in zip(found, names, strict=True)] == [
        (bags.SHROUDED_KEY_BAG, "localhost"),
        (bags.SHROUDED_KEY_BAG, "jwtsecret"),
        (bags.CERT_BAG, "localhost"),
        (bags.CERT_BAG, "CN=Authority,C=CZ"),
        (bags.CERT_BAG, "localca"),
        (bags.CERT_BAG, "jwtsecret"),
        (bags.CERT_BAG, "CN=Authority,C=CZ"),
    ]


def test_only_trusted_certificates_carry_the_mark_that_java_looks_for(store: bytes) -> None:
    marks = [attributes.get(bags.TRUSTED_KEY_USAGE) for _, attributes in bags.bags_of(store, PASSWORD)]
    assert [mark is not None for mark in marks] == [False, False, False, False, True, False, False]
    assert marks[4] is not None
    assert marks[4].as_oid() == bags.ANY_PURPOSE


def test_a_key_and_its_certificate_share_an_id_and_nothing_else_has_one(store: bytes) -> None:
    ids = [attributes.get(bags.LOCAL_KEY_ID) for _, attributes in bags.bags_of(store, PASSWORD)]
    first, second, its_leaf, copy, trusted, other_leaf, other_copy = (found and found.content for found in ids)
    assert (copy, trusted, other_copy) == (None, None, None)
    assert first is not None
    assert (first, second) == (its_leaf, other_leaf)
    assert first != second


def test_a_trust_store_has_no_key_bag_and_a_store_of_nothing_is_one_too(authority: Issued) -> None:
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], protection())
    assert [described(entry) for entry in read(data)] == [("ca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"])]
    assert read(write_pkcs12([], protection())) == ()


def test_two_stores_of_the_same_contents_share_no_bytes_of_salt(authority: Issued) -> None:
    contents = [TrustedContent("ca", authority.certificate)]
    assert write_pkcs12(contents, protection()) != write_pkcs12(contents, protection())


@pytest.mark.parametrize("alias", ["zowe cert", "žofín", "日本", "\U0001f511", "a" * 300, "<b>&"])
def test_any_alias_is_kept(alias: str, authority: Issued) -> None:
    (entry,) = read(write_pkcs12([TrustedContent(alias, authority.certificate)], protection()))
    assert entry.alias == alias


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("password", ["", "Unguessed", "unguessed ", "password"])
def test_another_password_does_not_open_it(profile: Profile, password: str, authority: Issued) -> None:
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], protection(profile))
    with pytest.raises(WrongPassword, match="the password does not open it, or its bytes were changed"):
        read(data, Secret(password))


def test_any_changed_byte_of_the_contents_fails_the_integrity_check(store: bytes) -> None:
    _, safe, _ = der.read(store).children()
    contents = list(safe.children())[1].first()
    start = contents.offset + contents.header
    for at in range(start, start + len(contents.content), 17):
        changed = bytearray(store)
        changed[at] ^= 0x10
        with pytest.raises(WrongPassword, match="its bytes were changed"):
            read(bytes(changed))


@pytest.mark.parametrize(
    ("profile", "asked"), [(Profile.MODERN, 101), (Profile.COMPATIBLE, 101), (Profile.LEGACY, 202)]
)
def test_too_many_rounds_are_refused_at_once_and_the_limit_named(
    profile: Profile, asked: int, authority: Issued
) -> None:
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], protection(profile, 101))
    with pytest.raises(TooCostly, match=f"asks for {asked} rounds of key derivation, over the limit of 100"):
        read_pkcs12(data, PASSWORD, "store", limits=Limits(rounds=100))


def test_the_limit_is_for_each_count_and_for_the_work_of_all_parts_together(authority: Issued) -> None:
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], protection(Profile.MODERN, 60))
    assert read_pkcs12(data, PASSWORD, "store", limits=Limits(rounds=60)).entries[0].alias == "ca"
    taken = Allowance()
    read_pkcs12(data, PASSWORD, "store", limits=taken)
    assert taken.derived == 60 + 84  # the integrity check, and PBKDF2 with HMAC-SHA256 for the certificates
    old = write_pkcs12([TrustedContent("ca", authority.certificate)], protection(Profile.COMPATIBLE, 60))
    with pytest.raises(TooCostly, match="ask for the work of 240 rounds with SHA-256, over the limit of 144"):
        read_pkcs12(old, PASSWORD, "store", limits=Limits(rounds=60))


def test_a_key_is_decrypted_when_it_is_asked_for_under_the_same_limit(service: Issued) -> None:
    key_id = bags.key_id(b"1")
    costly = bags.shrouded_key_bag(bags.pbes2(der.integer(1_000)), bags.named("costly"), key_id)
    data = bags.store(bags.in_clear(costly, bags.certificate_bag(service.certificate, key_id)))
    (entry,) = read_pkcs12(data, PASSWORD, "store", limits=Limits(rounds=999)).entries
    assert described(entry) == ("costly", EntryKind.PRIVATE_KEY, ["Service"])
    assert entry.open_key is not None
    with pytest.raises(TooCostly, match="asks for 1,000 rounds of key derivation, over the limit of 999"):
        entry.open_key()


def test_a_store_without_integrity_check_is_read_and_noted(store: bytes) -> None:
    found = read_pkcs12(bags.without_integrity(store), PASSWORD, "store")
    assert found.notes == ("it has no integrity check",)
    assert [entry.alias for entry in found.entries] == ["localhost", "jwtsecret", "localca"]
    assert found.protection == "3DES and SHA-1, 2 rounds"
    assert "it has no integrity check" not in read_pkcs12(store, PASSWORD, "store").notes


def test_without_integrity_check_the_padding_tells_a_wrong_password(store: bytes) -> None:
    with pytest.raises(WrongPassword):
        read(bags.without_integrity(store), Secret("password"))


def test_a_store_that_is_not_encrypted_is_read(service: Issued, authority: Issued) -> None:
    data = bags.store(
        bags.in_clear(bags.key_bag(service.key, bags.named("key"))),
        bags.in_clear(
            bags.certificate_bag(service.certificate),
            bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted()),
        ),
    )
    found = read_pkcs12(data, NO_PASSWORD, "store")
    assert (found.format, found.protection, found.source) == ("PKCS12", "", "store")
    assert [described(entry) for entry in found.entries] == [
        ("key", EntryKind.PRIVATE_KEY, ["Service", "Authority"]),
        ("ca", EntryKind.TRUSTED_CERTIFICATE, ["Authority"]),
    ]
    assert opens_with(found.entries[0], service.key)


def test_a_key_with_the_id_of_another_certificate_is_paired_by_its_public_key_and_noted(
    service: Issued, component: Issued
) -> None:
    data = bags.store(
        bags.in_clear(
            bags.certificate_bag(service.certificate),
            bags.certificate_bag(component.certificate, bags.key_id(b"1")),
            bags.key_bag(service.key, bags.named("key"), bags.key_id(b"1")),
        )
    )
    (entry,) = keys_of(data)
    assert described(entry) == ("key", EntryKind.PRIVATE_KEY, ["Service"])
    assert any("its localKeyId is that of another certificate" in note for note in entry.notes)


@pytest.mark.parametrize("of_key", [(), (bags.key_id(b"1"),)])
@pytest.mark.parametrize("of_certificate", [(), (bags.key_id(b"2"),)])
def test_a_key_whose_id_no_certificate_has_is_paired_by_its_public_key(
    of_key: tuple[bytes, ...], of_certificate: tuple[bytes, ...], service: Issued, component: Issued
) -> None:
    data = bags.store(
        bags.in_clear(
            bags.certificate_bag(component.certificate),
            bags.certificate_bag(service.certificate, *of_certificate),
            bags.key_bag(service.key, bags.named("key"), *of_key),
        )
    )
    assert [described(entry) for entry in keys_of(data)] == [("key", EntryKind.PRIVATE_KEY, ["Service"])]


def test_an_rsa_key_whose_numbers_contradict_each_other_is_listed_and_damaged_when_asked_for(service: Issued) -> None:
    clear = bytearray(service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    clear[-1] ^= 1
    key = bags.bag(bags.KEY_BAG, bytes(clear), bags.named("key"))
    (entry,) = read(bags.store(bags.in_clear(key, bags.certificate_bag(service.certificate))))
    assert described(entry) == ("key", EntryKind.PRIVATE_KEY, ["Service"])
    assert entry.open_key is not None
    with pytest.raises(Damaged, match="the private key key cannot be read after it was decrypted"):
        entry.open_key()


@pytest.mark.parametrize("alias", ["one line\nand another", "\x1b[2j", "x" * 5_000])
def test_a_sentence_repeats_no_more_of_an_alias_than_fits_a_line(alias: str, service: Issued) -> None:
    no_key = bags.bag(bags.KEY_BAG, der.sequence(), bags.named(alias))
    sealed = der.sequence(protection().key_seal().algorithm, der.octet_string(bytes(16)))
    closed = bags.bag(bags.SHROUDED_KEY_BAG, sealed, bags.named(alias))
    trusted = bags.certificate_bag(service.certificate, bags.named(alias), bags.trusted())
    found = read_pkcs12(bags.store(bags.in_clear(no_key, closed, trusted)), PASSWORD, "store")
    told = [*found.notes, *(note for entry in found.entries for note in entry.notes)]
    about = [note for note in told if repr(alias[:40]) in note]
    assert len(about) == 3
    assert all(len(note) < 300 and note.isprintable() for note in told)
    assert [entry.alias for entry in found.entries] == [alias] * 3


def test_kinds_of_bags_that_are_not_known_are_told_of_up_to_a_number() -> None:
    kinds = [bags.bag(f"2.999.{number}", der.null()) for number in range(20_000)]
    found = read_pkcs12(bags.store(bags.in_clear(*kinds)), PASSWORD, "store")
    assert len(found.notes) == 21
    assert found.notes[-2:] == (
        "it holds a bag of kind 2.999.18, which is not read here",
        "there are more notes of this kind",
    )


def test_versions_are_those_of_the_standard(store: bytes) -> None:
    version, safe, _ = der.read(store).children()
    *_, sealed = list(safe.children())[1].first().inner().children()
    assert version.as_int() == 3
    assert list(sealed.children())[1].first().first().as_int() == 0


def test_a_key_without_any_certificate_is_an_entry_with_the_facts_of_the_key(
    service: Issued, component: Issued
) -> None:
    data = bags.store(
        bags.in_clear(bags.certificate_bag(component.certificate), bags.key_bag(service.key, bags.named("key")))
    )
    (entry,) = keys_of(data)
    assert (entry.chain, entry.certificate, entry.key) == ((), None, KeyFacts("RSA", 2048))


def test_entries_without_a_name_are_numbered_as_java_does_and_after_them_those_that_java_has_not(
    service: Issued, component: Issued, authority: Issued
) -> None:
    data = bags.store(
        bags.in_clear(
            bags.key_bag(service.key),
            bags.key_bag(component.key, bags.named("")),
            bags.certificate_bag(authority.certificate, bags.trusted()),
        )
    )
    assert [(entry.alias, entry.java_alias) for entry in read(data)] == [("2", None), ("", None), ("1", "1")]


def test_a_chain_ends_where_the_store_ends_and_in_no_circle(rsa_keys: tuple[RSAPrivateKey, ...]) -> None:
    def certificate(subject: str, issuer: str, key: RSAPrivateKey, signer: RSAPrivateKey) -> x509.Certificate:
        moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        builder = x509.CertificateBuilder(public_key=key.public_key(), serial_number=1)
        builder = builder.not_valid_before(moment).not_valid_after(moment)
        names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
        builder = builder.subject_name(names[0]).issuer_name(names[1])
        return builder.sign(signer, SHA256())

    one, two, three = rsa_keys
    leaf = certificate("leaf", "A", one, two)
    circle = [certificate("A", "B", two, three), certificate("B", "A", three, two)]
    data = bags.store(bags.in_clear(bags.key_bag(one), *map(bags.certificate_bag, (leaf, *circle))))
    assert [facts.common_name for facts in read(data)[0].chain] == ["leaf", "A", "B"]
    data = bags.store(bags.in_clear(bags.key_bag(one), bags.certificate_bag(leaf)))
    assert [facts.common_name for facts in read(data)[0].chain] == ["leaf"]


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()])
def test_keys_of_other_kinds_are_read(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> None:
    (entry,) = read(bags.store(bags.in_clear(bags.key_bag(key, bags.named("key")))))
    assert entry.key in {KeyFacts("EC", 256), KeyFacts("Ed25519", 256)}
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(key)


def test_many_keys_and_certificates_are_paired_in_time(service: Issued, component: Issued) -> None:
    certificates = [bags.certificate_bag(component.certificate)] * 1_000
    data = bags.store(
        bags.in_clear(*[bags.key_bag(service.key)] * 1_000, *certificates, bags.certificate_bag(service.certificate))
    )
    assert {described(entry)[2][0] for entry in keys_of(data)} == {"Service"}


def test_a_store_encrypted_by_an_algorithm_that_is_not_read_is_refused_and_the_algorithm_named() -> None:
    scheme = bags.algorithm("1.2.3.4", der.sequence(der.octet_string(bytes(8)), der.integer(50_000)))
    with pytest.raises(UnknownFormat, match=r"encrypted by algorithm 1\.2\.3\.4, which is not"):
        read(bags.store(bags.encrypted(scheme)))


@pytest.mark.parametrize(
    ("profile", "of_keys", "of_certificates"),
    [
        (Profile.MODERN, bags.PBES2, bags.PBES2),
        (Profile.COMPATIBLE, bags.PBE_3DES, bags.PBE_3DES),
        (Profile.LEGACY, bags.PBE_3DES, bags.PBE_RC2_40),
    ],
)
@pytest.mark.parametrize("ahead", [True, False])
def test_keys_and_certificates_are_encrypted_as_the_profile_says(
    profile: Profile, of_keys: str, of_certificates: str, ahead: bool, service: Issued, component: Issued
) -> None:
    chosen = protection(profile)
    if ahead:
        chosen.derive_ahead(3)
    contents = [KeyContent("one", service.key, service.chain), KeyContent("two", component.key, component.chain)]
    assert bags.schemes_of(write_pkcs12(contents, chosen)) == ({of_keys}, {of_certificates})


def test_an_integrity_check_that_is_not_read_is_named() -> None:
    data = bags.store(mac=bags.mac_data("1.2.3.4", der.integer(1)))
    with pytest.raises(UnknownFormat, match=r"1\.2\.3\.4"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        der.sequence(der.integer(3), bags.content("1.2.840.113549.1.7.2", der.sequence())),
        bags.store(bags.content("1.2.840.113549.1.7.3", der.sequence())),
    ],
    ids=["signed", "enveloped"],
)
def test_contents_of_a_kind_that_is_not_read_are_refused(data: bytes) -> None:
    with pytest.raises(UnknownFormat, match="is of a kind that is not read here"):
        read(data)


EMPTY_CONTENT = der.sequence(der.object_identifier(bags.DATA), der.context(0, b""))


@pytest.mark.parametrize(
    "data",
    [
        der.sequence(),
        der.sequence(der.integer(3)),
        der.sequence(der.integer(3), der.null()),
        der.sequence(der.integer(3), der.sequence()),
        der.sequence(der.integer(3), EMPTY_CONTENT),
        der.sequence(der.integer(3), bags.content(bags.DATA, der.octet_string(b""))),
        der.sequence(der.integer(3), bags.content(bags.DATA, der.octet_string(b"\x30\x05"))),
        bags.store(der.null()),
        bags.store(der.sequence()),
        bags.store(EMPTY_CONTENT),
        bags.store(bags.content(bags.ENCRYPTED_DATA, der.sequence())),
        bags.store(bags.content(bags.ENCRYPTED_DATA, der.sequence(der.integer(0), der.sequence()))),
        bags.store(bags.in_clear(der.sequence())),
        bags.store(bags.in_clear(der.sequence(der.null(), der.null()))),
        bags.store(bags.in_clear(der.sequence(der.object_identifier(bags.KEY_BAG), der.context(0, b"")))),
        bags.store(bags.in_clear(bags.bag(bags.KEY_BAG, der.null(), der.null()))),
        bags.store(bags.in_clear(bags.bag(bags.KEY_BAG, der.null(), der.sequence(der.null(), der.null())))),
        bags.store(mac=der.sequence()),
    ],
)
def test_a_structure_that_contradicts_itself_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged):
        read(data)


@pytest.mark.parametrize("profile", Profile)
def test_a_store_that_is_cut_anywhere_is_a_store_error(profile: Profile, service: Issued) -> None:
    data = write_pkcs12([KeyContent("a", service.key, service.chain)], protection(profile, 1))
    for size in range(len(data)):
        with pytest.raises(Damaged):
            read(data[:size])


def test_no_repr_shows_a_key_or_a_password(store: bytes, service: Issued) -> None:
    shown = repr(read(store)) + repr(KeyContent("alias", service.key, service.chain))
    assert "unguessed" not in shown
    assert "PrivateKey object" not in shown


def test_no_repr_of_a_bag_shows_the_key_in_it() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    found = unpacked(bags.store(bags.in_clear(bags.key_bag(key))), PASSWORD, Allowance())
    private = key.private_numbers().private_value.to_bytes(32, "big")
    assert private in found.bags[0].value.encoded
    for shown in (repr(found), repr(found.bags[0])):
        assert "value" not in shown
        assert repr(private)[2:-1] not in shown


def test_another_program_finds_the_first_key_under_its_alias(store: bytes, service: Issued) -> None:
    found = load_pkcs12(store, b"unguessed")
    assert found.cert is not None
    assert (found.cert.certificate, found.cert.friendly_name) == (service.certificate, b"localhost")


def test_a_store_may_hold_a_jwt_secret_that_signed_itself(rsa_keys: tuple[RSAPrivateKey, ...]) -> None:
    made = issue(CertificateKind.JWT, (("CN", "JWT"),), rsa_keys[2], now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    (entry,) = read(write_pkcs12([KeyContent("jwtsecret", made.key, made.chain)], protection()))
    assert described(entry) == ("jwtsecret", EntryKind.PRIVATE_KEY, ["JWT"])
    assert entry.chain[0].self_signed
