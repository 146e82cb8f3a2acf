"""Verdicts about certificates in the roles that they play for Zowe: values, never exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

__all__ = ["Cause", "HostVerdict", "Mode", "Purpose", "Role", "RoleVerdict", "Verdict"]


class Mode(StrEnum):
    """How Zowe verifies: ``zowe.verifyCertificates``; in version 1 the two VERIFY_CERTIFICATES flags."""

    STRICT = "STRICT"
    NONSTRICT = "NONSTRICT"
    DISABLED = "DISABLED"


class Purpose(StrEnum):
    """What a certificate is shown for (RFC 5280, section 4.2.1.12)."""

    SERVER = "server"
    CLIENT = "client"


class Role(StrEnum):
    """Who judges what: the ``role`` of the JSON contract."""

    JAVA_SERVER = "java_server"
    JAVA_SERVER_WITH_HOST = "java_server_with_host"
    JAVA_CLIENT = "java_client"
    JAVA_MUTUAL_TLS = "java_mutual_tls"
    OPENSSL_SERVER_WITH_HOST = "openssl_server_with_host"
    NODE_SERVER = "node_server"


class Cause(StrEnum):
    """What kind of thing a refusal is about, said where it is made: a reason holds names that anybody may choose."""

    OTHER = "other"
    FOREIGN_KEY = "the private key is not there, or not that of the certificate"
    WEAK_KEY = "the key is too short, or of a kind that TLS does not take"
    WEAK_SIGNATURE = "the algorithm of the signature is not taken"
    NOT_TRUSTED = "who signed it is not there"
    NO_AUTHORITY = "it may not stand above others, or not above so many"
    KEY_USAGE = "the key usage is none for TLS"
    NOT_FOR_SERVERS = "the purposes do not include servers"
    NOT_FOR_CLIENTS = "the purposes do not include clients"


@dataclass(frozen=True)
class Verdict:
    """Accepted, or refused for a ``reason`` of one sentence without a full stop.

    ``at_fault`` is the SHA-256 of the certificate to blame, None where none is. ``path`` are the SHA-256 of the
    certificates that were followed, the certificate in question first, the anchor last; where it was refused,
    as far as it led. An accepted one may have a reason too: what others say of it, or what to know; who of those
    that the role speaks for refuses it nevertheless is named in ``refused_by``. ``cause`` is the kind of a refusal.
    """

    accepted: bool
    reason: str = ""
    at_fault: str | None = None
    path: tuple[str, ...] = ()
    refused_by: tuple[str, ...] = ()
    cause: Cause = Cause.OTHER

    @property
    def word(self) -> str:
        return "accepted" if self.accepted else "refused"

    def under_a_name(self, problem: str, leaf: str | None) -> Verdict:
        """That of a chain, then that of the name asked for: what is wrong with the chain comes first, as in TLS.

        Args:
            problem: what is wrong with the name, or nothing.
            leaf: the SHA-256 of the certificate that has not the name.
        """
        return replace(self, accepted=False, reason=problem, at_fault=leaf) if self.accepted and problem else self


@dataclass(frozen=True)
class HostVerdict:
    """The verdict for one name or address by which a client reaches the server."""

    host: str
    verdict: Verdict


@dataclass(frozen=True)
class RoleVerdict:
    """One ``ROLE`` of the JSON contract: a private-key entry in one role under one mode.

    With several ``hosts`` it is accepted where each of them is.
    """

    source: str
    alias: str
    role: Role
    mode: Mode
    verdict: Verdict
    hosts: Sequence[HostVerdict] = ()

    def as_dict(self) -> dict[str, Any]:
        asked = [{"host": one.host, "verdict": one.verdict.word, "reason": one.verdict.reason} for one in self.hosts]
        return {
            "source": self.source,
            "alias": self.alias,
            "role": str(self.role),
            "mode": str(self.mode),
            "verdict": self.verdict.word,
            "reason": self.verdict.reason,
            "at_fault": self.verdict.at_fault,
            "path": list(self.verdict.path),
            **({"hosts": asked} if asked else {}),
            **({"refused_by": list(self.verdict.refused_by)} if self.verdict.refused_by else {}),
        }
