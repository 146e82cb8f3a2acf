"""An authority gives way to the next one in three steps, and nobody is locked out between them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.tls_in_memory import ACCEPTED, shaken
from tests.lifecycle.sets import DAY, HOST, NOW, PASSWORD, bytes_of, made_set, secret, with_key
from zowe_certs_kernel.errors import UnknownFormat, UsageError, WriteError, WrongPassword
from zowe_certs_kernel.ibm1047 import from_ibm1047
from zowe_certs_kernel.lifecycle.change import compared, contents_of, store_bytes
from zowe_certs_kernel.lifecycle.renewal import plan_renewal
from zowe_certs_kernel.lifecycle.rotation import (
    Phase,
    RotationPlan,
    make_rotation,
    plan_begin,
    plan_cancel,
    plan_finish,
    plan_switch,
    rotation_state,
)
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup.keystore_directory import Placing
from zowe_certs_kernel.stores import KeyContent, open_store

Again = Callable[[WorkingSet], WorkingSet]
CA = "Zowe Development Instances Certificate Authority"


def trusted(one: WorkingSet) -> list[str]:
    return [entry.alias for entry in one.truststore.entries]


def bundle(one: WorkingSet) -> list[str | None]:
    """The certificates that Zowe's servers in Node trust; the copy in EBCDIC says the same."""
    path = one.directory / "local_ca/localca.cer"
    assert from_ibm1047(path.with_suffix(".cer-ebcdic").read_bytes()) == path.read_text(encoding="ascii")
    return [facts.sha256 for entry in open_store(path).entries for facts in entry.chain]


def begun(one: WorkingSet, again: Again) -> WorkingSet:
    make_rotation(plan_begin(one, at=NOW))
    return again(one)


def switched(one: WorkingSet, again: Again, *, same_key: bool = False) -> WorkingSet:
    make_rotation(plan_switch(one, same_key=same_key))
    return again(one)


