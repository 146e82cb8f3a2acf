"""The plan for people: each step, why it is taken, and the commands that would do the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..issue import CertificateKind
from ..model import KeyType
from ..stores import Profile
from .authority import CA_ALIAS
from .certificates_env import environment_lines
from .delivery import owner_commands
from .plan import CA_CERTIFICATE, ENVIRONMENT_FILE, FileKind, Plan, PlannedCertificate, PlannedStore

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
    _, service, *others = plan.certificates
    yield Step(
        "Prepare",
        "It all begins in a folder that only its owner can read.",
        (),
        _prepare(plan),
    )
    yield _authority(plan)
    yield Step(
        f"Make the Zowe certificate “{service.common_name}” for {len(service.san)} names and addresses",
        "Zowe shows it to browsers and Zowe CLI (northbound) and its own services (southbound), as server and client.",
        _paths(plan, service, plan.keystore),
        (
            *_java_options(plan.keystore),
            *_request_and_reply(plan, service, _import(CA_ALIAS, str(CA_CERTIFICATE), plan.keystore)),
        ),
    )
    components = [one for one in others if one.kind is CertificateKind.SERVICE]
    if components:
        names = ", ".join(one.id for one in components)
        yield Step(
            f"Make certificates for {len(components)} components: {names}",
            "A component shows its own certificate instead of the Zowe certificate, once zowe.yaml says so.",
            tuple(path for one in components for path in _paths(plan, one)),
            tuple(command for one in components for command in _request_and_reply(plan, one)),
        )
    for secret in (one for one in others if one.kind is CertificateKind.JWT):
        yield Step(
            f"Make the JWT secret “{secret.common_name}”",
            "Up to release 1.26 the gateway signs its login tokens with this key and does not start without it.",
            _paths(plan, secret),
            (_genkeypair(plan, secret, plan.keystore), *_exports(plan, secret, plan.keystore)),
        )
    yield Step(
        "Make the trust store",
        "Zowe accepts a service only where this store holds the authority that signed its certificate.",
        (plan.truststore.path,),
        (_import(CA_ALIAS, str(CA_CERTIFICATE), plan.truststore), *_given(plan)),
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


def _authority(plan: Plan) -> Step:
    authority, store = plan.certificates[0], plan.ca_store
    apart = f" in {plan.ca_file}" if plan.ca_file else ""
    if plan.found:
        return Step(
            f"Use the certificate authority “{authority.common_name}”{apart}",
            "It signs the Zowe certificate. Clients that trust it already will trust this set too.",
            _paths(plan, authority),
            tuple(_exports(plan, authority, store)),
        )
    return Step(
        f"Make the local certificate authority “{authority.common_name}”{apart}",
        "It signs the Zowe certificate. Clients that trust its certificate trust Zowe.",
        _paths(plan, authority, store),
        (*_java_options(store), _genkeypair(plan, authority, store), *_exports(plan, authority, store)),
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
    options = ["-keystore", str(store.path), "-storetype", store.format, "-storepass:env", store.password_variable]
    return shlex.join(["keytool", command, *options, *arguments])


def _java_options(store: PlannedStore) -> tuple[str, ...]:
    """What makes keytool 17 and newer protect a store as its profile asks; its own defaults are the modern one."""
    chosen: dict[str, str] = {}
    if store.profile is Profile.COMPATIBLE:
        chosen = _COMPATIBLE
    if store.rounds:
        chosen = chosen | {f"{what}IterationCount": str(store.rounds) for what in ("keyPbe", "certPbe", "mac")}
    words = [f"-Dkeystore.pkcs12.{name}={value}" for name, value in chosen.items()]
    if store.profile is Profile.LEGACY:
        words = ["-Dkeystore.pkcs12.legacy"]
    return (f"export JAVA_TOOL_OPTIONS='{' '.join(words)}'",) if words and store.format == "PKCS12" else ()


def _dname(certificate: PlannedCertificate) -> str:
    """As keytool reads a name: the last part first, what parts it escaped (RFC 2253, section 2.4)."""
    parts = ((name, re.sub(r'([,+"\\<>;=#])', r"\\\1", value)) for name, value in certificate.subject if value)
    return ", ".join(f"{name}={value}" for name, value in reversed(list(parts)))


def _key_words(key_type: KeyType) -> list[str]:
    if key_type.is_rsa:
        return ["-keyalg", "RSA", "-keysize", str(key_type.bits)]
    return ["-keyalg", "EC", "-groupname", f"secp{key_type.bits}r1"]


def _signature(plan: Plan, signer: PlannedCertificate) -> list[str]:
    """The signature algorithm of a key; of an authority from elsewhere the key decides, as with keytool itself."""
    if plan.found and signer.id == CA_ALIAS:
        key = plan.found.certificate.key
        rsa, bits = bool(key and key.type == "RSA"), key.bits if key else 0
    else:
        rsa, bits = signer.key_type.is_rsa, signer.key_type.bits
    digest = "SHA256" if rsa or bits <= 256 else "SHA384"
    return ["-sigalg", f"{digest}with{'RSA' if rsa else 'ECDSA'}"]


def _genkeypair(plan: Plan, certificate: PlannedCertificate, store: PlannedStore) -> str:
    extensions = (
        ["-ext", "KeyUsage=keyCertSign", "-ext", "BasicConstraints:critical=ca:true"]
        if certificate.kind is CertificateKind.CA
        else []
    )
    key_password = ["-keypass:env", store.password_variable] if store.format != "PKCS12" else []
    return _keytool(
        "-genkeypair",
        store,
        *("-alias", certificate.id.lower(), *_key_words(certificate.key_type), *_signature(plan, certificate)),
        *("-dname", _dname(certificate), "-validity", str(certificate.days)),
        *extensions,
        *key_password,
    )


def _import(alias: str, file: str, store: PlannedStore) -> str:
    return _keytool("-importcert", store, "-noprompt", "-trustcacerts", "-alias", alias, "-file", file)


def _request_and_reply(plan: Plan, certificate: PlannedCertificate, *before_reply: str) -> tuple[str, ...]:
    """A key, the request for it, the authority's reply, and their copies in PEM."""
    keystore, alias = plan.keystore, certificate.id.lower()
    request, reply = (
        next(
            str(file.path) for file in plan.files if file.certificate == certificate.id and str(file.path).endswith(end)
        )
        for end in (".csr", "_signed.cer")
    )
    encipherment = ",keyEncipherment,dataEncipherment" if certificate.key_type.is_rsa else ""
    sign = _keytool(
        "-gencert",
        plan.ca_store,
        *("-alias", plan.ca_store.entries[0].alias, "-rfc", "-infile", request, "-outfile", reply),
        *(*_signature(plan, plan.certificates[0]), "-validity", str(certificate.days)),
        *("-ext", f"KeyUsage:critical=digitalSignature,nonRepudiation{encipherment}"),
        *("-ext", "ExtendedKeyUsage=clientAuth,serverAuth"),
        *("-ext", "SubjectAlternativeName=" + ",".join(certificate.san)),
    )
    return (
        _genkeypair(plan, certificate, keystore),
        _keytool("-certreq", keystore, "-alias", alias, *_signature(plan, certificate), "-file", request),
        sign,
        *before_reply,
        _import(alias, reply, keystore),
        *_exports(plan, certificate, keystore),
    )


