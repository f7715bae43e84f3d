"""Makes the views anew from the journal and the delivered items (invariant 8: rebuild is identity).

File by file, in the order in which the district delivered: a grant, then what this node wrote in that term; news of
hand-overs where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from appliance.store import decided, index, movements, registers, weeded
from appliance.store.book import Book
from commons.database import Database, Unfit
from protocol import events as ev
from protocol import messages as ms
from protocol.efile import Phase
from protocol.journal import hash_event_id
from protocol.words import ORIGIN, BadWord, EventId, Term, parse_event_id

_refs_decoder = msgspec.msgpack.Decoder(list[tuple[str, bytes, int]])

_BESIDE = ",".join(f"'{kind}'" for kind in sorted(ev.BESIDE_THE_CHAIN))
VIEWS = ("efile", "movement", "paper", "counter", *registers.VIEWS, *index.VIEWS, *weeded.VIEWS, *decided.VIEWS)
_SAID = {"doc": "event, subject, kind, place, hlc, post, paper"}


def said_by(view: str) -> str:
    """The question for all that a view says.

    Not the number of a text in the search: where two offices wrote in one moment it tells which came here first.
    """
    return f"SELECT {_SAID.get(view, '*')} FROM {view}"


def rebuild(db: Database, now_ms: int) -> None:
    """All views, in one transaction."""
    with db.writing():
        for view in VIEWS:
            db.run(f"DELETE FROM {view}")
        book = Book(db, now_ms)
        db.run("UPDATE event SET pos=NULL")
        for (file,) in db.rows(
            "SELECT DISTINCT subject FROM event UNION SELECT DISTINCT file FROM item WHERE file<>''"
        ):
            _replay(db, book, file)
        for _, item in items(db, ""):
            tell(db, book, item)
        book.flush()


def items(db: Database, file: str | None = None) -> Iterator[tuple[int, ms.AnyItem]]:
    """The delivered items that this release knows, in order."""
    rows = (
        db.rows("SELECT n, item FROM item ORDER BY n")
        if file is None
        else db.rows("SELECT n, item FROM item WHERE file=? ORDER BY n", file)
    )
    for n, raw in rows:
        item = ms.decode_item(bytes(raw))
        if item is not None:
            yield n, item


def tell(db: Database, book: Book, item: ms.AnyItem) -> None:
    """What news of a hand-over does to the views."""
    match item:
        case ms.Status():
            movements.told(db, item)
        case ms.RefusedItem():
            try:
                cause = parse_event_id(item.cause)
            except BadWord:
                return
            header = db.value("SELECT header FROM event WHERE node=? AND epoch=? AND seq=?", *cause)
            if header is not None:
                movements.refused(db, item, ev.decode_header(bytes(header)).term)
        case ms.AsideItem():
            _set_aside(db, book, item)
        case ms.Decided():
            decided.told(db, item)
        case ms.Weeded():
            row = book.file(item.file)
            if row is not None and not (row.holder == book.node.code and row.phase in (Phase.HELD, Phase.QUEUED)):
                weeded.told(db, item)
        case _:
            return


def _set_aside(db: Database, book: Book, item: ms.AsideItem) -> None:
    """The district keeps an event of ours beside; so do we.

    Not one that stands in a log: then the district speaks of what a copy of us wrote under the same number.
    """
    node, epoch, seq = parse_event_id(item.event)
    if node != book.node.code:
        return
    db.run(
        "INSERT OR IGNORE INTO aside (epoch, seq, subject, kind, reason, header, body) "
        "SELECT epoch, seq, subject, kind, ?, header, body FROM event WHERE node=? AND epoch=? AND seq=? "
        f"AND pos IS NULL AND kind NOT IN ({_BESIDE})",
        item.reason, node, epoch, seq,
    )  # fmt: skip


def encode_refs(log: tuple[ms.LogEntry, ...]) -> bytes:
    """Which events a grant brought, as its item keeps it: a MessagePack array of (node, epoch, seq)."""
    return msgspec.msgpack.encode([(entry.node, entry.epoch, entry.seq) for entry in log])


def delivered_log(db: Database, n: int) -> tuple[ms.LogEntry, ...]:
    """The events that the grant in item n brought, verbatim."""
    refs = db.value("SELECT log FROM item WHERE n=?", n)
    found = []
    for node, epoch, seq in _refs_decoder.decode(refs) if refs else ():
        row = db.row("SELECT header, body FROM event WHERE node=? AND epoch=? AND seq=?", node, epoch, seq)
        if row is None:
            raise Unfit("damaged", path="event", found=f"{node} {seq}")
        found.append(ms.LogEntry(node, epoch, seq, bytes(row[0]), bytes(row[1])))
    return tuple(found)


def read_log(db: Database, file: str, start: int, count: int) -> tuple[ms.LogEntry, ...]:
    """A part of a file's log, verbatim."""
    return tuple(
        ms.LogEntry(node, bytes(epoch), seq, bytes(header), bytes(body))
        for node, epoch, seq, header, body in db.rows(
            "SELECT node, epoch, seq, header, body FROM event WHERE subject=? AND pos>=? AND pos<? ORDER BY pos",
            file, start, start + count,
        )
    )  # fmt: skip


def _replay(db: Database, book: Book, file: str) -> None:
    own: dict[Term, list[tuple[EventId, bytes, bytes]]] = {}
    for epoch, seq, header, body in db.rows(
        "SELECT e.epoch, e.seq, e.header, e.body FROM event e JOIN epoch p ON p.epoch=e.epoch "
        "WHERE e.subject=? AND e.node=? AND e.h IS NOT NULL ORDER BY p.ordinal, e.seq",
        file, book.node.code,
    ):  # fmt: skip
        term = ev.decode_header(bytes(header)).term
        own.setdefault(term, []).append((EventId(book.node.code, bytes(epoch), seq), bytes(header), bytes(body)))
    highest = ORIGIN
    _own_events(db, book, file, own.pop(ORIGIN, []))
    for n, item in items(db, file):
        if not isinstance(item, ms.Grant):
            tell(db, book, item)
            continue
        log = delivered_log(db, n)
        if item.term > highest and (log or not item.count):  # else the log comes whole with a later grant (a ticket)
            highest = item.term
            book.granted(item, log)
            _own_events(db, book, file, own.pop(item.term, []))


def _own_events(db: Database, book: Book, file: str, events: list[tuple[EventId, bytes, bytes]]) -> None:
    for event_id, header_bytes, body_bytes in events:
        if db.value("SELECT pos FROM event WHERE node=? AND epoch=? AND seq=?", *event_id) is not None:
            continue  # a grant that was told again after a restore has brought it
        header = ev.decode_header(header_bytes)
        body = ev.decode_body(header.kind, body_bytes)
        pos = book.own(event_id, file, header, body, hash_event_id(event_id, header_bytes, body_bytes))
        if pos is not None:
            db.run("UPDATE event SET pos=? WHERE node=? AND epoch=? AND seq=?", pos, *event_id)
