"""Inputs that go to the limits: as many parts, bytes, levels and rounds as are still read, and some more."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from cryptography.hazmat.primitives.serialization import Encoding

from tests.hostile.seeds import CERTIFICATES, KEYS_IN_CLEAR, PASSWORD, in_pem, still
from tests.stores import bags, jceks_bytes, jks_bytes, racf_samples
from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.limits import MAX_ROUNDS

__all__ = ["LARGE"]

Make = Callable[[random.Random], bytes]
_MIB = 1 << 20
_MOST = 15 * _MIB  # a file has 16 MiB at most
_SHA512_256 = "2.16.840.1.101.3.4.2.6"
_PRFS = ("1.2.840.113549.2.7", "1.2.840.113549.2.9", "1.2.840.113549.2.11", "1.2.840.113549.2.13")
_AUTHORITY, _LEAF = (each.public_bytes(Encoding.DER) for each in CERTIFICATES[:2])


def _numbered(whole: bytes, count: int) -> Iterator[bytes]:
    """Copies that differ by their serial numbers; their signatures fit no more."""
    at = whole.index(b"\x02\x02\x12") + 2
    for number in range(count):
        yield whole[:at] + (0x0100 + number).to_bytes(2, "big") + whole[at + 2 :]


def _refused(extensions: int) -> bytes:
    """A certificate that is refused as a whole, so that its extensions are read one by one."""
    signed, algorithm, signature = der.read(_LEAF).children()
    *parts, held = (part.encoded for part in signed.children())
    one = next(der.read(held).first().children()).encoded
    odd = [
        der.sequence(der.object_identifier(f"2.5.29.{number}"), der.octet_string(b"\x05\0")) for number in range(14, 60)
    ]
    many = (odd * (extensions // len(odd) + 1))[:extensions]
    body = der.sequence(*parts, der.context(3, der.sequence(one, one, *many)))
    return der.sequence(body, algorithm.encoded, signature.encoded)


def _chained(count: int) -> Iterator[bytes]:
    """Certificates of which each is issued by the next, all with the same key."""
    signed, algorithm, signature = der.read(_LEAF).children()
    parts = [part.encoded for part in signed.children()]
    for number in range(count):
        parts[3], parts[5] = (_name(f"{at:06}") for at in (number + 1, number))
        yield der.sequence(der.sequence(*parts), algorithm.encoded, signature.encoded)


def _name(text: str) -> bytes:
    return der.sequence(der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.tlv(0x0C, text.encode()))))


def _certificate_bag(encoded: bytes, *attributes: bytes) -> bytes:
    value = bags.algorithm(bags.X509_CERTIFICATE, der.context(0, der.octet_string(encoded)))
    return bags.bag(bags.CERT_BAG, value, *attributes)


def _bags(encoded: Sequence[bytes] | Iterator[bytes], *attributes: bytes) -> bytes:
    return bags.store(bags.in_clear(*(_certificate_bag(each, *attributes) for each in encoded)))


def _rounds_of_mac(chance: random.Random) -> bytes:
    digest = chance.choice((bags.SHA1, "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3", _SHA512_256))
    rounds = MAX_ROUNDS + chance.choice((0, 0, 1))
    return bags.store(bags.in_clear(), mac=bags.mac_data(digest, der.integer(rounds)))


def _rounds_of_safes(chance: random.Random) -> bytes:
    """Encrypted keys, each of which has to be opened to pair it; the rounds of all together are at the limit."""
    count = chance.choice((1, 10, 100))
    rounds = der.integer(MAX_ROUNDS // count)
    kind = chance.randrange(len(_PRFS) + 1)
    if kind == len(_PRFS):
        scheme = bags.algorithm(bags.PBE_3DES, der.sequence(der.octet_string(bytes(8)), rounds))
    else:
        scheme = bags.pbes2(rounds, prf=bags.algorithm(_PRFS[kind]))
    return bags.store(bags.in_clear(*[bags.shrouded_key_bag(scheme) for _ in range(count)]))


def _keys_and_chain(chance: random.Random) -> bytes:
    """Keys in clear beside one long chain: each key has the whole of it."""
    key = bags.bag(bags.KEY_BAG, KEYS_IN_CLEAR[1], bags.key_id(b"1"))
    first, *others = _chained(chance.choice((100, 1000)))
    chain = [_certificate_bag(first, bags.key_id(b"1")), *map(_certificate_bag, others)]
    return bags.store(bags.in_clear(*[key] * chance.choice((1, 100, 1000)), *chain))


def _deep(chance: random.Random) -> bytes:
    inner = b""
    for _ in range(chance.choice((50, 64, 65, 5_000))):
        inner = der.sequence(inner)
    return chance.choice((inner, bags.store(inner), b"\x30\x80" * (_MOST // 2)))


def _many_elements(chance: random.Random) -> bytes:
    return bags.store(chance.choice((b"\x05\x00", b"\x30\x00", b"\x04\x01a")) * chance.choice((400_000, 5_000_000)))


def _long_octets(chance: random.Random) -> bytes:
    long = bytes(chance.choice((_MIB, _MOST, _MOST, 20 * _MIB)))
    alias = bags.attribute(bags.FRIENDLY_NAME, der.tlv(der.BMP_STRING, long))
    pieces = b"\x24\x80" + der.octet_string(long[:_MIB]) * (len(long) // _MIB) + b"\0\0"
    return chance.choice(
        (
            lambda: _bags([_LEAF], alias),
            lambda: _bags([long]),
            lambda: bags.store(bags.in_clear(bags.bag(bags.KEY_BAG, der.octet_string(long)))),
            lambda: bags.store(bags.in_clear(bags.bag("2.999", der.octet_string(long)))),
            lambda: der.sequence(der.integer(3), bags.content(bags.DATA, pieces)),
            lambda: bags.store() + long,
        )
    )()


def _many_aliases(chance: random.Random) -> bytes:
    """Names that take most of the file, in characters that take more to print."""
    character = chance.choice(("\0", "x", "\u202e", "\ud800"))
    alias = der.tlv(der.BMP_STRING, (character * 60_000).encode("utf-16-be", "surrogatepass"))
    named = bags.attribute(bags.FRIENDLY_NAME, alias)
    return bags.store(bags.in_clear(*[bags.bag(bags.KEY_BAG, KEYS_IN_CLEAR[1], named)] * 120))


def _many_kinds(chance: random.Random) -> bytes:
    """Bags of kinds that are not known, each of another."""
    count = chance.choice((1_000, 20_000, 25_000))
    kinds = (f"2.999.{number}" for number in range(count))
    return bags.store(bags.in_clear(*(bags.bag(kind, der.null()) for kind in kinds)))


def _jks(*entries: bytes) -> bytes:
    return jks_bytes.store(*entries, password=PASSWORD)


def _jks_many(chance: random.Random) -> bytes:
    certificates = [jks_bytes.certificate(each) for each in _numbered(_AUTHORITY, 5_000)]
    sealed = jks_bytes.sealed(KEYS_IN_CLEAR[1], PASSWORD)
    return chance.choice(
        (
            lambda: _jks(*(jks_bytes.trusted(b"%d" % at, each) for at, each in enumerate(certificates))),
            lambda: _jks(*[jks_bytes.trusted(b"same", certificates[0])] * 10_000),
            lambda: _jks(*[jks_bytes.key(b"key", sealed, *certificates[:1000])] * 50),
            lambda: _jks(*[jks_bytes.key(b"key", sealed)] * 10_000),
            lambda: _jks(*(jks_bytes.trusted(b"%060000d" % at, certificates[0]) for at in range(200))),
        )
    )()


def _jks_long(chance: random.Random) -> bytes:
    long = bytes(_MOST)
    return chance.choice(
        (
            lambda: _jks(jks_bytes.key(b"key", long)),
            lambda: _jks(jks_bytes.key(b"key", der.sequence(bags.algorithm("2.5.4.3"), der.octet_string(long)))),
            lambda: _jks(jks_bytes.trusted(b"ca", jks_bytes.certificate(long))),
            lambda: _jks(jks_bytes.trusted(b"ca", jks_bytes.certificate(_LEAF))) + long,
        )
    )()


def _jceks_rounds(chance: random.Random) -> bytes:
    rounds = MAX_ROUNDS // chance.choice((1, 2, 10))
    scheme = bags.algorithm(jceks_bytes.PBE_MD5_3DES, der.sequence(der.octet_string(b"saltSALT"), der.integer(rounds)))
    sealed = der.sequence(scheme, der.octet_string(bytes(16)))
    return jceks_bytes.store(jks_bytes.key(b"key", sealed, jks_bytes.certificate(_LEAF)), password=PASSWORD)


def _jceks_secrets(chance: random.Random) -> bytes:
    secret = jceks_bytes.secret(b"aes", jceks_bytes.sealed_key(bytes(chance.choice((6, 1_200)))))
    return jceks_bytes.store(*[secret] * chance.choice((1_000, 10_000)), password=PASSWORD)


def _pem_blocks(chance: random.Random) -> bytes:
    count = chance.choice((2_000, 5_000, 5_001))
    block = chance.choice(
        (
            lambda: b"".join(in_pem(b"CERTIFICATE", each) for each in _numbered(_AUTHORITY, count)),
            lambda: in_pem(b"PRIVATE KEY", KEYS_IN_CLEAR[1]) * count,
            lambda: in_pem(b"CERTIFICATE", _refused(40)) * count,
            lambda: in_pem(b"CERTIFICATE", _refused(4_000)) * (count // 20),
            lambda: in_pem(b"CERTIFICATE", b"no") * count,
            lambda: in_pem(b"EC PRIVATE KEY", b"no", b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n") * count,
        )
    )()
    return block[: 16 * _MIB]


def _pem_long(chance: random.Random) -> bytes:
    long = base64.encodebytes(bytes(11 * _MIB))
    text = chance.choice(
        (
            lambda: b"-----BEGIN CERTIFICATE-----\n" + long + b"-----END CERTIFICATE-----\n",
            lambda: b"-----BEGIN " * (_MOST // 11),
            lambda: b"-----BEGIN X-----" * (_MOST // 17),
            lambda: b"-----BEGIN " + b"A" * (_MOST),
            lambda: in_pem(b"PKCS7", _signed_data(5_000)),
            lambda: in_pem(b"CERTIFICATE", _LEAF) + b"\n" * (_MOST),
        )
    )()
    return chance.choice((text, to_ibm1047(text.decode()), ("\ufeff" + text[: 7 * _MIB].decode()).encode("utf-16-le")))


def _signed_data(count: int) -> bytes:
    held = der.context(0, b"".join(_numbered(_LEAF, count)))
    signed = der.sequence(der.integer(1), der.set_of(), bags.algorithm(bags.DATA), held, der.set_of())
    return bags.content("1.2.840.113549.1.7.2", signed)


def _pem_rounds(chance: random.Random) -> bytes:
    scheme = bags.pbes2(der.integer(MAX_ROUNDS), prf=bags.algorithm(chance.choice(_PRFS)))
    return in_pem(b"ENCRYPTED PRIVATE KEY", der.sequence(scheme, der.octet_string(bytes(16)))) * chance.choice((1, 3))


_LISTINGS = (
    racf_samples.JOB,
    racf_samples.LISTRING,
    racf_samples.LIST_CERTAUTH,
    "Digital ring information for user X:\n  Ring:\n  >" + "R" * 900 + "<\n",
    "Digital certificate information for X:\n  Label: a\n" + "  >" + "CN=x." * 150 + "<\n",
    "Digital certificate information for X:\n  Label: a\n  Subject's Name:\n" + "  >a<\n" * 1000,
    "Chain information:\n  Chain contains rings in common:\n" + "  X/Y\n" * 100,
    "IRRD105I No certificate information was found for user X.\n",
    "Digital certificate information for ",
    "Digital certificate information for X:" + " " * 960 + "\n",
    "\n",
)


def _listing(chance: random.Random) -> bytes:
    text = racf_samples.LISTRING + racf_samples.LIST_CERTAUTH
    for piece in (chance.choice(_LISTINGS), chance.choice(_LISTINGS)):
        text += piece * chance.choice((10, 1_000, 4 * _MIB // len(piece)))
    text = text.replace("\n", "") if chance.random() < 0.1 else text
    return to_ibm1047(text) if chance.random() < 0.4 else text.encode()


def _still(make: Make) -> Make:
    def made(chance: random.Random) -> bytes:
        with still(chance):
            return make(chance)

    return made


LARGE: Mapping[str, Sequence[Make]] = {
    "pkcs12": (
        _rounds_of_mac,
        _rounds_of_safes,
        _rounds_of_safes,
        _keys_and_chain,
        _deep,
        _many_aliases,
        _many_elements,
        _many_kinds,
        _long_octets,
        _long_octets,
        lambda _: _bags(_numbered(_AUTHORITY, 5_001)),
        lambda _: _bags(_numbered(_AUTHORITY, 4_999)),
        lambda _: _bags([_refused(40)] * 2_000),
        lambda _: bags.store(bags.in_clear(*[bags.bag(bags.KEY_BAG, KEYS_IN_CLEAR[1])] * 4_999)),
    ),
    "jks": (_still(_jks_many), _still(_jks_long)),
    "jceks": (_jceks_rounds, _jceks_secrets, _deep, _still(_jks_many)),
    "pem": (_pem_blocks, _pem_long, _pem_rounds),
    "listings": (_listing,),
}
