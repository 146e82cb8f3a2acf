"""How certificates and stores are to be made, beyond what Zowe's own script lets anybody choose."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import KeyType
from .check import Check
from .variables import FIRST_WITH_JWT_NAME, LAST_WITH_JWT_SECRET, OWN_PREFIX, Release

__all__ = ["MOST_DAYS", "CertificateProfile", "read_profile"]

MOST_DAYS = 7300
_LEAST_ROUNDS, _MOST_ROUNDS = 1_000, 1_000_000
_AS_ZOWE = {"ZOWE_CERTS_PROTECTION", "ZOWE_CERTS_EBCDIC"}


@dataclass(frozen=True)
class CertificateProfile:
    """What the ``ZOWE_CERTS_`` variables say.

    ``rest_of_name`` are the parts of every subject but its CN, in encoded order. ``rounds`` is None
    where the protection's own count holds.
    """

    key_type: KeyType
    days: int
    ca_days: int
    common_name: str
    ca_common_name: str
    rest_of_name: tuple[tuple[str, str], ...]
    store_type: str
    protection: str
    rounds: int | None
    ebcdic: bool


def read_profile(check: Check, release: Release) -> CertificateProfile:
    """The profile of the settings in ``check``, which gets a sentence for each that cannot be used.

    Zowe's script knows none of them. Made as Zowe makes it, a set can still differ by the Java whose
    keytool ran (``modern`` is what 17 writes, ``legacy`` what 8 does) and by the system that it ran on
    (only on z/OS it makes the copies in EBCDIC).
    """
    check.misspelt()
    assigned = {name for name in check.env.assignments if name.startswith(OWN_PREFIX)}
    for name in sorted(assigned - _AS_ZOWE if check.as_zowe else ()):
        check.bad(name, "cannot be chosen in a set that is made exactly as Zowe makes it; leave it out")
    days, ca_days = (check.number(f"ZOWE_CERTS_{name}", 1, MOST_DAYS) for name in ("DAYS", "CA_DAYS"))
    # " - JWT" follows it in a name of at most 64 characters.
    most = 58 if FIRST_WITH_JWT_NAME <= release <= LAST_WITH_JWT_SECRET else 64
    profile = CertificateProfile(
        key_type=KeyType(check.choice("ZOWE_CERTS_KEY_TYPE", list(KeyType))),
        days=days if check.env.get("ZOWE_CERTS_DAYS") else min(days, ca_days),
        ca_days=ca_days,
        common_name=check.name_part("ZOWE_CERTS_COMMON_NAME", most),
        ca_common_name=check.name_part("ZOWE_CERTS_CA_COMMON_NAME", 64),
        rest_of_name=(
            ("C", check.name_part("ZOWE_CERTS_COUNTRY", 2)),
            ("ST", check.name_part("ZOWE_CERTS_STATE", 128)),
            ("L", check.name_part("ZOWE_CERTS_LOCALITY", 128)),
            ("O", check.name_part("ZOWE_CERTS_ORG", 64)),
            ("OU", check.name_part("ZOWE_CERTS_ORG_UNIT", 64)),
        ),
        store_type=check.choice("ZOWE_CERTS_STORE_TYPE", ["PKCS12", "JKS"]),
        protection=_protection(check),
        rounds=_rounds(check),
        ebcdic=check.flag("ZOWE_CERTS_EBCDIC"),
    )
    _check_together(check, profile)
    return profile


def _protection(check: Check) -> str:
    name = "ZOWE_CERTS_PROTECTION"
    if not check.as_zowe:
        return check.choice(name, ["compatible", "modern"])
    return check.choice(name, ["modern", "legacy"]) if check.env.get(name) else "modern"


def _rounds(check: Check) -> int | None:
    name = "ZOWE_CERTS_KDF_ROUNDS"
    return check.number(name, _LEAST_ROUNDS, _MOST_ROUNDS) if check.env.get(name) else None


def _check_together(check: Check, profile: CertificateProfile) -> None:
    """What is wrong with values that are right each for itself."""
    for name, common_name in (("COMMON_NAME", profile.common_name), ("CA_COMMON_NAME", profile.ca_common_name)):
        if not common_name:
            check.bad(f"{OWN_PREFIX}{name}", "is empty; a certificate needs a name")
    country = dict(profile.rest_of_name)["C"]
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        check.bad("ZOWE_CERTS_COUNTRY", f"{country!r} is no country of ISO 3166: two letters")
    if profile.days > profile.ca_days:
        why = f"is {profile.days}, but the authority ends after {profile.ca_days} (ZOWE_CERTS_CA_DAYS)"
        check.bad("ZOWE_CERTS_DAYS", why)
    if profile.store_type == "JKS" and check.env.get("ZOWE_CERTS_PROTECTION"):
        check.bad("ZOWE_CERTS_PROTECTION", "is for PKCS12 stores; JKS has one protection of its own")
