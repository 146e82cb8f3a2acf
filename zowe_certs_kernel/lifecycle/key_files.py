"""What of a KEYSTORE_DIRECTORY changes with a key or an authority: entries of stores, PEM files, Zowe's variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import StoreError
from ..model import CertificateFacts, EntryKind, Store
from ..services.anchor import free_alias
from ..setup.plan import ENVIRONMENT_FILE
from ..stores import KeyContent, TrustedContent, open_store
from ..stores.certificate import load_certificate
from ..stores.pem import certificate_pem, key_pem, request_pem, to_ebcdic
from ..zowe.env_edit import edited
from .change import Content
from .request_names import file_name_of
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = [
    "KEY_SUFFIXES",
    "authority_alias",
    "authority_copies",
    "environment_with",
    "in_both_codes",
    "key_stem",
    "on_zos",
    "pem_of_key",
    "replaced",
    "trusting",
]

_LOCAL_CA = PurePosixPath("local_ca")
_NUMBERED = re.compile(r"extca\.?(\d+)(?:\.cer)?")
KEY_SUFFIXES = (".cer", ".cer-ebcdic", ".key", ".csr", "_signed.cer")


def key_stem(working: WorkingSet, alias: str) -> PurePosixPath:
    """What the names of a key's PEM files begin with: ``localhost/localhost.keystore`` and, for components, more."""
    is_main = alias.lower() == working.alias.lower()
    stem = working.file("keystore" if is_main else f"keystore.{file_name_of(alias)}")
    folder = working.directory / stem.parent
    # PKCS12 keeps aliases in lower case, files keep the name that the settings gave a component.
    there = (path.name.removesuffix(".cer") for path in sorted(folder.glob("*.cer")))
    return stem.with_name(next((name for name in there if name.lower() == stem.name.lower()), stem.name))


def pem_of_key(
    working: WorkingSet,
    alias: str,
    key: PrivateKeyTypes,
    certificate: x509.Certificate,
    request: x509.CertificateSigningRequest,
) -> dict[PurePosixPath, bytes]:
    """The files of a key as a set-up makes them, the request and the reply to it too."""
    stem = key_stem(working, alias)
    pem = certificate_pem(certificate)
    return {
        **in_both_codes(stem.with_name(f"{stem.name}.cer"), pem, ebcdic=working.has_ebcdic),
        stem.with_name(f"{stem.name}.key"): key_pem(key),
        stem.with_name(f"{stem.name}.csr"): request_pem(request),
        stem.with_name(f"{stem.name}_signed.cer"): pem,
    }


def in_both_codes(path: PurePosixPath, pem: bytes, *, ebcdic: bool) -> dict[PurePosixPath, bytes]:
    """A PEM file and, where the directory has such, its copy in EBCDIC."""
    return {path: pem, **({path.with_suffix(".cer-ebcdic"): to_ebcdic(pem)} if ebcdic else {})}


def replaced(contents: Iterable[Content], keys: Mapping[str, KeyContent]) -> list[Content]:
    """The contents of a store with other keys under their aliases, which are in lower case."""
    return [keys.get(one.alias.lower(), one) if isinstance(one, KeyContent) else one for one in contents]


def trusting(contents: Sequence[Content], authorities: Mapping[str, CertificateFacts]) -> list[Content]:
    """The contents with these authorities, by alias, but those that are trusted in it already."""
    held = {_der(one.certificate) for one in contents if isinstance(one, TrustedContent)}
    new = [
        TrustedContent(alias, load_certificate(facts.der))
        for alias, facts in authorities.items()
        if facts.der not in held
    ]
    return [*contents, *new]


def _der(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def authority_copies(working: WorkingSet, authorities: Sequence[CertificateFacts]) -> dict[str, PurePosixPath]:
    """Where the PEM copy of each authority is or will be, by its identity: ``local_ca/extca.N.cer``, numbers free."""
    there = {}
    for path in sorted(working.directory.glob("local_ca/*.cer")):
        certificates = _certificates(path)
        if len(certificates) == 1:
            there[certificates[0].identity] = PurePosixPath(_LOCAL_CA, path.name)
    names = [path.name for path in working.directory.glob("local_ca/*")]
    names += [entry.alias.lower() for store in (working.keystore, working.truststore) for entry in store.entries]
    number = max([0, *(int(found[1]) for name in names if (found := _NUMBERED.match(name)))])
    copies = {}
    for facts in authorities:
        if facts.identity not in there:
            number += 1
            there[facts.identity] = PurePosixPath(_LOCAL_CA, f"extca.{number}.cer")
        copies[facts.identity] = there[facts.identity]
    return copies


def authority_alias(path: PurePosixPath, stores: Sequence[Store]) -> str:
    """An alias that is free in every store: ``extca2`` for ``extca.2.cer``."""
    taken = {entry.alias.lower() for store in stores for entry in store.entries}
    return free_alias(path.stem.replace(".", ""), taken)


def _certificates(path: Path) -> list[CertificateFacts]:
    try:
        store = open_store(path)
    except StoreError:
        return []
    return [facts for entry in store.entries if entry.kind is not EntryKind.PRIVATE_KEY for facts in entry.chain]


def on_zos(working: WorkingSet, path: PurePosixPath) -> str:
    """A path of the directory as Zowe's variables have it, in EBCDIC where the certificate's own is."""
    trunk = working.environment.keystore.removesuffix(str(working.keystore_path))
    if path.suffix == ".cer" and working.environment.keystore_certificate.endswith("-ebcdic"):
        path = path.with_suffix(".cer-ebcdic")
    return f"{trunk}{path}"


def environment_with(working: WorkingSet, values: Mapping[str, str]) -> dict[PurePosixPath, bytes]:
    """``zowe-certificates.env`` with these values in place of those that it has."""
    return {ENVIRONMENT_FILE: edited((working.directory / ENVIRONMENT_FILE).read_bytes(), values)}
