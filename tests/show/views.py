"""Graphs of the connections and of the launch of Zowe, of any size and with any names, to be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from zowe_certs_kernel.trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph

CLIENTS = ("Browsers", "Zowe CLI", "REST clients")
OWN = ("API Catalog", "Discovery service", "Explorer JES", "Explorer MVS", "Files API", "Jobs API", "Zowe desktop")
OUTSIDE = ("z/OSMF", "Example extension", "CA endpoint of a conformant product with a very long name", "Db2 REST")
_VERDICTS = ("ok", "ok", "broken", "ok", "unknown")
_SAID = {"ok": "accepted", "broken": "refused", "unknown": "unknown"}


def connections(clients: int = 3, services: int = 9, names: Sequence[str] = ()) -> TrustGraph:
    """Clients, the gateway, and services of which every third shows a certificate of its own."""
    nodes = [
        Node("gateway", NodeKind.GATEWAY, "API Gateway", ("zos.example.com:7554", "ends 2036-11-20"), owner="zowe")
    ]
    edges = []
    for at in range(clients):
        name = names[at % len(names)] if names else _numbered(CLIENTS, at)
        verdict = "ok" if at != 1 else "broken"
        nodes.append(Node(f"client{at}", NodeKind.CLIENT, name))
        why = "" if verdict == "ok" else f"{name} does not know Zowe Development Instances Certificate Authority"
        edges.append(_connection(f"client{at}", "gateway", verdict, "zowe", why))
    for at in range(services):
        owner = "external" if at % 3 == 1 else "zowe"
        name = names[-1 - at % len(names)] if names else _numbered(OUTSIDE if owner == "external" else OWN, at // 2)
        verdict = _VERDICTS[at % 5] if owner == "external" else "ok"
        details = (f"{'zosmf' if owner == 'external' else 'zos'}{at}.example.com:{7550 + at}", "ends 2030-03-01")
        nodes.append(Node(f"service{at}", NodeKind.SERVICE, name, details, owner=owner))
        why = "" if verdict == "ok" else "no certificate in the trust store signed CN=z/OSMF CA"
        edges.append(_connection("gateway", f"service{at}", verdict, owner, why))
    return TrustGraph.of(nodes, edges)


def _connection(source: str, target: str, verdict: str, owner: str, why: str) -> Edge:
    return Edge(source, target, EdgeKind.CONNECTS, _SAID[verdict], verdict, owner, why)


def _numbered(names: Sequence[str], at: int) -> str:
    return names[at % len(names)] + (f" {at // len(names) + 1}" if at >= len(names) else "")


def launch(instances: int = 2, directories: int = 1, rings: int = 1, names: Sequence[str] = ()) -> TrustGraph:
    """Directories from a settings file each, those with a key ring from a job too, shared by the instances."""

    def name(at: int, usual: str) -> str:
        return names[at % len(names)] if names else usual

    nodes = [Node("runtime", NodeKind.RUNTIME, name(0, "/usr/lpp/zowe"), ("Zowe 1.28",))]
    edges = []
    for at in range(directories + rings):
        ring = at >= directories
        script = "zowe-setup-keyring-certificates.env" if ring else "zowe-setup-certificates.env"
        number, details = (3, ("leads to a key ring",)) if ring else (2, ("keystore, trust store",))
        place = name(at + 1, f"/var/zowe/{'ring' if ring else 'keystore'}{at + 1}")
        nodes.append(Node(f"settings{at}", NodeKind.SETTINGS, name(at + 2, script)))
        nodes.append(Node(f"directory{at}", NodeKind.KEYSTORE_DIRECTORY, place, details))
        edges.append(Edge(f"settings{at}", f"directory{at}", EdgeKind.MAKES, f"{number} {script}"))
        if ring:
            nodes.append(Node(f"job{at}", NodeKind.JOB, name(at + 3, "ZWEKRING"), ("SZWESAMP",)))
            nodes.append(Node(f"ring{at}", NodeKind.RING, name(at + 4, "ZWESVUSR/ZoweKeyring"), ("RACF",)))
            edges.append(Edge(f"job{at}", f"ring{at}", EdgeKind.MAKES, "4 ZWEKRING"))
            edges.append(Edge(f"ring{at}", f"directory{at}", EdgeKind.USED_BY))
    for at in range(instances):
        said = ("API ML, desktop", f"port {7554 + 100 * at}")
        nodes.append(Node(f"instance{at}", NodeKind.INSTANCE, name(at + 5, f"/var/zowe/instance{at + 1}"), said))
        directory = f"directory{at * (directories + rings) // instances}"
        edges.append(Edge(directory, f"instance{at}", EdgeKind.USED_BY, "5 KEYSTORE_DIRECTORY="))
        edges.append(Edge("runtime", f"instance{at}", EdgeKind.USED_BY, "ROOT_DIR="))
    return TrustGraph.of(nodes, edges)
