"""What a set-up warns of before it starts. The ids are those of the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ..model import Finding, Severity
from ..secret import Secret
from ..zowe.settings import CertificateSettings
from ..zowe.variables import PUBLISHED_PASSWORD, VARIABLES

__all__ = ["settings_findings"]


def settings_findings(
    settings: CertificateSettings, zosmf: Sequence[tuple[str, dt.datetime]], *, published_ca_password: bool
) -> tuple[Finding, ...]:
    """The findings about ``settings``, worst first; of z/OSMF's certificates count file and end."""
    found = _findings(settings, zosmf, published_ca_password=published_ca_password)
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))


def _findings(
    settings: CertificateSettings, zosmf: Sequence[tuple[str, dt.datetime]], *, published_ca_password: bool
) -> Iterator[Finding]:
    where = {"source": settings.source}
    if settings.verifies_services and not zosmf:
        flag = "VERIFY_CERTIFICATES" if settings.verify_certificates else "NONSTRICT_VERIFY_CERTIFICATES"
        yield Finding(
            "ZC-TS-03",
            Severity.WARNING,
            f"{flag} is true, but nothing of z/OSMF is in the trust store yet",
            "Zowe's gateway refuses z/OSMF, and with it most logins, until the trust store holds its authority.",
            "Export the CA certificate of z/OSMF, name the file in ZOSMF_CERTIFICATE and run again with --replace; "
            "or set the verify flags to false where z/OSMF's certificate is self-signed and cannot be changed.",
            "Zowe: Configuring Zowe certificates, Trust store",
            where,
        )
    ended = [f"{file} ({end:%Y-%m-%d})" for file, end in zosmf if end < dt.datetime.now(dt.UTC)]
    if ended:
        yield Finding(
            "ZC-DATE-05",
            Severity.INFO,
            f"a certificate of z/OSMF has ended: {', '.join(ended)}",
            "Java still accepts what it signed, OpenSSL and Node do not, and its successor is not trusted yet.",
            "Export the present CA certificate of z/OSMF and name its file in ZOSMF_CERTIFICATE.",
            "Zowe: Configuring Zowe certificates, Trust store",
            where,
        )
    if settings.keystore_password == Secret(PUBLISHED_PASSWORD):
        yield Finding(
            "ZC-KS-08",
            Severity.WARNING,
            "the keystore has Zowe's published default password",
            "Everybody who has read Zowe's documents can open the keystore once they can read the file.",
            "Set KEYSTORE_PASSWORD in the settings file, or the environment variable ZOWE_KEYSTORE_PASSWORD.",
            "Zowe: bin/zowe-setup-certificates.env",
            where,
        )
    if published_ca_password:
        yield Finding(
            "ZC-KS-08",
            Severity.WARNING,
            "the authority's keystore has the password that is fixed in Zowe's own script",
            "Everybody who can read the file can issue certificates in Zowe's name.",
            "Make the set without --as-zowe, or change the password with keytool -storepasswd.",
            "Zowe: bin/apiml_cm.sh",
            where,
        )
    if settings.unknown:
        yield Finding(
            "ZC-CFG-08",
            Severity.WARNING,
            f"no release of Zowe 1 reads {', '.join(settings.unknown)}",
            "A misspelt name leaves the default in force without a word.",
            "Correct the name, or delete its line.",
            "Zowe: bin/zowe-setup-certificates.env",
            where,
        )
    other = [
        f"{variable.name} ({variable.since} to {variable.until})"
        for variable in VARIABLES
        if variable.name in settings.assigned and not variable.since <= settings.release <= variable.until
    ]
    if other:
        yield Finding(
            "ZC-CFG-08",
            Severity.INFO,
            f"release {settings.release} does not read {', '.join(other)}",
            "The file was written for another release; what it says there has no effect.",
            "Name the release that runs with --release, or delete the lines.",
            "Zowe: bin/zowe-setup-certificates.env",
            where,
        )
