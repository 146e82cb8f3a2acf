"""The certificates of a service, from the server itself or from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import UnknownFormat, UsageError
from ..local_path import local_path
from ..stores import open_store
from ..stores.endpoint import endpoint_of, read_endpoint
from ..stores.java_marks import UNPROVED
from ..zowe.settings import CertificateSettings
from .presented import Presented, Zosmf
from .zosmf import refuse_idle_confirmation, zosmf_as_zowe, zosmf_by_authority

__all__ = ["from_file", "from_server", "presented_by", "zosmf_for_setup"]

_MOST = 1_000  # certificates of one file; of a server OpenSSL takes no chain of more than 100 kB
_ASKS = {"it asks for a client certificate": True, "it does not ask for a client certificate": False}


def from_server(address: str, *, option: str = "--from", seconds: float = 10.0) -> Presented:
    """What the TLS server at ``host:port`` shows, its own certificate first.

    Args:
        option: what the address comes from, for the sentence where it is none.
        seconds: how long the connection, and then the handshake, may take.

    Raises:
        UsageError: the address is none.
        SourceMissing: nobody answers there in time, or what answers does not speak TLS.
    """
    endpoint = endpoint_of(address)
    if endpoint is None:
        msg = f"{option} takes HOST:PORT, such as zosmf.example.com:443, not {address!r}"
        raise UsageError(msg)
    store = read_endpoint(*endpoint, seconds=seconds)
    chain = tuple(facts for entry in store.entries for facts in entry.chain)
    if not chain:
        msg = f"{address} cannot be read: of the certificate that it shows nothing can be made out"
        raise UnknownFormat(msg)
    asks = next((_ASKS[note] for note in store.notes if note in _ASKS), None)
    notes = tuple(note for note in store.notes if note not in _ASKS)
    return Presented(address, endpoint[0], chain, notes, asks=asks)


def from_file(path: Path) -> Presented:
    """The certificates of a file, each once: PEM, DER, PKCS7, or a store that opens without a password.

    Raises:
        UsageError: there is none in it or too many, or nothing proves that they are what somebody put there.
        StoreError: it cannot be read.
    """
    store = open_store(path)
    if UNPROVED in store.notes:
        msg = f"nothing proves what is in {path}, a {store.format} store, without its password: export the certificate"
        raise UsageError(msg)
    found = dict.fromkeys(facts for entry in store.entries for facts in entry.chain if facts.der)
    if not found:
        msg = f"there is no certificate in {path}; name a file with the service's certificate or that of its authority"
        raise UsageError(msg)
    if len(found) > _MOST:
        msg = (
            f"{path} has {len(found):,} certificates, over the limit of {_MOST:,}; name a file with the service's "
            "certificate or that of its authority"
        )
        raise UsageError(msg)
    return Presented(str(path), "", tuple(found), store.notes, is_file=True)


def presented_by(sources: Iterable[str], *, option: str = "--from", seconds: float = 10.0) -> tuple[Presented, ...]:
    """What servers show (``host:port``) and what is in files, the servers first.

    Raises:
        UsageError: a source is empty, or a file holds no certificate.
        StoreError: a server does not answer, or a file cannot be read.
    """
    named = list(dict.fromkeys(sources))
    servers = [one for one in named if endpoint_of(one)]
    files = [from_file(local_path(one, option)) for one in named if one not in servers]  # first what costs nothing
    return (*(from_server(one, option=option, seconds=seconds) for one in servers), *files)


def zosmf_for_setup(
    settings: CertificateSettings,
    address: str,
    confirm: Sequence[str],
    as_zowe: bool,
    *,
    at: dt.datetime | None = None,
    seconds: float = 10.0,
) -> Zosmf:
    """What a set-up trusts of the z/OSMF at ``host:port``.

    Nobody is asked where the settings name its files (ZOSMF_CERTIFICATE) or verify nothing. Else its authority is
    to be trusted, and ``confirm`` names its fingerprint; without, it can be planned but not made.
    ``as_zowe``: what it shows, as the script takes it, from 1.12 to 1.20 with the public key of its tokens.

    Raises:
        UsageError: the address is none, or ``confirm`` names something else than what would be trusted.
        SettingsError: z/OSMF shows nothing that could be trusted; ``as_zowe``, its names are not those asked for.
        StoreError: nobody answers there in time, or what answers does not speak TLS.
    """
    if endpoint_of(address) is None:
        msg = f"--zosmf (zosmf) takes HOST:PORT, such as zosmf.example.com:443, not {address!r}"
        raise UsageError(msg)
    refuse_idle_confirmation(settings, address, confirm, as_zowe=as_zowe)
    if settings.zosmf_certificates or not settings.verifies_services:
        return Zosmf(address)
    shown = from_server(address, option="--zosmf", seconds=seconds)
    if as_zowe:
        return zosmf_as_zowe(settings, shown, seconds=seconds)
    return zosmf_by_authority(settings, shown, confirm, at=at or dt.datetime.now(dt.UTC))
