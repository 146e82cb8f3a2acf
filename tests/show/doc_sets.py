"""The certificates and files of the pictures in ``docs/``: made for real, with the same keys and numbers each time."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.show.real_sets import NOW, stored
from zowe_certs_kernel.model import Entry, EntryKind, RingPlace, Store
from zowe_certs_kernel.names import distinguished_name
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, TrustedContent
from zowe_certs_kernel.stores.certificate import certificate_facts
from zowe_certs_kernel.stores.sources import SourceRow
from zowe_certs_kernel.trust.anchors import java_anchors
from zowe_certs_kernel.trust.graph import TrustGraph, trust_graph
from zowe_certs_kernel.trust.zowe_set import KeystoreDirectory, Scene, Service, SetupFile, ZoweSet
from zowe_certs_kernel.zowe.env_file import EnvFile
from zowe_certs_kernel.zowe.instance import Instance, KeystoreEnvironment
from zowe_certs_kernel.zowe.variables import FIRST_RELEASE, LAST_RELEASE

_DAYS = 3650


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """One RSA key of 2,048 bits for everybody, always the same: a picture shows its kind, no more."""
    numbers = random.Random(1)  # noqa: S311  # it protects nothing

    def prime() -> int:
        while True:
            found = numbers.getrandbits(1024) | 3 << 1022 | 1
            if all(found % small for small in range(3, 3000, 2)) and pow(2, found - 1, found) == 1:
                return found

    p, q, e = prime(), prime(), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public).private_key()


@dataclass(frozen=True)
class Holder:
    """Somebody's certificate and those above it; the key is everybody's."""

    chain: tuple[x509.Certificate, ...]

    def held(self, alias: str) -> KeyContent:
        """As a private-key entry."""
        return KeyContent(alias, rsa_key(), self.chain)

    def trusted(self, alias: str) -> TrustedContent:
        """As a trusted entry."""
        return TrustedContent(alias, self.chain[0])


class Site:
    """Issues certificates as an installation has them; serial numbers count up from 1."""

    def __init__(self, organisation: str) -> None:
        self.organisation = organisation
        self.numbers = itertools.count(1)

    def authority(self, name: str, issuer: Holder | None = None, *, days: int = _DAYS) -> Holder:
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        basic = x509.BasicConstraints(ca=True, path_length=None)
        return self._issue(name, issuer, days, [(basic, True), (usage, True)])

    def server(self, name: str, issuer: Holder | None, hosts: Sequence[str], *, days: int = _DAYS) -> Holder:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        return self._issue(name, issuer, days, [(names, False), (x509.ExtendedKeyUsage(both), False)])

    def _issue(
        self, name: str, issuer: Holder | None, days: int, extensions: Sequence[tuple[x509.ExtensionType, bool]]
    ) -> Holder:
        subject = distinguished_name((("CN", name), ("O", self.organisation)))
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.chain[0].subject if issuer else subject)
            .public_key(rsa_key().public_key())
            .serial_number(next(self.numbers))
            .not_valid_before(NOW - dt.timedelta(days=30))
            .not_valid_after(NOW + dt.timedelta(days=days))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return Holder((builder.sign(rsa_key(), SHA256()), *(issuer.chain if issuer else ())))


@cache
def default_stores() -> tuple[Store, ...]:
    """What Zowe 1 makes when it is asked for nothing: an authority, the Zowe certificate, the JWT secret."""
    site = Site("Zowe Sample")
    authority = site.authority("Zowe Development Instances Certificate Authority")
    own, tokens = (site.server("Zowe Service", issuer, ["zos.example.com"]) for issuer in (authority, None))
    trusted = authority.trusted("localca")
    return (
        stored("local_ca/localca.keystore.p12", [authority.held("localca")]),
        stored("localhost/localhost.keystore.p12", [own.held("localhost"), tokens.held("jwtsecret"), trusted]),
        stored("localhost/localhost.truststore.p12", [trusted]),
    )


@cache
def external_scene() -> Scene:
    """Zowe under the site's own authority; z/OSMF under one that z/OSMF made for itself, and a product unknown."""
    site, system = Site("Example Corp"), Site("IBM")
    root = site.authority("Example Corp Root CA")
    issuing = site.authority("Example Corp Issuing CA 2", root)
    own = site.server("zowe.example.com", issuing, ["zowe.example.com"], days=720)
    zosmf_authority = system.authority("z/OSMF CertAuth")
    zosmf = system.server("z/OSMF server", zosmf_authority, ["zosmf.example.com"], days=1500)
    product = system.server("product.example.com", system.authority("Product Root CA"), ["product.example.com"])
    keystore = stored("keystore/localhost.keystore.p12", [own.held("localhost")])
    truststore = stored(
        "keystore/localhost.truststore.p12",
        [root.trusted("rootca"), issuing.trusted("issuingca"), zosmf_authority.trusted("zosmfca")],
    )
    servers = [_server("zosmf.example.com:443", zosmf), _server("product.example.com:8443", product)]
    authorities = java_anchors(truststore)
    zowe = ZoweSet(
        "localhost", keystore, keystore.entries[0], truststore, hosts=("zowe.example.com",), authorities=authorities
    )
    services = tuple(
        Service(name, store.source, store.source.partition(":")[0], store.entries[0].chain)
        for name, store in zip(("z/OSMF", "A product's REST API"), servers, strict=True)
    )
    return Scene(rows=(), sets=(zowe,), services=services)


