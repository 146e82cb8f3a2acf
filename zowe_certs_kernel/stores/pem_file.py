"""PEM text as other programs write it (RFC 7468), and its copies in EBCDIC: certificates, chains and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

from ..errors import Damaged, TooCostly, UnknownFormat
from ..ibm1047 import from_ibm1047
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from .certificate import counted_facts, public_key_of
from .limits import DEFAULT_LIMITS, Allowance, Limits, raised_by
from .private_key import load_key

__all__ = ["is_pem", "read_pem", "without_certificates"]

_BEGIN = b"-----BEGIN "
_BOUNDARY = re.compile(rb"-----(BEGIN|END) ((?:[A-Z0-9 #]|-(?!-)){1,80})-----")
_BEGIN_EBCDIC = b"\x60" * 5 + b"\xc2\xc5\xc7\xc9\xd5\x40"  # the same in IBM-1047
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CERTIFICATES = {"CERTIFICATE", "X509 CERTIFICATE"}
_TRUSTED = "TRUSTED CERTIFICATE"  # OpenSSL's own: after the certificate stand the purposes it is trusted for
_CHAINS = {"PKCS7", "CMS", "PKCS #7 SIGNED DATA"}
_KEYS = {"PRIVATE KEY", "RSA PRIVATE KEY", "RSA-PSS PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}
_SEALED_KEY = "ENCRYPTED PRIVATE KEY"
_ENCRYPTED = b"4,ENCRYPTED"  # the Proc-Type of RFC 1421, section 4.6.1.1, which OpenSSL's older key files have
_REQUEST = "a certificate request, which holds no certificate yet"
_SSH = "a key for SSH: ssh-keygen -p -m PEM writes it as PEM"
_OTHERS = {
    "CERTIFICATE REQUEST": _REQUEST,
    "NEW CERTIFICATE REQUEST": _REQUEST,
    "X509 CRL": "a certificate revocation list",
    "PUBLIC KEY": "a public key without a certificate",
    "RSA PUBLIC KEY": "a public key without a certificate",
    "OPENSSH PRIVATE KEY": _SSH,
    "SSH2 ENCRYPTED PRIVATE KEY": _SSH,
}
_STORE = "PKCS12"  # GnuTLS's certtool writes a store so, unless it is told otherwise
_STORE_IN_PEM = "it stands in PEM, in which Java does not read it: certtool --outder writes it without"
_MAX_BLOCK = 4 << 20
_WHITE = b" \t\r\n\v\f"
_MAX_NOTES = 20


def is_pem(data: bytes) -> bool:
    """Whether a PEM block begins somewhere, in ASCII, UTF-16 or EBCDIC."""
    if data.startswith(_UTF16):
        return _BEGIN.decode().encode("utf-16-le") in data or _BEGIN.decode().encode("utf-16-be") in data
    return _BEGIN in data or _BEGIN_EBCDIC in data


def without_certificates(data: bytes) -> str:
    """What PEM text holds where that is neither a certificate nor a key; empty where it may hold one."""
    labels = {found[2].decode() for found in _BOUNDARY.finditer(_ascii(data)[0])}
    return " and ".join(sorted({_OTHERS[label] for label in labels})) if labels and labels <= _OTHERS.keys() else ""


def read_pem(
    data: bytes, source: str, passwords: Sequence[Secret] = (), *, limits: Limits | Allowance = DEFAULT_LIMITS
) -> Store:
    """Read the certificates and the keys of a PEM file; a key is joined to the certificate it fits.

    A PKCS12 store that is the one block of the file is read as such, with its errors. A block that cannot be
    read becomes a note as long as another one can. An encrypted key that none of the passwords opens is listed
    with a note.

    Raises:
        Damaged: no block can be read; says of the first one why.
        UnknownFormat: there is no certificate and no key in it.
        TooCostly: it is more than ``limits`` allow.
    """
    allowance = Allowance.of(limits)
    if len(data) > allowance.limits.bytes:
        msg = f"it has over {allowance.limits.bytes:,} bytes, which is the limit"
        raise TooCostly(msg + raised_by("bytes"))
    text, kind = _ascii(data)
    reading = _Reading(passwords, allowance)
    most = allowance.limits.entries
    blocks = list(islice(_blocks(text), most + 1))
    if len(blocks) > most:
        msg = f"it has over {most:,} PEM blocks, which is the limit"
        raise TooCostly(msg + raised_by("entries"))
    if [block.label for block in blocks] == [_STORE]:
        from .asn1_file import read_asn1

        store = read_asn1(blocks[0].octets(), passwords, source, allowance)
        return replace(store, notes=(*store.notes, _STORE_IN_PEM))
    for step in (reading.add_certificate, reading.add_key):  # a key may stand before its certificate
        for block in blocks:
            try:
                step(block)
            except (Damaged, UnknownFormat) as error:
                reading.problems[block.number] = str(error)
    return reading.store(source, kind)


def _ascii(data: bytes) -> tuple[bytes, str]:
    """The text in ASCII, whatever it was in, and what to call its format."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace").encode("ascii", "replace"), "PEM in UTF-16"
    if _BEGIN not in data and _BEGIN_EBCDIC in data:
        return from_ibm1047(data).encode("ascii", "replace"), "PEM in EBCDIC"
    return data, "PEM"


