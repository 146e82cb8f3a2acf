"""The picture of lifetimes says in words, shapes and numbers what its colours say, and stays harmless and bounded."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from zowe_certs_kernel.errors import UsageError, WriteError
from zowe_certs_kernel.show.lifetimes import Lifetime, draw_lifetimes
from zowe_certs_kernel.show.text import text_width

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SVG = "{http://www.w3.org/2000/svg}"


def row(name: str, begins: int, ends: int, state: str = "ok") -> Lifetime:
    first, last = (AT + dt.timedelta(days=days) for days in (begins, ends))
    return Lifetime(name, "store: alias", first, last, f"in {ends} days", state)


def bars(svg: str) -> list[tuple[float, float]]:
    found = ET.fromstring(svg).iter(f"{SVG}rect")  # noqa: S314  # drawn here
    return [(float(rect.get("x", "")), float(rect.get("x", "")) + float(rect.get("width", ""))) for rect in found]


def test_bars_keep_the_order_of_dates_and_the_line_of_today_is_between_begin_and_end() -> None:
    picture = draw_lifetimes([row("leaf", -100, 200), row("authority", -100, 900)], at=AT)
    (left, right), (same, further) = bars(picture.svg)
    assert left == same
    assert left < right < further
    today = [line for line in ET.fromstring(picture.svg).iter(f"{SVG}line") if line.get("stroke-width") == "2"]  # noqa: S314  # drawn here
    assert left < float(today[0].get("x1", "")) < right


def test_the_description_names_what_has_ended_what_ends_soon_and_what_ends_first() -> None:
    rows = [row("old", -900, -10, "ended"), row("near", -100, 20, "soon"), row("far", -100, 900)]
    assert draw_lifetimes(rows, at=AT).description == (
        "Lifetimes of 3 certificates as of 2026-11-23. Ended or not begun: old (2026-11-13). "
        "Ends soon: near (2026-12-13). The first to end is near, on 2026-12-13."
    )


def test_each_state_has_a_border_of_its_own() -> None:
    rows = [row("old", -900, -10, "ended"), row("near", -100, 20, "soon"), row("far", -100, 900)]
    root = ET.fromstring(draw_lifetimes(rows, at=AT).svg)  # noqa: S314  # drawn here
    borders = {(rect.get("stroke-width"), rect.get("stroke-dasharray")) for rect in root.iter(f"{SVG}rect")}
    assert borders == {("3.2", None), ("1.4", "5 2.5"), ("1.4", None)}


@pytest.mark.parametrize("days", [1, 40, 400, 3650, 2_900_000])
def test_any_span_has_a_few_ticks_that_do_not_crowd(days: int) -> None:
    root = ET.fromstring(draw_lifetimes([row("one", -1, days)], at=AT).svg)  # noqa: S314  # drawn here
    ticks = [
        text for text in root.iter(f"{SVG}text") if text.get("font-size") == "9" and text.get("text-anchor") == "middle"
    ]
    places = sorted(float(text.get("x", "")) for text in ticks)
    assert len(places) <= 13
    assert all(later - earlier > 28 for earlier, later in pairwise(places))


def test_hostile_names_are_shown_harmless() -> None:
    picture = draw_lifetimes([row("<script>x</script>\u202eevil\x1b[2J", -1, 9)], at=AT)
    assert "<script>" not in picture._repr_html_()
    assert "\u202e" not in picture.svg
    assert "\x1b" not in picture.svg


@pytest.mark.parametrize("name", ["x" * 64, "W" * 64, "abcdefghij" * 20, "host-name." * 20])
def test_a_long_name_without_blanks_stays_in_its_column_and_is_whole_in_the_tooltip(name: str) -> None:
    (group,) = ET.fromstring(draw_lifetimes([row(name, -1, 9)], at=AT).svg).iter(f"{SVG}g")  # noqa: S314  # drawn here
    first, second = [text.text or "" for text in group.iter(f"{SVG}text") if text.get("font-size") == "11"][:2]
    assert all(text_width(line, 11) <= 250 for line in (first, second))
    assert first + second == name or (first.endswith("…") and name.startswith(first[:-1]) and name.endswith(second))
    assert (group.findtext(f"{SVG}title") or "").startswith(name)


def test_rows_with_long_names_do_not_overlap() -> None:
    root = ET.fromstring(draw_lifetimes([row("one " * 20, -1, 9), row("two", -1, 9)], at=AT).svg)  # noqa: S314  # drawn here
    heights = [float(text.get("y", "")) for text in root.iter(f"{SVG}text") if text.get("x") == "12.00"]
    assert all(later - earlier >= 9 for earlier, later in pairwise(heights))
    assert float((root.get("viewBox") or "").split()[-1]) > heights[-1]


def test_many_rows_are_bounded_and_counted() -> None:
    picture = draw_lifetimes([row(f"c{number}", -1, 100) for number in range(500)], at=AT)
    assert len(bars(picture.svg)) == 60
    assert "440 more are in the table only." in picture.description


def test_nothing_to_show_is_a_picture_without_bars() -> None:
    assert bars(draw_lifetimes([], at=AT).svg) == []


def test_the_picture_is_saved_as_svg_only(tmp_path: Path) -> None:
    picture = draw_lifetimes([row("one", -1, 9)], at=AT)
    assert ET.parse(picture.save(tmp_path / "l.svg")).getroot().tag == f"{SVG}svg"  # noqa: S314  # drawn here
    with pytest.raises(UsageError, match=r"is \.svg, not l\.png"):
        picture.save(tmp_path / "l.png")
    with pytest.raises(WriteError, match="cannot be written"):
        picture.save(tmp_path / "nowhere" / "l.svg")
