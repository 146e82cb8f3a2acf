"""Nothing but our own errors comes out of changed and made-up stores; ``python -m tests.hostile`` makes many more."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from jks import sun_crypto

from tests.hostile import __main__ as program
from tests.hostile.campaign import Tally, campaign
from tests.hostile.grammar import FORMATS, LARGE_FROM, input_of, is_large
from tests.hostile.many import _died
from tests.hostile.mutation import chance_of, mutated
from tests.hostile.seeds import PASSWORD, seeds
from zowe_certs_kernel.errors import Damaged
from zowe_certs_kernel.model import Store
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import open_store
from zowe_certs_kernel.stores.ciphers import Purpose, pbkdf2, pkcs12_kdf
from zowe_certs_kernel.stores.racf import read_racf_listing

SEED = int(os.environ.get("ZOWE_CERTS_HOSTILE_SEED", "20261123"))
INPUTS, CHUNK = 5_000, 1_000
OPENED = "tests.hostile.reading.open_store"


@pytest.mark.parametrize("first", range(0, INPUTS, CHUNK))
@pytest.mark.parametrize("kind", FORMATS)
def test_only_our_own_errors_come_of_hostile_inputs(kind: str, first: int, tmp_path: Path) -> None:
    tally = campaign(kind, SEED, range(first, first + CHUNK), tmp_path)
    told = "\n".join(f"python -m tests.hostile --format {kind} --seed {SEED} --only {number}\n{text}"
                     for number, text in tally.failures[:3])  # fmt: skip
    assert not tally.failures, told
    assert tally.outcomes["opened"] > CHUNK // 10, tally.line(kind)  # else only the outermost of a reader was tried
    assert len(tally.outcomes) > 2, tally.line(kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_seed_opens(kind: str, tmp_path: Path) -> None:
    for number, data in enumerate(seeds(kind)):
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert open_store(path, Secret(PASSWORD)).entries or read_racf_listing(data, "listing").rings


@pytest.mark.parametrize("kind", FORMATS)
def test_an_input_is_the_same_in_every_process(kind: str) -> None:
    numbers = tuple(range(20))
    script = (
        "import sys; from tests.hostile.grammar import input_of\n"
        f"sys.stdout.write(' '.join(input_of({kind!r}, 7, number).hex() for number in {numbers}))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=root, capture_output=True, check=True)
    assert done.stdout.decode().split(" ") == [input_of(kind, 7, number).hex() for number in numbers]
    assert len({input_of(kind, seed, 0) for seed in range(20)}) > 10


def test_the_largest_inputs_come_in_a_long_run_only() -> None:
    assert not any(map(is_large, range(INPUTS)))
    assert is_large(LARGE_FROM)


def test_a_change_is_the_same_for_the_same_chance() -> None:
    data = bytes(range(256))
    assert mutated(data, (data,), chance_of(1, 2)) == mutated(data, (data,), chance_of(1, 2))
    assert len({mutated(data, (data,), chance_of(1, number)) for number in range(100)}) > 80
    assert isinstance(mutated(b"", (), chance_of(1)), bytes)


def store_with(*notes: str) -> Store:
    return Store("input", "PKCS12", (), "", notes)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (ValueError("padding"), "ValueError: padding"),
        (RecursionError("deep"), "RecursionError: deep"),
        (BaseException("panic"), "BaseException: panic"),
        (Damaged(f"{PASSWORD} does not open it"), "a password or a key is in what was told"),
        (store_with(f"it has the password {PASSWORD}"), "a password or a key is in what was told"),
        (Damaged("x" * 1_001), "no sentence, but 1001 characters"),
        (store_with("one line\nand another"), "no sentence, but 20 characters"),
    ],
)
def test_what_should_not_come_out_is_a_failure(
    found: BaseException | Store, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> Store:
        if isinstance(found, Store):
            return found
        raise found

    monkeypatch.setattr(OPENED, opened)
    tally = campaign("jks", 7, [3], tmp_path, tmp_path / "keep")
    ((number, text),) = tally.failures
    assert number == 3
    assert told in text
    assert (tmp_path / "keep" / "jks-7-3").read_bytes() == input_of("jks", 7, 3)


def test_a_warning_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> Store:
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return store_with()

    monkeypatch.setattr(OPENED, opened)
    assert "DeprecationWarning: old" in campaign("jks", 7, [3], tmp_path).failures[0][1]


def of_pkcs12() -> None:
    pkcs12_kdf("sha1", Secret("x"), b"salt", Purpose.KEY, 3_001, 20)


def of_pbes2() -> None:
    pbkdf2("sha256", b"x", b"salt", 3_001, 20)


def of_jceks() -> None:
    sun_crypto.jce_pbe_decrypt(bytes(8), "x", b"saltSALT", 3_001)


@pytest.mark.parametrize("derive", [of_pkcs12, of_pbes2, of_jceks])
def test_rounds_over_the_limit_are_a_failure(
    derive: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> Store:
        with contextlib.suppress(sun_crypto.BadPaddingException):
            derive()
        return store_with()

    monkeypatch.setattr(OPENED, opened)
    assert "[3001] rounds were derived" in campaign("jks", 7, [3], tmp_path).failures[0][1]


def test_a_process_that_dies_is_a_failure_and_its_input_is_kept(tmp_path: Path) -> None:
    for name in ("own", "keep"):
        (tmp_path / name).mkdir()
    (tmp_path / "own" / "1").mkdir()
    (tmp_path / "own" / "1" / "input").write_bytes(b"deadly")
    tally = _died("jks", 7, tmp_path / "own", tmp_path / "keep", Tally(5))
    assert (tally.inputs, len(tally.failures)) == (5, 1)
    assert (tmp_path / "keep" / "jks-7-died-1").read_bytes() == b"deadly"


def test_the_command_runs_all_formats_and_one_input_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep = str(tmp_path)
    assert program.main(["--inputs", "3", "--seed", "7", "--keep", keep]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "seed 7"
    assert [line.partition(":")[0] for line in lines[1:]] == list(FORMATS)
    assert program.main(["--format", "jks", "--seed", "7", "--only", "2", "--keep", keep]) == 0
    assert (tmp_path / "jks-7-2").read_bytes() == input_of("jks", 7, 2)
    assert "jks: 1 inputs" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--inputs", "0"], ["--only", "3"], ["--format", "png"], ["--processes", "0"]])
def test_bad_usage_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m tests.hostile" in capsys.readouterr().err