def external_stores() -> tuple[Store, ...]:
    """Its stores, and what z/OSMF sends."""
    (zowe,) = external_scene().sets
    zosmf = external_scene().services[0]
    assert zowe.keystore
    assert zowe.truststore
    sent = Store(zosmf.source, "TLS server", (Entry("", EntryKind.CERTIFICATE, zosmf.chain[:1]),))
    return zowe.keystore, zowe.truststore, sent


def _server(source: str, shown: Holder) -> Store:
    """What a TLS server sends: all but the root."""
    from cryptography.hazmat.primitives.serialization import Encoding

    sent = tuple(certificate_facts(one.public_bytes(Encoding.DER)) for one in shown.chain[:-1])
    return Store(source, "TLS server", (Entry("", EntryKind.CERTIFICATE, sent),))


def launch_scene() -> Scene:
    """Two instances on one KEYSTORE_DIRECTORY, a third on one that leads to a key ring."""
    var = PurePosixPath("/var/zowe")
    places = {"keystore": "", "keyring-keystore": "ZWESVUSR/ZoweKeyring"}
    directories = tuple(
        KeystoreDirectory(Path(var, name), _environment(str(var / name), ring), str(var / name))
        for name, ring in places.items()
    )
    scripts = ("zowe-setup-certificates.env", "zowe-setup-keyring-certificates.env")
    files = tuple(
        SetupFile(script, var / name, ring) for script, (name, ring) in zip(scripts, places.items(), strict=True)
    )
    used = ("keystore", "keystore", "keyring-keystore")
    instances = tuple(
        Instance(f"{var}/{name}/instance.env", var / directory, PurePosixPath("/usr/lpp/zowe"), EnvFile("", {}), ())
        for name, directory in zip(("production", "test", "secure"), used, strict=True)
    )
    own = default_stores()[1].entries[0]
    sets = tuple(
        ZoweSet(directory.folder.name, None, own, None, directory=directory.folder, ring=directory.ring)
        for directory in directories
    )
    listed = replace(own, place=RingPlace("ZWESVUSR", rings=(places["keyring-keystore"],)))
    row = SourceRow("ring.txt", Store("ring.txt", "RACDCERT LISTRING", (listed,)))
    of_instance = {one.source: directories[list(places).index(name)] for one, name in zip(instances, used, strict=True)}
    return Scene(
        rows=(row,), sets=sets, setup_files=files, directories=directories, instances=instances, of_instance=of_instance
    )


def _environment(folder: str, ring: str) -> KeystoreEnvironment:
    return KeystoreEnvironment(
        source=f"{folder}/zowe-certificates.env", key_alias="localhost",
        keystore=f"safkeyring:////{ring}" if ring else f"{folder}/localhost/localhost.keystore.p12",
        keystore_type="JCERACFKS" if ring else "PKCS12", truststore="", keystore_password=Secret("made up"),
        keystore_key="", keystore_certificate="", keystore_certificate_authority="", external_root_ca="",
        external_certificate_authorities="", verify_certificates="true", nonstrict_verify_certificates="false",
        keyring_owner=ring.partition("/")[0], keyring_name=ring.partition("/")[2], pkcs11_token_label="",
        oldest=FIRST_RELEASE, newest=LAST_RELEASE,
    )  # fmt: skip


def corporate_graph(certificates: int, authorities: int, lpars: int) -> TrustGraph:
    """A company's servers: so many certificates in all, some of them with what goes wrong in practice.

    One in a hundred has ended, two in a hundred end soon, and an authority is in none of the stores.
    """
    return trust_graph(list(_corporate_stores(certificates, authorities, lpars)), at=NOW)


def _corporate_stores(certificates: int, authorities: int, lpars: int) -> Iterator[Store]:
    site = Site("Example Corp")
    root = site.authority("Example Corp Root CA")
    issuing = [site.authority(f"Example Corp Issuing CA {at + 1}", root) for at in range(authorities)]
    gone = site.authority("Subsidiary CA, never delivered")
    leaves: list[tuple[str, Holder]] = []
    for at in range(certificates - authorities - 1):
        lpar = at * lpars // (certificates - authorities - 1)
        name = f"{_SERVERS[at % len(_SERVERS)]}{at // len(_SERVERS) + 1}.lpar{lpar + 1:02}.example.com"
        days = {3: -20, 17: 14, 40: 45}.get(at % 100, 300 + 37 * (at % 29))
        signer = gone if at == 7 else issuing[lpar % authorities]
        leaves.append((f"lpar{lpar + 1:02}/keystore.p12", site.server(name, signer, [name], days=days)))
    for source, among in itertools.groupby(leaves, lambda leaf: leaf[0]):
        contents = [Holder(leaf.chain[:1]).held(f"server{at + 1}") for at, (_, leaf) in enumerate(among)]
        yield stored(source, contents)
    yield stored("truststore.p12", [one.trusted(f"ca{at}") for at, one in enumerate((root, *issuing))])


_SERVERS = ("zowe", "zosmf", "db2", "cics", "mq", "ims", "ftp", "print")
