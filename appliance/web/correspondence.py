"""Which page of a file's correspondence is shown beside the note, and which come before and after it."""

from __future__ import annotations

import msgspec

from appliance.desk.values import FilePage, PaperRow

THUMB_WIDTH = 160  # pixels
PAGE_WIDTH = 900
ZOOMED_WIDTH = 1240


class PageShown(msgspec.Struct, frozen=True):
    """One page of the correspondence: `number` counts through the file, `page` within its paper; 0: there is none."""

    paper: PaperRow
    page: int
    number: int
    before: int
    after: int
    zoomed: bool


def shown_page(page: FilePage, paper: str | None, number: int | None, *, zoomed: bool) -> PageShown | None:
    """The page with that number in the correspondence, else the first of that paper, else of the first that is here."""
    rows = page.papers
    row = next((row for row in rows if number and row.first_page <= number < row.first_page + row.pages), None)
    if row is None:
        number = None
        row = next((row for row in rows if row.sha256 == paper), None) or next((row for row in rows if row.here), None)
    row = row or (rows[0] if rows else None)
    if row is None:
        return None
    shown = number or row.first_page
    first, last = min(row.first_page for row in rows), max(row.first_page + row.pages - 1 for row in rows)
    before, after = shown - 1 if shown > first else 0, shown + 1 if shown < last else 0
    return PageShown(row, shown - row.first_page + 1, shown, before, after, zoomed)
