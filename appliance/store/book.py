"""The node's working copy during one transaction: journal, files and what follows from both.

The views here are a function of the journal and of the delivered items alone; `rebuild.py` makes them anew from those.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from appliance.store import index, movements, registers, weeded
from commons.database import Database
from protocol import events as ev
from protocol import messages as ms
from protocol.bundle import BadBundle
from protocol.clock import tick
from protocol.efile import FileState, Phase, Standing
from protocol.errors import PeerError
from protocol.fold import Written, evolve
from protocol.journal import chain, file_chain, hash_event_id, is_same
from protocol.words import ORIGIN, ZERO_HASH, EventId, Term

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(FileState)

WORKING, STOPPED = "working", "stopped"


class NodeState(msgspec.Struct):
    """The one row of `node`."""

    code: str
    hub: str
    mode: str
    epoch: bytes
    life: int
    head_seq: int
    head_hash: bytes
    acked_seq: int
    cursor: int
    cursor_hash: bytes
    hlc: int
    changes: int
    worked: int  # the hub's life in which it last answered as one that works


@dataclass(slots=True)
class FileRow:
    """What this node knows of one file. `fresh`: nothing of ours stands on it in the term that was granted to us."""

    file: str
    holder: str
    term: Term = ORIGIN
    phase: Phase = Phase.AWAY
    answered: bool = False
    fresh: bool = False
    log_len: int = 0
    log_hash: bytes = ZERO_HASH
    state: FileState = field(default_factory=FileState)
    dirty: bool = False


class Who(msgspec.Struct, frozen=True):
    """Who writes an event; empty for the machine."""

    post: str = ""
    employee: str = ""
    charge: int = 0


MACHINE = Who()

FILE_COLUMNS = "file, holder, life, number, phase, answered, fresh, log_len, log_hash, state"


def read_node(db: Database) -> NodeState:
    """The node's own state."""
    row = db.row(
        "SELECT code, hub, mode, epoch, life, head_seq, head_hash, acked_seq, cursor, cursor_hash, hlc, changes,"
        " worked FROM node"
    )
    assert row is not None
    code, hub, mode, epoch, life, head_seq, head_hash, acked, cursor, cursor_hash, hlc, changes, worked = row
    return NodeState(
        code, hub, mode, bytes(epoch), life, head_seq, bytes(head_hash), acked, cursor, bytes(cursor_hash), hlc,
        changes, worked,
    )  # fmt: skip


def read_file(db: Database, file: str) -> FileRow | None:
    """One file as the views have it."""
    row = db.row(f"SELECT {FILE_COLUMNS} FROM efile WHERE file=?", file)
    if row is None:
        return None
    file, holder, life, number, phase, answered, fresh, log_len, log_hash, state = row
    return FileRow(
        file, holder, Term(life, number), Phase(phase), bool(answered), bool(fresh), log_len, bytes(log_hash),
        _decoder.decode(state),
    )  # fmt: skip


def decode_state(data: bytes) -> FileState:
    """A file's state as the view keeps it."""
    state: FileState = _decoder.decode(data)
    return state


def own_hash(db: Database, code: str, epoch: bytes, seq: int) -> bytes:
    """The hash of this node's journal after its event seq; empty when it has no such event."""
    if seq == 0:
        return ZERO_HASH
    found = db.value("SELECT h FROM event WHERE node=? AND epoch=? AND seq=?", code, epoch, seq)
    return b"" if found is None else bytes(found)


class SetBack(PeerError):
    """The district shows an event of ours, of the epoch that we work in, that we did not write (extends rule 5.7)."""

    code = "set_back"


