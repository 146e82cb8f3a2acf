"""``zowe-certs csr`` and ``import-reply``: what a person types, and what it answers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID

from zowe_certs_kernel.cli import main
from zowe_certs_kernel.issue import CertificateKind, issue
from zowe_certs_kernel.lifecycle.working_set import read_working_set
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.zowe.settings import read_settings

PASSWORD = "Secret12345"  # of made-up stores
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
SETTINGS = {
    "HOSTNAME": "zos1.example.com",
    "KEYSTORE_PASSWORD": PASSWORD,
    "KEYSTORE_DIRECTORY": "/global/zowe/keystore",
    "ZOWE_CERTS_KEY_TYPE": "EC-P256",
}


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / "zowe.env"
    path.write_text("".join(f"{name}='{value}'\n" for name, value in SETTINGS.items()), encoding="utf-8")
    return path


@pytest.fixture
def directory(env: Path, tmp_path: Path) -> Path:
    return make(plan_setup(read_settings([env], release="1.28"), directory=tmp_path / "key store")).plan.directory


@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=Corp Root,O=Corp")
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(NOW - dt.timedelta(days=1)).not_valid_after(NOW + dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )  # fmt: skip
    return builder.sign(key, SHA256()), key


def signed(request: Path, authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> bytes:
    """A PKCS7 reply to a request, all that it asks for granted."""
    root, key = authority
    asked = x509.load_pem_x509_csr(request.read_bytes())
    builder = (
        x509.CertificateBuilder().subject_name(asked.subject).issuer_name(root.subject).public_key(asked.public_key())
        .serial_number(8).not_valid_before(NOW - dt.timedelta(days=1)).not_valid_after(NOW + dt.timedelta(days=397))
    )  # fmt: skip
    for extension in asked.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return serialize_certificates([root, builder.sign(key, SHA256())], Encoding.DER)


def test_a_request_goes_out_and_its_reply_comes_into_the_directory(
    directory: Path,
    tmp_path: Path,
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    capsys: pytest.CaptureFixture[str],
) -> None:
    request, reply = tmp_path / "request", tmp_path / "reply.p7b"
    assert main(["csr", str(directory), "--host", "zowe.example.com", "--output", str(request)]) == 0
    told = capsys.readouterr().out
    assert "request-sheet.txt" in told
    assert "dns:zowe.example.com" in told
    reply.write_bytes(signed(request / "localhost.csr", authority))
    into = ["import-reply", str(reply), "--request", str(request), "--into", str(directory)]
    assert main([*into, "--dry-run"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert read_working_set(directory).entry.chain[1].common_name.startswith("Zowe Development")
    assert main(into) == 2
    assert "nobody has confirmed what would be trusted: CN=Corp Root" in capsys.readouterr().err
    assert main([*into, "--confirm", authority[0].fingerprint(SHA256()).hex()]) == 0
    assert "To go back, move" in capsys.readouterr().out
    entry = read_working_set(directory).entry
    assert [facts.common_name for facts in entry.chain] == ["Zowe Service", "Corp Root"]
    assert "dns:zowe.example.com" in entry.chain[0].san
    assert len(list(tmp_path.glob("key store.*"))) == 1
    assert main([*into, "--dry-run"]) == main(into) == 0
    assert "already in place in localhost; nothing was changed" in capsys.readouterr().out
    assert len(list(tmp_path.glob("key store.*"))) == 1


def test_without_a_directory_the_reply_makes_what_external_certificate_names(
    env: Path,
    tmp_path: Path,
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZOWE_KEYSTORE_PASSWORD", PASSWORD)
    request, reply = tmp_path / "request", tmp_path / "reply.p7b"
    assert main(["csr", "-p", str(env), "--release", "1.28", "--output", str(request)]) == 0
    reply.write_bytes(signed(request / "localhost.csr", authority))
    assert main(["import-reply", str(reply), "--request", str(request)]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip().startswith("EXTERNAL_")]
    assert [line.partition("=")[0] for line in lines] == [
        "EXTERNAL_CERTIFICATE",
        "EXTERNAL_CERTIFICATE_ALIAS",
        "EXTERNAL_CERTIFICATE_AUTHORITIES",
    ]
    with env.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    assert main(["setup", "-p", str(env), "--release", "1.28", "--keystore-directory", str(tmp_path / "made")]) == 0
    assert read_working_set(tmp_path / "made").entry.chain[-1].common_name == "Corp Root"


def test_json_is_for_programs_and_holds_no_password(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["csr", str(directory), "--output", str(tmp_path / "request"), "--json"]) == 0
    told = capsys.readouterr().out
    result = json.loads(told)
    assert result["schema"] == "zowe-certs/request/1"
    assert result["san"] == ["dns:zos1.example.com"]
    assert PASSWORD not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name a KEYSTORE_DIRECTORY, or Zowe's .env file with -p"),
        (["{directory}", "-p", "x.env"], "and not both"),
        (["{directory}", "--alias", "other"], "its keys are localhost"),
        (["{directory}", "--subject", "zowe"], "no name like CN="),
        (["{directory}", "--key-type", "DSA"], "--key-type is none of RSA-2048"),
        (["{directory}", "--key-type", "EC-P256", "--same-key"], "leave out one of them"),
        (["{directory}", "--password-from", "literal"], "env:NAME, file:PATH or prompt:"),
        (["nowhere"], "there is no such folder"),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_a_sentence(
    directory: Path,
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["csr", *(word.format(directory=directory) for word in words)]) == 2
    assert told in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_is_there_is_not_overwritten(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "request").mkdir()
    assert main(["csr", str(directory), "--output", str(tmp_path / "request")]) == 5
    assert "--replace" not in capsys.readouterr().err


def test_a_reply_for_another_key_is_refused_and_changes_nothing(
    directory: Path,
    tmp_path: Path,
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one", "two"):
        assert main(["csr", str(directory), "--output", str(tmp_path / name)]) == 0
    (tmp_path / "reply.p7b").write_bytes(signed(tmp_path / "two" / "localhost.csr", authority))
    before = (directory / "localhost" / "localhost.keystore.p12").read_bytes()
    words = ["import-reply", str(tmp_path / "reply.p7b"), "--request", str(tmp_path / "one"), "--into", str(directory)]
    assert main(words) == 2
    assert "key" in capsys.readouterr().err
    assert (directory / "localhost" / "localhost.keystore.p12").read_bytes() == before
    assert not list(tmp_path.glob("key store.*"))


def test_a_reply_that_is_not_there_is_exit_code_3(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["csr", str(directory), "--output", str(tmp_path / "request")]) == 0
    words = ["import-reply", str(tmp_path / "no.cer"), "--request", str(tmp_path / "request"), "--into", str(directory)]
    assert main(words) == 3
    assert "no.cer cannot be read" in capsys.readouterr().err


def test_the_waiting_key_opens_with_the_directorys_password_only(directory: Path, tmp_path: Path) -> None:
    assert main(["csr", str(directory), "--output", str(tmp_path / "request")]) == 0
    from zowe_certs_kernel.errors import WrongPassword
    from zowe_certs_kernel.lifecycle.request import read_request

    assert read_request(tmp_path / "request", [Secret(PASSWORD)]).alias == "localhost"
    with pytest.raises(WrongPassword):
        read_request(tmp_path / "request", [Secret("another99")])


def test_a_request_for_an_rsa_key_asks_for_encipherment_too(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["csr", str(directory), "--key-type", "rsa-2048", "--output", str(tmp_path / "request")]
    assert main(words) == 0
    capsys.readouterr()
    asked = x509.load_pem_x509_csr((tmp_path / "request" / "localhost.csr").read_bytes())
    usage = asked.extensions.get_extension_for_class(x509.KeyUsage).value
    purposes = asked.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert (usage.digital_signature, usage.key_encipherment, usage.key_cert_sign) == (True, True, False)
    assert list(purposes) == [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


def test_a_certificate_that_signed_itself_is_no_reply(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["csr", str(directory), "--output", str(tmp_path / "request")]) == 0
    from zowe_certs_kernel.lifecycle.request import read_request

    waiting = read_request(tmp_path / "request", [Secret(PASSWORD)]).entry
    assert waiting.open_key
    key = waiting.open_key()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    subject = (("CN", "zowe"),)
    own = issue(CertificateKind.SERVICE, subject, key, now=NOW, days=9, san=["dns:zos1.example.com"]).certificate
    (tmp_path / "self.cer").write_bytes(own.public_bytes(Encoding.DER))
    words = ["import-reply", str(tmp_path / "self.cer"), "--request", str(tmp_path / "request")]
    assert main([*words, "--into", str(directory)]) == 2
    assert "signed itself" in capsys.readouterr().err


@pytest.mark.parametrize("subject", ["CN=zowe,C=é", "CN=\ud800"])
def test_a_subject_that_no_request_can_hold_is_told(
    directory: Path, subject: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["csr", str(directory), "--subject", subject, "--dry-run"]) == 2
    assert "is no name like" in capsys.readouterr().err
