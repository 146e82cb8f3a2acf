"""What people see of a change to a directory: before and after of each store, the files, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

from ..lifecycle.change import Change, Changed, compared
from .inspect_steps import changes_table
from .page import Block, Details, Table, Text

__all__ = ["changed_blocks", "preview_blocks"]


def preview_blocks(change: Change | None) -> list[Block]:
    """Before and after of each store, while nothing is written yet; nothing where there is no change."""
    return list(_preview(change)) if change else []


def _preview(change: Change) -> Iterator[Block]:
    for path, changes in compared(change):
        yield changes_table(changes, f"What becomes of {path}")


def changed_blocks(changed: Changed) -> list[Block]:
    """Before and after of each store, the files that were written, and the way back."""
    change = changed.change
    files = [
        (str(path), "gone" if path in change.removes else "written")
        for path in sorted({*change.writes, *change.removes})
    ]
    return [
        *_preview(change),
        Details(f"Files of {change.working.directory}", [Table("Files", ("File", "What became of it"), files)]),
        *(Text(f"{note}.") for note in change.notes),
        Text(
            "Next: upload the files that were written to z/OS, stores in binary and the authority's own "
            "(local_ca/*.keystore.p12) not at all, then restart Zowe."
        ),
        Text(changed.way_back),
        *(Text(f"Note: {note}.") for note in changed.placed.notes),
    ]
