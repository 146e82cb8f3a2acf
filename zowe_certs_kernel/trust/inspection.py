"""What was written, read back and proved: each key against its certificate, and a handshake of the set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import EntryKind, Finding, Severity, Store
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
                f"a TLS handshake for {shake.host} fails: {shake.reason}",
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
        alias: the entry that Zowe shows; tried for every name its certificate holds.

    Raises:
        StoreError: a store cannot be read.
    """
    stores = {path: open_store(folder / path, password, name=path) for path, password in passwords.items()}
    keys = {
        (path, entry.alias): bool(
            entry.open_key and entry.certificate and key_fits(entry.open_key(), entry.certificate)
        )
        for path, store in stores.items()
        for entry in store.entries
        if entry.kind is EntryKind.PRIVATE_KEY
    }
    entry = stores[keystore].entry(alias)
    names = (name.partition(":") for name in (entry.chain[0].san if entry and entry.chain else ()))
    hosts = dict.fromkeys(host.replace("*", "zowe", 1) for kind, _, host in names if kind in {"dns", "ip"})
    handshakes = mutual_handshake(entry, stores[truststore], list(hosts)) if entry and entry.open_key else ()
    return Inspection(tuple(stores.values()), keys, handshakes)
