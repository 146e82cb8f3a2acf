"""The three return codes with which Java, R_datalib and RACF refuse a key ring, and what to run.

Source: z/OS Security Server RACF Callable Services (SA23-2293), R_datalib, return and reason codes; Zowe:
Troubleshooting certificates and key rings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError

__all__ = ["RETURN_CODES", "Meaning", "explain_return_code", "return_codes_in"]

_CODE = re.compile(r"([0-9]{1,3})\s*[/,]\s*([0-9]{1,3})\s*[/,]\s*([0-9]{1,3})")
_SPEAKS_OF_RINGS = re.compile(r"R_datalib|IRRSDL00|key ?ring|safkeyring", re.IGNORECASE)
_IN_LOGS = re.compile(r"(?<![0-9])8(?![0-9])[^0-9]{1,25}8(?![0-9])[^0-9]{1,25}(8|44|84)(?![0-9])")


@dataclass(frozen=True)
class Meaning:
    """What a return code says: ``commands`` hold OWNER, RING, LABEL and USER where the site's own words belong."""

    code: str
    what: str
    why: str
    checks: tuple[str, ...]
    commands: tuple[str, ...]

    def for_ring(self, owner: str = "OWNER", ring: str = "RING", label: str = "LABEL", user: str = "") -> Meaning:
        """The same with the site's own words in its commands; ``user`` is the started task's (default: the owner)."""
        words = {"OWNER": owner, "LABEL": label.replace("'", "''"), "USER": user or owner}

        def named(command: str) -> str:
            command = command.replace("OWNER.RING.LST", f"{owner}.{ring.upper()}.LST")
            command = re.sub(r"\(RING\)", lambda _: f"({ring})", command)
            return re.sub(r"\b(OWNER|USER)\b|(?<=')LABEL(?=')", lambda found: words[found[0]], command)

        return Meaning(self.code, self.what, self.why, self.checks, tuple(map(named, self.commands)))

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "what": self.what,
            "why": self.why,
            "checks": list(self.checks),
            "commands": list(self.commands),
        }


RETURN_CODES: tuple[Meaning, ...] = (
    Meaning(
        "8/8/44",
        "The ring is there, but holds no certificate of that label, or none that may be used.",
        "Zowe asks for one certificate by its label (KEY_ALIAS, keystore.alias), and RACF compares letter by letter.",
        (
            "the label: upper and lower case and every blank have to be those of the listing",
            "the alias in zowe.yaml is the label alone, without owner, ring or ampersand",
            "the certificate is connected to this ring, as PERSONAL",
            "its status is TRUST, and it has not ended",
        ),
        (
            "RACDCERT LISTRING(RING) ID(OWNER)",
            "RACDCERT LIST(LABEL('LABEL')) ID(OWNER)",
            "RACDCERT CONNECT(ID(OWNER) LABEL('LABEL') RING(RING) USAGE(PERSONAL) DEFAULT) ID(OWNER)",
            "RACDCERT ALTER(LABEL('LABEL')) ID(OWNER) TRUST",
            "SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH",
        ),
    ),
    Meaning(
        "8/8/8",
        "The user id may not read the ring, or not the private key in it.",
        "RACF asks for READ to read one's own ring, UPDATE for another user's, CONTROL for a key of SITE or CERTAUTH.",
        (
            "which user id runs the started task: is it the one that the permission names",
            "is the class RDATALIB active with a profile for this ring? Then it decides, else IRR.DIGTCERT.LISTRING",
            "who owns the certificate: a key of SITE asks for CONTROL on IRR.DIGTCERT.GENCERT",
            "has the class been refreshed since",
        ),
        (
            "RLIST RDATALIB OWNER.RING.LST AUTHUSER",
            "RDEFINE RDATALIB OWNER.RING.LST UACC(NONE)",
            "PERMIT OWNER.RING.LST CLASS(RDATALIB) ID(USER) ACCESS(READ)",
            "SETROPTS RACLIST(RDATALIB) REFRESH",
            "PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY) ID(USER) ACCESS(READ)",
            "SETROPTS RACLIST(FACILITY) REFRESH",
        ),
    ),
    Meaning(
        "8/8/84",
        "There is no ring of that name under that owner.",
        "Owner and ring are read from safkeyring://OWNER/RING, and the ring's name letter by letter.",
        (
            "the owner is the user id that the ring was made for, not who made it",
            "the name: upper and lower case have to be those of the listing",
            "the address: safkeyring:////OWNER/RING in Zowe 1 and 2, safkeyring://OWNER/RING in Zowe 3",
            "has the class DIGTRING been refreshed since the ring was made",
        ),
        (
            "RACDCERT LISTRING(*) ID(OWNER)",
            "RACDCERT ADDRING(RING) ID(OWNER)",
            "SETROPTS RACLIST(DIGTRING) REFRESH",
        ),
    ),
)
_BY_CODE = {known.code: known for known in RETURN_CODES}


def explain_return_code(text: str) -> Meaning:
    """The meaning of ``8/8/44`` and its like; commas and blanks between the numbers are taken too.

    Raises:
        UsageError: it is none of those that are known.
    """
    found = _CODE.fullmatch(text.strip())
    code = "/".join(str(int(number)) for number in found.groups()) if found else text
    if code in _BY_CODE:
        return _BY_CODE[code]
    msg = f"{text!r} is no return code that is explained here: {', '.join(_BY_CODE)}; others are told by RACF Callable "
    raise UsageError(msg + "Services, R_datalib")


def return_codes_in(log: str) -> tuple[Meaning, ...]:
    """The return codes of key rings that a log tells of, each once, in its order.

    Java writes them as ``(8, 8, 44)`` behind R_datalib's name, Zowe's app-server as three numbers with names.
    """
    lines = (line for line in log.splitlines() if _SPEAKS_OF_RINGS.search(line))
    reasons = (reason for line in lines for reason in _IN_LOGS.findall(line))
    return tuple(_BY_CODE[f"8/8/{reason}"] for reason in dict.fromkeys(reasons))
