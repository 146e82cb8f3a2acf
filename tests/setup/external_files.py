"""External certificates as people bring them: a root, an authority below it, servers of that, in files of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from zowe_certs_kernel.issue import CertificateKind, Issued, Subject, generate_key, issue
from zowe_certs_kernel.model import KeyType
from zowe_certs_kernel.secret import Secret
from zowe_certs_kernel.stores import KeyContent, Profile, Protection, TrustedContent, write_pkcs12
from zowe_certs_kernel.stores.jks import write_jks
from zowe_certs_kernel.stores.pem import certificate_pem, key_pem

if TYPE_CHECKING:
    from zowe_certs_kernel.issue import PrivateKey

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LAST = (("O", "Example Corp"), ("C", "US"))
SERVER = "ext.example.com"
PASSWORD = "password"  # Zowe's published one, as in the measured runs


def name(common_name: str) -> Subject:
    return (*reversed(LAST), ("CN", common_name))


@dataclass(frozen=True)
class External:
    """``server`` is signed by ``inter``, that by ``root``; all keys are there, for more of them."""

    root: Issued
    inter: Issued
    server: Issued
    component: Issued

    def signed(self, common_name: str, *, key: PrivateKey | None = None, **more: Any) -> Issued:
        """Another certificate of ``inter``."""
        own: dict[str, Any] = {"now": NOW, "days": 398, "issuer": self.inter, "san": (f"dns:{common_name}",), **more}
        return issue(CertificateKind.SERVICE, name(common_name), key or self.server.key, **own)

    def authorities(self, folder: Path) -> str:
        """``ext-inter.cer ext-root.cer``, written, as the value of EXTERNAL_CERTIFICATE_AUTHORITIES."""
        return " ".join(pem(folder / f"ext-{which}.cer", getattr(self, which)) for which in ("inter", "root"))


def external(key_type: KeyType = KeyType.EC_P256, now: dt.datetime = NOW) -> External:
    root = issue(CertificateKind.CA, name("Ext Root CA"), generate_key(key_type), now=now)
    inter = issue(CertificateKind.CA, name("Ext Intermediate CA"), generate_key(key_type), now=now, issuer=root)
    server, component = (
        issue(
            CertificateKind.SERVICE,
            name(common_name),
            generate_key(key_type),
            now=now,
            days=398,
            issuer=inter,
            san=(f"dns:{common_name}",),
        )
        for common_name in (SERVER, "gateway.example.com")
    )
    return External(root, inter, server, component)


def pem(path: Path, *issued: Issued) -> str:
    path.write_bytes(certificate_pem(*(one.certificate for one in issued)))
    return str(path)


def p12(path: Path, issued: Issued, *, alias: str = "extsrv", chain: int = 9, password: str = PASSWORD) -> str:
    contents: Sequence[KeyContent | TrustedContent] = [KeyContent(alias, issued.key, issued.chain[:chain])]
    path.write_bytes(write_pkcs12(contents, Protection(Secret(password), Profile.MODERN, 1000)))
    return str(path)


def jks(path: Path, issued: Issued, *, alias: str = "extsrv", chain: int = 9, password: str = PASSWORD) -> str:
    path.write_bytes(write_jks([KeyContent(alias, issued.key, issued.chain[:chain])], Secret(password)))
    return str(path)


def key_file(path: Path, key: PrivateKey, *, password: str = "") -> str:
    data = key_pem(key)
    if password:
        data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    path.write_bytes(data)
    return str(path)
