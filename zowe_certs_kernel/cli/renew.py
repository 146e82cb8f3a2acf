"""``zowe-certs renew`` and ``rotate-ca``: what the local authority signs anew, and the authority itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from .command import Command, add_directory_password, asked_key_type, directory_password, printed, progress_line

if TYPE_CHECKING:
    import datetime as dt

    from ..lifecycle.rotation import RotationPlan
    from ..lifecycle.working_set import WorkingSet

__all__ = ["add"]


def add(command: Command) -> None:
    """Add both commands and their options."""
    parser = command("renew", _renew, "Sign the certificates of a KEYSTORE_DIRECTORY anew by its own authority.")
    parser.epilog = (
        "Names, subjects and all other entries stay. The directory as it was stays as a dated copy. With --dry-run "
        "it also shows what ends when and the order of work."
    )
    _add_shared(parser)
    parser.add_argument(
        "--alias", action="append", default=[], metavar="A",
        help="only this one; may be given several times (default: all that the authority has signed)",
    )  # fmt: skip
    parser.add_argument("--host", action="append", default=[], metavar="NAME", help="add this name or address")
    parser.add_argument("--key-type", default="", metavar="RSA-3072", help="the kind of a new key (default: as it was)")
    parser = command("rotate-ca", _rotate, "Replace the authority in three steps, so that nothing stands still.")
    parser.epilog = (
        "Steps: begin (a new authority, trusted besides the old one), switch (it signs all anew), finish (the old one "
        "is trusted no more). cancel takes begin back, until the switch. Without a step it tells where the rotation "
        "stands, and who has to do what next."
    )
    _add_shared(parser)
    parser.add_argument("step", nargs="?", choices=("begin", "switch", "finish", "cancel"), help="what to do now")
    parser.add_argument(
        "--ca-common-name", default="", metavar="CN", help="name of the new authority (default: with the day)"
    )


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="KEYSTORE_DIRECTORY", help="the folder with zowe-certificates.env")
    parser.add_argument("--same-key", action="store_true", help="keep the private keys (default: new ones)")
    parser.add_argument("--days", type=int, metavar="N", help="how long they last (default: as long as before)")
    parser.add_argument(
        "--ca-store", metavar="FILE", help="where the authority is kept, if not in the directory (see setup --ca-store)"
    )
    parser.add_argument(
        "--ca-password-from",
        metavar="REF",
        help="where the password of the authority's store is (default: as the keystore)",
    )
    add_directory_password(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would be done; write nothing")
    parser.add_argument("--at", default="", metavar="DATE", help="with --dry-run: look ahead to this day")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _moment(options: argparse.Namespace) -> dt.datetime:
    """The day that ``--at`` looks ahead to.

    Raises:
        UsageError: something would be signed on another day than today.
    """
    from ..errors import UsageError
    from ..parameter_values import moment_of

    if options.at and not options.dry_run:
        msg = "--at looks ahead and goes with --dry-run only: what is signed is signed now"
        raise UsageError(msg)
    return moment_of(options.at, "--at")


def _working(options: argparse.Namespace) -> WorkingSet:
    from ..lifecycle.working_set import read_working_set
    from ..local_path import local_path

    given = directory_password(options)
    return read_working_set(local_path(options.directory, "KEYSTORE_DIRECTORY"), [given] if given else [])


def _authority(options: argparse.Namespace) -> dict[str, Any]:
    """The authority's store and password as the plans take them."""
    from ..local_path import local_path
    from ..setup.authority import authority_password

    file = None if options.ca_store is None else local_path(options.ca_store, "--ca-store")
    return {"ca_store": file, "ca_password": authority_password(options.ca_password_from, file)}


def _renew(options: argparse.Namespace) -> int:
    from ..errors import NothingToRenew
    from ..lifecycle.outlook import outlook_of
    from ..lifecycle.renewal import make_renewal, plan_renewal
    from ..show.page import Page
    from ..show.renew_pages import outlook_page, renewal_page

    at, working = _moment(options), _working(options)
    asked = {"aliases": options.alias, "same_key": options.same_key, "hosts": options.host, "days": options.days}
    try:
        plan = plan_renewal(working, **asked, key_type=asked_key_type(options), at=at, **_authority(options))
    except NothingToRenew as why:
        if not options.dry_run or options.alias:
            raise
        _only_outlook(options, working, at, str(why))
        return 0
    if options.dry_run:
        outlook = outlook_of(working, at=at)
        shown = {"schema": "zowe-certs/renewal/1", **plan.as_dict(), "outlook": outlook.as_dict()}
        printed(options, shown, lambda: Page(plan, [*outlook_page(outlook).blocks, *renewal_page(plan).blocks]))
        return 0
    with progress_line(to_a_log=False) as progress:
        changed = make_renewal(plan, progress=progress)
    shown = {"schema": "zowe-certs/renewal/1", **plan.as_dict(), "changed": changed.as_dict()}
    printed(options, shown, lambda: renewal_page(plan, changed))
    return 0


def _only_outlook(options: argparse.Namespace, working: WorkingSet, at: dt.datetime, why: str) -> None:
    """What ends when is worth knowing also where the local authority has nothing to renew."""
    from ..lifecycle.outlook import outlook_of
    from ..show.page import Page, Text
    from ..show.renew_pages import outlook_page

    outlook = outlook_of(working, at=at)
    told = f"The local authority renews nothing here: {why}. What another CA has signed: zowe-certs csr, import-reply"
    shown = {"schema": "zowe-certs/renewal/1", "rows": [], "notes": [told], "outlook": outlook.as_dict()}
    printed(options, shown, lambda: Page(outlook, [*outlook_page(outlook).blocks, Text(f"{told}.")]))


def _rotate(options: argparse.Namespace) -> int:
    from ..lifecycle.rotation import make_rotation, rotation_state
    from ..lifecycle.working_set import read_working_set
    from ..show.renew_pages import rotation_page, state_page

    working = _working(options)
    if options.step is None:
        state = rotation_state(working)
        printed(options, {"schema": "zowe-certs/rotation/1", **state.as_dict()}, lambda: state_page(state))
        return 0
    plan = _rotation(options, working)
    if options.dry_run:
        printed(options, {"schema": "zowe-certs/rotation/1", **plan.as_dict()}, lambda: rotation_page(plan))
        return 0
    with progress_line(to_a_log=False) as progress:
        changed = make_rotation(plan, progress=progress)
    after = rotation_state(read_working_set(working.directory, working.passwords))
    shown = {
        "schema": "zowe-certs/rotation/1",
        **plan.as_dict(),
        "changed": changed.as_dict(),
        "state": after.as_dict(),
    }
    printed(options, shown, lambda: rotation_page(plan, changed, after))
    return 0


def _rotation(options: argparse.Namespace, working: WorkingSet) -> RotationPlan:
    from ..lifecycle.rotation import plan_begin, plan_cancel, plan_finish, plan_switch

    at = _moment(options)
    if options.step == "begin":
        return plan_begin(
            working, ca_common_name=options.ca_common_name, days=options.days, at=at, **_authority(options)
        )
    if options.step == "switch":
        return plan_switch(working, same_key=options.same_key, days=options.days, at=at, **_authority(options))
    return plan_cancel(working, at=at) if options.step == "cancel" else plan_finish(working, at=at)
