"""Every reading of a graded file is an event, also where the file is not held; the chain sees the register of them."""

from __future__ import annotations

import msgspec

from appliance.desk.acting import who_of
from appliance.desk.rights import NORMAL
from appliance.desk.values import Actor
from appliance.store.book import STOPPED, Book, Who, read_file
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.clock import hlc_ms

ONE_READING_MS = 5 * 60_000
"""Opening the page, its papers and the page again within this time is one reading, while nothing was added."""


class ReadingRow(msgspec.Struct, frozen=True):
    """One reading of a graded file by a person of this office. `waits`: not yet an event, the node is stopped."""

    employee: str
    post: str
    charge: int
    at_ms: int
    grading: str
    waits: bool = False


def is_same(last: tuple[int, str] | None, seen: str, now_ms: int) -> bool:
    """Whether a look at a file belongs to the reading before, (time, what was seen). Pure."""
    return last is not None and last[1] == seen and 0 <= now_ms - last[0] < ONE_READING_MS


def note_reading(unit: Unit, actor: Actor, file: str) -> bool:
    """Writes that the actor reads a graded subject, before it is shown; True when that is a reading of its own.

    Where the node may write no event (stopped) a row waits, and becomes an event when it works again. Raises DiskFull:
    what cannot be written down is not shown.
    """
    row = read_file(unit.db, file)
    if row is None or row.state.grading == NORMAL:
        return False
    state, now = row.state, unit.clock.now_ms()
    seen = f"{state.paragraphs}.{state.papers}.{state.drafts}.{state.grading}"
    last = unit.db.row("SELECT at_ms, seen FROM reading WHERE file=? AND employee=?", file, actor.employee)
    if is_same(last, seen, now):
        return False
    with unit.db.writing():
        book = Book(unit.db, now)
        if book.node.mode == STOPPED:
            unit.db.run(
                "INSERT INTO pending_read (file, post, employee, charge, grading, at_ms) VALUES (?,?,?,?,?,?)",
                file, actor.post, actor.employee, actor.charge, state.grading, now,
            )  # fmt: skip
        else:
            _write_pending(unit, book)
            book.write(file, ev.Read(state.grading), who_of(actor))
            book.flush()
        unit.db.run(
            "INSERT OR REPLACE INTO reading (file, employee, at_ms, seen) VALUES (?,?,?,?)",
            file, actor.employee, now, seen,
        )  # fmt: skip
    return True


def write_pending(unit: Unit) -> int:
    """Makes events of the readings that wait, once the node works again; how many."""
    if not unit.db.value("SELECT 1 FROM pending_read LIMIT 1"):
        return 0
    with unit.db.writing():
        book = Book(unit.db, unit.clock.now_ms())
        if book.node.mode == STOPPED:
            return 0
        written = _write_pending(unit, book)
        book.flush()
    return written


def _write_pending(unit: Unit, book: Book) -> int:
    rows = unit.db.rows("SELECT id, file, post, employee, charge, grading, at_ms FROM pending_read ORDER BY id")
    for row_id, file, post, employee, charge, grading, at_ms in rows:
        if book.file(file) is not None:
            book.write(file, ev.Read(grading, at_ms), Who(post, employee, charge))
        unit.db.run("DELETE FROM pending_read WHERE id=?", row_id)
    return len(rows)


def readings(unit: Unit, file: str, *, limit: int = 200) -> list[ReadingRow]:
    """Who of this office has read a graded subject, newest first. For its chain: ask `rights.require_read` before."""
    found = [
        ReadingRow(employee, post, charge, at_ms, grading, waits=True)
        for employee, post, charge, at_ms, grading in unit.db.rows(
            "SELECT employee, post, charge, at_ms, grading FROM pending_read WHERE file=?", file
        )
    ]
    for header_bytes, body_bytes in unit.db.rows(
        "SELECT header, body FROM event WHERE kind='read' AND subject=?", file
    ):
        header = ev.decode_header(bytes(header_bytes))
        body = ev.decode_body("read", bytes(body_bytes))
        if isinstance(body, ev.Read):
            at = body.at_ms or hlc_ms(header.hlc)
            found.append(ReadingRow(header.employee, header.post, header.charge, at, body.grading))
    return sorted(found, key=lambda row: row.at_ms, reverse=True)[:limit]
