"""External certificates by default: what is refused and told, and that a failing run changes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.setup.external_files import NOW, SERVER, External, key_file, name, p12, pem
from tests.setup.external_plans import PASSWORD, Env, Planned, rules
from zowe_certs_kernel.cli import main as cli
from zowe_certs_kernel.errors import Refused, SettingsError, SourceMissing, UsageError, WouldOverwrite, WrongPassword
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import EntryKind, KeyType, Severity
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Plan, make, plan_setup
from zowe_certs_kernel.setup.steps import steps
from zowe_certs_kernel.show.setup_pages import plan_page
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, open_store, write_pkcs12
from zowe_certs_kernel.trust.anchors import java_anchors
from zowe_certs_kernel.trust.java_path import java_mutual_verdict
from zowe_certs_kernel.trust.proofs import Proofs
from zowe_certs_kernel.zowe.settings import read_settings


class TestErrorsNameTheCulprit:
    @pytest.mark.parametrize("empty", range(3))
    def test_a_partly_filled_block(self, planned: Planned, main: dict[str, str], empty: int) -> None:
        variable = list(main)[empty]
        with pytest.raises(SettingsError, match=f"{variable} is empty; give all three or none"):
            planned(**{**main, variable: ""})

    def test_an_alias_that_is_not_there_with_those_that_are(self, planned: Planned, main: dict[str, str]) -> None:
        with pytest.raises(SettingsError, match=r"_ALIAS: .*ext\.p12 holds no private key with alias 'no'.* 'extsrv'"):
            planned(**{**main, "EXTERNAL_CERTIFICATE_ALIAS": "no"})

    @pytest.mark.parametrize("variable", ["EXTERNAL_CERTIFICATE", "EXTERNAL_CERTIFICATE_AUTHORITIES"])
    def test_a_file_that_is_not_there(self, planned: Planned, main: dict[str, str], variable: str) -> None:
        with pytest.raises(SourceMissing, match=rf"^{variable}: nope\.x cannot be read"):
            planned(**{**main, variable: "nope.x"})

    def test_a_wrong_password(self, planned: Planned, main: dict[str, str]) -> None:
        with pytest.raises(WrongPassword, match=r"EXTERNAL_CERTIFICATE: .*ext\.p12.*--external-password-from"):
            planned(external_password="wrong one", **main)

    def test_a_sealed_key_that_no_password_opens(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        values = {
            "EXTERNAL_CERTIFICATE": pem(tmp_path / "leaf.pem", ext.server),
            "ZOWE_CERTS_EXTERNAL_KEY": key_file(tmp_path / "own.key", ext.server.key, password="another one"),
        }
        with pytest.raises(WrongPassword, match=r"own\.key"):
            planned(**{**main, **values})

    def test_an_authorities_file_without_a_certificate(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        with pytest.raises(SettingsError, match=r"AUTHORITIES names .*ca\.pem, in which there is no certificate"):
            planned(**{**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": key_file(tmp_path / "ca.pem", ext.root.key)})

    def test_a_file_without_a_key(self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"leaf\.pem holds no private key; name .* ZOWE_CERTS_EXTERNAL_KEY"):
            planned(**{**main, "EXTERNAL_CERTIFICATE": pem(tmp_path / "leaf.pem", ext.server)})

    def test_a_key_that_is_not_that_of_the_certificate(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        swapped = p12(tmp_path / "swapped.p12", dataclasses.replace(ext.server, key=ext.component.key))
        with pytest.raises(SettingsError, match=rf"swapped\.p12 is not that of its certificate, “{SERVER}”"):
            planned(**{**main, "EXTERNAL_CERTIFICATE": swapped})
        values = {
            "EXTERNAL_CERTIFICATE": pem(tmp_path / "leaf.pem", ext.server),
            "ZOWE_CERTS_EXTERNAL_KEY": key_file(tmp_path / "other.key", ext.component.key),
        }
        with pytest.raises(SettingsError, match=r"ZOWE_CERTS_EXTERNAL_KEY: .*other\.key is not that of a certificate"):
            planned(**{**main, **values})

    def test_a_key_of_a_kind_that_zowe_does_not_use(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        odd = ext.signed(SERVER, key=ed25519.Ed25519PrivateKey.generate())  # type: ignore[arg-type]  # what it is about
        with pytest.raises(SettingsError, match="of the kind Ed25519; Zowe uses RSA and elliptic curves"):
            planned(**{**main, "EXTERNAL_CERTIFICATE": p12(tmp_path / "odd.p12", odd)})

    def test_a_key_file_without_a_certificate(self, planned: Planned) -> None:
        with pytest.raises(SettingsError, match="ZOWE_CERTS_EXTERNAL_KEY is set, but EXTERNAL_CERTIFICATE is empty"):
            planned(ZOWE_CERTS_EXTERNAL_KEY="own.key")

    def test_the_alias_of_an_authority_for_the_key(self, planned: Planned, main: dict[str, str]) -> None:
        with pytest.raises(SettingsError, match="'extca1' is the alias of an external authority"):
            planned(KEYSTORE_ALIAS="extca1", **main)

    def test_a_store_for_an_authority_that_signs_nothing(self, env: Env, main: dict[str, str], tmp_path: Path) -> None:
        settings = read_settings([env(KEYSTORE_PASSWORD="password", **main)])
        with pytest.raises(UsageError, match="no local authority is needed"):
            plan_setup(settings, ca_store=tmp_path / "ca.p12", at=NOW)


class TestFindings:
    def judged(self, planned: Planned, main: dict[str, str], tmp_path: Path, issued: Issued) -> Plan:
        return planned(**{**main, "EXTERNAL_CERTIFICATE": p12(tmp_path / "judged.p12", issued)})

    def test_a_good_certificate_has_none(self, planned: Planned, main: dict[str, str]) -> None:
        assert rules(planned(**main)) == []

    @pytest.mark.parametrize(
        ("change", "rule", "told"),
        [
            ({"now": NOW - dt.timedelta(days=400), "days": 300}, "ZC-DATE-01", "ended on"),
            ({"now": NOW + dt.timedelta(days=30)}, "ZC-DATE-02", "is not valid before"),
        ],
    )
    def test_what_zowe_would_choke_on_is_an_error_and_nothing_is_made(
        self,
        planned: Planned,
        main: dict[str, str],
        ext: External,
        tmp_path: Path,
        change: dict[str, Any],
        rule: str,
        told: str,
    ) -> None:
        plan = self.judged(planned, main, tmp_path, ext.signed(SERVER, **change))
        assert rules(plan)[0] == (rule, Severity.ERROR)
        with pytest.raises(Refused, match=f"{rule}.*CN={SERVER} {told}"):
            make(plan, now=NOW)
        assert not plan.directory.exists()
        make(dataclasses.replace(plan, in_spite_of_findings=True), now=NOW)
        assert plan.directory.exists()

    def test_a_certificate_for_servers_only_is_refused_as_a_client(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        for purpose, rule in (("server", "ZC-EKU-02"), ("client", "ZC-EKU-01")):
            plan = self.judged(planned, main, tmp_path, _with_purpose(ext, purpose))
            assert rules(plan) == [(rule, Severity.ERROR)]
            assert "serverAuth" in plan.findings[0].fix

    def test_as_zowe_it_is_made_all_the_same(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        ended = ext.signed(SERVER, now=NOW - dt.timedelta(days=400), days=300)
        file = p12(tmp_path / "ended.p12", ended, password=PASSWORD)
        make(planned(as_zowe=True, **{**main, "EXTERNAL_CERTIFICATE": file}), now=NOW)

    def test_an_authority_that_signed_it_not_is_an_error(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        other = issue(CertificateKind.CA, name("Other CA"), generate_key(KeyType.EC_P256), now=NOW)
        leaf = p12(tmp_path / "leaf.p12", ext.server, chain=1)
        values = {"EXTERNAL_CERTIFICATE_AUTHORITIES": pem(tmp_path / "other.cer", other), "EXTERNAL_CERTIFICATE": leaf}
        assert rules(planned(**{**main, **values}))[0] == ("ZC-TS-01", Severity.ERROR)

    def test_what_is_no_authority_and_is_to_be_trusted_is_a_warning(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        listed = f"{main['EXTERNAL_CERTIFICATE_AUTHORITIES']} {pem(tmp_path / 'server.cer', ext.component)}"
        found = rules(planned(**{**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": listed}))
        assert found == [("ZC-TS-04", Severity.WARNING)]

    def test_a_short_key_is_an_error(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # what it is about
        plan = self.judged(planned, main, tmp_path, ext.signed(SERVER, key=short))
        assert rules(plan) == [("ZC-KEY-01", Severity.ERROR)]

    def test_a_host_name_that_it_does_not_hold_is_a_warning_that_names_it(
        self, planned: Planned, main: dict[str, str]
    ) -> None:
        (found,) = [
            one
            for one in planned(**main, HOSTNAME=f"{SERVER},zos9.example.com", IPADDRESS="192.0.2.9").findings
            if one.severity is Severity.WARNING and one.rule == "ZC-SAN-01"
        ]
        assert f"is not for zos9.example.com of HOSTNAME; it is for {SERVER}" in found.message

    @pytest.mark.parametrize("verify", ["true", "false"])
    def test_the_name_by_which_services_call_each_other_is_an_error_where_they_verify_it(
        self, planned: Planned, main: dict[str, str], tmp_path: Path, verify: str
    ) -> None:
        values = {"HOSTNAME": f"zos9.example.com,{SERVER}", "VERIFY_CERTIFICATES": verify}
        plan = planned(**values, **main)
        severity = Severity.ERROR if verify == "true" else Severity.WARNING
        (found,) = [one for one in plan.findings if one.rule == "ZC-SAN-01"]
        assert found.severity is severity
        assert "is not for zos9.example.com" in found.message
        if verify == "true":
            assert "the first of HOSTNAME, by which Zowe's services call each other" in found.message
            with pytest.raises(Refused, match=r"ZC-SAN-01.*zos9\.example\.com.*--in-spite-of-findings"):
                make(plan, now=NOW)
        else:
            make(plan, now=NOW)

    def test_another_name_than_the_first_and_one_below_a_wildcard_are_warnings_where_services_verify(
        self, planned: Planned, main: dict[str, str]
    ) -> None:
        for hosts in (f"{SERVER},zos9.example.com", f"*.zos9.example.com,{SERVER}"):
            found = rules(planned(HOSTNAME=hosts, VERIFY_CERTIFICATES="true", **main))
            assert ("ZC-SAN-01", Severity.WARNING) in found
            assert Severity.ERROR not in {severity for _, severity in found}

    def test_missing_names_and_missing_addresses_are_both_named(self, planned: Planned, main: dict[str, str]) -> None:
        hosts = "zos8.example.com,zos9.example.com"
        plan = planned(HOSTNAME=hosts, IPADDRESS="192.0.2.9,192.0.2.10", VERIFY_CERTIFICATES="true", **main)
        found = [(one.severity, one.message.partition(" is not for ")[2]) for one in plan.findings]
        told = [(severity, text.partition(" of ")[0]) for severity, text in found if text]
        assert told[1:] == [(Severity.WARNING, "zos9.example.com"), (Severity.INFO, "192.0.2.9, 192.0.2.10")]
        assert found[0][1].startswith("zos8.example.com, the first of HOSTNAME")

    def test_as_zowe_another_name_stops_nothing(self, planned: Planned, main: dict[str, str]) -> None:
        values = {"HOSTNAME": "zos9.example.com", "VERIFY_CERTIFICATES": "true"}
        make(planned(as_zowe=True, **values, **main), now=NOW)

    def test_a_certificate_that_ends_soon_is_told(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        for days, severity in ((20, Severity.WARNING), (80, Severity.INFO)):
            plan = self.judged(planned, main, tmp_path, ext.signed(SERVER, days=days))
            assert rules(plan) == [("ZC-DATE-03", severity)]


class TestAWorkingDirectoryIsSafe:
    """j1, j2, j6, j7, j8 and j10 of the measurements, where Zowe's own script wipes what worked."""

    def test_whatever_fails_it_stays_byte_for_byte(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        make(planned(**main), now=NOW)
        before = _contents(tmp_path / "keystore")
        ended = p12(tmp_path / "ended.p12", ext.signed(SERVER, now=NOW - dt.timedelta(days=400), days=300))
        bad: list[tuple[type[Exception], dict[str, str]]] = [
            (SettingsError, {**main, "EXTERNAL_CERTIFICATE_ALIAS": ""}),
            (WrongPassword, {**main, "external_password": "wrong one"}),
            (SourceMissing, {**main, "EXTERNAL_CERTIFICATE": "nope.p12"}),
            (Refused, {**main, "EXTERNAL_CERTIFICATE": ended}),
        ]
        for error, values in bad:
            for replace in (False, True):
                with pytest.raises(error):
                    make(planned(replace=replace, **values), now=NOW)
        with pytest.raises(WouldOverwrite):
            make(planned(**main), now=NOW)
        assert _contents(tmp_path / "keystore") == before
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["keystore"]

    def test_another_alias_leaves_no_stale_folder_and_the_old_set_is_kept(
        self, planned: Planned, main: dict[str, str], tmp_path: Path
    ) -> None:
        make(planned(**main), now=NOW)
        before = _contents(tmp_path / "keystore")
        made = make(planned(replace=True, KEYSTORE_ALIAS="other", **main), now=NOW)
        assert sorted(path.name for path in (tmp_path / "keystore").iterdir() if path.is_dir()) == ["local_ca", "other"]
        assert made.placed.kept
        assert _contents(made.placed.kept) == before

    def test_another_host_name_keeps_the_authority_and_the_old_set(self, env: Env, tmp_path: Path) -> None:
        for host in ("zos1.example.com", "zos2.example.com"):
            settings = read_settings([env(HOSTNAME=host, ZOWE_CERTS_KEY_TYPE="EC-P256")], release="1.28")
            where = tmp_path / "keystore"
            plan = plan_setup(settings, directory=where, replace=True, ca_store=tmp_path / "ca.p12", at=NOW)
            made = make(plan, now=NOW)
        assert made.placed.kept
        before, after = (folder / "local_ca" / "localca.cer" for folder in (made.placed.kept, where))
        assert before.read_bytes() == after.read_bytes()
        assert "dns:zos2.example.com" in plan.service.san

    def test_from_external_to_local_no_authority_of_before_is_left(
        self, planned: Planned, main: dict[str, str], tmp_path: Path
    ) -> None:
        make(planned(**main), now=NOW)
        make(planned(replace=True), now=NOW)
        assert list((tmp_path / "keystore" / "local_ca").glob("extca*")) == []
        assert 'EXTERNAL_ROOT_CA=""' in (tmp_path / "keystore" / "zowe-certificates.env").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({"IPADDRESS": "192.0.2.999"}, 2, "IPADDRESS"),  # b4
        ({"EXTERNAL_CERTIFICATE": "nope.p12"}, 3, "nope.p12"),  # c5
        ({"EXTERNAL_CERTIFICATE_ALIAS": "nosuch"}, 2, "nosuch"),  # c7
        ({"EXTERNAL_CERTIFICATE_ALIAS": "", "EXTERNAL_CERTIFICATE_AUTHORITIES": ""}, 2, "EXTERNAL_CERTIFICATE"),  # d1
        ({"EXTERNAL_CERTIFICATE_AUTHORITIES": ""}, 2, "EXTERNAL_CERTIFICATE_AUTHORITIES"),  # d2
        ({"EXTERNAL_CERTIFICATE": "", "EXTERNAL_CERTIFICATE_ALIAS": ""}, 2, "EXTERNAL_CERTIFICATE"),  # d3
        ({"KEYSTORE_PASSWORD": "wrongpass1"}, 3, "ext.p12"),  # k1
        ({"KEYSTORE_PASSWORD": "abc"}, 2, "KEYSTORE_PASSWORD"),  # k2
        ({"KEYSTORE_PASSWORD": ""}, 2, "KEYSTORE_PASSWORD"),  # k5
    ],
)
def test_the_command_line_says_it_in_one_sentence_and_makes_nothing(
    env: Env,
    main: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    code: int,
    told: str,
) -> None:
    settings = env(**{**main, "KEYSTORE_PASSWORD": "password", **change})
    assert cli(["setup", "-p", str(settings), "--keystore-directory", str(tmp_path / "new" / "ks")]) == code
    said = capsys.readouterr().err
    assert said.startswith("zowe-certs: ")
    assert told in said
    assert not (tmp_path / "new").exists()


