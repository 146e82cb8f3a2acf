"""What other programs encrypt and sign is opened: every cipher and digest, and PBMAC1 with its minimum."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest
from Cryptodome.Cipher import ARC2, ARC4, DES3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store
from zowe_certs_kernel.stores.ciphers import Purpose, pkcs12_kdf
from zowe_certs_kernel.stores.integrity import checked_mac
from zowe_certs_kernel.stores.limits import Allowance
from zowe_certs_kernel.stores.opening import opened, scheme_of

PASSWORD = Secret("unguessed")
CLEAR = der.sequence(der.octet_string(b"what was encrypted"))
SALT = bytes(8)


def padded(clear: bytes, block: int = 8) -> bytes:
    missing = block - len(clear) % block
    return clear + bytes((missing,)) * missing


def pkcs12_sealed(number: int, password: Secret | None, clear: bytes = CLEAR) -> bytes:
    """Encrypted by the scheme of that number in RFC 7292, appendix C, in one round."""
    size = (16, 5, 24, 16, 16, 5)[number - 1]
    key = pkcs12_kdf("sha1", password, SALT, Purpose.KEY, 1, size)
    initial = pkcs12_kdf("sha1", password, SALT, Purpose.INITIAL_VECTOR, 1, 8)
    if number < 3:
        return ARC4.new(key).encrypt(clear)
    if number < 5:
        return DES3.new(key, DES3.MODE_CBC, initial).encrypt(padded(clear))
    bits = 8 * size
    return ARC2.new(key, ARC2.MODE_CBC, initial, effective_keylen=bits).encrypt(padded(clear))  # type: ignore[call-arg]  # noqa: S304  # as old stores have it


def pkcs12_scheme(number: int, rounds: int = 1) -> bytes:
    parameters = der.sequence(der.octet_string(SALT), der.integer(rounds))
    return bags.algorithm(f"1.2.840.113549.1.12.1.{number}", parameters)


def read(scheme: bytes, sealed: bytes, password: Secret = PASSWORD) -> tuple[bytes, str]:
    return opened(der.read(scheme), sealed, password, Allowance())


NAMES = ("RC4-128", "RC4-40", "3DES", "3DES with two keys", "RC2-128", "RC2-40")


@pytest.mark.parametrize("number", range(1, 7))
def test_every_scheme_of_pkcs_12_is_opened_and_named(number: int) -> None:
    sealed = pkcs12_sealed(number, PASSWORD)
    assert read(pkcs12_scheme(number), sealed) == (CLEAR, f"{NAMES[number - 1]} and SHA-1, 1 rounds")
    with pytest.raises(WrongPassword, match="the password does not open it"):
        read(pkcs12_scheme(number), sealed, Secret("password"))


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("written_with", [Secret(""), None], ids=["an empty one", "none"])
def test_an_empty_password_is_tried_as_empty_and_as_none(number: int, written_with: Secret | None) -> None:
    clear, _ = read(pkcs12_scheme(number), pkcs12_sealed(number, written_with), Secret(""))
    assert clear == CLEAR


@pytest.mark.parametrize("number", range(1, 7))
def test_every_scheme_keeps_the_limit(number: int) -> None:
    with pytest.raises(TooCostly, match=r"over the limit of 5,000,000 \(--max-rounds raises it"):
        read(pkcs12_scheme(number, 5_000_001), b"")


# An Ed25519 key of the bytes 0 to 31, and what OpenSSL 3.0.19 made of it, once, by
# openssl pkcs8 -topk8 -inform DER -v1 SCHEME -iter 1000 -passout pass:unguessed -outform DER -provider legacy
ED25519 = bytes.fromhex("302e020100300506032b657004220420") + bytes(range(32))
OF_OPENSSL = {
    "DES and MD5": """3057301b06092a864886f70d010503300e0408f035d05f1b434143020203e80438
        aaae25c5b2653553fc0f601a8c1cbd463334cfbd966adf63459f39139ad39399bf476b2d523eff66cc51ddf8c786320e9206f8a11cdd200b
    """,
    "RC2-64 and MD5": """3057301b06092a864886f70d010506300e0408407aa9120e0a440d020203e80438
        bdaafc9ef612e189969ecae477b7146a7a0005b9bbe57f9ff824936b32852e1665f386b0a4f902f34f0acf17db0beede937551afcbbc028b
    """,
    "DES and SHA-1": """3057301b06092a864886f70d01050a300e040871dfc065d9cbe598020203e80438
        7bc4c352d9c8893a067745632b207e6d5357fb12b0ff715e2533bc6a0f69c34fb80fbcdd2cbdfee028a7aa840f824b8bdfb7683ae0c6d284
    """,
    "RC2-64 and SHA-1": """3057301b06092a864886f70d01050b300e0408b940f776c0e4d849020203e80438
        c9ddd0253c3124d22549150b11c7d64bd95bcde28b70f9a474e60957df8432eedb6c8a751cfc8603d69c2541286a1fa7a69cc585ed5acc31
    """,
}
PBES1, MANY = (3, 6, 10, 11), 1 << 4_000


def pbes1_scheme(number: int, *, salt: bytes = SALT, rounds: int = 1) -> bytes:
    parameters = der.sequence(der.octet_string(salt), der.integer(rounds))
    return bags.algorithm(f"1.2.840.113549.1.5.{number}", parameters)


@pytest.mark.parametrize("words", OF_OPENSSL)
def test_pbes1_of_openssl_is_opened_and_named(words: str) -> None:
    scheme, sealed = der.read(bytes.fromhex(OF_OPENSSL[words])).children()
    assert read(scheme.encoded, sealed.content) == (ED25519, f"{words}, 1,000 rounds")
    with pytest.raises(WrongPassword, match=r"^the password does not open it$"):
        read(scheme.encoded, sealed.content, Secret("password"))


@pytest.mark.parametrize("number", PBES1)
@pytest.mark.parametrize("size", [0, 7, 9, 16])
def test_a_salt_of_pbes1_has_eight_bytes(number: int, size: int) -> None:
    with pytest.raises(Damaged, match=rf"holds a salt of {size} bytes where PBES1 has 8"):
        read(pbes1_scheme(number, salt=bytes(size)), bytes(8))


@pytest.mark.parametrize("number", PBES1)
def test_pbes1_keeps_the_limit(number: int) -> None:
    with pytest.raises(TooCostly, match=r"over the limit of 5,000,000 \(--max-rounds raises it"):
        read(pbes1_scheme(number, rounds=5_000_001), bytes(8))
    with pytest.raises(Damaged, match="fewer than one round"):
        read(pbes1_scheme(number, rounds=0), bytes(8))


@pytest.mark.parametrize(
    "scheme", [pbes1_scheme(3, rounds=MANY), pkcs12_scheme(3, MANY), bags.pbes2(der.integer(MANY))]
)
def test_a_scheme_is_told_without_its_derivation(scheme: bytes) -> None:
    assert scheme_of(der.read(scheme)).words.endswith(", over 2^64 rounds")


def pbes2(cipher: str, parameters: bytes, *, length: bytes = b"", prf: bytes = b"") -> bytes:
    derivation = bags.algorithm(bags.PBKDF2, der.sequence(der.octet_string(SALT), der.integer(2), length, prf))
    return bags.algorithm(bags.PBES2, der.sequence(derivation, bags.algorithm(cipher, parameters)))


def pbkdf2(size: int, digest: str = "sha1") -> bytes:
    return hashlib.pbkdf2_hmac(digest, b"unguessed", SALT, 2, size)


@pytest.mark.parametrize(
    ("arc", "digest"),
    [(7, "sha1"), (8, "sha224"), (9, "sha256"), (10, "sha384"), (11, "sha512"), (12, "sha512_224"), (13, "sha512_256")],
)
@pytest.mark.parametrize("length", [b"", der.integer(24)], ids=["implicit", "explicit"])
def test_pbes2_is_opened_with_every_digest_and_with_3des(arc: int, digest: str, length: bytes) -> None:
    sealed = DES3.new(pbkdf2(24, digest), DES3.MODE_CBC, SALT).encrypt(padded(CLEAR))
    prf = bags.algorithm(f"1.2.840.113549.2.{arc}", der.null())
    scheme = pbes2("1.2.840.113549.3.7", der.octet_string(SALT), length=length, prf=prf)
    assert read(scheme, sealed) == (CLEAR, f"PBES2 with 3DES and {digest.upper().replace('_', '/')}, 2 rounds")


@pytest.mark.parametrize(("version", "bits"), [(160, 40), (120, 64), (58, 128), (256, 256)])
@pytest.mark.parametrize("explicit", [True, False])
def test_pbes2_is_opened_with_rc2_of_any_bits(version: int, bits: int, explicit: bool) -> None:
    size = 16 if explicit else bits // 8
    engine = ARC2.new(pbkdf2(size), ARC2.MODE_CBC, SALT, effective_keylen=bits)  # type: ignore[call-arg]  # noqa: S304  # as old stores have it
    parameters = der.sequence(der.integer(version), der.octet_string(SALT))
    scheme = pbes2("1.2.840.113549.3.2", parameters, length=der.integer(size) if explicit else b"")
    assert read(scheme, engine.encrypt(padded(CLEAR))) == (CLEAR, f"PBES2 with RC2-{bits} and SHA1, 2 rounds")


@pytest.mark.parametrize(("arc", "size"), [(6, 16), (26, 24), (46, 32)])
def test_pbes2_is_opened_with_aes_gcm(arc: int, size: int) -> None:
    nonce = bytes(12)
    sealed = AESGCM(pbkdf2(size)).encrypt(nonce, CLEAR, None)
    scheme = pbes2(f"2.16.840.1.101.3.4.1.{arc}", der.sequence(der.octet_string(nonce), der.integer(16)))
    assert read(scheme, sealed) == (CLEAR, f"PBES2 with AES-{8 * size}-GCM and SHA1, 2 rounds")
    for wrong in (sealed[:-1] + b"x", b"", sealed[:5]):
        with pytest.raises(WrongPassword):
            read(scheme, wrong)


AES_256 = bags.AES_256_CBC
RC2, GCM = "1.2.840.113549.3.2", "2.16.840.1.101.3.4.1.46"


@pytest.mark.parametrize(
    "scheme",
    [
        pbes2(AES_256, der.octet_string(bytes(16)), length=der.integer(16)),
        pbes2(AES_256, der.octet_string(bytes(16)), length=der.integer(1 << 40)),
        pbes2("1.2.840.113549.3.7", der.octet_string(bytes(16))),
        pbes2(RC2, der.sequence(der.integer(58), der.octet_string(bytes(9)))),
        pbes2(RC2, der.sequence()),
        pbes2(GCM, der.sequence(der.octet_string(b""))),
        pbes2(GCM, der.sequence(der.octet_string(bytes(12)), der.integer(4))),
        pbes2(GCM, der.octet_string(bytes(12))),
    ],
)
def test_sizes_that_a_cipher_does_not_have_are_damaged(scheme: bytes) -> None:
    with pytest.raises(Damaged):
        read(scheme, bytes(16))


@pytest.mark.parametrize("version", [0, 1, 1025, 1 << 20_000], ids=["none", "1", "1,025", "20,001 bits"])
def test_rc2_of_other_bits_is_named(version: int) -> None:
    with pytest.raises(UnknownFormat, match=r"RC2 of \d+ bits, which is not read here"):
        read(pbes2(RC2, der.sequence(der.integer(version), der.octet_string(SALT))), bytes(16))


MAC_DIGESTS = {
    "sha1": "1.3.14.3.2.26",
    **{f"sha{bits}": f"2.16.840.1.101.3.4.2.{arc}" for bits, arc in ((256, 1), (384, 2), (512, 3), (224, 4))},
    "sha512_224": "2.16.840.1.101.3.4.2.5",
    "sha512_256": "2.16.840.1.101.3.4.2.6",
}
CONTENT = b"the authenticated safe"


NEGATIVE = der.tlv(der.INTEGER, b"\x80" + bytes(500))


@pytest.mark.parametrize("number", [der.integer(1 << 4_000), NEGATIVE], ids=["large", "negative"])
def test_a_sentence_repeats_no_number_of_a_thousand_digits(number: bytes) -> None:
    for scheme, error in (
        (pbes2(bags.AES_256_CBC, der.octet_string(bytes(16)), length=number), Damaged),
        (pbes2("1.2.840.113549.3.2", der.sequence(number, der.octet_string(SALT))), UnknownFormat),
    ):
        with pytest.raises(error) as caught:
            read(scheme, bytes(16))
        assert len(str(caught.value)) < 120


@pytest.mark.parametrize("digest", MAC_DIGESTS)
@pytest.mark.parametrize("password", [PASSWORD, Secret(""), None])
def test_integrity_is_checked_with_every_digest_and_an_empty_password_in_both_its_forms(
    digest: str, password: Secret | None
) -> None:
    key = pkcs12_kdf(digest, password, SALT, Purpose.INTEGRITY, 3, hashlib.new(digest).digest_size)
    value = hmac.digest(key, CONTENT, digest)
    info = der.sequence(bags.algorithm(MAC_DIGESTS[digest], der.null()), der.octet_string(value))
    mac = der.read(der.sequence(info, der.octet_string(SALT), der.integer(3)))
    words = f"HMAC-{digest.upper().replace('_', '/')}, 3 rounds"
    assert checked_mac(mac, CONTENT, password or Secret(""), Allowance()) == words
    with pytest.raises(WrongPassword):
        checked_mac(mac, CONTENT + b"x", password or Secret(""), Allowance())


HMAC_KEY, HMAC_SHA256 = der.integer(32), "1.2.840.113549.2.9"


def pbmac1(
    *,
    size: bytes = der.integer(32),
    mac: str = "1.2.840.113549.2.9",
    rounds: int = 2,
    cut: int = 32,
    key_size: int = 32,
) -> der.Element:
    derivation = bags.algorithm(
        bags.PBKDF2,
        der.sequence(
            der.octet_string(SALT), der.integer(rounds), size, bags.algorithm("1.2.840.113549.2.9", der.null())
        ),
    )
    scheme = bags.algorithm(bags.PBMAC1, der.sequence(derivation, bags.algorithm(mac, der.null())))
    value = hmac.digest(pbkdf2(key_size, "sha256"), CONTENT, "sha256")[:cut]
    info = der.sequence(scheme, der.octet_string(value))
    return der.read(der.sequence(info, der.octet_string(b"not used"), der.integer(1)))


def test_pbmac1_is_verified_as_rfc_9579_says() -> None:
    assert checked_mac(pbmac1(), CONTENT, PASSWORD, Allowance()) == "PBMAC1 with HMAC-SHA256 and SHA256, 2 rounds"
    for content, password in ((CONTENT, Secret("password")), (b"", PASSWORD)):
        with pytest.raises(WrongPassword):
            checked_mac(pbmac1(), content, password, Allowance())


@pytest.mark.parametrize("size", [1, 19])
def test_pbmac1_with_a_key_so_short_that_other_passwords_fit_is_refused(size: int) -> None:
    with pytest.raises(Damaged, match="no integrity key of 20 to 128 bytes"):
        checked_mac(pbmac1(size=der.integer(size), key_size=size), CONTENT, PASSWORD, Allowance())


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        (pbmac1(size=b""), Damaged),
        (pbmac1(size=der.integer(1 << 40)), Damaged),
        (pbmac1(size=der.integer(20), key_size=32), WrongPassword),
        (pbmac1(cut=1), WrongPassword),
        (pbmac1(cut=0), WrongPassword),
        (pbmac1(mac="1.2.840.113549.2.11"), WrongPassword),
        (pbmac1(mac="1.2.3.4"), UnknownFormat),
        (pbmac1(rounds=0), Damaged),
        (pbmac1(rounds=5_000_001), TooCostly),
    ],
)
def test_pbmac1_that_contradicts_itself_is_refused(mac: der.Element, expected: type[StoreError]) -> None:
    with pytest.raises(expected):
        checked_mac(mac, CONTENT, PASSWORD, Allowance())


@pytest.mark.parametrize("number", range(1, 7))
def test_a_store_on_disk_under_any_scheme_is_read(number: int, tmp_path: Path, authority: Issued) -> None:
    clear = der.sequence(bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted()))
    path = tmp_path / "store.p12"
    path.write_bytes(bags.store(bags.encrypted(pkcs12_scheme(number), pkcs12_sealed(number, PASSWORD, clear))))
    found = open_store(path, PASSWORD)
    assert [entry.alias for entry in found.entries] == ["ca"]
    assert found.protection == f"{NAMES[number - 1]} and SHA-1, 1 rounds"
