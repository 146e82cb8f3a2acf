"""Rules by what they look at; each family's file in ``rules/`` adds its own when it is imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ..model import Finding
from .subjects import Audited, KeyUse, SetUse, StoreUse

__all__ = ["RULES", "Judgement", "of_all", "of_key", "of_set", "of_store"]

S = TypeVar("S")
_Judge = Callable[[S], Iterator[Finding]]


@dataclass(frozen=True)
class Judgement:
    """A predicate with the ids of the rules that it judges and the kind of thing that it is asked about."""

    ids: tuple[str, ...]
    of: type
    judge: Callable[[Any], Iterator[Finding]]


RULES: list[Judgement] = []


def _adder(of: type[S], ids: tuple[str, ...]) -> Callable[[_Judge[S]], _Judge[S]]:
    def add(judge: _Judge[S]) -> _Judge[S]:
        RULES.append(Judgement(ids, of, judge))
        return judge

    return add


def of_key(*ids: str) -> Callable[[_Judge[KeyUse]], _Judge[KeyUse]]:
    """Asked about each private key with a certificate."""
    return _adder(KeyUse, ids)


def of_store(*ids: str) -> Callable[[_Judge[StoreUse]], _Judge[StoreUse]]:
    """Asked about each store that was read."""
    return _adder(StoreUse, ids)


def of_set(*ids: str) -> Callable[[_Judge[SetUse]], _Judge[SetUse]]:
    """Asked about each set of certificates with which a Zowe runs."""
    return _adder(SetUse, ids)


def of_all(*ids: str) -> Callable[[_Judge[Audited]], _Judge[Audited]]:
    """Asked once, about all that was read."""
    return _adder(Audited, ids)
