"""ZWEKRING for 3 products and 3 options: the commands that Zowe's documents ask for, in JCL that z/OS takes.

The commands are typed by hand from Zowe's description of the steps; none comes from a job made here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import SettingsError, UsageError
from zowe_certs_kernel.keyring import RingJob, ring_job
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.zowe.settings import read_settings

from .jcl_reader import Job, read_job, squeezed

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Maker = Callable[..., RingJob]
GIVEN = {
    "RACF": {
        1: {},
        2: {"CERTOWNR": "SITE", "LABEL": "Zowe Prod", "ITRMZWCA": "Inter CA", "ROOTZWCA": "Root CA"},
        3: {"DSNAME": "ZOWE.PROD.P12", "ITRMZWCA": "Inter CA", "ROOTZWCA": "Root CA", "ROOTZFCA": "zOSMF CA"},
    },
    "ACF2": {
        1: {"STCGRP": "STCROLE"},
        2: {"STCGRP": "STCROLE", "CERTOWNR": "WEBSRV", "CERTID": "PRODCERT", "ROOTZFCA": "ZOSMFCA"},
        3: {"STCGRP": "STCROLE", "DSNAME": "ZOWE.PROD.P12", "ITRMZWCA": "INTERCA", "ROOTZWCA": "ROOTCA"},
    },
    "TSS": {
        1: {},
        2: {"CERTOWNR": "SITE", "CERTID": "PRODCERT"},
        3: {"DSNAME": "ZOWE.PROD.P12", "ITRMZWCA": "INTERCA", "ROOTZWCA": "ROOTCA", "ROOTZFCA": "ZOSMFCA"},
    },
}
RACF_NAME = "OU('API Mediation Layer') O('Zowe Sample') L('Prague') SP('Prague') C('CZ'))"
ACF2_NAME = "OU='API Mediation Layer' O='Zowe Sample' L='Prague' SP='Prague' C='CZ')"
TSS_NAME = 'OU="API Mediation Layer" O="Zowe Sample" L="Prague" SP="Prague" C="CZ"\')'
RACF_END = """
SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH
PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY) ID(ZWESVUSR) ACCESS(READ)
SETROPTS RACLIST(FACILITY) REFRESH
RACDCERT LISTRING(ZoweKeyring) ID(ZWESVUSR)
"""
RACF_CONNECT = (
    "RACDCERT CONNECT(ID(ZWESVUSR) LABEL('localhost') RING(ZoweKeyring) USAGE(PERSONAL) DEFAULT) ID(ZWESVUSR)"
)
ACF2_RING = """
ACF
SET PROFILE(USER) DIVISION(KEYRING)
INSERT ZWESVUSR.ZOWERING RINGNAME(ZoweKeyring)
F ACF2,REBUILD(USR),CLASS(P),DIVISION(KEYRING)
END
"""
ACF2_OWN = """
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
CONNECT CERTDATA(ZWESVUSR.ZOWECERT) RINGNAME(ZoweKeyring) KEYRING(ZWESVUSR.ZOWERING) USAGE(PERSONAL) DEFAULT
CHKCERT ZWESVUSR.ZOWECERT
END
"""
ACF2_END = """
ACF
SET RESOURCE(FAC)
RECKEY IRR ADD(DIGTCERT.LISTRING ROLE(STCROLE) SERVICE(READ) ALLOW)
F ACF2,REBUILD(FAC)
END
ACF
SET PROFILE(USER) DIVISION(KEYRING)
LIST ZWESVUSR.ZOWERING
END
"""
TSS_RING = "TSS ADD(ZWESVUSR) KEYRING(ZOWERING) LABLRING('ZoweKeyring')"
TSS_END = """
TSS PERMIT(ZWESVUSR) IBMFAC(IRR.DIGTCERT.LISTRING) ACCESS(READ)
TSS LIST(ZWESVUSR) KEYRING(ZOWERING) LABLRING('ZoweKeyring')
"""


def acf2_authority(record: str) -> str:
    return f"""
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
CONNECT CERTDATA(CERTAUTH.{record}) RINGNAME(ZoweKeyring) KEYRING(ZWESVUSR.ZOWERING) USAGE(CERTAUTH)
END
"""


def racf_authority(label: str) -> str:
    return f"RACDCERT CONNECT(CERTAUTH LABEL('{label}') RING(ZoweKeyring) USAGE(CERTAUTH)) ID(ZWESVUSR)\n"


WANTED = {
    ("RACF", 1): f"""
