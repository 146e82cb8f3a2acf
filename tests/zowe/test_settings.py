"""Settings are checked as a whole: every bad value is told at once, with its line, and never a password."""

from __future__ import annotations

import copy
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path, PurePosixPath

import pytest

from zowe_certs_kernel.errors import SettingsError, UsageError
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.zowe.env_file import read_env_file
from zowe_certs_kernel.zowe.settings import CertificateSettings, read_settings, settings_of

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str, name: str = "zowe.env") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


@pytest.fixture
def settings(write: Write) -> Callable[..., CertificateSettings]:
    """The settings of a file that names a host, then has these lines."""

    def read(*lines: str, release: str = "", as_zowe: bool = False) -> CertificateSettings:
        text = "\n".join(("HOSTNAME=zos1.example.com", *lines))
        return read_settings([write(text)], release=release, as_zowe=as_zowe)

    return read


@pytest.fixture
def problems(write: Write) -> Callable[..., tuple[str, ...]]:
    """What is told of a file that names a host on line 1, then has these lines."""

    def read(*lines: str) -> tuple[str, ...]:
        path = write("\n".join(("HOSTNAME=zos1.example.com", *lines)))
        with pytest.raises(SettingsError) as caught:
            read_settings([path])
        assert caught.value.source == str(path)
        return caught.value.problems

    return read


Settings = Callable[..., CertificateSettings]
Problems = Callable[..., tuple[str, ...]]


def test_a_file_that_only_names_a_host_takes_every_default(settings: Settings) -> None:
    found = settings()
    assert found.host_names == ("zos1.example.com",)
    assert found.addresses == ()
    assert (found.verify_certificates, found.nonstrict_verify_certificates) == (True, True)
    assert found.keystore_password == Secret("password")
    assert found.keystore_directory == PurePosixPath("/global/zowe/keystore")
    assert found.keystore_alias == "localhost"
    assert (found.user_id, found.group_id, found.lock_keystore) == ("ZWESVUSR", "ZWEADMIN", True)
    assert (found.external_certificate, found.external_certificate_alias) == ("", "")
    assert (found.external_certificate_authorities, found.zosmf_certificates) == ((), ())
    assert (found.sso_fallback_to_native_auth, found.pkcs11_token_name, found.pkcs11_token_label) == ("true", "", "")
    assert (found.keyring, found.generate_for_keyring) == ("", False)
    assert (found.certificate_label, found.localca_label) == ("localhost", "localca")
    assert (found.components, found.external_components, found.external_component_aliases) == ((), {}, {})
    assert (found.zosmf_keyring, found.zosmf_user) == ("IZUKeyring.IZUDFLT", "IZUSVR")
    assert found.assigned == frozenset({"HOSTNAME"})
    assert found.unknown == ()


