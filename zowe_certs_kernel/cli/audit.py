"""``zowe-certs audit``: who would accept a keystore, held against a trust store, without a notebook."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .command import Command, add_fail_on, add_passwords, failing

if TYPE_CHECKING:
    from ..audit.result import AuditResult
    from ..stores.passwords import Passwords

__all__ = ["add"]

_NOT_READ = 3


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("audit", _audit, "Say who would accept a keystore, in each role that it plays for Zowe, and why.")
    parser.epilog = (
        "Give either sources (a KEYSTORE_DIRECTORY, an instance, stores, PEM files), or one keystore and one trust "
        "store as Zowe would use them. A KEYSTORE_DIRECTORY opens with the password in its zowe-certificates.env. A "
        "refused role does not change the exit code; a source that was named and cannot be read makes it 3."
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
    add_passwords(parser)
    parser.add_argument("--at", default="", metavar="DATE", help="judge as of this day (default: now)")
    add_fail_on(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it (default: text)")


def _audit(options: argparse.Namespace) -> int:
    import json
    import sys

    from ..show.audit_pages import audit_page
    from ..show.text import visible
    from ..stores.passwords import Passwords

    passwords = Passwords(options.password_from)
    judge = _pair if options.keystore or options.truststore else _sources
    audited = judge(options, passwords)
    print(json.dumps(audited.as_dict(), indent=1) if options.format == "json" else audit_page(audited, options.host))
    unread = [row.error for row in audited.rows if row.error and row.named]
    for why in unread:
        print(f"zowe-certs: {visible(str(why))}", file=sys.stderr)
    if unread:
        return _NOT_READ
    return int(any(str(found.severity) in failing(options) for found in audited.findings))


def _pair(options: argparse.Namespace, passwords: Passwords) -> AuditResult:
    """A keystore held against a trust store.

    Raises:
        UsageError: one of them is missing or a folder, sources are named too, or there is no such alias.
    """
    from ..audit.result import AuditResult
    from ..errors import UsageError
    from ..local_path import local_path
    from ..names import asked_hosts
    from ..parameter_values import moment_of
    from ..stores.sources import read_sources
    from ..trust.roles import roles_of

    named = {"--keystore": options.keystore, "--truststore": options.truststore}
    missing = [name for name, path in named.items() if not path]
    if missing or options.sources or options.settings:
        problem = f"{missing[0]} is missing" if missing else "sources or settings are named too"
        msg = f"a pair is --keystore with --truststore and nothing else: {problem}"
        raise UsageError(msg)
    for name, path in named.items():
        if local_path(path, name).is_dir():
            msg = f"{name} is a store, and {path} is a folder: name the folder alone, without {name}"
            raise UsageError(msg)
    at, hosts = moment_of(options.at, "--at"), asked_hosts(options.host, "--host")
    rows = tuple(read_sources([options.keystore, options.truststore], passwords))
    keystore, truststore = (row.store for row in rows)
    roles = roles_of(keystore, truststore, alias=options.alias, hosts=hosts, at=at) if keystore and truststore else ()
    return AuditResult(at, rows, roles)


def _sources(options: argparse.Namespace, passwords: Passwords) -> AuditResult:
    """The sets that the sources hold, each against its own trust store.

    Raises:
        SettingsError: a ``.env`` file that was named cannot be read.
        UsageError: nothing is named, or no keystore has a private key with the alias.
    """
    from ..errors import UsageError
    from ..local_path import local_path
    from ..show.judged_scene import Question, audit_of, read_trust_of

    if not (options.sources or options.settings):
        msg = "name what is to be audited: a KEYSTORE_DIRECTORY or other sources, or --keystore with --truststore"
        raise UsageError(msg)
    settings = [local_path(path, "--settings") for path in options.settings]
    trust = read_trust_of(
        options.sources, passwords, Question(options.at, options.alias, options.host), settings=settings
    )
    return audit_of(trust, options.alias)
