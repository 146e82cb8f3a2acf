"""The KEYSTORE_DIRECTORY beside a key ring: ``zowe-certificates.env``, which passes the ring on to Zowe.

Source: zowe-install-packaging, ``bin/zowe-setup-certificates.sh``, tags v1.14.0 to v1.28.8. Where the settings ask for
certificates to be generated into the ring, Zowe's script makes them on z/OS; here the commands that do it are told.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import SettingsError
from ..model import CertificateFacts, Finding, Severity, Store, iso
from ..services import Zosmf
from ..setup.certificates_env import SINCE_SSO, Value, component_lines, service_values, written_lines
from ..setup.delivery import delivery, delivery_commands, owner_commands
from ..setup.findings import settings_findings, worst_first
from ..setup.keystore_directory import Placed, place
from ..setup.make import certificate_files, refuse_findings
from ..setup.plan import ENVIRONMENT_FILE, FileKind, GivenCertificate, PlannedFile
from ..setup.planning import plan_setup
from ..setup.zosmf import zosmf_certificates
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_RELEASE, LAST_RELEASE, Release
from .comparison import ToldOfRing, compare_ring
from .job import ring_job
from .ring_view import RingView, is_authority, ring_of, subject_of
from .roles import plain_commands

__all__ = ["MadeRingDirectory", "RingPlan", "make_ring_directory", "plan_ring_directory", "ring_environment_lines"]

_AUTHORITIES_SINCE = Release(1, 17)  # with blanks in labels kept, too
_COMPONENTS_SINCE = Release(1, 21)
_ADDRESS = '"safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"'


@dataclass(frozen=True)
class RingPlan:
    """All that is made for a ring that exists, or will.

    ``ring`` is None where no listing of it was given. ``root`` and ``authorities`` are labels. ``given`` are
    certificates of z/OSMF: as Zowe makes it they go into a trust store that nothing reads, else they are looked for in
    the ring. ``commands`` make the ring, where the settings ask for that; ``why_no_commands`` says what they lack.
    """

    settings: CertificateSettings
    directory: Path
    as_zowe: bool
    replace: bool
    ring: RingView | None
    root: str
    authorities: tuple[str, ...]
    given: tuple[GivenCertificate, ...]
    files: tuple[PlannedFile, ...]
    findings: tuple[Finding, ...]
    commands: tuple[str, ...]
    why_no_commands: str = ""
    in_spite_of_findings: bool = False

    @property
    def id(self) -> str:
        """Owner and name of the ring."""
        return f"{self.settings.user_id.upper()}/{self.settings.keyring}"

    @property
    def folder_mode(self) -> int:
        return 0o700 if self.settings.lock_keystore else 0o750

    def mode(self, _: PlannedFile) -> int:
        return 0o600 if self.settings.lock_keystore else 0o640

    def as_dict(self) -> dict[str, Any]:
        """``zowe-certs/ring-directory/1``."""
        return {
            "schema": "zowe-certs/ring-directory/1",
            "counts": {str(kind): sum(found.severity is kind for found in self.findings) for kind in Severity},
            "findings": [found.as_dict() for found in self.findings],
            "directory": str(self.directory),
            "keystore_directory": str(self.settings.keystore_directory),
            "release": str(self.settings.release),
            "release_reason": self.settings.release_reason,
            "as_zowe": self.as_zowe,
            "ring": self.id,
            "label": self.settings.keystore_alias,
            "external_root_ca": self.root,
            "external_certificate_authorities": list(self.authorities),
            "files": [str(file.path) for file in self.files],
            "environment": ring_environment_lines(self),
            "commands": list(self.commands),
            "why_no_commands": self.why_no_commands,
            "delivery": [row.as_dict() for row in delivery(self)],
            "delivery_commands": [list(part) for part in delivery_commands(self)],
        }


@dataclass(frozen=True)
class MadeRingDirectory:
    """What was made; ``placed`` says what became of an older directory."""

    plan: RingPlan
    placed: Placed
    at: dt.datetime

    @property
    def owner_commands(self) -> tuple[str, ...]:
        """What is left to run on z/OS where user and group could not be set here."""
        return () if self.placed.owned else owner_commands(self.plan, str(self.plan.settings.keystore_directory))

    def as_dict(self) -> dict[str, Any]:
        kept = str(self.placed.kept) if self.placed.kept else None
        return {**self.plan.as_dict(), "at": iso(self.at), "kept": kept, "notes": list(self.placed.notes)}


def plan_ring_directory(  # each is a choice of its own, made by name
    settings: CertificateSettings,
    *,
    directory: Path | None = None,
    as_zowe: bool = False,
    replace: bool = False,
    listings: Sequence[Store] = (),
    zosmf: Zosmf | None = None,
    in_spite_of_findings: bool = False,
    at: dt.datetime | None = None,
) -> RingPlan:
    """Plan the directory for settings with ZOWE_KEYRING.

    Args:
        directory: the folder to make here; None: the settings' own KEYSTORE_DIRECTORY.
        as_zowe: what the script leaves, its empty folders and defects included.
        replace: an existing folder gives way and stays as a dated copy.
        listings: RACDCERT listings of the ring, or stores that stand for it; with none its authorities are not known.
        zosmf: what z/OSMF showed; None: the files of ZOSMF_CERTIFICATE, if any.
        in_spite_of_findings: make it also where the ring would stop Zowe.
        at: the moment at which the ring is judged; None: now.

    Raises:
        SettingsError: the settings name no ring, or a file of z/OSMF cannot be used.
        StoreError: a file of z/OSMF cannot be read.
    """
    if not settings.keyring:
        raise SettingsError(settings.source, ["ZOWE_KEYRING is empty: name the key ring, or use zowe-certs setup"])
    at = at or dt.datetime.now(dt.UTC)
    ring = ring_of(listings, settings.user_id, settings.keyring) if listings else None
    given = zosmf_certificates(settings, zosmf, as_zowe=as_zowe)
    generated = as_zowe and settings.generate_for_keyring
    root, authorities = (
        (settings.localca_label or "localca",) * 2 if generated else _labels_above(settings, ring, as_zowe=as_zowe)
    )
    plan = RingPlan(
        settings,
        directory or Path(settings.keystore_directory),
        as_zowe,
        replace,
        ring,
        root=root.replace(" ", "") if as_zowe and settings.release < _AUTHORITIES_SINCE else root,
        authorities=(authorities,) if isinstance(authorities, str) else authorities,
        given=given,
        files=tuple(_files(settings, given, as_zowe=as_zowe)),
        findings=(),
        commands=(),
        in_spite_of_findings=in_spite_of_findings,
    )
    commands, why = _commands(plan, at)
    findings = worst_first(list(_findings(plan, at)))
    return dataclasses.replace(plan, commands=commands, why_no_commands=why, findings=findings)


def _labels_above(
    settings: CertificateSettings, ring: RingView | None, *, as_zowe: bool
) -> tuple[str, tuple[str, ...]]:
    """The label of the root above the Zowe certificate, and those of all authorities above it.

    The script asks keytool, which shows the aliases of a store that stands for a ring in lower case.
    """
    own = ring.labelled(settings.keystore_alias) if ring else None
    if ring is None or own is None or own.certificate is None:
        return "", ()
    above = ring.issuers(own.certificate)
    found = [(as_zowe and entry.java_alias) or entry.alias for entry in above]
    return (found[-1] if found else ""), tuple(found)


def _files(settings: CertificateSettings, given: Sequence[GivenCertificate], *, as_zowe: bool) -> Iterator[PlannedFile]:
    """What the directory holds; the files that only Zowe's script leaves are of no use beside a ring."""
    alias = settings.keystore_alias
    if as_zowe and settings.generate_for_keyring:
        stem = f"{alias}/{alias}.keystore"
        yield PlannedFile(PurePosixPath(f"{stem}.csr"), FileKind.REQUEST, "the request that was signed", alias)
        reply = PurePosixPath(f"{stem}_signed.cer")
        yield PlannedFile(reply, FileKind.CERTIFICATE, "the authority's reply to it", alias)
        if settings.has_jwt_secret:
            what, path = "the public half of the JWT secret", PurePosixPath(f"{stem}.jwtsecret.pem")
            yield PlannedFile(path, FileKind.CERTIFICATE, what, "jwtsecret")
    if as_zowe and given:
        path = PurePosixPath(alias, f"{alias}.truststore.p12")
        yield PlannedFile(path, FileKind.STORE, "certificates of z/OSMF, which nothing reads")
    yield PlannedFile(ENVIRONMENT_FILE, FileKind.ENVIRONMENT, "where Zowe finds its key ring")


