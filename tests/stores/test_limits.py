"""What a hostile file costs is bounded before it is paid, for each count and for all of a reading together."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.stores import bags
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, WrongPassword
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import CertificateFacts, KeyFacts
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import ciphers, der, open_store
from zowe_certs_kernel.stores.certificate import certificate_facts
from zowe_certs_kernel.stores.limits import DEFAULT_LIMITS, Allowance, Limits, pbkdf2_work, pkcs12_work
from zowe_certs_kernel.stores.opening import opened
from zowe_certs_kernel.stores.passwords import Passwords, open_with

MOST = 5_000_000
WORK = 12_000_000
PASSWORD = Secret("unguessed")
PBE_3DES = "1.2.840.113549.1.12.1.3"
RAISED = r"\(--max-rounds raises it\)$"


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Derivations that are asked for, as rounds and size; none is done."""
    asked: list[tuple[int, int]] = []

    def counted(digest: str, text: bytes, salt: bytes, purpose: int, rounds: int, size: int) -> bytes:
        asked.append((rounds, size))
        return bytes(size)

    def pbkdf2(digest: str, password: bytes, salt: bytes, rounds: int, size: int) -> bytes:
        asked.append((rounds, size))
        return bytes(size)

    monkeypatch.setattr(ciphers, "native_pkcs12_kdf", counted)
    monkeypatch.setattr("zowe_certs_kernel.stores.pbes2.pbkdf2", pbkdf2)
    return asked


def scheme_3des(rounds: int) -> bytes:
    return bags.algorithm(PBE_3DES, der.sequence(der.octet_string(bytes(8)), der.integer(rounds)))


