"""The plan for people: each step, why it is taken, and the commands that would do the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..issue import CertificateKind
from ..stores import Profile
from .certificates_env import environment_lines
from .delivery import owner_commands
from .plan import CA_ALIAS, ENVIRONMENT_FILE, FileKind, Plan, PlannedCertificate, PlannedStore

__all__ = ["Step", "steps"]

_COMPATIBLE = {
    "keyProtectionAlgorithm": "PBEWithSHA1AndDESede",
    "certProtectionAlgorithm": "PBEWithSHA1AndDESede",
    "macAlgorithm": "HmacPBESHA1",
}


@dataclass(frozen=True)
class Step:
    """One step; ``commands`` do the same by keytool and openssl, passwords as references, in the directory."""

    title: str
    why: str
    makes: tuple[PurePosixPath, ...]
    commands: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "why": self.why,
            "makes": [str(path) for path in self.makes],
            "commands": list(self.commands),
        }


def steps(plan: Plan) -> tuple[Step, ...]:
    """The steps in the order in which they are taken."""
    return tuple(_steps(plan))


def _steps(plan: Plan) -> Iterator[Step]:
    authority, service, *others = plan.certificates
    ca_store, keystore, truststore = plan.stores
    yield Step(
        "Prepare",
        "It all begins in a folder that only its owner can read.",
        (),
        _prepare(plan),
    )
    yield Step(
        f"Make the local certificate authority “{authority.common_name}”",
        "It signs the Zowe certificate. Clients that trust its certificate trust Zowe.",
        _paths(plan, authority, ca_store),
        (_genkeypair(authority, ca_store), *_exports(plan, authority, ca_store)),
    )
    yield Step(
        f"Make the Zowe certificate “{service.common_name}” for {len(service.san)} names and addresses",
        "Zowe shows it to browsers and Zowe CLI (northbound) and its own services (southbound), as server and client.",
        _paths(plan, service, keystore),
        _service(plan, service, ca_store, keystore),
    )
    for certificate in others:
        yield Step(
            f"Make the JWT secret “{certificate.common_name}”",
            "Up to release 1.26 the gateway signs its login tokens with this key and does not start without it.",
            _paths(plan, certificate),
            (_genkeypair(certificate, keystore), *_exports(plan, certificate, keystore)),
        )
    yield Step(
        "Make the trust store",
        "Zowe accepts a service only where this store holds the authority that signed its certificate.",
        (truststore.path,),
        (_import(CA_ALIAS, "local_ca/localca.cer", truststore), *_given(plan)),
    )
    yield Step(
        "Write zowe-certificates.env",
        "Zowe's start-up scripts read from it where its certificates are on z/OS.",
        tuple(file.path for file in plan.files if file.kind is FileKind.ENVIRONMENT),
        ("{", *_environment(plan), f"}} > {ENVIRONMENT_FILE}"),
    )
    yield Step(
        "Lock the directory",
        "Whoever reads the private keys can pretend to be Zowe.",
        (),
        (*_modes(plan), *owner_commands(plan, ".")),
    )


def _paths(plan: Plan, certificate: PlannedCertificate, *stores: PlannedStore) -> tuple[PurePosixPath, ...]:
    own = (file.path for file in plan.files if file.certificate == certificate.id)
    return (*(store.path for store in stores), *own)


def _prepare(plan: Plan) -> tuple[str, ...]:
    variables = list(dict.fromkeys(store.password_variable for store in plan.stores))
    folders = shlex.join(str(folder) for folder in plan.folders)
    target = shlex.quote(plan.directory.as_posix())
    asked = tuple(f"read -rs {name}; export {name}   # the password, typed unseen" for name in variables)
    return ("umask 077", f"mkdir -p {target} && cd {target} && mkdir {folders}", *asked)


def _keytool(command: str, store: PlannedStore, *arguments: str) -> str:
    options = ["-keystore", str(store.path), "-storetype", "PKCS12", "-storepass:env", store.password_variable]
    return shlex.join(["keytool", command, *options, *arguments])


def _java_options(store: PlannedStore) -> tuple[str, ...]:
    """What makes keytool 17 and newer protect a store as its profile asks; its own defaults are the modern one."""
    if store.profile is Profile.MODERN:
        return ()
    chosen = " ".join(f"-Dkeystore.pkcs12.{name}={value}" for name, value in _COMPATIBLE.items())
    return (f"export JAVA_TOOL_OPTIONS='{chosen}'",)


def _dname(certificate: PlannedCertificate) -> str:
    return ", ".join(f"{name}={value}" for name, value in reversed(certificate.subject))


def _genkeypair(certificate: PlannedCertificate, store: PlannedStore) -> str:
    extensions = (
        ["-ext", "KeyUsage=keyCertSign", "-ext", "BasicConstraints:critical=ca:true"]
        if certificate.kind is CertificateKind.CA
        else []
    )
    return _keytool(
        "-genkeypair",
        store,
        *("-alias", certificate.id.lower(), "-keyalg", "RSA", "-keysize", "2048", "-sigalg", "SHA256withRSA"),
        *("-dname", _dname(certificate), "-validity", str(certificate.days)),
        *extensions,
    )


def _import(alias: str, file: str, store: PlannedStore) -> str:
    return _keytool("-importcert", store, "-noprompt", "-trustcacerts", "-alias", alias, "-file", file)


def _service(
    plan: Plan, certificate: PlannedCertificate, authority: PlannedStore, keystore: PlannedStore
) -> tuple[str, ...]:
    stem = keystore.path.with_suffix("")
    request, reply, alias = f"{stem}.csr", f"{stem}_signed.cer", certificate.id.lower()
    sign = _keytool(
        "-gencert",
        authority,
        *("-alias", CA_ALIAS, "-rfc", "-infile", request, "-outfile", reply),
        *("-sigalg", "SHA256withRSA", "-validity", str(certificate.days)),
        *("-ext", "KeyUsage:critical=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment"),
        *("-ext", "ExtendedKeyUsage=clientAuth,serverAuth"),
        *("-ext", "SubjectAlternativeName=" + ",".join(certificate.san)),
    )
    return (
        *_java_options(keystore),
        _genkeypair(certificate, keystore),
        _keytool("-certreq", keystore, "-alias", alias, "-sigalg", "SHA256withRSA", "-file", request),
        sign,
        _import(CA_ALIAS, "local_ca/localca.cer", keystore),
        _import(alias, reply, keystore),
        *_exports(plan, certificate, keystore),
    )


def _exports(plan: Plan, certificate: PlannedCertificate, store: PlannedStore) -> Iterator[str]:
    alias = certificate.id.lower()
    for file in (file for file in plan.files if file.certificate == certificate.id):
        path = str(file.path)
        if file.kind is FileKind.CERTIFICATE and not path.endswith("_signed.cer"):
            yield _keytool("-exportcert", store, "-rfc", "-alias", alias, "-file", path)
        elif file.kind is FileKind.CERTIFICATE_EBCDIC:
            recode, plain = "iconv -f ISO8859-1 -t IBM-1047", path.removesuffix("-ebcdic")
            if plain == path:  # there is no copy in ASCII to begin with
                recode = f"{_keytool('-exportcert', store, '-rfc', '-alias', alias)} | {recode}"
            else:
                recode = f"{recode} {shlex.quote(plain)}"
            yield f"{recode} > {shlex.quote(path)}"
        elif file.kind is FileKind.KEY:
            secret = f"env:{store.password_variable}"
            opened = shlex.join(["openssl", "pkcs12", "-in", str(store.path), "-passin", secret, "-nocerts", "-nodes"])
            yield f"{opened} | openssl pkey -out {shlex.quote(path)}"


def _given(plan: Plan) -> Iterator[str]:
    for found in plan.given:
        if found.number > 1:
            yield f"# keytool reads a file's first certificate only; put number {found.number} into a file of its own"
        yield _import(found.alias, str(Path(found.file).absolute()), plan.truststore)


def _environment(plan: Plan) -> Iterator[str]:
    """A command for each line of the file; bash itself quotes the password, which no command holds."""
    for line in environment_lines(plan, hide_password=True):
        before, password, _ = line.partition("KEYSTORE_PASSWORD=")
        if password:
            yield f"""printf '{before}{password}%q\\n' "${plan.keystore.password_variable}\""""
        else:
            yield f"echo {shlex.quote(line)}"


def _modes(plan: Plan) -> Iterator[str]:
    yield f"chmod {plan.folder_mode:o} . " + shlex.join(str(folder) for folder in plan.folders)
    for mode in dict.fromkeys(plan.mode(file) for file in plan.files):
        yield f"chmod {mode:o} " + shlex.join(str(file.path) for file in plan.files if plan.mode(file) == mode)
