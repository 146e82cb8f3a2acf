"""The local authority gives way to a new one in three steps, and nobody is locked out between them.

``begin`` makes the next authority and trusts it beside the present one, ``switch`` lets it sign all certificates,
``finish`` trusts the old one no longer. Between ``begin`` and ``finish`` certificates of both are good.
``cancel`` takes ``begin`` back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..errors import StoreError
from ..issue import CertificateKind, Issued, generate_key, issue
from ..model import CertificateFacts
from ..secret import Secret
from ..setup.authority import CA_ALIAS, keep_authority
from ..setup.plan import CA_CERTIFICATE, CA_STORE
from ..stores import KeyContent, Profile, Protection, TrustedContent, open_store, write_pkcs12
from ..stores.certificate import load_certificate
from ..stores.pem import certificate_pem
from .change import Change, Changed, Content, contents_of, store_bytes
from .key_files import in_both_codes, replaced
from .refusals import apply_unless_refused
from .rotation_cancel import plan_cancel
from .rotation_plan import NEXT_STORE, RotationPlan, plan_begin, plan_finish, plan_switch
from .rotation_state import NEXT, NEXT_CERTIFICATE, PREVIOUS, Phase, RotationState, RotationStep, rotation_state
from .signing import Progress, issued_by, quiet, sign_anew
from .working_set import WorkingSet

if TYPE_CHECKING:
    from cryptography import x509

__all__ = [
    "Phase",
    "RotationPlan",
    "RotationState",
    "RotationStep",
    "make_rotation",
    "plan_begin",
    "plan_cancel",
    "plan_finish",
    "plan_switch",
    "rotation_state",
]

_NEXT_FILES = (NEXT_STORE, NEXT_CERTIFICATE, NEXT_CERTIFICATE.with_suffix(".cer-ebcdic"))


def make_rotation(plan: RotationPlan, *, progress: Progress = quiet) -> Changed:
    """Take the step; the directory as it was stays as a dated copy.

    Raises:
        Refused: Java would refuse a key that it accepts now; nothing was changed.
        WouldOverwrite: a store of a next authority has appeared outside the directory.
        WriteError: it cannot be written; nothing was changed.
    """
    if plan.step == "begin":
        return _make_begin(plan, progress)
    if plan.step == "switch":
        change = _switched(plan, progress)
    else:
        change = _cancelled(plan) if plan.step == "cancel" else _finished(plan)
    return apply_unless_refused(change, at=plan.at, progress=progress)


def _make_begin(plan: RotationPlan, progress: Progress) -> Changed:
    working = plan.working
    if plan.found:  # another set has begun already, and its next authority is this one's too
        return apply_unless_refused(
            _begun(plan, load_certificate(plan.found.certificate.der)), at=plan.at, progress=progress
        )
    assert plan.subject  # noqa: S101  # plan_begin sets it
    progress("finding the next authority's key")
    made = issue(CertificateKind.CA, plan.subject, generate_key(plan.key_type), now=plan.at, days=plan.days)
    store = _authority_store(made, plan.ca_password or working.password)
    change = _begun(plan, made.certificate, {} if plan.ca_file else {NEXT_STORE: store})
    if plan.ca_file is None:
        return apply_unless_refused(change, at=plan.at, progress=progress)
    keep_authority(plan.ca_file, store)
    try:
        return apply_unless_refused(change, at=plan.at, progress=progress)
    except BaseException:  # while nothing trusts it, the next attempt needs the name
        if not (working.directory / NEXT_CERTIFICATE).exists():
            with suppress(OSError):
                plan.ca_file.unlink()
        raise


def _begun(plan: RotationPlan, coming: x509.Certificate, more: Mapping[PurePosixPath, bytes] | None = None) -> Change:
    """The next authority, trusted beside the present one."""
    working = plan.working
    trust = [*contents_of(working.truststore), TrustedContent(NEXT, coming)]
    writes = {
        working.truststore_path: store_bytes(working.truststore, trust, working.truststore_password),
        **in_both_codes(NEXT_CERTIFICATE, certificate_pem(coming), ebcdic=working.has_ebcdic),
        **_bundle(working, (load_certificate(plan.state.current.der), coming)),
        **(more or {}),
    }
    return Change(working, plan.title, writes, (), plan.notes)


def _authority_store(made: Issued, password: Secret) -> bytes:
    content = KeyContent(CA_ALIAS, made.key, made.chain)
    return write_pkcs12([content], Protection(password, Profile.MODERN))


def _bundle(working: WorkingSet, authorities: Sequence[x509.Certificate]) -> dict[PurePosixPath, bytes]:
    """The list that Zowe's servers in Node read; what a site has added to it stays."""
    ours = {facts.sha256 for facts in _rotated(working)}
    more = [load_certificate(facts.der) for facts in _listed(working) if facts.sha256 not in ours]
    pem = certificate_pem(*authorities, *(one for one in more if one not in authorities))
    return in_both_codes(CA_CERTIFICATE, pem, ebcdic=working.has_ebcdic)


