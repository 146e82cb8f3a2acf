"""Top Secret's commands for a key ring (Broadcom, Top Secret for z/OS: TSS GENCERT, ADD, PERMIT).

They go by ids: ZOWERING, ZOWECERT, ZOWECA and ZOWEJWT are those of ZWEKRING.
"""

from __future__ import annotations

from collections.abc import Iterator

from .steps import EXTERNAL_AUTHORITIES, JobStep, Order

__all__ = ["removal", "steps"]

_RING = ("TSS ADD(&ZOWEUSER.)", "KEYRING(ZOWERING)", "LABLRING('&ZOWERING.')")


def steps(order: Order) -> Iterator[JobStep]:
    """The steps that make the ring; each is one command, so that its return code is that of the command."""
    yield JobStep(
        "RING",
        "Make the key ring",
        "Zowe's started task owns it, so that it may read the private key in it.",
        (_RING,),
    )
    if order.generates:
        yield from _generated(order)
    elif order.imports:
        yield JobStep(
            "IMPORT",
            "Import the certificate and its key",
            "The data set holds the PKCS12 file, as binary. TRUST makes Top Secret use it.",
            (
                (
                    "TSS ADD(&ZOWEUSER.)",
                    "DIGICERT(ZOWECERT)",
                    "DCDSN('&DSNAME.')",
                    "LABLCERT('&LABEL.')",
                    "PKCSPASS('&PKCSPASS.')",
                    "TRUST",
                ),
            ),
        )
    yield _connected(order)
    yield from _authorities(order)
    if order.has("JWTLABEL"):
        yield from _jwt(order)
    yield JobStep(
        "PERMIT",
        "Let Zowe read its ring",
        "Without READ on IRR.DIGTCERT.LISTRING Java reports return codes 8, 8 and 8.",
        (("TSS PERMIT(&ZOWEUSER.)", "IBMFAC(IRR.DIGTCERT.LISTRING)", "ACCESS(READ)"),),
    )
    if order.site_owned:
        yield JobStep(
            "PERMSITE",
            "Let Zowe use the key of SITE",
            "A private key that CERTSITE owns is given only to who has CONTROL on IRR.DIGTCERT.GENCERT.",
            (("TSS PERMIT(&ZOWEUSER.)", "IBMFAC(IRR.DIGTCERT.GENCERT)", "ACCESS(CONTROL)"),),
        )
    yield JobStep(
        "LISTRING",
        "List the ring",
        "It shows what is connected; compare it with the settings.",
        (("TSS LIST(&ZOWEUSER.)", "KEYRING(ZOWERING)", "LABLRING('&ZOWERING.')"),),
    )


def _subject(order: Order, suffix: str) -> list[str]:
    parts = order.named(suffix, lambda kind, value: f'{kind}="{value}"')
    return [f"SUBJECTN('{parts[0]}", *parts[1:-1], f"{parts[-1]}')"] if parts[1:] else [f"SUBJECTN('{parts[0]}')"]


def _generated(order: Order) -> Iterator[JobStep]:
    yield JobStep(
        "LOCALCA",
        "Make the local certificate authority",
        "It signs the Zowe certificate. Clients have to trust it: export it and give it to them.",
        (
            (
                "TSS GENCERT(CERTAUTH)",
                "DIGICERT(ZOWECA)",
                *_subject(order, "CA"),
                f"KEYSIZE({order.bits})",
                "NADATE(&CAEXPIRE.)",
                "LABLCERT('&LOCALCA.')",
                "KEYUSAGE('CERTSIGN')",
            ),
        ),
    )
    yield JobStep(
        "CONNCA",
        "Connect the authority to the ring",
        "Zowe trusts what is connected as an authority.",
        ((*_RING, "RINGDATA(CERTAUTH,ZOWECA)", "USAGE(CERTAUTH)"),),
    )
    address = ["IP=&IPADDRES."] if order.has("IPADDRES") else []
    names = [*address, "DOMAIN=&HOSTNAME.')"]
    yield JobStep(
        "ZOWECERT",
        "Make the Zowe certificate",
        "HANDSHAKE lets it be shown by servers and by clients, as Zowe does with it. A client finds only the names "
        "that stand in ALTNAME.",
        (
            (
                "TSS GENCERT(&ZOWEUSER.)",
                "DIGICERT(ZOWECERT)",
                *_subject(order, "certificate"),
                f"KEYSIZE({order.bits})",
                "NADATE(&EXPIRES.)",
                "LABLCERT('&LABEL.')",
                "KEYUSAGE('HANDSHAKE')",
                f"ALTNAME('{names[0]}",
                *names[1:],
                "SIGNWITH(CERTAUTH,ZOWECA)",
            ),
        ),
    )


