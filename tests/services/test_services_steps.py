"""The steps of notebook 60: shown first, written only where that is asked for and confirmed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.services import parties
from tests.services.servers import facts, pem, serving
from zowe_certs_kernel.errors import UsageError
from zowe_certs_kernel.parameters import ServicesParameters
from zowe_certs_kernel.show.page import Page
from zowe_certs_kernel.show.services_steps import (
    check_services,
    compare_modes,
    draw_trust_after,
    draw_trust_before,
    finish_services,
    plan_services,
    read_services,
    trust_services,
)

ROOT_SHA256 = facts(parties.ROOT).sha256 or ""


def run(parameters: ServicesParameters) -> tuple[list[str], dict[str, Any]]:
    services = read_services(parameters)
    pages: list[Page[Any]] = [services, check_services(services), plan_services(services), compare_modes(services)]
    before, after = draw_trust_before(parameters, services), draw_trust_after(parameters, services)
    changed = trust_services(parameters, services)
    pages += [before, after, changed, finish_services(parameters, services, changed)]
    html = "".join(page._repr_html_() for page in pages)
    assert "<script" not in html
    result = json.loads(Path(parameters.out_dir, "result.json").read_text("utf-8"))
    return [str(page) for page in pages], result


def test_without_a_source_an_example_is_made_and_only_shown(tmp_path: Path) -> None:
    texts, result = run(ServicesParameters(out_dir=str(tmp_path)))
    assert "this is an example made here" in texts[0]
    assert "nothing was changed" in texts[6]
    assert (result["schema"], result["changed"]) == ("zowe-certs/trust/1", None)
    assert result["verdict"] == "1 certificate would be added"
    assert {path.name for path in tmp_path.glob("*.svg")} == {"trust-before.svg", "trust-after.svg"}


def test_what_is_confirmed_is_written_where_that_is_asked_for(tmp_path: Path) -> None:
    example = ServicesParameters(out_dir=str(tmp_path))
    directory = read_services(example).value.working.directory
    odd = parties.make_odd()
    (tmp_path / "ca.pem").write_bytes(pem(parties.ROOT, odd))
    with serving(parties.MISMATCH) as port:
        named: dict[str, Any] = {
            "services": [f"localhost:{port}", str(tmp_path / "ca.pem")],
            "source": str(directory),
            "out_dir": str(tmp_path),
            "apply": True,
        }
        with pytest.raises(UsageError, match=r"nobody has confirmed .* \(in a notebook confirm\)"):
            run(ServicesParameters(**named))
        texts, result = run(ServicesParameters(**named, confirm=[ROOT_SHA256], at="2027-01-01"))
    assert "was written anew" in texts[6]
    assert result["verdict"] == "1 certificate was added"
    assert result["at"] == "2027-01-01T00:00:00Z"
    assert [found["rule"] for found in result["findings"]] == ["ZC-SAN-11"]


@pytest.mark.parametrize("given", [{"source": "keystore"}, {"services": ["localhost:1"]}])
def test_half_of_what_is_needed_is_refused(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is empty: name both"):
        read_services(ServicesParameters(**given, out_dir=str(tmp_path)))
