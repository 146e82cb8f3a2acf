"""The bags of a PKCS #12 store to entries: what belongs together, and what Java makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING

from ..errors import Damaged, StoreError, TooCostly, WrongPassword
from ..model import CertificateFacts, Entry, EntryKind, KeyFacts, Store
from ..secret import Secret
from . import der
from .certificate import counted_facts, key_facts, public_key_of
from .limits import Allowance, Limits
from .opening import opened, scheme_of
from .pkcs12_names import CERT_BAG, KEY_BAG, SECRET_BAG, SHROUDED_KEY_BAG
from .private_key import load_key
from .safe_bags import Bag, certificate_in, unpacked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = ["store_of"]

_SHOWN_ALIASES = 5
_SHOWN = 40  # characters of an alias that a sentence repeats
_IN_CLEAR = "its key is not encrypted; Java does not see such a key"
_NO_CERTIFICATE = "it has no certificate, so that no connection can be made with it"
_BAD_CERTIFICATE = "the certificate of its localKeyId cannot be read"
_MARKED_LEAF = "its certificate carries Java's mark of trust, so that Java has no chain for the key"
_NO_KEY_ID = "it has no localKeyId and is not the first key of the store; Java does not see such a key"
_UNMARKED = "it is without Java's mark of trust; Java does not show it"
_BY_PUBLIC_KEY = "its localKeyId is that of another certificate; it is paired by its public key, and Java by the id"
_FITS_NOT = "the certificate of its localKeyId is that of another key"


def store_of(
    data: bytes, password: Secret, source: str, *, limits: Limits | Allowance, for_keys: Sequence[Secret] = ()
) -> Store:
    """Read a store; as :func:`zowe_certs_kernel.stores.pkcs12.read_pkcs12`.

    Raises:
        StoreError: as there.
    """
    allowance = Allowance.of(limits)
    found = unpacked(data, password, allowance)
    for bag in found.bags:
        allowance.alias(bag.alias or "")
    tried = (password, *(each for each in for_keys if each != password))
    made = list(_entries(found.bags, tried, allowance))
    places = {id(bag): place for place, bag in enumerate(found.bags)}
    names = _JavaNames(sorted(made, key=lambda pair: places[id(pair[0])]))
    if names.several:
        found.note(_equal_aliases(names.several))
    entries = tuple(names.named(bag, entry) for bag, entry in made)
    return Store(source, "PKCS12", entries, "; ".join(found.protections), tuple(found.notes))


class _JavaNames:
    """The aliases that Java's PKCS12KeyStore gives to entries, which are in the order of their bags.

    It counts those of its entries that have no name, and of several of one alias in lower case the last one is left.
    """

    def __init__(self, made: Sequence[tuple[Bag, Entry]]) -> None:
        self._aliases: dict[int, str] = {}
        self._last: dict[str, int] = {}
        self.several: dict[str, None] = {}
        numbers = count(1)
        for bag, entry in made:
            if _is_seen(entry):
                alias = str(next(numbers)) if bag.alias is None else bag.alias
                if alias.lower() in self._last:
                    self.several[alias.lower()] = None
                self._aliases[id(bag)] = alias
                self._last[alias.lower()] = id(bag)
        taken = {*self._last, *(bag.alias.lower() for bag, _ in made if bag.alias is not None)}
        free = (str(number) for number in numbers if str(number) not in taken)
        for bag, entry in made:
            if not _is_seen(entry):
                self._aliases[id(bag)] = next(free) if bag.alias is None else bag.alias

    def named(self, bag: Bag, entry: Entry) -> Entry:
        alias = self._aliases[id(bag)]
        shown = self._last.get(alias.lower()) == id(bag)
        return replace(entry, alias=alias, java_alias=alias.lower() if shown else None)


def _is_seen(entry: Entry) -> bool:
    return entry.kind is not EntryKind.CERTIFICATE and not {_IN_CLEAR, _NO_KEY_ID}.intersection(entry.notes)


def _equal_aliases(aliases: Iterable[str]) -> str:
    several = list(aliases)
    shown = ", ".join(repr(alias[:_SHOWN]) for alias in several[:_SHOWN_ALIASES])
    more = f" and {len(several) - _SHOWN_ALIASES:,} more" if len(several) > _SHOWN_ALIASES else ""
    return f"several entries have the same alias to Java, which shows only the last one in the file: {shown}{more}"


@dataclass(frozen=True)
class _Certificate:
    bag: Bag
    facts: CertificateFacts | None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, bag: Bag, allowance: Allowance) -> _Certificate:
        try:
            return cls(bag, counted_facts(certificate_in(bag), allowance), bag.notes)
        except TooCostly:
            raise
        except StoreError as error:
            return cls(bag, None, (*bag.notes, str(error)))

    @cached_property
    def public_key(self) -> bytes | None:
        return public_key_of(self.facts) if self.facts else None

    @property
    def key(self) -> KeyFacts | None:
        return self.facts.key if self.facts else None


class _Certificates:
    """The certificates of a store, found by what joins them to keys and to each other; of several the first counts."""

    def __init__(self, bags: Iterable[Bag], allowance: Allowance) -> None:
        self._allowance = allowance
        self.all = [_Certificate.of(bag, allowance) for bag in bags]
        # Java takes no marked certificate for that of a key, so the others come first.
        self.readable = sorted((each for each in self.all if each.facts), key=lambda each: each.bag.trusted)
        self.unreadable_ids = {each.bag.key_id for each in self.all if not each.facts} - {None}
        self.by_key_id: dict[bytes, list[_Certificate]] = {}
        self._by_name: dict[str, CertificateFacts] = {}
        self._by_name_and_key: dict[tuple[str, str | None], CertificateFacts] = {}
        for each in self.readable:
            if each.bag.key_id is not None:
                self.by_key_id.setdefault(each.bag.key_id, []).append(each)
        for each in self.all:
            if each.facts:
                self._by_name.setdefault(each.facts.subject, each.facts)
                self._by_name_and_key.setdefault((each.facts.subject, each.facts.subject_key_identifier), each.facts)

    @cached_property
    def by_public_key(self) -> dict[bytes | None, _Certificate]:
        return {each.public_key: each for each in reversed(self.readable)}

    @cached_property
    def by_both(self) -> dict[tuple[bytes | None, bytes | None], _Certificate]:
        """By localKeyId and public key."""
        return {(each.bag.key_id, each.public_key): each for each in reversed(self.readable)}

    def chain(self, leaf: CertificateFacts | None) -> Iterable[CertificateFacts]:
        """The leaf and its issuers by name as far as the store has them, as Java's PKCS12KeyStore does."""
        seen: set[str] = set()
        while leaf and leaf.identity not in seen:
            self._allowance.link(len(leaf.der))
            yield leaf
            seen.add(leaf.identity)
            leaf = self._issuer(leaf) if leaf.subject != leaf.issuer else None

    def _issuer(self, of: CertificateFacts) -> CertificateFacts | None:
        """Of several authorities of one name the one whose key identifier is asked for."""
        wanted = of.authority_key_identifier
        return (wanted and self._by_name_and_key.get((of.issuer, wanted))) or self._by_name.get(of.issuer)


