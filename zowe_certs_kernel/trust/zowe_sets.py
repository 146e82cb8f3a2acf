"""Which stores make a Zowe's certificates: by its ``.env`` files, by what is in the stores, or by its key ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import StoreError, UsageError
from ..model import CertificateFacts, Entry, EntryKind, Store
from ..names import LOCAL_ADDRESS, LOCAL_HOST_NAMES, parse_address
from ..stores.certificate import public_key_of
from ..stores.sources import SourceRow
from .anchors import pem_anchors
from .token_signer import JWT_SECRET
from .zowe_files import below, mode_of
from .zowe_set import KeystoreDirectory, ZoweSet, host_names

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["Rows", "is_own", "set_of_directory", "set_of_pair", "sets_by_content", "sets_of_rings"]

_JAVA = ("PKCS12", "JKS", "JCEKS")
_SERVER = "TLS server"
_LOCAL = {*LOCAL_HOST_NAMES, str(LOCAL_ADDRESS)}


class Rows:
    """What was read, by its place on this machine."""

    def __init__(self, rows: Iterable[SourceRow]) -> None:
        self.stores = tuple(row.store for row in rows if row.store)
        files = [store for store in self.stores if store.format != _SERVER]
        self.by_path = {Path(store.source).absolute(): store for store in files}
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        for path in self.by_path:
            self._by_name[path.name].append(path)

    def located(self, written: str, folder: Path) -> Store | None:
        """The store that a path of z/OS stands for: by the end of the path below the folder, else by its name.

        A copy in ASCII stands for the one in EBCDIC that was not brought here.
        """
        for name in dict.fromkeys((written, written.removesuffix("-ebcdic"))):
            found = next((self.by_path[path] for path in below(name, folder) if path in self.by_path), None)
            named = (path for path in self._by_name[PurePosixPath(name).name] if folder in path.parents)
            found = found or next((self.by_path[path] for path in named), None)
            if found:
                return found
        return None

    @cached_property
    def rings(self) -> dict[str, Store]:
        """Each key ring of the listings, by ``OWNER/RING``, as a store of its entries."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        stores: dict[str, Store] = {}
        for store in self.stores:
            for entry in store.entries:
                for ring in entry.place.rings if entry.place else ():
                    if stores.setdefault(ring, store) is store:
                        entries[ring].append(entry)
        return {ring: replace(store, entries=tuple(entries[ring])) for ring, store in stores.items()}


def set_of_directory(
    directory: KeystoreDirectory, rows: Rows, hosts: Iterable[str], instance_hosts: Iterable[str]
) -> ZoweSet:
    """The set of a KEYSTORE_DIRECTORY, or why there is none in its place."""
    environment = directory.environment
    if directory.ring:
        keystore = truststore = rows.rings.get(directory.ring)
        where = f"key ring {directory.ring}"
    else:
        keystore = rows.located(environment.keystore, directory.folder)
        truststore = rows.located(environment.truststore, directory.folder) if environment.truststore else keystore
        where = environment.keystore
    entry = _entry(keystore, environment.key_alias) if keystore else None
    problem = "" if entry else f"{where} has no private key with alias {environment.key_alias}"
    if keystore is None or truststore is None:
        missing = where if keystore is None else environment.truststore
        problem = f"{missing} is not here, or cannot be read"
    # In this order they are the list of the app-server (zlux-app-server, bin/convert-env.sh of Zowe 1).
    listed = (
        environment.keystore_certificate_authority,
        environment.external_root_ca,
        *environment.external_certificate_authorities.split(),
    )
    lists = [rows.located(name, directory.folder) for name in listed if name.startswith("/")]
    authorities = [facts for store in lists if store for facts in pem_anchors(store)]
    draft = ZoweSet(
        name=f"{environment.key_alias} in {directory.folder.name}",
        keystore=keystore,
        entry=entry,
        truststore=truststore,
        mode=mode_of(environment),
        hosts=tuple(hosts),
        instance_hosts=tuple(instance_hosts),
        directory=directory.folder,
        ring=directory.ring,
        authorities=tuple(authorities),
        problem=problem,
    )
    return _completed(draft)


