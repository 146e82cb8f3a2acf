"""The programs that make the corpus, each in a folder with the keys and certificates that it made itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.clients.conftest import openssl
from tests.corpus.java_view import Lister
from tests.corpus.stores import BEYOND_ASCII, PASSWORD
from tests.corpus.workshop import KeytoolWorkshop, Workshop
from tests.java.conftest import JAVAS, javas
from tests.java.keytool import TIMEOUT_SECONDS, java_environment

__all__ = ["javas", "openssl"]  # fixtures of other folders that are asked for here too

_NEW_KEY = "req -x509 -noenc -days 400 -newkey"
_CURVE = "ec -pkeyopt ec_paramgen_curve:P-256"
_OPENSSL_MATERIAL = (
    f"{_NEW_KEY} {_CURVE} -keyout root.key -out root.pem -subj /CN=Root",
    f"{_NEW_KEY} {_CURVE} -keyout leaf.key -out leaf.pem -subj /CN=Leaf -CA root.pem -CAkey root.key",
    f"{_NEW_KEY} ed25519 -keyout edwards.key -out edwards.pem -subj /CN=Edwards",
    f"{_NEW_KEY} rsa:2048 -keyout rivest.key -out rivest.pem -subj /CN=Rivest",
)


@pytest.fixture(scope="session")
def of_openssl(
    openssl: str, missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Workshop:
    """OpenSSL with an authority, and with keys of three kinds that have certificates."""
    providers = [openssl, "list", "-providers", "-provider", "legacy"]
    if subprocess.run(providers, capture_output=True, check=False, timeout=TIMEOUT_SECONDS).returncode:
        missing("openssl", "OpenSSL's legacy provider")
    shop = Workshop(openssl, tmp_path_factory.mktemp("openssl"))
    for line in _OPENSSL_MATERIAL:
        shop.printed(line)
    files = [shop.folder / name for name in ("root.pem", "edwards.pem")]
    (shop.folder / "others.pem").write_bytes(b"".join(path.read_bytes() for path in files))
    (shop.folder / "index.txt").touch()
    (shop.folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=9\n"
    )
    return shop


@pytest.fixture(scope="session")
def keytool_workshop(
    javas: Callable[[str, str], str], java_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., KeytoolWorkshop]:
    """``keytool_workshop(which, name, **environment)``: keytool of one of the Javas in a new folder of that name."""

    def opened(which: str, name: str, **environment: str) -> KeytoolWorkshop:
        keytool, java = (javas(which, program) for program in ("keytool", "java"))
        folder = tmp_path_factory.mktemp(name)
        return KeytoolWorkshop(keytool, folder, java_environment(**environment), java=java, classes=java_classes)

    return opened


@pytest.fixture(scope="session")
def of_gnutls(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """GnuTLS's certtool with an authority, and with keys of two kinds that have certificates."""
    shop = Workshop(program("gnutls", "certtool"), tmp_path_factory.mktemp("gnutls"))
    for name, kind in (("root", "rsa --bits 2048"), ("leaf", "ed25519"), ("rivest", "rsa --bits 2048")):
        (shop.folder / f"{name}.cfg").write_text(f'cn = "{name.title()}"\nexpiration_days = 300\n')
        shop.printed(f"--generate-privkey --key-type {kind} --outfile {name}.key")
    with (shop.folder / "root.cfg").open("a") as template:
        template.write("ca\ncert_signing_key\n")
    for name in ("root", "rivest"):
        own = f"--load-privkey {name}.key --template {name}.cfg --outfile {name}.pem"
        shop.printed(f"--generate-self-signed {own}")
    by_root = "--load-ca-certificate root.pem --load-ca-privkey root.key"
    shop.printed(f"--generate-certificate {by_root} --load-privkey leaf.key --template leaf.cfg --outfile leaf.pem")
    return shop


@pytest.fixture(scope="session")
def of_nss(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """NSS's pk12util in the folder of a database with an authority, and with keys of two kinds."""
    pk12util, folder = program("nss", "pk12util"), tmp_path_factory.mktemp("nss")
    (folder / "password.txt").write_text(f"{PASSWORD}\n")
    (folder / "beyond.txt").write_text(f"{BEYOND_ASCII}\n", "utf-8")
    (folder / "noise").write_bytes(bytes(range(200)))  # certutil would ask for keystrokes
    database = Workshop(program("nss", "certutil"), folder)
    database.printed("-N -d sql:. --empty-password")
    new, curve = "-S -d sql:. -v 12 -z noise", "-k ec -q nistp256"
    database.printed(f"{new} {curve} -n Root -s CN=Root -x -t CTu,, -m 1 -2", typed="y\n\ny\n")
    database.printed(f"{new} {curve} -n 'Leaf key' -s CN=Leaf -c Root -t ,, -m 2")
    database.printed(f"{new} -k rsa -g 2048 -n Rivest -s CN=Rivest -c Root -t ,, -m 3")
    return Workshop(pk12util, folder)


@pytest.fixture(scope="session", params=JAVAS)
def lister(request: pytest.FixtureRequest, javas: Callable[[str, str], str], java_classes: Path) -> Lister:
    """Each of the Javas, to say what it finds in a store."""
    return Lister(javas(request.param, "java"), java_classes)


@pytest.fixture(scope="session")
def java_classes(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our Java programs, compiled for Java 17 and newer."""
    folder = tmp_path_factory.mktemp("classes")
    sources = map(str, Path(__file__).parent.glob("*.java"))
    command = [program("java", "javac"), "-Xlint:all", "-Werror", "--release", "17", "-d", str(folder), *sources]
    done = subprocess.run(
        command, env=java_environment(), capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
