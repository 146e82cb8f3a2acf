"""One input through the doors that a user has, and what must not come out of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

from tests.hostile.seeds import LEAKS, PASSWORD
from zowe_certs_kernel.errors import StoreError
from zowe_certs_kernel.model import Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.show.store_tables import certificate_tables, chain_lines, entry_table
from zowe_certs_kernel.stores import ciphers, open_store
from zowe_certs_kernel.stores.limits import MAX_ROUNDS, Limits
from zowe_certs_kernel.stores.native_kdf import native_pkcs12_kdf

__all__ = ["Outcome", "Reading"]

_AT = dt.datetime(2026, 5, 6, tzinfo=dt.UTC)
_LOW_LIMIT = 3_000
_WRONG = "birch 0815"
_KEYS_OPENED = 8
_TABLES_OF_EACH = 16  # one opened store in so many is shown as text too
_LONGEST_SENTENCE = 1_000
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Outcome:
    """What became of an input: ``opened`` or the name of our own error; ``failure`` says what should not have been.

    ``seconds`` of processor time were the most that one call took: reading and showing it, or opening one of its keys.
    """

    kind: str
    failure: str = ""
    seconds: float = 0.0


class _Fault(Exception):
    """A rule that was broken without an exception."""


@dataclass
class Reading:
    """Reads inputs one after another; ``path`` is where the file of each stands while it is read."""

    path: Path
    _rounds: list[int] = field(default_factory=list)
    _seconds: list[float] = field(default_factory=list)

    def read(self, kind: str, number: int, *, at_limits: bool = False) -> Outcome:
        """Read the file as a user would, whole.

        Args:
            at_limits: whether the rounds of key derivation may be as many as they may for a user.
        """
        limit = MAX_ROUNDS if at_limits else _LOW_LIMIT
        passwords = _passwords(number)
        self._rounds.clear()
        self._seconds.clear()
        try:
            with _counted(self._rounds):
                outcome = self._opened(passwords, limit, number, with_repr=not at_limits)
            self._check(limit, len(passwords))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # cryptography's panics are no Exception
            return Outcome(type(error).__name__, "".join(traceback.format_exception(error)), self._slowest)
        return Outcome(outcome, "", self._slowest)

    @property
    def _slowest(self) -> float:
        return max(self._seconds, default=0.0)

    def _opened(self, passwords: Sequence[Secret], limit: int, number: int, *, with_repr: bool) -> str:
        stores: list[Store] = []

        def opened() -> None:
            stores.append(open_store(self.path, passwords, limits=Limits(rounds=limit), name="input"))
            _tell_store(stores[0], with_repr=with_repr)

        outcome = self._caught(opened)
        for store in stores:
            keys = filter(None, (entry.open_key for entry in store.entries))
            for open_key in islice(keys, _KEYS_OPENED):
                self._caught(lambda open_key=open_key: _tell(repr(open_key())))  # type: ignore[misc]  # mypy
            if number % _TABLES_OF_EACH == 0:
                _tell_as_text(store)
        return outcome

    def _caught(self, read: Callable[[], None]) -> str:
        start = time.process_time()
        try:
            read()
        except StoreError as error:
            _tell_sentence(str(error))
            return type(error).__name__
        finally:
            self._seconds.append(time.process_time() - start)
        return "opened"

    def _check(self, limit: int, passwords: int) -> None:
        # A derivation may be of a key and an initial vector, with no password and an empty one.
        bound = 4 * limit * max(passwords, 1) * (_KEYS_OPENED + 1)
        if max(self._rounds, default=0) > limit or sum(self._rounds) > bound:
            msg = f"{self._rounds} rounds were derived, and the limit is {limit}"
            raise _Fault(msg)


def _passwords(number: int) -> list[Secret]:
    """Most often the right one; also none, a wrong one, and several."""
    if number % 8 == 5:
        return []
    return [Secret(_WRONG), Secret(PASSWORD)] if number % 8 == 6 else [Secret(PASSWORD if number % 16 != 7 else "")]


def _tell(text: str) -> None:
    if any(secret in text for secret in LEAKS):
        msg = f"a password or a key is in what was told: {text[:300]!r}"
        raise _Fault(msg)


def _tell_sentence(text: str) -> None:
    if len(text) > _LONGEST_SENTENCE or "\n" in text:
        msg = f"no sentence, but {len(text)} characters: {text[:300]!r}"
        raise _Fault(msg)
    _tell(text)


def _tell_store(store: Store, *, with_repr: bool) -> None:
    """Everything that a store tells to programs."""
    _tell(json.dumps(store.as_dict()))
    if with_repr:  # of the largest ones nobody prints it
        _tell(repr(store))
    for note in (*store.notes, *(note for entry in store.entries for note in entry.notes)):
        _tell_sentence(note)
    for certificate in (facts for entry in store.entries for facts in entry.chain[:1]):
        for note in certificate.notes:
            _tell_sentence(note)


def _tell_as_text(store: Store) -> None:
    """What a terminal is shown of it."""
    for table in (entry_table(store, _AT), *certificate_tables([store])[:3]):
        shown = table.to_text()
        if found := _UNSEEN.search(shown):
            msg = f"{found[0]!r} is in what a terminal is shown"
            raise _Fault(msg)
        _tell(shown)
    for line in islice(chain_lines([store]), 50):
        _tell(line)


@contextlib.contextmanager
def _counted(rounds: list[int]) -> Iterator[None]:
    """The rounds that are derived are counted where they are, whatever the product thinks of them."""
    from cryptography.hazmat.primitives.kdf import pbkdf2
    from jks import sun_crypto

    def counting(real: Callable[..., Any], at: int) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            rounds.append(given[at])
            return real(*given)

        return counted

    with (
        mock.patch.object(hashlib, "pbkdf2_hmac", counting(hashlib.pbkdf2_hmac, 3)),
        mock.patch.object(pbkdf2, "PBKDF2HMAC", counting(pbkdf2.PBKDF2HMAC, 3)),
        mock.patch.object(ciphers, "native_pkcs12_kdf", counting(native_pkcs12_kdf, 4)),
        mock.patch.object(sun_crypto, "jce_pbe_decrypt", counting(sun_crypto.jce_pbe_decrypt, 3)),
    ):
        yield
