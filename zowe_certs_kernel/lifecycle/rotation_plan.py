"""The three steps of a rotation as plans: data that pages, dry runs and the change itself come from."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, WouldOverwrite
from ..model import CertificateFacts, KeyType, iso
from ..names import MOST_IN_COMMON_NAME
from ..secret import Secret
from ..setup.authority import CA_ALIAS, FoundAuthority
from ..setup.plan import CA_STORE
from ..stores.certificate import load_certificate
from ..zowe.profile import MOST_DAYS
from .renewal import local_authority, next_store, signed_by
from .request_plan import like_key_type, other_kind
from .rotation_state import NEXT, NEXT_CERTIFICATE, PREVIOUS, Phase, RotationState, rotation_state
from .signing import RenewalRow, renewal_rows
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["NEXT_STORE", "RotationPlan", "plan_begin", "plan_finish", "plan_switch"]

NEXT_STORE = CA_STORE.with_name(f"{NEXT}.keystore.p12")
_DATED = re.compile(r" \d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$")


@dataclass(frozen=True)
class RotationPlan:
    """One step. ``rows`` are the certificates that are signed anew, ``ca_file`` is the next authority's store where
    that lies outside the directory; ``authority`` is the certificate that the step is about, where it is there.
    """

    working: WorkingSet
    step: str
    title: str
    at: dt.datetime
    state: RotationState
    rows: tuple[RenewalRow, ...] = ()
    authority: CertificateFacts | None = None
    found: FoundAuthority | None = None
    subject: x509.Name | None = None
    days: int = 0
    key_type: KeyType = KeyType.RSA_2048
    ca_file: Path | None = None
    ca_password: Secret | None = None
    notes: tuple[str, ...] = ()

    @property
    def common_name(self) -> str:
        """Of the authority that the step is about."""
        from ..names import common_name

        if self.subject:
            return common_name(self.subject.rfc4514_string())
        return self.authority.common_name if self.authority else ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": "zowe-certs/rotation/1",
            "directory": str(self.working.directory),
            "step": self.step,
            "title": self.title,
            "at": iso(self.at),
            "phase": self.state.phase.name.lower(),
            "authority": self.common_name,
            "ca_file": str(self.ca_file) if self.ca_file else None,
            "rows": [row.as_dict() for row in self.rows],
            "notes": list(self.notes),
        }


def plan_begin(
    working: WorkingSet,
    *,
    ca_store: Path | None = None,
    ca_password: Secret | None = None,
    ca_common_name: str = "",
    days: int | None = None,
    key_type: KeyType | None = None,
    at: dt.datetime | None = None,
) -> RotationPlan:
    """Plan the first step: a new authority, trusted beside the present one; no server's certificate changes.

    Args:
        ca_store: the present authority's store where that is outside the directory; the next one's goes beside it.
        ca_password: of the next authority's store; None: the keystore's.
        ca_common_name: its common name; empty: the present one's with the date.
        days, key_type: of the next authority; None: as the present one.

    Raises:
        UsageError: a rotation has begun already, nothing is signed by the authority, or the name cannot be used.
        WouldOverwrite: there is a store of a next authority already.
    """
    at, state = _moment(at), rotation_state(working)
    if state.phase is not Phase.NOT_BEGUN:
        do = "switch to the next authority" if state.phase is Phase.BEGUN else "finish"
        msg = f"a rotation of {working.directory} has {state.phase} already: {do} first"
        raise UsageError(msg)
    current = state.current
    if not signed_by(working, current):
        msg = f"“{current.common_name}” has signed nothing in {working.keystore_path}: there is nothing to rotate"
        raise UsageError(msg)
    if ca_store is None and not os.path.lexists(working.directory / CA_STORE):
        msg = f"the key of “{current.common_name}” is not in {working.directory}, so that of the next one is not kept "
        raise UsageError(msg + "there either: name the authority's store (--ca-store, ca_store)")
    file = next_store(ca_store) if ca_store else None
    if file and os.path.lexists(file):
        return _joining(working, file, ca_password, at, state)
    if os.path.lexists(file or working.directory / NEXT_STORE):
        msg = f"{file or working.directory / NEXT_STORE} is there already; move it away to begin a rotation"
        raise WouldOverwrite(msg)
    subject = _next_subject(current, ca_common_name, at)
    lasts = days if days is not None else _days_of(current)
    if not 1 <= lasts <= MOST_DAYS:
        msg = f"an authority is valid for 1 to {MOST_DAYS} days, not {lasts} (--days)"
        raise UsageError(msg)
    plan = RotationPlan(
        working,
        "begin",
        f"Begin: the next authority is trusted beside “{current.common_name}”",
        at,
        state,
        subject=subject,
        days=lasts,
        key_type=key_type or like_key_type(current.key),
        ca_file=file,
        ca_password=ca_password,
    )
    return replace(plan, notes=tuple(_notes_of_begin(plan)))


def _joining(
    working: WorkingSet, file: Path, password: Secret | None, at: dt.datetime, state: RotationState
) -> RotationPlan:
    """Of several sets that one authority has signed, the second one takes the next authority of the first."""
    found, file = local_authority(working, file, password, at)
    if found.certificate.identity == state.current.identity:
        msg = f"{file} holds the present authority: name that store itself (--ca-store, ca_store)"
        raise UsageError(msg)
    title = f"Begin: the next authority of {file} is trusted beside “{state.current.common_name}”"
    plan = RotationPlan(
        working, "begin", title, at, state, authority=found.certificate, found=found, ca_file=file, ca_password=password
    )
    return replace(plan, notes=tuple(_notes_of_begin(plan)))


def _moment(at: dt.datetime | None) -> dt.datetime:
    return (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)


def _days_of(facts: CertificateFacts) -> int:
    span = (facts.not_after - facts.not_before).days if facts.not_after and facts.not_before else 0
    return min(span, MOST_DAYS)


def _next_subject(current: CertificateFacts, asked: str, at: dt.datetime) -> x509.Name:
    """The present subject with another common name: two authorities of one name could not be told apart."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    old = load_certificate(current.der).subject
    base = _DATED.sub("", current.common_name)
    name = asked.strip()
    for stamp in () if name else (f" {at:%Y-%m-%d}", f" {at:%Y-%m-%d %H:%M:%S}"):
        name = base[: MOST_IN_COMMON_NAME - len(stamp)].rstrip() + stamp
        if name != current.common_name:
            break
    if len(name) > MOST_IN_COMMON_NAME:
        msg = f"the authority's name {name[:80]!r} has {len(name)} characters, and {MOST_IN_COMMON_NAME} are allowed"
        raise UsageError(msg)
    if name.casefold() == current.common_name.casefold():
        msg = f"the next authority needs another name than the present one, “{name}” (--ca-common-name)"
        raise UsageError(msg)
    common = x509.NameAttribute(NameOID.COMMON_NAME, name)
    parts = [common if part.oid == NameOID.COMMON_NAME else part for part in old]
    return x509.Name(parts if common in parts else [*parts, common])


