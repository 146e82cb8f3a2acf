"""The PKCS11 token of single sign-on: what PKCS11_TOKEN_NAME and PKCS11_TOKEN_LABEL stand for in each release.

Source: zowe-install-packaging, ``bin/apiml_cm.sh`` and ``bin/zowe-setup-certificates.sh``, v1.12.0 to v1.20.0, fill a
token of ICSF with gskkyman from a PKCS12 file that they make and delete. From v1.21.0 to v1.26.0 the job ZWESSOTK does,
with commands of RACF (SA23-2292, ADDTOKEN and BIND) under the rules of ICSF (SC14-7510, CRYPTOZ).
Only ICSF on z/OS can make the token itself.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath

from ..issue import CertificateKind
from ..model import EntryKind
from ..stores import Profile
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, LAST_WITH_JWT_SECRET, Release
from .authority import CA_ALIAS
from .plan import PlannedCertificate, PlannedEntry, PlannedStore

__all__ = ["token_commands", "token_store"]

_SINCE = Release(1, 12)
_PUBLIC_KEY = "mykey"  # what keytool calls a certificate that is imported without an alias


def _is_asked_for(settings: CertificateSettings) -> bool:
    """Both variables, or nothing; the release has to know them."""
    both = settings.pkcs11_token_name and settings.pkcs11_token_label
    return bool(both) and _SINCE <= settings.release <= LAST_WITH_JWT_SECRET


def token_store(
    settings: CertificateSettings, certificates: Sequence[PlannedCertificate], *, wanted: bool
) -> PlannedStore | None:
    """The PKCS12 file from which gskkyman fills the token, up to 1.20; None where there is none.

    Args:
        wanted: whether it is to stay. Zowe's script deletes it once gskkyman has read it.
    """
    if not (wanted and _is_asked_for(settings) and settings.release < FIRST_WITH_JWT_NAME):
        return None
    alias, profile = settings.keystore_alias, settings.profile
    secret = [one for one in certificates if one.kind in {CertificateKind.JWT, CertificateKind.JWT_PUBLIC_KEY}][-1]
    entries = [PlannedEntry(_PUBLIC_KEY, secret.id, EntryKind.TRUSTED_CERTIFICATE)]
    if certificates[0].id == CA_ALIAS:
        entries.append(PlannedEntry(CA_ALIAS, CA_ALIAS, EntryKind.TRUSTED_CERTIFICATE))
    return PlannedStore(
        PurePosixPath(alias, f"{alias}.keystore.jwtsecret.p12"),
        tuple(entries),
        settings.keystore_password,
        Profile(profile.protection),
        profile.rounds,
    )


def token_commands(settings: CertificateSettings) -> tuple[str, ...]:
    """What to run on z/OS so that the token holds the public key; nothing where none is asked for.

    Up to 1.20 these are commands of a shell there, from 1.21 on of TSO.
    """
    if not _is_asked_for(settings):
        return ()
    token, label = settings.pkcs11_token_name, settings.pkcs11_token_label
    if settings.release < FIRST_WITH_JWT_NAME:
        alias = settings.keystore_alias
        stem = settings.keystore_directory / alias / f"{alias}.keystore.jwtsecret"
        pem, store = shlex.quote(f"{stem}.pem"), shlex.quote(f"{stem}.p12")
        fill = shlex.join(["gskkyman", "-i", "-t", token, "-l", label.upper(), "-p", f"{stem}.p12"])
        return (
            f"chtag -tc ISO8859-1 {pem}",
            f"printf '%s\\n' \"$ZOWE_KEYSTORE_PASSWORD\" | {fill}",
            f"rm {store}",
        )
    user = settings.user_id
    return (
        "SETROPTS CLASSACT(CRYPTOZ) RACLIST(CRYPTOZ)",
        f"RDEFINE CRYPTOZ SO.{token}",
        f"PERMIT SO.{token} CLASS(CRYPTOZ) ID({user}) ACCESS(CONTROL)",
        f"RDEFINE CRYPTOZ USER.{token}",
        f"PERMIT USER.{token} CLASS(CRYPTOZ) ID({user}) ACCESS(UPDATE)",
        "SETROPTS RACLIST(CRYPTOZ) REFRESH",
        f"RACDCERT ADDTOKEN({token})",
        *_into_racf(settings),
        f"RACDCERT BIND(TOKEN({token}) ID({user}) LABEL('{label}'))",
        f"RACDCERT LISTTOKEN({token})",
    )


def _into_racf(settings: CertificateSettings) -> tuple[str, ...]:
    """The certificate of the JWT secret, where it is in a file; in a key ring it is in RACF already."""
    if settings.keyring:
        return ()
    user, alias = settings.user_id, settings.keystore_alias
    pem = settings.keystore_directory / alias / f"{alias}.keystore.jwtsecret.pem"
    data_set = f"{user}.JWT.PEM"
    return (
        f"/* in a shell, before: cp {shlex.quote(str(pem))} \"//'{data_set}'\" */",
        f"RACDCERT ADD('{data_set}') ID({user}) WITHLABEL('{settings.pkcs11_token_label}') TRUST",
    )
