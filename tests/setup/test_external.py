"""External certificates by default: what is taken, completed and trusted."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.setup.external_files import NOW, SERVER, External, jks, key_file, name, p12, pem
from tests.setup.external_plans import CHAIN, PASSWORD, Planned, chains
from zowe_certs_kernel.errors import SettingsError
from zowe_certs_kernel.issue import CertificateKind, Issued, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make
from zowe_certs_kernel.setup.certificates_env import environment_lines
from zowe_certs_kernel.show.setup_pages import made_page, plan_page
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, write_pkcs12
from zowe_certs_kernel.stores.certificate import key_fits


class TestTheMainCertificate:
    def test_takes_the_place_of_the_made_one_and_nothing_else_is_made(
        self, planned: Planned, main: dict[str, str]
    ) -> None:
        plan = planned(**main)
        make(plan, now=NOW)
        assert plan.ca_store is None
        assert sorted(str(file.path) for file in plan.files) == sorted(
            [
                *(f"local_ca/extca.{number}.{end}" for number in (1, 2) for end in ("cer", "cer-ebcdic")),
                *(f"localhost/localhost.{end}" for end in ("keystore.p12", "truststore.p12")),
                *(f"localhost/localhost.keystore.{end}" for end in ("cer", "cer-ebcdic", "key")),
                "zowe-certificates.env",
            ]
        )
        trusted = {"extca1": ["Ext Intermediate CA"], "extca2": ["Ext Root CA"]}
        assert chains(plan) == {"localhost": CHAIN, **trusted}
        assert chains(plan, -1) == trusted

    def test_the_servers_own_certificate_is_no_anchor(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        both = pem(tmp_path / "full chain.pem", ext.server, ext.inter, ext.root)
        plan = planned(**{**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": both})
        assert [(one.alias, one.facts.common_name) for one in plan.authorities] == [
            ("extca1", "Ext Intermediate CA"),
            ("extca2", "Ext Root CA"),
        ]

    def test_zowe_is_told_of_the_authorities_copies(self, planned: Planned, main: dict[str, str]) -> None:
        lines = environment_lines(planned(**main))
        copies = [f"/global/zowe/keystore/local_ca/extca.{number}.cer-ebcdic" for number in (1, 2)]
        assert f'KEYSTORE_CERTIFICATE_AUTHORITY="{copies[1]}"' in lines
        assert f'EXTERNAL_ROOT_CA="{copies[1]}"' in lines
        assert f'EXTERNAL_CERTIFICATE_AUTHORITIES="{" ".join(copies)}"' in lines

    def test_the_root_is_the_one_that_signed_itself_not_one_that_is_named_so(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        odd = issue(CertificateKind.CA, name("Ext Root CA"), generate_key(KeyType.EC_P256), now=NOW, issuer=ext.root)
        files = f"{pem(tmp_path / 'odd.cer', odd)} {main['EXTERNAL_CERTIFICATE_AUTHORITIES']}"
        values = {**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": files}
        ours, theirs = planned(**values), planned(as_zowe=True, **values)
        assert ours.external_root
        assert str(ours.external_root.path) == "local_ca/extca.3.cer"
        assert theirs.external_root
        assert str(theirs.external_root.path) == "local_ca/extca.1.cer"
        assert [facts.common_name for facts in ours.externals[0].chain] == CHAIN

    def test_the_jwt_secret_is_made_as_ever(self, planned: Planned, main: dict[str, str]) -> None:
        plan = planned(release="1.15", **main)
        make(plan, now=NOW)
        assert chains(plan)["jwtsecret"] == ["Zowe Service"]

    def test_components_are_signed_by_a_local_authority_that_node_is_told_of(
        self, planned: Planned, main: dict[str, str]
    ) -> None:
        plan = planned(COMPONENT_LEVEL_CERTIFICATES="zss", **main)
        make(plan, now=NOW)
        authority = "Zowe Development Instances Certificate Authority"
        assert chains(plan)["zss"] == ["Zowe Service - zss", authority]
        assert chains(plan, -1)["localca"] == [authority]
        (told,) = [line for line in environment_lines(plan) if line.startswith("EXTERNAL_CERTIFICATE_AUTHORITIES")]
        assert told.endswith(' /global/zowe/keystore/local_ca/localca.cer-ebcdic"')


class TestFilesOfEveryKind:
    @pytest.mark.parametrize("chain", [1, 2, 9])
    def test_a_chain_is_completed_by_signature(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path, chain: int
    ) -> None:
        plan = planned(**{**main, "EXTERNAL_CERTIFICATE": p12(tmp_path / "leaf.p12", ext.server, chain=chain)})
        make(plan, now=NOW)
        assert chains(plan)["localhost"] == CHAIN

    def test_an_authority_of_the_same_name_with_another_key_completes_nothing(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        twin = issue(CertificateKind.CA, name("Ext Intermediate CA"), generate_key(KeyType.EC_P256), now=NOW)
        files = f"{pem(tmp_path / 'twin.cer', twin)} {main['EXTERNAL_CERTIFICATE_AUTHORITIES']}"
        leaf = p12(tmp_path / "leaf.p12", ext.server, chain=1)
        values = {"EXTERNAL_CERTIFICATE": leaf, "EXTERNAL_CERTIFICATE_AUTHORITIES": files}
        chain = planned(**{**main, **values}).externals[0].chain
        assert [facts.der == twin.certificate.public_bytes(Encoding.DER) for facts in chain] == [False] * 3

    def test_jks_is_read(self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path) -> None:
        file = jks(tmp_path / "no ending", ext.server, chain=1)
        plan = planned(**{**main, "EXTERNAL_CERTIFICATE": file})
        make(plan, now=NOW)
        assert (plan.externals[0].format, chains(plan)["localhost"]) == ("JKS", CHAIN)

    def test_pem_with_its_key_is_read_whatever_the_alias(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        together = tmp_path / "both.pem"
        key_file(together, ext.server.key)
        together.write_bytes(together.read_bytes() + Path(pem(tmp_path / "leaf.pem", ext.server)).read_bytes())
        plan = planned(**{**main, "EXTERNAL_CERTIFICATE": str(together), "EXTERNAL_CERTIFICATE_ALIAS": "any"})
        make(plan, now=NOW)
        assert chains(plan)["localhost"] == CHAIN

    @pytest.mark.parametrize("sealed", ["", "password", PASSWORD])
    def test_a_key_in_a_file_of_its_own_is_named_by_our_own_variable(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path, sealed: str
    ) -> None:
        values = {
            "EXTERNAL_CERTIFICATE": pem(tmp_path / "leaf.pem", ext.inter, ext.server),
            "ZOWE_CERTS_EXTERNAL_KEY": key_file(tmp_path / "own.key", ext.server.key, password=sealed),
        }
        plan = planned(**{**main, **values})
        make(plan, now=NOW)
        assert chains(plan)["localhost"] == CHAIN
        (key,) = plan.externals
        assert (key.password.reveal() if key.password else "") == sealed
        assert key_fits(key.open_key(), key.leaf)

    def test_authorities_keep_their_order_with_ten_files_too(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        key = generate_key(KeyType.EC_P256)
        others = [issue(CertificateKind.CA, name(f"CA {number}"), key, now=NOW) for number in range(9)]
        files = " ".join(pem(tmp_path / f"{number}.cer", one) for number, one in enumerate(others))
        values = {**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": f"{files} {main['EXTERNAL_CERTIFICATE_AUTHORITIES']}"}
        aliases = [(one.alias, one.facts.common_name) for one in planned(**values).authorities]
        assert aliases == [
            *((f"extca{number + 1}", f"CA {number}") for number in range(9)),
            ("extca10", "Ext Intermediate CA"),
            ("extca11", "Ext Root CA"),
        ]
        by_glob = [one.facts.common_name for one in planned(as_zowe=True, **values).authorities]
        assert by_glob == ["CA 0", "Ext Intermediate CA", "Ext Root CA", *(f"CA {number}" for number in range(1, 9))]

    def test_of_a_file_with_several_authorities_all_are_taken_and_one_as_zowe(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        values = {**main, "EXTERNAL_CERTIFICATE_AUTHORITIES": pem(tmp_path / "two of them.pem", ext.inter, ext.root)}
        assert len(planned(**values).authorities) == 2
        assert len(planned(as_zowe=True, **values).authorities) == 1


class TestComponents:
    def values(self, ext: External, tmp_path: Path, **more: str) -> dict[str, str]:
        file = p12(tmp_path / "gw.p12", ext.component, alias="gw")
        return {"EXTERNAL_COMPONENT_CERTIFICATES": f"gateway:{file}", **more}

    def test_get_their_own_certificate_with_a_local_main_one(
        self, planned: Planned, ext: External, tmp_path: Path
    ) -> None:
        plan = planned(**self.values(ext, tmp_path, EXTERNAL_COMPONENT_CERTIFICATE_ALIASES="Gateway:GW"))
        made = make(plan, now=NOW)
        assert chains(plan)["gateway"] == ["gateway.example.com", "Ext Intermediate CA", "Ext Root CA"]
        assert chains(plan, -1).keys() == {"localca", "extca1", "extca2"}
        assert {f"localhost/localhost.keystore.gateway.{end}" for end in ("cer", "cer-ebcdic", "key")} <= {
            str(file.path) for file in plan.files
        }
        assert "#     alias: gateway" in environment_lines(plan)
        assert "gateway.example.com" in repr(plan_page(plan))
        assert "gateway.example.com" in repr(made_page(made))

    def test_get_it_with_an_external_main_one_too(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        plan = planned(**main, **self.values(ext, tmp_path))
        make(plan, now=NOW)
        assert chains(plan).keys() == {"localhost", "gateway", "extca1", "extca2"}

    def test_win_over_one_that_would_be_made(self, planned: Planned, ext: External, tmp_path: Path) -> None:
        plan = planned(**self.values(ext, tmp_path, COMPONENT_LEVEL_CERTIFICATES="zss,Gateway"))
        assert [(one.id, one.external is not None) for one in plan.components] == [("zss", False), ("Gateway", True)]

    def test_have_no_effect_as_zowe_and_that_is_told(
        self, planned: Planned, main: dict[str, str], ext: External, tmp_path: Path
    ) -> None:
        both = self.values(ext, tmp_path, COMPONENT_LEVEL_CERTIFICATES="gateway")
        local, beside = planned(as_zowe=True, **both), planned(as_zowe=True, **main, **both)
        assert [one.issuer for one in local.components] == ["localca"]
        assert "EXTERNAL_COMPONENT_CERTIFICATES has no effect" in local.defects
        assert beside.components == ()
        assert "#     alias: gateway" in environment_lines(beside)
        assert any("which are not made" in defect for defect in beside.defects)

    def test_without_an_alias_the_one_key_is_taken_and_several_are_listed(
        self, planned: Planned, ext: External, tmp_path: Path
    ) -> None:
        assert planned(**self.values(ext, tmp_path)).externals[0].alias == "gw"
        with pytest.raises(SettingsError, match=r"ALIASES: .*several private keys; there is 'one', 'two'"):
            planned(EXTERNAL_COMPONENT_CERTIFICATES=f"gateway:{_two_keys(ext, tmp_path)}")

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"EXTERNAL_COMPONENT_CERTIFICATES": "localhost:x.p12"}, "'localhost' is the name of another entry"),
            ({"EXTERNAL_COMPONENT_CERTIFICATES": "a/b:x.p12"}, "'a/b' is no component name"),
            ({"EXTERNAL_COMPONENT_CERTIFICATES": "zss:x.p12,zss:y.p12"}, "names 'zss' twice"),
            ({"EXTERNAL_COMPONENT_CERTIFICATES": "zss"}, "'zss' is not component:value"),
            ({"EXTERNAL_COMPONENT_CERTIFICATE_ALIASES": "zss:x"}, "alias for 'zss', for which"),
        ],
    )
    def test_pairs_that_fit_nothing_are_refused(self, planned: Planned, values: dict[str, str], why: str) -> None:
        with pytest.raises(SettingsError, match=why):
            planned(**values)


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
