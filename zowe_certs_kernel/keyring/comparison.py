"""A key ring as its listing shows it, compared with what Zowe's settings say of it.

Rules: Zowe's documents on certificates in key rings and on troubleshooting them; RACF Command Language Reference
(SA23-2292) for the commands that mend. A listing holds no certificate, so issuers are found by their names; nothing
here is proved by a signature.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import CertificateFacts, Entry, EntryKind, Finding, Severity
from ..setup.findings import worst_first
from ..trust.host_names import rfc_host_problem
from ..trust.token_signer import JWT_SECRET
from ..zowe.instance import KeystoreEnvironment
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, LAST_WITH_JWT_SECRET
from .ring_view import AUTHORITY, RingView, is_authority, place_of, subject_of
from .symbols import SITE

__all__ = ["ToldOfRing", "compare_ring"]

_LABELS = "Zowe: Troubleshooting key rings; ICSF and RACF return code 8, reason 44"
_PERSONAL = "Zowe: Configuring certificates, key ring; R_datalib"
_CHAIN = "Zowe: Configuring certificates, key ring"
_DATES = "RFC 5280, section 6.1.3"
_NAMES = "RFC 6125, section 6.4"
_DETAILS = "add what RACDCERT LIST says of it to the file: {command}"
_SAMPLE_END = "2030-05-01"
_VERY_SOON, _SOON = dt.timedelta(days=30), dt.timedelta(days=90)


@dataclass(frozen=True)
class ToldOfRing:
    """What Zowe is told of its ring: the label of its certificate, the names in that, and the other labels it needs.

    ``jwt_label`` is empty where the release needs no JWT secret, or its label is not known.
    """

    label: str
    hosts: tuple[str, ...] = ()
    jwt_label: str = ""
    components: tuple[str, ...] = ()

    @classmethod
    def by_settings(cls, settings: CertificateSettings) -> ToldOfRing:
        """What a settings file asks for."""
        own = settings.pkcs11_token_label if settings.release >= FIRST_WITH_JWT_NAME else ""
        jwt = (own or JWT_SECRET) if settings.has_jwt_secret else ""
        return cls(settings.keystore_alias, settings.host_names, jwt, settings.components)

    @classmethod
    def by_environment(cls, environment: KeystoreEnvironment, hosts: tuple[str, ...] = ()) -> ToldOfRing:
        """What ``zowe-certificates.env`` says; a label of the JWT secret of one's own is not in it as RACF has it."""
        own = environment.pkcs11_token_label and environment.newest >= FIRST_WITH_JWT_NAME
        needed = environment.newest <= LAST_WITH_JWT_SECRET and not own
        return cls(environment.key_alias, hosts, JWT_SECRET if needed else "")


def compare_ring(told: ToldOfRing, ring: RingView, *, at: dt.datetime | None = None) -> tuple[Finding, ...]:
    """What of the ring does not go with what Zowe is told, or would stop it; the worst first.

    Args:
        at: the moment at which certificates have to be valid; None: now.
    """
    return worst_first(list(_Comparison(told, ring, at or dt.datetime.now(dt.UTC)).findings()))


