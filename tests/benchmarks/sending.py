"""What a person waits for when he sends a file, against the least that it could cost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from statistics import median

from appliance.desk import verbs
from appliance.store.unit import Unit
from commons.database import Database
from tests.benchmarks.browser import Browser
from tests.benchmarks.district import ABROAD, ASSISTANT, OFFICE, PASSWORD, District
from tests.benchmarks.events import Line
from tests.benchmarks.exchanges import texts
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.servers import bare_web, office_web
from tests.benchmarks.setting import Setting, opened

ROW_BYTES = 300
WARM_UP = 60
"""Forms that do not count: each of the server's threads opens the database once."""


def send(setting: Setting) -> list[Result]:
    """send_ratio."""
    sends: list[float] = []
    posts: list[float] = []
    commit_seconds: list[float] = []
    with (
        setting.fresh() as district,
        office_web(district.office_folder) as office,
        bare_web() as bare,
        Browser(office.port) as person,
        Browser(bare.port) as nobody,
        _Commits(setting.folder) as commits,
    ):
        person.log_in(ASSISTANT.employee, PASSWORD)
        files = open_files(district, WARM_UP + 12 * setting.repeats, setting.later)
        for file, (_, remarks) in zip(files, texts(setting.later), strict=False):
            sends.append(send_form(person, file, remarks))
            posts.append(nobody.post("/form", to_post=ABROAD, remarks=remarks))
            commit_seconds.append(commits.one())
    whole, post, commit = (median(seconds[WARM_UP:]) for seconds in (sends, posts, commit_seconds))
    return [
        result("send_ratio", whole / (post + commit)),
        raw("send_ratio.seconds", whole, "s"),
        raw("send_ratio.raw_post_seconds", post, "s"),
        raw("send_ratio.raw_commit_seconds", commit, "s"),
    ]


def open_files(district: District, number: int, lines: Iterable[Line]) -> list[str]:
    """New files with a note each on the desk of the person who logs in."""
    with opened(district) as unit:
        return [_open(unit, body) for body, _ in _some(lines, number)]


def _some(lines: Iterable[Line], number: int) -> list[tuple[str, str]]:
    return [pair for _, pair in zip(range(number), texts(lines), strict=False)]


def _open(unit: Unit, body: str) -> str:
    file = verbs.open_file(unit, ASSISTANT, subject=body[:80], section=f"{OFFICE}.dev", language="hi")
    verbs.save_yellow(unit, ASSISTANT, file, body, 0)
    verbs.confirm_note(unit, ASSISTANT, file)
    return file


def send_form(person: Browser, file: str, remarks: str) -> float:
    """Send the form that sends a file to another office; seconds until 303."""
    return person.post(f"/files/{file}/send", how="up", to_post=ABROAD, due="", remarks=remarks)


class _Commits:
    """A database of one table, in which one row after another is made durable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "commits"
        self._folder.mkdir()
        self._db = Database(self._folder / "commits.db", bytes(32))
        self._db.connect()
        self._db.execute_sql("CREATE TABLE row (n INTEGER PRIMARY KEY, what BLOB NOT NULL)")
        self._row = bytes(ROW_BYTES)

    def __enter__(self) -> _Commits:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._db):
            pass
        shutil.rmtree(self._folder)

    def one(self) -> float:
        """Seconds of one transaction of one row, synchronous FULL."""
        connection = self._db.connection()
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row (what) VALUES (?)", (self._row,))
        connection.execute("COMMIT")
        return time.perf_counter() - started
