"""The inputs: each told by its format, its seed and its number, half of them changed and half made by a grammar."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial

from tests.hostile.grammar_java import java_store
from tests.hostile.grammar_pkcs12 import pkcs12, resealed
from tests.hostile.grammar_text import listing, pem
from tests.hostile.large import LARGE
from tests.hostile.mutation import chance_of, mutated
from tests.hostile.seeds import PASSWORD, seeds
from tests.stores import bags, jks_bytes
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.limits import Allowance
from zowe_certs_kernel.stores.pbe import opened

__all__ = ["FORMATS", "LARGE_FROM", "input_of", "is_large"]

_GRAMMARS: dict[str, Callable[[random.Random], bytes]] = {
    "pkcs12": pkcs12,
    "jks": partial(java_store, False),
    "jceks": partial(java_store, True),
    "pem": pem,
    "listings": listing,
}
FORMATS = tuple(_GRAMMARS)
# The largest and dearest take seconds each: they come in a long run only, one in so many.
LARGE_FROM, LARGE_EVERY = 10_000, 2_500


def is_large(number: int) -> bool:
    """Whether the input of this number is one of those that go to the limits."""
    return number >= LARGE_FROM and number % LARGE_EVERY == 0


def input_of(kind: str, seed: int, number: int) -> bytes:
    """The bytes of one input, the same on every machine."""
    chance = chance_of(kind, seed, number)
    if is_large(number):
        return chance.choice(LARGE[kind])(chance)
    if chance.random() < 0.5:
        return _GRAMMARS[kind](chance)
    some = seeds(kind)
    if kind == "pkcs12" and chance.random() < 0.5:
        return resealed(chance.choice(_bags_in_clear()), chance)
    if kind in {"jks", "jceks"} and chance.random() < 0.6:  # as if its owner had changed it
        body = chance.choice(some)[: -jks_bytes.DIGEST_SIZE]
        return jks_bytes.proved(body[:4] + mutated(body[4:], some, chance), PASSWORD)
    return mutated(chance.choice(some), some, chance)


@cache
def _bags_in_clear() -> tuple[bytes, ...]:
    """The SafeContents of the PKCS #12 seeds, decrypted."""
    found = []
    for data in seeds("pkcs12"):
        _, safe, *_ = der.read(data).children()
        for part in list(safe.children())[1].first().inner().children():
            kind, wrapped = part.children()
            if kind.as_oid() == bags.DATA:
                found.append(wrapped.first().content)
                continue
            _, info = wrapped.first().children()
            _, scheme, sealed = info.children()
            found.append(opened(scheme, sealed.content, Secret(PASSWORD), Allowance())[0])
    return tuple(found)