def _exports(plan: Plan, certificate: PlannedCertificate, store: PlannedStore) -> Iterator[str]:
    alias = next(entry.alias for entry in store.entries if entry.certificate == certificate.id).lower()
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
            yield from _key_export(store, alias, path)


def _key_export(store: PlannedStore, alias: str, path: str) -> Iterator[str]:
    """openssl opens a PKCS12 store's first key only, so another one is brought into a store of its own before."""
    secret, source = store.password_variable, str(store.path)
    first = store.format == "PKCS12" and store.entries[0].alias.lower() == alias
    if not first:
        source = f"{path}.p12"
        yield shlex.join([
            *("keytool", "-importkeystore", "-srckeystore", str(store.path), "-srcstoretype", store.format),
            *("-srcstorepass:env", secret, "-srcalias", alias),
            *("-destkeystore", source, "-deststoretype", "PKCS12", "-deststorepass:env", secret),
        ])  # fmt: skip
    legacy = ["-legacy"] if store.profile is Profile.LEGACY else []
    opened = shlex.join(["openssl", "pkcs12", *legacy, "-in", source, "-passin", f"env:{secret}", "-nocerts", "-nodes"])
    yield f"{opened} | openssl pkey -out {shlex.quote(path)}"
    if not first:
        yield shlex.join(["rm", source])


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
