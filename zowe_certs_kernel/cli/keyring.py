"""``zowe-certs jcl`` and ``zowe-certs ring``: the jobs for a key ring, and its listing read back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .command import Command, add_fail_on, add_passwords, failing, printed

if TYPE_CHECKING:
    from ..model import Store
    from ..zowe.settings import CertificateSettings

__all__ = ["add", "listed"]

_NOT_READ = 3
_MOST_PASTED = 8 << 20
_STDIN = "-"


def add(command: Command) -> None:
    """Add the commands and their options."""
    _add_jcl(command)
    _add_ring(command)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-p",
        dest="settings",
        action="append",
        required=True,
        metavar="FILE",
        help="Zowe's .env file with ZOWE_KEYRING; given again, a later file overrides the earlier ones",
    )
    parser.add_argument(
        "--release", default="", metavar="1.15", help="the Zowe they are for (default: what the file proves)"
    )
    parser.add_argument("--at", default="", metavar="DATE", help="judge, and count days, as of this day (default: now)")


def _add_jcl(command: Command) -> None:
    parser = command("jcl", _jcl, "Write the job that makes a key ring by RACF, ACF2 or Top Secret, from settings.")
    parser.epilog = (
        "Options: 1 makes a certificate and its authority, 2 connects one that is there, 3 imports a PKCS12 data set. "
        "Without --output the job is printed, with --plan who does what."
    )
    _add_settings(parser)
    parser.add_argument("--product", default="RACF", metavar="P", help="RACF, ACF2 or TSS (default: RACF)")
    parser.add_argument("--option", default="1", metavar="N", help="1, 2 or 3 (default: 1)")
    parser.add_argument(
        "--symbol",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a SET variable of ZWEKRING, in place of what the settings say; may be given several times",
    )
    parser.add_argument("--output", metavar="DIR", help="write ZWEKRING.jcl, ZWENOKYR.jcl and plan.txt there")
    parser.add_argument("--replace", action="store_true", help="replace files that are there")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--removal", action="store_true", help="print the job that takes it back, ZWENOKYR")
    shown.add_argument("--plan", action="store_true", help="print who does what, with the commands")
    shown.add_argument("--json", action="store_true", help="print all of it as JSON")
    parser.add_argument(
        "--password-in-jcl",
        action="store_true",
        help="option 3: write the PKCS12 file's password into the job in the clear (needs --output)",
    )
    parser.add_argument(
        "--password-from",
        metavar="REF",
        help="env:NAME, file:PATH or prompt:, where that password is (default: env:ZOWE_KEYSTORE_PASSWORD)",
    )


def _jcl(options: argparse.Namespace) -> int:
    from ..errors import UsageError
    from ..keyring import ring_job
    from ..local_path import local_path
    from ..parameter_values import moment_of, symbol_values
    from ..secret import DEFAULT_REFERENCE, password_outside

    if not options.option.isdigit():
        msg = f"--option is {options.option!r}; it is 1, 2 or 3"
        raise UsageError(msg)
    if options.password_from and not options.password_in_jcl:
        msg = "--password-from is for --password-in-jcl, without which no password is in a job; leave it out"
        raise UsageError(msg)
    if options.password_in_jcl and not options.output:
        msg = "--password-in-jcl needs --output DIR: a password is written to a file, never printed"
        raise UsageError(msg)
    password = None
    if options.password_in_jcl:
        password = password_outside(options.password_from or DEFAULT_REFERENCE, strict=True)()
    job = ring_job(
        _settings(options),
        product=options.product,
        option=int(options.option),
        symbols=symbol_values(options.symbol, "--symbol"),
        password=password,
        at=moment_of(options.at, "--at"),
    )
    if options.output:
        from ..show.keyring_steps import write_jobs

        for path, what in write_jobs(job, local_path(options.output, "--output"), replace=options.replace).items():
            print(f"{path}: {what}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        printed(options, job.as_dict(), str)
    elif options.plan:
        from ..show.keyring_pages import roles_page

        print(roles_page(job))
    elif options.removal or not options.output:
        print("\n".join(job.removal_lines() if options.removal else job.lines()))
    for found in job.findings:
        print(f"zowe-certs: {found.rule}: {found.message}; {found.fix}", file=sys.stderr)
    return 0


def _add_ring(command: Command) -> None:
    parser = command("ring", _ring, "Compare a key ring, as RACDCERT lists it, with Zowe's settings.")
    parser.epilog = (
        "Save what RACDCERT LISTRING and RACDCERT LIST print, in ASCII or EBCDIC; several listings can be in one file. "
        "A keystore can stand for a ring."
    )
    parser.add_argument("listings", nargs="+", metavar="LISTING", help="a saved listing; - reads one that is pasted")
    _add_settings(parser)
    add_passwords(parser)
    add_fail_on(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _ring(options: argparse.Namespace) -> int:
    from ..errors import SettingsError
    from ..keyring.comparison import ToldOfRing, compare_ring
    from ..keyring.ring_view import ring_of
    from ..parameter_values import moment_of
    from ..show.keyring_pages import ring_page
    from ..show.result import counted

    settings = _settings(options)
    if not settings.keyring:
        raise SettingsError(settings.source, ["ZOWE_KEYRING is empty, so there is no ring to compare with"])
    ring = ring_of(listed(options.listings, options.password_from), settings.user_id, settings.keyring)
    findings = compare_ring(ToldOfRing.by_settings(settings), ring, at=moment_of(options.at, "--at"))
    result = {"schema": "zowe-certs/ring/1", **ring.as_dict(), **counted(findings)}
    printed(options, result, lambda: ring_page(ring, findings))
    return int(any(str(found.severity) in failing(options) for found in findings))


def _settings(options: argparse.Namespace) -> CertificateSettings:
    from ..local_path import local_path
    from ..zowe.settings import read_settings

    return read_settings([local_path(path, "-p") for path in options.settings], release=options.release)


def listed(sources: Sequence[str], passwords: Sequence[str]) -> list[Store]:
    """What was read of listings, or of stores that stand for a ring; ``-`` is what comes from standard input.

    Raises:
        StoreError: one cannot be read.
    """
    from ..stores.passwords import Passwords
    from ..stores.racf_store import pasted_listing
    from ..stores.sources import read_sources

    stores: list[Store] = []
    for source in sources:
        if source == _STDIN:
            stores.append(pasted_listing(sys.stdin.read(_MOST_PASTED), "standard input"))
            continue
        for row in read_sources([source], Passwords(list(passwords))):
            if row.error and row.named:
                raise row.error
            stores += [row.store] if row.store else []
    return stores
