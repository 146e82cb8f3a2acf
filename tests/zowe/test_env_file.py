"""Settings files give the values that a shell would give, and nothing in them is ever run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import ebcdic  # noqa: F401  # registers cp1047
import pytest

from zowe_certs_kernel.errors import SettingsError
from zowe_certs_kernel.zowe.env_file import EnvFile, read_env_file, read_env_files

Values = Mapping[str, str]
Write = Callable[..., Path]

# What stands in a file, and what a POSIX shell has after sourcing it.
AS_A_SHELL: tuple[tuple[str, Values], ...] = (
    # plain values
    ("A=1\n", {"A": "1"}),
    ("A=1", {"A": "1"}),
    ("A=\nB=2\n", {"A": "", "B": "2"}),
    ("", {}),
    ("\n\n \t \n", {}),
    ("  A=1\n\tB=2\n", {"A": "1", "B": "2"}),
    ("A=1   \nB=2\t\n", {"A": "1", "B": "2"}),
    ("_a1=x\nA_B=y\n", {"_a1": "x", "A_B": "y"}),
    ("A=a=b=c\n", {"A": "a=b=c"}),
    ("A=/global/zowe/keystore\n", {"A": "/global/zowe/keystore"}),
    ("A=zos1.example.com,192.0.2.10\n", {"A": "zos1.example.com,192.0.2.10"}),
    ("A=*.example.com\nB=[a]?\n", {"A": "*.example.com", "B": "[a]?"}),
    ("A={a,b}\n", {"A": "{a,b}"}),
    ("A=a!b%c@d^e-f+g:h\n", {"A": "a!b%c@d^e-f+g:h"}),
    ("A=Žofín\n", {"A": "Žofín"}),
    ("A=1\nA=2\n", {"A": "2"}),
    # comments
    ("# A=1\nB=2\n", {"B": "2"}),
    ("   # A=1\nB=2 # C=3\n", {"B": "2"}),
    ("A=a#b\n", {"A": "a#b"}),
    ("A='a'#b\n", {"A": "a#b"}),
    ("A='a #b'\n", {"A": "a #b"}),
    ("A= #b\n", {"A": ""}),
    ("A=1;# B=2\n", {"A": "1"}),
    ("# it's \"one $(comment) `of` many \\\nB=2\n", {"B": "2"}),
    ("A=1 # no line end", {"A": "1"}),
    # single quotes
    ("A='a b'\n", {"A": "a b"}),
    ("A=''\n", {"A": ""}),
    ("A='$HOME `date` \"x\" \\n'\n", {"A": '$HOME `date` "x" \\n'}),
    ("A='it'\\''s'\n", {"A": "it's"}),
    ("A='a\n# no comment\nb'\nB=2\n", {"A": "a\n# no comment\nb", "B": "2"}),
    ("A='a\\\nb'\n", {"A": "a\\\nb"}),
    # double quotes
    ('A="a b"\n', {"A": "a b"}),
    ('A=""\n', {"A": ""}),
    ('A="it\'s"\n', {"A": "it's"}),
    ('A="a\\"b"\n', {"A": 'a"b'}),
    ('A="a\\\\b"\n', {"A": "a\\b"}),
    ('A="a\\$b\\`c"\n', {"A": "a$b`c"}),
    ('A="a\\b\\n\\ "\n', {"A": "a\\b\\n\\ "}),
    ('A="a\nb"\nB=2\n', {"A": "a\nb", "B": "2"}),
    ('A="a\\\nb"\n', {"A": "ab"}),
    ('A="a # b"\n', {"A": "a # b"}),
    ('A="a;b|c&d<e>f(g)"\n', {"A": "a;b|c&d<e>f(g)"}),
    ('A="~"\nB="~/x:~/y"\n', {"A": "~", "B": "~/x:~/y"}),
    # pieces of both kinds
    ("A=a'b c'\"d e\"f\n", {"A": "ab cd ef"}),
    ("A=''\"\"x\n", {"A": "x"}),
    # backslashes outside quotes
    ("A=a\\ b\n", {"A": "a b"}),
    ("A=a\\;b\\#c\\$d\\'e\\\"f\\\\g\n", {"A": "a;b#c$d'e\"f\\g"}),
    ("A=a\\\nb\n", {"A": "ab"}),
    ("A=\\\nb\n", {"A": "b"}),
    ("A=a\\nb\n", {"A": "anb"}),
    ("A=\\~/x\nB=a~b\nC=a/~\n", {"A": "~/x", "B": "a~b", "C": "a/~"}),
    # several on a line
    ("A=1 B=2\n", {"A": "1", "B": "2"}),
    ("A=1;B=2\n", {"A": "1", "B": "2"}),
    ("A=1 ; B=2 ;\n", {"A": "1", "B": "2"}),
    ("A=1 \\\nB=2\n", {"A": "1", "B": "2"}),
    ("A=1 \\\n  B=2 \\\n  C=3\n", {"A": "1", "B": "2", "C": "3"}),
    ("A='x y' B=\"z\" C=w\n", {"A": "x y", "B": "z", "C": "w"}),
    # export
    ("export A=1\n", {"A": "1"}),
    ("export A=1 B=2\n", {"A": "1", "B": "2"}),
    ("export  A='x y'\n", {"A": "x y"}),
    ("A=1\nexport A\n", {"A": "1"}),
    ("A=1\nexport A B=2\n", {"A": "1", "B": "2"}),
    ("export A=1; export B=2\n", {"A": "1", "B": "2"}),
    ("export A=1; B=2\n", {"A": "1", "B": "2"}),
    ("A=1; export A\n", {"A": "1"}),
    ("export A=1 # B=2\n", {"A": "1"}),
    ("export=1\n", {"export": "1"}),
    # $NAME of a name set before
    ("A=1\nB=$A\n", {"A": "1", "B": "1"}),
    ("A=1\nB=${A}\n", {"A": "1", "B": "1"}),
    ('A=1\nB="x${A}y$A"\n', {"A": "1", "B": "x1y1"}),
    ("A=/x\nB=$A/y:${A}z\n", {"A": "/x", "B": "/x/y:/xz"}),
    ("A=1 B=$A\n", {"A": "1", "B": "1"}),
    ("A=1;B=$A\n", {"A": "1", "B": "1"}),
    ("A=1\nA=${A}2\n", {"A": "12"}),
    ("A=old\nexport A=new B=$A\n", {"A": "new", "B": "old"}),
    ("A='x  y'\nB=$A\nexport C=$A\n", {"A": "x  y", "B": "x  y", "C": "x  y"}),
    ("A='*'\nB=$A\n", {"A": "*", "B": "*"}),
    ("A='$B'\nB=1\nC=$A\n", {"A": "$B", "B": "1", "C": "$B"}),
    ("A=\nB=x${A}y\n", {"A": "", "B": "xy"}),
    # a $ that is itself
    ("A=$\n", {"A": "$"}),
    ("A=a$\nB=2\n", {"A": "a$", "B": "2"}),
    ("A=a$/b$.c$%d$,e$=f$:\n", {"A": "a$/b$.c$%d$,e$=f$:"}),
    ("A=$ B=2\n", {"A": "$", "B": "2"}),
    ('A="a$"\n', {"A": "a$"}),
    ('A="a$ b"\n', {"A": "a$ b"}),
    ("A=\"$'x'\"\n", {"A": "$'x'"}),
    ("A=$", {"A": "$"}),
)

# What a shell would stumble over, and we do not.
KINDER_THAN_A_SHELL: tuple[tuple[bytes, Values], ...] = (
    (b"A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    (b"A='x y'\r\n# c\r\nB=\"z\"\r\n", {"A": "x y", "B": "z"}),
    (b"A=1 \\\r\nB=2\r\n", {"A": "1", "B": "2"}),
    (b"\xef\xbb\xbfA=1\nB=2\n", {"A": "1", "B": "2"}),
    (b"\xef\xbb\xbf# c\r\nA=1", {"A": "1"}),
    (b"\xef\xbb\xbf", {}),
)

# What only a shell could evaluate, and the line that is named.
REFUSED: tuple[tuple[str, int], ...] = (
    ("A=$(date)\n", 1),
    ('A="$(date)"\n', 1),
    ("A=`date`\n", 1),
    ('A="x`date`"\n', 1),
    ("A=$((1 + 1))\n", 1),
    ("A=$[1+1]\n", 1),
    ('A="$[1+1]"\n', 1),
    ("A=1\nB=${A:-y}\n", 2),
    ("A=1\nB=${A#x}\n", 2),
    ("A=1\nB=${#A}\n", 2),
    ("A=1\nB=${A\n", 2),
    ("B=$A\n", 1),
    ("B=${A}\n", 1),
    ("B=$A\nA=1\n", 1),
    ("export A=1 B=$A\n", 1),
    ("A=$HOME/keystore\n", 1),
    ("A=$1\n", 1),
    ("A=$$\n", 1),
    ("A=$?\n", 1),
    ("A=$@\n", 1),
    ("A=$'x'\n", 1),
    ('A=$"x"\n', 1),
    ("A=1\nB=$\\\nA\n", 2),
    ("A=1\nB=$A\\\nB\n", 2),
    ("A=a|b\n", 1),
    ("A=a | b\n", 1),
    ("A=a>b\n", 1),
    ("A=a > b\n", 1),
    ("A=<b\n", 1),
    ("A=a 2>b\n", 1),
    ("A=a&b\n", 1),
    ("A=1 &\n", 1),
    ("A=1 && B=2\n", 1),
    ("A=(1 2)\n", 1),
    ("A[0]=1\n", 1),
    ("A+=1\n", 1),
    ("A=~\n", 1),
    ("A=~/x\n", 1),
    ("A=~zowe/x\n", 1),
    ("A=/x:~/y\n", 1),
    ("A=\\\n~/x\n", 2),
    ("A='x\n", 1),
    ('A="x\n', 1),
    ("A=1\nB=2\nC='\n\n", 3),
    ("date\n", 1),
    ("A=1 date\n", 1),
    ("A=1; date\n", 1),
    ("A=1\n\n# c\n. ./other.env\n", 4),
    ("A = 1\n", 1),
    ("A =1\n", 1),
    ("1A=1\n", 1),
    ("A-B=1\n", 1),
    ("if true; then A=1; fi\n", 1),
    ("[ -z x ] && A=1\n", 1),
    ("f() { A=1; }\n", 1),
    ("{ A=1; }\n", 1),
    ("(A=1)\n", 1),
    ("! A=1\n", 1),
    ("set -e\n", 1),
    ("unset A\n", 1),
    ("export\n", 1),
    ("export A\n", 1),
    ("export -n A\n", 1),
    ("A=1\nexport A#c\n", 2),
    ("export A={a,b}\n", 1),
    ("A=1 export B=2\n", 1),
    ("export export A=1\n", 1),
    ("readonly A=1\n", 1),
    (";\n", 1),
    ("A=1;;\n", 1),
    ("A=1\n; B=2\n", 2),
    ("A='a\nb'\nB=$(date)\n", 3),
    ("KEYSTORE_PASSWORD=two B=2\n", 1),
    ("A=1 KEYSTORE_PASSWORD=two B=2\n", 1),
    ('A="a\n\n$(date)"\n', 3),
)

NAMES = sorted({name for _, values in AS_A_SHELL for name in values})
SOURCE_EACH = """
for file in "$1"/*; do
  (
    unset HOME HOSTNAME
    . "$file"
    printf '%s\\2' "${file##*/}"
    for name in $2; do
      if [ "${!name+set}" ]; then printf '%s\\3%s\\2' "$name" "${!name}"; fi
    done
    printf '\\1'
  )
