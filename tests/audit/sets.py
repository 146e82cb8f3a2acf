"""From a recipe of ``cases/*.toml`` to files: a KEYSTORE_DIRECTORY and what belongs to it, written as Zowe has them.

A recipe says only what is another way than in the set that is just right; see :data:`USUAL`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.keyring.ring_listings import healthy, listing, ring_text
from tests.trust.scenarios.builder import Key, Party, ec_key, make, named, remade, rsa_key
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pbe import Profile, Protection
from zowe_certs_kernel.stores.pkcs12 import KeyContent, TrustedContent, write_pkcs12

PASSWORD = "Unguessed-1"
HOST = "zos1.example.com"
THERE = "/global/zowe/keystore"
_DIGESTS = {"sha256": SHA256(), "sha384": SHA384()}

# The set that is just right. Parties: how each certificate is made; `by` is who signed it.
USUAL: dict[str, Any] = {
    "party": {
        "root": {"name": "Example Root", "ca": True, "key": "rsa", "days": [-40, 3000]},
        "zosmf-ca": {"name": "Example CA of the host", "ca": True, "key": "ec", "days": [-40, 3000]},
        "leaf": {
            "name": "Zowe Service",
            "by": "root",
            "key": "rsa",
            "days": [-30, 300],
            "names": [f"dns:{HOST}", "dns:localhost.localdomain", "dns:localhost", "ip:127.0.0.1"],
        },
    },
    "keystore": {"localhost": ["leaf", "root"]},
    "trusted": {"localca": "root", "zosmf": "zosmf-ca"},
    "env": {
        "KEY_ALIAS": "localhost",
        "KEYSTORE_PASSWORD": PASSWORD,
        "KEYSTORE": f"{THERE}/localhost/localhost.keystore.p12",
        "KEYSTORE_TYPE": "PKCS12",
        "TRUSTSTORE": f"{THERE}/localhost/localhost.truststore.p12",
        "KEYSTORE_KEY": f"{THERE}/localhost/localhost.keystore.key",
        "KEYSTORE_CERTIFICATE": f"{THERE}/localhost/localhost.keystore.cer",
        "KEYSTORE_CERTIFICATE_AUTHORITY": f"{THERE}/local_ca/localca.cer",
        "EXTERNAL_ROOT_CA": "",
        "EXTERNAL_CERTIFICATE_AUTHORITIES": "",
        "ZOWE_APIM_VERIFY_CERTIFICATES": "true",
        "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES": "true",
    },
    "listed": ["root"],  # the list in PEM, for Node
    "profile": "compatible",
    "password": PASSWORD,
}


@dataclass
class Written:
    """The folder of the set, and what is given to the audit besides it."""

    folder: Path
    options: list[str] = field(default_factory=list)
    parties: dict[str, Party] = field(default_factory=dict)


def merged(usual: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Tables into each other; ``"-"`` takes a value out."""
    found = copy.deepcopy(dict(usual))
    for name, value in other.items():
        if value == "-":
            found.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(found.get(name), Mapping):
            found[name] = merged(found[name], value)
        else:
            found[name] = copy.deepcopy(value)
    return found


def write_set(folder: Path, recipe: Mapping[str, Any]) -> Written:
    """Write a recipe's files below a folder."""
    told = merged(USUAL, {name: value for name, value in recipe.items() if name != "finds"})
    written = Written(folder / "keystore", parties=_parties(told["party"]))
    if "ring" in told:
        _write_ring(written, told)
    else:
        _write_directory(written, told)
    _write_besides(written, told)
    for name, mode in told.get("modes", {}).items():
        (folder / name).chmod(int(mode, 8))
    return written


def _parties(told: Mapping[str, Mapping[str, Any]]) -> dict[str, Party]:
    made: dict[str, Party] = {}

    def party(name: str) -> Party:
        if name not in made:
            made[name] = _party(name, dict(told[name]), party)
        return made[name]

    for name in told:
        party(name)
    return made


def _party(name: str, told: dict[str, Any], other: Any) -> Party:
    subject = x509.Name.from_rfc4514_string(told.pop("subject")) if "subject" in told else named(told.pop("name", name))
    told.pop("name", None)
    by = other(told.pop("by")) if "by" in told else None
    key = _key(told.pop("key", "rsa"), told.pop("key_of", name))
    hashed = told.pop("digest", "sha256")
    digest = _DIGESTS.get(hashed, SHA256())
    days = tuple(told.pop("days", (-30, 300)))
    names = told.pop("names", ()) or ()
    told = {part: None if value == "none" else value for part, value in told.items()}
    names = None if names == "none" else names
    made = make(subject, by, key=key, digest=digest, days=(days[0], days[1]), names=names, **told)
    return remade(made, by, digest=hashed) if hashed not in _DIGESTS else made


