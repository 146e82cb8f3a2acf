"""The table of rules: whole, in words that can be filled in, with commands that there are."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.show.doc_rules import main as write_rules
from zowe_certs_kernel.audit.catalogue import FAMILIES, Profile, Rule, catalogue, rule_named
from zowe_certs_kernel.cli import _parser, main
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.model import Severity
from zowe_certs_kernel.trust.verdict import Mode

PACKAGE = Path(__file__).resolve().parents[2] / "zowe_certs_kernel"
RULES = list(catalogue().values())
_FIELD = re.compile(r"\{(\w+)\}")


def _commands() -> Iterator[str]:
    for rule in RULES:
        yield from rule.commands


def test_each_id_that_the_package_names_is_in_the_table() -> None:
    named: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        named |= set(re.findall(r"ZC-[A-Z0-9]+-\d\d", path.read_text(encoding="utf-8")))
    assert named <= catalogue().keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_how_and_whose(rule: Rule) -> None:
    assert rule.id.split("-")[1] in FAMILIES
    for text in (rule.title, rule.message, rule.why, rule.fix, rule.source):
        assert text.strip() == text != ""
        assert "—" not in text
    assert set(rule.severities) == set(Mode)
    assert rule.why.endswith((".", ")"))
    assert rule.profiles


@pytest.mark.parametrize("command", [one for one in _commands() if one.startswith("zowe-certs ")])
def test_a_command_of_a_rule_is_one_that_zowe_certs_takes(command: str) -> None:
    words = shlex.split(_FIELD.sub("a-value", command))[1:]
    options, more = _parser().parse_known_args(words)
    assert not more
    assert callable(options.act)


def test_a_finding_is_in_the_words_of_the_table_with_its_values_quoted_for_a_shell() -> None:
    rule = catalogue()["ZC-SAN-01"]
    values = {"name": "“x”", "host": "a b; rm -rf {name}", "held": "none", "alias": "my key", "local": "/a b"}
    found = rule.finding({"source": "s"}, values, mode=Mode.NONSTRICT)
    assert found.message == "“x” is not for a b; rm -rf {name}; it is for none"
    assert found.severity is Severity.WARNING
    assert [shlex.split(one) for one in found.commands] == [
        ["zowe-certs", "renew", "/a b", "--alias", "my key", "--host", "a b; rm -rf {name}"]
    ]


def test_a_command_of_which_a_value_is_not_known_or_too_long_is_left_out() -> None:
    rule = catalogue()["ZC-SAN-01"]
    values = {"name": "x", "host": "h" * 65_000, "held": "none", "alias": "a", "local": "/k"}
    found = rule.finding({"source": "s"}, values)
    assert found.commands == ()
    assert len(found.message) < 500
    assert rule.finding({"source": "s"}, values | {"host": "h", "local": ""}).commands == ()


def test_rules_of_another_version_are_marked_in_the_table() -> None:
    assert catalogue()["ZC-KR-10"].profiles == (Profile.V3,)
    assert catalogue()["ZC-EKU-02"].profiles == tuple(Profile)


@pytest.mark.parametrize("text", ["ZC-EKU-02", "zc-eku-02", " eku-02 "])
def test_a_rule_is_found_by_its_id_however_it_is_spelt(text: str) -> None:
    assert rule_named(text).id == "ZC-EKU-02"


def test_an_id_that_is_not_there_is_refused_with_those_that_come_near() -> None:
    with pytest.raises(UsageError, match=r"no rule 'ZC-KU-77'; there are ZC-KU-01$"):
        rule_named("ZC-KU-77")
    with pytest.raises(UsageError, match="explain --rules"):
        rule_named("nonsense")


def test_docs_have_each_rule_as_the_table_has_it(tmp_path: Path) -> None:
    write_rules(str(tmp_path))
    kept = (PACKAGE.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    assert kept == (tmp_path / "rules.md").read_text(encoding="utf-8"), "python -m tests.show.doc_rules docs"
    assert re.findall(r"^### (ZC-[A-Z0-9]+-\d\d): ", kept, re.MULTILINE) == [rule.id for rule in RULES]


def test_readme_and_changelog_tell_how_many_rules_there_are() -> None:
    for name, words in (("README.md", "[{} rules](docs/rules.md)"), ("CHANGELOG.md", "The audit: {} rules")):
        assert words.format(len(RULES)) in (PACKAGE.parent / name).read_text(encoding="utf-8")


class TestExplain:
    def test_tells_all_of_a_rule(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", "ZC-EKU-02"]) == 0
        said, rule = capsys.readouterr().out, catalogue()["ZC-EKU-02"]
        for text in (rule.id, rule.title, rule.why, rule.fix, rule.source, "with DISABLED warning"):
            assert text in said

    def test_lists_all_rules(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", "--rules", "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [one["rule"] for one in found["rules"]] == list(catalogue())
        assert main(["explain", "--rules"]) == 0
        assert all(rule.id in line for rule, line in zip(RULES[:1], [capsys.readouterr().out], strict=True))

    @pytest.mark.parametrize("words", [[], ["ZC-EKU-02", "--rules"], ["ZC-EKU-02", "--log", "f"], ["ZC-NO-99"]])
    def test_refuses_what_is_no_question(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", *words]) == 2
        assert capsys.readouterr().err.startswith("zowe-certs: ")
