"""A test that needs a program from outside is skipped by that name, and fails where the name is demanded."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from tests.conftest import REQUIRE, pytest_configure

NO_PROGRAM = "no-program-of-this-name"


def test_a_missing_program_skips_the_test_by_name(program: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE, "java,openssl")
    with pytest.raises(pytest.skip.Exception, match=f"^node: {NO_PROGRAM} or another is missing$"):
        program("node", NO_PROGRAM, "another")


@pytest.mark.parametrize("names", ["node", "java,node", "java, node", "node java"])
def test_a_missing_program_that_is_demanded_fails_the_test(
    program: Callable[..., str], monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.setenv(REQUIRE, names)
    with pytest.raises(pytest.fail.Exception, match=f"{NO_PROGRAM} is missing, and {REQUIRE} demands node"):
        program("node", NO_PROGRAM)


def test_a_program_is_looked_for_under_each_of_its_names(program: Callable[..., str]) -> None:
    assert program("node", NO_PROGRAM, "sh").endswith("sh")


def test_a_part_that_nobody_can_demand_is_a_mistake(missing: Callable[[str, str], NoReturn]) -> None:
    with pytest.raises(ValueError, match="python is none of java, node, openssl, curl, gnutls, nss, bouncycastle"):
        missing("python", NO_PROGRAM)


@pytest.mark.parametrize(("names", "wrong"), [("jaav", "jaav"), ("java,nodejs,Openssl", "Openssl, nodejs")])
def test_demanding_what_does_not_exist_stops_the_run(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, names: str, wrong: str
) -> None:
    monkeypatch.setenv(REQUIRE, names)
    with pytest.raises(pytest.UsageError, match=f"names {wrong}; it knows java"):
        pytest_configure(pytestconfig)


@pytest.mark.parametrize("names", ["", "java", "java,node,openssl,chromium"])
def test_demanding_nothing_or_what_exists_lets_the_run_begin(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.setenv(REQUIRE, names)
    pytest_configure(pytestconfig)
