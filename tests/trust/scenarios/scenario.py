"""What a scenario is: a chain as sent, its key, who is trusted, and the names that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.trust.scenarios.builder import HOST, Key, Party
from zowe_certs_kernel.model import CertificateFacts, Entry, EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import certificate_facts, key_facts, load_certificate
from zowe_certs_kernel.trust.anchors import java_anchors

__all__ = ["PASSWORD", "SCENARIOS", "Scenario", "all_scenarios", "facts_of", "offer", "scenario"]

PASSWORD = "scenario"

SCENARIOS: dict[str, Callable[[], Scenario]] = {}


@cache
def facts_of(der: bytes) -> CertificateFacts:
    return certificate_facts(der)


@dataclass(frozen=True)
class Scenario:
    """``sent`` and ``trusted`` are certificates in DER, as sent and as trusted.

    Where ``truststore`` is given, a PKCS12 or JKS file under :data:`PASSWORD`, it counts instead of ``trusted``.
    ``private`` is the key in PKCS8, where it is one that cryptography does not take.
    """

    name: str
    sent: tuple[bytes, ...]
    key: Key | None
    trusted: tuple[bytes, ...]
    hosts: tuple[str, ...] = (HOST,)
    truststore: bytes = b""
    private: bytes = field(default=b"", repr=False)

    @cached_property
    def chain(self) -> tuple[x509.Certificate, ...]:
        return tuple(load_certificate(each) for each in self.sent)

    @cached_property
    def anchors(self) -> tuple[x509.Certificate, ...]:
        return tuple(load_certificate(each.der) for each in self.anchor_facts)

    @cached_property
    def chain_facts(self) -> tuple[CertificateFacts, ...]:
        return tuple(map(facts_of, self.sent))

    @cached_property
    def anchor_facts(self) -> tuple[CertificateFacts, ...]:
        """What Java trusts of it."""
        return self._store_anchors() if self.truststore else tuple(map(facts_of, self.trusted))

    def _store_anchors(self) -> tuple[CertificateFacts, ...]:
        import tempfile
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "truststore.p12")
            path.write_bytes(self.truststore)
            return java_anchors(open_store(path, Secret(PASSWORD)))

    @property
    def pkcs8(self) -> bytes:
        if self.private or self.key is None:
            return self.private
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def entry(self) -> Entry:
        """The private-key entry of its keystore."""
        key = self.key
        opened: Any = None if key is None else lambda: key
        return Entry("service", EntryKind.PRIVATE_KEY, self.chain_facts, key_facts(key) if key else None, opened)


def scenario(function: Callable[[], Scenario]) -> Callable[[], Scenario]:
    """Puts it on the list under its own name, the words parted by blanks."""
    name = function.__name__.strip("_").replace("_", " ")
    if name in SCENARIOS:
        raise ValueError(name)

    @lru_cache(maxsize=1)
    def made() -> Scenario:
        found = function()
        return Scenario(**{**{each: getattr(found, each) for each in found.__dataclass_fields__}, "name": name})

    SCENARIOS[name] = made
    return made


def offer(
    *chain: Party,
    trust: Sequence[Party],
    hosts: Sequence[str] = (HOST,),
    key: Key | None = None,
    truststore: bytes = b"",
) -> Scenario:
    """A scenario whose key is that of the first of its chain, unless ``key`` is another."""
    sent = tuple(party.der for party in chain)
    return Scenario("", sent, key or chain[0].key, tuple(party.der for party in trust), tuple(hosts), truststore)


def all_scenarios() -> tuple[Scenario, ...]:
    return tuple(made() for made in SCENARIOS.values())
