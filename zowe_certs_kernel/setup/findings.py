"""What a set-up warns of before it starts. The ids are those of the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ..model import Finding, Severity
from ..secret import PUBLISHED_PASSWORD, Secret
from ..zowe.settings import CertificateSettings
from ..zowe.variables import VARIABLES
from .authority import FoundAuthority
from .layout import OWN_AS_ANCHOR_SINCE
from .plan import PlannedCertificate

__all__ = ["defects", "settings_findings", "worst_first"]

_VERY_SOON = 30
_A_YEAR = 366


def defects(settings: CertificateSettings, certificates: Sequence[PlannedCertificate]) -> tuple[str, ...]:
    """What a set that is made exactly as Zowe makes it has that a better one would not.

    Source: what Zowe's scripts of 1.15 and 1.28 made, measured; docs/differences-from-zowe.md tells more.
    """
    found = ["the authority's keystore has the password that is fixed in Zowe's own script"]
    if any(one.issuer and not one.key_of for one in certificates):
        found.append("the certificates outlive their authority, by seconds")
    if any(one.issuer and len(set(one.san)) < len(one.san) for one in certificates):
        found.append("names and addresses stand twice in the certificate")
    found += _external_defects(settings, certificates)
    if any(one.key_of and not one.public_key for one in certificates):
        found.append(
            "jwtsecret.pem is the certificate in which Zowe wraps z/OSMF's public key, but the key in it is that of "
            "the JWT secret, for z/OSMF is not asked for its own"
        )
    written = [settings.as_written[name] for name in ("VERIFY_CERTIFICATES", "NONSTRICT_VERIFY_CERTIFICATES")]
    if not {"true", "false"}.issuperset(written):
        found.append("Zowe takes a verify flag that is neither true nor false as false, without a word")
    if not settings.profile.ebcdic:
        found.append("zowe-certificates.env names copies in EBCDIC, which there are only on z/OS")
    if settings.profile.protection == "legacy":
        found.append("certificates are protected by RC2 with 40 bits, which OpenSSL 3 and Node refuse")
    else:
        found.append("the stores are protected by AES-256, which GSKit (ZSS) is reported to refuse")
    return tuple(found)


def _external_defects(settings: CertificateSettings, certificates: Sequence[PlannedCertificate]) -> Iterator[str]:
    """What Zowe's script does with external certificates."""
    if any(one.external for one in certificates):
        yield "a local authority that signs no server's certificate is made, trusted and named as the one that does"
        if settings.release >= OWN_AS_ANCHOR_SINCE:
            yield "the server's own certificate is trusted as if it were an authority (extca0)"
            yield "EXTERNAL_CERTIFICATE_AUTHORITIES names the files from which the copies were made"
        if settings.components:
            yield "zowe-certificates.env tells of certificates of components, which are not made"
    if settings.external_components:
        yield "EXTERNAL_COMPONENT_CERTIFICATES has no effect"


def settings_findings(
    settings: CertificateSettings,
    zosmf: Sequence[tuple[str, dt.datetime]],
    *,
    published_ca_password: bool,
    found: FoundAuthority | None,
    at: dt.datetime,
) -> tuple[Finding, ...]:
    """The findings about ``settings``, worst first.

    Args:
        zosmf: file and end of each certificate of z/OSMF.
        published_ca_password: whether the authority's store has, or had, the password that everybody knows.
        found: an authority that is used again.
        at: the moment of the set-up.
    """
    findings = [
        *_findings(settings, zosmf, published_ca_password=published_ca_password),
        *_profile_findings(settings),
        *(_authority_findings(settings, found, at) if found else ()),
    ]
    return worst_first(findings)


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same findings, errors before warnings; of one severity they keep their order."""
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))


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
            "Let it be trusted: zowe-certs trust DIR --from HOST:PORT of z/OSMF, or setup --zosmf HOST:PORT, or the "
            "file of its CA certificate in ZOSMF_CERTIFICATE; or set the verify flags to false where z/OSMF's "
            "certificate is self-signed and cannot be changed.",
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
            "Make the set without --as-zowe, or change the password with keytool -storepasswd and name the new one "
            "with --ca-password-from.",
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


def _profile_findings(settings: CertificateSettings) -> Iterator[Finding]:
    """What the kit's own choices bring with them."""
    where, profile = {"source": settings.source}, settings.profile
    if not profile.key_type.is_rsa:
        own_key = settings.has_jwt_secret
        yield Finding(
            "ZC-KEY-02",
            Severity.INFO if own_key else Severity.WARNING,
            f"the keys are {profile.key_type}"
            + (", only the JWT secret is RSA" if own_key else ", and the gateway signs login tokens with RSA only"),
            "The gateway's tokens are RS256. Where z/OSMF makes the tokens, the gateway's key does not matter.",
            "Nothing, for the JWT secret signs the tokens."
            if own_key
            else "Set ZOWE_CERTS_KEY_TYPE to an RSA type, unless z/OSMF makes the tokens.",
            "Zowe: API ML, message ZWEAM701E; api-layer issue 4109",
            where,
        )
    if profile.store_type == "JKS":
        yield Finding(
            "ZC-KS-12",
            Severity.WARNING,
            "keystore and trust store are JKS, whose protection of keys is weak",
            "A guess at the password costs one SHA-1, so that only a long one resists; and ZSS, which opens stores by "
            "System SSL of z/OS, knows PKCS12 but not JKS.",
            "Leave ZOWE_CERTS_STORE_TYPE out, unless a program of yours reads JKS only.",
            "JDK: sun.security.provider.KeyProtector",
            where,
        )


def _authority_findings(settings: CertificateSettings, found: FoundAuthority, at: dt.datetime) -> Iterator[Finding]:
    """What an authority that is there already decides instead of the settings."""
    where, left = {"source": settings.source}, found.days_left(at)
    asked_for = "ZOWE_CERTS_DAYS" in settings.assigned
    if left < settings.profile.days and (asked_for or left <= _A_YEAR):
        yield Finding(
            "ZC-DATE-03",
            Severity.WARNING if left <= _VERY_SOON else Severity.INFO,
            f"the authority ends on {found.certificate.end_day}, and the certificates that it signs with it",
            f"No certificate is valid longer than its authority, so they last {left} days.",
            "Make a new authority (another file for --ca-store), and let clients trust it before the old one ends.",
            "RFC 5280, section 6.1",
            where,
        )
    idle = [name for name in ("ZOWE_CERTS_CA_DAYS", "ZOWE_CERTS_CA_COMMON_NAME") if name in settings.assigned]
    if idle:
        yield Finding(
            "ZC-CFG-08",
            Severity.INFO,
            f"{' and '.join(idle)} {'has' if len(idle) == 1 else 'have'} no effect: the authority is there already",
            "An authority that is used again keeps its name, its key and its end.",
            "Name another file with --ca-store to make a new authority.",
            "",
            where,
        )
