"""The key that signs the gateway's login tokens, release by release."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from zowe_certs_kernel.model import Entry, EntryKind
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.show.judged_scene import Question, read_trust_of
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.trust.graph import trust_graph
from zowe_certs_kernel.trust.token_signer import token_signer
from zowe_certs_kernel.zowe.settings import read_settings
from zowe_certs_kernel.zowe.variables import FIRST_RELEASE, LAST_RELEASE, Release


def key(alias: str) -> Entry:
    return Entry(alias, EntryKind.PRIVATE_KEY, ())


KEYS = (key("localhost"), key("jwtsecret"), key("tokenkey"))


@pytest.mark.parametrize(
    ("oldest", "newest", "label", "signs"),
    [
        (Release(1, 12), Release(1, 16), "", "jwtsecret"),
        (Release(1, 12), Release(1, 16), "TOKENKEY", "jwtsecret"),
        (Release(1, 21), Release(1, 26), "TOKENKEY", "tokenkey"),
        (Release(1, 21), Release(1, 26), "", "jwtsecret"),
        (Release(1, 27), LAST_RELEASE, "", "localhost"),
        (FIRST_RELEASE, LAST_RELEASE, "", "jwtsecret"),
    ],
)
def test_it_is_the_one_that_the_release_asks_for(oldest: Release, newest: Release, label: str, signs: str) -> None:
    found = token_signer(KEYS, "localhost", oldest, newest, label)
    assert found
    assert found.alias == signs


def test_where_the_release_is_not_known_and_no_secret_is_there_it_is_the_servers() -> None:
    found = token_signer(KEYS[:1], "localhost", FIRST_RELEASE, LAST_RELEASE)
    assert found
    assert found.alias == "localhost"


def test_without_its_key_no_entry_signs() -> None:
    trusted = Entry("jwtsecret", EntryKind.TRUSTED_CERTIFICATE, ())
    assert token_signer((KEYS[0], trusted), "localhost", Release(1, 12), Release(1, 16)) is None


@pytest.mark.parametrize(("release", "signs"), [("1.15", "jwtsecret"), ("1.28", "localhost")])
def test_the_graph_of_a_directory_shows_it(tmp_path: Path, release: str, signs: str) -> None:
    env = tmp_path / "zowe.env"
    env.write_text("HOSTNAME=zos1.example.com\nVERIFY_CERTIFICATES=false\nKEYSTORE_PASSWORD=Secret12345\n")
    directory = tmp_path / "keystore"
    make(plan_setup(read_settings([env], release=release), directory=directory))
    trust = read_trust_of([str(directory)], Passwords([]), Question())
    (node,) = [node for node in trust.graph.nodes if "signs login tokens" in node.details]
    (entry,) = [
        entry
        for store in trust.scene.stores
        for entry in store.entries
        if entry.kind is EntryKind.PRIVATE_KEY and entry.certificate and entry.certificate.identity == node.id
    ]
    assert entry.alias == signs


def test_a_graph_without_settings_does_not_guess() -> None:
    graph = trust_graph([], at=dt.datetime.now(dt.UTC))
    assert not any("signs login tokens" in node.details for node in graph.nodes)