def _key(kind: str, name: str) -> Key:
    if kind.startswith("rsa"):
        return rsa_key(f"audit {name}", int(kind[3:] or 2048))
    return ec_key(f"audit {name}", ec.SECP256R1)


def _certificate(party: Party) -> x509.Certificate:
    return x509.load_der_x509_certificate(party.der)


def pem(*parties: Party) -> bytes:
    return b"".join(_certificate(one).public_bytes(Encoding.PEM) for one in parties)


def _key_pem(party: Party, *, encrypted: bool = False) -> bytes:
    how = BestAvailableEncryption(PASSWORD.encode()) if encrypted else NoEncryption()
    return party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o600)


def _keystore(told: Mapping[str, Any], parties: Mapping[str, Party]) -> bytes:
    contents: list[KeyContent | TrustedContent] = []
    for alias, chain in told["keystore"].items():
        if isinstance(chain, str):  # a certificate alone
            contents.append(TrustedContent(alias, _certificate(parties[chain])))
            continue
        leaf = parties[chain[0]]
        key = parties[told["foreign_key"]].key if "foreign_key" in told else leaf.key
        contents.append(KeyContent(alias, key, tuple(_certificate(parties[one]) for one in chain)))
    if told.get("format") == "JKS":
        return write_jks(contents, Secret(told["password"]))
    if "key_password" in told:
        return _with_other_key_password(told, parties)
    if told.get("writer") == "openssl":  # which keeps upper case
        leaf, alias = parties["leaf"], next(iter(told["keystore"]))
        how = _old_protection(told["password"])
        above = [_certificate(parties[one]) for one in told["keystore"][alias][1:]]
        return pkcs12.serialize_key_and_certificates(alias.encode(), leaf.key, _certificate(leaf), above, how)
    return write_pkcs12(contents, _protection(told))


def _old_protection(password: str) -> KeySerializationEncryption:
    how = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1000)
    how = how.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    return how.hmac_hash(SHA1()).build(password.encode())  # noqa: S303  # as Zowe's own stores have it


def _protection(told: Mapping[str, Any]) -> Protection:
    return Protection(Secret(told["password"]), Profile(told["profile"]), 1_000)


def _with_other_key_password(told: Mapping[str, Any], parties: Mapping[str, Party]) -> bytes:
    """As JKS allows it: the store under one password, its key under another."""
    import jks

    leaf = parties["leaf"]
    entry = jks.PrivateKeyEntry.new(
        "localhost",
        [parties[one].der for one in told["keystore"]["localhost"]],
        leaf.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        "pkcs8",
    )
    entry.encrypt(told["key_password"])
    return bytes(jks.KeyStore.new("jks", [entry]).saves(told["password"]))


def _truststore(told: Mapping[str, Any], parties: Mapping[str, Party]) -> bytes:
    certificates = {alias: _certificate(parties[one]) for alias, one in told["trusted"].items()}
    if told.get("unmarked"):
        encryption = _old_protection(told["password"])
        return pkcs12.serialize_key_and_certificates(None, None, None, list(certificates.values()), encryption)
    contents: list[KeyContent | TrustedContent] = [TrustedContent(*each) for each in certificates.items()]
    if "key_in_truststore" in told:
        party = parties[told["key_in_truststore"]]
        contents.append(KeyContent("stray", party.key, (_certificate(party),)))
    return write_pkcs12(contents, _protection(told))


def _write_directory(written: Written, told: Mapping[str, Any]) -> None:
    folder, parties = written.folder, written.parties
    files = {
        "localhost/localhost.keystore.p12": _keystore(told, parties),
        "localhost/localhost.truststore.p12": _truststore(told, parties),
        "localhost/localhost.keystore.key": _key_pem(
            parties[told.get("pem_key", "leaf")], encrypted=bool(told.get("pem_key_encrypted"))
        ),
        "localhost/localhost.keystore.cer": pem(parties["leaf"]),
        "local_ca/localca.cer": pem(*(parties[one] for one in told["listed"])),
    }
    for name, kind in told.get("file", {}).items():
        files[name] = _file(kind, parties, files.get(name, b""), told["password"])
    for name, data in files.items():
        if data:
            _put(folder / name, data)
    _put(folder / "zowe-certificates.env", _env(told["env"]))


