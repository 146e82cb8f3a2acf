"""The certificates of z/OSMF that a set-up trusts: from the files of ZOSMF_CERTIFICATE, or as it showed them."""

from __future__ import annotations

from pathlib import Path

from ..errors import SettingsError, UsageError
from ..model import CertificateFacts
from ..services import Zosmf
from ..services.anchor import RESERVED, free_alias
from ..services.fetch import from_file
from ..zowe.settings import CertificateSettings
from ..zowe.variables import Release
from .plan import GivenCertificate

__all__ = ["zosmf_certificates"]

_FIRST_WITH_ONE_FILE = Release(1, 19)  # its quotes make one name of all; 1.28.8 was seen to fail
_FIRST_WITHOUT_ZOSMF = Release(1, 22)  # it goes on where no port of z/OSMF is known, and trusts nothing then


def zosmf_certificates(
    settings: CertificateSettings, zosmf: Zosmf | None = None, *, as_zowe: bool = False
) -> tuple[GivenCertificate, ...]:
    """z/OSMF's certificates by alias; none where nothing is verified.

    Those of a file have its name without the last suffix, as the script has it, and free still. ``as_zowe`` a file's
    first one alone is taken; 1.22 and later take no file where ``zosmf`` is not known, 1.19 and later one file alone.

    Raises:
        SettingsError: a file has none, they cannot be trusted unseen, or ``as_zowe`` the script fails there.
        StoreError: a file cannot be read.
    """
    if not settings.verifies_services:
        return ()
    if zosmf and zosmf.certificates:
        anchors = enumerate(zosmf.certificates, 1)
        return tuple(_given(one.alias, one.facts, zosmf.name, number, settings) for number, one in anchors)
    names = settings.zosmf_certificates
    if as_zowe and zosmf is None and settings.release >= _FIRST_WITHOUT_ZOSMF:
        return ()
    if as_zowe and len(names) > 1 and settings.release >= _FIRST_WITH_ONE_FILE:
        why = f"ZOSMF_CERTIFICATE names {len(names)} files, of which Zowe's own script of {settings.release} makes one "
        raise SettingsError(settings.source, [f"{why}name and fails; name one file, or leave out --as-zowe"])
    found: dict[str, GivenCertificate] = {}
    for name in names:
        facts = _certificates_in(name, settings.source)
        for number, certificate in enumerate(facts[:1] if as_zowe else facts, 1):
            alias = free_alias(Path(name).stem.lower(), {*found, *RESERVED})
            found[alias] = _given(alias, certificate, name, number, settings)
    return tuple(found.values())


def _given(
    alias: str, facts: CertificateFacts, file: str, number: int, settings: CertificateSettings
) -> GivenCertificate:
    if facts.not_after is None:
        whence = f"ZOSMF_CERTIFICATE names {file}" if settings.zosmf_certificates else f"z/OSMF is {file}"
        raise SettingsError(settings.source, [f"{whence}, whose end cannot be read"])
    return GivenCertificate(alias, facts.der, file, number, facts.not_after)


def _certificates_in(name: str, source: str) -> tuple[CertificateFacts, ...]:
    """The certificates of a file that ZOSMF_CERTIFICATE names, each once.

    Raises:
        SettingsError: it has none, or nothing proves that they are what somebody put there.
        StoreError: it cannot be read.
    """
    try:
        return from_file(Path(name)).chain
    except UsageError as error:
        raise SettingsError(source, [f"ZOSMF_CERTIFICATE: {error}"]) from None
