"""Somebody says that a certificate is the right one: by its whole fingerprint, compared outside the network."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..errors import UsageError
from ..trust.name_constraints import shown_names
from .presented import ServiceAnchor

__all__ = ["confirmed", "fingerprint", "how_to_confirm"]

_DIGITS = 64
_OPTION = "--confirm (confirm)"


def fingerprint(sha256: str) -> str:
    """As keytool and browsers show it: ``3F:9A:…``."""
    return ":".join(re.findall("..", sha256.upper()))


def how_to_confirm(anchors: Sequence[ServiceAnchor]) -> str:
    """What somebody has to do before these are trusted."""
    options = " ".join(f"--confirm {one.facts.sha256}" for one in anchors)
    which = "its" if len(anchors) == 1 else "each"
    return (
        f"Compare {which} SHA-256 with what its owner tells you by another way than this network, then add {options} "
        "(in a notebook confirm)"
    )


def confirmed(anchors: Sequence[ServiceAnchor], confirm: Sequence[str], *, known: Collection[str] = ()) -> None:
    """Make sure that the fingerprint of each certificate was given; colons, blanks and case do not count.

    Args:
        known: the fingerprints of what is trusted already; to confirm these again does no harm.

    Raises:
        UsageError: one was not given, or is that of another certificate; shows both.
    """
    given = [_read(text) for text in confirm]
    if not anchors:
        return
    wanted = {one.facts.sha256 for one in anchors}
    missing = [one for one in anchors if one.facts.sha256 not in given]
    strange = [digits for digits in given if digits not in wanted and digits not in known]
    if strange:
        shown = "; ".join(_told(one) for one in missing or anchors)
        msg = f"{_OPTION} {fingerprint(strange[0])} is not what would be trusted: {shown}. Nothing was changed"
        raise UsageError(msg)
    if missing:
        shown = "; ".join(_told(one) for one in missing)
        msg = f"nobody has confirmed what would be trusted: {shown}. {how_to_confirm(missing)}"
        raise UsageError(msg)


def _told(anchor: ServiceAnchor) -> str:
    return f"{shown_names([anchor.facts.subject], longest=200)} with SHA-256 {fingerprint(anchor.facts.sha256 or '')}"


def _read(text: str) -> str:
    digits = re.sub(r"[:\s]", "", text).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", digits):
        msg = f"{_OPTION} takes a whole SHA-256 fingerprint of 64 hexadecimal digits, colons or not, not {text[:80]!r}"
        raise UsageError(msg)
    return digits
