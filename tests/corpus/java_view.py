"""What Java finds in stores: one run of our program ``ListStores`` for many of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.stores import NOT_ASCII, Case, Facts, opened
from tests.java.keytool import BRIEF, OPTIONS, TIMEOUT_SECONDS, java_environment
from zowe_certs_kernel.errors import StoreError
from zowe_certs_kernel.model import Entry
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store

# For key derivation of hundreds of thousands of rounds: the optimising compiler from the start.
LONG = f"{OPTIONS} -XX:-TieredCompilation"

# The words of our notes on what no Java opens.
_REFUSED = ("Java does not open it", "in which Java does not read it")
_KEY_REFUSED = "Java does not open what "

# Kind, whether the key opens, and the fingerprints of the chain; of a secret key there is none.
Shown = dict[str, tuple[str, bool, tuple[str, ...]]]


@dataclass(frozen=True)
class Lister:
    """One Java and the folder of the compiled program."""

    java: str
    classes: Path

    def shown(self, stores: Iterable[tuple[Path, Case]], options: str = BRIEF) -> dict[Path, Shown | str]:
        """The entries of each store by alias under its password, or the error.

        Each is read by its type, as Zowe does.
        """
        asked = "".join(f"{path}\t{_type_of(case)}\t{case.password}\n" for path, case in stores)
        done = subprocess.run(
            [self.java, "-cp", str(self.classes), "ListStores"],
            env=java_environment(_JAVA_OPTIONS=options),
            input=asked,
            encoding="utf-8",
            capture_output=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[Path, Shown | str] = {}
        for line in done.stdout.splitlines():
            word, path, *rest = line.split("\t")
            if word == "error":
                found[Path(path)] = rest[0]
                continue
            entries = found.setdefault(Path(path), {})
            assert not isinstance(entries, str)
            if word == "entry":
                alias, kind, opens, *chain = rest
                entries[alias] = (kind, opens == "true", tuple(chain))
        return found


def _type_of(case: Case) -> str:
    return case.expected.format if isinstance(case.expected, Facts) else "PKCS12"


def not_as_said(
    lister: Lister, stores: Mapping[str, tuple[Path, Case]], options: str = BRIEF
) -> dict[str, tuple[Shown | str, Sequence[Shown | str]]]:
    """Each store of which Java shows something else than we say, or which it refuses where we do not say so.

    What Java shows, and what it may show.
    """
    shown = lister.shown(stores.values(), options)
    wrong = {}
    for name, (path, case) in stores.items():
        seen, allowed = shown[path], allowed_of(path, case.password)
        if seen not in allowed and not (isinstance(seen, str) and any(isinstance(each, str) for each in allowed)):
            wrong[name] = (seen, allowed)
    return wrong


def allowed_of(path: Path, password: str) -> Sequence[Shown | str]:
    """What Java may show of a store by what we find in it, or why we say that it refuses."""
    try:
        store = open_store(path, Secret(password))
    except StoreError as error:
        return [str(error)]
    refused = [note for note in store.notes if any(words in note for words in _REFUSED)]
    entries: Shown = {
        entry.java_alias: (str(entry.kind), _opens(entry), tuple(str(facts.sha256) for facts in entry.chain))
        for entry in store.entries
        if entry.java_alias is not None
    }
    if refused:
        return refused
    return [entries, NOT_ASCII] if NOT_ASCII in store.notes else [entries]


def _opens(entry: Entry) -> bool:
    said = any(note.startswith(_KEY_REFUSED) for note in entry.notes)
    return not said and opened(entry) in {"fits", "opens"}
