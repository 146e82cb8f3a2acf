"""Keys and certificates that the tests of stores share; searched for once a session."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def rsa_keys() -> tuple[RSAPrivateKey, RSAPrivateKey, RSAPrivateKey]:
    return generate_key(), generate_key(), generate_key()


@pytest.fixture(scope="session")
def authority(rsa_keys: tuple[RSAPrivateKey, ...]) -> Issued:
    return issue(CertificateKind.CA, (("C", "CZ"), ("CN", "Authority")), rsa_keys[0], now=NOW)


@pytest.fixture(scope="session")
def service(rsa_keys: tuple[RSAPrivateKey, ...], authority: Issued) -> Issued:
    names = ("dns:zos1.example.com", "ip:192.0.2.10")
    subject = (("C", "CZ"), ("CN", "Service"))
    return issue(CertificateKind.SERVICE, subject, rsa_keys[1], now=NOW, issuer=authority, san=names)


@pytest.fixture(scope="session")
def component(rsa_keys: tuple[RSAPrivateKey, ...], authority: Issued) -> Issued:
    subject = (("C", "CZ"), ("CN", "Component"))
    return issue(
        CertificateKind.SERVICE, subject, rsa_keys[2], now=NOW, issuer=authority, san=("dns:component.example.com",)
    )
