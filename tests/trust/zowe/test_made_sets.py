"""Every kind of set that the kit makes is a scene in which everybody accepts everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.trust.connections import connections_of
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.trust.zowe_scene import read_scene


def test_in_every_set_that_is_made_all_connections_are_accepted(made_sets: Mapping[str, Made]) -> None:
    at = dt.datetime.now(dt.UTC)
    for name, made in made_sets.items():
        scene = read_scene([str(made.plan.directory)], Passwords())
        (found,) = scene.sets
        assert found.directory == made.plan.directory
        assert found.entry
        assert found.entry.alias == made.plan.settings.keystore_alias.lower(), name
        refused = [one.sentence for one in connections_of(scene, at=at, proofs=Proofs()) if one.word != "accepted"]
        assert refused == [], name
        assert {type(row.error).__name__ for row in scene.rows if row.error} == set(), name
