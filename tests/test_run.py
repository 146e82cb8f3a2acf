"""A run folder is whole or not there; what failed has a name, an exit code and nothing secret in it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from zowe_certs_kernel import errors
from zowe_certs_kernel.errors import NotebookFailed, SettingsError, UsageError, WriteError, ZoweCertsError
from zowe_certs_kernel.run import RunResult, _Failure, _same_error, find_notebook, run_notebook
from zowe_certs_kernel.show.report import scrubber

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LITERAL = "Hunter2Hunter2"
PARAMETERS = """\
name: str = "nobody"  # Whom to greet
number: int = 1
where: str = ""
places: list[str] = []
password_from: str = "env:ZOWE_KEYSTORE_PASSWORD"
out_dir: str = "out"
interactive: bool = True
"""
SAY = """\
import json, os, pathlib, sys, warnings
from ipykernel.connect import get_connection_info
import ipywidgets

print(json.dumps({
    "values": [name, number, where, places, out_dir, interactive],
    "cwd": os.getcwd(),
    "encrypted": bool(get_connection_info(unpack=True).get("curve_secretkey")),
    "executable": sys.executable,
    "stray": "stray" in sys.modules,
}))
os.write(2, b"noise of a library\\n")
box = ipywidgets.Text(value="typed into a box")
box
"""
MAKE = """\
folder = pathlib.Path(where)
folder.mkdir()
(folder / "key.pem").write_text("-----BEGIN PRIVATE " + "KEY-----")
folder.chmod(0o500)
(pathlib.Path(out_dir) / "result.json").write_text(json.dumps({"verdict": "made", "where": str(folder.resolve())}))
print(folder.resolve(), pathlib.Path.home() / "zowe", "\\x1b[31mred")
"""


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text: str, *tags: str) -> dict[str, Any]:
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None}


def notebook(path: Path, *cells: str) -> Path:
    """A notebook on disk: a heading, the parameters, and a headed step for each cell."""
    every = [markdown("# A try"), code(PARAMETERS, "parameters")]
    for number, cell in enumerate(cells, 1):
        every += [markdown(f"Some words.\n\n## Step `{number}`\n\n```\n# no heading\n```"), code(cell)]
    kernel = {"name": "somebody's own", "display_name": "Own", "language": "python"}
    book = {"cells": every, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def texts(executed: Mapping[str, Any]) -> str:
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    return "".join(line for output in outputs for line in output.get("text", []))


@pytest.fixture
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is refused before a library is loaded or a folder made."""
    monkeypatch.setattr("zowe_certs_kernel.run._papermill", lambda: pytest.fail("papermill was loaded"))
    monkeypatch.setattr("zowe_certs_kernel.run.Staging", lambda *_: pytest.fail("a folder was made"))


# One run, looked at from all sides


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunResult, list[str], Path]]:
    """A notebook in an awkward folder, run into a relative one where a folder of that name stands already."""
    home = tmp_path_factory.mktemp("home")
    place = home / "ein Ordner {mit} Ümläuten"
    place.mkdir()
    (place / "json.py").write_text("raise SystemExit('the folder is data')")
    (place / "ipywidgets.py").write_text("raise SystemExit('the folder is data')")
    (place / "out" / "20260923T093000Z_try it").mkdir(parents=True)
    (place / "out" / "20261123T093000Z_try it").mkdir()
    notebook(place / "try it.ipynb", SAY, MAKE, "1 + 1")
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("HOME", str(home))
        patch.setenv("USERPROFILE", str(home))
        patch.setenv("IPYTHONDIR", str(home / ".ipython"))
        values = {"name": 'Zoë "Q" \\ # = \n', "number": "7", "where": "{run}/made", "places": "{run},b"}
        result = run_notebook("try it.ipynb", values, out=Path("out"), progress=lines.append, now=NOW)
        yield result, lines, place


@pytest.fixture(scope="module")
def executed(ran: tuple[RunResult, list[str], Path]) -> dict[str, Any]:
    result, _, place = ran
    book: dict[str, Any] = json.loads((place / result.folder / "executed.ipynb").read_text(encoding="utf-8"))
    return book


