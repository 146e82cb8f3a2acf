"""Made-up output of RACDCERT LISTRING and LIST for a ring of Zowe, as a terminal shows it."""

from __future__ import annotations

from dataclasses import dataclass

ROOT_NAME = "CN=Alder Root.O=Alder Mutual, Inc..C=DE"
INTER_NAME = "CN=Alder Issuing CA.OU=Platform.O=Alder Mutual, Inc..C=DE"
OWN_NAME = "CN=zos1.alder.example.OU=A platform team with a name that goes over the line.O=Alder Mutual, Inc..C=DE"


@dataclass
class Listed:
    """A certificate as RACF has it; ``usage`` is empty where it is not connected."""

    label: str
    owner: str
    subject: str
    issuer: str
    usage: str
    default: str = "NO"
    status: str = "TRUST"
    start: str = "2026/01/01"
    end: str = "2028/01/01"
    key: str = "NO"
    size: int = 2048
    san: tuple[str, ...] = ()


def healthy() -> dict[str, Listed]:
    """The Zowe certificate, the JWT secret and both authorities; each can be made ill."""
    return {
        "own": Listed(
            "Zowe #1 @prod",
            "ZWESVUSR",
            OWN_NAME,
            INTER_NAME,
            "PERSONAL",
            default="YES",
            key="YES",
            san=("IP: 192.0.2.17", "Domain: zos1.alder.example"),
        ),
        "jwt": Listed("jwtsecret", "ZWESVUSR", "CN=jwt", "CN=jwt", "PERSONAL", key="YES"),
        "inter": Listed("Alder Issuing CA", "CERTAUTH", INTER_NAME, ROOT_NAME, "CERTAUTH"),
        "root": Listed("Alder Root", "CERTAUTH", ROOT_NAME, ROOT_NAME, "CERTAUTH", end="2040/01/01"),
    }


def listing(certificates: dict[str, Listed], *, ring: str = "ZoweKeyring", owner: str = "ZWESVUSR") -> str:
    """LISTRING and LIST of all of them, a second ring beside it, and the commands as they were typed."""
    return ring_text(certificates, ring=ring, owner=owner) + details(certificates)


def ring_text(certificates: dict[str, Listed], *, ring: str = "ZoweKeyring", owner: str = "ZWESVUSR") -> str:
    rows = "\n\n".join(
        f"  {one.label:32}   {_owner(one.owner):12}   {one.usage:8}     {one.default}"
        for one in certificates.values()
        if one.usage
    )
    return f"""\
RACDCERT LISTRING(*) ID({owner})
Digital ring information for user {owner}:

  Ring:
       >{ring}<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
{rows}

  Ring:
       >Another.Ring<
  Certificate Label Name             Cert Owner     USAGE      DEFAULT
  --------------------------------   ------------   --------   -------
  somebody else                      ID(OTHER)      PERSONAL     YES

"""


def details(certificates: dict[str, Listed]) -> str:
    return "".join(_details(one) for one in certificates.values()) + "READY\n"


def _owner(owner: str) -> str:
    return owner if owner in {"CERTAUTH", "SITE"} else f"ID({owner})"


def _details(one: Listed) -> str:
    who = one.owner if one.owner in {"CERTAUTH", "SITE"} else f"user {one.owner}"
    san = "".join(f"    {name}\n" for name in one.san)
    return f"""\
Digital certificate information for {who}:

  Label: {one.label}
  Status: {one.status}
  Start Date: {one.start} 00:00:00
  End Date:   {one.end} 23:59:59
  Serial Number:
       >05<
  Issuer's Name:
{_wrapped(one.issuer)}
  Subject's Name:
{_wrapped(one.subject)}
{"  Subject's AltNames:" + chr(10) + san if san else ""}\
  Signing Algorithm: sha256RSA
  Key Type: RSA
  Key Size: {one.size}
  Private Key: {one.key}
  Ring Associations:
    Ring Owner: ZWESVUSR
    Ring:
       >ZoweKeyring<

"""


def _wrapped(name: str) -> str:
    return "\n".join(f"       >{name[at : at + 64]}<" for at in range(0, len(name), 64))
