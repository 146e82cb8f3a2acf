"""Names by which Zowe is called, held against those in its certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import CertificateFacts, Finding, Severity
from ...names import LOCAL_ADDRESS, LOCAL_HOST_NAMES, parse_address
from ...trust.host_names import rfc_host_problem
from ...trust.zowe_set import host_names
from ..registry import of_key
from ..subjects import KeyUse, held_names

__all__: list[str] = []

_WILDCARD_OF_ALL = re.compile(r"\*\.[^.]+|\*\.(?:co|com|org|net|gov|ac|edu)\.[a-z]{2}")


def _hosts(key: KeyUse) -> Iterator[tuple[str, str]]:
    """Each name by which Zowe is called, with the file of the instance that is called so, if one is."""
    audit, one = key.use.audit, key.use.of
    instances = {
        instance.values.get("ZOWE_EXPLORER_HOST"): instance.source
        for instance in audit.scene.instances
        if (found := audit.scene.of_instance.get(instance.source)) and found.folder == one.directory
    }
    # Where nobody names hosts, the set's are the certificate's own.
    held = set(host_names(key.leaf))
    for host in dict.fromkeys((*(audit.hosts or one.hosts), *one.instance_hosts)):
        if host not in held:
            yield host, "" if host in audit.hosts else instances.get(host, "")


def _wildcard_above(facts: CertificateFacts, host: str) -> str:
    """A wildcard of the certificate under which the host lies too deep."""
    for name in _dns(facts):
        if name.startswith("*.") and host.lower().endswith(name[1:].lower()) and host.count(".") > name.count("."):
            return name
    return ""


def _dns(facts: CertificateFacts) -> list[str]:
    return [name[4:] for name in facts.san if name.startswith("dns:")]


def _has_names(facts: CertificateFacts) -> bool:
    return any(name.startswith(("dns:", "ip:")) for name in facts.san)


def _same_host(facts: CertificateFacts, host: str) -> str:
    """The short name of a host whose long name is asked for, or the other way round."""
    label = host.partition(".")[0].lower()
    among = (name for name in _dns(facts) if name.lower() not in LOCAL_HOST_NAMES and parse_address(name) is None)
    return next(
        (name for name in among if name.partition(".")[0].lower() == label and ("." in name) != ("." in host)), ""
    )


@of_key("ZC-SAN-01", "ZC-SAN-02", "ZC-SAN-06", "ZC-SAN-08")
def name_not_held(key: KeyUse) -> Iterator[Finding]:
    """Of one name one rule, the one that tells most of it."""
    facts = key.leaf
    if not key.serves or key.component or not _has_names(facts):
        return
    for host, instance in _hosts(key):
        if not rfc_host_problem(facts, host):
            continue
        held = held_names(facts)
        if wildcard := _wildcard_above(facts, host):
            yield key.finding("ZC-SAN-06", host=host, wildcard=wildcard)
        elif other := _same_host(facts, host):
            yield key.finding("ZC-SAN-08", host=host, other=other, form="long" if "." in host else "short")
        elif instance:
            yield key.finding("ZC-SAN-02", host=host, instance=instance, held=held)
        else:
            # An address that only the settings name is seldom asked for.
            idle = parse_address(host) is not None and host not in key.use.audit.hosts
            yield key.finding("ZC-SAN-01", Severity.INFO if idle else None, host=host, held=held)


@of_key("ZC-SAN-03")
def local_names_missing(key: KeyUse) -> Iterator[Finding]:
    held = {name.partition(":")[2].lower() for name in key.leaf.san}
    missing = [name for name in (*LOCAL_HOST_NAMES, str(LOCAL_ADDRESS)) if name not in held]
    if key.serves and not key.component and _dns(key.leaf) and missing:
        yield key.finding("ZC-SAN-03", missing=", ".join(missing))


@of_key("ZC-SAN-04")
def no_name(key: KeyUse) -> Iterator[Finding]:
    if key.serves and not _has_names(key.leaf):
        yield key.finding("ZC-SAN-04")


@of_key("ZC-SAN-05")
def address_as_name(key: KeyUse) -> Iterator[Finding]:
    for name in _dns(key.leaf):
        if parse_address(name) is not None and f"ip:{name}" not in key.leaf.san:
            yield key.finding("ZC-SAN-05", address=name)


@of_key("ZC-SAN-07")
def odd_wildcard(key: KeyUse) -> Iterator[Finding]:
    for name in _dns(key.leaf) if key.serves else ():
        first = name.partition(".")[0]
        if "*" in name and (first != "*" or name.count("*") > 1):
            yield key.finding("ZC-SAN-07", wildcard=name, problem="whose star is not the whole first label")
        elif _WILDCARD_OF_ALL.fullmatch(name.lower()):
            yield key.finding("ZC-SAN-07", wildcard=name, problem="which covers a whole public domain")
