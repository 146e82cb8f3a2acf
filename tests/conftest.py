"""What the parts of the tests share: programs from outside, and certificate sets that are made once a session."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from zowe_certs_kernel.issue import CertificateKind, generate_key, issue
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import Made, make, plan_setup
from zowe_certs_kernel.stores.pem import certificate_pem
from zowe_certs_kernel.zowe.settings import read_settings

REQUIRE = "ZOWE_CERTS_REQUIRE"
PARTS = ("java", "node", "openssl", "curl", "gnutls", "nss", "bouncycastle", "chromium", "uv")

EXAMPLES = Path(__file__).resolve().parents[1] / "notebooks" / "examples"

# Blanks, quotes and what a shell would expand: it must reach every program as it is.
AWKWARD_PASSWORD = """it's 5 $HOME "quotes" & `more` \\ #1!"""


def pytest_configure(config: pytest.Config) -> None:
    unknown = demanded() - set(PARTS)
    if unknown:
        msg = f"{REQUIRE} names {', '.join(sorted(unknown))}; it knows {', '.join(PARTS)}"
        raise pytest.UsageError(msg)


def demanded() -> set[str]:
    """The parts of the tests that may not be skipped."""
    return set(filter(None, os.environ.get(REQUIRE, "").replace(",", " ").split()))


@pytest.fixture(scope="session")
def missing() -> Callable[[str, str], NoReturn]:
    """``missing(part, what)`` skips the test because ``what`` is not there, or fails it where the part is demanded."""

    def tell(part: str, what: str) -> NoReturn:
        if part not in PARTS:
            msg = f"{part} is none of {', '.join(PARTS)}"
            raise ValueError(msg)
        if part in demanded():
            pytest.fail(f"{what} is missing, and {REQUIRE} demands {part}", pytrace=False)
        pytest.skip(f"{part}: {what} is missing")

    return tell


@pytest.fixture(scope="session")
def program(missing: Callable[[str, str], NoReturn]) -> Callable[..., str]:
    """``program(part, *names)`` is the first of the names that PATH has; without any it is as ``missing`` says."""

    def find(part: str, *names: str) -> str:
        found = next(filter(None, map(shutil.which, names)), None)
        return found or missing(part, " or ".join(names))

    return find


@pytest.fixture(scope="session")
def made_sets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """A set of each kind: protections, keys, components, an authority apart, all sorts of names, a hard password."""
    folder = tmp_path_factory.mktemp("sets")
    lower, upper = (EXAMPLES / f"zowe-setup-certificates-{release}.env" for release in ("1.15", "1.28"))
    (folder / "elsewhere").mkdir()
    zosmf = [folder / name for name in ("zOSMF-CA.cer", "localca.cer", "localhost.cer", "elsewhere/localhost.cer")]
    key = generate_key()
    for path in zosmf:
        name = (("CN", f"z/OSMF CA in {path.relative_to(folder)}"),)
        authority = issue(CertificateKind.CA, name, key, now=dt.datetime.now(dt.UTC))
        path.write_bytes(certificate_pem(authority.certificate))
    more = folder / "more.env"
    more.write_text(
        "HOSTNAME=*.example.com,ZOS1.Example.org\nIPADDRESS=192.0.2.10,2001:db8::10\nKEYSTORE_ALIAS=ZoweCert\n"
        f"ZOSMF_CERTIFICATE={zosmf[0]}\n"
    )
    twice = folder / "twice.env"
    twice.write_text("HOSTNAME=zos1.example.com,localhost\nIPADDRESS=192.0.2.10,127.0.0.1\n")
    token = folder / "token.env"
    token.write_text(
        "PKCS11_TOKEN_NAME=ZOWE.TOKEN\nPKCS11_TOKEN_LABEL=ZoweJwt\n"
        f"ZOSMF_CERTIFICATE='{' '.join(map(str, zosmf[1:]))}'\n"
    )

    components = folder / "components.env"
    components.write_text("COMPONENT_LEVEL_CERTIFICATES=gateway,app-server,zss\n")
    curves = folder / "curves.env"
    curves.write_text(
        "ZOWE_CERTS_KEY_TYPE=EC-P256\nZOWE_CERTS_DAYS=397\nZOWE_CERTS_PROTECTION=modern\nZOWE_CERTS_KDF_ROUNDS=20000\n"
        "ZOWE_CERTS_ORG='Example, \"East\" + Sons'\nZOWE_CERTS_STATE=\nZOWE_CERTS_EBCDIC=false\n"
    )
    jks = folder / "jks.env"
    jks.write_text("ZOWE_CERTS_STORE_TYPE=JKS\nZOWE_CERTS_KEY_TYPE=RSA-3072\n")
    larger = folder / "larger.env"
    larger.write_text("ZOWE_CERTS_KEY_TYPE=EC-P384\nZOWE_CERTS_DAYS=900\nZOWE_CERTS_KDF_ROUNDS=2000\n")
    legacy = folder / "legacy.env"
    legacy.write_text("ZOWE_CERTS_PROTECTION=legacy\nZOWE_CERTS_EBCDIC=false\n")

    def made(
        name: str,
        *files: Path,
        release: str = "",
        as_zowe: bool = False,
        password: str = "unguessed",
        ca_store: Path | None = None,
    ) -> Made:
        settings = read_settings(files, release=release, as_zowe=as_zowe, password=lambda: Secret(password))
        ca_password = Secret("of the authority") if ca_store else None
        where = folder / name
        return make(plan_setup(settings, directory=where, as_zowe=as_zowe, ca_store=ca_store, ca_password=ca_password))

    apart = folder / "the authority.p12"
    return {
        "1.15": made("1.15", lower),
        "1.15 as Zowe": made("1.15 as Zowe", lower, twice, as_zowe=True),
        "1.22": made("1.22", lower, token, release="1.22"),
        "1.28": made("1.28", upper, more, password=AWKWARD_PASSWORD),
        "1.28 as Zowe": made("1.28 as Zowe", upper, components, as_zowe=True),
        "1.28 components": made("1.28 components", upper, components, curves),
        "1.15 JKS": made("1.15 JKS", lower, jks, ca_store=apart),
        "1.22 same authority": made("1.22 same authority", lower, larger, release="1.22", ca_store=apart),
        "1.15 legacy as Zowe": made("1.15 legacy as Zowe", lower, legacy, as_zowe=True),
    }
