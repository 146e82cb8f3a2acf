"""The variables of Zowe v1's set-up files and their history, and those that only this kit reads.

Source of names, defaults and meaning: zowe-install-packaging, ``bin/zowe-setup-certificates.env`` and
``bin/zowe-setup-keyring-certificates.env``, tags v1.8.0 to v1.28.8. The kit's own variables stand in the
same file, begin with ``ZOWE_CERTS_`` and mean nothing to Zowe; the parts of the subject have the names of
``zowe.setup.certificate.dname`` in Zowe 2 and 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import UsageError
from ..model import KeyType
from ..secret import PUBLISHED_PASSWORD

__all__ = [
    "FIRST_RELEASE",
    "FIRST_WITH_JWT_NAME",
    "FIRST_WITH_WRAPPED_KEY",
    "LAST_RELEASE",
    "LAST_WITH_JWT_SECRET",
    "LAST_WITH_WRAPPED_KEY",
    "OWN_PREFIX",
    "OWN_VARIABLES",
    "SEED_RELEASE",
    "VARIABLES",
    "VARIABLES_BY_NAME",
    "Release",
    "Variable",
    "variables_of",
]


class Release(NamedTuple):
    """A release of Zowe, such as 1.15; compares by number."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> Release:
        """``1.15``, ``v1.15`` or ``1.15.0``.

        Raises:
            UsageError: the text is no release of Zowe 1 from 1.8, the first with certificates, to 1.28.
        """
        found = re.fullmatch(r"v?([0-9]{1,3})\.([0-9]{1,3})(?:\.[0-9]{1,3})?", text.strip())
        if found and FIRST_RELEASE <= (release := cls(int(found[1]), int(found[2]))) <= LAST_RELEASE:
            return release
        msg = f"release {text!r} is not one that .env files are for: {FIRST_RELEASE} to {LAST_RELEASE}"
        raise UsageError(msg)


FIRST_RELEASE = Release(1, 8)
SEED_RELEASE = Release(1, 15)
LAST_RELEASE = Release(1, 28)
FIRST_WITH_JWT_NAME = Release(1, 21)  # from here on its certificate has a name and, where set, an alias of its own
LAST_WITH_JWT_SECRET = Release(1, 26)
# Between them strict mode wraps the public key of z/OSMF's tokens; the two before write it bare, later ones only warn.
FIRST_WITH_WRAPPED_KEY, LAST_WITH_WRAPPED_KEY = Release(1, 12), Release(1, 20)


@dataclass(frozen=True)
class Variable:
    """A variable of the set-up files: its first and last release, its default since then, and what it means."""

    name: str
    since: Release
    default: str
    meaning: str
    until: Release = LAST_RELEASE
    secret: bool = False


def _v(name: str, since: int, default: str, meaning: str, until: int = LAST_RELEASE.minor) -> Variable:
    return Variable(name, Release(1, since), default, meaning, Release(1, until), secret="PASSWORD" in name)