def _rotated(working: WorkingSet) -> Iterator[CertificateFacts]:
    """The authorities that take part, which the steps themselves list."""
    state = rotation_state(working)
    yield from (facts for facts in (state.current, state.next, state.previous) if facts)


def _listed(working: WorkingSet) -> list[CertificateFacts]:
    """What the list holds now; one that cannot be read is made anew."""
    try:
        store = open_store(working.directory / CA_CERTIFICATE)
    except StoreError:
        return []
    return [entry.chain[0] for entry in store.entries if entry.chain and entry.chain[0].der]


def _switched(plan: RotationPlan, progress: Progress) -> Change:
    working, state = plan.working, plan.state
    assert plan.found and state.next  # noqa: S101, PT018  # plan_switch sets both
    signed = sign_anew(working, plan.rows, issued_by(plan.found), plan.at, progress)
    new, old = load_certificate(state.next.der), load_certificate(state.current.der)
    keystore = _anchors(replaced(contents_of(working.keystore), signed.keys), new, old)
    truststore = _anchors(contents_of(working.truststore), new, old)
    writes = {
        working.keystore_path: store_bytes(working.keystore, keystore, working.password),
        working.truststore_path: store_bytes(working.truststore, truststore, working.truststore_password),
        **_bundle(working, (new, old)),
        **signed.files,
    }
    inside = working.directory / NEXT_STORE
    if inside.is_file():
        writes[CA_STORE] = inside.read_bytes()
    gone = () if CA_STORE in writes else (CA_STORE,)
    return Change(working, plan.title, writes, _there(working, (*_NEXT_FILES, *gone)), plan.notes)


def _there(working: WorkingSet, paths: Iterable[PurePosixPath]) -> tuple[PurePosixPath, ...]:
    return tuple(path for path in paths if (working.directory / path).is_file())


def _cancelled(plan: RotationPlan) -> Change:
    """The directory as ``begin`` found it, and with all that came to it since."""
    working = plan.working
    trust = [one for one in contents_of(working.truststore) if one.alias.lower() != NEXT]
    writes = {
        working.truststore_path: store_bytes(working.truststore, trust, working.truststore_password),
        **_bundle(working, (load_certificate(plan.state.current.der),)),
    }
    return Change(working, plan.title, writes, _there(working, _NEXT_FILES), plan.notes)


def _anchors(contents: Iterable[Content], new: x509.Certificate, old: x509.Certificate) -> list[Content]:
    """The new authority in the place of the old one, which follows it under another alias."""
    found: list[Content] = []
    for one in contents:
        if isinstance(one, TrustedContent) and one.alias.lower() == NEXT:
            continue
        if isinstance(one, TrustedContent) and one.alias.lower() == CA_ALIAS:
            found += [TrustedContent(CA_ALIAS, new), TrustedContent(PREVIOUS, old)]
        else:
            found.append(one)
    return found


def _finished(plan: RotationPlan) -> Change:
    working = plan.working

    def without(contents: Iterable[Content]) -> list[Content]:
        return [one for one in contents if one.alias.lower() != PREVIOUS]

    writes = {
        path: store_bytes(store, without(contents_of(store)), password)
        for path, store, password in (
            (working.keystore_path, working.keystore, working.password),
            (working.truststore_path, working.truststore, working.truststore_password),
        )
    }
    bundle = _bundle(working, (load_certificate(plan.state.current.der),))
    return Change(working, plan.title, {**writes, **bundle}, (), plan.notes)
