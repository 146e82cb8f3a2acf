"""Who does what for a key ring: the system programmer, and the security administrator."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .jcl import REFERENCE, as_written
from .steps import JobStep
from .symbols import Product

if TYPE_CHECKING:
    from .job import RingJob

__all__ = ["RoleStep", "plain_commands", "role_steps"]

_PROGRAMMER, _SECURITY = "system programmer", "security administrator"


@dataclass(frozen=True)
class RoleStep:
    """One thing that somebody does; ``commands`` are those of a shell, of Zowe CLI or of the security product."""

    role: str
    title: str
    why: str
    commands: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"role": self.role, "title": self.title, "why": self.why, "commands": list(self.commands)}


def plain_commands(step: JobStep, job: RingJob) -> tuple[str, ...]:
    """The commands of a step with the values in them, in one line each; a password's place holds ``***``."""
    values = {name: as_written(name, value, job.product) for name, value in job.order.values.items()}
    values["PKCSPASS"] = "***"
    return tuple(
        REFERENCE.sub(lambda found: values[found[1]], " ".join(command)).replace("( ", "(") for command in step.commands
    )


def role_steps(job: RingJob) -> tuple[RoleStep, ...]:
    """The whole way from the settings to a started Zowe, in order."""
    return tuple(_role_steps(job))


def _role_steps(job: RingJob) -> Iterator[RoleStep]:
    from .job import MAKING

    settings, values = job.settings, job.order.values
    if job.order.imports:
        data_set = values["DSNAME"]
        file = settings.external_certificate or "certificate.p12"
        yield RoleStep(
            _PROGRAMMER,
            f"Upload the PKCS12 file to {data_set}",
            "Binary, for a conversion to EBCDIC would destroy it; a data set with records of variable length.",
            (
                f'zowe zos-files create data-set-sequential "{data_set}" --record-format VB --record-length 260',
                f'zowe zos-files upload file-to-data-set {shlex.quote(Path(file).as_posix())} "{data_set}" --binary',
            ),
        )
    yield RoleStep(
        _PROGRAMMER,
        f"Give the job {MAKING} to the security administrator",
        "It asks for rights that a system programmer rarely has. Nothing in it needs to be edited but the JOB statement"
        + (", and the password that is to be typed in." if job.order.imports and not job.password else "."),
    )
    commands = tuple(command for step in job.steps for command in plain_commands(step, job))
    yield RoleStep(
        _SECURITY,
        f"Check the {len(job.steps)} steps of the job, and submit it",
        "Its commands are these; each is explained in the job. "
        + (
            "Read the output of each step, for ACF2 does not tell the job how its subcommands ended."
            if job.product is Product.ACF2
            else "A return code over 4 means that a command failed and that those after it were left out."
        ),
        commands,
    )
    if job.order.generates:
        yield RoleStep(
            _SECURITY,
            f"Export the certificate of the authority “{values['LOCALCA']}”",
            "Browsers and Zowe CLI have to trust it. The private key stays in the security product.",
            (_export(job),),
        )
    if job.product is Product.RACF:
        yield RoleStep(
            _PROGRAMMER,
            "Save the listing of the ring as ring.txt, and compare it with the settings",
            "It shows what is connected, and a label that differs in one letter stops Zowe. With what RACDCERT LIST "
            "says of each certificate in the same file, trust and dates are judged too.",
            (f"zowe-certs ring ring.txt -p {shlex.quote(_files(settings.source))}",),
        )
    there = settings.keystore_directory
    yield RoleStep(
        _PROGRAMMER,
        f"Make the KEYSTORE_DIRECTORY {there}",
        "Beside a key ring it holds one small file, which tells Zowe owner, name and label of the ring.",
        (
            f"zowe-certs setup -p {shlex.quote(_files(settings.source))} --keystore-directory ./keystore"
            + (" --ring-listing ring.txt" if job.product is Product.RACF else ""),
        ),
    )
    yield RoleStep(
        _PROGRAMMER,
        f"Set KEYSTORE_DIRECTORY={there} in instance.env of each instance, and start Zowe",
        "All instances that name it share the ring. Return codes such as 8/8/44 in the log are told by "
        "zowe-certs explain.",
        (f"zowe-certs instance INSTANCE_DIR --set-keystore-directory {shlex.quote(str(there))}",),
    )


def _files(source: str) -> str:
    return source.split(", ", maxsplit=1)[0]


def _export(job: RingJob) -> str:
    user, label = job.order.values["ZOWEUSER"], job.order.values["LOCALCA"].replace("'", "''")
    if job.product is Product.RACF:
        return f"RACDCERT CERTAUTH EXPORT(LABEL('{label}')) DSN('{user}.LOCALCA.CER') FORMAT(CERTB64)"
    if job.product is Product.ACF2:
        return f"EXPORT CERTAUTH.ZOWECA DSNAME('{user}.LOCALCA.CER') FORMAT(CERTB64)"
    return f"TSS EXPORT(CERTAUTH) DIGICERT(ZOWECA) DCDSN('{user}.LOCALCA.CER') FORMAT(CERTB64)"