def _notes_of_begin(plan: RotationPlan) -> Iterable[str]:
    yield f"The next authority is “{plan.common_name}”; its certificate is {NEXT_CERTIFICATE}"
    yield "Keys and certificates of Zowe's servers stay as they are"
    if plan.subject and (told := other_kind("The next authority", plan.state.current.key, plan.key_type)):
        yield told
    if plan.ca_file:
        yield f"Its private key is in {plan.ca_file}, outside the directory"
    yield f"Give {NEXT_CERTIFICATE.name} to everybody who trusts the present authority, and switch when all have it"


def plan_switch(
    working: WorkingSet,
    *,
    same_key: bool = False,
    days: int | None = None,
    ca_store: Path | None = None,
    ca_password: Secret | None = None,
    at: dt.datetime | None = None,
) -> RotationPlan:
    """Plan the second step: the next authority signs all that the present one has signed.

    Args:
        same_key: keep the servers' keys.
        days: how long the new certificates are valid; None: as long as the old ones.
        ca_store: as it was named at the beginning, or the next authority's store itself.

    Raises:
        UsageError: no rotation has begun or it is further already; the next authority's key is not here, or another.
        StoreError: its store cannot be read.
    """
    at, state = _moment(at), rotation_state(working)
    if state.phase is not Phase.BEGUN or state.next is None:
        why = "has not begun: begin first" if state.phase is Phase.NOT_BEGUN else "has switched already: finish"
        msg = f"the rotation of {working.directory} {why}"
        raise UsageError(msg)
    file = _next_file(ca_store) if ca_store else working.directory / NEXT_STORE
    found, file = local_authority(working, file, ca_password, at)
    if found.certificate.identity != state.next.identity:
        msg = f"{file} holds “{found.certificate.common_name}”, which is not the authority that {NEXT} is in the trust "
        raise UsageError(msg + "store: name the store of that one (--ca-store, ca_store)")
    rows = renewal_rows(
        signed_by(working, state.current), state.next, same_key=same_key, hosts=(), days=days, key_type=None, at=at
    )
    old, new = state.current.common_name, state.next.common_name
    notes = [
        f"“{new}” is {CA_ALIAS} from now on; “{old}” stays trusted as {PREVIOUS}",
        f"The private key of “{old}” leaves the directory; it is in the dated copy"
        if (working.directory / CA_STORE).is_file()
        else f"From now on {file} is the authority's store",
        *(f"{row.alias}: these names cannot be kept: {', '.join(row.lost_names)}" for row in rows if row.lost_names),
        *(row.other_kind for row in rows if row.other_kind),
        "Certificates of both authorities are good until the rotation is finished",
    ]
    outside = file if ca_store else None
    title = f"Switch: “{new}” signs {len(rows)} certificate{'' if len(rows) == 1 else 's'}"
    return RotationPlan(
        working, "switch", title, at, state, rows, state.next, found, ca_file=outside, notes=tuple(notes)
    )


def _next_file(ca_store: Path) -> Path:
    beside = next_store(ca_store)
    return beside if os.path.lexists(beside) else ca_store


def plan_finish(working: WorkingSet, *, at: dt.datetime | None = None) -> RotationPlan:
    """Plan the last step: the old authority leaves trust store, keystore and the list in PEM.

    Raises:
        UsageError: it has not come so far, or a key of the keystore is still signed by the old authority.
    """
    at, state = _moment(at), rotation_state(working)
    if state.previous is None:
        why = "has not begun" if state.phase is Phase.NOT_BEGUN else "has begun, but not switched"
        msg = f"the rotation of {working.directory} {why}: there is nothing to finish"
        raise UsageError(msg)
    if state.signed_by_previous:
        msg = f"{', '.join(state.signed_by_previous)} in {working.keystore_path} is still signed by "
        msg += f"“{state.previous.common_name}”: renew it first (zowe-certs renew --alias)"
        raise UsageError(msg)
    old = state.previous.common_name
    title = f"Finish: “{old}” is trusted no longer"
    notes = (f"Whoever still shows a certificate of “{old}” is refused", "Clients can delete the old authority")
    return RotationPlan(working, "finish", title, at, state, authority=state.previous, notes=notes)