def test_the_command_line_names_a_settings_file_and_a_folder_that_cannot_be_used(
    env: Env, main: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli(["setup", "-p", str(tmp_path / "nope.env")]) == 2  # n2
    assert "nope.env" in capsys.readouterr().err
    settings, in_the_way = env(**{**main, "KEYSTORE_PASSWORD": "password"}), tmp_path / "file"
    in_the_way.write_text("in the way", "utf-8")
    arguments = ["setup", "-p", str(settings), "--keystore-directory", str(in_the_way / "ks"), "--in-spite-of-findings"]
    assert cli(arguments) == 2  # n3
    assert str(in_the_way / "ks") in capsys.readouterr().err
    assert in_the_way.read_text("utf-8") == "in the way"


def test_findings_are_shown_before_and_their_exit_code_is_1(
    env: Env, main: dict[str, str], ext: External, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = p12(tmp_path / "ended.p12", ext.signed(SERVER, now=NOW - dt.timedelta(days=400), days=300))
    settings = env(**{**main, "KEYSTORE_PASSWORD": "password", "EXTERNAL_CERTIFICATE": ended})
    arguments = ["setup", "-p", str(settings), "--keystore-directory", str(tmp_path / "ks")]
    assert cli([*arguments, "--dry-run"]) == 1
    assert "ZC-DATE-01" in capsys.readouterr().out
    assert cli([*arguments, "--dry-run", "--in-spite-of-findings"]) == 0
    assert cli(arguments) == 1
    assert "--in-spite-of-findings" in capsys.readouterr().err
    assert not (tmp_path / "ks").exists()
    assert cli([*arguments, "--in-spite-of-findings"]) == 0


def test_java_accepts_what_was_written_at_both_ends(
    planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
) -> None:
    gateway = p12(tmp_path / "gw.p12", ext.component, alias="gw", chain=2)
    plan = planned(EXTERNAL_COMPONENT_CERTIFICATES=f"gateway:{gateway}", **main)
    make(plan, now=NOW)
    keystore, truststore = (open_store(plan.directory / one.path, one.password) for one in plan.stores)
    for entry in keystore.entries:
        if entry.kind is EntryKind.PRIVATE_KEY:
            verdict = java_mutual_verdict(entry, java_anchors(truststore), at=NOW, proofs=Proofs())
            assert verdict.accepted, verdict.reason


def test_no_password_stands_in_a_command_or_page(planned: Planned, main: dict[str, str]) -> None:
    plan = planned(**main)
    shown = "\n".join(command for step in steps(plan) for command in step.commands) + repr(plan_page(plan))
    assert PASSWORD not in shown
    assert "-srcstorepass:env ZOWE_EXTERNAL_PASSWORD -srcalias extsrv -destalias localhost" in shown


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _two_keys(ext: External, folder: Path) -> Path:
    contents = [
        KeyContent("one", ext.server.key, ext.server.chain),
        KeyContent("two", ext.component.key, ext.component.chain),
    ]
    path = folder / "two.p12"
    path.write_bytes(write_pkcs12(contents, Protection(Secret("password"), Profile.MODERN, 1000)))
    return path


def _with_purpose(ext: External, purpose: str) -> Issued:
    """A certificate for one purpose alone, as public authorities sign them."""
    kind = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}[purpose]
    found = ext.server.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(found.subject)
        .issuer_name(found.issuer)
        .public_key(found.public_key())
        .serial_number(77)
        .not_valid_before(found.not_valid_before_utc)
        .not_valid_after(found.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([kind]), critical=False)
    )
    signed = builder.sign(ext.inter.key, SHA256())
    return dataclasses.replace(ext.server, certificate=signed)
