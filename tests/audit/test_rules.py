"""Each rule has a set of files that breaks only it and one that is just right; the files are read as users' are."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.audit.conftest import Audit
from tests.audit.conftest import told as told_of
from tests.audit.sets import Written, write_set
from tests.services.servers import serving
from zowe_certs_kernel.audit import rules
from zowe_certs_kernel.audit.catalogue import catalogue
from zowe_certs_kernel.audit.registry import RULES

CASES = Path(__file__).parent / "cases"
# Of others than the audit: a job, a set-up, and z/OSMF as a set-up meets it.
ELSEWHERE = {"ZC-JCL-01", "ZC-KS-13"}


def _cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.toml")):
        for rule, cases in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, recipe in cases.items():
                yield pytest.param(rule, name, recipe, id=f"{rule}-{name}")


ALL = list(_cases())


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
    rule: str, name: str, recipe: dict[str, Any], audit: Audit, tmp_path: Path
) -> None:
    if os.name == "nt" and "modes" in recipe:
        pytest.skip("Windows has no such permissions")
    with ExitStack() as stack:
        written = write_set(tmp_path, recipe)
        found = audit(*_sources(written, recipe, stack))
    expected = sorted(recipe.get("finds", []))
    told = told_of(found)
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
