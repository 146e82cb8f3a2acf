"""What RACDCERT LIST, LISTRING, LISTCHAIN and CHECKCERT print on z/OS, saved as text, to facts.

The layout is that of the samples in IBM's z/OS Security Server RACF Command Language Reference (SA23-2292) and
RACF Security Administrator's Guide (SA23-2289). A listing holds no certificate: nothing in it is proved by a
signature, and it has no fingerprint where an older RACF printed it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import islice

from ..errors import Damaged, TooCostly, UnknownFormat
from .racf_facts import ListedCertificate, ListedChain, ListedRing, Listing, RingEntry
from .racf_text import MAX_BYTES, is_ascii, is_racf_listing, lines_of

__all__ = ["read_racf_listing"]

_MAX_ITEMS = 10_000  # certificates, rings and their entries together
_MAX_NOTES = 100
_MAX_PARTS = 64  # lines of a name and attributes in it; RACF shows 256 bytes of a subject

_HEADING = re.compile(r"Digital (certificate|ring) information for (?:user )?([^\s:]{1,8}) *:?")
_NUMBERED = re.compile(r"Certificate (\d{1,5}):")
_MESSAGE = re.compile(r"(?:IRRD\d{3}I\s+)?(No certificate information was found.*)|IRRD\d{3}I\s+(.+)")
_PROMPT = re.compile(r"READY|RACDCERT(?: .*)?|END", re.IGNORECASE)
_FIELD = re.compile(r"([A-Z][A-Za-z0-9'() ]{1,40}):(?: +(.*))?")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f:]+")
_QUALIFIED_RING = re.compile(r"([^\s/]{1,8})/(\S+)")
_ATTRIBUTE = re.compile(r"(?:^|\.)([A-Z][A-Z0-9]{0,19}|OID(?:\.[0-9]{1,9}){2,16})=")
# RACF's words for attribute types that RFC 4514 (section 3) writes otherwise or knows by their number only
_TYPES = {
    "SP": "ST",
    "T": "2.5.4.12",
    "PC": "2.5.4.17",
    "SERIALNUMBER": "2.5.4.5",
    "DNQUALIFIER": "2.5.4.46",
    "EMAIL": "1.2.840.113549.1.9.1",
    "MAIL": "0.9.2342.19200300.100.1.3",
}
_SAN_KINDS = {"IP": "ip", "EMAIL": "email", "DOMAIN": "dns", "DNS": "dns", "URI": "uri"}
_SAN, _SHA256, _ISSUER, _SUBJECT, _SERIAL = (
    "Subject's AltNames",
    "Certificate Fingerprint (SHA256)",
    "Issuer's Name",
    "Subject's Name",
    "Serial Number",
)
_YES_NO = {"YES": True, "NO": False}
_LOCAL_TIME = "RACF prints the local time of its system without the zone; the dates are taken as UTC"


def read_racf_listing(data: bytes, source: str) -> Listing:
    """Read all listings of a file, in ASCII, UTF-8 or IBM-1047; lines that are not RACF's are passed over.

    Raises:
        UnknownFormat: there is no RACDCERT listing in it.
        Damaged: its headings stand there, but nothing below them can be read.
        TooCostly: it is over 8 MiB, 250,000 lines or 10,000 certificates and ring entries.
    """
    if len(data) > MAX_BYTES:
        msg = "over 8 MiB is no RACDCERT listing that is read here: save the listings of fewer users in one file"
        raise TooCostly(msg)
    if not is_racf_listing(data):
        msg = "it holds no output of RACDCERT LIST, LISTRING or LISTCHAIN"
        raise UnknownFormat(msg)
    reader = _Reader()
    for line in lines_of(data):
        reader.take(line)
    reader.close_chain()
    if not (reader.certificates or reader.rings or reader.notes):
        msg = "it has the headings of a RACDCERT listing and nothing below them"
        raise Damaged(msg)
    notes = ([_LOCAL_TIME] if reader.certificates else []) + list(dict.fromkeys(reader.notes))
    certificates = tuple(dict.fromkeys(reader.certificates))
    ebcdic = not is_ascii(data)
    return Listing(source, certificates, tuple(reader.rings), tuple(reader.chains), tuple(notes), ebcdic)


@dataclass
class _Draft:
    """A certificate while its lines are read; ``section`` is the heading whose values come on lines of their own."""

    owner: str = ""
    values: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    san: list[list[str]] = field(default_factory=list)
    rings: list[tuple[str, list[str]]] = field(default_factory=list)
    section: str = ""
    cut: bool = False

    def take(self, text: str) -> None:
        inner = _between(text)
        if inner is not None:
            self._take_part(inner)
        elif self.section == _SHA256 and _FINGERPRINT.fullmatch(text):
            self._take_part(text)
        elif text.startswith(">"):
            self.cut = True
        elif found := _FIELD.fullmatch(text):
            self._take_field(found[1].strip(), (found[2] or "").strip())

    def _take_part(self, text: str) -> None:
        lines: list[str] = []
        if self.section == "Ring":
            lines = self.rings[-1][1] if self.rings else lines
        elif self.section == _SAN:  # a name that is too long for its line goes on between > and <
            lines = self.san[-1] if self.san else lines
        elif self.section:
            lines = self.parts.setdefault(self.section, lines)
        if len(lines) < _MAX_PARTS:
            lines.append(text)
        else:
            self.cut = True

    def _take_field(self, key: str, value: str) -> None:
        kind = _SAN_KINDS.get(key.upper()) if self.section == _SAN else None
        if kind:
            self.san.append([f"{kind}:", _address(value) if kind == "email" else value])
            return
        if key == "Ring Owner":
            self.rings.append((value, []))
            key, value = "Ring", ""
        # a field that is not known ends the one before it too, lest its lines be taken for those of a name
        self.section = "" if value else key
        if value:
            self.values.setdefault(key, value)


def _between(text: str) -> str | None:
    """What stands between RACF's ``>`` and ``<``; None where they do not enclose the text."""
    return text[1:-1] if len(text) >= 2 and text[0] == ">" and text[-1] == "<" else None


