"""Certificate sets as people have them, made for real: keys, signatures and PKCS12 files, read back and drawn.

Keys, serial numbers and signatures are the same each time, so that a picture is too.
"""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from zowe_certs_kernel.model import Store
from zowe_certs_kernel.names import distinguished_name
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, open_store, write_pkcs12
from zowe_certs_kernel.trust.graph import TrustGraph, trust_graph

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
SIZES = (3, 12, 60)

LONG_NAMES = (
    "Zowe Service - caching service of the second production instance",
    "Zowe API Mediation Layer Gateway zos-prod-0001.lpar7.example.com",
    "証明書発行局のとても長い名前を持つサーバー証明書、運用環境第二号機、東京データセンター、予備機、更新済みのもの",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW@@@@@@@@@@@@@@@@",
    "z.very-long-host-name-in-a-deep-domain.department.region.example",
)
COMPONENTS = ("gateway", "discovery", "catalog", "caching-service", "files-api", "jobs-api", "explorer-jes", "zss")


@dataclass(frozen=True)
class Party:
    """Somebody with a key and a certificate, and the certificates above it."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]


class Registry:
    """Issues certificates whose keys and serial numbers count up from 1."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def issue(self, name: str, issuer: Party | None = None, *, ca: bool = False, days: int = 3650) -> Party:
        number = next(self.numbers)
        key = ec.derive_private_key(number, ec.SECP256R1())
        subject = distinguished_name((("CN", name), ("OU", "Mainframe Services"), ("O", "Example Corporation")))
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(number)
            .not_valid_before(NOW - dt.timedelta(days=30))
            .not_valid_after(NOW + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer.key if issuer else key, SHA256(), ecdsa_deterministic=True)
        )
        return Party(key, (certificate, *(issuer.chain if issuer else ())))


def stored(source: str, contents: Iterable[KeyContent | TrustedContent]) -> Store:
    """The contents written as PKCS12 and read back, called ``source``."""
    password = Secret("made up")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store.p12")
        path.write_bytes(write_pkcs12(list(contents), Protection(password, Profile.MODERN, rounds=1)))
        return open_store(path, password, name=source)


@cache
def component_set(keys: int) -> tuple[Store, ...]:
    """Zowe's set with a certificate for each component: one authority, and all ``keys`` in one keystore."""
    registry = Registry()
    authority = registry.issue("Zowe Development Instances Certificate Authority", ca=True)
    names = ["Zowe Service", *(f"Zowe Service - {component}" for component in component_names(keys - 1))]
    own = [registry.issue(name, authority) for name in names]
    aliases = ["localhost", *component_names(keys - 1)]
    held = [KeyContent(alias, party.key, party.chain) for alias, party in zip(aliases, own, strict=True)]
    trusted = TrustedContent("localca", authority.certificate)
    return (
        stored("keystore/local_ca/localca.keystore.p12", [KeyContent("localca", authority.key, authority.chain)]),
        stored("keystore/localhost/localhost.keystore.p12", [*held, trusted]),
        stored("keystore/localhost/localhost.truststore.p12", [trusted]),
    )


def component_names(number: int) -> list[str]:
    """Names of components; past the known ones they are numbered."""
    known = len(COMPONENTS)
    return [f"{COMPONENTS[at % known]}{f'-{at // known + 1}' if at >= known else ''}" for at in range(number)]


@cache
def corporate_set(certificates: int) -> tuple[Store, ...]:
    """Roots, intermediates and leaves of long names in several stores of long paths; a root that no store has.

    The first leaf has ended, the second ends soon.
    """
    registry = Registry()
    roots = [registry.issue(f"Example Corporation Root CA G{at}", ca=True) for at in range(min(certificates // 6, 3))]
    absent = registry.issue("Root CA of a company that was bought long ago and left no files", ca=True)
    above = [absent, *roots]
    issuing = [
        registry.issue(long_name(at), above[at % len(above)], ca=True) for at in range(max(1, certificates // 6))
    ]
    leaves = [
        registry.issue(long_name(at + 7), issuing[at % len(issuing)], days=(-1, 30, 3650)[min(at, 2)])
        for at in range(certificates - len(roots) - len(issuing))
    ]
    stores = max(2, certificates // 5)
    return tuple(
        stored(
            f"/var/zowe/a-rather-long-name-of-a-production-instance/lpar{at:02d}/keystore/zos{at:02d}.example.com.p12",
            [
                *(KeyContent(alias(leaf), leaf.key, leaf.chain[:2]) for leaf in leaves[at::stores]),
                *(TrustedContent(alias(party), party.certificate) for party in (*roots, *issuing)[at::stores]),
            ],
        )
        for at in range(stores)
    )


def long_name(number: int) -> str:
    """A name as long as a common name may be, 64 bytes; numbered, so that none is there twice."""
    return f"{number:02d} {LONG_NAMES[number % len(LONG_NAMES)]}".encode()[:64].decode(errors="ignore")


def alias(party: Party) -> str:
    """A long alias of its own."""
    return f"{party.certificate.serial_number:03d}-alias-of-{party.certificate.subject.rfc4514_string()[-64:]}"


def graph_of(stores: Iterable[Store]) -> TrustGraph:
    return trust_graph(stores, at=NOW)