def test_every_variable_reaches_its_setting(settings: Settings) -> None:
    found = settings(
        "HOSTNAME='Zos1.Example.com, *.example.org'",
        "IPADDRESS='192.0.2.10 ,2001:db8::1'",
        "VERIFY_CERTIFICATES=false",
        "NONSTRICT_VERIFY_CERTIFICATES=False",
        "EXTERNAL_CERTIFICATE=/a.p12",
        "EXTERNAL_CERTIFICATE_ALIAS=server",
        "EXTERNAL_CERTIFICATE_AUTHORITIES='/ca1.cer  /ca2.cer'",
        "KEYSTORE_PASSWORD='six or more'",
        "ZOSMF_CERTIFICATE='/z1.cer /z2.cer'",
        "SSO_FALLBACK_TO_NATIVE_AUTH=false",
        "PKCS11_TOKEN_NAME=TOKEN",
        "PKCS11_TOKEN_LABEL=label",
        "KEYSTORE_DIRECTORY=/var/zowe/keystore",
        "KEYSTORE_ALIAS=zowecert",
        "ZOWE_LOCALCA_LABEL='local ca'",
        "ZOWE_USER_ID=ZWE#1",
        "ZOWE_GROUP_ID=ZWEGRP",
        "ZOWE_KEYRING=ZoweKeyring",
        "GENERATE_CERTS_FOR_KEYRING=true",
        "ZOWE_LOCK_KEYSTORE=FALSE",
        "COMPONENT_LEVEL_CERTIFICATES='gateway, discovery'",
        "EXTERNAL_COMPONENT_CERTIFICATES=gateway:/g.p12,discovery:/d.p12",
        "EXTERNAL_COMPONENT_CERTIFICATE_ALIASES=gateway:g",
        release="1.26",
    )
    assert found.host_names == ("zos1.example.com", "*.example.org")
    assert found.addresses == (ip_address("192.0.2.10"), ip_address("2001:db8::1"))
    assert (found.verify_certificates, found.nonstrict_verify_certificates) == (False, False)
    assert (found.external_certificate, found.external_certificate_alias) == ("/a.p12", "server")
    assert found.external_certificate_authorities == ("/ca1.cer", "/ca2.cer")
    assert found.keystore_password == Secret("six or more")
    assert found.zosmf_certificates == ("/z1.cer", "/z2.cer")
    assert (found.sso_fallback_to_native_auth, found.pkcs11_token_name) == ("false", "TOKEN")
    assert found.pkcs11_token_label == "label"
    assert found.keystore_directory == PurePosixPath("/var/zowe/keystore")
    assert (found.keystore_alias, found.localca_label) == ("zowecert", "local ca")
    assert (found.user_id, found.group_id, found.lock_keystore) == ("ZWE#1", "ZWEGRP", False)
    assert (found.keyring, found.generate_for_keyring) == ("ZoweKeyring", True)
    assert found.components == ("gateway", "discovery")
    assert found.external_components == {"gateway": "/g.p12", "discovery": "/d.p12"}
    assert found.external_component_aliases == {"gateway": "g"}
    first = settings("ZOSMF_KEYRING=IZU.RING", "ZOSMF_USER=IZUADM")
    assert (first.zosmf_keyring, first.zosmf_user) == ("IZU.RING", "IZUADM")


@pytest.mark.parametrize(
    ("release", "lines"),
    [
        ("1.8", ("PKCS11_TOKEN_LABEL=///", "ZOWE_CERTIFICATE_LABEL=a/b", "COMPONENT_LEVEL_CERTIFICATES=../x")),
        ("1.15", ("ZOWE_CERTIFICATE_LABEL=ring", "ZOWE_LOCK_KEYSTORE=perhaps", "ZOSMF_USER=IZUADM")),
        ("1.28", ("PKCS11_TOKEN_LABEL=///", "ZOSMF_USER=IZUADM")),
    ],
)
def test_what_a_release_does_not_read_is_neither_checked_nor_used(
    release: str, lines: tuple[str, ...], settings: Settings
) -> None:
    found = settings("KEYSTORE_ALIAS=own", *lines, release=release)
    assert (found.keystore_alias, found.pkcs11_token_label, found.components) == ("own", "", ())
    assert (found.lock_keystore, found.zosmf_user, found.unknown) == (True, "IZUSVR", ())
    assert found.assigned == {"HOSTNAME", "KEYSTORE_ALIAS", *(line.partition("=")[0] for line in lines)}


@pytest.mark.parametrize("label", ["two words", "a/b", "x" * 33])
def test_a_token_label_that_is_none_is_refused(label: str, problems: Problems) -> None:
    (problem,) = problems(f"PKCS11_TOKEN_LABEL='{label}'")
    assert problem.startswith(f"line 2: PKCS11_TOKEN_LABEL {label!r} is no label")


