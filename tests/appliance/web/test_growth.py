"""What a page or a verb asks of the database does not grow with the years behind it.

Counted in steps of SQLite's own machine, which are the same on every computer, before and after a settled history.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import cast

from werkzeug.test import TestResponse

from appliance.store.book import Book, Who
from appliance.store.unit import Unit
from appliance.web.register_list import REGISTERS
from commons.database import Database
from protocol import events as ev
from tests.appliance.web.conftest import ASSISTANT, OFFICER, Browser, TestClock
from tests.benchmarks.history import Gathered, batches

EARLIER, LATER = 420, 900
"""Lives behind it at the first count, which fill a page of every list, and how many more at the second."""

MOST_STEPS_A_LIFE = 1.0
"""A scan of any one table costs more than three steps a row."""

EVERY = 20  # steps between two calls of the handler
YEAR_MS = 365 * 86_400_000
DA, BDO = Who("moth.da", ASSISTANT, 2), Who("moth.bdo", OFFICER, 1)
PAGES = (
    "/", "/inbox", "/inbox?which=overdue", "/sent", "/unfinished", "/parked", "/closed", "/out", "/issued", "/receipts",
    "/files", "/files?q=पुराना", "/files?q=MOTH", "/files/new", "/files/take-over", "/receipts/new", "/receipts/bulk",
    "/waiting", "/registers", "/record", "/summary", "/search?q=नया", "/heads", "/phrases", "/news", "/line",
)  # fmt: skip


def live(unit: Unit, first: int, many: int) -> None:
    """So many lives of letters and files, all settled from now on: put, noted, sent, answered, closed, recorded."""
    for numbers in batches(range(first, first + many), 100):
        with unit.db.writing():
            gathered = Gathered(unit.db)
            book = Book(cast("Database", gathered), 0)
            for number in numbers:
                _life(book, number, unit.clock.now_ms() + number * 60_000)
            gathered.flush()
            book.flush()


def _life(book: Book, number: int, begun_ms: int) -> None:
    book.now_ms = begun_ms

    def wrote(subject: str | None, body: ev.Body, who: Who) -> str:
        book.now_ms += 1000
        return str(book.write(subject, body, who))

    name = f"MOTH/पुराना/2024/{number:05d}"
    receipt = wrote(
        None, ev.Diarise(f"D/{number}", f"पुराना पत्र {number}", "ग्राम प्रधान", "post", received="2024-11-01"), DA
    )
    file = wrote(None, ev.Open(name, f"पुराना विषय {number}", "moth.accounts"), DA)
    wrote(receipt, ev.Put(file, name), DA)
    wrote(file, ev.Enclose(receipt, f"D/{number}", f"पुराना पत्र {number}"), DA)
    wrote(file, ev.Note(1, 1, f"<p>पुरानी टिप्पणी {number}</p>"), DA)
    wrote(file, ev.Send("moth.bdo", "moth", "up", "देखें"), DA)
    wrote(file, ev.Receive(1), BDO)
    wrote(file, ev.Send("moth.da", "moth", "return", "उत्तर दें"), BDO)
    wrote(file, ev.Receive(1), DA)
    wrote(file, ev.Draft(1, 1, "<p>उत्तर</p>", title="उत्तर", to=("ग्राम प्रधान",), receipt=receipt), DA)
    wrote(file, ev.Issue(1, 1, f"I/{number}", b"\x01" * 32, "post"), DA)
    wrote(file, ev.Dispatch(f"I/{number}", "post", "2024-11-02"), DA)
    wrote(file, ev.Close("निस्तारित"), DA)
    wrote(file, ev.Record("B", "2099-11-01") if number % 2 else ev.Record("A"), DA)


class Steps:
    """Counts what SQLite's machine does for one request after another."""

    def __init__(self, unit: Unit) -> None:
        self._count = 0
        unit.db.connection().set_progress_handler(self._step, EVERY)

    def _step(self) -> None:
        self._count += EVERY

    def of(self, ask: Callable[[], TestResponse], status: int) -> int:
        """Of the second time: the first warms what the process keeps."""
        for _ in range(2):
            self._count = 0
            answer = ask()
            assert answer.status_code == status, answer.text[:500]
        return self._count


def counted(unit: Unit, browser: Browser, work: list[str]) -> dict[str, int]:
    """Steps of every page, and of the verbs on the files of `work`, which it uses up from the end."""
    steps = Steps(unit)
    found = {page: steps.of(partial(browser.client.get, page), 200) for page in PAGES}
    for register in REGISTERS:
        page = f"/registers/{register}"
        found[page] = steps.of(partial(browser.client.get, page), 200)
    for page in ("", "/movement", "/cover"):
        found[f"file{page}"] = steps.of(partial(browser.client.get, work[0] + page), 200)

    def note(path: str) -> None:
        page = browser.get(path).text
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version is not None
        browser.post(f"{path}/confirm", text="जाँच करें", version=version.group(1))

    def send() -> TestResponse:
        path = work.pop()
        note(path)
        return browser.post(f"{path}/send", how="up", to_post="moth.bdo", due="", remarks="")

    found["note and send"] = steps.of(send, 303)
    found["open"] = steps.of(lambda: browser.post("/files/new", subject="नया", section="moth.accounts"), 303)
    return found


def test_what_is_asked_of_the_database_does_not_grow_with_history(
    unit: Unit, assistant: Browser, clock: TestClock
) -> None:
    def opened() -> str:
        answer = assistant.post("/files/new", subject="नया विषय", section="moth.accounts", priority="2")
        return str(answer.headers["Location"])

    work = [opened() for _ in range(6)]
    counts = []
    for first, many in ((0, EARLIER), (EARLIER, LATER)):
        live(unit, first, many)
        clock.ms += 2 * YEAR_MS
        assistant.log_in(ASSISTANT)
        counts.append(counted(unit, assistant, work))
    before, after = counts
    grown = {name: (before[name], after[name]) for name in before}
    assert {name: steps for name, steps in grown.items() if steps[1] - steps[0] > MOST_STEPS_A_LIFE * LATER} == {}
