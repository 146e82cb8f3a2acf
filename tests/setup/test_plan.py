"""A plan says all that will be made, and nothing that must stay unsaid."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from pathlib import Path

import pytest
import yaml

from tests.stores import racf_samples
from zowe_certs_kernel.errors import SettingsError, SourceMissing
from zowe_certs_kernel.issue import CertificateKind, generate_key, issue
from zowe_certs_kernel.model import EntryKind, KeyType, Severity
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup.certificates_env import environment_lines
from zowe_certs_kernel.setup.delivery import delivery, delivery_commands
from zowe_certs_kernel.setup.steps import steps
from zowe_certs_kernel.show.setup_pages import plan_page
from zowe_certs_kernel.stores import Profile, TrustedContent
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pem import certificate_pem, key_pem
from zowe_certs_kernel.zowe.env_file import read_env_file

from .conftest import PASSWORD, Planner

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEYSTORE_FILES_OF_1_28 = {
    "local_ca/localca.cer",
    "local_ca/localca.cer-ebcdic",
    "local_ca/localca.keystore.p12",
    "localhost/localhost.keystore.cer",
    "localhost/localhost.keystore.cer-ebcdic",
    "localhost/localhost.keystore.csr",
    "localhost/localhost.keystore.key",
    "localhost/localhost.keystore.p12",
    "localhost/localhost.keystore_signed.cer",
    "localhost/localhost.truststore.p12",
    "zowe-certificates.env",
}
ENVIRONMENT_OF_1_15 = """\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD=password
    KEYSTORE=/global/zowe/keystore/localhost/localhost.keystore.p12
    KEYSTORE_TYPE="PKCS12"
    TRUSTSTORE=/global/zowe/keystore/localhost/localhost.truststore.p12
    KEYSTORE_KEY=/global/zowe/keystore/localhost/localhost.keystore.key
    KEYSTORE_CERTIFICATE=/global/zowe/keystore/localhost/localhost.keystore.cer-ebcdic
    KEYSTORE_CERTIFICATE_AUTHORITY=/global/zowe/keystore/local_ca/localca.cer-ebcdic
    EXTERNAL_ROOT_CA=
    ZOWE_APIM_VERIFY_CERTIFICATES=false
    SETUP_APIML_SSO=
    SSO_FALLBACK_TO_NATIVE_AUTH=true
    PKCS11_TOKEN_NAME=
    PKCS11_TOKEN_LABEL="""
ENVIRONMENT_OF_1_28 = """\
KEY_ALIAS="localhost"
KEYSTORE_PASSWORD=password
KEYSTORE="/global/zowe/keystore/localhost/localhost.keystore.p12"
KEYSTORE_TYPE="PKCS12"
TRUSTSTORE="/global/zowe/keystore/localhost/localhost.truststore.p12"
KEYSTORE_KEY="/global/zowe/keystore/localhost/localhost.keystore.key"
KEYSTORE_CERTIFICATE="/global/zowe/keystore/localhost/localhost.keystore.cer-ebcdic"
KEYSTORE_CERTIFICATE_AUTHORITY="/global/zowe/keystore/local_ca/localca.cer-ebcdic"
EXTERNAL_ROOT_CA=""
EXTERNAL_CERTIFICATE_AUTHORITIES=""
ZOWE_APIM_VERIFY_CERTIFICATES=false
ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=false
SSO_FALLBACK_TO_NATIVE_AUTH=true"""


def test_1_28_makes_the_eleven_files_that_were_measured(plan: Planner) -> None:
    assert {str(file.path) for file in plan(release="1.28").files} == KEYSTORE_FILES_OF_1_28


def test_up_to_1_26_there_is_a_jwt_secret_and_its_pem(plan: Planner) -> None:
    for release in ("1.15", "1.26"):
        made = plan(release=release)
        assert {str(file.path) for file in made.files} - KEYSTORE_FILES_OF_1_28 == {
            "localhost/localhost.keystore.jwtsecret.pem"
        }
        assert [entry.alias for entry in made.keystore.entries] == ["localhost", "localca", "jwtsecret"]
    assert [entry.alias for entry in plan(release="1.27").keystore.entries] == ["localhost", "localca"]


def test_the_jwt_secret_is_named_after_the_token_label_from_1_21(plan: Planner) -> None:
    values = {"PKCS11_TOKEN_NAME": "TOKEN", "PKCS11_TOKEN_LABEL": "MyJwt"}
    assert plan(release="1.20", **values).keystore.entries[2].alias == "jwtsecret"
    made = plan(release="1.21", **values)
    assert (made.keystore.entries[2].alias, made.certificates[2].common_name) == ("MyJwt", "Zowe Service - JWT")


def test_the_alias_names_folder_and_files(plan: Planner) -> None:
    paths = {str(file.path) for file in plan(KEYSTORE_ALIAS="ZoweCert").files}
    assert "ZoweCert/ZoweCert.keystore.p12" in paths
    assert not any(path.startswith("localhost") for path in paths)


def test_names_come_first_then_addresses_then_those_of_the_machine(plan: Planner) -> None:
    made = plan(HOSTNAME="ZOS1.Example.com, *.example.com", IPADDRESS="192.0.2.10,2001:DB8::10")
    assert made.certificates[1].san == (
        "dns:zos1.example.com",
        "dns:*.example.com",
        "ip:192.0.2.10",
        "ip:2001:db8::10",
        "dns:localhost.localdomain",
        "dns:localhost",
        "ip:127.0.0.1",
    )


def test_a_name_given_twice_stands_once_unless_made_as_zowe_makes_it(plan: Planner) -> None:
    values = {"HOSTNAME": "localhost", "IPADDRESS": "127.0.0.1"}
    once = ("dns:localhost", "ip:127.0.0.1", "dns:localhost.localdomain")
    assert plan(**values).certificates[1].san == once
    assert plan(as_zowe=True, **values).certificates[1].san == (*once, "dns:localhost", "ip:127.0.0.1")


@pytest.mark.parametrize(("release", "expected"), [("1.15", ENVIRONMENT_OF_1_15), ("1.28", ENVIRONMENT_OF_1_28)])
def test_the_environment_file_is_what_the_script_of_the_release_writes(
    plan: Planner, release: str, expected: str
) -> None:
    made = plan(release=release, KEYSTORE_PASSWORD="password", NONSTRICT_VERIFY_CERTIFICATES="false")
    assert "\n".join(environment_lines(made)) == expected


@pytest.mark.parametrize("release", ["1.8", "1.15", "1.28"])
def test_a_shell_reads_back_what_was_written_whatever_the_password(plan: Planner, tmp_path: Path, release: str) -> None:
    odd = r"""a b$c`d"e\f;g&h#"""
    lines = environment_lines(plan(release=release, KEYSTORE_PASSWORD=odd, KEYSTORE_ALIAS="my cert"))
    (tmp_path / "written.env").write_text("\n".join(lines), encoding="utf-8")
    read = read_env_file(tmp_path / "written.env")
    assert read.get("KEYSTORE_PASSWORD") == odd
    assert read.get("KEYSTORE") == "/global/zowe/keystore/my cert/my cert.keystore.p12"


def test_flags_are_copied_as_typed_only_as_zowe(plan: Planner) -> None:
    zowe = environment_lines(plan(as_zowe=True, VERIFY_CERTIFICATES="TRUE", NONSTRICT_VERIFY_CERTIFICATES="yes"))
    assert "ZOWE_APIM_VERIFY_CERTIFICATES=TRUE" in zowe
    assert "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=yes" in zowe
    ours = environment_lines(plan(VERIFY_CERTIFICATES="TRUE"))
    assert "ZOWE_APIM_VERIFY_CERTIFICATES=true" in ours


def test_zowes_stores_are_compatible_and_the_authoritys_is_modern(plan: Planner) -> None:
    assert [store.profile for store in plan().stores] == [Profile.MODERN, Profile.COMPATIBLE, Profile.COMPATIBLE]
    assert {store.profile for store in plan(as_zowe=True).stores} == {Profile.MODERN}


def test_only_as_zowe_uses_the_published_authority_password(plan: Planner) -> None:
    assert plan().stores[0].password.reveal() == PASSWORD
    as_zowe = plan(as_zowe=True)
    assert as_zowe.stores[0].password.reveal() == "local_ca_password"
    assert [found.message for found in as_zowe.findings if "authority" in found.message]


def test_verification_without_zosmf_is_a_warning_that_says_what_to_do(plan: Planner) -> None:
    (finding,) = [found for found in plan(VERIFY_CERTIFICATES="true").findings if found.rule == "ZC-TS-03"]
    assert finding.severity is Severity.WARNING
    assert "ZOSMF_CERTIFICATE" in finding.fix
    off = plan(VERIFY_CERTIFICATES="false", NONSTRICT_VERIFY_CERTIFICATES="false")
    assert off.findings == ()


def test_the_published_password_is_a_warning(plan: Planner) -> None:
    rules = [found.rule for found in plan(KEYSTORE_PASSWORD="password").findings]
    assert "ZC-KS-08" in rules


def test_names_that_no_release_or_another_one_reads_are_reported(plan: Planner) -> None:
    findings = plan(
        release="1.15", HOSTNAMES="x", ZOWE_LOCK_KEYSTORE="true", NONSTRICT_VERIFY_CERTIFICATES="false"
    ).findings
    assert [
        (found.severity, "HOSTNAMES" in found.message, "ZOWE_LOCK_KEYSTORE" in found.message) for found in findings
    ] == [
        (Severity.WARNING, True, False),
        (Severity.INFO, False, True),
    ]


def test_zosmf_certificates_from_files_are_trusted_under_their_files_name(plan: Planner, tmp_path: Path) -> None:
    authority = issue(CertificateKind.CA, (("CN", "z/OSMF CA"),), generate_key(), now=NOW)
    server = issue(CertificateKind.SERVICE, (("CN", "z/OSMF"),), generate_key(), now=NOW, issuer=authority)
    (tmp_path / "izu.ca.cer").write_bytes(certificate_pem(authority.certificate))
    (tmp_path / "both.pem").write_bytes(certificate_pem(authority.certificate, server.certificate))
    files = f"{tmp_path / 'izu.ca.cer'} {tmp_path / 'both.pem'}"
    made = plan(VERIFY_CERTIFICATES="true", ZOSMF_CERTIFICATE=files)
    assert [entry.alias for entry in made.truststore.entries] == ["localca", "izu.ca", "both", "both-2"]
    assert {entry.kind for entry in made.truststore.entries} == {EntryKind.TRUSTED_CERTIFICATE}
    assert [found.rule for found in made.findings] == []


def test_a_zosmf_certificate_that_has_ended_is_told(plan: Planner, tmp_path: Path) -> None:
    subject = (("CN", "z/OSMF CA"),)
    ended = issue(CertificateKind.CA, subject, generate_key(), now=NOW - dt.timedelta(days=400), days=300)
    (tmp_path / "old.cer").write_bytes(certificate_pem(ended.certificate))
    (finding,) = plan(VERIFY_CERTIFICATES="true", ZOSMF_CERTIFICATE=str(tmp_path / "old.cer")).findings
    assert (finding.rule, finding.severity) == ("ZC-DATE-05", Severity.INFO)
    assert "old.cer" in finding.message


def test_a_missing_zosmf_certificate_is_named(plan: Planner) -> None:
    with pytest.raises(SourceMissing, match=r"nope\.cer cannot be read"):
        plan(VERIFY_CERTIFICATES="true", ZOSMF_CERTIFICATE="nope.cer")


@pytest.mark.parametrize("label", ["localhost", "LocalHost", "localca", "two words"])
def test_a_token_label_that_is_another_alias_or_no_label_is_refused(plan: Planner, label: str) -> None:
    with pytest.raises(SettingsError, match="PKCS11_TOKEN_LABEL"):
        plan(release="1.22", PKCS11_TOKEN_NAME="TOKEN", PKCS11_TOKEN_LABEL=label)


def test_a_variable_of_another_release_has_no_effect(plan: Planner) -> None:
    made = plan(release="1.15", ZOWE_CERTIFICATE_LABEL="foo", ZOWE_LOCK_KEYSTORE="false")
    assert made.settings.keystore_alias == "localhost"
    assert made.folder_mode == 0o700


def test_a_zosmf_file_without_a_certificate_is_named(plan: Planner, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(key_pem(generate_key()))
    with pytest.raises(SettingsError, match=r"ZOSMF_CERTIFICATE: there is no certificate in .*key\.pem"):
        plan(VERIFY_CERTIFICATES="true", ZOSMF_CERTIFICATE=str(tmp_path / "key.pem"))


def test_a_zosmf_file_whose_certificates_nothing_proves_is_refused(plan: Planner, tmp_path: Path) -> None:
    authority = issue(CertificateKind.CA, (("CN", "z/OSMF CA"),), generate_key(), now=NOW)
    (tmp_path / "trust.jks").write_bytes(write_jks([TrustedContent("ca", authority.certificate)], Secret(PASSWORD)))
    (tmp_path / "ring.txt").write_text(racf_samples.LIST_CERTAUTH)
    for name, why in (("trust.jks", "nothing proves what is in"), ("ring.txt", "there is no certificate in")):
        with pytest.raises(SettingsError, match=rf"ZOSMF_CERTIFICATE: {why} .*{name}"):
            plan(VERIFY_CERTIFICATES="true", ZOSMF_CERTIFICATE=str(tmp_path / name))


def test_what_is_not_made_is_refused_by_name(plan: Planner) -> None:
    with pytest.raises(SettingsError) as refused:
        plan(ZOWE_KEYRING="ZoweKeyring", COMPONENT_LEVEL_CERTIFICATES="gateway")
    assert [problem.split()[0] for problem in refused.value.problems] == ["ZOWE_KEYRING"]


def test_a_component_has_a_certificate_of_its_own_with_the_names_of_zowes(plan: Planner) -> None:
    made = plan(COMPONENT_LEVEL_CERTIFICATES="gateway,Zss")
    _, service, *components = made.certificates
    assert [(one.id, one.common_name) for one in components] == [
        ("gateway", "Zowe Service - gateway"),
        ("Zss", "Zowe Service - Zss"),
    ]
    assert all((one.san, one.issuer, one.kind) == (service.san, "localca", service.kind) for one in components)
    assert [entry.alias for entry in made.keystore.entries] == ["localhost", "gateway", "Zss", "localca"]
    own = {str(file.path) for file in made.files if file.certificate == "Zss"}
    stem = "localhost/localhost.keystore"
    assert own == {f"{stem}.Zss{end}" for end in (".cer", ".cer-ebcdic", ".key", ".csr", "_signed.cer")}


def test_before_1_21_there_are_no_certificates_of_components(plan: Planner) -> None:
    assert [one.id for one in plan(release="1.20", COMPONENT_LEVEL_CERTIFICATES="gateway").certificates] == [
        *("localca", "localhost", "jwtsecret")
    ]


def test_between_1_21_and_1_26_components_stand_beside_the_jwt_secret(plan: Planner) -> None:
    made = plan(release="1.22", COMPONENT_LEVEL_CERTIFICATES="gateway")
    assert [entry.alias for entry in made.keystore.entries] == ["localhost", "gateway", "localca", "jwtsecret"]


def test_the_lines_for_zowe_yaml_are_yaml_once_their_marks_are_gone(plan: Planner) -> None:
    made = plan(
        KEYSTORE_DIRECTORY="/u/my zowe: #1/ks", COMPONENT_LEVEL_CERTIFICATES="gateway", ZOWE_CERTS_EBCDIC="false"
    )
    lines = environment_lines(made)
    start = lines.index("# certificate:")
    read = yaml.safe_load("\n".join(line.removeprefix("# ") for line in lines[start:]))
    stem = "/u/my zowe: #1/ks/localhost/localhost.keystore.gateway"
    pem = {"key": f"{stem}.key", "certificate": f"{stem}.cer"}
    assert read == {"certificate": {"keystore": {"alias": "gateway"}, "pem": pem}}


def test_without_copies_in_ebcdic_zowe_is_told_of_those_in_ascii(plan: Planner) -> None:
    made = plan(release="1.22", ZOWE_CERTS_EBCDIC="false")
    assert not any("EBCDIC" in file.kind or "ebcdic" in str(file.path) for file in made.files)
    lines = environment_lines(made)
    assert 'KEYSTORE_CERTIFICATE="/global/zowe/keystore/localhost/localhost.keystore.cer"' in lines
    assert 'KEYSTORE_CERTIFICATE_AUTHORITY="/global/zowe/keystore/local_ca/localca.cer"' in lines


def test_a_jks_set_says_so_to_zowe_and_in_its_file_names(plan: Planner) -> None:
    made = plan(ZOWE_CERTS_STORE_TYPE="JKS", NONSTRICT_VERIFY_CERTIFICATES="false")
    assert [(str(store.path), store.format) for store in made.stores] == [
        ("local_ca/localca.keystore.p12", "PKCS12"),
        ("localhost/localhost.keystore.jks", "JKS"),
        ("localhost/localhost.truststore.jks", "JKS"),
    ]
    lines = environment_lines(made)
    assert 'KEYSTORE="/global/zowe/keystore/localhost/localhost.keystore.jks"' in lines
    assert 'KEYSTORE_TYPE="JKS"' in lines
    assert [finding.rule for finding in made.findings] == ["ZC-KS-12"]


def test_before_1_10_zowe_reads_pkcs12_only(plan: Planner) -> None:
    with pytest.raises(SettingsError, match=r"other stores came with 1\.10"):
        plan(release="1.9", ZOWE_CERTS_STORE_TYPE="JKS")


@pytest.mark.parametrize(("release", "severity"), [("1.26", Severity.INFO), ("1.27", Severity.WARNING)])
def test_elliptic_curves_are_warned_of_where_the_gateway_signs_tokens_with_that_key(
    plan: Planner, release: str, severity: Severity
) -> None:
    values = {"release": release, "NONSTRICT_VERIFY_CERTIFICATES": "false"}
    made = plan(**values, ZOWE_CERTS_KEY_TYPE="EC-P256")
    (finding,) = made.findings
    assert (finding.rule, finding.severity) == ("ZC-KEY-02", severity)
    secret = [one.key_type for one in made.certificates if one.kind is CertificateKind.JWT]
    assert secret == ([KeyType.RSA_2048] if release == "1.26" else [])
    assert plan(**values, ZOWE_CERTS_KEY_TYPE="RSA-4096").findings == ()


def test_days_names_and_rounds_reach_the_plan(plan: Planner) -> None:
    values = {"DAYS": "30", "CA_DAYS": "60", "COMMON_NAME": "Ours", "CA_COMMON_NAME": "Our CA", "KDF_ROUNDS": "5000"}
    made = plan(release="1.22", **{f"ZOWE_CERTS_{name}": value for name, value in values.items()})
    assert [(one.common_name, one.days) for one in made.certificates] == [
        ("Our CA", 60),
        ("Ours", 30),
        ("Ours - JWT", 30),
    ]
    assert {store.rounds for store in made.stores} == {5000}


def test_every_file_has_its_way_to_zos(plan: Planner) -> None:
    made = plan(release="1.15")
    rows = {str(row.path): (row.transfer, row.tag, row.mode) for row in delivery(made)}
    assert set(rows) == {str(file.path) for file in made.files}
    assert rows["local_ca/localca.cer-ebcdic"] == ("binary", "IBM-1047", 0o600)
    assert rows["local_ca/localca.cer"] == ("binary", "ISO8859-1", 0o600)
    assert rows["localhost/localhost.keystore.p12"] == ("binary", "binary", 0o600)
    assert rows["localhost/localhost.keystore.key"] == ("text", "IBM-1047", 0o600)
    assert rows["zowe-certificates.env"] == ("text", "IBM-1047", 0o600)
    assert rows["local_ca/localca.keystore.p12"][0] == "stays here"
    as_zowe = {str(row.path): row.transfer for row in delivery(plan(as_zowe=True))}
    assert as_zowe["local_ca/localca.keystore.p12"] == "binary"


def test_the_delivery_commands_name_every_file_once_and_survive_blanks(plan: Planner) -> None:
    made = plan(KEYSTORE_DIRECTORY="/u/my zowe/keystore")
    before, uploads, after = delivery_commands(made)
    targets = {shlex.split(line)[5] for line in uploads}
    assert targets == {
        f"/u/my zowe/keystore/{file.path}" for file in made.files if file.path.name != "localca.keystore.p12"
    }
    tagged = [word for line in after if line.startswith("chtag") for word in shlex.split(line) if word.startswith("/")]
    assert sorted(tagged) == sorted(targets)
    assert before[0] == "mkdir -p '/u/my zowe'"
    assert "'/u/my zowe/keystore'" in before[2]
    assert after[-1] == "chown -R ZWESVUSR:ZWEADMIN '/u/my zowe/keystore'"


def test_an_unlocked_keystore_is_readable_by_the_group_but_not_the_authoritys_key(plan: Planner) -> None:
    made = plan(ZOWE_LOCK_KEYSTORE="false")
    modes = {str(file.path): made.mode(file) for file in made.files}
    assert made.folder_mode == 0o750
    assert modes.pop("local_ca/localca.keystore.p12") == 0o600
    assert set(modes.values()) == {0o640}


def test_the_password_is_in_nothing_that_a_plan_shows(plan: Planner) -> None:
    made = plan(release="1.15")
    page = plan_page(made)
    shown = [repr(made), str(page), page._repr_html_(), json.dumps(made.as_dict())]
    assert not any(PASSWORD in text for text in shown)


def test_every_command_of_the_plan_takes_its_password_by_reference(plan: Planner) -> None:
    commands = [line for step in steps(plan(release="1.15", as_zowe=True)) for line in step.commands]
    keytool = [shlex.split(line) for line in commands if line.startswith("keytool")]
    assert len(keytool) >= 10
    assert all(words[words.index("-storepass:env") + 1].startswith("ZOWE_") for words in keytool)
    assert not any("local_ca_password" in line for line in commands)


@pytest.mark.parametrize(
    ("common_name", "authority", "component"),
    [("Same", "Same", ""), ("zowe", "ZOWE", ""), ("zowe", "Zowe - Gateway", "gateway")],
)
def test_no_certificate_has_the_name_of_its_authority_whatever_the_case(
    plan: Planner, common_name: str, authority: str, component: str
) -> None:
    with pytest.raises(SettingsError, match="would have the name of its authority"):
        plan(
            ZOWE_CERTS_COMMON_NAME=common_name,
            ZOWE_CERTS_CA_COMMON_NAME=authority,
            COMPONENT_LEVEL_CERTIFICATES=component,
        )
