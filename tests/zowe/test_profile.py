"""What only this kit reads of a settings file: sane limits, each refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import SettingsError
from zowe_certs_kernel.folders import notebooks_folder
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.zowe.env_file import read_env_file
from zowe_certs_kernel.zowe.profile import MOST_DAYS, CertificateProfile
from zowe_certs_kernel.zowe.settings import read_settings
from zowe_certs_kernel.zowe.variables import OWN_PREFIX, OWN_VARIABLES, VARIABLES, Release

Read = Callable[..., CertificateProfile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The profile of a file with these ``ZOWE_CERTS_`` values."""

    def make(*, as_zowe: bool = False, **values: str) -> CertificateProfile:
        path = tmp_path / "zowe.env"
        lines = [f"ZOWE_CERTS_{name}='{value}'\n" for name, value in values.items()]
        path.write_text("HOSTNAME=zos1.example.com\n" + "".join(lines), encoding="utf-8")
        return read_settings([path], as_zowe=as_zowe).profile

    return make


def test_without_a_word_it_is_what_zowes_script_makes_in_a_protection_that_all_can_read(read: Read) -> None:
    assert read() == CertificateProfile(
        key_type=KeyType.RSA_2048,
        days=3650,
        ca_days=3650,
        common_name="Zowe Service",
        ca_common_name="Zowe Development Instances Certificate Authority",
        rest_of_name=(
            ("C", "CZ"),
            ("ST", "Prague"),
            ("L", "Prague"),
            ("O", "Zowe Sample"),
            ("OU", "API Mediation Layer"),
        ),
        store_type="PKCS12",
        protection="compatible",
        rounds=None,
        ebcdic=True,
    )


def test_made_as_zowe_makes_it_the_protection_is_that_of_a_present_java(read: Read) -> None:
    assert read(as_zowe=True).protection == "modern"
    assert read(as_zowe=True, PROTECTION="legacy").protection == "legacy"
    assert read(as_zowe=True, EBCDIC="false").ebcdic is False


@pytest.mark.parametrize("key_type", KeyType)
def test_every_key_type_is_read_in_any_case(read: Read, key_type: KeyType) -> None:
    assert read(KEY_TYPE=key_type.value.lower()).key_type is key_type


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("DAYS", "1", "days", 1),
        ("DAYS", "3650", "days", 3650),
        ("CA_DAYS", str(MOST_DAYS), "ca_days", MOST_DAYS),
        ("DAYS", "", "days", 3650),
        ("KDF_ROUNDS", "1000", "rounds", 1000),
        ("KDF_ROUNDS", "1000000", "rounds", 1_000_000),
        ("KDF_ROUNDS", "", "rounds", None),
        ("COMMON_NAME", "x" * 64, "common_name", "x" * 64),
        ("STORE_TYPE", "jks", "store_type", "JKS"),
        ("PROTECTION", "Modern", "protection", "modern"),
        ("EBCDIC", "FALSE", "ebcdic", False),
    ],
)
def test_values_up_to_the_limits_are_taken(read: Read, name: str, value: str, field: str, expected: object) -> None:
    assert getattr(read(**{name: value}), field) == expected


def test_days_that_nobody_asked_for_end_with_the_authority(read: Read) -> None:
    assert (read(CA_DAYS="300").days, read(CA_DAYS="7300").days) == (300, 3650)


@pytest.mark.parametrize(("release", "most"), [("1.20", 64), ("1.21", 58), ("1.26", 58), ("1.27", 64)])
def test_a_common_name_leaves_room_for_what_the_jwt_secret_adds_to_it(tmp_path: Path, release: str, most: int) -> None:
    path = tmp_path / "zowe.env"
    for length in (most, most + 1):
        path.write_text(f"HOSTNAME=a.example.com\nZOWE_CERTS_COMMON_NAME={'x' * length}\n", encoding="utf-8")
        if length == most:
            assert read_settings([path], release=release).profile.common_name == "x" * most
        else:
            with pytest.raises(SettingsError, match=f"at most {most} printable"):
                read_settings([path], release=release)


def test_a_common_name_that_leaves_a_component_no_room_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "zowe.env"
    lines = f"HOSTNAME=a.example.com\nZOWE_CERTS_COMMON_NAME={'x' * 64}\nCOMPONENT_LEVEL_CERTIFICATES=zss\n"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(SettingsError, match="has no room in a name of 64 characters"):
        read_settings([path], release="1.28")


