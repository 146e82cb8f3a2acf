"""The plan, carried out: keys and certificates to the bytes of every file."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import Refused
from ..issue import CertificateKind, Issued, certificate_request, generate_key, issue
from ..model import EntryKind, Finding, Severity, iso
from ..stores import KeyContent, Protection, TrustedContent, write_pkcs12
from ..stores.certificate import load_certificate
from .authority import CA_ALIAS, FoundAuthority, keep_authority
from .certificates_env import environment_lines
from .delivery import owner_commands
from .external import ExternalKey
from .external_authorities import ExternalAuthority
from .keystore_directory import Placed, place
from .plan import FileKind, Plan, PlannedFile, PlannedStore

if TYPE_CHECKING:
    from ..issue import PrivateKey

__all__ = ["Made", "certificate_files", "make", "refuse_findings"]

Progress = Callable[[str], None]

# The script makes the authority first; so much later it signed the Zowe certificate, measured with keytool 17.
_SCRIPT_TAKES = dt.timedelta(seconds=21)
_SIGNING_AND_WRITING = ("cryptography.x509", "cryptography.hazmat.primitives.ciphers.algorithms")


class Refusable(Protocol):
    """A plan that may be refused for its findings."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def as_zowe(self) -> bool: ...
    @property
    def in_spite_of_findings(self) -> bool: ...


@dataclass(frozen=True)
class Made:
    """What a set-up made. ``placed`` says what became of an older directory, and who owns the new one."""

    plan: Plan
    placed: Placed
    at: dt.datetime
    sha256: Mapping[str, str]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.plan.findings

    @property
    def owner_commands(self) -> tuple[str, ...]:
        """What is left to run on z/OS where user and group could not be set here."""
        return () if self.placed.owned else owner_commands(self.plan, str(self.plan.settings.keystore_directory))

    def as_dict(self) -> dict[str, Any]:
        """``zowe-certs/setup/1``, without any password or key."""
        return {
            **self.plan.as_dict(),
            "schema": "zowe-certs/setup/1",
            "at": iso(self.at),
            "verdict": f"{len(self.plan.files)} files for Zowe {self.plan.settings.release} in {self.plan.directory}",
            "files": [str(file.path) for file in self.plan.files],
            "certificates": dict(self.sha256),
            "kept": str(self.placed.kept) if self.placed.kept else None,
            "notes": list(self.placed.notes),
            "owner_commands": list(self.owner_commands),
        }


def make(plan: Plan, *, now: dt.datetime | None = None, progress: Progress = lambda _line: None) -> Made:
    """Make the directory of ``plan``: whole, or not at all.

    Args:
        now: the start of the certificates' life; None: this moment.
        progress: gets a line for each step.

    Raises:
        UsageError: a certificate of z/OSMF would be trusted that nobody has confirmed.
        Refused: an external certificate would not work, and nobody asked for the set in spite of that.
        WouldOverwrite: the directory is there already and ``plan.replace`` is false.
        WriteError: it cannot be written; nothing was changed.
    """
    _refuse_unconfirmed(plan)
    refuse_findings(plan)
    now = now or dt.datetime.now(dt.UTC)
    with place(plan.directory, replace=plan.replace, now=now) as placing:
        keys, protections = _keys_and_protections(plan, progress)
        progress("signing")
        issued = _issued(plan, keys, now)
        for file in plan.files:
            progress(f"writing {file.path}")
            placing.write(file.path, _bytes_of(file, plan, issued, protections))
        modes = {file.path: plan.mode(file) for file in plan.files}
        placing.lock(plan.folder_mode, modes, plan.settings.user_id, plan.settings.group_id)
        if plan.ca_file and plan.ca_store and not plan.found:
            progress(f"writing {plan.ca_file}")
            authority = _store_bytes(plan.ca_store, plan, issued, protections[plan.ca_store.path])
            keep_authority(plan.ca_file, authority)
            # It stays, whatever comes: another run may have found it, and without it the set could not be renewed.
            placing.besides = f"the new authority is kept in {plan.ca_file} and signs the next set"
        placed = placing.finish()
    return Made(plan, placed, now, {id_: _fingerprint(found) for id_, found in issued.items()})


def certificate_files(plan: Plan, files: Sequence[PlannedFile], *, now: dt.datetime) -> dict[PurePosixPath, bytes]:
    """The bytes of some files of a plan that hold certificates or requests; the keys to them are not kept."""
    keys, _ = _keys_and_protections(plan, lambda _line: None)
    issued = _issued(plan, keys, now)
    return {file.path: _bytes_of(file, plan, issued, {}) for file in files}


def _refuse_unconfirmed(plan: Plan) -> None:
    if plan.unconfirmed:
        from ..services.confirmation import confirmed

        confirmed(plan.unconfirmed, ())


def refuse_findings(plan: Refusable) -> None:
    """Zowe's own script looks at nothing, and made as Zowe makes it neither is anything refused.

    Raises:
        Refused: a certificate would not work, and nobody asked for the set in spite of that.
    """
    errors = [found for found in plan.findings if found.severity is Severity.ERROR]
    if errors and not (plan.as_zowe or plan.in_spite_of_findings):
        more = f", and {len(errors) - 1} more that the plan tells (--dry-run)" if len(errors) > 1 else ""
        msg = f"nothing was made, for Zowe would not work with it: {errors[0].rule}, {errors[0].message}{more}; mend "
        msg += "that, or ask for it in spite of that (--in-spite-of-findings, in a notebook in_spite_of_findings)"
        raise Refused(msg)


