"""Small sets to change, and an authority of others that signs requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from zowe_certs_kernel.issue import CertificateKind, Issued, general_names, generate_key, issue
from zowe_certs_kernel.lifecycle.change import Change, apply_change, contents_of, store_bytes
from zowe_certs_kernel.lifecycle.working_set import WorkingSet, read_working_set
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.setup import make, plan_setup
from zowe_certs_kernel.stores import KeyContent
from zowe_certs_kernel.zowe.settings import CertificateSettings, read_settings

PASSWORD = "Secret12345"  # of made-up stores
HOST = "zos1.example.com"
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)
VALUES = {
    "HOSTNAME": HOST,
    "IPADDRESS": "192.0.2.10",
    "KEYSTORE_PASSWORD": PASSWORD,
    "KEYSTORE_DIRECTORY": "/global/zowe/keystore",
    "ZOWE_CERTS_KEY_TYPE": "EC-P256",
    "VERIFY_CERTIFICATES": "false",
    "COMPONENT_LEVEL_CERTIFICATES": "gateway",
}


def settings_of(folder: Path, release: str = "1.28", **values: str) -> CertificateSettings:
    env = folder / "zowe.env"
    env.write_text("".join(f"{name}='{value}'\n" for name, value in {**VALUES, **values}.items()), encoding="utf-8")
    return read_settings([env], release=release)


def made_set(folder: Path, release: str = "1.28", *, ca_store: Path | None = None, **values: str) -> WorkingSet:
    """A directory ``folder/keystore`` with a gateway certificate of its own, opened for change."""
    settings = settings_of(folder, release, **values)
    make(plan_setup(settings, directory=folder / "keystore", ca_store=ca_store))
    return read_working_set(folder / "keystore")


def bytes_of(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass(frozen=True)
class Others:
    """A root and an authority below it."""

    root: Issued
    below: Issued

    @property
    def certificates(self) -> tuple[x509.Certificate, x509.Certificate]:
        return self.below.certificate, self.root.certificate

    def sign(
        self,
        request: bytes,
        *,
        names: Sequence[str] | None = None,
        purposes: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
        days: int = 397,
        before: int = 1,
    ) -> x509.Certificate:
        """The reply to a request in PEM, with the names that it asks for or others."""
        asked = x509.load_pem_x509_csr(request)
        san = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        san = san if names is None else x509.SubjectAlternativeName(general_names(names))
        return (
            x509.CertificateBuilder()
            .subject_name(asked.subject)
            .issuer_name(self.below.certificate.subject)
            .public_key(asked.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - before * DAY)
            .not_valid_after(NOW + days * DAY)
            .add_extension(san, critical=False)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .sign(self.below.key, SHA256())
        )


def others() -> Others:
    keys = [generate_key(KeyType.EC_P256) for _ in range(2)]
    root = issue(CertificateKind.CA, (("O", "Example"), ("CN", "Example Root")), keys[0], now=NOW - DAY)
    below = issue(CertificateKind.CA, (("O", "Example"), ("CN", "Example Below")), keys[1], now=NOW - DAY, issuer=root)
    return Others(root, below)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def as_pkcs7(*certificates: x509.Certificate) -> bytes:
    return pkcs7.serialize_certificates(list(certificates), Encoding.DER)


def secret() -> Secret:
    return Secret(PASSWORD)


def with_key(keystore: WorkingSet, content: KeyContent) -> None:
    """Put a key of one's own under an alias that is there."""
    contents = [content if one.alias == content.alias else one for one in contents_of(keystore.keystore)]
    data = store_bytes(keystore.keystore, contents, keystore.password)
    apply_change(Change(keystore, "another key", {keystore.keystore_path: data}))
