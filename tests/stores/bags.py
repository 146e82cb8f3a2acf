"""PKCS #12 stores put together by hand (RFC 7292, section 4), also such as no program would write."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.limits import Allowance
from zowe_certs_kernel.stores.pbe import Profile, Protection, opened

DATA = "1.2.840.113549.1.7.1"
ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
KEY_BAG, SHROUDED_KEY_BAG, CERT_BAG = (f"1.2.840.113549.1.12.10.1.{number}" for number in (1, 2, 3))
X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
FRIENDLY_NAME, LOCAL_KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"
TRUSTED_KEY_USAGE, ANY_PURPOSE = "2.16.840.1.113894.746875.1.1", "2.5.29.37.0"
PBES2, PBKDF2, AES_256_CBC = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "2.16.840.1.101.3.4.1.42"
PBE_RC4, PBE_3DES, PBE_RC2_40 = (f"1.2.840.113549.1.12.1.{number}" for number in (1, 3, 6))
SHA1, PBMAC1 = "1.3.14.3.2.26", "1.2.840.113549.1.5.14"


def algorithm(oid: str, *parameters: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), *parameters)


def pbes2(rounds: bytes, *, prf: bytes = b"", initial: bytes = bytes(16), cipher: str = AES_256_CBC) -> bytes:
    """PBES2 with a salt of 8 bytes; ``rounds`` and ``prf`` are whole elements."""
    derivation = algorithm(PBKDF2, der.sequence(der.octet_string(bytes(8)), rounds, prf))
    return algorithm(PBES2, der.sequence(derivation, algorithm(cipher, der.octet_string(initial))))


def attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of(value))


def named(alias: str) -> bytes:
    return attribute(FRIENDLY_NAME, der.tlv(der.BMP_STRING, alias.encode("utf-16-be")))


def key_id(value: bytes) -> bytes:
    return attribute(LOCAL_KEY_ID, der.octet_string(value))


def trusted() -> bytes:
    return attribute(TRUSTED_KEY_USAGE, der.object_identifier(ANY_PURPOSE))


def bag(kind: str, value: bytes, *attributes: bytes) -> bytes:
    tail = (der.set_of(*attributes),) if attributes else ()
    return der.sequence(der.object_identifier(kind), der.context(0, value), *tail)


def key_bag(key: PrivateKeyTypes, *attributes: bytes) -> bytes:
    return bag(KEY_BAG, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), *attributes)


def shrouded_key_bag(scheme: bytes, *attributes: bytes) -> bytes:
    return bag(SHROUDED_KEY_BAG, der.sequence(scheme, der.octet_string(bytes(16))), *attributes)


def certificate_bag(certificate: x509.Certificate | bytes, *attributes: bytes) -> bytes:
    """``certificate`` may be bytes that are none."""
    octets = certificate if isinstance(certificate, bytes) else certificate.public_bytes(Encoding.DER)
    return bag(CERT_BAG, algorithm(X509_CERTIFICATE, der.context(0, der.octet_string(octets))), *attributes)


def content(kind: str, element: bytes) -> bytes:
    return der.sequence(der.object_identifier(kind), der.context(0, element))


def in_clear(*bags: bytes) -> bytes:
    return content(DATA, der.octet_string(der.sequence(*bags)))


def encrypted(scheme: bytes, sealed: bytes = bytes(16)) -> bytes:
    info = algorithm(DATA, scheme, der.context(0, sealed, constructed=False))
    return content(ENCRYPTED_DATA, der.sequence(der.integer(0), info))


def mac_data(digest: str, *rounds: bytes) -> bytes:
    info = der.sequence(algorithm(digest, der.null()), der.octet_string(bytes(20)))
    return der.sequence(info, der.octet_string(bytes(8)), *rounds)


def store(*contents: bytes, mac: bytes = b"") -> bytes:
    return der.sequence(der.integer(3), in_clear(*contents), mac)


def proved(*contents: bytes, password: str = "unguessed", rounds: int = 1_000) -> bytes:
    """The store, with the integrity data of its contents and its password."""
    key = Protection(Secret(password), Profile.MODERN, rounds).mac_key()
    return store(*contents, mac=key.mac_data(der.sequence(*contents)))


def sealed(clear: bytes, *attributes: bytes, password: str = "unguessed") -> bytes:
    """A key bag that holds any bytes, encrypted as the store's own keys are."""
    seal = Protection(Secret(password), Profile.MODERN, 1_000).key_seal()
    return bag(SHROUDED_KEY_BAG, der.sequence(seal.algorithm, der.octet_string(seal.encrypt(clear))), *attributes)


def without_integrity(data: bytes) -> bytes:
    version, safe, *_ = der.read(data).children()
    return der.sequence(version.encoded, safe.encoded)


def schemes_of(data: bytes) -> tuple[set[str], set[str]]:
    """The algorithms that encrypt the keys and the certificates of a store."""
    keys, certificates = set(), set()
    for part in _contents(data):
        kind, wrapped = part.children()
        if kind.as_oid() == DATA:
            shrouded = (each.children() for each in wrapped.first().inner().children())
            keys |= {value.first().first().first().as_oid() for _, value, *_ in shrouded}
        else:
            _, info = wrapped.first().children()
            _, scheme, _ = info.children()
            certificates.add(scheme.first().as_oid())
    return keys, certificates


def _contents(data: bytes) -> list[der.Element]:
    _, safe, *_ = der.read(data).children()
    return list(list(safe.children())[1].first().inner().children())


def bags_of(data: bytes, password: Secret) -> list[tuple[str, dict[str, der.Element]]]:
    """Kind and attributes of every bag of a store, in their order."""
    found = []
    for part in _contents(data):
        kind, wrapped = part.children()
        if kind.as_oid() == DATA:
            bags = wrapped.first().inner()
        else:
            _, info = wrapped.first().children()
            _, scheme, sealed = info.children()
            bags = der.read(opened(scheme, sealed.content, password, Allowance())[0])
        for each in bags.children():
            oid, _, *attributes = each.children()
            pairs = (tuple(pair.children()) for pair in (attributes[0].children() if attributes else ()))
            found.append((oid.as_oid(), {name.as_oid(): values.first() for name, values in pairs}))
    return found