@pytest.mark.parametrize("label", ["LocalCA", "zowecert"])
def test_a_token_label_that_is_another_alias_is_refused(label: str, problems: Problems) -> None:
    (problem,) = problems("KEYSTORE_ALIAS=ZoweCert", f"PKCS11_TOKEN_LABEL={label}")
    assert problem.startswith(f"line 3: PKCS11_TOKEN_LABEL {label!r} is the alias of another certificate")


def test_every_bad_value_is_told_at_once_with_its_line(write: Write) -> None:
    path = write(
        "HOSTNAME='zos1 example.com,10.1.2.3'\n"
        "IPADDRESS=zos1.example.com\n"
        "VERIFY_CERTIFICATES=yes\n"
        "# comment\n"
        "EXTERNAL_CERTIFICATE=/a.p12\n"
        "KEYSTORE_PASSWORD=abc\n"
        "KEYSTORE_DIRECTORY=keystore\n"
        "KEYSTORE_ALIAS=a/b\n"
        "ZOWE_USER_ID=ZWESVUSR1\n"
        "ZOWE_GROUP_ID=ZWE-ADM\n"
        "COMPONENT_LEVEL_CERTIFICATES=../x\n"
        "EXTERNAL_COMPONENT_CERTIFICATES=gateway\n"
    )
    with pytest.raises(SettingsError) as caught:
        read_settings([path])
    told = {problem.split(" ")[2] + " " + problem.split(":")[0] for problem in caught.value.problems}
    assert told == {
        "HOSTNAME line 1",
        "IPADDRESS line 2",
        "VERIFY_CERTIFICATES line 3",
        "EXTERNAL_CERTIFICATE line 5",
        "KEYSTORE_PASSWORD line 6",
        "KEYSTORE_DIRECTORY line 7",
        "KEYSTORE_ALIAS line 8",
        "ZOWE_USER_ID line 9",
        "ZOWE_GROUP_ID line 10",
        "COMPONENT_LEVEL_CERTIFICATES line 11",
        "EXTERNAL_COMPONENT_CERTIFICATES line 12",
    }
    assert len(caught.value.problems) == 12  # two of them of HOSTNAME
    assert str(caught.value).startswith(f"{path} has 12 problems:\n  - line 1: HOSTNAME ")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("HOSTNAME='zos1 zos2'", "'zos1 zos2' holds a blank; separate host names by commas"),
        ("HOSTNAME=192.0.2.10", "'192.0.2.10' is an address; it belongs into IPADDRESS"),
        ("HOSTNAME=2001:db8::1", "'2001:db8::1' is an address; it belongs into IPADDRESS"),
        ("HOSTNAME=žofín.example.com", "is not ASCII; write the name in its xn-- form"),
        ("HOSTNAME=zos1..example.com", "'zos1..example.com' is not a host name"),
        ("HOSTNAME=*.com", "'*.com' would stand for a whole top-level domain"),
        ("HOSTNAME=", "HOSTNAME is empty: which host names do clients use to reach Zowe?"),
        ("HOSTNAME=','", "HOSTNAME is empty: which host names do clients use to reach Zowe?"),
        ("IPADDRESS=zos1.example.com", "is not an IPv4 or IPv6 address; host names belong into HOSTNAME"),
        ("IPADDRESS=192.0.2.256", "'192.0.2.256' is not an IPv4 or IPv6 address"),
        ("IPADDRESS=fe80::1%eth0", "'fe80::1%eth0' is not an IPv4 or IPv6 address"),
        ("VERIFY_CERTIFICATES=yes", "VERIFY_CERTIFICATES is 'yes'; write true or false"),
        ("VERIFY_CERTIFICATES=", "VERIFY_CERTIFICATES is ''; write true or false"),
        ("NONSTRICT_VERIFY_CERTIFICATES=1", "is '1'; write true or false"),
        ("ZOWE_LOCK_KEYSTORE=locked", "is 'locked'; write true or false"),
        ("GENERATE_CERTS_FOR_KEYRING=no", "is 'no'; write true or false"),
        ("KEYSTORE_PASSWORD=", "KEYSTORE_PASSWORD is empty; give one of at least 6 characters"),
        ("KEYSTORE_PASSWORD=12345", "KEYSTORE_PASSWORD is too short; Java wants at least 6 characters"),
        ("KEYSTORE_PASSWORD=heslíčko", "KEYSTORE_PASSWORD holds other characters than printable ASCII"),
        ("KEYSTORE_PASSWORD='with\ttab'", "KEYSTORE_PASSWORD holds other characters than printable ASCII"),
        ("KEYSTORE_DIRECTORY=keystore", "'keystore' is not the whole path of a folder; begin it with /"),
        ("KEYSTORE_DIRECTORY=./keystore", "'./keystore' is not the whole path of a folder"),
        ("KEYSTORE_DIRECTORY=/", "'/' is not the whole path of a folder"),
        ("KEYSTORE_DIRECTORY=/var/../etc", "'/var/../etc' is not the whole path of a folder"),
        ("KEYSTORE_DIRECTORY='/var\n/x'", "holds a line break or another control character"),
        ("KEYSTORE_ALIAS=a/b", "'a/b' names files, so it holds 1 to 64 letters"),
        ("KEYSTORE_ALIAS=..", "'..' names files"),
        ("KEYSTORE_ALIAS=.hidden", "'.hidden' names files"),
        ("KEYSTORE_ALIAS=dot.", "'dot.' names files"),
        (f"KEYSTORE_ALIAS={'a' * 65}", "names files, so it holds 1 to 64 letters"),
        ("KEYSTORE_ALIAS=LocalCA", "'LocalCA' is a name that Zowe uses for something else"),
        ("KEYSTORE_ALIAS=local_ca", "'local_ca' is a name that Zowe uses for something else"),
        ("KEYSTORE_ALIAS=jwtsecret", "'jwtsecret' is a name that Zowe uses for something else"),
        ("ZOWE_CERTIFICATE_LABEL=a/b", "ZOWE_CERTIFICATE_LABEL 'a/b' names files"),
        ("ZOWE_USER_ID=TOOLONGID", "'TOOLONGID' is no user id of z/OS"),
        ("ZOWE_USER_ID=ZWE-SVU", "'ZWE-SVU' is no user id of z/OS"),
        ("ZOWE_USER_ID='ZWE;id'", "'ZWE;id' is no user id of z/OS"),
        ("ZOWE_GROUP_ID='ZWE ADM'", "'ZWE ADM' is no group of z/OS"),
        ("COMPONENT_LEVEL_CERTIFICATES=gate.way", "'gate.way' is no component name"),
        ("EXTERNAL_COMPONENT_CERTIFICATES=gateway", "'gateway' is not component:value"),
        ("EXTERNAL_COMPONENT_CERTIFICATES=:x", "':x' is not component:value"),
        ("EXTERNAL_COMPONENT_CERTIFICATE_ALIASES=gateway:", "'gateway:' is not component:value"),
        ("ZOSMF_CERTIFICATE='/a\x07b'", "holds a line break or another control character"),
    ],
)
def test_a_bad_value_is_told_with_its_line_and_the_reason(line: str, why: str, problems: Problems) -> None:
    told = problems(line)
    assert all(problem.startswith(f"line 2: {line.partition('=')[0]} ") for problem in told)
    assert any(why in problem for problem in told)


