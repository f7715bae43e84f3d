"""A history in a real appliance's database: through the production journal, or faster with the very same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar, cast

from appliance.store.book import Book
from appliance.store.unit import Unit
from commons.database import Database, Row
from tests.benchmarks.events import Line, Translator

BATCH = 20_000
Thing = TypeVar("Thing")


def write(unit: Unit, lines: Iterable[Line], translator: Translator, batch: int = 500) -> int:
    """Each line through `Book.write`, so many in a transaction; how many lines."""
    total = 0
    for some in batches(lines, batch):
        with unit.db.writing():
            book = Book(unit.db, 0)
            total += _write(book, some, translator)
            book.flush()
    return total


def load(unit: Unit, lines: Iterable[Line], translator: Translator, batch: int = BATCH) -> int:
    """The same rows as `write` makes, the journal's and the outbox's of a batch inserted at once."""
    total = 0
    for some in batches(lines, batch):
        with unit.db.writing():
            gathered = Gathered(unit.db)
            book = Book(cast("Database", gathered), 0)
            total += _write(book, some, translator)
            gathered.flush()
            book.flush()
    return total


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Lists of up to `size`."""
    source = iter(things)
    while some := list(islice(source, size)):
        yield some


def _write(book: Book, lines: Sequence[Line], translator: Translator) -> int:
    for line in lines:
        said = translator.say(line)
        book.now_ms = said.now_ms
        translator.wrote(line, str(book.write(said.subject, said.body, said.who)))
    return len(lines)


class Gathered:
    """A database to a `Book`, which holds back what is inserted into tables that no `Book` reads."""

    HELD = ("INSERT INTO event ", "INSERT INTO outbox ")

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rows: dict[str, list[tuple[object, ...]]] = {}

    def run(self, sql: str, *values: object) -> int:
        """As `Database.run`."""
        if sql.startswith(self.HELD):
            self._rows.setdefault(sql, []).append(values)
            return 1
        return self._db.run(sql, *values)

    def row(self, sql: str, *values: object) -> Row | None:
        """As `Database.row`."""
        return self._db.row(sql, *values)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """As `Database.rows`."""
        return self._db.rows(sql, *values)

    def value(self, sql: str, *values: object) -> object:
        """As `Database.value`."""
        return self._db.value(sql, *values)

    def flush(self) -> None:
        """What was held back."""
        for sql, rows in self._rows.items():
            self._db.run_many(sql, rows)
        self._rows.clear()
