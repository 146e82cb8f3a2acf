"""A password is shown nowhere, and what points to one is checked before it is followed."""

from __future__ import annotations

import copy
import getpass
import json
import logging
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.secret import DEFAULT_REFERENCE, Secret, check_reference, from_reference, password_outside

TEXT = "zq7 unguessed"


def test_a_secret_gives_its_text_when_asked_and_only_then() -> None:
    secret = Secret(TEXT)
    assert secret.reveal() == TEXT
    assert repr(secret) == str(secret) == f"{secret}" == "Secret(***)"
    assert "zq7" not in "%s %r" % (secret, secret)  # noqa: UP031  # as log records are formatted


def test_a_secret_cannot_be_formatted_to_a_width() -> None:
    with pytest.raises(TypeError):
        format(Secret(TEXT), ">20")


def test_a_secret_shows_in_no_container_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    @dataclass(frozen=True)
    class Holder:
        password: Secret

    logging.getLogger("test").warning("%s %s", Holder(Secret(TEXT)), [Secret(TEXT)])
    assert "Secret(***)" in caplog.text
    assert "zq7" not in caplog.text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="never written anywhere") as caught:
        pickle.dumps(Secret(TEXT), protocol)
    assert "zq7" not in str(caught.value)


def test_a_secret_cannot_be_copied_hashed_or_written_as_json() -> None:
    for attempt in (copy.copy, copy.deepcopy, hash, json.dumps, vars):
        with pytest.raises(TypeError) as caught:
            attempt(Secret(TEXT))
        assert "zq7" not in str(caught.value)


def test_secrets_are_equal_by_value() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("other")
    assert Secret("žluť") == Secret("žluť")
    assert Secret("") == Secret("")


def test_a_secret_is_equal_to_no_text() -> None:
    others: tuple[object, ...] = (TEXT, TEXT.encode(), None, [TEXT])
    assert [Secret(TEXT) == other for other in others] == [False] * 4
    assert [other == Secret(TEXT) for other in others] == [False] * 4


def test_a_secret_tells_whether_and_how_long_it_is() -> None:
    assert (bool(Secret("")), bool(Secret("x")), len(Secret("žluť"))) == (False, True, 4)


def test_a_secret_takes_no_other_attribute() -> None:
    with pytest.raises(AttributeError):
        Secret(TEXT).note = "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "literal",
    [
        "zq7unguessed",
        "",
        "zq7:unguessed",
        "env",
        "env:",
        "file:",
        "ENV:zq7",
        " env:zq7",
        "prompt",
        "prompt:zq7",
        "Prompt:",
        "ENV_zq7",
    ],
)
def test_a_literal_password_is_refused_and_not_echoed(literal: str) -> None:
    for follow in (check_reference, from_reference, password_outside):
        with pytest.raises(UsageError) as caught:
            follow(literal)
        assert str(caught.value) == (
            "a password is never given itself, only the place where it is: pass it as env:NAME, file:PATH or prompt:"
        )


@pytest.mark.parametrize("reference", ["env:NAME", "file:/a b", "file:C:\\x", "env:a:b", "prompt:"])
def test_a_reference_is_checked_without_being_followed(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _: pytest.fail("it was asked for"))
    monkeypatch.delenv("NAME", raising=False)
    check_reference(reference)
    password_outside(reference)


@pytest.mark.parametrize("value", ["", " ", TEXT, "žluť", "a\nb", "x" * 10_000])
def test_a_password_comes_from_the_environment_as_it_is(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOWE_TEST", value)
    assert from_reference("env:ZOWE_TEST") == Secret(value)


def test_a_missing_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOWE_TEST", raising=False)
    with pytest.raises(UsageError, match="env:ZOWE_TEST, but no environment variable ZOWE_TEST is set"):
        from_reference("env:ZOWE_TEST")


def test_an_environment_variable_that_is_no_text_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOWE_TEST", "zq7\udcff")
    with pytest.raises(UsageError) as caught:
        from_reference("env:ZOWE_TEST")
    assert str(caught.value) == "the environment variable ZOWE_TEST is not text in UTF-8"


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (b"zq7\n", "zq7"),
        (b"zq7", "zq7"),
        (b"zq7\r\n", "zq7"),
        (b"zq7\nsecond\n", "zq7"),
        (b"zq7\r\nsecond", "zq7"),
        (b" zq7 \n", " zq7 "),
        (b"\xef\xbb\xbfzq7\n", "zq7"),
        ("žluť\n".encode(), "žluť"),
        (b"\nzq7\n", ""),
        (b"", ""),
    ],
)
def test_the_first_line_of_a_file_counts(data: bytes, password: str, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(data)
    assert from_reference(f"file:{path}") == Secret(password)


def test_a_file_in_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "password").write_text("zq7\n")
    assert from_reference("file:~/password") == Secret("zq7")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        from_reference(f"file:{tmp_path / 'none'}")
    assert str(caught.value) == f"the password file {tmp_path / 'none'} cannot be read: No such file or directory"


