"""A ring that is listed is compared with the settings: what would stop Zowe, and the command that mends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.keyring.comparison import ToldOfRing, compare_ring
from zowe_certs_kernel.keyring.ring_view import RingView, ring_of
from zowe_certs_kernel.model import Finding
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.zowe.settings import read_settings

from . import ring_listings as listings
from .ring_listings import Listed

AT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
SETTINGS = """\
HOSTNAME=zos1.alder.example
IPADDRESS=192.0.2.17
ZOWE_KEYRING=ZoweKeyring
KEYSTORE_ALIAS="Zowe #1 @prod"
"""
Compared = tuple[RingView, tuple[Finding, ...]]
Compare = Callable[..., Compared]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    def run(text: str | bytes, settings: str = SETTINGS, *, release: str = "1.15", at: dt.datetime = AT) -> Compared:
        file, env = tmp_path / "my ring.txt", tmp_path / "zowe.env"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        env.write_text(settings)
        read = read_settings([env], release=release)
        ring = ring_of([open_store(file)], read.user_id, read.keyring)
        return ring, compare_ring(ToldOfRing.by_settings(read), ring, at=at)

    return run


def told(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.severity)) for finding in found]


def changed(who: str, **values: object) -> dict[str, Listed]:
    certificates = listings.healthy()
    for name, value in values.items():
        setattr(certificates[who], name, value)
    return certificates


class TestAHealthyRing:
    def test_is_found_by_a_user_id_in_lower_case_too(self, compare: Compare) -> None:
        _, found = compare(listings.listing(listings.healthy()), SETTINGS + "ZOWE_USER_ID=zwesvusr\n")
        assert told(found) == []

    @pytest.mark.parametrize("saved", ["ascii", "ebcdic", "windows", "printed"])
    def test_has_no_findings_however_its_listing_was_saved(self, compare: Compare, saved: str) -> None:
        text = listings.listing(listings.healthy())
        forms = {
            "ascii": text.encode(),
            "ebcdic": to_ibm1047(text),
            "windows": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
            "printed": "".join(f" {line}\n" for line in text.splitlines()).encode(),
        }
        ring, found = compare(forms[saved])
        assert told(found) == []
        assert [entry.alias for entry in ring.entries] == [
            "Zowe #1 @prod",
            "jwtsecret",
            "Alder Issuing CA",
            "Alder Root",
        ]
        assert ring.rings == ("ZWESVUSR/ZoweKeyring", "ZWESVUSR/Another.Ring")

    def test_shows_usage_default_trust_and_the_chain_of_wrapped_names(self, compare: Compare) -> None:
        ring, _ = compare(listings.listing(listings.healthy()))
        own = ring.labelled("Zowe #1 @prod")
        assert own
        assert own.place
        assert own.certificate
        assert (own.place.usage, own.place.default, own.place.status) == ("PERSONAL", True, "TRUST")
        assert own.certificate.san == ("ip:192.0.2.17", "dns:zos1.alder.example")
        assert "OU=A platform team with a name that goes over the line" in own.certificate.subject
        assert [entry.alias for entry in ring.issuers(own.certificate)] == ["Alder Issuing CA", "Alder Root"]

    def test_needs_no_jwt_secret_from_1_27_on(self, compare: Compare) -> None:
        certificates = listings.healthy()
        del certificates["jwt"]
        text = listings.listing(certificates)
        assert told(compare(text, release="1.28")[1]) == []
        assert told(compare(text, release="1.26")[1]) == [("ZC-JWT-01", "error")]


@pytest.mark.parametrize(
    ("who", "values", "rule", "severity", "fix"),
    [
        (
            "own",
            {"status": "NOTRUST"},
            "ZC-KR-06",
            "error",
            "RACDCERT ALTER(LABEL('Zowe #1 @prod')) ID(ZWESVUSR) TRUST",
        ),
        ("own", {"key": "NO"}, "ZC-KR-06", "error", "import it again with its key"),
        (
            "own",
            {"usage": "CERTAUTH", "default": "NO"},
            "ZC-KR-06",
            "error",
            "LABEL('Zowe #1 @prod') RING(ZoweKeyring) USAGE(PERSONAL) DEFAULT) ID(ZWESVUSR)",
        ),
        ("own", {"default": "NO"}, "ZC-KR-06", "info", "DEFAULT"),
        ("own", {"end": "2026/05/01"}, "ZC-DATE-01", "error", "REKEY"),
        ("own", {"end": "2026/06/20"}, "ZC-DATE-03", "warning", "REKEY"),
        ("own", {"end": "2026/08/20"}, "ZC-DATE-03", "info", "REKEY"),
        ("own", {"end": "2030/05/01"}, "ZC-DATE-07", "info", "ZOWE_CERTS_DAYS"),
        ("own", {"start": "2027/01/01"}, "ZC-DATE-02", "error", "clocks"),
        ("own", {"san": ("Domain: other.example",)}, "ZC-SAN-01", "warning", "HOSTNAME"),
        ("own", {"size": 1024}, "ZC-KEY-01", "error", "SIZE(2048)"),
        ("own", {"owner": "SITE"}, "ZC-KR-08", "warning", "ACCESS(CONTROL)"),
        (
            "own",
            {"owner": "WEBSRV"},
            "ZC-KR-08",
            "warning",
            "ZWESVUSR.ZOWEKEYRING.LST CLASS(RDATALIB) ID(ZWESVUSR) ACCESS(UPDATE)",
        ),
        ("jwt", {"key": "NO"}, "ZC-KR-06", "error", "import it again"),
        (
            "inter",
            {"status": "NOTRUST"},
            "ZC-KR-07",
            "error",
            "RACDCERT ALTER(LABEL('Alder Issuing CA')) CERTAUTH TRUST",
        ),
        ("inter", {"end": "2026/05/01"}, "ZC-DATE-04", "error", "REKEY"),
        (
            "root",
            {"usage": ""},
            "ZC-KR-07",
            "error",
            "RACDCERT CONNECT(CERTAUTH LABEL('Alder Root') RING(ZoweKeyring) USAGE(CERTAUTH)) ID(ZWESVUSR)",
        ),
    ],
)
def test_what_ails_it_is_told_with_the_command_that_mends_it(
    compare: Compare, who: str, values: dict[str, object], rule: str, severity: str, fix: str
) -> None:
    _, found = compare(listings.listing(changed(who, **values)))
    assert (rule, severity) in told(found)
    finding = next(one for one in found if one.rule == rule)
    assert fix in finding.fix
    assert finding.where["source"] == "ZWESVUSR/ZoweKeyring"
    others = {one for one in told(found) if one != (rule, severity)}
    assert not others or who in {"inter", "root"} or others == {("ZC-KR-06", "info")}


@pytest.mark.parametrize("said", ["zowe #1 @prod", "Zowe #1  @prod", "Zowe#1 @PROD"])
def test_a_label_that_differs_in_case_or_blanks_is_told_as_racf_has_it(compare: Compare, said: str) -> None:
    _, found = compare(listings.listing(listings.healthy()), SETTINGS.replace("Zowe #1 @prod", said))
    assert told(found)[0] == ("ZC-KR-04", "error")
    assert "'Zowe #1 @prod'" in found[0].message
    assert "8, 8 and 44" in found[0].why


def test_a_certificate_that_is_not_connected_is_told_with_its_connect(compare: Compare) -> None:
    certificates = changed("own", usage="")
    _, found = compare(listings.listing(certificates))
    assert found[0].rule == "ZC-KR-04"
    assert "CONNECT(ID(ZWESVUSR) LABEL('Zowe #1 @prod')" in found[0].fix


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (SETTINGS.replace("ZoweKeyring", "Other"), "ZWESVUSR/ZoweKeyring, ZWESVUSR/Another.Ring"),
        (SETTINGS.replace("ZoweKeyring", "ZOWEKEYRING"), "upper and lower case differ"),
        (SETTINGS + "ZOWE_USER_ID=OTHER\n", "OTHER/ZoweKeyring"),
    ],
)
def test_a_ring_that_is_not_listed_is_told_with_those_that_are(compare: Compare, settings: str, words: str) -> None:
    _, found = compare(listings.listing(listings.healthy()), settings)
    assert told(found) == [("ZC-KR-14", "error")]
    assert words in found[0].message
    assert "8, 8 and 84" in found[0].why


def test_a_label_without_its_details_is_said_not_to_be_judged(compare: Compare) -> None:
    _, found = compare(listings.ring_text(listings.healthy()))
    assert ("ZC-KR-13", "warning") in told(found)
    assert "RACDCERT LIST(LABEL('Zowe #1 @prod')) ID(ZWESVUSR)" in found[0].fix


def test_an_issuer_that_cannot_be_seen_is_no_error(compare: Compare) -> None:
    certificates = listings.healthy()
    text = listings.ring_text(certificates) + listings.details({"own": certificates["own"], "jwt": certificates["jwt"]})
    assert told(compare(text)[1]) == [("ZC-KR-13", "warning")]


def test_issuers_in_a_circle_come_to_an_end(compare: Compare) -> None:
    certificates = listings.healthy()
    certificates["root"].issuer = listings.INTER_NAME
    _, found = compare(listings.listing(certificates))
    assert told(found) == [("ZC-CHN-01", "error")]