def test_no_host_name_at_all_is_asked_for_without_a_line(write: Write) -> None:
    with pytest.raises(SettingsError, match="which host names do clients use") as caught:
        read_settings([write("IPADDRESS=192.0.2.10\n")])
    assert [problem.startswith("HOSTNAME is empty") for problem in caught.value.problems] == [True]


def test_an_empty_value_means_the_default_where_zowe_cannot_do_without(settings: Settings) -> None:
    found = settings("KEYSTORE_DIRECTORY=", "KEYSTORE_ALIAS=", "ZOWE_USER_ID=", "ZOWE_GROUP_ID=")
    assert found.keystore_directory == PurePosixPath("/global/zowe/keystore")
    assert (found.keystore_alias, found.user_id, found.group_id) == ("localhost", "ZWESVUSR", "ZWEADMIN")


@pytest.mark.parametrize("alias", ["ZoweCert", "a.b_c-d@e#f$g", "zowe cert", "9", "a" * 64])
def test_an_alias_that_can_name_files_is_taken(alias: str, settings: Settings) -> None:
    assert settings(f"KEYSTORE_ALIAS='{alias}'").keystore_alias == alias


def test_the_label_for_the_key_ring_goes_before_the_alias(settings: Settings) -> None:
    found = settings("KEYSTORE_ALIAS=files", "ZOWE_CERTIFICATE_LABEL=ring")
    assert (found.keystore_alias, found.certificate_label) == ("ring", "ring")
    assert settings("KEYSTORE_ALIAS=files", "ZOWE_CERTIFICATE_LABEL=").keystore_alias == "files"


