"""``zowe-certs setup``: a KEYSTORE_DIRECTORY from settings, without a notebook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, progress_line

if TYPE_CHECKING:
    from ..services import Zosmf
    from ..zowe.settings import CertificateSettings

__all__ = ["add"]

_NEXT = "Next: bring it to z/OS. The same command with --dry-run shows the commands, file by file."


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("setup", _setup, "Make a KEYSTORE_DIRECTORY from Zowe's .env file, without a notebook.")
    parser.epilog = (
        "Lines of the file that begin with ZOWE_CERTS_ choose kinds of keys, days, names and stores; "
        "the example files list them all."
    )
    parser.add_argument(
        "-p",
        dest="settings",
        action="append",
        required=True,
        metavar="FILE",
        help="zowe-setup-certificates.env; given again, a later file overrides the earlier ones",
    )
    parser.add_argument(
        "--keystore-directory", metavar="DIR", help="the folder made here (default: the file's KEYSTORE_DIRECTORY)"
    )
    parser.add_argument(
        "--release", default="", metavar="1.15", help="the Zowe they are for (default: what the file proves)"
    )
    parser.add_argument(
        "--password-from",
        metavar="REF",
        help="env:NAME, file:PATH or prompt:, for a file without a password (default: env:ZOWE_KEYSTORE_PASSWORD)",
    )
    parser.add_argument(
        "--ca-store",
        metavar="FILE",
        help="keep the authority in this PKCS12 file, outside the directory; one that is there signs again",
    )
    parser.add_argument(
        "--ca-password-from",
        metavar="REF",
        help="where the password of the authority's store is (default: the keystore's password)",
    )
    parser.add_argument(
        "--external-password-from",
        action="append",
        default=[],
        metavar="REF",
        help="where the password of EXTERNAL_CERTIFICATE is (default: the keystore's); may be given several times",
    )
    parser.add_argument(
        "--in-spite-of-findings",
        action="store_true",
        help="make the set also where an external certificate would not work",
    )
    parser.add_argument(
        "--zosmf", metavar="HOST:PORT", help="ask z/OSMF there for its certificates, to trust its authority"
    )
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="SHA256",
        help="the fingerprint of a certificate of z/OSMF that you have compared; may be given several times",
    )
    parser.add_argument(
        "--ring-listing",
        action="append",
        default=[],
        metavar="FILE",
        help="with ZOWE_KEYRING: what RACDCERT lists of the ring, for its authorities; may be given several times",
    )
    parser.add_argument(
        "--keep-token-store",
        action="store_true",
        help="with --as-zowe: keep the file that fills the PKCS11 token, as where gskkyman fails",
    )
    parser.add_argument("--as-zowe", action="store_true", help="exactly what Zowe's own script makes, defects included")
    parser.add_argument(
        "--dry-run", action="store_true", help="show the plan and the commands that do the same; write nothing"
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace an existing directory; it stays as a dated copy"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _setup(options: argparse.Namespace) -> int:
    from ..errors import UsageError
    from ..local_path import local_path
    from ..secret import DEFAULT_REFERENCE, password_outside
    from ..setup import make, plan_setup
    from ..setup.authority import authority_password
    from ..setup.external import external_passwords
    from ..setup.make import refuse_findings
    from ..show.page import Findings, Page, Text
    from ..show.setup_pages import made_page, plan_page
    from ..zowe.settings import read_settings

    settings = read_settings(
        [local_path(path, "-p") for path in options.settings],
        release=options.release,
        password=password_outside(options.password_from or DEFAULT_REFERENCE, strict=bool(options.password_from)),
        as_zowe=options.as_zowe,
    )
    if settings.keyring:
        return _setup_ring(options, settings)
    if options.ring_listing:
        msg = "--ring-listing is for a key ring, and ZOWE_KEYRING is empty; leave one of them out"
        raise UsageError(msg)
    given = options.keystore_directory
    folder = None if given is None else local_path(given, "--keystore-directory")
    ca_store = None if options.ca_store is None else local_path(options.ca_store, "--ca-store")
    plan = plan_setup(
        settings,
        directory=folder,
        as_zowe=options.as_zowe,
        replace=options.replace,
        ca_store=ca_store,
        ca_password=authority_password(options.ca_password_from, ca_store),
        zosmf=_zosmf(options, settings),
        external_passwords=external_passwords(options.external_password_from),
        in_spite_of_findings=options.in_spite_of_findings,
        keep_token_store=options.keep_token_store,
    )
    if options.dry_run:
        _print(plan.as_dict() if options.json else plan_page(plan))
        refuse_findings(plan)  # the plan is told all the same
        return 0
    with progress_line(to_a_log=False) as progress:
        made = make(plan, progress=progress)
    _print(
        made.as_dict() if options.json else Page(made, [*made_page(made).blocks, Findings(made.findings), Text(_NEXT)])
    )
    return 0


def _setup_ring(options: argparse.Namespace, settings: CertificateSettings) -> int:
    """The directory beside a key ring.

    Raises:
        UsageError: an option is for certificates in files.
    """
    from ..errors import UsageError
    from ..keyring.directory import make_ring_directory, plan_ring_directory
    from ..local_path import local_path
    from ..setup.make import refuse_findings
    from ..show.keyring_pages import made_ring_page, ring_plan_page
    from ..show.page import Findings, Page
    from .keyring import listed

    idle = [name for name in ("ca_store", "ca_password_from", "external_password_from") if getattr(options, name)]
    if idle:
        msg = f"--{idle[0].replace('_', '-')} is for certificates in files, and ZOWE_KEYRING names a ring; leave it out"
        raise UsageError(msg)
    given = options.keystore_directory
    plan = plan_ring_directory(
        settings,
        directory=None if given is None else local_path(given, "--keystore-directory"),
        as_zowe=options.as_zowe,
        replace=options.replace,
        listings=listed(options.ring_listing, [options.password_from] if options.password_from else []),
        zosmf=_zosmf(options, settings),
        in_spite_of_findings=options.in_spite_of_findings,
    )
    if options.dry_run:
        _print(plan.as_dict() if options.json else ring_plan_page(plan))
        refuse_findings(plan)
        return 0
    made = make_ring_directory(plan)
    _print(made.as_dict() if options.json else Page(made, [*made_ring_page(made).blocks, Findings(plan.findings)]))
    return 0


def _zosmf(options: argparse.Namespace, settings: CertificateSettings) -> Zosmf | None:
    if options.zosmf is None and not options.confirm:
        return None
    from ..services.fetch import zosmf_for_setup
    from ..services.zosmf import refuse_idle_confirmation

    if options.zosmf is None:
        refuse_idle_confirmation(settings, None, options.confirm, as_zowe=options.as_zowe)
        return None
    return zosmf_for_setup(settings, options.zosmf, options.confirm, options.as_zowe)


def _print(shown: object) -> None:
    import json

    print(json.dumps(shown, indent=1) if isinstance(shown, dict) else shown)
