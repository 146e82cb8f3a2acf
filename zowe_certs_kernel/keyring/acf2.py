"""ACF2's commands for a key ring (Broadcom, ACF2 for z/OS: Process Digital Certificates).

They are subcommands of ACF and go by record ids: ZOWERING, ZOWECERT, ZOWECA and ZOWEJWT are those of ZWEKRING.
"""

from __future__ import annotations

from collections.abc import Iterator

from .steps import EXTERNAL_AUTHORITIES, JobStep, Order

__all__ = ["removal", "steps"]

_RINGS = ("SET PROFILE(USER) DIVISION(KEYRING)",)
_CERTIFICATES = ("SET PROFILE(USER) DIVISION(CERTDATA)",)
_RESOURCES = ("SET RESOURCE(FAC)",)
_REBUILD_RINGS = ("F ACF2,REBUILD(USR),CLASS(P),DIVISION(KEYRING)",)
_REBUILD_RESOURCES = ("F ACF2,REBUILD(FAC)",)
_RING = "KEYRING(&ZOWEUSER..ZOWERING)"
_RING_NAME = "RINGNAME(&ZOWERING.)"


def _acf(name: str, title: str, why: str, *commands: tuple[str, ...]) -> JobStep:
    return JobStep(name, title, why, (("ACF",), *commands, ("END",)))


def steps(order: Order) -> Iterator[JobStep]:
    """The steps that make the ring; each enters ACF and leaves it."""
    yield _acf(
        "RING",
        "Make the key ring",
        "Zowe's started task owns it, so that it may read the private key in it. The rebuild lets ACF2 see it.",
        _RINGS,
        ("INSERT &ZOWEUSER..ZOWERING", _RING_NAME),
        _REBUILD_RINGS,
    )
    if order.generates:
        yield from _generated(order)
    elif order.imports:
        yield _acf(
            "IMPORT",
            "Import the certificate and its key",
            "The data set holds the PKCS12 file, as binary. TRUST makes ACF2 use it.",
            _CERTIFICATES,
            (
                "INSERT &ZOWEUSER..ZOWECERT",
                "DSNAME('&DSNAME.')",
                "LABEL('&LABEL.')",
                "PASSWORD('&PKCSPASS.')",
                "TRUST",
            ),
        )
    yield _connected(order)
    yield from _authorities(order)
    if order.has("JWTLABEL"):
        yield _jwt(order)
    yield from _permissions(order)
    yield _acf(
        "LISTRING",
        "List the ring",
        "It shows what is connected; compare it with the settings.",
        _RINGS,
        ("LIST &ZOWEUSER..ZOWERING",),
    )


def _subject(order: Order, suffix: str) -> list[str]:
    parts = order.named(suffix, lambda kind, value: f"{kind}='{value}'")
    return ["SUBJSDN(", *parts[:-1], f"{parts[-1]})"]


def _generated(order: Order) -> Iterator[JobStep]:
    yield _acf(
        "LOCALCA",
        "Make the local certificate authority, and connect it",
        "It signs the Zowe certificate; Zowe trusts what is connected as CERTAUTH. Clients have to trust it too.",
        _CERTIFICATES,
        (
            "GENCERT CERTAUTH.ZOWECA",
            "LABEL('&LOCALCA.')",
            f"SIZE({order.bits})",
            *_subject(order, "CA"),
            "EXPIRE(&CAEXPIRE.)",
            "KEYUSAGE(CERTSIGN)",
        ),
        ("CONNECT CERTDATA(CERTAUTH.ZOWECA)", _RING_NAME, _RING, "USAGE(CERTAUTH)"),
        ("CHKCERT CERTAUTH.ZOWECA",),
    )
    address = ["IP=&IPADDRES."] if order.has("IPADDRES") else []
    names = [*address, "DOMAIN=&HOSTNAME.)"]
    yield _acf(
        "ZOWECERT",
        "Make the Zowe certificate",
        "HANDSHAKE lets it be shown by servers and by clients, as Zowe does with it. A client finds only the names "
        "that stand in ALTNAME.",
        _CERTIFICATES,
        (
            "GENCERT &ZOWEUSER..ZOWECERT",
            *_subject(order, "certificate"),
            f"SIZE({order.bits})",
            "EXPIRE(&EXPIRES.)",
            "LABEL('&LABEL.')",
            "KEYUSAGE(HANDSHAKE)",
            f"ALTNAME({names[0]}",
            *names[1:],
            "SIGNWITH(CERTAUTH.ZOWECA)",
        ),
    )