def _connected(order: Order) -> JobStep:
    owner, record = "&ZOWEUSER.", "ZOWECERT"
    why = "PERSONAL gives Zowe the private key too; DEFAULT makes it the one that is shown."
    if order.option == 2:
        owner, record = "CERTSITE" if order.site_owned else "&CERTOWNR.", "&CERTID."
        why += " CERTID is the id of a certificate that Top Secret has already."
    return JobStep(
        "CONNCERT",
        "Connect the Zowe certificate to the ring",
        why,
        ((*_RING, f"RINGDATA({owner},{record})", "USAGE(PERSONAL) DEFAULT"),),
    )


def _authorities(order: Order) -> Iterator[JobStep]:
    for name, title, why in EXTERNAL_AUTHORITIES:
        if order.has(name):
            yield JobStep(name, title, why, ((*_RING, f"RINGDATA(CERTAUTH,&{name}.)", "USAGE(CERTAUTH)"),))


def _jwt(order: Order) -> Iterator[JobStep]:
    yield JobStep(
        "JWT",
        "Make the key that signs login tokens",
        "Up to Zowe 1.26 the gateway does not start without it.",
        (
            (
                "TSS GENCERT(&ZOWEUSER.)",
                "DIGICERT(ZOWEJWT)",
                *_subject(order, "JWT"),
                f"KEYSIZE({order.bits})",
                "NADATE(&EXPIRES.)",
                "LABLCERT('&JWTLABEL.')",
            ),
        ),
    )
    yield JobStep(
        "CONNJWT",
        "Connect it to the ring",
        "PERSONAL, for the gateway needs the private key; not DEFAULT, for it is no server's certificate.",
        ((*_RING, "RINGDATA(&ZOWEUSER.,ZOWEJWT)", "USAGE(PERSONAL)"),),
    )


def removal(order: Order) -> Iterator[JobStep]:
    """What takes the ring away again, and what :func:`steps` made for it; what it only connected stays."""
    if order.site_owned:
        yield JobStep(
            "NOSITE",
            "Take back the permission for SITE's key",
            "Leave this step out where another program of this user id needs it.",
            (("TSS REVOKE(&ZOWEUSER.)", "IBMFAC(IRR.DIGTCERT.GENCERT)", "ACCESS(CONTROL)"),),
        )
    yield JobStep(
        "NOPERMIT",
        "Take back the permission to read rings",
        "Leave this step out where this user id has another ring.",
        (("TSS REVOKE(&ZOWEUSER.)", "IBMFAC(IRR.DIGTCERT.LISTRING)", "ACCESS(READ)"),),
    )
    yield JobStep(
        "NORING",
        "Delete the ring",
        "Certificates that were only connected to it stay in Top Secret.",
        (("TSS REMOVE(&ZOWEUSER.)", "KEYRING(ZOWERING)", "LABLRING('&ZOWERING.')"),),
    )
    doomed = (
        ("NOJWT", "the key that signs login tokens", "&ZOWEUSER.", "ZOWEJWT", order.has("JWTLABEL")),
        ("NOCERT", "the Zowe certificate", "&ZOWEUSER.", "ZOWECERT", order.option != 2),
        ("NOCA", "the local authority", "CERTAUTH", "ZOWECA", order.generates),
    )
    for name, what, owner, record, made in doomed:
        if made:
            why = "Its private key goes with it, for good."
            yield JobStep(name, f"Delete {what}", why, ((f"TSS REMOVE({owner})", f"DIGICERT({record})"),))
