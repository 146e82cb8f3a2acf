"""A certificate's facts are read from its bytes; what of it cannot be read is left out, and a note says why."""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, x448, x25519
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from zowe_certs_kernel.errors import Damaged, UnknownFormat
from zowe_certs_kernel.issue import Issued
from zowe_certs_kernel.model import CertificateFacts, KeyFacts
from zowe_certs_kernel.stores.certificate import certificate_facts, key_facts, key_fits, load_certificate
from zowe_certs_kernel.stores.private_key import load_key

START = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
END = dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
EC_KEY = ec.generate_private_key(ec.SECP256R1())

SigningKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey | RSAPrivateKey


def encoded(
    *extensions: x509.ExtensionType,
    key: SigningKey = EC_KEY,
    signer: SigningKey | None = None,
    subject: str = "CN=Subject",
    issuer: str = "",
    serial: int = 0x1234,
    critical: bool = False,
) -> bytes:
    """A certificate in DER, self-signed unless ``signer`` or ``issuer`` is another one."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(subject))
        .issuer_name(x509.Name.from_rfc4514_string(issuer or subject))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=critical)
    signing = signer or key
    digest = None if isinstance(signing, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) else SHA256()
    return builder.sign(signing, digest).public_bytes(Encoding.DER)


def patched(data: bytes, old: str, new: str) -> bytes:
    """The bytes with one piece replaced by another of its length, both in hexadecimal."""
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert data.count(before) == 1
    assert len(before) == len(after)
    return data.replace(before, after)


@pytest.fixture(autouse=True)
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings(action="error"):
        yield


def test_the_facts_of_a_service_certificate(service: Issued, authority: Issued) -> None:
    data = service.certificate.public_bytes(Encoding.DER)
    key_id = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    facts = certificate_facts(data)
    assert (facts.subject, facts.issuer) == ("CN=Service,C=CZ", "CN=Authority,C=CZ")
    assert facts.common_name == "Service"
    assert facts.serial == f"{service.certificate.serial_number:x}"
    assert facts.not_before == START
    assert facts.not_after == START + dt.timedelta(days=3650)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert facts.signature_algorithm == "sha256WithRSAEncryption"
    assert facts.key == KeyFacts("RSA", 2048)
    assert facts.san == ("dns:zos1.example.com", "ip:192.0.2.10")
    assert facts.key_usage == ("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment")
    assert facts.extended_key_usage == ("clientAuth", "serverAuth")
    assert (facts.is_ca, facts.path_length, facts.self_signed) == (False, None, False)
    assert facts.authority_key_identifier == key_id.hex()
    assert (facts.der, facts.notes) == (data, ())


def test_the_facts_of_an_authority(authority: Issued) -> None:
    facts = certificate_facts(authority.certificate.public_bytes(Encoding.DER))
    assert (facts.is_ca, facts.path_length, facts.self_signed) == (True, None, True)
    assert facts.key_usage == ("keyCertSign",)
    assert (facts.extended_key_usage, facts.san, facts.authority_key_identifier) == ((), (), None)
    assert facts.subject_key_identifier is not None
    assert len(facts.subject_key_identifier) == 40


def test_moments_are_in_utc() -> None:
    begin = certificate_facts(encoded()).not_before
    assert begin
    assert begin.tzinfo is dt.UTC


def test_every_kind_of_alternative_name_is_told_in_order() -> None:
    names = x509.SubjectAlternativeName(
        [
            x509.UniformResourceIdentifier("https://zowe.example.com/a?b#c"),
            x509.DNSName("*.example.com"),
            x509.RFC822Name("zowe@example.com"),
            x509.IPAddress(ip_address("2001:db8::1")),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
            x509.DirectoryName(x509.Name.from_rfc4514_string("CN=x")),
            x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x01x"),
            x509.DNSName("*.example.com"),
        ]
    )
    assert certificate_facts(encoded(names)).san == (
        "uri:https://zowe.example.com/a?b#c",
        "dns:*.example.com",
        "email:zowe@example.com",
        "ip:2001:db8::1",
        "other:RegisteredID",
        "other:DirectoryName",
        "other:OtherName",
        "dns:*.example.com",
    )


@pytest.mark.parametrize(
    ("key", "facts", "algorithm"),
    [
        (EC_KEY, KeyFacts("EC", 256), "ecdsa-with-SHA256"),
        (ec.generate_private_key(ec.SECP521R1()), KeyFacts("EC", 521), "ecdsa-with-SHA256"),
        (ed25519.Ed25519PrivateKey.generate(), KeyFacts("Ed25519", 256), "ed25519"),
        (ed448.Ed448PrivateKey.generate(), KeyFacts("Ed448", 456), "ed448"),
    ],
    ids=["P-256", "P-521", "Ed25519", "Ed448"],
)
def test_keys_of_every_kind_are_told(key: SigningKey, facts: KeyFacts, algorithm: str) -> None:
    found = certificate_facts(encoded(key=key))
    assert (found.key, found.signature_algorithm, found.self_signed) == (facts, algorithm, True)
    assert key_facts(key) == key_facts(key.public_key()) == facts
    assert key_fits(key, found)


def test_a_certificate_without_extensions_has_none_of_their_facts() -> None:
    facts = certificate_facts(encoded())
    assert (facts.san, facts.key_usage, facts.extended_key_usage) == ((), (), ())
    assert (facts.is_ca, facts.path_length) == (False, None)
    assert (facts.subject_key_identifier, facts.authority_key_identifier, facts.notes) == (None, None, ())


@pytest.mark.parametrize(("is_ca", "length"), [(True, 0), (True, 3), (True, None), (False, None)])
def test_basic_constraints_are_told(is_ca: bool, length: int | None) -> None:
    facts = certificate_facts(encoded(x509.BasicConstraints(is_ca, length)))
    assert (facts.is_ca, facts.path_length) == (is_ca, length)


def test_purposes_without_a_known_name_are_told_by_their_number() -> None:
    purposes = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.2.3.4"), x509.ObjectIdentifier("2.5.29.37.0")]
    )
    assert certificate_facts(encoded(purposes)).extended_key_usage == ("serverAuth", "1.2.3.4", "2.5.29.37.0")


def test_every_key_usage_has_its_name() -> None:
    usage = x509.KeyUsage(True, True, True, True, True, True, True, False, False)
    assert certificate_facts(encoded(usage)).key_usage == (
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
    )


def test_an_authority_that_is_named_without_its_key_has_no_identifier() -> None:
    issuer = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(x509.Name([]))], 1)
    assert certificate_facts(encoded(issuer)).authority_key_identifier is None


def test_only_the_signature_proves_that_a_certificate_signed_itself() -> None:
    assert certificate_facts(encoded()).self_signed
    other = ec.generate_private_key(ec.SECP256R1())
    assert not certificate_facts(encoded(signer=other)).self_signed
    assert not certificate_facts(encoded(issuer="CN=Other")).self_signed
    changed = bytearray(encoded())
    changed[-1] ^= 1
    assert not certificate_facts(bytes(changed)).self_signed


def test_a_certificate_of_its_own_name_signed_by_a_key_of_another_kind_did_not_sign_itself(
    rsa_keys: tuple[RSAPrivateKey, ...],
) -> None:
    assert not certificate_facts(encoded(signer=rsa_keys[0])).self_signed
    assert not certificate_facts(encoded(key=rsa_keys[0], signer=EC_KEY)).self_signed


@pytest.mark.parametrize(
    ("subject", "common_name"),
    [
        ("CN=a\\,b,O=x", "a,b"),
        ("CN=Žofín,O=x", "Žofín"),
        ("O=only an organisation", "O=only an organisation"),
        ("OU=x\\,CN\\=fake,CN=real", "real"),
        ("CN=\\<script\\>alert(1)\\</script\\>", "<script>alert(1)</script>"),
    ],
)
def test_names_are_rfc_4514_strings(subject: str, common_name: str) -> None:
    assert certificate_facts(encoded(subject=subject)).common_name == common_name


def test_an_empty_subject_is_read() -> None:
    facts = certificate_facts(encoded(subject="", issuer="CN=Issuer"))
    assert (facts.subject, facts.common_name, facts.issuer) == ("", "", "CN=Issuer")


def test_attributes_without_a_known_name_are_told_by_their_number() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.com")])
    made = x509.CertificateBuilder(name, name, EC_KEY.public_key(), 1, START, END).sign(EC_KEY, SHA384())
    assert certificate_facts(made.public_bytes(Encoding.DER)).subject == "1.2.840.113549.1.9.1=a@example.com"


VERSION = "a003020102"
NOT_POSITIVE = "its serial number is not positive, against RFC 5280, section 4.1.2.2"


@pytest.mark.parametrize(
    ("number", "serial", "notes"),
    [("0101", "1", ()), ("0100", "0", (NOT_POSITIVE,)), ("01ff", "-1", (NOT_POSITIVE,)), ("0109", "9", ())],
)
def test_a_serial_number_that_is_not_positive_is_noted(number: str, serial: str, notes: tuple[str, ...]) -> None:
    data = patched(encoded(serial=5), f"{VERSION}020105", f"{VERSION}02{number}")
    facts = certificate_facts(data)
    assert (facts.serial, facts.notes) == (serial, notes)


REFUSED = "it is read field by field, because as a whole it is refused: "


def test_a_serial_number_with_more_bytes_than_it_needs_is_read_and_noted() -> None:
    facts = certificate_facts(patched(encoded(), f"{VERSION}02021234", f"{VERSION}02020034"))
    assert (facts.subject, facts.serial, facts.self_signed) == ("CN=Subject", "34", False)
    assert facts.notes[0].startswith(REFUSED)


def test_a_version_that_x_509_does_not_know_is_noted_and_the_rest_read() -> None:
    facts = certificate_facts(patched(encoded(), f"{VERSION}02021234", "a00302010502021234"))
    assert (facts.subject, facts.serial, facts.key) == ("CN=Subject", "1234", KeyFacts("EC", 256))
    assert facts.notes == (f"{REFUSED}5 is not a valid X509 version",)


KEY_ID = x509.SubjectKeyIdentifier(bytes(20))


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (
            patched(encoded(KEY_ID, x509.AuthorityKeyIdentifier(bytes(20), None, None)), "0603551d23", "0603551d0e"),
            "its extension 2.5.29.14 stands there more than once, and the first is shown",
        ),
        (
            patched(encoded(KEY_ID, x509.SubjectAlternativeName([x509.DNSName("abc")])), "8203616263", "a303616263"),
            "its extension 2.5.29.17 cannot be read: ",
        ),
        (
            patched(encoded(KEY_ID, x509.SubjectAlternativeName([x509.DNSName("abc")])), "8203616263", "8703616263"),
            "its extension 2.5.29.17 cannot be read: ",
        ),
        (
            patched(encoded(KEY_ID, x509.AuthorityKeyIdentifier(bytes(20), None, None)), "8014", "8114"),
            "its extension 2.5.29.35 cannot be read: ",
        ),
    ],
    ids=["the same twice", "a name of a kind that nobody reads", "an address of three bytes", "no key identifier"],
)
def test_an_extension_that_cannot_be_read_is_left_out_and_noted_and_hides_no_other(data: bytes, note: str) -> None:
    facts = certificate_facts(data)
    assert (facts.san, facts.is_ca, facts.subject_key_identifier) == ((), False, bytes(20).hex())
    assert any(told.startswith(note) for told in facts.notes)
    assert (facts.common_name, facts.key) == ("Subject", KeyFacts("EC", 256))


CONSTRAINTS = x509.BasicConstraints(True, 1)
PURPOSES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
USAGE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
BAD_CONSTRAINTS = ("30060101ff020101", "30060101ff040101")
BAD_PURPOSES = ("300a06082b06010505070301", "300a04082b06010505070301")
BAD_USAGE = ("03020780", "04020780")


def test_whether_it_is_an_authority_is_unknown_where_that_extension_cannot_be_read() -> None:
    facts = certificate_facts(patched(encoded(CONSTRAINTS, PURPOSES, critical=True), *BAD_CONSTRAINTS))
    assert (facts.is_ca, facts.path_length, facts.extended_key_usage) == (None, None, ("serverAuth",))
    assert facts.critical == ("basicConstraints", "extendedKeyUsage")
    assert facts.notes[0].startswith("its extension 2.5.29.19 cannot be read: ")


def test_purposes_that_cannot_be_read_are_unknown_and_not_all() -> None:
    facts = certificate_facts(patched(encoded(CONSTRAINTS, PURPOSES, critical=True), *BAD_PURPOSES))
    assert (facts.extended_key_usage, facts.is_ca) == (None, True)
    assert facts.critical == ("basicConstraints", "extendedKeyUsage")
    assert facts.notes[0].startswith("its extension 2.5.29.37 cannot be read: ")
    assert facts.as_dict()["extended_key_usage"] is None


def test_a_key_usage_that_cannot_be_read_is_noted() -> None:
    facts = certificate_facts(patched(encoded(USAGE), *BAD_USAGE))
    assert (facts.key_usage, facts.critical) == ((), ())
    assert facts.notes[0].startswith("its extension 2.5.29.15 cannot be read: ")


def test_what_a_second_extension_of_a_kind_says_does_not_count_where_the_first_cannot_be_read() -> None:
    second = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.99"), bytes.fromhex("3000"))
    twice = patched(encoded(CONSTRAINTS, second), "0603551d63", "0603551d13")
    assert certificate_facts(twice).is_ca is True
    facts = certificate_facts(patched(twice, *BAD_CONSTRAINTS))
    assert facts.is_ca is None
    assert facts.notes[1] == "its extension 2.5.29.19 stands there more than once, and the first cannot be read"


def test_an_extension_beyond_those_that_are_read_is_unknown_too() -> None:
    more = [x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"") for number in range(100)]
    san = x509.SubjectAlternativeName([x509.DNSName("abc")])
    facts = certificate_facts(patched(encoded(san, *more, CONSTRAINTS), "8203616263", "a303616263"))
    assert facts.is_ca is None
    assert "it has 102 extensions, of which the first 100 are read" in facts.notes


@pytest.mark.parametrize(
    ("old", "new"),
    [("06082a8648ce3d030107", "06082a8648ce3d030177"), ("06072a8648ce3d0201", "06072a8648ce3d0277")],
    ids=["curve", "algorithm"],
)
def test_a_public_key_that_cannot_be_read_is_left_out_and_noted(old: str, new: str) -> None:
    facts = certificate_facts(patched(encoded(), old, new))
    assert facts.key is None
    assert [note.partition(": ")[0] for note in facts.notes] == [
        "its public key cannot be read",
        "whether it signed itself cannot be proved",
    ]
    assert not facts.self_signed
    assert not key_fits(EC_KEY, facts)


def test_a_signature_algorithm_without_a_known_name_is_told_by_its_number() -> None:
    data = encoded().replace(bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d040377"))
    facts = certificate_facts(data)
    assert facts.signature_algorithm == "1.2.840.10045.4.3.119"
    assert not facts.self_signed


def test_a_name_of_a_type_that_nobody_uses_is_told_by_its_bytes() -> None:
    data = encoded().replace(bytes.fromhex("0c075375626a656374"), bytes.fromhex("03075375626a656374"))
    facts = certificate_facts(data)
    assert (facts.subject, facts.issuer) == ("CN=#03075375626a656374", "CN=#03075375626a656374")
    assert (facts.key, facts.not_after) == (KeyFacts("EC", 256), END)


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"no certificate", encoded()[:-1], encoded() + b"\0"])
def test_what_is_no_certificate_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged, match="a certificate in it cannot be read"):
        certificate_facts(data)
    with pytest.raises(Damaged, match="a certificate in it cannot be read"):
        load_certificate(data)


def test_a_key_fits_its_own_certificate_and_no_other(service: Issued, component: Issued) -> None:
    facts = certificate_facts(service.certificate.public_bytes(Encoding.DER))
    assert key_fits(service.key, facts)
    assert not key_fits(component.key, facts)
    assert not key_fits(EC_KEY, facts)


def test_a_private_key_is_loaded_whole_or_to_be_paired(service: Issued) -> None:
    data = service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for to_pair in (False, True):
        key = load_key(data, "why", to_pair=to_pair)
        assert isinstance(key, RSAPrivateKey)
        assert key.public_key() == service.key.public_key()


def test_an_rsa_key_whose_numbers_contradict_each_other_is_damaged_when_it_is_used(service: Issued) -> None:
    data = bytearray(service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    data[-1] ^= 1
    with pytest.raises(Damaged, match="why not"):
        load_key(bytes(data), "why not")


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        (x25519.X25519PrivateKey.generate(), KeyFacts("X25519", 256)),
        (x448.X448PrivateKey.generate(), KeyFacts("X448", 448)),
    ],
)
def test_keys_that_sign_nothing_have_a_size_too(
    key: x25519.X25519PrivateKey | x448.X448PrivateKey, facts: KeyFacts
) -> None:
    assert key_facts(key) == key_facts(key.public_key()) == facts


@pytest.mark.parametrize("data", [b"", b"no key", b"\x30\x00"])
def test_what_is_no_private_key_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged, match=r"^why not$"):
        load_key(data, "why not")


def test_a_key_on_a_curve_that_is_not_read_is_of_an_unknown_format() -> None:
    data = EC_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(UnknownFormat, match="a private key in it is of a kind that is not read here"):
        load_key(patched(data, "06082a8648ce3d030107", "06082a8648ce3d030177"), "why not")


def test_facts_hold_no_bytes_in_their_repr() -> None:
    facts: CertificateFacts = certificate_facts(encoded())
    assert "der=" not in repr(facts)
