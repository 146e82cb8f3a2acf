"""``zowe-certs instance``: what Zowe's launch checks would say of an instance, and its KEYSTORE_DIRECTORY."""

from __future__ import annotations

import argparse

from .command import Command, add_fail_on, failing, printed

__all__ = ["add"]


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command(
        "instance", _instance, "Say what Zowe's launch would say of an instance's certificates, or name others."
    )
    parser.epilog = "The launch picture of the same files: zowe-certs graph KEYSTORE_DIRECTORY INSTANCE… --view launch."
    parser.add_argument("instances", nargs="+", metavar="INSTANCE", help="an instance directory, or its instance.env")
    parser.add_argument(
        "--keystore-directory",
        metavar="DIR",
        help="where the KEYSTORE_DIRECTORY lies here (default: under its own path)",
    )
    parser.add_argument(
        "--set-keystore-directory",
        metavar="PATH",
        help="let instance.env name this KEYSTORE_DIRECTORY of z/OS; all else in it stays as it is",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be set; write nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_fail_on(parser)


def _instance(options: argparse.Namespace) -> int:
    from ..errors import UsageError
    from ..lifecycle.instances import check_instance, set_keystore_directory
    from ..local_path import local_path
    from ..show.keyring_pages import instances_page, set_page
    from ..show.result import counted

    instances = [local_path(one, "INSTANCE") for one in options.instances]
    asked = options.set_keystore_directory
    if options.dry_run and asked is None:
        msg = "--dry-run is for --set-keystore-directory; without it nothing is written"
        raise UsageError(msg)
    here = (
        None if options.keystore_directory is None else local_path(options.keystore_directory, "--keystore-directory")
    )
    for one in instances:  # all are read before any is written
        check_instance(one, here)
    done = []
    for one in instances if asked is not None else ():
        done.append(set_keystore_directory(one, asked, dry_run=options.dry_run))
        if not options.json:
            print(set_page(done[-1]))
    reports = [check_instance(one, here) for one in instances]
    findings = [found for report in reports for found in report.findings]
    result = {
        "schema": "zowe-certs/instances/1",
        "set": [one.as_dict() for one in done],
        "instances": [report.as_dict() for report in reports],
        **counted(findings),
    }
    printed(options, result, lambda: instances_page(reports))
    return int(any(str(found.severity) in failing(options) for found in findings))
