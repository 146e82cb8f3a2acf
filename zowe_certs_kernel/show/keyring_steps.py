"""The steps of notebook 40, each one call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from ..errors import WouldOverwrite, WriteError
from ..folders import example_ring_listing, example_ring_settings
from ..keyring import RingJob, ring_job
from ..keyring.comparison import ToldOfRing, compare_ring
from ..keyring.directory import MadeRingDirectory, RingPlan, make_ring_directory, plan_ring_directory
from ..keyring.job import MAKING, REMOVING
from ..keyring.ring_view import RingView, ring_of
from ..lifecycle.instances import InstanceReport, check_instance
from ..local_path import local_path
from ..model import Finding, Store
from ..parameter_values import moment_of, symbol_values
from ..parameters import KeyringParameters
from ..secret import Secret, password_outside
from ..stores.racf_store import pasted_listing
from ..stores.sources import read_sources
from ..trust.graph import TrustGraph, View
from ..whole_file import write_whole
from ..zowe.settings import CertificateSettings, read_settings
from .folding import too_many
from .judged_scene import Question, graph_of, read_trust_of
from .keyring_pages import instances_page, job_blocks, made_ring_page, ring_page, ring_plan_page, roles_page
from .page import Findings, Page, Table, Text
from .result import counted, out_folder, write_result
from .setup_steps import settings_blocks
from .store_passwords import store_passwords
from .trust_pages import picture_page

__all__ = [
    "check_instances",
    "draw_ring",
    "draw_ring_launch",
    "finish_keyring",
    "make_ring_folder",
    "plan_ring_folder",
    "plan_ring_job",
    "read_ring",
    "read_ring_settings",
    "show_ring_job",
    "write_ring_jobs",
]


def read_ring_settings(parameters: KeyringParameters) -> Page[CertificateSettings]:
    """Read the settings file; without one, the example.

    Raises:
        SettingsError: every bad value of the file at once.
    """
    parameters.check()
    out_folder(parameters).joinpath("result.json").unlink(
        missing_ok=True
    )  # an older run's must not pass for this one's
    file = _settings_file(parameters)
    settings = read_settings([file], release=parameters.release)
    told = [] if parameters.settings else [Text(f"No settings file was given, so this is the example {file.name}.")]
    return Page(settings, [*told, *settings_blocks(settings)])


def _settings_file(parameters: KeyringParameters) -> Path:
    return local_path(parameters.settings, "settings") if parameters.settings else example_ring_settings()


def plan_ring_job(parameters: KeyringParameters, settings: Page[CertificateSettings]) -> Page[RingJob]:
    """Who does what for the ring, and the values that its job has.

    Raises:
        UsageError: a symbol is none of ZWEKRING, or the password is not where its reference says.
        SettingsError: every value that the job cannot have, at once.
    """
    password: Secret | None = None
    if parameters.password_in_jcl:
        password = password_outside(parameters.password_from, strict=True)()
    job = ring_job(
        settings.value,
        product=parameters.product,
        option=parameters.option,
        symbols=symbol_values(parameters.symbols, "symbols"),
        password=password,
        at=moment_of(parameters.at, "at"),
    )
    return roles_page(job)


def show_ring_job(job: Page[RingJob]) -> Page[RingJob]:
    """The steps of both jobs, each explained, and their text."""
    return Page(job.value, job_blocks(job.value))


def write_ring_jobs(parameters: KeyringParameters, job: Page[RingJob]) -> Page[tuple[Path, ...]]:
    """Write both jobs and the plan into ``out_dir``; a job with a password is its owner's alone.

    Raises:
        UsageError: ``out_dir`` cannot be made.
        WriteError: a file cannot be written.
    """
    written = write_jobs(job.value, out_folder(parameters))
    rows = [(path.name, what) for path, what in written.items()]
    return Page(tuple(written), [Table(f"In {out_folder(parameters)}", ("File", "What it is"), rows)])


def write_jobs(job: RingJob, folder: Path, *, replace: bool = True) -> dict[Path, str]:
    """Write both jobs and the plan per role into a folder; answers what each file is.

    Raises:
        WouldOverwrite: one of them is there already, and nobody asked to replace it.
        WriteError: the folder cannot be made, or a file not be written.
    """
    plan = str(roles_page(job))
    texts = {
        f"{MAKING}.jcl": ("\n".join(job.lines(with_password=True)), "the job that makes the ring"),
        f"{REMOVING}.jcl": ("\n".join(job.removal_lines()), "the job that takes it back"),
        "plan.txt": (plan, "who does what, with the commands"),
    }
    there = [name for name in texts if (folder / name).exists()]
    if there and not replace:
        msg = f"{folder / there[0]} is there already and was left as it is; ask for its replacement (--replace)"
        raise WouldOverwrite(msg)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the folder {folder} cannot be made: {error.strerror}; name another one"
        raise WriteError(msg) from None
    for name, (text, what) in texts.items():
        secret = name.startswith(MAKING) and job.password is not None
        write_whole(folder / name, f"{text}\n".encode(), what, 0o600 if secret else None)
    return {folder / name: what for name, (_, what) in texts.items()}


def read_ring(parameters: KeyringParameters, settings: Page[CertificateSettings]) -> Page[RingView]:
    """The ring as its listing shows it, compared with the settings; the example has a listing of its own.

    Raises:
        StoreError: a listing cannot be read.
        UsageError: a parameter cannot be used.
    """
    stores = _listings(parameters)
    ring = ring_of(stores, settings.value.user_id, settings.value.keyring)
    if not stores:
        how = f"RACDCERT LISTRING({ring.name}) ID({ring.owner}) and RACDCERT LIST show what it holds; save what they "
        return Page(ring, [Text(f"No listing of {ring.id} was given. {how}print, and name the file in ring_listing.")])
    return ring_page(
        ring, compare_ring(ToldOfRing.by_settings(settings.value), ring, at=moment_of(parameters.at, "at"))
    )


def _listings(parameters: KeyringParameters) -> list[Store]:
    pasted = [pasted_listing(parameters.pasted)] if parameters.pasted.strip() else []
    files = _sources(parameters)
    if not files:
        return pasted
    rows = list(read_sources(files, store_passwords(parameters)))
    unread = next((row.error for row in rows if row.error and row.named), None)
    if unread:
        raise unread
    return [*pasted, *(row.store for row in rows if row.store)]


def _sources(parameters: KeyringParameters) -> list[str]:
    if not (parameters.settings or parameters.ring_listing or parameters.pasted):
        return [str(example_ring_listing())]
    return list(parameters.ring_listing)


def draw_ring(parameters: KeyringParameters) -> Page[TrustGraph]:
    """The certificates of the ring and of what else ``ring_listing`` names, as ``ring.svg`` in ``out_dir`` too."""
    return _drawn(parameters, _sources(parameters), View.CERTIFICATES, "ring.svg")


def _drawn(parameters: KeyringParameters, sources: Sequence[str], view: View, name: str) -> Page[TrustGraph]:
    trust = read_trust_of(
        sources,
        store_passwords(parameters),
        Question(parameters.at),
        settings=[_settings_file(parameters)],
        option="at",
    )
    graph = graph_of(trust, view)
    saved = None if too_many(graph) or not graph.nodes else out_folder(parameters) / name
    return picture_page(graph, view, saved)


def plan_ring_folder(parameters: KeyringParameters, settings: Page[CertificateSettings]) -> Page[RingPlan]:
    """Plan the KEYSTORE_DIRECTORY that tells Zowe of the ring; nothing is written yet.

    Raises:
        SettingsError: the settings name no ring.
        StoreError: a listing cannot be read.
    """
    folder = local_path(parameters.keystore_directory, "keystore_directory") if parameters.keystore_directory else None
    if folder is None and not parameters.settings:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        folder = local_path(parameters.out_dir, "out_dir") / f"example-{stamp}" / "keystore"
    return ring_plan_page(
        plan_ring_directory(
            settings.value,
            directory=folder,
            replace=parameters.replace,
            listings=_listings(parameters),
            in_spite_of_findings=parameters.in_spite_of_findings,
            at=moment_of(parameters.at, "at"),
        )
    )


def make_ring_folder(parameters: KeyringParameters, plan: Page[RingPlan]) -> Page[MadeRingDirectory | None]:
    """Make the directory, where ``keystore_directory`` names one; the example is always made.

    Raises:
        Refused: the ring would stop Zowe; the plan above says why.
        WouldOverwrite: it is there already, and nobody asked to replace it.
        WriteError: it cannot be written; nothing was changed.
    """
    if parameters.settings and not parameters.keystore_directory:
        return Page(None, [Text("keystore_directory names no folder, so none was made.")])
    made = made_ring_page(make_ring_directory(plan.value))
    return Page(made.value, made.blocks)


def check_instances(
    parameters: KeyringParameters, made: Page[MadeRingDirectory | None]
) -> Page[tuple[InstanceReport, ...]]:
    """What Zowe's launch would say of each instance; the example has two that share the directory.

    Raises:
        SettingsError: an instance.env is missing or cannot be read.
    """
    here = made.value.plan.directory if made.value else None
    return instances_page([check_instance(folder, here) for folder in _instances(parameters, made)])


def _instances(parameters: KeyringParameters, made: Page[MadeRingDirectory | None]) -> list[Path]:
    if parameters.settings or parameters.instances or made.value is None:
        return [local_path(one, "instances") for one in parameters.instances]
    plan = made.value.plan
    folders = [plan.directory.with_name(name) for name in ("instance1", "instance2")]
    for number, folder in enumerate(folders, 1):
        folder.mkdir(exist_ok=True)
        text = (
            f"ROOT_DIR=/usr/lpp/zowe\nKEYSTORE_DIRECTORY={plan.settings.keystore_directory}\nZOWE_PREFIX=ZWE{number}\n"
        )
        write_whole(folder / "instance.env", text.encode(), "an example instance")
    return folders


def draw_ring_launch(parameters: KeyringParameters, made: Page[MadeRingDirectory | None]) -> Page[TrustGraph]:
    """What Zowe is launched from, from the files themselves: ``launch.svg`` in ``out_dir`` too."""
    folders = [str(made.value.plan.directory)] if made.value else []
    instances = [str(folder) for folder in _instances(parameters, made)]
    return _drawn(parameters, [*_sources(parameters), *folders, *instances], View.LAUNCH, "launch.svg")


def finish_keyring(
    parameters: KeyringParameters,
    job: Page[RingJob],
    ring: Page[RingView],
    plan: Page[RingPlan],
    instances: Page[tuple[InstanceReport, ...]],
) -> Page[tuple[Finding, ...]]:
    """All findings, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    of_instances = (found for report in instances.value for found in report.findings)
    findings = (*job.value.findings, *plan.value.findings, *of_instances)
    errors = sum(str(found.severity) == "error" for found in findings)
    told = f"{errors} errors" if errors else "no error"
    write_result(
        out_folder(parameters),
        {
            "schema": "zowe-certs/keyring/1",
            "verdict": f"key ring {plan.value.id} for Zowe {plan.value.settings.release}: {told}",
            **counted(findings),
            "job": job.value.as_dict(),
            "ring": ring.value.as_dict(),
            "directory": plan.value.as_dict(),
            "instances": [report.as_dict() for report in instances.value],
        },
    )
    return Page(findings, [Findings(findings), Text(f"result.json is in {out_folder(parameters)}", good=not errors)])
