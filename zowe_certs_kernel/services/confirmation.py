"""Somebody says that a certificate is the right one: by its whole fingerprint, compared outside the network."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import UsageError
from ..trust.name_constraints import shown_names
from .presented import ServiceAnchor

__all__ = ["confirmed", "fingerprint"]

_DIGITS = 64


def fingerprint(sha256: str) -> str:
    """As keytool and browsers show it: ``3F:9A:…``."""
    return ":".join(re.findall("..", sha256.upper()))


def confirmed(anchors: Sequence[ServiceAnchor], confirm: Sequence[str], *, option: str = "--confirm") -> None:
    """Make sure that the fingerprint of each certificate was given; colons, blanks and case do not count.

    Raises:
        UsageError: one was not given, or is that of another certificate; shows both.
    """
    given = [_read(text, option) for text in confirm]
    if not anchors:
        return
    wanted = {one.facts.sha256 for one in anchors}
    missing = [one for one in anchors if one.facts.sha256 not in given]
    strange = [digits for digits in given if digits not in wanted]
    if strange:
        shown = "; ".join(_told(one) for one in missing or anchors)
        msg = f"{option} {fingerprint(strange[0])} is not what would be trusted: {shown}. Nothing was changed"
        raise UsageError(msg)
    if missing:
        shown = "; ".join(_told(one) for one in missing)
        options = " ".join(f"{option} {one.facts.sha256}" for one in missing)
        msg = (
            f"nobody has confirmed what would be trusted: {shown}. Compare it with what its owner tells you by "
            f"another way than this network, then add {options}"
        )
        raise UsageError(msg)


def _told(anchor: ServiceAnchor) -> str:
    return f"{shown_names([anchor.facts.subject], longest=200)} with SHA-256 {fingerprint(anchor.facts.sha256 or '')}"


def _read(text: str, option: str) -> str:
    digits = re.sub(r"[:\s]", "", text).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", digits):
        msg = f"{option} takes a whole SHA-256 fingerprint of 64 hexadecimal digits, colons or not, not {text[:80]!r}"
        raise UsageError(msg)
    return digits
