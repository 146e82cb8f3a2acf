"""A certificate that cryptography refuses is read field by field, so that it hides nothing."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.stores.certificate_shapes import EC_KEY, END, START, certificate, with_field, with_null_parameters
from zowe_certs_kernel.errors import Damaged
from zowe_certs_kernel.model import KeyFacts
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.certificate import certificate_facts, key_fits, load_certificate
from zowe_certs_kernel.stores.certificate_bytes import certificate_with, name_text, walked

SUBJECT, VALIDITY, KEY = 5, 4, 6


def test_an_ecdsa_certificate_with_null_parameters_of_older_java_has_all_its_facts() -> None:
    data = with_null_parameters()
    with pytest.raises(Damaged):
        load_certificate(data)
    facts = certificate_facts(data)
    assert (facts.subject, facts.issuer, facts.serial) == ("CN=Old,O=Java", "CN=Old,O=Java", "1234")
    assert (facts.not_before, facts.not_after) == (START, END)
    assert (facts.sha256, facts.sha1) == (hashlib.sha256(data).hexdigest(), hashlib.sha1(data).hexdigest())
    assert (facts.key, facts.signature_algorithm) == (KeyFacts("EC", 256), "ecdsa-with-SHA256")
    assert (facts.san, facts.is_ca, facts.path_length) == (("dns:old.example.com",), True, 0)
    assert facts.critical == ("basicConstraints",)
    assert facts.self_signed
    assert key_fits(EC_KEY, facts)
    assert [note.partition(":")[0] for note in facts.notes] == [
        "it is read field by field, because as a whole it is refused"
    ]


def test_a_changed_signature_does_not_prove_that_such_a_certificate_signed_itself() -> None:
    data = bytearray(with_null_parameters())
    data[-1] ^= 1
    assert not certificate_facts(bytes(data)).self_signed


def test_a_key_of_an_unknown_algorithm_is_told_by_its_number() -> None:
    unknown = der.sequence(der.sequence(der.object_identifier("1.3.6.1.4.1.2.267")), der.tlv(der.BIT_STRING, bytes(9)))
    facts = certificate_facts(with_field(KEY, unknown))
    assert (facts.subject, facts.key) == ("CN=Old,O=Java", None)
    assert any("it is of algorithm 1.3.6.1.4.1.2.267, and " in note for note in facts.notes)


def moments(before: bytes, after: bytes) -> bytes:
    return der.sequence(before, after)


def utc(text: bytes) -> bytes:
    return der.tlv(0x17, text)


def generalized(text: bytes) -> bytes:
    return der.tlv(0x18, text)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (utc(b"500101000000Z"), dt.datetime(1950, 1, 1, tzinfo=dt.UTC)),
        (utc(b"491231235959Z"), dt.datetime(2049, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        (utc(b"2601020304Z"), dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)),
        (utc(b"260102030405+0100"), dt.datetime(2026, 1, 2, 2, 4, 5, tzinfo=dt.UTC)),
        (generalized(b"99991231235959Z"), dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        (generalized(b"00010101000000Z"), dt.datetime(1, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_moments_are_read_as_rfc_5280_says_and_in_the_forms_of_older_programs(
    before: bytes, expected: dt.datetime
) -> None:
    assert walked(with_field(VALIDITY, moments(before, utc(b"260102030405Z")))).not_before == expected


@pytest.mark.parametrize(
    "before", [utc(b""), utc(b"269901000000Z"), generalized(b"x" * 15), der.null(), generalized(b"00010101000000+2300")]
)
def test_a_moment_that_cannot_be_read_is_unknown_and_hides_nothing_else(before: bytes) -> None:
    whole = certificate_facts(certificate().public_bytes(Encoding.DER))
    facts = certificate_facts(with_field(VALIDITY, moments(before, utc(b"260102030405Z"))))
    assert (facts.not_before, facts.end_day) == (None, "2026-01-02")
    assert "its beginning cannot be read" in facts.notes
    assert (facts.subject, facts.key, facts.san) == (whole.subject, whole.key, whole.san)
    assert facts.sha256 not in {None, whole.sha256}
    ends = certificate_facts(with_field(VALIDITY, moments(utc(b"260102030405Z"), before)))
    assert (ends.not_after, ends.end_day) == (None, "unknown")


NAMES = ("CN=a\\,b,O=x", "CN=\\#a\\ ", "CN=Žofín", "OU=\\<b\\>+CN=two", "DC=example,DC=com", 'UID=a\\;b\\\\\\"', "")


@pytest.mark.parametrize("name", NAMES)
def test_names_are_told_as_cryptography_tells_them(name: str) -> None:
    data = certificate(name).public_bytes(Encoding.DER)
    assert walked(data).subject == load_certificate(data).subject.rfc4514_string()


@pytest.mark.parametrize(
    ("tag", "content", "expected"),
    [
        (0x14, "Žofín".encode("cp1250"), "CN=" + "Žofín".encode("cp1250").decode("latin-1")),
        (0x1E, "Žofín".encode("utf-16-be"), "CN=Žofín"),
        (0x1E, b"\0", "CN=#1e0100"),
        (0x0C, b"\xff", "CN=#0c01ff"),
        (0x05, b"", "CN=#0500"),
    ],
)
def test_a_value_is_text_by_its_type_and_else_its_bytes(tag: int, content: bytes, expected: str) -> None:
    part = der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.tlv(tag, content)))
    assert name_text(der.read(der.sequence(part))) == expected


@pytest.mark.parametrize("name", [der.null(), der.sequence(der.null()), der.sequence(der.set_of(der.sequence()))])
def test_a_name_that_cannot_be_read_is_left_out_with_a_note(name: bytes) -> None:
    facts = certificate_facts(with_field(SUBJECT, name))
    assert (facts.subject, facts.issuer) == ("", "CN=Old,O=Java")
    assert "its subject cannot be read" in facts.notes


def test_what_is_no_certificate_is_told_by_the_fingerprint_of_its_bytes() -> None:
    with pytest.raises(Damaged, match=f"the SHA-256 of its bytes is {hashlib.sha256(b'none').hexdigest()}"):
        certificate_facts(b"none")


def test_an_extension_stands_alone_in_a_certificate_that_cryptography_reads() -> None:
    extension = der.sequence(der.object_identifier("1.2.3.4"), der.octet_string(b"x"))
    (found,) = x509.load_der_x509_certificate(certificate_with(extension)).extensions
    assert found.oid.dotted_string == "1.2.3.4"


def test_a_certificate_that_is_cut_anywhere_is_damaged() -> None:
    data = certificate().public_bytes(Encoding.DER)
    for size in range(len(data)):
        with pytest.raises(Damaged, match="a certificate in it cannot be read"):
            certificate_facts(data[:size])


def test_any_changed_byte_of_a_certificate_is_read_or_damaged_and_nothing_worse() -> None:
    data = with_null_parameters()
    for at in range(len(data)):
        for bit in (1, 0x10, 0x80):
            changed = bytearray(data)
            changed[at] ^= bit
            try:
                certificate_facts(bytes(changed))
            except Damaged:
                continue


def test_policies_and_name_constraints_are_facts() -> None:
    builder = x509.CertificateBuilder(
        x509.Name([]), x509.Name.from_rfc4514_string("CN=CA"), EC_KEY.public_key(), 1, START, END
    )
    policy = x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.4"), None)
    limits = x509.NameConstraints([x509.DNSName("example.com")], [x509.DirectoryName(x509.Name([]))])
    builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    builder = builder.add_extension(limits, critical=True)
    facts = certificate_facts(builder.sign(EC_KEY, SHA256()).public_bytes(Encoding.DER))
    assert (facts.policies, facts.critical) == (("1.2.3.4",), ("nameConstraints",))
    assert facts.name_constraints == ("permitted dns:example.com", "excluded directory:")


def test_of_thousands_of_extensions_the_first_hundred_are_read_and_the_rest_counted() -> None:
    extension = der.sequence(der.object_identifier("1.2.3.4"), der.octet_string(b""))
    facts = certificate_facts(with_field(7, der.context(3, der.sequence(*[extension] * 5_000))))
    assert any(note == "it has 5,000 extensions, of which the first 100 are read" for note in facts.notes)
    assert len(facts.notes) < 110
