"""The parameters of every notebook: name, type, default, help and choices in one place.

The cell tagged ``parameters``, the form, the command line, ``zowe-certs list`` and the
README's table all come from the dataclasses here. Types are str, int, bool and list[str],
an empty string means "not given", and neither a default nor a help text holds ``=`` or
``#``: papermill reads the cell with a regular expression that stumbles over both
(papermill issue 864).
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar

from .errors import UsageError
from .parameter_values import Parameter, nearest, read_values
from .secret import DEFAULT_REFERENCE

__all__ = [
    "NOTEBOOKS",
    "AuditParameters",
    "InspectParameters",
    "KeyringParameters",
    "Parameters",
    "RenewParameters",
    "ServicesParameters",
    "SetupParameters",
    "StartParameters",
    "TrustParameters",
    "checked",
    "parameter",
]

T = TypeVar("T")


def parameter(default: T, help: str, *, choices: Sequence[T] = ()) -> T:
    """A dataclass field that knows its help text and, where there are some, its choices."""
    metadata = {"help": help, "choices": tuple(choices)}
    return field(default_factory=lambda: copy(default), metadata=metadata)


@dataclass(kw_only=True)
class Parameters:
    """What every notebook takes; a notebook's own parameters stand in its subclass."""

    notebook: ClassVar[str]
    title: ClassVar[str]
    purpose: ClassVar[str]
    reads: ClassVar[str]
    writes: ClassVar[str]

    password_from: str = parameter(DEFAULT_REFERENCE, "Where the password is, never the password")
    out_dir: str = parameter("out", "Folder for the results")
    interactive: bool = parameter(True, "Show the form; headless runs set this to False")

    @classmethod
    def take(cls, namespace: Mapping[str, object]) -> Self:
        """Read a notebook's ``globals()``; what is missing there keeps its default.

        Raises:
            UsageError: names every value that cannot be used.
        """
        listing = cls.listing()
        found = {known.name: namespace[known.name] for known in listing if known.name in namespace}
        return cls(**read_values(listing, found, cls.notebook))

    def check(self) -> None:
        """Look at the values again, as after the form was filled in.

        Raises:
            UsageError: names every value that cannot be used.
        """
        read_values(self.listing(), self.as_dict(), self.notebook)

    @classmethod
    def listing(cls) -> tuple[Parameter, ...]:
        """Every parameter, the notebook's own ones first."""
        common = {known.name for known in fields(Parameters)}
        return tuple(sorted((_described(known) for known in fields(cls)), key=lambda known: known.name in common))

    @classmethod
    def help(cls) -> str:
        """Name, type, default, help and choices of every parameter, as text."""
        return "\n".join(line for known in cls.listing() for line in _explained(known))

    @classmethod
    def cell(cls) -> str:
        """The parameters cell of the notebook, to the letter."""
        return "\n".join(f"{known.name}: {known.type} = {known.literal()}  # {known.help}" for known in cls.listing())

    def as_dict(self) -> dict[str, Any]:
        """Name and value of every parameter, in the order of the cell."""
        return {known.name: getattr(self, known.name) for known in self.listing()}

    def form(self) -> object:
        """Controls that write into this object; where nobody can use them, a table of the values."""
        from .show.forms import form

        return form(self)

    def command(self) -> str:
        """The same run without a notebook; only what differs from the defaults is named."""
        words = ["zowe-certs", "run", self.notebook]
        for known in self.listing():
            value = getattr(self, known.name)
            if value == known.default or known.name == "interactive":
                continue
            words += ["--out", value] if known.name == "out_dir" else ["--set", f"{known.name}={known.text(value)}"]
        return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


@dataclass(kw_only=True)
class StartParameters(Parameters):
    """Parameters of ``00_start_here``."""

    notebook = "00_start_here"
    title = "Start here"
    purpose = "What Zowe's certificates are for, which notebook does what, and a check of the installation"
    reads = "nothing"
    writes = "nothing"


@dataclass(kw_only=True)
class SetupParameters(Parameters):
    """Parameters of ``10_setup_certificates``."""

    notebook = "10_setup_certificates"
    title = "Set up certificates"
    purpose = "Plan, preview, write and inspect the KEYSTORE_DIRECTORY, then say what comes next"
    reads = "Zowe's .env file, certificates of your own, certificate files of z/OSMF"
    writes = "the keystore directory with zowe-certificates.env"

    settings: str = parameter("", "Zowe's .env file; empty: an example made here")
    keystore_directory: str = parameter("", "Folder made here; empty: the settings' own KEYSTORE_DIRECTORY")
    release: str = parameter("", "Zowe release that the files are for; empty: what the settings prove")
    as_zowe: bool = parameter(False, "Make exactly what Zowe's own script makes, defects included")
    replace: bool = parameter(False, "Replace what is there; the old directory stays as a dated copy")
    ca_store: str = parameter("", "The authority's own PKCS12 file, used again or made; empty: in the directory")
    ca_password_from: str = parameter("", "Where the password of the authority's store is; empty: the keystore's")
    external_password_from: str = parameter("", "Where that of EXTERNAL_CERTIFICATE is; empty: the keystore's")
    in_spite_of_findings: bool = parameter(False, "Make the set also where an external certificate would not work")
    zosmf: str = parameter("", "HOST:PORT of z/OSMF, whose authority is to be trusted; empty: nobody is asked")
    confirm: list[str] = parameter([], "SHA-256 of certificates of z/OSMF that you have compared, by commas")


