"""The names in a reply, held against those that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import CertificateFacts, Finding, Severity

__all__ = ["differing_names", "name_findings"]


def differing_names(asked: CertificateFacts, got: CertificateFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names that were asked for and are missing, and those that nobody asked for."""
    wanted = {name.lower(): name for name in asked.san}
    held = {name.lower(): name for name in got.san}
    return (
        tuple(name for low, name in wanted.items() if low not in held),
        tuple(name for low, name in held.items() if low not in wanted),
    )


def name_findings(alias: str, missing: Sequence[str], extra: Sequence[str]) -> Iterable[Finding]:
    """What is odd about the names in the certificate of a key."""
    where = {"alias": alias}
    if missing:
        yield Finding(
            "ZC-SAN-01",
            Severity.WARNING,
            f"the certificate lacks names that were asked for: {', '.join(missing)}",
            "Clients refuse a server under a name that its certificate does not hold.",
            "Ask the authority for a new certificate with all names.",
            "RFC 9525, section 6",
            where,
        )
    if extra:
        yield Finding(
            "ZC-SAN-01",
            Severity.INFO,
            f"the certificate holds names that nobody asked for: {', '.join(extra)}",
            "It is good under these names too, and whoever has its key can pass for them.",
            "Ask the authority why, where one of them is not yours.",
            "RFC 9525, section 6",
            where,
        )
