"""One encrypted SQLite database of a node: opened, checked, written in whole transactions.

SQLCipher because the SQLite of Debian 12 can corrupt a WAL that two processes write, and because a stolen box must not
give up its files (docs/decisions). The rest of the program sees rows; SQL lives in the `store` packages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseError, OperationalError
from playhouse.migrations import Runner
from playhouse.sqlcipher_ext import SqlCipherDatabase, sqlcipher

from commons.room import DiskFull
from protocol.errors import LocalError

OLDEST_SQLITE = (3, 51, 3)
"""Older ones can lose a WAL when two connections checkpoint at once (SQLite's WAL-reset bug)."""

BUSY_SECONDS = 20

Row = tuple[Any, ...]


class Unfit(LocalError):
    """The database must not be used as it is. Codes: old_sqlite, wrong_key, damaged."""

    code = "damaged"


class Database(SqlCipherDatabase):
    """A thread has a connection until it gives it back; every write stands in `with db.writing():`.

    A commit empties the page caches of all other connections, and each page read again is unsealed again: so the next
    thread that asks gets the connection that was given back last, which has most likely written last.

    `on_write` is called before each statement that writes and round each commit, with a word for what comes: a
    simulation lets a process end there.
    """

    def __init__(self, path: Path, key: bytes, *, synchronous: str = "full") -> None:
        self.on_write: Callable[[str], None] = _nothing
        self._resting: list[Any] = []
        super().__init__(
            str(path),
            passphrase=f"x'{key.hex()}'",
            pragmas=(
                ("journal_mode", "wal"),
                ("synchronous", synchronous),
                ("foreign_keys", "on"),
                ("cache_size", -16_000),
                ("temp_store", "memory"),
            ),
            timeout=BUSY_SECONDS,
            check_same_thread=False,
        )

    def give_back(self) -> None:
        """This thread has done for now: its connection goes to whichever thread asks next."""
        if self.is_closed() or self.in_transaction():
            return
        connection = self._state.conn
        self._state.reset()
        self._resting.append(connection)

    def close(self) -> bool:
        """Close this thread's connection, and all that rest; whether this thread had one."""
        had: bool = super().close()
        while (connection := self._rested()) is not None:
            connection.close()
        return had

    def _connect(self) -> Any:
        return self._rested() or super()._connect()

    def _rested(self) -> Any:
        try:
            return self._resting.pop()
        except IndexError:
            return None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One IMMEDIATE transaction, committed at the end of the outermost block or not at all.

        Raises DiskFull when there was no room; then nothing of it was kept.
        """
        if self.in_transaction():
            yield
            return
        try:
            with self.atomic("IMMEDIATE"):
                yield
                self.on_write("commit")
            self.on_write("committed")
        except (OperationalError, sqlcipher.OperationalError) as error:
            if "full" in str(error) or "disk I/O" in str(error):
                raise DiskFull(needed_bytes=0, free_bytes=0) from error
            raise

    @contextmanager
    def shredding(self) -> Iterator[None]:
        """What is deleted or overwritten inside leaves none of its bytes in the file's pages, sealed as these are.

        Not for all day: it writes every page that it empties.
        """
        self.execute_sql("PRAGMA secure_delete=ON")
        try:
            yield
        finally:
            self.execute_sql("PRAGMA secure_delete=OFF")

    def rollback(self) -> None:
        """SQLite itself has rolled back when the disk was full: a second time would hide the first error."""
        if self.connection().in_transaction:
            super().rollback()

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query."""
        rows: list[Row] = self.connection().execute(sql, values).fetchall()
        return rows

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row of a query."""
        row: Row | None = self.connection().execute(sql, values).fetchone()
        return row

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row; None when there is none."""
        row = self.row(sql, *values)
        return None if row is None else row[0]

    def run(self, sql: str, *values: object) -> int:
        """Writes; the number of rows that changed."""
        self.on_write(sql)
        count: int = self.connection().execute(sql, values).rowcount
        return count

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Writes many rows with one prepared statement."""
        self.on_write(sql)
        self.connection().executemany(sql, rows)


def _nothing(_: str) -> None:
    """The default of `on_write`."""


def open_database(
    path: Path, key: bytes, migrations: Path, *, synchronous: str = "full", check: bool = True
) -> Database:
    """Opens, checks and migrates. Raises Unfit with what to do in its code."""
    version = sqlcipher.sqlite_version_info
    if version < OLDEST_SQLITE:
        raise Unfit("old_sqlite", found=".".join(map(str, version)), needed=".".join(map(str, OLDEST_SQLITE)))
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(path, key, synchronous=synchronous)
    try:
        database.connect()
        if check:
            found = database.value("PRAGMA quick_check(1)")
            if found != "ok":
                raise Unfit("damaged", path=path.name, found=str(found)[:200])
        Runner(database, str(migrations)).up()
    except (DatabaseError, sqlcipher.DatabaseError, sqlite3.DatabaseError) as error:
        if "not a database" in str(error):
            raise Unfit("wrong_key", path=path.name) from error
        raise Unfit("damaged", path=path.name, found=str(error)[:200]) from error
    return database
