"""What people see of a key ring: the jobs and who does what, the ring as listed, the directory beside it, instances."""

from __future__ import annotations

from collections.abc import Sequence

from ..keyring import RingJob
from ..keyring.directory import MadeRingDirectory, RingPlan, ring_environment_lines
from ..keyring.job import MAKING, REMOVING
from ..keyring.return_codes import Meaning
from ..keyring.ring_view import RingView, place_of
from ..keyring.roles import role_steps
from ..keyring.symbols import SYMBOLS_BY_NAME
from ..lifecycle.instances import InstanceReport, SetDirectory
from ..model import Finding
from ..setup.delivery import delivery_commands
from ..zowe.variables import FIRST_WITH_JWT_NAME
from .page import Block, Code, Details, Findings, Page, Table, Text
from .setup_pages import token_blocks

__all__ = [
    "instances_page",
    "job_blocks",
    "made_ring_page",
    "meanings_page",
    "ring_page",
    "ring_plan_page",
    "roles_page",
    "set_page",
]


def roles_page(job: RingJob) -> Page[RingJob]:
    """Who does what, from the settings to a started Zowe, and the values that the job has."""
    options = {1: "makes a certificate", 2: "connects one that is there", 3: "imports one"}
    rows = [(f"{number}. {step.role}", step.title, step.why) for number, step in enumerate(role_steps(job), 1)]
    commands: list[Block] = []
    for number, step in enumerate(role_steps(job), 1):
        if step.commands:
            commands += [Text(f"{number}. {step.title}"), Code(step.commands)]
    symbols = [
        (name, value or ("(typed in just before it is submitted)" if name == "PKCSPASS" else "(empty)"), _meaning(name))
        for name, value in job.values.items()
    ]
    told = f"Key ring {job.ring} by {job.product.words}: option {job.order.option}, which {options[job.order.option]}."
    return Page(
        job,
        [
            Text(told),
            Findings(job.findings),
            Table("Who does what", ("Step", "What", "Why"), rows, frozenset()),
            Details("The commands of each step", commands),
            Table("SET variables of the job", ("Name", "Value", "Meaning"), symbols, frozenset({0, 1})),
        ],
    )


def _meaning(name: str) -> str:
    return SYMBOLS_BY_NAME[name].meaning


def job_blocks(job: RingJob) -> list[Block]:
    """Each step with its reason, then the text of both jobs; a password is in neither."""
    rows = [
        (step.name, step.title, step.why, "\n".join(" ".join(command) for command in step.commands))
        for step in job.steps
    ]
    undone = [(step.name, step.title, step.why) for step in job.removal]
    return [
        Table(f"Steps of {MAKING}", ("Step", "What", "Why", "Command"), rows, frozenset({0, 3})),
        Details(f"{MAKING}, ready to submit", [Code(tuple(job.lines()))]),
        Table(f"Steps of {REMOVING}, which takes it back", ("Step", "What", "Why"), undone),
        Details(f"{REMOVING}, ready to submit", [Code(tuple(job.removal_lines()))]),
    ]


def ring_page(ring: RingView, findings: Sequence[Finding]) -> Page[RingView]:
    """What is connected to a ring, and how that goes with the settings."""
    rows = [
        (
            entry.alias,
            place_of(entry).owner or "not known",
            place_of(entry).usage,
            {True: "yes", False: "no", None: "not listed"}[place_of(entry).default],
            place_of(entry).status or "not listed",
            entry.certificate.end_day if entry.certificate else "not listed",
            entry.certificate.issuer if entry.certificate else "not listed",
        )
        for entry in ring.entries
    ]
    columns = ("Label", "Owner", "Usage", "Default", "Trust", "Ends", "Signed by")
    others = [one for one in ring.rings if one != ring.id]
    more = f" The listing shows {', '.join(others)} too." if others else ""
    blocks: list[Block] = [Table(f"Key ring {ring.id}", columns, rows)] if rows else []
    bad = any(str(found.severity) == "error" for found in findings)
    verdict = "would stop Zowe" if bad else "goes with the settings"
    blocks += [Text(f"The ring {ring.id} {verdict}.{more}", good=not bad), Findings(tuple(findings))]
    return Page(ring, blocks)


