"""Which rule of the audit a refusal falls under, and what to ask the authority for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from ..model import CertificateFacts
from ..trust.verdict import Role, Verdict

__all__ = ["RULES", "rule_of"]

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


def rule_of(chain: Sequence[CertificateFacts], verdict: Verdict, role: Role, at: dt.datetime) -> str:
    """The id for a refusal: what is wrong with the certificate at fault, in the order in which it is mended."""
    leaf = chain[0]
    culprit = next((facts for facts in chain if facts.sha256 == verdict.at_fault), leaf)
    begins, ends = culprit.not_before, culprit.not_after
    if ends and ends < at:
        return "ZC-DATE-01" if culprit is leaf else "ZC-DATE-04"
    if begins and begins > at:
        return "ZC-DATE-02" if culprit is leaf else "ZC-DATE-04"
    for words, rule in _BY_WORDS:
        if re.search(words, verdict.reason):
            return rule
    if re.search(r"extended key usage|purpose", verdict.reason):
        if culprit is not leaf:
            return "ZC-EKU-06"
        needed = set(leaf.extended_key_usage or ())
        return "ZC-EKU-02" if role is Role.JAVA_CLIENT or "serverAuth" in needed else "ZC-EKU-01"
    if re.search(r"key usage", verdict.reason):
        return "ZC-KU-01" if culprit is leaf else "ZC-CHN-05"
    return "ZC-CHN-01"


_BY_WORDS = (
    (r"private key", "ZC-KEY-05"),
    (r"which Java has disabled|the signature of .* is too weak|TLS 1.3 does not take", "ZC-KEY-03"),
    (r"only \d+ bits|too short|too weak", "ZC-KEY-01"),
    (r"no authority|not an authority|may not sign|basic constraints|authorities below it", "ZC-CHN-05"),
    (r"neither sent nor in the trust store|not in the trust store", "ZC-TS-01"),
)