done
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str | bytes, name: str = "zowe.env") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to_file


@pytest.fixture(scope="module")
def in_bash(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Values]:
    """What bash has after sourcing each text of the table, all of them in one run."""
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("bash is not there to compare with")
    folder = tmp_path_factory.mktemp("env")
    for place, (text, _) in enumerate(AS_A_SHELL):
        (folder / f"{place:03}").write_bytes(text.encode())
    command = [bash, "--posix", "-c", SOURCE_EACH, "bash", str(folder), " ".join(NAMES)]
    done = subprocess.run(command, env={"LC_ALL": "C.UTF-8"}, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    found: dict[str, Values] = {}
    for record in done.stdout.decode().split("\1")[:-1]:
        number, *pairs = record.split("\2")[:-1]
        found[AS_A_SHELL[int(number)][0]] = {name: value for name, _, value in (pair.partition("\3") for pair in pairs)}
    return found


def values_of(env: EnvFile) -> dict[str, str]:
    return {name: assignment.value for name, assignment in env.assignments.items()}


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_env_file(path)
    return caught.value.problems


@pytest.mark.parametrize(("text", "values"), AS_A_SHELL)
def test_values_are_those_of_a_shell(text: str, values: Values, write: Write) -> None:
    assert values_of(read_env_file(write(text))) == values


@pytest.mark.parametrize(("text", "values"), AS_A_SHELL)
def test_bash_gives_the_same_values(text: str, values: Values, in_bash: Mapping[str, Values]) -> None:
    assert in_bash[text] == values


@pytest.mark.parametrize(("data", "values"), KINDER_THAN_A_SHELL)
def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(data: bytes, values: Values, write: Write) -> None:
    assert values_of(read_env_file(write(data))) == values


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_what_only_a_shell_could_evaluate_is_refused_with_its_line(text: str, line: int, write: Write) -> None:
    first, *_ = problems_of(write(text))
    assert first.startswith(f"line {line}: ")


def test_every_line_that_is_refused_is_told_at_once_and_in_order(write: Write) -> None:
    text = "A=$(date)\nB=2\nC=`date`\ndate\n\n# c\nD=~\nE=$X\nF='open\n"
    lines = [problem.partition(":")[0] for problem in problems_of(write(text))]
    assert lines == ["line 1", "line 3", "line 4", "line 7", "line 8", "line 9"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("A=$(date)", "put it into single quotes"),
        ("A=a|b", "'|' is for a shell; put the value into single quotes"),
        ("A=~/x", "write the whole path"),
        ("PASSWORD=a$b", "a '$' in PASSWORD is for a shell; put the value into single quotes"),
        ("PASSWORD=a&b", "an unquoted character here is for a shell; put the value into single quotes"),
        ("PASSWORD=a b", "more stands after a password; put one with blanks into single quotes"),
        ("A=$ROOT/x", "ROOT is used before this file has set it"),
        ("A='x", "the quote ' is never closed"),
        ('A="x', 'the quote " is never closed'),
        ("A = 1", "a settings file holds NAME=value lines"),
        ("/x", "'/' does not begin an assignment"),
        (";", "there is no assignment before this ';'"),
    ],
)
def test_a_problem_says_what_is_wrong(text: str, advice: str, write: Write) -> None:
    (problem,) = problems_of(write(text))
    assert advice in problem