def _connected(order: Order) -> JobStep:
    record = "&ZOWEUSER..ZOWECERT"
    why = "PERSONAL gives Zowe the private key too; DEFAULT makes it the one that is shown."
    if order.option == 2:
        record = "SITECERT.&CERTID." if order.site_owned else "&CERTOWNR..&CERTID."
        why += " CERTID is the record of a certificate that ACF2 has already."
    return _acf(
        "CONNCERT",
        "Connect the Zowe certificate to the ring",
        why,
        _CERTIFICATES,
        (f"CONNECT CERTDATA({record})", _RING_NAME, _RING, "USAGE(PERSONAL) DEFAULT"),
        (f"CHKCERT {record}",),
    )


def _authorities(order: Order) -> Iterator[JobStep]:
    for name, title, why in EXTERNAL_AUTHORITIES:
        if order.has(name):
            operands = (f"CONNECT CERTDATA(CERTAUTH.&{name}.)", _RING_NAME, _RING, "USAGE(CERTAUTH)")
            yield _acf(name, title, why, _CERTIFICATES, operands)


def _jwt(order: Order) -> JobStep:
    return _acf(
        "JWT",
        "Make the key that signs login tokens, and connect it",
        "Up to Zowe 1.26 the gateway does not start without it. PERSONAL, for it needs the private key.",
        _CERTIFICATES,
        (
            "GENCERT &ZOWEUSER..ZOWEJWT",
            *_subject(order, "JWT"),
            f"SIZE({order.bits})",
            "LABEL('&JWTLABEL.')",
            "EXPIRE(&EXPIRES.)",
        ),
        ("CONNECT CERTDATA(&ZOWEUSER..ZOWEJWT)", _RING_NAME, _RING, "USAGE(PERSONAL)"),
        ("CHKCERT &ZOWEUSER..ZOWEJWT",),
    )


def _permission(resource: str, access: str, change: str = "ADD") -> tuple[str, ...]:
    return (f"RECKEY IRR {change}({resource}", "ROLE(&STCGRP.)", f"SERVICE({access})", "ALLOW)")


def _permissions(order: Order) -> Iterator[JobStep]:
    yield _acf(
        "PERMIT",
        "Let Zowe read its ring",
        "Without READ on IRR.DIGTCERT.LISTRING Java reports return codes 8, 8 and 8.",
        _RESOURCES,
        _permission("DIGTCERT.LISTRING", "READ"),
        _REBUILD_RESOURCES,
    )
    if order.site_owned:
        yield _acf(
            "PERMSITE",
            "Let Zowe use the key of SITE",
            "A private key that SITE owns is given only to who has CONTROL on IRR.DIGTCERT.GENCERT.",
            _RESOURCES,
            _permission("DIGTCERT.GENCERT", "CONTROL"),
            _REBUILD_RESOURCES,
        )


def removal(order: Order) -> Iterator[JobStep]:
    """What takes the ring away again, and what :func:`steps` made for it; what it only connected stays."""
    if order.site_owned:
        yield _acf(
            "NOSITE",
            "Take back the permission for SITE's key",
            "Leave this step out where another program of this role needs it.",
            _RESOURCES,
            _permission("DIGTCERT.GENCERT", "CONTROL", "DEL"),
            _REBUILD_RESOURCES,
        )
    yield _acf(
        "NOPERMIT",
        "Take back the permission to read rings",
        "Leave this step out where this role has another ring.",
        _RESOURCES,
        _permission("DIGTCERT.LISTRING", "READ", "DEL"),
        _REBUILD_RESOURCES,
    )
    doomed = (
        ("NOJWT", "the key that signs login tokens", "&ZOWEUSER..ZOWEJWT", order.has("JWTLABEL")),
        ("NOCERT", "the Zowe certificate", "&ZOWEUSER..ZOWECERT", order.option != 2),
        ("NOCA", "the local authority", "CERTAUTH.ZOWECA", order.generates),
    )
    for name, what, record, made in doomed:
        if made:
            why = "Its private key goes with it, for good."
            yield _acf(name, f"Delete {what}", why, _CERTIFICATES, (f"DELETE {record}",))
    yield _acf(
        "NORING",
        "Delete the ring",
        "Certificates that were only connected to it stay in ACF2.",
        _RINGS,
        ("DELETE &ZOWEUSER..ZOWERING",),
        _REBUILD_RINGS,
    )