EXTERNAL = {
    "EXTERNAL_CERTIFICATE": "/a.p12",
    "EXTERNAL_CERTIFICATE_ALIAS": "server",
    "EXTERNAL_CERTIFICATE_AUTHORITIES": "/ca.cer",
}


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        (("",), "EXTERNAL_CERTIFICATE is set, but EXTERNAL_CERTIFICATE_ALIAS and EXTERNAL_CERTIFICATE_AUTHORITIES are"),
        (("_ALIAS",), "EXTERNAL_CERTIFICATE_ALIAS is set, but EXTERNAL_CERTIFICATE and EXTERNAL_CERTIFICATE_AUTHORITI"),
        (
            ("_AUTHORITIES",),
            "EXTERNAL_CERTIFICATE_AUTHORITIES is set, but EXTERNAL_CERTIFICATE and EXTERNAL_CERTIFICAT",
        ),
        (("", "_ALIAS"), "EXTERNAL_CERTIFICATE is set, but EXTERNAL_CERTIFICATE_AUTHORITIES is empty; give all three"),
        (("", "_AUTHORITIES"), "EXTERNAL_CERTIFICATE is set, but EXTERNAL_CERTIFICATE_ALIAS is empty; give all three"),
        (("_ALIAS", "_AUTHORITIES"), "EXTERNAL_CERTIFICATE_ALIAS is set, but EXTERNAL_CERTIFICATE is empty; give all"),
    ],
)
def test_a_partly_filled_external_block_names_what_is_filled_and_what_is_empty(
    filled: tuple[str, ...], told: str, problems: Problems
) -> None:
    names = [f"EXTERNAL_CERTIFICATE{ending}" for ending in filled]
    (problem,) = problems(*(f"{name}={EXTERNAL[name]}" for name in names))
    assert problem.startswith(f"line 2: {told}")


def test_flags_are_checked_unless_zowes_way_is_asked_for(write: Write) -> None:
    env = read_env_file(write("HOSTNAME=zos1.example.com\nVERIFY_CERTIFICATES=yes\n"))
    with pytest.raises(SettingsError, match="VERIFY_CERTIFICATES is 'yes'"):
        settings_of(env)
    assert not settings_of(env, as_zowe=True).verify_certificates


def test_flags_are_read_in_any_case(settings: Settings) -> None:
    assert settings("VERIFY_CERTIFICATES=TRUE").verify_certificates
    assert not settings("VERIFY_CERTIFICATES=False").verify_certificates


