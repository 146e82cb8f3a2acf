"""The certificates of z/OSMF and other services that the settings name, to be trusted."""

from __future__ import annotations

import itertools
from pathlib import Path

from ..errors import SettingsError
from ..model import CertificateFacts
from ..stores import open_store
from ..stores.java_marks import UNPROVED
from ..zowe.settings import CertificateSettings
from .authority import CA_ALIAS
from .plan import GivenCertificate

__all__ = ["zosmf_certificates"]


def zosmf_certificates(settings: CertificateSettings, *, first_only: bool) -> tuple[GivenCertificate, ...]:
    """z/OSMF's certificates by alias: the file's name without its last suffix, as the script has it, and free still.

    Raises:
        SettingsError: a file has none, or they cannot be trusted unseen.
        StoreError: a file cannot be read.
    """
    found: dict[str, GivenCertificate] = {}
    for name in settings.zosmf_certificates:
        facts = _certificates_in(name, settings.source)
        for number, certificate in enumerate(facts[:1] if first_only else facts, 1):
            if certificate.not_after is None:
                raise SettingsError(settings.source, [f"ZOSMF_CERTIFICATE names {name}, whose end cannot be read"])
            stem = Path(name).stem.lower()
            aliases = itertools.chain([stem], (f"{stem}-{more}" for more in itertools.count(2)))
            alias = next(free for free in aliases if free not in found and free != CA_ALIAS)
            found[alias] = GivenCertificate(alias, certificate.der, name, number, certificate.not_after)
    return tuple(found.values())


def _certificates_in(name: str, source: str) -> list[CertificateFacts]:
    """The certificates of a file that ZOSMF_CERTIFICATE names, each once.

    Raises:
        SettingsError: it has none, or nothing proves that they are what somebody put there.
        StoreError: it cannot be read.
    """
    store = open_store(Path(name))
    if UNPROVED in store.notes:
        what = f"{name}, a {store.format} store, which nothing proves without its password: export the certificate"
        raise SettingsError(source, [f"ZOSMF_CERTIFICATE names {what}"])
    facts = list(dict.fromkeys(entry.chain[0] for entry in store.entries if entry.chain and entry.chain[0].der))
    if not facts:
        raise SettingsError(source, [f"ZOSMF_CERTIFICATE names {name}, in which there is no certificate"])
    return facts
