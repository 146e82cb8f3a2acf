"""What ends when, where it is, what it breaks; and the work before that in its order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tests.lifecycle.sets import DAY, NOW, Others
from zowe_certs_kernel.lifecycle.outlook import outlook, outlook_of
from zowe_certs_kernel.lifecycle.renewal import make_renewal, plan_renewal
from zowe_certs_kernel.lifecycle.rotation import make_rotation, plan_begin, plan_switch
from zowe_certs_kernel.lifecycle.working_set import WorkingSet
from zowe_certs_kernel.model import Store
from zowe_certs_kernel.stores import Profile, Protection, TrustedContent, write_pkcs12
from zowe_certs_kernel.stores.pkcs12 import read_pkcs12


def ends(one: WorkingSet) -> dt.datetime:
    end = one.entry.chain[-1].not_after
    assert end
    return end


def test_each_certificate_has_one_row_with_all_its_places(keystore: WorkingSet) -> None:
    at = ends(keystore) - 100 * DAY
    found = outlook_of(keystore, at=at)
    assert [row.what for row in found.rows] == [
        "Zowe Development Instances Certificate Authority",
        "Zowe Service",
        "Zowe Service - gateway",
    ]
    authority, own, _ = found.rows
    assert {(store.endswith("truststore.p12"), alias) for store, alias in authority.places} == {
        (False, "localhost"),
        (False, "gateway"),
        (False, "localca"),
        (True, "localca"),
    }
    assert [alias for _, alias in own.places] == ["localhost"]
    assert own.days_left == 100
    assert "every handshake" in own.consequence
    assert "“Zowe Service”" in authority.consequence


def told(one: WorkingSet, end: dt.datetime) -> list[tuple[str, int]]:
    steps = outlook_of(one, at=end - 400 * DAY, lead_days=20, overlap_days=60).steps
    return [(step.title.partition(" ")[0], (end - step.by).days) for step in steps]


def test_an_authority_that_ends_gives_way_in_time_and_its_successor_signs_what_ends_with_it(
    keystore: WorkingSet,
) -> None:
    assert told(keystore, ends(keystore)) == [("Begin", 80), ("Let", 20), ("Trust", 0)]


def test_what_ends_long_before_its_authority_is_renewed_by_it(
    keystore: WorkingSet, again: Callable[[WorkingSet], WorkingSet]
) -> None:
    end = ends(keystore)
    make_renewal(plan_renewal(keystore, aliases=["gateway"], days=365))
    now = again(keystore)
    left = (end - NOW).days - 365 + 20
    (first, in_days), *rest = told(now, end)
    assert first == "Renew"
    assert abs(in_days - left) <= 1
    assert rest == [("Begin", 80), ("Let", 20), ("Trust", 0)]


def test_a_rotation_that_has_begun_is_not_to_be_begun_and_one_that_has_switched_only_to_be_finished(
    keystore: WorkingSet, again: Callable[[WorkingSet], WorkingSet]
) -> None:
    end = ends(keystore)
    make_rotation(plan_begin(keystore))
    begun = again(keystore)
    assert told(begun, end) == [("Let", 20), ("Trust", 0)]
    make_rotation(plan_switch(begun))
    switched = outlook_of(again(keystore), at=NOW).steps
    of_old = [step for step in switched if "previous" in str(step.places)]
    assert [step.title.partition(" ")[0] for step in of_old] == ["Trust"]
    assert [step.title.partition(" ")[0] for step in switched if step not in of_old] == ["Begin", "Let", "Trust"]


def test_what_has_ended_has_days_below_zero(keystore: WorkingSet) -> None:
    found = outlook_of(keystore, at=ends(keystore) + 3 * DAY)
    assert {row.days_left for row in found.rows} == {-3}


def test_an_authority_of_others_is_to_be_asked_for_its_successor(keystore: WorkingSet, authority: Others) -> None:
    root = authority.root.certificate
    data = write_pkcs12([TrustedContent("zosmf", root)], Protection(keystore.password, Profile.MODERN, 1000))
    trust = read_pkcs12(data, keystore.password, "trust.p12")
    (step,) = outlook([trust]).steps
    assert step.title == "Trust the successor of “Example Root”"
    assert step.places == (("trust.p12", "zosmf"),)


def test_rows_and_steps_are_told_as_json(keystore: WorkingSet) -> None:
    told = outlook_of(keystore).as_dict()
    assert told["rows"][0]["places"][0].keys() == {"source", "alias"}
    assert [row["ends"] for row in told["rows"]] == sorted(row["ends"] for row in told["rows"])


def test_nothing_to_look_at_is_no_error() -> None:
    found = outlook([Store("empty", "PKCS12", ())])
    assert (found.rows, found.steps) == ((), ())