def _address(text: str) -> str:
    """An e-mail address, which IBM's sample shows as ``alice at example.com``."""
    return text if "@" in text else text.replace(" at ", "@", 1)


@dataclass
class _Chain:
    certificates: list[ListedCertificate] = field(default_factory=list)
    complete: bool | None = None
    rings: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended: bool = False
    ring_owner: str | None = None  # set below the line that announces the rings


class _Reader:
    """Takes line after line; knows which certificate, ring and chain is open."""

    def __init__(self) -> None:
        self.certificates: list[ListedCertificate] = []
        self.rings: list[ListedRing] = []
        self.chains: list[ListedChain] = []
        self.notes: list[str] = []
        self._draft: _Draft | None = None
        self._chain: _Chain | None = None
        self._ring_owner: str | None = None
        self._ring: tuple[list[str], list[RingEntry]] | None = None
        self._in_table = self._after_number = False
        self._items = 0

    def take(self, line: str) -> None:
        text = line.strip().replace("\u2019", "'")  # word processors bend the apostrophe
        if not text or (self._in_table and self._take_row(text)):
            return
        if found := _HEADING.fullmatch(text):
            self._take_heading(found[1], found[2])
        elif found := _NUMBERED.fullmatch(text):
            self._take_number(int(found[1]))
        elif found := _MESSAGE.fullmatch(text):
            if len(self.notes) < _MAX_NOTES:
                self.notes.append(" ".join((found[1] or found[2]).split()))
        elif _PROMPT.fullmatch(text):
            self.close_chain()
        elif self._chain and (self._chain.ended or text.startswith("Chain ")):
            self._take_summary(self._chain, text)
        elif self._ring_owner is not None:
            self._take_ring_line(text)
        elif self._draft:
            self._take_certificate_line(self._draft, text)

    def close_chain(self) -> None:
        self._close_draft()
        if self._chain and (self._chain.certificates or self._chain.ended):
            chain = self._chain
            rings = tuple(dict.fromkeys(chain.rings))
            self.chains.append(ListedChain(tuple(chain.certificates), chain.complete, rings, tuple(chain.notes)))
        self._chain = None

    def _take_heading(self, kind: str, owner: str) -> None:
        if self._after_number and kind == "certificate":
            self._close_draft()
        else:
            self.close_chain()
        self._after_number = False
        if kind == "certificate":
            self._draft = _Draft(owner)
        else:
            self._ring_owner = owner

    def _take_number(self, number: int) -> None:
        if number == 1 or self._chain is None:
            self.close_chain()
            self._chain = _Chain()
        self._close_draft()
        self._draft = _Draft()  # CHECKCERT has no second heading where RACF does not hold the certificate
        self._after_number = True

    def _take_certificate_line(self, draft: _Draft, text: str) -> None:
        if text.startswith("Label:") and draft.values:  # LIST has one heading for all certificates of a user
            self._close_draft()
            draft = self._draft = _Draft(draft.owner)
        self._after_number = False
        draft.take(text)

    def _take_ring_line(self, text: str) -> None:
        inner = _between(text)
        if text == "Ring:":
            self._close_ring()
            self._ring = ([], [])
        elif text.startswith("Certificate Label Name"):
            self._in_table = True
        elif inner is not None and self._ring and not self._in_table:
            self._ring[0].append(inner)

    def _take_row(self, text: str) -> bool:
        """Label, owner, usage and default, read from the right: a label may hold blanks."""
        columns = text.rsplit(None, 3)
        if len(columns) < 4 or columns[2] not in {"CERTAUTH", "PERSONAL", "SITE"} or columns[3] not in {"YES", "NO"}:
            return False
        label, owner = columns[0], columns[1].removeprefix("ID(").removesuffix(")")
        if self._ring:
            self._count()
            self._ring[1].append(RingEntry(label.rstrip(), owner, columns[2], columns[3] == "YES"))
        return True

    def _take_summary(self, chain: _Chain, text: str) -> None:
        """The lines below ``Chain information:``; a ring in common stands as ``owner/ring`` or as LIST writes it."""
        self._close_draft()
        chain.ended = True
        said, _, value = (part.strip() for part in text.partition(":"))
        words = said.lower()
        if words.startswith("chain "):
            if "complete" in words:  # as a part of "incomplete" too
                chain.complete = "incomplete" not in words
            if ("notrust" in words or "expired" in words) and text not in chain.notes and len(chain.notes) < 9:
                chain.notes.append(text)
            chain.ring_owner = "" if "ring" in words else None
        elif said == "Ring Owner":
            chain.ring_owner = value
        ring = value if words.startswith("chain ") else _between(text) or text
        if chain.ring_owner is None:
            return
        if found := _QUALIFIED_RING.fullmatch(ring):
            self._add_ring(chain, found[1], found[2])
        elif _between(text) is not None:
            self._add_ring(chain, chain.ring_owner, ring)

    def _add_ring(self, chain: _Chain, owner: str, ring: str) -> None:
        self._count()
        chain.rings.append((owner, ring))

    def _close_draft(self) -> None:
        self._close_ring()
        self._ring_owner = None
        draft, self._draft = self._draft, None
        if draft and draft.values:
            self._count()
            certificate = _certificate(draft)
            self.certificates.append(certificate)
            if self._chain:
                self._chain.certificates.append(certificate)

    def _close_ring(self) -> None:
        if self._ring and self._ring_owner is not None and self._ring[0]:
            self._count()
            self.rings.append(ListedRing(self._ring_owner, "".join(self._ring[0]), tuple(self._ring[1])))
        self._ring, self._in_table = None, False

    def _count(self) -> None:
        self._items += 1
        if self._items > _MAX_ITEMS:
            msg = f"it lists over {_MAX_ITEMS:,} certificates and ring entries: save those of fewer users in one file"
            raise TooCostly(msg)


