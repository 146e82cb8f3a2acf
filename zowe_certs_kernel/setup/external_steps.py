"""The commands of keytool and openssl that bring external certificates into the stores."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from ..secret import Secret
from .external import JAVA_FORMATS, ExternalKey
from .external_authorities import ExternalAuthority
from .keytool_commands import ebcdic_copy, import_command, keytool_command
from .plan import Plan

__all__ = ["authority_commands", "chain_commands", "external_passwords", "take_commands"]

_VARIABLE = "ZOWE_EXTERNAL_PASSWORD"


def external_passwords(plan: Plan) -> Mapping[str, Secret]:
    """The passwords of external files that are not the keystore's, by the variables in which the commands take them."""
    found: dict[str, Secret] = {}
    for key in plan.externals:
        for secret in (key.password, key.key_password):
            if secret is not None and secret != plan.keystore.password and secret not in found.values():
                found[f"{_VARIABLE}_{len(found) + 1}" if found else _VARIABLE] = secret
    return found


def _variable(plan: Plan, secret: Secret) -> str:
    if secret == plan.keystore.password:
        return plan.keystore.password_variable
    return next(name for name, one in external_passwords(plan).items() if one == secret)


def take_commands(plan: Plan, key: ExternalKey) -> Iterator[str]:
    """The key and its certificates, out of their file into the keystore."""
    if key.is_java_store:
        assert key.password is not None  # noqa: S101  # a store of Java is never read without one
        yield _import_key(plan, key, str(key.file.absolute()), key.format, key.alias, _variable(plan, key.password))
        return
    own, between = plan.keystore.password_variable, f"{plan.settings.keystore_alias}/{key.id}.external.p12"
    if key.format != "PEM":
        yield f"# openssl reads PEM in ASCII, and this file is {key.format}: convert it first"
    words = ["openssl", "pkcs12", "-export", "-in", str(key.file.absolute()), "-name", key.id.lower()]
    words += ["-inkey", str(key.key_file.absolute())] if key.key_file else []
    words += ["-passin", f"env:{_variable(plan, key.password)}"] if key.password is not None else []
    yield shlex.join([*words, "-passout", f"env:{own}", "-out", between])
    yield _import_key(plan, key, between, "PKCS12", key.id.lower(), own)
    yield shlex.join(["rm", between])


def _import_key(plan: Plan, key: ExternalKey, file: str, kind: str, alias: str, variable: str) -> str:
    store = plan.keystore
    own = ["-srckeypass:env", _variable(plan, key.key_password)] if key.key_password is not None else []
    return shlex.join([
        *("keytool", "-importkeystore", "-noprompt", "-srckeystore", file, "-srcstoretype", kind),
        *("-srcstorepass:env", variable, "-srcalias", alias, *own, "-destalias", key.id.lower()),
        *("-destkeystore", str(store.path), "-deststoretype", store.format),
        *("-deststorepass:env", store.password_variable, "-destkeypass:env", store.password_variable),
    ])  # fmt: skip


def authority_commands(plan: Plan) -> Iterator[str]:
    """A copy of each authority in PEM, and in EBCDIC, and the authority in the keystore."""
    for one in plan.authorities:
        yield from _copy(plan, one)
        if plan.settings.profile.ebcdic:
            yield ebcdic_copy(str(one.path))
        yield import_command(one.alias, str(one.path), plan.keystore)


def _copy(plan: Plan, one: ExternalAuthority) -> Iterator[str]:
    number = f"awk '/BEGIN .*CERTIFICATE-/{{n++}} n=={one.place}'"
    pick = f"{number} | openssl x509 -out {shlex.quote(str(one.path))}"
    if one.file is None:
        yield keytool_command("-list", plan.keystore, "-rfc", "-alias", one.of.lower()) + f" | {pick}"
        return
    file = str(one.file.absolute())
    if one.copy:
        yield shlex.join(["cp", file, str(one.path)])
    elif one.format in JAVA_FORMATS:
        yield f"# {file} is {one.format}: export its certificate number {one.place} to {one.path}"
    elif one.place == 1:
        yield shlex.join(["openssl", "x509", "-in", file, "-out", str(one.path)])
    else:
        yield f"{number} {shlex.quote(file)} | openssl x509 -out {shlex.quote(str(one.path))}"


def chain_commands(plan: Plan) -> Iterator[str]:
    """Chains that their files hold in part; in a PKCS12 store Java completes them by itself."""
    for key in plan.externals if plan.keystore.format != "PKCS12" else ():
        above = [str(one.path) for one in plan.authorities if one.facts in key.chain[key.own :]]
        if above:
            leaf = next(str(file.path) for file in plan.files if file.certificate == key.id)
            alias = ("-noprompt", "-trustcacerts", "-alias", key.id.lower())
            reply = keytool_command("-importcert", plan.keystore, *alias)
            between = [str(one.path) for one in plan.authorities if one.facts in key.chain[1 : key.own]]
            yield f"{shlex.join(['cat', leaf, *between, *above])} | {reply}"
