"""``zowe-certs csr`` and ``import-reply``: a certificate from another authority, asked for and brought in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, add_directory_password, asked_key_type, directory_password, printed, progress_line

if TYPE_CHECKING:
    from ..lifecycle.request import RequestPlan
    from ..secret import Secret

__all__ = ["add"]


def add(command: Command) -> None:
    """Add both commands and their options."""
    _add_csr(command)
    _add_import_reply(command)


def _add_csr(command: Command) -> None:
    parser = command("csr", _csr, "Make a certificate request, and the sheet that tells a CA team what to sign.")
    parser.epilog = (
        "Nothing changes for Zowe: key and request wait in a folder of their own until import-reply brings the "
        "signed certificate in."
    )
    parser.add_argument("directory", nargs="?", metavar="KEYSTORE_DIRECTORY", help="whose certificate is to be signed")
    parser.add_argument(
        "-p", dest="settings", action="append", default=[], metavar="FILE",
        help="instead of a directory: Zowe's .env file, for a new key before there is one",
    )  # fmt: skip
    parser.add_argument("--release", default="", metavar="1.15", help="with -p: the Zowe that it is for")
    parser.add_argument("--alias", default="", metavar="A", help="of which key (default: the one that Zowe shows)")
    parser.add_argument("--same-key", action="store_true", help="for the key that is there (default: a new one)")
    parser.add_argument(
        "--key-type", default="", metavar="RSA-3072", help="the kind of a new key, as ZOWE_CERTS_KEY_TYPE"
    )
    parser.add_argument("--host", action="append", default=[], metavar="NAME", help="ask for this name or address too")
    parser.add_argument("--without-host", action="append", default=[], metavar="NAME", help="leave this name out")
    parser.add_argument(
        "--subject", default="", metavar="DN", help="another subject, such as CN=zowe.example.com,O=Example"
    )
    parser.add_argument(
        "--local-names", action="store_true", help="ask for localhost too, which public authorities refuse"
    )
    parser.add_argument("--output", metavar="FOLDER", help="the folder made for it (default: request-ALIAS)")
    add_directory_password(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would be asked for; write nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _csr(options: argparse.Namespace) -> int:
    from ..lifecycle.request import make_request
    from ..local_path import local_path
    from ..show.request_pages import request_page

    plan, password = _planned(options)
    if options.dry_run:
        printed(options, plan.as_dict(), lambda: request_page(plan))
        return 0
    folder = local_path(options.output if options.output is not None else f"request-{plan.alias}", "--output")
    with progress_line(to_a_log=False) as progress:
        made = make_request(plan, folder, password, progress=progress)
    printed(options, made.as_dict(), lambda: request_page(plan, made))
    return 0


def _planned(options: argparse.Namespace) -> tuple[RequestPlan, Secret]:
    """The request, and the password of the store in which its key waits.

    Raises:
        UsageError: neither a directory nor settings are named, or both.
    """
    from ..errors import UsageError
    from ..lifecycle.request import request_of_entry, request_of_settings
    from ..lifecycle.working_set import read_working_set
    from ..local_path import local_path
    from ..zowe.settings import read_settings

    if bool(options.directory) == bool(options.settings):
        msg = "name a KEYSTORE_DIRECTORY, or Zowe's .env file with -p, and not both"
        raise UsageError(msg)
    key_type = asked_key_type(options)
    if options.settings:
        settings = read_settings(
            [local_path(path, "-p") for path in options.settings],
            release=options.release,
            password=lambda: directory_password(options),
        )
        plan = request_of_settings(
            settings, key_type=key_type, add=options.host, without=options.without_host,
            subject=options.subject, local_names=options.local_names,
        )  # fmt: skip
        return plan, settings.keystore_password
    given = directory_password(options)
    working = read_working_set(local_path(options.directory, "KEYSTORE_DIRECTORY"), [given] if given else [])
    plan = request_of_entry(
        working, alias=options.alias, new_key=not options.same_key, key_type=key_type, add=options.host,
        without=options.without_host, subject=options.subject, local_names=options.local_names,
    )  # fmt: skip
    return plan, working.password


def _add_import_reply(command: Command) -> None:
    parser = command("import-reply", _import_reply, "Bring a signed certificate in, with the chain above it.")
    parser.epilog = (
        "The reply may be PEM, DER or PKCS7, its chain in any order and in several files. It is refused where it is "
        "for another key, lacks names that were asked for, or its chain is not whole."
    )
    parser.add_argument("reply", nargs="+", metavar="FILE", help="what the CA sent: the certificate and those above it")
    parser.add_argument("--request", metavar="FOLDER", help="the folder that csr made (default: the key is in --into)")
    parser.add_argument(
        "--into", metavar="KEYSTORE_DIRECTORY", help="bring it in there; without it a PKCS12 file is made"
    )
    parser.add_argument("--alias", default="", metavar="A", help="of which key (default: the one of the request)")
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="SHA256",
        help="the fingerprint of the root, compared by another way than the network, if it is not trusted yet",
    )
    parser.add_argument(
        "--accept-names", action="store_true", help="go on although names that were asked for are missing"
    )
    parser.add_argument(
        "--in-spite-of-findings", action="store_true", help="go on although Zowe would not work with it"
    )
    parser.add_argument("--at", default="", metavar="DATE", help="judge as of this day (default: now)")
    add_directory_password(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would be done; write nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _import_reply(options: argparse.Namespace) -> int:
    from ..lifecycle.reply import make_reply, plan_reply, read_reply
    from ..lifecycle.reply_trust import root_to_confirm
    from ..lifecycle.request import read_request
    from ..lifecycle.working_set import read_working_set
    from ..local_path import local_path
    from ..parameter_values import moment_of
    from ..services.confirmation import confirmed
    from ..show.request_pages import reply_page

    given = directory_password(options)
    passwords = [given] if given else []
    working = read_working_set(local_path(options.into, "--into"), passwords) if options.into is not None else None
    request = None
    if options.request is not None:
        own = [working.password] if working else []
        request = read_request(local_path(options.request, "--request"), [*passwords, *own])
    certificates = read_reply([local_path(path, "FILE") for path in options.reply])
    plan = plan_reply(
        certificates, request=request, working=working, alias=options.alias, accept_names=options.accept_names,
        at=moment_of(options.at, "--at"),
    )  # fmt: skip
    if options.dry_run:
        printed(options, plan.as_dict(), lambda: reply_page(plan))
        return 0
    confirmed(root_to_confirm(plan), options.confirm)
    with progress_line(to_a_log=False) as progress:
        made = make_reply(plan, in_spite_of_findings=options.in_spite_of_findings, progress=progress)
    printed(options, made.as_dict(), lambda: reply_page(plan, made))
    return 0
