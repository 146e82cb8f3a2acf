"""What notebook 30 shows where it is given no source: a Zowe, its instance, and a z/OSMF that it does not trust yet."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from ..folders import example_settings
from ..issue import CertificateKind, generate_key, issue
from ..model import KeyType
from ..secret import Secret
from ..setup import make, plan_setup
from ..stores.pem import certificate_pem
from ..zowe.settings import read_settings

__all__ = ["make_trust_example"]

_ZOSMF = "zosmf.example.com"
_SOON, _LATER = 25, 730  # days


def make_trust_example(folder: Path, *, trusted: bool = False) -> tuple[Path, ...]:
    """Make the example in a new folder, and name its sources.

    The KEYSTORE_DIRECTORY is that of the example settings, under a random password that stays in the process
    and in ``zowe-certificates.env``, where Zowe needs it.

    Args:
        trusted: it trusts z/OSMF already, whose certificate ends soon then.

    Raises:
        WriteError: the folder cannot be written.
    """
    folder.mkdir(parents=True)
    now = dt.datetime.now(dt.UTC)
    authority = issue(
        CertificateKind.CA, (("CN", "z/OSMF CertAuth"),), generate_key(KeyType.EC_P256), now=now, days=3650
    )
    server = issue(
        CertificateKind.SERVICE,
        (("CN", _ZOSMF), ("OU", "z/OSMF")),
        generate_key(KeyType.EC_P256),
        now=now,
        days=_SOON if trusted else _LATER,
        issuer=authority,
        san=(f"dns:{_ZOSMF}",),
    )
    zosmf, ca = folder / "zosmf.pem", folder / "zosmf-ca.cer"
    zosmf.write_bytes(certificate_pem(*server.chain))
    ca.write_bytes(certificate_pem(authority.certificate))
    more = folder / "more.env"
    more.write_text(f"ZOSMF_CERTIFICATE='{ca}'\n" if trusted else "\n", encoding="utf-8")
    settings = read_settings([example_settings(), more], password=lambda: Secret(secrets.token_urlsafe(16)))
    made = make(plan_setup(settings, directory=folder / "keystore"))
    more.unlink()
    there = made.plan.settings.keystore_directory
    instance = folder / "instance" / "instance.env"
    instance.parent.mkdir()
    instance.write_text(
        f"# an example of Zowe's own file\nROOT_DIR=/usr/lpp/zowe\nKEYSTORE_DIRECTORY={there}\nGATEWAY_PORT=7554\n",
        encoding="utf-8",
        newline="\n",
    )
    return folder / "keystore", instance.parent, zosmf, ca
