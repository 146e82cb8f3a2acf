"""The job that makes a key ring, and the one that removes it: settings, product and option to JCL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import SettingsError, UsageError
from ..model import Finding, Severity
from ..secret import Secret
from ..zowe.settings import CertificateSettings
from . import acf2, racf, top_secret
from .jcl import job_lines, used_symbols
from .steps import JobStep, Order
from .symbols import SYMBOLS_BY_NAME, Product, default_values, end_date, in_upper_case, value_problem

__all__ = ["MAKING", "REMOVING", "RingJob", "ring_job"]

MAKING, REMOVING = "ZWEKRING", "ZWENOKYR"
_OPTIONS = {1: "makes a new certificate", 2: "connects one that is there", 3: "imports one from a data set"}
_COMMANDS = {Product.RACF: racf, Product.ACF2: acf2, Product.TSS: top_secret}
_EXTERNAL = ("ITRMZWCA", "ROOTZWCA")
_SWITCHES = {"IFZOWECA": _EXTERNAL, "IFROZFCA": ("ROOTZFCA",)}
# What would be left out where it is empty, but must not be.
_NEEDED = {
    "ZOWEUSER", "ZOWERING", "LABEL", "CERTOWNR", "CERTID", "LOCALCA", "CN", "HOSTNAME", "DSNAME", "STCGRP",
}  # fmt: skip
_ASKED = {
    "HOSTNAME": "under which host name do clients reach Zowe",
    "CERTID": "under which record id does the certificate stand",
    "DSNAME": "in which data set is the PKCS12 file",
    "STCGRP": "which role do the started tasks have",
}


@dataclass(frozen=True)
class RingJob:
    """A key ring job: what it does, with which values, and the steps back.

    ``values`` holds the symbols that its commands use. ``password`` is put into the job only where it was asked for.
    """

    settings: CertificateSettings
    order: Order
    values: Mapping[str, str]
    steps: tuple[JobStep, ...]
    removal: tuple[JobStep, ...]
    findings: tuple[Finding, ...]
    at: dt.datetime
    password: Secret | None = field(default=None, repr=False)

    @property
    def product(self) -> Product:
        return self.order.product

    @property
    def ring(self) -> str:
        """Owner and name, as a listing shows them."""
        return f"{self.order.values['ZOWEUSER']}/{self.order.values['ZOWERING']}"

    def lines(self, *, with_password: bool = False) -> list[str]:
        """The job, line by line; the password stands in it only ``with_password``, to be written to a file."""
        values = dict(self.order.values)
        if with_password and self.password:
            values["PKCSPASS"] = self.password.reveal()
        return job_lines(MAKING, self._about(), self.steps, values, self.product, stops_at_errors=True)

    def removal_lines(self) -> list[str]:
        """The job that takes back what :meth:`lines` does."""
        about = (
            f"{REMOVING}: remove the key ring {self.ring} and what {MAKING} made for it, by {self.product.words}.",
            "Private keys that are deleted cannot be brought back: stop Zowe first, and keep what you may want again. "
            "Every step runs, whatever the ones before it said; look into SYSTSPRT of each.",
        )
        return job_lines(REMOVING, about, self.removal, self.order.values, self.product, stops_at_errors=False)

    def _about(self) -> tuple[str, ...]:
        read = (
            "A step is left out once one before it has ended with more than 4, and the job's return code is the worst: "
            "mend what SYSTSPRT says, then submit the steps from there on."
        )
        if self.product is Product.ACF2:
            read = (
                "ACF2's subcommands do not tell a step how they ended: whatever the return code, read SYSTSPRT of "
                "each step."
            )
        about = [
            f"{MAKING}: the key ring {self.ring} for Zowe {self.settings.release}, by {self.product.words}. It "
            f"{_OPTIONS[self.order.option]} (option {self.order.option}).",
            read,
            "Add to the JOB statement what your site asks for. Who submits it must be allowed to issue the commands.",
        ]
        if self.order.imports:
            about.append(
                "The password of the PKCS12 file stands below in the clear: let nobody else read this member, and "
                "delete it, its output and its copies after the job."
                if self.password
                else "Type the password of the PKCS12 file into SET PKCSPASS just before you submit, do not save it, "
                "and delete the job's output."
            )
        return tuple(about)

    def as_dict(self) -> dict[str, Any]:
        """``zowe-certs/jcl/1``; a password is not in it."""
        from .roles import role_steps

        return {
            "schema": "zowe-certs/jcl/1",
            "product": str(self.product),
            "option": self.order.option,
            "release": str(self.settings.release),
            "ring": self.ring,
            "symbols": dict(self.values),
            "steps": [_step_as_dict(step) for step in self.steps],
            "removal_steps": [_step_as_dict(step) for step in self.removal],
            "plan": [step.as_dict() for step in role_steps(self)],
            "members": {MAKING: self.lines(), REMOVING: self.removal_lines()},
            "counts": {str(kind): sum(found.severity is kind for found in self.findings) for kind in Severity},
            "findings": [found.as_dict() for found in self.findings],
        }


def _step_as_dict(step: JobStep) -> dict[str, Any]:
    commands = [" ".join(command) for command in step.commands]
    return {"name": step.name, "title": step.title, "why": step.why, "commands": commands}


def ring_job(  # each is a choice of its own, made by name
    settings: CertificateSettings,
    *,
    product: str = "RACF",
    option: int = 1,
    symbols: Mapping[str, str] | None = None,
    password: Secret | None = None,
    at: dt.datetime | None = None,
) -> RingJob:
    """The job for these settings.

    Args:
        product: RACF, ACF2 or TSS.
        option: 1 makes a certificate, 2 connects one that the product has, 3 imports a PKCS12 data set.
        symbols: values for ZWEKRING's SET variables, in place of what the settings say.
        password: of the PKCS12 file, to be put into the job; None leaves its place empty.
        at: the day from which the days of the certificates count; None: now.

    Raises:
        UsageError: there is no such product, option or symbol, or this job does not use it.
        SettingsError: every value that the job cannot have, at once.
    """
    at = at or dt.datetime.now(dt.UTC)
    given = {name.upper(): value.strip() for name, value in (symbols or {}).items()}
    kind, option = _choices(given, product, option)
    given |= {name: value.upper() for name, value in given.items() if name in in_upper_case(kind)}
    if not settings.profile.key_type.is_rsa:
        what = f"ZOWE_CERTS_KEY_TYPE is {settings.profile.key_type}, but the job makes RSA keys only"
        raise SettingsError(settings.source, [what])
    unknown = [name for name in given if name not in SYMBOLS_BY_NAME and name not in _SWITCHES]
    if unknown:
        msg = f"there is no symbol {unknown[0]}; ZWEKRING has {', '.join((*SYMBOLS_BY_NAME, *_SWITCHES))}"
        raise UsageError(msg)
    if "PKCSPASS" in given:
        msg = "a password is never an argument; give its place (env:NAME, file:PATH or prompt:), and ask for it in the "
        raise UsageError(msg + "job with --password-in-jcl, in a notebook password_in_jcl")
    order = Order(kind, option, _values(settings, option, given, at), settings.profile.key_type.bits)
    steps = tuple(_COMMANDS[kind].steps(order))
    used = used_symbols(steps)
    _refuse_unused(order, used, given)
    problems = [*_problems(order, used, given, password), *_date_problems(order, used, at)]
    if problems:
        raise SettingsError(settings.source, problems)
    findings = tuple(_findings(settings, order, password))
    shown = {name: "" if name == "PKCSPASS" else order.values[name] for name in used}
    removal = tuple(_COMMANDS[kind].removal(order))
    job = RingJob(settings, order, shown, steps, removal, findings, at, password if order.imports else None)
    job.lines()
    return job


def _choices(given: dict[str, str], product: str, option: int) -> tuple[Product, int]:
    """Product and option; both may come as the symbols of that name too."""
    product = given.pop("PRODUCT", product).upper()
    number = given.pop("OPTION", str(option))
    if product not in list(Product):
        msg = f"product {product!r} is none of {', '.join(Product)}"
        raise UsageError(msg)
    if number not in {"1", "2", "3"}:
        told = ", ".join(f"{known} {what}" for known, what in _OPTIONS.items())
        msg = f"option {number!r} is none of the three: {told}"
        raise UsageError(msg)
    return Product(product), int(number)


def _values(settings: CertificateSettings, option: int, given: Mapping[str, str], at: dt.datetime) -> dict[str, str]:
    defaults = default_values(settings, at)
    values = dict(defaults) | {name: value for name, value in given.items() if name in SYMBOLS_BY_NAME}
    if not defaults["JWTLABEL"]:
        values["JWTLABEL"] = ""
    for switch, names in _SWITCHES.items():
        asked = given.get(switch, "")
        if asked not in {"", "0", "1"}:
            msg = f"{switch} is {asked!r}; it is 1 to connect these authorities, 0 to leave them out"
            raise UsageError(msg)
        missing = [name for name in names if not values[name]]
        if asked == "1" and missing:
            msg = f"{switch} is 1, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty"
            raise UsageError(msg)
        if asked == "0":
            values |= dict.fromkeys(names, "")
    if option != 2:
        values["CERTOWNR"] = values["ZOWEUSER"]
    return values


def _refuse_unused(order: Order, used: Sequence[str], given: Mapping[str, str]) -> None:
    """A value that changes nothing was meant for something."""
    external = {name for name in _EXTERNAL if order.generates and order.has(name)}
    wanted = {*used, *(("CERTOWNR",) if order.option == 2 else ())} - external
    idle = [name for name, value in given.items() if value and name in SYMBOLS_BY_NAME and name not in wanted]
    if idle:
        msg = f"symbol {idle[0]} is not used by option {order.option} of {order.product.words}; leave it out"
        raise UsageError(msg)


def _problems(order: Order, used: Sequence[str], given: Mapping[str, str], password: Secret | None) -> Iterable[str]:
    needed = [*used, *(["CERTOWNR"] if order.option == 2 else [])]
    for name in dict.fromkeys(needed):
        value = order.values[name]
        if name in _NEEDED and not value:
            question = f": {_ASKED[name]}? Give it with --symbol {name}=VALUE" if name in _ASKED else ""
            yield f"{name} is empty, but option {order.option} of {order.product.words} needs it{question}"
        elif why := value_problem(name, value, order.product):
            how = "" if name in given else f"; --symbol {name}=VALUE gives the job another one"
            yield f"{name} {why if value in why else f'{value!r} {why}'}{how}"
    if "JWTLABEL" in used and order.values["JWTLABEL"] == order.values["LABEL"]:
        yield f"JWTLABEL and LABEL are both {order.values['LABEL']!r}; two certificates of a user have two labels"
    if password is not None and order.imports and (why := value_problem("PKCSPASS", password.reveal(), order.product)):
        yield f"the password {why}"


def _date_problems(order: Order, used: Sequence[str], at: dt.datetime) -> Iterable[str]:
    """Days that are right each for itself and not together."""
    days = {name: end_date(order.values[name]) for name in ("CAEXPIRE", "EXPIRES") if name in used}
    for name, day in days.items():
        if day and day <= at.date():
            yield f"{name} is {day}, which is not after the day of the job, {at:%Y-%m-%d}"
    last, own = days.get("CAEXPIRE"), days.get("EXPIRES")
    if last and own and own > last:
        yield f"EXPIRES is {own}, but the local authority ends on {last} (CAEXPIRE), and with it what it signed"


def _findings(settings: CertificateSettings, order: Order, password: Secret | None) -> Iterable[Finding]:
    if password is not None and order.imports:
        yield Finding(
            "ZC-JCL-01",
            Severity.WARNING,
            "the password of the PKCS12 file stands in the job in the clear",
            "who may read the member, the job's output or a copy of it can open the file and use the private key",
            "submit it, then delete member and output; best give the file a password for this one way only",
            "zowe-install-packaging, files/jcl/ZWEKRING.jcl",
            {"source": f"{MAKING}, SET PKCSPASS"},
        )
    if order.imports and settings.external_certificate_authorities[2:]:
        yield Finding(
            "ZC-KR-09",
            Severity.WARNING,
            f"EXTERNAL_CERTIFICATE_AUTHORITIES names {len(settings.external_certificate_authorities)} files, "
            "but the job connects two authorities",
            "what is not connected is not trusted, and its chain is not shown",
            "connect the others by commands like those of the job's step ROOTZWCA",
            "zowe-install-packaging, files/jcl/ZWEKRING.jcl",
            {"source": settings.source},
        )
