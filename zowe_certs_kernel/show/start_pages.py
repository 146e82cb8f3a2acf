"""What notebook 00 shows: the notebooks, the ideas as a picture, and whether the installation is complete."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata

from ..folders import notebooks_folder
from ..parameters import NOTEBOOKS
from ..trust.graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .page import Block, Page, Table, Text
from .trust_tables import trust_blocks

__all__ = ["check_installation", "draw_certificate_set", "list_notebooks"]

_LIBRARIES = ("cryptography", "ipywidgets", "jupyterlab", "matplotlib", "nbconvert", "papermill", "pyjks")
_OPTIONAL = {
    "keytool": "Java's own look at a keystore; the commands beside each step use it",
    "openssl": "the commands beside each step use it",
    "zowe": "Zowe CLI, to bring the directory to z/OS",
}


def list_notebooks() -> Page[tuple[str, ...]]:
    """The notebooks, what each reads and writes."""
    rows = [(name, kind.purpose, kind.reads, kind.writes) for name, kind in NOTEBOOKS.items()]
    return Page(tuple(NOTEBOOKS), [Table("Notebooks", ("Notebook", "What it does", "Reads", "Writes"), rows)])


def draw_certificate_set() -> Page[TrustGraph]:
    """The certificates of a KEYSTORE_DIRECTORY, who signed them and where each is kept."""
    from .draw import draw_graph

    nodes = (
        Node("ca", NodeKind.CA, "Local certificate authority", ("signs the Zowe certificate",)),
        Node("zowe", NodeKind.CERTIFICATE, "Zowe certificate", ("Zowe shows it to everybody",)),
        Node("jwt", NodeKind.CERTIFICATE, "JWT secret", ("signs login tokens", "up to release 1.26")),
        Node("castore", NodeKind.STORE, "localca.keystore.p12", ("kept by the administrator",)),
        Node("keystore", NodeKind.STORE, "localhost.keystore.p12", ("what Zowe is",)),
        Node("truststore", NodeKind.STORE, "localhost.truststore.p12", ("what Zowe trusts",)),
    )
    edges = (
        Edge("ca", "zowe", EdgeKind.SIGNED),
        Edge("ca", "castore", EdgeKind.KEY_IN, "localca"),
        Edge("ca", "keystore", EdgeKind.TRUSTED_IN, "localca"),
        Edge("ca", "truststore", EdgeKind.TRUSTED_IN, "localca"),
        Edge("jwt", "keystore", EdgeKind.KEY_IN, "jwtsecret"),
        Edge("zowe", "keystore", EdgeKind.KEY_IN, "localhost"),
    )
    graph = TrustGraph(nodes, edges)
    return Page(graph, trust_blocks(draw_graph(graph, title="The certificates of a KEYSTORE_DIRECTORY")))


def check_installation() -> Page[bool]:
    """Whether every library is there, and which optional tools are."""
    versions = {name: _version(name) for name in _LIBRARIES}
    missing = [name for name, found in versions.items() if not found]
    present = {path.stem for path in notebooks_folder().glob("*.ipynb")}
    lost = [name for name in NOTEBOOKS if name not in present]
    good = not missing and not lost
    told = "Everything that is needed is installed" if good else f"Missing: {', '.join((*missing, *lost))}"
    tools = [(name, shutil.which(name) is not None, use) for name, use in _OPTIONAL.items()]
    blocks: list[Block] = [
        Text(told, good=good),
        Table(
            "Needed",
            ("What", "Version"),
            [("zowe-certs", _version("zowe-certs-kernel")), ("Python", platform.python_version()), *versions.items()],
        ),
        Table(
            "Optional",
            ("Tool", "Found", "What for"),
            [(name, "yes" if there else "no", use) for name, there, use in tools],
        ),
    ]
    return Page(good and sys.version_info >= (3, 11), blocks)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
