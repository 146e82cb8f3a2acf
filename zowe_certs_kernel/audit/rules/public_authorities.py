"""Authorities that browsers know: told by the organization in their names, for no file says it."""

from __future__ import annotations

import re

__all__ = ["is_public"]

# Organizations of the largest roots in the lists of Mozilla and Microsoft, as their certificates spell them.
_ORGANIZATIONS = (
    "Actalis",
    "Amazon",
    "Buypass",
    "Certum",
    "Asseco Data Systems",
    "Cloudflare",
    "COMODO CA",
    "D-Trust",
    "DigiCert",
    "Entrust",
    "GlobalSign",
    "GoDaddy",
    "Google Trust Services",
    "HARICA",
    "IdenTrust",
    "Internet Security Research Group",
    "Let's Encrypt",
    "Microsoft Corporation",
    "QuoVadis",
    "SECOM Trust Systems",
    "Sectigo",
    "SSL Corp",
    "Starfield Technologies",
    "SwissSign",
    "T-Systems",
    "Telekom Security",
    "Telia",
    "Thawte",
    "VeriSign",
    "ZeroSSL",
)
_PUBLIC = re.compile(r"(?:^|,)O=[^,]*(?:" + "|".join(map(re.escape, _ORGANIZATIONS)) + ")", re.IGNORECASE)


def is_public(name: str) -> bool:
    """Whether a distinguished name (RFC 4514) is one of a public authority."""
    return bool(_PUBLIC.search(name))
