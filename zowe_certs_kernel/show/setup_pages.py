"""The pages that show a plan and what was made of it; the command line prints them as text."""

from __future__ import annotations

from ..setup.delivery import delivery, delivery_commands
from ..setup.make import Made
from ..setup.plan import Plan
from ..setup.steps import steps
from .page import Block, Code, Details, Findings, Page, Table, Text

__all__ = ["made_page", "plan_page"]


def plan_page(plan: Plan) -> Page[Plan]:
    """Steps, files, the commands that do the same, and the way to z/OS."""
    settings = plan.settings
    all_steps = steps(plan)
    rows = [
        (f"{number}. {step.title}", step.why, "\n".join(map(str, step.makes)))
        for number, step in enumerate(all_steps, 1)
    ]
    by_hand: list[Block] = [
        Text(
            "For bash, with keytool of Java 17 or newer; a password is asked for, and passed by the name of a variable."
        )
    ]
    for number, step in enumerate(all_steps, 1):
        by_hand += [Text(f"Step {number}. {step.title}"), Code(step.commands)]
    protection = plan.keystore.profile.words
    return Page(
        plan,
        [
            Text(
                f"{len(plan.files)} files for Zowe {settings.release} ({settings.release_reason}) in {plan.directory}"
            ),
            Text(f"On z/OS they belong into {settings.keystore_directory}, which is what the files themselves say."),
            Text(f"Clients can reach Zowe under {_names(plan)}, and under no other name."),
            *_already_there(plan),
            Text(f"The stores that Zowe reads are protected by {protection}."),
            Findings(plan.findings),
            Table("Steps", ("Step", "Why", "Files"), rows, frozenset({2})),
            Details("The same by keytool and openssl", by_hand),
            Details("Delivery to z/OS, file by file", _delivery_blocks(plan)),
        ],
    )


def _names(plan: Plan) -> str:
    *others, last = (name.partition(":")[2] for name in plan.certificates[1].san)
    return f"{', '.join(others)} and {last}"


def _already_there(plan: Plan) -> list[Block]:
    if not plan.directory.exists():
        return []
    if plan.replace:
        return [Text(f"{plan.directory} is there already: it gives way and stays as a dated copy.")]
    return [Text(f"{plan.directory} is there already; it is left as it is unless replacement is asked for.")]


def _delivery_blocks(plan: Plan) -> list[Block]:
    rows = [(row.path, row.transfer, row.tag, f"{row.mode:04o}", row.owner) for row in delivery(plan)]
    before, uploads, after = delivery_commands(plan)
    return [
        Table("Files on z/OS", ("File", "Transfer", "Tag", "Mode", "Owner"), rows),
        Text("Zowe does not read the authority's key: keep that file here, in a safe place, for the next certificate."),
        Text("First, in a shell on z/OS:"),
        Code(before),
        Text("Then, with Zowe CLI from here:"),
        Code(uploads),
        Text(
            "Last, in a shell on z/OS again, since tags, modes and owners do not survive an upload (chown needs UID 0):"
        ),
        Code(after),
    ]


def made_page(made: Made) -> Page[Made]:
    """What was made, and what else a person should know of it."""
    plan = made.plan
    rows = [(file.path, file.what, f"{plan.mode(file):04o}") for file in plan.files]
    blocks: list[Block] = [Text(f"{len(rows)} files are in {plan.directory}", good=True)]
    if made.placed.kept:
        blocks.append(Text(f"What was there before is kept in {made.placed.kept}"))
    blocks += [Text(note) for note in made.placed.notes]
    blocks.append(Table("Files", ("File", "What it is", "Mode"), rows))
    if made.owner_commands:
        owner = f"{plan.settings.user_id}:{plan.settings.group_id}"
        blocks += [
            Text(f"The owner is still you, since {owner} cannot be set here. Once it is on z/OS, run there:"),
            Code(made.owner_commands),
        ]
    return Page(made, blocks)
