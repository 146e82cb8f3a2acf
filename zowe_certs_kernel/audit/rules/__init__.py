"""The rules of the audit, a family a file; importing this package registers them all."""

from . import (
    chains,
    client_logon,
    dates,
    key_rings,
    keys,
    keystores,
    names,
    pem_files,
    purposes,
    running_servers,
    services,
    settings,
    trust_stores,
)

__all__ = [
    "chains",
    "client_logon",
    "dates",
    "key_rings",
    "keys",
    "keystores",
    "names",
    "pem_files",
    "purposes",
    "running_servers",
    "services",
    "settings",
    "trust_stores",
]