@dataclass(frozen=True)
class _Block:
    """One block, its boundaries left out; ``ends`` says whether it has its own second one."""

    number: int
    label: str
    body: bytes = field(repr=False)
    ends: bool = True

    @property
    def key_name(self) -> str:
        return f"the private key in block {self.number}"

    @property
    def is_old_sealed(self) -> bool:
        return len(self.body) <= _MAX_BLOCK and _ENCRYPTED in self.body

    @property
    def text(self) -> bytes:
        """The block with its boundaries and the line ends that cryptography asks for."""
        lines = self.body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip(b" \n")
        label = self.label.encode()
        return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label, lines, label)

    def octets(self) -> bytes:
        """What the Base64 stands for."""
        import base64
        import binascii

        if not self.ends:
            msg = f"block {self.number} of its PEM text has no end"
            raise Damaged(msg)
        if len(self.body) > _MAX_BLOCK:
            msg = f"block {self.number} of its PEM text is over 4 MiB, which is the limit"
            raise Damaged(msg)
        try:
            return base64.b64decode(self.body.translate(None, _WHITE), validate=True)
        except binascii.Error:
            msg = f"block {self.number} of its PEM text is not Base64"
            raise Damaged(msg) from None


def _blocks(text: bytes) -> Iterator[_Block]:
    """Every block; what stands around them is passed over."""
    begin: re.Match[bytes] | None = None
    number = 0
    for boundary in _BOUNDARY.finditer(text):
        is_end = boundary[1] == b"END"
        if begin:
            number += 1
            ends = is_end and boundary[2] == begin[2]
            yield _Block(number, begin[2].decode(), text[begin.end() : boundary.start()] if ends else b"", ends)
        begin = None if is_end else boundary
    if begin:
        yield _Block(number + 1, begin[2].decode(), b"", ends=False)


class _Reading:
    """What was found so far; ``problems`` are by number of their block."""

    def __init__(self, passwords: Sequence[Secret], allowance: Allowance) -> None:
        self._passwords, self._allowance = passwords, allowance
        self._certificates: list[Entry] = []
        self._keys: list[Entry] = []
        self._others: dict[str, None] = {}
        self.problems: dict[int, str] = {}

    def add_certificate(self, block: _Block) -> None:
        """The certificates of the block, if it is of that kind."""
        if block.label in _CERTIFICATES:
            self._add_facts(block.octets())
        elif block.label == _TRUSTED:
            from .ber import definite

            self._add_facts(definite(block.octets())[0], "OpenSSL's trust settings behind it are not read")
        elif block.label in _CHAINS:
            from .pkcs7 import certificates_of

            for encoded in certificates_of(block.octets(), self._allowance.limits):
                self._add_facts(encoded)
        elif block.label in _OTHERS:
            self._others[_OTHERS[block.label]] = None

    def _add_facts(self, encoded: bytes, *notes: str) -> None:
        facts = counted_facts(encoded, self._allowance)
        alias = str(len(self._certificates) + 1)
        self._certificates.append(Entry(alias, EntryKind.CERTIFICATE, (facts,), notes=notes))

    @cached_property
    def _owners(self) -> dict[bytes | None, CertificateFacts]:
        chains = [entry.chain[0] for entry in reversed(self._certificates)]
        return {public_key_of(facts): facts for facts in chains}

    def add_key(self, block: _Block) -> None:
        """The key of the block, if it is of that kind."""
        from .loose_keys import encrypted_entry, key_entry, key_in_old_pem

        if block.label not in _KEYS and block.label != _SEALED_KEY:
            return
        alias, owners = f"key {len(self._keys) + 1}" if self._keys else "key", lambda: self._owners
        if block.label == _SEALED_KEY:
            sealed = block.octets()
            entry = encrypted_entry(alias, sealed, self._passwords, self._allowance, block.key_name, owners)
        elif block.is_old_sealed:
            old = partial(key_in_old_pem, block.text, self._passwords, block.key_name)
            entry = key_entry(alias, old, partial(old, to_pair=True), owners)
        else:
            clear = partial(load_key, block.octets(), f"{block.key_name} cannot be read")
            entry = key_entry(alias, clear, partial(clear, to_pair=True), owners)
        self._allowance.key(entry.key)
        self._keys.append(entry)

    def store(self, source: str, kind: str) -> Store:
        """All of it; an error where there is neither a certificate nor a key."""
        entries = (*self._certificates, *self._keys)
        told = [self.problems[number] for number in sorted(self.problems)]
        if not entries and told:
            raise Damaged(told[0])
        if not entries:
            but = f", but {' and '.join(self._others)}" if self._others else ""
            msg = f"its PEM text holds neither a certificate nor a key{but}"
            raise UnknownFormat(msg)
        if len(told) > _MAX_NOTES:
            told[_MAX_NOTES:] = [f"{len(told) - _MAX_NOTES:,} more blocks cannot be read"]
        return Store(source, kind, entries, "", tuple(told))