def refused(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    with pytest.raises(TooCostly) as caught:
        open_with(path, Passwords().of(path))
    return str(caught.value)


def test_the_limits_are_those_of_java_and_frozen() -> None:
    assert Limits() == DEFAULT_LIMITS == Limits(rounds=MOST, bytes=16 << 20, entries=5_000)
    with pytest.raises(AttributeError):
        DEFAULT_LIMITS.rounds = 1  # type: ignore[misc]  # that it fails is the point


@pytest.mark.parametrize(
    "work",
    [
        pkcs12_work("sha1", 20),
        pkcs12_work("sha256", 32),
        ciphers.pkcs12_key_work(24, MOST),
        pbkdf2_work("sha1", 16),
        pbkdf2_work("sha256", 32),
        pkcs12_work("sha1", 20) + pbkdf2_work("sha256", 32),
    ],
    ids=["integrity", "integrity with SHA-256", "3DES", "PBKDF2, AES-128", "PBES2", "integrity and PBES2"],
)
def test_what_java_reads_at_its_limit_is_read(work: float) -> None:
    assert Allowance().take(MOST, work) == MOST


def test_digests_that_take_longer_have_fewer_rounds_at_one_limit() -> None:
    for work, rounds in ((pkcs12_work("sha512", 64), 3_750_000), (pbkdf2_work("sha512", 32), 2_500_000)):
        assert Allowance().take(rounds, work) == rounds
        with pytest.raises(TooCostly, match=f"limit of 12,000,000; give its own password alone.*{RAISED}"):
            Allowance().take(rounds + 1, work)


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512", "sha512_224"])
def test_longer_keys_cost_more(digest: str) -> None:
    for weighed in (pkcs12_work, pbkdf2_work):
        assert weighed(digest, 130) > weighed(digest, 65) > weighed(digest, 1)


def test_passwords_that_are_tried_share_one_allowance(derived: list[tuple[int, int]], tmp_path: Path) -> None:
    data = bags.store(bags.in_clear(), mac=bags.mac_data(bags.SHA1, der.integer(MOST)))
    told = refused(data, tmp_path / "store")
    assert "ask for the work of 15,000,000 rounds with SHA-256, over the limit of 12,000,000" in told
    assert derived == [(MOST, 20)] * 2  # the empty password, and none; the published ones are not tried


def test_an_empty_password_is_derived_from_in_both_its_forms_within_the_limit(derived: list[tuple[int, int]]) -> None:
    with pytest.raises(TooCostly):
        opened(der.read(scheme_3des(MOST)), bytes(16), Secret(""), Allowance())
    assert sorted(derived) == [(MOST, 8), (MOST, 24)]


def test_safes_share_one_allowance(derived: list[tuple[int, int]], tmp_path: Path) -> None:
    path = tmp_path / "store"
    keys = [bags.shrouded_key_bag(scheme_3des(100_000), bags.named(str(number))) for number in range(50)]
    path.write_bytes(bags.store(bags.in_clear(*keys)))
    entries = open_store(path, PASSWORD).entries
    assert sum(rounds * -(-size // 20) for rounds, size in derived) == WORK - 300_000  # names and bytes took the rest
    assert ["over the limit" in entry.notes[0] for entry in entries] == [False] * 39 + [True] * 11


def test_rc4_needs_no_initial_vector(derived: list[tuple[int, int]]) -> None:
    scheme = bags.algorithm("1.2.840.113549.1.12.1.1", der.sequence(der.octet_string(bytes(8)), der.integer(7)))
    with pytest.raises(WrongPassword):
        opened(der.read(scheme), b"not encrypted", PASSWORD, Allowance())
    assert derived == [(7, 16)]


def test_of_an_empty_password_and_an_empty_salt_nothing_is_derived_twice(derived: list[tuple[int, int]]) -> None:
    scheme = bags.algorithm(PBE_3DES, der.sequence(der.octet_string(b""), der.integer(7)))
    with pytest.raises(WrongPassword):
        opened(der.read(scheme), bytes(16), Secret(""), Allowance())
    assert derived == [(7, 24), (7, 8)]


def test_a_key_and_its_initial_vector_derived_side_by_side_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one_after_another = ciphers.pkcs12_key(24, PASSWORD, bytes(8), 3)
    monkeypatch.setattr(ciphers, "_WORTH_A_THREAD", 1)
    assert ciphers.pkcs12_key(24, PASSWORD, bytes(8), 3) == one_after_another


def test_bytes_to_decrypt_are_weighed() -> None:
    allowance = Allowance()
    with pytest.raises(StoreError):
        opened(der.read(scheme_3des(1)), bytes(4_096), PASSWORD, allowance)
    assert allowance.read == 4_096


def weight(facts: CertificateFacts) -> int:
    allowance = Allowance()
    allowance.certificate(facts)
    return allowance.read


def test_a_certificate_that_takes_longer_counts_for_more(service: Issued) -> None:
    facts = certificate_facts(service.certificate.public_bytes(Encoding.DER))
    usual = weight(facts)
    assert usual < 2_400  # of a usual one a file may have as many as it may have entries
    for slower in (
        replace(facts, subject=",".join(["CN=a"] * 100)),
        replace(facts, san=facts.san * 100),
        replace(facts, notes=("its extension 1.2.3 cannot be read: odd",)),
        replace(facts, der=facts.der * 20),
        replace(facts, issuer=facts.subject),
        replace(facts, issuer=facts.subject, key=KeyFacts("RSA", 16_384)),
        replace(facts, issuer=facts.subject, key=KeyFacts("DSA", 10_000)),
        replace(facts, issuer=facts.subject, key=None),
    ):
        assert weight(slower) > usual + 200


def test_certificates_and_derivations_share_what_is_left(service: Issued) -> None:
    facts = certificate_facts(service.certificate.public_bytes(Encoding.DER))
    allowance = Allowance()
    allowance.take(MOST, 2.399)
    with pytest.raises(TooCostly, match=r"2,400 for each of 5,000 entries \(--max-entries raises it"):
        [allowance.certificate(facts) for _ in range(10)]


def test_bytes_that_are_no_certificate_count_too(tmp_path: Path) -> None:
    path = tmp_path / "store"
    odd = [bags.algorithm(bags.X509_CERTIFICATE, der.context(0, der.octet_string(bytes(100))))] * 3
    path.write_bytes(bags.store(bags.in_clear(*(bags.bag(bags.CERT_BAG, value) for value in odd))))
    allowance = Allowance()
    assert len(open_store(path, PASSWORD, limits=allowance).entries) == 3
    assert allowance.read == 3 * (700 + 8 * 100)


def test_a_certificate_larger_than_any_is_named_and_hides_no_other(authority: Issued, tmp_path: Path) -> None:
    path = tmp_path / "store"
    large = bags.algorithm(bags.X509_CERTIFICATE, der.context(0, der.octet_string(bytes((128 << 10) + 1))))
    good = bags.certificate_bag(authority.certificate, bags.named("ca"), bags.trusted())
    path.write_bytes(bags.store(bags.in_clear(bags.bag(bags.CERT_BAG, large, bags.named("large")), good)))
    ca, odd = open_store(path, PASSWORD).entries
    assert (ca.alias, odd.alias) == ("ca", "large")
    assert "it takes 131,073 bytes, over the limit of 131,072 for one" in odd.notes[0]


def test_names_without_end_are_refused(tmp_path: Path) -> None:
    secret = bags.bag("1.2.840.113549.1.12.10.1.5", der.sequence(), bags.named("x" * 4_100_000))
    assert "--max-entries raises it" in refused(bags.store(bags.in_clear(secret)), tmp_path / "store")


def test_an_rsa_key_with_an_exponent_as_long_as_itself_is_not_worked_with(authority: Issued) -> None:
    encoded = authority.certificate.public_bytes(Encoding.DER)
    signed, algorithm, signature = der.read(encoded).children()
    parts = [part.encoded for part in signed.children()]
    key = der.sequence(der.integer((1 << 2047) + 1), der.integer((1 << 2000) + 1))
    parts[6] = der.sequence(bags.algorithm("1.2.840.113549.1.1.1", der.null()), der.tlv(der.BIT_STRING, b"\0" + key))
    facts = certificate_facts(der.sequence(der.sequence(*parts), algorithm.encoded, signature.encoded))
    assert not facts.self_signed
    assert any("the exponent of its key has over 33 bits" in note for note in facts.notes)


@pytest.mark.parametrize("text", [b"-----BEGIN " + b"A" * (4 << 20), b"-----BEGIN A" + b"-" * (4 << 20)])
def test_a_label_without_end_takes_no_memory(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(text)
    tracemalloc.start()
    try:
        with pytest.raises(StoreError):
            open_store(path)
        assert tracemalloc.get_traced_memory()[1] < 5 * len(text)
    finally:
        tracemalloc.stop()


def test_numbers_where_a_key_was_to_be_are_not_all_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(der.sequence(der.integer(1) * 300_000))
    with pytest.raises(Damaged):
        open_store(path)  # what it imports is not counted
    tracemalloc.start()
    try:
        with pytest.raises(Damaged):
            open_store(path)
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


def test_more_elements_in_one_than_anything_has_are_refused() -> None:
    assert len(list(der.read(der.sequence(der.null() * 20_000)).children())) == 20_000
    with pytest.raises(TooCostly, match=r"^offset 0 holds over 20,000 elements, which is the limit$"):
        list(der.read(der.sequence(der.null() * 20_001)).children())
