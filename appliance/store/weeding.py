"""The weeding of a subject carried out: what belongs to it is weeded along, then bodies and papers are destroyed.

Destroyed is what the district has read: an event of ours that it has not acknowledged keeps its body until then, so
that no hub ever meets a stub in place of news. `weeding` says what is still to be done, `paper_going` whose bytes are
to go; both outlive a crash, and doing it twice does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from appliance.store import decided, index, weeded
from appliance.store.book import MACHINE, STOPPED, Book
from appliance.store.unit import Unit
from appliance.store.weeded import WeededRow
from commons.database import Database
from commons.papers import downloads_of
from protocol import events as ev
from protocol.clock import hlc_ms
from protocol.efile import Phase, Standing
from protocol.journal import is_stub, stub_of
from protocol.words import parse_event_id

ENDED = (Standing.FILED, Standing.CLOSED)
"""Nothing more is written on a receipt in its file, or on an opinion that was taken to it."""


def weed_along(book: Book, file: str, order: bytes, order_number: str) -> None:
    """Receipts and opinions of a weeded file that this node holds are weeded with it, by the machine."""
    rows = book.db.rows(
        "SELECT file FROM receipt WHERE put_in=? UNION SELECT opinion FROM consult WHERE file=?", file, file
    )
    for (subject,) in sorted(rows):
        row = book.file(subject)
        if row is None or row.phase is not Phase.HELD or row.holder != book.node.code:
            continue
        if row.state.within != file or row.state.standing not in ENDED or weeded.read(book.db, subject) is not None:
            continue
        book.write(subject, ev.Weed(order, order_number), MACHINE)


def destroy(unit: Unit) -> int:
    """One pass over what is still to be destroyed, in one transaction, then the bytes of its papers.

    How many bodies went.
    """
    db = unit.db
    gone = 0
    _look_again(db)
    if db.row("SELECT 1 FROM weeding LIMIT 1"):
        with db.shredding(), db.writing():
            gone, finished = _destroy_bodies(db, unit.clock.now_ms())
        if finished:
            index.shred(db)
            with db.writing():
                for file in finished:
                    db.run("DELETE FROM weeding WHERE file=?", file)
            db.value("PRAGMA wal_checkpoint(TRUNCATE)")
    _remove_papers(unit)
    return gone


_LATE = (
    "SELECT w.file FROM weeded w JOIN receipt o ON o.put_in=w.file JOIN efile e ON e.file=o.file {ended} UNION "
    "SELECT w.file FROM weeded w JOIN consult o ON o.file=w.file JOIN efile e ON e.file=o.opinion {ended}"
).format(
    ended="WHERE e.phase='held' AND e.standing IN ('filed', 'closed') AND e.holder=(SELECT code FROM node) "
    "AND NOT EXISTS (SELECT 1 FROM weeded x WHERE x.file=e.file)"
)


def _look_again(db: Database) -> None:
    """An opinion that comes back, or ends, after its file was weeded and all was done, is weeded along then."""
    late = db.rows(_LATE)
    if late:
        with db.writing():
            for (file,) in late:
                db.run("INSERT OR IGNORE INTO weeding (file) VALUES (?)", file)


def _destroy_bodies(db: Database, now_ms: int) -> tuple[int, list[str]]:
    book = Book(db, now_ms)
    if book.node.mode == STOPPED:
        return 0, []
    gone = 0
    papers: set[bytes] = set()
    finished = []
    for (file,) in db.rows("SELECT file FROM weeding ORDER BY file"):
        found = weeded.read(db, file)
        if found is None:  # the district did not honour it: the file is as it was
            db.run("DELETE FROM weeding WHERE file=?", file)
            continue
        one = _Weeding(book, found)
        if not one.may_begin():
            continue
        weed_along(book, file, found.paper, found.number)
        shed = one.shed_events()
        gone += shed + one.shed_aside()
        one.drop_unwritten()
        papers |= one.papers
        if shed:
            book.refold(file)
        if not one.waits:
            finished.append(file)
    book.flush()
    for sha256 in sorted(papers - _still_spoken_of(db)):
        if not _is_used(db, sha256):
            _let_go(db, sha256)
    return gone, finished


class _Found(NamedTuple):
    """An event whose body may have to go."""

    node: str
    epoch: bytes
    seq: int
    kind: str
    pos: int | None
    header: bytes
    body: bytes


class _Weeding:
    """One subject: its bodies, then what was never an event."""

    def __init__(self, book: Book, row: WeededRow) -> None:
        self._book = book
        self._db = book.db
        self._row = row
        self.papers = {one.sha256 for one in decided.of_file(book.db, row.file)} - {b""}
        self.waits = False
        self._end = None
        if row.event:
            self._end = self._db.value(
                "SELECT pos FROM event WHERE node=? AND epoch=? AND seq=?", *parse_event_id(row.event)
            )

    def may_begin(self) -> bool:
        """Whether the district has read that it was weeded."""
        return not self._row.event or self._is_read(*parse_event_id(self._row.event))

    def _is_read(self, node: str, epoch: bytes, seq: int) -> bool:
        own = self._book.node
        return node != own.code or epoch != own.epoch or seq <= own.acked_seq

    def _goes(self, one: _Found) -> bool:
        if one.kind not in ev.SHED or is_stub(one.body):
            return False
        if one.pos is not None and self._end is not None:
            before = one.pos < self._end
        else:
            before = ev.decode_header(one.header).hlc <= self._row.hlc or (one.pos is not None and not self._row.event)
        body = ev.decode_body(one.kind, one.body)
        if not before or not ev.is_shed(one.kind, body, self._row.paper):
            return False
        if not self._is_read(one.node, one.epoch, one.seq):
            self.waits = True
            return False
        if isinstance(body, ev.Attach):
            self.papers.add(body.sha256)
        return True

    def shed_events(self) -> int:
        """Bodies in the journal and in the log."""
        gone = 0
        for node, epoch, seq, kind, pos, header, body in self._db.rows(
            "SELECT node, epoch, seq, kind, pos, header, body FROM event WHERE subject=?", self._row.file
        ):
            one = _Found(node, bytes(epoch), seq, kind, pos, bytes(header), bytes(body))
            if self._goes(one):
                stub = stub_of(one.body)
                gone += self._db.run("UPDATE event SET body=? WHERE node=? AND epoch=? AND seq=?", stub, *one[:3])
        return gone

    def shed_aside(self) -> int:
        """What the district did not honour is kept beside, without its words too."""
        gone = 0
        code = self._book.node.code
        for epoch, seq, kind, header, body in self._db.rows(
            "SELECT epoch, seq, kind, header, body FROM aside WHERE subject=?", self._row.file
        ):
            one = _Found(code, bytes(epoch), seq, kind, None, bytes(header), bytes(body))
            if self._goes(one):
                gone += self._db.run(
                    "UPDATE aside SET body=? WHERE epoch=? AND seq=?", stub_of(one.body), one.epoch, seq
                )
        return gone

    def drop_unwritten(self) -> None:
        """Yellow notes, drafts in work and e-mails of before the weeding."""
        file, until = self._row.file, hlc_ms(self._row.hlc)
        self._db.run("DELETE FROM yellow WHERE file=? AND saved_ms<=?", file, until)
        self._db.run("DELETE FROM writing WHERE file=? AND saved_ms<=?", file, until)
        self._db.run("DELETE FROM mail WHERE file=? AND asked_ms<=?", file, until)
        self._db.run("DELETE FROM scan WHERE receipt=?", file)


def _still_spoken_of(db: Database) -> set[bytes]:
    """Papers in bodies that wait for the district, or come after a weeding; and of what was set aside of others."""
    rows = db.rows(
        "SELECT e.body FROM weeding w JOIN event e ON e.subject=w.file WHERE e.kind='attach' UNION ALL "
        "SELECT body FROM aside WHERE kind='attach'"
    )
    return set(_papers_in(bytes(body) for (body,) in rows))


def _papers_in(bodies: Iterable[bytes]) -> Iterable[bytes]:
    for raw in bodies:
        body = ev.decode_body("attach", raw)
        if isinstance(body, ev.Attach):
            yield body.sha256


def _is_used(db: Database, sha256: bytes) -> bool:
    """Whether another subject, a waiting scan or a phone's photo is this paper."""
    return any(db.row(f"SELECT 1 FROM {table} WHERE sha256=? LIMIT 1", sha256) for table in ("paper", "scan", "photo"))


def _let_go(db: Database, sha256: bytes) -> None:
    for table in ("blob", "paper_text", "paper_reading"):
        db.run(f"DELETE FROM {table} WHERE sha256=?", sha256)
    db.run("INSERT OR IGNORE INTO paper_going (sha256) VALUES (?)", sha256)


def _remove_papers(unit: Unit) -> None:
    """Bytes and pictures, after the transaction that let them go; a paper that came in anew meanwhile stays."""
    for (found,) in unit.db.rows("SELECT sha256 FROM paper_going"):
        sha256 = bytes(found)
        with unit.db.writing():
            if not any(
                unit.db.row(f"SELECT 1 FROM {table} WHERE sha256=? LIMIT 1", sha256)
                for table in ("blob", "scan", "photo")
            ):
                unit.papers.delete(sha256)
                for unfinished in downloads_of(sha256):
                    unit.incoming.discard(unfinished)
                unit.pictures.forget(sha256)
            unit.db.run("DELETE FROM paper_going WHERE sha256=?", sha256)
