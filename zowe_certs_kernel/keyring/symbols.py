"""The SET variables of ZWEKRING, what each may hold, and where its value comes from.

Source of the names: zowe-install-packaging, ``files/jcl/ZWEKRING.jcl``, tags v1.14.0 to v1.28.8. Zowe's member asks
for four things to be edited in its text instead: these are symbols here too (``CERTOWNR``, ``CERTID``, ``CAEXPIRE``,
``EXPIRES``). Lengths and characters: RACF Command Language Reference (SA23-2292), RACDCERT GENCERT, ADDRING, CONNECT
and ADD; ACF2 and Top Secret keep a certificate under a record id of up to 8 characters.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..names import host_name_problem, parse_address
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME, Release

__all__ = [
    "SITE",
    "SYMBOLS",
    "SYMBOLS_BY_NAME",
    "Product",
    "Symbol",
    "default_values",
    "end_date",
    "in_upper_case",
    "value_problem",
]

SITE = "SITE"
_JWT_IN_RINGS_SINCE = Release(1, 14)
_SUFFIX = " certificate"  # the longest that follows the CN
_MOST_IN_NAME = 64
_MOST_IN_RING = 44  # RACF takes 237, of which no line of a job has room
_LAST_YEAR_OF_TWO_DIGITS = 2049


class Product(StrEnum):
    """The security products that ZWEKRING knows."""

    RACF = "RACF"
    ACF2 = "ACF2"
    TSS = "TSS"

    @property
    def words(self) -> str:
        return "Top Secret" if self is Product.TSS else str(self)


# Takes a value and the product that it is for; answers why it cannot be used, or None.
Rule = Callable[[str, Product], str | None]


@dataclass(frozen=True)
class Symbol:
    """A SET variable: what it means, and the rule for a value that is not empty."""

    name: str
    meaning: str
    rule: Rule


def _id(text: str, _: Product) -> str | None:
    fits = re.fullmatch(r"[A-Z0-9#$@]{1,8}", text)
    return None if fits else "is no user id of z/OS: 1 to 8 letters, digits, #, $ or @"


def _owner(text: str, product: Product) -> str | None:
    return None if text == SITE else _id(text, product)


def _record(text: str, _: Product) -> str | None:
    fits = re.fullmatch(r"[A-Z0-9#$@]{1,8}", text)
    return None if fits else "is no record id: 1 to 8 letters, digits, #, $ or @, in upper case"


def _label(text: str, _: Product) -> str | None:
    """A comma would part it in zowe-certificates.env, an ampersand in the address of a key ring."""
    if len(text) > 32:
        return f"has {len(text)} characters; a label has 32 at most"
    if text != text.strip() or re.search(r"[^ -~]|[,'\"&*<>`\\]", text):
        return "is no label: letters, digits, blanks inside and most signs, but no comma, quote, ampersand or star"
    return None


def _authority(text: str, product: Product) -> str | None:
    """RACF finds an authority by its label, the other two by their record."""
    if "," in text:
        return "names more than one authority; the job connects two, one in ITRMZWCA and one in ROOTZWCA"
    return _label(text, product) if product is Product.RACF else _record(text, product)


def _ring(text: str, _: Product) -> str | None:
    fits = re.fullmatch(r"[A-Za-z0-9#$@][A-Za-z0-9#$@._-]*", text)
    if not fits:
        return (
            "is no name that Java finds: letters, digits and # $ @ . _ - only, for it stands in safkeyring://OWNER/RING"
        )
    return None if len(text) <= _MOST_IN_RING else f"is too long: {_MOST_IN_RING} characters at most"


def _name_part(most: int) -> Rule:
    def rule(text: str, product: Product) -> str | None:
        if len(text) > most:
            return f"has {len(text)} characters; {most} is the most that fits into the name of a certificate"
        if re.search(r"[^ -~]", text):
            return "holds other characters than printable ASCII, which a job's code page may change"
        banned = '"' if product is Product.RACF else "\"'"
        found = next((sign for sign in banned if sign in text), None)
        return f"holds {found}, with which {product.words} would end the name" if found else None

    return rule


def _country(text: str, _: Product) -> str | None:
    return None if re.fullmatch(r"[A-Za-z]{2}", text) else "is no country of ISO 3166: two letters"


def _host(text: str, product: Product) -> str | None:
    if "," in text:
        return f"names more than one host; {product.words} puts one into a certificate"
    return host_name_problem(text)


def _address(text: str, product: Product) -> str | None:
    if "," in text:
        return f"names more than one address; {product.words} puts one into a certificate"
    found = parse_address(text)
    if found is None:
        return "is no IPv4 or IPv6 address"
    if product is Product.TSS and found.version == 6:
        return "is an IPv6 address, and Top Secret takes IPv4 only; leave it empty"
    return None


def _data_set(text: str, _: Product) -> str | None:
    parts = text.split(".")
    fits = len(text) <= 44 and all(re.fullmatch(r"[A-Z#$@][A-Z0-9#$@-]{0,7}", part) for part in parts)
    return (
        None if fits else "is no data set name: parts of 1 to 8 characters in upper case, 44 with the dots, no quotes"
    )


def _date(text: str, product: Product) -> str | None:
    found = end_date(text)
    if found is None:
        return "is no day such as 2031-06-30"
    if product is not Product.RACF and found.year > _LAST_YEAR_OF_TWO_DIGITS:
        return f"is after {_LAST_YEAR_OF_TWO_DIGITS}, and {product.words} takes years of two digits"
    return None


def _password(text: str, _: Product) -> str | None:
    fits = len(text) <= 44 and re.fullmatch(r"[!-~]+", text) and not re.search(r"['&]", text)
    return (
        None
        if fits
        else "cannot stand in a job: up to 44 printable ASCII characters, no blank, apostrophe or ampersand"
    )


def end_date(text: str) -> dt.date | None:
    """The day that ``YYYY-MM-DD`` names."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