@dataclass(kw_only=True)
class InspectParameters(Parameters):
    """Parameters of ``20_inspect_keystore``."""

    notebook = "20_inspect_keystore"
    title = "Inspect a keystore"
    purpose = "What is in a keystore, trust store, PEM file, folder or TLS server, and what changed since another one"
    reads = "any store, PEM file, RACDCERT listing, folder or host:port"
    writes = "result.json"

    source: str = parameter(
        "", "Keystore, PEM file, key ring listing, folder or host:port; empty: an example made here"
    )
    compare_with: str = parameter("", "An older store to compare with, such as the one before a renewal")
    prove_keys: bool = parameter(False, "Open each private key, and say whether it fits its certificate")
    more_password_from: str = parameter("", "More such places, each after a pattern of the stores that it is for")


@dataclass(kw_only=True)
class TrustParameters(Parameters):
    """Parameters of ``30_trust_graph``."""

    notebook = "30_trust_graph"
    title = "Trust graph"
    purpose = "Who signs, holds, trusts and presents what, who accepts whom, and what breaks when"
    reads = "a KEYSTORE_DIRECTORY, an instance, stores, PEM files, listings, host:port, or a mix"
    writes = "three pictures, result.json"

    source: list[str] = parameter(
        [], "Directories, instances, stores, PEM files, host:port, by commas; empty: an example made here"
    )
    settings: str = parameter("", "Zowe's .env file, an instance.env or zowe-certificates.env that goes with them")
    alias: str = parameter("", "The private key that Zowe shows; empty: what the settings say, else the first")
    hosts: list[str] = parameter([], "Names by which clients reach Zowe; empty: those of the certificate")
    at: str = parameter("", "Judge as of this day, such as 2027-06-30; empty: today")
    without: list[str] = parameter([], "SHA-256 of certificates, or how they begin, that trust stores would lose")
    trusting: list[str] = parameter([], "Files with authorities that trust stores would get")
    more_password_from: str = parameter("", "More such places, each after a pattern of the stores that it is for")


@dataclass(kw_only=True)
class AuditParameters(Parameters):
    """Parameters of ``50_audit_report``."""

    notebook = "50_audit_report"
    title = "Audit report"
    purpose = "Every rule over a directory, an instance, stores, listings and servers: verdicts, findings, inventory"
    reads = "a KEYSTORE_DIRECTORY, an instance, stores, PEM files, listings, host:port, or a mix"
    writes = "report.html, result.json, two pictures"

    source: list[str] = parameter(
        [], "Directories, instances, stores, PEM files, host:port, by commas; empty: an example made here"
    )
    settings: str = parameter("", "Zowe's .env file, an instance.env or zowe-certificates.env that goes with them")
    profile: str = parameter(
        "", "The version of Zowe to judge for; empty: by the files", choices=("", "zowe-v1", "zowe-v2", "zowe-v3")
    )
    alias: str = parameter("", "One private key alone; empty: every one")
    hosts: list[str] = parameter([], "Names by which clients reach Zowe; empty: those of the settings")
    client_certificates: list[str] = parameter([], "Files with certificates of users who log on with them, by commas")
    waivers: str = parameter("", "YAML file of findings that are set aside, each with a reason and a last day")
    compare_with: str = parameter("", "The result.json of an older audit; empty: no comparison")
    warn_days: int = parameter(30, "Warn about certificates that end within this many days")
    note_days: int = parameter(90, "Note those that end within this many days")
    least_rsa_bits: int = parameter(2048, "The shortest RSA key")
    fail_on: str = parameter(
        "error", "The run fails on findings this bad or worse", choices=("error", "warning", "info", "never")
    )
    at: str = parameter("", "Judge as of this day, such as 2027-06-30; empty: today")
    more_password_from: str = parameter("", "More such places, each after a pattern of the stores that it is for")


