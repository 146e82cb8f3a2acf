"""Certificates are what Zowe's own script makes with keytool, to the byte where a byte can be told in advance."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, SignatureAlgorithmOID

from zowe_certs_kernel.issue import (
    DEFAULT_DAYS,
    CertificateKind,
    Issued,
    Subject,
    certificate_request,
    generate_key,
    issue,
)
from zowe_certs_kernel.model import KeyType

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.UTC)
START = NOW.replace(microsecond=0)
REST: Subject = (
    ("C", "CZ"),
    ("ST", "Prague"),
    ("L", "Prague"),
    ("O", "Zowe Sample"),
    ("OU", "API Mediation Layer"),
)
AUTHORITY: Subject = (*REST, ("CN", "Zowe Development Instances Certificate Authority"))
SERVICE: Subject = (*REST, ("CN", "Zowe Service"))
NAMES = ("dns:zos1.example.com", "ip:192.0.2.10", "ip:2001:db8::1", "dns:localhost")

# The encoded name, a line an attribute: SET, SEQUENCE, OBJECT IDENTIFIER, PrintableString.
SERVICE_NAME = bytes.fromhex(
    "307a"
    "310b300906035504061302435a"
    "310f300d06035504081306507261677565"
    "310f300d06035504071306507261677565"
    "31143012060355040a130b5a6f77652053616d706c65"
    "311c301a060355040b1313415049204d6564696174696f6e204c61796572"
    "311530130603550403130c5a6f77652053657276696365"
)


@pytest.fixture(scope="module")
def keys() -> tuple[RSAPrivateKey, RSAPrivateKey]:
    return generate_key(), generate_key()


@pytest.fixture(scope="module")
def authority(keys: tuple[RSAPrivateKey, RSAPrivateKey]) -> Issued:
    return issue(CertificateKind.CA, AUTHORITY, keys[0], now=NOW)


@pytest.fixture(scope="module")
def service(keys: tuple[RSAPrivateKey, RSAPrivateKey], authority: Issued) -> Issued:
    return issue(CertificateKind.SERVICE, SERVICE, keys[1], now=NOW, issuer=authority, san=NAMES)


def extensions_of(issued: Issued) -> list[tuple[x509.ObjectIdentifier, bool]]:
    return [(extension.oid, extension.critical) for extension in issued.certificate.extensions]


def key_usages(issued: Issued) -> set[str]:
    usage = issued.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return {name for name in (*names, "key_cert_sign", "crl_sign") if getattr(usage, name)}


def test_keys_are_rsa_of_2048_bits(keys: tuple[RSAPrivateKey, RSAPrivateKey]) -> None:
    assert [key.key_size for key in keys] == [2048, 2048]
    assert [key.public_key().public_numbers().e for key in keys] == [65537, 65537]
    assert keys[0].private_numbers() != keys[1].private_numbers()


def test_an_authority_has_the_extensions_of_zowes_in_their_order(authority: Issued) -> None:
    assert extensions_of(authority) == [
        (ExtensionOID.SUBJECT_KEY_IDENTIFIER, False),
        (ExtensionOID.KEY_USAGE, False),
        (ExtensionOID.BASIC_CONSTRAINTS, True),
    ]
    assert key_usages(authority) == {"key_cert_sign"}
    constraints = authority.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, None)


def test_a_service_certificate_has_the_extensions_of_zowes_in_their_order(service: Issued) -> None:
    assert extensions_of(service) == [
        (ExtensionOID.SUBJECT_KEY_IDENTIFIER, False),
        (ExtensionOID.KEY_USAGE, True),
        (ExtensionOID.SUBJECT_ALTERNATIVE_NAME, False),
        (ExtensionOID.AUTHORITY_KEY_IDENTIFIER, False),
        (ExtensionOID.EXTENDED_KEY_USAGE, False),
    ]
    assert key_usages(service) == {
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
    }
    purposes = service.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_jwt_secret_has_a_key_identifier_only(keys: tuple[RSAPrivateKey, RSAPrivateKey]) -> None:
    secret = issue(CertificateKind.JWT, SERVICE, keys[1], now=NOW)
    assert extensions_of(secret) == [(ExtensionOID.SUBJECT_KEY_IDENTIFIER, False)]
    assert secret.certificate.issuer == secret.certificate.subject


def test_a_service_certificate_that_signs_itself_names_no_authority_key(
    keys: tuple[RSAPrivateKey, RSAPrivateKey],
) -> None:
    alone = issue(CertificateKind.SERVICE, SERVICE, keys[1], now=NOW, san=NAMES)
    assert ExtensionOID.AUTHORITY_KEY_IDENTIFIER not in [oid for oid, _ in extensions_of(alone)]
    alone.certificate.verify_directly_issued_by(alone.certificate)


def test_the_authority_key_is_named_by_its_identifier_alone(service: Issued, authority: Issued) -> None:
    own = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    named = service.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert named.key_identifier == own.digest
    assert own == x509.SubjectKeyIdentifier.from_public_key(authority.key.public_key())
    assert (named.authority_cert_issuer, named.authority_cert_serial_number) == (None, None)


def test_alternative_names_keep_their_order_and_kind(service: Issued) -> None:
    names = service.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [
        x509.DNSName("zos1.example.com"),
        x509.IPAddress(ip_address("192.0.2.10")),
        x509.IPAddress(ip_address("2001:db8::1")),
        x509.DNSName("localhost"),
    ]


def test_names_are_encoded_in_keytools_order_as_printable_strings(service: Issued, authority: Issued) -> None:
    assert service.certificate.subject.public_bytes() == SERVICE_NAME
    assert service.certificate.subject.rfc4514_string() == (
        "CN=Zowe Service,OU=API Mediation Layer,O=Zowe Sample,L=Prague,ST=Prague,C=CZ"
    )
    assert service.certificate.issuer.public_bytes() == authority.certificate.subject.public_bytes()


def test_certificates_are_version_3_and_signed_by_sha_256_with_rsa(service: Issued, authority: Issued) -> None:
    for certificate in (service.certificate, authority.certificate):
        assert certificate.version is x509.Version.v3
        assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256
        certificate.verify_directly_issued_by(authority.certificate)


def test_the_certificate_is_of_the_key_and_shown_with_its_issuers(service: Issued, authority: Issued) -> None:
    assert service.certificate.public_key() == service.key.public_key()
    assert service.chain == (service.certificate, authority.certificate)
    assert authority.chain == (authority.certificate,)


def test_certificates_live_for_3650_days_from_now_to_the_second(authority: Issued) -> None:
    assert DEFAULT_DAYS == 3650
    assert authority.certificate.not_valid_before_utc == START
    assert authority.certificate.not_valid_after_utc == START + dt.timedelta(days=3650)


def test_the_start_is_told_in_utc_wherever_the_clock_is(keys: tuple[RSAPrivateKey, RSAPrivateKey]) -> None:
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=9)))
    found = issue(CertificateKind.CA, AUTHORITY, keys[0], now=there).certificate
    assert found.not_valid_before_utc == START


@pytest.mark.parametrize(
    ("later", "days", "end"),
    [
        (dt.timedelta(seconds=21), 3650, dt.timedelta(days=3650)),
        (dt.timedelta(days=3600), 3650, dt.timedelta(days=3650)),
        (dt.timedelta(0), 5000, dt.timedelta(days=3650)),
        (dt.timedelta(days=1), 90, dt.timedelta(days=91)),
    ],
)
def test_a_certificate_never_outlives_its_issuer(
    later: dt.timedelta, days: int, end: dt.timedelta, keys: tuple[RSAPrivateKey, RSAPrivateKey], authority: Issued
) -> None:
    made = issue(
        CertificateKind.SERVICE, SERVICE, keys[1], now=NOW + later, days=days, issuer=authority, san=NAMES
    ).certificate
    assert made.not_valid_before_utc == START + later
    assert made.not_valid_after_utc == START + end


def test_serial_numbers_are_random_and_of_1_to_64_bits(
    keys: tuple[RSAPrivateKey, RSAPrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    def serial() -> int:
        return issue(CertificateKind.JWT, SERVICE, keys[1], now=NOW).certificate.serial_number

    found = {serial() for _ in range(20)}
    assert len(found) == 20
    assert all(0 < number < 1 << 64 for number in found)
    for drawn, expected in ((lambda _: 0, 1), (lambda limit: limit - 1, (1 << 64) - 1)):
        monkeypatch.setattr("zowe_certs_kernel.issue.secrets.randbelow", drawn)
        assert serial() == expected


def test_a_chain_of_three_is_shown_nearest_issuer_first(
    keys: tuple[RSAPrivateKey, RSAPrivateKey], authority: Issued
) -> None:
    middle = issue(CertificateKind.CA, (("CN", "Middle"),), keys[1], now=NOW, issuer=authority)
    leaf = issue(CertificateKind.SERVICE, SERVICE, keys[1], now=NOW, issuer=middle, san=NAMES)
    assert leaf.chain == (leaf.certificate, middle.certificate, authority.certificate)
    leaf.certificate.verify_directly_issued_by(middle.certificate)


def test_what_was_issued_shows_no_key(service: Issued) -> None:
    assert repr(service) == ("Issued('CN=Zowe Service,OU=API Mediation Layer,O=Zowe Sample,L=Prague,ST=Prague,C=CZ')")


def test_a_request_holds_the_subject_and_the_key_identifier_and_no_more(service: Issued) -> None:
    request = certificate_request(SERVICE, service.key)
    assert request.is_signature_valid
    assert request.subject.public_bytes() == SERVICE_NAME
    assert request.public_key() == service.key.public_key()
    assert isinstance(request.signature_hash_algorithm, SHA256)
    assert [(each.oid, each.critical) for each in request.extensions] == [(ExtensionOID.SUBJECT_KEY_IDENTIFIER, False)]
    identifier = service.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert request.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value == identifier


def test_certificate_and_request_hold_nothing_of_the_private_key(service: Issued) -> None:
    assert isinstance(service.key, RSAPrivateKey)
    numbers = service.key.private_numbers()
    request = certificate_request(SERVICE, service.key).public_bytes(Encoding.DER)
    private = numbers.p.to_bytes(128, "big")
    assert private in service.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert private not in service.certificate.public_bytes(Encoding.DER) + request


@pytest.mark.parametrize(
    ("key_type", "signature", "curve"),
    [
        (KeyType.RSA_2048, "sha256WithRSAEncryption", ""),
        (KeyType.RSA_3072, "sha256WithRSAEncryption", ""),
        (KeyType.EC_P256, "ecdsa-with-SHA256", "secp256r1"),
        (KeyType.EC_P384, "ecdsa-with-SHA384", "secp384r1"),
    ],
)
def test_a_key_of_each_type_signs_with_the_hash_of_its_strength(key_type: KeyType, signature: str, curve: str) -> None:
    key = generate_key(key_type)
    made = issue(CertificateKind.CA, (("CN", "CA"),), key, now=dt.datetime.now(dt.UTC))
    assert key.key_size == key_type.bits
    assert made.certificate.signature_algorithm_oid._name == signature
    public = made.certificate.public_key()
    assert (public.curve.name if isinstance(public, EllipticCurvePublicKey) else "") == curve
    made.certificate.verify_directly_issued_by(made.certificate)
    request = certificate_request((("CN", "CA"),), key)
    assert request.is_signature_valid
    assert request.signature_algorithm_oid._name == signature


def test_the_largest_key_is_as_large_as_it_says() -> None:
    assert generate_key(KeyType.RSA_4096).key_size == 4096


def test_a_key_of_an_elliptic_curve_is_not_for_encipherment() -> None:
    key = generate_key(KeyType.EC_P256)
    made = issue(CertificateKind.SERVICE, (("CN", "S"),), key, now=dt.datetime.now(dt.UTC), san=("dns:localhost",))
    usage = made.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert (usage.key_encipherment, usage.data_encipherment, usage.key_agreement) == (False, False, False)


def test_an_authority_from_elsewhere_without_an_identifier_gets_one_made_of_its_key() -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    key = generate_key(KeyType.EC_P256)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Elsewhere")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + dt.timedelta(days=9))
    bare = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, SHA256())
    above = Issued(bare, key)
    made = issue(
        CertificateKind.SERVICE, (("CN", "S"),), generate_key(KeyType.EC_P256), now=now, issuer=above, san=("dns:a",)
    )
    found = made.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert found == x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def test_a_certificate_may_outlive_its_issuer_only_where_that_is_asked_for() -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    above = issue(CertificateKind.CA, (("CN", "CA"),), generate_key(KeyType.EC_P256), now=now, days=10)
    key = generate_key(KeyType.EC_P256)
    ends = [
        issue(
            CertificateKind.SERVICE,
            (("CN", "S"),),
            key,
            now=now,
            days=20,
            issuer=above,
            san=("dns:a",),
            may_outlive_issuer=may,
        ).certificate.not_valid_after_utc
        for may in (False, True)
    ]
    assert ends == [now + dt.timedelta(days=10), now + dt.timedelta(days=20)]