@pytest.mark.parametrize(
    ("value", "taken"), [("true", True), ("TRUE", False), ("yes", False), ("", False), ("1", False)]
)
def test_as_zowe_only_lower_case_true_is_true(value: str, taken: bool, settings: Settings) -> None:
    found = settings(
        f"VERIFY_CERTIFICATES={value}",
        f"NONSTRICT_VERIFY_CERTIFICATES={value}",
        f"ZOWE_LOCK_KEYSTORE={value}",
        as_zowe=True,
    )
    assert (found.verify_certificates, found.nonstrict_verify_certificates, found.lock_keystore) == (taken,) * 3
    assert found.as_written["VERIFY_CERTIFICATES"] == value


@pytest.mark.parametrize(("value", "taken"), [("false", False), ("true", True), ("FALSE", True), ("no", True)])
def test_as_zowe_all_but_false_generates_into_the_key_ring(value: str, taken: bool, settings: Settings) -> None:
    assert settings(f"GENERATE_CERTS_FOR_KEYRING={value}", as_zowe=True).generate_for_keyring is taken


@pytest.mark.parametrize(
    ("lines", "release", "reason"),
    [
        ((), "1.15", "its names fit every early release"),
        (("KEYSTORE_ALIAS=a", "ZOSMF_CERTIFICATE=", "SSO_FALLBACK_TO_NATIVE_AUTH=true"), "1.15", "every early release"),
        (("ZOWE_KEYRING=", "GENERATE_CERTS_FOR_KEYRING=false"), "1.15", "every early release"),
        (("PKCS11_TOKEN_NAME=",), "1.15", "every early release"),
        (("UNHEARD_OF=1",), "1.15", "every early release"),
        (("ZOSMF_KEYRING=x",), "1.8", "ZOSMF_KEYRING was in release 1.8 only"),
        (("ZOSMF_USER=x",), "1.8", "ZOSMF_USER was in release 1.8 only"),
        (("ZOWE_CERTIFICATE_LABEL=x",), "1.16", "ZOWE_CERTIFICATE_LABEL came with release 1.16"),
        (("ZOWE_LOCALCA_LABEL=x",), "1.17", "ZOWE_LOCALCA_LABEL came with release 1.17"),
        (("ZOWE_CERTIFICATE_LABEL=x", "ZOWE_LOCK_KEYSTORE=true"), "1.17", "ZOWE_LOCK_KEYSTORE came with release 1.17"),
        (("NONSTRICT_VERIFY_CERTIFICATES=true",), "1.28", "came with 1.21 and the PKCS11 names, gone since 1.27, are"),
        (("COMPONENT_LEVEL_CERTIFICATES=",), "1.28", "COMPONENT_LEVEL_CERTIFICATES came with 1.21"),
        (
            ("PKCS11_TOKEN_NAME=", "NONSTRICT_VERIFY_CERTIFICATES=true"),
            "1.21",
            "NONSTRICT_VERIFY_CERTIFICATES came with release 1.21",
        ),
    ],
)
def test_the_names_in_a_file_prove_its_release(
    lines: tuple[str, ...], release: str, reason: str, settings: Settings
) -> None:
    found = settings(*lines)
    assert str(found.release) == release
    assert reason in found.release_reason


def test_a_release_that_is_asked_for_goes_before_what_the_names_prove(settings: Settings) -> None:
    found = settings("ZOSMF_KEYRING=x", release="v1.28.8")
    assert (str(found.release), found.release_reason) == ("1.28", "as asked")
    with pytest.raises(UsageError, match=r"release '2\.0'"):
        settings(release="2.0")


def test_the_jwt_secret_is_made_up_to_release_1_26(settings: Settings) -> None:
    assert settings(release="1.26").has_jwt_secret
    assert not settings(release="1.27").has_jwt_secret


@pytest.mark.parametrize(
    ("strict", "nonstrict", "release", "verifies"),
    [
        ("true", "false", "1.15", True),
        ("false", "true", "1.15", False),
        ("false", "true", "1.20", False),
        ("false", "true", "1.21", True),
        ("false", "false", "1.28", False),
    ],
)
def test_the_looser_check_counts_from_release_1_21(
    strict: str, nonstrict: str, release: str, verifies: bool, settings: Settings
) -> None:
    lines = (f"VERIFY_CERTIFICATES={strict}", f"NONSTRICT_VERIFY_CERTIFICATES={nonstrict}")
    assert settings(*lines, release=release).verifies_services is verifies