def identity(one: WorkingSet, folder: Path, name: str) -> ssl.SSLContext:
    """A server or client of Python with the set's key and all that its trust store trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if name == "server" else ssl.PROTOCOL_TLS_CLIENT)
    chain = "".join(ssl.DER_cert_to_PEM_cert(facts.der) for facts in one.entry.chain)
    path = folder / f"{name}.pem"
    path.write_text((one.directory / one.file("keystore.key")).read_text(encoding="ascii") + chain, encoding="ascii")
    context.load_cert_chain(path)
    anchors = "".join(ssl.DER_cert_to_PEM_cert(entry.chain[0].der) for entry in one.truststore.entries)
    context.load_verify_locations(cadata=anchors)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_python_lets_old_and_new_sets_meet_until_the_rotation_is_finished(
    keystore: WorkingSet, again: Again, tmp_path: Path
) -> None:
    def meet(client: WorkingSet, server: WorkingSet) -> str:
        return shaken(identity(server, tmp_path, "server"), identity(client, tmp_path, "client"), HOST)

    first = begun(keystore, again)
    contexts = identity(first, tmp_path, "server"), identity(first, tmp_path, "client")
    second = switched(first, again)
    assert shaken(contexts[0], identity(second, tmp_path, "client"), HOST) == ACCEPTED
    assert shaken(identity(second, tmp_path, "server"), contexts[1], HOST) == ACCEPTED
    make_rotation(plan_finish(second))
    third = again(second)
    assert meet(third, third) == ACCEPTED
    said = shaken(contexts[0], identity(third, tmp_path, "client"), HOST)
    assert said == "self-signed certificate in certificate chain"  # that of an authority which is trusted no longer
    refused = shaken(identity(third, tmp_path, "server"), contexts[1], HOST)
    assert refused != ACCEPTED  # the server refuses the old client


def test_begin_trusts_the_next_authority_and_changes_no_certificate_of_a_server(
    keystore: WorkingSet, again: Again
) -> None:
    before = bytes_of(keystore.directory)
    plan = plan_begin(keystore)
    made = make_rotation(plan)
    now = again(keystore)
    state = rotation_state(now)
    assert (state.phase, state.current) == (Phase.BEGUN, keystore.truststore.entries[0].chain[0])
    assert state.next
    assert state.next.common_name == plan.common_name == f"{CA} {plan.at:%Y-%m-%d}"
    assert state.next.subject.replace(plan.common_name, CA) == state.current.subject
    assert (state.next.key, state.next.is_ca) == (state.current.key, True)
    assert trusted(now) == ["localca", "localca-next"]
    assert bundle(now) == [state.current.sha256, state.next.sha256]
    after = bytes_of(now.directory)
    new = {f"local_ca/localca-next.{ending}" for ending in ("cer", "cer-ebcdic", "keystore.p12")}
    assert after.keys() - before.keys() == new
    assert {name for name in before if before[name] != after[name]} == {
        "local_ca/localca.cer",
        "local_ca/localca.cer-ebcdic",
        "localhost/localhost.truststore.p12",
    }
    assert made.placed.kept
    assert bytes_of(made.placed.kept) == before


@pytest.mark.parametrize("same_key", [False, True])
def test_switch_lets_the_next_authority_sign_all_and_keeps_the_old_one_trusted(
    keystore: WorkingSet, again: Again, same_key: bool
) -> None:
    first = begun(keystore, again)
    coming = rotation_state(first).next
    assert coming
    second = switched(first, again, same_key=same_key)
    state = rotation_state(second)
    assert (state.phase, state.current, state.next) == (Phase.SWITCHED, coming, None)
    assert state.previous == rotation_state(first).current
    assert state.signed_by_previous == ()
    assert trusted(second) == ["localca", "localca-previous"]
    keys = [entry for entry in second.keystore.entries if entry.open_key]
    assert [entry.alias for entry in keys] == ["localhost", "gateway"]
    assert all(entry.chain[1:] == (coming,) for entry in keys)
    assert (keys[0].chain[0].key, keys[0].chain[0].san) == (first.entry.chain[0].key, first.entry.chain[0].san)
    assert bundle(second) == [coming.sha256, rotation_state(first).current.sha256]
    assert not list(second.directory.glob("local_ca/localca-next*"))
    (authority,) = open_store(second.directory / "local_ca/localca.keystore.p12", secret()).entries
    assert (authority.alias, authority.chain[0]) == ("localca", coming)
    assert [row.alias for row in plan_renewal(second).rows] == ["localhost", "gateway"]


def test_finish_leaves_nothing_of_the_old_authority_and_the_next_rotation_can_begin(
    keystore: WorkingSet, again: Again
) -> None:
    second = switched(begun(keystore, again), again)
    make_rotation(plan_finish(second))
    third = again(second)
    state = rotation_state(third)
    assert (state.phase, state.current, state.previous) == (Phase.NOT_BEGUN, rotation_state(second).current, None)
    assert trusted(third) == ["localca"]
    assert third.keystore.entry("localca-previous") is None
    assert bundle(third) == [state.current.sha256]
    once_more = plan_begin(third, at=NOW)
    assert once_more.common_name != state.current.common_name
    assert once_more.common_name.endswith(f" {NOW:%Y-%m-%d %H:%M:%S}")  # a second one of the same day
    assert len(once_more.common_name) == 64


def test_cancel_takes_begin_back_and_a_rotation_can_begin_again(keystore: WorkingSet, again: Again) -> None:
    before = bytes_of(keystore.directory)
    first = begun(keystore, again)
    with_next = bytes_of(first.directory)
    made = make_rotation(plan_cancel(first))
    now = again(keystore)
    assert made.placed.kept
    assert bytes_of(made.placed.kept) == with_next
    assert (rotation_state(now), now.truststore) == (rotation_state(keystore), keystore.truststore)
    after = bytes_of(now.directory)
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {"localhost/localhost.truststore.p12"}
    assert any("leaves the directory; it is in the dated copy" in note for note in made.change.notes)
    assert rotation_state(begun(now, again)).phase is Phase.BEGUN


def test_cancel_leaves_a_store_outside_where_it_is_and_begin_takes_it_again(tmp_path: Path, again: Again) -> None:
    store = tmp_path / "authority.p12"
    keystore = made_set(tmp_path, ca_store=store)
    make_rotation(plan_begin(keystore, ca_store=store))
    coming, data = rotation_state(again(keystore)).next, (tmp_path / "authority-next.p12").read_bytes()
    plan = plan_cancel(again(keystore))
    assert any("stays where it is" in note for note in plan.notes)
    make_rotation(plan)
    assert trusted(again(keystore)) == ["localca"]
    assert (tmp_path / "authority-next.p12").read_bytes() == data
    make_rotation(plan_begin(again(keystore), ca_store=store))
    assert rotation_state(again(keystore)).next == coming


def test_a_switch_is_not_taken_back_and_the_way_back_is_told(keystore: WorkingSet, again: Again) -> None:
    with pytest.raises(UsageError, match="has not begun: there is nothing to cancel"):
        plan_cancel(keystore)
    second = switched(begun(keystore, again), again)
    with pytest.raises(
        UsageError, match=r"has switched already: .* give the dated copy from before the switch its name"
    ):
        plan_cancel(second)


def test_a_trust_store_with_a_password_of_its_own_keeps_it(keystore: WorkingSet) -> None:
    own = Secret("of the trust store")
    (keystore.directory / keystore.truststore_path).write_bytes(
        store_bytes(keystore.truststore, contents_of(keystore.truststore), own)
    )
    steps: tuple[Callable[[WorkingSet], RotationPlan], ...] = (
        plan_begin, plan_cancel, plan_begin, plan_switch, plan_finish,
    )  # fmt: skip
    for step in steps:
        made = make_rotation(step(read_working_set(keystore.directory, [own])))
        assert compared(made.change)
    now = read_working_set(keystore.directory, [own])
    assert (now.password, now.truststore_password) == (secret(), own)
    with pytest.raises(WrongPassword):
        read_working_set(keystore.directory)


def test_finish_is_refused_while_a_key_is_still_signed_by_the_old_authority(keystore: WorkingSet, again: Again) -> None:
    gateway = next(one for one in contents_of(keystore.keystore) if one.alias == "gateway")
    assert isinstance(gateway, KeyContent)
    with_key(switched(begun(keystore, again), again), gateway)
    third = again(keystore)
    assert rotation_state(third).signed_by_previous == ("gateway",)
    with pytest.raises(UsageError, match=r"gateway in .* is still signed by"):
        plan_finish(third)


def test_a_step_out_of_its_order_is_refused_and_changes_nothing(keystore: WorkingSet, again: Again) -> None:
    with pytest.raises(UsageError, match="has not begun: begin first"):
        plan_switch(keystore)
    with pytest.raises(UsageError, match="has not begun: there is nothing to finish"):
        plan_finish(keystore)
    first = begun(keystore, again)
    before = bytes_of(first.directory.parent)
    with pytest.raises(UsageError, match="has begun already: switch"):
        plan_begin(first)
    with pytest.raises(UsageError, match="has begun, but not switched"):
        plan_finish(first)
    assert bytes_of(first.directory.parent) == before
    second = switched(first, again)
    with pytest.raises(UsageError, match="has switched already: finish"):
        plan_begin(second)
    with pytest.raises(UsageError, match="has switched already: finish"):
        plan_switch(second)


def test_the_order_of_work_says_who_does_what_and_what_is_done(keystore: WorkingSet, again: Again) -> None:
    assert [step.done for step in rotation_state(keystore).steps] == [False] * 5
    state = rotation_state(begun(keystore, again))
    assert [step.done for step in state.steps] == [True, False, False, False, False]
    assert "rotate-ca DIRECTORY cancel takes it back" in state.steps[0].what
    assert "localca-next.cer" in state.steps[1].what
    assert "z/OSMF" in state.steps[1].who
    told = state.as_dict()
    assert (told["phase"], len(told["steps"])) == ("begun", 5)
    second = rotation_state(switched(again(keystore), again))
    assert [step.done for step in second.steps] == [True, None, True, False, False]  # nobody here knows who trusts both


def test_an_authority_outside_gets_its_successor_beside_it(tmp_path: Path, again: Again) -> None:
    store, password = tmp_path / "authority.p12", Secret("of the authority")
    keystore = made_set(tmp_path, ca_store=store)
    old = store.read_bytes()
    plan = plan_begin(keystore, ca_store=store, ca_password=password)
    make_rotation(plan)
    first = again(keystore)
    assert plan.ca_file == tmp_path / "authority-next.p12"
    assert not list(first.directory.glob("local_ca/*.p12"))
    make_rotation(plan_switch(first, ca_store=store, ca_password=password))
    second = again(first)
    assert not list(second.directory.glob("local_ca/*.p12"))
    assert store.read_bytes() == old
    renewed = plan_renewal(second, ca_store=tmp_path / "authority-next.p12", ca_password=password)
    assert len(renewed.rows) == 2
    make_rotation(plan_finish(second))
    assert trusted(again(second)) == ["localca"]


def test_a_store_of_a_next_authority_is_never_written_over(tmp_path: Path) -> None:
    keystore = made_set(tmp_path, ca_store=tmp_path / "authority.p12")
    (tmp_path / "authority-next.p12").write_bytes(b"mine")
    with pytest.raises(UnknownFormat, match=r"authority-next\.p12 cannot be read"):
        plan_begin(keystore, ca_store=tmp_path / "authority.p12")
    assert (tmp_path / "authority-next.p12").read_bytes() == b"mine"


def test_a_begin_that_fails_leaves_no_authority_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keystore = made_set(tmp_path, ca_store=tmp_path / "authority.p12")
    before = bytes_of(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Placing, "write", full)
    with pytest.raises(WriteError, match="nothing was changed"):
        make_rotation(plan_begin(keystore, ca_store=tmp_path / "authority.p12"))
    assert bytes_of(tmp_path) == before


def test_another_authority_than_the_next_one_cannot_switch(keystore: WorkingSet, again: Again, tmp_path: Path) -> None:
    first = begun(keystore, again)
    copy = tmp_path / "present.p12"
    copy.write_bytes((first.directory / "local_ca/localca.keystore.p12").read_bytes())
    with pytest.raises(UsageError, match="is not the authority that localca-next is"):
        plan_switch(first, ca_store=copy)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ca_common_name": CA.upper()}, "needs another name"),
        ({"ca_common_name": "x" * 65}, "has 65 characters"),
        ({"days": 0}, "valid for 1 to 7300 days"),
    ],
)
def test_a_next_authority_that_cannot_be_is_told(options: dict[str, object], said: str, keystore: WorkingSet) -> None:
    with pytest.raises(UsageError, match=said):
        plan_begin(keystore, **options)  # type: ignore[arg-type]  # one option each


def test_a_long_name_is_cut_to_what_a_certificate_holds(tmp_path: Path) -> None:
    keystore = made_set(tmp_path, ca_store=None, ZOWE_CERTS_CA_COMMON_NAME="x" * 64)
    assert plan_begin(keystore, at=NOW + DAY).common_name == f"{'x' * 53} {NOW + DAY:%Y-%m-%d}"


def test_to_begin_the_present_authoritys_key_is_not_needed_but_a_place_for_the_next_one(keystore: WorkingSet) -> None:
    (keystore.directory / "local_ca/localca.keystore.p12").unlink()
    with pytest.raises(UsageError, match="name the authority's store"):
        plan_begin(keystore)
    plan = plan_begin(keystore, ca_store=keystore.directory.parent / "lost.p12")
    assert PASSWORD not in repr(plan) + str(plan.as_dict())