def ring_plan_page(plan: RingPlan) -> Page[RingPlan]:
    """The directory beside a ring: its one file, what it takes from the listing, and the way to z/OS."""
    settings = plan.settings
    before, uploads, after = delivery_commands(plan)
    count = len(plan.files)
    files = "one file" if count == 1 else f"{count} files"
    blocks: list[Block] = [
        Text(
            f"{files[0].upper()}{files[1:]} for Zowe {settings.release} ({settings.release_reason}) in "
            f"{plan.directory}: the certificates stay in the key ring {plan.id}."
        ),
        Text(f"On z/OS the folder is {settings.keystore_directory}."),
    ]
    if plan.as_zowe:
        blocks.append(Text("Made as Zowe's own script leaves it, with its empty folders."))
    blocks.append(Findings(plan.findings))
    if plan.commands:
        told = (
            "Zowe's own script would delete the ring and its certificates first, and make them anew, by"
            if plan.as_zowe
            else "GENERATE_CERTS_FOR_KEYRING is true. A ring can only be named from here; these commands make it in "
            "RACF (for ACF2 and Top Secret: zowe-certs jcl --product), and nothing deletes one that is there"
        )
        blocks += [Text(f"{told}:"), Code(plan.commands)]
    elif plan.why_no_commands:
        told = "GENERATE_CERTS_FOR_KEYRING is true, but no job can be written for these settings"
        blocks.append(Text(f"{told}: {plan.why_no_commands}."))
    blocks += [
        Text("zowe-certificates.env:"),
        Code(tuple(ring_environment_lines(plan))),
        *(token_blocks(settings) if settings.release >= FIRST_WITH_JWT_NAME else ()),
        Details("What goes to z/OS, and how", [Text("In this order:"), Code((*before, *uploads, *after))]),
    ]
    return Page(plan, blocks)


def made_ring_page(made: MadeRingDirectory) -> Page[MadeRingDirectory]:
    """What was made."""
    plan = made.plan
    rows = [(file.path, file.what, f"{plan.mode(file):04o}") for file in plan.files]
    blocks: list[Block] = [Text(f"The directory for key ring {plan.id} is in {plan.directory}", good=True)]
    if made.placed.kept:
        blocks.append(Text(f"What was there before is kept in {made.placed.kept}"))
    blocks += [Text(note) for note in made.placed.notes]
    blocks.append(Table("Files", ("File", "What it is", "Mode"), rows))
    if made.owner_commands:
        owner = f"{plan.settings.user_id}:{plan.settings.group_id}"
        blocks += [Text(f"The owner is still you, since {owner} cannot be set here. On z/OS, run:")]
        blocks += [Code(made.owner_commands)]
    return Page(made, blocks)


def instances_page(reports: Sequence[InstanceReport]) -> Page[tuple[InstanceReport, ...]]:
    """A table of checks for each instance, in the order of a launch."""
    if not reports:
        return Page((), [Text("No instance was named.")])
    blocks: list[Block] = []
    for report in reports:
        rows = [(check.by, check.asks, check.answer, check.told) for check in report.checks]
        blocks.append(Table(report.instance.source, ("Check", "It asks", "Answer", "What is there"), rows, frozenset()))
        bad = any(check.answer == "fails" for check in report.checks)
        hidden = bad and "stops" not in report.starts
        told = "; what it does not look at fails" if hidden else ""
        blocks += [Text(f"{report.instance.source}: {report.starts}{told}", good=not bad), Findings(report.findings)]
    directories = {str(report.instance.keystore_directory) for report in reports}
    if len(reports) > 1 and len(directories) == 1:
        blocks.append(
            Text(f"All {len(reports)} instances share {directories.pop()}: what changes there changes for all.")
        )
    return Page(tuple(reports), blocks)


def set_page(done: SetDirectory) -> Page[SetDirectory]:
    """What became of an instance.env."""
    before = f"it named {done.before}" if done.before is not None else "it named none"
    if done.before == done.after:
        return Page(done, [Text(f"{done.file} names {done.after} already; nothing was written")])
    verb = "names" if done.written else "would name"
    return Page(done, [Text(f"{done.file} {verb} {done.after} now; {before}", good=True)])


def meanings_page(meanings: Sequence[Meaning]) -> Page[tuple[Meaning, ...]]:
    """Each return code with its causes and what to run."""
    blocks: list[Block] = []
    for one in meanings:
        checks = [(str(number), check) for number, check in enumerate(one.checks, 1)]
        blocks += [Text(f"{one.code}: {one.what}"), Text(one.why)]
        blocks += [Table("Look at", ("No.", "What"), checks, frozenset()), Text("Run:"), Code(one.commands)]
    return Page(tuple(meanings), blocks or [Text("It tells of no return code of a key ring.")])