def test_an_empty_part_of_the_subject_is_left_out_and_others_may_hold_anything_printable(read: Read) -> None:
    profile = read(COUNTRY="", STATE="", LOCALITY="Škofja Loka", ORG='A "B", C+D=E', ORG_UNIT="")
    assert [part for part in profile.rest_of_name if part[1]] == [("L", "Škofja Loka"), ("O", 'A "B", C+D=E')]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"KEY_TYPE": "DSA-1024"}, "ZOWE_CERTS_KEY_TYPE 'DSA-1024' is none of RSA-2048, RSA-3072"),
        ({"KEY_TYPE": "RSA-1024"}, "is none of"),
        ({"DAYS": "0"}, "ZOWE_CERTS_DAYS '0' is no whole number from 1 to 7,300"),
        ({"DAYS": "-5"}, "is no whole number"),
        ({"DAYS": "1e3"}, "is no whole number"),
        ({"DAYS": "٣"}, "is no whole number"),
        ({"CA_DAYS": "7301"}, "ZOWE_CERTS_CA_DAYS '7301' is no whole number from 1 to 7,300"),
        ({"CA_DAYS": "99999999999999999999"}, "is no whole number"),
        ({"DAYS": "400", "CA_DAYS": "300"}, "is 400, but the authority ends after 300 (ZOWE_CERTS_CA_DAYS)"),
        ({"KDF_ROUNDS": "999"}, "from 1,000 to 1,000,000"),
        ({"KDF_ROUNDS": "1000001"}, "from 1,000 to 1,000,000"),
        ({"COMMON_NAME": "x" * 65}, "at most 64 printable characters"),
        ({"ORG": "x" * 65}, "ZOWE_CERTS_ORG is no part of a subject"),
        ({"LOCALITY": "x" * 129}, "at most 128"),
        ({"STATE": "a\u202eb"}, "ZOWE_CERTS_STATE is no part of a subject"),
        ({"COMMON_NAME": ""}, "ZOWE_CERTS_COMMON_NAME is empty"),
        ({"CA_COMMON_NAME": ""}, "ZOWE_CERTS_CA_COMMON_NAME is empty"),
        ({"COUNTRY": "C"}, "'C' is no country"),
        ({"COUNTRY": "C1"}, "'C1' is no country"),
        ({"COUNTRY": "ČZ"}, "'ČZ' is no country"),
        ({"COUNTRY": "CZE"}, "at most 2"),
        ({"STORE_TYPE": "JCEKS"}, "is none of PKCS12, JKS"),
        ({"PROTECTION": "legacy"}, "'legacy' is none of compatible, modern"),
        ({"STORE_TYPE": "JKS", "PROTECTION": "modern"}, "JKS has one protection of its own"),
        ({"EBCDIC": "yes"}, "is 'yes'; write true or false"),
        ({"KEYTYPE": "RSA-2048"}, "did you mean ZOWE_CERTS_KEY_TYPE?"),
        ({"XYZ": "1"}, "ZOWE_CERTS_XYZ is no setting"),
    ],
)
def test_what_is_over_a_limit_is_refused_with_its_line(read: Read, values: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**values)
    assert why in str(refused.value)
    assert "CA_DAYS" in why or "line " in str(refused.value)


@pytest.mark.parametrize("name", [one.name.removeprefix("ZOWE_CERTS_") for one in OWN_VARIABLES])
def test_made_as_zowe_makes_it_only_what_depends_on_its_system_can_be_chosen(read: Read, name: str) -> None:
    value = {"PROTECTION": "modern", "EBCDIC": "true"}.get(name)
    if value:
        read(as_zowe=True, **{name: value})
        return
    with pytest.raises(SettingsError, match=f"ZOWE_CERTS_{name} cannot be chosen"):
        read(as_zowe=True, **{name: ""})


def test_made_as_zowe_makes_it_there_is_no_compatible_protection(read: Read) -> None:
    with pytest.raises(SettingsError, match="none of modern, legacy"):
        read(as_zowe=True, PROTECTION="compatible")


def test_every_release_takes_them_and_they_prove_none(tmp_path: Path) -> None:
    assert {(one.since, one.until) for one in OWN_VARIABLES} == {(Release(1, 8), Release(1, 28))}
    assert not {one.name for one in OWN_VARIABLES} & {one.name for one in VARIABLES}
    path = tmp_path / "zowe.env"
    path.write_text("HOSTNAME=zos1.example.com\nZOWE_CERTS_DAYS=30\n", encoding="utf-8")
    assert read_settings([path]).release == Release(1, 15)
    assert read_settings([path], release="1.28").profile.days == 30


@pytest.mark.parametrize(
    ("components", "why"),
    [
        ("gateway,Gateway", "names 'Gateway' twice"),
        ("a b", "'a b' is no component name"),
        ("../x", "'../x' is no component name"),
        ("x" * 50, "it may have 49 characters"),
        ("localhost", "is the name of another entry"),
        ("localca", "is the name of another entry"),
        ("JwtSecret", "is the name of another entry"),
        ("zss_signed", "is the name of another entry or file"),
    ],
)
def test_a_component_that_cannot_name_entry_files_and_subject_is_refused(
    tmp_path: Path, components: str, why: str
) -> None:
    path = tmp_path / "zowe.env"
    path.write_text(f"HOSTNAME=zos1.example.com\nCOMPONENT_LEVEL_CERTIFICATES='{components}'\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_settings([path], release="1.28")
    assert why in str(refused.value)


def test_sixty_components_are_taken_in_their_order(tmp_path: Path) -> None:
    names = tuple(f"component-{number}" for number in range(60))
    path = tmp_path / "zowe.env"
    path.write_text(f"HOSTNAME=zos1.example.com\nCOMPONENT_LEVEL_CERTIFICATES='{', '.join(names)}'\n", encoding="utf-8")
    assert read_settings([path], release="1.28").components == names


@pytest.mark.parametrize("example", sorted((notebooks_folder() / "examples").glob("*.env")), ids=lambda path: path.stem)
def test_the_examples_show_every_variable_of_the_kit_with_its_default(example: Path, tmp_path: Path) -> None:
    text = re.sub(r"^# (?=ZOWE_CERTS_)", "", example.read_text("utf-8"), flags=re.MULTILINE)
    path = tmp_path / "all.env"
    path.write_text(text, encoding="utf-8")
    assigned = read_env_file(path).assignments
    in_ring = {f"ZOWE_CERTS_{name}" for name in ("KEY_TYPE", "DAYS", "CA_DAYS", "ORG_UNIT", "ORG", "LOCALITY")}
    in_ring |= {"ZOWE_CERTS_STATE", "ZOWE_CERTS_COUNTRY"}  # of no other does a security product take any notice
    wanted = [one for one in OWN_VARIABLES if "keyring" not in example.stem or one.name in in_ring]
    own = {name: one.value for name, one in assigned.items() if name.startswith(OWN_PREFIX)}
    assert own == {one.name: one.default for one in wanted}
    assert read_settings([path]).profile.key_type is KeyType.RSA_2048