def _commands(plan: RingPlan, at: dt.datetime) -> tuple[tuple[str, ...], str]:
    """What makes the ring, where GENERATE_CERTS_FOR_KEYRING asks for it; and what of the settings stands against it."""
    settings = plan.settings
    if not settings.generate_for_keyring:
        return (), ""
    if plan.as_zowe:
        return tuple(_keyring_util(settings)), ""
    try:
        job = ring_job(settings, at=at)
    except SettingsError as error:
        return (), "; ".join(error.problems)
    return tuple(command for step in job.steps for command in plain_commands(step, job)), ""


def _keyring_util(settings: CertificateSettings) -> Iterator[str]:
    """What the script runs first: it empties the ring that it is asked to fill."""
    user, ring = settings.user_id, settings.keyring
    own = [settings.keystore_alias, *(["jwtsecret"] if settings.has_jwt_secret else [])]
    yield f"keyring-util delring {user} {ring}"
    for labels in ([settings.localca_label or "localca"], own):
        yield from (f"keyring-util delcert {user} {ring} {label}" for label in labels)
        yield from (f"keyring-util delcert {user} * {label}" for label in labels)


def _findings(plan: RingPlan, at: dt.datetime) -> Iterator[Finding]:
    settings = plan.settings
    told = settings_findings(settings, [], published_ca_password=False, found=None, at=at)
    yield from (found for found in told if found.rule == "ZC-CFG-08")
    if plan.ring is None:
        yield Finding(
            "ZC-KR-13",
            Severity.INFO if settings.generate_for_keyring else Severity.WARNING,
            f"what the ring {plan.id} holds is not known, so EXTERNAL_ROOT_CA stays empty",
            "Zowe's servers in Node trust the authority that is named there, and nothing was compared.",
            f"save what RACDCERT LISTRING({settings.keyring}) ID({settings.user_id}) and RACDCERT LIST print as one "
            "file, and name it: --ring-listing FILE, in a notebook ring_listing",
            "Zowe: bin/zowe-setup-certificates.sh",
            {"source": settings.source},
        )
    elif not plan.as_zowe:
        yield from compare_ring(ToldOfRing.by_settings(settings), plan.ring, at=at)
    if settings.verifies_services and not plan.as_zowe:
        yield from _zosmf_findings(plan)


