"""A program at work in a folder of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.stores import PASSWORD

TIMEOUT_SECONDS = 60
_KEYTOOL_OPTIONS = ("--add-exports", "java.base/sun.security.tools.keytool=ALL-UNNAMED")


@dataclass(frozen=True)
class Workshop:
    """Runs one program in one folder; a store is made once."""

    program: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    _made: dict[tuple[str, ...], Path] = field(default_factory=dict)

    def printed(self, line: str, typed: str = "") -> bytes:
        """What the program prints under the options of a command line; it must end well."""
        return self.run([self.program, *shlex.split(line)], typed)

    def run(self, command: Sequence[str], typed: str) -> bytes:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, "PASSWORD": PASSWORD, "LC_ALL": "C.UTF-8"},
            input=typed.encode(),
            capture_output=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
        return done.stdout

    def store(self, recipe: Sequence[str]) -> Path:
        """The store of a recipe: what its command lines print, or write into ``{out}``."""
        made = tuple(recipe)
        if made not in self._made:
            path, lines = self.placed(made)
            printed = b"".join(map(self.printed, lines))
            if not path.exists():
                path.write_bytes(printed)
        return self._made[made]

    def placed(self, recipe: tuple[str, ...]) -> tuple[Path, list[str]]:
        """The place of a store that is to be made, and the command lines that make it."""
        path = self._made[recipe] = self.folder / f"store-{len(self._made) + 1}"
        return path, [line.replace("{out}", path.name) for line in recipe]


@dataclass(frozen=True)
class KeytoolWorkshop(Workshop):
    """keytool of one Java; as each start takes longer than its work, stores are made together in one."""

    java: str = ""
    classes: Path = Path()

    def together(self, *recipes: Sequence[str]) -> None:
        """Make the stores of recipes that print nothing into them."""
        lines = [line for recipe in recipes for line in self.placed(tuple(recipe))[1]]
        typed = "".join("\t".join(shlex.split(line)) + "\n" for line in lines)
        self.run([self.java, *_KEYTOOL_OPTIONS, "-cp", str(self.classes), "RunKeytool"], typed)
