"""Certificates for scenarios: one function makes each, with any extension left out, added or wrong.

Keys are shared and cheap: EC keys come from a number, RSA keys are made once a process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from zowe_certs_kernel.stores import der

__all__ = [
    "HOST",
    "LEAF_USAGE",
    "NOW",
    "Key",
    "Party",
    "ec_key",
    "edwards_key",
    "general_name",
    "make",
    "named",
    "public_key_field",
    "remade",
    "rsa_key",
    "tiny_rsa",
]

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)  # real Java judges by its clock
HOST = "zos1.example.com"
LEAF_USAGE = "digital_signature key_encipherment"
_PURPOSES = {
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "code": ExtendedKeyUsageOID.CODE_SIGNING,
}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_ALGORITHMS = {
    (rsa.RSAPrivateKey, "sha256"): "1.2.840.113549.1.1.11",
    (rsa.RSAPrivateKey, "sha1"): "1.2.840.113549.1.1.5",
    (rsa.RSAPrivateKey, "md5"): "1.2.840.113549.1.1.4",
    (ec.EllipticCurvePrivateKey, "sha256"): "1.2.840.10045.4.3.2",
    (ec.EllipticCurvePrivateKey, "sha1"): "1.2.840.10045.4.1",
}


@dataclass(frozen=True)
class Party:
    """Somebody with a key and a certificate in DER."""

    subject: x509.Name
    key: Key
    der: bytes


@cache
def ec_key(name: str, curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    """Always the same for a name."""
    kind = curve()
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[: kind.key_size // 8 - 1], "big")
    return ec.derive_private_key(number, kind)


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def edwards_key(name: str) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def named(common_name: str, organization: str = "Example") -> x509.Name:
    """``O=Example, CN=…``; without a common name the organization alone."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            *([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []),
        ]
    )


def make(
    name: str | x509.Name,
    by: Party | None = None,
    *,
    key: Key | None = None,
    issuer: x509.Name | None = None,
    ca: bool | None = False,
    path_length: int | None = None,
    usage: str | None = "",
    purposes: str | None = "",
    names: Sequence[str] | None = (),
    ski: bool | bytes = True,
    aki: bool | bytes = True,
    days: tuple[int, int] = (-30, 300),
    more: Iterable[tuple[x509.ExtensionType, bool]] = (),
    digest: HashAlgorithm | None = None,
    pss: bool = False,
) -> Party:
    """A certificate signed by ``by``, else by itself.

    Args:
        ca: None leaves the basic constraints out.
        usage: the key usages, parted by blanks; empty is what is usual, None leaves the extension out.
        purposes: ``server client any code``; the same.
        ski: False leaves the subject key identifier out, bytes are taken as they are; ``aki`` likewise.
        names: ``dns:…``, ``ip:…``; empty is :data:`HOST` for what is no authority, None leaves the extension out.
        days: from and until when it is valid, counted from now.
    """
    subject = name if isinstance(name, x509.Name) else named(name)
    own = key or ec_key(subject.rfc4514_string())
    signer = by.key if by else own
    builder = x509.CertificateBuilder(
        issuer or (by.subject if by else subject),
        subject,
        own.public_key(),
        _serial(subject, days),
        NOW + dt.timedelta(days=days[0]),
        NOW + dt.timedelta(days=days[1]),
    )
    found = [
        *_constraints(ca, path_length),
        *_usage(ca, usage),
        *_purposes(ca, purposes),
        *_names(names or (None if ca else (f"dns:{HOST}",)) if names is not None else None),
        *_key_ids(own, by, signer, ski, aki),
        *more,
    ]
    for extension, critical in found:
        builder = builder.add_extension(extension, critical)
    hashed = None if isinstance(signer, ed25519.Ed25519PrivateKey) else digest or SHA256()
    form = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size) if pss else None
    signed = builder.sign(signer, hashed, rsa_padding=form)  # type: ignore[arg-type]  # None where it is no RSA key
    return Party(subject, own, signed.public_bytes(Encoding.DER))


def _serial(subject: x509.Name, days: tuple[int, int]) -> int:
    return int.from_bytes(hashlib.sha256(f"{subject.public_bytes().hex()} {days}".encode()).digest()[:8], "big") + 1


def _constraints(ca: bool | None, path_length: int | None) -> list[tuple[x509.ExtensionType, bool]]:
    return [] if ca is None else [(x509.BasicConstraints(ca, path_length), True)]


def _usage(ca: bool | None, usage: str | None) -> list[tuple[x509.ExtensionType, bool]]:
    if usage is None:
        return []
    words = (usage or ("key_cert_sign crl_sign" if ca else LEAF_USAGE)).split()
    return [(x509.KeyUsage(**{each: each in words for each in _USAGES}), True)]


def _purposes(ca: bool | None, purposes: str | None) -> list[tuple[x509.ExtensionType, bool]]:
    if purposes is None or (ca and not purposes):
        return []
    return [(x509.ExtendedKeyUsage([_PURPOSES[word] for word in (purposes or "server client").split()]), False)]


def _names(names: Sequence[str] | None) -> list[tuple[x509.ExtensionType, bool]]:
    if names is None:
        return []
    return [(x509.SubjectAlternativeName([general_name(name) for name in names]), False)]


