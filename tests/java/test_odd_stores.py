"""What the notes on odd stores say of Java is what keytool does with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.java.keytool import Keytool
from tests.stores import bags, jceks_bytes, jks_bytes
from tests.stores.certificate_shapes import EC_KEY, certificate, issued
from tests.stores.rows.test_pkcs12_rows import JAVA_NAMES
from zowe_certs_kernel.model import EntryKind
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import der, open_store

PASSWORD = "unguessed"
GOOD = jks_bytes.encoded(certificate("CN=Good"))


def listing(keytool: Keytool, path: Path, kind: str) -> str:
    """All that keytool prints, whatever its end."""
    words = ("-list", "-keystore", str(path), "-storetype", kind, "-storepass:env", "PASSWORD")
    return keytool.run(*words, PASSWORD=PASSWORD).stdout


def entries_of(listing: str) -> set[tuple[str, str]]:
    """Alias and kind of each entry in it."""
    return set(re.findall(r"^(.*), \w{3} \d+, \d{4}, (\w+Entry),", listing, re.MULTILINE))


def test_java_does_not_show_what_the_notes_say_that_it_does_not_show(keytool: Keytool, tmp_path: Path) -> None:
    in_clear, marked = ((bags.named(name), bags.key_id(name.encode())) for name in ("in clear", "marked"))
    odd = bags.attribute(bags.FRIENDLY_NAME, der.tlv(der.BMP_STRING, "torn".encode("utf-16-be") + b"\0"))
    data = bags.proved(
        bags.in_clear(
            bags.key_bag(EC_KEY, *in_clear),
            bags.certificate_bag(certificate("CN=in clear"), *in_clear),
            bags.sealed(jks_bytes.clear(EC_KEY), *marked),
            bags.certificate_bag(certificate("CN=marked"), *marked, bags.trusted()),
            bags.certificate_bag(GOOD, bags.named("unmarked")),
            bags.certificate_bag(GOOD, odd, bags.trusted()),
            bags.certificate_bag(GOOD, bags.named("ca"), bags.trusted()),
            bags.certificate_bag(GOOD, bags.named("CA"), bags.trusted()),
        )
    )
    path = tmp_path / "odd.p12"
    path.write_bytes(data)
    shown = {(re.sub(r"\W$", "�", alias), kind) for alias, kind in entries_of(listing(keytool, path, "PKCS12"))}
    assert shown == {(alias, "trustedCertEntry") for alias in ("marked", "torn�", "ca")}
    found = open_store(path, Secret(PASSWORD))
    noted = {entry.alias for entry in found.entries if any("Java" in note for note in entry.notes)}
    assert noted == {"in clear", "marked", "unmarked"}
    assert any("the same alias to Java" in note for note in found.notes)


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        (
            "JKS",
            jks_bytes.store(jks_bytes.trusted(b"ca", jks_bytes.certificate(issued("", "CN=Issuer")))),
            "subject field is empty",
        ),
        (
            "JCEKS",
            jceks_bytes.store(jceks_bytes.secret(b"odd", jceks_bytes.sealed_key(name=b"org.example.Exploit"))),
            "Invalid secret key format",
        ),
    ],
    ids=["an authority without a name", "an object of an unknown class"],
)
def test_java_refuses_the_store_that_a_note_says_it_refuses(
    kind: str, data: bytes, reason: str, keytool: Keytool, tmp_path: Path
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    said = listing(keytool, path, kind)
    assert reason in said
    assert entries_of(said) == set()
    (entry,) = open_store(path, Secret(PASSWORD)).entries
    notes = (*entry.notes, *(note for facts in entry.chain for note in facts.notes))
    assert any("Java refuses the " in note for note in notes)


@pytest.mark.parametrize("kind", JAVA_NAMES)
def test_java_gives_the_entries_of_a_store_the_aliases_that_we_say(kind: str, keytool: Keytool, tmp_path: Path) -> None:
    contents, names = JAVA_NAMES[kind]
    path = tmp_path / "named.p12"
    path.write_bytes(bags.proved(bags.in_clear(*contents)))
    kinds = {EntryKind.PRIVATE_KEY: "PrivateKeyEntry", EntryKind.TRUSTED_CERTIFICATE: "trustedCertEntry"}
    entries = open_store(path, Secret(PASSWORD)).entries
    assert [entry.java_alias for entry in entries] == [java_alias for _, java_alias in names]
    said = {(entry.java_alias, kinds[entry.kind]) for entry in entries if entry.java_alias is not None}
    assert entries_of(listing(keytool, path, "PKCS12")) == said


def test_java_has_no_chain_for_a_key_whose_certificate_has_the_mark_of_trust(keytool: Keytool, tmp_path: Path) -> None:
    contents, _ = JAVA_NAMES["a key whose certificate has the mark of trust"]
    path = tmp_path / "marked.p12"
    path.write_bytes(bags.proved(bags.in_clear(*contents)))
    words = ("-list", "-v", "-alias", "k", "-keystore", str(path), "-storepass:env", "PASSWORD")
    said = keytool.run(*words, PASSWORD=PASSWORD).stdout
    assert "Entry type: PrivateKeyEntry" in said
    assert "Certificate chain length: 0" in said
    assert open_store(path, Secret(PASSWORD)).entries[0].notes == (
        "its certificate carries Java's mark of trust, so that Java has no chain for the key",
    )


def test_java_shows_a_key_without_any_certificate_and_not_as_a_private_key(keytool: Keytool, tmp_path: Path) -> None:
    path = tmp_path / "odd.jks"
    path.write_bytes(jks_bytes.store(jks_bytes.key(b"key", jks_bytes.sealed(jks_bytes.clear(EC_KEY)))))
    assert entries_of(listing(keytool, path, "JKS")) == {("key", "SecretKeyEntry")}
    assert open_store(path, Secret(PASSWORD)).entries[0].notes == (
        "it has no certificate, so that Java does not show it as a key",
    )
