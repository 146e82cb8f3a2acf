"""keytool as a program, and what its ``-list -v`` says as data."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zowe_certs_kernel.setup import Made
from zowe_certs_kernel.setup.plan import PlannedStore

TIMEOUT_SECONDS = 60
# English and UTC whatever the machine's own, and no collector with threads of its own. Every Java launcher reads
# _JAVA_OPTIONS, and the plan's commands set the other variable, JAVA_TOOL_OPTIONS.
OPTIONS = "-Duser.language=en -Duser.country=US -Duser.timezone=UTC -XX:+UseSerialGC"
# A JVM of one breath ends before the optimising compiler pays.
BRIEF = f"{OPTIONS} -XX:TieredStopAtLevel=1"

# keytool shows octets in rows of sixteen, two blanks in the middle, then the same as text.
_OCTETS = re.compile(r"[0-9A-F]{4}: ")
_OCTET_COLUMNS = slice(6, 55)
_EXTENSION = re.compile(r"#\d+: ObjectId: ([\d.]+) Criticality=(true|false)")

_BETWEEN = re.compile(r"^(?:\*+|Certificate\[\d+\]:)$", re.MULTILINE)


def java_environment(**more: str) -> dict[str, str]:
    """The environment of a Java program: this one's, without the options that it has for Java."""
    kept = {name: value for name, value in os.environ.items() if name not in {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"}}
    return {**kept, "_JAVA_OPTIONS": BRIEF, **more}


@dataclass(frozen=True)
class ListedCertificate:
    """``extensions`` are criticality and text by object identifier, octets as one word of hexadecimal digits."""

    owner: str
    issuer: str
    serial: str
    life: dt.timedelta
    sha256: str
    signature_algorithm: str
    key: str
    version: str
    extensions: Mapping[str, tuple[bool, str]]


@dataclass(frozen=True)
class ListedEntry:
    """``kind`` is keytool's own word for it."""

    kind: str
    chain: tuple[ListedCertificate, ...]


@dataclass(frozen=True)
class Keytool:
    """One Java's keytool."""

    path: str
    _listings: dict[Path, dict[str, ListedEntry]] = field(default_factory=dict)

    def run(self, *arguments: str, **passwords: str) -> subprocess.CompletedProcess[str]:
        """Run it; passwords are environment variables, which ``-storepass:env`` and the like name."""
        command, environment = [self.path, *arguments], java_environment(**passwords)
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
        )

    def done(self, *arguments: str, **passwords: str) -> str:
        """What it prints; it must end well."""
        done = self.run(*arguments, **passwords)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def listing(self, path: Path, password: str) -> dict[str, ListedEntry]:
        """The entries of a store by alias, in keytool's order; each store is listed once a session."""
        if path not in self._listings:
            text = self.done("-list", "-v", "-keystore", str(path), "-storepass:env", "PASSWORD", PASSWORD=password)
            self._listings[path] = read_listing(text)
        return self._listings[path]

    def listing_of(self, made: Made, store: PlannedStore) -> dict[str, ListedEntry]:
        return self.listing(made.plan.directory / store.path, store.password.reveal())


def read_listing(text: str) -> dict[str, ListedEntry]:
    """Read what ``keytool -list -v`` prints."""
    entries = {}
    for part in re.split(r"^Alias name: ", text, flags=re.MULTILINE)[1:]:
        head, *certificates = re.split(r"^Owner: ", part, flags=re.MULTILINE)
        chain = tuple(_certificate(f"Owner: {certificate}") for certificate in certificates)
        length = re.search(r"^Certificate chain length: (\d+)$", head, re.MULTILINE)
        assert len(chain) == (int(length[1]) if length else 1), head
        entries[head.partition("\n")[0]] = ListedEntry(_value("Entry type", head), chain)
    found = re.search(r"^Your keystore contains (\d+) entr", text, re.MULTILINE)
    assert found
    assert len(entries) == int(found[1])
    return entries


def _value(label: str, text: str) -> str:
    found = re.search(rf"^\s*{re.escape(label)}: (.*)$", text, re.MULTILINE)
    assert found, f"no {label} in {text}"
    return found[1]


def _certificate(text: str) -> ListedCertificate:
    return ListedCertificate(
        owner=_value("Owner", text),
        issuer=_value("Issuer", text),
        serial=_value("Serial number", text),
        life=_life(_value("Valid from", text)),
        sha256=_value("SHA256", text).replace(":", "").lower(),
        signature_algorithm=_value("Signature algorithm name", text),
        key=_value("Subject Public Key Algorithm", text),
        version=_value("Version", text),
        extensions=_extensions(text.partition("Extensions:")[2]),
    )


def _life(text: str) -> dt.timedelta:
    start, end = (
        dt.datetime.strptime(moment, "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=dt.UTC)
        for moment in text.split(" until: ")
    )
    return end - start


def _extensions(text: str) -> dict[str, tuple[bool, str]]:
    _, *parts = _EXTENSION.split(text)
    found = {}
    for oid, critical, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        found[oid] = (critical == "true", _one_line(_BETWEEN.sub("", body)))
    return found


def _one_line(text: str) -> str:
    words: list[str] = []
    octets = ""
    for line in text.splitlines():
        if _OCTETS.match(line):
            octets += "".join(line[_OCTET_COLUMNS].split()).lower()
            continue
        words += [octets] if octets else []
        octets = ""
        words += line.split()
    return " ".join(words)