def _certificate(draft: _Draft) -> ListedCertificate:
    values, notes = draft.values, _doubts(draft)
    names = {section: "".join(lines) for section, lines in draft.parts.items()}
    size = values.get("Key Size", "")
    return ListedCertificate(
        owner=draft.owner,
        label=values.get("Label", ""),
        certificate_id=values.get("Certificate ID", ""),
        status=values.get("Status", ""),
        start=_moment(values.get("Start Date", ""), "start", notes),
        end=_moment(values.get("End Date", ""), "end", notes),
        serial=_serial(names.get(_SERIAL, ""), notes),
        issuer=_rfc4514(names.get(_ISSUER, "")),
        subject=_rfc4514(names.get(_SUBJECT, "")),
        san=tuple("".join(lines) for lines in draft.san),
        signing_algorithm=values.get("Signing Algorithm", ""),
        key_usage=tuple(re.findall(r"[^\s,]+", values.get("Key Usage", ""))),
        key_type=values.get("Key Type", ""),
        key_size=int(size) if re.fullmatch(r"[0-9]{1,6}", size) else None,
        private_key=_YES_NO.get(values.get("Private Key", "").upper()),
        pkds_label=values.get("PKDS Label", "") or names.get("PKDS Label", ""),
        sha256=_sha256(names.get(_SHA256, ""), notes),
        rings=tuple((owner, "".join(lines)) for owner, lines in draft.rings if lines),
        notes=tuple(notes),
    )


