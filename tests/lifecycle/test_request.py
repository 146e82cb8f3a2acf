"""A request asks for what Zowe needs, and its key waits in a folder of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.lifecycle.sets import HOST, PASSWORD, bytes_of, secret, settings_of
from zowe_certs_kernel.errors import UsageError, WouldOverwrite, WrongPassword
from zowe_certs_kernel.lifecycle.request import (
    RequestPlan,
    make_request,
    plan_request,
    read_request,
    request_of_entry,
    request_of_settings,
)
from zowe_certs_kernel.lifecycle.request_names import subject_of
from zowe_certs_kernel.lifecycle.working_set import WorkingSet
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret

SUBJECT = "CN=Zowe Service,O=Example\\, Inc.,C=CZ"


def simple(**changes: object) -> RequestPlan:
    given = {"alias": "ZoweCert", "subject": SUBJECT, "san": [f"dns:{HOST}", "ip:192.0.2.10"], **changes}
    return plan_request(key_type=KeyType.EC_P256, source="a test", **given)  # type: ignore[arg-type]  # given by name


def csr_of(folder: Path, alias: str) -> x509.CertificateSigningRequest:
    return x509.load_pem_x509_csr((folder / f"{alias}.csr").read_bytes())


def test_the_request_asks_for_names_key_usage_and_both_purposes_and_for_no_authority(tmp_path: Path) -> None:
    make_request(simple(), tmp_path / "asked", secret())
    request = csr_of(tmp_path / "asked", "zowecert")
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == SUBJECT
    extensions = request.extensions
    san = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert san.get_values_for_type(x509.DNSName) == [HOST]
    assert [str(one) for one in san.get_values_for_type(x509.IPAddress)] == ["192.0.2.10"]
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [one._name for one in purposes] == ["serverAuth", "clientAuth"]
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_encipherment  # of an elliptic curve
    assert not usage.key_cert_sign
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_waiting_key_has_a_certificate_with_all_that_is_asked_for(tmp_path: Path) -> None:
    make_request(simple(), tmp_path / "asked", secret())
    waiting = read_request(tmp_path / "asked", [Secret("wrong9"), secret()])
    (facts,) = waiting.entry.chain
    assert (waiting.alias, waiting.entry.alias) == ("zowecert", "zowecert")
    assert facts.san == (f"dns:{HOST}", "ip:192.0.2.10")
    assert facts.extended_key_usage == ("serverAuth", "clientAuth")
    assert facts.self_signed
    assert not facts.is_ca
    with pytest.raises(WrongPassword):
        read_request(tmp_path / "asked", [Secret("wrong9")])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    made = make_request(simple(), tmp_path / "asked", secret())
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.files} == {0o600}
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    make_request(simple(), tmp_path / "asked", secret())
    before = bytes_of(tmp_path)
    with pytest.raises(WouldOverwrite):
        make_request(simple(), tmp_path / "asked", secret())
    assert bytes_of(tmp_path) == before


def test_the_sheet_tells_strangers_what_is_needed_and_how_to_know_the_request_again(tmp_path: Path) -> None:
    at = dt.datetime(2026, 11, 24, 8, 30, tzinfo=dt.UTC)
    made = make_request(simple(left_out=["dns:localhost"]), tmp_path / "asked", secret(), now=at)
    text = (tmp_path / "asked" / "request-sheet.txt").read_text(encoding="utf-8")
    assert text == made.sheet
    assert max(map(len, text.splitlines())) <= 100
    words = " ".join(text.split())
    for said in (
        "2026-11-24 08:30 UTC",
        "BOTH serverAuth and clientAuth",
        f"DNS {HOST}",
        "IP 192.0.2.10",
        "A public authority will refuse 192.0.2.10",
        "Not asked for: localhost",
        "never a private key",
        "PKCS #7",
        "SHA-256 or better",
        "EC 256, a new one",
        "keytool -printcertreq",
    ):
        assert said in words, said
    public = csr_of(tmp_path / "asked", "zowecert").public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert made.spki_sha256 == hashlib.sha256(spki).hexdigest()
    assert made.spki_sha256[:32] in text
    assert PASSWORD not in text


def test_a_name_cannot_forge_lines_of_the_sheet(tmp_path: Path) -> None:
    made = make_request(simple(subject=(("CN", "evil\nKey: none \u202e"),)), tmp_path / "asked", secret())
    assert "\u202e" not in made.sheet
    assert "\nKey: none" not in made.sheet


def test_openssl_proves_the_request_and_its_key_is_that_of_the_sheet(
    tmp_path: Path, program: Callable[..., str]
) -> None:
    openssl = program("openssl", "openssl")
    made = make_request(simple(), tmp_path / "asked", secret())
    command = [openssl, "req", "-in", str(made.files[1]), "-noout", "-text", "-verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "verify OK" in done.stdout + done.stderr
    assert "TLS Web Server Authentication, TLS Web Client Authentication" in done.stdout
    assert f"DNS:{HOST}, IP Address:192.0.2.10" in done.stdout
    asked = subprocess.run(
        [openssl, "req", "-in", str(made.files[1]), "-pubkey", "-noout"], capture_output=True, check=True
    )
    der = subprocess.run(
        [openssl, "pkey", "-pubin", "-outform", "DER"], input=asked.stdout, capture_output=True, check=True
    )
    assert hashlib.sha256(der.stdout).hexdigest() == made.spki_sha256


def test_a_request_for_a_key_that_is_there_has_its_key_subject_and_names_without_localhost(
    keystore: WorkingSet, tmp_path: Path
) -> None:
    before = bytes_of(keystore.directory)
    plan = request_of_entry(keystore)
    assert plan.key_type is None
    assert plan.san == (f"dns:{HOST}", "ip:192.0.2.10")
    assert plan.left_out == ("dns:localhost.localdomain", "dns:localhost", "ip:127.0.0.1")
    assert any("public authorities" in note for note in plan.notes)
    make_request(plan, tmp_path / "asked", secret())
    request = csr_of(tmp_path / "asked", "localhost")
    own = x509.load_der_x509_certificate(keystore.entry.chain[0].der)
    assert request.public_key() == own.public_key()
    assert request.subject == own.subject
    assert bytes_of(keystore.directory) == before


def test_names_come_and_go_and_another_subject_and_key_can_be_asked_for(keystore: WorkingSet) -> None:
    plan = request_of_entry(
        keystore,
        alias="gateway",
        key_type=KeyType.EC_P384,
        add=["zowe.example.com", "2001:db8::1", HOST.upper()],
        without=["192.0.2.10"],
        subject="CN=Gateway,O=Example",
        local_names=True,
    )
    assert (plan.alias, plan.subject_text, plan.key_type) == ("gateway", "CN=Gateway,O=Example", KeyType.EC_P384)
    assert set(plan.san) == {
        f"dns:{HOST}",
        "dns:zowe.example.com",
        "ip:2001:db8::1",
        "dns:localhost",
        "dns:localhost.localdomain",
        "ip:127.0.0.1",
    }
    assert plan.left_out == ()


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("cn=zowe.example.com, ou = Ops ,o=Example,c=CZ", "CN=zowe.example.com,OU=Ops,O=Example,C=CZ"),
        (r"CN=Gate\, o=way,O=a\+b=c\ ,S=Praha", r"CN=Gate\, o=way,O=a\+b=c\ ,ST=Praha"),
        (" CN=a+ou=b,EmailAddress=a@example.com ", "CN=a+OU=b,1.2.840.113549.1.9.1=a@example.com"),
    ],
)
def test_a_subject_may_be_typed_with_small_letters_and_blanks(typed: str, subject: str) -> None:
    assert subject_of(typed).rfc4514_string() == subject


def test_settings_ask_for_their_hosts_and_addresses_only(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, HOSTNAME="a.example.com,b.example.com", KEYSTORE_ALIAS="Zowe")
    plan = request_of_settings(settings, add=["c.example.com"], without=["b.example.com"])
    assert plan.san == ("dns:a.example.com", "ip:192.0.2.10", "dns:c.example.com")
    assert (plan.alias, plan.key_type, plan.common_name) == ("zowe", KeyType.EC_P256, "Zowe Service")
    assert "localhost" in " ".join(plan.notes)
    assert "dns:localhost" in request_of_settings(settings, local_names=True).san


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"san": []}, "nobody reaches a server without a name"),
        ({"san": ["dns:not a host"]}, "'not a host' holds a blank"),
        ({"san": ["dns:10.1.2.3"]}, "is an address"),
        ({"san": ["ip:10.1.2"]}, "is no address"),
        ({"subject": "Zowe"}, "is no name like CN="),
        ({"subject": "O=Example"}, "has no common name"),
        ({"subject": f"CN={'x' * 65}"}, "it was 65"),
        ({"alias": "../up"}, "cannot be the name of a file"),
        ({"alias": ""}, "cannot be the name of a file"),
        ({"key": Ed25519PrivateKey.generate()}, "ask with a new key"),
    ],
)
def test_what_cannot_be_asked_for_is_told(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        simple(**changes)


def test_a_name_to_leave_out_has_to_be_there(keystore: WorkingSet) -> None:
    with pytest.raises(UsageError, match=r"does not hold other\.example\.com"):
        request_of_entry(keystore, without=["other.example.com"])


def test_a_password_that_no_keystore_takes_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="password of the waiting key"):
        make_request(simple(), tmp_path / "asked", Secret("short"))
    assert not (tmp_path / "asked").exists()


def test_a_folder_without_a_waiting_key_is_no_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no waiting key"):
        read_request(tmp_path, [secret()])
