"""The steps of notebook 10, each one call: settings, plan, directory, inspection, picture, what comes next."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path, PurePosixPath

from ..folders import example_settings
from ..local_path import local_path
from ..model import EntryKind, Finding
from ..parameters import SetupParameters
from ..secret import PUBLISHED_PASSWORD, Secret, password_outside
from ..services.fetch import zosmf_for_setup
from ..services.zosmf import refuse_idle_confirmation
from ..setup import Made, Plan, make, plan_setup
from ..setup.authority import authority_password
from ..setup.external import external_passwords
from ..setup.plan import CA_CERTIFICATE
from ..trust.graph import TrustGraph, trust_graph
from ..trust.inspection import Inspection, inspect_stores
from ..zowe.instance import KeystoreEnvironment, read_keystore_environment
from ..zowe.settings import CertificateSettings, read_settings
from ..zowe.variables import OWN_VARIABLES, Variable, variables_of
from .page import Block, Details, Findings, Page, Table, Text
from .result import counted, out_folder, write_result
from .setup_pages import made_page, plan_page
from .store_tables import certificate_tables, entry_rows
from .trust_tables import graph_blocks

__all__ = [
    "draw_trust",
    "inspect_directory",
    "make_directory",
    "next_steps",
    "plan_directory",
    "read_setup_settings",
    "settings_blocks",
]


def read_setup_settings(parameters: SetupParameters) -> Page[CertificateSettings]:
    """Read the settings file; without one, the example with a random password.

    Raises:
        SettingsError: every bad value of the file at once.
    """
    parameters.check()
    example = not parameters.settings
    throw_away = Secret(secrets.token_urlsafe(16))
    settings = read_settings(
        [example_settings() if example else local_path(parameters.settings, "settings")],
        release=parameters.release,
        password=(lambda: throw_away) if example else password_outside(parameters.password_from),
        as_zowe=parameters.as_zowe,
    )
    blocks: list[Block] = []
    if example:
        name = example_settings().name
        blocks.append(Text(f"No settings file was given, so this is the example {name}, with a random password."))
    return Page(settings, [*blocks, *settings_blocks(settings)])


def settings_blocks(settings: CertificateSettings) -> list[Block]:
    """Every variable with its value and where that comes from; the kit's own ones folded."""
    columns, code = ("Variable", "Value", "From", "Meaning"), frozenset({0, 1})
    return [
        Text(f"The settings are for Zowe {settings.release}: {settings.release_reason}."),
        Table("Settings", columns, [_setting(variable, settings) for variable in variables_of(settings.release)], code),
        Details(
            "Settings that only this kit reads: keys, days, names, stores",
            [Table("Further settings", columns, [_setting(variable, settings) for variable in OWN_VARIABLES], code)],
        ),
    ]


def _setting(variable: Variable, settings: CertificateSettings) -> tuple[str, str, str, str]:
    value = "(a password, not shown)" if variable.secret else settings.as_written.get(variable.name, "")
    if variable.name == "ZOWE_CERTS_PROTECTION":  # its default depends on as_zowe
        value = settings.profile.protection
    origin = "file" if variable.name in settings.assigned else "outside" if _is_given(variable, settings) else "default"
    return (variable.name, value, origin, variable.meaning)


def _is_given(variable: Variable, settings: CertificateSettings) -> bool:
    """Whether the password came by its reference; no other variable can."""
    return variable.secret and settings.keystore_password != Secret(PUBLISHED_PASSWORD)


def plan_directory(parameters: SetupParameters, settings: Page[CertificateSettings]) -> Page[Plan]:
    """Plan the directory; nothing is written yet. The example goes into a folder of its own under ``out_dir``.

    Raises:
        SettingsError: the settings ask for something that is not made here.
        UsageError: the authority's store or its password cannot be used, or ``confirm`` names something else.
        StoreError: a store or certificate file cannot be read.
    """
    folder = local_path(parameters.keystore_directory, "keystore_directory") if parameters.keystore_directory else None
    if folder is None and not parameters.settings:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        folder = local_path(parameters.out_dir, "out_dir") / f"example-{stamp}" / "keystore"
    ca_store = local_path(parameters.ca_store, "ca_store") if parameters.ca_store else None
    zosmf = None
    if parameters.zosmf:
        zosmf = zosmf_for_setup(settings.value, parameters.zosmf, parameters.confirm, parameters.as_zowe)
    else:
        refuse_idle_confirmation(settings.value, None, parameters.confirm, as_zowe=parameters.as_zowe)
    return plan_page(
        plan_setup(
            settings.value,
            directory=folder,
            as_zowe=parameters.as_zowe,
            replace=parameters.replace,
            ca_store=ca_store,
            ca_password=authority_password(parameters.ca_password_from or None, ca_store),
            zosmf=zosmf,
            external_passwords=external_passwords([parameters.external_password_from]),
            in_spite_of_findings=parameters.in_spite_of_findings,
        )
    )


def make_directory(parameters: SetupParameters, plan: Page[Plan]) -> Page[Made]:
    """Make the directory: whole, or not at all.

    Raises:
        UsageError: nobody has confirmed what the plan above would trust of z/OSMF.
        Refused: an external certificate would not work; the plan above says why.
        WouldOverwrite: it is there already, and nobody asked to replace it.
        WriteError: it cannot be written; nothing was changed.
    """
    out_folder(parameters).joinpath("result.json").unlink(
        missing_ok=True
    )  # an older run's must not pass for this one's
    return made_page(make(plan.value))


