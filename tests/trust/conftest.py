"""Keys, certificates and stores whose trust is looked at; valid at this moment, as OpenSSL has no other clock."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import Entry, EntryKind, Store
from zowe_certs_kernel.stores.certificate import certificate_facts

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
HOSTS = ("zos1.example.com", "zowe.example.org", "192.0.2.10", "2001:db8::10", "localhost", "127.0.0.1")
NAMES = (
    "dns:zos1.example.com",
    "dns:*.example.org",
    "ip:192.0.2.10",
    "ip:2001:db8::10",
    "dns:localhost",
    "ip:127.0.0.1",
)


def key_entry(issued: Issued, alias: str = "localhost", key: RSAPrivateKey | None = None) -> Entry:
    facts = tuple(certificate_facts(certificate.public_bytes(Encoding.DER)) for certificate in issued.chain)
    return Entry(alias, EntryKind.PRIVATE_KEY, facts, facts[0].key, lambda: key or issued.key)


def trusted_entry(certificate: x509.Certificate, alias: str = "localca") -> Entry:
    facts = certificate_facts(certificate.public_bytes(Encoding.DER))
    return Entry(alias, EntryKind.TRUSTED_CERTIFICATE, (facts,))


def store(*entries: Entry, source: str = "truststore.p12") -> Store:
    return Store(source, "PKCS12", entries)


@pytest.fixture(scope="session")
def rsa_keys() -> tuple[RSAPrivateKey, RSAPrivateKey, RSAPrivateKey]:
    return generate_key(), generate_key(), generate_key()


@pytest.fixture(scope="session")
def authority(rsa_keys: tuple[RSAPrivateKey, ...]) -> Issued:
    return issue(CertificateKind.CA, (("CN", "Authority"),), rsa_keys[0], now=NOW)


@pytest.fixture(scope="session")
def service(rsa_keys: tuple[RSAPrivateKey, ...], authority: Issued) -> Issued:
    return issue(CertificateKind.SERVICE, (("CN", "Service"),), rsa_keys[1], now=NOW, issuer=authority, san=NAMES)


@pytest.fixture(scope="session")
def renewed(rsa_keys: tuple[RSAPrivateKey, ...]) -> Issued:
    """An authority of the same name with another key."""
    return issue(CertificateKind.CA, (("CN", "Authority"),), rsa_keys[2], now=NOW)
