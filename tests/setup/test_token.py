"""The PKCS11 token of single sign-on: the file that fills it, and the commands that its variables stand for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Plan, make, plan_setup
from zowe_certs_kernel.setup.certificates_env import environment_lines
from zowe_certs_kernel.setup.token import token_commands
from zowe_certs_kernel.show.setup_pages import plan_page
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

from .conftest import PASSWORD, Planner

STORE = "localhost/localhost.keystore.jwtsecret.p12"
TOKEN = {"PKCS11_TOKEN_NAME": "ZOWE.ZWETOKEN", "PKCS11_TOKEN_LABEL": "jwtsecret"}
FILES_OF_1_15 = {
    "local_ca/localca.cer",
    "local_ca/localca.cer-ebcdic",
    "local_ca/localca.keystore.p12",
    "localhost/localhost.keystore.cer",
    "localhost/localhost.keystore.cer-ebcdic",
    "localhost/localhost.keystore.csr",
    "localhost/localhost.keystore.jwtsecret.pem",
    "localhost/localhost.keystore.key",
    "localhost/localhost.keystore.p12",
    "localhost/localhost.keystore_signed.cer",
    "localhost/localhost.truststore.p12",
    "zowe-certificates.env",
}


def files(plan: Plan) -> set[str]:
    return {str(file.path) for file in plan.files}


def token_lines(plan: Plan) -> list[str]:
    return [line.strip() for line in environment_lines(plan) if "PKCS11" in line]


class TestAsZoweMakesIt:
    def test_the_file_is_gone_once_the_token_is_filled(self, plan: Planner) -> None:  # scenario m1
        made = plan(release="1.15", as_zowe=True, **TOKEN)
        assert files(made) == FILES_OF_1_15
        assert token_lines(made) == ["PKCS11_TOKEN_NAME=ZOWE.ZWETOKEN", "PKCS11_TOKEN_LABEL=JWTSECRET"]
        assert [command.split(" |")[-1].split()[0] for command in token_commands(made.settings)] == [
            "chtag",
            "gskkyman",
            "rm",
        ]

    def test_the_file_stays_where_gskkyman_fails(self, tmp_path: Path) -> None:  # scenario m2
        env = tmp_path / "zowe.env"
        values = TOKEN | {"HOSTNAME": "zos1.example.com", "VERIFY_CERTIFICATES": "false", "KEYSTORE_PASSWORD": PASSWORD}
        env.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        settings = read_settings([env], release="1.15", as_zowe=True)
        kept = plan_setup(settings, directory=tmp_path / "KS", as_zowe=True, keep_token_store=True)
        assert files(kept) == {*FILES_OF_1_15, STORE}
        make(kept)
        held = open_store(tmp_path / "KS" / STORE, Secret(PASSWORD))
        keystore = open_store(tmp_path / "KS" / "localhost" / "localhost.keystore.p12", Secret(PASSWORD))
        secret, localca = keystore.entry("jwtsecret"), keystore.entry("localca")
        assert secret
        assert localca
        assert [(entry.alias, entry.kind, entry.certificate) for entry in held.entries] == [
            ("mykey", EntryKind.TRUSTED_CERTIFICATE, secret.certificate),
            ("localca", EntryKind.TRUSTED_CERTIFICATE, localca.certificate),
        ]

    def test_a_name_without_a_label_is_passed_on_and_nothing_else(self, plan: Planner) -> None:  # scenario m3
        made = plan(release="1.15", as_zowe=True, PKCS11_TOKEN_NAME="ZOWE.ZWETOKEN")
        assert files(made) == FILES_OF_1_15
        assert token_lines(made) == ["PKCS11_TOKEN_NAME=ZOWE.ZWETOKEN", "PKCS11_TOKEN_LABEL="]
        assert token_commands(made.settings) == ()


class TestMadeHere:
    @pytest.mark.parametrize(
        ("release", "there"), [("1.11", False), ("1.12", True), ("1.20", True), ("1.21", False), ("1.27", False)]
    )
    def test_the_file_is_made_for_gskkyman_in_the_releases_that_use_it(
        self, plan: Planner, release: str, there: bool
    ) -> None:
        assert (STORE in files(plan(release=release, **TOKEN))) is there

    @pytest.mark.parametrize("missing", TOKEN)
    def test_both_variables_are_needed(self, plan: Planner, missing: str) -> None:
        made = plan(release="1.15", **{**TOKEN, missing: ""})
        assert STORE not in files(made)
        assert token_commands(made.settings) == ()

    def test_gskkyman_reads_the_password_from_its_input(self, plan: Planner) -> None:
        made = plan(release="1.15", **TOKEN)
        there = "/global/zowe/keystore/localhost/localhost.keystore.jwtsecret"
        assert token_commands(made.settings) == (
            f"chtag -tc ISO8859-1 {there}.pem",
            f"printf '%s\\n' \"$ZOWE_KEYSTORE_PASSWORD\" | gskkyman -i -t ZOWE.ZWETOKEN -l JWTSECRET -p {there}.p12",
            f"rm {there}.p12",
        )
        assert PASSWORD not in str(made.as_dict()["token_commands"])

    def test_from_1_21_racf_binds_the_certificate_to_the_token(self, plan: Planner) -> None:
        commands = token_commands(plan(release="1.21", **TOKEN).settings)
        assert "RACDCERT ADDTOKEN(ZOWE.ZWETOKEN)" in commands
        assert "PERMIT SO.ZOWE.ZWETOKEN CLASS(CRYPTOZ) ID(ZWESVUSR) ACCESS(CONTROL)" in commands
        assert "PERMIT USER.ZOWE.ZWETOKEN CLASS(CRYPTOZ) ID(ZWESVUSR) ACCESS(UPDATE)" in commands
        assert commands[-2:] == (
            "RACDCERT BIND(TOKEN(ZOWE.ZWETOKEN) ID(ZWESVUSR) LABEL('jwtsecret'))",
            "RACDCERT LISTTOKEN(ZOWE.ZWETOKEN)",
        )
        assert any(re.match(r"RACDCERT ADD\('ZWESVUSR\.JWT\.PEM'\)", command) for command in commands)

    def test_in_a_ring_the_certificate_is_in_racf_already(self, tmp_path: Path) -> None:
        env = tmp_path / "ring.env"
        env.write_text("ZOWE_KEYRING=R\n" + "".join(f"{name}={value}\n" for name, value in TOKEN.items()))
        commands = token_commands(read_settings([env], release="1.22"))
        assert not any(command.startswith(("RACDCERT ADD(", "/*")) for command in commands)

    def test_the_plan_shows_them(self, plan: Planner) -> None:
        assert "gskkyman -i -t ZOWE.ZWETOKEN" in repr(plan_page(plan(release="1.15", **TOKEN)))
        assert "BIND(TOKEN(ZOWE.ZWETOKEN)" in repr(plan_page(plan(release="1.26", **TOKEN)))
        assert "PKCS11 token" not in repr(plan_page(plan(release="1.15")))
