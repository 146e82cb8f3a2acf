"""What a reply becomes: entries and files of a KEYSTORE_DIRECTORY, or a finished store beside its request."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import WouldOverwrite
from ..issue import certificate_request
from ..model import CertificateFacts
from ..setup.authority import keep_authority
from ..stores import KeyContent, Protection, write_pkcs12
from ..stores.certificate import load_certificate
from ..stores.pem import certificate_pem
from .change import Change, contents_of, store_bytes
from .key_files import (
    authority_alias,
    authority_copies,
    environment_with,
    in_both_codes,
    on_zos,
    pem_of_key,
    replaced,
    trusting,
)
from .request import WaitingRequest
from .request_plan import profile_of, usable_key
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["KeyAndChain", "change_of_reply", "finish_request", "lines_for_settings"]


@dataclass(frozen=True)
class KeyAndChain:
    """A waiting key with the chain of its reply, and the alias under which it will stand."""

    alias: str
    open_key: Callable[[], PrivateKeyTypes] = field(repr=False, compare=False)
    chain: tuple[CertificateFacts, ...]
    request: WaitingRequest | None = None


def change_of_reply(working: WorkingSet, key: KeyAndChain) -> Change:
    """The change that puts key, chain and authorities into the directory; what was trusted before stays so."""
    loaded = tuple(load_certificate(facts.der) for facts in key.chain)
    opened = key.open_key()
    content = KeyContent(key.alias, opened, loaded)
    above = key.chain[1:] or key.chain
    copies = authority_copies(working, above)
    both = (working.keystore, working.truststore)
    named = {authority_alias(copies[facts.identity], both): facts for facts in above}
    keystore = trusting(replaced(contents_of(working.keystore), {key.alias.lower(): content}), named)
    truststore = trusting(contents_of(working.truststore), named)
    writes = {
        working.keystore_path: store_bytes(working.keystore, keystore, working.password),
        working.truststore_path: store_bytes(working.truststore, truststore, working.truststore_password),
        **pem_of_key(working, key.alias, opened, loaded[0], _request_of(working, key, opened, loaded[0])),
    }
    for facts in above:
        pem = certificate_pem(load_certificate(facts.der))
        writes |= in_both_codes(copies[facts.identity], pem, ebcdic=working.has_ebcdic)
    notes = [f"{key.alias} has a certificate of “{key.chain[-1].common_name}”", "What was trusted before stays trusted"]
    if key.alias.lower() == working.alias.lower():
        writes |= environment_with(working, _values(working, above, copies))
    if key.request:
        notes.append(f"The key is in the keystore now; {key.request.folder} can be deleted once Zowe runs with it")
    return Change(working, f"Import the reply for {key.alias}", writes, (), tuple(notes))


def _request_of(
    working: WorkingSet, key: KeyAndChain, opened: PrivateKeyTypes, leaf: x509.Certificate
) -> x509.CertificateSigningRequest:
    """The request as it was sent; where it is not here, one of the same key and name as keytool writes it."""
    from cryptography import x509

    if key.request and key.request.request_path.is_file():
        try:
            sent = x509.load_pem_x509_csr(key.request.request_path.read_bytes())
        except ValueError:
            sent = None
        if sent is not None and sent.public_key() == opened.public_key():
            return sent
    return certificate_request(leaf.subject, usable_key(opened, str(working.keystore_path)))


def _values(working: WorkingSet, above: Sequence[CertificateFacts], copies: dict[str, PurePosixPath]) -> dict[str, str]:
    """Zowe's variables; the lists that its servers in Node read also keep what they had."""
    environment = working.environment
    paths = [on_zos(working, copies[facts.identity]) for facts in above]
    values = {"KEYSTORE_CERTIFICATE_AUTHORITY": paths[-1]}
    text = (working.directory / "zowe-certificates.env").read_bytes()
    listed = [
        *paths,
        environment.keystore_certificate_authority,
        *environment.external_certificate_authorities.split(),
    ]
    lists = " ".join(dict.fromkeys(path for path in listed if path))
    more = {"EXTERNAL_ROOT_CA": paths[-1], "EXTERNAL_CERTIFICATE_AUTHORITIES": lists}
    held = {name: value for name, value in more.items() if _has(text, name)}
    return {**values, **held}


def _has(text: bytes, name: str) -> bool:
    """Whether the file has the variable, which came with a later release; in ASCII or EBCDIC."""
    from ..ibm1047 import to_ibm1047

    return f"{name}=".encode() in text or to_ibm1047(f"{name}=") in text


def finish_request(
    request: WaitingRequest,
    key: PrivateKeyTypes,
    chain: Sequence[CertificateFacts],
    progress: Callable[[str], None],
) -> tuple[Path, ...]:
    """The finished store and its authorities in PEM, in the folder of the request; nothing there is overwritten.

    Raises:
        WouldOverwrite: one of the files is there already.
        WriteError: they cannot be written.
    """
    finished, authorities = request.folder / f"{request.alias}.p12", _authority_files(request, chain)
    for path in (finished, *authorities):
        if path.exists():
            msg = f"{path} is there already and was left as it is; move it away to import the reply again"
            raise WouldOverwrite(msg)
    loaded = tuple(load_certificate(facts.der) for facts in chain)
    content = KeyContent(request.alias, key, loaded)
    data = write_pkcs12([content], Protection(request.password, profile_of(request.store)))
    made: list[Path] = []
    try:
        for path, held in authorities.items():
            progress(f"writing {path}")
            keep_authority(path, certificate_pem(*(load_certificate(facts.der) for facts in held)))
            made.append(path)
        progress(f"writing {finished}")
        keep_authority(finished, data)
    except Exception:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return (finished, *authorities)


def _authority_files(
    request: WaitingRequest, chain: Sequence[CertificateFacts]
) -> dict[Path, Sequence[CertificateFacts]]:
    """A file for each authority; all in one where a blank in the path would part it in the settings."""
    above, folder = chain[1:] or chain, request.folder.absolute()
    if " " in str(folder / request.alias):
        return {folder / f"{request.alias}.authorities.cer": above}
    return {folder / f"{request.alias}.ca-{number}.cer": (facts,) for number, facts in enumerate(above, 1)}


def lines_for_settings(request: WaitingRequest, chain: Sequence[CertificateFacts]) -> Iterator[str]:
    """What to write into ``zowe-setup-certificates.env`` to make a set of the finished store."""
    authorities = " ".join(map(str, _authority_files(request, chain)))
    yield f"EXTERNAL_CERTIFICATE={shlex.quote(str(request.folder.absolute() / f'{request.alias}.p12'))}"
    yield f"EXTERNAL_CERTIFICATE_ALIAS={shlex.quote(request.alias)}"
    yield f"EXTERNAL_CERTIFICATE_AUTHORITIES={shlex.quote(authorities)}"
