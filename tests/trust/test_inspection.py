"""A set that was written is read back, every key held against its certificate, and shaken hands with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from tests.trust.conftest import HOSTS, NOW
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, issue
from zowe_certs_kernel.model import Severity
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, write_pkcs12
from zowe_certs_kernel.trust.inspection import Inspection, inspect_stores

PASSWORD = Secret("unguessed")
STORES = {"keystore.p12": PASSWORD, "truststore.p12": PASSWORD}


@pytest.fixture
def inspected(authority: Issued, tmp_path: Path) -> Callable[..., Inspection]:
    """The inspection of a keystore that holds this content, and of a trust store with the authority."""

    def inspect(content: KeyContent, *more: KeyContent, alias: str = "localhost") -> Inspection:
        for path, contents in (
            ("keystore.p12", [content, *more]),
            ("truststore.p12", [TrustedContent("localca", authority.certificate)]),
        ):
            (tmp_path / path).write_bytes(write_pkcs12(contents, Protection(PASSWORD, Profile.COMPATIBLE, 2)))
        return inspect_stores(tmp_path, STORES, keystore="keystore.p12", truststore="truststore.p12", alias=alias)

    return inspect


def test_a_good_set_has_no_findings_and_is_accepted_for_every_name(
    inspected: Callable[..., Inspection], service: Issued
) -> None:
    found = inspected(KeyContent("localhost", service.key, service.chain))
    assert [store.source for store in found.stores] == ["keystore.p12", "truststore.p12"]
    assert found.keys == {("keystore.p12", "localhost"): True}
    assert [(shake.host, shake.accepted) for shake in found.handshakes] == [(host, True) for host in HOSTS]
    assert found.findings == ()
    assert found.as_dict() == {
        "stores": [store.as_dict() for store in found.stores],
        "keys": [{"source": "keystore.p12", "alias": "localhost", "fits": True}],
        "handshakes": [shake.as_dict() for shake in found.handshakes],
    }


def test_a_key_that_does_not_fit_and_the_handshakes_it_breaks_are_findings(
    inspected: Callable[..., Inspection], service: Issued, rsa_keys: tuple[RSAPrivateKey, ...]
) -> None:
    found = inspected(KeyContent("localhost", rsa_keys[2], service.chain))
    assert found.keys == {("keystore.p12", "localhost"): False}
    first, *others = found.findings
    assert (first.rule, first.severity) == ("ZC-KEY-05", Severity.ERROR)
    assert first.where == {"source": "keystore.p12", "alias": "localhost"}
    assert [(finding.rule, finding.where) for finding in others] == [("ZC-TS-01", {"host": host}) for host in HOSTS]


def test_the_alias_is_found_in_any_case_and_without_it_there_is_no_handshake(
    inspected: Callable[..., Inspection], service: Issued
) -> None:
    content = KeyContent("ZoweCert", service.key, service.chain)
    assert len(inspected(content, alias="ZoweCert").handshakes) == len(HOSTS)
    assert inspected(content, alias="other").handshakes == ()


def test_only_host_names_and_addresses_are_tried_and_each_once(
    inspected: Callable[..., Inspection], service: Issued, authority: Issued
) -> None:
    names = [
        x509.UniformResourceIdentifier("https://a.example.com"),
        x509.RFC822Name("a@example.com"),
        x509.DNSName("a.example.com"),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.DNSName("a.example.com"),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(service.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(service.key.public_key())
        .serial_number(7)
        .not_valid_before(service.certificate.not_valid_before_utc)
        .not_valid_after(service.certificate.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority.key, SHA256())
    )
    found = inspected(KeyContent("localhost", service.key, (made, authority.certificate)))
    assert [(shake.host, shake.accepted) for shake in found.handshakes] == [("a.example.com", True)]


def test_a_component_is_tried_for_its_first_name_and_a_key_without_names_not_at_all(
    inspected: Callable[..., Inspection], service: Issued, rsa_keys: tuple[RSAPrivateKey, ...]
) -> None:
    secret = issue(CertificateKind.JWT, (("CN", "JWT"),), rsa_keys[2], now=NOW)
    found = inspected(
        KeyContent("localhost", service.key, service.chain),
        KeyContent("gateway", service.key, service.chain),
        KeyContent("zss", rsa_keys[2], service.chain),
        KeyContent("jwtsecret", secret.key, secret.chain),
    )
    tried = [(shake.alias, shake.host, shake.accepted) for shake in found.handshakes[len(HOSTS) :]]
    assert tried == [("gateway", HOSTS[0], True), ("zss", HOSTS[0], False)]
    assert {finding.rule for finding in found.findings} == {"ZC-KEY-05", "ZC-TS-01"}
    assert "a TLS handshake of zss for" in found.findings[-1].message


def test_a_wrong_password_is_the_stores_error(
    inspected: Callable[..., Inspection], service: Issued, tmp_path: Path
) -> None:
    inspected(KeyContent("localhost", service.key, service.chain))
    with pytest.raises(WrongPassword, match=r"keystore\.p12 cannot be read"):
        inspect_stores(
            tmp_path,
            dict.fromkeys(STORES, Secret("other")),
            keystore="keystore.p12",
            truststore="truststore.p12",
            alias="localhost",
        )