def _doubts(draft: _Draft) -> list[str]:
    """What of a certificate's names and key is missing or not sure."""
    notes = ["a name in it is cut off"] if draft.cut else []
    notes += [
        f"its {name} is missing" for name, at in (("issuer", _ISSUER), ("subject", _SUBJECT)) if at not in draft.parts
    ]
    if sum(map(len, draft.parts.get(_SUBJECT, ()))) >= 256:
        notes.append("RACF prints 256 bytes of a subject; the rest of this one may be missing")
    if draft.values.get("Private Key", "NO").upper() not in _YES_NO:
        notes.append("whether it has a private key cannot be read")
    return notes


def _moment(text: str, which: str, notes: list[str]) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(" ".join(text.split()), "%Y/%m/%d %H:%M:%S").replace(tzinfo=dt.UTC)
    except ValueError:
        notes.append(f"its {which} date {'cannot be read' if text else 'is missing'}")
        return None


def _serial(text: str, notes: list[str]) -> str:
    """The number as the model writes it: hexadecimal without leading zeros; RFC 5280 allows 20 bytes."""
    if re.fullmatch(r"[0-9A-Fa-f]{1,128}", text):
        return f"{int(text, 16):x}"
    notes.append(f"its serial number {'cannot be read' if text else 'is missing'}")
    return ""


def _sha256(text: str, notes: list[str]) -> str | None:
    digits = text.replace(":", "").lower()
    if len(digits) == 64:
        return digits
    notes.append("its SHA-256 fingerprint cannot be read" if digits else "RACF printed no SHA-256 fingerprint")
    return None


def _rfc4514(printed: str) -> str:
    """``CN=Zowe.OU=IT.O=Example Inc..C=DE`` as ``CN=Zowe,OU=IT,O=Example Inc.,C=DE``.

    An e-mail address comes first and without its type. A name that does not begin as RACF's do, or
    has over 64 parts, stays as printed.
    """
    marks = list(islice(_ATTRIBUTE.finditer(printed), _MAX_PARTS + 1))
    head = printed[: marks[0].start()] if marks else printed
    if len(marks) > _MAX_PARTS or (head and ("@" not in head or " " in head)):
        return printed
    ends = [mark.start() for mark in marks[1:]] + [len(printed)]
    pairs = [(mark[1].removeprefix("OID."), printed[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]
    pairs = [("EMAIL", head), *pairs] if head else pairs
    return ",".join(f"{_TYPES.get(kind, kind)}={_escaped(value)}" for kind, value in pairs)


def _escaped(value: str) -> str:
    r"""The value with what RFC 4514 (section 2.4) asks to escape."""
    value = re.sub(r'([,+"\\<>;])', r"\\\1", value).replace("\0", r"\00")
    if value[:1] in {"#", " "}:
        value = "\\" + value
    return value[:-1] + r"\ " if value.endswith(" ") and len(value) > 1 and value != r"\ " else value
