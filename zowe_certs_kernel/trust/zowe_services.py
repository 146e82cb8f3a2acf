"""The servers outside Zowe that the sources tell of: z/OSMF and extensions, by their address or their certificate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ..model import EntryKind, Store
from ..stores.endpoint import endpoint_of
from .zowe_set import Service, SetupFile, first_name

__all__ = ["is_listing", "is_server", "services_in"]

_ZOSMF = "z/OSMF"
_SERVER = "TLS server"
_LONGEST = 64  # of many certificates in one file, which are no chain, not all belong to each
_STORES = ("PKCS12", "JKS", "JCEKS", "RACDCERT", _SERVER)


def services_in(
    stores: Iterable[Store], setup_files: Iterable[SetupFile], *, own: Collection[str], trusted: Collection[str]
) -> tuple[Service, ...]:
    """The services, each certificate once; what a TLS server sends counts before what a file has.

    Args:
        stores: those that are in no KEYSTORE_DIRECTORY.
        setup_files: files of which ZOSMF_CERTIFICATE names certificates.
        own: the identities of certificates that Zowe has the keys of, which are no other server's.
        trusted: the sources that were named as authorities.
    """
    named = {Path(name).absolute() for file in setup_files for name in file.zosmf}
    stores = tuple(stores)
    found = [_of_server(store) for store in stores if is_server(store)]
    for store in stores:
        if _is_loose(store) and store.source not in trusted:
            found += _of_file(store, is_zosmf=Path(store.source).absolute() in named)
    seen = set(own)
    services = []
    for service in found:
        leaf = service.chain[0].identity if service.chain else service.source
        if leaf not in seen:
            services.append(service)
            seen.add(leaf)
    if named and not services:  # only its authority is known: whether that accepts it cannot be told
        services.append(Service(_ZOSMF, "ZOSMF_CERTIFICATE"))
    return tuple(services)


def is_server(store: Store) -> bool:
    """Whether it is what a TLS server sent."""
    return store.format == _SERVER


def is_listing(store: Store) -> bool:
    """Whether it is what RACF printed."""
    return store.format.startswith("RACDCERT")


def _is_loose(store: Store) -> bool:
    """Whether it is a file of certificates alone."""
    keys = any(entry.kind is EntryKind.PRIVATE_KEY for entry in store.entries)
    return not keys and not store.format.startswith(_STORES)


def _of_server(store: Store) -> Service:
    endpoint = endpoint_of(store.source)
    chain = store.entries[0].chain if store.entries else ()
    return Service(store.source, store.source, endpoint[0] if endpoint else "", chain)


def _of_file(store: Store, *, is_zosmf: bool) -> Iterator[Service]:
    """One for each certificate that is no authority's, with the authorities of the file behind it."""
    found = {facts.identity: facts for entry in store.entries for facts in entry.chain}.values()
    leaves = [facts for facts in found if not facts.is_ca]
    above = tuple(facts for facts in found if facts.is_ca)[:_LONGEST]
    for leaf in leaves:
        name = leaf.common_name if len(leaves) > 1 else Path(store.source).name
        yield Service(_ZOSMF if is_zosmf else name, store.source, first_name(leaf), (leaf, *above), is_file=True)