VARIABLES: tuple[Variable, ...] = (
    _v("HOSTNAME", 8, "", "Host names that clients use to reach Zowe, parted by commas"),
    _v("IPADDRESS", 8, "", "Addresses that clients use to reach Zowe, parted by commas"),
    _v("VERIFY_CERTIFICATES", 8, "true", "Zowe accepts a service only with a trusted certificate for its name"),
    _v("NONSTRICT_VERIFY_CERTIFICATES", 21, "true", "Zowe asks for a trusted certificate, but not for the name in it"),
    _v("EXTERNAL_CERTIFICATE", 8, "", "File with a certificate of your own: PKCS12, JKS or PEM"),
    _v("EXTERNAL_CERTIFICATE_ALIAS", 8, "", "Alias of the key in EXTERNAL_CERTIFICATE"),
    _v("EXTERNAL_CERTIFICATE_AUTHORITIES", 8, "", "Files of the authorities that signed it, parted by blanks"),
    _v("KEYSTORE_PASSWORD", 8, PUBLISHED_PASSWORD, "Password of keystore and trust store, 6 or more characters"),
    _v("KEYSTORE_DIRECTORY", 8, "/global/zowe/keystore", "Where Zowe finds its certificates on z/OS"),
    _v("KEYSTORE_ALIAS", 8, "localhost", "Alias of the Zowe certificate; names its folder and files too"),
    _v("ZOWE_USER_ID", 8, "ZWESVUSR", "User id of the started task, owner of the directory"),
    _v("ZOWE_GROUP_ID", 8, "ZWEADMIN", "Group that may use the directory"),
    _v("ZOSMF_CERTIFICATE", 9, "", "Certificate files of z/OSMF to trust, parted by blanks"),
    _v("SSO_FALLBACK_TO_NATIVE_AUTH", 12, "true", "A plug-in may use its own login where single sign-on fails"),
    _v("PKCS11_TOKEN_NAME", 12, "", "PKCS11 token for the public key of the JWT secret", until=26),
    _v("PKCS11_TOKEN_LABEL", 12, "", "Label in that token; from 1.21 also the alias of the JWT secret", until=26),
    _v("ZOWE_KEYRING", 14, "", "Name of a z/OS key ring; if set, certificates live there and not in files"),
    _v("GENERATE_CERTS_FOR_KEYRING", 14, "false", "Make certificates and put them into the key ring"),
    _v("ZOWE_CERTIFICATE_LABEL", 16, "localhost", "Label of the Zowe certificate in the key ring"),
    _v("ZOWE_LOCALCA_LABEL", 17, "localca", "Label of the local certificate authority in the key ring"),
    _v("ZOWE_LOCK_KEYSTORE", 17, "true", "Only the owner may read the directory"),
    _v("COMPONENT_LEVEL_CERTIFICATES", 21, "", "Components that get a certificate of their own, parted by commas"),
    _v("EXTERNAL_COMPONENT_CERTIFICATES", 21, "", "component:file pairs of certificates of your own, parted by commas"),
    _v("EXTERNAL_COMPONENT_CERTIFICATE_ALIASES", 21, "", "component:alias pairs for those files, parted by commas"),
    _v("ZOSMF_KEYRING", 8, "IZUKeyring.IZUDFLT", "Key ring of z/OSMF", until=8),
    _v("ZOSMF_USER", 8, "IZUSVR", "Owner of z/OSMF's key ring", until=8),
)

OWN_PREFIX = "ZOWE_CERTS_"
OWN_VARIABLES: tuple[Variable, ...] = (
    _v("ZOWE_CERTS_KEY_TYPE", 8, "RSA-2048", f"Kind of the keys: {', '.join(KeyType)}"),
    _v("ZOWE_CERTS_DAYS", 8, "3650", "How many days the Zowe certificate and those of components are valid"),
    _v("ZOWE_CERTS_CA_DAYS", 8, "3650", "How many days the authority's certificate is valid"),
    _v("ZOWE_CERTS_COMMON_NAME", 8, "Zowe Service", "CN of the Zowe certificate"),
    _v("ZOWE_CERTS_CA_COMMON_NAME", 8, "Zowe Development Instances Certificate Authority", "CN of the authority"),
    _v("ZOWE_CERTS_ORG_UNIT", 8, "API Mediation Layer", "OU of all subjects; empty leaves it out"),
    _v("ZOWE_CERTS_ORG", 8, "Zowe Sample", "O of all subjects; empty leaves it out"),
    _v("ZOWE_CERTS_LOCALITY", 8, "Prague", "L of all subjects; empty leaves it out"),
    _v("ZOWE_CERTS_STATE", 8, "Prague", "ST of all subjects; empty leaves it out"),
    _v("ZOWE_CERTS_COUNTRY", 8, "CZ", "C of all subjects, two letters; empty leaves it out"),
    _v("ZOWE_CERTS_STORE_TYPE", 8, "PKCS12", "Format of keystore and trust store: PKCS12 or JKS"),
    _v("ZOWE_CERTS_PROTECTION", 8, "compatible", "How PKCS12 stores are protected: compatible or modern"),
    _v("ZOWE_CERTS_KDF_ROUNDS", 8, "10000", "Rounds of key derivation that a guess at a PKCS12 password costs"),
    _v("ZOWE_CERTS_EBCDIC", 8, "true", "Make the copies of the certificates in EBCDIC, which z/OS needs"),
    _v("ZOWE_CERTS_EXTERNAL_KEY", 8, "", "PEM file with the key of EXTERNAL_CERTIFICATE, where that holds none"),
)
VARIABLES_BY_NAME = {variable.name: variable for variable in (*VARIABLES, *OWN_VARIABLES)}


def variables_of(release: Release) -> tuple[Variable, ...]:
    """The variables that a release knows, in the order of its file."""
    return tuple(variable for variable in VARIABLES if variable.since <= release <= variable.until)
