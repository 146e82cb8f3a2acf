"""What the changes start from: small stores by our own writers and builders, the same bytes in every process.

Keys are on curves and rounds are few, so that an input costs about a millisecond. Salts, serial numbers, signatures
and dates stand still: an input is told by its seed and its number alone, on every machine.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7

from tests.stores import bags, jceks_bytes, jks_bytes, racf_samples
from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, der, write_pkcs12
from zowe_certs_kernel.stores.ciphers import cbc
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pem import key_pem, to_ebcdic

__all__ = [
    "CERTIFICATES",
    "KEYS_IN_CLEAR",
    "LEAKS",
    "PASSWORD",
    "in_pem",
    "old_sealed_pem",
    "sealed_pem",
    "seeds",
    "still",
]

PASSWORD = "fir tree 4711"
START, END = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), dt.datetime(2036, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
KEYS = tuple(ec.derive_private_key(0xC0FFEE << 216 | number, ec.SECP256R1()) for number in range(1, 4))
KEYS_IN_CLEAR = tuple(jks_bytes.clear(key) for key in KEYS)
# What no output may hold: the password, and the keys as they would be printed.
_HEX = tuple(f"{0xC0FFEE << 216 | number:x}" for number in range(1, 4))
LEAKS = (PASSWORD, *_HEX, *map(str.upper, _HEX))


def _certificate(subject: str, issuer: str, key: int, signer: int, *extensions: x509.ExtensionType) -> x509.Certificate:
    by, of = x509.Name.from_rfc4514_string(issuer), x509.Name.from_rfc4514_string(subject)
    builder = x509.CertificateBuilder(by, of, KEYS[key].public_key(), 0x1234 + key, START, END)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(KEYS[signer], SHA256(), ecdsa_deterministic=True)


def _authority() -> x509.Certificate:
    of_key = x509.SubjectKeyIdentifier.from_public_key(KEYS[0].public_key())
    name = "CN=Authority,O=Alder\\, Inc.,C=DE"
    return _certificate(name, name, 0, 0, x509.BasicConstraints(ca=True, path_length=1), of_key)


def _leaf(number: int) -> x509.Certificate:
    names = x509.SubjectAlternativeName([x509.DNSName("zos1.example.com"), x509.DNSName(f"node{number}.example.com")])
    uses = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")])
    by_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(KEYS[0].public_key())
    return _certificate(f"CN=Service {number}", "CN=Authority,O=Alder\\, Inc.,C=DE", number, 0, names, uses, by_key)


CERTIFICATES = (_authority(), _leaf(1), _leaf(2))


@contextmanager
def still(chance: random.Random) -> Iterator[None]:
    """Salts come of ``chance`` and the clock stands, while a writer writes."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch("os.urandom", chance.randbytes))
        stack.enter_context(mock.patch("time.time", return_value=1_767_323_045.0))
        yield


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """The stores of one format, made once."""
    with still(random.Random(kind)):  # noqa: S311  # no secret: it has to come again
        return tuple(_MADE[kind]())


def _contents() -> tuple[KeyContent, TrustedContent, KeyContent]:
    authority, one, other = CERTIFICATES
    return (
        KeyContent("localhost", KEYS[1], (one, authority)),
        TrustedContent("localca", authority),
        KeyContent("jwtsecret", KEYS[2], (other,)),
    )


def _pkcs12() -> Iterator[bytes]:
    authority, leaf, _ = CERTIFICATES
    for profile in Profile:
        yield write_pkcs12(_contents(), Protection(Secret(PASSWORD), profile, 2))
    entries = (
        bags.key_bag(KEYS[1], bags.named("key"), bags.key_id(b"1")),
        bags.certificate_bag(leaf, bags.named("key"), bags.key_id(b"1")),
        bags.certificate_bag(authority, bags.named("ca"), bags.trusted()),
    )
    yield bags.store(bags.in_clear(*entries))
    yield bags.store(bags.in_clear(entries[2]), bags.in_clear(*entries[:2]))
    yield bags.without_integrity(write_pkcs12(_contents()[:2], Protection(Secret(PASSWORD), Profile.MODERN, 1)))