@dataclass(frozen=True)
class _Comparison:
    told: ToldOfRing
    ring: RingView
    at: dt.datetime

    def findings(self) -> Iterator[Finding]:
        ring, label = self.ring, self.told.label
        if not ring.found:
            yield self._no_ring()
            return
        own = ring.labelled(label)
        if own is None:
            yield self._no_label(label)
        else:
            yield from self._personal(own, "the Zowe certificate")
            yield from self._own_details(own)
        for component in self.told.components:
            named = ring.labelled(component)
            yield from (
                self._personal(named, f"the certificate of {component}") if named else [self._no_label(component)]
            )
        if self.told.jwt_label:
            yield from self._jwt()

    def _finding(  # noqa: PLR0917  # the parts of a finding, in the order of the model
        self, rule: str, severity: Severity, message: str, why: str, fix: str, source: str, label: str = ""
    ) -> Finding:
        where = {"source": self.ring.id} | ({"alias": label} if label else {})
        return Finding(rule, severity, message, why, fix, source, where)

    def _no_ring(self) -> Finding:
        ring = self.ring
        near = [one for one in ring.rings if one.lower() == ring.id.lower()]
        listed = ", ".join(ring.rings[:5]) or "no ring"
        other = "; upper and lower case differ" if near else ""
        return self._finding(
            "ZC-KR-14",
            Severity.ERROR,
            f"the listing shows {near[0] if near else listed}, not the ring {ring.id} that the settings name{other}",
            "Java ends with return codes 8, 8 and 84: there is no such ring.",
            f"correct ZOWE_KEYRING or ZOWE_USER_ID; or list it: RACDCERT LISTRING({ring.name}) ID({ring.owner}); or "
            f"make it: RACDCERT ADDRING({ring.name}) ID({ring.owner})",
            "Zowe: Troubleshooting key rings; R_datalib return code 8, reason 84",
        )

    def _no_label(self, label: str) -> Finding:
        ring = self.ring
        near = next((one.alias for one in ring.entries if _squeezed(one.alias) == _squeezed(label)), "")
        elsewhere = next((one for one in ring.others if one.alias == label and place_of(one).owner != AUTHORITY), None)
        why = "Java ends with return codes 8, 8 and 44: it finds no certificate of that label in the ring."
        if near:
            message = f"the ring holds the label {near!r}, the settings say {label!r}"
            fix = f"write the label as RACF has it, upper and lower case and blanks included: {near}"
        elif elsewhere:
            message = f"{label!r} is in RACF, but not connected to the ring"
            fix = f"connect it: {_connect(ring, elsewhere)}"
        else:
            labels = ", ".join(repr(one.alias) for one in ring.entries if place_of(one).usage == "PERSONAL")
            message = f"the ring holds no certificate {label!r}; with a key it holds {labels or 'none'}"
            fix = "correct the label in the settings (ZOWE_CERTIFICATE_LABEL, KEYSTORE_ALIAS up to 1.15), or connect it"
        return self._finding("ZC-KR-04", Severity.ERROR, message, why, fix, _LABELS, label)

    def _personal(self, own: Entry, what: str) -> Iterator[Finding]:
        """What R_datalib and Java ask of a certificate whose private key is to be used."""
        place, label = place_of(own), own.alias
        user = place.owner or self.ring.owner
        if place.usage != "PERSONAL":
            yield self._finding(
                "ZC-KR-06",
                Severity.ERROR,
                f"{what} {label!r} is connected as {place.usage}",
                "Java gets a private key only of what is connected as PERSONAL.",
                f"connect it again: {_connect(self.ring, own)}",
                _PERSONAL,
                label,
            )
        if place.status == "NOTRUST":
            yield self._finding(
                "ZC-KR-06",
                Severity.ERROR,
                f"{what} {label!r} is not trusted by RACF (NOTRUST)",
                "R_datalib leaves it out, as if it were not in the ring.",
                f"RACDCERT ALTER(LABEL({_label(label)})) {_of(user)} TRUST",
                _PERSONAL,
                label,
            )
        if own.kind is not EntryKind.PRIVATE_KEY and own.certificate and place.usage == "PERSONAL":
            yield self._finding(
                "ZC-KR-06",
                Severity.ERROR,
                f"{what} {label!r} has no private key in RACF",
                "Without its key it can be shown by nobody.",
                "import it again with its key, from a PKCS12 data set (zowe-certs jcl --option 3)",
                _PERSONAL,
                label,
            )
        if user != self.ring.owner and place.usage == "PERSONAL":
            asked = "CONTROL" if user == SITE else "UPDATE"
            yield self._finding(
                "ZC-KR-08",
                Severity.WARNING,
                f"the key of {what} belongs to {user}, the ring to {self.ring.owner}",
                "Another one's private key is given only to who has the right to it; Java ends with 8, 8 and 8 else.",
                f"PERMIT {self.ring.owner}.{self.ring.name.upper()}.LST CLASS(RDATALIB) ID({self.ring.owner}) "
                f"ACCESS({asked})"
                + ("; without RDATALIB, CONTROL on IRR.DIGTCERT.GENCERT in class FACILITY" if user == SITE else ""),
                "R_datalib: RACF authorization",
                label,
            )

    def _own_details(self, own: Entry) -> Iterator[Finding]:
        place, label = place_of(own), own.alias
        if place.default is False:
            yield self._finding(
                "ZC-KR-06",
                Severity.INFO,
                f"the Zowe certificate {label!r} is not the default of the ring",
                "Zowe names it by its label; a program that names none would show another one.",
                f"connect it with DEFAULT: {_connect(self.ring, own)}",
                _PERSONAL,
                label,
            )
        facts = own.certificate
        if facts is None:
            yield self._no_details(own)
            return
        yield from self._dates(own, facts, "the Zowe certificate", "ZC-DATE-01")
        yield from self._names(facts, label)
        if facts.key and facts.key.type == "RSA" and facts.key.bits < 2048:
            yield self._finding(
                "ZC-KEY-01",
                Severity.ERROR,
                f"the key of {label!r} has {facts.key.bits} bits",
                "Java and browsers refuse RSA keys of fewer than 2,048 bits.",
                "make a new one with SIZE(2048) or more",
                "Zowe: Configuring certificates",
                label,
            )
        yield from self._chain(facts)

    def _no_details(self, entry: Entry) -> Finding:
        command = f"RACDCERT LIST(LABEL({_label(entry.alias)})) {_of(place_of(entry).owner)}"
        return self._finding(
            "ZC-KR-13",
            Severity.WARNING,
            f"of {entry.alias!r} the listing shows no more than its label",
            "Its trust, its dates, its names and who signed it were not judged.",
            _DETAILS.format(command=command),
            "RACDCERT LISTRING",
            entry.alias,
        )

    def _dates(self, entry: Entry, facts: CertificateFacts, what: str, ended: str) -> Iterator[Finding]:
        begins, ends, label = facts.not_before, facts.not_after, entry.alias
        if begins and begins > self.at:
            yield self._finding(
                "ZC-DATE-02",
                Severity.ERROR,
                f"{what} {label!r} begins on {begins:%Y-%m-%d} only",
                "Until then every handshake fails.",
                "wait, or check the clocks",
                _DATES,
                label,
            )
        if ends is None:
            return
        left, day = ends - self.at, f"{ends:%Y-%m-%d}"
        owner = _of(place_of(entry).owner or self.ring.owner)
        renew = f"connect its successor; RACDCERT {owner} REKEY(LABEL({_label(label)})) WITHLABEL('NEW LABEL') makes "
        renew += "one, to be signed by its authority where it has one, and ROLLOVER lets it take this one's place"
        if ends < self.at:
            why = "Every handshake fails since then."
            yield self._finding(ended, Severity.ERROR, f"{what} {label!r} ended on {day}", why, renew, _DATES, label)
        elif left < _SOON:
            severity = Severity.WARNING if left < _VERY_SOON else Severity.INFO
            told = f"{what} {label!r} ends on {day}, in {left.days} days"
            why = "At its end every handshake fails, and Zowe does not warn."
            yield self._finding("ZC-DATE-03", severity, told, why, renew, _DATES, label)
        if day == _SAMPLE_END:
            yield self._finding(
                "ZC-DATE-07",
                Severity.INFO,
                f"{what} {label!r} ends on the day that Zowe's sample job has fixed in it",
                "All certificates that were made by that job end on that day.",
                "note the day, or renew it with a day of your own (zowe-certs jcl, ZOWE_CERTS_DAYS)",
                "zowe-install-packaging, files/jcl/ZWEKRING.jcl",
                label,
            )

    def _names(self, facts: CertificateFacts, label: str) -> Iterator[Finding]:
        missing = [host for host in self.told.hosts if rfc_host_problem(facts, host)]
        if missing:
            yield self._finding(
                "ZC-SAN-01",
                Severity.WARNING,
                f"{label!r} does not hold {', '.join(missing)}, which HOSTNAME names",
                "A client that asks for that name refuses Zowe.",
                "make or ask for a certificate with these names (a job of ZWEKRING takes one), or correct HOSTNAME",
                _NAMES,
                label,
            )

    def _chain(self, facts: CertificateFacts) -> Iterator[Finding]:
        """The issuers above the Zowe certificate: in the ring, as authorities, trusted and valid."""
        chain = self.ring.issuers(facts)
        for entry in chain:
            assert entry.certificate  # noqa: S101  # found by its subject
            if place_of(entry).status == "NOTRUST":
                yield self._finding(
                    "ZC-KR-07",
                    Severity.ERROR,
                    f"the authority {entry.alias!r} is not trusted by RACF (NOTRUST)",
                    "R_datalib leaves it out, and with it the chain is broken.",
                    f"RACDCERT ALTER(LABEL({_label(entry.alias)})) {_of(place_of(entry).owner)} TRUST",
                    _CHAIN,
                    entry.alias,
                )
            yield from self._dates(entry, entry.certificate, "the authority", "ZC-DATE-04")
        top = chain[-1].certificate if chain else facts
        if top and top.issuer != top.subject:
            circle = any(is_authority(one) and subject_of(one) == top.issuer for one in self.ring.entries)
            yield self._circle(top) if circle else self._missing_issuer(top)

    def _circle(self, top: CertificateFacts) -> Finding:
        return self._finding(
            "ZC-CHN-01",
            Severity.ERROR,
            f"the authorities above the Zowe certificate lead to no root: “{top.common_name}” is signed from below",
            "Java builds a chain up to a certificate that signed itself, and finds none.",
            "connect the root authority, whose issuer is itself",
            _CHAIN,
        )

    def _missing_issuer(self, top: CertificateFacts) -> Finding:
        everything = (*self.ring.others, *(one for one in self.ring.entries if not is_authority(one)))
        known = next((one for one in everything if subject_of(one) == top.issuer), None)
        unlisted = [one for one in self.ring.entries if is_authority(one) and one.certificate is None]
        if known:
            fix = f"connect it: {_connect(self.ring, known, AUTHORITY)}"
            rule, severity = "ZC-KR-07", Severity.ERROR
        elif unlisted:
            fix = _DETAILS.format(command="RACDCERT CERTAUTH LIST")
            rule, severity = "ZC-KR-13", Severity.WARNING
        else:
            fix = "add the issuer's certificate to RACF (RACDCERT CERTAUTH ADD('DATA.SET') TRUST), and connect it: "
            fix += f"RACDCERT CONNECT(CERTAUTH LABEL('…') RING({self.ring.name})) ID({self.ring.owner})"
            rule, severity = "ZC-KR-07", Severity.ERROR
        return self._finding(
            rule,
            severity,
            f"{top.issuer}, which signed “{top.common_name}”, is not connected to the ring"
            if severity is Severity.ERROR
            else f"whether {top.issuer}, which signed “{top.common_name}”, is connected cannot be seen",
            "Zowe trusts its own certificate only with all authorities above it in the ring, as CERTAUTH.",
            fix,
            _CHAIN,
        )

    def _jwt(self) -> Iterator[Finding]:
        """Up to 1.26 the gateway asks for the key that signs its tokens, and does not start without it."""
        label = self.told.jwt_label
        entry = self.ring.labelled(label)
        if entry is not None:
            yield from self._personal(entry, "the JWT secret")
            return
        yield self._finding(
            "ZC-JWT-01",
            Severity.ERROR,
            f"the ring holds no JWT secret ({label!r})",
            "Up to Zowe 1.26 the gateway signs its tokens with it and does not start without it.",
            "make and connect it: the steps JWT and CONNJWT of zowe-certs jcl",
            "api-layer 1.15: apiml.security.auth.jwtKeyAlias",
            label,
        )


def _squeezed(label: str) -> str:
    return "".join(label.split()).lower()


def _label(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"


def _of(owner: str) -> str:
    return owner if owner in {AUTHORITY, SITE} else f"ID({owner})"


def _connect(ring: RingView, entry: Entry, usage: str = "PERSONAL") -> str:
    owner = place_of(entry).owner or ring.owner
    how = "USAGE(PERSONAL) DEFAULT" if usage == "PERSONAL" else f"USAGE({usage})"
    what = f"{_of(owner)} LABEL({_label(entry.alias)})"
    return f"RACDCERT CONNECT({what} RING({ring.name}) {how}) ID({ring.owner})"
