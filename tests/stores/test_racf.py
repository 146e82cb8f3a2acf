"""What RACDCERT printed is read as it was saved: whole jobs, EBCDIC, print columns; nothing is made up or hidden."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable

import pytest

from tests.stores import racf_samples as samples
from zowe_certs_kernel.errors import Damaged, StoreError, TooCostly, UnknownFormat
from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.model import KeyFacts
from zowe_certs_kernel.names import common_name
from zowe_certs_kernel.stores.limits import Allowance
from zowe_certs_kernel.stores.racf import read_racf_listing
from zowe_certs_kernel.stores.racf_facts import ListedCertificate, ListedRing, Listing, RingEntry
from zowe_certs_kernel.stores.racf_store import racf_store
from zowe_certs_kernel.stores.racf_text import is_racf_listing

ALL = (samples.LIST_USER, samples.LIST_CERTAUTH, samples.LISTRING, samples.LISTCHAIN, samples.CHECKCERT, samples.JOB)
ZOWE_RING = ("ZWESVUSR", "ZoweKeyring")


def read(text: str | bytes) -> Listing:
    data = text.encode() if isinstance(text, str) else text
    assert is_racf_listing(data)
    return read_racf_listing(data, "racf.txt")


def only(text: str) -> ListedCertificate:
    (certificate,) = read(text).certificates
    return certificate


def with_names(*lines: str) -> str:
    """A certificate whose subject is printed on these lines."""
    printed = "".join(f"       >{line}<\n" for line in lines)
    return f"Digital certificate information for SITE:\n  Label: x\n  Subject's Name:\n{printed}"


def test_every_field_of_list_is_read() -> None:
    first, second = read(samples.LIST_USER).certificates
    assert first == ListedCertificate(
        owner="ZWESVUSR",
        label="apiml node 1",
        certificate_id="2QjpxsXi5eTi2YGXiZSTQJWWhIVA8Q==",
        status="TRUST",
        start=dt.datetime(2026, 1, 15, tzinfo=dt.UTC),
        end=dt.datetime(2027, 1, 15, 23, 59, 59, tzinfo=dt.UTC),
        serial="a3f",
        issuer=r"CN=Alder Issuing CA,OU=Platform,O=Alder Mutual\, Inc.,ST=Hesse,C=DE",
        subject=r"CN=zowe.alder.example,OU=Platform Team Number Seven,O=Alder Mutual\, Inc.,L=Kassel,ST=Hesse,C=DE",
        san=(
            "ip:192.0.2.17",
            "email:alice@alder.example",
            "dns:zowe.alder.example",
            "uri:https://zowe.alder.example:7554/",
        ),
        signing_algorithm="sha256RSA",
        key_usage=("HANDSHAKE", "DATAENCRYPT"),
        key_type="RSA Mod-Exp",
        key_size=2048,
        private_key=True,
        pkds_label="ALDER.ZOWE.NODE1",
        sha256="1dc725900b6faa1052843e9c7701f3d8405e62bb190cc438e1967a2d85f0136e",
        rings=(ZOWE_RING, ("IZUSVR", "IZUKeyring.ALDER")),
    )
    assert first.key == KeyFacts("RSA", 2048)
    assert (second.owner, second.label, second.status) == ("ZWESVUSR", "2048 bit spare", "NOTRUST")
    assert (second.private_key, second.key, second.rings, second.san) == (False, KeyFacts("EC", 384), (), ())
    assert (second.serial, second.sha256, second.notes) == ("0", None, ("RACF printed no SHA-256 fingerprint",))


@pytest.mark.parametrize("owner", ["CERTAUTH", "SITE"])
def test_certificates_without_a_user_are_owned_by_certauth_or_site(owner: str) -> None:
    certificate = only(samples.LIST_CERTAUTH.replace("for CERTAUTH", f"for {owner}"))
    assert (certificate.owner, certificate.status, certificate.rings) == (owner, "HIGHTRUST", (ZOWE_RING,))


def test_a_listing_with_dates_says_that_they_are_local_time() -> None:
    assert any("local time" in note for note in read(samples.LIST_USER).notes)
    assert read(samples.LISTRING).notes == ()


def test_rings_are_read_with_their_labels_as_written_and_a_ring_may_be_empty() -> None:
    listing = read(samples.LISTRING)
    assert listing.certificates == ()
    assert listing.rings == (
        ListedRing(
            *ZOWE_RING,
            (
                RingEntry("apiml node 1", "ZWESVUSR", "PERSONAL", default=True),
                RingEntry("Alder Root", "CERTAUTH", "CERTAUTH", default=False),
                RingEntry("2048 bit z/OSMF 2026", "IZUSVR", "PERSONAL", default=False),
                RingEntry("READY or not", "SITE", "SITE", default=False),
            ),
        ),
        ListedRing("ZWESVUSR", "EmptyRing", ()),
    )


def test_a_chain_has_its_certificates_in_order_and_what_racf_says_of_it() -> None:
    listing = read(samples.LISTCHAIN)
    (chain,) = listing.chains
    assert [(certificate.owner, certificate.label) for certificate in chain.certificates] == [
        ("ZWESVUSR", "leaf"),
        ("CERTAUTH", "Alder Issuing CA"),
    ]
    assert [certificate.private_key for certificate in chain.certificates] == [True, False]
    assert (chain.complete, chain.rings) == (False, (ZOWE_RING,))
    assert chain.notes == ("Chain contains NOTRUST certificate(s)", "Chain contains expired certificate(s)")
    assert listing.certificates == chain.certificates


@pytest.mark.parametrize(
    "common",
    [
        "  Chain contains ring in common: ZWESVUSR/ZoweKeyring\n",
        "  Chain contains rings in common:\n    ZWESVUSR/ZoweKeyring\n",
        "  Chain contains rings in common:\n    Ring Owner: ZWESVUSR\n    Ring:\n       >ZoweKeyring<\n",
    ],
)
def test_rings_in_common_may_stand_on_the_line_or_below_it(common: str) -> None:
    summary = "Chain information:\n  Chain contains 1 certificate(s), chain is complete\n"
    (chain,) = read(samples.LIST_CERTAUTH.join(("Certificate 1:\n", summary + common))).chains
    assert (chain.complete, chain.rings) == (True, (ZOWE_RING,))


def test_of_a_chain_that_ends_early_it_is_not_known_whether_it_is_complete() -> None:
    (chain,) = read(samples.LISTCHAIN.partition("Chain information")[0]).chains
    assert chain.complete is None


def test_checkcert_is_read_without_owner_and_label() -> None:
    (chain,) = read(samples.LIST_CERTAUTH + samples.CHECKCERT).chains
    (certificate,) = chain.certificates
    assert (certificate.owner, certificate.label, certificate.private_key) == ("", "", None)
    assert chain.complete is True


def test_a_whole_job_is_read_and_lines_that_are_not_racfs_are_passed_over() -> None:
    listing = read(samples.JOB)
    assert [certificate.label for certificate in listing.certificates] == [
        "apiml node 1",
        "2048 bit spare",
        "leaf",
        "Alder Issuing CA",
    ]
    assert listing.certificates[:2] == read(samples.LIST_USER).certificates
    assert (listing.rings, listing.chains) == (read(samples.LISTRING).rings, read(samples.LISTCHAIN).chains)
    assert listing.notes[1:] == ("No certificate information was found for user NOBODY.",)


def test_a_certificate_that_is_listed_twice_is_one() -> None:
    assert read(samples.LIST_USER * 2).certificates == read(samples.LIST_USER).certificates


def test_a_listing_that_found_nothing_is_a_note() -> None:
    listing = read(samples.NOTHING_FOUND)
    assert (listing.certificates, listing.notes) == ((), ("No certificate information was found for user NOBODY.",))


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        to_ibm1047,
        lambda text: to_ibm1047(text).replace(b"\x15", b"\x25"),
        lambda text: samples.with_carriage_control(text).encode(),
        lambda text: to_ibm1047(samples.with_carriage_control(text)),
        lambda text: samples.with_line_numbers(text).encode(),
        lambda text: samples.with_line_numbers(samples.with_carriage_control(text)).encode(),
        lambda text: "".join(line.lstrip() + "\n" for line in text.splitlines()).encode(),
        lambda text: text.replace("'s Name", "\u2019s Name").encode(),
        lambda text: samples.in_records(text, 133),
        lambda text: samples.in_records(samples.with_carriage_control(text), 121),
    ],
)
def test_a_listing_is_read_the_same_however_it_was_saved(text: str, saved: Callable[[str], bytes]) -> None:
    if "Digital" not in text:  # its columns cannot be told without a heading
        text = samples.LISTRING + text
    plain, other = read(text), read(saved(text))
    assert (other.certificates, other.rings, other.chains) == (plain.certificates, plain.rings, plain.chains)
    assert other.notes == plain.notes


def test_sequence_numbers_in_the_last_columns_belong_to_no_value() -> None:
    text = samples.with_sequence_numbers(samples.LIST_CERTAUTH + samples.LISTRING)
    assert read(text).rings == read(samples.LISTRING).rings
    assert read(text).certificates == read(samples.LIST_CERTAUTH).certificates


def test_ebcdic_is_told() -> None:
    assert read(to_ibm1047(samples.LISTRING)).ebcdic
    assert not read(samples.LISTRING).ebcdic


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["CN=a.b.c.O=d"], "CN=a.b.c,O=d"),
        (["CN=v1.x=y.O=d"], "CN=v1.x=y,O=d"),
        (["CN=a+b;c<d>\"e\\.O= f .C=DE"], 'CN=a\\+b\\;c\\<d\\>\\"e\\\\,O=\\ f\\ ,C=DE'),
        (["CN=#1.OU=.O=x"], "CN=\\#1,OU=,O=x"),
        (["CN=long na", "me.O", "=split.C=D", "E"], "CN=long name,O=split,C=DE"),
        (["bob@birch.example.CN=B.T.Miles.T=President.O=Birch, Inc", "..SP=Ohio"],
         "1.2.840.113549.1.9.1=bob@birch.example,CN=B.T.Miles,2.5.4.12=President,O=Birch\\, Inc.,ST=Ohio"),
        (["OID.2.5.4.97=VATDE-1.CN=x"], "2.5.4.97=VATDE-1,CN=x"),
        (["no name that RACF prints"], "no name that RACF prints"),
        ([".OU=x" * 65], ".OU=x" * 65),
    ],
)  # fmt: skip
def test_names_that_racf_joins_by_dots_become_rfc_4514(lines: list[str], expected: str) -> None:
    assert only(with_names(*lines)).subject == expected


def test_a_common_name_is_found_in_what_was_read() -> None:
    assert common_name(only(with_names("CN=a, b.O=c")).subject) == "a, b"


def test_a_subject_of_256_bytes_may_go_on_and_says_so() -> None:
    assert any("256 bytes" in note for note in only(with_names("CN=" + "a" * 253)).notes)
    assert not any("256 bytes" in note for note in only(with_names("CN=" + "a" * 252)).notes)


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("2020/03/01 00:00:00", "2020/13/01 00:00:00", "its start date cannot be read"),
        ("  End Date:   2040/03/01 23:59:59\n", "", "its end date is missing"),
        (">01<", ">zero<", "its serial number cannot be read"),
        ("Private Key: NO", "Private Key: MAYBE", "whether it has a private key cannot be read"),
        ("Inc..C=DE<\n  Signing", "Inc\n  Signing", "its subject is missing"),
        ("Inc..C=DE<\n  Signing", "Inc\n  Signing", "a name in it is cut off"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_note_and_hides_nothing_else(old: str, new: str, note: str) -> None:
    assert samples.LIST_CERTAUTH.count(old) == 1
    certificate = only(samples.LIST_CERTAUTH.replace(old, new))
    assert note in certificate.notes
    assert (certificate.label, certificate.key) == ("Alder Root", KeyFacts("RSA", 4096))


def test_lines_below_an_unknown_field_are_not_taken_for_a_name() -> None:
    strange = samples.LIST_CERTAUTH.replace("  Signing", "  Mapping Label:\n       >evil<\n  Signing")
    assert only(strange).subject == only(samples.LIST_CERTAUTH).subject


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x30\x82\x01\x00" + bytes(300),
        b"-----BEGIN CERTIFICATE-----\nIRRD1MIIB\n-----END CERTIFICATE-----\n",
        b"RACDCERT LIST prints 'Digital certificate information for user X:' as its heading.\nLabel: none\n",
        b"Digital certificate information for user X:\nis a heading, and nothing comes of it\n",
        to_ibm1047("Digital certificate information for users who read\nLabel: none\n"),
        b"RACDCERT ID(ZWESVUSR) LIST\nREADY\n",
    ],
)
def test_other_files_are_no_listing(text: bytes) -> None:
    assert not is_racf_listing(text)
    with pytest.raises(UnknownFormat, match="RACDCERT"):
        read_racf_listing(text, "other")


def test_headings_with_nothing_below_them_are_damaged() -> None:
    with pytest.raises(Damaged, match="nothing below"):
        read("Digital certificate information for user X:\n***\n")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * (9 << 20),
        "a\n" * 300_000,
        "  Label: x\n  Status: TRUST\n" * 12_000,
        "Digital ring information for user X:\n  Ring:\n  >r<\n  Certificate Label Name\n"
        + "  a  CERTAUTH  CERTAUTH  NO\n" * 12_000,
    ],
)
def test_too_much_is_refused_with_the_limit(text: str) -> None:
    with pytest.raises(TooCostly, match=r"over [0-9]"):
        read(samples.LISTRING + samples.LIST_CERTAUTH + text)


@pytest.mark.parametrize(
    "line",
    ["a.", "A.A=", "OID.1.1", " ", ">", "1", "a b ", "CN=.", "Label: ", "\\", "/", "Z" * 20 + "."],
)
@pytest.mark.parametrize("lines", [1, 4000])
def test_long_lines_that_invite_backtracking_are_read_to_their_end(line: str, lines: int) -> None:
    body = ("  >" + line * (900 // len(line)) + "<\n" + line * (900 // len(line)) + "\n") * lines
    if lines == 1:
        body = line * (4_000_000 // len(line))
    found = read_racf_listing((with_names("CN=x") + body + samples.LISTRING).encode(), "long")  # or it never ends
    assert found.certificates


@pytest.mark.parametrize("seed", range(200))
def test_mutated_listings_raise_only_our_own_errors(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # no secret comes of it
    text = chance.choice(ALL)
    data = bytearray(to_ibm1047(text) if chance.random() < 0.5 else text.encode())
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(max(1, len(data) - 200))
        if chance.random() < 0.5:
            data[at : at + 1] = bytes((chance.randrange(256),))
        elif chance.random() < 0.5:
            del data[at : at + chance.randrange(1, 200)]
        else:
            data[at:at] = data[: chance.randrange(1, 200)]
    try:
        listing = read_racf_listing(bytes(data), "mutated")
    except StoreError:
        return
    json.dumps(racf_store(listing, Allowance()).as_dict())
