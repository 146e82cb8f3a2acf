"""``zowe-certs trust``: let a KEYSTORE_DIRECTORY trust z/OSMF or another service."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, add_directory_password, directory_password, progress_line

if TYPE_CHECKING:
    from ..lifecycle.trust_services import TrustPlan

__all__ = ["add"]


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("trust", _trust, "Let the trust store of a KEYSTORE_DIRECTORY trust z/OSMF or another service.")
    parser.epilog = (
        "The authority that signed a service's certificate is added, not that certificate. Where it does not send it, "
        "name its file too. The directory as it was stays as a dated copy."
    )
    parser.add_argument("directory", metavar="KEYSTORE_DIRECTORY", help="the folder with zowe-certificates.env")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="certificates of services or their authorities: PEM, DER or PKCS7"
    )
    parser.add_argument(
        "--from",
        dest="servers",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="ask this TLS server for its certificates; a file stands here too; may be given several times",
    )
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="SHA256",
        help="the fingerprint of a certificate to add, compared by another way than the network; one for each",
    )
    parser.add_argument("--alias", default="", metavar="A", help="its alias in the trust store (default: of its name)")
    parser.add_argument(
        "--as-zowe",
        action="store_true",
        help="add what Zowe's own apiml_cm.sh --action trust-zosmf adds: all that is shown, unasked",
    )
    parser.add_argument("--dry-run", action="store_true", help="show it all; write nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--at", default="", metavar="DATE", help="judge as of this day (default: now)")
    add_directory_password(parser)
    parser.set_defaults(more=[])  # argparse takes no files after an option; they arrive here


def _trust(options: argparse.Namespace) -> int:
    import json

    from ..lifecycle.trust_services import make_trust, refuse_unconfirmed
    from ..services.confirmation import how_to_confirm
    from ..show.page import Page
    from ..show.services_pages import trust_plan_page, trusted_blocks

    plan = _plan(options)
    page = trust_plan_page(plan)
    if not options.json:
        print(page)
    if options.dry_run:
        if options.confirm:
            refuse_unconfirmed(plan, options.confirm)
        if options.json:
            print(json.dumps(plan.as_dict() | {"changed": None}, indent=1))
        elif plan.anchors and not (plan.as_zowe or options.confirm):
            print(f"\n{how_to_confirm(plan.anchors)}.")
        return int(any(str(found.severity) == "error" for found in plan.findings))
    confirm = options.confirm or _asked(options, plan)
    with progress_line(to_a_log=False) as progress:
        changed = make_trust(plan, confirm, progress=progress)
    if options.json:
        print(json.dumps(plan.as_dict() | {"changed": changed.as_dict() if changed else None}, indent=1))
    else:
        print(f"\n{Page(changed, trusted_blocks(changed))}")
    return 0


def _plan(options: argparse.Namespace) -> TrustPlan:
    """What is to be done.

    Raises:
        UsageError: no service is named, or an option cannot be used.
    """
    from ..errors import UsageError
    from ..lifecycle.trust_services import plan_trust
    from ..lifecycle.working_set import read_working_set
    from ..local_path import local_path
    from ..parameter_values import moment_of
    from ..services.fetch import presented_by
    from ..stores.endpoint import endpoint_of

    files = [*options.files, *options.more]
    strange = [word.partition("=")[0] for word in options.more if word.startswith("-")]
    if strange:
        msg = f"there is no option {', '.join(strange)}; zowe-certs trust --help tells what there is"
        raise UsageError(msg)
    if not (options.servers or files):
        msg = "name what is to be trusted: a server with --from HOST:PORT, or files with certificates"
        raise UsageError(msg)
    for one in options.servers:
        if not (endpoint_of(one) or local_path(one, "--from").exists()):
            msg = f"--from takes HOST:PORT, such as zosmf.example.com:443, or a file; there is no file {one!r}"
            raise UsageError(msg)
    at = moment_of(options.at, "--at")
    outside = directory_password(options)
    passwords = [] if outside is None else [outside]
    working = read_working_set(local_path(options.directory, "KEYSTORE_DIRECTORY"), passwords)
    presented = presented_by([*options.servers, *files])
    return plan_trust(working, presented, alias=options.alias, as_zowe=options.as_zowe, at=at)


def _asked(options: argparse.Namespace, plan: TrustPlan) -> list[str]:
    """The fingerprints, where somebody at a terminal says that they are right."""
    import sys

    from ..services.confirmation import fingerprint
    from ..show.text import visible

    if options.json or plan.as_zowe or not plan.anchors or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return []
    print("\nCompare the SHA-256 of what is added with what the service's owner tells you:", file=sys.stderr)
    for one in plan.anchors:
        print(f"  {visible(one.facts.subject)}\n  {fingerprint(one.facts.sha256 or '')}", file=sys.stderr)
    print("Is it the same? Type yes to add it: ", end="", file=sys.stderr, flush=True)
    right = sys.stdin.readline().strip().lower() == "yes"
    return [one.facts.sha256 or "" for one in plan.anchors] if right else []
