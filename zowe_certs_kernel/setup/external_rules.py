"""What Java and other clients refuse of a key, as rules of the audit, and what to ask the authority for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from ..model import CertificateFacts, Severity
from ..trust.verdict import Cause, Role, RoleVerdict, Verdict

__all__ = ["RULES", "refusals", "rule_of"]

_ZOWE = "Zowe: Configuring Zowe certificates"
_NEW = "Ask the authority for a new certificate"
_BOTH = f"{_NEW} with both purposes, TLS server (serverAuth) and TLS client (clientAuth), or with none named."

# Why it matters, what to do, and whose rule it is.
RULES = {
    "ZC-EKU-01": ("Every client refuses a server whose certificate is not for servers.", _BOTH, _ZOWE),
    "ZC-EKU-02": (
        "Zowe's services are each other's clients, and show this certificate there too.",
        _BOTH,
        f"{_ZOWE}, Extended key usage",
    ),
    "ZC-EKU-06": (
        "What an authority may not sign for, its certificates are not for.",
        "Ask for a certificate of an authority that names both purposes, serverAuth and clientAuth, or none.",
        "RFC 5280, section 4.2.1.12",
    ),
    "ZC-KU-01": (
        "The key of a TLS server signs, and with older suites deciphers.",
        f"{_NEW} with the key usage digitalSignature and, for RSA, keyEncipherment.",
        "RFC 5280, section 4.2.1.3",
    ),
    "ZC-SAN-01": (
        "Clients refuse a server under a name that its certificate does not hold.",
        f"{_NEW} with these names as subject alternative names, or correct HOSTNAME and IPADDRESS.",
        f"{_ZOWE}, Hostname validity",
    ),
    "ZC-SAN-04": (
        "Today's clients take subject alternative names only and do not read the CN.",
        f"{_NEW} with the names and addresses of Zowe as subject alternative names.",
        "RFC 9525, section 2",
    ),
    "ZC-DATE-01": ("Every handshake fails with it.", "Ask the authority to renew the certificate.", _ZOWE),
    "ZC-DATE-02": (
        "Every handshake fails until it begins.",
        "Wait for the day on which it begins, or look whether the clock here is right.",
        _ZOWE,
    ),
    "ZC-DATE-03": ("Zowe does not warn before it ends.", "Ask the authority to renew the certificate.", _ZOWE),
    "ZC-DATE-04": (
        "Where an authority has ended, what it signed is worth nothing.",
        "Ask the authority for its renewed certificate, and name that in EXTERNAL_CERTIFICATE_AUTHORITIES.",
        "RFC 5280, section 6.1",
    ),
    "ZC-KEY-01": (
        "A short key can be broken, and the gateway signs no login token with it.",
        f"Make a key of 2048 bits or more (RSA), and ask for a certificate for it. {_NEW.partition(' for')[0]}.",
        f"{_ZOWE}, Key size",
    ),
    "ZC-KEY-02": (
        "The gateway's tokens are RS256. Where z/OSMF makes the tokens, the gateway's key does not matter.",
        "Make an RSA key and ask for a certificate for it, unless z/OSMF makes the tokens.",
        "Zowe: API ML, message ZWEAM701E; api-layer issue 4109",
    ),
    "ZC-KEY-03": (
        "MD5 and SHA-1 can be forged.",
        f"{_NEW} signed with SHA-256 or better.",
        "JDK: jdk.certpath.disabledAlgorithms",
    ),
    "ZC-KEY-05": (
        "Nobody can prove to be the owner of the certificate.",
        "Ask for a certificate for this key, or bring the key that belongs to the certificate.",
        _ZOWE,
    ),
    "ZC-CHN-01": (
        "Java accepts a certificate only with a path to a certificate in its trust store.",
        "Ask the authority for all certificates above this one, and name their files in "
        "EXTERNAL_CERTIFICATE_AUTHORITIES; for a component put them into its own file.",
        f"{_ZOWE}, Certificate chain",
    ),
    "ZC-CHN-03": (
        "Clients trust it only by trusting this one certificate, and again after each renewal.",
        "Ask an authority for a certificate.",
        _ZOWE,
    ),
    "ZC-CHN-05": (
        "Verifiers stop at a certificate above that may not sign.",
        "Ask for the certificate of the authority itself: with basic constraints CA, and key usage keyCertSign if any.",
        "RFC 5280, section 4.2.1.9",
    ),
    "ZC-TS-04": (
        "Trusted as it is, it has to be trusted anew after each renewal.",
        "Name the file of the authority that signed it instead, in EXTERNAL_CERTIFICATE_AUTHORITIES.",
        f"{_ZOWE}, Trust store",
    ),
    "ZC-TS-01": (
        "Zowe's own services do not trust each other with it.",
        "Name the file of the authority that signed it in EXTERNAL_CERTIFICATE_AUTHORITIES; for a component put the "
        "authority's certificate into its own file.",
        f"{_ZOWE}, Trust store",
    ),
}


# The rule where the certificate itself is at fault, and where one above it is.
_BY_CAUSE = {
    Cause.OTHER: ("ZC-CHN-01", "ZC-CHN-01"),
    Cause.FOREIGN_KEY: ("ZC-KEY-05", "ZC-KEY-05"),
    Cause.WEAK_KEY: ("ZC-KEY-01", "ZC-KEY-01"),
    Cause.WEAK_SIGNATURE: ("ZC-KEY-03", "ZC-KEY-03"),
    Cause.NOT_TRUSTED: ("ZC-TS-01", "ZC-TS-01"),
    Cause.NO_AUTHORITY: ("ZC-CHN-05", "ZC-CHN-05"),
    Cause.KEY_USAGE: ("ZC-KU-01", "ZC-CHN-05"),
    Cause.NOT_FOR_SERVERS: ("ZC-EKU-01", "ZC-EKU-06"),
    Cause.NOT_FOR_CLIENTS: ("ZC-EKU-02", "ZC-EKU-06"),
}
_JAVA = {
    Role.JAVA_SERVER: "as a server",
    Role.JAVA_CLIENT: "as a client",
    Role.JAVA_MUTUAL_TLS: "at both ends of a connection",
}


def rule_of(chain: Sequence[CertificateFacts], verdict: Verdict, at: dt.datetime) -> str:
    """The id for a refusal: the dates of the certificate at fault first, as it has to be renewed then anyhow."""
    at_fault = verdict.at_fault or chain[0].sha256
    above = at_fault != chain[0].sha256
    for culprit in (facts for facts in chain if facts.sha256 == at_fault):
        if culprit.not_after and culprit.not_after < at:
            return "ZC-DATE-04" if above else "ZC-DATE-01"
        if culprit.not_before and culprit.not_before > at:
            return "ZC-DATE-04" if above else "ZC-DATE-02"
    return _BY_CAUSE[verdict.cause][above]


def refusals(
    chain: Sequence[CertificateFacts], roles: Mapping[Role, RoleVerdict], at: dt.datetime, name: str
) -> Iterator[tuple[str, Severity, str]]:
    """Rule, severity and message of what is refused; names of hosts are not looked at.

    What Java refuses is an error, each reason once with the roles that it is for. What OpenSSL and Node refuse of a
    server that Java accepts is a warning, unless Java's errors told the same rule.

    Args:
        roles: the strict verdicts.
        name: what the certificate is called.
    """
    reasons: dict[tuple[str, str], list[str]] = {}
    for role, words in _JAVA.items():
        verdict = roles[role].verdict
        if not verdict.accepted:
            reasons.setdefault((rule_of(chain, verdict, at), verdict.reason), []).append(words)
    for (rule, reason), refused in reasons.items():
        yield rule, Severity.ERROR, f"Java refuses {name} {', '.join(refused)}: {reason}"
    node = roles[Role.NODE_SERVER].verdict
    if roles[Role.JAVA_SERVER].verdict.accepted and not node.accepted:
        rule = rule_of(chain, node, at)
        if all(rule != told for told, _ in reasons):
            yield rule, Severity.WARNING, f"OpenSSL and Node refuse {name} as a server: {node.reason}"