@pytest.mark.parametrize(
    "text",
    [
        "A=$(touch {canary})",
        "A=`touch {canary}`",
        'A="$(touch {canary})"',
        "A=x; touch {canary}",
        "A=x touch {canary}",
        "A=x && touch {canary}",
        "A=x > {canary}",
        "> {canary}",
        "touch {canary}",
        "A=${{B:=$(touch {canary})}}",
        "eval 'touch {canary}'",
        "trap 'touch {canary}' EXIT",
        "PS4='$(touch {canary})'; set -x",
        "A[$(touch {canary})]=1",
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_nothing_is_ever_run(text: str, lenient: bool, write: Write, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    path = write(text.format(canary=canary))
    if lenient:
        assert read_env_file(path, lenient=True).not_evaluated
    else:
        assert problems_of(path)
    assert not canary.exists()


def test_an_assignment_knows_its_line_and_file(write: Write) -> None:
    path = write("# c\nA='x\ny'\nB=2 \\\nC=3\n")
    lines = {name: found.line for name, found in read_env_file(path).assignments.items()}
    assert lines == {"A": 2, "B": 4, "C": 5}
    assert {found.source for found in read_env_file(path).assignments.values()} == {str(path)}


def test_a_missing_name_reads_as_the_default_and_an_empty_one_as_empty(write: Write) -> None:
    env = read_env_file(write("A=\n"))
    assert (env.get("A", "x"), env.get("B", "x"), env.get("B")) == ("", "x", "")
    assert "A" in env
    assert "B" not in env


@pytest.mark.parametrize("line_end", [b"\x15", b"\x25", b"\x0d\x15"])
def test_a_file_in_ebcdic_is_read(line_end: bytes, write: Write) -> None:
    lines = ("# Zowe's names", "HOSTNAME=zos1.example.com", "A='[x] ^ {y}|!'", 'B="$A"')
    data = line_end.join(line.encode("cp1047") for line in lines) + line_end
    assert values_of(read_env_file(write(data))) == {
        "HOSTNAME": "zos1.example.com",
        "A": "[x] ^ {y}|!",
        "B": "[x] ^ {y}|!",
    }


def test_a_tilde_makes_no_file_ebcdic(write: Write) -> None:
    assert values_of(read_env_file(write("# ~ and nothing else\n"))) == {}
    assert values_of(read_env_file(write("# ~ é\n"))) == {}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"A=1\0\n", "the file is not text"),
        (b"A=\xff\xfe\n", "the file is not text in UTF-8: byte 2"),
        (b"A='~'\xff\n", "the file is not text in UTF-8: byte 5"),
        (b"\xc1\xff\n", "the file is not text in UTF-8: byte 0"),
        (b"\xff\xfeA\0=\x001\0", "the file is not text in UTF-8: byte 0"),
        (b"\x7f\x00\x80\x7e\x99", "the file is not text"),
        (bytes(range(256)), "the file is not text"),
        (b"#" * ((1 << 20) + 1), "over 1 MiB is no settings file"),
    ],
    ids=["NUL", "Latin-1", "Latin-1 with ~", "neither", "UTF-16", "NUL without =", "every byte", "too long"],
)
def test_what_is_no_text_is_refused_in_one_sentence(data: bytes, told: str, write: Write) -> None:
    path = write(data)
    with pytest.raises(SettingsError) as caught:
        read_env_file(path)
    assert str(caught.value).startswith(f"{path}: {told}")
    assert "\n" not in str(caught.value)