RACDCERT ADDRING(ZoweKeyring) ID(ZWESVUSR)
SETROPTS RACLIST(DIGTRING) REFRESH
RACDCERT GENCERT CERTAUTH SUBJECTSDN(CN('Zowe Development Instances CA') {RACF_NAME} SIZE(2048) \
NOTAFTER(DATE(2027-01-01)) WITHLABEL('localca') KEYUSAGE(CERTSIGN)
RACDCERT CONNECT(CERTAUTH LABEL('localca') RING(ZoweKeyring)) ID(ZWESVUSR)
RACDCERT GENCERT ID(ZWESVUSR) SUBJECTSDN(CN('Zowe Development Instances certificate') {RACF_NAME} SIZE(2048) \
NOTAFTER(DATE(2026-04-11)) WITHLABEL('localhost') KEYUSAGE(HANDSHAKE) \
ALTNAME(IP(192.0.2.10) DOMAIN('zos1.example.com')) SIGNWITH(CERTAUTH LABEL('localca'))
{RACF_CONNECT}
{RACF_END}""",
    ("RACF", 2): f"""
RACDCERT ADDRING(ZoweKeyring) ID(ZWESVUSR)
SETROPTS RACLIST(DIGTRING) REFRESH
RACDCERT CONNECT(SITE LABEL('Zowe Prod') RING(ZoweKeyring) USAGE(PERSONAL) DEFAULT) ID(ZWESVUSR)
{racf_authority("Inter CA")}{racf_authority("Root CA")}
SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH
PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY) ID(ZWESVUSR) ACCESS(READ)
PERMIT IRR.DIGTCERT.GENCERT CLASS(FACILITY) ID(ZWESVUSR) ACCESS(CONTROL)
SETROPTS RACLIST(FACILITY) REFRESH
RACDCERT LISTRING(ZoweKeyring) ID(ZWESVUSR)
""",
    ("RACF", 3): f"""
RACDCERT ADDRING(ZoweKeyring) ID(ZWESVUSR)
SETROPTS RACLIST(DIGTRING) REFRESH
RACDCERT ADD('ZOWE.PROD.P12') ID(ZWESVUSR) WITHLABEL('localhost') PASSWORD('') TRUST
{RACF_CONNECT}
{racf_authority("Inter CA")}{racf_authority("Root CA")}{racf_authority("zOSMF CA")}{RACF_END}""",
    ("ACF2", 1): f"""{ACF2_RING}
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
GENCERT CERTAUTH.ZOWECA LABEL('localca') SIZE(2048) SUBJSDN(CN='Zowe Development Instances CA' {ACF2_NAME} \
EXPIRE(01/01/27) KEYUSAGE(CERTSIGN)
CONNECT CERTDATA(CERTAUTH.ZOWECA) RINGNAME(ZoweKeyring) KEYRING(ZWESVUSR.ZOWERING) USAGE(CERTAUTH)
CHKCERT CERTAUTH.ZOWECA
END
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
GENCERT ZWESVUSR.ZOWECERT SUBJSDN(CN='Zowe Development Instances certificate' {ACF2_NAME} SIZE(2048) \
EXPIRE(04/11/26) LABEL('localhost') KEYUSAGE(HANDSHAKE) ALTNAME(IP=192.0.2.10 DOMAIN=zos1.example.com) \
SIGNWITH(CERTAUTH.ZOWECA)
END
{ACF2_OWN}{ACF2_END}""",
    ("ACF2", 2): f"""{ACF2_RING}
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
CONNECT CERTDATA(WEBSRV.PRODCERT) RINGNAME(ZoweKeyring) KEYRING(ZWESVUSR.ZOWERING) USAGE(PERSONAL) DEFAULT
CHKCERT WEBSRV.PRODCERT
END
{acf2_authority("ZOSMFCA")}{ACF2_END}""",
    ("ACF2", 3): f"""{ACF2_RING}
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
INSERT ZWESVUSR.ZOWECERT DSNAME('ZOWE.PROD.P12') LABEL('localhost') PASSWORD('') TRUST
END
{ACF2_OWN}{acf2_authority("INTERCA")}{acf2_authority("ROOTCA")}{ACF2_END}""",
    ("TSS", 1): f"""
{TSS_RING}
TSS GENCERT(CERTAUTH) DIGICERT(ZOWECA) SUBJECTN('CN="Zowe Development Instances CA" {TSS_NAME} KEYSIZE(2048) \
NADATE(01/01/27) LABLCERT('localca') KEYUSAGE('CERTSIGN')
{TSS_RING} RINGDATA(CERTAUTH,ZOWECA) USAGE(CERTAUTH)
TSS GENCERT(ZWESVUSR) DIGICERT(ZOWECERT) SUBJECTN('CN="Zowe Development Instances certificate" {TSS_NAME} \
KEYSIZE(2048) NADATE(04/11/26) LABLCERT('localhost') KEYUSAGE('HANDSHAKE') \
ALTNAME('IP=192.0.2.10 DOMAIN=zos1.example.com') SIGNWITH(CERTAUTH,ZOWECA)
{TSS_RING} RINGDATA(ZWESVUSR,ZOWECERT) USAGE(PERSONAL) DEFAULT
{TSS_END}""",
    ("TSS", 2): f"""
{TSS_RING}
{TSS_RING} RINGDATA(CERTSITE,PRODCERT) USAGE(PERSONAL) DEFAULT
TSS PERMIT(ZWESVUSR) IBMFAC(IRR.DIGTCERT.LISTRING) ACCESS(READ)
TSS PERMIT(ZWESVUSR) IBMFAC(IRR.DIGTCERT.GENCERT) ACCESS(CONTROL)
TSS LIST(ZWESVUSR) KEYRING(ZOWERING) LABLRING('ZoweKeyring')
""",
    ("TSS", 3): f"""
{TSS_RING}
TSS ADD(ZWESVUSR) DIGICERT(ZOWECERT) DCDSN('ZOWE.PROD.P12') LABLCERT('localhost') PKCSPASS('') TRUST
{TSS_RING} RINGDATA(ZWESVUSR,ZOWECERT) USAGE(PERSONAL) DEFAULT
{TSS_RING} RINGDATA(CERTAUTH,INTERCA) USAGE(CERTAUTH)
{TSS_RING} RINGDATA(CERTAUTH,ROOTCA) USAGE(CERTAUTH)
{TSS_RING} RINGDATA(CERTAUTH,ZOSMFCA) USAGE(CERTAUTH)
{TSS_END}""",
}
REMOVED = {
    "RACF": """
PERMIT IRR.DIGTCERT.LISTRING CLASS(FACILITY) ID(ZWESVUSR) DELETE
SETROPTS RACLIST(FACILITY) REFRESH
RACDCERT DELETE(LABEL('localhost')) ID(ZWESVUSR)
RACDCERT DELETE(LABEL('localca')) CERTAUTH
RACDCERT DELRING(ZoweKeyring) ID(ZWESVUSR)
SETROPTS RACLIST(DIGTCERT,DIGTRING) REFRESH
""",
    "ACF2": """
ACF
SET RESOURCE(FAC)
RECKEY IRR DEL(DIGTCERT.LISTRING ROLE(STCROLE) SERVICE(READ) ALLOW)
F ACF2,REBUILD(FAC)
END
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
DELETE ZWESVUSR.ZOWECERT
END
ACF
SET PROFILE(USER) DIVISION(CERTDATA)
DELETE CERTAUTH.ZOWECA
END
ACF
SET PROFILE(USER) DIVISION(KEYRING)
DELETE ZWESVUSR.ZOWERING
F ACF2,REBUILD(USR),CLASS(P),DIVISION(KEYRING)
END
""",
    "TSS": """
TSS REVOKE(ZWESVUSR) IBMFAC(IRR.DIGTCERT.LISTRING) ACCESS(READ)
TSS REMOVE(ZWESVUSR) KEYRING(ZOWERING) LABLRING('ZoweKeyring')
TSS REMOVE(ZWESVUSR) DIGICERT(ZOWECERT)
TSS REMOVE(CERTAUTH) DIGICERT(ZOWECA)
""",
}


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    def make(product: str, option: int, symbols: dict[str, str], *lines: str, release: str = "1.28") -> RingJob:
        env = tmp_path / "my zowe.env"
        env.write_text(
            "\n".join(
                [
                    "HOSTNAME=zos1.example.com",
                    "IPADDRESS=192.0.2.10",
                    "ZOWE_KEYRING=ZoweKeyring",
                    "ZOWE_CERTS_DAYS=100",
                    "ZOWE_CERTS_CA_DAYS=365",
                    *lines,
                ]
            )
        )
        settings = read_settings([env], release=release)
        return ring_job(settings, product=product, option=option, symbols=symbols, at=NOW)

    return make


def commands_of(text: str) -> list[str]:
    return [squeezed(line) for line in text.splitlines() if line.strip()]


def read(job: RingJob) -> Job:
    return read_job(job.lines())


@pytest.mark.parametrize(("product", "option"), WANTED)
class TestEachProductAndOption:
    def test_issues_these_commands_in_this_order(self, maker: Maker, product: str, option: int) -> None:
        assert read(maker(product, option, GIVEN[product][option])).commands == commands_of(WANTED[product, option])

    def test_sets_every_symbol_that_it_uses_and_no_other(self, maker: Maker, product: str, option: int) -> None:
        job = read(maker(product, option, GIVEN[product][option]))
        assert set(job.symbols) == job.used

    def test_feeds_each_step_by_systsin_and_stops_at_the_first_error(
        self, maker: Maker, product: str, option: int
    ) -> None:
        job = read(maker(product, option, GIVEN[product][option]))
        assert job.name == "ZWEKRING"
        for number, step in enumerate(job.steps):
            assert step.dds == {"SYSTSPRT": ["SYSOUT=*"], "SYSTSIN": ["DATA", "DLM=$$", "SYMBOLS=JCLONLY"]}
            assert step.parameters[:2] == ["PGM=IKJEFT01", "REGION=0M"]
            assert step.parameters[2:] == (["COND=(4", "LT)"] if number else [])

    def test_a_step_of_racf_and_top_secret_has_one_command_whose_return_code_it_tells(
        self, maker: Maker, product: str, option: int
    ) -> None:
        job = read(maker(product, option, GIVEN[product][option]))
        if product == "ACF2":
            assert all(step.commands[0] == "ACF" and step.commands[-1] == "END" for step in job.steps)
        else:
            assert [len(step.commands) for step in job.steps] == [1] * len(job.steps)

    def test_names_no_other_product(self, maker: Maker, product: str, option: int) -> None:
        words = {"RACF": "RACDCERT", "ACF2": "CERTDATA", "TSS": "TSS "}
        text = "\n".join(maker(product, option, GIVEN[product][option]).lines())
        assert [other for other, word in words.items() if word in text] == [product]


@pytest.mark.parametrize("product", REMOVED)
def test_the_removal_job_takes_back_what_option_1_made_step_by_step(maker: Maker, product: str) -> None:
    job = read_job(maker(product, 1, GIVEN[product][1]).removal_lines())
    assert job.name == "ZWENOKYR"
    assert job.commands == commands_of(REMOVED[product])
    assert not any("COND" in parameter for step in job.steps for parameter in step.parameters)
    assert set(job.symbols) == job.used


@pytest.mark.parametrize("product", REMOVED)
def test_a_certificate_that_was_only_connected_is_not_deleted(maker: Maker, product: str) -> None:
    commands = "\n".join(read_job(maker(product, 2, GIVEN[product][2]).removal_lines()).commands)
    assert "ZOWECERT" not in commands
    assert "LABEL(" not in commands
    assert "ZOWECA" not in commands


@pytest.mark.parametrize(
    ("product", "wanted"),
    [
        (
            "RACF",
            f"RACDCERT GENCERT ID(ZWESVUSR) SUBJECTSDN(CN('Zowe Development Instances JWT') {RACF_NAME} SIZE(2048) "
            "NOTAFTER(DATE(2026-04-11)) WITHLABEL('jwtsecret')\n"
            "RACDCERT CONNECT(ID(ZWESVUSR) LABEL('jwtsecret') RING(ZoweKeyring) USAGE(PERSONAL)) ID(ZWESVUSR)",
        ),
        (
            "ACF2",
            f"GENCERT ZWESVUSR.ZOWEJWT SUBJSDN(CN='Zowe Development Instances JWT' {ACF2_NAME} SIZE(2048) "
            "LABEL('jwtsecret') EXPIRE(04/11/26)\n"
            "CONNECT CERTDATA(ZWESVUSR.ZOWEJWT) RINGNAME(ZoweKeyring) KEYRING(ZWESVUSR.ZOWERING) USAGE(PERSONAL)",
        ),
        (
            "TSS",
            "TSS GENCERT(ZWESVUSR) DIGICERT(ZOWEJWT) "
            f'SUBJECTN(\'CN="Zowe Development Instances JWT" {TSS_NAME} KEYSIZE(2048) NADATE(04/11/26) '
            f"LABLCERT('jwtsecret')\n{TSS_RING} RINGDATA(ZWESVUSR,ZOWEJWT) USAGE(PERSONAL)",
        ),
    ],
)
def test_the_jwt_secret_is_made_up_to_1_26_and_not_after(maker: Maker, product: str, wanted: str) -> None:
    first, second = commands_of(wanted)
    for release, there in (("1.14", True), ("1.15", True), ("1.26", True), ("1.27", False)):
        commands = read(maker(product, 1, GIVEN[product][1], release=release)).commands
        assert (first in commands, second in commands) == (there, there), release


@pytest.mark.parametrize("product", ["RACF", "ACF2", "TSS"])
def test_names_too_long_for_a_line_come_through_whole(maker: Maker, product: str) -> None:
    host = ".".join([*("a" * 40 + str(part) for part in range(4)), "example.com"])
    given = GIVEN[product][1] | {
        "CN": "A common name that is as long as it may be, no more!",
        "O": "An organization whose name goes on for 64 characters, precisely.",
        "HOSTNAME": host,
    }
    text = "\n".join(read(maker(product, 1, given)).commands)
    assert "A common name that is as long as it may be, no more! certificate" in text
    assert "An organization whose name goes on for 64 characters, precisely." in text
    assert host in text


def test_apostrophes_and_ampersands_of_a_name_reach_racf_as_they_are_meant(maker: Maker) -> None:
    job = read(maker("RACF", 1, {"O": "O'Brien & Sons"}))
    assert job.symbols["O"] == "O''Brien & Sons"
    assert any("O('O''Brien & Sons')" in command for command in job.commands)


def test_empty_parts_of_the_name_and_an_empty_address_are_left_out(maker: Maker) -> None:
    lines = ["ZOWE_CERTS_ORG_UNIT=", "ZOWE_CERTS_STATE=", "IPADDRESS="]
    for product in ("RACF", "ACF2", "TSS"):
        job = read(maker(product, 1, GIVEN[product][1], *lines))
        text = "\n".join(job.commands)
        assert not {"OU", "SP", "IPADDRES"} & set(job.symbols)
        assert "IP(" not in text
        assert "IP=" not in text


def test_the_days_and_the_size_of_keys_are_those_of_the_settings(maker: Maker) -> None:
    lines = ["ZOWE_CERTS_CA_DAYS=731", "ZOWE_CERTS_DAYS=365", "ZOWE_CERTS_KEY_TYPE=RSA-4096"]
    text = "\n".join(read(maker("RACF", 1, {}, *lines)).commands)
    assert text.count("SIZE(4096)") == 2
    assert "NOTAFTER(DATE(2028-01-02))" in text
    assert "NOTAFTER(DATE(2027-01-01))" in text
    assert "2030-05-01" not in text


@pytest.mark.parametrize(
    ("product", "option", "symbols", "told"),
    [
        ("RACF", 1, {"ZOWEUSER": "ZOWESERVER"}, "ZOWEUSER 'ZOWESERVER' is no user id"),
        ("RACF", 1, {"LABEL": "x" * 33}, "LABEL"),
        ("RACF", 1, {"LABEL": "a,b"}, "no comma"),
        ("RACF", 1, {"LABEL": "jörg"}, "is no label"),
        ("RACF", 1, {"ZOWERING": "my ring"}, "safkeyring"),
        ("RACF", 1, {"ZOWERING": "r" * 45}, "too long"),
        ("RACF", 1, {"HOSTNAME": "a.example.com,b.example.com"}, "puts one into a certificate"),
        ("RACF", 1, {"HOSTNAME": "192.0.2.1"}, "is an address"),
        ("RACF", 1, {"HOSTNAME": ""}, "under which host name do clients reach Zowe"),
        ("RACF", 1, {"IPADDRES": "192.0.2.1,192.0.2.2"}, "puts one into a certificate"),
        ("RACF", 1, {"IPADDRES": "zos1"}, "no IPv4 or IPv6 address"),
        ("TSS", 1, {"IPADDRES": "2001:db8::1"}, "Top Secret takes IPv4 only"),
        ("RACF", 1, {"CN": "x" * 53}, "52 is the most"),
        ("RACF", 1, {"O": "Bücher"}, "printable ASCII"),
        ("TSS", 1, {"O": "O'Brien"}, "Top Secret would end the name"),
        ("RACF", 1, {"C": "CZE"}, "ISO 3166"),
        ("RACF", 1, {"EXPIRES": "31.12.2030"}, "no day such as"),
        ("TSS", 1, {"EXPIRES": "2050-01-01"}, "two digits"),
        ("RACF", 1, {"EXPIRES": "2026-01-01"}, "not after the day of the job, 2026-01-01"),
        ("RACF", 1, {"EXPIRES": "2027-01-02"}, "the local authority ends on 2027-01-01"),
        ("ACF2", 1, {}, "STCGRP is empty"),
        ("ACF2", 2, {"STCGRP": "ROLE"}, "CERTID is empty"),
        ("TSS", 2, {"CERTID": "LONGRECORD"}, "no record id"),
        ("RACF", 2, {"CERTOWNR": ""}, "CERTOWNR is empty"),
        ("RACF", 3, {}, "in which data set"),
        ("RACF", 3, {"DSNAME": "ZOWE.KEYSTORE12"}, "no data set name"),
        ("RACF", 3, {"DSNAME": "A.B", "ROOTZWCA": "one,two,three"}, "connects two"),
        ("ACF2", 3, {"STCGRP": "R", "DSNAME": "A.B", "ROOTZWCA": "A long label"}, "no record id"),
    ],
)
def test_a_value_that_the_product_would_not_take_is_refused_by_its_name(
    maker: Maker, product: str, option: int, symbols: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        maker(product, option, symbols)


@pytest.mark.parametrize(
    ("product", "option", "symbols", "told"),
    [
        ("MVS", 1, {}, "none of RACF, ACF2, TSS"),
        ("RACF", 4, {}, "none of the three"),
        ("RACF", 1, {"NAME": "x"}, "no symbol NAME"),
        ("RACF", 1, {"DSNAME": "A.B"}, "not used by option 1"),
        ("RACF", 1, {"ROOTZWCA": "Root"}, "not used by option 1"),
        ("RACF", 1, {"STCGRP": "ROLE"}, "not used by option 1 of RACF"),
        ("RACF", 1, {"JWTLABEL": "jwt"}, "not used"),
        ("RACF", 3, {"DSNAME": "A.B", "PKCSPASS": "secret"}, "never an argument"),
        ("RACF", 3, {"DSNAME": "A.B", "IFZOWECA": "1", "ROOTZWCA": "R"}, "ITRMZWCA is empty"),
        ("RACF", 3, {"DSNAME": "A.B", "IFROZFCA": "yes"}, "IFROZFCA is 'yes'"),
    ],
)
def test_a_choice_that_changes_nothing_or_is_none_is_refused(
    maker: Maker, product: str, option: int, symbols: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        maker(product, option, symbols)
    assert "secret" not in str(refused.value)


def test_all_bad_values_are_told_at_once(maker: Maker) -> None:
    with pytest.raises(SettingsError) as refused:
        maker("ACF2", 1, {"ZOWEUSER": "TOOLONGID", "C": "X"})
    assert [problem.split()[0] for problem in refused.value.problems] == ["ZOWEUSER", "C", "STCGRP"]


def test_product_option_and_switches_can_be_symbols_as_in_zowes_own_member(maker: Maker) -> None:
    symbols = {"PRODUCT": "tss", "OPTION": "3", "DSNAME": "a.b", "IFROZFCA": "0"}
    job = maker("RACF", 1, symbols)
    assert (str(job.product), job.order.option) == ("TSS", 3)
    assert read(job).symbols["DSNAME"] == "A.B"


def test_elliptic_curves_are_refused_for_a_ring(maker: Maker) -> None:
    with pytest.raises(SettingsError, match="RSA keys only"):
        maker("RACF", 1, {}, "ZOWE_CERTS_KEY_TYPE=EC-P256")


class TestThePasswordOfAnImport:
    def job(self, maker: Maker, password: Secret | None) -> RingJob:
        settings = maker("RACF", 3, {"DSNAME": "A.B"}).settings
        return ring_job(settings, option=3, symbols={"DSNAME": "A.B"}, password=password, at=NOW)

    def test_is_not_in_the_job_unless_asked_for(self, maker: Maker) -> None:
        job = self.job(maker, None)
        assert read(job).symbols["PKCSPASS"] == ""
        assert not job.findings

    def test_is_in_the_lines_for_a_file_only_and_with_a_warning(self, maker: Maker) -> None:
        job = self.job(maker, Secret("Canary-12345"))
        assert read_job(job.lines(with_password=True)).symbols["PKCSPASS"] == "Canary-12345"
        assert [(found.rule, str(found.severity)) for found in job.findings] == [("ZC-JCL-01", "warning")]
        shown = [*job.lines(), repr(job), str(job.as_dict())]
        assert not any("Canary" in text for text in shown)

    def test_that_a_job_cannot_hold_is_refused_without_being_told(self, maker: Maker) -> None:
        with pytest.raises(SettingsError, match="cannot stand in a job") as refused:
            self.job(maker, Secret("it's-12345"))
        assert "12345" not in str(refused.value)


def test_the_plan_says_who_does_what_in_order(maker: Maker) -> None:
    plan = maker("RACF", 3, {"DSNAME": "A.B"}).as_dict()["plan"]
    assert [step["role"] for step in plan[:3]] == ["system programmer", "system programmer", "security administrator"]
    assert plan[0]["title"] == "Upload the PKCS12 file to A.B"
    assert any("PASSWORD('***')" in command for command in plan[2]["commands"])
    assert plan[-1]["commands"] == ["zowe-certs instance INSTANCE_DIR --set-keystore-directory /global/zowe/keystore"]


@pytest.mark.parametrize("product", ["RACF", "ACF2", "TSS"])
def test_the_plan_shows_the_commands_that_the_job_issues(maker: Maker, product: str) -> None:
    job = maker(product, 1, GIVEN[product][1])
    told = next(step for step in job.as_dict()["plan"] if step["role"] == "security administrator")
    assert [squeezed(command) for command in told["commands"]] == read(job).commands
