"""Who has which connection to an encrypted database."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commons.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "node.db", os.urandom(32))
    with made.writing():
        made.run("CREATE TABLE kept (words TEXT)")
    yield made
    made.close()


def _elsewhere(what: Callable[[], object]) -> object:
    """What another thread says, which ends with that."""
    said: list[object] = []
    thread = threading.Thread(target=lambda: said.append(what()))
    thread.start()
    thread.join()
    return said[0]


def test_the_next_thread_gets_the_connection_that_was_given_back(database: Database) -> None:
    own = database.connection()
    assert _elsewhere(lambda: database.connection() is own) is False
    database.give_back()
    assert _elsewhere(lambda: database.connection() is own) is True


def test_a_connection_is_not_shared_by_two_threads_at_once(database: Database) -> None:
    database.connection()
    database.give_back()
    own = database.connection()
    assert _elsewhere(lambda: database.connection() is own) is False


def test_the_last_one_given_back_comes_first(database: Database) -> None:
    def use_and_rest() -> object:
        connection = database.connection()
        database.give_back()
        return connection

    own = database.connection()
    other = _elsewhere(use_and_rest)
    database.give_back()
    assert database.connection() is own is not other


def test_a_connection_in_a_transaction_is_not_given_back(database: Database) -> None:
    with database.writing():
        own = database.connection()
        database.give_back()
        assert database.connection() is own
        database.run("INSERT INTO kept VALUES (?)", "पत्र")
    assert _elsewhere(lambda: database.value("SELECT words FROM kept")) == "पत्र"


def test_closing_closes_what_rests(database: Database) -> None:
    here = Path("/proc/self/fd")
    name = database.database

    def open_handles() -> int:
        return sum(str(one.readlink()).startswith(name) for one in here.iterdir() if one.is_symlink() and one.exists())

    database.connection()
    database.give_back()
    assert open_handles() > 0
    assert database.close() is False
    assert open_handles() == 0
