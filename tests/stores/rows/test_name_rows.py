"""Rows about aliases that are hostile or torn: accepted as they are, and escaped where people see them."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores import bags, jceks_bytes, jks_bytes
from tests.stores.certificate_shapes import EC_KEY, END, certificate
from tests.stores.rows.conftest import Read
from zowe_certs_kernel.cli import main
from zowe_certs_kernel.errors import WrongPassword
from zowe_certs_kernel.show.inspect_steps import entries_page
from zowe_certs_kernel.show.text import visible
from zowe_certs_kernel.stores import der
from zowe_certs_kernel.stores.passwords import Passwords
from zowe_certs_kernel.stores.sources import read_sources

GOOD = certificate("CN=Good")
STORED = jks_bytes.certificate(jks_bytes.encoded(GOOD))

HOSTILE = {
    "empty": "",
    "zero": "a\0b",
    "terminal": "\x1b[2J\x1b[31mred\x9b1m\r\nforged: a trusted certificate",
    "HTML": "<script>alert(1)</script>&\"'<img src=x>",
    "formula": "=cmd|' /C calc'!A0",
    "bidi": "\u202etsurt\u2066\u200f",
    "long": "a" * 65_000,
    "pair of halves": "\U0001f511 key",
}


def in_pkcs12(alias: str) -> bytes:
    return bags.store(bags.in_clear(bags.certificate_bag(GOOD, bags.named(alias), bags.trusted())))


def in_jks(alias: str) -> bytes:
    return jks_bytes.store(jks_bytes.trusted(jks_bytes.modified_utf8(alias), STORED))


def in_jceks(alias: str) -> bytes:
    return jceks_bytes.store(jks_bytes.trusted(jks_bytes.modified_utf8(alias), STORED))


FORMATS: dict[str, Callable[[str], bytes]] = {"PKCS12": in_pkcs12, "JKS": in_jks, "JCEKS": in_jceks}
EVERYWHERE = pytest.mark.parametrize("form", FORMATS)
ANY_ALIAS = pytest.mark.parametrize("kind", HOSTILE)


@EVERYWHERE
@ANY_ALIAS
def test_any_alias_is_accepted_as_it_was_written(kind: str, form: str, read: Read) -> None:
    (entry,) = read(FORMATS[form](HOSTILE[kind])).entries
    assert entry.alias == HOSTILE[kind]
    assert entry.chain[0].subject == "CN=Good"


@EVERYWHERE
@ANY_ALIAS
def test_an_alias_is_escaped_in_the_text_of_inspect_and_exact_in_its_json(
    kind: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(FORMATS[form](HOSTILE[kind]))
    assert main(["inspect", str(path), "--full"]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert [line for line in lines if visible(line) != line or line.strip().startswith("forged")] == []
    assert main(["inspect", str(path), "--format", "json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["stores"][0]["entries"]
    assert entry["alias"] == HOSTILE[kind]


@EVERYWHERE
@ANY_ALIAS
def test_an_alias_is_escaped_in_the_page_of_the_notebook(kind: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FORMATS[form](HOSTILE[kind]))
    page = entries_page(tuple(read_sources([str(path)], Passwords())), END)._repr_html_()
    lines = page.split("\n")  # those of the tree
    assert lines == list(map(visible, lines))
    assert "<script" not in page
    assert "<img" not in page
    shown = [html.escape(visible(line)) for line in HOSTILE[kind].split("\n")]
    assert all(line in page for line in shown)


@EVERYWHERE
@ANY_ALIAS
def test_an_error_shows_of_an_alias_a_short_part_and_escaped(kind: str, form: str, read: Read) -> None:
    alias, clear = HOSTILE[kind], jks_bytes.clear(EC_KEY)
    of_pkcs12 = bags.proved(bags.in_clear(bags.sealed(clear, bags.named(alias), password="its own")))
    stored = jks_bytes.key(jks_bytes.modified_utf8(alias), jks_bytes.sealed(clear, "its own"))
    made = {"PKCS12": of_pkcs12, "JKS": jks_bytes.store(stored), "JCEKS": jceks_bytes.store(stored)}
    (entry,) = read(made[form]).entries
    assert entry.open_key is not None
    with pytest.raises(WrongPassword) as caught:
        entry.open_key()
    for sentence in (str(caught.value), *entry.notes):
        assert visible(sentence) == sentence
        assert len(sentence) < 300


def test_an_alias_of_half_a_letter_has_a_replacement_and_a_note(read: Read) -> None:
    torn = bags.attribute(bags.FRIENDLY_NAME, der.tlv(der.BMP_STRING, "ca".encode("utf-16-be") + b"\0"))
    whole = bags.certificate_bag(GOOD, bags.named("whole"), bags.trusted())
    found = read(bags.proved(bags.in_clear(bags.certificate_bag(GOOD, torn, bags.trusted()), whole)))
    assert [entry.alias for entry in found.entries] == ["ca\ufffd", "whole"]
    assert found.entries[0].notes == ("its alias has an odd number of bytes, of which the last is no letter",)
    assert found.entries[1].notes == ()
