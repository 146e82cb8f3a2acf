"""Which key signs the gateway's login tokens.

Source: api-layer, ``apiml.security.auth.jwtKeyAlias`` (default ``jwtsecret``), and zowe-install-packaging,
``bin/apiml_cm.sh``: up to 1.26 a key of its own, from 1.21 on under PKCS11_TOKEN_LABEL where that is set; from 1.27 on
the server's key. Where z/OSMF makes the tokens, neither counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Entry, EntryKind
from ..zowe.variables import FIRST_WITH_JWT_NAME, LAST_WITH_JWT_SECRET, Release

__all__ = ["JWT_SECRET", "token_signer"]

JWT_SECRET = "jwtsecret"  # noqa: S105  # the alias of a key that nobody meets in TLS


def token_signer(
    entries: Sequence[Entry], key_alias: str, oldest: Release, newest: Release, token_label: str = ""
) -> Entry | None:
    """The entry whose key signs tokens in a release between ``oldest`` and ``newest``; None where it is not there.

    Args:
        entries: of the keystore, or of the key ring.
        key_alias: the server's.
        token_label: PKCS11_TOKEN_LABEL, if any.
    """
    keys = {one.alias.lower(): one for one in entries if one.kind is EntryKind.PRIVATE_KEY}
    names = [JWT_SECRET] if newest < FIRST_WITH_JWT_NAME else [token_label.lower(), JWT_SECRET]
    if newest > LAST_WITH_JWT_SECRET:
        names = [key_alias.lower()] if oldest > LAST_WITH_JWT_SECRET else [*names, key_alias.lower()]
    return next((keys[name] for name in names if name in keys), None)