def inspect_directory(made: Page[Made]) -> Page[Inspection]:
    """Read everything back as Zowe would: first ``zowe-certificates.env``, then the stores that it names.

    Each key is proved against its certificate, and the set shakes hands with itself.

    Raises:
        SettingsError: ``zowe-certificates.env`` cannot be read.
        StoreError: a store cannot be read.
    """
    plan = made.value.plan
    told = read_keystore_environment(plan.directory)
    here = {name: _as_made_here(name, plan) for name in (told.keystore, told.truststore)}
    found = inspect_stores(
        plan.directory,
        {str(store.path): store.password for store in plan.stores}
        | dict.fromkeys(here.values(), told.keystore_password),
        keystore=here[told.keystore],
        truststore=here[told.truststore],
        alias=told.key_alias,
    )
    fitting = sum(found.keys.values())
    accepted = sum(shake.accepted for shake in found.handshakes)
    shakes = [
        (shake.alias, shake.host, "accepted" if shake.accepted else "refused", shake.version or shake.reason)
        for shake in found.handshakes
    ]
    return Page(
        found,
        [
            Table("What zowe-certificates.env tells Zowe", ("Name", "Value"), _told_rows(told), frozenset({0, 1})),
            Table("Entries", ("Store", "Alias", "Entry", "Certificates", "Key", "Ends"), entry_rows(found.stores)),
            Text(f"{fitting} of {len(found.keys)} private keys fit their certificates", fitting == len(found.keys)),
            Text(
                f"{accepted} of {len(shakes)} TLS handshakes with both sides checked were accepted",
                good=accepted == len(shakes) > 0,
            ),
            Table("Handshakes in memory", ("Entry", "Name asked for", "Verdict", "How"), shakes),
            Findings(found.findings),
            Details("The certificates in full", certificate_tables(found.stores)),
        ],
    )


def _as_made_here(path: str, plan: Plan) -> str:
    """A path on z/OS as its file is called in the directory made here."""
    return str(PurePosixPath(path).relative_to(plan.settings.keystore_directory))


def _told_rows(told: KeystoreEnvironment) -> list[tuple[str, str]]:
    return [
        ("KEY_ALIAS", told.key_alias),
        ("KEYSTORE", told.keystore),
        ("TRUSTSTORE", told.truststore),
        ("KEYSTORE_PASSWORD", "(a password, not shown)"),
        ("KEYSTORE_KEY", told.keystore_key),
        ("KEYSTORE_CERTIFICATE", told.keystore_certificate),
        ("KEYSTORE_CERTIFICATE_AUTHORITY", told.keystore_certificate_authority),
        ("ZOWE_APIM_VERIFY_CERTIFICATES", told.verify_certificates),
    ]


def draw_trust(parameters: SetupParameters, inspection: Page[Inspection]) -> Page[TrustGraph]:
    """The certificates and stores as a picture, ``trust.svg`` in ``out_dir`` too, with the same facts as tables."""
    graph = trust_graph(inspection.value.stores, at=dt.datetime.now(dt.UTC))
    picture, blocks = graph_blocks(graph, title="Who signed what, and where it is kept")
    if picture:
        picture.save(out_folder(parameters) / "trust.svg")
    return Page(graph, blocks)


def next_steps(
    parameters: SetupParameters, made: Page[Made], inspection: Page[Inspection]
) -> Page[tuple[Finding, ...]]:
    """What is left to do, and ``result.json`` for programs.

    Raises:
        UsageError: ``out_dir`` cannot be written.
    """
    findings = (*inspection.value.findings, *made.value.findings)
    _write_result(out_folder(parameters), made.value, inspection.value, findings)
    plan = made.value.plan
    there = plan.settings.keystore_directory
    keys = [
        entry for store in inspection.value.stores for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY
    ]
    ends = min(facts.not_after for entry in keys for facts in entry.chain if facts.not_after)
    told = [
        f"Bring the directory to {there} on z/OS: the commands are under “Delivery to z/OS” above.",
        f"Set KEYSTORE_DIRECTORY={there} in instance.env of each Zowe instance that uses it.",
        f"Let clients trust the authority: give {_for_clients(plan)} to browsers (certificate settings, authorities) "
        "and to Zowe CLI (environment variable NODE_EXTRA_CA_CERTS).",
        "Let Zowe trust z/OSMF and other services: their authorities have to be in the trust store.",
    ]
    if plan.ca_store:
        told.append(
            f"Keep {plan.ca_store.path} safe: who has it and its password can issue certificates in Zowe's name. "
            "A later set made with it as ca_store is trusted by the same clients."
        )
    told.append(f"Note {ends:%Y-%m-%d}: the set ends then, and Zowe does not warn.")
    if plan.components:
        told.append(
            "Tell Zowe which component uses which certificate: the lines for zowe.yaml are at the end of "
            "zowe-certificates.env."
        )
    rows = [(str(number), text) for number, text in enumerate(told, 1)]
    return Page(findings, [Findings(findings), Table("What comes next", ("Step", "What to do"), rows, frozenset())])


def _for_clients(plan: Plan) -> str:
    """The certificates of the authorities above the servers' certificates."""
    local = [str(CA_CERTIFICATE)] if plan.signs_servers else []
    return " and ".join([*local, *(str(one.path) for one in plan.authorities if one.facts.self_signed)]) or "it"


def _write_result(folder: Path, made: Made, inspection: Inspection, findings: tuple[Finding, ...]) -> None:
    write_result(folder, {**made.as_dict(), **counted(findings), **inspection.as_dict()})
