"""A certificate request for an authority of others, and the key that waits for the reply."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..errors import StoreError, UsageError, WouldOverwrite
from ..issue import CertificateKind, generate_key, issue, name_text, service_request
from ..model import CertificateFacts, Entry, EntryKind, KeyType, Store, iso
from ..secret import Secret
from ..setup.keystore_directory import place
from ..stores import KeyContent, Profile, Protection, open_store, write_pkcs12
from ..stores.certificate import load_certificate, public_key_of
from ..zowe.settings import CertificateSettings
from .request_names import LOCAL_NAMES, asked_names, is_local, names_of
from .request_plan import WAITING, RequestPlan, like_key_type, other_kind, plan_request, profile_of, usable_key
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from ..issue import PrivateKey

__all__ = [
    "RequestPlan",
    "Requested",
    "WaitingRequest",
    "make_request",
    "plan_request",
    "read_request",
    "request_of_entry",
    "request_of_settings",
]

_PLACEHOLDER_DAYS = 365


@dataclass(frozen=True)
class Requested:
    """A request that was made; ``spki_sha256`` is the SHA-256 of its public key, to be compared by telephone."""

    plan: RequestPlan
    folder: Path
    at: dt.datetime
    spki_sha256: str
    request_pem: str
    sheet: str

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in self.plan.files)

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.plan.as_dict(),
            "at": iso(self.at),
            "folder": str(self.folder),
            "spki_sha256": self.spki_sha256,
        }


@dataclass(frozen=True)
class WaitingRequest:
    """A request whose reply is waited for; ``entry`` has its key and the certificate that stands in meanwhile."""

    folder: Path
    path: Path
    alias: str
    store: Store
    entry: Entry
    password: Secret

    @property
    def request_path(self) -> Path:
        """The request as it was sent."""
        return self.folder / f"{self.alias}.csr"


def request_of_entry(
    working: WorkingSet,
    *,
    alias: str = "",
    new_key: bool = False,
    key_type: KeyType | None = None,
    add: Sequence[str] = (),
    without: Sequence[str] = (),
    subject: str = "",
    local_names: bool = False,
) -> RequestPlan:
    """A request with the subject and the names of a certificate that is there.

    Args:
        alias: which key; the one that Zowe shows where empty.
        new_key: ask with a new key instead of its own; a ``key_type`` does so too.
        key_type: of the new key; None: like the old one.
        add: host names and addresses besides.
        without: host names and addresses of the certificate that are not asked for.
        subject: another one (RFC 4514).
        local_names: ask also for localhost and 127.0.0.1.

    Raises:
        UsageError: there is no such key, it cannot be used, or a name to be left out is none of the certificate's.
        StoreError: the key cannot be opened.
    """
    entry = working.entry_of(alias or working.alias)
    facts = entry.chain[0]
    held, lost = names_of(entry)
    gone = {name.lower() for name in asked_names(without)}
    if unknown := gone - {name_text(name).lower() for name in held}:
        msg = f"the certificate {entry.alias} does not hold {', '.join(name.partition(':')[2] for name in unknown)}"
        raise UsageError(msg)
    asked = [name for name in held if name_text(name).lower() not in gone]
    kept = [name for name in asked if local_names or not is_local(name_text(name))]
    left_out = [name_text(name) for name in asked if name not in kept]
    fresh = new_key or key_type is not None
    kind = key_type or like_key_type(facts.key)
    plan = plan_request(
        entry.alias,
        subject or _subject_in(facts),
        [*kept, *asked_names(add), *(LOCAL_NAMES if local_names else ())],
        kind,
        key=None if fresh or entry.open_key is None else entry.open_key(),
        source=f"the certificate {entry.alias} in {working.keystore_path}",
        left_out=[*left_out, *lost],
        profile=profile_of(working.keystore),
    )
    told = other_kind(entry.alias, facts.key, plan.key_type)
    return replace(plan, notes=(*plan.notes, *([told] if told else [])))


def _subject_in(facts: CertificateFacts) -> x509.Name:
    """The subject as it stands in a certificate.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return load_certificate(facts.der).subject
    except ValueError:
        msg = f"the subject of “{facts.common_name}” cannot be read; say another one (--subject)"
        raise UsageError(msg) from None