def _fingerprint(issued: Issued) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    return issued.certificate.fingerprint(SHA256()).hex()


def _keys_and_protections(
    plan: Plan, progress: Progress
) -> tuple[dict[str, PrivateKey], dict[PurePosixPath, Protection]]:
    """Find the keys on the other cores, while this one imports what signs and writes and derives the stores' keys."""
    there = {CA_ALIAS} if plan.found else set()
    wanted = [one for one in plan.certificates if one.id not in there and not (one.external or one.key_of)]
    stores = [store for store in plan.stores if not (plan.found and store is plan.ca_store)]
    protections = {store.path: Protection(store.password, store.profile, store.rounds) for store in stores}
    cores = os.cpu_count() or 1
    # Of a few keys this core would only get in the way of the others; many are worth all of them.
    workers = cores if len(wanted) > 2 * cores else max(1, cores - 1)
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        searches = {one.id: pool.submit(generate_key, one.key_type) for one in wanted}
        progress(f"finding {len(wanted)} keys")
        for module in _SIGNING_AND_WRITING:
            import_module(module)
        for store in stores:
            if store.format == "PKCS12":
                keys = sum(entry.kind is EntryKind.PRIVATE_KEY for entry in store.entries)
                protections[store.path].derive_ahead(keys + 1)
        found = {}
        for number, (id_, search) in enumerate(searches.items(), 1):
            found[id_] = search.result()
            progress(f"found {number} of {len(wanted)} keys")
        return found, protections
    finally:  # who interrupts it does not wait for the keys that are left
        pool.shutdown(wait=False, cancel_futures=True)


def _issued(plan: Plan, keys: Mapping[str, PrivateKey], now: dt.datetime) -> dict[str, Issued]:
    made: dict[str, Issued] = {}
    for certificate in plan.certificates:
        if plan.found and certificate.id == CA_ALIAS:
            made[CA_ALIAS] = Issued(load_certificate(plan.found.certificate.der), _signing_key(plan.found))
            continue
        if certificate.external:
            made[certificate.id] = _external(certificate.external)
            continue
        authority_as_zowe = plan.as_zowe and certificate.kind is CertificateKind.CA
        made[certificate.id] = issue(
            certificate.kind,
            certificate.subject,
            keys[certificate.key_of or certificate.id],
            now=now - _SCRIPT_TAKES if authority_as_zowe else now,
            days=certificate.days,
            issuer=made[certificate.issuer] if certificate.issuer else None,
            san=certificate.san,
            may_outlive_issuer=plan.as_zowe,
            public_key=certificate.public_key,
        )
    return made


def _external(external: ExternalKey) -> Issued:
    leaf, *above = (load_certificate(facts.der) for facts in external.chain)
    return Issued(leaf, _signing_key(external), tuple(above))


def _signing_key(found: FoundAuthority | ExternalKey) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    key = found.open_key()
    assert isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey)  # noqa: S101  # who reads them takes no other
    return key


def _bytes_of(
    file: PlannedFile, plan: Plan, issued: Mapping[str, Issued], protections: Mapping[PurePosixPath, Protection]
) -> bytes:
    from ..stores.pem import certificate_pem, key_pem, request_pem, to_ebcdic

    if file.kind is FileKind.STORE:
        store = next(store for store in plan.stores if store.path == file.path)
        return _store_bytes(store, plan, issued, protections[store.path])
    if file.kind is FileKind.ENVIRONMENT:
        return "".join(f"{line}\n" for line in environment_lines(plan)).encode()
    if file.certificate not in issued:
        return _copy_of(next(one for one in plan.authorities if one.alias == file.certificate), file)
    found = issued[file.certificate]
    if file.kind is FileKind.KEY:
        return key_pem(found.key)
    if file.kind is FileKind.REQUEST:
        return request_pem(certificate_request(plan.certificate(file.certificate).subject, found.key))
    pem = certificate_pem(found.certificate)
    return to_ebcdic(pem) if file.kind is FileKind.CERTIFICATE_EBCDIC else pem


def _copy_of(authority: ExternalAuthority, file: PlannedFile) -> bytes:
    """An authority from a file, in PEM; as Zowe makes it the file as it was."""
    from ..ibm1047 import to_ibm1047
    from ..stores.pem import certificate_pem

    data = authority.copy or certificate_pem(load_certificate(authority.facts.der))
    return to_ibm1047(data.decode("latin-1")) if file.kind is FileKind.CERTIFICATE_EBCDIC else data


def _store_bytes(store: PlannedStore, plan: Plan, issued: Mapping[str, Issued], protection: Protection) -> bytes:
    from cryptography import x509

    given = {one.alias: one.facts.der for one in plan.authorities} | {one.alias: one.der for one in plan.given}
    contents: list[KeyContent | TrustedContent] = []
    for entry in store.entries:
        if entry.kind is EntryKind.PRIVATE_KEY:  # first, for a given certificate may have the alias of a key
            found = issued[entry.certificate]
            contents.append(KeyContent(entry.alias, found.key, found.chain))
        elif entry.certificate in given:
            trusted = x509.load_der_x509_certificate(given[entry.certificate])
            contents.append(TrustedContent(entry.alias, trusted))
        else:
            contents.append(TrustedContent(entry.alias, issued[entry.certificate].certificate))
    if store.format == "JKS":
        from ..stores.jks import write_jks

        return write_jks(contents, store.password)
    return write_pkcs12(contents, protection)
