"""The commands of keytool and openssl of which the steps consist; passwords are references."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator

from ..issue import CertificateKind
from ..model import EntryKind, KeyType
from ..services.token_key import PATH as TOKEN_KEY_PATH
from ..stores import Profile
from .authority import CA_ALIAS
from .plan import FileKind, Plan, PlannedCertificate, PlannedStore

__all__ = [
    "ebcdic_copy",
    "exports",
    "genkeypair_command",
    "import_command",
    "java_options",
    "keytool_command",
    "signature",
    "wrap_command",
]

_COMPATIBLE = {
    "keyProtectionAlgorithm": "PBEWithSHA1AndDESede",
    "certProtectionAlgorithm": "PBEWithSHA1AndDESede",
    "macAlgorithm": "HmacPBESHA1",
}


def keytool_command(command: str, store: PlannedStore, *arguments: str) -> str:
    """A call of keytool for a store; the password is passed by the name of a variable."""
    options = ["-keystore", str(store.path), "-storetype", store.format, "-storepass:env", store.password_variable]
    return shlex.join(["keytool", command, *options, *arguments])


def java_options(store: PlannedStore) -> tuple[str, ...]:
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


def signature(plan: Plan, signer: PlannedCertificate) -> list[str]:
    """The signature algorithm of a key; of an authority from elsewhere the key decides, as with keytool itself."""
    if plan.found and signer.id == CA_ALIAS:
        key = plan.found.certificate.key
        rsa, bits = bool(key and key.type == "RSA"), key.bits if key else 0
    else:
        rsa, bits = signer.key_type.is_rsa, signer.key_type.bits
    digest = "SHA256" if rsa or bits <= 256 else "SHA384"
    return ["-sigalg", f"{digest}with{'RSA' if rsa else 'ECDSA'}"]


def genkeypair_command(plan: Plan, certificate: PlannedCertificate, store: PlannedStore) -> str:
    """A new key in the store, with a certificate that it signed itself."""
    extensions = (
        ["-ext", "KeyUsage=keyCertSign", "-ext", "BasicConstraints:critical=ca:true"]
        if certificate.kind is CertificateKind.CA
        else []
    )
    key_password = ["-keypass:env", store.password_variable] if store.format != "PKCS12" else []
    return keytool_command(
        "-genkeypair",
        store,
        *("-alias", certificate.id.lower(), *_key_words(certificate.key_type), *signature(plan, certificate)),
        *("-dname", _dname(certificate), "-validity", str(certificate.days)),
        *extensions,
        *key_password,
    )


def wrap_command(plan: Plan, certificate: PlannedCertificate, ca_store: PlannedStore) -> str:
    """A certificate for a key of the keystore under another name; keytool takes public keys from requests only."""
    assert certificate.key_of  # noqa: S101  # callers pass those that wrap a key
    assert plan.authority  # noqa: S101  # what is signed here has a local authority
    held = plan.certificate(certificate.key_of)
    file = next(str(file.path) for file in plan.files if file.certificate == certificate.id)
    request = keytool_command("-certreq", plan.keystore, "-alias", held.id.lower(), *signature(plan, held))
    reply = keytool_command(
        "-gencert",
        ca_store,
        *("-alias", ca_store.entries[0].alias, "-rfc", "-outfile", file, *signature(plan, plan.authority)),
        *("-dname", _dname(certificate), "-validity", str(certificate.days)),
        *("-ext", "ExtendedKeyUsage=clientAuth,serverAuth"),
    )
    return f"{request} | {reply}"


def wrap_foreign_commands(plan: Plan, certificate: PlannedCertificate, ca_store: PlannedStore) -> tuple[str, ...]:
    """A certificate for a public key of others, by OpenSSL 3: keytool makes none without a request."""
    file = next(str(file.path) for file in plan.files if file.certificate == certificate.id)
    key = f"-----BEGIN PUBLIC KEY-----\n{base64.encodebytes(certificate.public_key).decode()}-----END PUBLIC KEY-----"
    opened = ["openssl", "pkcs12", "-in", str(ca_store.path), "-passin", f"env:{ca_store.password_variable}", "-nodes"]
    signed = [
        *("openssl", "x509", "-new", "-force_pubkey", "zosmf.pub", "-subj", f"/CN={certificate.common_name}"),
        *("-CA", "authority.pem", "-days", str(certificate.days), "-extfile", "uses.txt", "-out", file),
    ]
    return (
        f"printf '%s\\n' {shlex.quote(key)} > zosmf.pub   # what z/OSMF shows at {TOKEN_KEY_PATH}, in PEM",
        "echo extendedKeyUsage=clientAuth,serverAuth > uses.txt",
        f"{shlex.join(opened)} > authority.pem",
        shlex.join(signed),
        "rm zosmf.pub uses.txt authority.pem",
    )


def import_command(alias: str, file: str, store: PlannedStore) -> str:
    """A certificate to trust, or the reply to a request."""
    return keytool_command("-importcert", store, "-noprompt", "-trustcacerts", "-alias", alias, "-file", file)


def exports(plan: Plan, certificate: PlannedCertificate, store: PlannedStore) -> Iterator[str]:
    """The certificate and its key as the PEM files of the plan."""
    alias = next(entry.alias for entry in store.entries if entry.certificate == certificate.id).lower()
    for file in (file for file in plan.files if file.certificate == certificate.id):
        path = str(file.path)
        if file.kind is FileKind.CERTIFICATE and not path.endswith("_signed.cer"):
            yield keytool_command("-exportcert", store, "-rfc", "-alias", alias, "-file", path)
        elif file.kind is FileKind.CERTIFICATE_EBCDIC:
            recode, plain = "iconv -f ISO8859-1 -t IBM-1047", path.removesuffix("-ebcdic")
            if plain == path:  # there is no copy in ASCII to begin with
                recode = f"{keytool_command('-exportcert', store, '-rfc', '-alias', alias)} | {recode}"
            else:
                recode = f"{recode} {shlex.quote(plain)}"
            yield f"{recode} > {shlex.quote(path)}"
        elif file.kind is FileKind.KEY:
            yield from _key_export(store, alias, path)


def _key_export(store: PlannedStore, alias: str, path: str) -> Iterator[str]:
    """openssl opens a PKCS12 store's first key only, so another one is brought into a store of its own before."""
    secret, source = store.password_variable, str(store.path)
    keys = [entry.alias.lower() for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY]
    first = store.format == "PKCS12" and keys[0] == alias
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


def ebcdic_copy(path: str) -> str:
    """A file in ASCII again in EBCDIC, beside it."""
    return f"iconv -f ISO8859-1 -t IBM-1047 {shlex.quote(path)} > {shlex.quote(f'{path}-ebcdic')}"