def test_a_file_of_one_mebibyte_is_read(write: Write) -> None:
    path = write(b"A=1\n" + b"#" * ((1 << 20) - 4))
    assert values_of(read_env_file(path)) == {"A": "1"}


def test_the_longest_file_is_read_in_seconds(write: Write) -> None:
    path = write("A=1\n" * (1 << 18))
    assert read_env_file(path).assignments["A"].line == 1 << 18


def test_a_long_line_is_read_in_seconds(write: Write) -> None:
    path = write(" ".join(f"A{number}=1" for number in range(50_000)))
    assert len(read_env_file(path).assignments) == 50_000


def test_a_missing_file_and_a_folder_are_told_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "none.env"
    with pytest.raises(SettingsError) as caught:
        read_env_file(missing)
    assert str(caught.value) == f"{missing}: the file cannot be read: No such file or directory"
    with pytest.raises(SettingsError) as caught:
        read_env_file(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_may_not_be_read_is_told_in_one_sentence(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write("A=1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert problems_of(path) == ("the file cannot be read: Permission denied",)


def test_a_later_file_overrides_an_earlier_one(write: Write) -> None:
    first, second = write("A=1\nB=2\n", "first.env"), write("B=3\nC=4\n", "second.env")
    env = read_env_files([first, second])
    assert values_of(env) == {"A": "1", "B": "3", "C": "4"}
    assert env.source == f"{first}, {second}"
    assert env.assignments["B"].source == str(second)


def test_the_problems_of_several_files_are_told_at_once_with_their_file(write: Write, tmp_path: Path) -> None:
    first, second = write("A=`x`\n", "first.env"), write("B=1\nB=$(x)\n", "second.env")
    with pytest.raises(SettingsError) as caught:
        read_env_files([first, tmp_path / "none.env", second])
    starts = [f"{first}: line 1: ", f"{tmp_path / 'none.env'}: the file cannot", f"{second}: line 2: "]
    assert len(caught.value.problems) == len(starts)
    assert all(found.startswith(start) for found, start in zip(caught.value.problems, starts, strict=True))


def test_no_value_shows_in_a_repr(write: Write) -> None:
    env = read_env_file(write("KEYSTORE_PASSWORD='hunter two'\n"))
    assert env.get("KEYSTORE_PASSWORD") == "hunter two"
    assert "hunter" not in repr(env) + repr(env.assignments["KEYSTORE_PASSWORD"])


@pytest.mark.parametrize(
    "value",
    [
        "hunter two",
        "hunter$two",
        "hunter${two}",
        '"hunter$two"',
        "hunter${two:-x}",
        "hunter$(two)",
        "hunter`two`",
        "hunter|two",
        "hunter&two",
        "hunter;two",
        "hunter>two",
        "'hunter two",
        '"hunter two',
        "~hunter/two",
        "(hunter two)",
        "hunter\ntwo",
    ],
)
@pytest.mark.parametrize("name", ["KEYSTORE_PASSWORD", "export KEYSTORE_PASSWORD", "LocalPassword"])
def test_a_password_that_only_a_shell_could_evaluate_stays_out_of_the_error(
    name: str, value: str, write: Write
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_env_file(write(f"{name}={value}\n"))
    told = str(caught.value) + repr(caught.value)
    assert "hunter" not in told
    assert "two" not in told


def test_leniently_the_rest_is_read_and_the_lines_passed_over_are_listed(write: Write) -> None:
    env = read_env_file(write("A=1\nif [ -z x ]; then\n  B=$(date)\nfi\nC=3\n"), lenient=True)
    assert values_of(env) == {"A": "1", "C": "3"}
    assert [told.partition(":")[0] for told in env.not_evaluated] == ["line 2", "line 3", "line 4"]


def test_leniently_a_command_with_an_assignment_before_it_assigns_nothing(write: Write) -> None:
    assert values_of(read_env_file(write("A=1 start\nB=2; start\n"), lenient=True)) == {"B": "2"}


def test_leniently_a_value_that_only_a_shell_knows_takes_the_older_one_away(write: Write) -> None:
    env = read_env_file(write("A=/old\nA=$(pwd)\nB=$A\nC=3\n"), lenient=True)
    assert values_of(env) == {"C": "3"}
