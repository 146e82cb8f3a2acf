"""The z/OSMF of a set-up: its authority, or what it shows as Zowe's own script takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ..errors import SettingsError, StoreError, UsageError
from ..model import CertificateFacts, Finding, Severity
from ..stores.endpoint import endpoint_of
from ..trust.java_host import java_host_problem
from ..trust.name_constraints import shown_names
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_WRAPPED_KEY, LAST_WITH_JWT_SECRET, LAST_WITH_WRAPPED_KEY, Release
from .anchor import anchors_of, choices_of
from .confirmation import confirmed
from .host_check import script_host_problem
from .presented import Presented, ServiceAnchor, Zosmf
from .token_key import fetched_token_key

__all__ = [
    "FIRST_WITH_NAME_CHECK",
    "as_shown",
    "name_finding",
    "refuse_idle_confirmation",
    "zosmf_as_zowe",
    "zosmf_by_authority",
]

FIRST_WITH_NAME_CHECK = Release(1, 21)
_FIRST_WITH_ZOSMF_KEY = Release(1, 10)
_OWN_AUTHORITY = "localca"  # the alias that the trust store has already


def refuse_idle_confirmation(
    settings: CertificateSettings, address: str | None, confirm: Sequence[str], *, as_zowe: bool
) -> None:
    """Refuse fingerprints that would be held against nothing: whoever gives one relies on it.

    Args:
        address: the z/OSMF that is asked; None: nobody is.

    Raises:
        UsageError: there are some; says why nothing is confirmed here.
    """
    if not confirm:
        return
    if as_zowe:
        why = "--as-zowe (as_zowe) asks nobody, as Zowe's own script does; leave one of them out"
    elif settings.zosmf_certificates:
        why = "z/OSMF's certificates come from the files of ZOSMF_CERTIFICATE; leave it out"
    elif not settings.verifies_services:
        why = "these settings verify no service, so that nothing of z/OSMF is trusted; leave it out"
    elif address is None:
        why = "no z/OSMF is asked; name it with --zosmf HOST:PORT (zosmf), or leave it out"
    else:
        return
    msg = f"--confirm (confirm) has no use: {why}"
    raise UsageError(msg)


def zosmf_as_zowe(settings: CertificateSettings, shown: Presented, *, seconds: float = 10.0) -> Zosmf:
    """Each certificate that z/OSMF shows; nobody is asked, and since 1.21 strict mode looks at its names first.

    From 1.12 to 1.20 strict mode also asks for the public key of its tokens. The script fails where none is told; here
    a finding says so.

    Raises:
        SettingsError: its names are not those asked for.
    """
    if settings.verify_certificates and settings.release >= FIRST_WITH_NAME_CHECK:
        problem = script_host_problem(shown.chain[0], shown.host)
        if problem:
            msg = (
                f"z/OSMF at {shown.name} is refused, as Zowe's own script refuses it where VERIFY_CERTIFICATES is "
                f"true: {problem}. Name it by one of its own names, or verify with NONSTRICT_VERIFY_CERTIFICATES alone"
            )
            raise SettingsError(settings.source, [msg])
    findings, key, why = [_unasked(shown)], None, "it is not asked for it in this release"
    if settings.verify_certificates and FIRST_WITH_WRAPPED_KEY <= settings.release <= LAST_WITH_WRAPPED_KEY:
        host, port = endpoint_of(shown.name) or (shown.host, 0)
        try:
            key = fetched_token_key(host, port, shown.chain, seconds=seconds)
            why = "it makes no tokens (404)"
        except StoreError as error:
            why = str(error)
    if settings.verify_certificates and _FIRST_WITH_ZOSMF_KEY <= settings.release <= LAST_WITH_JWT_SECRET and not key:
        findings.append(_without_key(shown, why))
    return Zosmf(shown.name, as_shown(shown.chain), tuple(findings), token_key=key or b"")


def as_shown(chain: Sequence[CertificateFacts]) -> tuple[ServiceAnchor, ...]:
    """``zosmf00`` is the server's own certificate, ``zosmf01`` and so on are the others, all of them anchors."""
    return tuple(
        ServiceAnchor(f"zosmf{number:02}", facts, "as Zowe's script does, which trusts each certificate that is shown")
        for number, facts in enumerate(chain)
    )


