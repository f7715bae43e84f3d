"""How fast the hub takes the whole history, against the bare insertion of the same rows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from appliance.link import speak
from appliance.link.converse import converse
from appliance.link.https import HttpsCarrier
from appliance.store.unit import Unit
from central.hub.exchange import exchange
from central.hub.unit import HubUnit
from commons.database import Database, Row
from protocol import messages as ms
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.servers import hub_web
from tests.benchmarks.setting import Setting, opened, opened_hub

ROWS = "SELECT node, epoch, seq, subject, kind, pos, header, body, h FROM event ORDER BY seq"
TABLE = """
CREATE TABLE event (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL,
  pos INTEGER, header BLOB NOT NULL, body BLOB NOT NULL, h BLOB)
"""
FILES = "SELECT file, log_len, log_hash, state, file_number, title, post FROM efile ORDER BY file"


def first(setting: Setting) -> list[Result]:
    """first_events_per_second, first_ratio."""
    rows = journal(setting)
    bare, whole = _interleaved(setting.repeats, lambda: insertion(setting.folder, rows), lambda: _first(setting))
    return [
        result("first_events_per_second", len(rows) / whole),
        raw("first_events_per_second.seconds", whole, "s"),
        result("first_ratio", bare / whole),
        raw("first_ratio.raw_rows_per_second", len(rows) / bare, "rows/s"),
    ]


def ingest(setting: Setting) -> list[Result]:
    """ingest_ratio: the hub's own work on a bundle that has arrived."""
    rows = journal(setting)
    with opened(setting.template) as unit:
        data = ms.encode_message(speak.speak(unit).message, unit.sign)
    bare, taken = _interleaved(setting.repeats, lambda: insertion(setting.folder, rows), lambda: _ingest(setting, data))
    return [
        result("ingest_ratio", bare / taken),
        raw("ingest_ratio.events_per_second", len(rows) / taken, "events/s"),
        raw("ingest_ratio.raw_rows_per_second", len(rows) / bare, "rows/s"),
    ]


def journal(setting: Setting) -> list[Row]:
    """The rows of the history as the hub will have them."""
    with opened(setting.template) as unit:
        return unit.db.rows(ROWS)


def insertion(folder: Path, rows: Sequence[Row]) -> float:
    """Seconds to insert these rows into an empty SQLCipher database, synchronous FULL, in one transaction."""
    place = folder / "bare"
    place.mkdir()
    db = Database(place / "bare.db", bytes(32))
    db.connect()
    try:
        db.execute_sql(TABLE)
        connection = db.connection()
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?)", rows)
        connection.execute("COMMIT")
        return time.perf_counter() - started
    finally:
        db.close()
        shutil.rmtree(place)


def verify(unit: Unit, hub: HubUnit) -> None:
    """Raises unless the hub has the journal of this office and the same view of each of its files."""
    journals = [db.rows(ROWS) for db in (unit.db, hub.db)]
    views = [db.rows(FILES) for db in (unit.db, hub.db)]
    if journals[0] != journals[1] or views[0] != views[1] or not views[0]:
        raise RuntimeError("the hub's journal or views differ from the office's")


def _first(setting: Setting) -> float:
    with setting.fresh() as district:
        with hub_web(district.hub_folder) as server, opened(district) as unit:
            started = time.perf_counter()
            converse(unit, HttpsCarrier(server.url, unit.incoming))
            seconds = time.perf_counter() - started
            if unit.db.value("SELECT head_seq-acked_seq FROM node"):
                raise RuntimeError("the hub has not acknowledged everything")
        with opened(district) as unit, opened_hub(district) as hub:
            verify(unit, hub)
    return seconds


def _ingest(setting: Setting, data: bytes) -> float:
    with setting.fresh() as district, opened_hub(district) as hub, opened(district) as unit:
        hub.directory()
        started = time.perf_counter()
        exchange(hub, data, "bench")
        seconds = time.perf_counter() - started
        verify(unit, hub)
    return seconds


def _interleaved(repeats: int, *works: Callable[[], float]) -> list[float]:
    """The median seconds of each, in turns, so that all meet the same noise; one turn before does not count."""
    turns = [[work() for work in works] for _ in range(repeats + 1)][1:]
    return [median(seconds) for seconds in zip(*turns, strict=True)]
