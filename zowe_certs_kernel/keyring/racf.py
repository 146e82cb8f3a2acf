"""RACF's commands for a key ring (z/OS Security Server RACF Command Language Reference, SA23-2292)."""

from __future__ import annotations

from collections.abc import Iterator

from .steps import EXTERNAL_AUTHORITIES, JobStep, Order
from .symbols import SITE

__all__ = ["removal", "steps"]

_REFRESH_CERTIFICATES = ("SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH",)
_REFRESH_FACILITY = ("SETROPTS RACLIST(FACILITY) REFRESH",)


def steps(order: Order) -> Iterator[JobStep]:
    """The steps that make the ring; RACF's commands stand alone, so that the return code of a step is that of one."""
    yield JobStep(
        "RING",
        "Make the key ring",
        "Zowe's started task owns it, so that it may read the private key in it.",
        (("RACDCERT ADDRING(&ZOWERING.)", "ID(&ZOWEUSER.)"),),
    )
    yield JobStep(
        "RINGREF",
        "Let RACF know of the ring",
        "The class DIGTRING is in storage on most systems; without the refresh the ring is not seen.",
        (("SETROPTS RACLIST(DIGTRING) REFRESH",),),
    )
    if order.generates:
        yield from _generated(order)
    elif order.imports:
        yield _imported()
    yield _connected(order)
    yield from _authorities(order)
    if order.has("JWTLABEL"):
        yield from _jwt(order)
    yield JobStep(
        "CERTREF",
        "Let RACF know of the certificates",
        "What was made and connected above counts from here on.",
        (_REFRESH_CERTIFICATES,),
    )
    yield from _permissions(order)
    yield JobStep(
        "LISTRING",
        "List the ring",
        "Save this output: zowe-certs ring reads it and compares it with the settings.",
        (("RACDCERT LISTRING(&ZOWERING.)", "ID(&ZOWEUSER.)"),),
    )


def _subject(order: Order, suffix: str) -> list[str]:
    parts = order.named(suffix, lambda kind, value: f"{kind}('{value}')")
    return ["SUBJECTSDN(", *parts[:-1], f"{parts[-1]})"]


def _generated(order: Order) -> Iterator[JobStep]:
    yield JobStep(
        "LOCALCA",
        "Make the local certificate authority",
        "It signs the Zowe certificate. Clients have to trust it: export it and give it to them.",
        (
            (
                "RACDCERT GENCERT CERTAUTH",
                *_subject(order, "CA"),
                f"SIZE({order.bits})",
                "NOTAFTER(DATE(&CAEXPIRE.))",
                "WITHLABEL('&LOCALCA.')",
                "KEYUSAGE(CERTSIGN)",
            ),
        ),
    )
    yield JobStep(
        "CONNCA",
        "Connect the authority to the ring",
        "Zowe trusts what is connected as CERTAUTH; it is the default for such a certificate.",
        (("RACDCERT CONNECT(CERTAUTH", "LABEL('&LOCALCA.')", "RING(&ZOWERING.))", "ID(&ZOWEUSER.)"),),
    )
    address = ["IP(&IPADDRES.)"] if order.has("IPADDRES") else []
    names = [*address, "DOMAIN('&HOSTNAME.'))"]
    yield JobStep(
        "ZOWECERT",
        "Make the Zowe certificate",
        "HANDSHAKE lets it be shown by servers and by clients, as Zowe does with it. A client finds only the names "
        "that stand in ALTNAME.",
        (
            (
                "RACDCERT GENCERT ID(&ZOWEUSER.)",
                *_subject(order, "certificate"),
                f"SIZE({order.bits})",
                "NOTAFTER(DATE(&EXPIRES.))",
                "WITHLABEL('&LABEL.')",
                "KEYUSAGE(HANDSHAKE)",
                f"ALTNAME({names[0]}",
                *names[1:],
                "SIGNWITH(CERTAUTH",
                "LABEL('&LOCALCA.'))",
            ),
        ),
    )


def _imported() -> JobStep:
    return JobStep(
        "IMPORT",
        "Import the certificate and its key",
        "The data set holds the PKCS12 file, as binary. TRUST makes RACF use it. The authorities in the file go to "
        "CERTAUTH under names that RACF makes up; RACDCERT CERTAUTH LIST shows them.",
        (
            (
                "RACDCERT ADD('&DSNAME.')",
                "ID(&ZOWEUSER.)",
                "WITHLABEL('&LABEL.')",
                "PASSWORD('&PKCSPASS.')",
                "TRUST",
            ),
        ),
    )


def _connected(order: Order) -> JobStep:
    owner = "ID(&ZOWEUSER.)"
    why = "PERSONAL gives Zowe the private key too; DEFAULT makes it the one that is shown."
    if order.option == 2:
        owner = SITE if order.site_owned else "ID(&CERTOWNR.)"
        why += " The label is that of a certificate that RACF has already, upper and lower case as RACF shows it."
    return JobStep(
        "CONNCERT",
        "Connect the Zowe certificate to the ring",
        why,
        (
            (
                f"RACDCERT CONNECT({owner}",
                "LABEL('&LABEL.')",
                "RING(&ZOWERING.)",
                "USAGE(PERSONAL) DEFAULT)",
                "ID(&ZOWEUSER.)",
            ),
        ),
    )