def _unasked(shown: Presented) -> Finding:
    return Finding(
        "ZC-TS-04",
        Severity.INFO,
        f"what z/OSMF at {shown.name} shows is trusted unseen, its own certificate too",
        "Zowe's script asks nobody, so that whoever answers there is trusted, and the next renewal breaks it.",
        "Without --as-zowe the authority alone is trusted, once its fingerprint is confirmed.",
        "Zowe: bin/apiml_cm.sh",
        {"source": shown.name},
    )


def _without_key(shown: Presented, why: str) -> Finding:
    return Finding(
        "ZC-KS-13",
        Severity.INFO,
        f"the public key with which z/OSMF at {shown.name} signs its tokens is not known: {why}",
        "Zowe's script puts it into jwtsecret.pem, which here holds the public key of the JWT secret; the gateway "
        "reads neither, only ZSS and the app-server do where single sign-on is set up.",
        "Where that is so, put z/OSMF's own key there.",
        "Zowe: bin/apiml_cm.sh",
        {"source": shown.name},
    )


def zosmf_by_authority(
    settings: CertificateSettings, shown: Presented, confirm: Sequence[str], *, at: dt.datetime
) -> Zosmf:
    """The authority of what z/OSMF shows; unconfirmed where ``confirm`` names nothing.

    Raises:
        SettingsError: nothing that it shows could be trusted; says what to ask for.
        UsageError: ``confirm`` names another one.
    """
    (choice,) = choices_of([shown], at=at)
    anchors = anchors_of([choice], taken=[_OWN_AUTHORITY])
    if not anchors:
        msg = f"z/OSMF at {shown.name} cannot be trusted: {choice.why}, and name its file in ZOSMF_CERTIFICATE"
        raise SettingsError(settings.source, [msg])
    if confirm:
        confirmed(anchors, confirm)
    return Zosmf(shown.name, anchors, tuple(_findings(settings, shown, at)), unconfirmed=() if confirm else anchors)


def _findings(settings: CertificateSettings, shown: Presented, at: dt.datetime) -> Iterator[Finding]:
    leaf = shown.chain[0]
    if found := name_finding(shown, strict=settings.verify_certificates):
        yield found
    if leaf.not_after is not None and leaf.not_after < at:
        yield Finding(
            "ZC-DATE-01",
            Severity.WARNING,
            f"the certificate that {shown.name} shows ended {leaf.end_day}",
            "Zowe refuses it in STRICT and NONSTRICT mode, whatever the trust store holds.",
            "Have it renewed.",
            "RFC 5280, section 6.1.3",
            {"source": shown.name, "sha256": leaf.sha256 or ""},
        )


def name_finding(shown: Presented, *, strict: bool) -> Finding | None:
    """A server that strict mode would refuse under the name by which it was called."""
    leaf = shown.chain[0]
    problem = java_host_problem(leaf, shown.host) if shown.host else ""
    if not problem:
        return None
    names = shown_names(leaf.san) or "none"
    return Finding(
        "ZC-SAN-11",
        Severity.WARNING if strict else Severity.INFO,
        f"{shown.name} is not called by a name of its certificate: {problem}",
        f"With VERIFY_CERTIFICATES true the gateway refuses it, whatever it trusts; its names are {names}.",
        "Let Zowe call it by one of these, have the name added, or set NONSTRICT_VERIFY_CERTIFICATES alone.",
        "RFC 6125 and 9525",
        {"source": shown.name, "sha256": leaf.sha256 or ""},
    )
