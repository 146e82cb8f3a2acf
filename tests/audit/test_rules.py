"""Each rule has a set of files that breaks only it and one that is just right; the files are read as users' are."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import zowe_certs_kernel.audit
from tests.audit.sets import PASSWORD, Written, write_set
from tests.services.servers import serving
from zowe_certs_kernel.audit import rules
from zowe_certs_kernel.audit.catalogue import catalogue
from zowe_certs_kernel.audit.registry import RULES
from zowe_certs_kernel.cli import main

CASES = Path(__file__).parent / "cases"
SCHEMA = Path(zowe_certs_kernel.audit.__file__).with_name("audit-1.schema.json")
# Of others than the audit: a job, a set-up, and z/OSMF as a set-up meets it.
ELSEWHERE = {"ZC-JCL-01", "ZC-KR-09", "ZC-KS-13"}


def _cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.toml")):
        for rule, cases in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, recipe in cases.items():
                yield pytest.param(rule, name, recipe, id=f"{rule}-{name}")


ALL = list(_cases())


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """What ``zowe-certs audit --format json`` prints, held against its schema."""
    schema = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    def run(*arguments: object) -> dict[str, Any]:
        code = main(["audit", *map(str, arguments), "--format", "json"])
        said = capsys.readouterr()
        assert said.err == ""
        assert PASSWORD not in said.out
        found: dict[str, Any] = json.loads(said.out)
        assert list(schema.iter_errors(found)) == []
        assert code == int(found["counts"]["error"] > 0)
        return found

    return run


def _told(found: Mapping[str, Any]) -> list[str]:
    """Severity (or ``waived``), rule, the last part of the source, alias: as the cases have them."""
    return sorted(
        " ".join(
            filter(
                None,
                (
                    "waived" if "waived" in one else one["severity"],
                    one["rule"],
                    _short(one["where"]["source"]),
                    one["where"].get("alias", ""),
                ),
            )
        )
        for one in found["findings"]
    )


def _short(source: str) -> str:
    if source.startswith("localhost:"):
        return "localhost"
    return source if source.startswith("ZWESVUSR/") else PurePath(source).name


def _sources(written: Written, recipe: Mapping[str, Any], stack: ExitStack) -> list[str]:
    """The command's arguments, with a TLS server that runs, where the case needs one."""
    found = [str(written.folder), *written.options]
    if "needs_server" in recipe:
        told = recipe["needs_server"]
        port = stack.enter_context(serving(*(written.parties[one] for one in told["chain"])))
        found.append(f"localhost:{port}")
        if told.get("is_gateway"):
            instance = written.folder.parent / "gateway" / "instance.env"
            instance.parent.mkdir()
            instance.write_text(f"KEYSTORE_DIRECTORY=/global/zowe/keystore\nGATEWAY_PORT={port}\n", encoding="utf-8")
            found.append(str(instance.parent))
    return found


@pytest.mark.parametrize(("rule", "name", "recipe"), ALL)
def test_the_audit_finds_in_each_set_what_stands_beside_it_and_nothing_else(
    rule: str, name: str, recipe: dict[str, Any], audit: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    if os.name == "nt" and "modes" in recipe:
        pytest.skip("Windows has no such permissions")
    with ExitStack() as stack:
        written = write_set(tmp_path, recipe)
        found = audit(*_sources(written, recipe, stack))
    expected = sorted(recipe.get("finds", []))
    told = _told(found)
    if any(one.endswith("*") for one in expected):
        told = [next((one for one in expected if each.startswith(one.removesuffix("*"))), each) for each in told]
    assert told == expected, [one["message"] for one in found["findings"]]
    assert (rule in {one.split()[1] for one in told if not one.startswith("waived")}) == (name != "right")


def test_each_rule_of_the_audit_has_a_set_that_breaks_it_and_one_that_is_just_right() -> None:
    assert rules.__all__
    judged = {rule for one in RULES for rule in one.ids} | {"ZC-AUD-02", "ZC-AUD-03"}
    for name in ("breaks", "right"):
        assert {case.values[0] for case in ALL if case.values[1] == name} == judged
    assert judged | ELSEWHERE | {"ZC-AUD-01"} == set(catalogue())
