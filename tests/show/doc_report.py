"""``python -m tests.show.doc_report docs``: the sample of an audit report, of certificates that are made up for it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

from tests.audit.sets import write_set
from zowe_certs_kernel.run import run_notebook

NAME = "audit-sample.html"
# A site as there are many: a certificate that ends soon and misses a name, z/OSMF that nobody trusts, Zowe's password.
SITE = {
    "party": {
        "root": {"name": "Example Corporate CA"},
        "leaf": {"days": [-340, 25], "purposes": "server"},
        "zosmf": {"name": "zosmf.example.com", "by": "zosmf-ca", "key": "ec", "names": ["dns:zosmf.example.com"]},
    },
    "trusted": {"zosmf": "-"},
    "password": "password",
    "env": {"KEYSTORE_PASSWORD": "password"},
    "instance": {"instance": {"ZOWE_EXPLORER_HOST": "zos1.example.com", "GATEWAY_PORT": "7554"}},
    "service": {"zosmf.pem": ["zosmf", "zosmf-ca"]},
    "file": {"local_ca/localca.keystore.p12": "keystore root"},
}
WAIVERS = """waivers:
- rule: ZC-KS-11
  source: "*/local_ca/localca.keystore.p12"
  reason: the directory lies on the administrator's own machine, and is not what Zowe reads
  until: 2999-12-31
"""


def make_sample(folder: Path) -> Path:
    """The report in a folder, with paths that tell nothing of this machine."""
    with tempfile.TemporaryDirectory() as temporary, contextlib.chdir(temporary):
        site = Path("site")
        write_set(site, SITE)
        Path("waivers.yaml").write_text(WAIVERS, encoding="utf-8")
        values = {
            "source": "site/keystore, site/instance, site/zosmf.pem",
            "hosts": "zos1.example.com, zowe.example.com",
            "waivers": "waivers.yaml",
            "password_from": "env:ZOWE_KEYSTORE_PASSWORD",
        }
        result = run_notebook("50_audit_report", values, out=Path("out"))
        page = result.report.read_text(encoding="utf-8").replace(str(Path(temporary)), "/u/zowe")
        (folder / NAME).write_text(page, encoding="utf-8", newline="\n")
    return folder / NAME


def main(folder: str) -> None:
    make_sample(Path(folder).absolute())


if __name__ == "__main__":
    main(*sys.argv[1:])
