"""Which password opens which store: references with globs, then what Zowe itself publishes."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError, WrongPassword
from ..model import Store
from ..secret import PUBLISHED_CA_PASSWORD, PUBLISHED_PASSWORD, Secret, check_reference, from_reference
from . import open_store
from .java_marks import UNPROVED
from .limits import DEFAULT_LIMITS, Allowance, Limits

__all__ = ["Opened", "Passwords", "open_with", "published_passwords"]

_NONE = Secret("")


def published_passwords() -> tuple[Secret, ...]:
    """Those that everybody knows."""
    return Secret(PUBLISHED_PASSWORD), Secret(PUBLISHED_CA_PASSWORD)


@dataclass(frozen=True)
class Opened:
    """A store that was opened; ``published`` says that a password did it which everybody knows."""

    store: Store
    published: bool


class Passwords:
    """What the caller gave, each for the stores that its glob names.

    Args:
        given: ``REF`` or ``GLOB=REF``, REF being ``env:NAME``, ``file:PATH`` or ``prompt:``. Given none, no
            password, the empty one and Zowe's published ones are tried.

    Raises:
        UsageError: one is neither; a literal password is refused unseen.
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        self._given = [self._split(text) for text in given]
        self._read: dict[str, Secret] = {}

    @staticmethod
    def _split(text: str) -> tuple[str, str]:
        """Glob and reference. A reference may hold ``=`` and a glob may not begin as a reference does."""
        glob, equals, reference = text.partition("=")
        if not equals or glob.startswith(("env:", "file:", "prompt:")):
            glob, reference = "*", text
        if not glob:
            msg = "a password is for no store: write GLOB=REF with a glob, or REF alone for all stores"
            raise UsageError(msg)
        check_reference(reference)
        return glob, reference

    def of(self, path: Path) -> tuple[tuple[Secret, bool], ...]:
        """The passwords to try on a store, in turn, and whether each is a published one.

        Raises:
            UsageError: a password is not where its reference says.
        """
        if not self._given:
            return ((_NONE, False), *((secret, True) for secret in published_passwords()))
        return tuple((self._secret(reference), False) for glob, reference in self._given if _names(glob, path))

    def _secret(self, reference: str) -> Secret:
        """Read once, so that nobody is asked twice."""
        if reference not in self._read:
            self._read[reference] = from_reference(reference)
        return self._read[reference]


def _names(glob: str, path: Path) -> bool:
    return fnmatch.fnmatch(path.name, glob) or fnmatch.fnmatch(path.as_posix(), glob)


def _has_closed_key(store: Store) -> bool:
    """Whether a file without a password of its own, such as PEM, holds a key that did not open."""
    from .loose_keys import CLOSED

    return any(note.endswith(CLOSED) for entry in store.entries for note in entry.notes)


def open_with(path: Path, passwords: Sequence[tuple[Secret, bool]], limits: Limits = DEFAULT_LIMITS) -> Opened:
    """Open a store with the first of the passwords that does, its keys with any; see :meth:`Passwords.of`.

    Raises:
        StoreError: it cannot be read, or none of the passwords opens it.
    """
    given = [secret for secret, published in passwords if not published] or [_NONE]
    allowance = Allowance(limits)  # for all of them together: each may ask for the derivation of other keys
    wrong: WrongPassword | None = None
    unproved: Store | None = None
    for tried, published in ((given, False), *(([secret], True) for secret, published in passwords if published)):
        allowance = allowance.for_another_try()
        try:
            store = open_store(path, tried, limits=allowance)
        except WrongPassword as error:
            wrong = error
            continue
        if UNPROVED not in store.notes and not _has_closed_key(store):
            return Opened(store, published)
        unproved = unproved or store
    if unproved:
        return Opened(unproved, published=False)
    raise WrongPassword(f"{wrong}{_advice(passwords)}")


def _advice(passwords: Sequence[tuple[Secret, bool]]) -> str:
    if not passwords:
        return "; no pattern before a password fits its name"
    given = any(secret and not published for secret, published in passwords)
    return "" if given else "; say where its password is (--password-from, in a notebook password_from)"
