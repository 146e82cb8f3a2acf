"""The KEYSTORE_DIRECTORY beside a key ring: what Zowe's scripts of 1.15 and 1.28 were seen to leave, and better.

The lines that are wanted were typed by hand from those of the scripts.
"""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.services import parties
from tests.services.servers import pem
from zowe_certs_kernel.errors import Refused, SettingsError, WouldOverwrite
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.keyring.directory import MadeRingDirectory, make_ring_directory, plan_ring_directory
from zowe_certs_kernel.model import EntryKind, KeyType, Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.services import Zosmf
from zowe_certs_kernel.services.zosmf import as_shown
from zowe_certs_kernel.setup import plan_setup
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, open_store, write_pkcs12
from zowe_certs_kernel.stores.certificate import certificate_facts
from zowe_certs_kernel.zowe.instance import read_keystore_environment
from zowe_certs_kernel.zowe.settings import read_settings

from . import ring_listings as listings
from .test_comparison import AT

PASSWORD = Secret("password")  # what Java asks for, of a stand-in
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
BASE = "KEYSTORE_DIRECTORY=/KS\nZOWE_KEYRING=ZoweKeyring\nHOSTNAME=zos1.example.com\nIPADDRESS=192.0.2.10\n"
OFF = "VERIFY_CERTIFICATES=false\nNONSTRICT_VERIFY_CERTIFICATES=false\n"
OF_1_15 = """\
    KEY_ALIAS=localhost
    KEYSTORE_PASSWORD="password"
    KEYRING_OWNER="ZWESVUSR"
    KEYRING_NAME="ZoweKeyring"
    KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
    KEYSTORE_TYPE="JCERACFKS"
    TRUSTSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
    EXTERNAL_ROOT_CA=
    ZOWE_APIM_VERIFY_CERTIFICATES=false
    SETUP_APIML_SSO=
    SSO_FALLBACK_TO_NATIVE_AUTH=true
    PKCS11_TOKEN_NAME=
    PKCS11_TOKEN_LABEL=
"""
OF_1_28 = """\
KEY_ALIAS="localhost"
KEYSTORE_PASSWORD="password"
KEYRING_OWNER="ZWESVUSR"
KEYRING_NAME="ZoweKeyring"
KEYSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
KEYSTORE_TYPE="JCERACFKS"
TRUSTSTORE="safkeyring:////${KEYRING_OWNER}/${KEYRING_NAME}"
EXTERNAL_ROOT_CA=""
EXTERNAL_CERTIFICATE_AUTHORITIES=""
LOCAL_CA="localca"
ZOWE_APIM_VERIFY_CERTIFICATES=false
ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES=false
SSO_FALLBACK_TO_NATIVE_AUTH=true
"""
TEMPLATES = {"1.15": OF_1_15, "1.28": OF_1_28}
EMPTY_FOLDERS = {"local_ca/", "localhost/"}
Maker = Callable[..., MadeRingDirectory]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    def run(text: str, *, release: str = "1.28", **choices: object) -> MadeRingDirectory:
        env = tmp_path / "zowe-setup-keyring.env"
        env.write_text(text)
        settings = read_settings([env], release=release, as_zowe=bool(choices.get("as_zowe")))
        plan = plan_ring_directory(settings, directory=tmp_path / "my keystore", at=AT, **choices)  # type: ignore[arg-type]
        return make_ring_directory(plan, now=NOW)

    return run


def contents(made: MadeRingDirectory) -> set[str]:
    root = made.plan.directory
    return {f"{path.relative_to(root).as_posix()}{'/' if path.is_dir() else ''}" for path in root.rglob("*")}


def environment(made: MadeRingDirectory) -> str:
    return (made.plan.directory / "zowe-certificates.env").read_text(encoding="utf-8")


def changed(text: str, **values: str) -> str:
    lines = []
    for line in text.splitlines():
        name = line.strip().partition("=")[0]
        lines.append(f"{line.partition('=')[0]}={values[name]}" if name in values else line)
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def chain() -> dict[str, Issued]:
    """A server certificate, its intermediate and its root, as an external authority makes them."""

    def made(name: str, issuer: Issued | None) -> Issued:
        kind = CertificateKind.SERVICE if name == "server" else CertificateKind.CA
        subject = (("C", "US"), ("O", "Example Corp"), ("CN", f"Ext {name}"))
        return issue(kind, subject, generate_key(KeyType.EC_P256), now=NOW, days=300, issuer=issuer)

    root = made("root", None)
    inter = made("intermediate", root)
    return {"root": root, "inter": inter, "server": made("server", inter)}


