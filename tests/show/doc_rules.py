"""``python -m tests.show.doc_rules docs``: rules.md, made from the table of rules."""

from __future__ import annotations

import sys
from pathlib import Path

from zowe_certs_kernel.show.rule_pages import rules_markdown


def main(folder: str) -> None:
    Path(folder, "rules.md").write_text(rules_markdown(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
