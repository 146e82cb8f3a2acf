"""What the tests of the audit share: the command, held against its schema, and findings in a line each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import zowe_certs_kernel.audit
from tests.audit.sets import PASSWORD
from zowe_certs_kernel.cli import main

SCHEMA = Path(zowe_certs_kernel.audit.__file__).with_name("audit-1.schema.json")
Audit = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str], schema: Draft202012Validator) -> Audit:
    """What ``zowe-certs audit --format json`` prints."""

    def run(*arguments: object) -> dict[str, Any]:
        code = main(["audit", *map(str, arguments), "--format", "json"])
        said = capsys.readouterr()
        assert said.err == ""
        assert PASSWORD not in said.out
        found: dict[str, Any] = json.loads(said.out)
        assert [error.message for error in schema.iter_errors(found)] == []
        assert code == int(found["counts"]["error"] > 0)
        return found

    return run


def told(found: Mapping[str, Any]) -> list[str]:
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
