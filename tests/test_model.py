"""Facts are frozen, and their dictionaries are the JSON that other programs build on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest

from zowe_certs_kernel.model import (
    CertificateFacts,
    Entry,
    EntryKind,
    Finding,
    KeyFacts,
    RingPlace,
    Severity,
    Store,
    iso,
)

START = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
FACTS = CertificateFacts(
    subject="CN=a,O=b",
    issuer="CN=ca",
    serial="1f",
    not_before=START,
    not_after=START.replace(year=2036),
    sha256="ab" * 32,
    signature_algorithm="sha256WithRSAEncryption",
    key=KeyFacts("RSA", 2048),
    san=("dns:a.example.com",),
    key_usage=("digitalSignature",),
    extended_key_usage=("serverAuth",),
    is_ca=False,
    path_length=None,
    self_signed=False,
    subject_key_identifier="01",
    authority_key_identifier=None,
    der=b"\x30\x00",
    sha1="cd" * 20,
    critical=("keyUsage",),
    policies=("2.5.29.32.0",),
    name_constraints=("permitted dns:example.com",),
)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (START, "2026-01-02T03:04:05Z"),
        (START.replace(microsecond=999_999), "2026-01-02T03:04:05Z"),
        (START.astimezone(dt.timezone(dt.timedelta(hours=-5))), "2026-01-02T03:04:05Z"),
        (dt.datetime(21, 1, 1, tzinfo=dt.UTC), "0021-01-01T00:00:00Z"),
        (dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC), "9999-12-31T23:59:59Z"),
    ],
)
def test_moments_are_told_in_utc_to_the_second(moment: dt.datetime, text: str) -> None:
    assert iso(moment) == text


def test_a_certificate_is_told_as_the_contract_says() -> None:
    assert FACTS.as_dict() == {
        "subject": "CN=a,O=b",
        "issuer": "CN=ca",
        "serial": "1f",
        "not_before": "2026-01-02T03:04:05Z",
        "not_after": "2036-01-02T03:04:05Z",
        "sha256": "ab" * 32,
        "sha1": "cd" * 20,
        "signature_algorithm": "sha256WithRSAEncryption",
        "key": {"type": "RSA", "bits": 2048},
        "san": ["dns:a.example.com"],
        "key_usage": ["digitalSignature"],
        "extended_key_usage": ["serverAuth"],
        "critical": ["keyUsage"],
        "is_ca": False,
        "path_length": None,
        "self_signed": False,
        "subject_key_identifier": "01",
        "authority_key_identifier": None,
        "policies": ["2.5.29.32.0"],
        "name_constraints": ["permitted dns:example.com"],
        "notes": [],
    }
    assert FACTS.common_name == "a"


def test_what_could_not_be_read_is_null() -> None:
    told = dataclasses.replace(
        FACTS, key=None, not_before=None, not_after=None, sha256=None, sha1="", extended_key_usage=None, is_ca=None,
        self_signed=None,
    )  # fmt: skip
    null = {name for name, value in told.as_dict().items() if value is None}
    assert null == {
        "key", "not_before", "not_after", "sha256", "sha1", "extended_key_usage", "is_ca", "path_length",
        "self_signed", "authority_key_identifier",
    }  # fmt: skip
    assert told.end_day == "unknown"


def test_without_a_fingerprint_number_and_names_tell_certificates_apart() -> None:
    one = dataclasses.replace(FACTS, sha256=None)
    assert FACTS.identity == FACTS.sha256
    assert one.identity == dataclasses.replace(one, san=()).identity
    others = (dataclasses.replace(one, serial="20"), dataclasses.replace(one, subject="CN=x"), FACTS)
    assert len({one.identity, *(other.identity for other in others)}) == 4


def test_a_key_is_told_by_type_and_size() -> None:
    assert str(KeyFacts("EC", 256)) == "EC 256"


def test_a_store_is_told_as_the_contract_says() -> None:
    entries = (
        Entry("Key", EntryKind.PRIVATE_KEY, (FACTS,), FACTS.key, java_alias="key", key_fits=False),
        Entry("ca", EntryKind.TRUSTED_CERTIFICATE, (FACTS,)),
        Entry("alone", EntryKind.PRIVATE_KEY, (), place=RingPlace("ZWESVUSR", "TRUST", ("A/R",), "PERSONAL", True)),
    )
    told = Store("keystore.p12", "PKCS12", entries).as_dict()
    assert told == {
        "source": "keystore.p12",
        "format": "PKCS12",
        "error": None,
        "entries": [
            {
                "alias": "Key",
                "java_alias": "key",
                "kind": "private_key",
                "key": {"type": "RSA", "bits": 2048},
                "chain": [FACTS.as_dict()],
                "key_fits": False,
            },
            {
                "alias": "ca",
                "java_alias": None,
                "kind": "trusted_certificate",
                "key": None,
                "chain": [FACTS.as_dict()],
            },
            {
                "alias": "alone",
                "java_alias": None,
                "kind": "private_key",
                "key": None,
                "chain": [],
                "place": {
                    "owner": "ZWESVUSR",
                    "status": "TRUST",
                    "rings": ["A/R"],
                    "usage": "PERSONAL",
                    "default": True,
                },
            },
        ],
    }
    assert json.loads(json.dumps(told)) == told


def test_an_entry_is_found_by_its_alias_in_any_case() -> None:
    store = Store("s", "PKCS12", (Entry("ZoweCert", EntryKind.PRIVATE_KEY, (FACTS,)),))
    assert store.entry("zowecert") is store.entry("ZOWECERT") is store.entries[0]
    assert store.entry("other") is None


def test_the_certificate_of_an_entry_is_the_first_of_its_chain() -> None:
    other = dataclasses.replace(FACTS, sha256="cd" * 32)
    assert Entry("a", EntryKind.PRIVATE_KEY, (other, FACTS)).certificate is other
    assert Entry("a", EntryKind.PRIVATE_KEY, ()).certificate is None


def test_a_finding_is_told_as_the_contract_says() -> None:
    finding = Finding("ZC-X-01", Severity.WARNING, "seen", "why", "fix", "source", {"alias": "a"})
    assert finding.as_dict() == {
        "rule": "ZC-X-01",
        "severity": "warning",
        "where": {"alias": "a"},
        "message": "seen",
        "why": "why",
        "fix": "fix",
        "source_of_rule": "source",
    }


def unasked() -> None:
    pytest.fail("the key was asked for")


def test_the_key_of_an_entry_is_opened_by_nothing_but_asking() -> None:
    refuse: Callable[[], object] = unasked
    entry = Entry("a", EntryKind.PRIVATE_KEY, (FACTS,), FACTS.key, refuse)  # type: ignore[arg-type]
    assert "unasked" not in repr(entry)
    assert entry == dataclasses.replace(entry, open_key=None)
    assert "open_key" not in entry.as_dict()


@pytest.mark.parametrize("thing", [FACTS, KeyFacts("RSA", 2048), Entry("a", EntryKind.CERTIFICATE, ())])
def test_facts_cannot_be_changed(thing: object) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        thing.alias = "x"  # type: ignore[attr-defined]