def request_of_settings(
    settings: CertificateSettings,
    *,
    key_type: KeyType | None = None,
    add: Sequence[str] = (),
    without: Sequence[str] = (),
    subject: str = "",
    local_names: bool = False,
) -> RequestPlan:
    """A request for a new key with the names that the settings of a set-up hold.

    Raises:
        UsageError: as for :func:`request_of_entry`.
    """
    profile = settings.profile
    gone = set(asked_names(without))
    hosts = asked_names([*settings.host_names, *map(str, settings.addresses)])
    if unknown := gone - set(hosts):
        what = ", ".join(name.partition(":")[2] for name in unknown)
        msg = f"{settings.source} does not hold {what} in HOSTNAME and IPADDRESS"
        raise UsageError(msg)
    names = [name for name in hosts if name not in gone]
    return plan_request(
        settings.keystore_alias,
        subject or (*profile.rest_of_name, ("CN", profile.common_name)),
        [*names, *asked_names(add), *(LOCAL_NAMES if local_names else ())],
        key_type or profile.key_type,
        source=settings.source,
        left_out=() if local_names else LOCAL_NAMES,
        profile=Profile(profile.protection),
    )


def make_request(
    plan: RequestPlan,
    folder: Path,
    password: Secret,
    *,
    now: dt.datetime | None = None,
    progress: Callable[[str], None] = lambda _line: None,
) -> Requested:
    """Make the folder of a request: the waiting key, the request and the sheet for the authority's people.

    Args:
        folder: a new folder, which is for this request alone.
        password: of the waiting key.

    Raises:
        WouldOverwrite: the folder is there already.
        WriteError: it cannot be written; nothing was changed.
        UsageError: the password is too short for a keystore.
    """
    from ..stores.pem import request_pem
    from .request_sheet import request_sheet

    _check_password(password)
    if os.path.lexists(folder):
        msg = f"{folder} is there already and was left as it is; name another folder for the request"
        raise WouldOverwrite(msg)
    now = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    with place(folder, replace=False, now=now) as placing:
        progress("finding a key" if plan.key is None else "taking the key that is there")
        key = generate_key(plan.key_type) if plan.key_type else usable_key(_key_of(plan), plan.source)
        pem = request_pem(service_request(plan.subject, key, plan.names)).replace(b" NEW ", b" ")
        public = public_key_of(key) or b""
        made = Requested(plan, folder, now, hashlib.sha256(public).hexdigest(), pem.decode("ascii"), "")
        sheet = request_sheet(made)
        store, request, told = map(PurePosixPath, plan.files)
        progress(f"writing {folder}")
        placing.write(store, _waiting_store(plan, key, password, now))
        placing.write(request, pem)
        placing.write(told, sheet.encode())
        placing.finish()
    return Requested(plan, folder, now, made.spki_sha256, made.request_pem, sheet)


def _key_of(plan: RequestPlan) -> PrivateKeyTypes:
    assert plan.key  # noqa: S101  # a plan has a key or the type of a new one
    return plan.key


def _check_password(password: Secret) -> None:
    from ..zowe.check import password_problem

    if why := password_problem(password):
        msg = f"the password of the waiting key {why}"
        raise UsageError(msg)


def _waiting_store(plan: RequestPlan, key: PrivateKey, password: Secret, now: dt.datetime) -> bytes:
    """The key with a certificate that it signed itself: a PKCS12 store has no key without one for Java."""
    stand_in = issue(CertificateKind.REQUESTED, plan.subject, key, now=now, days=_PLACEHOLDER_DAYS, san=plan.names)
    content = KeyContent(plan.alias, key, (stand_in.certificate,))
    return write_pkcs12([content], Protection(password, plan.profile))


def read_request(folder: Path, passwords: Sequence[Secret]) -> WaitingRequest:
    """Open the folder of a request.

    Args:
        passwords: of the waiting key, tried in turn.

    Raises:
        UsageError: it is no such folder, or holds several.
        StoreError: the waiting key cannot be read, or none of the passwords opens it.
    """
    waiting = sorted(folder.glob(f"*{WAITING}")) if folder.is_dir() else []
    if len(waiting) != 1:
        what = f"{len(waiting)} waiting keys" if waiting else "no waiting key"
        msg = f"{folder} is no folder of one request: it holds {what} (NAME{WAITING}); zowe-certs csr makes one"
        raise UsageError(msg)
    (path,) = waiting
    for number, password in enumerate(passwords, 1):
        try:
            store = open_store(path, password)
        except StoreError:
            if number == len(passwords):
                raise
            continue
        entry = next((one for one in store.entries if one.kind is EntryKind.PRIVATE_KEY and one.chain), None)
        if entry is None:
            msg = f"{path} holds no private key with a certificate"
            raise UsageError(msg)
        return WaitingRequest(folder, path, path.name.removesuffix(WAITING), store, entry, password)
    msg = f"{path} needs the password under which the request was made"
    raise UsageError(msg)
