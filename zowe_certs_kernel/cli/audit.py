"""``zowe-certs audit``: every rule over sources, or over a keystore and a trust store, without a notebook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, add_fail_on, add_passwords, failing

if TYPE_CHECKING:
    from ..audit.result import AuditResult
    from ..show.audited import AuditQuestion
    from ..stores.passwords import Passwords

__all__ = ["add"]

_NOT_READ = 3


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("audit", _audit, "Judge certificates by every rule, and say who would accept them in each role.")
    parser.epilog = (
        "Give either sources (a KEYSTORE_DIRECTORY, an instance, stores, PEM files, host:port), or one keystore and "
        "one trust store as Zowe would use them. A KEYSTORE_DIRECTORY opens with the password in its "
        "zowe-certificates.env. A refused role alone does not change the exit code; a source that was named and "
        "cannot be read makes it 3. zowe-certs explain ID tells more of a rule. With pictures, as a page: "
        "zowe-certs run 50_audit_report."
    )
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="a KEYSTORE_DIRECTORY, instance, file or folder")
    parser.add_argument("--keystore", metavar="K", help="the store with the private key")
    parser.add_argument("--truststore", metavar="T", help="the store with what is trusted")
    parser.add_argument("--alias", default="", metavar="A", help="one private key alone (default: every one)")
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="a name or address by which clients reach it"
    )
    parser.add_argument(
        "--settings", action="append", default=[], metavar="FILE", help="Zowe's .env file of the sources"
    )
    parser.add_argument(
        "--client-certificate",
        action="append",
        default=[],
        metavar="FILE",
        help="a certificate with which a user is to log on; may be given several times",
    )
    add_passwords(parser)
    parser.add_argument(
        "--profile",
        choices=("zowe-v1", "zowe-v2", "zowe-v3"),
        help="the version of Zowe to judge for (default: zowe-v1 where its .env files are there, else zowe-v3)",
    )
    parser.add_argument(
        "--warn-days", type=_days, default=30, metavar="N", help="warn of what ends within N days (default: 30)"
    )
    parser.add_argument(
        "--note-days", type=_days, default=90, metavar="N", help="note what ends within N days (default: 90)"
    )
    parser.add_argument(
        "--least-rsa-bits", type=_days, default=2048, metavar="N", help="the shortest RSA key (default: 2048)"
    )
    parser.add_argument("--waivers", default="", metavar="FILE", help="YAML file of findings that are set aside")
    parser.add_argument("--compare-with", metavar="FILE", help="the JSON of an older audit: say what is new and gone")
    parser.add_argument("--new-only", action="store_true", help="show and count only what that older audit had not")
    parser.add_argument("--at", default="", metavar="DATE", help="judge as of this day (default: now)")
    add_fail_on(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write it there instead; an older file is replaced")


def _days(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
    if number < 0:
        msg = "it takes a whole number"
        raise argparse.ArgumentTypeError(msg)
    return number


def _audit(options: argparse.Namespace) -> int:
    import json
    import sys
    from dataclasses import replace

    from ..audit.comparison import audit_change, read_older
    from ..audit.subjects import Thresholds
    from ..errors import UsageError
    from ..local_path import local_path
    from ..show.audit_pages import audit_page
    from ..show.audited import AuditQuestion
    from ..show.text import visible
    from ..stores.passwords import Passwords

    passwords = Passwords(options.password_from)
    asked = AuditQuestion(
        options.profile or "",
        Thresholds(options.warn_days, options.note_days, options.least_rsa_bits),
        options.client_certificate,
        options.waivers,
    )
    if options.new_only and not options.compare_with:
        msg = "--new-only needs the older audit: name its JSON with --compare-with FILE"
        raise UsageError(msg)
    older = read_older(local_path(options.compare_with, "--compare-with")) if options.compare_with else None
    judge = _pair if options.keystore or options.truststore else _sources
    audited = judge(options, passwords, asked)
    change = audit_change(older, audited.findings) if older else None
    if change and options.new_only:
        audited = replace(audited, findings=change.new)
    result = audited.as_dict() | ({"changes": change.as_dict()} if change else {})
    as_json = options.format == "json"
    _put(options, json.dumps(result, indent=1) if as_json else str(audit_page(audited, options.host, change)))
    unread = [row.error for row in audited.rows if row.error and row.named]
    for why in unread:
        print(f"zowe-certs: {visible(str(why))}", file=sys.stderr)
    if unread:
        return _NOT_READ
    return int(any(str(found.severity) in failing(options) for found in audited.counted))


def _put(options: argparse.Namespace, text: str) -> None:
    """To the terminal, or whole into the file.

    Raises:
        WriteError: it cannot be written.
    """
    if not options.output:
        print(text)
        return
    from ..local_path import local_path
    from ..whole_file import write_whole

    write_whole(local_path(options.output, "--output"), f"{text}\n".encode("utf-8", "backslashreplace"), "the audit")


def _pair(options: argparse.Namespace, passwords: Passwords, asked: AuditQuestion) -> AuditResult:
    """A keystore held against a trust store.

    Raises:
        UsageError: one of them is missing or a folder, sources are named too, or there is no such alias.
    """
    from ..errors import UsageError
    from ..show.audited import audit_pair
    from ..show.judged_scene import Question

    named = {"--keystore": options.keystore, "--truststore": options.truststore}
    missing = [name for name, path in named.items() if not path]
    if missing or options.sources or options.settings:
        problem = f"{missing[0]} is missing" if missing else "sources or settings are named too"
        msg = f"a pair is --keystore with --truststore and nothing else: {problem}"
        raise UsageError(msg)
    question = Question(options.at, options.alias, options.host)
    return audit_pair(options.keystore, options.truststore, question, asked, passwords)


def _sources(options: argparse.Namespace, passwords: Passwords, asked: AuditQuestion) -> AuditResult:
    """The sets that the sources hold, each against its own trust store.

    Raises:
        SettingsError: a ``.env`` file that was named cannot be read.
        UsageError: nothing is named, or no keystore has a private key with the alias.
    """
    from ..errors import UsageError
    from ..local_path import local_path
    from ..show.audited import audit_trust
    from ..show.judged_scene import Question, read_trust_of

    if not (options.sources or options.settings):
        msg = "name what is to be audited: a KEYSTORE_DIRECTORY or other sources, or --keystore with --truststore"
        raise UsageError(msg)
    settings = [local_path(path, "--settings") for path in options.settings]
    question = Question(options.at, options.alias, options.host)
    trust = read_trust_of(options.sources, passwords, question, settings=settings)
    return audit_trust(trust, asked, passwords, options.alias)
