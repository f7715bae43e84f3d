"""What forty people at work wait for, against the same pages rendered from objects in memory."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles
from typing import cast

from appliance.desk import days, people
from appliance.desk.values import Actor
from appliance.store.book import Book, Who
from appliance.store.unit import Unit
from commons.database import Database
from protocol import events as ev
from tests.benchmarks import history
from tests.benchmarks.browser import Browser
from tests.benchmarks.district import OFFICE, PASSWORD, District, colleagues
from tests.benchmarks.exchanges import texts
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.servers import memory_web, office_web
from tests.benchmarks.setting import Setting, opened

THINK_SECONDS = 2.5
"""Between two pages of one person, on average: sixteen pages a second in the whole office."""

WARM_UP = 0.2
"""The part of the time that does not count."""

ON_DESK, PARKED = 0.06, 0.04
"""Of an office's files these lie on a desk or are parked; the others are closed."""

WAY = ("inbox", "file", "file", "yellow", "movement", "inbox", "sent", "file", "search", "send")
"""What a person does, over and over: reads, writes a little, sends one file in ten pages."""


@dataclass(frozen=True)
class Load:
    """Seconds of every page, by name."""

    seconds: dict[str, list[float]]

    def p95(self) -> float:
        """Of all pages together."""
        return quantiles([one for found in self.seconds.values() for one in found], n=20)[-1]


