"""What an authority of others is asked for: data that the request, the sheet and the waiting key come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..issue import USABLE_KEYS, Subject, general_names, is_usable_key, name_text
from ..model import KeyFacts, KeyType, Store
from ..names import common_name
from ..stores import Profile
from ..stores.certificate import key_facts
from .request_names import file_name_of, is_local, subject_of, usable_names

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from ..issue import PrivateKey

__all__ = ["SHEET", "WAITING", "RequestPlan", "like_key_type", "other_kind", "plan_request", "profile_of", "usable_key"]

WAITING = ".waiting.p12"
SHEET = "request-sheet.txt"
_P521 = 521


@dataclass(frozen=True)
class RequestPlan:
    """What is asked for; ``key`` is None where a new one of ``key_type`` is made, which is None otherwise.

    ``source`` says in words where subject and names come from. ``left_out`` are names that are not asked for.
    """

    alias: str
    subject: x509.Name
    names: tuple[x509.GeneralName, ...]
    key_type: KeyType | None
    source: str
    key: PrivateKeyTypes | None = field(default=None, repr=False, compare=False)
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    profile: Profile = Profile.COMPATIBLE

    @property
    def san(self) -> tuple[str, ...]:
        """The names in words: ``dns:zos1.example.com``."""
        return tuple(map(name_text, self.names))

    @property
    def subject_text(self) -> str:
        """The subject as RFC 4514 has it."""
        return self.subject.rfc4514_string()

    @property
    def common_name(self) -> str:
        return common_name(self.subject_text)

    @property
    def key_words(self) -> str:
        """``RSA 2048, a new one``."""
        return f"{self.key_facts}, {'a new one' if self.key is None else 'the one in use now'}"

    @property
    def key_facts(self) -> KeyFacts:
        if self.key_type:
            return KeyFacts("RSA" if self.key_type.is_rsa else "EC", self.key_type.bits)
        assert self.key  # noqa: S101  # a plan has one of the two
        return key_facts(self.key)

    @property
    def key_usage(self) -> tuple[str, ...]:
        rsa = self.key_facts.type == "RSA"
        return ("digitalSignature", "keyEncipherment") if rsa else ("digitalSignature",)

    @property
    def extended_key_usage(self) -> tuple[str, ...]:
        return ("serverAuth", "clientAuth")

    @property
    def files(self) -> tuple[str, ...]:
        """What the folder of the request will hold."""
        return f"{self.alias}{WAITING}", f"{self.alias}.csr", SHEET

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": "zowe-certs/request/1",
            "alias": self.alias,
            "subject": self.subject_text,
            "san": list(self.san),
            "left_out": list(self.left_out),
            "key": self.key_facts.as_dict(),
            "new_key": self.key is None,
            "key_usage": list(self.key_usage),
            "extended_key_usage": list(self.extended_key_usage),
            "source": self.source,
            "files": list(self.files),
            "notes": list(self.notes),
        }


def plan_request(
    alias: str,
    subject: Subject | x509.Name | str,
    san: Sequence[str | x509.GeneralName],
    key_type: KeyType = KeyType.RSA_2048,
    *,
    key: PrivateKeyTypes | None = None,
    source: str,
    left_out: Sequence[str] = (),
    profile: Profile = Profile.COMPATIBLE,
) -> RequestPlan:
    """Plan a request; those that start from a certificate or settings are in :mod:`.request`.

    Args:
        alias: the name of the key and of its files; Java lower-cases it.
        subject: its parts, or a text such as ``CN=zowe.example.com,O=Example`` (RFC 4514).
        san: names such as ``dns:zos1.example.com`` and ``ip:192.0.2.10``.
        key_type: of the new key, unless there is a ``key``.
        source: where all this comes from, in words.
        left_out: names that are not asked for, told in the sheet.
        profile: the protection of the key that waits.

    Raises:
        UsageError: the alias, the subject, a name or the key cannot be used; or there is no name at all.
    """
    if key is not None:
        usable_key(key, source)
    return RequestPlan(
        file_name_of(alias),
        subject_of(subject),
        tuple(general_names(usable_names(san))),
        None if key is not None else key_type,
        source,
        key,
        tuple(left_out),
        tuple(_notes(left_out)),
        profile,
    )


def _notes(left_out: Sequence[str]) -> list[str]:
    local = [name.partition(":")[2] for name in left_out if is_local(name)]
    others = [name for name in left_out if not is_local(name)]
    notes = []
    if local:
        why = "public authorities sign for none of them; your own may (--local-names, in a notebook local_names)"
        notes.append(f"Not asked for: {', '.join(local)}: {why}")
    return [*notes, *([f"These names cannot be asked for: {', '.join(others)}"] if others else [])]


def usable_key(key: PrivateKeyTypes, source: str) -> PrivateKey:
    """The key, where Java and the browsers take certificates of its kind.

    Raises:
        UsageError: they do not.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey) and is_usable_key(key.public_key()):
        return key
    msg = f"the key of {source} is {key_facts(key)}; Zowe's clients take {USABLE_KEYS}: ask with a new key"
    raise UsageError(msg)


def like_key_type(key: KeyFacts | None) -> KeyType:
    """The kind of a new key like an old one, and not a weaker one than is made here."""
    bits = key.bits if key else 0
    if key and key.type == "EC":
        return KeyType.EC_P256 if bits <= 256 else KeyType.EC_P384
    rsa = [kind for kind in KeyType if kind.is_rsa and kind.bits >= bits]
    return rsa[0] if rsa else KeyType.RSA_4096


def other_kind(whose: str, old: KeyFacts | None, new: KeyType | None) -> str:
    """That a new key is of another kind than the old one, and why; nothing where it is of the same."""
    if old is None or new is None or (old.type, old.bits) == ("RSA" if new.is_rsa else "EC", new.bits):
        return ""
    why = " and P-521 is none that Chrome and Edge take" if (old.type, old.bits) == ("EC", _P521) else ""
    kinds = ", ".join(KeyType)
    return f"{whose}: the key was {old} and the new one is {new}, for {kinds} are the kinds made here{why}"


def profile_of(store: Store) -> Profile:
    """The protection to write with beside a store."""
    return Profile.MODERN if "PBES2" in store.protection else Profile.COMPATIBLE