def stand_in(tmp_path: Path, chain: dict[str, Issued], root: str, inter: str = "extinter") -> Store:
    """A PKCS12 file in place of a ring."""
    file = tmp_path / "ring.p12"
    held: list[KeyContent | TrustedContent] = [
        KeyContent("localhost", chain["server"].key, chain["server"].chain),
        TrustedContent(inter, chain["inter"].certificate),
        TrustedContent(root, chain["root"].certificate),
    ]
    file.write_bytes(write_pkcs12(held, Protection(PASSWORD, Profile.COMPATIBLE)))
    return open_store(file, [PASSWORD])


@pytest.mark.parametrize("release", ["1.15", "1.28"])
class TestAsZoweMakesIt:
    def test_a_ring_that_cannot_be_read(self, make: Maker, release: str) -> None:  # scenario i1
        made = make(BASE + OFF, release=release, as_zowe=True)
        assert contents(made) == {*EMPTY_FOLDERS, "zowe-certificates.env"}
        assert environment(made) == TEMPLATES[release]

    def test_a_chain_of_three_with_a_blank_in_the_roots_label(
        self, make: Maker, tmp_path: Path, chain: dict[str, Issued], release: str
    ) -> None:  # scenario i2
        ring = stand_in(tmp_path, chain, "Ext Root")
        made = make(BASE + OFF, release=release, as_zowe=True, listings=[ring])
        assert contents(made) == {*EMPTY_FOLDERS, "zowe-certificates.env"}
        wanted = {
            "1.15": changed(OF_1_15, EXTERNAL_ROOT_CA="extroot"),
            "1.28": changed(
                OF_1_28, EXTERNAL_ROOT_CA='"ext root"', EXTERNAL_CERTIFICATE_AUTHORITIES='"extinter,ext root,"'
            ),
        }
        assert environment(made) == wanted[release]

    def test_certificates_generated_into_the_ring(self, make: Maker, release: str) -> None:  # scenario i4
        made = make(BASE + OFF + "GENERATE_CERTS_FOR_KEYRING=true\n", release=release, as_zowe=True)
        jwt = {"localhost/localhost.keystore.jwtsecret.pem"} if release == "1.15" else set()
        files = {"localhost/localhost.keystore.csr", "localhost/localhost.keystore_signed.cer", *jwt}
        assert contents(made) == {*EMPTY_FOLDERS, "zowe-certificates.env", *files}
        wanted = {
            "1.15": changed(OF_1_15, EXTERNAL_ROOT_CA="localca"),
            "1.28": changed(OF_1_28, EXTERNAL_ROOT_CA='"localca"', EXTERNAL_CERTIFICATE_AUTHORITIES='"localca,"'),
        }
        assert environment(made) == wanted[release]
        second = ["keyring-util delcert ZWESVUSR ZoweKeyring jwtsecret"] if jwt else []
        last = ["keyring-util delcert ZWESVUSR * jwtsecret"] if jwt else []
        assert list(made.plan.commands) == [
            "keyring-util delring ZWESVUSR ZoweKeyring",
            "keyring-util delcert ZWESVUSR ZoweKeyring localca",
            "keyring-util delcert ZWESVUSR * localca",
            "keyring-util delcert ZWESVUSR ZoweKeyring localhost",
            *second,
            "keyring-util delcert ZWESVUSR * localhost",
            *last,
        ]

    def test_the_reply_it_leaves_is_a_certificate_of_the_local_authority(self, make: Maker, release: str) -> None:
        made = make(BASE + OFF + "GENERATE_CERTS_FOR_KEYRING=true\n", release=release, as_zowe=True)
        folder = made.plan.directory / "localhost"
        reply = x509.load_pem_x509_certificate((folder / "localhost.keystore_signed.cer").read_bytes())
        request = (folder / "localhost.keystore.csr").read_bytes().replace(b"NEW CERTIFICATE", b"CERTIFICATE")
        assert x509.load_pem_x509_csr(request).public_key() == reply.public_key()
        assert "Zowe Development Instances Certificate Authority" in reply.issuer.rfc4514_string()
        names = reply.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["zos1.example.com", "localhost.localdomain", "localhost"]


