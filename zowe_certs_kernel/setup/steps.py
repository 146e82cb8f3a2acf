"""The plan for people: each step, why it is taken, and the commands that would do the same."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..issue import CertificateKind
from ..model import EntryKind
from ..stores.endpoint import endpoint_of
from .authority import CA_ALIAS
from .certificates_env import environment_lines
from .delivery import owner_commands
from .external_steps import authority_commands, chain_commands, external_passwords, take_commands
from .keytool_commands import (
    exports,
    genkeypair_command,
    import_command,
    java_options,
    keytool_command,
    signature,
    wrap_command,
    wrap_foreign_commands,
)
from .plan import CA_CERTIFICATE, ENVIRONMENT_FILE, FileKind, Plan, PlannedCertificate, PlannedStore

__all__ = ["Step", "steps"]

_SHOWN = "Zowe shows it to browsers and Zowe CLI (northbound) and its own services (southbound), as server and client."
_COMPONENT = "A component shows its own certificate instead of the Zowe certificate, once zowe.yaml says so."


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
    yield Step(
        "Prepare",
        "It all begins in a folder that only its owner can read.",
        (),
        _prepare(plan),
    )
    if plan.authority and plan.ca_store:
        yield _authority(plan, plan.authority, plan.ca_store)
    authorities_first = plan.keystore.entries[0].kind is EntryKind.TRUSTED_CERTIFICATE  # as Zowe's script has it
    if plan.authorities and authorities_first:
        yield _external_authorities(plan, first=True)
    yield _service(plan)
    made = [one for one in plan.components if one.external is None]
    if made:
        names = ", ".join(one.id for one in made)
        anchor = [import_command(CA_ALIAS, str(CA_CERTIFICATE), plan.keystore)] if plan.service.external else []
        yield Step(
            f"Make certificates for {len(made)} components: {names}",
            _COMPONENT,
            tuple(path for one in made for path in _paths(plan, one)),
            (*anchor, *(command for one in made for command in _request_and_reply(plan, one))),
        )
    yield from (_taken(plan, one) for one in plan.components if one.external)
    if plan.authorities and not authorities_first:
        yield _external_authorities(plan, first=False)
    for secret in (one for one in plan.certificates if one.kind is CertificateKind.JWT):
        yield Step(
            f"Make the JWT secret “{secret.common_name}”",
            "Up to release 1.26 the gateway signs its login tokens with this key and does not start without it.",
            _paths(plan, secret),
            (genkeypair_command(plan, secret, plan.keystore), *exports(plan, secret, plan.keystore)),
        )
    yield from (_wrapped(plan, one) for one in plan.certificates if one.key_of)
    if plan.token_store:
        yield _token(plan, plan.token_store)
    yield Step(
        "Make the trust store",
        "Zowe accepts a service only where this store holds the authority that signed its certificate.",
        (plan.truststore.path,),
        (*_anchors(plan), *_given(plan)),
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


def _authority(plan: Plan, authority: PlannedCertificate, store: PlannedStore) -> Step:
    apart = f" in {plan.ca_file}" if plan.ca_file else ""
    signs = plan.signs_servers
    what = "It signs the certificates of components." if plan.service.external else "It signs the Zowe certificate."
    what = what if signs else "Zowe's script makes it also where it signs no server's certificate."
    if plan.found:
        return Step(
            f"Use the certificate authority “{authority.common_name}”{apart}",
            f"{what} Clients that trust it already will trust this set too.",
            _paths(plan, authority),
            tuple(exports(plan, authority, store)),
        )
    return Step(
        f"Make the local certificate authority “{authority.common_name}”{apart}",
        f"{what} Clients that trust its certificate trust Zowe." if signs else what,
        _paths(plan, authority, store),
        (*java_options(store), genkeypair_command(plan, authority, store), *exports(plan, authority, store)),
    )


def _service(plan: Plan) -> Step:
    service = plan.service
    if service.external:
        return _taken(plan, service, plan.keystore)
    return Step(
        f"Make the Zowe certificate “{service.common_name}” for {len(service.san)} names and addresses",
        _SHOWN,
        _paths(plan, service, plan.keystore),
        (
            *java_options(plan.keystore),
            *_request_and_reply(plan, service, import_command(CA_ALIAS, str(CA_CERTIFICATE), plan.keystore)),
        ),
    )


def _taken(plan: Plan, one: PlannedCertificate, *stores: PlannedStore) -> Step:
    """A key that is not made, but comes from a file."""
    assert one.external  # noqa: S101  # callers pass those that do
    options = java_options(plan.keystore) if stores else ()
    whose = "Zowe certificate" if stores else f"certificate of the component {one.id}"
    return Step(
        f"Take the {whose} “{one.common_name}” from {one.external.file}",
        _SHOWN if stores else _COMPONENT,
        _paths(plan, one, *stores),
        (*options, *take_commands(plan, one.external), *exports(plan, one, plan.keystore)),
    )


def _external_authorities(plan: Plan, *, first: bool) -> Step:
    options = java_options(plan.keystore) if first else ()
    return Step(
        f"Copy {len(plan.authorities)} external authorities: "
        + ", ".join(one.facts.common_name for one in plan.authorities),
        "They signed the certificates that come from files; with them Java shows the whole chain.",
        tuple(file.path for file in plan.files if file.certificate in {one.alias for one in plan.authorities}),
        (*options, *authority_commands(plan), *chain_commands(plan)),
    )


def _wrapped(plan: Plan, one: PlannedCertificate) -> Step:
    assert plan.ca_store  # noqa: S101  # what is signed here has a local authority
    if one.public_key:
        return Step(
            f"Wrap the public key of z/OSMF as “{one.common_name}”",
            "Servers of Zowe in C prove with it the tokens that z/OSMF makes.",
            _paths(plan, one),
            wrap_foreign_commands(plan, one, plan.ca_store),
        )
    return Step(
        f"Wrap the public key of the JWT secret as “{one.common_name}”",
        "Zowe's script does so with the key of z/OSMF, where it verifies services. z/OSMF is not asked for it here: "
        "the key is that of the JWT secret, which signs the gateway's own tokens.",
        _paths(plan, one),
        (wrap_command(plan, one, plan.ca_store),),
    )


def _token(plan: Plan, store: PlannedStore) -> Step:
    files = {file.certificate: str(file.path) for file in reversed(plan.files) if file.kind is FileKind.CERTIFICATE}
    return Step(
        f"Put the public key of the JWT secret into a file for the PKCS11 token {plan.settings.pkcs11_token_name}",
        "Servers of Zowe in C check tokens with it. On z/OS gskkyman fills the token from this file.",
        (store.path,),
        tuple(import_command(entry.alias, files[entry.certificate], store) for entry in store.entries),
    )


def _paths(plan: Plan, certificate: PlannedCertificate, *stores: PlannedStore) -> tuple[PurePosixPath, ...]:
    own = (file.path for file in plan.files if file.certificate == certificate.id)
    return (*(store.path for store in stores), *own)


def _prepare(plan: Plan) -> tuple[str, ...]:
    own = [store.password_variable for store in plan.stores]
    variables = list(dict.fromkeys([*own, *external_passwords(plan)]))
    folders = shlex.join(str(folder) for folder in plan.folders)
    target = shlex.quote(plan.directory.as_posix())
    asked = tuple(f"read -rs {name}; export {name}   # the password, typed unseen" for name in variables)
    return ("umask 077", f"mkdir -p {target} && cd {target} && mkdir {folders}", *asked)


def _request_and_reply(plan: Plan, certificate: PlannedCertificate, *before_reply: str) -> tuple[str, ...]:
    """A key, the request for it, the authority's reply, and their copies in PEM."""
    keystore, alias = plan.keystore, certificate.id.lower()
    assert plan.ca_store  # noqa: S101  # what is signed here has a local authority
    assert plan.authority  # noqa: S101  # the same
    request, reply = (
        next(
            str(file.path) for file in plan.files if file.certificate == certificate.id and str(file.path).endswith(end)
        )
        for end in (".csr", "_signed.cer")
    )
    encipherment = ",keyEncipherment,dataEncipherment" if certificate.key_type.is_rsa else ""
    sign = keytool_command(
        "-gencert",
        plan.ca_store,
        *("-alias", plan.ca_store.entries[0].alias, "-rfc", "-infile", request, "-outfile", reply),
        *(*signature(plan, plan.authority), "-validity", str(certificate.days)),
        *("-ext", f"KeyUsage:critical=digitalSignature,nonRepudiation{encipherment}"),
        *("-ext", "ExtendedKeyUsage=clientAuth,serverAuth"),
        *("-ext", "SubjectAlternativeName=" + ",".join(certificate.san)),
    )
    return (
        genkeypair_command(plan, certificate, keystore),
        keytool_command("-certreq", keystore, "-alias", alias, *signature(plan, certificate), "-file", request),
        sign,
        *before_reply,
        import_command(alias, reply, keystore),
        *exports(plan, certificate, keystore),
    )


def _anchors(plan: Plan) -> Iterator[str]:
    """All that the trust store holds but the certificates of services."""
    given = {one.alias for one in plan.given}
    for entry in plan.truststore.entries:
        if entry.alias not in given:
            own = (str(file.path) for file in plan.files if file.certificate == entry.certificate)
            yield import_command(entry.alias, next(own), plan.truststore)


def _given(plan: Plan) -> Iterator[str]:
    for found in plan.given:
        file = str(Path(found.file).absolute())
        if endpoint_of(found.file):  # what z/OSMF itself showed
            file = f"{found.alias}.cer"
            yield f"# of what this shows, put the certificate with SHA-256 {hashlib.sha256(found.der).hexdigest()}"
            yield f"# into {file}, which may go again once it is imported"
            yield shlex.join(["keytool", "-printcert", "-rfc", "-sslserver", found.file])
        elif found.number > 1:
            yield f"# keytool reads a file's first certificate only; put number {found.number} into a file of its own"
        yield import_command(found.alias, file, plan.truststore)


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