@dataclass(kw_only=True)
class RenewParameters(Parameters):
    """Parameters of ``70_renew``."""

    notebook = "70_renew"
    title = "Renew"
    purpose = "What ends when, and the order of work; request and reply, renewal, rotation of the authority"
    reads = "a KEYSTORE_DIRECTORY, the reply of a CA team"
    writes = "the directory, the old one kept as a dated copy; a request folder; lifetimes.svg, result.json"

    source: str = parameter("", "KEYSTORE_DIRECTORY; empty: an example made here")
    action: str = parameter(
        "show",
        "What to do; show only looks ahead and writes nothing",
        choices=(
            "show",
            "csr",
            "import-reply",
            "renew",
            "rotate-begin",
            "rotate-switch",
            "rotate-finish",
            "rotate-cancel",
        ),
    )
    alias: list[str] = parameter([], "Only these keys; empty: all that the authority signed, of a request Zowe's own")
    hosts: list[str] = parameter([], "Names and addresses to be added")
    same_key: bool = parameter(False, "Renew with the same private key; else with a new one")
    days: int = parameter(0, "How many days the new certificates last; 0 means as long as before")
    request: str = parameter("", "Folder of the request, which csr makes and import-reply reads")
    reply: list[str] = parameter([], "Files that the CA team sent, for import-reply")
    confirm: list[str] = parameter([], "SHA-256 of the root of the reply, which you have compared, by commas")
    ca_store: str = parameter("", "The authority's own PKCS12 file; empty: in the directory")
    ca_password_from: str = parameter("", "Where the password of the authority's store is; empty: the keystore's")
    lead_days: int = parameter(30, "How many days a CA team takes to sign")
    warn_days: int = parameter(60, "Warn about certificates that end within this many days")
    at: str = parameter("", "Judge as of this day, such as 2027-06-30; empty: today")


@dataclass(kw_only=True)
class ServicesParameters(Parameters):
    """Parameters of ``60_trust_services``."""

    notebook = "60_trust_services"
    title = "Trust services"
    purpose = "Let Zowe trust z/OSMF and other services: which authority, why, and what each verify mode decides then"
    reads = "a KEYSTORE_DIRECTORY, host:port of services or their certificate files"
    writes = "its trust store, where asked for; two pictures, result.json"

    source: str = parameter("", "KEYSTORE_DIRECTORY with zowe-certificates.env; empty: an example made here")
    services: list[str] = parameter([], "HOST:PORT of services, or files with their certificates, by commas")
    confirm: list[str] = parameter([], "SHA-256 of each certificate to add, compared by another way, by commas")
    at: str = parameter("", "Judge as of this day, such as 2027-06-30; empty: today")
    apply: bool = parameter(False, "Write the trust store; else it is only shown what would be added")


@dataclass(kw_only=True)
class KeyringParameters(Parameters):
    """Parameters of ``40_keyring_jcl``."""

    notebook = "40_keyring_jcl"
    title = "Key ring"
    purpose = "The jobs that make a key ring by RACF, ACF2 or Top Secret, its listing read back, and Zowe told of it"
    reads = "Zowe's .env file for key rings, RACDCERT listings, instance.env"
    writes = "ZWEKRING and ZWENOKYR, the keystore directory, two pictures, result.json"

    settings: str = parameter("", "Zowe's .env file with ZOWE_KEYRING; empty: an example made here")
    product: str = parameter("RACF", "The security product", choices=("RACF", "ACF2", "TSS"))
    option: int = parameter(1, "1 makes a certificate, 2 connects one that is there, 3 imports one", choices=(1, 2, 3))
    symbols: list[str] = parameter([], "NAME:VALUE of SET variables in place of what the settings say, by commas")
    password_in_jcl: bool = parameter(False, "Option 3: write the PKCS12 file's password into the job, in the clear")
    ring_listing: list[str] = parameter([], "Saved RACDCERT listings of the ring, and stores to be drawn beside it")
    pasted: str = parameter("", "A RACDCERT listing, pasted here as text")
    keystore_directory: str = parameter("", "Folder made here; empty: none is made but for the example")
    replace: bool = parameter(False, "Replace what is there; the old directory stays as a dated copy")
    in_spite_of_findings: bool = parameter(False, "Make the directory also where the ring would stop Zowe")
    instances: list[str] = parameter([], "Instance directories that use the KEYSTORE_DIRECTORY, by commas")
    release: str = parameter("", "Zowe release that the files are for; empty: what the settings prove")
    at: str = parameter("", "Judge as of this day, such as 2027-06-30; empty: today")


_IN_ORDER: tuple[type[Parameters], ...] = (
    StartParameters,
    SetupParameters,
    InspectParameters,
    TrustParameters,
    KeyringParameters,
    AuditParameters,
    ServicesParameters,
    RenewParameters,
)
NOTEBOOKS: Mapping[str, type[Parameters]] = MappingProxyType({known.notebook: known for known in _IN_ORDER})


def checked(notebook: str, values: Mapping[str, object]) -> dict[str, Any]:
    """The given values in their types, before anything starts.

    Raises:
        UsageError: no such notebook, a name it does not know, or a value it cannot use.
    """
    if notebook not in NOTEBOOKS:
        msg = f"there is no notebook {notebook!r}{nearest(notebook, NOTEBOOKS)}: there are {', '.join(NOTEBOOKS)}"
        raise UsageError(msg)
    return read_values(NOTEBOOKS[notebook].listing(), values, notebook)


def _described(known: Any) -> Parameter:
    return Parameter(known.name, known.type, known.default_factory(), known.metadata["help"], known.metadata["choices"])


def _explained(known: Parameter) -> Iterable[str]:
    yield f"{known.name}: {known.type}, default {known.literal()}"
    yield f"    {known.help}"
    if known.choices:
        yield f"    one of {', '.join(known.text(choice) or 'empty' for choice in known.choices)}"
