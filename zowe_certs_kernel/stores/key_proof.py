"""Whether the private keys of a store open, and are those of their certificates."""

from __future__ import annotations

from dataclasses import replace

from ..errors import StoreError
from ..model import Entry, Store
from .certificate import key_facts, key_fits

__all__ = ["with_proved_keys"]


def with_proved_keys(store: Store) -> Store:
    """The same store, each private key opened and compared with its certificate; what came of it is noted."""
    return replace(store, entries=tuple(map(_with_proved_key, store.entries)))


def _with_proved_key(entry: Entry) -> Entry:
    if entry.open_key is None:
        return entry
    try:
        key = entry.open_key()
    except StoreError as error:
        return replace(entry, notes=tuple(dict.fromkeys((*entry.notes, str(error)))))
    entry = replace(entry, key=key_facts(key))
    if entry.certificate is None:
        return replace(entry, notes=(*entry.notes, "its key opens"))
    fits = key_fits(key, entry.certificate)
    told = "its key opens and fits its certificate" if fits else "its key opens and is not that of its certificate"
    return replace(entry, key_fits=fits, notes=(*entry.notes, told))
