"""PEM text and RACDCERT listings that are nearly right, in every way that they are saved."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from tests.hostile.grammar_asn1 import Asn1
from tests.hostile.grammar_pkcs12 import sealed_key
from tests.hostile.mutation import mutated
from tests.hostile.seeds import KEYS_IN_CLEAR, old_sealed_pem
from tests.stores import bags, racf_samples
from zowe_certs_kernel.ibm1047 import to_ibm1047

__all__ = ["listing", "pem"]

_LABELS = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS #7 SIGNED DATA",
           "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
           "CERTIFICATE REQUEST", "X509 CRL", "PUBLIC KEY", "OPENSSH PRIVATE KEY", "X", "certificate", " ",
           "A" * 200)  # fmt: skip
_USUAL = _LABELS[:5] + _LABELS[6:7] + _LABELS[10:11]
_CHAINS = {"PKCS7", "CMS", "PKCS #7 SIGNED DATA"}
_HEADERS = (b"Proc-Type: 4,ENCRYPTED\n", b"DEK-Info: AES-256-CBC,00\n", b"DEK-Info: DES-EDE3-CBC,0011223344556677\n",
            b"X: y\n", b"\n", b"Comment: " + b"x" * 900 + b"\n")  # fmt: skip
_BETWEEN = (b"", b"", b"\n", b"# comment\n", b"subject=CN = x\n", b"\xff\xfe\x00\n", b"-----",
            b"-----BEGIN CERTIFICATE-----\n", b"-----END X-----\n",
            b"Bag Attributes\n    localKeyID: 01\n")  # fmt: skip
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def pem(chance: random.Random) -> bytes:
    """Some blocks with text around them, in ASCII, UTF-16 or EBCDIC."""
    make = Asn1(chance)
    parts = []
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        parts += [chance.choice(_BETWEEN) if chance.random() < 0.3 else b"", _block(make)]
    text = b"".join(parts)
    if make.odd:
        text = mutated(text, (), chance)
    ends = chance.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b"  \n"))
    text = text.replace(b"\n", ends) if ends != b"\n" else text
    return chance.choice(_SAVED)(text)


def _as_utf16(order: str) -> Callable[[bytes], bytes]:
    return lambda text: ("\ufeff" + text.decode("latin-1")).encode(f"utf-16-{order}")


def _as_ebcdic(text: bytes) -> bytes:
    return to_ibm1047(text.decode("latin-1"))


_SAVED: tuple[Callable[[bytes], bytes], ...] = (
    bytes, bytes, bytes, bytes, _as_ebcdic, _as_utf16("le"), _as_utf16("be"), lambda text: b"\xef\xbb\xbf" + text,
)  # fmt: skip


def _block(make: Asn1) -> bytes:
    chance = make.chance
    if chance.random() < 0.1:
        return mutated(old_sealed_pem(), (), chance) if make.odd else old_sealed_pem()
    label = chance.choice(_LABELS if chance.random() < 0.2 else _USUAL)
    if chance.random() < 0.3:
        label = "CERTIFICATE"
    encoded = _encoded(make, label)
    size = 48 if not make.odd else chance.choice((1, 3, 57, 750, 3000))
    lines = b"".join(base64.b64encode(encoded[at : at + size]) + b"\n" for at in range(0, len(encoded), size))
    if make.odd:
        lines = chance.choice(
            (lines[:-3], lines.replace(b"A", b"-", 1), lines + b"====\n", b"", b"\xff" + lines, lines * 2)
        )
    header = b"".join(chance.choice(_HEADERS) for _ in range(chance.randint(1, 3))) if make.odd else b""
    end = chance.choice(_LABELS) if make.odd else label
    begin = b"-----BEGIN %b-----\n" % label.encode()
    return begin + header + lines + (b"" if make.odd else b"-----END %b-----\n" % end.encode())


def _encoded(make: Asn1, label: str) -> bytes:
    chance = make.chance
    if label in _CHAINS:
        inner = [make.certificate() for _ in range(chance.choice((0, 1, 2, 5)))]
        kind = bags.ENCRYPTED_DATA if make.odd else _SIGNED_DATA
        version, digests, content = make.number(1), make.set_of(), make.sequence(make.oid(bags.DATA))
        signed = make.sequence(version, digests, content, make.context(0, b"".join(inner)), make.set_of())
        return make.sequence(make.oid(kind), make.context(0, signed))
    if label == "ENCRYPTED PRIVATE KEY":
        return sealed_key(make, chance.choice(KEYS_IN_CLEAR))
    if "KEY" in label:
        clear = chance.choice(KEYS_IN_CLEAR)
        return mutated(clear, (), chance) if make.odd else clear
    trust = make.tree(2) if label.startswith("TRUSTED") else b""
    return make.certificate() + trust


_TEXTS = (racf_samples.LIST_USER, racf_samples.LIST_CERTAUTH, racf_samples.LISTRING, racf_samples.LISTCHAIN,
          racf_samples.CHECKCERT, racf_samples.JOB)  # fmt: skip
_LINES = tuple(line for text in _TEXTS for line in text.splitlines())
_VALUES = ("", " ", ">", "<", "><", ">x<", ":", "YES", "No", "0" * 140, "2026/13/45 00:00:00", "0000/00/00 00:00:00",
           "9999/12/31 23:59:59", "٣٤", "\x1b[31m", "x" * 995, "CN=" + ".OU=a" * 80, "CN=a@b.C=", "1" * 9, "\u2028",
           "CN=x. =.\\,+", "OID.1.2.3=x", "ZWESVUSR/" + "R" * 240, "\0", "Certificate 99999:")  # fmt: skip
_WRAPS = (10, 60, 72, 79, 120)


def listing(chance: random.Random) -> bytes:
    """The lines of some listings, in disorder; saved as people save them."""
    lines = "".join(chance.choice(_TEXTS) for _ in range(chance.choice((1, 1, 2, 3)))).splitlines()
    for _ in range(chance.choice((0, 1, 1, 2, 4, 10, 40))):
        chance.choice(_EDITS)(lines, chance)
    if chance.random() < 0.05:
        chance.shuffle(lines)
    saved = chance.choice(_PRINTED)("".join(f"{line}\n" for line in lines)).replace("\n", chance.choice(_ENDS))
    kind = chance.random()
    if kind < 0.3:
        return to_ibm1047(saved.encode("ascii", "replace").decode())
    if kind < 0.4:
        flat = saved.encode("ascii", "replace").decode()
        return racf_samples.in_records(flat, chance.choice((80, 121, 133, 137)))
    return chance.choice((b"", b"\xef\xbb\xbf")) + saved.encode(errors="replace")


def _at(lines: list[str], chance: random.Random) -> int:
    return chance.randrange(len(lines)) if lines else 0


def _cut(lines: list[str], chance: random.Random) -> None:
    at = _at(lines, chance)
    del lines[at : at + chance.choice((1, 1, 1, 3, 20))]


def _repeat(lines: list[str], chance: random.Random) -> None:
    at = _at(lines, chance)
    some = lines[at : at + chance.choice((1, 2, 30))]
    lines[at:at] = some * chance.choice((1, 1, 3, 80))


def _move(lines: list[str], chance: random.Random) -> None:
    at = _at(lines, chance)
    some = lines[at : at + chance.choice((1, 5, 30))]
    del lines[at : at + len(some)]
    to = _at(lines, chance)
    lines[to:to] = some


def _insert(lines: list[str], chance: random.Random) -> None:
    at = _at(lines, chance)
    lines[at:at] = [chance.choice(_LINES)]


def _refill(lines: list[str], chance: random.Random) -> None:
    """Another value behind the colon, or in the brackets."""
    if lines:
        at = _at(lines, chance)
        head, colon, _ = lines[at].partition(":")
        value = chance.choice(_VALUES)
        lines[at] = f"{head}: {value}" if colon else f"       >{value}<"


def _wrap(lines: list[str], chance: random.Random) -> None:
    if lines:
        at, width = _at(lines, chance), chance.choice(_WRAPS)
        line = lines[at]
        lines[at : at + 1] = [line[start : start + width] for start in range(0, len(line), width)]


def _change(lines: list[str], chance: random.Random) -> None:
    if lines:
        at = _at(lines, chance)
        lines[at] = mutated(lines[at].encode(), (), chance).decode("latin-1")


_EDITS = (_cut, _repeat, _move, _insert, _refill, _refill, _refill, _wrap, _change)
_PRINTED: tuple[Callable[[str], str], ...] = (
    str, str, str, racf_samples.with_carriage_control, racf_samples.with_line_numbers,
    racf_samples.with_sequence_numbers,
)  # fmt: skip
_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\x85", "")
