"""A reply is taken where key, names and chain fit, in whatever form it comes; else nothing changes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.lifecycle.sets import DAY, HOST, NOW, Others, as_pkcs7, bytes_of, made_set, pem, secret
from zowe_certs_kernel.errors import Refused, UsageError, WouldOverwrite
from zowe_certs_kernel.ibm1047 import from_ibm1047
from zowe_certs_kernel.issue import generate_key
from zowe_certs_kernel.lifecycle.change import compared, contents_of
from zowe_certs_kernel.lifecycle.reply import ReplyPlan, make_reply, plan_reply, read_reply
from zowe_certs_kernel.lifecycle.request import (
    Requested,
    WaitingRequest,
    make_request,
    plan_request,
    read_request,
    request_of_entry,
)
from zowe_certs_kernel.lifecycle.working_set import WorkingSet
from zowe_certs_kernel.model import EntryKind, KeyType, Severity
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.certificate import key_fits, load_certificate
from zowe_certs_kernel.trust.comparison import ChangeKind
from zowe_certs_kernel.zowe.instance import read_keystore_environment

NAMES = (f"dns:{HOST}", "ip:192.0.2.10")
Again = Callable[[WorkingSet], WorkingSet]


@pytest.fixture
def asked(tmp_path: Path) -> Requested:
    plan = plan_request("localhost", "CN=Zowe Service,O=Example", NAMES, KeyType.EC_P256, source="a test")
    return make_request(plan, tmp_path / "asked", secret())


@pytest.fixture
def waiting(asked: Requested) -> WaitingRequest:
    return read_request(asked.folder, [secret()])


def reply(folder: Path, *parts: bytes) -> list[Path]:
    paths = [folder / f"reply-{number}.bin" for number, _ in enumerate(parts)]
    for path, data in zip(paths, parts, strict=True):
        path.write_bytes(data)
    return paths


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("form", ["pem", "reversed pem", "der", "pkcs7", "mixed"])
def test_a_reply_of_any_form_and_order_goes_into_the_directory_with_its_whole_chain(
    form: str, asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet, again: Again,
    tmp_path: Path,
) -> None:  # fmt: skip
    leaf, (below, root) = authority.sign(asked.request_pem.encode()), authority.certificates
    parts: dict[str, Sequence[bytes]] = {
        "pem": [pem(leaf, below, root)],
        "reversed pem": [pem(root, below, leaf)],
        "der": [der(root), der(leaf), der(below)],
        "pkcs7": [as_pkcs7(below, leaf, root)],
        "mixed": [as_pkcs7(root, below), pem(root), pem(leaf)],
    }
    before = bytes_of(keystore.directory)
    facts = read_reply(reply(tmp_path, *parts[form]))
    assert len(facts) == 3
    plan = plan_reply(facts, request=waiting, working=keystore)
    assert plan.findings == ()
    made = make_reply(plan)
    now = again(keystore)
    assert [load_certificate(one.der) for one in now.entry.chain] == [leaf, below, root]
    assert now.entry.open_key
    assert key_fits(now.entry.open_key(), now.entry.chain[0])
    assert made.changed
    assert made.changed.placed.kept
    assert bytes_of(made.changed.placed.kept) == before


def imported(asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet) -> ReplyPlan:
    leaf = authority.sign(asked.request_pem.encode())
    facts = [*read_reply(reply(asked.folder.parent, pem(leaf, *authority.certificates)))]
    plan = plan_reply(facts, request=waiting, working=keystore)
    make_reply(plan)
    return plan


def test_all_other_entries_and_anchors_stay_and_the_authorities_are_added(
    asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet, again: Again
) -> None:
    plan = imported(asked, waiting, authority, keystore)
    now = again(keystore)
    aliases = ("localhost", "gateway", "localca", "extca1", "extca2")
    assert tuple(entry.alias for entry in now.keystore.entries) == aliases
    assert tuple(entry.alias for entry in now.truststore.entries) == ("localca", "extca1", "extca2")
    assert now.keystore.entry("gateway") == keystore.keystore.entry("gateway")
    assert (now.keystore.protection, now.truststore.protection) == (
        keystore.keystore.protection,
        keystore.truststore.protection,
    )
    assert plan.change
    (_, in_keystore), (_, in_truststore) = compared(plan.change)
    assert [(one.alias, one.kind) for one in in_keystore] == [
        ("localhost", ChangeKind.REPLACED),
        ("extca1", ChangeKind.ADDED),
        ("extca2", ChangeKind.ADDED),
    ]
    assert len(in_truststore) == 2


def test_files_and_variables_of_the_directory_tell_of_the_new_certificate(
    asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet, again: Again
) -> None:
    environment = keystore.directory / "zowe-certificates.env"
    before = environment.read_text(encoding="utf-8").splitlines()
    imported(asked, waiting, authority, keystore)
    now, folder = again(keystore), keystore.directory
    leaf = load_certificate(now.entry.chain[0].der)
    own = folder / "localhost"
    for name in ("localhost.keystore.cer", "localhost.keystore_signed.cer"):
        assert (own / name).read_bytes() == pem(leaf)
    assert from_ibm1047((own / "localhost.keystore.cer-ebcdic").read_bytes()) == pem(leaf).decode()
    request = x509.load_pem_x509_csr((own / "localhost.keystore.csr").read_bytes())
    assert request == x509.load_pem_x509_csr(asked.request_pem.encode())
    (key,) = open_store(own / "localhost.keystore.key").entries
    assert key.open_key
    assert key_fits(key.open_key(), now.entry.chain[0])
    below, root = authority.certificates
    assert (folder / "local_ca/extca.1.cer").read_bytes() == pem(below)
    assert from_ibm1047((folder / "local_ca/extca.2.cer-ebcdic").read_bytes()) == pem(root).decode()
    there = "/global/zowe/keystore/local_ca"
    found = read_keystore_environment(environment)
    assert found.keystore_certificate_authority == found.external_root_ca == f"{there}/extca.2.cer-ebcdic"
    assert found.external_certificate_authorities.split() == [
        f"{there}/extca.1.cer-ebcdic",
        f"{there}/extca.2.cer-ebcdic",
        f"{there}/localca.cer-ebcdic",
    ]
    after = environment.read_text(encoding="utf-8").splitlines()
    changed = [old.partition("=")[0] for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["KEYSTORE_CERTIFICATE_AUTHORITY", "EXTERNAL_ROOT_CA", "EXTERNAL_CERTIFICATE_AUTHORITIES"]


def test_a_second_reply_of_the_same_authority_adds_nothing_twice(
    asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet, again: Again, tmp_path: Path
) -> None:
    imported(asked, waiting, authority, keystore)
    first = again(keystore)
    second = authority.sign(asked.request_pem.encode(), days=500)
    make_reply(plan_reply(read_reply(reply(tmp_path, pem(second))), working=first))
    now = again(first)
    assert load_certificate(now.entry.chain[0].der) == second
    assert len(now.entry.chain) == 3  # the authorities were known
    assert [one.alias for one in now.truststore.entries] == [one.alias for one in first.truststore.entries]
    assert not (now.directory / "local_ca/extca.3.cer").exists()


def test_a_reply_for_a_key_of_the_keystore_needs_no_folder_of_a_request(
    authority: Others, keystore: WorkingSet, again: Again, tmp_path: Path
) -> None:
    made = make_request(request_of_entry(keystore, alias="gateway", local_names=True), tmp_path / "asked", secret())
    leaf = authority.sign(made.request_pem.encode())
    plan = plan_reply(read_reply(reply(tmp_path, pem(leaf, *authority.certificates))), working=keystore)
    assert plan.alias == "gateway"
    make_reply(plan)
    now = again(keystore)
    assert load_certificate(now.entry_of("gateway").chain[0].der) == leaf
    assert now.entry == keystore.entry
    assert now.environment == keystore.environment  # which is about the certificate that Zowe shows
    assert (now.directory / "localhost/localhost.keystore.gateway.cer").read_bytes() == pem(leaf)


@pytest.mark.parametrize(
    ("release", "values"), [("1.15", {"ZOWE_CERTS_STORE_TYPE": "JKS", "COMPONENT_LEVEL_CERTIFICATES": ""})]
)
def test_a_jks_set_of_an_early_release_keeps_its_jwt_secret_and_format(
    release: str, values: dict[str, str], asked: Requested, waiting: WaitingRequest, authority: Others, again: Again,
    tmp_path: Path,
) -> None:  # fmt: skip
    keystore = made_set(tmp_path, release, ca_store=None, **values)
    imported(asked, waiting, authority, keystore)
    now = again(keystore)
    assert (now.keystore.format, now.truststore.format) == ("JKS", "JKS")
    assert {entry.alias for entry in now.keystore.entries} == {"localhost", "localca", "jwtsecret", "extca1", "extca2"}
    assert len(contents_of(now.keystore)) == 5  # each key opens
    text = (now.directory / "zowe-certificates.env").read_text(encoding="utf-8")
    assert "    EXTERNAL_ROOT_CA=/global/zowe/keystore/local_ca/extca.2.cer-ebcdic\n" in text
    assert "EXTERNAL_CERTIFICATE_AUTHORITIES" not in text  # which came with 1.17


def test_without_a_directory_the_finished_store_lies_beside_the_request(
    asked: Requested, waiting: WaitingRequest, authority: Others, tmp_path: Path
) -> None:
    leaf = authority.sign(asked.request_pem.encode())
    facts = read_reply(reply(tmp_path, pem(*authority.certificates), pem(leaf)))
    plan = plan_reply(facts, request=waiting)
    assert (plan.change, plan.findings) == (None, ())
    made = make_reply(plan)
    finished = asked.folder / "localhost.p12"
    assert made.files[0] == finished
    (entry,) = open_store(finished, secret()).entries
    assert [load_certificate(one.der) for one in entry.chain] == [leaf, *authority.certificates]
    assert plan.environment[0] == f"EXTERNAL_CERTIFICATE={finished}"
    assert plan.environment[2].startswith("EXTERNAL_CERTIFICATE_AUTHORITIES=")
    listed = [one for path in made.files[1:] for entry in open_store(path).entries for one in entry.chain]
    assert tuple(load_certificate(one.der) for one in listed) == authority.certificates
    before = bytes_of(asked.folder)
    with pytest.raises(WouldOverwrite):
        make_reply(plan)
    assert bytes_of(asked.folder) == before


def test_a_blank_in_the_folder_puts_the_authorities_into_one_file(authority: Others, tmp_path: Path) -> None:
    plan = plan_request("zowe", "CN=Zowe", NAMES, KeyType.EC_P256, source="a test")
    asked = make_request(plan, tmp_path / "a request", secret())
    leaf = authority.sign(asked.request_pem.encode())
    facts = read_reply(reply(tmp_path, pem(leaf, *authority.certificates)))
    made = make_reply(plan_reply(facts, request=read_request(asked.folder, [secret()])))
    assert [path.name for path in made.files] == ["zowe.p12", "zowe.authorities.cer"]


def refused(keystore: WorkingSet, act: Callable[[], object], said: str, kind: type[Exception] = UsageError) -> None:
    """It is refused with that sentence, and no byte of the directory and beside it has changed."""
    before = bytes_of(keystore.directory.parent)
    with pytest.raises(kind, match=said):
        act()
    assert bytes_of(keystore.directory.parent) == before


def test_a_reply_for_another_key_is_refused_with_the_marks_of_both_keys(
    waiting: WaitingRequest, asked: Requested, authority: Others, keystore: WorkingSet, tmp_path: Path
) -> None:
    plan = plan_request("other", "CN=Other", NAMES, source="a test", key=generate_key(KeyType.EC_P256))
    other = make_request(plan, tmp_path / "other", secret())
    leaf = authority.sign(other.request_pem.encode())
    facts = read_reply(reply(tmp_path, pem(leaf, *authority.certificates)))
    said = (
        f"another key: localhost waits with key {asked.spki_sha256[:16]}, .*“Other” with key {other.spki_sha256[:16]}"
    )
    refused(keystore, lambda: plan_reply(facts, request=waiting, working=keystore), said)
    refused(keystore, lambda: plan_reply(facts, request=waiting), said)


def test_a_reply_that_lacks_names_is_refused_unless_they_are_done_without(
    waiting: WaitingRequest, asked: Requested, authority: Others, keystore: WorkingSet, tmp_path: Path
) -> None:
    names = [f"dns:{HOST}", "dns:more.example.com"]
    leaf = authority.sign(asked.request_pem.encode(), names=names)
    facts = read_reply(reply(tmp_path, pem(leaf, *authority.certificates)))
    said = r"lacks names that were asked for: ip:192\.0\.2\.10"
    refused(keystore, lambda: plan_reply(facts, request=waiting, working=keystore), said)
    plan = plan_reply(facts, request=waiting, working=keystore, accept_names=True)
    assert (plan.missing_names, plan.extra_names) == (("ip:192.0.2.10",), ("dns:more.example.com",))
    assert [found.severity for found in plan.findings] == [Severity.WARNING, Severity.INFO]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_chain_with_a_gap_is_refused_with_the_name_of_what_is_missing(
    lost: int, waiting: WaitingRequest, asked: Requested, authority: Others, keystore: WorkingSet, tmp_path: Path
) -> None:
    leaf = authority.sign(asked.request_pem.encode())
    rest = [one for number, one in enumerate(authority.certificates) if number != lost]
    facts = read_reply(reply(tmp_path, pem(leaf, *rest)))
    missing = ("CN=Example Below,O=Example", "CN=Example Root,O=Example")[lost]
    refused(
        keystore,
        lambda: plan_reply(facts, request=waiting, working=keystore),
        f"ask the authority for the .* {missing}",
    )


def test_what_zowe_would_choke_on_is_refused_unless_asked_for_in_spite_of_it(
    waiting: WaitingRequest, asked: Requested, authority: Others, keystore: WorkingSet, again: Again, tmp_path: Path
) -> None:
    leaf = authority.sign(asked.request_pem.encode(), purposes=[ExtendedKeyUsageOID.SERVER_AUTH])
    facts = read_reply(reply(tmp_path, pem(leaf, *authority.certificates)))
    plan = plan_reply(facts, request=waiting, working=keystore)
    assert {found.rule for found in plan.findings if found.severity is Severity.ERROR} == {"ZC-EKU-02"}
    refused(keystore, lambda: make_reply(plan), "nothing was imported, .*ZC-EKU-02", Refused)
    make_reply(plan, in_spite_of_findings=True)
    assert load_certificate(again(keystore).entry.chain[0].der) == leaf


def test_an_ended_reply_is_an_error_and_one_that_ends_soon_a_warning(
    waiting: WaitingRequest, asked: Requested, authority: Others, tmp_path: Path
) -> None:
    leaf = authority.sign(asked.request_pem.encode(), days=20)
    facts = read_reply(reply(tmp_path, pem(leaf, *authority.certificates)))
    (soon,) = plan_reply(facts, request=waiting, at=NOW).findings
    assert (soon.rule, soon.severity) == ("ZC-DATE-03", Severity.WARNING)
    (ended,) = plan_reply(facts, request=waiting, at=NOW + 21 * DAY).findings
    assert (ended.rule, ended.severity) == ("ZC-DATE-01", Severity.ERROR)


def test_certificates_that_no_chain_needs_are_told_and_left_out(
    waiting: WaitingRequest, asked: Requested, authority: Others, keystore: WorkingSet, tmp_path: Path
) -> None:
    stranger = load_certificate(keystore.entry.chain[1].der)
    leaf = authority.sign(asked.request_pem.encode())
    facts = read_reply(reply(tmp_path, pem(stranger, leaf, *authority.certificates)))
    plan = plan_reply(facts, request=waiting, working=keystore)
    assert [load_certificate(one.der) for one in plan.unused] == [stranger]
    assert any("is in no chain" in note for note in plan.notes)


def test_a_file_with_a_private_key_is_no_reply(keystore: WorkingSet) -> None:
    with pytest.raises(UsageError, match=r"localhost\.keystore\.key holds a private key"):
        read_reply([keystore.directory / "localhost/localhost.keystore.key"])


@pytest.mark.parametrize("with_request", [True, False])
def test_a_reply_that_is_in_place_already_changes_nothing(
    with_request: bool, asked: Requested, waiting: WaitingRequest, authority: Others, keystore: WorkingSet,
    again: Again, tmp_path: Path,
) -> None:  # fmt: skip
    older, leaf = (authority.sign(asked.request_pem.encode(), days=days, before=2 - number) for number, days in
                   enumerate((90, 397)))  # fmt: skip
    facts = read_reply(reply(tmp_path, pem(older, leaf, *authority.certificates)))
    request = waiting if with_request else None
    assert make_reply(plan_reply(facts, request=waiting, working=keystore)).changed
    before = bytes_of(keystore.directory.parent)
    plan = plan_reply(facts, request=request, working=again(keystore))
    made = make_reply(plan)
    assert (plan.in_place, made.changed, made.files, made.as_dict()["in_place"]) == (True, None, (), True)
    assert load_certificate(plan.certificate.der) == leaf
    assert bytes_of(keystore.directory.parent) == before


def test_an_authority_of_openssl_signs_what_was_asked_and_its_pkcs7_is_taken(
    asked: Requested, waiting: WaitingRequest, keystore: WorkingSet, again: Again, tmp_path: Path,
    program: Callable[..., str],
) -> None:  # fmt: skip
    openssl = program("openssl", "openssl")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], check=True, capture_output=True, cwd=tmp_path)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key")
    run("req", "-x509", *key, "-subj", "/O=Example/CN=OpenSSL CA", "-days", "90", "-out", "ca.pem")
    issuing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-days", "60", "-copy_extensions", "copy")
    run("x509", "-req", "-in", str(asked.files[1]), *issuing, "-out", "leaf.pem")
    run("crl2pkcs7", "-nocrl", "-certfile", "ca.pem", "-certfile", "leaf.pem", "-outform", "DER", "-out", "reply.p7b")
    plan = plan_reply(read_reply([tmp_path / "reply.p7b"]), request=waiting, working=keystore)
    assert (plan.findings, plan.missing_names, plan.extra_names) == ((), (), ())
    make_reply(plan)
    leaf = again(keystore).entry.chain[0]
    assert leaf.extended_key_usage == ("serverAuth", "clientAuth")
    assert [entry.kind for entry in again(keystore).truststore.entries] == [EntryKind.TRUSTED_CERTIFICATE] * 2
