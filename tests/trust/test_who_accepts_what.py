"""The page of verdicts says what is judged now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.trust.who_accepts_what import NAME, page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_in_docs_is_what_the_command_writes() -> None:
    assert (DOCS / NAME).read_text("utf-8") == page(dt.datetime.now(dt.UTC))