def test_as_zowe_trusts_what_zosmf_shows_in_a_store_that_nothing_reads(
    make: Maker, tmp_path: Path, chain: dict[str, Issued]
) -> None:  # scenario i6
    shown = as_shown(
        [certificate_facts(one.certificate.public_bytes(Encoding.DER)) for one in (chain["inter"], chain["root"])]
    )
    made = make(
        "KEYSTORE_DIRECTORY=/KS\nZOWE_KEYRING=ZoweKeyring\n",
        as_zowe=True,
        listings=[stand_in(tmp_path, chain, "extroot")],
        zosmf=Zosmf("zosmf:443", shown, ()),
    )
    assert contents(made) == {*EMPTY_FOLDERS, "zowe-certificates.env", "localhost/localhost.truststore.p12"}
    held = open_store(made.plan.directory / "localhost" / "localhost.truststore.p12", [PASSWORD])
    assert [(entry.alias, entry.kind) for entry in held.entries] == [
        ("zosmf00", EntryKind.TRUSTED_CERTIFICATE),
        ("zosmf01", EntryKind.TRUSTED_CERTIFICATE),
    ]
    assert environment(made) == changed(
        OF_1_28,
        EXTERNAL_ROOT_CA='"extroot"',
        EXTERNAL_CERTIFICATE_AUTHORITIES='"extinter,extroot,"',
        ZOWE_APIM_VERIFY_CERTIFICATES="true",
        ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES="true",
    )