@pytest.fixture(scope="module")
def told(executed: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(texts(executed).partition("\n")[0])
    return told


def test_the_folder_is_named_after_the_time_and_the_notebook_and_takes_the_next_free_name(ran: Any) -> None:
    result, _, place = ran
    assert result.folder == Path("out") / "20261123T093000Z_try it-2"
    assert sorted(path.name for path in (place / "out").iterdir()) == [
        "20260923T093000Z_try it",
        "20261123T093000Z_try it",
        "20261123T093000Z_try it-2",
    ]


def test_the_folder_holds_the_notebook_the_report_the_values_and_the_log(ran: Any) -> None:
    result, _, place = ran
    folder = place / result.folder
    assert sorted(path.name for path in folder.iterdir()) == [
        "executed.ipynb",
        "made",
        "parameters.yaml",
        "report.html",
        "result.json",
        "run.log",
    ]
    assert result.report == result.folder / "report.html"
    assert result.seconds > 0
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_result_is_what_the_notebook_wrote_with_the_final_names_in_it(ran: Any) -> None:
    result, _, place = ran
    assert result.result == {"verdict": "made", "where": str(place / result.folder / "made")}


def test_values_reach_the_notebook_typed_and_run_stands_for_the_folder(ran: Any, told: dict[str, Any]) -> None:
    folder = str(ran[0].folder)
    assert told["values"] == ['Zoë "Q" \\ # = \n', 7, f"{folder}/made", [folder, "b"], folder, False]


def test_relative_paths_mean_what_the_caller_typed(ran: Any, told: dict[str, Any]) -> None:
    assert told["cwd"] == "~/ein Ordner {mit} Ümläuten"


def test_the_kernel_is_this_interpreter_and_its_traffic_is_encrypted(told: dict[str, Any]) -> None:
    assert Path(told["executable"]).expanduser().name == Path(sys.executable).name
    assert told["encrypted"] is True


def test_modules_that_lie_in_the_current_folder_are_not_imported(told: dict[str, Any]) -> None:
    assert told["stray"] is False  # and json.py and ipywidgets.py there would have ended the run


def test_the_executed_notebook_knows_neither_the_temporary_folder_nor_the_home(ran: Any, executed: Any) -> None:
    result, _, place = ran
    for name in ("executed.ipynb", "report.html", "run.log"):
        text = (place / result.folder / name).read_text(encoding="utf-8")
        assert f".{NOW:%Y%m%dT%H%M%SZ}" not in text, name
        assert str(place.parent) not in text, name
    assert "papermill" not in executed["metadata"]
    assert not any("papermill" in cell["metadata"] for cell in executed["cells"])


def test_what_was_typed_into_a_box_is_not_saved(executed: Any) -> None:
    assert "widgets" not in executed["metadata"]
    assert "typed into a box" not in json.dumps([cell.get("outputs") for cell in executed["cells"]])


def test_a_step_is_a_line_in_the_log_and_in_the_progress(ran: Any) -> None:
    result, lines, place = ran
    assert lines == ["step 1/3 Step 1", "step 2/3 Step 2", "step 3/3 Step 3"]
    log = (place / result.folder / "run.log").read_text(encoding="utf-8")
    assert all(line in log.splitlines() for line in lines)
    assert "noise of a library" in log
    assert "without encryption" not in log


def test_nothing_but_progress_reaches_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_notebook(notebook(tmp_path / "quiet.ipynb", "import os; os.write(2, b'noise')"), {}, out=tmp_path / "out")
    assert capfd.readouterr() == ("", "")


def test_the_values_can_be_given_again(ran: Any) -> None:
    result, _, place = ran
    again = yaml.safe_load((place / result.folder / "parameters.yaml").read_text(encoding="utf-8"))
    assert again == {
        "name": 'Zoë "Q" \\ # = \n',
        "number": 7,
        "where": "{run}/made",
        "places": ["{run}", "b"],
        "password_from": "env:ZOWE_KEYSTORE_PASSWORD",
    }


# Refused before anything starts


@pytest.mark.usefixtures("nothing_starts")
@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"nam": "x"}, "has no parameter 'nam' (did you mean name?)"),
        ({"number": "many"}, "number must be a whole number, not 'many'"),
        ({"password_from": LITERAL}, "the place where the password is, never the password"),
        ({"password_from": "prompt:"}, "nobody can answer"),
        ({"out_dir": "elsewhere"}, "say with --out"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_before_the_start(
    tmp_path: Path, values: dict[str, object], problem: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        run_notebook(notebook(tmp_path / "mine.ipynb"), values, out=tmp_path / "out")
    assert problem in str(refusal.value)
    assert LITERAL not in str(refusal.value)


@pytest.mark.usefixtures("nothing_starts")
def test_the_kits_own_notebooks_are_held_to_their_dataclass(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean settings"):
        run_notebook("10_setup_certificates", {"setings": "x"}, out=tmp_path / "out")


@pytest.mark.usefixtures("nothing_starts")
@pytest.mark.parametrize("content", [b"", b"[]", b'{"cells": [{}]}', b'{"worksheets": []}', b"\xff\xfe"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.ipynb").write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.ipynb is no notebook of format 4"):
        run_notebook(tmp_path / "x.ipynb", {}, out=tmp_path / "out")


def test_a_notebook_that_breaks_the_format_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    broken = {"cells": [{"cell_type": "code", "metadata": {}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "x.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(UsageError, match=r"x\.ipynb is no notebook of format 4"):
        run_notebook(tmp_path / "x.ipynb", {}, out=tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["x.ipynb"]


def test_a_notebook_is_found_by_its_name_with_and_without_the_number(tmp_path: Path) -> None:
    found = {
        find_notebook(name) for name in ("10_setup_certificates", "setup_certificates", "setup_certificates.ipynb")
    }
    assert [path.name for path in found] == ["10_setup_certificates.ipynb"]
    mine = notebook(tmp_path / "mine.ipynb")
    assert find_notebook(mine) == find_notebook(str(mine)) == mine
    for name in ("setup", "somewhere/setup_certificates", str(tmp_path)):
        with pytest.raises(UsageError, match="10_setup_certificates"):
            find_notebook(name)


@pytest.mark.usefixtures("ran")
def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(WriteError, match="name another one with --out"):
        run_notebook(notebook(tmp_path / "mine.ipynb"), {}, out=tmp_path / "out")


# Failures


def test_our_errors_come_back_with_their_class_and_leave_nothing_behind(tmp_path: Path) -> None:
    raising = (
        "from zowe_certs_kernel.errors import SettingsError\nraise SettingsError('z.env', ['no name', 'no: colon'])"
    )
    source = notebook(tmp_path / "mine.ipynb", MAKE_READ_ONLY, raising)
    with pytest.raises(SettingsError) as failure:
        run_notebook(source, {}, out=tmp_path / "a" / "b")
    assert failure.value.problems == ("no name", "no: colon")
    assert failure.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]


MAKE_READ_ONLY = (
    "from pathlib import Path\nmade = Path(out_dir, 'made')\nmade.mkdir()\n(made / 'x').touch()\nmade.chmod(0o500)"
)


@pytest.mark.parametrize(
    "error",
    [getattr(errors, name)("one sentence: all of it") for name in errors.__all__ if name != "SettingsError"]
    + [SettingsError("C:\\z.env", ["a: b"]), SettingsError("z.env", ["one", "two: three"])],
    ids=lambda error: type(error).__name__,
)
def test_every_error_of_ours_survives_the_way_out_of_the_kernel(error: ZoweCertsError) -> None:
    again = _same_error(_Failure(type(error).__name__, str(error), ""))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert isinstance(again, ZoweCertsError)
    assert again.exit_code == error.exit_code


def test_an_error_of_somebody_else_is_not_taken_for_ours() -> None:
    assert _same_error(_Failure("ValueError", "x", "")) is None
    assert _same_error(_Failure("__all__", "x", "")) is None


def test_a_crash_keeps_the_folder_and_says_where_to_look(tmp_path: Path) -> None:
    source = notebook(
        tmp_path / "mine.ipynb", MAKE_READ_ONLY, "raise ValueError('more than\\x1b[31m it holds\\nor so')"
    )
    with pytest.raises(NotebookFailed) as failure:
        run_notebook(source, {}, out=tmp_path / "out", now=NOW)
    folder = tmp_path / "out" / "20261123T093000Z_mine_failed"
    assert failure.value.exit_code == 4
    told = r"mine failed in the step 'Step 2': ValueError: more than\u001b[31m it holds; read "
    assert str(failure.value) == f"{told}{folder / 'run.log'}"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert sorted(path.name for path in folder.iterdir()) == ["executed.ipynb", "made", "parameters.yaml", "run.log"]
    log = (folder / "run.log").read_text(encoding="utf-8")
    assert "ValueError: more than" in log
    assert "\x1b" not in log


def test_a_dying_kernel_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    source = notebook(tmp_path / "mine.ipynb", "import os; os._exit(3)")
    with pytest.raises(NotebookFailed, match="mine failed in the step 'Step 1': its kernel died; read ") as failure:
        run_notebook(source, {}, out=tmp_path / "out", now=NOW)
    assert failure.value.exit_code == 138
    assert (tmp_path / "out" / "20261123T093000Z_mine_failed" / "executed.ipynb").exists()


@pytest.mark.parametrize("ending", ["", "\nraise ValueError"], ids=["finished", "crashed"])
def test_a_private_key_in_an_output_fails_the_run_and_nothing_of_it_is_kept(tmp_path: Path, ending: str) -> None:
    source = notebook(tmp_path / "mine.ipynb", f"print('-----BEGIN PRIVATE ' + 'KEY-----'){ending}")
    with pytest.raises(NotebookFailed, match=r"shows a private key in executed\.ipynb; nothing was kept") as failure:
        run_notebook(source, {}, out=tmp_path / "out")
    assert failure.value.exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]


def test_half_a_result_is_a_failure_and_not_a_clean_run(tmp_path: Path) -> None:
    source = notebook(tmp_path / "mine.ipynb", "open(out_dir + '/result.json', 'w').write('{\"verdict\": ')")
    with pytest.raises(NotebookFailed, match=r"result\.json that is not a JSON object"):
        run_notebook(source, {}, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_interrupt_leaves_nothing_and_is_raised_again(tmp_path: Path) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_notebook(notebook(tmp_path / "mine.ipynb", "1"), {}, out=tmp_path / "out", progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]


# Paths


def test_private_paths_are_replaced_as_whole_names_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "al"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    folder, final = home / "out" / ".x.1-a", home / "out" / "x"
    clean = scrubber(folder, final, hide_home=True)
    slash = os.sep
    assert clean(f"'{folder}{slash}y' in {folder.name}") == f"'~{slash}out{slash}x{slash}y' in x"
    assert clean(f"{home}{slash}zowe, {home}") == f"~{slash}zowe, ~"
    assert clean(f"{home}ice /mnt{home}") == f"{home}ice /mnt{home}"