def _java(store: Callable[..., bytes], key: bytes) -> Iterator[bytes]:
    authority, leaf, _ = (jks_bytes.certificate(jks_bytes.encoded(each)) for each in CERTIFICATES)
    trusted = jks_bytes.trusted(b"localca", authority)
    own = jks_bytes.key(b"localhost", key, leaf, authority)
    yield store(own, trusted, password=PASSWORD)
    yield store(trusted, password=PASSWORD)
    short = jks_bytes.sized(jks_bytes.encoded(CERTIFICATES[0]))
    yield store(jks_bytes.trusted(b"old", short), password=PASSWORD, version=1)


def _jks() -> Iterator[bytes]:
    yield write_jks(_contents()[:2], Secret(PASSWORD))
    yield from _java(jks_bytes.store, jks_bytes.sealed(KEYS_IN_CLEAR[1], PASSWORD))


def _jceks() -> Iterator[bytes]:
    yield from _java(jceks_bytes.store, jceks_bytes.sealed(KEYS_IN_CLEAR[1], PASSWORD))
    yield from _java(jceks_bytes.store, jks_bytes.sealed(KEYS_IN_CLEAR[1], PASSWORD))
    secret = jceks_bytes.secret(b"aes", jceks_bytes.sealed_key())
    trusted = jks_bytes.trusted(b"ca", jks_bytes.certificate(jks_bytes.encoded(CERTIFICATES[0])))
    yield jceks_bytes.store(secret, trusted, secret.replace(b"aes", b"des"), password=PASSWORD)


def _pem() -> Iterator[bytes]:
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in CERTIFICATES[1::-1])
    plain = key_pem(KEYS[1])
    yield b"# comment\n" + chain + plain
    yield to_ebcdic(chain + plain)
    yield (chain + plain).decode().encode("utf-16")
    yield chain + sealed_pem() + plain.replace(b"\n", b"\r\n")
    yield old_sealed_pem() + chain
    yield pkcs7.serialize_certificates(list(CERTIFICATES), Encoding.PEM)
    yield KEYS[2].private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()) + chain


def sealed_pem(rounds: int = 2) -> bytes:
    """An encrypted PKCS #8 key of few rounds."""
    seal = Protection(Secret(PASSWORD), Profile.MODERN, rounds).key_seal()
    encoded = der.sequence(seal.algorithm, der.octet_string(seal.encrypt(KEYS_IN_CLEAR[1])))
    return in_pem(b"ENCRYPTED PRIVATE KEY", encoded)


def old_sealed_pem() -> bytes:
    """A key in OpenSSL's older form: one round of MD5, and the salt is the beginning of the initial vector."""
    initial, derived, link = bytes(range(16)), b"", b""
    while len(derived) < 32:
        link = hashlib.md5(link + PASSWORD.encode() + initial[:8]).digest()
        derived += link
    clear = KEYS[1].private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    header = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,%b\n\n" % initial.hex().upper().encode()
    return in_pem(b"EC PRIVATE KEY", cbc("AES", derived, initial, clear, encrypt=True), header)


def in_pem(label: bytes, encoded: bytes, header: bytes = b"") -> bytes:
    """One block, its Base64 in lines of 76."""
    return b"-----BEGIN %b-----\n%b%b-----END %b-----\n" % (label, header, base64.encodebytes(encoded), label)


def _listings() -> Iterator[bytes]:
    for text in (racf_samples.LIST_USER, racf_samples.LIST_CERTAUTH, racf_samples.LISTRING, racf_samples.LISTCHAIN):
        yield text.encode()
    yield racf_samples.LIST_CERTAUTH.encode() + racf_samples.CHECKCERT.encode()
    yield racf_samples.JOB.encode()
    yield to_ibm1047(racf_samples.JOB)
    yield racf_samples.with_line_numbers(racf_samples.LISTRING).encode()
    yield racf_samples.in_records(racf_samples.LIST_USER, 133)


_MADE: dict[str, Callable[[], Iterator[bytes]]] = {
    "pkcs12": _pkcs12,
    "jks": _jks,
    "jceks": _jceks,
    "pem": _pem,
    "listings": _listings,
}
