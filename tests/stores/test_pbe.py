"""Passwords become keys as RFC 7292 and RFC 8018 say, against published values and another implementation."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, load_pkcs12, serialize_key_and_certificates

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import public_key_of
from zowe_certs_kernel.stores.ciphers import Purpose, cbc, pkcs12_kdf, pkcs12_key
from zowe_certs_kernel.stores.integrity import checked_mac
from zowe_certs_kernel.stores.limits import MAX_ROUNDS, Allowance, Limits
from zowe_certs_kernel.stores.opening import opened
from zowe_certs_kernel.stores.pbe import DEFAULT_ROUNDS, Profile, Protection, Seal
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, read_pkcs12, write_pkcs12

PASSWORD = Secret("unguessed")
# Blanks and quotes, letters of one and of two bytes in UTF-8, and one beyond 16 bits.
PASSWORDS = ("unguessed", 'it\'s "5" $HOME', "žluťoučký kůň", "\U0001f511 key", "x" * 200, "")

PBE_PARAMETERS = der.sequence(der.octet_string(bytes(8)), der.integer(1))
HMAC_SHA1 = der.sequence(der.object_identifier("1.2.840.113549.2.7"), der.null())


def element(encoded: bytes) -> der.Element:
    return der.read(encoded)


# Values that several implementations publish with their tests.
@pytest.mark.parametrize(
    ("password", "salt", "purpose", "rounds", "expected"),
    [
        ("smeg", "0a58cf64530d823f", 1, 1, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"),
        ("smeg", "0a58cf64530d823f", 2, 1, "79993dfe048d3b76"),
        ("smeg", "642b99ab44fb4b1f", 1, 1, "f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966"),
        ("smeg", "642b99ab44fb4b1f", 2, 1, "c0a38d64a79bea1d"),
        ("smeg", "3d83c0e4546ac140", 3, 1, "8d967d88f6caa9d714800ab3d48051d63f73a312"),
        ("queeg", "05dec959acff72f7", 1, 1000, "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"),
        ("queeg", "05dec959acff72f7", 2, 1000, "11dedad7758d4860"),
        ("queeg", "1682c0fc5b3f7ec5", 1, 1000, "483dd6e919d7de2e8e648ba8f862f3fbfbdc2bcb2c02957f"),
        ("queeg", "1682c0fc5b3f7ec5", 2, 1000, "9d461d1b00355c50"),
        ("queeg", "263216fcc2fab31c", 3, 1000, "5ec4c7a80df652294c3925b6489a7ab857c83476"),
    ],
)
def test_keys_are_derived_as_rfc_7292_appendix_b_says(
    password: str, salt: str, purpose: int, rounds: int, expected: str
) -> None:
    size = len(expected) // 2
    derived = pkcs12_kdf("sha1", Secret(password), bytes.fromhex(salt), Purpose(purpose), rounds, size)
    assert derived.hex() == expected


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_a_shorter_key_is_the_beginning_of_a_longer_one(digest: str) -> None:
    long = pkcs12_kdf(digest, PASSWORD, b"salt", Purpose.KEY, 3, 200)
    assert len(long) == 200
    assert pkcs12_kdf(digest, PASSWORD, b"salt", Purpose.KEY, 3, 24) == long[:24]


@pytest.mark.parametrize("salt", [b"", b"s", b"s" * 64, b"s" * 65, b"s" * 1000])
def test_a_salt_of_any_length_is_taken(salt: bytes) -> None:
    assert len(pkcs12_kdf("sha1", PASSWORD, salt, Purpose.INTEGRITY, 2, 20)) == 20


SCHEMES = (
    (PBES.PBESv1SHA1And3KeyTripleDESCBC, SHA1(), "HMAC-SHA1, ", "; 3DES and SHA-1, 7 rounds"),  # noqa: S303  # Java 8's
    (PBES.PBESv1SHA1And3KeyTripleDESCBC, SHA256(), "HMAC-SHA256, ", "; 3DES and SHA-1, 7 rounds"),
    (PBES.PBESv2SHA256AndAES256CBC, SHA256(), "HMAC-SHA256, ", "; PBES2 with AES-256 and SHA256, 7 rounds"),
    (PBES.PBESv2SHA256AndAES256CBC, SHA512(), "HMAC-SHA512, ", "; PBES2 with AES-256 and SHA256, 7 rounds"),
)


@pytest.mark.parametrize(("scheme", "mac", "integrity", "secrecy"), SCHEMES)
@pytest.mark.parametrize("password", PASSWORDS[:-1])  # with an empty one cryptography writes no store
def test_stores_of_another_implementation_are_read(
    scheme: PBES, mac: HashAlgorithm, integrity: str, secrecy: str, password: str, service: Issued
) -> None:
    sealing = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(7).key_cert_algorithm(scheme).hmac_hash(mac)
    data = serialize_key_and_certificates(
        b"zowe", service.key, service.certificate, service.issuers, sealing.build(password.encode())
    )
    found = read_pkcs12(data, Secret(password), "store")
    (entry,) = found.entries
    assert found.protection.startswith(integrity)
    assert found.protection.endswith(secrecy)
    assert [facts.common_name for facts in entry.chain] == ["Service", "Authority"]
    assert entry.open_key is not None
    opened_key = entry.open_key()
    assert isinstance(opened_key, RSAPrivateKey)
    assert opened_key.private_numbers() == service.key.private_numbers()


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("password", PASSWORDS)
def test_another_implementation_reads_what_is_written(
    profile: Profile, password: str, service: Issued, authority: Issued
) -> None:
    contents = (KeyContent("zowe", service.key, service.chain), TrustedContent("ca", authority.certificate))
    data = write_pkcs12(contents, Protection(Secret(password), profile, 7))
    found = load_pkcs12(data, password.encode())
    assert isinstance(found.key, RSAPrivateKey)
    assert found.key.private_numbers() == service.key.private_numbers()
    assert found.cert is not None
    assert (found.cert.certificate, found.cert.friendly_name) == (service.certificate, b"zowe")
    others = {other.friendly_name: other.certificate for other in found.additional_certs}
    assert others[b"ca"] == authority.certificate


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("password", PASSWORDS)
def test_what_is_written_is_read_back(profile: Profile, password: str, service: Issued) -> None:
    protection = Protection(Secret(password), profile, 2)
    data = write_pkcs12([KeyContent("a", service.key, service.chain)], protection)
    (entry,) = read_pkcs12(data, Secret(password), "store").entries
    assert entry.open_key is not None
    assert public_key_of(entry.open_key()) == public_key_of(service.key)
    with pytest.raises(WrongPassword):
        read_pkcs12(data, Secret(f"{password}x"), "store")


@pytest.mark.parametrize(
    ("profile", "protection"),
    [
        (Profile.MODERN, "HMAC-SHA256, 10,000 rounds; PBES2 with AES-256 and SHA256, 10,000 rounds"),
        (Profile.COMPATIBLE, "HMAC-SHA1, 10,000 rounds; 3DES and SHA-1, 10,000 rounds"),
        (Profile.LEGACY, "HMAC-SHA1, 100,000 rounds; RC2-40 and SHA-1, 50,000 rounds"),
    ],
)
def test_a_store_says_how_it_is_protected_and_takes_the_rounds_of_its_profile(
    profile: Profile, protection: str, authority: Issued
) -> None:
    assert [each.rounds for each in Profile] == [DEFAULT_ROUNDS, DEFAULT_ROUNDS, 50_000] == [10_000, 10_000, 50_000]
    data = write_pkcs12([TrustedContent("ca", authority.certificate)], Protection(PASSWORD, profile))
    assert read_pkcs12(data, PASSWORD, "store").protection == protection


def salt_of(seal: Seal, profile: Profile) -> bytes:
    _, parameters = element(seal.algorithm).children()
    if profile is Profile.MODERN:
        _, parameters = parameters.first().children()
    return parameters.first().content


@pytest.mark.parametrize("profile", Profile)
def test_every_seal_and_every_integrity_key_has_a_salt_of_its_own(profile: Profile) -> None:
    protection = Protection(PASSWORD, profile, 1)
    protection.derive_ahead(3)
    salts = [salt_of(protection.key_seal(), profile) for _ in range(4)]  # two more than were derived ahead
    salts += [salt_of(protection.certificate_seal(), profile) for _ in range(2)]
    salts += [protection.mac_key().salt for _ in range(2)]
    assert len(set(salts)) == 8
    assert {len(salt) for salt in salts} == {20}


@pytest.mark.parametrize("profile", Profile)
def test_what_is_derived_ahead_is_used_and_no_more_is_derived(
    profile: Profile, service: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    protection = Protection(PASSWORD, profile, 2)
    protection.derive_ahead(2)
    with monkeypatch.context() as patched:
        patched.setattr("zowe_certs_kernel.stores.pbe.os.urandom", lambda _: pytest.fail("a salt too many"))
        data = write_pkcs12([KeyContent("a", service.key, service.chain)], protection)
    assert read_pkcs12(data, PASSWORD, "").entries[0].alias == "a"


@pytest.mark.parametrize("profile", Profile)
def test_a_protection_shows_no_password(profile: Profile) -> None:
    protection = Protection(PASSWORD, profile, 1)
    protection.derive_ahead(1)
    assert "unguessed" not in repr(vars(protection)) + repr(protection.mac_key())


def test_a_single_bag_is_opened_with_the_words_for_it() -> None:
    key = pkcs12_kdf("sha1", PASSWORD, bytes(8), Purpose.KEY, 1, 24)
    initial = pkcs12_kdf("sha1", PASSWORD, bytes(8), Purpose.INITIAL_VECTOR, 1, 8)
    encryptor = Cipher(TripleDES(key), modes.CBC(initial)).encryptor()
    sealed = encryptor.update(b"text" + b"\4" * 4) + encryptor.finalize()
    scheme = element(bags.algorithm(bags.PBE_3DES, PBE_PARAMETERS))
    assert opened(scheme, sealed, PASSWORD, Allowance()) == (b"text", "3DES and SHA-1, 1 rounds")


def test_a_bag_under_rc2_of_40_bits_is_opened_with_the_words_for_it() -> None:
    key, initial = pkcs12_key(5, PASSWORD, bytes(8), 1)
    sealed = cbc("RC2-40", key, initial, b"text", encrypt=True)
    scheme = element(bags.algorithm(bags.PBE_RC2_40, PBE_PARAMETERS))
    assert opened(scheme, sealed, PASSWORD, Allowance()) == (b"text", "RC2-40 and SHA-1, 1 rounds")


@pytest.mark.parametrize(
    ("prf", "digest"),
    [
        (b"", "sha1"),
        (HMAC_SHA1, "sha1"),
        *(
            (der.sequence(der.object_identifier(f"1.2.840.113549.2.{arc}"), der.null()), digest)
            for arc, digest in ((8, "sha224"), (9, "sha256"), (10, "sha384"), (11, "sha512"))
        ),
    ],
)
@pytest.mark.parametrize(("arc", "size"), [(2, 16), (22, 24), (42, 32)])
def test_pbes2_is_opened_with_every_digest_and_key_size(prf: bytes, digest: str, arc: int, size: int) -> None:
    key = hashlib.pbkdf2_hmac(digest, b"unguessed", bytes(8), 3, size)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    sealed = encryptor.update(b"text" + b"\x0c" * 12) + encryptor.finalize()
    scheme = element(bags.pbes2(der.integer(3), prf=prf, cipher=f"2.16.840.1.101.3.4.1.{arc}"))
    clear, words = opened(scheme, sealed, PASSWORD, Allowance())
    assert (clear, words) == (b"text", f"PBES2 with AES-{8 * size} and {digest.upper()}, 3 rounds")


@pytest.mark.parametrize(
    "scheme",
    [
        bags.algorithm(bags.PBE_3DES, PBE_PARAMETERS),
        bags.algorithm(bags.PBE_RC2_40, PBE_PARAMETERS),
        bags.pbes2(der.integer(1)),
    ],
    ids=["3DES", "RC2-40", "PBES2"],
)
@pytest.mark.parametrize("sealed", [b"", b"x", bytes(15), bytes(17), bytes(16), bytes(32)])
def test_bytes_that_were_not_sealed_with_the_password_do_not_open(scheme: bytes, sealed: bytes) -> None:
    with pytest.raises(WrongPassword, match="the password does not open it"):
        opened(element(scheme), sealed, PASSWORD, Allowance())


@pytest.mark.parametrize(
    ("scheme", "named"),
    [
        (bags.algorithm("1.2.3.4"), "1.2.3.4"),
        (bags.pbes2(der.integer(1), cipher="1.3.14.3.2.7"), "1.3.14.3.2.7"),
        (bags.pbes2(der.integer(1), prf=bags.algorithm("1.2.840.113549.2.99")), "1.2.840.113549.2.99"),
        (
            bags.algorithm(
                bags.PBES2,
                der.sequence(
                    bags.algorithm("1.3.6.1.4.1.11591.4.11", der.sequence()),  # scrypt
                    bags.algorithm(bags.AES_256_CBC, der.octet_string(bytes(16))),
                ),
            ),
            "1.3.6.1.4.1.11591.4.11",
        ),
    ],
    ids=["unheard of", "another cipher", "another digest", "another derivation"],
)
def test_an_algorithm_that_is_not_read_is_named(scheme: bytes, named: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        opened(element(scheme), bytes(16), PASSWORD, Allowance())
    assert f" {named}" in str(caught.value)


@pytest.mark.parametrize(
    "scheme",
    [
        der.sequence(),
        der.sequence(der.null()),
        bags.algorithm(bags.PBE_3DES),
        bags.algorithm(bags.PBE_RC2_40),
        bags.algorithm(bags.PBE_RC2_40, der.sequence(der.octet_string(b"salt"), der.null())),
        bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(b"salt"))),
        bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(b"salt"), der.null())),
        bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(b"salt"), b"\x02\x00")),
        bags.algorithm(bags.PBES2, der.sequence()),
        bags.algorithm(bags.PBES2, der.sequence(der.sequence(), der.sequence())),
        bags.pbes2(der.integer(1), prf=der.sequence()),
        bags.pbes2(der.integer(1), prf=der.sequence(der.null())),
        bags.pbes2(der.null()),
        bags.pbes2(der.integer(1), initial=bytes(8)),
        bags.pbes2(der.integer(0)),
        bags.pbes2(b"\x02\x01\xff"),
        bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(b"salt"), der.integer(0))),
    ],
)
def test_parameters_that_contradict_themselves_are_damaged(scheme: bytes) -> None:
    with pytest.raises(Damaged):
        opened(element(scheme), bytes(16), PASSWORD, Allowance())


COSTLY = {
    "3DES": lambda rounds: bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(bytes(8)), der.integer(rounds))),
    "RC2-40": lambda rounds: bags.algorithm(
        bags.PBE_RC2_40, der.sequence(der.octet_string(bytes(8)), der.integer(rounds))
    ),
    "PBES2": lambda rounds: bags.pbes2(der.integer(rounds)),
}


@pytest.mark.parametrize("kind", COSTLY)
@pytest.mark.parametrize(
    ("rounds", "asked"),
    [
        (5_000_001, "5,000,001"),
        ((1 << 31) - 1, "2,147,483,647"),
        ((1 << 64) - 1, "18,446,744,073,709,551,615"),
        (1 << 64, "over 2^64"),
        (1 << 20_000, "over 2^64"),
    ],
    ids=["one over", "31 bits", "64 bits", "65 bits", "20,001 bits"],
)
def test_too_much_work_is_refused_at_once_and_the_limit_named(kind: str, rounds: int, asked: str) -> None:
    with pytest.raises(TooCostly) as caught:
        opened(element(COSTLY[kind](rounds)), bytes(16), PASSWORD, Allowance())
    assert str(caught.value) == (
        f"it asks for {asked} rounds of key derivation, over the limit of 5,000,000 (--max-rounds raises it)"
    )
    assert MAX_ROUNDS == 5_000_000


@pytest.mark.parametrize("rounds", [5_000_001, 1 << 20_000], ids=["one over", "20,001 bits"])
def test_too_much_work_for_the_integrity_check_is_refused_at_once(rounds: int) -> None:
    with pytest.raises(TooCostly, match="over the limit of 5,000,000"):
        checked_mac(element(bags.mac_data(bags.SHA1, der.integer(rounds))), b"", PASSWORD, Allowance())


def test_an_allowance_counts_all_that_is_taken_of_it() -> None:
    allowance = Allowance(Limits(rounds=100))
    assert [allowance.take(60), allowance.take(100), allowance.take(80)] == [60, 100, 80]
    with pytest.raises(TooCostly, match="ask for the work of 241 rounds with SHA-256, over the limit of 240"):
        allowance.take(1)


@pytest.mark.parametrize("rounds", [0, -1, -(1 << 20_000)], ids=["none", "-1", "20,001 bits"])
def test_fewer_rounds_than_one_are_damaged(rounds: int) -> None:
    with pytest.raises(Damaged, match="fewer than one round"):
        Allowance().take(rounds)


def test_an_integrity_algorithm_that_is_not_read_is_named() -> None:
    with pytest.raises(UnknownFormat, match=r"algorithm 1\.2\.3\.4, which is not read here"):
        checked_mac(element(bags.mac_data("1.2.3.4", der.integer(1))), b"", PASSWORD, Allowance())


@pytest.mark.parametrize(
    "mac", [der.sequence(), der.sequence(der.null()), der.sequence(der.sequence(), der.null(), der.integer(1))]
)
def test_integrity_data_that_contradict_themselves_are_damaged(mac: bytes) -> None:
    with pytest.raises(Damaged):
        checked_mac(element(mac), b"", PASSWORD, Allowance())


def test_without_a_count_the_integrity_check_takes_one_round() -> None:
    with pytest.raises(WrongPassword):
        checked_mac(element(bags.mac_data(bags.SHA1)), b"", PASSWORD, Allowance(Limits(rounds=1)))


def test_each_profile_says_in_words_who_can_read_it() -> None:
    assert Profile.MODERN.words == "PBES2 with AES-256 and HMAC-SHA-256"
    assert "Java 8" in Profile.COMPATIBLE.words
    assert "Java 8" in Profile.LEGACY.words
    assert "OpenSSL 3 and Node do not" in Profile.LEGACY.words