class Book:
    """Use inside one `db.writing()` block, then `flush()`."""

    def __init__(self, db: Database, now_ms: int) -> None:
        self.db = db
        self.now_ms = now_ms
        self.node = read_node(db)
        self.gave_way = False
        """Whether events of ours have left their files: the views are to be made anew from journal and stream."""
        self._files: dict[str, FileRow | None] = {}

    def file(self, file: str) -> FileRow | None:
        """The working copy of a file."""
        if file not in self._files:
            self._files[file] = read_file(self.db, file)
        return self._files[file]

    # ---------------------------------------------------------------- writing
    def write(self, subject: str | None, body: ev.Body, who: Who) -> EventId:
        """Appends one event of this node to its journal, and all that follows from it to the views."""
        node = self.node
        node.hlc = tick(node.hlc, self.now_ms)
        node.head_seq += 1
        event_id = EventId(node.code, node.epoch, node.head_seq)
        file = str(event_id) if subject is None else subject
        row = self.file(file)
        beside = body.kind in ev.BESIDE_THE_CHAIN
        term = ORIGIN if row is None else row.term
        after = row.log_hash if row is not None and row.fresh and not beside else None
        header = ev.Header(
            ev.SCHEMA, body.kind, ev.subject_field(subject, (node.code, node.epoch)), *term, node.hlc, who.post,
            who.employee, who.charge, after,
        )  # fmt: skip
        header_bytes, body_bytes = ev.encode_header(header), ev.encode_body(body)
        e = hash_event_id(event_id, header_bytes, body_bytes)
        node.head_hash = chain(node.head_hash, e)
        pos = self.own(event_id, file, header, body, e)
        self.db.run(
            "INSERT INTO event (node, epoch, seq, subject, kind, pos, header, body, h) VALUES (?,?,?,?,?,?,?,?,?)",
            *event_id, file, body.kind, pos, header_bytes, body_bytes, node.head_hash,
        )  # fmt: skip
        self.db.run(
            "INSERT INTO outbox (epoch, seq, kind, at_ms) VALUES (?,?,?,?)",
            node.epoch, node.head_seq, body.kind, self.now_ms,
        )  # fmt: skip
        return event_id

    def own(self, event_id: EventId, file: str, header: ev.Header, body: ev.Body | None, e: bytes) -> int | None:
        """What one of our own events does to the views; its place in the file's log, None beside it."""
        row = self.file(file)
        if header.kind in ev.BESIDE_THE_CHAIN:
            asked = isinstance(body, ev.AskBack) and row is not None and row.term == header.term
            if asked and row is not None and row.phase is Phase.RELEASED:
                row.phase, row.dirty = Phase.ASKED, True
            return None
        if row is None:
            row = self._files[file] = FileRow(file, self.node.code, phase=Phase.HELD)
        if header.term != row.term or row.holder != self.node.code:
            return None
        pos = row.log_len
        before = row.state
        row.state = evolve(row.state, Written(event_id.node, str(event_id), header, body))
        registers.keep(self.db, registers.Entry(event_id, file, header, body, row.state))
        row.log_hash = file_chain(row.log_hash, e)
        row.log_len += 1
        row.fresh = False
        row.dirty = True
        match body:
            case ev.Send() if body.to_node != self.node.code:
                row.phase = Phase.QUEUED
            case ev.Withdraw() | ev.Draw():
                row.phase = Phase.HELD
            case ev.Release():
                row.phase, row.answered = Phase.RELEASED, bool(body.cause)
            case ev.Attach():
                self._know_paper(body, file, event_id.seq if event_id.epoch == self.node.epoch else 0)
            case ev.Open() | ev.Diarise() | ev.Issue() | ev.OutPaper():
                self._count(body.slip if isinstance(body, ev.OutPaper) else body.number)
        movements.own(self.db, row.file, event_id, header, body, before)
        index.enter(self.db, row.file, event_id, header, body)
        weeded.keep(self.db, event_id, row.file, header, body)
        return pos

    def _count(self, number: str) -> None:
        series, _, serial = number.rpartition("/")
        if serial.isdecimal():
            self.db.run(
                "INSERT INTO counter (series, last) VALUES (?,?) "
                "ON CONFLICT (series) DO UPDATE SET last=max(last, excluded.last)",
                series, int(serial),
            )  # fmt: skip

    def _know_paper(self, body: ev.Attach, file: str, attached_seq: int = 0) -> None:
        self.db.run(
            "INSERT OR IGNORE INTO paper (sha256, file, size, name, media_type) VALUES (?,?,?,?,?)",
            body.sha256, file, body.size, body.name, body.media_type,
        )  # fmt: skip
        self.db.run(
            "INSERT OR IGNORE INTO blob (sha256, size, here, at_hub, attached_seq) VALUES (?,?,0,0,?)",
            body.sha256, body.size, attached_seq,
        )  # fmt: skip

    # ---------------------------------------------------------------- what the district delivers
    def granted(self, grant: ms.Grant, log: tuple[ms.LogEntry, ...]) -> None:
        """Custody rule 1.1: the highest term speaks. Raises BadBundle when the log is not what the hub signed for.

        `log`: from `grant.start` on, or the whole log of the file up to there (in a ticket).
        """
        row = self.file(grant.file)
        if row is not None and grant.term <= row.term:
            return
        if row is None:
            row = self._files[grant.file] = FileRow(grant.file, grant.holder)
        start = 0 if len(log) == grant.start + grant.count else grant.start
        if start > row.log_len or len(log) not in (grant.count, grant.start + grant.count):
            raise BadBundle(what="log", file=grant.file)
        if start < row.log_len:
            self._cut_log(row, start)
        for entry in log:
            self._take_entry(row, entry)
        if row.log_hash != grant.base:
            raise BadBundle(what="base", file=grant.file)
        mine = grant.holder == self.node.code
        movements.granted(self.db, row.file, row.term, grant, self.node.code)
        row.term, row.holder = grant.term, grant.holder
        row.phase = Phase.HELD if mine else Phase.AWAY
        row.fresh = mine and not any(_is_in_stay(entry, grant, self.node.code) for entry in log)
        row.answered, row.dirty = False, True

    def _cut_log(self, row: FileRow, length: int) -> None:
        """What the district did not honour leaves the file: the log up to `length`, folded again."""
        self.db.run("UPDATE event SET pos=NULL WHERE subject=? AND pos>=?", row.file, length)
        row.state, row.log_hash, row.log_len = FileState(), ZERO_HASH, 0
        registers.forget(self.db, row.file)
        index.forget(self.db, row.file)
        weeded.forget(self.db, row.file)
        for node, epoch, seq, header_bytes, body_bytes in self.db.rows(
            "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos<? ORDER BY pos", row.file, length
        ):
            _, body = self._fold(row, EventId(node, bytes(epoch), seq), bytes(header_bytes), bytes(body_bytes))
            if isinstance(body, ev.Attach):
                self._know_paper(body, row.file)

    def refold(self, file: str) -> None:
        """The file's log folded again, because bodies in it were destroyed."""
        row = self.file(file)
        if row is not None:
            self._cut_log(row, row.log_len)
            row.dirty = True

    def _fold(
        self, row: FileRow, event_id: EventId, header_bytes: bytes, body_bytes: bytes
    ) -> tuple[ev.Header, ev.Body | None]:
        header = ev.decode_header(header_bytes)
        body = ev.decode_body(header.kind, body_bytes)
        row.state = evolve(row.state, Written(event_id.node, str(event_id), header, body))
        registers.keep(self.db, registers.Entry(event_id, row.file, header, body, row.state))
        row.log_hash = file_chain(row.log_hash, hash_event_id(event_id, header_bytes, body_bytes))
        row.log_len += 1
        index.enter(self.db, row.file, event_id, header, body)
        weeded.keep(self.db, event_id, row.file, header, body)
        return header, body

    def _take_entry(self, row: FileRow, entry: ms.LogEntry) -> None:
        event_id = EventId(entry.node, entry.epoch, entry.seq)
        mine = (entry.node, entry.epoch) == (self.node.code, self.node.epoch)
        if mine and not self._has_written(entry):
            raise SetBack
        if entry.node == self.node.code and not mine:
            self._give_way(entry)
        pos, before = row.log_len, row.state
        header, body = self._fold(row, event_id, entry.header, entry.body)
        if entry.node == self.node.code:
            movements.own(self.db, row.file, event_id, header, body, before)
            if isinstance(body, ev.Open):
                self._count(body.number)
        if ev.subject_of(*event_id, header.subject) != row.file:
            raise BadBundle(what="subject", file=row.file)
        self.db.run(
            "INSERT INTO event (node, epoch, seq, subject, kind, pos, header, body) VALUES (?,?,?,?,?,?,?,?) "
            "ON CONFLICT (node, epoch, seq) DO UPDATE SET pos=excluded.pos",
            *event_id, row.file, header.kind, pos, entry.header, entry.body,
        )  # fmt: skip
        if isinstance(body, ev.Attach):
            self._know_paper(body, row.file)

    def _give_way(self, entry: ms.LogEntry) -> None:
        """An event of a past epoch of ours, under whose number we wrote another: a clone wrote before us (rule 5.8).

        From there on that epoch is not ours: what we wrote in it is kept beside, the journal of it ends before.
        """
        key = (entry.node, entry.epoch, entry.seq)
        if self._has_written(entry) or not self.db.row(
            "SELECT 1 FROM event WHERE node=? AND epoch=? AND seq=? AND h IS NOT NULL", *key
        ):
            return
        self.db.run(
            "INSERT OR IGNORE INTO aside (epoch, seq, subject, kind, reason, header, body) "
            "SELECT epoch, seq, subject, kind, 'fork', header, body FROM event "
            "WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL",
            *key,
        )
        self.gave_way = True
        self.db.run("DELETE FROM event WHERE node=? AND epoch=? AND seq>=? AND h IS NOT NULL", *key)
        self.db.run(
            "UPDATE epoch SET closed_seq=? WHERE epoch=? AND closed_seq>=?", entry.seq - 1, entry.epoch, entry.seq
        )

    def _has_written(self, entry: ms.LogEntry) -> bool:
        own = self.db.row(
            "SELECT header, body FROM event WHERE node=? AND epoch=? AND seq=? AND h IS NOT NULL",
            entry.node, entry.epoch, entry.seq,
        )  # fmt: skip
        return own is not None and is_same(bytes(own[0]), bytes(own[1]), entry.header, entry.body)

    # ---------------------------------------------------------------- the end of the transaction
    def flush(self) -> None:
        """Everything, still inside the transaction."""
        for row in self._files.values():
            if row is not None and row.dirty:
                self.db.run(
                    f"INSERT OR REPLACE INTO efile ({FILE_COLUMNS}, file_number, title, post, standing, arrived_hlc,"
                    " due, unread, sort, grading) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    *_columns(row),
                )
                row.dirty = False
        node = self.node
        node.changes += 1
        self.db.run(
            "UPDATE node SET mode=?, epoch=?, life=?, head_seq=?, head_hash=?, acked_seq=?, cursor=?, cursor_hash=?,"
            " hlc=?, changes=?, worked=?",
            node.mode, node.epoch, node.life, node.head_seq, node.head_hash, node.acked_seq, node.cursor,
            node.cursor_hash, node.hlc, node.changes, node.worked,
        )  # fmt: skip


def _is_in_stay(entry: ms.LogEntry, grant: ms.Grant, me: str) -> bool:
    """Whether this event of ours was written in the stay that the grant begins (told again after a restore)."""
    if entry.node != me:
        return False
    header = ev.decode_header(entry.header)
    return header.term == grant.term and header.kind not in ev.BESIDE_THE_CHAIN


def _columns(row: FileRow) -> tuple[object, ...]:
    state = row.state
    unread = row.phase is Phase.HELD and state.standing == Standing.TRAY
    return (
        row.file, row.holder, *row.term, str(row.phase), row.answered, row.fresh, row.log_len, row.log_hash,
        _encoder.encode(state), state.number, state.title, state.post, str(state.standing), state.arrived_hlc,
        state.due, unread, state.sort, state.grading,
    )  # fmt: skip