def set_of_pair(keystore: Store, truststore: Store, alias: str = "") -> ZoweSet | None:
    """A keystore with the trust store that was named with it; no set where there is no such private key."""
    keys = _keys(keystore)
    entry = _entry(keystore, alias) if alias else next(filter(is_own, keys), keys[0] if keys else None)
    if entry is None:
        return None
    return replace(_completed(ZoweSet(entry.alias, keystore, entry, truststore)), hosts=())


def sets_by_content(stores: Sequence[Store], alias: str) -> Iterator[ZoweSet]:
    """A set for each keystore, with the trust store that is most like it by its place.

    A keystore that no trust store is near to and that trusts authorities itself is its own. Stores of nothing
    but authorities' keys are sets only where there are no others.

    Raises:
        UsageError: no key has that alias.
    """
    keystores = list(_without_copies(stores)) or list(_from_loose_keys(stores))
    keystores = keystores or [store for store in stores if _keys(store)]
    chosen = [store for store in keystores if not alias or _entry(store, alias)]
    if keystores and not chosen:
        msg = f"no store among the sources has a private key with alias {alias!r}"
        raise UsageError(msg)
    taken = {id(store) for store in chosen}
    near = _Near([store for store in stores if id(store) not in taken and _trusts(store)])
    for store in chosen:
        keys = _keys(store)
        entry = _entry(store, alias) if alias else next(filter(is_own, keys), keys[0])
        truststore = near.beside(store) or (store if _trusts(store) else near.first)
        name = f"{entry.alias if entry else alias} in {Path(store.source).name}"
        yield _completed(ZoweSet(name, store, entry, truststore))


def _without_copies(stores: Sequence[Store]) -> Iterator[Store]:
    """Those with a key of a server; of a key that is in a Java store too the copies in PEM are left out."""
    known: set[str] = set()
    for store in sorted(stores, key=lambda store: not store.format.startswith(_JAVA)):
        own = {entry.chain[0].identity for entry in store.entries if is_own(entry)}
        if own and (store.format.startswith(_JAVA) or not own <= known):
            yield store
        known |= own


def sets_of_rings(rows: Rows, used: Collection[str], alias: str) -> Iterator[ZoweSet]:
    """A set for each key ring of the listings that is in no directory's file and has a certificate of its own."""
    for ring, store in rows.rings.items():
        if ring in used:
            continue
        own = [entry for entry in store.entries if _is_of_server(entry)]
        named = [entry for entry in own if entry.alias == alias] if alias else own
        ordered = sorted(named, key=lambda entry: not (entry.place and entry.place.default))
        if ordered:
            yield _completed(ZoweSet(f"{ordered[0].alias} in {ring}", store, ordered[0], store, ring=ring))


def is_own(entry: Entry) -> bool:
    """Whether it is the key of a server or client, and no authority's."""
    return entry.kind is EntryKind.PRIVATE_KEY and bool(entry.chain) and not entry.chain[0].is_ca


def _completed(draft: ZoweSet) -> ZoweSet:
    """With the keys ready for use, and what follows from the stores where no file says it."""
    keystore, truststore, entry = draft.keystore, draft.truststore, draft.entry
    others = [_ready(other, keystore) for other in _keys(keystore) if other is not entry] if keystore else []
    own = _ready(entry, keystore) if entry and keystore else None
    return replace(
        draft,
        entry=own,
        others=tuple(others),
        hosts=draft.hosts or (_first_host(own.chain[0]) if own and own.chain else ()),
        authorities=draft.authorities or (pem_anchors(truststore) if truststore else ()),
    )


def _first_host(facts: CertificateFacts) -> tuple[str, ...]:
    """The first name, rather than an address, that is not this machine's own."""
    names = list(host_names(facts))
    best = sorted(names, key=lambda name: (name.lower() in _LOCAL, parse_address(name) is not None))
    return tuple(best[:1] or [facts.common_name])


