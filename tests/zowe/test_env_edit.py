"""A value is put in place of another, and all else in the file stays as it is, to the byte."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from zowe_certs_kernel.ibm1047 import to_ibm1047
from zowe_certs_kernel.zowe.env_edit import edited, set_variables
from zowe_certs_kernel.zowe.env_file import read_assignments

AWKWARD = """a b's "$HOME" `x` \\ end"""


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ('A="1"\nB=2 # why\n', "x y", 'A="x y"\nB=2 # why\n'),
        ("    A=1\n    B=2\n", "/a/b.cer", "    A=/a/b.cer\n    B=2\n"),
        ("A='1'; B=2\r\nC=3\r\n", "n", "A='n'; B=2\r\nC=3\r\n"),
        ("A=\r\nB=2\r\n", "n", "A=n\r\nB=2\r\n"),
        ("A=1\nexport A=2\n#A=3\n", "n", "A=1\nexport A=n\n#A=3\n"),
        ("A=1", "", "A="),
        ("A=old\\\r\nrest\r\nB=1\r\n", "n", "A=n\r\nB=1\r\n"),
    ],
)
def test_the_last_assignment_gets_the_value_and_keeps_quotes_indent_and_line_ends(
    before: str, value: str, after: str
) -> None:
    assert set_variables(before, {"A": value}) == after


def test_a_name_that_is_missing_gets_a_line_like_the_others() -> None:
    assert set_variables('    A="1"\r\n', {"B": "2", "C": "3 4"}) == '    A="1"\r\n    B="2"\r\n    C="3 4"\r\n'
    assert set_variables("A=1", {"B": "2"}) == "A=1\nB=2\n"
    assert set_variables("", {"B": "2"}) == "B=2\n"


@pytest.mark.parametrize("before", ["A=1\\", "A=1\\\n", "A=1\\\r\n", "A=1\n# C:\\", "A=1\\\n\n"])
def test_a_new_line_is_not_swallowed_by_a_backslash_at_the_end(before: str) -> None:
    assigned, _ = read_assignments(set_variables(before, {"B": "2"}).replace("\r\n", "\n"), "")
    assert {name: one.value for name, one in assigned.items()} == {"A": "1", "B": "2"}


@pytest.mark.parametrize("before", ["A=1\n", 'A="1"\n', "A='1'\n"])
def test_any_value_is_read_back_as_it_was_by_us_and_by_a_shell(before: str) -> None:
    text = set_variables(before, {"A": AWKWARD})
    assigned, problems = read_assignments(text, "")
    assert (assigned["A"].value, problems) == (AWKWARD, [])
    assert shlex.split(text) == [f"A={AWKWARD}"]
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("there is no shell")
    done = subprocess.run([shell, "-c", f'{text}printf %s "$A"'], capture_output=True, text=True, check=True)
    assert done.stdout == AWKWARD


def test_several_values_of_one_line_are_set_at_once() -> None:
    assert set_variables("A=1 B=2\nC=3\n", {"C": "c", "B": "bb", "A": "aaa"}) == "A=aaa B=bb\nC=c\n"


def test_lines_that_only_a_shell_could_read_stay() -> None:
    assert set_variables("X=$(date)\nA=1\nif true; then\n", {"A": "2"}) == "X=$(date)\nA=2\nif true; then\n"


def test_a_file_keeps_its_encoding() -> None:
    assert edited(to_ibm1047('A="[1]^"\nB=2\n'), {"B": "3"}) == to_ibm1047('A="[1]^"\nB=3\n')
    assert edited(b"\xef\xbb\xbfA=\xc3\xa4\n", {"A": "b"}) == b"\xef\xbb\xbfA=b\n"