def _zosmf_findings(plan: RingPlan) -> Iterator[Finding]:
    """Whether the ring trusts z/OSMF; of a ring that is not known nothing is said that was not seen."""
    settings, ring = plan.settings, plan.ring
    trusted = [entry for entry in ring.entries if is_authority(entry)] if ring else []
    names = {subject_of(entry) for entry in trusted}
    known = [_facts(one) for one in plan.given]
    if known and ring and any(facts.subject in names or facts.issuer in names for facts in known):
        return
    authority = f"“{known[-1].issuer}”" if known else "z/OSMF's authority"
    seen = bool(known and ring)
    yield Finding(
        "ZC-TS-03",
        Severity.WARNING if seen else Severity.INFO,
        f"{authority} is not connected to the ring"
        if seen
        else f"is {authority} connected to the ring? That is not seen",
        "Zowe trusts z/OSMF, and with it most logins, only where its authority is in the ring.",
        f"RACDCERT CONNECT(CERTAUTH LABEL('LABEL OF THAT AUTHORITY') RING({settings.keyring}) USAGE(CERTAUTH)) "
        f"ID({settings.user_id}); a job does it with --symbol ROOTZFCA=LABEL",
        "Zowe: Configuring Zowe certificates, Trust store",
        {"source": plan.id},
    )


def _facts(given: GivenCertificate) -> CertificateFacts:
    from ..stores.certificate import certificate_facts

    return certificate_facts(given.der)