def test_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        from_reference(f"file:{tmp_path}")
    assert str(caught.value).startswith(f"the password file {tmp_path} cannot be read: ")


@pytest.mark.skipif(os.name == "nt", reason="Windows takes any name beside the own home folder")
def test_a_home_folder_of_nobody_is_told() -> None:
    with pytest.raises(UsageError, match="the password file ~nobody-of-that-name/x cannot be found"):
        from_reference("file:~nobody-of-that-name/x")


def test_a_file_that_is_no_text_is_named_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(b"zq7\xff\n")
    with pytest.raises(UsageError) as caught:
        from_reference(f"file:{path}")
    assert str(caught.value) == f"the password file {path} is not text in UTF-8"


def test_a_password_is_asked_for_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return TEXT

    monkeypatch.setattr(getpass, "getpass", answer)
    assert from_reference("prompt:") == Secret(TEXT)
    assert asked == ["Keystore password: "]


class NobodyToAsk(Exception):
    """What a notebook's kernel raises where nobody can answer, is of its own kind."""


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (EOFError(), "no password was typed"),
        (KeyboardInterrupt(), "no password was typed"),
        (NobodyToAsk("zq7"), "prompt: needs somebody to answer it; where nobody can, pass env:NAME or file:PATH"),
    ],
)
def test_a_question_without_answer_is_told_in_one_sentence(
    raised: BaseException, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> str:
        raise raised

    monkeypatch.setattr(getpass, "getpass", refuse)
    with pytest.raises(UsageError) as caught:
        from_reference("prompt:")
    assert str(caught.value) == told


@pytest.mark.skipif(os.name == "nt", reason="Windows asks the console, which cannot be taken away")
def test_without_a_terminal_nothing_waits_for_an_answer() -> None:
    code = "from zowe_certs_kernel.secret import from_reference; from_reference('prompt:')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="zq7 typed in the open\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # no terminal to open behind the standard input
        timeout=60,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert done.returncode == 1
    assert done.stderr.endswith(
        "UsageError: prompt: needs somebody to answer it; where nobody can, pass env:NAME or file:PATH\n"
    )
    assert "echoed" not in done.stdout + done.stderr


def test_outside_a_file_the_default_reference_may_point_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DEFAULT_REFERENCE == "env:ZOWE_KEYSTORE_PASSWORD"
    read = password_outside(DEFAULT_REFERENCE)
    monkeypatch.delenv("ZOWE_KEYSTORE_PASSWORD", raising=False)
    assert read() is None
    monkeypatch.setenv("ZOWE_KEYSTORE_PASSWORD", TEXT)
    assert read() == Secret(TEXT)
    monkeypatch.setenv("ZOWE_KEYSTORE_PASSWORD", "")
    assert read() == Secret("")


def test_outside_a_file_any_other_reference_must_point_to_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOWE_TEST", raising=False)
    read = password_outside("env:ZOWE_TEST")
    with pytest.raises(UsageError, match="ZOWE_TEST is set"):
        read()


def test_outside_a_file_the_default_reference_can_be_held_to_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    read = password_outside(DEFAULT_REFERENCE, strict=True)
    monkeypatch.delenv("ZOWE_KEYSTORE_PASSWORD", raising=False)
    with pytest.raises(UsageError, match="no environment variable ZOWE_KEYSTORE_PASSWORD is set"):
        read()
    monkeypatch.setenv("ZOWE_KEYSTORE_PASSWORD", TEXT)
    assert read() == Secret(TEXT)


@pytest.mark.parametrize(("typed", "accepted"), [(["zq7zq7", "zq7zq7"], True), (["zq7zq7", "zq7zq8"], False)])
def test_where_a_slip_would_lock_something_the_password_is_typed_twice(
    monkeypatch: pytest.MonkeyPatch, typed: list[str], accepted: bool
) -> None:
    asked = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return typed[len(asked) - 1]

    monkeypatch.setattr(getpass, "getpass", answer)
    if accepted:
        assert from_reference("prompt:", asked="Authority's password", twice=True) == Secret("zq7zq7")
    else:
        with pytest.raises(UsageError, match="differ") as refused:
            from_reference("prompt:", asked="Authority's password", twice=True)
        assert "zq7" not in str(refused.value)
    assert asked == ["Authority's password: ", "Authority's password again: "]


def test_only_a_prompt_asks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHORITY", "zq7zq7")
    monkeypatch.setattr(getpass, "getpass", lambda _: pytest.fail("it was asked for"))
    assert from_reference("env:AUTHORITY", twice=True) == Secret("zq7zq7")
