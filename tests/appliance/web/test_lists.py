"""Long lists are turned page by page, by links alone: each row once, none left out."""

from __future__ import annotations

import re

import pytest

from appliance.store.book import Book, Who
from appliance.store.unit import Unit
from appliance.web.lists import PAGE_ROWS
from protocol import events as ev
from tests.appliance.web.conftest import ASSISTANT, Browser

DA = Who("moth.da", ASSISTANT, 2)
ROW = re.compile(r'<tr data-file="([^"]+)"')
OLDER = re.compile(r'href="([^"]+)" rel="next" data-verb="older"')
NEWEST = 'data-verb="newest"'


def many(unit: Unit, count: int, *then: ev.Body) -> list[str]:
    """So many files of the assistant's, all within one millisecond, oldest first."""
    found = []
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        for number in range(count):
            file = str(book.write(None, ev.Open(f"MOTH/{number:05d}", f"विषय {number}", "moth.accounts"), DA))
            for body in then:
                book.write(file, body, DA)
            found.append(file)
        book.flush()
    return found


def turned(browser: Browser, path: str) -> list[list[str]]:
    """The rows of the first page and of each older one."""
    pages: list[list[str]] = []
    link = path
    while link:
        page = browser.get(link).text
        assert (NEWEST in page) == bool(pages)
        pages.append(ROW.findall(page))
        older = OLDER.search(page)
        link = older.group(1).replace("&amp;", "&") if older else ""
    return pages


@pytest.mark.parametrize(
    ("path", "then"),
    [
        ("/inbox", ()),
        ("/inbox?which=all", ()),
        ("/files", ()),
        ("/sent", (ev.Send("moth.bdo", "moth", "up", "देखें"),)),
        ("/parked", (ev.Park("धन की प्रतीक्षा"),)),
        ("/closed", (ev.Close("निस्तारित"),)),
    ],
)
def test_every_row_is_reached_once_by_links_alone(
    unit: Unit, assistant: Browser, path: str, then: tuple[ev.Body, ...]
) -> None:
    files = many(unit, 2 * PAGE_ROWS + 7, *then)
    pages = turned(assistant, path)
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 7]
    assert [row for page in pages for row in page] == files[::-1]


def test_a_full_page_that_is_the_last_leads_nowhere(unit: Unit, assistant: Browser) -> None:
    many(unit, PAGE_ROWS)
    assert [len(page) for page in turned(assistant, "/files")] == [PAGE_ROWS]


@pytest.mark.parametrize("path", ["/inbox", "/files", "/sent", "/parked", "/closed"])
@pytest.mark.parametrize("before", ["x", "-1", "0", "1", "9" * 30, "%00"])
def test_a_place_that_is_none_shows_the_newest_page_or_says_that_nothing_is_older(
    assistant: Browser, path: str, before: str
) -> None:
    page = assistant.get(f"{path}?before={before}").text
    assert (NEWEST in page) == (before == "1")


def test_what_waits_for_the_line_is_found_below_any_number_of_later_hand_overs(unit: Unit, assistant: Browser) -> None:
    (waits,) = many(unit, 1, ev.Send("chirgaon.bdo", "chirgaon", "up", "देखें"))
    many(unit, PAGE_ROWS + 5, ev.Send("moth.bdo", "moth", "up", "देखें"))
    assert waits not in ROW.findall(assistant.get("/sent").text)
    assert waits in ROW.findall(assistant.get("/waiting").text)