def pages(setting: Setting) -> list[Result]:
    """page_p95_ms and page_ratio."""
    district = setting.staffed("staffed", setting.people, lambda place: _fill(place, setting))
    found: list[tuple[Load, Load]] = []
    for turn in range(max(1, setting.repeats // 2)):
        with opened(district) as unit:
            desks = [_on_desk(unit, actor) for actor in colleagues(setting.people)]
        with office_web(district.office_folder) as office:
            product = _work(office.port, setting, desks, turn, writes=True)
        with memory_web(district.office_folder) as server:
            memory = _work(server.port, setting, desks, turn, writes=False)
        found.append((product, memory))
    p95 = median(product.p95() for product, _ in found)
    bare = median(memory.p95() for _, memory in found)
    last = found[-1][0]
    return [
        result("page_p95_ms", 1000 * p95),
        result("page_ratio", p95 / bare),
        raw("page_ratio.raw_p95_ms", 1000 * bare, "ms"),
        *(raw(f"page_ratio.turn_{turn}", one.p95() / other.p95(), "") for turn, (one, other) in enumerate(found, 1)),
        raw("page_p95_ms.pages", sum(len(one) for one in last.seconds.values()), "pages"),
        *(raw(f"page_p95_ms.{name}", 1000 * median(one), "ms (median)") for name, one in sorted(last.seconds.items())),
    ]


def _fill(district: District, setting: Setting) -> None:
    with opened(district) as unit:
        staff = colleagues(setting.people)
        for actor in staff:
            people.set_password(unit, actor.employee, PASSWORD)
        chance = random.Random(1)
        said, today = _again(setting), days.today(unit)
        for numbers in history.batches(range(setting.files), 2_000):
            with unit.db.writing():
                gathered = history.Gathered(unit.db)
                book = Book(cast("Database", gathered), 0)
                for number in numbers:
                    _life(book, chance, staff, number, next(said), today)
                gathered.flush()
                book.flush()
        unit.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    os.sync()  # what the filling wrote must not be written out while people are at work


def _again(setting: Setting) -> Iterator[tuple[str, str]]:
    while True:
        yield from texts(setting.lines)


def _life(
    book: Book, chance: random.Random, staff: list[Actor], number: int, said: tuple[str, str], today: date
) -> None:
    """One file from its opening to where it lies now."""
    first, second = chance.sample(staff, 2)
    book.now_ms = 1_700_000_000_000 + number * 400_000

    def wrote(subject: str | None, body: ev.Body, actor: Actor) -> str:
        book.now_ms += 60_000
        return str(book.write(subject, body, Who(actor.post, actor.employee, actor.charge)))

    text, remarks = said
    opened = ev.Open(f"MOTH/विकास/2026/{number + 1:06d}", text[:90], f"{OFFICE}.dev", "hi", number % 4)
    file = wrote(None, opened, first)
    wrote(file, ev.Note(1, 1, f"<p>{text}</p>"), first)
    due = str(today + timedelta(days=number % 60 - 4)) if number % 3 else ""
    wrote(file, ev.Send(second.post, OFFICE, "up", remarks, due), first)
    fate = chance.random()
    if fate < ON_DESK / 2:
        return
    wrote(file, ev.Receive(1), second)
    wrote(file, ev.Note(2, 1, f"<p>{remarks} {text[:200]}</p>"), second)
    if fate > ON_DESK + PARKED:
        wrote(file, ev.Close("निस्तारित"), second)
    elif fate > ON_DESK:
        wrote(file, ev.Park("प्रतीक्षा", "2026-12-31"), second)


def _on_desk(unit: Unit, actor: Actor) -> list[str]:
    return [
        str(file)
        for (file,) in unit.db.rows(
            "SELECT file FROM efile WHERE post=? AND phase='held' AND standing='desk' ORDER BY file", actor.post
        )
    ]


def _work(port: int, setting: Setting, desks: list[list[str]], turn: int, *, writes: bool) -> Load:
    """All people at once, for a while; what each page took once everything is warm."""
    load: dict[str, list[float]] = {}
    lock = threading.Lock()
    ready = threading.Barrier(setting.people)

    def person(number: int) -> None:
        with Browser(port) as browser:
            try:
                browser.log_in(colleagues(setting.people)[number].employee, PASSWORD)
            except BaseException:
                ready.abort()
                raise
            with suppress(threading.BrokenBarrierError):
                ready.wait(300)
            if not ready.broken:
                _person(_Person(browser, number, turn, writes), desks, setting.work_seconds, load, lock)

    with ThreadPoolExecutor(setting.people) as people_at_work:
        for _ in people_at_work.map(person, range(setting.people)):
            pass
    return Load(load)


@dataclass(frozen=True)
class _Person:
    browser: Browser
    number: int
    turn: int
    writes: bool


def _person(
    who: _Person, desks: list[list[str]], lasts: float, load: dict[str, list[float]], lock: threading.Lock
) -> None:
    chance = random.Random(1000 * who.turn + who.number)
    begun = time.monotonic()
    mine = list(desks[who.number])
    step = chance.randrange(len(WAY))
    time.sleep(chance.random() * min(THINK_SECONDS, lasts / 4))
    while time.monotonic() < begun + lasts:
        what = WAY[step % len(WAY)]
        step += 1
        if what in ("yellow", "send") and (not who.writes or len(mine) < 3):
            what = "file"
        file = chance.choice(mine)
        started = time.perf_counter()
        _one(who.browser, what, file, desks, who.number, chance)
        seconds = time.perf_counter() - started
        if what == "send":
            mine.remove(file)
        if time.monotonic() > begun + WARM_UP * lasts:
            with lock:
                load.setdefault(what, []).append(seconds)
        time.sleep(chance.uniform(0.5, 1.5) * min(THINK_SECONDS, lasts / 8))


def _one(browser: Browser, what: str, file: str, desks: list[list[str]], number: int, chance: random.Random) -> None:
    paths = {
        "inbox": "/inbox", "file": f"/files/{file}", "movement": f"/files/{file}/movement", "sent": "/sent",
        "search": f"/search?q={chance.randrange(1, 999):06d}",
    }  # fmt: skip
    if what in paths:
        status = browser.get(paths[what])
        if status != 200:
            raise RuntimeError(what, status)
    elif what == "yellow":
        browser.post(f"/files/{file}/discard")
    else:
        people_there = len(desks)
        other = colleagues(people_there)[(number + 1) % people_there].post
        browser.post(f"/files/{file}/send", how="down", to_post=other, due="", remarks="कृपया देखें")