class TestMadeWell:
    SETTINGS = BASE.replace("zos1.example.com", "zos1.alder.example") + OFF + 'KEYSTORE_ALIAS="Zowe #1 @prod"\n'

    def listed(self, tmp_path: Path, certificates: dict[str, listings.Listed]) -> list[Store]:
        file = tmp_path / "ring.txt"
        file.write_text(listings.listing(certificates))
        return [open_store(file)]

    def test_holds_one_file_for_its_owner_alone(self, make: Maker, tmp_path: Path) -> None:
        made = make(self.SETTINGS, listings=self.listed(tmp_path, listings.healthy()))
        assert contents(made) == {"zowe-certificates.env"}
        assert stat.S_IMODE((made.plan.directory / "zowe-certificates.env").stat().st_mode) == 0o600

    @pytest.mark.parametrize("release", ["1.15", "1.28"])
    def test_names_the_authorities_by_their_labels_blanks_and_all(
        self, make: Maker, tmp_path: Path, release: str
    ) -> None:
        made = make(self.SETTINGS, release=release, listings=self.listed(tmp_path, listings.healthy()))
        told = read_keystore_environment(made.plan.directory)
        assert (told.key_alias, told.external_root_ca) == ("Zowe #1 @prod", "Alder Root")
        assert told.external_certificate_authorities == ("" if release == "1.15" else "Alder Issuing CA,Alder Root,")
        assert told.in_keyring
        assert (told.keyring_owner, told.keyring_name) == ("ZWESVUSR", "ZoweKeyring")

    def test_a_ring_that_would_stop_zowe_is_refused_unless_asked_for(self, make: Maker, tmp_path: Path) -> None:
        certificates = listings.healthy()
        certificates["own"].status = "NOTRUST"
        with pytest.raises(Refused, match="ZC-KR-06"):
            make(self.SETTINGS, listings=self.listed(tmp_path, certificates))
        assert not (tmp_path / "my keystore").exists()
        made = make(self.SETTINGS, listings=self.listed(tmp_path, certificates), in_spite_of_findings=True)
        assert contents(made) == {"zowe-certificates.env"}

    def test_without_a_listing_it_says_what_it_does_not_know(self, make: Maker) -> None:
        made = make(self.SETTINGS)
        assert [(found.rule, str(found.severity)) for found in made.plan.findings] == [("ZC-KR-13", "warning")]
        assert 'EXTERNAL_ROOT_CA=""' in environment(made)

    def test_an_existing_directory_stays_unless_asked_for(self, make: Maker, tmp_path: Path) -> None:
        first = environment(make(self.SETTINGS))
        with pytest.raises(WouldOverwrite):
            make(self.SETTINGS.replace("1 @prod", "2"))
        made = make(self.SETTINGS.replace("1 @prod", "2"), replace=True)
        assert made.placed.kept
        assert (made.placed.kept / "zowe-certificates.env").read_text() == first
        assert 'KEY_ALIAS="Zowe #2"' in environment(made)

    def test_generating_is_told_as_the_commands_that_make_the_ring(self, make: Maker) -> None:
        made = make(BASE + OFF + "GENERATE_CERTS_FOR_KEYRING=true\n")
        assert contents(made) == {"zowe-certificates.env"}
        assert made.plan.commands[0] == "RACDCERT ADDRING(ZoweKeyring) ID(ZWESVUSR)"
        assert not any("DELRING" in command or "delring" in command for command in made.plan.commands)

    def test_what_the_job_cannot_do_is_told_in_place_of_commands(self, make: Maker) -> None:
        made = make(BASE.replace("zos1.", "a.example.com,b.") + OFF + "GENERATE_CERTS_FOR_KEYRING=true\n")
        assert made.plan.commands == ()
        assert "puts one into a certificate" in made.plan.why_no_commands

    def test_generation_is_off_where_nobody_asked_for_it(self, make: Maker) -> None:
        made = make(BASE + OFF)
        assert made.plan.commands == ()

    def test_zosmfs_authority_is_looked_for_in_the_ring(self, make: Maker, tmp_path: Path) -> None:
        text = self.SETTINGS.replace(OFF, "")
        zosmf = tmp_path / "zosmf.pem"
        zosmf.write_bytes(pem(parties.ROOT))
        made = make(f"{text}ZOSMF_CERTIFICATE={zosmf}\n", listings=self.listed(tmp_path, listings.healthy()))
        (found,) = made.plan.findings
        assert (found.rule, str(found.severity)) == ("ZC-TS-03", "warning")
        assert "ROOTZFCA" in found.fix

    def test_components_are_named_with_their_labels_in_the_ring(self, make: Maker, tmp_path: Path) -> None:
        certificates = listings.healthy()
        made = make(
            f"{self.SETTINGS}COMPONENT_LEVEL_CERTIFICATES=gateway\n",
            listings=self.listed(tmp_path, certificates),
            in_spite_of_findings=True,
        )
        assert environment(made).splitlines()[-3:] == ["# certificate:", "#   keystore:", "#     alias: gateway"]
        assert [found.where.get("alias") for found in made.plan.findings] == ["gateway"]

    def test_a_name_with_signs_of_the_shell_is_read_back_as_it_is(self, make: Maker) -> None:
        made = make(BASE.replace("ZoweKeyring", "'Zowe$Ring'") + OFF + "ZOWE_USER_ID='ZWE$USR'\n")
        told = read_keystore_environment(made.plan.directory)
        assert (told.keyring_owner, told.keyring_name) == ("ZWE$USR", "Zowe$Ring")

    def test_as_a_dictionary_it_has_lines_findings_and_the_way_to_zos(self, make: Maker) -> None:
        told = json.loads(json.dumps(make(self.SETTINGS).as_dict()))
        assert told["schema"] == "zowe-certs/ring-directory/1"
        assert told["environment"][0] == 'KEY_ALIAS="Zowe #1 @prod"'
        assert [row["path"] for row in told["delivery"]] == ["zowe-certificates.env"]


def test_without_a_ring_the_plan_says_where_certificates_in_files_are_made(make: Maker) -> None:
    with pytest.raises(SettingsError, match="ZOWE_KEYRING is empty"):
        make("HOSTNAME=zos1.example.com\n")


def test_a_set_in_files_is_refused_for_settings_with_a_ring(tmp_path: Path) -> None:
    env = tmp_path / "zowe.env"
    env.write_text(BASE)
    with pytest.raises(SettingsError, match="40_keyring_jcl"):
        plan_setup(read_settings([env]))


def test_no_host_name_is_asked_for_where_certificates_are_in_a_ring(tmp_path: Path) -> None:
    env = tmp_path / "zowe.env"
    env.write_text("ZOWE_KEYRING=ZoweKeyring\n")
    assert read_settings([env]).host_names == ()