def _entries(bags: Sequence[Bag], passwords: Sequence[Secret], allowance: Allowance) -> Iterator[tuple[Bag, Entry]]:
    certificates = _Certificates((bag for bag in bags if bag.kind == CERT_BAG), allowance)
    keys = [bag for bag in bags if bag.kind in {KEY_BAG, SHROUDED_KEY_BAG}]
    first = next((bag for bag in keys if bag.kind == SHROUDED_KEY_BAG), None)
    shared = Counter(bag.key_id for bag in keys)
    in_chains: set[str] = set()
    for bag in keys:
        entry = _key_entry(bag, certificates, passwords, allowance, alone=shared[bag.key_id] == 1)
        if bag.kind == SHROUDED_KEY_BAG and bag.key_id is None and bag is not first:
            entry = replace(entry, notes=(*entry.notes, _NO_KEY_ID))
        in_chains.update(facts.identity for facts in entry.chain)
        yield bag, entry
    for each in certificates.all:
        if each.bag.trusted:
            chain = (each.facts,) if each.facts else ()
            yield each.bag, Entry("", EntryKind.TRUSTED_CERTIFICATE, chain, notes=each.notes)
    for each in certificates.all:
        if not each.bag.trusted and not (each.facts and each.facts.identity in in_chains):
            chain, mark = ((each.facts,), (_UNMARKED,)) if each.facts else ((), ())
            yield each.bag, Entry("", EntryKind.CERTIFICATE, chain, notes=(*each.notes, *mark))
    for bag in bags:
        if bag.kind == SECRET_BAG:
            yield bag, Entry("", EntryKind.SECRET_KEY, (), notes=(*bag.notes, "it is listed and not opened"))


