"""A node's database is opened, checked and brought up to date, or refused with what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.desk import reading, verbs
from appliance.store.unit import MIGRATIONS, Unit
from commons.database import Database, Unfit, open_database
from tests.support.district import STORAGE_KEY, TestClock, actor, open_unit, papers_of

OFFICES = ("moth", "chirgaon")
CLERK = actor("moth.da1")
DATABASE = Path("moth") / "patravali.db"


def opened(folder: Path) -> Unit:
    return open_unit(folder, "moth", papers_of(OFFICES), TestClock())


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """The folder of an office that has worked and was closed."""
    unit = opened(tmp_path)
    for number in range(200):
        verbs.open_file(unit, CLERK, subject=f"file {number}", section="moth.dev", language="en")
    unit.db.close()
    return tmp_path


def test_what_was_written_is_there_after_a_restart_and_nothing_begins_anew(used: Path) -> None:
    unit = opened(used)
    epoch = unit.db.value("SELECT epoch FROM node")
    assert len(reading.all_files(unit, CLERK, limit=500)) == 200
    unit.db.close()
    unit = opened(used)
    assert unit.db.value("SELECT epoch FROM node") == epoch
    assert unit.db.value("SELECT count(*) FROM epoch") == 1
    unit.db.close()


def test_a_database_of_the_first_migration_is_brought_up_with_its_data(tmp_path: Path) -> None:
    """Filled when it had only the tables of 0001, then opened by the present program."""
    first = tmp_path / "migrations"
    first.mkdir()
    (first / "0001_first.py").write_bytes((MIGRATIONS / "0001_first.py").read_bytes())
    (tmp_path / "moth").mkdir()
    old = open_database(tmp_path / DATABASE, STORAGE_KEY, first)
    with old.writing():
        old.run("INSERT INTO account (employee, password, language) VALUES ('E1', 'x', 'en')")
        old.run("INSERT INTO numbering (series, floor) VALUES ('MOTH/विकास/2026', 41)")
    old.close()
    unit = opened(tmp_path)
    assert unit.db.row("SELECT employee, language FROM account") == ("E1", "en")
    file = verbs.open_file(unit, CLERK, subject="s", section="moth.dev", language="en")
    assert reading.file_page(unit, CLERK, file).number.endswith("/00042")
    done = [name for (name,) in unit.db.rows("SELECT name FROM schema_migration ORDER BY name")]
    assert done == sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    unit.db.close()


def test_another_key_is_refused_and_harms_nothing(used: Path) -> None:
    before = (used / DATABASE).read_bytes()
    with pytest.raises(Unfit) as refused:
        open_database(used / DATABASE, bytes(32), MIGRATIONS)
    assert refused.value.code == "wrong_key"
    assert (used / DATABASE).read_bytes() == before
    unit = opened(used)
    assert len(reading.all_files(unit, CLERK, limit=500)) == 200
    unit.db.close()


def test_the_file_gives_nothing_away(used: Path) -> None:
    data = (used / DATABASE).read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert b"file 1" not in data
    assert b"CREATE TABLE" not in data


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_file_is_refused(used: Path, place: float) -> None:
    path = used / DATABASE
    data = bytearray(path.read_bytes())
    at = int(len(data) * place)
    data[at : at + 64] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(Unfit) as refused:
        open_database(path, STORAGE_KEY, MIGRATIONS)
    assert refused.value.code == "damaged"


def test_a_file_that_was_cut_short_is_refused(used: Path) -> None:
    path = used / DATABASE
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Unfit) as refused:
        open_database(path, STORAGE_KEY, MIGRATIONS)
    assert refused.value.code == "damaged"


def test_every_page_is_sealed_and_durable(used: Path) -> None:
    """What facts.md asks for: WAL, FULL, integrity codes on every page."""
    database = open_database(used / DATABASE, STORAGE_KEY, MIGRATIONS)
    assert database.value("PRAGMA journal_mode") == "wal"
    assert database.value("PRAGMA synchronous") == 2
    assert database.value("PRAGMA foreign_keys") == 1
    assert database.value("PRAGMA cipher_use_hmac") == "1"
    assert database.rows("PRAGMA cipher_integrity_check") == []
    database.close()


def test_a_transaction_that_fails_leaves_nothing(used: Path) -> None:
    database = open_database(used / DATABASE, STORAGE_KEY, MIGRATIONS)

    def fail(db: Database) -> None:
        with db.writing():
            db.run("DELETE FROM event")
            with db.writing():
                db.run("DELETE FROM efile")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail(database)
    assert database.value("SELECT count(*) FROM event") == 200
    assert database.value("SELECT count(*) FROM efile") == 200
    database.close()