def ring_environment_lines(plan: RingPlan) -> list[str]:
    """``zowe-certificates.env`` for the plan's release; the password is a word that Java asks for and opens nothing."""
    settings, listed = plan.settings, "".join(f"{label}," for label in plan.authorities)
    owner = settings.user_id if plan.as_zowe else settings.user_id.upper()
    ring = settings.keyring
    values: list[Value] = [
        (name, value, since, LAST_RELEASE)
        for name, value, since in (
            ("KEY_ALIAS", settings.keystore_alias, FIRST_RELEASE),
            ("KEYSTORE_PASSWORD", "", FIRST_RELEASE),
            ("KEYRING_OWNER", "", FIRST_RELEASE),
            ("KEYRING_NAME", "", FIRST_RELEASE),
            ("KEYSTORE", "", FIRST_RELEASE),
            ("KEYSTORE_TYPE", "JCERACFKS", FIRST_RELEASE),
            ("TRUSTSTORE", "", FIRST_RELEASE),
            ("EXTERNAL_ROOT_CA", plan.root, SINCE_SSO),
            ("EXTERNAL_CERTIFICATE_AUTHORITIES", listed, _AUTHORITIES_SINCE),
            ("LOCAL_CA", settings.localca_label, _AUTHORITIES_SINCE),
        )
    ]
    literal = {
        "KEYSTORE_PASSWORD": '"password"',
        "KEYRING_OWNER": _in_double_quotes(owner),
        "KEYRING_NAME": _in_double_quotes(ring),
        "KEYSTORE": _ADDRESS,
        "TRUSTSTORE": _ADDRESS,
    }
    lines = written_lines([*values, *service_values(settings, as_zowe=plan.as_zowe)], settings.release, literal)
    if settings.release >= _COMPONENTS_SINCE and settings.components:
        lines += ["", *(line for component in settings.components for line in component_lines(component))]
    return lines


def _in_double_quotes(text: str) -> str:
    """Quoted so that a shell leaves ``$`` and its like alone."""
    return '"' + re.sub(r'([$`"\\])', r"\\\1", text) + '"'


def make_ring_directory(plan: RingPlan, *, now: dt.datetime | None = None) -> MadeRingDirectory:
    """Make the directory of ``plan``: whole, or not at all.

    Raises:
        Refused: the ring would stop Zowe, and nobody asked for the directory in spite of that.
        WouldOverwrite: the directory is there already and ``plan.replace`` is false.
        WriteError: it cannot be written; nothing was changed.
    """
    refuse_findings(plan)
    now = now or dt.datetime.now(dt.UTC)
    with place(plan.directory, replace=plan.replace, now=now) as placing:
        if plan.as_zowe:
            placing.folder(PurePosixPath("local_ca"))
            placing.folder(PurePosixPath(plan.settings.keystore_alias))
        for path, data in _contents(plan, now).items():
            placing.write(path, data)
        modes = {file.path: plan.mode(file) for file in plan.files}
        placing.lock(plan.folder_mode, modes, plan.settings.user_id, plan.settings.group_id)
        placed = placing.finish()
    return MadeRingDirectory(plan, placed, now)


def _contents(plan: RingPlan, now: dt.datetime) -> dict[PurePosixPath, bytes]:
    environment = "".join(f"{line}\n" for line in ring_environment_lines(plan)).encode()
    contents = {ENVIRONMENT_FILE: environment}
    generated = [file for file in plan.files if file.certificate]
    if generated:
        in_files = dataclasses.replace(plan.settings, keyring="", zosmf_certificates=(), verify_certificates=False)
        made_of = plan_setup(in_files, directory=plan.directory, as_zowe=True)
        contents |= certificate_files(made_of, generated, now=now)
    store = next((file.path for file in plan.files if file.kind is FileKind.STORE), None)
    if store:
        contents[store] = _truststore(plan)
    return contents


def _truststore(plan: RingPlan) -> bytes:
    from cryptography import x509

    from ..stores import Profile, Protection, TrustedContent, write_pkcs12

    profile = plan.settings.profile
    trusted = [TrustedContent(one.alias, x509.load_der_x509_certificate(one.der)) for one in plan.given]
    protection = Protection(plan.settings.keystore_password, Profile(profile.protection), profile.rounds)
    return write_pkcs12(trusted, protection)
