"""Keys of a keystore signed anew: what each new certificate will be, and the certificates themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..issue import CertificateKind, Issued, certificate_request, general_names, generate_key, issue, name_text
from ..model import CertificateFacts, Entry, KeyType, iso
from ..setup.authority import FoundAuthority
from ..stores import KeyContent
from ..stores.certificate import load_certificate
from ..zowe.profile import MOST_DAYS
from .key_files import pem_of_key
from .request_names import asked_names, names_of, usable_names
from .request_plan import like_key_type, other_kind, usable_key
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509

    from ..issue import PrivateKey

__all__ = ["Progress", "RenewalRow", "Signed", "issued_by", "quiet", "refuse_unusable", "renewal_rows", "sign_anew"]

Progress = Callable[[str], None]

_DAY = dt.timedelta(days=1)


def quiet(_line: str) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True)
class RenewalRow:
    """One key: its certificate until now, and what the new one will be; ``key_type`` is None with the same key."""

    entry: Entry
    names: tuple[x509.GeneralName, ...]
    old_end: dt.datetime
    new_end: dt.datetime
    key_type: KeyType | None
    days: int
    why: str
    lost_names: tuple[str, ...] = ()

    @property
    def alias(self) -> str:
        return self.entry.alias

    @property
    def facts(self) -> CertificateFacts:
        """The certificate until now."""
        return self.entry.chain[0]

    @property
    def same_key(self) -> bool:
        return self.key_type is None

    @property
    def other_kind(self) -> str:
        """What to tell where the new key is of another kind than the old one."""
        return other_kind(self.alias, self.facts.key, self.key_type)

    @property
    def san(self) -> tuple[str, ...]:
        return tuple(map(name_text, self.names))

    def as_dict(self) -> dict[str, Any]:
        return {
            "alias": self.alias,
            "subject": self.facts.subject,
            "sha256": self.facts.sha256,
            "san": list(self.san),
            "lost_names": list(self.lost_names),
            "old_end": iso(self.old_end),
            "new_end": iso(self.new_end),
            "same_key": self.same_key,
            "key_type": str(self.key_type) if self.key_type else None,
            "why": self.why,
        }


@dataclass(frozen=True)
class Signed:
    """Keys with their new certificates by alias, and their PEM files by path."""

    keys: dict[str, KeyContent]
    files: dict[PurePosixPath, bytes]


def refuse_unusable(hosts: Sequence[str], days: int | None) -> None:
    """Look at what a person asks for.

    Raises:
        UsageError: a host is no name and no address, or a certificate would last too long or not at all.
    """
    if days is not None and not 1 <= days <= MOST_DAYS:
        msg = f"a certificate is valid for 1 to {MOST_DAYS} days, not {days} (--days)"
        raise UsageError(msg)
    if hosts:
        usable_names(asked_names(hosts))


def renewal_rows(
    entries: Sequence[Entry],
    authority: CertificateFacts,
    *,
    same_key: bool,
    hosts: Sequence[str],
    days: int | None,
    key_type: KeyType | None,
    at: dt.datetime,
) -> tuple[RenewalRow, ...]:
    """A row for each entry.

    Raises:
        UsageError: a host is no name, a key cannot be used again, or ``days`` are none.
    """
    refuse_unusable(hosts, days)
    return tuple(_row(entry, authority, same_key, hosts, days, key_type, at) for entry in entries)


def _row(  # noqa: PLR0917  # the row of a table with these columns
    entry: Entry,
    authority: CertificateFacts,
    same_key: bool,
    hosts: Sequence[str],
    days: int | None,
    key_type: KeyType | None,
    at: dt.datetime,
) -> RenewalRow:
    facts = entry.chain[0]
    assert facts.not_before and facts.not_after and authority.not_after  # noqa: S101, PT018  # what was proved has dates
    held, lost = names_of(entry)
    names = general_names(usable_names([*held, *asked_names(hosts)]))
    lasts = days if days is not None else min(MOST_DAYS, max(1, (facts.not_after - facts.not_before).days))
    end = min(at + lasts * _DAY, authority.not_after)
    if same_key and entry.open_key:
        usable_key(entry.open_key(), entry.alias)
    cut = f", cut to the end of its authority, {authority.end_day}" if end < at + lasts * _DAY else ""
    left = (facts.not_after - at).days
    why = f"{'ended' if left < 0 else f'{left} days left'}; {lasts} days as {'asked' if days else 'before'}{cut}"
    if added := [name_text(name) for name in names if name not in held]:
        why += f"; with {', '.join(added)} besides"
    kind = None if same_key else (key_type or like_key_type(facts.key))
    return RenewalRow(entry, tuple(names), facts.not_after, end, kind, lasts, why, tuple(lost))


def issued_by(authority: FoundAuthority) -> Issued:
    """The authority as it signs."""
    key = usable_key(authority.open_key(), authority.alias)
    return Issued(load_certificate(authority.certificate.der), key)


def sign_anew(
    working: WorkingSet, rows: Sequence[RenewalRow], authority: Issued, at: dt.datetime, progress: Progress
) -> Signed:
    """New certificates for all rows, each with its key and the files that a set-up would make of it."""
    progress(f"finding {sum(not row.same_key for row in rows)} keys")
    with ThreadPoolExecutor() as pool:
        keys = list(pool.map(_key_for, rows))
    signed = Signed({}, {})
    for row, key in zip(rows, keys, strict=True):
        progress(f"signing {row.alias}")
        subject = load_certificate(row.facts.der).subject
        made = issue(CertificateKind.SERVICE, subject, key, now=at, days=row.days, issuer=authority, san=row.names)
        signed.keys[row.alias.lower()] = KeyContent(row.alias, key, made.chain)
        request = certificate_request(subject, key)
        signed.files.update(pem_of_key(working, row.alias, key, made.certificate, request))
    return signed


def _key_for(row: RenewalRow) -> PrivateKey:
    if row.key_type:
        return generate_key(row.key_type)
    assert row.entry.open_key  # noqa: S101  # entry_of and signed_by give keys
    return usable_key(row.entry.open_key(), row.alias)
