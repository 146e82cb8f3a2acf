"""Keys and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import StoreError
from ...model import CertificateFacts, Entry, EntryKind, Finding, Severity
from ...trust.roles import is_closed
from ...trust.token_signer import token_signer
from ..catalogue import Profile
from ..registry import of_key, of_set, of_store
from ..subjects import KeyUse, SetUse, StoreUse, called, is_root

__all__: list[str] = []

_FORGEABLE = re.compile(r"md[245]|sha-?1(?!\d)|sha1with", re.IGNORECASE)
_RS256 = "sha256WithRSAEncryption"
_NEEDS_ICSF = ("JCERACFKS",)


@of_key("ZC-KEY-01")
def too_short(key: KeyUse) -> Iterator[Finding]:
    least = key.use.audit.thresholds.least_rsa_bits
    for facts in (key.leaf, *key.above):
        if facts.key and facts.key.type == "RSA" and facts.key.bits < least:
            name = key.name if facts is key.leaf else f"{called(facts)}, above {key.name},"
            yield key.finding("ZC-KEY-01", name=name, key=str(facts.key), least=str(least))


@of_set("ZC-KEY-02")
def cannot_sign_tokens(use: SetUse) -> Iterator[Finding]:
    for key in use.keys:
        if _signs_tokens(use, key.entry) and key.leaf.key and key.leaf.key.type != "RSA":
            certain = use.audit.profile is Profile.V3 or _tokens_are_zowes(use)
            yield key.finding("ZC-KEY-02", None if certain else Severity.WARNING, key=str(key.leaf.key))


def _signs_tokens(use: SetUse, entry: Entry) -> bool:
    """Up to 1.26 a key of its own does; where nothing tells the release, the server's key is taken to."""
    if use.directory is None or use.of.keystore is None:
        return entry is use.of.entry and use.audit.profile is not Profile.V1
    told = use.directory.environment
    entries = use.of.keystore.entries
    signer = token_signer(entries, told.key_alias, told.oldest, told.newest, told.pkcs11_token_label)
    return signer is not None and signer.alias == entry.alias


def _tokens_are_zowes(use: SetUse) -> bool:
    """Whether an instance says that Zowe itself looks at passwords, and so makes the tokens."""
    scene = use.audit.scene
    return any(
        one.values.get("APIML_SECURITY_AUTH_PROVIDER").strip().lower() == "saf"
        for one in scene.instances
        if (found := scene.of_instance.get(one.source)) and found.folder == use.of.directory
    )


@of_key("ZC-KEY-03")
def forgeable(key: KeyUse) -> Iterator[Finding]:
    for facts in (key.leaf, *key.above):
        if _FORGEABLE.search(facts.signature_algorithm) and not is_root(facts):
            name = key.name if facts is key.leaf else f"{called(facts)}, above {key.name},"
            yield key.finding("ZC-KEY-03", name=name, algorithm=facts.signature_algorithm)


@of_key("ZC-KEY-04")
def unknown_to_the_analyser(key: KeyUse) -> Iterator[Finding]:
    algorithm = key.leaf.signature_algorithm
    if key.entry is key.use.of.entry and algorithm != _RS256 and not _FORGEABLE.search(algorithm):
        yield key.finding("ZC-KEY-04", algorithm=algorithm)


@of_key("ZC-KEY-05")
def foreign_key(key: KeyUse) -> Iterator[Finding]:
    if key.refused_by("ZC-KEY-05") and not is_closed(key.entry):
        told = f"the private key {key.entry.alias} in {key.source} is not that of its certificate, or cannot be used"
        yield key.finding("ZC-KEY-05", told=told)


@of_set("ZC-KEY-05")
def other_key_in_pem(use: SetUse) -> Iterator[Finding]:
    """The key for Node, which is to be the one in the keystore."""
    if (
        use.directory is None
        or use.of.entry is None
        or use.directory.ring
        or not use.directory.environment.keystore_key
    ):
        return
    store = use.audit.rows.located(use.directory.environment.keystore_key, use.directory.folder)
    for entry in store.entries if store else ():
        if entry.kind is EntryKind.PRIVATE_KEY and _differs(entry, use.of.entry.chain[0]):
            told = f"the key in {store.source if store else ''} is not that of {use.of.entry.alias} in the keystore"
            yield use.finding("ZC-KEY-05", store.source if store else "", told=told)


def _differs(entry: Entry, leaf: CertificateFacts) -> bool:
    from ...stores.certificate import key_fits

    try:
        return bool(entry.open_key and not key_fits(entry.open_key(), leaf))
    except (StoreError, ValueError, TypeError):
        return False  # encrypted: another rule tells it


@of_store("ZC-KEY-07")
def key_in_icsf(store: StoreUse) -> Iterator[Finding]:
    for directory in store.audit.scene.directories:
        told = directory.environment
        for entry in store.store.entries:
            of_ring = entry.place and directory.ring in entry.place.rings and entry.alias == told.key_alias
            in_icsf = any("key data set of ICSF" in note for note in entry.notes)
            if of_ring and in_icsf and told.keystore_type.upper() in _NEEDS_ICSF:
                name = called(entry.chain[0]) if entry.chain else entry.alias
                yield store.finding("ZC-KEY-07", entry, name=name, type=told.keystore_type)