def _authorities(order: Order) -> Iterator[JobStep]:
    for name, title, why in EXTERNAL_AUTHORITIES:
        if order.has(name):
            operands = ("RACDCERT CONNECT(CERTAUTH", f"LABEL('&{name}.')", "RING(&ZOWERING.)", "USAGE(CERTAUTH))")
            yield JobStep(name, title, why, ((*operands, "ID(&ZOWEUSER.)"),))


def _jwt(order: Order) -> Iterator[JobStep]:
    yield JobStep(
        "JWT",
        "Make the key that signs login tokens",
        "Up to Zowe 1.26 the gateway does not start without it.",
        (
            (
                "RACDCERT GENCERT ID(&ZOWEUSER.)",
                *_subject(order, "JWT"),
                f"SIZE({order.bits})",
                "NOTAFTER(DATE(&EXPIRES.))",
                "WITHLABEL('&JWTLABEL.')",
            ),
        ),
    )
    yield JobStep(
        "CONNJWT",
        "Connect it to the ring",
        "PERSONAL, for the gateway needs the private key; not DEFAULT, for it is no server's certificate.",
        (
            (
                "RACDCERT CONNECT(ID(&ZOWEUSER.)",
                "LABEL('&JWTLABEL.')",
                "RING(&ZOWERING.)",
                "USAGE(PERSONAL))",
                "ID(&ZOWEUSER.)",
            ),
        ),
    )


def _permissions(order: Order) -> Iterator[JobStep]:
    yield JobStep(
        "PERMIT",
        "Let Zowe read its ring",
        "Without READ on IRR.DIGTCERT.LISTRING Java reports return codes 8, 8 and 8. Where the class RDATALIB is "
        "used, READ on its profile OWNER.RING.LST is asked for instead.",
        (
            (
                "PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY)",
                "ID(&ZOWEUSER.)",
                "ACCESS(READ)",
            ),
        ),
    )
    if order.site_owned:
        yield JobStep(
            "PERMSITE",
            "Let Zowe use the key of SITE",
            "A private key that SITE owns is given only to who has CONTROL on IRR.DIGTCERT.GENCERT.",
            (
                (
                    "PERMIT IRR.DIGTCERT.GENCERT CLASS(FACILITY)",
                    "ID(&ZOWEUSER.)",
                    "ACCESS(CONTROL)",
                ),
            ),
        )
    yield JobStep("FACREF", "Let RACF know of the permission", "It counts from here on.", (_REFRESH_FACILITY,))


def removal(order: Order) -> Iterator[JobStep]:
    """What takes the ring away again, and what :func:`steps` made for it; what it only connected stays."""
    if order.site_owned:
        yield JobStep(
            "NOSITE",
            "Take back the permission for SITE's key",
            "Leave this step out where another program of this user id needs it.",
            (("PERMIT IRR.DIGTCERT.GENCERT CLASS(FACILITY)", "ID(&ZOWEUSER.)", "DELETE"),),
        )
    yield JobStep(
        "NOPERMIT",
        "Take back the permission to read rings",
        "Leave this step out where this user id has another ring.",
        (("PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY)", "ID(&ZOWEUSER.)", "DELETE"),),
    )
    yield JobStep("FACREF", "Let RACF know of it", "It counts from here on.", (_REFRESH_FACILITY,))
    if order.has("JWTLABEL"):
        yield JobStep(
            "NOJWT",
            "Delete the key that signs login tokens",
            "Whoever is logged in has to log in again.",
            (("RACDCERT DELETE(LABEL('&JWTLABEL.'))", "ID(&ZOWEUSER.)"),),
        )
    if order.option != 2:
        yield JobStep(
            "NOCERT",
            "Delete the Zowe certificate",
            "Its private key goes with it, for good.",
            (("RACDCERT DELETE(LABEL('&LABEL.'))", "ID(&ZOWEUSER.)"),),
        )
    if order.generates:
        yield JobStep(
            "NOCA",
            "Delete the local authority",
            "What it has signed can be renewed no more, and clients that trust it trust nothing new.",
            (("RACDCERT DELETE(LABEL('&LOCALCA.'))", "CERTAUTH"),),
        )
    yield JobStep(
        "NORING",
        "Delete the ring",
        "Certificates that were only connected to it stay in RACF.",
        (("RACDCERT DELRING(&ZOWERING.)", "ID(&ZOWEUSER.)"),),
    )
    yield JobStep(
        "CERTREF",
        "Let RACF know of it",
        "From here on nobody finds the ring.",
        (_REFRESH_CERTIFICATES,),
    )
