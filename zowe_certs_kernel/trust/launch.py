"""The launch diagram of Zowe's documentation, from real files: who makes, holds and uses a KEYSTORE_DIRECTORY.

The numbers are those of the diagram: (1) ``zowe-setup-certificates.sh`` makes the directory from a settings file,
(2) for certificates in files or (3) in a key ring, (4) the job ZWEKRING makes the ring, and (5) an instance names
the directory.
"""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path, PurePosixPath

from ..zowe.instance import Instance
from .graph import Edge, EdgeKind, Node, NodeKind, TrustGraph
from .zowe_files import directory_named
from .zowe_set import KeystoreDirectory, Scene, SetupFile

__all__ = ["launch_graph"]

_NOT_HERE = "not found here"


def launch_graph(scene: Scene, *, at: dt.datetime | None = None) -> TrustGraph:
    """The directories, rings, instances and runtimes of a scene, and the settings files they were made from.

    What a file names and the sources have not is there too, with ``not found here`` and the verdict unknown.

    Args:
        at: the moment at which the certificates of a directory are judged; None: they are not.
    """
    drawn = _Drawn(scene, at)
    for directory in scene.directories:
        drawn.directory(directory)
    for file in scene.setup_files:
        drawn.setup_file(file)
    for instance in scene.instances:
        drawn.instance(instance)
    return TrustGraph.of(drawn.nodes.values(), dict.fromkeys(drawn.edges))


class _Drawn:
    """Nodes so far, by id; the first of an id stays."""

    def __init__(self, scene: Scene, at: dt.datetime | None) -> None:
        self.scene, self.at = scene, at
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self._sets = {one.directory: one for one in scene.sets if one.directory}
        places = [entry.place for store in scene.stores for entry in store.entries if entry.place]
        self._rings = {ring for place in places for ring in place.rings}

    def directory(self, directory: KeystoreDirectory) -> str:
        """A KEYSTORE_DIRECTORY that is here."""
        id_ = f"directory:{directory.folder}"
        details, verdict = self._content(directory)
        told = f"{directory.folder}: {', '.join(details)}"
        name = directory.folder.name or str(directory.folder)
        self._add(Node(id_, NodeKind.KEYSTORE_DIRECTORY, name, details, told, verdict))
        if directory.ring:
            self._join(self._ring(directory.ring), id_, EdgeKind.USED_BY)
        return id_

    def setup_file(self, file: SetupFile) -> None:
        """A settings file, with what the script makes of it."""
        name = PurePosixPath(file.source).name
        number = 3 if file.ring else 2
        what = "for a key ring" if file.ring else "for certificates in files"
        node = Node(
            f"settings:{file.source}", NodeKind.SETTINGS, f"{name} ({number})", (what,), f"{file.source}: {what}"
        )
        self._add(node)
        directory = self._named(file.keystore_directory)
        self._join(node.id, directory, EdgeKind.MAKES, "zowe-setup-certificates.sh (1)")
        if file.ring:
            self._join(self._ring(file.ring), directory, EdgeKind.USED_BY)

    def instance(self, instance: Instance) -> None:
        """An instance with the directory and the runtime that it names; their lack is a detail."""
        folder = Path(instance.source).parent
        path = instance.keystore_directory
        lacks = () if path else ("names no KEYSTORE_DIRECTORY",)
        told = f"{instance.source}: {', '.join(lacks) or f'KEYSTORE_DIRECTORY={path}'}"
        details = (*lacks, str(folder.parent))
        node = Node(f"instance:{folder}", NodeKind.INSTANCE, folder.name, details, told, "broken" if lacks else "ok")
        self._add(node)
        if path:
            known = self.scene.of_instance.get(instance.source)
            directory = f"directory:{known.folder}" if known else self._named(path)
            self._join(directory, node.id, EdgeKind.USED_BY, "KEYSTORE_DIRECTORY= (5)")
        if instance.root_directory:
            root = str(instance.root_directory)
            here = _is_folder(Path(root))
            details, verdict = ((root,), "ok") if here else ((root, _NOT_HERE), "unknown")
            runtime = Node(
                f"runtime:{root}", NodeKind.RUNTIME, PurePosixPath(root).name or root, details, root, verdict
            )
            self._add(runtime)
            self._join(runtime.id, node.id, EdgeKind.USED_BY, "ROOT_DIR=")

    def _named(self, path: PurePosixPath) -> str:
        """The id of the directory that a path of z/OS means; one that is not here is drawn as named."""
        found = directory_named(path, self.scene.directories)
        if found:
            return f"directory:{found.folder}"
        id_ = f"directory:{path}"
        told = f"{path} is {_NOT_HERE}"
        details = (str(path), _NOT_HERE)
        self._add(Node(id_, NodeKind.KEYSTORE_DIRECTORY, path.name or str(path), details, told, "unknown"))
        return id_

    def _ring(self, ring: str) -> str:
        """The id of a key ring, with the job that makes such; drawn once."""
        owner, _, name = ring.partition("/")
        here, id_ = ring in self._rings, f"ring:{ring}"
        details = (f"of {owner}", *(() if here else (_NOT_HERE,)))
        told = f"key ring {ring}{'' if here else ': no listing of it is here'}"
        self._add(Node(id_, NodeKind.RING, name, details, told, "ok" if here else "unknown"))
        self._add(
            Node("job:ZWEKRING", NodeKind.JOB, "ZWEKRING (4)", ("in SZWESAMP",), "the sample job that makes key rings")
        )
        self._join("job:ZWEKRING", id_, EdgeKind.MAKES)
        return id_

    def _content(self, directory: KeystoreDirectory) -> tuple[tuple[str, ...], str]:
        """What to say of a directory, and its state."""
        found = self._sets.get(directory.folder)
        facts = found.entry.certificate if found and found.entry else None
        written = (directory.written,) if directory.written else ()
        if facts is None:
            why = "its key ring is not here" if directory.ring else "its certificates are not here"
            return (*written, why), "unknown" if directory.ring else "broken"
        ended = self.at is not None and facts.not_after is not None and facts.not_after < self.at
        life = f"{'ended' if ended else 'ends'} {facts.end_day}"
        where = "in a key ring" if directory.ring else directory.environment.key_alias
        return (*written, f"{facts.common_name}, {where}", life), "broken" if ended else "ok"

    def _add(self, node: Node) -> None:
        self.nodes.setdefault(node.id, node)

    def _join(self, source: str, target: str, kind: EdgeKind, label: str = "") -> None:
        self.edges.append(Edge(source, target, kind, label))


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False
