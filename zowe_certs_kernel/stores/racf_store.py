"""A RACDCERT listing as a store: its certificates, and where each stands in which ring."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model import CertificateFacts, Entry, EntryKind, RingPlace, Store
from .limits import Allowance
from .racf import read_racf_listing
from .racf_facts import ListedCertificate, ListedChain, ListedRing, Listing, RingEntry

__all__ = ["pasted_listing", "racf_store"]

_SHOWN = 240  # characters that a sentence repeats: the longest name of a ring has 237
_NO_BYTES = "it is told by a listing, without its bytes, so that no signature proves anything of it"
_NO_DETAILS = "the listing shows no more of it than its label; add what RACDCERT LIST says of it to the file"
_NOT_TRUSTED = "RACF does not trust it (NOTRUST), so that programs do not find it in a ring"
_NO_KEY = "it is connected as PERSONAL, and RACF has no private key of it"
# RACF's words for key usages (RACDCERT GENCERT, KEYUSAGE) in those of RFC 5280, section 4.2.1.3
_KEY_USAGES = {
    "HANDSHAKE": ("digitalSignature", "keyEncipherment"),
    "DOCSIGN": ("nonRepudiation",),
    "DATAENCRYPT": ("dataEncipherment",),
    "KEYAGREE": ("keyAgreement",),
    "CERTSIGN": ("keyCertSign", "cRLSign"),
}
_LISTED_SIZE = 4_096  # what one is weighed as in each chain: as much as a large certificate
_SIGNATURE = re.compile(r"sha(\d{1,3})(RSA|ECDSA)", re.IGNORECASE)


def racf_store(listing: Listing, allowance: Allowance) -> Store:
    """An entry for each certificate of each ring, in RACF's order, then one for each that is in no ring listed.

    The alias is RACF's label. Chains are built by the names of issuers among all that is listed.

    Raises:
        TooCostly: it is more than ``allowance`` has left.
    """
    certificates = {(each.owner, each.label): each for each in listing.certificates}
    facts = {each: _facts(each) for each in listing.certificates}
    issuers = {found.subject: found for found in reversed(facts.values()) if found.subject}
    told_of_chains = {chain.certificates[0]: tuple(_of_chain(chain)) for chain in listing.chains if chain.certificates}
    connected = set()

    def entry(found: ListedCertificate | None, place: RingPlace, label: str) -> Entry:
        chain = tuple(_chain(facts[found], issuers, allowance)) if found else ()
        allowance.entry()
        allowance.alias(label)
        notes = (*_notes(found, place), *(told_of_chains.get(found, ()) if found else ()))
        return Entry(label, _kind(found, place), chain, found.key if found else None, notes=notes, place=place)

    entries = []
    for ring in listing.rings:
        for connection in ring.entries:
            found = certificates.get((connection.owner, connection.label))
            connected.add(found)
            entries.append(entry(found, _place(ring, connection, found), connection.label))
    for each in listing.certificates:
        if each not in connected:
            rings = tuple(f"{owner}/{name}" for owner, name in each.rings)
            entries.append(entry(each, RingPlace(each.owner, each.status, rings), each.label))
    kind = "RACDCERT listing in EBCDIC" if listing.ebcdic else "RACDCERT listing"
    empty = (
        f"nothing is connected to ring {ring.owner}/{ring.name[:_SHOWN]}" for ring in listing.rings if not ring.entries
    )
    return Store(listing.source, kind, tuple(entries), "", (*listing.notes, *empty))


def pasted_listing(text: str, source: str = "pasted listing") -> Store:
    """The store that the text of a RACDCERT listing tells of.

    Raises:
        StoreError: it is none, or more than is read here.
    """
    return racf_store(read_racf_listing(text.encode(), source), Allowance())


def _place(ring: ListedRing, connection: RingEntry, found: ListedCertificate | None) -> RingPlace:
    rings, status = (f"{ring.owner}/{ring.name}",), found.status if found else ""
    return RingPlace(connection.owner, status, rings, connection.usage, connection.default)


def _kind(found: ListedCertificate | None, place: RingPlace) -> EntryKind:
    """What a program makes of it: a key only where RACF has one and does not connect it as an authority."""
    if found and found.private_key and place.usage != "CERTAUTH":
        return EntryKind.PRIVATE_KEY
    if found and found.status == "NOTRUST":
        return EntryKind.CERTIFICATE
    return EntryKind.TRUSTED_CERTIFICATE if place.usage in {"CERTAUTH", "SITE"} else EntryKind.CERTIFICATE


def _notes(found: ListedCertificate | None, place: RingPlace) -> Iterator[str]:
    if found is None:
        yield _NO_DETAILS
        return
    if found.status == "NOTRUST":
        yield _NOT_TRUSTED
    if place.usage == "PERSONAL" and found.private_key is False:
        yield _NO_KEY
    if found.pkds_label:
        yield f"its key is in the key data set of ICSF under the label {found.pkds_label[:_SHOWN]}"


def _of_chain(chain: ListedChain) -> Iterator[str]:
    if chain.complete is False:
        yield "RACF says that its chain is incomplete"
    yield from (f"RACF says: {said}" for said in chain.notes)


def _facts(found: ListedCertificate) -> CertificateFacts:
    usages = (name for word in found.key_usage for name in _KEY_USAGES.get(word, (word,)))
    return CertificateFacts(
        subject=found.subject,
        issuer=found.issuer,
        serial=found.serial,
        not_before=found.start,
        not_after=found.end,
        sha256=found.sha256,
        signature_algorithm=_signature(found.signing_algorithm),
        key=found.key,
        san=found.san,
        key_usage=tuple(dict.fromkeys(usages)),
        extended_key_usage=None,
        is_ca=None,
        path_length=None,
        self_signed=None,
        subject_key_identifier=None,
        authority_key_identifier=None,
        notes=(_NO_BYTES, *found.notes),
    )


def _signature(algorithm: str) -> str:
    """``sha256RSA`` as OpenSSL and the other readers call it, ``sha256WithRSAEncryption``."""
    if not (named := _SIGNATURE.fullmatch(algorithm)):
        return algorithm
    return f"sha{named[1]}WithRSAEncryption" if named[2].upper() == "RSA" else f"ecdsa-with-SHA{named[1]}"


def _chain(
    leaf: CertificateFacts, issuers: Mapping[str, CertificateFacts], allowance: Allowance
) -> Iterator[CertificateFacts]:
    """The certificate and its issuers by name, as far as the listing has them; a cycle ends it."""
    seen: set[str] = set()
    found: CertificateFacts | None = leaf
    while found and found.identity not in seen:
        allowance.link(_LISTED_SIZE)
        yield found
        seen.add(found.identity)
        found = issuers.get(found.issuer) if found.issuer != found.subject else None