def _key_entry(
    bag: Bag, certificates: _Certificates, passwords: Sequence[Secret], allowance: Allowance, *, alone: bool
) -> Entry:
    leaf, key, notes = _paired(bag, certificates, passwords, allowance, alone=alone)
    facts = leaf.facts if leaf else None
    if leaf:
        notes += (*leaf.notes, _MARKED_LEAF) if leaf.bag.trusted else leaf.notes
    elif bag.key_id in certificates.unreadable_ids:
        notes += (_BAD_CERTIFICATE,)
    elif not notes:
        notes += (_NO_CERTIFICATE,)
    if bag.kind == KEY_BAG:
        notes += (_IN_CLEAR,)
    protection, told = _protection(bag)
    open_key = partial(_opened_key, bag, passwords, allowance.limits)
    chain = tuple(certificates.chain(facts))
    notes = (*bag.notes, *dict.fromkeys((*notes, *told)))
    return Entry("", EntryKind.PRIVATE_KEY, chain, key, open_key, notes, protection)


def _protection(bag: Bag) -> tuple[str, tuple[str, ...]]:
    """How a key is encrypted, which is read without opening it, and what there is to say of that."""
    if bag.kind == KEY_BAG:
        return "", ()
    try:
        scheme = scheme_of(bag.value.first())
    except StoreError as error:
        return "", (str(error),)
    told = f"{scheme.refused_by} does not open what {scheme.words.partition(',')[0]} encrypts"
    return scheme.words, (told,) if scheme.refused_by else ()


def _paired(
    bag: Bag, certificates: _Certificates, passwords: Sequence[Secret], allowance: Allowance, *, alone: bool
) -> tuple[_Certificate | None, KeyFacts | None, tuple[str, ...]]:
    """A key's certificate by its localKeyId, where nothing speaks against it, else by its public key.

    A key that is encrypted is opened only where there is doubt: that takes most of the time of a reading.
    """
    named = certificates.by_key_id.get(bag.key_id, []) if bag.key_id is not None else []
    if alone and len(named) == 1 and bag.kind == SHROUDED_KEY_BAG and _same_name(bag, named[0].bag):
        return named[0], named[0].key, ()
    guess = next((each for each in named if each.bag.alias == bag.alias), named[0] if named else None)
    try:
        clear = _key_of(bag, passwords, allowance, to_pair=True)
    except StoreError as error:
        return guess, guess.key if guess else None, (str(error),)
    allowance.key(key_facts(clear))
    public = public_key_of(clear)
    fitting = certificates.by_both.get((bag.key_id, public)) if named else None
    if fitting or public is None:
        return fitting or guess, key_facts(clear), ()
    elsewhere = certificates.by_public_key.get(public)
    # Where name and id agree, Java shows a key with a certificate that is not its own: that is worth seeing.
    if elsewhere and not (guess and bag.alias and guess.bag.alias == bag.alias):
        return elsewhere, key_facts(clear), (_BY_PUBLIC_KEY,) if named else ()
    return guess, key_facts(clear), (_FITS_NOT,) if guess else ()


def _same_name(one: Bag, other: Bag) -> bool:
    """Whether two bags may be of one entry: Java gives both its alias, others name one of them or none."""
    return not one.alias or not other.alias or one.alias.lower() == other.alias.lower()


def _opened_key(bag: Bag, passwords: Sequence[Secret], limits: Limits) -> PrivateKeyTypes:
    return _key_of(bag, passwords, Allowance(limits))


def _key_of(bag: Bag, passwords: Sequence[Secret], allowance: Allowance, *, to_pair: bool = False) -> PrivateKeyTypes:
    why_not = f"the private key {_shown(bag.alias or '')} cannot be read after it was decrypted"
    if bag.kind == KEY_BAG:
        return load_key(bag.value.encoded, why_not, to_pair=to_pair)
    try:
        algorithm, sealed = bag.value.children()
    except ValueError:
        msg = f"the key bag at offset {bag.value.offset} contradicts itself"
        raise Damaged(msg) from None
    for password in passwords:
        try:
            clear, _ = opened(algorithm, sealed.content, password, allowance)
        except WrongPassword:
            continue
        if _is_der(clear):  # by chance the padding fits under another password
            return load_key(clear, why_not, to_pair=to_pair)
    raise _other_password(bag)


def _shown(alias: str) -> str:
    """An alias for a sentence: as it is where it is plain; it may be of any length, and have line ends."""
    return alias if len(alias) <= _SHOWN and alias.isprintable() else repr(alias[:_SHOWN])


def _is_der(clear: bytes) -> bool:
    try:
        der.read(clear)
    except Damaged:
        return False
    return True


def _other_password(bag: Bag) -> WrongPassword:
    named = f"the private key {_shown(bag.alias)}" if bag.alias else "a private key"
    return WrongPassword(
        f"{named} does not open with the password of the store: it has one of its own, to be given too"
    )