def general_name(name: str) -> x509.GeneralName:
    """Of ``dns:…``, ``ip:…``, ``email:…``, ``uri:…`` or ``dir:…``."""
    kind, _, value = name.partition(":")
    if kind == "ip":
        return x509.IPAddress(ipaddress.ip_address(value))
    kinds: dict[str, Callable[[str], x509.GeneralName]] = {
        "dns": x509.DNSName,
        "uri": x509.UniformResourceIdentifier,
        "email": x509.RFC822Name,
        "dir": lambda text: x509.DirectoryName(x509.Name.from_rfc4514_string(text)),
    }
    return kinds[kind](value)


def _key_ids(
    own: Key, by: Party | None, signer: Key, ski: bool | bytes, aki: bool | bytes
) -> list[tuple[x509.ExtensionType, bool]]:
    found: list[tuple[x509.ExtensionType, bool]] = []
    if ski:
        usual = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
        found.append((x509.SubjectKeyIdentifier(ski) if isinstance(ski, bytes) else usual, False))
    if aki and by:
        named_key = aki if isinstance(aki, bytes) else _key_id_of(by, signer)
        found.append((x509.AuthorityKeyIdentifier(named_key, None, None), False))
    return found


def _key_id_of(by: Party, signer: Key) -> bytes:
    try:
        held = x509.load_der_x509_certificate(by.der).extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest
    return held.value.digest


def remade(
    party: Party,
    by: Party | None,
    edit: Callable[[list[bytes]], list[bytes]] = list,
    *,
    digest: str = "sha256",
    null_parameters: bool = False,
    tiny: int = 0,
) -> Party:
    """The same certificate with the fields of its body edited, signed anew by hand: what no library would make.

    The fields, each in DER: version, serial, algorithm, issuer, validity, subject, key, extensions.

    Args:
        null_parameters: written also where the signature is by an EC key.
        tiny: the bits of the RSA key of :func:`tiny_rsa` that signs instead.
    """
    signer = (by or party).key
    kind: type[Any] = rsa.RSAPrivateKey if tiny or isinstance(signer, rsa.RSAPrivateKey) else ec.EllipticCurvePrivateKey
    oid = der.object_identifier(_ALGORITHMS[kind, digest])
    with_null = null_parameters or kind is rsa.RSAPrivateKey
    algorithm = der.sequence(oid, der.null()) if with_null else der.sequence(oid)
    signed, _, _ = der.read(party.der).children()
    fields = [field.encoded for field in signed.children()]
    fields[2] = algorithm
    body = der.sequence(*edit(fields))
    signature = _tiny_signature(tiny, body) if tiny else _signature(signer, body, digest)
    whole = der.sequence(body, algorithm, der.tlv(der.BIT_STRING, b"\0" + signature))
    return Party(party.subject, party.key, whole)


def _signature(signer: Key, body: bytes, digest: str) -> bytes:
    hashed = {"sha256": SHA256(), "sha1": SHA1(), "md5": MD5()}[digest]  # noqa: S303  # weak ones are asked about
    if isinstance(signer, rsa.RSAPrivateKey):
        return signer.sign(body, padding.PKCS1v15(), hashed)
    if isinstance(signer, ec.EllipticCurvePrivateKey):
        return signer.sign(body, ec.ECDSA(hashed))
    msg = "only RSA and EC keys sign by hand"
    raise TypeError(msg)


def _tiny_signature(bits: int, body: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.1)."""
    algorithm = der.sequence(der.object_identifier("2.16.840.1.101.3.4.2.1"), der.null())
    info = der.sequence(algorithm, der.octet_string(hashlib.sha256(body).digest()))
    padded = b"\0\x01" + b"\xff" * (bits // 8 - 3 - len(info)) + b"\0" + info
    *_, private = der.read(tiny_rsa(bits)[1]).children()
    _, n, _, d, *_ = (number.as_int() for number in der.read(private.content).children())
    return pow(int.from_bytes(padded, "big"), d, n).to_bytes(bits // 8, "big")


def public_key_field(key: Key) -> bytes:
    """The field of a certificate that holds the key."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def tiny_rsa(bits: int) -> tuple[bytes, bytes]:
    """An RSA key that is too short for any library to make: SubjectPublicKeyInfo and PKCS8. Always the same."""
    p, q = _prime(f"p of {bits}", bits // 2), _prime(f"q of {bits}", bits // 2)
    n, e = p * q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    algorithm = der.sequence(der.object_identifier("1.2.840.113549.1.1.1"), der.null())
    public = der.sequence(der.integer(n), der.integer(e))
    private = der.sequence(*map(der.integer, (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    return (
        der.sequence(algorithm, der.tlv(der.BIT_STRING, b"\0" + public)),
        der.sequence(der.integer(0), algorithm, der.octet_string(private)),
    )


def _prime(seed: str, bits: int) -> int:
    """Fermat's test is enough here."""
    number = int.from_bytes(hashlib.sha512(seed.encode()).digest(), "big") % (1 << bits) | 3 << bits - 2 | 1
    while any(pow(base, number - 1, number) != 1 for base in (2, 3, 5)) or number % 65537 == 1:
        number += 2
    return number
