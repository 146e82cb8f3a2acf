"""8/8/44 and its like are explained with what to run."""

from __future__ import annotations

import pytest

from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.keyring.return_codes import explain_return_code, return_codes_in


@pytest.mark.parametrize(
    ("code", "what", "command"),
    [
        ("8/8/44", "no certificate of that label", "RACDCERT LIST(LABEL('LABEL')) ID(OWNER)"),
        ("8/8/8", "may not read the ring", "PERMIT OWNER.RING.LST CLASS(RDATALIB) ID(USER) ACCESS(READ)"),
        ("8/8/84", "no ring of that name", "RACDCERT ADDRING(RING) ID(OWNER)"),
    ],
)
def test_each_says_what_it_means_and_what_to_run(code: str, what: str, command: str) -> None:
    meaning = explain_return_code(code)
    assert what in meaning.what
    assert command in meaning.commands
    assert meaning.checks


@pytest.mark.parametrize("text", ["8/8/44", " 8 / 8 / 44 ", "8,8,44", "08/08/044"])
def test_the_numbers_are_read_however_they_are_parted(text: str) -> None:
    assert explain_return_code(text).code == "8/8/44"


@pytest.mark.parametrize("text", ["8/8/45", "44", "", "8/8/44/1"])
def test_others_are_said_not_to_be_known(text: str) -> None:
    with pytest.raises(UsageError, match="8/8/44, 8/8/8, 8/8/84"):
        explain_return_code(text)


def test_the_sites_own_words_stand_in_the_commands() -> None:
    meaning = explain_return_code("8/8/44").for_ring("ZWESVUSR", "ZoweKeyring", "localhost")
    assert meaning.commands[0] == "RACDCERT LISTRING(ZoweKeyring) ID(ZWESVUSR)"
    assert (
        "RACDCERT CONNECT(ID(ZWESVUSR) LABEL('localhost') RING(ZoweKeyring) USAGE(PERSONAL) DEFAULT) ID(ZWESVUSR)"
        in meaning.commands
    )
    permitted = explain_return_code("8/8/8").for_ring("ZWESVUSR", "ZoweKeyring", user="OTHER").commands
    assert "PERMIT ZWESVUSR.ZOWEKEYRING.LST CLASS(RDATALIB) ID(OTHER) ACCESS(READ)" in permitted


def test_a_log_is_searched_for_the_words_of_java_and_of_zowes_app_server() -> None:
    log = """\
ZWED0148E - Exception thrown when reading SAF keyring, e= Error: R_datalib call failed: function code: 01, \
SAF rc: 8, RACF rc: 8, RACF rsn: 44
java.io.IOException: The ring cannot be read: R_datalib (IRRSDL00) error: not RACF authorized (8, 8, 8)
java.io.IOException: The ring cannot be read: R_datalib (IRRSDL00) error: not RACF authorized (8, 8, 8)
GET /ui/8/8/84 200
"""
    assert [meaning.code for meaning in return_codes_in(log)] == ["8/8/44", "8/8/8"]