def _entry(store: Store, alias: str) -> Entry | None:
    """The private key of an alias, or what a listing calls so."""
    wanted = alias.lower()
    named = (entry for entry in store.entries if wanted in {entry.alias.lower(), (entry.java_alias or "").lower()})
    return next((entry for entry in named if _is_of_server(entry)), None)


def _is_of_server(entry: Entry) -> bool:
    if entry.place:  # a listing of a ring does not tell whether RACF has the key
        return entry.kind is EntryKind.PRIVATE_KEY or entry.place.usage == "PERSONAL"
    return entry.kind is EntryKind.PRIVATE_KEY and bool(entry.chain)


def _keys(store: Store) -> list[Entry]:
    """The keys with a certificate, what the gateway signs tokens with last."""
    keys = [entry for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY and entry.chain]
    return sorted(keys, key=lambda entry: entry.alias.lower() == JWT_SECRET)


def _trusts(store: Store) -> bool:
    """Whether it is a Java store that trusts somebody."""
    trusted = any(entry.kind is EntryKind.TRUSTED_CERTIFICATE for entry in store.entries)
    return trusted and store.format.startswith(_JAVA)


def _ready(entry: Entry, store: Store) -> Entry:
    """As its server uses it: with the certificates that stand with it in a PEM file, and the key opened once."""
    chain = entry.chain
    if chain and not entry.place and not store.format.startswith(_JAVA):
        loose = [facts for other in store.entries if other.kind is not EntryKind.PRIVATE_KEY for facts in other.chain]
        chain = (*chain, *(facts for facts in loose if facts.is_ca and facts.identity != chain[0].identity))
    return replace(entry, chain=chain, open_key=_once(entry.open_key) if entry.open_key else None)


def _once(open_key: Callable[[], PrivateKeyTypes]) -> Callable[[], PrivateKeyTypes]:
    """Many questions need a key, and to open it, or to fail, costs a derivation each time."""
    answers: list[PrivateKeyTypes | StoreError] = []

    def opened() -> PrivateKeyTypes:
        if not answers:
            try:
                answers.append(open_key())
            except StoreError as error:
                answers.append(error)
        if isinstance(answers[0], StoreError):
            raise answers[0]
        return answers[0]

    return opened


def _from_loose_keys(stores: Sequence[Store]) -> Iterator[Store]:
    """PEM files with a key alone, joined with the certificate of the same folder that it fits."""
    owners: dict[tuple[Path, bytes | None], CertificateFacts] = {}
    keys = []
    for store in stores:
        folder = Path(store.source).parent
        for entry in store.entries:
            if entry.kind is EntryKind.PRIVATE_KEY and not entry.chain and entry.open_key:
                keys.append((store, entry))
            elif not store.format.startswith(_JAVA):
                owners.update(((folder, public_key_of(facts)), facts) for facts in entry.chain if not facts.is_ca)
    for store, entry in keys if owners else ():
        owner = owners.get((Path(store.source).parent, _public_half(entry)))
        if owner:
            yield replace(store, entries=(replace(entry, chain=(owner,)),))


def _public_half(entry: Entry) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        key = entry.open_key() if entry.open_key else None
    except StoreError:
        return b""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) if key else b""


class _Near:
    """Trust stores, and which of them is near to a keystore; looked up, so that many cost no more each."""

    def __init__(self, truststores: Sequence[Store]) -> None:
        self.first = truststores[0] if truststores else None
        self._by_stem: dict[tuple[Path, str], Store] = {}
        self._by_folder: dict[Path, Store] = {}
        for store in truststores:
            path = Path(store.source)
            self._by_stem.setdefault((path.parent, _stem(path)), store)
            self._by_folder.setdefault(path.parent, store)

    def beside(self, keystore: Store) -> Store | None:
        """The one in the same folder, best of a like name."""
        path = Path(keystore.source)
        return self._by_stem.get((path.parent, _stem(path))) or self._by_folder.get(path.parent)


def _stem(path: Path) -> str:
    """What ``zowe.keystore.p12`` and ``zowe.truststore.p12`` have in common."""
    return path.name.lower().replace("truststore", "keystore")