SYMBOLS: tuple[Symbol, ...] = (
    Symbol("ZOWEUSER", "User id of Zowe's started task, owner of the ring", _id),
    Symbol("ZOWERING", "Name of the key ring", _ring),
    Symbol("LABEL", "Label of the Zowe certificate; KEY_ALIAS says the same", _label),
    Symbol("CERTOWNR", "Owner of a certificate that is there already: a user id, or SITE", _owner),
    Symbol("CERTID", "Record id of a certificate that is there already", _record),
    Symbol("LOCALCA", "Label of the local authority", _label),
    Symbol("CN", "Common name; CA, certificate or JWT follows it", _name_part(_MOST_IN_NAME - len(_SUFFIX))),
    Symbol("OU", "Organizational unit; empty leaves it out", _name_part(_MOST_IN_NAME)),
    Symbol("O", "Organization; empty leaves it out", _name_part(_MOST_IN_NAME)),
    Symbol("L", "City; empty leaves it out", _name_part(_MOST_IN_NAME)),
    Symbol("SP", "State or province; empty leaves it out", _name_part(_MOST_IN_NAME)),
    Symbol("C", "Country, two letters; empty leaves it out", _country),
    Symbol("HOSTNAME", "The host name by which clients reach Zowe, one", _host),
    Symbol("IPADDRES", "The address by which clients reach Zowe, one; empty leaves it out", _address),
    Symbol("CAEXPIRE", "Last day of the local authority", _date),
    Symbol("EXPIRES", "Last day of the Zowe certificate", _date),
    Symbol("DSNAME", "Data set with the PKCS12 file to import", _data_set),
    Symbol("PKCSPASS", "Password of that file", _password),
    Symbol("ITRMZWCA", "Intermediate authority of an external Zowe certificate", _authority),
    Symbol("ROOTZWCA", "Root authority of an external Zowe certificate", _authority),
    Symbol("ROOTZFCA", "Root authority of z/OSMF's certificate", _authority),
    Symbol("JWTLABEL", "Label of the key that signs login tokens (up to Zowe 1.26)", _label),
    Symbol("STCGRP", "ACF2: role of the started tasks", _id),
)
SYMBOLS_BY_NAME = {symbol.name: symbol for symbol in SYMBOLS}


def in_upper_case(product: Product) -> frozenset[str]:
    """The symbols whose values mean the same in lower case, which the job has in upper case."""
    records = ("ITRMZWCA", "ROOTZWCA", "ROOTZFCA") if product is not Product.RACF else ()
    return frozenset({"ZOWEUSER", "CERTOWNR", "CERTID", "DSNAME", "STCGRP", "C", *records})


def value_problem(name: str, value: str, product: Product) -> str | None:
    """Why this symbol cannot have this value; None where it can, and for an empty one."""
    return SYMBOLS_BY_NAME[name].rule(value, product) if value else None


def default_values(settings: CertificateSettings, at: dt.datetime) -> Mapping[str, str]:
    """A value for each symbol, empty where the settings know none; Zowe's own defaults where they say nothing.

    Args:
        at: the day on which the job is written, from which the days of the certificates count.
    """
    profile = settings.profile
    rest = dict(profile.rest_of_name)
    own_name = "ZOWE_CERTS_COMMON_NAME" in settings.assigned
    jwt = settings.has_jwt_secret and settings.release >= _JWT_IN_RINGS_SINCE
    named = settings.release >= FIRST_WITH_JWT_NAME and settings.pkcs11_token_label
    return dict.fromkeys(SYMBOLS_BY_NAME, "") | {
        "ZOWEUSER": settings.user_id.upper(),
        "ZOWERING": settings.keyring or "ZoweKeyring",
        "LABEL": settings.keystore_alias,
        "CERTOWNR": settings.user_id.upper(),
        "LOCALCA": settings.localca_label or "localca",
        "CN": profile.common_name if own_name else "Zowe Development Instances",
        "OU": rest["OU"],
        "O": rest["O"],
        "L": rest["L"],
        "SP": rest["ST"],
        "C": rest["C"],
        "HOSTNAME": ",".join(settings.host_names),
        "IPADDRES": ",".join(map(str, settings.addresses)),
        "CAEXPIRE": (at + dt.timedelta(days=profile.ca_days)).date().isoformat(),
        "EXPIRES": (at + dt.timedelta(days=profile.days)).date().isoformat(),
        "JWTLABEL": (settings.pkcs11_token_label if named else "jwtsecret") if jwt else "",
    }