def _file(kind: str, parties: Mapping[str, Party], was: bytes, password: str) -> bytes:
    """``none``, ``der leaf``, ``pem leaf …``, ``ebcdic``, ``text …``, ``keystore leaf``, ``keystore:PASSWORD leaf``."""
    word, _, rest = kind.partition(" ")
    word, _, other = word.partition(":")
    match word:
        case "none":
            return b""
        case "der":
            return parties[rest].der
        case "pem":
            return pem(*(parties[one] for one in rest.split()))
        case "ebcdic":
            import ebcdic  # noqa: F401  # registers the codec

            return was.decode("ascii").encode("cp1047")
        case "keystore":
            party = parties[rest]
            content = KeyContent(rest, party.key, (_certificate(party),))
            return write_pkcs12([content], Protection(Secret(other or password), Profile.COMPATIBLE, 1_000))
        case _:
            return rest.encode()


def _env(values: Mapping[str, str]) -> bytes:
    quoted = {name: "'" + value.replace("'", "'\\''") + "'" for name, value in values.items()}
    return "".join(f"{name}={value}\n" for name, value in quoted.items()).encode()


def _write_ring(written: Written, told: Mapping[str, Any]) -> None:
    """A directory that names a key ring, and the listing of that."""
    ring = told["ring"]
    env = {
        "KEY_ALIAS": "Zowe #1 @prod",
        "KEYSTORE_PASSWORD": "password",
        "KEYSTORE": "safkeyring:////ZWESVUSR/ZoweKeyring",
        "KEYSTORE_TYPE": "JCERACFKS",
        "TRUSTSTORE": "safkeyring:////ZWESVUSR/ZoweKeyring",
        "KEYRING_OWNER": "ZWESVUSR",
        "KEYRING_NAME": "ZoweKeyring",
        "EXTERNAL_ROOT_CA": "",
        "EXTERNAL_CERTIFICATE_AUTHORITIES": "",
        "ZOWE_APIM_VERIFY_CERTIFICATES": "true",
        "ZOWE_APIM_NONSTRICT_VERIFY_CERTIFICATES": "true",
    }
    _put(written.folder / "zowe-certificates.env", _env(merged(env, ring.get("env", {}))))
    shown = healthy()
    for name, change in ring.get("listed", {}).items():
        if change == "-":
            del shown[name]
        else:
            for part, value in change.items():
                setattr(shown[name], part, value)
    name = ring.get("name", "ZoweKeyring")
    text = ring_text(shown, ring=name) if ring.get("labels_only") else listing(shown, ring=name)
    for old, new in ring.get("text", {}).items():
        assert old in text, old
        text = text.replace(old, new)
    if ring.get("unlisted"):
        return
    _put(written.folder.parent / "ring.txt", text.encode())
    written.options += [str(written.folder.parent / "ring.txt"), "--at", "2026-06-01"]


def _write_besides(written: Written, told: Mapping[str, Any]) -> None:
    """Instances, settings, services, client certificates, waivers, a second set; and options of the command."""
    folder = written.folder.parent
    for name, values in told.get("instance", {}).items():
        usual = {"ROOT_DIR": "/usr/lpp/zowe", "KEYSTORE_DIRECTORY": THERE}
        _put(folder / name / "instance.env", _env(merged(usual, values)))
        written.options.append(str(folder / name))
    if "settings" in told:
        _put(folder / "zowe.env", _env(told["settings"]))
        written.options += ["--settings", str(folder / "zowe.env")]
    for option, table in (("", "service"), ("--client-certificate", "client")):
        for name, chain in told.get(table, {}).items():
            _put(folder / name, pem(*(written.parties[one] for one in chain)))
            written.options += [option, str(folder / name)] if option else [str(folder / name)]
    if "second" in told:
        second = write_set(folder / "second", told["second"])
        written.options.append(str(second.folder))
        written.options += second.options
    if "waivers" in told:
        _put(folder / "waivers.yaml", told["waivers"].encode())
        written.options += ["--waivers", str(folder / "waivers.yaml")]
    written.options += told.get("options", [])
