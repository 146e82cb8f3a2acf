"""The pages that show a plan and what was made of it; the command line prints them as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ..setup.delivery import delivery, delivery_commands
from ..setup.make import Made
from ..setup.plan import Plan
from ..setup.token import token_commands
from ..zowe.settings import CertificateSettings
from ..zowe.variables import FIRST_WITH_JWT_NAME
from .page import Block, Code, Details, Findings, Page, Table, Text

__all__ = ["made_page", "plan_page", "token_blocks"]

_MOST_PATHS = 8
_FEW_PATHS = 5


def plan_page(plan: Plan) -> Page[Plan]:
    """Steps, files, the commands that do the same, and the way to z/OS."""
    from ..setup.steps import steps

    settings = plan.settings
    all_steps = steps(plan)
    rows = [
        (f"{number}. {step.title}", step.why, "\n".join(_some(step.makes))) for number, step in enumerate(all_steps, 1)
    ]
    by_hand: list[Block] = [
        Text(
            "For bash, with keytool of Java 17 or newer; a password is asked for, and passed by the name of a variable."
        )
    ]
    for number, step in enumerate(all_steps, 1):
        by_hand += [Text(f"Step {number}. {step.title}"), Code(step.commands)]
    return Page(
        plan,
        [
            *_to_confirm(plan),
            Text(
                f"{len(plan.files)} files for Zowe {settings.release} ({settings.release_reason}) in {plan.directory}"
            ),
            Text(f"On z/OS they belong into {settings.keystore_directory}, which is what the files themselves say."),
            Text(f"Clients can reach Zowe under {_names(plan)}, and under no other name."),
            *_already_there(plan),
            *_external(plan),
            *_authority(plan),
            Text(f"The stores that Zowe reads are protected by {plan.keystore.protection}."),
            *_as_zowe(plan),
            Findings(plan.findings),
            Table("Steps", ("Step", "Why", "Files"), rows, frozenset({2})),
            Details("The same by keytool and openssl", by_hand),
            Details("Delivery to z/OS, file by file", _delivery_blocks(plan)),
            *token_blocks(plan.settings),
        ],
    )


def token_blocks(settings: CertificateSettings) -> list[Block]:
    """How the PKCS11 token of single sign-on is filled, where the settings name one."""
    commands = token_commands(settings)
    if not commands:
        return []
    where = "TSO" if settings.release >= FIRST_WITH_JWT_NAME else "a shell"
    told = f"On z/OS, in {where}, once the directory is there:"
    return [Details(f"The PKCS11 token {settings.pkcs11_token_name}", [Text(told), Code(commands)])]


def _some(paths: Sequence[PurePosixPath]) -> list[str]:
    """The paths, or the first of so many that nobody would read them here; the next page names each."""
    if len(paths) <= _MOST_PATHS:
        return [str(path) for path in paths]
    return [*map(str, paths[:_FEW_PATHS]), f"and {len(paths) - _FEW_PATHS} more"]


def _names(plan: Plan) -> str:
    names = [name.partition(":")[2] for name in plan.service.san]
    if len(names) <= 1:
        return names[0] if names else "no name, since the certificate holds none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _to_confirm(plan: Plan) -> list[Block]:
    if not plan.unconfirmed:
        return []
    from ..services.confirmation import how_to_confirm
    from .services_pages import anchor_table

    told = f"Nobody has confirmed this yet, and without that nothing is made. {how_to_confirm(plan.unconfirmed)}."
    return [anchor_table("To be trusted of z/OSMF", plan.unconfirmed), Text(told)]


def _already_there(plan: Plan) -> list[Block]:
    if not plan.directory.exists():
        return []
    if plan.replace:
        anew = (
            ""
            if plan.ca_file or not plan.ca_store
            else " Its authority gives way too, and clients have to trust the new one."
        )
        return [Text(f"{plan.directory} is there already: it gives way and stays as a dated copy.{anew}")]
    return [Text(f"{plan.directory} is there already; it is left as it is unless replacement is asked for.")]


def _external(plan: Plan) -> list[Block]:
    """What comes from files, and up to which authority each chain goes."""
    if not plan.externals:
        return []
    rows = [
        (
            key.id,
            key.leaf.common_name,
            f"{key.file} ({key.format})",
            " → ".join(facts.common_name for facts in key.chain[1:]) or "none",
            key.leaf.end_day,
        )
        for key in plan.externals
    ]
    signed = plan.signs_servers
    told = "A local authority signs the others." if signed else "No local authority is made."
    if plan.as_zowe and not signed:
        told = "A local authority is made all the same, as Zowe's script does."
    table = Table(
        "External certificates", ("Alias", "Certificate", "From", "Above it", "Ends"), rows, frozenset({0, 2})
    )
    are = "keys are not made but come" if len(rows) > 1 else "key is not made but comes"
    return [Text(f"{len(rows)} {are} from files. {told}"), table]


def _authority(plan: Plan) -> list[Block]:
    if not plan.ca_file:
        return []
    if plan.found:
        ends = plan.found.certificate.end_day
        name = plan.found.certificate.common_name
        signs = f"The authority “{name}” ({plan.found.certificate.key}) in {plan.ca_file} signs; it ends on {ends}."
        return [Text(f"{signs} Its clients' trust stays.")]
    return [Text(f"A new authority is made and kept in {plan.ca_file}, outside the directory, for the next set.")]


def _as_zowe(plan: Plan) -> list[Block]:
    if not plan.as_zowe:
        return []
    return [Text(f"Made exactly as Zowe's own script makes it, its defects included: {'; '.join(plan.defects)}.")]


def _delivery_blocks(plan: Plan) -> list[Block]:
    rows = [(row.path, row.transfer, row.tag, f"{row.mode:04o}", row.owner) for row in delivery(plan)]
    before, uploads, after = delivery_commands(plan)
    return [
        Table("Files on z/OS", ("File", "Transfer", "Tag", "Mode", "Owner"), rows),
        *_stays_here(plan),
        Text("First, in a shell on z/OS:"),
        Code(before),
        Text("Then, with Zowe CLI from here:"),
        Code(uploads),
        Text(
            "Last, in a shell on z/OS again, since tags, modes and owners do not survive an upload (chown needs UID 0):"
        ),
        Code(after),
    ]


def _stays_here(plan: Plan) -> list[Block]:
    if plan.ca_store is None:
        return []
    keep = f"keep {plan.ca_store.path} here, in a safe place, for later sets"
    return [Text(f"Zowe does not read the authority's key: {keep}.")]


def made_page(made: Made) -> Page[Made]:
    """What was made, and what else a person should know of it."""
    plan = made.plan
    rows = [(file.path, file.what, f"{plan.mode(file):04o}") for file in plan.files]
    blocks: list[Block] = [Text(f"{len(rows)} files are in {plan.directory}", good=True)]
    if plan.ca_file and not plan.found:
        blocks.append(Text(f"The new authority is kept in {plan.ca_file}"))
    if made.placed.kept:
        blocks.append(Text(f"What was there before is kept in {made.placed.kept}"))
    blocks += [Text(note) for note in made.placed.notes]
    blocks += _as_zowe(plan)
    blocks.append(Table("Files", ("File", "What it is", "Mode"), rows))
    if made.owner_commands:
        owner = f"{plan.settings.user_id}:{plan.settings.group_id}"
        blocks += [
            Text(f"The owner is still you, since {owner} cannot be set here. Once it is on z/OS, run there:"),
            Code(made.owner_commands),
        ]
    return Page(made, blocks)