def test_the_password_of_the_file_wins_and_the_other_is_not_asked_for(write: Write) -> None:
    def ask() -> Secret:
        pytest.fail("there was no need to ask")

    path = write("HOSTNAME=zos1.example.com\nKEYSTORE_PASSWORD=from-the-file\n")
    assert read_settings([path], password=ask).keystore_password == Secret("from-the-file")


def test_without_one_in_the_file_the_password_from_outside_counts(write: Write) -> None:
    path = write("HOSTNAME=zos1.example.com\n")
    found = read_settings([path], password=lambda: Secret("from-outside"))
    assert found.keystore_password == Secret("from-outside")


def test_without_any_the_published_password_counts(write: Write) -> None:
    path = write("HOSTNAME=zos1.example.com\n")
    assert read_settings([path], password=lambda: None).keystore_password == Secret("password")


@pytest.mark.parametrize(("outside", "why"), [("", "is empty"), ("12345", "is too short")])
def test_a_bad_password_from_outside_is_refused_and_not_replaced(outside: str, why: str, write: Write) -> None:
    path = write("HOSTNAME=zos1.example.com\n")
    with pytest.raises(SettingsError, match=why):
        read_settings([path], password=lambda: Secret(outside))


def test_a_password_of_six_characters_is_long_enough(settings: Settings) -> None:
    assert settings("KEYSTORE_PASSWORD=sixsix").keystore_password == Secret("sixsix")


def test_blanks_of_a_password_are_kept(settings: Settings) -> None:
    assert settings("KEYSTORE_PASSWORD=' blank '").keystore_password == Secret(" blank ")


@pytest.mark.parametrize("password", ["zq7", "zq7zq7\u017e", "zq7\tzq7"])
def test_a_bad_password_is_not_shown(password: str, problems: Problems) -> None:
    (problem,) = problems(f"KEYSTORE_PASSWORD='{password}'")
    assert "zq7" not in problem


def test_a_good_password_is_not_shown_and_not_among_the_texts_as_written(settings: Settings) -> None:
    found = settings("KEYSTORE_PASSWORD='zq7 zq7'")
    assert "zq7" not in repr(found)
    assert "KEYSTORE_PASSWORD" not in found.as_written
    assert "KEYSTORE_PASSWORD" in found.assigned
    with pytest.raises(TypeError):
        copy.deepcopy(found)


def test_names_that_no_release_knows_are_kept_in_order(settings: Settings) -> None:
    assert settings("ZZZ=1", "KEYTORE_DIRECTORY=/x", "AAA=2", "KEYSTORE_ALIAS=b").unknown == (
        "AAA",
        "KEYTORE_DIRECTORY",
        "ZZZ",
    )


def test_a_later_file_overrides_and_a_problem_names_the_file_it_is_in(write: Write) -> None:
    first = write("HOSTNAME=zos1.example.com\nKEYSTORE_ALIAS=first\n", "first.env")
    second = write("\nKEYSTORE_ALIAS=second\n", "second.env")
    assert read_settings([first, second]).keystore_alias == "second"
    second.write_text("\nKEYSTORE_ALIAS=a/b\n")
    with pytest.raises(SettingsError) as caught:
        read_settings([first, second])
    assert caught.value.problems[0].startswith(f"{second}: line 2: KEYSTORE_ALIAS 'a/b'")


def test_values_as_written_are_kept_without_blanks_around_them(settings: Settings) -> None:
    assert settings("VERIFY_CERTIFICATES=' False '").as_written["VERIFY_CERTIFICATES"] == "False"
