"""Stores of all the usual kinds, as many as a site has over the years, and what reading them costs at the least."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, write_pkcs12
from zowe_certs_kernel.stores.ciphers import Purpose, pbkdf2, pkcs12_kdf, pkcs12_key
from zowe_certs_kernel.stores.jks import write_jks

__all__ = ["KINDS", "derive", "make_stores"]

KINDS = ("modern", "compatible", "legacy", "jks", "pem", "der")


def make_stores(folder: Path, count: int, password: str) -> list[Path]:
    """So many stores in ``folder``, each kind in its turn; one service and its authority in each. Made once."""
    from cryptography.hazmat.primitives.serialization import Encoding

    if folder.exists():
        return sorted(folder.iterdir())
    folder.mkdir()
    now, key = dt.datetime.now(dt.UTC), generate_key()
    authority = issue(CertificateKind.CA, (("CN", "Authority"),), generate_key(), now=now)
    service = issue(
        CertificateKind.SERVICE, (("CN", "Service"),), key, now=now, issuer=authority, san=("dns:localhost",)
    )
    found = []
    for number, kind in enumerate(islice(cycle(KINDS), count)):
        if kind == "pem":
            data = b"".join(each.public_bytes(Encoding.PEM) for each in service.chain)
        elif kind == "der":
            data = service.certificate.public_bytes(Encoding.DER)
        else:
            data = _keystore(kind, service, Secret(password))
        path = folder / f"{number:04}.{kind}"
        path.write_bytes(data)
        found.append(path)
    return found


def _keystore(kind: str, service: Issued, password: Secret) -> bytes:
    contents = [KeyContent("localhost", service.key, service.chain)]
    if kind == "jks":
        return write_jks(contents, password)
    return write_pkcs12(contents, Protection(password, Profile(kind)))


def derive(paths: Sequence[Path], password: str) -> None:
    """What reading these stores has to derive, and nothing else: for the integrity, and for the certificates."""
    with ThreadPoolExecutor() as pool:  # on as many processors as the kit
        list(pool.map(lambda path: _derived(path.suffix[1:], Secret(password)), paths))


def _derived(kind: str, password: Secret) -> None:
    if kind not in set(Profile):
        return
    salt, rounds = bytes(20), Protection(password, Profile(kind)).rounds
    if kind == Profile.MODERN:
        pkcs12_kdf("sha256", password, salt, Purpose.INTEGRITY, rounds, 32)
        pbkdf2("sha256", b"password", salt, rounds, 32)
        return
    weak = kind == Profile.LEGACY  # RC2 of 40 bits, and twice the rounds for the integrity
    pkcs12_kdf("sha1", password, salt, Purpose.INTEGRITY, 2 * rounds if weak else rounds, 20)
    pkcs12_key(5 if weak else 24, password, salt, rounds)
