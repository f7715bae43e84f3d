"""A quick check begins where the last one ended, and never skips the newest part of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commons.database import Database
from commons.soundness import START, TAIL, Journal, Mark, Marks, Problem, check_journal, check_pages
from protocol import events as ev
from protocol.journal import chain, event_prefix, hash_event

KEY = bytes(range(32))
EPOCH = bytes(8)
LENGTH = 2 * TAIL + 500


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "chain.db", KEY, synchronous="off")
    database.connect()
    database.execute_sql(
        "CREATE TABLE event (node TEXT, epoch BLOB, seq INTEGER, subject TEXT, kind TEXT,"
        " header BLOB, body BLOB, h BLOB)"
    )
    database.execute_sql("CREATE UNIQUE INDEX place ON event (node, epoch, seq)")
    yield database
    database.close()


def append(db: Database, head: Mark, count: int) -> Mark:
    """So many more events after `head`."""
    prefix = event_prefix("moth", EPOCH)
    rows = []
    seq, h = head
    for seq in range(head.seq + 1, head.seq + count + 1):
        header = ev.encode_header(ev.Header(1, "close", 0, 0, 0, seq, "moth.da1", "1", 1))
        body = ev.encode_body(ev.Close(str(seq)))
        h = chain(h, hash_event(prefix, seq, header, body))
        rows.append(("moth", EPOCH, seq, f"moth.{EPOCH.hex()}.{seq}", "close", header, body, h))
    with db.writing():
        db.run_many("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", rows)
    return Mark(seq, h)


def run(db: Database, folder: Path, head: Mark, *, quick: bool) -> list[Problem]:
    marks = Marks(folder, quick=quick)
    found = list(check_journal(db, Journal("moth", EPOCH, head), marks))
    if not found:
        marks.keep()
    return found


def spoil(db: Database, seq: int) -> None:
    db.run("UPDATE event SET body=x'91a0' WHERE seq=?", seq)


def test_what_was_found_sound_is_not_read_again_but_the_newest_part_always_is(db: Database, tmp_path: Path) -> None:
    head = append(db, START, LENGTH)
    assert run(db, tmp_path, head, quick=False) == []
    spoil(db, 10)
    assert run(db, tmp_path, head, quick=True) == []
    assert [found.values["seq"] for found in run(db, tmp_path, head, quick=False)] == [10]
    spoil(db, LENGTH - TAIL + 1)
    assert [found.values["seq"] for found in run(db, tmp_path, head, quick=True)] == [LENGTH - TAIL + 1]


def test_all_that_is_new_is_read(db: Database, tmp_path: Path) -> None:
    head = append(db, START, LENGTH)
    assert run(db, tmp_path, head, quick=True) == []
    head = append(db, head, LENGTH)
    spoil(db, LENGTH + 1)
    assert [found.values["seq"] for found in run(db, tmp_path, head, quick=True)] == [LENGTH + 1]


def test_without_a_fitting_mark_everything_is_read(db: Database, tmp_path: Path) -> None:
    head = append(db, START, LENGTH)
    spoil(db, 10)
    assert [found.values["seq"] for found in run(db, tmp_path, head, quick=True)] == [10]
    marks = Marks(tmp_path, quick=False)
    marks.sound(Journal("moth", EPOCH, head).name, Mark(LENGTH, bytes(32)))
    marks.keep()
    assert [found.values["seq"] for found in run(db, tmp_path, head, quick=True)] == [10]


def test_a_chain_that_became_shorter_is_seen(db: Database, tmp_path: Path) -> None:
    head = append(db, START, LENGTH)
    assert run(db, tmp_path, head, quick=False) == []
    db.run("DELETE FROM event WHERE seq=?", LENGTH)
    assert [found.code for found in run(db, tmp_path, head, quick=True)] == ["check.head"]


def test_every_header_is_read(db: Database, tmp_path: Path) -> None:
    head = append(db, START, 3)
    header = b"\x91\x01"
    h = bytes(db.value("SELECT h FROM event WHERE seq=2"))
    body = bytes(db.value("SELECT body FROM event WHERE seq=3"))
    h = chain(h, hash_event(event_prefix("moth", EPOCH), 3, header, body))
    db.run("UPDATE event SET header=?, h=? WHERE seq=3", header, h)
    assert [found.code for found in run(db, tmp_path, Mark(3, h), quick=False)] == ["check.header"]
    assert head.hash != h


@pytest.mark.parametrize("quick", [True, False])
def test_pages_of_a_sound_database(db: Database, quick: bool) -> None:
    append(db, START, 10)
    assert list(check_pages(db, quick=quick)) == []


def test_a_problem_for_a_person() -> None:
    assert str(Problem("check.chain", {"node": "moth", "seq": 3})) == "check.chain node=moth seq=3"
