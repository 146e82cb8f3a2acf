"""Files in DER or BER that are no PEM: told apart by their outermost structure, then read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice

from ..errors import Damaged, UnknownFormat, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..secret import Secret
from . import der
from .certificate import counted_facts
from .limits import Allowance
from .pkcs12 import read_pkcs12
from .private_key import load_key

__all__ = ["read_asn1"]

_SHOWN_PARTS = 8
_TIMES = {0x17, 0x18}
_NO_PASSWORD = Secret("")
# What the other structures are called, and what to do with them.
_REQUEST = "it is a certificate request, which holds no certificate yet: send it to an authority"
_REVOCATIONS = "it is a certificate revocation list, which is not read here"
_PUBLIC_KEY = "it is a public key without a certificate"


def read_asn1(data: bytes, passwords: Sequence[Secret], source: str, allowance: Allowance) -> Store:
    """Read what begins as a SEQUENCE: PKCS12, a certificate, a PKCS7 chain, a private key.

    Raises:
        UnknownFormat: it is something else that is known by its structure, and named.
        WrongPassword, Damaged, TooCostly: as :func:`zowe_certs_kernel.stores.open_store`.
    """
    whole, size = _first_element(data)
    parts = list(islice(whole.children(), _SHOWN_PARTS))
    tags = [part.tag for part in parts]
    notes = () if size == len(data) else (f"{len(data) - size:,} bytes follow its end at offset {size}",)
    if tags[:1] == [der.OBJECT_IDENTIFIER]:
        from .pkcs7 import certificates_of

        return _of_certificates(certificates_of(data, allowance.limits), "PKCS7", source, notes, allowance)
    if _is_private_key(tags):
        return _of_key(whole.encoded, passwords, source, allowance, notes)
    if tags[:1] == [der.SEQUENCE]:
        _refuse_others(parts, tags)
        return _of_certificates((whole.encoded,), "X.509 certificate", source, notes, allowance)
    return _first_opened(data, passwords, source, allowance)


def _first_element(data: bytes) -> tuple[der.Element, int]:
    """The outermost element, and how many bytes it takes."""
    try:
        return der.read(data), len(data)
    except Damaged:
        from .ber import definite

        first, size = definite(data)
        return der.read(first), size


def _is_private_key(tags: list[int]) -> bool:
    """PKCS #8 in clear or encrypted (RFC 5958), else RSA (RFC 8017, A.1.2) or EC (RFC 5915)."""
    return (
        tags[:3] == [der.INTEGER, der.SEQUENCE, der.OCTET_STRING]
        or tags == [der.SEQUENCE, der.OCTET_STRING]
        or tags[:3] == [der.INTEGER] * 3
        or tags[:2] == [der.INTEGER, der.OCTET_STRING]
    )


def _refuse_others(parts: Sequence[der.Element], tags: list[int]) -> None:
    """Name what begins as a certificate does and is none."""
    inner = list(islice(parts[0].children(), _SHOWN_PARTS))
    inner_tags = [part.tag for part in inner]
    if tags == [der.SEQUENCE, der.BIT_STRING]:
        raise UnknownFormat(_PUBLIC_KEY)
    if tags == [der.SEQUENCE, der.SEQUENCE] and inner_tags[:1] == [der.SEQUENCE]:
        from .other_formats import bouncy_castle_store

        raise UnknownFormat(
            bouncy_castle_store("BCFKS")
        )  # its ObjectStore: encrypted data with their algorithm, then the integrity check
    if _TIMES & set(inner_tags[2:4]):
        raise UnknownFormat(_REVOCATIONS)
    if inner_tags[:3] == [der.INTEGER, der.SEQUENCE, der.SEQUENCE]:
        third = [part.tag for part in islice(inner[2].children(), 2)]
        if third == [der.SEQUENCE, der.BIT_STRING]:  # a public key, where a certificate has its issuer
            raise UnknownFormat(_REQUEST)


def _of_certificates(
    found: Sequence[bytes], kind: str, source: str, notes: tuple[str, ...], allowance: Allowance
) -> Store:
    entries, unread = [], []
    for number, encoded in enumerate(found, 1):
        try:
            facts: CertificateFacts = counted_facts(encoded, allowance)
        except Damaged as error:
            if len(found) == 1:
                raise
            unread.append(f"certificate {number} is left out: {error}")
            continue
        entries.append(Entry(str(number), EntryKind.CERTIFICATE, (facts,)))
    if not entries:
        msg = f"it is {kind} without a certificate that can be read"
        raise UnknownFormat(msg)
    return Store(source, kind, tuple(entries), "", (*notes, *unread))


def _of_key(
    data: bytes, passwords: Sequence[Secret], source: str, allowance: Allowance, notes: tuple[str, ...]
) -> Store:
    from .loose_keys import encrypted_entry, key_entry

    what = "the private key"
    if der.read(data).first().tag == der.SEQUENCE:
        entry = encrypted_entry("key", data, passwords, allowance, what, dict)
    else:
        open_key = partial(load_key, data, f"{what} cannot be read")
        entry = key_entry("key", open_key, partial(open_key, to_pair=True), dict)
    return Store(source, "private key in DER", (entry,), "", notes)


def _first_opened(data: bytes, passwords: Sequence[Secret], source: str, allowance: Allowance) -> Store:
    """The PKCS12 store by the first password that opens it; without any by the empty one."""
    *others, last = passwords or [_NO_PASSWORD]
    for password in others:
        try:
            return read_pkcs12(data, password, source, limits=allowance, for_keys=passwords)
        except WrongPassword:
            continue
    return read_pkcs12(data, last, source, limits=allowance, for_keys=passwords)
