"""What was written, read back and proved: each key against its certificate, and a handshake of the set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ..model import Entry, EntryKind, Finding, Severity, Store
from ..secret import Secret
from ..stores import open_store
from ..stores.certificate import key_fits
from .handshake import Handshake, mutual_handshake

__all__ = ["Inspection", "inspect_stores"]


_NO_KEY = Finding(
    "ZC-KS-03",
    Severity.ERROR,
    "the keystore has no private key under the alias that Zowe uses",
    "Zowe does not start with it.",
    "Make the set again with --replace.",
)


@dataclass(frozen=True)
class Inspection:
    """``stores`` by their path; ``keys`` says of each private key, by store and alias, whether it fits."""

    stores: tuple[Store, ...]
    keys: Mapping[tuple[str, str], bool]
    handshakes: tuple[Handshake, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """An error for each key that does not fit and each handshake that failed."""
        broken = [
            Finding(
                "ZC-KEY-05",
                Severity.ERROR,
                f"the private key {alias} in {source} is not that of its certificate",
                "No TLS connection can be made with it.",
                "Make the set again with --replace.",
                where={"source": source, "alias": alias},
            )
            for (source, alias), fits in self.keys.items()
            if not fits
        ]
        refused = [
            Finding(
                "ZC-TS-01",
                Severity.ERROR,
                f"a TLS handshake of {shake.alias} for {shake.host} fails: {shake.reason}",
                "Zowe's services talk to each other with this keystore and trust store on both sides.",
                "Make the set again with --replace.",
                where={"host": shake.host},
            )
            for shake in self.handshakes
            if not shake.accepted
        ]
        lost = () if self.handshakes else (_NO_KEY,)
        return (*lost, *broken, *refused)

    def as_dict(self) -> dict[str, Any]:
        return {
            "stores": [store.as_dict() for store in self.stores],
            "keys": [{"source": source, "alias": alias, "fits": fits} for (source, alias), fits in self.keys.items()],
            "handshakes": [shake.as_dict() for shake in self.handshakes],
        }


def inspect_stores(
    folder: Path, passwords: Mapping[str, Secret], *, keystore: str, truststore: str, alias: str
) -> Inspection:
    """Read stores back and let the keystore and the trust store shake hands with themselves.

    Args:
        folder: where the stores are.
        passwords: the password of each store, by its path in ``folder``.
        keystore, truststore: the paths of the two that Zowe uses.
        alias: the entry that Zowe shows; tried for every name its certificate holds. The certificates of
            components, in the same keystore, are tried for their first name.

    Raises:
        StoreError: a store cannot be read.
    """
    stores = {path: open_store(folder / path, password, name=path) for path, password in passwords.items()}
    held = {path: [_opened_once(entry) for entry in store.entries] for path, store in stores.items()}
    keys = {
        (path, entry.alias): bool(
            entry.open_key and entry.certificate and key_fits(entry.open_key(), entry.certificate)
        )
        for path, entries in held.items()
        for entry in entries
        if entry.kind is EntryKind.PRIVATE_KEY
    }
    shown = [entry for entry in held[keystore] if entry.open_key]
    handshakes: tuple[Handshake, ...] = ()
    for entry in (one for one in shown if one.alias.lower() == alias.lower()):
        handshakes = mutual_handshake(entry, stores[truststore], _hosts(entry))
        for component in (one for one in shown if one is not entry and _hosts(one)):
            handshakes += mutual_handshake(component, stores[truststore], _hosts(component)[:1])
    return Inspection(tuple(stores.values()), keys, handshakes)


def _opened_once(entry: Entry) -> Entry:
    """Opening a key costs a derivation and a proof of its numbers, and it is asked for twice."""
    return replace(entry, open_key=cache(entry.open_key)) if entry.open_key else entry


def _hosts(entry: Entry) -> list[str]:
    """The names and addresses that a client can ask for, each once; of a wildcard one that it stands for."""
    names = (name.partition(":") for name in (entry.chain[0].san if entry.chain else ()))
    return list(dict.fromkeys(host.replace("*", "zowe", 1) for kind, _, host in names if kind in {"dns", "ip"}))
